//! `None`, `True`, `False`, `NotImplemented` and `...`: static objects that are never freed.

use crate::gc::Header;
use crate::value::Value;
use std::cell::UnsafeCell;
use taipan_abi::header::{FLAG_IMMORTAL, Kind, pack};

/// A static object of one header and one raw word (a bool's number).
#[repr(C, align(16))]
pub struct Static(UnsafeCell<[u64; 2]>);

// SAFETY: the header is written once at start, before any other thread exists.
unsafe impl Sync for Static {}

macro_rules! statics {
    ($($symbol:ident $function:ident $number:literal)*) => {
        $(
            #[unsafe(no_mangle)]
            pub static $symbol: Static = Static(UnsafeCell::new([0, $number]));
            #[inline(always)]
            pub fn $function() -> Value {
                // SAFETY: the address of a static object with a header.
                unsafe { Value::from_bits(&raw const $symbol as u64) }
            }
        )*
    };
}

statics! {
    TAIPAN_NONE none 0
    TAIPAN_FALSE false_ 0
    TAIPAN_TRUE true_ 1
    TAIPAN_NOT_IMPLEMENTED not_implemented 0
    TAIPAN_ELLIPSIS ellipsis 0
}

#[inline(always)]
pub fn boolean(b: bool) -> Value {
    if b { true_() } else { false_() }
}

/// Writes their headers, which name shapes that exist only now.
pub fn init() {
    use crate::types::{bool_, none};
    for (object, def) in [
        (&TAIPAN_NONE, &none::NONE_TYPE),
        (&TAIPAN_FALSE, &bool_::BOOL),
        (&TAIPAN_TRUE, &bool_::BOOL),
        (&TAIPAN_NOT_IMPLEMENTED, &none::NOT_IMPLEMENTED_TYPE),
        (&TAIPAN_ELLIPSIS, &none::ELLIPSIS_TYPE),
    ] {
        // SAFETY: called once at start; the first word is the header.
        unsafe {
            *(object.0.get() as *mut Header as *mut u64) = pack(def.shape_for_new(), Kind::Leaf, FLAG_IMMORTAL, 0)
        };
    }
}
