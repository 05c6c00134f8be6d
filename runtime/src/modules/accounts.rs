//! `pwd` and `grp`: the system's users and groups.
//!
//! The C library's functions give records that stay until the next call; each is copied at once, under
//! the interpreter lock.

use crate::errors::{R, key_error, type_error};
use crate::modules::posix::args::{decoded_c, from_id, fs_encoded, id_number};
use crate::object::args::Params;
use crate::object::define::Method;
use crate::object::singletons::none;
use crate::ops;
use crate::types::exceptions as exc;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::struct_sequence::{self, StructSequence};
use crate::value::{Raised, Value};
use libc::c_char;

static STRUCT_PASSWD: StructSequence = StructSequence::new(
    "pwd.struct_passwd",
    &["pw_name", "pw_passwd", "pw_uid", "pw_gid", "pw_gecos", "pw_dir", "pw_shell"],
);

static STRUCT_GROUP: StructSequence =
    StructSequence::new("grp.struct_group", &["gr_name", "gr_passwd", "gr_gid", "gr_mem"]);

/// A text of a record; `None` for null.
///
/// # Safety
/// `text` must be null or end with 0.
unsafe fn text(text: *const c_char) -> R {
    // SAFETY: the caller's promise.
    if text.is_null() { Ok(none()) } else { unsafe { decoded_c(text) } }
}

/// # Safety
/// `record` must be one that the C library just gave.
unsafe fn user(record: *const libc::passwd) -> R {
    // SAFETY: the caller's promise.
    unsafe {
        let record = &*record;
        Ok(struct_sequence::make(
            &STRUCT_PASSWD,
            &[
                text(record.pw_name)?,
                text(record.pw_passwd)?,
                from_id(record.pw_uid),
                from_id(record.pw_gid),
                text(record.pw_gecos)?,
                text(record.pw_dir)?,
                text(record.pw_shell)?,
            ],
        ))
    }
}

/// # Safety
/// As for [`user`].
unsafe fn group(record: *const libc::group) -> R {
    // SAFETY: the caller's promise; the list of members ends with null.
    unsafe {
        let record = &*record;
        let members = List::new(&[]);
        let mut at = record.gr_mem;
        while !at.is_null() && !(*at).is_null() {
            members.push(text(*at)?);
            at = at.add(1);
        }
        let values = [text(record.gr_name)?, text(record.gr_passwd)?, from_id(record.gr_gid), members.value()];
        Ok(struct_sequence::make(&STRUCT_GROUP, &values))
    }
}

fn missing(message: String) -> Raised {
    key_error(Str::from_string(message))
}

/// The number asked for; none has one that is out of range.
fn number(v: Value, what: &str, function: &str) -> R<u32> {
    match crate::errors::catch(id_number(v, what), &exc::OVERFLOW_ERROR)? {
        Some(id) => Ok(id),
        None => Err(missing(format!("{function}(): {what} not found"))),
    }
}

fn getpwuid(_: Value, v: Value) -> R {
    let uid = number(v, "uid", "getpwuid")?;
    // SAFETY: the record is copied before the next call.
    unsafe {
        let record = libc::getpwuid(uid);
        if record.is_null() {
            return Err(missing(format!("getpwuid(): uid not found: {}", ops::str_of(from_id(uid))?.display())));
        }
        user(record)
    }
}

fn getpwnam(_: Value, v: Value) -> R {
    if v.cast::<Str>().is_none() {
        return Err(type_error(format_args!("getpwnam() argument must be str, not {}", v.class().display_name())));
    }
    let name = fs_encoded(v)?;
    // SAFETY: the name ends with 0; the record is copied before the next call.
    unsafe {
        let record = libc::getpwnam(name.as_ptr());
        if record.is_null() {
            return Err(missing(format!("getpwnam(): name not found: {}", ops::repr_text(v)?)));
        }
        user(record)
    }
}

fn getpwall(_: Value) -> R {
    let all = List::new(&[]);
    // SAFETY: each record is copied before the next call.
    unsafe {
        libc::setpwent();
        loop {
            let record = libc::getpwent();
            if record.is_null() {
                break;
            }
            all.push(user(record)?);
        }
        libc::endpwent();
    }
    Ok(all.value())
}

fn getgrgid(_: Value, args: crate::object::Args) -> R {
    static PARAMS: Params = Params { function: "getgrgid", names: &["id"], required: 1, positional: 1 };
    let [id] = args.bind(&PARAMS)?;
    let gid = number(id.unwrap_or_else(none), "gid", "getgrgid")?;
    // SAFETY: the record is copied before the next call.
    unsafe {
        let record = libc::getgrgid(gid);
        if record.is_null() {
            return Err(missing(format!("getgrgid(): gid not found: {}", ops::str_of(from_id(gid))?.display())));
        }
        group(record)
    }
}

fn getgrnam(_: Value, args: crate::object::Args) -> R {
    static PARAMS: Params = Params { function: "getgrnam", names: &["name"], required: 1, positional: 1 };
    let [name] = args.bind(&PARAMS)?;
    let given = name.unwrap_or_else(none);
    if given.cast::<Str>().is_none() {
        return Err(type_error(format_args!(
            "getgrnam() argument 'name' must be str, not {}",
            given.class().display_name()
        )));
    }
    let name = fs_encoded(given)?;
    // SAFETY: the name ends with 0; the record is copied before the next call.
    unsafe {
        let record = libc::getgrnam(name.as_ptr());
        if record.is_null() {
            return Err(missing(format!("getgrnam(): name not found: {}", ops::repr_text(given)?)));
        }
        group(record)
    }
}

fn getgrall(_: Value) -> R {
    let all = List::new(&[]);
    // SAFETY: each record is copied before the next call.
    unsafe {
        libc::setgrent();
        loop {
            let record = libc::getgrent();
            if record.is_null() {
                break;
            }
            all.push(group(record)?);
        }
        libc::endgrent();
    }
    Ok(all.value())
}

pub static PWD: NativeModule = NativeModule {
    name: "pwd",
    functions: &[
        Method::none("getpwall", getpwall),
        Method::one("getpwnam", getpwnam),
        Method::one("getpwuid", getpwuid),
    ],
    init: |module| {
        module.add_type(&STRUCT_PASSWD.def);
        Ok(())
    },
};

pub static GRP: NativeModule = NativeModule {
    name: "grp",
    functions: &[
        Method::none("getgrall", getgrall),
        Method::full("getgrgid", getgrgid),
        Method::full("getgrnam", getgrnam),
    ],
    init: |module| {
        module.add_type(&STRUCT_GROUP.def);
        Ok(())
    },
};
