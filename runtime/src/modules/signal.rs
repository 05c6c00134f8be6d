//! Signals: what arrives is noted, and handled at the next poll. `signal` itself is to come; Ctrl-C
//! raises KeyboardInterrupt.

use crate::errors::{self, R};
use crate::gc;
use crate::types::exceptions as exc;
use std::sync::atomic::{AtomicBool, Ordering};
use taipan_abi::heap::POLL_SIGNAL;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

extern "C" fn on_interrupt(_: libc::c_int) {
    INTERRUPTED.store(true, Ordering::Relaxed);
    gc::set_poll(POLL_SIGNAL);
}

/// Installs the handlers that CPython has at its start.
pub fn init() {
    // SAFETY: plain signal dispositions; the handler only stores to atomics.
    unsafe {
        libc::signal(libc::SIGINT, on_interrupt as *const () as libc::sighandler_t);
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
    }
}

/// Runs what the noted signals ask for.
pub fn run_handlers() -> R<()> {
    if INTERRUPTED.swap(false, Ordering::Relaxed) {
        return Err(errors::raise_args(&exc::KEYBOARD_INTERRUPT, &[]));
    }
    Ok(())
}
