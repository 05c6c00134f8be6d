//! `_queue`: `SimpleQueue`, an unbounded queue that can be used from any thread.
//!
//! The items are in a deque. Who waits for one sleeps on a word that counts what was put in.

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
use crate::thread::park::{Gate, Patience};
use crate::types::exceptions::EXCEPTION;
use crate::types::module::NativeModule;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::value::Value;
use std::time::Duration;

/// The object.
#[repr(C)]
struct SimpleQueue {
    hdr: Header,
    items: Slot,
    /// How often an item was put in.
    puts: Gate,
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
    append(v, item.unwrap_or_else(none))
}

/// Puts an item in and wakes one that waits for it.
fn append(v: Value, item: Value) -> R {
    let queue = v.expect::<SimpleQueue>();
    call::call_method(items(v), names::get(names::append), &[item])?;
    queue.puts.set(queue.puts.get() + 1);
    queue.puts.wake(1);
    Ok(none())
}

/// The next item, waited for as long as `patience` lasts.
fn take(v: Value, patience: Patience) -> R {
    let queue = v.expect::<SimpleQueue>();
    match queue.puts.wait_until(patience, || ops::len(items(v)).is_ok_and(|n| n > 0))? {
        true => call::call_method(items(v), Str::intern("popleft"), &[]),
        false => Err(raise_args(&EMPTY, &[])),
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
    take(v, if block { Patience::new(patience) } else { Patience::None })
}

static SIMPLE_QUEUE: TypeDef = TypeDef {
    name: "_queue.SimpleQueue",
    slots: Slots { new: Some(new), ..Slots::NONE },
    methods: &[
        Method::full("put", put),
        Method::full("put_nowait", |v, args| {
            static PARAMS: Params = Params { function: "put_nowait", names: &["item"], required: 1, positional: 1 };
            let [item] = args.bind::<1>(&PARAMS)?;
            append(v, item.unwrap_or_else(none))
        }),
        Method::full("get", get),
        Method::none("get_nowait", |v| take(v, Patience::None)),
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
