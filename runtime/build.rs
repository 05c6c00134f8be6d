//! Packs what is known of CPython's built-in things, docstrings and text signatures, into one compressed file for
//! `src/types/docs.rs`, which says how it is read.
//!
//! Docstrings come from the crate `rustpython-doc`, signatures from `docs/signatures.txt`, which also tells by its
//! module names which modules are there at all. A docstring that most classes have for a special method is kept
//! once, under `*.NAME`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::path::Path;

const SIGNATURES: &str = "docs/signatures.txt";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={SIGNATURES}");
    println!("cargo:rerun-if-changed=build.rs");
    let signatures = std::fs::read_to_string(SIGNATURES)?;
    let modules: BTreeSet<&str> = signatures.lines().filter_map(|line| line.split('.').next()).collect();
    let text = String::from_utf8(xz::decode_all(rustpython_doc::BLOB)?)?;
    let mut docs: BTreeMap<&str, &str> = BTreeMap::new();
    for (key, place) in rustpython_doc::DB {
        let module = key.split('.').next().unwrap_or_default().trim_start_matches('_');
        if modules.contains(module) || modules.contains(format!("_{module}").as_str()) {
            let start = place.offset as usize;
            let doc = text.get(start..start + place.len as usize).ok_or("a docstring that is not there")?;
            if !doc.is_empty() {
                docs.insert(key, doc);
            }
        }
    }
    let mut packed = String::new();
    let mut put = |kind: &str, key: &str, value: &str| {
        packed.push_str(&format!("{kind}{key}\0{value}\0"));
    };
    let usual = usual(&docs);
    for (name, doc) in &usual {
        put("", &format!("*.{name}"), doc);
    }
    for (key, doc) in &docs {
        // The same module goes by two names; one is enough.
        let twin = key.strip_prefix('_').and_then(|key| docs.get(key));
        if special(key).and_then(|name| usual.get(name)) != Some(doc) && twin != Some(doc) {
            put("", key, doc);
        }
    }
    for line in signatures.lines() {
        let (key, signature) = line.split_once(' ').ok_or("a line without a signature")?;
        put("=", key, &signature.replace('↵', "\n"));
    }
    let mut room = vec![0; zlib_rs::compress_bound(packed.len())];
    let (packed, status) = zlib_rs::compress_slice(&mut room, packed.as_bytes(), zlib_rs::DeflateConfig::new(9));
    if status != zlib_rs::ReturnCode::Ok {
        return Err(format!("docstrings cannot be packed: {status:?}").into());
    }
    let folder = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    std::fs::write(Path::new(&folder).join("docs.z"), packed)?;
    Ok(())
}

/// The special method of a class that a key names.
fn special(key: &str) -> Option<&str> {
    let mut parts = key.split('.').skip(2);
    parts.next().filter(|name| name.starts_with("__") && parts.next().is_none())
}

/// What most classes say of each special method.
fn usual<'a>(docs: &BTreeMap<&'a str, &'a str>) -> BTreeMap<&'a str, &'a str> {
    let mut votes: BTreeMap<&str, HashMap<&str, usize>> = BTreeMap::new();
    for (key, doc) in docs {
        if let Some(name) = special(key) {
            *votes.entry(name).or_default().entry(doc).or_default() += 1;
        }
    }
    let best = |votes: HashMap<&'a str, usize>| votes.into_iter().max_by_key(|(doc, n)| (*n, *doc)).map(|(doc, _)| doc);
    votes.into_iter().filter_map(|(name, votes)| Some((name, best(votes)?))).collect()
}
