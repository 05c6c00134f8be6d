//! Modules that code names in strings, for `import_module` and the like to find.
//!
//! What such a call imports is known when it runs only. What it likely does: modules whose whole names are among the
//! strings, those of a package whose name and a dot begin a string, and those beside the module that does it, as in
//! packages that load their plugins by name.

use super::graph::Places;
use taipan_frontend::{CodeObject, Constant};

/// Functions that take a module's name.
const IMPORTERS: [&str; 3] = ["import_module", "__import__", "find_spec"];
/// What packages hold and their loaders do not load.
const NOT_LOADED: [&str; 4] = ["__init__", "__main__", "test", "tests"];

/// The modules that a module's code may import by name; `package` is the one that it is in, if its siblings count.
pub fn modules(places: &Places, code: &CodeObject, package: Option<&str>) -> Vec<String> {
    let mut found = Vec::new();
    if !names_importer(code) {
        return found;
    }
    texts(&code.consts, &mut |text| match text.strip_suffix('.') {
        Some(parent) if is_name(parent) => children(places, parent, &mut found),
        None if is_name(text) && (package.is_some() || text.contains('.')) && places.find(text).is_some() => {
            found.push(text.to_string());
        }
        _ => {}
    });
    if let Some(package) = package.filter(|package| !package.is_empty()) {
        children(places, package, &mut found);
    }
    found
}

fn names_importer(code: &CodeObject) -> bool {
    code.names.iter().any(|name| IMPORTERS.contains(&&**name))
        || code.consts.iter().any(|c| matches!(c, Constant::Code(inner) if names_importer(inner)))
}

/// Every string among the constants, and in what they hold.
fn texts(consts: &[Constant], visit: &mut dyn FnMut(&str)) {
    for constant in consts {
        match constant {
            Constant::Str(text) => visit(&text.to_string_lossy()),
            Constant::Tuple(items) | Constant::FrozenSet(items) => texts(items, visit),
            Constant::Code(inner) => texts(&inner.consts, visit),
            _ => {}
        }
    }
}

fn is_name(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.starts_with(|c: char| c.is_ascii_digit())
            && !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    text.split('.').all(is_part)
}

/// The modules and packages right in a package.
fn children(places: &Places, package: &str, found: &mut Vec<String>) {
    let Some((init, true)) = places.find(package) else { return };
    let Some(entries) = init.parent().and_then(|folder| std::fs::read_dir(folder).ok()) else { return };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            let path = entry.path();
            let is_module = path.extension().is_some_and(|e| e == "py") || path.join("__init__.py").is_file();
            let stem = path.file_stem()?.to_str()?.to_string();
            (is_module && is_name(&stem) && !NOT_LOADED.contains(&stem.as_str())).then_some(stem)
        })
        .collect();
    names.sort();
    found.extend(names.into_iter().map(|name| format!("{package}.{name}")));
}
