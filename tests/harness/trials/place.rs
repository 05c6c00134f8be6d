//! Where a trial runs `taipan`: a scratch folder, and what a command left.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use taipan_tests::engine;
use taipan_tests::process::{self, End};

/// A trial of the command line.
pub type Test = (&'static str, fn(&Place) -> Result<(), String>);

/// A fresh folder to run commands in.
pub struct Place {
    folder: tempfile::TempDir,
}

/// What a command left, as text.
pub struct Ran {
    pub status: End,
    pub stdout: String,
    pub stderr: String,
}

impl Place {
    pub fn new() -> Result<Place, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let place = Place { folder };
        place.write("hello.py", "def greet(name):\n    print('hello', name)\n\n\ngreet('world')\n")?;
        Ok(place)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.path(name);
        let result = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text));
        result.map_err(|error| format!("{}: {error}", path.display()))
    }

    pub fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        fs::read(self.path(name)).map_err(|error| format!("{name}: {error}"))
    }

    /// The names in the folder, hidden ones too, except those that were there at first and the cache.
    pub fn made(&self) -> Result<Vec<String>, String> {
        let entries = fs::read_dir(self.folder.path()).map_err(|error| error.to_string())?;
        let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.filter(|name| name != "cache" && !name.ends_with(".py")).collect();
        names.sort();
        Ok(names)
    }

    /// Runs `taipan` with these arguments, separated by spaces.
    pub fn taipan(&self, args: &str) -> Result<Ran, String> {
        self.taipan_with(args, &[])
    }

    /// The same, with variables in its environment.
    pub fn taipan_with(&self, args: &str, environment: &[(&str, &str)]) -> Result<Ran, String> {
        let mut command = self.command(&engine::taipan()?);
        command.args(args.split_whitespace()).envs(environment.iter().copied());
        self.run(command)
    }

    /// Runs a file of the folder.
    pub fn execute(&self, name: &str, args: &str) -> Result<Ran, String> {
        let mut command = self.command(&self.path(name));
        command.args(args.split_whitespace());
        self.run(command)
    }

    /// Runs a line of shell, in which `$TAIPAN` is the tool.
    pub fn shell(&self, line: &str) -> Result<Ran, String> {
        let mut command = self.command(Path::new("/bin/sh"));
        command.arg("-c").arg(line).env("TAIPAN", engine::taipan()?);
        self.run(command)
    }

    /// A command in the folder, with a cache of its own and nothing that changes what is printed.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for name in ["PYTHONPATH", "PYTHONHASHSEED", "CC"] {
            command.env_remove(name);
        }
        command.env("XDG_CACHE_HOME", self.path("cache")).env("COLUMNS", "100").current_dir(self.folder.path());
        command
    }

    fn run(&self, mut command: Command) -> Result<Ran, String> {
        let output = process::run(&mut command, "", Duration::from_secs(120)).map_err(|error| error.to_string())?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok(Ran { status: output.end, stdout: text(&output.stdout), stderr: text(&output.stderr) })
    }
}

impl Ran {
    fn fault(&self, what: &str) -> String {
        format!("{what}\nended: {:?}\nstdout: {}\nstderr: {}", self.status, self.stdout, self.stderr)
    }

    /// It ended with this status.
    pub fn exits(self, status: i32) -> Result<Ran, String> {
        if self.status == End::Exit(status) { Ok(self) } else { Err(self.fault(&format!("expected status {status}"))) }
    }

    /// It printed exactly this.
    pub fn prints(self, text: &str) -> Result<Ran, String> {
        if self.stdout == text { Ok(self) } else { Err(self.fault(&format!("expected stdout {text:?}"))) }
    }

    /// What it printed has this in it.
    pub fn shows(self, text: &str) -> Result<Ran, String> {
        if self.stdout.contains(text) { Ok(self) } else { Err(self.fault(&format!("expected {text:?} in stdout"))) }
    }

    /// It complained exactly this.
    pub fn says(self, text: &str) -> Result<Ran, String> {
        if self.stderr == text { Ok(self) } else { Err(self.fault(&format!("expected stderr {text:?}"))) }
    }

    /// Its complaint has this in it.
    pub fn mentions(self, text: &str) -> Result<Ran, String> {
        if self.stderr.contains(text) { Ok(self) } else { Err(self.fault(&format!("expected {text:?} in stderr"))) }
    }
}

/// Fails unless the two are equal.
pub fn same<T: PartialEq + std::fmt::Debug>(a: T, b: T, what: &str) -> Result<(), String> {
    if a == b { Ok(()) } else { Err(format!("{what}: {a:?} is not {b:?}")) }
}

/// The workspace's `tests/`.
pub fn tests() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
