//! What the built-in exception classes do besides being raised: `__init__`, `str`, `repr`, pickling,
//! and the attributes of `BaseException`. `OSError`, the Unicode errors and exception groups are in files of their own.

use crate::errors::{R, type_error};
use crate::names::{self, Name};
use crate::object::define::{GetSet, Method};
use crate::object::singletons::{boolean, false_, none, true_};
use crate::object::{Args, Ref, Slot, Slots, attr};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions::{BASE_EXCEPTION, Exception, add_note, init_slot};
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::types::tuple::Tuple;
use crate::value::{Raised, Value};

pub use super::exception_group::{GROUP_GETSET, GROUP_METHODS, GROUP_SLOTS};
pub use super::os_error::{OS_ERROR_GETSET, OS_ERROR_METHODS, OS_ERROR_SLOTS};
pub use super::unicode_errors::{UNICODE_DECODE_SLOTS, UNICODE_ENCODE_SLOTS, UNICODE_TRANSLATE_SLOTS};

fn slf(v: Value) -> Ref<Exception> {
    v.expect::<Exception>()
}

/// `Name(arg)` or `Name(arg, arg)`.
pub fn repr(v: Value) -> R {
    let name = v.class().name().to_string_lossy();
    let args = slf(v).args();
    let text = match args.as_slice() {
        [one] => format!("{name}({})", ops::repr_text(*one)?),
        _ => format!("{name}{}", ops::repr_text(args.value())?),
    };
    Ok(Str::from_string(text))
}

/// The one argument as text, nothing, or the tuple of them.
pub fn str(v: Value) -> R {
    let args = slf(v).args();
    match args.as_slice() {
        [] => Ok(Str::from_ascii(b"").value()),
        [one] => ops::str(*one),
        _ => ops::str(args.value()),
    }
}

/// A copy of the instance dict, or nothing if it is empty.
pub fn dict_copy(v: Value) -> Option<Ref<Dict>> {
    let dict = attr::instance_dict(v)?;
    (!dict.is_empty()).then(|| dict.copy())
}

/// `(class, args)` or `(class, args, state)`.
pub fn reduced(v: Value, args: Value, state: Option<Value>) -> Value {
    let class = v.class().value();
    match state {
        Some(state) => Tuple::new(&[class, args, state]).value(),
        None => Tuple::new(&[class, args]).value(),
    }
}

fn reduce(v: Value) -> R {
    let state = attr::instance_dict(v).filter(|d| !d.is_empty()).map(Ref::value);
    Ok(reduced(v, slf(v).args.value(), state))
}

fn setstate(v: Value, state: Value) -> R {
    if !state.is_none() {
        let Some(state) = state.cast::<Dict>() else { return Err(type_error("state is not a dictionary")) };
        for (key, value) in state.items() {
            let Some(key) = key.cast::<Str>() else {
                return Err(type_error(format_args!(
                    "attribute name must be string, not '{}'",
                    key.class().display_name()
                )));
            };
            attr::setattr(v, key.interned(), Some(value))?;
        }
    }
    Ok(none())
}

pub static METHODS: &[Method] = &[
    Method::none("__reduce__", reduce),
    Method::one("__setstate__", setstate),
    Method::one("with_traceback", |v, traceback| {
        set_traceback(v, Some(traceback))?;
        Ok(v)
    }),
    Method::one("add_note", |v, note| add_note(slf(v), note).map(|()| none())),
];

fn set_traceback(v: Value, value: Option<Value>) -> R<()> {
    let Some(value) = value else { return Err(type_error("__traceback__ may not be deleted")) };
    let exception = slf(v);
    if value.is_none() {
        exception.traceback.clear();
    } else if value.exact::<Traceback>().is_some() {
        exception.traceback.set(exception, value);
    } else {
        return Err(type_error("__traceback__ must be a traceback or None"));
    }
    Ok(())
}

/// The exception that a setter of `what` got, `None` for None.
fn chained(value: Option<Value>, what: &str) -> R<Option<Value>> {
    let Some(value) = value else { return Err(type_error(format_args!("__{what}__ may not be deleted"))) };
    if value.is_none() {
        return Ok(None);
    }
    if value.cast::<Exception>().is_none() {
        return Err(type_error(format_args!("exception {what} must be None or derive from BaseException")));
    }
    Ok(Some(value))
}

fn shown(slot: &Slot) -> R {
    Ok(slot.get().unwrap_or_else(none))
}

pub static GETSET: &[GetSet] = &[
    GetSet::both(
        "__suppress_context__",
        |v| Ok(boolean(slf(v).suppress.get() != 0)),
        |v, value| {
            match value {
                None => return Err(type_error("can't delete numeric/char attribute")),
                Some(value) if value.is(true_()) => slf(v).suppress.set(1),
                Some(value) if value.is(false_()) => slf(v).suppress.set(0),
                Some(_) => return Err(type_error("attribute value type must be bool")),
            }
            Ok(())
        },
    ),
    GetSet::both("__dict__", super::object_dir::get_dict, super::object_dir::set_dict),
    GetSet::both(
        "args",
        |v| shown(&slf(v).args),
        |v, value| {
            let Some(value) = value else { return Err(type_error("args may not be deleted")) };
            let exception = slf(v);
            exception.args.set(exception, super::tuple_methods::from_iterable(value)?);
            Ok(())
        },
    ),
    GetSet::both("__traceback__", |v| shown(&slf(v).traceback), set_traceback),
    GetSet::both(
        "__context__",
        |v| shown(&slf(v).context),
        |v, value| {
            let exception = slf(v);
            exception.context.put(exception, chained(value, "context")?);
            Ok(())
        },
    ),
    GetSet::both(
        "__cause__",
        |v| shown(&slf(v).cause),
        |v, value| {
            slf(v).set_cause(chained(value, "cause")?);
            Ok(())
        },
    ),
];

/// The class's name in messages about its arguments.
pub fn shown_name(v: Value) -> String {
    v.class().name().to_string_lossy()
}

/// Sets `args` to the positional arguments.
pub fn set_args(v: Value, args: &[Value]) {
    let exception = slf(v);
    exception.args.set(exception, Tuple::new(args));
}

/// `Class(*args, name=..., ...)`: the known keywords' values, in order of `known`.
fn keywords<const N: usize>(class: &str, args: Args, known: [&str; N]) -> R<[Option<Value>; N]> {
    let mut values = [None; N];
    for (key, value) in args.keywords() {
        match known.iter().position(|k| key.is_str(k)) {
            Some(i) => values[i] = Some(value),
            None => {
                return Err(type_error(format_args!(
                    "{class}() got an unexpected keyword argument '{}'",
                    key.display()
                )));
            }
        }
    }
    Ok(values)
}

pub const STOP_ITERATION_SLOTS: Slots = Slots {
    init: Some(|v, args| {
        init_slot(v, args)?;
        slf(v).put_field(0, Some(args.all.first().copied().unwrap_or_else(none)));
        Ok(())
    }),
    ..Slots::NONE
};

pub const SYSTEM_EXIT_SLOTS: Slots = Slots {
    init: Some(|v, args| {
        init_slot(v, args)?;
        match args.all {
            [] => {}
            [one] => slf(v).put_field(0, Some(*one)),
            _ => slf(v).put_field(0, Some(slf(v).args.value())),
        }
        Ok(())
    }),
    ..Slots::NONE
};

pub const KEY_ERROR_SLOTS: Slots = Slots {
    // The repr, so that `KeyError('')` shows something.
    str: Some(|v| match slf(v).args().as_slice() {
        [one] => ops::repr(*one),
        _ => str(v),
    }),
    ..Slots::NONE
};

pub const ATTRIBUTE_ERROR_SLOTS: Slots = Slots {
    init: Some(|v, args| {
        let [name, object] = keywords("AttributeError", args, ["name", "obj"])?;
        set_args(v, args.pos());
        slf(v).put_field(0, name);
        slf(v).put_field(1, object);
        Ok(())
    }),
    ..Slots::NONE
};

/// `name` and `args` beside the dict; `obj` might not be picklable, and stays out.
fn attribute_error_state(v: Value) -> Option<Value> {
    let exception = slf(v);
    let dict = dict_copy(v).unwrap_or_else(Dict::new);
    if let Some(name) = exception.field(0) {
        dict.set_str(names::get(names::name), name);
    }
    dict.set_str(names::get(names::args), exception.args.value());
    Some(dict.value())
}

pub static ATTRIBUTE_ERROR_METHODS: &[Method] = &[
    Method::none("__getstate__", |v| Ok(attribute_error_state(v).unwrap_or_else(none))),
    Method::none("__reduce__", |v| Ok(reduced(v, slf(v).args.value(), attribute_error_state(v)))),
];

pub const NAME_ERROR_SLOTS: Slots = Slots {
    init: Some(|v, args| {
        let [name] = keywords("NameError", args, ["name"])?;
        set_args(v, args.pos());
        slf(v).put_field(0, name);
        Ok(())
    }),
    ..Slots::NONE
};

pub const IMPORT_ERROR_SLOTS: Slots = Slots {
    init: Some(|v, args| {
        let [name, path, from] = keywords("ImportError", args, ["name", "path", "name_from"])?;
        set_args(v, args.pos());
        let message = if let [one] = args.pos() { Some(*one) } else { None };
        for (i, value) in [message, name, path, from].into_iter().enumerate() {
            slf(v).put_field(i, value);
        }
        Ok(())
    }),
    str: Some(|v| match slf(v).field(0) {
        Some(message) if message.exact::<Str>().is_some() => Ok(message),
        _ => str(v),
    }),
    ..Slots::NONE
};

pub static IMPORT_ERROR_METHODS: &[Method] = &[Method::none("__reduce__", |v| {
    let exception = slf(v);
    let named: [(usize, Name); 3] = [(1, names::name), (2, names::path), (3, names::name_from)];
    let mut state = dict_copy(v);
    for (field, name) in named {
        if let Some(value) = exception.field(field) {
            state.get_or_insert_with(Dict::new).set_str(names::get(name), value);
        }
    }
    Ok(reduced(v, exception.args.value(), state.map(Ref::value)))
})];

const LINENO: usize = 2;

pub const SYNTAX_ERROR_SLOTS: Slots =
    Slots { init: Some(syntax_error_init), str: Some(syntax_error_str), ..Slots::NONE };

/// `SyntaxError(msg, (filename, lineno, offset, text[, end_lineno, end_offset[, metadata]]))`.
fn syntax_error_init(v: Value, args: Args) -> R<()> {
    init_slot(v, args)?;
    let exception = slf(v);
    if let Some(message) = args.all.first() {
        exception.put_field(0, Some(*message));
    }
    let [_, info] = args.all else { return Ok(()) };
    let info = super::tuple_methods::from_iterable(*info)?.expect::<Tuple>();
    let info = info.as_slice();
    let out_of_bounds = |bound: &str, limit: usize| -> Raised {
        type_error(format_args!("function takes at {bound} {limit} arguments ({} given)", info.len()))
    };
    if info.len() < 4 {
        return Err(out_of_bounds("least", 4));
    }
    if info.len() > 7 {
        return Err(out_of_bounds("most", 7));
    }
    // The table's order: filename, lineno, offset, text, end_lineno, end_offset; _metadata is the last.
    for (i, field) in [1, 2, 3, 4, 5, 6, 8].into_iter().enumerate() {
        exception.put_field(field, info.get(i).copied());
    }
    if info.len() == 5 {
        return Err(type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(())
}

fn syntax_error_str(v: Value) -> R {
    let exception = slf(v);
    let message = ops::str_of(exception.field(0).unwrap_or_else(none))?;
    let file = exception.field(1).and_then(|f| f.cast::<Str>()).map(|f| {
        let path = f.to_string_lossy();
        path.rsplit('/').next().unwrap_or_default().to_string()
    });
    let line = exception.field(LINENO).filter(|l| super::int::exact(*l).is_some());
    let line = line.map(ops::repr_text).transpose()?;
    let place = match (file, line) {
        (None, None) => return Ok(message.value()),
        (Some(file), Some(line)) => format!(" ({file}, line {line})"),
        (Some(file), None) => format!(" ({file})"),
        (None, Some(line)) => format!(" (line {line})"),
    };
    Ok(Str::concat(&[message, Str::new(&place)])?.value())
}

/// Whether a class is an exception's.
pub fn is_exception_class(v: Value) -> bool {
    v.exact_type().is_some_and(|c| c.is_subtype(BASE_EXCEPTION.class()))
}
