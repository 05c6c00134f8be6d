//! Dict displays with lambdas or comprehensions in keys and in values.
//!
//! The code generator's symbol table has those of all keys before those of the values, and the generator asks for them
//! item by item. `{**{k: v}, **{k: v}}` means the same as `{k: v, k: v}`, and its order is that of both.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

/// Splits such a display; whether it is one.
pub fn mend(dict: &mut ast::ExprDict) -> bool {
    let first = dict.items.iter().position(|item| has_scope(&item.value));
    let last = dict.items.iter().rposition(|item| item.key.as_ref().is_some_and(has_scope));
    if !matches!((first, last), (Some(first), Some(last)) if first < last) {
        return false;
    }
    for item in &mut dict.items {
        let Some(key) = item.key.take() else { continue };
        let range = TextRange::new(key.start(), item.value.end());
        let one = ast::ExprDict {
            node_index: Default::default(),
            range,
            runtime_values: Default::default(),
            items: vec![ast::DictItem { key: Some(key), value: item.value.clone() }],
        };
        item.value = Expr::Dict(one);
    }
    true
}

/// Whether the expression has a part with a symbol table of its own.
fn has_scope(expr: &Expr) -> bool {
    struct Scopes(bool);

    impl<'a> Visitor<'a> for Scopes {
        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Lambda(_) | Expr::Generator(_) | Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) => {
                    self.0 = true;
                }
                _ => visitor::walk_expr(self, expr),
            }
        }
    }

    let mut scopes = Scopes(false);
    scopes.visit_expr(expr);
    scopes.0
}
