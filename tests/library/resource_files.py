"""Data files beside modules, read through importlib.resources and pkgutil."""
import importlib.resources
import pathlib
import pkgutil
import sys
import tempfile

with tempfile.TemporaryDirectory() as folder:
    package = pathlib.Path(folder) / "package_with_data"
    package.mkdir()
    (package / "__init__.py").write_text("x = 1")
    (package / "data.txt").write_text("a resource")
    sys.path.insert(0, folder)
    import package_with_data

    files = importlib.resources.files("package_with_data")
    print(files.joinpath("data.txt").read_text(), sorted(f.name for f in files.iterdir() if f.is_file()))
    print(importlib.resources.read_text(package_with_data, "data.txt"), pkgutil.get_data("package_with_data", "data.txt"))
    with importlib.resources.as_file(files / "data.txt") as path:
        print(path.name)
    try:
        (files / "nope").read_bytes()
    except FileNotFoundError as error:
        print(error.strerror)
