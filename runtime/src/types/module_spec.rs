//! `ModuleSpec` and the loader object that modules get: what programs and the library ask of them
//! (`__spec__.name`, `loader.get_source`). Finding and loading itself is in [`crate::ops::import`].

use crate::errors::{R, import_error, type_error};
use crate::gc::Header;
use crate::names;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::CmpOp;
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, attr};
use crate::ops;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::value::Value;

/// A spec: attributes in a dict, as those of CPython's class written in Python.
#[repr(C)]
pub struct ModuleSpec {
    hdr: Header,
    dict: Slot,
}

impl Builtin for ModuleSpec {
    const DEF: &'static TypeDef = &MODULE_SPEC;
}

impl ModuleSpec {
    pub fn new(name: Ref<Str>, origin: Value, has_location: bool, search_locations: Option<Value>) -> Ref<ModuleSpec> {
        let dict = Dict::new();
        fill(dict, name.value(), none(), origin, none(), search_locations.unwrap_or_else(none));
        dict.set_str(Str::intern("_set_fileattr"), boolean(has_location));
        allocate(MODULE_SPEC.header(), ModuleSpec { hdr: Header::EMPTY, dict: Slot::new(dict) })
    }

    pub fn set_loader(&self, loader: Value) {
        self.dict.object::<Dict>().set_str(Str::intern("loader"), loader);
    }

    /// Whether the module's body is running.
    pub fn set_initializing(&self, flag: bool) {
        self.dict.object::<Dict>().set_str(names::get(names::_initializing), boolean(flag));
    }

    pub fn has_location(&self) -> bool {
        self.dict.object::<Dict>().get_text("_set_fileattr").is_some_and(|v| v.is(boolean(true)))
    }
}

fn fill(dict: Ref<Dict>, name: Value, loader: Value, origin: Value, state: Value, locations: Value) {
    for (key, value) in [
        ("name", name),
        ("loader", loader),
        ("origin", origin),
        ("loader_state", state),
        ("submodule_search_locations", locations),
        ("_uninitialized_submodules", List::new(&[]).value()),
        ("_initializing", boolean(false)),
        ("_set_fileattr", boolean(false)),
        ("_cached", none()),
    ] {
        dict.set_str(Str::intern(key), value);
    }
}

fn dict(v: Value) -> Ref<Dict> {
    attr::instance_dict(v).unwrap_or_else(Dict::new)
}

fn field(v: Value, name: &str) -> Value {
    dict(v).get_text(name).unwrap_or_else(none)
}

fn init(v: Value, args: Args) -> R<()> {
    static PARAMS: Params = Params {
        function: "ModuleSpec",
        names: &["name", "loader", "origin", "loader_state", "is_package"],
        required: 2,
        positional: 2,
    };
    let [name, loader, origin, state, is_package] = args.bind(&PARAMS)?;
    let or_none = |v: Option<Value>| v.unwrap_or_else(none);
    let is_package = ops::truth(or_none(is_package))?;
    let locations = if is_package { List::new(&[]).value() } else { none() };
    fill(dict(v), or_none(name), or_none(loader), or_none(origin), or_none(state), locations);
    Ok(())
}

fn repr(v: Value) -> R {
    let mut parts = vec![
        format!("name={}", ops::repr_text(field(v, "name"))?),
        format!("loader={}", ops::repr_text(field(v, "loader"))?),
    ];
    for name in ["origin", "submodule_search_locations"] {
        let value = field(v, name);
        if !value.is_none() {
            parts.push(format!("{name}={}", ops::repr_text(value)?));
        }
    }
    Ok(Str::from_string(format!("{}({})", v.class().name().display(), parts.join(", "))))
}

pub static MODULE_SPEC: TypeDef = TypeDef {
    name: "_frozen_importlib.ModuleSpec",
    slots: Slots {
        new: Some(|class, _| Ok(super::object::allocate_fixed(class))),
        init: Some(init),
        repr: Some(repr),
        compare: Some(|a, b, op| {
            if a.cast::<ModuleSpec>().is_none()
                || b.cast::<ModuleSpec>().is_none()
                || !matches!(op, CmpOp::Eq | CmpOp::Ne)
            {
                return Ok(not_implemented());
            }
            let mut equal = true;
            for name in ["name", "loader", "origin", "submodule_search_locations", "_set_fileattr"] {
                equal = equal && ops::equal(field(a, name), field(b, name))?;
            }
            Ok(boolean(equal == (op == CmpOp::Eq)))
        }),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        ..Slots::NONE
    },
    getset: &[
        GetSet::both(
            "cached",
            |v| Ok(field(v, "_cached")),
            |v, value| {
                dict(v).set_str(Str::intern("_cached"), value.unwrap_or_else(none));
                Ok(())
            },
        ),
        GetSet::get("parent", |v| {
            let name = field(v, "name");
            if !field(v, "submodule_search_locations").is_none() {
                return Ok(name);
            }
            let text = name.cast::<Str>().map_or_else(String::new, |n| n.to_string_lossy());
            Ok(Str::intern(text.rsplit_once('.').map_or("", |(parent, _)| parent)).value())
        }),
        GetSet::both(
            "has_location",
            |v| Ok(field(v, "_set_fileattr")),
            |v, value| {
                let flag = ops::truth(value.unwrap_or_else(none))?;
                dict(v).set_str(Str::intern("_set_fileattr"), boolean(flag));
                Ok(())
            },
        ),
        GetSet::get("__dict__", |v| Ok(dict(v).value())),
    ],
    flags: BASETYPE | HAS_DICT | WEAKREFS | crate::object::define::UNHASHABLE,
    words: TypeDef::words_of::<ModuleSpec>(),
    traced: 1,
    ..TypeDef::BASE
};

/// The `__loader__` of modules.
#[repr(C)]
pub struct Loader {
    hdr: Header,
    name: Slot,
    path: Slot,
    dict: Slot,
}

impl Builtin for Loader {
    const DEF: &'static TypeDef = &LOADER;
}

impl Loader {
    pub fn new(name: Ref<Str>, path: Value) -> Ref<Loader> {
        allocate(
            LOADER.header(),
            Loader { hdr: Header::EMPTY, name: Slot::new(name), path: Slot::new(path), dict: Slot::EMPTY },
        )
    }
}

/// The file's path.
fn path(v: Value) -> R<Ref<Str>> {
    let path = v.expect::<Loader>().path.get().unwrap_or_else(none);
    path.cast::<Str>().ok_or_else(|| import_error("the loader has no file"))
}

/// A method's optional name must be the loader's.
fn check_name(v: Value, args: &[Value]) -> R<()> {
    let own = v.expect::<Loader>().name.get().unwrap_or_else(none);
    match args.first().filter(|n| !n.is_none()) {
        Some(name) if !ops::equal(*name, own)? => Err(import_error(format_args!(
            "loader for {} cannot handle {}",
            ops::str_of(own)?.display(),
            ops::str_of(*name)?.display()
        ))),
        _ => Ok(()),
    }
}

fn read(path: Ref<Str>) -> R<Vec<u8>> {
    std::fs::read(path.to_string_lossy())
        .map_err(|error| crate::types::exceptions::os_error(&error, Some(path.value())))
}

/// The source text, line ends made `\n`.
fn source(v: Value) -> R {
    let bytes = read(path(v)?)?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Ok(Str::from_string(text.replace("\r\n", "\n").replace('\r', "\n")))
}

pub static LOADER: TypeDef = TypeDef {
    name: "_frozen_importlib_external.SourceFileLoader",
    slots: Slots {
        new: Some(|class, _| Ok(super::object::allocate_fixed(class))),
        init: Some(|v, args| {
            static PARAMS: Params =
                Params { function: "FileLoader.__init__", names: &["fullname", "path"], required: 2, positional: 2 };
            let [name, path] = args.bind(&PARAMS)?;
            let loader = v.expect::<Loader>();
            loader.name.put(loader, name);
            loader.path.put(loader, path);
            Ok(())
        }),
        compare: Some(|a, b, op| {
            let (Some(x), Some(y)) = (a.cast::<Loader>(), b.cast::<Loader>()) else { return Ok(not_implemented()) };
            if !matches!(op, CmpOp::Eq | CmpOp::Ne) || a.class() != b.class() {
                return Ok(not_implemented());
            }
            let parts = |l: Ref<Loader>| (l.name.get().unwrap_or_else(none), l.path.get().unwrap_or_else(none));
            let ((a, p), (b, q)) = (parts(x), parts(y));
            Ok(boolean((ops::equal(a, b)? && ops::equal(p, q)?) == (op == CmpOp::Eq)))
        }),
        hash: Some(|v| ops::hash::hash(v.expect::<Loader>().name.get().unwrap_or_else(none))),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        ..Slots::NONE
    },
    methods: &[
        Method::pos(
            "get_filename",
            |v, args| {
                check_name(v, args)?;
                Ok(path(v)?.value())
            },
            0,
            1,
        ),
        Method::pos(
            "get_source",
            |v, args| {
                check_name(v, args)?;
                source(v)
            },
            0,
            1,
        ),
        Method::one("get_data", |_, path| match path.cast::<Str>() {
            Some(path) => Ok(Bytes::new(&read(path)?).value()),
            None => Err(type_error(format_args!("path must be str, not {}", path.class().display_name()))),
        }),
        Method::pos(
            "is_package",
            |v, args| {
                check_name(v, args)?;
                let path = path(v)?.to_string_lossy();
                let name = args.first().and_then(|n| n.cast::<Str>()).map_or_else(String::new, |n| n.to_string_lossy());
                let file = path.rsplit('/').next().unwrap_or_default();
                let stem = file.split('.').next().unwrap_or_default();
                Ok(boolean(stem == "__init__" && name.rsplit('.').next() != Some("__init__")))
            },
            0,
            1,
        ),
        Method::pos(
            "get_code",
            |v, args| {
                check_name(v, args)?;
                let file = path(v)?;
                let text = file.to_string_lossy();
                Ok(crate::ops::import::compile_file(std::path::Path::new(&text), file, false)?.value())
            },
            0,
            1,
        ),
        Method::pos(
            "get_resource_reader",
            |v, args| {
                check_name(v, args)?;
                match crate::modules::create_and_get("importlib.readers", "FileReader")? {
                    Some(reader) => crate::object::call::call(reader, &[v]),
                    None => Err(import_error("cannot import name 'FileReader' from 'importlib.readers'")),
                }
            },
            0,
            1,
        ),
        Method::one("create_module", |_, _| Ok(none())),
        Method::one("exec_module", |v, module| {
            let Some(module) = module.cast::<crate::types::module::Module>() else {
                return Err(type_error("exec_module() needs a module"));
            };
            let file = path(v)?;
            let code = crate::ops::import::compile_file(std::path::Path::new(&file.to_string_lossy()), file, false)?;
            crate::ops::import::run_module(code, module)?;
            Ok(none())
        }),
        Method::one("load_module", |_, name| match name.cast::<Str>() {
            Some(name) => crate::ops::import::find_and_load(name.interned()),
            None => Err(type_error("module name must be str")),
        }),
    ],
    getset: &[
        GetSet::both(
            "name",
            |v| Ok(v.expect::<Loader>().name.get().unwrap_or_else(none)),
            |v, value| {
                let loader = v.expect::<Loader>();
                loader.name.put(loader, value);
                Ok(())
            },
        ),
        GetSet::both(
            "path",
            |v| Ok(v.expect::<Loader>().path.get().unwrap_or_else(none)),
            |v, value| {
                let loader = v.expect::<Loader>();
                loader.path.put(loader, value);
                Ok(())
            },
        ),
    ],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    words: TypeDef::words_of::<Loader>(),
    traced: 3,
    ..TypeDef::BASE
};
