//! `list`: the type, its slots, methods and iterators.

use super::{List, sort};
use crate::errors::{R, index_error, type_error, value_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::class::slots_of;
use crate::object::define::{BASETYPE, MATCH_SELF, Method, SEQUENCE, UNHASHABLE};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::CmpOp;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef};
use crate::ops;
use crate::types::int;
use crate::types::iterators::builtin_function;
use crate::types::object::allocate_fixed;
use crate::types::repr_guard;
use crate::types::sequence::{exact_slice, is_index, position, repeat_count, search_bounds};
use crate::types::slice::Slice;
use crate::types::str::{Builder, Str};
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

pub static LIST: TypeDef = TypeDef {
    name: "list",
    slots: Slots {
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(|v| Ok(ListIterator::make(v.expect::<List>()))),
        init: Some(init),
        new: Some(new),
        len: Some(|v| Ok(v.expect::<List>().len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|v, item| contains(v.expect::<List>(), item)),
        concat: Some(concat),
        repeat: Some(repeat),
        inplace_concat: Some(|v, other| {
            extend(v.expect::<List>(), other)?;
            Ok(v)
        }),
        inplace_repeat: Some(inplace_repeat),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__reversed__", |v| Ok(ListReverseIterator::make(v.expect::<List>()))),
        Method::none("__sizeof__", |v| Ok(int::from_usize(40 + v.expect::<List>().len() * 8))),
        Method::none("clear", |v| {
            v.expect::<List>().clear();
            Ok(none())
        }),
        Method::none("copy", |v| Ok(List::new(v.expect::<List>().as_slice()).value())),
        Method::one("append", |v, item| {
            v.expect::<List>().push(item);
            Ok(none())
        }),
        Method::pos("insert", insert, 2, 2),
        Method::one("extend", |v, other| {
            extend(v.expect::<List>(), other)?;
            Ok(none())
        }),
        Method::pos("pop", pop, 0, 1),
        Method::one("remove", remove),
        Method::pos("index", index, 1, 3),
        Method::one("count", |v, item| count(v.expect::<List>(), item)),
        Method::none("reverse", |v| {
            reverse(v.expect::<List>());
            Ok(none())
        }),
        Method::full("sort", sort_method),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    flags: BASETYPE | SEQUENCE | MATCH_SELF | UNHASHABLE,
    words: TypeDef::words_of::<List>(),
    traced: 2,
    ..TypeDef::BASE
};

fn new(class: Ref<Type>, _: Args) -> R {
    if class == LIST.class() {
        return Ok(List::with_capacity(0).value());
    }
    let object = allocate_fixed(class);
    let list = object.expect::<List>();
    list.buf.set(list, super::Array::new(0)?);
    list.set_len(0);
    Ok(object)
}

fn init(v: Value, args: Args) -> R<()> {
    let list = v.expect::<List>();
    // A `__new__` of a subclass may take keywords, which come here too.
    let new = |class: Ref<Type>| class.slots().new.map(|f| f as usize);
    if new(v.class()) == new(LIST.class()) {
        args.no_keywords("list")?;
    }
    crate::object::args::check_count("list", args.pos().len(), 0, 1)?;
    if !list.is_empty() {
        list.clear();
    }
    match args.pos().first() {
        Some(&iterable) => extend(list, iterable),
        None => Ok(()),
    }
}

/// `list(iterable)`.
pub fn from_iterable(iterable: Value) -> R<Ref<List>> {
    if let Some(items) = exact_slice(iterable) {
        return Ok(List::new(items));
    }
    let list = List::with_capacity(0);
    extend(list, iterable)?;
    Ok(list)
}

/// `list.extend(iterable)`.
pub fn extend(list: Ref<List>, iterable: Value) -> R<()> {
    if let Some(other) = iterable.exact::<List>() {
        return list.try_extend(other.as_slice());
    }
    if let Some(other) = iterable.exact::<Tuple>() {
        return list.try_extend(other.as_slice());
    }
    let iterator = ops::iter::iter(iterable)?;
    let hint = ops::iter::length_hint(iterable, 0)?;
    if hint > 0 && hint < 1 << 40 {
        list.reserve(hint)?;
    }
    while let Some(item) = ops::iter::next(iterator)? {
        list.push(item);
    }
    Ok(())
}

fn repr(v: Value) -> R {
    let list = v.expect::<List>();
    if list.is_empty() {
        return Ok(Str::from_ascii(b"[]").value());
    }
    let Some(_guard) = repr_guard::enter(v) else { return Ok(Str::from_ascii(b"[...]").value()) };
    let mut text = Builder::with_capacity(list.len() * 4);
    text.push('[' as u32);
    let mut i = 0;
    while let Some(item) = list.get(i) {
        if i > 0 {
            text.push_str(", ");
        }
        text.push_obj(ops::repr(item)?.expect::<Str>());
        i += 1;
    }
    text.push(']' as u32);
    Ok(text.finish().value())
}

/// `list[key]`.
#[inline]
pub fn getitem(v: Value, key: Value) -> R {
    let list = v.expect::<List>();
    if let Some(index) = key.as_small() {
        return match position(index as isize, list.len()).and_then(|at| list.get(at)) {
            Some(item) => Ok(item),
            None => Err(index_error("list index out of range")),
        };
    }
    getitem_slow(list, key)
}

#[inline(never)]
fn getitem_slow(list: Ref<List>, key: Value) -> R {
    if let Some(slice) = key.exact::<Slice>() {
        let chosen = slice.unpack()?.adjust(list.len());
        let items = list.as_slice();
        if chosen.step == 1 {
            return Ok(List::new(&items[chosen.start as usize..chosen.start as usize + chosen.count]).value());
        }
        return Ok(List::strided(items, chosen.start, chosen.step, chosen.count).value());
    }
    let index = index_of_key(key)?;
    match position(index, list.len()).and_then(|at| list.get(at)) {
        Some(item) => Ok(item),
        None => Err(index_error("list index out of range")),
    }
}

fn index_of_key(key: Value) -> R<isize> {
    if !is_index(key) {
        return Err(type_error(format_args!(
            "list indices must be integers or slices, not {}",
            key.class().display_name()
        )));
    }
    ops::as_subscript(key)
}

/// `list[key] = value` and `del list[key]`.
#[inline]
pub fn setitem(v: Value, key: Value, value: Option<Value>) -> R<()> {
    let list = v.expect::<List>();
    if let (Some(index), Some(value)) = (key.as_small(), value) {
        return match position(index as isize, list.len()) {
            Some(at) => {
                list.set(at, value);
                Ok(())
            }
            None => Err(index_error("list assignment index out of range")),
        };
    }
    setitem_slow(list, key, value)
}

#[inline(never)]
fn setitem_slow(list: Ref<List>, key: Value, value: Option<Value>) -> R<()> {
    if let Some(slice) = key.exact::<Slice>() {
        return match value {
            Some(value) => set_slice(list, slice, value),
            None => delete_slice(list, slice),
        };
    }
    let index = index_of_key(key)?;
    let Some(at) = position(index, list.len()) else {
        return Err(index_error("list assignment index out of range"));
    };
    match value {
        Some(value) => list.set(at, value),
        None => {
            list.remove(at);
        }
    }
    Ok(())
}

fn set_slice(list: Ref<List>, slice: Ref<Slice>, value: Value) -> R<()> {
    let bounds = slice.unpack()?;
    // Items of this very list are copied first, and those that an iterator gives.
    let copy;
    let items: &[Value] = match exact_slice(value) {
        Some(items) if value.is(list.value()) => {
            copy = items.to_vec();
            &copy
        }
        Some(items) => items,
        None if slots_of(value).iter.is_none() && slots_of(value).getitem.is_none() => {
            return Err(type_error("must assign iterable to extended slice"));
        }
        None => {
            copy = ops::iter::to_vec(value)?;
            &copy
        }
    };
    let chosen = bounds.adjust(list.len());
    if chosen.step == 1 {
        let start = chosen.start as usize;
        return list.splice(start, start.max(chosen.stop as usize), items);
    }
    if chosen.count != items.len() {
        return Err(value_error(format_args!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            chosen.count
        )));
    }
    for (at, item) in chosen.iter().zip(items) {
        list.set(at, *item);
    }
    Ok(())
}

fn delete_slice(list: Ref<List>, slice: Ref<Slice>) -> R<()> {
    let chosen = slice.unpack()?.adjust(list.len()).ascending();
    if chosen.count == 0 {
        return Ok(());
    }
    let start = chosen.start as usize;
    if chosen.step == 1 {
        return list.splice(start, start + chosen.count, &[]);
    }
    let step = chosen.step as usize;
    let last = start + (chosen.count - 1) * step;
    let kept: Vec<Value> = list.as_slice()[start..=last]
        .iter()
        .enumerate()
        .filter(|(i, _)| i % step != 0)
        .map(|(_, item)| *item)
        .collect();
    list.splice(start, last + 1, &kept)
}

/// `item in list`.
pub fn contains(list: Ref<List>, item: Value) -> R<bool> {
    let mut i = 0;
    while let Some(other) = list.get(i) {
        if other.is(item) || ops::equal(other, item)? {
            return Ok(true);
        }
        i += 1;
    }
    Ok(false)
}

fn count(list: Ref<List>, item: Value) -> R {
    let mut n = 0;
    let mut i = 0;
    while let Some(other) = list.get(i) {
        if other.is(item) || ops::equal(other, item)? {
            n += 1;
        }
        i += 1;
    }
    Ok(int::from_usize(n))
}

fn concat(a: Value, b: Value) -> R {
    let (x, Some(y)) = (a.expect::<List>(), b.cast::<List>()) else {
        return Err(type_error(format_args!(
            "can only concatenate list (not \"{}\") to list",
            b.class().display_name()
        )));
    };
    let result = List::try_with_capacity(x.len() + y.len())?;
    result.try_extend(x.as_slice())?;
    result.try_extend(y.as_slice())?;
    Ok(result.value())
}

/// `list * count`.
pub fn repeat(v: Value, times: Value) -> R {
    let n = repeat_count(times)?;
    let list = v.expect::<List>();
    let items = list.as_slice();
    let Some(total) = items.len().checked_mul(n).filter(|&n| n < 1 << 58) else {
        return Err(crate::errors::memory_error());
    };
    let result = List::try_with_capacity(total)?;
    if items.len() == 1 {
        result.fill(items[0], n);
        return Ok(result.value());
    }
    if total > 0 {
        for _ in 0..n {
            result.try_extend(items)?;
        }
    }
    Ok(result.value())
}

fn inplace_repeat(v: Value, times: Value) -> R {
    let n = repeat_count(times)?;
    let list = v.expect::<List>();
    if n == 0 {
        list.clear();
        return Ok(v);
    }
    let items = list.as_slice().to_vec();
    if items.len().checked_mul(n).is_none_or(|total| total >= 1 << 58) {
        return Err(crate::errors::memory_error());
    }
    list.reserve(items.len() * (n - 1))?;
    for _ in 1..n {
        list.try_extend(&items)?;
    }
    Ok(v)
}

/// `list == other` and so on: the first pair that differs decides.
pub fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.cast::<List>(), b.cast::<List>()) else { return Ok(not_implemented()) };
    if matches!(op, CmpOp::Eq | CmpOp::Ne) && x.len() != y.len() {
        return Ok(boolean(op == CmpOp::Ne));
    }
    let mut i = 0;
    while let (Some(p), Some(q)) = (x.get(i), y.get(i)) {
        if !p.is(q) && !ops::equal(p, q)? {
            return match op {
                CmpOp::Eq => Ok(boolean(false)),
                CmpOp::Ne => Ok(boolean(true)),
                _ => ops::compare(p, q, op),
            };
        }
        i += 1;
    }
    Ok(boolean(op.holds(x.len().cmp(&y.len()))))
}

fn insert(v: Value, args: &[Value]) -> R {
    let list = v.expect::<List>();
    let index = ops::as_isize(args[0])?;
    let len = list.len() as isize;
    let at = if index < 0 { (index + len).max(0) } else { index.min(len) };
    list.insert(at as usize, args[1]);
    Ok(none())
}

fn pop(v: Value, args: &[Value]) -> R {
    let list = v.expect::<List>();
    let Some(&index) = args.first() else {
        return list.pop().ok_or_else(|| index_error("pop from empty list"));
    };
    let index = ops::as_isize(index)?;
    if list.is_empty() {
        return Err(index_error("pop from empty list"));
    }
    match position(index, list.len()) {
        Some(at) => Ok(list.remove(at)),
        None => Err(index_error("pop index out of range")),
    }
}

fn remove(v: Value, item: Value) -> R {
    let list = v.expect::<List>();
    let mut i = 0;
    while let Some(other) = list.get(i) {
        if other.is(item) || ops::equal(other, item)? {
            if i < list.len() {
                list.remove(i);
            }
            return Ok(none());
        }
        i += 1;
    }
    Err(value_error("list.remove(x): x not in list"))
}

fn index(v: Value, args: &[Value]) -> R {
    let list = v.expect::<List>();
    let (start, stop) = search_bounds(&args[1..], list.len())?;
    let mut i = start;
    while i < stop {
        let Some(other) = list.get(i) else { break };
        if other.is(args[0]) || ops::equal(other, args[0])? {
            return Ok(int::from_usize(i));
        }
        i += 1;
    }
    Err(value_error("list.index(x): x not in list"))
}

fn reverse(list: Ref<List>) {
    let (mut low, mut high) = (0, list.len());
    let items = list.as_slice();
    while low + 1 < high {
        high -= 1;
        let (a, b) = (items[low], items[high]);
        list.set(low, b);
        list.set(high, a);
        low += 1;
    }
}

fn sort_method(v: Value, args: Args) -> R {
    if !args.pos().is_empty() {
        return Err(type_error("sort() takes no positional arguments"));
    }
    static PARAMS: Params = Params { function: "sort", names: &["key", "reverse"], required: 0, positional: 0 };
    let [key, reverse] = args.bind(&PARAMS)?;
    let reverse = match reverse {
        Some(reverse) => ops::truth(reverse)?,
        None => false,
    };
    sort::sort(v.expect::<List>(), key.filter(|k| !k.is_none()), reverse)?;
    Ok(none())
}

impl Ref<List> {
    /// Appends `value` `n` times.
    pub fn fill(self, value: Value, n: usize) {
        if self.reserve(n).is_err() {
            crate::errors::fatal_memory();
        }
        let len = self.len();
        // SAFETY: room was made for `n` more.
        unsafe { std::slice::from_raw_parts_mut(self.buffer().ptr().add(len), n) }.fill(value);
        crate::gc::write_range_barrier(self.buffer().as_ptr() as *const Header);
        self.set_len(len + n);
    }
}

/// `list_iterator`, and the other way round.
#[repr(C)]
pub struct ListIterator {
    hdr: Header,
    /// Empty when exhausted.
    list: Slot,
    /// Next position, as a tagged int.
    index: Cell<u64>,
}

#[repr(C)]
pub struct ListReverseIterator {
    hdr: Header,
    list: Slot,
    /// Next position, as a tagged int; -1 at the end.
    index: Cell<u64>,
}

impl Builtin for ListIterator {
    const DEF: &'static TypeDef = &LIST_ITERATOR;
}
impl Builtin for ListReverseIterator {
    const DEF: &'static TypeDef = &LIST_REVERSE_ITERATOR;
}

impl ListIterator {
    #[inline]
    pub fn make(list: Ref<List>) -> Value {
        let it = ListIterator { hdr: Header::EMPTY, list: Slot::new(list), index: Cell::new(tag::int(0)) };
        allocate(LIST_ITERATOR.header(), it).value()
    }

    /// The next item.
    #[inline(always)]
    pub fn step(&self) -> Option<Value> {
        self.list.get()?;
        let index = tag::int_value(self.index.get());
        match self.list.object::<List>().get(index as usize) {
            Some(item) => {
                self.index.set(tag::int(index + 1));
                Some(item)
            }
            None => {
                self.list.clear();
                None
            }
        }
    }
}

impl ListReverseIterator {
    pub fn make(list: Ref<List>) -> Value {
        let index = Cell::new(tag::int(list.len() as i64 - 1));
        let it = ListReverseIterator { hdr: Header::EMPTY, list: Slot::new(list), index };
        allocate(LIST_REVERSE_ITERATOR.header(), it).value()
    }
}

pub static LIST_ITERATOR: TypeDef = TypeDef {
    name: "list_iterator",
    slots: Slots { iter: Some(Ok), next: Some(|v| Ok(v.expect::<ListIterator>().step())), ..Slots::NONE },
    methods: &[
        Method::none("__length_hint__", |v| {
            let it = v.expect::<ListIterator>();
            let left = it
                .list
                .get()
                .map_or(0, |_| it.list.object::<List>().len().saturating_sub(tag::int_value(it.index.get()) as usize));
            Ok(int::from_usize(left))
        }),
        Method::none("__reduce__", |v| {
            let it = v.expect::<ListIterator>();
            let index = tag::int_value(it.index.get());
            Ok(match it.list.get() {
                Some(list) => {
                    Tuple::new(&[builtin_function("iter")?, Tuple::new(&[list]).value(), int::from_i64(index)])
                }
                None => Tuple::new(&[builtin_function("iter")?, Tuple::new(&[List::new(&[]).value()]).value()]),
            }
            .value())
        }),
        Method::one("__setstate__", |v, state| {
            let it = v.expect::<ListIterator>();
            let index = ops::as_isize(state)?;
            if it.list.get().is_some() {
                let len = it.list.object::<List>().len() as isize;
                it.index.set(tag::int(index.clamp(0, len) as i64));
            }
            Ok(none())
        }),
    ],
    flags: crate::object::define::NO_NEW,
    words: TypeDef::words_of::<ListIterator>(),
    traced: 2,
    ..TypeDef::BASE
};

pub static LIST_REVERSE_ITERATOR: TypeDef = TypeDef {
    name: "list_reverseiterator",
    slots: Slots {
        iter: Some(Ok),
        next: Some(|v| {
            let it = v.expect::<ListReverseIterator>();
            if it.list.get().is_none() {
                return Ok(None);
            }
            let index = tag::int_value(it.index.get());
            if index >= 0 {
                if let Some(item) = it.list.object::<List>().get(index as usize) {
                    it.index.set(tag::int(index - 1));
                    return Ok(Some(item));
                }
            }
            it.index.set(tag::int(-1));
            it.list.clear();
            Ok(None)
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__length_hint__", |v| {
            let it = v.expect::<ListReverseIterator>();
            let left = tag::int_value(it.index.get()) + 1;
            let len = it.list.get().map_or(0, |_| it.list.object::<List>().len() as i64);
            Ok(int::from_i64(if left > len { 0 } else { left }))
        }),
        Method::none("__reduce__", |v| {
            let it = v.expect::<ListReverseIterator>();
            Ok(match it.list.get() {
                Some(list) => Tuple::new(&[
                    builtin_function("reversed")?,
                    Tuple::new(&[list]).value(),
                    int::from_i64(tag::int_value(it.index.get())),
                ]),
                None => Tuple::new(&[builtin_function("iter")?, Tuple::new(&[List::new(&[]).value()]).value()]),
            }
            .value())
        }),
        Method::one("__setstate__", |v, state| {
            let it = v.expect::<ListReverseIterator>();
            let index = ops::as_isize(state)?;
            if it.list.get().is_some() {
                let len = it.list.object::<List>().len() as isize;
                it.index.set(tag::int(index.clamp(-1, len - 1) as i64));
            }
            Ok(none())
        }),
    ],
    flags: crate::object::define::NO_NEW,
    words: TypeDef::words_of::<ListReverseIterator>(),
    traced: 2,
    ..TypeDef::BASE
};
