//! Which thread loads which module, so that another waits for it (CPython's module locks).
//!
//! Two threads that wait for each other's modules would wait for ever: the one that would close the circle goes on
//! with the module as far as it is, as in CPython.

use crate::errors::R;
use crate::object::Ref;
use crate::state::state;
use crate::thread::park::{Gate, Patience};
use crate::types::str::Str;
use std::cell::RefCell;

/// A module on its way.
struct Loading {
    name: Ref<Str>,
    thread: u64,
}

/// A thread that waits for a module.
struct Waiting {
    thread: u64,
    name: Ref<Str>,
}

struct Shared {
    loading: RefCell<Vec<Loading>>,
    waiting: RefCell<Vec<Waiting>>,
    /// Counts the modules that are done.
    done: Gate,
}

// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Shared {}

static SHARED: Shared =
    Shared { loading: RefCell::new(Vec::new()), waiting: RefCell::new(Vec::new()), done: Gate::new() };

/// Ends the loading of a module when dropped.
pub struct Guard(());

impl Drop for Guard {
    fn drop(&mut self) {
        let thread = state().thread.get();
        let mut loading = SHARED.loading.borrow_mut();
        if let Some(last) = loading.iter().rposition(|module| module.thread == thread) {
            loading.remove(last);
        }
        SHARED.done.set(SHARED.done.get() + 1);
        SHARED.done.wake(i32::MAX);
    }
}

/// The running thread begins to load a module.
pub fn begin(name: Ref<Str>) -> Guard {
    SHARED.loading.borrow_mut().push(Loading { name, thread: state().thread.get() });
    Guard(())
}

/// Whether any module is being loaded.
#[inline]
pub fn is_busy() -> bool {
    !SHARED.loading.borrow().is_empty()
}

/// The thread that loads a module, if it is another one.
fn loader(name: Ref<Str>) -> Option<u64> {
    let loading = SHARED.loading.borrow();
    let module = loading.iter().find(|module| module.name.equals(&name))?;
    (module.thread != state().thread.get()).then_some(module.thread)
}

/// Whether the thread waits, directly or not, for the running one.
fn waits_for_me(mut thread: u64) -> bool {
    let waiting = SHARED.waiting.borrow();
    for _ in 0..=waiting.len() {
        if thread == state().thread.get() {
            return true;
        }
        let Some(wait) = waiting.iter().find(|wait| wait.thread == thread) else { return false };
        let loading = SHARED.loading.borrow();
        let Some(module) = loading.iter().find(|module| module.name.equals(&wait.name)) else { return false };
        thread = module.thread;
    }
    false
}

/// Waits while another thread loads the module.
pub fn wait(name: Ref<Str>) -> R<()> {
    let thread = state().thread.get();
    if loader(name).is_none_or(waits_for_me) {
        return Ok(());
    }
    SHARED.waiting.borrow_mut().push(Waiting { thread, name });
    let result = SHARED.done.wait_until(Patience::Forever, || loader(name).is_none());
    SHARED.waiting.borrow_mut().retain(|wait| wait.thread != thread);
    result.map(|_| ())
}
