//! Operations that are a call of the runtime, with what is done inline around it.

use crate::ir::{Inst, Op, Reg};
use crate::lower::emit::Emitter;
use crate::lower::state::Ty;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, StackSlotData, StackSlotKind, Value, types};
use taipan_abi::layout;
use taipan_abi::opcode::Opcode;
use taipan_abi::tag;

impl Emitter<'_, '_> {
    pub fn inst(&mut self, inst: &Inst) {
        match inst {
            Inst::Move { dst, src } => {
                self.copy(*dst, *src);
                self.show(*dst);
            }
            Inst::Clear { dst } => {
                let zero = self.iconst(0);
                self.state.set(*dst, zero, Ty::Null);
                self.show(*dst);
            }
            Inst::Op(op) => self.op(op),
        }
        self.after_inst(inst);
    }

    pub fn set_any(&mut self, dst: Reg, value: Value) {
        self.state.set(dst, value, Ty::Any);
    }

    /// A call whose result is the operation's one value.
    fn value_op(&mut self, op: &Op, name: &str, args: &[Value]) {
        let result = self.try_call(op, name, args);
        self.set_any(op.dsts[0], result);
    }

    /// A call that cannot fail.
    fn word_op(&mut self, op: &Op, name: &str, args: &[Value]) {
        let result = self.call(name, args).unwrap_or(self.function);
        self.set_any(op.dsts[0], result);
    }

    fn words(&mut self, op: &Op) -> Vec<Value> {
        op.args.iter().map(|r| self.word(*r)).collect()
    }

    fn number(&mut self, n: u32) -> Value {
        self.iconst(n as i64)
    }

    /// The word of native stack for a second result; its address.
    pub fn out_word(&mut self) -> Value {
        let slot = match self.out_slot {
            Some(slot) => slot,
            None => self.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 8, 3)),
        };
        self.out_slot = Some(slot);
        self.b.ins().stack_addr(types::I64, slot, 0)
    }

    /// The second result; its word is empty then, and keeps nothing alive.
    pub fn take_out_word(&mut self, out: Value) -> Value {
        let value = self.load64(out, 0);
        let zero = self.iconst(0);
        self.store(zero, out, 0);
        value
    }

    fn locals_or_zero(&mut self) -> Value {
        match self.locals {
            Some(locals) => locals,
            None => self.iconst(0),
        }
    }

    fn truth_to_bool(&mut self, dst: Reg, truth: Value, negate: bool) {
        let cc = if negate { IntCC::Equal } else { IntCC::NotEqual };
        let holds = self.icmp_const(cc, truth, 0);
        self.state.set(dst, holds, Ty::Flag);
    }

    fn op(&mut self, op: &Op) {
        let function = self.function;
        match op.code {
            Opcode::LOAD_CONST => {
                let code = &self.unit.codes[self.index];
                match code.small_const(op.arg) {
                    Some(SmallConst::Int(n)) => {
                        let value = self.iconst(tag::int(n) as i64);
                        self.state.set(op.dsts[0], value, Ty::Int);
                    }
                    Some(SmallConst::Float(x)) => {
                        let value = self.b.ins().f64const(x);
                        self.state.set(op.dsts[0], value, Ty::Float);
                    }
                    Some(SmallConst::None) => {
                        let value = self.none();
                        self.state.set(op.dsts[0], value, Ty::None);
                    }
                    Some(SmallConst::Bool(b)) => {
                        let value = self.symbol(if b { "TAIPAN_TRUE" } else { "TAIPAN_FALSE" });
                        self.state.set(op.dsts[0], value, Ty::Bool);
                    }
                    None => {
                        let value = self.constant(op.arg);
                        self.set_any(op.dsts[0], value);
                    }
                }
            }
            Opcode::LOAD_SMALL_INT => {
                let value = self.iconst(tag::int(op.arg as i64) as i64);
                self.state.set(op.dsts[0], value, Ty::Int);
            }
            Opcode::LOAD_FAST_CHECK => {
                let value = self.word(op.arg);
                self.unbound_if_zero(op, value, "taipan_unbound_local");
                self.copy(op.dsts[0], op.arg);
            }
            Opcode::DELETE_FAST => {
                let value = self.word(op.arg);
                self.unbound_if_zero(op, value, "taipan_unbound_local");
                let zero = self.iconst(0);
                self.state.set(op.arg, zero, Ty::Null);
                self.empty(op.arg);
                self.show(op.arg);
                self.note_position(op);
                self.after_delete();
            }
            Opcode::POP_ITER => self.drop_iterator(op),
            Opcode::POP_TOP => self.owner_may_have_left(op),
            Opcode::MAKE_CELL => {
                let contents = self.word(op.arg);
                let cell = self.call("taipan_make_cell", &[contents]).unwrap_or(function);
                self.set_any(op.arg, cell);
                self.show(op.arg);
            }
            Opcode::COPY_FREE_VARS => {
                let closure = self.load64(function, layout::FUNCTION_CLOSURE);
                for i in 0..op.arg {
                    let cell = self.load64(closure, layout::TUPLE_ITEMS + i as i32 * 8);
                    self.set_any(self.ir.locals - op.arg + i, cell);
                    self.show(self.ir.locals - op.arg + i);
                }
            }
            Opcode::LOAD_DEREF => {
                let cell = self.word(op.arg);
                let value = self.load64(cell, layout::CELL_CONTENTS);
                self.unbound_if_zero(op, value, "taipan_unbound_deref");
                self.set_any(op.dsts[0], value);
            }
            Opcode::STORE_DEREF => self.store_deref(op),
            Opcode::DELETE_DEREF => {
                let cell = self.word(op.arg);
                let value = self.load64(cell, layout::CELL_CONTENTS);
                self.unbound_if_zero(op, value, "taipan_unbound_deref");
                let zero = self.iconst(0);
                self.call("taipan_store_cell", &[cell, zero]);
                self.note_position(op);
                self.after_delete();
            }
            Opcode::LOAD_GLOBAL => self.load_global(op, op.arg >> 1, op.arg & 1 != 0),
            Opcode::STORE_GLOBAL => {
                let (name, value) = (self.name(op.arg), self.word(op.args[0]));
                self.try_call(op, "taipan_store_global", &[function, name, value]);
            }
            Opcode::DELETE_GLOBAL => {
                let name = self.name(op.arg);
                self.try_call(op, "taipan_delete_global", &[function, name]);
                self.after_delete();
            }
            Opcode::LOAD_NAME => {
                if self.unit.codes[self.index].is_module {
                    return self.load_global(op, op.arg, false);
                }
                let (locals, name) = (self.locals_or_zero(), self.name(op.arg));
                self.value_op(op, "taipan_load_name", &[function, locals, name]);
            }
            Opcode::STORE_NAME => {
                let (locals, name, value) = (self.locals_or_zero(), self.name(op.arg), self.word(op.args[0]));
                self.try_call(op, "taipan_store_name", &[locals, name, value]);
            }
            Opcode::DELETE_NAME => {
                let (locals, name) = (self.locals_or_zero(), self.name(op.arg));
                self.try_call(op, "taipan_delete_name", &[locals, name]);
                self.after_delete();
            }
            Opcode::LOAD_LOCALS => {
                let locals = self.locals_or_zero();
                self.set_any(op.dsts[0], locals);
            }
            Opcode::LOAD_FROM_DICT_OR_GLOBALS => {
                let (mapping, name) = (self.word(op.args[0]), self.name(op.arg));
                self.value_op(op, "taipan_load_from_dict_or_globals", &[mapping, function, name]);
            }
            Opcode::LOAD_FROM_DICT_OR_DEREF => {
                let (mapping, cell, index) = (self.word(op.args[0]), self.word(op.arg), self.number(op.arg));
                self.value_op(op, "taipan_load_from_dict_or_deref", &[mapping, function, index, cell]);
            }
            Opcode::SETUP_ANNOTATIONS => {
                let locals = self.locals_or_zero();
                self.try_call(op, "taipan_setup_annotations", &[locals]);
            }
            Opcode::LOAD_ATTR => self.load_attr(op),
            Opcode::STORE_ATTR => self.store_attr(op),
            Opcode::DELETE_ATTR => {
                let (object, name) = (self.word(op.args[0]), self.name(op.arg));
                self.try_call(op, "taipan_delete_attr", &[object, name]);
                self.after_delete();
            }
            Opcode::LOAD_SUPER_ATTR => {
                let words = self.words(op);
                let (name, flags, out) = (self.name(op.arg >> 2), self.number(op.arg & 3), self.out_word());
                let result =
                    self.try_call(op, "taipan_load_super_attr", &[words[0], words[1], words[2], name, flags, out]);
                self.set_any(op.dsts[0], result);
                if op.arg & 1 != 0 {
                    let slf = self.take_out_word(out);
                    self.set_any(op.dsts[1], slf);
                }
            }
            Opcode::LOAD_SPECIAL => {
                let (object, which, out) = (self.word(op.args[0]), self.number(op.arg), self.out_word());
                let result = self.try_call(op, "taipan_load_special", &[object, which, out]);
                let slf = self.take_out_word(out);
                self.set_any(op.dsts[0], result);
                self.set_any(op.dsts[1], slf);
            }
            Opcode::UNARY_NOT => {
                let result = match (self.ty(op.args[0]), self.state.get(op.args[0])) {
                    (Ty::Flag, Some(known)) => self.icmp_const(IntCC::Equal, known.value, 0),
                    _ => {
                        let value = self.word(op.args[0]);
                        let t = self.symbol("TAIPAN_TRUE");
                        self.icmp(IntCC::NotEqual, value, t)
                    }
                };
                self.state.set(op.dsts[0], result, Ty::Flag);
            }
            Opcode::UNARY_INVERT => {
                let value = self.word(op.args[0]);
                self.value_op(op, "taipan_invert", &[value]);
            }
            Opcode::TO_BOOL => self.to_bool(op),
            Opcode::IS_OP => {
                let (a, b) = (self.word(op.args[0]), self.word(op.args[1]));
                let cc = if op.arg == 1 { IntCC::NotEqual } else { IntCC::Equal };
                let same = self.icmp(cc, a, b);
                self.state.set(op.dsts[0], same, Ty::Flag);
            }
            Opcode::CONTAINS_OP => {
                let (item, container) = (self.word(op.args[0]), self.word(op.args[1]));
                let truth = self.try_truth(op, "taipan_contains", &[container, item]);
                self.truth_to_bool(op.dsts[0], truth, op.arg == 1);
            }
            Opcode::BINARY_SLICE => {
                let words = self.words(op);
                self.value_op(op, "taipan_get_slice", &words);
            }
            Opcode::STORE_SLICE => {
                let words = self.words(op);
                self.try_call(op, "taipan_set_slice", &[words[1], words[2], words[3], words[0]]);
            }
            Opcode::DELETE_SUBSCR => {
                let words = self.words(op);
                // Before, as what earlier calls were given must not count as in use when a bytearray shrinks.
                self.clear_args();
                self.try_call(op, "taipan_delitem", &words);
                self.call("taipan_after_delete", &[]);
            }
            Opcode::BUILD_TUPLE | Opcode::BUILD_LIST => {
                let (items, n) = (self.reg_args(&op.args), self.number(op.arg));
                let name = if op.code == Opcode::BUILD_TUPLE { "taipan_build_tuple" } else { "taipan_build_list" };
                self.word_op(op, name, &[items, n]);
                let is_tuple = op.code == Opcode::BUILD_TUPLE;
                self.know_shape(op.dsts[0], if is_tuple { layout::shape::TUPLE } else { layout::shape::LIST });
            }
            Opcode::BUILD_SET | Opcode::BUILD_MAP | Opcode::BUILD_STRING => {
                let items = self.reg_args(&op.args);
                let n = self.number(op.args.len() as u32);
                let name = match op.code {
                    Opcode::BUILD_SET => "taipan_build_set",
                    Opcode::BUILD_MAP => "taipan_build_map",
                    _ => "taipan_build_string",
                };
                self.value_op(op, name, &[items, n]);
                match op.code {
                    Opcode::BUILD_MAP => self.know_shape(op.dsts[0], layout::shape::DICT),
                    Opcode::BUILD_STRING => self.know_shape(op.dsts[0], layout::shape::STR),
                    _ => {}
                }
            }
            Opcode::BUILD_SLICE => {
                let mut words = self.words(op);
                if words.len() == 2 {
                    words.push(self.iconst(0));
                }
                self.word_op(op, "taipan_build_slice", &words);
            }
            Opcode::BUILD_TEMPLATE => {
                let words = self.words(op);
                self.value_op(op, "taipan_build_template", &words);
            }
            Opcode::BUILD_INTERPOLATION => {
                let words = self.words(op);
                let spec = if words.len() == 3 { words[2] } else { self.iconst(0) };
                let conversion = self.number(op.arg >> 2);
                self.value_op(op, "taipan_build_interpolation", &[words[0], words[1], conversion, spec]);
            }
            Opcode::LIST_APPEND => {
                let (list, value) = (self.word(op.args[0]), self.last(op));
                match self.compact {
                    true => {
                        self.call("taipan_list_append", &[list, value]);
                    }
                    false => self.append(list, value),
                }
            }
            Opcode::LIST_EXTEND | Opcode::SET_ADD | Opcode::SET_UPDATE | Opcode::DICT_UPDATE => {
                let (container, value) = (self.word(op.args[0]), self.last(op));
                let name = match op.code {
                    Opcode::LIST_EXTEND => "taipan_list_extend",
                    Opcode::SET_ADD => "taipan_set_add",
                    Opcode::SET_UPDATE => "taipan_set_update",
                    _ => "taipan_dict_update",
                };
                self.try_call(op, name, &[container, value]);
            }
            Opcode::MAP_ADD => {
                let dict = self.word(op.args[0]);
                let n = op.args.len();
                let (key, value) = (self.word(op.args[n - 2]), self.word(op.args[n - 1]));
                self.try_call(op, "taipan_map_add", &[dict, key, value]);
            }
            Opcode::DICT_MERGE => {
                // callable, NULL, args, ..., dict, ..., update
                let n = op.args.len();
                let callable = self.word(op.args[n - 1 - op.arg as usize - 3]);
                let dict = self.word(op.args[n - 1 - op.arg as usize]);
                let other = self.last(op);
                self.try_call(op, "taipan_dict_merge", &[dict, other, callable]);
            }
            Opcode::UNPACK_SEQUENCE => self.unpack_sequence(op),
            Opcode::UNPACK_EX => {
                let value = self.word(op.args[0]);
                let (before, after) = (self.number(op.arg & 0xff), self.number(op.arg >> 8));
                let out = self.args(&[]);
                self.try_call(op, "taipan_unpack_ex", &[value, before, after, out]);
                self.load_unpacked(op, out);
            }
            Opcode::CONVERT_VALUE => {
                let (value, how) = (self.word(op.args[0]), self.number(op.arg));
                self.value_op(op, "taipan_convert", &[value, how]);
            }
            Opcode::FORMAT_SIMPLE => {
                let (value, zero) = (self.word(op.args[0]), self.iconst(0));
                self.value_op(op, "taipan_format", &[value, zero]);
            }
            Opcode::FORMAT_WITH_SPEC => {
                let words = self.words(op);
                self.value_op(op, "taipan_format", &words);
            }
            Opcode::GET_LEN => {
                let value = self.word(op.args[0]);
                let result = self.try_call(op, "taipan_len", &[value]);
                self.set_any(op.dsts[1], result);
            }
            Opcode::GET_ITER => {
                let value = self.word(op.args[0]);
                let of_list = self.ty(op.args[0]) == Ty::Shape(layout::shape::LIST);
                self.value_op(op, "taipan_iter", &[value]);
                if of_list {
                    self.know_shape(op.dsts[0], layout::shape::LIST_ITERATOR);
                }
            }
            Opcode::GET_YIELD_FROM_ITER => {
                let value = self.word(op.args[0]);
                self.value_op(op, "taipan_yield_from_iter", &[value, function]);
            }
            Opcode::GET_AWAITABLE => {
                let (value, how) = (self.word(op.args[0]), self.number(op.arg));
                self.value_op(op, "taipan_get_awaitable", &[value, how]);
            }
            Opcode::GET_AITER => {
                let value = self.word(op.args[0]);
                self.value_op(op, "taipan_get_aiter", &[value]);
            }
            Opcode::GET_ANEXT => {
                let value = self.word(op.args[0]);
                let result = self.try_call(op, "taipan_get_anext", &[value]);
                self.set_any(op.dsts[1], result);
            }
            Opcode::END_ASYNC_FOR => {
                let exception = self.last(op);
                let ok = self.call("taipan_end_async_for", &[exception]).unwrap_or(function);
                let failed = self.icmp_const(IntCC::Equal, ok, 0);
                self.fail_quietly(op, failed);
            }
            Opcode::CLEANUP_THROW => {
                let exception = self.last(op);
                let result = self.call("taipan_cleanup_throw", &[exception]).unwrap_or(function);
                let failed = self.icmp_const(IntCC::Equal, result, 0);
                self.fail_quietly(op, failed);
                let none = self.none();
                self.state.set(op.dsts[0], none, Ty::None);
                self.set_any(op.dsts[1], result);
            }
            Opcode::CALL => self.call_op(op),
            Opcode::CALL_KW => {
                let names = self.last(op);
                let words = self.reg_args(&op.args[..op.args.len() - 1]);
                let n = self.number(op.arg);
                self.value_op(op, "taipan_call_kw", &[words, n, names]);
            }
            Opcode::CALL_FUNCTION_EX => {
                let words = self.words(op);
                self.value_op(op, "taipan_call_function_ex", &[words[0], words[2], words[3]]);
            }
            Opcode::CALL_INTRINSIC_1 => {
                let (which, value, locals) = (self.number(op.arg), self.word(op.args[0]), self.locals_or_zero());
                self.value_op(op, "taipan_intrinsic_1", &[which, value, locals]);
            }
            Opcode::CALL_INTRINSIC_2 => {
                let (which, words) = (self.number(op.arg), self.words(op));
                self.value_op(op, "taipan_intrinsic_2", &[which, words[0], words[1]]);
            }
            Opcode::MAKE_FUNCTION => {
                let code = self.word(op.args[0]);
                self.word_op(op, "taipan_make_function", &[function, code]);
            }
            Opcode::SET_FUNCTION_ATTRIBUTE => {
                let (value, target, which) = (self.word(op.args[0]), self.word(op.args[1]), self.number(op.arg));
                self.word_op(op, "taipan_set_function_attribute", &[target, value, which]);
            }
            Opcode::LOAD_BUILD_CLASS => self.value_op(op, "taipan_load_build_class", &[function]),
            Opcode::LOAD_COMMON_CONSTANT => {
                let which = self.number(op.arg);
                self.value_op(op, "taipan_load_common_constant", &[which]);
            }
            Opcode::IMPORT_NAME => {
                let (words, locals, name) = (self.words(op), self.locals_or_zero(), self.name(op.arg));
                self.value_op(op, "taipan_import_name", &[function, locals, name, words[1], words[0]]);
            }
            Opcode::IMPORT_FROM => {
                let (module, name) = (self.word(op.args[0]), self.name(op.arg));
                let result = self.try_call(op, "taipan_import_from", &[module, name]);
                self.set_any(op.dsts[1], result);
            }
            Opcode::PUSH_EXC_INFO => {
                let exception = self.word(op.args[0]);
                let previous = self.call("taipan_push_exc_info", &[exception]).unwrap_or(function);
                self.set_any(op.dsts[0], previous);
                self.set_any(op.dsts[1], exception);
            }
            Opcode::POP_EXCEPT => {
                let previous = self.word(op.args[0]);
                self.call("taipan_pop_except", &[previous]);
            }
            Opcode::CHECK_EXC_MATCH => {
                let words = self.words(op);
                let truth = self.try_truth(op, "taipan_check_exc_match", &words);
                self.truth_to_bool(op.dsts[1], truth, false);
            }
            Opcode::CHECK_EG_MATCH => {
                let (words, out) = (self.words(op), self.out_word());
                let matched = self.try_call(op, "taipan_check_eg_match", &[words[0], words[1], out]);
                let rest = self.take_out_word(out);
                self.set_any(op.dsts[0], rest);
                self.set_any(op.dsts[1], matched);
            }
            Opcode::WITH_EXCEPT_START => {
                // exit, self, lasti, previous exception, exception
                let words = self.words(op);
                let result = self.try_call(op, "taipan_with_except_start", &[words[0], words[1], words[4]]);
                self.set_any(op.dsts[5], result);
            }
            Opcode::MATCH_MAPPING | Opcode::MATCH_SEQUENCE => {
                let value = self.word(op.args[0]);
                let name =
                    if op.code == Opcode::MATCH_MAPPING { "taipan_match_mapping" } else { "taipan_match_sequence" };
                let truth = self.call(name, &[value]).unwrap_or(function);
                self.truth_to_bool(op.dsts[1], truth, false);
            }
            Opcode::MATCH_KEYS => {
                let words = self.words(op);
                let result = self.try_call(op, "taipan_match_keys", &words);
                self.set_any(op.dsts[2], result);
            }
            Opcode::MATCH_CLASS => {
                let (words, n) = (self.words(op), self.number(op.arg));
                self.value_op(op, "taipan_match_class", &[words[0], words[1], n, words[2]]);
            }
            // Became moves, terminators or nothing when the IR was built.
            _ => {}
        }
    }

    /// A name was deleted: an object may have lost its last owner, and must not be held by what calls left behind.
    fn after_delete(&mut self) {
        self.clear_args();
        self.empty_dead(0);
        crate::lower::generator::empty_heap_frame(self);
        self.call("taipan_after_delete", &[]);
    }

    /// A loop was left early: a generator that nobody else has is at its end.
    fn drop_iterator(&mut self, op: &Op) {
        let iterator = op.args[0];
        if !matches!(self.state.get(iterator).map(|k| k.ty), Some(Ty::Any | Ty::Memory)) {
            return;
        }
        let word = self.word(iterator);
        let abandoned = self.call("taipan_is_abandoned", &[word]).unwrap_or(word);
        let (ends, next) = (self.cold_block(), self.block());
        self.b.ins().brif(abandoned, ends, &[], next, &[]);
        self.switch(ends);
        self.note_position(op);
        self.depth_now = iterator;
        self.after_delete();
        self.b.ins().jump(next, &[]);
        self.switch(next);
    }

    fn last(&mut self, op: &Op) -> Value {
        match op.args.last() {
            Some(reg) => self.word(*reg),
            None => self.iconst(0),
        }
    }

    /// Items that an unpacking left at `out`, first item first; the first goes on top of the stack.
    fn load_unpacked(&mut self, op: &Op, out: Value) {
        let n = op.dsts.len();
        for i in 0..n {
            let item = self.load64(out, i as i32 * 8);
            self.set_any(op.dsts[n - 1 - i], item);
        }
    }

    fn unbound_if_zero(&mut self, op: &Op, value: Value, report: &str) {
        let fail = self.cold_block();
        let next = self.block();
        let zero = self.icmp_const(IntCC::Equal, value, 0);
        self.b.ins().brif(zero, fail, &[], next, &[]);
        self.switch(fail);
        let (function, index) = (self.function, self.number(op.arg));
        self.note_position(op);
        self.call(report, &[function, index]);
        self.raise_pending(op, true);
        self.switch(next);
    }

    /// Like `fail_if`, for exceptions whose traceback already names this frame.
    fn fail_quietly(&mut self, op: &Op, cond: Value) {
        let fail = self.cold_block();
        let next = self.block();
        self.b.ins().brif(cond, fail, &[], next, &[]);
        self.switch(fail);
        self.raise_pending(op, false);
        self.switch(next);
    }

    /// `TO_BOOL`.
    fn to_bool(&mut self, op: &Op) {
        let (reg, dst) = (op.args[0], op.dsts[0]);
        match self.ty(reg) {
            Ty::Bool | Ty::Flag => self.state.copy(dst, reg),
            Ty::None => {
                let no = self.b.ins().iconst(types::I8, 0);
                self.state.set(dst, no, Ty::Flag);
            }
            Ty::Int => {
                let word = self.word(reg);
                let nonzero = self.icmp_const(IntCC::NotEqual, word, tag::int(0) as i64);
                self.state.set(dst, nonzero, Ty::Flag);
            }
            ty if let Some(offset) = ty.length_offset() => {
                let word = self.word(reg);
                let len = self.load64(word, offset);
                let nonzero = self.icmp_const(IntCC::NotEqual, len, tag::int(0) as i64);
                self.state.set(dst, nonzero, Ty::Flag);
            }
            _ => self.to_bool_general(op),
        }
    }

    /// Bools and None inline, then ints, then the runtime.
    fn to_bool_general(&mut self, op: &Op) {
        let word = self.word(op.args[0]);
        let done = self.block();
        self.b.append_block_param(done, types::I8);
        let (other, slow) = (self.block(), self.block());
        let [t, f, none] = ["TAIPAN_TRUE", "TAIPAN_FALSE", "TAIPAN_NONE"].map(|name| self.symbol(name));
        let is_true = self.icmp(IntCC::Equal, word, t);
        let is_false = self.icmp(IntCC::Equal, word, f);
        let is_none = self.icmp(IntCC::Equal, word, none);
        let known = self.b.ins().bor(is_true, is_false);
        let known = self.b.ins().bor(known, is_none);
        self.b.ins().brif(known, done, &[is_true.into()], other, &[]);
        self.switch(other);
        let bit = self.band_const(word, 1);
        let nonzero = self.icmp_const(IntCC::NotEqual, word, tag::int(0) as i64);
        self.b.ins().brif(bit, done, &[nonzero.into()], slow, &[]);
        self.switch(slow);
        let truth = self.try_truth(op, "taipan_truth", &[word]);
        let nonzero = self.icmp_const(IntCC::NotEqual, truth, 0);
        self.jump(done, &[nonzero]);
        self.switch(done);
        let value = self.b.block_params(done)[0];
        self.state.set(op.dsts[0], value, Ty::Flag);
    }
}

/// Constants that code holds itself.
#[derive(Clone, Copy)]
pub enum SmallConst {
    Int(i64),
    Float(f64),
    None,
    Bool(bool),
}
