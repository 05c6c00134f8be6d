//! The command line.

pub mod bench;
pub mod build;
pub mod cache;
pub mod graph;
pub mod load;
mod named;
pub mod output;
pub mod progress;
pub mod run;
pub mod sources;

use crate::error::Error;
use clap::builder::styling::{AnsiColor, Effects, Styles};
use clap::{Args, Parser, Subcommand};
use std::io::IsTerminal;
use std::path::PathBuf;
use taipan_runtime::fault;

/// Cargo's colours.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::BrightGreen.on_default().effects(Effects::BOLD))
    .usage(AnsiColor::BrightGreen.on_default().effects(Effects::BOLD))
    .literal(AnsiColor::BrightCyan.on_default().effects(Effects::BOLD))
    .placeholder(AnsiColor::Cyan.on_default())
    .error(AnsiColor::BrightRed.on_default().effects(Effects::BOLD))
    .valid(AnsiColor::BrightCyan.on_default().effects(Effects::BOLD))
    .invalid(AnsiColor::Yellow.on_default().effects(Effects::BOLD));

/// Targets that programs can be built for.
const TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];
/// Stages that `--emit` shows.
const STAGES: [&str; 6] = ["pyc", "bytecode", "ir", "clif", "asm", "obj"];

/// Compiles Python 3.14 programs ahead of time to native executables
#[derive(Parser)]
#[command(name = "taipan", version, disable_help_subcommand = true, styles = STYLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compile a program to a standalone executable
    Build(BuildArgs),
    /// Interpret a program
    Run(RunArgs),
    /// Compare a program's speed compiled, interpreted and under other Pythons
    Bench(BenchArgs),
    /// Write __pycache__/NAME.cpython-314.pyc files
    Compile(CompileArgs),
    /// Show the bytecode of a program, as python -m dis does
    Dis {
        /// Python source or .pyc file
        file: PathBuf,
    },
    /// Report syntax errors, and imports that cannot be found
    Check {
        /// Python source files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Show or clear the cache of translated modules
    Cache {
        #[command(subcommand)]
        action: Option<cache::Action>,
    },
}

/// Options of `taipan build`.
#[derive(Args)]
pub struct BuildArgs {
    /// Python source or .pyc file, or a folder with a __main__.py
    #[arg(required_unless_present = "module")]
    pub file: Option<PathBuf>,
    /// Build a module found as `import` would find it
    #[arg(short, long, conflicts_with = "file")]
    pub module: Option<String>,
    /// The executable to write [default: the program's name without its suffix]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The machine to build for [default: this one]
    #[arg(long, value_parser = TARGETS)]
    pub target: Option<String>,
    /// 0 compiles fast, 1 and 2 make fast code
    #[arg(long, value_name = "LEVEL", default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=2))]
    pub opt: u8,
    /// Show stages of the program's own module instead of building; pyc and obj are written to files
    #[arg(long, value_name = "STAGE", value_delimiter = ',', value_parser = STAGES)]
    pub emit: Vec<String>,
    /// Restrict --emit to one function, by its qualified name
    #[arg(long, value_name = "NAME", requires = "emit")]
    pub function: Option<String>,
    /// Keep symbols, for perf and gdb
    #[arg(long)]
    pub symbols: bool,
    /// Translate all modules anew, and keep none of them
    #[arg(long)]
    pub no_cache: bool,
    /// Say what is done
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Print nothing but errors
    #[arg(short, long)]
    pub quiet: bool,
}

/// Options of `taipan run`.
#[derive(Args)]
pub struct RunArgs {
    /// Run a module as __main__
    #[arg(short, value_name = "MODULE")]
    pub module: Option<String>,
    /// Run a program given as text
    #[arg(short, value_name = "CODE", conflicts_with = "module")]
    pub code: Option<String>,
    /// Python source or .pyc file, then the program's arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<String>,
}

/// Options of `taipan bench`.
#[derive(Args)]
pub struct BenchArgs {
    /// Python source or .pyc file, or a folder with a __main__.py
    pub file: PathBuf,
    /// Counted runs under each engine
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// A Python to compare with, instead of those on the path; may be repeated
    #[arg(long, value_name = "CMD")]
    pub python: Vec<String>,
    /// Seconds that one run may take
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub limit: u64,
    /// Write all samples as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write a chart
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// The program's arguments
    #[arg(last = true)]
    pub args: Vec<String>,
}

/// Options of `taipan compile`.
#[derive(Args)]
pub struct CompileArgs {
    /// Python source files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How the .pyc is checked against its source
    #[arg(long, value_name = "HOW", default_value = "timestamp", value_parser = ["timestamp", "checked-hash", "unchecked-hash"])]
    pub invalidation: String,
}

/// Runs the command line; the exit status.
pub fn main() -> i32 {
    fault::install_hook();
    let command = Cli::parse().command;
    // Translation recurses with the nesting of the program. A program that is run must be the only one
    // whom signals reach, so it gets no such threads beside it.
    if matches!(command, Command::Build(_) | Command::Bench(_)) {
        let _ = rayon::ThreadPoolBuilder::new().stack_size(WORKER_STACK).build_global();
    }
    let result = match command {
        Command::Build(args) => build::build(&args).map(|()| 0),
        Command::Run(args) => run::run(args),
        Command::Bench(args) => bench::bench(&args),
        Command::Compile(args) => Ok(sources::compile(&args)),
        Command::Dis { file } => sources::dis(&file).map(|()| 0),
        Command::Check { files } => Ok(sources::check(&files)),
        Command::Cache { action } => cache::cache(action.as_ref()).map(|()| 0),
    };
    result.unwrap_or_else(|error| {
        complain(&error);
        error.status()
    })
}

/// Address space of a worker's stack; committed as it is touched.
const WORKER_STACK: usize = 64 << 20;

/// Shows an error.
pub fn complain(error: &Error) {
    match error {
        Error::Silent(_) => {}
        Error::Syntax(text) => fault::complain(text),
        Error::Internal(_) => fault::complain(&format!("taipan: {error}\n")),
        _ if colours() => fault::complain(&format!("taipan: \x1b[1;91merror\x1b[0m: {error}\n")),
        _ => fault::complain(&format!("taipan: error: {error}\n")),
    }
}

/// Whether messages may be coloured.
pub fn colours() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        && std::io::stderr().is_terminal()
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;
    use std::process::Command;
    use taipan_runtime::fault;

    const CHILD: &str = "TAIPAN_TEST_OF_FAULTS";

    /// Does nothing, unless [`panics_become_one_line`] runs it in a process of its own.
    #[test]
    fn child_that_panics() {
        if std::env::var_os(CHILD).is_some() {
            fault::install_hook();
            [1, 2, 3].par_iter().for_each(|n| assert!(*n < 3, "bad\nnews"));
        }
    }

    #[test]
    fn panics_become_one_line() {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "cli::tests::child_that_panics", "--nocapture"]).env(CHILD, "1");
        let output = child.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(fault::STATUS), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("taipan: internal error: bad; news (compiler/src/cli/mod.rs:"), "{text}");
        assert_eq!(lines[1..], [fault::ADVICE]);
    }
}
