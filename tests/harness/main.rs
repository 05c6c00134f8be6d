//! Runs every test program as one named test for each mode: `MODE::FOLDER::NAME`.
//!
//! Takes the arguments of any Rust test binary (`cargo test -p taipan-tests --test programs -- language`).
//! With `TAIPAN_TESTS_UPDATE=1` in the environment, expected output is rewritten by CPython instead.

use libtest_mimic::{Arguments, Trial};
use std::env;
use std::path::Path;
use std::process::ExitCode;
use taipan_tests::{case, check};

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
    let mut trials = Vec::new();
    for case in cases {
        if updating {
            let name = format!("update::{}", case.name);
            trials.push(Trial::test(name, move || check::update(&case).map_err(Into::into)));
            continue;
        }
        for mode in case.modes.clone() {
            let case = case.clone();
            let name = format!("{}::{}", mode.name(), case.name);
            trials.push(Trial::test(name, move || check::check(&case, mode).map_err(Into::into)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
