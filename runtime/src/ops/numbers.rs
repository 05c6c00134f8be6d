//! Binary and unary operators, and conversion to ints.

use crate::errors::{self, R, overflow_error, type_error};
use crate::object::class::slots_of;
use crate::object::singletons::not_implemented;
use crate::object::slots::{BinOp, Binary};
use crate::object::{Ref, Type};
use crate::types::str::Str;
use crate::types::{float, int};
use crate::value::Value;
use taipan_abi::tag;

/// `a OP b`.
#[inline]
pub fn binary(op: BinOp, a: Value, b: Value) -> R {
    if a.is_flonum() && b.is_flonum() {
        let (x, y) = (tag::float_value(a.bits()), tag::float_value(b.bits()));
        match op {
            BinOp::Add => return Ok(float::from_f64(x + y)),
            BinOp::Sub => return Ok(float::from_f64(x - y)),
            BinOp::Mul => return Ok(float::from_f64(x * y)),
            BinOp::TrueDiv if y != 0.0 => return Ok(float::from_f64(x / y)),
            _ => {}
        }
    }
    // Texts have no number to ask.
    if matches!(op, BinOp::Add) && a.exact::<Str>().is_some() && b.exact::<Str>().is_some() {
        return sequence_or_error(op, a, b, false);
    }
    let result = binary_or_pass(op, a, b)?;
    if !result.is(not_implemented()) {
        return Ok(result);
    }
    sequence_or_error(op, a, b, false)
}

/// CPython's `binary_op1`: the numeric slots only; NotImplemented when none answers.
pub fn binary_or_pass(op: BinOp, a: Value, b: Value) -> R {
    let class_a = a.class();
    let class_b = b.class();
    let slot_a = class_a.slots().binary[op as usize];
    let mut slot_b = if class_a == class_b { None } else { class_b.slots().binary[op as usize] };
    if let (Some(x), Some(y)) = (slot_a, slot_b) {
        if std::ptr::fn_addr_eq(x, y) {
            slot_b = None;
        }
    }
    if let Some(slot) = slot_a {
        if let Some(other) = slot_b {
            if class_b.is_subtype(class_a) {
                let result = other(a, b)?;
                if !result.is(not_implemented()) {
                    return Ok(result);
                }
                slot_b = None;
            }
        }
        let result = slot(a, b)?;
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    match slot_b {
        Some(slot) => slot(a, b),
        None => Ok(not_implemented()),
    }
}

/// `a OP= b`.
pub fn inplace(op: BinOp, a: Value, b: Value) -> R {
    if let Some(slot) = slots_of(a).inplace[op as usize] {
        let result = slot(a, b)?;
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    if a.is_flonum() && b.is_flonum() {
        return binary(op, a, b);
    }
    let result = binary_or_pass(op, a, b)?;
    if !result.is(not_implemented()) {
        return Ok(result);
    }
    sequence_or_error(op, a, b, true)
}

/// The sequence slots behind `+` and `*`, else the TypeError.
fn sequence_or_error(op: BinOp, a: Value, b: Value, inplace: bool) -> R {
    let (slots_a, slots_b) = (slots_of(a), slots_of(b));
    match op {
        BinOp::Add => {
            let slot = if inplace { slots_a.inplace_concat.or(slots_a.concat) } else { slots_a.concat };
            if let Some(concat) = slot {
                return concat(a, b);
            }
        }
        BinOp::Mul => {
            let slot = if inplace { slots_a.inplace_repeat.or(slots_a.repeat) } else { slots_a.repeat };
            if let Some(repeat) = slot {
                return repeat_with(repeat, a, b);
            }
            if let Some(repeat) = slots_b.repeat {
                return repeat_with(repeat, b, a);
            }
        }
        _ => {}
    }
    Err(unsupported(op, a, b, inplace))
}

fn repeat_with(repeat: Binary, sequence: Value, count: Value) -> R {
    if slots_of(count).index.is_none() {
        return Err(type_error(format_args!(
            "can't multiply sequence by non-int of type '{}'",
            count.class().display_name()
        )));
    }
    repeat(sequence, count)
}

fn unsupported(op: BinOp, a: Value, b: Value, inplace: bool) -> crate::value::Raised {
    let symbol = match (op, inplace) {
        (BinOp::Pow, true) => "**=".to_string(),
        (_, true) => format!("{}=", op.symbol()),
        _ => op.symbol().to_string(),
    };
    let (left, right) = (a.class().display_name(), b.class().display_name());
    if op == BinOp::Rshift && !inplace && left == "builtin_function_or_method" {
        if let Some(f) = a.exact::<crate::types::native::NativeFunction>() {
            if f.method().name == "print" {
                return type_error(format_args!(
                    "unsupported operand type(s) for {symbol}: '{left}' and '{right}'. Did you mean \"print(<message>, file=<output_stream>)\"?"
                ));
            }
        }
    }
    type_error(format_args!("unsupported operand type(s) for {symbol}: '{left}' and '{right}'"))
}

macro_rules! binary_functions {
    ($($name:ident $op:ident)*) => { $(pub fn $name(a: Value, b: Value) -> R { binary(BinOp::$op, a, b) })* };
}

binary_functions! { add Add sub Sub mul Mul floordiv FloorDiv truediv TrueDiv modulo Mod divmod DivMod lshift Lshift rshift Rshift and And or Or xor Xor matmul MatMul }

/// `pow(a, b[, m])`.
pub fn power(a: Value, b: Value, modulus: Option<Value>) -> R {
    let Some(modulus) = modulus.filter(|m| !m.is_none()) else { return binary(BinOp::Pow, a, b) };
    for v in [a, b, modulus] {
        if let Some(slot) = slots_of(v).power3 {
            let result = slot(a, b, modulus)?;
            if !result.is(not_implemented()) {
                return Ok(result);
            }
        }
    }
    Err(type_error(format_args!(
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        a.class().display_name(),
        b.class().display_name(),
        modulus.class().display_name()
    )))
}

macro_rules! unary_functions {
    ($($name:ident $slot:ident $what:literal)*) => {
        $(pub fn $name(v: Value) -> R {
            match slots_of(v).$slot {
                Some(slot) => slot(v),
                None => Err(type_error(format_args!("bad operand type for {}: '{}'", $what, v.class().display_name()))),
            }
        })*
    };
}

unary_functions! {
    neg neg "unary -"
    pos pos "unary +"
    abs abs "abs()"
    invert invert "unary ~"
}

/// Whether the value is an `int` (or of a subclass).
pub fn is_int(v: Value) -> bool {
    v.is_small() || v.class().is_subtype(int::INT.class())
}

/// `operator.index(x)`: an int.
#[inline]
pub fn index(v: Value) -> R {
    if v.is_small() { Ok(v) } else { index_slow(v) }
}

fn index_slow(v: Value) -> R {
    if is_int(v) {
        return Ok(exact_int(v));
    }
    let Some(slot) = slots_of(v).index else {
        return Err(type_error(format_args!(
            "'{}' object cannot be interpreted as an integer",
            v.class().display_name()
        )));
    };
    let result = slot(v)?;
    if !is_int(result) {
        return Err(type_error(format_args!("__index__ returned non-int (type {})", result.class().display_name())));
    }
    warn_subclass(result, int::INT.class(), "__index__", "int")?;
    Ok(exact_int(result))
}

/// Warns of a number that a special method gave, if it is of a subclass of what is expected.
pub fn warn_subclass(result: Value, expected: Ref<Type>, method: &str, kind: &str) -> R<()> {
    if result.class() == expected {
        return Ok(());
    }
    let shown = result.class().display_name();
    errors::warn_deprecated(&format!(
        "{method} returned non-{kind} (type {shown}).  The ability to return an instance of a strict subclass of {kind} \
         is deprecated, and may be removed in a future version of Python."
    ))
}

/// An int of class `int` exactly.
pub fn exact_int(v: Value) -> Value {
    if v.is_small() || v.class() == int::INT.class() {
        return v;
    }
    match int::to_bigint(v) {
        Some(big) => int::from_bigint(big),
        None => v,
    }
}

/// `index(x)` in 64 bits, or `None` if it is further out.
fn index_i64(v: Value) -> R<Result<i64, bool>> {
    let n = index(v)?;
    if let Some(n) = n.as_small() {
        return Ok(Ok(n));
    }
    match int::to_bigint(n) {
        Some(big) => match i64::try_from(&big) {
            Ok(n) => Ok(Ok(n)),
            Err(_) => Ok(Err(big.sign() == num_bigint::Sign::Minus)),
        },
        None => Ok(Ok(0)),
    }
}

/// An index; OverflowError if it does not fit.
pub fn as_isize(v: Value) -> R<isize> {
    match index_i64(v)? {
        Ok(n) => Ok(n as isize),
        Err(_) => Err(overflow_error("cannot fit 'int' into an index-sized integer")),
    }
}

/// An index; IndexError if it does not fit (subscripts).
pub fn as_subscript(v: Value) -> R<isize> {
    if let Some(n) = v.as_small() {
        return Ok(n as isize);
    }
    match index_i64(v)? {
        Ok(n) => Ok(n as isize),
        Err(_) => Err(crate::errors::index_error(format_args!(
            "cannot fit '{}' into an index-sized integer",
            v.class().display_name()
        ))),
    }
}

/// An index, at the limit if it is further out (slices).
pub fn clamp_index(v: Value) -> R<isize> {
    Ok(match index_i64(v)? {
        Ok(n) => n as isize,
        Err(true) => isize::MIN,
        Err(false) => isize::MAX,
    })
}

/// A C `long`; OverflowError if it does not fit.
pub fn as_i64(v: Value) -> R<i64> {
    match index_i64(v)? {
        Ok(n) => Ok(n),
        Err(_) => Err(overflow_error("Python int too large to convert to C long")),
    }
}

/// A C `int`.
pub fn as_i32(v: Value) -> R<i32> {
    match index_i64(v)? {
        Ok(n) => i32::try_from(n).map_err(|_| {
            let side = if n < 0 { "less than minimum" } else { "greater than maximum" };
            overflow_error(format_args!("signed integer is {side}"))
        }),
        Err(_) => Err(overflow_error("Python int too large to convert to C int")),
    }
}

/// `float(x)` of numbers: by the `float` slot, else `__index__` (`PyFloat_AsDouble`).
pub fn as_f64(v: Value) -> R<f64> {
    if let Some(x) = float::as_f64(v) {
        return Ok(x);
    }
    if let Some(x) = float::to_f64(v)? {
        return Ok(x);
    }
    let slots = slots_of(v);
    if let Some(slot) = slots.float {
        let result = slot(v)?;
        return match float::as_f64(result) {
            Some(x) => Ok(x),
            None => Err(type_error(format_args!(
                "{}.__float__ returned non-float (type {})",
                v.class().display_name(),
                result.class().display_name()
            ))),
        };
    }
    if slots.index.is_some() {
        return as_f64(index(v)?);
    }
    Err(type_error(format_args!("must be real number, not {}", v.class().display_name())))
}

/// What `__hash__` gave, reduced as an int's hash.
pub fn hash_of_hash_result(v: Value) -> R<i64> {
    if let Some(n) = v.as_small() {
        return Ok(if n == -1 { -2 } else { n });
    }
    match int::to_bigint(v) {
        Some(big) => match i64::try_from(&big) {
            Ok(n) => Ok(if n == -1 { -2 } else { n }),
            Err(_) => super::hash::hash(int::from_bigint(big)),
        },
        None => super::hash::hash(v),
    }
}

/// The class that both operands have, if it is the same.
pub fn common_class(a: Value, b: Value) -> Option<Ref<Type>> {
    let class = a.class();
    (class == b.class()).then_some(class)
}
