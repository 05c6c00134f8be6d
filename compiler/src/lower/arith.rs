//! Arithmetic and comparison: inline for small ints and floats, split by type tests.
//!
//! Each emitter here ends the walk of its block: every way goes on at the next block of the IR, in the
//! version that knows what that way found out.

use crate::ir::{BlockId, Op, Reg};
use crate::lower::emit::Emitter;
use crate::lower::state::Ty;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};

/// Operations on small ints or floats that are done inline.
#[derive(Clone, Copy, PartialEq)]
enum Arith {
    Add,
    Sub,
    Mul,
    Div,
    And,
    Or,
    Xor,
    FloorDiv,
    Mod,
}

fn arith(arg: u32) -> Option<Arith> {
    Some(match arg {
        0 | 13 => Arith::Add,
        10 | 23 => Arith::Sub,
        5 | 18 => Arith::Mul,
        11 | 24 => Arith::Div,
        1 | 14 => Arith::And,
        7 | 20 => Arith::Or,
        12 | 25 => Arith::Xor,
        2 | 15 => Arith::FloorDiv,
        6 | 19 => Arith::Mod,
        _ => return None,
    })
}

impl Emitter<'_, '_> {
    /// Branches to `out` unless the register holds a small int; afterwards it is known to.
    pub fn require_int(&mut self, reg: Reg, out: Block) {
        if self.ty(reg) == Ty::Int {
            return;
        }
        let word = self.word(reg);
        let bit = self.band_const(word, 1);
        let not = self.icmp_const(IntCC::Equal, bit, 0);
        self.branch_out(not, out);
        self.state.refine(word, word, Ty::Int);
        self.state.set(reg, word, Ty::Int);
    }

    /// The register as f64: known, a float in the word, or a small int; else to `out`.
    fn require_float(&mut self, reg: Reg, out: Block) -> Value {
        match self.ty(reg) {
            Ty::Float => match self.state.get(reg) {
                Some(known) => known.value,
                None => self.b.ins().f64const(0.0),
            },
            Ty::Int => {
                let word = self.word(reg);
                let one = self.iconst(1);
                let n = self.b.ins().sshr(word, one);
                // Ints beyond 2^53 are rounded as CPython rounds them: to nearest, ties to even.
                self.b.ins().fcvt_from_sint(types::F64, n)
            }
            _ => {
                let word = self.word(reg);
                let bits = self.band_const(word, 3);
                let not = self.icmp_const(IntCC::NotEqual, bits, 2);
                self.branch_out(not, out);
                let x = self.unbox_float(word);
                self.state.refine(word, x, Ty::Float);
                self.state.set(reg, x, Ty::Float);
                x
            }
        }
    }

    pub fn may_be_int(&self, reg: Reg) -> bool {
        matches!(self.ty(reg), Ty::Int | Ty::Any)
    }

    fn may_be_number(&self, reg: Reg) -> bool {
        matches!(self.ty(reg), Ty::Int | Ty::Any | Ty::Float)
    }

    /// `BINARY_OP`, then on at `next`.
    pub fn binary_op(&mut self, op: &Op, next: BlockId) {
        let (a, b, dst) = (op.args[0], op.args[1], op.dsts[0]);
        if op.arg == 26 {
            return self.subscript(op, next);
        }
        let kind = match arith(op.arg) {
            Some(kind) if !self.compact => kind,
            _ => return self.binary_slow(op, a, b, dst, next),
        };
        let start = self.state.clone();
        let slow = self.cold_block();
        let (may_int, may_float) = (self.may_be_ints(kind, a, b), self.may_be_floats(kind, a, b));
        let was_cold = self.is_cold;
        // Both ways are open when nothing is known: the code around tells which is likely.
        let float_first = self.ir.prefers_float || self.state.has_float();
        for way in if float_first { [false, true] } else { [true, false] } {
            let last = way == float_first || !(may_int && may_float);
            let other = if last { slow } else { self.block() };
            match way {
                true if may_int => self.int_way(kind, op, other, slow, next),
                false if may_float => self.float_way(kind, op, other, slow, next),
                _ => continue,
            }
            if !last {
                self.switch(other);
                self.state = start.clone();
                self.is_cold = true;
            }
        }
        if !may_int && !may_float {
            self.jump(slow, &[]);
        }
        self.is_cold = was_cold;
        self.switch(slow);
        self.state = start;
        self.is_cold |= self.may_be_number(a) && self.may_be_number(b);
        self.binary_slow(op, a, b, dst, next);
    }

    fn may_be_ints(&self, kind: Arith, a: Reg, b: Reg) -> bool {
        self.may_be_int(a) && self.may_be_int(b) && kind != Arith::Div
    }

    fn may_be_floats(&self, kind: Arith, a: Reg, b: Reg) -> bool {
        let both_int = self.ty(a) == Ty::Int && self.ty(b) == Ty::Int;
        matches!(kind, Arith::Add | Arith::Sub | Arith::Mul | Arith::Div)
            && self.may_be_number(a)
            && self.may_be_number(b)
            && (kind == Arith::Div || !both_int)
    }

    /// Both operands are small ints, or on at `other`; the result fits, or on at `slow`.
    fn int_way(&mut self, kind: Arith, op: &Op, other: Block, slow: Block, next: BlockId) {
        let (a, b) = (op.args[0], op.args[1]);
        self.require_int(a, other);
        self.require_int(b, other);
        let (x, y) = (self.word(a), self.word(b));
        let result = self.int_op(kind, x, y, slow);
        self.state.set(op.dsts[0], result, Ty::Int);
        self.goto(next);
    }

    /// Both operands are floats or small ints, or on at `other`.
    fn float_way(&mut self, kind: Arith, op: &Op, other: Block, slow: Block, next: BlockId) {
        let (a, b) = (op.args[0], op.args[1]);
        let both_int = self.ty(a) == Ty::Int && self.ty(b) == Ty::Int;
        let x = self.require_float(a, other);
        let y = self.require_float(b, other);
        let result = match kind {
            Arith::Add => self.b.ins().fadd(x, y),
            Arith::Sub => self.b.ins().fsub(x, y),
            Arith::Mul => self.b.ins().fmul(x, y),
            _ => {
                let zero = self.b.ins().f64const(0.0);
                let by_zero = self.b.ins().fcmp(FloatCC::Equal, y, zero);
                self.branch_out(by_zero, slow);
                if both_int {
                    // Only exact quotients of ints that are exact floats: others take the runtime's rounding.
                    self.require_exact(a, slow);
                    self.require_exact(b, slow);
                }
                self.b.ins().fdiv(x, y)
            }
        };
        self.state.set(op.dsts[0], result, Ty::Float);
        self.goto(next);
    }

    /// The int in the register must be within 2^53.
    fn require_exact(&mut self, reg: Reg, out: Block) {
        let word = self.word(reg);
        let shifted = self.add_const(word, 1 << 53);
        let far = self.icmp_const(IntCC::UnsignedGreaterThan, shifted, 1 << 54);
        self.branch_out(far, out);
    }

    pub fn binary_slow(&mut self, op: &Op, a: Reg, b: Reg, dst: Reg, next: BlockId) {
        let (x, y) = (self.word(a), self.word(b));
        let which = self.iconst(op.arg as i64);
        let result = self.try_call(op, "taipan_binary_op", &[x, y, which]);
        self.state.set(dst, result, Ty::Any);
        self.goto(next);
    }

    /// Two tagged ints; to `slow` when the result does not fit.
    fn int_op(&mut self, kind: Arith, a: Value, b: Value, slow: Block) -> Value {
        match kind {
            Arith::Add => {
                let a = self.add_const(a, -1);
                let (sum, overflow) = self.b.ins().sadd_overflow(a, b);
                self.branch_out(overflow, slow);
                sum
            }
            Arith::Sub => {
                let (difference, overflow) = self.b.ins().ssub_overflow(a, b);
                self.branch_out(overflow, slow);
                self.bor_const(difference, 1)
            }
            Arith::Mul => {
                let a = self.add_const(a, -1);
                let one = self.iconst(1);
                let b = self.b.ins().sshr(b, one);
                let (product, overflow) = self.b.ins().smul_overflow(a, b);
                self.branch_out(overflow, slow);
                self.bor_const(product, 1)
            }
            Arith::And => self.b.ins().band(a, b),
            Arith::Or => self.b.ins().bor(a, b),
            Arith::Xor => {
                let x = self.b.ins().bxor(a, b);
                self.bor_const(x, 1)
            }
            Arith::FloorDiv | Arith::Mod | Arith::Div => {
                // Positive divisors of non-negative numbers need no correction; the rest is rare.
                let one = self.iconst(1);
                let x = self.b.ins().sshr(a, one);
                let y = self.b.ins().sshr(b, one);
                let negative = self.icmp_const(IntCC::SignedLessThan, x, 0);
                self.branch_out(negative, slow);
                let not_positive = self.icmp_const(IntCC::SignedLessThanOrEqual, y, 0);
                self.branch_out(not_positive, slow);
                let result = if kind == Arith::Mod { self.b.ins().urem(x, y) } else { self.b.ins().udiv(x, y) };
                let doubled = self.b.ins().ishl(result, one);
                self.bor_const(doubled, 1)
            }
        }
    }

    /// `COMPARE_OP`, then on at `next`. The result is a Bool when both are numbers.
    pub fn compare_op(&mut self, op: &Op, next: BlockId) {
        let (a, b, dst) = (op.args[0], op.args[1], op.dsts[0]);
        let which = op.arg >> 5;
        let start = self.state.clone();
        let slow = self.cold_block();
        let int_cc = [
            IntCC::SignedLessThan,
            IntCC::SignedLessThanOrEqual,
            IntCC::Equal,
            IntCC::NotEqual,
            IntCC::SignedGreaterThan,
            IntCC::SignedGreaterThanOrEqual,
        ][which as usize % 6];
        if self.compact {
            return self.compare_slow(op, next);
        }
        if self.may_be_int(a) && self.may_be_int(b) {
            let other = self.block();
            self.require_int(a, other);
            self.require_int(b, other);
            let (x, y) = (self.word(a), self.word(b));
            let holds = self.icmp(int_cc, x, y);
            self.state.set(dst, holds, Ty::Flag);
            self.goto(next);
            self.switch(other);
            self.state = start.clone();
        }
        let any_float = self.ty(a) == Ty::Float || self.ty(b) == Ty::Float;
        let exact = self.ty(a) != Ty::Int && self.ty(b) != Ty::Int;
        if self.may_be_number(a) && self.may_be_number(b) && exact && (any_float || self.ty(a) == self.ty(b)) {
            let float_cc = [
                FloatCC::LessThan,
                FloatCC::LessThanOrEqual,
                FloatCC::Equal,
                FloatCC::NotEqual,
                FloatCC::GreaterThan,
                FloatCC::GreaterThanOrEqual,
            ][which as usize % 6];
            let x = self.require_float(a, slow);
            let y = self.require_float(b, slow);
            let holds = self.b.ins().fcmp(float_cc, x, y);
            self.state.set(dst, holds, Ty::Flag);
            self.goto(next);
        } else {
            self.jump(slow, &[]);
        }
        self.switch(slow);
        self.state = start;
        self.compare_slow(op, next);
    }

    fn compare_slow(&mut self, op: &Op, next: BlockId) {
        let (a, b, dst, which) = (op.args[0], op.args[1], op.dsts[0], op.arg >> 5);
        let (x, y) = (self.word(a), self.word(b));
        let number = self.iconst(which as i64);
        if op.arg & 16 != 0 {
            let truth = self.try_truth(op, "taipan_compare_bool", &[x, y, number]);
            let holds = self.icmp_const(IntCC::NotEqual, truth, 0);
            self.state.set(dst, holds, Ty::Flag);
        } else {
            let result = self.try_call(op, "taipan_compare", &[x, y, number]);
            self.state.set(dst, result, Ty::Any);
        }
        self.goto(next);
    }

    /// `-x`, then on at `next`.
    pub fn negative(&mut self, op: &Op, next: BlockId) {
        let (a, dst) = (op.args[0], op.dsts[0]);
        if let (Ty::Float, Some(known)) = (self.ty(a), self.state.get(a)) {
            let result = self.b.ins().fneg(known.value);
            self.state.set(dst, result, Ty::Float);
            return self.goto(next);
        }
        let word = self.word(a);
        let result = self.try_call(op, "taipan_neg", &[word]);
        self.state.set(dst, result, Ty::Any);
        self.goto(next);
    }
}
