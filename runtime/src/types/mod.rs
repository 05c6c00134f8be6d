//! The built-in types: one file (or folder) each.

pub mod annotations;
pub mod async_generator;
pub mod bool_;
pub mod buffer_protocol;
pub mod bytearray;
pub mod bytes;
pub mod cell;
pub mod code;
pub mod code_lines;
pub mod code_methods;
pub mod codecs;
pub mod complex;
pub mod dict;
pub mod docs;
pub mod exception_group;
pub mod exception_methods;
pub mod exceptions;
pub mod float;
pub mod float_methods;
pub mod format;
pub mod frame;
pub mod frame_locals;
pub mod function;
pub mod generator;
pub mod generic_alias;
pub mod int;
pub mod iterators;
pub mod list;
pub mod mapping_proxy;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod module_spec;
pub mod native;
pub mod none;
pub mod object;
pub mod object_dir;
pub mod object_reduce;
pub mod os_error;
pub mod property;
pub mod quick_format;
pub mod range;
pub mod repr_guard;
pub mod sequence;
pub mod set;
pub mod simple_namespace;
pub mod slice;
pub mod str;
pub mod struct_sequence;
pub mod super_;
pub mod template;
pub mod traceback;
pub mod tuple;
pub mod tuple_methods;
pub mod type_;
pub mod unicode_errors;
pub mod union;
pub mod weakref;

/// Types whose subclasses' instances keep the payload in a separate object.
pub fn boxed_layouts() -> [&'static crate::object::TypeDef; 7] {
    [&int::INT, &float::FLOAT, &complex::COMPLEX, &str::STR, &bytes::BYTES, &tuple::TUPLE, &bool_::BOOL]
}
