//! The methods and operators of `deque`.

use super::deque::{Deque, ITERATOR, REVERSE_ITERATOR, empty, iterate};
use crate::errors::{self, R, index_error, runtime_error, type_error, value_error};
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, Method, SEQUENCE, UNHASHABLE, WEAKREFS};
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::CmpOp;
use crate::object::{Args, Ref, Slots, TypeDef, call};
use crate::ops;
use crate::types::int;
use crate::types::list::List;
use crate::types::object_reduce;
use crate::types::repr_guard;
use crate::types::sequence::{is_index, repeat_count};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{Raised, Value};

fn slf(v: Value) -> Ref<Deque> {
    v.expect::<Deque>()
}

fn init(v: Value, args: Args) -> R<()> {
    static PARAMS: Params = Params { function: "deque", names: &["iterable", "maxlen"], required: 0, positional: 2 };
    if args.pos().len() > 2 {
        return Err(type_error(format_args!("deque() takes at most 2 arguments ({} given)", args.pos().len())));
    }
    let [iterable, maxlen] = args.bind(&PARAMS)?;
    let maxlen = match maxlen.filter(|n| !n.is_none()) {
        None => None,
        Some(n) if !ops::is_int(n) => return Err(type_error("an integer is required")),
        Some(n) => match usize::try_from(ops::as_isize(n)?) {
            Ok(n) => Some(n),
            Err(_) => return Err(value_error("maxlen must be non-negative")),
        },
    };
    let deque = slf(v);
    deque.set_maxlen(maxlen);
    if deque.len() > 0 {
        deque.clear();
    }
    match iterable {
        Some(iterable) => extend(deque, iterable),
        None => Ok(()),
    }
}

fn extend_by(deque: Ref<Deque>, iterable: Value, add: impl Fn(Value) -> R<()>) -> R<()> {
    if iterable.is(deque.value()) {
        return deque.items().into_iter().try_for_each(add);
    }
    // Not `for_each`: an iterator that changes the deque sees what was added so far, as a list's does.
    let iterator = ops::iter::iter(iterable)?;
    while let Some(item) = ops::iter::next(iterator)? {
        add(item)?;
    }
    Ok(())
}

fn extend(deque: Ref<Deque>, iterable: Value) -> R<()> {
    extend_by(deque, iterable, |item| deque.append(item))
}

fn copy(v: Value) -> R {
    let deque = slf(v);
    if v.class() != DEQUE.class() {
        return match deque.maxlen() {
            None => call::call(v.class().value(), &[v]),
            Some(max) => call::call(v.class().value(), &[v, int::from_usize(max)]),
        };
    }
    let made = empty(DEQUE.class())?;
    made.set_maxlen(deque.maxlen());
    for item in deque.items() {
        made.append(item)?;
    }
    Ok(made.value())
}

fn concat(a: Value, b: Value) -> R {
    if b.cast::<Deque>().is_none() {
        return Err(type_error(format_args!(
            "can only concatenate deque (not \"{}\") to deque",
            b.class().display_name()
        )));
    }
    let made = copy(a)?;
    match made.cast::<Deque>() {
        Some(deque) => extend(deque, b)?,
        None => return Err(type_error("copy of a deque is not a deque")),
    }
    Ok(made)
}

fn repeat_in_place(v: Value, times: Value) -> R {
    let deque = slf(v);
    let times = repeat_count(times)?;
    let items = deque.items();
    if times == 0 {
        deque.clear();
        return Ok(v);
    }
    if items.len().checked_mul(times).is_none_or(|n| n > isize::MAX as usize / 16) {
        return Err(errors::memory_error());
    }
    if items.is_empty() {
        return Ok(v);
    }
    // With a bound only the last rounds are seen.
    let rounds = deque.maxlen().map_or(times, |max| times.min(max / items.len() + 2));
    for _ in 1..rounds {
        for item in &items {
            deque.append(*item)?;
        }
    }
    Ok(v)
}

fn mutated() -> Raised {
    runtime_error("deque mutated during iteration")
}

/// The first position from `start` to `stop` that holds an equal item.
fn find(deque: Ref<Deque>, item: Value, start: usize, stop: usize) -> R<Option<usize>> {
    let state = deque.state();
    for i in start..stop.min(deque.len()) {
        let Some(other) = deque.get(i) else { break };
        let equal = ops::equal(other, item)?;
        if deque.state() != state {
            return Err(mutated());
        }
        if equal {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn position(deque: Ref<Deque>, key: Value) -> R<usize> {
    if !is_index(key) {
        return Err(type_error(format_args!("sequence index must be integer, not '{}'", key.class().display_name())));
    }
    let index = ops::as_subscript(key)?;
    let len = deque.len() as isize;
    let index = if index < 0 { index + len } else { index };
    if (0..len).contains(&index) { Ok(index as usize) } else { Err(index_error("deque index out of range")) }
}

fn setitem(v: Value, key: Value, value: Option<Value>) -> R<()> {
    let deque = slf(v);
    let index = position(deque, key)?;
    match value {
        Some(value) => deque.set(index, value),
        None => deque.remove(index),
    }
    Ok(())
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.cast::<Deque>(), b.cast::<Deque>()) else { return Ok(not_implemented()) };
    if x.len() != y.len() && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(boolean(op == CmpOp::Ne));
    }
    let (xs, ys) = (x.state(), y.state());
    let mut i = 0;
    while let (Some(one), Some(other)) = (x.get(i), y.get(i)) {
        let equal = ops::equal(one, other)?;
        if x.state() != xs || y.state() != ys {
            return Err(mutated());
        }
        if !equal {
            return match op {
                CmpOp::Eq => Ok(boolean(false)),
                CmpOp::Ne => Ok(boolean(true)),
                _ => ops::compare(one, other, op),
            };
        }
        i += 1;
    }
    Ok(boolean(op.holds(x.len().cmp(&y.len()))))
}

fn repr(v: Value) -> R {
    let Some(_guard) = repr_guard::enter(v) else { return Ok(Str::from_ascii(b"[...]").value()) };
    let deque = slf(v);
    let items = ops::str_of(ops::repr(List::new(&deque.items()).value())?)?;
    let end = deque.maxlen().map_or_else(|| ")".to_string(), |max| format!(", maxlen={max})"));
    let start = Str::new(&format!("{}(", v.class().name().display()));
    Ok(Str::concat(&[start, items, Str::new(&end)])?.value())
}

fn insert(v: Value, args: &[Value]) -> R {
    let deque = slf(v);
    let index = ops::as_isize(args[0])?;
    let n = deque.len() as isize;
    if deque.maxlen() == Some(n as usize) {
        return Err(index_error("deque already at its maximum size"));
    }
    if index >= n {
        deque.append(args[1])?;
    } else if index <= -n || index == 0 {
        deque.append_left(args[1])?;
    } else {
        deque.rotate(-index)?;
        if index < 0 {
            deque.append(args[1])?;
        } else {
            deque.append_left(args[1])?;
        }
        deque.rotate(index)?;
    }
    Ok(none())
}

fn index(v: Value, args: &[Value]) -> R {
    let deque = slf(v);
    let len = deque.len();
    let bound = |at: usize, default: usize| match args.get(at) {
        None => Ok(default),
        Some(n) => {
            let n = ops::clamp_index(*n)?;
            Ok(if n < 0 { n.saturating_add(len as isize).max(0) } else { n } as usize)
        }
    };
    let (start, stop) = (bound(1, 0)?, bound(2, len)?);
    match find(deque, args[0], start, stop)? {
        Some(i) => Ok(int::from_usize(i)),
        None => Err(value_error("deque.index(x): x not in deque")),
    }
}

fn remove(v: Value, item: Value) -> R {
    let deque = slf(v);
    let state = deque.state();
    for i in 0..deque.len() {
        let Some(other) = deque.get(i) else { break };
        let equal = ops::equal(other, item)?;
        if deque.state() != state {
            return Err(index_error("deque mutated during iteration"));
        }
        if equal {
            deque.remove(i);
            return Ok(none());
        }
    }
    Err(value_error("deque.remove(x): x not in deque"))
}

fn count(v: Value, item: Value) -> R {
    let deque = slf(v);
    let mut n = 0;
    let mut from = 0;
    while let Some(i) = find(deque, item, from, usize::MAX)? {
        n += 1;
        from = i + 1;
    }
    Ok(int::from_usize(n))
}

fn reverse(v: Value) -> R {
    let deque = slf(v);
    let items = deque.items();
    for (i, item) in items.iter().rev().enumerate() {
        deque.set(i, *item);
    }
    Ok(none())
}

fn reduce(v: Value) -> R {
    let state = object_reduce::getstate(v)?;
    let items = ops::iter::iter(v)?;
    let args = match slf(v).maxlen() {
        None => Tuple::empty(),
        Some(max) => Tuple::new(&[Tuple::empty().value(), int::from_usize(max)]),
    };
    Ok(Tuple::new(&[v.class().value(), args.value(), state, items]).value())
}

fn popped(item: Option<Value>) -> R {
    item.ok_or_else(|| index_error("pop from an empty deque"))
}

pub(super) static DEQUE: TypeDef = TypeDef {
    name: "collections.deque",
    slots: Slots {
        new: Some(|class, _| Ok(empty(class)?.value())),
        init: Some(init),
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(|v| Ok(iterate(slf(v), &ITERATOR))),
        len: Some(|v| Ok(slf(v).len())),
        getitem: Some(|v, key| {
            let deque = slf(v);
            let index = position(deque, key)?;
            deque.get(index).ok_or_else(|| index_error("deque index out of range"))
        }),
        setitem: Some(setitem),
        contains: Some(|v, item| Ok(find(slf(v), item, 0, usize::MAX)?.is_some())),
        concat: Some(concat),
        repeat: Some(|v, times| repeat_in_place(copy(v)?, times)),
        inplace_concat: Some(|v, other| {
            extend(slf(v), other)?;
            Ok(v)
        }),
        inplace_repeat: Some(repeat_in_place),
        ..Slots::NONE
    },
    methods: &[
        Method::one("append", |v, item| {
            slf(v).append(item)?;
            Ok(none())
        }),
        Method::one("appendleft", |v, item| {
            slf(v).append_left(item)?;
            Ok(none())
        }),
        Method::none("pop", |v| popped(slf(v).pop())),
        Method::none("popleft", |v| popped(slf(v).pop_left())),
        Method::one("extend", |v, items| {
            extend(slf(v), items)?;
            Ok(none())
        }),
        Method::one("extendleft", |v, items| {
            let deque = slf(v);
            extend_by(deque, items, |item| deque.append_left(item))?;
            Ok(none())
        }),
        Method::none("clear", |v| {
            slf(v).clear();
            Ok(none())
        }),
        Method::pos(
            "rotate",
            |v, args| {
                slf(v).rotate(args.first().map_or(Ok(1), |n| ops::as_isize(*n))?)?;
                Ok(none())
            },
            0,
            1,
        ),
        Method::none("reverse", reverse),
        Method::pos("insert", insert, 2, 2),
        Method::pos("index", index, 1, 3),
        Method::one("remove", remove),
        Method::one("count", count),
        Method::none("copy", copy),
        Method::none("__copy__", copy),
        Method::none("__reduce__", reduce),
        Method::none("__reversed__", |v| Ok(iterate(slf(v), &REVERSE_ITERATOR))),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    getset: &[GetSet::get("maxlen", |v| Ok(slf(v).maxlen().map_or_else(none, int::from_usize)))],
    flags: BASETYPE | SEQUENCE | UNHASHABLE | WEAKREFS,
    words: TypeDef::words_of::<Deque>(),
    traced: TypeDef::words_of::<Deque>() - 1,
    ..TypeDef::BASE
};
