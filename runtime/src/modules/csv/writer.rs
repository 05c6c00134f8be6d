//! Writing: fields are quoted and escaped as the dialect says, and a record goes out in one `write`.

use super::ERROR;
use super::dialect::*;
use crate::errors::{self, R, type_error};
use crate::gc::Header;
use crate::object::class::slots_of;
use crate::object::define::{GetSet, Method, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Builtin, Slot, Slots, TypeDef, attr, call};
use crate::ops;
use crate::types::exceptions::{ATTRIBUTE_ERROR, TYPE_ERROR};
use crate::types::str::{Builder, Str};
use crate::types::{complex, float};
use crate::value::Value;

#[repr(C)]
struct Writer {
    hdr: Header,
    write: Slot,
    dialect: Slot,
}

impl Builtin for Writer {
    const DEF: &'static TypeDef = &WRITER;
}

fn is_number(v: Value) -> bool {
    let slots = slots_of(v);
    float::as_f64(v).is_some()
        || slots.index.is_some()
        || slots.int.is_some()
        || slots.float.is_some()
        || complex::parts(v).is_some()
}

/// Appends a field; `quoted` may become true for what is in it.
fn append(out: &mut Builder, options: &Options, field: Option<Value>, mut quoted: bool, first: bool) -> R<()> {
    let text = match field.filter(|field| !field.is_none()) {
        Some(field) => Some(ops::str_of(field)?),
        None => None,
    };
    let no_quotes =
        options.quoting == QUOTE_NONE || (text.is_none() && matches!(options.quoting, QUOTE_STRINGS | QUOTE_NOTNULL));
    let is_empty = text.is_none_or(|text| text.is_empty());
    if is_empty && options.delimiter == b' ' as u32 && options.skipinitialspace {
        if no_quotes {
            return Err(ERROR.raise("empty field must be quoted if delimiter is a space and skipinitialspace is true"));
        }
        quoted = true;
    }
    if !first {
        out.push(options.delimiter);
    }
    let mut body = Builder::new();
    for c in text.iter().flat_map(|text| text.code_points()) {
        let is_quote = Some(c) == options.quotechar;
        let is_escape = Some(c) == options.escapechar;
        let special = c == options.delimiter
            || is_escape
            || is_quote
            || c == b'\n' as u32
            || c == b'\r' as u32
            || options.lineterminator.code_points().any(|point| point == c);
        if special {
            let mut escape = is_escape;
            if options.quoting == QUOTE_NONE {
                escape = true;
            } else if is_quote {
                if options.doublequote {
                    body.push(c);
                    escape = false;
                } else {
                    escape = true;
                }
            }
            if escape {
                let Some(escapechar) = options.escapechar else {
                    return Err(ERROR.raise("need to escape, but no escapechar set"));
                };
                body.push(escapechar);
            } else {
                quoted = true;
            }
        }
        body.push(c);
    }
    let quote = options.quotechar.filter(|_| quoted);
    quote.iter().for_each(|quote| out.push(*quote));
    out.push_obj(body.finish());
    quote.iter().for_each(|quote| out.push(*quote));
    Ok(())
}

fn writerow(v: Value, row: Value) -> R {
    let writer = v.expect::<Writer>();
    let options = writer.dialect.object::<Dialect>().options();
    let iterator = match ops::iter::iter(row) {
        Ok(iterator) => iterator,
        Err(raised) if errors::pending_is(&TYPE_ERROR) => {
            let _ = raised;
            errors::clear();
            return Err(ERROR.raise(format_args!("iterable expected, not {}", row.class().display_name())));
        }
        Err(raised) => return Err(raised),
    };
    let mut out = Builder::new();
    let (mut count, mut last_is_none) = (0, false);
    while let Some(field) = ops::iter::next(iterator)? {
        let quoted = match options.quoting {
            QUOTE_NONNUMERIC => !is_number(field),
            QUOTE_ALL => true,
            QUOTE_STRINGS => field.cast::<Str>().is_some(),
            QUOTE_NOTNULL => !field.is_none(),
            _ => false,
        };
        last_is_none = field.is_none();
        append(&mut out, &options, Some(field), quoted, count == 0)?;
        count += 1;
    }
    if count > 0 && out.is_empty() {
        if options.quoting == QUOTE_NONE || (last_is_none && matches!(options.quoting, QUOTE_STRINGS | QUOTE_NOTNULL)) {
            return Err(ERROR.raise("single empty field record must be quoted"));
        }
        append(&mut out, &options, None, true, true)?;
    }
    out.push_obj(options.lineterminator);
    call::call(writer.write.value(), &[out.finish().value()])
}

fn writerows(v: Value, rows: Value) -> R {
    ops::iter::for_each(rows, |row| writerow(v, row).map(|_| ()))?;
    Ok(none())
}

pub fn make(file: Value, dialect: Value) -> R {
    let write = errors::catch(attr::getattr(file, Str::intern("write")), &ATTRIBUTE_ERROR)?;
    let Some(write) = write.filter(|write| call::is_callable(*write)) else {
        return Err(type_error("argument 1 must have a \"write\" method"));
    };
    let writer = Writer { hdr: Header::EMPTY, write: Slot::new(write), dialect: Slot::new(dialect) };
    Ok(allocate(WRITER.header(), writer).value())
}

pub static WRITER: TypeDef = TypeDef {
    name: "_csv.writer",
    methods: &[Method::one("writerow", writerow), Method::one("writerows", writerows)],
    slots: Slots::NONE,
    getset: &[GetSet::member("dialect", |v| Ok(v.expect::<Writer>().dialect.value()))],
    flags: NO_NEW,
    words: TypeDef::words_of::<Writer>(),
    traced: TypeDef::words_of::<Writer>() - 1,
    ..TypeDef::BASE
};
