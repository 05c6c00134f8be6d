//! From source to a code object, through the RustPython parser and code generator.
//!
//! They make the bytecode; this module prepares the source, turns their code object into ours, and
//! mends what they get wrong ([`crate::mend`] before, [`crate::qualname`] after). They recurse over the syntax tree,
//! so they run on a stack that grows with the source.

use crate::code::{CodeObject, Constant, flags};
use crate::error::SyntaxError;
use crate::{diagnose, escapes, marshal, mend, messages, qualname, source};
use ruff_source_file::SourceFileBuilder;
use rustpython_codegen::error::CodegenError;
use rustpython_compiler::core::SourceLocation;
use rustpython_compiler::core::bytecode::{self, CodeFlags, ConstantData};
use rustpython_compiler::parser::{self, ParseOptions};
use rustpython_wtf8::{Wtf8, Wtf8Buf};
use std::collections::HashMap;
use std::sync::Arc;

/// What kind of source it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Statements: a module.
    Exec,
    /// One expression.
    Eval,
    /// One interactive statement, whose value is shown.
    Single,
}

/// Flags of `compile()` that are no future features.
pub mod compile_flags {
    /// The source is a str: a cookie in it means nothing.
    pub const IGNORE_COOKIE: u32 = 0x100;
    /// Do not close open blocks at the end of the source.
    pub const DONT_IMPLY_DEDENT: u32 = 0x200;
    /// `await` and the like are allowed outside functions.
    pub const ALLOW_TOP_LEVEL_AWAIT: u32 = 0x2000;
    /// Source that ends too early is `_IncompleteInputError`.
    pub const ALLOW_INCOMPLETE_INPUT: u32 = 0x4000;
}

/// How to compile.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// 0: all; 1: no asserts; 2: no docstrings either.
    pub optimize: u8,
    /// Future features to begin with ([`flags`]), and [`compile_flags`].
    pub flags: u32,
    /// The source is the program's own file, which CPython reads by itself.
    pub is_file: bool,
    /// `sys.get_int_max_str_digits()`.
    pub int_max_str_digits: usize,
}

impl Options {
    pub(crate) fn origin<'a>(&self, filename: &'a Wtf8) -> source::Origin<'a> {
        let is_text = self.flags & compile_flags::IGNORE_COOKIE != 0;
        source::Origin { filename, is_text, is_file: self.is_file }
    }
}

impl Default for Options {
    fn default() -> Self {
        Options { optimize: 0, flags: 0, is_file: false, int_max_str_digits: 4300 }
    }
}

/// A `SyntaxWarning` about the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxWarning {
    /// The message.
    pub msg: String,
    /// The line.
    pub lineno: i32,
    /// First column and the one after the last, from 1, where the warning names them.
    pub columns: Option<(i32, i32)>,
    /// The line's text, where the warning holds it.
    pub text: Option<String>,
}

/// How deep the syntax tree may nest before compiling it is a `RecursionError`. CPython's limit is
/// its C stack, good for some thousands.
const DEPTH_LIMIT: usize = 6000;

/// Compiles source, and leaves warnings aside.
pub fn compile(source: &[u8], filename: &Wtf8, mode: Mode, options: &Options) -> Result<CodeObject, SyntaxError> {
    compile_with_warnings(source, filename, mode, options).map(|(code, _)| code)
}

/// Compiles source, and gives the warnings along with the code.
pub fn compile_with_warnings(
    source: &[u8],
    filename: &Wtf8,
    mode: Mode,
    options: &Options,
) -> Result<(CodeObject, Vec<SyntaxWarning>), SyntaxError> {
    let text = source::decode(source, options.origin(filename))?;
    // Enough for the deepest tree that a source of this length can describe, up to the limit.
    let stack = (1 << 20) + text.len().min(DEPTH_LIMIT * 8) * STACK_PER_BYTE;
    stacker::maybe_grow(stack, stack + (64 << 10), || compile_text(&text, filename, mode, options))
}

/// Stack that a byte of source may need. Code without optimisation needs more.
const STACK_PER_BYTE: usize = if cfg!(debug_assertions) { 8 << 10 } else { 2 << 10 };

/// How the code generator is asked for it.
fn options_for(options: &Options) -> rustpython_compiler::CompileOpts {
    let has = |flag| options.flags & flag != 0;
    rustpython_compiler::CompileOpts {
        optimize: options.optimize,
        debug_ranges: true,
        int_max_str_digits: options.int_max_str_digits,
        allow_top_level_await: has(compile_flags::ALLOW_TOP_LEVEL_AWAIT),
        future_features: CodeFlags::from_bits_truncate(options.flags & flags::FUTURE_MASK),
        dont_imply_dedent: has(compile_flags::DONT_IMPLY_DEDENT),
        recursion_limit: DEPTH_LIMIT,
    }
}

fn their_mode(mode: Mode) -> rustpython_compiler::Mode {
    match mode {
        Mode::Exec => rustpython_compiler::Mode::Exec,
        Mode::Eval => rustpython_compiler::Mode::Eval,
        Mode::Single => rustpython_compiler::Mode::Single,
    }
}

/// Puts each warning of the code generator into the list, once.
fn collector(warnings: &mut Vec<SyntaxWarning>) -> impl FnMut(SourceLocation, String) -> Result<(), CodegenError> {
    |location, msg| {
        let warning = SyntaxWarning { msg, lineno: location.line.get() as i32, columns: None, text: None };
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
        Ok(())
    }
}

/// Their code object as ours.
fn ours(made: bytecode::CodeObject, filename: &Wtf8) -> CodeObject {
    let mut converter = Converter { filename: Arc::new(filename.to_wtf8_buf()), names: HashMap::new() };
    let mut code = converter.code(made);
    qualname::mend(&mut code);
    code
}

/// The code of a tree that comes from no source; `text` has room for its places.
pub(crate) fn generate(
    tree: ruff_python_ast::Mod,
    text: &str,
    filename: &Wtf8,
    mode: Mode,
    options: &Options,
) -> Result<(CodeObject, Vec<SyntaxWarning>), SyntaxError> {
    let mut warnings = Vec::new();
    let made = rustpython_codegen::compile::compile_top_with_syntax_warning_handler(
        tree,
        SourceFileBuilder::new("", text).finish(),
        their_mode(mode),
        options_for(options),
        Some(&mut collector(&mut warnings)),
    );
    let made = made.map_err(|error| {
        let error = rustpython_compiler::CompileError::Codegen(error);
        SyntaxError { text: None, ..messages::syntax_error(&error, text, filename) }
    })?;
    Ok((ours(made, filename), warnings))
}

fn compile_text(
    text: &str,
    filename: &Wtf8,
    mode: Mode,
    options: &Options,
) -> Result<(CodeObject, Vec<SyntaxWarning>), SyntaxError> {
    let (opts, their_mode) = (options_for(options), their_mode(mode));
    if diagnose::is_suspect(text, mode)
        && let Some(error) = diagnose::diagnose(text, filename, mode, options)
    {
        return Err(error);
    }
    let mut warnings = Vec::new();
    let made = rustpython_compiler::compile_with_syntax_warning_handler(
        text,
        their_mode,
        "",
        opts.clone(),
        &mut collector(&mut warnings),
    );
    let (made, is_mended) = match made {
        Ok(made) => match mend::may_need(text).then(|| mended(text, their_mode, opts, false)).flatten() {
            Some(mended) => (mended, true),
            None => (made, false),
        },
        Err(error) => match diagnose::diagnose(text, filename, mode, options) {
            Some(error) => return Err(error),
            // The grammar finds nothing wrong: the generator may have been confused by what mending takes away.
            None => match mended(text, their_mode, opts, true) {
                Some(mended) => (mended, true),
                None => return Err(messages::syntax_error(&error, text, filename)),
            },
        },
    };
    let mut code = ours(made, filename);
    if is_mended {
        mend::places::mend(&mut code, text);
    }
    let mut all = escapes::warnings(text);
    all.append(&mut warnings);
    Ok((code, all))
}

/// The code of a tree that had to be mended, or of any tree if one is wanted `anyway`; none if the source is wrong.
fn mended(
    text: &str,
    mode: rustpython_compiler::Mode,
    opts: rustpython_compiler::CompileOpts,
    anyway: bool,
) -> Option<bytecode::CodeObject> {
    let text = text.replace("\r\n", "\n");
    let options = ParseOptions::from(match mode {
        rustpython_compiler::Mode::Eval => parser::Mode::Expression,
        _ => parser::Mode::Module,
    });
    let barry = opts.future_features.contains(CodeFlags::FUTURE_BARRY_AS_BDFL);
    let prepared = rustpython_compiler::prepare_barry_as_flufl_source(&text, options.clone(), barry);
    let mut tree = parser::parse(prepared.source(), options).ok()?.into_syntax();
    if !mend::mend(&mut tree, &text) && !anyway {
        return None;
    }
    let file = SourceFileBuilder::new("", text.as_str()).finish();
    rustpython_codegen::compile::compile_top(tree, file, mode, opts).ok()
}

/// Turns their code objects into ours, sharing equal names.
struct Converter {
    filename: Arc<Wtf8Buf>,
    names: HashMap<String, Arc<str>>,
}

impl Converter {
    fn name(&mut self, mut name: String) -> Arc<str> {
        name.truncate(name.trim_end_matches(mend::MARK).len());
        self.names.entry(name).or_insert_with_key(|name| Arc::from(name.as_str())).clone()
    }

    fn names(&mut self, names: Box<[String]>) -> Box<[Arc<str>]> {
        names.into_vec().into_iter().map(|name| self.name(name)).collect()
    }

    fn code(&mut self, made: bytecode::CodeObject) -> CodeObject {
        let cells = made.cellvars.iter().filter(|cell| !made.varnames.contains(cell));
        let localsplus: Box<[String]> =
            made.varnames.iter().chain(cells).chain(made.freevars.iter()).cloned().collect();
        CodeObject {
            argcount: made.arg_count,
            posonlyargcount: made.posonlyarg_count,
            kwonlyargcount: made.kwonlyarg_count,
            stacksize: made.max_stackdepth,
            flags: made.flags.bits(),
            code: made.instructions.original_bytes().into(),
            consts: made.constants.iter().map(|constant| self.constant(constant.clone())).collect(),
            names: self.names(made.names),
            localsplusnames: self.names(localsplus),
            localspluskinds: made.localspluskinds,
            filename: self.filename.clone(),
            name: self.name(made.obj_name),
            qualname: self.name(made.qualname),
            firstlineno: made.first_line_number.map_or(0, |line| line.get() as i32),
            linetable: made.linetable,
            exceptiontable: made.exceptiontable,
        }
    }

    fn constants(&mut self, elements: Vec<ConstantData>) -> Arc<[Constant]> {
        elements.into_iter().map(|element| self.constant(element)).collect()
    }

    fn constant(&mut self, constant: ConstantData) -> Constant {
        match constant {
            ConstantData::None => Constant::None,
            ConstantData::Ellipsis => Constant::Ellipsis,
            ConstantData::Boolean { value: true } => Constant::True,
            ConstantData::Boolean { value: false } => Constant::False,
            ConstantData::Integer { value } => Constant::from_bigint(value),
            ConstantData::Float { value } => Constant::from_f64(value),
            ConstantData::Complex { value } => Constant::Complex(value.re.to_bits(), value.im.to_bits()),
            ConstantData::Str { value } => Constant::Str(Arc::new(value)),
            ConstantData::Bytes { value } => Constant::Bytes(value.into()),
            ConstantData::Tuple { elements } => Constant::Tuple(self.constants(elements)),
            ConstantData::Frozenset { elements } => {
                let elements = distinct(&self.constants(elements));
                Constant::FrozenSet(marshal::in_dumped_order(&elements))
            }
            ConstantData::Slice { elements } => {
                Constant::Slice(Arc::new((*elements).map(|element| self.constant(element))))
            }
            ConstantData::Code { code } => Constant::Code(Arc::new(self.code(*code))),
        }
    }
}

/// The elements that a set of these keeps: of equal numbers (`0`, `0.0`, `False`) the first.
fn distinct(elements: &[Constant]) -> Vec<Constant> {
    let number = |constant: &Constant| match constant {
        Constant::False => Some(0.0),
        Constant::True => Some(1.0),
        // Larger ones are not exact as floats.
        Constant::Int(n) if n.unsigned_abs() <= 1 << 53 => Some(*n as f64),
        Constant::Float(bits) => Some(f64::from_bits(*bits)),
        Constant::Complex(re, im) if f64::from_bits(*im) == 0.0 => Some(f64::from_bits(*re)),
        _ => None,
    };
    let mut kept: Vec<Constant> = Vec::with_capacity(elements.len());
    for element in elements {
        let equal = |other: &Constant| match (number(element), number(other)) {
            (Some(a), Some(b)) => a == b,
            _ => element == other,
        };
        if !kept.iter().any(equal) {
            kept.push(element.clone());
        }
    }
    kept
}
