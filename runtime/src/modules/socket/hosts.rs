//! The host data base: a host's names and all its addresses, by name or by address.
//!
//! The library answers in memory of its own, which the next call overwrites; the interpreter lock is kept
//! until it is read.

use super::H_ERROR;
use super::address::Address;
use super::names::{host_argument, resolve};
use crate::errors::{R, Raised};
use crate::modules::posix::args::decoded_c;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;
use libc::{c_char, c_int, c_void, hostent, socklen_t};

unsafe extern "C" {
    fn gethostbyname2(name: *const c_char, family: c_int) -> *mut hostent;
    fn gethostbyaddr(address: *const c_void, len: socklen_t, family: c_int) -> *mut hostent;
    fn __h_errno_location() -> *mut c_int;
    fn hstrerror(code: c_int) -> *const c_char;
}

fn h_error() -> Raised {
    // SAFETY: the library's own number and text.
    let (code, text) = unsafe {
        let code = *__h_errno_location();
        (code, decoded_c(hstrerror(code)))
    };
    match text {
        Ok(text) => H_ERROR.raise_args(&[Value::small(code as i64), text]),
        Err(raised) => raised,
    }
}

/// The pointers of a list that ends with null.
///
/// # Safety
/// `list` is such a list, or null.
unsafe fn pointers(list: *mut *mut c_char) -> Vec<*mut c_char> {
    let mut found = Vec::new();
    if !list.is_null() {
        // SAFETY: the caller's promise.
        unsafe {
            while !(*list.add(found.len())).is_null() {
                found.push(*list.add(found.len()));
            }
        }
    }
    found
}

/// `(name, aliases, addresses)`.
///
/// # Safety
/// `found` is the library's last answer, or null.
unsafe fn shown(found: *mut hostent) -> R {
    // SAFETY: the caller's promise; addresses are as long as their family says.
    unsafe {
        let Some(found) = found.as_ref() else { return Err(h_error()) };
        let name = decoded_c(found.h_name)?;
        let aliases = pointers(found.h_aliases).into_iter().map(|alias| decoded_c(alias)).collect::<R<Vec<_>>>()?;
        let mut addresses = Vec::new();
        for at in pointers(found.h_addr_list) {
            let address = match found.h_length {
                4 => Address::inet(u32::from_be_bytes(*(at as *const [u8; 4])), 0),
                _ => Address::inet6(*(at as *const [u8; 16])),
            };
            addresses.push(address.host()?);
        }
        Ok(Tuple::new(&[name, List::new(&aliases).value(), List::new(&addresses).value()]).value())
    }
}

pub fn by_name(_: Value, name: Value) -> R {
    let name = host_argument(name, "gethostbyname_ex")?;
    // What it raises says more than the data base does.
    resolve(&name, libc::AF_INET)?;
    // SAFETY: a text that ends with 0.
    unsafe { shown(gethostbyname2(name.as_ptr(), libc::AF_INET)) }
}

pub fn by_address(_: Value, name: Value) -> R {
    let name = host_argument(name, "gethostbyaddr")?;
    let mut address = resolve(&name, libc::AF_UNSPEC)?;
    // SAFETY: the address of a local and its length.
    unsafe {
        if address.family() == libc::AF_INET {
            let host = address.as_inet().sin_addr.s_addr;
            return shown(gethostbyaddr((&raw const host).cast(), 4, libc::AF_INET));
        }
        let host = address.as_inet6().sin6_addr.s6_addr;
        shown(gethostbyaddr(host.as_ptr().cast(), 16, libc::AF_INET6))
    }
}
