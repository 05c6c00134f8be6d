//! The interpreter: decoded bytecode, frames, the evaluation loop, calls.
//!
//! Runs every 3.14 opcode over the same `ops` as compiled code.

pub mod cache;
pub mod call;
pub mod decode;
pub mod frame;
pub mod run;
pub mod stubs;
mod unwind;
pub mod variables;
