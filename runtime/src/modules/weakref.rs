//! `_weakref`: what `weakref` is built on. The types are in [`crate::types::weakref`].

use crate::errors::{R, type_error};
use crate::object::Method;
use crate::object::singletons::none;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::weakref::{self, CALLABLE_PROXY, PROXY, WEAKREF, WeakRef};
use crate::value::Value;

/// `_remove_dead_weakref(dict, key)`: removes the entry unless its reference is alive.
fn remove_dead(_: Value, args: &[Value]) -> R {
    let Some(dict) = args[0].cast::<Dict>() else {
        return Err(type_error(format_args!(
            "_remove_dead_weakref() argument 1 must be dict, not {}",
            args[0].class().display_name()
        )));
    };
    let Some(entry) = dict.get(args[1])? else { return Ok(none()) };
    let Some(reference) = entry.cast::<WeakRef>() else { return Err(type_error("not a weakref")) };
    if reference.target().is_none() {
        dict.remove(args[1])?;
    }
    Ok(none())
}

/// The references to an object that somebody still has: dead ones go first.
fn counted(target: Value) -> Vec<Value> {
    if weakref::has_any(target) {
        crate::ops::poll::collect_now();
    }
    weakref::all(target)
}

pub static MODULE: NativeModule = NativeModule {
    name: "_weakref",
    functions: &[
        Method::one("getweakrefcount", |_, target| Ok(Value::small(counted(target).len() as i64))),
        Method::one("getweakrefs", |_, target| Ok(List::new(&counted(target)).value())),
        Method::pos("_remove_dead_weakref", remove_dead, 2, 2),
        Method::pos(
            "proxy",
            |_, args| weakref::new_proxy(args[0], args.get(1).copied().filter(|callback| !callback.is_none())),
            1,
            2,
        ),
    ],
    init: |module| {
        module.set("ref", WEAKREF.class().value());
        for def in [&WEAKREF, &PROXY, &CALLABLE_PROXY] {
            module.add_type(def);
        }
        Ok(())
    },
};
