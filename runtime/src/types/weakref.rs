//! Weak references: `weakref.ref`, `weakref.proxy`, and what the `_weakref` module needs.
//!
//! The word that names the target is tagged like a small int, so that the collector sees nothing in
//! it; when the target dies the collector writes 0 there (see [`crate::gc::weak`]).

use crate::errors::{self, R, Raised, reference_error, type_error};
use crate::gc::{self, Header};
use crate::names;
use crate::object::class::{Type, WEAKREFS, slots_of};
use crate::object::define::{BASETYPE, GetSet, Method, NO_NEW, UNHASHABLE};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, attr, call};
use crate::ops;
use crate::types::str::Str;
use crate::value::Value;
use std::cell::Cell;
use std::mem::offset_of;
use taipan_abi::tag;

/// A reference or proxy. All words are traced; raw ones are tagged ints.
#[repr(C)]
pub struct WeakRef {
    hdr: Header,
    callback: Slot,
    /// The target's address as a tagged int, or 0 when it is gone.
    target: Cell<u64>,
    /// Halves of the hash as tagged ints, 0 until it is asked for.
    hash_high: Cell<u64>,
    hash_low: Cell<u64>,
}

impl Builtin for WeakRef {
    const DEF: &'static TypeDef = &WEAKREF;
}

/// All three classes have this layout.
fn slf(v: Value) -> Ref<WeakRef> {
    // SAFETY: only called for instances of the classes of this file.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

impl WeakRef {
    /// The target, while it lives.
    pub fn target(&self) -> Option<Value> {
        match self.target.get() {
            0 => None,
            // SAFETY: the word is that of a live object: the collector clears it otherwise.
            word => Some(unsafe { Value::from_bits((tag::int_value(word) as u64) << 1) }),
        }
    }
}

fn check(target: Value) -> R<()> {
    if target.is_pointer() && target.class().has_flag(WEAKREFS) {
        return Ok(());
    }
    Err(type_error(format_args!("cannot create weak reference to '{}' object", target.class().display_name())))
}

fn attach(object: Ref<WeakRef>, target: Value, callback: Option<Value>) {
    object.callback.put(object, callback);
    object.target.set(tag::int((target.bits() >> 1) as i64));
    gc::weak::register(
        target.as_ptr(),
        object.as_ptr() as *mut Header,
        offset_of!(WeakRef, target),
        callback.is_some(),
    );
}

/// The one reference of this class without a callback, which is shared.
fn existing(target: Value, def: &'static TypeDef) -> Option<Value> {
    let mut found = None;
    gc::weak::for_each(target.as_ptr(), |object| {
        // SAFETY: registered objects are live weakrefs.
        let v = unsafe { Value::from_bits(object as u64) };
        if v.shape() == def.shape() && slf(v).callback.get().is_none() && slf(v).target.get() != 0 {
            found = Some(v);
        }
        found.is_none()
    });
    found
}

fn make(def: &'static TypeDef, target: Value, callback: Option<Value>) -> R {
    check(target)?;
    if callback.is_none() {
        if let Some(found) = existing(target, def) {
            return Ok(found);
        }
    }
    let object = allocate(
        def.header(),
        WeakRef {
            hdr: Header::EMPTY,
            callback: Slot::EMPTY,
            target: Cell::new(0),
            hash_high: Cell::new(0),
            hash_low: Cell::new(0),
        },
    );
    attach(object, target, callback);
    Ok(object.value())
}

/// `weakref.ref(target)`.
pub fn new_ref(target: Value, callback: Option<Value>) -> R {
    make(&WEAKREF, target, callback)
}

/// `weakref.proxy(target)`.
pub fn new_proxy(target: Value, callback: Option<Value>) -> R {
    check(target)?;
    make(if call::is_callable(target) { &CALLABLE_PROXY } else { &PROXY }, target, callback)
}

/// All references and proxies to an object, oldest first.
pub fn all(target: Value) -> Vec<Value> {
    let mut found = Vec::new();
    if target.is_pointer() {
        gc::weak::for_each(target.as_ptr(), |object| {
            // SAFETY: as in `existing`.
            found.push(unsafe { Value::from_bits(object as u64) });
            true
        });
    }
    found.reverse();
    found
}

/// Whether there are any. Not inlined, so that its caller has no word of them.
#[inline(never)]
pub fn has_any(target: Value) -> bool {
    first(target).is_some()
}

/// `__weakref__`.
pub fn first(target: Value) -> Option<Value> {
    all(target).first().copied()
}

/// Calls the callback of a reference whose target is gone; called at a poll.
pub fn run_callback(weakref: Value) {
    let Some(callback) = slf(weakref).callback.take() else { return };
    if call::call(callback, &[weakref]).is_err() {
        errors::unraisable("Exception ignored while calling weakref callback", Some(callback));
    }
}

fn new(class: Ref<Type>, args: Args) -> R {
    let given = args.pos();
    if class == WEAKREF.class() {
        args.no_keywords("ref")?;
    }
    crate::object::args::check_count("__new__", given.len(), 1, 2)?;
    let callback = given.get(1).copied().filter(|c| !c.is_none());
    if class == WEAKREF.class() {
        return new_ref(given[0], callback);
    }
    check(given[0])?;
    let object = super::object::allocate_fixed(class);
    attach(slf(object), given[0], callback);
    Ok(object)
}

fn hash(v: Value) -> R<i64> {
    let object = slf(v);
    if object.hash_high.get() != 0 {
        let (high, low) = (tag::int_value(object.hash_high.get()), tag::int_value(object.hash_low.get()));
        return Ok(high << 32 | low);
    }
    let Some(target) = object.target() else { return Err(type_error("weak object has gone away")) };
    let hash = ops::hash::hash(target)?;
    object.hash_high.set(tag::int(hash >> 32));
    object.hash_low.set(tag::int(hash & 0xffff_ffff));
    Ok(hash)
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.cast::<WeakRef>(), b.cast::<WeakRef>()) else { return Ok(not_implemented()) };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(not_implemented());
    }
    match (x.target(), y.target()) {
        (Some(x), Some(y)) => ops::compare(x, y, op),
        _ => Ok(boolean((x == y) == (op == CmpOp::Eq))),
    }
}

fn repr(v: Value) -> R {
    let Some(target) = slf(v).target() else {
        return Ok(Str::from_string(format!("<weakref at {:#x}; dead>", ops::id(v))));
    };
    let name = attr::find(target, names::get(names::__name__))?.and_then(|n| n.cast::<Str>());
    let name = name.map_or_else(String::new, |n| format!(" ({})", n.display()));
    Ok(Str::from_string(format!(
        "<weakref at {:#x}; to '{}' at {:#x}{name}>",
        ops::id(v),
        target.class().display_name(),
        ops::id(target)
    )))
}

pub static WEAKREF: TypeDef = TypeDef {
    name: "weakref.ReferenceType",
    slots: Slots {
        new: Some(new),
        init: Some(|_, args| crate::object::args::check_count("__init__", args.pos().len(), 1, 2)),
        call: Some(|v, args| {
            args.only_positional("weakref", 0, 0)?;
            if slf(v).target().is_some() {
                ops::poll::look_for_the_dead();
            }
            Ok(slf(v).target().unwrap_or_else(none))
        }),
        hash: Some(hash),
        compare: Some(compare),
        repr: Some(repr),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        ..Slots::NONE
    },
    methods: &[Method::one("__class_getitem__", super::generic_alias::class_getitem).class_method()],
    getset: &[GetSet::get("__callback__", |v| Ok(slf(v).callback.get().unwrap_or_else(none)))],
    flags: BASETYPE,
    words: TypeDef::words_of::<WeakRef>(),
    traced: TypeDef::words_of::<WeakRef>() - 1,
    ..TypeDef::BASE
};

fn gone() -> Raised {
    reference_error("weakly-referenced object no longer exists")
}

/// The target of a proxy; other values are themselves.
fn target(v: Value) -> R {
    let shape = v.shape();
    if v.is_pointer() && (shape == PROXY.shape() || shape == CALLABLE_PROXY.shape()) {
        return slf(v).target().ok_or_else(gone);
    }
    Ok(v)
}

macro_rules! forward_binary {
    ($slots:expr; $($op:ident)*) => {
        $slots
            $(.bin(BinOp::$op, |a, b| ops::binary(BinOp::$op, target(a)?, target(b)?))
              .ibin(BinOp::$op, |a, b| ops::inplace(BinOp::$op, target(a)?, target(b)?)))*
    };
}

const PROXY_SLOTS: Slots = forward_binary!(Slots {
    repr: Some(|v| {
        let Some(target) = slf(v).target() else {
            return Ok(Str::from_string(format!("<weakproxy at {:#x}; dead>", ops::id(v))));
        };
        Ok(Str::from_string(format!(
            "<weakproxy at {:#x}; to '{}' at {:#x}>",
            ops::id(v),
            target.class().display_name(),
            ops::id(target)
        )))
    }),
    str: Some(|v| ops::str(target(v)?)),
    getattr: Some(|v, name| attr::getattr(target(v)?, name)),
    setattr: Some(|v, name, value| attr::setattr(target(v)?, name, value)),
    compare: Some(|a, b, op| ops::compare(target(a)?, target(b)?, op)),
    iter: Some(|v| ops::iter::iter(target(v)?)),
    next: Some(|v| {
        let target = target(v)?;
        if slots_of(target).next.is_none() {
            return Err(type_error(format_args!(
                "Weakref proxy referenced a non-iterator '{}' object",
                target.class().display_name()
            )));
        }
        ops::iter::next(target)
    }),
    bool: Some(|v| ops::truth(target(v)?)),
    len: Some(|v| ops::len(target(v)?)),
    getitem: Some(|v, key| ops::getitem(target(v)?, key)),
    setitem: Some(|v, key, value| match value {
        Some(value) => ops::setitem(target(v)?, key, value),
        None => ops::delitem(target(v)?, key),
    }),
    contains: Some(|v, item| ops::contains(target(v)?, item)),
    power3: Some(|a, b, m| ops::power(target(a)?, target(b)?, Some(target(m)?))),
    neg: Some(|v| ops::neg(target(v)?)),
    pos: Some(|v| ops::pos(target(v)?)),
    abs: Some(|v| ops::abs(target(v)?)),
    invert: Some(|v| ops::invert(target(v)?)),
    index: Some(|v| ops::index(target(v)?)),
    int: Some(|v| call::call(crate::types::int::INT.class().value(), &[target(v)?])),
    float: Some(|v| call::call(crate::types::float::FLOAT.class().value(), &[target(v)?])),
    ..Slots::NONE
}; Add And FloorDiv Lshift MatMul Mul Mod Or Pow Rshift Sub TrueDiv Xor DivMod);

static PROXY_METHODS: &[Method] = &[
    Method::none("__bytes__", |v| call::call_method(target(v)?, names::get(names::__bytes__), &[])),
    Method::none("__reversed__", |v| call::call_method(target(v)?, names::get(names::__reversed__), &[])),
];

pub static PROXY: TypeDef = TypeDef {
    name: "weakref.ProxyType",
    slots: PROXY_SLOTS,
    methods: PROXY_METHODS,
    flags: NO_NEW | UNHASHABLE,
    words: TypeDef::words_of::<WeakRef>(),
    traced: TypeDef::words_of::<WeakRef>() - 1,
    ..TypeDef::BASE
};

pub static CALLABLE_PROXY: TypeDef = TypeDef {
    name: "weakref.CallableProxyType",
    slots: Slots { call: Some(|v, args| call::call_args(target(v)?, args)), ..PROXY_SLOTS },
    methods: PROXY_METHODS,
    flags: NO_NEW | UNHASHABLE,
    words: TypeDef::words_of::<WeakRef>(),
    traced: TypeDef::words_of::<WeakRef>() - 1,
    ..TypeDef::BASE
};
