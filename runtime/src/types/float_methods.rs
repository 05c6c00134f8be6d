//! `float`: the type, its constructor, slots and methods.

use super::float::{self, as_f64, div_mod, expect, from_f64, to_f64};
use crate::errors::{R, overflow_error, type_error, value_error, zero_division_error};
use crate::names;
use crate::object::class::slots_of;
use crate::object::define::{BASETYPE, GetSet, MATCH_SELF, Method};
use crate::object::singletons::{boolean, not_implemented};
use crate::object::slots::BinOp;
use crate::object::{Args, Ref, Slots, Type, TypeDef, call};
use crate::ops;
use crate::types::int;
use crate::types::object::allocate_boxed;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{Raised, Value};
use num_bigint::BigInt;
use rustpython_common::float_ops;

pub static FLOAT: TypeDef = TypeDef {
    name: "float",
    slots: Slots {
        repr: Some(|v| Ok(Str::from_ascii(float::repr(expect(v)).as_bytes()).value())),
        hash: Some(|v| Ok(ops::hash::float(expect(v), v.bits()))),
        compare: Some(float::compare_slot),
        new: Some(new),
        power3: Some(pow3),
        neg: Some(|v| Ok(from_f64(-expect(v)))),
        pos: Some(plain),
        abs: Some(|v| Ok(from_f64(expect(v).abs()))),
        bool: Some(|v| Ok(expect(v) != 0.0)),
        int: Some(|v| float::to_int(expect(v))),
        float: Some(plain),
        ..Slots::NONE
            .bin(BinOp::Add, add)
            .bin(BinOp::Sub, sub)
            .bin(BinOp::Mul, mul)
            .bin(BinOp::TrueDiv, truediv)
            .bin(BinOp::FloorDiv, floordiv)
            .bin(BinOp::Mod, modulo)
            .bin(BinOp::DivMod, divmod)
            .bin(BinOp::Pow, pow)
    },
    methods: &[
        Method::one("from_number", from_number).class_method(),
        Method::none("conjugate", plain),
        Method::none("__trunc__", |v| float::to_int(expect(v))),
        Method::none("__floor__", |v| float::to_int(expect(v).floor())),
        Method::none("__ceil__", |v| float::to_int(expect(v).ceil())),
        Method::pos("__round__", round, 0, 1),
        Method::none("as_integer_ratio", as_integer_ratio),
        Method::one("fromhex", fromhex).class_method(),
        Method::none("hex", |v| Ok(Str::new(&rustpython_literal::float::to_hex(expect(v))).value())),
        Method::none("is_integer", |v| {
            let x = expect(v);
            Ok(boolean(x.is_finite() && x == x.floor()))
        }),
        Method::none("__getnewargs__", |v| Ok(Tuple::new(&[plain(v)?]).value())),
        Method::one("__getformat__", getformat).class_method(),
        Method::pos("__format__", |v, args| crate::types::format::float(expect(v), float::format_spec(args[0])?), 1, 1),
    ],
    getset: &[GetSet::get("real", plain), GetSet::get("imag", |_| Ok(from_f64(0.0)))],
    flags: BASETYPE | MATCH_SELF,
    // The layout of instances of subclasses: the float is in word 1.
    words: 2,
    traced: 1,
    ..TypeDef::BASE
};

/// The plain float.
fn plain(v: Value) -> R {
    Ok(from_f64(expect(v)))
}

type Operation = fn(f64, f64) -> R;

#[inline(never)]
fn general(a: Value, b: Value, operation: Operation) -> R {
    let (Some(x), Some(y)) = (to_f64(a)?, to_f64(b)?) else { return Ok(not_implemented()) };
    operation(x, y)
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident $operation:expr;)*) => {
        $($(#[$doc])*
        #[inline]
        pub fn $name(a: Value, b: Value) -> R {
            const OPERATION: Operation = $operation;
            if a.is_flonum() && b.is_flonum() {
                return OPERATION(
                    taipan_abi::tag::float_value(a.bits()),
                    taipan_abi::tag::float_value(b.bits()),
                );
            }
            general(a, b, OPERATION)
        })*
    };
}

binary! {
    /// `a + b`
    add |x, y| Ok(from_f64(x + y));
    /// `a - b`
    sub |x, y| Ok(from_f64(x - y));
    /// `a * b`
    mul |x, y| Ok(from_f64(x * y));
    /// `a / b`
    truediv |x, y| if y == 0.0 { Err(zero()) } else { Ok(from_f64(x / y)) };
    /// `a // b`
    floordiv |x, y| if y == 0.0 { Err(zero()) } else { Ok(from_f64(div_mod(x, y).0)) };
    /// `a % b`
    modulo |x, y| if y == 0.0 { Err(zero()) } else { Ok(from_f64(float::modulo(x, y))) };
    /// `divmod(a, b)`
    divmod |x, y| if y == 0.0 { Err(zero()) } else {
        let (div, modulo) = div_mod(x, y);
        Ok(Tuple::new(&[from_f64(div), from_f64(modulo)]).value())
    };
    /// `a ** b`
    pow float::pow_f64;
}

fn zero() -> Raised {
    zero_division_error("division by zero")
}

/// `pow(a, b, m)` with a float among them.
fn pow3(a: Value, b: Value, m: Value) -> R {
    if m.is_none() {
        return pow(a, b);
    }
    Err(type_error("pow() 3rd argument not allowed unless all arguments are integers"))
}

fn new(class: Ref<Type>, args: Args) -> R {
    let args = args.for_new(class, &FLOAT, 0, 1)?;
    let x = match args.first() {
        Some(&v) => from_object(v)?,
        None => 0.0,
    };
    let value = from_f64(x);
    Ok(if class == FLOAT.class() { value } else { allocate_boxed(class, value) })
}

/// `float(x)`.
fn from_object(v: Value) -> R<f64> {
    if let Some(x) = float::as_exact(v) {
        return Ok(x);
    }
    if let Some(text) = v.cast::<Str>() {
        let parsed = match text.as_ascii() {
            Some(ascii) => parse(ascii.as_bytes()),
            None => parse(&int::text::to_ascii_digits(&text)),
        };
        return parsed.ok_or_else(|| cannot_convert(v));
    }
    let slots = slots_of(v);
    // A subclass's own `__float__` counts here, though not for native functions.
    if let Some(own) = slots.float.filter(|_| float::as_f64(v).is_some()) {
        return float::checked_float(v, own(v)?);
    }
    if slots.float.is_some() || slots.index.is_some() {
        return float::from_number(v);
    }
    if let Some(buffer) = slots.buffer {
        let buffer = buffer(v)?;
        // SAFETY: the buffer slot gave a readable range, and parsing runs no Python code.
        let parsed = parse(unsafe { std::slice::from_raw_parts(buffer.ptr, buffer.len) });
        return parsed.ok_or_else(|| cannot_convert(v));
    }
    Err(type_error(format_args!(
        "float() argument must be a string or a real number, not '{}'",
        v.class().display_name()
    )))
}

fn cannot_convert(v: Value) -> Raised {
    match ops::repr_text(v) {
        Ok(shown) => value_error(format_args!("could not convert string to float: {shown}")),
        Err(raised) => raised,
    }
}

/// A float literal as `float()` takes it: white space around, underscores between digits.
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = int::text::trim(text);
    if text.contains(&b'_') {
        let mut plain = Vec::with_capacity(text.len());
        for (i, &c) in text.iter().enumerate() {
            if c != b'_' {
                plain.push(c);
                continue;
            }
            let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
            if !digit(i.checked_sub(1)) || !digit(Some(i + 1)) {
                return None;
            }
        }
        return std::str::from_utf8(&plain).ok()?.parse().ok();
    }
    // Rust's grammar is the same, and its result is correctly rounded too.
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn from_number(class: Value, v: Value) -> R {
    if class.is(FLOAT.class().value()) && float::as_exact(v).is_some() {
        return Ok(v);
    }
    let value = from_f64(float::from_number(v)?);
    if class.is(FLOAT.class().value()) { Ok(value) } else { call::call(class, &[value]) }
}

fn round(v: Value, args: &[Value]) -> R {
    let x = expect(v);
    let Some(digits) = args.first().filter(|d| !d.is_none()) else {
        return float::to_int(x.round_ties_even());
    };
    let digits = ops::clamp_index(*digits)?.clamp(i32::MIN as isize, i32::MAX as isize) as i32;
    match float_ops::round_float_digits(x, digits) {
        Some(rounded) => Ok(from_f64(rounded)),
        None => Err(overflow_error("rounded value too large to represent")),
    }
}

/// Numerator and denominator of a finite float.
pub fn ratio(x: f64) -> (BigInt, BigInt) {
    let (mut mantissa, mut exponent) = float::frexp(x);
    // 53 bits make it whole.
    mantissa *= 9007199254740992.0;
    exponent -= 53;
    let mut n = mantissa as i64;
    if n == 0 {
        return (BigInt::from(0), BigInt::from(1));
    }
    while n & 1 == 0 && exponent < 0 {
        n >>= 1;
        exponent += 1;
    }
    match exponent {
        0.. => (BigInt::from(n) << exponent as u32, BigInt::from(1)),
        _ => (BigInt::from(n), BigInt::from(1) << (-exponent) as u32),
    }
}

fn as_integer_ratio(v: Value) -> R {
    let x = expect(v);
    if x.is_infinite() {
        return Err(overflow_error("cannot convert Infinity to integer ratio"));
    }
    if x.is_nan() {
        return Err(value_error("cannot convert NaN to integer ratio"));
    }
    let (n, d) = ratio(x);
    Ok(Tuple::new(&[int::from_bigint(n), int::from_bigint(d)]).value())
}

fn fromhex(class: Value, text: Value) -> R {
    let Some(text) = text.cast::<Str>() else {
        return Err(type_error("bad argument type for built-in operation"));
    };
    let x = match float_ops::from_hex(&text.to_string_lossy()) {
        Ok(x) => from_f64(x),
        Err(float_ops::HexFloatError::Invalid) => {
            return Err(value_error("invalid hexadecimal floating-point string"));
        }
        Err(float_ops::HexFloatError::TooLong) => return Err(value_error("hexadecimal string too long to convert")),
        Err(float_ops::HexFloatError::Overflow) => {
            return Err(overflow_error("hexadecimal value too large to represent as a float"));
        }
    };
    if class.is(FLOAT.class().value()) { Ok(x) } else { call::call(class, &[x]) }
}

fn getformat(_: Value, kind: Value) -> R {
    match kind.cast::<Str>() {
        Some(kind) if kind.is_str("double") || kind.is_str("float") => Ok(Str::new("IEEE, little-endian").value()),
        Some(_) => Err(value_error("__getformat__() argument 1 must be 'double' or 'float'")),
        None => {
            Err(type_error(format_args!("__getformat__() argument must be str, not {}", kind.class().display_name())))
        }
    }
}

/// Whether the class of `v` says how to make a float of it.
pub fn is_number(v: Value) -> bool {
    as_f64(v).is_some() || slots_of(v).float.is_some() || v.class().lookup(names::get(names::__float__)).is_some()
}
