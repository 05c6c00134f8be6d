//! `Dialect`: how a kind of CSV text is written, checked when it is made.

use super::{ERROR, MODULE};
use crate::errors::{self, R, type_error, value_error};
use crate::gc::Header;
use crate::object::define::{BASETYPE, GetSet};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, attr};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions::ATTRIBUTE_ERROR;
use crate::types::int;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::value::Value;

pub const QUOTE_MINIMAL: i64 = 0;
pub const QUOTE_ALL: i64 = 1;
pub const QUOTE_NONNUMERIC: i64 = 2;
pub const QUOTE_NONE: i64 = 3;
pub const QUOTE_STRINGS: i64 = 4;
pub const QUOTE_NOTNULL: i64 = 5;

#[repr(C)]
pub struct Dialect {
    hdr: Header,
    delimiter: Slot,
    doublequote: Slot,
    escapechar: Slot,
    lineterminator: Slot,
    quotechar: Slot,
    quoting: Slot,
    skipinitialspace: Slot,
    strict: Slot,
}

impl Builtin for Dialect {
    const DEF: &'static TypeDef = &DIALECT;
}

/// A dialect's options for those who read and write.
pub struct Options {
    pub delimiter: u32,
    pub quotechar: Option<u32>,
    pub escapechar: Option<u32>,
    pub lineterminator: Ref<Str>,
    pub quoting: i64,
    pub doublequote: bool,
    pub skipinitialspace: bool,
    pub strict: bool,
}

impl Dialect {
    pub fn options(&self) -> Options {
        let point = |slot: &Slot| slot.value().cast::<Str>().map(|text| text.get(0));
        let flag = |slot: &Slot| ops::as_bool(slot.value()).unwrap_or(false);
        Options {
            delimiter: point(&self.delimiter).unwrap_or(b',' as u32),
            quotechar: point(&self.quotechar),
            escapechar: point(&self.escapechar),
            lineterminator: self.lineterminator.object(),
            quoting: self.quoting.value().as_small().unwrap_or(0),
            doublequote: flag(&self.doublequote),
            skipinitialspace: flag(&self.skipinitialspace),
            strict: flag(&self.strict),
        }
    }
}

const NAMES: [&str; 8] =
    ["delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict"];

/// The registered dialects.
pub fn registry() -> R<Ref<Dict>> {
    let found = crate::modules::create_and_get(MODULE.name, "_dialects")?;
    found.and_then(|dict| dict.cast::<Dict>()).ok_or_else(|| errors::runtime_error("_csv._dialects is not a dict"))
}

pub fn registered(name: Value) -> R {
    registry()?.get(name)?.ok_or_else(|| ERROR.raise("unknown dialect"))
}

/// One character, or none if that may be.
fn character(name: &str, given: Option<Value>, default: Option<char>, optional: bool) -> R<Option<Value>> {
    let Some(v) = given else { return Ok(default.map(|c| Str::from_char(c as u32).value())) };
    if optional && v.is_none() {
        return Ok(None);
    }
    let expected = if optional { "a unicode character or None" } else { "a unicode character" };
    match v.cast::<Str>() {
        Some(text) if text.len() == 1 => Ok(Some(text.value())),
        Some(text) => {
            Err(type_error(format_args!("\"{name}\" must be {expected}, not a string of length {}", text.len())))
        }
        None => Err(type_error(format_args!("\"{name}\" must be {expected}, not {}", v.class().display_name()))),
    }
}

fn check_character(name: &str, c: Option<Value>, terminator: Ref<Str>, space: bool) -> R<()> {
    let Some(c) = c.and_then(|c| c.cast::<Str>()).map(|text| text.get(0)) else { return Ok(()) };
    if c == b'\r' as u32 || c == b'\n' as u32 || (c == b' ' as u32 && !space) {
        return Err(value_error(format_args!("bad {name} value")));
    }
    if terminator.code_points().any(|point| point == c) {
        return Err(value_error(format_args!("bad {name} or lineterminator value")));
    }
    Ok(())
}

/// A dialect from an object or name with options over it.
pub fn make(class: Ref<Type>, args: Args) -> R {
    let pos = args.pos();
    crate::object::args::check_count("Dialect", pos.len(), 0, 1)?;
    let mut base = pos.first().copied();
    let mut given: [Option<Value>; 8] = [None; 8];
    for (name, value) in args.keywords() {
        match NAMES.iter().position(|known| name.is_str(known)) {
            Some(index) => given[index] = Some(value),
            None if name.is_str("dialect") && base.is_none() => base = Some(value),
            None => {
                return Err(type_error(format_args!(
                    "this function got an unexpected keyword argument '{}'",
                    name.display()
                )));
            }
        }
    }
    let base = match base.filter(|base| !base.is_none()) {
        Some(name) if name.cast::<Str>().is_some() => Some(registered(name)?),
        base => base,
    };
    if let Some(base) = base {
        if base.cast::<Dialect>().is_some() && given.iter().all(Option::is_none) {
            return Ok(base);
        }
        for (slot, name) in given.iter_mut().zip(NAMES) {
            if slot.is_none() {
                *slot = errors::catch(attr::getattr(base, Str::intern(name)), &ATTRIBUTE_ERROR)?;
            }
        }
    }
    let [delimiter, doublequote, escapechar, lineterminator, quotechar, quoting, skipinitialspace, strict] = given;
    let flag = |v: Option<Value>, default: bool| v.map_or(Ok(default), ops::truth);
    let delimiter = character("delimiter", delimiter, Some(','), false)?;
    let doublequote = flag(doublequote, true)?;
    let escapechar = character("escapechar", escapechar, None, true)?;
    let terminator = match lineterminator {
        None => Str::new("\r\n"),
        Some(v) => v.cast::<Str>().ok_or_else(|| {
            type_error(format_args!("\"lineterminator\" must be a string, not {}", v.class().display_name()))
        })?,
    };
    let unset = quotechar.is_some_and(|c| c.is_none()) && quoting.is_none();
    let quotechar = character("quotechar", quotechar, Some('"'), true)?;
    let quoting = match quoting {
        None if unset => QUOTE_NONE,
        None => QUOTE_MINIMAL,
        Some(v) => {
            let Some(n) = int::exact(v) else {
                return Err(type_error(format_args!(
                    "\"quoting\" must be an integer, not {}",
                    v.class().display_name()
                )));
            };
            match n.to_i64().filter(|n| (QUOTE_MINIMAL..=QUOTE_NOTNULL).contains(n)) {
                Some(n) => n,
                None => return Err(type_error("bad \"quoting\" value")),
            }
        }
    };
    let space = flag(skipinitialspace, false)?;
    let strict = flag(strict, false)?;
    if quoting != QUOTE_NONE && quotechar.is_none() {
        return Err(type_error("quotechar must be set if quoting enabled"));
    }
    check_character("delimiter", delimiter, terminator, true)?;
    check_character("escapechar", escapechar, terminator, !space)?;
    check_character("quotechar", quotechar, terminator, !space)?;
    let point = |v: Option<Value>| v.and_then(|v| v.cast::<Str>()).map(|text| text.get(0));
    for (a, a_name, b, b_name) in [
        (delimiter, "delimiter", escapechar, "escapechar"),
        (delimiter, "delimiter", quotechar, "quotechar"),
        (escapechar, "escapechar", quotechar, "quotechar"),
    ] {
        if point(a).is_some() && point(a) == point(b) {
            return Err(value_error(format_args!("bad {a_name} or {b_name} value")));
        }
    }
    let object = allocate_fixed(class);
    let dialect = object.expect::<Dialect>();
    dialect.delimiter.set(dialect, delimiter.unwrap_or_else(none));
    dialect.doublequote.set(dialect, boolean(doublequote));
    dialect.escapechar.set(dialect, escapechar.unwrap_or_else(none));
    dialect.lineterminator.set(dialect, terminator);
    dialect.quotechar.set(dialect, quotechar.unwrap_or_else(none));
    dialect.quoting.set(dialect, Value::small(quoting));
    dialect.skipinitialspace.set(dialect, boolean(space));
    dialect.strict.set(dialect, boolean(strict));
    Ok(object)
}

pub static DIALECT: TypeDef = TypeDef {
    name: "_csv.Dialect",
    slots: Slots { new: Some(make), ..Slots::NONE },
    getset: &[
        GetSet::member("delimiter", |v| Ok(v.expect::<Dialect>().delimiter.value())),
        GetSet::member("doublequote", |v| Ok(v.expect::<Dialect>().doublequote.value())),
        GetSet::member("escapechar", |v| Ok(v.expect::<Dialect>().escapechar.value())),
        GetSet::member("lineterminator", |v| Ok(v.expect::<Dialect>().lineterminator.value())),
        GetSet::member("quotechar", |v| Ok(v.expect::<Dialect>().quotechar.value())),
        GetSet::get("quoting", |v| Ok(v.expect::<Dialect>().quoting.value())),
        GetSet::member("skipinitialspace", |v| Ok(v.expect::<Dialect>().skipinitialspace.value())),
        GetSet::member("strict", |v| Ok(v.expect::<Dialect>().strict.value())),
    ],
    flags: BASETYPE,
    words: TypeDef::words_of::<Dialect>(),
    traced: TypeDef::words_of::<Dialect>() - 1,
    ..TypeDef::BASE
};
