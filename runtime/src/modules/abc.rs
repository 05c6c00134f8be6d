//! `_abc`: the machinery of abstract base classes.
//!
//! Every abstract base class has an `_abc_data` object with its registered classes and the classes that
//! are known to be, or not to be, its subclasses. What is known not to be holds until the next
//! registration anywhere, which the counter of registrations tells. Classes are never freed, so the sets
//! hold them by address: no `__hash__` of a metaclass can interfere.

use crate::errors::{R, assertion_error, runtime_error, type_error};
use crate::gc::{self, Header};
use crate::names;
use crate::object::class::IMMUTABLE;
use crate::object::define::{MAPPING, Method, NO_NEW, SEQUENCE};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::{Builtin, Ref, Slot, Slots, Type, TypeDef, attr, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::int;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{set, weakref};
use crate::value::Value;
use std::cell::Cell;

/// The object. The dicts map addresses, as small ints, to classes.
#[repr(C)]
struct AbcData {
    hdr: Header,
    registry: Slot,
    cache: Slot,
    negative: Slot,
    /// The count of registrations under which `negative` holds; raw.
    version: Cell<u64>,
}

impl Builtin for AbcData {
    const DEF: &'static TypeDef = &ABC_DATA;
}

static ABC_DATA: TypeDef = TypeDef {
    name: "_abc._abc_data",
    slots: Slots::NONE,
    flags: NO_NEW,
    words: TypeDef::words_of::<AbcData>(),
    traced: 3,
    ..TypeDef::BASE
};

/// Registrations so far, and `ABCMeta`'s own `__instancecheck__` and `__subclasscheck__`.
struct Shared {
    registrations: Cell<u64>,
    checks: [Cell<u64>; 2],
}
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Shared {}
static SHARED: Shared = Shared { registrations: Cell::new(0), checks: [const { Cell::new(0) }; 2] };

fn key(class: Value) -> Value {
    Value::small((class.bits() >> 1) as i64)
}

fn has(set: &Slot, class: Value) -> R<bool> {
    set.object::<Dict>().contains(key(class))
}

fn add(set: &Slot, class: Value) -> R<()> {
    set.object::<Dict>().set(key(class), class)
}

/// The data of an abstract base class.
fn data(class: Value) -> R<Ref<AbcData>> {
    let found = class.exact_type().and_then(|class| class.lookup(names::get(names::_abc_impl)));
    let found = match found {
        Some(found) => found,
        None => attr::getattr(class, names::get(names::_abc_impl))?,
    };
    found.cast::<AbcData>().ok_or_else(|| type_error("_abc_impl is set to a wrong type"))
}

/// What the caches know about a class.
fn known(data: Ref<AbcData>, subclass: Value) -> R<Option<bool>> {
    if has(&data.cache, subclass)? {
        return Ok(Some(true));
    }
    if data.version.get() == SHARED.registrations.get() && has(&data.negative, subclass)? {
        return Ok(Some(false));
    }
    Ok(None)
}

/// A shortcut for `isinstance` and `issubclass`: what is known already, if `check` is `ABCMeta`'s own method.
#[inline]
pub fn cached(check: Value, class: Value, subclass: Value) -> Option<bool> {
    if SHARED.checks.iter().all(|own| own.get() != check.bits()) {
        return None;
    }
    let found = class.exact_type()?.lookup(names::get(names::_abc_impl))?;
    let data = found.exact::<AbcData>()?;
    known(data, subclass).ok().flatten()
}

/// The names in a class's namespace and its bases' that are still abstract.
fn abstract_methods(class: Value) -> R {
    let is_abstract = |value: Value| -> R<bool> {
        match attr::find(value, names::get(names::__isabstractmethod__))? {
            Some(flag) => ops::truth(flag),
            None => Ok(false),
        }
    };
    let mut found = Vec::new();
    let namespace = attr::getattr(class, names::get(names::__dict__))?;
    let items = ops::iter::to_vec(call::call_method(namespace, names::get(names::items), &[])?)?;
    for item in items {
        if let Some([name, value]) = item.cast::<Tuple>().as_ref().map(|t| t.as_slice()) {
            if is_abstract(*value)? {
                found.push(*name);
            }
        }
    }
    for base in ops::iter::to_vec(attr::getattr(class, names::get(names::__bases__))?)? {
        let Some(names_of_base) = attr::find(base, names::get(names::__abstractmethods__))? else { continue };
        for name in ops::iter::to_vec(names_of_base)? {
            let Some(text) = name.cast::<Str>() else {
                return Err(type_error(format_args!(
                    "attribute name must be string, not '{}'",
                    name.class().display_name()
                )));
            };
            if let Some(value) = attr::find(class, text.interned())? {
                if is_abstract(value)? {
                    found.push(name);
                }
            }
        }
    }
    set::frozen_from_items(&found)
}

/// Remembers the methods of `ABCMeta`, when its first class is made.
fn remember_checks(class: Ref<Type>) {
    if SHARED.checks[0].get() != 0 {
        return;
    }
    for meta in class.value().class().mro_classes().filter(|meta| meta.name().is_str("ABCMeta")) {
        if meta
            .dict()
            .get_str(names::get(names::__module__))
            .and_then(|m| m.cast::<Str>())
            .is_some_and(|m| m.is_str("abc"))
        {
            for (cell, name) in SHARED.checks.iter().zip([names::__instancecheck__, names::__subclasscheck__]) {
                if let Some(check) = meta.dict().get_str(names::get(name)) {
                    cell.set(check.bits());
                    gc::add_root_range(cell.as_ptr(), 1);
                }
            }
        }
    }
}

fn init(_: Value, class: Value) -> R {
    let abstracts = abstract_methods(class)?;
    attr::setattr(class, names::get(names::__abstractmethods__), Some(abstracts))?;
    let made = AbcData {
        hdr: Header::EMPTY,
        registry: Slot::new(Dict::new()),
        cache: Slot::new(Dict::new()),
        negative: Slot::new(Dict::new()),
        version: Cell::new(SHARED.registrations.get()),
    };
    let made = allocate(ABC_DATA.header(), made);
    attr::setattr(class, names::get(names::_abc_impl), Some(made.value()))?;
    let Some(class) = class.exact_type() else { return Ok(none()) };
    remember_checks(class);
    let name = Str::intern("__abc_tpflags__");
    if let Some(flags) = class.dict().get_str(name).and_then(|f| f.as_small()) {
        // CPython's bits for sequences and mappings in pattern matching.
        let ours = match flags & 0x60 {
            0x20 => SEQUENCE,
            0x40 => MAPPING,
            0x60 => {
                return Err(type_error("__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"));
            }
            _ => 0,
        };
        class.flags.set(class.flags.get() | ours);
        class.set_attr(name, None)?;
    }
    Ok(none())
}

/// A registered class and its subclasses match the patterns that the abstract class does.
fn inherit_patterns(class: Ref<Type>, flag: u32) {
    if class.has_flag(IMMUTABLE) || class.flags.get() & (SEQUENCE | MAPPING) == flag {
        return;
    }
    class.flags.set(class.flags.get() & !(SEQUENCE | MAPPING) | flag);
    for child in class.subclasses_list() {
        inherit_patterns(child, flag);
    }
}

fn register(_: Value, args: &[Value]) -> R {
    let (class, subclass) = (args[0], args[1]);
    let Some(subtype) = subclass.exact_type() else { return Err(type_error("Can only register classes")) };
    if ops::issubclass(subclass, class)? {
        return Ok(subclass);
    }
    if ops::issubclass(class, subclass)? {
        return Err(runtime_error("Refusing to create an inheritance cycle"));
    }
    add(&data(class)?.registry, subclass)?;
    SHARED.registrations.set(SHARED.registrations.get() + 1);
    if let Some(class) = class.exact_type() {
        let flag = class.flags.get() & (SEQUENCE | MAPPING);
        if flag != 0 {
            inherit_patterns(subtype, flag);
        }
    }
    Ok(subclass)
}

fn instance_check(_: Value, args: &[Value]) -> R {
    let (class, instance) = (args[0], args[1]);
    let data = data(class)?;
    let shown = attr::getattr(instance, names::get(names::__class__))?;
    if has(&data.cache, shown)? {
        return Ok(boolean(true));
    }
    let check = names::get(names::__subclasscheck__);
    let real = instance.class().value();
    if real.is(shown) {
        if let Some(answer) = known(data, shown)? {
            return Ok(boolean(answer));
        }
        return call::call_method(class, check, &[shown]);
    }
    let result = call::call_method(class, check, &[shown])?;
    if ops::truth(result)? {
        return Ok(result);
    }
    call::call_method(class, check, &[real])
}

fn subclass_check(_: Value, args: &[Value]) -> R {
    let (class, subclass) = (args[0], args[1]);
    let Some(subtype) = subclass.exact_type() else { return Err(type_error("issubclass() arg 1 must be a class")) };
    let data = data(class)?;
    if has(&data.cache, subclass)? {
        return Ok(boolean(true));
    }
    if data.version.get() < SHARED.registrations.get() {
        data.negative.object::<Dict>().clear();
        data.version.set(SHARED.registrations.get());
    } else if has(&data.negative, subclass)? {
        return Ok(boolean(false));
    }
    let answer = find_out(class, data, subtype)?;
    if answer != Answer::Registered {
        add(if answer == Answer::Yes { &data.cache } else { &data.negative }, subclass)?;
    }
    Ok(boolean(answer != Answer::No))
}

#[derive(PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    /// Found in the registry itself: not worth a place in the cache.
    Registered,
}

fn find_out(class: Value, data: Ref<AbcData>, subtype: Ref<Type>) -> R<Answer> {
    let subclass = subtype.value();
    let hook = call::call_method(class, names::get(names::__subclasshook__), &[subclass])?;
    match ops::as_bool(hook) {
        Some(true) => return Ok(Answer::Yes),
        Some(false) => return Ok(Answer::No),
        None if hook.is(not_implemented()) => {}
        None => {
            return Err(assertion_error("__subclasshook__ must return either False, True, or NotImplemented"));
        }
    }
    if subtype.mro_slice().iter().any(|c| c.is(class)) {
        return Ok(Answer::Yes);
    }
    if has(&data.registry, subclass)? {
        return Ok(Answer::Registered);
    }
    for registered in data.registry.object::<Dict>().values() {
        if ops::issubclass(subclass, registered)? {
            return Ok(Answer::Yes);
        }
    }
    let subclasses = call::call_method(class, Str::intern("__subclasses__"), &[])?;
    let Some(subclasses) = subclasses.cast::<List>() else {
        return Err(type_error("__subclasses__() must return a list"));
    };
    for child in subclasses.as_slice() {
        if ops::issubclass(subclass, *child)? {
            return Ok(Answer::Yes);
        }
    }
    Ok(Answer::No)
}

/// Weak references to the classes of a set.
fn dump(set: &Slot) -> R {
    let classes = set.object::<Dict>().values();
    let references = classes.into_iter().map(|class| weakref::new_ref(class, None)).collect::<R<Vec<_>>>()?;
    set::from_items(&references)
}

fn get_dump(_: Value, class: Value) -> R {
    let data = data(class)?;
    let version = int::from_u64(data.version.get());
    Ok(Tuple::new(&[dump(&data.registry)?, dump(&data.cache)?, dump(&data.negative)?, version]).value())
}

pub static MODULE: NativeModule = NativeModule {
    name: "_abc",
    functions: &[
        Method::none("get_cache_token", |_| Ok(int::from_u64(SHARED.registrations.get()))),
        Method::one("_abc_init", init),
        Method::pos("_abc_register", register, 2, 2),
        Method::pos("_abc_instancecheck", instance_check, 2, 2),
        Method::pos("_abc_subclasscheck", subclass_check, 2, 2),
        Method::one("_get_dump", get_dump),
        Method::one("_reset_registry", |_, class| {
            data(class)?.registry.object::<Dict>().clear();
            Ok(none())
        }),
        Method::one("_reset_caches", |_, class| {
            let data = data(class)?;
            data.cache.object::<Dict>().clear();
            data.negative.object::<Dict>().clear();
            Ok(none())
        }),
    ],
    init: |_| Ok(()),
};
