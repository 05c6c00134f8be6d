//! Text encodings: the built-in ones here in Rust, all others through the registry of Python codecs
//! (`encodings`), which is only imported when one is asked for.

pub mod decode;
pub mod encode;
pub mod escapes;
pub mod handlers;
pub mod registry;
pub mod wide;

use crate::errors::{R, lookup_error, type_error};
use crate::object::Ref;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::value::Value;

/// The encodings that need no Python code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Native {
    Utf8,
    Ascii,
    Latin1,
    Utf16(wide::Order),
    Utf32(wide::Order),
    Utf7,
    UnicodeEscape,
    RawUnicodeEscape,
}

impl Native {
    /// The encoding of this name, spelled in any of its usual ways.
    pub fn find(name: &str) -> Option<Native> {
        use wide::Order::{Big, Little, Marked};
        if name == "utf-8" {
            return Some(Native::Utf8);
        }
        if name.len() > 20 {
            return None;
        }
        let name: String =
            name.chars().map(|c| if matches!(c, '-' | ' ') { '_' } else { c.to_ascii_lowercase() }).collect();
        Some(match name.as_str() {
            "utf_8" | "utf8" | "u8" | "utf" | "cp65001" => Native::Utf8,
            "ascii" | "us_ascii" | "646" | "ansi_x3.4_1968" => Native::Ascii,
            "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" | "iso8859" | "8859" | "l1" | "latin" | "cp819" => {
                Native::Latin1
            }
            "utf_16" | "utf16" | "u16" => Native::Utf16(Marked),
            "utf_16_le" | "utf_16le" | "utf16le" | "utf16_le" => Native::Utf16(Little),
            "utf_16_be" | "utf_16be" | "utf16be" | "utf16_be" => Native::Utf16(Big),
            "utf_32" | "utf32" | "u32" => Native::Utf32(Marked),
            "utf_32_le" | "utf_32le" | "utf32le" | "utf32_le" => Native::Utf32(Little),
            "utf_32_be" | "utf_32be" | "utf32be" | "utf32_be" => Native::Utf32(Big),
            "utf_7" | "utf7" | "u7" => Native::Utf7,
            "unicode_escape" | "unicodeescape" => Native::UnicodeEscape,
            "raw_unicode_escape" | "rawunicodeescape" => Native::RawUnicodeEscape,
            _ => return None,
        })
    }

    /// Errors of encodings that CPython looks up in the registry have a note that says which it was.
    fn note(self, operation: &str, encoding: &str) {
        use wide::Order::Marked;
        if !matches!(
            self,
            Native::Utf8 | Native::Ascii | Native::Latin1 | Native::Utf16(Marked) | Native::Utf32(Marked)
        ) {
            crate::errors::add_note(&format!("{operation} with '{encoding}' codec failed"));
        }
    }

    /// The name in error objects.
    pub fn name(self) -> &'static str {
        use wide::Order::{Big, Little, Marked};
        match self {
            Native::Utf8 => "utf-8",
            Native::Ascii => "ascii",
            Native::Latin1 => "latin-1",
            Native::Utf16(Marked) => "utf-16",
            Native::Utf16(Little) => "utf-16-le",
            Native::Utf16(Big) => "utf-16-be",
            Native::Utf32(Marked) => "utf-32",
            Native::Utf32(Little) => "utf-32-le",
            Native::Utf32(Big) => "utf-32-be",
            Native::Utf7 => "utf7",
            Native::UnicodeEscape => "unicodeescape",
            Native::RawUnicodeEscape => "rawunicodeescape",
        }
    }
}

/// Decodes; `object` is what holds the bytes, for error objects and Python codecs.
pub fn decode(object: Value, bytes: &[u8], encoding: &str, errors: &str) -> R {
    match Native::find(encoding) {
        Some(native) => {
            let made = decode::decode(native, object, bytes, errors, true);
            Ok(made.inspect_err(|_| native.note("decoding", encoding))?.0.value())
        }
        None => {
            let made = registry::decode(object, encoding, Some(errors), true)?;
            if made.cast::<Str>().is_none() {
                return Err(type_error(format_args!(
                    "'{encoding}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
                    made.class().display_name()
                )));
            }
            Ok(made)
        }
    }
}

/// `text.encode(encoding, errors)`, as the object that the codec gave.
pub fn encode_any(text: Ref<Str>, encoding: &str, errors: &str) -> R {
    match Native::find(encoding) {
        Some(native) => {
            let made = encode::encode(native, text, errors);
            Ok(Bytes::new(&made.inspect_err(|_| native.note("encoding", encoding))?).value())
        }
        None => {
            let made = registry::encode(text.value(), encoding, Some(errors), true)?;
            if made.cast::<Bytes>().is_none() {
                return Err(type_error(format_args!(
                    "'{encoding}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
                    made.class().display_name()
                )));
            }
            Ok(made)
        }
    }
}

pub fn encode(text: Ref<Str>, encoding: &str, errors: &str) -> R<Ref<Bytes>> {
    Ok(encode_any(text, encoding, errors)?.expect::<Bytes>())
}

pub fn unknown_encoding(name: &str) -> crate::value::Raised {
    lookup_error(format_args!("unknown encoding: {name}"))
}
