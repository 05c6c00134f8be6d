//! Gives the tool a hash of all that decides what code it generates: its own sources, the front end's, the
//! contract with the runtime, the versions of dependencies. Cached objects of another tool are not used.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// Seen from this folder.
const SOURCES: [&str; 5] = ["src", "frontend/src", "frontend/shims", "../runtime/abi/src", "../Cargo.lock"];

fn main() {
    let mut files = BTreeSet::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(Path::new(source), &mut files);
    }
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        std::fs::read(&file).unwrap_or_default().hash(&mut hasher);
    }
    println!("cargo::rustc-env=TAIPAN_BUILD_HASH={:016x}", hasher.finish());
}

fn collect(path: &Path, files: &mut BTreeSet<PathBuf>) {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| collect(&entry.path(), files)),
        Err(_) => drop(files.insert(path.to_path_buf())),
    }
}
