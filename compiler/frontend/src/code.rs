//! The code object: what a piece of Python compiles to.
//!
//! It has the attributes of CPython's own, under the same names without `co_`. It never changes once
//! made, and its parts are shared by reference count, so that cloning is cheap and a `.pyc` that
//! refers to one constant many times stays small in memory.

use crate::tables::{ExceptionEntries, Lines, Positions};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use rustpython_wtf8::Wtf8Buf;
use std::sync::Arc;

/// Bits of [`CodeObject::flags`].
pub mod flags {
    #![allow(missing_docs)]
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    pub const METHOD: u32 = 0x800_0000;

    pub const FUTURE_DIVISION: u32 = 0x2_0000;
    pub const FUTURE_ABSOLUTE_IMPORT: u32 = 0x4_0000;
    pub const FUTURE_WITH_STATEMENT: u32 = 0x8_0000;
    pub const FUTURE_PRINT_FUNCTION: u32 = 0x10_0000;
    pub const FUTURE_UNICODE_LITERALS: u32 = 0x20_0000;
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
    pub const FUTURE_GENERATOR_STOP: u32 = 0x80_0000;
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;

    /// The future features: what `compile()` inherits from the code that calls it.
    pub const FUTURE_MASK: u32 = 0x1fe_0000;
}

/// Bits of an entry of [`CodeObject::localspluskinds`].
pub mod kinds {
    #![allow(missing_docs)]
    pub const ARG_POS: u8 = 0x02;
    pub const ARG_KW: u8 = 0x04;
    pub const ARG_VAR: u8 = 0x08;
    pub const HIDDEN: u8 = 0x10;
    pub const LOCAL: u8 = 0x20;
    pub const CELL: u8 = 0x40;
    pub const FREE: u8 = 0x80;
}

/// A code object, with the attributes of CPython's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeObject {
    /// Positional parameters, without `*args`.
    pub argcount: u32,
    /// How many of them are positional-only.
    pub posonlyargcount: u32,
    /// Keyword-only parameters, without `**kwargs`.
    pub kwonlyargcount: u32,
    /// The most values that are ever on the stack.
    pub stacksize: u32,
    /// A set of [`flags`].
    pub flags: u32,
    /// The instructions, two bytes each, with their cache entries.
    pub code: Box<[u8]>,
    /// The constants.
    pub consts: Box<[Constant]>,
    /// Names of globals and attributes.
    pub names: Box<[Arc<str>]>,
    /// Names of locals, then of cells that are no locals, then of free variables.
    pub localsplusnames: Box<[Arc<str>]>,
    /// What each of them is: a set of [`kinds`].
    pub localspluskinds: Box<[u8]>,
    /// Where the source came from.
    pub filename: Arc<Wtf8Buf>,
    /// Name of the function or class, or `<module>` and the like.
    pub name: Arc<str>,
    /// The same, with the scopes around it.
    pub qualname: Arc<str>,
    /// Line it begins on.
    pub firstlineno: i32,
    /// Where in the source each instruction comes from; see [`CodeObject::positions`].
    pub linetable: Box<[u8]>,
    /// Which handler covers which instructions; see [`CodeObject::exception_entries`].
    pub exceptiontable: Box<[u8]>,
}

impl CodeObject {
    /// How many slots a frame has for locals, cells and free variables.
    pub fn nlocalsplus(&self) -> usize {
        self.localsplusnames.len()
    }

    /// How many parameters there are, `*args` and `**kwargs` included.
    pub fn total_args(&self) -> usize {
        let variadic = [flags::VARARGS, flags::VARKEYWORDS].iter().filter(|bit| self.flags & **bit != 0).count();
        self.argcount as usize + self.kwonlyargcount as usize + variadic
    }

    fn names_of_kind(&self, kind: u8) -> impl Iterator<Item = &Arc<str>> {
        self.localsplusnames.iter().zip(&self.localspluskinds).filter(move |(_, k)| *k & kind != 0).map(|(n, _)| n)
    }

    /// `co_varnames`.
    pub fn varnames(&self) -> impl Iterator<Item = &Arc<str>> {
        self.names_of_kind(kinds::LOCAL)
    }

    /// `co_cellvars`.
    pub fn cellvars(&self) -> impl Iterator<Item = &Arc<str>> {
        self.names_of_kind(kinds::CELL)
    }

    /// `co_freevars`.
    pub fn freevars(&self) -> impl Iterator<Item = &Arc<str>> {
        self.names_of_kind(kinds::FREE)
    }

    /// How many free variables there are; they are the last of `localsplus`.
    pub fn nfreevars(&self) -> usize {
        self.freevars().count()
    }

    /// `co_lines()`: runs of bytecode that come from one line.
    pub fn lines(&self) -> Lines<'_> {
        Lines::new(&self.linetable, self.firstlineno)
    }

    /// The source positions of runs of bytecode.
    pub fn positions(&self) -> Positions<'_> {
        Positions::new(&self.linetable, self.firstlineno)
    }

    /// The entries of the exception table, in order; stops at the first malformed one.
    pub fn exception_entries(&self) -> ExceptionEntries<'_> {
        ExceptionEntries::new(&self.exceptiontable)
    }

    /// The line of the instruction at this byte offset.
    pub fn line_at(&self, offset: u32) -> Option<i32> {
        self.lines().find(|run| run.start <= offset && offset < run.end).and_then(|run| run.line)
    }
}

/// A constant of a code object.
///
/// Equality is that of representations, not Python's: `1`, `1.0` and `True` differ, and so do the
/// two zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constant {
    /// `None`
    None,
    /// `True`
    True,
    /// `False`
    False,
    /// `...`
    Ellipsis,
    /// An int of 64 bits.
    Int(i64),
    /// Any larger int.
    BigInt(Arc<BigInt>),
    /// A float, as its bits.
    Float(u64),
    /// A complex number, as the bits of its two parts.
    Complex(u64, u64),
    /// A str.
    Str(Arc<Wtf8Buf>),
    /// A bytes object.
    Bytes(Arc<[u8]>),
    /// A tuple.
    Tuple(Arc<[Constant]>),
    /// A frozenset, its elements in the order in which marshal writes them.
    FrozenSet(Arc<[Constant]>),
    /// A slice: start, stop, step.
    Slice(Arc<[Constant; 3]>),
    /// A code object.
    Code(Arc<CodeObject>),
}

impl Constant {
    /// The constant for a Python int.
    pub fn from_bigint(value: BigInt) -> Constant {
        match value.to_i64() {
            Some(small) => Constant::Int(small),
            None => Constant::BigInt(Arc::new(value)),
        }
    }

    /// The constant for a Python float.
    pub fn from_f64(value: f64) -> Constant {
        Constant::Float(value.to_bits())
    }
}
