//! The Taipan runtime: values, heap, object model, built-in types, operations, interpreter, native modules.
//!
//! Dependencies inside point one way: `gc` ← `object` ← `types` ← `ops` ← (`interp`, `modules`). Compiled
//! code and the interpreter call the same `ops`.

pub mod dynamic;
pub mod entries;
pub mod errors;
pub mod fault;
pub mod gc;
pub mod interp;
pub mod modules;
pub mod names;
pub mod object;
pub mod ops;
pub mod program;
pub mod start;
pub mod state;
pub mod thread;
pub mod types;
pub mod value;
