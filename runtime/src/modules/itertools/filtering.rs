//! `compress`, `dropwhile`, `takewhile`, `filterfalse`, `islice`, `starmap`: some of the items, or each changed.

use super::{Num, iterator_type, positional};
use crate::errors::{self, R, value_error};
use crate::object::args::Params;
use crate::object::define::BASETYPE;
use crate::object::singletons::none;
use crate::object::{Args, Ref, Slot, Type, TypeDef, call};
use crate::ops;
use crate::types::bool_::BOOL;
use crate::types::object::allocate_fixed;
use crate::types::tuple::Tuple;
use crate::value::Value;

iterator_type! {
    /// `compress`.
    Compress COMPRESS "compress" { data: Slot, selectors: Slot }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: |class, args| {
            static PARAMS: Params =
                Params { function: "compress", names: &["data", "selectors"], required: 2, positional: 2 };
            let [data, selectors] = args.bind(&PARAMS)?;
            let data = ops::iter::iter(data.unwrap_or_else(none))?;
            let selectors = ops::iter::iter(selectors.unwrap_or_else(none))?;
            let object = allocate_fixed(class);
            let it = object.expect::<Compress>();
            it.data.set(it, data);
            it.selectors.set(it, selectors);
            Ok(object)
        },
        next: |v| {
            let it = v.expect::<Compress>();
            loop {
                let Some(item) = ops::iter::next(it.data.value())? else { return Ok(None) };
                let Some(selector) = ops::iter::next(it.selectors.value())? else { return Ok(None) };
                if ops::truth(selector)? {
                    return Ok(Some(item));
                }
            }
        }
    }
}

/// `new` of the types that are called with a function and an iterable; all have the layout of [`Starmap`].
fn new_over(class: Ref<Type>, def: &'static TypeDef, args: Args) -> R {
    let [function, iterable] = *positional(class, def, args, 2, 2)? else { return Ok(none()) };
    let iterator = ops::iter::iter(iterable)?;
    let object = allocate_fixed(class);
    // SAFETY: see above; the words are there.
    let it = unsafe { Ref::from_ptr(object.as_ptr::<Starmap>()) };
    it.function.set(it, function);
    it.iterator.set(it, iterator);
    Ok(object)
}

iterator_type! {
    /// `starmap`.
    Starmap STARMAP "starmap" { function: Slot, iterator: Slot }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: |class, args| new_over(class, &STARMAP, args),
        next: |v| {
            let it = v.expect::<Starmap>();
            let Some(args) = ops::iter::next(it.iterator.value())? else { return Ok(None) };
            if let Some(args) = args.exact::<Tuple>() {
                return call::call(it.function.value(), args.as_slice()).map(Some);
            }
            let args = ops::iter::to_vec(args)?;
            call::call(it.function.value(), &args).map(Some)
        }
    }
}

iterator_type! {
    /// `dropwhile`; `started` when an item failed the test.
    DropWhile DROPWHILE "dropwhile" { function: Slot, iterator: Slot, started: Num }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: |class, args| new_over(class, &DROPWHILE, args),
        next: |v| {
            let it = v.expect::<DropWhile>();
            loop {
                let item = ops::iter::next(it.iterator.value())?;
                let Some(tested) = item.filter(|_| it.started.get() == 0) else { return Ok(item) };
                if !ops::truth(call::call(it.function.value(), &[tested])?)? {
                    it.started.set(1);
                    return Ok(item);
                }
            }
        }
    }
}

iterator_type! {
    /// `takewhile`; `stopped` when an item failed the test.
    TakeWhile TAKEWHILE "takewhile" { function: Slot, iterator: Slot, stopped: Num }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: |class, args| new_over(class, &TAKEWHILE, args),
        next: |v| {
            let it = v.expect::<TakeWhile>();
            if it.stopped.get() != 0 {
                return Ok(None);
            }
            let Some(item) = ops::iter::next(it.iterator.value())? else { return Ok(None) };
            if ops::truth(call::call(it.function.value(), &[item])?)? {
                return Ok(Some(item));
            }
            it.stopped.set(1);
            Ok(None)
        }
    }
}

iterator_type! {
    /// `filterfalse`; no function, or `bool`, stands for the item's own truth.
    FilterFalse FILTERFALSE "filterfalse" { function: Slot, iterator: Slot }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: |class, args| new_over(class, &FILTERFALSE, args),
        next: |v| {
            let it = v.expect::<FilterFalse>();
            let function = it.function.value();
            let plain = function.is_none() || function.is(BOOL.class().value());
            loop {
                let Some(item) = ops::iter::next(it.iterator.value())? else { return Ok(None) };
                let verdict = if plain { item } else { call::call(function, &[item])? };
                if !ops::truth(verdict)? {
                    return Ok(Some(item));
                }
            }
        }
    }
}

iterator_type! {
    /// `islice`: `next` is the position to give, `at` the one reached; the iterator is let go at the end.
    Islice ISLICE "islice" { iterator: Slot, next: Num, stop: Num, step: Num, at: Num }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: new_islice,
        next: |v| {
            let it = v.expect::<Islice>();
            let Some(iterator) = it.iterator.get() else { return Ok(None) };
            let stop = it.stop.get();
            while it.at.get() < it.next.get() {
                if ops::iter::next(iterator)?.is_none() {
                    it.iterator.clear();
                    return Ok(None);
                }
                it.at.set(it.at.get() + 1);
            }
            if it.at.get() >= stop {
                it.iterator.clear();
                return Ok(None);
            }
            let Some(item) = ops::iter::next(iterator)? else {
                it.iterator.clear();
                return Ok(None);
            };
            it.at.set(it.at.get() + 1);
            it.next.set(it.next.get().saturating_add(it.step.get()).min(stop));
            Ok(Some(item))
        }
    }
}

/// Positions are 62-bit numbers, the largest standing for no end.
const NO_END: i64 = (i64::MAX >> 1) - 1;

/// A bound, or the default for None; `None` if it is none that may be.
fn bound(v: Value, default: i64) -> Option<i64> {
    if v.is_none() {
        return Some(default);
    }
    match ops::as_isize(v) {
        Ok(n) => (n >= 0).then(|| (n as i64).min(NO_END)),
        Err(_) => {
            errors::clear();
            None
        }
    }
}

fn new_islice(class: Ref<Type>, args: Args) -> R {
    let given = positional(class, &ISLICE, args, 2, 4)?;
    let none = none();
    let (start, stop, step) = match *given {
        [_, stop] => (none, stop, none),
        [_, start, stop] => (start, stop, none),
        [_, start, stop, step, ..] => (start, stop, step),
        _ => (none, none, none),
    };
    let Some(last) = bound(stop, NO_END) else {
        return Err(value_error("Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."));
    };
    let Some(first) = bound(start, 0) else {
        return Err(value_error("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."));
    };
    let Some(step) = bound(step, 1).filter(|step| *step >= 1) else {
        return Err(value_error("Step for islice() must be a positive integer or None."));
    };
    let iterator = ops::iter::iter(given[0])?;
    let object = allocate_fixed(class);
    let it = object.expect::<Islice>();
    it.iterator.set(it, iterator);
    it.next.set(first);
    it.stop.set(last);
    it.step.set(step);
    it.at.set(0);
    Ok(object)
}
