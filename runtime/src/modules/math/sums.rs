//! Sums without loss: `fsum`, `sumprod`, `prod`, and the lengths `hypot` and `dist`.
//!
//! Roundings are part of the result, so each follows CPython's way step by step: an operation's error
//! is computed beside its result and added in at the end.

use super::libm;
use crate::errors::{R, overflow_error, type_error, value_error};
use crate::object::Args;
use crate::object::args::Params;
use crate::ops;
use crate::types::tuple::Tuple;
use crate::types::{float, int};
use crate::value::Value;
use smallvec::SmallVec;

/// A sum or product, and what its rounding left out.
#[derive(Clone, Copy)]
struct Pair {
    hi: f64,
    lo: f64,
}

/// `a + b` for `|a| >= |b|`.
fn fast_sum(a: f64, b: f64) -> Pair {
    let x = a + b;
    Pair { hi: x, lo: (a - x) + b }
}

fn exact_sum(a: f64, b: f64) -> Pair {
    let x = a + b;
    let z = x - a;
    Pair { hi: x, lo: (a - (x - z)) + (b - z) }
}

fn exact_product(x: f64, y: f64) -> Pair {
    let z = x * y;
    Pair { hi: z, lo: libm::fma(x, y, -z) }
}

pub fn fsum(_: Value, iterable: Value) -> R {
    // Non-overlapping, by growing size; their sum is the exact sum so far.
    let mut partials = SmallVec::<[f64; 32]>::new();
    let (mut special, mut infinite) = (0.0, 0.0);
    ops::iter::for_each(iterable, |item| {
        let given = float::from_number(item)?;
        let mut x = given;
        let mut kept = 0;
        for i in 0..partials.len() {
            let mut y = partials[i];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let hi = x + y;
            let lo = y - (hi - x);
            if lo != 0.0 {
                partials[kept] = lo;
                kept += 1;
            }
            x = hi;
        }
        partials.truncate(kept);
        if x.is_finite() {
            if x != 0.0 {
                partials.push(x);
            }
            return Ok(());
        }
        if given.is_finite() {
            return Err(overflow_error("intermediate overflow in fsum"));
        }
        if given.is_infinite() {
            infinite += given;
        }
        special += given;
        partials.clear();
        Ok(())
    })?;
    if special != 0.0 {
        if infinite.is_nan() {
            return Err(value_error("-inf + inf in fsum"));
        }
        return Ok(float::from_f64(special));
    }
    let Some(mut hi) = partials.pop() else { return Ok(float::from_f64(0.0)) };
    let mut lo = 0.0;
    while let Some(y) = partials.pop() {
        let x = hi;
        hi = x + y;
        lo = y - (hi - x);
        if lo != 0.0 {
            break;
        }
    }
    // A tie was rounded to even; the partials below say on which side the sum really is.
    if let Some(&next) = partials.last() {
        if (lo < 0.0 && next < 0.0) || (lo > 0.0 && next > 0.0) {
            let y = lo * 2.0;
            let x = hi + y;
            if y == x - hi {
                hi = x;
            }
        }
    }
    Ok(float::from_f64(hi))
}

pub fn prod(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "prod", names: &["", "start"], required: 1, positional: 1 };
    let [iterable, start] = args.bind(&PARAMS)?;
    let iterator = ops::iter::iter(iterable.unwrap_or(Value::small(1)))?;
    let mut result = start.unwrap_or(Value::small(1));
    while let Some(item) = ops::iter::next(iterator)? {
        result = ops::mul(result, item)?;
    }
    Ok(result)
}

/// A float or an int that fits one, of exactly these classes.
fn as_factor(v: Value) -> Option<f64> {
    if let Some(x) = float::as_exact(v) {
        return Some(x);
    }
    if let Some(b) = ops::as_bool(v) {
        return Some(b as u8 as f64);
    }
    int::exact(v)?.to_f64()
}

pub fn sumprod(_: Value, args: &[Value]) -> R {
    let (p, q) = (ops::iter::iter(args[0])?, ops::iter::iter(args[1])?);
    let mut total = Value::small(0);
    let (mut ints, mut floats) = (Some(0i64), Some([0.0f64; 3]));
    let mut floats_used = false;
    loop {
        let (a, b) = match (ops::iter::next(p)?, ops::iter::next(q)?) {
            (Some(a), Some(b)) => (a, b),
            (None, None) => break,
            _ => return Err(value_error("Inputs are not the same length")),
        };
        if let Some(sum) = ints {
            let product = match (int::exact(a).and_then(|n| n.to_i64()), int::exact(b).and_then(|n| n.to_i64())) {
                (Some(a), Some(b)) => a.checked_mul(b),
                _ => None,
            };
            if let Some(next) = product.and_then(|n| sum.checked_add(n)) {
                ints = Some(next);
                continue;
            }
            ints = None;
            if sum != 0 {
                total = ops::add(total, int::from_i64(sum))?;
            }
        }
        if let Some([hi, lo, tiny]) = floats {
            let either = float::as_exact(a).is_some() || float::as_exact(b).is_some();
            if let (true, Some(x), Some(y)) = (either, as_factor(a), as_factor(b)) {
                let product = exact_product(x, y);
                let sum = exact_sum(hi, product.hi);
                let r1 = exact_sum(lo, product.lo);
                let r2 = exact_sum(r1.hi, sum.lo);
                if sum.hi.is_finite() {
                    floats = Some([sum.hi, r2.hi, tiny + r1.lo + r2.lo]);
                    floats_used = true;
                    continue;
                }
            }
            floats = None;
            if floats_used {
                total = ops::add(total, float::from_f64(triple(hi, lo, tiny)))?;
            }
        }
        total = ops::add(total, ops::mul(a, b)?)?;
    }
    if let Some(sum) = ints {
        total = ops::add(total, int::from_i64(sum))?;
    }
    if let (Some([hi, lo, tiny]), true) = (floats, floats_used) {
        total = ops::add(total, float::from_f64(triple(hi, lo, tiny)))?;
    }
    Ok(total)
}

fn triple(hi: f64, lo: f64, tiny: f64) -> f64 {
    let last = exact_sum(lo, hi);
    tiny + last.lo + last.hi
}

/// The Euclidean length of a vector of non-negative coordinates.
fn norm(coordinates: &mut [f64]) -> f64 {
    let nan = coordinates.iter().any(|x| x.is_nan());
    let max = coordinates.iter().fold(0.0f64, |max, &x| if x > max { x } else { max });
    if max.is_infinite() {
        return max;
    }
    if nan {
        return f64::NAN;
    }
    if max == 0.0 || coordinates.len() <= 1 {
        return max;
    }
    let (_, exponent) = float::frexp(max);
    if exponent < -1023 {
        // The scale would overflow.
        coordinates.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(coordinates);
    }
    let scale = libm::ldexp(1.0, -exponent);
    // Starting at 1 keeps the sum the larger addend.
    let (mut sum, mut low1, mut low2) = (1.0, 0.0, 0.0);
    let mut add = |product: Pair| {
        let next = fast_sum(sum, product.hi);
        sum = next.hi;
        low1 += product.lo;
        low2 += next.lo;
        sum - 1.0 + (low1 + low2)
    };
    let mut squares = 0.0;
    for x in coordinates.iter() {
        let x = x * scale;
        squares = add(exact_product(x, x));
    }
    let root = squares.sqrt();
    // One step of Newton's method on the rest.
    let rest = add(exact_product(-root, root));
    (root + rest / (2.0 * root)) / scale
}

pub fn hypot(_: Value, args: &[Value]) -> R {
    let mut coordinates = SmallVec::<[f64; 8]>::new();
    for arg in args {
        coordinates.push(float::from_number(*arg)?.abs());
    }
    Ok(float::from_f64(norm(&mut coordinates)))
}

pub fn dist(_: Value, args: &[Value]) -> R {
    let point = |v: Value| -> R<SmallVec<[Value; 8]>> {
        match v.cast::<Tuple>() {
            Some(tuple) => Ok(SmallVec::from_slice(tuple.as_slice())),
            None => Ok(SmallVec::from_vec(ops::iter::to_vec(v)?)),
        }
    };
    let (p, q) = (point(args[0])?, point(args[1])?);
    if p.len() != q.len() {
        return Err(value_error("both points must have the same number of dimensions"));
    }
    let mut coordinates = SmallVec::<[f64; 8]>::new();
    for (a, b) in p.iter().zip(&q) {
        coordinates.push((float::from_number(*a)? - float::from_number(*b)?).abs());
    }
    Ok(float::from_f64(norm(&mut coordinates)))
}

/// `ldexp(x, n)`: `n` of any size.
pub fn ldexp(_: Value, args: &[Value]) -> R {
    let x = float::from_number(args[0])?;
    let Some(n) = int::as_int(args[1]) else {
        return Err(type_error("Expected an int as second argument to ldexp."));
    };
    if x == 0.0 || !x.is_finite() {
        return Ok(float::from_f64(x));
    }
    let result = match n.to_i64().and_then(|n| i32::try_from(n).ok()) {
        Some(n) => libm::ldexp(x, n),
        None if n.is_negative() => 0f64.copysign(x),
        None => f64::INFINITY,
    };
    if result.is_infinite() { Err(overflow_error("math range error")) } else { Ok(float::from_f64(result)) }
}
