//! The format mini-language (`format(x, spec)`, `f"{x:spec}"`) of `str`, `int`, `float` and `complex`.
//!
//! `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`. The commonest
//! specifications (`.2f`, `5d`, `>10`) take this same way: parsing them costs next to nothing.

use crate::errors::{R, Raised, overflow_error, value_error};
use crate::object::Ref;
use crate::types::bytes::methods::{Side, padding};
use crate::types::float as floats;
use crate::types::int::{self as ints, IntView};
use crate::types::str::find::padded;
use crate::types::str::{Builder, Str};
use crate::value::Value;
use rustpython_literal::float::{format_exponent, format_fixed, format_general};
use rustpython_literal::format::Case;

/// A parsed specification.
struct Spec {
    fill: u32,
    align: u8,
    /// `+`, `-`, space, or 0.
    sign: u8,
    no_negative_zero: bool,
    alternate: bool,
    width: usize,
    /// `,` or `_`, or 0; digits between them.
    grouping: u8,
    group: usize,
    precision: Option<usize>,
    fraction_grouping: u8,
    /// The type, or 0.
    kind: u32,
}

/// A decimal number at `*at`; `None` if there is none.
fn number(spec: &Str, at: &mut usize) -> R<Option<usize>> {
    let start = *at;
    let mut n = 0usize;
    while *at < spec.len() {
        let Some(digit) = char::from_u32(spec.get(*at)).and_then(|c| c.to_digit(10)) else { break };
        n = match n.checked_mul(10).and_then(|n| n.checked_add(digit as usize)) {
            Some(n) if n <= isize::MAX as usize => n,
            _ => return Err(value_error("Too many decimal digits in format string")),
        };
        *at += 1;
    }
    Ok((*at > start).then_some(n))
}

impl Spec {
    /// `what` is the type's name; numbers are aligned right.
    fn parse(spec: Ref<Str>, what: &str, numeric: bool) -> R<Spec> {
        let text: &Str = &spec;
        let len = text.len();
        let at_is = |at: usize, c: char| at < len && text.get(at) == c as u32;
        let is_align = |at: usize| at < len && matches!(text.get(at), 0x3c..=0x3e | 0x5e);
        let mut s = Spec {
            fill: ' ' as u32,
            align: if numeric { b'>' } else { b'<' },
            sign: 0,
            no_negative_zero: false,
            alternate: false,
            width: 0,
            grouping: 0,
            group: 3,
            precision: None,
            fraction_grouping: 0,
            kind: 0,
        };
        let mut at = 0;
        let (mut fill_given, mut align_given) = (false, false);
        if len >= 2 && is_align(1) {
            s.fill = text.get(0);
            s.align = text.get(1) as u8;
            (fill_given, align_given) = (true, true);
            at = 2;
        } else if is_align(0) {
            s.align = text.get(0) as u8;
            align_given = true;
            at = 1;
        }
        if at < len && matches!(text.get(at), 0x20 | 0x2b | 0x2d) {
            s.sign = text.get(at) as u8;
            at += 1;
        }
        if at_is(at, 'z') {
            s.no_negative_zero = true;
            at += 1;
        }
        if at_is(at, '#') {
            s.alternate = true;
            at += 1;
        }
        if !fill_given && at_is(at, '0') {
            s.fill = '0' as u32;
            if !align_given && numeric {
                s.align = b'=';
            }
            at += 1;
        }
        s.width = number(text, &mut at)?.unwrap_or(0);
        (s.grouping, _) = Self::separators(text, &mut at)?;
        if at_is(at, '.') {
            at += 1;
            s.precision = number(text, &mut at)?;
            let (separator, any) = Self::separators(text, &mut at)?;
            s.fraction_grouping = separator;
            if s.precision.is_none() && !any {
                return Err(value_error("Format specifier missing precision"));
            }
        }
        if len - at > 1 {
            return Err(value_error(format_args!(
                "Invalid format specifier '{}' for object of type '{what}'",
                text.display()
            )));
        }
        if at < len {
            s.kind = text.get(at);
        }
        let kind = match char::from_u32(s.kind).unwrap_or(char::MAX) {
            '\0' if !numeric => {
                s.kind = if s.grouping != 0 || s.fraction_grouping != 0 { 's' as u32 } else { 0 };
                's'
            }
            kind => kind,
        };
        if s.grouping != 0 {
            match kind {
                'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0' => {}
                'b' | 'o' | 'x' | 'X' if s.grouping == b'_' => s.group = 4,
                _ => return Err(bad_separator(s.grouping, s.kind)),
            }
        }
        if s.fraction_grouping != 0 && !matches!(kind, 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0') {
            return Err(bad_separator(s.fraction_grouping, s.kind));
        }
        Ok(s)
    }

    fn separators(text: &Str, at: &mut usize) -> R<(u8, bool)> {
        let both = || value_error("Cannot specify both ',' and '_'.");
        let mut found = 0;
        while *at < text.len() {
            match text.get(*at) {
                0x2c if found == 0 => found = b',',
                0x5f if found == 0 => found = b'_',
                0x5f if found == b',' => return Err(both()),
                0x2c if found == b'_' => return Err(both()),
                _ => break,
            }
            *at += 1;
        }
        Ok((found, found != 0))
    }

    fn unknown(&self, what: &str) -> Raised {
        if (33..128).contains(&self.kind) {
            return value_error(format_args!(
                "Unknown format code '{}' for object of type '{what}'",
                self.kind as u8 as char
            ));
        }
        value_error(format_args!("Unknown format code '\\x{:x}' for object of type '{what}'", self.kind))
    }

    /// Pads a finished text that has no sign of its own to put zeros after.
    fn pad(&self, text: Ref<Str>) -> R<Ref<Str>> {
        if text.len() >= self.width {
            return Ok(text);
        }
        let side = match self.align {
            b'<' => Side::Right,
            b'^' => {
                let total = self.width - text.len();
                return padded(text, total / 2, total - total / 2, self.fill);
            }
            _ => Side::Left,
        };
        let (left, right) = padding(text.len(), self.width, side);
        padded(text, left, right, self.fill)
    }

    /// Sign, prefix, grouped digits and the rest, padded. `digits` begins with the integer part.
    fn assemble(&self, negative: bool, prefix: &str, digits: &str) -> R {
        let sign = if negative {
            "-"
        } else {
            match self.sign {
                b'+' => "+",
                b' ' => " ",
                _ => "",
            }
        };
        if self.width == 0 && self.grouping == 0 && self.fraction_grouping == 0 {
            if sign.is_empty() && prefix.is_empty() {
                return Ok(Str::from_ascii(digits.as_bytes()).value());
            }
            return Ok(Str::from_ascii([sign, prefix, digits].concat().as_bytes()).value());
        }
        let whole = if self.group == 4 || matches!(self.kind, 0x62 | 0x6f | 0x78 | 0x58) {
            digits.len()
        } else {
            digits.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(digits.len())
        };
        let (integer, rest) = digits.split_at(whole);
        let rest = self.grouped_fraction(rest);
        let fixed = sign.len() + prefix.len() + rest.len();
        let integer = if self.grouping == 0 || integer.is_empty() {
            integer.to_string()
        } else {
            let zeros = self.fill == '0' as u32 && self.align == b'=';
            group(integer, self.grouping, self.group, if zeros { self.width.saturating_sub(fixed) } else { 0 })
        };
        let len = fixed + integer.len();
        if self.width <= len {
            return Ok(Str::from_ascii([sign, prefix, &integer, &rest].concat().as_bytes()).value());
        }
        if self.align != b'=' {
            let text = Str::from_ascii([sign, prefix, &integer, &rest].concat().as_bytes());
            return Ok(self.pad(text)?.value());
        }
        let tail = padded(Str::from_ascii([&integer[..], &rest].concat().as_bytes()), self.width - len, 0, self.fill)?;
        if sign.is_empty() && prefix.is_empty() {
            return Ok(tail.value());
        }
        Ok(Str::concat(&[Str::from_ascii([sign, prefix].concat().as_bytes()), tail])?.value())
    }

    fn grouped_fraction(&self, rest: &str) -> String {
        let Some(fraction) = rest.strip_prefix('.').filter(|_| self.fraction_grouping != 0) else {
            return rest.to_string();
        };
        let end = fraction.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(fraction.len());
        let mut out = String::from(".");
        for (i, digit) in fraction[..end].chars().enumerate() {
            if i > 0 && i % 3 == 0 {
                out.push(self.fraction_grouping as char);
            }
            out.push(digit);
        }
        out.push_str(&fraction[end..]);
        out
    }
}

fn bad_separator(separator: u8, kind: u32) -> Raised {
    let separator = separator as char;
    if (33..128).contains(&kind) {
        return value_error(format_args!("Cannot specify '{separator}' with '{}'.", kind as u8 as char));
    }
    value_error(format_args!("Cannot specify '{separator}' with '\\x{kind:x}'."))
}

/// Separators between groups of digits, zeros in front until `min_width` is filled.
fn group(digits: &str, separator: u8, size: usize, min_width: usize) -> String {
    let digits = digits.as_bytes();
    let mut out = Vec::with_capacity(digits.len() * 4 / 3 + 2);
    let mut remaining = digits.len();
    let mut wanted = min_width as isize;
    loop {
        let len = size.min((remaining as isize).max(wanted).max(1) as usize);
        let chars = remaining.min(len);
        out.extend(digits[remaining - chars..remaining].iter().rev());
        out.extend(std::iter::repeat_n(b'0', len - chars));
        remaining -= chars;
        wanted -= len as isize;
        if remaining == 0 && wanted <= 0 {
            break;
        }
        wanted -= 1;
        out.push(separator);
    }
    out.reverse();
    out.into_iter().map(|b| b as char).collect()
}

/// `format(text, spec)`.
pub fn str(v: Value, spec: Ref<Str>) -> R {
    let text = v.expect::<Str>();
    if spec.is_empty() {
        return Ok(text.value());
    }
    let s = Spec::parse(spec, "str", false)?;
    if s.kind != 0 && s.kind != 's' as u32 {
        return Err(s.unknown("str"));
    }
    let refuse = |what: &str| Err(value_error(format_args!("{what} not allowed in string format specifier")));
    if s.sign != 0 {
        return refuse(if s.sign == b' ' { "Space" } else { "Sign" });
    }
    if s.no_negative_zero {
        return refuse("Negative zero coercion (z)");
    }
    if s.alternate {
        return refuse("Alternate form (#)");
    }
    if s.align == b'=' {
        return refuse("'=' alignment");
    }
    let text = match s.precision {
        Some(n) if n < text.len() => text.substring(0, n),
        _ => text,
    };
    Ok(s.pad(text)?.value())
}

/// `format(n, spec)` of an int, a bool or an instance of a subclass.
pub fn int(v: Value, spec: Ref<Str>) -> R {
    let Some(n) = ints::as_int(v) else { return crate::ops::str(v) };
    let plain = ints::exact(v).is_some();
    if spec.is_empty() {
        return if plain { Ok(ints::text::to_str(n)?.value()) } else { crate::ops::str(v) };
    }
    let what = if plain { "int".to_string() } else { v.class().display_name() };
    let s = Spec::parse(spec, &what, true)?;
    let kind = char::from_u32(s.kind).unwrap_or(char::MAX);
    if matches!(kind, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') {
        return float_with(ints::to_f64(n)?, &s, &what);
    }
    if !matches!(kind, '\0' | 'b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n') {
        return Err(s.unknown(&what));
    }
    if s.precision.is_some() {
        return Err(value_error("Precision not allowed in integer format specifier"));
    }
    if s.no_negative_zero {
        return Err(value_error("Negative zero coercion (z) not allowed in integer format specifier"));
    }
    if kind == 'c' {
        return character(n, &s);
    }
    let (radix, prefix) = match kind {
        'b' => (2, "0b"),
        'o' => (8, "0o"),
        'x' => (16, "0x"),
        'X' => (16, "0X"),
        _ => (10, ""),
    };
    let prefix = if s.alternate { prefix } else { "" };
    let mut digits = if radix == 10 { ints::text::to_decimal(n)? } else { ints::text::to_radix(n, radix) };
    let negative = digits.starts_with('-');
    if kind == 'X' {
        digits.make_ascii_uppercase();
    }
    s.assemble(negative, prefix, &digits[negative as usize..])
}

fn character(n: IntView, s: &Spec) -> R {
    if s.sign != 0 {
        return Err(value_error("Sign not allowed with integer format specifier 'c'"));
    }
    if s.alternate {
        return Err(value_error("Alternate form (#) not allowed with integer format specifier 'c'"));
    }
    match n.to_i64() {
        Some(n @ 0..=0x10ffff) => Ok(s.pad(Str::from_char(n as u32))?.value()),
        Some(_) => Err(overflow_error("%c arg not in range(0x110000)")),
        None => Err(overflow_error("Python int too large to convert to C long")),
    }
}

/// `format(x, spec)`.
pub fn float(x: f64, spec: Ref<Str>) -> R {
    if spec.is_empty() {
        return Ok(Str::from_ascii(floats::repr(x).as_bytes()).value());
    }
    let s = Spec::parse(spec, "float", true)?;
    float_with(x, &s, "float")
}

/// The digits of a magnitude for a type letter; `dot` makes a bare integer end in `.0`.
fn magnitude(x: f64, kind: char, precision: Option<usize>, alternate: bool, dot: bool) -> R<String> {
    if precision.is_some_and(|p| p > i32::MAX as usize) {
        return Err(value_error("precision too big"));
    }
    let case = if kind.is_ascii_uppercase() { Case::Upper } else { Case::Lower };
    let six = precision.unwrap_or(6);
    let mut text = match kind {
        'e' | 'E' => format_exponent(six, x, case, alternate),
        'f' | 'F' | '%' => format_fixed(six, x, case, alternate),
        'g' | 'G' | 'n' => format_general(six.max(1), x, case, alternate, false),
        _ => match precision {
            Some(p) => format_general(p.max(1), x, case, alternate, dot),
            None => {
                let mut text = floats::repr(x);
                if !dot && text.ends_with(".0") {
                    text.truncate(text.len() - 2);
                }
                if alternate && x.is_finite() && !text.contains('.') {
                    let at = text.find('e').unwrap_or(text.len());
                    text.insert(at, '.');
                }
                text
            }
        },
    };
    if dot && kind == '\0' && x.is_finite() && !text.contains(['.', 'e']) {
        text.push_str(".0");
    }
    Ok(text)
}

fn float_with(x: f64, s: &Spec, what: &str) -> R {
    let kind = char::from_u32(s.kind).unwrap_or(char::MAX);
    if !matches!(kind, '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') {
        return Err(s.unknown(what));
    }
    let x = if kind == '%' { x * 100.0 } else { x };
    let mut digits = magnitude(x.abs(), kind, s.precision, s.alternate, true)?;
    if kind == '%' {
        digits.push('%');
    }
    let negative = is_negative(x, s, &digits);
    s.assemble(negative, "", &digits)
}

fn is_negative(x: f64, s: &Spec, digits: &str) -> bool {
    let zero = || {
        let mantissa = digits.split(['e', 'E']).next().unwrap_or(digits);
        x.is_finite() && !mantissa.bytes().any(|b| (b'1'..=b'9').contains(&b))
    };
    x.is_sign_negative() && !x.is_nan() && !(s.no_negative_zero && zero())
}

/// `format(z, spec)` of a complex number.
pub fn complex(re: f64, im: f64, spec: Ref<Str>) -> R {
    let s = Spec::parse(spec, "complex", true)?;
    let kind = char::from_u32(s.kind).unwrap_or(char::MAX);
    if !matches!(kind, '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n') {
        return Err(s.unknown("complex"));
    }
    if s.fill == '0' as u32 {
        return Err(value_error("Zero padding is not allowed in complex format specifier"));
    }
    if s.align == b'=' {
        return Err(value_error("'=' alignment flag is not allowed in complex format specifier"));
    }
    // Without a type: as `repr`, in parentheses, and a real part of +0 left out.
    let bare = kind == '\0';
    let part = |x: f64, sign: u8| -> R<Ref<Str>> {
        let digits = magnitude(x.abs(), kind, s.precision, s.alternate, false)?;
        let negative = is_negative(x, &s, &digits);
        let plain = Spec { width: 0, sign, fill: ' ' as u32, align: b'>', ..s };
        Ok(plain.assemble(negative, "", &digits)?.expect::<Str>())
    };
    let skip = bare && re == 0.0 && re.is_sign_positive();
    let mut out = Builder::new();
    if bare && !skip {
        out.push_str("(");
    }
    if !skip {
        out.push_obj(part(re, s.sign)?);
    }
    out.push_obj(part(im, if skip { s.sign } else { b'+' })?);
    out.push_str(if bare && !skip { "j)" } else { "j" });
    Ok(s.pad(out.finish())?.value())
}
