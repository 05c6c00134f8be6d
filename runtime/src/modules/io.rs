//! stub
use crate::errors::R;
use crate::object::{Method, Ref, TypeDef, attr, Slots};
use crate::object::singletons::none;
use crate::types::module::Module;
use crate::types::str::Str;
use crate::value::Value;
static OUT: TypeDef = TypeDef { name: "_io.Out", slots: Slots { getattr: Some(attr::generic_getattr), ..Slots::NONE }, methods: &[Method::one("write", |_, v| { let s = v.expect::<Str>(); use std::io::Write; let _ = std::io::stdout().write_all(&s.to_wtf8()); Ok(Value::small(s.len() as i64)) }), Method::none("flush", |_| { use std::io::Write; let _ = std::io::stdout().flush(); Ok(none())})], ..TypeDef::BASE };
pub fn install_standard_streams(sys: Ref<Module>) -> R<()> { let o = crate::types::object::allocate_fixed(OUT.class()); sys.set("stdout", o); sys.set("__stdout__", o); Ok(()) }
pub fn flush_all() { use std::io::Write; let _ = std::io::stdout().flush(); }
