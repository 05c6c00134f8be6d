//! `time`: clocks, sleeping, and broken-down times.

pub mod calendar;
pub mod clocks;
pub mod format;

use crate::errors::{R, overflow_error, value_error};
use crate::ops;
use crate::types::module::NativeModule;
use crate::types::{float, int};
use crate::value::Value;

/// Nanoseconds in a second.
pub const NANO: i64 = 1_000_000_000;

fn out_of_range() -> crate::errors::Raised {
    overflow_error("timestamp out of range for platform time_t")
}

/// Seconds since the epoch, an int or a float rounded down, as whole seconds and nanoseconds.
pub fn timestamp(v: Value) -> R<(i64, i64)> {
    if let Some(x) = float::as_f64(v).filter(|_| !ops::is_int(v)) {
        if x.is_nan() {
            return Err(value_error("Invalid value NaN (not a number)"));
        }
        let whole = x.floor();
        if !(-9.2e18..9.2e18).contains(&whole) {
            return Err(out_of_range());
        }
        let nano = ((x - whole) * 1e9).floor() as i64;
        return Ok((whole as i64, nano.clamp(0, NANO - 1)));
    }
    match int::as_int(ops::index(v)?).and_then(|n| n.to_i64()) {
        Some(n) => Ok((n, 0)),
        None => Err(out_of_range()),
    }
}

pub static MODULE: NativeModule = NativeModule {
    name: "time",
    functions: clocks::FUNCTIONS,
    init: |module| {
        module.add_functions(calendar::FUNCTIONS);
        module.add_functions(format::FUNCTIONS);
        module.add_type(&calendar::STRUCT_TIME.def);
        module.set("_STRUCT_TM_ITEMS", Value::small(11));
        for (name, clock) in clocks::CLOCKS {
            module.set(name, Value::small(*clock as i64));
        }
        calendar::set_zone(module)
    },
};
