//! Measuring programs: the same ones under Taipan and under other Pythons, in one interleaved run.
//!
//! * [`engine`] finds the engines and makes a program ready to run under each;
//! * [`measure`] runs one command once and reads what it cost from the kernel;
//! * [`report`] summarises the samples and writes them as Markdown, JSON, SVG, and a table for terminals.
//!
//! `taipan bench` measures one program with it, `benches/` all of its own. `benches/README.md` says why it is
//! done this way.

pub mod engine;
pub mod measure;
pub mod report;

use engine::Engine;
use report::{Cell, Program};
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

/// How to measure a program.
pub struct Plan<'a> {
    /// Its arguments.
    pub args: &'a [String],
    /// Counted runs under each engine.
    pub runs: usize,
    /// How long one run may take.
    pub limit: Duration,
    /// The name of the engine whose output is right; the first to answer if it is not among them.
    pub base: Option<&'a str>,
}

/// Runs a program under every engine, taking turns, so that a slow moment of the machine falls on all.
/// `progress` is told the number of each round.
pub fn rounds(
    engines: &[Engine],
    file: &Path,
    scratch: &Path,
    plan: &Plan,
    progress: &mut dyn FnMut(usize),
) -> Program {
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
    for (index, engine) in engines.iter().enumerate().filter(|_| plan.runs > 0) {
        let Some(command) = commands.get(&index) else { continue };
        if plan.base == Some(engine.name.as_str()) || engines.len() == 1 {
            // This run also warms the file cache, and is not counted.
            expected = measure::run(command, plan.args, plan.limit).ok().map(|(_, output)| output);
        }
    }
    for round in 0..plan.runs {
        progress(round);
        for (index, cell) in cells.iter_mut().enumerate() {
            if cell.failure.is_some() {
                continue;
            }
            let Some(command) = commands.get(&index) else { continue };
            match measure::run(command, plan.args, plan.limit) {
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
    Program { name: name(file), cells }
}

/// A program's name in reports.
pub fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
