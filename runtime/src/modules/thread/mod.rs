//! `_thread`: what `threading` is made of.

pub mod handle;
pub mod local;
pub mod lock;

use crate::errors::{self, R, type_error, value_error};
use crate::object::define::Method;
use crate::object::singletons::{boolean, none};
use crate::object::{attr, call};
use crate::ops;
use crate::thread::{self, ident};
use crate::types::exceptions as exc;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::struct_sequence::StructSequence;
use crate::types::{float, int};
use crate::value::Value;
use handle::HANDLE;
use local::LOCAL;
use lock::{LOCK, RLOCK, TIMEOUT_MAX};

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
    let old = thread::stack_bytes();
    if let Some(size) = args.first() {
        let size = ops::as_isize(*size)?;
        if size < 0 {
            return Err(value_error("size must be 0 or a positive value"));
        }
        if size != 0 && size < 32768 {
            return Err(value_error(format_args!("size not valid: {size} bytes")));
        }
        thread::set_stack_bytes(size as usize);
    }
    Ok(Value::small(old as i64))
}

const ALLOCATE: fn(Value) -> R = |_| call::call(LOCK.class().value(), &[]);
const EXIT: fn(Value) -> R = |_| Err(errors::raise_args(&exc::SYSTEM_EXIT, &[]));

pub static MODULE: NativeModule = NativeModule {
    name: "_thread",
    functions: &[
        Method::none("allocate_lock", ALLOCATE),
        Method::none("allocate", ALLOCATE),
        Method::none("get_ident", |_| Ok(int::from_i64(ident()))),
        Method::none("_get_main_thread_ident", |_| Ok(int::from_i64(thread::main_ident()))),
        // SAFETY: no arguments, cannot fail.
        Method::none("get_native_id", |_| Ok(int::from_i64(unsafe { libc::syscall(libc::SYS_gettid) }))),
        Method::full("start_new_thread", handle::start_new_thread),
        Method::full("start_new", handle::start_new_thread),
        Method::full("start_joinable_thread", handle::start_joinable_thread),
        Method::one("_make_thread_handle", |_, ident| handle::of_ident(ops::as_i64(ident)?)),
        Method::none("daemon_threads_allowed", |_| Ok(boolean(true))),
        Method::none("_is_main_interpreter", |_| Ok(boolean(true))),
        Method::none("_shutdown", |_| handle::join_all().map(|()| none())),
        Method::none("_count", |_| Ok(Value::small(thread::count() as i64))),
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
