//! The module `_signal`, which `signal` wraps.

use super::{DEFAULT, IGNORE, NSIG, direct, handler, initial_handler, set_handler, set_wakeup};
use crate::errors::{self, R, Raised, type_error, value_error};
use crate::modules::posix::args::{check, errno};
use crate::modules::time::clocks::duration;
use crate::object::args::Params;
use crate::object::define::Method;
use crate::object::singletons::none;
use crate::object::{Args, Ref, Type, attr, call};
use crate::ops::{self, numbers};
use crate::types::exceptions as exc;
use crate::types::int;
use crate::types::module::NativeModule;
use crate::types::os_error::{os_error_from_errno, strerror};
use crate::types::set;
use crate::types::str::Str;
use crate::types::struct_sequence::{self, StructSequence};
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::ffi::CStr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

pub static STRUCT_SIGINFO: StructSequence = StructSequence::new(
    "signal.struct_siginfo",
    &["si_signo", "si_code", "si_errno", "si_pid", "si_uid", "si_status", "si_band"],
);

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

static NUMBERS: &[(&str, i64)] = numbers! {
    ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL SIGABRT SIGALRM SIGBUS SIGCHLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT SIGIO
    SIGIOT SIGKILL SIGPIPE SIGPOLL SIGPROF SIGPWR SIGQUIT SIGSEGV SIGSTKFLT SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP
    SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ SIG_BLOCK SIG_SETMASK SIG_UNBLOCK
};

/// The class `ItimerError`; 0 until the module is made.
static ITIMER_ERROR: AtomicU64 = AtomicU64::new(0);

fn number(v: Value) -> R<usize> {
    match numbers::as_i32(v)? {
        n if (1..NSIG as i32).contains(&n) => Ok(n as usize),
        _ => Err(value_error("signal number out of range")),
    }
}

fn default_int_handler(_: Value, args: &[Value]) -> R {
    numbers::as_i32(args[0])?;
    Err(errors::raise_args(&exc::KEYBOARD_INTERRUPT, &[]))
}

fn signal(_: Value, args: &[Value]) -> R {
    let number = number(args[0])?;
    let is = |n: i64| ops::equal(args[1], Value::small(n));
    let how = if is(IGNORE)? {
        Some(IGNORE)
    } else if is(DEFAULT)? {
        Some(DEFAULT)
    } else if call::is_callable(args[1]) {
        None
    } else {
        return Err(type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"));
    };
    // What has arrived is for the old handler.
    ops::poll::run()?;
    direct(number, how)?;
    let old = handler(number).unwrap_or_else(none);
    set_handler(number, how.map_or(args[1], Value::small));
    Ok(old)
}

fn strsignal(_: Value, v: Value) -> R {
    let number = number(v)?;
    // SAFETY: gives null, or a text that ends with 0 and stays until the next call.
    let text = unsafe {
        let text = libc::strsignal(number as i32);
        if text.is_null() {
            return Ok(none());
        }
        CStr::from_ptr(text).to_string_lossy().into_owned()
    };
    Ok(if text.starts_with("Unknown signal") { none() } else { Str::from_string(text) })
}

fn set_wakeup_fd(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "set_wakeup_fd", names: &["", "warn_on_full_buffer"], required: 1, positional: 1 };
    let [fd, warn] = args.bind(&PARAMS)?;
    let fd = numbers::as_i32(fd.unwrap_or_else(none))?;
    let warn = warn.map_or(Ok(true), ops::truth)?;
    if fd != -1 {
        // SAFETY: a plain system call.
        let flags = check(unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
        if flags as i32 & libc::O_NONBLOCK == 0 {
            return Err(value_error(format_args!("the fd {fd} must be in non-blocking mode")));
        }
    }
    Ok(Value::small(set_wakeup(fd.max(-1), warn) as i64))
}

/// `ItimerError` with the system's error.
fn itimer_error() -> Raised {
    let errno = errno();
    // SAFETY: a class, kept alive by the module's root; set before these functions exist.
    match unsafe { Value::from_slot(ITIMER_ERROR.load(Relaxed)) }.and_then(|class| class.exact_type()) {
        Some(class) => errors::raise(exc::new(class, &[Value::small(errno as i64), Str::from_string(strerror(errno))])),
        None => os_error_from_errno(errno, None),
    }
}

fn timeval(nano: i64) -> libc::timeval {
    // What is not nothing must not be rounded to it, which would stop the timer.
    let micro = if nano > 0 { (nano as u64).div_ceil(1000) as i64 } else { nano.div_euclid(1000) };
    libc::timeval { tv_sec: micro.div_euclid(1_000_000), tv_usec: micro.rem_euclid(1_000_000) }
}

fn timer_value(timer: &libc::itimerval) -> Value {
    let time = |t: libc::timeval| crate::types::float::from_f64(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6);
    Tuple::new(&[time(timer.it_value), time(timer.it_interval)]).value()
}

fn setitimer(_: Value, args: &[Value]) -> R {
    let which = numbers::as_i32(args[0])?;
    let new = libc::itimerval {
        it_value: timeval(duration(args[1])?),
        it_interval: timeval(args.get(2).map_or(Ok(0), |v| duration(*v))?),
    };
    // SAFETY: the call fills the old one.
    unsafe {
        let mut old: libc::itimerval = std::mem::zeroed();
        if libc::setitimer(which as _, &new, &mut old) != 0 {
            return Err(itimer_error());
        }
        Ok(timer_value(&old))
    }
}

fn getitimer(_: Value, which: Value) -> R {
    let which = numbers::as_i32(which)?;
    // SAFETY: the call fills the struct.
    unsafe {
        let mut timer: libc::itimerval = std::mem::zeroed();
        if libc::getitimer(which as _, &mut timer) != 0 {
            return Err(itimer_error());
        }
        Ok(timer_value(&timer))
    }
}

/// A set of signals from an iterable of numbers.
fn sigset(v: Value) -> R<libc::sigset_t> {
    // SAFETY: the set is emptied before use.
    let mut set = unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&mut set);
        set
    };
    for v in ops::iter::to_vec(v)? {
        let number = ops::as_i64(v)?;
        if !(1..NSIG as i64).contains(&number) {
            return Err(value_error(format_args!("signal number {number} out of range [1; {}]", NSIG - 1)));
        }
        // SAFETY: an initialised set; numbers that the C library keeps for itself are refused, as they should.
        unsafe { libc::sigaddset(&mut set, number as i32) };
    }
    Ok(set)
}

fn signals_of(set: &libc::sigset_t) -> R {
    let members: Vec<Value> = (1..NSIG as i32)
        // SAFETY: an initialised set.
        .filter(|n| unsafe { libc::sigismember(set, *n) } == 1)
        .map(|n| Value::small(n as i64))
        .collect();
    set::from_items(&members)
}

fn pthread_sigmask(_: Value, args: &[Value]) -> R {
    let (how, set) = (numbers::as_i32(args[0])?, sigset(args[1])?);
    // SAFETY: the call fills the old set.
    let old = unsafe {
        let mut old: libc::sigset_t = std::mem::zeroed();
        match libc::pthread_sigmask(how, &set, &mut old) {
            0 => old,
            errno => return Err(os_error_from_errno(errno, None)),
        }
    };
    // Signals that are let through now are handled before the next line.
    ops::poll::run()?;
    signals_of(&old)
}

fn siginfo(info: &libc::siginfo_t) -> Value {
    // SAFETY: `sigwaitinfo` filled the struct, and every bit pattern of these fields is a number.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    // The band shares its place with the process id.
    let band = ((uid as u64) << 32 | pid as u32 as u64) as i64;
    let numbers = [info.si_signo as i64, info.si_code as i64, info.si_errno as i64, pid as i64];
    let mut values = numbers.map(Value::small).to_vec();
    values.extend([int::from_i64(uid as i64), int::from_i64(status as i64), int::from_i64(band)]);
    struct_sequence::make(&STRUCT_SIGINFO, &values)
}

/// Waits for one of the signals; `None` when the time is over.
fn wait_for(set: &libc::sigset_t, patience: Option<i64>) -> R<Option<libc::siginfo_t>> {
    let start = std::time::Instant::now();
    loop {
        // SAFETY: the call fills the struct; the time is a local or null.
        let result = ops::poll::blocking(|| unsafe {
            let mut info: libc::siginfo_t = std::mem::zeroed();
            let left = patience.map(|nano| (nano - start.elapsed().as_nanos() as i64).max(0));
            let left = left.map(|nano| libc::timespec { tv_sec: nano / 1_000_000_000, tv_nsec: nano % 1_000_000_000 });
            let left = left.as_ref().map_or(std::ptr::null(), |left| left as *const libc::timespec);
            if libc::sigtimedwait(set, &mut info, left) < 0 { Err(errno()) } else { Ok(info) }
        });
        match result {
            Ok(info) => return Ok(Some(info)),
            Err(libc::EAGAIN) => return Ok(None),
            Err(libc::EINTR) => ops::poll::run()?,
            Err(errno) => return Err(os_error_from_errno(errno, None)),
        }
    }
}

fn sigtimedwait(_: Value, args: &[Value]) -> R {
    let nano = duration(args[1])?;
    if nano < 0 {
        return Err(value_error("timeout must be non-negative"));
    }
    let set = sigset(args[0])?;
    Ok(wait_for(&set, Some(nano))?.map_or_else(none, |info| siginfo(&info)))
}

fn valid_signals(_: Value) -> R {
    // SAFETY: filled before use.
    let all = unsafe {
        let mut set: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut set);
        set
    };
    signals_of(&all)
}

fn raise_signal(_: Value, v: Value) -> R {
    let number = numbers::as_i32(v)?;
    // SAFETY: a plain system call.
    check(unsafe { libc::raise(number) })?;
    ops::poll::run()?;
    Ok(none())
}

fn pause(_: Value) -> R {
    // SAFETY: a plain system call.
    ops::poll::blocking(|| unsafe { libc::pause() });
    ops::poll::run()?;
    Ok(none())
}

fn siginterrupt(_: Value, args: &[Value]) -> R {
    let (number, flag) = (number(args[0])?, numbers::as_i32(args[1])?);
    unsafe extern "C" {
        fn siginterrupt(number: libc::c_int, flag: libc::c_int) -> libc::c_int;
    }
    // SAFETY: a plain call.
    check(unsafe { siginterrupt(number as i32, flag) })?;
    Ok(none())
}

fn pidfd_send_signal(_: Value, args: &[Value]) -> R {
    let (fd, number) = (numbers::as_i32(args[0])?, numbers::as_i32(args[1])?);
    if args.get(2).is_some_and(|info| !info.is_none()) {
        return Err(type_error("siginfo must be None"));
    }
    let flags = args.get(3).map_or(Ok(0), |v| numbers::as_i32(*v))?;
    let nothing = std::ptr::null::<libc::siginfo_t>();
    // SAFETY: a plain system call.
    check(unsafe { libc::syscall(libc::SYS_pidfd_send_signal, fd, number, nothing, flags) })?;
    Ok(none())
}

fn itimer_error_class() -> R<Ref<Type>> {
    let bases = Tuple::new(&[exc::OS_ERROR.class().value()]);
    let namespace = crate::types::dict::Dict::new();
    namespace.set_str(Str::intern("__module__"), Str::intern("signal").value());
    let type_class = exc::OS_ERROR.class().value().class().value();
    let name = Str::intern("ItimerError");
    let class = call::call(type_class, &[name.value(), bases.value(), namespace.value()])?;
    class.exact_type().ok_or_else(|| type_error("a class is not a type"))
}

static FUNCTIONS: &[Method] = &[
    Method::one("alarm", |_, seconds| {
        let seconds = numbers::as_i32(seconds)?;
        // SAFETY: a plain system call.
        Ok(Value::small(unsafe { libc::alarm(seconds as libc::c_uint) } as i64))
    }),
    Method::pos("default_int_handler", default_int_handler, 2, 2),
    Method::one("getitimer", getitimer),
    Method::one("getsignal", |_, v| Ok(handler(number(v)?).unwrap_or_else(none))),
    Method::none("pause", pause),
    Method::pos("pidfd_send_signal", pidfd_send_signal, 2, 4),
    Method::pos("pthread_sigmask", pthread_sigmask, 2, 2),
    Method::one("raise_signal", raise_signal),
    Method::full("set_wakeup_fd", set_wakeup_fd),
    Method::pos("setitimer", setitimer, 2, 3),
    Method::pos("siginterrupt", siginterrupt, 2, 2),
    Method::pos("signal", signal, 2, 2),
    Method::none("sigpending", |_| {
        // SAFETY: the call fills the set.
        let pending = unsafe {
            let mut pending: libc::sigset_t = std::mem::zeroed();
            check(libc::sigpending(&mut pending))?;
            pending
        };
        signals_of(&pending)
    }),
    Method::pos("sigtimedwait", sigtimedwait, 2, 2),
    Method::one("sigwait", |_, set| {
        let set = sigset(set)?;
        Ok(wait_for(&set, None)?.map_or_else(none, |info| Value::small(info.si_signo as i64)))
    }),
    Method::one("sigwaitinfo", |_, set| {
        let set = sigset(set)?;
        Ok(wait_for(&set, None)?.map_or_else(none, |info| siginfo(&info)))
    }),
    Method::one("strsignal", strsignal),
    Method::none("valid_signals", valid_signals),
];

pub static MODULE: NativeModule = NativeModule {
    name: "_signal",
    functions: FUNCTIONS,
    init: |module| {
        for (name, number) in NUMBERS {
            module.set(name, Value::small(*number));
        }
        let more = [
            ("NSIG", NSIG as i64),
            ("SIGCLD", libc::SIGCHLD as i64),
            ("SIGRTMIN", libc::SIGRTMIN() as i64),
            ("SIGRTMAX", libc::SIGRTMAX() as i64),
            ("SIG_DFL", DEFAULT),
            ("SIG_IGN", IGNORE),
        ];
        for (name, number) in more {
            module.set(name, Value::small(number));
        }
        module.add_type(&STRUCT_SIGINFO.def);
        let class = itimer_error_class()?;
        crate::gc::add_root_range(ITIMER_ERROR.as_ptr(), 1);
        ITIMER_ERROR.store(class.value().bits(), Relaxed);
        module.set("ItimerError", class.value());
        let interrupt = attr::getattr(module.value(), Str::intern("default_int_handler"))?;
        for number in 1..NSIG {
            if handler(number).is_none() {
                set_handler(number, initial_handler(number, interrupt));
            }
        }
        Ok(())
    },
};
