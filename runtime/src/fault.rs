//! What a user sees of a fault of Taipan itself: one line that says so, how to report it, exit status 70.
//!
//! The hook ends the process whichever thread panics, so no panic unwinds through native code, no worker's
//! panic is lost, and no backtrace is shown. It may run with a broken heap or a full disk behind standard
//! error: it takes no lock of ours, runs no exit handlers, and ignores what it cannot write.

use std::io::Write;

/// Exit status of an internal error (`EX_SOFTWARE`).
pub const STATUS: i32 = 70;

/// How to report a fault.
pub const ADVICE: &str =
    "This is a fault of Taipan, not of your program. Please report it with the program that shows it.";

/// Makes panics of any thread end the process with the message.
pub fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let what = info.payload().downcast_ref::<&str>().map(|s| s.to_string());
        let what = what.or_else(|| info.payload().downcast_ref::<String>().cloned()).unwrap_or_default();
        let what = what.lines().collect::<Vec<_>>().join("; ");
        let place = info.location().map_or_else(String::new, |l| format!(" ({}:{})", l.file(), l.line()));
        complain(&format!("taipan: internal error: {what}{place}\n{ADVICE}\n"));
        // SAFETY: ends the process without running anything more of it.
        unsafe { libc::_exit(STATUS) }
    }));
}

/// Writes to standard error, if that can be written to: `eprintln!` would panic.
pub fn complain(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
