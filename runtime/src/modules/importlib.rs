//! The two modules that `importlib` is a front of, `_frozen_importlib` and `_frozen_importlib_external`:
//! the library's own `importlib/_bootstrap.py` and `_bootstrap_external.py`, run when they are first asked
//! for. What is imported through them still goes the runtime's own way, so that modules compiled into a
//! program are found; `sys.meta_path` has their finders from then on, and finders of the program's own
//! there are asked by [`crate::ops::import`].

use crate::errors::{R, type_error};
use crate::names;
use crate::object::{Method, Ref, attr, call};
use crate::ops::{self, import};
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::native::NativeFunction;
use crate::types::str::Str;
use crate::value::Value;

const BOOTSTRAP: &str = "_frozen_importlib";
const EXTERNAL: &str = "_frozen_importlib_external";

/// The module of the library that has the code of one of the two.
pub fn source_of(name: &str) -> Option<&'static str> {
    match name {
        BOOTSTRAP => Some("importlib._bootstrap"),
        EXTERNAL => Some("importlib._bootstrap_external"),
        _ => None,
    }
}

static FIND_AND_LOAD: Method = Method::pos(
    "_find_and_load",
    |_, args| match args[0].cast::<Str>() {
        Some(name) => import::find_and_load(name.interned()),
        None => Err(type_error(format_args!("module name must be str, not {}", args[0].class().display_name()))),
    },
    1,
    2,
);

/// Connects a module that has just run with the rest.
pub fn set_up(name: &str, module: Value) -> R<()> {
    let get = |module: &str| import::find_and_load(Str::intern(module));
    if name == BOOTSTRAP {
        call::call_method(module, Str::intern("_install"), &[get("sys")?, get("_imp")?])?;
        if let Some(module) = module.cast::<Module>() {
            let function = NativeFunction::new(&FIND_AND_LOAD, module.value(), module.get("__name__"));
            module.set(FIND_AND_LOAD.name, function.value());
        }
    } else {
        call::call_method(module, Str::intern("_install"), &[get(BOOTSTRAP)?])?;
        attr::setattr(get(BOOTSTRAP)?, Str::intern("_bootstrap_external"), Some(module))?;
    }
    Ok(())
}

/// Whether a finder is one of those that stand for the runtime's own way.
fn is_standard(finder: Value) -> bool {
    let Some(class) = finder.exact_type() else { return false };
    let module = class.dict().get_str(names::get(names::__module__)).and_then(|m| m.cast::<Str>());
    module.is_some_and(|m| {
        [BOOTSTRAP, EXTERNAL, "importlib._bootstrap", "importlib._bootstrap_external"].iter().any(|n| m.is_str(n))
    })
}

/// The finders of `sys.meta_path` that are the program's own: those before the standard ones, and the others.
pub fn finders() -> (Vec<Value>, Vec<Value>) {
    let list = super::sys::get("meta_path").and_then(|list| list.cast::<List>());
    let all: Vec<Value> = list.map_or_else(Vec::new, |list| list.as_slice().to_vec());
    let first = all.iter().position(|finder| is_standard(*finder)).unwrap_or(all.len());
    let own = |part: &[Value]| part.iter().copied().filter(|finder| !is_standard(*finder)).collect();
    (own(&all[..first]), own(&all[first..]))
}

/// The module that one of these finders knows.
pub fn load_by(finders: &[Value], name: Ref<Str>, path: Value) -> R<Option<Value>> {
    for finder in finders {
        let Some(find_spec) = attr::find(*finder, names::get(names::find_spec))? else { continue };
        let spec = call::call(find_spec, &[name.value(), path, crate::object::singletons::none()])?;
        if !spec.is_none() {
            let bootstrap = import::find_and_load(Str::intern(BOOTSTRAP))?;
            return call::call_method(bootstrap, Str::intern("_load_unlocked"), &[spec]).map(Some);
        }
    }
    Ok(None)
}

/// Whether anything but the runtime itself finds modules.
#[inline]
pub fn has_finders() -> bool {
    super::sys::get("meta_path").is_some_and(|list| ops::truth(list).unwrap_or(false))
}
