//! Building and unpacking of containers, as the opcodes ask for it.

use crate::errors::{self, R, type_error, value_error};
use crate::names;
use crate::object::Builtin;
use crate::object::class::slots_of;
use crate::object::{Ref, attr};
use crate::ops::iter;
use crate::types::dict::Dict;
use crate::types::exceptions::{KEY_ERROR, TYPE_ERROR};
use crate::types::list::List;
use crate::types::set;
use crate::types::str::Str;
use crate::value::Value;

/// `BUILD_SET`.
pub fn build_set(items: &[Value]) -> R {
    set::from_items(items)
}

/// `BUILD_MAP`: keys and values in turn.
pub fn build_map(items: &[Value]) -> R {
    let dict = Dict::with_capacity(items.len() / 2);
    for pair in items.chunks_exact(2) {
        dict.set(pair[0], pair[1])?;
    }
    Ok(dict.value())
}

/// `BUILD_STRING`.
pub fn build_string(items: &[Value]) -> R {
    let mut parts = smallvec::SmallVec::<[Ref<Str>; 8]>::with_capacity(items.len());
    for item in items {
        match item.cast::<Str>() {
            Some(text) => parts.push(text),
            None => return Err(type_error("sequence item: expected str instance")),
        }
    }
    Ok(Str::concat(&parts)?.value())
}

/// `LIST_EXTEND`.
pub fn list_extend(list: Ref<List>, iterable: Value) -> R<()> {
    let items = match iter::to_vec(iterable) {
        Ok(items) => items,
        Err(raised) => {
            if errors::pending_is(&TYPE_ERROR)
                && slots_of(iterable).iter.is_none()
                && slots_of(iterable).getitem.is_none()
            {
                errors::clear();
                return Err(type_error(format_args!(
                    "Value after * must be an iterable, not {}",
                    iterable.class().display_name()
                )));
            }
            return Err(raised);
        }
    };
    list.try_extend(&items)
}

/// `SET_ADD`.
pub fn set_add(set: Value, item: Value) -> R<()> {
    // A namespace's `__conditional_annotations__` may be anything by now.
    if set.cast::<set::Set>().is_none() {
        return Err(type_error(format_args!("'{}' object is not a set", set.class().display_name())));
    }
    set::add(set, item)
}

/// `SET_UPDATE`.
pub fn set_update(set: Value, iterable: Value) -> R<()> {
    set::update(set, iterable)
}

/// `DICT_UPDATE`: `{**other}`.
pub fn dict_update(dict: Value, other: Value) -> R<()> {
    let dict = dict.expect::<Dict>();
    if other.cast::<Dict>().is_none() && attr::find(other, names::get(names::keys))?.is_none() {
        return Err(type_error(format_args!("'{}' object is not a mapping", other.class().display_name())));
    }
    crate::types::dict::methods::dict_update(dict, other)
}

/// `DICT_MERGE`: `f(**other)`; keys must not repeat.
pub fn dict_merge(dict: Value, other: Value, callable: Value) -> R<()> {
    let dict = dict.expect::<Dict>();
    let not_mapping = |callable: Value| -> R<()> {
        Err(type_error(format_args!(
            "{} argument after ** must be a mapping, not {}",
            crate::ops::function_name(callable)?,
            other.class().display_name()
        )))
    };
    // A subclass with its own `__iter__` is asked through `keys`.
    let own_iter = Dict::DEF.class().slots().iter.map(|f| f as usize);
    let plain = other.cast::<Dict>().filter(|_| slots_of(other).iter.map(|f| f as usize) == own_iter);
    let pairs = match plain {
        Some(other) => other.items(),
        None => {
            let Some(keys) = attr::find(other, names::get(names::keys))? else { return not_mapping(callable) };
            let mut pairs = Vec::new();
            for key in iter::to_vec(crate::object::call::call(keys, &[])?)? {
                pairs.push((key, crate::ops::getitem(other, key)?));
            }
            pairs
        }
    };
    for (key, value) in pairs {
        if dict.contains(key)? {
            let name = crate::ops::function_name(callable)?;
            if key.cast::<Str>().is_none() {
                return Err(type_error("keywords must be strings"));
            }
            return Err(type_error(format_args!(
                "{name} got multiple values for keyword argument '{}'",
                crate::ops::str_of(key)?.display()
            )));
        }
        dict.set(key, value)?;
    }
    Ok(())
}

/// `a, b = x` for anything but exact tuples and lists of the right length.
pub fn unpack_sequence(v: Value, n: usize) -> R<Vec<Value>> {
    if let Some(len) = exact_length(v) {
        if len != n {
            return Err(wrong_count(len, n));
        }
    }
    let iterator = match iter::iter(v) {
        Ok(iterator) => iterator,
        Err(raised) => {
            if errors::pending_is(&TYPE_ERROR) && slots_of(v).iter.is_none() && slots_of(v).getitem.is_none() {
                errors::clear();
                return Err(type_error(format_args!("cannot unpack non-iterable {} object", v.class().display_name())));
            }
            return Err(raised);
        }
    };
    let mut items = Vec::with_capacity(n);
    while items.len() < n {
        match iter::next(iterator)? {
            Some(item) => items.push(item),
            None => {
                return Err(value_error(format_args!(
                    "not enough values to unpack (expected {n}, got {})",
                    items.len()
                )));
            }
        }
    }
    if iter::next(iterator)?.is_some() {
        return Err(value_error(format_args!("too many values to unpack (expected {n})")));
    }
    Ok(items)
}

fn exact_length(v: Value) -> Option<usize> {
    if let Some(tuple) = v.exact::<crate::types::tuple::Tuple>() {
        return Some(tuple.len());
    }
    if let Some(list) = v.exact::<List>() {
        return Some(list.len());
    }
    v.exact::<Dict>().map(|d| d.len())
}

fn wrong_count(len: usize, n: usize) -> crate::value::Raised {
    if len < n {
        value_error(format_args!("not enough values to unpack (expected {n}, got {len})"))
    } else {
        value_error(format_args!("too many values to unpack (expected {n}, got {len})"))
    }
}

/// `a, *b, c = x`: the items in order, the starred list among them.
pub fn unpack_ex(v: Value, before: usize, after: usize) -> R<Vec<Value>> {
    if slots_of(v).iter.is_none() && slots_of(v).getitem.is_none() {
        return Err(type_error(format_args!("cannot unpack non-iterable {} object", v.class().display_name())));
    }
    let items = iter::to_vec(v)?;
    if items.len() < before + after {
        return Err(value_error(format_args!(
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            items.len()
        )));
    }
    let middle = List::new(&items[before..items.len() - after]);
    let mut out = items[..before].to_vec();
    out.push(middle.value());
    out.extend_from_slice(&items[items.len() - after..]);
    Ok(out)
}

/// A key's value, or `None` on KeyError.
pub fn try_getitem(v: Value, key: Value) -> R<Option<Value>> {
    errors::catch(crate::ops::getitem(v, key), &KEY_ERROR)
}
