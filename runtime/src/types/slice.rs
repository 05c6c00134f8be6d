//! `slice`, and the arithmetic of slice bounds that all sequences share.

use crate::errors::{R, type_error, value_error};
use crate::gc::Header;
use crate::object::define::{GetSet, Method};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::CmpOp;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef};
use crate::ops;
use crate::types::int::{self, IntView};
use crate::types::sequence::is_index;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use num_bigint::BigInt;
use num_traits::{Signed, Zero};

/// The object; absent parts are `None`.
#[repr(C)]
pub struct Slice {
    hdr: Header,
    pub start: Slot,
    pub stop: Slot,
    pub step: Slot,
}

impl Builtin for Slice {
    const DEF: &'static TypeDef = &SLICE;
}

/// The bounds of a slice as machine numbers, still without a length.
#[derive(Clone, Copy)]
pub struct Bounds {
    start: isize,
    stop: isize,
    step: isize,
}

/// What a slice selects from a sequence of known length.
#[derive(Clone, Copy, Debug)]
pub struct Indices {
    pub start: isize,
    pub stop: isize,
    pub step: isize,
    /// Number of items selected.
    pub count: usize,
}

impl Indices {
    /// The positions, in order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..self.count as isize).map(move |i| (self.start + i * self.step) as usize)
    }

    /// The same positions in growing order.
    pub fn ascending(self) -> Indices {
        if self.step > 0 || self.count == 0 {
            return self;
        }
        let last = self.start + (self.count as isize - 1) * self.step;
        Indices { start: last, stop: self.start + 1, step: -self.step, count: self.count }
    }
}

impl Slice {
    #[inline]
    pub fn new(start: Value, stop: Value, step: Value) -> Ref<Slice> {
        allocate(
            SLICE.header(),
            Slice { hdr: Header::EMPTY, start: Slot::new(start), stop: Slot::new(stop), step: Slot::new(step) },
        )
    }

    /// Start, stop and step as they were given.
    pub fn parts(&self) -> [Value; 3] {
        [self.start.value(), self.stop.value(), self.step.value()]
    }

    /// The bounds as numbers; may run `__index__`, so lengths are looked at afterwards.
    #[inline]
    pub fn unpack(&self) -> R<Bounds> {
        unpack(self.start.value(), self.stop.value(), self.step.value())
    }

    /// What the slice selects from `len` items.
    pub fn indices(&self, len: usize) -> R<Indices> {
        Ok(self.unpack()?.adjust(len))
    }
}

/// As [`Slice::unpack`], without a slice object (`a[i:j]` in code).
#[inline]
pub fn unpack(start: Value, stop: Value, step: Value) -> R<Bounds> {
    let step = match part(step)? {
        None => 1,
        Some(0) => return Err(value_error("slice step cannot be zero")),
        // So that -step is a number too.
        Some(step) => step.max(-isize::MAX),
    };
    let start = part(start)?.unwrap_or(if step < 0 { isize::MAX } else { 0 });
    let stop = part(stop)?.unwrap_or(if step < 0 { isize::MIN } else { isize::MAX });
    Ok(Bounds { start, stop, step })
}

#[inline]
fn part(v: Value) -> R<Option<isize>> {
    if let Some(n) = v.as_small() {
        return Ok(Some(n as isize));
    }
    if v.is_none() {
        return Ok(None);
    }
    part_slow(v).map(Some)
}

/// A bound of any type, clamped to machine numbers.
fn part_slow(v: Value) -> R<isize> {
    if !is_index(v) {
        return Err(type_error("slice indices must be integers or None or have an __index__ method"));
    }
    ops::clamp_index(v)
}

impl Bounds {
    /// Clamps to a sequence of `len` items.
    #[inline]
    pub fn adjust(self, len: usize) -> Indices {
        let Bounds { mut start, mut stop, step } = self;
        let len = len as isize;
        let clamp = |at: &mut isize| {
            if *at < 0 {
                *at = at.saturating_add(len);
                if *at < 0 {
                    *at = if step < 0 { -1 } else { 0 };
                }
            } else if *at >= len {
                *at = if step < 0 { len - 1 } else { len };
            }
        };
        clamp(&mut start);
        clamp(&mut stop);
        let distance = if step < 0 { start - stop } else { stop - start };
        let count = match step {
            _ if distance <= 0 => 0,
            // The usual steps, without dividing.
            1 | -1 => distance,
            _ => (distance - 1) / step.abs() + 1,
        };
        Indices { start, stop, step, count: count as usize }
    }
}

pub static SLICE: TypeDef = TypeDef {
    name: "slice",
    slots: Slots {
        repr: Some(|v| {
            let s = v.expect::<Slice>();
            let (start, stop, step) = (s.start.value(), s.stop.value(), s.step.value());
            Ok(Str::new(&format!(
                "slice({}, {}, {})",
                ops::repr_text(start)?,
                ops::repr_text(stop)?,
                ops::repr_text(step)?
            ))
            .value())
        }),
        hash: Some(|v| ops::hash::tuple(&parts(v))),
        compare: Some(compare),
        new: Some(new),
        ..Slots::NONE
    },
    methods: &[
        Method::one("indices", indices),
        Method::none("__reduce__", |v| Ok(Tuple::new(&[v.class().value(), Tuple::new(&parts(v)).value()]).value())),
    ],
    getset: &[
        GetSet::member("start", |v| Ok(v.expect::<Slice>().start.value())),
        GetSet::member("stop", |v| Ok(v.expect::<Slice>().stop.value())),
        GetSet::member("step", |v| Ok(v.expect::<Slice>().step.value())),
    ],
    words: TypeDef::words_of::<Slice>(),
    traced: 3,
    ..TypeDef::BASE
};

fn parts(v: Value) -> [Value; 3] {
    v.expect::<Slice>().parts()
}

fn new(_: Ref<Type>, args: Args) -> R {
    let args = args.only_positional("slice", 1, 3)?;
    let made = match *args {
        [stop] => Slice::new(none(), stop, none()),
        [start, stop] => Slice::new(start, stop, none()),
        [start, stop, step] => Slice::new(start, stop, step),
        _ => Slice::new(none(), none(), none()),
    };
    Ok(made.value())
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    if a.exact::<Slice>().is_none() || b.exact::<Slice>().is_none() {
        return Ok(not_implemented());
    }
    if a.is(b) {
        return Ok(boolean(op.holds(std::cmp::Ordering::Equal)));
    }
    for (x, y) in parts(a).into_iter().zip(parts(b)) {
        if !ops::equal(x, y)? {
            return match op {
                CmpOp::Eq => Ok(boolean(false)),
                CmpOp::Ne => Ok(boolean(true)),
                _ => ops::compare(x, y, op),
            };
        }
    }
    Ok(boolean(op.holds(std::cmp::Ordering::Equal)))
}

/// `slice.indices(len)`, with numbers of any size.
fn indices(v: Value, len: Value) -> R {
    let [start, stop, step] = parts(v);
    let len = big(ops::index(len)?);
    if len.is_negative() {
        return Err(value_error("length should not be negative"));
    }
    let step = match part_big(step)? {
        None => BigInt::from(1),
        Some(step) if step.is_zero() => return Err(value_error("slice step cannot be zero")),
        Some(step) => step,
    };
    let down = step.is_negative();
    let (lower, upper) = if down { (BigInt::from(-1), &len - 1) } else { (BigInt::zero(), len.clone()) };
    let clamp = |v: Value, absent: &BigInt| -> R<BigInt> {
        let Some(n) = part_big(v)? else { return Ok(absent.clone()) };
        Ok(if n.is_negative() { (n + &len).max(lower.clone()) } else { n.min(upper.clone()) })
    };
    let start = clamp(start, if down { &upper } else { &lower })?;
    let stop = clamp(stop, if down { &lower } else { &upper })?;
    Ok(Tuple::new(&[int::from_bigint(start), int::from_bigint(stop), int::from_bigint(step)]).value())
}

fn big(v: Value) -> BigInt {
    int::as_int(v).unwrap_or(IntView::Small(0)).to_bigint()
}

fn part_big(v: Value) -> R<Option<BigInt>> {
    if v.is_none() {
        return Ok(None);
    }
    if !is_index(v) {
        return Err(type_error("slice indices must be integers or None or have an __index__ method"));
    }
    Ok(Some(big(ops::index(v)?)))
}
