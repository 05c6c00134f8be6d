//! Searching and splitting over code units, shared by `str` (units of 1, 2 or 4 bytes), `bytes` and
//! `bytearray`. Nothing here knows of objects: results are positions and ranges.

use crate::types::str::Data;
use std::borrow::Cow;

/// A part of a sequence of units.
pub type Part = (usize, usize);
/// The parts that a text is cut into, mostly few.
pub type Parts = smallvec::SmallVec<[Part; 16]>;

/// A code unit.
pub trait Unit: Copy + Eq + Into<u32> + 'static {
    fn find_one(h: &[Self], unit: Self) -> Option<usize> {
        h.iter().position(|&u| u == unit)
    }

    fn rfind_one(h: &[Self], unit: Self) -> Option<usize> {
        h.iter().rposition(|&u| u == unit)
    }

    /// First place of a needle of two units or more.
    fn find_many(h: &[Self], n: &[Self]) -> Option<usize> {
        let mut at = 0;
        while at + n.len() <= h.len() {
            at += Self::find_one(&h[at..h.len() - n.len() + 1], n[0])?;
            if h[at..at + n.len()] == *n {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    fn rfind_many(h: &[Self], n: &[Self]) -> Option<usize> {
        let mut end = h.len().checked_sub(n.len())? + 1;
        while let Some(at) = Self::rfind_one(&h[..end], n[0]) {
            if h[at..at + n.len()] == *n {
                return Some(at);
            }
            end = at;
        }
        None
    }

    /// Calls `found` with every place where the needle starts, overlaps left out, until it answers false.
    fn each(h: &[Self], n: &[Self], mut found: impl FnMut(usize) -> bool) {
        let mut at = 0;
        while let Some(next) = find(&h[at..], n) {
            if !found(at + next) {
                return;
            }
            at += next + n.len();
        }
    }
}

/// Texts up to this length are not worth the preparations of a fast search.
const SHORT: usize = 64;

/// First place of a needle in a short text.
fn find_short(h: &[u8], n: &[u8]) -> Option<usize> {
    let last = h.len().checked_sub(n.len())?;
    let mut at = 0;
    while at <= last {
        at += memchr::memchr(n[0], &h[at..=last])?;
        if h[at + 1..at + n.len()] == n[1..] {
            return Some(at);
        }
        at += 1;
    }
    None
}

impl Unit for u8 {
    fn find_one(h: &[u8], unit: u8) -> Option<usize> {
        memchr::memchr(unit, h)
    }

    fn rfind_one(h: &[u8], unit: u8) -> Option<usize> {
        memchr::memrchr(unit, h)
    }

    fn find_many(h: &[u8], n: &[u8]) -> Option<usize> {
        if h.len() <= SHORT { find_short(h, n) } else { memchr::memmem::find(h, n) }
    }

    fn rfind_many(h: &[u8], n: &[u8]) -> Option<usize> {
        memchr::memmem::rfind(h, n)
    }

    fn each(h: &[u8], n: &[u8], mut found: impl FnMut(usize) -> bool) {
        if let [one] = n {
            for at in memchr::memchr_iter(*one, h) {
                if !found(at) {
                    return;
                }
            }
            return;
        }
        if h.len() <= SHORT && !n.is_empty() {
            let mut at = 0;
            while let Some(next) = find_short(&h[at..], n) {
                if !found(at + next) {
                    return;
                }
                at += next + n.len();
            }
            return;
        }
        for at in memchr::memmem::find_iter(h, n) {
            if !found(at) {
                return;
            }
        }
    }
}
impl Unit for u16 {}
impl Unit for u32 {}

/// First place of `n` in `h`; an empty needle is at 0.
#[inline]
pub fn find<T: Unit>(h: &[T], n: &[T]) -> Option<usize> {
    match n {
        [] => Some(0),
        [one] => T::find_one(h, *one),
        _ if n.len() > h.len() => None,
        _ => T::find_many(h, n),
    }
}

/// Last place of `n` in `h`; an empty needle is at the end.
#[inline]
pub fn rfind<T: Unit>(h: &[T], n: &[T]) -> Option<usize> {
    match n {
        [] => Some(h.len()),
        [one] => T::rfind_one(h, *one),
        _ if n.len() > h.len() => None,
        _ => T::rfind_many(h, n),
    }
}

/// How often `n` occurs without overlap; the empty needle between all units.
pub fn count<T: Unit>(h: &[T], n: &[T]) -> usize {
    if n.is_empty() {
        return h.len() + 1;
    }
    let mut count = 0;
    T::each(h, n, |_| {
        count += 1;
        true
    });
    count
}

/// The parts between separators, at most `max` cuts.
pub fn split<T: Unit>(h: &[T], sep: &[T], max: usize) -> Parts {
    let mut parts = Parts::new();
    let mut start = 0;
    if max > 0 {
        T::each(h, sep, |at| {
            parts.push((start, at));
            start = at + sep.len();
            parts.len() < max
        });
    }
    parts.push((start, h.len()));
    parts
}

/// As [`split`], cutting from the right.
pub fn rsplit<T: Unit>(h: &[T], sep: &[T], max: usize) -> Parts {
    let mut parts = Parts::new();
    let mut end = h.len();
    while parts.len() < max {
        let Some(at) = rfind(&h[..end], sep) else { break };
        parts.push((at + sep.len(), end));
        end = at;
    }
    parts.push((0, end));
    parts.reverse();
    parts
}

/// The parts between runs of white space.
pub fn split_space<T: Unit>(h: &[T], max: usize, space: impl Fn(T) -> bool) -> Parts {
    let mut parts = Parts::new();
    let mut at = 0;
    let len = h.len();
    loop {
        while at < len && space(h[at]) {
            at += 1;
        }
        if at == len {
            return parts;
        }
        if parts.len() == max {
            // The rest, its trailing space kept as CPython does.
            parts.push((at, len));
            return parts;
        }
        let start = at;
        while at < len && !space(h[at]) {
            at += 1;
        }
        parts.push((start, at));
    }
}

/// As [`split_space`], cutting from the right.
pub fn rsplit_space<T: Unit>(h: &[T], max: usize, space: impl Fn(T) -> bool) -> Parts {
    let mut parts = Parts::new();
    let mut end = h.len();
    loop {
        while end > 0 && space(h[end - 1]) {
            end -= 1;
        }
        if end == 0 {
            break;
        }
        if parts.len() == max {
            parts.push((0, end));
            break;
        }
        let stop = end;
        while end > 0 && !space(h[end - 1]) {
            end -= 1;
        }
        parts.push((end, stop));
    }
    parts.reverse();
    parts
}

/// The lines; "\r\n" is one break.
pub fn lines<T: Unit>(h: &[T], keep: bool, breaks: impl Fn(u32) -> bool) -> Parts {
    let mut parts = Parts::new();
    let mut at = 0;
    while at < h.len() {
        let start = at;
        while at < h.len() && !breaks(h[at].into()) {
            at += 1;
        }
        let mut end = at;
        if at < h.len() {
            let crlf = h[at].into() == 13 && at + 1 < h.len() && h[at + 1].into() == 10;
            at += 1 + crlf as usize;
            if keep {
                end = at;
            }
        }
        parts.push((start, end));
    }
    parts
}

/// `h` with at most `max` occurrences of `from` replaced; `None` if there is none.
pub fn replace<T: Unit>(h: &[T], from: &[T], to: &[T], max: usize) -> Option<Vec<T>> {
    if max == 0 {
        return None;
    }
    if from.is_empty() {
        if to.is_empty() {
            return None;
        }
        let n = max.min(h.len() + 1);
        let mut out = Vec::with_capacity(h.len() + n * to.len());
        for (i, &unit) in h.iter().enumerate() {
            if i < n {
                out.extend_from_slice(to);
            }
            out.push(unit);
        }
        if n > h.len() {
            out.extend_from_slice(to);
        }
        return Some(out);
    }
    if from.len() == 1 && to.len() == 1 {
        let first = T::find_one(h, from[0])?;
        let mut out = h.to_vec();
        let mut left = max;
        for unit in &mut out[first..] {
            if *unit == from[0] {
                *unit = to[0];
                left -= 1;
                if left == 0 {
                    break;
                }
            }
        }
        return Some(out);
    }
    let mut out = Vec::new();
    let mut done = 0;
    let mut left = max;
    T::each(h, from, |at| {
        if done == 0 && out.is_empty() {
            out.reserve(h.len() + to.len());
        }
        out.extend_from_slice(&h[done..at]);
        out.extend_from_slice(to);
        done = at + from.len();
        left -= 1;
        left > 0
    });
    if left == max {
        return None;
    }
    out.extend_from_slice(&h[done..]);
    Some(out)
}

/// The part that is left when units of a set are stripped from the ends asked for.
pub fn strip<T: Unit>(h: &[T], left: bool, right: bool, drop: impl Fn(T) -> bool) -> Part {
    let (mut start, mut end) = (0, h.len());
    if left {
        while start < end && drop(h[start]) {
            start += 1;
        }
    }
    if right {
        while end > start && drop(h[end - 1]) {
            end -= 1;
        }
    }
    (start, end)
}

/// Tabs become spaces up to the next multiple of `size` columns.
pub fn expand_tabs<T: Unit>(h: &[T], size: usize, space: T) -> Vec<T> {
    let mut out = Vec::with_capacity(h.len() + size);
    let mut column = 0;
    for &unit in h {
        match unit.into() {
            9 => {
                if size > 0 {
                    let n = size - column % size;
                    out.extend(std::iter::repeat_n(space, n));
                    column += n;
                }
            }
            point => {
                out.push(unit);
                column = if point == 10 || point == 13 { 0 } else { column + 1 };
            }
        }
    }
    out
}

/// Code points as 2-byte units; the caller knows that they fit.
pub fn as_two<'a>(data: Data<'a>) -> Cow<'a, [u16]> {
    match data {
        Data::One(s) => s.iter().map(|&u| u as u16).collect(),
        Data::Two(s) => Cow::Borrowed(s),
        Data::Four(s) => s.iter().map(|&u| u as u16).collect(),
    }
}

/// Code points as 4-byte units.
pub fn as_four<'a>(data: Data<'a>) -> Cow<'a, [u32]> {
    match data {
        Data::One(s) => s.iter().map(|&u| u as u32).collect(),
        Data::Two(s) => s.iter().map(|&u| u as u32).collect(),
        Data::Four(s) => Cow::Borrowed(s),
    }
}

/// Evaluates an expression with two texts in units of the first one's width, or the last expression
/// if the second has wider code points, so that it cannot occur in the first.
macro_rules! same_width {
    ($a:expr, $b:expr, |$x:ident, $y:ident| $body:expr, else $none:expr) => {
        match ($a, $b) {
            ($crate::types::str::Data::One($x), $crate::types::str::Data::One($y)) => $body,
            ($crate::types::str::Data::Two($x), other) if !matches!(other, $crate::types::str::Data::Four(_)) => {
                let other = $crate::types::str::search::as_two(other);
                let $y: &[u16] = &other;
                $body
            }
            ($crate::types::str::Data::Four($x), other) => {
                let other = $crate::types::str::search::as_four(other);
                let $y: &[u32] = &other;
                $body
            }
            _ => $none,
        }
    };
}

/// Evaluates an expression with the units of a text, whatever their width.
macro_rules! any_width {
    ($a:expr, |$x:ident| $body:expr) => {
        match $a {
            $crate::types::str::Data::One($x) => $body,
            $crate::types::str::Data::Two($x) => $body,
            $crate::types::str::Data::Four($x) => $body,
        }
    };
}

pub(crate) use {any_width, same_width};
