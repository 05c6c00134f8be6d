//! `code`: CPython's code object, with what the engines add: the decoded instructions for the
//! interpreter, the entry point of compiled code.

use crate::gc::Header;
use crate::interp::decode::{Decoded, parse_exception_table};
use crate::object::define::{Method, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::{Builtin, Ref, Slot, Slots, TypeDef};
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::opcode::{Intrinsic1, Opcode};

pub const CO_OPTIMIZED: u32 = 0x1;
pub const CO_NEWLOCALS: u32 = 0x2;
pub const CO_VARARGS: u32 = 0x4;
pub const CO_VARKEYWORDS: u32 = 0x8;
pub const CO_GENERATOR: u32 = 0x20;
pub const CO_COROUTINE: u32 = 0x80;
pub const CO_ITERABLE_COROUTINE: u32 = 0x100;
pub const CO_ASYNC_GENERATOR: u32 = 0x200;
pub const CO_HAS_DOCSTRING: u32 = 0x400_0000;

/// Kinds of variables in `localspluskinds`.
pub const KIND_LOCAL: u8 = 0x20;
pub const KIND_CELL: u8 = 0x40;
pub const KIND_FREE: u8 = 0x80;
pub const KIND_HIDDEN: u8 = 0x10;

/// Native code of a function: `(function, arguments, how many with keywords, names of keywords or 0)`.
/// A result of 0 means that an exception is pending.
pub type NativeEntry = extern "C" fn(u64, *const Value, u64, u64) -> u64;

/// Native code of a generator: `(generator's frame words, value sent or 0)`, see [`super::generator`].
pub type NativeResume = extern "C" fn(u64, u64) -> u64;

/// The object.
#[repr(C)]
pub struct Code {
    hdr: Header,
    pub consts: Slot,
    pub names: Slot,
    pub localsplusnames: Slot,
    pub kinds: Slot,
    pub filename: Slot,
    pub name: Slot,
    pub qualname: Slot,
    pub linetable: Slot,
    pub exceptiontable: Slot,
    pub bytecode: Slot,
    pub argcount: Cell<u32>,
    pub posonly: Cell<u32>,
    pub kwonly: Cell<u32>,
    pub stacksize: Cell<u32>,
    pub flags: Cell<u32>,
    pub firstlineno: Cell<i32>,
    pub nlocalsplus: Cell<u32>,
    pub nlocals: Cell<u32>,
    pub ncells: Cell<u32>,
    pub nfrees: Cell<u32>,
    /// Known to be sound: made by our front end, or verified. Anything else is before it first runs.
    pub trusted: Cell<bool>,
    /// What the interpreter runs, made at the first call.
    decoded: Cell<*const Decoded>,
    /// Entry of compiled code, if this was compiled.
    pub native: Cell<Option<NativeEntry>>,
    pub native_resume: Cell<Option<NativeResume>>,
    /// The body that callers may call straight away; 0 if there is none.
    pub native_body: Cell<u64>,
    /// The globals that the compiled code uses, an address; 0 before they are bound.
    pub home: Cell<u64>,
    /// The data record of compiled code, or null.
    pub record: Cell<*mut u64>,
    /// Whether an exception is handled anywhere, once known; see [`Code::has_cleanup`].
    cleanup: Cell<Option<bool>>,
    /// See [`Code::is_library`], once known.
    library: Cell<Option<bool>>,
    /// Whether CPython has this natively, once known.
    twin: Cell<Option<bool>>,
}

impl Builtin for Code {
    const DEF: &'static TypeDef = &CODE;
}

/// The parts of a code object, as marshal holds them.
pub struct Parts {
    pub argcount: u32,
    pub posonly: u32,
    pub kwonly: u32,
    pub stacksize: u32,
    pub flags: u32,
    pub firstlineno: i32,
    pub bytecode: Value,
    pub consts: Value,
    pub names: Value,
    pub localsplusnames: Value,
    pub kinds: Value,
    pub filename: Value,
    pub name: Value,
    pub qualname: Value,
    pub linetable: Value,
    pub exceptiontable: Value,
}

impl Code {
    pub fn new(p: Parts) -> Ref<Code> {
        let kinds = p.kinds.expect::<Bytes>();
        let kinds = kinds.as_slice();
        let count = |bit: u8| kinds.iter().filter(|k| **k & bit != 0).count() as u32;
        allocate(
            CODE.header(),
            Code {
                hdr: Header::EMPTY,
                consts: Slot::new(p.consts),
                names: Slot::new(p.names),
                localsplusnames: Slot::new(p.localsplusnames),
                kinds: Slot::new(p.kinds),
                filename: Slot::new(p.filename),
                name: Slot::new(p.name),
                qualname: Slot::new(p.qualname),
                linetable: Slot::new(p.linetable),
                exceptiontable: Slot::new(p.exceptiontable),
                bytecode: Slot::new(p.bytecode),
                argcount: Cell::new(p.argcount),
                posonly: Cell::new(p.posonly),
                kwonly: Cell::new(p.kwonly),
                stacksize: Cell::new(p.stacksize),
                flags: Cell::new(p.flags),
                firstlineno: Cell::new(p.firstlineno),
                nlocalsplus: Cell::new(kinds.len() as u32),
                nlocals: Cell::new(count(KIND_LOCAL)),
                ncells: Cell::new(count(KIND_CELL)),
                nfrees: Cell::new(count(KIND_FREE)),
                trusted: Cell::new(false),
                decoded: Cell::new(std::ptr::null()),
                native: Cell::new(None),
                native_resume: Cell::new(None),
                native_body: Cell::new(0),
                home: Cell::new(0),
                record: Cell::new(std::ptr::null_mut()),
                cleanup: Cell::new(None),
                library: Cell::new(None),
                twin: Cell::new(None),
            },
        )
    }

    #[inline(always)]
    pub fn consts(&self) -> &'static [Value] {
        // SAFETY: a code object's constants are never replaced.
        unsafe { &*(self.consts.object::<Tuple>().as_slice() as *const [Value]) }
    }

    #[inline(always)]
    pub fn name_at(&self, index: usize) -> Ref<Str> {
        let value = self.names.object::<Tuple>().get(index);
        // SAFETY: names are interned strings (marshal and the constructor see to it).
        unsafe { Ref::from_ptr(value.as_ptr()) }
    }

    pub fn local_name(&self, index: usize) -> Ref<Str> {
        let value = self.localsplusnames.object::<Tuple>().get(index);
        // SAFETY: as above.
        unsafe { Ref::from_ptr(value.as_ptr()) }
    }

    pub fn kind(&self, index: usize) -> u8 {
        self.kinds.object::<Bytes>().as_slice()[index]
    }

    pub fn bytecode(&self) -> Ref<Bytes> {
        self.bytecode.object()
    }

    /// Whether ending a generator of this code early can run any of it. Two kinds of handlers do not count: the one
    /// around every generator's body, which turns a StopIteration into a RuntimeError, and those around `yield from`.
    pub fn has_cleanup(&self) -> bool {
        if let Some(known) = self.cleanup.get() {
            return known;
        }
        let bytecode = self.bytecode();
        let units = bytecode.as_slice();
        let implicit = [Opcode::CALL_INTRINSIC_1 as u8, Intrinsic1::INTRINSIC_STOPITERATION_ERROR as u8];
        let rows = parse_exception_table(self.exceptiontable.object::<Bytes>().as_slice());
        let found = rows.iter().any(|row| {
            let target = row[2] as usize * 2;
            let unit = units.get(target..target + 2).unwrap_or(&[]);
            unit != implicit && unit.first() != Some(&(Opcode::CLEANUP_THROW as u8))
        });
        self.cleanup.set(Some(found));
        found
    }

    /// Whether it is code of the standard library.
    pub fn is_library(&self) -> bool {
        if let Some(known) = self.library.get() {
            return known;
        }
        let file = self.filename.object::<Str>().to_string_lossy();
        let found =
            file.starts_with("<frozen ") || file.contains("/rustpython-pylib-") || file.contains("/lib/python3.14/");
        self.library.set(Some(found));
        found
    }

    /// Whether this is library code that CPython has natively, so that tracebacks do not show it.
    pub fn is_twin(&self) -> bool {
        match self.twin.get() {
            Some(known) => known,
            None => {
                let found = crate::errors::traceback::is_twin(self);
                self.twin.set(Some(found));
                found
            }
        }
    }

    #[inline(always)]
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    /// Arguments that have a place of their own: positional, keyword-only, `*args`, `**kwargs`.
    pub fn arg_slots(&self) -> usize {
        (self.argcount.get() + self.kwonly.get()) as usize
            + self.has(CO_VARARGS) as usize
            + self.has(CO_VARKEYWORDS) as usize
    }

    #[inline(always)]
    pub fn decoded(&self) -> &'static Decoded {
        let decoded = self.decoded.get();
        if decoded.is_null() {
            return self.decode();
        }
        // SAFETY: set once to a leaked box.
        unsafe { &*decoded }
    }

    #[cold]
    fn decode(&self) -> &'static Decoded {
        debug_assert!(self.trusted.get(), "code that was not verified is run");
        let decoded: &'static Decoded = Box::leak(Box::new(Decoded::new(self)));
        self.decoded.set(decoded);
        decoded
    }

    /// Line of an instruction, by its offset in bytes in the bytecode.
    pub fn line_at(&self, offset: usize) -> Option<u32> {
        super::code_lines::position_at(self, offset).and_then(|p| p.line)
    }
}

pub static CODE: TypeDef = TypeDef {
    name: "code",
    slots: Slots {
        repr: Some(super::code_methods::repr),
        hash: Some(super::code_methods::hash),
        compare: Some(super::code_methods::compare),
        new: Some(super::code_methods::new),
        ..Slots::NONE
    },
    methods: &[
        Method::none("co_lines", super::code_methods::co_lines),
        Method::none("co_positions", super::code_methods::co_positions),
        Method::none("co_branches", super::code_methods::co_branches),
        Method::full("replace", super::code_methods::replace),
        Method::full("__replace__", super::code_methods::replace),
        Method::one("_varname_from_oparg", super::code_methods::varname_from_oparg),
    ],
    getset: super::code_methods::GETSET,
    flags: WEAKREFS,
    words: TypeDef::words_of::<Code>(),
    traced: 10,
    ..TypeDef::BASE
};
