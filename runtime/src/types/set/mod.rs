//! `set` and `frozenset`: the hash table. What sets compute is in [`algebra`], the types in [`methods`].
//!
//! Programs print sets, so the order of iteration is CPython's to the letter: the same open addressing
//! with short linear probes, the same growth, the same places. Invariant: a place with key 0 was never
//! used since the table was made, one with key [`DUMMY`] was emptied; `fill` counts both dummies and
//! live keys, and a table always keeps unused places.

pub mod algebra;
pub mod methods;

use crate::errors::{self, R, runtime_error};
use crate::gc::{self, Header, Tracer};
use crate::object::reference::allocate;
use crate::object::{Builtin, Ref, Slot, TypeDef};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions::TYPE_ERROR;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::header::{Kind, pack};

pub use algebra::{difference_update, intersection, symmetric_difference_update};
pub use methods::{FROZEN_SET, SET};

/// A set or a frozenset; the class says which.
#[repr(C)]
pub struct Set {
    hdr: Header,
    /// The [`Table`].
    table: Slot,
    /// Live keys and dummies, raw.
    fill: Cell<u64>,
    /// Live keys, raw.
    used: Cell<u64>,
    /// Where `pop` looks next, raw.
    finger: Cell<u64>,
    /// Halves of a frozenset's hash, raw; and 1 in the last word once it is known.
    hash_low: Cell<u64>,
    hash_high: Cell<u64>,
    hash_known: Cell<u64>,
}

/// A frozenset has the same layout.
#[repr(transparent)]
pub struct FrozenSet(Set);

impl Builtin for Set {
    const DEF: &'static TypeDef = &SET;
}

impl Builtin for FrozenSet {
    const DEF: &'static TypeDef = &FROZEN_SET;
}

/// The places.
#[repr(C)]
struct Table {
    hdr: Header,
    /// Number of places less one, raw.
    mask: u64,
}

#[repr(C)]
struct Entry {
    key: Cell<u64>,
    hash: Cell<i64>,
}

/// Key of an emptied place: no value, and no heap address.
const DUMMY: u64 = 8;
const MIN_SIZE: usize = 8;
/// Places looked at in a row before jumping.
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;

static TABLE: TypeDef =
    TypeDef { name: "taipan.set_table", flags: crate::object::define::NO_NEW, kind: Kind::Custom, ..TypeDef::BASE };

/// Traces a table: called by the collector.
///
/// # Safety
/// `object` is a live [`Table`].
unsafe fn trace_table(object: *const Header, tracer: &mut Tracer) {
    // SAFETY: the shape says that it is a Table.
    for entry in unsafe { (*(object as *const Table)).entries() } {
        tracer.value(entry.key.get());
    }
}

#[cold]
fn register_table() -> u32 {
    let shape = TABLE.shape_for_new();
    gc::set_trace_fn(shape, trace_table);
    shape
}

impl Table {
    /// A table of `size` places, a power of two.
    fn new(size: usize) -> R<Ref<Table>> {
        let shape = match TABLE.shape() {
            u32::MAX => register_table(),
            shape => shape,
        };
        let header = pack(shape, Kind::Custom, 0, 0);
        let bytes = size.checked_mul(size_of::<Entry>()).and_then(|n| n.checked_add(size_of::<Table>()));
        let Some(ptr) = bytes.and_then(|bytes| gc::try_alloc(bytes, header)) else {
            return Err(errors::memory_error());
        };
        let ptr = ptr.as_ptr() as *mut Table;
        // SAFETY: the block has room for the places and is zeroed: all are unused.
        unsafe {
            (&raw mut (*ptr).mask).write(size as u64 - 1);
            Ok(Ref::from_ptr(ptr))
        }
    }

    #[inline(always)]
    fn mask(&self) -> usize {
        self.mask as usize
    }

    #[inline(always)]
    fn entries(&self) -> &'static [Entry] {
        // SAFETY: the places follow the fixed part; the table stays alive while their address is on the stack.
        unsafe { std::slice::from_raw_parts((self as *const Table).add(1) as *const Entry, self.mask() + 1) }
    }

    /// Puts a key that is not there into a table without dummies.
    fn insert_clean(&self, key: u64, hash: i64) {
        let mask = self.mask();
        let entries = self.entries();
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        loop {
            let last = if i + LINEAR_PROBES <= mask { i + LINEAR_PROBES } else { i };
            if let Some(entry) = entries[i..=last].iter().find(|entry| entry.key.get() == 0) {
                entry.key.set(key);
                entry.hash.set(hash);
                return;
            }
            perturb >>= PERTURB_SHIFT;
            i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & mask;
        }
    }
}

impl Entry {
    /// The live key.
    #[inline(always)]
    fn live(&self) -> Option<Value> {
        match self.key.get() {
            0 | DUMMY => None,
            // SAFETY: other keys are values.
            key => Some(unsafe { Value::from_bits(key) }),
        }
    }
}

/// A set or frozenset, or an instance of a subclass.
#[inline(always)]
pub fn any_set(v: Value) -> Option<Ref<Set>> {
    if !v.is_pointer() {
        return None;
    }
    let shape = v.shape();
    if shape == SET.shape() || shape == FROZEN_SET.shape() {
        // SAFETY: both classes have this layout.
        return Some(unsafe { Ref::from_ptr(v.as_ptr()) });
    }
    is_set(v).map(|_| {
        // SAFETY: the layout of a subclass begins with that of its base.
        unsafe { Ref::from_ptr(v.as_ptr()) }
    })
}

/// Whether a value is a set at all, and if so whether it is a frozen one.
pub fn is_set(v: Value) -> Option<bool> {
    let class = v.class();
    if class.is_subtype(SET.class()) {
        Some(false)
    } else if class.is_subtype(FROZEN_SET.class()) {
        Some(true)
    } else {
        None
    }
}

/// A set or frozenset, not of a subclass.
pub fn is_exact_set(v: Value) -> bool {
    v.exact::<Set>().is_some() || v.exact::<FrozenSet>().is_some()
}

/// The `self` of a method.
#[inline(always)]
pub fn expect(v: Value) -> Ref<Set> {
    match any_set(v) {
        Some(set) => set,
        None => errors::internal("a method of set got another self"),
    }
}

/// `hash(key)`; the error for unhashable keys says what they were wanted for.
#[inline(always)]
pub fn key_hash(key: Value) -> R<i64> {
    match ops::hash::hash(key) {
        Ok(hash) => Ok(hash),
        Err(_) => Err(crate::types::dict::methods::unhashable(key, "set element")),
    }
}

/// An empty set, frozen or not.
pub fn empty(frozen: bool) -> R<Ref<Set>> {
    let table = Table::new(MIN_SIZE)?;
    let def = if frozen { &FROZEN_SET } else { &SET };
    Ok(allocate(
        def.header(),
        Set {
            hdr: Header::EMPTY,
            table: Slot::new(table),
            fill: Cell::new(0),
            used: Cell::new(0),
            finger: Cell::new(0),
            hash_low: Cell::new(0),
            hash_high: Cell::new(0),
            hash_known: Cell::new(0),
        },
    ))
}

/// `{a, b, ...}`.
pub fn from_items(items: &[Value]) -> R {
    let set = empty(false)?;
    for &item in items {
        set.add(item)?;
    }
    Ok(set.value())
}

/// `frozenset((a, b, ...))`.
pub fn frozen_from_items(items: &[Value]) -> R {
    let set = empty(true)?;
    for &item in items {
        set.add(item)?;
    }
    Ok(set.value())
}

/// `set.add(item)`, of a value known to be a set.
pub fn add(set: Value, item: Value) -> R<()> {
    expect(set).add(item)
}

/// `set.update(iterable)`, of a value known to be a set.
pub fn update(set: Value, iterable: Value) -> R<()> {
    expect(set).update(iterable)
}

impl Set {
    #[inline(always)]
    fn table(&self) -> Ref<Table> {
        self.table.object()
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get() as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The next live key at or after place `at`, with its hash and the place after it.
    #[inline(always)]
    pub fn next_key(&self, at: usize) -> Option<(usize, Value, i64)> {
        let entries = self.table().entries();
        let rest = entries.get(at..)?;
        rest.iter().enumerate().find_map(|(i, entry)| entry.live().map(|key| (at + i + 1, key, entry.hash.get())))
    }

    /// The keys, in order of iteration.
    pub fn keys(&self) -> Vec<Value> {
        self.table().entries().iter().filter_map(Entry::live).collect()
    }

    /// Finds the place of a key, by identity, by text, else by `==`, starting over when that changed
    /// the table. Gives the place of the key, or where it would go: the last emptied place on the way,
    /// else the unused one at its end.
    #[inline]
    fn find(&self, key: Value, hash: i64) -> R<(&'static Entry, bool)> {
        'restart: loop {
            let table = self.table();
            let mask = table.mask();
            let entries = table.entries();
            let mut perturb = hash as u64;
            let mut i = hash as usize & mask;
            let mut free = None;
            loop {
                let last = if i + LINEAR_PROBES <= mask { i + LINEAR_PROBES } else { i };
                for entry in &entries[i..=last] {
                    let found = entry.key.get();
                    if found == 0 {
                        return Ok((free.unwrap_or(entry), false));
                    }
                    if entry.hash.get() != hash {
                        if found == DUMMY {
                            free = Some(entry);
                        }
                        continue;
                    }
                    if found == key.bits() {
                        return Ok((entry, true));
                    }
                    // SAFETY: neither unused nor a dummy.
                    let other = unsafe { Value::from_bits(found) };
                    let equal = match ops::quick_equal(other, key) {
                        Some(equal) => equal,
                        None => {
                            let equal = ops::equal(other, key)?;
                            if self.table() != table || entry.key.get() != found {
                                continue 'restart;
                            }
                            equal
                        }
                    };
                    if equal {
                        return Ok((entry, true));
                    }
                }
                perturb >>= PERTURB_SHIFT;
                i = i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize) & mask;
            }
        }
    }

    pub fn contains_hashed(&self, key: Value, hash: i64) -> R<bool> {
        Ok(self.find(key, hash)?.1)
    }

    pub fn contains(&self, key: Value) -> R<bool> {
        self.contains_hashed(key, key_hash(key)?)
    }

    /// Removes a key; whether it was there.
    pub fn discard_hashed(&self, key: Value, hash: i64) -> R<bool> {
        let (entry, found) = self.find(key, hash)?;
        if found {
            entry.key.set(DUMMY);
            entry.hash.set(-1);
            self.used.set(self.used.get() - 1);
        }
        Ok(found)
    }

    /// Removes some key: the next after the one removed before.
    pub fn pop_any(&self) -> Option<Value> {
        if self.is_empty() {
            return None;
        }
        let table = self.table();
        let entries = table.entries();
        let mut i = self.finger.get() as usize & table.mask();
        loop {
            if let Some(key) = entries[i].live() {
                entries[i].key.set(DUMMY);
                entries[i].hash.set(-1);
                self.used.set(self.used.get() - 1);
                self.finger.set(i as u64 + 1);
                return Some(key);
            }
            i = if i == table.mask() { 0 } else { i + 1 };
        }
    }

    /// CPython's hash of a frozenset: it does not depend on the order.
    pub fn hash_value(&self) -> i64 {
        if self.hash_known.get() != 0 {
            return (self.hash_high.get() << 32 | self.hash_low.get()) as i64;
        }
        let mut hash: u64 = 0;
        for entry in self.table().entries().iter().filter(|entry| entry.live().is_some()) {
            let h = entry.hash.get() as u64;
            hash ^= ((h ^ 89869747) ^ (h << 16)).wrapping_mul(3644798167);
        }
        hash ^= (self.used.get() + 1).wrapping_mul(1927868237);
        hash ^= (hash >> 11) ^ (hash >> 25);
        hash = hash.wrapping_mul(69069).wrapping_add(907133923);
        if hash == u64::MAX {
            hash = 590923713;
        }
        hash as i64
    }

    /// As [`Set::hash_value`], kept for the next time: for sets that no longer change.
    pub fn cached_hash(&self) -> i64 {
        let hash = self.hash_value();
        self.hash_low.set(hash as u64 & 0xffff_ffff);
        self.hash_high.set(hash as u64 >> 32);
        self.hash_known.set(1);
        hash
    }
}

impl Ref<Set> {
    #[inline]
    pub fn add(self, key: Value) -> R<()> {
        self.add_hashed(key, key_hash(key)?)
    }

    #[inline]
    pub fn add_hashed(self, key: Value, hash: i64) -> R<()> {
        let (entry, found) = self.find(key, hash)?;
        if found {
            return Ok(());
        }
        let table = self.table();
        let emptied = entry.key.get() == DUMMY;
        entry.key.set(key.bits());
        entry.hash.set(hash);
        gc::write_range_barrier(table.header());
        self.used.set(self.used.get() + 1);
        if emptied {
            return Ok(());
        }
        self.fill.set(self.fill.get() + 1);
        if (self.fill.get() as usize) * 5 < table.mask() * 3 {
            return Ok(());
        }
        self.resize(self.growth())
    }

    /// Places asked for when the table is full.
    fn growth(self) -> usize {
        let used = self.len();
        if used > 50000 { used * 2 } else { used * 4 }
    }

    /// Rebuilds the table with more than `least` places, without dummies.
    #[inline(never)]
    fn resize(self, least: usize) -> R<()> {
        let mut size = MIN_SIZE;
        while size <= least {
            size <<= 1;
        }
        let old = self.table();
        if size == MIN_SIZE && old.mask() == MIN_SIZE - 1 && self.fill.get() == self.used.get() {
            return Ok(());
        }
        let new = Table::new(size)?;
        for entry in old.entries() {
            if let Some(key) = entry.live() {
                new.insert_clean(key.bits(), entry.hash.get());
            }
        }
        self.table.set(self, new);
        self.fill.set(self.used.get());
        Ok(())
    }

    pub fn clear(self) -> R<()> {
        if self.fill.get() != 0 {
            self.table.set(self, Table::new(MIN_SIZE)?);
            self.fill.set(0);
            self.used.set(0);
        }
        Ok(())
    }

    /// Takes the contents of another set, which gets ours.
    fn swap(self, other: Ref<Set>) {
        let (a, b) = (self.table(), other.table());
        self.table.set(self, b);
        other.table.set(other, a);
        self.fill.swap(&other.fill);
        self.used.swap(&other.used);
        self.hash_known.set(0);
        other.hash_known.set(0);
    }

    /// Adds the keys of another set.
    pub fn merge(self, other: Ref<Set>) -> R<()> {
        if self == other || other.is_empty() {
            return Ok(());
        }
        // One big resize at the start.
        if (self.fill.get() as usize + other.len()) * 5 >= self.table().mask() * 3 {
            self.resize((self.len() + other.len()) * 2)?;
        }
        let (to, from) = (self.table(), other.table());
        if self.fill.get() == 0 {
            let clean = to.mask() == from.mask() && other.fill.get() == other.used.get();
            for (i, entry) in from.entries().iter().enumerate() {
                let Some(key) = entry.live() else { continue };
                if clean {
                    to.entries()[i].key.set(key.bits());
                    to.entries()[i].hash.set(entry.hash.get());
                } else {
                    to.insert_clean(key.bits(), entry.hash.get());
                }
            }
            gc::write_range_barrier(to.header());
            self.fill.set(other.used.get());
            self.used.set(other.used.get());
            return Ok(());
        }
        for entry in from.entries() {
            if let Some(key) = entry.live() {
                self.add_hashed(key, entry.hash.get())?;
            }
        }
        Ok(())
    }

    /// Adds the items of an iterable.
    pub fn update(self, iterable: Value) -> R<()> {
        if let Some(other) = any_set(iterable) {
            return self.merge(other);
        }
        if let Some(dict) = iterable.exact::<Dict>() {
            if (self.fill.get() as usize + dict.len()) * 5 >= self.table().mask() * 3 {
                self.resize((self.len() + dict.len()) * 2)?;
            }
            let mut at = 0;
            while let Some((next, key, _)) = dict.next_entry(at) {
                self.add_hashed(key, dict.hash_at(next - 1))?;
                at = next;
            }
            return Ok(());
        }
        ops::iter::for_each(iterable, |item| self.add(item))
    }

    /// A copy, frozen or not.
    pub fn copy_as(self, frozen: bool) -> R<Ref<Set>> {
        let copy = empty(frozen)?;
        copy.merge(self)?;
        Ok(copy)
    }
}

/// The hash of a key looked for: a set stands for the frozenset of its items.
pub fn lookup_hash(key: Value) -> R<i64> {
    match ops::hash::hash(key) {
        Ok(hash) => Ok(hash),
        Err(_) => match any_set(key) {
            Some(set) if is_set(key) == Some(false) && errors::pending_is(&TYPE_ERROR) => {
                errors::clear();
                Ok(set.hash_value())
            }
            _ => Err(crate::types::dict::methods::unhashable(key, "set element")),
        },
    }
}

/// The error of an iteration over a set that was changed.
pub(super) fn changed() -> crate::value::Raised {
    runtime_error("Set changed size during iteration")
}
