//! stub
use crate::object::TypeDef;
pub static MEMORYVIEW: TypeDef = TypeDef { name: "memoryview", ..TypeDef::BASE };
