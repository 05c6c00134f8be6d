//! `gc`: the collector as CPython's module shows it. Taipan's has no generations of its own numbering
//! and frees by tracing alone, so thresholds are kept but mean nothing.

use crate::errors::{R, value_error};
use crate::gc;
use crate::object::args::Params;
use crate::object::class::slots_of;
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Method, attr};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::object::BUFFER;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::header::{FLAG_FINALIZED, FLAG_HAS_DEL, Kind};

struct Settings {
    enabled: Cell<bool>,
    thresholds: Cell<[i64; 3]>,
    debug: Cell<i64>,
}
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Settings {}
static SETTINGS: Settings =
    Settings { enabled: Cell::new(true), thresholds: Cell::new([2000, 10, 0]), debug: Cell::new(0) };

/// Collects and runs what became due; the number of objects is not counted.
fn collect(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "collect", names: &["generation"], required: 0, positional: 1 };
    let [generation] = args.bind(&PARAMS)?;
    if let Some(generation) = generation {
        if !(0..=2).contains(&ops::as_i32(generation)?) {
            return Err(value_error("invalid generation"));
        }
    }
    call_back("start")?;
    ops::poll::collect_now();
    call_back("stop")?;
    Ok(Value::small(0))
}

/// Tells `gc.callbacks` of a collection that the program asks for.
fn call_back(phase: &str) -> R<()> {
    let Some(module) = super::sys::modules().get_text("gc") else { return Ok(()) };
    let Some(list) = attr::find(module, Str::intern("callbacks"))?.and_then(|list| list.cast::<List>()) else {
        return Ok(());
    };
    for callback in list.as_slice().to_vec() {
        let info = Dict::new();
        for (name, number) in [("generation", 2), ("collected", 0), ("uncollectable", 0)] {
            info.set_str(Str::intern(name), Value::small(number));
        }
        let args = [Str::intern(phase).value(), info.value()];
        ops::poll::call_quietly(callback, &args, "Exception ignored while calling GC callback");
    }
    Ok(())
}

/// What an object refers to directly.
fn referents(v: Value) -> Vec<Value> {
    if let Some(dict) = v.cast::<Dict>() {
        return dict.items().into_iter().flat_map(|(key, value)| [key, value]).collect();
    }
    if let Some(list) = v.cast::<List>() {
        return list.as_slice().to_vec();
    }
    if let Some(tuple) = v.cast::<Tuple>() {
        return tuple.as_slice().to_vec();
    }
    if let Some(set) = crate::types::set::any_set(v) {
        return set.keys();
    }
    let Some(header) = v.header() else { return Vec::new() };
    let mut found = vec![v.class().value()];
    if matches!(header.kind(), Kind::Values | Kind::Native) {
        for at in 1..=header.aux() as usize {
            // SAFETY: so many words behind the header are values or 0.
            if let Some(value) = unsafe { Value::from_slot(*v.as_ptr::<u64>().add(at)) } {
                if value.header().is_some_and(|header| header.shape() != BUFFER.shape()) {
                    found.push(value);
                }
            }
        }
    }
    found
}

fn get_referents(_: Value, args: &[Value]) -> R {
    let all: Vec<Value> = args.iter().flat_map(|v| referents(*v)).collect();
    Ok(List::new(&all).value())
}

/// The visible objects that refer to one of these.
fn get_referrers(_: Value, args: &[Value]) -> R {
    let all = visible_objects();
    let refers = |v: &Value| referents(*v).iter().any(|to| args.iter().any(|v| v.is(*to)));
    let found: Vec<Value> = all.into_iter().filter(refers).collect();
    Ok(List::new(&found).value())
}

/// Whether CPython would follow the object's references.
fn is_tracked(v: Value) -> bool {
    let Some(header) = v.header() else { return false };
    let slots = slots_of(v);
    let plain = slots.index.is_some() || slots.float.is_some() || v.cast::<Str>().is_some() || v.is_none();
    header.kind() != Kind::Leaf && (!plain || v.class().is_heap_type())
}

/// Live objects that a program can name.
fn get_objects(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "get_objects", names: &["generation"], required: 0, positional: 1 };
    let [_generation] = args.bind(&PARAMS)?;
    Ok(List::new(&visible_objects()).value())
}

fn visible_objects() -> Vec<Value> {
    gc::collect();
    let hidden = BUFFER.shape();
    let visible = |object: *const gc::Header| {
        // SAFETY: the collector gives objects.
        let header = unsafe { &*object };
        header.shape() != hidden && matches!(header.kind(), Kind::Values | Kind::Native | Kind::Custom | Kind::Tuple)
    };
    let mut count = 0;
    gc::for_each_object(|object| count += visible(object) as usize);
    // The vector must not grow while the heap is walked.
    let mut found = Vec::with_capacity(count);
    gc::for_each_object(|object| {
        if visible(object) && found.len() < count {
            // SAFETY: as above; a collection was just made, so it is alive.
            found.push(unsafe { Value::from_bits(object as u64) });
        }
    });
    found.retain(|v| is_tracked(*v));
    found
}

fn set_threshold(_: Value, args: &[Value]) -> R {
    let mut thresholds = SETTINGS.thresholds.get();
    for (to, from) in thresholds.iter_mut().zip(args) {
        *to = ops::as_i32(*from)? as i64;
    }
    SETTINGS.thresholds.set(thresholds);
    Ok(none())
}

fn flag(v: Value, flag: u8) -> bool {
    v.header().is_some_and(|header| header.has_flag(flag))
}

fn enable(on: bool) -> R {
    SETTINGS.enabled.set(on);
    Ok(none())
}

fn numbers(numbers: &[i64]) -> R {
    let values: Vec<Value> = numbers.iter().map(|n| Value::small(*n)).collect();
    Ok(Tuple::new(&values).value())
}

pub static MODULE: NativeModule = NativeModule {
    name: "gc",
    functions: &[
        Method::full("collect", collect),
        Method::none("enable", |_| enable(true)),
        Method::none("disable", |_| enable(false)),
        Method::none("isenabled", |_| Ok(boolean(SETTINGS.enabled.get()))),
        Method::full("get_objects", get_objects),
        Method::pos("get_referents", get_referents, 0, u16::MAX),
        Method::pos("get_referrers", get_referrers, 0, u16::MAX),
        Method::one("is_tracked", |_, v| Ok(boolean(is_tracked(v)))),
        Method::one("is_finalized", |_, v| Ok(boolean(flag(v, FLAG_HAS_DEL) && flag(v, FLAG_FINALIZED)))),
        Method::none("get_threshold", |_| numbers(&SETTINGS.thresholds.get())),
        Method::pos("set_threshold", set_threshold, 1, 3),
        Method::none("get_count", |_| numbers(&[0, 0, 0])),
        Method::none("get_stats", |_| {
            let stats = gc::stats();
            let mut generations = Vec::new();
            for collections in [stats.minor_collections, 0, stats.collections - stats.minor_collections] {
                let dict = Dict::new();
                dict.set_str(Str::intern("collections"), Value::small(collections as i64));
                dict.set_str(Str::intern("collected"), Value::small(0));
                dict.set_str(Str::intern("uncollectable"), Value::small(0));
                generations.push(dict.value());
            }
            Ok(List::new(&generations).value())
        }),
        Method::none("get_debug", |_| Ok(Value::small(SETTINGS.debug.get()))),
        Method::one("set_debug", |_, flags| {
            SETTINGS.debug.set(ops::as_i32(flags)? as i64);
            Ok(none())
        }),
        Method::none("freeze", |_| Ok(none())),
        Method::none("unfreeze", |_| Ok(none())),
        Method::none("get_freeze_count", |_| Ok(Value::small(0))),
    ],
    init: |module| {
        module.set("garbage", List::new(&[]).value());
        module.set("callbacks", List::new(&[]).value());
        let flags = [("STATS", 1), ("COLLECTABLE", 2), ("UNCOLLECTABLE", 4), ("SAVEALL", 32), ("LEAK", 38)];
        for (name, flag) in flags {
            module.set(&format!("DEBUG_{name}"), Value::small(flag));
        }
        Ok(())
    },
};
