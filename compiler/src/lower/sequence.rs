//! Lists and tuples: subscripts and iteration, inline for exact instances and small ints in range.

use crate::ir::{BlockId, Op, Reg};
use crate::lower::emit::Emitter;
use crate::lower::state::{Known, Ty};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, InstructionData, Opcode as Instruction, Value, types};
use taipan_abi::layout::{self, shape};
use taipan_abi::opcode::Opcode as Code;
use taipan_abi::{header, tag};

impl Emitter<'_, '_> {
    /// Branches to `out` unless the word is a heap object of this shape.
    pub fn require_shape(&mut self, word: Value, shape: u32, out: Block) {
        self.require_address(word, out);
        let found = self.load(types::I32, word, 0);
        let other = self.icmp_const(IntCC::NotEqual, found, shape as i64);
        self.branch_out(other, out);
    }

    pub fn require_address(&mut self, word: Value, out: Block) {
        let bits = self.band_const(word, 3);
        let immediate = self.icmp_const(IntCC::NotEqual, bits, 0);
        self.branch_out(immediate, out);
    }

    /// Branches to `out` if the collector must hear of stores into the object.
    pub fn require_unlogged(&mut self, object: Value, out: Block) {
        let flags = self.load(types::I8, object, header::FLAGS_OFFSET);
        let old = self.b.ins().iconst(types::I8, header::FLAG_OLD as i64);
        let logged = self.b.ins().band(flags, old);
        self.branch_out(logged, out);
    }

    /// Makes sure that the register holds an exact instance of the shape, which is known from then on.
    fn require_reg_shape(&mut self, reg: Reg, shape: u32, out: Block) {
        if self.ty(reg) != Ty::Shape(shape) {
            let word = self.word(reg);
            self.require_shape(word, shape, out);
            self.know_shape(reg, shape);
        }
    }

    pub fn know_shape(&mut self, reg: Reg, shape: u32) {
        let word = self.word(reg);
        self.state.refine(word, word, Ty::Shape(shape));
        self.state.set(reg, word, Ty::Shape(shape));
    }

    /// The small int that an SSA value is, if it is a constant.
    fn constant_int(&self, value: Value) -> Option<i64> {
        let inst = self.b.func.dfg.value_def(value).inst()?;
        match self.b.func.dfg.insts[inst] {
            InstructionData::UnaryImm { opcode: Instruction::Iconst, imm } => Some(tag::int_value(imm.bits() as u64)),
            _ => None,
        }
    }

    /// The index within a sequence of this length (all tagged): to `out` if it is outside. Negative ones are
    /// only seen to if they are constants.
    fn index_within(&mut self, key: Value, len: Value, out: Block) -> Value {
        let key = match self.constant_int(key) {
            Some(n) if n < 0 => self.add_const(len, n << 1),
            _ => key,
        };
        let outside = self.icmp(IntCC::UnsignedGreaterThanOrEqual, key, len);
        self.branch_out(outside, out);
        key
    }

    /// Address of an item behind `first` in an object; the index is tagged.
    pub fn item_address(&mut self, base: Value, first: i32, key: Value) -> Value {
        // key = 2 i + 1, so 8 i = 4 key - 4.
        let two = self.iconst(2);
        let scaled = self.b.ins().ishl(key, two);
        let address = self.b.ins().iadd(base, scaled);
        self.add_const(address, first as i64 - 4)
    }

    /// Address of a list's item: to `out` unless the index is within the list.
    fn list_item(&mut self, list: Value, key: Value, out: Block) -> Value {
        let len = self.load64(list, layout::LIST_LEN);
        let key = self.index_within(key, len, out);
        let buffer = self.load64(list, layout::LIST_BUFFER);
        self.item_address(buffer, layout::BUFFER_ITEMS, key)
    }

    /// Adds an item to an exact list: inline while there is room, and the collector need not hear of it.
    pub fn append(&mut self, list: Value, value: Value) {
        let (slow, done) = (self.cold_block(), self.block());
        let len = self.load64(list, layout::LIST_LEN);
        let buffer = self.load64(list, layout::LIST_BUFFER);
        let capacity = self.load64(buffer, layout::BUFFER_CAPACITY);
        let one = self.iconst(1);
        let count = self.b.ins().ushr(len, one);
        let full = self.icmp(IntCC::UnsignedGreaterThanOrEqual, count, capacity);
        self.branch_out(full, slow);
        self.require_unlogged(buffer, slow);
        let item = self.item_address(buffer, layout::BUFFER_ITEMS, len);
        self.store(value, item, 0);
        let longer = self.add_const(len, 2);
        self.store(longer, list, layout::LIST_LEN);
        self.jump(done, &[]);
        self.switch(slow);
        self.call("taipan_list_append", &[list, value]);
        self.jump(done, &[]);
        self.switch(done);
    }

    /// Whether the register may hold an instance of this shape.
    fn may_be(&self, reg: Reg, shape: u32) -> bool {
        let ty = self.ty(reg);
        ty == Ty::Any || ty == Ty::Shape(shape)
    }

    /// `a[b]`, then on at `next`.
    pub fn subscript(&mut self, op: &Op, next: BlockId) {
        let (a, b, dst) = (op.args[0], op.args[1], op.dsts[0]);
        if self.compact {
            return self.binary_slow(op, a, b, dst, next);
        }
        let start = self.state.clone();
        let known = matches!(self.ty(a), Ty::Shape(_));
        let slow = if known { self.cold_block() } else { self.block() };
        match self.ty(a) {
            Ty::Any | Ty::Shape(shape::LIST | shape::TUPLE) if self.may_be_int(b) => {
                self.require_int(b, slow);
                let key = self.word(b);
                match self.ty(a) {
                    Ty::Shape(shape::TUPLE) => self.tuple_item(a, key, dst, next, slow),
                    Ty::Any => {
                        let other = self.block();
                        let before = self.state.clone();
                        self.require_reg_shape(a, shape::LIST, other);
                        self.load_list_item(a, key, dst, next, slow);
                        self.switch(other);
                        self.state = before;
                        self.tuple_item(a, key, dst, next, slow);
                    }
                    _ => self.load_list_item(a, key, dst, next, slow),
                }
            }
            _ => self.jump(slow, &[]),
        }
        self.switch(slow);
        self.state = start;
        self.is_cold |= known;
        let (object, key) = (self.word(a), self.word(b));
        let result = self.try_call(op, "taipan_getitem", &[object, key]);
        self.state.set(dst, result, Ty::Any);
        self.goto(next);
    }

    fn load_list_item(&mut self, a: Reg, key: Value, dst: Reg, next: BlockId, slow: Block) {
        let list = self.word(a);
        let item = self.list_item(list, key, slow);
        let value = self.load64(item, 0);
        self.state.set(dst, value, Ty::Any);
        self.goto(next);
    }

    fn tuple_item(&mut self, a: Reg, key: Value, dst: Reg, next: BlockId, slow: Block) {
        self.require_reg_shape(a, shape::TUPLE, slow);
        let tuple = self.word(a);
        let len = self.load64(tuple, layout::TUPLE_LEN);
        let key = self.index_within(key, len, slow);
        let item = self.item_address(tuple, layout::TUPLE_ITEMS, key);
        let value = self.load64(item, 0);
        self.state.set(dst, value, Ty::Any);
        self.goto(next);
    }

    /// `a[b] = v`, then on at `next`.
    pub fn store_subscript(&mut self, op: &Op, next: BlockId) {
        let (v, a, b) = (op.args[0], op.args[1], op.args[2]);
        if self.compact {
            let (value, object, key) = (self.word(v), self.word(a), self.word(b));
            self.try_call(op, "taipan_setitem", &[object, key, value]);
            return self.goto(next);
        }
        let start = self.state.clone();
        let known = self.ty(a) == Ty::Shape(shape::LIST);
        let slow = if known { self.cold_block() } else { self.block() };
        if self.may_be_int(b) && self.may_be(a, shape::LIST) {
            self.require_int(b, slow);
            self.require_reg_shape(a, shape::LIST, slow);
            let (list, key) = (self.word(a), self.word(b));
            let item = self.list_item(list, key, slow);
            // A buffer that the collector must hear of takes the runtime's way.
            let buffer = self.load64(list, layout::LIST_BUFFER);
            self.require_unlogged(buffer, slow);
            let value = self.word(v);
            self.store(value, item, 0);
            self.goto(next);
        } else {
            self.jump(slow, &[]);
        }
        self.switch(slow);
        self.state = start;
        self.is_cold |= known;
        let (value, object, key) = (self.word(v), self.word(a), self.word(b));
        self.try_call(op, "taipan_setitem", &[object, key, value]);
        self.goto(next);
    }

    /// Whether `iter` takes the iterator of what `call` gives, which surely is a range with a known step.
    pub fn is_range_loop(&self, call: &Op, iter: &Op) -> bool {
        call.code == Code::CALL
            && iter.code == Code::GET_ITER
            && call.args.first().is_some_and(|reg| self.ty(*reg) == Ty::Builtin("range"))
            && self.ty(call.args[1]) == Ty::Null
            && match call.arg {
                1 | 2 => true,
                3 => self.known_step(call).is_some(),
                _ => false,
            }
            && call.args[2..].iter().all(|reg| self.may_be_int(*reg))
    }

    fn known_step(&self, call: &Op) -> Option<i32> {
        let known = self.state.get(call.args[4]).filter(|known| known.ty == Ty::Int)?;
        self.constant_int(known.value).filter(|n| *n != 0).and_then(|n| i32::try_from(n).ok())
    }

    /// `iter(range(...))`, as [`Ty::Range`]: no object is made.
    pub fn range_loop(&mut self, call: &Op, iter: &Op, next: BlockId) {
        let start = self.state.clone();
        let slow = self.cold_block();
        self.require_builtin(call, "range", slow);
        for reg in &call.args[2..] {
            self.require_int(*reg, slow);
        }
        let step = if call.arg == 3 { self.known_step(call).unwrap_or(1) } else { 1 };
        let (first, end) = match call.arg {
            1 => (self.iconst(tag::int(0) as i64), self.word(call.args[2])),
            _ => (self.word(call.args[2]), self.word(call.args[3])),
        };
        // So far from the ends of small ints that a step beyond the end is one too.
        for bound in [first, end] {
            if self.constant_int(bound).is_none_or(|n| n.unsigned_abs() >= 1 << 60) {
                let shifted = self.add_const(bound, 1 << 61);
                let far = self.icmp_const(IntCC::UnsignedGreaterThanOrEqual, shifted, 1 << 62);
                self.branch_out(far, slow);
            }
        }
        self.state.set_range(iter.dsts[0], first, end, step);
        self.goto(next);
        self.switch(slow);
        self.state = start;
        self.is_cold = true;
        let range = self.call_generic(call);
        let iterator = self.try_call(iter, "taipan_iter", &[range]);
        self.set_any(iter.dsts[0], iterator);
        self.goto(next);
    }

    /// `FOR_ITER` over a [`Ty::Range`].
    fn virtual_range_step(&mut self, op: &Op, step: i32, next: BlockId, exit: BlockId) {
        let Some(Known { value: item, second: Some(end), .. }) = self.state.get(op.args[0]) else { return };
        let start = self.state.clone();
        let finished = self.block();
        let cc = if step > 0 { IntCC::SignedGreaterThanOrEqual } else { IntCC::SignedLessThanOrEqual };
        let none_left = self.icmp(cc, item, end);
        self.branch_out(none_left, finished);
        let after = self.add_const(item, step as i64 * 2);
        self.state.set_range(op.args[0], after, end, step);
        self.state.set(op.dsts[1], item, Ty::Int);
        self.goto(next);
        self.switch(finished);
        self.state = start;
        self.leave_loop(op, exit);
    }

    /// `UNPACK_SEQUENCE`: inline for tuples.
    pub fn unpack_sequence(&mut self, op: &Op) {
        let (value, ty, n) = (self.word(op.args[0]), self.ty(op.args[0]), op.dsts.len());
        let count = self.iconst(op.arg as i64);
        let out = self.args(&[]);
        let load = |e: &mut Self, from: Value, first: i32| -> Vec<Value> {
            (0..n).map(|i| e.load64(from, first + i as i32 * 8)).collect()
        };
        let done = self.block();
        (0..n).for_each(|_| {
            self.b.append_block_param(done, types::I64);
        });
        let slow = self.block();
        if !self.compact && matches!(ty, Ty::Any | Ty::Shape(shape::TUPLE)) {
            if ty == Ty::Any {
                self.require_shape(value, shape::TUPLE, slow);
            }
            let len = self.load64(value, layout::TUPLE_LEN);
            let other = self.icmp_const(IntCC::NotEqual, len, tag::int(n as i64) as i64);
            self.branch_out(other, slow);
            let items = load(self, value, layout::TUPLE_ITEMS);
            self.jump(done, &items);
        } else {
            self.jump(slow, &[]);
        }
        self.switch(slow);
        self.try_call(op, "taipan_unpack_sequence", &[value, count, out]);
        let items = load(self, out, 0);
        self.jump(done, &items);
        self.switch(done);
        // The first item goes on top of the stack.
        for (i, dst) in op.dsts.iter().rev().enumerate() {
            let item = self.b.block_params(done)[i];
            self.set_any(*dst, item);
        }
    }

    /// `STORE_DEREF`: into the cell, unless the collector must hear of it.
    pub fn store_deref(&mut self, op: &Op) {
        let (cell, value) = (self.word(op.arg), self.word(op.args[0]));
        let slow = self.cold_block();
        let done = self.block();
        self.require_unlogged(cell, slow);
        self.store(value, cell, layout::CELL_CONTENTS);
        self.jump(done, &[]);
        self.switch(slow);
        self.call("taipan_store_cell", &[cell, value]);
        self.jump(done, &[]);
        self.switch(done);
    }

    /// `FOR_ITER`: inline over ranges of small ints and lists, else the runtime's next.
    pub fn for_iter(&mut self, op: &Op, next: BlockId, exit: BlockId) {
        let iterator = op.args[0];
        if let Ty::Range(step) = self.ty(iterator) {
            return self.virtual_range_step(op, step, next, exit);
        }
        let start = self.state.clone();
        if self.may_be(iterator, shape::RANGE_ITERATOR) {
            if self.ty(iterator) != Ty::Any {
                return self.range_step(op, next, exit);
            }
            let other = self.block();
            self.require_reg_shape(iterator, shape::RANGE_ITERATOR, other);
            self.range_step(op, next, exit);
            self.state = start.clone();
            self.switch(other);
        }
        let slow = self.block();
        if self.may_be(iterator, shape::LIST_ITERATOR) {
            self.require_reg_shape(iterator, shape::LIST_ITERATOR, slow);
            let it = self.word(iterator);
            let list = self.load64(it, layout::LIST_ITERATOR_LIST);
            let exhausted = self.icmp_const(IntCC::Equal, list, 0);
            self.branch_out(exhausted, slow);
            let index = self.load64(it, layout::LIST_ITERATOR_INDEX);
            let item = self.list_item(list, index, slow);
            let value = self.load64(item, 0);
            let after = self.add_const(index, 2);
            self.store(after, it, layout::LIST_ITERATOR_INDEX);
            self.state.set(op.dsts[1], value, Ty::Any);
            self.goto(next);
        } else {
            self.jump(slow, &[]);
        }
        self.switch(slow);
        self.state = start.clone();
        self.note_position(op);
        let it = self.word(iterator);
        let item = self.call("taipan_for_next", &[it]).unwrap_or(it);
        let done = self.block();
        let empty = self.icmp_const(IntCC::Equal, item, 0);
        self.branch_out(empty, done);
        self.state.set(op.dsts[1], item, Ty::Any);
        self.goto(next);
        self.switch(done);
        self.state = start;
        let state = self.symbol("TAIPAN_STATE");
        let pending = self.load64(state, layout::STATE_PENDING);
        let failed = self.icmp_const(IntCC::NotEqual, pending, 0);
        self.fail_if(op, failed);
        self.leave_loop(op, exit);
    }

    fn range_step(&mut self, op: &Op, next: BlockId, exit: BlockId) {
        let it = self.word(op.args[0]);
        let range = layout::RANGE_ITERATOR;
        let left = self.load64(it, range.remaining);
        let finished = self.block();
        let none_left = self.icmp_const(IntCC::Equal, left, tag::int(0) as i64);
        self.branch_out(none_left, finished);
        let item = self.load64(it, range.next);
        let step = self.load64(it, range.step);
        let after = self.b.ins().iadd(item, step);
        let after = self.add_const(after, -1);
        self.store(after, it, range.next);
        let left = self.add_const(left, -2);
        self.store(left, it, range.remaining);
        let before = self.state.clone();
        self.state.set(op.dsts[1], item, Ty::Int);
        self.goto(next);
        self.switch(finished);
        self.state = before;
        self.leave_loop(op, exit);
    }

    /// On behind the loop; the place of the item, which `END_FOR` drops, is empty.
    fn leave_loop(&mut self, op: &Op, exit: BlockId) {
        let zero = self.iconst(0);
        self.state.set(op.dsts[1], zero, Ty::Null);
        self.goto(exit);
    }
}
