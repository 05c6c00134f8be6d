//! `_codecs`: the built-in codecs as functions, and the registry.

use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::define::{Method, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Ref, Slot, TypeDef};
use crate::ops;
use crate::types::bytes::{Bytes, buffer_of, require};
use crate::types::codecs::wide::{self, Order};
use crate::types::codecs::{Native, decode, encode, escapes, registry};
use crate::types::dict::Dict;
use crate::types::int;
use crate::types::module::NativeModule;
use crate::types::str::args::text_or;
use crate::types::str::{Builder, Data, Str};
use crate::types::tuple::Tuple;
use crate::value::Value;

fn pair(value: Value, n: usize) -> R {
    Ok(Tuple::new(&[value, int::from_usize(n)]).value())
}

fn errors_of(v: Option<&Value>) -> R<String> {
    text_or(v.copied().filter(|v| !v.is_none()), "codec", "errors", "strict")
}

fn text_argument(v: Value, function: &str) -> R<Ref<Str>> {
    v.cast::<Str>().ok_or_else(|| {
        type_error(format_args!(
            "{function}() argument 1 must be str, not {}",
            crate::types::str::args::class_or_none(v)
        ))
    })
}

/// `X_encode(text[, errors])`.
fn encode_with(native: Native, args: &[Value]) -> R {
    let text = text_argument(args[0], "encode")?;
    pair(Bytes::new(&encode::encode(native, text, &errors_of(args.get(1))?)?).value(), text.len())
}

/// `X_decode(data[, errors[, final]])`; a text is taken as its UTF-8 where `text_too`.
fn decode_with(native: Native, args: &[Value], text_too: bool, last: bool) -> R {
    let holder;
    let (object, bytes) = match args[0].cast::<Str>().filter(|_| text_too) {
        Some(text) => {
            holder = Bytes::new(&text.to_wtf8());
            (holder.value(), holder.as_slice())
        }
        None => (args[0], require(args[0])?),
    };
    let last = args.get(2).map_or(Ok(last), |v| ops::truth(*v))?;
    let (text, taken) = decode::decode(native, object, bytes, &errors_of(args.get(1))?, last)?;
    let taken = if last { bytes.len() } else { taken };
    pair(text.value(), taken)
}

macro_rules! codec {
    ($encode:literal $decode:literal $native:expr, $text_too:literal, $last:literal) => {
        [
            Method::pos($encode, |_, args| encode_with($native, args), 1, 2),
            Method::pos($decode, |_, args| decode_with($native, args, $text_too, $last), 1, 3),
        ]
    };
}

/// `utf_16_ex_decode(data[, errors[, byteorder[, final]]])`: text, bytes taken, order (-1, 0, 1).
fn wide_ex(args: &[Value], four: bool) -> R {
    let bytes = require(args[0])?;
    let errors = errors_of(args.get(1))?;
    let order = match args.get(2).map_or(Ok(0), |v| ops::as_i64(*v))? {
        0 => Order::Marked,
        n if n < 0 => Order::Little,
        _ => Order::Big,
    };
    let last = args.get(3).map_or(Ok(false), |v| ops::truth(*v))?;
    let (text, taken, order) = if four {
        wide::decode32_ex(args[0], bytes, order, &errors, last)?
    } else {
        wide::decode16_ex(args[0], bytes, order, &errors, last)?
    };
    let order = match order {
        Order::Marked => 0,
        Order::Little => -1,
        Order::Big => 1,
    };
    Ok(Tuple::new(&[text.value(), int::from_usize(taken), Value::small(order)]).value())
}

/// `utf_16_encode(text[, errors[, byteorder]])`.
fn wide_encode(args: &[Value], four: bool) -> R {
    let order = match args.get(2).map_or(Ok(0), |v| ops::as_i64(*v))? {
        0 => Order::Marked,
        n if n < 0 => Order::Little,
        _ => Order::Big,
    };
    encode_with(if four { Native::Utf32(order) } else { Native::Utf16(order) }, &args[..args.len().min(2)])
}

fn encode_object(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "encode", names: &["obj", "encoding", "errors"], required: 1, positional: 3 };
    let [object, encoding, errors] = args.bind(&PARAMS)?;
    let encoding = text_or(encoding, "encode", "encoding", "utf-8")?;
    let errors = errors.map(|e| text_or(Some(e), "encode", "errors", "strict")).transpose()?;
    registry::encode(object.unwrap_or_else(none), &encoding, errors.as_deref(), false)
}

fn decode_object(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "decode", names: &["obj", "encoding", "errors"], required: 1, positional: 3 };
    let [object, encoding, errors] = args.bind(&PARAMS)?;
    let encoding = text_or(encoding, "decode", "encoding", "utf-8")?;
    let errors = errors.map(|e| text_or(Some(e), "decode", "errors", "strict")).transpose()?;
    registry::decode(object.unwrap_or_else(none), &encoding, errors.as_deref(), false)
}

/// The bytes that a mapping gives for a character; `None` if it has none.
fn mapped_byte(mapping: Value, c: u32) -> R<Option<Vec<u8>>> {
    let found = match mapping.exact::<EncodingMap>() {
        Some(map) => map.table.object::<Dict>().get(Value::small(c as i64))?,
        None => crate::errors::catch(
            ops::subscript::getitem(mapping, Value::small(c as i64)),
            &crate::types::exceptions::LOOKUP_ERROR,
        )?,
    };
    let Some(found) = found.filter(|f| !f.is_none()) else { return Ok(None) };
    if let Some(bytes) = found.cast::<Bytes>() {
        return Ok(Some(bytes.as_slice().to_vec()));
    }
    match int::as_int(found) {
        Some(n) => match n.to_i64() {
            Some(n @ 0..=255) => Ok(Some(vec![n as u8])),
            _ => Err(type_error("character mapping must be in range(256)")),
        },
        None => Err(type_error(format_args!(
            "character mapping must return integer, bytes or None, not {}",
            found.class().display_name()
        ))),
    }
}

fn charmap_encode(_: Value, args: &[Value]) -> R {
    let text = text_argument(args[0], "charmap_encode")?;
    let errors = errors_of(args.get(1))?;
    let Some(&mapping) = args.get(2).filter(|m| !m.is_none()) else {
        return encode_with(Native::Latin1, &args[..args.len().min(2)]);
    };
    let failure = std::cell::Cell::new(false);
    let put = |c: u32, out: &mut Vec<u8>| {
        if failure.get() {
            return true;
        }
        match mapped_byte(mapping, c) {
            Ok(Some(bytes)) => {
                out.extend_from_slice(&bytes);
                true
            }
            Ok(None) => false,
            Err(_) => {
                failure.set(true);
                true
            }
        }
    };
    let made = encode::with(text, "charmap", &errors, "character maps to <undefined>", &put);
    if failure.get() {
        return Err(crate::value::Raised);
    }
    pair(Bytes::new(&made?).value(), text.len())
}

fn charmap_decode(_: Value, args: &[Value]) -> R {
    let bytes = require(args[0])?;
    let errors = errors_of(args.get(1))?;
    let Some(&mapping) = args.get(2).filter(|m| !m.is_none()) else {
        return pair(Str::from_latin1(bytes).value(), bytes.len());
    };
    let mut d = decode::Decoder::new("charmap", args[0], bytes, &errors, true);
    let table = mapping.cast::<Str>();
    while d.at < d.bytes.len() {
        let b = d.bytes[d.at];
        let mut text: Option<Value> = None;
        let mut point = None;
        match table {
            Some(table) => {
                point = (usize::from(b) < table.len()).then(|| table.get(b as usize)).filter(|c| *c != 0xfffe)
            }
            None => {
                let found = crate::errors::catch(
                    ops::subscript::getitem(mapping, Value::small(b as i64)),
                    &crate::types::exceptions::LOOKUP_ERROR,
                )?;
                match found.filter(|f| !f.is_none()) {
                    None => {}
                    Some(found) if found.cast::<Str>().is_some() => {
                        text = (!found.expect::<Str>().is_str("\u{fffe}")).then_some(found);
                    }
                    Some(found) => match int::as_int(found).and_then(|n| n.to_i64()) {
                        Some(0xfffe) => {}
                        Some(n @ 0..=0x10ffff) => point = Some(n as u32),
                        Some(_) => return Err(type_error("character mapping must be in range(0x110000)")),
                        None => return Err(type_error("character mapping must return integer, None or str")),
                    },
                }
            }
        }
        match (point, text) {
            (Some(point), _) => d.out.push(point),
            (None, Some(text)) => d.out.push_obj(text.expect::<Str>()),
            (None, None) => {
                let at = d.at;
                d.error(at, at + 1, "character maps to <undefined>")?;
                continue;
            }
        }
        d.at += 1;
    }
    let (text, taken) = d.finish();
    pair(text.value(), taken)
}

/// `EncodingMap`: the inverse of a decoding table.
#[repr(C)]
struct EncodingMap {
    hdr: Header,
    table: Slot,
}

impl crate::object::Builtin for EncodingMap {
    const DEF: &'static TypeDef = &ENCODING_MAP;
}

static ENCODING_MAP: TypeDef = TypeDef {
    name: "EncodingMap",
    methods: &[Method::none("size", |v| Ok(int::from_usize(v.expect::<EncodingMap>().table.object::<Dict>().len())))],
    flags: NO_NEW,
    words: TypeDef::words_of::<EncodingMap>(),
    traced: 1,
    ..TypeDef::BASE
};

fn charmap_build(_: Value, table: Value) -> R {
    let text = text_argument(table, "charmap_build")?;
    let dict = Dict::new();
    for (i, c) in text.code_points().enumerate().take(256) {
        if c != 0xfffe {
            dict.set(Value::small(c as i64), Value::small(i as i64))?;
        }
    }
    let map = EncodingMap { hdr: Header::EMPTY, table: Slot::new(dict) };
    Ok(allocate(ENCODING_MAP.header(), map).value())
}

fn escape_encode(_: Value, args: &[Value]) -> R {
    let Some(bytes) = args[0].cast::<Bytes>() else {
        return Err(type_error(format_args!(
            "escape_encode() argument 1 must be bytes, not {}",
            args[0].class().display_name()
        )));
    };
    let mut out = Vec::with_capacity(bytes.len());
    for &b in bytes.as_slice() {
        match b {
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\\' | b'\'' => out.extend([b'\\', b]),
            0x20..=0x7e => out.push(b),
            _ => out.extend(format!("\\x{b:02x}").as_bytes()),
        }
    }
    pair(Bytes::new(&out).value(), bytes.len())
}

fn escape_decode(_: Value, args: &[Value]) -> R {
    let bytes = match args[0].cast::<Str>() {
        Some(text) => text.to_wtf8(),
        None => require(args[0])?.to_vec(),
    };
    let made = escapes::decode_bytes(&bytes, &errors_of(args.get(1))?)?;
    pair(Bytes::new(&made).value(), bytes.len())
}

fn readbuffer_encode(_: Value, args: &[Value]) -> R {
    let bytes = match args[0].cast::<Str>() {
        Some(text) => text.to_wtf8(),
        None => match buffer_of(args[0])? {
            Some(bytes) => bytes.to_vec(),
            None => return Err(type_error("a bytes-like object is required")),
        },
    };
    pair(Bytes::new(&bytes).value(), bytes.len())
}

fn name_argument(v: Value, function: &str) -> R<Ref<Str>> {
    text_argument(v, function)
}

fn normalize(_: Value, v: Value) -> R {
    let text = name_argument(v, "_normalize_encoding")?;
    let mut out = Builder::new();
    let mut gap = false;
    let points: Vec<u32> = match text.data() {
        Data::One(s) => s.iter().map(|&c| c as u32).collect(),
        data => (0..data.len()).map(|i| data.get(i)).collect(),
    };
    for c in points {
        let kept = char::from_u32(c).is_some_and(|c| c.is_ascii_alphanumeric() || c == '.');
        if !kept {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out.push('_' as u32);
        }
        gap = false;
        out.push((c as u8).to_ascii_lowercase() as u32);
    }
    Ok(out.finish().value())
}

const UTF8: [Method; 2] = codec!("utf_8_encode" "utf_8_decode" Native::Utf8, false, false);
const UTF7: [Method; 2] = codec!("utf_7_encode" "utf_7_decode" Native::Utf7, false, false);
const ASCII: [Method; 2] = codec!("ascii_encode" "ascii_decode" Native::Ascii, false, true);
const LATIN: [Method; 2] = codec!("latin_1_encode" "latin_1_decode" Native::Latin1, false, true);
const LE16: [Method; 2] = codec!("utf_16_le_encode" "utf_16_le_decode" Native::Utf16(Order::Little), false, false);
const BE16: [Method; 2] = codec!("utf_16_be_encode" "utf_16_be_decode" Native::Utf16(Order::Big), false, false);
const LE32: [Method; 2] = codec!("utf_32_le_encode" "utf_32_le_decode" Native::Utf32(Order::Little), false, false);
const BE32: [Method; 2] = codec!("utf_32_be_encode" "utf_32_be_decode" Native::Utf32(Order::Big), false, false);
const UNICODE: [Method; 2] = codec!("unicode_escape_encode" "unicode_escape_decode" Native::UnicodeEscape, true, true);
const RAW: [Method; 2] =
    codec!("raw_unicode_escape_encode" "raw_unicode_escape_decode" Native::RawUnicodeEscape, true, true);

const FUNCTIONS: &[Method] = &{
    let ([a, b], [c, d], [e, f], [g, h], [i, j]) = (UTF8, UTF7, ASCII, LATIN, LE16);
    let ([k, l], [m, n], [o, p], [q, r], [s, t]) = (BE16, LE32, BE32, UNICODE, RAW);
    [
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
        i,
        j,
        k,
        l,
        m,
        n,
        o,
        p,
        q,
        r,
        s,
        t,
        Method::pos("utf_16_encode", |_, args| wide_encode(args, false), 1, 3),
        Method::pos("utf_32_encode", |_, args| wide_encode(args, true), 1, 3),
        Method::pos("utf_16_decode", |_, args| decode_with(Native::Utf16(Order::Marked), args, false, false), 1, 3),
        Method::pos("utf_32_decode", |_, args| decode_with(Native::Utf32(Order::Marked), args, false, false), 1, 3),
        Method::pos("utf_16_ex_decode", |_, args| wide_ex(args, false), 1, 4),
        Method::pos("utf_32_ex_decode", |_, args| wide_ex(args, true), 1, 4),
        Method::pos("charmap_encode", charmap_encode, 1, 3),
        Method::pos("charmap_decode", charmap_decode, 1, 3),
        Method::one("charmap_build", charmap_build),
        Method::pos("escape_encode", escape_encode, 1, 2),
        Method::pos("escape_decode", escape_decode, 1, 2),
        Method::pos("readbuffer_encode", readbuffer_encode, 1, 2),
        Method::full("encode", encode_object),
        Method::full("decode", decode_object),
        Method::one("register", |_, f| {
            registry::register(f)?;
            Ok(none())
        }),
        Method::one("unregister", |_, f| {
            registry::unregister(f);
            Ok(none())
        }),
        Method::one("lookup", |_, name| registry::lookup(&name_argument(name, "lookup")?.to_string_lossy())),
        Method::pos(
            "register_error",
            |_, args| {
                registry::register_error(name_argument(args[0], "register_error")?, args[1])?;
                Ok(none())
            },
            2,
            2,
        ),
        Method::one("_unregister_error", |_, name| {
            Ok(boolean(registry::unregister_error(name_argument(name, "_unregister_error")?)?))
        }),
        Method::one("lookup_error", |_, name| {
            registry::lookup_error_handler(&name_argument(name, "lookup_error")?.to_string_lossy())
        }),
        Method::one("_normalize_encoding", normalize),
    ]
};

pub static MODULE: NativeModule = NativeModule { name: "_codecs", functions: FUNCTIONS, init: |_| Ok(()) };
