//! `accumulate`, `batched`, `groupby`, `pairwise`: items together with their neighbours.

use super::{Num, iterator_type, positional};
use crate::errors::{R, value_error};
use crate::object::args::Params;
use crate::object::define::{BASETYPE, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::slots::BinOp;
use crate::object::{Args, Ref, Slot, Type, call};
use crate::ops;
use crate::types::object::allocate_fixed;
use crate::types::tuple::Tuple;
use crate::value::Value;
use smallvec::SmallVec;

iterator_type! {
    /// `accumulate`: `function` is empty for addition, `total` before the first item.
    Accumulate ACCUMULATE "accumulate" { iterator: Slot, function: Slot, total: Slot, initial: Slot }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: new_accumulate,
        next: |v| {
            let it = v.expect::<Accumulate>();
            if let Some(initial) = it.initial.take() {
                it.total.set(it, initial);
                return Ok(Some(initial));
            }
            let Some(item) = ops::iter::next(it.iterator.value())? else { return Ok(None) };
            let total = match (it.total.get(), it.function.get()) {
                (None, _) => item,
                (Some(total), None) => ops::binary(BinOp::Add, total, item)?,
                (Some(total), Some(function)) => call::call(function, &[total, item])?,
            };
            it.total.set(it, total);
            Ok(Some(total))
        }
    }
}

fn new_accumulate(class: Ref<Type>, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "accumulate", names: &["iterable", "func", "initial"], required: 1, positional: 2 };
    let [iterable, function, initial] = args.bind(&PARAMS)?;
    let iterator = ops::iter::iter(iterable.unwrap_or_else(none))?;
    let object = allocate_fixed(class);
    let it = object.expect::<Accumulate>();
    it.iterator.set(it, iterator);
    it.function.put(it, function.filter(|f| !f.is_none()));
    it.initial.put(it, initial.filter(|v| !v.is_none()));
    Ok(object)
}

iterator_type! {
    /// `batched`: the iterator is let go at the end.
    Batched BATCHED "batched" { iterator: Slot, size: Num, strict: Num }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: |class, args| {
            static PARAMS: Params =
                Params { function: "batched", names: &["iterable", "n", "strict"], required: 2, positional: 2 };
            let [iterable, n, strict] = args.bind(&PARAMS)?;
            let n = ops::as_isize(n.unwrap_or_else(none))?;
            let strict = strict.map_or(Ok(false), ops::truth)?;
            if n < 1 {
                return Err(value_error("n must be at least one"));
            }
            let iterator = ops::iter::iter(iterable.unwrap_or_else(none))?;
            let object = allocate_fixed(class);
            let it = object.expect::<Batched>();
            it.iterator.set(it, iterator);
            it.size.set((n as i64).min(i64::MAX >> 1));
            it.strict.set(strict as i64);
            Ok(object)
        },
        next: |v| {
            let it = v.expect::<Batched>();
            let Some(iterator) = it.iterator.get() else { return Ok(None) };
            let size = it.size.get() as usize;
            let mut items = SmallVec::<[Value; 8]>::new();
            while items.len() < size {
                match ops::iter::next(iterator) {
                    Ok(Some(item)) => items.push(item),
                    Ok(None) => {
                        it.iterator.clear();
                        break;
                    }
                    Err(raised) => {
                        it.iterator.clear();
                        return Err(raised);
                    }
                }
            }
            if items.is_empty() {
                return Ok(None);
            }
            if items.len() < size && it.strict.get() != 0 {
                return Err(value_error("batched(): incomplete batch"));
            }
            Ok(Some(Tuple::new(&items).value()))
        }
    }
}

iterator_type! {
    /// `groupby`: `target` is the key of the group that was given last, `key` and `item` what was read last.
    GroupBy GROUPBY "groupby" { iterator: Slot, function: Slot, target: Slot, key: Slot, item: Slot, current: Slot }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: |class, args| {
            static PARAMS: Params =
                Params { function: "groupby", names: &["iterable", "key"], required: 1, positional: 2 };
            let [iterable, function] = args.bind(&PARAMS)?;
            let iterator = ops::iter::iter(iterable.unwrap_or_else(none))?;
            let object = allocate_fixed(class);
            let it = object.expect::<GroupBy>();
            it.iterator.set(it, iterator);
            it.function.put(it, function.filter(|f| !f.is_none()));
            Ok(object)
        },
        next: |v| {
            let it = v.expect::<GroupBy>();
            it.current.clear();
            let key = loop {
                if let Some(key) = it.key.get() {
                    match it.target.get() {
                        Some(target) if ops::equal(target, key)? => {}
                        _ => break key,
                    }
                }
                if !step(it)? {
                    return Ok(None);
                }
            };
            it.target.set(it, key);
            let group = allocate(GROUPER.header(), Grouper {
                hdr: crate::gc::Header::EMPTY,
                parent: Slot::new(it),
                target: Slot::new(key),
            });
            it.current.set(it, group);
            Ok(Some(Tuple::new(&[key, group.value()]).value()))
        }
    }
}

/// Reads one item and its key.
fn step(it: Ref<GroupBy>) -> R<bool> {
    let Some(item) = ops::iter::next(it.iterator.value())? else { return Ok(false) };
    let key = match it.function.get() {
        Some(function) => call::call(function, &[item])?,
        None => item,
    };
    it.item.set(it, item);
    it.key.set(it, key);
    Ok(true)
}

iterator_type! {
    /// One group: it ends when the key changes, or when the next group was asked for.
    Grouper GROUPER "_grouper" { parent: Slot, target: Slot }
    flags: NO_NEW,
    methods: [],
    slots: {
        next: |v| {
            let group = v.expect::<Grouper>();
            let it = group.parent.object::<GroupBy>();
            if !it.current.get().is_some_and(|current| current.is(v)) {
                return Ok(None);
            }
            if it.item.get().is_none() && !step(it)? {
                return Ok(None);
            }
            let Some(key) = it.key.get() else { return Ok(None) };
            if !ops::equal(group.target.value(), key)? {
                return Ok(None);
            }
            it.key.clear();
            Ok(it.item.take())
        }
    }
}

iterator_type! {
    /// `pairwise`: `old` is empty before the first item, the iterator after the last.
    Pairwise PAIRWISE "pairwise" { iterator: Slot, old: Slot }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: |class, args| {
            let iterable = positional(class, &PAIRWISE, args, 1, 1)?[0];
            let iterator = ops::iter::iter(iterable)?;
            let object = allocate_fixed(class);
            let it = object.expect::<Pairwise>();
            it.iterator.set(it, iterator);
            Ok(object)
        },
        next: |v| {
            let it = v.expect::<Pairwise>();
            let Some(iterator) = it.iterator.get() else { return Ok(None) };
            let old = match it.old.get() {
                Some(old) => old,
                None => {
                    let Some(first) = ops::iter::next(iterator)? else {
                        it.iterator.clear();
                        return Ok(None);
                    };
                    it.old.set(it, first);
                    // The iterator may have come back to this one and ended it.
                    if it.iterator.get().is_none() {
                        return Ok(None);
                    }
                    first
                }
            };
            let Some(new) = ops::iter::next(iterator)? else {
                it.iterator.clear();
                it.old.clear();
                return Ok(None);
            };
            it.old.set(it, new);
            Ok(Some(Tuple::new(&[old, new]).value()))
        }
    }
}
