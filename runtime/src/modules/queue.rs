//! `_queue`: `SimpleQueue`, an unbounded queue that can be used from any thread.
//!
//! The items are in a deque. Who waits for one gives the interpreter lock up and looks again every
//! millisecond, as locks do.

use crate::errors::{R, raise_args, type_error, value_error};
use crate::gc::Header;
use crate::modules::create_and_get;
use crate::names;
use crate::object::args::Params;
use crate::object::class::Type;
use crate::object::define::{BASETYPE, Method, WEAKREFS};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, call};
use crate::ops;
use crate::types::exceptions::EXCEPTION;
use crate::types::module::NativeModule;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::value::Value;
use std::time::{Duration, Instant};

/// The object.
#[repr(C)]
struct SimpleQueue {
    hdr: Header,
    items: Slot,
}

impl Builtin for SimpleQueue {
    const DEF: &'static TypeDef = &SIMPLE_QUEUE;
}

static EMPTY: TypeDef =
    TypeDef { name: "_queue.Empty", base: Some(&EXCEPTION), slots: Slots::NONE, flags: BASETYPE, ..TypeDef::BASE };

fn items(v: Value) -> Value {
    v.expect::<SimpleQueue>().items.value()
}

fn new(class: Ref<Type>, args: Args) -> R {
    args.no_keywords("SimpleQueue")?;
    if !args.all.is_empty() {
        return Err(type_error("SimpleQueue() takes no positional arguments"));
    }
    let deque = match create_and_get("_collections", "deque")? {
        Some(deque) => call::call(deque, &[])?,
        None => return Err(crate::errors::import_error("_collections.deque is missing")),
    };
    let object = allocate_fixed(class);
    let queue = object.expect::<SimpleQueue>();
    queue.items.set(queue, deque);
    Ok(object)
}

fn put(v: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "put", names: &["item", "block", "timeout"], required: 1, positional: 3 };
    let [item, _, _] = args.bind::<3>(&PARAMS)?;
    call::call_method(items(v), names::get(names::append), &[item.unwrap_or_else(none)])
}

/// The next item, waited for as long as `patience` lasts.
fn take(v: Value, block: bool, patience: Option<Duration>) -> R {
    let start = Instant::now();
    loop {
        let items = items(v);
        if ops::len(items)? > 0 {
            return call::call_method(items, Str::intern("popleft"), &[]);
        }
        let left = match (block, patience) {
            (false, _) => Duration::ZERO,
            (true, None) => Duration::MAX,
            (true, Some(patience)) => patience.saturating_sub(start.elapsed()),
        };
        if left.is_zero() {
            return Err(raise_args(&EMPTY, &[]));
        }
        ops::poll::blocking(|| std::thread::sleep(left.min(Duration::from_millis(1))));
        ops::poll::run()?;
    }
}

fn get(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "get", names: &["block", "timeout"], required: 0, positional: 2 };
    let [block, timeout] = args.bind::<2>(&PARAMS)?;
    let block = block.map_or(Ok(true), ops::truth)?;
    let patience = match timeout.filter(|t| block && !t.is_none()) {
        None => None,
        Some(seconds) => {
            let seconds = ops::as_f64(seconds)?;
            if seconds < 0.0 {
                return Err(value_error("'timeout' must be a non-negative number"));
            }
            match Duration::try_from_secs_f64(seconds) {
                Ok(patience) => Some(patience),
                Err(_) => return Err(crate::errors::overflow_error("timeout value is too large")),
            }
        }
    };
    take(v, block, patience)
}

static SIMPLE_QUEUE: TypeDef = TypeDef {
    name: "_queue.SimpleQueue",
    slots: Slots { new: Some(new), ..Slots::NONE },
    methods: &[
        Method::full("put", put),
        Method::full("put_nowait", |v, args| {
            static PARAMS: Params = Params { function: "put_nowait", names: &["item"], required: 1, positional: 1 };
            let [item] = args.bind::<1>(&PARAMS)?;
            call::call_method(items(v), names::get(names::append), &[item.unwrap_or_else(none)])
        }),
        Method::full("get", get),
        Method::none("get_nowait", |v| take(v, false, None)),
        Method::none("empty", |v| Ok(boolean(ops::len(items(v))? == 0))),
        Method::none("qsize", |v| Ok(Value::small(ops::len(items(v))? as i64))),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    flags: BASETYPE | WEAKREFS,
    words: TypeDef::words_of::<SimpleQueue>(),
    traced: 1,
    ..TypeDef::BASE
};

pub static MODULE: NativeModule = NativeModule {
    name: "_queue",
    functions: &[],
    init: |module| {
        module.add_type(&SIMPLE_QUEUE);
        module.add_type(&EMPTY);
        Ok(())
    },
};
