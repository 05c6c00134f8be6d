//! Mends `qualname` where the code generator gets it wrong: in the `__annotate__` of functions.
//!
//! For the code generator that belongs to the function, for CPython to the scope the function is
//! defined in, as the function itself does. Scopes of type parameters do not count as scopes here.

use crate::code::{CodeObject, Constant, flags};
use std::sync::Arc;

/// Mends a module and all inside it.
pub fn mend(module: &mut CodeObject) {
    mend_inside(module, "");
}

/// `prefix` goes before the names of what is defined in `code`.
fn mend_inside(code: &mut CodeObject, prefix: &str) {
    for constant in &mut code.consts {
        let Constant::Code(shared) = constant else { continue };
        let inner = Arc::make_mut(shared);
        if &*inner.name == "__annotate__" {
            inner.qualname = format!("{prefix}__annotate__").into();
        }
        if inner.name.starts_with("<generic parameters of ") {
            mend_inside(inner, prefix);
        } else if inner.flags & flags::OPTIMIZED != 0 {
            let prefix = format!("{}.<locals>.", inner.qualname);
            mend_inside(inner, &prefix);
        } else {
            let prefix = format!("{}.", inner.qualname);
            mend_inside(inner, &prefix);
        }
    }
}
