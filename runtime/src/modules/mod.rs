//! Native modules: one file each, listed in [`NATIVE`].

pub mod abc;
pub mod accounts;
pub mod array;
pub mod ast;
pub mod atexit;
pub mod binascii;
pub mod bisect;
pub mod builtins;
pub mod cmath;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod csv;
pub mod errno;
pub mod error_class;
pub mod faulthandler;
pub mod fcntl;
pub mod functools;
pub mod gc;
pub mod hashes;
pub mod heapq;
pub mod imp;
pub mod importlib;
pub mod io;
pub mod itertools;
pub mod json;
pub mod locale;
pub mod marshal;
pub mod math;
pub mod mmap;
mod monitoring;
pub mod native_box;
pub mod opcode;
pub mod operator;
pub mod pickle;
pub mod posix;
pub mod posixsubprocess;
pub mod pyexpat;
pub mod queue;
pub mod quitter;
pub mod random;
pub mod resource;
pub mod select;
pub mod signal;
pub mod socket;
pub mod sre;
pub mod statistics;
pub mod stdlib_names;
pub mod string;
pub mod struct_;
pub mod sys;
mod sys_hooks;
pub mod sysconfigdata;
pub mod termios;
pub mod thread;
pub mod time;
pub mod tokenize;
pub mod types;
pub mod typing;
pub mod unicodedata;
pub mod warnings;
pub mod weakref;
pub mod zlib;

use crate::errors::R;
use crate::object::{Ref, attr};
use crate::types::module::{Module, NativeModule};
use crate::types::str::Str;
use crate::value::Value;

/// All native modules that `import` finds.
pub static NATIVE: &[&NativeModule] = &[
    &abc::MODULE,
    &accounts::GRP,
    &accounts::PWD,
    &array::MODULE,
    &ast::MODULE,
    &atexit::MODULE,
    &binascii::MODULE,
    &bisect::MODULE,
    &builtins::MODULE,
    &cmath::MODULE,
    &codecs::MODULE,
    &collections::MODULE,
    &contextvars::MODULE,
    &csv::MODULE,
    &errno::MODULE,
    &faulthandler::MODULE,
    &fcntl::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &hashes::BLAKE2,
    &hashes::HASHLIB,
    &hashes::MD5,
    &hashes::SHA1,
    &hashes::SHA2,
    &hashes::SHA3,
    &heapq::MODULE,
    &imp::MODULE,
    &io::MODULE,
    &itertools::MODULE,
    &json::MODULE,
    &locale::MODULE,
    &marshal::MODULE,
    &math::MODULE,
    &mmap::MODULE,
    &opcode::MODULE,
    &operator::MODULE,
    &pickle::MODULE,
    &posix::MODULE,
    &posixsubprocess::MODULE,
    &pyexpat::MODULE,
    &queue::MODULE,
    &random::MODULE,
    &resource::MODULE,
    &select::MODULE,
    &signal::functions::MODULE,
    &socket::MODULE,
    &sre::MODULE,
    &statistics::MODULE,
    &string::MODULE,
    &struct_::MODULE,
    &sys::MODULE,
    &sysconfigdata::MODULE,
    &termios::MODULE,
    &thread::MODULE,
    &time::MODULE,
    &tokenize::MODULE,
    &types::MODULE,
    &typing::MODULE,
    &unicodedata::MODULE,
    &warnings::MODULE,
    &weakref::MODULE,
    &zlib::MODULE,
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
