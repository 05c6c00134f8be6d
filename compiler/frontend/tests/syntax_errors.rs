//! Syntax errors are CPython's: class, message and place.
//!
//! In the file of cases each source is followed by what CPython 3.14 says about it, indented.

use taipan_frontend::{Mode, Options, Wtf8, compile};

#[test]
fn errors_are_cpythons() {
    let cases: Vec<&str> = include_str!("syntax_errors.txt").split('\n').filter(|line| !line.is_empty()).collect();
    let mut wrong = 0;
    for case in cases.chunks_exact(2) {
        let source = case[0].replace("\\\\", "\u{e000}").replace("\\n", "\n").replace('\u{e000}', "\\");
        let found = match compile(source.as_bytes(), Wtf8::new("f"), Mode::Exec, &Options::default()) {
            Ok(_) => "ok".to_owned(),
            Err(error) => {
                let (end_line, end_column) = error.end.unwrap_or_default();
                format!(
                    "{}|{}|{}|{}|{end_line}, {end_column}",
                    error.kind.name(),
                    error.msg,
                    error.lineno,
                    error.offset
                )
            }
        };
        if found != case[1].trim_start() {
            wrong += 1;
            println!("{source:?}\n    {found}\n{}", case[1]);
        }
    }
    assert!(cases.len() > 300 && wrong == 0, "{wrong} wrong");
}

#[test]
fn deep_nesting_is_refused_in_good_order() {
    for (source, error) in [
        ("(".repeat(300) + &")".repeat(300), "SyntaxError: too many nested parentheses (line 1)"),
        ("-".repeat(50_000) + "a", "RecursionError: maximum recursion depth exceeded during compilation (line 1)"),
        (
            "a".to_owned() + &".b".repeat(50_000),
            "RecursionError: maximum recursion depth exceeded during compilation (line 1)",
        ),
        ("-".repeat(2_000) + "a", ""),
    ] {
        let result = compile(source.as_bytes(), Wtf8::new("f"), Mode::Exec, &Options::default());
        assert_eq!(result.err().map_or(String::new(), |error| error.to_string()), error);
    }
}
