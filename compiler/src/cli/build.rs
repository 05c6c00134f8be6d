//! `taipan build`: a program and the modules it reaches become an executable, or a stage's text.

use crate::backend::module::{Sink, Unit};
use crate::backend::{isa, program};
use crate::cache::{Cache, Key};
use crate::cli::graph::{Graph, Places};
use crate::cli::output::{Pending, check_output, folder_of, print, write_file};
use crate::cli::progress::Progress;
use crate::cli::{BuildArgs, load};
use crate::error::Error;
use crate::link;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use taipan_frontend::{CodeObject, dis, pyc};

/// The program to build.
struct Main {
    file: PathBuf,
    /// Where its imports are looked for first.
    places: Places,
    /// The name of the module that runs as `__main__`, if it was asked for by `-m`.
    module: Option<String>,
    /// The package that relative imports start from.
    package: String,
    /// What the executable is called by default.
    name: PathBuf,
}

impl Main {
    fn find(args: &BuildArgs) -> Result<Main, Error> {
        if let Some(name) = &args.module {
            let places = Places::new(Path::new("."));
            let main = format!("{name}.__main__");
            let (module, found) = match places.find(name) {
                Some((_, true)) => (main.clone(), places.find(&main)),
                other => (name.clone(), other),
            };
            let Some((file, _)) = found else { return Err(Error::NoModule(module)) };
            let package = module.rsplit_once('.').map_or("", |(p, _)| p).to_string();
            let last = name.rsplit('.').next().unwrap_or(name);
            return Ok(Main { file, places, module: Some(module), package, name: last.into() });
        }
        let Some(given) = &args.file else {
            return Err(Error::Usage("a file or -m MODULE is needed".to_string()));
        };
        let file = load::program(given)?;
        let named = if *given == file { file.file_stem() } else { given.file_name() };
        let name = PathBuf::from(named.unwrap_or_else(|| "main".as_ref()));
        Ok(Main { places: Places::new(folder_of(&file)), file, module: None, package: String::new(), name })
    }
}

/// Runs the command.
pub fn build(args: &BuildArgs) -> Result<(), Error> {
    let host = isa::host();
    let target = args.target.clone().unwrap_or_else(|| host.clone());
    let main = Main::find(args)?;
    let output = args.output.clone().unwrap_or_else(|| main.name.clone());
    if args.emit.is_empty() {
        check_output(&output, &[&main.file])?;
        link::runtime_library(&target, &host)?;
    }
    let code = Arc::new(load::load(&main.file)?);
    let shown = main.file.to_string_lossy();
    let name = main.module.as_ref().map_or_else(|| "__main__".to_string(), |module| format!("__main__:{module}"));
    let unit = Unit::new(&name, false, false, &shown, code.clone());
    if !args.emit.is_empty() {
        return emit(args, &main, &unit, &target, &output);
    }
    let progress = Progress::new(args.verbose, args.quiet);
    progress.say(|| format!("reading {shown} and what it imports"));
    // Packages come before their `__main__`.
    let more: Vec<String> = [&main.package].into_iter().filter(|p| !p.is_empty()).cloned().collect();
    let graph = Graph::new(&main.places, &code, &main.package, &more);
    let mut units = vec![unit];
    for (name, module) in graph.modules {
        let path = module.path.to_string_lossy();
        let mut unit = Unit::new(&name, module.is_package, module.is_library, &path, module.code);
        unit.is_cold = module.is_cold;
        unit.source = module.source;
        units.push(unit);
    }
    let options = program::Options { target: &target, opt: args.opt, dynamic: graph.dynamic };
    let cache = if args.no_cache { None } else { Cache::of_user() };
    let mut objects = translate(&units, &options, cache.as_ref(), &progress)?;
    objects.push(program::main_object(&units, &options)?);
    progress.stage("Linking", 1);
    progress.say(|| format!("linking {}", output.display()));
    link_objects(&objects, &output, &target, &host, args.symbols)?;
    progress.say(|| "done".to_string());
    Ok(())
}

/// Objects of modules, in their order: from the cache, or translated on all cores.
fn translate(
    units: &[Unit],
    options: &program::Options,
    cache: Option<&Cache>,
    progress: &Progress,
) -> Result<Vec<Vec<u8>>, Error> {
    progress.stage("Translating", units.len());
    let kept = AtomicUsize::new(0);
    let one = |unit: &Unit| {
        let entry = cache.map(|cache| (cache, key(unit, options)));
        if let Some(object) = entry.as_ref().and_then(|(cache, key)| cache.get(key)) {
            kept.fetch_add(1, Ordering::Relaxed);
            progress.step(&unit.name);
            return Ok(object);
        }
        progress.say(|| format!("translating {} ({})", unit.name, unit.file));
        let object = program::unit_object(unit, options, &mut Silence)?;
        if let Some((cache, key)) = &entry {
            if let Err(error) = cache.put(key, &object) {
                progress.say(|| format!("cannot keep {} in {}: {error}", unit.name, cache.folder().display()));
            }
        }
        progress.step(&unit.name);
        Ok(object)
    };
    let result = units.par_iter().map(one).collect();
    if let Some(cache) = cache {
        cache.sweep();
    }
    progress.say(|| format!("{} modules, {} of them cached", units.len(), kept.load(Ordering::Relaxed)));
    result
}

/// All that a module's object depends on.
fn key(unit: &Unit, options: &program::Options) -> Key {
    let is_source = unit.source.is_some();
    let kind = [unit.is_package, unit.is_library, unit.is_cold, is_source].map(u8::from);
    let name = unit.name.as_bytes();
    Key::new([name, &kind, &[options.opt], options.target.as_bytes(), unit.file.as_bytes(), &unit.payload()])
}

/// Wants no stage's text.
struct Silence;

impl Sink for Silence {
    fn wants(&self, _: &str, _: &str) -> bool {
        false
    }

    fn text(&mut self, _: &str, _: &str, _: String) {}
}

/// Prints, or writes, what `--emit` asks for.
fn emit(args: &BuildArgs, main: &Main, unit: &Unit, target: &str, output: &Path) -> Result<(), Error> {
    let wants = |stage: &str| args.emit.iter().any(|e| e == stage);
    let module = &unit.codes[0].code;
    if let Some(name) = &args.function {
        if !unit.codes.iter().any(|info| *info.code.qualname == **name) {
            return Err(no_function(name, unit, &main.file));
        }
    }
    if wants("pyc") {
        let validity = match load::read(&main.file) {
            Ok(source) => pyc::Validity::UncheckedHash(pyc::source_hash(&source)),
            Err(error) => return Err(error),
        };
        let path = output.with_extension("pyc");
        check_output(&path, &[&main.file])?;
        write_file(&path, &pyc::write(module, validity))?;
    }
    if wants("bytecode") {
        let chosen = |code: &CodeObject| args.function.as_ref().is_none_or(|name| *code.qualname == **name);
        let shown: Vec<&CodeObject> = match &args.function {
            // The module's disassembly shows its functions' too.
            None => vec![module],
            Some(_) => unit.codes.iter().map(|info| &*info.code).filter(|code| chosen(code)).collect(),
        };
        for code in shown {
            print(&dis::dis(code))?;
        }
    }
    if ["ir", "clif", "asm", "obj"].iter().any(|stage| wants(stage)) {
        let options = program::Options { target, opt: args.opt, dynamic: true };
        let mut printer = Printer { args, out: String::new() };
        let object = program::unit_object(unit, &options, &mut printer)?;
        print(&printer.out)?;
        if wants("obj") {
            let path = output.with_extension("o");
            check_output(&path, &[&main.file])?;
            write_file(&path, &object)?;
        }
    }
    Ok(())
}

/// Functions named in the error about one that is not there.
const FUNCTIONS_NAMED: usize = 12;

fn no_function(name: &str, unit: &Unit, file: &Path) -> Error {
    let mut names: Vec<&str> = unit.codes.iter().map(|info| &*info.code.qualname).collect();
    names.sort_unstable();
    names.dedup();
    let more = if names.len() > FUNCTIONS_NAMED { ", ..." } else { "" };
    names.truncate(FUNCTIONS_NAMED);
    Error::file(file.to_path_buf(), format!("no function '{name}'; there are {}{more}", names.join(", ")))
}

/// Collects what `--emit` asks for.
struct Printer<'a> {
    args: &'a BuildArgs,
    out: String,
}

impl Sink for Printer<'_> {
    fn wants(&self, stage: &str, function: &str) -> bool {
        self.args.emit.iter().any(|e| e == stage) && self.args.function.as_ref().is_none_or(|f| f == function)
    }

    fn text(&mut self, _: &str, function: &str, text: String) {
        self.out += &format!("; {function}\n{text}\n");
    }
}

/// Links objects that lie in memory.
fn link_objects(objects: &[Vec<u8>], output: &Path, target: &str, host: &str, symbols: bool) -> Result<(), Error> {
    let executable = Pending::new(output)?;
    let scratch = tempfile::tempdir().map_err(|error| Error::io(&std::env::temp_dir(), &error))?;
    let mut paths = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        let path = scratch.path().join(format!("{number}.o"));
        std::fs::write(&path, object).map_err(|error| Error::io(&path, &error))?;
        paths.push(path);
    }
    link::link(&paths, executable.path(), target, host, symbols)?;
    executable.commit()
}
