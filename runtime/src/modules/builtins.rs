//! `builtins`: the functions, and the namespace with the types.

use crate::errors::{self, R, type_error, value_error};
use crate::interp::frame;
use crate::names;
use crate::object::args::Params;
use crate::object::class::slots_of;
use crate::object::singletons::{boolean, ellipsis, false_, none, not_implemented, true_};
use crate::object::slots::CmpOp;
use crate::object::{Args, Method, Ref, TypeDef, attr, call};
use crate::ops;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exceptions as exc;
use crate::types::function::Function;
use crate::types::list::List;
use crate::types::module::{Module, NativeModule};
use crate::types::native::NativeFunction;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{self, int};
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::layout;

struct Namespace(Cell<u64>);
// SAFETY: written once at start, under the interpreter lock.
unsafe impl Sync for Namespace {}
static MODULE_OBJECT: Namespace = Namespace(Cell::new(0));

/// The module.
pub fn module() -> Ref<Module> {
    // SAFETY: set by `init` before any code runs; a root.
    unsafe { Ref::from_ptr(MODULE_OBJECT.0.get() as *mut Module) }
}

/// Its namespace, where globals end.
#[inline]
pub fn namespace() -> Ref<Dict> {
    module().dict()
}

/// A builtin that the runtime itself refers to.
pub fn get(name: &str) -> Value {
    match MODULE.functions.iter().find(|f| f.name == name) {
        Some(function) => match module().get(name) {
            Some(value) => value,
            None => NativeFunction::new(function, module().value(), None).value(),
        },
        None => module().get(name).unwrap_or_else(none),
    }
}

/// Makes the module; called once at start.
pub fn init() -> R<()> {
    if let Some(made) = super::create("builtins")? {
        MODULE_OBJECT.0.set(made.as_ptr() as u64);
        crate::gc::add_root_range(MODULE_OBJECT.0.as_ptr(), 1);
        // SAFETY: written once, before any program runs; the functions live as long as the module's table does.
        unsafe {
            for (i, name) in layout::BUILTINS.iter().enumerate() {
                TAIPAN_BUILTINS[i] = match name.strip_prefix("list.") {
                    Some(method) => types::list::LIST.class().lookup(Str::intern(method)).unwrap_or_else(none).bits(),
                    None => get(name).bits(),
                };
            }
            crate::gc::add_root_range(&raw const TAIPAN_BUILTINS as *const u64, layout::BUILTINS.len());
        }
    }
    Ok(())
}

/// The built-in functions that compiled code does inline: what their names mean unless a program changes it.
#[unsafe(no_mangle)]
pub static mut TAIPAN_BUILTINS: [u64; layout::BUILTINS.len()] = [0; layout::BUILTINS.len()];

/// Whether `__import__` is still ours.
pub fn is_default_import(f: Value) -> bool {
    f.exact::<NativeFunction>().is_some_and(|f| f.method().name == "__import__")
}

/// The types that `builtins` has.
static TYPES: &[&TypeDef] = &[
    &types::object::OBJECT,
    &types::type_::TYPE,
    &types::int::INT,
    &types::bool_::BOOL,
    &types::float::FLOAT,
    &types::complex::COMPLEX,
    &types::str::STR,
    &types::bytes::BYTES,
    &types::bytearray::BYTEARRAY,
    &types::memoryview::MEMORYVIEW,
    &types::list::LIST,
    &types::tuple::TUPLE,
    &types::dict::DICT,
    &types::set::SET,
    &types::set::FROZEN_SET,
    &types::range::RANGE,
    &types::slice::SLICE,
    &types::super_::SUPER,
    &types::property::PROPERTY,
    &types::method::STATIC_METHOD,
    &types::method::CLASS_METHOD,
    &types::iterators::ENUMERATE,
    &types::iterators::ZIP,
    &types::iterators::MAP,
    &types::iterators::FILTER,
    &types::iterators::REVERSED,
];

pub static MODULE: NativeModule = NativeModule {
    name: "builtins",
    functions: &[
        Method::one("abs", |_, v| ops::abs(v)),
        Method::one("aiter", |_, v| types::generator::get_aiter(v)),
        Method::pos("anext", anext, 1, 2),
        Method::one("all", |_, v| {
            let mut result = true;
            let iterator = ops::iter::iter(v)?;
            while let Some(item) = ops::iter::next(iterator)? {
                if !ops::truth(item)? {
                    result = false;
                    break;
                }
            }
            Ok(boolean(result))
        }),
        Method::one("any", |_, v| {
            let iterator = ops::iter::iter(v)?;
            while let Some(item) = ops::iter::next(iterator)? {
                if ops::truth(item)? {
                    return Ok(true_());
                }
            }
            Ok(false_())
        }),
        Method::one("ascii", |_, v| ops::ascii(v)),
        Method::one("bin", |_, v| with_prefix(v, "0b", 2)),
        Method::one("oct", |_, v| with_prefix(v, "0o", 8)),
        Method::one("hex", |_, v| with_prefix(v, "0x", 16)),
        Method::full("breakpoint", |_, args| match super::sys::get("breakpointhook") {
            Some(hook) => call::call_args(hook, args),
            None => Err(errors::runtime_error("lost sys.breakpointhook")),
        }),
        Method::one("callable", |_, v| Ok(boolean(call::is_callable(v)))),
        Method::one("chr", chr),
        Method::full("compile", compile),
        Method::pos(
            "delattr",
            |_, args| {
                attr::setattr(args[0], attribute_name(args[1])?, None)?;
                Ok(none())
            },
            2,
            2,
        ),
        Method::pos("dir", dir, 0, 1),
        Method::pos("divmod", |_, args| ops::divmod(args[0], args[1]), 2, 2),
        Method::full("eval", eval),
        Method::full("exec", exec),
        Method::pos(
            "format",
            |_, args| {
                if let Some(spec) = args.get(1).filter(|s| s.cast::<Str>().is_none()) {
                    return Err(type_error(format_args!(
                        "format() argument 2 must be str, not {}",
                        spec.class().display_name()
                    )));
                }
                ops::format(args[0], args.get(1).copied())
            },
            1,
            2,
        ),
        Method::pos("getattr", getattr, 2, 3),
        Method::none("globals", |_| match frame::current_globals() {
            Some(globals) => Ok(globals.value()),
            None => Ok(none()),
        }),
        Method::pos("hasattr", |_, args| Ok(boolean(attr::find(args[0], attribute_name(args[1])?)?.is_some())), 2, 2),
        Method::one("hash", |_, v| ops::hash::hash(v).map(int::from_i64)),
        Method::one("id", |_, v| Ok(int::from_i64(ops::id(v) as i64))),
        Method::pos("input", super::sys::input, 0, 1),
        Method::pos("isinstance", |_, args| ops::isinstance(args[0], args[1]).map(boolean), 2, 2),
        Method::pos("issubclass", |_, args| ops::issubclass(args[0], args[1]).map(boolean), 2, 2),
        Method::pos("iter", iter, 1, 2),
        Method::one("len", |_, v| ops::len(v).map(|n| int::from_i64(n as i64))),
        Method::none("locals", |_| locals()),
        Method::full("max", |_, args| min_max(args, "max", CmpOp::Gt)),
        Method::full("min", |_, args| min_max(args, "min", CmpOp::Lt)),
        Method::pos("next", next, 1, 2),
        Method::one("ord", ord),
        Method::full("pow", |_, args| {
            static PARAMS: Params =
                Params { function: "pow", names: &["base", "exp", "mod"], required: 2, positional: 3 };
            let [base, exp, modulus] = args.bind(&PARAMS)?;
            ops::power(base.unwrap_or_else(none), exp.unwrap_or_else(none), modulus)
        }),
        Method::full("print", print),
        Method::one("repr", |_, v| ops::repr(v)),
        Method::full("round", |_, args| {
            static PARAMS: Params =
                Params { function: "round", names: &["number", "ndigits"], required: 1, positional: 2 };
            let [number, digits] = args.bind(&PARAMS)?;
            let number = number.unwrap_or_else(none);
            let given: &[Value] = match &digits {
                Some(digits) if !digits.is_none() => std::slice::from_ref(digits),
                _ => &[],
            };
            match call::call_special(number, names::__round__, given)? {
                Some(rounded) => Ok(rounded),
                None => Err(type_error(format_args!(
                    "type {} doesn't define __round__ method",
                    number.class().display_name()
                ))),
            }
        }),
        Method::pos(
            "setattr",
            |_, args| {
                attr::setattr(args[0], attribute_name(args[1])?, Some(args[2]))?;
                Ok(none())
            },
            3,
            3,
        ),
        Method::full("sorted", sorted),
        Method::full("sum", sum),
        Method::pos(
            "vars",
            |_, args| match args.first() {
                None => locals(),
                Some(v) => match attr::find(*v, names::get(names::__dict__))? {
                    Some(dict) => Ok(dict),
                    None => Err(type_error("vars() argument must have __dict__ attribute")),
                },
            },
            0,
            1,
        ),
        Method::full("__build_class__", |_, args| crate::interp::call::build_class(args)),
        Method::full("__import__", import),
        Method::full("open", super::io::open),
    ],
    init: |module| {
        for def in TYPES {
            module.add_type(def);
        }
        for extra in exc::ALL {
            module.add_type(extra.def);
        }
        module.set("ExceptionGroup", exc::exception_group_class().value());
        module.set("EnvironmentError", exc::OS_ERROR.class().value());
        module.set("IOError", exc::OS_ERROR.class().value());
        module.set("None", none());
        module.set("True", true_());
        module.set("False", false_());
        module.set("Ellipsis", ellipsis());
        module.set("NotImplemented", not_implemented());
        module.set("__debug__", boolean(super::sys::optimize_level() == 0));
        for name in ["exit", "quit"] {
            module.set(name, super::quitter::new(name));
        }
        Ok(())
    },
};

/// The name argument of `getattr` and the like, interned.
fn attribute_name(v: Value) -> R<Ref<Str>> {
    match v.cast::<Str>() {
        Some(name) => Ok(name.interned()),
        None => Err(type_error(format_args!("attribute name must be string, not '{}'", v.class().display_name()))),
    }
}

/// `bin`, `oct`, `hex`.
fn with_prefix(v: Value, prefix: &str, radix: u32) -> R {
    let digits = int::text::to_radix(int::expect(ops::index(v)?), radix);
    Ok(Str::from_string(match digits.strip_prefix('-') {
        Some(digits) => format!("-{prefix}{digits}"),
        None => format!("{prefix}{digits}"),
    }))
}

fn getattr(_: Value, args: &[Value]) -> R {
    let name = attribute_name(args[1])?;
    match args.get(2) {
        None => attr::getattr(args[0], name),
        Some(default) => Ok(attr::find(args[0], name)?.unwrap_or(*default)),
    }
}

fn anext(_: Value, args: &[Value]) -> R {
    let Some(slot) = slots_of(args[0]).anext else {
        return Err(type_error(format_args!("'{}' object is not an async iterator", args[0].class().display_name())));
    };
    let awaitable = slot(args[0])?;
    match args.get(1) {
        None => Ok(awaitable),
        Some(default) => types::async_generator::anext_with_default(awaitable, *default),
    }
}

fn chr(_: Value, v: Value) -> R {
    let n = ops::index(v)?;
    match n.as_small() {
        Some(n) if (0..=0x10ffff).contains(&n) => Ok(Str::from_char(n as u32).value()),
        Some(n) if i32::try_from(n).is_ok() => Err(value_error("chr() arg not in range(0x110000)")),
        _ => Err(value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(_: Value, v: Value) -> R {
    let wrong = |n: usize| Err(type_error(format_args!("ord() expected a character, but string of length {n} found")));
    if let Some(text) = v.cast::<Str>() {
        return if text.len() == 1 { Ok(Value::small(text.get(0) as i64)) } else { wrong(text.len()) };
    }
    let buffer = match slots_of(v).buffer {
        Some(slot)
            if v.cast::<types::bytes::Bytes>().is_some() || v.cast::<types::bytearray::ByteArray>().is_some() =>
        {
            slot(v)?
        }
        _ => {
            return Err(type_error(format_args!(
                "ord() expected string of length 1, but {} found",
                v.class().display_name()
            )));
        }
    };
    // SAFETY: one byte is read from a buffer that has one.
    if buffer.len == 1 { Ok(Value::small(unsafe { *buffer.ptr } as i64)) } else { wrong(buffer.len) }
}

fn iter(_: Value, args: &[Value]) -> R {
    match args {
        [v] => ops::iter::iter(*v),
        [callable, sentinel, ..] => {
            if !call::is_callable(*callable) {
                return Err(type_error("iter(v, w): v must be callable"));
            }
            Ok(types::iterators::CallableIterator::new(*callable, *sentinel).value())
        }
        [] => Ok(none()),
    }
}

fn next(_: Value, args: &[Value]) -> R {
    if slots_of(args[0]).next.is_none() {
        return Err(type_error(format_args!("'{}' object is not an iterator", args[0].class().display_name())));
    }
    match args.get(1) {
        None => match ops::iter::raw_next(args[0])? {
            Some(value) => Ok(value),
            None => Err(errors::stop_iteration(None)),
        },
        Some(default) => Ok(ops::iter::next(args[0])?.unwrap_or(*default)),
    }
}

fn dir(_: Value, args: &[Value]) -> R {
    match args.first() {
        Some(v) => ops::dir(*v),
        None => {
            let names = ops::iter::to_vec(call::call_method(locals()?, names::get(names::keys), &[])?)?;
            let list = List::new(&names);
            types::list::sort::sort(list, None, false)?;
            Ok(list.value())
        }
    }
}

/// `locals()` of the running frame.
pub fn locals() -> R {
    let frame = crate::state::state().frame.get();
    if frame.is_null() {
        return Err(errors::system_error("frame does not exist"));
    }
    Ok(types::frame::object_of(frame).expect::<types::frame::FrameObject>().locals())
}

fn min_max(args: Args, name: &str, op: CmpOp) -> R {
    let pos = args.pos();
    let mut key = None;
    let mut default = None;
    for (keyword, value) in args.keywords() {
        if keyword.is_str("key") {
            key = (!value.is_none()).then_some(value);
        } else if keyword.is_str("default") {
            default = Some(value);
        } else {
            return Err(type_error(format_args!(
                "{name}() got an unexpected keyword argument '{}'",
                keyword.display()
            )));
        }
    }
    if pos.is_empty() {
        return Err(type_error(format_args!("{name} expected at least 1 argument, got 0")));
    }
    if pos.len() > 1 && default.is_some() {
        return Err(type_error(format_args!(
            "Cannot specify a default for {name}() with multiple positional arguments"
        )));
    }
    let mut best: Option<(Value, Value)> = None;
    let mut consider = |item: Value| -> R<()> {
        let rank = match key {
            Some(key) => call::call(key, &[item])?,
            None => item,
        };
        let better = match best {
            None => true,
            Some((_, known)) => ops::compare_bool(rank, known, op)?,
        };
        if better {
            best = Some((item, rank));
        }
        Ok(())
    };
    match pos {
        [iterable] => ops::iter::for_each(*iterable, consider)?,
        many => many.iter().try_for_each(|item| consider(*item))?,
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(value_error(format_args!("{name}() iterable argument is empty"))),
    }
}

fn sorted(_: Value, args: Args) -> R {
    let pos = args.pos();
    let [iterable] = pos else {
        return Err(type_error(format_args!("sorted expected 1 argument, got {}", pos.len())));
    };
    let list = List::new(&ops::iter::to_vec(*iterable)?);
    call::call_args(
        attr::getattr(list.value(), names::get(names::sort))?,
        Args { all: &args.all[1..], names: args.names },
    )?;
    Ok(list.value())
}

fn sum(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "sum", names: &["", "start"], required: 1, positional: 2 };
    let [iterable, start] = args.bind(&PARAMS)?;
    let iterable = iterable.unwrap_or_else(none);
    let mut total = start.unwrap_or(Value::small(0));
    if start.is_some() {
        let what = if total.cast::<Str>().is_some() {
            Some(("strings", "''.join(seq)"))
        } else if total.cast::<types::bytes::Bytes>().is_some() {
            Some(("bytes", "b''.join(seq)"))
        } else if total.cast::<types::bytearray::ByteArray>().is_some() {
            Some(("bytearray", "b''.join(seq)"))
        } else {
            None
        };
        if let Some((what, instead)) = what {
            return Err(type_error(format_args!("sum() can't sum {what} [use {instead} instead]")));
        }
    }
    let iterator = ops::iter::iter(iterable)?;
    // Floats are added with compensation (Neumaier), as CPython does since 3.12.
    let mut float_sum: Option<(f64, f64)> = None;
    let settle = |sum: (f64, f64)| {
        let (hi, lo) = sum;
        types::float::from_f64(if lo != 0.0 && lo.is_finite() { hi + lo } else { hi })
    };
    while let Some(item) = ops::iter::next(iterator)? {
        if let (Some(a), Some(b), None) = (total.as_small(), item.as_small(), float_sum) {
            total = int::from_i64(a + b);
            continue;
        }
        if let Some((hi, lo)) = float_sum {
            let x = match types::float::as_exact(item) {
                Some(x) => Some(x),
                None => item.as_small().map(|n| n as f64),
            };
            if let Some(x) = x {
                let t = hi + x;
                let c = if hi.abs() >= x.abs() { (hi - t) + x } else { (x - t) + hi };
                float_sum = Some((t, lo + c));
                continue;
            }
            total = ops::add(settle((hi, lo)), item)?;
            float_sum = None;
            continue;
        }
        if let (Some(x), Some(y)) = (types::float::as_exact(total), types::float::as_exact(item)) {
            let t = x + y;
            let c = if x.abs() >= y.abs() { (x - t) + y } else { (y - t) + x };
            float_sum = Some((t, c));
            continue;
        }
        if let (Some(n), Some(y)) = (total.as_small(), types::float::as_exact(item)) {
            float_sum = Some((n as f64 + y, {
                let x = n as f64;
                let t = x + y;
                if x.abs() >= y.abs() { (x - t) + y } else { (y - t) + x }
            }));
            continue;
        }
        total = ops::add(total, item)?;
    }
    Ok(match float_sum {
        Some(sum) => settle(sum),
        None => total,
    })
}

fn print(_: Value, args: Args) -> R {
    ops::poll::owner_may_have_left();
    let (mut sep, mut end, mut file, mut flush) = (None, None, None, false);
    for (keyword, value) in args.keywords() {
        let given = (!value.is_none()).then_some(value);
        match keyword.as_ascii() {
            Some("sep") => sep = given,
            Some("end") => end = given,
            Some("file") => file = given,
            Some("flush") => flush = ops::truth(value)?,
            _ => {
                return Err(type_error(format_args!(
                    "print() got an unexpected keyword argument '{}'",
                    keyword.display()
                )));
            }
        }
    }
    for (what, value) in [("sep", sep), ("end", end)] {
        if let Some(value) = value.filter(|v| v.cast::<Str>().is_none()) {
            return Err(type_error(format_args!(
                "{what} must be None or a string, not {}",
                value.class().display_name()
            )));
        }
    }
    let file = match file {
        Some(file) => file,
        None => match super::sys::get("stdout") {
            None => return Err(errors::runtime_error("lost sys.stdout")),
            Some(file) if file.is_none() => return Ok(none()),
            Some(file) => file,
        },
    };
    let mut write = None;
    let space = Str::intern(" ").value();
    for (i, item) in args.pos().iter().enumerate() {
        if i > 0 {
            super::io::write_text(file, &mut write, sep.unwrap_or(space))?;
        }
        super::io::write_text(file, &mut write, ops::str(*item)?)?;
    }
    super::io::write_text(file, &mut write, end.unwrap_or_else(|| Str::intern("\n").value()))?;
    if flush {
        call::call_method(file, names::get(names::flush), &[])?;
    }
    Ok(none())
}

fn import(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "__import__",
        names: &["name", "globals", "locals", "fromlist", "level"],
        required: 1,
        positional: 5,
    };
    let [name, globals, _, from, level] = args.bind(&PARAMS)?;
    let name = name.unwrap_or_else(none);
    let Some(name) = name.cast::<Str>() else {
        return Err(type_error(format_args!(
            "__import__() argument 1 must be str, not {}",
            name.class().display_name()
        )));
    };
    let globals = globals.and_then(|g| g.cast::<Dict>());
    let level = level.map_or(Ok(0), ops::as_i64)?;
    ops::import::import(name, globals, from.unwrap_or_else(none), level)
}

/// Source text of `compile`, `exec`, `eval`: text, bytes, or anything with a buffer.
fn source_bytes(v: Value, function: &str, what: &str) -> R<Vec<u8>> {
    let bytes = if let Some(text) = v.cast::<Str>() {
        text.to_wtf8()
    } else if let Some(slot) = slots_of(v).buffer {
        let buffer = slot(v)?;
        // SAFETY: copied before anything can change the object.
        unsafe { std::slice::from_raw_parts(buffer.ptr, buffer.len) }.to_vec()
    } else {
        return Err(type_error(format_args!("{function}() arg 1 must be a {what}")));
    };
    if bytes.contains(&0) {
        return Err(errors::raise_text(&exc::SYNTAX_ERROR, "source code string cannot contain null bytes"));
    }
    Ok(bytes)
}

const PYCF_ONLY_AST: i64 = 0x400;
const PYCF_KNOWN: i64 = 0x1fe_0000 | 0x10 | 0x200 | 0x400 | 0x1000 | 0x2000 | 0x4000 | 0x8000 | 0x2000_0000;

fn compile(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "compile",
        names: &["source", "filename", "mode", "flags", "dont_inherit", "optimize", "_feature_version"],
        required: 3,
        positional: 6,
    };
    let [source, filename, mode, flags, dont_inherit, optimize, _] = args.bind(&PARAMS)?;
    let filename = fs_text(filename.unwrap_or_else(none))?;
    let mode = mode.unwrap_or_else(none);
    let Some(mode) = mode.cast::<Str>() else {
        return Err(type_error(format_args!(
            "compile() argument 'mode' must be str, not {}",
            mode.class().display_name()
        )));
    };
    let flags = flags.map_or(Ok(0), ops::as_i64)?;
    let optimize = optimize.map_or(Ok(-1), ops::as_i64)?;
    if flags & !PYCF_KNOWN != 0 {
        return Err(value_error("compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(value_error("compile(): invalid optimize value"));
    }
    let mode = mode.to_string_lossy();
    if !["exec", "eval", "single"].contains(&mode.as_str()) {
        return Err(value_error(if mode == "func_type" {
            "compile() mode 'func_type' requires flag PyCF_ONLY_AST"
        } else if flags & PYCF_ONLY_AST != 0 {
            "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
        } else {
            "compile() mode must be 'exec', 'eval' or 'single'"
        }));
    }
    let source_object = source.unwrap_or_else(none);
    let is_tree = super::ast::is_node(source_object);
    if is_tree && flags & PYCF_ONLY_AST != 0 {
        return Ok(source_object);
    }
    let source = match is_tree {
        true => Vec::new(),
        false => source_bytes(source_object, "compile", "string, bytes or AST object")?,
    };
    let inherit = match dont_inherit {
        Some(v) => !ops::truth(v)?,
        None => true,
    };
    let request = crate::dynamic::Request {
        source: &source,
        filename,
        mode: &mode,
        optimize: if optimize < 0 { super::sys::optimize_level() } else { optimize as u8 },
        flags: flags as u32 | if inherit { inherited_flags() } else { 0 },
        is_file: false,
        warn: true,
    };
    if is_tree {
        return Ok(crate::dynamic::compile_tree(source_object, &request)?.value());
    }
    if flags & PYCF_ONLY_AST != 0 {
        return crate::dynamic::parse(&request);
    }
    Ok(crate::dynamic::compile(&request)?.value())
}

/// Future features in force in the calling code.
fn inherited_flags() -> u32 {
    let frame = crate::state::state().frame.get();
    // SAFETY: linked frames are live.
    if frame.is_null() { 0 } else { unsafe { (*frame).code().flags.get() & 0x1fe_0000 } }
}

/// A path argument: str, bytes or `__fspath__`.
fn fs_text(v: Value) -> R<Ref<Str>> {
    if let Some(text) = v.cast::<Str>() {
        return Ok(text);
    }
    if let Some(bytes) = v.cast::<types::bytes::Bytes>() {
        return Ok(Str::new(&String::from_utf8_lossy(bytes.as_slice())));
    }
    match attr::find(v.class().value(), Str::intern("__fspath__"))? {
        Some(f) => fs_text(call::call(f, &[v])?),
        None => {
            Err(type_error(format_args!("expected str, bytes or os.PathLike object, not {}", v.class().display_name())))
        }
    }
}

/// The namespaces that `exec` and `eval` run in.
fn namespaces(globals: Option<Value>, locals_arg: Option<Value>, function: &str) -> R<(Ref<Dict>, Value)> {
    let given = |v: Option<Value>| v.filter(|v| !v.is_none());
    let (globals, locals_value) = match (given(globals), given(locals_arg)) {
        (None, locals_arg) => {
            let Some(own) = frame::current_globals() else {
                return Err(errors::system_error("globals and locals cannot be NULL"));
            };
            let locals_value = match locals_arg {
                Some(v) => v,
                None => locals()?,
            };
            (own, locals_value)
        }
        (Some(globals), locals_arg) => {
            let Some(dict) = globals.cast::<Dict>() else {
                if function == "eval" && slots_of(globals).getitem.is_some() {
                    return Err(type_error("globals must be a real dict; try eval(code, {}, mapping)"));
                }
                return Err(type_error(if function == "eval" {
                    "globals must be a dict".to_string()
                } else {
                    format!("{function}() globals must be a dict, not {}", globals.class().display_name())
                }));
            };
            (dict, locals_arg.unwrap_or(globals))
        }
    };
    if slots_of(locals_value).getitem.is_none() {
        return Err(type_error(if function == "eval" {
            "locals must be a mapping".to_string()
        } else {
            format!("{function}() locals must be a mapping or None, not {}", locals_value.class().display_name())
        }));
    }
    let name = names::get(names::__builtins__);
    if globals.get_str(name).is_none() {
        let builtins = match crate::state::state().frame.get() {
            f if f.is_null() => namespace(),
            // SAFETY: linked frames are live.
            f => unsafe { (*f).builtins() },
        };
        globals.set_str(name, builtins.value());
    }
    Ok((globals, locals_value))
}

fn eval(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "eval", names: &["", "globals", "locals"], required: 1, positional: 3 };
    let [source, globals, locals_arg] = args.bind(&PARAMS)?;
    let source = source.unwrap_or_else(none);
    let (globals, locals_value) = namespaces(globals, locals_arg, "eval")?;
    let code = match source.exact::<Code>() {
        Some(code) => {
            if code.nfrees.get() > 0 {
                return Err(type_error("code object passed to eval() may not contain free variables"));
            }
            super::marshal::verify(code)?;
            code
        }
        None => {
            let bytes = source_bytes(source, "eval", "string, bytes or code object")?;
            let trimmed = bytes.iter().position(|b| !matches!(b, b' ' | b'\t')).unwrap_or(bytes.len());
            compile_text(&bytes[trimmed..], "eval")?
        }
    };
    crate::interp::call::run_code(code, globals, locals_value)
}

fn compile_text(source: &[u8], mode: &str) -> R<Ref<Code>> {
    crate::dynamic::compile(&crate::dynamic::Request {
        source,
        filename: Str::intern("<string>"),
        mode,
        optimize: super::sys::optimize_level(),
        flags: inherited_flags(),
        is_file: false,
        warn: true,
    })
}

fn exec(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "exec", names: &["", "globals", "locals", "closure"], required: 1, positional: 3 };
    let [source, globals, locals_arg, closure] = args.bind(&PARAMS)?;
    let source = source.unwrap_or_else(none);
    let (globals, locals_value) = namespaces(globals, locals_arg, "exec")?;
    let closure = closure.filter(|c| !c.is_none());
    let Some(code) = source.exact::<Code>() else {
        if closure.is_some() {
            return Err(type_error("closure can only be used when source is a code object"));
        }
        let code = compile_text(&source_bytes(source, "exec", "string, bytes or code object")?, "exec")?;
        crate::interp::call::run_code(code, globals, locals_value)?;
        return Ok(none());
    };
    super::marshal::verify(code)?;
    let free = code.nfrees.get() as usize;
    if free == 0 {
        if closure.is_some() {
            return Err(type_error("cannot use a closure with this code object"));
        }
        crate::interp::call::run_code(code, globals, locals_value)?;
        return Ok(none());
    }
    let cells = closure
        .and_then(|c| c.exact::<Tuple>())
        .filter(|c| c.len() == free && c.as_slice().iter().all(|c| c.exact::<types::cell::CellObject>().is_some()));
    let Some(cells) = cells else {
        return Err(type_error(format_args!("code object requires a closure of exactly length {free}")));
    };
    let function = Function::new(code, globals, Some(code.name.value()));
    function.set_attribute(8, cells.value());
    crate::interp::call::run_function_in(function, locals_value)?;
    Ok(none())
}
