//! `import`: finding modules, loading them, and what the statements do with them.
//!
//! The order is that of CPython's `sys.meta_path`: native modules, modules compiled into the program,
//! then the folders of `sys.path`. The standard library's folder is the last entry of `sys.path` in the
//! tool, and compiled in what programs reach of it.

use crate::errors::{self, R, Raised, type_error, value_error};
use crate::modules::importlib;
use crate::names;
use crate::object::singletons::none;
use crate::object::{Ref, attr, call};
use crate::ops::import_lock;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::exceptions as exc;
use crate::types::list::List;
use crate::types::module::Module;
use crate::types::module_spec::ModuleSpec;
use crate::types::str::Str;
use crate::value::Value;
use std::path::{Path, PathBuf};

/// A module compiled into the program.
pub struct Embedded {
    pub is_package: bool,
    pub file: &'static str,
    /// Makes its code object.
    pub code: Box<dyn Fn() -> R<Ref<Code>>>,
}

/// `sys.modules`.
pub fn modules() -> Ref<Dict> {
    crate::modules::sys::modules()
}

/// `IMPORT_NAME`.
pub fn import_name(name: Ref<Str>, globals: Ref<Dict>, locals: Value, from: Value, level: Value) -> R {
    let custom = crate::modules::builtins::namespace().get_str(names::get(names::__import__));
    match custom {
        Some(f) if !crate::modules::builtins::is_default_import(f) => {
            call::call(f, &[name.value(), globals.value(), locals, from, level])
        }
        Some(_) => import(name, Some(globals), from, crate::ops::as_i64(level)?),
        None => Err(errors::import_error("__import__ not found")),
    }
}

/// `__import__(name, globals, locals, fromlist, level)`.
pub fn import(name: Ref<Str>, globals: Option<Ref<Dict>>, from: Value, level: i64) -> R {
    if level < 0 {
        return Err(value_error("level must be >= 0"));
    }
    let absolute = if level > 0 { resolve_relative(name, globals, level)? } else { name.interned() };
    if absolute.is_empty() {
        return Err(value_error("Empty module name"));
    }
    let module = find_and_load(absolute)?;
    if !from.is_none() && crate::ops::truth(from)? {
        if attr::find(module, names::get(names::__path__))?.is_some() {
            import_submodules(module, absolute, from)?;
        }
        return Ok(module);
    }
    // `import a.b.c` binds `a`.
    let text = absolute.to_string_lossy();
    let asked = name.to_string_lossy();
    let Some((first, _)) = asked.split_once('.') else { return Ok(module) };
    if level == 0 {
        return find_and_load(Str::intern(first));
    }
    let cut = text.len() - (asked.len() - first.len());
    let package = Str::intern(&text[..cut]);
    match modules().get_str(package) {
        Some(module) => Ok(module),
        None => Err(errors::key_error(package.value())),
    }
}

fn resolve_relative(name: Ref<Str>, globals: Option<Ref<Dict>>, level: i64) -> R<Ref<Str>> {
    let Some(globals) = globals else {
        return Err(errors::key_error(Str::new("'__name__' not in globals").value()));
    };
    let text = |v: Option<Value>| v.and_then(|v| v.cast::<Str>()).map(|s| s.to_string_lossy());
    let package = match text(globals.get_str(names::get(names::__package__))) {
        Some(package) => package,
        None => {
            let Some(own) = text(globals.get_str(names::get(names::__name__))) else {
                return Err(errors::key_error(Str::new("'__name__' not in globals").value()));
            };
            if globals.get_str(names::get(names::__path__)).is_some() {
                own
            } else {
                own.rsplit_once('.').map_or_else(String::new, |(package, _)| package.to_string())
            }
        }
    };
    if package.is_empty() {
        return Err(errors::import_error("attempted relative import with no known parent package"));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((parent, _)) => base = parent,
            None => return Err(errors::import_error("attempted relative import beyond top-level package")),
        }
    }
    Ok(if name.is_empty() { Str::intern(base) } else { Str::intern(&format!("{base}.{}", name.display())) })
}

/// `from package import a, b`: names that are submodules are imported.
fn import_submodules(module: Value, package: Ref<Str>, from: Value) -> R<()> {
    for name in crate::ops::iter::to_vec(from)? {
        let Some(text) = name.cast::<Str>() else {
            return Err(type_error(format_args!(
                "Item in ``from list'' must be str, not {}",
                name.class().display_name()
            )));
        };
        if text.is_str("*") {
            if let Some(all) = attr::find(module, Str::intern("__all__"))? {
                import_submodules(module, package, all)?;
            }
            continue;
        }
        if attr::find(module, text.interned())?.is_none() {
            let full = Str::intern(&format!("{}.{}", package.display(), text.display()));
            if let Err(raised) = find_and_load(full) {
                // Only "there is no such submodule" is left to the attribute lookup.
                if !is_not_found(full) {
                    return Err(raised);
                }
                errors::clear();
            }
        }
    }
    Ok(())
}

fn is_not_found(name: Ref<Str>) -> bool {
    if !errors::pending_is(&exc::MODULE_NOT_FOUND_ERROR) {
        return false;
    }
    let pending = errors::take();
    let same = pending
        .cast::<exc::Exception>()
        .and_then(|e| exc::get_field(e, "name"))
        .and_then(|n| n.cast::<Str>())
        .is_some_and(|n| n.equals(&name));
    errors::restore(pending);
    same
}

/// The module of this absolute name, loaded if need be, its parents first.
pub fn find_and_load(name: Ref<Str>) -> R {
    if import_lock::is_busy() {
        import_lock::wait(name)?;
    }
    if let Some(module) = modules().get_str(name) {
        if module.is_none() {
            return Err(not_found(name, format!("import of {} halted; None in sys.modules", name.display())));
        }
        return Ok(module);
    }
    let text = name.to_string_lossy();
    let mut search = None;
    let mut parent = None;
    if let Some((package, _)) = text.rsplit_once('.') {
        let module = find_and_load(Str::intern(package))?;
        if let Some(module) = modules().get_str(name) {
            return Ok(module);
        }
        search = match attr::find(module, names::get(names::__path__))? {
            Some(path) => Some(path),
            None => {
                return Err(not_found(name, format!("No module named '{text}'; '{package}' is not a package")));
            }
        };
        parent = Some(module);
    }
    let loading = import_lock::begin(name);
    let module = load(name, &text, search);
    drop(loading);
    let module = module?;
    if let (Some(parent), Some((_, child))) = (parent, text.rsplit_once('.')) {
        attr::setattr(parent, Str::intern(child), Some(module))?;
    }
    Ok(module)
}

fn not_found(name: Ref<Str>, message: String) -> Raised {
    let made = exc::new(exc::MODULE_NOT_FOUND_ERROR.class(), &[Str::new(&message).value()]);
    exc::set_field(made, "name", name.value());
    errors::raise(made)
}

/// Where a module's code comes from.
enum Found {
    Embedded(Embedded),
    Source(PathBuf, bool),
    Bytecode(PathBuf, bool),
    /// A folder without `__init__` (PEP 420).
    Namespace(Vec<PathBuf>),
}

fn load(name: Ref<Str>, text: &str, search: Option<Value>) -> R {
    if search.is_none() || crate::modules::NATIVE.iter().any(|m| m.name == text) {
        if let Some(module) = crate::modules::create(text)? {
            let spec = ModuleSpec::new(name, Str::intern("built-in").value(), false, None);
            module.set("__spec__", spec.value());
            module.set("__package__", Str::intern(text.rsplit_once('.').map_or("", |(p, _)| p)).value());
            modules().set_str(name, module.value());
            return Ok(module.value());
        }
    }
    let (before, after) = if importlib::has_finders() { importlib::finders() } else { Default::default() };
    let path = search.unwrap_or_else(none);
    if let Some(module) = importlib::load_by(&before, name, path)? {
        return Ok(module);
    }
    if let Some(source) = importlib::source_of(text) {
        let Some(found) = find_library(source)? else {
            return Err(not_found(name, format!("No module named '{text}'")));
        };
        let module = execute(name, text, found)?;
        importlib::set_up(text, module)?;
        return Ok(module);
    }
    let found = match crate::program::find(text) {
        Some(module) => Some(Found::Embedded(module)),
        None => find_on_path(text, search)?,
    };
    if let Some(found) = found {
        return execute(name, text, found);
    }
    match importlib::load_by(&after, name, path)? {
        Some(module) => Ok(module),
        None => Err(not_found(name, format!("No module named '{text}'"))),
    }
}

/// A module of a package of the library, found without importing the package.
fn find_library(text: &str) -> R<Option<Found>> {
    if let Some(module) = crate::program::find(text) {
        return Ok(Some(Found::Embedded(module)));
    }
    let Some((package, _)) = text.rsplit_once('.') else { return find_on_path(text, None) };
    let folders: Vec<Value> = crate::modules::sys::path()?
        .into_iter()
        .filter_map(|entry| entry.cast::<Str>())
        .map(|entry| Str::from_string(format!("{}/{}", entry.display(), package.replace('.', "/"))))
        .collect();
    find_on_path(text, Some(List::new(&folders).value()))
}

fn find_on_path(text: &str, search: Option<Value>) -> R<Option<Found>> {
    let last = text.rsplit('.').next().unwrap_or(text);
    let entries = match search {
        Some(path) => crate::ops::iter::to_vec(path)?,
        None => crate::modules::sys::path()?,
    };
    let mut namespace = Vec::new();
    for entry in entries {
        let Some(entry) = entry.cast::<Str>() else { continue };
        let entry = entry.to_string_lossy();
        let folder = if entry.is_empty() { PathBuf::from(".") } else { PathBuf::from(&entry) };
        let package = folder.join(last);
        if package.is_dir() {
            let init = package.join("__init__.py");
            if init.is_file() {
                return Ok(Some(Found::Source(init, true)));
            }
            let init = package.join("__init__.pyc");
            if init.is_file() {
                return Ok(Some(Found::Bytecode(init, true)));
            }
            namespace.push(package.clone());
        }
        let source = folder.join(format!("{last}.py"));
        if source.is_file() {
            return Ok(Some(Found::Source(source, false)));
        }
        let bytecode = folder.join(format!("{last}.pyc"));
        if bytecode.is_file() {
            return Ok(Some(Found::Bytecode(bytecode, false)));
        }
    }
    Ok((!namespace.is_empty()).then_some(Found::Namespace(namespace)))
}

fn path_text(path: &Path) -> Value {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    Str::new(&absolute.to_string_lossy()).value()
}

fn execute(name: Ref<Str>, text: &str, found: Found) -> R {
    let module = Module::new(text);
    let (file, is_package, code) = match &found {
        Found::Embedded(e) => (Some(Str::new(e.file).value()), e.is_package, Some((e.code)()?)),
        Found::Source(path, is_package) => {
            let file = path_text(path);
            (Some(file), *is_package, Some(compile_file(path, file.expect::<Str>(), false)?))
        }
        Found::Bytecode(path, is_package) => {
            let bytes = read(path)?;
            (Some(path_text(path)), *is_package, Some(crate::modules::marshal::load_pyc(&bytes, text)?))
        }
        Found::Namespace(_) => (None, true, None),
    };
    let locations = match (&found, is_package) {
        (Found::Namespace(folders), _) => Some(List::new(&folders.iter().map(|f| path_text(f)).collect::<Vec<_>>())),
        (_, true) => {
            let folder = file.and_then(|f| f.cast::<Str>()).map(|f| {
                let f = f.to_string_lossy();
                f.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_string())
            });
            Some(List::new(&[Str::new(&folder.unwrap_or_default()).value()]))
        }
        _ => None,
    };
    let package = if is_package { text } else { text.rsplit_once('.').map_or("", |(package, _)| package) };
    let spec = ModuleSpec::new(name, file.unwrap_or_else(none), file.is_some(), locations.map(Ref::value));
    let loader = crate::types::module_spec::Loader::new(name, file.unwrap_or_else(none));
    spec.set_loader(loader.value());
    module.set("__loader__", loader.value());
    module.set("__package__", Str::intern(package).value());
    module.set("__spec__", spec.value());
    if let Some(locations) = locations {
        module.set("__path__", locations.value());
    }
    if let Some(file) = file {
        module.set("__file__", file);
    }
    module.set("__builtins__", crate::modules::builtins::module().value());
    modules().set_str(name, module.value());
    let Some(code) = code else { return Ok(module.value()) };
    spec.set_initializing(true);
    let result = run_module(code, module);
    spec.set_initializing(false);
    if let Err(raised) = result {
        let pending = errors::take();
        modules().remove_str(name);
        errors::restore(pending);
        return Err(raised);
    }
    // A module may put something else in its place.
    match modules().get_str(name) {
        Some(module) => Ok(module),
        None => Err(errors::key_error(name.value())),
    }
}

/// Runs a module's code in its namespace: natively if it was compiled.
pub fn run_module(code: Ref<Code>, module: Ref<Module>) -> R<()> {
    let dict = module.dict();
    match code.native.get() {
        Some(entry) => {
            crate::program::bind_globals(code, dict);
            let function = crate::types::function::Function::new(code, dict, None);
            let args = [dict.value()];
            let word = entry(function.value().bits(), args.as_ptr(), 1, 0);
            // SAFETY: the contract of native entries.
            unsafe { Value::from_slot(word) }.map(|_| ()).ok_or(Raised)
        }
        None => crate::interp::call::run_code(code, dict, dict.value()).map(|_| ()),
    }
}

fn read(path: &Path) -> R<Vec<u8>> {
    std::fs::read(path).map_err(|error| exc::os_error(&error, Some(path_text(path))))
}

/// Compiles a source file: the program's own, or that of a module.
pub fn compile_file(path: &Path, filename: Ref<Str>, is_program: bool) -> R<Ref<Code>> {
    let source = read(path)?;
    crate::dynamic::compile(&crate::dynamic::Request {
        source: &source,
        filename,
        mode: "exec",
        optimize: crate::modules::sys::optimize_level(),
        flags: 0,
        is_file: is_program,
        warn: true,
    })
}

/// A module to be run by `-m`.
pub struct Main {
    pub code: Ref<Code>,
    pub file: String,
    /// Its own name: that of a package has `.__main__` behind.
    pub name: String,
}

/// The module that `-m` runs: a package's is its `__main__`.
pub fn find_main(name: &str) -> R<Main> {
    let mut search = None;
    if let Some((package, _)) = name.rsplit_once('.') {
        search = attr::find(find_and_load(Str::intern(package))?, names::get(names::__path__))?;
    }
    let (path, is_package) = match find_on_path(name, search)? {
        Some(Found::Source(path, is_package)) => (path, is_package),
        _ => {
            let package = name.strip_suffix(".__main__");
            let hint = package.map(|p| format!("; '{p}' is a package and cannot be directly executed"));
            return Err(errors::import_error(format_args!("No module named {name}{}", hint.unwrap_or_default())));
        }
    };
    if is_package {
        return find_main(&format!("{name}.__main__"));
    }
    let file = path_text(&path).expect::<Str>();
    Ok(Main { code: compile_file(&path, file, false)?, file: file.to_string_lossy(), name: name.to_string() })
}

/// `IMPORT_FROM`.
pub fn import_from(module: Value, name: Ref<Str>) -> R {
    if let Some(value) = attr::find(module, name)? {
        return Ok(value);
    }
    let text = |n| -> R<Option<Ref<Str>>> { Ok(attr::find(module, names::get(n))?.and_then(|v| v.cast::<Str>())) };
    let own = text(names::__name__)?;
    if let Some(own) = own {
        let full = Str::intern(&format!("{}.{}", own.display(), name.display()));
        if let Some(module) = modules().get_str(full) {
            return Ok(module);
        }
    }
    let shown = own.map_or_else(|| "<unknown module name>".to_string(), |n| n.to_string_lossy());
    let file = text(names::__file__)?;
    let spec = attr::find(module, names::get(names::__spec__))?;
    let initializing = match spec.filter(|s| !s.is_none()) {
        Some(spec) => match attr::find(spec, names::get(names::_initializing))? {
            Some(flag) => crate::ops::truth(flag)?,
            None => false,
        },
        None => false,
    };
    let place = file.map_or_else(|| "unknown location".to_string(), |f| f.to_string_lossy());
    let message = if initializing {
        format!(
            "cannot import name '{}' from partially initialized module '{shown}' (most likely due to a circular import) ({place})",
            name.display()
        )
    } else {
        format!("cannot import name '{}' from '{shown}' ({place})", name.display())
    };
    let made = exc::new(exc::IMPORT_ERROR.class(), &[Str::new(&message).value()]);
    exc::set_field(made, "name", Str::new(&shown).value());
    exc::set_field(made, "name_from", name.value());
    if let Some(file) = file {
        exc::set_field(made, "path", file.value());
    }
    Err(errors::raise(made))
}

/// `repr(module)`: by its spec, else by `__file__` or `__loader__`.
pub fn module_repr(v: Value) -> R {
    let dict = v.expect::<Module>().dict();
    let repr = crate::ops::repr_text;
    let known = |v: Option<Value>| v.filter(|v| !v.is_none());
    let text = if let Some(spec) = known(dict.get_str(names::get(names::__spec__))) {
        let get = |name: &str| attr::getattr(spec, Str::intern(name));
        let name = get("name")?;
        let name = if name.is_none() { "'?'".to_string() } else { repr(name)? };
        let (origin, loader) = (get("origin")?, get("loader")?);
        if !origin.is_none() {
            match crate::ops::truth(get("has_location")?)? {
                true => format!("<module {name} from {}>", repr(origin)?),
                false => format!("<module {name} ({})>", crate::ops::str_of(origin)?.display()),
            }
        } else if let Some(path) = known(dict.get_str(names::get(names::__path__))) {
            format!("<module {name} (namespace) from {}>", repr(path)?)
        } else if !loader.is_none() {
            format!("<module {name} ({})>", repr(loader)?)
        } else {
            format!("<module {name}>")
        }
    } else {
        let name = match dict.get_str(names::get(names::__name__)) {
            Some(name) => repr(name)?,
            None => "'?'".to_string(),
        };
        let loader = known(dict.get_str(names::get(names::__loader__)));
        match (dict.get_str(names::get(names::__file__)), loader) {
            (Some(file), _) => format!("<module {name} from {}>", repr(file)?),
            (None, Some(loader)) => format!("<module {name} ({})>", repr(loader)?),
            (None, None) => format!("<module {name}>"),
        }
    };
    Ok(Str::new(&text).value())
}
