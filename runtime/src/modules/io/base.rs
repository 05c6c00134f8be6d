//! `_IOBase` and its three abstract children: what every stream can do, in terms of its own methods.

use super::unsupported;
use crate::errors::{self, R, type_error, value_error};
use crate::gc::Header;
use crate::names;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, WEAKREFS};
use crate::object::singletons::{boolean, none, true_};
use crate::object::{Builtin, Ref, Slot, Slots, Type, TypeDef, attr, call};
use crate::ops;
use crate::types::bytes::{Bytes, view};
use crate::types::int;
use crate::types::list::List;
use crate::types::object::{allocate_fixed, allocate_unfinalized};
use crate::types::str::Str;
use crate::value::Value;

/// The layout that all streams begin with.
#[repr(C)]
pub struct Stream {
    hdr: Header,
    dict: Slot,
}

impl Builtin for Stream {
    const DEF: &'static TypeDef = &IO_BASE;
}

/// Leaves the error of closing pending, if there was a second: it came while the first was handled.
pub fn chained(first: Value, has_second: bool) -> crate::value::Raised {
    if !has_second {
        return errors::restore(first);
    }
    let second = errors::take();
    if let Some(e) = second.cast::<crate::types::exceptions::Exception>() {
        if !second.is(first) {
            e.context.set(e, first);
        }
    }
    errors::restore(second)
}

/// Calls a method by its text name.
pub fn call_method(v: Value, name: &str, args: &[Value]) -> R {
    call::call_method(v, Str::intern(name), args)
}

pub fn getattr(v: Value, name: &str) -> R {
    attr::getattr(v, Str::intern(name))
}

pub fn set_attr(v: Value, name: &str, value: Value) -> R<()> {
    attr::setattr(v, Str::intern(name), Some(value))
}

/// `v.closed`.
pub fn is_closed(v: Value) -> R<bool> {
    ops::truth(getattr(v, "closed")?)
}

pub fn check_closed(v: Value) -> R<()> {
    if is_closed(v)? { Err(value_error("I/O operation on closed file.")) } else { Ok(()) }
}

fn check(v: Value, method: &str, what: &str) -> R {
    if !ops::truth(call_method(v, method, &[])?)? {
        return Err(unsupported(&format!("File or stream is not {what}.")));
    }
    Ok(true_())
}

pub fn check_readable(v: Value) -> R {
    check(v, "readable", "readable")
}

pub fn check_writable(v: Value) -> R {
    check(v, "writable", "writable")
}

pub fn check_seekable(v: Value) -> R {
    check(v, "seekable", "seekable")
}

/// The size argument of `read` and its like: None and negative numbers mean all.
pub fn size_argument(v: Option<&Value>) -> R<Option<usize>> {
    let Some(&v) = v.filter(|v| !v.is_none()) else { return Ok(None) };
    if !crate::types::sequence::is_index(v) {
        return Err(type_error(format_args!("argument should be integer or None, not '{}'", v.class().display_name())));
    }
    let n = ops::as_isize(v)?;
    Ok((n >= 0).then_some(n as usize))
}

const MARK: &str = "__IOBase_closed";

fn marked_closed(v: Value) -> R<bool> {
    Ok(attr::find(v, Str::intern(MARK))?.is_some())
}

fn close(v: Value) -> R {
    if marked_closed(v)? {
        return Ok(none());
    }
    let flushed = call_method(v, "flush", &[]);
    let pending = flushed.is_err().then(errors::take);
    set_attr(v, MARK, true_())?;
    match pending {
        Some(error) => Err(errors::restore(error)),
        None => Ok(none()),
    }
}

/// `__del__`: closes, and says nothing of what goes wrong.
pub fn finalize(v: Value) -> R<()> {
    let closed = match is_closed(v) {
        Ok(closed) => closed,
        Err(_) => {
            errors::clear();
            true
        }
    };
    if !closed && call_method(v, "close", &[]).is_err() {
        errors::clear();
    }
    Ok(())
}

fn readline(v: Value, args: &[Value]) -> R {
    let limit = size_argument(args.first())?;
    let peek = attr::find(v, Str::intern("peek"))?;
    let mut line = Vec::new();
    while limit.is_none_or(|limit| line.len() < limit) {
        let mut wanted = 1;
        if let Some(peek) = peek {
            let ahead = call::call(peek, &[Value::small(1)])?;
            let Some(ahead) = view(ahead) else {
                return Err(errors::raise_text(
                    &crate::types::exceptions::OS_ERROR,
                    format_args!("peek() should have returned a bytes object, not '{}'", ahead.class().display_name()),
                ));
            };
            if !ahead.is_empty() {
                wanted = memchr::memchr(b'\n', ahead).map_or(ahead.len(), |at| at + 1);
                wanted = wanted.min(limit.map_or(usize::MAX, |limit| limit - line.len()));
            }
        }
        let got = call_method(v, "read", &[int::from_usize(wanted)])?;
        let Some(got) = got.cast::<Bytes>() else {
            return Err(errors::raise_text(
                &crate::types::exceptions::OS_ERROR,
                format_args!("read() should have returned a bytes object, not '{}'", got.class().display_name()),
            ));
        };
        if got.is_empty() {
            break;
        }
        line.extend_from_slice(got.as_slice());
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(Bytes::new(&line).value())
}

pub fn next(v: Value) -> R<Option<Value>> {
    let line = call::call_method(v, names::get(names::readline), &[])?;
    Ok((ops::len(line)? > 0).then_some(line))
}

fn readlines(v: Value, args: &[Value]) -> R {
    let hint = size_argument(args.first())?.unwrap_or(0);
    let lines = List::new(&[]);
    let mut total = 0;
    let mut error = Ok(());
    let iterator = ops::iter::iter(v)?;
    while let Some(line) = ops::iter::next(iterator)? {
        lines.push(line);
        if hint > 0 {
            match ops::len(line) {
                Ok(n) => total += n,
                Err(raised) => error = Err(raised),
            }
            if error.is_err() || total >= hint {
                break;
            }
        }
    }
    error.map(|()| lines.value())
}

fn writelines(v: Value, lines: Value) -> R {
    check_closed(v)?;
    ops::iter::for_each(lines, |line| {
        call::call_method(v, names::get(names::write), &[line])?;
        Ok(())
    })?;
    Ok(none())
}

/// A new instance. Only files, and what programs derive from these classes, need their `__del__`:
/// the others hold nothing that must be given back, and unwritten data is in the registry.
pub fn allocate(class: Ref<Type>) -> Value {
    if class.is_heap_type() || class == super::file::FILE_IO.class() {
        return allocate_fixed(class);
    }
    allocate_unfinalized(class)
}

pub static IO_BASE: TypeDef = TypeDef {
    name: "_io._IOBase",
    slots: Slots {
        new: Some(|class, _| Ok(allocate(class))),
        init: Some(|_, _| Ok(())),
        iter: Some(|v| {
            check_closed(v)?;
            Ok(v)
        }),
        next: Some(next),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: &[
        Method::pos("seek", |_, _| Err(unsupported("seek")), 0, u16::MAX),
        Method::none("tell", |v| call_method(v, "seek", &[Value::small(0), Value::small(1)])),
        Method::pos("truncate", |_, _| Err(unsupported("truncate")), 0, 1),
        Method::none("flush", |v| {
            if marked_closed(v)? {
                return Err(value_error("I/O operation on closed file."));
            }
            Ok(none())
        }),
        Method::none("close", close),
        Method::none("seekable", |_| Ok(boolean(false))),
        Method::none("readable", |_| Ok(boolean(false))),
        Method::none("writable", |_| Ok(boolean(false))),
        Method::none("fileno", |_| Err(unsupported("fileno"))),
        Method::none("isatty", |v| {
            check_closed(v)?;
            Ok(boolean(false))
        }),
        Method::none("_checkClosed", |v| {
            check_closed(v)?;
            Ok(none())
        }),
        Method::none("_checkSeekable", check_seekable),
        Method::none("_checkReadable", check_readable),
        Method::none("_checkWritable", check_writable),
        Method::none("__enter__", |v| {
            check_closed(v)?;
            Ok(v)
        }),
        Method::pos("__exit__", |v, _| call_method(v, "close", &[]), 0, u16::MAX),
        Method::pos("readline", readline, 0, 1),
        Method::pos("readlines", readlines, 0, 1),
        Method::one("writelines", writelines),
    ],
    getset: &[
        GetSet::get("closed", |v| Ok(boolean(marked_closed(v)?))),
        GetSet::get("__dict__", |v| match attr::instance_dict(v) {
            Some(dict) => Ok(dict.value()),
            None => Ok(none()),
        }),
    ],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    words: TypeDef::words_of::<Stream>(),
    traced: 1,
    ..TypeDef::BASE
};

fn raw_read(v: Value, args: &[Value]) -> R {
    let Some(n) = size_argument(args.first())? else { return call_method(v, "readall", &[]) };
    let buffer = crate::types::bytearray::ByteArray::new(&vec![0; n]);
    let got = call_method(v, "readinto", &[buffer.value()])?;
    if got.is_none() {
        return Ok(none());
    }
    let got = ops::as_isize(got)?;
    if got < 0 || got as usize > n {
        return Err(value_error(format_args!("readinto returned {got} outside buffer size {n}")));
    }
    Ok(Bytes::new(&buffer.as_slice()[..got as usize]).value())
}

fn raw_readall(v: Value) -> R {
    let mut all = Vec::new();
    loop {
        let got = call_method(v, "read", &[Value::small(super::BUFFER_SIZE as i64)])?;
        if got.is_none() {
            return if all.is_empty() { Ok(got) } else { Ok(Bytes::new(&all).value()) };
        }
        let Some(got) = got.cast::<Bytes>() else { return Err(type_error("read() should return bytes")) };
        if got.is_empty() {
            return Ok(Bytes::new(&all).value());
        }
        all.extend_from_slice(got.as_slice());
    }
}

pub static RAW_IO_BASE: TypeDef = TypeDef {
    name: "_io._RawIOBase",
    base: Some(&IO_BASE),
    methods: &[
        Method::pos("read", raw_read, 0, 1),
        Method::none("readall", raw_readall),
        Method::one("readinto", |_, _| Err(errors::not_implemented_error(""))),
        Method::one("write", |_, _| Err(errors::not_implemented_error(""))),
    ],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    ..TypeDef::BASE
};

fn buffered_readinto(v: Value, target: Value, method: &str) -> R {
    let into = writable_slice(target)?;
    let got = call_method(v, method, &[int::from_usize(into.len())])?;
    let Some(got) = got.cast::<Bytes>() else { return Err(type_error("read() should return bytes")) };
    let got = got.as_slice();
    if got.len() > into.len() {
        return Err(value_error(format_args!(
            "read() returned too much data: {} bytes requested, {} returned",
            into.len(),
            got.len()
        )));
    }
    into[..got.len()].copy_from_slice(got);
    Ok(int::from_usize(got.len()))
}

/// The bytes of a writable buffer: "readinto() argument must be read-write bytes-like object, not X".
pub fn writable_slice(v: Value) -> R<&'static mut [u8]> {
    let bad = || {
        type_error(format_args!(
            "readinto() argument must be read-write bytes-like object, not {}",
            v.class().display_name()
        ))
    };
    let Some(buffer) = crate::object::class::slots_of(v).buffer else { return Err(bad()) };
    let buffer = buffer(v)?;
    if buffer.readonly {
        return Err(bad());
    }
    if buffer.len == 0 {
        return Ok(&mut []);
    }
    // SAFETY: the slot gave a writable range, used before anything else runs.
    Ok(unsafe { std::slice::from_raw_parts_mut(buffer.ptr, buffer.len) })
}

pub static BUFFERED_IO_BASE: TypeDef = TypeDef {
    name: "_io._BufferedIOBase",
    base: Some(&IO_BASE),
    methods: &[
        Method::pos("detach", |_, _| Err(unsupported("detach")), 0, 0),
        Method::pos("read", |_, _| Err(unsupported("read")), 0, 1),
        Method::pos("read1", |_, _| Err(unsupported("read1")), 0, 1),
        Method::one("readinto", |v, target| buffered_readinto(v, target, "read")),
        Method::one("readinto1", |v, target| buffered_readinto(v, target, "read1")),
        Method::one("write", |_, _| Err(unsupported("write"))),
    ],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    ..TypeDef::BASE
};

pub static TEXT_IO_BASE: TypeDef = TypeDef {
    name: "_io._TextIOBase",
    base: Some(&IO_BASE),
    methods: &[
        Method::pos("detach", |_, _| Err(unsupported("detach")), 0, 0),
        Method::pos("read", |_, _| Err(unsupported("read")), 0, 1),
        Method::pos("readline", |_, _| Err(unsupported("readline")), 0, 1),
        Method::one("write", |_, _| Err(unsupported("write"))),
    ],
    getset: &[
        GetSet::get("encoding", |_| Ok(none())),
        GetSet::get("newlines", |_| Ok(none())),
        GetSet::get("errors", |_| Ok(none())),
    ],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    ..TypeDef::BASE
};

/// The parameters `(size=-1, /)` for methods that also take their argument by name.
pub static SIZE: Params = Params { function: "read", names: &["size"], required: 0, positional: 1 };

/// A `Ref` to a stream whose class the method's descriptor has checked.
pub fn this<T>(v: Value) -> Ref<T> {
    // SAFETY: methods of a type are only called with instances of it, which begin with its layout.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}
