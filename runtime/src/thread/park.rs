//! Waiting for a word of an object to change, and waking those who wait: Linux's futex.
//!
//! Words change under the interpreter lock only. A waiter reads the word, gives the lock up, and the kernel
//! puts it to sleep only if the word still holds what was read: no wake-up is lost.

use crate::errors::R;
use crate::ops;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// When a wait ends.
#[derive(Clone, Copy)]
pub enum Patience {
    /// At once: only look.
    None,
    Until(Instant),
    Forever,
}

impl Patience {
    /// `None` waits for ever.
    pub fn new(seconds: Option<Duration>) -> Patience {
        match seconds {
            Some(Duration::ZERO) => Patience::None,
            Some(seconds) => Instant::now().checked_add(seconds).map_or(Patience::Forever, Patience::Until),
            None => Patience::Forever,
        }
    }

    /// How long is left; `Err` if the time is over.
    fn left(self) -> Result<Option<Duration>, ()> {
        match self {
            Patience::None => Err(()),
            Patience::Forever => Ok(None),
            Patience::Until(end) => match end.saturating_duration_since(Instant::now()) {
                Duration::ZERO => Err(()),
                left => Ok(Some(left)),
            },
        }
    }
}

/// Waits until `done` says so; false if the time is over before. `word` is one that changes whenever `done` may
/// begin to be true. Signal handlers run meanwhile, and may raise.
pub fn wait_until(word: &Cell<u64>, patience: Patience, done: impl Fn() -> bool) -> R<bool> {
    while !done() {
        let Ok(left) = patience.left() else { return Ok(false) };
        let seen = word.get() as u32;
        ops::poll::blocking(|| sleep_while(word, seen, left));
        ops::poll::run()?;
    }
    Ok(true)
}

/// Sleeps while the low half of the word is `seen`, at most for `limit`, or until woken or interrupted.
fn sleep_while(word: &Cell<u64>, seen: u32, limit: Option<Duration>) {
    let limit = limit.map(|limit| libc::timespec {
        tv_sec: limit.as_secs().min(i32::MAX as u64) as libc::time_t,
        tv_nsec: limit.subsec_nanos() as _,
    });
    let limit = limit.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: the word is in an object that the caller's stack keeps alive and that never moves; both CPUs are
    // little-endian, so its low half lies at its address.
    unsafe {
        libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG, seen, limit);
    }
}

/// Wakes at most `n` of those who wait for the word.
pub fn wake(word: &Cell<u64>, n: i32) {
    // SAFETY: only the address is used.
    unsafe { libc::syscall(libc::SYS_futex, word.as_ptr(), libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, n) };
}
