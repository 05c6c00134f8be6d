//! Raising: an exception object is made, chained to the one being handled, and left pending in the
//! thread's state; functions answer `Err(Raised)`.

pub mod carets;
pub mod render;
pub mod suggest;
pub mod traceback;

use crate::object::{Ref, TypeDef};
use crate::state::state;
use crate::types::exceptions::{self as exc, Exception};
use crate::types::str::Str;
use crate::value::Value;
pub use crate::value::{R, Raised};
use std::fmt::Display;

/// Leaves `exception` pending; its `__context__` becomes the exception being handled.
pub fn raise(exception: Ref<Exception>) -> Raised {
    if let Some(handled) = state().handled() {
        if !handled.is(exception.value()) {
            break_cycle(handled, exception.value());
            exception.context.set(exception, handled);
        }
    }
    restore(exception.value())
}

/// Leaves an exception pending as it is (re-raise).
pub fn restore(exception: Value) -> Raised {
    state().pending.set(exception.bits());
    Raised
}

/// Sets an exception that bytecode reraises: after `except*` that may be whatever a group's own `split` gave.
pub fn reraise(exception: Value) -> Raised {
    if exception.cast::<Exception>().is_none() {
        return type_error("exceptions must derive from BaseException");
    }
    restore(exception)
}

/// The error of an operation that bytecode gave the wrong kind of object.
#[cold]
pub fn bad_internal_call() -> Raised {
    system_error("bad argument to internal function")
}

/// Should `new` be in the chain of contexts that starts at `handled`, cuts it out.
fn break_cycle(handled: Value, new: Value) {
    let mut at = handled;
    let mut steps = 0;
    while let Some(exception) = at.cast::<Exception>() {
        match exception.context.get() {
            Some(context) if context.is(new) => return exception.context.clear(),
            Some(context) => at = context,
            None => return,
        }
        steps += 1;
        if steps > 100_000 {
            return;
        }
    }
}

/// Makes and raises an exception of this class with these arguments.
pub fn raise_args(class: &'static TypeDef, args: &[Value]) -> Raised {
    raise(exc::new(class.class(), args))
}

/// ... with one message.
pub fn raise_text(class: &'static TypeDef, message: impl Display) -> Raised {
    raise_args(class, &[Str::new(&message.to_string()).value()])
}

macro_rules! raisers {
    ($($function:ident $class:ident)*) => {
        $(#[cold] #[inline(never)] pub fn $function(message: impl Display) -> Raised { raise_text(&exc::$class, message) })*
    };
}

raisers! {
    type_error TYPE_ERROR
    value_error VALUE_ERROR
    index_error INDEX_ERROR
    overflow_error OVERFLOW_ERROR
    zero_division_error ZERO_DIVISION_ERROR
    runtime_error RUNTIME_ERROR
    attribute_error ATTRIBUTE_ERROR
    lookup_error LOOKUP_ERROR
    buffer_error BUFFER_ERROR
    assertion_error ASSERTION_ERROR
    system_error SYSTEM_ERROR
    not_implemented_error NOT_IMPLEMENTED_ERROR
    import_error IMPORT_ERROR
    eof_error EOF_ERROR
    unbound_local_error UNBOUND_LOCAL_ERROR
    reference_error REFERENCE_ERROR
    arithmetic_error ARITHMETIC_ERROR
}

/// `KeyError(key)`.
pub fn key_error(key: Value) -> Raised {
    raise_args(&exc::KEY_ERROR, &[key])
}

/// `StopIteration(value)`, or without arguments.
pub fn stop_iteration(value: Option<Value>) -> Raised {
    match value {
        Some(value) => raise_args(&exc::STOP_ITERATION, &[value]),
        None => raise_args(&exc::STOP_ITERATION, &[]),
    }
}

/// NameError with its `name` set.
pub fn name_error(name: Ref<Str>) -> Raised {
    let message = Str::new(&format!("name '{}' is not defined", name.display()));
    let made = exc::new(exc::NAME_ERROR.class(), &[message.value()]);
    exc::set_field(made, "name", name.value());
    raise(made)
}

/// AttributeError with `name` and `obj` set.
pub fn attribute_error_with(object: Value, name: Ref<Str>, message: impl Display) -> Raised {
    let made = exc::new(exc::ATTRIBUTE_ERROR.class(), &[Str::new(&message.to_string()).value()]);
    exc::set_field(made, "name", name.value());
    exc::set_field(made, "obj", object);
    raise(made)
}

/// "'X' object has no attribute 'y'", as the kind of object has it.
pub fn attribute_error_for(object: Value, name: Ref<Str>) -> Raised {
    if let Some(module) = object.cast::<crate::types::module::Module>() {
        return crate::types::module::missing_attribute(module, name);
    }
    if let Some(class) = object.exact_type() {
        let shown = class.name();
        return attribute_error_with(
            object,
            name,
            format_args!("type object '{}' has no attribute '{}'", shown.display(), name.display()),
        );
    }
    attribute_error_with(
        object,
        name,
        format_args!("'{}' object has no attribute '{}'", object.class().display_name(), name.display()),
    )
}

pub fn recursion_error() -> Raised {
    recursion_error_in("")
}

/// "maximum recursion depth exceeded" and what was under way.
pub fn recursion_error_in(what: &str) -> Raised {
    // The error itself needs some room: made with the limit lifted.
    let state = state();
    let limit = state.limit.replace(u64::MAX);
    let raised = raise_text(&exc::RECURSION_ERROR, format_args!("maximum recursion depth exceeded{what}"));
    state.limit.set(limit);
    raised
}

/// MemoryError without arguments.
#[cold]
pub fn memory_error() -> Raised {
    raise_args(&exc::MEMORY_ERROR, &[])
}

/// No memory even for a small object.
#[cold]
#[inline(never)]
pub fn fatal_memory() -> ! {
    crate::fault::complain("MemoryError\n");
    std::process::exit(1)
}

/// A fault of Taipan, not of the program.
#[cold]
#[inline(never)]
pub fn internal(what: &str) -> ! {
    panic!("{what}")
}

/// Whether the pending exception is of this class.
pub fn pending_is(class: &'static TypeDef) -> bool {
    // SAFETY: the word is a value or 0.
    match unsafe { Value::from_slot(state().pending.get()) } {
        Some(pending) => pending.class().is_subtype(class.class()),
        None => false,
    }
}

pub fn is_pending() -> bool {
    state().pending.get() != 0
}

/// Drops the pending exception.
pub fn clear() {
    state().pending.set(0);
}

/// Takes the pending exception; an internal fault if there is none.
#[inline]
pub fn take() -> Value {
    // SAFETY: the word is a value or 0.
    match unsafe { Value::from_slot(state().pending.replace(0)) } {
        Some(value) => value,
        None => internal("an operation failed without an exception"),
    }
}

/// Turns "pending exception of this class" into `None`.
pub fn catch<T>(result: R<T>, class: &'static TypeDef) -> R<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(_) if pending_is(class) => {
            clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// Reports an exception that cannot be raised (`sys.unraisablehook`).
pub fn unraisable(what: &str, object: Option<Value>) {
    let exception = take();
    render::unraisable(what, object, exception);
}

/// The exception instance for `raise X` and `X.throw`: a class is called.
pub fn instantiate(value: Value) -> R<Ref<Exception>> {
    if let Some(exception) = value.cast::<Exception>() {
        return Ok(exception);
    }
    if let Some(class) = value.exact_type().filter(|class| class.is_subtype(exc::BASE_EXCEPTION.class())) {
        let made = crate::object::call::call(value, &[])?;
        return match made.cast::<Exception>() {
            Some(exception) => Ok(exception),
            None => Err(type_error(format_args!(
                "calling {} should have returned an instance of BaseException, not {}",
                crate::ops::repr_text(class.value())?,
                crate::ops::repr_text(made.class().value())?
            ))),
        };
    }
    Err(type_error("exceptions must derive from BaseException"))
}

/// `raise value from cause`; `None` as value re-raises the exception being handled.
pub fn do_raise(value: Option<Value>, cause: Option<Value>) -> Raised {
    let Some(value) = value else {
        return match state().handled() {
            Some(handled) => restore(handled),
            None => runtime_error("No active exception to reraise"),
        };
    };
    let exception = match instantiate(value) {
        Ok(exception) => exception,
        Err(raised) => return raised,
    };
    if let Some(cause) = cause {
        if cause.is_none() {
            exception.set_cause(None);
        } else {
            let is_class = cause.exact_type().is_some_and(|c| c.is_subtype(exc::BASE_EXCEPTION.class()));
            if !is_class && cause.cast::<Exception>().is_none() {
                return type_error("exception causes must derive from BaseException");
            }
            match instantiate(cause) {
                Ok(cause) => exception.set_cause(Some(cause.value())),
                Err(raised) => return raised,
            }
        }
    }
    raise(exception)
}

/// A DeprecationWarning at the caller's line.
pub fn warn_deprecated(message: &str) -> R<()> {
    crate::modules::warnings::warn(&exc::DEPRECATION_WARNING, message, 1)
}

/// Adds a note's text (PEP 678) to the pending exception.
pub fn add_note(text: &str) {
    let pending = take();
    if let Some(exception) = pending.cast::<Exception>() {
        let _ = exc::add_note(exception, Str::new(text).value());
    }
    restore(pending);
}
