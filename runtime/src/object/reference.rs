//! Typed references to heap objects, and the slots in objects that hold values.
//!
//! Objects are never borrowed mutably: every field is a cell. A store of a value into an object
//! goes through [`Slot::set`], which does the collector's write barrier; an object that was just
//! allocated is filled with [`Slot::new`] and needs none.

use crate::gc::{self, Header};
use crate::value::Value;
use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

/// A reference to a heap object of layout `T`. Plain address, `Copy`; what a `Ref` on the stack or in
/// a register names stays alive.
#[repr(transparent)]
pub struct Ref<T>(NonNull<T>);

impl<T> Clone for Ref<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Ref<T> {}
impl<T> PartialEq for Ref<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Ref<T> {}

impl<T> Ref<T> {
    /// # Safety
    /// `ptr` must be the start of a live object of layout `T`.
    #[inline(always)]
    pub unsafe fn from_ptr(ptr: *mut T) -> Ref<T> {
        // SAFETY: objects are never at address 0.
        Ref(unsafe { NonNull::new_unchecked(ptr) })
    }

    #[inline(always)]
    pub fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }

    #[inline(always)]
    pub fn value(self) -> Value {
        // SAFETY: the address of a live object is a Value.
        unsafe { Value::from_bits(self.0.as_ptr() as u64) }
    }

    #[inline(always)]
    pub fn header(self) -> &'static Header {
        // SAFETY: every object starts with its header.
        unsafe { &*(self.0.as_ptr() as *const Header) }
    }
}

impl<T> Deref for Ref<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: a Ref names a live object, and fields are cells, so shared access is enough.
        unsafe { self.0.as_ref() }
    }
}

impl<T> From<Ref<T>> for Value {
    #[inline(always)]
    fn from(object: Ref<T>) -> Value {
        object.value()
    }
}

impl<T> std::fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ref({:p})", self.0)
    }
}

/// A traced word in an object: a value, or empty (0).
#[repr(transparent)]
pub struct Slot(Cell<u64>, PhantomData<Value>);

impl Slot {
    pub const EMPTY: Slot = Slot(Cell::new(0), PhantomData);

    #[inline(always)]
    pub fn new(value: impl Into<Value>) -> Slot {
        Slot(Cell::new(value.into().bits()), PhantomData)
    }

    #[inline(always)]
    pub fn of(value: Option<Value>) -> Slot {
        Slot(Cell::new(value.map_or(0, Value::bits)), PhantomData)
    }

    #[inline(always)]
    pub fn get(&self) -> Option<Value> {
        // SAFETY: only words of values and 0 are ever stored.
        unsafe { Value::from_slot(self.0.get()) }
    }

    /// The value of a slot that the object's invariants keep filled.
    #[inline(always)]
    pub fn value(&self) -> Value {
        debug_assert!(self.0.get() != 0, "empty slot");
        // SAFETY: as in `get`; the caller's invariant says that it is not empty.
        unsafe { Value::from_bits(self.0.get()) }
    }

    /// The object in a slot that always holds a `T`.
    #[inline(always)]
    pub fn object<T>(&self) -> Ref<T> {
        debug_assert!(self.0.get() != 0, "empty slot");
        // SAFETY: the owner's invariant says that the slot holds a `T`.
        unsafe { Ref::from_ptr(self.0.get() as *mut T) }
    }

    #[inline(always)]
    pub fn set<T>(&self, owner: Ref<T>, value: impl Into<Value>) {
        self.0.set(value.into().bits());
        gc::write_barrier(owner.as_ptr() as *const Header, self.0.as_ptr());
    }

    #[inline(always)]
    pub fn put<T>(&self, owner: Ref<T>, value: Option<Value>) {
        match value {
            Some(value) => self.set(owner, value),
            None => self.clear(),
        }
    }

    #[inline(always)]
    pub fn clear(&self) {
        self.0.set(0);
    }

    #[inline(always)]
    pub fn take(&self) -> Option<Value> {
        let value = self.get();
        self.clear();
        value
    }
}

/// Allocates an object of layout `T` and fills it. `init` is computed before the allocation, so no
/// collection sees a half-made object. `T` must be `repr(C)` and start with a [`Header`].
#[inline(always)]
pub fn allocate<T>(header: u64, init: T) -> Ref<T> {
    let ptr = gc::alloc_filled(size_of::<T>(), header) as *mut T;
    // SAFETY: the block has room for a `T`; the header word is written again with what was put there.
    unsafe {
        let word = *(ptr as *const u64);
        ptr.write(init);
        *(ptr as *mut u64) = word;
        Ref::from_ptr(ptr)
    }
}
