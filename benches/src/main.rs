//! `taipan-benches`: runs the bench programs under every engine in turn and reports.

use clap::Parser;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use taipan::bench::engine::{self, Engine};
use taipan::bench::report::{BASE, Report};
use taipan::bench::{Plan, name, rounds};

/// Compares Taipan, interpreted and compiled, with the Pythons on the path.
#[derive(Parser)]
struct Options {
    /// Runs of each program under each engine.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Only programs whose name contains one of these.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only these engines: compiled, interpreted, cpython, pypy.
    #[arg(long, value_delimiter = ',')]
    engines: Vec<String>,
    /// Run each program at its small size: a check, not a measurement.
    #[arg(long)]
    small: bool,
    /// Seconds that one run may take.
    #[arg(long, default_value_t = 120)]
    limit: u64,
    /// Where the JSON goes.
    #[arg(long, default_value = "target/bench/report.json")]
    json: PathBuf,
    /// Where the chart goes.
    #[arg(long, default_value = "target/bench/report.svg")]
    svg: PathBuf,
    /// Where the Markdown goes, besides standard output.
    #[arg(long, default_value = "target/bench/report.md")]
    markdown: PathBuf,
    /// The folder of the programs.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/programs"))]
    programs: PathBuf,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<bool, String> {
    let mut engines = engines();
    engines.retain(|engine| options.engines.is_empty() || options.engines.contains(&engine.name));
    if engines.is_empty() {
        return Err("no engine to run: build taipan (cargo build --release) or put a Python on the path".to_owned());
    }
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut programs = Vec::new();
    for file in programs_in(&options.programs, &options.only)? {
        let args = if options.small { vec![small_size(&file)?] } else { Vec::new() };
        let limit = Duration::from_secs(options.limit);
        let plan = Plan { args: &args, runs: options.runs, limit, base: Some(BASE) };
        let mut progress = |round| eprint!("\r{}: run {} of {}   ", name(&file), round + 1, options.runs);
        programs.push(rounds(&engines, &file, scratch.path(), &plan, &mut progress));
        eprintln!();
    }
    let base = engines.iter().any(|engine| engine.name == BASE).then(|| BASE.to_owned());
    let report = Report { engines: engines.into_iter().map(|engine| engine.name).collect(), base, programs };
    let markdown = report.markdown();
    println!("{markdown}");
    let json = serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
    for (path, text) in [(&options.json, json), (&options.svg, report.svg()), (&options.markdown, markdown)] {
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(path, text))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(report.programs.iter().flat_map(|program| &program.cells).all(|cell| cell.failure.is_none()))
}

fn programs_in(folder: &Path, only: &[String]) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "py"))
        .filter(|path| only.is_empty() || only.iter().any(|part| name(path).contains(part.as_str())))
        .collect();
    files.sort();
    Ok(files)
}

/// The engines on this machine, Taipan's first.
///
/// Taipan is `$TAIPAN` or the workspace's release build: a debug build measures nothing worth knowing.
fn engines() -> Vec<Engine> {
    let mut engines = Vec::new();
    if let Some(taipan) = taipan() {
        engines.extend(Engine::taipan(taipan));
    }
    engines.extend(engine::pythons());
    engines
}

fn taipan() -> Option<PathBuf> {
    if let Some(path) = env::var_os("TAIPAN") {
        return Some(path.into());
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target"), PathBuf::from);
    target.join("release/taipan").canonicalize().ok()
}

fn small_size(file: &Path) -> Result<String, String> {
    let source = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    source
        .lines()
        .find_map(|line| line.strip_prefix("# small: "))
        .map(|size| size.trim().to_owned())
        .ok_or_else(|| format!("{}: has no '# small:' line", file.display()))
}
