//! Letter case and character classes of `str`: ASCII at once, the rest by the Unicode tables.

use super::{Data, Str};
use crate::errors::R;
use crate::object::Ref;
use crate::object::singletons::boolean;
use crate::types::bytes::methods::swap_case;
use crate::value::Value;
use rustpython_unicode::{case as tables, classify, identifier};
use rustpython_wtf8::{Wtf8, Wtf8Buf};

/// Maps a text: ASCII byte by byte, other text as a whole.
fn map(v: Value, ascii: impl Fn(&mut [u8]), other: impl Fn(&Wtf8) -> Wtf8Buf) -> R {
    let text = v.expect::<Str>();
    if let Some(own) = text.as_ascii() {
        let mut bytes = smallvec::SmallVec::<[u8; 64]>::from_slice(own.as_bytes());
        ascii(&mut bytes);
        return Ok(Str::from_ascii(&bytes).value());
    }
    let bytes = text.to_wtf8();
    let mapped = match Wtf8::from_bytes(&bytes) {
        Some(wtf8) => other(wtf8),
        None => return Ok(text.value()),
    };
    Ok(Str::from_wtf8(mapped.as_bytes()).unwrap_or(text).value())
}

pub fn lower(v: Value) -> R {
    map(v, |s| s.make_ascii_lowercase(), |w| w.to_lowercase())
}

pub fn upper(v: Value) -> R {
    map(v, |s| s.make_ascii_uppercase(), |w| w.to_uppercase())
}

pub fn casefold(v: Value) -> R {
    map(v, |s| s.make_ascii_lowercase(), tables::casefold_wtf8)
}

pub fn swapcase(v: Value) -> R {
    map(v, |s| s.iter_mut().for_each(|b| *b = swap_case(*b)), tables::swapcase_wtf8)
}

pub fn capitalize(v: Value) -> R {
    let ascii = |s: &mut [u8]| {
        s.make_ascii_lowercase();
        if let Some(first) = s.first_mut() {
            first.make_ascii_uppercase();
        }
    };
    map(v, ascii, tables::capitalize_wtf8)
}

pub fn title(v: Value) -> R {
    let ascii = |s: &mut [u8]| {
        let mut in_word = false;
        for b in s {
            if in_word {
                b.make_ascii_lowercase();
            } else {
                b.make_ascii_uppercase();
            }
            in_word = b.is_ascii_alphabetic();
        }
    };
    map(v, ascii, tables::title_wtf8)
}

fn test(point: u32, f: impl Fn(char) -> bool) -> bool {
    char::from_u32(point).is_some_and(f)
}

/// White space, as `str.split` and `str.isspace` see it.
#[inline(always)]
pub fn is_space(c: u32) -> bool {
    match c {
        0..0x80 => matches!(c, 9..=13 | 0x1c..=0x20),
        _ => test(c, classify::is_space),
    }
}

pub fn is_alpha(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_alphabetic() } else { test(c, classify::is_alpha) }
}

pub fn is_decimal(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_digit() } else { test(c, classify::is_decimal) }
}

pub fn is_digit(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_digit() } else { test(c, classify::is_digit) }
}

pub fn is_numeric(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_digit() } else { test(c, classify::is_numeric) }
}

pub fn is_alnum(c: u32) -> bool {
    if c < 0x80 {
        (c as u8).is_ascii_alphanumeric()
    } else {
        is_alpha(c) || is_decimal(c) || is_digit(c) || is_numeric(c)
    }
}

pub fn is_printable(c: u32) -> bool {
    if c < 0x80 { (0x20..0x7f).contains(&c) } else { test(c, classify::is_printable) }
}

fn is_lower(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_lowercase() } else { test(c, tables::is_lowercase) }
}

fn is_upper(c: u32) -> bool {
    if c < 0x80 { (c as u8).is_ascii_uppercase() } else { test(c, tables::is_uppercase) }
}

fn is_title(c: u32) -> bool {
    c >= 0x80 && test(c, tables::is_titlecase)
}

/// The characters at which `splitlines` cuts.
pub fn is_line_break(c: u32) -> bool {
    matches!(c, 10..=13 | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

/// Not empty and all of a class.
pub fn all(v: Value, f: fn(u32) -> bool) -> R {
    let text = v.expect::<Str>();
    Ok(boolean(!text.is_empty() && text.code_points().all(f)))
}

pub fn isprintable(v: Value) -> R {
    Ok(boolean(v.expect::<Str>().code_points().all(is_printable)))
}

pub fn islower(v: Value) -> R {
    let mut any = false;
    for c in v.expect::<Str>().code_points() {
        if is_upper(c) || is_title(c) {
            return Ok(boolean(false));
        }
        any |= is_lower(c);
    }
    Ok(boolean(any))
}

pub fn isupper(v: Value) -> R {
    let mut any = false;
    for c in v.expect::<Str>().code_points() {
        if is_lower(c) || is_title(c) {
            return Ok(boolean(false));
        }
        any |= is_upper(c);
    }
    Ok(boolean(any))
}

pub fn istitle(v: Value) -> R {
    let (mut any, mut in_word) = (false, false);
    for c in v.expect::<Str>().code_points() {
        if is_upper(c) || is_title(c) {
            if in_word {
                return Ok(boolean(false));
            }
            (any, in_word) = (true, true);
        } else if is_lower(c) {
            if !in_word {
                return Ok(boolean(false));
            }
            any = true;
        } else {
            in_word = false;
        }
    }
    Ok(boolean(any))
}

/// Whether a text is an identifier (keywords too).
pub fn is_identifier(text: Ref<Str>) -> bool {
    let start = |c: u32| match c {
        0..0x80 => c == '_' as u32 || (c as u8).is_ascii_alphabetic(),
        _ => test(c, identifier::is_start),
    };
    let more = |c: u32| match c {
        0..0x80 => c == '_' as u32 || (c as u8).is_ascii_alphanumeric(),
        _ => test(c, identifier::is_continue),
    };
    if text.is_empty() {
        return false;
    }
    match text.data() {
        Data::One(s) => start(s[0] as u32) && s[1..].iter().all(|&c| more(c as u32)),
        data => start(data.get(0)) && (1..data.len()).all(|i| more(data.get(i))),
    }
}
