//! Containers whose `repr` is under way, so that one inside itself shows as `[...]`.

use crate::value::Value;
use std::cell::RefCell;

thread_local! {
    static ACTIVE: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Leaves the object when dropped.
pub struct Guard(());

/// Enters an object; `None` if its repr is under way already.
pub fn enter(object: Value) -> Option<Guard> {
    ACTIVE.with_borrow_mut(|active| {
        if active.contains(&object.bits()) {
            return None;
        }
        active.push(object.bits());
        Some(Guard(()))
    })
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Guards are dropped in the reverse of the order in which they were made.
        ACTIVE.with_borrow_mut(|active| active.pop());
    }
}
