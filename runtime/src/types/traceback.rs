//! `traceback`: where an exception came through, innermost last.

use crate::errors::type_error;
use crate::gc::Header;
use crate::object::define::{GetSet, Method};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef};
use crate::types::code::Code;
use crate::types::frame::FrameObject;
use crate::types::list::List;
use crate::types::str::Str;
use crate::value::Value;
use std::cell::Cell;

/// One entry.
#[repr(C)]
pub struct Traceback {
    hdr: Header,
    pub next: Slot,
    pub frame: Slot,
    pub lasti: Cell<u32>,
    lineno: Cell<i64>,
}

impl Builtin for Traceback {
    const DEF: &'static TypeDef = &TRACEBACK;
}

impl Traceback {
    pub fn new(next: Option<Value>, frame: Value, lasti: u32) -> Ref<Traceback> {
        allocate(
            TRACEBACK.header(),
            Traceback {
                hdr: Header::EMPTY,
                next: Slot::of(next),
                frame: Slot::new(frame),
                lasti: Cell::new(lasti),
                lineno: Cell::new(-1),
            },
        )
    }

    pub fn frame(&self) -> Ref<FrameObject> {
        self.frame.object()
    }

    pub fn code(&self) -> Ref<Code> {
        self.frame().code.object()
    }

    pub fn line(&self) -> Option<u32> {
        match self.lineno.get() {
            -1 => self.code().line_at(self.lasti.get() as usize),
            line => Some(line as u32),
        }
    }
}

pub static TRACEBACK: TypeDef = TypeDef {
    name: "traceback",
    slots: Slots {
        new: Some(|_, args: Args| {
            static PARAMS: crate::object::args::Params = crate::object::args::Params {
                function: "traceback",
                names: &["tb_next", "tb_frame", "tb_lasti", "tb_lineno"],
                required: 4,
                positional: 4,
            };
            let [next, frame, lasti, line] = args.bind(&PARAMS)?;
            let next = next.filter(|n| !n.is_none());
            if let Some(next) = next {
                if next.exact::<Traceback>().is_none() {
                    return Err(type_error(format_args!(
                        "expected traceback object or None, got '{}'",
                        next.class().display_name()
                    )));
                }
            }
            let Some(frame) = frame.filter(|f| f.exact::<FrameObject>().is_some()) else {
                return Err(type_error(format_args!(
                    "traceback() argument 'tb_frame' must be frame, not {}",
                    frame.map_or_else(String::new, |f| f.class().display_name())
                )));
            };
            let lasti = crate::ops::as_i64(lasti.unwrap_or_else(none))?;
            let made = Traceback::new(next, frame, lasti as u32);
            made.lineno.set(crate::ops::as_i64(line.unwrap_or_else(none))?);
            Ok(made.value())
        }),
        ..Slots::NONE
    },
    methods: &[Method::none("__dir__", |_| {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"].map(|n| Str::intern(n).value());
        Ok(List::new(&names).value())
    })],
    getset: &[
        GetSet::both(
            "tb_next",
            |v| Ok(v.expect::<Traceback>().next.get().unwrap_or_else(none)),
            |v, value| {
                let traceback = v.expect::<Traceback>();
                let Some(value) = value else { return Err(type_error("can't delete tb_next attribute")) };
                if value.is_none() {
                    traceback.next.clear();
                    return Ok(());
                }
                if value.exact::<Traceback>().is_none() {
                    return Err(type_error(format_args!(
                        "expected traceback object, got '{}'",
                        value.class().display_name()
                    )));
                }
                let mut at = Some(value);
                while let Some(entry) = at.and_then(|v| v.exact::<Traceback>()) {
                    if entry == traceback {
                        return Err(crate::errors::value_error("traceback loop detected"));
                    }
                    at = entry.next.get();
                }
                traceback.next.set(traceback, value);
                Ok(())
            },
        ),
        GetSet::get("tb_frame", |v| Ok(v.expect::<Traceback>().frame.value())),
        GetSet::get("tb_lasti", |v| Ok(Value::small(v.expect::<Traceback>().lasti.get() as i64))),
        GetSet::get("tb_lineno", |v| Ok(v.expect::<Traceback>().line().map_or_else(none, |l| Value::small(l as i64)))),
    ],
    words: TypeDef::words_of::<Traceback>(),
    traced: 2,
    ..TypeDef::BASE
};
