//! `bytes_iterator` and `bytearray_iterator`.

use super::view;
use crate::errors::R;
use crate::gc::Header;
use crate::object::define::{Method, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Builtin, Slot, Slots, TypeDef};
use crate::ops;
use crate::types::int;
use crate::types::iterators::builtin_function;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// The iterator of both types.
#[repr(C)]
pub struct ByteIterator {
    hdr: Header,
    /// What is iterated over; empty when exhausted.
    of: Slot,
    /// Next position, as a tagged int.
    index: Cell<u64>,
}

impl Builtin for ByteIterator {
    const DEF: &'static TypeDef = &BYTES_ITERATOR;
}

pub fn over_bytes(v: Value) -> R {
    Ok(allocate(BYTES_ITERATOR.header(), start(v)).value())
}

pub fn over_bytearray(v: Value) -> R {
    Ok(allocate(BYTEARRAY_ITERATOR.header(), start(v)).value())
}

fn start(v: Value) -> ByteIterator {
    ByteIterator { hdr: Header::EMPTY, of: Slot::new(v), index: Cell::new(tag::int(0)) }
}

fn this(v: Value) -> &'static ByteIterator {
    // SAFETY: both types have this layout, and their slots are only called with their instances.
    unsafe { &*v.as_ptr::<ByteIterator>() }
}

fn next(v: Value) -> R<Option<Value>> {
    let it = this(v);
    let Some(of) = it.of.get() else { return Ok(None) };
    let index = tag::int_value(it.index.get());
    match view(of).and_then(|bytes| bytes.get(index as usize)) {
        Some(byte) => {
            it.index.set(tag::int(index + 1));
            Ok(Some(Value::small(*byte as i64)))
        }
        None => {
            it.of.clear();
            Ok(None)
        }
    }
}

const SLOTS: Slots = Slots { iter: Some(Ok), next: Some(next), ..Slots::NONE };
const METHODS: &[Method] = &[
    Method::none("__length_hint__", |v| {
        let it = this(v);
        let len = it.of.get().and_then(view).map_or(0, |bytes| bytes.len());
        Ok(int::from_usize(len.saturating_sub(tag::int_value(it.index.get()) as usize)))
    }),
    Method::none("__reduce__", |v| {
        let it = this(v);
        let iter = builtin_function("iter")?;
        Ok(match it.of.get() {
            Some(of) => Tuple::new(&[iter, Tuple::new(&[of]).value(), int::from_i64(tag::int_value(it.index.get()))]),
            None => Tuple::new(&[iter, Tuple::new(&[Tuple::empty().value()]).value()]),
        }
        .value())
    }),
    Method::one("__setstate__", |v, state| {
        let it = this(v);
        let index = ops::as_isize(state)?;
        if let Some(bytes) = it.of.get().and_then(view) {
            it.index.set(tag::int(index.clamp(0, bytes.len() as isize) as i64));
        }
        Ok(none())
    }),
];

pub static BYTES_ITERATOR: TypeDef = TypeDef {
    name: "bytes_iterator",
    slots: SLOTS,
    methods: METHODS,
    flags: NO_NEW,
    words: TypeDef::words_of::<ByteIterator>(),
    traced: 2,
    ..TypeDef::BASE
};

pub static BYTEARRAY_ITERATOR: TypeDef = TypeDef {
    name: "bytearray_iterator",
    slots: SLOTS,
    methods: METHODS,
    flags: NO_NEW,
    words: TypeDef::words_of::<ByteIterator>(),
    traced: 2,
    ..TypeDef::BASE
};
