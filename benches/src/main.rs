//! `taipan-benches`: runs the bench programs under every engine in turn and reports.

use clap::Parser;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use taipan_benches::engine::{self, Engine};
use taipan_benches::measure;
use taipan_benches::report::{Cell, Program, Report};

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
    let mut engines = engine::find();
    engines.retain(|engine| options.engines.is_empty() || options.engines.contains(&engine.name));
    if engines.is_empty() {
        return Err("no engine to run: build taipan (cargo build --release) or put a Python on the path".to_owned());
    }
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut programs = Vec::new();
    for file in programs_in(&options.programs, &options.only)? {
        programs.push(bench(options, &engines, &file, scratch.path())?);
    }
    let report = Report { engines: engines.into_iter().map(|engine| engine.name).collect(), programs };
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

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Runs one program under every engine, taking turns, so that a slow moment of the machine falls on all.
fn bench(options: &Options, engines: &[Engine], file: &Path, scratch: &Path) -> Result<Program, String> {
    let args = if options.small { vec![small_size(file)?] } else { Vec::new() };
    let limit = Duration::from_secs(options.limit);
    let mut cells: Vec<Cell> = engines.iter().map(|_| Cell::default()).collect();
    let mut commands: HashMap<usize, Vec<OsString>> = HashMap::new();
    for (index, engine) in engines.iter().enumerate() {
        match engine.prepare(file, scratch) {
            Ok(command) => drop(commands.insert(index, command)),
            Err(error) => cells[index].failure = Some(error),
        }
    }
    // A Python that exists to be compared with says what is right; without one, the first engine to answer does.
    let mut expected: Option<Vec<u8>> = None;
    for index in (0..engines.len()).rev().filter(|_| options.runs > 0) {
        let Some(command) = commands.get(&index) else { continue };
        if engines[index].name == taipan_benches::report::BASE || engines.len() == 1 {
            // This run also warms the file cache, and is not counted.
            expected = measure::run(command, &args, limit).ok().map(|(_, output)| output);
        }
    }
    for round in 0..options.runs {
        eprint!("\r{}: run {} of {}   ", name(file), round + 1, options.runs);
        for (index, cell) in cells.iter_mut().enumerate() {
            if cell.failure.is_some() {
                continue;
            }
            let Some(command) = commands.get(&index) else { continue };
            match measure::run(command, &args, limit) {
                Err(error) => cell.failure = Some(error),
                Ok((sample, output)) => {
                    if *expected.get_or_insert_with(|| output.clone()) == output {
                        cell.samples.push(sample);
                    } else {
                        cell.failure = Some("prints something else".to_owned());
                    }
                }
            }
        }
    }
    eprintln!();
    Ok(Program { name: name(file), cells })
}

fn small_size(file: &Path) -> Result<String, String> {
    let source = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    source
        .lines()
        .find_map(|line| line.strip_prefix("# small: "))
        .map(|size| size.trim().to_owned())
        .ok_or_else(|| format!("{}: has no '# small:' line", file.display()))
}
