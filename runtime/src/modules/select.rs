//! `select`: waiting for descriptors, by `select` and `poll`.

use crate::errors::{self, R, key_error, overflow_error, type_error, value_error};
use crate::gc::Header;
use crate::modules::posix::args::{descriptor, errno};
use crate::modules::time::clocks::duration;
use crate::object::define::{Method, NO_NEW};
use crate::object::singletons::none;
use crate::object::{Builtin, Slot, Slots, TypeDef};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions as exc;
use crate::types::int;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::object::allocate_fixed;
use crate::types::os_error::os_error_from_errno;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::time::{Duration, Instant};

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

static NUMBERS: &[(&str, i64)] = numbers! {
    PIPE_BUF POLLERR POLLHUP POLLIN POLLNVAL POLLOUT POLLPRI POLLRDBAND POLLRDHUP POLLRDNORM POLLWRBAND POLLWRNORM
};

/// The timeout in nanoseconds; `None` for ever.
fn timeout(v: Option<Value>, message: &str) -> R<Option<i64>> {
    let Some(v) = v.filter(|v| !v.is_none()) else { return Ok(None) };
    match errors::catch(duration(v), &exc::TYPE_ERROR)? {
        Some(nano) => Ok(Some(nano)),
        None => Err(type_error(message)),
    }
}

/// What is left of a timeout.
fn left(patience: Option<i64>, start: Instant) -> Option<Duration> {
    patience.map(|nano| Duration::from_nanos(nano.max(0) as u64).saturating_sub(start.elapsed()))
}

/// One argument of `select`: the objects with their descriptors, and the system's set.
fn set_of(v: Value) -> R<(Vec<(Value, i32)>, libc::fd_set)> {
    if v.class().slots().iter.is_none() && v.class().slots().getitem.is_none() {
        return Err(type_error("arguments 1-3 must be sequences"));
    }
    // SAFETY: emptied before use.
    let mut set = unsafe {
        let mut set: libc::fd_set = std::mem::zeroed();
        libc::FD_ZERO(&mut set);
        set
    };
    let mut members = Vec::new();
    for object in ops::iter::to_vec(v)? {
        let fd = descriptor(object)?;
        if fd as usize >= libc::FD_SETSIZE {
            return Err(value_error("filedescriptor out of range in select()"));
        }
        // SAFETY: within the set's size.
        unsafe { libc::FD_SET(fd, &mut set) };
        members.push((object, fd));
    }
    Ok((members, set))
}

fn select(_: Value, args: &[Value]) -> R {
    let patience = timeout(args.get(3).copied(), "timeout must be a float or None")?;
    if patience.is_some_and(|nano| nano < 0) {
        return Err(value_error("timeout must be non-negative"));
    }
    let wanted = [set_of(args[0])?, set_of(args[1])?, set_of(args[2])?];
    let count = wanted.iter().flat_map(|(members, _)| members).map(|(_, fd)| fd + 1).max().unwrap_or(0);
    let start = Instant::now();
    let ready = loop {
        let mut sets = [wanted[0].1, wanted[1].1, wanted[2].1];
        let mut time = left(patience, start).map(|left| libc::timeval {
            tv_sec: left.as_secs() as i64,
            tv_usec: left.subsec_nanos().div_ceil(1000) as i64,
        });
        let time = time.as_mut().map_or(std::ptr::null_mut(), |time| time as *mut libc::timeval) as usize;
        let at = sets.as_mut_ptr() as usize;
        let result = ops::poll::blocking(|| {
            let sets = at as *mut libc::fd_set;
            // SAFETY: three sets and a time (or null), all locals of the caller.
            let n = unsafe { libc::select(count, sets, sets.add(1), sets.add(2), time as *mut libc::timeval) };
            if n < 0 { Err(errno()) } else { Ok(()) }
        });
        match result {
            Ok(()) => break sets,
            Err(libc::EINTR) => ops::poll::run()?,
            Err(errno) => return Err(os_error_from_errno(errno, None)),
        }
    };
    let lists: Vec<Value> = wanted
        .iter()
        .zip(&ready)
        .map(|((members, _), set)| {
            // SAFETY: within the set's size.
            let found = members.iter().filter(|(_, fd)| unsafe { libc::FD_ISSET(*fd, set) });
            List::new(&found.map(|(object, _)| *object).collect::<Vec<_>>()).value()
        })
        .collect();
    Ok(Tuple::from_vec(lists))
}

/// The object of `poll()`: descriptors and the events that they are watched for.
#[repr(C)]
pub struct Poll {
    hdr: Header,
    watched: Slot,
}

impl Builtin for Poll {
    const DEF: &'static TypeDef = &POLL;
}

fn watched(v: Value) -> crate::object::Ref<Dict> {
    v.expect::<Poll>().watched.object()
}

fn events(v: Value) -> R<Value> {
    let number = int::as_int(ops::index(v)?);
    match number.and_then(|n| n.to_i64()) {
        Some(n) if (0..=u16::MAX as i64).contains(&n) => Ok(Value::small(n)),
        _ if number.is_some_and(|n| n.is_negative()) => Err(value_error("Cannot convert negative int")),
        _ => Err(overflow_error("Python int too large for C unsigned short")),
    }
}

fn register(v: Value, args: &[Value]) -> R {
    let fd = descriptor(args[0])?;
    let default = libc::POLLIN | libc::POLLPRI | libc::POLLOUT;
    let events = args.get(1).map_or(Ok(Value::small(default as i64)), |e| events(*e))?;
    watched(v).set(Value::small(fd as i64), events)?;
    Ok(none())
}

fn modify(v: Value, args: &[Value]) -> R {
    let fd = Value::small(descriptor(args[0])? as i64);
    let events = events(args[1])?;
    if !watched(v).contains(fd)? {
        return Err(os_error_from_errno(libc::ENOENT, None));
    }
    watched(v).set(fd, events)?;
    Ok(none())
}

fn unregister(v: Value, object: Value) -> R {
    let fd = Value::small(descriptor(object)? as i64);
    match watched(v).remove(fd)? {
        Some(_) => Ok(none()),
        None => Err(key_error(fd)),
    }
}

fn poll(v: Value, args: &[Value]) -> R {
    let patience = match args.first().filter(|v| !v.is_none()) {
        None => None,
        Some(v) => {
            let message = "timeout must be an integer or None";
            // Milliseconds; a negative number is for ever.
            timeout(Some(*v), message)?.filter(|nano| *nano >= 0).map(|nano| nano / 1000)
        }
    };
    let mut fds: Vec<libc::pollfd> = watched(v)
        .items()
        .into_iter()
        .filter_map(|(fd, events)| Some((fd.as_small()?, events.as_small()?)))
        .map(|(fd, events)| libc::pollfd { fd: fd as i32, events: events as u16 as i16, revents: 0 })
        .collect();
    let start = Instant::now();
    loop {
        let (at, n) = (fds.as_mut_ptr() as usize, fds.len());
        let wait =
            left(patience, start).map_or(-1, |left| left.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as i32);
        let result = ops::poll::blocking(|| {
            // SAFETY: the array's length is given.
            let n = unsafe { libc::poll(at as *mut libc::pollfd, n as libc::nfds_t, wait) };
            if n < 0 { Err(errno()) } else { Ok(()) }
        });
        match result {
            Ok(()) => break,
            Err(libc::EINTR) => ops::poll::run()?,
            Err(errno) => return Err(os_error_from_errno(errno, None)),
        }
    }
    let ready = fds.iter().filter(|fd| fd.revents != 0);
    let pairs =
        ready.map(|fd| Tuple::new(&[Value::small(fd.fd as i64), Value::small(fd.revents as u16 as i64)]).value());
    Ok(List::new(&pairs.collect::<Vec<_>>()).value())
}

pub static POLL: TypeDef = TypeDef {
    name: "select.poll",
    slots: Slots::NONE,
    methods: &[
        Method::pos("register", register, 1, 2),
        Method::pos("modify", modify, 2, 2),
        Method::one("unregister", unregister),
        Method::pos("poll", poll, 0, 1),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<Poll>(),
    traced: TypeDef::words_of::<Poll>() - 1,
    ..TypeDef::BASE
};

pub static MODULE: NativeModule = NativeModule {
    name: "select",
    functions: &[
        Method::pos("select", select, 3, 4),
        Method::none("poll", |_| {
            let v = allocate_fixed(POLL.class());
            let object = v.expect::<Poll>();
            object.watched.set(object, Dict::new());
            Ok(v)
        }),
    ],
    init: |module| {
        for (name, number) in NUMBERS {
            module.set(name, Value::small(*number));
        }
        // Not in the C library's headers for programs of today's standard.
        module.set("POLLMSG", Value::small(0x400));
        module.set("error", exc::OS_ERROR.class().value());
        Ok(())
    },
};
