//! Snapshots of the register IR: `tests/ir/NAME.py` with `NAME.ir` beside it, the source first, then the IR.

use super::place::tests;
use libtest_mimic::Trial;
use similar::TextDiff;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use taipan_tests::engine;

/// A trial for each program of `tests/ir`.
pub fn all() -> Result<Vec<Trial>, String> {
    let folder = tests().join("ir");
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut programs: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    programs.retain(|path| path.extension().is_some_and(|e| e == "py"));
    programs.sort();
    let trial = |program: PathBuf| {
        let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Trial::test(format!("ir::{name}"), move || check(&program).map_err(Into::into))
    };
    Ok(programs.into_iter().map(trial).collect())
}

fn check(program: &Path) -> Result<(), String> {
    let fail = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let source = fs::read_to_string(program).map_err(|error| fail(program, error))?;
    let output = Command::new(engine::taipan()?)
        .args(["build", "--emit", "ir"])
        .arg(program.file_name().unwrap_or_default())
        .current_dir(program.parent().unwrap_or(Path::new(".")))
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let mut text: String = source.lines().map(|line| format!("| {line}").trim_end().to_string() + "\n").collect();
    text.push('\n');
    text += &String::from_utf8_lossy(&output.stdout);
    let path = program.with_extension("ir");
    if env::var_os("TAIPAN_TESTS_UPDATE").is_some_and(|value| value != "0") {
        return fs::write(&path, text).map_err(|error| fail(&path, error));
    }
    let expected = fs::read_to_string(&path).map_err(|error| fail(&path, error))?;
    if expected == text {
        return Ok(());
    }
    Err(TextDiff::from_lines(&expected, &text).unified_diff().header("expected", "now").to_string())
}
