//! Runs every test program as one named test for each mode: `MODE::FOLDER::NAME`.
//!
//! Takes the arguments of any Rust test binary (`cargo test -p taipan-tests --test programs -- language`).
//! With `TAIPAN_TESTS_UPDATE=1` in the environment, expected output is rewritten by CPython instead.

use libtest_mimic::{Arguments, Failed, Trial};
use std::collections::HashSet;
use std::env;
use std::path::Path;
use std::process::ExitCode;
use taipan_tests::case::Mode;
use taipan_tests::{case, check, engine};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);
    let cases = match case::discover(Path::new(env!("CARGO_MANIFEST_DIR"))) {
        Ok(cases) => cases,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let updating = env::var_os("TAIPAN_TESTS_UPDATE").is_some_and(|value| value != "0");
    let known = known_failures();
    let mut trials = Vec::new();
    let obstacle = engine::aarch64_obstacle();
    if let Some(obstacle) = obstacle.as_ref().filter(|_| !updating && !arguments.list) {
        println!("aarch64: not run: {obstacle}");
    }
    let aarch64 = obstacle.is_none();
    for case in cases {
        if updating {
            let name = format!("update::{}", case.name);
            trials.push(Trial::test(name, move || check::update(&case).map_err(Into::into)));
            continue;
        }
        // The language's programs for the other CPU; its libraries are the same code.
        let other = (aarch64 && case.name.starts_with("language::") && case.modes.contains(&Mode::Compiled))
            .then_some(Mode::Aarch64);
        for mode in case.modes.clone().into_iter().chain(other) {
            let case = case.clone();
            let name = format!("{}::{}", mode.name(), case.name);
            // What fails compiled for this machine fails for the other.
            let listed = if mode == Mode::Aarch64 { format!("compiled::{}", case.name) } else { name.clone() };
            let known = known.contains(&listed);
            trials.push(Trial::test(name, move || expect(check::check(&case, mode).map_err(Into::into), known)));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    engine::clean();
    conclusion.exit_code()
}

/// Trials that fail today, one name a line.
fn known_failures() -> HashSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("known-failures.txt");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| line.trim().to_string()).filter(|line| !line.is_empty()).collect()
}

/// A known failure must fail, anything else must pass: the list cannot grow stale.
fn expect(result: Result<(), Failed>, known: bool) -> Result<(), Failed> {
    match (result, known) {
        (Ok(()), true) => Err("passes, but is listed in known-failures.txt: remove it there".into()),
        (Err(_), true) => Ok(()),
        (result, false) => result,
    }
}
