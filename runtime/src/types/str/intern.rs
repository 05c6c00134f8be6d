//! Interned strings: one object per text, so that names compare by address. They are never freed.

use super::{AUX_INTERNED, Str};
use crate::object::Ref;
use std::cell::{Cell, UnsafeCell};

/// Open addressing table of addresses; its malloc block is a root of the collector while it lives.
struct Table {
    entries: UnsafeCell<Vec<u64>>,
    used: Cell<usize>,
    /// Strings of no or one Latin-1 character.
    short: [Cell<u64>; 257],
}

// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Table {}

static TABLE: Table =
    Table { entries: UnsafeCell::new(Vec::new()), used: Cell::new(0), short: [const { Cell::new(0) }; 257] };

fn entries() -> &'static mut Vec<u64> {
    // SAFETY: under the interpreter lock, and no caller keeps the reference across another call.
    unsafe { &mut *TABLE.entries.get() }
}

/// The shared empty or one-character string, once there is one.
pub(super) fn short(bytes: &[u8]) -> Option<Ref<Str>> {
    let index = bytes.first().map_or(256, |b| *b as usize);
    let word = TABLE.short[index].get();
    // SAFETY: only interned strings, which live for ever, are put there.
    (word != 0).then(|| unsafe { Ref::from_ptr(word as *mut Str) })
}

/// Fills the table of short strings; called at start.
pub fn init() {
    for i in 0..257usize {
        let latin = [i as u8];
        let made = if i == 256 { Str::from_latin1(b"") } else { Str::from_latin1(&latin) };
        TABLE.short[i].set(intern(made).as_ptr() as u64);
    }
}

pub fn intern(string: Ref<Str>) -> Ref<Str> {
    let string = super::grow::compact(string);
    if (TABLE.used.get() + 1) * 2 > entries().len() {
        grow();
    }
    let table = entries();
    let mask = table.len() - 1;
    let mut i = string.hash() as usize & mask;
    loop {
        match table[i] {
            0 => {
                table[i] = string.as_ptr() as u64;
                TABLE.used.set(TABLE.used.get() + 1);
                let header = string.header();
                header.set_aux(header.aux() | AUX_INTERNED);
                return string;
            }
            word => {
                // SAFETY: entries are live strings.
                let known: Ref<Str> = unsafe { Ref::from_ptr(word as *mut Str) };
                if known.equals(&string) {
                    return known;
                }
            }
        }
        i = (i + 1) & mask;
    }
}

pub fn intern_text(text: &str) -> Ref<Str> {
    intern(Str::new(text))
}

fn grow() {
    let old = std::mem::take(entries());
    let size = (old.len() * 2).max(4096);
    let mut table = vec![0u64; size];
    for word in old.into_iter().filter(|w| *w != 0) {
        // SAFETY: entries are live strings.
        let string: Ref<Str> = unsafe { Ref::from_ptr(word as *mut Str) };
        let mut i = string.hash() as usize & (size - 1);
        while table[i] != 0 {
            i = (i + 1) & (size - 1);
        }
        table[i] = word;
    }
    *entries() = table;
}
