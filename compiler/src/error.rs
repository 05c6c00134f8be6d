//! Errors of the tool: values, shown once, by `main`.

use std::path::PathBuf;

/// What can go wrong in a build or another command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}: {what}", path.display())]
    File { path: PathBuf, what: String },
    #[error("unknown target '{0}': {1}")]
    Target(String, String),
    #[error("no runtime library for {0}: expected {1}\n(make runtime TARGET={0})")]
    NoRuntime(String, String),
    #[error("linking failed: {0}")]
    Link(String),
    #[error("no module named '{0}'")]
    NoModule(String),
    /// A syntax error, already in CPython's words.
    #[error("{0}")]
    Syntax(String),
    #[error("{0}")]
    Usage(String),
    #[error(
        "internal error: {0}\nThis is a fault of Taipan, not of your program. Please report it with the program that shows it."
    )]
    Internal(String),
}

impl Error {
    pub fn file(path: PathBuf, what: String) -> Error {
        Error::File { path, what }
    }
}
