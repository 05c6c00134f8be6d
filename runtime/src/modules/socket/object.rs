//! The socket type: its fields, how it is made, and the calls that carry no data.
//!
//! The fields are tagged ints, so that the collector may trace the words. A socket that is found dead
//! is closed.

use super::address::{self, Address};
use super::wait::{self, For};
use super::{transfer, wait::timed_out};
use crate::errors::{self, R, raise_text, type_error, value_error};
use crate::gc::Header;
use crate::modules::posix::args::{check, errno};
use crate::modules::time::clocks::duration;
use crate::object::args::{Params, check_parsed_count};
use crate::object::define::{BASETYPE, GetSet, Method};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slots, TypeDef};
use crate::ops;
use crate::types::bytes::{Bytes, require};
use crate::types::exceptions as exc;
use crate::types::object::allocate_fixed;
use crate::types::os_error::os_error_from_errno;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{float, int};
use crate::value::Value;
use libc::{c_int, c_void, socklen_t};
use std::cell::Cell;
use taipan_abi::tag;

/// The object.
#[repr(C)]
pub struct Socket {
    hdr: Header,
    /// The descriptor + 1, so that a new instance's 0 means none.
    fd: Cell<u64>,
    family: Cell<u64>,
    kind: Cell<u64>,
    proto: Cell<u64>,
    /// Nanoseconds + 1; 0 waits for ever.
    timeout: Cell<u64>,
}

impl Builtin for Socket {
    const DEF: &'static TypeDef = &SOCKET;
}

/// What a field holds; a new instance's words are 0.
fn number(word: &Cell<u64>) -> i64 {
    tag::int_value(word.get() | 1)
}

impl Socket {
    /// The descriptor, or -1.
    pub fn fd(&self) -> c_int {
        (number(&self.fd) - 1) as c_int
    }

    pub fn set_fd(&self, fd: c_int) {
        self.fd.set(tag::int(fd as i64 + 1));
    }

    pub fn family(&self) -> c_int {
        number(&self.family) as c_int
    }

    /// How long a call may wait, in nanoseconds; `None` for ever, 0 not at all.
    pub fn timeout(&self) -> Option<i64> {
        match number(&self.timeout) {
            0 => None,
            n => Some(n - 1),
        }
    }

    fn set_timeout(&self, nano: Option<i64>) {
        // The longest is 73 years, which is for ever.
        self.timeout.set(tag::int(nano.map_or(0, |nano| nano.min(i64::MAX >> 2) + 1)));
    }

    fn fill(&self, fd: c_int, family: c_int, kind: c_int, proto: c_int) -> R<()> {
        let flags = libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK;
        self.set_fd(fd);
        self.family.set(tag::int(family as i64));
        self.kind.set(tag::int((kind & !flags) as i64));
        self.proto.set(tag::int(proto as i64));
        if kind & libc::SOCK_NONBLOCK != 0 {
            self.set_timeout(Some(0));
            return Ok(());
        }
        let timeout = super::default_timeout();
        self.set_timeout(timeout);
        if timeout.is_some() { set_blocking(fd, false) } else { Ok(()) }
    }
}

/// A timeout argument: None, or seconds.
pub fn timeout_argument(v: Value) -> R<Option<i64>> {
    if v.is_none() {
        return Ok(None);
    }
    match duration(v)? {
        nano if nano < 0 => Err(value_error("Timeout value out of range")),
        nano => Ok(Some(nano)),
    }
}

/// A timeout as the program sees it.
pub fn timeout_value(nano: Option<i64>) -> Value {
    nano.map_or_else(none, |nano| float::from_f64(nano as f64 / 1e9))
}

fn set_blocking(fd: c_int, blocking: bool) -> R<()> {
    let mut not: c_int = !blocking as c_int;
    // SAFETY: the request reads an int.
    check(unsafe { libc::ioctl(fd, libc::FIONBIO, &mut not) })?;
    Ok(())
}

/// A new `_socket.socket` for a descriptor of ours.
pub fn make(fd: c_int, family: c_int, kind: c_int, proto: c_int) -> R {
    let v = allocate_fixed(SOCKET.class());
    v.expect::<Socket>().fill(fd, family, kind, proto)?;
    Ok(v)
}

/// An option that is an int.
fn int_option(fd: c_int, level: c_int, name: c_int) -> Result<c_int, i32> {
    let mut flag: c_int = 0;
    let mut size = size_of::<c_int>() as socklen_t;
    // SAFETY: room for an int, as the size says.
    let n = unsafe { libc::getsockopt(fd, level, name, (&raw mut flag).cast(), &mut size) };
    if n < 0 { Err(errno()) } else { Ok(flag) }
}

fn raised(errno: i32) -> errors::Raised {
    os_error_from_errno(errno, None)
}

fn init(v: Value, args: Args) -> R<()> {
    static PARAMS: Params =
        Params { function: "socket", names: &["family", "type", "proto", "fileno"], required: 0, positional: 4 };
    check_parsed_count("socket", args.pos().len(), 0, 4)?;
    let [family, kind, proto, fileno] = args.bind(&PARAMS)?;
    let number = |v: Option<Value>| v.map_or(Ok(-1), ops::as_i32);
    let (mut family, mut kind, mut proto) = (number(family)?, number(kind)?, number(proto)?);
    let socket = v.expect::<Socket>();
    let or = |n: c_int, default: c_int| if n == -1 { default } else { n };
    let Some(fileno) = fileno.filter(|fd| !fd.is_none()) else {
        (family, kind, proto) = (or(family, libc::AF_INET), or(kind, libc::SOCK_STREAM), or(proto, 0));
        // SAFETY: a plain system call.
        let fd = check(unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, proto) })?;
        return socket.fill(fd as c_int, family, kind, proto);
    };
    let fd = ops::as_i32(fileno)?;
    if fd < 0 {
        return Err(value_error("negative file descriptor"));
    }
    let mut name = Address::room();
    // SAFETY: the address has the room that it says.
    let got = unsafe { libc::getsockname(fd, name.as_mut_ptr(), &mut name.len) };
    if got < 0 && (family == -1 || matches!(errno(), libc::EBADF | libc::ENOTSOCK)) {
        return Err(raised(errno()));
    }
    family = or(family, name.family());
    if kind == -1 {
        kind = int_option(fd, libc::SOL_SOCKET, libc::SO_TYPE).map_err(raised)?;
    }
    if proto == -1 {
        proto = int_option(fd, libc::SOL_SOCKET, libc::SO_PROTOCOL).map_err(raised)?;
    }
    socket.fill(fd, family, kind, proto)
}

fn repr(v: Value) -> R {
    let socket = v.expect::<Socket>();
    Ok(Str::from_string(format!(
        "<socket object, fd={}, family={}, type={}, proto={}>",
        socket.fd(),
        socket.family(),
        number(&socket.kind),
        number(&socket.proto)
    )))
}

fn finalize(v: Value) -> R<()> {
    let socket = v.expect::<Socket>();
    let fd = socket.fd();
    if fd >= 0 {
        let message = format!("unclosed {}", ops::repr_text(v)?);
        if crate::modules::warnings::warn(&exc::RESOURCE_WARNING, &message, 1).is_err() {
            errors::unraisable("Exception ignored while calling deallocator", Some(v));
        }
        socket.set_fd(-1);
        // SAFETY: the descriptor is the socket's own.
        unsafe { libc::close(fd) };
    }
    Ok(())
}

fn close(v: Value) -> R {
    let socket = v.expect::<Socket>();
    let fd = socket.fd();
    if fd >= 0 {
        socket.set_fd(-1);
        close_descriptor(fd)?;
    }
    Ok(none())
}

/// Closes; a connection that the other side has reset is closed all the same.
pub fn close_descriptor(fd: c_int) -> R<()> {
    let closed = ops::poll::blocking(|| {
        // SAFETY: a plain system call.
        if unsafe { libc::close(fd) } < 0 { Err(errno()) } else { Ok(()) }
    });
    closed.or_else(|errno| if errno == libc::ECONNRESET { Ok(()) } else { Err(raised(errno)) })
}

fn detach(v: Value) -> R {
    let socket = v.expect::<Socket>();
    let fd = socket.fd();
    socket.set_fd(-1);
    Ok(Value::small(fd as i64))
}

fn bind(v: Value, to: Value) -> R {
    let socket = v.expect::<Socket>();
    let to = address::parse(socket.family(), to, "bind")?;
    // SAFETY: the address is as long as it says.
    check(unsafe { libc::bind(socket.fd(), to.as_ptr(), to.len) })?;
    Ok(none())
}

fn listen(v: Value, args: &[Value]) -> R {
    let backlog = args.first().map_or(Ok(128), |n| ops::as_i32(*n))?.max(0);
    // SAFETY: a plain system call.
    check(unsafe { libc::listen(v.expect::<Socket>().fd(), backlog) })?;
    Ok(none())
}

fn accept(v: Value) -> R {
    let socket = v.expect::<Socket>();
    let mut from = Address::room();
    let to = &raw mut from as usize;
    let fd = wait::call(socket, For::Reading, |fd| {
        // SAFETY: the address of the local above, which has the room that it says.
        unsafe {
            let from = to as *mut Address;
            (*from).len = Address::ROOM;
            libc::accept4(fd, (*from).as_mut_ptr(), &mut (*from).len, libc::SOCK_CLOEXEC) as isize
        }
    })?;
    Ok(Tuple::new(&[Value::small(fd as i64), from.value()?]).value())
}

/// Connects; the inner error is the `errno`, `EWOULDBLOCK` when the time is over.
fn try_connect(socket: Ref<Socket>, to: &Address) -> R<Result<(), i32>> {
    let (fd, at, len) = (socket.fd(), to.as_ptr() as usize, to.len);
    let result = ops::poll::blocking(|| {
        // SAFETY: the address is the caller's and as long as it says.
        if unsafe { libc::connect(fd, at as *const libc::sockaddr, len) } < 0 { Err(errno()) } else { Ok(()) }
    });
    let waits = match result {
        Err(libc::EINTR) => {
            ops::poll::run()?;
            socket.timeout() != Some(0)
        }
        Err(libc::EINPROGRESS) => socket.timeout().is_some_and(|nano| nano > 0),
        _ => false,
    };
    if !waits {
        return Ok(result);
    }
    // It goes on by itself, and tells of the end as an option.
    if !wait::ready(socket, For::Connecting, wait::deadline(socket))? {
        return Ok(Err(libc::EWOULDBLOCK));
    }
    Ok(match int_option(socket.fd(), libc::SOL_SOCKET, libc::SO_ERROR) {
        Ok(0 | libc::EISCONN) => Ok(()),
        Ok(errno) | Err(errno) => Err(errno),
    })
}

fn connect(v: Value, to: Value) -> R {
    let socket = v.expect::<Socket>();
    let to = address::parse(socket.family(), to, "connect")?;
    match try_connect(socket, &to)? {
        Ok(()) => Ok(none()),
        Err(libc::EWOULDBLOCK) if socket.timeout().is_some_and(|nano| nano > 0) => Err(timed_out()),
        Err(errno) => Err(raised(errno)),
    }
}

fn connect_ex(v: Value, to: Value) -> R {
    let socket = v.expect::<Socket>();
    let to = address::parse(socket.family(), to, "connect_ex")?;
    Ok(Value::small(try_connect(socket, &to)?.err().unwrap_or(0) as i64))
}

type NameCall = unsafe extern "C" fn(c_int, *mut libc::sockaddr, *mut socklen_t) -> c_int;

fn name_of(v: Value, call: NameCall) -> R {
    let mut name = Address::room();
    // SAFETY: the address has the room that it says.
    check(unsafe { call(v.expect::<Socket>().fd(), name.as_mut_ptr(), &mut name.len) })?;
    name.value()
}

fn shutdown(v: Value, how: Value) -> R {
    let how = ops::as_i32(how)?;
    // SAFETY: a plain system call.
    check(unsafe { libc::shutdown(v.expect::<Socket>().fd(), how) })?;
    Ok(none())
}

/// The longest option that can be asked for.
const LONGEST_OPTION: i32 = 1024;

fn getsockopt(v: Value, args: Args) -> R {
    args.no_keywords("getsockopt")?;
    check_parsed_count_of("getsockopt", args.all.len(), 2, 3)?;
    let fd = v.expect::<Socket>().fd();
    let (level, name) = (ops::as_i32(args.all[0])?, ops::as_i32(args.all[1])?);
    let size = args.all.get(2).map_or(Ok(0), |n| ops::as_i32(*n))?;
    if size == 0 {
        return int_option(fd, level, name).map(|n| Value::small(n as i64)).map_err(raised);
    }
    if !(1..=LONGEST_OPTION).contains(&size) {
        return Err(raise_text(&exc::OS_ERROR, "getsockopt buflen out of range"));
    }
    let mut room = [0u8; LONGEST_OPTION as usize];
    let mut size = size as socklen_t;
    // SAFETY: the room is at least as long as the size says.
    check(unsafe { libc::getsockopt(fd, level, name, room.as_mut_ptr().cast(), &mut size) })?;
    Ok(Bytes::new(&room[..size as usize]).value())
}

fn setsockopt(v: Value, args: Args) -> R {
    args.no_keywords("setsockopt")?;
    let all = args.all;
    let nothing = all.len() == 4 && all[2].is_none();
    if !nothing {
        check_parsed_count("setsockopt", all.len(), 3, 3)?;
    }
    let fd = v.expect::<Socket>().fd();
    let (level, name) = (ops::as_i32(all[0])?, ops::as_i32(all[1])?);
    // SAFETY: each value is as long as said, and lives through the call.
    let set = |at: *const c_void, size: usize| unsafe { libc::setsockopt(fd, level, name, at, size as socklen_t) };
    let result = if nothing {
        set(std::ptr::null(), u32::try_from(ops::as_i64(all[3])?).map_or(0, |n| n as usize))
    } else if ops::is_int(all[2]) {
        let flag = ops::as_i32(all[2])?;
        set((&raw const flag).cast(), size_of::<c_int>())
    } else {
        let value = require(all[2])?;
        set(value.as_ptr().cast(), value.len())
    };
    check(result)?;
    Ok(none())
}

/// [`check_parsed_count`], which says "at least" and "at most" when the numbers differ.
pub fn check_parsed_count_of(function: &str, given: usize, min: usize, max: usize) -> R<()> {
    if given >= min {
        return check_parsed_count(function, given, min, max);
    }
    let s = if min == 1 { "" } else { "s" };
    Err(type_error(format_args!("{function}() takes at least {min} argument{s} ({given} given)")))
}

fn settimeout(v: Value, timeout: Value) -> R {
    let nano = timeout_argument(timeout)?;
    let socket = v.expect::<Socket>();
    socket.set_timeout(nano);
    set_blocking(socket.fd(), nano.is_none())?;
    Ok(none())
}

fn setblocking(v: Value, blocking: Value) -> R {
    let blocking = ops::truth(blocking)?;
    let socket = v.expect::<Socket>();
    socket.set_timeout(if blocking { None } else { Some(0) });
    set_blocking(socket.fd(), blocking)?;
    Ok(none())
}

fn gettimeout(v: Value) -> R {
    Ok(timeout_value(v.expect::<Socket>().timeout()))
}

pub static SOCKET: TypeDef = TypeDef {
    name: "_socket.socket",
    slots: Slots {
        new: Some(|class, _| Ok(allocate_fixed(class))),
        init: Some(init),
        repr: Some(repr),
        del: Some(finalize),
        ..Slots::NONE
    },
    methods: &[
        Method::none("_accept", accept),
        Method::one("bind", bind),
        Method::none("close", close),
        Method::one("connect", connect),
        Method::one("connect_ex", connect_ex),
        Method::none("detach", detach),
        Method::none("fileno", |v| Ok(Value::small(v.expect::<Socket>().fd() as i64))),
        Method::none("getpeername", |v| name_of(v, libc::getpeername)),
        Method::none("getsockname", |v| name_of(v, libc::getsockname)),
        Method::full("getsockopt", getsockopt),
        Method::full("setsockopt", setsockopt),
        Method::pos("listen", listen, 0, 1),
        Method::full("recv", transfer::recv),
        Method::full("recv_into", transfer::recv_into),
        Method::full("recvfrom", transfer::recvfrom),
        Method::full("recvfrom_into", transfer::recvfrom_into),
        Method::full("send", transfer::send),
        Method::full("sendall", transfer::sendall),
        Method::full("sendto", transfer::sendto),
        Method::one("setblocking", setblocking),
        Method::none("getblocking", |v| Ok(boolean(v.expect::<Socket>().timeout() != Some(0)))),
        Method::one("settimeout", settimeout),
        Method::none("gettimeout", gettimeout),
        Method::one("shutdown", shutdown),
    ],
    getset: &[
        GetSet::member("family", |v| Ok(int::from_i64(number(&v.expect::<Socket>().family)))),
        GetSet::member("type", |v| Ok(int::from_i64(number(&v.expect::<Socket>().kind)))),
        GetSet::member("proto", |v| Ok(int::from_i64(number(&v.expect::<Socket>().proto)))),
        GetSet::get("timeout", gettimeout),
    ],
    flags: BASETYPE,
    words: TypeDef::words_of::<Socket>(),
    traced: TypeDef::words_of::<Socket>() - 1,
    ..TypeDef::BASE
};
