//! `_thread._ThreadHandle`, and the start and end of threads as the program sees them.

use crate::errors::{self, R, runtime_error, type_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::define::{GetSet, Method};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slots, TypeDef, attr, call};
use crate::ops;
use crate::thread::park::{Gate, Patience};
use crate::thread::{self, ident};
use crate::types::dict::Dict;
use crate::types::exceptions as exc;
use crate::types::int;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::RefCell;

/// How far a thread is.
mod stage {
    pub const NEW: i64 = 0;
    pub const RUNNING: i64 = 1;
    pub const DONE: i64 = 2;
}

/// A thread as `threading` sees it.
#[repr(C)]
pub struct Handle {
    hdr: Header,
    /// The system's number, or 0.
    ident: Gate,
    stage: Gate,
}

impl Builtin for Handle {
    const DEF: &'static TypeDef = &HANDLE;
}

impl Handle {
    fn is_at(&self, stage: i64) -> bool {
        self.stage.get() == stage
    }

    fn finish(&self) {
        self.stage.set(stage::DONE);
        self.stage.wake(i32::MAX);
    }

    fn join(&self, patience: Patience) -> R<bool> {
        self.stage.wait_until(patience, || self.is_at(stage::DONE))
    }
}

struct Joined(RefCell<Vec<Value>>);
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Joined {}
/// Handles of the running threads that the program waits for at its end.
static JOINED: Joined = Joined(RefCell::new(Vec::new()));

/// The handle of a thread that runs already.
pub fn of_ident(ident: i64) -> R {
    let handle = new_handle();
    handle.ident.set(ident & (i64::MAX >> 2));
    handle.stage.set(stage::RUNNING);
    Ok(handle.value())
}

fn join(v: Value, args: &[Value]) -> R {
    let handle = v.expect::<Handle>();
    let patience = match args.first().filter(|t| !t.is_none()) {
        Some(seconds) if ops::as_f64(*seconds)? >= 0.0 => super::lock::timeout(true, Some(*seconds))?,
        _ => Patience::Forever,
    };
    if handle.is_at(stage::NEW) {
        return Err(runtime_error("thread not started"));
    }
    if handle.ident.get() == ident() && !handle.is_at(stage::DONE) {
        return Err(runtime_error("Cannot join current thread"));
    }
    handle.join(patience)?;
    Ok(none())
}

/// Starts a thread that calls `function`; `daemon`: the program does not wait for it at its end.
fn start(handle: Ref<Handle>, function: Value, args: Value, kwargs: Option<Value>, daemon: bool) -> R<()> {
    if thread::is_finishing() {
        let message = Str::new("can't create new thread at interpreter shutdown").value();
        return Err(errors::raise_args(&exc::PYTHON_FINALIZATION_ERROR, &[message]));
    }
    handle.stage.set(stage::RUNNING);
    let started = thread::start(move || {
        handle.ident.set(ident());
        handle.ident.wake(1);
        if ops::call_function_ex(function, args, kwargs).is_err() {
            if errors::pending_is(&exc::SYSTEM_EXIT) {
                errors::clear();
            } else {
                errors::unraisable("Exception ignored in thread started by", Some(function));
            }
        }
        super::local::forget();
        JOINED.0.borrow_mut().retain(|other| !other.is(handle.value()));
        handle.finish();
    });
    if !started {
        handle.stage.set(stage::NEW);
        return Err(runtime_error("can't start new thread"));
    }
    if !daemon {
        JOINED.0.borrow_mut().push(handle.value());
    }
    // The number is known when the thread has begun.
    handle.ident.wait_until(Patience::Forever, || handle.ident.get() != 0)?;
    Ok(())
}

fn new_handle() -> Ref<Handle> {
    allocate(HANDLE.header(), Handle { hdr: Header::EMPTY, ident: Gate::new(), stage: Gate::new() })
}

/// `start_new_thread(function, args[, kwargs])`.
pub fn start_new_thread(_: Value, args: Args) -> R {
    args.only_positional("start_new_thread", 2, 3)?;
    let args = args.pos();
    if !call::is_callable(args[0]) {
        return Err(type_error("first arg must be callable"));
    }
    if args[1].cast::<Tuple>().is_none() {
        return Err(type_error("2nd arg must be a tuple"));
    }
    if args.get(2).is_some_and(|kwargs| kwargs.cast::<Dict>().is_none()) {
        return Err(type_error("optional 3rd arg must be a dictionary"));
    }
    let handle = new_handle();
    start(handle, args[0], args[1], args.get(2).copied(), true)?;
    Ok(int::from_i64(handle.ident.get()))
}

/// `start_joinable_thread(function, handle=None, daemon=True)`.
pub fn start_joinable_thread(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "start_joinable_thread",
        names: &["function", "handle", "daemon"],
        required: 1,
        positional: 1,
    };
    let [function, handle, daemon] = args.bind(&PARAMS)?;
    let function = function.filter(|f| call::is_callable(*f));
    let Some(function) = function else { return Err(type_error("thread function must be callable")) };
    let handle = match handle.filter(|h| !h.is_none()) {
        None => new_handle(),
        Some(handle) => match handle.exact::<Handle>() {
            Some(handle) => handle,
            None => return Err(type_error("'handle' must be a _ThreadHandle")),
        },
    };
    if !handle.is_at(stage::NEW) {
        return Err(runtime_error("thread already started"));
    }
    start(handle, function, Tuple::new(&[]).value(), None, daemon.map_or(Ok(true), ops::truth)?)?;
    Ok(handle.value())
}

/// Waits for all threads that the program waits for at its end.
pub fn join_all() -> R<()> {
    loop {
        let Some(handle) = JOINED.0.borrow().iter().copied().find(|h| h.expect::<Handle>().ident.get() != ident())
        else {
            return Ok(());
        };
        handle.expect::<Handle>().join(Patience::Forever)?;
    }
}

/// The program's last statement is done: what `threading` does then, and waiting for threads.
pub fn shut_down() {
    let Some(threading) = crate::modules::sys::modules().get_text("threading") else { return };
    let done = match attr::find(threading, Str::intern("_shutdown")) {
        Ok(Some(shutdown)) => call::call(shutdown, &[]).map(|_| ()),
        Ok(None) => Ok(()),
        Err(raised) => Err(raised),
    };
    if done.is_err() {
        errors::unraisable("Exception ignored on threading shutdown", Some(threading));
    }
}

/// In a forked child no other thread is there to be waited for.
pub fn after_fork_in_child() {
    JOINED.0.borrow_mut().retain(|handle| handle.expect::<Handle>().ident.get() == ident());
}

pub static HANDLE: TypeDef = TypeDef {
    name: "_thread._ThreadHandle",
    slots: Slots {
        new: Some(|class, args| {
            args.only_positional("_ThreadHandle", 0, 0)?;
            Ok(allocate_fixed(class))
        }),
        repr: Some(|v| {
            let ident = v.expect::<Handle>().ident.get();
            Ok(Str::from_string(format!("<_ThreadHandle object: ident={ident}>")))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::pos("join", join, 0, 1),
        Method::none("is_done", |v| Ok(boolean(v.expect::<Handle>().is_at(stage::DONE)))),
        Method::none("_set_done", |v| {
            let handle = v.expect::<Handle>();
            if handle.is_at(stage::NEW) {
                return Err(runtime_error("thread not started"));
            }
            handle.finish();
            Ok(none())
        }),
    ],
    getset: &[GetSet::get("ident", |v| match v.expect::<Handle>().ident.get() {
        0 => Ok(none()),
        ident => Ok(int::from_i64(ident)),
    })],
    words: TypeDef::words_of::<Handle>(),
    traced: TypeDef::words_of::<Handle>() - 1,
    ..TypeDef::BASE
};
