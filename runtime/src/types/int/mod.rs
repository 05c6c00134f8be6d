//! `int`: the boxed big integer, and the views and conversions that everyone uses.
//!
//! An int of 63 bits is held in the word itself; larger ones are [`Int`] objects. Invariant: every
//! value has exactly one form, so a boxed int never fits a word, has no leading zero limbs, and two
//! ints of different forms differ. `True`, `False` and instances of subclasses are ints too;
//! [`payload`] gives the plain int that they stand for.

pub mod arith;
mod big;
pub mod limbs;
pub mod methods;
pub mod text;

use crate::errors::{R, overflow_error};
use crate::gc::{self, Header};
use crate::object::singletons::{false_, true_};
use crate::object::{Builtin, Ref, TypeDef};
use crate::value::Value;
use num_bigint::{BigInt, Sign};
use std::cmp::Ordering;
use taipan_abi::header::{Kind, pack};
use taipan_abi::tag;

pub use arith::*;
pub use methods::INT;
pub use text::{MAX_STR_DIGITS, to_text_with_prefix};

/// The object; the limbs follow it, least significant first. Header `aux` is 1 for negative numbers.
#[repr(C)]
pub struct Int {
    hdr: Header,
    /// Number of limbs, raw.
    len: u64,
}

impl Builtin for Int {
    const DEF: &'static TypeDef = &INT;
    const BOXED_IN_SUBCLASS: bool = true;
}

/// An int by form.
#[derive(Clone, Copy)]
pub enum IntView {
    Small(i64),
    Big(Ref<Int>),
}

impl Int {
    #[inline(always)]
    pub fn limbs(&self) -> &[u64] {
        // SAFETY: the limbs follow the fixed part.
        unsafe { std::slice::from_raw_parts((self as *const Int).add(1) as *const u64, self.len as usize) }
    }

    #[inline(always)]
    pub fn is_negative(&self) -> bool {
        self.hdr.aux() != 0
    }

    fn sign(&self) -> Sign {
        if self.is_negative() { Sign::Minus } else { Sign::Plus }
    }

    /// Number of bits of the magnitude.
    pub fn bits(&self) -> u64 {
        match self.limbs().last() {
            Some(top) => self.len * 64 - top.leading_zeros() as u64,
            None => 0,
        }
    }

    pub fn to_bigint(&self) -> BigInt {
        let limbs = self.limbs();
        // SAFETY: a u64 is two u32, low half first on the little-endian targets that we have.
        let halves = unsafe { std::slice::from_raw_parts(limbs.as_ptr() as *const u32, limbs.len() * 2) };
        BigInt::from_slice(self.sign(), halves)
    }

    /// Bytes of an object with this many limbs.
    pub fn size_for(limbs: usize) -> usize {
        size_of::<Int>() + limbs * 8
    }

    /// Boxes a magnitude of `len` limbs; the caller knows that it does not fit a word.
    fn boxed(negative: bool, len: usize, limbs: impl Iterator<Item = u64>) -> Value {
        let header = pack(INT.shape_for_new(), Kind::Leaf, 0, negative as u16);
        let ptr = gc::alloc(Self::size_for(len), header) as *mut Int;
        // SAFETY: the block has room for `len` limbs, and the iterator makes no objects.
        unsafe {
            (&raw mut (*ptr).len).write(len as u64);
            let to = ptr.add(1) as *mut u64;
            limbs.take(len).enumerate().for_each(|(i, limb)| *to.add(i) = limb);
            Ref::from_ptr(ptr).value()
        }
    }

    /// The int whose magnitude `fill` writes into the limbs of the new object, all zero at first; those
    /// that stay zero at the upper end are cut off.
    #[inline]
    pub(super) fn build(negative: bool, capacity: usize, fill: impl FnOnce(&mut [u64])) -> Value {
        let header = pack(INT.shape_for_new(), Kind::Leaf, 0, negative as u16);
        let ptr = gc::alloc(Self::size_for(capacity), header) as *mut Int;
        // SAFETY: the block has room for so many limbs, which are initialized first; nobody else knows it.
        let limbs = unsafe {
            let first = ptr.add(1) as *mut u64;
            std::ptr::write_bytes(first, 0, capacity);
            std::slice::from_raw_parts_mut(first, capacity)
        };
        fill(limbs);
        let limbs = limbs::trim(limbs);
        let len = limbs.len();
        // SAFETY: as above; an object that nobody gets to know still has a length.
        unsafe { (&raw mut (*ptr).len).write(len as u64) };
        match limbs {
            [] => Value::small(0),
            [limb] if *limb <= 1 << 62 => Self::of_limb(negative, *limb),
            // Much of the room would stay unused.
            _ if len + 8 < capacity / 2 => Self::boxed(negative, len, limbs.iter().copied()),
            // SAFETY: complete now.
            _ => unsafe { Ref::from_ptr(ptr).value() },
        }
    }

    fn of_limb(negative: bool, limb: u64) -> Value {
        if limb <= 1 << 62 {
            from_i64(if negative { -(limb as i64) } else { limb as i64 })
        } else {
            Self::boxed(negative, 1, std::iter::once(limb))
        }
    }

    pub fn compare(&self, other: &Int) -> Ordering {
        match (self.is_negative(), other.is_negative()) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (negative, _) => {
                let (a, b) = (self.limbs(), other.limbs());
                let order = limbs::compare(a, b);
                if negative { order.reverse() } else { order }
            }
        }
    }

    /// The nearest float, ties to even; `None` beyond the range.
    pub fn to_f64(&self) -> Option<f64> {
        let bits = self.bits();
        if bits > 1024 {
            return None;
        }
        let limbs = self.limbs();
        let n = limbs.len();
        let shift = limbs[n - 1].leading_zeros();
        // The top 64 bits; whatever is below them only matters as "not zero".
        let mut top = limbs[n - 1] << shift;
        let mut rest = false;
        if n > 1 {
            if shift > 0 {
                top |= limbs[n - 2] >> (64 - shift);
            }
            rest = limbs[n - 2] << shift != 0 || limbs[..n - 2].iter().any(|&l| l != 0);
        }
        let x = (top | rest as u64) as f64;
        let x = if bits > 64 {
            x * f64::powi(2.0, (bits - 64) as i32 / 2) * f64::powi(2.0, (bits - 64) as i32 - (bits - 64) as i32 / 2)
        } else {
            x / f64::powi(2.0, (64 - bits) as i32)
        };
        if x.is_infinite() {
            return None;
        }
        Some(if self.is_negative() { -x } else { x })
    }

    /// CPython's hash: the number modulo 2**61 - 1.
    pub fn hash(&self) -> i64 {
        const M: u128 = crate::ops::hash::MODULUS as u128;
        let mut h: u128 = 0;
        for &limb in self.limbs().iter().rev() {
            // 2**64 is 8 modulo M.
            h = (h * 8 + limb as u128) % M;
        }
        let h = if self.is_negative() { -(h as i64) } else { h as i64 };
        if h == -1 { -2 } else { h }
    }
}

impl IntView {
    /// The magnitude, without leading zeros; a small one is put into `room`.
    #[inline(always)]
    fn magnitude<'a>(&'a self, room: &'a mut [u64; 1]) -> &'a [u64] {
        match self {
            IntView::Big(n) => n.limbs(),
            IntView::Small(n) => {
                room[0] = n.unsigned_abs();
                &room[..(*n != 0) as usize]
            }
        }
    }

    pub fn is_negative(self) -> bool {
        match self {
            IntView::Small(n) => n < 0,
            IntView::Big(n) => n.is_negative(),
        }
    }

    pub fn is_zero(self) -> bool {
        matches!(self, IntView::Small(0))
    }

    pub fn to_bigint(self) -> BigInt {
        match self {
            IntView::Small(n) => BigInt::from(n),
            IntView::Big(n) => n.to_bigint(),
        }
    }

    /// The number, if it fits.
    pub fn to_i64(self) -> Option<i64> {
        match self {
            IntView::Small(n) => Some(n),
            IntView::Big(n) => match n.limbs() {
                [limb] if n.is_negative() && *limb <= 1 << 63 => Some((*limb as i64).wrapping_neg()),
                [limb] if !n.is_negative() => i64::try_from(*limb).ok(),
                _ => None,
            },
        }
    }

    pub fn to_u64(self) -> Option<u64> {
        match self {
            IntView::Small(n) => u64::try_from(n).ok(),
            IntView::Big(n) => match n.limbs() {
                [limb] if !n.is_negative() => Some(*limb),
                _ => None,
            },
        }
    }

    /// The nearest float; `None` beyond the range.
    pub fn to_f64(self) -> Option<f64> {
        match self {
            IntView::Small(n) => Some(n as f64),
            IntView::Big(n) => n.to_f64(),
        }
    }

    /// Number of bits of the magnitude.
    pub fn bits(self) -> u64 {
        match self {
            IntView::Small(n) => 64 - n.unsigned_abs().leading_zeros() as u64,
            IntView::Big(n) => n.bits(),
        }
    }

    pub fn compare(self, other: IntView) -> Ordering {
        match (self, other) {
            (IntView::Small(a), IntView::Small(b)) => a.cmp(&b),
            (IntView::Big(a), IntView::Big(b)) => a.compare(&b),
            (IntView::Big(a), _) => {
                if a.is_negative() {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (_, IntView::Big(b)) => {
                if b.is_negative() {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
        }
    }

    pub fn hash(self) -> i64 {
        match self {
            IntView::Small(n) => crate::ops::hash::int(n),
            IntView::Big(n) => n.hash(),
        }
    }

    /// The plain int.
    pub fn value(self) -> Value {
        match self {
            IntView::Small(n) => Value::small(n),
            IntView::Big(n) => n.value(),
        }
    }
}

#[inline(always)]
pub fn from_i64(n: i64) -> Value {
    if tag::fits_int(n) { Value::small(n) } else { Int::boxed(n < 0, 1, std::iter::once(n.unsigned_abs())) }
}

#[inline(always)]
pub fn from_u64(n: u64) -> Value {
    if n <= tag::SMALL_INT_MAX as u64 { Value::small(n as i64) } else { Int::boxed(false, 1, std::iter::once(n)) }
}

#[inline]
pub fn from_usize(n: usize) -> Value {
    from_u64(n as u64)
}

pub fn from_i128(n: i128) -> Value {
    if let Ok(n) = i64::try_from(n) {
        return from_i64(n);
    }
    let magnitude = n.unsigned_abs();
    let (low, high) = (magnitude as u64, (magnitude >> 64) as u64);
    Int::boxed(n < 0, if high == 0 { 1 } else { 2 }, [low, high].into_iter())
}

/// The int of a big number, in a word if it fits.
pub fn from_bigint(n: BigInt) -> Value {
    from_bigint_ref(&n)
}

pub fn from_bigint_ref(n: &BigInt) -> Value {
    let bits = n.bits();
    let negative = n.sign() == Sign::Minus;
    let mut digits = n.iter_u64_digits();
    if bits <= 63 {
        let magnitude = digits.next().unwrap_or(0) as i64;
        return from_i64(if negative { -magnitude } else { magnitude });
    }
    Int::boxed_checked(negative, digits.len(), digits)
}

impl Int {
    /// As [`Int::boxed`], of any magnitude of one limb or more (-2**62 .. has 63 bits but fits).
    fn boxed_checked(negative: bool, len: usize, limbs: impl Iterator<Item = u64>) -> Value {
        Self::boxed(negative, len, limbs)
    }
}

/// The int that a truncated float stands for; the float is finite.
pub fn from_f64(x: f64) -> Value {
    let x = x.trunc();
    if x.abs() < 4.6e18 {
        return from_i64(x as i64);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as u32 - 1075;
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    let n = BigInt::from(mantissa) << exponent;
    from_bigint(if x < 0.0 { -n } else { n })
}

/// A plain int by form (no subclass, no bool).
#[inline(always)]
pub fn exact(v: Value) -> Option<IntView> {
    if let Some(n) = v.as_small() {
        return Some(IntView::Small(n));
    }
    v.exact::<Int>().map(IntView::Big)
}

/// An int, a bool or an instance of a subclass of `int`.
#[inline(always)]
pub fn as_int(v: Value) -> Option<IntView> {
    if let Some(n) = v.as_small() {
        return Some(IntView::Small(n));
    }
    if !v.is_pointer() {
        return None;
    }
    as_int_slow(v)
}

#[inline(never)]
fn as_int_slow(v: Value) -> Option<IntView> {
    if let Some(n) = v.exact::<Int>() {
        return Some(IntView::Big(n));
    }
    if v.is(true_()) {
        return Some(IntView::Small(1));
    }
    if v.is(false_()) {
        return Some(IntView::Small(0));
    }
    if !v.class().is_subtype(INT.class()) {
        return None;
    }
    // SAFETY: an instance of a subclass has its int in word 1, put there by `new`.
    exact(unsafe { Value::from_slot(*v.as_ptr::<u64>().add(1)) }?)
}

/// The plain int that an int, a bool or an instance of a subclass stands for.
#[inline(always)]
pub fn payload(v: Value) -> Option<Value> {
    as_int(v).map(IntView::value)
}

/// As a big number, for those who compute with them.
pub fn to_bigint(v: Value) -> Option<BigInt> {
    as_int(v).map(IntView::to_bigint)
}

/// The `self` of a method of `int`.
#[inline(always)]
pub fn expect(v: Value) -> IntView {
    match as_int(v) {
        Some(view) => view,
        None => crate::errors::internal("a method of int got another self"),
    }
}

/// As a float, rounded to nearest; the OverflowError of arithmetic beyond the range.
pub fn to_f64(view: IntView) -> R<f64> {
    view.to_f64().ok_or_else(|| overflow_error("int too large to convert to float"))
}
