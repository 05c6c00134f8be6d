//! File descriptors: opening, reading, writing, duplicating, pipes, their flags, terminals.

use super::args::{Also, Path, check, decoded_c, descriptor, dir_fd, errno, fs_encoded, retry, retry_checked, room};
use crate::errors::{R, type_error, value_error};
use crate::modules::io;
use crate::object::args::Params;
use crate::object::define::Method;
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Ref, Type};
use crate::ops::{self, numbers};
use crate::types::bytes::{self, Bytes};
use crate::types::int;
use crate::types::os_error::os_error_from_errno;
use crate::types::struct_sequence::{self, StructSequence};
use crate::types::tuple::Tuple;
use crate::value::Value;
use libc::c_void;

/// The most that one call of the system reads or writes.
const MOST: usize = i32::MAX as usize & !4095;

pub static TERMINAL_SIZE: StructSequence = StructSequence::new("os.terminal_size", &["columns", "lines"]);

fn fd_argument(v: Option<Value>) -> R<i32> {
    numbers::as_i32(v.unwrap_or_else(none))
}

fn open(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "open", names: &["path", "flags", "mode", "dir_fd"], required: 2, positional: 3 };
    let [path, flags, mode, at] = args.bind(&PARAMS)?;
    let path = Path::parse("open", "path", path, Also::Nothing)?;
    let flags = fd_argument(flags)? | libc::O_CLOEXEC;
    let mode = mode.map_or(Ok(0o777), numbers::as_i32)? as libc::c_uint;
    let at = dir_fd(at)?;
    io::flush_abandoned();
    let text = path.as_ptr() as usize;
    // SAFETY: the path ends with 0 and outlives the call.
    let opened = retry(|| unsafe { libc::openat(at, text as *const libc::c_char, flags, mode) as i64 })?;
    opened.map(Value::small).map_err(|errno| path.error(errno))
}

fn close(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "close", names: &["fd"], required: 1, positional: 1 };
    let [fd] = args.bind(&PARAMS)?;
    let fd = fd_argument(fd)?;
    // Not tried again after a signal: the descriptor is closed then.
    let closed = ops::poll::blocking(|| {
        // SAFETY: a plain system call.
        if unsafe { libc::close(fd) } < 0 { Err(errno()) } else { Ok(()) }
    });
    match closed {
        Err(errno) if errno != libc::EINTR => Err(os_error_from_errno(errno, None)),
        _ => Ok(none()),
    }
}

/// Reads up to `length` bytes into a new bytes object.
fn read_with(length: Value, read: impl Fn(*mut c_void, usize) -> isize) -> R {
    let length = ops::as_isize(length)?;
    if length < 0 {
        return Err(os_error_from_errno(libc::EINVAL, None));
    }
    let len = (length as usize).min(MOST);
    let mut buffer = room(len)?;
    let ptr = buffer.as_mut_ptr() as usize;
    let n = retry_checked(|| read(ptr as *mut c_void, len) as i64)?;
    // SAFETY: the system has filled so many bytes, at most `len`.
    unsafe { buffer.set_len((n as usize).min(len)) };
    Ok(Bytes::try_new(&buffer)?.value())
}

fn writable(v: Value) -> R<&'static mut [u8]> {
    io::base::writable_slice(v)
}

fn offset(v: Value) -> R<i64> {
    ops::as_i64(ops::index(v)?)
}

/// The buffers of `readv` and its like.
fn vectors(function: &str, v: Value, write: bool) -> R<Vec<libc::iovec>> {
    let slots = v.class().slots();
    if slots.getitem.is_none() || slots.len.is_none() {
        return Err(type_error(format_args!("{function}() arg 2 must be a sequence")));
    }
    let vector = |ptr: *mut u8, len: usize| libc::iovec { iov_base: ptr as *mut c_void, iov_len: len };
    ops::iter::to_vec(v)?
        .into_iter()
        .map(|buffer| {
            if write {
                bytes::require(buffer).map(|b| vector(b.as_ptr() as *mut u8, b.len()))
            } else {
                writable(buffer).map(|b| vector(b.as_mut_ptr(), b.len()))
            }
        })
        .collect()
}

/// Calls with the vectors' address and number.
fn with_vectors(vectors: &[libc::iovec], call: impl Fn(*const libc::iovec, libc::c_int) -> isize) -> R {
    let (ptr, n) = (vectors.as_ptr() as usize, vectors.len() as libc::c_int);
    Ok(int::from_i64(retry_checked(|| call(ptr as *const libc::iovec, n) as i64)?))
}

fn lseek(_: Value, args: &[Value]) -> R {
    let (fd, to, how) = (numbers::as_i32(args[0])?, offset(args[1])?, numbers::as_i32(args[2])?);
    // SAFETY: a plain system call.
    Ok(int::from_i64(check(unsafe { libc::lseek(fd, to, how) })?))
}

fn set_inheritable(fd: i32, inheritable: bool) -> R<()> {
    // SAFETY: plain system calls.
    unsafe {
        let flags = check(libc::fcntl(fd, libc::F_GETFD))? as i32;
        let flags = if inheritable { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
        check(libc::fcntl(fd, libc::F_SETFD, flags))?;
    }
    Ok(())
}

fn dup2(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "dup2", names: &["fd", "fd2", "inheritable"], required: 2, positional: 3 };
    let [fd, fd2, inheritable] = args.bind(&PARAMS)?;
    let (fd, fd2) = (fd_argument(fd)?, fd_argument(fd2)?);
    let inheritable = inheritable.map_or(Ok(true), ops::truth)?;
    // SAFETY: plain system calls. `dup3` refuses equal descriptors, which `dup2` passes.
    let result = retry_checked(|| unsafe {
        if inheritable || fd == fd2 { libc::dup2(fd, fd2) as i64 } else { libc::dup3(fd, fd2, libc::O_CLOEXEC) as i64 }
    })?;
    Ok(Value::small(result))
}

fn pipe_with(flags: i32) -> R {
    let mut ends = [0i32; 2];
    // SAFETY: room for both ends.
    check(unsafe { libc::pipe2(ends.as_mut_ptr(), flags) })?;
    Ok(Tuple::new(&ends.map(|fd| Value::small(fd as i64))).value())
}

fn get_terminal_size(_: Value, args: &[Value]) -> R {
    let fd = args.first().map_or(Ok(1), |fd| numbers::as_i32(*fd))?;
    // SAFETY: the call fills the struct.
    let size = unsafe {
        let mut size: libc::winsize = std::mem::zeroed();
        check(libc::ioctl(fd, libc::TIOCGWINSZ, &mut size))?;
        size
    };
    Ok(struct_sequence::make(&TERMINAL_SIZE, &[Value::small(size.ws_col as i64), Value::small(size.ws_row as i64)]))
}

fn sendfile(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "sendfile", names: &["out_fd", "in_fd", "offset", "count"], required: 4, positional: 4 };
    let [out, from, at, count] = args.bind(&PARAMS)?;
    let (out, from) = (fd_argument(out)?, fd_argument(from)?);
    let count = ops::as_isize(count.unwrap_or_else(none))?;
    if count < 0 {
        return Err(value_error("count cannot be negative"));
    }
    let start = match at.filter(|at| !at.is_none()) {
        Some(at) => Some(offset(at)?),
        None => None,
    };
    io::flush_abandoned();
    let n = retry_checked(|| {
        let mut at = start;
        let at = at.as_mut().map_or(std::ptr::null_mut(), |at| at as *mut i64);
        // SAFETY: the offset is a local or null.
        unsafe { libc::sendfile(out, from, at, count as usize) as i64 }
    })?;
    Ok(int::from_i64(n))
}

fn copy_file_range(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "copy_file_range",
        names: &["src", "dst", "count", "offset_src", "offset_dst"],
        required: 3,
        positional: 5,
    };
    let [src, dst, count, src_at, dst_at] = args.bind(&PARAMS)?;
    let (src, dst) = (fd_argument(src)?, fd_argument(dst)?);
    let count = ops::as_isize(count.unwrap_or_else(none))?;
    if count < 0 {
        return Err(value_error("negative value for 'count' not allowed"));
    }
    let at = |v: Option<Value>| -> R<Option<i64>> { v.filter(|v| !v.is_none()).map(offset).transpose() };
    let (src_at, dst_at) = (at(src_at)?, at(dst_at)?);
    let n = retry_checked(|| {
        let (mut src_at, mut dst_at) = (src_at, dst_at);
        let src_at = src_at.as_mut().map_or(std::ptr::null_mut(), |at| at as *mut i64);
        let dst_at = dst_at.as_mut().map_or(std::ptr::null_mut(), |at| at as *mut i64);
        // SAFETY: the offsets are locals or null.
        unsafe { libc::copy_file_range(src, src_at, dst, dst_at, count as usize, 0) as i64 }
    })?;
    Ok(int::from_i64(n))
}

fn openpty(_: Value) -> R {
    let (mut controller, mut terminal) = (0, 0);
    let null = std::ptr::null_mut::<c_void>();
    // SAFETY: room for both descriptors; the other pointers may be null.
    unsafe {
        check(libc::openpty(&mut controller, &mut terminal, null.cast(), null.cast(), null.cast()))?;
    }
    set_inheritable(controller, false)?;
    set_inheritable(terminal, false)?;
    Ok(Tuple::new(&[Value::small(controller as i64), Value::small(terminal as i64)]).value())
}

fn ttyname(_: Value, fd: Value) -> R {
    let fd = numbers::as_i32(fd)?;
    let mut name = [0 as libc::c_char; 256];
    // SAFETY: the buffer's length is given; the name in it ends with 0.
    unsafe {
        match libc::ttyname_r(fd, name.as_mut_ptr(), name.len()) {
            0 => decoded_c(name.as_ptr()),
            errno => Err(os_error_from_errno(errno, None)),
        }
    }
}

fn memfd_create(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "memfd_create", names: &["name", "flags"], required: 1, positional: 2 };
    let [name, flags] = args.bind(&PARAMS)?;
    let name = fs_encoded(name.unwrap_or_else(none))?;
    let flags = flags.map_or(Ok(libc::MFD_CLOEXEC), |f| ops::as_i64(f).map(|f| f as u32))?;
    // SAFETY: the name ends with 0.
    Ok(Value::small(check(unsafe { libc::memfd_create(name.as_ptr(), flags) })?))
}

/// One extended attribute function: with a path, a descriptor, or not following symbolic links.
fn xattr_target<const N: usize>(
    params: &'static Params,
    args: Args,
    nullable: bool,
) -> R<([Option<Value>; N], Path, bool)> {
    let bound = args.bind::<N>(params)?;
    let follow = bound[N - 1].map_or(Ok(true), ops::truth)?;
    let also = if nullable { Also::DescriptorOrNone } else { Also::Descriptor };
    let path = Path::parse(params.function, "path", bound[0], also)?;
    super::args::check_follow(params.function, follow, &path)?;
    Ok((bound, path, follow))
}

/// Asks for the size, then for the contents, again should they have grown.
fn xattr_contents(path: &Path, call: impl Fn(*mut c_void, usize) -> isize) -> R<Vec<u8>> {
    for size in [128, 1 << 16] {
        let mut buffer = vec![0u8; size];
        let n = call(buffer.as_mut_ptr() as *mut c_void, size);
        if n >= 0 {
            buffer.truncate(n as usize);
            return Ok(buffer);
        }
        if errno() != libc::ERANGE {
            break;
        }
    }
    Err(path.error(errno()))
}

fn getxattr(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "getxattr", names: &["path", "attribute", "follow_symlinks"], required: 2, positional: 2 };
    let ([_, name, _], path, follow) = xattr_target::<3>(&PARAMS, args, false)?;
    let name = Path::parse("getxattr", "attribute", name, Also::Nothing)?;
    // SAFETY: both texts end with 0; the buffer's length is given.
    let value = xattr_contents(&path, |to, size| unsafe {
        match path.fd {
            Some(fd) => libc::fgetxattr(fd, name.as_ptr(), to, size),
            None if follow => libc::getxattr(path.as_ptr(), name.as_ptr(), to, size),
            None => libc::lgetxattr(path.as_ptr(), name.as_ptr(), to, size),
        }
    })?;
    Ok(Bytes::new(&value).value())
}

fn setxattr(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "setxattr",
        names: &["path", "attribute", "value", "flags", "follow_symlinks"],
        required: 3,
        positional: 4,
    };
    let ([_, name, value, flags, _], path, follow) = xattr_target::<5>(&PARAMS, args, false)?;
    let name = Path::parse("setxattr", "attribute", name, Also::Nothing)?;
    let value = bytes::require(value.unwrap_or_else(none))?;
    let flags = flags.map_or(Ok(0), numbers::as_i32)?;
    let (from, size) = (value.as_ptr() as *const c_void, value.len());
    // SAFETY: both texts end with 0; the value's length is given.
    let failed = unsafe {
        match path.fd {
            Some(fd) => libc::fsetxattr(fd, name.as_ptr(), from, size, flags),
            None if follow => libc::setxattr(path.as_ptr(), name.as_ptr(), from, size, flags),
            None => libc::lsetxattr(path.as_ptr(), name.as_ptr(), from, size, flags),
        }
    };
    if failed != 0 { Err(path.error(errno())) } else { Ok(none()) }
}

fn removexattr(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "removexattr",
        names: &["path", "attribute", "follow_symlinks"],
        required: 2,
        positional: 2,
    };
    let ([_, name, _], path, follow) = xattr_target::<3>(&PARAMS, args, false)?;
    let name = Path::parse("removexattr", "attribute", name, Also::Nothing)?;
    // SAFETY: both texts end with 0.
    let failed = unsafe {
        match path.fd {
            Some(fd) => libc::fremovexattr(fd, name.as_ptr()),
            None if follow => libc::removexattr(path.as_ptr(), name.as_ptr()),
            None => libc::lremovexattr(path.as_ptr(), name.as_ptr()),
        }
    };
    if failed != 0 { Err(path.error(errno())) } else { Ok(none()) }
}

fn listxattr(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "listxattr", names: &["path", "follow_symlinks"], required: 0, positional: 1 };
    let (_, path, follow) = xattr_target::<2>(&PARAMS, args, true)?;
    // SAFETY: the path ends with 0; the buffer's length is given.
    let names = xattr_contents(&path, |to, size| unsafe {
        let to = to as *mut libc::c_char;
        match path.fd {
            Some(fd) => libc::flistxattr(fd, to, size),
            None if follow => libc::listxattr(path.as_ptr(), to, size),
            None => libc::llistxattr(path.as_ptr(), to, size),
        }
    })?;
    let list = crate::types::list::List::new(&[]);
    for name in names.split(|b| *b == 0).filter(|name| !name.is_empty()) {
        list.push(super::args::decoded(name)?);
    }
    Ok(list.value())
}

pub fn types() -> [Ref<Type>; 1] {
    [TERMINAL_SIZE.def.class()]
}

/// A function of one descriptor (or of an object that has one) without a result.
macro_rules! on_descriptor {
    ($name:literal $call:path) => {
        Method::full($name, |_, args| {
            static PARAMS: Params = Params { function: $name, names: &["fd"], required: 1, positional: 1 };
            let [fd] = args.bind(&PARAMS)?;
            let fd = descriptor(fd.unwrap_or_else(none))?;
            io::flush_abandoned();
            // SAFETY: a plain system call.
            retry_checked(|| unsafe { $call(fd) as i64 })?;
            Ok(none())
        })
    };
}

pub static FUNCTIONS: &[Method] = &[
    Method::full("open", open),
    Method::full("close", close),
    Method::pos(
        "closerange",
        |_, args| {
            let (low, high) = (numbers::as_i32(args[0])?.max(0), numbers::as_i32(args[1])?);
            for fd in low..high {
                // SAFETY: a plain system call; wrong descriptors are passed over.
                unsafe { libc::close(fd) };
            }
            Ok(none())
        },
        2,
        2,
    ),
    Method::pos(
        "read",
        |_, args| {
            let fd = numbers::as_i32(args[0])?;
            // SAFETY: the buffer's length is given.
            read_with(args[1], |to, n| unsafe { libc::read(fd, to, n) })
        },
        2,
        2,
    ),
    Method::pos(
        "pread",
        |_, args| {
            let (fd, at) = (numbers::as_i32(args[0])?, offset(args[2])?);
            // SAFETY: the buffer's length is given.
            read_with(args[1], |to, n| unsafe { libc::pread(fd, to, n, at) })
        },
        3,
        3,
    ),
    Method::pos(
        "readinto",
        |_, args| {
            let (fd, buffer) = (numbers::as_i32(args[0])?, writable(args[1])?);
            let (to, n) = (buffer.as_mut_ptr() as usize, buffer.len().min(MOST));
            // SAFETY: the buffer's length is given.
            Ok(int::from_i64(retry_checked(|| unsafe { libc::read(fd, to as *mut c_void, n) as i64 })?))
        },
        2,
        2,
    ),
    Method::pos(
        "write",
        |_, args| {
            let (fd, data) = (numbers::as_i32(args[0])?, bytes::require(args[1])?);
            let (from, n) = (data.as_ptr() as usize, data.len().min(MOST));
            // SAFETY: the buffer's length is given.
            Ok(int::from_i64(retry_checked(|| unsafe { libc::write(fd, from as *const c_void, n) as i64 })?))
        },
        2,
        2,
    ),
    Method::pos(
        "pwrite",
        |_, args| {
            let (fd, data, at) = (numbers::as_i32(args[0])?, bytes::require(args[1])?, offset(args[2])?);
            let (from, n) = (data.as_ptr() as usize, data.len().min(MOST));
            // SAFETY: the buffer's length is given.
            Ok(int::from_i64(retry_checked(|| unsafe { libc::pwrite(fd, from as *const c_void, n, at) as i64 })?))
        },
        3,
        3,
    ),
    Method::pos(
        "readv",
        |_, args| {
            let (fd, vectors) = (numbers::as_i32(args[0])?, vectors("readv", args[1], false)?);
            // SAFETY: the vectors are of live buffers.
            with_vectors(&vectors, |at, n| unsafe { libc::readv(fd, at, n) })
        },
        2,
        2,
    ),
    Method::pos(
        "writev",
        |_, args| {
            let (fd, vectors) = (numbers::as_i32(args[0])?, vectors("writev", args[1], true)?);
            // SAFETY: the vectors are of live buffers.
            with_vectors(&vectors, |at, n| unsafe { libc::writev(fd, at, n) })
        },
        2,
        2,
    ),
    Method::pos(
        "preadv",
        |_, args| {
            let (fd, vectors, from) =
                (numbers::as_i32(args[0])?, vectors("preadv2", args[1], false)?, offset(args[2])?);
            let flags = args.get(3).map_or(Ok(0), |f| numbers::as_i32(*f))?;
            // SAFETY: the vectors are of live buffers.
            with_vectors(&vectors, |at, n| unsafe { libc::preadv2(fd, at, n, from, flags) })
        },
        3,
        4,
    ),
    Method::pos(
        "pwritev",
        |_, args| {
            let (fd, vectors, to) = (numbers::as_i32(args[0])?, vectors("pwritev2", args[1], true)?, offset(args[2])?);
            let flags = args.get(3).map_or(Ok(0), |f| numbers::as_i32(*f))?;
            // SAFETY: the vectors are of live buffers.
            with_vectors(&vectors, |at, n| unsafe { libc::pwritev2(fd, at, n, to, flags) })
        },
        3,
        4,
    ),
    Method::pos("lseek", lseek, 3, 3),
    Method::one("dup", |_, fd| {
        let fd = numbers::as_i32(fd)?;
        // SAFETY: a plain system call.
        Ok(Value::small(check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })?))
    }),
    Method::full("dup2", dup2),
    Method::none("pipe", |_| pipe_with(libc::O_CLOEXEC)),
    Method::one("pipe2", |_, flags| pipe_with(numbers::as_i32(flags)?)),
    Method::none("openpty", openpty),
    Method::one("ttyname", ttyname),
    on_descriptor!("fsync" libc::fsync),
    on_descriptor!("fdatasync" libc::fdatasync),
    Method::none("sync", |_| {
        // SAFETY: cannot fail.
        ops::poll::blocking(|| unsafe { libc::sync() });
        Ok(none())
    }),
    Method::pos(
        "ftruncate",
        |_, args| {
            let (fd, length) = (numbers::as_i32(args[0])?, offset(args[1])?);
            // SAFETY: a plain system call.
            retry_checked(|| unsafe { libc::ftruncate(fd, length) as i64 })?;
            Ok(none())
        },
        2,
        2,
    ),
    Method::pos(
        "lockf",
        |_, args| {
            let (fd, command, length) = (numbers::as_i32(args[0])?, numbers::as_i32(args[1])?, offset(args[2])?);
            // SAFETY: a plain system call.
            retry_checked(|| unsafe { libc::lockf(fd, command, length) as i64 })?;
            Ok(none())
        },
        3,
        3,
    ),
    Method::pos(
        "posix_fallocate",
        |_, args| {
            let (fd, start, length) = (numbers::as_i32(args[0])?, offset(args[1])?, offset(args[2])?);
            // SAFETY: a plain system call.
            match unsafe { libc::posix_fallocate(fd, start, length) } {
                0 => Ok(none()),
                errno => Err(os_error_from_errno(errno, None)),
            }
        },
        3,
        3,
    ),
    Method::pos(
        "posix_fadvise",
        |_, args| {
            let (fd, start, length) = (numbers::as_i32(args[0])?, offset(args[1])?, offset(args[2])?);
            let advice = numbers::as_i32(args[3])?;
            // SAFETY: a plain system call.
            match unsafe { libc::posix_fadvise(fd, start, length, advice) } {
                0 => Ok(none()),
                errno => Err(os_error_from_errno(errno, None)),
            }
        },
        4,
        4,
    ),
    Method::full("sendfile", sendfile),
    Method::full("copy_file_range", copy_file_range),
    Method::one("get_inheritable", |_, fd| {
        let fd = numbers::as_i32(fd)?;
        // SAFETY: a plain system call.
        let flags = check(unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
        Ok(boolean(flags as i32 & libc::FD_CLOEXEC == 0))
    }),
    Method::pos(
        "set_inheritable",
        |_, args| {
            set_inheritable(numbers::as_i32(args[0])?, numbers::as_i32(args[1])? != 0)?;
            Ok(none())
        },
        2,
        2,
    ),
    Method::one("get_blocking", |_, fd| {
        let fd = numbers::as_i32(fd)?;
        // SAFETY: a plain system call.
        let flags = check(unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
        Ok(boolean(flags as i32 & libc::O_NONBLOCK == 0))
    }),
    Method::pos(
        "set_blocking",
        |_, args| {
            let (fd, blocking) = (numbers::as_i32(args[0])?, ops::truth(args[1])?);
            // SAFETY: plain system calls.
            unsafe {
                let flags = check(libc::fcntl(fd, libc::F_GETFL))? as i32;
                let flags = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
                check(libc::fcntl(fd, libc::F_SETFL, flags))?;
            }
            Ok(none())
        },
        2,
        2,
    ),
    Method::pos("get_terminal_size", get_terminal_size, 0, 1),
    Method::one("tcgetpgrp", |_, fd| {
        let fd = numbers::as_i32(fd)?;
        // SAFETY: a plain system call.
        Ok(Value::small(check(unsafe { libc::tcgetpgrp(fd) })?))
    }),
    Method::pos(
        "tcsetpgrp",
        |_, args| {
            let (fd, group) = (numbers::as_i32(args[0])?, numbers::as_i32(args[1])?);
            // SAFETY: a plain system call.
            check(unsafe { libc::tcsetpgrp(fd, group) })?;
            Ok(none())
        },
        2,
        2,
    ),
    Method::full("memfd_create", memfd_create),
    Method::full("eventfd", |_, args| {
        static PARAMS: Params =
            Params { function: "eventfd", names: &["initval", "flags"], required: 1, positional: 2 };
        let [start, flags] = args.bind(&PARAMS)?;
        let start = ops::as_i64(start.unwrap_or_else(none))? as libc::c_uint;
        let flags = flags.map_or(Ok(libc::EFD_CLOEXEC), numbers::as_i32)?;
        // SAFETY: a plain system call.
        Ok(Value::small(check(unsafe { libc::eventfd(start, flags) })?))
    }),
    Method::full("eventfd_read", |_, args| {
        static PARAMS: Params = Params { function: "eventfd_read", names: &["fd"], required: 1, positional: 1 };
        let [fd] = args.bind(&PARAMS)?;
        let fd = descriptor(fd.unwrap_or_else(none))?;
        let mut count = [0u8; 8];
        let to = count.as_mut_ptr() as usize;
        // SAFETY: room for the 8 bytes.
        retry_checked(|| unsafe { libc::read(fd, to as *mut c_void, 8) as i64 })?;
        Ok(int::from_u64(u64::from_ne_bytes(count)))
    }),
    Method::full("eventfd_write", |_, args| {
        static PARAMS: Params =
            Params { function: "eventfd_write", names: &["fd", "value"], required: 2, positional: 2 };
        let [fd, value] = args.bind(&PARAMS)?;
        let fd = descriptor(fd.unwrap_or_else(none))?;
        let value = (ops::as_i64(value.unwrap_or_else(none))? as u64).to_ne_bytes();
        let from = value.as_ptr() as usize;
        // SAFETY: the 8 bytes are a local.
        retry_checked(|| unsafe { libc::write(fd, from as *const c_void, 8) as i64 })?;
        Ok(none())
    }),
    Method::full("getxattr", getxattr),
    Method::full("setxattr", setxattr),
    Method::full("removexattr", removexattr),
    Method::full("listxattr", listxattr),
    Method::full("device_encoding", |_, args| {
        static PARAMS: Params = Params { function: "device_encoding", names: &["fd"], required: 1, positional: 1 };
        let [fd] = args.bind(&PARAMS)?;
        let fd = fd_argument(fd)?;
        // SAFETY: a plain system call.
        let tty = unsafe { libc::isatty(fd) } == 1;
        Ok(if tty { crate::types::str::Str::intern("utf-8").value() } else { none() })
    }),
];
