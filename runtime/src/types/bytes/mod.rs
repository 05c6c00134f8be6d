//! `bytes`: layout and creation. Methods shared with `bytearray` are in [`methods`], the type's own
//! construction in [`new`].

pub mod format;
pub mod hex;
pub mod iter;
pub mod methods;
pub mod new;

use crate::errors::R;
use crate::gc::{self, Header};
use crate::object::{Builtin, Ref, TypeDef};
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::header::{Kind, pack};
use taipan_abi::tag;

pub use new::BYTES;

/// The object; the bytes follow it.
#[repr(C)]
pub struct Bytes {
    hdr: Header,
    /// Number of bytes, as a tagged int.
    len: u64,
    /// 0: not computed yet.
    hash: Cell<i64>,
}

impl Builtin for Bytes {
    const DEF: &'static TypeDef = &BYTES;
    const BOXED_IN_SUBCLASS: bool = true;
}

/// The shared objects of no byte and of one byte.
struct Short([Cell<u64>; 257]);
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Short {}
static SHORT: Short = Short([const { Cell::new(0) }; 257]);

impl Bytes {
    /// An object of this length whose bytes the caller fills at once; MemoryError when there is no room.
    pub fn alloc(len: usize) -> R<Ref<Bytes>> {
        let header = pack(BYTES.shape_for_new(), Kind::Leaf, 0, 0);
        let Some(size) = len.checked_add(size_of::<Bytes>()).filter(|&n| n <= isize::MAX as usize) else {
            return Err(crate::errors::memory_error());
        };
        let Some(ptr) = gc::try_alloc(size, header) else { return Err(crate::errors::memory_error()) };
        let ptr = ptr.as_ptr() as *mut Bytes;
        // SAFETY: the block has room for the fields.
        unsafe {
            (&raw mut (*ptr).len).write(tag::int(len as i64));
            (&raw mut (*ptr).hash).write(Cell::new(0));
            Ok(Ref::from_ptr(ptr))
        }
    }

    pub fn try_new(data: &[u8]) -> R<Ref<Bytes>> {
        if data.len() <= 1 {
            return Ok(Self::short(data));
        }
        Self::copied(data)
    }

    pub fn new(data: &[u8]) -> Ref<Bytes> {
        match Self::try_new(data) {
            Ok(bytes) => bytes,
            Err(_) => crate::errors::fatal_memory(),
        }
    }

    fn copied(data: &[u8]) -> R<Ref<Bytes>> {
        let bytes = Self::alloc(data.len())?;
        // SAFETY: allocated for this many bytes.
        unsafe { std::ptr::copy_nonoverlapping(data.as_ptr(), bytes.data_ptr(), data.len()) };
        Ok(bytes)
    }

    fn short(data: &[u8]) -> Ref<Bytes> {
        let cell = &SHORT.0[data.first().map_or(256, |b| *b as usize)];
        if cell.get() == 0 {
            match Self::copied(data) {
                Ok(made) => cell.set(made.as_ptr() as u64),
                Err(_) => crate::errors::fatal_memory(),
            }
            gc::add_root_range(cell.as_ptr(), 1);
        }
        // SAFETY: filled with an object that is a root.
        unsafe { Ref::from_ptr(cell.get() as *mut Bytes) }
    }

    /// Where the bytes are.
    #[inline(always)]
    pub fn data_ptr(&self) -> *mut u8 {
        // SAFETY: the bytes begin after the fixed part.
        unsafe { (self as *const Bytes).add(1) as *mut u8 }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        (self.len >> 1) as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes; the object stays alive while their address is on the stack.
    #[inline(always)]
    pub fn as_slice(&self) -> &'static [u8] {
        // SAFETY: `len` bytes were written when the object was made.
        unsafe { std::slice::from_raw_parts(self.data_ptr(), self.len()) }
    }

    pub fn hash(&self) -> i64 {
        if self.hash.get() == 0 {
            self.hash.set(crate::ops::hash::bytes(self.as_slice()));
        }
        self.hash.get()
    }
}

/// The bytes of a `bytes` or `bytearray` (or of an instance of a subclass).
#[inline]
pub fn view(v: Value) -> Option<&'static [u8]> {
    if let Some(bytes) = v.exact::<Bytes>() {
        return Some(bytes.as_slice());
    }
    if let Some(array) = v.cast::<super::bytearray::ByteArray>() {
        return Some(array.as_slice());
    }
    v.cast::<Bytes>().map(|bytes| bytes.as_slice())
}

/// The bytes of any object with a buffer; `None` if it has none. The buffer itself stays alive while
/// its address is on the stack, though its owner may get another one.
pub fn buffer_of(v: Value) -> R<Option<&'static [u8]>> {
    if let Some(bytes) = view(v) {
        return Ok(Some(bytes));
    }
    match crate::object::class::slots_of(v).buffer {
        Some(buffer) => {
            let buffer = buffer(v)?;
            if buffer.len == 0 {
                return Ok(Some(&[]));
            }
            // SAFETY: the slot gave a readable range.
            Ok(Some(unsafe { std::slice::from_raw_parts(buffer.ptr, buffer.len) }))
        }
        None => Ok(None),
    }
}

/// The bytes of an argument that must have a buffer: "a bytes-like object is required, not 'X'".
pub fn require(v: Value) -> R<&'static [u8]> {
    match buffer_of(v)? {
        Some(bytes) => Ok(bytes),
        None => Err(crate::errors::type_error(format_args!(
            "a bytes-like object is required, not '{}'",
            v.class().display_name()
        ))),
    }
}
