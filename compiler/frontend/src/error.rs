//! What can be wrong with Python source, as `SyntaxError` tells it.

use rustpython_wtf8::Wtf8Buf;
use std::fmt;

/// The exception class to raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
    /// `_IncompleteInputError`, only with the flag that allows it.
    IncompleteInput,
    /// `RecursionError`: nested too deeply for the compiler; only the message counts.
    Recursion,
    /// `MemoryError`: nested too deeply for the parser; only the message counts.
    Memory,
}

impl ErrorKind {
    /// Python's name of the class.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::Syntax => "SyntaxError",
            ErrorKind::Indentation => "IndentationError",
            ErrorKind::Tab => "TabError",
            ErrorKind::IncompleteInput => "_IncompleteInputError",
            ErrorKind::Recursion => "RecursionError",
            ErrorKind::Memory => "MemoryError",
        }
    }
}

/// Who found the mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Decoder, tokenizer or parser: CPython sets `text` from the source at hand.
    Parse,
    /// Symbol table: as the code generator, and the exception's arguments are the message alone.
    Symbols,
    /// Code generator: CPython sets `text` by reading the file again, so `text` is `None` when the
    /// source did not come from a file of that name.
    Compile,
}

/// A mistake in Python source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The exception class.
    pub kind: ErrorKind,
    /// Who found it.
    pub stage: Stage,
    /// The message.
    pub msg: String,
    /// Where the source came from; CPython leaves it out of errors about undecodable bytes.
    pub filename: Option<Wtf8Buf>,
    /// Line, from 1; 0 if the error is about no line.
    pub lineno: i32,
    /// Column in characters, from 1; -1 or 0 if none.
    pub offset: i32,
    /// Last line, and the column after it; none where CPython gives none.
    pub end: Option<(i32, i32)>,
    /// The line itself.
    pub text: Option<String>,
    /// What `traceback` looks for misspelt keywords in; only errors of the parser have it.
    pub metadata: Option<Box<Metadata>>,
}

/// `SyntaxError._metadata`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Where the last whole statement began.
    pub line: i32,
    /// Its column.
    pub column: i32,
    /// The whole source.
    pub source: String,
}

impl SyntaxError {
    /// `end_lineno`.
    pub fn end_lineno(&self) -> Option<i32> {
        self.end.map(|end| end.0)
    }

    /// `end_offset`.
    pub fn end_offset(&self) -> Option<i32> {
        self.end.map(|end| end.1)
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lineno > 0 {
            write!(f, "{}: {} (line {})", self.kind.name(), self.msg, self.lineno)
        } else {
            write!(f, "{}: {}", self.kind.name(), self.msg)
        }
    }
}

impl std::error::Error for SyntaxError {}
