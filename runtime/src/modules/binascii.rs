//! `binascii`: bytes as hexadecimal, base64, quoted-printable and uuencoded text, and checksums.

use super::error_class::ErrorClass;
use crate::errors::{R, Raised, type_error, value_error};
use crate::object::args::Params;
use crate::object::singletons::none;
use crate::object::{Args, Method};
use crate::ops;
use crate::types::bytes::{self, Bytes, buffer_of};
use crate::types::exceptions::{EXCEPTION, VALUE_ERROR};
use crate::types::int;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;
use rustpython_common::binascii::{self as coding, Base64DecodeError, Error};

static ERROR: ErrorClass = ErrorClass::new("binascii", "Error", &VALUE_ERROR);
static INCOMPLETE: ErrorClass = ErrorClass::new("binascii", "Incomplete", &EXCEPTION);

#[cold]
fn raise(error: Error) -> Raised {
    ERROR.raise(match error {
        Error::OddLengthString => "Odd-length string",
        Error::NonHexadecimalDigit => "Non-hexadecimal digit found",
        Error::MissingLengthByte => "Missing length byte",
        Error::IllegalChar => "Illegal char",
        Error::TrailingGarbage => "Trailing garbage",
        Error::TooLong => "At most 45 bytes at once",
        Error::Base64(error) => return raise_base64(error),
    })
}

fn raise_base64(error: Base64DecodeError) -> Raised {
    ERROR.raise(match error {
        Base64DecodeError::LeadingPaddingNotAllowed => "Leading padding not allowed",
        Base64DecodeError::ExcessPaddingNotAllowed => "Excess padding not allowed",
        Base64DecodeError::OnlyBase64DataAllowed => "Only base64 data is allowed",
        Base64DecodeError::ExcessDataAfterPadding => "Excess data after padding",
        Base64DecodeError::DiscontinuousPaddingNotAllowed => "Discontinuous padding not allowed",
        Base64DecodeError::IncorrectPadding => "Incorrect padding",
        Base64DecodeError::InvalidLastSymbol { index } => {
            return ERROR.raise(format_args!(
                "Invalid base64-encoded string: number of data characters ({index}) cannot be 1 more than a \
                 multiple of 4"
            ));
        }
    })
}

/// Bytes, or a text that is all ASCII.
fn ascii_buffer(v: Value) -> R<&'static [u8]> {
    if let Some(text) = v.cast::<Str>() {
        let Some(text) = text.as_ascii() else {
            return Err(value_error("string argument should contain only ASCII characters"));
        };
        // SAFETY: the text stays alive with the value that the caller holds.
        return Ok(unsafe { std::slice::from_raw_parts(text.as_ptr(), text.len()) });
    }
    buffer_of(v)?.ok_or_else(|| {
        type_error(format_args!("argument should be bytes, buffer or ASCII string, not '{}'", v.class().display_name()))
    })
}

fn made(data: &[u8]) -> R {
    Bytes::try_new(data).map(|bytes| bytes.value())
}

fn flag(v: Option<Value>, default: bool) -> R<bool> {
    v.map_or(Ok(default), ops::truth)
}

fn hexlify(args: Args, function: &'static str) -> R {
    let params = Params { function, names: &["data", "sep", "bytes_per_sep"], required: 1, positional: 3 };
    let [data, separator, group] = args.bind(&params)?;
    let data = bytes::require(data.unwrap_or_else(none))?;
    let group = group.map_or(Ok(1), ops::as_i32)?;
    let separator = match separator {
        None => None,
        Some(separator) => {
            if ops::len(separator)? != 1 {
                return Err(value_error("sep must be length 1."));
            }
            let byte = match separator.cast::<Str>() {
                Some(text) => u8::try_from(text.get(0)).map_err(|_| value_error("sep must be ASCII."))?,
                None => match bytes::view(separator) {
                    Some(bytes) => bytes[0],
                    None => return Err(type_error("sep must be str or bytes.")),
                },
            };
            Some(byte)
        }
    };
    made(&coding::hexlify(data, separator, group as isize))
}

fn unhexlify(v: Value) -> R {
    let data = ascii_buffer(v)?;
    made(&coding::unhexlify(data).map_err(raise)?)
}

/// The low 32 bits of an int argument.
fn word(v: Value) -> R<u32> {
    let n = int::expect(ops::index(v)?);
    Ok(match n.to_i64() {
        Some(n) => n as u32,
        None => {
            let low = n.to_bigint() & num_bigint::BigInt::from(u32::MAX);
            u32::try_from(low).unwrap_or(0)
        }
    })
}

fn crc32(_: Value, args: &[Value]) -> R {
    let data = bytes::require(args[0])?;
    let start = args.get(1).map_or(Ok(0), |v| word(*v))?;
    Ok(Value::small(coding::crc32(data, start) as i64))
}

fn crc_hqx(_: Value, args: &[Value]) -> R {
    let data = bytes::require(args[0])?;
    Ok(Value::small(coding::crc_hqx(data, word(args[1])?) as i64))
}

fn a2b_base64(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "a2b_base64", names: &["", "strict_mode"], required: 1, positional: 1 };
    let [data, strict] = args.bind(&PARAMS)?;
    let data = ascii_buffer(data.unwrap_or_else(none))?;
    made(&coding::a2b_base64(data, flag(strict, false)?).map_err(raise)?)
}

fn b2a_base64(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "b2a_base64", names: &["", "newline"], required: 1, positional: 1 };
    let [data, newline] = args.bind(&PARAMS)?;
    made(&coding::b2a_base64(bytes::require(data.unwrap_or_else(none))?, flag(newline, true)?))
}

fn a2b_qp(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "a2b_qp", names: &["data", "header"], required: 1, positional: 2 };
    let [data, header] = args.bind(&PARAMS)?;
    made(&coding::a2b_qp(ascii_buffer(data.unwrap_or_else(none))?, flag(header, false)?))
}

fn b2a_qp(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "b2a_qp", names: &["data", "quotetabs", "istext", "header"], required: 1, positional: 4 };
    let [data, tabs, text, header] = args.bind(&PARAMS)?;
    let data = bytes::require(data.unwrap_or_else(none))?;
    made(&coding::b2a_qp(data, flag(tabs, false)?, flag(text, true)?, flag(header, false)?))
}

/// A line: its length, then four characters for three bytes. Spaces at the end may be missing.
fn a2b_uu(_: Value, v: Value) -> R {
    let data = ascii_buffer(v)?;
    let Some((&first, rest)) = data.split_first() else { return Err(raise(Error::MissingLengthByte)) };
    let length = (first.wrapping_sub(b' ') & 0x3f) as usize;
    let mut out = Vec::with_capacity(length);
    let (mut bits, mut count, mut at) = (0u32, 0, 0);
    while out.len() < length {
        let six = match rest.get(at) {
            None | Some(b'\n' | b'\r') => 0,
            Some(c @ b' '..=b'`') => c.wrapping_sub(b' ') & 0x3f,
            Some(_) => return Err(raise(Error::IllegalChar)),
        };
        at += 1;
        bits = bits << 6 | six as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    if rest.iter().skip(at).any(|c| !matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(raise(Error::TrailingGarbage));
    }
    made(&out)
}

fn b2a_uu(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "b2a_uu", names: &["", "backtick"], required: 1, positional: 1 };
    let [data, backtick] = args.bind(&PARAMS)?;
    let data = bytes::require(data.unwrap_or_else(none))?;
    made(&coding::b2a_uu(data, flag(backtick, false)?).map_err(raise)?)
}

pub static MODULE: NativeModule = NativeModule {
    name: "binascii",
    functions: &[
        Method::full("b2a_hex", |_, args| hexlify(args, "b2a_hex")),
        Method::full("hexlify", |_, args| hexlify(args, "hexlify")),
        Method::one("a2b_hex", |_, v| unhexlify(v)),
        Method::one("unhexlify", |_, v| unhexlify(v)),
        Method::pos("crc32", crc32, 1, 2),
        Method::pos("crc_hqx", crc_hqx, 2, 2),
        Method::full("a2b_base64", a2b_base64),
        Method::full("b2a_base64", b2a_base64),
        Method::full("a2b_qp", a2b_qp),
        Method::full("b2a_qp", b2a_qp),
        Method::one("a2b_uu", a2b_uu),
        Method::full("b2a_uu", b2a_uu),
    ],
    init: |module| {
        module.set("Error", ERROR.value()?);
        module.set("Incomplete", INCOMPLETE.value()?);
        Ok(())
    },
};
