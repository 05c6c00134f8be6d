//! `OSError`: the class that follows from `errno`, the text with file names, pickling.

use crate::errors::{self, R, attribute_error, type_error};
use crate::object::class::Type;
use crate::object::define::{GetSet, Method, TypeDef};
use crate::object::singletons::none;
use crate::object::{Args, Ref, Slots};
use crate::ops;
use crate::types::exception_methods::{dict_copy, reduced};
use crate::types::exceptions::{self as exc, Exception, OS_ERROR};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{Raised, Value};

const ERRNO: usize = 0;
const STRERROR: usize = 1;
const FILENAME: usize = 2;
const FILENAME2: usize = 3;
const WRITTEN: usize = 4;

/// The subclass for an `errno` (PEP 3151).
pub fn class_for(errno: i64) -> &'static TypeDef {
    match i32::try_from(errno).unwrap_or(0) {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => &exc::BLOCKING_IO_ERROR,
        libc::EPIPE | libc::ESHUTDOWN => &exc::BROKEN_PIPE_ERROR,
        libc::ECHILD => &exc::CHILD_PROCESS_ERROR,
        libc::ECONNABORTED => &exc::CONNECTION_ABORTED_ERROR,
        libc::ECONNREFUSED => &exc::CONNECTION_REFUSED_ERROR,
        libc::ECONNRESET => &exc::CONNECTION_RESET_ERROR,
        libc::EEXIST => &exc::FILE_EXISTS_ERROR,
        libc::ENOENT => &exc::FILE_NOT_FOUND_ERROR,
        libc::EISDIR => &exc::IS_A_DIRECTORY_ERROR,
        libc::ENOTDIR => &exc::NOT_A_DIRECTORY_ERROR,
        libc::EINTR => &exc::INTERRUPTED_ERROR,
        libc::EACCES | libc::EPERM => &exc::PERMISSION_ERROR,
        libc::ESRCH => &exc::PROCESS_LOOKUP_ERROR,
        libc::ETIMEDOUT => &exc::TIMEOUT_ERROR,
        _ => &OS_ERROR,
    }
}

/// `OSError(errno, strerror[, filename])` of the right class, raised.
pub fn os_error_from_errno(errno: i32, filename: Option<Value>) -> Raised {
    os_error_from_errno2(errno, filename, None)
}

/// ... with two file names (`rename`).
pub fn os_error_from_errno2(errno: i32, filename: Option<Value>, filename2: Option<Value>) -> Raised {
    let mut args = vec![Value::small(errno as i64), Str::new(&strerror(errno)).value()];
    if let Some(filename) = filename {
        args.push(filename);
        if let Some(filename2) = filename2 {
            args.extend([none(), filename2]);
        }
    }
    errors::raise(exc::new(class_for(errno as i64).class(), &args))
}

/// What a failed call of the Rust library raises.
pub fn os_error(error: &std::io::Error, filename: Option<Value>) -> Raised {
    match error.raw_os_error() {
        Some(errno) => os_error_from_errno(errno, filename),
        None => errors::raise_text(&OS_ERROR, error),
    }
}

/// The system's text for an error number.
pub fn strerror(errno: i32) -> String {
    let mut buffer = [0u8; 256];
    // SAFETY: the buffer's length is given, and the text in it ends with 0.
    unsafe {
        let text = buffer.as_mut_ptr() as *mut libc::c_char;
        if libc::strerror_r(errno, text, buffer.len()) != 0 {
            return format!("Unknown error {errno}");
        }
        std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    }
}

pub const OS_ERROR_SLOTS: Slots = Slots { new: Some(new), init: Some(init), str: Some(str), ..Slots::NONE };

fn is_ours<F: Copy + PartialEq>(slot: Option<F>, ours: F) -> bool {
    slot.is_some_and(|f| f == ours)
}

/// Whether `__init__` must take the arguments: a subclass has an `__init__` of its own, but not a `__new__`.
fn init_fills(class: Ref<Type>) -> bool {
    #[allow(unpredictable_function_pointer_comparisons)]
    {
        !is_ours(class.slots().init, init as fn(Value, Args) -> R<()>)
            && is_ours(class.slots().new, new as fn(Ref<Type>, Args) -> R)
    }
}

fn new(class: Ref<Type>, args: Args) -> R {
    if init_fills(class) {
        return Ok(exc::allocate_instance(class, &[]).value());
    }
    args.no_keywords(&class.name().to_string_lossy())?;
    let mut class = class;
    if class == OS_ERROR.class() && (2..=5).contains(&args.all.len()) {
        if let Some(errno) = super::int::as_int(args.all[0]).and_then(|n| n.to_i64()) {
            class = class_for(errno).class();
        }
    }
    let exception = exc::allocate_instance(class, args.all);
    fill(exception, args.all)?;
    Ok(exception.value())
}

fn init(v: Value, args: Args) -> R<()> {
    let class = v.class();
    if !init_fills(class) {
        return Ok(());
    }
    args.no_keywords(&class.name().to_string_lossy())?;
    fill(v.expect::<Exception>(), args.all)
}

/// Sets the attributes from the arguments of the constructor.
pub fn fill(exception: Ref<Exception>, args: &[Value]) -> R<()> {
    exception.args.set(exception, Tuple::new(args));
    if !(2..=5).contains(&args.len()) {
        return Ok(());
    }
    exception.put_field(ERRNO, Some(args[0]));
    exception.put_field(STRERROR, Some(args[1]));
    let given = |i: usize| args.get(i).copied().filter(|v: &Value| !v.is_none());
    let Some(filename) = given(2) else { return Ok(()) };
    if exception.value().class() == exc::BLOCKING_IO_ERROR.class() && ops::is_int(filename) {
        exception.put_field(WRITTEN, Some(ops::index(filename)?));
        return Ok(());
    }
    exception.put_field(FILENAME, Some(filename));
    exception.put_field(FILENAME2, given(4));
    // The file names are no part of `args`, as programs that unpack them expect.
    exception.args.set(exception, Tuple::new(&args[..2]));
    Ok(())
}

fn str(v: Value) -> R {
    let exception = v.expect::<Exception>();
    let shown =
        |field: usize| -> R<String> { Ok(ops::str_of(exception.field(field).unwrap_or_else(none))?.to_string_lossy()) };
    let shown_name = |name: Value| ops::repr_text(name);
    let text = match (exception.field(FILENAME), exception.field(FILENAME2)) {
        (Some(a), Some(b)) => {
            format!("[Errno {}] {}: {} -> {}", shown(ERRNO)?, shown(STRERROR)?, shown_name(a)?, shown_name(b)?)
        }
        (Some(a), None) => format!("[Errno {}] {}: {}", shown(ERRNO)?, shown(STRERROR)?, shown_name(a)?),
        _ if exception.field(ERRNO).is_some() && exception.field(STRERROR).is_some() => {
            format!("[Errno {}] {}", shown(ERRNO)?, shown(STRERROR)?)
        }
        _ => return super::exception_methods::str(v),
    };
    Ok(Str::from_string(text))
}

pub static OS_ERROR_METHODS: &[Method] = &[Method::none("__reduce__", |v| {
    let exception = v.expect::<Exception>();
    let mut args = exception.args().as_slice().to_vec();
    if let (2, Some(filename)) = (args.len(), exception.field(FILENAME)) {
        args.push(filename);
        if let Some(filename2) = exception.field(FILENAME2) {
            args.extend([none(), filename2]);
        }
    }
    Ok(reduced(v, Tuple::from_vec(args), dict_copy(v).map(Ref::value)))
})];

pub static OS_ERROR_GETSET: &[GetSet] = &[GetSet::both(
    "characters_written",
    |v| v.expect::<Exception>().field(WRITTEN).ok_or_else(|| attribute_error("characters_written")),
    |v, value| {
        let exception = v.expect::<Exception>();
        match value {
            Some(value) => exception.put_field(WRITTEN, Some(ops::index(value)?)),
            None if exception.field(WRITTEN).is_some() => exception.put_field(WRITTEN, None),
            None => return Err(attribute_error("characters_written")),
        }
        Ok(())
    },
)];

/// Whether the pending exception is an OSError with this number.
pub fn pending_errno() -> Option<i64> {
    if !errors::pending_is(&OS_ERROR) {
        return None;
    }
    let pending = errors::take();
    let errno = pending.cast::<Exception>().and_then(|e| e.field(ERRNO)).and_then(super::int::as_int);
    errors::restore(pending);
    errno.and_then(|n| n.to_i64())
}

/// A message without number.
pub fn plain(message: &str) -> Raised {
    errors::raise_text(&OS_ERROR, message)
}

/// TypeError of a file name of the wrong type, as `os` functions have it.
pub fn bad_path(function: &str, what: &str, value: Value) -> Raised {
    type_error(format_args!(
        "{function}: {what} should be string, bytes, os.PathLike or integer, not {}",
        value.class().display_name()
    ))
}
