//! The way from source text to code objects at run time (`exec`, `eval`, `compile`, import of source).
//!
//! The front end is reached through a hook only, so that the linker leaves it out of programs that
//! cannot get here: [`install`] (or the symbol `taipan_link_frontend`) is what refers to it.

use crate::errors::{self, R};
use crate::object::Ref;
use crate::object::singletons::none;
use crate::types::code::Code;
use crate::types::exceptions as exc;
use crate::types::str::Str;
use crate::value::{Raised, Value};
use std::cell::Cell;
use taipan_frontend::error::Stage;
pub use taipan_frontend::typos::{Printed, Typo};

/// What `compile()` asks the front end for.
pub struct Request<'a> {
    pub source: &'a [u8],
    pub filename: Ref<Str>,
    /// `exec`, `eval` or `single`.
    pub mode: &'a str,
    /// 0, 1 or 2.
    pub optimize: u8,
    /// Future flags in force, and `PyCF_*` flags.
    pub flags: u32,
    /// It is the program's own file.
    pub is_file: bool,
    /// Syntax warnings are to be reported.
    pub warn: bool,
}

/// The front end's services.
#[derive(Clone, Copy)]
struct FrontEnd {
    compile: fn(&Request) -> R<Ref<Code>>,
    compile_tree: fn(Value, &Request) -> R<Ref<Code>>,
    parse: fn(&Request) -> R,
    find_typo: fn(&Printed) -> Option<Typo>,
}

struct Hook(Cell<Option<FrontEnd>>);
// SAFETY: set at start, under the interpreter lock.
unsafe impl Sync for Hook {}
static HOOK: Hook = Hook(Cell::new(None));

/// Compiles source to a code object.
pub fn compile(request: &Request) -> R<Ref<Code>> {
    (front_end()?.compile)(request)
}

/// Compiles a syntax tree, a node of `ast`; the request's source is not looked at.
pub fn compile_tree(tree: Value, request: &Request) -> R<Ref<Code>> {
    (front_end()?.compile_tree)(tree, request)
}

/// Parses source to a syntax tree, a node of `ast`.
pub fn parse(request: &Request) -> R {
    (front_end()?.parse)(request)
}

/// The keyword that a printed syntax error's misspelt name stands for.
pub fn find_typo(error: &Printed) -> Option<Typo> {
    (HOOK.0.get()?.find_typo)(error)
}

fn front_end() -> R<FrontEnd> {
    match HOOK.0.get() {
        Some(front_end) => Ok(front_end),
        None => Err(errors::runtime_error(
            "source code cannot be run: nothing in this program names exec, eval, compile or import_module, so it was built without the compiler",
        )),
    }
}

/// Makes source code usable.
pub fn install() {
    HOOK.0.set(Some(FrontEnd {
        compile: compile_with_frontend,
        compile_tree: compile_tree_with_frontend,
        parse: parse_with_frontend,
        find_typo: taipan_frontend::typos::find,
    }));
}

/// What the object file of a program that can reach `exec` or the like calls at its start.
#[unsafe(no_mangle)]
pub extern "C" fn taipan_link_frontend() {
    install();
}

/// The request in the front end's terms.
fn prepare(request: &Request) -> (rustpython_wtf8::Wtf8Buf, taipan_frontend::Mode, taipan_frontend::Options) {
    use taipan_frontend::{Mode, Options};
    let mode = match request.mode {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => Mode::Exec,
    };
    let options =
        Options { optimize: request.optimize, flags: request.flags, is_file: request.is_file, ..Options::default() };
    let filename = rustpython_wtf8::Wtf8Buf::from_bytes(request.filename.to_wtf8())
        .unwrap_or_else(|_| rustpython_wtf8::Wtf8Buf::from("<string>"));
    (filename, mode, options)
}

fn compile_with_frontend(request: &Request) -> R<Ref<Code>> {
    let (filename, mode, options) = prepare(request);
    match taipan_frontend::compile_with_warnings(request.source, &filename, mode, &options) {
        Ok(made) => finish(made, request),
        Err(error) => Err(syntax_error(&error, request)),
    }
}

/// Shows the warnings, and makes the code object.
fn finish(
    (code, warnings): (taipan_frontend::CodeObject, Vec<taipan_frontend::SyntaxWarning>),
    request: &Request,
) -> R<Ref<Code>> {
    issue_all(&warnings, request)?;
    crate::modules::marshal::load_code(&taipan_frontend::marshal::dump(&code))
}

fn compile_tree_with_frontend(tree: Value, request: &Request) -> R<Ref<Code>> {
    use taipan_frontend::untree::{TreeError, compile_tree};
    let (filename, mode, options) = prepare(request);
    let tree = crate::modules::ast::unbuild::unbuild(tree, request.mode)?;
    match compile_tree(&tree, &filename, mode, &options) {
        Ok(made) => finish(made, request),
        Err(TreeError::Invalid(message)) => Err(errors::value_error(message)),
        Err(TreeError::Type(message)) => Err(errors::type_error(message)),
        Err(TreeError::Syntax(error)) => Err(syntax_error(&error, request)),
    }
}

/// Shows warnings, if the request wants them.
fn issue_all(warnings: &[taipan_frontend::SyntaxWarning], request: &Request) -> R<()> {
    if request.warn { warnings.iter().try_for_each(|warning| issue(warning, request)) } else { Ok(()) }
}

/// Shows a warning about the source; one that filters make an error is a syntax error.
fn issue(warning: &taipan_frontend::SyntaxWarning, request: &Request) -> R<()> {
    let line = warning.lineno;
    let class = &exc::SYNTAX_WARNING;
    let issued = crate::modules::warnings::warn_at(class, &warning.msg, request.filename, line as i64);
    if issued.is_ok() || !errors::pending_is(class) {
        return issued;
    }
    errors::clear();
    let error = taipan_frontend::SyntaxError {
        kind: taipan_frontend::ErrorKind::Syntax,
        stage: match warning.text {
            Some(_) => Stage::Parse,
            None => Stage::Compile,
        },
        msg: warning.msg.replace(taipan_frontend::escapes::FUTURE, ""),
        filename: Some(rustpython_wtf8::Wtf8Buf::from(request.filename.to_string_lossy())),
        lineno: line,
        offset: warning.columns.map_or(0, |columns| columns.0),
        end: warning.columns.map(|columns| (line, columns.1)),
        text: warning.text.clone(),
        metadata: None,
    };
    Err(syntax_error(&error, request))
}

fn parse_with_frontend(request: &Request) -> R {
    let (filename, mode, options) = prepare(request);
    match taipan_frontend::tree::parse(request.source, &filename, mode, &options) {
        Ok((tree, warnings)) => {
            issue_all(&warnings, request)?;
            crate::modules::ast::build::build(&tree)
        }
        Err(error) => Err(syntax_error(&error, request)),
    }
}

/// A line of a file, with its newline.
fn line_of_file(filename: &str, lineno: i32) -> Option<String> {
    let bytes = std::fs::read(filename).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    text.split_inclusive('\n').nth(usize::try_from(lineno).ok()?.checked_sub(1)?).map(str::to_owned)
}

fn syntax_error(error: &taipan_frontend::SyntaxError, request: &Request) -> Raised {
    use taipan_frontend::ErrorKind;
    let class = match error.kind {
        ErrorKind::Syntax => &exc::SYNTAX_ERROR,
        ErrorKind::Indentation => &exc::INDENTATION_ERROR,
        ErrorKind::Tab => &exc::TAB_ERROR,
        ErrorKind::IncompleteInput => &exc::INCOMPLETE_INPUT_ERROR,
        ErrorKind::Recursion => return errors::raise_text(&exc::RECURSION_ERROR, &error.msg),
        ErrorKind::Memory => return errors::raise_text(&exc::MEMORY_ERROR, &error.msg),
    };
    let number = |n: i32| Value::small(n as i64);
    let message = Str::new(&error.msg).value();
    let Some(filename) = &error.filename else { return errors::raise_args(class, &[message]) };
    // The code generator has no source: the line is read from the file of that name, if there is one.
    let text = match error.stage {
        Stage::Parse => error.text.clone(),
        Stage::Symbols | Stage::Compile => line_of_file(&filename.to_string(), error.lineno),
    };
    let filename = Str::from_wtf8(filename.as_bytes()).unwrap_or_else(|| Str::new("<string>"));
    let text = text.map_or_else(none, |text| Str::new(&text).value());
    let mut details = vec![filename.value(), number(error.lineno), number(error.offset), text];
    if let Some((line, offset)) = error.end {
        details.extend([number(line), number(offset)]);
    }
    let exception = if error.stage == Stage::Symbols {
        let exception = exc::new(class.class(), &[message]);
        let names = ["filename", "lineno", "offset", "text", "end_lineno", "end_offset"];
        names.iter().zip(&details).for_each(|(name, value)| exc::set_field(exception, name, *value));
        exception
    } else {
        exc::new(class.class(), &[message, crate::types::tuple::Tuple::new(&details).value()])
    };
    if let Some(found) = &error.metadata {
        // What was read from a file is not kept.
        let source = if request.is_file { none() } else { Str::new(&found.source).value() };
        let found = [number(found.line), number(found.column), source];
        exc::set_field(exception, "_metadata", crate::types::tuple::Tuple::new(&found).value());
    }
    errors::raise(exception)
}
