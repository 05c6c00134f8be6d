//! `taipan bench`: one program compiled, interpreted and under other Pythons, in turn.

use crate::bench::engine::{self, Engine};
use crate::bench::report::{BASE, Report};
use crate::bench::{Plan, rounds};
use crate::cli::output::{check_output, print, write_file};
use crate::cli::{BenchArgs, load};
use crate::error::{Error, text_of};
use std::path::Path;
use std::time::Duration;
use taipan_runtime::fault;

/// Runs the command; the exit status is 1 if an engine failed or printed something else.
pub fn bench(args: &BenchArgs) -> Result<i32, Error> {
    let file = load::program(&args.file)?;
    load::load(&file)?;
    for output in args.json.iter().chain(&args.svg) {
        check_output(output, &[&file])?;
    }
    let taipan = std::env::current_exe().map_err(|error| Error::io(Path::new("taipan"), &error))?;
    let mut engines = Engine::taipan(taipan).to_vec();
    let pythons: Result<Vec<Engine>, String> = args.python.iter().map(|command| Engine::python(command)).collect();
    let pythons = pythons.map_err(Error::Usage)?;
    engines.extend(if pythons.is_empty() { engine::pythons() } else { pythons });
    let scratch = tempfile::tempdir().map_err(|error| Error::io(&std::env::temp_dir(), &error))?;
    // CPython is what others are compared with; else the first Python, else our interpreter.
    let base = engines.iter().find(|e| e.name == BASE).or_else(|| engines.get(2)).or_else(|| engines.get(1));
    let base = base.map(|engine| engine.name.clone());
    let limit = Duration::from_secs(args.limit);
    let plan = Plan { args: &args.args, runs: args.runs as usize, limit, base: base.as_deref() };
    let shows = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let mut progress = |round: usize| {
        if shows {
            fault::complain(&format!("\rrun {} of {}", round + 1, args.runs));
        }
    };
    let program = rounds(&engines, &file, scratch.path(), &plan, &mut progress);
    if shows {
        fault::complain("\r\x1b[K");
    }
    let engines = engines.into_iter().map(|engine| engine.name).collect();
    let report = Report { engines, base, programs: vec![program] };
    let program = &report.programs[0];
    print(&report.lines(program))?;
    if let Some(path) = &args.json {
        let mut json = serde_json::to_string_pretty(&report).map_err(|error| Error::Internal(error.to_string()))?;
        json.push('\n');
        write_file(path, json.as_bytes())?;
    }
    if let Some(path) = &args.svg {
        write_file(path, report.svg().as_bytes())?;
    }
    if let Err(error) = scratch.close() {
        fault::complain(&format!("taipan: the folder of temporary files stays: {}\n", text_of(&error)));
    }
    Ok(i32::from(program.cells.iter().any(|cell| cell.failure.is_some())))
}
