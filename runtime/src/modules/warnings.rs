//! Warnings that the runtime itself issues. They go through the `warnings` module, as CPython's do.

use crate::errors::{self, R};
use crate::object::{Ref, TypeDef, call};
use crate::types::exceptions as exc;
use crate::types::generator::Generator;
use crate::types::str::Str;
use crate::value::Value;

/// `warnings.warn(message, category, stacklevel)`.
pub fn warn(category: &'static TypeDef, message: &str, stacklevel: i64) -> R<()> {
    if let Some(warn) = super::create_and_get("warnings", "warn")? {
        call::call(warn, &[Str::new(message).value(), category.class().value(), Value::small(stacklevel)])?;
    }
    Ok(())
}

/// A coroutine died without ever having run.
pub fn never_awaited(coroutine: Ref<Generator>) {
    let message = format!("coroutine '{}' was never awaited", coroutine.qualname.object::<Str>().display());
    if warn(&exc::RUNTIME_WARNING, &message, 1).is_err() {
        errors::unraisable("Exception ignored while finalizing coroutine", Some(coroutine.value()));
    }
}
