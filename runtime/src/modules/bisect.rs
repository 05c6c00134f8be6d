//! `_bisect`: places in sorted sequences.

use crate::errors::{R, type_error, value_error};
use crate::object::args::Params;
use crate::object::class::slots_of;
use crate::object::singletons::none;
use crate::object::slots::CmpOp;
use crate::object::{Args, Method, call};
use crate::ops;
use crate::types::int;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;

macro_rules! params {
    ($name:literal) => {
        Params { function: $name, names: &["a", "x", "lo", "hi", "key"], required: 2, positional: 4 }
    };
}

static BISECT_LEFT: Params = params!("bisect_left");
static BISECT_RIGHT: Params = params!("bisect_right");
static INSORT_LEFT: Params = params!("insort_left");
static INSORT_RIGHT: Params = params!("insort_right");

struct Search {
    sequence: Value,
    item: Value,
    low: isize,
    high: isize,
    key: Option<Value>,
}

fn bind(args: Args, params: &Params) -> R<Search> {
    let [sequence, item, low, high, key] = args.bind(params)?;
    let sequence = sequence.unwrap_or_else(none);
    let low = low.map_or(Ok(0), ops::as_isize)?;
    let high = match high.filter(|high| !high.is_none()) {
        None => -1,
        Some(high) if high.is_small() || slots_of(high).index.is_some() => ops::as_isize(high)?,
        Some(high) => {
            return Err(type_error(format_args!(
                "argument should be integer or None, not '{}'",
                high.class().display_name()
            )));
        }
    };
    if low < 0 {
        return Err(value_error("lo must be non-negative"));
    }
    let key = key.filter(|key| !key.is_none());
    Ok(Search { sequence, item: item.unwrap_or_else(none), low, high, key })
}

impl Search {
    /// The place of `needle`: before equal items if `left`, else after them.
    fn run(&self, needle: Value, left: bool) -> R<isize> {
        let mut low = self.low;
        // -1 is the default: all of it.
        let mut high = if self.high == -1 { ops::len(self.sequence)? as isize } else { self.high };
        let list = self.sequence.exact::<List>();
        while low < high {
            let middle = low + (high - low) / 2;
            let mut item = match list.and_then(|list| list.as_slice().get(middle as usize).copied()) {
                Some(item) => item,
                None => ops::getitem(self.sequence, int::from_i64(middle as i64))?,
            };
            if let Some(key) = self.key {
                item = call::call(key, &[item])?;
            }
            let (a, b) = if left { (item, needle) } else { (needle, item) };
            let less = match (a.as_small(), b.as_small()) {
                (Some(a), Some(b)) => a < b,
                _ => ops::compare_bool(a, b, CmpOp::Lt)?,
            };
            if less == left {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    fn insert(&self, left: bool) -> R {
        let needle = match self.key {
            Some(key) => call::call(key, &[self.item])?,
            None => self.item,
        };
        let at = self.run(needle, left)?;
        match self.sequence.exact::<List>() {
            Some(list) => list.insert(at as usize, self.item),
            None => {
                let args = [int::from_i64(at as i64), self.item];
                call::call_method(self.sequence, Str::intern("insert"), &args)?;
            }
        }
        Ok(none())
    }
}

fn bisect(args: Args, params: &Params, left: bool) -> R {
    let search = bind(args, params)?;
    Ok(int::from_i64(search.run(search.item, left)? as i64))
}

pub static MODULE: NativeModule = NativeModule {
    name: "_bisect",
    functions: &[
        Method::full("bisect_left", |_, args| bisect(args, &BISECT_LEFT, true)),
        Method::full("bisect_right", |_, args| bisect(args, &BISECT_RIGHT, false)),
        Method::full("insort_left", |_, args| bind(args, &INSORT_LEFT)?.insert(true)),
        Method::full("insort_right", |_, args| bind(args, &INSORT_RIGHT)?.insert(false)),
    ],
    init: |_| Ok(()),
};
