//! `_posixsubprocess`: starting another program in a child process, for `subprocess`.
//!
//! All that the child needs is made before the fork; between it and `exec` only calls of the system
//! are made, unless the program gave a `preexec_fn`. What fails is written to a pipe that the parent
//! reads, as `NAME:ERRNO:TEXT`.

use crate::errors::{R, type_error, value_error};
use crate::modules::io;
use crate::modules::posix::args::{errno, fs_encoded, id_number};
use crate::modules::posix::process::{Texts, after_fork_in_child, after_fork_in_parent, before_fork};
use crate::object::call;
use crate::object::define::Method;
use crate::ops::{self, numbers};
use crate::types::module::NativeModule;
use crate::types::os_error::os_error_from_errno;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::ffi::CString;

/// Number of the arguments of `fork_exec`.
const ARGUMENTS: u16 = 22;

/// What the child is to do.
struct Plan {
    arguments: Option<Texts>,
    /// The paths that are tried one after another.
    executables: Vec<CString>,
    environment: Option<Texts>,
    close_fds: bool,
    /// Sorted.
    keep: Vec<i32>,
    directory: Option<CString>,
    /// What becomes 0, 1 and 2; -1 leaves it.
    standard: [i32; 3],
    /// The parent's ends of the pipes, and the end of the error pipe that it reads.
    to_close: [i32; 4],
    error_pipe: i32,
    restore_signals: bool,
    new_session: bool,
    process_group: i32,
    gid: Option<u32>,
    groups: Option<Vec<u32>>,
    uid: Option<u32>,
    umask: i32,
    preexec: Option<Value>,
}

fn texts(v: Value) -> R<Vec<CString>> {
    ops::iter::to_vec(v)?.into_iter().map(fs_encoded).collect()
}

fn given(v: Value) -> Option<Value> {
    Some(v).filter(|v| !v.is_none())
}

fn plan(args: &[Value]) -> R<Plan> {
    let number = |i: usize| numbers::as_i32(args[i]);
    let close_fds = ops::truth(args[2])?;
    let Some(keep) = args[3].cast::<Tuple>() else {
        return Err(type_error(format_args!(
            "fork_exec() argument 4 must be tuple, not {}",
            args[3].class().display_name()
        )));
    };
    let keep = keep.as_slice().iter().map(|fd| numbers::as_i32(*fd)).collect::<R<Vec<_>>>()?;
    if keep.windows(2).any(|pair| pair[0] >= pair[1]) || keep.first().is_some_and(|fd| *fd < 0) {
        return Err(value_error("bad value(s) in fds_to_keep"));
    }
    let error_pipe = number(13)?;
    if close_fds && error_pipe < 3 {
        return Err(value_error("errpipe_write must be >= 3"));
    }
    let groups = match given(args[18]) {
        None => None,
        Some(groups) => {
            Some(ops::iter::to_vec(groups)?.into_iter().map(|gid| id_number(gid, "gid")).collect::<R<Vec<_>>>()?)
        }
    };
    Ok(Plan {
        arguments: given(args[0]).map(|v| texts(v).map(Texts::new)).transpose()?,
        executables: texts(args[1])?,
        environment: given(args[5]).map(|v| texts(v).map(Texts::new)).transpose()?,
        close_fds,
        keep,
        directory: given(args[4]).map(fs_encoded).transpose()?,
        standard: [number(6)?, number(9)?, number(11)?],
        to_close: [number(7)?, number(8)?, number(10)?, number(12)?],
        error_pipe,
        restore_signals: ops::truth(args[14])?,
        new_session: ops::truth(args[15])?,
        process_group: number(16)?,
        gid: given(args[17]).map(|v| id_number(v, "gid")).transpose()?,
        groups,
        uid: given(args[19]).map(|v| id_number(v, "uid")).transpose()?,
        umask: number(20)?,
        preexec: given(args[21]),
    })
}

/// What the child tells of a failure.
enum Failure {
    /// Before `exec`; the second part says where.
    Before(i32, &'static str),
    Exec(i32),
    Preexec,
}

fn step(result: libc::c_int) -> Result<(), Failure> {
    if result < 0 { Err(Failure::Before(errno(), "noexec")) } else { Ok(()) }
}

/// Puts the descriptors in place.
///
/// # Safety
/// In the child only.
unsafe fn arrange_descriptors(plan: &Plan) -> Result<(), Failure> {
    // SAFETY: plain system calls.
    unsafe {
        for fd in plan.to_close {
            if fd >= 0 {
                libc::close(fd);
            }
        }
        let mut from = plan.standard;
        // What lies at a lower standard number than it shall have would be overwritten before its turn.
        for (target, fd) in from.iter_mut().enumerate() {
            if *fd >= 0 && (*fd as usize) < target {
                let copy = libc::fcntl(*fd, libc::F_DUPFD_CLOEXEC, 3);
                step(copy)?;
                *fd = copy;
            }
        }
        for (target, fd) in from.iter().enumerate() {
            if *fd == target as i32 {
                // In place, but it must stay open in the new program.
                let flags = libc::fcntl(*fd, libc::F_GETFD);
                step(flags)?;
                step(libc::fcntl(*fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC))?;
            } else if *fd >= 0 {
                step(libc::dup2(*fd, target as i32))?;
            }
        }
    }
    Ok(())
}

/// Closes what is open from 3 on and is not kept.
///
/// # Safety
/// In the child only.
unsafe fn close_others(plan: &Plan) {
    let mut first = 3u32;
    // SAFETY: plain system calls.
    unsafe {
        for fd in plan.keep.iter().map(|fd| *fd as u32).filter(|fd| *fd >= 3) {
            if fd > first {
                libc::syscall(libc::SYS_close_range, first, fd - 1, 0);
            }
            first = fd + 1;
        }
        libc::syscall(libc::SYS_close_range, first, u32::MAX, 0);
    }
}

/// All that comes before `exec`, and it.
///
/// # Safety
/// In the child only.
unsafe fn run(plan: &Plan) -> Failure {
    let prepare = || -> Result<(), Failure> {
        // SAFETY: plain system calls with texts that end with 0.
        unsafe {
            for fd in plan.keep.iter().filter(|fd| **fd != plan.error_pipe) {
                let flags = libc::fcntl(*fd, libc::F_GETFD);
                if flags >= 0 {
                    libc::fcntl(*fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC);
                }
            }
            arrange_descriptors(plan)?;
            if let Some(directory) = &plan.directory {
                if libc::chdir(directory.as_ptr()) < 0 {
                    return Err(Failure::Before(errno(), "noexec:chdir"));
                }
            }
            if plan.umask >= 0 {
                libc::umask(plan.umask as libc::mode_t);
            }
            if plan.restore_signals {
                libc::signal(libc::SIGPIPE, libc::SIG_DFL);
                libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
            }
            if plan.new_session {
                step(libc::setsid())?;
            }
            if plan.process_group >= 0 {
                step(libc::setpgid(0, plan.process_group))?;
            }
            if let Some(groups) = &plan.groups {
                step(libc::setgroups(groups.len(), groups.as_ptr()))?;
            }
            if let Some(gid) = plan.gid {
                step(libc::setregid(gid, gid))?;
            }
            if let Some(uid) = plan.uid {
                step(libc::setreuid(uid, uid))?;
            }
            if let Some(function) = plan.preexec {
                if call::call(function, &[]).is_err() {
                    return Err(Failure::Preexec);
                }
            }
            if plan.close_fds {
                close_others(plan);
            }
        }
        Ok(())
    };
    if let Err(failure) = prepare() {
        return failure;
    }
    let nothing = Texts::new(Vec::new());
    let arguments = plan.arguments.as_ref().unwrap_or(&nothing).as_ptr();
    let mut failure = 0;
    for path in &plan.executables {
        // SAFETY: texts that end with 0, in lists that end with null.
        unsafe {
            match &plan.environment {
                Some(environment) => libc::execve(path.as_ptr(), arguments, environment.as_ptr()),
                None => libc::execv(path.as_ptr(), arguments),
            };
        }
        // The error of a path that exists says more than that another does not.
        let errno = errno();
        if failure == 0 || !matches!(errno, libc::ENOENT | libc::ENOTDIR) {
            failure = errno;
        }
    }
    Failure::Exec(failure)
}

fn fork_exec(_: Value, args: &[Value]) -> R {
    let plan = plan(args)?;
    if plan.preexec.is_some() {
        before_fork();
    } else {
        io::flush_abandoned();
    }
    // SAFETY: the child goes on with this thread alone, and ends in `exec` or `_exit`.
    let pid = unsafe { libc::fork() };
    let failure = errno();
    if pid == 0 {
        if plan.preexec.is_some() {
            after_fork_in_child();
        }
        // SAFETY: this is the child.
        let message = match unsafe { run(&plan) } {
            Failure::Before(errno, place) => format!("OSError:{errno:x}:{place}"),
            Failure::Exec(errno) => format!("OSError:{errno:x}:"),
            Failure::Preexec => String::from("SubprocessError:0:Exception occurred in preexec_fn."),
        };
        // SAFETY: the bytes are a local; the process ends here.
        unsafe {
            libc::write(plan.error_pipe, message.as_ptr().cast(), message.len());
            libc::_exit(255)
        }
    }
    if plan.preexec.is_some() {
        after_fork_in_parent();
    }
    if pid < 0 {
        return Err(os_error_from_errno(failure, None));
    }
    Ok(Value::small(pid as i64))
}

pub static MODULE: NativeModule = NativeModule {
    name: "_posixsubprocess",
    functions: &[Method::pos("fork_exec", fork_exec, ARGUMENTS, ARGUMENTS)],
    init: |_| Ok(()),
};
