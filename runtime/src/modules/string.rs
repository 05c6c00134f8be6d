//! `_string`: the parsers of `string.Formatter`, which are those of `str.format`.

use crate::errors::{R, type_error, value_error};
use crate::gc::Header;
use crate::object::define::{Method, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none};
use crate::object::{Builtin, Ref, Slot, Slots, TypeDef};
use crate::types::int;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::str::format_method::{Field, integer};
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// A text and a position in it, a tagged int.
#[repr(C)]
struct Parser {
    hdr: Header,
    text: Slot,
    at: Cell<u64>,
}

impl Builtin for Parser {
    const DEF: &'static TypeDef = &FORMATTER;
}

fn make(def: &'static TypeDef, text: Ref<Str>, at: usize) -> Value {
    let parser = Parser { hdr: Header::EMPTY, text: Slot::new(text), at: Cell::new(tag::int(at as i64)) };
    allocate(def.header(), parser).value()
}

/// The text, where the parser is, and the text's length. Both classes have one layout.
fn state(v: Value) -> (Ref<Parser>, Ref<Str>, usize, usize) {
    // SAFETY: only called for instances of the two classes of this file.
    let parser: Ref<Parser> = unsafe { Ref::from_ptr(v.as_ptr()) };
    let text = parser.text.object::<Str>();
    (parser, text, tag::int_value(parser.at.get()) as usize, text.len())
}

fn is(text: Ref<Str>, at: usize, c: char) -> bool {
    at < text.len() && text.get(at) == c as u32
}

/// `(literal, field name, specification, conversion)`; an escaped brace ends a literal.
fn next_field(v: Value) -> R<Option<Value>> {
    let (parser, text, start, len) = state(v);
    if start >= len {
        return Ok(None);
    }
    let mut at = start;
    while at < len && !is(text, at, '{') && !is(text, at, '}') {
        at += 1;
    }
    let literal = |end: usize| text.substring(start, end).value();
    let only = |end: usize| Ok(Some(Tuple::new(&[literal(end), none(), none(), none()]).value()));
    let go_to = |at: usize| parser.at.set(tag::int(at as i64));
    if at == len {
        go_to(at);
        return only(at);
    }
    let open = is(text, at, '{');
    if is(text, at + 1, if open { '{' } else { '}' }) {
        go_to(at + 2);
        return only(at + 1);
    }
    if !open {
        return Err(value_error("Single '}' encountered in format string"));
    }
    if at + 1 == len {
        return Err(value_error("Single '{' encountered in format string"));
    }
    let end = at;
    at += 1;
    let field = Field::parse(text, &mut at)?;
    go_to(at);
    let conversion = field.conversion.map_or_else(none, |c| Str::from_char(c as u32).value());
    let part = |(start, stop): (usize, usize)| text.substring(start, stop).value();
    Ok(Some(Tuple::new(&[literal(end), part(field.name), part(field.spec), conversion]).value()))
}

/// `(is attribute, name or number)` for each `.name` and `[key]`.
fn next_part(v: Value) -> R<Option<Value>> {
    let (parser, text, start, len) = state(v);
    if start >= len {
        return Ok(None);
    }
    let attribute = is(text, start, '.');
    if !attribute && !is(text, start, '[') {
        return Err(value_error("Only '.' or '[' may follow ']' in format field specifier"));
    }
    let from = start + 1;
    let mut at = from;
    let ends = |at| if attribute { is(text, at, '.') || is(text, at, '[') } else { is(text, at, ']') };
    while at < len && !ends(at) {
        at += 1;
    }
    if !attribute && at == len {
        return Err(value_error("Missing ']' in format string"));
    }
    if at == from {
        return Err(value_error("Empty attribute in format string"));
    }
    parser.at.set(tag::int(at as i64 + !attribute as i64));
    let part = text.substring(from, at);
    let name = if attribute { part.value() } else { number_or_text(part)? };
    Ok(Some(Tuple::new(&[boolean(attribute), name]).value()))
}

fn number_or_text(text: Ref<Str>) -> R {
    Ok(integer(text)?.map_or_else(|| text.value(), int::from_usize))
}

static FORMATTER: TypeDef = TypeDef {
    name: "formatteriterator",
    slots: Slots { iter: Some(Ok), next: Some(next_field), ..Slots::NONE },
    flags: NO_NEW,
    words: TypeDef::words_of::<Parser>(),
    traced: TypeDef::words_of::<Parser>() - 1,
    ..TypeDef::BASE
};

static FIELD_NAME: TypeDef = TypeDef {
    name: "fieldnameiterator",
    slots: Slots { iter: Some(Ok), next: Some(next_part), ..Slots::NONE },
    flags: NO_NEW,
    words: TypeDef::words_of::<Parser>(),
    traced: TypeDef::words_of::<Parser>() - 1,
    ..TypeDef::BASE
};

fn text_of(v: Value) -> R<Ref<Str>> {
    v.cast::<Str>().ok_or_else(|| type_error(format_args!("expected str, got {}", v.class().display_name())))
}

fn split(_: Value, name: Value) -> R {
    let text = text_of(name)?;
    let mut at = 0;
    while at < text.len() && !is(text, at, '.') && !is(text, at, '[') {
        at += 1;
    }
    let first = number_or_text(text.substring(0, at))?;
    Ok(Tuple::new(&[first, make(&FIELD_NAME, text, at)]).value())
}

pub static MODULE: NativeModule = NativeModule {
    name: "_string",
    functions: &[
        Method::one("formatter_parser", |_, text| Ok(make(&FORMATTER, text_of(text)?, 0))),
        Method::one("formatter_field_name_split", split),
    ],
    init: |_| Ok(()),
};
