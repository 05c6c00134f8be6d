//! Calls: of functions that the program binds once directly, of other compiled functions through the
//! address that the function object holds, of a few built-in functions inline, of all else through the runtime.

use crate::ir::{Op, Reg};
use crate::lower::emit::Emitter;
use crate::lower::state::Ty;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, FuncRef, InstBuilder, Value, types};
use taipan_abi::layout::{self, shape};
use taipan_abi::tag;

impl Emitter<'_, '_> {
    /// `CALL`.
    pub fn call_op(&mut self, op: &Op) {
        let plain = self.ty(op.args[1]) == Ty::Null;
        match self.ty(op.args[0]) {
            _ if self.compact => {
                let result = self.call_generic(op);
                self.set_any(op.dsts[0], result);
            }
            Ty::Known(index) if plain && self.unit.codes[index as usize].takes_up_to(op.arg) => {
                self.call_known(op, index)
            }
            Ty::Builtin("len") if plain && op.arg == 1 => self.call_len(op),
            Ty::Builtin("list.append") if !plain && op.arg == 1 => self.call_append(op),
            Ty::Builtin("list.pop") if !plain && op.arg == 0 => self.call_pop(op),
            Ty::Builtin("isinstance") if plain && op.arg == 2 => self.call_isinstance(op),
            _ => {
                let result = self.call_dynamic(op);
                self.set_any(op.dsts[0], result);
            }
        }
    }

    /// The body of a function of this module, as long as the name still means it; missing arguments come
    /// from the function's defaults.
    fn call_known(&mut self, op: &Op, index: u32) {
        let callee = &self.unit.codes[index as usize];
        let (slot, missing) = (callee.function_offset(), callee.arg_slots() - op.arg);
        let slow = self.cold_block();
        let done = self.result_block();
        let callable = self.word(op.args[0]);
        let record = self.record(index as usize);
        let known = self.load64(record, slot);
        let other = self.icmp(IntCC::NotEqual, callable, known);
        self.branch_out(other, slow);
        let mut args = vec![callable];
        // Values as they are: which of them must be made words, the way of the call decides.
        args.extend(op.args[2..].iter().map(|reg| self.state.get(*reg).map_or(callable, |known| known.value)));
        if missing > 0 {
            let defaults = self.load64(callable, layout::FUNCTION_DEFAULTS);
            let none = self.icmp_const(IntCC::Equal, defaults, 0);
            self.branch_out(none, slow);
            let len = self.load64(defaults, layout::TUPLE_LEN);
            let short = self.icmp_const(IntCC::SignedLessThan, len, tag::int(missing as i64) as i64);
            self.branch_out(short, slow);
            let end = self.item_address(defaults, layout::TUPLE_ITEMS, len);
            for i in 0..missing as i32 {
                args.push(self.load64(end, (i - missing as i32) * 8));
            }
        }
        self.note_position(op);
        let result = match self.variant_args(op, index, &args) {
            Some((variant, args)) => {
                let inst = self.b.ins().call(variant, &args);
                self.b.inst_results(inst)[0]
            }
            None => {
                let words: Vec<Value> = op.args[2..].iter().map(|reg| self.word(*reg)).collect();
                args.splice(1..1 + words.len(), words);
                self.call_body(index, &args)
            }
        };
        self.check(op, result);
        self.jump(done, &[result]);
        self.switch(slow);
        let result = self.call_generic(op);
        self.finish_call(done, result, op.dsts[0], Ty::Any);
    }

    /// The callee's body for the types that the arguments are known to have, and the arguments for it; `args`
    /// are the function, then the arguments' values.
    fn variant_args(&mut self, op: &Op, index: u32, args: &[Value]) -> Option<(FuncRef, Vec<Value>)> {
        let info = &self.unit.codes[index as usize];
        if self.unit.is_library || info.is_generator() {
            return None;
        }
        let mut entry: Vec<Ty> = op.args[2..].iter().map(|reg| self.ty(*reg).as_parameter()).collect();
        if entry.iter().all(|ty| *ty == Ty::Any) {
            return None;
        }
        entry.resize(args.len() - 1, Ty::Any);
        let variant = self.data.variant_ref(self.unit, index as usize, &entry, self.b.func)?;
        let mut args = args.to_vec();
        for (i, reg) in op.args[2..].iter().enumerate() {
            if entry[i] != Ty::Float {
                args[i + 1] = self.word(*reg);
            }
        }
        Some((variant, args))
    }

    /// Any callable: a function with compiled code that takes just these arguments is called at its body.
    fn call_dynamic(&mut self, op: &Op) -> Value {
        let (callable, ty) = (self.word(op.args[0]), self.ty(op.args[0]));
        let plain = self.ty(op.args[1]) == Ty::Null;
        let slf = self.word(op.args[1]);
        let slow = self.block();
        let done = self.result_block();
        if ty != Ty::Shape(shape::FUNCTION) {
            self.require_shape(callable, shape::FUNCTION, slow);
        }
        let mut args = vec![callable];
        if !plain {
            let unbound = self.icmp_const(IntCC::Equal, slf, 0);
            self.branch_out(unbound, slow);
            args.push(slf);
        }
        args.extend(op.args[2..].iter().map(|reg| self.word(*reg)));
        let takes = self.load64(callable, layout::FUNCTION_DIRECT);
        let other = self.icmp_const(IntCC::NotEqual, takes, tag::int(args.len() as i64 - 1) as i64);
        self.branch_out(other, slow);
        let body = self.load64(callable, layout::FUNCTION_BODY);
        self.note_position(op);
        let result = self.call_address(body, &args);
        self.jump(done, &[result]);
        self.switch(slow);
        let words = self.reg_args(&op.args);
        let n = self.iconst(op.arg as i64);
        self.note_position(op);
        let result = self.call("taipan_call", &[words, n]).unwrap_or(callable);
        self.jump(done, &[result]);
        self.switch(done);
        let result = self.b.block_params(done)[0];
        self.check(op, result);
        result
    }

    pub fn call_generic(&mut self, op: &Op) -> Value {
        let words = self.reg_args(&op.args);
        let n = self.iconst(op.arg as i64);
        self.try_call(op, "taipan_call", &[words, n])
    }

    fn result_block(&mut self) -> Block {
        let done = self.block();
        self.b.append_block_param(done, types::I64);
        done
    }

    fn finish_call(&mut self, done: Block, result: Value, dst: Reg, ty: Ty) {
        self.jump(done, &[result]);
        self.switch(done);
        let value = self.b.block_params(done)[0];
        self.state.set(dst, value, ty);
    }

    /// Branches to `slow` unless the callee is the built-in function of that name.
    pub fn require_builtin(&mut self, op: &Op, name: &str, slow: Block) {
        let callable = self.word(op.args[0]);
        let builtin = self.builtin(name);
        let other = self.icmp(IntCC::NotEqual, callable, builtin);
        self.branch_out(other, slow);
    }

    /// The built-in function or method of that name.
    pub fn builtin(&mut self, name: &str) -> Value {
        let table = self.symbol("TAIPAN_BUILTINS");
        let index = layout::BUILTINS.iter().position(|known| *known == name).unwrap_or_default();
        self.load64(table, index as i32 * 8)
    }

    /// A method of an exact list: the list; to `slow` if it is another callable or object.
    fn require_list_method(&mut self, op: &Op, name: &str, slow: Block) -> Value {
        self.require_builtin(op, name, slow);
        let list = self.word(op.args[1]);
        self.require_shape(list, shape::LIST, slow);
        list
    }

    /// `list.append(x)`.
    fn call_append(&mut self, op: &Op) {
        let (slow, done) = (self.cold_block(), self.result_block());
        let list = self.require_list_method(op, "list.append", slow);
        let value = self.word(op.args[2]);
        self.append(list, value);
        let none = self.none();
        self.jump(done, &[none]);
        self.switch(slow);
        let result = self.call_dynamic(op);
        self.finish_call(done, result, op.dsts[0], Ty::Any);
    }

    /// `list.pop()`.
    fn call_pop(&mut self, op: &Op) {
        let (slow, done) = (self.cold_block(), self.result_block());
        let list = self.require_list_method(op, "list.pop", slow);
        let len = self.load64(list, layout::LIST_LEN);
        let empty = self.icmp_const(IntCC::Equal, len, tag::int(0) as i64);
        self.branch_out(empty, slow);
        let last = self.add_const(len, -2);
        let buffer = self.load64(list, layout::LIST_BUFFER);
        let item = self.item_address(buffer, layout::BUFFER_ITEMS, last);
        let value = self.load64(item, 0);
        // Some loop of the runtime may still walk over what the list was.
        let none = self.none();
        self.store(none, item, 0);
        self.store(last, list, layout::LIST_LEN);
        self.jump(done, &[value]);
        self.switch(slow);
        let result = self.call_dynamic(op);
        self.finish_call(done, result, op.dsts[0], Ty::Any);
    }

    /// `len(x)`.
    fn call_len(&mut self, op: &Op) {
        let (object, ty) = (self.word(op.args[2]), self.ty(op.args[2]));
        let slow = self.cold_block();
        let general = self.block();
        let done = self.result_block();
        self.require_builtin(op, "len", slow);
        match ty.length_offset() {
            Some(offset) => {
                let len = self.load64(object, offset);
                self.jump(done, &[len]);
            }
            None if ty == Ty::Any => {
                self.require_shape(object, shape::LIST, general);
                let len = self.load64(object, layout::LIST_LEN);
                self.jump(done, &[len]);
            }
            None => self.jump(general, &[]),
        }
        self.switch(general);
        let len = self.try_call(op, "taipan_len", &[object]);
        self.jump(done, &[len]);
        self.switch(slow);
        let result = self.call_generic(op);
        self.finish_call(done, result, op.dsts[0], Ty::Any);
    }

    /// `isinstance(x, c)`.
    fn call_isinstance(&mut self, op: &Op) {
        let slow = self.cold_block();
        let done = self.result_block();
        self.require_builtin(op, "isinstance", slow);
        let (object, class) = (self.word(op.args[2]), self.word(op.args[3]));
        let truth = self.try_truth(op, "taipan_isinstance", &[object, class]);
        let holds = self.icmp_const(IntCC::NotEqual, truth, 0);
        let result = self.boolean(holds);
        self.jump(done, &[result]);
        self.switch(slow);
        let result = self.call_generic(op);
        self.finish_call(done, result, op.dsts[0], Ty::Any);
    }
}
