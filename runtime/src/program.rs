//! Compiled programs: what their object file says of their modules, and `main`'s other half.

use crate::errors::R;
use crate::modules::sys::Config;
use crate::object::Ref;
use crate::ops::import;
use crate::start;
use crate::types::code::{Code, NativeEntry, NativeResume};
use crate::types::function::Function;
use crate::types::str::Str;
use std::borrow::Cow;
use std::cell::Cell;
use taipan_abi::layout;

/// A module's row; see [`layout::MODULE_ROW_WORDS`].
#[repr(C)]
struct ModuleRow {
    name: *const u8,
    name_len: usize,
    file: *const u8,
    file_len: usize,
    code: *const u8,
    code_len: usize,
    flags: u64,
    codes: *const CodeRow,
    codes_len: usize,
}

const _: () = assert!(size_of::<ModuleRow>() == layout::MODULE_ROW_WORDS * 8);

/// A code object's row; see [`layout::CODE_ROW_WORDS`].
#[repr(C)]
struct CodeRow {
    entry: Option<NativeEntry>,
    resume: Option<NativeResume>,
    body: u64,
    record: *mut u64,
    consts: usize,
    names: usize,
    caches: usize,
}

const _: () = assert!(size_of::<CodeRow>() == layout::CODE_ROW_WORDS * 8);

impl ModuleRow {
    fn text(ptr: *const u8, len: usize) -> &'static str {
        // SAFETY: the compiler wrote UTF-8 of this length into read-only data.
        unsafe { std::str::from_utf8_unchecked(std::slice::from_raw_parts(ptr, len)) }
    }

    /// The code object, its native code attached.
    fn load(&self) -> R<Ref<Code>> {
        // SAFETY: the compiler wrote these bytes and rows.
        let (bytes, rows) = unsafe {
            (
                std::slice::from_raw_parts(self.code, self.code_len),
                std::slice::from_raw_parts(self.codes, self.codes_len),
            )
        };
        if self.flags & layout::MODULE_IS_SOURCE != 0 {
            return crate::dynamic::compile(&crate::dynamic::Request {
                source: bytes,
                filename: Str::new(Self::text(self.file, self.file_len)),
                mode: "exec",
                optimize: crate::modules::sys::optimize_level(),
                flags: 0,
                is_file: false,
                warn: true,
            });
        }
        let is_packed = self.flags & layout::MODULE_IS_PACKED != 0;
        let bytes = if is_packed { Cow::Owned(unpack(bytes)?) } else { Cow::Borrowed(bytes) };
        let code = crate::modules::marshal::load_code(&bytes)?;
        let mut rows = rows.iter();
        attach(code, &mut rows);
        Ok(code)
    }
}

/// The compiler's `pack` undone.
fn unpack(bytes: &[u8]) -> R<Vec<u8>> {
    rustpython_common::compression::zlib::decompress(bytes, 15, bytes.len() * 4)
        .map_err(|_| crate::errors::system_error("a module of the program is damaged"))
}

/// Gives each code object, in pre-order, its functions, and its record what it refers to.
fn attach(code: Ref<Code>, rows: &mut std::slice::Iter<CodeRow>) {
    let Some(row) = rows.next() else { return };
    code.native.set(row.entry);
    code.native_resume.set(row.resume);
    code.native_body.set(row.body);
    code.record.set(row.record);
    let cache_words = layout::CACHE_SIZE as usize / 8;
    let words = layout::RECORD_FIRST as usize / 8 + row.consts + row.names * 3 + row.caches * cache_words;
    let first = layout::RECORD_FIRST as usize / 8;
    // SAFETY: within the record.
    unsafe {
        crate::gc::add_root_range(row.record, 1);
        crate::gc::weak::add_word(row.record.add(layout::RECORD_FUNCTION as usize / 8));
        crate::gc::add_root_range(row.record.add(first), words - first);
    }
    // SAFETY: the record has this many words, as the compiler laid it out.
    unsafe {
        *row.record = code.value().bits();
        let mut at = row.record.add(layout::RECORD_FIRST as usize / 8);
        for constant in code.consts() {
            *at = constant.bits();
            at = at.add(1);
        }
        for i in 0..row.names {
            *at = code.name_at(i).value().bits();
            at = at.add(1);
        }
        at = at.add(row.names * 2);
        for i in 0..row.caches {
            // An empty cache's key matches no shape.
            *at.add(i * cache_words) = u64::MAX;
        }
    }
    for constant in code.consts() {
        if let Some(inner) = constant.exact::<Code>() {
            attach(inner, rows);
        }
    }
}

/// Resolves the cells of the globals that a module's code uses; before the module runs.
pub fn bind_globals(code: Ref<Code>, globals: Ref<crate::types::dict::Dict>) {
    let record = code.record.get();
    code.home.set(globals.value().bits());
    if !record.is_null() {
        let builtins = crate::interp::frame::builtins_of(globals);
        let names = code.names.object::<crate::types::tuple::Tuple>().len();
        let first = layout::RECORD_FIRST as usize / 8 + code.consts().len() + names;
        for i in 0..names {
            if let (Some(own), Some(builtin)) = (globals.cell(code.name_at(i)), builtins.cell(code.name_at(i))) {
                // SAFETY: within the record.
                unsafe {
                    *record.add(first + i * 2) = own.as_ptr() as u64;
                    *record.add(first + i * 2 + 1) = builtin.as_ptr() as u64;
                }
            }
        }
    }
    for constant in code.consts() {
        if let Some(inner) = constant.exact::<Code>() {
            bind_globals(inner, globals);
        }
    }
}

/// Remembers the last function made of a code object: what direct calls compare with.
pub fn note_function(code: Ref<Code>, function: Ref<Function>) {
    let record = code.record.get();
    if !record.is_null() {
        // SAFETY: the record's second word is for this.
        unsafe { *record.add(layout::RECORD_FUNCTION as usize / 8) = function.value().bits() };
    }
}

/// The function no longer runs this code: direct calls must not assume so.
pub fn forget_function(code: Ref<Code>, function: Ref<Function>) {
    let record = code.record.get();
    if !record.is_null() {
        // SAFETY: as above.
        unsafe {
            let slot = record.add(layout::RECORD_FUNCTION as usize / 8);
            if *slot == function.value().bits() {
                *slot = 0;
            }
        }
    }
}

struct Program(Cell<*const *const ModuleRow>, Cell<usize>);
// SAFETY: set once at start.
unsafe impl Sync for Program {}
/// The first row is the main module's: `__main__`, or `__main__:NAME` for one built by its name (`-m`).
static PROGRAM: Program = Program(Cell::new(std::ptr::null()), Cell::new(0));

fn rows() -> impl Iterator<Item = &'static ModuleRow> {
    (0..PROGRAM.1.get()).map(|i| {
        // SAFETY: the program's table, in static data.
        unsafe { &**PROGRAM.0.get().add(i) }
    })
}

/// A module compiled into the program: whether it is a package, its file's name, its code.
pub fn find(name: &str) -> Option<import::Embedded> {
    // The main module is not imported.
    let row = rows().skip(1).find(|row| ModuleRow::text(row.name, row.name_len) == name)?;
    Some(import::Embedded {
        is_package: row.flags & layout::MODULE_IS_PACKAGE != 0,
        file: ModuleRow::text(row.file, row.file_len),
        code: Box::new(move || row.load()),
    })
}

/// What `main` of a compiled program calls.
///
/// # Safety
/// `argv` holds `argc` C strings; `program` is the table that the compiler wrote: a count, then rows.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn taipan_main(argc: u64, argv: *const *const libc::c_char, program: *const u64) -> i32 {
    // SAFETY: the caller's promise.
    let args: Vec<String> = unsafe {
        PROGRAM.0.set(program.add(1) as *const *const ModuleRow);
        PROGRAM.1.set(*program as usize);
        (0..argc as usize).map(|i| std::ffi::CStr::from_ptr(*argv.add(i)).to_string_lossy().into_owned()).collect()
    };
    let executable = std::env::current_exe().map_or_else(|_| String::new(), |p| p.to_string_lossy().into_owned());
    let folder =
        std::path::Path::new(&executable).parent().map_or_else(String::new, |p| p.to_string_lossy().into_owned());
    let mut path = vec![folder];
    if let Ok(extra) = std::env::var("PYTHONPATH") {
        path.extend(extra.split(':').filter(|p| !p.is_empty()).map(str::to_string));
    }
    let config = Config { argv: args, path, executable, optimize: 0 };
    start::run(config, || {
        let Some(row) = rows().next() else { return Ok(()) };
        let code = row.load()?;
        let file = ModuleRow::text(row.file, row.file_len);
        match ModuleRow::text(row.name, row.name_len).split_once(':') {
            Some((_, module)) => start::run_main_as(code, file, module),
            None => start::run_main(code, Some(file)),
        }
    })
}
