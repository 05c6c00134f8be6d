//! `zlib`: compression in the formats of zlib, gzip and raw deflate, and checksums.

mod objects;

use super::error_class::ErrorClass;
use crate::errors::{R, Raised, value_error};
use crate::object::args::Params;
use crate::object::singletons::none;
use crate::object::{Args, Method};
use crate::ops;
use crate::types::bytes::{self, Bytes};
use crate::types::exceptions::EXCEPTION;
use crate::types::int;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;
use rustpython_common::binascii;
use rustpython_common::compression::zlib::{self as engine, InitError};

static ERROR: ErrorClass = ErrorClass::new("zlib", "error", &EXCEPTION);

fn made(data: &[u8]) -> R {
    Bytes::try_new(data).map(|bytes| bytes.value())
}

fn option_error() -> Raised {
    value_error("Invalid initialization option")
}

/// The error of damaged input, with the code that zlib gives it.
fn decode_error(message: String) -> Raised {
    if message.starts_with("Error") {
        return ERROR.raise(message);
    }
    if message == "need dictionary" {
        return ERROR.raise("Error 2 while decompressing data");
    }
    if message == "data error" {
        return ERROR.raise("Error -3 while setting zdict: invalid input data");
    }
    ERROR.raise(format_args!("Error -3 while decompressing data: {message}"))
}

fn compress(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "compress", names: &["", "level", "wbits"], required: 1, positional: 3 };
    let [data, level, wbits] = args.bind(&PARAMS)?;
    let data = bytes::require(data.unwrap_or_else(none))?;
    let level = level.map_or(Ok(-1), ops::as_i32)?;
    let wbits = wbits.map_or(Ok(engine::MAX_WBITS), ops::as_i32)?;
    match engine::compress(data, level, wbits) {
        Ok(out) => made(&out),
        Err(InitError::InvalidOption) => Err(ERROR.raise("Bad compression level")),
        Err(InitError::Zlib(message)) => Err(ERROR.raise(message)),
    }
}

fn decompress(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "decompress", names: &["", "wbits", "bufsize"], required: 1, positional: 3 };
    let [data, wbits, size] = args.bind(&PARAMS)?;
    let data = bytes::require(data.unwrap_or_else(none))?;
    let wbits = wbits.map_or(Ok(engine::MAX_WBITS), ops::as_i32)?;
    let size = size.map_or(Ok(engine::DEF_BUF_SIZE as isize), ops::as_isize)?;
    let Ok(size) = usize::try_from(size) else { return Err(value_error("bufsize must be non-negative")) };
    match engine::decompress(data, wbits, size.max(1)) {
        Ok(out) => made(&out),
        Err(InitError::InvalidOption) => {
            Err(ERROR.raise("Error -2 while preparing to decompress data: inconsistent stream state"))
        }
        Err(InitError::Zlib(message)) => Err(decode_error(message)),
    }
}

/// The low 32 bits of a checksum to go on from.
fn start(v: Option<&Value>, default: u32) -> R<u32> {
    let Some(v) = v else { return Ok(default) };
    let n = int::expect(ops::index(*v)?);
    Ok(match n.to_i64() {
        Some(n) => n as u32,
        None => u32::try_from(n.to_bigint() & num_bigint::BigInt::from(u32::MAX)).unwrap_or(0),
    })
}

fn crc32(_: Value, args: &[Value]) -> R {
    let data = bytes::require(args[0])?;
    Ok(Value::small(binascii::crc32(data, start(args.get(1), 0)?) as i64))
}

fn adler32(_: Value, args: &[Value]) -> R {
    const MODULUS: u32 = 65521;
    /// So many bytes do not overflow the sums.
    const BLOCK: usize = 5552;
    let data = bytes::require(args[0])?;
    let start = start(args.get(1), 1)?;
    let (mut a, mut b) = (start & 0xffff, start >> 16);
    for block in data.chunks(BLOCK) {
        for byte in block {
            a += *byte as u32;
            b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
    }
    Ok(Value::small((b << 16 | a) as i64))
}

const CONSTANTS: &[(&str, i64)] = &[
    ("DEFLATED", 8),
    ("DEF_BUF_SIZE", engine::DEF_BUF_SIZE as i64),
    ("DEF_MEM_LEVEL", engine::DEF_MEM_LEVEL as i64),
    ("MAX_WBITS", engine::MAX_WBITS as i64),
    ("Z_BEST_COMPRESSION", 9),
    ("Z_BEST_SPEED", 1),
    ("Z_BLOCK", 5),
    ("Z_DEFAULT_COMPRESSION", -1),
    ("Z_DEFAULT_STRATEGY", 0),
    ("Z_FILTERED", 1),
    ("Z_FINISH", 4),
    ("Z_FIXED", 4),
    ("Z_FULL_FLUSH", 3),
    ("Z_HUFFMAN_ONLY", 2),
    ("Z_NO_COMPRESSION", 0),
    ("Z_NO_FLUSH", 0),
    ("Z_PARTIAL_FLUSH", 1),
    ("Z_RLE", 3),
    ("Z_SYNC_FLUSH", 2),
    ("Z_TREES", 6),
];

/// The version of zlib that CPython 3.14 is built with.
const VERSION: &str = "1.3.2";

pub static MODULE: NativeModule = NativeModule {
    name: "zlib",
    functions: &[
        Method::full("compress", compress),
        Method::full("decompress", decompress),
        Method::full("compressobj", objects::compressobj),
        Method::full("decompressobj", objects::decompressobj),
        Method::pos("crc32", crc32, 1, 2),
        Method::pos("adler32", adler32, 1, 2),
    ],
    init: |module| {
        objects::register();
        module.add_type(&objects::ZLIB_DECOMPRESSOR);
        module.set("error", ERROR.value()?);
        for (name, number) in CONSTANTS {
            module.set(name, Value::small(*number));
        }
        for name in ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"] {
            module.set(name, Str::intern(VERSION).value());
        }
        Ok(())
    },
};
