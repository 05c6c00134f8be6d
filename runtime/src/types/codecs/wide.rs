//! UTF-16 and UTF-32.

use super::decode::Decoder;
use super::encode::with;
use crate::errors::R;
use crate::object::Ref;
use crate::types::str::Str;
use crate::value::Value;

/// Byte order; `Marked` writes a byte order mark and obeys one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Marked,
    Little,
    Big,
}

pub fn encode16(text: Ref<Str>, order: Order, name: &str, errors: &str) -> R<Vec<u8>> {
    let put = |c: u32, out: &mut Vec<u8>| match char::from_u32(c) {
        Some(c) => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.extend(if order == Order::Big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
            true
        }
        None => false,
    };
    let body = with(text, name, errors, "surrogates not allowed", &put)?;
    Ok(if order == Order::Marked { [&[0xff, 0xfe][..], &body].concat() } else { body })
}

pub fn encode32(text: Ref<Str>, order: Order, name: &str, errors: &str) -> R<Vec<u8>> {
    let put = |c: u32, out: &mut Vec<u8>| {
        if (0xd800..0xe000).contains(&c) {
            return false;
        }
        out.extend(if order == Order::Big { c.to_be_bytes() } else { c.to_le_bytes() });
        true
    };
    let body = with(text, name, errors, "surrogates not allowed", &put)?;
    Ok(if order == Order::Marked { [&[0xff, 0xfe, 0, 0][..], &body].concat() } else { body })
}

pub fn decode16(object: Value, bytes: &[u8], order: Order, errors: &str, last: bool) -> R<(Ref<Str>, usize)> {
    let (text, taken, _) = decode16_ex(object, bytes, order, errors, last)?;
    Ok((text, taken))
}

/// As [`decode16`], with the byte order found.
pub fn decode16_ex(object: Value, bytes: &[u8], order: Order, errors: &str, last: bool) -> R<(Ref<Str>, usize, Order)> {
    let (order, start) = match (order, bytes) {
        (Order::Marked, [0xff, 0xfe, ..]) => (Order::Little, 2),
        (Order::Marked, [0xfe, 0xff, ..]) => (Order::Big, 2),
        _ => (order, 0),
    };
    let mut d = Decoder::new(if order == Order::Big { "utf-16-be" } else { "utf-16-le" }, object, bytes, errors, last);
    d.at = start;
    let big = order == Order::Big;
    while d.at < d.bytes.len() {
        let (at, bytes) = (d.at, d.bytes);
        let unit = |at: usize| {
            let pair = [bytes[at], bytes[at + 1]];
            if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
        };
        if at + 1 >= bytes.len() {
            if !last {
                break;
            }
            d.error(at, bytes.len(), "truncated data")?;
            continue;
        }
        match unit(at) {
            high @ 0xd800..0xdc00 => {
                if at + 3 >= bytes.len() {
                    if !last {
                        break;
                    }
                    d.error(at, bytes.len(), "unexpected end of data")?;
                    continue;
                }
                match unit(at + 2) {
                    low @ 0xdc00..0xe000 => {
                        d.out.push(0x10000 + ((high as u32 & 0x3ff) << 10 | (low as u32 & 0x3ff)));
                        d.at += 4;
                    }
                    _ => d.error(at, at + 2, "illegal UTF-16 surrogate")?,
                }
            }
            0xdc00..0xe000 => d.error(at, at + 2, "illegal encoding")?,
            other => {
                d.out.push(other as u32);
                d.at += 2;
            }
        }
    }
    let (text, taken) = d.finish();
    Ok((text, taken, order))
}

pub fn decode32(object: Value, bytes: &[u8], order: Order, errors: &str, last: bool) -> R<(Ref<Str>, usize)> {
    let (text, taken, _) = decode32_ex(object, bytes, order, errors, last)?;
    Ok((text, taken))
}

/// As [`decode32`], with the byte order found.
pub fn decode32_ex(object: Value, bytes: &[u8], order: Order, errors: &str, last: bool) -> R<(Ref<Str>, usize, Order)> {
    let (order, start) = match (order, bytes) {
        (Order::Marked, [0xff, 0xfe, 0, 0, ..]) => (Order::Little, 4),
        (Order::Marked, [0, 0, 0xfe, 0xff, ..]) => (Order::Big, 4),
        _ => (order, 0),
    };
    let mut d = Decoder::new(if order == Order::Big { "utf-32-be" } else { "utf-32-le" }, object, bytes, errors, last);
    d.at = start;
    while d.at < d.bytes.len() {
        let (at, bytes) = (d.at, d.bytes);
        let Some(unit) = bytes.get(at..at + 4) else {
            if !last {
                break;
            }
            d.error(at, bytes.len(), "truncated data")?;
            continue;
        };
        let unit = [unit[0], unit[1], unit[2], unit[3]];
        let point = if order == Order::Big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) };
        match point {
            0xd800..0xe000 => d.error(at, at + 4, "code point in surrogate code point range(0xd800, 0xe000)")?,
            0..=0x10ffff => {
                d.out.push(point);
                d.at += 4;
            }
            _ => d.error(at, at + 4, "code point not in range(0x110000)")?,
        }
    }
    let (text, taken) = d.finish();
    Ok((text, taken, order))
}
