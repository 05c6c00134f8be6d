//! Makes a `SyntaxError` of what the code generator and its symbol table report.
//!
//! They put most messages in CPython's words. Errors of the parser count for nothing but that there is one:
//! [`crate::diagnose`] finds out which.

use crate::error::{ErrorKind, Stage, SyntaxError};
use rustpython_codegen::error::CodegenErrorType;
use rustpython_compiler::CompileError;
use rustpython_wtf8::Wtf8;

/// The exception for what the compiler reports about `source`.
pub fn syntax_error(error: &CompileError, source: &str, filename: &Wtf8) -> SyntaxError {
    let (lineno, offset) = error.python_location();
    let (kind, stage, msg) = match error {
        CompileError::Codegen(codegen) => {
            let kind = match codegen.error {
                CodegenErrorType::RecursionError => ErrorKind::Recursion,
                _ => ErrorKind::Syntax,
            };
            let msg = codegen.error.to_string();
            let generated = GENERATED.iter().any(|part| msg.contains(part));
            (kind, if generated { Stage::Compile } else { Stage::Symbols }, msg)
        }
        CompileError::Parse(_) => (ErrorKind::Syntax, Stage::Parse, "invalid syntax".to_owned()),
    };
    SyntaxError {
        kind,
        stage,
        msg,
        filename: Some(filename.to_wtf8_buf()),
        lineno: lineno as i32,
        offset: offset as i32,
        end: error.python_end_location().map(|(line, column)| (line as i32, column as i32)),
        text: source.split('\n').nth(lineno.max(1) - 1).map(|line| format!("{line}\n")),
        metadata: None,
    }
}

/// Parts of the messages that CPython's code generator has; the others are its symbol table's.
const GENERATED: &[&str] = &[
    "'return' outside function",
    "'yield' outside function",
    "'yield from' outside function",
    "'yield from' inside async function",
    "with value in async generator",
    "not properly in loop",
    "outside loop",
    "cannot appear in an except* block",
    "can't use starred expression here",
    "must be last",
    "keyword argument repeated",
    "multiple assignments to name",
    "multiple starred",
    "makes remaining patterns unreachable",
    "non-default type parameter",
    "patterns may only match",
    "starred assignment target",
    "star-unpacking assignment",
    "statically nested blocks",
    "attribute name repeated",
    "mapping pattern checks",
];
