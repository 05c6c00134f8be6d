//! Bytecode to register IR. The bytecode was verified, so depths agree and targets exist.

use super::{Block, BlockId, Function, Handler, Inst, Op, Reg, Terminator};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use taipan_abi::opcode::{Jump, Opcode};
use taipan_frontend::CodeObject;
use taipan_frontend::code::flags;
use taipan_frontend::instructions::Instructions;

/// One instruction, extended arguments folded in.
#[derive(Clone, Copy)]
struct Raw {
    op: Opcode,
    arg: u32,
    /// Code unit of the instruction itself, and of its first prefix.
    unit: u32,
    start: u32,
    /// Code unit after its caches.
    next: u32,
}

impl Raw {
    fn target(&self) -> Option<u32> {
        match self.op.info().jump {
            Jump::None => None,
            Jump::Forward => Some(self.next + self.arg),
            Jump::Backward => Some(self.next - self.arg),
        }
    }
}

/// Rows of the exception table: start, end, target (units), depth, lasti.
type Row = (u32, u32, u32, u32, bool);

/// Builds the IR of a code object. `None` if the bytecode is not what the verifier promises. `is_misplaced` tells of
/// which global names the variable `self` is an operand, for the message of the error.
pub fn build(code: &CodeObject, is_misplaced: &dyn Fn(&str) -> bool) -> Option<Function> {
    let raws = decode(code);
    let rows: Vec<Row> =
        code.exception_entries().map(|e| (e.start / 2, e.end / 2, e.target / 2, e.depth, e.lasti)).collect();
    let index: HashMap<u32, usize> = raws.iter().enumerate().flat_map(|(i, r)| [(r.start, i), (r.unit, i)]).collect();
    // Leaders: entry, targets, what follows a terminator, handlers, and changes of handler.
    let mut leaders: BTreeSet<usize> = BTreeSet::from([0]);
    let mut loop_heads = BTreeSet::new();
    let mut loops = Vec::new();
    for (i, raw) in raws.iter().enumerate() {
        if let Some(target) = raw.target() {
            let target = *index.get(&target)?;
            leaders.insert(target);
            if raw.op.info().jump == Jump::Backward {
                loop_heads.insert(target);
                loops.push(target..=i);
            }
            leaders.insert(i + 1);
        }
        if raw.op.info().ends() || matches!(raw.op, Opcode::YIELD_VALUE | Opcode::RETURN_GENERATOR) || splits(raw.op) {
            leaders.insert(i + 1);
        }
    }
    for row in &rows {
        leaders.insert(*index.get(&row.2)?);
    }
    leaders.retain(|i| *i < raws.len());
    let block_of: BTreeMap<usize, BlockId> = leaders.iter().enumerate().map(|(b, i)| (*i, b as BlockId)).collect();
    let starts: Vec<usize> = leaders.iter().copied().collect();
    let locals = code.nlocalsplus() as u32;
    let slf = code.varnames().position(|name| &**name == "self").map(|at| at as Reg);
    let mut released = emptied_variables(code, &raws);
    let mut blocks: Vec<Option<Block>> = vec![None; starts.len()];
    let mut pending = vec![(0 as BlockId, 0, Iterators(0))];
    let block_at = |unit: u32| -> Option<BlockId> { block_of.get(index.get(&unit)?).copied() };
    while let Some((id, depth, mut iterators)) = pending.pop() {
        if blocks[id as usize].is_some() {
            continue;
        }
        let first = starts[id as usize];
        let end = starts.get(id as usize + 1).copied().unwrap_or(raws.len());
        let mut at = depth;
        let mut insts = Vec::new();
        let mut terminator = None;
        for (i, &raw) in raws.iter().enumerate().take(end).skip(first) {
            let handler = match handler_of(&rows, raw.unit) {
                Some(row) => {
                    let block = block_at(row.2)?;
                    pending.push((block, row.3 + 1 + row.4 as u32, iterators.below(row.3)));
                    Some(Handler { block, depth: row.3, push_lasti: row.4 })
                }
                None => None,
            };
            let stack = |d: u32| -> Reg { locals + d };
            let info = raw.op.info();
            let (pops, pushes) = (info.pops(raw.arg), info.pushes(raw.arg));
            let base = at.checked_sub(pops)?;
            let make = || Op {
                code: raw.op,
                arg: raw.arg,
                offset: raw.unit * 2,
                args: (base..at).map(stack).collect(),
                dsts: (base..base + pushes).map(stack).collect(),
                handler,
            };
            let following = |i: usize| block_of.get(&(i + 1)).copied();
            match raw.op {
                Opcode::NOP | Opcode::NOT_TAKEN | Opcode::CACHE | Opcode::EXTENDED_ARG | Opcode::RESUME => {}
                Opcode::LOAD_FAST | Opcode::LOAD_FAST_BORROW => insts.push(Inst::Move { dst: stack(at), src: raw.arg }),
                Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW | Opcode::LOAD_FAST_LOAD_FAST => {
                    insts.push(Inst::Move { dst: stack(at), src: raw.arg >> 4 });
                    insts.push(Inst::Move { dst: stack(at + 1), src: raw.arg & 15 });
                }
                Opcode::LOAD_FAST_AND_CLEAR => {
                    insts.push(Inst::Move { dst: stack(at), src: raw.arg });
                    insts.push(Inst::Clear { dst: raw.arg });
                }
                Opcode::STORE_FAST => {
                    insts.push(Inst::Move { dst: raw.arg, src: stack(at - 1) });
                    if released.contains(&raw.arg) && i > 0 && loads_none(code, &raws[i - 1]) {
                        insts.push(Inst::Op(Op { code: Opcode::POP_TOP, ..make() }));
                    }
                }
                Opcode::STORE_FAST_LOAD_FAST => {
                    insts.push(Inst::Move { dst: raw.arg >> 4, src: stack(at - 1) });
                    insts.push(Inst::Move { dst: stack(at - 1), src: raw.arg & 15 });
                }
                Opcode::STORE_FAST_STORE_FAST => {
                    insts.push(Inst::Move { dst: raw.arg >> 4, src: stack(at - 1) });
                    insts.push(Inst::Move { dst: raw.arg & 15, src: stack(at - 2) });
                }
                // A loop is left early: its iterator may be a generator with a `finally` to run.
                Opcode::POP_TOP if iterators.has(at - 1) => {
                    released.insert(stack(at - 1));
                    insts.push(Inst::Op(Op { code: Opcode::POP_ITER, ..make() }));
                }
                // The end of a statement that is a call: an object may have lost its last owner.
                Opcode::POP_TOP if i > 0 && raws[i - 1].op.is_call() => insts.push(Inst::Op(make())),
                Opcode::POP_TOP | Opcode::END_FOR | Opcode::POP_ITER => {}
                Opcode::LOAD_GLOBAL => {
                    let misplaced = code.names.get(raw.arg as usize >> 1).is_some_and(|name| is_misplaced(name));
                    let args = slf.filter(|_| misplaced).into_iter().collect();
                    insts.push(Inst::Op(Op { args, ..make() }));
                }
                Opcode::PUSH_NULL => insts.push(Inst::Clear { dst: stack(at) }),
                Opcode::COPY => insts.push(Inst::Move { dst: stack(at), src: stack(at.checked_sub(raw.arg)?) }),
                Opcode::SWAP => {
                    // Through the free place above the top.
                    let other = at.checked_sub(raw.arg)?;
                    insts.push(Inst::Move { dst: stack(at), src: stack(other) });
                    insts.push(Inst::Move { dst: stack(other), src: stack(at - 1) });
                    insts.push(Inst::Move { dst: stack(at - 1), src: stack(at) });
                }
                Opcode::END_SEND => insts.push(Inst::Move { dst: stack(at - 2), src: stack(at - 1) }),
                Opcode::JUMP_FORWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => {
                    terminator = Some(Terminator::Jump(block_at(raw.target()?)?));
                }
                Opcode::JUMP_BACKWARD => {
                    terminator = Some(Terminator::Loop { target: block_at(raw.target()?)?, op: make() });
                }
                Opcode::POP_JUMP_IF_FALSE
                | Opcode::POP_JUMP_IF_TRUE
                | Opcode::POP_JUMP_IF_NONE
                | Opcode::POP_JUMP_IF_NOT_NONE => {
                    terminator = Some(Terminator::Branch {
                        op: make(),
                        value: stack(at - 1),
                        taken: block_at(raw.target()?)?,
                        next: following(i)?,
                    });
                }
                Opcode::FOR_ITER => {
                    terminator =
                        Some(Terminator::ForIter { op: make(), next: following(i)?, exit: block_at(raw.target()?)? });
                }
                Opcode::SEND => {
                    terminator =
                        Some(Terminator::Send { op: make(), next: following(i)?, done: block_at(raw.target()?)? });
                }
                Opcode::YIELD_VALUE => {
                    terminator = Some(Terminator::Yield { op: make(), value: stack(at - 1), resume: following(i)? });
                }
                Opcode::RETURN_GENERATOR => {
                    terminator = Some(Terminator::Yield { op: make(), value: stack(at), resume: following(i)? });
                }
                Opcode::RETURN_VALUE => terminator = Some(Terminator::Return(stack(at - 1))),
                Opcode::RAISE_VARARGS | Opcode::RERAISE => terminator = Some(Terminator::Raise(make())),
                _ => insts.push(Inst::Op(make())),
            }
            iterators = iterators.after(&raw, at, base);
            at = base + pushes;
        }
        let next = (end < raws.len()).then_some(id + 1);
        let end = match terminator {
            Some(end) => end,
            None => Terminator::Jump(next?),
        };
        let in_loop = loops.iter().any(|l| l.contains(&first));
        let block =
            Block { insts, end, depth, is_loop_head: loop_heads.contains(&first), in_loop, live_in: Vec::new() };
        for successor in block.successors() {
            pending.push((successor, at, iterators));
        }
        blocks[id as usize] = Some(block);
    }
    let registers = locals + code.stacksize + 2;
    let mut function = Function {
        name: code.qualname.to_string(),
        locals,
        registers,
        blocks: compact(blocks),
        released: released.into_iter().collect(),
        observed: is_observed(code),
        prefers_float: raws.iter().any(|raw| raw.op == Opcode::BINARY_OP && matches!(raw.arg, 11 | 24))
            || code.consts.iter().any(|c| matches!(c, taipan_frontend::Constant::Float(_))),
        is_generator: code.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0,
    };
    super::liveness::compute(&mut function);
    Some(function)
}

/// Which places of the operand stack hold iterators of loops, as far as 64 places go.
#[derive(Clone, Copy)]
struct Iterators(u64);

impl Iterators {
    fn has(self, place: u32) -> bool {
        place < 64 && self.0 >> place & 1 != 0
    }

    fn below(self, depth: u32) -> Iterators {
        Iterators(if depth < 64 { self.0 & !(u64::MAX << depth) } else { self.0 })
    }

    fn with(self, place: u32, on: bool) -> Iterators {
        let bit = 1u64.checked_shl(place).unwrap_or(0);
        Iterators(if on { self.0 | bit } else { self.0 & !bit })
    }

    /// After an instruction that found `at` words on the stack and left those below `base` alone.
    fn after(self, raw: &Raw, at: u32, base: u32) -> Iterators {
        match raw.op {
            Opcode::GET_ITER | Opcode::GET_AITER => self.below(base).with(base, true),
            Opcode::FOR_ITER | Opcode::GET_ANEXT => self.below(base + 1),
            Opcode::SWAP => {
                let (top, other) = (at - 1, at - raw.arg);
                self.with(top, self.has(other)).with(other, self.has(top))
            }
            _ => self.below(base),
        }
    }
}

/// Variables that `del` empties, and those that are set to None after they were something else.
fn emptied_variables(code: &CodeObject, raws: &[Raw]) -> BTreeSet<Reg> {
    let mut stored: BTreeSet<Reg> = (0..code.total_args() as Reg).collect();
    let mut emptied = BTreeSet::new();
    for (i, raw) in raws.iter().enumerate() {
        match raw.op {
            Opcode::DELETE_FAST => {
                emptied.insert(raw.arg);
            }
            Opcode::STORE_FAST => {
                if !stored.insert(raw.arg) && i > 0 && loads_none(code, &raws[i - 1]) {
                    emptied.insert(raw.arg);
                }
            }
            _ => {}
        }
    }
    emptied
}

fn loads_none(code: &CodeObject, raw: &Raw) -> bool {
    raw.op == Opcode::LOAD_CONST && matches!(code.consts.get(raw.arg as usize), Some(taipan_frontend::Constant::None))
}

/// Whether others may ask for its variables while it runs: module and class bodies, and functions
/// that name something that looks at its caller's frame.
fn is_observed(code: &CodeObject) -> bool {
    const LOOKERS: [&str; 8] = ["locals", "vars", "dir", "eval", "exec", "super", "_getframe", "currentframe"];
    code.flags & flags::OPTIMIZED == 0 || code.names.iter().any(|name| LOOKERS.contains(&&**name))
}

/// Operations after which different things may be known, depending on the operands' types.
fn splits(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::BINARY_OP | Opcode::COMPARE_OP | Opcode::UNARY_NEGATIVE | Opcode::STORE_SUBSCR | Opcode::GET_ITER
    )
}

/// The row of the exception table that covers a unit: rows do not overlap.
fn handler_of(rows: &[Row], unit: u32) -> Option<&Row> {
    rows.iter().find(|row| row.0 <= unit && unit < row.1)
}

fn decode(code: &CodeObject) -> Vec<Raw> {
    let mut raws = Vec::new();
    for inst in Instructions::new(&code.code) {
        raws.push(Raw {
            op: inst.op,
            arg: inst.oparg,
            unit: inst.offset / 2,
            start: inst.start / 2,
            next: inst.end / 2,
        });
    }
    raws
}

/// Drops unreachable blocks and renumbers the rest.
fn compact(blocks: Vec<Option<Block>>) -> Vec<Block> {
    let mut number = vec![u32::MAX; blocks.len()];
    let mut n = 0;
    for (i, block) in blocks.iter().enumerate() {
        if block.is_some() {
            number[i] = n;
            n += 1;
        }
    }
    let map = |id: &mut BlockId| *id = number[*id as usize];
    let fix = |op: &mut Op| {
        if let Some(handler) = &mut op.handler {
            handler.block = number[handler.block as usize];
        }
    };
    let mut kept: Vec<Block> = blocks.into_iter().flatten().collect();
    for block in &mut kept {
        for inst in &mut block.insts {
            if let Inst::Op(op) = inst {
                fix(op);
            }
        }
        match &mut block.end {
            Terminator::Jump(t) => map(t),
            Terminator::Loop { target, op } => {
                map(target);
                fix(op);
            }
            Terminator::Branch { op, taken, next, .. } => {
                map(taken);
                map(next);
                fix(op);
            }
            Terminator::ForIter { op, next, exit } => {
                map(next);
                map(exit);
                fix(op);
            }
            Terminator::Send { op, next, done } => {
                map(next);
                map(done);
                fix(op);
            }
            Terminator::Yield { op, resume, .. } => {
                map(resume);
                fix(op);
            }
            Terminator::Raise(op) => fix(op),
            Terminator::Return(_) => {}
        }
    }
    kept
}
