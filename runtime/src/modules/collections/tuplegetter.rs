//! `_tuplegetter`: the descriptor of a named tuple's field.

use crate::errors::{R, attribute_error, index_error, type_error};
use crate::gc::Header;
use crate::object::define::{GetSet, Method};
use crate::object::singletons::none;
use crate::object::{Builtin, Slot, Slots, TypeDef};
use crate::ops;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The index is a small int.
#[repr(C)]
pub(super) struct TupleGetter {
    hdr: Header,
    index: Slot,
    doc: Slot,
}

impl Builtin for TupleGetter {
    const DEF: &'static TypeDef = &TUPLEGETTER;
}

fn get(v: Value, instance: Option<Value>, _: Value) -> R {
    let getter = v.expect::<TupleGetter>();
    let Some(instance) = instance else { return Ok(v) };
    let index = getter.index.value().as_small().unwrap_or(-1);
    let Some(tuple) = instance.cast::<Tuple>() else {
        if instance.is_none() {
            return Ok(v);
        }
        return Err(type_error(format_args!(
            "descriptor for index '{index}' for tuple subclasses doesn't apply to '{}' object",
            instance.class().display_name()
        )));
    };
    match tuple.as_slice().get(index as usize) {
        Some(item) => Ok(*item),
        None => Err(index_error("tuple index out of range")),
    }
}

pub(super) static TUPLEGETTER: TypeDef = TypeDef {
    name: "collections._tuplegetter",
    slots: Slots {
        new: Some(|class, args| {
            let args = args.only_positional("_tuplegetter", 2, 2)?;
            let index = Value::small((ops::as_isize(args[0])? as i64).clamp(-1, i64::MAX >> 2));
            let object = allocate_fixed(class);
            let getter = object.expect::<TupleGetter>();
            getter.index.set(getter, index);
            getter.doc.set(getter, args[1]);
            Ok(object)
        }),
        descr_get: Some(get),
        descr_set: Some(|_, _, value| {
            Err(attribute_error(if value.is_some() { "can't set attribute" } else { "can't delete attribute" }))
        }),
        repr: Some(|v| {
            let getter = v.expect::<TupleGetter>();
            let (index, doc) = (ops::repr_text(getter.index.value())?, ops::repr_text(getter.doc.value())?);
            Ok(Str::from_string(format!("{}({index}, {doc})", v.class().name().display())))
        }),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", |v| {
        let getter = v.expect::<TupleGetter>();
        let args = Tuple::new(&[getter.index.value(), getter.doc.value()]);
        Ok(Tuple::new(&[v.class().value(), args.value()]).value())
    })],
    getset: &[GetSet::both(
        "__doc__",
        |v| Ok(v.expect::<TupleGetter>().doc.value()),
        |v, doc| {
            let getter = v.expect::<TupleGetter>();
            getter.doc.set(getter, doc.unwrap_or_else(none));
            Ok(())
        },
    )],
    words: TypeDef::words_of::<TupleGetter>(),
    traced: TypeDef::words_of::<TupleGetter>() - 1,
    ..TypeDef::BASE
};
