//! Processes: starting, waiting for, signalling; users and groups; the end of this one.

use super::args::{Also, Path, check, errno, from_id, fs_encoded, id_number, retry_checked};
use crate::errors::{self, R, type_error, value_error};
use crate::modules::{io, warnings};
use crate::object::args::Params;
use crate::object::define::Method;
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Ref, Type, attr, call};
use crate::ops::{self, numbers};
use crate::types::exceptions::DEPRECATION_WARNING;
use crate::types::list::List;
use crate::types::os_error::os_error_from_errno;
use crate::types::str::Str;
use crate::types::struct_sequence::{self, StructSequence};
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::RefCell;
use std::ffi::{CString, c_char};

pub static WAITID_RESULT: StructSequence =
    StructSequence::new("posix.waitid_result", &["si_pid", "si_uid", "si_signo", "si_status", "si_code"]);

/// What `register_at_fork` was given.
struct AtFork {
    before: Vec<Value>,
    in_parent: Vec<Value>,
    in_child: Vec<Value>,
}

/// A cell of the process, touched only under the interpreter lock.
struct Locked<T>(RefCell<T>);
// SAFETY: only the thread that holds the interpreter lock comes here.
unsafe impl<T> Sync for Locked<T> {}

static AT_FORK: Locked<AtFork> =
    Locked(RefCell::new(AtFork { before: Vec::new(), in_parent: Vec::new(), in_child: Vec::new() }));

fn register_at_fork(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "register_at_fork",
        names: &["before", "after_in_child", "after_in_parent"],
        required: 0,
        positional: 0,
    };
    let [before, in_child, in_parent] = args.bind(&PARAMS)?;
    if before.is_none() && in_child.is_none() && in_parent.is_none() {
        return Err(type_error("At least one argument is required."));
    }
    for (name, function) in PARAMS.names.iter().zip([before, in_child, in_parent]) {
        if let Some(function) = function.filter(|f| f.class().slots().call.is_none()) {
            return Err(type_error(format_args!("'{name}' must be callable, not {}", function.class().display_name())));
        }
    }
    let mut registered = AT_FORK.0.borrow_mut();
    registered.before.extend(before);
    registered.in_child.extend(in_child);
    registered.in_parent.extend(in_parent);
    Ok(none())
}

fn run_hooks(hooks: &[Value]) {
    for hook in hooks {
        ops::poll::call_quietly(*hook, &[], "Exception ignored in:");
    }
}

/// Runs the functions registered for the time before a fork, last first.
pub fn before_fork() {
    let hooks: Vec<Value> = AT_FORK.0.borrow().before.iter().rev().copied().collect();
    run_hooks(&hooks);
    // What is in the buffers of files that nobody holds any more must not be written twice.
    io::flush_abandoned();
}

pub fn after_fork_in_parent() {
    let hooks = AT_FORK.0.borrow().in_parent.clone();
    run_hooks(&hooks);
}

pub fn after_fork_in_child() {
    crate::thread::after_fork_in_child();
    crate::modules::thread::handle::after_fork_in_child();
    let hooks = AT_FORK.0.borrow().in_child.clone();
    run_hooks(&hooks);
}

fn fork(_: Value) -> R {
    before_fork();
    // SAFETY: the child goes on with this thread alone, which holds the interpreter lock.
    let pid = unsafe { libc::fork() };
    let failure = errno();
    if pid == 0 {
        after_fork_in_child();
    } else {
        after_fork_in_parent();
    }
    if pid < 0 {
        return Err(os_error_from_errno(failure, None));
    }
    if pid > 0 && crate::thread::count() > 0 {
        let own = std::process::id();
        let text = "is multi-threaded, use of fork() may lead to deadlocks in the child.";
        // A filter that makes an error of it changes nothing: the child runs already.
        if warnings::warn(&DEPRECATION_WARNING, &format!("This process (pid={own}) {text}"), 1).is_err() {
            errors::clear();
        }
    }
    Ok(Value::small(pid as i64))
}

/// Texts for `exec`: the strings, and their addresses with a null at the end.
pub struct Texts {
    texts: Vec<CString>,
    pointers: Vec<*const c_char>,
}

impl Texts {
    pub fn new(texts: Vec<CString>) -> Texts {
        let pointers = texts.iter().map(|t| t.as_ptr()).chain([std::ptr::null()]).collect();
        Texts { texts, pointers }
    }

    pub fn as_ptr(&self) -> *const *const c_char {
        self.pointers.as_ptr()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

fn exec_arguments(function: &str, v: Value) -> R<Texts> {
    if v.cast::<Tuple>().is_none() && v.cast::<List>().is_none() {
        return Err(type_error(format_args!("{function}() arg 2 must be a tuple or list")));
    }
    let items = ops::iter::to_vec(v)?;
    if items.is_empty() {
        return Err(value_error(format_args!("{function}() arg 2 must not be empty")));
    }
    let texts = items.into_iter().map(fs_encoded).collect::<R<Vec<_>>>()?;
    if texts[0].is_empty() {
        return Err(value_error(format_args!("{function}() arg 2 first element cannot be empty")));
    }
    Ok(Texts::new(texts))
}

/// `NAME=value` of each item of a mapping.
pub fn environment_texts(mapping: Value) -> R<Texts> {
    let call_method = |name: &str| -> R<Vec<Value>> {
        let method = attr::getattr(mapping, Str::intern(name))?;
        ops::iter::to_vec(call::call(method, &[])?)
    };
    let (keys, values) = (call_method("keys")?, call_method("values")?);
    let mut texts = Vec::with_capacity(keys.len());
    for (key, value) in keys.into_iter().zip(values) {
        let (key, value) = (fs_encoded(key)?.into_bytes(), fs_encoded(value)?.into_bytes());
        if key.is_empty() || key[1..].contains(&b'=') {
            return Err(value_error("illegal environment variable name"));
        }
        let joined = CString::new([key, value].join(&b'='));
        texts.push(joined.map_err(|_| value_error("embedded null byte"))?);
    }
    Ok(Texts::new(texts))
}

fn execv(_: Value, args: &[Value]) -> R {
    let path = Path::parse("execv", "path", Some(args[0]), Also::Nothing)?;
    let texts = exec_arguments("execv", args[1])?;
    io::flush_abandoned();
    // SAFETY: the path and the texts end with 0, their list with null.
    unsafe { libc::execv(path.as_ptr(), texts.as_ptr()) };
    Err(os_error_from_errno(errno(), None))
}

fn execve(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "execve", names: &["path", "argv", "env"], required: 3, positional: 3 };
    let [path, argv, env] = args.bind(&PARAMS)?;
    let path = Path::parse("execve", "path", path, Also::Descriptor)?;
    let (argv, env) = (argv.unwrap_or_else(none), env.unwrap_or_else(none));
    if argv.cast::<Tuple>().is_none() && argv.cast::<List>().is_none() {
        return Err(type_error("execve: argv must be a tuple or list"));
    }
    if ops::len(argv)? == 0 {
        return Err(value_error("execve: argv must not be empty"));
    }
    if env.class().slots().getitem.is_none() {
        return Err(type_error("execve: environment must be a mapping object"));
    }
    let texts = ops::iter::to_vec(argv)?.into_iter().map(fs_encoded).collect::<R<Vec<_>>>()?;
    if texts[0].is_empty() {
        return Err(value_error("execve: argv first element cannot be empty"));
    }
    let (texts, env) = (Texts::new(texts), environment_texts(env)?);
    io::flush_abandoned();
    // SAFETY: the path and the texts end with 0, their lists with null.
    unsafe {
        match path.fd {
            Some(fd) => libc::fexecve(fd, texts.as_ptr(), env.as_ptr()),
            None => libc::execve(path.as_ptr(), texts.as_ptr(), env.as_ptr()),
        }
    };
    Err(path.error(errno()))
}

fn system(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "system", names: &["command"], required: 1, positional: 1 };
    let [command] = args.bind(&PARAMS)?;
    let command = fs_encoded(command.unwrap_or_else(none))?;
    io::flush_abandoned();
    // SAFETY: the command ends with 0.
    Ok(Value::small(ops::poll::blocking(|| unsafe { libc::system(command.as_ptr()) }) as i64))
}

fn pid_and_status(pid: i64, status: i32) -> Value {
    Tuple::new(&[Value::small(pid), Value::small(status as i64)]).value()
}

fn wait_for(pid: i32, options: i32) -> R {
    let mut status = 0;
    let at = &raw mut status as usize;
    // SAFETY: the status is a local.
    let pid = retry_checked(|| unsafe { libc::waitpid(pid, at as *mut i32, options) as i64 })?;
    // SAFETY: written by the call, which the compiler does not see.
    Ok(pid_and_status(pid, unsafe { std::ptr::read_volatile(&raw const status) }))
}

fn wait4(pid: i32, options: i32) -> R {
    let mut status = 0;
    // SAFETY: all zeros is a valid struct.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let (status_at, usage_at) = (&raw mut status as usize, &raw mut usage as usize);
    // SAFETY: both are locals.
    let pid = retry_checked(|| unsafe {
        libc::wait4(pid, status_at as *mut i32, options, usage_at as *mut libc::rusage) as i64
    })?;
    // SAFETY: written by the call, which the compiler does not see.
    let (status, usage) =
        unsafe { (std::ptr::read_volatile(&raw const status), std::ptr::read_volatile(&raw const usage)) };
    let usage = crate::modules::resource::usage_result(&usage);
    Ok(Tuple::new(&[Value::small(pid), Value::small(status as i64), usage]).value())
}

fn waitid(_: Value, args: &[Value]) -> R {
    let kind = ops::as_i64(args[0])? as libc::idtype_t;
    let id = id_argument(args[1])?;
    let options = numbers::as_i32(args[2])?;
    // SAFETY: all zeros is a valid struct.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let at = &raw mut info as usize;
    // SAFETY: the struct is a local.
    retry_checked(|| unsafe { libc::waitid(kind, id, at as *mut libc::siginfo_t, options) as i64 })?;
    // SAFETY: filled by `waitid` for a child, or all zeros.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    if pid == 0 {
        return Ok(none());
    }
    let numbers = [pid as i64, uid as i64, info.si_signo as i64, status as i64, info.si_code as i64];
    Ok(struct_sequence::make(&WAITID_RESULT, &numbers.map(Value::small)))
}

fn id_argument(v: Value) -> R<libc::id_t> {
    Ok(ops::as_i64(v)? as libc::id_t)
}

fn waitstatus_to_exitcode(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "waitstatus_to_exitcode", names: &["status"], required: 1, positional: 1 };
    let [status] = args.bind(&PARAMS)?;
    let status = numbers::as_i32(status.unwrap_or_else(none))?;
    if libc::WIFEXITED(status) {
        return Ok(Value::small(libc::WEXITSTATUS(status) as i64));
    }
    if libc::WIFSIGNALED(status) {
        return Ok(Value::small(-libc::WTERMSIG(status) as i64));
    }
    if libc::WIFSTOPPED(status) {
        let signal = libc::WSTOPSIG(status);
        return Err(value_error(format_args!("process stopped by delivery of signal {signal}")));
    }
    Err(value_error(format_args!("invalid wait status: {status}")))
}

fn getgroups(_: Value) -> R {
    let mut groups = vec![0 as libc::gid_t; 1 << 16];
    // SAFETY: the buffer's length is given.
    let n = check(unsafe { libc::getgroups(groups.len() as i32, groups.as_mut_ptr()) })?;
    let list = List::new(&[]);
    groups[..n as usize].iter().for_each(|gid| list.push(from_id(*gid)));
    Ok(list.value())
}

fn getgrouplist(_: Value, args: &[Value]) -> R {
    let user = fs_encoded(super::args::text(args[0], "getgrouplist", "argument 1")?.value())?;
    let gid = id_number(args[1], "gid")?;
    let mut groups = vec![0 as libc::gid_t; 64];
    loop {
        let mut n = groups.len() as i32;
        // SAFETY: the buffer's length is given, and the name ends with 0.
        if unsafe { libc::getgrouplist(user.as_ptr(), gid, groups.as_mut_ptr(), &mut n) } >= 0 {
            let list = List::new(&[]);
            groups[..n as usize].iter().for_each(|gid| list.push(from_id(*gid)));
            return Ok(list.value());
        }
        groups.resize((n as usize).max(groups.len() * 2), 0);
    }
}

fn setgroups(_: Value, groups: Value) -> R {
    if groups.class().slots().getitem.is_none() {
        return Err(type_error("setgroups argument must be a sequence"));
    }
    let mut ids = Vec::new();
    for group in ops::iter::to_vec(groups)? {
        if !ops::is_int(group) {
            return Err(type_error("groups must be integers"));
        }
        ids.push(id_number(group, "gid")?);
    }
    // SAFETY: the buffer's length is given.
    check(unsafe { libc::setgroups(ids.len(), ids.as_ptr()) })?;
    Ok(none())
}

/// The three ids that `getresuid` and `getresgid` give.
fn three_ids(call: unsafe extern "C" fn(*mut u32, *mut u32, *mut u32) -> i32) -> R {
    let (mut real, mut effective, mut saved) = (0, 0, 0);
    // SAFETY: room for all three.
    check(unsafe { call(&mut real, &mut effective, &mut saved) })?;
    Ok(Tuple::new(&[real, effective, saved].map(from_id)).value())
}

fn exit(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "_exit", names: &["status"], required: 1, positional: 1 };
    let [status] = args.bind(&PARAMS)?;
    let status = numbers::as_i32(status.unwrap_or_else(none))?;
    io::flush_abandoned();
    // SAFETY: ends the process.
    unsafe { libc::_exit(status) }
}

/// A question to a wait status.
macro_rules! status_test {
    ($name:literal $call:expr) => {
        Method::full($name, |_, args| {
            static PARAMS: Params = Params { function: $name, names: &["status"], required: 1, positional: 1 };
            let [status] = args.bind(&PARAMS)?;
            let status = numbers::as_i32(status.unwrap_or_else(none))?;
            Ok($call(status))
        })
    };
}

/// A call without arguments that gives a process's or group's number.
macro_rules! number_of {
    ($name:literal $call:path) => {
        // SAFETY: a plain system call.
        Method::none($name, |_| Ok(Value::small(unsafe { $call() } as i64)))
    };
}

/// ... a user's.
macro_rules! id_of {
    ($name:literal $call:path) => {
        // SAFETY: a plain system call.
        Method::none($name, |_| Ok(from_id(unsafe { $call() })))
    };
}

/// A call with ids.
macro_rules! set_ids {
    ($name:literal $what:literal $call:path) => {
        Method::one($name, |_, id| {
            let id = id_number(id, $what)?;
            // SAFETY: a plain system call.
            check(unsafe { $call(id) })?;
            Ok(none())
        })
    };
    ($name:literal $count:literal $what:expr, $call:expr) => {
        Method::pos(
            $name,
            |_, args| {
                let what: [&str; $count] = $what;
                let mut ids = [0u32; $count];
                for (i, id) in ids.iter_mut().enumerate() {
                    *id = id_number(args[i], what[i])?;
                }
                check($call(ids))?;
                Ok(none())
            },
            $count,
            $count,
        )
    };
}

pub fn types() -> [Ref<Type>; 1] {
    [WAITID_RESULT.def.class()]
}

pub static FUNCTIONS: &[Method] = &[
    Method::full("register_at_fork", register_at_fork),
    Method::none("fork", fork),
    Method::pos("execv", execv, 2, 2),
    Method::full("execve", execve),
    Method::full("system", system),
    Method::none("wait", |_| wait_for(-1, 0)),
    Method::pos("waitpid", |_, args| wait_for(numbers::as_i32(args[0])?, numbers::as_i32(args[1])?), 2, 2),
    Method::full("wait3", |_, args| {
        static PARAMS: Params = Params { function: "wait3", names: &["options"], required: 1, positional: 1 };
        let [options] = args.bind(&PARAMS)?;
        wait4(-1, numbers::as_i32(options.unwrap_or_else(none))?)
    }),
    Method::full("wait4", |_, args| {
        static PARAMS: Params = Params { function: "wait4", names: &["pid", "options"], required: 2, positional: 2 };
        let [pid, options] = args.bind(&PARAMS)?;
        wait4(numbers::as_i32(pid.unwrap_or_else(none))?, numbers::as_i32(options.unwrap_or_else(none))?)
    }),
    Method::pos("waitid", waitid, 3, 3),
    Method::full("waitstatus_to_exitcode", waitstatus_to_exitcode),
    Method::one("WCOREDUMP", |_, status| Ok(boolean(libc::WCOREDUMP(numbers::as_i32(status)?)))),
    status_test!("WIFCONTINUED" | s | boolean(libc::WIFCONTINUED(s))),
    status_test!("WIFSTOPPED" | s | boolean(libc::WIFSTOPPED(s))),
    status_test!("WIFSIGNALED" | s | boolean(libc::WIFSIGNALED(s))),
    status_test!("WIFEXITED" | s | boolean(libc::WIFEXITED(s))),
    status_test!("WEXITSTATUS" | s | Value::small(libc::WEXITSTATUS(s) as i64)),
    status_test!("WTERMSIG" | s | Value::small(libc::WTERMSIG(s) as i64)),
    status_test!("WSTOPSIG" | s | Value::small(libc::WSTOPSIG(s) as i64)),
    Method::full("_exit", exit),
    Method::none("abort", |_| {
        // SAFETY: ends the process.
        unsafe { libc::abort() }
    }),
    Method::pos(
        "kill",
        |_, args| {
            let (pid, signal) = (numbers::as_i32(args[0])?, numbers::as_i32(args[1])?);
            // SAFETY: a plain system call.
            check(unsafe { libc::kill(pid, signal) })?;
            // A signal to this process is handled before the next line.
            ops::poll::run()?;
            Ok(none())
        },
        2,
        2,
    ),
    Method::pos(
        "killpg",
        |_, args| {
            let (group, signal) = (numbers::as_i32(args[0])?, numbers::as_i32(args[1])?);
            // SAFETY: a plain system call.
            check(unsafe { libc::killpg(group, signal) })?;
            ops::poll::run()?;
            Ok(none())
        },
        2,
        2,
    ),
    Method::full("pidfd_open", |_, args| {
        static PARAMS: Params = Params { function: "pidfd_open", names: &["pid", "flags"], required: 1, positional: 2 };
        let [pid, flags] = args.bind(&PARAMS)?;
        let pid = numbers::as_i32(pid.unwrap_or_else(none))?;
        let flags = flags.map_or(Ok(0), numbers::as_i32)?;
        // SAFETY: a plain system call.
        Ok(Value::small(check(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) })?))
    }),
    number_of!("getpid" libc::getpid),
    number_of!("getppid" libc::getppid),
    number_of!("getpgrp" libc::getpgrp),
    id_of!("getuid" libc::getuid),
    id_of!("geteuid" libc::geteuid),
    id_of!("getgid" libc::getgid),
    id_of!("getegid" libc::getegid),
    Method::none("getresuid", |_| three_ids(libc::getresuid)),
    Method::none("getresgid", |_| three_ids(libc::getresgid)),
    Method::none("getgroups", getgroups),
    Method::pos("getgrouplist", getgrouplist, 2, 2),
    Method::one("setgroups", setgroups),
    set_ids!("setuid" "uid" libc::setuid),
    set_ids!("seteuid" "euid" libc::seteuid),
    set_ids!("setgid" "gid" libc::setgid),
    set_ids!("setegid" "egid" libc::setegid),
    // SAFETY: plain system calls.
    set_ids!("setreuid" 2 ["ruid", "euid"], |[a, b]: [u32; 2]| unsafe { libc::setreuid(a, b) }),
    set_ids!("setregid" 2 ["rgid", "egid"], |[a, b]: [u32; 2]| unsafe { libc::setregid(a, b) }),
    set_ids!("setresuid" 3 ["ruid", "euid", "suid"], |[a, b, c]: [u32; 3]| unsafe { libc::setresuid(a, b, c) }),
    set_ids!("setresgid" 3 ["rgid", "egid", "sgid"], |[a, b, c]: [u32; 3]| unsafe { libc::setresgid(a, b, c) }),
    Method::full("getpgid", |_, args| {
        static PARAMS: Params = Params { function: "getpgid", names: &["pid"], required: 1, positional: 1 };
        let [pid] = args.bind(&PARAMS)?;
        let pid = numbers::as_i32(pid.unwrap_or_else(none))?;
        // SAFETY: a plain system call.
        Ok(Value::small(check(unsafe { libc::getpgid(pid) })?))
    }),
    Method::one("getsid", |_, pid| {
        let pid = numbers::as_i32(pid)?;
        // SAFETY: a plain system call.
        Ok(Value::small(check(unsafe { libc::getsid(pid) })?))
    }),
    Method::none("setsid", |_| {
        // SAFETY: a plain system call.
        check(unsafe { libc::setsid() })?;
        Ok(none())
    }),
    Method::none("setpgrp", |_| {
        // SAFETY: a plain system call.
        check(unsafe { libc::setpgid(0, 0) })?;
        Ok(none())
    }),
    Method::pos(
        "setpgid",
        |_, args| {
            let (pid, group) = (numbers::as_i32(args[0])?, numbers::as_i32(args[1])?);
            // SAFETY: a plain system call.
            check(unsafe { libc::setpgid(pid, group) })?;
            Ok(none())
        },
        2,
        2,
    ),
    Method::one("nice", |_, by| {
        let by = numbers::as_i32(by)?;
        // SAFETY: -1 is a result too, so `errno` tells of failure.
        let nice = unsafe {
            *libc::__errno_location() = 0;
            libc::nice(by)
        };
        if nice == -1 && errno() != 0 {
            return Err(os_error_from_errno(errno(), None));
        }
        Ok(Value::small(nice as i64))
    }),
    Method::full("getpriority", |_, args| {
        static PARAMS: Params =
            Params { function: "getpriority", names: &["which", "who"], required: 2, positional: 2 };
        let [which, who] = args.bind(&PARAMS)?;
        let which = numbers::as_i32(which.unwrap_or_else(none))?;
        let who = numbers::as_i32(who.unwrap_or_else(none))?;
        // SAFETY: as in `nice`.
        let priority = unsafe {
            *libc::__errno_location() = 0;
            libc::getpriority(which as _, who as _)
        };
        if errno() != 0 {
            return Err(os_error_from_errno(errno(), None));
        }
        Ok(Value::small(priority as i64))
    }),
    Method::full("setpriority", |_, args| {
        static PARAMS: Params =
            Params { function: "setpriority", names: &["which", "who", "priority"], required: 3, positional: 3 };
        let [which, who, priority] = args.bind(&PARAMS)?;
        let number = |v: Option<Value>| numbers::as_i32(v.unwrap_or_else(none));
        let (which, who, priority) = (number(which)?, number(who)?, number(priority)?);
        // SAFETY: a plain system call.
        check(unsafe { libc::setpriority(which as _, who as _, priority) })?;
        Ok(none())
    }),
    Method::one("umask", |_, mask| {
        let mask = numbers::as_i32(mask)?;
        // SAFETY: cannot fail.
        Ok(Value::small(unsafe { libc::umask(mask as libc::mode_t) } as i64))
    }),
];
