//! `_sre`: what `re` is built on. The matching engine is the crate `rustpython-sre_engine`; here are the
//! objects around it, and the shortcuts that find where a match can begin.
//!
//! | file | what |
//! |---|---|
//! | [`subject`] | strings and buffers as the engine reads them |
//! | [`search`] | one search after another in a subject |
//! | [`validate`] | no code reaches the engine that it could fall over |
//! | [`pattern`], [`substitute`], [`matched`] | `re.Pattern`, its `sub` and `split`, `re.Match` |
//! | [`scanner`], [`template`] | the inner types |

mod matched;
mod pattern;
mod scanner;
mod search;
mod subject;
mod substitute;
mod template;
mod validate;

use crate::errors::R;
use crate::object::Method;
use crate::object::singletons::boolean;
use crate::ops;
use crate::types::int;
use crate::types::module::NativeModule;
use crate::value::Value;
use rustpython_sre_engine::string::{lower_ascii, lower_unicode};

fn character(v: Value) -> R<u32> {
    Ok(ops::as_i32(v)? as u32)
}

fn ascii_iscased(_: Value, c: Value) -> R {
    let c = character(c)?;
    Ok(boolean(u8::try_from(c).is_ok_and(|c| c.is_ascii_alphabetic())))
}

fn unicode_iscased(_: Value, c: Value) -> R {
    let c = character(c)?;
    // By the first character of the full mapping, as CPython's `Py_UNICODE_TOUPPER` has it: "ß" has case.
    let cased =
        char::from_u32(c).is_some_and(|c| c.to_lowercase().next() != Some(c) || c.to_uppercase().next() != Some(c));
    Ok(boolean(cased))
}

pub static MODULE: NativeModule = NativeModule {
    name: "_sre",
    functions: &[
        Method::full("compile", pattern::compile),
        Method::full("template", template::template),
        Method::none("getcodesize", |_| Ok(Value::small(rustpython_sre_engine::CODESIZE as i64))),
        Method::one("ascii_iscased", ascii_iscased),
        Method::one("unicode_iscased", unicode_iscased),
        Method::one("ascii_tolower", |_, c| Ok(int::from_u64(lower_ascii(character(c)?) as u64))),
        Method::one("unicode_tolower", |_, c| Ok(int::from_u64(lower_unicode(character(c)?) as u64))),
    ],
    init: |module| {
        module.set("MAGIC", int::from_usize(rustpython_sre_engine::SRE_MAGIC));
        module.set("CODESIZE", Value::small(rustpython_sre_engine::CODESIZE as i64));
        module.set("MAXREPEAT", int::from_usize(rustpython_sre_engine::MAXREPEAT));
        // As CPython has it: what a C int can count of pairs.
        module.set("MAXGROUPS", int::from_i64(i32::MAX as i64 / 2));
        Ok(())
    },
};
