//! Broken-down times: `struct_time`, the conversions from and to seconds, the zone of the process.

use super::timestamp;
use crate::errors::{R, overflow_error, type_error, value_error};
use crate::modules::posix::args::{decoded_c, errno};
use crate::object::Ref;
use crate::object::args::check_parsed_count;
use crate::object::define::Method;
use crate::object::singletons::none;
use crate::ops::numbers;
use crate::types::module::Module;
use crate::types::os_error::os_error_from_errno;
use crate::types::str::Str;
use crate::types::struct_sequence::{self, StructSequence};
use crate::types::tuple::Tuple;
use crate::types::{float, int};
use crate::value::Value;
use std::ffi::CString;

pub static STRUCT_TIME: StructSequence = StructSequence::with_hidden(
    "time.struct_time",
    &[
        "tm_year",
        "tm_mon",
        "tm_mday",
        "tm_hour",
        "tm_min",
        "tm_sec",
        "tm_wday",
        "tm_yday",
        "tm_isdst",
        "tm_zone",
        "tm_gmtoff",
    ],
    9,
);

/// A broken-down time with the name of its zone, which the system's struct only points to.
pub struct Broken {
    pub tm: libc::tm,
    /// Keeps the text that `tm` points to.
    _zone: Option<CString>,
}

/// All zeros.
pub fn empty_tm() -> libc::tm {
    // SAFETY: numbers and a pointer that may be null.
    unsafe { std::mem::zeroed() }
}

/// The system's struct for the program.
pub fn struct_time(tm: &libc::tm) -> R {
    let numbers = [
        tm.tm_year as i64 + 1900,
        tm.tm_mon as i64 + 1,
        tm.tm_mday as i64,
        tm.tm_hour as i64,
        tm.tm_min as i64,
        tm.tm_sec as i64,
        (tm.tm_wday as i64 + 6) % 7,
        tm.tm_yday as i64 + 1,
        tm.tm_isdst as i64,
    ];
    let mut values = numbers.map(Value::small).to_vec();
    // SAFETY: the C library's zone names end with 0.
    values.push(if tm.tm_zone.is_null() { none() } else { unsafe { decoded_c(tm.tm_zone)? } });
    values.push(int::from_i64(tm.tm_gmtoff as i64));
    Ok(struct_sequence::make(&STRUCT_TIME, &values))
}

/// Breaks down seconds since the epoch.
pub fn break_down(seconds: i64, local: bool) -> R<libc::tm> {
    let mut tm = empty_tm();
    // SAFETY: both are locals.
    let done = unsafe {
        *libc::__errno_location() = 0;
        if local { libc::localtime_r(&seconds, &mut tm) } else { libc::gmtime_r(&seconds, &mut tm) }
    };
    if done.is_null() {
        let errno = if errno() == 0 { libc::EINVAL } else { errno() };
        return Err(os_error_from_errno(errno, None));
    }
    Ok(tm)
}

/// The seconds argument of `gmtime` and its like; now if it is not given.
pub fn seconds_or_now(function: &str, args: &[Value]) -> R<i64> {
    check_parsed_count(function, args.len(), 0, 1)?;
    match args.first().filter(|v| !v.is_none()) {
        Some(v) => Ok(timestamp(*v)?.0),
        // SAFETY: the result is not stored.
        None => Ok(unsafe { libc::time(std::ptr::null_mut()) }),
    }
}

/// A time tuple from the program.
pub fn from_tuple(v: Value, function: &str) -> R<Broken> {
    let Some(tuple) = v.cast::<Tuple>() else { return Err(type_error("Tuple or struct_time argument required")) };
    if tuple.len() != 9 {
        return Err(type_error(format_args!("{function}(): illegal time tuple argument")));
    }
    let mut n = [0i32; 9];
    for (i, number) in n.iter_mut().enumerate() {
        *number = numbers::as_i32(tuple.get(i))?;
    }
    let mut tm = empty_tm();
    let Some(year) = n[0].checked_sub(1900) else { return Err(overflow_error("year out of range")) };
    tm.tm_year = year;
    tm.tm_mon = n[1].wrapping_sub(1);
    [tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec] = [n[2], n[3], n[4], n[5]];
    tm.tm_wday = n[6].wrapping_add(1) % 7;
    tm.tm_yday = n[7].wrapping_sub(1);
    tm.tm_isdst = n[8];
    let mut zone = None;
    if v.class() == STRUCT_TIME.def.class() {
        let hidden = |name: &str| crate::object::attr::getattr(v, Str::intern(name));
        let (name, offset) = (hidden("tm_zone")?, hidden("tm_gmtoff")?);
        if let Some(name) = name.cast::<Str>() {
            let text = CString::new(name.to_wtf8()).map_err(|_| value_error("embedded null character"))?;
            tm.tm_zone = zone.insert(text).as_ptr();
        }
        if !offset.is_none() {
            tm.tm_gmtoff = crate::ops::as_i64(offset)?;
        }
    }
    Ok(Broken { tm, _zone: zone })
}

/// Checks the ranges of a time tuple; 0 stands for the first month, day, or day of the year.
pub fn check_ranges(tm: &mut libc::tm) -> R<()> {
    for (field, first) in [(&mut tm.tm_mon, 0), (&mut tm.tm_yday, 0), (&mut tm.tm_mday, 1)] {
        if *field == first - 1 {
            *field = first;
        }
    }
    let ranges = [
        (tm.tm_mon, 0, 11, "month out of range"),
        (tm.tm_mday, 1, 31, "day of month out of range"),
        (tm.tm_hour, 0, 23, "hour out of range"),
        (tm.tm_min, 0, 59, "minute out of range"),
        (tm.tm_sec, 0, 61, "seconds out of range"),
        (tm.tm_wday, 0, i32::MAX, "day of week out of range"),
        (tm.tm_yday, 0, 365, "day of year out of range"),
    ];
    match ranges.iter().find(|(value, low, high, _)| !(*low..=*high).contains(value)) {
        Some((.., message)) => Err(value_error(message)),
        None => Ok(()),
    }
}

fn mktime(_: Value, v: Value) -> R {
    let mut broken = from_tuple(v, "mktime")?;
    // No time has this day of the week: it stays if the call fails.
    broken.tm.tm_wday = -1;
    // SAFETY: the struct is a local.
    let seconds = unsafe { libc::mktime(&mut broken.tm) };
    if seconds == -1 && broken.tm.tm_wday == -1 {
        return Err(overflow_error("mktime argument out of range"));
    }
    Ok(float::from_f64(seconds as f64))
}

/// `timezone`, `altzone`, `daylight` and `tzname`: what January and July of this year say.
pub fn set_zone(module: Ref<Module>) -> R<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    // SAFETY: the result is not stored.
    let start = unsafe { libc::time(std::ptr::null_mut()) } / YEAR * YEAR;
    let (january, july) = (break_down(start, true)?, break_down(start + YEAR / 2, true)?);
    let zone = |tm: &libc::tm| -> R<(i64, Value)> {
        // SAFETY: the C library's zone names end with 0.
        let name = if tm.tm_zone.is_null() { Str::new("   ").value() } else { unsafe { decoded_c(tm.tm_zone)? } };
        Ok((-tm.tm_gmtoff, name))
    };
    let (january, july) = (zone(&january)?, zone(&july)?);
    // South of the equator summer is in January.
    let (winter, summer) = if january.0 < july.0 { (july, january) } else { (january, july) };
    module.set("timezone", Value::small(winter.0));
    module.set("altzone", Value::small(summer.0));
    module.set("daylight", Value::small((winter.0 != summer.0) as i64));
    module.set("tzname", Tuple::new(&[winter.1, summer.1]).value());
    Ok(())
}

fn tzset(module: Value) -> R {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: reads the environment, under the interpreter lock.
    unsafe { tzset() };
    if let Some(module) = module.cast::<Module>() {
        set_zone(module)?;
    }
    Ok(none())
}

pub static FUNCTIONS: &[Method] = &[
    Method::pos("gmtime", |_, args| struct_time(&break_down(seconds_or_now("gmtime", args)?, false)?), 0, u16::MAX),
    Method::pos(
        "localtime",
        |_, args| struct_time(&break_down(seconds_or_now("localtime", args)?, true)?),
        0,
        u16::MAX,
    ),
    Method::one("mktime", mktime),
    Method::none("tzset", tzset),
];
