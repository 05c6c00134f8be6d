//! `fcntl`: control of descriptors, locks on files.

use crate::errors::{R, type_error, value_error};
use crate::modules::posix::args::{descriptor, errno, retry_checked};
use crate::object::define::Method;
use crate::object::singletons::none;
use crate::ops::{self, numbers};
use crate::types::bytes::{self, Bytes};
use crate::types::int;
use crate::types::module::NativeModule;
use crate::types::os_error::os_error_from_errno;
use crate::types::str::Str;
use crate::value::Value;

/// Room for an argument that the system fills.
const ROOM: usize = 1024;

static NUMBERS: &[(&str, i64)] = &[
    ("DN_ACCESS", 1),
    ("DN_ATTRIB", 32),
    ("DN_CREATE", 4),
    ("DN_DELETE", 8),
    ("DN_MODIFY", 2),
    ("DN_MULTISHOT", 2147483648),
    ("DN_RENAME", 16),
    ("FASYNC", 8192),
    ("FD_CLOEXEC", 1),
    ("FICLONE", 1074041865),
    ("FICLONERANGE", 1075876877),
    ("F_ADD_SEALS", 1033),
    ("F_DUPFD", 0),
    ("F_DUPFD_CLOEXEC", 1030),
    ("F_DUPFD_QUERY", 1027),
    ("F_EXLCK", 4),
    ("F_GETFD", 1),
    ("F_GETFL", 3),
    ("F_GETLEASE", 1025),
    ("F_GETLK", 5),
    ("F_GETLK64", 5),
    ("F_GETOWN", 9),
    ("F_GETOWN_EX", 16),
    ("F_GETPIPE_SZ", 1032),
    ("F_GETSIG", 11),
    ("F_GET_FILE_RW_HINT", 1037),
    ("F_GET_RW_HINT", 1035),
    ("F_GET_SEALS", 1034),
    ("F_NOTIFY", 1026),
    ("F_OFD_GETLK", 36),
    ("F_OFD_SETLK", 37),
    ("F_OFD_SETLKW", 38),
    ("F_OWNER_PGRP", 2),
    ("F_OWNER_PID", 1),
    ("F_OWNER_TID", 0),
    ("F_RDLCK", 0),
    ("F_SEAL_FUTURE_WRITE", 16),
    ("F_SEAL_GROW", 4),
    ("F_SEAL_SEAL", 1),
    ("F_SEAL_SHRINK", 2),
    ("F_SEAL_WRITE", 8),
    ("F_SETFD", 2),
    ("F_SETFL", 4),
    ("F_SETLEASE", 1024),
    ("F_SETLK", 6),
    ("F_SETLK64", 6),
    ("F_SETLKW", 7),
    ("F_SETLKW64", 7),
    ("F_SETOWN", 8),
    ("F_SETOWN_EX", 15),
    ("F_SETPIPE_SZ", 1031),
    ("F_SETSIG", 10),
    ("F_SET_FILE_RW_HINT", 1038),
    ("F_SET_RW_HINT", 1036),
    ("F_SHLCK", 8),
    ("F_UNLCK", 2),
    ("F_WRLCK", 1),
    ("LOCK_EX", 2),
    ("LOCK_MAND", 32),
    ("LOCK_NB", 4),
    ("LOCK_READ", 64),
    ("LOCK_RW", 192),
    ("LOCK_SH", 1),
    ("LOCK_UN", 8),
    ("LOCK_WRITE", 128),
    ("RWH_WRITE_LIFE_EXTREME", 5),
    ("RWH_WRITE_LIFE_LONG", 4),
    ("RWH_WRITE_LIFE_MEDIUM", 3),
    ("RWH_WRITE_LIFE_NONE", 1),
    ("RWH_WRITE_LIFE_NOT_SET", 0),
    ("RWH_WRITE_LIFE_SHORT", 2),
];

fn command(v: Value) -> R<u64> {
    Ok(ops::as_i64(v)? as u64)
}

/// What `call` gives for an argument that is a number or bytes; bytes come back as the system left them.
fn control(function: &str, fd: Value, argument: Option<Value>, mutate: bool, call: impl Fn(i32, usize) -> i64) -> R {
    let fd = descriptor(fd)?;
    let Some(v) = argument else { return Ok(int::from_i64(retry_checked(|| call(fd, 0))?)) };
    if v.class().slots().index.is_some() {
        let number = ops::as_i64(v)? as usize;
        return Ok(int::from_i64(retry_checked(|| call(fd, number))?));
    }
    if mutate && v.cast::<Bytes>().is_none() && v.cast::<Str>().is_none() {
        if let Some(slot) = v.class().slots().buffer {
            let buffer = slot(v)?;
            if !buffer.readonly {
                let room = buffer.ptr as usize;
                let mut copy = [0u64; ROOM / 8];
                let fits = buffer.len <= ROOM;
                let at = if fits { copy.as_mut_ptr() as usize } else { room };
                if fits {
                    // SAFETY: the buffer is no longer than the room.
                    unsafe { std::ptr::copy_nonoverlapping(buffer.ptr, at as *mut u8, buffer.len) };
                }
                let result = call(fd, at);
                let failure = errno();
                if fits {
                    // SAFETY: as above.
                    unsafe { std::ptr::copy_nonoverlapping(at as *const u8, buffer.ptr, buffer.len) };
                }
                return if result < 0 { Err(os_error_from_errno(failure, None)) } else { Ok(int::from_i64(result)) };
            }
        }
    }
    let given = match v.cast::<Str>() {
        Some(text) => text.to_wtf8(),
        None => match bytes::buffer_of(v)? {
            Some(bytes) => bytes.to_vec(),
            None => {
                return Err(type_error(format_args!(
                    "{function}() argument 3 must be an integer, a bytes-like object, or a string, not {}",
                    v.class().display_name()
                )));
            }
        },
    };
    if given.len() > ROOM {
        return Err(value_error(format_args!("{function} argument 3 is too long")));
    }
    let mut room = vec![0u64; ROOM / 8 + 1];
    let at = room.as_mut_ptr() as *mut u8;
    // SAFETY: the room is larger than what is given.
    unsafe { std::ptr::copy_nonoverlapping(given.as_ptr(), at, given.len()) };
    let address = at as usize;
    retry_checked(|| call(fd, address))?;
    // SAFETY: as above; the room still lives.
    Ok(Bytes::new(unsafe { std::slice::from_raw_parts(at, given.len()) }).value())
}

fn lockf(_: Value, args: &[Value]) -> R {
    let (fd, operation) = (descriptor(args[0])?, numbers::as_i32(args[1])?);
    let number = |i: usize| args.get(i).map_or(Ok(0), |v| ops::as_i64(ops::index(*v)?));
    let (length, start) = (number(2)?, number(3)?);
    let whence = args.get(4).map_or(Ok(0), |v| numbers::as_i32(*v))?;
    // SAFETY: all zeros is a valid struct.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = if operation == libc::LOCK_UN {
        libc::F_UNLCK as _
    } else if operation & libc::LOCK_SH != 0 {
        libc::F_RDLCK as _
    } else if operation & libc::LOCK_EX != 0 {
        libc::F_WRLCK as _
    } else {
        return Err(value_error("unrecognized lockf argument"));
    };
    lock.l_start = start;
    lock.l_len = length;
    lock.l_whence = whence as _;
    let how = if operation & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
    // SAFETY: the struct is a local.
    retry_checked(|| unsafe { libc::fcntl(fd, how, &lock) as i64 })?;
    Ok(none())
}

pub static MODULE: NativeModule = NativeModule {
    name: "fcntl",
    functions: &[
        Method::pos(
            "fcntl",
            |_, args| {
                descriptor(args[0])?;
                let command = numbers::as_i32(args[1])?;
                // SAFETY: the argument is a number, or the address of room enough.
                control("fcntl", args[0], args.get(2).copied(), false, |fd, argument| unsafe {
                    libc::fcntl(fd, command, argument) as i64
                })
            },
            2,
            3,
        ),
        Method::pos(
            "ioctl",
            |_, args| {
                descriptor(args[0])?;
                let command = command(args[1])?;
                let mutate = args.get(3).map_or(Ok(true), |v| ops::truth(*v))?;
                // SAFETY: as above.
                control("ioctl", args[0], args.get(2).copied(), mutate, |fd, argument| unsafe {
                    libc::ioctl(fd, command as _, argument) as i64
                })
            },
            2,
            4,
        ),
        Method::pos(
            "flock",
            |_, args| {
                let (fd, operation) = (descriptor(args[0])?, numbers::as_i32(args[1])?);
                // SAFETY: a plain system call.
                retry_checked(|| unsafe { libc::flock(fd, operation) as i64 })?;
                Ok(none())
            },
            2,
            2,
        ),
        Method::pos("lockf", lockf, 2, 5),
    ],
    init: |module| {
        for (name, number) in NUMBERS {
            module.set(name, Value::small(*number));
        }
        Ok(())
    },
};
