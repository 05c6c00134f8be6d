//! `super`: attribute lookup that begins after a class in an MRO.

use crate::errors::{R, runtime_error, type_error};
use crate::gc::Header;
use crate::names;
use crate::object::class::slots_of;
use crate::object::define::{BASETYPE, GetSet, METHOD_LIKE};
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, attr, call};
use crate::types::str::Str;
use crate::value::Value;

/// The object.
#[repr(C)]
pub struct Super {
    hdr: Header,
    class: Slot,
    /// The instance or class that it is bound to, and the class whose MRO counts; empty if unbound.
    object: Slot,
    object_class: Slot,
}

impl Builtin for Super {
    const DEF: &'static TypeDef = &SUPER;
}

/// The class whose MRO is searched for `super(class, object)`.
fn checked_class(class: Ref<Type>, object: Value) -> R<Ref<Type>> {
    if let Some(own) = object.exact_type().filter(|c| c.is_subtype(class)) {
        return Ok(own);
    }
    if object.class().is_subtype(class) {
        return Ok(object.class());
    }
    if let Some(shown) = attr::find(object, names::get(names::__class__))?.and_then(|c| c.exact_type()) {
        if shown.is_subtype(class) {
            return Ok(shown);
        }
    }
    let shown = match object.exact_type() {
        Some(c) => format!("type[{}]", c.name().display()),
        None => object.class().display_name(),
    };
    let what = if object.exact_type().is_some() { "type" } else { "instance" };
    let _ = what;
    Err(type_error(format_args!(
        "super(type, obj): obj ({}{}) is not an instance or subtype of type ({}).",
        if object.exact_type().is_some() { "" } else { "instance of " },
        if object.exact_type().is_some() {
            format!("type {}", shown.trim_start_matches("type[").trim_end_matches(']'))
        } else {
            shown
        },
        class.display_name()
    )))
}

impl Super {
    /// The attribute after `class` in the MRO of `object` (or of its class), bound.
    pub fn lookup(class: Ref<Type>, object: Value, name: Ref<Str>) -> R<Option<Value>> {
        let start = checked_class(class, object)?;
        match find_after(start, class, name) {
            Some(found) => bind(found, object, start).map(Some),
            None => Ok(None),
        }
    }
}

/// The attribute in the classes behind `class` in the MRO of `start`.
fn find_after(start: Ref<Type>, class: Ref<Type>, name: Ref<Str>) -> Option<Value> {
    let mro = start.mro_slice();
    let at = mro.iter().position(|c| c.is(class.value()))?;
    mro[at + 1..].iter().find_map(|c| c.exact_type()?.dict().get_str(name))
}

fn bind(found: Value, object: Value, start: Ref<Type>) -> R {
    match slots_of(found).descr_get {
        Some(get) => {
            let instance = (!object.is(start.value())).then_some(object);
            get(found, instance, start.value())
        }
        None => Ok(found),
    }
}

/// `LOAD_SUPER_ATTR`: `global` is what the name `super` means here.
pub fn load(
    global: Value,
    class: Value,
    slf: Value,
    name: Ref<Str>,
    two_args: bool,
    for_call: bool,
) -> R<(Value, Option<Value>)> {
    if global.is(SUPER.class().value()) {
        if let Some(class) = class.exact_type() {
            let start = checked_class(class, slf)?;
            if !name.is_str("__class__") {
                if let Some(found) = find_after(start, class, name) {
                    if for_call && found.class().has_flag(METHOD_LIKE) && !slf.is(start.value()) {
                        return Ok((found, Some(slf)));
                    }
                    return Ok((bind(found, slf, start)?, None));
                }
            }
            let made = make(class, slf, start);
            return Ok((getattr(made.value(), name)?, None));
        }
    }
    let made = if two_args { call::call(global, &[class, slf])? } else { call::call(global, &[])? };
    Ok((attr::getattr(made, name)?, None))
}

fn make(class: Ref<Type>, object: Value, object_class: Ref<Type>) -> Ref<Super> {
    crate::object::reference::allocate(
        SUPER.header(),
        Super {
            hdr: Header::EMPTY,
            class: Slot::new(class),
            object: Slot::new(object),
            object_class: Slot::new(object_class),
        },
    )
}

fn getattr(v: Value, name: Ref<Str>) -> R {
    let slf = v.expect::<Super>();
    if let (Some(object), Some(_)) = (slf.object.get(), slf.class.get()) {
        if !name.is_str("__class__") {
            let start = slf.object_class.object::<Type>();
            if let Some(found) = find_after(start, slf.class.object(), name) {
                return bind(found, object, start);
            }
        }
    }
    attr::generic_getattr(v, name)
}

/// `super()` without arguments: the class from the `__class__` cell, the object from the first argument.
fn from_frame() -> R<(Ref<Type>, Value)> {
    let Some((code, first, class)) = super::frame::super_context() else {
        return Err(runtime_error("super(): no current frame"));
    };
    if code.argcount.get() == 0 {
        return Err(runtime_error("super(): no arguments"));
    }
    let Some(first) = first else { return Err(runtime_error("super(): arg[0] deleted")) };
    let Some(cell) = class else { return Err(runtime_error("super(): __class__ cell not found")) };
    match cell.contents.get() {
        None => Err(runtime_error("super(): empty __class__ cell")),
        Some(class) => match class.exact_type() {
            Some(class) => Ok((class, first)),
            None => {
                Err(runtime_error(format_args!("super(): __class__ is not a type ({})", class.class().display_name())))
            }
        },
    }
}

fn init(v: Value, args: Args) -> R<()> {
    args.no_keywords("super")?;
    let args = args.only_positional("super", 0, 2)?;
    let slf = v.expect::<Super>();
    let (class, object) = match args {
        [] => {
            let (class, object) = from_frame()?;
            (class, Some(object))
        }
        _ => {
            let Some(class) = args[0].exact_type() else {
                return Err(type_error(format_args!(
                    "super() argument 1 must be a type, not {}",
                    args[0].class().display_name()
                )));
            };
            (class, args.get(1).copied().filter(|o| !o.is_none()))
        }
    };
    slf.class.set(slf, class);
    if let Some(object) = object {
        slf.object_class.set(slf, checked_class(class, object)?);
        slf.object.set(slf, object);
    }
    Ok(())
}

pub static SUPER: TypeDef = TypeDef {
    name: "super",
    slots: Slots {
        new: Some(|class, _| Ok(crate::types::object::allocate_fixed(class))),
        init: Some(init),
        getattr: Some(getattr),
        repr: Some(|v| {
            let slf = v.expect::<Super>();
            let class =
                slf.class.get().and_then(|c| c.exact_type()).map_or_else(|| "NULL".into(), |c| c.display_name());
            let bound = match slf.object_class.get().and_then(|c| c.exact_type()) {
                Some(c) => format!("<{} object>", c.display_name()),
                None => "NULL".into(),
            };
            Ok(Str::new(&format!("<super: <class '{class}'>, {bound}>")).value())
        }),
        descr_get: Some(|v, instance, _| {
            let slf = v.expect::<Super>();
            let Some(instance) = instance.filter(|_| slf.object.get().is_none()) else { return Ok(v) };
            if v.class() != SUPER.class() {
                return call::call(v.class().value(), &[slf.class.value(), instance]);
            }
            let class = slf.class.object::<Type>();
            Ok(make(class, instance, checked_class(class, instance)?).value())
        }),
        ..Slots::NONE
    },
    getset: &[
        GetSet::get("__thisclass__", |v| Ok(v.expect::<Super>().class.get().unwrap_or_else(none))),
        GetSet::get("__self__", |v| Ok(v.expect::<Super>().object.get().unwrap_or_else(none))),
        GetSet::get("__self_class__", |v| Ok(v.expect::<Super>().object_class.get().unwrap_or_else(none))),
    ],
    flags: BASETYPE,
    words: TypeDef::words_of::<Super>(),
    traced: 3,
    ..TypeDef::BASE
};
