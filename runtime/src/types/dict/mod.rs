//! `dict`: the hash table and the primitives that others build on. Methods are in [`methods`], the
//! views and iterators in [`views`].
//!
//! Insertion-ordered like CPython's: dense entries `(hash, key, value)` and a small index table of 1,
//! 2 or 4 bytes per place, in one collected object ([`Table`]). Invariant: an entry with key 0 is
//! deleted; the index table names every live entry and is never full.
//!
//! The dict of a module (and of `builtins`) is a *namespace*: its entries hold a [`GlobalCell`] each
//! instead of the value, and the cells outlive deletion of the name. Compiled code and inline caches
//! keep the address of a cell, so reading a global is one load. Everything outside this file sees
//! plain values.

pub mod methods;
pub mod views;

use crate::errors::R;
use crate::gc::{self, Header, Tracer};
use crate::object::reference::allocate;
use crate::object::{Builtin, Ref, Slot, TypeDef};
use crate::ops;
use crate::types::str::Str;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::header::{Kind, pack};

pub use methods::DICT;

/// The table of a dict, by which its entries are numbered, for those that keep words of their own for each.
#[derive(Clone, Copy)]
pub struct Numbering(Ref<Table>);

impl Numbering {
    /// The numbering that an object keeps.
    ///
    /// # Safety
    /// `slot` holds what [`Numbering::value`] gave.
    pub unsafe fn kept(slot: &Slot) -> Numbering {
        Numbering(slot.object())
    }

    pub fn value(self) -> Value {
        self.0.value()
    }

    /// Numbers are below this.
    pub fn room(self) -> usize {
        self.0.usable as usize
    }

    /// The hash of the entry of this number, even of one that is gone.
    pub fn hash_at(self, number: usize) -> Option<i64> {
        (number < self.0.filled.get() as usize).then(|| self.0.entry(number as u32).hash)
    }
}

/// The object.
#[repr(C)]
pub struct Dict {
    pub hdr: Header,
    /// The [`Table`]; never empty.
    table: Slot,
    /// Number of live entries, raw.
    used: Cell<u64>,
    /// A dict of name to cell if this is a namespace, else empty.
    cells: Slot,
}

impl Builtin for Dict {
    const DEF: &'static TypeDef = &DICT;
}

/// The box of one global variable: empty while the name is unbound.
#[repr(C)]
pub struct GlobalCell {
    hdr: Header,
    pub value: Slot,
}

/// The table object: index places, then entries.
#[repr(C)]
struct Table {
    hdr: Header,
    /// log2 of the number of index places.
    log2: u8,
    /// log2 of the bytes per place.
    place: u8,
    /// Set when a key that is not an exact `str` was ever put in.
    mixed: Cell<bool>,
    /// Entries that fit, and entries used (live or deleted).
    usable: u32,
    filled: Cell<u32>,
}

#[repr(C)]
#[derive(Clone, Copy)]
struct Entry {
    hash: i64,
    key: u64,
    value: u64,
}

const MIN_LOG2: u8 = 3;
const EMPTY: u32 = u32::MAX;
const DELETED: u32 = u32::MAX - 1;

/// The number that an index place holds. Entries are so few that the markers are the negative numbers.
trait Place: Copy {
    fn number(self) -> u32;
}

impl Place for i8 {
    #[inline(always)]
    fn number(self) -> u32 {
        self as i32 as u32
    }
}

impl Place for i16 {
    #[inline(always)]
    fn number(self) -> u32 {
        self as i32 as u32
    }
}

impl Place for u32 {
    #[inline(always)]
    fn number(self) -> u32 {
        self
    }
}

/// Where a key is, or would go. Two halves of a word, so that it travels in a register.
struct Found {
    place: u32,
    /// Entry number, or [`EMPTY`] if the key is not there.
    number: u32,
}

impl Found {
    fn at(place: usize, number: u32) -> Found {
        Found { place: place as u32, number }
    }

    /// Entry number, if the key is there.
    #[inline(always)]
    fn entry(&self) -> Option<u32> {
        (self.number != EMPTY).then_some(self.number)
    }
}

impl Table {
    fn new(log2: u8) -> R<Ref<Table>> {
        let places = 1usize << log2;
        let usable = places * 2 / 3;
        let place = match log2 {
            0..=7 => 0,
            8..=15 => 1,
            _ => 2,
        };
        let size = Self::entries_offset(log2, place) + usable * size_of::<Entry>();
        let header = pack(crate::types::object::BUFFER.shape_for_new(), Kind::Dict, 0, 0);
        let Some(ptr) = gc::try_alloc(size, header) else { return Err(crate::errors::memory_error()) };
        let ptr = ptr.as_ptr() as *mut Table;
        // SAFETY: the block has room for the fixed part, the places and the entries.
        unsafe {
            (&raw mut (*ptr).log2).write(log2);
            (&raw mut (*ptr).place).write(place);
            (&raw mut (*ptr).mixed).write(Cell::new(false));
            (&raw mut (*ptr).usable).write(usable as u32);
            (&raw mut (*ptr).filled).write(Cell::new(0));
            let this = Ref::from_ptr(ptr);
            std::ptr::write_bytes(this.places(), 0xff, places << place);
            Ok(this)
        }
    }

    const fn entries_offset(log2: u8, place: u8) -> usize {
        size_of::<Table>() + ((1usize << log2) << place).next_multiple_of(8)
    }

    #[inline(always)]
    fn places(&self) -> *mut u8 {
        // SAFETY: the places begin after the fixed part.
        unsafe { (self as *const Table).add(1) as *mut u8 }
    }

    #[inline(always)]
    fn mask(&self) -> usize {
        (1usize << self.log2) - 1
    }

    /// Entry number at a place, or [`EMPTY`] or [`DELETED`].
    #[inline(always)]
    fn place_at(&self, i: usize) -> u32 {
        // SAFETY: i is masked by the caller.
        unsafe {
            match self.place {
                0 => (*(self.places() as *const i8).add(i)).number(),
                1 => (*(self.places() as *const i16).add(i)).number(),
                _ => *(self.places() as *const u32).add(i),
            }
        }
    }

    /// Finds a key by identity, or by hash and what `same` says of another key; `None` when it cannot say.
    #[inline(always)]
    fn probe(&self, bits: u64, hash: i64, same: impl Fn(Value) -> Option<bool>) -> Option<Found> {
        match self.place {
            0 => self.probe_places::<i8>(bits, hash, same),
            1 => self.probe_places::<i16>(bits, hash, same),
            _ => self.probe_places::<u32>(bits, hash, same),
        }
    }

    #[inline(always)]
    fn probe_places<P: Place>(&self, bits: u64, hash: i64, same: impl Fn(Value) -> Option<bool>) -> Option<Found> {
        let (places, entries, mask) = (self.places() as *const P, self.entries(), self.mask());
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        let mut free = usize::MAX;
        loop {
            // SAFETY: i is masked; `P` is the type of this table's places.
            let n = unsafe { (*places.add(i)).number() };
            if n < DELETED {
                // SAFETY: places hold numbers of entries that were written.
                let entry = unsafe { &*entries.add(n as usize) };
                if entry.key == bits {
                    return Some(Found::at(i, n));
                }
                if entry.hash == hash && entry.key != 0 {
                    // SAFETY: a key that is not 0 is a value.
                    if same(unsafe { Value::from_bits(entry.key) })? {
                        return Some(Found::at(i, n));
                    }
                }
            } else if n == EMPTY {
                return Some(Found::at(if free != usize::MAX { free } else { i }, EMPTY));
            } else if free == usize::MAX {
                free = i;
            }
            perturb >>= 5;
            i = i.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1) & mask;
        }
    }

    #[inline(always)]
    fn set_place(&self, i: usize, n: u32) {
        // SAFETY: i is masked by the caller; the markers truncate to the markers of each width.
        unsafe {
            match self.place {
                0 => *self.places().add(i) = n as u8,
                1 => *(self.places() as *mut u16).add(i) = n as u16,
                _ => *(self.places() as *mut u32).add(i) = n,
            }
        }
    }

    #[inline(always)]
    fn entries(&self) -> *mut Entry {
        // SAFETY: the entries follow the places.
        unsafe { (self as *const Table as *mut u8).add(Self::entries_offset(self.log2, self.place)) as *mut Entry }
    }

    #[inline(always)]
    #[allow(clippy::mut_from_ref)] // see SAFETY
    fn entry(&self, i: u32) -> &mut Entry {
        debug_assert!(i < self.usable);
        // SAFETY: in bounds; no reference to an entry is kept across anything that could make another.
        unsafe { &mut *self.entries().add(i as usize) }
    }

    fn full(&self) -> bool {
        self.filled.get() >= self.usable
    }

    /// First place for a hash that is free, in a table without this key.
    #[inline(always)]
    fn free_place(&self, hash: i64) -> usize {
        let mask = self.mask();
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        while self.place_at(i) < DELETED {
            perturb >>= 5;
            i = i.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1) & mask;
        }
        i
    }

    #[inline(always)]
    fn append(&self, place: usize, hash: i64, key: u64, value: u64) {
        let n = self.filled.get();
        self.set_place(place, n);
        *self.entry(n) = Entry { hash, key, value };
        self.filled.set(n + 1);
    }
}

/// Traces a table: called by the collector.
///
/// # Safety
/// `object` is a live object of kind `Dict`.
pub unsafe fn trace_table(object: *const Header, tracer: &mut Tracer) {
    // SAFETY: the kind says that it is a Table; entries up to `filled` were written.
    unsafe {
        let table = &*(object as *const Table);
        for i in 0..table.filled.get() {
            let entry = table.entries().add(i as usize);
            tracer.value((*entry).key);
            tracer.value((*entry).value);
        }
    }
}

impl GlobalCell {
    fn new() -> Ref<GlobalCell> {
        let header = pack(crate::types::object::BUFFER.shape_for_new(), Kind::Values, 0, 1);
        allocate(header, GlobalCell { hdr: Header::EMPTY, value: Slot::EMPTY })
    }
}

impl Dict {
    pub fn new() -> Ref<Dict> {
        Self::with_log2(MIN_LOG2)
    }

    fn with_log2(log2: u8) -> Ref<Dict> {
        match Table::new(log2) {
            Ok(table) => allocate(
                DICT.header(),
                Dict { hdr: Header::EMPTY, table: Slot::new(table), used: Cell::new(0), cells: Slot::EMPTY },
            ),
            Err(_) => crate::errors::fatal_memory(),
        }
    }

    pub fn with_capacity(n: usize) -> Ref<Dict> {
        Self::with_log2(log2_for(n))
    }

    /// A namespace for a module; see the module's header.
    pub fn new_namespace() -> Ref<Dict> {
        let dict = Self::new();
        dict.cells.set(dict, Self::new());
        dict
    }

    #[inline(always)]
    fn table(&self) -> Ref<Table> {
        self.table.object()
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get() as usize
    }

    pub fn is_empty(&self) -> bool {
        self.used.get() == 0
    }

    #[inline(always)]
    pub fn is_namespace(&self) -> bool {
        self.cells.get().is_some()
    }

    /// The value that an entry's word stands for.
    #[inline(always)]
    fn unwrap(&self, word: u64) -> Value {
        // SAFETY: words of entries are values, or cells in a namespace; a bound cell is not empty.
        unsafe {
            if self.is_namespace() { (*(word as *const GlobalCell)).value.value() } else { Value::from_bits(word) }
        }
    }

    /// Numbers below which entries can be live: for iteration by number.
    #[inline(always)]
    pub fn entries_len(&self) -> usize {
        self.table().filled.get() as usize
    }

    /// The live entry of this number.
    #[inline(always)]
    pub fn entry_at(&self, index: usize) -> Option<(Value, Value)> {
        let table = self.table();
        if index >= table.filled.get() as usize {
            return None;
        }
        let entry = table.entry(index as u32);
        // SAFETY: a key that is not 0 is a value.
        unsafe { Value::from_slot(entry.key) }.map(|key| (key, self.unwrap(entry.value)))
    }

    /// The number of a key's entry. Numbers hold while [`Dict::numbering`] stays the same object.
    pub fn number_of(&self, key: Value, hash: i64) -> R<Option<usize>> {
        Ok(self.find_any(key, hash)?.entry().map(|n| n as usize))
    }

    /// As [`Dict::number_of`], of a key object itself: nothing is compared.
    pub fn number_of_same(&self, key: Value, hash: i64) -> Option<usize> {
        self.table().probe(key.bits(), hash, |_| Some(false))?.entry().map(|n| n as usize)
    }

    /// What numbers the entries.
    pub fn numbering(&self) -> Numbering {
        Numbering(self.table())
    }

    /// The hash of the live entry of this number.
    pub fn hash_at(&self, index: usize) -> i64 {
        self.table().entry(index as u32).hash
    }

    /// The next live entry at or after `index`, and the number after it.
    #[inline(always)]
    pub fn next_entry(&self, mut index: usize) -> Option<(usize, Value, Value)> {
        let len = self.entries_len();
        while index < len {
            if let Some((key, value)) = self.entry_at(index) {
                return Some((index + 1, key, value));
            }
            index += 1;
        }
        None
    }

    /// All entries now.
    pub fn items(&self) -> Vec<(Value, Value)> {
        let mut items = Vec::with_capacity(self.len());
        let mut at = 0;
        while let Some((next, key, value)) = self.next_entry(at) {
            items.push((key, value));
            at = next;
        }
        items
    }

    pub fn keys(&self) -> Vec<Value> {
        self.items().into_iter().map(|(key, _)| key).collect()
    }

    pub fn values(&self) -> Vec<Value> {
        self.items().into_iter().map(|(_, value)| value).collect()
    }

    /// Finds a key by identity, by text for exact strings, else by `==`, which may run Python code:
    /// the search starts over when that changed the table.
    #[inline]
    fn find(&self, key: Value, hash: i64) -> R<Found> {
        match self.table().probe(key.bits(), hash, |other| ops::quick_equal(other, key)) {
            Some(found) => Ok(found),
            None => self.find_slow(key, hash),
        }
    }

    #[inline(never)]
    fn find_slow(&self, key: Value, hash: i64) -> R<Found> {
        'restart: loop {
            let table = self.table();
            let mask = table.mask();
            let mut perturb = hash as u64;
            let mut i = hash as usize & mask;
            let mut free = usize::MAX;
            loop {
                match table.place_at(i) {
                    EMPTY => return Ok(Found::at(if free != usize::MAX { free } else { i }, EMPTY)),
                    DELETED => {
                        if free == usize::MAX {
                            free = i;
                        }
                    }
                    n => {
                        let entry = table.entry(n);
                        if entry.key == key.bits() {
                            return Ok(Found::at(i, n));
                        }
                        if entry.hash == hash && entry.key != 0 {
                            // SAFETY: a key that is not 0 is a value.
                            let other = unsafe { Value::from_bits(entry.key) };
                            let equal = match ops::quick_equal(other, key) {
                                Some(equal) => equal,
                                None => {
                                    let equal = ops::equal(other, key)?;
                                    if self.table() != table || table.entry(n).key != other.bits() {
                                        continue 'restart;
                                    }
                                    equal
                                }
                            };
                            if equal {
                                return Ok(Found::at(i, n));
                            }
                        }
                    }
                }
                perturb >>= 5;
                i = i.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1) & mask;
            }
        }
    }

    /// Finds an exact string without ever running Python code.
    #[inline]
    fn find_str(&self, key: Ref<Str>) -> Found {
        let same = |other: Value| Some(other.cast::<Str>().is_some_and(|other| other.equals(&key)));
        match self.table().probe(key.as_ptr() as u64, key.hash(), same) {
            Some(found) => found,
            None => crate::errors::internal("a text that cannot be compared"),
        }
    }

    #[inline]
    fn find_any(&self, key: Value, hash: i64) -> R<Found> {
        match key.exact::<Str>() {
            Some(text) if !self.table().mixed.get() => Ok(self.find_str(text)),
            _ => self.find(key, hash),
        }
    }

    #[inline]
    pub fn get(&self, key: Value) -> R<Option<Value>> {
        let hash = key_hash(key)?;
        self.get_with_hash(key, hash)
    }

    #[inline]
    pub fn get_with_hash(&self, key: Value, hash: i64) -> R<Option<Value>> {
        let found = self.find_any(key, hash)?;
        Ok(found.entry().map(|n| self.unwrap(self.table().entry(n).value)))
    }

    #[inline]
    pub fn get_str(&self, key: Ref<Str>) -> Option<Value> {
        let found = self.find_str(key);
        found.entry().map(|n| self.unwrap(self.table().entry(n).value))
    }

    pub fn contains(&self, key: Value) -> R<bool> {
        let hash = key_hash(key)?;
        Ok(self.find_any(key, hash)?.entry().is_some())
    }

    pub fn contains_with_hash(&self, key: Value, hash: i64) -> R<bool> {
        Ok(self.find_any(key, hash)?.entry().is_some())
    }
}

/// `hash(key)`; the error for unhashable keys says what they were wanted for.
#[inline(always)]
pub fn key_hash(key: Value) -> R<i64> {
    match ops::hash::hash(key) {
        Ok(hash) => Ok(hash),
        Err(_) => Err(methods::unhashable(key, "dict key")),
    }
}

/// log2 of the index size for `n` entries.
fn log2_for(n: usize) -> u8 {
    let places = (n * 3 / 2 + 1).max(1 << MIN_LOG2).next_power_of_two();
    places.trailing_zeros() as u8
}

impl Ref<Dict> {
    /// `d[key] = value`.
    #[inline]
    pub fn set(self, key: Value, value: Value) -> R<()> {
        let hash = key_hash(key)?;
        self.set_with_hash(key, hash, value)
    }

    #[inline]
    pub fn set_with_hash(self, key: Value, hash: i64, value: Value) -> R<()> {
        let found = self.find_any(key, hash)?;
        self.store(found, key, hash, value)
    }

    #[inline]
    pub fn set_str(self, key: Ref<Str>, value: Value) {
        let found = if self.table().mixed.get() {
            match self.find(key.value(), key.hash()) {
                Ok(found) => found,
                Err(_) => {
                    crate::errors::clear();
                    self.find_str(key)
                }
            }
        } else {
            self.find_str(key)
        };
        if self.store(found, key.value(), key.hash(), value).is_err() {
            crate::errors::fatal_memory();
        }
    }

    #[inline(always)]
    fn store(self, found: Found, key: Value, hash: i64, value: Value) -> R<()> {
        match found.entry() {
            Some(n) if !self.is_namespace() => {
                let table = self.table();
                let entry = table.entry(n);
                entry.value = value.bits();
                gc::write_barrier(table.as_ptr() as *const Header, &entry.value);
                Ok(())
            }
            _ => self.store_slow(found, key, hash, value),
        }
    }

    /// Adds an entry, or binds a global variable.
    #[inline(never)]
    fn store_slow(self, found: Found, key: Value, hash: i64, value: Value) -> R<()> {
        let table = self.table();
        if let Some(n) = found.entry() {
            if self.is_namespace() {
                // SAFETY: entries of a namespace hold cells.
                let cell: Ref<GlobalCell> = unsafe { Ref::from_ptr(table.entry(n).value as *mut GlobalCell) };
                cell.value.set(cell, value);
            } else {
                let entry = table.entry(n);
                entry.value = value.bits();
                gc::write_barrier(table.as_ptr() as *const Header, &entry.value);
            }
            return Ok(());
        }
        let word = if self.is_namespace() {
            let cell = match key.exact::<Str>() {
                Some(name) => self.cell(name),
                None => Some(GlobalCell::new()),
            };
            match cell {
                Some(cell) => {
                    cell.value.set(cell, value);
                    cell.as_ptr() as u64
                }
                None => value.bits(),
            }
        } else {
            value.bits()
        };
        let (table, place) = if table.full() {
            self.resize(self.len() + 1)?;
            let table = self.table();
            (table, table.free_place(hash))
        } else {
            (table, found.place as usize)
        };
        if key.exact::<Str>().is_none() {
            table.mixed.set(true);
        }
        table.append(place, hash, key.bits(), word);
        gc::write_range_barrier(table.as_ptr() as *const Header);
        self.used.set(self.used.get() + 1);
        Ok(())
    }

    /// Rebuilds the table with room to grow beyond `n` entries.
    #[cold]
    #[inline(never)]
    fn resize(self, n: usize) -> R<()> {
        let old = self.table();
        let new = Table::new(log2_for(n * 2))?;
        new.mixed.set(old.mixed.get());
        for i in 0..old.filled.get() {
            let entry = *old.entry(i);
            if entry.key != 0 {
                new.append(new.free_place(entry.hash), entry.hash, entry.key, entry.value);
            }
        }
        self.table.set(self, new);
        Ok(())
    }

    /// Sets `d[key]`; the number of the entry.
    pub fn set_numbered(self, key: Value, hash: i64, value: Value) -> R<usize> {
        let found = self.find_any(key, hash)?;
        let number = found.entry();
        self.store(found, key, hash, value)?;
        Ok(number.map_or_else(|| self.entries_len() - 1, |n| n as usize))
    }

    /// Removes the live entry of this number.
    pub fn remove_number(self, number: usize) -> Option<(Value, Value)> {
        self.entry_at(number)?;
        let table = self.table();
        let n = number as u32;
        let hash = table.entry(n).hash;
        let mask = table.mask();
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        while table.place_at(i) != n {
            perturb >>= 5;
            i = i.wrapping_mul(5).wrapping_add(perturb as usize).wrapping_add(1) & mask;
        }
        self.remove_found(Found::at(i, n))
    }

    fn remove_found(self, found: Found) -> Option<(Value, Value)> {
        let n = found.entry()?;
        let table = self.table();
        let entry = table.entry(n);
        // SAFETY: found entries have a key.
        let key = unsafe { Value::from_bits(entry.key) };
        let value = self.unwrap(entry.value);
        if self.is_namespace() {
            // SAFETY: entries of a namespace hold cells.
            unsafe { (*(entry.value as *const GlobalCell)).value.clear() };
        }
        entry.key = 0;
        entry.value = 0;
        table.set_place(found.place as usize, DELETED);
        self.used.set(self.used.get() - 1);
        Some((key, value))
    }

    /// Removes a key; its value, if it was there.
    pub fn remove(self, key: Value) -> R<Option<Value>> {
        let hash = key_hash(key)?;
        let found = self.find_any(key, hash)?;
        Ok(self.remove_found(found).map(|(_, value)| value))
    }

    pub fn remove_str(self, key: Ref<Str>) -> Option<Value> {
        let found = self.find_str(key);
        self.remove_found(found).map(|(_, value)| value)
    }

    /// `dict.popitem`: the last entry.
    pub fn pop_last(self) -> Option<(Value, Value)> {
        let table = self.table();
        let mut n = table.filled.get();
        while n > 0 {
            n -= 1;
            let removed = self.remove_number(n as usize);
            table.filled.set(n);
            if removed.is_some() {
                return removed;
            }
        }
        None
    }

    pub fn clear(self) {
        if self.is_namespace() {
            for key in self.keys() {
                let _ = self.remove(key);
            }
        }
        if let Ok(table) = Table::new(MIN_LOG2) {
            self.table.set(self, table);
            self.used.set(0);
        }
    }

    /// A new dict with the same entries.
    pub fn copy(self) -> Ref<Dict> {
        let new = Dict::with_capacity(self.len());
        new.table().mixed.set(self.table().mixed.get());
        let old = self.table();
        let table = new.table();
        for i in 0..old.filled.get() {
            let entry = *old.entry(i);
            if entry.key != 0 {
                table.append(table.free_place(entry.hash), entry.hash, entry.key, self.unwrap(entry.value).bits());
            }
        }
        gc::write_range_barrier(table.as_ptr() as *const Header);
        new.used.set(self.used.get());
        new
    }

    /// The value of a key, set to `default` first if there is none.
    pub fn set_default(self, key: Value, default: Value) -> R<Value> {
        let hash = key_hash(key)?;
        let found = self.find_any(key, hash)?;
        if let Some(n) = found.entry() {
            return Ok(self.unwrap(self.table().entry(n).value));
        }
        self.store(found, key, hash, default)?;
        Ok(default)
    }

    /// The cell of a name in a namespace, made empty if the name was never seen; `None` for other dicts.
    pub fn cell(self, name: Ref<Str>) -> Option<Ref<GlobalCell>> {
        let cells: Ref<Dict> = self.cells.get().map(|_| self.cells.object())?;
        if let Some(cell) = cells.get_str(name) {
            // SAFETY: the side dict holds cells only.
            return Some(unsafe { Ref::from_ptr(cell.as_ptr()) });
        }
        let cell = GlobalCell::new();
        cells.set_str(name, cell.value());
        Some(cell)
    }

    /// Binds a name of a namespace whose cell is empty, so that the name takes its place at the end;
    /// code that keeps cells calls this for the first store and writes the cell directly afterwards.
    pub fn set_str_text(self, key: &str, value: Value) {
        self.set_str(Str::intern(key), value);
    }

    pub fn get_text(self, key: &str) -> Option<Value> {
        self.get_str(Str::intern(key))
    }
}
