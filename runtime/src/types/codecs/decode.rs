//! Decoding bytes with the built-in encodings. Each answers the text and how many bytes it took: all
//! of them, or fewer when more input may follow (`last` false) and the end is incomplete.

use super::handlers::{self, Handler};
use super::{Native, escapes, wide};
use crate::errors::R;
use crate::object::Ref;
use crate::types::str::{Builder, Str};
use crate::value::Value;

/// A decoder at work. An error handler may exchange the input, so `bytes` is looked at anew after each error.
pub struct Decoder<'a> {
    pub name: &'static str,
    pub object: Value,
    pub bytes: &'a [u8],
    pub at: usize,
    pub out: Builder,
    pub last: bool,
    errors: &'a str,
    handler: Option<Handler>,
}

impl<'a> Decoder<'a> {
    pub fn new(name: &'static str, object: Value, bytes: &'a [u8], errors: &'a str, last: bool) -> Decoder<'a> {
        let out = Builder::with_capacity(bytes.len());
        Decoder { name, object, bytes, at: 0, out, last, errors, handler: None }
    }

    /// Bytes `start..end` are wrong: the error handler decides.
    pub fn error(&mut self, start: usize, end: usize, reason: &str) -> R<()> {
        let handler = self.handler.get_or_insert_with(|| Handler::named(self.errors));
        let mut input = (self.object, self.bytes);
        self.at = handlers::decoding(handler, self.name, &mut input, start, end, reason, &mut self.out)?;
        (self.object, self.bytes) = input;
        Ok(())
    }

    pub fn finish(self) -> (Ref<Str>, usize) {
        (self.out.finish(), self.at)
    }
}

pub fn decode(native: Native, object: Value, bytes: &[u8], errors: &str, last: bool) -> R<(Ref<Str>, usize)> {
    match native {
        Native::Utf8 => utf8(object, bytes, errors, last),
        Native::Latin1 => Ok((Str::from_latin1(bytes), bytes.len())),
        Native::Ascii => ascii(object, bytes, errors),
        Native::Utf16(order) => wide::decode16(object, bytes, order, errors, last),
        Native::Utf32(order) => wide::decode32(object, bytes, order, errors, last),
        Native::Utf7 => escapes::decode_utf7(Decoder::new(native.name(), object, bytes, errors, last)),
        Native::UnicodeEscape => escapes::decode_unicode(Decoder::new(native.name(), object, bytes, errors, last)),
        Native::RawUnicodeEscape => escapes::decode_raw(Decoder::new(native.name(), object, bytes, errors, last)),
    }
}

pub fn utf8(object: Value, bytes: &[u8], errors: &str, last: bool) -> R<(Ref<Str>, usize)> {
    if bytes.is_ascii() {
        return Ok((Str::from_ascii(bytes), bytes.len()));
    }
    let mut d = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((Str::new(text), bytes.len())),
        Err(_) => Decoder::new("utf-8", object, bytes, errors, last),
    };
    while d.at < d.bytes.len() {
        let bytes = d.bytes;
        let error = match std::str::from_utf8(&bytes[d.at..]) {
            Ok(text) => {
                d.out.push_str(text);
                d.at = bytes.len();
                break;
            }
            Err(error) => error,
        };
        let start = d.at + error.valid_up_to();
        if let Ok(text) = std::str::from_utf8(&bytes[d.at..start]) {
            d.out.push_str(text);
        }
        d.at = start;
        match error.error_len() {
            None if !last => break,
            None => d.error(start, bytes.len(), "unexpected end of data")?,
            // What may become a surrogate, which a handler may let pass.
            Some(_) if !last && matches!(bytes[start..], [0xed, 0xa0..=0xbf]) => break,
            Some(n) => {
                let first = bytes[start];
                let reason = if matches!(first, 0x80..=0xc1 | 0xf5..) {
                    "invalid start byte"
                } else {
                    "invalid continuation byte"
                };
                d.error(start, start + n, reason)?;
            }
        }
    }
    Ok(d.finish())
}

fn ascii(object: Value, bytes: &[u8], errors: &str) -> R<(Ref<Str>, usize)> {
    if bytes.is_ascii() {
        return Ok((Str::from_ascii(bytes), bytes.len()));
    }
    let mut d = Decoder::new("ascii", object, bytes, errors, true);
    while d.at < d.bytes.len() {
        let b = d.bytes[d.at];
        if b < 0x80 {
            d.out.push(b as u32);
            d.at += 1;
        } else {
            let at = d.at;
            d.error(at, at + 1, "ordinal not in range(128)")?;
        }
    }
    Ok(d.finish())
}
