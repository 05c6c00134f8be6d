//! `bool`: a subclass of `int` with two instances, the static objects of [`crate::object::singletons`].

use crate::errors::R;
use crate::object::define::MATCH_SELF;
use crate::object::singletons::{boolean, true_};
use crate::object::slots::{BinOp, Binary};
use crate::object::{Args, Ref, Slots, Type, TypeDef};
use crate::ops;
use crate::types::int::{self, INT};
use crate::types::str::Str;
use crate::value::Value;

pub static BOOL: TypeDef = TypeDef {
    name: "bool",
    base: Some(&INT),
    slots: Slots {
        repr: Some(|v| Ok(Str::intern(if v.is(true_()) { "True" } else { "False" }).value())),
        invert: Some(invert),
        new: Some(new),
        ..Slots::NONE
            .bin(BinOp::And, |a, b| logic(a, b, |x, y| x & y, int::and))
            .bin(BinOp::Or, |a, b| logic(a, b, |x, y| x | y, int::or))
            .bin(BinOp::Xor, |a, b| logic(a, b, |x, y| x ^ y, int::xor))
    },
    flags: MATCH_SELF,
    ..TypeDef::BASE
};

/// `True` or `False`, as a Rust bool.
#[inline(always)]
pub fn as_bool(v: Value) -> Option<bool> {
    if v.is(true_()) {
        Some(true)
    } else if v.is(crate::object::singletons::false_()) {
        Some(false)
    } else {
        None
    }
}

/// Two bools make a bool; anything else is left to `int`.
fn logic(a: Value, b: Value, both: fn(bool, bool) -> bool, otherwise: Binary) -> R {
    match (as_bool(a), as_bool(b)) {
        (Some(x), Some(y)) => Ok(boolean(both(x, y))),
        _ => otherwise(a, b),
    }
}

fn invert(v: Value) -> R {
    crate::modules::warnings::warn(
        &crate::types::exceptions::DEPRECATION_WARNING,
        "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
         inversion of the underlying int object and is usually not what you expect from negating a bool. \
         Use the 'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the \
         underlying int.",
        1,
    )?;
    int::invert(v)
}

fn new(_: Ref<Type>, args: Args) -> R {
    let args = args.only_positional("bool", 0, 1)?;
    match args.first() {
        Some(v) => ops::truth(*v).map(boolean),
        None => Ok(boolean(false)),
    }
}
