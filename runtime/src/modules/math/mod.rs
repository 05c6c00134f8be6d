//! `math`: functions of real numbers.
//!
//! Most are one call of the C library with the errors told from the result, as C99 says which results
//! are errors.

mod integers;
pub mod libm;
mod special;
mod sums;

use crate::errors::{R, Raised, overflow_error, type_error, value_error};
use crate::object::args::Params;
use crate::object::singletons::boolean;
use crate::object::{Args, Method, call};
use crate::ops;
use crate::types::float;
use crate::types::int::{self, IntView, as_int};
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::f64::consts;

/// How a function of floats fails.
pub enum Fault {
    Domain,
    Range,
}

pub type Outcome = Result<f64, Fault>;

fn range_error() -> Raised {
    overflow_error("math range error")
}

fn domain_error() -> Raised {
    value_error("math domain error")
}

/// Calls a function of the C library: NaN from a number is outside its domain, infinity from a finite
/// number is overflow if the function can, else a pole.
#[inline]
fn unary(v: Value, f: impl Fn(f64) -> f64, can_overflow: bool, expected: &str) -> R {
    let x = float::from_number(v)?;
    let r = f(x);
    if r.is_finite() || x.is_nan() || (r.is_infinite() && !x.is_finite()) {
        return Ok(float::from_f64(r));
    }
    if r.is_infinite() && can_overflow {
        return Err(range_error());
    }
    Err(unexpected(expected, x))
}

#[cold]
fn unexpected(expected: &str, x: f64) -> Raised {
    if expected.is_empty() {
        return domain_error();
    }
    value_error(format_args!("expected {expected}, got {}", float::repr(x)))
}

macro_rules! c_function {
    ($name:ident, $overflow:literal, $expected:literal) => {
        Method::one(stringify!($name), |_, v| unary(v, libm::$name, $overflow, $expected))
    };
}

fn special(v: Value, f: fn(f64) -> Outcome) -> R {
    let x = float::from_number(v)?;
    match f(x) {
        Ok(r) => Ok(float::from_f64(r)),
        Err(Fault::Range) => Err(range_error()),
        Err(Fault::Domain) => Err(unexpected("a noninteger or positive integer", x)),
    }
}

fn checked_log(x: f64, f: impl Fn(f64) -> f64) -> R<f64> {
    if x > 0.0 || x.is_nan() {
        return Ok(if x.is_finite() { f(x) } else { x });
    }
    Err(unexpected("a positive input", x))
}

/// A big int as a fraction in [0.5, 1) and a power of 2, rounded to nearest even.
fn frexp_big(n: &int::Int) -> (f64, u64) {
    let bits = n.bits();
    let limbs = n.limbs();
    let top = limbs.len() - 1;
    let shift = limbs[top].leading_zeros();
    let mut word = limbs[top] << shift;
    let mut rest = false;
    if top > 0 {
        if shift > 0 {
            word |= limbs[top - 1] >> (64 - shift);
        }
        rest = limbs[top - 1] << shift != 0 || limbs[..top - 1].iter().any(|&limb| limb != 0);
    }
    let x = (word | rest as u64) as f64 / 18446744073709551616.0;
    if x == 1.0 { (0.5, bits + 1) } else { (x, bits) }
}

/// A logarithm of a number; ints may be larger than any float.
fn log_of(v: Value, f: impl Fn(f64) -> f64) -> R<f64> {
    let Some(n) = as_int(v) else { return checked_log(float::from_number(v)?, f) };
    if n.is_negative() || n.is_zero() {
        return Err(value_error("expected a positive input"));
    }
    match n {
        IntView::Big(big) if big.to_f64().is_none() => {
            let (x, exponent) = frexp_big(&big);
            Ok(f(x) + f(2.0) * exponent as f64)
        }
        n => Ok(f(int::to_f64(n)?)),
    }
}

fn log(_: Value, args: &[Value]) -> R {
    let x = log_of(args[0], libm::log)?;
    let Some(base) = args.get(1) else { return Ok(float::from_f64(x)) };
    let base = log_of(*base, libm::log)?;
    if base == 0.0 {
        return Err(crate::errors::zero_division_error("division by zero"));
    }
    Ok(float::from_f64(x / base))
}

fn pair(args: &[Value]) -> R<(f64, f64)> {
    Ok((float::from_number(args[0])?, float::from_number(args[1])?))
}

fn pow(_: Value, args: &[Value]) -> R {
    let (x, y) = pair(args)?;
    let r = libm::pow(x, y);
    if !r.is_finite() && x.is_finite() && y.is_finite() {
        if r.is_nan() || x == 0.0 {
            return Err(domain_error());
        }
        return Err(range_error());
    }
    Ok(float::from_f64(r))
}

fn fmod(_: Value, args: &[Value]) -> R {
    let (x, y) = pair(args)?;
    let r = libm::fmod(x, y);
    if r.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain_error()) } else { Ok(float::from_f64(r)) }
}

fn remainder(_: Value, args: &[Value]) -> R {
    let (x, y) = pair(args)?;
    let r = libm::remainder(x, y);
    if r.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain_error()) } else { Ok(float::from_f64(r)) }
}

fn fma(_: Value, args: &[Value]) -> R {
    let (x, y) = pair(args)?;
    let z = float::from_number(args[2])?;
    let r = libm::fma(x, y, z);
    if r.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
        return Err(value_error("invalid operation in fma"));
    }
    if r.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(overflow_error("overflow in fma"));
    }
    Ok(float::from_f64(r))
}

/// What the object's own method says, if it has one.
fn own(v: Value, method: &str) -> R<Option<Value>> {
    match call::lookup_special(v, Str::intern(method))? {
        Some(found) => call::call(found, &[]).map(Some),
        None => Ok(None),
    }
}

fn floor(_: Value, v: Value) -> R {
    if v.is_small() {
        return Ok(v);
    }
    if let Some(x) = float::as_exact(v) {
        return float::to_int(x.floor());
    }
    match own(v, "__floor__")? {
        Some(result) => Ok(result),
        None => float::to_int(float::from_number(v)?.floor()),
    }
}

fn ceil(_: Value, v: Value) -> R {
    if v.is_small() {
        return Ok(v);
    }
    if let Some(x) = float::as_exact(v) {
        return float::to_int(x.ceil());
    }
    match own(v, "__ceil__")? {
        Some(result) => Ok(result),
        None => float::to_int(float::from_number(v)?.ceil()),
    }
}

fn trunc(_: Value, v: Value) -> R {
    if v.is_small() {
        return Ok(v);
    }
    if let Some(x) = float::as_exact(v) {
        return float::to_int(x);
    }
    match own(v, "__trunc__")? {
        Some(result) => Ok(result),
        None => Err(type_error(format_args!("type {} doesn't define __trunc__ method", v.class().display_name()))),
    }
}

fn two(a: Value, b: Value) -> R {
    Ok(Tuple::new(&[a, b]).value())
}

fn frexp(_: Value, v: Value) -> R {
    let x = float::from_number(v)?;
    let (fraction, exponent) = if x == 0.0 || !x.is_finite() { (x, 0) } else { float::frexp(x) };
    two(float::from_f64(fraction), Value::small(exponent as i64))
}

fn modf(_: Value, v: Value) -> R {
    let x = float::from_number(v)?;
    let fraction = if x.is_infinite() { 0f64.copysign(x) } else { (x - x.trunc()).copysign(x) };
    two(float::from_f64(fraction), float::from_f64(x.trunc()))
}

fn ulp(_: Value, v: Value) -> R {
    let x = float::from_number(v)?.abs();
    if !x.is_finite() {
        return Ok(float::from_f64(x));
    }
    let next = libm::nextafter(x, f64::INFINITY);
    Ok(float::from_f64(if next.is_infinite() { x - libm::nextafter(x, 0.0) } else { next - x }))
}

fn next_after(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "nextafter", names: &["", "", "steps"], required: 2, positional: 2 };
    let [x, y, steps] = args.bind(&PARAMS)?;
    let number = |v: Option<Value>| float::from_number(v.unwrap_or(Value::small(0)));
    let (x, y) = (number(x)?, number(y)?);
    let Some(steps) = steps.filter(|steps| !steps.is_none()) else {
        return Ok(float::from_f64(libm::nextafter(x, y)));
    };
    let steps = int::expect(ops::index(steps)?);
    if steps.is_negative() {
        return Err(value_error("steps must be a non-negative integer"));
    }
    let steps = steps.to_u64().unwrap_or(u64::MAX);
    Ok(float::from_f64(walk(x, y, steps)))
}

/// The float `steps` floats from `x` towards `y`, or `y` if that is nearer.
fn walk(x: f64, y: f64, steps: u64) -> f64 {
    if steps == 0 || x.is_nan() {
        return x;
    }
    if y.is_nan() || x == y {
        return y;
    }
    // Floats of one sign are ordered as their bits are.
    let rank = |x: f64| x.abs().to_bits() as i128 * if x.is_sign_negative() { -1 } else { 1 };
    let (from, to) = (rank(x), rank(y));
    if (to - from).unsigned_abs() <= steps as u128 {
        return y;
    }
    let at = if to > from { from + steps as i128 } else { from - steps as i128 };
    let magnitude = f64::from_bits(at.unsigned_abs() as u64);
    match at.signum() {
        0 => 0f64.copysign(x),
        1 => magnitude,
        _ => -magnitude,
    }
}

/// Also of `cmath`.
pub static ISCLOSE: Params =
    Params { function: "isclose", names: &["a", "b", "rel_tol", "abs_tol"], required: 2, positional: 2 };

fn isclose(_: Value, args: Args) -> R {
    let [a, b, relative, absolute] = args.bind(&ISCLOSE)?;
    let number = |v: Option<Value>, default: f64| v.map_or(Ok(default), float::from_number);
    let (a, b) = (number(a, 0.0)?, number(b, 0.0)?);
    let (relative, absolute) = (number(relative, 1e-9)?, number(absolute, 0.0)?);
    if relative < 0.0 || absolute < 0.0 {
        return Err(value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(boolean(true));
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(boolean(false));
    }
    let apart = (b - a).abs();
    Ok(boolean(apart <= (relative * b).abs() || apart <= (relative * a).abs() || apart <= absolute))
}

pub static MODULE: NativeModule = NativeModule {
    name: "math",
    functions: &[
        c_function!(acos, false, "a number in range from -1 up to 1"),
        c_function!(acosh, false, "argument value not less than 1"),
        c_function!(asin, false, "a number in range from -1 up to 1"),
        c_function!(asinh, false, ""),
        c_function!(atan, false, ""),
        c_function!(atanh, false, "a number between -1 and 1"),
        c_function!(cbrt, false, ""),
        c_function!(cos, false, "a finite input"),
        c_function!(cosh, true, ""),
        c_function!(erf, false, ""),
        c_function!(erfc, false, ""),
        c_function!(exp, true, ""),
        c_function!(exp2, true, ""),
        c_function!(expm1, true, ""),
        c_function!(log1p, false, "argument value > -1"),
        c_function!(sin, false, "a finite input"),
        c_function!(sinh, true, ""),
        c_function!(tan, false, "a finite input"),
        c_function!(tanh, false, ""),
        Method::one("fabs", |_, v| unary(v, f64::abs, false, "")),
        Method::one("sqrt", |_, v| unary(v, f64::sqrt, false, "a nonnegative input")),
        Method::one("gamma", |_, v| special(v, special::gamma)),
        Method::one("lgamma", |_, v| special(v, special::lgamma)),
        Method::one("degrees", |_, v| Ok(float::from_f64(float::from_number(v)? * (180.0 / consts::PI)))),
        Method::one("radians", |_, v| Ok(float::from_f64(float::from_number(v)? * (consts::PI / 180.0)))),
        Method::one("isfinite", |_, v| Ok(boolean(float::from_number(v)?.is_finite()))),
        Method::one("isinf", |_, v| Ok(boolean(float::from_number(v)?.is_infinite()))),
        Method::one("isnan", |_, v| Ok(boolean(float::from_number(v)?.is_nan()))),
        Method::one("log2", |_, v| log_of(v, libm::log2).map(float::from_f64)),
        Method::one("log10", |_, v| log_of(v, libm::log10).map(float::from_f64)),
        Method::pos("log", log, 1, 2),
        Method::pos("pow", pow, 2, 2),
        Method::pos("fmod", fmod, 2, 2),
        Method::pos("remainder", remainder, 2, 2),
        Method::pos("fma", fma, 3, 3),
        Method::pos("atan2", |_, args| pair(args).map(|(y, x)| float::from_f64(libm::atan2(y, x))), 2, 2),
        Method::pos("copysign", |_, args| pair(args).map(|(x, y)| float::from_f64(x.copysign(y))), 2, 2),
        Method::pos("ldexp", sums::ldexp, 2, 2),
        Method::full("nextafter", next_after),
        Method::full("isclose", isclose),
        Method::one("floor", floor),
        Method::one("ceil", ceil),
        Method::one("trunc", trunc),
        Method::one("frexp", frexp),
        Method::one("modf", modf),
        Method::one("ulp", ulp),
        Method::one("fsum", sums::fsum),
        Method::full("prod", sums::prod),
        Method::pos("sumprod", sums::sumprod, 2, 2),
        Method::pos("hypot", sums::hypot, 0, u16::MAX),
        Method::pos("dist", sums::dist, 2, 2),
        Method::pos("gcd", integers::gcd, 0, u16::MAX),
        Method::pos("lcm", integers::lcm, 0, u16::MAX),
        Method::pos("comb", integers::comb, 2, 2),
        Method::pos("perm", integers::perm, 1, 2),
        Method::one("factorial", integers::factorial),
        Method::one("isqrt", integers::isqrt),
    ],
    init: |module| {
        for (name, number) in
            [("pi", consts::PI), ("e", consts::E), ("tau", consts::TAU), ("inf", f64::INFINITY), ("nan", f64::NAN)]
        {
            module.set(name, float::from_f64(number));
        }
        Ok(())
    },
};
