//! Allocation of objects: bump allocation in holes between marked cells, and runs of blocks for large ones.
//!
//! A class allocates from its cursor; when the hole is used up, the slow path looks for the next hole of
//! the block in the mark bitmap (nothing else is swept), then for the next block with room, then for a
//! free block. A collection happens only here, when enough was allocated since the last one.

use super::classes::{MARK_WORDS, STARTS, cell_size, cells_end, class_for, reciprocal};
use super::collect::{self, GC};
use super::finalize;
use super::header::Header;
use super::memory;
use super::space::{BLOCK_SHIFT, NONE, Space, State, heap, space, zero_blocks};
use super::sys::{Global, fatal};
use std::ptr::NonNull;
use taipan_abi::header::Kind;
use taipan_abi::heap::{BLOCK_SIZE, CURSORS, MAX_SMALL};

/// Where a class allocates.
#[derive(Clone, Copy)]
pub struct ClassState {
    /// The block that the cursor lies in.
    pub block: u32,
    /// Head of the list of blocks with free cells.
    pub partial: u32,
}

pub static CLASSES: Global<[ClassState; CURSORS]> = Global::new([ClassState { block: NONE, partial: NONE }; CURSORS]);

#[inline(always)]
fn kind_of(header: u64) -> u8 {
    (header >> 32) as u8
}

/// Allocates an object of `size` bytes, header included, and stores the header word. All other bytes
/// are zero, except in leaf objects, tuples and dict tables up to 16 KiB, whose bytes are undefined. The caller stores every
/// traced word before its next allocation. Never null: when memory has run out, a reserve is used and
/// `POLL_MEMORY` is set.
#[inline]
pub fn alloc(size: usize, header: u64) -> *mut Header {
    if size > MAX_SMALL {
        return match alloc_large(size, header) {
            Some(p) => p.as_ptr(),
            None => fatal("out of memory"),
        };
    }
    let class = class_for(size);
    let cell = cell_size(class);
    // SAFETY: lock held by contract; cursors delimit free memory.
    unsafe {
        let p = take(class, cell);
        finish(p, cell, header)
    }
}

/// Like [`alloc`] for callers that write the first `size` bytes, header word aside, before anything
/// else happens: only what the cell has beyond them is cleared.
#[inline(always)]
pub fn alloc_filled(size: usize, header: u64) -> *mut Header {
    if size > MAX_SMALL {
        return alloc(size, header);
    }
    let class = class_for(size);
    let cell = cell_size(class);
    // SAFETY: as in `alloc`.
    unsafe {
        let p = take(class, cell);
        let words = p as *mut u64;
        for at in size.div_ceil(8)..cell / 8 {
            // Volatile keeps this from becoming a call to memset.
            words.add(at).write_volatile(0);
        }
        words.write(header);
        if kind_of(header) == Kind::Native as u8 {
            finalize::register_native(p as *mut Header);
        }
        p as *mut Header
    }
}

/// As [`try_alloc`] of a leaf or tuple, whose bytes are undefined.
#[inline(always)]
pub fn try_alloc_undefined(size: usize, header: u64) -> Option<NonNull<Header>> {
    debug_assert!(matches!(kind_of(header), k if k == Kind::Leaf as u8 || k == Kind::Tuple as u8));
    if size > MAX_SMALL {
        return alloc_large(size, header);
    }
    let class = class_for(size);
    // SAFETY: as in `alloc`.
    unsafe {
        let p = take(class, cell_size(class)) as *mut Header;
        (p as *mut u64).write(header);
        NonNull::new(p)
    }
}

/// Bytes that an object of this size really gets.
#[inline(always)]
pub fn usable(size: usize) -> usize {
    if size <= MAX_SMALL { cell_size(class_for(size)) } else { size.next_multiple_of(BLOCK_SIZE) }
}

/// The next free cell of a class, of `cell` bytes.
///
/// # Safety
/// The lock is held.
#[inline(always)]
unsafe fn take(class: usize, cell: usize) -> usize {
    // SAFETY: the caller's promise; cursors delimit free memory.
    unsafe {
        let bump = &raw mut (*heap()).bump[class];
        let cur = (*bump).cur;
        let next = cur + cell;
        if next <= (*bump).end {
            (*bump).cur = next;
            cur
        } else {
            alloc_slow(class)
        }
    }
}

/// Stores the header and clears the rest of a fresh cell.
#[inline(always)]
unsafe fn finish(p: usize, cell: usize, header: u64) -> *mut Header {
    // SAFETY: the cell belongs to the caller.
    unsafe {
        let kind = kind_of(header);
        let words = p as *mut u64;
        // Of tuples and dict tables the collector looks only at what their counts say.
        if kind != Kind::Leaf as u8 && kind != Kind::Tuple as u8 && kind != Kind::Dict as u8 {
            if cell <= 128 {
                for at in 1..cell / 8 {
                    // Volatile keeps this from becoming a call to memset.
                    words.add(at).write_volatile(0);
                }
            } else {
                std::ptr::write_bytes(words.add(1), 0, cell / 8 - 1);
            }
        }
        words.write(header);
        if kind == Kind::Native as u8 {
            finalize::register_native(p as *mut Header);
        }
        p as *mut Header
    }
}

/// Like [`alloc`] for sizes that the user chooses: None means MemoryError.
#[inline]
pub fn try_alloc(size: usize, header: u64) -> Option<NonNull<Header>> {
    if size > MAX_SMALL { alloc_large(size, header) } else { NonNull::new(alloc(size, header)) }
}

/// A zeroed object of more than `MAX_SMALL` bytes.
#[cold]
#[inline(never)]
fn alloc_large(size: usize, header: u64) -> Option<NonNull<Header>> {
    if size > isize::MAX as usize {
        return None;
    }
    let n = u32::try_from(size.div_ceil(BLOCK_SIZE)).ok()?;
    let bytes = (n as usize) << BLOCK_SHIFT;
    // SAFETY: lock held by contract.
    unsafe {
        let gc = GC.get();
        if gc.due(bytes) {
            collect::automatic();
        }
        let first = memory::take_blocks(n, n == 1)?;
        GC.get().since_last += bytes;
        let space = space();
        zero_blocks(first, n, true);
        for index in first..first + n {
            let block = space.block(index);
            block.state = State::Tail;
            block.link = first;
        }
        let block = space.block(first);
        block.state = State::Large;
        block.link = n;
        GC.get().young_large.push(first);
        let p = space.block_address(first) as *mut u64;
        p.write(header);
        if kind_of(header) == Kind::Native as u8 {
            finalize::register_native(p as *mut Header);
        }
        NonNull::new(p as *mut Header)
    }
}

/// A cell of the class when its cursor has run out; may collect.
///
/// # Safety
/// Interpreter lock held.
#[cold]
#[inline(never)]
pub unsafe fn alloc_slow(class: usize) -> usize {
    // SAFETY: lock held.
    unsafe {
        if GC.get().due(cell_size(class)) {
            collect::automatic();
        }
        let cell = cell_size(class);
        let bump = &raw mut (*heap()).bump[class];
        loop {
            if let Some((start, end)) = next_hole(class) {
                let gc = GC.get();
                let end = if gc.stress == 1 { start + cell } else { end };
                gc.since_last += end - start;
                (*bump).cur = start + cell;
                (*bump).end = end;
                return start;
            }
            next_block(class);
        }
    }
}

/// The next hole of the class's block at or after the cursor's end.
unsafe fn next_hole(class: usize) -> Option<(usize, usize)> {
    // SAFETY: lock held.
    unsafe {
        let index = CLASSES.get()[class].block;
        if index == NONE {
            return None;
        }
        let space = space();
        let base = space.block_address(index);
        let marks = Space::words(space.valid, index);
        let starts = &STARTS[class];
        let cell = cell_size(class);
        let from = ((*heap()).bump[class].end - base) >> 4;
        let mut word = from >> 6;
        if word >= MARK_WORDS {
            return None;
        }
        let mut free = starts[word] & !marks[word] & (!0 << (from & 63));
        while free == 0 {
            word += 1;
            if word == MARK_WORDS {
                return None;
            }
            free = starts[word] & !marks[word];
        }
        let bit = free.trailing_zeros() as usize;
        let cell_at = |word: usize, bit: usize| ((word * 64 + bit) * 16).div_ceil(cell) * cell;
        let start = base + cell_at(word, bit);
        let mut taken = marks[word] & (!0 << bit);
        while taken == 0 {
            word += 1;
            if word == MARK_WORDS {
                return Some((start, base + cells_end(class)));
            }
            taken = marks[word];
        }
        Some((start, base + cell_at(word, taken.trailing_zeros() as usize)))
    }
}

/// Moves the class's cursor to another block with room.
unsafe fn next_block(class: usize) {
    // SAFETY: lock held.
    unsafe {
        let space = space();
        let state = &mut CLASSES.get()[class];
        if state.block != NONE {
            space.block(state.block).alloc_limit = cells_end(class) as u32;
            // From here to the end of this function the class has no block: a collection may run.
            state.block = NONE;
            (*heap()).bump[class] = super::space::Bump { cur: 0, end: 0 };
        }
        let mut index = state.partial;
        if index == NONE {
            index = match memory::take_blocks(1, true) {
                Some(index) => index,
                None => fatal("out of memory"),
            };
            // A collection in take_blocks may have found blocks with room; the fresh one is used all the same.
            let block = space.block(index);
            block.state = State::Small;
            block.class = class as u8;
            block.dirty = true;
            block.cell = cell_size(class) as u32;
            block.reciprocal = reciprocal(class);
            block.alloc_limit = 0;
            block.live = 0;
            // The block may have been used with another layout whose marks are long cleared; both
            // bitmaps are, as a free block holds no marked object.
        } else {
            state.partial = space.block(index).next;
        }
        let block = space.block(index);
        block.next = NONE;
        if !block.touched {
            block.touched = true;
            GC.get().touched.push(index);
        }
        let address = space.block_address(index);
        CLASSES.get()[class].block = index;
        (*heap()).bump[class] = super::space::Bump { cur: address, end: address };
    }
}

/// Writes the cursors' positions to the blocks' `alloc_limit`, which [`Space::resolve`] reads.
///
/// # Safety
/// Interpreter lock held.
pub unsafe fn flush_cursors() {
    // SAFETY: lock held.
    unsafe {
        let space = space();
        for (class, state) in CLASSES.get().iter().enumerate() {
            if state.block != NONE {
                let offset = (*heap()).bump[class].cur - space.block_address(state.block);
                space.block(state.block).alloc_limit = offset as u32;
            }
        }
    }
}

/// Usable bytes of the object's cell or run of blocks, header included; 0 for a static object.
pub fn size_of(p: *const Header) -> usize {
    let address = p as usize;
    // SAFETY: lock held by contract; the address is checked.
    unsafe {
        if !is_heap(address) {
            return 0;
        }
        let space = space();
        let block = space.block(space.index_of(address));
        match block.state {
            State::Small => block.cell as usize,
            State::Large => (block.link as usize) << BLOCK_SHIFT,
            _ => 0,
        }
    }
}

/// Whether the address lies in the part of memory that collected objects live in.
#[inline(always)]
pub fn is_heap(address: usize) -> bool {
    // SAFETY: plain reads.
    unsafe { address.wrapping_sub((*heap()).base) < (*heap()).span }
}

/// Entry point of compiled code: a cell of the class, its bytes undefined.
#[unsafe(no_mangle)]
pub extern "C" fn taipan_alloc_slow(class: u64) -> *mut Header {
    // SAFETY: compiled code runs under the lock.
    unsafe { alloc_slow(class as usize) as *mut Header }
}

/// Entry point of compiled code: [`alloc`].
#[unsafe(no_mangle)]
pub extern "C" fn taipan_alloc(size: u64, header: u64) -> *mut Header {
    alloc(size as usize, header)
}
