//! The write barrier's cold half: which old objects were stored into since the last collection.
//!
//! An old object carries `FLAG_OLD`. The first store into it clears the flag and remembers the object,
//! and the next minor collection scans it whole. Arrays of more than a block would make that dear, so they keep the
//! flag, and the 512-byte card around each slot is remembered instead; the spare bitmap, unused between
//! full collections, tells which cards already are.

use super::alloc::size_of;
use super::header::Header;
use super::mark::Tracer;
use super::space::{heap, space};
use super::sys::{Global, SysVec};
use taipan_abi::header::{FLAG_OLD, Kind};
use taipan_abi::heap::BLOCK_SIZE;

const CARD: usize = 512;

struct Remembered {
    objects: SysVec<usize>,
    cards: SysVec<usize>,
}

static REMEMBERED: Global<Remembered> = Global::new(Remembered { objects: SysVec::new(), cards: SysVec::new() });

/// A reference was stored into an old object. Entry point of compiled code.
#[cold]
#[unsafe(no_mangle)]
pub extern "C" fn taipan_write_slow(owner: *const Header, slot: *const u64) {
    // SAFETY: lock held by contract, `owner` is an object with FLAG_OLD.
    unsafe {
        let kind = (*owner).kind();
        if matches!(kind, Kind::Array | Kind::Tuple) && size_of(owner) > BLOCK_SIZE {
            let card = slot as usize & !(CARD - 1);
            let offset = (card - (*heap()).base) >> 4;
            let word = space().spare.add(offset >> 6);
            let bit = 1u64 << (offset & 63);
            if *word & bit == 0 {
                *word |= bit;
                REMEMBERED.get().cards.push(card);
            }
        } else {
            remember(owner);
        }
    }
}

/// References were stored anywhere in an old object. Entry point of compiled code.
#[unsafe(no_mangle)]
pub extern "C" fn taipan_write_range(owner: *const Header, _start: *const u64, _n: u64) {
    super::header::write_range_barrier(owner);
}

/// Remembers a whole object.
#[cold]
pub fn remember(owner: *const Header) {
    // SAFETY: lock held by contract, `owner` is an object.
    unsafe {
        (*owner).clear_flag(FLAG_OLD);
        REMEMBERED.get().objects.push(owner as usize);
    }
}

/// Minor: marks what remembered objects and cards name. Full: forgets them.
///
/// # Safety
/// Interpreter lock held, inside a collection.
pub unsafe fn trace(tracer: &mut Tracer, full: bool) {
    // SAFETY: remembered objects are old, so alive until the next full collection, which forgets them.
    unsafe {
        let remembered = REMEMBERED.get();
        if full {
            tracer.unprotected.clear();
        } else {
            for &p in remembered.objects.iter() {
                tracer.scan(p);
            }
            for &card in remembered.cards.iter() {
                let offset = card - (*heap()).base;
                *space().spare.add(offset >> 10) &= !(1 << (offset >> 4 & 63));
                // The header and the length in the first card are no traced words.
                let skip = if space().resolve(offset) == card { 2 } else { 0 };
                tracer.range((card as *const u64).add(skip), CARD / 8 - skip);
            }
            for at in 0..tracer.unprotected.len() {
                let p = tracer.unprotected[at];
                tracer.whole(p);
            }
        }
        remembered.objects.clear();
        remembered.cards.clear();
    }
}
