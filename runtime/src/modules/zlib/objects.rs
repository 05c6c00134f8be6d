//! Compression and decompression in pieces: `compressobj`, `decompressobj`, `_ZlibDecompressor`.

use super::{ERROR, decode_error, made, option_error};
use crate::errors::{R, Raised, raise_text, type_error, value_error};
use crate::modules::native_box;
use crate::object::args::Params;
use crate::object::define::{GetSet, Method, NO_NEW};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Slots, TypeDef};
use crate::ops;
use crate::types::bytes::{self, buffer_of};
use crate::types::exceptions::EOF_ERROR;
use crate::value::Value;
use rustpython_common::compression::zlib::{
    Compressor, DEF_BUF_SIZE, DEF_MEM_LEVEL, DecompressError, Decompressor, InitError, MAX_WBITS, ZlibDecompressor,
};
use taipan_abi::header::Kind;

const Z_FINISH: i64 = 4;

fn init_error(error: InitError) -> Raised {
    match error {
        InitError::InvalidOption => option_error(),
        InitError::Zlib(message) => ERROR.raise(message),
    }
}

fn compressor<U>(v: Value, f: impl FnOnce(&mut Compressor) -> U) -> U {
    // SAFETY: only for instances of COMPRESS; the closures here run no Python code.
    unsafe { native_box::with(v, f) }
}

fn decompressor<U>(v: Value, f: impl FnOnce(&mut Decompressor) -> U) -> U {
    // SAFETY: as above, of DECOMPRESS.
    unsafe { native_box::with(v, f) }
}

fn zlib_decompressor<U>(v: Value, f: impl FnOnce(&mut ZlibDecompressor) -> U) -> U {
    // SAFETY: as above, of ZLIB_DECOMPRESSOR.
    unsafe { native_box::with(v, f) }
}

pub fn register() {
    native_box::register::<Compressor>(&COMPRESS);
    native_box::register::<Decompressor>(&DECOMPRESS);
    native_box::register::<ZlibDecompressor>(&ZLIB_DECOMPRESSOR);
}

pub fn compressobj(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "compressobj",
        names: &["level", "method", "wbits", "memLevel", "strategy", "zdict"],
        required: 0,
        positional: 6,
    };
    let [level, method, wbits, memory, strategy, dictionary] = args.bind(&PARAMS)?;
    let number = |v: Option<Value>, default: i32| v.map_or(Ok(default), ops::as_i32);
    let (level, method) = (number(level, -1)?, number(method, 8)?);
    let (wbits, memory) = (number(wbits, MAX_WBITS)?, number(memory, DEF_MEM_LEVEL as i32)?);
    let strategy = number(strategy, 0)?;
    let dictionary = dictionary.map(bytes::require).transpose()?;
    let made = Compressor::new(level, method, wbits, memory, strategy, dictionary).map_err(init_error)?;
    Ok(native_box::make(&COMPRESS, made))
}

fn compress(v: Value, data: Value) -> R {
    let data = bytes::require(data)?;
    if compressor(v, |c| c.is_finished()) {
        return Err(ERROR.raise("Error -2 while compressing data: inconsistent stream state"));
    }
    match compressor(v, |c| c.compress(data)) {
        Ok(out) => made(&out),
        Err(message) => Err(ERROR.raise(format_args!("Error -2 while compressing data: {message}"))),
    }
}

fn flush_compressor(v: Value, args: &[Value]) -> R {
    let mode = args.first().map_or(Ok(Z_FINISH as i32), |mode| ops::as_i32(*mode))?;
    if mode == 0 {
        return made(&[]);
    }
    if !(1..=5).contains(&mode) || compressor(v, |c| c.is_finished()) {
        return Err(ERROR.raise("Error -2 while flushing: inconsistent stream state"));
    }
    match compressor(v, |c| c.flush(mode)) {
        Ok(out) => made(&out),
        Err(message) => Err(ERROR.raise(format_args!("Error -2 while flushing: {message}"))),
    }
}

fn copy_compressor(v: Value) -> R {
    match compressor(v, |c| c.copy()) {
        Ok(copy) => Ok(native_box::make(&COMPRESS, copy)),
        Err(_) => Err(value_error("Inconsistent stream state")),
    }
}

static COMPRESS: TypeDef = TypeDef {
    name: "zlib.Compress",
    methods: &[
        Method::one("compress", compress),
        Method::pos("flush", flush_compressor, 0, 1),
        Method::none("copy", copy_compressor),
        Method::none("__copy__", copy_compressor),
        Method::one("__deepcopy__", |v, _| copy_compressor(v)),
    ],
    flags: NO_NEW,
    words: native_box::WORDS,
    kind: Kind::Native,
    ..TypeDef::BASE
};

fn dictionary(v: Option<Value>) -> R<Option<Vec<u8>>> {
    let Some(v) = v else { return Ok(None) };
    match buffer_of(v)? {
        Some(data) => Ok(Some(data.to_vec())),
        None => Err(type_error("zdict argument must support the buffer protocol")),
    }
}

pub fn decompressobj(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "decompressobj", names: &["wbits", "zdict"], required: 0, positional: 2 };
    let [wbits, given] = args.bind(&PARAMS)?;
    let wbits = wbits.map_or(Ok(MAX_WBITS), ops::as_i32)?;
    let made = Decompressor::new(wbits, dictionary(given)?).map_err(init_error)?;
    Ok(native_box::make(&DECOMPRESS, made))
}

fn decompress(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "decompress", names: &["", "max_length"], required: 1, positional: 2 };
    let [data, max] = args.bind(&PARAMS)?;
    let data = bytes::require(data.unwrap_or_else(none))?;
    let max = max.map_or(Ok(0), ops::as_isize)?;
    let Ok(max) = usize::try_from(max) else { return Err(value_error("max_length must be non-negative")) };
    if decompressor(v, |d| d.is_finished()) {
        return made(&[]);
    }
    match decompressor(v, |d| d.decompress(data, Some(max).filter(|max| *max > 0))) {
        Ok(out) => made(&out),
        Err(message) => Err(decode_error(message)),
    }
}

fn flush_decompressor(v: Value, args: &[Value]) -> R {
    let length = args.first().map_or(Ok(DEF_BUF_SIZE as isize), |length| ops::as_isize(*length))?;
    let Some(length) = usize::try_from(length).ok().filter(|length| *length > 0) else {
        return Err(value_error("length must be greater than zero"));
    };
    if decompressor(v, |d| d.is_finished()) {
        return made(&[]);
    }
    match decompressor(v, |d| d.flush(length.min(DEF_BUF_SIZE))) {
        Ok(out) => made(&out),
        Err(message) => Err(decode_error(message)),
    }
}

fn copy_decompressor(v: Value) -> R {
    match decompressor(v, |d| d.copy()) {
        Ok(copy) => Ok(native_box::make(&DECOMPRESS, copy)),
        Err(_) => Err(value_error("Inconsistent stream state")),
    }
}

static DECOMPRESS: TypeDef = TypeDef {
    name: "zlib.Decompress",
    methods: &[
        Method::full("decompress", decompress),
        Method::pos("flush", flush_decompressor, 0, 1),
        Method::none("copy", copy_decompressor),
        Method::none("__copy__", copy_decompressor),
        Method::one("__deepcopy__", |v, _| copy_decompressor(v)),
    ],
    getset: &[
        GetSet::member("unused_data", |v| made(&decompressor(v, |d| d.unused_data().to_vec()))),
        GetSet::member("unconsumed_tail", |v| made(&decompressor(v, |d| d.unconsumed_tail().to_vec()))),
        GetSet::member("eof", |v| Ok(boolean(decompressor(v, |d| d.eof())))),
    ],
    flags: NO_NEW,
    words: native_box::WORDS,
    kind: Kind::Native,
    ..TypeDef::BASE
};

fn decompress_buffered(v: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "decompress", names: &["data", "max_length"], required: 1, positional: 2 };
    let [data, max] = args.bind(&PARAMS)?;
    let data = bytes::require(data.unwrap_or_else(none))?;
    let max = max.map_or(Ok(-1), ops::as_isize)?;
    match zlib_decompressor(v, |d| d.decompress(data, usize::try_from(max).ok())) {
        Ok(out) => made(&out),
        Err(DecompressError::Zlib(message)) => Err(decode_error(message)),
        Err(DecompressError::Eof) => Err(raise_text(&EOF_ERROR, "End of stream already reached")),
    }
}

pub static ZLIB_DECOMPRESSOR: TypeDef = TypeDef {
    name: "zlib._ZlibDecompressor",
    slots: Slots {
        new: Some(|_, args| {
            static PARAMS: Params =
                Params { function: "_ZlibDecompressor", names: &["wbits", "zdict"], required: 0, positional: 2 };
            let [wbits, given] = args.bind(&PARAMS)?;
            let wbits = wbits.map_or(Ok(MAX_WBITS), ops::as_i32)?;
            let made = ZlibDecompressor::new(wbits, dictionary(given)?).map_err(init_error)?;
            Ok(native_box::make(&ZLIB_DECOMPRESSOR, made))
        }),
        ..Slots::NONE
    },
    methods: &[Method::full("decompress", decompress_buffered)],
    getset: &[
        GetSet::member("unused_data", |v| made(&zlib_decompressor(v, |d| d.unused_data().to_vec()))),
        GetSet::member("eof", |v| Ok(boolean(zlib_decompressor(v, |d| d.eof())))),
        GetSet::member("needs_input", |v| Ok(boolean(zlib_decompressor(v, |d| d.needs_input())))),
    ],
    words: native_box::WORDS,
    kind: Kind::Native,
    ..TypeDef::BASE
};
