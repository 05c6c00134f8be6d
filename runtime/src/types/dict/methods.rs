//! `dict`: the type, its slots and methods.

use super::{Dict, MIN_LOG2, Table, key_hash, views};
use crate::errors::{self, R, key_error, runtime_error, type_error, value_error};
use crate::names;
use crate::object::class::slots_of;
use crate::object::define::{BASETYPE, MAPPING, MATCH_SELF, Method, UNHASHABLE};
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Args, Ref, Slots, Type, TypeDef, attr, call};
use crate::ops;
use crate::types::exceptions::{KEY_ERROR, TYPE_ERROR};
use crate::types::object::allocate_fixed;
use crate::types::str::{Builder, Str};
use crate::types::{int, repr_guard};
use crate::value::{Raised, Value};

pub static DICT: TypeDef = TypeDef {
    name: "dict",
    slots: Slots {
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(|v| Ok(views::iterate(v.expect::<Dict>(), &views::KEY_ITERATOR))),
        init: Some(|v, args| update_from_args(v, "dict", args)),
        new: Some(new),
        len: Some(|v| Ok(v.expect::<Dict>().len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|v, key| v.expect::<Dict>().contains(key)),
        ..Slots::NONE.bin(BinOp::Or, or).ibin(BinOp::Or, |v, other| {
            dict_update(v.expect::<Dict>(), other)?;
            Ok(v)
        })
    },
    methods: &[
        Method::none("__sizeof__", |v| {
            let dict = v.expect::<Dict>();
            let table = dict.table();
            Ok(int::from_usize(32 + crate::gc::size_of(table.header())))
        }),
        Method::pos("get", get, 1, 2),
        Method::pos("setdefault", setdefault, 1, 2),
        Method::pos("pop", pop, 1, 2),
        Method::none("popitem", popitem),
        Method::none("keys", |v| Ok(views::view(v.expect::<Dict>(), &views::DICT_KEYS))),
        Method::none("items", |v| Ok(views::view(v.expect::<Dict>(), &views::DICT_ITEMS))),
        Method::none("values", |v| Ok(views::view(v.expect::<Dict>(), &views::DICT_VALUES))),
        Method::full("update", |v, args| update_from_args(v, "update", args).map(|()| none())),
        Method::pos("fromkeys", fromkeys, 1, 2).class_method(),
        Method::none("clear", |v| {
            v.expect::<Dict>().clear();
            Ok(none())
        }),
        Method::none("copy", |v| Ok(v.expect::<Dict>().copy().value())),
        Method::none("__reversed__", |v| Ok(views::iterate(v.expect::<Dict>(), &views::REVERSE_KEY_ITERATOR))),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    flags: BASETYPE | MAPPING | MATCH_SELF | UNHASHABLE,
    words: TypeDef::words_of::<Dict>(),
    // The number of entries is no address.
    traced: 3,
    ..TypeDef::BASE
};

/// Turns "unhashable type" into what the object was wanted for.
#[cold]
#[inline(never)]
pub fn unhashable(key: Value, role: &str) -> Raised {
    let exception = errors::take();
    if exception.class() != TYPE_ERROR.class() {
        return errors::restore(exception);
    }
    match ops::str_of(exception) {
        Ok(text) => {
            let class = crate::types::type_::full_name(key.class()).unwrap_or_default();
            let class = class.strip_prefix("__main__.").unwrap_or(&class);
            type_error(format_args!("cannot use '{class}' as a {role} ({})", text.display()))
        }
        Err(raised) => raised,
    }
}

fn new(class: Ref<Type>, _: Args) -> R {
    if class == DICT.class() {
        return Ok(Dict::new().value());
    }
    let object = allocate_fixed(class);
    let dict = object.expect::<Dict>();
    dict.table.set(dict, Table::new(MIN_LOG2)?);
    Ok(object)
}

/// A new dict of these entries; later ones win.
pub fn build(pairs: &[(Value, Value)]) -> R<Ref<Dict>> {
    let dict = Dict::with_capacity(pairs.len());
    for &(key, value) in pairs {
        dict.set(key, value)?;
    }
    Ok(dict)
}

/// `dict(...)` and `d.update(...)`.
fn update_from_args(v: Value, function: &str, args: Args) -> R<()> {
    crate::object::args::check_count(function, args.pos().len(), 0, 1)?;
    let dict = v.expect::<Dict>();
    if let Some(&other) = args.pos().first() {
        dict_update(dict, other)?;
    }
    for (name, value) in args.keywords() {
        dict.set(name.value(), value)?;
    }
    Ok(())
}

/// `dict.update(other)`: a mapping (it has `keys`) or an iterable of pairs.
pub fn dict_update(dict: Ref<Dict>, other: Value) -> R<()> {
    if let Some(other) = other.exact::<Dict>() {
        return merge(dict, other);
    }
    let keys = attr::find(other, names::get(names::keys))?;
    match keys {
        Some(_) => merge_mapping(dict, other),
        None => merge_pairs(dict, other),
    }
}

/// As `dict_update`, of a mapping only: AttributeError for others.
pub fn merge_mapping(dict: Ref<Dict>, other: Value) -> R<()> {
    if let Some(source) = other.cast::<Dict>() {
        // A subclass with its own `__iter__` or `keys` is asked through them.
        let own_iter = DICT.class().slots().iter;
        if slots_of(other).iter.map(|f| f as usize) == own_iter.map(|f| f as usize) {
            return merge(dict, source);
        }
    }
    // All keys first: fetching an item may change the mapping.
    let keys = call::call_method(other, names::get(names::keys), &[])?;
    if slots_of(keys).iter.is_none() && slots_of(keys).getitem.is_none() {
        return Err(type_error(format_args!(
            "{}.keys() returned a non-iterable (type {})",
            other.class().display_name(),
            keys.class().display_name()
        )));
    }
    for key in ops::iter::to_vec(keys)? {
        dict.set(key, ops::subscript::getitem(other, key)?)?;
    }
    Ok(())
}

/// Copies the entries of a dict.
pub fn merge(dict: Ref<Dict>, other: Ref<Dict>) -> R<()> {
    if dict == other || other.is_empty() {
        return Ok(());
    }
    let len = other.len();
    let mut at = 0;
    while let Some((next, key, value)) = other.next_entry(at) {
        dict.set_with_hash(key, other.hash_at(next - 1), value)?;
        if other.len() != len {
            return Err(runtime_error("dict mutated during update"));
        }
        at = next;
    }
    Ok(())
}

fn merge_pairs(dict: Ref<Dict>, other: Value) -> R<()> {
    let iterator = ops::iter::iter(other)?;
    let mut n = 0;
    while let Some(item) = ops::iter::next(iterator)? {
        let pair = if slots_of(item).iter.is_none() && slots_of(item).getitem.is_none() {
            Err(type_error("object is not iterable"))
        } else {
            ops::iter::to_vec(item)
        };
        let pair = pair.inspect_err(|_| {
            if errors::pending_is(&TYPE_ERROR) {
                errors::add_note(&format!("Cannot convert dictionary update sequence element #{n} to a sequence"));
            }
        })?;
        let [key, value] = *pair else {
            return Err(value_error(format_args!(
                "dictionary update sequence element #{n} has length {}; 2 is required",
                pair.len()
            )));
        };
        dict.set(key, value)?;
        n += 1;
    }
    Ok(())
}

fn repr(v: Value) -> R {
    let dict = v.expect::<Dict>();
    if dict.is_empty() {
        return Ok(Str::from_ascii(b"{}").value());
    }
    let Some(_guard) = repr_guard::enter(v) else { return Ok(Str::from_ascii(b"{...}").value()) };
    let mut text = Builder::with_capacity(dict.len() * 8);
    text.push('{' as u32);
    let mut at = 0;
    let mut first = true;
    while let Some((next, key, value)) = dict.next_entry(at) {
        if !first {
            text.push_str(", ");
        }
        first = false;
        text.push_obj(ops::repr(key)?.expect::<Str>());
        text.push_str(": ");
        text.push_obj(ops::repr(value)?.expect::<Str>());
        at = next;
    }
    text.push('}' as u32);
    Ok(text.finish().value())
}

/// Same keys with equal values.
pub fn equal(a: Ref<Dict>, b: Ref<Dict>) -> R<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((next, key, value)) = a.next_entry(at) {
        match b.get_with_hash(key, a.hash_at(next - 1))? {
            Some(other) if value.is(other) || ops::equal(value, other)? => {}
            _ => return Ok(false),
        }
        at = next;
    }
    Ok(true)
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.cast::<Dict>(), b.cast::<Dict>()) else { return Ok(not_implemented()) };
    match op {
        CmpOp::Eq => equal(x, y).map(boolean),
        CmpOp::Ne => equal(x, y).map(|same| boolean(!same)),
        _ => Ok(not_implemented()),
    }
}

/// `d[key]`, with `__missing__` of subclasses.
#[inline]
pub fn getitem(v: Value, key: Value) -> R {
    match v.expect::<Dict>().get(key)? {
        Some(value) => Ok(value),
        None => missing(v, key),
    }
}

#[inline(never)]
fn missing(v: Value, key: Value) -> R {
    if v.exact::<Dict>().is_none() {
        if let Some(value) = call::call_special(v, names::__missing__, &[key])? {
            return Ok(value);
        }
    }
    Err(key_error(key))
}

fn setitem(v: Value, key: Value, value: Option<Value>) -> R<()> {
    let dict = v.expect::<Dict>();
    match value {
        Some(value) => dict.set(key, value),
        None => match dict.remove(key)? {
            Some(_) => Ok(()),
            None => Err(key_error(key)),
        },
    }
}

fn or(a: Value, b: Value) -> R {
    let (Some(x), Some(_)) = (a.cast::<Dict>(), b.cast::<Dict>()) else { return Ok(not_implemented()) };
    let result = x.copy();
    dict_update(result, b)?;
    Ok(result.value())
}

fn get(v: Value, args: &[Value]) -> R {
    Ok(match v.expect::<Dict>().get(args[0])? {
        Some(value) => value,
        None => args.get(1).copied().unwrap_or_else(none),
    })
}

fn setdefault(v: Value, args: &[Value]) -> R {
    v.expect::<Dict>().set_default(args[0], args.get(1).copied().unwrap_or_else(none))
}

fn pop(v: Value, args: &[Value]) -> R {
    let dict = v.expect::<Dict>();
    if dict.is_empty() {
        return args.get(1).copied().ok_or_else(|| key_error(args[0]));
    }
    match (dict.remove(args[0])?, args.get(1)) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(*default),
        (None, None) => Err(key_error(args[0])),
    }
}

fn popitem(v: Value) -> R {
    match v.expect::<Dict>().pop_last() {
        Some((key, value)) => Ok(crate::types::tuple::Tuple::new(&[key, value]).value()),
        None => Err(errors::raise_text(&KEY_ERROR, "popitem(): dictionary is empty")),
    }
}

/// `dict.fromkeys(iterable, value)`; a subclass is called for the empty mapping.
fn fromkeys(class: Value, args: &[Value]) -> R {
    let value = args.get(1).copied().unwrap_or_else(none);
    let made = if class.is(DICT.class().value()) { Dict::new().value() } else { call::call(class, &[])? };
    if let Some(dict) = made.exact::<Dict>() {
        if let Some(source) = args[0].exact::<Dict>() {
            let mut at = 0;
            while let Some((next, key, _)) = source.next_entry(at) {
                dict.set_with_hash(key, source.hash_at(next - 1), value)?;
                at = next;
            }
            return Ok(made);
        }
        if crate::types::set::is_exact_set(args[0]) {
            let set = crate::types::set::expect(args[0]);
            let mut at = 0;
            while let Some((next, key, hash)) = set.next_key(at) {
                dict.set_with_hash(key, hash, value)?;
                at = next;
            }
            return Ok(made);
        }
        ops::iter::for_each(args[0], |key| dict.set_with_hash(key, key_hash(key)?, value))?;
        return Ok(made);
    }
    let iterator = ops::iter::iter(args[0])?;
    while let Some(key) = ops::iter::next(iterator)? {
        ops::subscript::setitem(made, key, value)?;
    }
    Ok(made)
}
