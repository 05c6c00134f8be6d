//! The contract between compiled code and the runtime.
//!
//! Both sides are built from this crate, so they cannot disagree: how a value is packed into a
//! word ([`tag`]), what stands where in an object ([`header`], [`layout`]), and every fact about
//! every opcode ([`opcode`]). No code here allocates, and nothing here depends on anything.

#![no_std]

pub mod header;
pub mod heap;
pub mod layout;
pub mod opcode;
pub mod symbols;
pub mod tag;
