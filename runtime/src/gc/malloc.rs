//! The global allocator: what Rust code keeps in vectors and boxes counts as reachable.
//!
//! While a thread holds the interpreter lock, blocks of alignment 8 or more come from the upper part of the heap's
//! reservation, and every collection scans them like a stack; so a `Vec` of values is safe. Strings and
//! byte vectors (alignment below 8), threads without the lock, and processes that never start the
//! runtime, such as the compiler, use the C library's allocator. Which of the two a block came from is told by its address.
//! No lock is taken: a thread without the interpreter lock that frees a scanned block puts it on a
//! list that the holder empties.

use super::classes::{cell_size, cells_end, class_for};
use super::mark::Tracer;
use super::memory::take_malloc_blocks;
use super::roots::for_each_start;
use super::space::{BLOCK_SHIFT, Bump, MALLOCED, NONE, Space, State, release, space, zero_blocks};
use super::sys::Global;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use taipan_abi::heap::{BLOCK_SIZE, CURSORS, MAX_SMALL};

struct Malloc;

#[global_allocator]
static GLOBAL: Malloc = Malloc;

thread_local! {
    /// The thread holds the interpreter lock: its blocks are scanned.
    static SCANNED: Cell<bool> = const { Cell::new(false) };
}

/// Address range of scanned blocks, empty until the runtime starts.
static START: AtomicUsize = AtomicUsize::new(usize::MAX);
static LENGTH: AtomicUsize = AtomicUsize::new(0);
/// Blocks freed by threads without the lock, linked through their first word.
static FREED: AtomicPtr<u8> = AtomicPtr::new(null_mut());

#[derive(Clone, Copy)]
struct Class {
    /// Free cells, linked through their first word.
    free: *mut u8,
    bump: Bump,
    block: u32,
}

static CLASSES: Global<[Class; CURSORS]> =
    Global::new([Class { free: null_mut(), bump: Bump { cur: 0, end: 0 }, block: NONE }; CURSORS]);

/// Tells whether this thread may allocate scanned blocks; follows the lock.
#[inline]
pub(super) fn set_scanned(on: bool) {
    SCANNED.set(on);
}

/// Called once when the space exists.
pub(super) fn init() {
    // SAFETY: start-up, one thread.
    let space = unsafe { space() };
    LENGTH.store(space.end - space.malloc_base, Ordering::Relaxed);
    START.store(space.malloc_base, Ordering::Release);
}

#[inline(always)]
fn is_scanned(p: *mut u8) -> bool {
    (p as usize).wrapping_sub(START.load(Ordering::Relaxed)) < LENGTH.load(Ordering::Relaxed)
}

/// Runs `f` with blocks that are not scanned; for big buffers of plain numbers. Nothing that `f`
/// allocates may hold references.
pub fn without_scanning<R>(f: impl FnOnce() -> R) -> R {
    let before = SCANNED.replace(false);
    let result = f();
    SCANNED.set(before);
    result
}

/// The size class of a layout, or None if it needs whole blocks.
#[inline(always)]
fn class_of(layout: Layout) -> Option<usize> {
    let (size, align) = (layout.size(), layout.align());
    if size > MAX_SMALL {
        return None;
    }
    if align <= 8 {
        return Some(class_for(size));
    }
    if align == 16 {
        let mut class = class_for((size + 15) & !15);
        while cell_size(class) & 15 != 0 {
            class += 1;
        }
        return Some(class);
    }
    // Cells whose size is a power of two lie at multiples of it.
    let size = size.max(align).next_power_of_two();
    (size <= MAX_SMALL).then(|| class_for(size))
}

#[inline(always)]
fn wants_scan(layout: Layout) -> bool {
    layout.align() >= 8 && layout.align() <= BLOCK_SIZE && SCANNED.get()
}

#[inline]
unsafe fn allocate(layout: Layout, zero: bool) -> *mut u8 {
    // SAFETY: this thread holds the lock.
    unsafe {
        let Some(class) = class_of(layout) else { return allocate_large(layout.size(), zero) };
        let state = &mut CLASSES.get()[class];
        let p = state.free;
        let p = if !p.is_null() {
            state.free = *(p as *mut *mut u8);
            p
        } else if state.bump.cur < state.bump.end {
            let p = state.bump.cur;
            state.bump.cur += cell_size(class);
            p as *mut u8
        } else {
            refill(class)
        };
        if zero && !p.is_null() {
            std::ptr::write_bytes(p, 0, layout.size());
        }
        p
    }
}

#[cold]
#[inline(never)]
unsafe fn refill(class: usize) -> *mut u8 {
    // SAFETY: lock held.
    unsafe {
        take_back_freed();
        let state = &mut CLASSES.get()[class];
        if state.free.is_null() {
            let Some(index) = take_malloc_blocks(1) else { return null_mut() };
            let space = space();
            let block = space.block(index);
            block.state = State::Malloc;
            block.class = class as u8;
            block.dirty = true;
            let cur = space.block_address(index);
            state.block = index;
            state.bump = Bump { cur: cur + cell_size(class), end: cur + cells_end(class) };
            return cur as *mut u8;
        }
        let p = state.free;
        state.free = *(p as *mut *mut u8);
        p
    }
}

#[cold]
#[inline(never)]
unsafe fn allocate_large(size: usize, zero: bool) -> *mut u8 {
    // SAFETY: lock held.
    unsafe {
        take_back_freed();
        let Ok(n) = u32::try_from(size.div_ceil(BLOCK_SIZE)) else { return null_mut() };
        let Some(first) = take_malloc_blocks(n) else { return null_mut() };
        zero_blocks(first, n, zero);
        let space = space();
        for index in first + 1..first + n {
            space.block(index).state = State::Tail;
        }
        let block = space.block(first);
        block.state = State::MallocLarge;
        block.link = n;
        space.block_address(first) as *mut u8
    }
}

/// Frees a scanned block.
#[inline]
unsafe fn free(p: *mut u8) {
    // SAFETY: the block is the caller's.
    unsafe {
        if !SCANNED.get() {
            return free_elsewhere(p);
        }
        let space = space();
        let index = space.index_of(p as usize);
        let block = space.block(index);
        if block.state == State::Malloc {
            let state = &mut CLASSES.get()[block.class as usize];
            *(p as *mut *mut u8) = state.free;
            state.free = p;
        } else {
            free_large(index);
        }
    }
}

#[cold]
unsafe fn free_large(first: u32) {
    // SAFETY: lock held.
    unsafe {
        let space = space();
        let n = space.block(first).link;
        for index in first..first + n {
            space.block(index).state = State::Free;
        }
        let arena = MALLOCED.get();
        if n >= 32 && arena.free as usize * BLOCK_SIZE > 64 << 20 {
            release(first, n);
        }
        arena.give(first, n);
    }
}

#[cold]
unsafe fn free_elsewhere(p: *mut u8) {
    let mut head = FREED.load(Ordering::Relaxed);
    loop {
        // SAFETY: the block is the caller's, 16 bytes at least.
        unsafe { *(p as *mut *mut u8) = head };
        match FREED.compare_exchange_weak(head, p, Ordering::Release, Ordering::Relaxed) {
            Ok(_) => return,
            Err(seen) => head = seen,
        }
    }
}

/// Files the blocks that other threads freed.
unsafe fn take_back_freed() {
    let mut p = FREED.swap(null_mut(), Ordering::Acquire);
    // SAFETY: lock held; listed blocks are free.
    unsafe {
        while !p.is_null() {
            let next = *(p as *mut *mut u8);
            let space = space();
            let index = space.index_of(p as usize);
            let block = space.block(index);
            if block.state == State::Malloc {
                let state = &mut CLASSES.get()[block.class as usize];
                *(p as *mut *mut u8) = state.free;
                state.free = p;
            } else {
                free_large(index);
            }
            p = next;
        }
    }
}

// SAFETY: blocks are disjoint, sized and aligned by class; see `class_of`.
unsafe impl GlobalAlloc for Malloc {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: forwarded.
        unsafe { if wants_scan(layout) { allocate(layout, false) } else { System.alloc(layout) } }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: forwarded.
        unsafe { if wants_scan(layout) { allocate(layout, true) } else { System.alloc_zeroed(layout) } }
    }

    #[inline]
    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        // SAFETY: forwarded to where the block came from.
        unsafe { if is_scanned(p) { free(p) } else { System.dealloc(p, layout) } }
    }

    unsafe fn realloc(&self, p: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the new layout is valid by the trait's contract.
        unsafe {
            let new = Layout::from_size_align_unchecked(size, layout.align());
            let scanned = is_scanned(p);
            if !scanned && !wants_scan(new) {
                return System.realloc(p, layout, size);
            }
            if scanned && fits(p, new) {
                return p;
            }
            let q = self.alloc(new);
            if !q.is_null() {
                std::ptr::copy_nonoverlapping(p, q, layout.size().min(size));
                self.dealloc(p, layout);
            }
            q
        }
    }
}

/// Whether a scanned block is just what the layout would get anyway.
unsafe fn fits(p: *mut u8, new: Layout) -> bool {
    // SAFETY: the block's side data does not change while it is allocated.
    unsafe {
        let space = space();
        let block = space.block(space.index_of(p as usize));
        match (block.state, class_of(new)) {
            (State::Malloc, Some(class)) => block.class as usize == class,
            (State::MallocLarge, None) => block.link as usize == new.size().div_ceil(BLOCK_SIZE),
            _ => false,
        }
    }
}

/// Marks what scanned blocks may name. Free cells are left out: they are found on the free lists and
/// noted in the bitmap, which this part of the space uses for nothing else.
///
/// # Safety
/// Inside a collection.
pub(super) unsafe fn trace(tracer: &mut Tracer) {
    // SAFETY: lock held.
    unsafe {
        take_back_freed();
        let space = space();
        let arena = MALLOCED.get();
        let bits = space.marks;
        for class in CLASSES.get().iter() {
            let mut p = class.free;
            while !p.is_null() {
                let offset = p as usize - space.base;
                *bits.add(offset >> 10) |= 1 << (offset >> 4 & 63);
                p = *(p as *mut *mut u8);
            }
        }
        let mut index = arena.first;
        while index < arena.next {
            let block = space.block(index);
            let address = space.block_address(index);
            match block.state {
                State::Malloc => {
                    let class = block.class as usize;
                    let state = &CLASSES.get()[class];
                    let limit = if state.block == index { state.bump.cur - address } else { BLOCK_SIZE };
                    let cell = cell_size(class);
                    let free = Space::words(bits, index);
                    for_each_start(class, |start| {
                        if start < limit && free[start >> 10] >> (start >> 4 & 63) & 1 == 0 {
                            let p = address + start;
                            tracer.ambiguous_range(p as *const u64, (p + cell) as *const u64);
                        }
                    });
                    free.fill(0);
                    index += 1;
                }
                State::MallocLarge => {
                    let bytes = (block.link as usize) << BLOCK_SHIFT;
                    tracer.ambiguous_range(address as *const u64, (address + bytes) as *const u64);
                    index += block.link;
                }
                _ => index += 1,
            }
        }
    }
}
