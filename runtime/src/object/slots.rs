//! The operations of a class: one function pointer each, as in CPython's type objects (`Include/cpython/object.h`).
//!
//! A built-in type names its functions in a constant [`Slots`]; a class made by a `class` statement
//! gets them from [`super::slotdefs`], either inherited or going through the special methods.

use super::{Args, Ref, Type};
use crate::types::str::Str;
use crate::value::{R, Value};

pub type Unary = fn(Value) -> R;
pub type Binary = fn(Value, Value) -> R;

/// Operands of `COMPARE_OP` and of rich comparison, in CPython's numbering.
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CmpOp {
    Lt = 0,
    Le = 1,
    Eq = 2,
    Ne = 3,
    Gt = 4,
    Ge = 5,
}

impl CmpOp {
    pub const ALL: [CmpOp; 6] = [CmpOp::Lt, CmpOp::Le, CmpOp::Eq, CmpOp::Ne, CmpOp::Gt, CmpOp::Ge];

    /// The operation with the operands exchanged.
    pub fn swapped(self) -> CmpOp {
        [CmpOp::Gt, CmpOp::Ge, CmpOp::Eq, CmpOp::Ne, CmpOp::Lt, CmpOp::Le][self as usize]
    }

    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    /// The operation's answer for operands in this order.
    #[inline(always)]
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            CmpOp::Lt => order.is_lt(),
            CmpOp::Le => order.is_le(),
            CmpOp::Eq => order.is_eq(),
            CmpOp::Ne => order.is_ne(),
            CmpOp::Gt => order.is_gt(),
            CmpOp::Ge => order.is_ge(),
        }
    }
}

/// Binary operators, numbered as the operand of `BINARY_OP` (in-place forms are 13 higher).
#[repr(u8)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinOp {
    Add = 0,
    And = 1,
    FloorDiv = 2,
    Lshift = 3,
    MatMul = 4,
    Mul = 5,
    Mod = 6,
    Or = 7,
    Pow = 8,
    Rshift = 9,
    Sub = 10,
    TrueDiv = 11,
    Xor = 12,
    DivMod = 13,
}

impl BinOp {
    pub const COUNT: usize = 14;
    pub const ALL: [BinOp; Self::COUNT] = [
        BinOp::Add,
        BinOp::And,
        BinOp::FloorDiv,
        BinOp::Lshift,
        BinOp::MatMul,
        BinOp::Mul,
        BinOp::Mod,
        BinOp::Or,
        BinOp::Pow,
        BinOp::Rshift,
        BinOp::Sub,
        BinOp::TrueDiv,
        BinOp::Xor,
        BinOp::DivMod,
    ];

    /// The operator as error messages show it.
    pub fn symbol(self) -> &'static str {
        ["+", "&", "//", "<<", "@", "*", "%", "|", "** or pow()", ">>", "-", "/", "^", "divmod()"][self as usize]
    }
}

/// A view of an object's bytes (PEP 3118), as far as the built-in types need it.
#[derive(Clone, Copy)]
pub struct Buffer {
    pub ptr: *mut u8,
    pub len: usize,
    pub readonly: bool,
}

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident: $ty:ty),* $(,)?) => {
        /// See the module. Every field is optional: absent means the operation is not supported.
        #[derive(Clone, Copy)]
        pub struct Slots {
            $($(#[$doc])* pub $name: Option<$ty>,)*
            /// `a OP b`, called with either operand of this class; answers `NotImplemented` to pass.
            pub binary: [Option<Binary>; BinOp::COUNT],
            /// `a OP= b`.
            pub inplace: [Option<Binary>; BinOp::COUNT],
        }

        impl Slots {
            pub const NONE: Slots = Slots {
                $($name: None,)*
                binary: [None; BinOp::COUNT],
                inplace: [None; BinOp::COUNT],
            };

            /// Fills every empty slot from `base` (single inheritance of built-in types).
            pub fn inherit(&mut self, base: &Slots) {
                $(if self.$name.is_none() { self.$name = base.$name; })*
                for i in 0..BinOp::COUNT {
                    if self.binary[i].is_none() { self.binary[i] = base.binary[i]; }
                    if self.inplace[i].is_none() { self.inplace[i] = base.inplace[i]; }
                }
            }
        }
    };
}

slots! {
    repr: Unary,
    str: Unary,
    hash: fn(Value) -> R<i64>,
    call: fn(Value, Args) -> R,
    /// `x.name`; the name is interned.
    getattr: fn(Value, Ref<Str>) -> R,
    /// `x.name = v`, or `del x.name` with `None`.
    setattr: fn(Value, Ref<Str>, Option<Value>) -> R<()>,
    compare: fn(Value, Value, CmpOp) -> R,
    iter: Unary,
    /// `Ok(None)` when exhausted: no StopIteration is made.
    next: fn(Value) -> R<Option<Value>>,
    /// `(descriptor, instance or None, class)`.
    descr_get: fn(Value, Option<Value>, Value) -> R,
    descr_set: fn(Value, Value, Option<Value>) -> R<()>,
    init: fn(Value, Args) -> R<()>,
    new: fn(Ref<Type>, Args) -> R,
    /// `__del__`.
    del: fn(Value) -> R<()>,
    len: fn(Value) -> R<usize>,
    getitem: Binary,
    /// `x[k] = v`, or `del x[k]` with `None`.
    setitem: fn(Value, Value, Option<Value>) -> R<()>,
    contains: fn(Value, Value) -> R<bool>,
    /// Sequence `+`, tried after the numeric slots, with CPython's messages of its own.
    concat: Binary,
    /// Sequence `*`; the second operand is the count, still an object.
    repeat: Binary,
    inplace_concat: Binary,
    inplace_repeat: Binary,
    /// `pow(a, b, m)`.
    power3: fn(Value, Value, Value) -> R,
    neg: Unary,
    pos: Unary,
    abs: Unary,
    invert: Unary,
    bool: fn(Value) -> R<bool>,
    index: Unary,
    int: Unary,
    float: Unary,
    await_: Unary,
    aiter: Unary,
    anext: Unary,
    buffer: fn(Value) -> R<Buffer>,
}

impl Slots {
    /// A const-friendly way to name binary slots: `Slots::NONE.bin(BinOp::Add, add)`.
    pub const fn bin(mut self, op: BinOp, f: Binary) -> Slots {
        self.binary[op as usize] = Some(f);
        self
    }

    pub const fn ibin(mut self, op: BinOp, f: Binary) -> Slots {
        self.inplace[op as usize] = Some(f);
        self
    }
}
