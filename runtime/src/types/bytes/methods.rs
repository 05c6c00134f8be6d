//! The methods that `bytes` and `bytearray` share, each once: they read a slice and make an object of
//! the kind of their `self`.

use super::{Bytes, buffer_of, require, view};
use crate::errors::{R, type_error, value_error};
use crate::object::args::Params;
use crate::object::singletons::{boolean, not_implemented};
use crate::object::slots::CmpOp;
use crate::object::{Args, Ref};
use crate::ops;
use crate::types::bytearray::{ByteArray, hold};
use crate::types::int;
use crate::types::list::List;
use crate::types::sequence::{exact_slice, is_index, repeat_count};
use crate::types::slice::{Indices, Slice};
use crate::types::str::Str;
use crate::types::str::args::{find_range, max_splits, text_or};
use crate::types::str::search::{self, Part, Parts};
use crate::types::tuple::Tuple;
use crate::value::{Raised, Value};

/// The table of a byte type: the shared methods and its own.
macro_rules! byte_methods {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            Method::none("capitalize", $crate::types::bytes::methods::capitalize),
            Method::pos("center", |v, a| $crate::types::bytes::methods::pad(v, a, "center", $crate::types::bytes::methods::Side::Both), 1, 2),
            Method::pos("count", $crate::types::bytes::methods::count, 1, 3),
            Method::full("decode", $crate::types::bytes::methods::decode),
            Method::pos("endswith", $crate::types::bytes::methods::endswith, 1, 3),
            Method::full("expandtabs", $crate::types::bytes::methods::expandtabs),
            Method::pos("find", |v, a| $crate::types::bytes::methods::find(v, a, false, false), 1, 3),
            Method::full("hex", |v, a| {
                let _held = $crate::types::bytearray::hold(v);
                $crate::types::bytes::hex::hex($crate::types::bytes::methods::slf(v), a)
            }),
            Method::pos("index", |v, a| $crate::types::bytes::methods::find(v, a, false, true), 1, 3),
            Method::none("isalnum", |v| $crate::types::bytes::methods::all(v, |b| b.is_ascii_alphanumeric())),
            Method::none("isalpha", |v| $crate::types::bytes::methods::all(v, |b| b.is_ascii_alphabetic())),
            Method::none("isascii", |v| Ok($crate::object::singletons::boolean($crate::types::bytes::methods::slf(v).is_ascii()))),
            Method::none("isdigit", |v| $crate::types::bytes::methods::all(v, |b| b.is_ascii_digit())),
            Method::none("islower", |v| $crate::types::bytes::methods::cased(v, u8::is_ascii_lowercase, u8::is_ascii_uppercase)),
            Method::none("isspace", |v| $crate::types::bytes::methods::all(v, $crate::types::bytes::methods::is_space)),
            Method::none("istitle", $crate::types::bytes::methods::istitle),
            Method::none("isupper", |v| $crate::types::bytes::methods::cased(v, u8::is_ascii_uppercase, u8::is_ascii_lowercase)),
            Method::one("join", $crate::types::bytes::methods::join),
            Method::pos("ljust", |v, a| $crate::types::bytes::methods::pad(v, a, "ljust", $crate::types::bytes::methods::Side::Right), 1, 2),
            Method::none("lower", |v| $crate::types::bytes::methods::map(v, |b| b.to_ascii_lowercase())),
            Method::pos("lstrip", |v, a| $crate::types::bytes::methods::strip(v, a, true, false), 0, 1),
            Method::one("partition", $crate::types::bytes::methods::partition),
            Method::one("removeprefix", $crate::types::bytes::methods::removeprefix),
            Method::one("removesuffix", $crate::types::bytes::methods::removesuffix),
            Method::full("replace", $crate::types::bytes::methods::replace),
            Method::pos("rfind", |v, a| $crate::types::bytes::methods::find(v, a, true, false), 1, 3),
            Method::pos("rindex", |v, a| $crate::types::bytes::methods::find(v, a, true, true), 1, 3),
            Method::pos("rjust", |v, a| $crate::types::bytes::methods::pad(v, a, "rjust", $crate::types::bytes::methods::Side::Left), 1, 2),
            Method::one("rpartition", $crate::types::bytes::methods::rpartition),
            Method::full("rsplit", |v, a| $crate::types::bytes::methods::split(v, a, true)),
            Method::pos("rstrip", |v, a| $crate::types::bytes::methods::strip(v, a, false, true), 0, 1),
            Method::full("split", |v, a| $crate::types::bytes::methods::split(v, a, false)),
            Method::full("splitlines", $crate::types::bytes::methods::splitlines),
            Method::pos("startswith", $crate::types::bytes::methods::startswith, 1, 3),
            Method::pos("strip", |v, a| $crate::types::bytes::methods::strip(v, a, true, true), 0, 1),
            Method::none("swapcase", |v| $crate::types::bytes::methods::map(v, $crate::types::bytes::methods::swap_case)),
            Method::none("title", $crate::types::bytes::methods::title),
            Method::full("translate", $crate::types::bytes::methods::translate),
            Method::none("upper", |v| $crate::types::bytes::methods::map(v, |b| b.to_ascii_uppercase())),
            Method::one("zfill", $crate::types::bytes::methods::zfill),
            Method::one("fromhex", $crate::types::bytes::hex::fromhex).class_method(),
            Method::pos("maketrans", $crate::types::bytes::methods::maketrans, 2, 2).static_method(),
        ]
    };
}
pub(crate) use byte_methods;

/// The bytes of a method's self.
#[inline]
pub fn slf(v: Value) -> &'static [u8] {
    match view(v) {
        Some(bytes) => bytes,
        None => crate::errors::internal("a method of bytes got another self"),
    }
}

/// An object of the kind of `like`: `bytearray` or `bytes`.
pub fn make(like: Value, data: &[u8]) -> Value {
    if like.exact::<Bytes>().is_none() && like.cast::<ByteArray>().is_some() {
        return ByteArray::new(data).value();
    }
    Bytes::new(data).value()
}

/// A part of `v`; all of an exact `bytes` is itself.
fn part(v: Value, all: &[u8], (start, end): Part) -> Value {
    if end - start == all.len() && v.exact::<Bytes>().is_some() {
        return v;
    }
    make(v, &all[start..end])
}

fn parts(v: Value, all: &[u8], parts: Parts) -> Value {
    let items: Vec<Value> = parts.into_iter().map(|p| part(v, all, p)).collect();
    List::new(&items).value()
}

pub fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}

pub fn swap_case(b: u8) -> u8 {
    if b.is_ascii_alphabetic() { b ^ 32 } else { b }
}

pub fn map(v: Value, f: impl Fn(u8) -> u8) -> R {
    let out: Vec<u8> = slf(v).iter().map(|&b| f(b)).collect();
    Ok(make(v, &out))
}

pub fn all(v: Value, f: impl Fn(u8) -> bool) -> R {
    let bytes = slf(v);
    Ok(boolean(!bytes.is_empty() && bytes.iter().all(|&b| f(b))))
}

pub fn cased(v: Value, wanted: impl Fn(&u8) -> bool, other: impl Fn(&u8) -> bool) -> R {
    let bytes = slf(v);
    Ok(boolean(bytes.iter().any(&wanted) && !bytes.iter().any(other)))
}

pub fn istitle(v: Value) -> R {
    let (mut any, mut in_word) = (false, false);
    for b in slf(v) {
        if b.is_ascii_uppercase() {
            if in_word {
                return Ok(boolean(false));
            }
            (any, in_word) = (true, true);
        } else if b.is_ascii_lowercase() {
            if !in_word {
                return Ok(boolean(false));
            }
            any = true;
        } else {
            in_word = false;
        }
    }
    Ok(boolean(any))
}

pub fn capitalize(v: Value) -> R {
    let mut out = slf(v).to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    Ok(make(v, &out))
}

pub fn title(v: Value) -> R {
    let mut in_word = false;
    map_in_order(v, |b| {
        let mapped = if in_word { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
        in_word = b.is_ascii_alphabetic();
        mapped
    })
}

fn map_in_order(v: Value, f: impl FnMut(u8) -> u8) -> R {
    let out: Vec<u8> = slf(v).iter().copied().map(f).collect();
    Ok(make(v, &out))
}

/// A byte given as an int: "byte must be in range(0, 256)".
pub fn byte(v: Value) -> R<u8> {
    let n = match v.as_small() {
        Some(n) => n,
        None => ops::clamp_index(ops::index(v)?)? as i64,
    };
    u8::try_from(n).map_err(|_| value_error("byte must be in range(0, 256)"))
}

/// What `find` and its like look for: bytes, or one byte given as an int.
enum Needle {
    Bytes(&'static [u8]),
    One([u8; 1]),
}

impl Needle {
    fn of(v: Value) -> R<Needle> {
        if let Some(bytes) = buffer_of(v)? {
            return Ok(Needle::Bytes(bytes));
        }
        if !is_index(v) {
            return Err(type_error(format_args!(
                "argument should be integer or bytes-like object, not '{}'",
                v.class().display_name()
            )));
        }
        Ok(Needle::One([byte(v)?]))
    }

    fn as_slice(&self) -> &[u8] {
        match self {
            Needle::Bytes(bytes) => bytes,
            Needle::One(one) => one,
        }
    }
}

pub fn find(v: Value, args: &[Value], last: bool, must: bool) -> R {
    let _held = hold(v);
    let bytes = slf(v);
    let needle = Needle::of(args[0])?;
    let found = find_range(&args[1..], bytes.len())?.and_then(|(start, end)| {
        let h = &bytes[start..end];
        let at = if last { search::rfind(h, needle.as_slice()) } else { search::find(h, needle.as_slice()) };
        at.map(|at| at + start)
    });
    match found {
        Some(at) => Ok(int::from_usize(at)),
        None if must => Err(value_error("subsection not found")),
        None => Ok(Value::small(-1)),
    }
}

pub fn count(v: Value, args: &[Value]) -> R {
    let _held = hold(v);
    let bytes = slf(v);
    let needle = Needle::of(args[0])?;
    let range = find_range(&args[1..], bytes.len())?;
    Ok(int::from_usize(range.map_or(0, |(start, end)| search::count(&bytes[start..end], needle.as_slice()))))
}

pub fn contains(v: Value, item: Value) -> R<bool> {
    let _held = hold(v);
    let bytes = slf(v);
    if is_index(item) {
        return Ok(memchr::memchr(byte(item)?, bytes).is_some());
    }
    Ok(search::find(bytes, require(item)?).is_some())
}

fn affix(v: Value, args: &[Value], name: &str, test: fn(&[u8], &[u8]) -> bool) -> R {
    let bytes = slf(v);
    let range = find_range(&args[1..], bytes.len())?;
    let check = |affix: &[u8]| range.is_some_and(|(start, end)| test(&bytes[start..end], affix));
    if let Some(tuple) = args[0].cast::<Tuple>() {
        for &item in tuple.as_slice() {
            if check(require(item)?) {
                return Ok(boolean(true));
            }
        }
        return Ok(boolean(false));
    }
    match buffer_of(args[0])? {
        Some(affix) => Ok(boolean(check(affix))),
        None => Err(type_error(format_args!(
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            args[0].class().display_name()
        ))),
    }
}

pub fn startswith(v: Value, args: &[Value]) -> R {
    affix(v, args, "startswith", |h, n| h.starts_with(n))
}

pub fn endswith(v: Value, args: &[Value]) -> R {
    affix(v, args, "endswith", |h, n| h.ends_with(n))
}

pub fn removeprefix(v: Value, prefix: Value) -> R {
    let bytes = slf(v);
    let prefix = require(prefix)?;
    let start = if bytes.starts_with(prefix) { prefix.len() } else { 0 };
    Ok(part(v, bytes, (start, bytes.len())))
}

pub fn removesuffix(v: Value, suffix: Value) -> R {
    let bytes = slf(v);
    let suffix = require(suffix)?;
    let end = if bytes.ends_with(suffix) { bytes.len() - suffix.len() } else { bytes.len() };
    Ok(part(v, bytes, (0, end)))
}

pub fn strip(v: Value, args: &[Value], left: bool, right: bool) -> R {
    let bytes = slf(v);
    let kept = match args.first().filter(|a| !a.is_none()) {
        None => search::strip(bytes, left, right, is_space),
        Some(&set) => {
            let set = require(set)?;
            search::strip(bytes, left, right, |b| set.contains(&b))
        }
    };
    Ok(part(v, bytes, kept))
}

pub fn split(v: Value, args: Args, right: bool) -> R {
    let name = if right { "rsplit" } else { "split" };
    let (sep, max) = max_splits(args, name)?;
    let bytes = slf(v);
    let found = match sep.filter(|s| !s.is_none()) {
        None if right => search::rsplit_space(bytes, max, is_space),
        None => search::split_space(bytes, max, is_space),
        Some(sep) => {
            let sep = require(sep)?;
            if sep.is_empty() {
                return Err(value_error("empty separator"));
            }
            if right { search::rsplit(bytes, sep, max) } else { search::split(bytes, sep, max) }
        }
    };
    // With no cut, even a bytearray's only part is a new object; white-space splits drop the trailing rest.
    Ok(parts(v, bytes, found))
}

pub fn splitlines(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "splitlines", names: &["keepends"], required: 0, positional: 1 };
    let [keep] = args.bind(&PARAMS)?;
    let keep = keep.map_or(Ok(false), ops::truth)?;
    let bytes = slf(v);
    Ok(parts(v, bytes, search::lines(bytes, keep, |b| b == 10 || b == 13)))
}

fn three(v: Value, bytes: &[u8], found: Option<(usize, usize)>, sep: &[u8], right: bool) -> Value {
    let empty = make(v, b"");
    let whole = |v| part(v, bytes, (0, bytes.len()));
    match found {
        Some((at, len)) => Tuple::new(&[make(v, &bytes[..at]), make(v, sep), make(v, &bytes[at + len..])]),
        None if right => Tuple::new(&[make(v, b""), empty, whole(v)]),
        None => Tuple::new(&[whole(v), make(v, b""), empty]),
    }
    .value()
}

pub fn partition(v: Value, sep: Value) -> R {
    let (bytes, sep) = (slf(v), require(sep)?);
    if sep.is_empty() {
        return Err(value_error("empty separator"));
    }
    Ok(three(v, bytes, search::find(bytes, sep).map(|at| (at, sep.len())), sep, false))
}

pub fn rpartition(v: Value, sep: Value) -> R {
    let (bytes, sep) = (slf(v), require(sep)?);
    if sep.is_empty() {
        return Err(value_error("empty separator"));
    }
    Ok(three(v, bytes, search::rfind(bytes, sep).map(|at| (at, sep.len())), sep, true))
}

pub fn replace(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "replace", names: &["", "", "count"], required: 2, positional: 3 };
    let [from, to, max] = args.bind(&PARAMS)?;
    let (Some(from), Some(to)) = (from, to) else { return Err(type_error("replace expected at least 2 arguments")) };
    let (from, to) = (require(from)?, require(to)?);
    let max = max.map_or(Ok(-1), ops::as_isize)?;
    let bytes = slf(v);
    match search::replace(bytes, from, to, if max < 0 { usize::MAX } else { max as usize }) {
        Some(out) => Ok(make(v, &out)),
        None => Ok(part(v, bytes, (0, bytes.len()))),
    }
}

/// Where padding goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
    Both,
}

/// Numbers of fill units before and after a text of `len` units; CPython's rule for odd ones.
pub fn padding(len: usize, width: usize, side: Side) -> (usize, usize) {
    let total = width.saturating_sub(len);
    match side {
        Side::Left => (total, 0),
        Side::Right => (0, total),
        Side::Both => {
            let left = total / 2 + (total & width & 1);
            (left, total - left)
        }
    }
}

pub fn pad(v: Value, args: &[Value], name: &str, side: Side) -> R {
    let width = ops::as_isize(args[0])?.max(0) as usize;
    let fill = match args.get(1) {
        None => b' ',
        Some(&fill) => match view(fill) {
            Some(&[one]) => one,
            Some(other) => {
                return Err(type_error(format_args!(
                    "{name}(): argument 2 must be a byte string of length 1, not a {} object of length {}",
                    fill.class().display_name(),
                    other.len()
                )));
            }
            None => {
                return Err(type_error(format_args!(
                    "{name}() argument 2 must be a byte string of length 1, not {}",
                    fill.class().display_name()
                )));
            }
        },
    };
    let bytes = slf(v);
    if width <= bytes.len() {
        return Ok(part(v, bytes, (0, bytes.len())));
    }
    let (left, right) = padding(bytes.len(), width, side);
    let mut out = vec![fill; left];
    out.extend_from_slice(bytes);
    out.resize(left + bytes.len() + right, fill);
    Ok(make(v, &out))
}

pub fn zfill(v: Value, width: Value) -> R {
    let width = ops::as_isize(width)?.max(0) as usize;
    let bytes = slf(v);
    if width <= bytes.len() {
        return Ok(part(v, bytes, (0, bytes.len())));
    }
    let sign = matches!(bytes.first(), Some(b'+' | b'-')) as usize;
    let mut out = bytes[..sign].to_vec();
    out.resize(width - (bytes.len() - sign), b'0');
    out.extend_from_slice(&bytes[sign..]);
    Ok(make(v, &out))
}

pub fn expandtabs(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "expandtabs", names: &["tabsize"], required: 0, positional: 1 };
    let [size] = args.bind(&PARAMS)?;
    let size = size.map_or(Ok(8), ops::as_i32)?.max(0) as usize;
    Ok(make(v, &search::expand_tabs(slf(v), size, b' ')))
}

pub fn join(v: Value, iterable: Value) -> R {
    let _held = hold(v);
    let items;
    let items: &[Value] = match exact_slice(iterable) {
        Some(items) => items,
        None => {
            items = ops::iter::to_vec(iterable).map_err(|raised| join_error(iterable, raised))?;
            &items
        }
    };
    if let [only] = items {
        if v.exact::<Bytes>().is_some() && only.exact::<Bytes>().is_some() {
            return Ok(*only);
        }
    }
    let sep = slf(v);
    let mut out = Vec::new();
    for (i, &item) in items.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(sep);
        }
        match buffer_of(item)? {
            Some(bytes) => out.extend_from_slice(bytes),
            None => {
                return Err(type_error(format_args!(
                    "sequence item {i}: expected a bytes-like object, {} found",
                    item.class().display_name()
                )));
            }
        }
    }
    Ok(make(v, &out))
}

/// `join` says in its own words that its argument is not iterable.
pub fn join_error(iterable: Value, raised: Raised) -> Raised {
    let slots = crate::object::class::slots_of(iterable);
    if slots.iter.is_none() && slots.getitem.is_none() {
        crate::errors::clear();
        return type_error("can only join an iterable");
    }
    raised
}

pub fn translate(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "translate", names: &["", "delete"], required: 1, positional: 2 };
    let [table, delete] = args.bind(&PARAMS)?;
    let table = match table.filter(|t| !t.is_none()) {
        None => None,
        Some(table) => {
            let table = require(table)?;
            if table.len() != 256 {
                return Err(value_error("translation table must be 256 characters long"));
            }
            Some(table)
        }
    };
    let delete = delete.map_or(Ok(&[][..]), require)?;
    let mut drop = [false; 256];
    delete.iter().for_each(|&b| drop[b as usize] = true);
    let bytes = slf(v);
    let out: Vec<u8> =
        bytes.iter().filter(|&&b| !drop[b as usize]).map(|&b| table.map_or(b, |t| t[b as usize])).collect();
    if out == bytes {
        return Ok(part(v, bytes, (0, bytes.len())));
    }
    Ok(make(v, &out))
}

pub fn maketrans(_: Value, args: &[Value]) -> R {
    let (from, to) = (require(args[0])?, require(args[1])?);
    if from.len() != to.len() {
        return Err(value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    from.iter().zip(to).for_each(|(&a, &b)| table[a as usize] = b);
    Ok(Bytes::new(&table).value())
}

pub fn decode(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "decode", names: &["encoding", "errors"], required: 0, positional: 2 };
    let [encoding, errors] = args.bind(&PARAMS)?;
    let encoding = text_or(encoding, "decode", "encoding", "utf-8")?;
    let errors = text_or(errors, "decode", "errors", "strict")?;
    crate::types::codecs::decode(v, slf(v), &encoding, &errors)
}

/// `repr` of the bytes, `b'...'`.
pub fn repr_text(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push('b');
    out.push(quote);
    for &b in bytes {
        match b {
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\\' => out.push_str("\\\\"),
            _ if b as char == quote => {
                out.push('\\');
                out.push(quote);
            }
            0x20..=0x7e => out.push(b as char),
            _ => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.push_str("\\x");
                out.push(HEX[(b >> 4) as usize] as char);
                out.push(HEX[(b & 15) as usize] as char);
            }
        }
    }
    out.push(quote);
    out
}

/// `a OP b` between byte strings; `==` with other buffers works too.
pub fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let other = match view(b) {
        Some(bytes) => bytes,
        None if a.cast::<ByteArray>().is_none() => return Ok(not_implemented()),
        None if b.cast::<Str>().is_some() || b.is_small() => return Ok(not_implemented()),
        None => match buffer_of(b) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(not_implemented()),
            Err(_) => {
                crate::errors::clear();
                return Ok(not_implemented());
            }
        },
    };
    let bytes = slf(a);
    Ok(boolean(match op {
        CmpOp::Eq => bytes == other,
        CmpOp::Ne => bytes != other,
        _ => op.holds(bytes.cmp(other)),
    }))
}

pub fn concat(a: Value, b: Value) -> R {
    let x = slf(a);
    let Some(y) = buffer_of(b)? else {
        return Err(type_error(format_args!(
            "can't concat {} to {}",
            b.class().display_name(),
            a.class().display_name()
        )));
    };
    if a.exact::<Bytes>().is_some() {
        if y.is_empty() {
            return Ok(a);
        }
        if x.is_empty() && b.exact::<Bytes>().is_some() {
            return Ok(b);
        }
        let Some(total) = x.len().checked_add(y.len()) else { return Err(crate::errors::memory_error()) };
        let made = Bytes::alloc(total)?;
        // SAFETY: allocated for both.
        unsafe {
            std::ptr::copy_nonoverlapping(x.as_ptr(), made.data_ptr(), x.len());
            std::ptr::copy_nonoverlapping(y.as_ptr(), made.data_ptr().add(x.len()), y.len());
        }
        return Ok(made.value());
    }
    Ok(make(a, &[x, y].concat()))
}

pub fn repeat(v: Value, times: Value) -> R {
    let n = repeat_count(times)?;
    let bytes = slf(v);
    if n == 1 && v.exact::<Bytes>().is_some() {
        return Ok(v);
    }
    if bytes.len().checked_mul(n).is_none_or(|total| total > 1 << 40) {
        return Err(if bytes.is_empty() { return Ok(make(v, b"")) } else { crate::errors::memory_error() });
    }
    Ok(make(v, &bytes.repeat(n)))
}

/// The bytes that a slice selects.
pub fn take(bytes: &[u8], chosen: Indices) -> std::borrow::Cow<'_, [u8]> {
    if chosen.step == 1 {
        let start = chosen.start as usize;
        return std::borrow::Cow::Borrowed(&bytes[start..start + chosen.count]);
    }
    chosen.iter().map(|at| bytes[at]).collect()
}

/// `v[key]` for a slice.
pub fn get_slice(v: Value, slice: Ref<Slice>) -> R {
    let bytes = slf(v);
    let chosen = slice.indices(bytes.len())?;
    if chosen.step == 1 && chosen.count == bytes.len() && v.exact::<Bytes>().is_some() {
        return Ok(v);
    }
    Ok(make(v, &take(bytes, chosen)))
}
