//! The heap: allocation, collection, threads' stacks, finalizers, weak references.
//!
//! Non-moving: an object keeps its address, so a value may sit in any local variable or register without
//! the collector's knowledge; stacks are scanned conservatively, objects precisely. Everything here
//! belongs to the thread that holds the interpreter lock ([`threads`]); functions that say nothing about
//! it expect that the caller holds it, and that pointers given are objects. What it asks of the rest of the runtime:
//!
//! * Traced words of a new object are stored before the next allocation (see [`alloc`] for what is zeroed).
//! * A store of a reference into an object that is not brand new is followed by [`write_barrier`].
//! * References outside objects, stacks and Rust's own allocations (statics, thread-locals) are
//!   announced with [`add_root_range`] or [`add_region`].
//! * `__del__` and weakref callbacks run at polls, never inside an allocation.
//!
//! Environment: `TAIPAN_GC_STRESS=n` collects at every n-th slow path (1: at every allocation, and dead
//! cells are filled with 0xDB), `TAIPAN_GC_VERIFY=1` checks the heap in each collection,
//! `TAIPAN_GC_PROMPT=1` gives collections that a program expects no budget of time (the tests' programs run so),
//! `TAIPAN_GC_HEAP_MAX=bytes` limits it, `TAIPAN_GC_GENERATIONAL=1` turns minor collections on.

// Pointers to objects are valid by the contract above; an `unsafe` at each call would say nothing new.
#![allow(clippy::not_unsafe_ptr_arg_deref)]

mod alloc;
mod barrier;
mod classes;
mod collect;
mod finalize;
mod header;
pub mod malloc;
mod mark;
mod memory;
mod roots;
mod space;
mod sys;
#[cfg(test)]
mod tests;
pub mod threads;
mod verify;
pub mod weak;

pub use alloc::{
    alloc, alloc_filled, is_heap, size_of, taipan_alloc, taipan_alloc_slow, try_alloc, try_alloc_undefined, usable,
};
pub use barrier::{taipan_write_range, taipan_write_slow};
pub use collect::{
    Stats, collect, collect_in_case, collect_promptly, collect_telling_stack_only, external_bytes, may_collect_in_case,
    may_collect_promptly, stats,
};
pub use finalize::{
    finalizable_count, register_finalizable, register_quiet_finalizable, take_all_finalizables,
    take_pending_finalizers, take_stack_only,
};
pub use header::{Header, write_barrier, write_range_barrier};
pub use mark::{Tracer, is_marked};
pub use roots::{
    DestroyFn, RegionFn, TraceFn, add_region, add_root_range, for_each_object, resolve, set_destroy_fn, set_dict_trace,
    set_trace_fn,
};
pub use space::{Bump, TAIPAN_HEAP, TaipanHeap, clear_poll, is_watched, poll_bits, set_poll};
pub use threads::{
    acquire_lock, after_fork_child, attach_thread, detach_thread, own, release_lock, scrub_stack, set_own, set_switch,
    stop_other_threads, without_lock, yield_lock,
};

/// Starts the heap and attaches the calling thread, which then holds the lock. Once per process.
/// `stack_base`: see [`attach_thread`].
pub fn init(stack_base: *const u8) {
    space::init();
    malloc::init();
    if let Some(bytes) = sys::env_number(c"TAIPAN_GC_HEAP_MAX") {
        memory::set_limit(bytes);
    }
    // SAFETY: start-up, one thread.
    unsafe {
        let gc = collect::GC.get();
        gc.stress = sys::env_number(c"TAIPAN_GC_STRESS").unwrap_or(0);
        gc.poison = gc.stress == 1;
        gc.verify = sys::env_number(c"TAIPAN_GC_VERIFY").is_some_and(|n| n != 0);
        gc.unlimited = sys::env_number(c"TAIPAN_GC_PROMPT").is_some_and(|n| n != 0);
        gc.generational = sys::env_number(c"TAIPAN_GC_GENERATIONAL").is_some_and(|n| n != 0);
    }
    attach_thread(stack_base, std::ptr::null_mut());
}
