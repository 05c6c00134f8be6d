//! The front end's syntax trees as objects, for `compile(..., PyCF_ONLY_AST)`.

use crate::errors::{R, import_error};
use crate::object::singletons::{boolean, none};
use crate::object::{Ref, attr};
use crate::state::state;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{complex, float, int};
use crate::value::Value;
use num_bigint::BigInt;
use std::collections::HashMap;
use taipan_frontend::tree::{Node, Tree};

/// Names of the attributes that say where a node is.
const PLACE: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

struct Builder {
    module: Ref<Module>,
    /// Nodes without fields and place: one of each is enough.
    plain: HashMap<&'static str, Value>,
}

/// The tree's root.
pub fn build(tree: &Tree) -> R {
    let module = crate::ops::import::find_and_load(Str::intern("_ast"))?;
    let Some(module) = module.cast::<Module>() else { return Err(import_error("_ast is no module")) };
    Builder { module, plain: HashMap::new() }.value(tree)
}

impl Builder {
    fn value(&mut self, tree: &Tree) -> R {
        state().check_native_stack()?;
        Ok(match tree {
            Tree::None => none(),
            Tree::Bool(flag) => boolean(*flag),
            Tree::Ellipsis => crate::object::singletons::ellipsis(),
            Tree::Int(digits) => {
                let (radix, digits) = match digits.get(..2).map(str::to_ascii_lowercase).as_deref() {
                    Some("0x") => (16, &digits[2..]),
                    Some("0o") => (8, &digits[2..]),
                    Some("0b") => (2, &digits[2..]),
                    _ => (10, &digits[..]),
                };
                let digits: String = digits.chars().filter(|c| *c != '_').collect();
                int::from_bigint(BigInt::parse_bytes(digits.as_bytes(), radix).unwrap_or_default())
            }
            Tree::Float(x) => float::from_f64(*x),
            Tree::Complex(real, imag) => complex::new(*real, *imag),
            Tree::Str(text) => Str::new(text).value(),
            Tree::Bytes(bytes) => Bytes::new(bytes).value(),
            Tree::Tuple(items) => {
                let items = items.iter().map(|item| self.value(item)).collect::<R<Vec<_>>>()?;
                Tuple::from_vec(items)
            }
            Tree::FrozenSet(items) => {
                let items = items.iter().map(|item| self.value(item)).collect::<R<Vec<_>>>()?;
                crate::types::set::frozen_from_items(&items)?
            }
            Tree::List(items) => {
                let items = items.iter().map(|item| self.value(item)).collect::<R<Vec<_>>>()?;
                List::new(&items).value()
            }
            Tree::Node(node) => self.node(node)?,
        })
    }

    fn node(&mut self, node: &Node) -> R {
        let is_plain = node.fields.is_empty() && node.span.is_none();
        if let Some(made) = self.plain.get(node.class).filter(|_| is_plain) {
            return Ok(*made);
        }
        let class = self.module.get(node.class).and_then(|class| class.exact_type());
        let Some(class) = class else { return Err(import_error(format_args!("_ast.{} is missing", node.class))) };
        let object = allocate_fixed(class);
        let names = class.lookup(Str::intern("_fields")).and_then(|names| names.cast::<Tuple>());
        for (name, field) in names.iter().flat_map(|names| names.as_slice()).zip(&node.fields) {
            let value = self.value(field)?;
            if let Some(name) = name.cast::<Str>() {
                attr::instance_set(object, name.interned(), Some(value))?;
            }
        }
        for (name, number) in PLACE.iter().zip(node.span.iter().flatten()) {
            attr::instance_set(object, Str::intern(name), Some(Value::small(*number as i64)))?;
        }
        if is_plain {
            self.plain.insert(node.class, object);
        }
        Ok(object)
    }
}
