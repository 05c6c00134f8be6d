//! `_json`: what `json` does natively. Errors of decoding are `json.decoder`'s own class.

mod encoder;
mod scanner;
mod text;

use crate::errors::{R, recursion_error_in};
use crate::object::Method;
use crate::state::state;
use crate::types::module::NativeModule;

/// Nesting, in the bytes of stack that CPython uses for it: programs that nest as deep as CPython's stack
/// of 8 MB allows work, and deeper ones fail, whatever our own stack would allow.
#[derive(Default)]
struct Depth {
    used: usize,
}

impl Depth {
    const LIMIT: usize = 8_340_000;
    /// An array, or an object that is read.
    const ARRAY: usize = 128;
    /// An object that is written.
    const OBJECT: usize = 240;

    #[inline]
    fn enter(&mut self, bytes: usize, what: &str) -> R<()> {
        state().check_native_stack_in(what)?;
        self.used += bytes;
        if self.used > Self::LIMIT { Err(recursion_error_in(what)) } else { Ok(()) }
    }

    #[inline]
    fn leave(&mut self, bytes: usize) {
        self.used -= bytes;
    }
}

pub static MODULE: NativeModule = NativeModule {
    name: "_json",
    functions: &[
        Method::one("encode_basestring", text::encode_basestring),
        Method::one("encode_basestring_ascii", text::encode_basestring_ascii),
        Method::pos("scanstring", text::scanstring, 0, u16::MAX),
    ],
    init: |module| {
        module.set("make_scanner", scanner::SCANNER.class().value());
        module.set("make_encoder", encoder::ENCODER.class().value());
        Ok(())
    },
};
