//! Names and numbers of hosts, services, protocols and interfaces, and the forms of Internet addresses.

use super::address::{Address, flowinfo};
use super::{GAI_ERROR, object};
use crate::errors::{self, R, Raised, overflow_error, raise_text, type_error, value_error};
use crate::modules::posix::args::{check, decoded, decoded_c, errno, fs_encoded};
use crate::object::args::{Params, check_parsed_count};
use crate::object::{Args, call};
use crate::ops;
use crate::types::bytes::{Bytes, require, view};
use crate::types::exceptions as exc;
use crate::types::int;
use crate::types::list::List;
use crate::types::os_error::os_error_from_errno;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use libc::{addrinfo, c_char, c_int};
use std::ffi::{CStr, CString};

fn os_error(message: &str) -> Raised {
    raise_text(&exc::OS_ERROR, message)
}

/// What a failed look-up raises.
fn gai_error(code: c_int) -> Raised {
    if code == libc::EAI_SYSTEM {
        return os_error_from_errno(errno(), None);
    }
    // SAFETY: the library's own text for any number.
    let text = match unsafe { decoded_c(libc::gai_strerror(code)) } {
        Ok(text) => text,
        Err(raised) => return raised,
    };
    GAI_ERROR.raise_args(&[Value::small(code as i64), text])
}

/// A host's name as bytes, without a 0 in it. What is not ASCII goes by the `idna` codec.
pub fn host(v: Value) -> R<CString> {
    host_or(v, |kind| format!("str, bytes or bytearray expected, not {kind}"))
}

fn host_or(v: Value, message: impl Fn(String) -> String) -> R<CString> {
    let bytes = match v.cast::<Str>() {
        Some(text) => match text.as_ascii() {
            Some(text) => text.as_bytes().to_vec(),
            None => require(call::call_method(v, Str::intern("encode"), &[Str::intern("idna").value()])?)?.to_vec(),
        },
        None => match view(v) {
            Some(bytes) => bytes.to_vec(),
            None => return Err(type_error(message(v.class().display_name().to_string()))),
        },
    };
    CString::new(bytes).map_err(|_| type_error("host name must not contain null character"))
}

/// One answer of a look-up.
struct Found {
    numbers: [c_int; 3],
    canonical: Vec<u8>,
    address: Address,
}

/// `getaddrinfo` of the system; family, type, protocol and flags are the hints.
fn look_up(host: Option<&CStr>, service: Option<&CStr>, hints: [c_int; 4]) -> R<Vec<Found>> {
    let [ai_family, ai_socktype, ai_protocol, ai_flags] = hints;
    let pointer = |text: Option<&CStr>| text.map_or(std::ptr::null(), CStr::as_ptr) as usize;
    let (host, service) = (pointer(host), pointer(service));
    let (code, first) = ops::poll::blocking(|| {
        // SAFETY: plain numbers and null pointers, for which 0 is a value.
        let zero: addrinfo = unsafe { std::mem::zeroed() };
        let hints = addrinfo { ai_family, ai_socktype, ai_protocol, ai_flags, ..zero };
        let mut first = std::ptr::null_mut();
        // SAFETY: texts of the caller that end with 0, or null.
        let code = unsafe { libc::getaddrinfo(host as *const c_char, service as *const c_char, &hints, &mut first) };
        (code, first as usize)
    });
    if code != 0 {
        return Err(gai_error(code));
    }
    let first = first as *mut addrinfo;
    let mut found = Vec::new();
    let mut at = first;
    // SAFETY: the list is the library's, read before it is freed.
    unsafe {
        while let Some(info) = at.as_ref() {
            let canonical = if info.ai_canonname.is_null() { c"" } else { CStr::from_ptr(info.ai_canonname) };
            found.push(Found {
                numbers: [info.ai_family, info.ai_socktype, info.ai_protocol],
                canonical: canonical.to_bytes().to_vec(),
                address: Address::copy(info.ai_addr, info.ai_addrlen),
            });
            at = info.ai_next;
        }
        libc::freeaddrinfo(first);
    }
    Ok(found)
}

/// The address of a host, with no port.
pub fn resolve(name: &CStr, family: c_int) -> R<Address> {
    let text = name.to_bytes();
    if text.is_empty() {
        let found = look_up(None, Some(c"0"), [family, libc::SOCK_DGRAM, 0, libc::AI_PASSIVE])?;
        return match &*found {
            [one] => Ok(one.address),
            _ if family == libc::AF_UNSPEC => Ok(Address::inet(0, 0)),
            _ => Err(os_error("wildcard resolved to multiple address")),
        };
    }
    if text == b"<broadcast>" || text == b"255.255.255.255" {
        if family != libc::AF_INET && family != libc::AF_UNSPEC {
            return Err(os_error("address family mismatched"));
        }
        return Ok(Address::inet(u32::MAX, 0));
    }
    if let Ok(text) = std::str::from_utf8(text) {
        if family != libc::AF_INET6 {
            if let Ok(host) = text.parse::<std::net::Ipv4Addr>() {
                return Ok(Address::inet(host.into(), 0));
            }
        }
        if family != libc::AF_INET {
            if let Ok(host) = text.parse::<std::net::Ipv6Addr>() {
                return Ok(Address::inet6(host.octets()));
            }
        }
    }
    match look_up(Some(name), None, [family, 0, 0, 0])?.first() {
        Some(found) => Ok(found.address),
        None => Err(gai_error(libc::EAI_NONAME)),
    }
}

/// The host's and the service's name for an address.
fn name_info(address: &Address, flags: c_int) -> R<(Value, Value)> {
    const HOST: usize = 1025;
    const SERVICE: usize = 32;
    let (at, len) = (address.as_ptr() as usize, address.len);
    let (mut host, mut service) = ([0u8; HOST], [0u8; SERVICE]);
    let (host_at, service_at) = (host.as_mut_ptr() as usize, service.as_mut_ptr() as usize);
    let code = ops::poll::blocking(|| {
        let (host, service) = (host_at as *mut c_char, service_at as *mut c_char);
        // SAFETY: the caller's address and two locals, with their lengths.
        unsafe {
            libc::getnameinfo(at as *const libc::sockaddr, len, host, HOST as u32, service, SERVICE as u32, flags)
        }
    });
    if code != 0 {
        return Err(gai_error(code));
    }
    let text = |bytes: &[u8]| decoded(bytes.split(|b| *b == 0).next().unwrap_or(bytes));
    Ok((text(&host)?, text(&service)?))
}

/// The host of an address as numbers.
pub fn numeric_host(address: &Address) -> R {
    Ok(name_info(address, libc::NI_NUMERICHOST | libc::NI_NUMERICSERV)?.0)
}

pub fn getaddrinfo(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "getaddrinfo",
        names: &["host", "port", "family", "type", "proto", "flags"],
        required: 2,
        positional: 6,
    };
    let [name, port, family, kind, proto, flags] = args.bind(&PARAMS)?;
    let number = |v: Option<Value>| v.map_or(Ok(0), ops::as_i32);
    let hints = [number(family)?, number(kind)?, number(proto)?, number(flags)?];
    let name = match name.filter(|name| !name.is_none()) {
        None => None,
        Some(name) if name.cast::<Str>().is_some() || name.cast::<Bytes>().is_some() => Some(host(name)?),
        Some(_) => return Err(type_error("getaddrinfo() argument 1 must be string or None")),
    };
    let service = match port.filter(|port| !port.is_none()) {
        None => None,
        Some(port) if ops::is_int(port) => Some(CString::new(ops::str_of(port)?.to_string_lossy())),
        Some(port) => match (port.cast::<Str>(), port.cast::<Bytes>()) {
            (Some(text), _) => Some(CString::new(text.to_wtf8())),
            (_, Some(bytes)) => Some(CString::new(bytes.as_slice())),
            _ => return Err(os_error("Int or String expected")),
        },
    };
    let service = service.transpose().map_err(|_| value_error("embedded null character"))?;
    let mut list = Vec::new();
    for found in look_up(name.as_deref(), service.as_deref(), hints)? {
        let [family, kind, proto] = found.numbers.map(|n| Value::small(n as i64));
        let canonical = decoded(&found.canonical)?;
        list.push(Tuple::new(&[family, kind, proto, canonical, found.address.value()?]).value());
    }
    Ok(List::new(&list).value())
}

pub fn getnameinfo(_: Value, args: &[Value]) -> R {
    let flags = ops::as_i32(args[1])?;
    let Some(tuple) = args[0].cast::<Tuple>() else {
        return Err(type_error("getnameinfo() argument 1 must be a tuple"));
    };
    let all = tuple.as_slice();
    let illegal = || type_error("getnameinfo(): illegal sockaddr argument");
    if !(2..=4).contains(&all.len()) {
        return Err(illegal());
    }
    let Some(name) = all[0].cast::<Str>() else { return Err(illegal()) };
    let name = CString::new(name.to_wtf8()).map_err(|_| value_error("embedded null character"))?;
    let port = ops::as_i32(all[1])?.to_string();
    let flow = all.get(2).map_or(Ok(0), |v| flowinfo(*v, "getnameinfo"))?;
    let scope = all.get(3).map_or(Ok(0), |v| ops::as_i64(*v))? as u32;
    let port = CString::new(port).map_err(|_| illegal())?;
    let found = look_up(Some(&name), Some(&port), [libc::AF_UNSPEC, libc::SOCK_DGRAM, 0, libc::AI_NUMERICHOST])?;
    let [found] = &*found else { return Err(os_error("sockaddr resolved to multiple addresses")) };
    let mut address = found.address;
    match address.family() {
        libc::AF_INET if all.len() != 2 => return Err(os_error("IPv4 sockaddr must be 2 tuple")),
        libc::AF_INET6 => {
            address.as_inet6().sin6_flowinfo = flow.to_be();
            address.as_inet6().sin6_scope_id = scope;
        }
        _ => {}
    }
    let (host, service) = name_info(&address, flags)?;
    Ok(Tuple::new(&[host, service]).value())
}

/// The argument of a function that takes a host's name only.
pub fn host_argument(v: Value, function: &str) -> R<CString> {
    host_or(v, |kind| format!("{function}() argument 1 must be str, bytes or bytearray, not {kind}"))
}

pub fn gethostbyname(_: Value, name: Value) -> R {
    resolve(&host_argument(name, "gethostbyname")?, libc::AF_INET)?.host()
}

pub fn gethostname(_: Value) -> R {
    let mut room = [0u8; 1025];
    // SAFETY: the room's length, less the 0 at the end, is given.
    check(unsafe { libc::gethostname(room.as_mut_ptr().cast(), room.len() - 1) })?;
    decoded(room.split(|b| *b == 0).next().unwrap_or(&room))
}

/// A text argument as a C string.
fn text(v: Value, function: &str) -> R<CString> {
    let Some(text) = v.cast::<Str>() else {
        return Err(type_error(format_args!(
            "{function}() argument{} must be str, not {}",
            if function.starts_with("inet") { "" } else { " 1" },
            v.class().display_name()
        )));
    };
    CString::new(text.to_wtf8()).map_err(|_| value_error("embedded null character"))
}

pub fn getservbyname(_: Value, args: &[Value]) -> R {
    let name = text(args[0], "getservbyname")?;
    let proto = args.get(1).map(|v| text(*v, "getservbyname")).transpose()?;
    // SAFETY: texts that end with 0, or null; the answer is read at once.
    let port = unsafe {
        let found = libc::getservbyname(name.as_ptr(), proto.as_deref().map_or(std::ptr::null(), CStr::as_ptr));
        found.as_ref().map(|found| u16::from_be(found.s_port as u16))
    };
    port.map(|port| Value::small(port as i64)).ok_or_else(|| os_error("service/proto not found"))
}

pub fn getservbyport(_: Value, args: &[Value]) -> R {
    let Ok(port) = u16::try_from(ops::as_i32(args[0])?) else {
        return Err(overflow_error("getservbyport: port must be 0-65535."));
    };
    let proto = args.get(1).map(|v| text(*v, "getservbyport")).transpose()?;
    let proto = proto.as_deref().map_or(std::ptr::null(), CStr::as_ptr);
    // SAFETY: a text that ends with 0, or null; the answer is read at once.
    unsafe {
        match libc::getservbyport(port.to_be() as c_int, proto).as_ref() {
            Some(found) => decoded_c(found.s_name),
            None => Err(os_error("port/proto not found")),
        }
    }
}

pub fn getprotobyname(_: Value, name: Value) -> R {
    let name = text(name, "getprotobyname")?;
    // SAFETY: a text that ends with 0; the answer is read at once.
    let number = unsafe { libc::getprotobyname(name.as_ptr()).as_ref().map(|found| found.p_proto) };
    number.map(|n| Value::small(n as i64)).ok_or_else(|| os_error("protocol not found"))
}

pub fn if_nametoindex(_: Value, name: Value) -> R {
    let name = fs_encoded(name)?;
    // SAFETY: a text that ends with 0.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(os_error_from_errno(errno(), None)),
        n => Ok(Value::small(n as i64)),
    }
}

pub fn if_indextoname(_: Value, index: Value) -> R {
    let index = unsigned(index, u32::MAX as u64, "unsigned int")? as u32;
    let mut room: [c_char; libc::IF_NAMESIZE] = [0; libc::IF_NAMESIZE];
    // SAFETY: the room that the call asks for, ended with 0.
    unsafe {
        if libc::if_indextoname(index, room.as_mut_ptr()).is_null() {
            return Err(os_error_from_errno(errno(), None));
        }
        decoded_c(room.as_ptr())
    }
}

pub fn if_nameindex(_: Value) -> R {
    // SAFETY: a list of the library that ends with a null name, freed after it is read.
    unsafe {
        let first = libc::if_nameindex();
        if first.is_null() {
            return Err(os_error_from_errno(errno(), None));
        }
        let mut list = Vec::new();
        let mut failed = None;
        let mut at = first;
        while !(*at).if_name.is_null() {
            match decoded_c((*at).if_name) {
                Ok(name) => list.push(Tuple::new(&[Value::small((*at).if_index as i64), name]).value()),
                Err(raised) => failed = Some(raised),
            }
            at = at.add(1);
        }
        libc::if_freenameindex(first);
        match failed {
            Some(raised) => Err(raised),
            None => Ok(List::new(&list).value()),
        }
    }
}

/// An int of a C type that has no sign.
fn unsigned(v: Value, most: u64, kind: &str) -> R<u64> {
    let number = ops::index(v)?;
    let Some(view) = int::as_int(number) else { return Err(type_error("an integer is required")) };
    if view.is_negative() {
        return Err(value_error("Cannot convert negative int"));
    }
    match view.to_u64() {
        Some(n) if n <= most => Ok(n),
        _ => Err(overflow_error(format_args!("Python int too large for C {kind}"))),
    }
}

/// `htons` and `ntohs`: the same on one machine.
pub fn swap_short(_: Value, v: Value) -> R {
    Ok(Value::small((unsigned(v, u16::MAX as u64, "uint16_t")? as u16).to_be() as i64))
}

/// `htonl` and `ntohl`.
pub fn swap_long(_: Value, v: Value) -> R {
    Ok(Value::small((unsigned(v, u32::MAX as u64, "uint32_t")? as u32).to_be() as i64))
}

unsafe extern "C" {
    fn inet_aton(text: *const c_char, to: *mut libc::in_addr) -> c_int;
    fn inet_pton(family: c_int, text: *const c_char, to: *mut libc::c_void) -> c_int;
}

pub fn aton(_: Value, v: Value) -> R {
    let text = text(v, "inet_aton")?;
    let mut to = libc::in_addr { s_addr: 0 };
    // SAFETY: a text that ends with 0, and room for an address.
    if unsafe { inet_aton(text.as_ptr(), &mut to) } == 0 {
        return Err(os_error("illegal IP address string passed to inet_aton"));
    }
    Ok(Bytes::new(&to.s_addr.to_ne_bytes()).value())
}

pub fn ntoa(_: Value, v: Value) -> R {
    match <[u8; 4]>::try_from(require(v)?) {
        Ok(bytes) => Ok(Str::from_string(std::net::Ipv4Addr::from(bytes).to_string())),
        Err(_) => Err(os_error("packed IP wrong length for inet_ntoa")),
    }
}

pub fn pton(_: Value, args: &[Value]) -> R {
    let (family, text) = (ops::as_i32(args[0])?, text(args[1], "inet_pton")?);
    let mut to = [0u8; 16];
    // SAFETY: a text that ends with 0, and room for the longest address.
    match unsafe { inet_pton(family, text.as_ptr(), to.as_mut_ptr().cast()) } {
        n if n < 0 => Err(os_error_from_errno(errno(), None)),
        0 => Err(os_error("illegal IP address string passed to inet_pton")),
        _ => Ok(Bytes::new(if family == libc::AF_INET { &to[..4] } else { &to }).value()),
    }
}

pub fn ntop(_: Value, args: &[Value]) -> R {
    let (family, bytes) = (ops::as_i32(args[0])?, require(args[1])?);
    let length = || value_error("invalid length of packed IP address string");
    match family {
        libc::AF_INET => ntoa(args[0], args[1]).map_err(|raised| {
            if bytes.len() == 4 {
                return raised;
            }
            errors::clear();
            length()
        }),
        libc::AF_INET6 => match <[u8; 16]>::try_from(bytes) {
            Ok(host) => numeric_host(&Address::inet6(host)),
            Err(_) => Err(length()),
        },
        _ => Err(value_error(format_args!("unknown address family {family}"))),
    }
}

pub fn socketpair(_: Value, args: &[Value]) -> R {
    let number = |at: usize, default: c_int| args.get(at).map_or(Ok(default), |v| ops::as_i32(*v));
    check_parsed_count("socketpair", args.len(), 0, 3)?;
    let (family, kind, proto) = (number(0, libc::AF_UNIX)?, number(1, libc::SOCK_STREAM)?, number(2, 0)?);
    let mut ends = [0; 2];
    // SAFETY: room for both.
    check(unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, proto, ends.as_mut_ptr()) })?;
    let [a, b] = ends.map(|fd| object::make(fd, family, kind, proto));
    Ok(Tuple::new(&[a?, b?]).value())
}
