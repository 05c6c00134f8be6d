//! Trees of `ast` objects in the front end's terms, for `compile(tree, ...)`. What is no tree is refused here.

use super::Declaration;
use crate::errors::{R, type_error, value_error};
use crate::object::attr;
use crate::object::singletons::{boolean, ellipsis};
use crate::ops;
use crate::state::state;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{complex, float, int};
use crate::value::Value;
use std::collections::HashMap;
use std::sync::OnceLock;
use taipan_frontend::tree::{Node, Tree};

/// A class of the grammar.
struct Class {
    name: &'static str,
    /// The sum that it belongs to.
    sum: &'static str,
    fields: Vec<(&'static str, &'static str)>,
    has_place: bool,
}

fn classes() -> &'static HashMap<&'static str, Class> {
    static CLASSES: OnceLock<HashMap<&'static str, Class>> = OnceLock::new();
    CLASSES.get_or_init(|| {
        let mut all = HashMap::new();
        let (mut sum, mut has_place) = ("", false);
        for line in super::grammar::GRAMMAR.lines() {
            let declaration = match line.strip_prefix("    ") {
                Some(constructor) => Declaration::parse(constructor),
                None => {
                    let Some((name, attributes)) = line.split_once(':') else { continue };
                    let product = Declaration::parse(name);
                    (sum, has_place) = (product.name, !attributes.trim().is_empty());
                    product
                }
            };
            let (name, fields) = (declaration.name, declaration.fields);
            all.insert(name, Class { name, sum, fields, has_place });
        }
        all
    })
}

/// The grammar's class of an object, which may be of a subclass.
fn class_of(v: Value) -> Option<&'static Class> {
    let root = super::node::AST.class();
    let mut known = |class: crate::object::Ref<crate::object::Type>| {
        class.is_subtype(root).then(|| classes().get(class.name().to_string_lossy().as_str())).flatten()
    };
    v.class().mro_classes().find_map(&mut known)
}

/// Whether it is a tree at all.
pub fn is_tree(v: Value) -> bool {
    v.class().is_subtype(super::node::AST.class())
}

/// The tree; its root is to be of this class.
pub fn read(v: Value, root: &str) -> R<Tree> {
    match class_of(v) {
        Some(class) if class.name == root => node(v, class),
        _ => Err(type_error(format_args!("expected {root} node, got {}", v.class().display_name()))),
    }
}

fn node(v: Value, class: &'static Class) -> R<Tree> {
    state().check_native_stack()?;
    let mut fields = Vec::with_capacity(class.fields.len());
    for (kind, name) in &class.fields {
        let value = attr::find(v, Str::intern(name))?;
        fields.push(field(value, kind, name, class)?);
    }
    let mut span = None;
    if class.has_place {
        let mut place = [0; 4];
        for (i, name) in ["lineno", "col_offset", "end_lineno", "end_col_offset"].iter().enumerate() {
            place[i] = match attr::find(v, Str::intern(name))?.filter(|n| !n.is_none()) {
                Some(number) => ops::as_i64(number)?.clamp(0, i32::MAX.into()) as u32,
                None if i < 2 => {
                    return Err(type_error(format_args!("required field \"{name}\" missing from {}", class.sum)));
                }
                None => place[i - 2],
            };
        }
        span = Some(place);
    }
    Ok(Tree::Node(Node { class: class.name, fields, span }))
}

fn field(value: Option<Value>, kind: &str, name: &str, class: &Class) -> R<Tree> {
    let one = kind.trim_end_matches(['?', '*']);
    if kind.ends_with('*') {
        let Some(value) = value else { return Ok(Tree::List(Vec::new())) };
        let Some(list) = value.cast::<List>() else {
            return Err(type_error(format_args!(
                "{} field \"{name}\" must be a list, not a {}",
                class.name,
                value.class().display_name()
            )));
        };
        let items = list.as_slice().to_vec();
        let may_lack =
            one.ends_with('?') || matches!((class.name, name), ("Dict", "keys") | ("arguments", "kw_defaults"));
        let read = |item: &Value| match item.is_none() {
            true if may_lack => Ok(Tree::None),
            true => Err(value_error(format_args!("None disallowed in {} list", list_kind(one)))),
            false => single(*item, one),
        };
        return Ok(Tree::List(items.iter().map(read).collect::<R<_>>()?));
    }
    match value {
        None if kind.ends_with('?') => Ok(Tree::None),
        None if one == "expr_context" => Ok(Tree::Node(Node { class: "Load", fields: Vec::new(), span: None })),
        None => Err(type_error(format_args!("required field \"{name}\" missing from {}", class.name))),
        Some(value) if value.is_none() && kind.ends_with('?') => Ok(Tree::None),
        Some(value) if value.is_none() && one != "constant" => {
            Err(value_error(format_args!("field '{name}' is required for {}", class.name)))
        }
        Some(value) => single(value, one),
    }
}

fn list_kind(kind: &str) -> &str {
    match kind {
        "expr" => "expression",
        "stmt" => "statement",
        other => other,
    }
}

fn single(value: Value, kind: &str) -> R<Tree> {
    match kind {
        "identifier" => match value.cast::<Str>() {
            Some(text) => Ok(Tree::Str(text.to_string_lossy())),
            None => Err(type_error("AST identifier must be of type str")),
        },
        "string" => match value.cast::<Str>() {
            Some(text) => Ok(Tree::Str(text.to_string_lossy())),
            None => Err(type_error("AST string must be of type str")),
        },
        "int" => match int::as_int(value) {
            Some(_) => Ok(Tree::Int(ops::as_i64(value)?.to_string())),
            None => Err(value_error(format_args!("invalid integer value: {}", ops::repr_text(value)?))),
        },
        "constant" => constant(value),
        _ => match class_of(value) {
            Some(class) if class.sum == kind => node(value, class),
            _ => Err(type_error(format_args!("expected some sort of {kind}, but got {}", ops::repr_text(value)?))),
        },
    }
}

fn constant(v: Value) -> R<Tree> {
    if v.is_none() {
        return Ok(Tree::None);
    }
    if v.is(ellipsis()) {
        return Ok(Tree::Ellipsis);
    }
    for flag in [false, true] {
        if v.is(boolean(flag)) {
            return Ok(Tree::Bool(flag));
        }
    }
    if let Some(text) = v.exact::<Str>() {
        return Ok(Tree::Str(text.to_string_lossy()));
    }
    if let Some(bytes) = v.exact::<Bytes>() {
        return Ok(Tree::Bytes(bytes.as_slice().to_vec()));
    }
    if let Some(tuple) = v.exact::<Tuple>() {
        return Ok(Tree::List(tuple.as_slice().iter().map(|item| constant(*item)).collect::<R<_>>()?));
    }
    if int::exact(v).is_some() {
        return Ok(Tree::Int(ops::repr_text(v)?));
    }
    if let Some(x) = float::as_f64(v) {
        return Ok(Tree::Float(x));
    }
    match complex::parts(v) {
        Some((real, imag)) => Ok(Tree::Complex(real, imag)),
        None => {
            let class = v.class().display_name();
            Err(type_error(format_args!("got an invalid type in Constant: {class}")))
        }
    }
}
