//! `IncrementalNewlineDecoder`: universal newlines over another incremental decoder.

use super::base::{call_method, this};
use super::text::{newlines_seen, translate_newlines};
use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, Method};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Ref, Slot, Slots, TypeDef};
use crate::ops;
use crate::types::bytes::Bytes;
use crate::types::int;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// The object.
#[repr(C)]
struct NewlineDecoder {
    hdr: Header,
    /// The decoder below, or None for input that is text already.
    decoder: Slot,
    /// 1: translate; 2: a carriage return is held back; kinds seen from bit 4 on. Tagged.
    flags: Cell<u64>,
}

const TRANSLATE: i64 = 1;
const HELD: i64 = 2;
const SEEN: i64 = 4;

impl NewlineDecoder {
    fn flags(&self) -> i64 {
        tag::int_value(self.flags.get() | 1)
    }

    fn set_flags(&self, flags: i64) {
        self.flags.set(tag::int(flags));
    }
}

/// A decoder over another.
pub fn make(decoder: Value, translate: bool) -> Value {
    let v = allocate_fixed(INCREMENTAL_NEWLINE_DECODER.class());
    let this = this::<NewlineDecoder>(v);
    this.decoder.set(this, decoder);
    this.set_flags(translate as i64);
    v
}

fn decode(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "decode", names: &["input", "final"], required: 1, positional: 2 };
    let [input, last] = args.bind(&PARAMS)?;
    let this: Ref<NewlineDecoder> = this(v);
    let input = input.unwrap_or_else(none);
    let last = last.map_or(Ok(false), ops::truth)?;
    let output = match this.decoder.get() {
        Some(decoder) if !decoder.is_none() => call_method(decoder, "decode", &[input, boolean(last)])?,
        _ => input,
    };
    let Some(mut text) = output.cast::<Str>() else {
        return Err(type_error(format_args!(
            "decoder should return a string result, not '{}'",
            output.class().display_name()
        )));
    };
    let flags = this.flags();
    if flags & HELD != 0 && (!text.is_empty() || last) {
        text = Str::concat(&[Str::intern("\r"), text])?;
        this.set_flags(flags & !HELD);
    }
    if !last && !text.is_empty() && text.get(text.len() - 1) == 13 {
        text = text.substring(0, text.len() - 1);
        this.set_flags(this.flags() | HELD);
    }
    let (text, seen) = translate_newlines(text, flags & TRANSLATE != 0);
    this.set_flags(this.flags() | (seen * SEEN));
    Ok(text.value())
}

fn getstate(v: Value) -> R {
    let this: Ref<NewlineDecoder> = this(v);
    let (buffer, flag) = match this.decoder.get() {
        Some(decoder) if !decoder.is_none() => {
            let state = call_method(decoder, "getstate", &[])?;
            match state.cast::<Tuple>() {
                Some(pair) if pair.len() == 2 => (pair.get(0), ops::as_i64(pair.get(1))?),
                _ => return Err(type_error("illegal decoder state")),
            }
        }
        _ => (Bytes::new(b"").value(), 0),
    };
    let held = (this.flags() & HELD != 0) as i64;
    Ok(Tuple::new(&[buffer, int::from_i64(flag << 1 | held)]).value())
}

fn setstate(v: Value, state: Value) -> R {
    let this: Ref<NewlineDecoder> = this(v);
    let Some(pair) = state.cast::<Tuple>().filter(|t| t.len() == 2) else {
        return Err(type_error("state argument must be a tuple"));
    };
    let flag = ops::as_i64(pair.get(1))?;
    this.set_flags(this.flags() & !HELD | if flag & 1 != 0 { HELD } else { 0 });
    match this.decoder.get() {
        Some(decoder) if !decoder.is_none() => {
            let below = Tuple::new(&[pair.get(0), int::from_i64(flag >> 1)]);
            call_method(decoder, "setstate", &[below.value()])
        }
        _ => Ok(none()),
    }
}

pub static INCREMENTAL_NEWLINE_DECODER: TypeDef = TypeDef {
    name: "_io.IncrementalNewlineDecoder",
    slots: Slots {
        new: Some(|class, _| Ok(allocate_fixed(class))),
        init: Some(|v, args| {
            static PARAMS: Params = Params {
                function: "IncrementalNewlineDecoder",
                names: &["decoder", "translate", "errors"],
                required: 2,
                positional: 3,
            };
            let [decoder, translate, _] = args.bind(&PARAMS)?;
            let this: Ref<NewlineDecoder> = this(v);
            this.decoder.put(this, decoder);
            this.set_flags(translate.map_or(Ok(false), ops::truth)? as i64);
            Ok(())
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::full("decode", decode),
        Method::none("getstate", getstate),
        Method::one("setstate", setstate),
        Method::none("reset", |v| {
            let this: Ref<NewlineDecoder> = this(v);
            this.set_flags(this.flags() & TRANSLATE);
            match this.decoder.get() {
                Some(decoder) if !decoder.is_none() => call_method(decoder, "reset", &[]),
                _ => Ok(none()),
            }
        }),
    ],
    getset: &[GetSet::get("newlines", |v| {
        let this: Ref<NewlineDecoder> = this(v);
        Ok(newlines_seen(this.flags() / SEEN))
    })],
    flags: BASETYPE,
    words: TypeDef::words_of::<NewlineDecoder>(),
    traced: 2,
    ..TypeDef::BASE
};
