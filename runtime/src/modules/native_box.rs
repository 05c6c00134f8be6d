//! Objects that own a Rust value: `{header, address of the box}`. The collector drops the box with the object.
//!
//! Such a type says `kind: Kind::Native`, has [`WORDS`] words, none traced, and cannot be subclassed; its
//! module announces it with [`register`].

use crate::gc::{self, Header};
use crate::object::reference::allocate;
use crate::object::{Ref, TypeDef};
use crate::value::Value;

#[repr(C)]
struct NativeBox<T> {
    hdr: Header,
    value: *mut T,
}

pub const WORDS: u16 = 2;

/// # Safety
/// `object` is a dead object of a type registered with this `T`.
unsafe fn destroy<T>(object: *mut Header) {
    // SAFETY: `make` put the box there, and the object dies once.
    unsafe { drop(Box::from_raw((*(object as *mut NativeBox<T>)).value)) };
}

/// To be called before the first instance is made.
pub fn register<T>(def: &'static TypeDef) {
    gc::set_destroy_fn(def.shape_for_new(), destroy::<T>);
}

/// A new instance of a registered type.
pub fn make<T>(def: &'static TypeDef, value: T) -> Value {
    let value = Box::into_raw(Box::new(value));
    allocate(def.header(), NativeBox { hdr: Header::EMPTY, value }).value()
}

/// Runs `f` on the value of an instance; `f` must not run Python code, which could come back here.
///
/// # Safety
/// `v` is an instance of a type registered with this `T`.
pub unsafe fn with<T, U>(v: Value, f: impl FnOnce(&mut T) -> U) -> U {
    // SAFETY: the caller's promise; the box lives as long as the object.
    unsafe {
        let object: Ref<NativeBox<T>> = Ref::from_ptr(v.as_ptr());
        f(&mut *object.value)
    }
}
