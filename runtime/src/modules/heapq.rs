//! `_heapq`: lists as heaps, with the smallest or (`_max`) the largest item first.
//!
//! Comparisons may run Python code that changes the list, so its size is looked at after each.

use crate::errors::{R, Raised, index_error, runtime_error, type_error};
use crate::object::singletons::none;
use crate::object::slots::CmpOp;
use crate::object::{Method, Ref};
use crate::ops;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::value::Value;

fn out_of_range() -> Raised {
    index_error("index out of range")
}

/// Whether `a` belongs above `b`.
#[inline(always)]
fn above<const MAX: bool>(a: Value, b: Value) -> R<bool> {
    let (a, b) = if MAX { (b, a) } else { (a, b) };
    match (a.as_small(), b.as_small()) {
        (Some(a), Some(b)) => Ok(a < b),
        _ => ops::compare_bool(a, b, CmpOp::Lt),
    }
}

fn check_size(heap: Ref<List>, size: usize) -> R<()> {
    if heap.len() == size { Ok(()) } else { Err(runtime_error("list changed size during iteration")) }
}

/// Moves the item at `at` up to its place, not above `start`.
fn sift_down<const MAX: bool>(heap: Ref<List>, start: usize, mut at: usize) -> R<()> {
    let size = heap.len();
    let Some(item) = heap.get(at) else { return Err(out_of_range()) };
    while at > start {
        let up = (at - 1) >> 1;
        let Some(parent) = heap.get(up) else { return Err(out_of_range()) };
        let higher = above::<MAX>(item, parent)?;
        check_size(heap, size)?;
        if !higher {
            break;
        }
        swap(heap, up, at);
        at = up;
    }
    Ok(())
}

#[inline(always)]
fn swap(heap: Ref<List>, a: usize, b: usize) {
    if let (Some(x), Some(y)) = (heap.get(a), heap.get(b)) {
        heap.set(a, y);
        heap.set(b, x);
    }
}

/// Moves the item at `at` down to a leaf, then up to its place: fewer comparisons than stopping midway.
fn sift_up<const MAX: bool>(heap: Ref<List>, mut at: usize) -> R<()> {
    let (size, start) = (heap.len(), at);
    if at >= size {
        return Err(out_of_range());
    }
    while at < size >> 1 {
        let mut child = 2 * at + 1;
        if let (Some(left), Some(right)) = (heap.get(child), heap.get(child + 1)) {
            if !above::<MAX>(left, right)? {
                child += 1;
            }
            check_size(heap, size)?;
        }
        swap(heap, child, at);
        at = child;
    }
    sift_down::<MAX>(heap, start, at)
}

fn heap_argument(v: Value, function: &str, argument: &str) -> R<Ref<List>> {
    v.cast::<List>().ok_or_else(|| {
        type_error(format_args!("{function}() {argument} must be list, not {}", v.class().display_name()))
    })
}

fn push<const MAX: bool>(args: &[Value], function: &str) -> R {
    let heap = heap_argument(args[0], function, "argument 1")?;
    heap.push(args[1]);
    sift_down::<MAX>(heap, 0, heap.len() - 1)?;
    Ok(none())
}

fn pop<const MAX: bool>(v: Value, function: &str) -> R {
    let heap = heap_argument(v, function, "argument")?;
    let Some(last) = heap.pop() else { return Err(out_of_range()) };
    let Some(top) = heap.get(0) else { return Ok(last) };
    heap.set(0, last);
    sift_up::<MAX>(heap, 0)?;
    Ok(top)
}

fn replace_top<const MAX: bool>(heap: Ref<List>, item: Value) -> R {
    let Some(top) = heap.get(0) else { return Err(out_of_range()) };
    heap.set(0, item);
    sift_up::<MAX>(heap, 0)?;
    Ok(top)
}

fn replace<const MAX: bool>(args: &[Value], function: &str) -> R {
    replace_top::<MAX>(heap_argument(args[0], function, "argument 1")?, args[1])
}

fn push_pop<const MAX: bool>(args: &[Value], function: &str) -> R {
    let heap = heap_argument(args[0], function, "argument 1")?;
    match heap.get(0) {
        Some(top) if above::<MAX>(top, args[1])? => replace_top::<MAX>(heap, args[1]),
        _ => Ok(args[1]),
    }
}

fn heapify<const MAX: bool>(v: Value, function: &str) -> R {
    let heap = heap_argument(v, function, "argument")?;
    for at in (0..heap.len() / 2).rev() {
        sift_up::<MAX>(heap, at)?;
    }
    Ok(none())
}

macro_rules! one {
    ($name:literal, $f:expr) => {
        Method::one($name, |_, v| $f(v, $name))
    };
}

macro_rules! two {
    ($name:literal, $f:expr) => {
        Method::pos($name, |_, args| $f(args, $name), 2, 2)
    };
}

pub static MODULE: NativeModule = NativeModule {
    name: "_heapq",
    functions: &[
        two!("heappush", push::<false>),
        two!("heappush_max", push::<true>),
        one!("heappop", pop::<false>),
        one!("heappop_max", pop::<true>),
        two!("heapreplace", replace::<false>),
        two!("heapreplace_max", replace::<true>),
        two!("heappushpop", push_pop::<false>),
        two!("heappushpop_max", push_pop::<true>),
        one!("heapify", heapify::<false>),
        one!("heapify_max", heapify::<true>),
    ],
    init: |_| Ok(()),
};
