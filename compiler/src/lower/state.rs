//! What the walk knows at a program point.

use crate::ir::Reg;
use cranelift_codegen::ir::{Type, Value, types};

/// What is known of a register, and how its value is represented.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ty {
    /// A word; it may be 0 (unbound, NULL).
    Any,
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
    /// What the name of a built-in function was bound to when last seen (tested at the call).
    Builtin(&'static str),
    /// The function that this module's code object of that number was made into, as long as its
    /// record still names it (tested at the call).
    Known(u32),
}

impl Ty {
    /// Whether a block parameter is needed to carry the value.
    pub fn is_carried(self) -> bool {
        !matches!(self, Ty::None | Ty::Null)
    }

    /// Type of the SSA value that carries it.
    pub fn carrier(self) -> Type {
        match self {
            Ty::Float => types::F64,
            Ty::Flag => types::I8,
            _ => types::I64,
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

    pub fn get(&self, reg: Reg) -> Option<Known> {
        self.regs[reg as usize]
    }

    pub fn set(&mut self, reg: Reg, value: Value, ty: Ty) {
        self.regs[reg as usize] = Some(Known { value, ty });
    }

    pub fn copy(&mut self, dst: Reg, src: Reg) {
        self.regs[dst as usize] = self.regs[src as usize];
    }

    /// All registers that hold this SSA value are now known to be `ty`, held in `new`.
    pub fn refine(&mut self, old: Value, new: Value, ty: Ty) {
        for known in self.regs.iter_mut().flatten() {
            if known.value == old {
                *known = Known { value: new, ty };
            }
        }
    }
}
