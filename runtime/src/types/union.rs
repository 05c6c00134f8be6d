//! `typing.Union` (also `types.UnionType`): `int | str`.

use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::names;
use crate::object::define::{GetSet, Method, NO_NEW, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Builtin, Ref, Slot, Slots, TypeDef, attr, call};
use crate::ops;
use crate::types::generic_alias::{GenericAlias, parameters_of, substitute, type_repr};
use crate::types::none::NONE_TYPE;
use crate::types::set;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The object.
#[repr(C)]
pub struct Union {
    hdr: Header,
    /// The members, a tuple of two or more.
    args: Slot,
}

impl Builtin for Union {
    const DEF: &'static TypeDef = &UNION;
}

/// The members of a union.
pub fn members(v: Value) -> Option<Vec<Value>> {
    v.exact::<Union>().map(|union| union.args.object::<Tuple>().as_slice().to_vec())
}

fn args(v: Value) -> Ref<Tuple> {
    v.expect::<Union>().args.object()
}

/// Whether `|` with a type makes a union.
fn is_unionable(v: Value) -> bool {
    v.is_none()
        || v.exact_type().is_some()
        || v.cast::<GenericAlias>().is_some()
        || v.exact::<Union>().is_some()
        || v.class().display_name() == "typing.TypeAliasType"
}

/// The `|` slot of types.
pub fn union_or(a: Value, b: Value) -> R {
    if !is_unionable(a) || !is_unionable(b) {
        return Ok(not_implemented());
    }
    make(&[a, b])
}

/// The union of these types, flat and without duplicates; a single one is itself.
pub fn make(items: &[Value]) -> R {
    let mut flat: Vec<Value> = Vec::with_capacity(items.len());
    for &item in items {
        match members(item) {
            Some(inner) => {
                for item in inner {
                    add_unique(&mut flat, item)?;
                }
            }
            None => add_unique(&mut flat, if item.is_none() { NONE_TYPE.class().value() } else { item })?,
        }
    }
    match *flat {
        [] => Err(type_error("Cannot take a Union of no types.")),
        [one] => Ok(one),
        _ => Ok(allocate(UNION.header(), Union { hdr: Header::EMPTY, args: Slot::new(Tuple::new(&flat)) }).value()),
    }
}

fn add_unique(flat: &mut Vec<Value>, item: Value) -> R<()> {
    for &known in flat.iter() {
        if known.is(item) {
            return Ok(());
        }
        // `list[int]` and `list[int]` are equal though not the same; so may be literals.
        let both_types = known.exact_type().is_some() && item.exact_type().is_some();
        if !both_types && known.class() == item.class() && ops::equal(known, item)? {
            return Ok(());
        }
    }
    flat.push(item);
    Ok(())
}

/// A member given to `Union[...]`: what is no type yet is for `typing` to judge.
fn checked_member(item: Value) -> R {
    if item.is_none() || is_unionable(item) {
        return Ok(item);
    }
    let typing = ops::import::import(Str::intern("typing"), None, none(), 0)?;
    let check = attr::getattr(typing, Str::intern("_type_check"))?;
    call::call(check, &[item, Str::new("Union[arg, ...]: each arg must be a type.").value()])
}

/// `Union[item]`.
fn class_getitem(_: Value, item: Value) -> R {
    let items = match item.cast::<Tuple>() {
        Some(items) => items,
        None => Tuple::new(&[item]),
    };
    let checked: R<Vec<Value>> = items.as_slice().iter().map(|item| checked_member(*item)).collect();
    make(&checked?)
}

fn repr(v: Value) -> R {
    let shown: R<Vec<String>> = args(v)
        .as_slice()
        .iter()
        .map(|member| if member.is(NONE_TYPE.class().value()) { Ok("None".into()) } else { type_repr(*member) })
        .collect();
    Ok(Str::new(&shown?.join(" | ")).value())
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.exact::<Union>(), b.exact::<Union>()) else { return Ok(not_implemented()) };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(not_implemented());
    }
    let (x, y) = (x.args.object::<Tuple>(), y.args.object::<Tuple>());
    let mut same = x.len() == y.len();
    for member in x.as_slice() {
        if !same {
            break;
        }
        same = ops::contains(y.value(), *member)?;
    }
    Ok(boolean(same == (op == CmpOp::Eq)))
}

fn getattr(v: Value, name: Ref<Str>) -> R {
    if name == names::get(names::__module__) {
        return attr::getattr(v.class().value(), name);
    }
    attr::generic_getattr(v, name)
}

fn getitem(v: Value, item: Value) -> R {
    let members = args(v);
    let parameters = parameters_of(members.as_slice())?;
    let replaced = substitute(v, members.as_slice(), parameters, item)?;
    let checked: R<Vec<Value>> = replaced.into_iter().map(checked_member).collect();
    make(&checked?)
}

pub static UNION: TypeDef = TypeDef {
    name: "typing.Union",
    slots: Slots {
        repr: Some(repr),
        hash: Some(|v| ops::hash::hash(set::frozen_from_items(args(v).as_slice())?)),
        getattr: Some(getattr),
        compare: Some(compare),
        getitem: Some(getitem),
        ..Slots::NONE.bin(BinOp::Or, union_or)
    },
    methods: &[
        Method::one("__mro_entries__", |v, _| Err(type_error(format_args!("Cannot subclass {}", ops::repr_text(v)?)))),
        Method::one("__class_getitem__", class_getitem).class_method(),
    ],
    getset: &[
        GetSet::get("__args__", |v| Ok(args(v).value())),
        GetSet::get("__name__", |_| Ok(Str::intern("Union").value())),
        GetSet::get("__qualname__", |_| Ok(Str::intern("Union").value())),
        GetSet::get("__origin__", |_| Ok(UNION.class().value())),
        GetSet::get("__parameters__", |v| Ok(parameters_of(args(v).as_slice())?.value())),
    ],
    flags: NO_NEW | WEAKREFS,
    words: TypeDef::words_of::<Union>(),
    traced: 1,
    ..TypeDef::BASE
};
