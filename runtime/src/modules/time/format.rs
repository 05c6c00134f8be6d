//! Times as text: `strftime`, `asctime`, `ctime`, and `strptime` (which `_strptime` does).

use super::calendar::{break_down, check_ranges, from_tuple, seconds_or_now};
use crate::errors::{R, type_error};
use crate::modules::create_and_get;
use crate::object::args::check_parsed_count;
use crate::object::call;
use crate::object::define::Method;
use crate::types::bytes::Bytes;
use crate::types::codecs;
use crate::types::str::{Builder, Str};
use crate::value::Value;
use std::ffi::CString;

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn asctime_text(tm: &libc::tm) -> Value {
    let day = DAYS[tm.tm_wday.rem_euclid(7) as usize];
    let month = MONTHS[tm.tm_mon.rem_euclid(12) as usize];
    Str::from_string(format!(
        "{day} {month}{:3} {:02}:{:02}:{:02} {}",
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        tm.tm_year as i64 + 1900
    ))
}

fn now() -> R<libc::tm> {
    break_down(seconds_or_now("", &[])?, true)
}

fn asctime(_: Value, args: &[Value]) -> R {
    match args.first() {
        None => Ok(asctime_text(&now()?)),
        Some(v) => {
            let mut broken = from_tuple(*v, "asctime")?;
            check_ranges(&mut broken.tm)?;
            Ok(asctime_text(&broken.tm))
        }
    }
}

/// One stretch of ASCII without zeros, formatted by the C library.
fn stretch(format: &[u8], tm: &libc::tm, out: &mut Builder) -> R<()> {
    if format.is_empty() {
        return Ok(());
    }
    if !format.contains(&b'%') {
        format.iter().for_each(|b| out.push(*b as u32));
        return Ok(());
    }
    let Ok(text) = CString::new(format) else { return Ok(()) };
    let mut room = 1024.max(format.len());
    loop {
        let mut buffer = vec![0u8; room];
        // SAFETY: the buffer's length is given, the format ends with 0, and the zone of `tm` is kept by the caller.
        let n = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), buffer.len(), text.as_ptr(), tm) };
        // An empty result looks like too little room: a format gives at most 256 times its length.
        if n > 0 || room >= 256 * format.len() {
            let bytes = &buffer[..n];
            let text = codecs::decode::utf8(Bytes::new(bytes).value(), bytes, "surrogateescape", true)?.0;
            out.push_obj(text);
            return Ok(());
        }
        room *= 2;
    }
}

fn strftime(_: Value, args: &[Value]) -> R {
    check_parsed_count("strftime", args.len(), 1, 2)?;
    let Some(format) = args[0].cast::<Str>() else {
        return Err(type_error(format_args!(
            "strftime() argument 1 must be str, not {}",
            args[0].class().display_name()
        )));
    };
    let broken;
    let tm = match args.get(1) {
        None => now()?,
        Some(v) => {
            let mut given = from_tuple(*v, "strftime")?;
            check_ranges(&mut given.tm)?;
            given.tm.tm_isdst = given.tm.tm_isdst.clamp(-1, 1);
            broken = given;
            broken.tm
        }
    };
    let mut out = Builder::new();
    let mut plain = Vec::new();
    for c in format.code_points() {
        if (1..128).contains(&c) {
            plain.push(c as u8);
        } else {
            stretch(&plain, &tm, &mut out)?;
            plain.clear();
            out.push(c);
        }
    }
    stretch(&plain, &tm, &mut out)?;
    Ok(out.finish().value())
}

fn strptime(_: Value, args: &[Value]) -> R {
    match create_and_get("_strptime", "_strptime_time")? {
        Some(function) => call::call(function, args),
        None => Err(crate::errors::import_error("cannot import name '_strptime_time' from '_strptime'")),
    }
}

pub static FUNCTIONS: &[Method] = &[
    Method::pos("asctime", asctime, 0, 1),
    Method::pos("ctime", |_, args| Ok(asctime_text(&break_down(seconds_or_now("ctime", args)?, true)?)), 0, u16::MAX),
    Method::pos("strftime", strftime, 0, u16::MAX),
    Method::pos("strptime", strptime, 1, 2),
];
