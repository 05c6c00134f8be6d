//! Names and attributes: global cells, and the inline caches of attribute sites.

use crate::ir::Op;
use crate::lower::emit::Emitter;
use crate::lower::state::Ty;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use taipan_abi::layout;

impl Emitter<'_, '_> {
    /// A global: its cell in the module, else in builtins.
    pub fn load_global(&mut self, op: &Op, index: u32, push_null: bool) {
        let (own, builtin) = self.global_cells(index);
        let done = self.block();
        self.b.append_block_param(done, types::I64);
        let miss = self.cold_block();
        let slow = self.cold_block();
        let value = self.load64(own, layout::GLOBAL_VALUE);
        let empty = self.icmp_const(IntCC::Equal, value, 0);
        self.branch_out(empty, miss);
        self.jump(done, &[value]);
        self.switch(miss);
        let value = self.load64(builtin, layout::GLOBAL_VALUE);
        let empty = self.icmp_const(IntCC::Equal, value, 0);
        self.branch_out(empty, slow);
        self.jump(done, &[value]);
        self.switch(slow);
        let (function, name) = (self.function, self.name(index));
        let value = match op.args.first() {
            Some(slf) => {
                let slf = self.word(*slf);
                self.try_call(op, "taipan_load_global_with_self", &[function, name, slf])
            }
            None => self.try_call(op, "taipan_load_global", &[function, name]),
        };
        self.jump(done, &[value]);
        self.switch(done);
        let value = self.b.block_params(done)[0];
        let ty = match (self.unit.known_global(self.index, index), self.unit.builtin_global(self.index, index)) {
            (Some(code), _) => Ty::Known(code),
            (None, Some(builtin)) => Ty::Builtin(builtin),
            (None, None) => Ty::Any,
        };
        self.state.set(op.dsts[0], value, ty);
        if push_null {
            let zero = self.iconst(0);
            self.state.set(op.dsts[1], zero, Ty::Null);
        }
    }

    /// Branches to `slow` unless the cache's fast way is open for the object: one compare of epoch and shape.
    fn require_cached(&mut self, object: Value, ty: Ty, cache: Value, slow: Block) {
        if !ty.is_object() {
            self.require_address(object, slow);
        }
        let shape = self.b.ins().uload32(Self::flags(), object, 0);
        let epoch_at = self.symbol("TAIPAN_CLASS_EPOCH");
        let epoch = self.load64(epoch_at, 0);
        let key = self.b.ins().bor(shape, epoch);
        let quick = self.load64(cache, layout::CACHE_QUICK);
        let other = self.icmp(IntCC::NotEqual, key, quick);
        self.branch_out(other, slow);
    }

    /// Address of the instance's word that a cache names.
    fn cached_word(&mut self, object: Value, cache: Value) -> Value {
        let offset = self.b.ins().uload32(Self::flags(), cache, layout::CACHE_OFFSET);
        self.b.ins().iadd(object, offset)
    }

    pub fn load_attr(&mut self, op: &Op) {
        let (object, ty) = (self.word(op.args[0]), self.ty(op.args[0]));
        let cache = self.cache();
        let name = op.arg >> 1;
        if self.unit.codes[self.index].code.names.get(name as usize).is_some_and(|name| &**name == "collect") {
            // Likely `gc.collect()`.
            self.clear_args();
            self.empty_dead(0);
            self.call("taipan_scrub_stack", &[]);
        }
        if self.compact {
            return self.load_attr_general(op, object, cache);
        }
        let slow = self.cold_block();
        let done = self.block();
        self.b.append_block_param(done, types::I64);
        if op.arg & 1 != 0 {
            self.b.append_block_param(done, types::I64);
            let builtin = self.inline_method(op.arg >> 1, ty);
            if let Some(builtin) = builtin {
                // Exact lists have it: no cache is asked.
                let other = self.block();
                if ty != Ty::Shape(layout::shape::LIST) {
                    self.require_shape(object, layout::shape::LIST, other);
                }
                let method = self.builtin(builtin);
                self.jump(done, &[method, object]);
                self.switch(other);
            }
            self.require_cached(object, ty, cache, slow);
            let method = self.load64(cache, layout::CACHE_DATA);
            self.jump(done, &[method, object]);
            self.switch(slow);
            let out = self.out_word();
            let name = self.name(name);
            let callable = self.try_call(op, "taipan_load_method", &[object, name, cache, out]);
            let slf = self.take_out_word(out);
            self.jump(done, &[callable, slf]);
            self.switch(done);
            let (callable, slf) = (self.b.block_params(done)[0], self.b.block_params(done)[1]);
            self.state.set(op.dsts[0], callable, builtin.map_or(Ty::Any, Ty::Builtin));
            self.set_any(op.dsts[1], slf);
        } else {
            self.require_cached(object, ty, cache, slow);
            let address = self.cached_word(object, cache);
            let value = self.load64(address, 0);
            let empty = self.icmp_const(IntCC::Equal, value, 0);
            self.branch_out(empty, slow);
            self.jump(done, &[value]);
            self.switch(slow);
            let name = self.name(name);
            let value = self.try_call(op, "taipan_load_attr", &[object, name, cache]);
            self.jump(done, &[value]);
            self.switch(done);
            let value = self.b.block_params(done)[0];
            self.set_any(op.dsts[0], value);
        }
    }

    /// The method of `list` done inline that an attribute's name likely means.
    fn inline_method(&self, name: u32, ty: Ty) -> Option<&'static str> {
        if !matches!(ty, Ty::Any | Ty::Shape(layout::shape::LIST)) {
            return None;
        }
        let name = self.unit.codes[self.index].code.names.get(name as usize)?;
        layout::BUILTINS.iter().find(|known| known.strip_prefix("list.") == Some(&**name)).copied()
    }

    fn load_attr_general(&mut self, op: &Op, object: Value, cache: Value) {
        let name = self.name(op.arg >> 1);
        if op.arg & 1 != 0 {
            let out = self.out_word();
            let callable = self.try_call(op, "taipan_load_method", &[object, name, cache, out]);
            let slf = self.take_out_word(out);
            self.set_any(op.dsts[0], callable);
            self.set_any(op.dsts[1], slf);
        } else {
            let value = self.try_call(op, "taipan_load_attr", &[object, name, cache]);
            self.set_any(op.dsts[0], value);
        }
    }

    pub fn store_attr(&mut self, op: &Op) {
        let (value, object, ty) = (self.word(op.args[0]), self.word(op.args[1]), self.ty(op.args[1]));
        let cache = self.cache();
        if self.compact {
            let name = self.name(op.arg);
            self.try_call(op, "taipan_store_attr", &[object, name, value, cache]);
            return;
        }
        let slow = self.cold_block();
        let done = self.block();
        self.require_cached(object, ty, cache, slow);
        self.require_unlogged(object, slow);
        let address = self.cached_word(object, cache);
        self.store(value, address, 0);
        let shape = self.load(types::I32, cache, layout::CACHE_SHAPE_AFTER);
        self.store(shape, object, 0);
        self.jump(done, &[]);
        self.switch(slow);
        let name = self.name(op.arg);
        self.try_call(op, "taipan_store_attr", &[object, name, value, cache]);
        self.jump(done, &[]);
        self.switch(done);
    }
}
