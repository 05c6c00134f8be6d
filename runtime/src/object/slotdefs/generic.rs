//! Slot functions of classes whose special methods are written in Python: each looks the method up on
//! the class and calls it, then checks the result as CPython's `slot_*` functions do.

use crate::errors::{self, R, type_error};
use crate::names::{self, Name};
use crate::object::singletons::not_implemented;
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Args, Ref, Type, call};
use crate::ops;
use crate::types::str::Str;
use crate::value::Value;

fn special(slf: Value, name: Name, args: &[Value]) -> R {
    match call::call_special(slf, name, args)? {
        Some(result) => Ok(result),
        None => Err(errors::attribute_error_for(slf, names::get(name))),
    }
}

/// Result of the special method, or NotImplemented when the class has none.
fn special_or_pass(slf: Value, name: Name, args: &[Value]) -> R {
    Ok(call::call_special(slf, name, args)?.unwrap_or_else(not_implemented))
}

pub fn repr(v: Value) -> R {
    special(v, names::__repr__, &[])
}

pub fn str(v: Value) -> R {
    special(v, names::__str__, &[])
}

pub fn hash(v: Value) -> R<i64> {
    let Some(result) = call::call_special(v, names::__hash__, &[])? else { return super::unhashable(v) };
    if !ops::is_int(result) {
        return Err(type_error("__hash__ method should return an integer"));
    }
    match result.as_small() {
        Some(n) if n != -1 && n.unsigned_abs() < (1 << 61) - 1 => Ok(n),
        _ => ops::hash_of_hash_result(result),
    }
}

pub fn call(v: Value, args: Args) -> R {
    // `__call__` may be an instance whose class is called by it.
    crate::state::state().check_native_stack()?;
    call::call_special_args(v, names::__call__, args)
}

pub fn getattr(v: Value, name: Ref<Str>) -> R {
    let class = v.class();
    let attribute = match class.lookup(names::get(names::__getattribute__)) {
        Some(f) if f.exact::<crate::types::native::SlotWrapper>().is_none() => call::call_bound(f, v, &[name.value()]),
        Some(f) => match f.exact::<crate::types::native::SlotWrapper>() {
            // The wrapper of the nearest built-in base: its slot does the work.
            Some(wrapper) => match wrapper.owner().slots().getattr {
                Some(slot) => slot(v, name),
                None => crate::object::attr::generic_getattr(v, name),
            },
            None => crate::object::attr::generic_getattr(v, name),
        },
        None => crate::object::attr::generic_getattr(v, name),
    };
    match attribute {
        Ok(value) => Ok(value),
        Err(raised) => {
            let Some(fallback) = class.lookup(names::get(names::__getattr__)) else { return Err(raised) };
            if !errors::pending_is(&crate::types::exceptions::ATTRIBUTE_ERROR) {
                return Err(raised);
            }
            errors::clear();
            call::call_bound(fallback, v, &[name.value()])
        }
    }
}

pub fn setattr(v: Value, name: Ref<Str>, value: Option<Value>) -> R<()> {
    match value {
        Some(value) => special(v, names::__setattr__, &[name.value(), value])?,
        None => special(v, names::__delattr__, &[name.value()])?,
    };
    Ok(())
}

pub fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let name = [names::__lt__, names::__le__, names::__eq__, names::__ne__, names::__gt__, names::__ge__][op as usize];
    let Some(found) = a.class().lookup(names::get(name)) else { return Ok(not_implemented()) };
    if found.exact::<crate::types::function::Function>().is_some() {
        return call::call_bound(found, a, &[b]);
    }
    // What keeps the method from being bound is as good as its absence.
    match call::lookup_special(a, names::get(name)) {
        Ok(Some(method)) => call::call(method, &[b]),
        Ok(None) => Ok(not_implemented()),
        Err(_) => {
            errors::clear();
            Ok(not_implemented())
        }
    }
}

pub fn iter(v: Value) -> R {
    match v.class().lookup(names::get(names::__iter__)) {
        Some(f) if f.is_none() => {
            Err(type_error(format_args!("'{}' object is not iterable", v.class().display_name())))
        }
        Some(f) => call::call_bound(f, v, &[]),
        None => ops::iter::sequence_iter(v),
    }
}

pub fn next(v: Value) -> R<Option<Value>> {
    match special(v, names::__next__, &[]) {
        Ok(value) => Ok(Some(value)),
        // A StopIteration with a value stays: `yield from` wants it.
        Err(_) if crate::types::exceptions::is_plain_stop() => {
            errors::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// `pow(a, b, m)` of classes with `__pow__` in Python.
pub fn power3(a: Value, b: Value, modulus: Value) -> R {
    special_or_pass(a, names::__pow__, &[b, modulus])
}

pub fn descr_get(v: Value, instance: Option<Value>, class: Value) -> R {
    let none = crate::object::singletons::none();
    match v.class().lookup(names::get(names::__get__)) {
        Some(f) => call::call_bound(f, v, &[instance.unwrap_or(none), class]),
        None => Ok(v),
    }
}

pub fn descr_set(v: Value, instance: Value, value: Option<Value>) -> R<()> {
    match value {
        Some(value) => special_named(v, names::__set__, &[instance, value])?,
        None => special_named(v, names::__delete__, &[instance])?,
    };
    Ok(())
}

fn special_named(v: Value, name: Name, args: &[Value]) -> R {
    match call::call_special(v, name, args)? {
        Some(result) => Ok(result),
        None => Err(errors::attribute_error(format_args!("{}", names::text(name)))),
    }
}

pub fn init(v: Value, args: Args) -> R<()> {
    let result = call::call_special_args(v, names::__init__, args)?;
    if result.is_none() { Ok(()) } else { Err(init_result(result)) }
}

/// The error of an `__init__` that returned something.
#[cold]
pub fn init_result(result: Value) -> errors::Raised {
    type_error(format_args!("__init__() should return None, not '{}'", result.class().display_name()))
}

pub fn new(class: Ref<Type>, args: Args) -> R {
    let function = crate::object::attr::getattr(class.value(), names::get(names::__new__))?;
    call::call_prepended(function, class.value(), args)
}

pub fn del(v: Value) -> R<()> {
    call::call_special(v, names::__del__, &[])?;
    Ok(())
}

pub fn len(v: Value) -> R<usize> {
    let result = special(v, names::__len__, &[])?;
    ops::len_result(result)
}

pub fn getitem(v: Value, key: Value) -> R {
    special(v, names::__getitem__, &[key])
}

pub fn setitem(v: Value, key: Value, value: Option<Value>) -> R<()> {
    match value {
        Some(value) => special(v, names::__setitem__, &[key, value])?,
        None => special(v, names::__delitem__, &[key])?,
    };
    Ok(())
}

pub fn contains(v: Value, item: Value) -> R<bool> {
    match v.class().lookup(names::get(names::__contains__)) {
        Some(f) if f.is_none() => {
            Err(type_error(format_args!("'{}' object is not a container", v.class().display_name())))
        }
        Some(f) => ops::truth(call::call_bound(f, v, &[item])?),
        None => ops::iter::contains_by_iteration(v, item),
    }
}

pub fn concat(a: Value, b: Value) -> R {
    special(a, names::__add__, &[b])
}

pub fn repeat(a: Value, b: Value) -> R {
    special(a, names::__mul__, &[b])
}

macro_rules! unary {
    ($($name:ident $dunder:ident)*) => {
        $(pub fn $name(v: Value) -> R { special(v, names::$dunder, &[]) })*
    };
}

unary! {
    neg __neg__ pos __pos__ abs __abs__ invert __invert__ index __index__ int __int__ float __float__
    await_ __await__ aiter __aiter__ anext __anext__
}

pub fn bool(v: Value) -> R<bool> {
    let result = special(v, names::__bool__, &[])?;
    match ops::as_bool(result) {
        Some(truth) => Ok(truth),
        None => {
            Err(type_error(format_args!("__bool__ should return bool, returned {}", result.class().display_name())))
        }
    }
}

const BINARY_NAMES: [(Name, Name, Name); BinOp::COUNT] = [
    (names::__add__, names::__radd__, names::__iadd__),
    (names::__and__, names::__rand__, names::__iand__),
    (names::__floordiv__, names::__rfloordiv__, names::__ifloordiv__),
    (names::__lshift__, names::__rlshift__, names::__ilshift__),
    (names::__matmul__, names::__rmatmul__, names::__imatmul__),
    (names::__mul__, names::__rmul__, names::__imul__),
    (names::__mod__, names::__rmod__, names::__imod__),
    (names::__or__, names::__ror__, names::__ior__),
    (names::__pow__, names::__rpow__, names::__ipow__),
    (names::__rshift__, names::__rrshift__, names::__irshift__),
    (names::__sub__, names::__rsub__, names::__isub__),
    (names::__truediv__, names::__rtruediv__, names::__itruediv__),
    (names::__xor__, names::__rxor__, names::__ixor__),
    (names::__divmod__, names::__rdivmod__, names::__idivmod__),
];

/// CPython's `SLOT1BINFULL`: either operand may be the instance whose class wrote the method.
pub fn binary<const OP: usize>(a: Value, b: Value) -> R {
    let (forward, reflected, _) = BINARY_NAMES[OP];
    let is_ours = |v: Value| {
        crate::object::class::slots_of(v).binary[OP]
            .is_some_and(|f| std::ptr::fn_addr_eq(f, binary::<OP> as fn(Value, Value) -> R))
    };
    let other_is_different = a.class() != b.class();
    let mut try_reflected = other_is_different && is_ours(b);
    if is_ours(a) {
        if try_reflected && b.class().is_subtype(a.class()) && overrides(a, b, reflected) {
            let result = special_or_pass(b, reflected, &[a])?;
            if !result.is(not_implemented()) {
                return Ok(result);
            }
            try_reflected = false;
        }
        let result = special_or_pass(a, forward, &[b])?;
        if !result.is(not_implemented()) || !other_is_different {
            return Ok(result);
        }
    }
    if try_reflected {
        return special_or_pass(b, reflected, &[a]);
    }
    Ok(not_implemented())
}

/// Whether `b`'s class has another `name` than `a`'s.
fn overrides(a: Value, b: Value, name: Name) -> bool {
    match (a.class().lookup(names::get(name)), b.class().lookup(names::get(name))) {
        (Some(x), Some(y)) => !x.is(y),
        (None, Some(_)) => true,
        _ => false,
    }
}

pub fn inplace<const OP: usize>(a: Value, b: Value) -> R {
    special_or_pass(a, BINARY_NAMES[OP].2, &[b])
}
