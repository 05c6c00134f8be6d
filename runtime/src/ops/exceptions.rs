//! Matching exceptions in `except` and `except*`, and leaving `with`.

use crate::errors::{R, type_error};
use crate::object::singletons::none;
use crate::object::{Ref, call};
use crate::types::exceptions::{self as exc, Exception};
use crate::types::tuple::Tuple;
use crate::value::Value;

fn is_exception_class(v: Value) -> bool {
    v.exact_type().is_some_and(|c| c.is_subtype(exc::BASE_EXCEPTION.class()))
}

/// `except handler:`.
pub fn matches(exception: Value, handler: Value) -> R<bool> {
    const MESSAGE: &str = "catching classes that do not inherit from BaseException is not allowed";
    if let Some(classes) = handler.cast::<Tuple>() {
        if !classes.as_slice().iter().all(|c| is_exception_class(*c)) {
            return Err(type_error(MESSAGE));
        }
        return Ok(classes.as_slice().iter().any(|c| c.exact_type().is_some_and(|c| exception.class().is_subtype(c))));
    }
    if !is_exception_class(handler) {
        return Err(type_error(MESSAGE));
    }
    Ok(handler.exact_type().is_some_and(|c| exception.class().is_subtype(c)))
}

/// `except* handler:`: what is left, and what matched (or None).
pub fn group_match(exception: Value, handler: Value) -> R<(Value, Value)> {
    if exception.is_none() {
        return Ok((none(), none()));
    }
    check_group_handler(handler)?;
    if matches(exception, handler)? {
        let is_group = exception.class().is_subtype(exc::BASE_EXCEPTION_GROUP.class());
        if is_group {
            return Ok((none(), exception));
        }
        // A naked exception is wrapped.
        let list = Tuple::new(&[exception]);
        let group = call::call(
            exc::exception_group_class().value(),
            &[crate::types::str::Str::from_ascii(b"").value(), list.value()],
        )?;
        if let (Some(from), Some(to)) = (exception.cast::<Exception>(), group.cast::<Exception>()) {
            to.traceback.put(to, from.traceback.get());
        }
        return Ok((none(), group));
    }
    if exception.class().is_subtype(exc::BASE_EXCEPTION_GROUP.class()) {
        let name = crate::types::str::Str::intern("split");
        let pair = call::call_method(exception, name, &[handler])?;
        let Some(pair) = pair.cast::<Tuple>() else {
            return Err(type_error(format_args!(
                "{}.split must return a tuple, not {}",
                exception.class().display_name(),
                pair.class().display_name()
            )));
        };
        if pair.len() < 2 {
            return Err(type_error(format_args!(
                "{}.split must return a 2-tuple, got tuple of size {}",
                exception.class().display_name(),
                pair.len()
            )));
        }
        let matched = pair.get(0);
        if !matched.is_none() && matched.cast::<Exception>().is_none() {
            return Err(type_error("exceptions must derive from BaseException"));
        }
        return Ok((pair.get(1), matched));
    }
    Ok((exception, none()))
}

fn check_group_handler(handler: Value) -> R<()> {
    let classes: Vec<Value> = match handler.cast::<Tuple>() {
        Some(classes) => classes.as_slice().to_vec(),
        None => vec![handler],
    };
    for class in classes {
        if !is_exception_class(class) {
            return Err(type_error("catching classes that do not inherit from BaseException is not allowed"));
        }
        if class.exact_type().is_some_and(|c| c.is_subtype(exc::BASE_EXCEPTION_GROUP.class())) {
            return Err(type_error("catching ExceptionGroup with except* is not allowed. Use except instead."));
        }
    }
    Ok(())
}

/// `__exit__(type, value, traceback)`.
pub fn call_exit(exit: Value, slf: Option<Value>, exception: Value) -> R {
    let traceback = exception.cast::<Exception>().and_then(|e| e.traceback.get()).unwrap_or_else(none);
    let class = exception.class().value();
    match slf {
        Some(slf) => call::call(exit, &[slf, class, exception, traceback]),
        None => call::call(exit, &[class, exception, traceback]),
    }
}

/// `INTRINSIC_PREP_RERAISE_STAR`: what an `except*` chain raises in the end, or None.
pub fn prepare_reraise_star(original: Value, raised: Value) -> R {
    let items = crate::ops::iter::to_vec(raised)?;
    let items: Vec<Value> = items.into_iter().filter(|v| !v.is_none()).collect();
    if items.is_empty() {
        return Ok(none());
    }
    if !original.class().is_subtype(exc::BASE_EXCEPTION_GROUP.class()) {
        // A naked exception was caught and one thing raised, or it comes back itself.
        return Ok(items[0]);
    }
    let mut new = Vec::new();
    let mut kept = Vec::new();
    for item in items {
        if is_same_metadata(item, original) { kept.push(item) } else { new.push(item) }
    }
    let kept = match kept.as_slice() {
        [] => None,
        _ => exc::project(original, &kept)?,
    };
    if new.is_empty() {
        return Ok(kept.unwrap_or_else(none));
    }
    if let Some(kept) = kept {
        new.push(kept);
    }
    if let [one] = new.as_slice() {
        return Ok(*one);
    }
    let list = crate::types::list::List::new(&new);
    call::call(exc::exception_group_class().value(), &[crate::types::str::Str::from_ascii(b"").value(), list.value()])
}

/// Whether a group is a part of another, as `split` makes it.
fn is_same_metadata(a: Value, b: Value) -> bool {
    let (Some(a), Some(b)) = (a.cast::<Exception>(), b.cast::<Exception>()) else { return false };
    let same = |x: Option<Value>, y: Option<Value>| match (x, y) {
        (Some(x), Some(y)) => x.is(y),
        (None, None) => true,
        _ => false,
    };
    let is_group = |e: Ref<Exception>| e.value().class().is_subtype(exc::BASE_EXCEPTION_GROUP.class());
    is_group(a)
        && is_group(b)
        && same(a.traceback.get(), b.traceback.get())
        && same(a.cause.get(), b.cause.get())
        && same(a.context.get(), b.context.get())
}
