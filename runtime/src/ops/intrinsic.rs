//! `CALL_INTRINSIC_1` and `CALL_INTRINSIC_2`, numbered as in CPython's `pycore_intrinsics.h`.

use crate::errors::{self, R, type_error};
use crate::names;
use crate::object::singletons::none;
use crate::object::{attr, call};
use crate::types::dict::Dict;
use crate::types::exceptions as exc;
use crate::types::function::Function;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The intrinsics of one operand. `locals`: the namespace of module and class bodies.
pub fn one(which: u32, v: Value, locals: Option<Value>) -> R {
    match which {
        1 => print(v),
        2 => import_star(v, locals.unwrap_or_else(none)),
        3 => stop_iteration_error(v),
        4 => Ok(crate::types::async_generator::wrap(v)),
        5 => crate::ops::pos(v),
        6 => Ok(Tuple::new(v.expect::<List>().as_slice()).value()),
        7 => crate::modules::typing::type_var(v, None, None),
        8 => crate::modules::typing::param_spec(v),
        9 => crate::modules::typing::type_var_tuple(v),
        10 => crate::modules::typing::subscript_generic(v),
        11 => crate::modules::typing::type_alias(v),
        _ => Err(errors::system_error("unknown intrinsic")),
    }
}

/// The intrinsics of two operands.
pub fn two(which: u32, a: Value, b: Value) -> R {
    match which {
        1 => super::exceptions::prepare_reraise_star(a, b),
        2 => crate::modules::typing::type_var(a, Some(b), None),
        3 => crate::modules::typing::type_var(a, None, Some(b)),
        4 => {
            if let Some(function) = a.exact::<Function>() {
                crate::types::function::set_type_params(function, b);
            }
            Ok(a)
        }
        5 => crate::modules::typing::set_default(a, b),
        _ => Err(errors::system_error("unknown intrinsic")),
    }
}

/// The interactive prompt's display of a value.
fn print(v: Value) -> R {
    let Some(hook) = crate::modules::sys::get("displayhook") else {
        return Err(errors::runtime_error("lost sys.displayhook"));
    };
    call::call(hook, &[v])
}

/// StopIteration leaving a generator body (PEP 479); other exceptions pass.
fn stop_iteration_error(v: Value) -> R {
    use crate::types::code::{CO_ASYNC_GENERATOR, CO_COROUTINE};
    let frame = crate::state::state().frame.get();
    // SAFETY: linked frames are live.
    let flags = if frame.is_null() { 0 } else { unsafe { (*frame).code().flags.get() } };
    let kind = if flags & CO_ASYNC_GENERATOR != 0 {
        "async generator"
    } else if flags & CO_COROUTINE != 0 {
        "coroutine"
    } else {
        "generator"
    };
    let is = |def: &'static crate::object::TypeDef| v.class().is_subtype(def.class());
    let message = if is(&exc::STOP_ITERATION) {
        format!("{kind} raised StopIteration")
    } else if flags & CO_ASYNC_GENERATOR != 0 && is(&exc::STOP_ASYNC_ITERATION) {
        format!("{kind} raised StopAsyncIteration")
    } else {
        return Ok(v);
    };
    let message = &message;
    let made = exc::new(exc::RUNTIME_ERROR.class(), &[Str::new(message).value()]);
    made.set_cause(Some(v));
    made.context.set(made, v);
    Ok(made.value())
}

/// `from module import *` into a namespace.
pub fn import_star(module: Value, locals: Value) -> R {
    let module_dict = attr::find(module, names::get(names::__dict__))?;
    let (all, skip_private) = match attr::find(module, Str::intern("__all__"))? {
        Some(all) => (crate::ops::iter::to_vec(all)?, false),
        None => match module_dict.and_then(|d| d.cast::<Dict>()) {
            Some(dict) => (dict.keys(), true),
            None => {
                return Err(errors::import_error("from-import-* object has no __dict__ and no __all__"));
            }
        },
    };
    for name in all {
        let Some(text) = name.cast::<Str>() else {
            let shown = attr::getattr(module, names::get(names::__name__))?;
            let which = if skip_private { "Key in" } else { "Item in" };
            let place = if skip_private { "__dict__" } else { "__all__" };
            return Err(type_error(format_args!(
                "{which} {}.{place} must be str, not {}",
                crate::ops::str_of(shown)?.display(),
                name.class().display_name()
            )));
        };
        if skip_private && text.code_points().next() == Some('_' as u32) {
            continue;
        }
        let value = attr::getattr(module, text.interned())?;
        crate::ops::store_name(locals, text.interned(), Some(value))?;
    }
    Ok(none())
}
