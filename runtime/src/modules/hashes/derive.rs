//! `_hashlib`: what `hashlib` and `hmac` take from OpenSSL only, keys derived from passwords (PBKDF2, RFC 8018; scrypt,
//! RFC 7914). All else they have from the other modules: this one refuses it as OpenSSL refuses hashes it lacks.

use super::{Info, MD5_INFO, SHA1_INFO, SHA224_INFO, SHA256_INFO, SHA384_INFO, SHA512_INFO};
use super::{SHA3_224_INFO, SHA3_256_INFO, SHA3_384_INFO, SHA3_512_INFO, object};
use crate::errors::{R, memory_error, overflow_error, type_error, value_error};
use crate::modules::error_class::ErrorClass;
use crate::object::args::Params;
use crate::object::singletons::none;
use crate::object::{Args, Method};
use crate::ops;
use crate::types::bytes::{Bytes, buffer_of};
use crate::types::exceptions::VALUE_ERROR;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;

static UNSUPPORTED: ErrorClass = ErrorClass::new("_hashlib", "UnsupportedDigestmodError", &VALUE_ERROR);

static KNOWN: [&Info; 10] = [
    &MD5_INFO,
    &SHA1_INFO,
    &SHA224_INFO,
    &SHA256_INFO,
    &SHA384_INFO,
    &SHA512_INFO,
    &SHA3_224_INFO,
    &SHA3_256_INFO,
    &SHA3_384_INFO,
    &SHA3_512_INFO,
];

fn bytes_of(v: Value, name: &str) -> R<Vec<u8>> {
    match buffer_of(v)? {
        Some(data) => Ok(data.to_vec()),
        None => Err(type_error(format_args!("{name} must be a bytes-like object, not '{}'", v.class().display_name()))),
    }
}

/// `HMAC(key, ...)` of which the key's part is done once.
struct Hmac {
    inner: Box<dyn super::algorithm::Algorithm>,
    outer: Box<dyn super::algorithm::Algorithm>,
}

impl Hmac {
    fn new(info: &Info, key: &[u8]) -> Hmac {
        let mut block = vec![0; info.block_size];
        if key.len() > info.block_size {
            let mut hash = (info.new)();
            hash.update(key);
            block[..info.digest_size].copy_from_slice(&hash.digest(0));
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let keyed = |pad: u8| {
            let mut hash = (info.new)();
            hash.update(&block.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>());
            hash
        };
        Hmac { inner: keyed(0x36), outer: keyed(0x5c) }
    }

    fn of(&self, parts: &[&[u8]]) -> Vec<u8> {
        let (mut inner, mut outer) = (self.inner.copy(), self.outer.copy());
        parts.iter().for_each(|part| inner.update(part));
        outer.update(&inner.digest(0));
        outer.digest(0)
    }
}

fn pbkdf2(info: &Info, password: &[u8], salt: &[u8], rounds: u64, len: usize) -> Vec<u8> {
    let hmac = Hmac::new(info, password);
    let mut key = Vec::with_capacity(len + info.digest_size);
    for block in 1u32.. {
        if key.len() >= len {
            break;
        }
        let mut last = hmac.of(&[salt, &block.to_be_bytes()]);
        let mut sum = last.clone();
        for _ in 1..rounds {
            last = hmac.of(&[&last]);
            sum.iter_mut().zip(&last).for_each(|(a, b)| *a ^= b);
        }
        key.extend(sum);
    }
    key.truncate(len);
    key
}

fn pbkdf2_hmac(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "pbkdf2_hmac",
        names: &["hash_name", "password", "salt", "iterations", "dklen"],
        required: 4,
        positional: 5,
    };
    let [name, password, salt, rounds, len] = args.bind(&PARAMS)?.map(|v| v.unwrap_or_else(none));
    let Some(name) = name.cast::<Str>() else {
        return Err(type_error(format_args!(
            "pbkdf2_hmac() argument 'hash_name' must be str, not {}",
            name.class().display_name()
        )));
    };
    let name = name.to_string_lossy();
    let Some(info) = KNOWN.iter().find(|info| info.name == name) else {
        return Err(UNSUPPORTED.raise("[digital envelope routines] unsupported"));
    };
    let (password, salt) = (bytes_of(password, "password")?, bytes_of(salt, "salt")?);
    let rounds = ops::as_i64(rounds)?;
    if rounds < 1 {
        return Err(value_error("iteration value must be greater than 0."));
    }
    if rounds > i32::MAX.into() {
        return Err(overflow_error("iteration value is too great."));
    }
    let len = if len.is_none() { info.digest_size as i64 } else { ops::as_i64(len)? };
    match len {
        ..1 => Err(value_error("key length must be greater than 0.")),
        len if len > i32::MAX.into() => Err(overflow_error("key length is too great.")),
        len => Ok(Bytes::new(&pbkdf2(info, &password, &salt, rounds as u64, len as usize)).value()),
    }
}

/// Salsa20/8 of a block of 16 words.
fn salsa(block: &mut [u32; 16]) {
    let mut x = *block;
    let mut quarter = |a: usize, b: usize, c: usize, d: usize| {
        x[b] ^= x[a].wrapping_add(x[d]).rotate_left(7);
        x[c] ^= x[b].wrapping_add(x[a]).rotate_left(9);
        x[d] ^= x[c].wrapping_add(x[b]).rotate_left(13);
        x[a] ^= x[d].wrapping_add(x[c]).rotate_left(18);
    };
    for _ in 0..4 {
        for [a, b, c, d] in [[0, 4, 8, 12], [5, 9, 13, 1], [10, 14, 2, 6], [15, 3, 7, 11]] {
            quarter(a, b, c, d);
        }
        for [a, b, c, d] in [[0, 1, 2, 3], [5, 6, 7, 4], [10, 11, 8, 9], [15, 12, 13, 14]] {
            quarter(a, b, c, d);
        }
    }
    block.iter_mut().zip(x).for_each(|(word, x)| *word = word.wrapping_add(x));
}

/// Mixes the blocks of `x`; `out` is as long.
fn mix_blocks(x: &[u32], out: &mut [u32]) {
    let blocks = x.len() / 16;
    let mut last = [0; 16];
    last.copy_from_slice(&x[x.len() - 16..]);
    for (i, block) in x.chunks_exact(16).enumerate() {
        last.iter_mut().zip(block).for_each(|(a, b)| *a ^= b);
        salsa(&mut last);
        let at = (i / 2 + i % 2 * (blocks / 2)) * 16;
        out[at..at + 16].copy_from_slice(&last);
    }
}

/// The memory-hard part of scrypt, for one lane.
fn mix(lane: &mut [u8], n: usize) {
    let word = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    let mut x: Vec<u32> = lane.chunks_exact(4).map(word).collect();
    let mut next = vec![0; x.len()];
    let mut seen = Vec::with_capacity(n * x.len());
    for _ in 0..n {
        seen.extend_from_slice(&x);
        mix_blocks(&x, &mut next);
        std::mem::swap(&mut x, &mut next);
    }
    for _ in 0..n {
        let at = (x[x.len() - 16] as usize & (n - 1)) * x.len();
        let len = x.len();
        x.iter_mut().zip(&seen[at..at + len]).for_each(|(a, b)| *a ^= b);
        mix_blocks(&x, &mut next);
        std::mem::swap(&mut x, &mut next);
    }
    lane.chunks_exact_mut(4).zip(x).for_each(|(bytes, word)| bytes.copy_from_slice(&word.to_le_bytes()));
}

fn scrypt(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "scrypt",
        names: &["password", "salt", "n", "r", "p", "maxmem", "dklen"],
        required: 5,
        positional: 1,
    };
    let [password, salt, n, r, p, limit, len] = args.bind(&PARAMS)?;
    let number = |v: Option<Value>, absent: i64| v.map_or(Ok(absent), ops::as_i64);
    let password = bytes_of(password.unwrap_or_else(none), "password")?;
    let salt = bytes_of(salt.unwrap_or_else(none), "salt")?;
    let (n, r, p, limit, len) = (number(n, 0)?, number(r, 0)?, number(p, 0)?, number(limit, 0)?, number(len, 64)?);
    if n < 2 || n & (n - 1) != 0 {
        return Err(value_error("n must be a power of 2."));
    }
    if !(0..=i32::MAX.into()).contains(&limit) {
        return Err(value_error(format_args!("maxmem must be positive and smaller than {}", i32::MAX)));
    }
    if !(1..=i32::MAX.into()).contains(&len) {
        return Err(value_error(format_args!("dklen must be greater than 0 and smaller than {}", i32::MAX)));
    }
    // OpenSSL's own limit.
    let limit = if limit == 0 { 32 << 20 } else { limit };
    let needed = n.checked_mul(128).and_then(|m| m.checked_mul(r)).and_then(|m| m.checked_add(128 * r * (p + 2)));
    if r < 1 || p < 1 || needed.is_none_or(|needed| needed > limit) {
        return Err(value_error("Invalid parameter combination for n, r, p, maxmem."));
    }
    let mut lanes = pbkdf2(&SHA256_INFO, &password, &salt, 1, (128 * r * p) as usize);
    lanes.chunks_exact_mut((128 * r) as usize).for_each(|lane| mix(lane, n as usize));
    match usize::try_from(len) {
        Ok(len) => Ok(Bytes::new(&pbkdf2(&SHA256_INFO, &password, &lanes, 1, len)).value()),
        Err(_) => Err(memory_error()),
    }
}

fn unsupported(_: Value, _: Args) -> R {
    Err(UNSUPPORTED.raise("unsupported hash type"))
}

pub static MODULE: NativeModule = NativeModule {
    name: "_hashlib",
    functions: &[
        Method::full("pbkdf2_hmac", pbkdf2_hmac),
        Method::full("scrypt", scrypt),
        Method::full("new", unsupported),
        Method::full("hmac_new", unsupported),
        Method::full("hmac_digest", unsupported),
        Method::full("openssl_sha256", |_, args| {
            static PARAMS: Params = Params {
                function: "openssl_sha256",
                names: &["data", "usedforsecurity", "string"],
                required: 0,
                positional: 1,
            };
            object::new(&SHA256_INFO, &PARAMS, args)
        }),
        Method::none("get_fips_mode", |_| Ok(Value::small(0))),
    ],
    init: |module| {
        super::register_all();
        module.set("UnsupportedDigestmodError", UNSUPPORTED.value()?);
        let names: Vec<Value> = KNOWN.iter().map(|info| Str::intern(info.name).value()).collect();
        module.set("openssl_md_meth_names", crate::types::set::frozen_from_items(&names)?);
        if let Some(compare) = crate::modules::create_and_get("_operator", "_compare_digest")? {
            module.set("compare_digest", compare);
        }
        module.set("_GIL_MINSIZE", Value::small(super::GIL_MINSIZE));
        Ok(())
    },
};
