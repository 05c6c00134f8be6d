//! `type`: calling classes, making them (`type.__new__`), and their attributes.

use crate::errors::{self, R, attribute_error, type_error, value_error};
use crate::gc::Header;
use crate::names;
use crate::object::class::{
    self, ABSTRACT, BOXED, HEAPTYPE, Type, add_subclass, fresh_version, remove_subclass, slots_of,
};
use crate::object::define::{BASETYPE, GetSet, MAPPING, MATCH_SELF, Method, SEQUENCE, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::shape::{self, Storage};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Ref, Slot, Slots, TypeDef, attr, call, mro, slotdefs};
use crate::ops;
use crate::state::state;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::native::{Member, MemberDescriptor};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::header::{Kind, pack};

pub static TYPE: TypeDef = TypeDef {
    name: "type",
    slots: Slots {
        repr: Some(repr),
        call: Some(call_slot),
        getattr: Some(attr::type_getattr),
        setattr: Some(attr::type_setattr),
        init: Some(init),
        new: Some(new),
        ..Slots::NONE
    }
    .bin(crate::object::slots::BinOp::Or, super::union::union_or),
    methods: &[
        Method::none("mro", |v| {
            let class = v.expect::<Type>();
            Ok(List::new(&mro::compute(class, class.bases.object::<Tuple>().as_slice())?).value())
        }),
        Method::none("__subclasses__", |v| {
            let classes: Vec<Value> = v.expect::<Type>().subclasses_list().into_iter().map(Ref::value).collect();
            Ok(List::new(&classes).value())
        }),
        Method::full("__prepare__", |_, _| Ok(Dict::new().value())).class_method(),
        Method::one("__instancecheck__", |c, v| ops::isinstance_default(v, c).map(boolean)),
        Method::one("__subclasscheck__", |c, v| ops::issubclass_default(v, c).map(boolean)),
        Method::none("__dir__", super::object_dir::type_dir),
        Method::none("__sizeof__", |_| Ok(Value::small(size_of::<Type>() as i64))),
    ],
    getset: &[
        GetSet::both("__name__", |v| Ok(v.expect::<Type>().name.value()), set_name),
        GetSet::both("__qualname__", |v| Ok(v.expect::<Type>().qualname.value()), set_qualname),
        GetSet::both("__module__", module, set_module),
        GetSet::get("__base__", |v| Ok(v.expect::<Type>().base.get().unwrap_or_else(none))),
        GetSet::both("__bases__", |v| Ok(v.expect::<Type>().bases.value()), set_bases),
        GetSet::get("__mro__", |v| Ok(v.expect::<Type>().mro.get().unwrap_or_else(none))),
        GetSet::get("__dict__", |v| {
            Ok(super::mapping_proxy::MappingProxy::new(v.expect::<Type>().dict().value()).value())
        }),
        GetSet::both("__doc__", doc, set_doc),
        GetSet::get("__flags__", |v| {
            let class = v.expect::<Type>();
            let mut flags = 0i64;
            for (ours, theirs) in [
                (HEAPTYPE, 1 << 9),
                (BASETYPE, 1 << 10),
                (ABSTRACT, 1 << 20),
                (class::IMMUTABLE, 1 << 8),
                (SEQUENCE, 1 << 5),
                (MAPPING, 1 << 6),
            ] {
                if class.has_flag(ours) {
                    flags |= theirs;
                }
            }
            Ok(Value::small(flags | 1 << 12))
        }),
        GetSet::get("__basicsize__", |v| Ok(Value::small(v.expect::<Type>().words.get() as i64 * 8))),
        GetSet::get("__itemsize__", |_| Ok(Value::small(0))),
        GetSet::get("__dictoffset__", |v| Ok(Value::small(v.expect::<Type>().dict_word.get() as i64 * 8))),
        GetSet::get("__weakrefoffset__", |_| Ok(Value::small(0))),
        GetSet::both("__abstractmethods__", abstract_methods, set_abstract_methods),
        GetSet::both("__annotations__", super::annotations::type_annotations, super::annotations::set_type_annotations),
        GetSet::both("__annotate__", super::annotations::type_annotate, super::annotations::set_type_annotate),
        GetSet::both("__type_params__", type_params, set_type_params),
        GetSet::get("__text_signature__", |v| Ok(super::docs::type_signature(v.expect::<Type>()))),
    ],
    flags: BASETYPE | WEAKREFS,
    words: (size_of::<Type>() / 8) as u16,
    traced: 7,
    ..TypeDef::BASE
};

fn call_slot(v: Value, args: Args) -> R {
    let class = v.expect::<Type>();
    // `type(x)`: one argument, exactly `type`.
    if class == TYPE.class() {
        if let ([x], None) = (args.all, args.names) {
            return Ok(x.class().value());
        }
        if args.pos().len() != 3 {
            return Err(type_error("type() takes 1 or 3 arguments"));
        }
    }
    super::object::instantiate(class, args)
}

/// The name that messages have in place of `%T`: with the module, but for those of the program itself.
pub fn shown_name(class: Ref<Type>) -> R<String> {
    let name = full_name(class)?;
    Ok(match name.strip_prefix("__main__.") {
        Some(own) => own.to_string(),
        None => name,
    })
}

/// `module.qualname`, or only the qualname for builtins.
pub fn full_name(class: Ref<Type>) -> R<String> {
    let qualname = class.qualname.object::<Str>();
    let module = module(class.value());
    match module {
        Ok(module) => match module.cast::<Str>() {
            Some(module) if !module.is_str("builtins") => Ok(format!("{}.{}", module.display(), qualname.display())),
            _ => Ok(qualname.to_string_lossy()),
        },
        Err(_) => {
            errors::clear();
            Ok(qualname.to_string_lossy())
        }
    }
}

fn repr(v: Value) -> R {
    Ok(Str::new(&format!("<class '{}'>", full_name(v.expect::<Type>())?)).value())
}

fn text_argument(value: Option<Value>, class: Ref<Type>, what: &str) -> R<Ref<Str>> {
    if !class.is_heap_type() {
        return Err(immutable(class, what));
    }
    let Some(value) = value else {
        // CPython says so of mutable types as well.
        let name = class.name();
        return Err(type_error(format_args!(
            "cannot delete '{what}' attribute of immutable type '{}'",
            name.display()
        )));
    };
    value.cast::<Str>().ok_or_else(|| {
        type_error(format_args!(
            "can only assign string to {}.{what}, not '{}'",
            class.name().display(),
            value.class().display_name()
        ))
    })
}

fn immutable(class: Ref<Type>, what: &str) -> crate::value::Raised {
    type_error(format_args!("cannot set '{what}' attribute of immutable type '{}'", class.display_name()))
}

fn set_name(v: Value, value: Option<Value>) -> R<()> {
    let class = v.expect::<Type>();
    let name = text_argument(value, class, "__name__")?;
    check_name(name)?;
    class.name.set(class, name.interned());
    Ok(())
}

/// C code reads the names of classes: no null characters, no lone surrogates.
fn check_name(name: Ref<Str>) -> R<()> {
    if name.code_points().any(|c| c == 0) {
        return Err(value_error("type name must not contain null characters"));
    }
    if name.to_utf8().is_none() {
        super::codecs::encode::encode(super::codecs::Native::Utf8, name, "strict")?;
    }
    Ok(())
}

fn set_qualname(v: Value, value: Option<Value>) -> R<()> {
    let class = v.expect::<Type>();
    let name = text_argument(value, class, "__qualname__")?;
    class.qualname.set(class, name);
    Ok(())
}

fn module(v: Value) -> R {
    let class = v.expect::<Type>();
    if let Some(def) = class.def.get() {
        let module = def.name.rsplit_once('.').map_or("builtins", |(module, _)| module);
        return Ok(Str::intern(module).value());
    }
    match class.dict().get_str(names::get(names::__module__)) {
        Some(module) => Ok(module),
        None => Err(attribute_error("__module__")),
    }
}

fn set_module(v: Value, value: Option<Value>) -> R<()> {
    let class = v.expect::<Type>();
    if !class.is_heap_type() {
        return Err(immutable(class, "__module__"));
    }
    let Some(value) = value else {
        return Err(type_error(format_args!(
            "cannot delete '__module__' attribute of immutable type '{}'",
            class.name().display()
        )));
    };
    class.dict().remove_str(names::get(names::__firstlineno__));
    class.set_attr(names::get(names::__module__), Some(value))?;
    Ok(())
}

fn doc(v: Value) -> R {
    let class = v.expect::<Type>();
    if class.def.get().is_some() {
        // What the dict of a built-in class has is for its instances.
        return Ok(super::docs::type_doc(class));
    }
    match class.dict().get_str(names::get(names::__doc__)) {
        Some(doc) => match slots_of(doc).descr_get {
            Some(get) => get(doc, None, v),
            None => Ok(doc),
        },
        None => Ok(none()),
    }
}

fn set_doc(v: Value, value: Option<Value>) -> R<()> {
    let class = v.expect::<Type>();
    if !class.is_heap_type() {
        return Err(immutable(class, "__doc__"));
    }
    match value {
        Some(value) => class.set_attr(names::get(names::__doc__), Some(value)).map(|_| ()),
        None => Err(type_error(format_args!(
            "cannot delete '__doc__' attribute of immutable type '{}'",
            class.name().display()
        ))),
    }
}

fn abstract_methods(v: Value) -> R {
    let class = v.expect::<Type>();
    let found = if class == TYPE.class() { None } else { class.dict().get_str(names::get(names::__abstractmethods__)) };
    found.ok_or_else(|| {
        errors::attribute_error_with(
            v,
            names::get(names::__abstractmethods__),
            format_args!("type object '{}' has no attribute '__abstractmethods__'", class.name().display()),
        )
    })
}

fn set_abstract_methods(v: Value, value: Option<Value>) -> R<()> {
    let class = v.expect::<Type>();
    let is_abstract = match value {
        Some(value) => ops::truth(value)?,
        None => false,
    };
    let name = names::get(names::__abstractmethods__);
    if !class.set_attr(name, value)? {
        return Err(attribute_error("__abstractmethods__"));
    }
    class.flags.set(class.flags.get() & !ABSTRACT | if is_abstract { ABSTRACT } else { 0 });
    Ok(())
}

fn type_params(v: Value) -> R {
    if v.is(TYPE.class().value()) {
        // Its own dict has the descriptor that reads this.
        return Ok(Tuple::empty().value());
    }
    let found = v.expect::<Type>().dict().get_str(names::get(names::__type_params__));
    Ok(found.unwrap_or_else(|| Tuple::empty().value()))
}

fn set_type_params(v: Value, value: Option<Value>) -> R<()> {
    let class = v.expect::<Type>();
    if !class.is_heap_type() {
        return Err(immutable(class, "__type_params__"));
    }
    if value.is_none() {
        return Err(type_error(format_args!(
            "cannot delete '__type_params__' attribute of immutable type '{}'",
            class.name().display()
        )));
    }
    class.set_attr(names::get(names::__type_params__), value)?;
    Ok(())
}

/// `C.__bases__ = ...`.
fn set_bases(v: Value, value: Option<Value>) -> R<()> {
    let class = v.expect::<Type>();
    if !class.is_heap_type() {
        return Err(immutable(class, "__bases__"));
    }
    let name = class.name();
    let Some(value) = value else {
        return Err(type_error(format_args!(
            "cannot delete '__bases__' attribute of immutable type '{}'",
            name.display()
        )));
    };
    let Some(bases) = value.cast::<Tuple>() else {
        return Err(type_error(format_args!(
            "can only assign tuple to {}.__bases__, not {}",
            name.display(),
            value.class().display_name()
        )));
    };
    if bases.is_empty() {
        return Err(type_error(format_args!(
            "can only assign non-empty tuple to {}.__bases__, not ()",
            name.display()
        )));
    }
    for base in bases.as_slice() {
        match base.exact_type() {
            // In a `mro()` called by this very assignment the order is older than the base.
            Some(base) if base.is_subtype(class) || has_base(base, class) => {
                return Err(type_error("a __bases__ item causes an inheritance cycle"));
            }
            Some(_) => {}
            None => {
                return Err(type_error(format_args!(
                    "{}.__bases__ must be tuple of classes, not '{}'",
                    name.display(),
                    base.class().display_name()
                )));
            }
        }
    }
    let best = best_base(bases.as_slice())?;
    if !std::ptr::eq(best.layout.get(), class.layout.get()) {
        return Err(type_error(format_args!(
            "__bases__ assignment: '{}' object layout differs from '{}'",
            best.name().display(),
            class.base.object::<Type>().name().display()
        )));
    }
    let old_bases = class.bases.object::<Tuple>();
    let old_base = class.base.value();
    class.bases.set(class, bases);
    class.base.set(class, best);
    if let Err(raised) = update_mro(class) {
        class.bases.set(class, old_bases);
        class.base.set(class, old_base);
        let pending = errors::take();
        let _ = update_mro(class);
        errors::restore(pending);
        return Err(raised);
    }
    // A `mro()` may have assigned other bases meanwhile, which count.
    if class.bases.object::<Tuple>() != bases {
        return Ok(());
    }
    for base in old_bases.as_slice() {
        if let Some(base) = base.exact_type() {
            remove_subclass(base, class);
        }
    }
    for base in bases.as_slice() {
        if let Some(base) = base.exact_type() {
            add_subclass(base, class);
        }
    }
    update_slots_below(class);
    class.modified();
    Ok(())
}

/// Whether `other` is a base of `class`, by way of the first bases.
fn has_base(class: Ref<Type>, other: Ref<Type>) -> bool {
    let mut at = Some(class);
    while let Some(class) = at {
        if class == other {
            return true;
        }
        at = class.base.get().and_then(|b| b.exact_type());
    }
    false
}

/// Orders the class and what is below it anew; a subclass whose `mro()` fails does not keep the others from it.
fn update_mro(class: Ref<Type>) -> R<()> {
    state().check_native_stack()?;
    let old = class.mro.get().map(Value::bits);
    let order = compute_mro(class)?;
    // Set by a `mro()` that assigned to `__bases__`: that one is newer.
    if class.mro.get().map(Value::bits) != old {
        return Ok(());
    }
    class.mro.set(class, Tuple::new(&order));
    class.version.set(fresh_version());
    for sub in class.subclasses_list() {
        if sub != class {
            update_mro(sub)?;
        }
    }
    Ok(())
}

fn update_slots_below(class: Ref<Type>) {
    let mut classes = vec![class];
    let mut at = 0;
    while let Some(class) = classes.get(at).copied() {
        slotdefs::update_all_slots(class);
        // A devious `mro()` can make circles.
        for sub in class.subclasses_list() {
            if !classes.contains(&sub) {
                classes.push(sub);
            }
        }
        at += 1;
    }
}

/// The MRO, by the metaclass's `mro()` if it has one of its own.
fn compute_mro(class: Ref<Type>) -> R<Vec<Value>> {
    let meta = class.value().class();
    let name = names::get(names::mro);
    if meta != TYPE.class() {
        let own = meta.lookup(name);
        if own.is_some_and(|own| TYPE.class().lookup(name).is_none_or(|default| !default.is(own))) {
            let result = call::call_method(class.value(), name, &[])?;
            let order = ops::iter::to_vec(result)?;
            if order.is_empty() {
                return Err(type_error("type MRO must not be empty"));
            }
            let solid = solid_base(class);
            for item in &order {
                let Some(item) = item.exact_type() else {
                    return Err(type_error(format_args!(
                        "mro() returned a non-class ('{}')",
                        item.class().display_name()
                    )));
                };
                if !has_base(solid, solid_base(item)) {
                    return Err(type_error(format_args!(
                        "mro() returned base with unsuitable layout ('{}')",
                        item.display_name()
                    )));
                }
            }
            return Ok(order);
        }
    }
    mro::compute(class, class.bases.object::<Tuple>().as_slice())
}

/// The base whose layout instances of a class with these bases have.
pub fn best_base(bases: &[Value]) -> R<Ref<Type>> {
    let mut winner: Option<(Ref<Type>, Ref<Type>)> = None;
    for base in bases {
        let Some(base) = base.exact_type() else { return Err(type_error("bases must be types")) };
        if !base.has_flag(BASETYPE) {
            return Err(type_error(format_args!("type '{}' is not an acceptable base type", base.display_name())));
        }
        let solid = solid_base(base);
        winner = match winner {
            None => Some((base, solid)),
            Some((_, known)) if solid != known && solid.is_subtype(known) => Some((base, solid)),
            Some((kept, known)) if known.is_subtype(solid) => Some((kept, known)),
            Some(_) => return Err(type_error("multiple bases have instance lay-out conflict")),
        };
    }
    match winner {
        Some((base, _)) => Ok(base),
        None => Ok(super::object::OBJECT.class()),
    }
}

/// The nearest class that adds words to the layout.
fn solid_base(class: Ref<Type>) -> Ref<Type> {
    let mut at = class;
    while let Some(base) = at.base.get().and_then(|b| b.exact_type()) {
        let adds_dict = at.dict_word.get() != 0 && base.dict_word.get() == 0;
        let own = at.words.get() as i32 - base.words.get() as i32 - adds_dict as i32;
        let layout_changes = !std::ptr::eq(at.layout.get(), base.layout.get());
        if layout_changes || own > 0 {
            return at;
        }
        at = base;
    }
    at
}

/// The most derived metaclass of `meta` and the bases' metaclasses.
pub fn winner_metaclass(meta: Ref<Type>, bases: &[Value]) -> R<Ref<Type>> {
    let mut winner = meta;
    for base in bases {
        let theirs = base.class();
        if winner.is_subtype(theirs) {
            continue;
        }
        if theirs.is_subtype(winner) {
            winner = theirs;
            continue;
        }
        return Err(type_error(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases",
        ));
    }
    Ok(winner)
}

fn init(_: Value, args: Args) -> R<()> {
    let n = args.pos().len();
    if args.kw_len() > 0 && n == 1 {
        return Err(type_error("type.__init__() takes no keyword arguments"));
    }
    if n != 1 && n != 3 {
        return Err(type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(())
}

/// `type.__new__(meta, name, bases, dict, **keywords)`.
fn new(meta: Ref<Type>, args: Args) -> R {
    let pos = args.pos();
    let [name, bases, namespace] = pos else {
        return Err(type_error(format_args!("type.__new__() takes exactly 3 arguments ({} given)", pos.len())));
    };
    let Some(name) = name.cast::<Str>() else {
        return Err(type_error(format_args!(
            "type.__new__() argument 1 must be str, not {}",
            name.class().display_name()
        )));
    };
    let Some(bases) = bases.cast::<Tuple>() else {
        return Err(type_error(format_args!(
            "type.__new__() argument 2 must be tuple, not {}",
            bases.class().display_name()
        )));
    };
    let Some(namespace) = namespace.cast::<Dict>() else {
        return Err(type_error(format_args!(
            "type.__new__() argument 3 must be dict, not {}",
            namespace.class().display_name()
        )));
    };
    for base in bases.as_slice() {
        if base.exact_type().is_none() {
            if attr::find(*base, names::get(names::__mro_entries__))?.is_some() {
                return Err(type_error("type() doesn't support MRO entry resolution; use types.new_class()"));
            }
        }
    }
    let winner = winner_metaclass(meta, bases.as_slice())?;
    if winner != meta {
        let theirs = winner.slots().new;
        if theirs.is_some_and(|f| !std::ptr::fn_addr_eq(f, new as fn(Ref<Type>, Args) -> R)) {
            return match theirs {
                Some(f) => f(winner, args),
                None => Err(type_error("metaclass cannot be called")),
            };
        }
    }
    let bases = if bases.is_empty() { Tuple::new(&[super::object::OBJECT.class().value()]) } else { bases };
    let class = build(winner, name, bases, namespace)?;
    set_names(class)?;
    init_subclass(class, args)?;
    Ok(class.value())
}

/// Names in `__slots__`, mangled and checked.
fn slot_names(class_name: Ref<Str>, namespace: Ref<Dict>, slots: Value) -> R<Vec<Ref<Str>>> {
    let items = if slots.cast::<Str>().is_some() { vec![slots] } else { ops::iter::to_vec(slots)? };
    let mut names = Vec::with_capacity(items.len());
    for item in items {
        let Some(slot) = item.cast::<Str>() else {
            return Err(type_error(format_args!(
                "__slots__ items must be strings, not '{}'",
                item.class().display_name()
            )));
        };
        if !super::str::methods::is_identifier(slot) {
            return Err(type_error("__slots__ must be identifiers"));
        }
        let name = mangle(class_name, slot);
        if namespace.get_str(name).is_some()
            && !slot.is_str("__qualname__")
            && !slot.is_str("__classcell__")
            && !slot.is_str("__classdictcell__")
        {
            return Err(value_error(format_args!(
                "{} in __slots__ conflicts with class variable",
                ops::repr_text(slot.value())?
            )));
        }
        names.push(name);
    }
    Ok(names)
}

/// `__x` in class `C` is `_C__x`.
fn mangle(class_name: Ref<Str>, name: Ref<Str>) -> Ref<Str> {
    let text = name.to_string_lossy();
    let class = class_name.to_string_lossy();
    let stripped = class.trim_start_matches('_');
    if !text.starts_with("__") || text.ends_with("__") || stripped.is_empty() {
        return name.interned();
    }
    Str::intern(&format!("_{stripped}{text}"))
}

fn build(meta: Ref<Type>, name: Ref<Str>, bases: Ref<Tuple>, original: Ref<Dict>) -> R<Ref<Type>> {
    let base = best_base(bases.as_slice())?;
    check_name(name)?;
    // In the order that a subclass of dict has.
    let namespace = match original.value().exact::<Dict>() {
        Some(original) => original.copy(),
        None => {
            let copy = Dict::new();
            super::dict::methods::dict_update(copy, original.value())?;
            copy
        }
    };
    if let Some(doc) = namespace.get_str(names::get(names::__doc__)).and_then(|doc| doc.cast::<Str>()) {
        if doc.to_utf8().is_none() {
            super::codecs::encode::encode(super::codecs::Native::Utf8, doc, "strict")?;
        }
    }
    let boxed = is_boxed_layout(base);
    let base_words = base.words.get().max(if boxed { 2 } else { 1 });
    let mut words = base_words;
    let mut dict_word = base.dict_word.get();
    let mut members: Vec<(Ref<Str>, u16)> = Vec::new();
    let mut wants_dict = dict_word == 0;
    let mut flags = HEAPTYPE | BASETYPE | if boxed { BOXED } else { 0 };
    let may_weakref = bases.as_slice().iter().any(|b| b.exact_type().is_some_and(|b| b.has_flag(WEAKREFS)));
    flags |= if may_weakref { WEAKREFS } else { 0 };
    let inherits_dict = bases.as_slice().iter().any(|b| b.exact_type().is_some_and(|b| b.dict_word.get() != 0));
    // Instances of variable size have no room for slots or the list of weak references in CPython.
    let variable =
        [&super::int::INT, &super::tuple::TUPLE, &super::bytes::BYTES].iter().any(|def| base.is_subtype(def.class()));
    match namespace.get_str(names::get(names::__slots__)) {
        None if variable => {}
        None => flags |= WEAKREFS,
        Some(slots) => {
            wants_dict = wants_dict && inherits_dict;
            let slot_list = slot_names(name, namespace, slots)?;
            if variable && !slot_list.iter().all(|s| s.is_str("__dict__") || s.is_str("__weakref__")) {
                let shown = base.name();
                return Err(type_error(format_args!(
                    "nonempty __slots__ not supported for subtype of '{}'",
                    shown.display()
                )));
            }
            for slot in slot_list {
                if slot.is_str("__dict__") {
                    if base.dict_word.get() != 0 || wants_dict {
                        return Err(type_error("__dict__ slot disallowed: we already got one"));
                    }
                    wants_dict = true;
                } else if slot.is_str("__weakref__") {
                    if flags & WEAKREFS != 0 {
                        return Err(type_error("__weakref__ slot disallowed: we already got one"));
                    }
                    flags |= WEAKREFS;
                } else {
                    members.push((slot, 0));
                }
            }
        }
    }
    if base.is_subtype(TYPE.class()) {
        // Attributes of classes live in their own dict.
        wants_dict = false;
        if !members.is_empty() {
            return Err(type_error("nonempty __slots__ not supported for subtype of 'type'"));
        }
    }
    if wants_dict {
        dict_word = words;
        words += 1;
    }
    members.sort_by(|a, b| a.0.compare(&b.0));
    for (_, word) in &mut members {
        *word = words;
        words += 1;
    }
    let inherited_flags =
        bases.as_slice().iter().filter_map(|b| b.exact_type()).fold(0, |f, b| f | b.flags.get() & MATCH_SELF);
    let class = allocate(
        type_header(meta),
        Type {
            hdr: Header::EMPTY,
            name: Slot::new(name.interned()),
            qualname: Slot::new(name),
            base: Slot::new(base),
            bases: Slot::new(bases),
            mro: Slot::EMPTY,
            dict_slot: Slot::new(namespace),
            subclasses: Slot::EMPTY,
            slots: Cell::new(Slots::NONE),
            def: Cell::new(None),
            layout: Cell::new(base.layout.get()),
            flags: Cell::new(flags | inherited_flags),
            version: Cell::new(fresh_version()),
            words: Cell::new(words),
            dict_word: Cell::new(dict_word),
            inline: Cell::new(0),
            root_shape: Cell::new(0),
            dict_shape: Cell::new(0),
        },
    );
    let storage = if dict_word != 0 { Storage::Dict } else { Storage::Fixed };
    let Some(dict_shape) = shape::new(class, storage, Box::new([]), words, 0) else {
        return Err(crate::errors::memory_error());
    };
    class.dict_shape.set(dict_shape);
    if dict_word == 0 {
        class.root_shape.set(dict_shape);
    }
    // What the namespace says of the class.
    if let Some(qualname) = namespace.remove_str(names::get(names::__qualname__)) {
        match qualname.cast::<Str>() {
            Some(qualname) => class.qualname.set(class, qualname),
            None => {
                return Err(type_error(format_args!(
                    "type __qualname__ must be a str, not {}",
                    qualname.class().display_name()
                )));
            }
        }
    }
    if namespace.get_str(names::get(names::__module__)).is_none() {
        if let Some(module) = crate::interp::frame::current_module_name() {
            namespace.set_str(names::get(names::__module__), module);
        }
    }
    use crate::types::function::Function;
    use crate::types::method::{ClassMethod, StaticMethod};
    if let Some(f) = namespace.get_str(names::get(names::__new__)) {
        if f.exact::<Function>().is_some() {
            namespace.set_str(names::get(names::__new__), StaticMethod::new(f).value());
        }
    }
    for special in [names::__init_subclass__, names::__class_getitem__] {
        if let Some(f) = namespace.get_str(names::get(special)) {
            if f.exact::<Function>().is_some() {
                namespace.set_str(names::get(special), ClassMethod::new(f).value());
            }
        }
    }
    if namespace.get_str(names::get(names::__eq__)).is_some()
        && namespace.get_str(names::get(names::__hash__)).is_none()
    {
        namespace.set_str(names::get(names::__hash__), none());
    }
    let classcell = namespace.remove_str(names::get(names::__classcell__));
    let classdictcell = namespace.remove_str(names::get(names::__classdictcell__));
    for (member, word) in &members {
        namespace.set_str(*member, MemberDescriptor::new(class, *member, Member::Word(*word), false).value());
    }
    if wants_dict && !inherits_dict {
        namespace.set_str(names::get(names::__dict__), super::object_dir::dict_descriptor(class));
    }
    if flags & WEAKREFS != 0 && !may_weakref {
        namespace.set_str(Str::intern("__weakref__"), super::object_dir::weakref_descriptor(class));
    }
    if namespace.get_str(names::get(names::__doc__)).is_none() {
        namespace.set_str(names::get(names::__doc__), none());
    }
    let order = compute_mro(class)?;
    class.mro.set(class, Tuple::new(&order));
    // Patterns take instances for what the nearest class that says so is.
    let kinds = order.iter().skip(1).filter_map(|base| base.exact_type()).map(|base| base.flags.get());
    if let Some(kind) = kinds.map(|flags| flags & (SEQUENCE | MAPPING)).find(|kind| *kind != 0) {
        class.add_flags(kind);
    }
    if dict_word != 0 && !base.is_subtype(TYPE.class()) {
        class.inline.set(inline_slots(class, base));
    }
    slotdefs::update_all_slots(class);
    for base in bases.as_slice() {
        if let Some(base) = base.exact_type() {
            add_subclass(base, class);
        }
    }
    if let Some(cell) = classcell {
        match cell.exact::<super::cell::CellObject>() {
            Some(cell) => cell.contents.set(cell, class),
            None => {
                return Err(type_error(format_args!(
                    "type.__new__() got a bad __classcell__: expected a cell, got {}",
                    cell.class().display_name()
                )));
            }
        }
    }
    if let Some(cell) = classdictcell.and_then(|c| c.exact::<super::cell::CellObject>()) {
        cell.contents.set(cell, namespace);
    }
    Ok(class)
}

fn type_header(meta: Ref<Type>) -> u64 {
    pack(super::object::root_shape(meta), Kind::Values, 0, TYPE.traced)
}

/// Whether instances of classes derived from this one keep their payload in word 1.
fn is_boxed_layout(base: Ref<Type>) -> bool {
    base.has_flag(BOXED) || super::boxed_layouts().iter().any(|def| std::ptr::eq(*def, base.layout.get()))
}

/// How many inline attributes to give room: those that the class's own and inherited code assigns to
/// `self`, which the compiler lists in `__static_attributes__`.
fn inline_slots(class: Ref<Type>, base: Ref<Type>) -> u16 {
    let own = class
        .dict()
        .get_str(names::get(names::__static_attributes__))
        .and_then(|v| v.cast::<Tuple>())
        .map_or(0, |names| names.len() as u16);
    (base.inline.get() + own).clamp(if own == 0 && base.inline.get() == 0 { 4 } else { 1 }, 48)
}

/// Calls `__set_name__` of the attributes that have one.
fn set_names(class: Ref<Type>) -> R<()> {
    for (key, value) in class.dict().items() {
        let name = names::get(names::__set_name__);
        let Some(found) = value.class().lookup(name) else { continue };
        if call::call_bound(found, value, &[class.value(), key]).is_err() {
            errors::add_note(&format!(
                "Error calling __set_name__ on '{}' instance {} in '{}'",
                value.class().display_name(),
                ops::repr_text(key).unwrap_or_default(),
                class.name().display()
            ));
            return Err(crate::value::Raised);
        }
    }
    Ok(())
}

/// Calls the parent's `__init_subclass__` with the class statement's keywords.
fn init_subclass(class: Ref<Type>, args: Args) -> R<()> {
    let parent = super::super_::Super::lookup(class, class.value(), names::get(names::__init_subclass__))?;
    let Some(parent) = parent else { return Ok(()) };
    let values: Vec<Value> = args.keywords().map(|(_, value)| value).collect();
    call::call_args(parent, Args { all: &values, names: args.names })?;
    Ok(())
}
