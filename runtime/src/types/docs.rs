//! Docstrings and text signatures of built-in things.
//!
//! They are packed by `build.rs` into one compressed file, which is unpacked when the first is asked for: nothing is
//! held in objects before, so a program that asks for none pays only for the file. It is pairs of texts, each ended
//! by a null character: `MODULE.NAME` or `MODULE.CLASS.NAME`, its docstring; with `=` before it, its signature. `*`
//! is any class: what special methods mostly say.

use crate::gc::Header;
use crate::object::define::NO_NEW;
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Builtin, Ref, Slots, Type, TypeDef};
use crate::types::module::Module;
use crate::types::native::NativeFunction;
use crate::types::str::Str;
use crate::value::Value;
use std::collections::HashMap;
use std::sync::OnceLock;

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/docs.z"));

type Texts = HashMap<&'static str, &'static str>;

fn texts() -> &'static Texts {
    static TEXTS: OnceLock<Texts> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let unpacked = rustpython_common::compression::zlib::decompress(PACKED, 15, 1 << 20).unwrap_or_default();
        let text: &'static str = String::from_utf8(unpacked).unwrap_or_default().leak();
        let mut parts = text.split('\0');
        let mut texts = Texts::new();
        while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
            texts.insert(key, value);
        }
        texts
    })
}

#[derive(Clone, Copy)]
enum Kind {
    Doc,
    Signature,
}

/// The text of `module.rest`; accelerator modules go by either of their names.
fn find(kind: Kind, module: &str, rest: &str) -> Option<&'static str> {
    let mark = match kind {
        Kind::Doc => "",
        Kind::Signature => "=",
    };
    let plain = module.trim_start_matches('_');
    let rest = if rest.is_empty() { String::new() } else { format!(".{rest}") };
    [format!("{mark}{module}{rest}"), format!("{mark}{plain}{rest}"), format!("{mark}_{plain}{rest}")]
        .iter()
        .find_map(|key| texts().get(key.as_str()).copied())
}

fn value(text: Option<&str>) -> Value {
    text.map_or_else(none, |text| Str::new(text).value())
}

/// Module and name of a built-in class.
fn place(class: Ref<Type>) -> Option<(&'static str, &'static str)> {
    let name = class.def.get()?.name;
    Some(name.rsplit_once('.').unwrap_or(("builtins", name)))
}

fn of_class(kind: Kind, class: Ref<Type>) -> Value {
    value(place(class).and_then(|(module, name)| find(kind, module, name)))
}

fn of_member(kind: Kind, class: Ref<Type>, name: &str) -> Value {
    let own = place(class).and_then(|(module, class)| find(kind, module, &format!("{class}.{name}")));
    let is_special = name.starts_with("__") && name.ends_with("__");
    value(own.or_else(|| if is_special { find(kind, "*", name) } else { None }))
}

fn of_function(kind: Kind, function: Ref<NativeFunction>) -> Value {
    let owner = function.owner.value();
    let name = function.method().name;
    if let Some(class) = owner.exact_type() {
        return of_member(kind, class, name);
    }
    let module = match function.module.get().and_then(|module| module.cast::<Str>()) {
        Some(module) => module.to_string_lossy(),
        None if owner.cast::<Module>().is_some() => return none(),
        None => {
            // A bound method: its class is the one in the list of bases that has it.
            let of = owner.class().mro_classes().find(|class| class.dict().get_text(name).is_some());
            return of.map_or_else(none, |class| of_member(kind, class, name));
        }
    };
    value(find(kind, &module, name))
}

/// `__doc__` of a built-in class.
pub fn type_doc(class: Ref<Type>) -> Value {
    of_class(Kind::Doc, class)
}

/// What `object` has as `__doc__`: gives instances the docstring of their built-in class. Classes of programs have a
/// `__doc__` of their own. Unlike a computed attribute it lets an instance have one in its dict.
#[repr(C)]
pub struct InstanceDoc {
    hdr: Header,
}

impl Builtin for InstanceDoc {
    const DEF: &'static TypeDef = &INSTANCE_DOC;
}

impl InstanceDoc {
    pub fn make() -> Value {
        allocate(INSTANCE_DOC.header(), InstanceDoc { hdr: Header::EMPTY }).value()
    }
}

pub static INSTANCE_DOC: TypeDef = TypeDef {
    name: "instance_doc",
    slots: Slots {
        descr_get: Some(|_, instance, class| match instance {
            Some(instance) => {
                let native = instance.class().mro_classes().find(|class| class.def.get().is_some());
                Ok(native.map_or_else(none, type_doc))
            }
            None => Ok(class.exact_type().map_or_else(none, type_doc)),
        }),
        ..Slots::NONE
    },
    flags: NO_NEW,
    words: TypeDef::words_of::<InstanceDoc>(),
    ..TypeDef::BASE
};

/// `__doc__` of a method, slot wrapper, or attribute of a built-in class.
pub fn member_doc(class: Ref<Type>, name: &str) -> Value {
    of_member(Kind::Doc, class, name)
}

/// `__doc__` of a built-in function.
pub fn function_doc(function: Ref<NativeFunction>) -> Value {
    of_function(Kind::Doc, function)
}

/// `__text_signature__` of a method or slot wrapper.
pub fn text_signature(class: Ref<Type>, name: &str) -> Value {
    of_member(Kind::Signature, class, name)
}

/// `__text_signature__` of a built-in function.
pub fn function_signature(function: Ref<NativeFunction>) -> Value {
    of_function(Kind::Signature, function)
}

/// `__text_signature__` of a class.
pub fn type_signature(class: Ref<Type>) -> Value {
    of_class(Kind::Signature, class)
}
