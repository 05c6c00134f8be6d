//! Registers in memory: those whose objects must not be found after their end.
//!
//! SSA values that live across a call lie in places that Cranelift chooses and never empties, where a collection finds
//! them long after their last use. Programs see that where they expect a finalizer to run: after `del x`, `x = None`,
//! `gc.collect()`, a loop that is left early. So some registers have a word of native stack of their own: an operation's
//! result is stored there at once and operands are loaded, blocks do not carry it, and it is emptied where it matters.
//!
//! - In the bodies of modules and classes, which run once, all registers are kept so.
//! - In functions only those that the IR names ([`crate::ir::Function::released`]), and only while nothing is known of what
//!   they hold: a register with a place is never [`Ty::Any`] on entry to a block.

use crate::ir::{Handler, Inst, Op, Reg};
use crate::lower::emit::Emitter;
use crate::lower::state::Ty;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, StackSlot, StackSlotData, StackSlotKind, Value, types};
use taipan_abi::heap;

/// Where registers are, if they are kept in memory.
pub struct Memory {
    slot: StackSlot,
    /// By register, the number of its word.
    places: Vec<Option<u32>>,
    /// All registers have a place.
    all: bool,
}

impl Emitter<'_, '_> {
    /// Gives all registers a place in memory, empty.
    pub fn keep_in_memory(&mut self) {
        self.make_places((0..self.ir.registers).map(Some).collect(), self.ir.registers, true);
    }

    /// Gives the registers that are released early a place, empty.
    pub fn keep_released_in_memory(&mut self) {
        let mut places = vec![None; self.ir.registers as usize];
        for (i, reg) in self.ir.released.iter().enumerate() {
            places[*reg as usize] = Some(i as u32);
        }
        let words = self.ir.released.len() as u32;
        if words > 0 {
            self.make_places(places, words, false);
        }
    }

    fn make_places(&mut self, places: Vec<Option<u32>>, words: u32, all: bool) {
        let data = StackSlotData::new(StackSlotKind::ExplicitSlot, words.max(1) * 8, 3);
        let slot = self.b.create_sized_stack_slot(data);
        self.memory = Some(Memory { slot, places, all });
        self.empty_from(0);
    }

    /// The register's place, if it is kept in memory.
    fn place(&mut self, reg: Reg) -> Option<(Value, i32)> {
        let memory = self.memory.as_ref()?;
        let word = memory.places[reg as usize]?;
        Some((self.b.ins().stack_addr(types::I64, memory.slot, 0), word as i32 * 8))
    }

    pub fn has_place(&self, reg: Reg) -> bool {
        self.memory.as_ref().is_some_and(|memory| memory.places[reg as usize].is_some())
    }

    fn all_in_memory(&self) -> bool {
        self.memory.as_ref().is_some_and(|memory| memory.all)
    }

    fn is_in_memory(&self, reg: Reg) -> bool {
        self.state.get(reg).map(|known| known.ty) == Some(Ty::Memory)
    }

    pub fn load_register(&mut self, reg: Reg) -> Value {
        match self.place(reg) {
            Some((address, offset)) => self.load64(address, offset),
            None => self.iconst(0),
        }
    }

    /// Puts the register's value into its place, if it may be an object that something else keeps alive as well.
    pub fn to_memory(&mut self, reg: Reg) {
        let ty = self.state.get(reg).map(|known| known.ty);
        if ty == Some(Ty::Any) || self.all_in_memory() && matches!(ty, Some(Ty::Shape(_) | Ty::Bool)) {
            self.store_register(reg);
        }
    }

    fn store_register(&mut self, reg: Reg) {
        if self.has_place(reg) {
            let word = self.word(reg);
            if let Some((address, offset)) = self.place(reg) {
                self.store(word, address, offset);
                self.state.set(reg, word, Ty::Memory);
            }
        }
    }

    /// `MOVE`.
    pub fn copy(&mut self, dst: Reg, src: Reg) {
        let was_in_memory = self.is_in_memory(dst);
        if self.is_in_memory(src) || self.has_place(dst) && self.ty(src) == Ty::Any {
            let word = self.word(src);
            self.set_any(dst, word);
            self.to_memory(dst);
        } else {
            self.state.copy(dst, src);
        }
        if was_in_memory && !self.is_in_memory(dst) {
            self.empty(dst);
        }
    }

    /// What a block that knows nothing of the register is entered with.
    pub fn general(&self, reg: Reg) -> Ty {
        if self.has_place(reg) { Ty::Memory } else { Ty::Any }
    }

    /// What is known of a register, as a block is asked for.
    pub fn key_type(&self, reg: Reg) -> Ty {
        match self.ty(reg) {
            Ty::Any => self.general(reg),
            ty => ty,
        }
    }

    /// What a block with these live registers is entered with if all registers are in memory.
    pub fn memory_key(&self, live: &[Reg]) -> Option<Vec<Ty>> {
        self.all_in_memory().then(|| vec![Ty::Memory; live.len()])
    }

    /// Before going on at a block that expects these registers so: those in memory are in their places then. What a handler
    /// fetches itself is not.
    pub fn settle_places(&mut self, live: &[Reg], types: &[Ty], catch: Option<Handler>) {
        let first = catch.map(|c| self.ir.locals + c.depth);
        for (reg, ty) in live.iter().zip(types) {
            let fetched = first.is_some_and(|first| *reg >= first);
            if *ty == Ty::Memory && !fetched && !self.is_in_memory(*reg) {
                self.store_register(*reg);
            }
        }
    }

    /// Notes the stack's depth after an instruction, and puts its results into their places. Module bodies of the program
    /// forget operands at once, but in loops.
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
                if self.all_in_memory() && !self.unit.is_library && !self.in_loop {
                    for reg in &op.args {
                        if *reg >= self.ir.locals && !op.dsts.contains(reg) && self.is_in_memory(*reg) {
                            self.empty(*reg);
                        }
                    }
                }
            }
            Inst::Move { dst, .. } | Inst::Clear { dst } if *dst >= self.ir.locals => self.depth_now = dst + 1,
            _ => {}
        }
    }

    /// Empties a register's place.
    pub fn empty(&mut self, reg: Reg) {
        let zero = self.iconst(0);
        if let Some((address, offset)) = self.place(reg) {
            self.store(zero, address, offset);
        }
    }

    /// Empties the places of registers that are dead now, but for `used` above the stack's depth.
    pub fn empty_dead(&mut self, used: u32) {
        if self.memory.is_some() {
            self.empty_from(self.depth_now.max(self.ir.locals) + used);
        }
    }

    fn empty_from(&mut self, first: Reg) {
        for reg in first..self.ir.registers {
            if self.has_place(reg) {
                self.empty(reg);
            }
        }
    }

    /// Here an object may have lost its last owner, and the program may look: if any object's end would be seen, those
    /// that are dead are looked for. Not in loops, where it would cost, and not in the library.
    pub fn owner_may_have_left(&mut self, op: &Op) {
        if self.in_loop || self.unit.is_library {
            return;
        }
        let heap_at = self.symbol("TAIPAN_HEAP");
        let watched = self.load(types::I8, heap_at, heap::WATCHED_OFFSET);
        let (look, next) = (self.cold_block(), self.block());
        let any = self.icmp_const(IntCC::NotEqual, watched, 0);
        self.b.ins().brif(any, look, &[], next, &[]);
        self.switch(look);
        self.note_position(op);
        self.clear_args();
        self.depth_now = op.args[0];
        self.empty_dead(0);
        self.call("taipan_look_for_the_dead", &[]);
        self.jump(next, &[]);
        self.switch(next);
    }
}
