//! stub
use crate::errors::R;
use crate::object::Ref;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::value::Value;
pub fn decode(_o: Value, bytes: &[u8], _e: &str, _r: &str) -> R { Ok(Str::new(&String::from_utf8_lossy(bytes)).value()) }
pub fn encode(t: Ref<Str>, _e: &str, _r: &str) -> R<Ref<Bytes>> { Ok(Bytes::new(&t.to_wtf8())) }
pub fn encode_any(t: Ref<Str>, _e: &str, _r: &str) -> R { Ok(Bytes::new(&t.to_wtf8()).value()) }
