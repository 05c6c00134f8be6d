//! Calls on a socket that may have to wait: with the interpreter lock given up, again after a signal, and
//! not longer than the socket's timeout.
//!
//! A socket with a timeout does not block for the system; it is waited for before the call.

use super::object::Socket;
use crate::errors::{R, Raised, raise_text};
use crate::modules::posix::args::errno;
use crate::object::Ref;
use crate::ops;
use crate::types::exceptions as exc;
use crate::types::os_error::os_error_from_errno;
use libc::c_int;
use std::time::{Duration, Instant};

/// What a call waits for.
#[derive(Clone, Copy)]
pub enum For {
    Reading,
    Writing,
    Connecting,
}

impl For {
    fn events(self) -> i16 {
        match self {
            For::Reading => libc::POLLIN,
            For::Writing => libc::POLLOUT,
            // A failure may be told as an error only.
            For::Connecting => libc::POLLOUT | libc::POLLERR,
        }
    }
}

pub fn timed_out() -> Raised {
    raise_text(&exc::TIMEOUT_ERROR, "timed out")
}

/// When a call that begins now must end; `None` if the socket has no timeout, or does not wait.
pub fn deadline(socket: Ref<Socket>) -> Option<Instant> {
    let nano = socket.timeout().filter(|nano| *nano > 0)?;
    Instant::now().checked_add(Duration::from_nanos(nano as u64))
}

/// Waits; false if the time is over before.
pub fn ready(socket: Ref<Socket>, what: For, deadline: Option<Instant>) -> R<bool> {
    loop {
        let fd = socket.fd();
        if fd < 0 {
            return Ok(true);
        }
        let left = deadline.map(|end| end.saturating_duration_since(Instant::now()));
        let wait = left.map_or(-1, |left| left.as_nanos().div_ceil(1_000_000).min(i32::MAX as u128) as c_int);
        let result = ops::poll::blocking(|| {
            let mut watched = libc::pollfd { fd, events: what.events(), revents: 0 };
            // SAFETY: one descriptor.
            let n = unsafe { libc::poll(&mut watched, 1, wait) };
            if n < 0 { Err(errno()) } else { Ok(n) }
        });
        match result {
            Ok(n) => return Ok(n > 0),
            Err(libc::EINTR) => ops::poll::run()?,
            Err(errno) => return Err(os_error_from_errno(errno, None)),
        }
    }
}

/// Calls the system for the socket's descriptor; the result is not negative.
pub fn call(socket: Ref<Socket>, what: For, system: impl Fn(c_int) -> isize) -> R<usize> {
    call_until(socket, what, deadline(socket), system)
}

/// As [`call`], with an end that several calls share.
pub fn call_until(
    socket: Ref<Socket>,
    what: For,
    deadline: Option<Instant>,
    system: impl Fn(c_int) -> isize,
) -> R<usize> {
    loop {
        if deadline.is_some() && !ready(socket, what, deadline)? {
            return Err(timed_out());
        }
        let fd = socket.fd();
        let result = ops::poll::blocking(|| {
            let n = system(fd);
            if n < 0 { Err(errno()) } else { Ok(n as usize) }
        });
        match result {
            Ok(n) => return Ok(n),
            Err(libc::EINTR) => ops::poll::run()?,
            // Somebody else was faster.
            Err(libc::EAGAIN) if deadline.is_some() => {}
            Err(errno) => return Err(os_error_from_errno(errno, None)),
        }
    }
}
