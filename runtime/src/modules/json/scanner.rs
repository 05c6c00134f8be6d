//! `make_scanner`: JSON text to values. Options come from the decoder that it is made for.

use super::Depth;
use super::text::{self, Unit, decode_error};
use crate::errors::{R, Raised, raise_args, type_error, value_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, attr, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions::STOP_ITERATION;
use crate::types::float::{self, FLOAT};
use crate::types::float_methods;
use crate::types::int::{self, INT};
use crate::types::list::List;
use crate::types::object::allocate_fixed;
use crate::types::str::{Data, Str};
use crate::types::tuple::Tuple;
use crate::value::Value;

#[repr(C)]
struct Scanner {
    hdr: Header,
    strict: Slot,
    object_hook: Slot,
    object_pairs_hook: Slot,
    parse_float: Slot,
    parse_int: Slot,
    parse_constant: Slot,
}

impl Builtin for Scanner {
    const DEF: &'static TypeDef = &SCANNER;
}

/// Keys seen in this text, so that equal keys are one object: by a cheap hash, the latest of each.
const KEYS: usize = 64;

struct Scan<'a, U> {
    text: Ref<Str>,
    s: &'a [U],
    strict: bool,
    object_hook: Option<Value>,
    pairs_hook: Option<Value>,
    /// `None`: the type itself.
    parse_float: Option<Value>,
    parse_int: Option<Value>,
    parse_constant: Value,
    keys: [Option<Ref<Str>>; KEYS],
    depth: Depth,
}

type Found = R<(Value, usize)>;

#[cold]
fn stop(at: usize) -> Raised {
    raise_args(&STOP_ITERATION, &[int::from_usize(at)])
}

impl<U: Unit> Scan<'_, U> {
    #[inline(always)]
    fn is(&self, at: usize, c: u8) -> bool {
        self.s.get(at).is_some_and(|unit| unit.point() == c as u32)
    }

    #[inline]
    fn skip(&self, mut at: usize) -> usize {
        while self.s.get(at).is_some_and(|unit| matches!(unit.point(), 0x20 | 0x09 | 0x0a | 0x0d)) {
            at += 1;
        }
        at
    }

    fn error(&self, message: &str, at: usize) -> Raised {
        decode_error(message, self.text, at as isize)
    }

    fn word(&self, at: usize, word: &str) -> bool {
        self.s.len() - at >= word.len() && word.bytes().zip(&self.s[at..]).all(|(b, unit)| b as u32 == unit.point())
    }

    fn constant(&self, at: usize, word: &str) -> Found {
        let value = call::call(self.parse_constant, &[Str::intern(word).value()])?;
        Ok((value, at + word.len()))
    }

    fn value(&mut self, at: usize) -> Found {
        let Some(unit) = self.s.get(at) else { return Err(stop(at)) };
        match char::from_u32(unit.point()).unwrap_or('\0') {
            '"' => {
                let (text, end) = text::scan(self.text, self.s, at + 1, self.strict)?;
                Ok((text.value(), end))
            }
            '{' => {
                self.depth.enter(Depth::ARRAY, " while decoding a JSON object from a unicode string")?;
                let found = self.object(at + 1)?;
                self.depth.leave(Depth::ARRAY);
                Ok(found)
            }
            '[' => {
                self.depth.enter(Depth::ARRAY, " while decoding a JSON array from a unicode string")?;
                let found = self.array(at + 1)?;
                self.depth.leave(Depth::ARRAY);
                Ok(found)
            }
            'n' if self.word(at, "null") => Ok((none(), at + 4)),
            't' if self.word(at, "true") => Ok((boolean(true), at + 4)),
            'f' if self.word(at, "false") => Ok((boolean(false), at + 5)),
            'N' if self.word(at, "NaN") => self.constant(at, "NaN"),
            'I' if self.word(at, "Infinity") => self.constant(at, "Infinity"),
            '-' if self.word(at, "-Infinity") => self.constant(at, "-Infinity"),
            '-' | '0'..='9' => self.number(at),
            _ => Err(stop(at)),
        }
    }

    #[inline]
    fn digits(&self, mut at: usize) -> usize {
        while self.s.get(at).is_some_and(|unit| (0x30..0x3a).contains(&unit.point())) {
            at += 1;
        }
        at
    }

    fn number(&self, start: usize) -> Found {
        let first = start + self.is(start, b'-') as usize;
        let mut end = self.digits(first);
        if end == first {
            return Err(stop(start));
        }
        // A leading zero ends the number.
        if self.is(first, b'0') {
            end = first + 1;
        }
        let whole = end;
        if self.is(end, b'.') {
            let fraction = self.digits(end + 1);
            if fraction > end + 1 {
                end = fraction;
            }
        }
        if self.is(end, b'e') || self.is(end, b'E') {
            let sign = end + 1;
            let digits = sign + (self.is(sign, b'-') || self.is(sign, b'+')) as usize;
            let exponent = self.digits(digits);
            if exponent > digits {
                end = exponent;
            }
        }
        let is_float = end != whole;
        if !is_float && self.parse_int.is_none() && end - first <= 18 {
            let n = self.s[first..end].iter().fold(0i64, |n, unit| n * 10 + (unit.point() as i64 - 0x30));
            return Ok((int::from_i64(if first > start { -n } else { n }), end));
        }
        let digits: Vec<u8> = self.s[start..end].iter().map(|unit| unit.point() as u8).collect();
        let parse = if is_float { self.parse_float } else { self.parse_int };
        let value = match parse {
            Some(function) => call::call(function, &[Str::from_ascii(&digits).value()])?,
            None if is_float => float::from_f64(float_methods::parse(&digits).unwrap_or(0.0)),
            None => int::text::parse(&digits, 10, || ops::repr_text(Str::from_ascii(&digits).value()))?,
        };
        Ok((value, end))
    }

    fn key(&mut self, start: usize) -> R<(Ref<Str>, usize)> {
        let end = text::plain_end(self.s, start, self.strict);
        if !self.is(end, b'"') || end == start {
            return text::scan(self.text, self.s, start, self.strict);
        }
        let s = &self.s[start..end];
        let hash = s.iter().fold(s.len() as u32, |hash, unit| hash.wrapping_mul(31) ^ unit.point());
        let cell = &mut self.keys[hash as usize % KEYS];
        if let Some(known) = *cell {
            if known.len() == s.len() && known.code_points().zip(s).all(|(c, unit)| c == unit.point()) {
                return Ok((known, end + 1));
            }
        }
        let key = self.text.substring(start, end);
        *cell = Some(key);
        Ok((key, end + 1))
    }

    fn object(&mut self, start: usize) -> Found {
        let dict = Dict::new();
        let pairs = self.pairs_hook.map(|_| List::new(&[]));
        let mut at = self.skip(start);
        if self.is(at, b'}') {
            at += 1;
        } else {
            loop {
                if !self.is(at, b'"') {
                    return Err(self.error("Expecting property name enclosed in double quotes", at));
                }
                let (key, end) = self.key(at + 1)?;
                at = self.skip(end);
                if !self.is(at, b':') {
                    return Err(self.error("Expecting ':' delimiter", at));
                }
                let (value, end) = self.value(self.skip(at + 1))?;
                match pairs {
                    Some(pairs) => pairs.push(Tuple::new(&[key.value(), value]).value()),
                    None => dict.set_str(key, value),
                }
                at = self.skip(end);
                if self.is(at, b'}') {
                    at += 1;
                    break;
                }
                if !self.is(at, b',') {
                    return Err(self.error("Expecting ',' delimiter", at));
                }
                let comma = at;
                at = self.skip(at + 1);
                if self.is(at, b'}') {
                    return Err(self.error("Illegal trailing comma before end of object", comma));
                }
            }
        }
        let value = match (self.pairs_hook, pairs, self.object_hook) {
            (Some(hook), Some(pairs), _) => call::call(hook, &[pairs.value()])?,
            (_, _, Some(hook)) => call::call(hook, &[dict.value()])?,
            _ => dict.value(),
        };
        Ok((value, at))
    }

    fn array(&mut self, start: usize) -> Found {
        let list = List::new(&[]);
        let mut at = self.skip(start);
        if self.is(at, b']') {
            return Ok((list.value(), at + 1));
        }
        loop {
            let (value, end) = self.value(at)?;
            list.push(value);
            at = self.skip(end);
            if self.is(at, b']') {
                return Ok((list.value(), at + 1));
            }
            if !self.is(at, b',') {
                return Err(self.error("Expecting ',' delimiter", at));
            }
            let comma = at;
            at = self.skip(at + 1);
            if self.is(at, b']') {
                return Err(self.error("Illegal trailing comma before end of array", comma));
            }
        }
    }
}

fn run<U: Unit>(scanner: Ref<Scanner>, text: Ref<Str>, s: &[U], at: usize) -> R {
    let set = |slot: &Slot| slot.get().filter(|hook| !hook.is_none());
    let own = |slot: &Slot, class: &'static TypeDef| set(slot).filter(|f| !f.is(class.class().value()));
    let mut scan = Scan {
        text,
        s,
        strict: ops::truth(scanner.strict.value())?,
        object_hook: set(&scanner.object_hook),
        pairs_hook: set(&scanner.object_pairs_hook),
        parse_float: own(&scanner.parse_float, &FLOAT),
        parse_int: own(&scanner.parse_int, &INT),
        parse_constant: scanner.parse_constant.value(),
        keys: [None; KEYS],
        depth: Depth::default(),
    };
    let (value, end) = scan.value(at)?;
    Ok(Tuple::new(&[value, int::from_usize(end)]).value())
}

fn scan_once(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "scan_once", names: &["string", "idx"], required: 2, positional: 2 };
    let [text, at] = args.bind::<2>(&PARAMS)?.map(|v| v.unwrap_or_else(none));
    let at = ops::as_isize(at)?;
    let Some(text) = text.cast::<Str>() else {
        return Err(type_error(format_args!("first argument must be a string, not {}", text.class().display_name())));
    };
    let Ok(at) = usize::try_from(at) else { return Err(value_error("idx cannot be negative")) };
    let scanner = v.expect::<Scanner>();
    match text.data() {
        Data::One(s) => run(scanner, text, s, at),
        Data::Two(s) => run(scanner, text, s, at),
        Data::Four(s) => run(scanner, text, s, at),
    }
}

fn new(class: Ref<Type>, args: Args) -> R {
    static PARAMS: Params = Params { function: "make_scanner", names: &["context"], required: 1, positional: 1 };
    let [context] = args.bind(&PARAMS)?;
    let context = context.unwrap_or_else(none);
    let option = |name: &str| attr::getattr(context, Str::intern(name));
    let strict = boolean(ops::truth(option("strict")?)?);
    let object = allocate_fixed(class);
    let scanner = object.expect::<Scanner>();
    scanner.strict.set(scanner, strict);
    scanner.object_hook.set(scanner, option("object_hook")?);
    scanner.object_pairs_hook.set(scanner, option("object_pairs_hook")?);
    scanner.parse_float.set(scanner, option("parse_float")?);
    scanner.parse_int.set(scanner, option("parse_int")?);
    scanner.parse_constant.set(scanner, option("parse_constant")?);
    Ok(object)
}

pub static SCANNER: TypeDef = TypeDef {
    name: "_json.Scanner",
    slots: Slots { new: Some(new), call: Some(scan_once), ..Slots::NONE },
    getset: &[
        GetSet::member("strict", |v| Ok(v.expect::<Scanner>().strict.value())),
        GetSet::member("object_hook", |v| Ok(v.expect::<Scanner>().object_hook.value())),
        GetSet::member("object_pairs_hook", |v| Ok(v.expect::<Scanner>().object_pairs_hook.value())),
        GetSet::member("parse_float", |v| Ok(v.expect::<Scanner>().parse_float.value())),
        GetSet::member("parse_int", |v| Ok(v.expect::<Scanner>().parse_int.value())),
        GetSet::member("parse_constant", |v| Ok(v.expect::<Scanner>().parse_constant.value())),
    ],
    flags: BASETYPE,
    words: TypeDef::words_of::<Scanner>(),
    traced: TypeDef::words_of::<Scanner>() - 1,
    ..TypeDef::BASE
};
