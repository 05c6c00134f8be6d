//! `list`: layout and the primitives that others build on. Methods are in [`methods`].
//!
//! The items are in a buffer object of their own (kind `Array`), so that growing replaces the buffer
//! and a slice taken earlier stays readable, if stale, as long as it is on the stack.

pub mod methods;
pub mod sort;

use crate::errors::R;
use crate::gc::{self, Header};
use crate::object::reference::allocate;
use crate::object::{Builtin, Ref, Slot, TypeDef};
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::header::{Kind, pack};
use taipan_abi::tag;

pub use methods::LIST;

/// The object.
#[repr(C)]
pub struct List {
    pub hdr: Header,
    /// The buffer, an [`Array`]; never empty.
    buf: Slot,
    /// Number of items, as a tagged int.
    len: Cell<u64>,
}

/// A buffer of values.
#[repr(C)]
pub struct Array {
    hdr: Header,
    /// Number of values that fit.
    capacity: u64,
}

impl Builtin for List {
    const DEF: &'static TypeDef = &LIST;
}

const _: () = {
    use taipan_abi::layout;
    assert!(std::mem::offset_of!(Array, capacity) == layout::BUFFER_CAPACITY as usize);
    assert!(size_of::<Array>() == layout::BUFFER_ITEMS as usize);
};

impl Array {
    /// A buffer for at least `n` values, all empty (0); MemoryError when there is no room.
    pub fn new(n: usize) -> R<Ref<Array>> {
        // Whole 16 bytes at least, so that small lists do not regrow at once.
        let Some(size) = n.checked_mul(8).and_then(|b| b.checked_add(16)) else {
            return Err(crate::errors::memory_error());
        };
        let header = pack(crate::types::object::BUFFER.shape_for_new(), Kind::Array, 0, 0);
        let Some(ptr) = gc::try_alloc(size, header) else { return Err(crate::errors::memory_error()) };
        let ptr = ptr.as_ptr() as *mut Array;
        // SAFETY: the block is at least `size` bytes, all of them zeroed.
        unsafe {
            (*ptr).capacity = ((gc::usable(size) - 16) / 8) as u64;
            Ok(Ref::from_ptr(ptr))
        }
    }

    /// A buffer that begins with `n` values which `fill` writes at once, making no objects meanwhile.
    #[inline(always)]
    fn filled(n: usize, fill: impl FnOnce(*mut Value)) -> R<Ref<Array>> {
        const FEW: usize = 1000;
        if n > FEW {
            let this = Self::new(n)?;
            fill(this.ptr());
            return Ok(this);
        }
        let size = n * 8 + 16;
        let header = pack(crate::types::object::BUFFER.shape_for_new(), Kind::Array, 0, 0);
        let ptr = gc::alloc_filled(size, header) as *mut Array;
        // SAFETY: the block has room for the fixed part and `n` values; what is behind them is zero.
        unsafe {
            (&raw mut (*ptr).capacity).write(((gc::usable(size) - 16) / 8) as u64);
            fill(ptr.add(1) as *mut Value);
            Ok(Ref::from_ptr(ptr))
        }
    }

    pub fn capacity(&self) -> usize {
        self.capacity as usize
    }

    #[inline(always)]
    pub fn ptr(&self) -> *mut Value {
        // SAFETY: the values begin after the fixed part.
        unsafe { (self as *const Array).add(1) as *mut Value }
    }
}

impl List {
    #[inline]
    pub fn new(items: &[Value]) -> Ref<List> {
        // SAFETY: the buffer has room for the items and is no one else's.
        let fill = |to: *mut Value| unsafe { std::ptr::copy_nonoverlapping(items.as_ptr(), to, items.len()) };
        Self::of_buffer(Array::filled(items.len(), fill), items.len())
    }

    /// The `count` items of a slice with a step: `items[start]`, `items[start + step]` and so on.
    pub(super) fn strided(items: &[Value], start: isize, step: isize, count: usize) -> Ref<List> {
        let fill = |to: *mut Value| {
            if step == -1 && count > 0 {
                // SAFETY: the buffer has room for `count` items.
                let to = unsafe { std::slice::from_raw_parts_mut(to as *mut std::mem::MaybeUninit<Value>, count) };
                let from = &items[start as usize + 1 - count..=start as usize];
                to.iter_mut().zip(from.iter().rev()).for_each(|(to, from)| _ = to.write(*from));
            } else {
                let mut at = start;
                for i in 0..count {
                    // SAFETY: as above.
                    unsafe { to.add(i).write(items[at as usize]) };
                    at += step;
                }
            }
        };
        Self::of_buffer(Array::filled(count, fill), count)
    }

    #[inline]
    fn of_buffer(buf: R<Ref<Array>>, len: usize) -> Ref<List> {
        match buf {
            Ok(buf) => {
                let len = Cell::new(tag::int(len as i64));
                allocate(LIST.header(), List { hdr: Header::EMPTY, buf: Slot::new(buf), len })
            }
            Err(_) => crate::errors::fatal_memory(),
        }
    }

    pub fn with_capacity(n: usize) -> Ref<List> {
        match Self::try_with_capacity(n) {
            Ok(list) => list,
            Err(_) => crate::errors::fatal_memory(),
        }
    }

    pub fn try_with_capacity(n: usize) -> R<Ref<List>> {
        let buf = Array::new(n)?;
        Ok(allocate(LIST.header(), List { hdr: Header::EMPTY, buf: Slot::new(buf), len: Cell::new(tag::int(0)) }))
    }

    #[inline(always)]
    fn buffer(&self) -> Ref<Array> {
        self.buf.object()
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        (self.len.get() >> 1) as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    fn set_len(&self, n: usize) {
        self.len.set(tag::int(n as i64));
    }

    /// The items now. Code that may run Python code while it holds the slice sees the old items.
    #[inline(always)]
    pub fn as_slice(&self) -> &'static [Value] {
        // SAFETY: the first `len` words are values; the buffer is kept alive by the slice's address on the stack.
        unsafe { std::slice::from_raw_parts(self.buffer().ptr(), self.len()) }
    }

    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.as_slice().get(index).copied()
    }
}

impl Ref<List> {
    /// Replaces an item in bounds.
    #[inline(always)]
    pub fn set(self, index: usize, value: Value) {
        assert!(index < self.len());
        let buf = self.buffer();
        // SAFETY: in bounds.
        unsafe {
            let slot = buf.ptr().add(index);
            *slot = value;
            gc::write_barrier(buf.as_ptr() as *const Header, slot as *const u64);
        }
    }

    #[inline(always)]
    pub fn push(self, value: Value) {
        let n = self.len();
        if n == self.buffer().capacity() && self.reserve(1).is_err() {
            crate::errors::fatal_memory();
        }
        let buf = self.buffer();
        // SAFETY: room was made.
        unsafe {
            let slot = buf.ptr().add(n);
            *slot = value;
            gc::write_barrier(buf.as_ptr() as *const Header, slot as *const u64);
        }
        self.set_len(n + 1);
    }

    /// Makes room for `more` items; MemoryError when there is none.
    #[cold]
    #[inline(never)]
    pub fn reserve(self, more: usize) -> R<()> {
        let n = self.len();
        let needed = n + more;
        if needed <= self.buffer().capacity() {
            return Ok(());
        }
        let new = Array::new(needed + (needed >> 3) + if needed < 9 { 3 } else { 6 })?;
        // SAFETY: the new buffer is larger and is no one else's yet.
        unsafe { std::ptr::copy_nonoverlapping(self.buffer().ptr(), new.ptr(), n) };
        self.buf.set(self, new);
        Ok(())
    }

    pub fn extend(self, items: &[Value]) {
        if self.try_extend(items).is_err() {
            crate::errors::fatal_memory();
        }
    }

    pub fn try_extend(self, items: &[Value]) -> R<()> {
        let n = self.len();
        if n + items.len() > self.buffer().capacity() {
            self.reserve(items.len())?;
        }
        let buf = self.buffer();
        // SAFETY: room was made; `items` may be this list's own old buffer, which does not overlap the tail.
        unsafe { std::ptr::copy(items.as_ptr(), buf.ptr().add(n), items.len()) };
        gc::write_range_barrier(buf.as_ptr() as *const Header);
        self.set_len(n + items.len());
        Ok(())
    }

    pub fn pop(self) -> Option<Value> {
        let n = self.len();
        let last = self.get(n.checked_sub(1)?)?;
        self.truncate(n - 1);
        Some(last)
    }

    /// Drops the items from `n` on.
    pub fn truncate(self, n: usize) {
        let old = self.len();
        if n < old {
            self.drop_items(n, old);
            self.set_len(n);
        }
    }

    /// Lets go of the items in these places of the buffer. Some loop may still walk over what the list was, so they
    /// must hold values.
    fn drop_items(self, from: usize, to: usize) {
        let nothing = crate::object::singletons::none();
        // SAFETY: within the buffer.
        unsafe { (from..to).for_each(|i| *self.buffer().ptr().add(i) = nothing) }
    }

    pub fn clear(self) {
        self.truncate(0);
    }

    pub fn insert(self, index: usize, value: Value) {
        let n = self.len();
        if n == self.buffer().capacity() && self.reserve(1).is_err() {
            crate::errors::fatal_memory();
        }
        let buf = self.buffer();
        let index = index.min(n);
        // SAFETY: room was made.
        unsafe {
            std::ptr::copy(buf.ptr().add(index), buf.ptr().add(index + 1), n - index);
            *buf.ptr().add(index) = value;
        }
        gc::write_range_barrier(buf.as_ptr() as *const Header);
        self.set_len(n + 1);
    }

    /// Removes and gives the item at an index in bounds.
    pub fn remove(self, index: usize) -> Value {
        let n = self.len();
        assert!(index < n);
        let buf = self.buffer();
        // SAFETY: in bounds.
        unsafe {
            let value = *buf.ptr().add(index);
            std::ptr::copy(buf.ptr().add(index + 1), buf.ptr().add(index), n - index - 1);
            self.drop_items(n - 1, n);
            self.set_len(n - 1);
            value
        }
    }

    /// Replaces items `start..stop` by `items` (slice assignment).
    pub fn splice(self, start: usize, stop: usize, items: &[Value]) -> R<()> {
        let n = self.len();
        let tail = n - stop;
        let new_len = start + items.len() + tail;
        if new_len > n {
            self.reserve(new_len - n)?;
        }
        let buf = self.buffer();
        // SAFETY: room was made; `items` never lies in the moved part because callers pass a copy of it.
        unsafe {
            if new_len != n {
                std::ptr::copy(buf.ptr().add(stop), buf.ptr().add(start + items.len()), tail);
            }
            std::ptr::copy(items.as_ptr(), buf.ptr().add(start), items.len());
            if new_len < n {
                self.drop_items(new_len, n);
            }
        }
        gc::write_range_barrier(buf.as_ptr() as *const Header);
        self.set_len(new_len);
        Ok(())
    }

    /// Takes all items out, leaving the list empty (as `sort` does while it runs).
    pub fn take_items(self) -> Vec<Value> {
        let items = self.as_slice().to_vec();
        self.clear();
        items
    }

    /// Puts `items` in place of all items.
    pub fn replace_items(self, items: &[Value]) -> R<()> {
        self.splice(0, self.len(), items)
    }
}
