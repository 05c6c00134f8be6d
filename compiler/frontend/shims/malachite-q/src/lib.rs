//! Stand-in for the part of the LGPL crate of this name that `rustpython-common` uses: exact
//! fractions of big integers, made from a pair of integers or from a float, and rounded to a float.
//!
//! Invariant: a [`Rational`] is in lowest terms with a positive denominator.

use malachite_base::{num::conversion::traits::RoundingInto, rounding_modes::RoundingMode};
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, ToPrimitive, Zero};
use std::cmp::Ordering;

/// An exact fraction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rational {
    negative: bool,
    numerator: BigUint,
    denominator: BigUint,
}

/// A float that is no number has no exact fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFinite;

impl Rational {
    /// `numerator / denominator`.
    ///
    /// # Panics
    /// If the denominator is zero.
    pub fn from_integers_ref(numerator: &BigInt, denominator: &BigInt) -> Self {
        assert!(!denominator.is_zero(), "denominator is zero");
        let common = numerator.magnitude().gcd(denominator.magnitude());
        Self {
            negative: (numerator.sign() == Sign::Minus) != (denominator.sign() == Sign::Minus),
            numerator: numerator.magnitude() / &common,
            denominator: denominator.magnitude() / &common,
        }
    }

    /// The absolute values of numerator and denominator.
    pub fn into_numerator_and_denominator(self) -> (BigUint, BigUint) {
        (self.numerator, self.denominator)
    }
}

impl TryFrom<f64> for Rational {
    type Error = NotFinite;

    fn try_from(value: f64) -> Result<Self, NotFinite> {
        if !value.is_finite() {
            return Err(NotFinite);
        }
        let bits = value.to_bits();
        let fraction = bits & ((1 << 52) - 1);
        let (mantissa, exponent) = match (bits >> 52) & 0x7ff {
            0 => (fraction, -1074),
            biased => (fraction | 1 << 52, biased as i64 - 1075),
        };
        let negative = value.is_sign_negative();
        if mantissa == 0 {
            return Ok(Self { negative: false, numerator: BigUint::zero(), denominator: BigUint::one() });
        }
        let spare = if exponent < 0 { i64::from(mantissa.trailing_zeros()).min(-exponent) } else { 0 };
        let (mantissa, exponent) = (BigUint::from(mantissa >> spare), exponent + spare);
        Ok(if exponent >= 0 {
            Self { negative, numerator: mantissa << exponent as u64, denominator: BigUint::one() }
        } else {
            Self { negative, numerator: mantissa, denominator: BigUint::one() << (-exponent) as u64 }
        })
    }
}

impl RoundingInto<f64> for Rational {
    /// Where even rounding to nearest leaves the range of `f64`, the result is the largest finite
    /// value of that sign, with the ordering that says the exact value lies beyond it; callers read
    /// that as overflow. So that they do not misread it, an exact value which merely rounds to the
    /// largest finite value is given out as equal.
    fn rounding_into(self, _mode: RoundingMode) -> (f64, Ordering) {
        let (magnitude, ordering) = round_quotient(&self.numerator, &self.denominator);
        if self.negative { (-magnitude, ordering.reverse()) } else { (magnitude, ordering) }
    }
}

/// `n / d` rounded to nearest, ties to even, and how the result compares with the exact quotient.
fn round_quotient(n: &BigUint, d: &BigUint) -> (f64, Ordering) {
    if n.is_zero() {
        return (0.0, Ordering::Equal);
    }
    // Scale so that the integer quotient has 64 or 65 bits: more than any float keeps.
    let scale = 64 - (n.bits() as i64 - d.bits() as i64);
    let (quotient, rest) = if scale >= 0 { (n << scale as u64).div_rem(d) } else { n.div_rem(&(d << (-scale) as u64)) };
    let quotient = quotient.to_u128().unwrap_or(u128::MAX);
    let bits = 128 - i64::from(quotient.leading_zeros());
    // The exponent of the last place kept: 53 bits, fewer for subnormals.
    let last = (bits - scale - 53).max(-1074);
    let dropped = last + scale;
    if dropped > 127 {
        return (0.0, Ordering::Less); // far below the least subnormal
    }
    let mut mantissa = (quotient >> dropped) as u64;
    let low = quotient & ((1 << dropped) - 1);
    let half = 1u128 << (dropped - 1);
    let above = low > half || (low == half && (!rest.is_zero() || mantissa & 1 == 1));
    let exact = low == 0 && rest.is_zero();
    mantissa += u64::from(above);
    // `mantissa <= 2^53`, so both factors below are exact and so is their product.
    let value = scale_by_power_of_two(mantissa as f64, last);
    if value.is_infinite() {
        return (f64::MAX, Ordering::Less);
    }
    let ordering = match (exact, above) {
        (true, _) => Ordering::Equal,
        (false, true) => Ordering::Greater,
        (false, false) if value == f64::MAX => Ordering::Equal,
        (false, false) => Ordering::Less,
    };
    (value, ordering)
}

/// `value * 2^exponent` in steps that each stay exact.
fn scale_by_power_of_two(value: f64, exponent: i64) -> f64 {
    let power = |e: i64| f64::from_bits(((e + 1023) as u64) << 52);
    if exponent > 971 {
        f64::INFINITY
    } else if exponent >= -1022 {
        value * power(exponent)
    } else {
        value * power(-1022) * power(exponent + 1022)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divide(n: &BigInt, d: &BigInt) -> (f64, Ordering) {
        Rational::from_integers_ref(n, d).rounding_into(RoundingMode::Nearest)
    }

    #[test]
    fn floats_survive_the_round_trip() {
        let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..2000 {
            bits = bits.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            for value in [f64::from_bits(bits), f64::from_bits(bits & !(0x7ff << 52))] {
                if value.is_finite() {
                    let exact = Rational::try_from(value).unwrap();
                    assert_eq!(exact.rounding_into(RoundingMode::Nearest), (value, Ordering::Equal));
                }
            }
        }
    }

    #[test]
    fn rounds_to_nearest_even() {
        let one = BigInt::from(1);
        let big = |s: u32| BigInt::from(1) << s;
        assert_eq!(divide(&one, &BigInt::from(3)).0, 1.0 / 3.0);
        assert_eq!(divide(&BigInt::from(-2), &BigInt::from(7)).0, -2.0 / 7.0);
        assert_eq!(divide(&(big(53) + 1), &one), (2f64.powi(53), Ordering::Less));
        assert_eq!(divide(&(big(53) + 3), &one), (2f64.powi(53) + 4.0, Ordering::Greater));
        assert_eq!(divide(&one, &big(1074)), (f64::from_bits(1), Ordering::Equal));
        assert_eq!(divide(&one, &big(1075)), (0.0, Ordering::Less));
        assert_eq!(divide(&BigInt::from(3), &big(1076)), (f64::from_bits(1), Ordering::Greater));
        assert_eq!(divide(&one, &big(5000)), (0.0, Ordering::Less));
        assert_eq!(divide(&big(1024), &one), (f64::MAX, Ordering::Less));
        assert_eq!(divide(&-big(9000), &one), (f64::MIN, Ordering::Greater));
        assert_eq!(divide(&(big(2000) + 1), &(big(1999) + 1)).0, 2.0);
    }
}
