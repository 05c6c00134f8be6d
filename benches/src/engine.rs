//! The engines that are compared: Taipan's two modes and every reference Python found.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How an engine runs a program.
#[derive(Clone, Debug)]
enum Kind {
    /// `taipan run FILE`.
    Interpreted,
    /// `taipan build FILE`, then the executable.
    Compiled,
    /// `PYTHON FILE`.
    Python,
}

/// One way to run a program.
#[derive(Clone, Debug)]
pub struct Engine {
    /// The name in reports.
    pub name: String,
    binary: PathBuf,
    kind: Kind,
}

impl Engine {
    fn new(name: &str, binary: PathBuf, kind: Kind) -> Engine {
        Engine { name: name.to_owned(), binary, kind }
    }

    /// Makes `program` ready: the command line to run, without the program's arguments.
    ///
    /// Building happens here, outside what is measured.
    pub fn prepare(&self, program: &Path, scratch: &Path) -> Result<Vec<OsString>, String> {
        match self.kind {
            Kind::Python => Ok(vec![self.binary.clone().into(), program.into()]),
            Kind::Interpreted => Ok(vec![self.binary.clone().into(), "run".into(), program.into()]),
            Kind::Compiled => {
                let executable = scratch.join(program.file_stem().unwrap_or_default());
                let output = Command::new(&self.binary)
                    .arg("build")
                    .arg(program)
                    .arg("-o")
                    .arg(&executable)
                    .output()
                    .map_err(|error| format!("{}: {error}", self.binary.display()))?;
                if output.status.success() {
                    Ok(vec![executable.into()])
                } else {
                    let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
                    Err(format!("build failed ({}): {complaint}", output.status))
                }
            }
        }
    }
}

/// The engines on this machine, Taipan's first.
///
/// Taipan is `$TAIPAN` or the workspace's release build: a debug build measures nothing worth knowing.
pub fn find() -> Vec<Engine> {
    let mut engines = Vec::new();
    if let Some(taipan) = taipan() {
        engines.push(Engine::new("compiled", taipan.clone(), Kind::Compiled));
        engines.push(Engine::new("interpreted", taipan, Kind::Interpreted));
    }
    for (name, binaries) in [("cpython", ["py314", "python3.14"]), ("pypy", ["pypy3ref", "pypy3"])] {
        if let Some(binary) = binaries.iter().find_map(|binary| on_path(binary)) {
            engines.push(Engine::new(name, binary, Kind::Python));
        }
    }
    engines
}

fn taipan() -> Option<PathBuf> {
    if let Some(path) = env::var_os("TAIPAN") {
        return Some(path.into());
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    target.join("release/taipan").canonicalize().ok()
}

fn on_path(binary: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(binary)).find(|path| path.is_file())
}
