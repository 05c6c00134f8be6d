//! Searching, cutting, joining and padding methods of `str`.

use super::args::{class_or_none, find_range, max_splits, require_str};
use super::case::{is_line_break, is_space};
use super::search::{self, Part, Parts, any_width, same_width};
use super::{Builder, Data, Str, Width, copy_into};
use crate::errors::{R, type_error, value_error};
use crate::object::args::Params;
use crate::object::singletons::boolean;
use crate::object::{Args, Ref};
use crate::ops;
use crate::types::bytes::methods::{Side, join_error, padding};
use crate::types::int;
use crate::types::list::List;
use crate::types::sequence::exact_slice;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The part of the code points that a range selects.
fn range(data: Data<'_>, (start, end): Part) -> Data<'_> {
    match data {
        Data::One(s) => Data::One(&s[start..end]),
        Data::Two(s) => Data::Two(&s[start..end]),
        Data::Four(s) => Data::Four(&s[start..end]),
    }
}

fn find_data(h: Data, n: Data, last: bool) -> Option<usize> {
    same_width!(h, n, |h, n| if last { search::rfind(h, n) } else { search::find(h, n) }, else None)
}

/// Where `part` first is in `text`.
#[inline]
pub fn position_of(text: Ref<Str>, part: Ref<Str>) -> Option<usize> {
    find_data(text.data(), part.data(), false)
}

fn first_arg(v: Value, name: &str) -> R<Ref<Str>> {
    v.cast::<Str>().ok_or_else(|| type_error(format_args!("{name}() argument 1 must be str, not {}", class_or_none(v))))
}

pub fn find(v: Value, args: &[Value], name: &str, last: bool, must: bool) -> R {
    let (text, part) = (v.expect::<Str>(), first_arg(args[0], name)?);
    let found = find_range(&args[1..], text.len())?
        .and_then(|(start, end)| find_data(range(text.data(), (start, end)), part.data(), last).map(|at| at + start));
    match found {
        Some(at) => Ok(int::from_usize(at)),
        None if must => Err(value_error("substring not found")),
        None => Ok(Value::small(-1)),
    }
}

pub fn count(v: Value, args: &[Value]) -> R {
    let (text, part) = (v.expect::<Str>(), first_arg(args[0], "count")?);
    let n = find_range(&args[1..], text.len())?
        .map_or(0, |bounds| same_width!(range(text.data(), bounds), part.data(), |h, n| search::count(h, n), else 0));
    Ok(int::from_usize(n))
}

fn has_affix(h: Data, n: Data, end: bool) -> bool {
    same_width!(h, n, |h, n| if end { h.ends_with(n) } else { h.starts_with(n) }, else false)
}

fn affix(v: Value, args: &[Value], name: &str, end: bool) -> R {
    let text = v.expect::<Str>();
    let bounds = find_range(&args[1..], text.len())?;
    let check = |part: Ref<Str>| bounds.is_some_and(|b| has_affix(range(text.data(), b), part.data(), end));
    if let Some(part) = args[0].cast::<Str>() {
        return Ok(boolean(check(part)));
    }
    let Some(tuple) = args[0].cast::<Tuple>() else {
        return Err(type_error(format_args!(
            "{name} first arg must be str or a tuple of str, not {}",
            args[0].class().display_name()
        )));
    };
    for item in tuple.as_slice() {
        match item.cast::<Str>() {
            Some(part) if check(part) => return Ok(boolean(true)),
            Some(_) => {}
            None => {
                return Err(type_error(format_args!(
                    "tuple for {name} must only contain str, not {}",
                    item.class().display_name()
                )));
            }
        }
    }
    Ok(boolean(false))
}

pub fn startswith(v: Value, args: &[Value]) -> R {
    affix(v, args, "startswith", false)
}

pub fn endswith(v: Value, args: &[Value]) -> R {
    affix(v, args, "endswith", true)
}

pub fn removeprefix(v: Value, prefix: Value) -> R {
    let text = v.expect::<Str>();
    let prefix = require_str(prefix, "removeprefix() argument must be str")?;
    let start = if has_affix(text.data(), prefix.data(), false) { prefix.len() } else { 0 };
    Ok(text.substring(start, text.len()).value())
}

pub fn removesuffix(v: Value, suffix: Value) -> R {
    let text = v.expect::<Str>();
    let suffix = require_str(suffix, "removesuffix() argument must be str")?;
    let cut = if has_affix(text.data(), suffix.data(), true) { suffix.len() } else { 0 };
    Ok(text.substring(0, text.len() - cut).value())
}

pub fn strip(v: Value, args: &[Value], name: &str, left: bool, right: bool) -> R {
    let text = v.expect::<Str>();
    let (start, end) = match args.first().filter(|a| !a.is_none()) {
        None => any_width!(text.data(), |s| search::strip(s, left, right, |c| is_space(c as u32))),
        Some(set) => {
            let Some(set) = set.cast::<Str>() else {
                return Err(type_error(format_args!("{name} arg must be None or str")));
            };
            match (text.data(), set.data()) {
                (Data::One(s), Data::One(set)) => search::strip(s, left, right, |c| memchr::memchr(c, set).is_some()),
                (data, set) => any_width!(data, |s| search::strip(s, left, right, |c| {
                    (0..set.len()).any(|i| set.get(i) == c as u32)
                })),
            }
        }
    };
    Ok(text.substring(start, end).value())
}

fn parts(text: Ref<Str>, found: Parts) -> Value {
    let list = List::with_capacity(found.len());
    for (start, end) in found {
        list.push(text.substring(start, end).value());
    }
    list.value()
}

pub fn split(v: Value, args: Args, right: bool) -> R {
    let name = if right { "rsplit" } else { "split" };
    let (sep, max) = max_splits(args, name)?;
    let text = v.expect::<Str>();
    let Some(sep) = sep.filter(|s| !s.is_none()) else {
        let found = any_width!(text.data(), |s| {
            let space = |c| is_space(u32::from(c));
            if right { search::rsplit_space(s, max, space) } else { search::split_space(s, max, space) }
        });
        return Ok(parts(text, found));
    };
    let Some(sep) = sep.cast::<Str>() else {
        return Err(type_error(format_args!("must be str or None, not {}", sep.class().display_name())));
    };
    if sep.is_empty() {
        return Err(value_error("empty separator"));
    }
    let found = same_width!(text.data(), sep.data(), |h, n| {
        if right { search::rsplit(h, n, max) } else { search::split(h, n, max) }
    }, else smallvec::smallvec![(0, text.len())]);
    Ok(parts(text, found))
}

pub fn splitlines(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "splitlines", names: &["keepends"], required: 0, positional: 1 };
    let [keep] = args.bind(&PARAMS)?;
    let keep = keep.map_or(Ok(false), ops::truth)?;
    let text = v.expect::<Str>();
    let found = any_width!(text.data(), |s| search::lines(s, keep, is_line_break));
    Ok(parts(text, found))
}

pub fn partition(v: Value, sep: Value, right: bool) -> R {
    let text = v.expect::<Str>();
    let Some(part) = sep.cast::<Str>() else {
        return Err(type_error(format_args!("must be str, not {}", sep.class().display_name())));
    };
    if part.is_empty() {
        return Err(value_error("empty separator"));
    }
    let empty = Str::from_ascii(b"").value();
    Ok(match find_data(text.data(), part.data(), right) {
        Some(at) => Tuple::new(&[
            text.substring(0, at).value(),
            part.value(),
            text.substring(at + part.len(), text.len()).value(),
        ]),
        None if right => Tuple::new(&[empty, empty, text.value()]),
        None => Tuple::new(&[text.value(), empty, empty]),
    }
    .value())
}

pub fn replace(v: Value, args: Args) -> R {
    let text = v.expect::<Str>();
    let (from, to, max) = match (args.names, args.all) {
        (None, &[from, to]) => (from, to, -1),
        _ => {
            static PARAMS: Params =
                Params { function: "replace", names: &["", "", "count"], required: 2, positional: 3 };
            let [from, to, max] = args.bind(&PARAMS)?;
            let (Some(from), Some(to)) = (from, to) else {
                return Err(type_error("replace() takes at least 2 positional arguments"));
            };
            (from, to, max.map_or(Ok(-1), ops::as_isize)?)
        }
    };
    let second = |v: Value| {
        v.cast::<Str>()
            .ok_or_else(|| type_error(format_args!("replace() argument 2 must be str, not {}", class_or_none(v))))
    };
    let (from, to) = (first_arg(from, "replace")?, second(to)?);
    let max = if max < 0 { usize::MAX } else { max as usize };
    Ok(replaced(text, from, to, max).value())
}

/// `text.replace(from, to, max)`.
pub fn replaced(text: Ref<Str>, from: Ref<Str>, to: Ref<Str>, max: usize) -> Ref<Str> {
    match (text.data(), from.data(), to.data()) {
        (Data::One(h), Data::One(n), Data::One(t)) => {
            search::replace(h, n, t, max).map_or(text, |out| Str::from_latin1(&out))
        }
        (h, n, t) => {
            let (h, n, t) = (search::as_four(h), search::as_four(n), search::as_four(t));
            search::replace(&h, &n, &t, max).map_or(text, |out| Str::from_code_points(&out))
        }
    }
}

/// A text with `left` and `right` fill characters around it.
pub fn padded(text: Ref<Str>, left: usize, right: usize, fill: u32) -> R<Ref<Str>> {
    if left + right == 0 {
        return Ok(text);
    }
    if let (Data::One(s), 0..0x100) = (text.data(), fill) {
        let mut out = Vec::new();
        let Some(total) = s.len().checked_add(left).and_then(|n| n.checked_add(right)) else {
            return Err(crate::errors::overflow_error("padded string is too long"));
        };
        if out.try_reserve_exact(total).is_err() {
            return Err(crate::errors::memory_error());
        }
        out.resize(left, fill as u8);
        out.extend_from_slice(s);
        out.resize(total, fill as u8);
        return Ok(if text.is_ascii() && fill < 0x80 { Str::from_ascii(&out) } else { Str::from_latin1(&out) });
    }
    let mut out = Builder::with_capacity(text.len());
    (0..left).for_each(|_| out.push(fill));
    out.push_obj(text);
    (0..right).for_each(|_| out.push(fill));
    Ok(out.finish())
}

pub fn pad(v: Value, args: &[Value], side: Side) -> R {
    let text = v.expect::<Str>();
    let width = ops::as_isize(args[0])?.max(0) as usize;
    let fill = match args.get(1) {
        None => ' ' as u32,
        Some(fill) => match fill.cast::<Str>() {
            Some(fill) if fill.len() == 1 => fill.get(0),
            Some(_) => return Err(type_error("The fill character must be exactly one character long")),
            None => {
                return Err(type_error(format_args!(
                    "The fill character must be a unicode character, not {}",
                    fill.class().display_name()
                )));
            }
        },
    };
    if width <= text.len() {
        return Ok(text.value());
    }
    let (left, right) = padding(text.len(), width, side);
    Ok(padded(text, left, right, fill)?.value())
}

pub fn zfill(v: Value, width: Value) -> R {
    let text = v.expect::<Str>();
    let width = ops::as_isize(width)?.max(0) as usize;
    if width <= text.len() {
        return Ok(text.value());
    }
    let sign = !text.is_empty() && matches!(text.get(0), 0x2b | 0x2d);
    let zeros = width - text.len();
    if !sign {
        return Ok(padded(text, zeros, 0, '0' as u32)?.value());
    }
    let rest = padded(text.substring(1, text.len()), zeros, 0, '0' as u32)?;
    Ok(Str::concat(&[text.substring(0, 1), rest])?.value())
}

pub fn expandtabs(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "expandtabs", names: &["tabsize"], required: 0, positional: 1 };
    let [size] = args.bind(&PARAMS)?;
    let size = size.map_or(Ok(8), ops::as_i32)?.max(0) as usize;
    Ok(match v.expect::<Str>().data() {
        Data::One(s) => Str::from_latin1(&search::expand_tabs(s, size, b' ')),
        data => Str::from_code_points(&search::expand_tabs(&search::as_four(data), size, ' ' as u32)),
    }
    .value())
}

/// `sep.join(items)`, in one allocation.
pub fn join(sep: Ref<Str>, iterable: Value) -> R {
    let items;
    let items: &[Value] = match exact_slice(iterable) {
        Some(items) => items,
        None => {
            items = ops::iter::to_vec(iterable).map_err(|raised| join_error(iterable, raised))?;
            &items
        }
    };
    match items {
        [] => return Ok(Str::from_ascii(b"").value()),
        [only] if only.exact::<Str>().is_some() => return Ok(*only),
        _ => {}
    }
    let mut len = sep.len() * (items.len() - 1);
    let mut width = if items.len() > 1 { sep.width() } else { Width::Ascii };
    for (i, item) in items.iter().enumerate() {
        let Some(part) = item.cast::<Str>() else {
            return Err(type_error(format_args!(
                "sequence item {i}: expected str instance, {} found",
                item.class().display_name()
            )));
        };
        len += part.len();
        width = width.max(part.width());
    }
    let result = Str::alloc(width, len)?;
    let mut at = 0;
    for (i, item) in items.iter().enumerate() {
        let part = item.expect::<Str>();
        // SAFETY: lengths and widths were gathered above, from strings that do not change.
        unsafe {
            if i > 0 && !sep.is_empty() {
                copy_into(result, width, at, sep.data());
                at += sep.len();
            }
            copy_into(result, width, at, part.data());
        }
        at += part.len();
    }
    Ok(result.value())
}
