//! `str_iterator` and, for ASCII, `str_ascii_iterator`.

use super::Str;
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
pub struct StrIterator {
    hdr: Header,
    /// The string; empty when exhausted.
    text: Slot,
    /// Next position, as a tagged int.
    index: Cell<u64>,
}

impl Builtin for StrIterator {
    const DEF: &'static TypeDef = &STR_ITERATOR;
}

pub fn iter(v: Value) -> R {
    let text = v.expect::<Str>();
    let def = if text.is_ascii() { &STR_ASCII_ITERATOR } else { &STR_ITERATOR };
    let it = StrIterator { hdr: Header::EMPTY, text: Slot::new(text), index: Cell::new(tag::int(0)) };
    Ok(allocate(def.header(), it).value())
}

#[inline(always)]
fn this(v: Value) -> &'static StrIterator {
    // SAFETY: both types have this layout, and their slots are only called with their instances.
    unsafe { &*v.as_ptr::<StrIterator>() }
}

fn next(v: Value) -> R<Option<Value>> {
    let it = this(v);
    if it.text.get().is_none() {
        return Ok(None);
    }
    let text = it.text.object::<Str>();
    let index = tag::int_value(it.index.get());
    if index as usize >= text.len() {
        it.text.clear();
        return Ok(None);
    }
    it.index.set(tag::int(index + 1));
    Ok(Some(Str::from_char(text.get(index as usize)).value()))
}

const SLOTS: Slots = Slots { iter: Some(Ok), next: Some(next), ..Slots::NONE };
const METHODS: &[Method] = &[
    Method::none("__length_hint__", |v| {
        let it = this(v);
        let len = it.text.get().map_or(0, |_| it.text.object::<Str>().len());
        Ok(int::from_usize(len.saturating_sub(tag::int_value(it.index.get()) as usize)))
    }),
    Method::none("__reduce__", |v| {
        let it = this(v);
        let iter = builtin_function("iter")?;
        Ok(match it.text.get() {
            Some(text) => {
                Tuple::new(&[iter, Tuple::new(&[text]).value(), int::from_i64(tag::int_value(it.index.get()))])
            }
            None => Tuple::new(&[iter, Tuple::new(&[Str::from_ascii(b"").value()]).value()]),
        }
        .value())
    }),
    Method::one("__setstate__", |v, state| {
        let it = this(v);
        let index = ops::as_isize(state)?;
        if it.text.get().is_some() {
            let len = it.text.object::<Str>().len() as isize;
            it.index.set(tag::int(index.clamp(0, len) as i64));
        }
        Ok(none())
    }),
];

pub static STR_ITERATOR: TypeDef = TypeDef {
    name: "str_iterator",
    slots: SLOTS,
    methods: METHODS,
    flags: NO_NEW,
    words: TypeDef::words_of::<StrIterator>(),
    traced: 2,
    ..TypeDef::BASE
};

pub static STR_ASCII_ITERATOR: TypeDef = TypeDef {
    name: "str_ascii_iterator",
    slots: SLOTS,
    methods: METHODS,
    flags: NO_NEW,
    words: TypeDef::words_of::<StrIterator>(),
    traced: 2,
    ..TypeDef::BASE
};
