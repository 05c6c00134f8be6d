//! `_warnings`: issuing warnings by the filters of the `warnings` module, which is not imported for it:
//! while it is not, the filters are those here, and a warning is printed from here.

use crate::errors::{self, R, raise, runtime_error, type_error, value_error};
use crate::gc;
use crate::object::args::Params;
use crate::object::singletons::{none, true_};
use crate::object::{Args, Method, Ref, Type, TypeDef, attr, call};
use crate::ops;
use crate::state::state;
use crate::types::dict::Dict;
use crate::types::exceptions::{self as exc, Exception};
use crate::types::generator::Generator;
use crate::types::int;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;

/// The module's own state; words of values are 0 until it is needed.
struct Shared {
    filters: Cell<u64>,
    once: Cell<u64>,
    context: Cell<u64>,
    /// Counts changes of the filters: what a registry remembers holds for one version.
    version: Cell<i64>,
    lock: Cell<u32>,
}
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Shared {}
static SHARED: Shared = Shared {
    filters: Cell::new(0),
    once: Cell::new(0),
    context: Cell::new(0),
    version: Cell::new(1),
    lock: Cell::new(0),
};

fn shared(cell: &'static Cell<u64>, make: impl FnOnce() -> R) -> R {
    if cell.get() == 0 {
        cell.set(make()?.bits());
        gc::add_root_range(cell.as_ptr(), 1);
    }
    // SAFETY: filled with a value that is a root.
    Ok(unsafe { Value::from_bits(cell.get()) })
}

/// The filters that hold without the `warnings` module having a say.
fn filters() -> R {
    shared(&SHARED.filters, || {
        let filter = |action: &str, category: &'static TypeDef, module: Value| {
            let action = Str::intern(action).value();
            Tuple::new(&[action, none(), category.class().value(), module, Value::small(0)]).value()
        };
        Ok(List::new(&[
            filter("default", &exc::DEPRECATION_WARNING, Str::intern("__main__").value()),
            filter("ignore", &exc::DEPRECATION_WARNING, none()),
            filter("ignore", &exc::PENDING_DEPRECATION_WARNING, none()),
            filter("ignore", &exc::IMPORT_WARNING, none()),
            filter("ignore", &exc::RESOURCE_WARNING, none()),
        ])
        .value())
    })
}

fn once_registry() -> R {
    shared(&SHARED.once, || Ok(Dict::new().value()))
}

/// The variable that holds the filters of a context, when contexts have their own.
fn context_variable() -> R {
    shared(&SHARED.context, || match super::create_and_get("_contextvars", "ContextVar")? {
        Some(class) => call::call(class, &[Str::intern("warnings_context").value()]),
        None => Err(errors::import_error("_contextvars.ContextVar is missing")),
    })
}

/// An attribute of `warnings`, if that is imported.
fn from_module(name: &str, import: bool) -> R<Option<Value>> {
    let module = match crate::ops::import::modules().get_text("warnings") {
        Some(module) => module,
        None if import => crate::ops::import::find_and_load(Str::intern("warnings"))?,
        None => return Ok(None),
    };
    attr::find(module, Str::intern(name))
}

/// Where a warning comes from.
struct Place {
    filename: Value,
    line: i64,
    module: Value,
    registry: Value,
}

fn frame_attribute(frame: Value, name: &str) -> R {
    attr::getattr(frame, Str::intern(name))
}

fn file_of(frame: Value) -> R<String> {
    let file = frame_attribute(frame_attribute(frame, "f_code")?, "co_filename")?;
    Ok(file.cast::<Str>().map_or_else(String::new, |file| file.to_string_lossy()))
}

fn is_internal(file: &str) -> bool {
    file.contains("importlib") && file.contains("_bootstrap")
}

/// The frame that called, those of the import machinery and of the files to skip left out.
fn next_external(frame: Value, skip: &[String]) -> R {
    let mut frame = frame;
    loop {
        frame = frame_attribute(frame, "f_back")?;
        if frame.is_none() {
            return Ok(frame);
        }
        let file = file_of(frame)?;
        if !is_internal(&file) && !skip.iter().any(|prefix| file.starts_with(prefix)) {
            return Ok(frame);
        }
    }
}

/// The place `level` frames up.
fn place(mut level: i64, skip: &[String]) -> R<Place> {
    let innermost = state().frame.get();
    let mut frame = if innermost.is_null() { none() } else { crate::types::frame::object_of(innermost) };
    let plain = level <= 0 || frame.is_none() || is_internal(&file_of(frame)?);
    while level > 1 && !frame.is_none() {
        frame = if plain { frame_attribute(frame, "f_back")? } else { next_external(frame, skip)? };
        level -= 1;
    }
    let (globals, filename, line) = if frame.is_none() {
        (super::sys::module().dict().value(), Str::intern("<sys>").value(), 0)
    } else {
        let filename = frame_attribute(frame_attribute(frame, "f_code")?, "co_filename")?;
        let line = frame_attribute(frame, "f_lineno")?.as_small().unwrap_or(0);
        (frame_attribute(frame, "f_globals")?, filename, line)
    };
    let Some(globals) = globals.cast::<Dict>() else { return Err(type_error("globals must be a dict")) };
    let registry = match globals.get_text("__warningregistry__") {
        Some(registry) => registry,
        None => {
            let registry = Dict::new().value();
            globals.set_str_text("__warningregistry__", registry);
            registry
        }
    };
    let name = globals.get_text("__name__").filter(|name| name.is_none() || name.cast::<Str>().is_some());
    Ok(Place { filename, line, module: name.unwrap_or_else(|| Str::intern("<string>").value()), registry })
}

/// The class of a warning given as `message` and `category`.
fn category_of(message: Value, category: Value) -> R<Ref<Type>> {
    if message.class().is_subtype(exc::WARNING.class()) {
        return Ok(message.class());
    }
    if category.is_none() {
        return Ok(exc::USER_WARNING.class());
    }
    match category.exact_type().filter(|class| class.is_subtype(exc::WARNING.class())) {
        Some(class) => Ok(class),
        None => Err(type_error(format_args!(
            "category must be a Warning subclass, not '{}'",
            category.class().display_name()
        ))),
    }
}

/// Whether a registry, up to date with the filters, has this key; `note` makes it have it.
fn already_warned(registry: Ref<Dict>, key: Value, note: bool) -> R<bool> {
    let current = registry.get_text("version").is_some_and(|v| v.as_small() == Some(SHARED.version.get()));
    if !current {
        registry.clear();
        registry.set_str_text("version", Value::small(SHARED.version.get()));
    } else if let Some(warned) = registry.get(key)? {
        if ops::truth(warned)? {
            return Ok(true);
        }
    }
    if note {
        registry.set(key, true_())?;
    }
    Ok(false)
}

/// None matches all, text itself; all else has a `match` method.
fn matches(pattern: Value, text: Value) -> R<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if pattern.exact::<Str>().is_some() {
        return ops::equal(pattern, text);
    }
    let result = call::call_method(pattern, Str::intern("match"), &[text])?;
    ops::truth(result)
}

/// The action of the first filter that fits, and the filter.
fn action_for(category: Ref<Type>, text: Value, line: i64, module: Value) -> R<(Value, Value)> {
    let context = call::call_method(context_variable()?, Str::intern("get"), &[none()])?;
    let list = match context.is_none() {
        false => attr::getattr(context, Str::intern("_filters"))?,
        true => from_module("filters", false)?.map_or_else(filters, Ok)?,
    };
    let Some(list) = list.cast::<List>() else {
        return Err(value_error("_warnings.filters must be a list"));
    };
    let mut at = 0;
    while let Some(item) = list.as_slice().get(at).copied() {
        let parts = item.cast::<Tuple>();
        let Some([action, message, class, of_module, of_line]) = parts.as_ref().map(|t| t.as_slice()) else {
            return Err(value_error(format_args!("warnings.filters item {at} isn't a 5-tuple")));
        };
        if action.cast::<Str>().is_none() {
            return Err(type_error(format_args!("action must be a string, not '{}'", action.class().display_name())));
        }
        if matches(*message, text)?
            && ops::issubclass(category.value(), *class)?
            && matches(*of_module, module)?
            && matches!(ops::as_isize(*of_line)? as i64, n if n == 0 || n == line)
        {
            return Ok((*action, item));
        }
        at += 1;
    }
    let action = from_module("defaultaction", false)?.unwrap_or_else(|| Str::intern("default").value());
    if action.cast::<Str>().is_none() {
        return Err(type_error(format_args!(
            "warnings.defaultaction must be a string, not '{}'",
            action.class().display_name()
        )));
    }
    Ok((action, none()))
}

/// A warning that the filters decide about.
fn issue(category: Ref<Type>, message: Value, place: &Place, source: Option<Value>) -> R<()> {
    let (text, category, message) = if message.class().is_subtype(exc::WARNING.class()) {
        (ops::str(message)?, message.class(), message)
    } else {
        (message, category, call::call(category.value(), &[message])?)
    };
    let registry = match place.registry.cast::<Dict>() {
        Some(registry) => Some(registry),
        None if place.registry.is_none() => None,
        None => return Err(type_error("'registry' must be a dict or None")),
    };
    let key = Tuple::new(&[text, category.value(), int::from_i64(place.line)]).value();
    if let Some(registry) = registry {
        if already_warned(registry, key, false)? {
            return Ok(());
        }
    }
    let (action, item) = action_for(category, text, place.line, place.module)?;
    let known = |name: &str| action.cast::<Str>().is_some_and(|action| action.is_str(name));
    if known("error") {
        return Err(match message.cast::<Exception>() {
            Some(exception) => raise(exception),
            None => type_error("exceptions must derive from BaseException"),
        });
    }
    if known("ignore") {
        return Ok(());
    }
    if !known("always") && !known("all") {
        if let Some(registry) = registry {
            registry.set(key, true_())?;
        }
        let once = if known("once") {
            let registry = registry.map_or_else(|| Ok(once_registry()?.expect::<Dict>()), Ok)?;
            Some((Some(registry), Tuple::new(&[text, category.value()]).value()))
        } else if known("module") {
            Some((registry, Tuple::new(&[text, category.value(), Value::small(0)]).value()))
        } else if known("default") {
            None
        } else {
            return Err(runtime_error(format_args!(
                "Unrecognized action ({}) in warnings.filters:\n {}",
                ops::repr_text(action)?,
                ops::repr_text(item)?
            )));
        };
        if let Some((Some(registry), key)) = once {
            if already_warned(registry, key, true)? {
                return Ok(());
            }
        }
    }
    show(category, text, message, place, source)
}

/// Prints a warning, by `warnings._showwarnmsg` if that is imported.
fn show(category: Ref<Type>, text: Value, message: Value, place: &Place, source: Option<Value>) -> R<()> {
    let Some(show) = from_module("_showwarnmsg", source.is_some())? else {
        print(category, text, place);
        return Ok(());
    };
    if !call::is_callable(show) {
        return Err(type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let Some(class) = from_module("WarningMessage", false)? else {
        return Err(runtime_error("unable to get warnings.WarningMessage"));
    };
    let line = int::from_i64(place.line);
    let source = source.unwrap_or_else(none);
    let made = call::call(class, &[message, category.value(), place.filename, line, none(), none(), source])?;
    call::call(show, &[made])?;
    Ok(())
}

fn print(category: Ref<Type>, text: Value, place: &Place) {
    let shown = |v: Value| v.cast::<Str>().map_or_else(String::new, |s| s.to_string_lossy());
    let file = shown(place.filename);
    let mut out = format!("{file}:{}: {}: {}\n", place.line, category.name().display(), shown(text));
    if let (Ok(source), Some(index)) = (std::fs::read_to_string(&file), usize::try_from(place.line - 1).ok()) {
        if let Some(line) = source.lines().nth(index).map(str::trim).filter(|line| !line.is_empty()) {
            out.push_str(&format!("  {line}\n"));
        }
    }
    super::sys::write_stderr(&out);
}

/// A warning of the runtime's own, `stacklevel` frames up.
pub fn warn(category: &'static TypeDef, message: &str, stacklevel: i64) -> R<()> {
    issue(category.class(), Str::new(message).value(), &place(stacklevel, &[])?, None)
}

/// A warning of the compiler's about a line of source.
pub fn warn_at(category: &'static TypeDef, message: &str, filename: Ref<Str>, line: i64) -> R<()> {
    let filename = filename.value();
    let place = Place { filename, line, module: module_name(filename), registry: none() };
    issue(category.class(), Str::new(message).value(), &place, None)
}

/// A coroutine died without ever having run.
pub fn never_awaited(coroutine: Ref<Generator>) {
    let message = format!("coroutine '{}' was never awaited", coroutine.qualname.object::<Str>().display());
    if warn(&exc::RUNTIME_WARNING, &message, 1).is_err() {
        errors::unraisable("Exception ignored while finalizing coroutine", Some(coroutine.value()));
    }
}

fn warn_function(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "warn",
        names: &["message", "category", "stacklevel", "source", "skip_file_prefixes"],
        required: 1,
        positional: 4,
    };
    let [message, category, level, source, skip] = args.bind::<5>(&PARAMS)?;
    let message = message.unwrap_or_else(none);
    let mut level = level.map_or(Ok(1), ops::as_isize)? as i64;
    let mut prefixes = Vec::new();
    if let Some(skip) = skip {
        let Some(skip) = skip.cast::<Tuple>() else {
            return Err(type_error(format_args!(
                "warn() argument 'skip_file_prefixes' must be tuple, not {}",
                skip.class().display_name()
            )));
        };
        for prefix in skip.as_slice() {
            match prefix.cast::<Str>() {
                Some(prefix) => prefixes.push(prefix.to_string_lossy()),
                None => {
                    return Err(type_error(format_args!(
                        "Found non-str '{}' in skip_file_prefixes.",
                        prefix.class().display_name()
                    )));
                }
            }
        }
        if !prefixes.is_empty() {
            level = level.max(2);
        }
    }
    let category = category_of(message, category.unwrap_or_else(none))?;
    issue(category, message, &place(level, &prefixes)?, source.filter(|s| !s.is_none()))?;
    Ok(none())
}

/// The name of a module from its file's.
fn module_name(filename: Value) -> Value {
    let text = filename.cast::<Str>().map_or_else(String::new, |f| f.to_string_lossy());
    match text.strip_suffix(".py") {
        _ if text.is_empty() => Str::intern("<unknown>").value(),
        Some(stem) => Str::new(stem).value(),
        None => filename,
    }
}

fn warn_explicit(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "warn_explicit",
        names: &["message", "category", "filename", "lineno", "module", "registry", "module_globals", "source"],
        required: 4,
        positional: 8,
    };
    let [message, category, filename, line, module, registry, globals, source] = args.bind::<8>(&PARAMS)?;
    let or_none = |v: Option<Value>| v.unwrap_or_else(none);
    let (message, filename) = (or_none(message), or_none(filename));
    if filename.cast::<Str>().is_none() {
        return Err(type_error(format_args!(
            "warn_explicit() argument 'filename' must be str, not {}",
            filename.class().display_name()
        )));
    }
    let line = ops::as_i32(or_none(line))? as i64;
    if let Some(globals) = globals.filter(|g| !g.is_none() && g.cast::<Dict>().is_none()) {
        return Err(type_error(format_args!(
            "module_globals must be a dict, not '{}'",
            globals.class().display_name()
        )));
    }
    let category = category_of(message, or_none(category))?;
    let place =
        Place { filename, line, module: module.unwrap_or_else(|| module_name(filename)), registry: or_none(registry) };
    if place.module.is_none() {
        return Ok(none());
    }
    issue(category, message, &place, source.filter(|s| !s.is_none()))?;
    Ok(none())
}

pub static MODULE: NativeModule = NativeModule {
    name: "_warnings",
    functions: &[
        Method::full("warn", warn_function),
        Method::full("warn_explicit", warn_explicit),
        Method::none("_filters_mutated_lock_held", |_| {
            if SHARED.lock.get() == 0 {
                return Err(runtime_error("warnings._lock is not held"));
            }
            SHARED.version.set(SHARED.version.get() + 1);
            Ok(none())
        }),
        Method::none("_acquire_lock", |_| {
            SHARED.lock.set(SHARED.lock.get() + 1);
            Ok(none())
        }),
        Method::none("_release_lock", |_| match SHARED.lock.get() {
            0 => Err(runtime_error("cannot release un-acquired lock")),
            depth => {
                SHARED.lock.set(depth - 1);
                Ok(none())
            }
        }),
    ],
    init: |module| {
        module.set("filters", filters()?);
        module.set("_onceregistry", once_registry()?);
        module.set("_defaultaction", Str::intern("default").value());
        module.set("_warnings_context", context_variable()?);
        Ok(())
    },
};
