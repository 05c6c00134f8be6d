//! `resource`: limits and use of the machine by processes.

use crate::errors::{R, overflow_error, value_error};
use crate::modules::posix::args::{check, errno};
use crate::object::define::Method;
use crate::object::singletons::none;
use crate::ops::{self, numbers};
use crate::types::exceptions as exc;
use crate::types::module::NativeModule;
use crate::types::os_error::os_error_from_errno;
use crate::types::struct_sequence::{self, StructSequence};
use crate::types::tuple::Tuple;
use crate::types::{float, int};
use crate::value::Value;

pub static STRUCT_RUSAGE: StructSequence = StructSequence::new(
    "resource.struct_rusage",
    &[
        "ru_utime",
        "ru_stime",
        "ru_maxrss",
        "ru_ixrss",
        "ru_idrss",
        "ru_isrss",
        "ru_minflt",
        "ru_majflt",
        "ru_nswap",
        "ru_inblock",
        "ru_oublock",
        "ru_msgsnd",
        "ru_msgrcv",
        "ru_nsignals",
        "ru_nvcsw",
        "ru_nivcsw",
    ],
);

/// The kinds of limits by name.
static LIMITS: &[(&str, u32)] = &[
    ("RLIMIT_AS", libc::RLIMIT_AS as u32),
    ("RLIMIT_CORE", libc::RLIMIT_CORE as u32),
    ("RLIMIT_CPU", libc::RLIMIT_CPU as u32),
    ("RLIMIT_DATA", libc::RLIMIT_DATA as u32),
    ("RLIMIT_FSIZE", libc::RLIMIT_FSIZE as u32),
    ("RLIMIT_MEMLOCK", libc::RLIMIT_MEMLOCK as u32),
    ("RLIMIT_MSGQUEUE", libc::RLIMIT_MSGQUEUE as u32),
    ("RLIMIT_NICE", libc::RLIMIT_NICE as u32),
    ("RLIMIT_NOFILE", libc::RLIMIT_NOFILE as u32),
    ("RLIMIT_NPROC", libc::RLIMIT_NPROC as u32),
    ("RLIMIT_OFILE", libc::RLIMIT_NOFILE as u32),
    ("RLIMIT_RSS", libc::RLIMIT_RSS as u32),
    ("RLIMIT_RTPRIO", libc::RLIMIT_RTPRIO as u32),
    ("RLIMIT_RTTIME", libc::RLIMIT_RTTIME as u32),
    ("RLIMIT_SIGPENDING", libc::RLIMIT_SIGPENDING as u32),
    ("RLIMIT_STACK", libc::RLIMIT_STACK as u32),
];

/// Number of the kinds of limits.
const KINDS: i32 = 16;

fn seconds(time: libc::timeval) -> Value {
    float::from_f64(time.tv_sec as f64 + time.tv_usec as f64 * 1e-6)
}

/// The system's struct for the program.
pub fn usage_result(usage: &libc::rusage) -> Value {
    let mut values = vec![seconds(usage.ru_utime), seconds(usage.ru_stime)];
    let numbers = [
        usage.ru_maxrss,
        usage.ru_ixrss,
        usage.ru_idrss,
        usage.ru_isrss,
        usage.ru_minflt,
        usage.ru_majflt,
        usage.ru_nswap,
        usage.ru_inblock,
        usage.ru_oublock,
        usage.ru_msgsnd,
        usage.ru_msgrcv,
        usage.ru_nsignals,
        usage.ru_nvcsw,
        usage.ru_nivcsw,
    ];
    values.extend(numbers.iter().map(|n| int::from_i64(*n as i64)));
    struct_sequence::make(&STRUCT_RUSAGE, &values)
}

fn getrusage(_: Value, who: Value) -> R {
    let who = numbers::as_i32(who)?;
    // SAFETY: the call fills the struct.
    unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        if libc::getrusage(who as _, &mut usage) != 0 {
            return Err(match errno() {
                libc::EINVAL => value_error("invalid who parameter"),
                errno => os_error_from_errno(errno, None),
            });
        }
        Ok(usage_result(&usage))
    }
}

fn kind(v: Value) -> R<u32> {
    match numbers::as_i32(v)? {
        kind if (0..KINDS).contains(&kind) => Ok(kind as u32),
        _ => Err(value_error("invalid resource specified")),
    }
}

fn limit_value(limit: libc::rlim_t) -> Value {
    // "No limit" is -1 for programs.
    if limit == libc::RLIM_INFINITY { Value::small(-1) } else { int::from_u64(limit) }
}

fn pair(limits: &libc::rlimit) -> Value {
    Tuple::new(&[limit_value(limits.rlim_cur), limit_value(limits.rlim_max)]).value()
}

fn limits_argument(v: Value) -> R<libc::rlimit> {
    let [soft, hard] = *ops::iter::to_vec(v)? else {
        return Err(value_error("expected a tuple of 2 integers"));
    };
    let limit = |v: Value| -> R<libc::rlim_t> {
        let view = int::as_int(ops::index(v)?);
        match (view.and_then(|n| n.to_i64()), view.and_then(|n| n.to_u64())) {
            (Some(-1), _) => Ok(libc::RLIM_INFINITY),
            (_, Some(n)) => Ok(n),
            _ => Err(overflow_error("can't convert negative int to unsigned")),
        }
    };
    Ok(libc::rlimit { rlim_cur: limit(soft)?, rlim_max: limit(hard)? })
}

fn limit_error() -> crate::errors::Raised {
    match errno() {
        libc::EINVAL => value_error("current limit exceeds maximum limit"),
        libc::EPERM => value_error("not allowed to raise maximum limit"),
        errno => os_error_from_errno(errno, None),
    }
}

fn prlimit(_: Value, args: &[Value]) -> R {
    let (pid, kind) = (numbers::as_i32(args[0])?, kind(args[1])?);
    let new = args.get(2).map(|v| limits_argument(*v)).transpose()?;
    let new = new.as_ref().map_or(std::ptr::null(), |new| new as *const libc::rlimit);
    // SAFETY: the call fills the struct; the new limits are a local or null.
    unsafe {
        let mut old: libc::rlimit = std::mem::zeroed();
        if libc::prlimit(pid, kind as _, new, &mut old) != 0 {
            return Err(limit_error());
        }
        Ok(pair(&old))
    }
}

pub static MODULE: NativeModule = NativeModule {
    name: "resource",
    functions: &[
        Method::one("getrusage", getrusage),
        Method::one("getrlimit", |_, which| {
            let which = kind(which)?;
            // SAFETY: the call fills the struct.
            unsafe {
                let mut limits: libc::rlimit = std::mem::zeroed();
                check(libc::getrlimit(which as _, &mut limits))?;
                Ok(pair(&limits))
            }
        }),
        Method::pos(
            "setrlimit",
            |_, args| {
                let (which, limits) = (kind(args[0])?, limits_argument(args[1])?);
                // SAFETY: the limits are a local.
                if unsafe { libc::setrlimit(which as _, &limits) } != 0 {
                    return Err(limit_error());
                }
                Ok(none())
            },
            2,
            2,
        ),
        Method::pos("prlimit", prlimit, 2, 3),
        Method::none("getpagesize", |_| {
            // SAFETY: a plain call.
            Ok(Value::small(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }))
        }),
    ],
    init: |module| {
        module.add_type(&STRUCT_RUSAGE.def);
        module.set("error", exc::OS_ERROR.class().value());
        for (name, number) in LIMITS {
            module.set(name, Value::small(*number as i64));
        }
        module.set("RLIM_INFINITY", Value::small(-1));
        module.set("RUSAGE_SELF", Value::small(libc::RUSAGE_SELF as i64));
        module.set("RUSAGE_CHILDREN", Value::small(libc::RUSAGE_CHILDREN as i64));
        module.set("RUSAGE_THREAD", Value::small(libc::RUSAGE_THREAD as i64));
        Ok(())
    },
};
