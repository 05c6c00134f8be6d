//! Generators and coroutines: a body that makes the object, and a resumption function that goes on where the
//! generator stopped.
//!
//! While the generator is suspended its registers lie in the heap frame ([`layout::GEN_FIRST`]); while it runs
//! they are SSA values as everywhere, and what the frame holds is dead.

use crate::ir::{BlockId, Function, Op, Reg, Terminator};
use crate::lower::emit::Emitter;
use crate::lower::state::Ty;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, JumpTableData, Value, types};
use std::collections::BTreeSet;
use taipan_abi::layout;

/// Number of a resumption, 1 and up; 0 is not started.
fn state_number(resumptions: &[BlockId], resume: BlockId) -> i64 {
    resumptions.iter().position(|r| *r == resume).map_or(0, |i| i as i64 + 1)
}

/// Offset in the heap frame of a register's word.
fn heap_offset(reg: u32) -> i32 {
    layout::GEN_FIRST + reg as i32 * 8
}

/// Stores what the resumption needs into the heap frame: for going on, and for an exception thrown in. Words that
/// it does not need are emptied unless the frame is `fresh`, so that a generator keeps no more alive than CPython's.
fn save(e: &mut Emitter, op: &Op, frame: Value, resume: BlockId, fresh: bool) {
    let needed = needed_by(e.ir, op, resume);
    let zero = e.iconst(0);
    for reg in e.saved.clone() {
        if needed.contains(&reg) && !op.dsts.contains(&reg) {
            let word = e.word(reg);
            e.store(word, frame, heap_offset(reg));
        } else if !fresh {
            e.store(zero, frame, heap_offset(reg));
        }
    }
}

/// The registers that a resumption loads.
fn needed_by(ir: &Function, op: &Op, resume: BlockId) -> BTreeSet<Reg> {
    let mut regs: BTreeSet<Reg> = ir.blocks[resume as usize].live_in.iter().copied().collect();
    if let Some(handler) = op.handler {
        regs.extend(&ir.blocks[handler.block as usize].live_in);
    }
    regs
}

/// The registers that any resumption loads.
pub fn saved_registers(ir: &Function) -> Vec<Reg> {
    let mut all = BTreeSet::new();
    for block in &ir.blocks {
        if let Terminator::Yield { op, resume, .. } = &block.end {
            all.extend(needed_by(ir, op, *resume));
        }
    }
    all.into_iter().collect()
}

/// Empties the heap frame's words while the generator runs: the variables are elsewhere then.
pub fn empty_heap_frame(e: &mut Emitter) {
    let Some(frame) = e.heap else { return };
    let zero = e.iconst(0);
    for reg in e.saved.clone() {
        e.store(zero, frame, heap_offset(reg));
    }
}

/// `RETURN_GENERATOR`: the generator object, its variables moved to its heap frame.
pub fn make_generator(e: &mut Emitter, op: &Op, resume: BlockId, resumptions: &[BlockId]) {
    let words = e.iconst(e.ir.registers as i64);
    let address = e.data.resume_ref(e.unit, e.index, e.b.func);
    let code = e.b.ins().func_addr(types::I64, address);
    let function = e.function;
    let generator = e.call("taipan_make_generator", &[function, words, code]).unwrap_or(function);
    // The generator's first word is its heap frame.
    let frame = e.load64(generator, 8);
    let number = e.iconst(state_number(resumptions, resume));
    e.store(number, frame, layout::GEN_STATE);
    save(e, op, frame, resume, true);
    e.leave(generator);
}

pub fn suspend(e: &mut Emitter, op: &Op, value: u32, resume: BlockId, resumptions: &[BlockId]) {
    let Some(frame) = e.heap else { return };
    let result = e.word(value);
    let number = e.iconst(state_number(resumptions, resume));
    e.store(number, frame, layout::GEN_STATE);
    let one = e.iconst(1);
    e.store(one, frame, layout::GEN_YIELDED);
    // In `yield from` and `await` the sub-iterator is below the value.
    let delegates = is_delegation(e, resume);
    let sub = if delegates { e.word(value - 1) } else { e.iconst(0) };
    e.store(sub, frame, layout::GEN_SUB);
    save(e, op, frame, resume, false);
    e.leave(result);
}

/// Whether a resumption leads back to a `SEND`.
fn is_delegation(e: &Emitter, resume: BlockId) -> bool {
    let block = &e.ir.blocks[resume as usize];
    match &block.end {
        Terminator::Jump(target) if block.insts.is_empty() => {
            matches!(e.ir.blocks[*target as usize].end, Terminator::Send { .. })
        }
        _ => false,
    }
}

/// The start of a resumption function: loads the variables and goes to where the generator stopped.
pub fn resume_dispatch(e: &mut Emitter, frame: Value, sent: Value, resumptions: &[BlockId]) {
    e.heap = Some(frame);
    // The function object is kept in a word of the heap frame behind the registers' words.
    let function = e.load64(frame, heap_offset(e.ir.registers));
    e.function = function;
    e.push_frame();
    e.keep_released_in_memory();
    let number = e.load64(frame, layout::GEN_STATE);
    let blocks: Vec<_> = resumptions.iter().map(|_| e.block()).collect();
    let bad = e.cold_block();
    let default = e.b.func.dfg.block_call(bad, &[]);
    let targets: Vec<_> = blocks.iter().map(|block| e.b.func.dfg.block_call(*block, &[])).collect();
    let table = e.b.create_jump_table(JumpTableData::new(default, &targets));
    let index = e.add_const(number, -1);
    let index = e.b.ins().ireduce(types::I32, index);
    e.b.ins().br_table(index, table);
    e.switch(bad);
    let zero = e.iconst(0);
    e.leave(zero);
    let yields: Vec<(Op, BlockId)> =
        e.ir.blocks
            .iter()
            .filter_map(|block| match &block.end {
                Terminator::Yield { op, resume, .. } => Some((op.clone(), *resume)),
                _ => None,
            })
            .collect();
    for (block, (op, resume)) in blocks.into_iter().zip(yields) {
        e.switch(block);
        e.state = crate::lower::state::State::new(e.ir.registers);
        let zero = e.iconst(0);
        e.store(zero, frame, layout::GEN_SUB);
        for reg in needed_by(e.ir, &op, resume) {
            let word = e.load64(frame, heap_offset(reg));
            e.state.set(reg, word, Ty::Any);
            e.show(reg);
        }
        let thrown = e.cold_block();
        let is_thrown = e.icmp_const(IntCC::Equal, sent, 0);
        e.branch_out(is_thrown, thrown);
        e.state.set(op.dsts[0], sent, Ty::Any);
        e.goto(resume);
        e.switch(thrown);
        e.raise_pending(&op, true);
    }
}
