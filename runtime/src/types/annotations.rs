//! `__annotations__` and `__annotate__` of classes, functions and modules (PEP 649, PEP 749): the
//! annotations are computed at the first look by calling the annotate function, and kept.

use crate::errors::{R, Raised, attribute_error, attribute_error_for, type_error};
use crate::names::{self, Name};
use crate::object::singletons::none;
use crate::object::{Ref, Type, attr, call};
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::value::Value;

/// `Format.VALUE`.
const VALUE_FORMAT: i64 = 1;

/// What the annotate function gives; an empty dict if there is none.
fn compute(annotate: Option<Value>) -> R<Ref<Dict>> {
    let Some(annotate) = annotate.filter(|f| call::is_callable(*f)) else { return Ok(Dict::new()) };
    let made = call::call(annotate, &[Value::small(VALUE_FORMAT)])?;
    made.cast::<Dict>().ok_or_else(|| {
        type_error(format_args!("__annotate__ returned non-dict of type '{}'", made.class().display_name()))
    })
}

fn check_annotate(value: Option<Value>, deleted: &str) -> R {
    let Some(value) = value else { return Err(type_error(deleted)) };
    if !value.is_none() && !call::is_callable(value) {
        return Err(type_error("__annotate__ must be callable or None"));
    }
    Ok(value)
}

fn immutable(class: Ref<Type>, name: Name) -> Raised {
    type_error(format_args!(
        "cannot set '{}' attribute of immutable type '{}'",
        names::text(name),
        class.display_name()
    ))
}

/// Through the descriptor protocol, as any attribute of a class.
fn bound(found: Value, class: Value) -> R {
    match found.class().slots().descr_get {
        Some(get) => get(found, None, class),
        None => Ok(found),
    }
}

pub fn type_annotations(v: Value) -> R {
    let class = v.expect::<Type>();
    if !class.is_heap_type() {
        return Err(attribute_error_for(v, names::get(names::__annotations__)));
    }
    let dict = class.dict();
    for name in [names::__annotations__, names::__annotations_cache__] {
        if let Some(found) = dict.get_str(names::get(name)) {
            return bound(found, v);
        }
    }
    let annotations = compute(Some(type_annotate(v)?))?;
    class.set_attr(names::get(names::__annotations_cache__), Some(annotations.value()))?;
    Ok(annotations.value())
}

pub fn set_type_annotations(v: Value, value: Option<Value>) -> R<()> {
    let class = v.expect::<Type>();
    if !class.is_heap_type() {
        return Err(immutable(class, names::__annotations__));
    }
    let own = names::get(names::__annotations__);
    let cache = names::get(names::__annotations_cache__);
    let place = if class.dict().get_str(own).is_some() { own } else { cache };
    if !class.set_attr(place, value)? {
        return Err(attribute_error("__annotations__"));
    }
    if value.is_some() && place == own {
        class.set_attr(cache, None)?;
    }
    class.set_attr(names::get(names::__annotate_func__), None)?;
    class.set_attr(names::get(names::__annotate__), None)?;
    Ok(())
}

pub fn type_annotate(v: Value) -> R {
    let class = v.expect::<Type>();
    if !class.is_heap_type() {
        return Err(attribute_error_for(v, names::get(names::__annotate__)));
    }
    for name in [names::__annotate_func__, names::__annotate__] {
        if let Some(found) = class.dict().get_str(names::get(name)) {
            return bound(found, v);
        }
    }
    class.set_attr(names::get(names::__annotate_func__), Some(none()))?;
    Ok(none())
}

pub fn set_type_annotate(v: Value, value: Option<Value>) -> R<()> {
    let class = v.expect::<Type>();
    if value.is_some() && !class.is_heap_type() {
        return Err(immutable(class, names::__annotate__));
    }
    let value = check_annotate(value, "cannot delete __annotate__ attribute")?;
    class.set_attr(names::get(names::__annotate_func__), Some(value))?;
    if !value.is_none() {
        class.set_attr(names::get(names::__annotations_cache__), None)?;
    }
    Ok(())
}

pub fn function_annotations(v: Value) -> R {
    let function = v.expect::<Function>();
    if let Some(annotations) = function.annotations.get() {
        return Ok(annotations);
    }
    let annotations = compute(function.annotate.get())?;
    function.annotations.set(function, annotations);
    Ok(annotations.value())
}

pub fn set_function_annotations(v: Value, value: Option<Value>) -> R<()> {
    let function = v.expect::<Function>();
    match value.filter(|value| !value.is_none()) {
        Some(value) if value.cast::<Dict>().is_none() => {
            return Err(type_error("__annotations__ must be set to a dict object"));
        }
        value => function.annotations.put(function, value),
    }
    function.annotate.clear();
    Ok(())
}

pub fn function_annotate(v: Value) -> R {
    Ok(v.expect::<Function>().annotate.get().unwrap_or_else(none))
}

pub fn set_function_annotate(v: Value, value: Option<Value>) -> R<()> {
    let function = v.expect::<Function>();
    let value = check_annotate(value, "__annotate__ cannot be deleted")?;
    if value.is_none() {
        function.annotate.clear();
    } else {
        function.annotate.set(function, value);
        function.annotations.clear();
    }
    Ok(())
}

/// Whether a module's body is still running: what it annotates so far is not final.
fn is_initializing(module: Ref<Module>) -> R<bool> {
    match module.dict().get_str(names::get(names::__spec__)).filter(|s| !s.is_none()) {
        Some(spec) => match attr::find(spec, names::get(names::_initializing))? {
            Some(flag) => crate::ops::truth(flag),
            None => Ok(false),
        },
        None => Ok(false),
    }
}

pub fn module_annotations(v: Value) -> R {
    let module = v.expect::<Module>();
    let dict = module.dict();
    if let Some(found) = dict.get_str(names::get(names::__annotations__)) {
        return Ok(found);
    }
    let annotations = compute(dict.get_str(names::get(names::__annotate__)))?;
    if !is_initializing(module)? {
        dict.set_str(names::get(names::__annotations__), annotations.value());
    }
    Ok(annotations.value())
}

pub fn set_module_annotations(v: Value, value: Option<Value>) -> R<()> {
    let dict = v.expect::<Module>().dict();
    let name = names::get(names::__annotations__);
    match value {
        Some(value) => dict.set_str(name, value),
        None if dict.remove_str(name).is_some() => {}
        None => return Err(attribute_error("__annotations__")),
    }
    dict.remove_str(names::get(names::__annotate__));
    Ok(())
}

pub fn module_annotate(v: Value) -> R {
    let dict = v.expect::<Module>().dict();
    let name = names::get(names::__annotate__);
    match dict.get_str(name) {
        Some(found) => Ok(found),
        None => {
            dict.set_str(name, none());
            Ok(none())
        }
    }
}

pub fn set_module_annotate(v: Value, value: Option<Value>) -> R<()> {
    let dict = v.expect::<Module>().dict();
    let value = check_annotate(value, "cannot delete __annotate__ attribute")?;
    dict.set_str(names::get(names::__annotate__), value);
    if !value.is_none() {
        dict.remove_str(names::get(names::__annotations__));
    }
    Ok(())
}

/// An attribute that `staticmethod` and `classmethod` take over from what they wrap, and keep.
pub fn wrapped(v: Value, callable: Value, name: Ref<Str>) -> R {
    if let Some(found) = attr::instance_get(v, name) {
        return Ok(found);
    }
    let value = attr::getattr(callable, name)?;
    attr::instance_set(v, name, Some(value))?;
    Ok(value)
}

pub fn set_wrapped(v: Value, name: Ref<Str>, value: Option<Value>) -> R<()> {
    attr::instance_set(v, name, value).map(|_| ())
}
