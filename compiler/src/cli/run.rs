//! `taipan run`: interprets a program in this process.

use crate::cli::graph::Places;
use crate::cli::{RunArgs, load};
use crate::error::Error;
use std::path::Path;
use taipan_runtime::errors;
use taipan_runtime::modules::{marshal, sys::Config};
use taipan_runtime::object::Ref;
use taipan_runtime::ops::import;
use taipan_runtime::types::str::Str;
use taipan_runtime::{dynamic, start};

/// The folder of the standard library's Python modules.
pub fn library() -> String {
    std::env::var("TAIPAN_LIB").unwrap_or_else(|_| rustpython_pylib::LIB_PATH.to_string())
}

/// `sys.path` behind the program's own entry.
pub fn search_path() -> Vec<String> {
    let mut path = Vec::new();
    if let Ok(extra) = std::env::var("PYTHONPATH") {
        path.extend(extra.split(':').filter(|p| !p.is_empty()).map(str::to_string));
    }
    path.push(library());
    path
}

pub fn run(args: RunArgs) -> Result<i32, Error> {
    let mut path = search_path();
    let executable = std::env::current_exe().map_or_else(|_| String::new(), |p| p.to_string_lossy().into_owned());
    let config =
        |argv: Vec<String>, path: Vec<String>| Config { argv, path, executable: executable.clone(), optimize: 0 };
    if let Some(code) = args.code {
        let mut argv = vec!["-c".to_string()];
        argv.extend(args.args);
        path.insert(0, String::new());
        return Ok(start::run(config(argv, path), move || {
            dynamic::install();
            let code = dynamic::compile(&dynamic::Request {
                source: code.as_bytes(),
                filename: Str::intern("<string>"),
                mode: "exec",
                optimize: 0,
                flags: 0,
                is_file: false,
                warn: true,
            })?;
            start::run_main(code, None)
        }));
    }
    if let Some(module) = args.module {
        let first = module.split('.').next().unwrap_or(&module);
        if !Places::new(Path::new(".")).knows(first) {
            return Err(Error::NoModule(module));
        }
        let mut argv = vec![module.clone()];
        argv.extend(args.args);
        path.insert(0, ".".to_string());
        return Ok(start::run(config(argv, path), move || {
            dynamic::install();
            start::run_module_as_main(&module)
        }));
    }
    let Some(file) = args.args.first().cloned() else {
        return Err(Error::Usage("a file, -m MODULE or -c CODE is needed (see taipan run --help)".to_string()));
    };
    let program = load::program(Path::new(&file))?;
    // Opened once for the error alone: a program that cannot be read must not start the runtime.
    if let Err(error) = std::fs::File::open(&program) {
        return Err(Error::io(&program, &error));
    }
    let file = program.to_string_lossy().into_owned();
    let folder = Path::new(&file).parent().map_or_else(String::new, |p| p.to_string_lossy().into_owned());
    let folder = std::path::absolute(if folder.is_empty() { ".".into() } else { folder.clone() })
        .map_or(folder, |p: std::path::PathBuf| p.to_string_lossy().into_owned());
    path.insert(0, folder);
    Ok(start::run(config(args.args, path), move || {
        dynamic::install();
        let code = if file.ends_with(".pyc") {
            match std::fs::read(&file) {
                Ok(bytes) => marshal::load_pyc(&bytes, &file)?,
                Err(error) => return Err(errors::import_error(format!("{file}: {error}"))),
            }
        } else {
            let name: Ref<Str> = Str::new(&file);
            import::compile_file(Path::new(&file), name, true)?
        };
        let absolute = std::path::absolute(&file).map_or(file.clone(), |p| p.to_string_lossy().into_owned());
        start::run_main(code, Some(&absolute))
    }))
}
