//! A function's native code: its body, the general entry in front of it, and the resumption function
//! of generators.

use crate::backend::module::{ModuleData, Unit};
use crate::ir::{BlockId, Function, Op, Terminator};
use crate::lower::emit::{Emitter, Pending};
use crate::lower::generator::{make_generator, resume_dispatch, suspend};
use crate::lower::state::Ty;
use crate::lower::{LIBRARY_VERSIONS, VERSIONS};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, StackSlotData, StackSlotKind, Value, types};
use cranelift_frontend::FunctionBuilder;
use taipan_abi::heap;
use taipan_abi::layout;
use taipan_abi::opcode::Opcode;

/// Which of a code object's native functions to make.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// `(function, parameters...)`: the code itself; of a generator, up to where it is made.
    Body,
    /// `(heap frame, value sent or 0)`: a generator from where it is made on.
    Resume,
}

/// Longest functions that get typed versions; beyond, code would grow too much.
const TYPED_LIMIT: usize = 3000;

/// Builds the body or the resumption function. `types` are those of a body's parameters, where they are known.
pub fn build(
    mut b: FunctionBuilder,
    unit: &Unit,
    data: &mut ModuleData,
    ir: &Function,
    index: usize,
    part: Part,
    types: &[Ty],
) {
    let config = data.frontend_config();
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    let params = b.block_params(entry).to_vec();
    let code = &unit.codes[index];
    let typed = code.is_function() && ir.blocks.iter().map(|b| b.insts.len() + 1).sum::<usize>() < TYPED_LIMIT;
    let loops = ir.blocks.iter().any(|block| block.is_loop_head);
    let compact = !loops && (unit.is_library || !code.is_function());
    let versions = match () {
        _ if !typed || compact => 0,
        _ if unit.is_library => LIBRARY_VERSIONS,
        _ => VERSIONS,
    };
    let mut e = Emitter::new(b, unit, data, ir, index, params[0], versions);
    e.args_words =
        ir.blocks.iter().flat_map(|b| b.ops()).map(|op| op.args.len().max(op.dsts.len()) as u32 + 1).max().unwrap_or(1);
    e.observed = ir.observed;
    e.compact = compact;
    let mut resumptions: Vec<BlockId> = Vec::new();
    if ir.is_generator {
        for block in &ir.blocks {
            if let Terminator::Yield { resume, .. } = block.end {
                resumptions.push(resume);
            }
        }
    }
    match part {
        Part::Body => {
            if !code.is_function() {
                e.locals = Some(params[1]);
            }
            e.push_frame();
            match code.is_function() {
                true if !ir.is_generator => e.keep_released_in_memory(),
                true => {}
                false => e.keep_in_memory(),
            }
            if code.is_function() {
                for i in 0..code.arg_slots() {
                    let ty = types.get(i as usize).copied().unwrap_or(Ty::Any);
                    e.state.set(i, params[1 + i as usize], ty);
                    e.show(i);
                }
            }
            e.goto(0);
        }
        Part::Resume => resume_dispatch(&mut e, params[0], params[1], &resumptions),
    }
    while let Some(pending) = e.next_pending() {
        walk(&mut e, &pending, &resumptions, part);
    }
    e.finish_exit();
    e.b.seal_all_blocks();
    e.b.finalize(config);
}

/// One version of a block.
fn walk(e: &mut Emitter, pending: &Pending, resumptions: &[BlockId], part: Part) {
    e.enter(pending);
    let block = e.ir.blocks[pending.id as usize].clone();
    for (i, inst) in block.insts.iter().enumerate() {
        if let ([crate::ir::Inst::Op(call), crate::ir::Inst::Op(iter)], Terminator::Jump(next)) =
            (&block.insts[i..], &block.end)
            && e.is_range_loop(call, iter)
        {
            return e.range_loop(call, iter, *next);
        }
        // Operations that split the walk come last in their block (see `ir::build`).
        if let (crate::ir::Inst::Op(op), Terminator::Jump(next)) = (inst, &block.end)
            && i + 1 == block.insts.len()
        {
            match op.code {
                Opcode::BINARY_OP => return e.binary_op(op, *next),
                Opcode::COMPARE_OP => return e.compare_op(op, *next),
                Opcode::UNARY_NEGATIVE => return e.negative(op, *next),
                Opcode::STORE_SUBSCR => return e.store_subscript(op, *next),
                _ => {}
            }
        }
        e.inst(inst);
    }
    match &block.end {
        Terminator::Jump(target) => e.goto(*target),
        Terminator::Loop { target, op } => {
            poll(e, op);
            e.goto(*target);
        }
        Terminator::Branch { op, value, taken, next } => branch(e, op, *value, *taken, *next),
        Terminator::ForIter { op, next, exit } => e.for_iter(op, *next, *exit),
        Terminator::Send { op, next, done } => send(e, op, *next, *done),
        Terminator::Yield { op, value, resume } => {
            if op.code == Opcode::RETURN_GENERATOR {
                if part == Part::Body {
                    make_generator(e, op, *resume, resumptions);
                }
            } else {
                suspend(e, op, *value, *resume, resumptions);
            }
        }
        Terminator::Return(reg) => {
            let value = e.word(*reg);
            e.leave(value);
        }
        Terminator::Raise(op) => raise(e, op),
    }
}

/// Tests the poll byte: signals, finalizers, other threads.
fn poll(e: &mut Emitter, op: &Op) {
    let heap_at = e.symbol("TAIPAN_HEAP");
    let bits = e.load(types::I8, heap_at, heap::POLL_OFFSET);
    let cold = e.cold_block();
    let next = e.block();
    let set = e.icmp_const(IntCC::NotEqual, bits, 0);
    e.b.ins().brif(set, cold, &[], next, &[]);
    e.switch(cold);
    e.try_call(op, "taipan_poll", &[]);
    e.jump(next, &[]);
    e.switch(next);
}

fn branch(e: &mut Emitter, op: &Op, reg: u32, taken: BlockId, next: BlockId) {
    let ty = e.ty(reg);
    // What is known already decides.
    let is_none_test = matches!(op.code, Opcode::POP_JUMP_IF_NONE | Opcode::POP_JUMP_IF_NOT_NONE);
    if is_none_test && !matches!(ty, Ty::Any) {
        let jumps = (ty == Ty::None) == (op.code == Opcode::POP_JUMP_IF_NONE);
        return e.goto(if jumps { taken } else { next });
    }
    let to_args = |args: Vec<Value>| args.into_iter().map(Into::into).collect::<Vec<_>>();
    if let (Ty::Flag, Some(known)) = (ty, e.state.get(reg)) {
        let (taken, taken_args) = e.target(taken);
        let (next, next_args) = e.target(next);
        let (taken_args, next_args) = (to_args(taken_args), to_args(next_args));
        if op.code == Opcode::POP_JUMP_IF_TRUE {
            e.b.ins().brif(known.value, taken, &taken_args, next, &next_args);
        } else {
            e.b.ins().brif(known.value, next, &next_args, taken, &taken_args);
        }
        return;
    }
    let value = e.word(reg);
    let (symbol, equal) = match op.code {
        Opcode::POP_JUMP_IF_FALSE => ("TAIPAN_FALSE", true),
        Opcode::POP_JUMP_IF_TRUE => ("TAIPAN_TRUE", true),
        Opcode::POP_JUMP_IF_NONE => ("TAIPAN_NONE", true),
        _ => ("TAIPAN_NONE", false),
    };
    let constant = e.symbol(symbol);
    let cc = if equal { IntCC::Equal } else { IntCC::NotEqual };
    let cond = e.icmp(cc, value, constant);
    let (taken, taken_args) = e.target(taken);
    let (next, next_args) = e.target(next);
    let (taken_args, next_args) = (to_args(taken_args), to_args(next_args));
    e.b.ins().brif(cond, taken, &taken_args, next, &next_args);
}

fn send(e: &mut Emitter, op: &Op, next: BlockId, done: BlockId) {
    let (receiver, value) = (e.word(op.args[0]), e.word(op.args[1]));
    let slot = e.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 8, 3));
    let returned = e.b.ins().stack_addr(types::I64, slot, 0);
    let zero = e.iconst(0);
    e.store(zero, returned, 0);
    let result = e.try_call(op, "taipan_send", &[receiver, value, returned]);
    e.state.set(op.dsts[1], result, Ty::Any);
    let flag = e.load64(returned, 0);
    let finished = e.block();
    let is_done = e.icmp_const(IntCC::NotEqual, flag, 0);
    e.branch_out(is_done, finished);
    e.goto(next);
    e.switch(finished);
    e.goto(done);
}

fn raise(e: &mut Emitter, op: &Op) {
    e.note_position(op);
    if op.code == Opcode::RERAISE {
        let exception = match op.args.last() {
            Some(reg) => e.word(*reg),
            None => e.iconst(0),
        };
        e.call("taipan_reraise", &[exception]);
        return e.raise_pending(op, false);
    }
    let zero = e.iconst(0);
    let mut words = [zero, zero];
    for (word, reg) in words.iter_mut().zip(&op.args) {
        *word = e.word(*reg);
    }
    e.call("taipan_raise", &words);
    e.raise_pending(op, op.arg != 0);
}

/// The general entry: `(function, arguments, count with keywords, keyword names or 0)`.
pub fn build_entry(mut b: FunctionBuilder, unit: &Unit, data: &mut ModuleData, ir: &Function, index: usize) {
    let config = data.frontend_config();
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    let params = b.block_params(entry).to_vec();
    let (function, args, count, names) = (params[0], params[1], params[2], params[3]);
    let code = &unit.codes[index];
    let mut e = Emitter::new(b, unit, data, ir, index, function, 0);
    if !code.is_function() {
        // Called like any function, by a `__build_class__` of the program's own, it runs in its globals.
        let (given, body) = (e.block(), e.block());
        e.b.append_block_param(body, types::I64);
        let globals = e.load64(function, layout::FUNCTION_GLOBALS);
        e.b.ins().brif(count, given, &[], body, &[globals.into()]);
        e.switch(given);
        let namespace = e.load64(args, 0);
        e.jump(body, &[namespace]);
        e.switch(body);
        let locals = e.b.block_params(body)[0];
        let result = e.call_body(index as u32, &[function, locals]);
        e.b.ins().return_(&[result]);
    } else {
        let slots = code.arg_slots();
        let general = e.cold_block();
        if code.is_plain() {
            let other = e.icmp_const(IntCC::NotEqual, count, slots as i64);
            e.branch_out(other, general);
            let with_names = e.icmp_const(IntCC::NotEqual, names, 0);
            e.branch_out(with_names, general);
            let mut words = vec![function];
            for i in 0..slots {
                words.push(e.load64(args, i as i32 * 8));
            }
            let result = e.call_body(index as u32, &words);
            e.b.ins().return_(&[result]);
        } else {
            e.jump(general, &[]);
        }
        e.switch(general);
        let size = slots.max(1) * 8;
        let slot = e.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, size, 3));
        let out = e.b.ins().stack_addr(types::I64, slot, 0);
        let zero = e.iconst(0);
        for i in 0..slots {
            e.store(zero, out, i as i32 * 8);
        }
        let bound = e.call("taipan_bind", &[function, args, count, names, out]).unwrap_or(zero);
        let fail = e.cold_block();
        let failed = e.icmp_const(IntCC::Equal, bound, 0);
        e.branch_out(failed, fail);
        let mut words = vec![function];
        for i in 0..slots {
            words.push(e.load64(out, i as i32 * 8));
        }
        let result = e.call_body(index as u32, &words);
        e.b.ins().return_(&[result]);
        e.switch(fail);
        let zero = e.iconst(0);
        e.b.ins().return_(&[zero]);
    }
    e.b.seal_all_blocks();
    e.b.finalize(config);
}
