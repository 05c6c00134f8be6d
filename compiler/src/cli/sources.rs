//! Commands about source files alone: `taipan compile`, `dis`, `check`.

use crate::cli::graph::{self, Places};
use crate::cli::output::{folder_of, print, write_file};
use crate::cli::{CompileArgs, complain, load};
use crate::error::Error;
use std::path::{Path, PathBuf};
use taipan_frontend::{dis as disassembler, pyc};

/// Does something with each file, tells of errors, and goes on after them; the exit status.
fn each(files: &[PathBuf], action: impl Fn(&Path) -> Result<i32, Error>) -> i32 {
    let mut status = 0;
    for file in files {
        match action(file) {
            Ok(this) => status = status.max(this),
            Err(error) => {
                complain(&error);
                status = status.max(error.status().min(1));
            }
        }
    }
    status
}

/// Writes `__pycache__/NAME.cpython-314.pyc` for each file.
pub fn compile(args: &CompileArgs) -> i32 {
    each(&args.files, |file| compile_file(file, &args.invalidation).map(|()| 0))
}

fn compile_file(file: &Path, invalidation: &str) -> Result<(), Error> {
    let source = load::read(file)?;
    let code = load::compile(file, &source)?;
    let validity = match invalidation {
        "checked-hash" => pyc::Validity::CheckedHash(pyc::source_hash(&source)),
        "unchecked-hash" => pyc::Validity::UncheckedHash(pyc::source_hash(&source)),
        _ => {
            let modified = std::fs::metadata(file).and_then(|m| m.modified()).map_err(|e| Error::io(file, &e))?;
            let mtime = modified.duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
            pyc::Validity::Timestamp { mtime: mtime as u32, size: source.len() as u32 }
        }
    };
    let folder = file.parent().unwrap_or(Path::new("")).join("__pycache__");
    std::fs::create_dir_all(&folder).map_err(|error| Error::io(&folder, &error))?;
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    write_file(&folder.join(format!("{stem}.cpython-314.pyc")), &pyc::write(&code, validity))
}

/// Shows the bytecode of a program.
pub fn dis(file: &Path) -> Result<(), Error> {
    print(&disassembler::dis(&load::load(file)?))
}

/// Reports syntax errors, and imports that would fail.
pub fn check(files: &[PathBuf]) -> i32 {
    each(files, check_file)
}

fn check_file(file: &Path) -> Result<i32, Error> {
    let code = load::load(file)?;
    let (root, package) = package_of(file);
    let places = Places::new(&root);
    let mut found = Vec::new();
    graph::imports(&code, &package, true, &mut found);
    let mut status = 0;
    for import in found.iter().filter(|import| !import.guarded) {
        // The outermost package that is missing is what Python names.
        let missing = import.module.match_indices('.').map(|(at, _)| at).chain(std::iter::once(import.module.len()));
        let missing = missing.map(|end| &import.module[..end]).find(|name| !places.knows(name));
        if let Some(name) = missing {
            taipan_runtime::fault::complain(&format!("{}:{}: no module named '{name}'\n", file.display(), import.line));
            status = 1;
        }
    }
    Ok(status)
}

/// The folder that imports start from, and the package that a file is part of.
fn package_of(file: &Path) -> (PathBuf, String) {
    let mut folder = std::path::absolute(folder_of(file)).unwrap_or_else(|_| folder_of(file).to_path_buf());
    let mut names = Vec::new();
    while folder.join("__init__.py").is_file() {
        let Some(name) = folder.file_name().map(|name| name.to_string_lossy().into_owned()) else { break };
        names.insert(0, name);
        if !folder.pop() {
            break;
        }
    }
    (folder, names.join("."))
}
