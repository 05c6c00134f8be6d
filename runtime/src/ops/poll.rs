//! What running code does at safe points: signals, other threads, `__del__` and weakref callbacks.

use crate::errors::{self, R};
use crate::gc;
use crate::object::call;
use crate::types::exceptions;
use crate::value::Value;
use taipan_abi::header::FLAG_HAS_WEAKREF;
use taipan_abi::heap;

/// Called when the poll word is not 0.
#[cold]
#[inline(never)]
pub fn run() -> R<()> {
    let bits = gc::poll_bits();
    if bits & (heap::POLL_FINALIZERS | heap::POLL_CALLBACKS) != 0 {
        run_finalizers();
    }
    if bits & heap::POLL_LOCK != 0 {
        gc::yield_lock();
    }
    if bits & heap::POLL_SIGNAL != 0 {
        gc::clear_poll(heap::POLL_SIGNAL);
        crate::modules::signal::run_handlers()?;
    }
    if bits & heap::POLL_MEMORY != 0 {
        gc::clear_poll(heap::POLL_MEMORY);
        return Err(errors::memory_error());
    }
    Ok(())
}

/// Runs the handlers of signals that arrived.
#[inline]
pub fn signals() -> R<()> {
    if gc::poll_bits() & heap::POLL_SIGNAL != 0 { run() } else { Ok(()) }
}

/// A collection that the program asks for, or whose outcome it sees, and all that it brings with it.
#[inline(never)]
pub fn collect_now() {
    gc::scrub_stack();
    crate::interp::frame::clear_dead_words();
    gc::collect();
    settle_finalizers();
}

/// After a collection that the program expects: runs what became due. An object whose `__del__` has run is dead at once,
/// as its weak references show, unless it was brought back.
fn settle_finalizers() {
    if run_finalizers() {
        gc::collect();
        run_finalizers();
    }
}

/// Runs `__del__` of objects found dead and callbacks of weak references to such. Tells whether weak references to an object
/// whose `__del__` ran are left, to be emptied by the next collection.
pub fn run_finalizers() -> bool {
    gc::clear_poll(heap::POLL_FINALIZERS | heap::POLL_CALLBACKS);
    let pending = errors::is_pending().then(errors::take);
    let mut any_weak = false;
    for object in gc::take_pending_finalizers() {
        // SAFETY: the collector gives live objects.
        any_weak |= unsafe { (*object).has_flag(FLAG_HAS_WEAKREF) };
        // SAFETY: as above.
        finalize(unsafe { Value::from_bits(object as u64) });
    }
    for weakref in gc::weak::take_pending_callbacks() {
        // SAFETY: as above.
        crate::types::weakref::run_callback(unsafe { Value::from_bits(weakref as u64) });
    }
    if let Some(pending) = pending {
        errors::restore(pending);
    }
    any_weak
}

/// Calls `__del__`; an exception in it is reported, not raised.
pub fn finalize(object: Value) {
    if let Some(del) = object.class().slots().del {
        if del(object).is_err() {
            errors::unraisable("Exception ignored while calling deallocator", Some(object));
        }
    }
}

/// After `del x` and the like: objects with `__del__` or weakref callbacks should go promptly. While modules are
/// imported it is mostly names that are deleted, and collections would only make the start slow.
#[inline]
pub fn after_delete() {
    if super::import_lock::is_busy() {
        return;
    }
    if gc::is_watched() || gc::finalizable_count() > 0 {
        collect_after_delete();
    }
}

#[cold]
#[inline(never)]
fn collect_after_delete() {
    if gc::may_collect_promptly() {
        gc::scrub_stack();
        crate::interp::frame::clear_dead_words();
        gc::collect_promptly();
    }
    run_due_finalizers();
}

/// Where an object may have lost its last owner without a sign, and the program may be about to look: after a
/// statement that is a call, where a name is bound anew, before output and before a weak reference is followed.
#[inline]
pub fn owner_may_have_left() {
    if gc::is_watched() {
        look_for_the_dead();
    }
}

/// [`owner_may_have_left`], whatever is known of objects with finalizers. The library does not look.
#[cold]
#[inline(never)]
pub fn look_for_the_dead() {
    if super::import_lock::is_busy() || crate::interp::frame::is_library_running() {
        return;
    }
    if gc::may_collect_in_case() {
        gc::scrub_stack();
        crate::interp::frame::clear_dead_words();
        gc::collect_in_case();
    }
    run_due_finalizers();
}

fn run_due_finalizers() {
    if gc::poll_bits() & (heap::POLL_FINALIZERS | heap::POLL_CALLBACKS) != 0 {
        settle_finalizers();
    }
}

/// Calls of native code that wait let other threads run.
pub fn blocking<T>(f: impl FnOnce() -> T) -> T {
    gc::without_lock(f)
}

/// Whether the pending exception is the one that ends the program quietly.
pub fn is_system_exit() -> bool {
    errors::pending_is(&exceptions::SYSTEM_EXIT)
}

/// Calls something with no result, reporting what it raises.
pub fn call_quietly(callable: Value, args: &[Value], what: &str) {
    if call::call(callable, args).is_err() {
        errors::unraisable(what, Some(callable));
    }
}
