//! `complex`.

use crate::errors::{R, overflow_error, type_error, value_error, zero_division_error};
use crate::gc::{self, Header};
use crate::names;
use crate::object::args::Params;
use crate::object::class::slots_of;
use crate::object::define::{BASETYPE, GetSet, Method};
use crate::object::singletons::{boolean, not_implemented};
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Args, Builtin, Ref, Slots, Type, TypeDef, call};
use crate::ops;
use crate::types::int::{self, as_int};
use crate::types::object::allocate_boxed;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{float, format};
use crate::value::Value;
use std::cmp::Ordering;
use taipan_abi::header::{Kind, pack};
pub use taipan_frontend::arithmetic::C;
use taipan_frontend::arithmetic::{self, Operand, PowerError};

/// The object.
#[repr(C)]
pub struct Complex {
    hdr: Header,
    re: f64,
    im: f64,
}

impl Builtin for Complex {
    const DEF: &'static TypeDef = &COMPLEX;
    const BOXED_IN_SUBCLASS: bool = true;
}

pub fn new(re: f64, im: f64) -> Value {
    let header = pack(COMPLEX.shape_for_new(), Kind::Leaf, 0, 0);
    let ptr = gc::alloc(size_of::<Complex>(), header) as *mut Complex;
    // SAFETY: the block has room for both parts.
    unsafe {
        (&raw mut (*ptr).re).write(re);
        (&raw mut (*ptr).im).write(im);
        Ref::from_ptr(ptr).value()
    }
}

/// The parts of a complex number or an instance of a subclass.
pub fn parts(v: Value) -> Option<(f64, f64)> {
    v.cast::<Complex>().map(|c| (c.re, c.im))
}

fn expect(v: Value) -> C {
    let c = v.expect::<Complex>();
    C { re: c.re, im: c.im }
}

/// An operand: a complex number, or a real one. `None`: something else.
fn operand(v: Value) -> R<Option<Operand>> {
    if let Some((re, im)) = parts(v) {
        return Ok(Some(Operand::Complex(C { re, im })));
    }
    Ok(float::to_f64(v)?.map(Operand::Real))
}

fn made(c: C) -> R {
    Ok(new(c.re, c.im))
}

type Operation = fn(Operand, Operand) -> R;

fn binary(a: Value, b: Value, operation: Operation) -> R {
    let (Some(x), Some(y)) = (operand(a)?, operand(b)?) else { return Ok(not_implemented()) };
    operation(x, y)
}

fn truediv(a: Value, b: Value) -> R {
    binary(a, b, |x, y| arithmetic::divide(x, y).map_or_else(|| Err(zero_division_error("division by zero")), made))
}

fn mul(a: Value, b: Value) -> R {
    binary(a, b, |x, y| made(arithmetic::multiply(x, y)))
}

fn add(a: Value, b: Value) -> R {
    binary(a, b, |x, y| made(arithmetic::add(x, y)))
}

fn sub(a: Value, b: Value) -> R {
    binary(a, b, |x, y| made(arithmetic::subtract(x, y)))
}

/// `a ** b`.
pub fn pow(a: C, b: C) -> R {
    match arithmetic::power(a, b) {
        Ok(c) => made(c),
        Err(PowerError::Zero) => Err(zero_division_error("zero to a negative or complex power")),
        Err(PowerError::Overflow) => Err(overflow_error("complex exponentiation")),
    }
}

fn pow_slot(a: Value, b: Value) -> R {
    binary(a, b, |x, y| pow(x.complex(), y.complex()))
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(not_implemented());
    }
    let x = expect(a);
    let equal = if let Some((re, im)) = parts(b) {
        x.re == re && x.im == im
    } else if let Some(n) = as_int(b) {
        x.im == 0.0 && float::compare_int(x.re, n) == Some(Ordering::Equal)
    } else if let Some(y) = float::as_f64(b) {
        x.im == 0.0 && x.re == y
    } else {
        return Ok(not_implemented());
    };
    Ok(boolean(equal == (op == CmpOp::Eq)))
}

fn hash(v: Value) -> R<i64> {
    let c = expect(v);
    let re = ops::hash::float(c.re, v.bits()) as u64;
    let im = ops::hash::float(c.im, v.bits()) as u64;
    let hash = re.wrapping_add(im.wrapping_mul(1000003)) as i64;
    Ok(if hash == -1 { -2 } else { hash })
}

fn abs(v: Value) -> R {
    let c = expect(v);
    let size = c.re.hypot(c.im);
    if size.is_infinite() && c.re.is_finite() && c.im.is_finite() {
        return Err(overflow_error("absolute value too large"));
    }
    Ok(float::from_f64(size))
}

/// Text of one part: as a float's, without a trailing `.0`.
fn part(x: f64) -> String {
    let text = float::repr(x);
    text.strip_suffix(".0").map_or(text.clone(), str::to_string)
}

pub fn repr(c: C) -> String {
    if c.re == 0.0 && c.re.is_sign_positive() {
        return format!("{}j", part(c.im));
    }
    let sign = if c.im.is_sign_negative() && !c.im.is_nan() { "" } else { "+" };
    format!("({}{sign}{}j)", part(c.re), part(c.im))
}

pub static COMPLEX: TypeDef = TypeDef {
    name: "complex",
    slots: Slots {
        repr: Some(|v| Ok(Str::new(&repr(expect(v))).value())),
        hash: Some(hash),
        compare: Some(compare),
        new: Some(new_slot),
        power3: Some(|a, b, m| if m.is_none() { pow_slot(a, b) } else { Err(value_error("complex modulo")) }),
        neg: Some(|v| {
            let c = expect(v);
            Ok(new(-c.re, -c.im))
        }),
        pos: Some(plain),
        abs: Some(abs),
        bool: Some(|v| {
            let c = expect(v);
            Ok(c.re != 0.0 || c.im != 0.0)
        }),
        ..Slots::NONE
            .bin(BinOp::Add, add)
            .bin(BinOp::Sub, sub)
            .bin(BinOp::Mul, mul)
            .bin(BinOp::TrueDiv, truediv)
            .bin(BinOp::Pow, pow_slot)
    },
    methods: &[
        Method::one("from_number", from_number).class_method(),
        Method::none("conjugate", |v| {
            let c = expect(v);
            Ok(new(c.re, -c.im))
        }),
        Method::none("__complex__", plain),
        Method::none("__getnewargs__", |v| {
            let c = expect(v);
            Ok(Tuple::new(&[float::from_f64(c.re), float::from_f64(c.im)]).value())
        }),
        Method::pos(
            "__format__",
            |v, args| {
                let c = expect(v);
                format::complex(c.re, c.im, float::format_spec(args[0])?)
            },
            1,
            1,
        ),
    ],
    getset: &[
        GetSet::member("real", |v| Ok(float::from_f64(expect(v).re))),
        GetSet::member("imag", |v| Ok(float::from_f64(expect(v).im))),
    ],
    flags: BASETYPE,
    // The layout of instances of subclasses: the number is in word 1.
    words: 2,
    traced: 1,
    ..TypeDef::BASE
};

fn plain(v: Value) -> R {
    if v.exact::<Complex>().is_some() { Ok(v) } else { made(expect(v)) }
}

/// What `__complex__` gives, for objects that have it.
fn try_special(v: Value) -> R<Option<C>> {
    if v.exact::<Complex>().is_some() {
        return Ok(Some(expect(v)));
    }
    let Some(result) = call::call_special(v, names::__complex__, &[])? else { return Ok(None) };
    match parts(result) {
        Some((re, im)) => {
            ops::warn_subclass(result, COMPLEX.class(), "__complex__", "complex")?;
            Ok(Some(C { re, im }))
        }
        None => Err(type_error(format_args!(
            "{}.__complex__() must return a complex, not {}",
            v.class().display_name(),
            result.class().display_name()
        ))),
    }
}

/// A complex number from a number object; `None` if it is no number.
pub fn from_object(v: Value) -> R<Option<C>> {
    if let Some(c) = try_special(v)? {
        return Ok(Some(c));
    }
    let slots = slots_of(v);
    if float::as_f64(v).is_none() && slots.float.is_none() && slots.index.is_none() {
        return Ok(None);
    }
    Ok(Some(C { re: float::from_number(v)?, im: 0.0 }))
}

fn from_number(class: Value, v: Value) -> R {
    let Some(c) = from_object(v)? else {
        return Err(type_error(format_args!("must be real number, not {}", v.class().display_name())));
    };
    let number = if v.exact::<Complex>().is_some() { v } else { new(c.re, c.im) };
    if class.is(COMPLEX.class().value()) { Ok(number) } else { call::call(class, &[number]) }
}

fn new_slot(class: Ref<Type>, args: Args) -> R {
    static PARAMS: Params = Params { function: "complex", names: &["real", "imag"], required: 0, positional: 2 };
    let [real, imag] = args.bind(&PARAMS)?;
    let exact = class == COMPLEX.class();
    let finish = |number: Value| Ok(if exact { number } else { allocate_boxed(class, number) });
    if let (Some(text), None) = (real.and_then(|r| r.cast::<Str>()), imag) {
        let c = parse(text)?;
        return finish(new(c.re, c.im));
    }
    let argument = |v: Option<Value>, name: &str| -> R<(C, bool)> {
        let Some(v) = v else { return Ok((C { re: 0.0, im: 0.0 }, false)) };
        if imag.is_none() || name == "real" {
            if let Some(c) = try_special(v)? {
                return Ok((c, true));
            }
        }
        if let Some((re, im)) = parts(v) {
            return Ok((C { re, im }, true));
        }
        let slots = slots_of(v);
        if float::as_f64(v).is_none() && slots.float.is_none() && slots.index.is_none() {
            let shown = v.class().display_name();
            return Err(if imag.is_none() {
                type_error(format_args!("complex() argument must be a string or a number, not {shown}"))
            } else {
                type_error(format_args!("complex() argument '{name}' must be a real number, not {shown}"))
            });
        }
        Ok((C { re: float::from_number(v)?, im: 0.0 }, false))
    };
    let (re, re_complex) = argument(real, "real")?;
    let (im, im_complex) = argument(imag, "imag")?;
    let by_name = args.keyword("real").is_some();
    for (v, name) in [(real.filter(|_| imag.is_some() || by_name), "real"), (imag, "imag")] {
        if let Some(v) = v.filter(|v| parts(*v).is_some()) {
            let class = v.class().display_name();
            crate::errors::warn_deprecated(&format!("complex() argument '{name}' must be a real number, not {class}"))?;
        }
    }
    if imag.is_none() {
        if let Some(v) = real.filter(|v| exact && v.exact::<Complex>().is_some()) {
            return Ok(v);
        }
        return finish(new(re.re, re.im));
    }
    // complex(a, b) is a + b*1j.
    let mut result = C { re: re.re, im: im.re };
    if im_complex {
        result.re -= im.im;
    }
    if re_complex {
        result.im += re.im;
    }
    finish(new(result.re, result.im))
}

/// `complex(text)`.
fn parse(text: Ref<Str>) -> R<C> {
    let ascii = match text.as_ascii() {
        Some(text) => text.as_bytes().to_vec(),
        None => int::text::to_ascii_digits(&text),
    };
    let text = int::text::trim(&ascii);
    match parse_parts(text) {
        Some(c) => Ok(c),
        None => Err(value_error("complex() arg is a malformed string")),
    }
}

fn parse_parts(text: &[u8]) -> Option<C> {
    let mut text = text;
    if let [b'(', rest @ .., b')'] = text {
        text = int::text::trim(rest);
    }
    if text.iter().any(u8::is_ascii_whitespace) {
        return None;
    }
    let Some((b'j' | b'J', body)) = text.split_last() else {
        return Some(C { re: super::float_methods::parse(text)?, im: 0.0 });
    };
    // The sign that begins the imaginary part: the last one that is not an exponent's.
    let split = (1..body.len())
        .rev()
        .find(|&i| matches!(body[i], b'+' | b'-') && !matches!(body[i - 1], b'e' | b'E'))
        .unwrap_or(0);
    let (re, im) = body.split_at(split);
    let im = match im {
        b"" | b"+" => 1.0,
        b"-" => -1.0,
        im => super::float_methods::parse(im)?,
    };
    if split > 0 && !matches!(body[split], b'+' | b'-') {
        return None;
    }
    Some(C { re: if re.is_empty() { 0.0 } else { super::float_methods::parse(re)? }, im })
}
