//! `dict_keys`, `dict_values`, `dict_items`, and the iterators over dicts in both directions.
//!
//! The three views share one layout and so do the six iterators; the class says which it is.

use super::Dict;
use crate::errors::{R, runtime_error};
use crate::gc::Header;
use crate::object::class::slots_of;
use crate::object::define::{GetSet, Method, NO_NEW, UNHASHABLE};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, not_implemented};
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Ref, Slot, Slots, TypeDef};
use crate::ops;
use crate::types::iterators::builtin_function;
use crate::types::list::List;
use crate::types::mapping_proxy::MappingProxy;
use crate::types::str::{Builder, Str};
use crate::types::tuple::Tuple;
use crate::types::{int, repr_guard, set};
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// A view.
#[repr(C)]
pub struct View {
    hdr: Header,
    dict: Slot,
}

/// An iterator.
#[repr(C)]
struct Iterator {
    hdr: Header,
    /// Empty when exhausted.
    dict: Slot,
    /// Entry number to look at next, as a tagged int (for reverse ones: one above it).
    index: Cell<u64>,
    /// Size of the dict when iteration began, as a tagged int; -1 after an error.
    size: Cell<u64>,
    /// Items still to come, as a tagged int.
    left: Cell<u64>,
}

/// What comes out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Keys,
    Values,
    Items,
}

/// A view of this class.
#[inline]
pub fn view(dict: Ref<Dict>, class: &'static TypeDef) -> Value {
    allocate(class.header(), View { hdr: Header::EMPTY, dict: Slot::new(dict) }).value()
}

/// An iterator of this class.
#[inline]
pub fn iterate(dict: Ref<Dict>, class: &'static TypeDef) -> Value {
    let reverse = class.short_name().as_bytes().get(5) == Some(&b'r');
    let size = tag::int(dict.len() as i64);
    let it = Iterator {
        hdr: Header::EMPTY,
        dict: Slot::new(dict),
        index: Cell::new(tag::int(if reverse { dict.entries_len() as i64 } else { 0 })),
        size: Cell::new(size),
        left: Cell::new(size),
    };
    allocate(class.header(), it).value()
}

/// The `self` of a method of a view.
fn view_of(v: Value) -> Ref<View> {
    // SAFETY: only slots and methods of the view classes call this, their descriptors check `self`,
    // and only classes of this layout derive from them.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

/// The dict of a view.
pub fn dict_of(v: Value) -> Ref<Dict> {
    view_of(v).dict.value().expect::<Dict>()
}

#[inline(always)]
fn iterator_of(v: Value) -> Ref<Iterator> {
    // SAFETY: as in `view_of`.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

impl Iterator {
    #[inline(always)]
    fn dict(&self) -> Option<Ref<Dict>> {
        self.dict.get().map(|_| self.dict.object())
    }

    /// The entry that comes next.
    #[inline(always)]
    fn step(&self, reverse: bool) -> R<Option<(Value, Value)>> {
        let Some(dict) = self.dict() else { return Ok(None) };
        if self.size.get() != tag::int(dict.len() as i64) {
            // The error stays: a second call gives it again.
            self.size.set(tag::int(-1));
            return Err(runtime_error("dictionary changed size during iteration"));
        }
        let mut index = tag::int_value(self.index.get()) as usize;
        let found = if reverse {
            index = index.min(dict.entries_len());
            loop {
                if index == 0 {
                    break None;
                }
                index -= 1;
                if let Some(entry) = dict.entry_at(index) {
                    break Some(entry);
                }
            }
        } else {
            dict.next_entry(index).map(|(next, key, value)| {
                index = next;
                (key, value)
            })
        };
        let left = tag::int_value(self.left.get());
        match found {
            Some(_) if left == 0 => {
                self.dict.clear();
                Err(runtime_error("dictionary keys changed during iteration"))
            }
            Some(entry) => {
                self.index.set(tag::int(index as i64));
                self.left.set(tag::int(left - 1));
                Ok(Some(entry))
            }
            None => {
                self.dict.clear();
                Ok(None)
            }
        }
    }
}

#[inline(always)]
fn next(v: Value, kind: Kind, reverse: bool) -> R<Option<Value>> {
    Ok(iterator_of(v).step(reverse)?.map(|(key, value)| match kind {
        Kind::Keys => key,
        Kind::Values => value,
        Kind::Items => Tuple::new(&[key, value]).value(),
    }))
}

fn length_hint(v: Value) -> R {
    let it = iterator_of(v);
    let valid = it.dict().is_some_and(|dict| it.size.get() == tag::int(dict.len() as i64));
    Ok(int::from_i64(if valid { tag::int_value(it.left.get()) } else { 0 }))
}

/// `(iter, ([what is left],))`.
fn reduce(v: Value, kind: Kind, reverse: bool) -> R {
    let it = iterator_of(v);
    let copy = allocate(
        if reverse { REVERSE_KEY_ITERATOR.header() } else { KEY_ITERATOR.header() },
        Iterator {
            hdr: Header::EMPTY,
            dict: Slot::of(it.dict.get()),
            index: Cell::new(it.index.get()),
            size: Cell::new(it.size.get()),
            left: Cell::new(it.left.get()),
        },
    );
    let rest = List::new(&[]);
    while let Some(item) = next(copy.value(), kind, reverse)? {
        rest.push(item);
    }
    Ok(Tuple::new(&[builtin_function("iter")?, Tuple::new(&[rest.value()]).value()]).value())
}

macro_rules! iterator_types {
    ($($def:ident $name:literal $kind:ident $reverse:literal;)*) => {
        $(pub static $def: TypeDef = TypeDef {
            name: $name,
            slots: Slots {
                iter: Some(Ok),
                next: Some(|v| next(v, Kind::$kind, $reverse)),
                ..Slots::NONE
            },
            methods: &[
                Method::none("__length_hint__", length_hint),
                Method::none("__reduce__", |v| reduce(v, Kind::$kind, $reverse)),
            ],
            flags: NO_NEW,
            words: TypeDef::words_of::<Iterator>(),
            traced: 4,
            ..TypeDef::BASE
        };)*
    };
}

iterator_types! {
    KEY_ITERATOR "dict_keyiterator" Keys false;
    VALUE_ITERATOR "dict_valueiterator" Values false;
    ITEM_ITERATOR "dict_itemiterator" Items false;
    REVERSE_KEY_ITERATOR "dict_reversekeyiterator" Keys true;
    REVERSE_VALUE_ITERATOR "dict_reversevalueiterator" Values true;
    REVERSE_ITEM_ITERATOR "dict_reverseitemiterator" Items true;
}

fn len(v: Value) -> R<usize> {
    Ok(dict_of(v).len())
}

fn repr(v: Value) -> R {
    let name = v.class().display_name();
    let mut text = Builder::new();
    let Some(_guard) = repr_guard::enter(v) else { return Ok(Str::from_ascii(b"...").value()) };
    text.push_str(&name);
    text.push_str("([");
    let items = ops::iter::to_vec(v)?;
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            text.push_str(", ");
        }
        text.push_obj(ops::repr(item)?.expect::<Str>());
    }
    text.push_str("])");
    Ok(text.finish().value())
}

fn mapping(v: Value) -> R {
    Ok(MappingProxy::new(view_of(v).dict.value()).value())
}

fn items_contain(v: Value, item: Value) -> R<bool> {
    let Some(pair) = item.cast::<Tuple>() else { return Ok(false) };
    let &[key, value] = pair.as_slice() else { return Ok(false) };
    match dict_of(v).get(key)? {
        Some(found) => Ok(found.is(value) || ops::equal(found, value)?),
        None => Ok(false),
    }
}

/// Whether a value is a keys or items view.
fn is_set_view(v: Value) -> bool {
    let class = v.class();
    class.is_subtype(DICT_KEYS.class()) || class.is_subtype(DICT_ITEMS.class())
}

fn all_in(inner: Value, outer: Value) -> R<bool> {
    let iterator = ops::iter::iter(inner)?;
    while let Some(item) = ops::iter::next(iterator)? {
        if !ops::contains(outer, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Comparison as sets.
fn compare(a: Value, b: Value, op: CmpOp) -> R {
    if !is_set_view(b) && set::is_set(b).is_none() {
        return Ok(not_implemented());
    }
    let (m, n) = (ops::len(a)?, ops::len(b)?);
    Ok(boolean(match op {
        CmpOp::Eq => m == n && all_in(a, b)?,
        CmpOp::Ne => !(m == n && all_in(a, b)?),
        CmpOp::Lt => m < n && all_in(a, b)?,
        CmpOp::Le => m <= n && all_in(a, b)?,
        CmpOp::Gt => m > n && all_in(b, a)?,
        CmpOp::Ge => m >= n && all_in(b, a)?,
    }))
}

fn to_set(v: Value) -> R {
    let result = set::from_items(&[])?;
    set::update(result, v)?;
    Ok(result)
}

fn and(a: Value, b: Value) -> R {
    let (mut view, mut other) = if is_set_view(a) { (a, b) } else { (b, a) };
    let len = ops::len(view)?;
    if other.exact::<set::Set>().is_some() && len <= ops::len(other)? {
        return set::intersection(other, view);
    }
    if is_set_view(other) && ops::len(other)? > len {
        std::mem::swap(&mut view, &mut other);
    }
    let result = set::from_items(&[])?;
    let iterator = ops::iter::iter(other)?;
    let contains = slots_of(view).contains;
    while let Some(item) = ops::iter::next(iterator)? {
        if match contains {
            Some(contains) => contains(view, item)?,
            None => false,
        } {
            set::add(result, item)?;
        }
    }
    Ok(result)
}

fn sub(a: Value, b: Value) -> R {
    let result = to_set(a)?;
    set::difference_update(result, b)?;
    Ok(result)
}

fn or(a: Value, b: Value) -> R {
    let result = to_set(a)?;
    set::update(result, b)?;
    Ok(result)
}

fn xor(a: Value, b: Value) -> R {
    let result = to_set(a)?;
    set::symmetric_difference_update(result, b)?;
    Ok(result)
}

fn isdisjoint(v: Value, other: Value) -> R {
    if v.is(other) {
        return Ok(boolean(ops::len(v)? == 0));
    }
    let (mut view, mut other) = (v, other);
    if (set::is_set(other).is_some() || is_set_view(other)) && ops::len(other)? > ops::len(view)? {
        std::mem::swap(&mut view, &mut other);
    }
    let iterator = ops::iter::iter(other)?;
    while let Some(item) = ops::iter::next(iterator)? {
        if ops::contains(view, item)? {
            return Ok(boolean(false));
        }
    }
    Ok(boolean(true))
}

macro_rules! set_view_type {
    ($def:ident $name:literal $iterator:ident $reverse:ident $contains:expr) => {
        pub static $def: TypeDef = TypeDef {
            name: $name,
            slots: Slots {
                repr: Some(repr),
                compare: Some(compare),
                iter: Some(|v| Ok(iterate(dict_of(v), &$iterator))),
                len: Some(len),
                contains: Some($contains),
                ..Slots::NONE.bin(BinOp::Sub, sub).bin(BinOp::And, and).bin(BinOp::Xor, xor).bin(BinOp::Or, or)
            },
            methods: &[
                Method::one("isdisjoint", isdisjoint),
                Method::none("__reversed__", |v| Ok(iterate(dict_of(v), &$reverse))),
            ],
            getset: &[GetSet::get("mapping", mapping)],
            flags: NO_NEW | UNHASHABLE,
            words: TypeDef::words_of::<View>(),
            traced: 1,
            ..TypeDef::BASE
        };
    };
}

set_view_type!(DICT_KEYS "dict_keys" KEY_ITERATOR REVERSE_KEY_ITERATOR |v, key| dict_of(v).contains(key));
set_view_type!(DICT_ITEMS "dict_items" ITEM_ITERATOR REVERSE_ITEM_ITERATOR items_contain);

pub static DICT_VALUES: TypeDef = TypeDef {
    name: "dict_values",
    slots: Slots {
        repr: Some(repr),
        iter: Some(|v| Ok(iterate(dict_of(v), &VALUE_ITERATOR))),
        len: Some(len),
        ..Slots::NONE
    },
    methods: &[Method::none("__reversed__", |v| Ok(iterate(dict_of(v), &REVERSE_VALUE_ITERATOR)))],
    getset: &[GetSet::get("mapping", mapping)],
    flags: NO_NEW,
    words: TypeDef::words_of::<View>(),
    traced: 1,
    ..TypeDef::BASE
};
