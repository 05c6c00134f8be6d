//! `deque`: layout, primitives and iterators. The items are in a ring: a buffer of a list's kind, the
//! position of the first item in it and their number. Methods are in [`super::deque_methods`].

use super::deque_methods::DEQUE;
use crate::errors::{R, runtime_error, type_error};
use crate::gc::{self, Header};
use crate::object::define::Method;
use crate::object::reference::allocate;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef};
use crate::ops;
use crate::types::int;
use crate::types::list::Array;
use crate::types::object::allocate_fixed;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// The object; numbers are tagged ints.
#[repr(C)]
pub(super) struct Deque {
    hdr: Header,
    /// An [`Array`], made when the object is.
    buf: Slot,
    head: Cell<u64>,
    len: Cell<u64>,
    /// -1 for no bound.
    maxlen: Cell<u64>,
    /// Counts changes of size, for iterators to notice.
    state: Cell<u64>,
}

impl Builtin for Deque {
    const DEF: &'static TypeDef = &DEQUE;
}

/// An empty deque of a class.
pub(super) fn empty(class: Ref<Type>) -> R<Ref<Deque>> {
    let buf = Array::new(6)?;
    let deque = allocate_fixed(class).expect::<Deque>();
    deque.buf.set(deque, buf);
    deque.head.set(tag::int(0));
    deque.len.set(tag::int(0));
    deque.maxlen.set(tag::int(-1));
    deque.state.set(tag::int(0));
    Ok(deque)
}

impl Deque {
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        tag::int_value(self.len.get()) as usize
    }

    #[inline(always)]
    pub(super) fn state(&self) -> u64 {
        self.state.get()
    }

    #[inline(always)]
    fn head(&self) -> usize {
        tag::int_value(self.head.get()) as usize
    }

    #[inline(always)]
    fn array(&self) -> Ref<Array> {
        self.buf.object()
    }

    pub(super) fn maxlen(&self) -> Option<usize> {
        usize::try_from(tag::int_value(self.maxlen.get())).ok()
    }

    pub(super) fn set_maxlen(&self, maxlen: Option<usize>) {
        self.maxlen.set(tag::int(maxlen.map_or(-1, |n| (n as i64).min(i64::MAX >> 2))));
    }

    /// Notes a change of size.
    #[inline(always)]
    fn resized(&self, head: usize, len: usize) {
        self.head.set(tag::int(head as i64));
        self.len.set(tag::int(len as i64));
        self.state.set(tag::int(tag::int_value(self.state.get()).wrapping_add(1) & (i64::MAX >> 2)));
    }

    /// Where the item at `index` is; `index` is at most the capacity.
    #[inline(always)]
    fn cell(&self, index: usize) -> &Cell<u64> {
        let array = self.array();
        let capacity = array.capacity();
        let mut at = self.head() + index;
        if at >= capacity {
            at -= capacity;
        }
        assert!(at < capacity);
        // SAFETY: in bounds of the buffer, whose words are only used through cells here.
        unsafe { &*(array.ptr() as *const Cell<u64>).add(at) }
    }

    #[inline(always)]
    pub(super) fn get(&self, index: usize) -> Option<Value> {
        if index >= self.len() {
            return None;
        }
        // SAFETY: the ring holds values at the indices below its length.
        unsafe { Value::from_slot(self.cell(index).get()) }
    }

    #[inline(always)]
    fn store(&self, index: usize, value: Value) {
        let cell = self.cell(index);
        cell.set(value.bits());
        gc::write_barrier(self.array().as_ptr() as *const Header, cell.as_ptr());
    }

    pub(super) fn set(&self, index: usize, value: Value) {
        if index < self.len() {
            self.store(index, value);
        }
    }
}

impl Ref<Deque> {
    /// Room for one more.
    #[inline(always)]
    fn grow(self) -> R<()> {
        if self.len() < self.array().capacity() { Ok(()) } else { self.grow_slow() }
    }

    #[cold]
    #[inline(never)]
    fn grow_slow(self) -> R<()> {
        let n = self.len();
        let new = Array::new(n * 2 + 6)?;
        for i in 0..n {
            // SAFETY: the new buffer has room for more than `n` values, and no collection happens here.
            unsafe { *(new.ptr() as *mut u64).add(i) = self.cell(i).get() };
        }
        self.buf.set(self, new);
        self.head.set(tag::int(0));
        Ok(())
    }

    /// Adds at the right, dropping the leftmost if the deque is full.
    #[inline]
    pub(super) fn append(self, value: Value) -> R<()> {
        let n = self.len();
        if self.maxlen().is_some_and(|max| n >= max) {
            if n == 0 {
                return Ok(());
            }
            self.pop_left();
            return self.append(value);
        }
        self.grow()?;
        self.store(n, value);
        self.resized(self.head(), n + 1);
        Ok(())
    }

    #[inline]
    pub(super) fn append_left(self, value: Value) -> R<()> {
        let n = self.len();
        if self.maxlen().is_some_and(|max| n >= max) {
            if n == 0 {
                return Ok(());
            }
            self.pop();
            return self.append_left(value);
        }
        self.grow()?;
        let head = self.head();
        self.head.set(tag::int(if head == 0 { self.array().capacity() } else { head } as i64 - 1));
        self.store(0, value);
        self.resized(self.head(), n + 1);
        Ok(())
    }

    #[inline]
    pub(super) fn pop(self) -> Option<Value> {
        let n = self.len();
        let value = self.get(n.checked_sub(1)?)?;
        self.cell(n - 1).set(0);
        self.resized(self.head(), n - 1);
        Some(value)
    }

    #[inline]
    pub(super) fn pop_left(self) -> Option<Value> {
        let value = self.get(0)?;
        self.cell(0).set(0);
        let head = self.head() + 1;
        self.resized(if head == self.array().capacity() { 0 } else { head }, self.len() - 1);
        Some(value)
    }

    pub(super) fn clear(self) {
        if let Ok(buf) = Array::new(6) {
            self.buf.set(self, buf);
            self.resized(0, 0);
        }
    }

    /// Moves the last `n` items to the front (the first to the back if negative).
    pub(super) fn rotate(self, n: isize) -> R<()> {
        let len = self.len();
        if len <= 1 {
            return Ok(());
        }
        let right = n.rem_euclid(len as isize) as usize;
        if right <= len / 2 {
            for _ in 0..right {
                let Some(item) = self.pop() else { break };
                self.append_left(item)?;
            }
        } else {
            for _ in 0..len - right {
                let Some(item) = self.pop_left() else { break };
                self.append(item)?;
            }
        }
        Ok(())
    }

    /// Removes the item at `index`, which exists.
    pub(super) fn remove(self, index: usize) {
        let n = self.len();
        if index < n / 2 {
            for i in (0..index).rev() {
                if let Some(item) = self.get(i) {
                    self.store(i + 1, item);
                }
            }
            self.pop_left();
        } else {
            for i in index + 1..n {
                if let Some(item) = self.get(i) {
                    self.store(i - 1, item);
                }
            }
            self.pop();
        }
    }

    /// The items now.
    pub(super) fn items(self) -> Vec<Value> {
        (0..self.len()).filter_map(|i| self.get(i)).collect()
    }
}

/// Forward or backward: `left` items are still to come.
#[repr(C)]
pub(super) struct DequeIterator {
    hdr: Header,
    deque: Slot,
    state: Cell<u64>,
    left: Cell<u64>,
}

pub(super) fn iterate(deque: Ref<Deque>, def: &'static TypeDef) -> Value {
    let it = DequeIterator {
        hdr: Header::EMPTY,
        deque: Slot::new(deque),
        state: Cell::new(deque.state()),
        left: Cell::new(tag::int(deque.len() as i64)),
    };
    allocate(def.header(), it).value()
}

fn iterator(v: Value) -> Ref<DequeIterator> {
    // SAFETY: only called for instances of the two classes below, which have this layout.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

#[inline(always)]
fn next(v: Value, index: impl Fn(usize, usize) -> usize) -> R<Option<Value>> {
    let it = iterator(v);
    let deque = it.deque.object::<Deque>();
    if it.state.get() != deque.state() {
        it.left.set(tag::int(0));
        return Err(runtime_error("deque mutated during iteration"));
    }
    let left = tag::int_value(it.left.get()) as usize;
    if left == 0 {
        return Ok(None);
    }
    it.left.set(tag::int(left as i64 - 1));
    Ok(deque.get(index(deque.len(), left)))
}

fn new(def: &'static TypeDef, args: Args) -> R {
    let args = args.only_positional(def.short_name(), 1, 2)?;
    let Some(deque) = args[0].cast::<Deque>() else {
        return Err(type_error(format_args!(
            "{}() argument 1 must be collections.deque, not {}",
            def.short_name(),
            args[0].class().display_name()
        )));
    };
    let skip = args.get(1).map_or(Ok(0), |n| ops::as_isize(*n))?.max(0) as usize;
    let it = iterate(deque, def);
    iterator(it).left.set(tag::int(deque.len().saturating_sub(skip) as i64));
    Ok(it)
}

fn reduce(v: Value) -> R {
    let it = iterator(v);
    let deque = it.deque.object::<Deque>();
    let done = deque.len() as i64 - tag::int_value(it.left.get());
    let args = Tuple::new(&[deque.value(), int::from_i64(done)]);
    Ok(Tuple::new(&[v.class().value(), args.value()]).value())
}

fn length_hint(v: Value) -> R {
    Ok(int::from_i64(tag::int_value(iterator(v).left.get())))
}

const METHODS: &[Method] = &[Method::none("__reduce__", reduce), Method::none("__length_hint__", length_hint)];

pub(super) static ITERATOR: TypeDef = TypeDef {
    name: "collections._deque_iterator",
    slots: Slots {
        new: Some(|_, args| new(&ITERATOR, args)),
        iter: Some(Ok),
        next: Some(|v| next(v, |len, left| len - left)),
        ..Slots::NONE
    },
    methods: METHODS,
    words: TypeDef::words_of::<DequeIterator>(),
    traced: TypeDef::words_of::<DequeIterator>() - 1,
    ..TypeDef::BASE
};

pub(super) static REVERSE_ITERATOR: TypeDef = TypeDef {
    name: "collections._deque_reverse_iterator",
    slots: Slots {
        new: Some(|_, args| new(&REVERSE_ITERATOR, args)),
        iter: Some(Ok),
        next: Some(|v| next(v, |_, left| left - 1)),
        ..Slots::NONE
    },
    methods: METHODS,
    words: TypeDef::words_of::<DequeIterator>(),
    traced: TypeDef::words_of::<DequeIterator>() - 1,
    ..TypeDef::BASE
};
