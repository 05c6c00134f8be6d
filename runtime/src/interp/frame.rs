//! Frames of interpreted code, and the stack that they lie on.
//!
//! A frame is a header and, behind it, the variables and the operand stack. Frames of calls lie one
//! after another on the *value stack*, a large lazily committed region that the collector scans
//! conservatively up to its top; the frame of a generator lies in a heap object instead.

use super::decode::Instr;
use crate::errors::R;
use crate::gc;
use crate::names;
use crate::object::Ref;
use crate::state::state;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::value::Value;
use std::cell::Cell;

/// The header of a frame; `Decoded::words` words follow it.
///
/// The first four words are those of a *native* frame too, the record that compiled code keeps on the
/// native stack ([`taipan_abi::layout::FRAME_SIZE`]); only they exist there. A native frame has an odd
/// `ip`: its position and whether its variables follow (see [`taipan_abi::layout::FRAME_POSITION`]).
#[repr(C)]
pub struct Frame {
    pub prev: *mut Frame,
    /// The function, or 0 for interpreted module, class and `exec` bodies.
    pub function: u64,
    /// The Python frame object, once somebody asked for it, or 0.
    pub object: u64,
    /// Next instruction, while not running.
    pub ip: *const Instr,
    pub code: Ref<Code>,
    pub globals: Ref<Dict>,
    pub builtins: Ref<Dict>,
    /// The namespace of a module or class body, or 0.
    pub locals: u64,
    /// One past the top of the operand stack, while not running.
    pub sp: *mut u64,
    /// The generator whose frame this is, or 0.
    pub generator: u64,
    /// The Rust function that runs the loop returns when this frame is done.
    pub is_entry: bool,
    /// Set when the frame was left by `yield`.
    pub yielded: bool,
}

const _: () = {
    use taipan_abi::layout;
    assert!(std::mem::offset_of!(Frame, prev) == layout::FRAME_PREV as usize);
    assert!(std::mem::offset_of!(Frame, function) == layout::FRAME_FUNCTION as usize);
    assert!(std::mem::offset_of!(Frame, object) == layout::FRAME_OBJECT as usize);
    assert!(std::mem::offset_of!(Frame, ip) == layout::FRAME_POSITION as usize);
};

pub const FRAME_WORDS: usize = size_of::<Frame>() / 8;

impl Frame {
    /// The variables.
    #[inline(always)]
    pub fn locals_ptr(this: *mut Frame) -> *mut u64 {
        // SAFETY: the words begin after the header.
        unsafe { this.add(1) as *mut u64 }
    }

    /// Whether this is the record of compiled code.
    pub fn is_native(&self) -> bool {
        self.ip as usize & 1 != 0
    }

    /// The variables of a native frame, or the namespace of a module or class body, if it keeps them.
    pub fn native_words(this: *const Frame) -> Option<*mut u64> {
        // SAFETY: the caller gives a live frame; observed ones have words behind the record.
        unsafe {
            let observed = (*this).ip as usize & 3 == 3;
            observed.then(|| (this as *mut u8).add(taipan_abi::layout::FRAME_SIZE as usize) as *mut u64)
        }
    }

    /// Where the variables are, of either kind of frame.
    pub fn variables(this: *mut Frame) -> Option<*mut u64> {
        // SAFETY: as above.
        if unsafe { (*this).is_native() } { Self::native_words(this) } else { Some(Self::locals_ptr(this)) }
    }

    /// The function of a native frame.
    fn native_function(&self) -> Ref<crate::types::function::Function> {
        // SAFETY: native frames always have their function.
        unsafe { Ref::from_ptr(self.function as *mut crate::types::function::Function) }
    }

    /// The code being run.
    pub fn code(&self) -> Ref<Code> {
        if self.is_native() { self.native_function().code() } else { self.code }
    }

    pub fn globals(&self) -> Ref<Dict> {
        if self.is_native() { self.native_function().globals() } else { self.globals }
    }

    pub fn builtins(&self) -> Ref<Dict> {
        if self.is_native() { self.native_function().builtins.object() } else { self.builtins }
    }

    /// Number of the instruction being run (the one before `ip`).
    pub fn instr_number(&self) -> usize {
        let base = self.code.decoded().instrs.as_ptr();
        // SAFETY: ip points into (or one past) the instructions.
        (unsafe { self.ip.offset_from(base) }).max(1) as usize - 1
    }

    /// `f_lasti`: byte offset of the instruction being run.
    pub fn lasti(&self) -> u32 {
        if self.is_native() {
            return (self.ip as usize >> 2) as u32;
        }
        self.code.decoded().offsets.get(self.instr_number()).copied().unwrap_or(0)
    }
}

/// The value stack of the running thread.
pub struct ValueStack {
    base: Cell<*mut u64>,
    top: Cell<*mut u64>,
    limit: Cell<*mut u64>,
}

// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for ValueStack {}

pub static STACK: ValueStack = ValueStack::EMPTY;

/// Address space of a value stack: room for a million deep calls, committed as it is touched.
const STACK_BYTES: usize = 2 << 30;

impl ValueStack {
    pub const EMPTY: ValueStack = ValueStack {
        base: Cell::new(std::ptr::null_mut()),
        top: Cell::new(std::ptr::null_mut()),
        limit: Cell::new(std::ptr::null_mut()),
    };

    /// A region of its own.
    pub fn reserve() -> ValueStack {
        let (base, bytes) = reserve();
        // SAFETY: within the mapping.
        let limit = unsafe { base.add(bytes / 8) };
        ValueStack { base: Cell::new(base), top: Cell::new(base), limit: Cell::new(limit) }
    }

    /// Reserves the region of the first thread and tells the collector of the running thread's.
    pub fn init(&self) {
        self.exchange(&ValueStack::reserve());
        gc::add_region(|visit| STACK.scan(visit));
    }

    /// Gives the region back, in which no frame is left.
    pub fn release(&self) {
        let gone = ValueStack::EMPTY;
        self.exchange(&gone);
        // SAFETY: the region that `reserve` mapped.
        unsafe { libc::munmap(gone.base.get().cast(), gone.limit.get() as usize - gone.base.get() as usize) };
    }

    /// Visits the words in use.
    pub fn scan(&self, visit: &mut dyn FnMut(*const u64, *const u64)) {
        visit(self.base.get(), self.top.get());
    }

    /// Room for a frame with `words` words behind its header; RecursionError if there is none.
    #[inline(always)]
    pub fn push(&self, words: usize) -> R<*mut Frame> {
        let start = self.top.get();
        // SAFETY: compared with the limit before use.
        let end = unsafe { start.add(FRAME_WORDS + words) };
        if end > self.limit.get() {
            return Err(crate::errors::recursion_error());
        }
        self.top.set(end);
        Ok(start as *mut Frame)
    }

    /// Gives back the newest frame and all above it.
    #[inline(always)]
    pub fn pop_to(&self, frame: *mut Frame) {
        self.top.set(frame as *mut u64);
    }

    /// Exchanges the stacks of two threads.
    pub fn exchange(&self, other: &ValueStack) {
        self.base.swap(&other.base);
        self.top.swap(&other.top);
        self.limit.swap(&other.limit);
    }
}

/// Maps a value stack: its start and its size in bytes. Smaller where address space is limited.
fn reserve() -> (*mut u64, usize) {
    let mut bytes = STACK_BYTES;
    while bytes >= 1 << 20 {
        // SAFETY: a fresh private mapping.
        let map = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
                -1,
                0,
            )
        };
        if map != libc::MAP_FAILED {
            return (map as *mut u64, bytes);
        }
        bytes /= 4;
    }
    crate::errors::fatal_memory()
}

/// Empties the operand words that no running frame uses, so that what was popped is not kept alive by them.
/// Only where every linked frame has saved its `sp`: in a call or after an instruction that saved it.
pub fn clear_dead_words() {
    let mut frame = state().frame.get();
    while !frame.is_null() {
        // SAFETY: linked frames are live, their words as many as their code says, and `sp` lies among them.
        unsafe {
            if !(*frame).is_native() {
                let end = Frame::locals_ptr(frame).add((*frame).code.decoded().words);
                let dead = end.offset_from((*frame).sp);
                std::ptr::write_bytes((*frame).sp, 0, dead.max(0) as usize);
            }
            frame = (*frame).prev;
        }
    }
}

/// The `__builtins__` that code with these globals sees.
pub fn builtins_of(globals: Ref<Dict>) -> Ref<Dict> {
    if let Some(found) = globals.get_str(names::get(names::__builtins__)) {
        if let Some(dict) = found.cast::<Dict>() {
            return dict;
        }
        if let Some(module) = found.cast::<crate::types::module::Module>() {
            return module.dict();
        }
    }
    crate::modules::builtins::namespace()
}

/// `__name__` of the globals of the running code: `__module__` of what it defines.
pub fn current_module_name() -> Option<Value> {
    current_globals()?.get_str(names::get(names::__name__))
}

/// Whether compiled code runs in this thread, or waits for what it called.
pub fn is_compiled_running() -> bool {
    let mut frame = state().frame.get();
    // SAFETY: linked frames are live.
    unsafe {
        while !frame.is_null() && !(*frame).is_native() {
            frame = (*frame).prev;
        }
    }
    !frame.is_null()
}

/// Whether the innermost running Python code is the standard library's.
pub fn is_library_running() -> bool {
    let frame = state().frame.get();
    // SAFETY: linked frames are live.
    !frame.is_null() && unsafe { (*frame).code().is_library() }
}

/// Globals of the innermost running Python code.
pub fn current_globals() -> Option<Ref<Dict>> {
    let frame = state().frame.get();
    // SAFETY: linked frames are live.
    (!frame.is_null()).then(|| unsafe { (*frame).globals() })
}
