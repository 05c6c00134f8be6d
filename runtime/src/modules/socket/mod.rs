//! `_socket`: sockets of the families `AF_INET`, `AF_INET6` and `AF_UNIX`, and the names of the network.

mod address;
mod constants;
mod hosts;
mod names;
pub mod object;
mod transfer;
mod wait;

use super::error_class::ErrorClass;
use super::posix::args::check;
use crate::errors::R;
use crate::object::define::Method;
use crate::object::singletons::{boolean, none};
use crate::ops;
use crate::types::exceptions as exc;
use crate::types::module::NativeModule;
use crate::value::Value;
use std::sync::atomic::{AtomicI64, Ordering};

static GAI_ERROR: ErrorClass = ErrorClass::new("socket", "gaierror", &exc::OS_ERROR);
static H_ERROR: ErrorClass = ErrorClass::new("socket", "herror", &exc::OS_ERROR);

/// The timeout of new sockets in nanoseconds; -1 is none.
static DEFAULT_TIMEOUT: AtomicI64 = AtomicI64::new(-1);

fn default_timeout() -> Option<i64> {
    Some(DEFAULT_TIMEOUT.load(Ordering::Relaxed)).filter(|nano| *nano >= 0)
}

fn set_default_timeout(_: Value, timeout: Value) -> R {
    let nano = object::timeout_argument(timeout)?;
    DEFAULT_TIMEOUT.store(nano.unwrap_or(-1), Ordering::Relaxed);
    Ok(none())
}

fn close(_: Value, fd: Value) -> R {
    object::close_descriptor(ops::as_i32(fd)?)?;
    Ok(none())
}

fn dup(_: Value, fd: Value) -> R {
    let fd = ops::as_i32(fd)?;
    // SAFETY: a plain system call.
    Ok(Value::small(check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })?))
}

pub static MODULE: NativeModule = NativeModule {
    name: "_socket",
    functions: &[
        Method::one("close", close),
        Method::one("dup", dup),
        Method::full("getaddrinfo", names::getaddrinfo),
        Method::none("getdefaulttimeout", |_| Ok(object::timeout_value(default_timeout()))),
        Method::one("gethostbyaddr", hosts::by_address),
        Method::one("gethostbyname", names::gethostbyname),
        Method::one("gethostbyname_ex", hosts::by_name),
        Method::none("gethostname", names::gethostname),
        Method::pos("getnameinfo", names::getnameinfo, 2, 2),
        Method::one("getprotobyname", names::getprotobyname),
        Method::pos("getservbyname", names::getservbyname, 1, 2),
        Method::pos("getservbyport", names::getservbyport, 1, 2),
        Method::one("htonl", names::swap_long),
        Method::one("htons", names::swap_short),
        Method::one("ntohl", names::swap_long),
        Method::one("ntohs", names::swap_short),
        Method::one("if_indextoname", names::if_indextoname),
        Method::none("if_nameindex", names::if_nameindex),
        Method::one("if_nametoindex", names::if_nametoindex),
        Method::one("inet_aton", names::aton),
        Method::one("inet_ntoa", names::ntoa),
        Method::pos("inet_pton", names::pton, 2, 2),
        Method::pos("inet_ntop", names::ntop, 2, 2),
        Method::one("setdefaulttimeout", set_default_timeout),
        Method::pos("socketpair", names::socketpair, 0, u16::MAX),
    ],
    init: |module| {
        for (name, number) in constants::NUMBERS {
            module.set(name, Value::small(*number));
        }
        let class = object::SOCKET.class().value();
        module.set("socket", class);
        module.set("SocketType", class);
        module.set("error", exc::OS_ERROR.class().value());
        module.set("timeout", exc::TIMEOUT_ERROR.class().value());
        module.set("gaierror", GAI_ERROR.value()?);
        module.set("herror", H_ERROR.value()?);
        module.set("has_ipv6", boolean(true));
        Ok(())
    },
};
