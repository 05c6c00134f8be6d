//! Pickling and copying of objects that say nothing of it: `object.__reduce_ex__`, `object.__getstate__`,
//! with the results that CPython's `typeobject.c` and `copyreg` give.

use crate::errors::{R, type_error};
use crate::names;
use crate::object::singletons::none;
use crate::object::{Ref, Type, attr, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::object::OBJECT;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

fn copyreg(name: &str) -> R {
    let module = crate::ops::import::find_and_load(Str::intern("copyreg"))?;
    attr::getattr(module, Str::intern(name))
}

/// Items of the layout that no attribute shows: such objects cannot be made anew by `__new__` alone.
fn has_hidden_state(class: Ref<Type>) -> bool {
    let layout = class.layout.get();
    let plain = std::ptr::eq(layout, &OBJECT);
    let container = [
        &crate::types::list::LIST,
        &crate::types::dict::DICT,
        &crate::types::exceptions::BASE_EXCEPTION,
        &crate::types::simple_namespace::SIMPLE_NAMESPACE,
    ];
    !plain && !container.iter().any(|def| std::ptr::eq(*def, layout)) && !class.has_flag(crate::object::class::BOXED)
}

/// `object.__getstate__`.
pub fn getstate(v: Value) -> R {
    default_state(v, false)
}

/// The dict, or (dict, slots). `required`: objects with other state are refused.
fn default_state(v: Value, required: bool) -> R {
    let class = v.class();
    if required && has_hidden_state(class) {
        return Err(type_error(format_args!("cannot pickle '{}' object", class.display_name())));
    }
    let dict = match class.dict_word.get() {
        0 => None,
        _ => attr::instance_dict(v),
    };
    let state = match dict {
        Some(dict) if !dict.is_empty() => dict.value(),
        _ => none(),
    };
    let names = super::object_dir::slot_names(class);
    if names.is_empty() {
        return Ok(state);
    }
    let slots = Dict::new();
    for name in names {
        if let Some(value) = attr::find(v, name)? {
            slots.set_str(name, value);
        }
    }
    if slots.is_empty() {
        return Ok(state);
    }
    Ok(Tuple::new(&[state, slots.value()]).value())
}

fn state_of(v: Value, required: bool) -> R {
    match super::object::call_if_overridden(v, names::__getstate__, &[])? {
        Some(state) => Ok(state),
        None => default_state(v, required),
    }
}

/// `object.__reduce__` and `object.__reduce_ex__` with this protocol.
pub fn reduce(v: Value, protocol: i64) -> R {
    if protocol < 2 {
        return call::call(copyreg("_reduce_ex")?, &[v, Value::small(protocol)]);
    }
    let class = v.class();
    if class.slots().new.is_none() {
        return Err(type_error(format_args!("cannot pickle '{}' object", class.display_name())));
    }
    let (args, kwargs) = new_arguments(v)?;
    let has_args = args.is_some();
    let required = !has_args && v.cast::<List>().is_none() && v.cast::<Dict>().is_none();
    let (maker, arguments) = match (args, kwargs) {
        (args, None) => {
            let mut all = vec![class.value()];
            if let Some(args) = args {
                all.extend_from_slice(args.as_slice());
            }
            (copyreg("__newobj__")?, Tuple::from_vec(all))
        }
        (Some(args), Some(kwargs)) => {
            (copyreg("__newobj_ex__")?, Tuple::new(&[class.value(), args.value(), kwargs]).value())
        }
        (None, Some(_)) => return Err(type_error("__getnewargs_ex__ should return a tuple")),
    };
    let state = state_of(v, required)?;
    let list_items = if v.cast::<List>().is_some() { ops::iter::iter(v)? } else { none() };
    let dict_items = match v.cast::<Dict>() {
        Some(_) => ops::iter::iter(call::call_method(v, names::get(names::items), &[])?)?,
        None => none(),
    };
    Ok(Tuple::new(&[maker, arguments, state, list_items, dict_items]).value())
}

/// What `__getnewargs_ex__` or `__getnewargs__` give: the arguments of `__new__`.
fn new_arguments(v: Value) -> R<(Option<Ref<Tuple>>, Option<Value>)> {
    if let Some(both) = call::call_special(v, names::__getnewargs_ex__, &[])? {
        let Some(pair) = both.cast::<Tuple>() else {
            return Err(type_error(format_args!(
                "__getnewargs_ex__ should return a tuple, not '{}'",
                both.class().display_name()
            )));
        };
        if pair.len() != 2 {
            return Err(crate::errors::value_error(format_args!(
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                pair.len()
            )));
        }
        let Some(args) = pair.get(0).cast::<Tuple>() else {
            return Err(type_error(format_args!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                pair.get(0).class().display_name()
            )));
        };
        let Some(kwargs) = pair.get(1).cast::<Dict>() else {
            return Err(type_error(format_args!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                pair.get(1).class().display_name()
            )));
        };
        return Ok((Some(args), (!kwargs.is_empty()).then(|| kwargs.value())));
    }
    if let Some(args) = call::call_special(v, names::__getnewargs__, &[])? {
        return match args.cast::<Tuple>() {
            Some(args) => Ok((Some(args), None)),
            None => Err(type_error(format_args!(
                "__getnewargs__ should return a tuple, not '{}'",
                args.class().display_name()
            ))),
        };
    }
    Ok((None, None))
}

/// `object.__reduce_ex__`: an overriding `__reduce__` goes first.
pub fn reduce_ex(v: Value, protocol: Value) -> R {
    let protocol = ops::as_i64(protocol)?;
    if let Some(result) = super::object::call_if_overridden(v, names::__reduce__, &[])? {
        return Ok(result);
    }
    reduce(v, protocol)
}
