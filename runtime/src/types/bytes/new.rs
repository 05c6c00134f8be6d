//! `bytes`: the type and its construction, whose rules `bytearray` follows too.

use super::methods::{self, byte_methods};
use super::{Bytes, iter, view};
use crate::errors::{R, index_error, type_error};
use crate::names;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, MATCH_SELF, Method};
use crate::object::slots::{BinOp, Buffer};
use crate::object::{Args, Ref, Slots, Type, TypeDef, call};
use crate::ops;
use crate::types::object::allocate_boxed;
use crate::types::sequence::{exact_slice, is_index, position};
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::types::str::args::text_or;
use crate::types::tuple::Tuple;
use crate::value::Value;

pub static BYTES: TypeDef = TypeDef {
    name: "bytes",
    slots: Slots {
        repr: Some(|v| Ok(Str::from_ascii(methods::repr_text(methods::slf(v)).as_bytes()).value())),
        str: Some(|v| Ok(Str::from_ascii(methods::repr_text(methods::slf(v)).as_bytes()).value())),
        hash: Some(|v| Ok(v.expect::<Bytes>().hash())),
        compare: Some(methods::compare),
        iter: Some(iter::over_bytes),
        new: Some(new),
        len: Some(|v| Ok(v.expect::<Bytes>().len())),
        getitem: Some(getitem),
        contains: Some(methods::contains),
        concat: Some(methods::concat),
        repeat: Some(methods::repeat),
        buffer: Some(|v| {
            let bytes = v.expect::<Bytes>();
            Ok(Buffer { ptr: bytes.data_ptr(), len: bytes.len(), readonly: true })
        }),
        ..Slots::NONE.bin(BinOp::Mod, super::format::modulo)
    },
    methods: byte_methods![
        Method::none("__getnewargs__", |v| Ok(Tuple::new(&[Bytes::new(methods::slf(v)).value()]).value())),
        Method::none("__bytes__", |v| {
            if v.exact::<Bytes>().is_some() { Ok(v) } else { Ok(v.expect::<Bytes>().value()) }
        }),
    ],
    flags: BASETYPE | MATCH_SELF,
    // The layout of instances of subclasses: the bytes are in word 1.
    words: 2,
    traced: 1,
    ..TypeDef::BASE
};

fn getitem(v: Value, key: Value) -> R {
    let bytes = v.expect::<Bytes>().as_slice();
    let index = match key.as_small() {
        Some(index) => index as isize,
        None => {
            if let Some(slice) = key.exact::<Slice>() {
                return methods::get_slice(v, slice);
            }
            if !is_index(key) {
                return Err(type_error(format_args!(
                    "byte indices must be integers or slices, not {}",
                    key.class().display_name()
                )));
            }
            ops::as_subscript(key)?
        }
    };
    match position(index, bytes.len()) {
        Some(at) => Ok(Value::small(bytes[at] as i64)),
        None => Err(index_error("index out of range")),
    }
}

fn new(class: Ref<Type>, args: Args) -> R {
    let exact = class == BYTES.class();
    static PARAMS: Params =
        Params { function: "bytes", names: &["source", "encoding", "errors"], required: 0, positional: 3 };
    let [source, encoding, errors] = args.bind(&PARAMS)?;
    if let (Some(source), None, None) = (source, encoding, errors) {
        if exact && source.exact::<Bytes>().is_some() {
            return Ok(source);
        }
        if source.exact::<Str>().is_none() {
            if let Some(made) = call::call_special(source, names::__bytes__, &[])? {
                let Some(bytes) = made.cast::<Bytes>() else {
                    return Err(type_error(format_args!(
                        "__bytes__ returned non-bytes (type {})",
                        made.class().display_name()
                    )));
                };
                return Ok(if exact { made } else { allocate_boxed(class, bytes.value()) });
            }
        }
    }
    let made = Bytes::try_new(&contents("bytes", source, encoding, errors)?)?.value();
    Ok(if exact { made } else { allocate_boxed(class, made) })
}

/// The bytes that `bytes(...)` and `bytearray(...)` are made of.
pub fn contents(function: &str, source: Option<Value>, encoding: Option<Value>, errors: Option<Value>) -> R<Vec<u8>> {
    let Some(source) = source else {
        if encoding.is_some() {
            return Err(type_error("encoding without a string argument"));
        }
        if errors.is_some() {
            return Err(type_error("errors without a string argument"));
        }
        return Ok(Vec::new());
    };
    if let Some(text) = source.cast::<Str>() {
        if encoding.is_none() {
            return Err(type_error("string argument without an encoding"));
        }
        let encoding = text_or(encoding, function, "encoding", "utf-8")?;
        let errors = text_or(errors, function, "errors", "strict")?;
        let made = crate::types::codecs::encode(text, &encoding, &errors)?;
        return Ok(made.as_slice().to_vec());
    }
    if encoding.is_some() {
        return Err(type_error("encoding without a string argument"));
    }
    if errors.is_some() {
        return Err(type_error("errors without a string argument"));
    }
    if crate::types::buffer_protocol::is_python(source) && !is_index(source) {
        let view = crate::types::memoryview::MemoryView::over(source)?;
        let bytes = crate::types::memoryview::contents(view);
        crate::types::memoryview::MemoryView::release(view);
        return Ok(bytes?.unwrap_or_default());
    }
    if let Some(bytes) = view(source) {
        return Ok(bytes.to_vec());
    }
    if is_index(source) {
        return zeros(source);
    }
    if let Some(bytes) = crate::types::memoryview::contents(source)? {
        return Ok(bytes);
    }
    if let Some(bytes) = super::buffer_of(source)? {
        return Ok(bytes.to_vec());
    }
    from_iterable(function, source)
}

fn zeros(count: Value) -> R<Vec<u8>> {
    let n = ops::as_isize(count)?;
    if n < 0 {
        return Err(crate::errors::value_error("negative count"));
    }
    let mut out = Vec::new();
    if out.try_reserve_exact(n as usize).is_err() {
        return Err(crate::errors::memory_error());
    }
    out.resize(n as usize, 0);
    Ok(out)
}

/// Ints 0..=255 from any iterable.
pub fn from_iterable(function: &str, source: Value) -> R<Vec<u8>> {
    let byte = |item: Value| -> R<u8> {
        match item.as_small() {
            Some(n @ 0..=255) => Ok(n as u8),
            Some(_) if function == "bytearray" => Err(crate::errors::value_error("byte must be in range(0, 256)")),
            Some(_) => Err(crate::errors::value_error("bytes must be in range(0, 256)")),
            None => {
                let n = ops::clamp_index(ops::index(item)?)?;
                let what = if function == "bytearray" { "byte" } else { "bytes" };
                u8::try_from(n).map_err(|_| crate::errors::value_error(format_args!("{what} must be in range(0, 256)")))
            }
        }
    };
    if let Some(items) = exact_slice(source) {
        // A list may change its length in an item's `__index__`.
        let Some(list) = source.cast::<crate::types::list::List>() else {
            return items.iter().map(|&item| byte(item)).collect();
        };
        let mut out = Vec::with_capacity(items.len());
        while let Some(item) = list.as_slice().get(out.len()).copied() {
            out.push(byte(item)?);
        }
        return Ok(out);
    }
    let slots = crate::object::class::slots_of(source);
    if slots.iter.is_none() && slots.getitem.is_none() {
        let shown = source.class().display_name();
        return Err(type_error(format_args!("cannot convert '{shown}' object to {function}")));
    }
    let mut out = Vec::new();
    ops::iter::for_each(source, |item| {
        out.push(byte(item)?);
        Ok(())
    })?;
    Ok(out)
}
