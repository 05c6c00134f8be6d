//! The word that every object starts with.
//!
//! ```text
//! bits  0..31  shape  u32  index into the shape table; gives the class and the instance's attribute slots
//! bits 32..39  kind   u8   how the collector walks the object
//! bits 40..47  flags  u8   see the FLAG_ constants
//! bits 48..63  aux    u16  VALUES: number of traced words after the header; LEAF: the type's own use
//! ```
//!
//! Mark bits are not here, so that sweeping never touches dead objects.
//!
//! A traced word holds a [`crate::tag`] word, 0, or raw bits that cannot be taken for a heap address:
//! the heap lies above [`HEAP_LOW`], so lengths, counters and code addresses are safe, while hashes,
//! float bits and sizes of the user's choosing are not and stand after the traced words.

/// Lowest address that the heap can have.
pub const HEAP_LOW: u64 = 0x1000_0000_0000;

/// How the collector walks an object.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// No references inside.
    Leaf = 0,
    /// `aux` traced words follow the header, then raw bytes.
    Values = 1,
    /// `{header, capacity raw, Value × capacity}`: the buffer of lists, tuples' big brothers, frames.
    Array = 2,
    /// The table of a dict: traced by the function registered for this kind.
    Dict = 3,
    /// Traced conservatively, word by word (buffers of foreign containers).
    Conservative = 4,
    /// `aux` traced words, then words which the function registered for the shape traces.
    Custom = 5,
    /// Like `Values`, and the destructor registered for the shape runs when it is swept.
    Native = 6,
    /// Traced words filling the whole object from word 1 up to its length, `{header, len tagged, Value × len}`.
    Tuple = 7,
}

/// Stores into the object must be logged (generational mode).
pub const FLAG_OLD: u8 = 1;
/// The class has `__del__`.
pub const FLAG_HAS_DEL: u8 = 2;
/// `__del__` has run (PEP 442: at most once).
pub const FLAG_FINALIZED: u8 = 4;
/// A weak reference to the object exists.
pub const FLAG_HAS_WEAKREF: u8 = 8;
/// Never freed, not in the heap.
pub const FLAG_IMMORTAL: u8 = 16;
/// `id()` of the object was taken (reserved for a moving heap).
pub const FLAG_ID_TAKEN: u8 = 32;
/// Has a finalizer that no program waits for.
pub const FLAG_QUIET: u8 = 64;
/// The last collection that was asked to tell found it on the native stack of the running thread only.
pub const FLAG_STACK_ONLY: u8 = 128;

pub const SHAPE_OFFSET: i32 = 0;
pub const KIND_OFFSET: i32 = 4;
pub const FLAGS_OFFSET: i32 = 5;
pub const AUX_OFFSET: i32 = 6;
pub const HEADER_SIZE: usize = 8;

/// Packs a header word.
pub const fn pack(shape: u32, kind: Kind, flags: u8, aux: u16) -> u64 {
    shape as u64 | (kind as u64) << 32 | (flags as u64) << 40 | (aux as u64) << 48
}
