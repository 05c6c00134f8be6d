//! `_ast`: the classes of syntax trees, made from the grammar when the module is imported.

pub mod build;
mod grammar;
mod node;
pub mod unbuild;

use crate::errors::R;
use crate::names;
use crate::object::singletons::none;
use crate::object::slots::BinOp;
use crate::object::{Ref, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::generic_alias::GenericAlias;
use crate::types::module::{Module, NativeModule};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Flags of `compile`.
const FLAGS: &[(&str, i64)] = &[
    ("PyCF_ONLY_AST", 0x400),
    ("PyCF_TYPE_COMMENTS", 0x1000),
    ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
    ("PyCF_OPTIMIZED_AST", 0x8400),
];

/// `Name(type field, ...)` of the grammar.
struct Declaration<'a> {
    name: &'a str,
    /// Pairs of type and name.
    fields: Vec<(&'a str, &'a str)>,
}

impl<'a> Declaration<'a> {
    fn parse(text: &'a str) -> Declaration<'a> {
        let Some((name, fields)) = text.split_once('(') else { return Declaration { name: text, fields: Vec::new() } };
        let fields = fields.trim_end_matches(')').split(", ").filter_map(|field| field.split_once(' ')).collect();
        Declaration { name, fields }
    }
}

fn text(s: &str) -> Value {
    Str::intern(s).value()
}

fn texts<'a>(all: impl Iterator<Item = &'a str>) -> Value {
    Tuple::from_vec(all.map(text).collect())
}

/// Makes a class and adds it to the module.
fn class(module: Ref<Module>, name: &str, base: Value, doc: &str, fields: &[&str], attributes: Option<&str>) -> R {
    let namespace = Dict::new();
    namespace.set_str_text("_fields", texts(fields.iter().copied()));
    namespace.set_str_text("__match_args__", texts(fields.iter().copied()));
    namespace.set_str_text("__module__", text("ast"));
    namespace.set_str_text("__doc__", Str::new(doc).value());
    if let Some(attributes) = attributes {
        namespace.set_str_text("_attributes", texts(attributes.split_whitespace()));
        // The end of a node need not be known.
        for attribute in attributes.split_whitespace().filter(|name| name.starts_with("end_")) {
            namespace.set_str_text(attribute, none());
        }
    }
    let bases = Tuple::new(&[base]).value();
    let made = call::call(crate::types::type_::TYPE.class().value(), &[text(name), bases, namespace.value()])?;
    module.set(name, made);
    Ok(made)
}

/// The class of a field's values.
fn field_class(module: Ref<Module>, name: &str) -> Value {
    match name {
        "identifier" | "string" => crate::types::str::STR.class().value(),
        "int" => crate::types::int::INT.class().value(),
        "constant" => crate::types::object::OBJECT.class().value(),
        name => module.get(name).unwrap_or_else(none),
    }
}

/// Fills in the types of fields, once all classes are there, and None for those that may be left out.
fn field_types(module: Ref<Module>, declaration: &Declaration) -> R<()> {
    let Some(class) = module.get(declaration.name).and_then(|class| class.exact_type()) else { return Ok(()) };
    let types = Dict::new();
    for (kind, name) in &declaration.fields {
        let one = field_class(module, kind.trim_end_matches(['?', '*']));
        let kind = if kind.ends_with('*') {
            GenericAlias::new(crate::types::list::LIST.class().value(), one).value()
        } else if kind.ends_with('?') {
            class.set_attr(Str::intern(name), Some(none()))?;
            ops::binary(BinOp::Or, one, none())?
        } else {
            one
        };
        types.set_str_text(name, kind);
    }
    class.set_attr(Str::intern("_field_types"), Some(types.value()))?;
    class.set_attr(names::get(names::__annotations_cache__), Some(types.copy().value()))?;
    Ok(())
}

fn make_classes(module: Ref<Module>) -> R<()> {
    let root = node::AST.class().value();
    module.set("AST", root);
    let lines: Vec<&str> = grammar::GRAMMAR.lines().collect();
    let mut declarations = Vec::new();
    let mut base = root;
    for (i, line) in lines.iter().enumerate() {
        let Some(constructor) = line.strip_prefix("    ") else {
            let Some((name, attributes)) = line.split_once(':') else { continue };
            let declaration = Declaration::parse(name);
            let constructors: Vec<&str> = lines[i + 1..].iter().map_while(|line| line.strip_prefix("    ")).collect();
            let indent = " ".repeat(name.len() + 1);
            let doc = match constructors.is_empty() {
                true => name.to_string(),
                false => format!("{name} = {}", constructors.join(&format!("\n{indent}| "))),
            };
            let fields: Vec<&str> = declaration.fields.iter().map(|(_, name)| *name).collect();
            base = class(module, declaration.name, root, &doc, &fields, Some(attributes))?;
            if constructors.is_empty() {
                declarations.push(declaration);
            }
            continue;
        };
        let declaration = Declaration::parse(constructor);
        let fields: Vec<&str> = declaration.fields.iter().map(|(_, name)| *name).collect();
        class(module, declaration.name, base, constructor, &fields, None)?;
        declarations.push(declaration);
    }
    for declaration in &declarations {
        field_types(module, declaration)?;
    }
    Ok(())
}

pub static MODULE: NativeModule = NativeModule {
    name: "_ast",
    functions: &[],
    init: |module| {
        make_classes(module)?;
        for (name, flag) in FLAGS {
            module.set(name, Value::small(*flag));
        }
        Ok(())
    },
};

/// Whether this is a node of a syntax tree.
pub fn is_node(v: Value) -> bool {
    v.cast::<node::Node>().is_some()
}
