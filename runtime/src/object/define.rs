//! How a built-in type is described: a constant [`TypeDef`] with its slots, methods and attributes.
//!
//! The class object is made at the first use of [`TypeDef::class`], and its `__dict__` at the first
//! look into it, so a program pays for the types that it touches.

use super::{Args, Ref, Slots, Type};
use crate::value::{R, Value};
use std::cell::Cell;
use taipan_abi::header::Kind;

/// A Rust layout that is a Python type's instance.
pub trait Builtin: Sized + 'static {
    const DEF: &'static TypeDef;
    /// Instances of subclasses hold the payload in a separate exact object in word 1 (types of
    /// variable size or held in the word itself: `int`, `float`, `str`, `bytes`, `tuple`, ...).
    const BOXED_IN_SUBCLASS: bool = false;
}

/// A native function by calling convention. The first argument is `self` (the class for class
/// methods, the module or unused for functions).
#[derive(Clone, Copy)]
pub enum NativeFn {
    /// No argument besides self.
    None(fn(Value) -> R),
    /// Exactly one.
    One(fn(Value, Value) -> R),
    /// Positional only, `min..=max` of them, counted before the call.
    Pos(fn(Value, &[Value]) -> R),
    /// Anything; the function binds its arguments itself (see [`Args::bind`]).
    Full(fn(Value, Args) -> R),
}

/// What a method's first argument is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    Instance,
    Class,
    Static,
}

/// A method of a built-in type, or a function of a native module.
pub struct Method {
    pub name: &'static str,
    pub call: NativeFn,
    pub min: u16,
    pub max: u16,
    pub binding: Binding,
}

impl Method {
    const fn new(name: &'static str, call: NativeFn, min: u16, max: u16) -> Method {
        Method { name, call, min, max, binding: Binding::Instance }
    }

    pub const fn none(name: &'static str, f: fn(Value) -> R) -> Method {
        Self::new(name, NativeFn::None(f), 0, 0)
    }

    pub const fn one(name: &'static str, f: fn(Value, Value) -> R) -> Method {
        Self::new(name, NativeFn::One(f), 1, 1)
    }

    /// Between `min` and `max` positional arguments; `u16::MAX` for no upper bound.
    pub const fn pos(name: &'static str, f: fn(Value, &[Value]) -> R, min: u16, max: u16) -> Method {
        Self::new(name, NativeFn::Pos(f), min, max)
    }

    pub const fn full(name: &'static str, f: fn(Value, Args) -> R) -> Method {
        Self::new(name, NativeFn::Full(f), 0, u16::MAX)
    }

    pub const fn class_method(mut self) -> Method {
        self.binding = Binding::Class;
        self
    }

    pub const fn static_method(mut self) -> Method {
        self.binding = Binding::Static;
        self
    }
}

/// A computed attribute of a built-in type.
pub struct GetSet {
    pub name: &'static str,
    pub get: fn(Value) -> R,
    /// `None` as value deletes. Absent: read-only.
    pub set: Option<fn(Value, Option<Value>) -> R<()>>,
    /// CPython stores it in the object (`member_descriptor`), which shows in messages.
    pub member: bool,
}

impl GetSet {
    pub const fn get(name: &'static str, get: fn(Value) -> R) -> GetSet {
        GetSet { name, get, set: None, member: false }
    }

    /// A read-only attribute that CPython has as a member of the object.
    pub const fn member(name: &'static str, get: fn(Value) -> R) -> GetSet {
        GetSet { name, get, set: None, member: true }
    }

    pub const fn both(name: &'static str, get: fn(Value) -> R, set: fn(Value, Option<Value>) -> R<()>) -> GetSet {
        GetSet { name, get, set: Some(set), member: false }
    }
}

/// Can be subclassed.
pub const BASETYPE: u32 = 1;
/// `type()` of it cannot be called: "cannot create 'X' instances".
pub const NO_NEW: u32 = 2;
/// Instances have a `__dict__` (exceptions, functions, modules).
pub const HAS_DICT: u32 = 4;
/// Matches sequence patterns, mapping patterns (PEP 634).
pub const SEQUENCE: u32 = 8;
pub const MAPPING: u32 = 16;
/// Binds like a function when found on a class (`LOAD_ATTR` may skip the bound method).
pub const METHOD_LIKE: u32 = 32;
/// Class pattern with one positional sub-pattern matches the subject itself.
pub const MATCH_SELF: u32 = 64;
/// `__hash__` is None.
pub const UNHASHABLE: u32 = 128;
/// Instances can be the target of weak references.
pub const WEAKREFS: u32 = 256;

/// The description of a built-in type.
pub struct TypeDef {
    /// `name`, or `module.name` for types outside `builtins`.
    pub name: &'static str,
    pub base: Option<&'static TypeDef>,
    pub slots: Slots,
    pub methods: &'static [Method],
    pub getset: &'static [GetSet],
    pub flags: u32,
    /// Words of the fixed layout, header included; traced words among them. Subclasses add their slots after it.
    pub words: u16,
    pub traced: u16,
    pub kind: Kind,
    /// Called once when the class's dict is first looked into, to add what the tables cannot say.
    pub extra: Option<fn(Ref<Type>)>,
    pub class: ClassCell,
}

/// Where a [`TypeDef`] keeps its class object: written once, under the interpreter lock.
pub struct ClassCell {
    class: Cell<*mut Type>,
    shape: Cell<u32>,
}

// SAFETY: the cell is only touched by the thread that holds the interpreter lock.
unsafe impl Sync for ClassCell {}
// SAFETY: function pointers and static references; the class cell as above.
unsafe impl Sync for TypeDef {}

impl ClassCell {
    pub const NEW: ClassCell = ClassCell { class: Cell::new(std::ptr::null_mut()), shape: Cell::new(u32::MAX) };

    pub(super) fn fill(&self, class: Ref<Type>, shape: u32) {
        self.class.set(class.as_ptr());
        self.shape.set(shape);
    }

    pub(super) fn as_root(&self) -> *const u64 {
        self.class.as_ptr() as *const u64
    }
}

impl TypeDef {
    /// What most descriptions start from: `TypeDef { name: "list", ..TypeDef::BASE }`.
    pub const BASE: TypeDef = TypeDef {
        name: "",
        base: None,
        slots: Slots::NONE,
        methods: &[],
        getset: &[],
        flags: 0,
        words: 1,
        traced: 0,
        kind: Kind::Values,
        extra: None,
        class: ClassCell::NEW,
    };

    /// The fixed layout of `T`: all words after the header are traced.
    pub const fn words_of<T>() -> u16 {
        (size_of::<T>() / 8) as u16
    }

    /// The class object, made at the first call.
    #[inline(always)]
    pub fn class(&'static self) -> Ref<Type> {
        let ptr = self.class.class.get();
        if ptr.is_null() {
            return super::class::create_builtin(self);
        }
        // SAFETY: filled with a class that is a root.
        unsafe { Ref::from_ptr(ptr) }
    }

    /// Shape id of exact instances; `u32::MAX` (no object's) until the class exists.
    #[inline(always)]
    pub fn shape(&'static self) -> u32 {
        self.class.shape.get()
    }

    /// Shape id for making an instance.
    #[inline(always)]
    pub fn shape_for_new(&'static self) -> u32 {
        let shape = self.class.shape.get();
        if shape == u32::MAX {
            self.class();
            return self.class.shape.get();
        }
        shape
    }

    /// Header word of a new exact instance of fixed layout.
    #[inline(always)]
    pub fn header(&'static self) -> u64 {
        taipan_abi::header::pack(self.shape_for_new(), self.kind, 0, self.traced)
    }

    /// The last part of the name.
    pub fn short_name(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }
}
