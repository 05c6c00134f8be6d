//! `_blake2`: BLAKE2b and BLAKE2s with all their parameters.

use super::algorithm::Algorithm;
use super::object::{self, Info, State};
use crate::errors::{R, overflow_error, type_error, value_error};
use crate::modules::native_box;
use crate::object::args::Params;
use crate::object::{Args, Ref, Slots, Type, TypeDef};
use crate::ops;
use crate::types::bytes;
use crate::types::int;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;
use taipan_abi::header::Kind;

macro_rules! params {
    ($name:literal) => {
        Params {
            function: $name,
            names: &[
                "data",
                "digest_size",
                "key",
                "salt",
                "person",
                "fanout",
                "depth",
                "leaf_size",
                "node_offset",
                "node_depth",
                "inner_size",
                "last_node",
                "usedforsecurity",
                "string",
            ],
            required: 0,
            positional: 1,
        }
    };
}

/// The limits of a variant.
struct Limits {
    shown: &'static str,
    digest: usize,
    salt: usize,
    node_offset: u64,
}

static B_LIMITS: Limits = Limits { shown: "Blake2b", digest: 64, salt: 16, node_offset: u64::MAX };
static S_LIMITS: Limits = Limits { shown: "Blake2s", digest: 32, salt: 8, node_offset: (1 << 48) - 1 };

/// The parameters, checked.
struct Chosen {
    digest_size: usize,
    key: &'static [u8],
    salt: &'static [u8],
    person: &'static [u8],
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
    last_node: bool,
    data: Option<Value>,
}

fn unsigned(v: Value, too_large: &str) -> R<u64> {
    let n = int::expect(ops::index(v)?);
    if n.is_negative() {
        return Err(value_error("Cannot convert negative int"));
    }
    n.to_u64().ok_or_else(|| overflow_error(format_args!("Python int too large for C {too_large}")))
}

fn choose(limits: &Limits, params: &'static Params, args: Args) -> R<Chosen> {
    let bound = args.bind::<14>(params)?;
    let [data, digest_size, key, salt, person, fanout, depth, leaf, offset, node_depth, inner, last, _, string] = bound;
    let string = string.filter(|string| !string.is_none());
    if data.is_some() && string.is_some() {
        return Err(type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for \
             removal in a future version.",
        ));
    }
    let number = |v: Option<Value>, default: i64| v.map_or(Ok(default), |v| ops::as_i32(v).map(i64::from));
    let raw = |v: Option<Value>| v.map_or(Ok(&[][..]), bytes::require);
    let digest_size = number(digest_size, limits.digest as i64)?;
    if !(1..=limits.digest as i64).contains(&digest_size) {
        return Err(value_error(format_args!(
            "digest_size for {} must be between 1 and {} bytes, here it is {digest_size}",
            limits.shown, limits.digest
        )));
    }
    let sized = |v: Option<Value>, max: usize, what: &str| {
        let data = raw(v)?;
        if data.len() > max {
            return Err(value_error(format_args!("maximum {what} length is {max} bytes")));
        }
        Ok(data)
    };
    let salt = sized(salt, limits.salt, "salt")?;
    let person = sized(person, limits.salt, "person")?;
    let byte = |v: Option<Value>, default: i64, low: i64, what: &str| {
        let n = number(v, default)?;
        if (low..=255).contains(&n) {
            return Ok(n as u8);
        }
        Err(value_error(format_args!("{what} must be between {low} and 255")))
    };
    let fanout = byte(fanout, 1, 0, "fanout")?;
    let depth = byte(depth, 1, 1, "depth")?;
    let leaf_size = leaf.map_or(Ok(0), |v| unsigned(v, "unsigned long"))?;
    let Ok(leaf_size) = u32::try_from(leaf_size) else { return Err(overflow_error("leaf_size is too large")) };
    let node_offset = offset.map_or(Ok(0), |v| unsigned(v, "unsigned long long"))?;
    if node_offset > limits.node_offset {
        return Err(overflow_error("node_offset is too large"));
    }
    let node_depth = byte(node_depth, 0, 0, "node_depth")?;
    let inner_size = number(inner, 0)?;
    if !(0..=limits.digest as i64).contains(&inner_size) {
        return Err(value_error(format_args!("inner_size must be between 0 and is {}", limits.digest)));
    }
    let key = sized(key, limits.digest, "key")?;
    Ok(Chosen {
        digest_size: digest_size as usize,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size: inner_size as usize,
        last_node: last.map_or(Ok(false), ops::truth)?,
        data: data.or(string),
    })
}

macro_rules! variant {
    ($info:ident $class:ident $new:ident $library:ident $limits:ident $type_name:literal $name:literal $digest:literal $block:literal) => {
        static $class: TypeDef = TypeDef {
            name: $type_name,
            slots: Slots { new: Some($new), ..Slots::NONE },
            methods: object::METHODS,
            getset: object::ATTRIBUTES,
            words: native_box::WORDS,
            kind: Kind::Native,
            extra: Some(|class| constants(class, &$limits)),
            ..TypeDef::BASE
        };

        static $info: Info = Info {
            name: $name,
            digest_size: $digest,
            block_size: $block,
            class: &$class,
            new: || Box::new($library::Params::new().to_state()),
        };

        fn $new(_: Ref<Type>, args: Args) -> R {
            static PARAMS: Params = params!($name);
            let chosen = choose(&$limits, &PARAMS, args)?;
            let mut params = $library::Params::new();
            params
                .hash_length(chosen.digest_size)
                .key(chosen.key)
                .salt(chosen.salt)
                .personal(chosen.person)
                .fanout(chosen.fanout)
                .max_depth(chosen.depth)
                .max_leaf_length(chosen.leaf_size)
                .node_offset(chosen.node_offset)
                .node_depth(chosen.node_depth)
                .inner_hash_length(chosen.inner_size)
                .last_node(chosen.last_node);
            let mut state: Box<dyn Algorithm> = Box::new(params.to_state());
            if let Some(data) = chosen.data {
                state.update(object::data_of(data)?);
            }
            Ok(object::make(&$info, chosen.digest_size, state))
        }
    };
}

variant!(B_INFO B_CLASS new_b blake2b_simd B_LIMITS "_blake2.blake2b" "blake2b" 64 128);
variant!(S_INFO S_CLASS new_s blake2s_simd S_LIMITS "_blake2.blake2s" "blake2s" 32 64);

/// Limits by name, as attributes of a class and of the module.
fn named(limits: &Limits) -> [(&'static str, i64); 4] {
    let (digest, salt) = (limits.digest as i64, limits.salt as i64);
    [("SALT_SIZE", salt), ("PERSON_SIZE", salt), ("MAX_KEY_SIZE", digest), ("MAX_DIGEST_SIZE", digest)]
}

fn constants(class: Ref<Type>, limits: &Limits) {
    for (name, size) in named(limits) {
        class.dict().set_str(Str::intern(name), Value::small(size));
    }
}

pub static MODULE: NativeModule = NativeModule {
    name: "_blake2",
    functions: &[],
    init: |module| {
        for (class, limits, prefix) in [(&B_CLASS, &B_LIMITS, "BLAKE2B"), (&S_CLASS, &S_LIMITS, "BLAKE2S")] {
            native_box::register::<State>(class);
            module.add_type(class);
            for (name, size) in named(limits) {
                module.set(&format!("{prefix}_{name}"), Value::small(size));
            }
        }
        module.set("_GIL_MINSIZE", Value::small(super::GIL_MINSIZE));
        Ok(())
    },
};
