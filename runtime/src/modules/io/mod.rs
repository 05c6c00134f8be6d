//! `_io`: streams over files and memory, `open`, and the standard streams.

pub mod base;
pub mod buffered;
pub mod dirty;
pub mod file;
pub mod memory;
pub mod newline;
pub mod text;

use crate::errors::{self, R, Raised, type_error, value_error};
use crate::gc;
use crate::names;
use crate::object::args::Params;
use crate::object::define::{Method, TypeDef};
use crate::object::singletons::none;
use crate::object::{Args, Ref, Type, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions::{self as exc, Exception};
use crate::types::int;
use crate::types::module::{Module, NativeModule};
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::TYPE;
use crate::value::Value;
use base::{call_method, set_attr};
use std::cell::Cell;
use text::{Newline, Options};

/// `DEFAULT_BUFFER_SIZE`, and the size of a chunk of text.
pub const BUFFER_SIZE: usize = 128 << 10;

struct Unsupported(Cell<u64>);
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Unsupported {}
static UNSUPPORTED: Unsupported = Unsupported(Cell::new(0));

/// The class `io.UnsupportedOperation`, which has two bases.
fn unsupported_class() -> R<Ref<Type>> {
    if UNSUPPORTED.0.get() == 0 {
        let bases = Tuple::new(&[exc::OS_ERROR.class().value(), exc::VALUE_ERROR.class().value()]);
        let namespace = Dict::new();
        namespace.set_str(names::get(names::__module__), Str::intern("io").value());
        let made = call::call(
            TYPE.class().value(),
            &[Str::intern("UnsupportedOperation").value(), bases.value(), namespace.value()],
        )?;
        UNSUPPORTED.0.set(made.bits());
        gc::add_root_range(UNSUPPORTED.0.as_ptr(), 1);
    }
    // SAFETY: filled with a class that is a root.
    Ok(unsafe { Ref::from_ptr(UNSUPPORTED.0.get() as *mut Type) })
}

/// `io.UnsupportedOperation(message)`, raised.
pub fn unsupported(message: &str) -> Raised {
    match unsupported_class().and_then(|class| call::call(class.value(), &[Str::new(message).value()])) {
        Ok(made) => match made.cast::<Exception>() {
            Some(made) => errors::raise(made),
            None => value_error(message),
        },
        Err(raised) => raised,
    }
}

/// Writes out files that hold unwritten data, before another file is looked at.
pub fn flush_abandoned() {
    dirty::flush(false);
}

/// Writes out everything, at exit.
pub fn flush_all() {
    dirty::flush(true);
}

/// Writes text to a stream; the fast way of `print`.
#[inline]
pub fn write_text(stream: Value, write: &mut Option<Value>, text: Value) -> R<()> {
    if let (Some(io), Some(text)) = (text::exact(stream), text.cast::<Str>()) {
        return io.write(text);
    }
    let method = match *write {
        Some(method) => method,
        None => {
            let method = crate::object::attr::getattr(stream, names::get(names::write))?;
            *write = Some(method);
            method
        }
    };
    call::call(method, &[text]).map(|_| ())
}

/// `open(...)`.
pub fn open(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "open",
        names: &["file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener"],
        required: 1,
        positional: 8,
    };
    let [file, mode, buffering, encoding, errors, newline, close_fd, opener] = args.bind(&PARAMS)?;
    let Some(file) = file else { return Err(type_error("open() missing required argument 'file' (pos 1)")) };
    let mode = crate::types::str::args::text_or(mode, "open", "mode", "r")?;
    let buffering = buffering.map_or(Ok(-1), ops::as_i32)?;
    let string = |v: Option<Value>, name: &str| -> R<Option<Ref<Str>>> {
        match v.filter(|v| !v.is_none()) {
            None => Ok(None),
            Some(v) => match v.cast::<Str>() {
                Some(text) => Ok(Some(text)),
                None => Err(type_error(format_args!(
                    "open() argument '{name}' must be str or None, not {}",
                    v.class().display_name()
                ))),
            },
        }
    };
    let (encoding_text, errors_text) = (string(encoding, "encoding")?, string(errors, "errors")?);
    let newline_text = string(newline, "newline")?;
    let close_fd = close_fd.map_or(Ok(true), ops::truth)?;

    let file = if int::as_int(file).is_some() { file } else { file::fspath(file)? };
    let invalid = || value_error(format_args!("invalid mode: '{mode}'"));
    let has = |c: char| mode.contains(c);
    if mode.is_empty() || mode.chars().enumerate().any(|(i, c)| !"rwxab+t".contains(c) || mode[..i].contains(c)) {
        return Err(if mode.is_empty() {
            value_error("Must have exactly one of create/read/write/append mode and at most one plus")
        } else {
            invalid()
        });
    }
    if has('t') && has('b') {
        return Err(value_error("can't have text and binary mode at once"));
    }
    if mode.chars().filter(|c| "rwxa".contains(*c)).count() != 1 {
        return Err(value_error("must have exactly one of create/read/write/append mode"));
    }
    let binary = has('b');
    if binary {
        for (given, what) in [(encoding_text, "an encoding"), (errors_text, "an errors"), (newline_text, "a newline")] {
            if given.is_some() {
                return Err(value_error(format_args!("binary mode doesn't take {what} argument")));
            }
        }
        if buffering == 1 {
            crate::modules::warnings::warn(
                &exc::RUNTIME_WARNING,
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
                1,
            )?;
        }
    }
    let raw_mode: String = mode.chars().filter(|c| *c != 't' && *c != 'b').collect();
    let raw = allocate_fixed(file::FILE_IO.class());
    file::open_file(raw, file, &raw_mode, close_fd, opener)?;
    let result = finish_open(raw, binary, &mode, buffering, newline, encoding_text, errors_text);
    if result.is_err() {
        let error = errors::take();
        if call_method(raw, "close", &[]).is_err() {
            errors::clear();
        }
        return Err(errors::restore(error));
    }
    result
}

fn finish_open(
    raw: Value,
    binary: bool,
    mode: &str,
    buffering: i32,
    newline: Option<Value>,
    encoding: Option<Ref<Str>>,
    errors_text: Option<Ref<Str>>,
) -> R {
    let io = base::this::<file::FileIo>(raw);
    if !binary {
        // A wrong newline is found before anything else of the text layer.
        Newline::parse(newline)?;
    }
    // SAFETY: a plain system call.
    let tty = buffering < 0 && io.fd().is_some_and(|fd| unsafe { libc::isatty(fd) } == 1);
    let line_buffering = buffering == 1 || tty;
    if buffering == 0 {
        if !binary {
            return Err(value_error("can't have unbuffered text I/O"));
        }
        return Ok(raw);
    }
    let size = if buffering > 1 { buffering as usize } else { BUFFER_SIZE };
    let def: &'static TypeDef = if mode.contains('+') {
        if !io.is_seekable() {
            return Err(unsupported("File or stream is not seekable."));
        }
        &buffered::BUFFERED_RANDOM
    } else if mode.contains('r') {
        &buffered::BUFFERED_READER
    } else {
        &buffered::BUFFERED_WRITER
    };
    let buffer = buffered::make(def, raw, size);
    if binary {
        return Ok(buffer);
    }
    let encoding = match encoding {
        Some(text) if !text.is_str("locale") => text,
        _ => Str::intern("UTF-8"),
    };
    let options = Options {
        encoding,
        errors: errors_text.unwrap_or_else(|| Str::intern("strict")),
        newline: Newline::parse(newline)?,
        line_buffering,
        write_through: false,
        standard: false,
    };
    let wrapper = text::make(buffer, &options)?;
    set_attr(wrapper, "mode", Str::new(mode).value())?;
    Ok(wrapper)
}

/// Sets `sys.stdin`, `sys.stdout` and `sys.stderr`, and the originals beside them.
pub fn install_standard_streams(sys: Ref<Module>) -> R<()> {
    let (mut encoding, mut error_handler) = (String::from("utf-8"), None);
    if let Ok(wanted) = std::env::var("PYTHONIOENCODING") {
        let (name, handler) = wanted.split_once(':').unwrap_or((&wanted, ""));
        if !name.is_empty() {
            encoding = name.to_string();
        }
        error_handler = (!handler.is_empty()).then(|| handler.to_string());
    }
    let unbuffered = std::env::var("PYTHONUNBUFFERED").is_ok_and(|v| !v.is_empty());
    for (fd, name, mode) in [(0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")] {
        let handler = match &error_handler {
            _ if fd == 2 => "backslashreplace",
            Some(handler) => handler,
            None => "strict",
        };
        // SAFETY: plain system calls.
        let (open, tty) = unsafe { (libc::fcntl(fd, libc::F_GETFD) >= 0, libc::isatty(fd) == 1) };
        let stream = if open {
            let raw = allocate_fixed(file::FILE_IO.class());
            file::open_file(raw, Value::small(fd as i64), mode, false, None)?;
            set_attr(raw, "name", Str::new(&format!("<{name}>")).value())?;
            let def = if fd == 0 { &buffered::BUFFERED_READER } else { &buffered::BUFFERED_WRITER };
            let options = Options {
                encoding: Str::new(&encoding),
                errors: Str::intern(handler),
                newline: if fd == 0 { Newline::Translate } else { Newline::Lf },
                line_buffering: tty || fd == 2 || (unbuffered && fd == 1),
                write_through: unbuffered && fd != 0,
                standard: true,
            };
            let wrapper = text::make(buffered::make(def, raw, BUFFER_SIZE), &options)?;
            set_attr(wrapper, "mode", Str::new(mode).value())?;
            wrapper
        } else {
            none()
        };
        sys.set(name, stream);
        sys.set(&format!("__{name}__"), stream);
    }
    Ok(())
}

fn text_encoding(_: Value, args: &[Value]) -> R {
    Ok(if args[0].is_none() { Str::intern("utf-8").value() } else { args[0] })
}

fn open_code(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "open_code", names: &["path"], required: 1, positional: 1 };
    let [path] = args.bind(&PARAMS)?;
    let Some(path) = path.filter(|p| p.cast::<Str>().is_some()) else {
        return Err(type_error(format_args!(
            "open_code() argument 'path' must be str, not {}",
            path.map_or_else(|| "NoneType".into(), |p| p.class().display_name())
        )));
    };
    open(none(), Args::positional(&[path, Str::intern("rb").value()]))
}

pub static MODULE: NativeModule = NativeModule {
    name: "_io",
    functions: &[
        Method::full("open", open),
        Method::full("open_code", open_code),
        Method::pos("text_encoding", text_encoding, 1, 2),
    ],
    init: |module| {
        for def in [
            &base::IO_BASE,
            &base::RAW_IO_BASE,
            &base::BUFFERED_IO_BASE,
            &base::TEXT_IO_BASE,
            &file::FILE_IO,
            &buffered::BUFFERED_READER,
            &buffered::BUFFERED_WRITER,
            &buffered::BUFFERED_RANDOM,
            &buffered::BUFFERED_RW_PAIR,
            &memory::BYTES_IO,
            &memory::STRING_IO,
            &text::TEXT_IO_WRAPPER,
            &newline::INCREMENTAL_NEWLINE_DECODER,
            &exc::BLOCKING_IO_ERROR,
        ] {
            module.add_type(def);
        }
        module.set("UnsupportedOperation", unsupported_class()?.value());
        module.set("DEFAULT_BUFFER_SIZE", Value::small(BUFFER_SIZE as i64));
        Ok(())
    },
};
