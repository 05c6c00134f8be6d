//! The translator: verified code objects to native object files.
//!
//! Stages are folders: [`ir`] (bytecode to register IR), [`lower`] (versioning, Cranelift IR),
//! [`backend`] (object files); [`link`] and [`cli`] are the rim that does I/O.

pub mod backend;
pub mod bench;
pub mod cache;
pub mod cli;
pub mod error;
pub mod ir;
pub mod link;
pub mod lower;
