//! Objects with `__del__`, and native objects with a destructor.
//!
//! An object with `__del__` that is found dead is kept alive once more, flagged `FLAG_FINALIZED` and
//! queued; the runtime calls `__del__` at its next poll. Owners come before what they own: with a.b = b,
//! a's `__del__` runs before b's, as reference counting would have it.

use super::header::Header;
use super::mark::Tracer;
use super::roots::destroy_fn;
use super::space::{clear_poll, set_poll, set_watched};
use super::sys::{Global, SysVec};
use taipan_abi::header::{FLAG_FINALIZED, FLAG_HAS_DEL, FLAG_QUIET, FLAG_STACK_ONLY};
use taipan_abi::heap::POLL_FINALIZERS;

/// A dead candidate, and the part of the tracer's `found` list that was first reached from it.
#[derive(Clone, Copy)]
struct Reached {
    object: usize,
    start: usize,
    end: usize,
}

struct Finalize {
    /// Objects whose `__del__` has not run, in the order of registration.
    candidates: SysVec<usize>,
    pending: SysVec<usize>,
    natives: SysVec<usize>,
    reached: SysVec<Reached>,
    sorted: SysVec<Reached>,
    walk: SysVec<(usize, usize)>,
}

static FINALIZE: Global<Finalize> = Global::new(Finalize {
    candidates: SysVec::new(),
    pending: SysVec::new(),
    natives: SysVec::new(),
    reached: SysVec::new(),
    sorted: SysVec::new(),
    walk: SysVec::new(),
});

/// Tells the collector that the object's class has `__del__`.
pub fn register_finalizable(object: *mut Header) {
    // SAFETY: lock held by contract, `object` is an object.
    unsafe {
        if (*object).has_flag(FLAG_HAS_DEL) {
            return;
        }
        (*object).set_flag(FLAG_HAS_DEL);
        FINALIZE.get().candidates.push(object as usize);
        set_watched(true);
    }
}

/// The same for an object whose end no program waits for: it is not looked for in case it is dead.
pub fn register_quiet_finalizable(object: *mut Header) {
    // SAFETY: as above.
    unsafe {
        (*object).set_flag(FLAG_HAS_DEL | FLAG_QUIET);
        FINALIZE.get().candidates.push(object as usize);
    }
}

/// Number of objects whose `__del__` has not run yet.
pub fn finalizable_count() -> usize {
    // SAFETY: lock held by contract.
    unsafe { FINALIZE.get().candidates.len() }
}

/// Flags the quiet candidates that marking has not reached yet.
///
/// # Safety
/// Inside a collection, before the running thread's stack is traced.
pub(super) unsafe fn note_stack_only(tracer: &Tracer) {
    // SAFETY: candidates are intact objects.
    unsafe {
        for &p in FINALIZE.get().candidates.iter() {
            let object = p as *mut Header;
            if (*object).has_flag(FLAG_QUIET) && !tracer.is_marked(p) {
                (*object).set_flag(FLAG_STACK_ONLY);
            }
        }
    }
}

/// The objects flagged so, whose flags go.
pub fn take_stack_only() -> Vec<*mut Header> {
    // SAFETY: candidates are live objects.
    unsafe {
        let flagged = |p: &usize| (*(*p as *const Header)).has_flag(FLAG_STACK_ONLY);
        let found: Vec<_> = FINALIZE.get().candidates.iter().copied().filter(flagged).collect();
        found.iter().for_each(|&p| (*(p as *mut Header)).clear_flag(FLAG_STACK_ONLY));
        found.into_iter().map(|p| p as *mut Header).collect()
    }
}

/// Whether a program may wait for the end of one of them.
pub(super) fn any_awaited() -> bool {
    // SAFETY: candidates are live objects.
    unsafe { FINALIZE.get().candidates.iter().any(|&p| !(*(p as *const Header)).has_flag(FLAG_QUIET)) }
}

/// Called by `alloc` for objects of `Kind::Native`.
pub(super) fn register_native(object: *mut Header) {
    // SAFETY: lock held by contract.
    unsafe { FINALIZE.get().natives.push(object as usize) };
}

/// The objects whose `__del__` is to be called now, in this order.
pub fn take_pending_finalizers() -> Vec<*mut Header> {
    clear_poll(POLL_FINALIZERS);
    // SAFETY: lock held by contract. The vector lies in scanned memory.
    unsafe {
        let pending = &mut FINALIZE.get().pending;
        let list = pending.iter().map(|&p| p as *mut Header).collect();
        pending.clear();
        list
    }
}

/// For the end of the program: all objects whose `__del__` has not run, now flagged as finalized.
pub fn take_all_finalizables() -> Vec<*mut Header> {
    let mut list = take_pending_finalizers();
    // SAFETY: lock held by contract.
    unsafe {
        let candidates = &mut FINALIZE.get().candidates;
        for &p in candidates.iter() {
            (*(p as *mut Header)).set_flag(FLAG_FINALIZED);
            list.push(p as *mut Header);
        }
        candidates.clear();
    }
    list
}

/// # Safety
/// Inside a collection.
pub(super) unsafe fn trace_pending(tracer: &mut Tracer) {
    // SAFETY: queued objects are alive.
    for &p in unsafe { FINALIZE.get() }.pending.iter() {
        tracer.value(p as u64);
    }
}

/// Queues the candidates that marking did not reach, and marks them and all they reach.
///
/// # Safety
/// Inside a collection, after marking.
pub(super) unsafe fn process(tracer: &mut Tracer) {
    // SAFETY: dead candidates are still intact objects.
    unsafe {
        let lists = FINALIZE.get();
        if lists.candidates.iter().all(|&p| tracer.is_marked(p)) {
            return;
        }
        // What a candidate reaches is kept; the candidate itself is marked only if something reaches it.
        tracer.discover = true;
        tracer.found.clear();
        lists.reached.clear();
        for &object in lists.candidates.iter() {
            if !tracer.is_marked(object) {
                let start = tracer.found.len();
                tracer.scan(object);
                tracer.drain();
                lists.reached.push(Reached { object, start, end: tracer.found.len() });
            }
        }
        tracer.discover = false;
        lists.sorted.clear();
        for reached in lists.reached.iter() {
            lists.sorted.push(*reached);
        }
        lists.sorted.sort_unstable_by_key(|reached| reached.object);
        // First those that nothing dead refers to, each followed by what it reaches; then what is left,
        // which are cycles.
        for cycles in [false, true] {
            for at in 0..lists.reached.len() {
                let object = lists.reached[at].object;
                if cycles || !tracer.is_marked(object) {
                    queue(lists, tracer, object);
                }
            }
        }
        for at in 0..lists.pending.len() {
            tracer.mark_object(lists.pending[at]);
        }
        tracer.drain();
        tracer.found.clear();
        lists.candidates.retain(|&p| !(*(p as *const Header)).has_flag(FLAG_FINALIZED));
        if !lists.pending.is_empty() {
            set_poll(POLL_FINALIZERS);
        }
    }
}

/// Queues an object and, depth first, what was found from it.
unsafe fn queue(lists: &mut Finalize, tracer: &Tracer, object: usize) {
    // SAFETY: found objects are intact.
    unsafe {
        lists.walk.clear();
        let mut next = Some(object);
        loop {
            if let Some(p) = next.take()
                && !(*(p as *const Header)).has_flag(FLAG_FINALIZED)
            {
                (*(p as *const Header)).set_flag(FLAG_FINALIZED);
                lists.pending.push(p);
                if let Ok(at) = lists.sorted.binary_search_by_key(&p, |reached| reached.object) {
                    let reached = lists.sorted[at];
                    lists.walk.push((reached.start, reached.end));
                }
            }
            match lists.walk.last_mut() {
                Some(range) if range.0 < range.1 => {
                    next = Some(tracer.found[range.0]);
                    range.0 += 1;
                }
                Some(_) => {
                    lists.walk.pop();
                }
                None => return,
            }
        }
    }
}

/// Runs the destructors of dead native objects.
///
/// # Safety
/// Inside a collection, after finalizers and weak references.
pub(super) unsafe fn destroy_dead(tracer: &Tracer) {
    // SAFETY: dead objects are intact until their block is swept; destructors do not allocate here.
    unsafe {
        FINALIZE.get().natives.retain(|&p| {
            if tracer.is_marked(p) {
                return true;
            }
            if let Some(destroy) = destroy_fn((*(p as *const Header)).shape()) {
                destroy(p as *mut Header);
            }
            false
        });
    }
}
