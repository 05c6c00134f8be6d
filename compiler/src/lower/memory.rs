//! Registers in memory: how the bodies of modules and classes are lowered.
//!
//! They run once, so speed matters little there; but programs do `del x` and `gc.collect()` in them and
//! expect finalizers to run. SSA values that live across a call lie in places that Cranelift chooses and never empties,
//! where a collection finds them long after their last use. So here each register has a word of native stack: an
//! operation's results are stored at once and its operands loaded, blocks carry nothing, and the words of dead
//! registers are emptied where it matters.

use crate::ir::{Handler, Inst, Reg};
use crate::lower::emit::Emitter;
use crate::lower::state::Ty;
use cranelift_codegen::ir::{InstBuilder, StackSlotData, StackSlotKind, Value, types};

impl Emitter<'_, '_> {
    /// Gives all registers a place in memory, empty.
    pub fn keep_in_memory(&mut self) {
        let size = self.ir.registers.max(1) * 8;
        let slot = self.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, size, 3));
        self.memory = Some(slot);
        self.empty_from(0);
    }

    /// The register's place, if registers are kept in memory.
    fn place(&mut self, reg: Reg) -> Option<(Value, i32)> {
        let slot = self.memory?;
        Some((self.b.ins().stack_addr(types::I64, slot, 0), reg as i32 * 8))
    }

    pub fn load_register(&mut self, reg: Reg) -> Value {
        match self.place(reg) {
            Some((address, offset)) => self.load64(address, offset),
            None => self.iconst(0),
        }
    }

    /// Puts the register's value into its place, if it may be an object that something else keeps alive as well.
    pub fn to_memory(&mut self, reg: Reg) {
        if self.memory.is_none()
            || !matches!(self.state.get(reg).map(|k| k.ty), Some(Ty::Any | Ty::Shape(_) | Ty::Bool))
        {
            return;
        }
        self.store_register(reg);
    }

    fn store_register(&mut self, reg: Reg) {
        let word = self.word(reg);
        if let Some((address, offset)) = self.place(reg) {
            self.store(word, address, offset);
            self.state.set(reg, word, Ty::Memory);
        }
    }

    /// Before going on at a block whose live registers are these: all of them are in their places then. What a
    /// handler fetches itself is not.
    pub fn all_to_memory(&mut self, live: &[Reg], catch: Option<Handler>) -> Vec<Ty> {
        let first = catch.map(|c| self.ir.locals + c.depth);
        for reg in live {
            let fetched = first.is_some_and(|first| *reg >= first);
            if !fetched && self.state.get(*reg).map(|k| k.ty) != Some(Ty::Memory) {
                self.store_register(*reg);
            }
        }
        vec![Ty::Memory; live.len()]
    }

    /// Notes the stack's depth after an instruction, and puts its results into their places.
    pub fn after_inst(&mut self, inst: &Inst) {
        if self.memory.is_none() {
            return;
        }
        match inst {
            Inst::Op(op) => {
                if let Some(base) = op.args.first().or(op.dsts.first()) {
                    self.depth_now = base + op.dsts.len() as u32;
                }
                for dst in &op.dsts {
                    self.to_memory(*dst);
                }
            }
            Inst::Move { dst, .. } | Inst::Clear { dst } if *dst >= self.ir.locals => self.depth_now = dst + 1,
            _ => {}
        }
    }

    /// Empties the places of registers that are dead now, but for `used` above the stack's depth.
    pub fn empty_dead(&mut self, used: u32) {
        if self.memory.is_some() {
            self.empty_from(self.depth_now.max(self.ir.locals) + used);
        }
    }

    fn empty_from(&mut self, first: Reg) {
        let zero = self.iconst(0);
        for reg in first..self.ir.registers {
            if let Some((address, offset)) = self.place(reg) {
                self.store(zero, address, offset);
            }
        }
    }
}
