//! The iteration protocol.

use crate::errors::{self, R, type_error};
use crate::names;
use crate::object::call;
use crate::object::class::slots_of;
use crate::types::exceptions::{INDEX_ERROR, STOP_ITERATION};
use crate::types::generator::Generator;
use crate::types::iterators::SequenceIterator;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// `iter(x)`.
#[inline]
pub fn iter(v: Value) -> R {
    let slots = slots_of(v);
    match slots.iter {
        Some(slot) => {
            let iterator = slot(v)?;
            if slots_of(iterator).next.is_none() {
                return Err(type_error(format_args!(
                    "iter() returned non-iterator of type '{}'",
                    iterator.class().display_name()
                )));
            }
            Ok(iterator)
        }
        None => sequence_iter(v),
    }
}

/// The iterator over `x[0]`, `x[1]`, ... for objects that only have `__getitem__`.
pub fn sequence_iter(v: Value) -> R {
    let is_sequence = slots_of(v).getitem.is_some()
        && v.cast::<crate::types::dict::Dict>().is_none()
        && (v.class().is_heap_type()
            || v.class().has_flag(crate::object::define::SEQUENCE)
            || slots_of(v).len.is_some());
    if !is_sequence {
        return Err(type_error(format_args!("'{}' object is not iterable", v.class().display_name())));
    }
    Ok(SequenceIterator::new(v).value())
}

/// The next item of an iterator; `None` at the end. A StopIteration raised by the iterator is the end.
#[inline]
pub fn next(iterator: Value) -> R<Option<Value>> {
    if let Some(generator) = iterator.exact::<Generator>() {
        return generator.next();
    }
    match raw_next(iterator) {
        Err(_) if errors::pending_is(&STOP_ITERATION) => {
            errors::clear();
            Ok(None)
        }
        result => result,
    }
}

/// Like [`next`], but a StopIteration stays pending, with its value.
#[inline]
pub fn raw_next(iterator: Value) -> R<Option<Value>> {
    match slots_of(iterator).next {
        Some(slot) => slot(iterator),
        None => Err(type_error(format_args!("'{}' object is not an iterator", iterator.class().display_name()))),
    }
}

/// What `FOR_ITER` does.
#[inline(always)]
pub fn for_next(iterator: Value) -> R<Option<Value>> {
    next(iterator)
}

/// Calls `f` with each item.
pub fn for_each(iterable: Value, mut f: impl FnMut(Value) -> R<()>) -> R<()> {
    if let Some(list) = iterable.exact::<List>() {
        let mut i = 0;
        while let Some(item) = list.get(i) {
            f(item)?;
            i += 1;
        }
        return Ok(());
    }
    if let Some(tuple) = iterable.exact::<Tuple>() {
        for item in tuple.as_slice() {
            f(*item)?;
        }
        return Ok(());
    }
    let iterator = iter(iterable)?;
    while let Some(item) = next(iterator)? {
        f(item)?;
    }
    Ok(())
}

/// All items.
pub fn to_vec(iterable: Value) -> R<Vec<Value>> {
    if let Some(list) = iterable.exact::<List>() {
        return Ok(list.as_slice().to_vec());
    }
    if let Some(tuple) = iterable.exact::<Tuple>() {
        return Ok(tuple.as_slice().to_vec());
    }
    let iterator = iter(iterable)?;
    let mut items = Vec::new();
    while let Some(item) = next(iterator)? {
        if items.len() == items.capacity() && items.try_reserve(items.len().max(8)).is_err() {
            return Err(errors::memory_error());
        }
        items.push(item);
    }
    Ok(items)
}

/// `operator.length_hint(x, default)`.
pub fn length_hint(v: Value, default: usize) -> R<usize> {
    if slots_of(v).len.is_some() {
        if let Some(n) = errors::catch(super::len(v), &crate::types::exceptions::TYPE_ERROR)? {
            return Ok(n);
        }
    }
    let hint =
        errors::catch(call::call_special(v, names::__length_hint__, &[]), &crate::types::exceptions::TYPE_ERROR)?;
    let Some(hint) = hint.flatten() else { return Ok(default) };
    if hint.is(crate::object::singletons::not_implemented()) {
        return Ok(default);
    }
    if !super::is_int(hint) {
        return Err(type_error(format_args!(
            "__length_hint__ must be an integer, not {}",
            hint.class().display_name()
        )));
    }
    match super::as_isize(hint)? {
        n if n < 0 => Err(errors::value_error("__length_hint__() should return >= 0")),
        n => Ok(n as usize),
    }
}

/// `item in x` for objects without `__contains__`.
pub fn contains_by_iteration(v: Value, item: Value) -> R<bool> {
    let iterator = match iter(v) {
        Ok(iterator) => iterator,
        Err(_) if errors::pending_is(&crate::types::exceptions::TYPE_ERROR) => {
            errors::clear();
            return Err(type_error(format_args!(
                "argument of type '{}' is not a container or iterable",
                v.class().display_name()
            )));
        }
        Err(raised) => return Err(raised),
    };
    while let Some(other) = next(iterator)? {
        if super::equal(other, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the pending exception is what ends iteration over `__getitem__`.
pub fn ends_sequence() -> bool {
    errors::pending_is(&INDEX_ERROR) || errors::pending_is(&STOP_ITERATION)
}
