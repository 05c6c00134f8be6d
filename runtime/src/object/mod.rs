//! The object model: references and slots, classes, shapes, attributes, descriptors, calls.
//!
//! Sits on `gc` and below `types` and `ops`. The protocol of special methods lives in [`slots`]:
//! a class has one function pointer per operation, as CPython's type objects have.

pub mod args;
pub mod attr;
pub mod call;
pub mod class;
pub mod define;
pub mod mro;
pub mod reference;
pub mod shape;
pub mod singletons;
pub mod slotdefs;
pub mod slots;

pub use args::Args;
pub use class::Type;
pub use define::{Builtin, GetSet, Method, NativeFn, TypeDef};
pub use reference::{Ref, Slot};
pub use slots::{CmpOp, Slots};
