//! The views of an `OrderedDict` (those of a dict, but for the order) and its iterator.

use super::ordered_dict::{NONE, OrderedDict, Way, mutated};
use crate::errors::{R, runtime_error};
use crate::gc::Header;
use crate::object::define::{Method, NO_NEW, UNHASHABLE};
use crate::object::reference::allocate;
use crate::object::{Builtin, Ref, Slot, Slots, TypeDef};
use crate::types::dict::views::{DICT_ITEMS, DICT_KEYS, DICT_VALUES, View, dict_of};
use crate::types::iterators::builtin_function;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// What comes out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum What {
    Keys,
    Values,
    Items,
}

/// Numbers are tagged ints.
#[repr(C)]
pub(super) struct Iterator {
    hdr: Header,
    /// Empty when done for.
    od: Slot,
    /// The key that comes next, or empty at the end, and its number when it was last seen.
    key: Slot,
    number: Cell<u64>,
    state: Cell<u64>,
    /// Size when iteration began; -1 when another was seen.
    size: Cell<u64>,
    /// [`What`] and [`Way`].
    what: Cell<u64>,
}

impl Builtin for Iterator {
    const DEF: &'static TypeDef = &ODICT_ITERATOR;
}

pub fn iterate(od: Ref<OrderedDict>, what: What, way: Way) -> R {
    let start = od.key_at_end(way)?;
    let it = Iterator {
        hdr: Header::EMPTY,
        od: Slot::new(od),
        key: Slot::of(start.map(|(key, _)| key)),
        number: Cell::new(tag::int(start.map_or(NONE, |(_, n)| n) as i64)),
        state: Cell::new(od.state()),
        size: Cell::new(tag::int(od.len() as i64)),
        what: Cell::new(tag::int(what as i64 | (way as i64) << 2)),
    };
    Ok(allocate(ODICT_ITERATOR.header(), it).value())
}

fn next(v: Value) -> R<Option<Value>> {
    let it = v.expect::<Iterator>();
    let Some(od) = it.od.get().map(|_| it.od.object::<OrderedDict>()) else { return Ok(None) };
    let Some(key) = it.key.get() else {
        it.od.clear();
        return Ok(None);
    };
    if od.state() != it.state.get() {
        it.key.clear();
        it.od.clear();
        return Err(mutated());
    }
    if it.size.get() != tag::int(od.len() as i64) {
        it.size.set(tag::int(-1));
        return Err(runtime_error("OrderedDict changed size during iteration"));
    }
    let what = tag::int_value(it.what.get());
    let way = if what & 4 == 0 { Way::Forward } else { Way::Backward };
    let number = tag::int_value(it.number.get()) as usize;
    let step = od.step(key, number, way);
    it.key.put(it, step.ok().flatten().map(|(key, _)| key));
    if let Some((_, n)) = step? {
        it.number.set(tag::int(n as i64));
    }
    Ok(Some(match what & 3 {
        0 => key,
        1 => od.value_of(key, number)?,
        _ => Tuple::new(&[key, od.value_of(key, number)?]).value(),
    }))
}

/// `(iter, ([what is left],))`; the iterator itself stays where it is.
fn reduce(v: Value) -> R {
    let it = v.expect::<Iterator>();
    let copy = Iterator {
        hdr: Header::EMPTY,
        od: Slot::of(it.od.get()),
        key: Slot::of(it.key.get()),
        number: Cell::new(it.number.get()),
        state: Cell::new(it.state.get()),
        size: Cell::new(it.size.get()),
        what: Cell::new(it.what.get()),
    };
    let copy = allocate(ODICT_ITERATOR.header(), copy).value();
    let rest = List::new(&[]);
    while let Some(item) = next(copy)? {
        rest.push(item);
    }
    Ok(Tuple::new(&[builtin_function("iter")?, Tuple::new(&[rest.value()]).value()]).value())
}

pub(super) static ODICT_ITERATOR: TypeDef = TypeDef {
    name: "odict_iterator",
    slots: Slots { iter: Some(Ok), next: Some(next), ..Slots::NONE },
    methods: &[Method::none("__reduce__", reduce)],
    flags: NO_NEW,
    words: TypeDef::words_of::<Iterator>(),
    traced: TypeDef::words_of::<Iterator>() - 1,
    ..TypeDef::BASE
};

fn ordered(view: Value) -> Ref<OrderedDict> {
    dict_of(view).value().expect::<OrderedDict>()
}

macro_rules! view_type {
    ($def:ident $name:literal $base:ident $what:ident $flags:expr) => {
        pub(super) static $def: TypeDef = TypeDef {
            name: $name,
            base: Some(&$base),
            slots: Slots { iter: Some(|v| iterate(ordered(v), What::$what, Way::Forward)), ..Slots::NONE },
            methods: &[Method::none("__reversed__", |v| iterate(ordered(v), What::$what, Way::Backward))],
            flags: $flags,
            words: TypeDef::words_of::<View>(),
            traced: 1,
            ..TypeDef::BASE
        };
    };
}

view_type!(KEYS "odict_keys" DICT_KEYS Keys NO_NEW | UNHASHABLE);
view_type!(ITEMS "odict_items" DICT_ITEMS Items NO_NEW | UNHASHABLE);
view_type!(VALUES "odict_values" DICT_VALUES Values NO_NEW);
