//! `unicodedata`: the character database, over the crate `rustpython-unicode`. The module's functions are
//! also methods of `ucd_3_2_0`, the database of Unicode 3.2 that IDNA is defined by.

use crate::errors::{self, R, type_error, value_error};
use crate::gc::Header;
use crate::object::define::{GetSet, Method, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::boolean;
use crate::object::{Builtin, Ref, Slots, TypeDef};
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::{float, int};
use crate::value::Value;
use rustpython_unicode::{LookupResult, NormalizeForm, Ucd};
use rustpython_wtf8::{CodePoint, Wtf8, Wtf8Buf};
use std::str::FromStr;

/// The version that CPython 3.14 names.
const VERSION: &str = "16.0.0";
const OLD_VERSION: &str = "3.2.0";

/// `ucd_3_2_0`; there is nothing in it.
#[repr(C)]
struct OldDatabase {
    hdr: Header,
}

impl Builtin for OldDatabase {
    const DEF: &'static TypeDef = &UCD;
}

/// The database of a function's `self`.
fn database(slf: Value) -> Ucd {
    Ucd::new(slf.exact::<OldDatabase>().is_none())
}

/// The only character of an argument, called `argument` in messages.
fn character(v: Value, function: &str, argument: &str) -> R<CodePoint> {
    let Some(text) = v.cast::<Str>() else {
        return Err(type_error(format_args!(
            "{function}() {argument} must be a unicode character, not {}",
            v.class().display_name()
        )));
    };
    match (text.len(), text.code_points().next().and_then(CodePoint::from_u32)) {
        (1, Some(c)) => Ok(c),
        (n, _) => Err(type_error(format_args!(
            "{function}(): {argument} must be a unicode character, not a string of length {n}"
        ))),
    }
}

fn only(v: Value, function: &str) -> R<CodePoint> {
    character(v, function, "argument")
}

fn text(s: &str) -> R {
    Ok(Str::new(s).value())
}

/// The value, the default, or a ValueError.
fn or_default(found: Option<Value>, args: &[Value], message: &str) -> R {
    found.or(args.get(1).copied()).ok_or(()).map_err(|()| value_error(message))
}

fn decimal(slf: Value, args: &[Value]) -> R {
    let c = character(args[0], "decimal", "argument 1")?;
    or_default(database(slf).decimal(c).map(int::from_u64), args, "not a decimal")
}

fn digit(slf: Value, args: &[Value]) -> R {
    let c = character(args[0], "digit", "argument 1")?;
    or_default(database(slf).digit(c).map(int::from_u64), args, "not a digit")
}

fn numeric(slf: Value, args: &[Value]) -> R {
    let c = character(args[0], "numeric", "argument 1")?;
    or_default(database(slf).numeric(c).map(float::from_f64), args, "not a numeric character")
}

fn name(slf: Value, args: &[Value]) -> R {
    let c = character(args[0], "name", "argument 1")?.to_char();
    let found = c.filter(|c| database(slf).membership(*c)).and_then(rustpython_unicode::character_name);
    or_default(found.map(|name| Str::new(&name).value()), args, "no such name")
}

fn lookup(slf: Value, name: Value) -> R {
    let name = match name.cast::<Str>() {
        Some(name) => name.to_string_lossy(),
        None => String::from_utf8_lossy(crate::types::bytes::require(name)?).into_owned(),
    };
    match database(slf).lookup(&name) {
        Some(LookupResult::Character(c)) => Ok(Str::from_char(c as u32).value()),
        Some(LookupResult::Sequence(sequence)) => text(sequence),
        None => Err(errors::key_error(Str::from_string(format!("undefined character name '{name}'")))),
    }
}

/// The form and the text of an argument list.
fn form_and_text(args: &[Value], function: &str) -> R<(NormalizeForm, Ref<Str>)> {
    let string = |index: usize| match args[index].cast::<Str>() {
        Some(text) => Ok(text),
        None => Err(type_error(format_args!(
            "{function}() argument {} must be str, not {}",
            index + 1,
            args[index].class().display_name()
        ))),
    };
    let (form, text) = (string(0)?, string(1)?);
    match NormalizeForm::from_str(&form.to_string_lossy()) {
        Ok(form) => Ok((form, text)),
        Err(()) if text.is_empty() => Ok((NormalizeForm::Nfc, text)),
        Err(()) => Err(value_error("invalid normalization form")),
    }
}

fn wtf8(text: Ref<Str>) -> Wtf8Buf {
    Wtf8::from_bytes(&text.to_wtf8()).map_or_else(Wtf8Buf::new, Wtf8::to_owned)
}

fn normalize(_: Value, args: &[Value]) -> R {
    let (form, text) = form_and_text(args, "normalize")?;
    let source = wtf8(text);
    if text.is_ascii() || rustpython_unicode::is_normalized(form, &source) {
        return Ok(text.value());
    }
    let normal = rustpython_unicode::normalize(form, &source);
    Ok(Str::from_wtf8(normal.as_bytes()).unwrap_or(text).value())
}

fn is_normalized(_: Value, args: &[Value]) -> R {
    let (form, text) = form_and_text(args, "is_normalized")?;
    Ok(boolean(text.is_ascii() || rustpython_unicode::is_normalized(form, &wtf8(text))))
}

fn bidirectional(slf: Value, c: Value) -> R {
    let c = only(c, "bidirectional")?;
    // The crate has nothing to say on surrogates.
    text(if c.to_char().is_none() { "L" } else { database(slf).bidirectional(c) })
}

fn decomposition(slf: Value, c: Value) -> R {
    let c = only(c, "decomposition")?;
    // Hangul syllables by the formula of Unicode's chapter 3.12, down to single letters.
    let syllable = c.to_u32().wrapping_sub(0xac00);
    if syllable < 11172 {
        let (lead, vowel, tail) = (0x1100 + syllable / 588, 0x1161 + syllable % 588 / 28, 0x11a7 + syllable % 28);
        let tail = if tail == 0x11a7 { String::new() } else { format!(" {tail:04X}") };
        return text(&format!("{lead:04X} {vowel:04X}{tail}"));
    }
    text(&database(slf).decomposition(c))
}

static FUNCTIONS: &[Method] = &[
    Method::one("category", |slf, c| text(database(slf).category(only(c, "category")?))),
    Method::one("bidirectional", bidirectional),
    Method::one("east_asian_width", |slf, c| text(database(slf).east_asian_width(only(c, "east_asian_width")?))),
    Method::one("decomposition", decomposition),
    Method::one("combining", |slf, c| Ok(Value::small(database(slf).combining(only(c, "combining")?) as i64))),
    Method::one("mirrored", |slf, c| Ok(Value::small(database(slf).mirrored(only(c, "mirrored")?) as i64))),
    Method::pos("decimal", decimal, 1, 2),
    Method::pos("digit", digit, 1, 2),
    Method::pos("numeric", numeric, 1, 2),
    Method::pos("name", name, 1, 2),
    Method::one("lookup", lookup),
    Method::pos("normalize", normalize, 2, 2),
    Method::pos("is_normalized", is_normalized, 2, 2),
];

static UCD: TypeDef = TypeDef {
    name: "unicodedata.UCD",
    slots: Slots::NONE,
    methods: FUNCTIONS,
    getset: &[GetSet::member("unidata_version", |_| text(OLD_VERSION))],
    flags: NO_NEW,
    ..TypeDef::BASE
};

pub static MODULE: NativeModule = NativeModule {
    name: "unicodedata",
    functions: FUNCTIONS,
    init: |module| {
        module.add_type(&UCD);
        module.set("unidata_version", Str::intern(VERSION).value());
        module.set("ucd_3_2_0", allocate(UCD.header(), OldDatabase { hdr: Header::EMPTY }).value());
        Ok(())
    },
};
