//! Error handlers: what happens to a character or to bytes that an encoding cannot take.
//!
//! The well-known ones act directly; others are looked up in the registry and called with an
//! exception object, as every handler can be from Python too ([`call_builtin`]).

use super::registry;
use crate::errors::{self, R, Raised, index_error, type_error};
use crate::object::Ref;
use crate::object::call;
use crate::ops;
use crate::types::bytes::{Bytes, view};
use crate::types::exceptions::{self as exc, Exception};
use crate::types::str::repr::push_escape;
use crate::types::str::{Builder, Str};
use crate::types::tuple::Tuple;
use crate::value::Value;

/// A handler by name.
#[derive(Clone, PartialEq, Eq)]
pub enum Handler {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
    Other(String),
}

impl Handler {
    pub fn named(name: &str) -> Handler {
        match name {
            "strict" => Handler::Strict,
            "ignore" => Handler::Ignore,
            "replace" => Handler::Replace,
            "backslashreplace" => Handler::BackslashReplace,
            "xmlcharrefreplace" => Handler::XmlCharRefReplace,
            "namereplace" => Handler::NameReplace,
            "surrogateescape" => Handler::SurrogateEscape,
            "surrogatepass" => Handler::SurrogatePass,
            other => Handler::Other(other.to_string()),
        }
    }
}

/// What a handler puts in place of unencodable text.
pub enum Replacement {
    Text(Ref<Str>),
    Bytes(Vec<u8>),
}

/// UnicodeDecodeError with its five arguments.
pub fn decode_exception(encoding: &str, object: Value, start: usize, end: usize, reason: &str) -> Ref<Exception> {
    let bytes = match object.cast::<Bytes>() {
        Some(bytes) => bytes.value(),
        None => Bytes::new(super::super::bytes::buffer_of(object).ok().flatten().unwrap_or(&[])).value(),
    };
    exc::new(
        exc::UNICODE_DECODE_ERROR.class(),
        &[
            Str::new(encoding).value(),
            bytes,
            Value::small(start as i64),
            Value::small(end as i64),
            Str::new(reason).value(),
        ],
    )
}

pub fn encode_exception(encoding: &str, text: Ref<Str>, start: usize, end: usize, reason: &str) -> Ref<Exception> {
    exc::new(
        exc::UNICODE_ENCODE_ERROR.class(),
        &[
            Str::new(encoding).value(),
            text.value(),
            Value::small(start as i64),
            Value::small(end as i64),
            Str::new(reason).value(),
        ],
    )
}

/// The position that a handler answered, from the end if negative.
fn position(v: Value, len: usize) -> R<usize> {
    let n = ops::as_isize(v)?;
    let at = if n < 0 { n + len as isize } else { n };
    if at < 0 || at as usize > len {
        return Err(index_error(format_args!("position {n} from error handler out of bounds")));
    }
    Ok(at as usize)
}

/// Calls a registered handler: `(replacement, position)`, the position as it was given.
fn call_handler(handler: &str, exception: Ref<Exception>, what: &str) -> R<(Value, Value)> {
    let function = registry::lookup_error_handler(handler)?;
    let answer = call::call(function, &[exception.value()])?;
    let bad = || {
        type_error(format_args!(
            "{what} error handler must return {} tuple",
            if what == "decoding" { "(str, int)" } else { "(str/bytes, int)" }
        ))
    };
    let Some(pair) = answer.cast::<Tuple>().filter(|t| t.len() == 2) else { return Err(bad()) };
    let text = pair.get(0);
    if text.cast::<Str>().is_none() && (what == "decoding" || text.cast::<Bytes>().is_none()) {
        return Err(bad());
    }
    if !ops::is_int(pair.get(1)) {
        return Err(bad());
    }
    Ok((text, pair.get(1)))
}

/// Undecodable bytes `start..end`: puts what takes their place and answers where to go on. A registered handler
/// may put another object in place of the input, in its exception's `object`: `input` is what to go on with.
#[allow(clippy::too_many_arguments)]
pub fn decoding(
    handler: &Handler,
    encoding: &str,
    input: &mut (Value, &[u8]),
    start: usize,
    end: usize,
    reason: &str,
    out: &mut Builder,
) -> R<usize> {
    let (object, bytes) = *input;
    let strict = || Err(errors::raise(decode_exception(encoding, object, start, end, reason)));
    match handler {
        Handler::Strict => return strict(),
        Handler::Ignore => {}
        Handler::Replace => out.push(0xfffd),
        Handler::BackslashReplace => bytes[start..end].iter().for_each(|&b| push_escape(out, b as u32)),
        Handler::SurrogateEscape => {
            let n = bytes[start..end].iter().take(4).take_while(|b| **b >= 0x80).count();
            if n == 0 {
                return strict();
            }
            bytes[start..start + n].iter().for_each(|&b| out.push(0xdc00 + b as u32));
            return Ok(start + n);
        }
        Handler::SurrogatePass => match passed_surrogate(encoding, &bytes[start..]) {
            Some((point, n)) => {
                out.push(point);
                return Ok(start + n);
            }
            None => return strict(),
        },
        Handler::Other(name) => {
            let exception = decode_exception(encoding, object, start, end, reason);
            let (text, next) = call_handler(name, exception, "decoding")?;
            let object = exc::get_field(exception, "object").and_then(|object| object.cast::<Bytes>());
            let Some(object) = object else {
                return Err(type_error("UnicodeError 'object' attribute must be a bytes"));
            };
            *input = (object.value(), view(object.value()).unwrap_or(&[]));
            let next = position(next, input.1.len())?;
            out.push_obj(text.expect::<Str>());
            return Ok(next);
        }
        Handler::XmlCharRefReplace | Handler::NameReplace => {
            return Err(type_error("don't know how to handle UnicodeDecodeError in error callback"));
        }
    }
    Ok(end)
}

/// The surrogate that bytes of this encoding stand for, and how many they are.
fn passed_surrogate(encoding: &str, bytes: &[u8]) -> Option<(u32, usize)> {
    let (point, n) = match encoding {
        "utf-8" => match bytes {
            [a @ 0xed, b @ 0xa0..=0xbf, c @ 0x80..=0xbf, ..] => {
                ((*a as u32 & 15) << 12 | (*b as u32 & 63) << 6 | (*c as u32 & 63), 3)
            }
            _ => return None,
        },
        "utf-16" | "utf-16-le" => (u16::from_le_bytes(bytes.get(..2)?.try_into().ok()?) as u32, 2),
        "utf-16-be" => (u16::from_be_bytes(bytes.get(..2)?.try_into().ok()?) as u32, 2),
        "utf-32" | "utf-32-le" => (u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?), 4),
        "utf-32-be" => (u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?), 4),
        _ => return None,
    };
    (0xd800..0xe000).contains(&point).then_some((point, n))
}

fn surrogate_bytes(encoding: &str, point: u32, out: &mut Vec<u8>) -> bool {
    match encoding {
        "utf-8" => out.extend([0xe0 | (point >> 12) as u8, 0x80 | (point >> 6 & 63) as u8, 0x80 | (point & 63) as u8]),
        "utf-16" | "utf-16-le" => out.extend((point as u16).to_le_bytes()),
        "utf-16-be" => out.extend((point as u16).to_be_bytes()),
        "utf-32" | "utf-32-le" => out.extend(point.to_le_bytes()),
        "utf-32-be" => out.extend(point.to_be_bytes()),
        _ => return false,
    }
    true
}

/// Unencodable characters `start..end`: what takes their place, and where to go on.
pub fn encoding(
    handler: &Handler,
    encoding: &str,
    text: Ref<Str>,
    start: usize,
    end: usize,
    reason: &str,
) -> R<(Replacement, usize)> {
    let strict = || errors::raise(encode_exception(encoding, text, start, end, reason));
    let points = || (start..end).map(|i| text.get(i));
    let replacement = match handler {
        Handler::Strict => return Err(strict()),
        Handler::Ignore => Replacement::Bytes(Vec::new()),
        Handler::Replace => Replacement::Text(Str::repeat(Str::from_ascii(b"?"), end - start)?),
        Handler::BackslashReplace => {
            let mut out = Builder::new();
            points().for_each(|c| push_escape(&mut out, c));
            Replacement::Text(out.finish())
        }
        Handler::XmlCharRefReplace => {
            Replacement::Text(Str::new(&points().map(|c| format!("&#{c};")).collect::<String>()))
        }
        Handler::NameReplace => {
            let mut out = Builder::new();
            points().for_each(|c| push_name(&mut out, c));
            Replacement::Text(out.finish())
        }
        Handler::SurrogateEscape => {
            let escaped: Option<Vec<u8>> =
                points().map(|c| (0xdc80..0xdd00).contains(&c).then(|| (c - 0xdc00) as u8)).collect();
            Replacement::Bytes(escaped.ok_or_else(strict)?)
        }
        Handler::SurrogatePass => {
            let mut out = Vec::new();
            for c in points() {
                if !(0xd800..0xe000).contains(&c) || !surrogate_bytes(encoding, c, &mut out) {
                    return Err(strict());
                }
            }
            Replacement::Bytes(out)
        }
        Handler::Other(name) => {
            let exception = encode_exception(encoding, text, start, end, reason);
            let (answer, next) = call_handler(name, exception, "encoding")?;
            let next = position(next, text.len())?;
            let replacement = match view(answer) {
                Some(bytes) => Replacement::Bytes(bytes.to_vec()),
                None => Replacement::Text(answer.expect::<Str>()),
            };
            return Ok((replacement, next));
        }
    };
    Ok((replacement, end))
}

/// `\N{NAME}`, or an escape for a character without a name.
fn push_name(out: &mut Builder, c: u32) {
    match char::from_u32(c).and_then(rustpython_unicode::data::character_name) {
        Some(name) => {
            out.push_str("\\N{");
            out.push_str(&name);
            out.push_str("}");
        }
        None => push_escape(out, c),
    }
}

fn field(exception: Ref<Exception>, name: &str) -> R {
    exc::get_field(exception, name).ok_or_else(|| type_error(format_args!("{name} attribute not set")))
}

/// A well-known handler called from Python with an exception: `(replacement, position)`.
pub fn call_builtin(handler: Handler, v: Value) -> R {
    let not_handled = || -> Raised {
        type_error(format_args!("don't know how to handle {} in error callback", v.class().display_name()))
    };
    let Some(exception) = v.cast::<Exception>() else {
        if handler == Handler::Strict {
            return Err(type_error("codec must pass exception instance"));
        }
        return Err(not_handled());
    };
    if handler == Handler::Strict {
        return Err(errors::raise(exception));
    }
    let class = v.class();
    let is = |def: &'static crate::object::TypeDef| class.is_subtype(def.class());
    let (encode, decode) = (is(&exc::UNICODE_ENCODE_ERROR), is(&exc::UNICODE_DECODE_ERROR));
    if !encode && !decode && !is(&exc::UNICODE_TRANSLATE_ERROR) {
        return Err(not_handled());
    }
    let object = field(exception, "object")?;
    let len = ops::len(object)?;
    let start = (ops::as_isize(field(exception, "start")?)?.max(0) as usize).min(len.saturating_sub(1));
    let end = (ops::as_isize(field(exception, "end")?)?.max(1) as usize).min(len).max(start);
    let encoding_name = match exc::get_field(exception, "encoding").and_then(|v| v.cast::<Str>()) {
        Some(name) => name.to_string_lossy(),
        None => String::new(),
    };
    let encoding_name = super::Native::find(&encoding_name).map_or(encoding_name, |n| n.name().to_string());
    let pair = |value: Value, next: usize| Ok(Tuple::new(&[value, Value::small(next as i64)]).value());
    if decode {
        let Some(bytes) = view(object) else { return Err(not_handled()) };
        let mut out = Builder::new();
        let next = match handler {
            Handler::SurrogateEscape | Handler::SurrogatePass => {
                match decoding(&handler, &encoding_name, &mut (object, bytes), start, end, "", &mut out) {
                    Ok(next) => next,
                    Err(_) => {
                        errors::clear();
                        return Err(errors::raise(exception));
                    }
                }
            }
            _ => decoding(&handler, &encoding_name, &mut (object, bytes), start, end, "", &mut out)?,
        };
        return pair(out.finish().value(), next);
    }
    let Some(text) = object.cast::<Str>() else { return Err(not_handled()) };
    if !encode {
        return match handler {
            Handler::Ignore => pair(Str::from_ascii(b"").value(), end),
            Handler::Replace => pair(Str::repeat(Str::from_char(0xfffd), end - start)?.value(), end),
            Handler::BackslashReplace => match encoding(&handler, "", text, start, end, "")? {
                (Replacement::Text(text), next) => pair(text.value(), next),
                _ => Err(not_handled()),
            },
            _ => Err(not_handled()),
        };
    }
    match encoding(&handler, &encoding_name, text, start, end, "") {
        Ok((Replacement::Text(text), next)) => pair(text.value(), next),
        Ok((Replacement::Bytes(_), next)) if handler == Handler::Ignore => pair(Str::from_ascii(b"").value(), next),
        Ok((Replacement::Bytes(bytes), next)) => pair(Bytes::new(&bytes).value(), next),
        Err(_) => {
            errors::clear();
            Err(errors::raise(exception))
        }
    }
}
