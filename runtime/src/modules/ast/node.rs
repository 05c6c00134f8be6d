//! `ast.AST`: what all nodes of syntax trees share.

use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::modules::warnings;
use crate::names;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, WEAKREFS};
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, attr, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions::DEPRECATION_WARNING;
use crate::types::generic_alias::GenericAlias;
use crate::types::list::List;
use crate::types::object::allocate_fixed;
use crate::types::object_dir::{get_dict, set_dict};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The object.
#[repr(C)]
pub(super) struct Node {
    hdr: Header,
    dict: Slot,
}

impl Builtin for Node {
    const DEF: &'static TypeDef = &AST;
}

/// Levels of nodes that `repr` shows.
const DEPTH: u32 = 3;

/// A tuple of names that the class has, `_fields` or `_attributes`.
fn names_of(v: Value, which: &str) -> R<Vec<Ref<Str>>> {
    let Some(found) = attr::find(v.class().value(), Str::intern(which))? else { return Ok(Vec::new()) };
    Ok(ops::iter::to_vec(found)?.into_iter().filter_map(|name| name.cast::<Str>()).map(Ref::interned).collect())
}

fn init(v: Value, args: Args) -> R<()> {
    let class = v.class().display_name();
    let fields = names_of(v, "_fields")?;
    let given = args.pos();
    if given.len() > fields.len() {
        let s = if fields.len() == 1 { "" } else { "s" };
        return Err(type_error(format_args!(
            "{} constructor takes at most {} positional argument{s}",
            v.class().name().display(),
            fields.len()
        )));
    }
    let mut left: Vec<Ref<Str>> = fields[given.len()..].to_vec();
    for (name, value) in fields.iter().zip(given) {
        attr::setattr(v, *name, Some(*value))?;
    }
    let attributes = names_of(v, "_attributes")?;
    for (name, value) in args.keywords() {
        if fields.iter().any(|field| field.equals(&name)) {
            let Some(at) = left.iter().position(|field| field.equals(&name)) else {
                return Err(type_error(format_args!(
                    "{class} got multiple values for argument {}",
                    ops::repr_text(name.value())?
                )));
            };
            left.remove(at);
        } else if !attributes.iter().any(|attribute| attribute.equals(&name)) {
            let message = format!(
                "{class}.__init__ got an unexpected keyword argument {}. Support for arbitrary keyword arguments is \
                 deprecated and will be removed in Python 3.15.",
                ops::repr_text(name.value())?
            );
            warnings::warn(&DEPRECATION_WARNING, &message, 1)?;
        }
        attr::setattr(v, name.interned(), Some(value))?;
    }
    match attr::find(v.class().value(), Str::intern("_field_types"))?.and_then(|types| types.cast::<Dict>()) {
        Some(types) => left.into_iter().try_for_each(|name| fill(v, name, types)),
        None => Ok(()),
    }
}

/// What a field is that was not given: an empty list, None, the context of loading; a deprecation else.
fn fill(v: Value, name: Ref<Str>, types: Ref<Dict>) -> R<()> {
    let class = v.class().display_name();
    let Some(kind) = types.get_str(name) else {
        let message = format!(
            "Field {} is missing from {class}._field_types. This will become an error in Python 3.15.",
            ops::repr_text(name.value())?
        );
        return warnings::warn(&DEPRECATION_WARNING, &message, 1);
    };
    if crate::types::union::members(kind).is_some() {
        return Ok(()); // the class has None
    }
    if kind.cast::<GenericAlias>().is_some() {
        return attr::setattr(v, name, Some(List::new(&[]).value()));
    }
    if kind.exact_type().is_some_and(|kind| kind.name().is_str("expr_context")) {
        if let Some(load) = crate::modules::create_and_get("_ast", "Load")? {
            return attr::setattr(v, name, Some(call::call(load, &[])?));
        }
    }
    let message = format!(
        "{class}.__init__ missing 1 required positional argument: '{}'. This will become an error in Python 3.15.",
        name.display()
    );
    warnings::warn(&DEPRECATION_WARNING, &message, 1)
}

fn shown(v: Value, depth: u32) -> R<String> {
    if v.cast::<Node>().is_some() {
        return shown_node(v, depth);
    }
    let (items, open, close) = match (v.cast::<List>(), v.cast::<Tuple>()) {
        (Some(list), _) => (list.as_slice().to_vec(), '[', ']'),
        (_, Some(tuple)) => (tuple.as_slice().to_vec(), '(', ')'),
        _ => return ops::repr_text(v),
    };
    // Of many, the first and the last.
    let inner = match items[..] {
        [] => String::new(),
        [one] => shown(one, depth)?,
        [first, last] => format!("{}, {}", shown(first, depth)?, shown(last, depth)?),
        [first, .., last] => format!("{}, ..., {}", shown(first, depth)?, shown(last, depth)?),
    };
    Ok(format!("{open}{inner}{close}"))
}

fn shown_node(v: Value, depth: u32) -> R<String> {
    crate::state::state().check_native_stack()?;
    let class = v.class().display_name();
    let Some(inner) = depth.checked_sub(1) else { return Ok(format!("{class}(...)")) };
    let mut parts = Vec::new();
    for name in names_of(v, "_fields")? {
        parts.push(format!("{}={}", name.display(), shown(attr::getattr(v, name)?, inner)?));
    }
    Ok(format!("{class}({})", parts.join(", ")))
}

/// The fields go as attributes; None stands for each, so that making the copy warns of none.
fn reduce(v: Value) -> R {
    let dict = get_dict(v)?;
    let Some(attributes) = dict.cast::<Dict>() else { return Err(type_error("__dict__ is not a dict")) };
    let fields = names_of(v, "_fields")?;
    let count = fields.iter().take_while(|name| attributes.get_str(**name).is_some()).count();
    let args = Tuple::new(&vec![none(); count]).value();
    Ok(Tuple::new(&[v.class().value(), args, attributes.copy().value()]).value())
}

fn replace(v: Value, args: Args) -> R {
    if !args.pos().is_empty() {
        return Err(type_error("__replace__() takes no positional arguments"));
    }
    let class = v.class();
    let mut names = names_of(v, "_fields")?;
    names.extend(names_of(v, "_attributes")?);
    for (name, _) in args.keywords() {
        if !names.iter().any(|known| known.equals(&name)) {
            return Err(type_error(format_args!(
                "{}.__replace__ got an unexpected keyword argument {}.",
                class.display_name(),
                ops::repr_text(name.value())?
            )));
        }
    }
    let made = allocate_fixed(class);
    for name in names {
        let value = match args.keywords().find(|(given, _)| given.equals(&name)) {
            Some((_, value)) => Some(value),
            None => attr::instance_get(v, name),
        };
        if let Some(value) = value {
            attr::setattr(made, name, Some(value))?;
        }
    }
    Ok(made)
}

pub(super) static AST: TypeDef = TypeDef {
    name: "ast.AST",
    slots: Slots {
        new: Some(|class, _| Ok(allocate_fixed(class))),
        init: Some(init),
        repr: Some(|v| Ok(Str::from_string(shown_node(v, DEPTH)?))),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", reduce), Method::full("__replace__", replace)],
    getset: &[GetSet::both("__dict__", get_dict, set_dict)],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    words: TypeDef::words_of::<Node>(),
    traced: 1,
    extra: Some(|class| {
        let dict = class.dict();
        for name in ["_fields", "_attributes"] {
            dict.set_str_text(name, Tuple::empty().value());
        }
        dict.set_str(names::get(names::__match_args__), Tuple::empty().value());
    }),
    ..TypeDef::BASE
};
