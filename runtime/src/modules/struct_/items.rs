//! Values to bytes and back, by format character.

use super::ERROR;
use super::plan::Code;
use crate::errors::{self, R, Raised, overflow_error};
use crate::modules::math::libm;
use crate::object::class::slots_of;
use crate::object::singletons::boolean;
use crate::ops;
use crate::types::bytes::{self, Bytes};
use crate::types::int::{self, IntView, as_int};
use crate::types::{complex, float};
use crate::value::Value;

/// A float in half precision, ties to even; `None` if it is too large.
pub fn to_half(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    if x.is_nan() {
        return Some(sign | 0x7e00);
    }
    if x.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if x == 0.0 {
        return Some(sign);
    }
    let (fraction, exponent) = float::frexp(x.abs());
    let (mut fraction, mut exponent) = (fraction * 2.0, exponent - 1);
    if exponent >= 16 {
        return None;
    }
    if exponent < -25 {
        return Some(sign);
    }
    if exponent < -14 {
        fraction = libm::ldexp(fraction, 14 + exponent);
        exponent = 0;
    } else {
        fraction -= 1.0;
        exponent += 15;
    }
    fraction *= 1024.0;
    let mut bits = fraction as u16;
    let rest = fraction - bits as f64;
    if rest > 0.5 || (rest == 0.5 && bits & 1 == 1) {
        // A carry out of the fraction counts the exponent up.
        bits += 1;
    }
    let half = bits + ((exponent as u16) << 10);
    if half >= 0x7c00 { None } else { Some(sign | half) }
}

pub fn from_half(bits: u16) -> f64 {
    let fraction = (bits & 0x3ff) as f64;
    let magnitude = match (bits >> 10) & 0x1f {
        0 => fraction / 16777216.0,
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        exponent => libm::ldexp(1.0 + fraction / 1024.0, exponent as i32 - 15),
    };
    if bits & 0x8000 != 0 { -magnitude } else { magnitude }
}

fn range_error(kind: u8, low: i128, high: i128) -> Raised {
    ERROR.raise(format_args!("'{}' format requires {low} <= number <= {high}", kind as char))
}

/// An int argument: its low 64 bits, if it is within the range.
fn integer(v: Value, kind: u8, low: i128, high: i128) -> R<u64> {
    let n = match as_int(v) {
        Some(n) => n,
        None if slots_of(v).index.is_some() => int::expect(ops::index(v)?),
        None => return Err(ERROR.raise("required argument is not an integer")),
    };
    let number = match n {
        IntView::Small(n) => Some(n as i128),
        IntView::Big(_) => n.to_i64().map(|n| n as i128).or(n.to_u64().map(|n| n as i128)),
    };
    match number.filter(|n| (low..=high).contains(n)) {
        Some(n) => Ok(n as u64),
        None if kind == b'P' => Err(ERROR.raise("int too large to convert")),
        None => Err(range_error(kind, low, high)),
    }
}

fn real(v: Value) -> R<f64> {
    float::from_number(v).map_err(|_| {
        errors::clear();
        ERROR.raise("required argument is not a float")
    })
}

/// OverflowError, or the module's error for an int.
fn too_large(v: Value, kind: u8) -> Raised {
    if as_int(v).is_some() {
        return ERROR.raise("int too large to convert");
    }
    overflow_error(format_args!("float too large to pack with {} format", kind as char))
}

fn put(to: &mut [u8], number: u64, big_endian: bool) {
    let bytes = number.to_le_bytes();
    let n = to.len().min(8);
    to.copy_from_slice(&bytes[..n]);
    if big_endian {
        to.reverse();
    }
}

fn get(from: &[u8], big_endian: bool) -> u64 {
    let mut bytes = [0; 8];
    let n = from.len().min(8);
    bytes[..n].copy_from_slice(&from[..n]);
    if big_endian {
        bytes[..n].reverse();
    }
    u64::from_le_bytes(bytes)
}

/// Packs one value into `to`, which has the item's size and is zeroed.
pub fn pack(code: &Code, v: Value, to: &mut [u8]) -> R<()> {
    let kind = code.kind;
    let bits = to.len() as u32 * 8;
    match kind {
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
            let n = integer(v, kind, -(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)?;
            put(to, n, code.big_endian);
        }
        b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' => {
            let n = integer(v, kind, 0, (1i128 << bits) - 1)?;
            put(to, n, code.big_endian);
        }
        b'P' => put(to, integer(v, kind, i64::MIN as i128, u64::MAX as i128)?, code.big_endian),
        b'd' => put(to, real(v)?.to_bits(), code.big_endian),
        b'f' => {
            let x = real(v)?;
            let y = x as f32;
            if y.is_infinite() && x.is_finite() {
                return Err(too_large(v, kind));
            }
            put(to, y.to_bits() as u64, code.big_endian);
        }
        b'e' => {
            let half = to_half(real(v)?).ok_or_else(|| too_large(v, kind))?;
            put(to, half as u64, code.big_endian);
        }
        b'F' | b'D' => {
            let number = match complex::from_object(v) {
                Ok(Some(number)) => number,
                other => {
                    if other.is_err() {
                        errors::clear();
                    }
                    return Err(ERROR.raise("required argument is not a complex"));
                }
            };
            let half = to.len() / 2;
            for (part, to) in [number.re, number.im].into_iter().zip(to.chunks_mut(half)) {
                let bits = if kind == b'F' { (part as f32).to_bits() as u64 } else { part.to_bits() };
                put(to, bits, code.big_endian);
            }
        }
        b'?' => to[0] = ops::truth(v)? as u8,
        b'c' => match v.cast::<Bytes>() {
            Some(byte) if byte.len() == 1 => to[0] = byte.as_slice()[0],
            _ => return Err(ERROR.raise("char format requires a bytes object of length 1")),
        },
        _ => {
            let Some(data) = bytes::view(v) else {
                return Err(ERROR.raise(format_args!("argument for '{}' must be a bytes object", kind as char)));
            };
            let to = match (kind, to.split_first_mut()) {
                (b'p', Some((length, rest))) => {
                    *length = data.len().min(rest.len()).min(255) as u8;
                    rest
                }
                (b'p', None) => return Ok(()),
                (_, Some(_)) => to,
                (_, None) => return Ok(()),
            };
            let n = data.len().min(to.len());
            to[..n].copy_from_slice(&data[..n]);
        }
    }
    Ok(())
}

/// The value of one item.
pub fn unpack(code: &Code, from: &[u8]) -> Value {
    match code.kind {
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
            let unused = 64 - from.len() as u32 * 8;
            int::from_i64((get(from, code.big_endian) << unused) as i64 >> unused)
        }
        b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P' => int::from_u64(get(from, code.big_endian)),
        b'd' => float::from_f64(f64::from_bits(get(from, code.big_endian))),
        b'f' => float::from_f64(f32::from_bits(get(from, code.big_endian) as u32) as f64),
        b'e' => float::from_f64(from_half(get(from, code.big_endian) as u16)),
        b'F' | b'D' => {
            let half = from.len() / 2;
            let part = |bytes: &[u8]| match half {
                4 => f32::from_bits(get(bytes, code.big_endian) as u32) as f64,
                _ => f64::from_bits(get(bytes, code.big_endian)),
            };
            complex::new(part(&from[..half]), part(&from[half..]))
        }
        b'?' => boolean(from[0] != 0),
        b'p' => match from.split_first() {
            Some((length, rest)) => Bytes::new(&rest[..(*length as usize).min(rest.len())]).value(),
            None => Bytes::new(&[]).value(),
        },
        _ => Bytes::new(from).value(),
    }
}
