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
            (kind, Stage::Compile, codegen.error.to_string())
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
