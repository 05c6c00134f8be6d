//! The disassembly is CPython's, addresses aside. Skipped where there is no CPython 3.14.

use std::process::Command;
use taipan_frontend::{Mode, Options, Wtf8, compile, dis};

/// `at 0x7f0012ab34cd,` becomes `at 0x0,`.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split(" at 0x");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + " at 0x0" + part.trim_start_matches(|c: char| c.is_ascii_hexdigit()))
}

#[test]
fn disassembly_is_cpythons() {
    for file in ["tests/dis_cases.py", "tests/qualname_cases.py", "tests/stdlib_dump.py"] {
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let run =
            |python: &str| Command::new(python).args(["-m", "dis", &path]).output().ok().filter(|o| o.status.success());
        let Some(output) = ["py314", "python3.14"].into_iter().find_map(run) else {
            println!("skipped: no CPython 3.14");
            return;
        };
        let theirs = without_addresses(&String::from_utf8(output.stdout).unwrap());
        let source = std::fs::read(&path).unwrap();
        let ours = dis::dis(&compile(&source, Wtf8::new(path.as_str()), Mode::Exec, &Options::default()).unwrap());
        for (ours, theirs) in ours.lines().zip(theirs.lines()) {
            assert_eq!(ours, theirs, "{file}");
        }
        assert_eq!(ours.lines().count(), theirs.lines().count());
    }
}
