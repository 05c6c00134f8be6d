//! Adding entries to the pending exception's traceback as it passes through frames.

use crate::interp::frame::Frame;
use crate::object::Ref;
use crate::state::state;
use crate::types::exceptions::Exception;
use crate::types::frame;
use crate::types::function::Function;
use crate::types::traceback::Traceback;
use crate::value::Value;

fn add(frame: Value, lasti: u32) {
    // SAFETY: the word is a value or 0.
    let Some(pending) = (unsafe { Value::from_slot(state().pending.get()) }) else { return };
    let Some(exception) = pending.cast::<Exception>() else { return };
    let entry = Traceback::new(exception.traceback.get(), frame, lasti);
    exception.traceback.set(exception, entry);
}

/// The pending exception leaves or is handled in an interpreted frame.
#[cold]
pub fn add_interpreted(frame: *mut Frame) {
    let object = frame::object_of(frame);
    // SAFETY: the frame is live.
    add(object, unsafe { (*frame).lasti() });
}

/// ... in compiled code, whose native frame is the innermost if it has one.
#[cold]
pub fn add_native(function: Ref<Function>, lasti: u32) {
    let frame = state().frame.get();
    // SAFETY: linked frames are live.
    let own = !frame.is_null() && unsafe { (*frame).function } == function.value().bits();
    if own {
        add(frame::object_of(frame), lasti);
    }
}
