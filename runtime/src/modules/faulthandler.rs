//! `faulthandler`: tracebacks of threads on demand.
//!
//! Faults end a program with a message of the runtime's own ([`crate::fault`]); enabling is noted, and changes nothing.

use crate::errors::{R, value_error};
use crate::object::args::Params;
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Method, call};
use crate::ops;
use crate::types::frame::FrameObject;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;
use std::cell::Cell;

struct Enabled(Cell<bool>);
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Enabled {}
static ENABLED: Enabled = Enabled(Cell::new(false));

/// How many frames are shown.
const MAX_FRAMES: usize = 100;

/// `dump_traceback(file=sys.stderr, all_threads=True)`: the frames of the calling thread.
fn dump_traceback(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "dump_traceback", names: &["file", "all_threads"], required: 0, positional: 2 };
    let [file, _] = args.bind(&PARAMS)?;
    let Some(file) = file.filter(|f| !f.is_none()).or_else(|| super::sys::get("stderr")).filter(|f| !f.is_none())
    else {
        return Err(crate::errors::runtime_error("unable to get sys.stderr"));
    };
    let mut text = String::from("Stack (most recent call first):\n");
    let mut frame = crate::state::state().frame.get();
    for _ in 0..MAX_FRAMES {
        if frame.is_null() {
            break;
        }
        // SAFETY: linked frames are live.
        let (code, prev) = unsafe { ((*frame).code(), (*frame).prev) };
        let line = crate::types::frame::object_of(frame).expect::<FrameObject>().line().unwrap_or(0);
        let file = code.filename.object::<Str>();
        text.push_str(&format!(
            "  File \"{}\", line {line} in {}\n",
            file.to_string_lossy(),
            code.name.object::<Str>().to_string_lossy()
        ));
        frame = prev;
    }
    if let Ok(fd) = ops::as_i64(file) {
        // SAFETY: the text is readable; a wrong descriptor is an error that nobody asks about.
        unsafe { libc::write(fd as i32, text.as_ptr().cast(), text.len()) };
        return Ok(none());
    }
    crate::errors::clear();
    call::call_method(file, Str::intern("write"), &[Str::new(&text).value()])?;
    call::call_method(file, Str::intern("flush"), &[])
}

fn later(_: Value, args: Args) -> R {
    match args.pos().first() {
        Some(timeout) if crate::types::float::as_f64(*timeout).is_some_and(|t| t <= 0.0) => {
            Err(value_error("timeout must be greater than 0"))
        }
        _ => Ok(none()),
    }
}

pub static MODULE: NativeModule = NativeModule {
    name: "faulthandler",
    functions: &[
        Method::full("enable", |_, _| {
            ENABLED.0.set(true);
            Ok(none())
        }),
        Method::none("disable", |_| Ok(boolean(ENABLED.0.replace(false)))),
        Method::none("is_enabled", |_| Ok(boolean(ENABLED.0.get()))),
        Method::full("dump_traceback", dump_traceback),
        Method::full("dump_traceback_later", later),
        Method::none("cancel_dump_traceback_later", |_| Ok(none())),
        Method::full("register", |_, _| Ok(none())),
        Method::one("unregister", |_, _| Ok(boolean(false))),
    ],
    init: |_| Ok(()),
};
