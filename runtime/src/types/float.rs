//! `float`: the boxed form and the conversions that everyone uses. Methods are in `float_methods`.
//!
//! Floats of common exponents are held in the word itself ([`taipan_abi::tag`]); the others are
//! [`Float`] objects. Invariant: a float that fits the word is never boxed.

use crate::errors::{R, overflow_error, type_error, value_error, zero_division_error};
use crate::gc::{self, Header};
use crate::object::singletons::boolean;
use crate::object::slots::CmpOp;
use crate::object::{Builtin, Ref, TypeDef};
use crate::types::int::{self, IntView, as_int};
use crate::types::str::Str;
use crate::value::Value;
use std::cmp::Ordering;
use taipan_abi::header::{Kind, pack};
use taipan_abi::tag;

pub use super::float_methods::FLOAT;

/// The object.
#[repr(C)]
pub struct Float {
    hdr: Header,
    value: f64,
}

impl Builtin for Float {
    const DEF: &'static TypeDef = &FLOAT;
    const BOXED_IN_SUBCLASS: bool = true;
}

#[inline(always)]
pub fn from_f64(x: f64) -> Value {
    match tag::float(x) {
        // SAFETY: a float's word is never 0 and is no pointer.
        Some(word) => unsafe { Value::from_bits(word) },
        None => boxed(x),
    }
}

#[cold]
#[inline(never)]
fn boxed(x: f64) -> Value {
    let header = pack(FLOAT.shape_for_new(), Kind::Leaf, 0, 0);
    let ptr = gc::alloc(size_of::<Float>(), header) as *mut Float;
    // SAFETY: the block has room for the number.
    unsafe {
        (&raw mut (*ptr).value).write(x);
        Ref::from_ptr(ptr).value()
    }
}

/// A float, not of a subclass.
#[inline(always)]
pub fn as_exact(v: Value) -> Option<f64> {
    if v.is_flonum() {
        return Some(tag::float_value(v.bits()));
    }
    v.exact::<Float>().map(|f| f.value)
}

/// A float or an instance of a subclass.
#[inline(always)]
pub fn as_f64(v: Value) -> Option<f64> {
    if v.is_flonum() {
        return Some(tag::float_value(v.bits()));
    }
    if !v.is_pointer() {
        return None;
    }
    as_f64_slow(v)
}

#[inline(never)]
fn as_f64_slow(v: Value) -> Option<f64> {
    if let Some(f) = v.exact::<Float>() {
        return Some(f.value);
    }
    if !v.class().is_subtype(FLOAT.class()) {
        return None;
    }
    // SAFETY: an instance of a subclass has its float in word 1, put there by `new`.
    as_exact(unsafe { Value::from_slot(*v.as_ptr::<u64>().add(1)) }?)
}

/// An operand of float arithmetic: a float, or an int as float. `None`: something else.
#[inline(always)]
pub fn to_f64(v: Value) -> R<Option<f64>> {
    if let Some(x) = as_f64(v) {
        return Ok(Some(x));
    }
    match as_int(v) {
        Some(n) => int::to_f64(n).map(Some),
        None => Ok(None),
    }
}

/// The `self` of a method of `float`.
#[inline(always)]
pub fn expect(v: Value) -> f64 {
    match as_f64(v) {
        Some(x) => x,
        None => crate::errors::internal("a method of float got another self"),
    }
}

/// A number argument of a native function (`PyFloat_AsDouble`): `__float__`, then `__index__`.
pub fn from_number(v: Value) -> R<f64> {
    if let Some(x) = to_f64(v)? {
        return Ok(x);
    }
    let slots = crate::object::class::slots_of(v);
    if let Some(float) = slots.float {
        return checked_float(v, float(v)?);
    }
    if let Some(index) = slots.index {
        return int::to_f64(match as_int(index(v)?) {
            Some(n) => n,
            None => return Err(type_error("__index__ returned non-int")),
        });
    }
    Err(type_error(format_args!("must be real number, not {}", v.class().display_name())))
}

/// The result of `v.__float__()`.
pub fn checked_float(v: Value, result: Value) -> R<f64> {
    if as_f64(result).is_some() {
        let method = || format!("{}.__float__", v.class().display_name());
        if result.class() != FLOAT.class() {
            crate::ops::warn_subclass(result, FLOAT.class(), &method(), "float")?;
        }
    }
    as_f64(result).ok_or_else(|| {
        type_error(format_args!(
            "{}.__float__ returned non-float (type {})",
            v.class().display_name(),
            result.class().display_name()
        ))
    })
}

/// `int(x)`.
pub fn to_int(x: f64) -> R {
    if x.is_nan() {
        return Err(value_error("cannot convert float NaN to integer"));
    }
    if x.is_infinite() {
        return Err(overflow_error("cannot convert float infinity to integer"));
    }
    Ok(int::from_f64(x))
}

/// The argument of `__format__`.
pub fn format_spec(v: Value) -> R<Ref<Str>> {
    v.cast::<Str>()
        .ok_or_else(|| type_error(format_args!("__format__() argument must be str, not {}", v.class().display_name())))
}

/// `repr(x)`: the shortest text that reads back as `x`.
pub fn repr(x: f64) -> String {
    if x == x.trunc() && x.abs() < 1e15 {
        if x == 0.0 {
            return if x.is_sign_negative() { "-0.0".into() } else { "0.0".into() };
        }
        return format!("{}.0", x as i64);
    }
    if !x.is_finite() {
        return if x.is_nan() {
            "nan"
        } else if x > 0.0 {
            "inf"
        } else {
            "-inf"
        }
        .into();
    }
    let magnitude = x.abs();
    if (1e-4..1e16).contains(&magnitude) {
        // Rust's shortest digits are the same; without an exponent the notation is too.
        let mut text = format!("{x}");
        if !text.contains('.') {
            text.push_str(".0");
        }
        return settle_tie(text, x);
    }
    // `1e-07`, `1.5e+300`: a sign and two digits of exponent at least.
    let text = format!("{x:e}");
    let text = match text.split_once('e') {
        Some((digits, exponent)) => {
            let (sign, exponent) = match exponent.strip_prefix('-') {
                Some(exponent) => ('-', exponent),
                None => ('+', exponent),
            };
            format!("{digits}e{sign}{exponent:0>2}")
        }
        None => text,
    };
    settle_tie(text, x)
}

/// Of two shortest texts that are equally near, CPython takes the one with an even last digit. Only
/// numbers of 17 digits can be such a tie.
fn settle_tie(text: String, x: f64) -> String {
    let digits = text.split('e').next().unwrap_or(&text).as_bytes();
    let odd = digits.last().is_some_and(|d| d.is_ascii_digit() && d & 1 == 1);
    if odd && digits.len() >= 17 { rustpython_literal::float::to_string(x) } else { text }
}

/// `a // b` and `a % b`; `b` is not 0.
pub fn div_mod(a: f64, b: f64) -> (f64, f64) {
    let mut modulo = a % b;
    let mut div = (a - modulo) / b;
    if modulo != 0.0 {
        if (b < 0.0) != (modulo < 0.0) {
            modulo += b;
            div -= 1.0;
        }
    } else {
        // A zero takes the sign of the divisor.
        modulo = 0f64.copysign(b);
    }
    let floor = if div != 0.0 {
        let floor = div.floor();
        if div - floor > 0.5 { floor + 1.0 } else { floor }
    } else {
        0f64.copysign(a / b)
    };
    (floor, modulo)
}

/// `a % b`; `b` is not 0.
#[inline]
pub fn modulo(a: f64, b: f64) -> f64 {
    let modulo = a % b;
    if modulo == 0.0 {
        0f64.copysign(b)
    } else if (b < 0.0) != (modulo < 0.0) {
        modulo + b
    } else {
        modulo
    }
}

/// `a ** b`, a complex number for a negative base with a broken exponent.
pub fn pow_f64(a: f64, b: f64) -> R {
    if b == 0.0 || a == 1.0 {
        return Ok(from_f64(1.0));
    }
    if a.is_nan() || b.is_nan() {
        return Ok(from_f64(f64::NAN));
    }
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return Err(zero_division_error("zero to a negative power"));
    }
    if a == 0.0 && b == f64::NEG_INFINITY {
        return Ok(from_f64(f64::INFINITY));
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        return super::complex::pow(super::complex::C { re: a, im: 0.0 }, super::complex::C { re: b, im: 0.0 });
    }
    let result = a.powf(b);
    if result.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(crate::errors::raise_args(
            &crate::types::exceptions::OVERFLOW_ERROR,
            &[Value::small(34), Str::new("Numerical result out of range").value()],
        ));
    }
    Ok(from_f64(result))
}

/// The order of a float and an int, exactly; `None` for NaN.
pub fn compare_int(x: f64, n: IntView) -> Option<Ordering> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { Ordering::Greater } else { Ordering::Less });
    }
    if let IntView::Small(n) = n {
        if n.unsigned_abs() <= 1 << 53 {
            return x.partial_cmp(&(n as f64));
        }
    }
    let floor = x.floor();
    let order = as_int(int::from_f64(floor)).unwrap_or(IntView::Small(0)).compare(n);
    Some(if order.is_eq() && x != floor { Ordering::Greater } else { order })
}

/// `a < b` and the like, where one of them is a float; `None`: not comparable types.
#[inline]
pub fn compare(a: Value, b: Value, op: CmpOp) -> Option<bool> {
    let order = match (as_f64(a), as_f64(b)) {
        (Some(x), Some(y)) => x.partial_cmp(&y),
        (Some(x), None) => compare_int(x, as_int(b)?),
        (None, Some(y)) => compare_int(y, as_int(a)?).map(Ordering::reverse),
        (None, None) => return None,
    };
    Some(match order {
        Some(order) => op.holds(order),
        None => op == CmpOp::Ne,
    })
}

/// The `compare` slot.
pub fn compare_slot(a: Value, b: Value, op: CmpOp) -> R {
    Ok(match compare(a, b, op) {
        Some(holds) => boolean(holds),
        None => crate::object::singletons::not_implemented(),
    })
}

/// Mantissa in 0.5..1 and exponent, as C's `frexp`.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    if exponent == 0 {
        let (m, e) = frexp(x * f64::powi(2.0, 64));
        return (m, e - 64);
    }
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent - 1022)
}
