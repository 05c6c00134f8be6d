//! Ints to text and back.
//!
//! Long numbers are split in halves by powers of the base, so that the work is left to multiplication
//! and division of large numbers.

use super::{IntView, big, from_bigint, from_i64, limbs};
use crate::errors::{R, value_error};
use crate::object::Ref;
use crate::types::str::Str;
use crate::value::{Raised, Value};
use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::Zero;
use std::sync::atomic::{AtomicUsize, Ordering};

/// `sys.get_int_max_str_digits()`; 0 is no limit.
pub static MAX_STR_DIGITS: AtomicUsize = AtomicUsize::new(4300);
/// Below this many digits the limit does not count.
pub const LIMIT_THRESHOLD: usize = 640;

fn limit() -> Option<usize> {
    match MAX_STR_DIGITS.load(Ordering::Relaxed) {
        0 => None,
        n => Some(n),
    }
}

/// Decimal text of a small int, into a buffer on the stack.
#[inline]
fn small_digits(n: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut at = 20;
    let mut rest = n.unsigned_abs();
    while rest >= 100 {
        let pair = (rest % 100) as u8;
        rest /= 100;
        at -= 2;
        buffer[at] = b'0' + pair / 10;
        buffer[at + 1] = b'0' + pair % 10;
    }
    if rest >= 10 {
        at -= 2;
        buffer[at] = b'0' + (rest / 10) as u8;
        buffer[at + 1] = b'0' + (rest % 10) as u8;
    } else {
        at -= 1;
        buffer[at] = b'0' + rest as u8;
    }
    if n < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    &buffer[at..]
}

/// `str(n)`.
pub fn to_str(n: IntView) -> R<Ref<Str>> {
    match n {
        IntView::Small(n) => Ok(Str::from_ascii(small_digits(n, &mut [0; 20]))),
        IntView::Big(_) => Ok(Str::from_ascii(to_decimal(n)?.as_bytes())),
    }
}

/// Decimal text, within the limit of `sys.set_int_max_str_digits`.
pub fn to_decimal(n: IntView) -> R<String> {
    let n = match n {
        IntView::Small(n) => return Ok(n.to_string()),
        IntView::Big(n) => n,
    };
    let too_long = |max: usize| {
        value_error(format_args!(
            "Exceeds the limit ({max} digits) for integer string conversion; \
             use sys.set_int_max_str_digits() to increase the limit"
        ))
    };
    let max = limit().filter(|&max| max >= LIMIT_THRESHOLD);
    // log10(2) is a little above 0.3010; the exact count is looked at below.
    if let Some(max) = max {
        if n.bits() as f64 * std::f64::consts::LOG10_2 > max as f64 + 2.0 {
            return Err(too_long(max));
        }
    }
    let text = if n.limbs().len() <= DIRECT_LIMBS {
        let mut out = Vec::with_capacity(n.limbs().len() * 20 + 1);
        if n.is_negative() {
            out.push(b'-');
        }
        limbs::write_decimal(&mut n.limbs().to_vec(), &mut out);
        String::from_utf8(out).unwrap_or_default()
    } else {
        decimal(&n.to_bigint())
    };
    if let Some(max) = max {
        if text.len() - n.is_negative() as usize > max {
            return Err(too_long(max));
        }
    }
    Ok(text)
}

/// Decimal text of any length, without the limit.
pub fn decimal(n: &BigInt) -> String {
    let magnitude = n.magnitude();
    let mut out = Vec::new();
    if n.sign() == Sign::Minus {
        out.push(b'-');
    }
    if magnitude.bits() <= SPLIT_BITS {
        return n.to_str_radix(10);
    }
    // 10**LEAF, squared until it exceeds the root of the number.
    let mut powers = vec![BigUint::from(10u32).pow(LEAF as u32)];
    while powers.last().is_some_and(|p| p.bits() * 2 <= magnitude.bits() + 1) {
        let last = &powers[powers.len() - 1];
        powers.push(last * last);
    }
    write_digits(magnitude, &powers, false, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Up to here digits are taken off the lower end one limb's worth at a time.
const DIRECT_LIMBS: usize = 80;
/// As [`DIRECT_LIMBS`], of text that is read.
const DIRECT_DIGITS: usize = 8000;
const SPLIT_BITS: u64 = 2000;
/// Digits of the smallest pieces.
const LEAF: usize = 300;

/// Appends the digits of `n`; padded to the width of the level below `powers` unless it leads the number.
fn write_digits(n: &BigUint, powers: &[BigUint], padded: bool, out: &mut Vec<u8>) {
    let Some((power, lower)) = powers.split_last() else {
        let digits = n.to_str_radix(10);
        if padded {
            out.resize(out.len() + LEAF - digits.len(), b'0');
        }
        return out.extend_from_slice(digits.as_bytes());
    };
    let (high, low) = n.div_rem(power);
    if padded || !high.is_zero() {
        write_digits(&high, lower, padded, out);
        write_digits(&low, lower, true, out);
    } else {
        write_digits(&low, lower, false, out);
    }
}

/// Text in a base that is a power of two or anything else up to 36, without prefix.
pub fn to_radix(n: IntView, base: u32) -> String {
    match n {
        IntView::Small(n) if n >= 0 && base == 16 => format!("{n:x}"),
        IntView::Small(n) if n >= 0 && base == 2 => format!("{n:b}"),
        IntView::Small(n) if n >= 0 && base == 8 => format!("{n:o}"),
        _ => n.to_bigint().to_str_radix(base),
    }
}

/// `bin(n)`, `oct(n)`, `hex(n)` of an int.
pub fn to_text_with_prefix(n: Value, base: u32) -> R {
    let prefix = match base {
        2 => "0b",
        8 => "0o",
        _ => "0x",
    };
    let digits = to_radix(super::expect(n), base);
    Ok(Str::from_string(match digits.strip_prefix('-') {
        Some(digits) => format!("-{prefix}{digits}"),
        None => format!("{prefix}{digits}"),
    }))
}

/// `int(text, base)`, given as code points turned into ASCII where they are digits or spaces.
/// `shown` is the repr of what was given, made only for the message.
pub fn parse(text: &[u8], base: u32, shown: impl FnOnce() -> R<String>) -> R {
    match parse_number(text, base)? {
        Some(value) => Ok(value),
        None => {
            let shown = shown()?;
            let shown: String = shown.chars().take(200).collect();
            Err(value_error(format_args!("invalid literal for int() with base {base}: {shown}")))
        }
    }
}

fn parse_number(text: &[u8], mut base: u32) -> R<Option<Value>> {
    let text = trim(text);
    let (negative, mut digits) = match text.first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let prefix = match digits {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let mut octal_like = false;
    if prefix != 0 && (base == 0 || base == prefix) {
        base = prefix;
        digits = &digits[2..];
        // One underscore may follow the prefix.
        if digits.first() == Some(&b'_') {
            digits = &digits[1..];
        }
    } else if base == 0 {
        base = 10;
        octal_like = digits.first() == Some(&b'0');
    }
    if digits.is_empty() {
        return Ok(None);
    }
    if digits.len() <= 18 {
        let mut n: i64 = 0;
        let mut plain = true;
        // 18 digits fit up to base 10; others watch for overflow.
        for &c in digits {
            let Some(d) = digit(c).filter(|&d| d < base) else {
                plain = false;
                break;
            };
            match n.checked_mul(base as i64).and_then(|n| n.checked_add(d as i64)) {
                Some(next) => n = next,
                None => {
                    plain = false;
                    break;
                }
            }
        }
        if plain && !(octal_like && n != 0) {
            return Ok(Some(from_i64(if negative { -n } else { n })));
        }
    }
    let mut values = Vec::with_capacity(digits.len());
    let mut after_digit = false;
    for &c in digits {
        if c == b'_' {
            if !after_digit {
                return Ok(None);
            }
            after_digit = false;
            continue;
        }
        match digit(c).filter(|&d| d < base) {
            Some(d) => values.push(d as u8),
            None => return Ok(None),
        }
        after_digit = true;
    }
    if !after_digit || (octal_like && values.iter().any(|&d| d != 0)) {
        return Ok(None);
    }
    if !base.is_power_of_two() {
        if let Some(max) = limit().filter(|&max| max >= LIMIT_THRESHOLD && values.len() > max) {
            return Err(too_many_digits(max, values.len()));
        }
    }
    if base == 10 && values.len() <= DIRECT_DIGITS {
        return Ok(Some(big::from_limbs(negative, &limbs::read_decimal(&values))));
    }
    let sign = if negative { Sign::Minus } else { Sign::Plus };
    Ok(Some(from_bigint(BigInt::from_biguint(sign, from_digits(&values, base)))))
}

/// Without white space as C's `isspace` has it (the vertical tab counts).
pub fn trim(mut text: &[u8]) -> &[u8] {
    let space = |c: &u8| matches!(c, b' ' | 0x09..=0x0d);
    while let [first, rest @ ..] = text {
        if !space(first) {
            break;
        }
        text = rest;
    }
    while let [rest @ .., last] = text {
        if !space(last) {
            break;
        }
        text = rest;
    }
    text
}

fn too_many_digits(max: usize, given: usize) -> Raised {
    value_error(format_args!(
        "Exceeds the limit ({max} digits) for integer string conversion: value has {given} digits; \
         use sys.set_int_max_str_digits() to increase the limit"
    ))
}

fn digit(c: u8) -> Option<u32> {
    (c as char).to_digit(36)
}

/// The number of these digits, most significant first.
pub fn from_digits(digits: &[u8], base: u32) -> BigUint {
    const PIECE: usize = 512;
    if base.is_power_of_two() || digits.len() <= PIECE {
        return BigUint::from_radix_be(digits, base).unwrap_or_default();
    }
    // Pieces of equal length, then neighbours joined with growing powers.
    let mut pieces: Vec<BigUint> =
        digits.rchunks(PIECE).map(|piece| BigUint::from_radix_be(piece, base).unwrap_or_default()).collect();
    let mut power = BigUint::from(base).pow(PIECE as u32);
    while pieces.len() > 1 {
        pieces = pieces
            .chunks(2)
            .map(|pair| match pair {
                [low, high] => high * &power + low,
                [low] => low.clone(),
                _ => BigUint::zero(),
            })
            .collect();
        if pieces.len() > 1 {
            power = &power * &power;
        }
    }
    pieces.pop().unwrap_or_default()
}

/// Code points as ASCII for parsing numbers: decimal digits of all scripts become 0-9, white space
/// becomes a space, anything else that is not ASCII becomes `?`.
pub fn to_ascii_digits(text: &Str) -> Vec<u8> {
    text.code_points()
        .map(|point| match char::from_u32(point) {
            Some(c) if c.is_ascii() => c as u8,
            Some(c) if c.is_whitespace() => b' ',
            Some(c) => match decimal_digit(c) {
                Some(d) => b'0' + d,
                None => b'?',
            },
            None => b'?',
        })
        .collect()
}

/// The value of a decimal digit of any script: such digits stand in runs of ten, or several of them.
fn decimal_digit(c: char) -> Option<u8> {
    let is_decimal = |point: u32| char::from_u32(point).is_some_and(rustpython_unicode::classify::is_decimal);
    let point = c as u32;
    is_decimal(point).then(|| ((1..100).take_while(|back| is_decimal(point - back)).count() % 10) as u8)
}
