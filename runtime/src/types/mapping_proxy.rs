//! `mappingproxy`: a read-only view of a mapping.

use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::names::{self, Name};
use crate::object::args::Params;
use crate::object::class::slots_of;
use crate::object::define::{MAPPING, Method};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::slots::BinOp;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The object.
#[repr(C)]
pub struct MappingProxy {
    hdr: Header,
    mapping: Slot,
}

impl Builtin for MappingProxy {
    const DEF: &'static TypeDef = &MAPPING_PROXY;
}

impl MappingProxy {
    pub fn new(mapping: Value) -> Ref<MappingProxy> {
        allocate(MAPPING_PROXY.header(), MappingProxy { hdr: Header::EMPTY, mapping: Slot::new(mapping) })
    }

    pub fn mapping(&self) -> Value {
        self.mapping.value()
    }
}

fn inner(v: Value) -> Value {
    v.expect::<MappingProxy>().mapping()
}

fn unwrap(v: Value) -> Value {
    v.exact::<MappingProxy>().map_or(v, |proxy| proxy.mapping())
}

fn method(v: Value, name: Name, args: &[Value]) -> R {
    call::call_method(inner(v), names::get(name), args)
}

fn new(_: Ref<Type>, args: Args) -> R {
    static PARAMS: Params = Params { function: "mappingproxy", names: &["mapping"], required: 1, positional: 1 };
    let [mapping] = args.bind(&PARAMS)?;
    let mapping = mapping.unwrap_or_else(none);
    if slots_of(mapping).getitem.is_none() || mapping.cast::<List>().is_some() || mapping.cast::<Tuple>().is_some() {
        return Err(type_error(format_args!(
            "mappingproxy() argument must be a mapping, not {}",
            mapping.class().display_name()
        )));
    }
    Ok(MappingProxy::new(mapping).value())
}

pub static MAPPING_PROXY: TypeDef = TypeDef {
    name: "mappingproxy",
    slots: Slots {
        new: Some(new),
        repr: Some(|v| Ok(Str::new(&format!("mappingproxy({})", ops::repr_text(inner(v))?)).value())),
        str: Some(|v| ops::str(inner(v))),
        hash: Some(|v| ops::hash::hash(inner(v))),
        compare: Some(|a, b, op| ops::compare(inner(a), unwrap(b), op)),
        iter: Some(|v| ops::iter::iter(inner(v))),
        len: Some(|v| ops::len(inner(v))),
        getitem: Some(|v, key| ops::subscript::getitem(inner(v), key)),
        contains: Some(|v, key| match inner(v).exact::<Dict>() {
            Some(dict) => dict.contains(key),
            None => ops::contains(inner(v), key),
        }),
        ..Slots::NONE.bin(BinOp::Or, |a, b| ops::binary(BinOp::Or, unwrap(a), unwrap(b))).ibin(BinOp::Or, |a, _| {
            Err(type_error(format_args!("'|=' is not supported by {}; use '|' instead", a.class().display_name())))
        })
    },
    methods: &[
        Method::pos(
            "get",
            |v, args| {
                call::call_method(inner(v), Str::intern("get"), &[args[0], args.get(1).copied().unwrap_or_else(none)])
            },
            1,
            2,
        ),
        Method::none("keys", |v| method(v, names::keys, &[])),
        Method::none("values", |v| method(v, names::values, &[])),
        Method::none("items", |v| method(v, names::items, &[])),
        Method::none("copy", |v| method(v, names::copy, &[])),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
        Method::none("__reversed__", |v| method(v, names::__reversed__, &[])),
    ],
    flags: MAPPING,
    words: TypeDef::words_of::<MappingProxy>(),
    traced: 1,
    ..TypeDef::BASE
};
