//! `taipan cache`: what builds keep, and its removal.

use crate::cache::{Cache, Usage};
use crate::cli::output::print;
use crate::error::Error;

/// What to do with the cache.
#[derive(clap::Subcommand)]
pub enum Action {
    /// Show where the cache is, and its size
    Show,
    /// Remove all that is in it
    Clear,
}

/// Runs the command.
pub fn cache(action: Option<&Action>) -> Result<(), Error> {
    let Some(cache) = Cache::of_user() else {
        return Err(Error::Usage("there is no cache: neither XDG_CACHE_HOME nor HOME names a folder".to_string()));
    };
    match action {
        None | Some(Action::Show) => print(&format!("{}: {}\n", cache.folder().display(), shown(cache.usage()))),
        Some(Action::Clear) => {
            let removed = cache.clear().map_err(|error| Error::io(cache.folder(), &error))?;
            print(&format!("removed {}\n", shown(removed)))
        }
    }
}

fn shown(usage: Usage) -> String {
    let modules = if usage.entries == 1 { "module" } else { "modules" };
    format!("{} {modules}, {:.1} MiB", usage.entries, usage.bytes as f64 / f64::from(1 << 20))
}
