//! Which registers are needed on entry to each block: backward data flow, handlers included.

use super::{Function, Inst, Op, Reg, Terminator};
use taipan_abi::opcode::Opcode;

type Set = Vec<u64>;

fn insert(set: &mut Set, reg: Reg) {
    set[reg as usize / 64] |= 1 << (reg % 64);
}

fn remove(set: &mut Set, reg: Reg) {
    set[reg as usize / 64] &= !(1 << (reg % 64));
}

fn union(into: &mut Set, from: &Set) -> bool {
    let mut changed = false;
    for (a, b) in into.iter_mut().zip(from) {
        changed |= *b & !*a != 0;
        *a |= b;
    }
    changed
}

/// Local variables that an operation reads beside its stack operands.
pub fn locals_read(op: &Op) -> Option<Reg> {
    match op.code {
        Opcode::LOAD_FAST_CHECK
        | Opcode::DELETE_FAST
        | Opcode::LOAD_DEREF
        | Opcode::STORE_DEREF
        | Opcode::DELETE_DEREF
        | Opcode::MAKE_CELL
        | Opcode::LOAD_FROM_DICT_OR_DEREF => Some(op.arg),
        _ => None,
    }
}

/// Local variables that an operation writes.
pub fn local_written(op: &Op) -> Option<Reg> {
    match op.code {
        Opcode::DELETE_FAST | Opcode::MAKE_CELL => Some(op.arg),
        _ => None,
    }
}

/// Fills `live_in` of every block.
pub fn compute(function: &mut Function) {
    let words = function.registers as usize / 64 + 1;
    let n = function.blocks.len();
    let mut live: Vec<Set> = vec![vec![0; words]; n];
    let mut changed = true;
    while changed {
        changed = false;
        for id in (0..n).rev() {
            let block = &function.blocks[id];
            let mut set: Set = vec![0; words];
            if function.observed {
                (0..function.locals).for_each(|reg| insert(&mut set, reg));
            }
            for successor in block.successors() {
                union(&mut set, &live[successor as usize]);
            }
            let op_effect = |set: &mut Set, op: &Op, live: &[Set]| {
                for dst in &op.dsts {
                    remove(set, *dst);
                }
                if let Some(reg) = local_written(op) {
                    remove(set, reg);
                }
                if let Some(handler) = op.handler {
                    let mut at_handler = live[handler.block as usize].clone();
                    // What the exception edge itself defines.
                    remove(&mut at_handler, function.locals + handler.depth);
                    if handler.push_lasti {
                        remove(&mut at_handler, function.locals + handler.depth + 1);
                    }
                    union(set, &at_handler);
                }
                for arg in &op.args {
                    insert(set, *arg);
                }
                if let Some(reg) = locals_read(op) {
                    insert(set, reg);
                }
                if op.code == Opcode::COPY_FREE_VARS {
                    for i in 0..op.arg {
                        remove(set, function.locals - op.arg + i);
                    }
                }
            };
            match &block.end {
                Terminator::Return(reg) => insert(&mut set, *reg),
                Terminator::Branch { op, value, .. } => {
                    op_effect(&mut set, op, &live);
                    insert(&mut set, *value);
                }
                Terminator::Yield { op, value, .. } => {
                    // The sent value is defined by the resumption.
                    op_effect(&mut set, op, &live);
                    if op.code != Opcode::RETURN_GENERATOR {
                        insert(&mut set, *value);
                    }
                }
                Terminator::Jump(_) => {}
                Terminator::Loop { op, .. }
                | Terminator::ForIter { op, .. }
                | Terminator::Send { op, .. }
                | Terminator::Raise(op) => op_effect(&mut set, op, &live),
            }
            for inst in block.insts.iter().rev() {
                match inst {
                    Inst::Move { dst, src } => {
                        remove(&mut set, *dst);
                        insert(&mut set, *src);
                    }
                    Inst::Clear { dst } => remove(&mut set, *dst),
                    Inst::Op(op) => op_effect(&mut set, op, &live),
                }
            }
            if function.observed {
                (0..function.locals).for_each(|reg| insert(&mut set, reg));
            }
            changed |= union(&mut live[id], &set);
        }
    }
    for (block, set) in function.blocks.iter_mut().zip(&live) {
        block.live_in = (0..function.registers).filter(|r| set[*r as usize / 64] & (1 << (r % 64)) != 0).collect();
    }
}
