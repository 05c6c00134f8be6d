//! Shapes: which class an object has, and which attribute sits in which slot.
//!
//! Every object's header names a shape. An exact instance of a built-in type has its type's one
//! shape; instances of classes with a `__dict__` start with the class's root shape and move along
//! transitions as attributes are added, so that two objects of one shape agree in class, attribute
//! names and offsets. An object whose attributes no longer fit (more than the inline slots, one
//! deleted, `__dict__` looked at) moves to the class's *dict shape* and keeps them in a real dict in
//! word [`super::class::Type::dict_word`].

use super::{Ref, Type};
use crate::types::str::Str;
use std::cell::{Cell, RefCell};

/// Shape ids are indices below this.
pub const MAX_SHAPES: usize = 1 << 20;

/// How objects of a shape keep their attributes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Storage {
    /// No `__dict__`: only what the type's layout has.
    Fixed,
    /// In inline slots, by the shape's names.
    Inline,
    /// In a dict in the dict word.
    Dict,
}

/// What a shape says besides the class.
pub struct ShapeInfo {
    pub storage: Storage,
    /// Interned names (addresses), in order of addition; attribute `i` is in word `first_word + i`.
    pub keys: Box<[u64]>,
    pub first_word: u16,
    pub capacity: u16,
    transitions: RefCell<Vec<(u64, u32)>>,
}

#[derive(Clone, Copy)]
struct Entry {
    class: *mut Type,
    info: *const ShapeInfo,
}

struct Table {
    entries: std::cell::UnsafeCell<[Entry; MAX_SHAPES]>,
    /// Given out so far, less one: all zeros, so that the table takes no room in executables. Shape 0 is
    /// nobody's: `Value::shape` gives it for immediates.
    given: Cell<u32>,
}

// SAFETY: written only by the thread that holds the interpreter lock.
unsafe impl Sync for Table {}

static SHAPES: Table = Table {
    entries: std::cell::UnsafeCell::new([Entry { class: std::ptr::null_mut(), info: std::ptr::null() }; MAX_SHAPES]),
    given: Cell::new(0),
};

/// The class of objects with this shape.
#[inline(always)]
pub fn class_of(shape: u32) -> Ref<Type> {
    debug_assert!(shape <= SHAPES.given.get());
    // SAFETY: headers hold only ids that `new` gave out, whose entries are filled.
    unsafe { Ref::from_ptr((*SHAPES.entries.get())[shape as usize].class) }
}

#[inline(always)]
pub fn info(shape: u32) -> &'static ShapeInfo {
    // SAFETY: as in `class_of`; infos are never freed.
    unsafe { &*(*SHAPES.entries.get())[shape as usize].info }
}

/// Makes a shape; `None` when the table is full (the caller falls back to dict storage).
pub fn new(class: Ref<Type>, storage: Storage, keys: Box<[u64]>, first_word: u16, capacity: u16) -> Option<u32> {
    let id = SHAPES.given.get() + 1;
    if id as usize >= MAX_SHAPES {
        return None;
    }
    let info = Box::leak(Box::new(ShapeInfo { storage, keys, first_word, capacity, transitions: RefCell::default() }));
    // SAFETY: id is below the table's size, and nobody else writes (interpreter lock).
    unsafe { (*SHAPES.entries.get())[id as usize] = Entry { class: class.as_ptr(), info } };
    SHAPES.given.set(id);
    Some(id)
}

/// Gives the class of a shape anew (`class` object made after its shape was reserved).
pub fn set_class(shape: u32, class: Ref<Type>) {
    // SAFETY: as in `new`.
    unsafe { (*SHAPES.entries.get())[shape as usize].class = class.as_ptr() };
}

/// Words that the collector must treat as roots: the classes of all shapes.
pub fn for_each_class(mut f: impl FnMut(u64)) {
    for id in 1..=SHAPES.given.get() {
        // SAFETY: entries up to `given` are filled.
        f(unsafe { (*SHAPES.entries.get())[id as usize].class } as u64);
    }
}

impl ShapeInfo {
    /// Word of the object in which the attribute of this interned name is.
    #[inline]
    pub fn find(&self, name: Ref<Str>) -> Option<usize> {
        let key = name.as_ptr() as u64;
        self.keys.iter().position(|&k| k == key).map(|i| self.first_word as usize + i)
    }
}

/// The shape after adding an attribute of this interned name to an object of `shape`, if it has room.
pub fn transition(shape: u32, name: Ref<Str>) -> Option<u32> {
    let from = info(shape);
    let key = name.as_ptr() as u64;
    if let Some(&(_, to)) = from.transitions.borrow().iter().find(|(k, _)| *k == key) {
        return Some(to);
    }
    if from.storage != Storage::Inline || from.keys.len() >= from.capacity as usize {
        return None;
    }
    let mut keys = Vec::with_capacity(from.keys.len() + 1);
    keys.extend_from_slice(&from.keys);
    keys.push(key);
    let to = new(class_of(shape), Storage::Inline, keys.into_boxed_slice(), from.first_word, from.capacity)?;
    from.transitions.borrow_mut().push((key, to));
    Some(to)
}
