//! `_thread._local`: an object whose attributes each thread has to itself.
//!
//! The object has the dict of the thread that used it last in place, as any object has its dict; those of all
//! threads stand in `dicts`, by thread number. A thread notes the objects that it used, so that its dicts go when
//! it ends; an object takes all its dicts with it.

use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, WEAKREFS};
use crate::object::singletons::none;
use crate::object::{Args, Ref, Slot, Slots, Type, TypeDef, attr};
use crate::ops;
use crate::state::state;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::object::{OBJECT, allocate_fixed};
use crate::types::object_dir::get_dict;
use crate::types::tuple::Tuple;
use crate::types::weakref;
use crate::value::Value;
use std::cell::Cell;

/// The object.
#[repr(C)]
pub struct Local {
    hdr: Header,
    /// Dicts by thread number.
    dicts: Slot,
    /// With which `__init__` is called in each thread: a tuple and a dict, or nothing.
    args: Slot,
    kwargs: Slot,
    /// The [`mark`] of the thread whose dict is in place, or 0.
    owner: Cell<u64>,
    dict: Slot,
}

fn local(v: Value) -> Ref<Local> {
    // SAFETY: only called for instances of `_local` and its subclasses.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

fn has_own_init(class: Ref<Type>) -> bool {
    class.slots().init.map(|f| f as usize) != OBJECT.class().slots().init.map(|f| f as usize)
}

fn new(class: Ref<Type>, args: Args) -> R {
    if !has_own_init(class) && !args.all.is_empty() {
        return Err(type_error("Initialization arguments are not supported"));
    }
    let object = allocate_fixed(class);
    let this = local(object);
    this.dicts.set(this, Dict::new());
    this.args.set(this, Tuple::new(args.pos()));
    if args.kw_len() > 0 {
        let keywords = Dict::new();
        for (name, value) in args.keywords() {
            keywords.set_str(name, value);
        }
        this.kwargs.set(this, keywords);
    }
    // `__init__` is about to be called for this thread.
    put_in_place(object, fresh_dict(object)?);
    Ok(object)
}

fn number() -> Value {
    Value::small(state().thread.get() as i64)
}

/// What `owner` is while this thread's dict is in place: a tagged int.
fn mark() -> u64 {
    number().bits()
}

/// Makes this thread's dict.
fn fresh_dict(object: Value) -> R<Ref<Dict>> {
    let dict = Dict::new();
    local(object).dicts.object::<Dict>().set(number(), dict.value())?;
    let root = &state().locals;
    if root.get() == 0 {
        root.set(List::new(&[]).value().bits());
    }
    // SAFETY: the list, which is a root.
    unsafe { Value::from_bits(root.get()) }.expect::<List>().push(weakref::new_ref(object, None)?);
    Ok(dict)
}

fn put_in_place(object: Value, dict: Ref<Dict>) {
    attr::set_instance_dict(object, dict);
    local(object).owner.set(mark());
}

/// Puts this thread's dict in place; in a thread that has not used the object yet `__init__` is called first.
fn enter(object: Value) -> R<()> {
    let this = local(object);
    if this.owner.get() == mark() {
        return Ok(());
    }
    if let Some(dict) = this.dicts.object::<Dict>().get(number())? {
        put_in_place(object, dict.expect::<Dict>());
        return Ok(());
    }
    let dict = fresh_dict(object)?;
    put_in_place(object, dict);
    if has_own_init(object.class()) {
        let init = attr::getattr(object, crate::names::get(crate::names::__init__))?;
        let args = this.args.get().unwrap_or_else(none);
        if let Err(raised) = ops::call_function_ex(init, args, this.kwargs.get()) {
            this.dicts.object::<Dict>().remove(number())?;
            this.owner.set(0);
            return Err(raised);
        }
        put_in_place(object, dict);
    }
    Ok(())
}

/// The running thread ends: its dicts go.
pub fn forget() {
    let noted = state().locals.replace(0);
    // SAFETY: 0 or a list that was a root until now.
    let Some(noted) = (unsafe { Value::from_slot(noted) }) else { return };
    for reference in noted.expect::<List>().take_items() {
        let Some(object) = reference.cast::<weakref::WeakRef>().and_then(|r| r.target()) else { continue };
        let this = local(object);
        if this.dicts.object::<Dict>().remove(number()).is_err() {
            crate::errors::clear();
        }
        if this.owner.get() == mark() {
            attr::set_instance_dict(object, Dict::new());
            this.owner.set(0);
        }
    }
    ops::poll::after_delete();
}

pub static LOCAL: TypeDef = TypeDef {
    name: "_thread._local",
    slots: Slots {
        new: Some(new),
        getattr: Some(|v, name| {
            enter(v)?;
            attr::generic_getattr(v, name)
        }),
        setattr: Some(|v, name, value| {
            enter(v)?;
            attr::generic_setattr(v, name, value)
        }),
        ..Slots::NONE
    },
    getset: &[GetSet::get("__dict__", |v| {
        enter(v)?;
        get_dict(v)
    })],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    words: TypeDef::words_of::<Local>(),
    traced: TypeDef::words_of::<Local>() - 1,
    ..TypeDef::BASE
};
