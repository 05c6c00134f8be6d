//! Calls of slots by name: `[].__len__()`, `int.__add__(1, 2)` (CPython's `wrap_*` functions).

use crate::errors::{R, type_error};
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::{BinOp, Binary, CmpOp, Unary};
use crate::object::{Args, Slots};
use crate::types::int;
use crate::types::str::Str;
use crate::value::Value;

fn exactly<'a, const N: usize>(args: Args<'a>, name: &str) -> R<&'a [Value; N]> {
    if args.kw_len() > 0 {
        return Err(type_error(format_args!("wrapper {name}() takes no keyword arguments")));
    }
    match args.all.try_into() {
        Ok(array) => Ok(array),
        Err(_) => {
            let s = if N == 1 { "" } else { "s" };
            Err(type_error(format_args!("expected {N} argument{s}, got {}", args.all.len())))
        }
    }
}

fn missing(name: &str) -> crate::value::Raised {
    crate::errors::attribute_error(format_args!("{name}"))
}

pub fn unary(slot: Option<Unary>, v: Value, args: Args, name: &str) -> R {
    exactly::<0>(args, name)?;
    slot.ok_or_else(|| missing(name))?(v)
}

pub fn binary(slot: Option<Binary>, v: Value, args: Args, name: &str) -> R {
    let [other] = exactly::<1>(args, name)?;
    slot.ok_or_else(|| missing(name))?(v, *other)
}

/// `__pow__` and its like take a modulus too.
pub fn power(slots: &Slots, v: Value, args: Args, name: &str, is_reflected: bool) -> R {
    let (other, modulus) = match *args.all {
        [other] if args.names.is_none() => (other, None),
        [other, modulus] if args.names.is_none() => (other, Some(modulus).filter(|m| !m.is_none())),
        _ => {
            args.no_keywords(&format!("wrapper {name}"))?;
            return Err(type_error(format_args!("expected 1 or 2 arguments, got {}", args.all.len())));
        }
    };
    let (a, b) = if is_reflected { (other, v) } else { (v, other) };
    match modulus {
        Some(modulus) => slots.power3.ok_or_else(|| missing(name))?(a, b, modulus),
        None => slots.binary[BinOp::Pow as usize].ok_or_else(|| missing(name))?(a, b),
    }
}

pub fn reflected(slot: Option<Binary>, v: Value, args: Args, name: &str) -> R {
    let [other] = exactly::<1>(args, name)?;
    slot.ok_or_else(|| missing(name))?(*other, v)
}

pub fn repeat(slot: Option<Binary>, v: Value, args: Args, name: &str) -> R {
    let [count] = exactly::<1>(args, name)?;
    slot.ok_or_else(|| missing(name))?(v, *count)
}

pub fn hash(slot: Option<fn(Value) -> R<i64>>, v: Value, args: Args) -> R {
    exactly::<0>(args, "__hash__")?;
    slot.ok_or_else(|| missing("__hash__"))?(v).map(int::from_i64)
}

pub fn call(slot: Option<fn(Value, Args) -> R>, v: Value, args: Args) -> R {
    slot.ok_or_else(|| missing("__call__"))?(v, args)
}

pub fn attribute_name(name: Value) -> R<crate::object::Ref<Str>> {
    match name.cast::<Str>() {
        Some(name) => Ok(name.interned()),
        None => Err(type_error(format_args!("attribute name must be string, not '{}'", name.class().display_name()))),
    }
}

pub fn getattr(slot: Option<fn(Value, crate::object::Ref<Str>) -> R>, v: Value, args: Args) -> R {
    let [name] = exactly::<1>(args, "__getattribute__")?;
    slot.ok_or_else(|| missing("__getattribute__"))?(v, attribute_name(*name)?)
}

type Setattr = fn(Value, crate::object::Ref<Str>, Option<Value>) -> R<()>;

pub fn setattr(slot: Option<Setattr>, v: Value, args: Args) -> R {
    let [name, value] = exactly::<2>(args, "__setattr__")?;
    hackcheck(slot, v, "__setattr__")?(v, attribute_name(*name)?, Some(*value))?;
    Ok(none())
}

pub fn delattr(slot: Option<Setattr>, v: Value, args: Args) -> R {
    let [name] = exactly::<1>(args, "__delattr__")?;
    hackcheck(slot, v, "__delattr__")?(v, attribute_name(*name)?, None)?;
    Ok(none())
}

/// `object.__setattr__(int, ...)` must not get around `type.__setattr__` (Carlo Verre's hack).
fn hackcheck(slot: Option<Setattr>, v: Value, name: &str) -> R<Setattr> {
    let slot = slot.ok_or_else(|| missing(name))?;
    if let Some(class) = v.exact_type() {
        let mut meta = v.class();
        while meta.is_heap_type() {
            meta = meta.base.object();
        }
        if meta.slots().setattr.is_some_and(|theirs| !std::ptr::fn_addr_eq(theirs, slot)) {
            let _ = class;
            return Err(type_error(format_args!("can't apply this {name} to {} object", v.class().display_name())));
        }
    }
    Ok(slot)
}

pub fn compare(slot: Option<fn(Value, Value, CmpOp) -> R>, v: Value, args: Args, op: CmpOp, name: &str) -> R {
    let [other] = exactly::<1>(args, name)?;
    match slot {
        Some(slot) => slot(v, *other, op),
        None => Ok(not_implemented()),
    }
}

pub fn next(slot: Option<fn(Value) -> R<Option<Value>>>, v: Value, args: Args) -> R {
    exactly::<0>(args, "__next__")?;
    match slot.ok_or_else(|| missing("__next__"))?(v)? {
        Some(value) => Ok(value),
        None => Err(crate::errors::stop_iteration(None)),
    }
}

pub fn descr_get(slot: Option<fn(Value, Option<Value>, Value) -> R>, v: Value, args: Args) -> R {
    let args = args.only_positional("__get__", 1, 2)?;
    let instance = (!args[0].is_none()).then_some(args[0]);
    let class = args.get(1).copied().filter(|c| !c.is_none());
    if instance.is_none() && class.is_none() {
        return Err(type_error("__get__(None, None) is invalid"));
    }
    let class = class.unwrap_or_else(|| args[0].class().value());
    slot.ok_or_else(|| missing("__get__"))?(v, instance, class)
}

type DescrSet = fn(Value, Value, Option<Value>) -> R<()>;

pub fn descr_set(slot: Option<DescrSet>, v: Value, args: Args) -> R {
    let [instance, value] = exactly::<2>(args, "__set__")?;
    slot.ok_or_else(|| missing("__set__"))?(v, *instance, Some(*value))?;
    Ok(none())
}

pub fn descr_delete(slot: Option<DescrSet>, v: Value, args: Args) -> R {
    let [instance] = exactly::<1>(args, "__delete__")?;
    slot.ok_or_else(|| missing("__delete__"))?(v, *instance, None)?;
    Ok(none())
}

pub fn init(slot: Option<fn(Value, Args) -> R<()>>, v: Value, args: Args) -> R {
    slot.ok_or_else(|| missing("__init__"))?(v, args)?;
    Ok(none())
}

pub fn del(slot: Option<fn(Value) -> R<()>>, v: Value, args: Args) -> R {
    exactly::<0>(args, "__del__")?;
    slot.ok_or_else(|| missing("__del__"))?(v)?;
    Ok(none())
}

pub fn len(slot: Option<fn(Value) -> R<usize>>, v: Value, args: Args) -> R {
    exactly::<0>(args, "__len__")?;
    slot.ok_or_else(|| missing("__len__"))?(v).map(|n| int::from_i64(n as i64))
}

type SetItem = fn(Value, Value, Option<Value>) -> R<()>;

pub fn setitem(slot: Option<SetItem>, v: Value, args: Args) -> R {
    let [key, value] = exactly::<2>(args, "__setitem__")?;
    slot.ok_or_else(|| missing("__setitem__"))?(v, *key, Some(*value))?;
    Ok(none())
}

pub fn delitem(slot: Option<SetItem>, v: Value, args: Args) -> R {
    let [key] = exactly::<1>(args, "__delitem__")?;
    slot.ok_or_else(|| missing("__delitem__"))?(v, *key, None)?;
    Ok(none())
}

pub fn contains(slot: Option<fn(Value, Value) -> R<bool>>, v: Value, args: Args) -> R {
    let [item] = exactly::<1>(args, "__contains__")?;
    slot.ok_or_else(|| missing("__contains__"))?(v, *item).map(boolean)
}

pub fn bool(slot: Option<fn(Value) -> R<bool>>, v: Value, args: Args) -> R {
    exactly::<0>(args, "__bool__")?;
    slot.ok_or_else(|| missing("__bool__"))?(v).map(boolean)
}
