//! `_thread.lock` and `_thread.RLock`.
//!
//! Who waits for a lock sleeps in the kernel on the word that counts how often it is taken, with the interpreter
//! lock given up; signals are handled meanwhile.

use crate::errors::{R, overflow_error, runtime_error, type_error, value_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, Method, WEAKREFS};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slots, TypeDef};
use crate::ops;
use crate::thread::ident;
use crate::thread::park::{Gate, Patience};
use crate::types::int;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use std::time::Duration;
use taipan_abi::tag;

/// Longest timeout, in seconds.
pub const TIMEOUT_MAX: f64 = 9223372036.0;

/// A lock of either kind; all words are tagged ints.
#[repr(C)]
pub struct Lock {
    hdr: Header,
    /// How often it is taken: 0 or 1, or more by the same thread if it is an `RLock`.
    count: Gate,
    owner: Cell<u64>,
}

impl Builtin for Lock {
    const DEF: &'static TypeDef = &LOCK;
}

/// Both classes have this layout.
fn lock(v: Value) -> Ref<Lock> {
    // SAFETY: only called for instances of the classes of this file.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

impl Lock {
    fn count(&self) -> i64 {
        self.count.get()
    }

    fn set(&self, count: i64, owner: i64) {
        self.count.set(count);
        self.owner.set(tag::int(if count == 0 { 0 } else { owner }));
    }

    fn owned(&self) -> bool {
        self.count() > 0 && tag::int_value(self.owner.get()) == ident()
    }

    /// Takes the lock when it is free; false if the time is over before.
    fn wait(&self, patience: Patience) -> R<bool> {
        let free = self.count.wait_until(patience, || self.count() == 0)?;
        if free {
            self.set(1, ident());
        }
        Ok(free)
    }

    /// Gives the lock up, and wakes one that waits for it.
    fn free(&self) {
        self.set(0, 0);
        self.count.wake(1);
    }
}

/// How long to wait, as the arguments say.
pub fn timeout(blocking: bool, timeout: Option<Value>) -> R<Patience> {
    let seconds = timeout.map_or(Ok(-1.0), ops::as_f64)?;
    if !blocking {
        if seconds != -1.0 {
            return Err(value_error("can't specify a timeout for a non-blocking call"));
        }
        return Ok(Patience::None);
    }
    if seconds == -1.0 {
        return Ok(Patience::Forever);
    }
    if seconds.is_nan() {
        return Err(value_error("Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(value_error("timeout value must be a non-negative number"));
    }
    if seconds > TIMEOUT_MAX {
        return Err(overflow_error("timeout value is too large"));
    }
    Ok(Patience::new(Some(Duration::from_secs_f64(seconds))))
}

fn patience(args: Args) -> R<Patience> {
    static PARAMS: Params = Params { function: "acquire", names: &["blocking", "timeout"], required: 0, positional: 2 };
    let [blocking, seconds] = args.bind(&PARAMS)?;
    timeout(blocking.map_or(Ok(true), ops::truth)?, seconds)
}

fn acquire(v: Value, args: Args) -> R {
    lock(v).wait(patience(args)?).map(boolean)
}

fn release(v: Value) -> R {
    if lock(v).count() == 0 {
        return Err(runtime_error("release unlocked lock"));
    }
    lock(v).free();
    Ok(none())
}

fn acquire_again(v: Value, args: Args) -> R {
    let patience = patience(args)?;
    let lock = lock(v);
    if lock.owned() {
        lock.set(lock.count() + 1, ident());
        return Ok(boolean(true));
    }
    lock.wait(patience).map(boolean)
}

fn release_again(v: Value) -> R {
    let lock = lock(v);
    if !lock.owned() {
        return Err(runtime_error("cannot release un-acquired lock"));
    }
    match lock.count() {
        1 => lock.free(),
        count => lock.set(count - 1, ident()),
    }
    Ok(none())
}

fn reset(v: Value) -> R {
    lock(v).set(0, 0);
    Ok(none())
}

fn locked(v: Value) -> R {
    Ok(boolean(lock(v).count() > 0))
}

fn state_text(v: Value) -> &'static str {
    if lock(v).count() > 0 { "locked" } else { "unlocked" }
}

pub static LOCK: TypeDef = TypeDef {
    name: "_thread.lock",
    slots: Slots {
        new: Some(|class, args| {
            args.only_positional("lock", 0, 0)?;
            Ok(allocate_fixed(class))
        }),
        repr: Some(|v| {
            let text = format!("<{} {} object at {:#x}>", state_text(v), v.class().display_name(), ops::id(v));
            Ok(Str::from_string(text))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::full("acquire", acquire),
        Method::full("acquire_lock", acquire),
        Method::none("release", release),
        Method::none("release_lock", release),
        Method::none("locked", locked),
        Method::none("locked_lock", locked),
        Method::none("__enter__", |v| acquire(v, Args::EMPTY)),
        Method::pos("__exit__", |v, _| release(v), 0, 3),
        Method::none("_at_fork_reinit", reset),
    ],
    flags: WEAKREFS,
    words: TypeDef::words_of::<Lock>(),
    traced: TypeDef::words_of::<Lock>() - 1,
    ..TypeDef::BASE
};

pub static RLOCK: TypeDef = TypeDef {
    name: "_thread.RLock",
    slots: Slots {
        new: Some(|class, args| {
            args.only_positional("RLock", 0, 0)?;
            Ok(allocate_fixed(class))
        }),
        repr: Some(|v| {
            Ok(Str::from_string(format!(
                "<{} {} object owner={} count={} at {:#x}>",
                state_text(v),
                v.class().display_name(),
                tag::int_value(lock(v).owner.get()),
                lock(v).count(),
                ops::id(v)
            )))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::full("acquire", acquire_again),
        Method::none("release", release_again),
        Method::none("locked", locked),
        Method::none("__enter__", |v| acquire_again(v, Args::EMPTY)),
        Method::pos("__exit__", |v, _| release_again(v), 0, 3),
        Method::none("_is_owned", |v| Ok(boolean(lock(v).owned()))),
        Method::none("_recursion_count", |v| Ok(Value::small(if lock(v).owned() { lock(v).count() } else { 0 }))),
        Method::none("_release_save", |v| {
            let lock = lock(v);
            if lock.count() == 0 {
                return Err(runtime_error("cannot release un-acquired lock"));
            }
            let saved = Tuple::new(&[Value::small(lock.count()), int::from_i64(tag::int_value(lock.owner.get()))]);
            lock.free();
            Ok(saved.value())
        }),
        Method::one("_acquire_restore", |v, state| {
            let state = ops::iter::to_vec(state)?;
            let [count, owner] = *state else { return Err(type_error("expected a tuple of count and owner")) };
            let (count, owner) = (ops::as_i64(count)?, ops::as_i64(owner)?);
            lock(v).wait(Patience::Forever)?;
            lock(v).set(count.clamp(0, i64::MAX >> 2), owner);
            Ok(none())
        }),
        Method::none("_at_fork_reinit", reset),
    ],
    flags: BASETYPE | WEAKREFS,
    words: TypeDef::words_of::<Lock>(),
    traced: TypeDef::words_of::<Lock>() - 1,
    ..TypeDef::BASE
};
