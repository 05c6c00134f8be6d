//! `FileIO`: a file descriptor as a raw stream, and the conversion of paths for the system.

use super::base::{RAW_IO_BASE, Stream, set_attr, this, writable_slice};
use super::unsupported;
use crate::errors::{self, R, Raised, type_error, value_error};
use crate::names;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, WEAKREFS};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slots, TypeDef, attr, call};
use crate::ops;
use crate::types::bytes::{Bytes, require};
use crate::types::exceptions as exc;
use crate::types::int;
use crate::types::os_error::os_error_from_errno;
use crate::types::str::Str;
use crate::value::Value;
use std::cell::Cell;
use std::ffi::CString;
use taipan_abi::tag;

/// The object.
#[repr(C)]
pub struct FileIo {
    base: Stream,
    /// The descriptor + 1 as a tagged int, so that a new instance's 0 means none.
    fd: Cell<u64>,
    /// Bits below, as a tagged int.
    flags: Cell<u64>,
}

const READABLE: i64 = 1;
const WRITABLE: i64 = 2;
const APPENDING: i64 = 4;
const CREATED: i64 = 8;
const CLOSE_FD: i64 = 16;
const SEEK_KNOWN: i64 = 32;
const SEEKABLE: i64 = 64;

impl Builtin for FileIo {
    const DEF: &'static TypeDef = &FILE_IO;
}

impl FileIo {
    /// The open descriptor.
    pub fn fd(&self) -> Option<i32> {
        let word = self.fd.get() | 1;
        let fd = tag::int_value(word) - 1;
        (fd >= 0).then_some(fd as i32)
    }

    fn set_fd(&self, fd: i32) {
        self.fd.set(tag::int(fd as i64 + 1));
    }

    fn flag(&self, bit: i64) -> bool {
        tag::int_value(self.flags.get() | 1) & bit != 0
    }

    fn set_flag(&self, bit: i64) {
        self.flags.set(tag::int(tag::int_value(self.flags.get() | 1) | bit));
    }

    pub fn open_fd(&self) -> R<i32> {
        self.fd().ok_or_else(|| value_error("I/O operation on closed file"))
    }

    pub fn readable(&self) -> bool {
        self.flag(READABLE)
    }

    pub fn writable(&self) -> bool {
        self.flag(WRITABLE)
    }

    pub fn is_seekable(&self) -> bool {
        if !self.flag(SEEK_KNOWN) {
            self.set_flag(SEEK_KNOWN);
            // SAFETY: a plain system call.
            if self.fd().is_some_and(|fd| unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) } >= 0) {
                self.set_flag(SEEKABLE);
            }
        }
        self.flag(SEEKABLE)
    }

    /// Reads into `to`; `None` if the descriptor is not blocking and has nothing.
    pub fn read(&self, to: &mut [u8]) -> R<Option<usize>> {
        let fd = self.open_fd()?;
        if !self.readable() {
            return Err(unsupported("File not open for reading"));
        }
        loop {
            let (ptr, len) = (to.as_mut_ptr() as usize, to.len());
            // SAFETY: the buffer is `len` bytes, and stays where it is.
            let n = blocking(|| unsafe { libc::read(fd, ptr as *mut libc::c_void, len) as i64 });
            match retry(n)? {
                Some(Ok(n)) => return Ok(Some(n as usize)),
                Some(Err(libc::EAGAIN)) => return Ok(None),
                Some(Err(errno)) => return Err(os_error_from_errno(errno, None)),
                None => {}
            }
        }
    }

    /// Writes some of the bytes.
    pub fn write(&self, bytes: &[u8]) -> R<Option<usize>> {
        let fd = self.open_fd()?;
        if !self.writable() {
            return Err(unsupported("File not open for writing"));
        }
        loop {
            let (ptr, len) = (bytes.as_ptr() as usize, bytes.len());
            // SAFETY: the buffer is `len` bytes, and stays where it is.
            let n = blocking(|| unsafe { libc::write(fd, ptr as *const libc::c_void, len) as i64 });
            match retry(n)? {
                Some(Ok(n)) => return Ok(Some(n as usize)),
                Some(Err(libc::EAGAIN)) => return Ok(None),
                Some(Err(errno)) => return Err(os_error_from_errno(errno, None)),
                None => {}
            }
        }
    }

    pub fn seek(&self, offset: i64, whence: i32) -> R<i64> {
        let fd = self.open_fd()?;
        // SAFETY: a plain system call.
        let at = unsafe { libc::lseek(fd, offset, whence) };
        if at < 0 { Err(os_error_from_errno(errno(), None)) } else { Ok(at) }
    }

    /// Everything up to the end; `None` if nothing is there yet on a descriptor that does not block.
    pub fn read_all(&self) -> R<Option<Vec<u8>>> {
        let fd = self.open_fd()?;
        let mut all = Vec::new();
        // SAFETY: plain system calls; the struct is filled by the first.
        unsafe {
            let mut stat: libc::stat = std::mem::zeroed();
            if libc::fstat(fd, &mut stat) == 0 && stat.st_size > 0 {
                let at = libc::lseek(fd, 0, libc::SEEK_CUR).max(0);
                all.reserve_exact((stat.st_size - at).clamp(0, 1 << 40) as usize + 1);
            }
        }
        let mut at = 0;
        loop {
            if all.len() - at < 1024 {
                let room = (all.capacity() - at).max(super::BUFFER_SIZE).max(all.len() / 2);
                all.resize(at + room, 0);
            }
            match self.read(&mut all[at..])? {
                Some(0) => break,
                Some(n) => at += n,
                None if at == 0 => return Ok(None),
                None => break,
            }
        }
        all.truncate(at);
        Ok(Some(all))
    }
}

/// Waits without the interpreter lock, `errno` kept.
fn blocking(call: impl Fn() -> i64) -> Result<i64, i32> {
    ops::poll::blocking(|| {
        let n = call();
        if n < 0 { Err(errno()) } else { Ok(n) }
    })
}

pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// `None`: interrupted by a signal, whose handler has run; try again.
fn retry(result: Result<i64, i32>) -> R<Option<Result<i64, i32>>> {
    if result == Err(libc::EINTR) {
        ops::poll::run()?;
        return Ok(None);
    }
    Ok(Some(result))
}

/// `os.fspath`.
pub fn fspath(v: Value) -> R {
    if v.cast::<Str>().is_some() || v.cast::<Bytes>().is_some() {
        return Ok(v);
    }
    let Some(function) = v.class().lookup(Str::intern("__fspath__")) else {
        return Err(type_error(format_args!(
            "expected str, bytes or os.PathLike object, not {}",
            v.class().display_name()
        )));
    };
    let path = call::call_bound(function, v, &[])?;
    if path.cast::<Str>().is_some() || path.cast::<Bytes>().is_some() {
        return Ok(path);
    }
    Err(type_error(format_args!(
        "expected {}.__fspath__() to return str or bytes, not {}",
        v.class().display_name(),
        path.class().display_name()
    )))
}

/// A path's bytes for the system.
pub fn path_bytes(path: Value) -> R<CString> {
    let path = fspath(path)?;
    let bytes = match path.cast::<Str>() {
        Some(text) => {
            crate::types::codecs::encode::encode(crate::types::codecs::Native::Utf8, text, "surrogateescape")?
        }
        None => require(path)?.to_vec(),
    };
    CString::new(bytes).map_err(|_| value_error("embedded null byte"))
}

/// The flags of a mode such as `rb+`.
fn parse_mode(mode: &str) -> R<(i32, i64)> {
    let bad = || value_error("Must have exactly one of create/read/write/append mode and at most one plus");
    let (mut flags, mut bits) = (0, 0);
    let (mut kind, mut plus) = (false, false);
    for c in mode.chars() {
        match c {
            'r' | 'w' | 'x' | 'a' if kind => return Err(bad()),
            'r' => bits |= READABLE,
            'w' => {
                bits |= WRITABLE;
                flags |= libc::O_CREAT | libc::O_TRUNC;
            }
            'x' => {
                bits |= WRITABLE | CREATED;
                flags |= libc::O_CREAT | libc::O_EXCL;
            }
            'a' => {
                bits |= WRITABLE | APPENDING;
                flags |= libc::O_CREAT | libc::O_APPEND;
            }
            'b' => {}
            '+' if plus => return Err(bad()),
            '+' => {
                bits |= READABLE | WRITABLE;
                plus = true;
            }
            _ => return Err(value_error(format_args!("invalid mode: {mode}"))),
        }
        kind |= matches!(c, 'r' | 'w' | 'x' | 'a');
    }
    if !kind {
        return Err(bad());
    }
    flags |= match (bits & READABLE != 0, bits & WRITABLE != 0) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok((flags | libc::O_CLOEXEC, bits))
}

/// `FileIO(file, mode, closefd, opener)`, on an instance.
pub fn open_file(v: Value, file: Value, mode: &str, close_fd: bool, opener: Option<Value>) -> R<()> {
    let io = this::<FileIo>(v);
    let (flags, bits) = parse_mode(mode)?;
    close_descriptor(io)?;
    io.flags.set(tag::int(bits | if close_fd { CLOSE_FD } else { 0 }));
    let given = if let Some(n) = int::as_int(file) {
        let Some(n) = n.to_i64().filter(|n| i32::try_from(*n).is_ok()) else {
            return Err(errors::overflow_error("Python int too large to convert to C int"));
        };
        if n < 0 {
            return Err(value_error("negative file descriptor"));
        }
        Some(n as i32)
    } else {
        None
    };
    let fd = match given {
        Some(fd) => fd,
        None => {
            if !close_fd {
                return Err(value_error("Cannot use closefd=False with file name"));
            }
            open_path(file, flags, opener)?
        }
    };
    io.set_fd(fd);
    // SAFETY: plain system calls; the struct is filled by the first.
    unsafe {
        let mut stat: libc::stat = std::mem::zeroed();
        if libc::fstat(fd, &mut stat) == 0 {
            if stat.st_mode & libc::S_IFMT == libc::S_IFDIR {
                let opened = given.is_none();
                if opened {
                    libc::close(fd);
                }
                io.fd.set(tag::int(0));
                return Err(os_error_from_errno(libc::EISDIR, Some(file)));
            }
        } else if errno() == libc::EBADF {
            io.fd.set(tag::int(0));
            return Err(os_error_from_errno(libc::EBADF, None));
        }
        if bits & APPENDING != 0 {
            libc::lseek(fd, 0, libc::SEEK_END);
        }
    }
    set_attr(v, "name", file)
}

fn open_path(file: Value, flags: i32, opener: Option<Value>) -> R<i32> {
    super::flush_abandoned();
    if let Some(opener) = opener.filter(|o| !o.is_none()) {
        let fd = call::call(opener, &[file, int::from_i64(flags as i64)])?;
        if !ops::is_int(fd) {
            return Err(type_error("expected integer from opener"));
        }
        let fd = ops::as_i32(fd)?;
        if fd < 0 {
            return Err(value_error(format_args!("opener returned {fd}")));
        }
        return Ok(fd);
    }
    let path = path_bytes(file)?;
    loop {
        let fd = blocking(|| {
            // SAFETY: the path ends with 0.
            unsafe { libc::open(path.as_ptr(), flags, 0o666) as i64 }
        });
        match retry(fd)? {
            Some(Ok(fd)) => return Ok(fd as i32),
            Some(Err(errno)) => return Err(os_error_from_errno(errno, Some(file))),
            None => {}
        }
    }
}

fn close_descriptor(io: Ref<FileIo>) -> R<()> {
    let Some(fd) = io.fd() else { return Ok(()) };
    io.fd.set(tag::int(0));
    if io.flag(CLOSE_FD) {
        // SAFETY: a plain system call.
        if unsafe { libc::close(fd) } != 0 {
            return Err(os_error_from_errno(errno(), None));
        }
    }
    Ok(())
}

fn init(v: Value, args: Args) -> R<()> {
    static PARAMS: Params =
        Params { function: "FileIO", names: &["file", "mode", "closefd", "opener"], required: 1, positional: 4 };
    let [file, mode, close_fd, opener] = args.bind(&PARAMS)?;
    let Some(file) = file else { return Err(type_error("FileIO() missing required argument 'file' (pos 1)")) };
    let mode = crate::types::str::args::text_or(mode, "FileIO", "mode", "r")?;
    let close_fd = close_fd.map_or(Ok(true), ops::truth)?;
    if ops::is_int(file) && file.as_small().is_none() && (file.is(boolean(true)) || file.is(boolean(false))) {
        crate::modules::warnings::warn(&exc::RUNTIME_WARNING, "bool is used as a file descriptor", 1)?;
    }
    open_file(v, file, &mode, close_fd, opener)
}

fn mode_text(io: &FileIo) -> &'static str {
    match (io.flag(CREATED), io.flag(APPENDING), io.readable(), io.writable()) {
        (true, _, true, _) => "xb+",
        (true, ..) => "xb",
        (_, true, true, _) => "ab+",
        (_, true, ..) => "ab",
        (_, _, true, true) => "rb+",
        (_, _, true, false) => "rb",
        _ => "wb",
    }
}

fn seek_arguments(args: &[Value]) -> R<(i64, i32)> {
    let whence = args.get(1).map_or(Ok(0), |w| ops::as_i32(*w))?;
    let offset = args[0];
    if crate::types::float::as_f64(offset).is_some() {
        return Err(type_error("an integer is required"));
    }
    Ok((ops::as_i64(ops::index(offset)?)?, whence))
}

pub fn os_failure(name: Option<Value>) -> Raised {
    os_error_from_errno(errno(), name)
}

fn repr(v: Value) -> R {
    let io = this::<FileIo>(v);
    let name = v.class().display_name();
    let full = crate::types::type_::full_name(v.class())?;
    let _ = name;
    let Some(fd) = io.fd() else { return Ok(Str::new(&format!("<{full} [closed]>")).value()) };
    let close = if io.flag(CLOSE_FD) { "True" } else { "False" };
    let mode = mode_text(&io);
    Ok(Str::new(&match attr::find(v, Str::intern("name"))? {
        Some(name) => format!("<{full} name={} mode='{mode}' closefd={close}>", ops::repr_text(name)?),
        None => format!("<{full} fd={fd} mode='{mode}' closefd={close}>"),
    })
    .value())
}

pub static FILE_IO: TypeDef = TypeDef {
    name: "_io.FileIO",
    base: Some(&RAW_IO_BASE),
    slots: Slots { init: Some(init), repr: Some(repr), ..Slots::NONE },
    methods: &[
        Method::pos(
            "read",
            |v, args| {
                let io = this::<FileIo>(v);
                io.open_fd()?;
                if !io.readable() {
                    return Err(unsupported("File not open for reading"));
                }
                let got = match super::base::size_argument(args.first())? {
                    None => io.read_all()?,
                    Some(n) => {
                        let mut buffer = vec![0; n];
                        io.read(&mut buffer)?.map(|n| {
                            buffer.truncate(n);
                            buffer
                        })
                    }
                };
                Ok(got.map_or_else(none, |bytes| Bytes::new(&bytes).value()))
            },
            0,
            1,
        ),
        Method::none("readall", |v| {
            Ok(this::<FileIo>(v).read_all()?.map_or_else(none, |bytes| Bytes::new(&bytes).value()))
        }),
        Method::one("readinto", |v, target| {
            let got = this::<FileIo>(v).read(writable_slice(target)?)?;
            Ok(got.map_or_else(none, int::from_usize))
        }),
        Method::one("write", |v, data| {
            let io = this::<FileIo>(v);
            io.open_fd()?;
            if !io.writable() {
                return Err(unsupported("File not open for writing"));
            }
            let wrote = io.write(require(data)?)?;
            ops::poll::signals()?;
            Ok(wrote.map_or_else(none, int::from_usize))
        }),
        Method::pos(
            "seek",
            |v, args| {
                let (offset, whence) = seek_arguments(args)?;
                Ok(int::from_i64(this::<FileIo>(v).seek(offset, whence)?))
            },
            1,
            2,
        ),
        Method::none("tell", |v| Ok(int::from_i64(this::<FileIo>(v).seek(0, libc::SEEK_CUR)?))),
        Method::pos(
            "truncate",
            |v, args| {
                let io = this::<FileIo>(v);
                let fd = io.open_fd()?;
                if !io.writable() {
                    return Err(unsupported("File not open for writing"));
                }
                let size = match args.first().filter(|a| !a.is_none()) {
                    Some(size) => ops::as_i64(*size)?,
                    None => io.seek(0, libc::SEEK_CUR)?,
                };
                // SAFETY: a plain system call.
                if unsafe { libc::ftruncate(fd, size) } != 0 {
                    return Err(os_failure(None));
                }
                Ok(int::from_i64(size))
            },
            0,
            1,
        ),
        Method::none("close", |v| {
            let io = this::<FileIo>(v);
            let flushed = match io.fd() {
                Some(_) => super::base::call_method(v, "flush", &[]),
                None => Ok(none()),
            };
            let pending = flushed.is_err().then(crate::errors::take);
            let marked = super::base::set_attr(v, "__IOBase_closed", boolean(true));
            let closed = close_descriptor(io);
            match pending {
                Some(error) => Err(super::base::chained(error, closed.is_err())),
                None => closed.and(marked).map(|()| none()),
            }
        }),
        Method::none("seekable", |v| {
            let io = this::<FileIo>(v);
            io.open_fd()?;
            Ok(boolean(io.is_seekable()))
        }),
        Method::none("readable", |v| {
            let io = this::<FileIo>(v);
            io.open_fd()?;
            Ok(boolean(io.readable()))
        }),
        Method::none("writable", |v| {
            let io = this::<FileIo>(v);
            io.open_fd()?;
            Ok(boolean(io.writable()))
        }),
        Method::none("fileno", |v| Ok(Value::small(this::<FileIo>(v).open_fd()? as i64))),
        Method::none("isatty", |v| {
            let fd = this::<FileIo>(v).open_fd()?;
            // SAFETY: a plain system call.
            Ok(boolean(unsafe { libc::isatty(fd) } == 1))
        }),
        Method::pos("_dealloc_warn", |_, _| Ok(none()), 0, 1),
        Method::none("__getstate__", |v| {
            Err(type_error(format_args!("cannot pickle '{}' instances", v.class().display_name())))
        }),
    ],
    getset: &[
        GetSet::get("closed", |v| Ok(boolean(this::<FileIo>(v).fd().is_none()))),
        GetSet::get("closefd", |v| Ok(boolean(this::<FileIo>(v).flag(CLOSE_FD)))),
        GetSet::get("mode", |v| Ok(Str::new(mode_text(&this::<FileIo>(v))).value())),
        GetSet::get("_blksize", |v| {
            // SAFETY: a plain system call, which fills the struct.
            let size = this::<FileIo>(v).fd().map(|fd| unsafe {
                let mut stat: libc::stat = std::mem::zeroed();
                if libc::fstat(fd, &mut stat) == 0 { stat.st_blksize as i64 } else { 0 }
            });
            Ok(Value::small(size.filter(|size| *size > 1).unwrap_or(super::BUFFER_SIZE as i64)))
        }),
    ],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    words: TypeDef::words_of::<FileIo>(),
    traced: 3,
    ..TypeDef::BASE
};

/// The file's name as its `name` attribute has it.
pub fn name_of(v: Value) -> R<Option<Value>> {
    attr::find(v, names::get(names::name))
}
