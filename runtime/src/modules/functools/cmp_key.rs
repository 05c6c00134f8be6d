//! `cmp_to_key`: objects that compare by a function of two arguments.

use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::define::{GetSet, NO_NEW, UNHASHABLE};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Args, Builtin, CmpOp, Slot, Slots, TypeDef, call};
use crate::ops;
use crate::value::Value;

/// The key function (without object) or a key.
#[repr(C)]
struct Key {
    hdr: Header,
    compare: Slot,
    object: Slot,
}

impl Builtin for Key {
    const DEF: &'static TypeDef = &KEY;
}

fn make(compare: Value, object: Option<Value>) -> Value {
    allocate(KEY.header(), Key { hdr: Header::EMPTY, compare: Slot::new(compare), object: Slot::of(object) }).value()
}

pub(super) fn cmp_to_key(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "cmp_to_key", names: &["mycmp"], required: 1, positional: 1 };
    let [compare] = args.bind(&PARAMS)?;
    Ok(make(compare.unwrap_or_else(none), None))
}

fn call_key(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "K", names: &["obj"], required: 1, positional: 1 };
    let [object] = args.bind(&PARAMS)?;
    Ok(make(v.expect::<Key>().compare.value(), object))
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.exact::<Key>(), b.exact::<Key>()) else {
        return Err(type_error("other argument must be K instance"));
    };
    let (Some(one), Some(other)) = (x.object.get(), y.object.get()) else {
        return Err(crate::errors::attribute_error("object"));
    };
    let order = call::call(x.compare.value(), &[one, other])?;
    ops::compare(order, Value::small(0), op)
}

static KEY: TypeDef = TypeDef {
    name: "functools.KeyWrapper",
    slots: Slots { call: Some(call_key), compare: Some(compare), ..Slots::NONE },
    getset: &[GetSet::both(
        "obj",
        |v| Ok(v.expect::<Key>().object.get().unwrap_or_else(none)),
        |v, object| {
            let key = v.expect::<Key>();
            key.object.put(key, object);
            Ok(())
        },
    )],
    flags: NO_NEW | UNHASHABLE,
    words: TypeDef::words_of::<Key>(),
    traced: TypeDef::words_of::<Key>() - 1,
    ..TypeDef::BASE
};
