//! Objects of modules that were translated before, in the user's cache folder.
//!
//! An entry's name is a hash of all that decides what the object holds: the module's name, kind, file and
//! bytecode, the target, the level of optimisation, and the tool's own build. So an entry is right or not there, and
//! nothing ever has to be invalidated. Entries are written under another name and renamed, so two builds at
//! once see whole entries only; each begins with a checksum, so a damaged one counts as missing. A cache that cannot
//! be read or written makes builds slower and nothing else. Entries that no build has used for a month go.

use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

/// What an entry begins with; its checksum follows.
const MAGIC: &[u8; 16] = b"taipan object 1\n";
const CHECKSUM: usize = 32;
/// The suffix of entries.
const SUFFIX: &str = "o";

/// Entries that have not been used for so long are removed.
const KEEP: Duration = Duration::from_secs(30 * 24 * 3600);
/// How often old entries are looked for, and how exactly their use is noted.
const DAY: Duration = Duration::from_secs(24 * 3600);
/// The file whose time says when they were looked for last.
const SWEPT: &str = "swept";

/// Which build of the tool this is.
pub const BUILD: &str = env!("TAIPAN_BUILD_HASH");

/// The name of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// The key for these facts, in this order.
    pub fn new<'a>(facts: impl IntoIterator<Item = &'a [u8]>) -> Key {
        let mut hash = Sha256::new();
        for fact in std::iter::once(BUILD.as_bytes()).chain(facts) {
            // Lengths keep neighbours apart.
            hash.update((fact.len() as u64).to_le_bytes());
            hash.update(fact);
        }
        Key(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// A folder of objects.
pub struct Cache {
    folder: PathBuf,
}

/// What a cache holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub entries: u64,
    pub bytes: u64,
}

impl Cache {
    /// The user's cache, if there is a place for one: `$XDG_CACHE_HOME/taipan` or `~/.cache/taipan`.
    pub fn of_user() -> Option<Cache> {
        let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let base = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))?;
        Some(Cache::at(base.join("taipan")))
    }

    pub fn at(folder: PathBuf) -> Cache {
        Cache { folder }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Entries lie in folders by the first byte of their names, which keeps folders small.
    fn path(&self, key: &Key) -> PathBuf {
        let (first, rest) = key.0.split_at(2);
        self.folder.join("objects").join(first).join(rest).with_extension(SUFFIX)
    }

    /// An object, if it is there and whole.
    pub fn get(&self, key: &Key) -> Option<Vec<u8>> {
        let path = self.path(key);
        let mut bytes = fs::read(&path).ok()?;
        let header = MAGIC.len() + CHECKSUM;
        let whole = bytes.len() >= header
            && bytes.starts_with(MAGIC)
            && bytes[MAGIC.len()..header] == *Sha256::digest(&bytes[header..]).as_slice();
        if !whole {
            let _ = fs::remove_file(&path);
            return None;
        }
        bytes.drain(..header);
        if age(&path).is_some_and(|age| age > DAY) {
            touch(&path);
        }
        Some(bytes)
    }

    /// Removes what has long been unused, once a day.
    pub fn sweep(&self) {
        let stamp = self.folder.join(SWEPT);
        if !self.folder.is_dir() || age(&stamp).is_some_and(|age| age < DAY) || fs::write(&stamp, "").is_err() {
            return;
        }
        for file in list(&self.folder.join("objects")).iter().flat_map(|folder| list(folder)) {
            if age(&file).is_some_and(|age| age > KEEP) {
                let _ = fs::remove_file(&file);
            }
        }
    }

    /// Keeps an object.
    pub fn put(&self, key: &Key, object: &[u8]) -> std::io::Result<()> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let path = self.path(key);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let temporary = path.with_extension(format!("{}.{number}.tmp", std::process::id()));
        let bytes = [MAGIC.as_slice(), Sha256::digest(object).as_slice(), object].concat();
        let result = fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, &path));
        if result.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        result
    }

    /// What is there.
    pub fn usage(&self) -> Usage {
        let mut usage = Usage::default();
        for folder in list(&self.folder.join("objects")) {
            for file in list(&folder) {
                if let Ok(data) = fs::metadata(&file) {
                    usage.entries += u64::from(file.extension().is_some_and(|e| e == SUFFIX));
                    usage.bytes += data.len();
                }
            }
        }
        usage
    }

    /// Removes all objects; what was removed.
    pub fn clear(&self) -> std::io::Result<Usage> {
        let usage = self.usage();
        match fs::remove_dir_all(self.folder.join("objects")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(usage),
        }
    }
}

/// How long ago a file was written or used.
fn age(path: &Path) -> Option<Duration> {
    let modified = fs::metadata(path).and_then(|data| data.modified()).ok()?;
    SystemTime::now().duration_since(modified).ok()
}

/// Notes that a file is in use.
fn touch(path: &Path) {
    if let Ok(file) = fs::File::options().append(true).open(path) {
        let _ = file.set_modified(SystemTime::now());
    }
}

fn list(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).map_or_else(|_| Vec::new(), |entries| entries.flatten().map(|entry| entry.path()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_comes_back_and_a_damaged_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().to_path_buf());
        let key = Key::new([b"a".as_slice(), b"b"]);
        assert_eq!(cache.get(&key), None);
        cache.put(&key, b"object").unwrap();
        assert_eq!(cache.get(&key).as_deref(), Some(b"object".as_slice()));
        assert_eq!(cache.usage(), Usage { entries: 1, bytes: 16 + 32 + 6 });
        let path = cache.path(&key);
        let good = fs::read(&path).unwrap();
        for damage in [&good[..good.len() - 1], &good[..20], b"", &[good.as_slice(), b"x"].concat()] {
            fs::write(&path, damage).unwrap();
            assert_eq!(cache.get(&key), None);
        }
        cache.put(&key, b"object").unwrap();
        assert_eq!(cache.clear().unwrap().entries, 1);
        assert_eq!(cache.usage(), Usage::default());
        assert_eq!(cache.clear().unwrap(), Usage::default());
    }

    #[test]
    fn what_is_long_unused_goes() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::at(folder.path().to_path_buf());
        let (old, used) = (Key::new([b"old".as_slice()]), Key::new([b"used".as_slice()]));
        for key in [&old, &used] {
            cache.put(key, b"object").unwrap();
            let file = fs::File::options().append(true).open(cache.path(key)).unwrap();
            file.set_modified(SystemTime::now() - KEEP - DAY).unwrap();
        }
        assert!(cache.get(&used).is_some());
        cache.sweep();
        assert!(cache.get(&used).is_some());
        assert_eq!(cache.get(&old), None);
    }

    #[test]
    fn neighbouring_facts_are_kept_apart() {
        assert_ne!(Key::new([b"ab".as_slice(), b"c"]), Key::new([b"a".as_slice(), b"bc"]));
    }
}
