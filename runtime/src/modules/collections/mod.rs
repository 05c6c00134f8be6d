//! `_collections`: `deque`, `defaultdict`, `OrderedDict`, and what `namedtuple` and `Counter` use.

mod defaultdict;
mod deque;
mod deque_methods;
mod ordered_dict;
mod ordered_dict_methods;
mod ordered_dict_views;
mod tuplegetter;

use crate::errors::R;
use crate::names;
use crate::object::singletons::none;
use crate::object::slots::BinOp;
use crate::object::{Method, Ref, attr, call};
use crate::ops;
use crate::types::dict::{DICT, Dict, key_hash};
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;

/// Whether the class has this method straight from `dict`.
fn as_dict_has(mapping: Value, name: Ref<Str>) -> bool {
    match (mapping.class().lookup(name), DICT.class().lookup(name)) {
        (Some(a), Some(b)) => a.is(b),
        _ => false,
    }
}

/// `_count_elements(mapping, iterable)`: `mapping[item] += 1` for each, by `get` so that `__missing__` is not asked.
fn count_elements(_: Value, args: &[Value]) -> R {
    let (mapping, iterable) = (args[0], args[1]);
    let one = Value::small(1);
    let get = Str::intern("get");
    let plain = as_dict_has(mapping, get) && as_dict_has(mapping, names::get(names::__setitem__));
    if let Some(dict) = mapping.cast::<Dict>().filter(|_| plain) {
        ops::iter::for_each(iterable, |key| {
            let hash = key_hash(key)?;
            let count = match dict.get_with_hash(key, hash)? {
                Some(old) => ops::binary(BinOp::Add, old, one)?,
                None => one,
            };
            dict.set_with_hash(key, hash, count)
        })?;
        return Ok(none());
    }
    let get = attr::getattr(mapping, get)?;
    ops::iter::for_each(iterable, |key| {
        let old = call::call(get, &[key, Value::small(0)])?;
        ops::setitem(mapping, key, ops::binary(BinOp::Add, old, one)?)
    })?;
    Ok(none())
}

pub static MODULE: NativeModule = NativeModule {
    name: "_collections",
    functions: &[Method::pos("_count_elements", count_elements, 2, 2)],
    init: |module| {
        for def in [
            &deque_methods::DEQUE,
            &deque::ITERATOR,
            &deque::REVERSE_ITERATOR,
            &defaultdict::DEFAULTDICT,
            &ordered_dict_methods::ORDERED_DICT,
            &tuplegetter::TUPLEGETTER,
        ] {
            module.add_type(def);
        }
        Ok(())
    },
};
