//! `list.sort`: a stable merge sort of natural runs (timsort with the powersort merge policy).
//!
//! Keys whose order no Python code can see (ints, floats, strings, tuples of them) are sorted by Rust's
//! stable sort, whose outcome is the same. Otherwise `__lt__` is called for the same pairs in the same
//! order as CPython does. An exception in the middle leaves all items in the list, in some order.

use super::{Array, List};
use crate::errors::{R, value_error};
use crate::gc;
use crate::object::slots::CmpOp;
use crate::object::{Ref, call};
use crate::ops;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{float, int};
use crate::value::Value;
use std::cmp::Ordering;

/// What is sorted: an item with its key, or an item that is its own key.
trait Keyed: Copy {
    fn key(&self) -> Value;
}

impl Keyed for Value {
    fn key(&self) -> Value {
        *self
    }
}

impl Keyed for (Value, Value) {
    fn key(&self) -> Value {
        self.0
    }
}

/// `list.sort(key=key, reverse=reverse)`.
pub fn sort(list: Ref<List>, key: Option<Value>, reverse: bool) -> R<()> {
    let n = list.len();
    if n < 2 && key.is_none() {
        return Ok(());
    }
    // The list is empty while we sort; a new buffer tells that somebody changed it.
    let old = list.buffer();
    let mut items = list.as_slice().to_vec();
    let marker = Array::new(0)?;
    list.buf.set(list, marker);
    list.set_len(0);
    let result = sort_items(&mut items, key, reverse);
    let modified = list.buffer() != marker || !list.is_empty();
    // SAFETY: the old buffer has room for the items that came from it, which are as many as before.
    unsafe { std::ptr::copy_nonoverlapping(items.as_ptr(), old.ptr(), n) };
    gc::write_range_barrier(old.header());
    list.buf.set(list, old);
    list.set_len(n);
    result?;
    if modified { Err(value_error("list modified during sort")) } else { Ok(()) }
}

/// Sorts items in place; after an error they are all there still.
fn sort_items(items: &mut [Value], key: Option<Value>, reverse: bool) -> R<()> {
    let Some(key) = key else { return sort_either_way(items, reverse) };
    let mut pairs = Vec::with_capacity(items.len());
    for item in items.iter() {
        pairs.push((call::call(key, &[*item])?, *item));
    }
    let result = sort_either_way(&mut pairs, reverse);
    for (to, (_, item)) in items.iter_mut().zip(pairs) {
        *to = item;
    }
    result
}

/// Descending order keeps equal items in place too: the reversed list is sorted and reversed back.
fn sort_either_way<T: Keyed>(items: &mut [T], reverse: bool) -> R<()> {
    if reverse {
        items.reverse();
    }
    let result = if sort_plain(items) { Ok(()) } else { Sorter::new(items.len()).run(items) };
    if reverse {
        items.reverse();
    }
    result
}

/// The kinds of keys that compare without running Python code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plain {
    SmallInt,
    Int,
    Float,
    Str,
}

fn plain_kind(key: Value) -> Option<Plain> {
    if key.is_small() {
        Some(Plain::SmallInt)
    } else if key.exact::<Str>().is_some() {
        Some(Plain::Str)
    } else if key.exact::<int::Int>().is_some() {
        Some(Plain::Int)
    } else {
        float::as_exact(key).filter(|x| !x.is_nan()).map(|_| Plain::Float)
    }
}

/// The kind that holds for both, if there is one.
fn join(a: Plain, b: Plain) -> Option<Plain> {
    match (a, b) {
        _ if a == b => Some(a),
        (Plain::SmallInt | Plain::Int, Plain::SmallInt | Plain::Int) => Some(Plain::Int),
        _ => None,
    }
}

fn compare_plain(a: Value, b: Value) -> Ordering {
    if let (Some(x), Some(y)) = (a.as_small(), b.as_small()) {
        return x.cmp(&y);
    }
    if let (Some(x), Some(y)) = (a.exact::<Str>(), b.exact::<Str>()) {
        return x.compare(&y);
    }
    if let (Some(x), Some(y)) = (int::exact(a), int::exact(b)) {
        return x.compare(y);
    }
    match (float::as_exact(a), float::as_exact(b)) {
        (Some(x), Some(y)) => x.partial_cmp(&y).unwrap_or(Ordering::Equal),
        _ => Ordering::Equal,
    }
}

/// Sorts if all keys are plain; false: nothing was done.
fn sort_plain<T: Keyed>(items: &mut [T]) -> bool {
    let Some(first) = items.first() else { return true };
    if first.key().exact::<Tuple>().is_some() {
        return sort_tuples(items);
    }
    let Some(mut kind) = plain_kind(first.key()) else { return false };
    for item in &items[1..] {
        match plain_kind(item.key()).and_then(|other| join(kind, other)) {
            Some(joined) => kind = joined,
            None => return false,
        }
    }
    match kind {
        Plain::SmallInt => items.sort_by_key(|item| item.key().bits() as i64),
        _ => items.sort_by(|a, b| compare_plain(a.key(), b.key())),
    }
    true
}

/// The same for tuples with a plain kind in each column.
fn sort_tuples<T: Keyed>(items: &mut [T]) -> bool {
    let mut columns: Vec<Plain> = Vec::new();
    for item in items.iter() {
        let Some(tuple) = item.key().exact::<Tuple>() else { return false };
        for (i, value) in tuple.as_slice().iter().enumerate() {
            let Some(kind) = plain_kind(*value) else { return false };
            match columns.get(i) {
                None => columns.push(kind),
                Some(&known) => match join(known, kind) {
                    Some(joined) => columns[i] = joined,
                    None => return false,
                },
            }
        }
    }
    let tuple = |item: &T| item.key().expect::<Tuple>();
    items.sort_by(|a, b| {
        let (a, b) = (tuple(a), tuple(b));
        for (x, y) in a.as_slice().iter().zip(b.as_slice()) {
            match compare_plain(*x, *y) {
                Ordering::Equal => {}
                order => return order,
            }
        }
        a.len().cmp(&b.len())
    });
    true
}

/// `a < b`.
#[inline]
fn less(a: Value, b: Value) -> R<bool> {
    ops::compare_bool(a, b, CmpOp::Lt)
}

/// A stretch that is in order, waiting to be merged.
struct Run {
    start: usize,
    len: usize,
    /// Depth in the merge tree of the border to the next run.
    power: u32,
}

/// Wins in a row that start galloping.
const MIN_GALLOP: usize = 7;
/// Runs shorter than about this are filled up by insertion.
const MAX_MINRUN: usize = 64;

struct Sorter<T> {
    len: usize,
    min_gallop: usize,
    pending: Vec<Run>,
    temp: Vec<T>,
}

impl<T: Keyed> Sorter<T> {
    fn new(len: usize) -> Self {
        Sorter { len, min_gallop: MIN_GALLOP, pending: Vec::new(), temp: Vec::new() }
    }

    fn run(&mut self, a: &mut [T]) -> R<()> {
        let minrun = minrun(a.len());
        let mut start = 0;
        while start < a.len() {
            let rest = &mut a[start..];
            let mut n = count_run(rest)?;
            if n < minrun {
                let force = minrun.min(rest.len());
                insertion_sort(&mut rest[..force], n)?;
                n = force;
            }
            self.found_run(a, n)?;
            self.pending.push(Run { start, len: n, power: 0 });
            start += n;
        }
        while self.pending.len() > 1 {
            let mut n = self.pending.len() - 2;
            if n > 0 && self.pending[n - 1].len < self.pending[n + 1].len {
                n -= 1;
            }
            self.merge_at(a, n)?;
        }
        Ok(())
    }

    /// A run of `next` items follows the pending ones: merges those that lie deeper than the new border.
    fn found_run(&mut self, a: &mut [T], next: usize) -> R<()> {
        let Some(last) = self.pending.last() else { return Ok(()) };
        let power = power(last.start, last.len, next, self.len);
        while self.pending.len() > 1 && self.pending[self.pending.len() - 2].power > power {
            self.merge_at(a, self.pending.len() - 2)?;
        }
        if let Some(last) = self.pending.last_mut() {
            last.power = power;
        }
        Ok(())
    }

    fn merge_at(&mut self, a: &mut [T], i: usize) -> R<()> {
        let (start_a, len_a) = (self.pending[i].start, self.pending[i].len);
        let (start_b, len_b) = (self.pending[i + 1].start, self.pending[i + 1].len);
        self.pending[i].len = len_a + len_b;
        self.pending.remove(i + 1);
        let both = &mut a[start_a..start_b + len_b];
        // Items of the left run that are in place, and those of the right run.
        let k = gallop_right(both[len_a].key(), &both[..len_a], 0)?;
        if k == len_a {
            return Ok(());
        }
        let both = &mut both[k..];
        let len_a = len_a - k;
        let len_b = gallop_left(both[len_a - 1].key(), &both[len_a..], len_b - 1)?;
        if len_b == 0 {
            return Ok(());
        }
        let both = &mut both[..len_a + len_b];
        if len_a <= len_b { self.merge_low(both, len_a) } else { self.merge_high(both, len_a) }
    }

    /// Merges with the left run, the shorter one, moved aside.
    fn merge_low(&mut self, both: &mut [T], len_a: usize) -> R<()> {
        self.temp.clear();
        self.temp.extend_from_slice(&both[..len_a]);
        let left = std::mem::take(&mut self.temp);
        let (mut i, mut j, mut dest) = (0, len_a, 0);
        let result = self.merge_low_loop(both, &left, &mut i, &mut j, &mut dest);
        // What is left of the shorter run fills the gap, also after an error.
        let rest = left.len() - i;
        if result.is_ok() && j < both.len() {
            // One item of the left run remains, and it belongs at the very end.
            both.copy_within(j.., dest);
            dest += both.len() - j;
        }
        both[dest..dest + rest].copy_from_slice(&left[i..]);
        self.temp = left;
        result
    }

    fn merge_low_loop(&mut self, both: &mut [T], left: &[T], i: &mut usize, j: &mut usize, dest: &mut usize) -> R<()> {
        let end = both.len();
        // The first item of the right run is known to come first, the last of the left run last.
        both[*dest] = both[*j];
        *dest += 1;
        *j += 1;
        if *j == end || left.len() - *i == 1 {
            return Ok(());
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut wins_a, mut wins_b) = (0, 0);
            loop {
                if less(both[*j].key(), left[*i].key())? {
                    both[*dest] = both[*j];
                    *dest += 1;
                    *j += 1;
                    wins_b += 1;
                    wins_a = 0;
                    if *j == end {
                        return Ok(());
                    }
                    if wins_b >= min_gallop {
                        break;
                    }
                } else {
                    both[*dest] = left[*i];
                    *dest += 1;
                    *i += 1;
                    wins_a += 1;
                    wins_b = 0;
                    if left.len() - *i == 1 {
                        return Ok(());
                    }
                    if wins_a >= min_gallop {
                        break;
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= (min_gallop > 1) as usize;
                self.min_gallop = min_gallop;
                let k = gallop_right(both[*j].key(), &left[*i..], 0)?;
                both[*dest..*dest + k].copy_from_slice(&left[*i..*i + k]);
                *dest += k;
                *i += k;
                // An order that contradicts itself can use the run up.
                if left.len() - *i <= 1 {
                    return Ok(());
                }
                let wins_a = k;
                both[*dest] = both[*j];
                *dest += 1;
                *j += 1;
                if *j == end {
                    return Ok(());
                }
                let k = gallop_left(left[*i].key(), &both[*j..], 0)?;
                both.copy_within(*j..*j + k, *dest);
                *dest += k;
                *j += k;
                if *j == end {
                    return Ok(());
                }
                let wins_b = k;
                both[*dest] = left[*i];
                *dest += 1;
                *i += 1;
                if left.len() - *i == 1 {
                    return Ok(());
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }

    /// Merges from the end, with the right run, the shorter one, moved aside.
    fn merge_high(&mut self, both: &mut [T], len_a: usize) -> R<()> {
        self.temp.clear();
        self.temp.extend_from_slice(&both[len_a..]);
        let right = std::mem::take(&mut self.temp);
        // Items left in the left and the right run; the gap is between them: `i + j` is its end.
        let (mut i, mut j) = (len_a, right.len());
        let result = self.merge_high_loop(both, &right, &mut i, &mut j);
        if result.is_ok() && i > 0 {
            // One item of the right run remains, and it belongs at the very start.
            both.copy_within(..i, j);
        }
        let gap = if result.is_ok() { 0 } else { i };
        both[gap..gap + j].copy_from_slice(&right[..j]);
        self.temp = right;
        result
    }

    fn merge_high_loop(&mut self, both: &mut [T], right: &[T], i: &mut usize, j: &mut usize) -> R<()> {
        both[*i + *j - 1] = both[*i - 1];
        *i -= 1;
        if *i == 0 || *j == 1 {
            return Ok(());
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut wins_a, mut wins_b) = (0, 0);
            loop {
                if less(right[*j - 1].key(), both[*i - 1].key())? {
                    both[*i + *j - 1] = both[*i - 1];
                    *i -= 1;
                    wins_a += 1;
                    wins_b = 0;
                    if *i == 0 {
                        return Ok(());
                    }
                    if wins_a >= min_gallop {
                        break;
                    }
                } else {
                    both[*i + *j - 1] = right[*j - 1];
                    *j -= 1;
                    wins_b += 1;
                    wins_a = 0;
                    if *j == 1 {
                        return Ok(());
                    }
                    if wins_b >= min_gallop {
                        break;
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop -= (min_gallop > 1) as usize;
                self.min_gallop = min_gallop;
                let keep = gallop_right(right[*j - 1].key(), &both[..*i], *i - 1)?;
                let k = *i - keep;
                both.copy_within(keep..*i, keep + *j);
                *i = keep;
                if *i == 0 {
                    return Ok(());
                }
                let wins_a = k;
                both[*i + *j - 1] = right[*j - 1];
                *j -= 1;
                if *j == 1 {
                    return Ok(());
                }
                let keep = gallop_left(both[*i - 1].key(), &right[..*j], *j - 1)?;
                let k = *j - keep;
                both[*i + keep..*i + *j].copy_from_slice(&right[keep..*j]);
                *j = keep;
                if *j <= 1 {
                    return Ok(());
                }
                let wins_b = k;
                both[*i + *j - 1] = both[*i - 1];
                *i -= 1;
                if *i == 0 {
                    return Ok(());
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }
}

fn minrun(mut n: usize) -> usize {
    let mut rest = 0;
    while n >= MAX_MINRUN {
        rest |= n & 1;
        n >>= 1;
    }
    n + rest
}

/// Depth in the merge tree of the border between two neighbouring runs of a list of `n` items: where
/// the binary fractions of the runs' middles first differ.
fn power(start: usize, len: usize, next: usize, n: usize) -> u32 {
    let mut a = 2 * start + len;
    let mut b = a + len + next;
    let mut result = 0;
    loop {
        result += 1;
        if a >= n {
            a -= n;
            b -= n;
        } else if b >= n {
            return result;
        }
        a <<= 1;
        b <<= 1;
    }
}

/// Length of the run at the start; a descending one is turned around. Equal neighbours in it keep their order.
fn count_run<T: Keyed>(a: &mut [T]) -> R<usize> {
    let len = a.len();
    if len <= 1 {
        return Ok(len);
    }
    let mut n = 1;
    while n < len && !less(a[n].key(), a[n - 1].key())? {
        n += 1;
    }
    if n == len {
        return Ok(n);
    }
    if n > 1 {
        if less(a[0].key(), a[n - 1].key())? {
            return Ok(n);
        }
        // All equal so far, then smaller: they may be turned around, twice in all.
        a[..n].reverse();
    }
    n += 1;
    let mut equal = 0;
    while n < len {
        if less(a[n].key(), a[n - 1].key())? {
            if equal > 0 {
                a[n - equal - 1..n].reverse();
                equal = 0;
            }
        } else if less(a[n - 1].key(), a[n].key())? {
            break;
        } else {
            equal += 1;
        }
        n += 1;
    }
    if equal > 0 {
        a[n - equal - 1..n].reverse();
    }
    a[..n].reverse();
    while n < len && !less(a[n].key(), a[n - 1].key())? {
        n += 1;
    }
    Ok(n)
}

/// Binary insertion of the items from `sorted` on.
fn insertion_sort<T: Keyed>(a: &mut [T], sorted: usize) -> R<()> {
    for at in sorted.max(1)..a.len() {
        let pivot = a[at];
        let (mut low, mut high) = (0, at);
        while low < high {
            let middle = (low + high) / 2;
            if less(pivot.key(), a[middle].key())? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        a.copy_within(low..at, low + 1);
        a[low] = pivot;
    }
    Ok(())
}

/// Where `key` goes in `a`, before its equals; the search spreads out from `hint`.
fn gallop_left<T: Keyed>(key: Value, a: &[T], hint: usize) -> R<usize> {
    let n = a.len();
    let (mut last, mut step) = (0usize, 1usize);
    // From here on, `low` is the number of items known to be below the key.
    let (mut low, mut high);
    if less(a[hint].key(), key)? {
        let most = n - hint;
        while step < most && less(a[hint + step].key(), key)? {
            last = step;
            step = step * 2 + 1;
        }
        low = hint + last + 1;
        high = hint + step.min(most);
    } else {
        let most = hint + 1;
        while step < most && !less(a[hint - step].key(), key)? {
            last = step;
            step = step * 2 + 1;
        }
        low = (hint + 1) - step.min(most);
        high = hint - last;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if less(a[middle].key(), key)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(high)
}

/// Where `key` goes in `a`, after its equals.
fn gallop_right<T: Keyed>(key: Value, a: &[T], hint: usize) -> R<usize> {
    let n = a.len();
    let (mut last, mut step) = (0usize, 1usize);
    let (mut low, mut high);
    if less(key, a[hint].key())? {
        let most = hint + 1;
        while step < most && less(key, a[hint - step].key())? {
            last = step;
            step = step * 2 + 1;
        }
        low = (hint + 1) - step.min(most);
        high = hint - last;
    } else {
        let most = n - hint;
        while step < most && !less(key, a[hint + step].key())? {
            last = step;
            step = step * 2 + 1;
        }
        low = hint + last + 1;
        high = hint + step.min(most);
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if less(key, a[middle].key())? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(high)
}
