//! `taipan build`, `compile`, `dis`, `check`.

use crate::backend::module::{Sink, Unit};
use crate::backend::{isa, program};
use crate::cli::{BuildArgs, CompileArgs, run};
use crate::error::Error;
use crate::link;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use taipan_abi::opcode::Opcode;
use taipan_frontend::instructions::Instructions;
use taipan_frontend::{CodeObject, Constant, Mode, Options, Wtf8Buf, dis as disassembler, pyc, verify};

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| Error::file(path.to_path_buf(), text_of(&error)))
}

fn text_of(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_string()
}

/// The code object of a source or `.pyc` file, verified.
fn load(path: &Path) -> Result<CodeObject, Error> {
    let bytes = read(path)?;
    let shown = path.to_string_lossy();
    if path.extension().is_some_and(|e| e == "pyc") {
        let (_, code) = pyc::read(&bytes, &shown).map_err(|e| Error::file(path.to_path_buf(), e.to_string()))?;
        verify::verify(&code).map_err(|e| Error::file(path.to_path_buf(), e.to_string()))?;
        return Ok(code);
    }
    taipan_frontend::compile(&bytes, &Wtf8Buf::from(&*shown), Mode::Exec, &Options::default()).map_err(|e| syntax(&e))
}

/// A syntax error as CPython prints it.
fn syntax(error: &taipan_frontend::SyntaxError) -> Error {
    let mut text = String::new();
    if let Some(file) = &error.filename {
        text += &format!("  File \"{file}\", line {}\n", error.lineno);
    }
    if let Some(line) = &error.text {
        let trimmed = line.trim_start();
        let indent = (line.chars().count() - trimmed.chars().count()) as i32;
        text += &format!("    {}\n", trimmed.trim_end());
        if error.offset > 0 {
            let start = (error.offset - 1 - indent).max(0) as usize;
            let width = match error.end {
                Some((line, end)) if line == error.lineno && end > error.offset => (end - error.offset) as usize,
                _ => 1,
            };
            text += &format!("    {}{}\n", " ".repeat(start), "^".repeat(width));
        }
    }
    text += &format!("{}: {}\n", error.kind.name(), error.msg);
    Error::Syntax(text)
}

/// Modules that a program reaches, found in the places where `import` would look.
struct Graph {
    places: Vec<PathBuf>,
    seen: HashSet<String>,
    queue: VecDeque<String>,
    /// Modules that only functions of the library import: few programs get there, so they come as bytecode.
    cold: VecDeque<String>,
    /// Modules that the program's own code names, as opposed to the library's.
    wanted_by_program: HashSet<String>,
    units: BTreeMap<String, Unit>,
}

impl Graph {
    fn find(&self, name: &str) -> Option<(PathBuf, bool)> {
        let relative = name.replace('.', "/");
        for place in &self.places {
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

    fn want(&mut self, name: &str, is_cold: bool) {
        // Parents come with their children.
        let mut end = 0;
        while let Some(dot) = name[end..].find('.') {
            end += dot;
            self.want_one(&name[..end], is_cold);
            end += 1;
        }
        self.want_one(name, is_cold);
    }

    fn want_one(&mut self, name: &str, is_cold: bool) {
        if name.is_empty() {
            return;
        }
        if is_cold {
            self.cold.push_back(name.to_string());
        } else if self.seen.insert(name.to_string()) {
            self.queue.push_back(name.to_string());
        }
    }

    /// The next module to look at, and whether it is cold.
    fn next(&mut self) -> Option<(String, bool)> {
        if let Some(name) = self.queue.pop_front() {
            return Some((name, false));
        }
        while let Some(name) = self.cold.pop_front() {
            if self.seen.insert(name.clone()) {
                return Some((name, true));
            }
        }
        None
    }

    /// Notes what a code object imports, by its constants: levels and names in `from` lists included.
    /// What only functions of library modules import is cold: they name half the library between them, for
    /// cases that few programs meet.
    fn scan(&mut self, code: &CodeObject, package: &str, functions: bool, mut is_cold: bool) {
        is_cold |= !functions && code.flags & taipan_frontend::code::flags::OPTIMIZED != 0;
        let mut recent: Vec<Constant> = Vec::new();
        let mut skip_until = 0;
        for inst in Instructions::new(&code.code) {
            if inst.offset < skip_until {
                continue;
            }
            skip_until = never_taken(code, inst.offset).unwrap_or(skip_until);
            match inst.op {
                Opcode::LOAD_CONST => {
                    if let Some(constant) = code.consts.get(inst.oparg as usize) {
                        recent.push(constant.clone());
                    }
                }
                Opcode::LOAD_SMALL_INT => recent.push(Constant::Int(inst.oparg as i64)),
                Opcode::IMPORT_NAME => {
                    let level = match recent.len().checked_sub(2).and_then(|i| recent.get(i)) {
                        Some(Constant::Int(n)) => *n as usize,
                        _ => 0,
                    };
                    let name = code.names.get(inst.oparg as usize).map_or("", |n| n);
                    let base = if level == 0 {
                        name.to_string()
                    } else {
                        let mut parts: Vec<&str> = package.split('.').collect();
                        parts.truncate(parts.len().saturating_sub(level - 1));
                        let parent = parts.join(".");
                        if name.is_empty() { parent } else { format!("{parent}.{name}") }
                    };
                    self.want(&base, is_cold);
                    if functions {
                        self.wanted_by_program.insert(base.clone());
                    }
                    if let Some(Constant::Tuple(names)) = recent.last() {
                        for name in names.iter() {
                            if let Constant::Str(name) = name {
                                let full = format!("{base}.{name}");
                                if self.find(&full).is_some() {
                                    self.want(&full, is_cold);
                                }
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        // Text encodings by name: their modules are found at run time only.
        let codes = code.names.iter().any(|n| ["encode", "decode", "lookup", "open"].contains(&&**n));
        for constant in &code.consts {
            if let (true, Constant::Str(text)) = (codes, constant) {
                let module = text.to_string_lossy().to_lowercase().replace(['-', ' '], "_");
                let full = format!("encodings.{module}");
                let is_name = !module.is_empty() && module.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                if is_name && self.find(&full).is_some() {
                    self.want(&full, is_cold);
                }
            }
            if let Constant::Code(inner) = constant {
                self.scan(inner, package, functions, is_cold);
            }
        }
    }
}

/// Whether an `if` with an equality that never holds starts at an instruction (`if __name__ == "__main__"` in a module
/// that is imported, `if sys.platform == "win32"`): the offset behind what it guards.
fn never_taken(code: &CodeObject, offset: u32) -> Option<u32> {
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
        "__name__" => text == "__main__",
        "sys.platform" => text != "linux",
        "os.name" => text != "posix",
        _ => false,
    };
    let equality = insts.next().filter(|inst| inst.op == Opcode::COMPARE_OP && inst.oparg >> 5 == 2)?;
    let jump = insts.next().filter(|inst| inst.op == Opcode::POP_JUMP_IF_FALSE)?;
    (differs && equality.offset < jump.offset).then_some(offset + jump.end + jump.oparg * 2)
}

/// Names by which a program could run source code.
const DYNAMIC: [&str; 4] = ["exec", "eval", "compile", "__import__"];

fn is_dynamic(code: &CodeObject) -> bool {
    code.names.iter().any(|n| DYNAMIC.contains(&&**n) || &**n == "import_module")
        || code.consts.iter().any(|c| matches!(c, Constant::Code(inner) if is_dynamic(inner)))
}

pub fn build(args: &BuildArgs) -> Result<(), Error> {
    let host = isa::host();
    let target = args.target.clone().unwrap_or_else(|| host.clone());
    let library = PathBuf::from(run::library());
    let mut places: Vec<PathBuf> = Vec::new();
    let file = match (&args.file, &args.module) {
        (Some(file), _) => {
            places.push(file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf());
            file.clone()
        }
        (None, Some(_)) => {
            places.push(PathBuf::from("."));
            PathBuf::new()
        }
        (None, None) => return Err(Error::Usage("a file or -m MODULE is needed".to_string())),
    };
    if let Ok(extra) = std::env::var("PYTHONPATH") {
        places.extend(extra.split(':').filter(|p| !p.is_empty()).map(PathBuf::from));
    }
    places.push(library);
    let mut graph = Graph {
        places,
        seen: HashSet::new(),
        queue: VecDeque::new(),
        cold: VecDeque::new(),
        wanted_by_program: HashSet::new(),
        units: BTreeMap::new(),
    };
    let file = match &args.module {
        None => file,
        Some(module) => {
            let main = format!("{module}.__main__");
            match graph.find(&main).or_else(|| graph.find(module).filter(|(_, package)| !package)) {
                Some((file, _)) => file,
                None => return Err(Error::NoModule(module.clone())),
            }
        }
    };
    let package = args.module.as_ref().map_or("", |m| m.rsplit_once('.').map_or("", |(p, _)| p));
    let code = Arc::new(load(&file)?);
    if args.emit.iter().any(|e| e == "bytecode") {
        print!("{}", disassembler::dis(&code));
    }
    let only_main = args.emit.iter().any(|e| ["ir", "clif", "asm", "bytecode", "pyc"].contains(&e.as_str()));
    let mut dynamic = is_dynamic(&code);
    if !only_main {
        graph.scan(&code, package, true, false);
        while let Some((name, is_cold)) = graph.next() {
            if taipan_runtime::modules::NATIVE.iter().any(|m| m.name == name) {
                continue;
            }
            let Some((path, is_package)) = graph.find(&name) else {
                // It may be there when the program runs, as source.
                dynamic |= graph.wanted_by_program.contains(&name);
                continue;
            };
            let code = match load(&path) {
                Ok(code) => Arc::new(code),
                // A module that does not compile raises when it is imported.
                Err(_) => continue,
            };
            let is_library = path.starts_with(run::library());
            dynamic |= !is_cold && is_dynamic(&code);
            let package = if is_package { name.as_str() } else { name.rsplit_once('.').map_or("", |(p, _)| p) };
            graph.scan(&code, package, !is_library, is_cold);
            if args.verbose {
                let note = if is_cold { " (bytecode)" } else { "" };
                eprintln!("module {name}: {}{note}", path.display());
            }
            let mut unit = Unit::new(&name, is_package, is_library, &path.to_string_lossy(), code);
            unit.is_cold = is_cold;
            graph.units.insert(name, unit);
        }
    }
    let shown = file.to_string_lossy().into_owned();
    let mut units = vec![Unit::new("__main__", false, false, &shown, code)];
    units.extend(graph.units.into_values());
    let options = program::Options { target: &target, opt: args.opt, dynamic };
    let object = program::object(&units, &options, &mut Printer { args })?;
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(file.file_stem().unwrap_or_default()));
    if args.emit.iter().any(|e| e == "obj") {
        return write_file(&output.with_extension("o"), &object);
    }
    if only_main {
        return Ok(());
    }
    link_object(&object, &output, &target, &host, args.symbols)
}

/// Prints what `--emit` asks for.
struct Printer<'a> {
    args: &'a BuildArgs,
}

impl Sink for Printer<'_> {
    fn wants(&self, stage: &str, function: &str) -> bool {
        self.args.emit.iter().any(|e| e == stage) && self.args.function.as_ref().is_none_or(|f| f == function)
    }

    fn text(&mut self, _: &str, function: &str, text: String) {
        println!("; {function}\n{text}");
    }
}

/// Writes a file whole or not at all.
fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let temporary = path.with_extension(format!("tmp{}", std::process::id()));
    let result = std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, path));
    if result.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    result.map_err(|error| Error::file(path.to_path_buf(), text_of(&error)))
}

fn link_object(object: &[u8], output: &Path, target: &str, host: &str, symbols: bool) -> Result<(), Error> {
    let folder = output.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = output.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let object_path = folder.join(format!(".{name}.{}.o", std::process::id()));
    let executable = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let result = write_file(&object_path, object)
        .and_then(|()| link::link(&object_path, &executable, target, host, symbols))
        .and_then(|()| {
            std::fs::rename(&executable, output).map_err(|error| Error::file(output.to_path_buf(), text_of(&error)))
        });
    let _ = std::fs::remove_file(&object_path);
    if result.is_err() {
        let _ = std::fs::remove_file(&executable);
    }
    result
}

pub fn compile(args: &CompileArgs) -> Result<(), Error> {
    for file in &args.files {
        let source = read(file)?;
        let code = load(file)?;
        let validity = match args.invalidation.as_str() {
            "checked-hash" => pyc::Validity::CheckedHash(pyc::source_hash(&source)),
            "unchecked-hash" => pyc::Validity::UncheckedHash(pyc::source_hash(&source)),
            _ => {
                let modified = std::fs::metadata(file)
                    .and_then(|m| m.modified())
                    .map_err(|error| Error::file(file.clone(), text_of(&error)))?;
                let mtime = modified.duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
                pyc::Validity::Timestamp { mtime: mtime as u32, size: source.len() as u32 }
            }
        };
        let folder = file.parent().unwrap_or(Path::new("")).join("__pycache__");
        std::fs::create_dir_all(&folder).map_err(|error| Error::file(folder.clone(), text_of(&error)))?;
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        write_file(&folder.join(format!("{stem}.cpython-314.pyc")), &pyc::write(&code, validity))?;
    }
    Ok(())
}

pub fn dis(file: &Path) -> Result<(), Error> {
    print!("{}", disassembler::dis(&load(file)?));
    Ok(())
}

pub fn check(files: &[PathBuf]) -> Result<i32, Error> {
    let mut status = 0;
    for file in files {
        match load(file) {
            Ok(_) => {}
            Err(Error::Syntax(text)) => {
                eprint!("{text}");
                status = 1;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(status)
}
