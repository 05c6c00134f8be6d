//! `atexit`: functions to call at the program's end, the last registered first.

use crate::errors::{self, R, type_error};
use crate::object::singletons::none;
use crate::object::{Args, Method, Ref, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;

/// The list of `(function, args, kwargs)` tuples; 0 until the module is made.
struct Callbacks(Cell<u64>);
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Callbacks {}
static CALLBACKS: Callbacks = Callbacks(Cell::new(0));

fn callbacks() -> Ref<List> {
    // SAFETY: a root, set when the module is made, which comes before its functions.
    unsafe { Ref::from_ptr(CALLBACKS.0.get() as *mut List) }
}

fn register(_: Value, args: Args) -> R {
    let Some((function, rest)) = args.pos().split_first() else {
        return Err(type_error("register() takes at least 1 argument (0 given)"));
    };
    if !call::is_callable(*function) {
        return Err(type_error("the first argument must be callable"));
    }
    let keywords = Dict::new();
    for (name, value) in args.keywords() {
        keywords.set_str(name, value);
    }
    let entry = Tuple::new(&[*function, Tuple::new(rest).value(), keywords.value()]);
    callbacks().push(entry.value());
    Ok(*function)
}

/// Calls them; what they raise is reported. New ones may be registered meanwhile.
fn run(_: Value) -> R {
    while let Some(entry) = callbacks().pop() {
        let Some([function, args, keywords]) = entry.exact::<Tuple>().map(|t| [t.get(0), t.get(1), t.get(2)]) else {
            continue;
        };
        if ops::call_function_ex(function, args, Some(keywords)).is_err() {
            errors::unraisable("Exception ignored in atexit callback", Some(function));
        }
    }
    Ok(none())
}

fn unregister(_: Value, function: Value) -> R {
    let mut i = callbacks().len();
    while i > 0 {
        i -= 1;
        let Some(entry) = callbacks().get(i) else { continue };
        let Some(registered) = entry.exact::<Tuple>().map(|t| t.get(0)) else { continue };
        // The comparison may run code that changes the list.
        if ops::equal(registered, function)? && callbacks().get(i).is_some_and(|now| now.is(entry)) {
            callbacks().remove(i);
        }
    }
    Ok(none())
}

pub static MODULE: NativeModule = NativeModule {
    name: "atexit",
    functions: &[
        Method::full("register", register),
        Method::one("unregister", unregister),
        Method::none("_run_exitfuncs", run),
        Method::none("_clear", |_| {
            callbacks().clear();
            Ok(none())
        }),
        Method::none("_ncallbacks", |_| Ok(Value::small(callbacks().len() as i64))),
    ],
    init: |_| {
        if CALLBACKS.0.get() == 0 {
            CALLBACKS.0.set(List::new(&[]).as_ptr() as u64);
            crate::gc::add_root_range(CALLBACKS.0.as_ptr(), 1);
        }
        Ok(())
    },
};
