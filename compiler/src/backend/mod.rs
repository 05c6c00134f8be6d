//! Objects: what a module becomes in an object file, and the settings of the code generator.

pub mod isa;
pub mod module;
pub mod program;
