//! The programs under test: Taipan itself, and the Python that writes expected output.

use crate::case::Mode;
use crate::process::{self, End, Output};
use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

/// Building links a whole runtime, and early builds are unoptimised.
const BUILD_LIMIT: Duration = Duration::from_secs(120);

/// The `taipan` binary: `$TAIPAN`, else the workspace's release build, else its debug build.
pub fn taipan() -> Result<PathBuf, String> {
    if let Some(path) = env::var_os("TAIPAN") {
        return std::path::absolute(path).map_err(|error| format!("TAIPAN: {error}"));
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    ["release", "debug"]
        .iter()
        .map(|profile| target.join(profile).join("taipan"))
        .find(|path| path.is_file())
        .and_then(|path| path.canonicalize().ok())
        .ok_or_else(|| "no taipan binary: build it (cargo build --release -p taipan) or set TAIPAN".to_owned())
}

/// The CPython 3.14 that writes expected output: `$TAIPAN_PYTHON`, else `py314` or `python3.14` on the path.
pub fn reference() -> Result<PathBuf, String> {
    if let Some(path) = env::var_os("TAIPAN_PYTHON") {
        return Ok(path.into());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    ["py314", "python3.14"]
        .iter()
        .flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
        .ok_or_else(|| "no CPython 3.14 on the path: set TAIPAN_PYTHON".to_owned())
}

const AARCH64: &str = "aarch64-unknown-linux-gnu";
const EMULATOR: &str = "qemu-aarch64";

/// What keeps programs for AArch64 from being built and run here, if anything does.
pub fn aarch64_obstacle() -> Option<String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let missing = |name: &str| !env::split_paths(&path).any(|folder| folder.join(name).is_file());
    if let Some(name) = [EMULATOR, "aarch64-linux-gnu-gcc"].into_iter().find(|name| missing(name)) {
        return Some(format!("no {name} on the path"));
    }
    let library = taipan().ok()?.parent()?.join("lib").join(AARCH64).join("libtaipan_runtime.a");
    (!library.is_file()).then(|| format!("no runtime library for it (make runtime TARGET={AARCH64})"))
}

/// What a build gave: an executable, or the refusal of a program that is no Python.
#[derive(Clone)]
enum Build {
    Executable(PathBuf),
    Refused(Output),
}

type Built = Arc<OnceLock<Result<Build, String>>>;

/// Executables made so far, by source file and mode: several trials may need one.
static BUILT: Mutex<BTreeMap<(PathBuf, Mode), Built>> = Mutex::new(BTreeMap::new());

/// The folder that executables go to; one a process.
fn build_folder() -> PathBuf {
    env::temp_dir().join(format!("taipan-tests-{}", std::process::id()))
}

/// Removes what was built.
pub fn clean() {
    let _ = std::fs::remove_dir_all(build_folder());
}

/// The executable of a program, built the first time it is asked for.
fn executable(mode: Mode, source: &Path, folder: &Path, file: &Path) -> Result<Build, String> {
    let (cell, number) = {
        let mut built = BUILT.lock().map_err(|error| error.to_string())?;
        let number = built.len();
        (built.entry((source.to_path_buf(), mode)).or_default().clone(), number)
    };
    let build = || {
        // A folder each, since a program finds modules beside its executable.
        let place = build_folder().join(number.to_string());
        std::fs::create_dir_all(&place).map_err(|error| error.to_string())?;
        let program = place.join("program");
        let mut build = Command::new(taipan()?);
        build.arg("build").arg(file).arg("-o").arg(&program).current_dir(folder);
        if mode == Mode::Aarch64 {
            build.arg("--target").arg(AARCH64);
        }
        // Modules of the library are translated once a run; the user's own cache is left alone.
        build.env("XDG_CACHE_HOME", build_folder().join("cache"));
        let output = process::run(&mut build, "", BUILD_LIMIT).map_err(|error| error.to_string())?;
        if output.end == End::Exit(0) {
            return Ok(Build::Executable(program));
        }
        // A syntax error is shown by the build, as running the program would show it.
        if output.end == End::Exit(1) && !output.stderr.starts_with(b"taipan: ") {
            return Ok(Build::Refused(output));
        }
        Err(format!("taipan build: {:?}\n{}", output.end, String::from_utf8_lossy(&output.stderr)))
    };
    cell.get_or_init(build).clone()
}

/// A program made ready to run: the command up to, but without, the program's own arguments; or what the
/// build said instead.
pub struct Prepared {
    command: Vec<PathBuf>,
    refused: Option<Output>,
    folder: PathBuf,
}

impl Prepared {
    /// Makes `file`, a name relative to `folder`, ready to run in `mode`; it is a copy of `source`.
    pub fn taipan(mode: Mode, source: &Path, folder: &Path, file: &Path) -> Result<Prepared, String> {
        let (command, refused) = match mode {
            Mode::Interpreted => (vec![taipan()?, "run".into(), file.into()], None),
            Mode::Compiled | Mode::Aarch64 => match executable(mode, source, folder, file)? {
                Build::Executable(program) if mode == Mode::Aarch64 => {
                    (vec![EMULATOR.into(), "-L".into(), "/usr/aarch64-linux-gnu".into(), program], None)
                }
                Build::Executable(program) => (vec![program], None),
                Build::Refused(output) => (Vec::new(), Some(output)),
            },
        };
        Ok(Prepared { command, refused, folder: folder.to_path_buf() })
    }

    /// Makes `file` ready to run by the reference Python.
    pub fn reference(folder: &Path, file: &Path) -> Result<Prepared, String> {
        Ok(Prepared {
            command: vec![reference()?, "-B".into(), file.into()],
            refused: None,
            folder: folder.to_path_buf(),
        })
    }

    /// Runs it. The environment is the caller's less what would change a Python's output, plus `environment`.
    pub fn run(
        &self,
        args: &[String],
        stdin: &str,
        limit: Duration,
        environment: &[(&str, &str)],
    ) -> Result<Output, String> {
        if let Some(output) = &self.refused {
            return Ok(output.clone());
        }
        let (program, first) = self.command.split_first().ok_or("an empty command")?;
        let mut command = Command::new(program);
        command.args(first).args(args).current_dir(&self.folder);
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("PYTHON") {
                command.env_remove(name);
            }
        }
        // Finalizers run where CPython's do, whatever else the machine is doing.
        command.env("TAIPAN_GC_PROMPT", "1");
        command.env("NO_COLOR", "1").env("COLUMNS", "80").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        command.envs(environment.iter().copied());
        process::run(&mut command, stdin, limit).map_err(|error| format!("{}: {error}", program.display()))
    }
}
