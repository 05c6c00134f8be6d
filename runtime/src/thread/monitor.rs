//! The lock that an object of the runtime has for its own use: one thread at a time is inside a method that
//! gives the interpreter lock up while the object's words are not in order.

use super::park::{self, Patience};
use crate::errors::R;
use crate::state::state;
use std::cell::Cell;
use taipan_abi::tag;

/// Two tagged words of the object.
#[repr(C)]
pub struct Monitor {
    /// One more than the number of the thread that is inside, or 0.
    owner: Cell<u64>,
    /// Threads that wait.
    waiting: Cell<u64>,
}

/// Leaves when dropped.
pub struct Inside<'a>(&'a Monitor);

impl Monitor {
    /// Nobody is inside: for objects allocated as zeros too.
    pub fn reset(&self) {
        self.owner.set(tag::int(0));
        self.waiting.set(tag::int(0));
    }

    /// Enters, after others; `None` if this thread is inside already, or the program ends with another inside.
    #[inline]
    pub fn enter(&self) -> R<Option<Inside<'_>>> {
        let me = tag::int(state().thread.get() as i64 + 1);
        if self.owner.get() == me {
            return Ok(None);
        }
        if self.is_taken() {
            if super::is_finishing() {
                return Ok(None);
            }
            self.waiting.set(tag::int(tag::int_value(self.waiting.get()) + 1));
            let result = park::wait_until(&self.owner, Patience::Forever, || !self.is_taken());
            self.waiting.set(tag::int(tag::int_value(self.waiting.get()) - 1));
            result?;
        }
        self.owner.set(me);
        Ok(Some(Inside(self)))
    }

    /// Whether some thread is inside.
    pub fn is_taken(&self) -> bool {
        self.owner.get() != tag::int(0)
    }
}

impl Drop for Inside<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.owner.set(tag::int(0));
        if self.0.waiting.get() != tag::int(0) {
            park::wake(&self.0.owner, 1);
        }
    }
}
