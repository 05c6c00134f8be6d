//! The class object (`type` and its instances): layout, lookup along the MRO, the method cache.
//!
//! Invariants: `mro` is a tuple of classes beginning with the class itself; `version` changes
//! whenever the answer of [`Type::lookup`] for any name may change, so a cache entry made under a
//! version stays true as long as the version is seen; `slots` agree with the special methods found
//! along the MRO.

use super::define::{self, Builtin, TypeDef};
use super::reference::allocate;
use super::shape::{self, Storage};
use super::{Ref, Slot, Slots, slotdefs};
use crate::gc::Header;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{R, Value};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use taipan_abi::header::{FLAG_IMMORTAL, Kind, pack};

/// A class.
#[repr(C)]
pub struct Type {
    pub hdr: Header,
    pub name: Slot,
    pub qualname: Slot,
    pub base: Slot,
    pub bases: Slot,
    pub mro: Slot,
    pub(crate) dict_slot: Slot,
    /// Direct subclasses: a list of weak references, or empty.
    pub subclasses: Slot,
    /// Raw from here on.
    pub slots: Cell<Slots>,
    pub def: Cell<Option<&'static TypeDef>>,
    /// The built-in type whose Rust layout instances have.
    pub layout: Cell<&'static TypeDef>,
    pub flags: Cell<u32>,
    pub version: Cell<u32>,
    /// Words of an instance before the inline attributes, header included.
    pub words: Cell<u16>,
    /// Word of the instance that holds the attribute dict (0: instances have none).
    pub dict_word: Cell<u16>,
    /// Inline attribute slots of new instances.
    pub inline: Cell<u16>,
    pub root_shape: Cell<u32>,
    pub dict_shape: Cell<u32>,
}

/// Traced words of a class object.
const TRACED: u16 = 7;

/// Class flags besides those of [`define`].
pub const HEAPTYPE: u32 = 1 << 16;
pub const ABSTRACT: u32 = 1 << 17;
/// The dict of a built-in class has not been filled yet.
const LAZY_DICT: u32 = 1 << 18;
/// The payload of instances is in word 1 (see [`Builtin::BOXED_IN_SUBCLASS`]).
pub const BOXED: u32 = 1 << 19;
/// The class object's attributes cannot be set.
pub const IMMUTABLE: u32 = 1 << 20;
/// A class in the MRO defines `__getattr__` or `__getattribute__` / `__setattr__` or `__delattr__` in Python.
pub const CUSTOM_GETATTR: u32 = 1 << 21;
pub const CUSTOM_SETATTR: u32 = 1 << 22;
/// Some inline cache may hold the value of an attribute of the class.
const VALUES_CACHED: u32 = 1 << 23;
/// The class has attributes that are variables: inline caches hold no values of it.
const HAS_VARIABLES: u32 = 1 << 24;
/// Instances may be the target of weak references.
pub const WEAKREFS: u32 = define::WEAKREFS;

impl Builtin for Type {
    const DEF: &'static TypeDef = &crate::types::type_::TYPE;
}

static NEXT_VERSION: AtomicU32 = AtomicU32::new(1);

/// A version that no class had before.
pub fn fresh_version() -> u32 {
    NEXT_VERSION.fetch_add(1, Ordering::Relaxed)
}

/// Makes the class object of a description (and of its bases).
#[cold]
#[inline(never)]
pub fn create_builtin(def: &'static TypeDef) -> Ref<Type> {
    let base = match def.base {
        Some(base) => Some(base.class()),
        None if std::ptr::eq(def, &crate::types::object::OBJECT) => None,
        None => Some(crate::types::object::OBJECT.class()),
    };
    let mut slots = def.slots;
    if def.flags & define::UNHASHABLE != 0 {
        slots.hash = Some(slotdefs::unhashable);
    }
    if let Some(base) = base {
        let mut inherited = base.slots.get();
        if slots.compare.is_some() && slots.hash.is_none() {
            inherited.hash = None;
        }
        slots.inherit(&inherited);
        if def.flags & define::NO_NEW != 0 {
            slots.new = None;
        }
    }
    let words = if def.words == 1 { base.map_or(1, |b| b.words.get()) } else { def.words };
    let dict_word = match base {
        Some(base) if base.dict_word.get() != 0 => base.dict_word.get(),
        _ if def.flags & define::HAS_DICT != 0 => words - 1,
        _ => 0,
    };
    let inherited =
        base.map_or(0, |b| b.flags.get() & (define::SEQUENCE | define::MAPPING | define::MATCH_SELF | WEAKREFS));
    // The header of a class made before `type` exists gets its shape in `bootstrap`.
    let meta = if std::ptr::eq(def, &crate::types::type_::TYPE) || std::ptr::eq(def, &crate::types::object::OBJECT) {
        crate::types::type_::TYPE.shape()
    } else {
        crate::types::type_::TYPE.shape_for_new()
    };
    let class = allocate(
        pack(if meta == u32::MAX { 0 } else { meta }, Kind::Values, FLAG_IMMORTAL, TRACED),
        Type {
            hdr: Header::EMPTY,
            name: Slot::EMPTY,
            qualname: Slot::EMPTY,
            base: Slot::of(base.map(Ref::value)),
            bases: Slot::EMPTY,
            mro: Slot::EMPTY,
            dict_slot: Slot::EMPTY,
            subclasses: Slot::EMPTY,
            slots: Cell::new(slots),
            def: Cell::new(Some(def)),
            layout: Cell::new(match base {
                // Nothing added: the same layout, so that classes such as OSError and ValueError can be mixed.
                Some(base) if words == base.words.get() && def.kind as u8 == Kind::Values as u8 => base.layout.get(),
                _ => def,
            }),
            flags: Cell::new(def.flags | inherited | LAZY_DICT | IMMUTABLE),
            version: Cell::new(fresh_version()),
            words: Cell::new(words),
            dict_word: Cell::new(dict_word),
            inline: Cell::new(0),
            root_shape: Cell::new(0),
            dict_shape: Cell::new(0),
        },
    );
    class.hdr.clear_flag(FLAG_IMMORTAL);
    let shape =
        match shape::new(class, if dict_word != 0 { Storage::Dict } else { Storage::Fixed }, Box::new([]), words, 0) {
            Some(shape) => shape,
            None => crate::errors::internal("no shape is left for a built-in type"),
        };
    class.root_shape.set(shape);
    class.dict_shape.set(shape);
    def.class.fill(class, shape);
    crate::gc::add_root_range(def.class.as_root(), 1);
    if !BOOTSTRAPPED.load(Ordering::Relaxed) {
        return class; // `bootstrap` finishes it
    }
    finish_builtin(class, base);
    class
}

/// Set once classes can have names, which are strings, and MROs, which are tuples.
static BOOTSTRAPPED: AtomicBool = AtomicBool::new(false);

fn finish_builtin(class: Ref<Type>, base: Option<Ref<Type>>) {
    let Some(def) = class.def.get() else { return };
    class.name.set(class, Str::intern(def.short_name()));
    class.qualname.set(class, class.name.value());
    let mut mro = vec![class.value()];
    match base {
        Some(base) => {
            class.bases.set(class, Tuple::new(&[base.value()]));
            mro.extend(base.mro.object::<Tuple>().as_slice());
            add_subclass(base, class);
        }
        None => class.bases.set(class, Tuple::empty()),
    }
    class.mro.set(class, Tuple::new(&mro));
}

/// Makes `object` and `type`, which need each other, and the classes whose shapes compiled code tests for:
/// their ids are fixed by the order here ([`taipan_abi::layout::shape`]).
pub fn bootstrap() {
    use crate::types;
    use taipan_abi::layout::shape as id;
    let object = &types::object::OBJECT;
    let type_ = &types::type_::TYPE;
    object.class();
    type_.class();
    let fixed: [(&'static TypeDef, u32); 9] = [
        (&types::str::STR, id::STR),
        (&types::tuple::TUPLE, id::TUPLE),
        (&types::list::LIST, id::LIST),
        (&types::dict::DICT, id::DICT),
        (&types::float::FLOAT, id::FLOAT),
        (&types::function::FUNCTION, id::FUNCTION),
        (&types::cell::CELL, id::CELL),
        (&types::range::RANGE_ITERATOR, id::RANGE_ITERATOR),
        (&types::list::methods::LIST_ITERATOR, id::LIST_ITERATOR),
    ];
    for (def, expected) in fixed {
        def.class();
        if def.shape() != expected {
            crate::errors::internal("the fixed shapes were given out in another order");
        }
    }
    types::object::BUFFER.class();
    BOOTSTRAPPED.store(true, Ordering::Relaxed);
    let object = object.class();
    object.hdr.set_shape(type_.shape());
    type_.class().hdr.set_shape(type_.shape());
    finish_builtin(object, None);
    finish_builtin(type_.class(), Some(object));
    for (def, _) in fixed {
        finish_builtin(def.class(), Some(object));
    }
    finish_builtin(types::object::BUFFER.class(), Some(object));
}

/// Records `class` in its base's `__subclasses__`.
pub fn add_subclass(base: Ref<Type>, class: Ref<Type>) {
    use crate::types::list::List;
    let list = match base.subclasses.get() {
        Some(list) => list.expect::<List>(),
        None => {
            let list = List::new(&[]);
            base.subclasses.set(base, list);
            list
        }
    };
    list.push(class.value());
}

pub fn remove_subclass(base: Ref<Type>, class: Ref<Type>) {
    use crate::types::list::List;
    if let Some(list) = base.subclasses.get() {
        let list = list.expect::<List>();
        if let Some(i) = list.as_slice().iter().position(|v| v.is(class.value())) {
            list.remove(i);
        }
    }
}

impl Type {
    #[inline(always)]
    pub fn has_flag(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    pub fn add_flags(&self, flags: u32) {
        self.flags.set(self.flags.get() | flags);
    }

    pub fn is_heap_type(&self) -> bool {
        self.has_flag(HEAPTYPE)
    }

    /// `__name__`.
    pub fn name(&self) -> Ref<Str> {
        self.name.object()
    }

    /// `tp_name`: what error messages show: the bare name for heap types, `module.name` for built-in ones outside `builtins`.
    pub fn display_name(&self) -> String {
        match self.def.get() {
            Some(def) => def.name.to_string(),
            None => self.name().to_string_lossy(),
        }
    }
}

/// The operation table of a value's class.
#[inline(always)]
pub fn slots_of(value: Value) -> &'static Slots {
    // SAFETY: the class is reachable through the value or immortal; slots are only replaced as a whole.
    unsafe { &*value.class().as_static().slots.as_ptr() }
}

impl Ref<Type> {
    #[inline(always)]
    pub fn as_static(self) -> &'static Type {
        // SAFETY: classes are kept alive by the shape table.
        unsafe { &*self.as_ptr() }
    }

    #[inline(always)]
    pub fn slots(self) -> &'static Slots {
        // SAFETY: as in `slots_of`.
        unsafe { &*self.as_static().slots.as_ptr() }
    }

    /// The class's own namespace.
    #[inline]
    pub fn dict(self) -> Ref<Dict> {
        if self.has_flag(LAZY_DICT) {
            self.fill_dict();
        }
        self.dict_slot.object()
    }

    pub fn set_dict(self, dict: Ref<Dict>) {
        self.dict_slot.set(self, dict);
    }

    #[cold]
    #[inline(never)]
    fn fill_dict(self) {
        self.flags.set(self.flags.get() & !LAZY_DICT);
        self.dict_slot.set(self, Dict::new());
        if let Some(def) = self.def.get() {
            slotdefs::fill_builtin_dict(self, def);
            if let Some(extra) = def.extra {
                extra(self);
            }
        }
    }

    /// Whether `self` is `other` or derives from it.
    #[inline]
    pub fn is_subtype(self, other: Ref<Type>) -> bool {
        if self == other {
            return true;
        }
        match self.mro.get() {
            // SAFETY: `mro` holds a tuple.
            Some(mro) => unsafe { Ref::<Tuple>::from_ptr(mro.as_ptr()) }.as_slice().iter().any(|c| c.is(other.value())),
            None => false,
        }
    }

    pub fn mro_slice(self) -> &'static [Value] {
        match self.mro.get() {
            // SAFETY: `mro` holds a tuple; a replaced one stays alive while the slice's address is on the stack.
            Some(mro) => unsafe { &*(Ref::<Tuple>::from_ptr(mro.as_ptr()).as_slice() as *const [Value]) },
            None => &[],
        }
    }

    /// The classes of the MRO, in order.
    pub fn mro_classes(self) -> impl Iterator<Item = Ref<Type>> {
        self.mro_slice().iter().filter_map(|class| class.exact_type())
    }

    /// The attribute along the MRO, without descriptors (`_PyType_Lookup`); the name is interned.
    #[inline]
    pub fn lookup(self, name: Ref<Str>) -> Option<Value> {
        let key = name.as_ptr() as u64;
        let entry = cache_entry(self.version.get(), key);
        if entry.version.get() == self.version.get() && entry.name.get() == key {
            // SAFETY: entries are dropped at every collection, so the object is still there.
            return unsafe { Value::from_slot(entry.value.get()) };
        }
        self.lookup_uncached(name)
    }

    #[inline(never)]
    fn lookup_uncached(self, name: Ref<Str>) -> Option<Value> {
        let found = self.lookup_in_mro(name).map(|(value, _)| value);
        let entry = cache_entry(self.version.get(), name.as_ptr() as u64);
        entry.version.set(self.version.get());
        entry.name.set(name.as_ptr() as u64);
        entry.value.set(found.map_or(0, Value::bits));
        found
    }

    /// The attribute along the MRO and the class that has it.
    pub fn lookup_in_mro(self, name: Ref<Str>) -> Option<(Value, Ref<Type>)> {
        for class in self.mro_slice() {
            let class = class.expect::<Type>();
            if let Some(value) = class.dict().get_str(name) {
                return Some((value, class));
            }
        }
        None
    }

    /// Call after any change to the class's dict, bases or MRO: lookups made before count no more.
    pub fn modified(self) {
        self.version.set(fresh_version());
        shape_epoch_bump();
        for class in self.subclasses_list() {
            class.modified();
        }
    }

    /// An attribute that is no descriptor was bound to another such value: only who holds the value must hear of it.
    fn value_changed(self) {
        if self.has_flag(VALUES_CACHED) {
            self.flags.set(self.flags.get() & !VALUES_CACHED | HAS_VARIABLES);
            return self.modified();
        }
        self.forget_lookups();
    }

    fn forget_lookups(self) {
        self.version.set(fresh_version());
        for class in self.subclasses_list() {
            class.forget_lookups();
        }
    }

    /// Whether an inline cache may hold the value that an attribute of this class has; from then on it is told of changes.
    pub fn may_cache_value(self, name: Ref<Str>) -> bool {
        match self.lookup_in_mro(name) {
            Some((_, owner)) if !owner.has_flag(HAS_VARIABLES) => {
                owner.flags.set(owner.flags.get() | VALUES_CACHED);
                true
            }
            _ => false,
        }
    }

    pub fn subclasses_list(self) -> Vec<Ref<Type>> {
        match self.subclasses.get() {
            Some(list) => {
                list.expect::<crate::types::list::List>().as_slice().iter().filter_map(|v| v.exact_type()).collect()
            }
            None => Vec::new(),
        }
    }

    /// Sets an attribute of the class itself, keeping slots and caches right.
    pub fn set_attr(self, name: Ref<Str>, value: Option<Value>) -> R<bool> {
        let dict = self.dict();
        if let (Some(new), Some(old)) = (value, dict.get_str(name)) {
            let is_special = name.to_string_lossy().starts_with("__");
            if is_plain(old) && is_plain(new) && !is_special {
                dict.set_str(name, new);
                self.value_changed();
                return Ok(true);
            }
        }
        match value {
            Some(value) => dict.set_str(name, value),
            None => {
                if dict.remove_str(name).is_none() {
                    return Ok(false);
                }
            }
        }
        self.modified();
        slotdefs::update_slots_for(self, name);
        Ok(true)
    }
}

/// Whether a class attribute of this value means just the value.
fn is_plain(value: Value) -> bool {
    let slots = slots_of(value);
    slots.descr_get.is_none() && slots.descr_set.is_none() && !value.class().has_flag(define::METHOD_LIKE)
}

impl Value {
    /// The value as a class.
    #[inline(always)]
    pub fn exact_type(self) -> Option<Ref<Type>> {
        self.cast::<Type>()
    }
}

/// Counts changes to classes that inline caches rely on: a site's cache is valid while the epoch it was filled under
/// lasts. Counted in the upper half, so that a shape id fits below it.
#[unsafe(no_mangle)]
pub static mut TAIPAN_CLASS_EPOCH: u64 = 1 << 32;

fn shape_epoch_bump() {
    // SAFETY: touched only under the interpreter lock.
    unsafe { TAIPAN_CLASS_EPOCH += 1 << 32 };
}

#[inline(always)]
pub fn epoch() -> u64 {
    // SAFETY: as above.
    unsafe { TAIPAN_CLASS_EPOCH }
}

struct CacheEntry {
    version: Cell<u32>,
    name: Cell<u64>,
    value: Cell<u64>,
}

const CACHE_SIZE: usize = 4096;

struct Cache([CacheEntry; CACHE_SIZE]);

// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Cache {}

static CACHE: Cache =
    Cache([const { CacheEntry { version: Cell::new(0), name: Cell::new(0), value: Cell::new(0) } }; CACHE_SIZE]);

#[inline(always)]
fn cache_entry(version: u32, name: u64) -> &'static CacheEntry {
    &CACHE.0[((version as u64) ^ (name >> 4)) as usize % CACHE_SIZE]
}

/// Forgets all cached lookups: the collector calls it, since the cache is no root.
pub fn clear_method_cache() {
    for entry in &CACHE.0 {
        entry.version.set(0);
    }
}
