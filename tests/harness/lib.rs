//! The harness of Taipan's program tests.
//!
//! A test is a Python program `NAME.py` with what CPython 3.14 prints for it beside it: `NAME.out` and, when
//! the program asks for it, `NAME.err`. Taipan must print the same, interpreted and compiled. CPython is the
//! only author of expected output (`TAIPAN_TESTS_UPDATE=1`); nobody edits it by hand.
//!
//! * [`case`] reads the directives in a program's comments and lists what to run;
//! * [`process`] runs one command under a time limit and captures what it prints;
//! * [`engine`] knows how Taipan and the reference Python are found and started;
//! * [`check`] compares, or rewrites the expected files.

pub mod case;
pub mod check;
pub mod engine;
pub mod process;
