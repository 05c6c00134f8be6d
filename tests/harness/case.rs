//! Test cases: programs, the directives in their comments, and their expected output.
//!
//! A directive is a comment line `#: WORD REST` anywhere in a program:
//!
//! | directive | meaning |
//! |---|---|
//! | `exit N` | the exit status (0 when not said) |
//! | `args A B` | command-line arguments, split at spaces |
//! | `stdin TEXT` | one line of standard input; may be repeated |
//! | `modes M,N` | of `interpreted`, `compiled`: the only modes to run (both when not said) |
//! | `stderr` | standard error is compared too, with `NAME.err` |
//! | `files A B` | runs in a fresh folder that holds the program and these files, so that it may write |
//! | `stress` | runs once more in each mode with `TAIPAN_GC_STRESS=1` |
//! | `timeout N` | seconds one run may take |
//! | `run LABEL ARGS` | one invocation of several: its output is `NAME.LABEL.out`; the directives that follow, up to the next `run`, are of this invocation alone |

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The folders that hold test programs, seen from `tests/`; the simplest programs first.
pub const FOLDERS: &[&str] = &[
    "language",
    "builtins",
    "library",
    "opcodes",
    "generators",
    "async",
    "errors",
    "openworld",
    "gc",
    "programs",
    "../examples",
];

/// How a program is executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// `taipan run`.
    Interpreted,
    /// `taipan build`, then the executable.
    Compiled,
    /// The same for AArch64, under an emulator; where there is one.
    Aarch64,
}

impl Mode {
    /// The modes for this machine, the cheaper first.
    pub const ALL: [Mode; 2] = [Mode::Interpreted, Mode::Compiled];

    /// The mode's name in directives and test names.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Interpreted => "interpreted",
            Mode::Compiled => "compiled",
            Mode::Aarch64 => "aarch64",
        }
    }
}

/// One invocation of one program.
#[derive(Clone, Debug)]
pub struct Case {
    /// The program's path.
    pub program: PathBuf,
    /// `folder::name` or `folder::name::label`.
    pub name: String,
    /// The expected files' path without `.out` or `.err`.
    stem: PathBuf,
    /// The expected exit status.
    pub exit: i32,
    /// Command-line arguments.
    pub args: Vec<String>,
    /// What the program reads.
    pub stdin: String,
    /// The modes to run in.
    pub modes: Vec<Mode>,
    /// Whether standard error is compared.
    pub stderr: bool,
    /// Files the program needs beside it in a folder of its own; `None`: it runs where it is.
    pub files: Option<Vec<String>>,
    /// Whether to run under a stressed collector as well.
    pub stress: bool,
    /// How long one run may take.
    pub timeout: Duration,
}

impl Case {
    fn new(program: &Path, name: String) -> Case {
        Case {
            program: program.to_path_buf(),
            name,
            stem: program.with_extension(""),
            exit: 0,
            args: Vec::new(),
            stdin: String::new(),
            modes: Mode::ALL.to_vec(),
            stderr: false,
            files: None,
            stress: false,
            timeout: Duration::from_secs(20),
        }
    }

    /// Where the expected standard output is.
    pub fn out_path(&self) -> PathBuf {
        self.expected("out")
    }

    /// Where the expected standard error is.
    pub fn err_path(&self) -> PathBuf {
        self.expected("err")
    }

    fn expected(&self, extension: &str) -> PathBuf {
        let mut path = self.stem.clone().into_os_string();
        path.push(".");
        path.push(extension);
        path.into()
    }

    fn apply(&mut self, word: &str, rest: &str) -> Result<(), String> {
        match word {
            "exit" => self.exit = rest.parse().map_err(|_| format!("not an exit status: {rest}"))?,
            "args" => self.args = words(rest),
            "stdin" => {
                self.stdin.push_str(rest);
                self.stdin.push('\n');
            }
            "modes" => {
                self.modes = rest
                    .split(',')
                    .map(|name| {
                        Mode::ALL
                            .into_iter()
                            .find(|mode| mode.name() == name.trim())
                            .ok_or_else(|| format!("no such mode: {name}"))
                    })
                    .collect::<Result<_, _>>()?;
            }
            "stderr" => self.stderr = true,
            "files" => self.files = Some(words(rest)),
            "stress" => self.stress = true,
            "timeout" => {
                let seconds = rest.parse().map_err(|_| format!("not a number of seconds: {rest}"))?;
                self.timeout = Duration::from_secs(seconds);
            }
            _ => return Err(format!("no such directive: {word}")),
        }
        Ok(())
    }
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// The cases of one program: one, or as many as it has `run` directives.
pub fn parse(program: &Path, name: &str, source: &str) -> Result<Vec<Case>, String> {
    let mut base = Case::new(program, name.to_owned());
    let mut runs: Vec<Case> = Vec::new();
    for (number, line) in source.lines().enumerate() {
        let Some(directive) = line.strip_prefix("#: ") else { continue };
        let (word, rest) = directive.split_once(' ').unwrap_or((directive, ""));
        let rest = rest.trim();
        let applied = if word == "run" {
            let mut parts = words(rest).into_iter();
            match parts.next() {
                None => Err("a run needs a label".to_owned()),
                Some(label) => {
                    let mut case = base.clone();
                    case.name = format!("{name}::{label}");
                    case.stem.as_mut_os_string().push(format!(".{label}"));
                    case.args = parts.collect();
                    runs.push(case);
                    Ok(())
                }
            }
        } else {
            runs.last_mut().unwrap_or(&mut base).apply(word, rest)
        };
        applied.map_err(|error| format!("{}:{}: {error}", program.display(), number + 1))?;
    }
    Ok(if runs.is_empty() { vec![base] } else { runs })
}

/// All cases under `root`, in order of folder and name.
///
/// A program is a `.py` file directly in one of [`FOLDERS`] with no leading underscore (those are modules that
/// programs import).
pub fn discover(root: &Path) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for folder in FOLDERS {
        let mut programs = match list(&root.join(folder)) {
            Ok(programs) => programs,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(format!("{folder}: {error}")),
        };
        programs.sort();
        for program in programs {
            let stem = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            if stem.starts_with('_') || program.extension().is_none_or(|extension| extension != "py") {
                continue;
            }
            // Latin-1 is enough to find directives in a program of any encoding.
            let bytes = fs::read(&program).map_err(|error| format!("{}: {error}", program.display()))?;
            let source: String = bytes.iter().map(|&byte| char::from(byte)).collect();
            let folder = folder.trim_start_matches("../");
            cases.extend(parse(&program, &format!("{folder}::{stem}"), &source)?);
        }
    }
    Ok(cases)
}

fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_apply_to_the_program() {
        let source = "#: exit 3\n#: args a b\n#: stdin one\n#: stdin two\n#: modes compiled\nprint(1)\n#: stderr\n";
        let cases = parse(Path::new("x/p.py"), "x::p", source).unwrap();
        assert_eq!(cases.len(), 1);
        let case = &cases[0];
        assert_eq!((case.exit, case.stderr, case.stress), (3, true, false));
        assert_eq!(case.args, ["a", "b"]);
        assert_eq!(case.stdin, "one\ntwo\n");
        assert_eq!(case.modes, [Mode::Compiled]);
        assert_eq!(case.out_path(), Path::new("x/p.out"));
    }

    #[test]
    fn each_run_is_a_case() {
        let source = "#: stderr\n#: run list -v\n#: exit 1\n#: run add x\n";
        let cases = parse(Path::new("x/p.py"), "x::p", source).unwrap();
        let seen: Vec<_> = cases.iter().map(|case| (case.name.as_str(), case.exit, case.stderr)).collect();
        assert_eq!(seen, [("x::p::list", 1, true), ("x::p::add", 0, true)]);
        assert_eq!(cases[0].out_path(), Path::new("x/p.list.out"));
        assert_eq!(cases[1].args, ["x"]);
    }

    #[test]
    fn unknown_directives_are_errors() {
        assert!(parse(Path::new("p.py"), "p", "#: nonsense\n").unwrap_err().contains("p.py:1"));
    }
}
