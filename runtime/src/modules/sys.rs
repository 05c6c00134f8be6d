//! `sys`: the interpreter's own variables and functions.

use crate::errors::{self, R, type_error, value_error};
use crate::names;
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Method, Ref, call};
use crate::ops;
use crate::state::state;
use crate::types::dict::Dict;
use crate::types::exceptions::{self as exc, Exception};
use crate::types::list::List;
use crate::types::module::{Module, NativeModule};
use crate::types::str::Str;
use crate::types::struct_sequence::{self, StructSequence};
use crate::types::tuple::Tuple;
use crate::types::{float, int};
use crate::value::Value;
use std::cell::Cell;
use std::sync::atomic::Ordering;

struct Globals {
    module: Cell<u64>,
    modules: Cell<u64>,
    optimize: Cell<u8>,
}
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Globals {}
static GLOBALS: Globals = Globals { module: Cell::new(0), modules: Cell::new(0), optimize: Cell::new(0) };

/// What the command line or the compiled program says about how it was started.
#[derive(Default)]
pub struct Config {
    /// `sys.argv`.
    pub argv: Vec<String>,
    /// `sys.path`.
    pub path: Vec<String>,
    pub executable: String,
    /// `-O` level.
    pub optimize: u8,
}

/// `sys.<name>` now, or `None` if it was deleted.
pub fn get(name: &str) -> Option<Value> {
    module().get(name)
}

pub fn module() -> Ref<Module> {
    // SAFETY: set by `init` before any code runs; a root.
    unsafe { Ref::from_ptr(GLOBALS.module.get() as *mut Module) }
}

/// `sys.modules` as it is now.
pub fn modules() -> Ref<Dict> {
    if let Some(dict) = get("modules").and_then(|m| m.cast::<Dict>()) {
        return dict;
    }
    // SAFETY: set by `init`; a root.
    unsafe { Ref::from_ptr(GLOBALS.modules.get() as *mut Dict) }
}

/// The entries of `sys.path`.
pub fn path() -> R<Vec<Value>> {
    match get("path") {
        Some(path) => ops::iter::to_vec(path),
        None => Ok(Vec::new()),
    }
}

pub fn optimize_level() -> u8 {
    GLOBALS.optimize.get()
}

/// Makes the module; once at start.
pub fn init(config: &Config) -> R<()> {
    GLOBALS.optimize.set(config.optimize);
    let modules = Dict::new();
    GLOBALS.modules.set(modules.as_ptr() as u64);
    crate::gc::add_root_range(GLOBALS.modules.as_ptr(), 1);
    if let Some(made) = super::create("sys")? {
        GLOBALS.module.set(made.as_ptr() as u64);
        crate::gc::add_root_range(GLOBALS.module.as_ptr(), 1);
        made.set("modules", modules.value());
        modules.set_str(Str::intern("sys"), made.value());
        let monitoring = super::monitoring::module();
        made.set("monitoring", monitoring.value());
        modules.set_str(Str::intern("sys.monitoring"), monitoring.value());
        let list = |items: &[String]| List::new(&items.iter().map(|s| Str::new(s).value()).collect::<Vec<_>>()).value();
        made.set("argv", list(&config.argv));
        made.set("orig_argv", list(&config.argv));
        made.set("path", list(&config.path));
        made.set("executable", Str::new(&config.executable).value());
        made.set("flags", struct_sequence::make(&FLAGS, &flags(config.optimize)));
    }
    Ok(())
}

static VERSION_INFO: StructSequence =
    StructSequence::new("sys.version_info", &["major", "minor", "micro", "releaselevel", "serial"])
        .without_constructor();
static FLAGS: StructSequence = StructSequence::with_hidden(
    "sys.flags",
    &[
        "debug",
        "inspect",
        "interactive",
        "optimize",
        "dont_write_bytecode",
        "no_user_site",
        "no_site",
        "ignore_environment",
        "verbose",
        "bytes_warning",
        "quiet",
        "hash_randomization",
        "isolated",
        "dev_mode",
        "utf8_mode",
        "warn_default_encoding",
        "safe_path",
        "int_max_str_digits",
        "context_aware_warnings",
        "thread_inherit_context",
    ],
    18,
)
.without_constructor();
static FLOAT_INFO: StructSequence = StructSequence::new(
    "sys.float_info",
    &["max", "max_exp", "max_10_exp", "min", "min_exp", "min_10_exp", "dig", "mant_dig", "epsilon", "radix", "rounds"],
);
static INT_INFO: StructSequence = StructSequence::new(
    "sys.int_info",
    &["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"],
);
static HASH_INFO: StructSequence = StructSequence::new(
    "sys.hash_info",
    &["width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff"],
);
static THREAD_INFO: StructSequence = StructSequence::new("sys.thread_info", &["name", "lock", "version"]);

fn flags(optimize: u8) -> Vec<Value> {
    let mut values = vec![Value::small(0); 20];
    values[3] = Value::small(optimize as i64);
    values[11] = Value::small(1);
    values[13] = boolean(false);
    values[14] = Value::small(1);
    values[16] = boolean(false);
    values[17] = Value::small(4300);
    values
}

fn text(s: &str) -> Value {
    Str::new(s).value()
}

/// In the form that `platform` takes apart: version, (build), [compiler].
pub const VERSION: &str = "3.14.2 (Taipan) [Rust]";

fn fill(module: Ref<Module>) -> R<()> {
    let small = Value::small;
    let version = struct_sequence::make(&VERSION_INFO, &[small(3), small(14), small(2), text("final"), small(0)]);
    module.set("version_info", version);
    module.set("version", text(VERSION));
    module.set("_git", Tuple::new(&[text("Taipan"), text(""), text("")]).value());
    module.set("hexversion", small(0x030e02f0));
    module.set("api_version", small(1013));
    module.set("copyright", text("Copyright (c) the authors of Taipan."));
    module.set("platform", text("linux"));
    module.set("byteorder", text("little"));
    module.set("maxsize", int::from_i64(i64::MAX));
    module.set("maxunicode", small(0x10ffff));
    module.set("platlibdir", text("lib"));
    // No build of ours has a variant in its name.
    module.set("abiflags", text(""));
    for name in ["prefix", "exec_prefix", "base_prefix", "base_exec_prefix"] {
        module.set(name, text("/usr"));
    }
    module.set("float_repr_style", text("short"));
    module.set("dont_write_bytecode", boolean(true));
    module.set("pycache_prefix", none());
    module.set("warnoptions", List::new(&[]).value());
    module.set("_xoptions", Dict::new().value());
    for name in ["meta_path", "path_hooks"] {
        module.set(name, List::new(&[]).value());
    }
    module.set("path_importer_cache", Dict::new().value());
    let names: Vec<Value> = super::NATIVE.iter().map(|m| Str::intern(m.name).value()).collect();
    module.set("builtin_module_names", Tuple::new(&names).value());
    let library: Vec<Value> = super::stdlib_names::NAMES.split_whitespace().map(|n| Str::intern(n).value()).collect();
    module.set("stdlib_module_names", crate::types::set::frozen_from_items(&library)?);
    module.set(
        "float_info",
        struct_sequence::make(
            &FLOAT_INFO,
            &[
                float::from_f64(f64::MAX),
                small(1024),
                small(308),
                float::from_f64(f64::MIN_POSITIVE),
                small(-1021),
                small(-307),
                small(15),
                small(53),
                float::from_f64(f64::EPSILON),
                small(2),
                small(1),
            ],
        ),
    );
    module.set("int_info", struct_sequence::make(&INT_INFO, &[small(30), small(4), small(4300), small(640)]));
    module.set(
        "hash_info",
        struct_sequence::make(
            &HASH_INFO,
            &[
                small(64),
                small(ops::hash::MODULUS as i64),
                small(314159),
                small(0),
                small(1000003),
                text("siphash13"),
                small(64),
                small(128),
                small(0),
            ],
        ),
    );
    module.set("thread_info", struct_sequence::make(&THREAD_INFO, &[text("pthread"), text("semaphore"), none()]));
    let implementation = crate::types::simple_namespace::SimpleNamespace::new(&[
        ("name", text("taipan")),
        ("cache_tag", text("cpython-314")),
        ("version", version),
        ("hexversion", small(0x030e02f0)),
        ("_multiarch", text("x86_64-linux-gnu")),
        ("supports_isolated_interpreters", boolean(false)),
    ])
    .value();
    module.set("implementation", implementation);
    module.add_functions(super::sys_hooks::FUNCTIONS);
    for (hook, function) in [
        ("__displayhook__", "displayhook"),
        ("__excepthook__", "excepthook"),
        ("__unraisablehook__", "unraisablehook"),
        ("__breakpointhook__", "breakpointhook"),
    ] {
        if let Some(value) = module.get(function) {
            module.set(hook, value);
        }
    }
    super::io::install_standard_streams(module)
}

fn exc_info(_: Value) -> R {
    match state().handled() {
        None => Ok(Tuple::new(&[none(), none(), none()]).value()),
        Some(value) => {
            let traceback = value.cast::<Exception>().and_then(|e| e.traceback.get()).unwrap_or_else(none);
            Ok(Tuple::new(&[value.class().value(), value, traceback]).value())
        }
    }
}

fn exit(_: Value, args: &[Value]) -> R {
    Err(match args.first() {
        None => errors::raise_args(&exc::SYSTEM_EXIT, &[]),
        Some(code) => match code.cast::<Tuple>() {
            Some(tuple) => errors::raise_args(&exc::SYSTEM_EXIT, tuple.as_slice()),
            None => errors::raise_args(&exc::SYSTEM_EXIT, &[*code]),
        },
    })
}

fn getframe(_: Value, args: &[Value]) -> R {
    let depth = args.first().map_or(Ok(0), |v| ops::as_i64(*v))?;
    let mut frame = state().frame.get();
    for _ in 0..depth.max(0) {
        if frame.is_null() {
            break;
        }
        // SAFETY: linked frames are live.
        frame = unsafe { (*frame).prev };
    }
    if frame.is_null() {
        return Err(value_error("call stack is not deep enough"));
    }
    Ok(crate::types::frame::object_of(frame))
}

fn getframemodulename(_: Value, args: Args) -> R {
    let depth = match args.pos().first().copied().or_else(|| args.keyword("depth")) {
        Some(v) => ops::as_i64(v)?,
        None => 0,
    };
    let mut frame = state().frame.get();
    for _ in 0..depth {
        if frame.is_null() {
            break;
        }
        // SAFETY: linked frames are live.
        frame = unsafe { (*frame).prev };
    }
    if frame.is_null() {
        return Ok(none());
    }
    // SAFETY: as above.
    let globals = unsafe { (*frame).globals() };
    Ok(globals.get_str(names::get(names::__name__)).unwrap_or_else(none))
}

/// `input([prompt])`.
pub fn input(_: Value, args: &[Value]) -> R {
    let stdout = get("stdout").filter(|f| !f.is_none());
    let Some(stdin) = get("stdin").filter(|f| !f.is_none()) else {
        return Err(errors::runtime_error("input(): lost sys.stdin"));
    };
    if let (Some(stdout), Some(prompt)) = (stdout, args.first()) {
        call::call_method(stdout, names::get(names::write), &[ops::str(*prompt)?])?;
    }
    if let Some(stdout) = stdout {
        if call::call_method(stdout, names::get(names::flush), &[]).is_err() {
            errors::clear();
        }
    }
    let line = call::call_method(stdin, names::get(names::readline), &[])?;
    let Some(text) = line.cast::<Str>() else {
        return Err(type_error("object.readline() returned non-string"));
    };
    if text.is_empty() {
        return Err(errors::eof_error("EOF when reading a line"));
    }
    let n = text.len();
    let keep = if text.get(n - 1) == '\n' as u32 { n - 1 } else { n };
    Ok(text.substring(0, keep).value())
}

fn displayhook(_: Value, v: Value) -> R {
    if v.is_none() {
        return Ok(none());
    }
    let builtins = super::builtins::module();
    builtins.set("_", none());
    let Some(stdout) = get("stdout").filter(|stdout| !stdout.is_none()) else {
        return Err(errors::runtime_error("lost sys.stdout"));
    };
    let text = format!("{}\n", ops::repr_text(v)?);
    call::call_method(stdout, names::get(names::write), &[Str::new(&text).value()])?;
    builtins.set("_", v);
    Ok(none())
}

fn excepthook(_: Value, args: &[Value]) -> R {
    let text = match args[1].cast::<Exception>() {
        Some(_) => errors::render::print_exception(args[1]),
        None if args[1].is_none() => "NoneType: None\n".to_string(),
        None => {
            let found = args[1].class().display_name();
            format!("TypeError: print_exception(): Exception expected for value, {found} found\n")
        }
    };
    write_stderr(&text);
    Ok(none())
}

/// Writes to `sys.stderr`, or to the descriptor if that fails.
pub fn write_stderr(message: &str) {
    if let Some(stderr) = get("stderr").filter(|f| !f.is_none()) {
        let result = call::call_method(stderr, names::get(names::write), &[Str::new(message).value()]);
        if result.is_ok() {
            if call::call_method(stderr, names::get(names::flush), &[]).is_err() {
                errors::clear();
            }
            return;
        }
        errors::clear();
    }
    crate::fault::complain(message);
}

fn set_recursion_limit(_: Value, v: Value) -> R {
    let n = ops::as_i32(v)?;
    if n < 1 {
        return Err(value_error("recursion limit must be greater or equal than 1"));
    }
    if state().depth.get() >= n as u64 {
        return Err(errors::raise_text(
            &exc::RECURSION_ERROR,
            format_args!(
                "cannot set the recursion limit to {n} at the recursion depth {}: the limit is too low",
                state().depth.get()
            ),
        ));
    }
    state().limit.set(n as u64);
    Ok(none())
}

/// Takes `__dict__` and `__weakref__` out of a class that another one replaces (`dataclass(slots=True)`).
fn clear_type_descriptors(_: Value, class: Value) -> R {
    let Some(class) = class.exact_type() else {
        return Err(type_error(format_args!(
            "_clear_type_descriptors() argument must be type, not {}",
            class.class().display_name()
        )));
    };
    if class.has_flag(crate::object::class::IMMUTABLE) {
        return Err(type_error("argument is immutable"));
    }
    for name in [names::__dict__, names::__weakref__] {
        class.set_attr(names::get(name), None)?;
    }
    Ok(none())
}

pub static MODULE: NativeModule = NativeModule {
    name: "sys",
    functions: &[
        Method::none("exc_info", exc_info),
        Method::none("exception", |_| Ok(state().handled().unwrap_or_else(none))),
        Method::pos("exit", exit, 0, 1),
        Method::none("getrecursionlimit", |_| Ok(Value::small(state().limit.get() as i64))),
        Method::one("setrecursionlimit", set_recursion_limit),
        Method::pos("_getframe", getframe, 0, 1),
        Method::none("_current_frames", |_| {
            let found = Dict::new();
            for (ident, frame) in crate::thread::frames().into_iter().filter(|(_, frame)| !frame.is_null()) {
                found.set(int::from_i64(ident), crate::types::frame::object_of(frame))?;
            }
            Ok(found.value())
        }),
        Method::full("_getframemodulename", getframemodulename),
        Method::none("getdefaultencoding", |_| Ok(text("utf-8"))),
        Method::none("getfilesystemencoding", |_| Ok(text("utf-8"))),
        Method::none("getfilesystemencodeerrors", |_| Ok(text("surrogateescape"))),
        Method::one("intern", |_, v| match v.exact::<Str>() {
            Some(s) => Ok(s.interned().value()),
            None if v.cast::<Str>().is_some() => {
                Err(type_error(format_args!("can't intern {}", v.class().display_name())))
            }
            None => Err(type_error(format_args!("intern() argument must be str, not {}", v.class().display_name()))),
        }),
        Method::one("_is_interned", |_, v| Ok(boolean(v.exact::<Str>().is_some_and(|s| s.is_interned())))),
        Method::pos("getrefcount", |_, _| Ok(Value::small(2)), 1, 1),
        Method::full("getsizeof", |_, args| {
            let Some(v) = args.pos().first() else {
                return Err(type_error("getsizeof() missing required argument 'object' (pos 1)"));
            };
            call::call_method(*v, names::get(names::__sizeof__), &[])
        }),
        Method::one("_clear_type_descriptors", clear_type_descriptors),
        Method::one("displayhook", displayhook),
        Method::pos("excepthook", excepthook, 3, 3),
        Method::one("unraisablehook", |_, v| {
            let text = errors::render::unraisable_text(v)?;
            write_stderr(&text);
            Ok(none())
        }),
        Method::none("is_finalizing", |_| Ok(boolean(false))),
        Method::one("settrace", |_, _| Ok(none())),
        Method::none("gettrace", |_| Ok(none())),
        Method::one("setprofile", |_, _| Ok(none())),
        Method::none("getprofile", |_| Ok(none())),
        Method::none("getallocatedblocks", |_| Ok(Value::small(crate::gc::stats().live_bytes as i64 / 64))),
        Method::none("get_int_max_str_digits", |_| {
            Ok(Value::small(int::text::MAX_STR_DIGITS.load(Ordering::Relaxed) as i64))
        }),
        Method::one("set_int_max_str_digits", |_, v| {
            let n = ops::as_i32(v)?;
            if n != 0 && n < 640 {
                return Err(value_error("maxdigits must be 0 or larger than 640"));
            }
            int::text::MAX_STR_DIGITS.store(n as usize, Ordering::Relaxed);
            Ok(none())
        }),
        // The number that overrides the machine's, or -1.
        Method::none("_get_cpu_count_config", |_| {
            let wanted = std::env::var("PYTHON_CPU_COUNT").ok().and_then(|n| n.parse().ok());
            Ok(Value::small(wanted.filter(|n| *n > 0).unwrap_or(-1)))
        }),
        Method::none("_clear_type_cache", |_| Ok(none())),
        Method::none("_clear_internal_caches", |_| Ok(none())),
        Method::none("_is_gil_enabled", |_| Ok(boolean(true))),
        Method::none("is_stack_trampoline_active", |_| Ok(boolean(false))),
        Method::full("audit", |_, _| Ok(none())),
        Method::full("addaudithook", |_, _| Ok(none())),
        Method::none("get_asyncgen_hooks", |_| crate::types::async_generator::get_hooks()),
        Method::full("set_asyncgen_hooks", |_, args| crate::types::async_generator::set_hooks(args)),
    ],
    init: fill,
};
