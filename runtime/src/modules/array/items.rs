//! Items of arrays: type codes, and values to bytes and back.

use crate::errors::{R, Raised, overflow_error, type_error};
use crate::ops;
use crate::types::float;
use crate::types::int::{self, IntView, as_int};
use crate::types::str::Str;
use crate::value::Value;

/// How items are held.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Signed,
    Unsigned,
    Float,
    Char,
}

/// A type code.
pub struct Kind {
    pub code: u8,
    pub size: usize,
    pub form: Form,
    /// Number of the machine format in pickles, for little-endian machines.
    pub format: u8,
}

const fn kind(code: u8, size: usize, form: Form, format: u8) -> Kind {
    Kind { code, size, form, format }
}

pub static KINDS: &[Kind] = &[
    kind(b'b', 1, Form::Signed, 1),
    kind(b'B', 1, Form::Unsigned, 0),
    kind(b'u', 4, Form::Char, 20),
    kind(b'w', 4, Form::Char, 20),
    kind(b'h', 2, Form::Signed, 4),
    kind(b'H', 2, Form::Unsigned, 2),
    kind(b'i', 4, Form::Signed, 8),
    kind(b'I', 4, Form::Unsigned, 6),
    kind(b'l', 8, Form::Signed, 12),
    kind(b'L', 8, Form::Unsigned, 10),
    kind(b'q', 8, Form::Signed, 12),
    kind(b'Q', 8, Form::Unsigned, 10),
    kind(b'f', 4, Form::Float, 14),
    kind(b'd', 8, Form::Float, 16),
];

/// The bits of an item, zero-extended.
fn bits(from: &[u8]) -> u64 {
    let mut word = [0; 8];
    word[..from.len()].copy_from_slice(from);
    u64::from_ne_bytes(word)
}

pub fn get(kind: &Kind, from: &[u8]) -> Value {
    let word = bits(from);
    match kind.form {
        Form::Signed => {
            let unused = 64 - kind.size as u32 * 8;
            int::from_i64((word << unused) as i64 >> unused)
        }
        Form::Unsigned => int::from_u64(word),
        Form::Float if kind.size == 4 => float::from_f64(f32::from_bits(word as u32) as f64),
        Form::Float => float::from_f64(f64::from_bits(word)),
        Form::Char => Str::from_code_points(&[(word as u32).min(0x10ffff)]).value(),
    }
}

/// An int within the range of a C type, with the type's name in the message.
fn within(n: Option<i64>, low: i64, high: i64, shown: &str) -> R<i64> {
    let Some(n) = n else { return Err(overflow_error("Python int too large to convert to C long")) };
    if n < low {
        return Err(overflow_error(format_args!("{shown} is less than minimum")));
    }
    if n > high {
        return Err(overflow_error(format_args!("{shown} is greater than maximum")));
    }
    Ok(n)
}

fn unsigned(n: IntView, negative: &str, large: &str) -> R<u64> {
    let raise = |text: &str| -> Raised { overflow_error(text) };
    if n.is_negative() { Err(raise(negative)) } else { n.to_u64().ok_or_else(|| raise(large)) }
}

fn integer(kind: &Kind, v: Value) -> R<u64> {
    const SHORT: &str = "signed short integer";
    const INT: &str = "signed integer";
    const NEGATIVE: &str = "can't convert negative value to unsigned int";
    const LARGE: &str = "Python int too large to convert to C unsigned long";
    let n = match as_int(v) {
        Some(n) => n,
        None => int::expect(ops::index(v)?),
    };
    let short = |n: IntView| within(n.to_i64(), i16::MIN as i64, i16::MAX as i64, SHORT);
    let whole = |n: IntView| within(n.to_i64(), i32::MIN as i64, i32::MAX as i64, INT);
    Ok(match kind.code {
        b'b' => within(Some(short(n)?), -128, 127, "signed char")? as u64,
        b'B' => within(Some(short(n)?), 0, 255, "unsigned byte integer")? as u64,
        b'h' => short(n)? as u64,
        b'H' => within(Some(whole(n)?), 0, 0xffff, "unsigned short")? as u64,
        b'i' => whole(n)? as u64,
        b'I' => {
            let n = unsigned(n, NEGATIVE, LARGE)?;
            if n > u32::MAX as u64 {
                return Err(overflow_error("unsigned int is greater than maximum"));
            }
            n
        }
        b'l' => within(n.to_i64(), i64::MIN, i64::MAX, "")? as u64,
        b'L' => unsigned(n, NEGATIVE, LARGE)?,
        b'q' => n.to_i64().ok_or_else(|| overflow_error("int too big to convert"))? as u64,
        _ => unsigned(n, "can't convert negative int to unsigned", "int too big to convert")?,
    })
}

/// The bytes of an item, in the first `size` of the result.
pub fn put(kind: &Kind, v: Value) -> R<[u8; 8]> {
    let word = match kind.form {
        Form::Signed | Form::Unsigned => integer(kind, v)?,
        Form::Float => {
            let x = float::from_number(v)?;
            if kind.size == 4 { (x as f32).to_bits() as u64 } else { x.to_bits() }
        }
        Form::Char => match v.cast::<Str>() {
            Some(text) if text.len() == 1 => text.get(0) as u64,
            Some(text) => {
                return Err(type_error(format_args!(
                    "array item must be a unicode character, not a string of length {}",
                    text.len()
                )));
            }
            None => {
                return Err(type_error(format_args!(
                    "array item must be a unicode character, not {}",
                    v.class().display_name()
                )));
            }
        },
    };
    Ok(word.to_ne_bytes())
}
