//! Operations on ints of which one at least is boxed: signs here, magnitudes in [`limbs`].
//!
//! Operands are read in place and results are written straight into new objects. Both stay where they
//! are and alive meanwhile: the collector does not move, and pointers into operands lie on the stack.

use super::limbs::{self, Divisor};
use super::{Int, IntView};
use crate::value::Value;
use std::cmp::Ordering;

/// Divisors and quotients of more limbs than this are divided faster by halves, as num-bigint does.
const LONG_DIVISION: usize = 250;

/// `x + y`
pub fn add(x: IntView, y: IntView) -> Value {
    signed_sum(&x, &y, y.is_negative())
}

/// `x - y`
pub fn sub(x: IntView, y: IntView) -> Value {
    signed_sum(&x, &y, !y.is_negative())
}

/// The sum of `x` and the magnitude of `y` with this sign.
fn signed_sum(x: &IntView, y: &IntView, y_negative: bool) -> Value {
    let (mut room_x, mut room_y) = ([0], [0]);
    let (a, b) = (x.magnitude(&mut room_x), y.magnitude(&mut room_y));
    let negative = x.is_negative();
    if negative == y_negative {
        let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
        return Int::build(negative, a.len() + 1, |out| limbs::add(out, a, b));
    }
    match limbs::compare(a, b) {
        Ordering::Equal => Value::small(0),
        Ordering::Greater => Int::build(negative, a.len(), |out| limbs::sub(out, a, b)),
        Ordering::Less => Int::build(y_negative, b.len(), |out| limbs::sub(out, b, a)),
    }
}

/// `x * y`
pub fn mul(x: IntView, y: IntView) -> Value {
    let (mut room_x, mut room_y) = ([0], [0]);
    let (a, b) = (x.magnitude(&mut room_x), y.magnitude(&mut room_y));
    Int::build(x.is_negative() != y.is_negative(), a.len() + b.len(), |out| limbs::mul(out, a, b))
}

/// `x // y`; `y` is not 0.
pub fn floordiv(x: IntView, y: IntView) -> Value {
    divide::<true, false>(x, y).0
}

/// `x % y`; `y` is not 0.
pub fn modulo(x: IntView, y: IntView) -> Value {
    divide::<false, true>(x, y).1
}

/// `divmod(x, y)`; `y` is not 0.
pub fn divmod(x: IntView, y: IntView) -> (Value, Value) {
    divide::<true, true>(x, y)
}

/// Quotient and remainder rounded down, each only if wanted.
fn divide<const QUOTIENT: bool, const REMAINDER: bool>(x: IntView, y: IntView) -> (Value, Value) {
    let zero = Value::small(0);
    let (mut room_x, mut room_y) = ([0], [0]);
    let (a, b) = (x.magnitude(&mut room_x), y.magnitude(&mut room_y));
    let negative = y.is_negative();
    // The quotient is below zero, so it is rounded away from zero.
    let below = x.is_negative() != negative;
    if limbs::compare(a, b) == Ordering::Less {
        return match (a.is_empty(), below) {
            (true, _) => (zero, zero),
            (_, false) => (zero, x.value()),
            (_, true) => (Value::small(-1), if REMAINDER { add(x, y) } else { zero }),
        };
    }
    if let &[limb] = b {
        let divisor = Divisor::new(limb);
        let mut rest = 0;
        let quotient = if QUOTIENT {
            Int::build(below, a.len(), |out| {
                out.copy_from_slice(a);
                rest = limbs::div_limb_in_place(out, divisor);
                if below && rest != 0 {
                    limbs::increment(out);
                }
            })
        } else {
            rest = limbs::rem_limb(a, divisor);
            zero
        };
        let rest = if below && rest != 0 { limb - rest } else { rest };
        return (quotient, if REMAINDER { Int::of_limb(negative, rest) } else { zero });
    }
    if b.len() > LONG_DIVISION && a.len() - b.len() > LONG_DIVISION {
        let (q, r) = num_integer::Integer::div_mod_floor(&x.to_bigint(), &y.to_bigint());
        return (super::from_bigint(q), super::from_bigint(r));
    }
    let mut rest = Vec::new();
    let mut shift = 0;
    let len = a.len() - b.len() + 1;
    let quotient = if QUOTIENT {
        // Rounding may carry into one limb more.
        Int::build(below, len + below as usize, |out| {
            (rest, shift) = limbs::div(&mut out[..len], a, b);
            if below && rest.iter().any(|&limb| limb != 0) {
                limbs::increment(out);
            }
        })
    } else {
        (rest, shift) = limbs::div(&mut [], a, b);
        zero
    };
    if !REMAINDER || rest.iter().all(|&limb| limb == 0) {
        return (quotient, zero);
    }
    let remainder = Int::build(negative, b.len(), |out| {
        limbs::shr(out, &rest, shift as u64);
        if below {
            rest.copy_from_slice(out);
            limbs::sub(out, b, &rest);
        }
    });
    (quotient, remainder)
}

/// `x << shift`
pub fn shl(x: IntView, shift: u64) -> Value {
    let mut room = [0];
    let a = x.magnitude(&mut room);
    Int::build(x.is_negative(), a.len() + (shift / 64) as usize + 1, |out| limbs::shl(out, a, shift))
}

/// `x >> shift`, rounded down; the shift is less than the number of bits.
pub fn shr(x: IntView, shift: u64) -> Value {
    let mut room = [0];
    let a = x.magnitude(&mut room);
    let negative = x.is_negative();
    let len = a.len() - (shift / 64) as usize;
    Int::build(negative, len + negative as usize, |out| {
        limbs::shr(&mut out[..len], a, shift);
        if negative && limbs::any_low_bits(a, shift) {
            limbs::increment(out);
        }
    })
}

/// A limb of the two's complement of a number, from the lowest on.
struct Complement<'a> {
    limbs: &'a [u64],
    negative: bool,
    carry: bool,
}

impl Complement<'_> {
    #[inline(always)]
    fn at(&mut self, index: usize) -> u64 {
        let limb = self.limbs.get(index).copied().unwrap_or(0);
        if !self.negative {
            return limb;
        }
        let (limb, carry) = (!limb).overflowing_add(self.carry as u64);
        self.carry = carry;
        limb
    }
}

/// An operation on the bits of two numbers, which have endless leading sign bits.
#[inline(always)]
fn bitwise(x: IntView, y: IntView, op: impl Fn(u64, u64) -> u64) -> Value {
    let (mut room_x, mut room_y) = ([0], [0]);
    let (a, b) = (x.magnitude(&mut room_x), y.magnitude(&mut room_y));
    let (x_negative, y_negative) = (x.is_negative(), y.is_negative());
    let negative = op(x_negative as u64, y_negative as u64) & 1 != 0;
    Int::build(negative, a.len().max(b.len()) + 1, |out| {
        let mut a = Complement { limbs: a, negative: x_negative, carry: true };
        let mut b = Complement { limbs: b, negative: y_negative, carry: true };
        for (i, limb) in out.iter_mut().enumerate() {
            *limb = op(a.at(i), b.at(i));
        }
        if negative {
            out.iter_mut().for_each(|limb| *limb = !*limb);
            limbs::increment(out);
        }
    })
}

/// `x & y`
pub fn and(x: IntView, y: IntView) -> Value {
    bitwise(x, y, |a, b| a & b)
}

/// `x | y`
pub fn or(x: IntView, y: IntView) -> Value {
    bitwise(x, y, |a, b| a | b)
}

/// `x ^ y`
pub fn xor(x: IntView, y: IntView) -> Value {
    bitwise(x, y, |a, b| a ^ b)
}

/// The int of this sign and magnitude, which may have leading zeros.
pub fn from_limbs(negative: bool, magnitude: &[u64]) -> Value {
    Int::build(negative, magnitude.len(), |out| out.copy_from_slice(magnitude))
}

/// `-x`
pub fn neg(x: &Int) -> Value {
    from_limbs(!x.is_negative(), x.limbs())
}
