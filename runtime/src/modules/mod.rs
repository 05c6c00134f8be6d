//! Native modules: one file each, listed in [`NATIVE`].

pub mod builtins;
pub mod marshal;
pub mod signal;
pub mod sys;
pub mod typing;
pub mod warnings;

use crate::errors::R;
use crate::object::Ref;
use crate::types::module::{Module, NativeModule};

/// All native modules that `import` finds.
pub static NATIVE: &[&NativeModule] = &[&builtins::MODULE, &sys::MODULE, &marshal::MODULE, &warnings::MODULE, &signal::MODULE, &typing::MODULE];

/// Makes a native module, if there is one of this name.
pub fn create(name: &str) -> R<Option<Ref<Module>>> {
    let Some(native) = NATIVE.iter().find(|m| m.name == name) else { return Ok(None) };
    let module = Module::new(name);
    module.add_functions(native.functions);
    (native.init)(module)?;
    Ok(Some(module))
}
