//! Weak references: a side table from targets to the weakref objects that name them.
//!
//! A weakref object holds its target in a word that the collector does not trace. When the target dies
//! (after its `__del__`, if it has one, in the collection that finds it dead again), the word becomes 0,
//! and if the weakref lives and has a callback it is queued.

use super::header::Header;
use super::mark::Tracer;
use super::space::{NONE, clear_poll, set_poll, set_watched};
use super::sys::{Global, SysVec};
use taipan_abi::header::FLAG_HAS_WEAKREF;
use taipan_abi::heap::POLL_CALLBACKS;

#[derive(Clone, Copy)]
struct Entry {
    target: usize,
    weakref: usize,
    /// Byte offset of the referent word in the weakref.
    offset: u32,
    callback: bool,
    /// Older entry of the same target.
    next: u32,
}

struct Weak {
    entries: SysVec<Entry>,
    /// Open-addressed table from target to its newest entry; a power of two in size.
    table: SysVec<u32>,
    pending: SysVec<usize>,
    callbacks: usize,
    /// Words outside the heap, see [`add_word`].
    words: SysVec<*mut u64>,
}

static WEAK: Global<Weak> = Global::new(Weak {
    entries: SysVec::new(),
    table: SysVec::new(),
    pending: SysVec::new(),
    callbacks: 0,
    words: SysVec::new(),
});

impl Weak {
    /// The table slot of a target: its own or the empty one where it belongs.
    fn slot(&self, target: usize) -> usize {
        let mask = self.table.len() - 1;
        let mut at = (target >> 3).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20 & mask;
        loop {
            let entry = self.table[at];
            if entry == NONE || self.entries[entry as usize].target == target {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn head(&self, target: usize) -> u32 {
        if self.table.is_empty() { NONE } else { self.table[self.slot(target)] }
    }

    fn rebuild(&mut self) {
        let size = (self.entries.len() * 4).next_power_of_two().max(64);
        self.table.clear();
        for _ in 0..size {
            self.table.push(NONE);
        }
        self.callbacks = 0;
        for at in 0..self.entries.len() {
            let slot = self.slot(self.entries[at].target);
            self.entries[at].next = self.table[slot];
            self.table[slot] = at as u32;
            self.callbacks += self.entries[at].callback as usize;
        }
    }
}

/// Registers a weakref object whose word at byte `offset` names `target`.
pub fn register(target: *mut Header, weakref: *mut Header, offset: usize, has_callback: bool) {
    // SAFETY: lock held by contract; both are objects.
    unsafe {
        let weak = WEAK.get();
        let entry = Entry {
            target: target as usize,
            weakref: weakref as usize,
            offset: offset as u32,
            callback: has_callback,
            next: NONE,
        };
        if weak.entries.len() * 2 >= weak.table.len() {
            weak.entries.push(entry);
            weak.rebuild();
        } else {
            let slot = weak.slot(entry.target);
            weak.entries.push(Entry { next: weak.table[slot], ..entry });
            weak.table[slot] = weak.entries.len() as u32 - 1;
            weak.callbacks += has_callback as usize;
        }
        if has_callback {
            set_watched(true);
        }
        if super::alloc::is_heap(target as usize) {
            (*target).set_flag(FLAG_HAS_WEAKREF);
        }
    }
}

/// A word outside the heap that names an object without keeping it alive: it becomes 0 when the object dies.
///
/// # Safety
/// The word stays where it is, and holds 0 or an object's address.
pub unsafe fn add_word(word: *mut u64) {
    // SAFETY: lock held by contract.
    unsafe { WEAK.get().words.push(word) };
}

/// Calls `visit` with the weakrefs of `target`, newest first, until it returns false.
pub fn for_each(target: *const Header, mut visit: impl FnMut(*mut Header) -> bool) {
    // SAFETY: lock held by contract.
    let weak = unsafe { WEAK.get() };
    let mut at = weak.head(target as usize);
    while at != NONE {
        let entry = weak.entries[at as usize];
        if !visit(entry.weakref as *mut Header) {
            return;
        }
        at = entry.next;
    }
}

/// Number of registered weakrefs with a callback.
pub fn callback_count() -> usize {
    // SAFETY: lock held by contract.
    unsafe { WEAK.get().callbacks }
}

/// Cleared weakrefs whose callbacks are to be called now.
pub fn take_pending_callbacks() -> Vec<*mut Header> {
    clear_poll(POLL_CALLBACKS);
    // SAFETY: lock held by contract. The vector lies in scanned memory.
    unsafe {
        let pending = &mut WEAK.get().pending;
        let list = pending.iter().map(|&p| p as *mut Header).collect();
        pending.clear();
        list
    }
}

/// # Safety
/// Inside a collection.
pub(super) unsafe fn trace_pending(tracer: &mut Tracer) {
    // SAFETY: queued objects are alive.
    for &p in unsafe { WEAK.get() }.pending.iter() {
        tracer.value(p as u64);
    }
}

/// Drops dead weakrefs, and clears those whose target is dead.
///
/// # Safety
/// Inside a collection, after finalizers were settled.
pub(super) unsafe fn process(tracer: &Tracer) {
    // SAFETY: lock held; weakrefs that are written to are alive.
    unsafe {
        let weak = WEAK.get();
        for &word in weak.words.iter() {
            if !tracer.is_marked(*word as usize) {
                *word = 0;
            }
        }
        let mut dropped = false;
        for at in 0..weak.entries.len() {
            let entry = weak.entries[at];
            if entry.weakref == 0 {
                continue;
            }
            if !tracer.is_marked(entry.weakref) {
                weak.entries[at].weakref = 0;
                dropped = true;
            } else if !tracer.is_marked(entry.target) {
                dropped = true;
                let mut link = weak.head(entry.target);
                while link != NONE {
                    let one = weak.entries[link as usize];
                    weak.entries[link as usize].weakref = 0;
                    if one.weakref != 0 && tracer.is_marked(one.weakref) {
                        *((one.weakref + one.offset as usize) as *mut u64) = 0;
                        if one.callback {
                            weak.pending.push(one.weakref);
                            set_poll(POLL_CALLBACKS);
                        }
                    }
                    link = one.next;
                }
            }
        }
        if dropped {
            weak.entries.retain(|entry| entry.weakref != 0);
            weak.rebuild();
        }
    }
}
