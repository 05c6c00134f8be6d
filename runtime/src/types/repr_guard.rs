//! Containers whose `repr` is under way, so that one inside itself shows as `[...]`.

use crate::value::Value;
use std::cell::RefCell;
use std::collections::HashSet;

/// How many may be looked through one by one.
const FEW: usize = 32;

#[derive(Default)]
struct Active {
    /// In the order in which they were entered.
    stack: Vec<u64>,
    /// Those beyond the first few.
    more: HashSet<u64>,
}

thread_local! {
    static ACTIVE: RefCell<Active> = RefCell::new(Active::default());
}

/// Leaves the object when dropped.
pub struct Guard(());

/// Enters an object; `None` if its repr is under way already.
pub fn enter(object: Value) -> Option<Guard> {
    let bits = object.bits();
    ACTIVE.with_borrow_mut(|active| {
        let few = active.stack.len().min(FEW);
        if active.stack[..few].contains(&bits) || active.more.contains(&bits) {
            return None;
        }
        if active.stack.len() >= FEW {
            active.more.insert(bits);
        }
        active.stack.push(bits);
        Some(Guard(()))
    })
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Guards are dropped in the reverse of the order in which they were made.
        ACTIVE.with_borrow_mut(|active| {
            if let Some(bits) = active.stack.pop()
                && active.stack.len() >= FEW
            {
                active.more.remove(&bits);
            }
        });
    }
}
