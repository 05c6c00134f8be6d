//! `_operator`: the operators as functions, and the callables that fetch items and attributes.

mod getters;

use crate::errors::{R, type_error, value_error};
use crate::object::class::slots_of;
use crate::object::singletons::boolean;
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Args, Method, call};
use crate::ops;
use crate::types::int;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;

macro_rules! two {
    ($name:literal, $f:expr) => {
        Method::pos($name, |_, args| $f(args[0], args[1]), 2, 2)
    };
}

macro_rules! binary {
    ($name:literal, $op:ident) => {
        two!($name, |a, b| ops::binary(BinOp::$op, a, b))
    };
}

macro_rules! inplace {
    ($name:literal, $op:ident) => {
        two!($name, |a, b| ops::inplace(BinOp::$op, a, b))
    };
}

macro_rules! compare {
    ($name:literal, $op:ident) => {
        two!($name, |a, b| ops::compare(a, b, CmpOp::$op))
    };
}

/// Sequence concatenation: numbers are turned away.
fn concat(a: Value, b: Value, add: fn(BinOp, Value, Value) -> R) -> R {
    let sequence = |v: Value| {
        let slots = slots_of(v);
        slots.concat.is_some() || (slots.getitem.is_some() && v.cast::<crate::types::dict::Dict>().is_none())
    };
    if !sequence(a) || (slots_of(a).concat.is_none() && !sequence(b)) {
        return Err(type_error(format_args!("'{}' object can't be concatenated", a.class().display_name())));
    }
    add(BinOp::Add, a, b)
}

fn count_of(_: Value, args: &[Value]) -> R {
    let mut n = 0;
    ops::iter::for_each(args[0], |item| {
        n += ops::equal(item, args[1])? as i64;
        Ok(())
    })?;
    Ok(int::from_i64(n))
}

fn index_of(_: Value, args: &[Value]) -> R {
    let iterator = ops::iter::iter(args[0])?;
    let mut n = 0;
    while let Some(item) = ops::iter::next(iterator)? {
        if ops::equal(item, args[1])? {
            return Ok(int::from_i64(n));
        }
        n += 1;
    }
    Err(value_error("sequence.index(x): x not in sequence"))
}

fn length_hint(_: Value, args: &[Value]) -> R {
    let default = args.get(1).map_or(Ok(0), |n| ops::as_isize(*n))?;
    // A negative default comes back as it is.
    let hint = ops::iter::length_hint(args[0], default.max(0) as usize)?;
    Ok(int::from_i64(if hint == 0 && default < 0 { default as i64 } else { hint as i64 }))
}

fn call_function(_: Value, args: Args) -> R {
    let Some(callable) = args.pos().first() else {
        return Err(type_error("call expected at least 1 argument, got 0"));
    };
    call::call_args(*callable, args.skip_first())
}

/// Equality in a time that depends on the lengths only.
fn compare_digest(_: Value, args: &[Value]) -> R {
    let (a, b) = (args[0], args[1]);
    let same = |x: &[u8], y: &[u8]| {
        x.len() == y.len() && x.iter().zip(y).fold(0, |d, (x, y)| std::hint::black_box(d | (x ^ y))) == 0
    };
    if let (Some(x), Some(y)) = (a.cast::<Str>(), b.cast::<Str>()) {
        let (Some(x), Some(y)) = (x.as_ascii(), y.as_ascii()) else {
            return Err(type_error("comparing strings with non-ASCII characters is not supported"));
        };
        return Ok(boolean(same(x.as_bytes(), y.as_bytes())));
    }
    let (Some(x), Some(y)) = (slots_of(a).buffer, slots_of(b).buffer) else {
        return Err(type_error(format_args!(
            "unsupported operand types(s) or combination of types: '{}' and '{}'",
            a.class().display_name(),
            b.class().display_name()
        )));
    };
    let (x, y) = (x(a)?, y(b)?);
    // SAFETY: the objects keep their bytes while they are not changed, and nothing runs meanwhile.
    let (x, y) = unsafe { (std::slice::from_raw_parts(x.ptr, x.len), std::slice::from_raw_parts(y.ptr, y.len)) };
    Ok(boolean(same(x, y)))
}

pub static MODULE: NativeModule = NativeModule {
    name: "_operator",
    functions: &[
        binary!("add", Add),
        binary!("and_", And),
        binary!("floordiv", FloorDiv),
        binary!("lshift", Lshift),
        binary!("matmul", MatMul),
        binary!("mod", Mod),
        binary!("mul", Mul),
        binary!("or_", Or),
        binary!("rshift", Rshift),
        binary!("sub", Sub),
        binary!("truediv", TrueDiv),
        binary!("xor", Xor),
        two!("pow", |a, b| ops::power(a, b, None)),
        inplace!("iadd", Add),
        inplace!("iand", And),
        inplace!("ifloordiv", FloorDiv),
        inplace!("ilshift", Lshift),
        inplace!("imatmul", MatMul),
        inplace!("imod", Mod),
        inplace!("imul", Mul),
        inplace!("ior", Or),
        inplace!("ipow", Pow),
        inplace!("irshift", Rshift),
        inplace!("isub", Sub),
        inplace!("itruediv", TrueDiv),
        inplace!("ixor", Xor),
        compare!("lt", Lt),
        compare!("le", Le),
        compare!("eq", Eq),
        compare!("ne", Ne),
        compare!("ge", Ge),
        compare!("gt", Gt),
        two!("concat", |a, b| concat(a, b, ops::binary)),
        two!("iconcat", |a, b| concat(a, b, ops::inplace)),
        two!("contains", |a, b| ops::contains(a, b).map(boolean)),
        two!("getitem", ops::getitem),
        two!("delitem", |a, b| ops::delitem(a, b).map(|()| crate::object::singletons::none())),
        two!("is_", |a: Value, b| Ok(boolean(a.is(b)))),
        two!("is_not", |a: Value, b| Ok(boolean(!a.is(b)))),
        Method::pos(
            "setitem",
            |_, args| ops::setitem(args[0], args[1], args[2]).map(|()| crate::object::singletons::none()),
            3,
            3,
        ),
        Method::pos("countOf", count_of, 2, 2),
        Method::pos("indexOf", index_of, 2, 2),
        Method::pos("length_hint", length_hint, 1, 2),
        Method::one("abs", |_, v| ops::abs(v)),
        Method::one("index", |_, v| ops::index(v)),
        Method::one("inv", |_, v| ops::invert(v)),
        Method::one("invert", |_, v| ops::invert(v)),
        Method::one("neg", |_, v| ops::neg(v)),
        Method::one("pos", |_, v| ops::pos(v)),
        Method::one("not_", |_, v| ops::truth(v).map(|truth| boolean(!truth))),
        Method::one("truth", |_, v| ops::truth(v).map(boolean)),
        Method::one("is_none", |_, v| Ok(boolean(v.is_none()))),
        Method::one("is_not_none", |_, v| Ok(boolean(!v.is_none()))),
        Method::full("call", call_function),
        Method::pos("_compare_digest", compare_digest, 2, 2),
    ],
    init: |module| {
        for def in [&getters::ITEMGETTER, &getters::ATTRGETTER, &getters::METHODCALLER] {
            module.add_type(def);
        }
        Ok(())
    },
};
