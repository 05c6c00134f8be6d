//! One Python module in an object file: its code objects' functions and data records.
//!
//! Symbols: `NAME.N.QUALNAME` with `.entry`, `.body`, `.resume`, `.record` behind, N the code object's
//! number in pre-order, so the same module gives the same names.

use crate::error::Error;
use crate::ir;
use crate::lower::VARIANTS;
use crate::lower::function::{self, Part};
use crate::lower::ops::SmallConst;
use crate::lower::state::Ty;
use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{AbiParam, FuncRef, Function, GlobalValue, Signature, UserFuncName, types};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_module::{DataDescription, DataId, FuncId, Linkage, Module, ModuleReloc};
use cranelift_object::ObjectModule;
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use taipan_abi::layout;
use taipan_abi::opcode::Opcode;
use taipan_abi::tag;
use taipan_frontend::code::flags;
use taipan_frontend::instructions::Instructions;
use taipan_frontend::{CodeObject, Constant};

/// A code object of the module.
pub struct CodeInfo {
    pub code: Arc<CodeObject>,
    /// The module's own code: its locals are its globals.
    pub is_module: bool,
}

impl CodeInfo {
    /// A function, as opposed to the body of a module or class.
    pub fn is_function(&self) -> bool {
        self.code.flags & flags::OPTIMIZED != 0
    }

    /// Parameters with a place of their own.
    pub fn arg_slots(&self) -> u32 {
        self.code.total_args() as u32
    }

    pub fn is_generator(&self) -> bool {
        self.code.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
    }

    /// Positional parameters only.
    pub fn is_plain(&self) -> bool {
        self.arg_slots() == self.code.argcount
    }

    /// Whether a call may pass `n` positional arguments, the rest coming from defaults.
    pub fn takes_up_to(&self, n: u32) -> bool {
        self.is_function() && self.is_plain() && self.code.argcount >= n
    }

    pub fn const_offset(&self, i: u32) -> i32 {
        layout::RECORD_FIRST + i as i32 * 8
    }

    pub fn name_offset(&self, i: u32) -> i32 {
        self.const_offset(self.code.consts.len() as u32) + i as i32 * 8
    }

    pub fn cell_offset(&self, i: u32) -> i32 {
        self.name_offset(self.code.names.len() as u32) + i as i32 * 16
    }

    pub fn cache_offset(&self, n: u32) -> i32 {
        self.cell_offset(self.code.names.len() as u32) + (n * layout::CACHE_SIZE) as i32
    }

    pub fn function_offset(&self) -> i32 {
        layout::RECORD_FUNCTION
    }

    /// A constant that code can hold itself.
    pub fn small_const(&self, i: u32) -> Option<SmallConst> {
        Some(match self.code.consts.get(i as usize)? {
            Constant::None => SmallConst::None,
            Constant::True => SmallConst::Bool(true),
            Constant::False => SmallConst::Bool(false),
            Constant::Int(n) if tag::fits_int(*n) => SmallConst::Int(*n),
            Constant::Float(bits) => {
                let x = f64::from_bits(*bits);
                tag::float(x)?;
                SmallConst::Float(x)
            }
            _ => return None,
        })
    }
}

/// A Python module to compile.
pub struct Unit {
    pub name: String,
    pub is_package: bool,
    pub is_library: bool,
    /// Comes as bytecode, to be interpreted.
    pub is_cold: bool,
    /// The source of a module that does not compile: importing it raises the error. Its code is empty then.
    pub source: Option<Vec<u8>>,
    pub file: String,
    /// Pre-order.
    pub codes: Vec<CodeInfo>,
    /// Functions that a global name is bound to once and for all, as far as the module's own code goes.
    known: HashMap<String, u32>,
    /// Global names that the module's code binds itself.
    stored: HashSet<String>,
    /// Names of attributes that the module's code binds, in classes and in objects.
    attributes: HashSet<String>,
}

impl Unit {
    pub fn new(name: &str, is_package: bool, is_library: bool, file: &str, code: Arc<CodeObject>) -> Unit {
        let mut codes = Vec::new();
        collect(&code, true, &mut codes);
        let stores = count_stores(&codes);
        let known = known_functions(&codes, &stores);
        let stored = stores.into_keys().collect();
        let attributes = bound_attributes(&codes);
        Unit {
            name: name.to_string(),
            is_package,
            is_library,
            is_cold: false,
            source: None,
            file: file.to_string(),
            codes,
            known,
            stored,
            attributes,
        }
    }

    /// What the object carries of the module for its import: marshalled code, or source.
    pub fn payload(&self) -> Vec<u8> {
        match &self.source {
            Some(source) => source.clone(),
            None => taipan_frontend::marshal::dump(&self.codes[0].code),
        }
    }

    /// Whether a name that is read as a global variable looks like an attribute that lacks its `self`: the error says
    /// so then.
    fn is_misplaced(&self, name: &str) -> bool {
        self.attributes.contains(name) && !self.stored.contains(name)
    }

    /// The function that a global name of a code object surely means, until proven otherwise.
    pub fn known_global(&self, index: usize, name: u32) -> Option<u32> {
        let name = self.codes[index].code.names.get(name as usize)?;
        self.known.get(&**name).copied()
    }

    /// The built-in function that a global name of a code object surely means, until proven otherwise.
    pub fn builtin_global(&self, index: usize, name: u32) -> Option<&'static str> {
        let name = self.codes[index].code.names.get(name as usize)?;
        let builtin = layout::BUILTINS.iter().find(|known| ***known == **name)?;
        (!self.stored.contains(*builtin)).then_some(builtin)
    }

    /// The symbol of the row that describes the module to the runtime: the one that its object exports.
    pub fn row_symbol(&self) -> String {
        format!("{}.module", self.name)
    }

    fn symbol(&self, index: usize, part: &str) -> String {
        format!("{}.{index}.{}.{part}", self.name, self.codes[index].code.qualname)
    }
}

fn collect(code: &Arc<CodeObject>, is_module: bool, codes: &mut Vec<CodeInfo>) {
    codes.push(CodeInfo { code: code.clone(), is_module });
    for constant in &code.consts {
        if let Constant::Code(inner) = constant {
            collect(inner, false, codes);
        }
    }
}

/// How often the module's code binds or deletes each global name.
fn count_stores(codes: &[CodeInfo]) -> HashMap<String, usize> {
    let mut stores: HashMap<String, usize> = HashMap::new();
    for info in codes {
        for inst in Instructions::new(&info.code.code) {
            let counts = match inst.op {
                Opcode::STORE_GLOBAL | Opcode::DELETE_GLOBAL => true,
                Opcode::STORE_NAME | Opcode::DELETE_NAME => info.is_module,
                _ => false,
            };
            if counts && let Some(name) = info.code.names.get(inst.oparg as usize) {
                *stores.entry(name.to_string()).or_default() += 1;
            }
        }
    }
    stores
}

fn bound_attributes(codes: &[CodeInfo]) -> HashSet<String> {
    let mut bound = HashSet::new();
    for info in codes {
        for inst in Instructions::new(&info.code.code) {
            let is_attribute = match inst.op {
                Opcode::STORE_ATTR => true,
                Opcode::STORE_NAME => !info.is_module,
                _ => false,
            };
            if is_attribute && let Some(name) = info.code.names.get(inst.oparg as usize) {
                bound.insert(name.to_string());
            }
        }
    }
    bound
}

/// Names that the module's code binds exactly once, by `def`, and that no `global` statement rebinds.
fn known_functions(codes: &[CodeInfo], stores: &HashMap<String, usize>) -> HashMap<String, u32> {
    let module = &codes[0].code;
    let mut known = HashMap::new();
    let mut made: Option<u32> = None;
    let mut last_const = None;
    for inst in Instructions::new(&module.code) {
        match inst.op {
            Opcode::LOAD_CONST => last_const = Some(inst.oparg),
            Opcode::MAKE_FUNCTION => {
                made = last_const.and_then(|c| match module.consts.get(c as usize) {
                    Some(Constant::Code(code)) => {
                        codes.iter().position(|info| Arc::ptr_eq(&info.code, code)).map(|i| i as u32)
                    }
                    _ => None,
                });
            }
            Opcode::SET_FUNCTION_ATTRIBUTE => {}
            Opcode::STORE_NAME => {
                if let (Some(index), Some(name)) = (made.take(), module.names.get(inst.oparg as usize))
                    && stores.get(&**name) == Some(&1)
                {
                    known.insert(name.to_string(), index);
                }
            }
            _ => made = None,
        }
    }
    known
}

/// Who wants to see the stages' texts.
pub trait Sink {
    fn wants(&self, stage: &str, function: &str) -> bool;
    fn text(&mut self, stage: &str, function: &str, text: String);
}

/// The object file under construction, as the lowering sees it.
pub struct ModuleData {
    pub object: ObjectModule,
    caches: Vec<u32>,
    /// Bodies specialised to argument types that calls asked for: code object, types of parameters.
    variants: Vec<(usize, Vec<Ty>)>,
    functions: HashMap<String, FuncId>,
    datas: HashMap<String, DataId>,
}

impl ModuleData {
    pub fn new(object: ObjectModule) -> ModuleData {
        ModuleData {
            object,
            caches: Vec::new(),
            variants: Vec::new(),
            functions: HashMap::new(),
            datas: HashMap::new(),
        }
    }

    pub fn frontend_config(&self) -> TargetFrontendConfig {
        self.object.isa().frontend_config()
    }

    fn signature(&self, params: usize, returns: bool) -> Signature {
        let mut signature = Signature::new(CallConv::SystemV);
        signature.params.extend((0..params).map(|_| AbiParam::new(types::I64)));
        if returns {
            signature.returns.push(AbiParam::new(types::I64));
        }
        signature
    }

    fn declare(&mut self, name: &str, linkage: Linkage, params: usize, returns: bool) -> FuncId {
        if let Some(id) = self.functions.get(name) {
            return *id;
        }
        let signature = self.signature(params, returns);
        self.declare_with(name, linkage, signature)
    }

    fn declare_with(&mut self, name: &str, linkage: Linkage, signature: Signature) -> FuncId {
        if let Some(id) = self.functions.get(name) {
            return *id;
        }
        let id = match self.object.declare_function(name, linkage, &signature) {
            Ok(id) => id,
            Err(error) => panic!("symbol {name}: {error}"),
        };
        self.functions.insert(name.to_string(), id);
        id
    }

    fn function_ref(&mut self, id: FuncId, func: &mut Function) -> FuncRef {
        let reference = self.object.declare_func_in_func(id, func);
        // Everything is linked into one executable: direct calls reach it.
        func.dfg.ext_funcs[reference].colocated = true;
        reference
    }

    pub fn import_function(&mut self, name: &str, params: usize, returns: bool, func: &mut Function) -> FuncRef {
        let id = self.declare(name, Linkage::Import, params, returns);
        self.function_ref(id, func)
    }

    fn part(&mut self, unit: &Unit, index: usize, part: &str) -> FuncId {
        let info = &unit.codes[index];
        let params = match part {
            "entry" => 4,
            "resume" => 2,
            _ if info.is_function() => 1 + info.arg_slots() as usize,
            _ => 2,
        };
        self.declare(&unit.symbol(index, part), Linkage::Local, params, true)
    }

    pub fn body_ref(&mut self, unit: &Unit, index: usize, func: &mut Function) -> FuncRef {
        let id = self.part(unit, index, "body");
        self.function_ref(id, func)
    }

    /// The body of a function for arguments of these types, if there may be another: it is compiled with the rest.
    pub fn variant_ref(&mut self, unit: &Unit, index: usize, entry: &[Ty], func: &mut Function) -> Option<FuncRef> {
        if !self.variants.iter().any(|(i, types)| *i == index && types == entry) {
            if self.variants.iter().filter(|(i, _)| *i == index).count() >= VARIANTS {
                return None;
            }
            self.variants.push((index, entry.to_vec()));
        }
        let id = self.variant(unit, index, entry);
        Some(self.function_ref(id, func))
    }

    fn variant(&mut self, unit: &Unit, index: usize, entry: &[Ty]) -> FuncId {
        let name =
            unit.symbol(index, &format!("body.{}", entry.iter().map(Ty::to_string).collect::<Vec<_>>().join(",")));
        let mut signature = self.signature(1 + entry.len(), true);
        for (param, ty) in signature.params[1..].iter_mut().zip(entry) {
            if *ty == Ty::Float {
                *param = AbiParam::new(types::F64);
            }
        }
        self.declare_with(&name, Linkage::Local, signature)
    }

    pub fn resume_ref(&mut self, unit: &Unit, index: usize, func: &mut Function) -> FuncRef {
        let id = self.part(unit, index, "resume");
        self.function_ref(id, func)
    }

    fn declare_data(&mut self, name: &str, linkage: Linkage, writable: bool) -> DataId {
        if let Some(id) = self.datas.get(name) {
            return *id;
        }
        let id = match self.object.declare_data(name, linkage, writable, false) {
            Ok(id) => id,
            Err(error) => panic!("symbol {name}: {error}"),
        };
        self.datas.insert(name.to_string(), id);
        id
    }

    fn data_ref(&mut self, id: DataId, func: &mut Function) -> GlobalValue {
        let reference = self.object.declare_data_in_func(id, func);
        if let cranelift_codegen::ir::GlobalValueData::Symbol { colocated, .. } = &mut func.global_values[reference] {
            *colocated = true;
        }
        reference
    }

    pub fn import_data(&mut self, name: &str, func: &mut Function) -> GlobalValue {
        let id = self.declare_data(name, Linkage::Import, true);
        self.data_ref(id, func)
    }

    pub fn record_ref(&mut self, unit: &Unit, index: usize, func: &mut Function) -> GlobalValue {
        let id = self.declare_data(&unit.symbol(index, "record"), Linkage::Local, true);
        self.data_ref(id, func)
    }

    /// Number of a new inline cache of a code object.
    pub fn new_cache(&mut self, index: usize) -> u32 {
        let n = self.caches[index];
        self.caches[index] += 1;
        n
    }

    /// Compiles all of a module's code, and makes the row that describes it to the runtime.
    pub fn add_unit(&mut self, unit: &Unit, sink: &mut dyn Sink) -> Result<(), Error> {
        self.caches = vec![0; unit.codes.len()];
        self.variants.clear();
        if unit.is_cold || unit.source.is_some() {
            return self.describe(unit, &[]);
        }
        let mut builders = FunctionBuilderContext::new();
        let mut rows = Vec::new();
        let mut functions = Vec::new();
        let mut irs = Vec::new();
        for (index, info) in unit.codes.iter().enumerate() {
            let name = &*info.code.qualname;
            let ir = ir::build::build(&info.code, &|name| unit.is_misplaced(name))
                .ok_or_else(|| Error::Internal(format!("no IR for {name} of {}", unit.name)))?;
            if sink.wants("ir", name) {
                sink.text("ir", name, ir.to_string());
            }
            for part in ["body", "entry", "resume"] {
                if part == "resume" && !ir.is_generator {
                    continue;
                }
                let id = self.part(unit, index, part);
                let signature = self.object.declarations().get_function_decl(id).signature.clone();
                let mut func = Function::with_name_signature(UserFuncName::user(0, id.as_u32()), signature);
                let builder = FunctionBuilder::new(&mut func, &mut builders);
                match part {
                    "body" => function::build(builder, unit, self, &ir, index, Part::Body, &[]),
                    "resume" => function::build(builder, unit, self, &ir, index, Part::Resume, &[]),
                    _ => function::build_entry(builder, unit, self, &ir, index),
                }
                if sink.wants("clif", name) {
                    sink.text("clif", name, func.display().to_string());
                }
                functions.push((id, func, name, sink.wants("asm", name)));
            }
            rows.push((index, ir.is_generator));
            irs.push(ir);
        }
        let mut done = 0;
        while let Some((index, entry)) = self.variants.get(done).cloned() {
            let name = &*unit.codes[index].code.qualname;
            let id = self.variant(unit, index, &entry);
            let signature = self.object.declarations().get_function_decl(id).signature.clone();
            let mut func = Function::with_name_signature(UserFuncName::user(0, id.as_u32()), signature);
            let builder = FunctionBuilder::new(&mut func, &mut builders);
            function::build(builder, unit, self, &irs[index], index, Part::Body, &entry);
            if sink.wants("clif", name) {
                sink.text("clif", name, func.display().to_string());
            }
            functions.push((id, func, name, sink.wants("asm", name)));
            done += 1;
        }
        self.define_all(functions, sink)?;
        self.describe(unit, &rows)
    }

    /// Compiles functions on all cores and adds them in order, so that the object is the same however
    /// many there are.
    fn define_all(&mut self, functions: Vec<(FuncId, Function, &str, bool)>, sink: &mut dyn Sink) -> Result<(), Error> {
        struct Compiled {
            alignment: u64,
            bytes: Vec<u8>,
            relocs: Vec<ModuleReloc>,
            asm: Option<String>,
        }
        let isa = self.object.isa();
        let compiled: Vec<Result<Compiled, Error>> = functions
            .par_iter()
            .map(|(id, func, name, asm)| {
                let mut context = Context::for_function(func.clone());
                context.set_disasm(*asm);
                let code = context
                    .compile(isa, &mut ControlPlane::default())
                    .map_err(|e| Error::Internal(format!("{name}: {:?}", e.inner)))?;
                let (alignment, bytes, asm) =
                    (code.buffer.alignment as u64, code.code_buffer().to_vec(), code.vcode.clone());
                let relocs = match context.compiled_code() {
                    Some(code) => {
                        let relocs = code.buffer.relocs().iter();
                        relocs.map(|reloc| ModuleReloc::from_mach_reloc(reloc, &context.func, *id)).collect()
                    }
                    None => Vec::new(),
                };
                Ok(Compiled { alignment, bytes, relocs, asm })
            })
            .collect();
        for ((id, _, name, _), result) in functions.iter().zip(compiled) {
            let code = result?;
            if let Some(asm) = code.asm {
                sink.text("asm", name, asm);
            }
            self.object
                .define_function_bytes(*id, code.alignment, &code.bytes, &code.relocs)
                .map_err(|e| Error::Internal(format!("{name}: {e:?}")))?;
        }
        Ok(())
    }

    fn bytes(&mut self, name: &str, bytes: Vec<u8>) -> Result<DataId, Error> {
        let id = self.declare_data(name, Linkage::Local, false);
        let mut data = DataDescription::new();
        data.define(bytes.into_boxed_slice());
        self.object.define_data(id, &data).map_err(|e| Error::Internal(e.to_string()))?;
        Ok(id)
    }

    /// Data records, code rows and the module's row.
    fn describe(&mut self, unit: &Unit, rows: &[(usize, bool)]) -> Result<(), Error> {
        let fail = |e: cranelift_module::ModuleError| Error::Internal(e.to_string());
        let mut table = DataDescription::new();
        let mut words = vec![0u8; rows.len() * layout::CODE_ROW_WORDS * 8];
        let put = |words: &mut Vec<u8>, word: usize, value: u64| {
            words[word * 8..word * 8 + 8].copy_from_slice(&value.to_le_bytes());
        };
        let mut references = Vec::new();
        for (row, (index, is_generator)) in rows.iter().enumerate() {
            let info = &unit.codes[*index];
            let record = self.declare_data(&unit.symbol(*index, "record"), Linkage::Local, true);
            let mut data = DataDescription::new();
            data.set_align(16);
            data.define_zeroinit(info.cache_offset(self.caches[*index]) as usize);
            self.object.define_data(record, &data).map_err(fail)?;
            let base = row * layout::CODE_ROW_WORDS;
            let entry = self.part(unit, *index, "entry");
            references.push((base, Some(entry), None));
            if *is_generator {
                let resume = self.part(unit, *index, "resume");
                references.push((base + 1, Some(resume), None));
            }
            if info.is_function() && info.is_plain() {
                let body = self.part(unit, *index, "body");
                references.push((base + 2, Some(body), None));
            }
            references.push((base + 3, None, Some(record)));
            put(&mut words, base + 4, info.code.consts.len() as u64);
            put(&mut words, base + 5, info.code.names.len() as u64);
            put(&mut words, base + 6, self.caches[*index] as u64);
        }
        table.define(words.into_boxed_slice());
        table.set_align(8);
        for (word, function, data) in references {
            if let Some(function) = function {
                let reference = self.object.declare_func_in_data(function, &mut table);
                table.write_function_addr(word as u32 * 8, reference);
            }
            if let Some(data) = data {
                let reference = self.object.declare_data_in_data(data, &mut table);
                table.write_data_addr(word as u32 * 8, reference, 0);
            }
        }
        let table_id = self.declare_data(&format!("{}.codes", unit.name), Linkage::Local, true);
        self.object.define_data(table_id, &table).map_err(fail)?;
        let is_packed = unit.is_cold && unit.source.is_none();
        let payload = if is_packed { pack(&unit.payload())? } else { unit.payload() };
        let lengths = [unit.name.len(), unit.file.len(), payload.len()];
        let name = self.bytes(&format!("{}.name", unit.name), unit.name.clone().into_bytes())?;
        let file = self.bytes(&format!("{}.file", unit.name), unit.file.clone().into_bytes())?;
        let code = self.bytes(&format!("{}.marshal", unit.name), payload)?;
        let mut row = DataDescription::new();
        let mut words = vec![0u8; layout::MODULE_ROW_WORDS * 8];
        for (i, length) in lengths.iter().enumerate() {
            put(&mut words, i * 2 + 1, *length as u64);
        }
        let is_package = if unit.is_package { layout::MODULE_IS_PACKAGE } else { 0 };
        let is_source = if unit.source.is_some() { layout::MODULE_IS_SOURCE } else { 0 };
        let is_packed = if is_packed { layout::MODULE_IS_PACKED } else { 0 };
        put(&mut words, 6, is_package | is_source | is_packed);
        put(&mut words, 8, rows.len() as u64);
        row.define(words.into_boxed_slice());
        row.set_align(8);
        for (word, data) in [(0, name), (2, file), (4, code), (7, table_id)] {
            let reference = self.object.declare_data_in_data(data, &mut row);
            row.write_data_addr(word * 8, reference, 0);
        }
        let id = self.declare_data(&unit.row_symbol(), Linkage::Export, true);
        self.object.define_data(id, &row).map_err(fail)
    }
}

/// Compressed bytes: modules that are rarely imported need not be large.
fn pack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut room = vec![0; zlib_rs::compress_bound(bytes.len())];
    let (packed, status) = zlib_rs::compress_slice(&mut room, bytes, zlib_rs::DeflateConfig::new(6));
    match status {
        zlib_rs::ReturnCode::Ok => Ok(packed.to_vec()),
        status => Err(Error::Internal(format!("bytecode cannot be packed: {status:?}"))),
    }
}
