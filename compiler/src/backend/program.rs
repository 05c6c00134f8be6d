//! A program's object file: its modules, and `main`, which hands them to the runtime.

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

/// The object file of a program; the first unit is `__main__`. `sink` gets the stages' texts.
pub fn object(units: &[Unit], options: &Options, sink: &mut dyn Sink) -> Result<Vec<u8>, Error> {
    let isa = isa::isa(options.target, options.opt)?;
    let fail = |e: cranelift_module::ModuleError| Error::Internal(e.to_string());
    let mut builder =
        ObjectBuilder::new(isa, "taipan program", cranelift_module::default_libcall_names()).map_err(fail)?;
    builder.per_function_section(true);
    let mut data = ModuleData::new(ObjectModule::new(builder));
    let mut rows = Vec::new();
    for unit in units {
        rows.push(data.add_unit(unit, sink)?);
    }
    let mut program = DataDescription::new();
    let mut words = vec![0u8; (rows.len() + 1) * 8];
    words[..8].copy_from_slice(&(rows.len() as u64).to_le_bytes());
    program.define(words.into_boxed_slice());
    program.set_align(8);
    for (i, row) in rows.iter().enumerate() {
        let reference = data.object.declare_data_in_data(*row, &mut program);
        program.write_data_addr((i as u32 + 1) * 8, reference, 0);
    }
    let program_id = data.object.declare_data("taipan.program", Linkage::Local, true, false).map_err(fail)?;
    data.object.define_data(program_id, &program).map_err(fail)?;
    define_main(&mut data.object, program_id, options.dynamic)?;
    data.object.finish().emit().map_err(|e| Error::Internal(e.to_string()))
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
