//! `module`: a namespace with a name.

use crate::errors::{self, R, Raised, type_error};
use crate::gc::Header;
use crate::names;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, attr, call};
use crate::types::dict::Dict;
use crate::types::native::NativeFunction;
use crate::types::str::Str;
use crate::value::Value;

/// The object; its dict is a namespace (see [`crate::types::dict`]).
#[repr(C)]
pub struct Module {
    hdr: Header,
    dict: Slot,
}

impl Builtin for Module {
    const DEF: &'static TypeDef = &MODULE;
}

impl Module {
    /// A module of this name with `__name__`, `__doc__`, `__package__`, `__loader__`, `__spec__` set.
    pub fn new(name: &str) -> Ref<Module> {
        let dict = Dict::new_namespace();
        let module = allocate(MODULE.header(), Module { hdr: Header::EMPTY, dict: Slot::new(dict) });
        dict.set_str(names::get(names::__name__), Str::intern(name).value());
        for name in [names::__doc__, names::__package__, names::__loader__, names::__spec__] {
            dict.set_str(names::get(name), none());
        }
        module
    }

    #[inline(always)]
    pub fn dict(&self) -> Ref<Dict> {
        self.dict.object()
    }
}

impl Ref<Module> {
    pub fn set(self, name: &str, value: Value) {
        self.dict().set_str(Str::intern(name), value);
    }

    pub fn get(self, name: &str) -> Option<Value> {
        self.dict().get_str(Str::intern(name))
    }

    /// Adds native functions.
    pub fn add_functions(self, functions: &'static [Method]) {
        let name = self.dict().get_str(names::get(names::__name__));
        for function in functions {
            self.set(function.name, NativeFunction::new(function, self.value(), name).value());
        }
    }

    /// Adds a type under the last part of its name.
    pub fn add_type(self, def: &'static TypeDef) {
        self.set(def.short_name(), def.class().value());
    }
}

/// "module 'm' has no attribute 'x'", or what the module's `__getattr__` gives.
pub fn missing_attribute(module: Ref<Module>, name: Ref<Str>) -> Raised {
    let shown = module.dict().get_str(names::get(names::__name__)).and_then(|n| n.cast::<Str>());
    let Some(shown) = shown else {
        return errors::attribute_error_with(
            module.value(),
            name,
            format_args!("module has no attribute '{}'", name.display()),
        );
    };
    let initializing = module
        .dict()
        .get_str(names::get(names::__spec__))
        .filter(|s| !s.is_none())
        .and_then(|spec| attr::find(spec, names::get(names::_initializing)).ok().flatten())
        .is_some_and(|v| crate::ops::truth(v).unwrap_or(false));
    if initializing {
        return errors::attribute_error_with(
            module.value(),
            name,
            format_args!(
                "partially initialized module '{}' has no attribute '{}' (most likely due to a circular import)",
                shown.display(),
                name.display()
            ),
        );
    }
    errors::attribute_error_with(
        module.value(),
        name,
        format_args!("module '{}' has no attribute '{}'", shown.display(), name.display()),
    )
}

fn getattr(v: Value, name: Ref<Str>) -> R {
    let module = v.expect::<Module>();
    // A plain name in the namespace is by far the commonest case.
    let class = v.class();
    if class.lookup(name).is_none() {
        if let Some(value) = module.dict().get_str(name) {
            return Ok(value);
        }
    }
    match attr::generic_getattr(v, name) {
        Ok(value) => Ok(value),
        Err(raised) => {
            if !errors::pending_is(&crate::types::exceptions::ATTRIBUTE_ERROR) {
                return Err(raised);
            }
            match module.dict().get_str(names::get(names::__getattr__)) {
                Some(fallback) => {
                    errors::clear();
                    call::call(fallback, &[name.value()])
                }
                None => Err(raised),
            }
        }
    }
}

fn new(class: Ref<Type>, _: Args) -> R {
    let object = crate::types::object::allocate_fixed(class);
    let module = object.expect::<Module>();
    module.dict.set(module, Dict::new_namespace());
    // A subclass's instances would keep their attributes inline, beside the namespace.
    if let Some(header) = object.header() {
        header.set_shape(class.dict_shape.get());
    }
    Ok(object)
}

fn init(v: Value, args: Args) -> R<()> {
    static PARAMS: crate::object::args::Params =
        crate::object::args::Params { function: "module", names: &["name", "doc"], required: 1, positional: 2 };
    let [name, doc] = args.bind(&PARAMS)?;
    let module = v.expect::<Module>();
    let Some(name) = name.filter(|n| n.cast::<Str>().is_some()) else {
        return Err(type_error(format_args!(
            "module() argument 'name' must be str, not {}",
            name.map_or_else(|| "NoneType".into(), |n| n.class().display_name())
        )));
    };
    let dict = module.dict();
    dict.set_str(names::get(names::__name__), name);
    dict.set_str(names::get(names::__doc__), doc.unwrap_or_else(none));
    for name in [names::__package__, names::__loader__, names::__spec__] {
        dict.set_str(names::get(name), none());
    }
    Ok(())
}

pub static MODULE: TypeDef = TypeDef {
    name: "module",
    slots: Slots {
        getattr: Some(getattr),
        setattr: Some(attr::generic_setattr),
        new: Some(new),
        init: Some(init),
        repr: Some(crate::ops::import::module_repr),
        ..Slots::NONE
    },
    methods: &[Method::none("__dir__", |v| {
        let dict = v.expect::<Module>().dict();
        if let Some(f) = dict.get_str(names::get(names::__dir__)) {
            return call::call(f, &[]);
        }
        Ok(crate::types::list::List::new(&dict.keys()).value())
    })],
    getset: &[
        GetSet::get("__dict__", |v| Ok(v.expect::<Module>().dict().value())),
        GetSet::both(
            "__annotations__",
            super::annotations::module_annotations,
            super::annotations::set_module_annotations,
        ),
        GetSet::both("__annotate__", super::annotations::module_annotate, super::annotations::set_module_annotate),
    ],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    words: TypeDef::words_of::<Module>(),
    traced: 1,
    ..TypeDef::BASE
};

/// A function of a native module by name, for tables of modules.
pub struct NativeModule {
    pub name: &'static str,
    pub functions: &'static [Method],
    /// Adds types, constants and whatever else.
    pub init: fn(Ref<Module>) -> R<()>,
}
