//! What surrounds the process: environment variables, the machine, the system's limits, random bytes.

use super::args::{check, decoded, decoded_c, errno, fs_encoded};
use super::constants;
use crate::errors::{R, overflow_error, type_error, value_error};
use crate::modules::io;
use crate::object::args::Params;
use crate::object::define::Method;
use crate::object::singletons::none;
use crate::object::{Args, Ref, Type};
use crate::ops::{self, numbers};
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::os_error::{os_error_from_errno, strerror};
use crate::types::set;
use crate::types::str::Str;
use crate::types::struct_sequence::{self, StructSequence};
use crate::types::tuple::Tuple;
use crate::types::{float, int};
use crate::value::Value;
use std::os::unix::ffi::OsStrExt;

pub static UNAME_RESULT: StructSequence =
    StructSequence::new("posix.uname_result", &["sysname", "nodename", "release", "version", "machine"]);

pub static TIMES_RESULT: StructSequence =
    StructSequence::new("posix.times_result", &["user", "system", "children_user", "children_system", "elapsed"]);

/// The environment as the process has it: bytes by bytes.
pub fn environ() -> R<Ref<Dict>> {
    let dict = Dict::new();
    for (name, value) in std::env::vars_os() {
        let name = Bytes::new(name.as_bytes()).value();
        if !dict.contains(name)? {
            dict.set(name, Bytes::new(value.as_bytes()).value())?;
        }
    }
    Ok(dict)
}

fn putenv(_: Value, args: &[Value]) -> R {
    let (name, value) = (fs_encoded(args[0])?, fs_encoded(args[1])?);
    if name.as_bytes().contains(&b'=') {
        return Err(value_error("illegal environment variable name"));
    }
    // SAFETY: both end with 0. Other threads of the program wait for the interpreter lock.
    check(unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) })?;
    Ok(none())
}

fn unsetenv(_: Value, name: Value) -> R {
    let name = fs_encoded(name)?;
    // SAFETY: as above.
    check(unsafe { libc::unsetenv(name.as_ptr()) })?;
    Ok(none())
}

fn uname(_: Value) -> R {
    // SAFETY: the call fills the struct with texts that end with 0.
    unsafe {
        let mut names: libc::utsname = std::mem::zeroed();
        check(libc::uname(&mut names))?;
        let values = [
            decoded_c(names.sysname.as_ptr())?,
            decoded_c(names.nodename.as_ptr())?,
            decoded_c(names.release.as_ptr())?,
            decoded_c(names.version.as_ptr())?,
            decoded_c(names.machine.as_ptr())?,
        ];
        Ok(struct_sequence::make(&UNAME_RESULT, &values))
    }
}

fn times(_: Value) -> R {
    // SAFETY: the call fills the struct.
    let (times, elapsed, ticks) = unsafe {
        let mut times: libc::tms = std::mem::zeroed();
        *libc::__errno_location() = 0;
        let elapsed = libc::times(&mut times);
        (times, elapsed, libc::sysconf(libc::_SC_CLK_TCK) as f64)
    };
    let values = [times.tms_utime, times.tms_stime, times.tms_cutime, times.tms_cstime, elapsed];
    Ok(struct_sequence::make(&TIMES_RESULT, &values.map(|n| float::from_f64(n as f64 / ticks))))
}

fn urandom(_: Value, size: Value) -> R {
    let size = ops::as_isize(size)?;
    if size < 0 {
        return Err(value_error("negative argument not allowed"));
    }
    let size = size as usize;
    let mut bytes = super::args::room(size)?;
    while bytes.len() < size {
        let (at, rest) = (bytes.len(), size - bytes.len());
        // SAFETY: the room has so many bytes left, and those that are filled are counted.
        let n = unsafe { libc::getrandom(bytes.as_mut_ptr().add(at).cast(), rest, 0) };
        match n {
            // SAFETY: as above.
            n if n >= 0 => unsafe { bytes.set_len(at + n as usize) },
            _ if errno() == libc::EINTR => ops::poll::run()?,
            _ => return Err(os_error_from_errno(errno(), None)),
        }
    }
    Ok(Bytes::try_new(&bytes)?.value())
}

fn getrandom(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "getrandom", names: &["size", "flags"], required: 1, positional: 2 };
    let [size, flags] = args.bind(&PARAMS)?;
    let size = ops::as_isize(size.unwrap_or_else(none))?;
    if size < 0 {
        return Err(os_error_from_errno(libc::EINVAL, None));
    }
    let flags = flags.map_or(Ok(0), numbers::as_i32)? as libc::c_uint;
    let size = size as usize;
    let mut bytes = super::args::room(size)?;
    let at = bytes.as_mut_ptr() as usize;
    // SAFETY: room for so many bytes.
    let n = super::args::retry_checked(|| unsafe { libc::getrandom(at as *mut libc::c_void, size, flags) as i64 })?;
    // SAFETY: filled by the system.
    unsafe { bytes.set_len((n as usize).min(size)) };
    Ok(Bytes::new(&bytes).value())
}

fn sysconf(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "sysconf", names: &["name"], required: 1, positional: 1 };
    let [name] = args.bind(&PARAMS)?;
    let name = constants::configuration_number(constants::SYSCONF_NAMES, name.unwrap_or_else(none))?;
    // SAFETY: plain calls.
    let value = unsafe {
        *libc::__errno_location() = 0;
        libc::sysconf(name)
    };
    if value == -1 && errno() != 0 {
        return Err(os_error_from_errno(errno(), None));
    }
    Ok(int::from_i64(value))
}

fn confstr(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "confstr", names: &["name"], required: 1, positional: 1 };
    let [name] = args.bind(&PARAMS)?;
    let name = constants::configuration_number(constants::CONFSTR_NAMES, name.unwrap_or_else(none))?;
    let mut text = vec![0u8; 4096];
    // SAFETY: the buffer's length is given.
    let n = unsafe {
        *libc::__errno_location() = 0;
        libc::confstr(name, text.as_mut_ptr().cast(), text.len())
    };
    match n {
        0 if errno() != 0 => Err(os_error_from_errno(errno(), None)),
        0 => Ok(none()),
        n => decoded(&text[..(n - 1).min(text.len() - 1)]),
    }
}

fn getloadavg(_: Value) -> R {
    let mut loads = [0f64; 3];
    // SAFETY: room for three.
    if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } != 3 {
        return Err(crate::types::os_error::plain("Load averages are unobtainable"));
    }
    Ok(Tuple::new(&loads.map(float::from_f64)).value())
}

/// A set of processors of any size: bits in words.
fn affinity(pid: i32) -> R<Vec<u64>> {
    let mut words = vec![0u64; 16];
    loop {
        // SAFETY: the buffer's size in bytes is given.
        let failed = unsafe { libc::sched_getaffinity(pid, words.len() * 8, words.as_mut_ptr().cast()) };
        if failed == 0 {
            return Ok(words);
        }
        if errno() != libc::EINVAL || words.len() > 1 << 16 {
            return Err(os_error_from_errno(errno(), None));
        }
        words.resize(words.len() * 2, 0);
    }
}

fn sched_getaffinity(_: Value, pid: Value) -> R {
    let words = affinity(numbers::as_i32(pid)?)?;
    let mut cpus = Vec::new();
    for (i, word) in words.iter().enumerate() {
        for bit in (0..64).filter(|bit| word >> bit & 1 != 0) {
            cpus.push(Value::small(i as i64 * 64 + bit));
        }
    }
    set::from_items(&cpus)
}

fn sched_setaffinity(_: Value, args: &[Value]) -> R {
    let pid = numbers::as_i32(args[0])?;
    let mut words = vec![0u64; 16];
    for cpu in ops::iter::to_vec(args[1])? {
        if !ops::is_int(cpu) {
            return Err(type_error(format_args!(
                "expected an iterator of ints, but iterator yielded {}",
                ops::repr_text(cpu.class().value())?
            )));
        }
        let cpu = numbers::as_i32(cpu)?;
        if cpu < 0 {
            return Err(value_error("negative CPU number"));
        }
        let (word, bit) = (cpu as usize / 64, cpu % 64);
        if word >= 1 << 16 {
            return Err(overflow_error("CPU number too large"));
        }
        if word >= words.len() {
            words.resize(word + 1, 0);
        }
        words[word] |= 1 << bit;
    }
    // SAFETY: the buffer's size in bytes is given.
    check(unsafe { libc::sched_setaffinity(pid, words.len() * 8, words.as_ptr().cast()) })?;
    Ok(none())
}

/// Splits a path into root and rest the way POSIX has it: two leading slashes are a root of their own.
fn root_length(path: &[u8]) -> usize {
    match path {
        [b'/', b'/', b'/', ..] => 1,
        [b'/', b'/', ..] => 2,
        [b'/', ..] => 1,
        _ => 0,
    }
}

/// Text of a path argument that stays text: `_path_normpath` and its like do not touch the system.
fn plain_path(function: &str, v: Option<Value>) -> R<(Vec<u8>, bool)> {
    let path = v.unwrap_or_else(none);
    if path.cast::<Str>().is_none()
        && path.cast::<Bytes>().is_none()
        && path.class().lookup(Str::intern("__fspath__")).is_none()
    {
        return Err(type_error(format_args!(
            "{function}: path should be string, bytes or os.PathLike, not {}",
            path.class().display_name()
        )));
    }
    let path = io::file::fspath(path)?;
    match path.cast::<Str>() {
        // Surrogates stay as they are: WTF-8 has them all.
        Some(text) => Ok((text.to_wtf8(), false)),
        None => Ok((crate::types::bytes::require(path)?.to_vec(), true)),
    }
}

fn plain_text(path: &[u8], bytes: bool) -> R {
    if bytes {
        return Ok(Bytes::new(path).value());
    }
    match Str::from_wtf8(path) {
        Some(text) => Ok(text.value()),
        None => Err(value_error("a path was cut in a character")),
    }
}

/// `a/./b//c/..` → `a/b`, without looking at the file system.
fn normalized(path: &[u8]) -> Vec<u8> {
    let root = root_length(path);
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path[root..].split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => {
                parts.pop();
            }
            b".." if root > 0 => {}
            _ => parts.push(part),
        }
    }
    let mut out = path[..root].to_vec();
    out.extend_from_slice(&parts.join(&b'/'));
    if out.is_empty() {
        out.push(b'.');
    }
    out
}

fn path_normpath(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "_path_normpath", names: &["path"], required: 1, positional: 1 };
    let [path] = args.bind(&PARAMS)?;
    let (path, bytes) = plain_path("_path_normpath", path)?;
    plain_text(&normalized(&path), bytes)
}

fn path_splitroot_ex(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "_path_splitroot_ex", names: &["path"], required: 1, positional: 1 };
    let [path] = args.bind(&PARAMS)?;
    let (path, bytes) = plain_path("_path_splitroot_ex", path)?;
    let (root, rest) = path.split_at(root_length(&path));
    Ok(Tuple::new(&[plain_text(b"", bytes)?, plain_text(root, bytes)?, plain_text(rest, bytes)?]).value())
}

fn cpu_count(_: Value) -> R {
    // SAFETY: a plain call.
    let n = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    Ok(if n < 1 { none() } else { Value::small(n) })
}

fn getlogin(_: Value) -> R {
    // SAFETY: gives null, or a text that ends with 0 and stays until the next call.
    unsafe {
        *libc::__errno_location() = 0;
        let name = libc::getlogin();
        if name.is_null() {
            return Err(match errno() {
                0 => crate::types::os_error::plain("unable to determine login name"),
                errno => os_error_from_errno(errno, None),
            });
        }
        decoded_c(name)
    }
}

pub fn types() -> [Ref<Type>; 2] {
    [UNAME_RESULT.def.class(), TIMES_RESULT.def.class()]
}

pub static FUNCTIONS: &[Method] = &[
    Method::none("_create_environ", |_| Ok(environ()?.value())),
    Method::full("_path_normpath", path_normpath),
    Method::full("_path_splitroot_ex", path_splitroot_ex),
    Method::full("confstr", confstr),
    Method::none("cpu_count", cpu_count),
    Method::none("ctermid", |_| Ok(Str::new("/dev/tty").value())),
    Method::full("fspath", |_, args| {
        static PARAMS: Params = Params { function: "fspath", names: &["path"], required: 1, positional: 1 };
        let [path] = args.bind(&PARAMS)?;
        io::file::fspath(path.unwrap_or_else(none))
    }),
    Method::none("getloadavg", getloadavg),
    Method::none("getlogin", getlogin),
    Method::full("getrandom", getrandom),
    Method::pos("putenv", putenv, 2, 2),
    Method::one("sched_getaffinity", sched_getaffinity),
    Method::pos("sched_setaffinity", sched_setaffinity, 2, 2),
    Method::none("sched_yield", |_| {
        // SAFETY: cannot fail.
        ops::poll::blocking(|| unsafe { libc::sched_yield() });
        Ok(none())
    }),
    Method::one("strerror", |_, code| Ok(Str::from_string(strerror(numbers::as_i32(code)?)))),
    Method::full("sysconf", sysconf),
    Method::none("times", times),
    Method::none("uname", uname),
    Method::one("unsetenv", unsetenv),
    Method::one("urandom", urandom),
];
