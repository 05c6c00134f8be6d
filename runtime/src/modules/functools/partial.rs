//! `partial`: a function with some of its arguments. `Placeholder` stands for a positional argument
//! that is still to come.

use crate::errors::{R, type_error};
use crate::gc::{self, Header};
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, WEAKREFS};
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, attr, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::method::BoundMethod;
use crate::types::object::allocate_fixed;
use crate::types::object_dir::{get_dict, set_dict};
use crate::types::repr_guard;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use smallvec::SmallVec;
use std::cell::Cell;
use taipan_abi::tag;

/// `args` is a tuple, `keywords` a dict; `open` counts the placeholders in `args`.
#[repr(C)]
pub(super) struct Partial {
    hdr: Header,
    function: Slot,
    args: Slot,
    keywords: Slot,
    open: Cell<u64>,
    dict: Slot,
}

impl Builtin for Partial {
    const DEF: &'static TypeDef = &PARTIAL;
}

struct Singleton(Cell<u64>);
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Singleton {}
static PLACEHOLDER: Singleton = Singleton(Cell::new(0));

/// The one instance of its type.
pub(super) fn placeholder() -> Value {
    if PLACEHOLDER.0.get() == 0 {
        let object = gc::alloc(16, PLACEHOLDER_TYPE.header());
        PLACEHOLDER.0.set(object as u64);
        gc::add_root_range(PLACEHOLDER.0.as_ptr(), 1);
    }
    // SAFETY: an object that is a root.
    unsafe { Value::from_bits(PLACEHOLDER.0.get()) }
}

pub(super) static PLACEHOLDER_TYPE: TypeDef = TypeDef {
    name: "functools._PlaceholderType",
    slots: Slots {
        new: Some(|_, args| {
            if !args.all.is_empty() {
                return Err(type_error("_PlaceholderType takes no arguments"));
            }
            Ok(placeholder())
        }),
        repr: Some(|_| Ok(Str::intern("Placeholder").value())),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", |_| Ok(Str::intern("Placeholder").value()))],
    ..TypeDef::BASE
};

fn slf(v: Value) -> Ref<Partial> {
    v.expect::<Partial>()
}

fn is_open(v: &Value) -> bool {
    v.is(placeholder())
}

/// `old` with its placeholders filled from `new`, and the rest of `new` after it.
#[inline]
fn merged(old: &[Value], open: usize, new: &[Value]) -> SmallVec<[Value; 8]> {
    let mut all = SmallVec::with_capacity(old.len() + new.len());
    if open == 0 {
        all.extend_from_slice(old);
        all.extend_from_slice(new);
        return all;
    }
    let mut new = new.iter();
    for arg in old {
        all.push(if is_open(arg) { new.next().copied().unwrap_or(*arg) } else { *arg });
    }
    all.extend(new.copied());
    all
}

fn new(class: Ref<Type>, args: Args) -> R {
    let Some((function, given)) = args.pos().split_first() else {
        return Err(type_error("type 'partial' takes at least one argument"));
    };
    if !call::is_callable(*function) {
        return Err(type_error("the first argument must be callable"));
    }
    if given.last().is_some_and(is_open) {
        return Err(type_error("trailing Placeholders are not allowed"));
    }
    if args.keywords().any(|(_, value)| is_open(&value)) {
        return Err(type_error("Placeholder cannot be passed as a keyword argument"));
    }
    let mut function = *function;
    let mut all = SmallVec::<[Value; 8]>::from_slice(given);
    let mut keywords = None;
    // A partial of a partial is one partial, unless it has attributes of its own.
    if let Some(inner) = function.cast::<Partial>() {
        if attr::instance_dict(function).is_none_or(|dict| dict.is_empty()) {
            all = merged(inner.args.object::<Tuple>().as_slice(), inner.open(), given);
            keywords = Some(inner.keywords.object::<Dict>().copy());
            function = inner.function.value();
        }
    }
    let keywords = keywords.unwrap_or_else(Dict::new);
    for (name, value) in args.keywords() {
        keywords.set_str(name, value);
    }
    let object = allocate_fixed(class);
    slf(object).fill(function, Tuple::new(&all), keywords);
    Ok(object)
}

impl Partial {
    fn open(&self) -> usize {
        tag::int_value(self.open.get()) as usize
    }
}

impl Ref<Partial> {
    fn fill(self, function: Value, args: Ref<Tuple>, keywords: Ref<Dict>) {
        self.function.set(self, function);
        self.args.set(self, args);
        self.keywords.set(self, keywords);
        let open = args.as_slice().iter().filter(|arg| is_open(arg)).count();
        self.open.set(tag::int(open as i64));
    }
}

fn call_partial(v: Value, args: Args) -> R {
    let partial = slf(v);
    let pos = args.pos();
    let open = partial.open();
    if pos.len() < open {
        return Err(type_error(format_args!(
            "missing positional arguments in 'partial' call; expected at least {open}, got {}",
            pos.len()
        )));
    }
    let tuple = partial.args.object::<Tuple>();
    let mut all = merged(tuple.as_slice(), open, pos);
    let keywords = partial.keywords.object::<Dict>();
    let function = partial.function.value();
    if keywords.is_empty() {
        all.extend_from_slice(&args.all[pos.len()..]);
        return call::call_args(function, Args { all: &all, names: args.names });
    }
    // The partial's keywords in their order, each with the call's value if there is one.
    let mut names = SmallVec::<[Value; 8]>::new();
    let mut at = 0;
    while let Some((next, name, value)) = keywords.next_entry(at) {
        let Some(text) = name.cast::<Str>() else { return Err(type_error("keywords must be strings")) };
        let given = args.keywords().find(|(key, _)| key.equals(&text));
        names.push(name);
        all.push(given.map_or(value, |(_, value)| value));
        at = next;
    }
    for (name, value) in args.keywords() {
        if keywords.get_str(name).is_none() {
            names.push(name.value());
            all.push(value);
        }
    }
    call::call_args(function, Args { all: &all, names: Some(Tuple::new(&names)) })
}

fn repr(v: Value) -> R {
    let name = crate::types::type_::full_name(v.class())?;
    let Some(_guard) = repr_guard::enter(v) else { return Ok(Str::from_string(format!("{name}(...)"))) };
    let partial = slf(v);
    let mut shown = vec![ops::repr_text(partial.function.value())?];
    for arg in partial.args.object::<Tuple>().as_slice() {
        shown.push(ops::repr_text(*arg)?);
    }
    for (key, value) in partial.keywords.object::<Dict>().items() {
        shown.push(format!("{}={}", ops::str_of(key)?.display(), ops::repr_text(value)?));
    }
    Ok(Str::from_string(format!("{name}({})", shown.join(", "))))
}

fn reduce(v: Value) -> R {
    let partial = slf(v);
    let dict = attr::instance_dict(v).filter(|dict| !dict.is_empty()).map_or_else(none, Ref::value);
    let function = partial.function.value();
    let state = Tuple::new(&[function, partial.args.value(), partial.keywords.value(), dict]);
    Ok(Tuple::new(&[v.class().value(), Tuple::new(&[function]).value(), state.value()]).value())
}

fn setstate(v: Value, state: Value) -> R {
    let invalid = || type_error("invalid partial state");
    let state = state.cast::<Tuple>().ok_or_else(invalid)?;
    let [function, args, keywords, dict] = *state.as_slice() else { return Err(invalid()) };
    let args = match args.cast::<Tuple>() {
        Some(args) if call::is_callable(function) => args,
        _ => return Err(invalid()),
    };
    let keywords = match keywords.cast::<Dict>() {
        Some(keywords) => keywords.copy(),
        None if keywords.is_none() => Dict::new(),
        None => return Err(invalid()),
    };
    if args.as_slice().last().is_some_and(is_open) {
        return Err(type_error("trailing Placeholders are not allowed"));
    }
    slf(v).fill(function, args, keywords);
    if let Some(dict) = dict.cast::<Dict>() {
        attr::set_instance_dict(v, dict);
    }
    Ok(none())
}

pub(super) static PARTIAL: TypeDef = TypeDef {
    name: "functools.partial",
    slots: Slots {
        new: Some(new),
        call: Some(call_partial),
        repr: Some(repr),
        descr_get: Some(|v, instance, _| {
            Ok(match instance.filter(|instance| !instance.is_none()) {
                Some(instance) => BoundMethod::new(v, instance).value(),
                None => v,
            })
        }),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__reduce__", reduce),
        Method::one("__setstate__", setstate),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    getset: &[
        GetSet::get("func", |v| Ok(slf(v).function.value())),
        GetSet::get("args", |v| Ok(slf(v).args.value())),
        GetSet::get("keywords", |v| Ok(slf(v).keywords.value())),
        GetSet::both("__dict__", get_dict, set_dict),
    ],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    words: TypeDef::words_of::<Partial>(),
    traced: TypeDef::words_of::<Partial>() - 1,
    ..TypeDef::BASE
};
