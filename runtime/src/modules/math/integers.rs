//! Functions of ints: `gcd`, `lcm`, `factorial`, `comb`, `perm`, `isqrt`.

use crate::errors::{R, overflow_error, value_error};
use crate::ops;
use crate::types::int::{self, IntView, from_bigint, from_i64};
use crate::value::Value;
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::{Integer, Roots};
use num_traits::{One, ToPrimitive, Zero};

fn index(v: Value) -> R<IntView> {
    Ok(int::expect(ops::index(v)?))
}

fn from_biguint(n: BigUint) -> Value {
    from_bigint(BigInt::from_biguint(Sign::Plus, n))
}

pub fn gcd(_: Value, args: &[Value]) -> R {
    let mut result = IntView::Small(0);
    for arg in args {
        let n = index(*arg)?;
        result = match (result, n) {
            (IntView::Small(a), IntView::Small(b)) => {
                let gcd = a.unsigned_abs().gcd(&b.unsigned_abs());
                int::expect(int::from_u64(gcd))
            }
            (a, b) => int::expect(from_bigint(a.to_bigint().gcd(&b.to_bigint()))),
        };
    }
    Ok(result.value())
}

pub fn lcm(_: Value, args: &[Value]) -> R {
    let mut result = BigInt::one();
    let mut small = Some(1u64);
    for arg in args {
        let n = index(*arg)?;
        if let (Some(a), IntView::Small(b)) = (small, n) {
            let b = b.unsigned_abs();
            let next = if a == 0 || b == 0 { Some(0) } else { (a / a.gcd(&b)).checked_mul(b) };
            if next.is_some() {
                small = next;
                continue;
            }
        }
        if let Some(a) = small.take() {
            result = BigInt::from(a);
        }
        result = result.lcm(&n.to_bigint());
    }
    Ok(match small {
        Some(n) => int::from_u64(n),
        None => from_bigint(result),
    })
}

/// The product of `low..=high`, split in halves so that the factors are of one size.
fn product(low: &BigUint, count: u64) -> BigUint {
    if count <= 16 {
        return (0..count).map(|i| low + i).product();
    }
    let half = count / 2;
    product(low, half) * product(&(low + half), count - half)
}

fn product_u64(low: u64, count: u64) -> BigUint {
    // As many factors as fit a word are multiplied there.
    if count <= 64 {
        let mut result = BigUint::one();
        let mut word = 1u64;
        for factor in low..low.saturating_add(count) {
            word = match word.checked_mul(factor) {
                Some(word) => word,
                None => {
                    result *= word;
                    factor
                }
            };
        }
        return result * word;
    }
    let half = count / 2;
    product_u64(low, half) * product_u64(low + half, count - half)
}

fn factorial_of(n: u64) -> BigUint {
    if n < 2 { BigUint::one() } else { product_u64(2, n - 1) }
}

pub fn factorial(_: Value, v: Value) -> R {
    let n = index(v)?;
    if n.is_negative() {
        return Err(value_error("factorial() not defined for negative values"));
    }
    let Some(n) = n.to_i64() else {
        return Err(overflow_error("factorial() argument should not exceed 9223372036854775807"));
    };
    if n <= 20 {
        return Ok(from_i64((1..=n).product()));
    }
    Ok(from_biguint(factorial_of(n as u64)))
}

fn natural(v: Value, name: &str) -> R<IntView> {
    let n = index(v)?;
    if n.is_negative() {
        return Err(value_error(format_args!("{name} must be a non-negative integer")));
    }
    Ok(n)
}

/// `n * (n-1) * ... * (n-k+1)`, `k` at most `n`.
fn falling(n: &BigUint, k: u64) -> BigUint {
    match n.to_u64() {
        Some(n) if n < u64::MAX => product_u64(n - k + 1, k),
        _ => product(&(n - k + 1u32), k),
    }
}

pub fn perm(_: Value, args: &[Value]) -> R {
    let k = match args.get(1) {
        Some(k) if !k.is_none() => *k,
        _ => return factorial(args[0], args[0]),
    };
    let (n, k) = (index(args[0])?, index(k)?);
    for (v, name) in [(n, "n"), (k, "k")] {
        if v.is_negative() {
            return Err(value_error(format_args!("{name} must be a non-negative integer")));
        }
    }
    if n.compare(k).is_lt() {
        return Ok(from_i64(0));
    }
    let Some(k) = k.to_i64() else {
        return Err(overflow_error("k must not exceed 9223372036854775807"));
    };
    Ok(from_biguint(falling(&n.to_bigint().into_parts().1, k as u64)))
}

pub fn comb(_: Value, args: &[Value]) -> R {
    let (n, k) = (index(args[0])?, index(args[1])?);
    let n = natural(n.value(), "n")?;
    let k = natural(k.value(), "k")?;
    if n.compare(k).is_lt() {
        return Ok(from_i64(0));
    }
    if let (IntView::Small(n), IntView::Small(k)) = (n, k) {
        let (n, k) = (n as u64, (k.min(n - k)) as u64);
        // Every step is exact: C(n, i+1) = C(n, i) * (n-i) / (i+1).
        let mut word = 1u64;
        let mut fits = true;
        for i in 0..k {
            match word.checked_mul(n - i) {
                Some(next) => word = next / (i + 1),
                None => {
                    fits = false;
                    break;
                }
            }
        }
        if fits {
            return Ok(int::from_u64(word));
        }
        return Ok(from_biguint(falling(&BigUint::from(n), k) / factorial_of(k)));
    }
    let (n, k) = (n.to_bigint().into_parts().1, k.to_bigint().into_parts().1);
    let rest = &n - &k;
    let k = if rest < k { rest } else { k };
    let Some(k) = k.to_u64().filter(|k| *k <= i64::MAX as u64) else {
        return Err(overflow_error("min(n - k, k) must not exceed 9223372036854775807"));
    };
    if k.is_zero() {
        return Ok(from_i64(1));
    }
    Ok(from_biguint(falling(&n, k) / factorial_of(k)))
}

pub fn isqrt(_: Value, v: Value) -> R {
    let n = index(v)?;
    if n.is_negative() {
        return Err(value_error("isqrt() argument must be nonnegative"));
    }
    Ok(match n {
        IntView::Small(n) => from_i64((n as u64).sqrt() as i64),
        IntView::Big(n) => from_biguint(n.to_bigint().into_parts().1.sqrt()),
    })
}
