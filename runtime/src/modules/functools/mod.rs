//! `_functools`: `partial`, `reduce`, `cmp_to_key`, and the cache of `lru_cache`.

mod cmp_key;
mod lru_cache;
mod partial;

use crate::errors::{self, R, type_error};
use crate::object::args::Params;
use crate::object::singletons::none;
use crate::object::{Args, Method, call};
use crate::ops;
use crate::types::exceptions::TYPE_ERROR;
use crate::types::module::NativeModule;
use crate::value::Value;

fn reduce(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "reduce", names: &["", "", "initial"], required: 2, positional: 3 };
    let [function, iterable, initial] = args.bind(&PARAMS)?;
    let function = function.unwrap_or_else(none);
    let iterator = match ops::iter::iter(iterable.unwrap_or_else(none)) {
        Ok(iterator) => iterator,
        Err(_) if errors::pending_is(&TYPE_ERROR) => {
            errors::clear();
            return Err(type_error("reduce() arg 2 must support iteration"));
        }
        Err(raised) => return Err(raised),
    };
    let mut result = match initial {
        Some(initial) => initial,
        None => match ops::iter::next(iterator)? {
            Some(first) => first,
            None => return Err(type_error("reduce() of empty iterable with no initial value")),
        },
    };
    while let Some(item) = ops::iter::next(iterator)? {
        result = call::call(function, &[result, item])?;
    }
    Ok(result)
}

pub static MODULE: NativeModule = NativeModule {
    name: "_functools",
    functions: &[Method::full("reduce", reduce), Method::full("cmp_to_key", cmp_key::cmp_to_key)],
    init: |module| {
        for def in [&partial::PARTIAL, &partial::PLACEHOLDER_TYPE, &lru_cache::WRAPPER] {
            module.add_type(def);
        }
        module.set("Placeholder", partial::placeholder());
        Ok(())
    },
};
