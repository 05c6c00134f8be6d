//! Docstrings and text signatures of built-in things.
//!
//! Programs carry none of CPython's docstrings: they would outweigh everything else in a small
//! executable. What `inspect.signature` can know without them is in [`SIGNATURES`].

use crate::object::singletons::none;
use crate::object::{Ref, Type, TypeDef};
use crate::types::native::NativeFunction;
use crate::types::str::Str;
use crate::value::Value;

/// `__doc__` of a built-in class, if there is one.
pub fn type_doc(_: &'static TypeDef) -> Option<Value> {
    None
}

/// `__doc__` of a method, slot wrapper, or attribute of a built-in class.
pub fn member_doc(_: Ref<Type>, _: &str) -> Value {
    none()
}

/// `__doc__` of a built-in function.
pub fn function_doc(_: Ref<NativeFunction>) -> Value {
    none()
}

/// Parameters of special methods, the same in every class.
static SIGNATURES: &[(&str, &[&str])] = &[
    (
        "($self, /)",
        &[
            "__repr__",
            "__str__",
            "__hash__",
            "__iter__",
            "__next__",
            "__len__",
            "__neg__",
            "__pos__",
            "__abs__",
            "__invert__",
            "__bool__",
            "__index__",
            "__int__",
            "__float__",
            "__await__",
            "__aiter__",
            "__anext__",
            "__del__",
            "__reduce__",
            "__dir__",
            "__sizeof__",
            "__getstate__",
            "__reversed__",
            "__copy__",
        ],
    ),
    (
        "($self, value, /)",
        &[
            "__eq__",
            "__ne__",
            "__lt__",
            "__le__",
            "__gt__",
            "__ge__",
            "__add__",
            "__radd__",
            "__sub__",
            "__rsub__",
            "__mul__",
            "__rmul__",
            "__matmul__",
            "__rmatmul__",
            "__truediv__",
            "__rtruediv__",
            "__floordiv__",
            "__rfloordiv__",
            "__mod__",
            "__rmod__",
            "__divmod__",
            "__rdivmod__",
            "__and__",
            "__rand__",
            "__or__",
            "__ror__",
            "__xor__",
            "__rxor__",
            "__lshift__",
            "__rlshift__",
            "__rshift__",
            "__rrshift__",
            "__iadd__",
            "__isub__",
            "__imul__",
            "__iand__",
            "__ior__",
            "__ixor__",
            "__ilshift__",
            "__irshift__",
            "__imod__",
            "__ifloordiv__",
            "__itruediv__",
            "__imatmul__",
        ],
    ),
    ("($self, key, /)", &["__getitem__", "__contains__", "__delitem__"]),
    ("($self, key, value, /)", &["__setitem__"]),
    ("($self, name, /)", &["__getattribute__", "__delattr__"]),
    ("($self, name, value, /)", &["__setattr__"]),
    ("($self, value, mod=None, /)", &["__pow__", "__rpow__", "__ipow__"]),
    ("($self, /, *args, **kwargs)", &["__init__", "__call__"]),
    ("($self, instance, owner=None, /)", &["__get__"]),
    ("($self, instance, value, /)", &["__set__"]),
    ("($self, instance, /)", &["__delete__"]),
    ("($self, format_spec, /)", &["__format__"]),
    ("($self, protocol, /)", &["__reduce_ex__"]),
];

/// `__text_signature__` of a method or slot wrapper.
pub fn text_signature(_: Ref<Type>, name: &str) -> Value {
    match SIGNATURES.iter().find(|(_, methods)| methods.contains(&name)) {
        Some((signature, _)) => Str::intern(signature).value(),
        None => none(),
    }
}

/// `__text_signature__` of a built-in function.
pub fn function_signature(function: Ref<NativeFunction>) -> Value {
    use crate::object::NativeFn;
    let method = function.method();
    let named = |n: u16| {
        let mut text = String::from("($module, ");
        for i in 0..n {
            text += &format!("arg{i}, ");
        }
        Str::new(&(text + "/)")).value()
    };
    match method.call {
        _ if method.name == "__new__" => Str::intern("($type, *args, **kwargs)").value(),
        NativeFn::None(_) => named(0),
        NativeFn::One(_) => named(1),
        NativeFn::Pos(_) if method.min == method.max => named(method.min),
        _ => none(),
    }
}

/// `__text_signature__` of a class.
pub fn type_signature(class: Ref<Type>) -> Value {
    if class == crate::types::object::OBJECT.class() { Str::intern("()").value() } else { none() }
}
