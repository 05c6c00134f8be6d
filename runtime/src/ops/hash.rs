//! `hash()`: CPython's numbers, so that sets iterate and hashes print alike (`Python/pyhash.c`).

use crate::errors::{R, type_error};
use crate::object::class::slots_of;
use crate::types::str::Str;
use crate::value::Value;
use std::sync::atomic::{AtomicU64, Ordering};

/// The prime that numeric hashes are taken by.
pub const MODULUS: u64 = (1 << 61) - 1;

static KEY0: AtomicU64 = AtomicU64::new(0);
static KEY1: AtomicU64 = AtomicU64::new(0);

/// Sets the key of string hashes from `PYTHONHASHSEED`: `None` is random, 0 is no key, others seed
/// CPython's generator.
pub fn init(seed: Option<u32>) {
    let mut bytes = [0u8; 16];
    match seed {
        Some(0) => {}
        Some(seed) => {
            let mut x = seed;
            for byte in &mut bytes {
                x = x.wrapping_mul(214013).wrapping_add(2531011);
                *byte = (x >> 16) as u8;
            }
        }
        None => {
            // SAFETY: the buffer has the length given. Should the call fail, the key stays 0.
            unsafe { libc::getrandom(bytes.as_mut_ptr() as *mut libc::c_void, 16, 0) };
        }
    }
    let mut words = bytes.chunks_exact(8).map(|c| c.iter().rev().fold(0u64, |w, b| w << 8 | *b as u64));
    KEY0.store(words.next().unwrap_or(0), Ordering::Relaxed);
    KEY1.store(words.next().unwrap_or(0), Ordering::Relaxed);
}

/// Hash of bytes and of a string's code points: SipHash-1-3; 0 stays for "empty" only.
pub fn bytes(data: &[u8]) -> i64 {
    if data.is_empty() {
        return 0;
    }
    let key0 = KEY0.load(Ordering::Relaxed);
    match siphash(data, key0, KEY1.load(Ordering::Relaxed)) as i64 {
        -1 => -2,
        hash => hash,
    }
}

/// SipHash-1-3 of bytes that are all at hand.
#[inline]
fn siphash(data: &[u8], key0: u64, key1: u64) -> u64 {
    #[inline(always)]
    fn round(v: &mut [u64; 4]) {
        v[0] = v[0].wrapping_add(v[1]);
        v[2] = v[2].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].rotate_left(32);
        v[2] = v[2].wrapping_add(v[1]);
        v[0] = v[0].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].rotate_left(32);
    }
    let mut v = [
        key0 ^ 0x736f_6d65_7073_6575,
        key1 ^ 0x646f_7261_6e64_6f6d,
        key0 ^ 0x6c79_6765_6e65_7261,
        key1 ^ 0x7465_6462_7974_6573,
    ];
    let (words, tail) = data.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        v[3] ^= word;
        round(&mut v);
        v[0] ^= word;
    }
    let mut last = (data.len() as u64) << 56;
    for (i, &byte) in tail.iter().enumerate() {
        last |= (byte as u64) << (i * 8);
    }
    v[3] ^= last;
    round(&mut v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for _ in 0..3 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

/// Hash of an int of 64 bits.
#[inline(always)]
pub fn int(n: i64) -> i64 {
    if n.unsigned_abs() < MODULUS {
        return if n == -1 { -2 } else { n };
    }
    let reduced = (n.unsigned_abs() % MODULUS) as i64;
    match if n < 0 { -reduced } else { reduced } {
        -1 => -2,
        hash => hash,
    }
}

/// Hash of a float; `identity` is used for NaN.
pub fn float(x: f64, identity: u64) -> i64 {
    if x.is_infinite() {
        return if x > 0.0 { 314159 } else { -314159 };
    }
    if x.is_nan() {
        return pointer(identity);
    }
    if x == x.trunc() && x.abs() < 4e18 {
        return int(x as i64);
    }
    let (mut mantissa, mut exponent) = frexp(x.abs());
    let mut hash: u64 = 0;
    while mantissa != 0.0 {
        hash = (hash << 28) & MODULUS | hash >> (61 - 28);
        mantissa *= 268435456.0;
        exponent -= 28;
        let whole = mantissa as u64;
        mantissa -= whole as f64;
        hash += whole;
        if hash >= MODULUS {
            hash -= MODULUS;
        }
    }
    let exponent = exponent.rem_euclid(61) as u32;
    hash = (hash << exponent) & MODULUS | hash.checked_shr(61 - exponent).unwrap_or(0);
    match if x < 0.0 { -(hash as i64) } else { hash as i64 } {
        -1 => -2,
        hash => hash,
    }
}

fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 {
        return (0.0, 0);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    if exponent == 0 {
        let (m, e) = frexp(x * f64::powi(2.0, 64));
        return (m, e - 64);
    }
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent - 1022)
}

/// Hash by identity: the address, rotated past its alignment.
pub fn pointer(address: u64) -> i64 {
    match address.rotate_right(4) as i64 {
        -1 => -2,
        hash => hash,
    }
}

const PRIME1: u64 = 11400714785074694791;
const PRIME2: u64 = 14029467366897019727;
const PRIME5: u64 = 2870177450012600261;

/// Hash of a tuple (xxHash as CPython uses it).
pub fn tuple(items: &[Value]) -> R<i64> {
    crate::state::state().check_native_stack_in(" while hashing a tuple")?;
    let mut acc = PRIME5;
    for item in items {
        let lane = hash(*item)? as u64;
        acc = acc.wrapping_add(lane.wrapping_mul(PRIME2)).rotate_left(31).wrapping_mul(PRIME1);
    }
    acc = acc.wrapping_add(items.len() as u64 ^ (PRIME5 ^ 3527539));
    Ok(if acc == u64::MAX { 1546275796 } else { acc as i64 })
}

/// `hash(x)`.
#[inline(always)]
pub fn hash(value: Value) -> R<i64> {
    if let Some(text) = value.exact::<Str>() {
        return Ok(text.hash());
    }
    if let Some(n) = value.as_small() {
        return Ok(int(n));
    }
    if let Some(items) = value.exact::<crate::types::tuple::Tuple>() {
        return tuple(items.as_slice());
    }
    hash_slow(value)
}

#[inline(never)]
fn hash_slow(value: Value) -> R<i64> {
    match slots_of(value).hash {
        Some(hash) => hash(value),
        None => Err(type_error(format_args!("unhashable type: '{}'", value.class().display_name()))),
    }
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher;

    #[test]
    fn siphash_is_the_crates() {
        let data: Vec<u8> = (0..100u8).map(|i| i.wrapping_mul(37)).collect();
        for len in 0..data.len() {
            let mut hasher = siphasher::sip::SipHasher13::new_with_keys(12345, u64::MAX / 3);
            hasher.write(&data[..len]);
            assert_eq!(super::siphash(&data[..len], 12345, u64::MAX / 3), hasher.finish());
        }
    }
}
