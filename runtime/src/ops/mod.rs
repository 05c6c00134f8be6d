//! The operations of the language: what both engines and the native modules call.
//!
//! Each lives here once. Fast paths for the commonest exact types come first; then the class's slots
//! in CPython's order (`Objects/abstract.c`, `Objects/object.c`).

pub mod build;
pub mod exceptions;
pub mod hash;
pub mod import;
mod import_lock;
pub mod intrinsic;
pub mod iter;
pub mod matching;
pub mod numbers;
pub mod poll;
pub mod subscript;

pub use build::*;
pub use numbers::*;
pub use subscript::*;

use crate::errors::{self, R, type_error};
use crate::names;
use crate::object::class::slots_of;
use crate::object::singletons::{boolean, false_, none, not_implemented, true_};
use crate::object::slots::CmpOp;
use crate::object::{Args, Ref, Type, attr, call};
use crate::state::state;
use crate::types::dict::Dict;
use crate::types::quick_format;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// `repr(x)`.
pub fn repr(v: Value) -> R {
    state().check_native_stack()?;
    let Some(slot) = slots_of(v).repr else {
        return Ok(Str::new(&format!("<{} object at {:#x}>", v.class().display_name(), id(v))).value());
    };
    let text = slot(v)?;
    if text.cast::<Str>().is_none() {
        return Err(type_error(format_args!("__repr__ returned non-string (type {})", text.class().display_name())));
    }
    Ok(text)
}

/// `repr(x)` as Rust text, for messages.
pub fn repr_text(v: Value) -> R<String> {
    Ok(repr(v)?.cast::<Str>().map_or_else(String::new, |s| s.to_string_lossy()))
}

/// `str(x)`.
pub fn str(v: Value) -> R {
    if v.exact::<Str>().is_some() {
        return Ok(v);
    }
    let Some(slot) = slots_of(v).str else { return repr(v) };
    state().check_native_stack()?;
    let text = slot(v)?;
    if text.cast::<Str>().is_none() {
        return Err(type_error(format_args!("__str__ returned non-string (type {})", text.class().display_name())));
    }
    Ok(text)
}

/// `str(x)` as a string object.
pub fn str_of(v: Value) -> R<Ref<Str>> {
    Ok(str(v)?.expect::<Str>())
}

/// `ascii(x)`.
pub fn ascii(v: Value) -> R {
    let text = repr(v)?.expect::<Str>();
    if text.is_ascii() {
        return Ok(text.value());
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.code_points() {
        match c {
            0..=0x7f => out.push(c as u8 as char),
            0x80..=0xff => out.push_str(&format!("\\x{c:02x}")),
            0x100..=0xffff => out.push_str(&format!("\\u{c:04x}")),
            _ => out.push_str(&format!("\\U{c:08x}")),
        }
    }
    Ok(Str::new(&out).value())
}

/// `format(x, spec)`.
pub fn format(v: Value, spec: Option<Value>) -> R {
    let empty = spec.is_none_or(|s| s.exact::<Str>().is_some_and(|s| s.is_empty()));
    if empty && (v.exact::<Str>().is_some()) {
        return Ok(v);
    }
    if empty && v.is_small() {
        return str(v);
    }
    if empty && crate::types::float::as_exact(v).is_some() {
        return str(v);
    }
    if let Some(text) = spec.and_then(|spec| quick_text(v, spec)) {
        return Ok(text);
    }
    let spec = spec.unwrap_or_else(|| Str::from_ascii(b"").value());
    match call::call_special(v, names::__format__, &[spec])? {
        None => Err(type_error(format_args!("Type {} doesn't define __format__", v.class().display_name()))),
        Some(text) if text.cast::<Str>().is_none() => {
            Err(type_error(format_args!("__format__ must return a str, not {}", text.class().display_name())))
        }
        Some(text) => Ok(text),
    }
}

/// A number formatted the quick way, if it and the specification allow that.
#[inline]
fn quick_text(v: Value, spec: Value) -> Option<Value> {
    if !v.is_small() && crate::types::float::as_exact(v).is_none() {
        return None;
    }
    let spec = spec.exact::<Str>()?;
    let spec = quick_format::parse(spec.as_ascii()?.as_bytes())?;
    quick_format::number(v, &spec, &mut [0; quick_format::ROOM]).map(|text| Str::from_ascii(text).value())
}

/// `f"{x!r}"` and its like: 1 str, 2 repr, 3 ascii.
pub fn convert_value(v: Value, how: u32) -> R {
    match how {
        1 => str(v),
        2 => repr(v),
        _ => ascii(v),
    }
}

/// `bool(x)`.
#[inline(always)]
pub fn truth(v: Value) -> R<bool> {
    if v.is(true_()) {
        return Ok(true);
    }
    if v.is(false_()) || v.is_none() {
        return Ok(false);
    }
    if let Some(n) = v.as_small() {
        return Ok(n != 0);
    }
    truth_slow(v)
}

#[inline(never)]
fn truth_slow(v: Value) -> R<bool> {
    let slots = slots_of(v);
    if let Some(slot) = slots.bool {
        return slot(v);
    }
    match slots.len {
        Some(slot) => slot(v).map(|n| n != 0),
        None => Ok(true),
    }
}

/// The Rust bool of `True` or `False`.
pub fn as_bool(v: Value) -> Option<bool> {
    if v.is(true_()) {
        Some(true)
    } else if v.is(false_()) {
        Some(false)
    } else {
        None
    }
}

/// `a OP b`, whatever comes of it.
pub fn compare(a: Value, b: Value, op: CmpOp) -> R {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small()) {
        return Ok(boolean(op.holds(x.cmp(&y))));
    }
    if let (Some(x), Some(y)) = (a.exact::<Str>(), b.exact::<Str>()) {
        return Ok(boolean(match op {
            CmpOp::Eq => x.equals(&y),
            CmpOp::Ne => !x.equals(&y),
            _ => op.holds(x.compare(&y)),
        }));
    }
    if a.is_flonum() && b.is_flonum() {
        let (x, y) = (taipan_abi::tag::float_value(a.bits()), taipan_abi::tag::float_value(b.bits()));
        // Floats in the word are never NaN.
        return Ok(boolean(x.partial_cmp(&y).is_some_and(|order| op.holds(order))));
    }
    compare_slow(a, b, op)
}

#[inline(never)]
fn compare_slow(a: Value, b: Value, op: CmpOp) -> R {
    state().check_native_stack()?;
    let (class_a, class_b) = (a.class(), b.class());
    let mut reflected_done = false;
    if class_a != class_b && class_b.is_subtype(class_a) {
        if let Some(slot) = class_b.slots().compare {
            reflected_done = true;
            let result = slot(b, a, op.swapped())?;
            if !result.is(not_implemented()) {
                return Ok(result);
            }
        }
    }
    if let Some(slot) = class_a.slots().compare {
        let result = slot(a, b, op)?;
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    if !reflected_done {
        if let Some(slot) = class_b.slots().compare {
            let result = slot(b, a, op.swapped())?;
            if !result.is(not_implemented()) {
                return Ok(result);
            }
        }
    }
    match op {
        CmpOp::Eq => Ok(boolean(a.is(b))),
        CmpOp::Ne => Ok(boolean(!a.is(b))),
        _ => Err(type_error(format_args!(
            "'{}' not supported between instances of '{}' and '{}'",
            op.symbol(),
            class_a.display_name(),
            class_b.display_name()
        ))),
    }
}

/// Truth of `a OP b`.
#[inline]
pub fn compare_bool(a: Value, b: Value, op: CmpOp) -> R<bool> {
    if let (Some(x), Some(y)) = (a.exact::<Str>(), b.exact::<Str>()) {
        return Ok(match op {
            CmpOp::Eq => x.equals(&y),
            CmpOp::Ne => !x.equals(&y),
            _ => op.holds(x.compare(&y)),
        });
    }
    truth(compare(a, b, op)?)
}

/// `a is b or a == b`, as containers compare their items.
#[inline]
pub fn equal(a: Value, b: Value) -> R<bool> {
    if a.is(b) {
        return Ok(true);
    }
    if let (Some(x), Some(y)) = (a.exact::<Tuple>(), b.exact::<Tuple>()) {
        return equal_items(x, y);
    }
    compare_bool(a, b, CmpOp::Eq)
}

/// Whether two keys are equal, if that can be told without calls: texts, small ints, tuples of them.
/// Different objects that are `==` by their methods only give `None`.
#[inline]
pub fn quick_equal(a: Value, b: Value) -> Option<bool> {
    #[inline(always)]
    fn plain(a: Value, b: Value) -> Option<bool> {
        if a.is(b) {
            return Some(true);
        }
        if a.is_small() && b.is_small() {
            return Some(false);
        }
        match (a.exact::<Str>(), b.exact::<Str>()) {
            (Some(a), Some(b)) => Some(a.equals(&b)),
            _ => None,
        }
    }
    if let Some(known) = plain(a, b) {
        return Some(known);
    }
    let (a, b) = (a.exact::<Tuple>()?, b.exact::<Tuple>()?);
    if a.len() != b.len() {
        return Some(false);
    }
    for (x, y) in a.as_slice().iter().zip(b.as_slice()) {
        if !plain(*x, *y)? {
            return Some(false);
        }
    }
    Some(true)
}

fn equal_items(a: Ref<Tuple>, b: Ref<Tuple>) -> R<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    state().check_native_stack()?;
    for (x, y) in a.as_slice().iter().zip(b.as_slice()) {
        // Different small ints need no comparison.
        if x.is_small() && y.is_small() {
            if !x.is(*y) {
                return Ok(false);
            }
        } else if !equal(*x, *y)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `id(x)`.
pub fn id(v: Value) -> u64 {
    v.bits()
}

/// `is` for numbers that may be boxed although they could be in the word: never different objects to a program.
#[inline(always)]
pub fn same_immediate(_: Value, _: Value) -> bool {
    false
}

/// `len(x)`.
#[inline]
pub fn len(v: Value) -> R<usize> {
    match slots_of(v).len {
        Some(slot) => slot(v),
        None => Err(type_error(format_args!("object of type '{}' has no len()", v.class().display_name()))),
    }
}

/// What `__len__` gave, checked.
pub fn len_result(v: Value) -> R<usize> {
    let n = index(v).map_err(|raised| {
        if errors::pending_is(&crate::types::exceptions::TYPE_ERROR) {
            errors::clear();
            return type_error(format_args!(
                "'{}' object cannot be interpreted as an integer",
                v.class().display_name()
            ));
        }
        raised
    })?;
    match n.as_small() {
        Some(n) if n >= 0 => Ok(n as usize),
        Some(_) => Err(errors::value_error("__len__() should return >= 0")),
        None => match crate::types::int::to_bigint(n) {
            Some(big) if big.sign() == num_bigint::Sign::Minus => {
                Err(errors::value_error("__len__() should return >= 0"))
            }
            Some(big) if let Ok(n) = i64::try_from(&big) => Ok(n as usize),
            _ => Err(errors::overflow_error("cannot fit 'int' into an index-sized integer")),
        },
    }
}

/// `item in container`.
pub fn contains(container: Value, item: Value) -> R<bool> {
    match slots_of(container).contains {
        Some(slot) => slot(container, item),
        None => iter::contains_by_iteration(container, item),
    }
}

/// `isinstance(x, c)`.
pub fn isinstance(v: Value, class: Value) -> R<bool> {
    if v.class().value().is(class) {
        return Ok(true);
    }
    if class.class() == crate::types::type_::TYPE.class() {
        return isinstance_default(v, class);
    }
    if let Some(union) = crate::types::union::members(class) {
        for member in union {
            if isinstance(v, member)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(classes) = class.cast::<Tuple>() {
        state().check_native_stack()?;
        for class in classes.as_slice() {
            if isinstance(v, *class)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(check) = class.class().lookup(names::get(names::__instancecheck__)) {
        if let Some(known) = crate::modules::abc::cached(check, class, v.class().value()) {
            // What is no instance by its class may be one by `__class__`.
            if known || !shows_other_class(v) {
                return Ok(known);
            }
        }
        return truth(call::call_bound(check, class, &[v])?);
    }
    isinstance_default(v, class)
}

/// Whether `v.__class__` could be anything but its class.
fn shows_other_class(v: Value) -> bool {
    let class = v.class();
    let generic = attr::generic_getattr as fn(Value, Ref<Str>) -> R;
    let plain = crate::types::object::OBJECT.class().lookup(names::get(names::__class__));
    !class.slots().getattr.is_some_and(|f| std::ptr::fn_addr_eq(f, generic))
        || class.lookup(names::get(names::__class__)) != plain
}

/// `type.__instancecheck__`.
pub fn isinstance_default(v: Value, class: Value) -> R<bool> {
    if let Some(class) = class.exact_type() {
        if v.class().is_subtype(class) {
            return Ok(true);
        }
        // `__class__` may say something else (proxies, mocks).
        if attr::is_plain(v) {
            return Ok(false);
        }
        let shown = attr::find(v, names::get(names::__class__))?;
        return Ok(shown
            .and_then(|s| s.exact_type())
            .is_some_and(|shown| shown != v.class() && shown.is_subtype(class)));
    }
    check_class(class, "isinstance() arg 2 must be a type, a tuple of types, or a union")?;
    match attr::find(v, names::get(names::__class__))? {
        Some(shown) => abstract_subclass(shown, class),
        None => Ok(false),
    }
}

/// `issubclass(c, d)`.
pub fn issubclass(class: Value, other: Value) -> R<bool> {
    if other.class() == crate::types::type_::TYPE.class() {
        if class.is(other) {
            return Ok(true);
        }
        return issubclass_default(class, other);
    }
    if let Some(union) = crate::types::union::members(other) {
        for member in union {
            if issubclass(class, member)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(classes) = other.cast::<Tuple>() {
        state().check_native_stack()?;
        for other in classes.as_slice() {
            if issubclass(class, *other)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(check) = other.class().lookup(names::get(names::__subclasscheck__)) {
        if let Some(known) = crate::modules::abc::cached(check, other, class) {
            return Ok(known);
        }
        return truth(call::call_bound(check, other, &[class])?);
    }
    issubclass_default(class, other)
}

/// `type.__subclasscheck__`.
pub fn issubclass_default(class: Value, other: Value) -> R<bool> {
    if let (Some(class), Some(other)) = (class.exact_type(), other.exact_type()) {
        return Ok(class.is_subtype(other));
    }
    check_class(class, "issubclass() arg 1 must be a class")?;
    check_class(other, "issubclass() arg 2 must be a class, a tuple of classes, or a union")?;
    abstract_subclass(class, other)
}

fn bases_of(class: Value) -> R<Option<Ref<Tuple>>> {
    Ok(attr::find(class, names::get(names::__bases__))?.and_then(|b| b.cast::<Tuple>()))
}

fn check_class(class: Value, message: &str) -> R<()> {
    match bases_of(class)? {
        Some(_) => Ok(()),
        None => Err(type_error(message)),
    }
}

fn abstract_subclass(class: Value, other: Value) -> R<bool> {
    if class.is(other) {
        return Ok(true);
    }
    state().check_native_stack()?;
    if let Some(bases) = bases_of(class)? {
        for base in bases.as_slice() {
            if abstract_subclass(*base, other)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// `callable(*args, **kwargs)` as `CALL_FUNCTION_EX` has it.
pub fn call_function_ex(callable: Value, args: Value, kwargs: Option<Value>) -> R {
    let args = match args.cast::<Tuple>() {
        Some(args) => args,
        None => {
            if slots_of(args).iter.is_none() && slots_of(args).getitem.is_none() {
                return Err(type_error(format_args!(
                    "{} argument after * must be an iterable, not {}",
                    function_name(callable)?,
                    args.class().display_name()
                )));
            }
            Tuple::new(&iter::to_vec(args)?)
        }
    };
    let Some(kwargs) = kwargs else { return call::call(callable, args.as_slice()) };
    let dict = match kwargs.cast::<Dict>() {
        Some(dict) => dict,
        None => {
            let dict = Dict::new();
            dict_merge(dict.value(), kwargs, callable)?;
            dict
        }
    };
    let mut all = args.as_slice().to_vec();
    let mut keys = Vec::with_capacity(dict.len());
    for (key, value) in dict.items() {
        if key.cast::<Str>().is_none() {
            return Err(type_error("keywords must be strings"));
        }
        keys.push(key);
        all.push(value);
    }
    let names = (!keys.is_empty()).then(|| Tuple::new(&keys));
    call::call_args(callable, Args { all: &all, names })
}

/// `f()` as errors about arguments name it.
pub fn function_name(callable: Value) -> R<String> {
    let qualname = attr::find(callable, names::get(names::__qualname__))?.and_then(|q| q.cast::<Str>());
    let Some(qualname) = qualname else { return Ok(str_of(callable)?.to_string_lossy()) };
    let module = crate::types::native::module_of(callable)?;
    Ok(match module {
        Some(module) if !module.is_str("builtins") => format!("{}.{}()", module.display(), qualname.display()),
        _ => format!("{}()", qualname.display()),
    })
}

/// `LOAD_SPECIAL`: `__enter__`, `__exit__`, `__aenter__`, `__aexit__` of `with`.
pub fn load_special(object: Value, which: u32) -> R<(Value, Option<Value>)> {
    let name = [names::__enter__, names::__exit__, names::__aenter__, names::__aexit__][which as usize % 4];
    let interned = names::get(name);
    let class = object.class();
    if let Some(found) = class.lookup(interned) {
        if found.class().has_flag(crate::object::define::METHOD_LIKE) {
            return Ok((found, Some(object)));
        }
    }
    match call::lookup_special(object, interned)? {
        Some(method) => Ok((method, None)),
        None => {
            let shown = class.display_name();
            let is_async = which >= 2;
            let (kind, other_kind) = if is_async { ("asynchronous ", "") } else { ("", "asynchronous ") };
            let missing = names::text(name);
            let others =
                if is_async { [names::__enter__, names::__exit__] } else { [names::__aenter__, names::__aexit__] };
            let has_other = others.iter().all(|n| class.lookup(names::get(*n)).is_some());
            let hint = if has_other {
                format!(
                    " (missed {missing} method) but it supports the {other_kind}context manager protocol. Did you mean to use '{}with'?",
                    if is_async { "" } else { "async " }
                )
            } else {
                format!(" (missed {missing} method)")
            };
            Err(type_error(format_args!("'{shown}' object does not support the {kind}context manager protocol{hint}")))
        }
    }
}

/// `LOAD_COMMON_CONSTANT`: AssertionError, NotImplementedError, tuple, all, any.
pub fn load_common_constant(which: u32) -> R {
    use crate::types::exceptions as exc;
    Ok(match which {
        0 => exc::ASSERTION_ERROR.class().value(),
        1 => exc::NOT_IMPLEMENTED_ERROR.class().value(),
        2 => crate::types::tuple::TUPLE.class().value(),
        3 => crate::modules::builtins::get("all"),
        _ => crate::modules::builtins::get("any"),
    })
}

/// A name in a namespace: a dict or any mapping.
pub fn namespace_get(mapping: Value, name: Ref<Str>) -> R<Option<Value>> {
    if let Some(dict) = mapping.exact::<Dict>() {
        return Ok(dict.get_str(name));
    }
    errors::catch(getitem(mapping, name.value()), &crate::types::exceptions::KEY_ERROR)
}

/// `LOAD_NAME`: locals, then globals, then builtins.
pub fn load_name(locals: Option<Value>, globals: Ref<Dict>, builtins: Ref<Dict>, name: Ref<Str>) -> R {
    if let Some(locals) = locals {
        if let Some(value) = namespace_get(locals, name)? {
            return Ok(value);
        }
    }
    match crate::interp::cache::lookup_global(globals, builtins, name)? {
        Some(value) => Ok(value),
        None => Err(errors::name_error(name)),
    }
}

/// `STORE_NAME`, `DELETE_NAME`.
pub fn store_name(locals: Value, name: Ref<Str>, value: Option<Value>) -> R<()> {
    match (locals.exact::<Dict>(), value) {
        (Some(dict), Some(value)) => {
            let looked_at = crate::gc::is_watched() && holds_object(dict, name);
            dict.set_str(name, value);
            if looked_at {
                poll::look_for_the_dead();
            }
            Ok(())
        }
        (Some(dict), None) => match dict.remove_str(name) {
            Some(_) => Ok(()),
            None => Err(errors::name_error(name)),
        },
        (None, Some(value)) => setitem(locals, name.value(), value),
        (None, None) => match errors::catch(delitem(locals, name.value()), &crate::types::exceptions::KEY_ERROR)? {
            Some(()) => Ok(()),
            None => Err(errors::name_error(name)),
        },
    }
}

/// Whether the name is bound to an object of the heap. Not inlined, so that its caller has no word of the object.
#[inline(never)]
fn holds_object(dict: Ref<Dict>, name: Ref<Str>) -> bool {
    dict.get_str(name).is_some_and(|old| old.is_pointer())
}

/// `SETUP_ANNOTATIONS`.
pub fn setup_annotations(locals: Option<Value>) -> R<()> {
    let Some(locals) = locals else {
        return Err(errors::system_error("no locals found when setting up annotations"));
    };
    let name = names::get(names::__annotations__);
    if namespace_get(locals, name)?.is_none() {
        store_name(locals, name, Some(Dict::new().value()))?;
    }
    Ok(())
}

/// `dir(x)`: a sorted list.
pub fn dir(v: Value) -> R {
    let Some(result) = call::call_special(v, names::__dir__, &[])? else {
        return Err(type_error("object does not provide __dir__"));
    };
    let list = crate::types::list::List::new(&iter::to_vec(result)?);
    crate::types::list::sort::sort(list, None, false)?;
    Ok(list.value())
}

/// Whether a value is of this class, for Rust callers that hold a `Ref<Type>`.
pub fn is_instance_of(v: Value, class: Ref<Type>) -> bool {
    v.class().is_subtype(class)
}

/// The value, or None.
pub fn or_none(v: Option<Value>) -> Value {
    v.unwrap_or_else(none)
}
