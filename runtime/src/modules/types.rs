//! `_types`: the built-in types that have no name in `builtins`, for `types`.

use crate::types::module::NativeModule;
use crate::types::{
    async_generator, cell, code, frame, function, generator, generic_alias, mapping_proxy, method, module, native,
    none, simple_namespace, traceback, union,
};

pub static MODULE: NativeModule = NativeModule {
    name: "_types",
    functions: &[],
    init: |module| {
        for (name, def) in [
            ("AsyncGeneratorType", &async_generator::ASYNC_GENERATOR),
            ("BuiltinFunctionType", &native::BUILTIN_FUNCTION),
            ("BuiltinMethodType", &native::BUILTIN_FUNCTION),
            ("CellType", &cell::CELL),
            ("ClassMethodDescriptorType", &native::CLASSMETHOD_DESCRIPTOR),
            ("CodeType", &code::CODE),
            ("CoroutineType", &generator::COROUTINE),
            ("EllipsisType", &none::ELLIPSIS_TYPE),
            ("FrameType", &frame::FRAME),
            ("FunctionType", &function::FUNCTION),
            ("GeneratorType", &generator::GENERATOR),
            ("GenericAlias", &generic_alias::GENERIC_ALIAS),
            ("GetSetDescriptorType", &native::GETSET_DESCRIPTOR),
            ("LambdaType", &function::FUNCTION),
            ("MappingProxyType", &mapping_proxy::MAPPING_PROXY),
            ("MemberDescriptorType", &native::MEMBER_DESCRIPTOR),
            ("MethodDescriptorType", &native::METHOD_DESCRIPTOR),
            ("MethodType", &method::METHOD),
            ("MethodWrapperType", &native::METHOD_WRAPPER),
            ("ModuleType", &module::MODULE),
            ("NoneType", &none::NONE_TYPE),
            ("NotImplementedType", &none::NOT_IMPLEMENTED_TYPE),
            ("SimpleNamespace", &simple_namespace::SIMPLE_NAMESPACE),
            ("TracebackType", &traceback::TRACEBACK),
            ("UnionType", &union::UNION),
            ("WrapperDescriptorType", &native::WRAPPER_DESCRIPTOR),
        ] {
            module.set(name, def.class().value());
        }
        Ok(())
    },
};
