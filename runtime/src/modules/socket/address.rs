//! Socket addresses: from what the program writes for a family, and back.

use super::names;
use crate::errors::{R, overflow_error, raise_text, type_error};
use crate::modules::posix::args::decoded;
use crate::object::Ref;
use crate::ops;
use crate::types::bytes::{Bytes, require};
use crate::types::codecs::{self, Native};
use crate::types::exceptions as exc;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use libc::{c_int, sockaddr, sockaddr_in, sockaddr_in6, sockaddr_storage, sockaddr_un, socklen_t};

/// An address of any family.
#[derive(Clone, Copy)]
pub struct Address {
    storage: sockaddr_storage,
    /// How much of it is used.
    pub len: socklen_t,
}

impl Address {
    pub const ROOM: socklen_t = size_of::<sockaddr_storage>() as socklen_t;

    /// Nothing yet, with the length of the room for the system to fill.
    pub fn room() -> Address {
        // SAFETY: plain numbers, for which 0 is a value.
        Address { storage: unsafe { std::mem::zeroed() }, len: Self::ROOM }
    }

    /// A copy of the system's address.
    ///
    /// # Safety
    /// `from` points to `len` bytes.
    pub unsafe fn copy(from: *const sockaddr, len: socklen_t) -> Address {
        let mut made = Address { len: len.min(Self::ROOM), ..Self::room() };
        // SAFETY: the caller's promise, and not more than the room.
        unsafe {
            std::ptr::copy_nonoverlapping(from as *const u8, made.as_mut_ptr() as *mut u8, made.len as usize);
        }
        made
    }

    pub fn inet(host: u32, port: u16) -> Address {
        let mut made = Address { len: size_of::<sockaddr_in>() as socklen_t, ..Self::room() };
        let inet = made.as_inet();
        inet.sin_family = libc::AF_INET as u16;
        inet.sin_addr.s_addr = host.to_be();
        inet.sin_port = port.to_be();
        made
    }

    pub fn inet6(host: [u8; 16]) -> Address {
        let mut made = Address { len: size_of::<sockaddr_in6>() as socklen_t, ..Self::room() };
        let inet = made.as_inet6();
        inet.sin6_family = libc::AF_INET6 as u16;
        inet.sin6_addr.s6_addr = host;
        made
    }

    pub fn family(&self) -> c_int {
        self.storage.ss_family as c_int
    }

    pub fn as_ptr(&self) -> *const sockaddr {
        (&raw const self.storage).cast()
    }

    pub fn as_mut_ptr(&mut self) -> *mut sockaddr {
        (&raw mut self.storage).cast()
    }

    pub fn as_inet(&mut self) -> &mut sockaddr_in {
        // SAFETY: the storage is larger than, and aligned for, each family's address, which is plain numbers.
        unsafe { &mut *(&raw mut self.storage).cast() }
    }

    pub fn as_inet6(&mut self) -> &mut sockaddr_in6 {
        // SAFETY: as in `as_inet`.
        unsafe { &mut *(&raw mut self.storage).cast() }
    }

    fn as_unix(&mut self) -> &mut sockaddr_un {
        // SAFETY: as in `as_inet`.
        unsafe { &mut *(&raw mut self.storage).cast() }
    }

    /// The host as numbers.
    pub fn host(mut self) -> R {
        let text = match self.family() {
            libc::AF_INET => std::net::Ipv4Addr::from(u32::from_be(self.as_inet().sin_addr.s_addr)).to_string(),
            _ => return names::numeric_host(&self),
        };
        Ok(Str::from_string(text))
    }

    /// As the program sees it.
    pub fn value(mut self) -> R {
        if self.len == 0 {
            return Ok(crate::object::singletons::none());
        }
        match self.family() {
            libc::AF_INET => {
                let port = u16::from_be(self.as_inet().sin_port);
                Ok(Tuple::new(&[self.host()?, Value::small(port as i64)]).value())
            }
            libc::AF_INET6 => {
                let host = self.host()?;
                let inet = self.as_inet6();
                let numbers = [
                    u16::from_be(inet.sin6_port) as i64,
                    u32::from_be(inet.sin6_flowinfo) as i64,
                    inet.sin6_scope_id as i64,
                ];
                let [port, flow, scope] = numbers.map(Value::small);
                Ok(Tuple::new(&[host, port, flow, scope]).value())
            }
            libc::AF_UNIX => {
                let used = (self.len as usize).min(size_of::<sockaddr_un>()).saturating_sub(2);
                let path = self.as_unix().sun_path.map(|c| c as u8);
                let path = &path[..used];
                // A name that begins with 0 is in no folder, and may hold any byte.
                if path.first() == Some(&0) {
                    return Ok(Bytes::new(path).value());
                }
                decoded(path.split(|b| *b == 0).next().unwrap_or(path))
            }
            family => {
                let used = (self.len as usize).saturating_sub(2).min(Self::ROOM as usize - 2);
                // SAFETY: within the storage, after the family.
                let data = unsafe { std::slice::from_raw_parts((self.as_ptr() as *const u8).add(2), used) };
                Ok(Tuple::new(&[Value::small(family as i64), Bytes::new(data).value()]).value())
            }
        }
    }
}

fn port(v: Value, caller: &str) -> R<u16> {
    let out = || overflow_error(format_args!("{caller}(): port must be 0-65535."));
    u16::try_from(ops::as_i32(v)?).map_err(|_| out())
}

pub fn flowinfo(v: Value, caller: &str) -> R<u32> {
    match u32::try_from(ops::as_i64(v)?) {
        Ok(flow) if flow <= 0xfffff => Ok(flow),
        _ => Err(overflow_error(format_args!("{caller}(): flowinfo must be 0-1048575."))),
    }
}

fn scope(v: Value) -> R<u32> {
    Ok(ops::as_i64(v)? as u32)
}

fn unix(v: Value) -> R<Address> {
    let path = match v.cast::<Str>() {
        Some(text) => codecs::encode::encode(Native::Utf8, text, "surrogateescape")?,
        None => require(v)?.to_vec(),
    };
    let mut made = Address::room();
    let unix = made.as_unix();
    let abstracted = path.first() == Some(&0);
    // A path ends with 0.
    let most = unix.sun_path.len() - !abstracted as usize;
    if path.len() > most {
        return Err(raise_text(&exc::OS_ERROR, "AF_UNIX path too long"));
    }
    unix.sun_family = libc::AF_UNIX as u16;
    for (to, from) in unix.sun_path.iter_mut().zip(&path) {
        *to = *from as libc::c_char;
    }
    let ends = !path.is_empty() && !abstracted;
    made.len = (2 + path.len() + ends as usize) as socklen_t;
    Ok(made)
}

/// The parts of an Internet address.
fn parts(v: Value, family: &str, caller: &str) -> R<Ref<Tuple>> {
    match v.cast::<Tuple>() {
        Some(tuple) => Ok(tuple),
        None => Err(type_error(format_args!(
            "{caller}(): {family} address must be tuple, not {}",
            v.class().display_name()
        ))),
    }
}

/// The address that an argument of `caller` is.
pub fn parse(family: c_int, v: Value, caller: &str) -> R<Address> {
    match family {
        libc::AF_UNIX => unix(v),
        libc::AF_INET => {
            let [host, number] = *parts(v, "AF_INET", caller)?.as_slice() else {
                return Err(type_error("AF_INET address must be a pair (host, port)"));
            };
            let host = names::host(host)?;
            let number = ops::index(number)?;
            let mut made = names::resolve(&host, libc::AF_INET)?;
            made.as_inet().sin_port = port(number, caller)?.to_be();
            Ok(made)
        }
        libc::AF_INET6 => {
            let all = parts(v, "AF_INET6", caller)?;
            let all = all.as_slice();
            if !(2..=4).contains(&all.len()) {
                return Err(type_error("AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"));
            }
            let host = names::host(all[0])?;
            let number = ops::index(all[1])?;
            let mut made = names::resolve(&host, libc::AF_INET6)?;
            let number = port(number, caller)?;
            let flow = all.get(2).map_or(Ok(0), |v| flowinfo(*v, caller))?;
            let scope = all.get(3).map_or(Ok(0), |v| scope(*v))?;
            let inet = made.as_inet6();
            inet.sin6_port = number.to_be();
            inet.sin6_flowinfo = flow.to_be();
            inet.sin6_scope_id = scope;
            Ok(made)
        }
        _ => Err(raise_text(&exc::OS_ERROR, format_args!("{caller}(): bad family"))),
    }
}
