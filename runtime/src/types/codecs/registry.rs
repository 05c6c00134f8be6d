//! The registry of codecs and error handlers that programs can extend (`codecs.register`,
//! `codecs.register_error`). The standard library's `encodings` registers itself when imported, which
//! happens at the first look-up.

use super::handlers::{Handler, call_builtin};
use super::unknown_encoding;
use crate::errors::{self, R, lookup_error, type_error};
use crate::gc;
use crate::object::{Method, Ref, attr, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native::NativeFunction;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;

struct Registry {
    /// List of search functions; dicts by encoding and by handler's name.
    search: Cell<u64>,
    cache: Cell<u64>,
    handlers: Cell<u64>,
    imported: Cell<bool>,
}
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Registry {}
static REGISTRY: Registry =
    Registry { search: Cell::new(0), cache: Cell::new(0), handlers: Cell::new(0), imported: Cell::new(false) };

fn object<T>(cell: &'static Cell<u64>, make: impl FnOnce() -> Ref<T>) -> Ref<T> {
    if cell.get() == 0 {
        cell.set(make().as_ptr() as u64);
        gc::add_root_range(cell.as_ptr(), 1);
    }
    // SAFETY: filled with an object of this type that is a root.
    unsafe { Ref::from_ptr(cell.get() as *mut T) }
}

fn search_path() -> Ref<List> {
    object(&REGISTRY.search, || List::new(&[]))
}

fn cache() -> Ref<Dict> {
    object(&REGISTRY.cache, Dict::new)
}

pub fn register(function: Value) -> R<()> {
    if !call::is_callable(function) {
        return Err(type_error("argument must be callable"));
    }
    search_path().push(function);
    Ok(())
}

pub fn unregister(function: Value) {
    let search = search_path();
    if let Some(i) = search.as_slice().iter().position(|f| f.is(function)) {
        cache().clear();
        search.remove(i);
    }
}

/// The name that search functions are asked for: ASCII letters, digits and dots in lower case, with one underscore in
/// place of what is between them.
fn normalized(encoding: &str) -> String {
    let mut name = String::with_capacity(encoding.len());
    let mut between = false;
    for c in encoding.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if between && !name.is_empty() {
                name.push('_');
            }
            between = false;
            name.push(c.to_ascii_lowercase());
        } else {
            between = true;
        }
    }
    name
}

/// The codec's tuple.
pub fn lookup(encoding: &str) -> R {
    if encoding.contains('\0') {
        return Err(errors::value_error("embedded null character"));
    }
    let name = normalized(encoding);
    let key = Str::new(&name);
    if let Some(found) = cache().get_str(key) {
        return Ok(found);
    }
    if !REGISTRY.imported.replace(true) {
        crate::ops::import::find_and_load(Str::intern("encodings"))?;
    }
    let search = search_path();
    let mut i = 0;
    while let Some(function) = search.get(i) {
        i += 1;
        let found = call::call(function, &[key.value()])?;
        if found.is_none() {
            continue;
        }
        if found.cast::<Tuple>().is_none_or(|t| t.len() != 4) {
            return Err(type_error("codec search functions must return 4-tuples"));
        }
        cache().set(key.value(), found)?;
        return Ok(found);
    }
    Err(unknown_encoding(encoding))
}

/// Runs one of a codec's functions (0 encodes, 1 decodes) and gives the first item of its answer.
fn run(v: Value, encoding: &str, errors: Option<&str>, which: usize, text_only: bool) -> R {
    let codec = lookup(encoding)?;
    if text_only {
        let is_text = attr::find(codec, crate::names::get(crate::names::_is_text_encoding))?;
        if let Some(is_text) = is_text {
            if !ops::truth(is_text)? {
                let (how, what) =
                    if which == 0 { ("encode", "codecs.encode()") } else { ("decode", "codecs.decode()") };
                let _ = how;
                return Err(lookup_error(format_args!(
                    "'{encoding}' is not a text encoding; use {what} to handle arbitrary codecs"
                )));
            }
        }
    }
    let function = codec.expect::<Tuple>().get(which);
    let answer = match errors {
        Some(errors) => call::call(function, &[v, Str::new(errors).value()]),
        None => call::call(function, &[v]),
    };
    let answer = answer.inspect_err(|_| {
        let operation = if which == 0 { "encoding" } else { "decoding" };
        errors::add_note(&format!("{operation} with '{encoding}' codec failed"));
    })?;
    match answer.cast::<Tuple>() {
        Some(pair) if pair.len() == 2 => Ok(pair.get(0)),
        _ => Err(type_error(if which == 0 {
            "encoder must return a tuple (object, integer)"
        } else {
            "decoder must return a tuple (object,integer)"
        })),
    }
}

pub fn encode(v: Value, encoding: &str, errors: Option<&str>, text_only: bool) -> R {
    run(v, encoding, errors, 0, text_only)
}

pub fn decode(v: Value, encoding: &str, errors: Option<&str>, text_only: bool) -> R {
    run(v, encoding, errors, 1, text_only)
}

static BUILTIN: &[Method] = &[
    Method::one("strict_errors", |_, e| call_builtin(Handler::Strict, e)),
    Method::one("ignore_errors", |_, e| call_builtin(Handler::Ignore, e)),
    Method::one("replace_errors", |_, e| call_builtin(Handler::Replace, e)),
    Method::one("backslashreplace_errors", |_, e| call_builtin(Handler::BackslashReplace, e)),
    Method::one("xmlcharrefreplace_errors", |_, e| call_builtin(Handler::XmlCharRefReplace, e)),
    Method::one("namereplace_errors", |_, e| call_builtin(Handler::NameReplace, e)),
    Method::one("surrogateescape", |_, e| call_builtin(Handler::SurrogateEscape, e)),
    Method::one("surrogatepass", |_, e| call_builtin(Handler::SurrogatePass, e)),
];
const BUILTIN_NAMES: [&str; 8] = [
    "strict",
    "ignore",
    "replace",
    "backslashreplace",
    "xmlcharrefreplace",
    "namereplace",
    "surrogateescape",
    "surrogatepass",
];

fn handlers() -> Ref<Dict> {
    object(&REGISTRY.handlers, || {
        let dict = Dict::new();
        for (name, method) in BUILTIN_NAMES.iter().zip(BUILTIN) {
            dict.set_str(
                Str::intern(name),
                NativeFunction::new(method, crate::object::singletons::none(), None).value(),
            );
        }
        dict
    })
}

pub fn register_error(name: Ref<Str>, handler: Value) -> R<()> {
    if !call::is_callable(handler) {
        return Err(type_error("handler must be callable"));
    }
    handlers().set(name.value(), handler)
}

/// Removes a handler; the well-known ones stay. Whether there was one.
pub fn unregister_error(name: Ref<Str>) -> R<bool> {
    if BUILTIN_NAMES.iter().any(|n| name.is_str(n)) {
        return Err(errors::value_error(format_args!(
            "cannot un-register built-in error handler '{}'",
            name.display()
        )));
    }
    Ok(handlers().remove(name.value())?.is_some())
}

pub fn lookup_error_handler(name: &str) -> R {
    match handlers().get_str(Str::new(name)) {
        Some(handler) => Ok(handler),
        None => Err(lookup_error(format_args!("unknown error handler name '{name}'"))),
    }
}
