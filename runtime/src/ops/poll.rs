//! What running code does at safe points: signals, other threads, `__del__` and weakref callbacks.

use crate::errors::{self, R};
use crate::gc;
use crate::object::call;
use crate::types::exceptions;
use crate::value::Value;
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

/// Runs `__del__` of objects found dead and callbacks of weak references to such.
pub fn run_finalizers() {
    gc::clear_poll(heap::POLL_FINALIZERS | heap::POLL_CALLBACKS);
    let pending = errors::is_pending().then(errors::take);
    for object in gc::take_pending_finalizers() {
        // SAFETY: the collector gives live objects.
        finalize(unsafe { Value::from_bits(object as u64) });
    }
    for weakref in gc::weak::take_pending_callbacks() {
        // SAFETY: as above.
        crate::types::weakref::run_callback(unsafe { Value::from_bits(weakref as u64) });
    }
    if let Some(pending) = pending {
        errors::restore(pending);
    }
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
    gc::collect_if_observable(crate::interp::frame::clear_dead_words);
    if gc::poll_bits() & (heap::POLL_FINALIZERS | heap::POLL_CALLBACKS) != 0 {
        run_finalizers();
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
