//! `property`.

use crate::errors::{self, R, Raised, attribute_error, type_error};
use crate::gc::Header;
use crate::names;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, Method};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, attr, call};
use crate::ops;
use crate::value::Value;
use std::cell::Cell;

/// The object; empty slots stand for None.
#[repr(C)]
pub struct Property {
    hdr: Header,
    pub getter: Slot,
    setter: Slot,
    deleter: Slot,
    doc: Slot,
    /// What `__set_name__` said.
    name: Slot,
    /// Raw 1 if the docstring is the getter's.
    getter_doc: Cell<u64>,
}

impl Builtin for Property {
    const DEF: &'static TypeDef = &PROPERTY;
}

fn slf(v: Value) -> Ref<Property> {
    v.expect::<Property>()
}

fn given(v: Option<Value>) -> Option<Value> {
    v.filter(|v| !v.is_none())
}

/// The property's name: from the class body, else the getter's.
fn name(property: Ref<Property>) -> R<Option<Value>> {
    if let Some(name) = property.name.get() {
        return Ok(Some(name));
    }
    match property.getter.get() {
        Some(getter) => attr::find(getter, names::get(names::__name__)),
        None => Ok(None),
    }
}

fn missing(property: Ref<Property>, object: Value, what: &str) -> Raised {
    let name = match name(property) {
        Ok(name) => name,
        Err(raised) => return raised,
    };
    let class = match ops::repr_text(object.class().qualname.value()) {
        Ok(class) => class,
        Err(raised) => return raised,
    };
    match name.map(ops::repr_text) {
        Some(Ok(name)) => attribute_error(format_args!("property {name} of {class} object has no {what}")),
        Some(Err(raised)) => raised,
        None => attribute_error(format_args!("property of {class} object has no {what}")),
    }
}

fn init(v: Value, args: Args) -> R<()> {
    static PARAMS: Params =
        Params { function: "property", names: &["fget", "fset", "fdel", "doc"], required: 0, positional: 4 };
    let [getter, setter, deleter, doc] = args.bind(&PARAMS)?;
    let property = slf(v);
    property.getter.put(property, given(getter));
    property.setter.put(property, given(setter));
    property.deleter.put(property, given(deleter));
    property.doc.clear();
    property.name.clear();
    property.getter_doc.set(0);
    let mut doc = given(doc);
    if let (None, Some(getter)) = (doc, property.getter.get()) {
        doc = given(attr::find(getter, names::get(names::__doc__))?);
        property.getter_doc.set(doc.is_some() as u64);
    }
    if v.class() == PROPERTY.class() {
        property.doc.put(property, doc);
        return Ok(());
    }
    // A subclass has a `__doc__` of its own, so the instance must get one.
    property.doc.put(property, doc);
    let set = attr::setattr(v, names::get(names::__doc__), Some(doc.unwrap_or_else(none)));
    match set {
        Err(_) if property.getter_doc.get() != 0 || doc.is_none() => {
            errors::catch(set, &crate::types::exceptions::ATTRIBUTE_ERROR).map(|_| ())
        }
        set => set,
    }
}

/// A property like this one with another accessor.
fn copy(v: Value, getter: Option<Value>, setter: Option<Value>, deleter: Option<Value>) -> R {
    let old = slf(v);
    let pick = |new: Option<Value>, old: &Slot| given(new).or(old.get()).unwrap_or_else(none);
    let doc = if old.getter_doc.get() != 0 { none() } else { old.doc.get().unwrap_or_else(none) };
    let arguments = [pick(getter, &old.getter), pick(setter, &old.setter), pick(deleter, &old.deleter), doc];
    let made = call::call(v.class().value(), &arguments)?;
    if let Some(new) = made.cast::<Property>() {
        new.name.put(new, old.name.get());
    }
    Ok(made)
}

fn descr_get(v: Value, instance: Option<Value>, _: Value) -> R {
    match given(instance) {
        Some(instance) => get(v, instance),
        None => Ok(v),
    }
}

/// What the property `v` gives for an instance.
pub fn get(v: Value, instance: Value) -> R {
    match slf(v).getter.get() {
        Some(getter) => call::call(getter, &[instance]),
        None => Err(missing(slf(v), instance, "getter")),
    }
}

fn set(v: Value, instance: Value, value: Option<Value>) -> R<()> {
    let property = slf(v);
    match (value, property.setter.get(), property.deleter.get()) {
        (Some(value), Some(setter), _) => call::call(setter, &[instance, value]).map(|_| ()),
        (Some(_), None, _) => Err(missing(property, instance, "setter")),
        (None, _, Some(deleter)) => call::call(deleter, &[instance]).map(|_| ()),
        (None, _, None) => Err(missing(property, instance, "deleter")),
    }
}

fn shown(slot: &Slot) -> R {
    Ok(slot.get().unwrap_or_else(none))
}

pub static PROPERTY: TypeDef = TypeDef {
    name: "property",
    slots: Slots {
        new: Some(|class, _| Ok(super::object::allocate_fixed(class))),
        init: Some(init),
        descr_get: Some(descr_get),
        descr_set: Some(set),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        ..Slots::NONE
    },
    methods: &[
        Method::one("getter", |v, f| copy(v, Some(f), None, None)),
        Method::one("setter", |v, f| copy(v, None, Some(f), None)),
        Method::one("deleter", |v, f| copy(v, None, None, Some(f))),
        Method::pos("__set_name__", set_name, 0, u16::MAX),
    ],
    getset: &[
        GetSet::member("fget", |v| shown(&slf(v).getter)),
        GetSet::member("fset", |v| shown(&slf(v).setter)),
        GetSet::member("fdel", |v| shown(&slf(v).deleter)),
        GetSet::both(
            "__doc__",
            |v| shown(&slf(v).doc),
            |v, value| {
                let property = slf(v);
                property.doc.put(property, value);
                Ok(())
            },
        ),
        GetSet::both(
            "__name__",
            |v| match name(slf(v))? {
                Some(name) => Ok(name),
                None => Err(errors::attribute_error_with(
                    v,
                    names::get(names::__name__),
                    format_args!("'{}' object has no attribute '__name__'", v.class().display_name()),
                )),
            },
            |v, value| {
                let property = slf(v);
                property.name.put(property, value);
                Ok(())
            },
        ),
        GetSet::get("__isabstractmethod__", |v| {
            let property = slf(v);
            for slot in [&property.getter, &property.setter, &property.deleter] {
                let Some(f) = slot.get() else { continue };
                if let Some(flag) = attr::find(f, names::get(names::__isabstractmethod__))? {
                    if ops::truth(flag)? {
                        return Ok(boolean(true));
                    }
                }
            }
            Ok(boolean(false))
        }),
    ],
    flags: BASETYPE,
    words: TypeDef::words_of::<Property>(),
    traced: TypeDef::words_of::<Property>() - 1,
    ..TypeDef::BASE
};

fn set_name(v: Value, args: &[Value]) -> R {
    let [_, name] = args else {
        return Err(type_error(format_args!(
            "__set_name__() takes 2 positional arguments but {} were given",
            args.len()
        )));
    };
    let property = slf(v);
    property.name.set(property, *name);
    Ok(none())
}
