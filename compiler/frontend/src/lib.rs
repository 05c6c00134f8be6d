//! From Python source or `.pyc` to verified CPython 3.14 code objects.
//!
//! The contract with everything behind is CPython's own code object ([`code::CodeObject`]): what
//! [`compile`](compile::compile) makes equals what CPython 3.14 makes in every attribute, and code
//! objects from CPython's `.pyc` files ([`pyc`], [`marshal`]) are taken just as well. Whatever comes
//! from outside goes through [`verify`] before anything trusts its bytecode.
//!
//! This library reads and writes no files; callers do.

mod adjust;
pub mod arithmetic;
pub mod code;
pub mod compile;
pub mod dis;
pub mod error;
pub mod escapes;
mod extent;
pub mod instructions;
pub mod marshal;
mod mend;
mod messages;
pub mod pyc;
mod qualname;
mod source;
pub mod tables;
pub mod tree;
pub mod untree;
pub mod verify;
mod verify_kinds;

pub use code::{CodeObject, Constant};
pub use compile::{Mode, Options, SyntaxWarning, compile, compile_with_warnings};
pub use error::{ErrorKind, SyntaxError};
pub use rustpython_wtf8::{Wtf8, Wtf8Buf};
