//! `hex` and `fromhex` of the byte types.

use crate::errors::{R, type_error, value_error};
use crate::object::args::Params;
use crate::object::{Args, call};
use crate::ops;
use crate::types::bytearray::BYTEARRAY;
use crate::types::bytes::{BYTES, Bytes, buffer_of};
use crate::types::str::Str;
use crate::value::Value;

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The digits of `bytes`, a separator between groups (counted from the right; negative from the left).
pub fn text(bytes: &[u8], separator: Option<(u8, isize)>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 3);
    let group = separator.map_or(0, |(_, n)| n.unsigned_abs());
    for (i, b) in bytes.iter().enumerate() {
        if let Some((sep, n)) = separator {
            let at = if n > 0 { bytes.len() - i } else { i };
            if i > 0 && group > 0 && at % group == 0 {
                out.push(sep);
            }
        }
        out.push(DIGITS[(b >> 4) as usize]);
        out.push(DIGITS[(b & 15) as usize]);
    }
    out
}

/// `hex([sep[, bytes_per_sep]])`.
pub fn hex(bytes: &[u8], args: Args) -> R {
    static PARAMS: Params = Params { function: "hex", names: &["sep", "bytes_per_sep"], required: 0, positional: 2 };
    let [sep, group] = args.bind(&PARAMS)?;
    let group = group.map_or(Ok(1), ops::as_i32)? as isize;
    let separator = match sep {
        None => None,
        Some(sep) => {
            let unit = if let Some(text) = sep.cast::<Str>() {
                if text.len() != 1 {
                    return Err(value_error("sep must be length 1."));
                }
                text.get(0)
            } else if let Some(bytes) = sep.cast::<Bytes>() {
                // As long as its class says that it is.
                match bytes.as_slice() {
                    [one, ..] if ops::len(sep)? == 1 => *one as u32,
                    _ => return Err(value_error("sep must be length 1.")),
                }
            } else {
                return Err(type_error("sep must be str or bytes."));
            };
            if unit > 0x7f {
                return Err(value_error("sep must be ASCII."));
            }
            Some((unit as u8, group))
        }
    };
    Ok(Str::from_ascii(&text(bytes, separator)).value())
}

/// `fromhex(string)`, a class method of both types.
pub fn fromhex(class: Value, v: Value) -> R {
    let digits: Vec<u32> = if let Some(text) = v.cast::<Str>() {
        text.code_points().collect()
    } else if let Some(bytes) = buffer_of(v)? {
        bytes.iter().map(|&b| b as u32).collect()
    } else {
        return Err(type_error(format_args!(
            "fromhex() argument must be str or bytes-like, not {}",
            v.class().display_name()
        )));
    };
    let bytes = parse(&digits)?;
    let made = Bytes::new(&bytes).value();
    if class.is(BYTES.class().value()) {
        return Ok(made);
    }
    if class.is(BYTEARRAY.class().value()) {
        return Ok(crate::types::bytearray::ByteArray::new(&bytes).value());
    }
    call::call(class, &[made])
}

fn parse(digits: &[u32]) -> R<Vec<u8>> {
    let digit = |at: usize| digits.get(at).and_then(|&c| char::from_u32(c)).and_then(|c| c.to_digit(16));
    let mut out = Vec::with_capacity(digits.len() / 2);
    let mut at = 0;
    while at < digits.len() {
        if matches!(digits[at], 32 | 9..=13) {
            at += 1;
            continue;
        }
        let Some(high) = digit(at) else { return Err(bad(at)) };
        if at + 1 == digits.len() {
            return Err(value_error("fromhex() arg must contain an even number of hexadecimal digits"));
        }
        let Some(low) = digit(at + 1) else { return Err(bad(at + 1)) };
        out.push((high << 4 | low) as u8);
        at += 2;
    }
    Ok(out)
}

fn bad(at: usize) -> crate::value::Raised {
    value_error(format_args!("non-hexadecimal number found in fromhex() arg at position {at}"))
}
