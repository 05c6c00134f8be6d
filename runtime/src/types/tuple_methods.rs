//! `tuple`: the type, its slots, methods and iterator.

use super::tuple::Tuple;
use crate::errors::{R, index_error, type_error, value_error};
use crate::gc::Header;
use crate::object::define::{BASETYPE, MATCH_SELF, Method, NO_NEW, SEQUENCE};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::CmpOp;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef};
use crate::ops;
use crate::types::int;
use crate::types::iterators::builtin_function;
use crate::types::object::allocate_boxed;
use crate::types::repr_guard;
use crate::types::sequence::{exact_slice, is_index, position, repeat_count, search_bounds};
use crate::types::slice::Slice;
use crate::types::str::{Builder, Str};
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

pub static TUPLE: TypeDef = TypeDef {
    name: "tuple",
    slots: Slots {
        repr: Some(repr),
        hash: Some(|v| ops::hash::tuple(v.expect::<Tuple>().as_slice())),
        compare: Some(compare),
        iter: Some(|v| Ok(TupleIterator::make(v.expect::<Tuple>()))),
        new: Some(new),
        len: Some(|v| Ok(v.expect::<Tuple>().len())),
        getitem: Some(getitem),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(repeat),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__getnewargs__", |v| {
            let tuple = v.expect::<Tuple>();
            Ok(Tuple::new(&[Tuple::new(tuple.as_slice()).value()]).value())
        }),
        Method::pos("index", index, 1, 3),
        Method::one("count", count),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    flags: BASETYPE | SEQUENCE | MATCH_SELF,
    // The layout of instances of subclasses: the tuple is in word 1.
    words: 2,
    traced: 1,
    ..TypeDef::BASE
};

fn new(class: Ref<Type>, args: Args) -> R {
    let exact = class == TUPLE.class();
    let given = args.for_new(class, &TUPLE, 0, 1)?;
    let value = match given.first() {
        Some(&iterable) => from_iterable(iterable)?,
        None => Tuple::empty().value(),
    };
    Ok(if exact { value } else { allocate_boxed(class, value) })
}

/// `tuple(iterable)`.
pub fn from_iterable(iterable: Value) -> R {
    if iterable.exact::<Tuple>().is_some() {
        return Ok(iterable);
    }
    if let Some(items) = exact_slice(iterable) {
        return Ok(Tuple::new(items).value());
    }
    Ok(Tuple::from_vec(ops::iter::to_vec(iterable)?))
}

fn repr(v: Value) -> R {
    let tuple = v.expect::<Tuple>();
    if tuple.is_empty() {
        return Ok(Str::from_ascii(b"()").value());
    }
    let Some(_guard) = repr_guard::enter(v) else { return Ok(Str::from_ascii(b"(...)").value()) };
    let mut text = Builder::with_capacity(tuple.len() * 4);
    text.push('(' as u32);
    for (i, item) in tuple.as_slice().iter().enumerate() {
        if i > 0 {
            text.push_str(", ");
        }
        text.push_obj(ops::repr(*item)?.expect::<Str>());
    }
    text.push_str(if tuple.len() == 1 { ",)" } else { ")" });
    Ok(text.finish().value())
}

/// `tuple[key]`.
#[inline]
pub fn getitem(v: Value, key: Value) -> R {
    let tuple = v.expect::<Tuple>();
    if let Some(index) = key.as_small() {
        return match position(index as isize, tuple.len()) {
            Some(at) => Ok(tuple.get(at)),
            None => Err(index_error("tuple index out of range")),
        };
    }
    getitem_slow(v, tuple, key)
}

fn getitem_slow(v: Value, tuple: Ref<Tuple>, key: Value) -> R {
    if let Some(slice) = key.exact::<Slice>() {
        let chosen = slice.indices(tuple.len())?;
        if chosen.step == 1 && chosen.count == tuple.len() && v.exact::<Tuple>().is_some() {
            return Ok(v);
        }
        let items = tuple.as_slice();
        if chosen.step == 1 {
            return Ok(Tuple::new(&items[chosen.start as usize..chosen.start as usize + chosen.count]).value());
        }
        return Ok(Tuple::from_vec(chosen.iter().map(|at| items[at]).collect()));
    }
    if !is_index(key) {
        return Err(type_error(format_args!(
            "tuple indices must be integers or slices, not {}",
            key.class().display_name()
        )));
    }
    match position(ops::as_subscript(key)?, tuple.len()) {
        Some(at) => Ok(tuple.get(at)),
        None => Err(index_error("tuple index out of range")),
    }
}

fn contains(v: Value, item: Value) -> R<bool> {
    for other in v.expect::<Tuple>().as_slice() {
        if other.is(item) || ops::equal(*other, item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn count(v: Value, item: Value) -> R {
    let mut n = 0;
    for other in v.expect::<Tuple>().as_slice() {
        if other.is(item) || ops::equal(*other, item)? {
            n += 1;
        }
    }
    Ok(int::from_i64(n))
}

fn index(v: Value, args: &[Value]) -> R {
    let tuple = v.expect::<Tuple>();
    let (start, stop) = search_bounds(&args[1..], tuple.len())?;
    for (i, other) in tuple.as_slice().iter().enumerate().take(stop).skip(start) {
        if other.is(args[0]) || ops::equal(*other, args[0])? {
            return Ok(int::from_usize(i));
        }
    }
    Err(value_error("tuple.index(x): x not in tuple"))
}

fn concat(a: Value, b: Value) -> R {
    let x = a.expect::<Tuple>();
    if x.is_empty() && b.exact::<Tuple>().is_some() {
        return Ok(b);
    }
    let Some(y) = b.cast::<Tuple>() else {
        return Err(type_error(format_args!(
            "can only concatenate tuple (not \"{}\") to tuple",
            b.class().display_name()
        )));
    };
    if y.is_empty() && a.exact::<Tuple>().is_some() {
        return Ok(a);
    }
    Ok(Tuple::new(&[x.as_slice(), y.as_slice()].concat()).value())
}

fn repeat(v: Value, times: Value) -> R {
    let n = repeat_count(times)?;
    let tuple = v.expect::<Tuple>();
    if (n == 1 || tuple.is_empty()) && v.exact::<Tuple>().is_some() {
        return Ok(v);
    }
    if tuple.len().checked_mul(n).is_none_or(|total| total >= 1 << 36) {
        return Err(crate::errors::memory_error());
    }
    Ok(Tuple::from_vec(tuple.as_slice().repeat(n)))
}

/// `tuple == other` and so on: the first pair that differs decides.
pub fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.cast::<Tuple>(), b.cast::<Tuple>()) else { return Ok(not_implemented()) };
    for (&p, &q) in x.as_slice().iter().zip(y.as_slice()) {
        if !p.is(q) && !ops::equal(p, q)? {
            return match op {
                CmpOp::Eq => Ok(boolean(false)),
                CmpOp::Ne => Ok(boolean(true)),
                _ => ops::compare(p, q, op),
            };
        }
    }
    Ok(boolean(op.holds(x.len().cmp(&y.len()))))
}

/// `tuple_iterator`.
#[repr(C)]
pub struct TupleIterator {
    hdr: Header,
    /// Empty when exhausted.
    tuple: Slot,
    /// Next position, as a tagged int.
    index: Cell<u64>,
}

impl Builtin for TupleIterator {
    const DEF: &'static TypeDef = &TUPLE_ITERATOR;
}

impl TupleIterator {
    #[inline]
    pub fn make(tuple: Ref<Tuple>) -> Value {
        let it = TupleIterator { hdr: Header::EMPTY, tuple: Slot::new(tuple), index: Cell::new(tag::int(0)) };
        allocate(TUPLE_ITERATOR.header(), it).value()
    }

    /// The next item.
    #[inline(always)]
    pub fn step(&self) -> Option<Value> {
        self.tuple.get()?;
        let index = tag::int_value(self.index.get());
        match self.tuple.object::<Tuple>().as_slice().get(index as usize) {
            Some(item) => {
                self.index.set(tag::int(index + 1));
                Some(*item)
            }
            None => {
                self.tuple.clear();
                None
            }
        }
    }
}

pub static TUPLE_ITERATOR: TypeDef = TypeDef {
    name: "tuple_iterator",
    slots: Slots { iter: Some(Ok), next: Some(|v| Ok(v.expect::<TupleIterator>().step())), ..Slots::NONE },
    methods: &[
        Method::none("__length_hint__", |v| {
            let it = v.expect::<TupleIterator>();
            let left = it.tuple.get().map_or(0, |_| {
                it.tuple.object::<Tuple>().len().saturating_sub(tag::int_value(it.index.get()) as usize)
            });
            Ok(int::from_usize(left))
        }),
        Method::none("__reduce__", |v| {
            let it = v.expect::<TupleIterator>();
            let iter = builtin_function("iter")?;
            Ok(match it.tuple.get() {
                Some(tuple) => {
                    Tuple::new(&[iter, Tuple::new(&[tuple]).value(), int::from_i64(tag::int_value(it.index.get()))])
                }
                None => Tuple::new(&[iter, Tuple::new(&[Tuple::empty().value()]).value()]),
            }
            .value())
        }),
        Method::one("__setstate__", |v, state| {
            let it = v.expect::<TupleIterator>();
            let index = ops::as_isize(state)?;
            if it.tuple.get().is_some() {
                let len = it.tuple.object::<Tuple>().len() as isize;
                it.index.set(tag::int(index.clamp(0, len) as i64));
            }
            Ok(none())
        }),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<TupleIterator>(),
    traced: 2,
    ..TypeDef::BASE
};
