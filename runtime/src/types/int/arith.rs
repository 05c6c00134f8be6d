//! Arithmetic of `int`: the slots, which are also what `ops` and compiled code call. Each has its fast
//! path for two small ints first and answers `NotImplemented` for operands that are not ints.

use super::{IntView, as_int, big, from_bigint, from_i64, from_i128, to_f64};
use crate::errors::{R, memory_error, overflow_error, value_error, zero_division_error};
use crate::object::singletons::{boolean, not_implemented};
use crate::object::slots::CmpOp;
use crate::types::float;
use crate::types::tuple::Tuple;
use crate::value::Value;
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

/// Results beyond this many bits are a MemoryError (32 GB).
const MAX_BITS: u64 = 1 << 38;

type Small = fn(i64, i64) -> R;
type Big = fn(IntView, IntView) -> R;

/// The way of operands that are not both small ints in the word.
#[inline(never)]
fn general(a: Value, b: Value, small: Small, big: Big) -> R {
    let (Some(x), Some(y)) = (as_int(a), as_int(b)) else { return Ok(not_implemented()) };
    match (x, y) {
        (IntView::Small(x), IntView::Small(y)) => small(x, y),
        _ => big(x, y),
    }
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident $small:expr, $big:expr;)*) => {
        $($(#[$doc])*
        #[inline]
        pub fn $name(a: Value, b: Value) -> R {
            const SMALL: Small = $small;
            if let (Some(x), Some(y)) = (a.as_small(), b.as_small()) {
                return SMALL(x, y);
            }
            general(a, b, SMALL, $big)
        })*
    };
}

binary! {
    /// `a + b`
    add |x, y| Ok(from_i64(x + y)), |x, y| Ok(big::add(x, y));
    /// `a - b`
    sub |x, y| Ok(from_i64(x - y)), |x, y| Ok(big::sub(x, y));
    /// `a * b`
    mul |x, y| Ok(match x.checked_mul(y) {
        Some(n) => from_i64(n),
        None => from_i128(x as i128 * y as i128),
    }), |x, y| Ok(big::mul(x, y));
    /// `a // b`
    floordiv |x, y| if y == 0 { Err(zero()) } else { Ok(from_i64(num_integer::Integer::div_floor(&x, &y))) },
        |x, y| if y.is_zero() { Err(zero()) } else { Ok(big::floordiv(x, y)) };
    /// `a % b`
    modulo |x, y| if y == 0 { Err(zero()) } else { Ok(Value::small(x.mod_floor(&y))) },
        |x, y| if y.is_zero() { Err(zero()) } else { Ok(big::modulo(x, y)) };
    /// `divmod(a, b)`
    divmod |x, y| if y == 0 { Err(zero()) } else {
            let (q, r) = x.div_mod_floor(&y);
            Ok(Tuple::new(&[from_i64(q), from_i64(r)]).value())
        },
        |x, y| if y.is_zero() { Err(zero()) } else {
            let (q, r) = big::divmod(x, y);
            Ok(Tuple::new(&[q, r]).value())
        };
    /// `a / b`
    truediv |x, y| if y == 0 { Err(zero()) } else {
            const EXACT: u64 = 1 << 53;
            if x.unsigned_abs() <= EXACT && y.unsigned_abs() <= EXACT {
                return Ok(float::from_f64(x as f64 / y as f64));
            }
            true_div(&BigInt::from(x), &BigInt::from(y))
        },
        |x, y| true_div(&x.to_bigint(), &y.to_bigint());
    /// `a & b`
    and |x, y| Ok(Value::small(x & y)), |x, y| Ok(big::and(x, y));
    /// `a | b`
    or |x, y| Ok(Value::small(x | y)), |x, y| Ok(big::or(x, y));
    /// `a ^ b`
    xor |x, y| Ok(Value::small(x ^ y)), |x, y| Ok(big::xor(x, y));
    /// `a << b`
    lshift |x, y| if (0..62).contains(&y) && (x << y) >> y == x { Ok(from_i64(x << y)) } else {
            shift_left(IntView::Small(x), IntView::Small(y))
        },
        shift_left;
    /// `a >> b`
    rshift |x, y| if y < 0 { Err(value_error("negative shift count")) } else { Ok(Value::small(x >> y.min(63))) },
        |x, y| {
            if y.is_negative() {
                return Err(value_error("negative shift count"));
            }
            Ok(match y.to_u64() {
                Some(n) if n < x.bits() => big::shr(x, n),
                _ => Value::small(if x.is_negative() { -1 } else { 0 }),
            })
        };
}

fn zero() -> crate::value::Raised {
    zero_division_error("division by zero")
}

fn shift_left(x: IntView, y: IntView) -> R {
    if y.is_negative() {
        return Err(value_error("negative shift count"));
    }
    if x.is_zero() {
        return Ok(Value::small(0));
    }
    match y.to_u64() {
        Some(n) if n < MAX_BITS && n + x.bits() < MAX_BITS => Ok(big::shl(x, n)),
        Some(n) if n < 1 << 62 => Err(memory_error()),
        _ => Err(overflow_error("too many digits in integer")),
    }
}

/// The correctly rounded quotient.
fn true_div(a: &BigInt, b: &BigInt) -> R {
    if b.is_zero() {
        return Err(zero());
    }
    match taipan_frontend::arithmetic::quotient(a, b) {
        Some(x) => Ok(float::from_f64(x)),
        None => Err(overflow_error("integer division result too large for a float")),
    }
}

/// `a ** b`; a negative exponent makes floats.
pub fn pow(a: Value, b: Value) -> R {
    let (Some(x), Some(y)) = (as_int(a), as_int(b)) else { return Ok(not_implemented()) };
    if y.is_negative() {
        return float::pow_f64(to_f64(x)?, to_f64(y)?);
    }
    if let (IntView::Small(base), IntView::Small(exponent)) = (x, y) {
        if let Some(n) = pow_small(base, exponent) {
            return Ok(from_i64(n));
        }
    }
    let base = x.to_bigint();
    if base.is_zero() || base.is_one() {
        return Ok(from_i64(if y.is_zero() || base.is_one() { 1 } else { 0 }));
    }
    let exponent = match y {
        IntView::Small(n) => n as u64,
        IntView::Big(n) => {
            if base.magnitude().is_one() {
                return Ok(from_i64(if n.limbs()[0] & 1 == 1 { -1 } else { 1 }));
            }
            return Err(memory_error());
        }
    };
    if base.magnitude().is_one() {
        return Ok(from_i64(if exponent & 1 == 1 { -1 } else { 1 }));
    }
    let size = (base.bits() - 1).saturating_mul(exponent);
    if size > MAX_BITS || exponent > u32::MAX as u64 && size > MAX_BITS / 64 {
        return Err(memory_error());
    }
    // A power of two in the base is shifted in afterwards.
    let twos = base.trailing_zeros().unwrap_or(0);
    let odd = &base >> twos;
    let power = if odd.is_one() { odd } else { num_traits::Pow::pow(&odd, exponent) };
    Ok(from_bigint(power << (twos * exponent)))
}

fn pow_small(mut base: i64, mut exponent: i64) -> Option<i64> {
    let mut result: i64 = 1;
    loop {
        if exponent & 1 == 1 {
            result = result.checked_mul(base)?;
        }
        exponent >>= 1;
        if exponent == 0 {
            return Some(result);
        }
        base = base.checked_mul(base)?;
    }
}

/// `pow(a, b, m)`.
pub fn pow3(a: Value, b: Value, m: Value) -> R {
    if m.is_none() {
        return pow(a, b);
    }
    let (Some(x), Some(y), Some(z)) = (as_int(a), as_int(b), as_int(m)) else { return Ok(not_implemented()) };
    if z.is_zero() {
        return Err(value_error("pow() 3rd argument cannot be 0"));
    }
    if let (IntView::Small(base), IntView::Small(mut exponent), IntView::Small(modulus)) = (x, y, z) {
        if exponent >= 0 && modulus > 0 {
            let m = modulus as u128;
            let mut base = base.mod_floor(&modulus) as u128;
            let mut result = 1 % m;
            while exponent > 0 {
                if exponent & 1 == 1 {
                    result = result * base % m;
                }
                base = base * base % m;
                exponent >>= 1;
            }
            return Ok(from_i64(result as i64));
        }
    }
    let modulus = z.to_bigint();
    let magnitude = modulus.abs();
    let mut base = x.to_bigint().mod_floor(&magnitude);
    let mut exponent = y.to_bigint();
    if exponent.is_negative() {
        base = match base.modinv(&magnitude) {
            Some(inverse) => inverse,
            None => return Err(value_error("base is not invertible for the given modulus")),
        };
        exponent = -exponent;
    }
    let result = base.modpow(&exponent, &magnitude);
    Ok(from_bigint(result.mod_floor(&modulus)))
}

/// `-a`
pub fn neg(a: Value) -> R {
    Ok(match super::expect(a) {
        IntView::Small(n) => from_i64(-n),
        IntView::Big(n) => big::neg(&n),
    })
}

/// `+a`, and the plain int for `__int__`, `__index__`, `__trunc__`...
pub fn pos(a: Value) -> R {
    Ok(super::expect(a).value())
}

/// `abs(a)`
pub fn abs(a: Value) -> R {
    Ok(match super::expect(a) {
        IntView::Small(n) => from_i64(n.abs()),
        IntView::Big(n) if n.is_negative() => big::neg(&n),
        IntView::Big(n) => n.value(),
    })
}

/// `~a`
pub fn invert(a: Value) -> R {
    Ok(match super::expect(a) {
        IntView::Small(n) => Value::small(!n),
        big => big::xor(big, IntView::Small(-1)),
    })
}

/// `a < b` and the like.
#[inline]
pub fn compare(a: Value, b: Value, op: CmpOp) -> R {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small()) {
        return Ok(boolean(op.holds(x.cmp(&y))));
    }
    match (as_int(a), as_int(b)) {
        (Some(x), Some(y)) => Ok(boolean(op.holds(x.compare(y)))),
        _ => Ok(not_implemented()),
    }
}

/// `a` divided by `b`, rounded half to even (for `round(n, -k)`).
pub(super) fn round_to_multiple(n: &BigInt, unit: &BigInt) -> BigInt {
    let (q, r) = n.div_mod_floor(unit);
    let twice: BigInt = r * 2;
    let up = match twice.cmp(unit) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => q.is_odd(),
        std::cmp::Ordering::Less => false,
    };
    (if up { q + 1 } else { q }) * unit
}

/// Sign of a big number as -1, 0, 1.
pub fn sign_of(n: &BigInt) -> i32 {
    match n.sign() {
        Sign::Minus => -1,
        Sign::NoSign => 0,
        Sign::Plus => 1,
    }
}
