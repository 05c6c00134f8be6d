//! Reading: a state machine over characters, one record at each `next`.

use super::dialect::*;
use super::{ERROR, field_limit};
use crate::errors::R;
use crate::gc::Header;
use crate::object::define::{GetSet, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Builtin, Ref, Slot, Slots, TypeDef, call};
use crate::ops;
use crate::types::float::FLOAT;
use crate::types::int;
use crate::types::list::List;
use crate::types::str::{Builder, Str};
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

#[repr(C)]
struct Reader {
    hdr: Header,
    lines: Slot,
    dialect: Slot,
    /// Lines read so far, a tagged int.
    line_num: Cell<u64>,
}

impl Builtin for Reader {
    const DEF: &'static TypeDef = &READER;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    QuoteInQuoted,
    EatNewline,
    AfterEscapedNewline,
}

/// One record under way.
struct Record {
    options: Options,
    state: State,
    fields: Ref<List>,
    field: Builder,
    unquoted: bool,
    limit: i64,
}

impl Record {
    fn push(&mut self, c: u32) -> R<()> {
        if self.field.len() as i64 >= self.limit {
            return Err(ERROR.raise(format_args!("field larger than field limit ({})", self.limit)));
        }
        self.field.push(c);
        Ok(())
    }

    fn save(&mut self) -> R<()> {
        let field = std::mem::take(&mut self.field);
        let quoting = self.options.quoting;
        let unquoted = std::mem::replace(&mut self.unquoted, true);
        let value = if unquoted && field.is_empty() && matches!(quoting, QUOTE_NOTNULL | QUOTE_STRINGS) {
            none()
        } else if unquoted && !field.is_empty() && matches!(quoting, QUOTE_NONNUMERIC | QUOTE_STRINGS) {
            call::call(FLOAT.class().value(), &[field.finish().value()])?
        } else {
            field.finish().value()
        };
        self.fields.push(value);
        Ok(())
    }

    /// The end of a field and of the record.
    fn end(&mut self, c: Option<u32>) -> R<()> {
        self.save()?;
        self.state = if c.is_none() { State::StartRecord } else { State::EatNewline };
        Ok(())
    }

    /// One character, or the end of a line as the iterator gave it.
    fn take(&mut self, c: Option<u32>) -> R<()> {
        let newline = c.is_none() || c == Some(b'\n' as u32) || c == Some(b'\r' as u32);
        let is_quote = c.is_some() && c == self.options.quotechar && self.options.quoting != QUOTE_NONE;
        let is_escape = c.is_some() && c == self.options.escapechar;
        let is_delimiter = c == Some(self.options.delimiter);
        let point = c.unwrap_or(b'\n' as u32);
        match self.state {
            State::StartRecord if c.is_none() => {}
            State::StartRecord if newline => self.state = State::EatNewline,
            State::StartRecord | State::StartField => {
                if newline {
                    return self.end(c);
                } else if is_quote {
                    self.unquoted = false;
                    self.state = State::InQuoted;
                } else if is_escape {
                    self.state = State::Escaped;
                } else if point == b' ' as u32 && self.options.skipinitialspace {
                    self.state = State::StartField;
                } else if is_delimiter {
                    self.state = State::StartField;
                    return self.save();
                } else {
                    self.state = State::InField;
                    return self.push(point);
                }
            }
            State::Escaped => {
                self.state = if c.is_some() && newline { State::AfterEscapedNewline } else { State::InField };
                return self.push(point);
            }
            State::AfterEscapedNewline if c.is_none() => {}
            State::InField | State::AfterEscapedNewline => {
                if newline {
                    return self.end(c);
                } else if is_escape {
                    self.state = State::Escaped;
                } else if is_delimiter {
                    self.state = State::StartField;
                    return self.save();
                } else {
                    self.state = State::InField;
                    return self.push(point);
                }
            }
            State::InQuoted => {
                if is_escape {
                    self.state = State::EscapedInQuoted;
                } else if is_quote {
                    self.state = if self.options.doublequote { State::QuoteInQuoted } else { State::InField };
                } else if c.is_some() {
                    return self.push(point);
                }
            }
            State::EscapedInQuoted => {
                self.state = State::InQuoted;
                return self.push(point);
            }
            State::QuoteInQuoted => {
                if is_quote {
                    self.state = State::InQuoted;
                    return self.push(point);
                } else if is_delimiter {
                    self.state = State::StartField;
                    return self.save();
                } else if newline {
                    return self.end(c);
                } else if !self.options.strict {
                    self.state = State::InField;
                    return self.push(point);
                }
                let shown = |c: u32| char::from_u32(c).unwrap_or('\u{fffd}');
                return Err(ERROR.raise(format_args!(
                    "'{}' expected after '{}'",
                    shown(self.options.delimiter),
                    shown(self.options.quotechar.unwrap_or(0))
                )));
            }
            State::EatNewline if c.is_none() => self.state = State::StartRecord,
            State::EatNewline if newline => {}
            State::EatNewline => {
                return Err(ERROR.raise(
                    "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                ));
            }
        }
        Ok(())
    }
}

fn next(v: Value) -> R<Option<Value>> {
    let reader = v.expect::<Reader>();
    let mut record = Record {
        options: reader.dialect.object::<Dialect>().options(),
        state: State::StartRecord,
        fields: List::new(&[]),
        field: Builder::new(),
        unquoted: true,
        limit: field_limit(),
    };
    loop {
        let Some(line) = ops::iter::next(reader.lines.value())? else {
            if record.field.is_empty() && record.state != State::InQuoted {
                return Ok(None);
            }
            if record.options.strict {
                return Err(ERROR.raise("unexpected end of data"));
            }
            record.save()?;
            break;
        };
        let Some(text) = line.cast::<Str>() else {
            return Err(ERROR.raise(format_args!(
                "iterator should return strings, not {} (the file should be opened in text mode)",
                line.class().display_name()
            )));
        };
        reader.line_num.set(tag::int(tag::int_value(reader.line_num.get()) + 1));
        for c in text.code_points() {
            record.take(Some(c))?;
        }
        record.take(None)?;
        if record.state == State::StartRecord {
            break;
        }
    }
    Ok(Some(record.fields.value()))
}

pub fn make(lines: Value, dialect: Value) -> R {
    let lines = ops::iter::iter(lines)?;
    let reader = Reader {
        hdr: Header::EMPTY,
        lines: Slot::new(lines),
        dialect: Slot::new(dialect),
        line_num: Cell::new(tag::int(0)),
    };
    Ok(allocate(READER.header(), reader).value())
}

pub static READER: TypeDef = TypeDef {
    name: "_csv.reader",
    slots: Slots { iter: Some(Ok), next: Some(next), ..Slots::NONE },
    getset: &[
        GetSet::member("dialect", |v| Ok(v.expect::<Reader>().dialect.value())),
        GetSet::member("line_num", |v| Ok(int::from_i64(tag::int_value(v.expect::<Reader>().line_num.get())))),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<Reader>(),
    traced: TypeDef::words_of::<Reader>() - 1,
    ..TypeDef::BASE
};
