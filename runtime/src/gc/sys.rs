//! What the collector stands on: global state, and vectors that no collection looks into.
//!
//! The collector's own tables must not lie in memory that it scans for roots, or whatever they name
//! would live for ever; so they use the C library's allocator, past the global one.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};

/// State that belongs to whoever holds the interpreter lock.
pub struct Global<T>(UnsafeCell<T>);

// SAFETY: every access happens under the interpreter lock (or before any second thread exists).
unsafe impl<T> Sync for Global<T> {}

impl<T> Global<T> {
    pub const fn new(value: T) -> Self {
        Global(UnsafeCell::new(value))
    }

    /// # Safety
    /// The caller holds the interpreter lock and keeps no second reference alive meanwhile.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn get(&self) -> &mut T {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.0.get() }
    }
}

/// A growable array of plain data outside the scanned memory.
pub struct SysVec<T: Copy> {
    ptr: *mut T,
    len: usize,
    cap: usize,
}

impl<T: Copy> SysVec<T> {
    pub const fn new() -> Self {
        SysVec { ptr: std::ptr::dangling_mut(), len: 0, cap: 0 }
    }

    #[inline(always)]
    pub fn push(&mut self, value: T) {
        if self.len == self.cap {
            self.grow();
        }
        // SAFETY: len < cap after growing.
        unsafe { self.ptr.add(self.len).write(value) };
        self.len += 1;
    }

    #[inline(always)]
    pub fn pop(&mut self) -> Option<T> {
        if self.len == 0 {
            return None;
        }
        self.len -= 1;
        // SAFETY: the element below the old length is initialised.
        Some(unsafe { self.ptr.add(self.len).read() })
    }

    pub fn clear(&mut self) {
        self.len = 0;
    }

    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    pub fn insert(&mut self, at: usize, value: T) {
        self.push(value);
        let last = self.len - 1;
        self.copy_within(at..last, at + 1);
        self[at] = value;
    }

    pub fn remove(&mut self, at: usize) {
        self.copy_within(at + 1.., at);
        self.len -= 1;
    }

    /// Keeps the elements for which `keep` is true, in order.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        let mut out = 0;
        for at in 0..self.len {
            let value = self[at];
            if keep(&value) {
                self[out] = value;
                out += 1;
            }
        }
        self.len = out;
    }

    /// Gives the memory back when a rare peak left far more than is used.
    pub fn shrink(&mut self, keep: usize) {
        if self.len == 0 && self.cap > keep {
            // SAFETY: cap > 0, so `ptr` came from realloc.
            unsafe { libc::free(self.ptr.cast()) };
            *self = SysVec::new();
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let cap = (self.cap * 2).max(64);
        let old = if self.cap == 0 { std::ptr::null_mut() } else { self.ptr };
        // SAFETY: `old` is null or came from realloc; T is plain data.
        let new = unsafe { libc::realloc(old.cast(), cap * size_of::<T>()) };
        if new.is_null() {
            fatal("out of memory in the collector");
        }
        self.ptr = new.cast();
        self.cap = cap;
    }
}

impl<T: Copy> Deref for SysVec<T> {
    type Target = [T];
    #[inline(always)]
    fn deref(&self) -> &[T] {
        // SAFETY: the first `len` elements are initialised.
        unsafe { std::slice::from_raw_parts(self.ptr, self.len) }
    }
}

impl<T: Copy> DerefMut for SysVec<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts_mut(self.ptr, self.len) }
    }
}

/// Ends the process without allocating.
#[cold]
pub fn fatal(message: &str) -> ! {
    for part in ["Fatal Python error: ", message, "\n"] {
        // SAFETY: writes plain bytes to stderr.
        unsafe { libc::write(2, part.as_ptr().cast(), part.len()) };
    }
    // SAFETY: ends the process; buffers of a broken heap are not flushed.
    unsafe { libc::_exit(1) }
}

/// A byte count from the environment, with an optional K, M or G after it.
pub fn env_number(name: &std::ffi::CStr) -> Option<usize> {
    // SAFETY: called at start-up, before other threads can change the environment.
    let text = unsafe {
        let p = libc::getenv(name.as_ptr());
        if p.is_null() {
            return None;
        }
        std::ffi::CStr::from_ptr(p).to_bytes()
    };
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let mut n: usize = 0;
    for b in &text[..digits] {
        n = n.checked_mul(10)?.checked_add((b - b'0') as usize)?;
    }
    let shift = match text.get(digits) {
        Some(b'K' | b'k') => 10,
        Some(b'M' | b'm') => 20,
        Some(b'G' | b'g') => 30,
        _ => 0,
    };
    n.checked_mul(1 << shift)
}
