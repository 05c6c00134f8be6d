//! `_random`: the Mersenne Twister MT19937, seeded and read as CPython does, so that seeded programs see
//! its numbers.
//!
//! The state is in an object of its own (raw words: 624 of the state, then the position), because
//! instances of subclasses have their slots after the fixed words.

use crate::errors::{R, Raised, overflow_error, type_error, value_error};
use crate::gc::Header;
use crate::object::define::BASETYPE;
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Method, Ref, Slot, Slots, Type, TypeDef};
use crate::ops;
use crate::types::bytes::Bytes;
use crate::types::float;
use crate::types::int::{self, as_int, from_bigint};
use crate::types::module::NativeModule;
use crate::types::object::allocate_fixed;
use crate::types::tuple::Tuple;
use crate::value::Value;
use num_bigint::{BigInt, BigUint, Sign};

const N: usize = 624;
const M: usize = 397;

/// The generator, as it lies in a [`Bytes`] object.
#[repr(C)]
struct Twister {
    words: [u32; N],
    /// Next word to give; `N` when all are used up.
    at: u32,
}

#[repr(C)]
struct Random {
    hdr: Header,
    /// A [`Bytes`] that holds a [`Twister`].
    state: Slot,
}

impl Builtin for Random {
    const DEF: &'static TypeDef = &RANDOM;
}

impl Twister {
    fn seed(&mut self, seed: u32) {
        self.words[0] = seed;
        for i in 1..N {
            let last = self.words[i - 1];
            self.words[i] = 1812433253u32.wrapping_mul(last ^ (last >> 30)).wrapping_add(i as u32);
        }
        self.at = N as u32;
    }

    fn seed_by_array(&mut self, key: &[u32]) {
        self.seed(19650218);
        let words = &mut self.words;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let last = words[i - 1];
            words[i] =
                (words[i] ^ (last ^ (last >> 30)).wrapping_mul(1664525)).wrapping_add(key[j]).wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i == N {
                words[0] = words[N - 1];
                i = 1;
            }
            if j == key.len() {
                j = 0;
            }
        }
        for _ in 0..N - 1 {
            let last = words[i - 1];
            words[i] = (words[i] ^ (last ^ (last >> 30)).wrapping_mul(1566083941)).wrapping_sub(i as u32);
            i += 1;
            if i == N {
                words[0] = words[N - 1];
                i = 1;
            }
        }
        words[0] = 0x8000_0000;
    }

    #[cold]
    #[inline(never)]
    fn refill(&mut self) {
        let words = &mut self.words;
        for i in 0..N {
            let y = (words[i] & 0x8000_0000) | (words[(i + 1) % N] & 0x7fff_ffff);
            words[i] = words[(i + M) % N] ^ (y >> 1) ^ if y & 1 == 1 { 0x9908_b0df } else { 0 };
        }
        self.at = 0;
    }

    #[inline]
    fn next(&mut self) -> u32 {
        if self.at as usize >= N {
            self.refill();
        }
        let mut y = self.words[self.at as usize];
        self.at += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// A float in [0, 1) with 53 random bits.
    #[inline]
    fn float(&mut self) -> f64 {
        let (high, low) = (self.next() >> 5, self.next() >> 6);
        (high as f64 * 67108864.0 + low as f64) * (1.0 / 9007199254740992.0)
    }
}

/// Runs `f` on the generator of an instance. `f` runs no Python code and makes no objects.
#[inline]
fn with<T>(v: Value, f: impl FnOnce(&mut Twister) -> T) -> T {
    let state = v.expect::<Random>().state.object::<Bytes>();
    // SAFETY: `new` made the bytes of this size, no one else has them, and `f` does not come back here.
    f(unsafe { &mut *(state.data_ptr() as *mut Twister) })
}

const _: () = assert!(align_of::<Twister>() == 4);

/// Bytes that no one can foresee.
fn entropy(key: &mut [u32]) {
    // SAFETY: the range is that of the slice.
    let got = unsafe { libc::getrandom(key.as_mut_ptr() as *mut libc::c_void, size_of_val(key), 0) };
    if got != size_of_val(key) as isize {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        key[0] = now.subsec_nanos();
        key[1] = now.as_secs() as u32;
        key[2] = std::process::id();
    }
}

fn seed_with(v: Value, seed: Option<Value>) -> R<()> {
    let Some(seed) = seed.filter(|seed| !seed.is_none()) else {
        let mut key = [0; N];
        entropy(&mut key);
        with(v, |twister| twister.seed_by_array(&key));
        return Ok(());
    };
    let key = match as_int(seed) {
        Some(n) => n.to_bigint().magnitude().to_u32_digits(),
        None => BigUint::from(ops::hash::hash(seed)? as u64).to_u32_digits(),
    };
    with(v, |twister| twister.seed_by_array(if key.is_empty() { &[0] } else { &key }));
    Ok(())
}

fn seed(v: Value, args: &[Value]) -> R {
    seed_with(v, args.first().copied())?;
    Ok(none())
}

fn new(class: Ref<Type>, args: Args) -> R {
    if class == RANDOM.class() {
        args.no_keywords("Random")?;
        crate::object::args::check_count("Random", args.all.len(), 0, 1)?;
    }
    let state = Bytes::alloc(size_of::<Twister>())?;
    let object = allocate_fixed(class);
    let random = object.expect::<Random>();
    random.state.set(random, state);
    // Subclasses seed in `__init__`; whatever is read before that is still random.
    let given = if class == RANDOM.class() { args.all.first().copied() } else { None };
    seed_with(object, given)?;
    Ok(object)
}

fn init(v: Value, args: Args) -> R<()> {
    args.no_keywords("Random")?;
    crate::object::args::check_count("Random", args.all.len(), 0, 1)?;
    if v.class() != RANDOM.class() {
        seed_with(v, args.all.first().copied())?;
    }
    Ok(())
}

fn random(v: Value) -> R {
    Ok(float::from_f64(with(v, Twister::float)))
}

fn getrandbits(v: Value, k: Value) -> R {
    let k = int::expect(ops::index(k)?);
    if k.is_negative() {
        return Err(value_error("Cannot convert negative int"));
    }
    let Some(k) = k.to_u64() else { return Err(overflow_error("Python int too large for C uint64_t")) };
    if k <= 32 {
        return Ok(Value::small(if k == 0 { 0 } else { (with(v, Twister::next) >> (32 - k)) as i64 }));
    }
    if k <= 64 {
        let (low, high) = with(v, |twister| (twister.next() as u64, twister.next() as u64));
        return Ok(int::from_u64(low | (high >> (64 - k)) << 32));
    }
    let count = (k - 1) / 32 + 1;
    let mut words: Vec<u32> = Vec::new();
    if count > isize::MAX as u64 / 8 || words.try_reserve_exact(count as usize).is_err() {
        return Err(crate::errors::memory_error());
    }
    with(v, |twister| words.extend((0..count).map(|_| twister.next())));
    if let (Some(last), true) = (words.last_mut(), k % 32 != 0) {
        *last >>= 32 - k % 32;
    }
    Ok(from_bigint(BigInt::new(Sign::Plus, words)))
}

fn getstate(v: Value) -> R {
    let (words, at) = with(v, |twister| (twister.words, twister.at));
    let mut items: Vec<Value> = words.iter().map(|word| Value::small(*word as i64)).collect();
    items.push(Value::small(at as i64));
    Ok(Tuple::from_vec(items))
}

fn word(v: Value) -> R<u64> {
    let too_large = |what: &str| -> Raised { overflow_error(what) };
    match as_int(v) {
        None => Err(type_error("an integer is required")),
        Some(n) if n.is_negative() => Err(too_large("can't convert negative value to unsigned int")),
        Some(n) => n.to_u64().ok_or_else(|| too_large("Python int too large to convert to C unsigned long")),
    }
}

fn setstate(v: Value, state: Value) -> R {
    let Some(state) = state.cast::<Tuple>() else { return Err(type_error("state vector must be a tuple")) };
    if state.len() != N + 1 {
        return Err(value_error("state vector is the wrong size"));
    }
    let mut words = [0; N];
    for (i, item) in state.as_slice()[..N].iter().enumerate() {
        words[i] = word(*item)? as u32;
    }
    let at = ops::as_i64(state.get(N))?;
    if !(0..=N as i64).contains(&at) {
        return Err(value_error("invalid state"));
    }
    with(v, |twister| {
        twister.words = words;
        twister.at = at as u32;
    });
    Ok(none())
}

static RANDOM: TypeDef = TypeDef {
    name: "_random.Random",
    slots: Slots { new: Some(new), init: Some(init), ..Slots::NONE },
    methods: &[
        Method::none("random", random),
        Method::pos("seed", seed, 0, 1),
        Method::one("getrandbits", getrandbits),
        Method::none("getstate", getstate),
        Method::one("setstate", setstate),
    ],
    flags: BASETYPE,
    words: TypeDef::words_of::<Random>(),
    traced: TypeDef::words_of::<Random>() - 1,
    ..TypeDef::BASE
};

pub static MODULE: NativeModule = NativeModule {
    name: "_random",
    functions: &[],
    init: |module| {
        module.add_type(&RANDOM);
        Ok(())
    },
};
