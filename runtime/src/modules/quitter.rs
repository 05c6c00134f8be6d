//! `exit` and `quit`: what `site` adds to the built-in names, without importing it.

use super::sys;
use crate::errors::{self, R};
use crate::gc::Header;
use crate::names;
use crate::object::args::Params;
use crate::object::define::{GetSet, NO_NEW, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Slot, Slots, TypeDef, attr, call};
use crate::types::exceptions as exc;
use crate::types::str::Str;
use crate::value::Value;

/// One of the two, by name.
#[repr(C)]
struct Quitter {
    hdr: Header,
    name: Slot,
}

impl Builtin for Quitter {
    const DEF: &'static TypeDef = &QUITTER;
}

const EOF: &str = "Ctrl-D (i.e. EOF)";

/// The object that the built-in `name` is.
pub fn new(name: &str) -> Value {
    let name = Slot::new(Str::intern(name));
    allocate(QUITTER.header(), Quitter { hdr: Header::EMPTY, name }).value()
}

/// Raises SystemExit, with standard input closed: an interactive loop above would read on otherwise.
fn quit(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "Quitter.__call__", names: &["code"], required: 0, positional: 1 };
    let [code] = args.bind(&PARAMS)?;
    if let Some(stdin) = sys::get("stdin") {
        if call::call_method(stdin, names::get(names::close), &[]).is_err() {
            errors::clear();
        }
    }
    Err(errors::raise_args(&exc::SYSTEM_EXIT, &[code.unwrap_or_else(none)]))
}

pub static QUITTER: TypeDef = TypeDef {
    name: "_sitebuiltins.Quitter",
    slots: Slots {
        repr: Some(|v| {
            let name = v.expect::<Quitter>().name.object::<Str>();
            Ok(Str::new(&format!("Use {}() or {EOF} to exit", name.display())).value())
        }),
        call: Some(quit),
        getattr: Some(attr::generic_getattr),
        ..Slots::NONE
    },
    getset: &[
        GetSet::member("name", |v| Ok(v.expect::<Quitter>().name.value())),
        GetSet::member("eof", |_| Ok(Str::intern(EOF).value())),
    ],
    flags: NO_NEW | WEAKREFS,
    words: TypeDef::words_of::<Quitter>(),
    traced: TypeDef::words_of::<Quitter>() - 1,
    ..TypeDef::BASE
};
