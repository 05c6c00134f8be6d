//! `mmap`: files and anonymous memory as arrays of bytes.
//!
//! A mapping that was ever looked at through the buffer protocol keeps its addresses when it is closed, with zeros
//! behind them: a view that is left over reads nothing that is not there.

use super::native_box;
use crate::errors::{R, index_error, type_error, value_error};
use crate::modules::posix::args::errno;
use crate::object::args::Params;
use crate::object::define::{GetSet, Method, WEAKREFS};
use crate::object::singletons::{boolean, none};
use crate::object::slots::Buffer;
use crate::object::{Args, Slots, TypeDef, call};
use crate::ops;
use crate::types::bytes::{Bytes, buffer_of};
use crate::types::exceptions::OS_ERROR;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::os_error::os_error_from_errno;
use crate::types::sequence;
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::value::Value;
use std::ptr::null_mut;
use taipan_abi::header::Kind;

const ACCESS_DEFAULT: i64 = 0;
const ACCESS_READ: i64 = 1;
const ACCESS_COPY: i64 = 3;

/// A mapping; `start` is null once it is closed.
struct State {
    start: *mut u8,
    len: usize,
    at: usize,
    fd: i32,
    offset: i64,
    access: i64,
    is_exported: bool,
    is_shared: bool,
}

impl State {
    fn close(&mut self) {
        if !self.start.is_null() {
            // SAFETY: the range is this mapping's own.
            unsafe {
                if self.is_exported {
                    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
                    libc::mmap(self.start.cast(), self.len, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
                } else {
                    libc::munmap(self.start.cast(), self.len);
                }
            }
            self.start = null_mut();
        }
        if self.fd >= 0 {
            // SAFETY: the descriptor is this object's own copy.
            unsafe { libc::close(self.fd) };
            self.fd = -1;
        }
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // Nobody looks any more.
        self.is_exported = false;
        self.close();
    }
}

fn with<U>(v: Value, f: impl FnOnce(&mut State) -> U) -> U {
    // SAFETY: only called with instances of `MMAP`; the closures run no Python code.
    unsafe { native_box::with(v, f) }
}

/// The bytes that are mapped.
fn bytes(v: Value) -> R<&'static mut [u8]> {
    let (start, len) = with(v, |state| (state.start, state.len));
    if start.is_null() {
        return Err(value_error("mmap closed or invalid"));
    }
    // SAFETY: mapped until it is closed; callers hold no slice across Python code.
    Ok(unsafe { std::slice::from_raw_parts_mut(start, len) })
}

fn writable(v: Value) -> R<&'static mut [u8]> {
    let bytes = bytes(v)?;
    if with(v, |state| state.access) == ACCESS_READ {
        return Err(type_error("mmap can't modify a readonly memory map."));
    }
    Ok(bytes)
}

fn new(_: crate::object::Ref<crate::object::Type>, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "mmap",
        names: &["fileno", "length", "flags", "prot", "access", "offset", "trackfd"],
        required: 2,
        positional: 6,
    };
    let [fileno, length, flags, prot, access, offset, track] = args.bind(&PARAMS)?;
    let number = |v: Option<Value>, absent: i64| v.map_or(Ok(absent), ops::as_i64);
    let (fd, length) = (number(fileno, -1)? as i32, number(length, 0)?);
    let is_anonymous = fd == -1;
    let mut map_flags = number(flags, libc::MAP_SHARED.into())? as i32;
    let mut map_prot = number(prot, (libc::PROT_READ | libc::PROT_WRITE).into())? as i32;
    let mut kind = number(access, ACCESS_DEFAULT)?;
    let offset = number(offset, 0)?;
    if length < 0 {
        return Err(crate::errors::overflow_error("memory mapped length must be positive"));
    }
    if offset < 0 {
        return Err(crate::errors::overflow_error("memory mapped offset must be positive"));
    }
    if kind != ACCESS_DEFAULT && (flags.is_some() || prot.is_some()) {
        return Err(value_error("mmap can't specify both access and flags, prot."));
    }
    match kind {
        ACCESS_READ => (map_flags, map_prot) = (libc::MAP_SHARED, libc::PROT_READ),
        2 => (map_flags, map_prot) = (libc::MAP_SHARED, libc::PROT_READ | libc::PROT_WRITE),
        ACCESS_COPY => (map_flags, map_prot) = (libc::MAP_PRIVATE, libc::PROT_READ | libc::PROT_WRITE),
        ACCESS_DEFAULT if map_prot & libc::PROT_WRITE == 0 => kind = ACCESS_READ,
        ACCESS_DEFAULT => {}
        _ => return Err(value_error("mmap invalid access parameter.")),
    }
    let mut len = length as usize;
    if !is_anonymous {
        let size = size_of_file(fd)?;
        if size > 0 || length == 0 {
            if len == 0 {
                if size == 0 {
                    return Err(value_error("cannot mmap an empty file"));
                }
                if offset >= size {
                    return Err(value_error("mmap offset is greater than file size"));
                }
                len = (size - offset) as usize;
            } else if offset > size || size - offset < length {
                return Err(value_error("mmap length is greater than file size"));
            }
        }
    }
    let mut own = -1;
    if is_anonymous {
        map_flags |= libc::MAP_ANONYMOUS;
    } else if track.map_or(Ok(true), ops::truth)? {
        // SAFETY: any number is a fair argument.
        own = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
        if own < 0 {
            return Err(os_error_from_errno(errno(), None));
        }
    }
    // SAFETY: the kernel chooses the place.
    let start = unsafe { libc::mmap(null_mut(), len, map_prot, map_flags, fd, offset) };
    let is_shared = map_flags & libc::MAP_SHARED != 0;
    let mut state =
        State { start: start.cast(), len, at: 0, fd: own, offset, access: kind, is_exported: false, is_shared };
    if start == libc::MAP_FAILED {
        let code = errno();
        state.start = null_mut();
        return Err(os_error_from_errno(code, None));
    }
    Ok(native_box::make(&MMAP, state))
}

fn size_of_file(fd: i32) -> R<i64> {
    // SAFETY: the struct is plain data, filled by the call.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    if unsafe { libc::fstat(fd, &mut stat) } < 0 {
        return Err(os_error_from_errno(errno(), None));
    }
    Ok(if stat.st_mode & libc::S_IFMT == libc::S_IFREG { stat.st_size } else { 0 })
}

fn getitem(v: Value, key: Value) -> R {
    let data = bytes(v)?;
    if let Some(slice) = key.cast::<Slice>() {
        let indices = slice.indices(data.len())?;
        return Ok(Bytes::new(&indices.iter().map(|i| data[i]).collect::<Vec<u8>>()).value());
    }
    Ok(Value::small(data[index(v, key, "mmap index out of range")?].into()))
}

fn index(v: Value, key: Value, message: &'static str) -> R<usize> {
    if !sequence::is_index(key) {
        return Err(type_error("mmap indices must be integers"));
    }
    let at = ops::as_isize(key)?;
    sequence::position(at, bytes(v)?.len()).ok_or_else(|| index_error(message))
}

fn byte(value: Value) -> R<u8> {
    if !sequence::is_index(value) {
        return Err(type_error("mmap item value must be an int"));
    }
    u8::try_from(ops::as_i64(value)?).map_err(|_| value_error("mmap item value must be in range(0, 256)"))
}

fn setitem(v: Value, key: Value, value: Option<Value>) -> R<()> {
    writable(v)?;
    let Some(value) = value else { return Err(type_error("mmap object doesn't support item deletion")) };
    if let Some(slice) = key.cast::<Slice>() {
        let indices = slice.indices(bytes(v)?.len())?;
        let data = required(value)?;
        if data.len() != indices.iter().count() {
            return Err(index_error("mmap slice assignment is wrong size"));
        }
        let target = writable(v)?;
        for (i, byte) in indices.iter().zip(data) {
            target[i] = byte;
        }
        return Ok(());
    }
    let at = index(v, key, "mmap index out of range")?;
    let byte = byte(value)?;
    writable(v)?[at] = byte;
    Ok(())
}

/// A copy of the bytes of an argument.
fn required(value: Value) -> R<Vec<u8>> {
    match buffer_of(value)? {
        Some(data) => Ok(data.to_vec()),
        None => {
            Err(type_error(format_args!("a bytes-like object is required, not '{}'", value.class().display_name())))
        }
    }
}

/// Bytes from the position on, which moves.
fn take(v: Value, len: usize) -> R {
    let data = bytes(v)?;
    let at = with(v, |state| state.at).min(data.len());
    let end = at + len.min(data.len() - at);
    with(v, |state| state.at = end);
    Ok(Bytes::new(&data[at..end]).value())
}

fn read(v: Value, args: &[Value]) -> R {
    let len = match args.first().filter(|n| !n.is_none()) {
        Some(n) => usize::try_from(ops::as_i64(*n)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    take(v, len)
}

fn readline(v: Value) -> R {
    let data = bytes(v)?;
    let at = with(v, |state| state.at).min(data.len());
    let len = data[at..].iter().position(|b| *b == b'\n').map_or(data.len() - at, |end| end + 1);
    take(v, len)
}

fn write(v: Value, data: Value) -> R {
    writable(v)?;
    let data = required(data)?;
    let target = writable(v)?;
    let at = with(v, |state| state.at);
    if at > target.len() || target.len() - at < data.len() {
        return Err(value_error("data out of range"));
    }
    target[at..at + data.len()].copy_from_slice(&data);
    with(v, |state| state.at += data.len());
    Ok(Value::small(data.len() as i64))
}

fn seek(v: Value, args: &[Value]) -> R {
    let len = bytes(v)?.len() as i64;
    let distance = ops::as_i64(args[0])?;
    let from = match args.get(1).map_or(Ok(0), |v| ops::as_i64(*v))? {
        0 => 0,
        1 => with(v, |state| state.at as i64),
        2 => len,
        _ => return Err(value_error("unknown seek type")),
    };
    match from.checked_add(distance) {
        Some(at) if (0..=len).contains(&at) => {
            with(v, |state| state.at = at as usize);
            Ok(Value::small(at))
        }
        _ => Err(value_error("seek out of range")),
    }
}

/// `find` and `rfind` are those of bytes, from the position on unless told.
fn search(v: Value, method: &str, args: &[Value]) -> R {
    let at = with(v, |state| state.at);
    let whole = Bytes::new(bytes(v)?).value();
    let mut all = args.to_vec();
    all[0] = Bytes::new(&required(args[0])?).value();
    if all.len() == 1 {
        all.push(Value::small(at as i64));
    }
    call::call_method(whole, Str::intern(method), &all)
}

fn flush(v: Value, args: &[Value]) -> R {
    let len = bytes(v)?.len() as i64;
    let offset = args.first().map_or(Ok(0), |v| ops::as_i64(*v))?;
    let size = args.get(1).map_or(Ok(len - offset), |v| ops::as_i64(*v))?;
    if offset < 0 || size < 0 || offset + size > len {
        return Err(value_error("flush values out of range"));
    }
    if with(v, |state| matches!(state.access, ACCESS_READ | ACCESS_COPY)) {
        return Ok(none());
    }
    let start = with(v, |state| state.start);
    // SAFETY: the range was checked.
    match unsafe { libc::msync(start.add(offset as usize).cast(), size as usize, libc::MS_SYNC) } {
        0 => Ok(none()),
        _ => Err(os_error_from_errno(errno(), None)),
    }
}

fn move_bytes(v: Value, args: &[Value]) -> R {
    let [to, from, count] = [ops::as_i64(args[0])?, ops::as_i64(args[1])?, ops::as_i64(args[2])?];
    let data = writable(v)?;
    let len = data.len() as i64;
    if to < 0 || from < 0 || count < 0 || len - to < count || len - from < count {
        return Err(value_error("source, destination, or count out of range"));
    }
    data.copy_within(from as usize..(from + count) as usize, to as usize);
    Ok(none())
}

fn resize(v: Value, size: Value) -> R {
    let new = ops::as_i64(size)?;
    let old = bytes(v)?.len();
    let (access, exported, fd, offset, start) =
        with(v, |state| (state.access, state.is_exported, state.fd, state.offset, state.start));
    if exported {
        return Err(crate::errors::buffer_error("mmap can't resize with extant pointers exported."));
    }
    if matches!(access, ACCESS_READ | ACCESS_COPY) {
        return Err(type_error("mmap can't resize a readonly or copy-on-write memory map."));
    }
    if new < 0 {
        return Err(value_error("new size out of range"));
    }
    if fd < 0 && new as usize > old && with(v, |state| state.is_shared) {
        return Err(value_error("mmap: can't expand a shared anonymous mapping"));
    }
    // SAFETY: the descriptor is the object's own.
    if fd >= 0 && unsafe { libc::ftruncate(fd, offset + new) } < 0 {
        return Err(os_error_from_errno(errno(), None));
    }
    // SAFETY: the range is this mapping's own, and nobody looks at it.
    let moved = unsafe { libc::mremap(start.cast(), old, new as usize, libc::MREMAP_MAYMOVE) };
    if moved == libc::MAP_FAILED {
        return Err(os_error_from_errno(errno(), None));
    }
    with(v, |state| (state.start, state.len) = (moved.cast(), new as usize));
    Ok(none())
}

fn repr(v: Value) -> R {
    let (closed, access, len, at, offset) =
        with(v, |state| (state.start.is_null(), state.access, state.len, state.at, state.offset));
    if closed {
        return Ok(Str::from_string("<mmap.mmap closed=True>".to_string()));
    }
    let access = ["ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"][access as usize & 3];
    Ok(Str::from_string(format!("<mmap.mmap closed=False, access={access}, length={len}, pos={at}, offset={offset}>")))
}

static MMAP: TypeDef = TypeDef {
    name: "mmap.mmap",
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        len: Some(|v| Ok(bytes(v)?.len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        // As items of a sequence they are bytes objects, and no numbers.
        iter: Some(|v| {
            let items: Vec<Value> = bytes(v)?.chunks(1).map(|byte| Bytes::new(byte).value()).collect();
            ops::iter::iter(List::new(&items).value())
        }),
        contains: Some(|v, item| {
            for byte in bytes(v)?.chunks(1) {
                if ops::equal(Bytes::new(byte).value(), item)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }),
        buffer: Some(|v| {
            let data = bytes(v)?;
            let access = with(v, |state| {
                state.is_exported = true;
                state.access
            });
            Ok(Buffer { ptr: data.as_mut_ptr(), len: data.len(), readonly: access == ACCESS_READ })
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::none("close", |v| {
            with(v, State::close);
            Ok(none())
        }),
        Method::pos("find", |v, args| search(v, "find", args), 1, 3),
        Method::pos("rfind", |v, args| search(v, "rfind", args), 1, 3),
        Method::pos("flush", flush, 0, 2),
        Method::pos("move", move_bytes, 3, 3),
        Method::pos("read", read, 0, 1),
        Method::none("read_byte", |v| {
            let data = bytes(v)?;
            let at = with(v, |state| state.at);
            let Some(byte) = data.get(at) else { return Err(value_error("read byte out of range")) };
            with(v, |state| state.at += 1);
            Ok(Value::small((*byte).into()))
        }),
        Method::none("readline", readline),
        Method::one("resize", resize),
        Method::pos("seek", seek, 1, 2),
        Method::none("seekable", |_| Ok(boolean(true))),
        Method::none("size", |v| {
            bytes(v)?;
            Ok(Value::small(size_of_file(with(v, |state| state.fd))?))
        }),
        Method::none("tell", |v| {
            bytes(v)?;
            Ok(Value::small(with(v, |state| state.at) as i64))
        }),
        Method::one("write", write),
        Method::one("write_byte", |v, value| {
            writable(v)?;
            let byte = byte(value)?;
            let at = with(v, |state| state.at);
            let Some(place) = writable(v)?.get_mut(at) else { return Err(value_error("write byte out of range")) };
            *place = byte;
            with(v, |state| state.at += 1);
            Ok(none())
        }),
        Method::pos("madvise", |v, _| bytes(v).map(|_| none()), 1, 3),
        Method::none("__enter__", |v| bytes(v).map(|_| v)),
        Method::pos(
            "__exit__",
            |v, _| {
                with(v, State::close);
                Ok(none())
            },
            0,
            u16::MAX,
        ),
    ],
    getset: &[GetSet::get("closed", |v| Ok(boolean(with(v, |state| state.start.is_null()))))],
    flags: WEAKREFS,
    words: native_box::WORDS,
    kind: Kind::Native,
    ..TypeDef::BASE
};

/// The constants of the module.
static NUMBERS: &[(&str, i64)] = &[
    ("PROT_EXEC", libc::PROT_EXEC as i64),
    ("PROT_READ", libc::PROT_READ as i64),
    ("PROT_WRITE", libc::PROT_WRITE as i64),
    ("MAP_SHARED", libc::MAP_SHARED as i64),
    ("MAP_PRIVATE", libc::MAP_PRIVATE as i64),
    ("MAP_DENYWRITE", libc::MAP_DENYWRITE as i64),
    ("MAP_EXECUTABLE", libc::MAP_EXECUTABLE as i64),
    ("MAP_ANON", libc::MAP_ANONYMOUS as i64),
    ("MAP_ANONYMOUS", libc::MAP_ANONYMOUS as i64),
    ("MAP_POPULATE", libc::MAP_POPULATE as i64),
    ("MAP_STACK", libc::MAP_STACK as i64),
    ("MAP_NORESERVE", libc::MAP_NORESERVE as i64),
    ("ACCESS_DEFAULT", ACCESS_DEFAULT),
    ("ACCESS_READ", ACCESS_READ),
    ("ACCESS_WRITE", 2),
    ("ACCESS_COPY", ACCESS_COPY),
    ("MADV_NORMAL", libc::MADV_NORMAL as i64),
    ("MADV_RANDOM", libc::MADV_RANDOM as i64),
    ("MADV_SEQUENTIAL", libc::MADV_SEQUENTIAL as i64),
    ("MADV_WILLNEED", libc::MADV_WILLNEED as i64),
    ("MADV_DONTNEED", libc::MADV_DONTNEED as i64),
];

pub static MODULE: NativeModule = NativeModule {
    name: "mmap",
    functions: &[],
    init: |module| {
        native_box::register::<State>(&MMAP);
        module.add_type(&MMAP);
        module.set("error", OS_ERROR.class().value());
        for (name, number) in NUMBERS {
            module.set(name, Value::small(*number));
        }
        // SAFETY: any name is a fair argument.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        module.set("PAGESIZE", Value::small(page));
        module.set("ALLOCATIONGRANULARITY", Value::small(page));
        Ok(())
    },
};
