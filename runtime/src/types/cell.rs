//! `cell`: a variable shared by closures.

use crate::errors::{R, value_error};
use crate::gc::Header;
use crate::object::define::GetSet;
use crate::object::reference::allocate;
use crate::object::singletons::not_implemented;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef};
use crate::types::str::Str;
use crate::value::Value;

/// The object; empty contents mean an unbound variable.
#[repr(C)]
pub struct CellObject {
    hdr: Header,
    pub contents: Slot,
}

impl Builtin for CellObject {
    const DEF: &'static TypeDef = &CELL;
}

impl CellObject {
    #[inline(always)]
    pub fn new(contents: Option<Value>) -> Ref<CellObject> {
        allocate(CELL.header(), CellObject { hdr: Header::EMPTY, contents: Slot::of(contents) })
    }
}

pub static CELL: TypeDef = TypeDef {
    name: "cell",
    slots: Slots {
        new: Some(|_: Ref<Type>, args: Args| {
            let args = args.only_positional("cell", 0, 1)?;
            Ok(CellObject::new(args.first().copied()).value())
        }),
        repr: Some(|v| {
            let cell = v.expect::<CellObject>();
            let text = match cell.contents.get() {
                Some(value) => format!(
                    "<cell at {:#x}: {} object at {:#x}>",
                    crate::ops::id(v),
                    value.class().display_name(),
                    crate::ops::id(value)
                ),
                None => format!("<cell at {:#x}: empty>", crate::ops::id(v)),
            };
            Ok(Str::new(&text).value())
        }),
        compare: Some(|a, b, op| match (a.exact::<CellObject>(), b.exact::<CellObject>()) {
            (Some(x), Some(y)) => match (x.contents.get(), y.contents.get()) {
                (Some(x), Some(y)) => crate::ops::compare(x, y, op),
                (x, y) => Ok(crate::object::singletons::boolean(op.holds(x.is_some().cmp(&y.is_some())))),
            },
            _ => Ok(not_implemented()),
        }),
        ..Slots::NONE
    },
    getset: &[GetSet::both("cell_contents", contents, |v, value| {
        let cell = v.expect::<CellObject>();
        cell.contents.put(cell, value);
        Ok(())
    })],
    flags: crate::object::define::UNHASHABLE,
    words: TypeDef::words_of::<CellObject>(),
    traced: 1,
    ..TypeDef::BASE
};

fn contents(v: Value) -> R {
    v.expect::<CellObject>().contents.get().ok_or_else(|| value_error("cell is empty"))
}
