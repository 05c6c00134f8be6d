//! `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`: the hash functions that `hashlib` always has; `_hashlib`: what it has
//! of OpenSSL besides.

mod algorithm;
mod blake2;
mod derive;
mod object;

use super::native_box;
use crate::object::args::Params;
use crate::object::define::{Method, NO_NEW};
use crate::object::{Slots, TypeDef};
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;
use algorithm::{Fixed, Variable};
use object::{Info, State};
use taipan_abi::header::Kind;

pub use blake2::MODULE as BLAKE2;
pub use derive::MODULE as HASHLIB;

/// CPython lets other threads run for data from this size on.
const GIL_MINSIZE: i64 = 2048;

macro_rules! params {
    ($name:literal) => {
        Params { function: $name, names: &["data", "usedforsecurity", "string"], required: 0, positional: 1 }
    };
}

/// Classes without a constructor, and the functions that make their instances.
macro_rules! by_function {
    ($($info:ident $class:ident $type_name:literal $name:literal $function:ident $digest:literal $block:literal $new:expr;)*) => { $(
        static $class: TypeDef = TypeDef {
            name: $type_name,
            methods: object::METHODS,
            getset: object::ATTRIBUTES,
            flags: NO_NEW,
            words: native_box::WORDS,
            kind: Kind::Native,
            ..TypeDef::BASE
        };
        static $info: Info =
            Info { name: $name, digest_size: $digest, block_size: $block, class: &$class, new: || Box::new(Fixed($new)) };
        const $function: Method = Method::full($name, |_, args| {
            static PARAMS: Params = params!($name);
            object::new(&$info, &PARAMS, args)
        });
    )* };
}

by_function! {
    MD5_INFO MD5_CLASS "_md5.md5" "md5" MD5_FUNCTION 16 64 md5::Md5::default();
    SHA1_INFO SHA1_CLASS "_sha1.sha1" "sha1" SHA1_FUNCTION 20 64 sha1::Sha1::default();
    SHA224_INFO SHA224_CLASS "_sha2.SHA224Type" "sha224" SHA224_FUNCTION 28 64 sha2::Sha224::default();
    SHA256_INFO SHA256_CLASS "_sha2.SHA256Type" "sha256" SHA256_FUNCTION 32 64 sha2::Sha256::default();
    SHA384_INFO SHA384_CLASS "_sha2.SHA384Type" "sha384" SHA384_FUNCTION 48 128 sha2::Sha384::default();
    SHA512_INFO SHA512_CLASS "_sha2.SHA512Type" "sha512" SHA512_FUNCTION 64 128 sha2::Sha512::default();
}

/// Classes that are called themselves.
macro_rules! by_class {
    ($($info:ident $class:ident $type_name:literal $name:literal $digest:literal $block:literal $methods:ident $new:expr;)*) => { $(
        static $class: TypeDef = TypeDef {
            name: $type_name,
            slots: Slots {
                new: Some(|_, args| {
                    static PARAMS: Params = params!($name);
                    object::new(&$info, &PARAMS, args)
                }),
                ..Slots::NONE
            },
            methods: object::$methods,
            getset: object::SPONGE_ATTRIBUTES,
            words: native_box::WORDS,
            kind: Kind::Native,
            ..TypeDef::BASE
        };
        static $info: Info =
            Info { name: $name, digest_size: $digest, block_size: $block, class: &$class, new: || Box::new($new) };
    )* };
}

by_class! {
    SHA3_224_INFO SHA3_224 "_sha3.sha3_224" "sha3_224" 28 144 METHODS Fixed(sha3::Sha3_224::default());
    SHA3_256_INFO SHA3_256 "_sha3.sha3_256" "sha3_256" 32 136 METHODS Fixed(sha3::Sha3_256::default());
    SHA3_384_INFO SHA3_384 "_sha3.sha3_384" "sha3_384" 48 104 METHODS Fixed(sha3::Sha3_384::default());
    SHA3_512_INFO SHA3_512 "_sha3.sha3_512" "sha3_512" 64 72 METHODS Fixed(sha3::Sha3_512::default());
    SHAKE_128_INFO SHAKE_128 "_sha3.shake_128" "shake_128" 0 168 VARIABLE_METHODS Variable(shake::Shake128::default());
    SHAKE_256_INFO SHAKE_256 "_sha3.shake_256" "shake_256" 0 136 VARIABLE_METHODS Variable(shake::Shake256::default());
}

/// Announces the classes whose objects functions of other modules make.
fn register_all() {
    native_box::register::<State>(&SHA256_CLASS);
}

pub static MD5: NativeModule = NativeModule {
    name: "_md5",
    functions: &[MD5_FUNCTION],
    init: |module| {
        native_box::register::<State>(&MD5_CLASS);
        module.set("MD5Type", MD5_CLASS.class().value());
        module.set("_GIL_MINSIZE", Value::small(GIL_MINSIZE));
        Ok(())
    },
};

pub static SHA1: NativeModule = NativeModule {
    name: "_sha1",
    functions: &[SHA1_FUNCTION],
    init: |module| {
        native_box::register::<State>(&SHA1_CLASS);
        module.set("SHA1Type", SHA1_CLASS.class().value());
        module.set("_GIL_MINSIZE", Value::small(GIL_MINSIZE));
        Ok(())
    },
};

pub static SHA2: NativeModule = NativeModule {
    name: "_sha2",
    functions: &[SHA224_FUNCTION, SHA256_FUNCTION, SHA384_FUNCTION, SHA512_FUNCTION],
    init: |module| {
        for class in [&SHA224_CLASS, &SHA256_CLASS, &SHA384_CLASS, &SHA512_CLASS] {
            native_box::register::<State>(class);
            module.add_type(class);
        }
        module.set("_GIL_MINSIZE", Value::small(GIL_MINSIZE));
        Ok(())
    },
};

pub static SHA3: NativeModule = NativeModule {
    name: "_sha3",
    functions: &[],
    init: |module| {
        for class in [&SHA3_224, &SHA3_256, &SHA3_384, &SHA3_512, &SHAKE_128, &SHAKE_256] {
            native_box::register::<State>(class);
            module.add_type(class);
        }
        module.set("implementation", Str::intern("HACL").value());
        module.set("_GIL_MINSIZE", Value::small(GIL_MINSIZE));
        Ok(())
    },
};
