//! Calling objects, and looking special methods up.

use super::class::slots_of;
use super::define::METHOD_LIKE;
use super::{Args, Ref};
use crate::errors::{R, attribute_error_for, type_error};
use crate::names::{self, Name};
use crate::types::function::{self, Function};
use crate::types::str::Str;
use crate::value::Value;

/// `callable(*args, **keywords)`.
#[inline]
pub fn call_args(callable: Value, args: Args) -> R {
    match slots_of(callable).call {
        Some(call) => call(callable, args),
        None => Err(type_error(format_args!("'{}' object is not callable", callable.class().display_name()))),
    }
}

/// `callable(*args)`.
#[inline]
pub fn call(callable: Value, args: &[Value]) -> R {
    call_args(callable, Args::positional(args))
}

/// Calls with `first` before the other arguments.
pub fn call_prepended(callable: Value, first: Value, args: Args) -> R {
    const FEW: usize = 8;
    if args.names.is_none() && args.all.len() < FEW {
        if let Some(result) = callable.exact::<Function>().and_then(|function| function.call_direct(first, args.all)) {
            return result;
        }
        let mut all = [first; FEW];
        let n = args.all.len() + 1;
        all[1..n].copy_from_slice(args.all);
        let args = Args::positional(&all[..n]);
        return match callable.exact::<Function>() {
            Some(function) => function::call(function.value(), args),
            None => call_args(callable, args),
        };
    }
    let mut all = smallvec::SmallVec::<[Value; 8]>::with_capacity(args.all.len() + 1);
    all.push(first);
    all.extend_from_slice(args.all);
    call_args(callable, Args { all: &all, names: args.names })
}

/// Calls something found on a class as if it had been fetched through `slf`.
#[inline]
pub fn call_bound(found: Value, slf: Value, args: &[Value]) -> R {
    call_bound_args(found, slf, Args::positional(args))
}

pub fn call_bound_args(found: Value, slf: Value, args: Args) -> R {
    if found.exact::<Function>().is_some() {
        return call_prepended(found, slf, args);
    }
    let class = found.class();
    if class.has_flag(METHOD_LIKE) {
        return call_prepended(found, slf, args);
    }
    match class.slots().descr_get {
        Some(get) => call_args(get(found, Some(slf), slf.class().value())?, args),
        None => call_args(found, args),
    }
}

/// Calls the special method if the class has it.
pub fn call_special(slf: Value, name: Name, args: &[Value]) -> R<Option<Value>> {
    match slf.class().lookup(names::get(name)) {
        Some(found) => call_bound(found, slf, args).map(Some),
        None => Ok(None),
    }
}

/// Calls the special method, with an AttributeError if the class has none.
pub fn call_special_args(slf: Value, name: Name, args: Args) -> R {
    match slf.class().lookup(names::get(name)) {
        Some(found) => call_bound_args(found, slf, args),
        None => Err(attribute_error_for(slf, names::get(name))),
    }
}

/// The special method bound to `slf`, for callers that keep it (`with`, `async for`).
pub fn lookup_special(slf: Value, name: Ref<Str>) -> R<Option<Value>> {
    let class = slf.class();
    let Some(found) = class.lookup(name) else { return Ok(None) };
    match found.class().slots().descr_get {
        Some(get) => get(found, Some(slf), class.value()).map(Some),
        None => Ok(Some(found)),
    }
}

/// `slf.name(*args)`.
pub fn call_method(slf: Value, name: Ref<Str>, args: &[Value]) -> R {
    let (callable, bound) = super::attr::load_method(slf, name)?;
    match bound {
        Some(slf) => call_prepended(callable, slf, Args::positional(args)),
        None => call(callable, args),
    }
}

pub fn is_callable(value: Value) -> bool {
    slots_of(value).call.is_some()
}
