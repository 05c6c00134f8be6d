//! What the walk knows at a program point.

use crate::ir::Reg;
use cranelift_codegen::ir::{Type, Value, types};
use std::fmt;
use taipan_abi::layout::{self, shape};

/// What is known of a register, and how its value is represented.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ty {
    /// A word; it may be 0 (unbound, NULL).
    Any,
    /// A word in the register's place in memory (see [`crate::lower::memory`]).
    Memory,
    /// A tagged small int.
    Int,
    /// A float, unboxed in an f64 value.
    Float,
    /// `True` or `False`.
    Bool,
    /// A truth not made into an object yet: 0 or 1 in an i8 value.
    Flag,
    /// `None`.
    None,
    /// 0: unbound, or CPython's NULL on the stack.
    Null,
    /// An exact instance of the built-in class with this shape, which such objects keep for life.
    Shape(u32),
    /// The iterator of a range of small ints that was not made into an object: two tagged ints, the next
    /// item and the end; the step is known.
    Range(i32),
    /// What the name of a built-in function was bound to when last seen (tested at the call).
    Builtin(&'static str),
    /// The function that this module's code object of that number was made into, as long as its
    /// record still names it (tested at the call).
    Known(u32),
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ty::Shape(shape) => write!(f, "shape{shape}"),
            other => write!(f, "{}", format!("{other:?}").to_lowercase()),
        }
    }
}

impl Ty {
    /// Where an instance of a sequence that is known exactly has its length, a tagged int.
    pub fn length_offset(self) -> Option<i32> {
        match self {
            Ty::Shape(shape::LIST) => Some(layout::LIST_LEN),
            Ty::Shape(shape::TUPLE) => Some(layout::TUPLE_LEN),
            Ty::Shape(shape::STR) => Some(layout::STR_LEN),
            _ => None,
        }
    }

    /// What a callee may rely on for an argument of this type.
    pub fn as_parameter(self) -> Ty {
        match self {
            Ty::Int | Ty::Float | Ty::Shape(_) => self,
            _ => Ty::Any,
        }
    }

    /// Types of the SSA values that carry it.
    pub fn carriers(self) -> &'static [Type] {
        match self {
            Ty::None | Ty::Null | Ty::Memory => &[],
            Ty::Float => &[types::F64],
            Ty::Flag => &[types::I8],
            Ty::Range(_) => &[types::I64, types::I64],
            _ => &[types::I64],
        }
    }

    /// Whether the word surely is an address.
    pub fn is_object(self) -> bool {
        matches!(self, Ty::Shape(_) | Ty::None | Ty::Bool)
    }
}

/// A register's value.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub value: Value,
    /// The second value of what takes two.
    pub second: Option<Value>,
    pub ty: Ty,
}

/// Registers at a point of the walk.
#[derive(Clone, Debug)]
pub struct State {
    regs: Vec<Option<Known>>,
}

impl State {
    pub fn new(registers: u32) -> State {
        State { regs: vec![None; registers as usize] }
    }

    /// Whether any register holds an unboxed float.
    pub fn has_float(&self) -> bool {
        self.regs.iter().flatten().any(|known| known.ty == Ty::Float)
    }

    pub fn get(&self, reg: Reg) -> Option<Known> {
        self.regs[reg as usize]
    }

    pub fn set(&mut self, reg: Reg, value: Value, ty: Ty) {
        self.regs[reg as usize] = Some(Known { value, second: None, ty });
    }

    /// An iterator over a range, see [`Ty::Range`].
    pub fn set_range(&mut self, reg: Reg, next: Value, end: Value, step: i32) {
        self.regs[reg as usize] = Some(Known { value: next, second: Some(end), ty: Ty::Range(step) });
    }

    pub fn copy(&mut self, dst: Reg, src: Reg) {
        self.regs[dst as usize] = self.regs[src as usize];
    }

    /// All registers that hold this SSA value are now known to be `ty`, held in `new`.
    pub fn refine(&mut self, old: Value, new: Value, ty: Ty) {
        for known in self.regs.iter_mut().flatten() {
            if known.value == old && !matches!(known.ty, Ty::Range(_)) {
                *known = Known { value: new, second: None, ty };
            }
        }
    }
}
