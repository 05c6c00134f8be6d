//! What the system knows of a file: `stat`, `statvfs`, permissions, owners, times.

use super::args::{
    Also, Path, check, check_dir_fd, check_follow, descriptor, dir_fd, errno, from_id, id_number, retry, retry_checked,
};
use crate::errors::{R, type_error, value_error};
use crate::object::args::Params;
use crate::object::define::Method;
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Ref, Type};
use crate::ops::{self, numbers};
use crate::types::float;
use crate::types::int;
use crate::types::struct_sequence::{self, StructSequence};
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Nanoseconds in a second.
const NANO: i128 = 1_000_000_000;

/// The times come three times: as ints (the tuple's last items, without name), floats, nanoseconds.
static FIELDS: &[&str] = &[
    "st_mode",
    "st_ino",
    "st_dev",
    "st_nlink",
    "st_uid",
    "st_gid",
    "st_size",
    "",
    "",
    "",
    "st_atime",
    "st_mtime",
    "st_ctime",
    "st_atime_ns",
    "st_mtime_ns",
    "st_ctime_ns",
    "st_blksize",
    "st_blocks",
    "st_rdev",
];

/// Where the float times are, and the int times that stand in for them.
const FLOAT_TIMES: std::ops::Range<usize> = 10..13;
const INT_TIMES: usize = 7;

pub static STAT_RESULT: StructSequence =
    StructSequence::with_hidden("os.stat_result", FIELDS, 10).completed_by(complete_times);

/// `os.stat_result(tuple)` of ten items: the times as floats are those of the tuple.
fn complete_times(values: &mut [Value]) {
    for (i, at) in FLOAT_TIMES.enumerate() {
        if values[at].is_none() {
            values[at] = values[INT_TIMES + i];
        }
    }
}

pub static STATVFS_RESULT: StructSequence = StructSequence::with_hidden(
    "os.statvfs_result",
    &[
        "f_bsize",
        "f_frsize",
        "f_blocks",
        "f_bfree",
        "f_bavail",
        "f_files",
        "f_ffree",
        "f_favail",
        "f_flag",
        "f_namemax",
        "f_fsid",
    ],
    10,
);

/// The result for the program.
pub fn stat_result(st: &libc::stat) -> Value {
    let times = [(st.st_atime, st.st_atime_nsec), (st.st_mtime, st.st_mtime_nsec), (st.st_ctime, st.st_ctime_nsec)];
    let mut values = vec![
        int::from_u64(st.st_mode as u64),
        int::from_u64(st.st_ino as u64),
        int::from_u64(st.st_dev as u64),
        int::from_u64(st.st_nlink as u64),
        from_id(st.st_uid),
        from_id(st.st_gid),
        int::from_i64(st.st_size as i64),
    ];
    values.extend(times.iter().map(|(seconds, _)| int::from_i64(*seconds)));
    values.extend(times.iter().map(|(seconds, nano)| float::from_f64(*seconds as f64 + 1e-9 * *nano as f64)));
    values.extend(times.iter().map(|(seconds, nano)| int::from_i128(*seconds as i128 * NANO + *nano as i128)));
    values.extend([
        int::from_i64(st.st_blksize as i64),
        int::from_i64(st.st_blocks as i64),
        int::from_u64(st.st_rdev as u64),
    ]);
    struct_sequence::make(&STAT_RESULT, &values)
}

/// The system call; the inner error is the `errno`.
pub fn stat_path(path: &Path, dir_fd: i32, follow: bool) -> Result<libc::stat, i32> {
    crate::modules::io::flush_abandoned();
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    let (fd, text) = (path.fd, path.as_ptr() as usize);
    ops::poll::blocking(|| {
        // SAFETY: the path ends with 0 and outlives the call, which fills the struct.
        unsafe {
            let mut st: libc::stat = std::mem::zeroed();
            let failed = match fd {
                Some(fd) => libc::fstat(fd, &mut st),
                None => libc::fstatat(dir_fd, text as *const libc::c_char, &mut st, flags),
            };
            if failed != 0 { Err(errno()) } else { Ok(st) }
        }
    })
}

fn stat(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "stat", names: &["path", "dir_fd", "follow_symlinks"], required: 1, positional: 1 };
    let [path, at, follow] = args.bind(&PARAMS)?;
    let path = Path::parse("stat", "path", path, Also::Descriptor)?;
    let at = dir_fd(at)?;
    let follow = follow.map_or(Ok(true), ops::truth)?;
    check_dir_fd("stat", at, &path)?;
    check_follow("stat", follow, &path)?;
    stat_path(&path, at, follow).map(|st| stat_result(&st)).map_err(|errno| path.error(errno))
}

fn lstat(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "lstat", names: &["path", "dir_fd"], required: 1, positional: 1 };
    let [path, at] = args.bind(&PARAMS)?;
    let path = Path::parse("lstat", "path", path, Also::Nothing)?;
    let at = dir_fd(at)?;
    stat_path(&path, at, false).map(|st| stat_result(&st)).map_err(|errno| path.error(errno))
}

fn fstat(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "fstat", names: &["fd"], required: 1, positional: 1 };
    let [fd] = args.bind(&PARAMS)?;
    let fd = numbers::as_i32(fd.unwrap_or_else(none))?;
    // SAFETY: the call fills the struct.
    let st = unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        check(libc::fstat(fd, &mut st))?;
        st
    };
    Ok(stat_result(&st))
}

fn statvfs_result(st: &libc::statvfs) -> Value {
    let numbers = [
        st.f_bsize as u64,
        st.f_frsize as u64,
        st.f_blocks as u64,
        st.f_bfree as u64,
        st.f_bavail as u64,
        st.f_files as u64,
        st.f_ffree as u64,
        st.f_favail as u64,
        st.f_flag as u64,
        st.f_namemax as u64,
        st.f_fsid as u64,
    ];
    struct_sequence::make(&STATVFS_RESULT, &numbers.map(int::from_u64))
}

fn statvfs(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "statvfs", names: &["path"], required: 1, positional: 1 };
    let [path] = args.bind(&PARAMS)?;
    let path = Path::parse("statvfs", "path", path, Also::Descriptor)?;
    // SAFETY: the path ends with 0; the call fills the struct.
    unsafe {
        let mut st: libc::statvfs = std::mem::zeroed();
        let failed = match path.fd {
            Some(fd) => libc::fstatvfs(fd, &mut st),
            None => libc::statvfs(path.as_ptr(), &mut st),
        };
        if failed != 0 { Err(path.error(errno())) } else { Ok(statvfs_result(&st)) }
    }
}

fn fstatvfs(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "fstatvfs", names: &["fd"], required: 1, positional: 1 };
    let [fd] = args.bind(&PARAMS)?;
    let fd = numbers::as_i32(fd.unwrap_or_else(none))?;
    // SAFETY: the call fills the struct.
    unsafe {
        let mut st: libc::statvfs = std::mem::zeroed();
        check(libc::fstatvfs(fd, &mut st))?;
        Ok(statvfs_result(&st))
    }
}

fn access(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "access",
        names: &["path", "mode", "dir_fd", "effective_ids", "follow_symlinks"],
        required: 2,
        positional: 2,
    };
    let [path, mode, at, effective, follow] = args.bind(&PARAMS)?;
    let path = Path::parse("access", "path", path, Also::Nothing)?;
    let mode = numbers::as_i32(mode.unwrap_or_else(none))?;
    let at = dir_fd(at)?;
    let mut flags = 0;
    if effective.map_or(Ok(false), ops::truth)? {
        flags |= libc::AT_EACCESS;
    }
    if !follow.map_or(Ok(true), ops::truth)? {
        flags |= libc::AT_SYMLINK_NOFOLLOW;
    }
    // SAFETY: the path ends with 0.
    Ok(boolean(unsafe { libc::faccessat(at, path.as_ptr(), mode, flags) } == 0))
}

fn chmod(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "chmod", names: &["path", "mode", "dir_fd", "follow_symlinks"], required: 2, positional: 2 };
    let [path, mode, at, follow] = args.bind(&PARAMS)?;
    let path = Path::parse("chmod", "path", path, Also::Descriptor)?;
    let mode = numbers::as_i32(mode.unwrap_or_else(none))? as libc::mode_t;
    let at = dir_fd(at)?;
    check_dir_fd("chmod", at, &path)?;
    let flags = if follow.map_or(Ok(true), ops::truth)? { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path ends with 0.
    let failed = unsafe {
        match path.fd {
            Some(fd) => libc::fchmod(fd, mode),
            None => libc::fchmodat(at, path.as_ptr(), mode, flags),
        }
    };
    if failed != 0 { Err(path.error(errno())) } else { Ok(none()) }
}

fn fchmod(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "fchmod", names: &["fd", "mode"], required: 2, positional: 2 };
    let [fd, mode] = args.bind(&PARAMS)?;
    let fd = numbers::as_i32(fd.unwrap_or_else(none))?;
    let mode = numbers::as_i32(mode.unwrap_or_else(none))? as libc::mode_t;
    // SAFETY: a plain system call.
    retry_checked(|| unsafe { libc::fchmod(fd, mode) as i64 })?;
    Ok(none())
}

fn change_owner(path: &Path, uid: u32, gid: u32, at: i32, follow: bool) -> R {
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path ends with 0.
    let failed = unsafe {
        match path.fd {
            Some(fd) => libc::fchown(fd, uid, gid),
            None => libc::fchownat(at, path.as_ptr(), uid, gid, flags),
        }
    };
    if failed != 0 { Err(path.error(errno())) } else { Ok(none()) }
}

fn chown(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "chown",
        names: &["path", "uid", "gid", "dir_fd", "follow_symlinks"],
        required: 3,
        positional: 3,
    };
    let [path, uid, gid, at, follow] = args.bind(&PARAMS)?;
    let path = Path::parse("chown", "path", path, Also::Descriptor)?;
    let (uid, gid) = (id_number(uid.unwrap_or_else(none), "uid")?, id_number(gid.unwrap_or_else(none), "gid")?);
    let at = dir_fd(at)?;
    let follow = follow.map_or(Ok(true), ops::truth)?;
    check_dir_fd("chown", at, &path)?;
    check_follow("chown", follow, &path)?;
    change_owner(&path, uid, gid, at, follow)
}

fn lchown(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "lchown", names: &["path", "uid", "gid"], required: 3, positional: 3 };
    let [path, uid, gid] = args.bind(&PARAMS)?;
    let path = Path::parse("lchown", "path", path, Also::Nothing)?;
    let (uid, gid) = (id_number(uid.unwrap_or_else(none), "uid")?, id_number(gid.unwrap_or_else(none), "gid")?);
    change_owner(&path, uid, gid, libc::AT_FDCWD, false)
}

fn fchown(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "fchown", names: &["fd", "uid", "gid"], required: 3, positional: 3 };
    let [fd, uid, gid] = args.bind(&PARAMS)?;
    let fd = numbers::as_i32(fd.unwrap_or_else(none))?;
    let (uid, gid) = (id_number(uid.unwrap_or_else(none), "uid")?, id_number(gid.unwrap_or_else(none), "gid")?);
    // SAFETY: a plain system call.
    retry_checked(|| unsafe { libc::fchown(fd, uid, gid) as i64 })?;
    Ok(none())
}

/// A time in seconds, an int or a float, rounded down.
fn seconds(v: Value) -> R<libc::timespec> {
    let (seconds, nano) = crate::modules::time::timestamp(v)?;
    Ok(timespec(seconds, nano))
}

fn timespec(seconds: i64, nano: i64) -> libc::timespec {
    libc::timespec { tv_sec: seconds, tv_nsec: nano }
}

fn nanoseconds(v: Value) -> R<libc::timespec> {
    let view = int::as_int(ops::index(v)?).and_then(|n| n.to_i64());
    match view {
        Some(n) => Ok(timespec(n.div_euclid(NANO as i64), n.rem_euclid(NANO as i64))),
        None => Err(crate::errors::overflow_error("timestamp out of range for platform time_t")),
    }
}

fn utime(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "utime",
        names: &["path", "times", "ns", "dir_fd", "follow_symlinks"],
        required: 1,
        positional: 2,
    };
    let [path, times, ns, at, follow] = args.bind(&PARAMS)?;
    let path = Path::parse("utime", "path", path, Also::Descriptor)?;
    let at = dir_fd(at)?;
    let follow = follow.map_or(Ok(true), ops::truth)?;
    let times = times.filter(|t| !t.is_none());
    if times.is_some() && ns.is_some() {
        return Err(value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    let pair = |v: Value| v.cast::<Tuple>().filter(|t| t.len() == 2).map(|t| (t.get(0), t.get(1)));
    let stamps = match (times, ns) {
        (Some(times), _) => match pair(times) {
            Some((a, b)) => Some([seconds(a)?, seconds(b)?]),
            None => return Err(type_error("utime: 'times' must be either a tuple of two ints or None")),
        },
        (None, Some(ns)) => match pair(ns) {
            Some((a, b)) => Some([nanoseconds(a)?, nanoseconds(b)?]),
            None => return Err(type_error("utime: 'ns' must be a tuple of two ints")),
        },
        (None, None) => None,
    };
    check_dir_fd("utime", at, &path)?;
    check_follow("utime", follow, &path)?;
    crate::modules::io::flush_abandoned();
    let stamps = stamps.as_ref().map_or(std::ptr::null(), |stamps| stamps.as_ptr());
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path ends with 0; the times are two or null.
    let failed = unsafe {
        match path.fd {
            Some(fd) => libc::futimens(fd, stamps),
            None => libc::utimensat(at, path.as_ptr(), stamps, flags),
        }
    };
    if failed != 0 { Err(path.error(errno())) } else { Ok(none()) }
}

fn truncate(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "truncate", names: &["path", "length"], required: 2, positional: 2 };
    let [path, length] = args.bind(&PARAMS)?;
    let path = Path::parse("truncate", "path", path, Also::Descriptor)?;
    let length = ops::as_i64(ops::index(length.unwrap_or_else(none))?)?;
    crate::modules::io::flush_abandoned();
    let (fd, text) = (path.fd, path.as_ptr() as usize);
    // SAFETY: the path ends with 0 and outlives the call.
    let done = retry(|| unsafe {
        match fd {
            Some(fd) => libc::ftruncate(fd, length) as i64,
            None => libc::truncate(text as *const libc::c_char, length) as i64,
        }
    })?;
    done.map(|_| none()).map_err(|errno| path.error(errno))
}

fn device(v: Value) -> R<u64> {
    match int::as_int(ops::index(v)?).and_then(|n| n.to_u64()) {
        Some(device) => Ok(device),
        None => Err(crate::errors::overflow_error("can't convert negative int to unsigned")),
    }
}

/// Adds the result types.
pub fn types() -> [Ref<Type>; 2] {
    [STAT_RESULT.def.class(), STATVFS_RESULT.def.class()]
}

pub static FUNCTIONS: &[Method] = &[
    Method::full("stat", stat),
    Method::full("lstat", lstat),
    Method::full("fstat", fstat),
    Method::full("statvfs", statvfs),
    Method::full("fstatvfs", fstatvfs),
    Method::full("access", access),
    Method::full("chmod", chmod),
    Method::full("fchmod", fchmod),
    Method::full("chown", chown),
    Method::full("lchown", lchown),
    Method::full("fchown", fchown),
    Method::full("utime", utime),
    Method::full("truncate", truncate),
    Method::one("major", |_, v| Ok(Value::small(libc::major(device(v)?) as i64))),
    Method::one("minor", |_, v| Ok(Value::small(libc::minor(device(v)?) as i64))),
    Method::pos(
        "makedev",
        |_, args| {
            let (major, minor) = (ops::as_i64(args[0])? as u32, ops::as_i64(args[1])? as u32);
            Ok(int::from_u64(libc::makedev(major, minor)))
        },
        2,
        2,
    ),
    Method::one("isatty", |_, v| {
        let fd = numbers::as_i32(v)?;
        // SAFETY: a plain system call.
        Ok(boolean(unsafe { libc::isatty(fd) } == 1))
    }),
    Method::one("fchdir", |_, v| {
        let fd = descriptor(v)?;
        // SAFETY: a plain system call.
        retry_checked(|| unsafe { libc::fchdir(fd) as i64 })?;
        Ok(none())
    }),
];
