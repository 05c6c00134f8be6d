//! Waiting for a word of an object to change, and waking those who wait: Linux's futex.
//!
//! Words change under the interpreter lock only. A waiter reads the word, gives the lock up, and the kernel
//! puts it to sleep only if the word still holds what was read: no wake-up is lost.

use crate::errors::R;
use crate::ops;
use std::cell::Cell;
use std::time::{Duration, Instant};
use taipan_abi::tag;

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

/// A number that threads wait for, and how many do: two tagged words of an object, both 0 when it is allocated.
#[repr(C)]
pub struct Gate {
    word: Cell<u64>,
    waiting: Cell<u64>,
}

impl Gate {
    /// At 0, with nobody waiting.
    pub const fn new() -> Gate {
        Gate { word: Cell::new(0), waiting: Cell::new(0) }
    }

    pub fn get(&self) -> i64 {
        tag::int_value(self.word.get())
    }

    /// Changes the number; whom that lets go on is for [`Gate::wake`].
    pub fn set(&self, number: i64) {
        self.word.set(tag::int(number));
    }

    /// Waits until `done` says so; false if the time is over before. The number is one that changes whenever `done`
    /// may begin to be true. Signal handlers run meanwhile, and may raise.
    pub fn wait_until(&self, patience: Patience, done: impl Fn() -> bool) -> R<bool> {
        let count = |change: i64| self.waiting.set(tag::int(tag::int_value(self.waiting.get()) + change));
        count(1);
        let result = self.sleep_until(patience, done);
        count(-1);
        result
    }

    fn sleep_until(&self, patience: Patience, done: impl Fn() -> bool) -> R<bool> {
        while !done() {
            let Ok(left) = patience.left() else { return Ok(false) };
            let seen = self.word.get() as u32;
            ops::poll::blocking(|| sleep_while(&self.word, seen, left));
            ops::poll::run()?;
        }
        Ok(true)
    }

    /// Wakes at most `n` of those who wait.
    pub fn wake(&self, n: i32) {
        if tag::int_value(self.waiting.get()) > 0 {
            let word = self.word.as_ptr();
            // SAFETY: only the address is used.
            unsafe { libc::syscall(libc::SYS_futex, word, libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, n) };
        }
    }
}

impl Default for Gate {
    fn default() -> Gate {
        Gate::new()
    }
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
