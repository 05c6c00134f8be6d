//! `_thread`: locks, identities and what `threading` needs at import. New threads cannot be started.
//!
//! A lock that is taken is waited for with the interpreter lock given up, looking again every
//! millisecond, so signals are handled meanwhile.

use crate::errors::{self, R, overflow_error, runtime_error, type_error, value_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, attr, call};
use crate::ops;
use crate::types::exceptions as exc;
use crate::types::module::NativeModule;
use crate::types::object::{OBJECT, allocate_fixed};
use crate::types::object_dir::{get_dict, set_dict};
use crate::types::str::Str;
use crate::types::struct_sequence::StructSequence;
use crate::types::tuple::Tuple;
use crate::types::{float, int};
use crate::value::Value;
use std::cell::Cell;
use std::time::{Duration, Instant};
use taipan_abi::tag;

/// Longest timeout, in seconds.
const TIMEOUT_MAX: f64 = 9223372036.0;

/// A lock of either kind; the words are tagged ints.
#[repr(C)]
pub struct Lock {
    hdr: Header,
    /// How often it is taken: 0 or 1, or more by the same thread if it is an `RLock`.
    count: Cell<u64>,
    owner: Cell<u64>,
}

impl Builtin for Lock {
    const DEF: &'static TypeDef = &LOCK;
}

/// Both classes have this layout.
fn lock(v: Value) -> Ref<Lock> {
    // SAFETY: only called for instances of the classes of this file.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

impl Lock {
    fn count(&self) -> i64 {
        tag::int_value(self.count.get())
    }

    fn set(&self, count: i64, owner: i64) {
        self.count.set(tag::int(count));
        self.owner.set(tag::int(if count == 0 { 0 } else { owner }));
    }

    fn owned(&self) -> bool {
        self.count() > 0 && tag::int_value(self.owner.get()) == ident()
    }

    /// Takes the lock when it is free; false if the time is over before.
    fn wait(&self, patience: Option<Duration>) -> R<bool> {
        let start = Instant::now();
        while self.count() > 0 {
            let left = match patience {
                Some(patience) => match patience.checked_sub(start.elapsed()) {
                    Some(left) if !left.is_zero() => left,
                    _ => return Ok(false),
                },
                None => Duration::MAX,
            };
            ops::poll::blocking(|| std::thread::sleep(left.min(Duration::from_millis(1))));
            ops::poll::run()?;
        }
        self.set(1, ident());
        Ok(true)
    }
}

/// The calling thread's number.
fn ident() -> i64 {
    // SAFETY: no arguments, cannot fail.
    unsafe { libc::pthread_self() as i64 }
}

/// Seconds, or `None` for ever.
fn timeout(blocking: bool, timeout: Option<Value>) -> R<Option<Duration>> {
    let seconds = timeout.map_or(Ok(-1.0), ops::as_f64)?;
    if !blocking {
        if seconds != -1.0 {
            return Err(value_error("can't specify a timeout for a non-blocking call"));
        }
        return Ok(Some(Duration::ZERO));
    }
    if seconds == -1.0 {
        return Ok(None);
    }
    if seconds.is_nan() {
        return Err(value_error("Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(value_error("timeout value must be a non-negative number"));
    }
    if seconds > TIMEOUT_MAX {
        return Err(overflow_error("timeout value is too large"));
    }
    Ok(Some(Duration::from_secs_f64(seconds)))
}

fn patience(args: Args) -> R<Option<Duration>> {
    static PARAMS: Params = Params { function: "acquire", names: &["blocking", "timeout"], required: 0, positional: 2 };
    let [blocking, seconds] = args.bind(&PARAMS)?;
    timeout(blocking.map_or(Ok(true), ops::truth)?, seconds)
}

fn acquire(v: Value, args: Args) -> R {
    lock(v).wait(patience(args)?).map(boolean)
}

fn release(v: Value) -> R {
    if lock(v).count() == 0 {
        return Err(runtime_error("release unlocked lock"));
    }
    lock(v).set(0, 0);
    Ok(none())
}

fn acquire_again(v: Value, args: Args) -> R {
    let patience = patience(args)?;
    let lock = lock(v);
    if lock.owned() {
        lock.set(lock.count() + 1, ident());
        return Ok(boolean(true));
    }
    lock.wait(patience).map(boolean)
}

fn release_again(v: Value) -> R {
    let lock = lock(v);
    if !lock.owned() {
        return Err(runtime_error("cannot release un-acquired lock"));
    }
    lock.set(lock.count() - 1, ident());
    Ok(none())
}

fn reset(v: Value) -> R {
    lock(v).set(0, 0);
    Ok(none())
}

fn locked(v: Value) -> R {
    Ok(boolean(lock(v).count() > 0))
}

fn state_text(v: Value) -> &'static str {
    if lock(v).count() > 0 { "locked" } else { "unlocked" }
}

pub static LOCK: TypeDef = TypeDef {
    name: "_thread.lock",
    slots: Slots {
        new: Some(|class, args| {
            args.only_positional("lock", 0, 0)?;
            Ok(allocate_fixed(class))
        }),
        repr: Some(|v| {
            let text = format!("<{} {} object at {:#x}>", state_text(v), v.class().display_name(), ops::id(v));
            Ok(Str::from_string(text))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::full("acquire", acquire),
        Method::full("acquire_lock", acquire),
        Method::none("release", release),
        Method::none("release_lock", release),
        Method::none("locked", locked),
        Method::none("locked_lock", locked),
        Method::none("__enter__", |v| acquire(v, Args::EMPTY)),
        Method::pos("__exit__", |v, _| release(v), 0, 3),
        Method::none("_at_fork_reinit", reset),
    ],
    flags: WEAKREFS,
    words: TypeDef::words_of::<Lock>(),
    traced: TypeDef::words_of::<Lock>() - 1,
    ..TypeDef::BASE
};

pub static RLOCK: TypeDef = TypeDef {
    name: "_thread.RLock",
    slots: Slots {
        new: Some(|class, args| {
            args.only_positional("RLock", 0, 0)?;
            Ok(allocate_fixed(class))
        }),
        repr: Some(|v| {
            Ok(Str::from_string(format!(
                "<{} {} object owner={} count={} at {:#x}>",
                state_text(v),
                v.class().display_name(),
                tag::int_value(lock(v).owner.get()),
                lock(v).count(),
                ops::id(v)
            )))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::full("acquire", acquire_again),
        Method::none("release", release_again),
        Method::none("locked", locked),
        Method::none("__enter__", |v| acquire_again(v, Args::EMPTY)),
        Method::pos("__exit__", |v, _| release_again(v), 0, 3),
        Method::none("_is_owned", |v| Ok(boolean(lock(v).owned()))),
        Method::none("_recursion_count", |v| Ok(Value::small(if lock(v).owned() { lock(v).count() } else { 0 }))),
        Method::none("_release_save", |v| {
            let lock = lock(v);
            if lock.count() == 0 {
                return Err(runtime_error("cannot release un-acquired lock"));
            }
            let saved = Tuple::new(&[Value::small(lock.count()), int::from_i64(tag::int_value(lock.owner.get()))]);
            lock.set(0, 0);
            Ok(saved.value())
        }),
        Method::one("_acquire_restore", |v, state| {
            let state = ops::iter::to_vec(state)?;
            let [count, owner] = *state else { return Err(type_error("expected a tuple of count and owner")) };
            let (count, owner) = (ops::as_i64(count)?, ops::as_i64(owner)?);
            lock(v).wait(None)?;
            lock(v).set(count.clamp(0, i64::MAX >> 2), owner);
            Ok(none())
        }),
        Method::none("_at_fork_reinit", reset),
    ],
    flags: BASETYPE | WEAKREFS,
    words: TypeDef::words_of::<Lock>(),
    traced: TypeDef::words_of::<Lock>() - 1,
    ..TypeDef::BASE
};

/// `_local`: attributes of the one thread that there is.
#[repr(C)]
pub struct Local {
    hdr: Header,
    dict: Slot,
}

pub static LOCAL: TypeDef = TypeDef {
    name: "_thread._local",
    slots: Slots {
        new: Some(|class, args| {
            let plain = class.slots().init.map(|f| f as usize) == OBJECT.class().slots().init.map(|f| f as usize);
            if plain && !args.all.is_empty() {
                return Err(type_error("Initialization arguments are not supported"));
            }
            Ok(allocate_fixed(class))
        }),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        ..Slots::NONE
    },
    getset: &[GetSet::both("__dict__", get_dict, set_dict)],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    words: TypeDef::words_of::<Local>(),
    traced: 1,
    ..TypeDef::BASE
};

/// `_ThreadHandle`: a thread as `threading` sees it, here always one that was not started by Taipan.
#[repr(C)]
pub struct Handle {
    hdr: Header,
    ident: Cell<u64>,
    done: Cell<u64>,
}

impl Builtin for Handle {
    const DEF: &'static TypeDef = &HANDLE;
}

fn join(v: Value, args: &[Value]) -> R {
    let handle = v.expect::<Handle>();
    let patience = match args.first().filter(|t| !t.is_none()) {
        Some(seconds) if ops::as_f64(*seconds)? >= 0.0 => timeout(true, Some(*seconds))?,
        _ => None,
    };
    if tag::int_value(handle.ident.get()) == ident() {
        return Err(runtime_error("Cannot join current thread"));
    }
    let start = Instant::now();
    while tag::int_value(handle.done.get()) == 0 && patience.is_none_or(|patience| start.elapsed() < patience) {
        ops::poll::blocking(|| std::thread::sleep(Duration::from_millis(1)));
        ops::poll::run()?;
    }
    Ok(none())
}

pub static HANDLE: TypeDef = TypeDef {
    name: "_thread._ThreadHandle",
    slots: Slots {
        new: Some(|class, args| {
            args.only_positional("_ThreadHandle", 0, 0)?;
            Ok(allocate_fixed(class))
        }),
        repr: Some(|v| {
            let ident = tag::int_value(v.expect::<Handle>().ident.get());
            Ok(Str::from_string(format!("<_ThreadHandle object: ident={ident}>")))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::pos("join", join, 0, 1),
        Method::none("is_done", |v| Ok(boolean(tag::int_value(v.expect::<Handle>().done.get()) != 0))),
        Method::none("_set_done", |v| {
            v.expect::<Handle>().done.set(tag::int(1));
            Ok(none())
        }),
    ],
    getset: &[GetSet::get("ident", |v| match tag::int_value(v.expect::<Handle>().ident.get()) {
        0 => Ok(none()),
        ident => Ok(int::from_i64(ident)),
    })],
    words: TypeDef::words_of::<Handle>(),
    traced: TypeDef::words_of::<Handle>() - 1,
    ..TypeDef::BASE
};

static EXCEPT_HOOK_ARGS: StructSequence =
    StructSequence::new("_thread._ExceptHookArgs", &["exc_type", "exc_value", "exc_traceback", "thread"]);

/// `threading.excepthook`: prints what ended a thread.
fn excepthook(_: Value, args: Value) -> R {
    let [class, value, _, thread] = *ops::iter::to_vec(args)? else {
        return Err(type_error("_thread._excepthook argument type must be ExceptHookArgs"));
    };
    if class.is(exc::SYSTEM_EXIT.class().value()) {
        return Ok(none());
    }
    let name = match thread.is_none() {
        true => ident().to_string(),
        false => match attr::find(thread, Str::intern("name"))? {
            Some(name) => ops::str_of(name)?.to_string_lossy(),
            None => "<failed to get thread name>".into(),
        },
    };
    let text = if value.is_none() { String::new() } else { errors::render::print_exception(value) };
    super::sys::write_stderr(&format!("Exception in thread {name}:\n{text}"));
    Ok(none())
}

fn cannot_start(_: Value, _: Args) -> R {
    Err(runtime_error("can't start new thread"))
}

/// Simulates the arrival of a signal; one that has no handler does nothing.
fn interrupt_main(_: Value, args: &[Value]) -> R {
    let signal = args.first().map_or(Ok(libc::SIGINT), |n| ops::as_i32(*n))?;
    if !(1..65).contains(&signal) {
        return Err(value_error("signal number out of range"));
    }
    // SAFETY: a query of the disposition, and a signal whose handler is ours.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        let known = libc::sigaction(signal, std::ptr::null(), &mut action) == 0;
        if known && action.sa_sigaction != libc::SIG_DFL && action.sa_sigaction != libc::SIG_IGN {
            libc::raise(signal);
        }
    }
    Ok(none())
}

fn set_name(_: Value, name: Value) -> R {
    let text = ops::str_of(name)?.to_string_lossy();
    let short: Vec<u8> = text.bytes().take_while(|b| *b != 0).take(15).collect();
    if let Ok(short) = std::ffi::CString::new(short) {
        // SAFETY: a string that ends in NUL; the call copies it.
        unsafe { libc::prctl(libc::PR_SET_NAME, short.as_ptr()) };
    }
    Ok(none())
}

fn stack_size(_: Value, args: &[Value]) -> R {
    if let Some(size) = args.first() {
        let size = ops::as_isize(*size)?;
        if size < 0 {
            return Err(value_error("size must be 0 or a positive value"));
        }
        if size != 0 && size < 32768 {
            return Err(value_error(format_args!("size not valid: {size} bytes")));
        }
    }
    Ok(Value::small(0))
}

const ALLOCATE: fn(Value) -> R = |_| call::call(LOCK.class().value(), &[]);
const EXIT: fn(Value) -> R = |_| Err(errors::raise_args(&exc::SYSTEM_EXIT, &[]));

pub static MODULE: NativeModule = NativeModule {
    name: "_thread",
    functions: &[
        Method::none("allocate_lock", ALLOCATE),
        Method::none("allocate", ALLOCATE),
        Method::none("get_ident", |_| Ok(int::from_i64(ident()))),
        Method::none("_get_main_thread_ident", |_| Ok(int::from_i64(ident()))),
        // SAFETY: no arguments, cannot fail.
        Method::none("get_native_id", |_| Ok(int::from_i64(unsafe { libc::syscall(libc::SYS_gettid) }))),
        Method::full("start_new_thread", cannot_start),
        Method::full("start_new", cannot_start),
        Method::full("start_joinable_thread", cannot_start),
        Method::one("_make_thread_handle", |_, ident| {
            let ident = ops::as_i64(ident)? & (i64::MAX >> 2);
            let handle = Handle { hdr: Header::EMPTY, ident: Cell::new(tag::int(ident)), done: Cell::new(tag::int(0)) };
            Ok(allocate(HANDLE.header(), handle).value())
        }),
        Method::none("daemon_threads_allowed", |_| Ok(boolean(true))),
        Method::none("_is_main_interpreter", |_| Ok(boolean(true))),
        Method::none("_shutdown", |_| Ok(none())),
        Method::none("_count", |_| Ok(Value::small(0))),
        Method::none("exit", EXIT),
        Method::none("exit_thread", EXIT),
        Method::pos("interrupt_main", interrupt_main, 0, 1),
        Method::pos("stack_size", stack_size, 0, 1),
        Method::one("set_name", set_name),
        Method::one("_excepthook", excepthook),
    ],
    init: |module| {
        for def in [&LOCK, &RLOCK, &LOCAL, &HANDLE, &EXCEPT_HOOK_ARGS.def] {
            module.add_type(def);
        }
        module.set("LockType", LOCK.class().value());
        module.set("error", exc::RUNTIME_ERROR.class().value());
        module.set("TIMEOUT_MAX", float::from_f64(TIMEOUT_MAX));
        module.set("_NAME_MAXLEN", Value::small(15));
        Ok(())
    },
};
