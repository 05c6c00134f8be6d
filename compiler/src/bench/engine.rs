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
    /// Arguments that come before the program.
    first: Vec<String>,
    kind: Kind,
}

impl Engine {
    fn new(name: &str, binary: PathBuf, kind: Kind) -> Engine {
        Engine { name: name.to_owned(), binary, first: Vec::new(), kind }
    }

    /// Taipan's two ways to run a program.
    pub fn taipan(binary: PathBuf) -> [Engine; 2] {
        [Engine::new("compiled", binary.clone(), Kind::Compiled), Engine::new("interpreted", binary, Kind::Interpreted)]
    }

    /// A Python given as a command, which may hold arguments.
    pub fn python(command: &str) -> Result<Engine, String> {
        let mut words = command.split_whitespace().map(str::to_string);
        let program = words.next().ok_or("an empty command")?;
        let first: Vec<String> = words.collect();
        let path = if program.contains('/') { Some(PathBuf::from(&program)) } else { on_path(&program) };
        let binary = path.filter(|path| path.is_file()).ok_or_else(|| format!("no such Python: {program}"))?;
        let mut name = Path::new(&program).file_name().unwrap_or_default().to_string_lossy().into_owned();
        for argument in &first {
            name = format!("{name} {argument}");
        }
        Ok(Engine { first, ..Engine::new(&name, binary, Kind::Python) })
    }

    /// Makes `program` ready: the command line to run, without the program's arguments.
    ///
    /// Building happens here, outside what is measured.
    pub fn prepare(&self, program: &Path, scratch: &Path) -> Result<Vec<OsString>, String> {
        match self.kind {
            Kind::Python => {
                let mut command: Vec<OsString> = vec![self.binary.clone().into()];
                command.extend(self.first.iter().map(OsString::from));
                command.push(program.into());
                Ok(command)
            }
            Kind::Interpreted => Ok(vec![self.binary.clone().into(), "run".into(), program.into()]),
            Kind::Compiled => {
                let executable = scratch.join(program.file_stem().unwrap_or_default());
                let output = Command::new(&self.binary)
                    .args(["build", "--quiet"])
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

/// The Pythons on the path: CPython 3.14 and PyPy.
pub fn pythons() -> Vec<Engine> {
    let found = [("cpython", ["py314", "python3.14"]), ("pypy", ["pypy3ref", "pypy3"])];
    let find = |binaries: [&str; 2]| binaries.iter().find_map(|binary| on_path(binary));
    found.into_iter().filter_map(|(name, b)| Some(Engine::new(name, find(b)?, Kind::Python))).collect()
}

fn on_path(binary: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(binary)).find(|path| path.is_file())
}
