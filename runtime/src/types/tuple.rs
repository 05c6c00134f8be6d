//! `tuple`: layout and creation. Methods are in `tuple_methods`.

use crate::errors::R;
use crate::gc::{self, Header};
use crate::object::{Builtin, Ref, TypeDef};
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::header::{Kind, pack};
use taipan_abi::tag;

pub use super::tuple_methods::TUPLE;

/// The object; the items follow it.
#[repr(C)]
pub struct Tuple {
    hdr: Header,
    /// Number of items, as a tagged int.
    len: u64,
}

impl Builtin for Tuple {
    const DEF: &'static TypeDef = &TUPLE;
    const BOXED_IN_SUBCLASS: bool = true;
}

struct Empty(Cell<u64>);
// SAFETY: written once at start under the interpreter lock.
unsafe impl Sync for Empty {}
static EMPTY: Empty = Empty(Cell::new(0));

impl Tuple {
    fn alloc(len: usize) -> R<Ref<Tuple>> {
        let header = pack(TUPLE.shape_for_new(), Kind::Tuple, 0, 0);
        let size = size_of::<Tuple>() + len * 8;
        let Some(ptr) = gc::try_alloc_undefined(size, header) else { return Err(crate::errors::memory_error()) };
        let ptr = ptr.as_ptr() as *mut Tuple;
        // SAFETY: the block has room; the caller fills the items before the next allocation.
        unsafe {
            (&raw mut (*ptr).len).write(tag::int(len as i64));
            Ok(Ref::from_ptr(ptr))
        }
    }

    /// A tuple of these items.
    #[inline]
    pub fn new(items: &[Value]) -> Ref<Tuple> {
        if items.is_empty() {
            return Self::empty();
        }
        match Self::alloc(items.len()) {
            Ok(this) => {
                // SAFETY: allocated for this many items.
                unsafe { std::ptr::copy_nonoverlapping(items.as_ptr(), this.items_ptr(), items.len()) };
                this
            }
            Err(_) => crate::errors::fatal_memory(),
        }
    }

    /// The one empty tuple.
    pub fn empty() -> Ref<Tuple> {
        if EMPTY.0.get() == 0 {
            match Self::alloc(0) {
                Ok(this) => EMPTY.0.set(this.as_ptr() as u64),
                Err(_) => crate::errors::fatal_memory(),
            }
            gc::add_root_range(EMPTY.0.as_ptr(), 1);
        }
        // SAFETY: filled above with an object that is a root.
        unsafe { Ref::from_ptr(EMPTY.0.get() as *mut Tuple) }
    }

    pub fn from_vec(items: Vec<Value>) -> Value {
        Self::new(&items).value()
    }

    fn items_ptr(&self) -> *mut Value {
        // SAFETY: the items begin after the fixed part.
        unsafe { (self as *const Tuple).add(1) as *mut Value }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        (self.len >> 1) as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub fn as_slice(&self) -> &[Value] {
        // SAFETY: the items were all written by `new`.
        unsafe { std::slice::from_raw_parts(self.items_ptr(), self.len()) }
    }

    #[inline(always)]
    pub fn get(&self, index: usize) -> Value {
        self.as_slice()[index]
    }
}
