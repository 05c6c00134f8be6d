//! `sys.monitoring` (PEP 669): tools, their callbacks and the events that they ask for are kept, so that debuggers can
//! be imported and set up. Taipan's engines report no events: no callback is ever called.

use crate::errors::{R, type_error, value_error};
use crate::gc;
use crate::object::singletons::none;
use crate::object::{Method, Ref};
use crate::ops;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::types::simple_namespace::SimpleNamespace;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;

/// Names of the events by their bits.
const EVENTS: [&str; 19] = [
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];
const CALL: i64 = 1 << 4;
const BRANCH_SIDES: i64 = 3 << 8;
/// `C_RETURN` and `C_RAISE`, which come with `CALL` only.
const AFTER_CALL: i64 = 3 << 16;
const BRANCH: i64 = 1 << 18;

const TOOLS: usize = 6;

struct Tools {
    /// Names; events of all code and of some.
    names: [Cell<u64>; TOOLS],
    events: [Cell<i64>; TOOLS],
    /// A dict of `(tool, event)` to callback, and one of `(tool, code)` to events.
    callbacks: Cell<u64>,
    local: Cell<u64>,
}
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Tools {}
static STATE: Tools = Tools {
    names: [const { Cell::new(0) }; TOOLS],
    events: [const { Cell::new(0) }; TOOLS],
    callbacks: Cell::new(0),
    local: Cell::new(0),
};

fn dict(cell: &'static Cell<u64>) -> Ref<Dict> {
    // SAFETY: filled by `module` before any function of the module can be called; roots.
    unsafe { Ref::from_ptr(cell.get() as *mut Dict) }
}

/// A number of a tool.
fn tool(v: Value) -> R<usize> {
    let n = ops::as_i32(v)?;
    usize::try_from(n)
        .ok()
        .filter(|n| *n < TOOLS)
        .ok_or_else(|| value_error(format_args!("invalid tool {n} (must be between 0 and 5)")))
}

fn name_of(tool: usize) -> Option<Value> {
    // SAFETY: a name or 0.
    unsafe { Value::from_slot(STATE.names[tool].get()) }
}

/// A number of a tool that is in use.
fn used(v: Value) -> R<usize> {
    let n = tool(v)?;
    match name_of(n) {
        Some(_) => Ok(n),
        None => Err(value_error(format_args!("tool {n} is not in use"))),
    }
}

fn use_tool_id(_: Value, args: &[Value]) -> R {
    let n = tool(args[0])?;
    if args[1].cast::<Str>().is_none() {
        return Err(value_error("tool name must be a str"));
    }
    if name_of(n).is_some() {
        return Err(value_error(format_args!("tool {n} is already in use")));
    }
    STATE.names[n].set(args[1].bits());
    Ok(none())
}

fn clear(n: usize) -> R<()> {
    STATE.events[n].set(0);
    let of_tool = Value::small(n as i64);
    for dict in [dict(&STATE.callbacks), dict(&STATE.local)] {
        for key in dict.keys() {
            if key.cast::<Tuple>().is_some_and(|key| key.get(0).is(of_tool)) {
                dict.remove(key)?;
            }
        }
    }
    Ok(())
}

fn register_callback(_: Value, args: &[Value]) -> R {
    let n = tool(args[0])?;
    let event = ops::as_i64(args[1])?;
    if event.count_ones() != 1 || event < 0 {
        return Err(value_error("The callback can only be set for one event at a time"));
    }
    if event >= 1 << EVENTS.len() {
        return Err(value_error(format_args!("invalid event {event}")));
    }
    let key = Tuple::new(&[Value::small(n as i64), Value::small(event)]).value();
    let callbacks = dict(&STATE.callbacks);
    let old = callbacks.remove(key)?.unwrap_or_else(none);
    if !args[2].is_none() {
        callbacks.set(key, args[2])?;
    }
    Ok(old)
}

/// A set of events, as it is kept.
fn event_set(v: Value) -> R<i64> {
    let mut events = ops::as_i32(v)? as i64;
    if !(0..1 << EVENTS.len()).contains(&events) {
        return Err(value_error(format_args!("invalid event set {:#x}", events as u32)));
    }
    if events & AFTER_CALL != 0 && events & CALL == 0 {
        return Err(value_error("cannot set C_RETURN or C_RAISE events independently"));
    }
    events &= !AFTER_CALL;
    if events & BRANCH != 0 {
        events = events & !BRANCH | BRANCH_SIDES;
    }
    Ok(events)
}

fn local_key(n: usize, code: Value) -> R {
    match code.exact::<Code>() {
        Some(_) => Ok(Tuple::new(&[Value::small(n as i64), crate::types::int::from_i64(ops::id(code) as i64)]).value()),
        None => Err(type_error("code must be a code object")),
    }
}

static FUNCTIONS: &[Method] = &[
    Method::pos("use_tool_id", use_tool_id, 2, 2),
    Method::one("clear_tool_id", |_, id| {
        let n = tool(id)?;
        if name_of(n).is_some() {
            clear(n)?;
        }
        Ok(none())
    }),
    Method::one("free_tool_id", |_, id| {
        let n = tool(id)?;
        if name_of(n).is_some() {
            clear(n)?;
            STATE.names[n].set(0);
        }
        Ok(none())
    }),
    Method::one("get_tool", |_, id| Ok(name_of(tool(id)?).unwrap_or_else(none))),
    Method::pos("register_callback", register_callback, 3, 3),
    Method::one("get_events", |_, id| Ok(Value::small(STATE.events[tool(id)?].get()))),
    Method::pos(
        "set_events",
        |_, args| {
            tool(args[0])?;
            let events = event_set(args[1])?;
            STATE.events[used(args[0])?].set(events);
            Ok(none())
        },
        2,
        2,
    ),
    Method::pos(
        "get_local_events",
        |_, args| {
            let key = local_key(used(args[0])?, args[1])?;
            Ok(dict(&STATE.local).get(key)?.unwrap_or(Value::small(0)))
        },
        2,
        2,
    ),
    Method::pos(
        "set_local_events",
        |_, args| {
            let key = local_key(tool(args[0])?, args[1])?;
            let events = event_set(args[2])?;
            used(args[0])?;
            dict(&STATE.local).set(key, Value::small(events))?;
            Ok(none())
        },
        3,
        3,
    ),
    Method::none("restart_events", |_| Ok(none())),
    Method::none("_all_events", |_| Ok(Dict::new().value())),
];

/// The module; made once, with `sys`.
pub fn module() -> Ref<Module> {
    for cell in [&STATE.callbacks, &STATE.local] {
        cell.set(Dict::new().as_ptr() as u64);
        gc::add_root_range(cell.as_ptr(), 1);
    }
    gc::add_root_range(STATE.names[0].as_ptr(), TOOLS);
    let module = Module::new("sys.monitoring");
    module.add_functions(FUNCTIONS);
    for marker in ["DISABLE", "MISSING"] {
        module.set(marker, crate::types::object::allocate_fixed(crate::types::object::OBJECT.class()));
    }
    let mut events: Vec<(&str, Value)> = EVENTS.iter().enumerate().map(|(i, n)| (*n, Value::small(1 << i))).collect();
    events.push(("NO_EVENTS", Value::small(0)));
    module.set("events", SimpleNamespace::new(&events).value());
    for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        module.set(name, Value::small(id));
    }
    module
}
