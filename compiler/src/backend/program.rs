//! A program's object files: one for each module, and one with `main`, which hands them to the runtime.
//!
//! A module's object depends on that module alone, so that it can be kept for other builds and programs.

use crate::backend::isa;
use crate::backend::module::{ModuleData, Sink, Unit};
use crate::error::Error;
use cranelift_codegen::ir::{AbiParam, InstBuilder, Signature, types};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_module::{DataDescription, Linkage, Module};
use cranelift_object::{ObjectBuilder, ObjectModule};

/// What to make of the modules.
pub struct Options<'a> {
    pub target: &'a str,
    pub opt: u8,
    /// The program can run source code: the front end is linked in.
    pub dynamic: bool,
}

/// An object file to fill.
fn new_object(options: &Options) -> Result<ObjectModule, Error> {
    let isa = isa::isa(options.target, options.opt)?;
    let builder = ObjectBuilder::new(isa, "taipan program", cranelift_module::default_libcall_names());
    let mut builder = builder.map_err(|e| Error::Internal(e.to_string()))?;
    builder.per_function_section(true);
    Ok(ObjectModule::new(builder))
}

fn emit(object: ObjectModule) -> Result<Vec<u8>, Error> {
    object.finish().emit().map_err(|e| Error::Internal(e.to_string()))
}

/// The object file of a module, which is the same whatever it is linked with. `sink` gets the stages' texts.
pub fn unit_object(unit: &Unit, options: &Options, sink: &mut dyn Sink) -> Result<Vec<u8>, Error> {
    let mut data = ModuleData::new(new_object(options)?);
    data.add_unit(unit, sink)?;
    emit(data.object)
}

/// The object file that makes a program of modules: their table, `main` first, and the C function `main`.
pub fn main_object(units: &[Unit], options: &Options) -> Result<Vec<u8>, Error> {
    let fail = |e: cranelift_module::ModuleError| Error::Internal(e.to_string());
    let mut object = new_object(options)?;
    let mut program = DataDescription::new();
    let mut words = vec![0u8; (units.len() + 1) * 8];
    words[..8].copy_from_slice(&(units.len() as u64).to_le_bytes());
    program.define(words.into_boxed_slice());
    program.set_align(8);
    for (i, unit) in units.iter().enumerate() {
        let row = object.declare_data(&unit.row_symbol(), Linkage::Import, true, false).map_err(fail)?;
        let reference = object.declare_data_in_data(row, &mut program);
        program.write_data_addr((i as u32 + 1) * 8, reference, 0);
    }
    let program_id = object.declare_data("taipan.program", Linkage::Local, true, false).map_err(fail)?;
    object.define_data(program_id, &program).map_err(fail)?;
    define_main(&mut object, program_id, options.dynamic)?;
    emit(object)
}

fn define_main(object: &mut ObjectModule, program: cranelift_module::DataId, dynamic: bool) -> Result<(), Error> {
    let fail = |e: cranelift_module::ModuleError| Error::Internal(e.to_string());
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params.push(AbiParam::new(types::I32));
    signature.params.push(AbiParam::new(types::I64));
    signature.returns.push(AbiParam::new(types::I32));
    let main = object.declare_function("main", Linkage::Export, &signature).map_err(fail)?;
    let mut start = Signature::new(CallConv::SystemV);
    start.params.extend([types::I64, types::I64, types::I64].map(AbiParam::new));
    start.returns.push(AbiParam::new(types::I32));
    let start = object.declare_function("taipan_main", Linkage::Import, &start).map_err(fail)?;
    let link = Signature::new(CallConv::SystemV);
    let link = object.declare_function("taipan_link_frontend", Linkage::Import, &link).map_err(fail)?;
    let mut context = object.make_context();
    context.func.signature = signature;
    let mut builders = FunctionBuilderContext::new();
    let config = object.isa().frontend_config();
    let mut b = FunctionBuilder::new(&mut context.func, &mut builders);
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    let (argc, argv) = (b.block_params(entry)[0], b.block_params(entry)[1]);
    if dynamic {
        let link = object.declare_func_in_func(link, b.func);
        b.func.dfg.ext_funcs[link].colocated = true;
        b.ins().call(link, &[]);
    }
    let start = object.declare_func_in_func(start, b.func);
    b.func.dfg.ext_funcs[start].colocated = true;
    let program = object.declare_data_in_func(program, b.func);
    let address = b.ins().symbol_value(types::I64, program);
    let argc = b.ins().uextend(types::I64, argc);
    let call = b.ins().call(start, &[argc, argv, address]);
    let status = b.inst_results(call)[0];
    b.ins().return_(&[status]);
    b.seal_all_blocks();
    b.finalize(config);
    object.define_function(main, &mut context).map_err(fail)?;
    Ok(())
}
