//! Names in directories: making, removing, renaming, linking, listing; the working directory.

use super::args::{Also, Path, check, decoded, dir_fd, errno, retry};
use crate::errors::R;
use crate::modules::io;
use crate::object::Args;
use crate::object::args::Params;
use crate::object::define::Method;
use crate::object::singletons::none;
use crate::ops::{self, numbers};
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::value::Value;
use libc::c_char;
use std::ffi::CStr;

/// Calls the system for one path, without the interpreter lock.
fn on_path(path: &Path, call: impl Fn(*const c_char) -> i32) -> R {
    let text = path.as_ptr() as usize;
    match ops::poll::blocking(|| if call(text as *const c_char) < 0 { Err(errno()) } else { Ok(()) }) {
        Ok(()) => Ok(none()),
        Err(errno) => Err(path.error(errno)),
    }
}

fn mode_or(v: Option<Value>, default: i32) -> R<libc::mode_t> {
    Ok(v.map_or(Ok(default), numbers::as_i32)? as libc::mode_t)
}

fn mkdir(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "mkdir", names: &["path", "mode", "dir_fd"], required: 1, positional: 2 };
    let [path, mode, at] = args.bind(&PARAMS)?;
    let path = Path::parse("mkdir", "path", path, Also::Nothing)?;
    let (mode, at) = (mode_or(mode, 0o777)?, dir_fd(at)?);
    // SAFETY: the path ends with 0.
    on_path(&path, |p| unsafe { libc::mkdirat(at, p, mode) })
}

/// `unlink`, `remove` and `rmdir` are one call of the system.
fn unlink_with(params: &'static Params, args: Args, flags: i32) -> R {
    let [path, at] = args.bind(params)?;
    let path = Path::parse(params.function, "path", path, Also::Nothing)?;
    let at = dir_fd(at)?;
    // SAFETY: the path ends with 0.
    on_path(&path, |p| unsafe { libc::unlinkat(at, p, flags) })
}

const PATH_AND_DIR: &[&str] = &["path", "dir_fd"];
static RMDIR: Params = Params { function: "rmdir", names: PATH_AND_DIR, required: 1, positional: 1 };
static UNLINK: Params = Params { function: "unlink", names: PATH_AND_DIR, required: 1, positional: 1 };
static REMOVE: Params = Params { function: "remove", names: PATH_AND_DIR, required: 1, positional: 1 };

const TWO_PATHS: &[&str] = &["src", "dst", "src_dir_fd", "dst_dir_fd"];
static RENAME: Params = Params { function: "rename", names: TWO_PATHS, required: 2, positional: 2 };
static REPLACE: Params = Params { function: "replace", names: TWO_PATHS, required: 2, positional: 2 };

fn rename_with(params: &'static Params, args: Args) -> R {
    let [src, dst, src_at, dst_at] = args.bind(params)?;
    let src = Path::parse(params.function, "src", src, Also::Nothing)?;
    let dst = Path::parse(params.function, "dst", dst, Also::Nothing)?;
    let (src_at, dst_at) = (dir_fd(src_at)?, dir_fd(dst_at)?);
    io::flush_abandoned();
    // SAFETY: both paths end with 0.
    if unsafe { libc::renameat(src_at, src.as_ptr(), dst_at, dst.as_ptr()) } != 0 {
        return Err(src.error_with(&dst, errno()));
    }
    Ok(none())
}

fn link(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "link",
        names: &["src", "dst", "src_dir_fd", "dst_dir_fd", "follow_symlinks"],
        required: 2,
        positional: 2,
    };
    let [src, dst, src_at, dst_at, follow] = args.bind(&PARAMS)?;
    let src = Path::parse("link", "src", src, Also::Nothing)?;
    let dst = Path::parse("link", "dst", dst, Also::Nothing)?;
    let (src_at, dst_at) = (dir_fd(src_at)?, dir_fd(dst_at)?);
    // A hard link to a symbolic one is what Linux makes unless it is told to follow.
    let flags = if follow.map_or(Ok(false), ops::truth)? { libc::AT_SYMLINK_FOLLOW } else { 0 };
    io::flush_abandoned();
    // SAFETY: both paths end with 0.
    if unsafe { libc::linkat(src_at, src.as_ptr(), dst_at, dst.as_ptr(), flags) } != 0 {
        return Err(src.error_with(&dst, errno()));
    }
    Ok(none())
}

fn symlink(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "symlink",
        names: &["src", "dst", "target_is_directory", "dir_fd"],
        required: 2,
        positional: 3,
    };
    let [src, dst, _, at] = args.bind(&PARAMS)?;
    let src = Path::parse("symlink", "src", src, Also::Nothing)?;
    let dst = Path::parse("symlink", "dst", dst, Also::Nothing)?;
    let at = dir_fd(at)?;
    // SAFETY: both paths end with 0.
    if unsafe { libc::symlinkat(src.as_ptr(), at, dst.as_ptr()) } != 0 {
        return Err(src.error_with(&dst, errno()));
    }
    Ok(none())
}

fn readlink(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "readlink", names: PATH_AND_DIR, required: 1, positional: 1 };
    let [path, at] = args.bind(&PARAMS)?;
    let path = Path::parse("readlink", "path", path, Also::Nothing)?;
    let at = dir_fd(at)?;
    let mut target = vec![0u8; libc::PATH_MAX as usize + 1];
    // SAFETY: the path ends with 0; the buffer's length is given.
    let n = unsafe { libc::readlinkat(at, path.as_ptr(), target.as_mut_ptr() as *mut c_char, target.len()) };
    if n < 0 {
        return Err(path.error(errno()));
    }
    target.truncate(n as usize);
    path.name(&target)
}

fn mkfifo(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "mkfifo", names: &["path", "mode", "dir_fd"], required: 1, positional: 2 };
    let [path, mode, at] = args.bind(&PARAMS)?;
    let path = Path::parse("mkfifo", "path", path, Also::Nothing)?;
    let (mode, at) = (mode_or(mode, 0o666)?, dir_fd(at)?);
    // SAFETY: the path ends with 0.
    on_path(&path, |p| unsafe { libc::mkfifoat(at, p, mode) })
}

fn mknod(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "mknod", names: &["path", "mode", "device", "dir_fd"], required: 1, positional: 3 };
    let [path, mode, device, at] = args.bind(&PARAMS)?;
    let path = Path::parse("mknod", "path", path, Also::Nothing)?;
    let mode = mode_or(mode, 0o600)?;
    let device = device.map_or(Ok(0), ops::as_i64)? as libc::dev_t;
    let at = dir_fd(at)?;
    // SAFETY: the path ends with 0.
    on_path(&path, |p| unsafe { libc::mknodat(at, p, mode, device) })
}

fn chdir(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "chdir", names: &["path"], required: 1, positional: 1 };
    let [path] = args.bind(&PARAMS)?;
    let path = Path::parse("chdir", "path", path, Also::Descriptor)?;
    let fd = path.fd;
    // SAFETY: the path ends with 0.
    on_path(&path, |p| unsafe { fd.map_or_else(|| libc::chdir(p), |fd| libc::fchdir(fd)) })
}

fn chroot(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "chroot", names: &["path"], required: 1, positional: 1 };
    let [path] = args.bind(&PARAMS)?;
    let path = Path::parse("chroot", "path", path, Also::Nothing)?;
    // SAFETY: the path ends with 0.
    on_path(&path, |p| unsafe { libc::chroot(p) })
}

fn working_directory() -> R<Vec<u8>> {
    let mut room = vec![0u8; 1024];
    loop {
        // SAFETY: the buffer's length is given.
        let text = unsafe { libc::getcwd(room.as_mut_ptr() as *mut c_char, room.len()) };
        if !text.is_null() {
            // SAFETY: filled with a text that ends with 0.
            return Ok(unsafe { CStr::from_ptr(text) }.to_bytes().to_vec());
        }
        if errno() != libc::ERANGE {
            check(-1)?;
        }
        room.resize(room.len() * 2, 0);
    }
}

/// An open directory; closed with the object.
pub struct Directory(*mut libc::DIR);

/// One name in a directory, as the system gives it.
pub struct RawEntry {
    pub name: Vec<u8>,
    pub inode: u64,
    pub kind: u8,
}

impl Directory {
    /// Opens it; the error is the `errno`.
    pub fn open(path: &Path) -> R<Directory> {
        let (fd, text) = (path.fd, path.as_ptr() as usize);
        // SAFETY: the path ends with 0; a descriptor is duplicated, as `closedir` closes it.
        let opened = retry(|| unsafe {
            let dir = match fd {
                Some(fd) => match libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) {
                    copy if copy < 0 => return -1,
                    copy => {
                        let dir = libc::fdopendir(copy);
                        if dir.is_null() {
                            let failure = errno();
                            libc::close(copy);
                            *libc::__errno_location() = failure;
                        }
                        dir
                    }
                },
                None => libc::opendir(text as *const c_char),
            };
            if dir.is_null() { -1 } else { dir as i64 }
        })?;
        match opened {
            Ok(dir) => Ok(Directory(dir as *mut libc::DIR)),
            Err(errno) => Err(path.error(errno)),
        }
    }

    /// The handle as a number, for an object that keeps it in a word; see [`Directory::from_word`].
    pub fn into_word(self) -> i64 {
        let word = self.0 as i64;
        std::mem::forget(self);
        word
    }

    /// # Safety
    /// The word must come from [`Directory::into_word`], and be given back once.
    pub unsafe fn from_word(word: i64) -> Directory {
        Directory(word as *mut libc::DIR)
    }

    /// The next name that is not `.` or `..`; the inner error is the `errno`.
    pub fn read(&self) -> Result<Option<RawEntry>, i32> {
        let dir = self.0 as usize;
        ops::poll::blocking(|| {
            loop {
                // SAFETY: the directory is open; what `readdir` gives is valid until its next call.
                unsafe {
                    *libc::__errno_location() = 0;
                    let entry = libc::readdir(dir as *mut libc::DIR);
                    if entry.is_null() {
                        return match errno() {
                            0 => Ok(None),
                            errno => Err(errno),
                        };
                    }
                    let name = CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
                    if name != b"." && name != b".." {
                        let (inode, kind) = ((*entry).d_ino as u64, (*entry).d_type);
                        return Ok(Some(RawEntry { name: name.to_vec(), inode, kind }));
                    }
                }
            }
        })
    }

    /// Goes back to the first name: a descriptor's position is shared with the duplicate.
    pub fn rewind(&self) {
        // SAFETY: the directory is open.
        unsafe { libc::rewinddir(self.0) }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // SAFETY: opened by `open`, closed once.
        unsafe {
            libc::closedir(self.0);
        }
    }
}

fn listdir(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "listdir", names: &["path"], required: 0, positional: 1 };
    let [path] = args.bind(&PARAMS)?;
    let path = Path::parse("listdir", "path", path, Also::DescriptorOrNone)?;
    let names = List::new(&[]);
    let directory = Directory::open(&path)?;
    loop {
        match directory.read() {
            Ok(Some(entry)) => names.push(path.name(&entry.name)?),
            Ok(None) => break,
            Err(errno) => return Err(path.error(errno)),
        }
    }
    if path.fd.is_some() {
        directory.rewind();
    }
    Ok(names.value())
}

fn pathconf(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "pathconf", names: &["path", "name"], required: 2, positional: 2 };
    let [path, name] = args.bind(&PARAMS)?;
    let path = Path::parse("pathconf", "path", path, Also::Descriptor)?;
    let name = super::constants::configuration_number(super::constants::PATHCONF_NAMES, name.unwrap_or_else(none))?;
    // SAFETY: the path ends with 0.
    let limit = unsafe {
        *libc::__errno_location() = 0;
        match path.fd {
            Some(fd) => libc::fpathconf(fd, name),
            None => libc::pathconf(path.as_ptr(), name),
        }
    };
    match errno() {
        0 => Ok(Value::small(limit as i64)),
        // A wrong name is no matter of the path.
        libc::EINVAL => Err(crate::types::os_error::os_error_from_errno(libc::EINVAL, None)),
        errno if limit == -1 => Err(path.error(errno)),
        _ => Ok(Value::small(limit as i64)),
    }
}

pub static FUNCTIONS: &[Method] = &[
    Method::full("mkdir", mkdir),
    Method::full("rmdir", |_, args| unlink_with(&RMDIR, args, libc::AT_REMOVEDIR)),
    Method::full("unlink", |_, args| unlink_with(&UNLINK, args, 0)),
    Method::full("remove", |_, args| unlink_with(&REMOVE, args, 0)),
    Method::full("rename", |_, args| rename_with(&RENAME, args)),
    Method::full("replace", |_, args| rename_with(&REPLACE, args)),
    Method::full("link", link),
    Method::full("symlink", symlink),
    Method::full("readlink", readlink),
    Method::full("mkfifo", mkfifo),
    Method::full("mknod", mknod),
    Method::full("chdir", chdir),
    Method::full("chroot", chroot),
    Method::full("listdir", listdir),
    Method::full("pathconf", pathconf),
    Method::full("fpathconf", |_, args| {
        static PARAMS: Params = Params { function: "fpathconf", names: &["fd", "name"], required: 2, positional: 2 };
        let [fd, name] = args.bind(&PARAMS)?;
        pathconf(none(), Args::positional(&[fd.unwrap_or_else(none), name.unwrap_or_else(none)]))
    }),
    Method::none("getcwd", |_| decoded(&working_directory()?)),
    Method::none("getcwdb", |_| Ok(Bytes::new(&working_directory()?).value())),
];
