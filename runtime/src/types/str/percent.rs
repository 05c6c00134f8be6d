//! `%` formatting of `str`; the parsing and the numbers serve `bytes` too ([`Spec`], [`number`]).

use super::find::padded;
use super::{Builder, Data, Str};
use crate::errors::{self, R, Raised, overflow_error, type_error, value_error};
use crate::object::Ref;
use crate::object::class::slots_of;
use crate::object::define::MAPPING;
use crate::object::singletons::not_implemented;
use crate::ops;
use crate::types::exceptions::TYPE_ERROR;
use crate::types::int::{self, IntView};
use crate::types::quick_format;
use crate::types::tuple::Tuple;
use crate::types::{bytearray::ByteArray, bytes::Bytes, float};
use crate::value::Value;
use rustpython_literal::float::{format_exponent, format_fixed, format_general};
use rustpython_literal::format::Case;
use smallvec::SmallVec;

/// One `%...` of a format.
pub struct Spec {
    pub left: bool,
    pub plus: bool,
    pub space: bool,
    pub alternate: bool,
    pub zero: bool,
    pub width: usize,
    pub precision: Option<usize>,
    pub kind: u32,
    /// Where the type stands in the format, for messages.
    pub place: usize,
}

/// The arguments of a format: those of a tuple in turn, or one, or a mapping's items by key.
pub struct Operands {
    items: SmallVec<[Value; 6]>,
    next: usize,
    mapping: Option<Value>,
    /// A key was used, so left-over arguments are none.
    keyed: bool,
    whole: Value,
}

impl Operands {
    pub fn new(v: Value) -> Operands {
        let tuple = v.cast::<Tuple>();
        let items = tuple.map_or_else(|| smallvec::smallvec![v], |t| SmallVec::from_slice(t.as_slice()));
        let text = v.cast::<Str>().is_some();
        let is_mapping = tuple.is_none() && !text && (v.class().has_flag(MAPPING) || slots_of(v).getitem.is_some());
        Operands { items, next: 0, mapping: is_mapping.then_some(v), keyed: false, whole: v }
    }

    fn take(&mut self) -> R {
        match self.items.get(self.next) {
            Some(v) if !self.keyed => {
                self.next += 1;
                Ok(*v)
            }
            Some(_) => Ok(self.whole),
            None => Err(type_error("not enough arguments for format string")),
        }
    }

    /// Error if arguments are left over.
    pub fn finish(&self, what: &str) -> R<()> {
        if self.next < self.items.len() && self.mapping.is_none() {
            return Err(type_error(format_args!("not all arguments converted during {what} formatting")));
        }
        Ok(())
    }
}

/// Parses a specification after its `%` at `at` in a format of `len` units; gives it with its
/// operand, or `None` for `%%`.
pub fn parse(
    get: &dyn Fn(usize) -> u32,
    len: usize,
    at: &mut usize,
    operands: &mut Operands,
    key: &dyn Fn(usize, usize) -> Value,
) -> R<Option<(Spec, Value)>> {
    let incomplete = || value_error("incomplete format");
    let mut value = None;
    let c = |at: usize| if at < len { char::from_u32(get(at)).unwrap_or('\u{fffd}') } else { '\0' };
    if c(*at) == '(' {
        let Some(mapping) = operands.mapping else { return Err(type_error("format requires a mapping")) };
        let start = *at + 1;
        let mut depth = 1;
        *at = start;
        while *at < len && depth > 0 {
            match c(*at) {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            *at += 1;
        }
        if depth > 0 {
            return Err(value_error("incomplete format key"));
        }
        value = Some(ops::subscript::getitem(mapping, key(start, *at - 1))?);
        operands.keyed = true;
    }
    let mut s = Spec {
        left: false,
        plus: false,
        space: false,
        alternate: false,
        zero: false,
        width: 0,
        precision: None,
        kind: 0,
        place: 0,
    };
    loop {
        match c(*at) {
            '-' => s.left = true,
            '+' => s.plus = true,
            ' ' => s.space = true,
            '#' => s.alternate = true,
            '0' => s.zero = true,
            _ => break,
        }
        *at += 1;
    }
    if c(*at) == '*' {
        *at += 1;
        let n = star(operands)?;
        s.left |= n < 0;
        s.width = n.unsigned_abs();
    } else {
        s.width = digits(&c, at, "width too big")?;
    }
    if c(*at) == '.' {
        *at += 1;
        if c(*at) == '*' {
            *at += 1;
            s.precision = Some(star(operands)?.max(0) as usize);
        } else {
            s.precision = Some(digits(&c, at, "precision too big")?);
        }
        if s.precision.is_some_and(|p| p > i32::MAX as usize) {
            return Err(value_error("precision too big"));
        }
    }
    if matches!(c(*at), 'h' | 'l' | 'L') {
        *at += 1;
    }
    if *at >= len {
        return Err(incomplete());
    }
    s.kind = get(*at);
    s.place = *at;
    *at += 1;
    if s.kind == '%' as u32 {
        return Ok(None);
    }
    let value = match value {
        Some(value) => value,
        None => operands.take()?,
    };
    Ok(Some((s, value)))
}

fn star(operands: &mut Operands) -> R<isize> {
    let v = operands.take()?;
    match int::as_int(v) {
        Some(n) => match n.to_i64() {
            Some(n) => Ok(n as isize),
            None => Err(overflow_error("Python int too large to convert to C ssize_t")),
        },
        None => Err(type_error("* wants int")),
    }
}

fn digits(c: &dyn Fn(usize) -> char, at: &mut usize, too_big: &str) -> R<usize> {
    let mut n = 0usize;
    while let Some(digit) = c(*at).to_digit(10) {
        n = match n.checked_mul(10).and_then(|n| n.checked_add(digit as usize)) {
            Some(n) if n <= isize::MAX as usize => n,
            _ => return Err(value_error(too_big)),
        };
        *at += 1;
    }
    Ok(n)
}

/// A number formatted by a numeric type letter: sign or prefix, and digits; `None` for other letters.
pub fn number(s: &Spec, v: Value) -> R<Option<(String, String)>> {
    let kind = match char::from_u32(s.kind) {
        Some(kind) => kind,
        None => return Ok(None),
    };
    let (negative, prefix, digits) = match kind {
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
            let n = integer(v, kind)?;
            let Some(view) = int::as_int(n) else { return Err(wrong_number(v, kind)) };
            let (radix, prefix) = match kind {
                'o' => (8, "0o"),
                'x' => (16, "0x"),
                'X' => (16, "0X"),
                _ => (10, ""),
            };
            let mut text = if radix == 10 { int::text::to_decimal(view)? } else { int::text::to_radix(view, radix) };
            let negative = view.is_negative();
            if negative {
                text.remove(0);
            }
            if kind == 'X' {
                text.make_ascii_uppercase();
            }
            if let Some(p) = s.precision.filter(|&p| p > text.len()) {
                text = format!("{}{text}", "0".repeat(p - text.len()));
            }
            (negative, if s.alternate { prefix } else { "" }, text)
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let x = match float::to_f64(v)? {
                Some(x) => x,
                None => float::from_number(v)?,
            };
            let case = if kind.is_ascii_uppercase() { Case::Upper } else { Case::Lower };
            let p = s.precision.unwrap_or(6);
            let magnitude = x.abs();
            let text = match kind {
                'e' | 'E' => format_exponent(p, magnitude, case, s.alternate),
                'f' | 'F' => format_fixed(p, magnitude, case, s.alternate),
                _ => format_general(p.max(1), magnitude, case, s.alternate, false),
            };
            (x.is_sign_negative() && !x.is_nan(), "", text)
        }
        _ => return Ok(None),
    };
    let sign = if negative {
        "-"
    } else if s.plus {
        "+"
    } else if s.space {
        " "
    } else {
        ""
    };
    let lead = format!("{sign}{prefix}");
    let total = lead.len() + digits.len();
    if s.width > total && s.zero && !s.left {
        return Ok(Some((lead, format!("{}{digits}", "0".repeat(s.width - total)))));
    }
    Ok(Some((lead, digits)))
}

fn wrong_number(v: Value, kind: char) -> Raised {
    let wanted = if matches!(kind, 'o' | 'x' | 'X') { "an integer" } else { "a real number" };
    type_error(format_args!("%{kind} format: {wanted} is required, not {}", v.class().display_name()))
}

/// The int that `%d` (any real number) or `%x` (only integers) shows.
fn integer(v: Value, kind: char) -> R {
    if let Some(n) = int::payload(v) {
        return Ok(n);
    }
    let slots = slots_of(v);
    let result = if matches!(kind, 'o' | 'x' | 'X') {
        slots.index.map(|_| ops::index(v))
    } else {
        match float::as_f64(v) {
            Some(x) => return float::to_int(x),
            None if slots.int.is_some() || slots.index.is_some() => {
                Some(slots.int.or(slots.index).map_or_else(|| ops::index(v), |f| f(v)))
            }
            None => None,
        }
    };
    match result {
        None => Err(wrong_number(v, kind)),
        Some(Err(_)) if errors::pending_is(&TYPE_ERROR) => {
            errors::clear();
            Err(wrong_number(v, kind))
        }
        Some(result) => result,
    }
}

/// The message for an unknown type letter.
pub fn unsupported(s: &Spec) -> Raised {
    let shown = char::from_u32(s.kind).filter(|c| (' '..='\u{7e}').contains(c)).unwrap_or('?');
    value_error(format_args!("unsupported format character '{shown}' (0x{:x}) at index {}", s.kind, s.place))
}

/// `text % arguments`.
pub fn modulo(a: Value, b: Value) -> R {
    let Some(text) = a.cast::<Str>() else { return Ok(not_implemented()) };
    let mut operands = Operands::new(b);
    if b.cast::<Bytes>().is_some() || b.cast::<ByteArray>().is_some() {
        operands.mapping = None;
    }
    let len = text.len();
    let mut out = Builder::with_capacity(len + 16);
    let data = text.data();
    let get = |at: usize| data.get(at);
    let mut at = 0;
    while at < len {
        if let (true, Data::One(bytes)) = (text.is_ascii(), data) {
            let run = memchr::memchr(b'%', &bytes[at..]).unwrap_or(len - at);
            out.push_ascii(&bytes[at..at + run]);
            at += run;
            if at == len {
                break;
            }
            if let Some(after) = quick(&bytes[at + 1..], &mut operands, &mut out) {
                at += 1 + after;
                continue;
            }
        }
        let c = get(at);
        at += 1;
        if c != '%' as u32 {
            out.push(c);
            continue;
        }
        let key = |start: usize, end: usize| text.substring(start, end).value();
        match parse(&get, len, &mut at, &mut operands, &key)? {
            None => out.push('%' as u32),
            Some((s, v)) => one(&mut out, &s, v)?,
        }
    }
    operands.finish("string")?;
    Ok(out.finish().value())
}

/// A simple specification, given after its `%`, with a simple operand; how long it was.
#[inline]
fn quick(text: &[u8], operands: &mut Operands, out: &mut Builder) -> Option<usize> {
    let mut spec = quick_format::Spec::default();
    let mut at = 0;
    match text.first() {
        Some(b'-') => (spec.align, at) = (b'<', 1),
        Some(b'0') => (spec.zero, at) = (true, 1),
        _ => {}
    }
    if matches!(text.get(at), Some(b'0')) {
        return None;
    }
    spec.width = quick_format::short_number(text, &mut at)?;
    if text.get(at) == Some(&b'.') {
        at += 1;
        spec.precision = Some(quick_format::short_number(text, &mut at)?);
    }
    spec.kind = *text.get(at)?;
    let &v = operands.items.get(operands.next).filter(|_| !operands.keyed)?;
    match spec.kind {
        b's' if spec.width == 0 && spec.precision.is_none() => match (v.exact::<Str>(), v.is_small()) {
            (Some(own), _) => out.push_obj(own),
            (None, true) => {
                spec.kind = b'd';
                out.push_ascii(quick_format::number(v, &spec, &mut [0; quick_format::ROOM])?);
            }
            _ => return None,
        },
        b'd' | b'x' | b'X' | b'f' => {
            out.push_ascii(quick_format::number(v, &spec, &mut [0; quick_format::ROOM])?);
        }
        _ => return None,
    }
    operands.next += 1;
    Some(at + 1)
}

fn one(out: &mut Builder, s: &Spec, v: Value) -> R<()> {
    let text: Ref<Str> = match char::from_u32(s.kind) {
        Some('s') => cut(s, ops::str_of(v)?),
        Some('r') => cut(s, ops::repr(v)?.expect::<Str>()),
        Some('a') => cut(s, ops::ascii(v)?.expect::<Str>()),
        Some('c') => Str::from_char(character(v)?),
        _ => match number(s, v)? {
            Some((lead, digits)) if s.width == 0 => {
                out.push_str(&lead);
                out.push_str(&digits);
                return Ok(());
            }
            Some((lead, digits)) => Str::from_ascii([lead, digits].concat().as_bytes()),
            None => return Err(unsupported(s)),
        },
    };
    if text.len() >= s.width {
        out.push_obj(text);
        return Ok(());
    }
    let n = s.width - text.len();
    out.push_obj(if s.left { padded(text, 0, n, 32)? } else { padded(text, n, 0, 32)? });
    Ok(())
}

fn cut(s: &Spec, text: Ref<Str>) -> Ref<Str> {
    match s.precision {
        Some(p) if p < text.len() => text.substring(0, p),
        _ => text,
    }
}

fn character(v: Value) -> R<u32> {
    if let Some(text) = v.cast::<Str>() {
        if text.len() == 1 {
            return Ok(text.get(0));
        }
        return Err(type_error(format_args!(
            "%c requires an int or a unicode character, not a string of length {}",
            text.len()
        )));
    }
    let n = match int::as_int(v) {
        Some(n) => n,
        None if slots_of(v).index.is_some() => int::as_int(ops::index(v)?).unwrap_or(IntView::Small(-1)),
        None => {
            return Err(type_error(format_args!(
                "%c requires an int or a unicode character, not {}",
                crate::types::type_::shown_name(v.class())?
            )));
        }
    };
    match n.to_i64() {
        Some(n @ 0..=0x10ffff) => Ok(n as u32),
        _ => Err(overflow_error("%c arg not in range(0x110000)")),
    }
}
