//! `int`: the type, its constructor and its methods.

use super::{Int, IntView, arith, as_int, expect, from_bigint, from_bigint_ref, from_i64, from_u64, text, to_f64};
use crate::errors::{R, overflow_error, type_error, value_error};
use crate::names;
use crate::object::args::Params;
use crate::object::class::slots_of;
use crate::object::define::{BASETYPE, GetSet, MATCH_SELF, Method};
use crate::object::singletons::boolean;
use crate::object::slots::BinOp;
use crate::object::{Args, Ref, Slots, Type, TypeDef, call};
use crate::ops;
use crate::types::bytes::Bytes;
use crate::types::float;
use crate::types::object::allocate_boxed;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use num_bigint::{BigInt, Sign};

pub static INT: TypeDef = TypeDef {
    name: "int",
    slots: Slots {
        repr: Some(|v| Ok(text::to_str(expect(v))?.value())),
        hash: Some(|v| Ok(expect(v).hash())),
        compare: Some(arith::compare),
        new: Some(new),
        power3: Some(arith::pow3),
        neg: Some(arith::neg),
        pos: Some(arith::pos),
        abs: Some(arith::abs),
        invert: Some(arith::invert),
        bool: Some(|v| Ok(!expect(v).is_zero())),
        index: Some(arith::pos),
        int: Some(arith::pos),
        float: Some(|v| Ok(float::from_f64(to_f64(expect(v))?))),
        ..Slots::NONE
            .bin(BinOp::Add, arith::add)
            .bin(BinOp::Sub, arith::sub)
            .bin(BinOp::Mul, arith::mul)
            .bin(BinOp::FloorDiv, arith::floordiv)
            .bin(BinOp::Mod, arith::modulo)
            .bin(BinOp::DivMod, arith::divmod)
            .bin(BinOp::TrueDiv, arith::truediv)
            .bin(BinOp::Pow, arith::pow)
            .bin(BinOp::Lshift, arith::lshift)
            .bin(BinOp::Rshift, arith::rshift)
            .bin(BinOp::And, arith::and)
            .bin(BinOp::Or, arith::or)
            .bin(BinOp::Xor, arith::xor)
    },
    methods: &[
        Method::none("conjugate", arith::pos),
        Method::none("bit_length", |v| Ok(from_u64(expect(v).bits()))),
        Method::none("bit_count", bit_count),
        Method::full("to_bytes", to_bytes),
        Method::full("from_bytes", from_bytes).class_method(),
        Method::none("as_integer_ratio", |v| Ok(Tuple::new(&[expect(v).value(), from_i64(1)]).value())),
        Method::none("is_integer", |_| Ok(boolean(true))),
        Method::none("__trunc__", arith::pos),
        Method::none("__floor__", arith::pos),
        Method::none("__ceil__", arith::pos),
        Method::pos("__round__", round, 0, 1),
        Method::none("__getnewargs__", |v| Ok(Tuple::new(&[expect(v).value()]).value())),
        Method::pos("__format__", format, 1, 1),
        Method::none("__sizeof__", |v| Ok(from_u64(24 + 4 * expect(v).bits().div_ceil(30).max(1)))),
    ],
    getset: &[
        GetSet::get("real", arith::pos),
        GetSet::get("imag", |_| Ok(Value::small(0))),
        GetSet::get("numerator", arith::pos),
        GetSet::get("denominator", |_| Ok(Value::small(1))),
    ],
    flags: BASETYPE | MATCH_SELF,
    // The layout of instances of subclasses: the int is in word 1.
    words: 2,
    traced: 1,
    ..TypeDef::BASE
};

fn new(class: Ref<Type>, args: Args) -> R {
    static PARAMS: Params = Params { function: "int", names: &["", "base"], required: 0, positional: 2 };
    if args.kw_len() == 0 {
        args.only_positional("int", 0, 2)?;
    }
    let [x, base] = args.bind(&PARAMS)?;
    let value = match (x, base) {
        (None, None) => Value::small(0),
        (None, Some(_)) => return Err(type_error("int() missing string argument")),
        (Some(x), None) => from_object(x)?,
        (Some(x), Some(base)) => from_text(x, base)?,
    };
    Ok(if class == INT.class() { value } else { allocate_boxed(class, value) })
}

/// `int(x)`.
pub fn from_object(x: Value) -> R {
    if let Some(n) = super::exact(x) {
        return Ok(n.value());
    }
    if let Some(x) = float::as_exact(x) {
        return float::to_int(x);
    }
    let slots = slots_of(x);
    for (slot, name) in [(slots.int, "__int__"), (slots.index, "__index__")] {
        let Some(slot) = slot else { continue };
        let result = slot(x)?;
        return match as_int(result) {
            Some(n) => {
                ops::warn_subclass(result, INT.class(), name, "int")?;
                Ok(n.value())
            }
            None => Err(type_error(format_args!("{name} returned non-int (type {})", result.class().display_name()))),
        };
    }
    if let Some(text) = x.cast::<Str>() {
        return parse_str(text, 10, x);
    }
    if let Some(buffer) = slots.buffer {
        return parse_buffer(x, buffer(x)?, 10);
    }
    Err(type_error(format_args!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        x.class().display_name()
    )))
}

fn from_text(x: Value, base: Value) -> R {
    let base = ops::clamp_index(base)?;
    if base != 0 && !(2..=36).contains(&base) {
        return Err(value_error("int() base must be >= 2 and <= 36, or 0"));
    }
    let base = base as u32;
    if let Some(text) = x.cast::<Str>() {
        return parse_str(text, base, x);
    }
    let name = x.class();
    let is_bytes = x.cast::<Bytes>().is_some() || name.is_subtype(crate::types::bytearray::BYTEARRAY.class());
    match slots_of(x).buffer {
        Some(buffer) if is_bytes => parse_buffer(x, buffer(x)?, base),
        _ => Err(type_error("int() can't convert non-string with explicit base")),
    }
}

fn parse_str(text: Ref<Str>, base: u32, shown: Value) -> R {
    match text.as_ascii() {
        Some(ascii) => text::parse(ascii.as_bytes(), base, || ops::repr_text(shown)),
        None => text::parse(&text::to_ascii_digits(&text), base, || ops::repr_text(shown)),
    }
}

fn parse_buffer(x: Value, buffer: crate::object::slots::Buffer, base: u32) -> R {
    // SAFETY: the buffer slot gave a readable range, copied before anything else runs.
    let copy = unsafe { std::slice::from_raw_parts(buffer.ptr, buffer.len) }.to_vec();
    text::parse(&copy, base, || {
        let shown = if x.cast::<Bytes>().is_some() { x } else { Bytes::new(&copy).value() };
        ops::repr_text(shown)
    })
}

fn bit_count(v: Value) -> R {
    Ok(from_u64(match expect(v) {
        IntView::Small(n) => n.unsigned_abs().count_ones() as u64,
        IntView::Big(n) => n.limbs().iter().map(|limb| limb.count_ones() as u64).sum(),
    }))
}

fn format(v: Value, args: &[Value]) -> R {
    crate::types::format::int(v, float::format_spec(args[0])?)
}

fn round(v: Value, args: &[Value]) -> R {
    let view = expect(v);
    let Some(&digits) = args.first() else { return Ok(view.value()) };
    if digits.is_none() {
        return Ok(view.value());
    }
    let digits = ops::index(digits)?;
    let digits = expect(digits);
    if !digits.is_negative() || view.is_zero() {
        return Ok(view.value());
    }
    let n = match digits.to_i64() {
        Some(n) if (-n) as u64 <= view.bits() => (-n) as u32,
        _ => return Ok(Value::small(0)),
    };
    Ok(from_bigint(arith::round_to_multiple(&view.to_bigint(), &BigInt::from(10).pow(n))))
}

/// Whether the byte order is "little".
fn is_little(order: Option<Value>, function: &str) -> R<bool> {
    let Some(order) = order else { return Ok(false) };
    let Some(order) = order.cast::<Str>() else {
        return Err(type_error(format_args!(
            "{function}() argument 'byteorder' must be str, not {}",
            order.class().display_name()
        )));
    };
    if order.is_str("little") {
        Ok(true)
    } else if order.is_str("big") {
        Ok(false)
    } else {
        Err(value_error("byteorder must be either 'little' or 'big'"))
    }
}

fn to_bytes(v: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "to_bytes", names: &["length", "byteorder", "signed"], required: 0, positional: 2 };
    let [length, order, signed] = args.bind(&PARAMS)?;
    let length = match length {
        Some(length) => ops::as_isize(length)?,
        None => 1,
    };
    let little = is_little(order, "to_bytes")?;
    let signed = match signed {
        Some(signed) => ops::truth(signed)?,
        None => false,
    };
    let Ok(length) = usize::try_from(length) else {
        return Err(value_error("length argument must be non-negative"));
    };
    let view = expect(v);
    if view.is_negative() && !signed {
        return Err(overflow_error("can't convert negative int to unsigned"));
    }
    let number = view.to_bigint();
    // A negative power of two needs no bit for its sign.
    let magnitude = if view.is_negative() { (-&number - 1u32).bits() } else { number.bits() };
    let needed = magnitude + signed as u64;
    if needed > length as u64 * 8 && !(length == 0 && view.is_zero()) {
        return Err(overflow_error("int too big to convert"));
    }
    let mut bytes = number.to_signed_bytes_le();
    bytes.resize(length, if view.is_negative() { 0xff } else { 0 });
    if !little {
        bytes.reverse();
    }
    Ok(Bytes::new(&bytes).value())
}

fn from_bytes(class: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "from_bytes", names: &["bytes", "byteorder", "signed"], required: 1, positional: 2 };
    let [bytes, order, signed] = args.bind(&PARAMS)?;
    let little = is_little(order, "from_bytes")?;
    let signed = match signed {
        Some(signed) => ops::truth(signed)?,
        None => false,
    };
    let mut bytes = match bytes {
        Some(bytes) => bytes_of(bytes)?,
        None => Vec::new(),
    };
    if !little {
        bytes.reverse();
    }
    let number = if signed { BigInt::from_signed_bytes_le(&bytes) } else { BigInt::from_bytes_le(Sign::Plus, &bytes) };
    let value = from_bigint_ref(&number);
    if class.is(INT.class().value()) { Ok(value) } else { call::call(class, &[value]) }
}

/// The bytes of a bytes-like object or of an iterable of ints.
fn bytes_of(v: Value) -> R<Vec<u8>> {
    let mut v = v;
    if let Some(result) = call_bytes(v)? {
        v = result;
    }
    if let Some(buffer) = slots_of(v).buffer {
        let buffer = buffer(v)?;
        // SAFETY: as in `parse_buffer`.
        return Ok(unsafe { std::slice::from_raw_parts(buffer.ptr, buffer.len) }.to_vec());
    }
    let iterable = slots_of(v).iter.is_some() || slots_of(v).getitem.is_some();
    if as_int(v).is_some() || v.cast::<Str>().is_some() || !iterable {
        return Err(type_error(format_args!("cannot convert '{}' object to bytes", v.class().display_name())));
    }
    let mut bytes = Vec::new();
    ops::iter::for_each(v, |item| {
        match u8::try_from(ops::clamp_index(item)?) {
            Ok(byte) => bytes.push(byte),
            Err(_) => return Err(value_error("bytes must be in range(0, 256)")),
        }
        Ok(())
    })?;
    Ok(bytes)
}

fn call_bytes(v: Value) -> R<Option<Value>> {
    if v.exact::<Bytes>().is_some() {
        return Ok(None);
    }
    call::call_special(v, names::__bytes__, &[])
}

/// Bytes of memory of an int's object, for those who ask.
pub fn size_of(n: Ref<Int>) -> usize {
    Int::size_for(n.limbs().len())
}
