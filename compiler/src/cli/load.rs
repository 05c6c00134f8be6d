//! Reading programs: source or `.pyc` to verified code objects, syntax errors in CPython's layout.

use crate::error::Error;
use std::path::{Path, PathBuf};
use taipan_frontend::{
    CodeObject, ErrorKind, Mode, Options, SyntaxError, Wtf8Buf, compile_with_warnings, pyc, typos, verify,
};

/// The bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| Error::io(path, &error))
}

/// The file that a program's path names: a folder stands for its `__main__.py`.
pub fn program(path: &Path) -> Result<PathBuf, Error> {
    if !path.is_dir() {
        return Ok(path.to_path_buf());
    }
    let main = path.join("__main__.py");
    if main.is_file() {
        return Ok(main);
    }
    Err(Error::file(path.to_path_buf(), "Is a directory, and has no __main__.py".to_string()))
}

/// The code object of a source or `.pyc` file, verified.
pub fn load(path: &Path) -> Result<CodeObject, Error> {
    compile(path, &read(path)?)
}

/// The code object of a file's contents, verified. Syntax warnings are shown, as CPython shows them when it compiles.
pub fn compile(path: &Path, bytes: &[u8]) -> Result<CodeObject, Error> {
    let shown = path.to_string_lossy();
    if path.extension().is_some_and(|e| e == "pyc") {
        let (_, code) = pyc::read(bytes, &shown).map_err(|e| Error::file(path.to_path_buf(), e.to_string()))?;
        verify::verify(&code).map_err(|e| Error::file(path.to_path_buf(), e.to_string()))?;
        return Ok(code);
    }
    let options = Options { is_file: true, ..Options::default() };
    let result = compile_with_warnings(bytes, &Wtf8Buf::from(&*shown), Mode::Exec, &options);
    let (code, warnings) = result.map_err(|error| Error::Syntax(show(&error)))?;
    let source = String::from_utf8_lossy(bytes);
    for warning in warnings {
        eprintln!("{shown}:{}: SyntaxWarning: {}", warning.lineno, warning.msg);
        if let Some(line) = source.lines().nth(warning.lineno as usize - 1) {
            eprintln!("  {}", line.trim());
        }
    }
    Ok(code)
}

/// A syntax error as CPython prints it: place, line, carets, message.
pub fn show(error: &SyntaxError) -> String {
    let name = error.kind.name();
    if matches!(error.kind, ErrorKind::Recursion | ErrorKind::Memory) {
        return if error.msg.is_empty() { format!("{name}\n") } else { format!("{name}: {}\n", error.msg) };
    }
    let mut out = String::new();
    let typo = error.metadata.as_ref().and_then(|metadata| {
        typos::find(&typos::Printed {
            msg: &error.msg,
            lineno: error.lineno,
            statement: metadata.line,
            source: &metadata.source,
            from_file: true,
        })
    });
    let file = error.filename.as_ref().map(|file| format!("  File \"{file}\", line {}\n", error.lineno));
    let mut error = error.clone();
    if let Some(typo) = typo {
        error.msg = typo.msg;
        error.text = Some(typo.text);
        error.offset = typo.columns.0;
        error.end = Some((error.lineno, typo.columns.1));
    }
    out += file.as_deref().unwrap_or("");
    if let Some(text) = &error.text {
        let line = text.trim_end_matches('\n');
        let shown = line.trim_start_matches([' ', '\n', '\u{c}']);
        let length = |s: &str| s.chars().count() as i64;
        let (past, spaces) = (length(line) + 1, length(line) - length(shown));
        let mut start = i64::from(error.offset);
        let mut end = match error.end {
            Some((last, end)) if last == error.lineno && end != 0 => i64::from(end),
            Some((last, _)) if last == error.lineno => start,
            _ => past,
        };
        if start > length(text) {
            start = past;
            end = end.max(start);
        }
        end = end.min(past.max(start + 1));
        if start >= end || end < 0 {
            end = start + 1;
        }
        out += &format!("    {shown}\n");
        let column = start - 1 - spaces;
        if column >= 0 {
            // Tabs are kept, so that the caret stands below its place.
            let blank = |c: char| if c.is_whitespace() { c } else { ' ' };
            let lead: String = shown.chars().take(column as usize).map(blank).collect();
            out += &format!("    {lead}{}\n", "^".repeat((end - start) as usize));
        }
    }
    let message = if error.msg.is_empty() { "<no detail available>" } else { &error.msg };
    out + &format!("{name}: {message}\n")
}
