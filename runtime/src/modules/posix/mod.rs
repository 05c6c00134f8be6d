//! `posix`: the operating system's calls that `os` is made of.
//!
//! Split by topic; each file gives a table of functions. A call that can wait gives up the interpreter
//! lock, and is repeated after a signal whose handler did not raise (PEP 475).

pub mod args;
pub mod constants;
pub mod descriptors;
pub mod dirs;
pub mod environment;
pub mod process;
pub mod scandir;
pub mod stat;

use crate::types::exceptions as exc;
use crate::types::module::NativeModule;

pub static MODULE: NativeModule = NativeModule {
    name: "posix",
    functions: stat::FUNCTIONS,
    init: |module| {
        for functions in
            [dirs::FUNCTIONS, descriptors::FUNCTIONS, environment::FUNCTIONS, process::FUNCTIONS, scandir::FUNCTIONS]
        {
            module.add_functions(functions);
        }
        let types = [&stat::types()[..], &descriptors::types(), &environment::types(), &process::types()].concat();
        for class in types.into_iter().chain([scandir::DIR_ENTRY.class()]) {
            module.dict().set_str(class.name().interned(), class.value());
        }
        module.set("environ", environment::environ()?.value());
        constants::add_to(module, &exc::OS_ERROR);
        Ok(())
    },
};
