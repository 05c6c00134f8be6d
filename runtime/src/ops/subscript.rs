//! Subscripts and slices.

use crate::errors::{R, type_error};
use crate::names;
use crate::object::class::slots_of;
use crate::object::singletons::none;
use crate::object::{attr, call};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::sequence::exact_slice;
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// `x[key]`.
#[inline]
pub fn getitem(object: Value, key: Value) -> R {
    if let Some(n) = key.as_small() {
        if let Some(list) = object.exact::<List>() {
            let items = list.as_slice();
            let i = if n < 0 { n + items.len() as i64 } else { n };
            if let Some(value) = items.get(i as usize) {
                return Ok(*value);
            }
            return Err(crate::errors::index_error("list index out of range"));
        }
        if let Some(tuple) = object.exact::<Tuple>() {
            let items = tuple.as_slice();
            let i = if n < 0 { n + items.len() as i64 } else { n };
            if let Some(value) = items.get(i as usize) {
                return Ok(*value);
            }
            return Err(crate::errors::index_error("tuple index out of range"));
        }
    }
    if let (Some(text), Some(n)) = (object.exact::<Str>(), key.as_small()) {
        let i = if n < 0 { n + text.len() as i64 } else { n };
        if (i as u64) < text.len() as u64 {
            return Ok(Str::from_char(text.get(i as usize)).value());
        }
    }
    if let Some(dict) = object.exact::<Dict>() {
        return match dict.get(key)? {
            Some(value) => Ok(value),
            None => Err(crate::errors::key_error(key)),
        };
    }
    getitem_slow(object, key)
}

#[inline(never)]
fn getitem_slow(object: Value, key: Value) -> R {
    if let Some(slot) = slots_of(object).getitem {
        return slot(object, key);
    }
    if let Some(class) = object.exact_type() {
        // `list[int]`.
        if class == crate::types::type_::TYPE.class() {
            return crate::types::generic_alias::class_getitem(object, key);
        }
        let method = attr::find(object, names::get(names::__class_getitem__))?;
        if let Some(method) = method.filter(|method| !method.is_none()) {
            return call::call(method, &[key]);
        }
        return Err(type_error(format_args!("type '{}' is not subscriptable", class.name().display())));
    }
    Err(type_error(format_args!("'{}' object is not subscriptable", object.class().display_name())))
}

/// `x[key] = value`.
#[inline]
pub fn setitem(object: Value, key: Value, value: Value) -> R<()> {
    if let (Some(list), Some(n)) = (object.exact::<List>(), key.as_small()) {
        let i = if n < 0 { n + list.len() as i64 } else { n };
        if (i as u64) < list.len() as u64 {
            list.set(i as usize, value);
            return Ok(());
        }
        return Err(crate::errors::index_error("list assignment index out of range"));
    }
    if let Some(dict) = object.exact::<Dict>() {
        return dict.set(key, value);
    }
    match slots_of(object).setitem {
        Some(slot) => slot(object, key, Some(value)),
        None => {
            Err(type_error(format_args!("'{}' object does not support item assignment", object.class().display_name())))
        }
    }
}

/// `del x[key]`.
pub fn delitem(object: Value, key: Value) -> R<()> {
    match slots_of(object).setitem {
        Some(slot) => slot(object, key, None),
        None => {
            // What can be indexed is asked as a sequence first, with words of its own.
            let slots = slots_of(object);
            let sequence = slots.getitem.is_some() || slots.contains.is_some() || object.class().is_heap_type();
            let not = if sequence && slots_of(key).index.is_some() { "doesn't" } else { "does not" };
            let shown = object.class().display_name();
            Err(type_error(format_args!("'{shown}' object {not} support item deletion")))
        }
    }
}

/// `x[start:stop]`.
pub fn get_slice(object: Value, start: Value, stop: Value) -> R {
    if let Some(text) = object.exact::<Str>() {
        if let Some((start, stop)) = plain_bounds(start, stop, text.len()) {
            return Ok(text.substring(start, stop).value());
        }
    }
    if let Some(list) = object.exact::<List>() {
        if let Some((start, stop)) = plain_bounds(start, stop, list.len()) {
            return Ok(List::new(&list.as_slice()[start..stop]).value());
        }
    }
    getitem(object, Slice::new(start, stop, none()).value())
}

/// Bounds that are small ints or None, clamped; `start <= stop`.
fn plain_bounds(start: Value, stop: Value, len: usize) -> Option<(usize, usize)> {
    let clamp = |v: Value, default: usize| {
        if v.is_none() {
            return Some(default);
        }
        let n = v.as_small()?;
        Some(if n < 0 { (n + len as i64).max(0) as usize } else { (n as usize).min(len) })
    };
    let start = clamp(start, 0)?;
    let stop = clamp(stop, len)?;
    Some((start, stop.max(start)))
}

/// `x[start:stop] = value`.
pub fn set_slice(object: Value, start: Value, stop: Value, value: Value) -> R<()> {
    if let (Some(list), Some(items), false) = (object.exact::<List>(), exact_slice(value), object.is(value)) {
        if let Some((start, stop)) = plain_bounds(start, stop, list.len()) {
            return list.splice(start, stop, items);
        }
    }
    setitem(object, Slice::new(start, stop, none()).value(), value)
}
