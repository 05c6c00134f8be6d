//! `types.SimpleNamespace`.

use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method};
use crate::object::reference::allocate;
use crate::object::singletons::not_implemented;
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, attr, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The object: nothing but attributes.
#[repr(C)]
pub struct SimpleNamespace {
    hdr: Header,
    dict: Slot,
}

impl Builtin for SimpleNamespace {
    const DEF: &'static TypeDef = &SIMPLE_NAMESPACE;
}

impl SimpleNamespace {
    /// A namespace with these attributes.
    pub fn new(attributes: &[(&str, Value)]) -> Ref<SimpleNamespace> {
        let dict = Dict::new();
        for (name, value) in attributes {
            dict.set_str(Str::intern(name), *value);
        }
        allocate(SIMPLE_NAMESPACE.header(), SimpleNamespace { hdr: Header::EMPTY, dict: Slot::new(dict) })
    }
}

fn dict(v: Value) -> Ref<Dict> {
    attr::instance_dict(v).unwrap_or_else(Dict::new)
}

fn init(v: Value, args: Args) -> R<()> {
    let given = args.pos();
    if given.len() > 1 {
        return Err(type_error(format_args!(
            "{} expected at most 1 positional argument, got {}",
            v.class().name().display(),
            given.len()
        )));
    }
    let own = dict(v);
    if let Some(source) = given.first() {
        let source = match source.cast::<Dict>() {
            Some(source) => source,
            None => call::call(super::dict::DICT.class().value(), &[*source])?.expect::<Dict>(),
        };
        for (key, value) in source.items() {
            if key.cast::<Str>().is_none() {
                return Err(type_error("keywords must be strings"));
            }
            own.set(key, value)?;
        }
    }
    for (name, value) in args.keywords() {
        own.set_str(name.interned(), value);
    }
    Ok(())
}

fn repr(v: Value) -> R {
    let class = v.class();
    let name = if class == SIMPLE_NAMESPACE.class() { "namespace".to_string() } else { class.name().to_string_lossy() };
    let Some(_guard) = super::repr_guard::enter(v) else { return Ok(Str::new(&format!("{name}(...)")).value()) };
    let mut items = Vec::new();
    for (key, value) in dict(v).items() {
        let Some(key) = key.cast::<Str>().filter(|k| !k.is_empty()) else { continue };
        items.push(format!("{}={}", key.display(), ops::repr_text(value)?));
    }
    Ok(Str::from_string(format!("{name}({})", items.join(", "))))
}

pub static SIMPLE_NAMESPACE: TypeDef = TypeDef {
    name: "types.SimpleNamespace",
    slots: Slots {
        new: Some(|class, _| Ok(super::object::allocate_fixed(class))),
        init: Some(init),
        repr: Some(repr),
        compare: Some(|a, b, op| {
            if a.cast::<SimpleNamespace>().is_none() || b.cast::<SimpleNamespace>().is_none() {
                return Ok(not_implemented());
            }
            ops::compare(dict(a).value(), dict(b).value(), op)
        }),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__reduce__", |v| {
            Ok(Tuple::new(&[v.class().value(), Tuple::empty().value(), dict(v).value()]).value())
        }),
        Method::full("__replace__", |v, args| {
            if !args.pos().is_empty() {
                return Err(type_error("__replace__() takes no positional arguments"));
            }
            let made = call::call(v.class().value(), &[])?;
            let own = dict(made);
            for (key, value) in dict(v).items() {
                own.set(key, value)?;
            }
            for (name, value) in args.keywords() {
                own.set_str(name.interned(), value);
            }
            Ok(made)
        }),
    ],
    getset: &[GetSet::get("__dict__", |v| Ok(dict(v).value()))],
    flags: BASETYPE | HAS_DICT | crate::object::define::UNHASHABLE,
    words: TypeDef::words_of::<SimpleNamespace>(),
    traced: 1,
    ..TypeDef::BASE
};
