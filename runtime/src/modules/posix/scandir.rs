//! `scandir`: the iterator over a directory, and `DirEntry`.
//!
//! The iterator keeps the system's handle in a word, tagged as an int: 0 when closed. An entry keeps
//! what the directory said of it, and the results of `stat` once asked for.

use super::args::{Also, Path};
use super::dirs::{Directory, RawEntry};
use super::stat::{stat_path, stat_result};
use crate::errors::{self, R, type_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::define::{GetSet, Method, NO_NEW, WEAKREFS};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef};
use crate::ops;
use crate::types::bytes::Bytes;
use crate::types::exceptions as exc;
use crate::types::generic_alias;
use crate::types::int;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// The iterator.
#[repr(C)]
pub struct ScandirIterator {
    hdr: Header,
    /// The path as given, joined before the names; empty with a descriptor.
    path: Slot,
    handle: Cell<u64>,
    /// The descriptor that was given, or -1, as a small int.
    fd: Cell<u64>,
}

impl Builtin for ScandirIterator {
    const DEF: &'static TypeDef = &SCANDIR_ITERATOR;
}

impl ScandirIterator {
    fn close(&self) {
        let word = tag::int_value(self.handle.get() | 1);
        self.handle.set(tag::int(0));
        if word != 0 {
            // SAFETY: the word was a handle, and is forgotten now.
            drop(unsafe { Directory::from_word(word) });
        }
    }

    fn is_open(&self) -> bool {
        tag::int_value(self.handle.get() | 1) != 0
    }

    fn read(&self) -> Option<Result<Option<RawEntry>, i32>> {
        let word = tag::int_value(self.handle.get() | 1);
        if word == 0 {
            return None;
        }
        // SAFETY: the handle stays the iterator's: it is put back by forgetting the owner.
        let directory = unsafe { Directory::from_word(word) };
        let entry = directory.read();
        if tag::int_value(self.handle.get() | 1) == word {
            directory.into_word();
        }
        Some(entry)
    }
}

fn scandir(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "scandir", names: &["path"], required: 0, positional: 1 };
    let [path] = args.bind(&PARAMS)?;
    let path = Path::parse("scandir", "path", path, Also::DescriptorOrNone)?;
    let directory = Directory::open(&path)?;
    let v = allocate_fixed(SCANDIR_ITERATOR.class());
    let iterator = v.expect::<ScandirIterator>();
    iterator.path.set(iterator, path.given);
    iterator.fd.set(tag::int(path.fd.map_or(-1, i64::from)));
    iterator.handle.set(tag::int(directory.into_word()));
    Ok(v)
}

fn next(v: Value) -> R<Option<Value>> {
    let iterator = v.expect::<ScandirIterator>();
    match iterator.read() {
        None => Ok(None),
        Some(Ok(Some(entry))) => make_entry(iterator, &entry).map(Some),
        Some(Ok(None)) => {
            if tag::int_value(iterator.fd.get()) >= 0 {
                let word = tag::int_value(iterator.handle.get() | 1);
                // SAFETY: as in `read`.
                let directory = unsafe { Directory::from_word(word) };
                directory.rewind();
                directory.into_word();
            }
            iterator.close();
            Ok(None)
        }
        Some(Err(errno)) => {
            iterator.close();
            Err(crate::types::os_error::os_error_from_errno(errno, iterator.path.get().filter(|p| !p.is_none())))
        }
    }
}

fn finalize(v: Value) -> R<()> {
    let iterator = v.expect::<ScandirIterator>();
    if iterator.is_open() {
        iterator.close();
        let message = format!("unclosed scandir iterator {}", ops::repr_text(v)?);
        if crate::modules::warnings::warn(&exc::RESOURCE_WARNING, &message, 1).is_err() {
            errors::unraisable("Exception ignored while calling deallocator", Some(v));
        }
    }
    Ok(())
}

fn close(v: Value) -> R {
    v.expect::<ScandirIterator>().close();
    Ok(none())
}

pub static SCANDIR_ITERATOR: TypeDef = TypeDef {
    name: "posix.ScandirIterator",
    slots: Slots { iter: Some(Ok), next: Some(next), del: Some(finalize), ..Slots::NONE },
    methods: &[
        Method::none("close", close),
        Method::none("__enter__", Ok),
        Method::pos("__exit__", |v, _| close(v), 0, u16::MAX),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<ScandirIterator>(),
    traced: TypeDef::words_of::<ScandirIterator>() - 1,
    ..TypeDef::BASE
};

/// One entry; numbers are small ints.
#[repr(C)]
pub struct DirEntry {
    hdr: Header,
    name: Slot,
    path: Slot,
    /// `stat` with and without following symbolic links, when asked for.
    followed: Slot,
    plain: Slot,
    inode: Slot,
    /// What the directory says of the kind of file (`DT_...`).
    kind: Cell<u64>,
    /// The descriptor of the directory, or -1.
    fd: Cell<u64>,
}

impl Builtin for DirEntry {
    const DEF: &'static TypeDef = &DIR_ENTRY;
}

/// The directory's path and the name in it, as text of the path's kind.
fn joined(directory: Value, name: &[u8]) -> R {
    let mut path = super::args::fs_encoded(directory)?.into_bytes();
    if path.last().is_some_and(|last| *last != b'/') {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    if is_bytes(directory) { Ok(Bytes::new(&path).value()) } else { super::args::decoded(&path) }
}

fn is_bytes(v: Value) -> bool {
    v.cast::<Str>().is_none() && crate::modules::io::file::fspath(v).is_ok_and(|p| p.cast::<Bytes>().is_some())
}

fn make_entry(iterator: Ref<ScandirIterator>, raw: &RawEntry) -> R {
    let fd = tag::int_value(iterator.fd.get());
    let directory = iterator.path.get().filter(|p| !p.is_none());
    let (name, path) = match directory {
        _ if fd >= 0 => {
            let name = super::args::decoded(&raw.name)?;
            (name, name)
        }
        None => {
            let name = super::args::decoded(&raw.name)?;
            (name, joined(Str::intern(".").value(), &raw.name)?)
        }
        Some(directory) if is_bytes(directory) => (Bytes::new(&raw.name).value(), joined(directory, &raw.name)?),
        Some(directory) => (super::args::decoded(&raw.name)?, joined(directory, &raw.name)?),
    };
    let v = allocate_fixed(DIR_ENTRY.class());
    let entry = v.expect::<DirEntry>();
    entry.name.set(entry, name);
    entry.path.set(entry, path);
    entry.inode.set(entry, int::from_u64(raw.inode));
    entry.kind.set(tag::int(raw.kind as i64));
    entry.fd.set(tag::int(fd));
    Ok(v)
}

impl Ref<DirEntry> {
    fn kind(self) -> u8 {
        tag::int_value(self.kind.get()) as u8
    }

    /// `stat`, asked for once; `Ok(None)` if there is no such file.
    fn lookup(self, follow: bool) -> R<Result<Value, i32>> {
        let slot = if follow { &self.followed } else { &self.plain };
        if let Some(known) = slot.get() {
            return Ok(Ok(known));
        }
        // What is no symbolic link is the same both ways.
        if follow && self.kind() != libc::DT_LNK && self.kind() != libc::DT_UNKNOWN {
            let result = self.lookup(false)?;
            if let Ok(stat) = result {
                self.followed.set(self, stat);
            }
            return Ok(result);
        }
        let fd = tag::int_value(self.fd.get());
        let at = if fd >= 0 { fd as i32 } else { libc::AT_FDCWD };
        let path = Path::parse("DirEntry", "path", self.path.get(), Also::Nothing)?;
        Ok(match stat_path(&path, at, follow) {
            Ok(st) => {
                let stat = stat_result(&st);
                slot.set(self, stat);
                Ok(stat)
            }
            Err(errno) => Err(errno),
        })
    }

    fn stat(self, follow: bool) -> R {
        self.lookup(follow)?.map_err(|errno| crate::types::os_error::os_error_from_errno(errno, self.path.get()))
    }

    /// Whether it is a directory or a regular file: `mode` is its `S_IF...`, `kind` its `DT_...`.
    fn is_a(self, kind: u8, mode: u32, follow: bool) -> R {
        let known = self.kind();
        if known != libc::DT_UNKNOWN && !(follow && known == libc::DT_LNK) {
            return Ok(boolean(known == kind));
        }
        match self.lookup(follow)? {
            Ok(stat) => {
                let st_mode = stat.cast::<crate::types::tuple::Tuple>().map_or(0, |t| t.get(0).as_small().unwrap_or(0));
                Ok(boolean(st_mode as u32 & libc::S_IFMT == mode))
            }
            Err(libc::ENOENT) => Ok(boolean(false)),
            Err(errno) => Err(crate::types::os_error::os_error_from_errno(errno, self.path.get())),
        }
    }
}

fn follow_argument(function: &'static str, args: Args) -> R<bool> {
    let params = Params { function, names: &["follow_symlinks"], required: 0, positional: 0 };
    let [follow] = args.bind(&params)?;
    follow.map_or(Ok(true), ops::truth)
}

fn entry(v: Value) -> Ref<DirEntry> {
    v.expect::<DirEntry>()
}

pub static DIR_ENTRY: TypeDef = TypeDef {
    name: "posix.DirEntry",
    slots: Slots {
        repr: Some(|v| Ok(Str::from_string(format!("<DirEntry {}>", ops::repr_text(entry(v).name.value())?)))),
        ..Slots::NONE
    },
    methods: &[
        Method::full("is_dir", |v, args| entry(v).is_a(libc::DT_DIR, libc::S_IFDIR, follow_argument("is_dir", args)?)),
        Method::full("is_file", |v, args| {
            entry(v).is_a(libc::DT_REG, libc::S_IFREG, follow_argument("is_file", args)?)
        }),
        Method::none("is_symlink", |v| entry(v).is_a(libc::DT_LNK, libc::S_IFLNK, false)),
        Method::none("is_junction", |_| Ok(boolean(false))),
        Method::full("stat", |v, args| entry(v).stat(follow_argument("stat", args)?)),
        Method::none("inode", |v| Ok(entry(v).inode.value())),
        Method::none("__fspath__", |v| Ok(entry(v).path.value())),
        Method::one("__class_getitem__", generic_alias::class_getitem).class_method(),
        Method::pos("__reduce_ex__", |v, _| not_pickled(v), 0, 1),
    ],
    getset: &[
        GetSet::member("name", |v| Ok(entry(v).name.value())),
        GetSet::member("path", |v| Ok(entry(v).path.value())),
    ],
    flags: NO_NEW | WEAKREFS,
    words: TypeDef::words_of::<DirEntry>(),
    traced: TypeDef::words_of::<DirEntry>() - 1,
    ..TypeDef::BASE
};

fn not_pickled(v: Value) -> R {
    Err(type_error(format_args!("cannot pickle '{}' object", v.class().display_name())))
}

pub static FUNCTIONS: &[Method] = &[Method::full("scandir", scandir)];
