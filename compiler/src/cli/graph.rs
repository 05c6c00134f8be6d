//! The modules that a program reaches, found in the places where `import` would look.

use crate::cli::load;
use crate::cli::run;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use taipan_abi::opcode::{Intrinsic1, Opcode};
use taipan_frontend::instructions::Instructions;
use taipan_frontend::{CodeObject, Constant};

/// Names by which a program could run source code.
const DYNAMIC: [&str; 5] = ["exec", "eval", "compile", "__import__", "import_module"];
/// Names whose presence says that a string may be a text encoding.
const CODECS: [&str; 4] = ["encode", "decode", "lookup", "open"];
/// Modules that others put into `sys.modules` under a name that is no file's.
const ALIASES: [&str; 1] = ["os.path"];

/// An `import` or `from` statement.
pub struct Import {
    /// The absolute name of the module.
    pub module: String,
    /// Names of a `from` statement.
    pub from: Vec<String>,
    pub line: i32,
    /// In a `try` or `with` statement, which may expect that it fails.
    pub guarded: bool,
}

/// What a code object and those within it import; `functions`: the bodies of functions too.
///
/// A relative import that leads out of the package is left out: it raises when it runs.
pub fn imports(code: &CodeObject, package: &str, functions: bool, found: &mut Vec<Import>) {
    if !functions && code.flags & taipan_frontend::code::flags::OPTIMIZED != 0 {
        return;
    }
    let handlers: Vec<(u32, u32)> = code
        .exception_entries()
        .filter(|entry| !only_wraps(code, entry.target))
        .map(|entry| (entry.start, entry.end))
        .collect();
    let mut recent: Vec<Constant> = Vec::new();
    for inst in Instructions::new(&code.code) {
        match inst.op {
            Opcode::LOAD_CONST => recent.extend(code.consts.get(inst.oparg as usize).cloned()),
            Opcode::LOAD_SMALL_INT => recent.push(Constant::Int(i64::from(inst.oparg))),
            Opcode::IMPORT_NAME => {
                let level = match recent.len().checked_sub(2).and_then(|i| recent.get(i)) {
                    Some(Constant::Int(n)) => *n as usize,
                    _ => 0,
                };
                let name = code.names.get(inst.oparg as usize).map_or("", |n| n);
                let mut from = Vec::new();
                if let Some(Constant::Tuple(names)) = recent.last() {
                    from.extend(names.iter().filter_map(|name| match name {
                        Constant::Str(name) => Some(name.to_string_lossy().into_owned()),
                        _ => None,
                    }));
                }
                if let Some(module) = absolute(name, package, level) {
                    let line = code.line_at(inst.offset).unwrap_or(0);
                    let guarded = handlers.iter().any(|(start, end)| (*start..*end).contains(&inst.offset));
                    found.push(Import { module, from, line, guarded });
                }
            }
            _ => {}
        }
    }
    for constant in &code.consts {
        if let Constant::Code(inner) = constant {
            imports(inner, package, functions, found);
        }
    }
}

/// Whether a handler only turns StopIteration into RuntimeError, as every generator's does.
fn only_wraps(code: &CodeObject, target: u32) -> bool {
    let first = Instructions::new(&code.code).find(|inst| inst.offset >= target);
    first.is_some_and(|inst| {
        inst.op == Opcode::CALL_INTRINSIC_1 && inst.oparg == Intrinsic1::INTRINSIC_STOPITERATION_ERROR as u32
    })
}

fn absolute(name: &str, package: &str, level: usize) -> Option<String> {
    if level == 0 {
        return Some(name.to_string());
    }
    let mut parts: Vec<&str> = package.split('.').filter(|part| !part.is_empty()).collect();
    if level > parts.len() {
        return None;
    }
    parts.truncate(parts.len() - (level - 1));
    let parent = parts.join(".");
    Some(if name.is_empty() { parent } else { format!("{parent}.{name}") })
}

/// Names of modules of text encodings that a code object may mean: they are found at run time only.
fn encodings(code: &CodeObject, functions: bool, found: &mut Vec<String>) {
    if !functions && code.flags & taipan_frontend::code::flags::OPTIMIZED != 0 {
        return;
    }
    let codecs = code.names.iter().any(|n| CODECS.contains(&&**n));
    for constant in &code.consts {
        match constant {
            Constant::Str(text) if codecs => {
                let module = text.to_string_lossy().to_lowercase().replace(['-', ' '], "_");
                if !module.is_empty() && module.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                    found.push(format!("encodings.{module}"));
                }
            }
            Constant::Code(inner) => encodings(inner, functions, found),
            _ => {}
        }
    }
}

/// Whether a code object names what runs source code.
pub fn is_dynamic(code: &CodeObject) -> bool {
    code.names.iter().any(|n| DYNAMIC.contains(&&**n))
        || code.consts.iter().any(|c| matches!(c, Constant::Code(inner) if is_dynamic(inner)))
}

/// Where modules are looked for, in order.
pub struct Places(Vec<PathBuf>);

/// A module's file, and whether it is a package.
pub type Found = (PathBuf, bool);

impl Places {
    /// The program's folder, `PYTHONPATH`, the library.
    pub fn new(first: &Path) -> Places {
        let mut places = vec![first.to_path_buf()];
        places.extend(run::search_path().into_iter().map(PathBuf::from));
        Places(places)
    }

    pub fn find(&self, name: &str) -> Option<Found> {
        let relative = name.replace('.', "/");
        for place in &self.0 {
            let package = place.join(&relative).join("__init__.py");
            if package.is_file() {
                return Some((package, true));
            }
            let module = place.join(format!("{relative}.py"));
            if module.is_file() {
                return Some((module, false));
            }
        }
        None
    }

    /// Whether `import` would find a module, be it native, compiled only, or a folder.
    pub fn knows(&self, name: &str) -> bool {
        let relative = name.replace('.', "/");
        ALIASES.contains(&name)
            || is_native(name)
            || self.find(name).is_some()
            || self.0.iter().any(|place| {
                let path = place.join(&relative);
                path.is_dir() || place.join(format!("{relative}.pyc")).is_file()
            })
    }
}

/// Whether a module is part of the runtime.
pub fn is_native(name: &str) -> bool {
    taipan_runtime::modules::NATIVE.iter().any(|m| m.name == name)
}

/// A name and those of its packages, outermost first.
fn with_parents(name: &str) -> impl Iterator<Item = &str> {
    let ends = name.match_indices('.').map(|(at, _)| at).chain(std::iter::once(name.len()));
    ends.map(|end| &name[..end]).filter(|name| !name.is_empty())
}

/// A module of the program.
pub struct Module {
    pub path: PathBuf,
    pub is_package: bool,
    pub is_library: bool,
    pub code: Arc<CodeObject>,
}

/// A program's modules.
pub struct Graph {
    pub modules: BTreeMap<String, Module>,
    /// The program can run source code, or imports what may be there only when it runs.
    pub dynamic: bool,
}

impl Graph {
    /// Follows what `main`, of a package, imports. `more` are wanted besides.
    ///
    /// Of library modules only what they import when they are imported themselves is followed: functions of theirs
    /// name half the library between them, for cases that few programs meet.
    pub fn new(places: &Places, main: &CodeObject, package: &str, more: &[String]) -> Graph {
        let mut graph = Graph { modules: BTreeMap::new(), dynamic: is_dynamic(main) };
        let library = PathBuf::from(run::library());
        let mut seen: HashSet<String> = HashSet::new();
        let mut next: BTreeSet<String> = more.iter().flat_map(|m| with_parents(m)).map(str::to_string).collect();
        let mut by_program: HashSet<String> = more.iter().cloned().collect();
        next.extend(wanted(places, main, package, true, &mut by_program));
        while !next.is_empty() {
            // Modules found in one round are read at once; names are gone through in order, so that the
            // result does not depend on which was first.
            let round: Vec<String> = std::mem::take(&mut next).into_iter().filter(|n| seen.insert(n.clone())).collect();
            let loaded: Vec<(String, Option<Found>, Option<Arc<CodeObject>>)> = round
                .into_par_iter()
                .filter(|name| !is_native(name))
                .map(|name| {
                    let found = places.find(&name);
                    // A module that does not compile raises when it is imported.
                    let code = found.as_ref().and_then(|(path, _)| load::load(path).ok()).map(Arc::new);
                    (name, found, code)
                })
                .collect();
            for (name, found, code) in loaded {
                let Some((path, is_package)) = found else {
                    // It may be there when the program runs, as source.
                    graph.dynamic |= by_program.contains(&name);
                    continue;
                };
                let Some(code) = code else { continue };
                let is_library = path.starts_with(&library);
                graph.dynamic |= is_dynamic(&code);
                let package = if is_package { name.as_str() } else { name.rsplit_once('.').map_or("", |(p, _)| p) };
                next.extend(wanted(places, &code, package, !is_library, &mut by_program));
                graph.modules.insert(name, Module { path, is_package, is_library, code });
            }
        }
        graph
    }
}

/// Modules that a code object wants, their packages included.
fn wanted(
    places: &Places,
    code: &CodeObject,
    package: &str,
    functions: bool,
    by_program: &mut HashSet<String>,
) -> Vec<String> {
    let (mut found, mut names, mut result) = (Vec::new(), Vec::new(), Vec::new());
    imports(code, package, functions, &mut found);
    for import in found {
        if functions {
            by_program.insert(import.module.clone());
        }
        names.extend(import.from.iter().map(|n| format!("{}.{n}", import.module)).filter(|n| places.find(n).is_some()));
        names.push(import.module);
    }
    let mut codecs = Vec::new();
    encodings(code, functions, &mut codecs);
    names.extend(codecs.into_iter().filter(|name| places.find(name).is_some()));
    for name in &names {
        result.extend(with_parents(name).map(str::to_string));
    }
    result
}
