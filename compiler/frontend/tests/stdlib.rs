//! Compiles the standard library and compares every code object with CPython's, attribute by
//! attribute. Skipped where there is no CPython 3.14.
//!
//! `TAIPAN_STDLIB=all` takes in the library's own tests; any other value selects files by path.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use taipan_frontend::{CodeObject, Constant, Mode, Options, Wtf8, compile, dis, marshal, verify};

fn cpython() -> Option<&'static str> {
    ["py314", "python3.14"].into_iter().find(|name| {
        Command::new(name)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    })
}

/// Path, source and CPython's marshalled code of each file.
fn library() -> Option<Vec<[Vec<u8>; 3]>> {
    let mut command = Command::new(cpython()?);
    command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stdlib_dump.py"));
    command.args(std::env::var("TAIPAN_STDLIB"));
    let output = command.stderr(Stdio::inherit()).output().ok()?.stdout;
    let mut rest = &output[..];
    let mut part = || {
        let length = u32::from_le_bytes(rest.split_off(..4)?.try_into().unwrap());
        Some(rest.split_off(..length as usize)?.to_vec())
    };
    let mut files = Vec::new();
    while let (Some(path), Some(source), Some(code)) = (part(), part(), part()) {
        files.push([path, source, code]);
    }
    Some(files)
}

#[derive(Default)]
struct Tally {
    objects: usize,
    differences: BTreeMap<&'static str, usize>,
    shown: usize,
}

impl Tally {
    fn differ(&mut self, attribute: &'static str, show: impl FnOnce() -> String) {
        *self.differences.entry(attribute).or_default() += 1;
        if self.shown < 30 {
            self.shown += 1;
            println!("{attribute}: {}", show());
        }
    }

    fn compare(&mut self, path: &str, ours: &CodeObject, theirs: &CodeObject) {
        self.objects += 1;
        macro_rules! check {
            ($($attribute:ident)*) => {$(
                if ours.$attribute != theirs.$attribute {
                    self.differ(stringify!($attribute), || {
                        format!("{path}:{} {}: {:?} is {:?}", theirs.firstlineno, theirs.qualname,
                            ours.$attribute, theirs.$attribute)
                    });
                }
            )*};
        }
        check!(argcount posonlyargcount kwonlyargcount stacksize flags code names localsplusnames localspluskinds
               filename name qualname firstlineno linetable exceptiontable);
        if ours.consts.len() != theirs.consts.len() {
            self.differ("consts", || format!("{path} {}: other length", theirs.qualname));
        }
        for pair in ours.consts.iter().zip(&theirs.consts) {
            match pair {
                (Constant::Code(ours), Constant::Code(theirs)) => self.compare(path, ours, theirs),
                (ours, theirs) if ours != theirs => {
                    self.differ("consts", || format!("{path} {ours:?} is {theirs:?}"));
                }
                _ => {}
            }
        }
    }
}

#[test]
fn code_objects_equal_cpythons() {
    let Some(files) = library() else {
        println!("skipped: no CPython 3.14");
        return;
    };
    let mut tally = Tally::default();
    let mut failures = Vec::new();
    for [path, source, code] in &files {
        let path = String::from_utf8_lossy(path);
        let theirs = match marshal::load(code) {
            Ok(theirs) => theirs,
            Err(error) => {
                failures.push(format!("{path}: CPython's code does not load: {error}"));
                continue;
            }
        };
        if let Err(error) = verify::verify(&theirs) {
            failures.push(format!("{path}: CPython's code is refused: {error}"));
        }
        match compile(source, Wtf8::new(&*path), Mode::Exec, &Options::default()) {
            Ok(ours) => {
                tally.compare(&path, &ours, &theirs);
                if marshal::load(&marshal::dump(&ours)).as_ref() != Ok(&ours) {
                    failures.push(format!("{path}: dump and load lose something"));
                }
                if let Err(error) = verify::verify(&ours) {
                    failures.push(format!("{path}: our code is refused: {error}"));
                }
                assert!(!dis::dis(&ours).is_empty());
            }
            Err(error) => failures.push(format!("{path}: {error}")),
        }
    }
    println!("{} files, {} code objects, differences: {:?}", files.len(), tally.objects, tally.differences);
    for failure in &failures {
        println!("{failure}");
    }
    assert!(failures.is_empty() && tally.differences.is_empty());
}
