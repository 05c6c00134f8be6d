//! `unicode_escape`, `raw_unicode_escape`, `escape` (bytes) and UTF-7.

use super::decode::Decoder;
use crate::errors::{self, R, value_error};
use crate::object::Ref;
use crate::types::str::Str;

const HEX: &[u8; 16] = b"0123456789abcdef";

fn push_hex(out: &mut Vec<u8>, letter: u8, digits: u32, c: u32) {
    out.extend([b'\\', letter]);
    (0..digits).rev().for_each(|i| out.push(HEX[(c >> (4 * i) & 15) as usize]));
}

pub fn encode_unicode(text: Ref<Str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.code_points() {
        match c {
            9 => out.extend(b"\\t"),
            10 => out.extend(b"\\n"),
            13 => out.extend(b"\\r"),
            0x5c => out.extend(b"\\\\"),
            0x20..=0x7e => out.push(c as u8),
            0..=0xff => push_hex(&mut out, b'x', 2, c),
            0x100..=0xffff => push_hex(&mut out, b'u', 4, c),
            _ => push_hex(&mut out, b'U', 8, c),
        }
    }
    out
}

pub fn encode_raw(text: Ref<Str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.code_points() {
        match c {
            0..=0xff => out.push(c as u8),
            0x100..=0xffff => push_hex(&mut out, b'u', 4, c),
            _ => push_hex(&mut out, b'U', 8, c),
        }
    }
    out
}

/// Up to `n` hexadecimal digits at `at`: their value and how many there are.
fn hex_digits(bytes: &[u8], at: usize, n: usize) -> (u32, usize) {
    let mut value = 0u32;
    let mut i = 0;
    while i < n {
        let Some(digit) = bytes.get(at + i).and_then(|b| (*b as char).to_digit(16)) else { break };
        value = value << 4 | digit;
        i += 1;
    }
    (value, i)
}

/// The `\x`, `\u` or `\U` escape that starts at `start`; false if more input may complete it.
fn decode_hex(d: &mut Decoder, start: usize) -> R<bool> {
    let (n, message) = match d.bytes[start + 1] {
        b'x' => (2, "truncated \\xXX escape"),
        b'u' => (4, "truncated \\uXXXX escape"),
        _ => (8, "truncated \\UXXXXXXXX escape"),
    };
    let (value, found) = hex_digits(d.bytes, start + 2, n);
    let end = start + 2 + found;
    if found < n {
        if end == d.bytes.len() && !d.last {
            return Ok(false);
        }
        d.error(start, end, message)?;
    } else if value > 0x10ffff {
        d.error(start, end, "illegal Unicode character")?;
    } else {
        d.out.push(value);
        d.at = end;
    }
    Ok(true)
}

/// The warning about the first escape of a text that means nothing.
fn warn_invalid(text: Option<String>) -> R<()> {
    match text {
        Some(what) => {
            errors::warn_deprecated(&format!("{what} escape sequence. Such sequences will not work in the future. "))
        }
        None => Ok(()),
    }
}

pub fn decode_unicode(mut d: Decoder) -> R<(Ref<Str>, usize)> {
    let mut invalid = None;
    while d.at < d.bytes.len() {
        let (start, bytes) = (d.at, d.bytes);
        if bytes[start] != b'\\' {
            d.out.push(bytes[start] as u32);
            d.at += 1;
            continue;
        }
        let Some(&c) = bytes.get(start + 1) else {
            if !d.last {
                break;
            }
            d.error(start, start + 1, "\\ at end of string")?;
            continue;
        };
        d.at = start + 2;
        let simple = match c {
            b'\n' => continue,
            b'\\' | b'\'' | b'"' => c,
            b'b' => 8,
            b'f' => 12,
            b't' => 9,
            b'n' => 10,
            b'r' => 13,
            b'v' => 11,
            b'a' => 7,
            b'0'..=b'7' => {
                let mut value = (c - b'0') as u32;
                let mut n = 1;
                while n < 3 && matches!(bytes.get(d.at), Some(b'0'..=b'7')) {
                    value = value * 8 + (bytes[d.at] - b'0') as u32;
                    d.at += 1;
                    n += 1;
                }
                if n < 3 && d.at == bytes.len() && !d.last {
                    d.at = start;
                    break;
                }
                if value > 0xff {
                    invalid.get_or_insert_with(|| format!("\"\\{value:o}\" is an invalid octal"));
                }
                d.out.push(value);
                continue;
            }
            b'x' | b'u' | b'U' => {
                if !decode_hex(&mut d, start)? {
                    d.at = start;
                    break;
                }
                continue;
            }
            b'N' => {
                if !decode_name(&mut d, start)? {
                    d.at = start;
                    break;
                }
                continue;
            }
            _ => {
                invalid.get_or_insert_with(|| format!("\"\\{}\" is an invalid", c as char));
                d.out.push('\\' as u32);
                c
            }
        };
        d.out.push(simple as u32);
    }
    warn_invalid(invalid)?;
    Ok(d.finish())
}

/// `\N{NAME}`.
fn decode_name(d: &mut Decoder, start: usize) -> R<bool> {
    let bytes = d.bytes;
    let open = start + 2;
    if open >= bytes.len() && !d.last {
        return Ok(false);
    }
    if bytes.get(open) == Some(&b'{') {
        match memchr::memchr(b'}', &bytes[open..]) {
            Some(len) if len > 1 => {
                let name = std::str::from_utf8(&bytes[open + 1..open + len]).unwrap_or("");
                match rustpython_unicode::data::lookup_character(name) {
                    Some(c) => {
                        d.out.push(c as u32);
                        d.at = open + len + 1;
                    }
                    None => d.error(start, open + len + 1, "unknown Unicode character name")?,
                }
                return Ok(true);
            }
            Some(len) => {
                d.error(start, open + len, "malformed \\N character escape")?;
                return Ok(true);
            }
            None if !d.last => return Ok(false),
            None => {
                d.error(start, bytes.len(), "malformed \\N character escape")?;
                return Ok(true);
            }
        }
    }
    d.error(start, open.min(bytes.len()), "malformed \\N character escape")?;
    Ok(true)
}

pub fn decode_raw(mut d: Decoder) -> R<(Ref<Str>, usize)> {
    while d.at < d.bytes.len() {
        let (start, bytes) = (d.at, d.bytes);
        if bytes[start] != b'\\' {
            d.out.push(bytes[start] as u32);
            d.at += 1;
            continue;
        }
        match bytes.get(start + 1) {
            None if !d.last => break,
            Some(b'u' | b'U') => {
                if !decode_hex(&mut d, start)? {
                    d.at = start;
                    break;
                }
            }
            next => {
                // A backslash pair stays as it is, so that `\\u` is no escape.
                d.out.push('\\' as u32);
                d.at += 1;
                if let Some(&next) = next {
                    d.out.push(next as u32);
                    d.at += 1;
                }
            }
        }
    }
    Ok(d.finish())
}

/// `codecs.escape_decode`: the escapes of bytes literals.
pub fn decode_bytes(bytes: &[u8], errors: &str) -> R<Vec<u8>> {
    let mut invalid = None;
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let c = bytes[at];
        at += 1;
        if c != b'\\' {
            out.push(c);
            continue;
        }
        let Some(&c) = bytes.get(at) else { return Err(value_error("Trailing \\ in string")) };
        at += 1;
        match c {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(c),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(9),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let mut value = (c - b'0') as u32;
                let mut n = 1;
                while n < 3 && matches!(bytes.get(at), Some(b'0'..=b'7')) {
                    value = value * 8 + (bytes[at] - b'0') as u32;
                    at += 1;
                    n += 1;
                }
                if value > 0xff {
                    invalid.get_or_insert_with(|| format!("b\"\\{value:o}\" is an invalid octal"));
                }
                out.push(value as u8);
            }
            b'x' => {
                let (value, n) = hex_digits(bytes, at, 2);
                if n == 2 {
                    out.push(value as u8);
                } else {
                    match errors {
                        "strict" => {
                            return Err(value_error(format_args!("invalid \\x escape at position {}", at - 2)));
                        }
                        "replace" => out.push(b'?'),
                        "ignore" => {}
                        other => {
                            return Err(value_error(format_args!(
                                "decoding error; unknown error handling code: {other}"
                            )));
                        }
                    }
                }
                at += n;
            }
            _ => {
                invalid.get_or_insert_with(|| format!("b\"\\{}\" is an invalid", c as char));
                out.extend([b'\\', c]);
            }
        }
    }
    warn_invalid(invalid)?;
    Ok(out)
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64_value(b: u8) -> Option<u32> {
    BASE64.iter().position(|&x| x == b).map(|i| i as u32)
}

/// Characters that UTF-7 writes as themselves.
fn utf7_direct(c: u32) -> bool {
    match u8::try_from(c) {
        Ok(b) => b.is_ascii_alphanumeric() || b"'(),-./:?!\"#$%&*;<=>@[]^_`{|} \t\n\r".contains(&b),
        Err(_) => false,
    }
}

pub fn encode_utf7(text: Ref<Str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let (mut bits, mut n, mut shifted) = (0u32, 0u32, false);
    for c in text.code_points() {
        let direct = utf7_direct(c);
        if shifted && direct {
            if n > 0 {
                out.push(BASE64[(bits << (6 - n) & 63) as usize]);
            }
            (bits, n, shifted) = (0, 0, false);
            if base64_value(c as u8).is_some() || c == '-' as u32 {
                out.push(b'-');
            }
        }
        if direct {
            out.push(c as u8);
            continue;
        }
        if !shifted {
            out.push(b'+');
            if c == '+' as u32 {
                out.push(b'-');
                continue;
            }
            shifted = true;
        }
        let mut put = |unit: u32| {
            bits = bits << 16 | unit;
            n += 16;
            while n >= 6 {
                n -= 6;
                out.push(BASE64[(bits >> n & 63) as usize]);
            }
            bits &= (1 << n) - 1;
        };
        if c >= 0x10000 {
            put(0xd800 + ((c - 0x10000) >> 10));
            put(0xdc00 + ((c - 0x10000) & 0x3ff));
        } else {
            put(c);
        }
    }
    if n > 0 {
        out.push(BASE64[(bits << (6 - n) & 63) as usize]);
    }
    if shifted {
        out.push(b'-');
    }
    out
}

/// A shifted (base64) sequence while it is read.
#[derive(Default)]
struct Shift {
    start: usize,
    bits: u32,
    n: u32,
    /// A high surrogate that waits for its other half.
    high: Option<u16>,
    /// What the sequence said so far; it goes out when the sequence ends or breaks off.
    text: Vec<u32>,
}

impl Shift {
    fn take(&mut self, value: u32) {
        self.bits = self.bits << 6 | value;
        self.n += 6;
        if self.n < 16 {
            return;
        }
        self.n -= 16;
        let unit = (self.bits >> self.n) as u16;
        self.bits &= (1 << self.n) - 1;
        if let Some(high) = self.high.take() {
            if (0xdc00..0xe000).contains(&unit) {
                self.text.push(0x10000 + ((high as u32 & 0x3ff) << 10 | (unit as u32 & 0x3ff)));
                return;
            }
            self.text.push(high as u32);
        }
        match unit {
            0xd800..0xdc00 => self.high = Some(unit),
            unit => self.text.push(unit as u32),
        }
    }

    /// What is wrong with the bits that are left, if the sequence ends here.
    fn left_over(&self) -> Option<&'static str> {
        match (self.n, self.bits) {
            (6.., _) => Some("partial character in base64 sequence"),
            (1.., 1..) => Some("non-zero padding bits in shift sequence"),
            _ => None,
        }
    }
}

pub fn decode_utf7(mut d: Decoder) -> R<(Ref<Str>, usize)> {
    let mut shift: Option<Shift> = None;
    loop {
        let Some(&b) = d.bytes.get(d.at) else {
            let Some(open) = shift.take() else { break };
            if !d.last {
                d.at = open.start;
                break;
            }
            open.text.iter().for_each(|&c| d.out.push(c));
            if open.high.is_some() || open.left_over().is_some() {
                let end = d.bytes.len();
                d.error(open.start, end, "unterminated shift sequence")?;
            }
            continue;
        };
        if let Some(open) = &mut shift {
            if let Some(value) = base64_value(b) {
                open.take(value);
                d.at += 1;
                continue;
            }
            let open = shift.take().unwrap_or_default();
            open.text.iter().for_each(|&c| d.out.push(c));
            if let Some(message) = open.left_over() {
                let end = d.at + 1;
                d.error(open.start, end, message)?;
                continue;
            }
            if let Some(high) = open.high.filter(|_| b < 0x80 && b != b'+') {
                d.out.push(high as u32);
            }
            d.at += (b == b'-') as usize;
            continue;
        }
        let start = d.at;
        match (b, d.bytes.get(start + 1)) {
            (b'+', Some(b'-')) => {
                d.out.push('+' as u32);
                d.at += 2;
            }
            (b'+', Some(&next)) if base64_value(next).is_none() => d.error(start, start + 2, "ill-formed sequence")?,
            (b'+', _) => {
                d.at += 1;
                shift = Some(Shift { start, ..Shift::default() });
            }
            (0x80.., _) => d.error(start, start + 1, "unexpected special character")?,
            _ => {
                d.out.push(b as u32);
                d.at += 1;
            }
        }
    }
    Ok(d.finish())
}
