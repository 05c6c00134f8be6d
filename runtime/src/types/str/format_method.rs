//! `str.format` and `str.format_map` (PEP 3101): replacement fields with attribute and item access,
//! conversions, and specifications that hold fields themselves.

use super::{Builder, Str};
use crate::errors::{R, Raised, value_error};
use crate::object::{Args, Ref, attr};
use crate::ops;
use crate::types::int;
use crate::value::Value;

/// Where the fields' values come from, and how unnamed fields are numbered.
struct Source<'a> {
    args: &'a [Value],
    keywords: Args<'a>,
    /// `format_map`'s mapping.
    mapping: Option<Value>,
    /// Next automatic number; `None` before the first field, `Manual` once numbers are given.
    numbering: Numbering,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic(usize),
    Manual,
}

pub fn format(v: Value, args: Args) -> R {
    let mut source = Source { args: args.pos(), keywords: args, mapping: None, numbering: Numbering::Unknown };
    render(v.expect::<Str>(), &mut source, 2).map(|text| text.value())
}

pub fn format_map(v: Value, mapping: Value) -> R {
    let mut source = Source { args: &[], keywords: Args::EMPTY, mapping: Some(mapping), numbering: Numbering::Unknown };
    render(v.expect::<Str>(), &mut source, 2).map(|text| text.value())
}

const OPEN: u32 = '{' as u32;
const CLOSE: u32 = '}' as u32;

fn render(text: Ref<Str>, source: &mut Source, depth: usize) -> R<Ref<Str>> {
    if depth == 0 {
        return Err(value_error("Max string recursion exceeded"));
    }
    let len = text.len();
    let mut out = Builder::with_capacity(len + 16);
    let mut at = 0;
    while at < len {
        let c = text.get(at);
        at += 1;
        match c {
            OPEN if at < len && text.get(at) == OPEN => {
                out.push(OPEN);
                at += 1;
            }
            CLOSE if at < len && text.get(at) == CLOSE => {
                out.push(CLOSE);
                at += 1;
            }
            OPEN if at == len => return Err(value_error("Single '{' encountered in format string")),
            CLOSE => return Err(value_error("Single '}' encountered in format string")),
            OPEN => {
                let field = Field::parse(text, &mut at)?;
                let value = field.value(text, source)?;
                let value = match field.conversion {
                    None => value,
                    Some('s') => ops::str(value)?,
                    Some('r') => ops::repr(value)?,
                    Some('a') => ops::ascii(value)?,
                    Some(other) => return Err(unknown_conversion(other)),
                };
                let mut spec = text.substring(field.spec.0, field.spec.1);
                if field.nested {
                    spec = render(spec, source, depth - 1)?;
                }
                out.push_obj(ops::format(value, Some(spec.value()))?.expect::<Str>());
            }
            _ => out.push(c),
        }
    }
    Ok(out.finish())
}

fn unknown_conversion(c: char) -> Raised {
    if ('!'..'\u{7f}').contains(&c) {
        return value_error(format_args!("Unknown conversion specifier {c}"));
    }
    value_error(format_args!("Unknown conversion specifier \\x{:x}", c as u32))
}

/// A replacement field; ranges are positions in the format string.
pub(crate) struct Field {
    pub(crate) name: (usize, usize),
    pub(crate) conversion: Option<char>,
    pub(crate) spec: (usize, usize),
    /// The specification holds fields.
    nested: bool,
}

impl Field {
    /// Parses what follows a `{`, up to and with its `}`.
    pub(crate) fn parse(text: Ref<Str>, at: &mut usize) -> R<Field> {
        let len = text.len();
        let expected = || value_error("expected '}' before end of string");
        let start = *at;
        let mut bracket = false;
        // The name ends at `:` or `!` outside brackets, or at the closing brace.
        while *at < len {
            match char::from_u32(text.get(*at)).unwrap_or('\0') {
                '[' => bracket = true,
                ']' => bracket = false,
                '{' if !bracket => return Err(value_error("unexpected '{' in field name")),
                '}' | ':' | '!' if !bracket => break,
                _ => {}
            }
            *at += 1;
        }
        if *at == len {
            return Err(expected());
        }
        let name = (start, *at);
        let mut field = Field { name, conversion: None, spec: (*at, *at), nested: false };
        if text.get(*at) == '!' as u32 {
            *at += 1;
            if *at >= len {
                return Err(value_error("end of string while looking for conversion specifier"));
            }
            field.conversion = Some(char::from_u32(text.get(*at)).unwrap_or(char::REPLACEMENT_CHARACTER));
            *at += 1;
            if *at >= len {
                return Err(value_error("unmatched '{' in format spec"));
            }
            match char::from_u32(text.get(*at)) {
                Some('}' | ':') => {}
                _ => return Err(value_error("expected ':' after conversion specifier")),
            }
        }
        if text.get(*at) == CLOSE {
            *at += 1;
            return Ok(field);
        }
        *at += 1;
        let start = *at;
        let mut depth = 1;
        while *at < len {
            match text.get(*at) {
                OPEN => {
                    depth += 1;
                    field.nested = true;
                }
                CLOSE => {
                    depth -= 1;
                    if depth == 0 {
                        field.spec = (start, *at);
                        *at += 1;
                        return Ok(field);
                    }
                }
                _ => {}
            }
            *at += 1;
        }
        Err(if field.nested { expected() } else { value_error("unmatched '{' in format spec") })
    }

    /// The object that the field names.
    fn value(&self, text: Ref<Str>, source: &mut Source) -> R {
        let (start, end) = self.name;
        let is = |at: usize, c: char| at < end && text.get(at) == c as u32;
        let mut at = start;
        while at < end && !is(at, '.') && !is(at, '[') {
            at += 1;
        }
        let mut value = source.first(text.substring(start, at))?;
        while at < end {
            if is(at, '.') {
                let from = at + 1;
                at = from;
                while at < end && !is(at, '.') && !is(at, '[') {
                    at += 1;
                }
                if at == from {
                    return Err(value_error("Empty attribute in format string"));
                }
                value = attr::getattr(value, text.substring(from, at).interned())?;
                continue;
            }
            if !is(at, '[') {
                return Err(value_error("Only '.' or '[' may follow ']' in format field specifier"));
            }
            let from = at + 1;
            at = from;
            while at < end && !is(at, ']') {
                at += 1;
            }
            if at == end {
                return Err(value_error("Missing ']' in format string"));
            }
            if at == from {
                return Err(value_error("Empty attribute in format string"));
            }
            let key = text.substring(from, at);
            at += 1;
            let key = match integer(key)? {
                Some(n) => int::from_usize(n),
                None => key.value(),
            };
            value = ops::subscript::getitem(value, key)?;
        }
        Ok(value)
    }
}

/// The number that a text of digits is.
pub(crate) fn integer(text: Ref<Str>) -> R<Option<usize>> {
    let mut n = 0usize;
    if text.is_empty() {
        return Ok(None);
    }
    for c in text.code_points() {
        let Some(digit) = char::from_u32(c).and_then(|c| c.to_digit(10)) else { return Ok(None) };
        n = match n.checked_mul(10).and_then(|n| n.checked_add(digit as usize)) {
            Some(n) if n <= isize::MAX as usize => n,
            _ => return Err(value_error("Too many decimal digits in format string")),
        };
    }
    Ok(Some(n))
}

impl Source<'_> {
    /// The argument that a field's first part names: a number, a keyword, or nothing for the next one.
    fn first(&mut self, name: Ref<Str>) -> R {
        let index = match integer(name)? {
            Some(n) => {
                if matches!(self.numbering, Numbering::Automatic(_)) {
                    return Err(value_error(
                        "cannot switch from automatic field numbering to manual field specification",
                    ));
                }
                self.numbering = Numbering::Manual;
                n
            }
            None if name.is_empty() => match self.numbering {
                Numbering::Manual => {
                    return Err(value_error(
                        "cannot switch from manual field specification to automatic field numbering",
                    ));
                }
                Numbering::Unknown => {
                    self.numbering = Numbering::Automatic(1);
                    0
                }
                Numbering::Automatic(n) => {
                    self.numbering = Numbering::Automatic(n + 1);
                    n
                }
            },
            None => {
                if let Some(mapping) = self.mapping {
                    return ops::subscript::getitem(mapping, name.value());
                }
                return match self.keywords.keywords().find(|(key, _)| key.equals(&name)) {
                    Some((_, value)) => Ok(value),
                    None => Err(crate::errors::key_error(name.value())),
                };
            }
        };
        if self.mapping.is_some() {
            return Err(value_error("Format string contains positional fields"));
        }
        match self.args.get(index) {
            Some(value) => Ok(*value),
            None => Err(crate::errors::index_error(format_args!(
                "Replacement index {index} out of range for positional args tuple"
            ))),
        }
    }
}
