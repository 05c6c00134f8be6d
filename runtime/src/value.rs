//! A Python value in one word, and the result type of everything that can raise.
//!
//! `Value` is `Copy` and never 0, so `Option<Value>` and [`R`] are one word too: the word 0 that
//! compiled code tests for is exactly Rust's `None` and `Err(Raised)`.

use crate::gc::Header;
use crate::object::{Builtin, Ref, Type};
use std::num::NonZeroU64;
use taipan_abi::tag;

/// One Python value; see [`taipan_abi::tag`] for the encoding.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Value(NonZeroU64);

/// "An exception is pending in the thread's state." Carries nothing, so results stay one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised;

/// Result of an operation that can raise.
pub type R<T = Value> = Result<T, Raised>;

const _: () = assert!(size_of::<R>() == 8 && size_of::<Option<Value>>() == 8);

impl Value {
    /// # Safety
    /// `bits` must be a word that [`Value::bits`] gave and whose object is still reachable.
    #[inline(always)]
    pub unsafe fn from_bits(bits: u64) -> Value {
        debug_assert!(bits != 0);
        // SAFETY: the caller promises a word of a Value, and no Value is 0.
        Value(unsafe { NonZeroU64::new_unchecked(bits) })
    }

    /// The value in a word that may be 0 (an empty slot).
    ///
    /// # Safety
    /// As for [`Value::from_bits`].
    #[inline(always)]
    pub unsafe fn from_slot(bits: u64) -> Option<Value> {
        NonZeroU64::new(bits).map(Value)
    }

    #[inline(always)]
    pub fn bits(self) -> u64 {
        self.0.get()
    }

    /// A small int; the caller knows that `n` fits 63 bits.
    #[inline(always)]
    pub fn small(n: i64) -> Value {
        debug_assert!(tag::fits_int(n));
        // SAFETY: the int tag makes the word non-zero, and it is no pointer.
        unsafe { Value::from_bits(tag::int(n)) }
    }

    #[inline(always)]
    pub fn is_small(self) -> bool {
        tag::is_int(self.bits())
    }

    /// The small int held in the word.
    #[inline(always)]
    pub fn as_small(self) -> Option<i64> {
        self.is_small().then(|| tag::int_value(self.bits()))
    }

    /// Whether the word holds a float (a boxed one is a pointer).
    #[inline(always)]
    pub fn is_flonum(self) -> bool {
        tag::is_float(self.bits())
    }

    #[inline(always)]
    pub fn is_pointer(self) -> bool {
        tag::is_pointer(self.bits())
    }

    /// Header of the heap object, if the value is one.
    #[inline(always)]
    pub fn header(self) -> Option<&'static Header> {
        // SAFETY: a pointer-tagged word is the address of a live object, and objects do not move.
        self.is_pointer().then(|| unsafe { &*(self.bits() as *const Header) })
    }

    #[inline(always)]
    pub fn as_ptr<T>(self) -> *mut T {
        self.bits() as *mut T
    }

    /// The shape id of a heap object; 0 for immediates, which no object has.
    #[inline(always)]
    pub fn shape(self) -> u32 {
        match self.header() {
            Some(header) => header.shape(),
            None => 0,
        }
    }

    /// The object's class, `type(x)`.
    #[inline(always)]
    pub fn class(self) -> Ref<Type> {
        if self.is_pointer() {
            // SAFETY: as in `header`.
            crate::object::shape::class_of(unsafe { (*self.as_ptr::<Header>()).shape() })
        } else if self.is_small() {
            crate::types::int::INT.class()
        } else {
            crate::types::float::FLOAT.class()
        }
    }

    /// The object as `T` if its class is exactly `T`'s.
    #[inline(always)]
    pub fn exact<T: Builtin>(self) -> Option<Ref<T>> {
        (self.is_pointer() && self.shape() == T::DEF.shape()).then(|| {
            // SAFETY: the shape says that this object was made as a `T`.
            unsafe { Ref::from_ptr(self.as_ptr()) }
        })
    }

    /// The object as `T` if its class is `T`'s or a subclass of it. An instance of a subclass of a
    /// class of variable size (`str`, `int`, `tuple`, `bytes`, `float`...) holds the payload in an
    /// object of its own, and that is what comes back.
    #[inline(always)]
    pub fn cast<T: Builtin>(self) -> Option<Ref<T>> {
        if !self.is_pointer() {
            return None;
        }
        if self.shape() == T::DEF.shape() {
            // SAFETY: the shape says that this object was made as a `T`.
            return Some(unsafe { Ref::from_ptr(self.as_ptr()) });
        }
        self.cast_subclass::<T>()
    }

    #[cold]
    #[inline(never)]
    fn cast_subclass<T: Builtin>(self) -> Option<Ref<T>> {
        if !self.class().is_subtype(T::DEF.class()) {
            return None;
        }
        if T::BOXED_IN_SUBCLASS {
            // SAFETY: such an instance has its payload in word 1, made by `new`.
            let inner = unsafe { Value::from_slot(*self.as_ptr::<u64>().add(1)) }?;
            return inner.exact::<T>();
        }
        // SAFETY: the layout of a subclass begins with that of its base.
        Some(unsafe { Ref::from_ptr(self.as_ptr()) })
    }

    /// The payload of a value known to be a `T` (a method's `self`, checked by its descriptor).
    #[inline(always)]
    pub fn expect<T: Builtin>(self) -> Ref<T> {
        match self.cast::<T>() {
            Some(object) => object,
            None => crate::errors::internal("a native method got a self of another type"),
        }
    }

    #[inline(always)]
    pub fn is(self, other: Value) -> bool {
        self.bits() == other.bits()
    }

    #[inline(always)]
    pub fn is_none(self) -> bool {
        self.is(crate::object::singletons::none())
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Value({:#x})", self.bits())
    }
}
