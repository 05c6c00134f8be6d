//! Native modules: one file each, listed in [`NATIVE`].

pub mod abc;
pub mod ast;
pub mod atexit;
pub mod builtins;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod errno;
pub mod functools;
pub mod gc;
pub mod imp;
pub mod importlib;
pub mod io;
pub mod itertools;
pub mod locale;
pub mod marshal;
pub mod opcode;
pub mod operator;
pub mod queue;
pub mod signal;
pub mod sre;
pub mod string;
pub mod sys;
pub mod thread;
pub mod tokenize;
pub mod types;
pub mod typing;
pub mod unicodedata;
pub mod warnings;
pub mod weakref;

use crate::errors::R;
use crate::object::{Ref, attr};
use crate::types::module::{Module, NativeModule};
use crate::types::str::Str;
use crate::value::Value;

/// All native modules that `import` finds.
pub static NATIVE: &[&NativeModule] = &[
    &builtins::MODULE,
    &abc::MODULE,
    &ast::MODULE,
    &sys::MODULE,
    &marshal::MODULE,
    &typing::MODULE,
    &imp::MODULE,
    &io::MODULE,
    &codecs::MODULE,
    &itertools::MODULE,
    &weakref::MODULE,
    &gc::MODULE,
    &atexit::MODULE,
    &errno::MODULE,
    &sre::MODULE,
    &thread::MODULE,
    &collections::MODULE,
    &contextvars::MODULE,
    &opcode::MODULE,
    &operator::MODULE,
    &queue::MODULE,
    &functools::MODULE,
    &string::MODULE,
    &tokenize::MODULE,
    &types::MODULE,
    &unicodedata::MODULE,
    &locale::MODULE,
    &warnings::MODULE,
];

/// Makes a native module, if there is one of this name.
pub fn create(name: &str) -> R<Option<Ref<Module>>> {
    let Some(native) = NATIVE.iter().find(|m| m.name == name) else { return Ok(None) };
    let module = Module::new(name);
    module.add_functions(native.functions);
    (native.init)(module)?;
    Ok(Some(module))
}

/// An attribute of a module, which is imported if need be.
pub fn create_and_get(module: &str, name: &str) -> R<Option<Value>> {
    let module = crate::ops::import::find_and_load(Str::intern(module))?;
    attr::find(module, Str::intern(name))
}
