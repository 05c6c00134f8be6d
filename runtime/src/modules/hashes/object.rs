//! What all hash objects have: `update`, `digest`, `hexdigest`, `copy`, and what they say of themselves.

use super::algorithm::Algorithm;
use crate::errors::{R, overflow_error, type_error, value_error};
use crate::modules::native_box;
use crate::object::args::Params;
use crate::object::define::{GetSet, Method};
use crate::object::singletons::none;
use crate::object::{Args, TypeDef};
use crate::ops;
use crate::types::bytes::{Bytes, buffer_of};
use crate::types::int;
use crate::types::str::Str;
use crate::value::Value;

/// What a hash object is of.
pub struct Info {
    pub name: &'static str,
    /// In bytes; 0 if it is the caller's to say.
    pub digest_size: usize,
    pub block_size: usize,
    pub class: &'static TypeDef,
    pub new: fn() -> Box<dyn Algorithm>,
}

/// The payload of a hash object.
pub struct State {
    info: &'static Info,
    digest_size: usize,
    algorithm: Box<dyn Algorithm>,
}

pub fn make(info: &'static Info, digest_size: usize, algorithm: Box<dyn Algorithm>) -> Value {
    native_box::make(info.class, State { info, digest_size, algorithm })
}

fn with<U>(v: Value, f: impl FnOnce(&mut State) -> U) -> U {
    // SAFETY: only called by methods and attributes of classes registered with this payload; the closures
    // here run no Python code.
    unsafe { native_box::with(v, f) }
}

/// Data to hash.
pub fn data_of(v: Value) -> R<&'static [u8]> {
    if v.cast::<Str>().is_some() {
        return Err(type_error("Strings must be encoded before hashing"));
    }
    match buffer_of(v)? {
        Some(data) => Ok(data),
        None => Err(type_error("object supporting the buffer API required")),
    }
}

/// `sha256(data=b'', *, usedforsecurity=True, string=None)`; `string` is the old name of `data`.
pub fn new(info: &'static Info, params: &'static Params, args: Args) -> R {
    let [data, security, string] = args.bind(params)?;
    if let Some(security) = security {
        ops::truth(security)?;
    }
    let string = string.filter(|string| !string.is_none());
    if data.is_some() && string.is_some() {
        return Err(type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for \
             removal in a future version.",
        ));
    }
    let mut algorithm = (info.new)();
    if let Some(data) = data.or(string) {
        algorithm.update(data_of(data)?);
    }
    Ok(make(info, info.digest_size, algorithm))
}

fn update(v: Value, data: Value) -> R {
    let data = data_of(data)?;
    with(v, |state| state.algorithm.update(data));
    Ok(none())
}

fn copy(v: Value) -> R {
    let (info, size, algorithm) = with(v, |state| (state.info, state.digest_size, state.algorithm.copy()));
    Ok(make(info, size, algorithm))
}

fn hex(digest: &[u8]) -> Value {
    Str::from_ascii(&crate::types::bytes::hex::text(digest, None)).value()
}

fn length(function: &'static str, args: Args) -> R<usize> {
    let params = Params { function, names: &["length"], required: 1, positional: 1 };
    let [length] = args.bind(&params)?;
    let length = int::expect(ops::index(length.unwrap_or_else(none))?);
    if length.is_negative() {
        return Err(value_error("Cannot convert negative int"));
    }
    match length.to_u64() {
        None => Err(overflow_error("Python int too large to convert to C unsigned long")),
        Some(length) if length >= 1 << 29 => Err(value_error("length is too large")),
        Some(length) => Ok(length as usize),
    }
}

pub const METHODS: &[Method] = &[
    Method::one("update", update),
    Method::none("copy", copy),
    Method::none("digest", |v| Ok(Bytes::new(&with(v, |state| state.algorithm.digest(0))).value())),
    Method::none("hexdigest", |v| Ok(hex(&with(v, |state| state.algorithm.digest(0))))),
];

/// Of functions whose digest is as long as one likes.
pub const VARIABLE_METHODS: &[Method] = &[
    Method::one("update", update),
    Method::none("copy", copy),
    Method::full("digest", |v, args| {
        let length = length("digest", args)?;
        Ok(Bytes::new(&with(v, |state| state.algorithm.digest(length))).value())
    }),
    Method::full("hexdigest", |v, args| {
        let length = length("hexdigest", args)?;
        Ok(hex(&with(v, |state| state.algorithm.digest(length))))
    }),
];

const NAME: GetSet = GetSet::get("name", |v| Ok(Str::intern(with(v, |state| state.info.name)).value()));
const DIGEST_SIZE: GetSet = GetSet::get("digest_size", |v| Ok(int::from_usize(with(v, |state| state.digest_size))));
const BLOCK_SIZE: GetSet = GetSet::get("block_size", |v| Ok(int::from_usize(with(v, |state| state.info.block_size))));

pub const ATTRIBUTES: &[GetSet] = &[NAME, DIGEST_SIZE, BLOCK_SIZE];

/// Of SHA-3: the sponge's parameters too.
pub const SPONGE_ATTRIBUTES: &[GetSet] = &[
    NAME,
    DIGEST_SIZE,
    BLOCK_SIZE,
    GetSet::get("_rate_bits", |v| Ok(int::from_usize(with(v, |state| state.info.block_size) * 8))),
    GetSet::get("_capacity_bits", |v| Ok(int::from_usize(1600 - with(v, |state| state.info.block_size) * 8))),
    GetSet::get("_suffix", |v| {
        let shake = with(v, |state| state.info.digest_size) == 0;
        Ok(Bytes::new(&[if shake { 0x1f } else { 0x06 }]).value())
    }),
];
