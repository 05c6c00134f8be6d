//! Attribute access: the default algorithm of `object` and `type`, over shapes.

use super::class::{self, slots_of};
use super::define::METHOD_LIKE;
use super::shape::{self, Storage};
use super::{Ref, Type};
use crate::errors::{self, R, attribute_error, attribute_error_for, type_error};
use crate::gc;
use crate::names;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::value::Value;

type SetAttr = fn(Value, Ref<Str>, Option<Value>) -> R<()>;

/// `x.name`; the name is interned.
#[inline]
pub fn getattr(object: Value, name: Ref<Str>) -> R {
    match slots_of(object).getattr {
        Some(getattr) => getattr(object, name),
        None => generic_getattr(object, name),
    }
}

/// `x.name = value`, `del x.name`.
#[inline]
pub fn setattr(object: Value, name: Ref<Str>, value: Option<Value>) -> R<()> {
    match slots_of(object).setattr {
        Some(setattr) => setattr(object, name, value),
        None => Err(type_error(format_args!(
            "'{}' object has no attributes ({} .{})",
            object.class().display_name(),
            if value.is_some() { "assign to" } else { "del" },
            name.display()
        ))),
    }
}

/// `getattr(x, name, None)`: no exception object is made on the common paths when the attribute is missing.
pub fn find(object: Value, name: Ref<Str>) -> R<Option<Value>> {
    let slots = slots_of(object);
    let generic = slots.getattr.is_none_or(|f| std::ptr::fn_addr_eq(f, generic_getattr as fn(Value, Ref<Str>) -> R));
    let found = if generic { find_generic(object, name) } else { getattr(object, name).map(Some) };
    match found {
        Ok(found) => Ok(found),
        Err(_) if errors::pending_is(&crate::types::exceptions::ATTRIBUTE_ERROR) => {
            errors::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// `object.__getattribute__`.
pub fn generic_getattr(object: Value, name: Ref<Str>) -> R {
    match find_generic(object, name)? {
        Some(value) => Ok(value),
        None => Err(attribute_error_for(object, name)),
    }
}

fn find_generic(object: Value, name: Ref<Str>) -> R<Option<Value>> {
    let class = object.class();
    let found = class.lookup(name);
    if let Some(descriptor) = found {
        let slots = slots_of(descriptor);
        if slots.descr_set.is_some() {
            if let Some(get) = slots.descr_get {
                return found_attribute(get(descriptor, Some(object), class.value()), object, name);
            }
        }
    }
    if let Some(value) = instance_get(object, name) {
        return Ok(Some(value));
    }
    match found {
        None => Ok(None),
        Some(descriptor) => match slots_of(descriptor).descr_get {
            Some(get) => found_attribute(get(descriptor, Some(object), class.value()), object, name),
            None => Ok(Some(descriptor)),
        },
    }
}

#[inline]
fn found_attribute(result: R, _object: Value, _name: Ref<Str>) -> R<Option<Value>> {
    result.map(Some)
}

/// What `LOAD_ATTR` for a call gives: a function of the class and its `self`, or any callable alone.
pub fn load_method(object: Value, name: Ref<Str>) -> R<(Value, Option<Value>)> {
    let slots = slots_of(object);
    if slots.getattr.is_some_and(|f| std::ptr::fn_addr_eq(f, generic_getattr as fn(Value, Ref<Str>) -> R)) {
        let class = object.class();
        if let Some(found) = class.lookup(name) {
            if found.class().has_flag(METHOD_LIKE) {
                return match instance_get(object, name) {
                    Some(own) => Ok((own, None)),
                    None => Ok((found, Some(object))),
                };
            }
        }
    }
    Ok((getattr(object, name)?, None))
}

/// Whether `object.__class__` is just its class.
pub fn is_plain(object: Value) -> bool {
    let class = object.class();
    let is_generic =
        class.slots().getattr.is_some_and(|f| std::ptr::fn_addr_eq(f, generic_getattr as fn(Value, Ref<Str>) -> R));
    let name = names::get(names::__class__);
    let plain = crate::types::object::OBJECT.class().lookup(name);
    is_generic && matches!((class.lookup(name), plain), (Some(a), Some(b)) if a.is(b))
}

/// An attribute in the instance's own storage.
#[inline]
pub fn instance_get(object: Value, name: Ref<Str>) -> Option<Value> {
    let header = object.header()?;
    let info = shape::info(header.shape());
    match info.storage {
        Storage::Fixed => None,
        Storage::Inline => {
            let word = info.find(name)?;
            // SAFETY: the shape says that this word holds an attribute.
            unsafe { Value::from_slot(*object.as_ptr::<u64>().add(word)) }
        }
        Storage::Dict => instance_dict_if_any(object)?.get_str(name),
    }
}

/// Word of the instance that holds its dict, as a slot.
fn dict_slot(object: Value) -> Option<&'static super::Slot> {
    let word = object.class().dict_word.get();
    // SAFETY: the class says that instances have a traced word there.
    (word != 0).then(|| unsafe { &*(object.as_ptr::<u64>().add(word as usize) as *const super::Slot) })
}

fn instance_dict_if_any(object: Value) -> Option<Ref<Dict>> {
    dict_slot(object)?.get()?.cast::<Dict>()
}

/// A reference to the object for barriers.
fn owner(object: Value) -> Ref<gc::Header> {
    // SAFETY: only called for heap objects.
    unsafe { Ref::from_ptr(object.as_ptr()) }
}

/// The `__dict__` of an instance as a real dict, made (and the attributes moved into it) at the first look.
pub fn instance_dict(object: Value) -> Option<Ref<Dict>> {
    let slot = dict_slot(object)?;
    let header = object.header()?;
    let info = shape::info(header.shape());
    if info.storage == Storage::Inline {
        return Some(to_dict_storage(object));
    }
    if let Some(dict) = slot.get() {
        return dict.cast::<Dict>();
    }
    let dict = Dict::new();
    slot.set(owner(object), dict);
    Some(dict)
}

/// Replaces `__dict__`.
pub fn set_instance_dict(object: Value, dict: Ref<Dict>) -> bool {
    if instance_dict(object).is_none() {
        return false;
    }
    match dict_slot(object) {
        Some(slot) => {
            slot.set(owner(object), dict);
            true
        }
        None => false,
    }
}

/// Moves inline attributes into a dict.
fn to_dict_storage(object: Value) -> Ref<Dict> {
    let dict = Dict::new();
    let class = object.class();
    if let (Some(header), Some(slot)) = (object.header(), dict_slot(object)) {
        let info = shape::info(header.shape());
        for (i, key) in info.keys.iter().enumerate() {
            // SAFETY: keys are addresses of interned strings; the word holds the attribute.
            let (name, value) = unsafe {
                let word = object.as_ptr::<u64>().add(info.first_word as usize + i);
                let value = Value::from_slot(*word);
                *word = 0;
                (Ref::<Str>::from_ptr(*key as *mut Str), value)
            };
            if let Some(value) = value {
                dict.set_str(name, value);
            }
        }
        header.set_shape(class.dict_shape.get());
        slot.set(owner(object), dict);
    }
    dict
}

/// Sets or deletes an attribute in the instance's own storage; false if there is none of it.
pub fn instance_set(object: Value, name: Ref<Str>, value: Option<Value>) -> R<bool> {
    let Some(header) = object.header() else { return Ok(false) };
    let info = shape::info(header.shape());
    match (info.storage, value) {
        (Storage::Fixed, _) => Ok(false),
        (Storage::Inline, Some(value)) => {
            let word = match info.find(name) {
                Some(word) => word,
                None => match shape::transition(header.shape(), name) {
                    Some(next) => {
                        header.set_shape(next);
                        info.first_word as usize + info.keys.len()
                    }
                    None => {
                        grow_inline(object.class());
                        to_dict_storage(object).set_str(name, value);
                        return Ok(true);
                    }
                },
            };
            // SAFETY: the shape gives the instance's inline words.
            let slot = unsafe { &*(object.as_ptr::<u64>().add(word) as *const super::Slot) };
            slot.set(owner(object), value);
            Ok(true)
        }
        (Storage::Inline, None) => {
            if info.find(name).is_none() {
                return Err(nothing_to_delete(object, name));
            }
            to_dict_storage(object).remove_str(name);
            Ok(true)
        }
        (Storage::Dict, Some(value)) => match instance_dict(object) {
            Some(dict) => {
                dict.set_str(name, value);
                Ok(true)
            }
            None => Ok(false),
        },
        (Storage::Dict, None) => match instance_dict(object) {
            Some(dict) if dict.remove_str(name).is_some() => Ok(true),
            _ => Err(nothing_to_delete(object, name)),
        },
    }
}

/// A module is an object like any other here.
fn nothing_to_delete(object: Value, name: Ref<Str>) -> errors::Raised {
    let shown = object.class().display_name();
    let text = format_args!("'{shown}' object has no attribute '{}'", name.display());
    errors::attribute_error_with(object, name, text)
}

/// Later instances of a class whose objects outgrow their inline slots get more of them.
fn grow_inline(class: Ref<Type>) {
    let inline = class.inline.get();
    if inline < 32 {
        class.inline.set(inline * 2 + 2);
        class.root_shape.set(0);
    }
}

/// `object.__setattr__` and `object.__delattr__`.
pub fn generic_setattr(object: Value, name: Ref<Str>, value: Option<Value>) -> R<()> {
    let class = object.class();
    let found = class.lookup(name);
    if let Some(descriptor) = found {
        if let Some(set) = slots_of(descriptor).descr_set {
            return set(descriptor, object, value);
        }
    }
    if instance_set(object, name, value)? {
        return Ok(());
    }
    Err(match found {
        None => {
            let shown = class.display_name();
            // A class with a `__setattr__` of its own is not told why.
            let generic = class.slots().setattr.is_some_and(|f| std::ptr::fn_addr_eq(f, generic_setattr as SetAttr));
            let why = if generic { " and no __dict__ for setting new attributes" } else { "" };
            errors::attribute_error_with(
                object,
                name,
                format_args!("'{shown}' object has no attribute '{}'{why}", name.display()),
            )
        }
        Some(_) => errors::attribute_error_with(
            object,
            name,
            format_args!("'{}' object attribute '{}' is read-only", class.display_name(), name.display()),
        ),
    })
}

/// `type.__getattribute__`: the metaclass's data descriptors, then the class's MRO, then the metaclass.
pub fn type_getattr(object: Value, name: Ref<Str>) -> R {
    let Some(class) = object.exact_type() else { return generic_getattr(object, name) };
    let meta = object.class();
    let meta_found = meta.lookup(name);
    if let Some(descriptor) = meta_found {
        let slots = slots_of(descriptor);
        if slots.descr_set.is_some() {
            if let Some(get) = slots.descr_get {
                return get(descriptor, Some(object), meta.value());
            }
        }
    }
    if let Some(found) = class.lookup(name) {
        return match slots_of(found).descr_get {
            Some(get) => get(found, None, object),
            None => Ok(found),
        };
    }
    if let Some(descriptor) = meta_found {
        return match slots_of(descriptor).descr_get {
            Some(get) => get(descriptor, Some(object), meta.value()),
            None => Ok(descriptor),
        };
    }
    Err(errors::attribute_error_with(
        object,
        name,
        format_args!("type object '{}' has no attribute '{}'", class.name().display(), name.display()),
    ))
}

/// `type.__setattr__` and `type.__delattr__`.
pub fn type_setattr(object: Value, name: Ref<Str>, value: Option<Value>) -> R<()> {
    let Some(class) = object.exact_type() else { return generic_setattr(object, name, value) };
    if class.has_flag(class::IMMUTABLE) {
        return Err(type_error(format_args!(
            "cannot set '{}' attribute of immutable type '{}'",
            name.display(),
            class.display_name()
        )));
    }
    let meta = object.class();
    if let Some(descriptor) = meta.lookup(name) {
        if let Some(set) = slots_of(descriptor).descr_set {
            set(descriptor, object, value)?;
            return Ok(());
        }
    }
    if !class.set_attr(name, value)? {
        return Err(attribute_error(format_args!(
            "type object '{}' has no attribute '{}'",
            class.name().display(),
            name.display()
        )));
    }
    Ok(())
}
