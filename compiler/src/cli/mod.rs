//! The command line.

pub mod build;
pub mod run;

use crate::error::Error;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Compiles Python 3.14 programs ahead of time to native executables.
#[derive(Parser)]
#[command(name = "taipan", version, disable_help_subcommand = true)]
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
    /// Write __pycache__/NAME.cpython-314.pyc files
    Compile(CompileArgs),
    /// Show the bytecode of a program
    Dis {
        /// Python source or .pyc file
        file: PathBuf,
    },
    /// Report syntax errors
    Check {
        /// Python source files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// Options of `taipan build`.
#[derive(Args)]
pub struct BuildArgs {
    /// Python source or .pyc file
    #[arg(required_unless_present = "module")]
    pub file: Option<PathBuf>,
    /// Build a module found as `import` would find it
    #[arg(short, long, conflicts_with = "file")]
    pub module: Option<String>,
    /// The executable to write [default: the file's name without its suffix]
    #[arg(short, long)]
    pub output: Option<PathBuf>,
    /// Target: x86_64-unknown-linux-gnu or aarch64-unknown-linux-gnu [default: this machine]
    #[arg(long)]
    pub target: Option<String>,
    /// 0 compiles fast, 1 and 2 make fast code
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(0..=2))]
    pub opt: u8,
    /// Print a stage instead of building: pyc, bytecode, ir, clif, asm, obj
    #[arg(long, value_delimiter = ',')]
    pub emit: Vec<String>,
    /// Restrict --emit to one function, by its qualified name
    #[arg(long)]
    pub function: Option<String>,
    /// Keep symbols, for perf and gdb
    #[arg(long)]
    pub symbols: bool,
    /// Say what is done
    #[arg(short, long)]
    pub verbose: bool,
    /// Print nothing but errors
    #[arg(long)]
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

/// Options of `taipan compile`.
#[derive(Args)]
pub struct CompileArgs {
    /// Python source files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// How the .pyc is checked against its source
    #[arg(long, default_value = "timestamp", value_parser = ["timestamp", "checked-hash", "unchecked-hash"])]
    pub invalidation: String,
}

/// Runs the command line; the exit status.
pub fn main() -> i32 {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Build(args) => build::build(&args).map(|()| 0),
        Command::Run(args) => run::run(args),
        Command::Compile(args) => build::compile(&args).map(|()| 0),
        Command::Dis { file } => build::dis(&file).map(|()| 0),
        Command::Check { files } => build::check(&files),
    };
    match result {
        Ok(status) => status,
        Err(Error::Syntax(text)) => {
            eprint!("{text}");
            1
        }
        Err(error) => {
            eprintln!("taipan: error: {error}");
            1
        }
    }
}
