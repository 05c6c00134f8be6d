//! The methods and operators of `OrderedDict`.

use super::ordered_dict::{OrderedDict, Way, empty, mutated};
use super::ordered_dict_views::{ITEMS, KEYS, ODICT_ITERATOR, VALUES, What, iterate};
use crate::errors::{self, R, key_error, type_error, value_error};
use crate::names;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, MAPPING, Method, UNHASHABLE, WEAKREFS};
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Args, Ref, Slots, TypeDef, attr, call};
use crate::ops;
use crate::types::dict::{DICT, Dict, methods, views};
use crate::types::exceptions::KEY_ERROR;
use crate::types::object_dir::{get_dict, set_dict};
use crate::types::object_reduce;
use crate::types::repr_guard;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

fn slf(v: Value) -> Ref<OrderedDict> {
    v.expect::<OrderedDict>()
}

fn is_exact(v: Value) -> bool {
    v.class() == ORDERED_DICT.class()
}

/// `od[key] = value`, by the method of a subclass if it has one.
fn set(v: Value, key: Value, value: Value) -> R<()> {
    if is_exact(v) { slf(v).set(key, value) } else { ops::setitem(v, key, value) }
}

fn add_pairs(v: Value, pairs: Value) -> R<()> {
    ops::iter::for_each(pairs, |pair| {
        let items = ops::iter::to_vec(pair)?;
        match *items {
            [key, value] => set(v, key, value),
            [] => Err(value_error("need more than 0 values to unpack")),
            [_] => Err(value_error("need more than 1 value to unpack")),
            _ => Err(value_error("too many values to unpack (expected 2)")),
        }
    })
}

/// `MutableMapping.update` with one mapping or iterable of pairs.
fn update_from(v: Value, other: Value) -> R<()> {
    if let Some(dict) = other.exact::<Dict>() {
        return dict.items().into_iter().try_for_each(|(key, value)| set(v, key, value));
    }
    if attr::find(other, names::get(names::keys))?.is_some() {
        let keys = call::call_method(other, names::get(names::keys), &[])?;
        return ops::iter::for_each(keys, |key| set(v, key, ops::subscript::getitem(other, key)?));
    }
    match attr::find(other, names::get(names::items))? {
        Some(items) => add_pairs(v, call::call(items, &[])?),
        None => add_pairs(v, other),
    }
}

fn update_from_args(v: Value, args: Args) -> R<()> {
    if let Some(&other) = args.pos().first() {
        update_from(v, other)?;
    }
    for (name, value) in args.keywords() {
        set(v, name.value(), value)?;
    }
    Ok(())
}

fn init(v: Value, args: Args) -> R<()> {
    let given = args.pos().len();
    if given > 1 {
        return Err(type_error(format_args!("expected at most 1 argument, got {given}")));
    }
    update_from_args(v, args)
}

fn update(v: Value, args: Args) -> R {
    let given = args.pos().len();
    if given > 1 {
        return Err(type_error(format_args!("update() takes at most 1 positional argument ({given} given)")));
    }
    update_from_args(v, args)?;
    Ok(none())
}

fn setitem(v: Value, key: Value, value: Option<Value>) -> R<()> {
    match value {
        Some(value) => slf(v).set(key, value),
        None => match slf(v).remove(key)? {
            Some(_) => Ok(()),
            None => Err(key_error(key)),
        },
    }
}

fn pop(v: Value, args: Args) -> R {
    let params = Params { function: "pop", names: &["key", "default"], required: 1, positional: 2 };
    let [key, default] = args.bind(&params)?;
    let key = key.unwrap_or_else(none);
    match (slf(v).remove(key)?, default) {
        (Some(value), _) | (None, Some(value)) => Ok(value),
        (None, None) => Err(key_error(key)),
    }
}

fn popitem(v: Value, args: Args) -> R {
    let params = Params { function: "popitem", names: &["last"], required: 0, positional: 1 };
    let [last] = args.bind(&params)?;
    let last = last.map_or(Ok(true), ops::truth)?;
    match slf(v).pop_end(last)? {
        Some((key, value)) => Ok(Tuple::new(&[key, value]).value()),
        None => Err(errors::raise_text(&KEY_ERROR, "dictionary is empty")),
    }
}

fn setdefault(v: Value, args: Args) -> R {
    let params = Params { function: "setdefault", names: &["key", "default"], required: 1, positional: 2 };
    let [key, default] = args.bind(&params)?;
    let (key, default) = (key.unwrap_or_else(none), default.unwrap_or_else(none));
    if is_exact(v) {
        if let Some(value) = slf(v).dict().get(key)? {
            return Ok(value);
        }
        slf(v).set(key, default)?;
        return Ok(default);
    }
    if ops::contains(v, key)? {
        return ops::subscript::getitem(v, key);
    }
    ops::setitem(v, key, default)?;
    Ok(default)
}

fn move_to_end(v: Value, args: Args) -> R {
    let params = Params { function: "move_to_end", names: &["key", "last"], required: 1, positional: 2 };
    let [key, last] = args.bind(&params)?;
    let last = last.map_or(Ok(true), ops::truth)?;
    slf(v).move_to_end(key.unwrap_or_else(none), last)?;
    Ok(none())
}

fn copy(v: Value) -> R {
    let od = slf(v);
    if is_exact(v) {
        let made = empty(ORDERED_DICT.class())?;
        od.for_each(|key, n| made.set(key, od.value_of(key, n)?))?;
        return Ok(made.value());
    }
    let made = call::call(v.class().value(), &[])?;
    od.for_each(|key, _| {
        let value = ops::subscript::getitem(v, key)?;
        if od.len() == 0 {
            return Err(mutated());
        }
        ops::setitem(made, key, value)
    })?;
    Ok(made)
}

fn fromkeys(class: Value, args: Args) -> R {
    let params = Params { function: "fromkeys", names: &["iterable", "value"], required: 1, positional: 2 };
    let [iterable, value] = args.bind(&params)?;
    let value = value.unwrap_or_else(none);
    let made = call::call(class, &[])?;
    ops::iter::for_each(iterable.unwrap_or_else(none), |key| match made.exact::<OrderedDict>() {
        Some(od) => od.set(key, value),
        None => ops::setitem(made, key, value),
    })?;
    Ok(made)
}

fn reduce(v: Value) -> R {
    let state = object_reduce::getstate(v)?;
    let items = ops::iter::iter(call::call_method(v, names::get(names::items), &[])?)?;
    Ok(Tuple::new(&[v.class().value(), Tuple::empty().value(), state, none(), items]).value())
}

fn repr(v: Value) -> R {
    let name = v.class().name();
    if slf(v).len() == 0 {
        return Ok(Str::from_string(format!("{}()", name.display())));
    }
    let Some(_guard) = repr_guard::enter(v) else { return Ok(Str::from_ascii(b"...").value()) };
    let entries = Dict::new();
    methods::merge_mapping(entries, v)?;
    let entries = ops::str_of(ops::repr(entries.value())?)?;
    Ok(Str::concat(&[Str::new(&format!("{}(", name.display())), entries, Str::new(")")])?.value())
}

/// Whether the keys are equal, one by one.
fn same_order(a: Ref<OrderedDict>, b: Ref<OrderedDict>) -> R<bool> {
    let states = (a.state(), b.state());
    let (mut x, mut y) = (a.key_at_end(Way::Forward)?, b.key_at_end(Way::Forward)?);
    loop {
        let ((one, m), (other, n)) = match (x, y) {
            (Some(x), Some(y)) => (x, y),
            (x, y) => return Ok(x.is_none() && y.is_none()),
        };
        let equal = one.is(other) || ops::equal(one, other)?;
        if (a.state(), b.state()) != states {
            return Err(mutated());
        }
        if !equal {
            return Ok(false);
        }
        (x, y) = (a.step(one, m, Way::Forward)?, b.step(other, n, Way::Forward)?);
    }
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.cast::<Dict>(), b.cast::<Dict>()) else { return Ok(not_implemented()) };
    let wanted = match op {
        CmpOp::Eq => true,
        CmpOp::Ne => false,
        _ => return Ok(not_implemented()),
    };
    let equal = methods::equal(x, y)?
        && match (a.cast::<OrderedDict>(), b.cast::<OrderedDict>()) {
            (Some(a), Some(b)) => same_order(a, b)?,
            _ => true,
        };
    Ok(boolean(equal == wanted))
}

fn or(a: Value, b: Value) -> R {
    if a.cast::<Dict>().is_none() || b.cast::<Dict>().is_none() {
        return Ok(not_implemented());
    }
    let class = if a.cast::<OrderedDict>().is_some() { a.class() } else { b.class() };
    let made = call::call(class.value(), &[a])?;
    update_from(made, b)?;
    Ok(made)
}

fn sizeof(v: Value) -> R {
    let base = match DICT.class().lookup(Str::intern("__sizeof__")) {
        Some(sizeof) => ops::as_isize(call::call_bound(sizeof, v, &[])?)?,
        None => 0,
    };
    Ok(crate::types::int::from_usize(base as usize + 56 + 40 * slf(v).len()))
}

pub(super) static ORDERED_DICT: TypeDef = TypeDef {
    name: "collections.OrderedDict",
    base: Some(&DICT),
    slots: Slots {
        new: Some(|class, _| Ok(empty(class)?.value())),
        init: Some(init),
        setitem: Some(setitem),
        iter: Some(|v| iterate(slf(v), What::Keys, Way::Forward)),
        repr: Some(repr),
        compare: Some(compare),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        ..Slots::NONE.bin(BinOp::Or, or).ibin(BinOp::Or, |v, other| {
            update_from(v, other)?;
            Ok(v)
        })
    },
    methods: &[
        Method::full("fromkeys", fromkeys).class_method(),
        Method::full("setdefault", setdefault),
        Method::full("pop", pop),
        Method::full("popitem", popitem),
        Method::full("move_to_end", move_to_end),
        Method::full("update", update),
        Method::none("keys", |v| Ok(views::view(slf(v).dict(), &KEYS))),
        Method::none("values", |v| Ok(views::view(slf(v).dict(), &VALUES))),
        Method::none("items", |v| Ok(views::view(slf(v).dict(), &ITEMS))),
        Method::none("clear", |v| {
            slf(v).clear();
            Ok(none())
        }),
        Method::none("copy", copy),
        Method::none("__reduce__", reduce),
        Method::none("__reversed__", |v| iterate(slf(v), What::Keys, Way::Backward)),
        Method::none("__sizeof__", sizeof),
    ],
    getset: &[GetSet::both("__dict__", get_dict, set_dict)],
    flags: BASETYPE | HAS_DICT | MAPPING | UNHASHABLE | WEAKREFS,
    words: TypeDef::words_of::<OrderedDict>(),
    traced: TypeDef::words_of::<OrderedDict>() - 1,
    extra: Some(|_| {
        ODICT_ITERATOR.class();
    }),
    ..TypeDef::BASE
};
