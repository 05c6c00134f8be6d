//! What the sequence types share: positions, repetition counts, search bounds.

use crate::errors::{R, type_error};
use crate::object::class::slots_of;
use crate::ops;
use crate::types::int;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::{Raised, Value};

/// The items of an exact list or tuple, as they are now.
#[inline]
pub fn exact_slice(v: Value) -> Option<&'static [Value]> {
    if let Some(list) = v.exact::<List>() {
        return Some(list.as_slice());
    }
    let tuple = v.exact::<Tuple>()?;
    // SAFETY: the tuple stays alive while the address of its items is on the stack.
    Some(unsafe { &*(tuple.as_slice() as *const [Value]) })
}

/// An index turned into a position among `len` items.
#[inline(always)]
pub fn position(index: isize, len: usize) -> Option<usize> {
    let at = if index < 0 { index + len as isize } else { index };
    (at >= 0 && (at as usize) < len).then_some(at as usize)
}

/// Whether a value can be an index at all.
pub fn is_index(v: Value) -> bool {
    int::as_int(v).is_some() || slots_of(v).index.is_some()
}

/// The count of a sequence's `*`, at least 0.
pub fn repeat_count(count: Value) -> R<usize> {
    if let Some(n) = count.as_small() {
        return Ok(n.max(0) as usize);
    }
    if !is_index(count) {
        return Err(repeat_error(count));
    }
    Ok(ops::as_isize(count)?.max(0) as usize)
}

fn repeat_error(count: Value) -> Raised {
    type_error(format_args!("can't multiply sequence by non-int of type '{}'", count.class().display_name()))
}

/// The bounds of `index(x, start, stop)`: saturating, negative ones from the end.
pub fn search_bounds(args: &[Value], len: usize) -> R<(usize, usize)> {
    let bound = |v: Option<&Value>, absent: usize| -> R<usize> {
        let Some(&v) = v else { return Ok(absent) };
        if !is_index(v) {
            return Err(type_error("slice indices must be integers or have an __index__ method"));
        }
        let n = ops::clamp_index(v)?;
        Ok(if n < 0 { n.saturating_add(len as isize).max(0) } else { n } as usize)
    };
    Ok((bound(args.first(), 0)?, bound(args.get(1), usize::MAX)?))
}
