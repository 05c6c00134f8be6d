//! `dir`, `__dict__` and `__weakref__` of instances.

use crate::errors::{R, attribute_error, type_error};
use crate::names;
use crate::object::define::GetSet;
use crate::object::singletons::none;
use crate::object::{Ref, Type, attr};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native::GetSetDescriptor;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Adds the names that a class and its bases define.
fn add_class(into: Ref<Dict>, class: Ref<Type>) -> R<()> {
    for base in class.mro_classes() {
        for key in base.dict().keys() {
            into.set(key, none())?;
        }
    }
    Ok(())
}

/// `object.__dir__`.
pub fn dir(v: Value) -> R {
    let found = Dict::new();
    if let Some(dict) = attr::find(v, names::get(names::__dict__))?.and_then(|d| d.cast::<Dict>()) {
        for key in dict.keys() {
            found.set(key, none())?;
        }
    }
    if let Some(class) = attr::find(v, names::get(names::__class__))?.and_then(|c| c.exact_type()) {
        add_class(found, class)?;
    }
    Ok(List::new(&found.keys()).value())
}

/// `type.__dir__`: what the class and its bases define, not the metaclass.
pub fn type_dir(v: Value) -> R {
    let found = Dict::new();
    add_class(found, v.expect::<Type>())?;
    Ok(List::new(&found.keys()).value())
}

/// `x.__dict__`.
pub fn get_dict(v: Value) -> R {
    match attr::instance_dict(v) {
        Some(dict) => Ok(dict.value()),
        None => Err(attribute_error(format_args!("'{}' object has no attribute '__dict__'", v.class().display_name()))),
    }
}

pub fn set_dict(v: Value, value: Option<Value>) -> R<()> {
    let Some(value) = value else { return Err(type_error("cannot delete __dict__")) };
    let Some(dict) = value.cast::<Dict>() else {
        return Err(type_error(format_args!(
            "__dict__ must be set to a dictionary, not a '{}'",
            value.class().display_name()
        )));
    };
    if attr::set_instance_dict(v, dict) {
        return Ok(());
    }
    Err(attribute_error(format_args!("'{}' object has no attribute '__dict__'", v.class().display_name())))
}

/// Deleting an instance's dict gives it an empty one.
fn set_or_delete_dict(v: Value, value: Option<Value>) -> R<()> {
    set_dict(v, Some(value.unwrap_or_else(|| Dict::new().value())))
}

static DICT: GetSet = GetSet::both("__dict__", get_dict, set_or_delete_dict);
static WEAKREF: GetSet = GetSet::get("__weakref__", |v| Ok(super::weakref::first(v).unwrap_or_else(none)));

/// The `__dict__` descriptor of a class made by a `class` statement.
pub fn dict_descriptor(class: Ref<Type>) -> Value {
    GetSetDescriptor::new(class, &DICT).value()
}

/// ... and `__weakref__`.
pub fn weakref_descriptor(class: Ref<Type>) -> Value {
    GetSetDescriptor::new(class, &WEAKREF).value()
}

/// The names of the `__slots__` of a class and its bases that pickling saves, as `copyreg._slotnames` finds them.
pub fn slot_names(class: Ref<Type>) -> Vec<Ref<crate::types::str::Str>> {
    use crate::types::native::MemberDescriptor;
    use crate::types::str::Str;
    let mut names = Vec::new();
    for base in class.mro_classes().filter(|base| base.is_heap_type()) {
        let Some(slots) = base.dict().get_str(Str::intern("__slots__")) else { continue };
        let wanted: Vec<Value> = match slots.cast::<Str>() {
            Some(_) => vec![slots],
            None => match slots.cast::<Tuple>() {
                Some(slots) => slots.as_slice().to_vec(),
                None => crate::ops::iter::to_vec(slots).unwrap_or_else(|_| {
                    crate::errors::clear();
                    Vec::new()
                }),
            },
        };
        for name in wanted.into_iter().filter_map(|n| n.cast::<Str>()) {
            let text = name.to_string_lossy();
            if matches!(text.as_str(), "__dict__" | "__weakref__") {
                continue;
            }
            let mangled = match text.strip_prefix("__") {
                Some(_) if !text.ends_with("__") => {
                    let class = base.name().to_string_lossy();
                    let stripped = class.trim_start_matches('_');
                    if stripped.is_empty() { text } else { format!("_{stripped}{text}") }
                }
                _ => text,
            };
            let name = Str::intern(&mangled);
            if base.dict().get_str(name).is_some_and(|d| d.exact::<MemberDescriptor>().is_some()) {
                names.push(name);
            }
        }
    }
    names
}
