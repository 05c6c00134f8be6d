//! `range` and its iterators. Bounds may be of any size; when all numbers are small ints, everything
//! is machine arithmetic.

use crate::errors::{R, index_error, overflow_error, type_error, value_error};
use crate::gc::Header;
use crate::object::define::{GetSet, Method, NO_NEW, SEQUENCE};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::CmpOp;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef};
use crate::ops;
use crate::types::int::{self, IntView, as_int};
use crate::types::iterators::builtin_function;
use crate::types::sequence::is_index;
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, Zero};
use std::cell::Cell;
use taipan_abi::tag;

/// The object; all parts are plain ints.
#[repr(C)]
pub struct Range {
    hdr: Header,
    start: Slot,
    stop: Slot,
    step: Slot,
    length: Slot,
}

impl Builtin for Range {
    const DEF: &'static TypeDef = &RANGE;
}

/// Number of items of a range of machine numbers; the step is not 0.
#[inline]
fn small_length(start: i64, stop: i64, step: i64) -> i64 {
    // Small ints are 63 bits: differences fit.
    if step > 0 {
        if start < stop { (stop - start - 1) / step + 1 } else { 0 }
    } else if start > stop {
        (start - stop - 1) / -step + 1
    } else {
        0
    }
}

fn big(v: Value) -> BigInt {
    as_int(v).unwrap_or(IntView::Small(0)).to_bigint()
}

fn length_of(start: Value, stop: Value, step: Value) -> Value {
    if let (Some(start), Some(stop), Some(step)) = (start.as_small(), stop.as_small(), step.as_small()) {
        return int::from_i64(small_length(start, stop, step));
    }
    let (start, stop, step) = (big(start), big(stop), big(step));
    let (low, high) = if step.is_positive() { (start, stop) } else { (stop, start) };
    if low >= high {
        return Value::small(0);
    }
    int::from_bigint((high - low - 1u32) / step.abs() + 1u32)
}

impl Range {
    /// A range of plain ints; the step is not 0.
    pub fn new(start: Value, stop: Value, step: Value) -> Ref<Range> {
        let length = length_of(start, stop, step);
        let range = Range {
            hdr: Header::EMPTY,
            start: Slot::new(start),
            stop: Slot::new(stop),
            step: Slot::new(step),
            length: Slot::new(length),
        };
        allocate(RANGE.header(), range)
    }

    /// Start, step and length, if all of them, and the stop, are small.
    #[inline]
    pub fn as_small(&self) -> Option<(i64, i64, i64)> {
        self.stop.value().as_small()?;
        Some((self.start.value().as_small()?, self.step.value().as_small()?, self.length.value().as_small()?))
    }

    /// The item at a position in bounds.
    fn item(&self, index: Value) -> R {
        if let (Some((start, step, _)), Some(index)) = (self.as_small(), index.as_small()) {
            return Ok(int::from_i64(start + index * step));
        }
        Ok(int::from_bigint(big(self.start.value()) + big(index) * big(self.step.value())))
    }
}

fn expect(v: Value) -> Ref<Range> {
    v.expect::<Range>()
}

fn new(_: Ref<Type>, args: Args) -> R {
    let args = args.only_positional("range", 1, 3)?;
    let zero = Value::small(0);
    let one = Value::small(1);
    let made = match *args {
        [stop] => Range::new(zero, ops::index(stop)?, one),
        [start, stop] => Range::new(ops::index(start)?, ops::index(stop)?, one),
        [start, stop, step] => {
            let (start, stop, step) = (ops::index(start)?, ops::index(stop)?, ops::index(step)?);
            if step.is(zero) {
                return Err(value_error("range() arg 3 must not be zero"));
            }
            Range::new(start, stop, step)
        }
        _ => Range::new(zero, zero, one),
    };
    Ok(made.value())
}

fn len(v: Value) -> R<usize> {
    match as_int(expect(v).length.value()).and_then(IntView::to_i64) {
        Some(n) => Ok(n as usize),
        None => Err(overflow_error("Python int too large to convert to C ssize_t")),
    }
}

fn repr(v: Value) -> R {
    let range = expect(v);
    let (start, stop) = (ops::repr_text(range.start.value())?, ops::repr_text(range.stop.value())?);
    let text = if range.step.value().is(Value::small(1)) {
        format!("range({start}, {stop})")
    } else {
        format!("range({start}, {stop}, {})", ops::repr_text(range.step.value())?)
    };
    Ok(Str::new(&text).value())
}

/// What equality and hash look at: the length, then the start, then the step, as far as they matter.
fn essence(range: Ref<Range>) -> [Value; 3] {
    let length = range.length.value();
    match length.as_small() {
        Some(0) => [length, none(), none()],
        Some(1) => [length, range.start.value(), none()],
        _ => [length, range.start.value(), range.step.value()],
    }
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.cast::<Range>(), b.cast::<Range>()) else { return Ok(not_implemented()) };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(not_implemented());
    }
    let mut same = true;
    for (p, q) in essence(x).into_iter().zip(essence(y)) {
        same = same && ops::equal(p, q)?;
    }
    Ok(boolean(same == (op == CmpOp::Eq)))
}

fn getitem(v: Value, key: Value) -> R {
    let range = expect(v);
    if let Some(slice) = key.exact::<Slice>() {
        return getslice(range, slice);
    }
    if !is_index(key) {
        return Err(type_error(format_args!(
            "range indices must be integers or slices, not {}",
            key.class().display_name()
        )));
    }
    let index = ops::index(key)?;
    let out_of_range = || Err(index_error("range object index out of range"));
    if let (Some((start, step, length)), Some(index)) = (range.as_small(), index.as_small()) {
        let index = if index < 0 { index + length } else { index };
        if index < 0 || index >= length {
            return out_of_range();
        }
        return Ok(int::from_i64(start + index * step));
    }
    let (mut index, length) = (big(index), big(range.length.value()));
    if index.is_negative() {
        index += &length;
    }
    if index.is_negative() || index >= length {
        return out_of_range();
    }
    Ok(int::from_bigint(big(range.start.value()) + index * big(range.step.value())))
}

fn getslice(range: Ref<Range>, slice: Ref<Slice>) -> R {
    let indices = crate::object::call::call_method(slice.value(), Str::intern("indices"), &[range.length.value()])?;
    let indices = indices.expect::<Tuple>();
    let step = int::mul(range.step.value(), indices.get(2))?;
    let (start, stop) = (range.item(indices.get(0))?, range.item(indices.get(1))?);
    Ok(Range::new(start, stop, step).value())
}

/// The position of an int in the range.
fn position(range: Ref<Range>, n: IntView) -> Option<Value> {
    if let (Some((start, step, length)), IntView::Small(n)) = (range.as_small(), n) {
        let offset = n - start;
        if offset % step != 0 {
            return None;
        }
        let index = offset / step;
        return (0..length).contains(&index).then(|| int::from_i64(index));
    }
    let offset = n.to_bigint() - big(range.start.value());
    let (index, rest) = offset.div_mod_floor(&big(range.step.value()));
    let inside = rest.is_zero() && !index.is_negative() && index < big(range.length.value());
    inside.then(|| int::from_bigint(index))
}

/// Ints and bools are found by arithmetic, anything else by looking at all items.
fn by_arithmetic(item: Value) -> Option<IntView> {
    if item.is_small() || item.exact::<int::Int>().is_some() || crate::types::bool_::as_bool(item).is_some() {
        as_int(item)
    } else {
        None
    }
}

fn contains(v: Value, item: Value) -> R<bool> {
    match by_arithmetic(item) {
        Some(n) => Ok(position(expect(v), n).is_some()),
        None => ops::iter::contains_by_iteration(v, item),
    }
}

fn count(v: Value, item: Value) -> R {
    if let Some(n) = by_arithmetic(item) {
        return Ok(Value::small(position(expect(v), n).is_some() as i64));
    }
    let mut n = 0;
    ops::iter::for_each(v, |other| {
        n += ops::equal(other, item)? as i64;
        Ok(())
    })?;
    Ok(Value::small(n))
}

fn index(v: Value, item: Value) -> R {
    if let Some(n) = by_arithmetic(item) {
        return position(expect(v), n).ok_or_else(|| value_error("range.index(x): x not in range"));
    }
    let iterator = ops::iter::iter(v)?;
    let mut at = 0;
    while let Some(other) = ops::iter::next(iterator)? {
        if ops::equal(other, item)? {
            return Ok(int::from_i64(at));
        }
        at += 1;
    }
    Err(value_error("sequence.index(x): x not in sequence"))
}

fn iter(v: Value) -> R {
    let range = expect(v);
    Ok(match range.as_small() {
        Some((start, step, length)) if fits(start, step, length) => RangeIterator::make(start, step, length),
        _ => LongRangeIterator::make(range.start.value(), range.step.value(), range.length.value()),
    })
}

/// Whether stepping one beyond the end stays a small int.
fn fits(start: i64, step: i64, length: i64) -> bool {
    step.checked_mul(length).and_then(|n| n.checked_add(start)).is_some_and(tag::fits_int)
}

fn reversed(v: Value) -> R {
    let range = expect(v);
    if let Some((start, step, length)) = range.as_small() {
        let last = start + (length - 1).max(0) * step;
        if length == 0 {
            return Ok(RangeIterator::make(start, -step.clamp(-1, 1), 0));
        }
        if step != tag::SMALL_INT_MIN && fits(last, -step, length) {
            return Ok(RangeIterator::make(last, -step, length));
        }
    }
    let length = range.length.value();
    let last = range.item(int::sub(length, Value::small(1))?)?;
    Ok(LongRangeIterator::make(last, int::neg(range.step.value())?, length))
}

pub static RANGE: TypeDef = TypeDef {
    name: "range",
    slots: Slots {
        repr: Some(repr),
        hash: Some(|v| ops::hash::tuple(&essence(expect(v)))),
        compare: Some(compare),
        iter: Some(iter),
        new: Some(new),
        len: Some(len),
        getitem: Some(getitem),
        contains: Some(contains),
        bool: Some(|v| Ok(!expect(v).length.value().is(Value::small(0)))),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__reversed__", reversed),
        Method::none("__reduce__", |v| {
            let range = expect(v);
            let args = Tuple::new(&[range.start.value(), range.stop.value(), range.step.value()]);
            Ok(Tuple::new(&[v.class().value(), args.value()]).value())
        }),
        Method::one("count", count),
        Method::one("index", index),
    ],
    getset: &[
        GetSet::member("start", |v| Ok(expect(v).start.value())),
        GetSet::member("stop", |v| Ok(expect(v).stop.value())),
        GetSet::member("step", |v| Ok(expect(v).step.value())),
    ],
    flags: SEQUENCE,
    words: TypeDef::words_of::<Range>(),
    traced: 4,
    ..TypeDef::BASE
};

/// Iterator over small ints.
#[repr(C)]
pub struct RangeIterator {
    hdr: Header,
    /// All tagged ints.
    next: Cell<u64>,
    step: Cell<u64>,
    left: Cell<u64>,
}

impl Builtin for RangeIterator {
    const DEF: &'static TypeDef = &RANGE_ITERATOR;
}

impl RangeIterator {
    pub fn make(start: i64, step: i64, length: i64) -> Value {
        let it = RangeIterator {
            hdr: Header::EMPTY,
            next: Cell::new(tag::int(start)),
            step: Cell::new(tag::int(step)),
            left: Cell::new(tag::int(length)),
        };
        allocate(RANGE_ITERATOR.header(), it).value()
    }

    /// The next number.
    #[inline(always)]
    pub fn step(&self) -> Option<Value> {
        let left = self.left.get();
        if left == tag::int(0) {
            return None;
        }
        self.left.set(left - 2);
        let next = self.next.get();
        // Tagged addition; the step's own tag bit is taken off.
        self.next.set(next.wrapping_add(self.step.get() - 1));
        // SAFETY: the word of a small int.
        Some(unsafe { Value::from_bits(next) })
    }

    fn parts(&self) -> (i64, i64, i64) {
        (tag::int_value(self.next.get()), tag::int_value(self.step.get()), tag::int_value(self.left.get()))
    }
}

pub static RANGE_ITERATOR: TypeDef = TypeDef {
    name: "range_iterator",
    slots: Slots { iter: Some(Ok), next: Some(|v| Ok(v.expect::<RangeIterator>().step())), ..Slots::NONE },
    methods: &[
        Method::none("__length_hint__", |v| Ok(int::from_i64(v.expect::<RangeIterator>().parts().2))),
        Method::none("__reduce__", |v| {
            let (next, step, left) = v.expect::<RangeIterator>().parts();
            reduce(Value::small(next), Value::small(step), Value::small(left))
        }),
        Method::one("__setstate__", |v, state| {
            let it = v.expect::<RangeIterator>();
            let (next, step, left) = it.parts();
            let skip = (ops::clamp_index(state)? as i64).clamp(0, left);
            it.next.set(tag::int(next + skip * step));
            it.left.set(tag::int(left - skip));
            Ok(none())
        }),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<RangeIterator>(),
    traced: 3,
    ..TypeDef::BASE
};

/// `(iter, (range of what is left,), None)`.
fn reduce(next: Value, step: Value, left: Value) -> R {
    let stop = int::add(next, int::mul(step, left)?)?;
    let rest = Range::new(next, stop, step).value();
    Ok(Tuple::new(&[builtin_function("iter")?, Tuple::new(&[rest]).value(), none()]).value())
}

/// Iterator over ints of any size.
#[repr(C)]
pub struct LongRangeIterator {
    hdr: Header,
    next: Slot,
    step: Slot,
    left: Slot,
}

impl Builtin for LongRangeIterator {
    const DEF: &'static TypeDef = &LONG_RANGE_ITERATOR;
}

impl LongRangeIterator {
    fn make(next: Value, step: Value, left: Value) -> Value {
        let it = LongRangeIterator {
            hdr: Header::EMPTY,
            next: Slot::new(next),
            step: Slot::new(step),
            left: Slot::new(left),
        };
        allocate(LONG_RANGE_ITERATOR.header(), it).value()
    }
}

pub static LONG_RANGE_ITERATOR: TypeDef = TypeDef {
    name: "longrange_iterator",
    slots: Slots {
        iter: Some(Ok),
        next: Some(|v| {
            let it = v.expect::<LongRangeIterator>();
            let left = it.left.value();
            if left.is(Value::small(0)) {
                return Ok(None);
            }
            let next = it.next.value();
            it.left.set(it, int::sub(left, Value::small(1))?);
            it.next.set(it, int::add(next, it.step.value())?);
            Ok(Some(next))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__length_hint__", |v| Ok(v.expect::<LongRangeIterator>().left.value())),
        Method::none("__reduce__", |v| {
            let it = v.expect::<LongRangeIterator>();
            reduce(it.next.value(), it.step.value(), it.left.value())
        }),
        Method::one("__setstate__", |v, state| {
            let it = v.expect::<LongRangeIterator>();
            let left = big(it.left.value());
            let skip = big(ops::index(state)?).clamp(BigInt::zero(), left.clone());
            it.next.set(it, int::from_bigint(big(it.next.value()) + &skip * big(it.step.value())));
            it.left.set(it, int::from_bigint(left - skip));
            Ok(none())
        }),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<LongRangeIterator>(),
    traced: 3,
    ..TypeDef::BASE
};
