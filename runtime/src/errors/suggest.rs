//! "Did you mean": the name closest to a wrong one, and where candidates come from.

use crate::errors;
use crate::names;
use crate::object::singletons::none;
use crate::object::{Ref, attr, call};
use crate::ops;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exceptions::{self as exc, Exception};
use crate::types::str::Str;
use crate::types::traceback::Traceback;
use crate::value::{R, Value};
use std::cell::Cell;
pub use taipan_frontend::suggest::closest;

/// `sorted(x for x in obj.__dir__() if isinstance(x, str))`.
fn dir_of(v: Value) -> R<Vec<String>> {
    let Some(list) = call::call_special(v, names::__dir__, &[])? else { return Ok(Vec::new()) };
    let mut found: Vec<String> =
        ops::iter::to_vec(list)?.into_iter().filter_map(|n| n.cast::<Str>()).map(|n| n.to_string_lossy()).collect();
    found.sort();
    Ok(found)
}

fn innermost(exception: &Exception) -> Option<crate::object::Ref<Traceback>> {
    let mut entry = exception.traceback.get()?.exact::<Traceback>()?;
    while let Some(next) = entry.next.get().and_then(|n| n.exact::<Traceback>()) {
        entry = next;
    }
    Some(entry)
}

struct Noted {
    exception: Cell<u64>,
    slf: Cell<u64>,
    is_root: Cell<bool>,
}

// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Noted {}

/// The last NameError of compiled code whose function has a variable `self`, and that: frames of compiled code do not
/// show their variables.
static NOTED: Noted = Noted { exception: Cell::new(0), slf: Cell::new(0), is_root: Cell::new(false) };

/// Notes the variable `self` for the pending NameError.
pub fn note_self(slf: Option<Value>) {
    if !NOTED.is_root.replace(true) {
        crate::gc::add_root_range(NOTED.exception.as_ptr(), 1);
        crate::gc::add_root_range(NOTED.slf.as_ptr(), 1);
    }
    NOTED.exception.set(crate::state::state().pending.get());
    NOTED.slf.set(slf.map_or(0, Value::bits));
}

/// The variable `self` of the frame that the exception was raised in.
fn self_variable(exception: Ref<Exception>) -> Option<Value> {
    if NOTED.exception.get() == exception.value().bits() {
        // SAFETY: a root.
        return unsafe { Value::from_slot(NOTED.slf.get()) };
    }
    innermost(&exception)?.frame().locals().cast::<Dict>()?.get_text("self")
}

fn keys(v: Value) -> Vec<String> {
    v.cast::<Dict>().map_or_else(Vec::new, |dict| {
        dict.keys().into_iter().filter_map(|k| k.cast::<Str>()).map(|k| k.to_string_lossy()).collect()
    })
}

fn compute(v: Value, wrong: &str) -> R<Option<String>> {
    let exception = v.expect::<Exception>();
    let is = |def: &'static crate::object::TypeDef| v.class().is_subtype(def.class());
    let visible = |names: Vec<String>, hide: bool| -> Vec<String> {
        names.into_iter().filter(|n| !hide || !n.starts_with('_')).collect()
    };
    let hide = !wrong.starts_with('_');
    if is(&exc::ATTRIBUTE_ERROR) {
        let object = exc::get_field(exception, "obj").unwrap_or_else(none);
        let own = self_variable(exception).is_some_and(|slf| slf.is(object));
        return Ok(closest(wrong, &visible(dir_of(object)?, hide && !own)));
    }
    if is(&exc::IMPORT_ERROR) {
        let name = exc::get_field(exception, "name").and_then(|n| n.cast::<Str>());
        let Some(name) = name else { return Ok(None) };
        // As `__import__` has it: the top-level package.
        let text = name.to_string_lossy();
        let top = text.split('.').next().unwrap_or_default();
        let module = ops::import::find_and_load(Str::intern(top))?;
        return Ok(closest(wrong, &visible(dir_of(module)?, hide)));
    }
    let Some(entry) = innermost(&exception) else { return Ok(None) };
    let frame = entry.frame();
    if let Some(slf) = self_variable(exception) {
        if attr::find(slf, Str::intern(wrong))?.is_some() {
            return Ok(Some(format!("self.{wrong}")));
        }
    }
    let mut candidates = keys(frame.locals());
    if candidates.is_empty() {
        // Compiled code keeps its variables to itself; their names are known.
        let code = frame.code.object::<Code>();
        candidates.extend((0..code.nlocals.get() as usize).map(|i| code.local_name(i).to_string_lossy()));
    }
    candidates.extend(keys(frame.globals.value()));
    candidates.extend(keys(frame.builtins.value()));
    Ok(closest(wrong, &candidates))
}

/// What is to be added to the text of a NameError, AttributeError or ImportError.
pub fn addition(v: Value) -> String {
    let exception = v.expect::<Exception>();
    let is = |def: &'static crate::object::TypeDef| v.class().is_subtype(def.class());
    let field = if is(&exc::IMPORT_ERROR) {
        "name_from"
    } else if is(&exc::NAME_ERROR) || is(&exc::ATTRIBUTE_ERROR) {
        "name"
    } else {
        return String::new();
    };
    let Some(wrong) = exc::get_field(exception, field).and_then(|n| n.cast::<Str>()) else { return String::new() };
    let text = wrong.to_string_lossy();
    let suggestion = compute(v, &text).unwrap_or_else(|_| {
        errors::clear();
        None
    });
    let mut added = match &suggestion {
        Some(name) => format!(". Did you mean: '{name}'?"),
        None => String::new(),
    };
    if is(&exc::NAME_ERROR) {
        let modules = crate::modules::sys::get("stdlib_module_names");
        let known = modules.is_some_and(|m| {
            ops::contains(m, wrong.value()).unwrap_or_else(|_| {
                errors::clear();
                false
            })
        });
        if known {
            added += if suggestion.is_some() { " Or did" } else { ". Did" };
            added += &format!(" you forget to import '{text}'?");
        }
    }
    added
}
