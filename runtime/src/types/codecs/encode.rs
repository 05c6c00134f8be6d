//! Encoding text with the built-in encodings.

use super::handlers::{self, Handler, Replacement};
use super::{Native, escapes, wide};
use crate::errors::{self, R};
use crate::object::Ref;
use crate::types::str::{Data, Str};

/// How an encoding writes one character; false if it cannot.
pub type Put<'a> = &'a dyn Fn(u32, &mut Vec<u8>) -> bool;

/// Encodes character by character; runs of characters that do not fit go to the error handler.
pub fn with(text: Ref<Str>, name: &str, errors: &str, reason: &str, put: Put) -> R<Vec<u8>> {
    let len = text.len();
    let mut out = Vec::with_capacity(len);
    let mut handler = None;
    let mut at = 0;
    let data = text.data();
    while at < len {
        if put(data.get(at), &mut out) {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        let mut scratch = Vec::new();
        while end < len && !put(data.get(end), &mut scratch) {
            end += 1;
        }
        let handler = handler.get_or_insert_with(|| Handler::named(errors));
        if *handler == Handler::SurrogateEscape {
            // Bytes that were escaped go through, up to what was not.
            end = (at..end).find(|&i| !(0xdc80..0xdd00).contains(&data.get(i))).filter(|&i| i > at).unwrap_or(end);
        }
        let (replacement, next) = handlers::encoding(handler, name, text, at, end, reason)?;
        let taken = match replacement {
            Replacement::Bytes(bytes) => {
                out.extend_from_slice(&bytes);
                bytes.len() % unit_of(name) == 0
            }
            // Those that can write all characters take nothing but ASCII from a handler.
            Replacement::Text(replacement) => {
                replacement.code_points().all(|c| (c < 0x80 || !name.starts_with("utf")) && put(c, &mut out))
            }
        };
        if !taken {
            return Err(errors::raise(handlers::encode_exception(name, text, at, end, reason)));
        }
        at = next;
    }
    Ok(out)
}

/// Bytes of a code unit.
fn unit_of(name: &str) -> usize {
    match name {
        name if name.starts_with("utf-16") => 2,
        name if name.starts_with("utf-32") => 4,
        _ => 1,
    }
}

pub fn put_utf8(c: u32, out: &mut Vec<u8>) -> bool {
    match char::from_u32(c) {
        Some(c) => {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            true
        }
        None => false,
    }
}

fn put_ascii(c: u32, out: &mut Vec<u8>) -> bool {
    if c < 0x80 {
        out.push(c as u8);
    }
    c < 0x80
}

fn put_latin1(c: u32, out: &mut Vec<u8>) -> bool {
    if c < 0x100 {
        out.push(c as u8);
    }
    c < 0x100
}

pub fn encode(native: Native, text: Ref<Str>, errors: &str) -> R<Vec<u8>> {
    let name = native.name();
    match (native, text.data()) {
        (Native::Utf8 | Native::Ascii | Native::Latin1, Data::One(s)) if text.is_ascii() => Ok(s.to_vec()),
        (Native::Latin1, Data::One(s)) => Ok(s.to_vec()),
        (Native::Utf8, _) => with(text, name, errors, "surrogates not allowed", &put_utf8),
        (Native::Ascii, _) => with(text, name, errors, "ordinal not in range(128)", &put_ascii),
        (Native::Latin1, _) => with(text, name, errors, "ordinal not in range(256)", &put_latin1),
        (Native::Utf16(order), _) => wide::encode16(text, order, name, errors),
        (Native::Utf32(order), _) => wide::encode32(text, order, name, errors),
        (Native::Utf7, _) => Ok(escapes::encode_utf7(text)),
        (Native::UnicodeEscape, _) => Ok(escapes::encode_unicode(text)),
        (Native::RawUnicodeEscape, _) => Ok(escapes::encode_raw(text)),
    }
}

/// Appends the UTF-8 of a text without surrogates; false, with nothing appended, if it has some.
pub fn append_utf8(text: Ref<Str>, out: &mut Vec<u8>) -> bool {
    if let Some(ascii) = text.as_ascii() {
        out.extend_from_slice(ascii.as_bytes());
        return true;
    }
    let start = out.len();
    if text.code_points().all(|c| put_utf8(c, out)) {
        return true;
    }
    out.truncate(start);
    false
}
