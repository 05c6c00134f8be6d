//! Arguments of the system's functions: paths, descriptors, users, and calls that are repeated when a
//! signal interrupts them.

use crate::errors::{R, Raised, overflow_error, type_error, value_error};
use crate::modules::io;
use crate::object::Ref;
use crate::object::call;
use crate::object::singletons::boolean;
use crate::ops;
use crate::types::bytes::{self, Bytes};
use crate::types::codecs::{self, Native};
use crate::types::exceptions as exc;
use crate::types::int;
use crate::types::os_error::{os_error_from_errno, os_error_from_errno2};
use crate::types::str::Str;
use crate::value::Value;
use std::ffi::{CStr, CString, c_char};

/// What a path parameter takes besides a string, bytes or a `PathLike`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Also {
    Nothing,
    Descriptor,
    DescriptorOrNone,
}

/// A path argument, or the open descriptor that stands for one.
pub struct Path {
    /// As the program gave it, for error messages.
    pub given: Value,
    text: Option<CString>,
    /// The descriptor if there is no text.
    pub fd: Option<i32>,
    /// Names that come back should be bytes.
    pub bytes: bool,
}

impl Path {
    pub fn parse(function: &str, what: &str, given: Option<Value>, also: Also) -> R<Path> {
        let given = given.unwrap_or_else(crate::object::singletons::none);
        let plain = |text: CString, bytes: bool| Path { given, text: Some(text), fd: None, bytes };
        if given.is_none() && also == Also::DescriptorOrNone {
            return Ok(plain(c".".to_owned(), false));
        }
        let is_text = |v: Value| v.cast::<Str>().is_some() || v.cast::<Bytes>().is_some();
        let mut path = given;
        if !is_text(given) {
            if let Some(method) = given.class().lookup(Str::intern("__fspath__")) {
                path = call::call_bound(method, given, &[])?;
                if !is_text(path) {
                    return Err(type_error(format_args!(
                        "expected {}.__fspath__() to return str or bytes, not {}",
                        given.class().display_name(),
                        path.class().display_name()
                    )));
                }
            } else if also != Also::Nothing && given.class().slots().index.is_some() {
                return Ok(Path { given, text: None, fd: Some(descriptor_number(given)?), bytes: false });
            } else {
                let kinds = match also {
                    Also::Nothing => "string, bytes or os.PathLike",
                    Also::Descriptor => "string, bytes, os.PathLike or integer",
                    Also::DescriptorOrNone => "string, bytes, os.PathLike, integer or None",
                };
                return Err(type_error(format_args!(
                    "{function}: {what} should be {kinds}, not {}",
                    given.class().display_name()
                )));
            }
        }
        let raw = encoded(path)?;
        let is_bytes = path.cast::<Bytes>().is_some();
        match CString::new(raw) {
            Ok(text) => Ok(plain(text, is_bytes)),
            Err(_) => Err(value_error(format_args!("{function}: embedded null character in {what}"))),
        }
    }

    /// The path for a system call; the empty string for a descriptor.
    pub fn as_ptr(&self) -> *const c_char {
        self.text.as_deref().unwrap_or(c"").as_ptr()
    }

    /// `OSError` with the path in it.
    pub fn error(&self, errno: i32) -> Raised {
        os_error_from_errno(errno, Some(self.given).filter(|given| !given.is_none()))
    }

    /// `OSError` of a function with two paths.
    pub fn error_with(&self, other: &Path, errno: i32) -> Raised {
        os_error_from_errno2(errno, Some(self.given), Some(other.given))
    }

    /// A name that the system gave, as `str`, or as `bytes` if the path was that.
    pub fn name(&self, name: &[u8]) -> R {
        if self.bytes { Ok(Bytes::new(name).value()) } else { decoded(name) }
    }
}

/// The bytes of a `str` or `bytes` for the system.
fn encoded(path: Value) -> R<Vec<u8>> {
    match path.cast::<Str>() {
        Some(text) => codecs::encode::encode(Native::Utf8, text, "surrogateescape"),
        None => Ok(bytes::require(path)?.to_vec()),
    }
}

/// `os.fsencode` with a 0 at the end.
pub fn fs_encoded(v: Value) -> R<CString> {
    io::file::path_bytes(v)
}

/// `os.fsdecode` of the system's bytes.
pub fn decoded(name: &[u8]) -> R {
    if name.is_ascii() {
        return Ok(Str::from_ascii(name).value());
    }
    Ok(codecs::decode::utf8(Bytes::new(name).value(), name, "surrogateescape", true)?.0.value())
}

/// As [`decoded`], of a C string.
///
/// # Safety
/// `text` must end with 0.
pub unsafe fn decoded_c(text: *const c_char) -> R {
    // SAFETY: the caller's promise.
    decoded(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// A text argument.
pub fn text(v: Value, function: &str, what: &str) -> R<Ref<Str>> {
    v.cast::<Str>()
        .ok_or_else(|| type_error(format_args!("{function}() {what} must be str, not {}", v.class().display_name())))
}

fn warn_of_bool(v: Value) -> R<()> {
    if v.is(boolean(true)) || v.is(boolean(false)) {
        crate::modules::warnings::warn(&exc::RUNTIME_WARNING, "bool is used as a file descriptor", 1)?;
    }
    Ok(())
}

fn descriptor_number(v: Value) -> R<i32> {
    warn_of_bool(v)?;
    let number = ops::index(v)?;
    let view = int::as_int(number);
    match view.and_then(|n| n.to_i64()).and_then(|n| i32::try_from(n).ok()) {
        Some(fd) => Ok(fd),
        None if view.is_some_and(|n| n.is_negative()) => Err(overflow_error("fd is less than minimum")),
        None => Err(overflow_error("fd is greater than maximum")),
    }
}

/// The `dir_fd` argument.
pub fn dir_fd(v: Option<Value>) -> R<i32> {
    let Some(v) = v.filter(|v| !v.is_none()) else { return Ok(libc::AT_FDCWD) };
    if v.class().slots().index.is_none() {
        return Err(type_error(format_args!("argument should be integer or None, not {}", v.class().display_name())));
    }
    descriptor_number(v)
}

/// `dir_fd` goes with a path only.
pub fn check_dir_fd(function: &str, dir_fd: i32, path: &Path) -> R<()> {
    if dir_fd != libc::AT_FDCWD && path.fd.is_some() {
        return Err(value_error(format_args!("{function}: can't specify dir_fd without matching path")));
    }
    Ok(())
}

/// `follow_symlinks` has no meaning for a descriptor.
pub fn check_follow(function: &str, follow: bool, path: &Path) -> R<()> {
    if !follow && path.fd.is_some() {
        return Err(value_error(format_args!("{function}: cannot use fd and follow_symlinks together")));
    }
    Ok(())
}

/// A descriptor, or an object that has one (`PyObject_AsFileDescriptor`).
pub fn descriptor(v: Value) -> R<i32> {
    let fd = if ops::is_int(v) {
        warn_of_bool(v)?;
        ops::as_i32(v)?
    } else {
        let Some(method) = crate::object::attr::find(v, Str::intern("fileno"))? else {
            return Err(type_error("argument must be an int, or have a fileno() method."));
        };
        let fd = call::call(method, &[])?;
        if !ops::is_int(fd) {
            return Err(type_error("fileno() returned a non-integer"));
        }
        ops::as_i32(fd)?
    };
    if fd < 0 {
        return Err(value_error(format_args!("file descriptor cannot be a negative integer ({fd})")));
    }
    Ok(fd)
}

/// A user's or group's number; -1 means "leave as it is".
pub fn id_number(v: Value, what: &str) -> R<u32> {
    if v.class().slots().index.is_none() {
        return Err(type_error(format_args!("{what} should be integer, not {}", v.class().display_name())));
    }
    let number = ops::index(v)?;
    let Some(view) = int::as_int(number) else { return Err(type_error("an integer is required")) };
    match view.to_i64() {
        Some(-1) => Ok(u32::MAX),
        Some(n) => u32::try_from(n).map_err(|_| overflow_error(format_args!("{what} is less than minimum"))),
        None if view.is_negative() => Err(overflow_error(format_args!("{what} is less than minimum"))),
        None => Err(overflow_error(format_args!("{what} is greater than maximum"))),
    }
}

/// The number for a user or group as the program sees it.
pub fn from_id(id: u32) -> Value {
    Value::small(if id == u32::MAX { -1 } else { id as i64 })
}

pub fn errno() -> i32 {
    io::file::errno()
}

/// Calls the system with the interpreter lock given up, again after each signal. The inner error is
/// the `errno`.
pub fn retry(call: impl Fn() -> i64) -> R<Result<i64, i32>> {
    loop {
        let result = ops::poll::blocking(|| {
            let n = call();
            if n < 0 { Err(errno()) } else { Ok(n) }
        });
        if result != Err(libc::EINTR) {
            return Ok(result);
        }
        ops::poll::run()?;
    }
}

/// The result of a system call, or its `OSError`.
pub fn check(n: impl Into<i64>) -> R<i64> {
    let n = n.into();
    if n < 0 { Err(os_error_from_errno(errno(), None)) } else { Ok(n) }
}

/// [`retry`] with an `OSError` without file name.
pub fn retry_checked(call: impl Fn() -> i64) -> R<i64> {
    retry(call)?.map_err(|errno| os_error_from_errno(errno, None))
}

/// Room for `size` bytes, or MemoryError: a program may ask for any number.
pub fn room(size: usize) -> R<Vec<u8>> {
    let mut room = Vec::new();
    match room.try_reserve_exact(size) {
        Ok(()) => Ok(room),
        Err(_) => Err(crate::errors::memory_error()),
    }
}
