//! Versioning and lowering: IR to Cranelift IR.
//!
//! The walk follows *static basic-block versioning* (Melançon, Serrano, Feeley, ECOOP 2024): a block is
//! compiled once for every different state of knowledge about its live registers ([`state::Ty`]), up
//! to [`VERSIONS`]; after that in one general version, which knows nothing. Ways likely to be taken are walked first, so
//! that they get the versions. A type test splits control: where
//! it succeeds the walk goes on in a version that knows the answer, where it fails in one that does
//! not, so a test done once is known on every path after it, and floats stay unboxed between operations.
//!
//! One [`state::State`] per program point maps each register to an SSA value and what is known of it. Blocks
//! take their live registers as parameters. Nothing here knows a Python type's insides beyond the abi.

pub mod arith;
pub mod attributes;
pub mod calls;
pub mod emit;
pub mod function;
pub mod generator;
pub mod memory;
pub mod ops;
pub mod sequence;
pub mod state;

/// Versions of a block that know something; one that knows nothing comes on top.
pub const VERSIONS: usize = 6;
/// Versions of all blocks of a function together; with more, or twice as many as there are blocks, new states get one
/// version only, since code must not grow without bound.
pub const VERSION_BUDGET: usize = 1000;
/// The same for code of the standard library, of which programs bring much and run little.
pub const LIBRARY_VERSIONS: usize = 1;
/// Bodies of a function specialised to argument types, the general one aside.
pub const VARIANTS: usize = 3;
/// How many of them ways that are rarely taken may ask for.
pub const COLD_VERSIONS: usize = 3;
