"""Writes what CPython compiles the standard library, and the cases beside this file, to, for the test that compares us with it.

Output: for each file its path, its source and the marshalled code object, each as a four-byte length and bytes.
With an argument, only files whose path contains it; "all" takes the tests of the library in, too.
"""
import itertools
import marshal
import os
import sys
import warnings

warnings.simplefilter("ignore")
only = sys.argv[1] if len(sys.argv) > 1 else ""
root = os.path.dirname(os.__file__)
skipped = set() if only == "all" else {"test", "idlelib", "site-packages", "__pycache__", "idle_test"}
cases = os.path.dirname(os.path.abspath(__file__))
for folder, folders, files in itertools.chain(os.walk(cases), os.walk(root)):
    folders[:] = sorted(set(folders) - skipped)
    for file in sorted(files):
        path = os.path.join(folder, file)
        if not file.endswith(".py") or not os.path.exists(path) or (only != "all" and only not in path):
            continue
        with open(path, "rb") as stream:
            source = stream.read()
        try:
            code = compile(source, path, "exec", dont_inherit=True, optimize=0)
        except (SyntaxError, RecursionError):
            continue
        for part in (path.encode(), source, marshal.dumps(code)):
            sys.stdout.buffer.write(len(part).to_bytes(4, "little") + part)
