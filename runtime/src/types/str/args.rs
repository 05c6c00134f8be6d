//! Arguments that the text types' methods have in common.

use crate::errors::{R, type_error};
use crate::object::Args;
use crate::object::args::Params;
use crate::ops;
use crate::types::sequence::is_index;
use crate::types::str::Str;
use crate::value::Value;

/// The `[start[, end]]` of `find` and its like, turned into a range within `len`; `None` if it starts
/// after its end, where not even the empty text is found.
pub fn find_range(args: &[Value], len: usize) -> R<Option<(usize, usize)>> {
    if args.is_empty() {
        return Ok(Some((0, len)));
    }
    let bound = |v: Option<&Value>, absent: isize| -> R<isize> {
        let Some(&v) = v.filter(|v| !v.is_none()) else { return Ok(absent) };
        let n = match v.as_small() {
            Some(n) => n as isize,
            None if is_index(v) => ops::clamp_index(v)?,
            None => return Err(type_error("slice indices must be integers or None or have an __index__ method")),
        };
        Ok(if n < 0 { n.saturating_add(len as isize).max(0) } else { n })
    };
    let start = bound(args.first(), 0)?;
    let end = bound(args.get(1), len as isize)?.min(len as isize);
    Ok((start <= end).then_some((start as usize, end as usize)))
}

/// The `sep` and `maxsplit` of `split`; no limit is `usize::MAX`.
pub fn max_splits(args: Args, function: &'static str) -> R<(Option<Value>, usize)> {
    if args.names.is_none() && args.all.len() <= 1 {
        return Ok((args.all.first().copied(), usize::MAX));
    }
    let params = Params { function, names: &["sep", "maxsplit"], required: 0, positional: 2 };
    let [sep, max] = args.bind(&params)?;
    let max = max.map_or(Ok(-1), ops::as_isize)?;
    Ok((sep, if max < 0 { usize::MAX } else { max as usize }))
}

/// A str argument as Rust text, or a default.
pub fn text_or(v: Option<Value>, function: &str, name: &str, default: &str) -> R<String> {
    let Some(v) = v else { return Ok(default.to_string()) };
    match v.cast::<Str>() {
        Some(text) => Ok(text.to_string_lossy()),
        None => Err(type_error(format_args!("{function}() argument '{name}' must be str, not {}", class_or_none(v)))),
    }
}

/// The type's name as argument errors show it: `None` for None.
pub fn class_or_none(v: Value) -> String {
    if v.is_none() { "None".to_string() } else { v.class().display_name() }
}

/// A str argument: "f() argument must be str, not X".
pub fn require_str(v: Value, message: &str) -> R<crate::object::Ref<Str>> {
    v.cast::<Str>().ok_or_else(|| type_error(format_args!("{message}, not {}", class_or_none(v))))
}
