//! `FrameLocalsProxy`: what `f_locals` of a function's frame is (PEP 667), a mapping of the variables as they are,
//! through which they can be set. Names that are no variables are kept with the frame object.
//!
//! Compiled code has its variables in registers: setting one there changes what the proxy shows, and what inner
//! functions see of it, but not what the running function computes with.

use crate::errors::{R, key_error, raise_text, type_error, value_error};
use crate::gc::Header;
use crate::object::define::{MAPPING, Method, UNHASHABLE};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions::KEY_ERROR;
use crate::types::frame::FrameObject;
use crate::types::list::List;
use crate::types::repr_guard;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The object.
#[repr(C)]
pub struct FrameLocals {
    hdr: Header,
    frame: Slot,
}

impl Builtin for FrameLocals {
    const DEF: &'static TypeDef = &FRAME_LOCALS;
}

impl FrameLocals {
    pub fn of(frame: Ref<FrameObject>) -> Value {
        allocate(FRAME_LOCALS.header(), FrameLocals { hdr: Header::EMPTY, frame: Slot::new(frame) }).value()
    }
}

fn frame(v: Value) -> Ref<FrameObject> {
    v.expect::<FrameLocals>().frame.object()
}

/// All names and values now.
fn snapshot(v: Value) -> Ref<Dict> {
    frame(v).variables_now()
}

/// The proxy's contents, or the dict itself.
fn as_dict(v: Value) -> Option<Ref<Dict>> {
    if v.exact::<FrameLocals>().is_some() { Some(snapshot(v)) } else { v.cast::<Dict>() }
}

fn lookup(v: Value, key: Value) -> R<Option<Value>> {
    ops::hash::hash(key)?;
    let frame = frame(v);
    match frame.variable_number(key) {
        Some(i) => match frame.variable(i) {
            Some(value) => Ok(Some(value)),
            None => frame.extra_get(key),
        },
        None => frame.extra_get(key),
    }
}

fn store(v: Value, key: Value, value: Value) -> R<()> {
    ops::hash::hash(key)?;
    let frame = frame(v);
    match frame.variable_number(key) {
        Some(i) if frame.set_variable(i, value) => Ok(()),
        _ => frame.extra_set(key, value),
    }
}

/// Takes out a name that is no variable.
fn take(v: Value, key: Value) -> R<Option<Value>> {
    let frame = frame(v);
    if frame.variable_number(key).is_some() {
        return Err(value_error("cannot remove local variables from FrameLocalsProxy"));
    }
    frame.extra_remove(key)
}

fn setitem(v: Value, key: Value, value: Option<Value>) -> R<()> {
    match value {
        Some(value) => store(v, key, value),
        None => match take(v, key)? {
            Some(_) => Ok(()),
            None => Err(key_error(key)),
        },
    }
}

fn getitem(v: Value, key: Value) -> R {
    match lookup(v, key)? {
        Some(value) => Ok(value),
        None => {
            let text = format!("local variable '{}' is not defined", ops::repr_text(key)?);
            Err(raise_text(&KEY_ERROR, &text))
        }
    }
}

fn update_from(v: Value, other: Value) -> R<bool> {
    let Some(other) = as_dict(other) else { return Ok(false) };
    for (key, value) in other.items() {
        store(v, key, value)?;
    }
    Ok(true)
}

fn update(v: Value, other: Value) -> R {
    if !update_from(v, other)? {
        return Err(type_error("update() argument must be dict or another FrameLocalsProxy"));
    }
    Ok(none())
}

fn union(a: Value, b: Value) -> R {
    let (Some(left), Some(right)) = (as_dict(a), as_dict(b)) else { return Ok(not_implemented()) };
    let made = if a.exact::<FrameLocals>().is_some() { left } else { left.copy() };
    for (key, value) in right.items() {
        made.set(key, value)?;
    }
    Ok(made.value())
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) || a.exact::<FrameLocals>().is_none() {
        return Ok(not_implemented());
    }
    let equal = match (b.exact::<FrameLocals>(), b.cast::<Dict>()) {
        (Some(_), _) => frame(a) == frame(b),
        (None, Some(_)) => ops::equal(snapshot(a).value(), b)?,
        _ => false,
    };
    Ok(boolean(equal == (op == CmpOp::Eq)))
}

fn new(_: Ref<Type>, args: Args) -> R {
    let given = args.pos();
    let &[frame] = given else {
        return Err(type_error(format_args!("FrameLocalsProxy expected 1 argument, got {}", given.len())));
    };
    match frame.exact::<FrameObject>() {
        Some(_) if args.names.is_some() => Err(type_error("FrameLocalsProxy takes no keyword arguments")),
        Some(frame) => Ok(FrameLocals::of(frame)),
        None => Err(type_error(format_args!("expect frame, not {}", frame.class().display_name()))),
    }
}

fn list(items: &[Value]) -> R {
    Ok(List::new(items).value())
}

pub static FRAME_LOCALS: TypeDef = TypeDef {
    name: "FrameLocalsProxy",
    slots: Slots {
        new: Some(new),
        repr: Some(|v| {
            let Some(_guard) = repr_guard::enter(v) else { return Ok(Str::from_ascii(b"{...}").value()) };
            ops::repr(snapshot(v).value())
        }),
        compare: Some(compare),
        iter: Some(|v| ops::iter::iter(list(&snapshot(v).keys())?)),
        len: Some(|v| Ok(snapshot(v).len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|v, key| Ok(lookup(v, key)?.is_some())),
        ..Slots::NONE
            .bin(BinOp::Or, union)
            .ibin(BinOp::Or, |v, other| if update_from(v, other)? { Ok(v) } else { Ok(not_implemented()) })
    },
    methods: &[
        Method::pos(
            "get",
            |v, args| Ok(lookup(v, args[0])?.unwrap_or_else(|| args.get(1).copied().unwrap_or_else(none))),
            1,
            2,
        ),
        Method::pos(
            "setdefault",
            |v, args| match lookup(v, args[0])? {
                Some(value) => Ok(value),
                None => {
                    let value = args.get(1).copied().unwrap_or_else(none);
                    store(v, args[0], value)?;
                    Ok(value)
                }
            },
            1,
            2,
        ),
        Method::pos(
            "pop",
            |v, args| match take(v, args[0])? {
                Some(value) => Ok(value),
                None => args.get(1).copied().ok_or_else(|| key_error(args[0])),
            },
            1,
            2,
        ),
        Method::one("update", update),
        Method::none("copy", |v| Ok(snapshot(v).value())),
        Method::none("keys", |v| list(&snapshot(v).keys())),
        Method::none("values", |v| list(&snapshot(v).values())),
        Method::none("items", |v| {
            let pairs = snapshot(v).items().into_iter().map(|(key, value)| Tuple::new(&[key, value]).value());
            list(&pairs.collect::<Vec<_>>())
        }),
        Method::none("__reversed__", |v| {
            let mut keys = snapshot(v).keys();
            keys.reverse();
            ops::iter::iter(list(&keys)?)
        }),
    ],
    flags: MAPPING | UNHASHABLE,
    words: TypeDef::words_of::<FrameLocals>(),
    traced: 1,
    ..TypeDef::BASE
};
