//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`: their arguments and texts.

use crate::errors::{R, type_error};
use crate::object::{Args, Ref, Slots};
use crate::ops;
use crate::types::bytes::Bytes;
use crate::types::exceptions::{Exception, init_slot};
use crate::types::str::Str;
use crate::value::Value;

/// All three have the same fields; `UnicodeTranslateError` leaves the first empty.
const ENCODING: usize = 0;
const OBJECT: usize = 1;
const START: usize = 2;
const END: usize = 3;
const REASON: usize = 4;

fn text_argument(args: &[Value], index: usize) -> R<()> {
    if args[index].cast::<Str>().is_some() {
        return Ok(());
    }
    Err(type_error(format_args!("argument {} must be str, not {}", index + 1, args[index].class().display_name())))
}

fn init(v: Value, args: Args, has_encoding: bool, decode: bool) -> R<()> {
    init_slot(v, args)?;
    let args = args.all;
    let first = has_encoding as usize;
    if args.len() != first + 4 {
        return Err(type_error(format_args!("function takes exactly {} arguments ({} given)", first + 4, args.len())));
    }
    let exception = v.expect::<Exception>();
    if has_encoding {
        text_argument(args, 0)?;
        exception.put_field(ENCODING, Some(args[0]));
    }
    let object = if decode { bytes_of(args[first])? } else { args[first] };
    if !decode {
        text_argument(args, first)?;
    }
    let start = ops::as_isize(args[first + 1])?;
    let end = ops::as_isize(args[first + 2])?;
    text_argument(args, first + 3)?;
    exception.put_field(OBJECT, Some(object));
    exception.put_field(START, Some(super::int::from_i64(start as i64)));
    exception.put_field(END, Some(super::int::from_i64(end as i64)));
    exception.put_field(REASON, Some(args[first + 3]));
    Ok(())
}

/// `bytes`, or a copy of what another bytes-like object holds.
fn bytes_of(v: Value) -> R {
    if v.cast::<Bytes>().is_some() {
        return Ok(v);
    }
    match crate::object::class::slots_of(v).buffer {
        Some(buffer) => {
            let view = buffer(v)?;
            // SAFETY: the view is of a live object, and nothing runs before the copy is made.
            Ok(Bytes::new(unsafe { std::slice::from_raw_parts(view.ptr, view.len) }).value())
        }
        None => Err(type_error(format_args!("a bytes-like object is required, not '{}'", v.class().display_name()))),
    }
}

/// `start` and `end` as they lie within `len` items.
fn bounds(exception: Ref<Exception>, len: usize) -> (usize, usize) {
    let number =
        |field: usize| exception.field(field).and_then(super::int::as_int).and_then(|n| n.to_i64()).unwrap_or(0);
    let start = number(START).clamp(0, len.saturating_sub(1) as i64);
    let end = number(END).clamp(1, (len as i64).max(1)).min(len as i64);
    (start as usize, end as usize)
}

/// A character as the messages show it.
fn escaped(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

fn message(v: Value, decode: bool, has_encoding: bool) -> R {
    let exception = v.expect::<Exception>();
    let Some(object) = exception.field(OBJECT) else { return Ok(Str::from_ascii(b"").value()) };
    let field = |i: usize| -> R<String> {
        exception.field(i).map_or(Ok(String::new()), |v| Ok(ops::str_of(v)?.to_string_lossy()))
    };
    let reason = field(REASON)?;
    let verb = if decode { "decode" } else { "encode" };
    let begin =
        if has_encoding { format!("'{}' codec can't {verb}", field(ENCODING)?) } else { "can't translate".to_string() };
    let (kind, kinds, shown, start, end) = if decode {
        let Some(bytes) = object.cast::<Bytes>() else { return Ok(Str::from_ascii(b"").value()) };
        let bytes = bytes.as_slice();
        let (start, end) = bounds(exception, bytes.len());
        ("byte", "bytes", bytes.get(start).map(|b| format!("0x{b:02x}")), start, end)
    } else {
        let Some(text) = object.cast::<Str>() else { return Ok(Str::from_ascii(b"").value()) };
        let (start, end) = bounds(exception, text.len());
        let shown = (start < text.len()).then(|| format!("'{}'", escaped(text.get(start))));
        ("character", "characters", shown, start, end)
    };
    let made = match shown {
        Some(shown) if end == start + 1 => format!("{begin} {kind} {shown} in position {start}: {reason}"),
        _ => format!("{begin} {kinds} in position {start}-{}: {reason}", end as i64 - 1),
    };
    Ok(Str::from_string(made))
}

pub const UNICODE_ENCODE_SLOTS: Slots =
    Slots { init: Some(|v, args| init(v, args, true, false)), str: Some(|v| message(v, false, true)), ..Slots::NONE };

pub const UNICODE_DECODE_SLOTS: Slots =
    Slots { init: Some(|v, args| init(v, args, true, true)), str: Some(|v| message(v, true, true)), ..Slots::NONE };

pub const UNICODE_TRANSLATE_SLOTS: Slots =
    Slots { init: Some(|v, args| init(v, args, false, false)), str: Some(|v| message(v, false, false)), ..Slots::NONE };
