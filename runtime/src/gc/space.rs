//! The address space: one reservation, carved in blocks, with side tables.
//!
//! The lower part holds objects, the upper part the scanned blocks of the global allocator
//! ([`super::malloc`]); both share the side tables: 32 bytes of [`Block`] for each block, and two mark
//! bitmaps with a bit for 16 bytes. Between collections `valid` is the current bitmap. A full collection
//! marks into the other one, so that ambiguous words can still be resolved against the old marks.
//! Everything is reserved, not committed: untouched tables cost nothing.

use super::classes::MARK_WORDS;
use super::sys::{Global, SysVec, fatal};
use std::sync::atomic::{AtomicU8, Ordering};
use taipan_abi::header::HEAP_LOW;
use taipan_abi::heap::{BLOCK_SIZE, CURSORS};

pub const BLOCK_SHIFT: usize = BLOCK_SIZE.trailing_zeros() as usize;
/// "No block" in links between blocks.
pub const NONE: u32 = u32::MAX;
/// Memory is made accessible in steps of this many blocks.
const COMMIT_BLOCKS: u32 = 128;
/// From this many blocks on (32 MiB) a heap asks for huge pages: faults by the page cost as much as filling them.
const LARGE_BLOCKS: u32 = 1024;

/// Allocation cursor of a size class: `cur..end` is free memory.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bump {
    pub cur: usize,
    pub end: usize,
}

/// What compiled code sees of the heap; see `taipan_abi::heap`.
#[repr(C)]
pub struct TaipanHeap {
    pub bump: [Bump; CURSORS],
    pub poll: AtomicU8,
    /// Whether some object's end would be seen, see [`is_watched`].
    pub watched: u8,
    /// First address of the heap, and bytes in use from there: `addr - base < span` means "in the heap".
    pub base: usize,
    pub span: usize,
}

#[unsafe(no_mangle)]
pub static mut TAIPAN_HEAP: TaipanHeap = TaipanHeap {
    bump: [Bump { cur: 0, end: 0 }; CURSORS],
    poll: AtomicU8::new(0),
    watched: 0,
    base: usize::MAX,
    span: 0,
};

#[inline(always)]
pub fn heap() -> *mut TaipanHeap {
    &raw mut TAIPAN_HEAP
}

/// Sets bits of the poll byte (also from signal handlers and other threads).
#[inline]
pub fn set_poll(bits: u8) {
    // SAFETY: the byte is atomic and static.
    unsafe { (*heap()).poll.fetch_or(bits, Ordering::Relaxed) };
}

/// Clears bits of the poll byte and returns what it held.
#[inline]
pub fn clear_poll(bits: u8) -> u8 {
    // SAFETY: as above.
    unsafe { (*heap()).poll.fetch_and(!bits, Ordering::Relaxed) }
}

#[inline]
pub fn poll_bits() -> u8 {
    // SAFETY: as above.
    unsafe { (*heap()).poll.load(Ordering::Relaxed) }
}

/// Whether an object exists whose end a program would see: with `__del__`, or a weak reference with a callback.
#[inline]
pub fn is_watched() -> bool {
    // SAFETY: lock held by contract.
    unsafe { (*heap()).watched != 0 }
}

/// # Safety
/// Interpreter lock held.
pub(super) unsafe fn set_watched(watched: bool) {
    // SAFETY: the caller's promise.
    unsafe { (*heap()).watched = watched as u8 };
}

#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Free = 0,
    /// Cells of one size class.
    Small,
    /// First block of a large object; `link` is the number of blocks.
    Large,
    /// Further block of a large object; `link` is the first block.
    Tail,
    /// The same three for the global allocator.
    Malloc,
    MallocLarge,
}

/// Side data of a block. All zero means free and never touched.
#[repr(C)]
pub struct Block {
    pub state: State,
    pub class: u8,
    /// Memory was written since the system gave it zeroed.
    pub dirty: bool,
    /// On the list of blocks that were allocated into since the last collection.
    pub touched: bool,
    pub cell: u32,
    pub reciprocal: u32,
    /// Cells starting below this offset were allocated since the last collection or survived it;
    /// above it only the marked ones are objects.
    pub alloc_limit: u32,
    pub live: u32,
    pub link: u32,
    /// Next block with free cells in the class.
    pub next: u32,
    _pad: u32,
}
const _: () = assert!(size_of::<Block>() == 32);

/// The reservation and its side tables.
pub struct Space {
    pub base: usize,
    pub blocks: *mut Block,
    /// Marks of the last collection: which cells below no `alloc_limit` are objects.
    pub valid: *mut u64,
    /// The bitmap that is being marked into; differs from `valid` only inside a full collection.
    pub marks: *mut u64,
    pub spare: *mut u64,
    /// First address of the global allocator's part, and end of it all.
    pub malloc_base: usize,
    pub end: usize,
}

pub static SPACE: Global<Space> = Global::new(Space {
    base: usize::MAX,
    blocks: std::ptr::null_mut(),
    valid: std::ptr::null_mut(),
    marks: std::ptr::null_mut(),
    spare: std::ptr::null_mut(),
    malloc_base: usize::MAX,
    end: usize::MAX,
});

/// # Safety
/// Interpreter lock held, heap initialised.
#[inline(always)]
pub unsafe fn space() -> &'static mut Space {
    // SAFETY: the caller's promise.
    unsafe { SPACE.get() }
}

impl Space {
    #[inline(always)]
    pub fn block(&self, index: u32) -> &'static mut Block {
        // SAFETY: indices come from the arenas or from addresses inside the reservation.
        unsafe { &mut *self.blocks.add(index as usize) }
    }

    #[inline(always)]
    pub fn block_address(&self, index: u32) -> usize {
        self.base + ((index as usize) << BLOCK_SHIFT)
    }

    #[inline(always)]
    pub fn index_of(&self, address: usize) -> u32 {
        ((address - self.base) >> BLOCK_SHIFT) as u32
    }

    /// The mark words of a block in `bitmap`.
    #[inline(always)]
    pub fn words(bitmap: *mut u64, index: u32) -> &'static mut [u64; MARK_WORDS] {
        // SAFETY: the bitmap covers the whole reservation.
        unsafe { &mut *bitmap.add(index as usize * MARK_WORDS).cast() }
    }

    /// The object that the address `base + offset` points at or into, or 0; `offset` must lie below the span.
    #[inline]
    pub fn resolve(&self, offset: usize) -> usize {
        let index = (offset >> BLOCK_SHIFT) as u32;
        let block = self.block(index);
        match block.state {
            State::Small => {
                let within = offset & (BLOCK_SIZE - 1);
                let cell = (within as u64 * block.reciprocal as u64) >> 32;
                let start = cell as usize * block.cell as usize;
                let bit = start >> 4;
                let known = start < block.alloc_limit as usize
                    || Space::words(self.valid, index)[(bit >> 6) & (MARK_WORDS - 1)] >> (bit & 63) & 1 != 0;
                if known { self.block_address(index) + start } else { 0 }
            }
            State::Large => self.block_address(index),
            State::Tail => self.block_address(block.link),
            _ => 0,
        }
    }
}

/// A stretch of free blocks.
#[derive(Clone, Copy)]
pub struct Run {
    pub start: u32,
    pub len: u32,
}

/// One of the two parts of the reservation: hands out runs of blocks, first fit.
pub struct Arena {
    /// Blocks `first..next` have been handed out at least once; `next..committed` are accessible.
    pub first: u32,
    pub next: u32,
    committed: u32,
    limit: u32,
    /// Free runs below `next`, highest address first, so that the lowest is popped from the end.
    pub runs: SysVec<Run>,
    /// Blocks in `runs`.
    pub free: u32,
    /// No run is this long (learned from a failed search).
    unfit: u32,
}

pub static OBJECTS: Global<Arena> = Global::new(Arena::new());
pub static MALLOCED: Global<Arena> = Global::new(Arena::new());

impl Arena {
    const fn new() -> Self {
        Arena { first: 0, next: 0, committed: 0, limit: 0, runs: SysVec::new(), free: 0, unfit: NONE }
    }

    pub fn used(&self) -> usize {
        (self.next - self.first - self.free) as usize
    }

    /// Takes `n` neighbouring blocks; None when the system or the reservation gives no more.
    pub fn take(&mut self, n: u32) -> Option<u32> {
        if n < self.unfit {
            for at in (0..self.runs.len()).rev() {
                let run = self.runs[at];
                if run.len >= n {
                    if run.len == n {
                        self.runs.remove(at);
                    } else {
                        self.runs[at] = Run { start: run.start + n, len: run.len - n };
                    }
                    self.free -= n;
                    return Some(run.start);
                }
            }
            self.unfit = n;
        }
        let end = self.next.checked_add(n).filter(|&end| end <= self.limit)?;
        if end > self.committed {
            let large = self.committed - self.first >= LARGE_BLOCKS;
            let upto = end.next_multiple_of(COMMIT_BLOCKS).min(self.limit);
            // SAFETY: the range lies inside the reservation.
            let failed = unsafe {
                let address = space().block_address(self.committed);
                let bytes = ((upto - self.committed) as usize) << BLOCK_SHIFT;
                if large {
                    libc::madvise(address as *mut _, bytes, libc::MADV_HUGEPAGE);
                }
                libc::mprotect(address as *mut _, bytes, libc::PROT_READ | libc::PROT_WRITE) != 0
            };
            if failed {
                return None;
            }
            self.committed = upto;
        }
        let start = self.next;
        self.next = end;
        Some(start)
    }

    /// Gives blocks back, whose state is already `Free`.
    pub fn give(&mut self, start: u32, len: u32) {
        self.free += len;
        self.unfit = NONE;
        // Sorted with the highest first: find the first run below `start`.
        let at = self.runs.partition_point(|run| run.start > start);
        let joins_above = at > 0 && self.runs[at - 1].start == start + len;
        let joins_below = at < self.runs.len() && self.runs[at].start + self.runs[at].len == start;
        match (joins_above, joins_below) {
            (true, true) => {
                self.runs[at].len += len + self.runs[at - 1].len;
                self.runs.remove(at - 1);
            }
            (true, false) => {
                self.runs[at - 1].start = start;
                self.runs[at - 1].len += len;
            }
            (false, true) => self.runs[at].len += len,
            (false, false) => self.runs.insert(at, Run { start, len }),
        }
    }

    /// Replaces the free runs by those that the collector found, lowest first.
    pub fn replace_runs(&mut self, found: &mut SysVec<Run>) {
        // A run that ends where the unused part begins joins it.
        if let Some(last) = found.last().copied()
            && last.start + last.len == self.next
        {
            self.next = last.start;
            found.pop();
        }
        self.runs.clear();
        self.free = 0;
        self.unfit = NONE;
        for run in found.iter().rev() {
            self.runs.push(*run);
            self.free += run.len;
        }
    }

    /// Accessible blocks that hold nothing.
    pub fn idle(&self) -> usize {
        (self.committed - self.first) as usize - self.used()
    }

    /// Returns the memory of free blocks to the system, keeping the `keep` lowest of them, which are
    /// reused first.
    pub fn trim(&mut self, mut keep: usize) {
        let rest = Run { start: self.next, len: self.committed - self.next };
        for run in self.runs.iter().rev().chain([&rest]) {
            let skip = keep.min(run.len as usize);
            keep -= skip;
            release(run.start + skip as u32, run.len - skip as u32);
        }
    }
}

/// Lets the system take back the memory of free blocks; they read as zero afterwards.
pub fn release(start: u32, len: u32) {
    // SAFETY: the blocks are free, nobody looks at their bytes.
    unsafe {
        let space = space();
        let page = libc::sysconf(libc::_SC_PAGESIZE).max(1) as usize;
        if page > BLOCK_SIZE {
            return;
        }
        let end = start + len;
        let mut at = start;
        while at < end {
            let from = at;
            while at < end && space.block(at).dirty {
                space.block(at).dirty = false;
                at += 1;
            }
            if at > from {
                let bytes = ((at - from) as usize) << BLOCK_SHIFT;
                libc::madvise(space.block_address(from) as *mut _, bytes, libc::MADV_DONTNEED);
            } else {
                at += 1;
            }
        }
    }
}

/// Zeroes what is not known to be zero in freshly taken blocks, and marks them as written to.
pub fn zero_blocks(start: u32, len: u32, zero: bool) {
    // SAFETY: the blocks belong to the caller.
    unsafe {
        let space = space();
        for index in start..start + len {
            let block = space.block(index);
            if block.dirty && zero {
                std::ptr::write_bytes(space.block_address(index) as *mut u8, 0, BLOCK_SIZE);
            }
            block.dirty = true;
        }
    }
}

fn reserve(hint: usize, bytes: usize) -> Option<usize> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: asks for fresh inaccessible memory; a hint never replaces a mapping.
    let p = unsafe { libc::mmap(hint as *mut _, bytes, libc::PROT_NONE, flags, -1, 0) };
    (p != libc::MAP_FAILED).then_some(p as usize)
}

/// Reserves the space. Called once.
pub fn init() {
    let mut size = 96usize << 30;
    loop {
        for step in 0..64usize {
            let hint = HEAP_LOW as usize + (step << 38);
            // Room to align to whole blocks on systems with small pages.
            let Some(address) = reserve(hint, size + BLOCK_SIZE) else { break };
            if (address as u64) < HEAP_LOW {
                // SAFETY: our own fresh mapping.
                unsafe { libc::munmap(address as *mut _, size + BLOCK_SIZE) };
                continue;
            }
            let blocks = size >> BLOCK_SHIFT;
            let bitmap = blocks * MARK_WORDS * 8;
            let tables = blocks * size_of::<Block>() + 2 * bitmap;
            let Some(side) = reserve(0, tables) else {
                // SAFETY: as above.
                unsafe { libc::munmap(address as *mut _, size + BLOCK_SIZE) };
                break;
            };
            // SAFETY: our own mapping; side tables are demand-zero.
            if unsafe { libc::mprotect(side as *mut _, tables, libc::PROT_READ | libc::PROT_WRITE) } != 0 {
                // SAFETY: as above.
                unsafe {
                    libc::munmap(side as *mut _, tables);
                    libc::munmap(address as *mut _, size + BLOCK_SIZE);
                }
                break;
            }
            return lay_out(address.next_multiple_of(BLOCK_SIZE), blocks as u32, side, bitmap);
        }
        size /= 4;
        if size < 64 << 20 {
            fatal("cannot reserve address space for the heap");
        }
    }
}

fn lay_out(base: usize, blocks: u32, side: usize, bitmap: usize) {
    // SAFETY: runs once, before any other use of the heap.
    unsafe {
        let space = SPACE.get();
        space.base = base;
        space.blocks = side as *mut Block;
        space.valid = (side + blocks as usize * size_of::<Block>()) as *mut u64;
        space.marks = space.valid;
        space.spare = (space.valid as usize + bitmap) as *mut u64;
        let split = blocks / 3 * 2;
        space.malloc_base = space.block_address(split);
        space.end = space.block_address(blocks);
        OBJECTS.get().limit = split;
        let malloced = MALLOCED.get();
        malloced.first = split;
        malloced.next = split;
        malloced.committed = split;
        malloced.limit = blocks;
        (*heap()).base = base;
    }
}
