//! The types of `None`, `NotImplemented` and `...`.

use crate::errors::{R, type_error};
use crate::object::define::Method;
use crate::object::singletons::{ellipsis, none, not_implemented};
use crate::object::{Args, Slots, TypeDef};
use crate::types::str::Str;
use crate::value::Value;

/// Checks that the constructor of a singleton's type got no arguments.
fn no_arguments(name: &str, args: Args) -> R<()> {
    if args.all.is_empty() { Ok(()) } else { Err(type_error(format_args!("{name} takes no arguments"))) }
}

fn text(text: &str) -> R {
    Ok(Str::intern(text).value())
}

pub static NONE_TYPE: TypeDef = TypeDef {
    name: "NoneType",
    slots: Slots {
        repr: Some(|_| text("None")),
        hash: Some(|_| Ok(0xfca86420)),
        bool: Some(|_| Ok(false)),
        new: Some(|_, args| no_arguments("NoneType", args).map(|()| none())),
        ..Slots::NONE
    },
    ..TypeDef::BASE
};

pub static NOT_IMPLEMENTED_TYPE: TypeDef = TypeDef {
    name: "NotImplementedType",
    slots: Slots {
        repr: Some(|_| text("NotImplemented")),
        bool: Some(|_| Err(type_error("NotImplemented should not be used in a boolean context"))),
        new: Some(|_, args| no_arguments("NotImplementedType", args).map(|()| not_implemented())),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", |_| text("NotImplemented"))],
    ..TypeDef::BASE
};

pub static ELLIPSIS_TYPE: TypeDef = TypeDef {
    name: "ellipsis",
    slots: Slots {
        repr: Some(|_| text("Ellipsis")),
        new: Some(|_, args| no_arguments("EllipsisType", args).map(|()| ellipsis())),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", |_| text("Ellipsis"))],
    ..TypeDef::BASE
};

/// `v` unless it is `None`, for optional arguments.
#[inline(always)]
pub fn not_none(v: Option<Value>) -> Option<Value> {
    v.filter(|v| !v.is_none())
}
