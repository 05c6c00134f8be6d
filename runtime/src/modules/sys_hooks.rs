//! The functions of `sys` that debuggers and embedders use: `breakpointhook`, `call_tracing`, the exceptions of all
//! threads, switches that are kept but move nothing here.

use crate::errors::{self, R, type_error, value_error};
use crate::object::singletons::none;
use crate::object::{Args, Method, attr, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions::{ATTRIBUTE_ERROR, IMPORT_ERROR, RUNTIME_WARNING};
use crate::types::float;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;

struct Switches {
    interval: Cell<f64>,
    dlopen: Cell<i32>,
    origin_depth: Cell<i32>,
}
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Switches {}
static SWITCHES: Switches =
    Switches { interval: Cell::new(0.005), dlopen: Cell::new(libc::RTLD_NOW), origin_depth: Cell::new(0) };

/// `sys.breakpointhook`: calls what `PYTHONBREAKPOINT` names.
fn breakpointhook(_: Value, args: Args) -> R {
    let wanted = std::env::var("PYTHONBREAKPOINT").unwrap_or_default();
    let wanted = match wanted.as_str() {
        "0" => return Ok(none()),
        "" => "pdb.set_trace",
        name => name,
    };
    let (module, name) = wanted.rsplit_once('.').unwrap_or(("builtins", wanted));
    let found = if module.is_empty() {
        Err(errors::import_error(""))
    } else {
        ops::import::find_and_load(Str::intern(module)).and_then(|module| attr::getattr(module, Str::intern(name)))
    };
    match found {
        Ok(hook) => call::call_args(hook, args),
        Err(raised) if !errors::pending_is(&IMPORT_ERROR) && !errors::pending_is(&ATTRIBUTE_ERROR) => Err(raised),
        Err(_) => {
            errors::clear();
            let message = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{wanted}\"");
            super::warnings::warn(&RUNTIME_WARNING, &message, 1)?;
            Ok(none())
        }
    }
}

/// `sys.call_tracing(function, args)`.
fn call_tracing(_: Value, args: &[Value]) -> R {
    match args[1].cast::<Tuple>() {
        Some(given) => call::call(args[0], given.as_slice()),
        None => Err(type_error(format_args!(
            "call_tracing() argument 2 must be tuple, not {}",
            args[1].class().display_name()
        ))),
    }
}

fn set_switch_interval(_: Value, v: Value) -> R {
    let interval = float::from_number(v)?;
    if interval <= 0.0 || interval.is_nan() {
        return Err(value_error("switch interval must be strictly positive"));
    }
    SWITCHES.interval.set(interval);
    Ok(none())
}

pub static FUNCTIONS: &[Method] = &[
    Method::full("breakpointhook", breakpointhook),
    Method::pos("call_tracing", call_tracing, 2, 2),
    Method::none("_current_exceptions", |_| {
        let found = Dict::new();
        for (ident, handled) in crate::thread::handled() {
            found.set(crate::types::int::from_i64(ident), handled.unwrap_or_else(none))?;
        }
        Ok(found.value())
    }),
    Method::none("getswitchinterval", |_| Ok(float::from_f64(SWITCHES.interval.get()))),
    Method::one("setswitchinterval", set_switch_interval),
    Method::none("getdlopenflags", |_| Ok(Value::small(SWITCHES.dlopen.get() as i64))),
    Method::one("setdlopenflags", |_, flags| {
        SWITCHES.dlopen.set(ops::as_i32(flags)?);
        Ok(none())
    }),
    Method::none("get_coroutine_origin_tracking_depth", |_| Ok(Value::small(SWITCHES.origin_depth.get() as i64))),
    Method::one("set_coroutine_origin_tracking_depth", |_, depth| {
        let depth = ops::as_i32(depth)?;
        if depth < 0 {
            return Err(value_error("depth must be >= 0"));
        }
        SWITCHES.origin_depth.set(depth);
        Ok(none())
    }),
];
