//! Where the collector starts: registered ranges and regions, and the registered trace functions.
//! (Stacks are in [`super::threads`], scanned malloc blocks in [`super::malloc`].)

use super::alloc::flush_cursors;
use super::classes::STARTS;
use super::header::Header;
use super::mark::Tracer;
use super::space::{OBJECTS, Space, State, heap, space};
use super::sys::{Global, SysVec};
use taipan_abi::header::Kind;

/// Visits the references of an object whose layout the collector does not know.
pub type TraceFn = unsafe fn(object: *const Header, tracer: &mut Tracer);
/// Runs when a `Kind::Native` object is found dead. Must not allocate in the collected heap and must not
/// look at other objects, which may be dead already.
pub type DestroyFn = unsafe fn(object: *mut Header);
/// Lists memory ranges that may hold references, such as the used part of an interpreter's stack.
pub type RegionFn = fn(&mut dyn FnMut(*const u64, *const u64));

struct Roots {
    ranges: SysVec<(*const u64, usize)>,
    regions: SysVec<RegionFn>,
    dict: Option<TraceFn>,
    custom: SysVec<Option<TraceFn>>,
    destroy: SysVec<Option<DestroyFn>>,
}

static ROOTS: Global<Roots> = Global::new(Roots {
    ranges: SysVec::new(),
    regions: SysVec::new(),
    dict: None,
    custom: SysVec::new(),
    destroy: SysVec::new(),
});

/// Makes `words` words at `start` roots for ever: globals of compiled modules, statics of the runtime,
/// fields of immortal objects that can be assigned. The words may hold anything.
pub fn add_root_range(start: *const u64, words: usize) {
    // SAFETY: lock held by contract.
    unsafe { ROOTS.get().ranges.push((start, words)) };
}

/// Adds a source of ranges that is asked at each collection.
pub fn add_region(region: RegionFn) {
    // SAFETY: lock held by contract.
    unsafe { ROOTS.get().regions.push(region) };
}

/// Registers the function that traces all objects of `Kind::Dict`.
pub fn set_dict_trace(trace: TraceFn) {
    // SAFETY: lock held by contract.
    unsafe { ROOTS.get().dict = Some(trace) };
}

/// Registers the function that traces `Kind::Custom` objects of a shape, beyond their `aux` traced
/// words. Without one the whole object is scanned conservatively.
pub fn set_trace_fn(shape: u32, trace: TraceFn) {
    // SAFETY: lock held by contract.
    unsafe { set(&mut ROOTS.get().custom, shape, trace) };
}

/// Registers the destructor of `Kind::Native` objects of a shape.
pub fn set_destroy_fn(shape: u32, destroy: DestroyFn) {
    // SAFETY: lock held by contract.
    unsafe { set(&mut ROOTS.get().destroy, shape, destroy) };
}

fn set<T: Copy>(table: &mut SysVec<Option<T>>, shape: u32, value: T) {
    while table.len() <= shape as usize {
        table.push(None);
    }
    table[shape as usize] = Some(value);
}

/// # Safety
/// Interpreter lock held.
#[inline]
pub unsafe fn trace_fn(kind: Kind, shape: u32) -> Option<TraceFn> {
    // SAFETY: lock held.
    let roots = unsafe { ROOTS.get() };
    if kind == Kind::Dict { roots.dict } else { roots.custom.get(shape as usize).copied().flatten() }
}

/// # Safety
/// Interpreter lock held.
pub unsafe fn destroy_fn(shape: u32) -> Option<DestroyFn> {
    // SAFETY: lock held.
    unsafe { ROOTS.get().destroy.get(shape as usize).copied().flatten() }
}

/// Marks what the registered ranges and regions name.
///
/// # Safety
/// Interpreter lock held; the ranges are readable.
pub unsafe fn trace(tracer: &mut Tracer) {
    // SAFETY: lock held.
    unsafe {
        let roots = ROOTS.get();
        for &(start, words) in roots.ranges.iter() {
            tracer.ambiguous_range(start, start.add(words));
        }
        for region in roots.regions.iter() {
            region(&mut |start, end| tracer.ambiguous_range(start, end));
        }
    }
}

/// The object that `word` points at or into, if it is in the heap.
pub fn resolve(word: u64) -> Option<*mut Header> {
    // SAFETY: lock held by contract.
    unsafe {
        let offset = (word as usize).wrapping_sub((*heap()).base);
        if offset >= (*heap()).span {
            return None;
        }
        flush_cursors();
        let start = space().resolve(offset);
        (start != 0).then_some(start as *mut Header)
    }
}

/// Calls `visit` with every object of the heap, dead ones since the last collection included (collect
/// first to see only live ones). `visit` must not allocate.
pub fn for_each_object(mut visit: impl FnMut(*mut Header)) {
    // SAFETY: lock held by contract.
    unsafe {
        flush_cursors();
        let space = space();
        for index in 0..OBJECTS.get().next {
            let block = space.block(index);
            let address = space.block_address(index);
            match block.state {
                State::Large => visit(address as *mut Header),
                State::Small => {
                    for_each_start(block.class as usize, |start| {
                        let marked = Space::words(space.valid, index)[start >> 10] >> (start >> 4 & 63) & 1 != 0;
                        if marked || start < block.alloc_limit as usize {
                            visit((address + start) as *mut Header);
                        }
                    });
                }
                _ => {}
            }
        }
    }
}

/// Calls `visit` with the offset of each cell of a block.
pub fn for_each_start(class: usize, mut visit: impl FnMut(usize)) {
    let cell = super::classes::cell_size(class);
    debug_assert!(STARTS[class][0] & 1 != 0);
    let mut start = 0;
    while start < super::classes::cells_end(class) {
        visit(start);
        start += cell;
    }
}
