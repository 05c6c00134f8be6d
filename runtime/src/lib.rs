//! The runtime.

pub mod gc;
