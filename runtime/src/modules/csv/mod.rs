//! `_csv`: reading and writing comma-separated values.

mod dialect;
mod reader;
mod writer;

use super::error_class::ErrorClass;
use crate::errors::{R, type_error};
use crate::object::args::check_count;
use crate::object::singletons::none;
use crate::object::{Args, Method};
use crate::types::dict::Dict;
use crate::types::exceptions::EXCEPTION;
use crate::types::int;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;
use dialect::DIALECT;
use std::sync::atomic::{AtomicI64, Ordering};

static ERROR: ErrorClass = ErrorClass::new("_csv", "Error", &EXCEPTION);

/// The longest field that may be read, in characters.
static FIELD_LIMIT: AtomicI64 = AtomicI64::new(128 * 1024);

fn field_limit() -> i64 {
    FIELD_LIMIT.load(Ordering::Relaxed)
}

fn field_size_limit(_: Value, args: &[Value]) -> R {
    let old = field_limit();
    if let Some(limit) = args.first() {
        let Some(limit) = int::exact(*limit) else { return Err(type_error("limit must be an integer")) };
        let limit = crate::ops::as_i64(limit.value())?;
        FIELD_LIMIT.store(limit, Ordering::Relaxed);
    }
    Ok(int::from_i64(old))
}

/// The object to read or write, and the dialect that the other arguments make.
fn split(function: &str, args: Args) -> R<(Value, Value)> {
    let pos = args.pos();
    check_count(function, pos.len(), 1, 2)?;
    Ok((pos[0], dialect::make(DIALECT.class(), args.skip_first())?))
}

fn register_dialect(_: Value, args: Args) -> R {
    let pos = args.pos();
    check_count("register_dialect", pos.len(), 1, 2)?;
    if pos[0].cast::<Str>().is_none() {
        return Err(type_error("dialect name must be a string"));
    }
    let made = dialect::make(DIALECT.class(), args.skip_first())?;
    dialect::registry()?.set(pos[0], made)?;
    Ok(none())
}

fn unregister_dialect(_: Value, name: Value) -> R {
    match dialect::registry()?.remove(name)? {
        Some(_) => Ok(none()),
        None => Err(ERROR.raise("unknown dialect")),
    }
}

pub static MODULE: NativeModule = NativeModule {
    name: "_csv",
    functions: &[
        Method::full("reader", |_, args| {
            let (lines, dialect) = split("reader", args)?;
            reader::make(lines, dialect)
        }),
        Method::full("writer", |_, args| {
            let (file, dialect) = split("writer", args)?;
            writer::make(file, dialect)
        }),
        Method::full("register_dialect", register_dialect),
        Method::one("unregister_dialect", unregister_dialect),
        Method::one("get_dialect", |_, name| dialect::registered(name)),
        Method::none("list_dialects", |_| Ok(List::new(&dialect::registry()?.keys()).value())),
        Method::pos("field_size_limit", field_size_limit, 0, 1),
    ],
    init: |module| {
        module.set("_dialects", Dict::new().value());
        module.add_type(&DIALECT);
        module.set("Reader", reader::READER.class().value());
        module.set("Writer", writer::WRITER.class().value());
        module.set("Error", ERROR.value()?);
        for (name, number) in [
            ("QUOTE_MINIMAL", dialect::QUOTE_MINIMAL),
            ("QUOTE_ALL", dialect::QUOTE_ALL),
            ("QUOTE_NONNUMERIC", dialect::QUOTE_NONNUMERIC),
            ("QUOTE_NONE", dialect::QUOTE_NONE),
            ("QUOTE_STRINGS", dialect::QUOTE_STRINGS),
            ("QUOTE_NOTNULL", dialect::QUOTE_NOTNULL),
        ] {
            module.set(name, Value::small(number));
        }
        Ok(())
    },
};
