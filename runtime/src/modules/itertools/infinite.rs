//! `count`, `cycle`, `repeat`.

use super::{Num, iterator_type, positional};
use crate::errors::{R, type_error};
use crate::object::args::Params;
use crate::object::class::slots_of;
use crate::object::define::{BASETYPE, Method};
use crate::object::singletons::none;
use crate::object::slots::BinOp;
use crate::object::{Args, Ref, Slot, Type};
use crate::ops;
use crate::types::list::List;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::types::{complex, int};
use crate::value::Value;

iterator_type! {
    /// `count`: the next number and the step, any numbers.
    Count COUNT "count" { next: Slot, step: Slot }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: new_count,
        next: |v| {
            let it = v.expect::<Count>();
            let (now, step) = (it.next.value(), it.step.value());
            let following = match (now.as_small(), step.as_small()) {
                // 63-bit numbers: the sum fits.
                (Some(a), Some(b)) => int::from_i64(a + b),
                _ => ops::binary(BinOp::Add, now, step)?,
            };
            it.next.set(it, following);
            Ok(Some(now))
        },
        repr: |v| {
            let it = v.expect::<Count>();
            let name = v.class().name();
            let next = ops::repr_text(it.next.value())?;
            if it.step.value().as_small() == Some(1) {
                return Ok(Str::from_string(format!("{}({next})", name.display())));
            }
            Ok(Str::from_string(format!("{}({next}, {})", name.display(), ops::repr_text(it.step.value())?)))
        }
    }
}

fn is_number(v: Value) -> bool {
    let slots = slots_of(v);
    slots.index.is_some() || slots.int.is_some() || slots.float.is_some() || complex::parts(v).is_some()
}

fn new_count(class: Ref<Type>, args: Args) -> R {
    static PARAMS: Params = Params { function: "count", names: &["start", "step"], required: 0, positional: 2 };
    let [start, step] = args.bind(&PARAMS)?;
    if start.is_some_and(|v| !is_number(v)) || step.is_some_and(|v| !is_number(v)) {
        return Err(type_error("a number is required"));
    }
    let object = allocate_fixed(class);
    let it = object.expect::<Count>();
    it.next.set(it, start.unwrap_or(Value::small(0)));
    it.step.set(it, step.unwrap_or(Value::small(1)));
    Ok(object)
}

iterator_type! {
    /// `cycle`: the iterator until it ends, and what it gave.
    Cycle CYCLE "cycle" { iterator: Slot, saved: Slot, index: Num }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: |class, args| {
            let iterable = positional(class, &CYCLE, args, 1, 1)?[0];
            let iterator = ops::iter::iter(iterable)?;
            let saved = List::new(&[]);
            let object = allocate_fixed(class);
            let it = object.expect::<Cycle>();
            it.iterator.set(it, iterator);
            it.saved.set(it, saved);
            it.index.set(0);
            Ok(object)
        },
        next: |v| {
            let it = v.expect::<Cycle>();
            let saved = it.saved.object::<List>();
            if let Some(iterator) = it.iterator.get() {
                if let Some(item) = ops::iter::next(iterator)? {
                    saved.push(item);
                    return Ok(Some(item));
                }
                it.iterator.clear();
            }
            let index = it.index.get() as usize;
            let item = saved.get(index);
            it.index.set(if index + 1 >= saved.len() { 0 } else { index as i64 + 1 });
            Ok(item)
        }
    }
}

iterator_type! {
    /// `repeat`: how often still, -1 for ever.
    Repeat REPEAT "repeat" { item: Slot, left: Num }
    flags: BASETYPE,
    methods: [Method::none("__length_hint__", |v| match v.expect::<Repeat>().left.get() {
        -1 => Err(type_error("len() of unsized object")),
        n => Ok(int::from_i64(n)),
    })],
    slots: {
        new: |class, args| {
            static PARAMS: Params = Params { function: "repeat", names: &["object", "times"], required: 1, positional: 2 };
            let [item, times] = args.bind(&PARAMS)?;
            let times = times.map(ops::as_isize).transpose()?;
            let object = allocate_fixed(class);
            let it = object.expect::<Repeat>();
            it.item.set(it, item.unwrap_or_else(none));
            it.left.set(times.map_or(-1, |n| (n as i64).clamp(0, i64::MAX >> 1)));
            Ok(object)
        },
        next: |v| {
            let it = v.expect::<Repeat>();
            let left = it.left.get();
            if left == 0 {
                return Ok(None);
            }
            if left > 0 {
                it.left.set(left - 1);
            }
            Ok(Some(it.item.value()))
        },
        repr: |v| {
            let it = v.expect::<Repeat>();
            let name = v.class().name();
            let item = ops::repr_text(it.item.value())?;
            Ok(Str::from_string(match it.left.get() {
                -1 => format!("{}({item})", name.display()),
                n => format!("{}({item}, {n})", name.display()),
            }))
        }
    }
}
