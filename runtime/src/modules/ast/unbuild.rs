//! Objects of `ast` as the front end's syntax tree, for `compile(tree, ...)`: the way back from [`super::build`].
//!
//! The grammar says what each field holds; what an object has is checked against it, with CPython's messages.

use super::Declaration;
use super::grammar::GRAMMAR;
use crate::errors::{R, type_error, value_error};
use crate::object::{Ref, Type, attr};
use crate::ops;
use crate::state::state;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{complex, float, int, set};
use crate::value::Value;
use std::collections::HashMap;
use taipan_frontend::tree::{Node, Tree};

/// A constructor of the grammar.
struct Rule {
    declaration: Declaration<'static>,
    /// The sum that it belongs to.
    sum: &'static str,
}

struct Reader {
    rules: HashMap<&'static str, Rule>,
    /// The class of each constructor, to find a node's by.
    classes: Vec<(Ref<Type>, &'static str)>,
    /// The sums whose nodes say where they are.
    placed: Vec<&'static str>,
}

/// The tree of a root that `mode` can have.
pub fn unbuild(root: Value, mode: &str) -> R<Tree> {
    let module = crate::ops::import::find_and_load(Str::intern("_ast"))?;
    let Some(module) = module.cast::<Module>() else { return Err(crate::errors::import_error("_ast is no module")) };
    let mut reader = Reader { rules: HashMap::new(), classes: Vec::new(), placed: Vec::new() };
    let mut sum = "";
    for line in GRAMMAR.lines() {
        let declaration = match line.strip_prefix("    ") {
            Some(constructor) => Declaration::parse(constructor),
            None => {
                let Some((name, attributes)) = line.split_once(':') else { continue };
                let declaration = Declaration::parse(name);
                sum = declaration.name;
                if !attributes.trim().is_empty() {
                    reader.placed.push(sum);
                }
                if !name.contains('(') {
                    continue;
                }
                declaration
            }
        };
        let name = declaration.name;
        if let Some(class) = module.get(name).and_then(|class| class.exact_type()) {
            reader.classes.push((class, name));
        }
        reader.rules.insert(name, Rule { declaration, sum });
    }
    let wanted = match mode {
        "eval" => "Expression",
        "single" => "Interactive",
        _ => "Module",
    };
    let class = module.get(wanted).and_then(|class| class.exact_type());
    if !class.is_some_and(|class| root.class().is_subtype(class)) {
        return Err(type_error(format_args!("expected {wanted} node, got {}", root.class().name().display())));
    }
    reader.node(root, "mod")
}

impl Reader {
    /// The tree of a node that belongs to a sum (or is a product).
    fn node(&self, v: Value, sum: &str) -> R<Tree> {
        state().check_native_stack()?;
        // A place is looked for first, as CPython does.
        let span = if self.placed.contains(&sum) { Some(self.place(v, sum)?) } else { None };
        let class = v.class();
        let name = class
            .mro_classes()
            .find_map(|base| self.classes.iter().find(|(known, _)| *known == base).map(|(_, name)| *name))
            .filter(|name| self.rules.get(name).is_some_and(|rule| rule.sum == sum));
        let Some((name, rule)) = name.and_then(|name| Some((name, self.rules.get(name)?))) else {
            return Err(type_error(format_args!("expected some sort of {sum}, but got {}", ops::repr_text(v)?)));
        };
        let fields = rule
            .declaration
            .fields
            .iter()
            .map(|(kind, field)| self.field(v, name, kind, field))
            .collect::<R<Vec<_>>>()?;
        Ok(Tree::Node(Node { class: name, fields, span }))
    }

    /// Where a node is. The end is where it begins, if it is not known.
    fn place(&self, v: Value, sum: &str) -> R<[u32; 4]> {
        let number = |name: &str, default: Option<i64>| -> R<i64> {
            match attr::find(v, Str::intern(name))?.filter(|n| !n.is_none() || default.is_none()) {
                Some(n) => integer(n),
                None => match default {
                    Some(default) => Ok(default),
                    None => Err(type_error(format_args!("required field \"{name}\" missing from {sum}"))),
                },
            }
        };
        let (line, column) = (number("lineno", None)?, number("col_offset", None)?);
        let (end_line, end_column) = (number("end_lineno", Some(line))?, number("end_col_offset", Some(column))?);
        if line > end_line {
            return Err(value_error(format_args!("AST node line range ({line}, {end_line}) is not valid")));
        }
        if (line < 0 && end_line != line) || (column < 0 && column != end_column) {
            let (from, to) = if line < 0 { (line, end_line) } else { (column, end_column) };
            let what = if line < 0 { "line" } else { "column" };
            return Err(value_error(format_args!(
                "AST node column range ({from}, {to}) for {what} range ({line}, {end_line}) is not valid"
            )));
        }
        if line == end_line && column > end_column {
            return Err(value_error(format_args!("line {line}, column {column}-{end_column} is not a valid range")));
        }
        let word = |n: i64| n.clamp(0, u32::MAX as i64) as u32;
        Ok([word(line).max(1), word(column), word(end_line).max(1), word(end_column)])
    }

    fn field(&self, v: Value, class: &str, kind: &str, name: &str) -> R<Tree> {
        let found = attr::find(v, Str::intern(name))?;
        if let Some(items) = kind.strip_suffix('*') {
            let Some(found) = found else { return Ok(Tree::List(Vec::new())) };
            let Some(list) = found.cast::<List>() else {
                return Err(type_error(format_args!(
                    "{class} field \"{name}\" must be a list, not a {}",
                    found.class().display_name()
                )));
            };
            let len = list.len();
            let mut trees = Vec::with_capacity(len);
            while let Some(item) = list.get(trees.len()) {
                // An item may be None where the grammar has it so, and in lists of nodes, where it is an error later.
                let tree = match items.strip_suffix('?') {
                    _ if item.is_none() && items != "identifier" => Tree::None,
                    Some(kind) => self.one(item, kind)?,
                    None => self.one(item, items)?,
                };
                trees.push(tree);
                if list.len() != len {
                    return Err(crate::errors::runtime_error(format_args!(
                        "{class} field \"{name}\" changed size during iteration"
                    )));
                }
            }
            return Ok(Tree::List(trees));
        }
        if let Some(kind) = kind.strip_suffix('?') {
            return match found.filter(|found| !found.is_none()) {
                Some(found) => self.one(found, kind),
                None => Ok(Tree::None),
            };
        }
        match found {
            Some(found) if !found.is_none() || kind == "constant" => self.one(found, kind),
            Some(_) => Err(value_error(format_args!("field '{name}' is required for {class}"))),
            // The context of an expression is that of loading, if nothing else is said.
            None if kind == "expr_context" => Ok(Tree::Node(Node { class: "Load", fields: Vec::new(), span: None })),
            None => Err(type_error(format_args!("required field \"{name}\" missing from {class}"))),
        }
    }

    /// A value of a type of the grammar.
    fn one(&self, v: Value, kind: &str) -> R<Tree> {
        match kind {
            "identifier" => match v.exact::<Str>() {
                Some(text) => Ok(Tree::Str(text.to_string_lossy())),
                None => Err(type_error("AST identifier must be of type str")),
            },
            "string" => match v.cast::<Str>() {
                Some(text) => Ok(Tree::Str(text.to_string_lossy())),
                None if v.cast::<Bytes>().is_some() => Ok(Tree::None),
                None => Err(type_error("AST string must be of type str")),
            },
            "int" => Ok(Tree::Int(integer(v)?.to_string())),
            "constant" => constant(v),
            kind => self.node(v, kind),
        }
    }
}

fn integer(v: Value) -> R<i64> {
    match int::as_int(v) {
        Some(n) => match n.to_i64().filter(|n| i32::try_from(*n).is_ok()) {
            Some(n) => Ok(n),
            None => Err(crate::errors::overflow_error("Python int too large to convert to C int")),
        },
        None => Err(value_error(format_args!("invalid integer value: {}", ops::repr_text(v)?))),
    }
}

/// The value of a `Constant`.
fn constant(v: Value) -> R<Tree> {
    state().check_native_stack()?;
    let items = |items: Vec<Value>| items.into_iter().map(constant).collect::<R<Vec<_>>>();
    if v.is_none() {
        return Ok(Tree::None);
    }
    if v.is(crate::object::singletons::ellipsis()) {
        return Ok(Tree::Ellipsis);
    }
    if v.is(crate::object::singletons::boolean(true)) || v.is(crate::object::singletons::boolean(false)) {
        return Ok(Tree::Bool(ops::truth(v)?));
    }
    if v.class() == int::INT.class() {
        return Ok(Tree::Int(int::as_int(v).map(|n| n.to_bigint().to_string()).unwrap_or_default()));
    }
    if let Some(x) = float::as_exact(v) {
        return Ok(Tree::Float(x));
    }
    if let Some((real, imag)) = v.exact::<complex::Complex>().and_then(|_| complex::parts(v)) {
        return Ok(Tree::Complex(real, imag));
    }
    if let Some(text) = v.exact::<Str>() {
        return Ok(Tree::Str(text.to_string_lossy()));
    }
    if let Some(bytes) = v.exact::<Bytes>() {
        return Ok(Tree::Bytes(bytes.as_slice().to_vec()));
    }
    if let Some(tuple) = v.exact::<Tuple>() {
        return Ok(Tree::Tuple(items(tuple.as_slice().to_vec())?));
    }
    if v.exact::<set::FrozenSet>().is_some() {
        return Ok(Tree::FrozenSet(items(ops::iter::to_vec(v)?)?));
    }
    let class = crate::types::type_::full_name(v.class()).unwrap_or_else(|_| v.class().display_name());
    Err(type_error(format_args!("got an invalid type in Constant: {class}")))
}
