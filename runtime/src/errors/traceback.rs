//! Adding entries to the pending exception's traceback as it passes through frames.
//!
//! Code that is native in CPython leaves no entries there. Where its pure twin runs here, it leaves none either.

use crate::interp::frame::Frame;
use crate::object::Ref;
use crate::state::state;
use crate::types::code::Code;
use crate::types::exceptions::Exception;
use crate::types::frame;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::value::Value;

/// Files of the library, and beginnings of the names of what in them is native in CPython.
const TWINS: &[(&str, &[&str])] = &[
    ("/_pydatetime.py", &[""]),
    ("/_pydecimal.py", &[""]),
    ("/asyncio/futures.py", &["Future."]),
    ("/asyncio/tasks.py", &["Task."]),
    ("/pickle.py", &["_Framer.", "_Unframer.", "_Pickler.", "_Unpickler.", "_dump", "_load", "whichmodule"]),
    ("/xml/etree/ElementTree.py", &["Element.", "SubElement", "TreeBuilder.", "XMLParser."]),
    ("/zoneinfo/_zoneinfo.py", &[""]),
];

/// Whether the code is a twin of native code.
pub fn is_twin(code: &Code) -> bool {
    let (file, name) = (code.filename.object::<Str>(), code.qualname.object::<Str>());
    let (Some(file), Some(name)) = (file.to_utf8(), name.to_utf8()) else { return false };
    let twins = TWINS.iter().filter(|(path, _)| file.ends_with(path));
    twins.flat_map(|(_, names)| *names).any(|twin| name.starts_with(twin))
}

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
    // SAFETY: the frame is live.
    unsafe {
        if !(*frame).code().is_twin() {
            add(frame::object_of(frame), (*frame).lasti());
        }
    }
}

/// ... in compiled code, whose native frame is the innermost if it has one.
#[cold]
pub fn add_native(function: Ref<Function>, lasti: u32) {
    let frame = state().frame.get();
    // SAFETY: linked frames are live.
    let own = !frame.is_null() && unsafe { (*frame).function } == function.value().bits();
    if own && !function.code().is_twin() {
        add(frame::object_of(frame), lasti);
    }
}
