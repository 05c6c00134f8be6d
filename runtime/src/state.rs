//! The state of the thread that runs Python code: the pending exception, the exceptions being
//! handled, the frames, the recursion depth.
//!
//! One static block: threads take turns under the interpreter lock, and what belongs to a thread is exchanged
//! when another goes on ([`State::exchange`]). Compiled code reads and writes the depth directly.

use crate::interp::frame::Frame;
use crate::value::Value;
use std::cell::Cell;

/// One level of the stack of handled exceptions (CPython's `_PyErr_StackItem`): the thread's own, or a
/// running generator's.
#[repr(C)]
pub struct ExcItem {
    /// The exception being handled, or 0.
    pub value: Cell<u64>,
    pub previous: Cell<*const ExcItem>,
}

/// See the module.
#[repr(C)]
pub struct State {
    /// The exception on its way to a handler, or 0.
    pub pending: Cell<u64>,
    /// Python calls under way, and how many may be.
    pub depth: Cell<u64>,
    pub limit: Cell<u64>,
    pub exc: Cell<*const ExcItem>,
    pub base_exc: ExcItem,
    /// Innermost interpreted frame.
    pub frame: Cell<*mut Frame>,
    /// Lowest address that the native stack may reach.
    pub stack_limit: Cell<usize>,
    /// Where the native stack begins.
    pub stack_base: Cell<usize>,
    /// The current context (`contextvars`), or 0.
    pub context: Cell<u64>,
    /// Weak references to the `_thread._local` objects that the thread has used: a list, or 0.
    pub locals: Cell<u64>,
    /// The thread's number in order of their starts; the first has 0.
    pub thread: Cell<u64>,
    /// Its number among the system's.
    pub ident: Cell<i64>,
}

/// Native stack that recursion without Python calls may use, and what each Python call adds to that: a
/// `repr` of nested lists ends in RecursionError as CPython's does, though the stack is far larger.
const NATIVE_BYTES: usize = if cfg!(debug_assertions) { 24 << 20 } else { 8 << 20 };
const NATIVE_BYTES_PER_CALL: usize = if cfg!(debug_assertions) { 256 << 10 } else { 64 << 10 };

// SAFETY: touched only by the thread that holds the interpreter lock.
unsafe impl Sync for State {}

#[unsafe(no_mangle)]
pub static TAIPAN_STATE: State = State::empty();

#[inline(always)]
pub fn state() -> &'static State {
    &TAIPAN_STATE
}

impl State {
    /// That of a thread in which nothing runs yet.
    pub const fn empty() -> State {
        State {
            pending: Cell::new(0),
            depth: Cell::new(0),
            limit: Cell::new(1000),
            exc: Cell::new(std::ptr::null()),
            base_exc: ExcItem { value: Cell::new(0), previous: Cell::new(std::ptr::null()) },
            frame: Cell::new(std::ptr::null_mut()),
            stack_limit: Cell::new(0),
            stack_base: Cell::new(0),
            context: Cell::new(0),
            locals: Cell::new(0),
            thread: Cell::new(0),
            ident: Cell::new(0),
        }
    }

    /// Registers the words that the collector must see.
    pub fn init(&self) {
        self.exc.set(&self.base_exc);
        for root in [&self.pending, &self.base_exc.value, &self.context, &self.locals] {
            crate::gc::add_root_range(root.as_ptr(), 1);
        }
    }

    /// Exchanges what belongs to one thread; the recursion limit is common to all. Items of handled exceptions
    /// point at the static `base_exc`, whichever thread they belong to.
    pub fn exchange(&self, other: &State) {
        self.pending.swap(&other.pending);
        self.depth.swap(&other.depth);
        self.exc.swap(&other.exc);
        self.base_exc.value.swap(&other.base_exc.value);
        self.frame.swap(&other.frame);
        self.stack_limit.swap(&other.stack_limit);
        self.stack_base.swap(&other.stack_base);
        self.context.swap(&other.context);
        self.locals.swap(&other.locals);
        self.thread.swap(&other.thread);
        self.ident.swap(&other.ident);
    }

    /// The innermost exception being handled (`sys.exception()`).
    pub fn handled(&self) -> Option<Value> {
        let mut item = self.exc.get();
        while !item.is_null() {
            // SAFETY: items live as long as they are linked: static, or in a running generator.
            let current = unsafe { &*item };
            // SAFETY: the word is a value or 0.
            if let Some(value) = unsafe { Value::from_slot(current.value.get()) } {
                return Some(value);
            }
            item = current.previous.get();
        }
        None
    }

    /// The top item: whose exception `PUSH_EXC_INFO` replaces.
    #[inline(always)]
    pub fn exc_item(&self) -> &ExcItem {
        // SAFETY: never null after `init`.
        unsafe { &*self.exc.get() }
    }

    /// Enters a native recursion (repr of nested lists, comparison, ...): RecursionError near the stack's end.
    #[inline(always)]
    pub fn check_native_stack(&self) -> crate::value::R<()> {
        self.check_native_stack_in("")
    }

    /// ... with what is under way, for the message.
    #[inline(always)]
    pub fn check_native_stack_in(&self, what: &str) -> crate::value::R<()> {
        let marker = 0u8;
        let here = &raw const marker as usize;
        let allowed = NATIVE_BYTES + self.depth.get() as usize * NATIVE_BYTES_PER_CALL;
        if here < self.stack_limit.get() || self.stack_base.get().saturating_sub(here) > allowed {
            return Err(crate::errors::recursion_error_in(what));
        }
        Ok(())
    }

    /// One more Python call; RecursionError beyond the limit. Pair with [`State::leave`].
    #[inline(always)]
    pub fn enter(&self, what: &str) -> crate::value::R<()> {
        let depth = self.depth.get() + 1;
        if depth > self.limit.get() {
            return Err(crate::errors::recursion_error_in(what));
        }
        self.depth.set(depth);
        Ok(())
    }

    #[inline(always)]
    pub fn leave(&self) {
        self.depth.set(self.depth.get() - 1);
    }
}
