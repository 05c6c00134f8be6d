//! The system's clocks, and sleeping until one of them has gone on.

use super::NANO;
use crate::errors::{R, overflow_error, type_error, value_error};
use crate::modules::posix::args::{check, errno};
use crate::object::define::Method;
use crate::object::singletons::{boolean, none};
use crate::ops::{self, numbers};
use crate::types::os_error::os_error_from_errno;
use crate::types::simple_namespace::SimpleNamespace;
use crate::types::str::Str;
use crate::types::{float, int};
use crate::value::Value;

pub static CLOCKS: &[(&str, libc::clockid_t)] = &[
    ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
    ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
    ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
    ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
    ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
    ("CLOCK_TAI", libc::CLOCK_TAI),
    ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
];

/// The clock behind each function, and what `get_clock_info` says of it.
struct Known {
    name: &'static str,
    clock: libc::clockid_t,
    implementation: &'static str,
    monotonic: bool,
    adjustable: bool,
}

static KNOWN: &[Known] = &[
    Known {
        name: "time",
        clock: libc::CLOCK_REALTIME,
        implementation: "clock_gettime(CLOCK_REALTIME)",
        monotonic: false,
        adjustable: true,
    },
    Known {
        name: "monotonic",
        clock: libc::CLOCK_MONOTONIC,
        implementation: "clock_gettime(CLOCK_MONOTONIC)",
        monotonic: true,
        adjustable: false,
    },
    Known {
        name: "perf_counter",
        clock: libc::CLOCK_MONOTONIC,
        implementation: "clock_gettime(CLOCK_MONOTONIC)",
        monotonic: true,
        adjustable: false,
    },
    Known {
        name: "process_time",
        clock: libc::CLOCK_PROCESS_CPUTIME_ID,
        implementation: "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)",
        monotonic: true,
        adjustable: false,
    },
    Known {
        name: "thread_time",
        clock: libc::CLOCK_THREAD_CPUTIME_ID,
        implementation: "clock_gettime(CLOCK_THREAD_CPUTIME_ID)",
        monotonic: true,
        adjustable: false,
    },
];

/// Nanoseconds of a clock.
fn read(clock: libc::clockid_t) -> R<i64> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the struct is a local.
    check(unsafe { libc::clock_gettime(clock, &mut now) })?;
    Ok(now.tv_sec * NANO + now.tv_nsec)
}

/// Nanoseconds as seconds: exact when they are whole.
pub fn seconds(nano: i64) -> Value {
    float::from_f64(if nano % NANO == 0 { (nano / NANO) as f64 } else { nano as f64 / 1e9 })
}

fn clock_id(v: Value) -> R<libc::clockid_t> {
    if v.class().slots().index.is_none() {
        return Err(type_error(format_args!("clk_id should be integer, not {}", v.class().display_name())));
    }
    numbers::as_i32(v)
}

/// A span of time in nanoseconds, rounded up.
pub fn duration(v: Value) -> R<i64> {
    let too_large = || overflow_error("timestamp out of range for C PyTime_t");
    if let Some(x) = float::as_f64(v).filter(|_| !ops::is_int(v)) {
        if x.is_nan() {
            return Err(value_error("Invalid value NaN (not a number)"));
        }
        let nano = (x * 1e9).ceil();
        if !(-9.223372036854775e18..9.223372036854775e18).contains(&nano) {
            return Err(too_large());
        }
        return Ok(nano as i64);
    }
    if v.class().slots().index.is_none() {
        return Err(type_error(format_args!(
            "'{}' object cannot be interpreted as an integer or float",
            v.class().display_name()
        )));
    }
    match int::as_int(ops::index(v)?).and_then(|n| n.to_i64()).and_then(|n| n.checked_mul(NANO)) {
        Some(nano) => Ok(nano),
        None => Err(too_large()),
    }
}

fn sleep(_: Value, v: Value) -> R {
    let nano = duration(v)?;
    if nano < 0 {
        return Err(value_error("sleep length must be non-negative"));
    }
    let end = read(libc::CLOCK_MONOTONIC)?.saturating_add(nano);
    let until = libc::timespec { tv_sec: end / NANO, tv_nsec: end % NANO };
    loop {
        let result = ops::poll::blocking(|| {
            // SAFETY: the time is a local; the rest is not asked for.
            unsafe { libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &until, std::ptr::null_mut()) }
        });
        match result {
            0 => return Ok(none()),
            libc::EINTR => ops::poll::run()?,
            errno => return Err(os_error_from_errno(errno, None)),
        }
    }
}

fn get_clock_info(_: Value, name: Value) -> R {
    let Some(text) = name.cast::<Str>() else {
        return Err(type_error(format_args!(
            "get_clock_info() argument 1 must be str, not {}",
            name.class().display_name()
        )));
    };
    let Some(known) = KNOWN.iter().find(|known| text.is_str(known.name)) else {
        return Err(value_error("unknown clock"));
    };
    Ok(SimpleNamespace::new(&[
        ("implementation", Str::new(known.implementation).value()),
        ("monotonic", boolean(known.monotonic)),
        ("adjustable", boolean(known.adjustable)),
        ("resolution", resolution(known.clock)?),
    ])
    .value())
}

fn resolution(clock: libc::clockid_t) -> R {
    let mut step = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the struct is a local.
    check(unsafe { libc::clock_getres(clock, &mut step) })?;
    Ok(float::from_f64(step.tv_sec as f64 + step.tv_nsec as f64 * 1e-9))
}

fn set(clock: libc::clockid_t, nano: i64) -> R {
    let time = libc::timespec { tv_sec: nano.div_euclid(NANO), tv_nsec: nano.rem_euclid(NANO) };
    // SAFETY: the struct is a local.
    if unsafe { libc::clock_settime(clock, &time) } != 0 {
        return Err(os_error_from_errno(errno(), None));
    }
    Ok(none())
}

/// The functions of one clock: seconds as a float, and nanoseconds as an int.
macro_rules! clock {
    ($clock:ident) => {
        |_| Ok(seconds(read(libc::$clock)?))
    };
    (ns $clock:ident) => {
        |_| Ok(int::from_i64(read(libc::$clock)?))
    };
}

pub static FUNCTIONS: &[Method] = &[
    Method::none("time", clock!(CLOCK_REALTIME)),
    Method::none("time_ns", clock!(ns CLOCK_REALTIME)),
    Method::none("monotonic", clock!(CLOCK_MONOTONIC)),
    Method::none("monotonic_ns", clock!(ns CLOCK_MONOTONIC)),
    Method::none("perf_counter", clock!(CLOCK_MONOTONIC)),
    Method::none("perf_counter_ns", clock!(ns CLOCK_MONOTONIC)),
    Method::none("process_time", clock!(CLOCK_PROCESS_CPUTIME_ID)),
    Method::none("process_time_ns", clock!(ns CLOCK_PROCESS_CPUTIME_ID)),
    Method::none("thread_time", clock!(CLOCK_THREAD_CPUTIME_ID)),
    Method::none("thread_time_ns", clock!(ns CLOCK_THREAD_CPUTIME_ID)),
    Method::one("clock_gettime", |_, clock| Ok(seconds(read(clock_id(clock)?)?))),
    Method::one("clock_gettime_ns", |_, clock| Ok(int::from_i64(read(clock_id(clock)?)?))),
    Method::one("clock_getres", |_, clock| resolution(clock_id(clock)?)),
    Method::pos("clock_settime", |_, args| set(clock_id(args[0])?, duration(args[1])?), 2, 2),
    Method::pos(
        "clock_settime_ns",
        |_, args| {
            if !ops::is_int(args[1]) {
                return Err(type_error(format_args!("expect int, got {}", args[1].class().display_name())));
            }
            set(clock_id(args[0])?, ops::as_i64(args[1])?)
        },
        2,
        2,
    ),
    Method::one("sleep", sleep),
    Method::one("get_clock_info", get_clock_info),
];
