//! `_imp`: what `importlib` asks of the import machinery. Nothing is frozen here, and there are no
//! extension modules.

use crate::errors::{self, R, runtime_error, type_error};
use crate::object::Method;
use crate::object::attr;
use crate::object::singletons::{boolean, none};
use crate::ops;
use crate::types::bytes::{self, Bytes};
use crate::types::exceptions::{self as exc};
use crate::types::int;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;
use siphasher::sip::SipHasher13;
use std::cell::Cell;
use std::hash::Hasher;

/// The magic number of CPython 3.14's `.pyc` files, as a little-endian word.
const MAGIC_TOKEN: i64 = 0x0a0d_0000 | 3627;

/// How often the import lock is held.
struct Depth(Cell<u64>);
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Depth {}
static DEPTH: Depth = Depth(Cell::new(0));

fn text(v: Value, function: &str) -> R<String> {
    match v.cast::<Str>() {
        Some(text) => Ok(text.to_string_lossy()),
        None => Err(type_error(format_args!("{function}() argument must be str, not {}", v.class().display_name()))),
    }
}

/// -1 for the modules that cannot be made anew.
fn is_builtin(_: Value, name: Value) -> R {
    let name = text(name, "is_builtin")?;
    let known = super::NATIVE.iter().any(|module| module.name == name);
    Ok(Value::small(match (known, name.as_str()) {
        (true, "sys" | "builtins") => -1,
        (known, _) => known as i64,
    }))
}

fn create_builtin(_: Value, spec: Value) -> R {
    let name = attr::getattr(spec, Str::intern("name"))?;
    let Some(name) = name.cast::<Str>() else {
        return Err(type_error(format_args!("name must be string, not {}", name.class().display_name())));
    };
    if let Some(module) = ops::import::modules().get_str(name.interned()) {
        return Ok(module);
    }
    match super::create(&name.to_string_lossy())? {
        Some(module) => Ok(module.value()),
        None => Ok(none()),
    }
}

fn no_frozen(name: Value, function: &str) -> R {
    let name = text(name, function)?;
    let message = Str::from_string(format!("No such frozen object named {name}"));
    let made = exc::new(exc::IMPORT_ERROR.class(), &[message]);
    exc::set_field(made, "name", Str::new(&name).value());
    Err(errors::raise(made))
}

fn source_hash(_: Value, args: &[Value]) -> R {
    let Some(key) = int::as_int(ops::index(args[0])?).and_then(|n| n.to_i64()) else {
        return Err(errors::overflow_error("Python int too large to convert to C long"));
    };
    let mut hasher = SipHasher13::new_with_keys(key as u64, 0);
    hasher.write(bytes::require(args[1])?);
    Ok(Bytes::new(&hasher.finish().to_le_bytes()).value())
}

pub static MODULE: NativeModule = NativeModule {
    name: "_imp",
    functions: &[
        Method::none("acquire_lock", |_| {
            DEPTH.0.set(DEPTH.0.get() + 1);
            Ok(none())
        }),
        Method::none("release_lock", |_| match DEPTH.0.get() {
            0 => Err(runtime_error("not holding the import lock")),
            depth => {
                DEPTH.0.set(depth - 1);
                Ok(none())
            }
        }),
        Method::none("lock_held", |_| Ok(boolean(DEPTH.0.get() > 0))),
        Method::one("is_builtin", is_builtin),
        Method::one("create_builtin", create_builtin),
        Method::one("exec_builtin", |_, _| Ok(Value::small(0))),
        Method::none("extension_suffixes", |_| Ok(List::new(&[]).value())),
        Method::one("is_frozen", |_, name| text(name, "is_frozen").map(|_| boolean(false))),
        Method::one("is_frozen_package", |_, name| no_frozen(name, "is_frozen_package")),
        Method::pos("get_frozen_object", |_, args| no_frozen(args[0], "get_frozen_object"), 1, 2),
        Method::pos("find_frozen", |_, args| text(args[0], "find_frozen").map(|_| none()), 1, 2),
        Method::none("_frozen_module_names", |_| Ok(List::new(&[]).value())),
        Method::one("_override_frozen_modules_for_tests", |_, v| ops::as_i32(v).map(|_| none())),
        Method::one("_override_multi_interp_extensions_check", |_, v| {
            ops::as_i32(v)?;
            Ok(Value::small(0))
        }),
        Method::pos("source_hash", source_hash, 2, 2),
    ],
    init: |module| {
        module.set("check_hash_based_pycs", Str::intern("default").value());
        module.set("pyc_magic_number_token", Value::small(MAGIC_TOKEN));
        Ok(())
    },
};
