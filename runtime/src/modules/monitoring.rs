//! `sys.monitoring`: the register of tools, their callbacks and the events they ask for.
//!
//! Debuggers and profilers register here, and modules look at the events' names when imported (`bdb`, and so `pdb`
//! and `doctest`). No event is ever delivered: neither engine is instrumented.

use crate::errors::{R, type_error, value_error};
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

/// Events by bit. Those before [`GROUPED`] can be asked for; of them the first [`LOCAL`] also for a code object alone.
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
const BRANCHES: i64 = 1 << 8 | 1 << 9;
/// `C_RETURN` and `C_RAISE`: they come with `CALL` only.
const GROUPED: i64 = 1 << 16 | 1 << 17;
const BRANCH: i64 = 1 << 18;
const LOCAL: i64 = (1 << 11) - 1;
const ALL: i64 = (1 << EVENTS.len()) - 1;

/// Tools that users may be; two more belong to the interpreter.
const TOOLS: usize = 6;

/// What a tool has registered: words are values, 0 for none.
struct Tool {
    name: Cell<u64>,
    callbacks: [Cell<u64>; EVENTS.len()],
    /// A dict of (code, events) by the code's address.
    local: Cell<u64>,
}

struct Register {
    tools: [Tool; TOOLS],
    events: [Cell<i64>; TOOLS],
}
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Register {}

static REGISTER: Register = Register {
    tools: [const { Tool { name: Cell::new(0), callbacks: [const { Cell::new(0) }; EVENTS.len()], local: Cell::new(0) } };
        TOOLS],
    events: [const { Cell::new(0) }; TOOLS],
};

fn read(word: &Cell<u64>) -> Option<Value> {
    // SAFETY: only words of values and 0 are stored; the register is a root.
    unsafe { Value::from_slot(word.get()) }
}

fn index(v: Value) -> R<usize> {
    let n = ops::as_i32(v)?;
    match usize::try_from(n) {
        Ok(i) if i < TOOLS => Ok(i),
        _ => Err(value_error(format_args!("invalid tool {n} (must be between 0 and {})", TOOLS - 1))),
    }
}

/// The index of a tool that is in use.
fn used(v: Value) -> R<usize> {
    let i = index(v)?;
    match read(&REGISTER.tools[i].name) {
        Some(_) => Ok(i),
        None => Err(value_error(format_args!("tool {i} is not in use"))),
    }
}

fn use_tool_id(_: Value, args: &[Value]) -> R {
    let i = index(args[0])?;
    if args[1].cast::<Str>().is_none() {
        return Err(value_error("tool name must be a str"));
    }
    if read(&REGISTER.tools[i].name).is_some() {
        return Err(value_error(format_args!("tool {i} is already in use")));
    }
    REGISTER.tools[i].name.set(args[1].bits());
    Ok(none())
}

fn clear(i: usize) {
    let tool = &REGISTER.tools[i];
    tool.callbacks.iter().for_each(|c| c.set(0));
    tool.local.set(0);
    REGISTER.events[i].set(0);
}

fn register_callback(_: Value, args: &[Value]) -> R {
    let i = index(args[0])?;
    let event = ops::as_i32(args[1])?;
    if event <= 0 || event.count_ones() != 1 {
        return Err(value_error("The callback can only be set for one event at a time"));
    }
    let Some(callback) = REGISTER.tools[i].callbacks.get(event.trailing_zeros() as usize) else {
        return Err(value_error(format_args!("invalid event {event}")));
    };
    let before = read(callback);
    callback.set(if args[2].is_none() { 0 } else { args[2].bits() });
    Ok(before.unwrap_or_else(none))
}

/// A set of events as it is kept, of those `allowed`.
fn event_set(v: Value, allowed: i64, kind: &str) -> R<i64> {
    let mut events = i64::from(ops::as_i32(v)?);
    if !(0..=ALL).contains(&events) {
        return Err(value_error(format_args!("invalid {kind}event set {:#x}", events as u32)));
    }
    if events & GROUPED != 0 {
        if events & (GROUPED | CALL) != GROUPED | CALL {
            return Err(value_error("cannot set C_RETURN or C_RAISE events independently"));
        }
        events &= !GROUPED;
    }
    if events & BRANCH != 0 {
        events = events & !BRANCH | BRANCHES;
    }
    if events & !allowed != 0 {
        return Err(value_error(format_args!("invalid {kind}event set {events:#x}")));
    }
    Ok(events)
}

fn set_events(_: Value, args: &[Value]) -> R {
    let i = used(args[0])?;
    REGISTER.events[i].set(event_set(args[1], ALL, "")?);
    Ok(none())
}

fn code_key(v: Value) -> R {
    match v.cast::<Code>() {
        Some(_) => Ok(crate::types::int::from_i64(v.bits() as i64)),
        None => Err(type_error("code must be a code object")),
    }
}

fn get_local_events(_: Value, args: &[Value]) -> R {
    let i = index(args[0])?;
    let key = code_key(args[1])?;
    let Some(local) = read(&REGISTER.tools[i].local).and_then(|d| d.cast::<Dict>()) else { return Ok(Value::small(0)) };
    let found = local.get(key)?.and_then(|pair| pair.cast::<Tuple>());
    Ok(found.map_or(Value::small(0), |pair| pair.as_slice()[1]))
}

fn set_local_events(_: Value, args: &[Value]) -> R {
    let i = used(args[0])?;
    let key = code_key(args[1])?;
    let events = event_set(args[2], LOCAL, "local ")?;
    let tool = &REGISTER.tools[i];
    let local = match read(&tool.local).and_then(|d| d.cast::<Dict>()) {
        Some(local) => local,
        None => {
            let made = Dict::new();
            tool.local.set(made.value().bits());
            made
        }
    };
    local.set(key, Tuple::new(&[args[1], Value::small(events)]).value())?;
    Ok(none())
}

fn all_events(_: Value) -> R {
    let found = Dict::new();
    for (bit, name) in EVENTS.iter().enumerate() {
        let tools = (0..TOOLS).filter(|i| REGISTER.events[*i].get() & 1 << bit != 0).fold(0, |all, i| all | 1 << i);
        if tools != 0 {
            found.set_str(Str::intern(name), Value::small(tools));
        }
    }
    Ok(found.value())
}

static FUNCTIONS: &[Method] = &[
    Method::pos("use_tool_id", use_tool_id, 2, 2),
    Method::one("clear_tool_id", |_, v| {
        clear(index(v)?);
        Ok(none())
    }),
    Method::one("free_tool_id", |_, v| {
        let i = index(v)?;
        clear(i);
        REGISTER.tools[i].name.set(0);
        Ok(none())
    }),
    Method::one("get_tool", |_, v| Ok(read(&REGISTER.tools[index(v)?].name).unwrap_or_else(none))),
    Method::pos("register_callback", register_callback, 3, 3),
    Method::one("get_events", |_, v| Ok(Value::small(REGISTER.events[index(v)?].get()))),
    Method::pos("set_events", set_events, 2, 2),
    Method::pos("get_local_events", get_local_events, 2, 2),
    Method::pos("set_local_events", set_local_events, 3, 3),
    Method::none("restart_events", |_| Ok(none())),
    Method::none("_all_events", all_events),
];

/// The module; made once, with `sys`.
pub fn module() -> Ref<Module> {
    let words = size_of::<[Tool; TOOLS]>() / size_of::<u64>();
    crate::gc::add_root_range(REGISTER.tools.as_ptr().cast(), words);
    let module = Module::new("sys.monitoring");
    module.add_functions(FUNCTIONS);
    for name in ["DISABLE", "MISSING"] {
        let class = crate::types::object::OBJECT.class();
        module.set(name, crate::types::object::allocate_fixed(class));
    }
    for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        module.set(name, Value::small(id));
    }
    let mut events: Vec<(&str, Value)> =
        EVENTS.iter().enumerate().map(|(bit, name)| (*name, Value::small(1 << bit))).collect();
    events.push(("NO_EVENTS", Value::small(0)));
    module.set("events", SimpleNamespace::new(&events).value());
    module
}
