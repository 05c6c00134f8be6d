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
/// Methods of the runtime that import a module, and the module.
const IMPLIED: [(&str, &str); 4] = [
    ("strptime", "_strptime"),
    ("__reduce_ex__", "copyreg"),
    ("__reduce__", "copyreg"),
    ("get_resource_reader", "importlib.readers"),
];
/// Library modules whose work is done once a command line, class, annotation or error: they come as bytecode, which is a
/// tenth of their native code.
const ONCE: [&str; 21] = [
    "_colorize",
    "annotationlib",
    "argparse",
    "ast",
    "dis",
    "gettext",
    "importlib",
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "importlib.abc",
    "importlib.machinery",
    "importlib.util",
    "inspect",
    "linecache",
    "locale",
    "ntpath",
    "opcode",
    "tokenize",
    "traceback",
    "typing",
    "warnings",
];
/// Modules that others put into `sys.modules` under a name that is no file's.
const ALIASES: [&str; 2] = ["os.path", "collections.abc"];

/// An `import` or `from` statement.
pub struct Import {
    /// The absolute name of the module.
    pub module: String,
    /// Names of a `from` statement.
    pub from: Vec<String>,
    pub line: i32,
    /// In a `try` or `with` statement, which may expect that it fails.
    pub guarded: bool,
    /// In a function.
    pub in_function: bool,
}

/// What a code object and those within it import, but for what `if` statements surely skip; `is_main`: it runs as
/// `__main__`.
///
/// A relative import that leads out of the package is left out: it raises when it runs.
pub fn imports(code: &CodeObject, package: &str, is_main: bool, found: &mut Vec<Import>) {
    imports_within(code, package, is_main, false, found);
}

fn imports_within(code: &CodeObject, package: &str, is_main: bool, mut in_function: bool, found: &mut Vec<Import>) {
    in_function |= is_function(code);
    let handlers: Vec<(u32, u32)> = code
        .exception_entries()
        .filter(|entry| !only_wraps(code, entry.target))
        .map(|entry| (entry.start, entry.end))
        .collect();
    let mut recent: Vec<Constant> = Vec::new();
    let mut skip_until = 0;
    for inst in Instructions::new(&code.code) {
        if inst.offset < skip_until {
            continue;
        }
        skip_until = never_taken(code, inst.offset, is_main).unwrap_or(skip_until);
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
                    found.push(Import { module, from, line, guarded, in_function });
                }
            }
            _ => {}
        }
    }
    for constant in &code.consts {
        if let Constant::Code(inner) = constant {
            imports_within(inner, package, is_main, in_function, found);
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

fn is_function(code: &CodeObject) -> bool {
    code.flags & taipan_frontend::code::flags::OPTIMIZED != 0
}

/// Whether an `if` with an equality that never holds starts at an instruction (`if __name__ == "__main__"` in a module
/// that is imported, `if sys.platform == "win32"`): the offset behind what it guards.
fn never_taken(code: &CodeObject, offset: u32, is_main: bool) -> Option<u32> {
    let at = code.code.get(offset as usize..)?;
    let mut insts = Instructions::new(at).filter(|inst| inst.op != Opcode::NOT_TAKEN);
    let name = |i: u32| code.names.get(i as usize).map(|n| &**n);
    let first = insts.next().filter(|inst| inst.op == Opcode::LOAD_NAME)?;
    let mut subject = name(first.oparg)?.to_string();
    let mut next = insts.next()?;
    if next.op == Opcode::LOAD_ATTR {
        subject = format!("{subject}.{}", name(next.oparg >> 1)?);
        next = insts.next()?;
    }
    let Constant::Str(text) = code.consts.get(next.oparg as usize).filter(|_| next.op == Opcode::LOAD_CONST)? else {
        return None;
    };
    let text = text.to_string_lossy();
    let differs = match subject.as_str() {
        "__name__" => !is_main && text == "__main__",
        "sys.platform" => text != "linux",
        "os.name" => text != "posix",
        _ => false,
    };
    let equality = insts.next().filter(|inst| inst.op == Opcode::COMPARE_OP && inst.oparg >> 5 == 2)?;
    let jump = insts.next().filter(|inst| inst.op == Opcode::POP_JUMP_IF_FALSE)?;
    (differs && equality.offset < jump.offset).then_some(offset + jump.end + jump.oparg * 2)
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
    if !functions && is_function(code) {
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

/// Library modules that the runtime itself imports for what a code object does.
fn implied(code: &CodeObject, found: &mut BTreeSet<String>) {
    for inst in Instructions::new(&code.code) {
        let module = match inst.op {
            Opcode::CALL_INTRINSIC_1
                if (Intrinsic1::INTRINSIC_TYPEVAR as u32..=Intrinsic1::INTRINSIC_TYPEALIAS as u32)
                    .contains(&inst.oparg) =>
            {
                "typing"
            }
            Opcode::BUILD_TEMPLATE => "string.templatelib",
            Opcode::LOAD_ATTR => {
                let name = code.names.get(inst.oparg as usize >> 1);
                match IMPLIED.iter().find(|(method, _)| name.is_some_and(|name| &**name == *method)) {
                    Some((_, module)) => module,
                    None => continue,
                }
            }
            _ => continue,
        };
        found.extend(with_parents(module).map(str::to_string));
    }
    for constant in &code.consts {
        if let Constant::Code(inner) = constant {
            implied(inner, found);
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
        // As `sys.path[0]`, which the paths in tracebacks begin with.
        let mut places = vec![std::path::absolute(first).unwrap_or_else(|_| first.to_path_buf())];
        places.extend(run::search_path().into_iter().map(PathBuf::from));
        Places(places)
    }

    /// Whether a file lies in the program's folder.
    fn are_first(&self, path: &Path) -> bool {
        self.0.first().is_some_and(|first| path.starts_with(first))
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
    /// Only functions of the library import it: few programs get there, so it comes as bytecode.
    pub is_cold: bool,
    /// The source, if it does not compile; the code is empty then.
    pub source: Option<Vec<u8>>,
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
    /// What only functions of library modules, or of packages outside the program's folder, import is cold: they name half
    /// the library between them, for cases that few programs meet.
    pub fn new(places: &Places, main: &CodeObject, package: &str, more: &[String]) -> Graph {
        let mut graph = Graph { modules: BTreeMap::new(), dynamic: is_dynamic(main) };
        let library = PathBuf::from(run::library());
        let mut seen: HashSet<String> = HashSet::new();
        let mut by_program: HashSet<String> = more.iter().cloned().collect();
        let mut next = Wanted::default();
        next.hot.extend(more.iter().flat_map(|m| with_parents(m)).map(str::to_string));
        wanted(places, main, package, Origin::Main, &mut by_program, &mut next);
        loop {
            // First all that is translated, then what else there may be.
            let is_cold = next.hot.is_empty();
            let names = std::mem::take(if is_cold { &mut next.cold } else { &mut next.hot });
            // Modules found in one round are read at once; names are gone through in order, so that the
            // result does not depend on which was first.
            let round: Vec<String> = names.into_iter().filter(|n| seen.insert(n.clone())).collect();
            if round.is_empty() && is_cold {
                break;
            }
            let loaded: Vec<(String, Option<Found>, Option<Loaded>)> = round
                .into_par_iter()
                .filter(|name| !is_native(name))
                .map(|name| {
                    let found = places.find(&name);
                    let loaded = found.as_ref().and_then(|(path, _)| read(path));
                    (name, found, loaded)
                })
                .collect();
            for (name, found, loaded) in loaded {
                let Some((path, is_package)) = found else {
                    // It may be there when the program runs, as source.
                    graph.dynamic |= by_program.contains(&name);
                    continue;
                };
                let Some(Loaded { code, source }) = loaded else { continue };
                let is_library = path.starts_with(&library);
                // The library has modules that are not meant to compile, and nobody imports.
                if source.is_some() && is_library {
                    continue;
                }
                graph.dynamic |= source.is_some() || !(is_cold && is_library) && is_dynamic(&code);
                let package = if is_package { name.as_str() } else { name.rsplit_once('.').map_or("", |(p, _)| p) };
                let origin = match () {
                    _ if is_library => Origin::Library,
                    _ if places.are_first(&path) => Origin::Program,
                    _ => Origin::Package,
                };
                wanted(places, &code, package, origin, &mut by_program, &mut next);
                if is_cold {
                    next.cold.append(&mut next.hot);
                }
                let is_cold = is_cold || is_library && ONCE.contains(&name.as_str());
                graph.modules.insert(name, Module { path, is_package, is_library, is_cold, source, code });
            }
        }
        graph
    }
}

/// A module's code; of one that does not compile, which raises when it is imported, the source and empty code.
struct Loaded {
    code: Arc<CodeObject>,
    source: Option<Vec<u8>>,
}

/// `None` if the file cannot be read.
fn read(path: &Path) -> Option<Loaded> {
    if let Ok(code) = load::load(path) {
        return Some(Loaded { code: Arc::new(code), source: None });
    }
    let source = std::fs::read(path).ok()?;
    let code = Arc::new(load::compile(path, b"").ok()?);
    Some(Loaded { code, source: Some(source) })
}

/// Names of modules to look at: to be translated, and to come as bytecode.
#[derive(Default)]
struct Wanted {
    hot: BTreeSet<String>,
    cold: BTreeSet<String>,
}

/// Whose code it is.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Origin {
    Main,
    /// In the program's folder.
    Program,
    /// Found by `PYTHONPATH`: what its functions import is a case that few programs meet, as with the library's.
    Package,
    Library,
}

/// Modules that a code object wants, their packages included.
fn wanted(
    places: &Places,
    code: &CodeObject,
    package: &str,
    origin: Origin,
    by_program: &mut HashSet<String>,
    next: &mut Wanted,
) {
    let mut found = Vec::new();
    imports(code, package, origin == Origin::Main, &mut found);
    let own = origin != Origin::Library;
    for import in found {
        if own {
            by_program.insert(import.module.clone());
        }
        let into = if origin <= Origin::Program || !import.in_function { &mut next.hot } else { &mut next.cold };
        let from = import.from.iter().map(|n| format!("{}.{n}", import.module)).filter(|n| places.find(n).is_some());
        for name in from.chain([import.module.clone()]) {
            into.extend(with_parents(&name).map(str::to_string));
        }
    }
    implied(code, if own { &mut next.hot } else { &mut next.cold });
    for name in super::named::modules(places, code, own.then_some(package)) {
        next.cold.extend(with_parents(&name).map(str::to_string));
    }
    let mut codecs = Vec::new();
    encodings(code, own, &mut codecs);
    for name in codecs.iter().filter(|name| places.find(name).is_some()) {
        next.hot.extend(with_parents(name).map(str::to_string));
    }
}
