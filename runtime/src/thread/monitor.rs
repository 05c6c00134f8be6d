//! The lock that an object of the runtime has for its own use: one thread at a time is inside a method that
//! gives the interpreter lock up while the object's words are not in order.

use super::park::{Gate, Patience};
use crate::errors::R;
use crate::state::state;

/// The gate is at one more than the number of the thread that is inside, or at 0.
#[repr(C)]
pub struct Monitor(Gate);

/// Leaves when dropped.
pub struct Inside<'a>(&'a Monitor);

impl Monitor {
    /// Enters, after others; `None` if this thread is inside already, or the program ends with another inside.
    #[inline]
    pub fn enter(&self) -> R<Option<Inside<'_>>> {
        let me = state().thread.get() as i64 + 1;
        if self.is_taken() && super::is_gone(self.0.get() as u64 - 1) {
            // A fork left the thread that was inside behind.
            self.0.set(0);
        }
        if self.0.get() == me || self.is_taken() && super::is_finishing() {
            return Ok(None);
        }
        if self.is_taken() {
            self.0.wait_until(Patience::Forever, || !self.is_taken())?;
        }
        self.0.set(me);
        Ok(Some(Inside(self)))
    }

    /// Whether some thread is inside.
    pub fn is_taken(&self) -> bool {
        self.0.get() != 0
    }
}

impl Drop for Inside<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.0.set(0);
        self.0.0.wake(1);
    }
}
