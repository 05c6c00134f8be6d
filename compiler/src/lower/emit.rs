//! The emitter: Cranelift's builder with what every operation needs at hand.

use crate::backend::module::{ModuleData, Unit};
use crate::ir::{BlockId, Function, Handler, Op, Reg};
use crate::lower::memory::Memory;
use crate::lower::state::{Known, State, Ty};
use crate::lower::{COLD_VERSIONS, VERSION_BUDGET};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    AbiParam, Block, BlockArg, FuncRef, GlobalValue, InstBuilder, MemFlagsData, SigRef, Signature, StackSlot,
    StackSlotData, StackSlotKind, Type, Value, types,
};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::FunctionBuilder;
use std::collections::HashMap;
use taipan_abi::layout;
use taipan_abi::symbols::{Returns, entry};
use taipan_abi::tag;

/// A block version waiting to be walked.
pub struct Pending {
    pub id: BlockId,
    /// Reached by ways that are rarely taken only.
    pub is_cold: bool,
    pub block: Block,
    pub types: Vec<Ty>,
    /// The block is entered as an exception handler.
    pub catch: Option<Handler>,
}

pub struct Emitter<'a, 'b> {
    pub b: FunctionBuilder<'b>,
    pub unit: &'a Unit,
    pub data: &'a mut ModuleData,
    pub ir: &'a Function,
    /// Number of the code object in the module.
    pub index: usize,
    pub state: State,
    /// The function object being run.
    pub function: Value,
    /// Namespace of module and class bodies.
    pub locals: Option<Value>,
    /// The heap frame, in the resumption function of a generator.
    pub heap: Option<Value>,
    /// Registers that some resumption of a generator loads from its heap frame.
    pub saved: Vec<Reg>,
    pending: Vec<Pending>,
    pending_cold: Vec<Pending>,
    /// How long both were when the block being walked began.
    walked: (usize, usize),
    /// The way being walked is rarely taken.
    pub is_cold: bool,
    signatures: HashMap<usize, SigRef>,
    /// By block, whether it is entered as an exception handler, and types.
    versions: HashMap<(BlockId, bool, Vec<Ty>), Block>,
    counts: HashMap<(BlockId, bool), usize>,
    /// Types of a block's versions, in the order in which they were asked for.
    by_block: HashMap<(BlockId, bool), Vec<Vec<Ty>>>,
    /// Where exceptions without a handler leave the function.
    exit: Option<Block>,
    max_versions: usize,
    funcs: HashMap<String, FuncRef>,
    globals: HashMap<String, GlobalValue>,
    /// The frame record on the native stack, and the depth to restore.
    pub frame: Option<StackSlot>,
    pub depth: Option<Value>,
    /// Shared area for arguments of calls.
    args_slot: Option<StackSlot>,
    pub args_words: u32,
    /// The word for second results.
    pub out_slot: Option<StackSlot>,
    /// Variables are kept in the frame record for others to see.
    pub observed: bool,
    /// The body of a module or class without loops, which runs once, or a function of the library without loops,
    /// of which there are very many: calls of the runtime instead of inline ways.
    pub compact: bool,
    pub memory: Option<Memory>,
    /// The block being walked lies in a loop.
    pub in_loop: bool,
    /// The first register above the operand stack, as far as is known (see [`super::memory`]).
    pub depth_now: Reg,
}

impl<'a, 'b> Emitter<'a, 'b> {
    pub fn new(
        b: FunctionBuilder<'b>,
        unit: &'a Unit,
        data: &'a mut ModuleData,
        ir: &'a Function,
        index: usize,
        function: Value,
        max_versions: usize,
    ) -> Self {
        Emitter {
            b,
            unit,
            data,
            index,
            state: State::new(ir.registers),
            ir,
            function,
            locals: None,
            heap: None,
            saved: if ir.is_generator { crate::lower::generator::saved_registers(ir) } else { Vec::new() },
            pending: Vec::new(),
            pending_cold: Vec::new(),
            walked: (0, 0),
            is_cold: false,
            signatures: HashMap::new(),
            versions: HashMap::new(),
            counts: HashMap::new(),
            by_block: HashMap::new(),
            exit: None,
            max_versions,
            funcs: HashMap::new(),
            globals: HashMap::new(),
            frame: None,
            depth: None,
            args_slot: None,
            args_words: 0,
            out_slot: None,
            observed: false,
            compact: false,
            memory: None,
            in_loop: false,
            depth_now: ir.registers,
        }
    }

    // Plain instructions.

    pub fn iconst(&mut self, n: i64) -> Value {
        self.b.ins().iconst(types::I64, n)
    }

    pub fn flags() -> MemFlagsData {
        MemFlagsData::trusted()
    }

    pub fn load(&mut self, ty: Type, base: Value, offset: i32) -> Value {
        self.b.ins().load(ty, Self::flags(), base, offset)
    }

    pub fn load64(&mut self, base: Value, offset: i32) -> Value {
        self.load(types::I64, base, offset)
    }

    pub fn store(&mut self, value: Value, base: Value, offset: i32) {
        self.b.ins().store(Self::flags(), value, base, offset);
    }

    pub fn icmp(&mut self, cc: IntCC, a: Value, b: Value) -> Value {
        self.b.ins().icmp(cc, a, b)
    }

    pub fn icmp_const(&mut self, cc: IntCC, a: Value, n: i64) -> Value {
        let ty = self.b.func.dfg.value_type(a);
        let n = self.b.ins().iconst(ty, n);
        self.b.ins().icmp(cc, a, n)
    }

    pub fn band_const(&mut self, a: Value, n: i64) -> Value {
        let n = self.iconst(n);
        self.b.ins().band(a, n)
    }

    pub fn bor_const(&mut self, a: Value, n: i64) -> Value {
        let n = self.iconst(n);
        self.b.ins().bor(a, n)
    }

    pub fn add_const(&mut self, a: Value, n: i64) -> Value {
        let n = self.iconst(n);
        self.b.ins().iadd(a, n)
    }

    pub fn block(&mut self) -> Block {
        self.b.create_block()
    }

    pub fn cold_block(&mut self) -> Block {
        let block = self.b.create_block();
        self.b.set_cold_block(block);
        block
    }

    pub fn switch(&mut self, block: Block) {
        self.b.switch_to_block(block);
    }

    pub fn jump(&mut self, block: Block, args: &[Value]) {
        let args: Vec<BlockArg> = args.iter().map(|v| BlockArg::Value(*v)).collect();
        self.b.ins().jump(block, &args);
    }

    /// Branches away when `cond` holds; the walk goes on behind. The block that goes on is the second
    /// successor, which keeps Cranelift's loop-invariant code motion at work.
    pub fn branch_out(&mut self, cond: Value, out: Block) {
        let next = self.block();
        self.b.ins().brif(cond, out, &[], next, &[]);
        self.switch(next);
    }

    // Symbols.

    pub fn call(&mut self, name: &str, args: &[Value]) -> Option<Value> {
        let func = self.func(name);
        let inst = self.b.ins().call(func, args);
        self.b.inst_results(inst).first().copied()
    }

    fn func(&mut self, name: &str) -> FuncRef {
        if let Some(func) = self.funcs.get(name) {
            return *func;
        }
        let (params, returns) = match entry(name) {
            Some(entry) => (entry.params, entry.returns != Returns::Nothing),
            None => panic!("no runtime entry point {name}"),
        };
        let func = self.data.import_function(name, params, returns, self.b.func);
        self.funcs.insert(name.to_string(), func);
        func
    }

    /// Calls the body of a function of this module.
    pub fn call_body(&mut self, index: u32, args: &[Value]) -> Value {
        let func = self.data.body_ref(self.unit, index as usize, self.b.func);
        let inst = self.b.ins().call(func, args);
        self.b.inst_results(inst)[0]
    }

    /// Calls the code at an address: words in, a word out.
    pub fn call_address(&mut self, address: Value, args: &[Value]) -> Value {
        let signature = match self.signatures.get(&args.len()) {
            Some(signature) => *signature,
            None => {
                let mut signature = Signature::new(CallConv::SystemV);
                signature.params.extend(args.iter().map(|_| AbiParam::new(types::I64)));
                signature.returns.push(AbiParam::new(types::I64));
                let signature = self.b.import_signature(signature);
                self.signatures.insert(args.len(), signature);
                signature
            }
        };
        let inst = self.b.ins().call_indirect(signature, address, args);
        self.b.inst_results(inst)[0]
    }

    /// Address of a symbol of the runtime.
    pub fn symbol(&mut self, name: &str) -> Value {
        let global = match self.globals.get(name) {
            Some(global) => *global,
            None => {
                let global = self.data.import_data(name, self.b.func);
                self.globals.insert(name.to_string(), global);
                global
            }
        };
        self.b.ins().symbol_value(types::I64, global)
    }

    /// Address of the data record of a code object of this module.
    pub fn record(&mut self, index: usize) -> Value {
        let key = format!("record {index}");
        let global = match self.globals.get(&key) {
            Some(global) => *global,
            None => {
                let global = self.data.record_ref(self.unit, index, self.b.func);
                self.globals.insert(key, global);
                global
            }
        };
        self.b.ins().symbol_value(types::I64, global)
    }

    pub fn none(&mut self) -> Value {
        self.symbol("TAIPAN_NONE")
    }

    /// `True` or `False` for a condition.
    pub fn boolean(&mut self, cond: Value) -> Value {
        let t = self.symbol("TAIPAN_TRUE");
        let f = self.symbol("TAIPAN_FALSE");
        self.b.ins().select(cond, t, f)
    }

    /// A constant of the running code object.
    pub fn constant(&mut self, i: u32) -> Value {
        let offset = self.unit.codes[self.index].const_offset(i);
        let record = self.record(self.index);
        self.load64(record, offset)
    }

    pub fn name(&mut self, i: u32) -> Value {
        let offset = self.unit.codes[self.index].name_offset(i);
        let record = self.record(self.index);
        self.load64(record, offset)
    }

    /// The cells of a global name: the module's and that of builtins.
    pub fn global_cells(&mut self, i: u32) -> (Value, Value) {
        let offset = self.unit.codes[self.index].cell_offset(i);
        let record = self.record(self.index);
        (self.load64(record, offset), self.load64(record, offset + 8))
    }

    /// Address of a new inline cache.
    pub fn cache(&mut self) -> Value {
        let n = self.data.new_cache(self.index);
        let offset = self.unit.codes[self.index].cache_offset(n);
        let record = self.record(self.index);
        self.add_const(record, offset as i64)
    }

    // Registers.

    /// The register as a word: an unboxed float or truth is made into one here, each time (what one way
    /// makes, another does not have).
    pub fn word(&mut self, reg: Reg) -> Value {
        let known = self.state.get(reg);
        match known {
            Some(Known { value: next, second: Some(end), ty: Ty::Range(step) }) => {
                let step = self.iconst(step as i64);
                self.call("taipan_range_iterator", &[next, end, step]).unwrap_or(next)
            }
            Some(Known { ty: Ty::Memory, .. }) => self.load_register(reg),
            Some(known) => self.to_word(known.value, known.ty),
            None => self.iconst(0),
        }
    }

    pub fn to_word(&mut self, value: Value, ty: Ty) -> Value {
        match ty {
            Ty::Float => self.box_float(value),
            Ty::Flag => self.boolean(value),
            _ => value,
        }
    }

    pub fn ty(&self, reg: Reg) -> Ty {
        match self.state.get(reg).map_or(Ty::Null, |known| known.ty) {
            Ty::Memory => Ty::Any,
            ty => ty,
        }
    }

    /// An f64 as a word: held in the word if it fits, else boxed by the runtime.
    pub fn box_float(&mut self, x: Value) -> Value {
        let bits = self.b.ins().bitcast(types::I64, MemFlagsData::new(), x);
        let slow = self.cold_block();
        let done = self.block();
        self.b.append_block_param(done, types::I64);
        // Exponents whose top three bits are 011 or 100 fit.
        let rotated = {
            let three = self.iconst(3);
            self.b.ins().rotl(bits, three)
        };
        let sixty = self.iconst(60);
        let top = self.b.ins().ushr(bits, sixty);
        let top = self.band_const(top, 7);
        let minus = self.add_const(top, -3);
        let off = self.icmp_const(IntCC::UnsignedGreaterThan, minus, 1);
        self.branch_out(off, slow);
        let edge = self.icmp_const(IntCC::Equal, bits, 0x3000_0000_0000_0000);
        self.branch_out(edge, slow);
        let masked = self.band_const(rotated, !3);
        let word = self.bor_const(masked, tag::FLOAT_TAG as i64);
        self.jump(done, &[word]);
        self.switch(slow);
        let boxed = self.call("taipan_box_float", &[bits]).unwrap_or(bits);
        self.jump(done, &[boxed]);
        self.switch(done);
        self.b.block_params(done)[0]
    }

    /// The f64 in a word known to be a float held in the word.
    pub fn unbox_float(&mut self, word: Value) -> Value {
        let sixty_three = self.iconst(63);
        let b63 = self.b.ins().ushr(word, sixty_three);
        let two = self.iconst(2);
        let low = self.b.ins().isub(two, b63);
        let masked = self.band_const(word, !3);
        let joined = self.b.ins().bor(low, masked);
        let three = self.iconst(3);
        let bits = self.b.ins().rotr(joined, three);
        let is_zero = self.icmp_const(IntCC::Equal, word, tag::FLOAT_ZERO as i64);
        let zero = self.iconst(0);
        let bits = self.b.ins().select(is_zero, zero, bits);
        self.b.ins().bitcast(types::F64, MemFlagsData::new(), bits)
    }

    // Versions.

    /// Types of a block's live registers as the state has them now.
    fn key(&self, id: BlockId) -> Vec<Ty> {
        self.ir.blocks[id as usize].live_in.iter().map(|r| self.key_type(*r)).collect()
    }

    /// The block to jump to for going on at `id` in this state, and the arguments.
    pub fn target(&mut self, id: BlockId) -> (Block, Vec<Value>) {
        self.version(id, None)
    }

    /// How many versions of a block there may be, the general one aside.
    fn most_versions(&self, catches: bool) -> usize {
        match () {
            _ if catches => self.max_versions.min(1),
            _ if self.versions.len() > VERSION_BUDGET.max(self.ir.blocks.len() * 2) => self.max_versions.min(1),
            _ if self.is_cold => self.max_versions.min(COLD_VERSIONS),
            _ => self.max_versions,
        }
    }

    /// The version of a block that knows most of what the state with these types knows, and nothing else.
    fn compatible(&self, id: BlockId, catches: bool, types: &[Ty]) -> Option<Vec<Ty>> {
        let versions = self.by_block.get(&(id, catches))?;
        let is_general = |ty: &Ty| matches!(ty, Ty::Any | Ty::Memory);
        let serves = |version: &&Vec<Ty>| version.iter().zip(types).all(|(v, t)| v == t || is_general(v));
        let knows = |version: &&Vec<Ty>| version.iter().filter(|ty| !is_general(ty)).count();
        versions.iter().filter(serves).max_by_key(knows).cloned()
    }

    /// A block's version for this state. As a handler's (`catch`) it takes the position word of
    /// [`Self::raise_pending`] last and fetches the exception itself.
    fn version(&mut self, id: BlockId, catch: Option<Handler>) -> (Block, Vec<Value>) {
        let mut types = self.key(id);
        let catches = catch.is_some();
        let live = self.ir.blocks[id as usize].live_in.clone();
        if let Some(key) = self.memory_key(&live) {
            types = key;
        } else if !self.versions.contains_key(&(id, catches, types.clone())) {
            let most = self.most_versions(catches);
            let count = self.counts.entry((id, catches)).or_insert(0);
            if *count >= most {
                if let Some(found) = self.compatible(id, catches, &types) {
                    types = found;
                } else {
                    // What the handler fetches itself is not carried.
                    let fetched =
                        catch.map(|c| (self.ir.locals + c.depth, self.ir.locals + c.depth + c.push_lasti as u32));
                    for (reg, ty) in live.iter().zip(&mut types) {
                        if fetched.is_none_or(|(first, last)| *reg < first || *reg > last) {
                            *ty = self.general(*reg);
                        }
                    }
                }
            } else {
                *count += 1;
            }
        }
        self.settle_places(&live, &types, catch);
        let key = (id, catches, types.clone());
        let block = match self.versions.get(&key) {
            Some(block) => *block,
            None => {
                let block = if catches { self.cold_block() } else { self.b.create_block() };
                for carrier in types.iter().flat_map(|t| t.carriers()) {
                    self.b.append_block_param(block, *carrier);
                }
                if catches {
                    self.b.append_block_param(block, types::I64);
                }
                self.by_block.entry((id, catches)).or_default().push(types.clone());
                self.versions.insert(key, block);
                let pending = Pending { id, block, types: types.clone(), is_cold: self.is_cold, catch };
                if self.is_cold { &mut self.pending_cold } else { &mut self.pending }.push(pending);
                block
            }
        };
        let mut args = Vec::with_capacity(live.len() + 1);
        for (reg, ty) in live.into_iter().zip(types) {
            match ty {
                Ty::None | Ty::Null | Ty::Memory => {}
                Ty::Float | Ty::Flag | Ty::Range(_) => {
                    if let Some(known) = self.state.get(reg) {
                        args.push(known.value);
                        args.extend(known.second);
                    }
                }
                _ => args.push(self.word(reg)),
            }
        }
        (block, args)
    }

    /// Goes on at a block of the IR. What the way there did to the state, other ways do not see.
    pub fn goto(&mut self, id: BlockId) {
        let saved = self.state.clone();
        let (block, args) = self.target(id);
        self.jump(block, &args);
        self.state = saved;
    }

    /// The next version to walk: likely ways first, and of those that one block went to, the first first.
    pub fn next_pending(&mut self) -> Option<Pending> {
        let (hot, cold) = self.walked;
        self.pending[hot..].reverse();
        self.pending_cold[cold..].reverse();
        let next = self.pop_pending();
        self.walked = (self.pending.len(), self.pending_cold.len());
        next
    }

    fn pop_pending(&mut self) -> Option<Pending> {
        self.pending.pop().or_else(|| self.pending_cold.pop())
    }

    /// The state on entry to a version.
    pub fn enter(&mut self, pending: &Pending) {
        self.depth_now = self.ir.locals + self.ir.blocks[pending.id as usize].depth;
        self.in_loop = self.ir.blocks[pending.id as usize].in_loop;
        self.is_cold = pending.is_cold;
        self.switch(pending.block);
        self.state = State::new(self.ir.registers);
        let live = self.ir.blocks[pending.id as usize].live_in.clone();
        let mut params = self.b.block_params(pending.block).to_vec().into_iter();
        for (reg, ty) in live.into_iter().zip(&pending.types) {
            let value = match ty {
                Ty::None => self.none(),
                Ty::Null | Ty::Memory => self.iconst(0),
                Ty::Range(step) => {
                    if let (Some(next), Some(end)) = (params.next(), params.next()) {
                        self.state.set_range(reg, next, end, *step);
                    }
                    continue;
                }
                _ => match params.next() {
                    Some(param) => param,
                    None => self.iconst(0),
                },
            };
            self.state.set(reg, value, *ty);
        }
        if let (Some(handler), Some(lasti)) = (pending.catch, params.next()) {
            let function = self.function;
            let exception = self.call("taipan_catch", &[function, lasti]).unwrap_or(lasti);
            let reg = self.ir.locals + handler.depth;
            if handler.push_lasti {
                // As a tagged int.
                let word = self.bor_const(lasti, 1);
                self.state.set(reg, word, Ty::Int);
            }
            self.state.set(reg + handler.push_lasti as u32, exception, Ty::Any);
            self.to_memory(reg + handler.push_lasti as u32);
        }
    }

    // Frames and exceptions.

    /// Notes the position in the frame, for whoever looks at it while the operation runs.
    pub fn note_position(&mut self, op: &Op) {
        if let Some(slot) = self.frame {
            let word = self.iconst(self.position_word(op.offset));
            let address = self.b.ins().stack_addr(types::I64, slot, 0);
            self.store(word, address, layout::FRAME_POSITION);
        }
    }

    /// In an observed frame, a variable that just changed is written where others see it.
    pub fn show(&mut self, reg: Reg) {
        if let (true, Some(slot), None) = (self.observed && reg < self.ir.locals, self.frame, self.locals) {
            let word = self.word(reg);
            let address = self.b.ins().stack_addr(types::I64, slot, 0);
            self.store(word, address, layout::FRAME_SIZE as i32 + reg as i32 * 8);
        }
    }

    fn position_word(&self, offset: u32) -> i64 {
        (offset as i64) << 2 | (self.observed as i64) << 1 | 1
    }

    /// Calls an entry point whose result 0 means an exception; gives the result.
    pub fn try_call(&mut self, op: &Op, name: &str, args: &[Value]) -> Value {
        self.note_position(op);
        let result = self.call(name, args);
        let result = result.unwrap_or(self.function);
        self.check(op, result);
        result
    }

    /// Goes to the handler if `result` is 0.
    pub fn check(&mut self, op: &Op, result: Value) {
        let failed = self.icmp_const(IntCC::Equal, result, 0);
        self.fail_if(op, failed);
    }

    /// Calls an entry point that answers 0, 1 or 2 (exception); gives the answer.
    pub fn try_truth(&mut self, op: &Op, name: &str, args: &[Value]) -> Value {
        self.note_position(op);
        let result = self.call(name, args).unwrap_or(self.function);
        let failed = self.icmp_const(IntCC::Equal, result, 2);
        self.fail_if(op, failed);
        result
    }

    /// An exception is pending if `cond` holds.
    pub fn fail_if(&mut self, op: &Op, cond: Value) {
        let fail = self.cold_block();
        let next = self.block();
        self.b.ins().brif(cond, fail, &[], next, &[]);
        self.switch(fail);
        let was_cold = std::mem::replace(&mut self.is_cold, true);
        self.raise_pending(op, true);
        self.is_cold = was_cold;
        self.switch(next);
    }

    /// The pending exception goes to the operation's handler, or out of the function; with `traceback` this
    /// frame is noted in its traceback first. What is the same for all operations stands once: here is a jump, which leaves the
    /// state as it is.
    pub fn raise_pending(&mut self, op: &Op, traceback: bool) {
        let lasti = self.iconst((op.offset as i64) << 1 | traceback as i64);
        match op.handler {
            Some(handler) => self.goto_handler(handler, lasti),
            None => {
                let exit = match self.exit {
                    Some(exit) => exit,
                    None => {
                        let exit = self.cold_block();
                        self.b.append_block_param(exit, types::I64);
                        self.exit = Some(exit);
                        exit
                    }
                };
                self.jump(exit, &[lasti]);
            }
        }
    }

    /// The way out with an exception, if any operation goes it.
    pub fn finish_exit(&mut self) {
        if let Some(exit) = self.exit {
            self.switch(exit);
            let (function, lasti) = (self.function, self.b.block_params(exit)[0]);
            self.call("taipan_unwind", &[function, lasti]);
            let zero = self.iconst(0);
            self.leave(zero);
        }
    }

    fn goto_handler(&mut self, handler: Handler, lasti: Value) {
        let saved = self.state.clone();
        let reg = self.ir.locals + handler.depth;
        let zero = self.iconst(0);
        if handler.push_lasti {
            self.state.set(reg, zero, Ty::Null);
        }
        self.state.set(reg + handler.push_lasti as u32, zero, Ty::Null);
        let (block, mut args) = self.version(handler.block, Some(handler));
        args.push(lasti);
        self.jump(block, &args);
        self.state = saved;
    }

    /// Returns a word from the function, its frame taken off.
    pub fn leave(&mut self, result: Value) {
        self.pop_frame();
        self.b.ins().return_(&[result]);
    }

    /// Links the frame record, counts the depth.
    pub fn push_frame(&mut self) {
        let words = match (self.observed, self.locals) {
            (false, _) => 0,
            (true, Some(_)) => 1,
            (true, None) => self.ir.locals,
        };
        let size = layout::FRAME_SIZE + words * 8;
        let slot = self.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, size, 3));
        self.frame = Some(slot);
        let state = self.symbol("TAIPAN_STATE");
        let depth = self.load64(state, layout::STATE_DEPTH);
        self.depth = Some(depth);
        let limit = self.load64(state, layout::STATE_LIMIT);
        let prev = self.load64(state, layout::STATE_FRAME);
        let fail = self.cold_block();
        let too_deep = self.icmp(IntCC::UnsignedGreaterThanOrEqual, depth, limit);
        let go_on = self.block();
        self.b.ins().brif(too_deep, fail, &[], go_on, &[]);
        self.switch(fail);
        self.call("taipan_recursion_error", &[]);
        let zero = self.iconst(0);
        self.b.ins().return_(&[zero]);
        self.switch(go_on);
        let address = self.b.ins().stack_addr(types::I64, slot, 0);
        let zero = self.iconst(0);
        let position = self.iconst(self.position_word(0));
        let function = self.function;
        self.store(prev, address, layout::FRAME_PREV);
        self.store(function, address, layout::FRAME_FUNCTION);
        self.store(zero, address, layout::FRAME_OBJECT);
        self.store(position, address, layout::FRAME_POSITION);
        for word in 0..words {
            let value = self.locals.unwrap_or(zero);
            self.store(value, address, layout::FRAME_SIZE as i32 + word as i32 * 8);
        }
        self.store(address, state, layout::STATE_FRAME);
        let deeper = self.add_const(depth, 1);
        self.store(deeper, state, layout::STATE_DEPTH);
    }

    fn pop_frame(&mut self) {
        let (Some(slot), Some(depth)) = (self.frame, self.depth) else { return };
        let address = self.b.ins().stack_addr(types::I64, slot, 0);
        let object = self.load64(address, layout::FRAME_OBJECT);
        let detach = self.cold_block();
        let next = self.block();
        let has_object = self.icmp_const(IntCC::NotEqual, object, 0);
        self.b.ins().brif(has_object, detach, &[], next, &[]);
        self.switch(detach);
        self.call("taipan_detach_frame", &[address]);
        self.jump(next, &[]);
        self.switch(next);
        let prev = self.load64(address, layout::FRAME_PREV);
        let state = self.symbol("TAIPAN_STATE");
        self.store(prev, state, layout::STATE_FRAME);
        self.store(depth, state, layout::STATE_DEPTH);
    }

    /// Stores words in the area for arguments; its address.
    pub fn args(&mut self, words: &[Value]) -> Value {
        let slot = match self.args_slot {
            Some(slot) => slot,
            None => {
                let size = self.args_words.max(1) * 8;
                let slot = self.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, size, 3));
                self.args_slot = Some(slot);
                slot
            }
        };
        let address = self.b.ins().stack_addr(types::I64, slot, 0);
        for (i, word) in words.iter().enumerate() {
            self.store(*word, address, i as i32 * 8);
        }
        address
    }

    /// Empties the area for arguments, so that the collector finds none of those of earlier calls there.
    pub fn clear_args(&mut self) {
        if self.args_slot.is_some() {
            let zero = self.iconst(0);
            let zeros = vec![zero; self.args_words as usize];
            self.args(&zeros);
        }
    }

    /// Registers as words in the area for arguments.
    pub fn reg_args(&mut self, regs: &[Reg]) -> Value {
        let words: Vec<Value> = regs.iter().map(|r| self.word(*r)).collect();
        self.args(&words)
    }
}
