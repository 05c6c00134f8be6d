//! Sending and receiving.

use super::address::{self, Address};
use super::object::{Socket, check_parsed_count_of};
use super::wait::{self, For};
use crate::errors::{R, type_error, value_error};
use crate::modules::posix::args::room;
use crate::object::args::Params;
use crate::object::singletons::none;
use crate::object::{Args, Ref};
use crate::ops;
use crate::types::bytearray::hold;
use crate::types::bytes::{Bytes, require};
use crate::types::int;
use crate::types::tuple::Tuple;
use crate::value::Value;
use libc::{c_int, c_void};

/// The positional arguments, and the flags that are the one after `required`.
fn with_flags<'a>(function: &str, args: Args<'a>, required: usize) -> R<(&'a [Value], c_int)> {
    args.no_keywords(function)?;
    check_parsed_count_of(function, args.all.len(), required, required + 1)?;
    Ok((args.all, args.all.get(required).map_or(Ok(0), |flags| ops::as_i32(*flags))?))
}

fn size_argument(function: &str, v: Value) -> R<usize> {
    usize::try_from(ops::as_isize(v)?).map_err(|_| value_error(format_args!("negative buffersize in {function}")))
}

/// Receives into the range; with the sender's address if there is room for it.
fn receive(socket: Ref<Socket>, to: *mut u8, size: usize, flags: c_int, from: Option<&mut Address>) -> R<usize> {
    let (to, from) = (to as usize, from.map_or(std::ptr::null_mut(), |from| from as *mut Address) as usize);
    wait::call(socket, For::Reading, |fd| {
        // SAFETY: the callers' range, and the address that the caller lends.
        unsafe {
            let from = from as *mut Address;
            if from.is_null() {
                return libc::recv(fd, to as *mut c_void, size, flags);
            }
            (*from).len = Address::ROOM;
            let address = (*from).as_mut_ptr();
            libc::recvfrom(fd, to as *mut c_void, size, flags, address, &mut (*from).len)
        }
    })
}

/// Receives up to `size` new bytes.
fn receive_bytes(v: Value, size: usize, flags: c_int, from: Option<&mut Address>) -> R {
    let mut bytes = room(size)?;
    let got = receive(v.expect(), bytes.as_mut_ptr(), size, flags, from)?;
    // SAFETY: the system has written so many, and there was room for them.
    unsafe { bytes.set_len(got.min(size)) };
    Ok(Bytes::try_new(&bytes)?.value())
}

pub fn recv(v: Value, args: Args) -> R {
    let (args, flags) = with_flags("recv", args, 1)?;
    receive_bytes(v, size_argument("recv", args[0])?, flags, None)
}

pub fn recvfrom(v: Value, args: Args) -> R {
    let (args, flags) = with_flags("recvfrom", args, 1)?;
    let mut from = Address::room();
    let bytes = receive_bytes(v, size_argument("recvfrom", args[0])?, flags, Some(&mut from))?;
    Ok(Tuple::new(&[bytes, from.value()?]).value())
}

/// Receives into the buffer that an argument has.
fn receive_into(function: &'static str, params: &Params, v: Value, args: Args, from: Option<&mut Address>) -> R<usize> {
    let [target, size, flags] = args.bind(params)?;
    let target = target.unwrap_or_else(none);
    let found = match crate::object::class::slots_of(target).buffer {
        Some(buffer) => Some(buffer(target)?).filter(|buffer| !buffer.readonly),
        None => None,
    };
    let Some(buffer) = found else {
        return Err(type_error(format_args!(
            "{function}() argument 1 must be read-write bytes-like object, not {}",
            target.class().display_name()
        )));
    };
    let size = size.map_or(Ok(0), |size| size_argument(function, size))?;
    let flags = flags.map_or(Ok(0), ops::as_i32)?;
    if size > buffer.len {
        return Err(value_error(match from {
            Some(_) => "nbytes is greater than the length of the buffer",
            None => "buffer too small for requested bytes",
        }));
    }
    // Signal handlers that run while this waits must not move the bytes.
    let _hold = hold(target);
    receive(v.expect(), buffer.ptr as *mut u8, if size == 0 { buffer.len } else { size }, flags, from)
}

pub fn recv_into(v: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "recv_into", names: &["buffer", "nbytes", "flags"], required: 1, positional: 3 };
    receive_into("recv_into", &PARAMS, v, args, None).map(int::from_usize)
}

pub fn recvfrom_into(v: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "recvfrom_into", names: &["buffer", "nbytes", "flags"], required: 1, positional: 3 };
    let mut from = Address::room();
    let got = receive_into("recvfrom_into", &PARAMS, v, args, Some(&mut from))?;
    Ok(Tuple::new(&[int::from_usize(got), from.value()?]).value())
}

pub fn send(v: Value, args: Args) -> R {
    let (args, flags) = with_flags("send", args, 1)?;
    let _hold = hold(args[0]);
    let data = require(args[0])?;
    let (at, len) = (data.as_ptr() as usize, data.len());
    // SAFETY: the bytes are held.
    let sent = wait::call(v.expect(), For::Writing, |fd| unsafe { libc::send(fd, at as *const c_void, len, flags) })?;
    Ok(int::from_usize(sent))
}

pub fn sendall(v: Value, args: Args) -> R {
    let (args, flags) = with_flags("sendall", args, 1)?;
    let socket: Ref<Socket> = v.expect();
    let _hold = hold(args[0]);
    let mut data = require(args[0])?;
    let deadline = wait::deadline(socket);
    loop {
        let (at, len) = (data.as_ptr() as usize, data.len());
        let sent = wait::call_until(socket, For::Writing, deadline, |fd| {
            // SAFETY: the bytes are held.
            unsafe { libc::send(fd, at as *const c_void, len, flags) }
        })?;
        data = &data[sent.min(len)..];
        if data.is_empty() {
            return Ok(none());
        }
        ops::poll::run()?;
    }
}

pub fn sendto(v: Value, args: Args) -> R {
    args.no_keywords("sendto")?;
    let (data, flags, to) = match *args.all {
        [data, to] => (data, None, to),
        [data, flags, to] => (data, Some(flags), to),
        _ => {
            let given = args.all.len();
            return Err(type_error(format_args!("sendto() takes 2 or 3 arguments ({given} given)")));
        }
    };
    let socket: Ref<Socket> = v.expect();
    let _hold = hold(data);
    let data = require(data)?;
    let flags = flags.map_or(Ok(0), ops::as_i32)?;
    let to = address::parse(socket.family(), to, "sendto")?;
    let (at, len, to_at, to_len) = (data.as_ptr() as usize, data.len(), to.as_ptr() as usize, to.len);
    let sent = wait::call(socket, For::Writing, |fd| {
        // SAFETY: the bytes are held, and the address is a local.
        unsafe { libc::sendto(fd, at as *const c_void, len, flags, to_at as *const libc::sockaddr, to_len) }
    })?;
    Ok(int::from_usize(sent))
}
