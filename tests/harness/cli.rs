//! Tests of the command line: each option and each error, and snapshots of the intermediate representation.
//!
//! A trial runs `taipan` in a fresh folder with a cache of its own. The trials `ir::NAME` compare
//! `taipan build tests/ir/NAME.py --emit ir` with `NAME.ir`, source first; `TAIPAN_TESTS_UPDATE=1` rewrites them.

mod trials {
    pub mod commands;
    pub mod errors;
    pub mod place;
    pub mod snapshots;
}

use libtest_mimic::{Arguments, Trial};
use std::process::ExitCode;
use trials::{commands, errors, place::Place, snapshots};

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(2);
    let mut trials = Vec::new();
    for (group, tests) in [("commands", commands::ALL), ("errors", errors::ALL)] {
        for (name, test) in tests {
            let run = move || Place::new().and_then(|place| test(&place)).map_err(Into::into);
            trials.push(Trial::test(format!("{group}::{name}"), run));
        }
    }
    match snapshots::all() {
        Ok(snapshots) => trials.extend(snapshots),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
