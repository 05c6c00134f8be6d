//! stub
use crate::errors::{R, type_error};
use crate::value::Value;
use crate::types::module::NativeModule;
pub static MODULE: NativeModule = NativeModule { name: "_typing", functions: &[], init: |_| Ok(()) };
pub fn type_var(_: Value, _: Option<Value>, _: Option<Value>) -> R { Err(type_error("x")) }
pub fn param_spec(_: Value) -> R { Err(type_error("x")) }
pub fn type_var_tuple(_: Value) -> R { Err(type_error("x")) }
pub fn subscript_generic(_: Value) -> R { Err(type_error("x")) }
pub fn type_alias(_: Value) -> R { Err(type_error("x")) }
pub fn set_default(_: Value, _: Value) -> R { Err(type_error("x")) }
