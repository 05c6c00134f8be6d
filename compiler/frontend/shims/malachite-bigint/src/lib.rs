//! Stand-in for the LGPL crate of this name, which copies `num-bigint`'s interface.
//!
//! The RustPython crates name it; by `[patch.crates-io]` they get `num-bigint` itself.

#![no_std]

pub use num_bigint::*;
