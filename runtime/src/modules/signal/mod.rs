//! Signals: the system's handler only notes what arrived; the program's handlers run at the next poll.
//!
//! Handlers are kept by number, as roots: 0 until the module `_signal` has looked at the signal, which
//! for SIGINT means "raise KeyboardInterrupt".

pub mod functions;

use crate::errors::{self, R};
use crate::gc;
use crate::object::call;
use crate::object::singletons::none;
use crate::state::state;
use crate::thread;
use crate::types::exceptions as exc;
use crate::types::os_error::os_error_from_errno;
use crate::value::Value;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering::Relaxed};
use taipan_abi::heap::POLL_SIGNAL;

/// One more than the highest signal.
pub const NSIG: usize = 65;

/// `SIG_DFL` and `SIG_IGN` as the program sees them.
pub const DEFAULT: i64 = 0;
pub const IGNORE: i64 = 1;

static ARRIVED: [AtomicBool; NSIG] = [const { AtomicBool::new(false) }; NSIG];
static ANY_ARRIVED: AtomicBool = AtomicBool::new(false);
static HANDLERS: [AtomicU64; NSIG] = [const { AtomicU64::new(0) }; NSIG];

/// The descriptor that gets each signal's number as a byte, or -1 (`set_wakeup_fd`).
static WAKEUP: AtomicI32 = AtomicI32::new(-1);
static WARN_ON_FULL: AtomicBool = AtomicBool::new(true);
/// The `errno` of a byte that could not be written.
static WAKEUP_FAILURE: AtomicI32 = AtomicI32::new(0);

extern "C" fn on_signal(number: libc::c_int) {
    // Handlers run on the main thread, whose calls the signal is to interrupt.
    let main = thread::main_ident();
    if main != 0 && main != thread::ident() {
        // SAFETY: the main thread lives as long as the process.
        unsafe { libc::pthread_kill(main as libc::pthread_t, number) };
        return;
    }
    // SAFETY: `errno` is the interrupted code's.
    let saved = unsafe { *libc::__errno_location() };
    if let Some(arrived) = ARRIVED.get(number as usize) {
        arrived.store(true, Relaxed);
    }
    ANY_ARRIVED.store(true, Relaxed);
    gc::set_poll(POLL_SIGNAL);
    let fd = WAKEUP.load(Relaxed);
    if fd >= 0 {
        let byte = number as u8;
        // SAFETY: one byte of a local; `write` is safe in signal handlers.
        unsafe {
            if libc::write(fd, (&raw const byte).cast(), 1) < 0 {
                let failure = *libc::__errno_location();
                if WARN_ON_FULL.load(Relaxed) || (failure != libc::EAGAIN && failure != libc::EWOULDBLOCK) {
                    WAKEUP_FAILURE.store(failure, Relaxed);
                }
            }
        }
    }
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = saved };
}

/// Installs the handlers that CPython has at its start.
pub fn init() {
    gc::add_root_range(HANDLERS.as_ptr() as *const u64, NSIG);
    // An interrupt that the parent ignores stays ignored, as in background jobs of a shell.
    if disposition(libc::SIGINT) == Some(libc::SIG_DFL) {
        let _ = install(libc::SIGINT, on_signal as *const () as libc::sighandler_t);
    }
    for ignored in [libc::SIGPIPE, libc::SIGXFSZ] {
        let _ = install(ignored, libc::SIG_IGN);
    }
}

/// Ends the process as SIGINT does by default.
pub fn die_of_interrupt() {
    if install(libc::SIGINT, libc::SIG_DFL).is_ok() {
        // SAFETY: a plain system call.
        unsafe { libc::kill(libc::getpid(), libc::SIGINT) };
    }
}

/// What the system does at a signal.
fn disposition(number: i32) -> Option<libc::sighandler_t> {
    // SAFETY: the call fills the struct.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        (libc::sigaction(number, std::ptr::null(), &mut action) == 0).then_some(action.sa_sigaction)
    }
}

/// Changes what the system does; calls that wait are interrupted, not restarted. The error is the `errno`.
fn install(number: i32, to: libc::sighandler_t) -> Result<(), i32> {
    // SAFETY: the struct is filled before the call, and the handler only stores and writes a byte.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = to;
        action.sa_flags = libc::SA_ONSTACK;
        libc::sigemptyset(&mut action.sa_mask);
        if libc::sigaction(number, &action, std::ptr::null_mut()) != 0 {
            return Err(*libc::__errno_location());
        }
    }
    Ok(())
}

/// The program's handler; `None` if nothing is known of the signal yet.
pub fn handler(number: usize) -> Option<Value> {
    // SAFETY: a value or 0, kept alive as a root.
    unsafe { Value::from_slot(HANDLERS[number].load(Relaxed)) }
}

pub fn set_handler(number: usize, handler: Value) {
    HANDLERS[number].store(handler.bits(), Relaxed);
}

/// The handler with which the module starts: `None` if it is none of Python's.
pub fn initial_handler(number: usize, interrupt: Value) -> Value {
    match disposition(number as i32) {
        Some(libc::SIG_DFL) => Value::small(DEFAULT),
        Some(libc::SIG_IGN) => Value::small(IGNORE),
        Some(ours) if ours == on_signal as *const () as libc::sighandler_t => interrupt,
        _ => none(),
    }
}

/// Makes the system tell us of a signal, ignore it, or do as it does by default.
pub fn direct(number: usize, how: Option<i64>) -> R<()> {
    let to = match how {
        Some(DEFAULT) => libc::SIG_DFL,
        Some(_) => libc::SIG_IGN,
        None => on_signal as *const () as libc::sighandler_t,
    };
    install(number as i32, to).map_err(|errno| os_error_from_errno(errno, None))
}

/// Changes the wake-up descriptor; the old one.
pub fn set_wakeup(fd: i32, warn_on_full: bool) -> i32 {
    WARN_ON_FULL.store(warn_on_full, Relaxed);
    WAKEUP.swap(fd, Relaxed)
}

/// The running frame, which handlers get.
fn current_frame() -> Value {
    let frame = state().frame.get();
    if frame.is_null() { none() } else { crate::types::frame::object_of(frame) }
}

/// The main thread goes on after others: what arrived meanwhile is for it.
pub fn look_again() {
    if ANY_ARRIVED.load(Relaxed) {
        gc::set_poll(POLL_SIGNAL);
    }
}

/// Runs what the noted signals ask for; stops at the first handler that raises, the rest waits.
pub fn run_handlers() -> R<()> {
    if !thread::is_main() || !ANY_ARRIVED.swap(false, Relaxed) {
        return Ok(());
    }
    let failure = WAKEUP_FAILURE.swap(0, Relaxed);
    if failure != 0 {
        os_error_from_errno(failure, None);
        errors::unraisable("Exception ignored when trying to write to the signal wakeup fd:", None);
    }
    for (number, arrived) in ARRIVED.iter().enumerate() {
        if !arrived.swap(false, Relaxed) {
            continue;
        }
        let result = match handler(number) {
            None if number as i32 == libc::SIGINT => Err(errors::raise_args(&exc::KEYBOARD_INTERRUPT, &[])),
            Some(handler) if call::is_callable(handler) => {
                call::call(handler, &[Value::small(number as i64), current_frame()]).map(|_| ())
            }
            // It was set back since.
            _ => Ok(()),
        };
        if result.is_err() {
            ANY_ARRIVED.store(true, Relaxed);
            if ARRIVED.iter().any(|arrived| arrived.load(Relaxed)) {
                gc::set_poll(POLL_SIGNAL);
            }
            return result;
        }
    }
    Ok(())
}
