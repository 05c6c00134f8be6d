//! Strings: `scanstring` and the two `encode_basestring` functions.

use crate::errors::{self, R, Raised, type_error};
use crate::object::{Ref, call};
use crate::types::exceptions::Exception;
use crate::types::int;
use crate::types::str::{Builder, Data, Str};
use crate::value::Value;

/// A code point as a string holds it.
pub trait Unit: Copy {
    fn point(self) -> u32;
}

macro_rules! unit {
    ($($ty:ty)*) => { $(impl Unit for $ty {
        #[inline(always)]
        fn point(self) -> u32 {
            self as u32
        }
    })* };
}
unit!(u8 u16 u32);

/// `json.decoder.JSONDecodeError(message, text, at)`, raised.
#[cold]
#[inline(never)]
pub fn decode_error(message: &str, text: Ref<Str>, at: isize) -> Raised {
    let made = crate::modules::create_and_get("json.decoder", "JSONDecodeError").and_then(|class| match class {
        Some(class) => {
            let args = [Str::new(message).value(), text.value(), int::from_i64(at as i64)];
            call::call(class, &args)
        }
        None => Err(errors::runtime_error("json.decoder has no JSONDecodeError")),
    });
    match made.map(|made| made.cast::<Exception>()) {
        Ok(Some(made)) => errors::raise(made),
        Ok(None) => type_error("exceptions must derive from BaseException"),
        Err(raised) => raised,
    }
}

fn hex4<U: Unit>(s: &[U]) -> Option<u32> {
    s.iter().try_fold(0, |n, unit| Some(n << 4 | char::from_u32(unit.point())?.to_digit(16)?))
}

/// The end of the plain characters that begin at `at`: a quote, a backslash or a forbidden control character.
#[inline]
pub fn plain_end<U: Unit>(s: &[U], at: usize, strict: bool) -> usize {
    let stop = |unit: &U| {
        let c = unit.point();
        c == b'"' as u32 || c == b'\\' as u32 || (c < 0x20 && strict)
    };
    s[at..].iter().position(stop).map_or(s.len(), |n| at + n)
}

/// The string whose first character is at `start` (at most the text's length), and where its closing quote ends.
pub fn scan<U: Unit>(text: Ref<Str>, s: &[U], start: usize, strict: bool) -> R<(Ref<Str>, usize)> {
    let end = plain_end(s, start, strict);
    if s.get(end).is_some_and(|unit| unit.point() == b'"' as u32) {
        return Ok((text.substring(start, end), end + 1));
    }
    let unterminated = || decode_error("Unterminated string starting at", text, start as isize - 1);
    let mut out = Builder::new();
    let mut at = start;
    loop {
        let end = plain_end(s, at, strict);
        s[at..end].iter().for_each(|unit| out.push(unit.point()));
        let Some(unit) = s.get(end) else { return Err(unterminated()) };
        if unit.point() == b'"' as u32 {
            return Ok((out.finish(), end + 1));
        }
        if unit.point() != b'\\' as u32 {
            return Err(decode_error("Invalid control character at", text, end as isize));
        }
        let Some(unit) = s.get(end + 1) else { return Err(unterminated()) };
        at = end + 2;
        let escape = char::from_u32(unit.point()).unwrap_or('\0');
        let point = match escape {
            '"' | '\\' | '/' => escape as u32,
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'u' => {
                let bad = |u: usize| decode_error("Invalid \\uXXXX escape", text, u as isize);
                // A character must follow the digits, if only the closing quote.
                if at + 4 >= s.len() {
                    return Err(bad(at - 1));
                }
                let high = hex4(&s[at..at + 4]).ok_or_else(|| bad(at - 1))?;
                at += 4;
                let follows = (0xd800..0xdc00).contains(&high)
                    && at + 6 < s.len()
                    && s[at].point() == b'\\' as u32
                    && s[at + 1].point() == b'u' as u32;
                if follows {
                    let low = hex4(&s[at + 2..at + 6]).ok_or_else(|| bad(at + 1))?;
                    if (0xdc00..0xe000).contains(&low) {
                        at += 6;
                        out.push(0x10000 + ((high - 0xd800) << 10 | (low - 0xdc00)));
                        continue;
                    }
                }
                high
            }
            _ => return Err(decode_error("Invalid \\escape", text, end as isize)),
        };
        out.push(point);
    }
}

/// How a character below 0x80 is written after a backslash, if it has a letter.
fn letter(c: u32) -> Option<char> {
    Some(match c {
        0x08 => 'b',
        0x0c => 'f',
        0x0a => 'n',
        0x0d => 'r',
        0x09 => 't',
        0x22 => '"',
        0x5c => '\\',
        _ => return None,
    })
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn push_escape(out: &mut Builder, c: u32) {
    out.push(b'\\' as u32);
    if let Some(letter) = letter(c) {
        return out.push(letter as u32);
    }
    out.push(b'u' as u32);
    for shift in [12, 8, 4, 0] {
        out.push(HEX[(c >> shift & 15) as usize] as u32);
    }
}

#[inline]
fn must_escape(c: u32, ascii: bool) -> bool {
    c < 0x20 || c == b'"' as u32 || c == b'\\' as u32 || (ascii && c >= 0x7f)
}

/// Appends the text as a JSON string, all in ASCII if `ascii`.
pub fn quote(out: &mut Builder, text: Ref<Str>, ascii: bool) {
    fn run<'a, U: Unit>(out: &mut Builder, s: &'a [U], ascii: bool, plain: impl Fn(&'a [U]) -> Data<'a>) {
        let mut at = 0;
        while at < s.len() {
            let end = s[at..].iter().position(|unit| must_escape(unit.point(), ascii)).map_or(s.len(), |n| at + n);
            if end > at {
                out.push_data(plain(&s[at..end]));
            }
            let Some(unit) = s.get(end) else { return };
            let c = unit.point();
            if c > 0xffff {
                let c = c - 0x10000;
                push_escape(out, 0xd800 | c >> 10);
                push_escape(out, 0xdc00 | c & 0x3ff);
            } else {
                push_escape(out, c);
            }
            at = end + 1;
        }
    }
    out.push(b'"' as u32);
    match text.data() {
        Data::One(s) => run(out, s, ascii, Data::One),
        Data::Two(s) => run(out, s, ascii, Data::Two),
        Data::Four(s) => run(out, s, ascii, Data::Four),
    }
    out.push(b'"' as u32);
}

fn text_argument(v: Value) -> R<Ref<Str>> {
    v.cast::<Str>()
        .ok_or_else(|| type_error(format_args!("first argument must be a string, not {}", v.class().display_name())))
}

fn encode(v: Value, ascii: bool) -> R {
    let text = text_argument(v)?;
    let mut out = Builder::with_capacity(text.len() + 2);
    quote(&mut out, text, ascii);
    Ok(out.finish().value())
}

pub fn encode_basestring(_: Value, v: Value) -> R {
    encode(v, false)
}

pub fn encode_basestring_ascii(_: Value, v: Value) -> R {
    encode(v, true)
}

pub fn scanstring(_: Value, args: &[Value]) -> R {
    let bound = if args.len() < 2 { Some("at least 2") } else { (args.len() > 3).then_some("at most 3") };
    if let Some(bound) = bound {
        return Err(type_error(format_args!("scanstring() takes {bound} arguments ({} given)", args.len())));
    }
    let end = crate::ops::as_isize(args[1])?;
    let strict = args.get(2).map_or(Ok(true), |strict| crate::ops::truth(*strict))?;
    let text = text_argument(args[0])?;
    let Some(start) = usize::try_from(end).ok().filter(|end| *end <= text.len()) else {
        return Err(errors::value_error("end is out of bounds"));
    };
    let (found, end) = match text.data() {
        Data::One(s) => scan(text, s, start, strict),
        Data::Two(s) => scan(text, s, start, strict),
        Data::Four(s) => scan(text, s, start, strict),
    }?;
    Ok(crate::types::tuple::Tuple::new(&[found.value(), int::from_usize(end)]).value())
}
