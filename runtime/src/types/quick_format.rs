//! The commonest ways to format numbers (`06d`, `x`, `.2f`, `>8.3f`, `%5.1f%%`), without allocation: the
//! text is written into a buffer on the stack.
//!
//! Whatever is not handled here gives `None`, and the general way does it. Floats are exact: a fraction
//! of at most 53 bits times a power of ten fits 128 bits, so rounding half to even is one comparison.

use crate::types::float;
use crate::value::Value;

/// What a buffer holds: the widest field, or sign, 19 digits, point and [`MAX_PRECISION`] digits.
pub const ROOM: usize = 128;
const MAX_WIDTH: usize = 99;
const MAX_PRECISION: usize = 17;

/// A simple specification.
#[derive(Clone, Copy, Default)]
pub struct Spec {
    /// `<`, `>`, `^`, or 0.
    pub align: u8,
    /// Zeros between the sign and the digits.
    pub zero: bool,
    pub width: usize,
    pub precision: Option<usize>,
    /// The type letter, or 0.
    pub kind: u8,
}

const POWERS: [u64; MAX_PRECISION + 1] = {
    let mut powers = [1; MAX_PRECISION + 1];
    let mut i = 1;
    while i <= MAX_PRECISION {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};

/// Takes a number of at most two digits off the front.
#[inline]
pub fn short_number(text: &[u8], at: &mut usize) -> Option<usize> {
    let start = *at;
    let mut n = 0usize;
    while let Some(digit @ b'0'..=b'9') = text.get(*at) {
        n = n.wrapping_mul(10).wrapping_add((digit - b'0') as usize);
        *at += 1;
    }
    (*at - start <= 2).then_some(n)
}

/// Parses a specification of `format`, if it is a simple one.
#[inline]
pub fn parse(text: &[u8]) -> Option<Spec> {
    let mut spec = Spec::default();
    let mut at = 0;
    if matches!(text.get(1), Some(b'<' | b'>' | b'^' | b'=')) {
        return None;
    }
    match text.first() {
        Some(align @ (b'<' | b'>' | b'^')) => {
            spec.align = *align;
            at = 1;
            if text.get(1) == Some(&b'0') {
                return None;
            }
        }
        Some(b'0') => {
            spec.zero = true;
            at = 1;
        }
        _ => {}
    }
    spec.width = short_number(text, &mut at)?;
    if text.get(at) == Some(&b'.') {
        at += 1;
        let start = at;
        let precision = short_number(text, &mut at)?;
        if at == start {
            return None;
        }
        spec.precision = Some(precision);
    }
    match text.get(at..) {
        Some([]) => {}
        Some(&[kind]) => spec.kind = kind,
        _ => return None,
    }
    Some(spec)
}

/// A number as the specification has it, if both are simple.
#[inline]
pub fn number<'a>(v: Value, spec: &Spec, room: &'a mut [u8; ROOM]) -> Option<&'a [u8]> {
    let (mut at, negative) = match (v.as_small(), spec.kind) {
        (Some(n), 0 | b'd' | b'x' | b'X') if spec.precision.is_none() => {
            let magnitude = n.unsigned_abs();
            let at = match spec.kind {
                b'x' => write_hex(room, magnitude, b"0123456789abcdef"),
                b'X' => write_hex(room, magnitude, b"0123456789ABCDEF"),
                _ => write_decimal(room, ROOM, magnitude),
            };
            (at, n < 0)
        }
        (small, b'f' | b'F') => {
            let x = match small {
                Some(n) if n.unsigned_abs() <= 1 << 53 => n as f64,
                Some(_) => return None,
                None => float::as_exact(v)?,
            };
            (write_fixed(room, ROOM, x.abs(), spec.precision.unwrap_or(6))?, x.is_sign_negative())
        }
        (None, b'%') => {
            let x = float::as_exact(v)? * 100.0;
            room[ROOM - 1] = b'%';
            (write_fixed(room, ROOM - 1, x.abs(), spec.precision.unwrap_or(6))?, x.is_sign_negative())
        }
        _ => return None,
    };
    if spec.width > MAX_WIDTH {
        return None;
    }
    if spec.zero {
        let zeros = spec.width.saturating_sub(ROOM - at + negative as usize);
        room[at - zeros..at].fill(b'0');
        at -= zeros;
    }
    if negative {
        at -= 1;
        room[at] = b'-';
    }
    let len = ROOM - at;
    if spec.width <= len {
        return Some(&room[at..]);
    }
    let fill = spec.width - len;
    let after = match spec.align {
        b'<' => fill,
        b'^' => fill - fill / 2,
        _ => 0,
    };
    room.copy_within(at.., at - after);
    room[ROOM - after..].fill(b' ');
    let start = ROOM - spec.width;
    room[start..at - after].fill(b' ');
    Some(&room[start..])
}

/// The decimal digits of `n` up to `end`; gives where they begin.
#[inline]
pub fn write_decimal(room: &mut [u8; ROOM], end: usize, mut n: u64) -> usize {
    const PAIRS: [[u8; 2]; 100] = {
        let mut pairs = [[0; 2]; 100];
        let mut i = 0;
        while i < 100 {
            pairs[i] = [b'0' + (i / 10) as u8, b'0' + (i % 10) as u8];
            i += 1;
        }
        pairs
    };
    let mut at = end;
    while n >= 100 {
        at -= 2;
        room[at..at + 2].copy_from_slice(&PAIRS[(n % 100) as usize]);
        n /= 100;
    }
    if n >= 10 {
        at -= 2;
        room[at..at + 2].copy_from_slice(&PAIRS[n as usize]);
    } else {
        at -= 1;
        room[at] = b'0' + n as u8;
    }
    at
}

fn write_hex(room: &mut [u8; ROOM], mut n: u64, digits: &[u8; 16]) -> usize {
    let mut at = ROOM;
    loop {
        at -= 1;
        room[at] = digits[(n & 15) as usize];
        n >>= 4;
        if n == 0 {
            return at;
        }
    }
}

/// A float that is not negative with `precision` digits after the point, up to `end`.
#[inline]
fn write_fixed(room: &mut [u8; ROOM], end: usize, x: f64, precision: usize) -> Option<usize> {
    // Also false for NaN.
    if !(x < 9e18 && precision <= MAX_PRECISION) {
        return None;
    }
    let mut whole = x as u64;
    // Exact: the fraction has no more bits than the number.
    let bits = (x - whole as f64).to_bits();
    let exponent = (bits >> 52) as i32;
    let mut digits = 0;
    if bits != 0 {
        let mantissa = if exponent == 0 { bits } else { bits & ((1 << 52) - 1) | 1 << 52 };
        // The fraction is mantissa / 2**shift; what is below 2**-75 rounds to 0.
        let shift = 1075 - exponent.max(1);
        if shift < 128 {
            let scaled = mantissa as u128 * POWERS[precision] as u128;
            digits = (scaled >> shift) as u64;
            let rest = scaled & ((1 << shift) - 1);
            let half = 1 << (shift - 1);
            let odd = if precision == 0 { whole } else { digits } & 1 == 1;
            digits += (rest > half || rest == half && odd) as u64;
            if digits == POWERS[precision] {
                digits = 0;
                whole += 1;
            }
        }
    }
    let mut at = end;
    if precision > 0 {
        let point = end - precision - 1;
        at = write_decimal(room, end, digits);
        room[point + 1..at].fill(b'0');
        room[point] = b'.';
        at = point;
    }
    Some(write_decimal(room, at, whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_is_exact() {
        let mut seed = 0x2545_f491_4f6c_dd1du64;
        let mut random = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed
        };
        let mut room = [0; ROOM];
        for i in 0..1_000_000u64 {
            let n = random();
            let x = match i % 5 {
                0 => f64::from_bits(n >> 1),
                1 => (n >> 12) as f64 / 1024.0,
                2 => (n >> 40) as f64 / 8.0,
                3 => (n % 100_000) as f64 / 100.0,
                _ => f64::from_bits((n >> 12) | (960 + n % 120) << 52),
            };
            let precision = (random() % 18) as usize;
            let Some(at) = write_fixed(&mut room, ROOM, x, precision) else { continue };
            let expected =
                rustpython_literal::float::format_fixed(precision, x, rustpython_literal::format::Case::Lower, false);
            assert_eq!(std::str::from_utf8(&room[at..]), Ok(&expected[..]), "{x:e} {precision}");
        }
    }
}
