//! `%` formatting of `bytes` and `bytearray` (PEP 461).

use super::methods::{make, slf};
use super::{Bytes, buffer_of, view};
use crate::errors::{R, overflow_error, type_error};
use crate::names;
use crate::object::call;
use crate::object::class::slots_of;
use crate::object::singletons::not_implemented;
use crate::ops;
use crate::types::int;
use crate::types::str::Str;
use crate::types::str::percent::{Operands, Spec, number, parse, unsupported};
use crate::value::Value;

/// `format % arguments`.
pub fn modulo(a: Value, b: Value) -> R {
    if view(a).is_none() {
        return Ok(not_implemented());
    }
    let _held = crate::types::bytearray::hold(a);
    let text = slf(a);
    let mut operands = Operands::new(b);
    let mut out = Vec::with_capacity(text.len() + 16);
    let get = |at: usize| text[at] as u32;
    let mut at = 0;
    while at < text.len() {
        let c = text[at];
        at += 1;
        if c != b'%' {
            out.push(c);
            continue;
        }
        let key = |start: usize, end: usize| Bytes::new(&text[start..end]).value();
        match parse(&get, text.len(), &mut at, &mut operands, &key)? {
            None => out.push(b'%'),
            Some((s, v)) => one(&mut out, &s, v)?,
        }
    }
    operands.finish("bytes")?;
    Ok(make(a, &out))
}

fn one(out: &mut Vec<u8>, s: &Spec, v: Value) -> R<()> {
    let text = match char::from_u32(s.kind) {
        Some('b' | 's') => cut(s, contents(v)?),
        Some('r' | 'a') => cut(s, ops::ascii(v)?.expect::<Str>().to_wtf8()),
        Some('c') => vec![character(v)?],
        _ => match number(s, v)? {
            Some((lead, digits)) => [lead, digits].concat().into_bytes(),
            None => return Err(unsupported(s)),
        },
    };
    let fill = s.width.saturating_sub(text.len());
    if !s.left {
        out.resize(out.len() + fill, b' ');
    }
    out.extend_from_slice(&text);
    if s.left {
        out.resize(out.len() + fill, b' ');
    }
    Ok(())
}

fn cut(s: &Spec, mut text: Vec<u8>) -> Vec<u8> {
    if let Some(p) = s.precision {
        text.truncate(p);
    }
    text
}

fn contents(v: Value) -> R<Vec<u8>> {
    if let Some(bytes) = buffer_of(v)? {
        return Ok(bytes.to_vec());
    }
    if let Some(made) = call::call_special(v, names::__bytes__, &[])? {
        return match made.cast::<Bytes>() {
            Some(bytes) => Ok(bytes.as_slice().to_vec()),
            None => {
                Err(type_error(format_args!("__bytes__ returned non-bytes (type {})", made.class().display_name())))
            }
        };
    }
    Err(type_error(format_args!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        v.class().display_name()
    )))
}

fn character(v: Value) -> R<u8> {
    match view(v) {
        Some([one]) => return Ok(*one),
        Some(other) => {
            return Err(type_error(format_args!(
                "%c requires an integer in range(256) or a single byte, not a {} object of length {}",
                v.class().display_name(),
                other.len()
            )));
        }
        None => {}
    }
    if int::as_int(v).is_some() || slots_of(v).index.is_some() {
        let n = ops::clamp_index(ops::index(v)?)?;
        return u8::try_from(n).map_err(|_| overflow_error("%c arg not in range(256)"));
    }
    Err(type_error(format_args!(
        "%c requires an integer in range(256) or a single byte, not {}",
        crate::types::type_::shown_name(v.class())?
    )))
}
