//! Union, intersection, difference and so on, adding in the same order as CPython so that results
//! iterate alike.

use super::{Set, any_set, empty, expect, is_set, key_hash};
use crate::errors::R;
use crate::object::Ref;
use crate::ops;
use crate::types::dict::Dict;
use crate::value::Value;

/// Whether results of operations on this set are frozen.
pub fn frozen(v: Value) -> bool {
    is_set(v) == Some(true)
}

/// A plain set or frozenset of the same items.
pub fn copy(v: Value) -> R<Ref<Set>> {
    expect(v).copy_as(frozen(v))
}

/// Goes through the live keys of a set that may change meanwhile.
fn for_each_key(set: Ref<Set>, mut f: impl FnMut(Value, i64) -> R<()>) -> R<()> {
    let mut at = 0;
    while let Some((next, key, hash)) = set.next_key(at) {
        f(key, hash)?;
        at = next;
    }
    Ok(())
}

fn for_each_entry(dict: Ref<Dict>, mut f: impl FnMut(Value, i64) -> R<()>) -> R<()> {
    let mut at = 0;
    while let Some((next, key, _)) = dict.next_entry(at) {
        f(key, dict.hash_at(next - 1))?;
        at = next;
    }
    Ok(())
}

/// `a & b` for a set and any iterable.
pub fn intersection(v: Value, other: Value) -> R {
    let set = expect(v);
    if v.is(other) {
        return Ok(copy(v)?.value());
    }
    let result = empty(frozen(v))?;
    if let Some(other) = any_set(other) {
        let (small, large) = if other.len() > set.len() { (set, other) } else { (other, set) };
        for_each_key(small, |key, hash| {
            if large.contains_hashed(key, hash)? {
                result.add_hashed(key, hash)?;
            }
            Ok(())
        })?;
        return Ok(result.value());
    }
    ops::iter::for_each(other, |key| {
        let hash = key_hash(key)?;
        if set.contains_hashed(key, hash)? {
            result.add_hashed(key, hash)?;
        }
        Ok(())
    })?;
    Ok(result.value())
}

/// `a &= b`.
pub fn intersection_update(v: Value, other: Value) -> R<()> {
    let result = expect(intersection(v, other)?);
    expect(v).swap(result);
    Ok(())
}

pub fn isdisjoint(v: Value, other: Value) -> R<bool> {
    let set = expect(v);
    if v.is(other) {
        return Ok(set.is_empty());
    }
    if super::is_exact_set(other) {
        let other = expect(other);
        let (small, large) = if other.len() > set.len() { (set, other) } else { (other, set) };
        let mut at = 0;
        while let Some((next, key, hash)) = small.next_key(at) {
            if large.contains_hashed(key, hash)? {
                return Ok(false);
            }
            at = next;
        }
        return Ok(true);
    }
    let iterator = ops::iter::iter(other)?;
    while let Some(key) = ops::iter::next(iterator)? {
        if set.contains(key)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `a -= b`.
pub fn difference_update(v: Value, other: Value) -> R<()> {
    let set = expect(v);
    if v.is(other) {
        return set.clear();
    }
    match any_set(other) {
        Some(mut small) => {
            // Of a much larger set only what is in both matters.
            if small.len() >> 3 > set.len() {
                small = expect(intersection(v, other)?);
            }
            for_each_key(small, |key, hash| set.discard_hashed(key, hash).map(|_| ()))?;
        }
        None => match other.exact::<Dict>() {
            Some(dict) => for_each_entry(dict, |key, hash| set.discard_hashed(key, hash).map(|_| ()))?,
            None => ops::iter::for_each(other, |key| set.discard_hashed(key, key_hash(key)?).map(|_| ()))?,
        },
    }
    // Too many dummies are cleared away.
    if (set.fill.get() - set.used.get()) as usize <= set.table().mask() / 4 {
        return Ok(());
    }
    set.resize(set.growth())
}

/// `a - b`.
pub fn difference(v: Value, other: Value) -> R {
    let set = expect(v);
    let dict = other.exact::<Dict>();
    let other_set = any_set(other);
    let len = match (dict, other_set) {
        (Some(dict), _) => dict.len(),
        (_, Some(other)) => other.len(),
        _ => usize::MAX,
    };
    if len == usize::MAX || set.len() >> 2 > len {
        let result = copy(v)?.value();
        difference_update(result, other)?;
        return Ok(result);
    }
    let result = empty(frozen(v))?;
    for_each_key(set, |key, hash| {
        let found = match (dict, other_set) {
            (Some(dict), _) => dict.contains_with_hash(key, hash)?,
            (_, Some(other)) => other.contains_hashed(key, hash)?,
            _ => false,
        };
        if found { Ok(()) } else { result.add_hashed(key, hash) }
    })?;
    Ok(result.value())
}

/// `a ^= b`.
pub fn symmetric_difference_update(v: Value, other: Value) -> R<()> {
    let set = expect(v);
    if v.is(other) {
        return set.clear();
    }
    let toggle = |key: Value, hash: i64| {
        if set.discard_hashed(key, hash)? { Ok(()) } else { set.add_hashed(key, hash) }
    };
    if let Some(dict) = other.exact::<Dict>() {
        return for_each_entry(dict, toggle);
    }
    let other = match any_set(other) {
        Some(other) => other,
        None => {
            let made = empty(false)?;
            made.update(other)?;
            made
        }
    };
    for_each_key(other, toggle)
}

/// `a ^ b`.
pub fn symmetric_difference(v: Value, other: Value) -> R {
    let result = empty(frozen(v))?;
    result.update(other)?;
    symmetric_difference_update(result.value(), v)?;
    Ok(result.value())
}

/// `a <= b`.
pub fn issubset(v: Value, other: Value) -> R<bool> {
    let set = expect(v);
    let Some(other) = any_set(other) else {
        return Ok(expect(intersection(v, other)?).len() == set.len());
    };
    if set.len() > other.len() {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((next, key, hash)) = set.next_key(at) {
        if !other.contains_hashed(key, hash)? {
            return Ok(false);
        }
        at = next;
    }
    Ok(true)
}

/// `a >= b`.
pub fn issuperset(v: Value, other: Value) -> R<bool> {
    if any_set(other).is_some() {
        return issubset(other, v);
    }
    let set = expect(v);
    let iterator = ops::iter::iter(other)?;
    while let Some(key) = ops::iter::next(iterator)? {
        if !set.contains(key)? {
            return Ok(false);
        }
    }
    Ok(true)
}
