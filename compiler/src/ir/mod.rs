//! The register IR: a function's bytecode as basic blocks over virtual registers.
//!
//! Every local variable and every place of the operand stack is a register (locals first), so that the
//! stack disappears: `LOAD_FAST` and the like become moves, and each operation names the registers
//! that it reads and writes, and the handler that an exception in it goes to. Operations keep their
//! bytecode opcode: what they do is one thing, said in one table ([`taipan_abi::opcode`]).
//!
//! Invariants: a block ends with exactly one terminator; on entry to a block the operand stack has
//! the one depth that the verifier found; registers above it are dead.

pub mod build;
pub mod liveness;

use std::fmt;
use taipan_abi::opcode::Opcode;

/// A virtual register: locals `0..locals`, then stack places.
pub type Reg = u32;
pub type BlockId = u32;

/// Where an exception goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler {
    pub block: BlockId,
    /// Stack depth at the handler, before what is pushed.
    pub depth: u32,
    /// The position of the raising instruction is pushed before the exception.
    pub push_lasti: bool,
}

/// One operation.
#[derive(Clone, Debug)]
pub enum Inst {
    /// `dst = src`.
    Move {
        dst: Reg,
        src: Reg,
    },
    /// `dst` becomes unbound (0).
    Clear {
        dst: Reg,
    },
    Op(Op),
}

/// An operation of the bytecode with explicit operands.
#[derive(Clone, Debug)]
pub struct Op {
    pub code: Opcode,
    pub arg: u32,
    /// Byte offset in `co_code`.
    pub offset: u32,
    /// What it takes off the stack, lowest first.
    pub args: Vec<Reg>,
    /// What it pushes, lowest first.
    pub dsts: Vec<Reg>,
    pub handler: Option<Handler>,
}

/// How a block ends.
#[derive(Clone, Debug)]
pub enum Terminator {
    Jump(BlockId),
    /// A backward jump: polls.
    Loop {
        target: BlockId,
        op: Op,
    },
    /// `POP_JUMP_IF_*` on a register.
    Branch {
        op: Op,
        value: Reg,
        taken: BlockId,
        next: BlockId,
    },
    /// `FOR_ITER`: the item goes to `op.dsts`' last register, or the loop ends.
    ForIter {
        op: Op,
        next: BlockId,
        exit: BlockId,
    },
    /// `SEND`.
    Send {
        op: Op,
        next: BlockId,
        done: BlockId,
    },
    /// `YIELD_VALUE`, resumed at `resume` with the value sent in the register.
    Yield {
        op: Op,
        value: Reg,
        resume: BlockId,
    },
    Return(Reg),
    /// `RAISE_VARARGS`, `RERAISE`.
    Raise(Op),
}

#[derive(Clone, Debug)]
pub struct Block {
    pub insts: Vec<Inst>,
    pub end: Terminator,
    /// Stack depth on entry.
    pub depth: u32,
    /// Target of a backward jump.
    pub is_loop_head: bool,
    /// Lies between a loop's head and its backward jump.
    pub in_loop: bool,
    /// Registers whose value is needed on entry.
    pub live_in: Vec<Reg>,
}

/// A function in IR.
#[derive(Debug)]
pub struct Function {
    pub name: String,
    pub locals: u32,
    pub registers: u32,
    /// Block 0 is the entry.
    pub blocks: Vec<Block>,
    pub is_generator: bool,
    /// Registers whose object the code lets go where a program may see that it is gone: variables that `del` or None
    /// empties, iterators of loops that are left early.
    pub released: Vec<Reg>,
    /// Others may ask for its variables while it runs, so all of them stay alive.
    pub observed: bool,
    /// It has float constants or divisions: unknown numbers are more likely floats than ints.
    pub prefers_float: bool,
}

impl Block {
    /// Blocks that control may reach from here, handlers aside.
    pub fn successors(&self) -> Vec<BlockId> {
        match &self.end {
            Terminator::Jump(t) | Terminator::Loop { target: t, .. } => vec![*t],
            Terminator::Branch { taken, next, .. } => vec![*taken, *next],
            Terminator::ForIter { next, exit, .. } => vec![*next, *exit],
            Terminator::Send { next, done, .. } => vec![*next, *done],
            Terminator::Yield { resume, .. } => vec![*resume],
            Terminator::Return(_) | Terminator::Raise(_) => vec![],
        }
    }

    /// The operation in the terminator, if it is one.
    pub fn end_op(&self) -> Option<&Op> {
        match &self.end {
            Terminator::Loop { op, .. }
            | Terminator::Branch { op, .. }
            | Terminator::ForIter { op, .. }
            | Terminator::Send { op, .. }
            | Terminator::Yield { op, .. }
            | Terminator::Raise(op) => Some(op),
            _ => None,
        }
    }

    pub fn ops(&self) -> impl Iterator<Item = &Op> {
        self.insts
            .iter()
            .filter_map(|inst| match inst {
                Inst::Op(op) => Some(op),
                _ => None,
            })
            .chain(self.end_op())
    }
}

struct RegName(Reg, u32);

impl fmt::Display for RegName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < self.1 { write!(f, "l{}", self.0) } else { write!(f, "s{}", self.0 - self.1) }
    }
}

impl Function {
    fn reg(&self, reg: Reg) -> RegName {
        RegName(reg, self.locals)
    }

    fn show_op(&self, f: &mut fmt::Formatter<'_>, op: &Op) -> fmt::Result {
        for (i, dst) in op.dsts.iter().enumerate() {
            write!(f, "{}{}", if i > 0 { ", " } else { "" }, self.reg(*dst))?;
        }
        if !op.dsts.is_empty() {
            write!(f, " = ")?;
        }
        write!(f, "{}", op.code.name().to_lowercase())?;
        if op.code.info().has_arg() {
            write!(f, " {}", op.arg)?;
        }
        for arg in &op.args {
            write!(f, " {}", self.reg(*arg))?;
        }
        if let Some(handler) = op.handler {
            write!(f, " !b{}", handler.block)?;
        }
        Ok(())
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "function {} locals={} registers={}", self.name, self.locals, self.registers)?;
        for (id, block) in self.blocks.iter().enumerate() {
            write!(f, "b{id}:")?;
            if block.is_loop_head {
                write!(f, " loop")?;
            }
            for reg in &block.live_in {
                write!(f, " {}", self.reg(*reg))?;
            }
            writeln!(f)?;
            for inst in &block.insts {
                match inst {
                    Inst::Move { dst, src } => write!(f, "    {} = {}", self.reg(*dst), self.reg(*src))?,
                    Inst::Clear { dst } => write!(f, "    {} = unbound", self.reg(*dst))?,
                    Inst::Op(op) => {
                        write!(f, "    ")?;
                        self.show_op(f, op)?;
                    }
                }
                writeln!(f)?;
            }
            write!(f, "    ")?;
            match &block.end {
                Terminator::Jump(t) => write!(f, "jump b{t}")?,
                Terminator::Loop { target, .. } => write!(f, "loop b{target}")?,
                Terminator::Branch { op, value, taken, next } => {
                    write!(f, "{} {} b{taken} else b{next}", op.code.name().to_lowercase(), self.reg(*value))?
                }
                Terminator::ForIter { op, next, exit } => {
                    self.show_op(f, op)?;
                    write!(f, " -> b{next} else b{exit}")?
                }
                Terminator::Send { op, next, done } => {
                    self.show_op(f, op)?;
                    write!(f, " -> b{next} done b{done}")?
                }
                Terminator::Yield { value, resume, .. } => write!(f, "yield {} resume b{resume}", self.reg(*value))?,
                Terminator::Return(reg) => write!(f, "return {}", self.reg(*reg))?,
                Terminator::Raise(op) => self.show_op(f, op)?,
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
