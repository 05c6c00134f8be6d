//! `defaultdict`: a dict whose missing values a function makes.

use crate::errors::{R, key_error, type_error};
use crate::names;
use crate::object::define::{BASETYPE, GetSet, Method};
use crate::object::singletons::{none, not_implemented};
use crate::object::slots::BinOp;
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, call};
use crate::ops;
use crate::types::dict::{DICT, Dict};
use crate::types::repr_guard;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The words of a dict, then the function.
#[repr(C)]
pub(super) struct DefaultDict {
    dict: Dict,
    /// Empty for None.
    factory: Slot,
}

impl Builtin for DefaultDict {
    const DEF: &'static TypeDef = &DEFAULTDICT;
}

fn slf(v: Value) -> Ref<DefaultDict> {
    v.expect::<DefaultDict>()
}

fn factory(v: Value) -> Value {
    slf(v).factory.get().unwrap_or_else(none)
}

fn init(v: Value, args: Args) -> R<()> {
    let mut rest = args;
    let mut factory = None;
    if let Some(first) = args.pos().first() {
        if !first.is_none() && !call::is_callable(*first) {
            return Err(type_error("first argument must be callable or None"));
        }
        factory = Some(*first).filter(|f| !f.is_none());
        rest = args.skip_first();
    }
    slf(v).factory.put(slf(v), factory);
    match DICT.class().slots().init {
        Some(init) => init(v, rest),
        None => Ok(()),
    }
}

fn missing(v: Value, key: Value) -> R {
    let Some(factory) = slf(v).factory.get() else { return Err(key_error(key)) };
    let value = call::call(factory, &[])?;
    ops::setitem(v, key, value)?;
    Ok(value)
}

fn getitem(v: Value, key: Value) -> R {
    if let Some(value) = v.expect::<Dict>().get(key)? {
        return Ok(value);
    }
    if v.class() == DEFAULTDICT.class() {
        return missing(v, key);
    }
    match call::call_special(v, names::__missing__, &[key])? {
        Some(value) => Ok(value),
        None => Err(key_error(key)),
    }
}

fn copy_of(v: Value, entries: Value) -> R {
    call::call(v.class().value(), &[factory(v), entries])
}

fn copy(v: Value) -> R {
    copy_of(v, v)
}

fn or(a: Value, b: Value) -> R {
    let ours = if a.cast::<DefaultDict>().is_some() { a } else { b };
    if a.cast::<Dict>().is_none() || b.cast::<Dict>().is_none() {
        return Ok(not_implemented());
    }
    let made = copy_of(ours, a)?;
    ops::inplace(BinOp::Or, made, b)
}

fn repr(v: Value) -> R {
    let factory = factory(v);
    let shown = match repr_guard::enter(factory) {
        Some(_guard) => ops::repr_text(factory)?,
        None => "...".to_string(),
    };
    let entries = match DICT.class().slots().repr {
        Some(repr) => ops::str_of(repr(v)?)?,
        None => Str::new("{}"),
    };
    Ok(Str::concat(&[Str::new(&format!("{}({shown}, ", v.class().name().display())), entries, Str::new(")")])?.value())
}

fn reduce(v: Value) -> R {
    let args = match slf(v).factory.get() {
        Some(factory) => Tuple::new(&[factory]),
        None => Tuple::empty(),
    };
    let items = ops::iter::iter(call::call_method(v, names::get(names::items), &[])?)?;
    Ok(Tuple::new(&[v.class().value(), args.value(), none(), none(), items]).value())
}

pub(super) static DEFAULTDICT: TypeDef = TypeDef {
    name: "collections.defaultdict",
    base: Some(&DICT),
    slots: Slots { init: Some(init), getitem: Some(getitem), repr: Some(repr), ..Slots::NONE.bin(BinOp::Or, or) },
    methods: &[
        Method::one("__missing__", missing),
        Method::none("copy", copy),
        Method::none("__copy__", copy),
        Method::none("__reduce__", reduce),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    getset: &[GetSet::both(
        "default_factory",
        |v| Ok(factory(v)),
        |v, value| {
            slf(v).factory.put(slf(v), value.filter(|f| !f.is_none()));
            Ok(())
        },
    )],
    flags: BASETYPE,
    words: TypeDef::words_of::<DefaultDict>(),
    traced: TypeDef::words_of::<DefaultDict>() - 1,
    ..TypeDef::BASE
};
