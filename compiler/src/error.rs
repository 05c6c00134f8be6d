//! Errors of the tool: values, shown once, by `main`.

use std::path::{Path, PathBuf};
use taipan_runtime::fault;

/// What can go wrong in a build or another command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{}: {what}", path.display())]
    File { path: PathBuf, what: String },
    #[error("no runtime library for {0}: expected {1} (make runtime TARGET={0} builds it)")]
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
    /// What was to be said has been said.
    #[error("")]
    Silent(i32),
    #[error("internal error: {0}\n{advice}", advice = fault::ADVICE)]
    Internal(String),
}

impl Error {
    pub fn file(path: PathBuf, what: String) -> Error {
        Error::File { path, what }
    }

    /// An error of the operating system about a file.
    pub fn io(path: &Path, error: &std::io::Error) -> Error {
        Error::File { path: path.to_path_buf(), what: text_of(error) }
    }

    /// The tool's exit status.
    pub fn status(&self) -> i32 {
        match self {
            Error::Usage(_) => 2,
            Error::Internal(_) => fault::STATUS,
            Error::Silent(status) => *status,
            _ => 1,
        }
    }
}

/// The system's words, without the number that Rust adds.
pub fn text_of(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_string()
}
