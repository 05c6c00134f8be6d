//! The header word as the runtime sees it; its layout is the abi's.

use std::cell::Cell;
use taipan_abi::header::{FLAG_OLD, Kind};

/// First word of every object.
#[repr(C, align(8))]
pub struct Header {
    shape: Cell<u32>,
    kind: Cell<u8>,
    flags: Cell<u8>,
    aux: Cell<u16>,
}
const _: () = assert!(size_of::<Header>() == 8);

impl Header {
    /// Stands in for the header in a value about to be moved into a block that has its own.
    pub const EMPTY: Header =
        Header { shape: Cell::new(0), kind: Cell::new(0), flags: Cell::new(0), aux: Cell::new(0) };

    #[inline(always)]
    pub fn shape(&self) -> u32 {
        self.shape.get()
    }

    #[inline(always)]
    pub fn set_shape(&self, shape: u32) {
        self.shape.set(shape);
    }

    #[inline(always)]
    pub fn kind(&self) -> Kind {
        match self.kind.get() {
            1 => Kind::Values,
            2 => Kind::Array,
            3 => Kind::Dict,
            4 => Kind::Conservative,
            5 => Kind::Custom,
            6 => Kind::Native,
            7 => Kind::Tuple,
            _ => Kind::Leaf,
        }
    }

    #[inline(always)]
    pub fn flags(&self) -> u8 {
        self.flags.get()
    }

    #[inline(always)]
    pub fn has_flag(&self, flag: u8) -> bool {
        self.flags.get() & flag != 0
    }

    #[inline(always)]
    pub fn set_flag(&self, flag: u8) {
        self.flags.set(self.flags.get() | flag);
    }

    #[inline(always)]
    pub fn clear_flag(&self, flag: u8) {
        self.flags.set(self.flags.get() & !flag);
    }

    #[inline(always)]
    pub fn aux(&self) -> u16 {
        self.aux.get()
    }

    #[inline(always)]
    pub fn set_aux(&self, aux: u16) {
        self.aux.set(aux);
    }

    /// The whole word.
    #[inline(always)]
    pub fn word(&self) -> u64 {
        // SAFETY: a Header is eight bytes, aligned to eight.
        unsafe { *(self as *const Header as *const u64) }
    }
}

/// To be called after each store of a heap reference into `owner`, which was allocated before the
/// newest object; stores that initialise a fresh object need none.
#[inline(always)]
pub fn write_barrier(owner: *const Header, slot: *const u64) {
    // SAFETY: `owner` is an object.
    if unsafe { (*owner).flags() } & FLAG_OLD != 0 {
        super::barrier::taipan_write_slow(owner, slot);
    }
}

/// The same after a bulk store into `owner`.
#[inline(always)]
pub fn write_range_barrier(owner: *const Header) {
    // SAFETY: `owner` is an object.
    if unsafe { (*owner).flags() } & FLAG_OLD != 0 {
        super::barrier::remember(owner);
    }
}
