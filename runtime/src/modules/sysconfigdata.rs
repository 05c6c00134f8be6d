//! The module that `sysconfig` takes a build's variables from, with those that programs and the standard
//! library ask for. There is no C compiler behind us, so nothing about one is said.

use crate::types::dict::Dict;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;

const TEXTS: &[(&str, &str)] = &[
    ("ABIFLAGS", ""),
    ("LDVERSION", "3.14"),
    ("SHLIB_SUFFIX", ".so"),
    // Where `zoneinfo` looks for time zones.
    ("TZPATH", "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo"),
    ("VERSION", "3.14"),
];

const NUMBERS: &[(&str, i64)] = &[
    ("Py_DEBUG", 0),
    ("Py_ENABLE_SHARED", 0),
    ("Py_GIL_DISABLED", 0),
    ("SIZEOF_LONG", 8),
    ("SIZEOF_VOID_P", 8),
    ("WITH_DOC_STRINGS", 1),
];

pub static MODULE: NativeModule = NativeModule {
    // `sysconfig` makes the name of the flags, the platform and the `_multiarch` that `sys.implementation` says.
    name: "_sysconfigdata__linux_x86_64-linux-gnu",
    functions: &[],
    init: |module| {
        let variables = Dict::new();
        for (name, text) in TEXTS {
            variables.set_str(Str::intern(name), Str::new(text).value());
        }
        for (name, number) in NUMBERS {
            variables.set_str(Str::intern(name), Value::small(*number));
        }
        module.set("build_time_vars", variables.value());
        Ok(())
    },
};
