//! What a build says while it runs: a bar with counts on terminals once it takes long, a line for each step
//! with `-v`, nothing with `--quiet`.

use crate::cli::colours;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use taipan_runtime::fault;

/// A build shorter than this needs no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// The progress of one build; shared by its threads.
pub struct Progress {
    start: Instant,
    verbose: bool,
    bar: Option<Mutex<ProgressBar>>,
}

impl Progress {
    pub fn new(verbose: bool, quiet: bool) -> Progress {
        let shows = !verbose && !quiet && std::io::stderr().is_terminal();
        let bar = shows.then(|| Mutex::new(ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())));
        Progress { start: Instant::now(), verbose, bar }
    }

    /// Says what is done, to those who want to know.
    pub fn say(&self, text: impl FnOnce() -> String) {
        if self.verbose {
            fault::complain(&format!("{:7.3} s  {}\n", self.start.elapsed().as_secs_f64(), text()));
        }
    }

    /// A stage of so many steps begins.
    pub fn stage(&self, name: &'static str, steps: usize) {
        self.with_bar(|bar| {
            let template = if colours() {
                "{prefix:>12.bold.green} [{bar:27}] {pos}/{len}: {msg}"
            } else {
                "{prefix:>12} [{bar:27}] {pos}/{len}: {msg}"
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_prefix(name);
            bar.set_message("");
            bar.set_position(0);
            bar.set_length(steps as u64);
        });
    }

    /// A step of the stage is done.
    pub fn step(&self, what: &str) {
        self.with_bar(|bar| {
            bar.set_message(what.to_string());
            bar.inc(1);
        });
    }

    fn with_bar(&self, action: impl FnOnce(&ProgressBar)) {
        let Some(Ok(bar)) = self.bar.as_ref().map(Mutex::lock) else { return };
        if bar.is_hidden() && self.start.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        action(&bar);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(Ok(bar)) = self.bar.as_ref().map(Mutex::lock) {
            bar.finish_and_clear();
        }
    }
}
