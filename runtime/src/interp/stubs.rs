//! What attribute sites found, by shape and name: for sites that see objects of several shapes, whose
//! inline cache holds only the last one.
//!
//! A direct-mapped table; an entry holds under the same condition as an inline cache (shape and class
//! epoch). Values in it are no roots: [`clear`] is called at every collection.

use super::cache::Cache;
use crate::object::Ref;
use crate::object::class;
use crate::types::str::Str;
use crate::value::Value;
use std::cell::Cell;

/// What the site does with the attribute; what is remembered differs.
#[derive(Clone, Copy)]
pub enum Use {
    Load = 1,
    Call = 2,
    Store = 3,
}

struct Stub {
    /// Address of the interned name, plus the use (addresses are multiples of 8).
    key: Cell<u64>,
    cache: Cache,
}

const SIZE: usize = 2048;

struct Stubs([Stub; SIZE], Cell<u32>);

// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Stubs {}

static STUBS: Stubs = Stubs([const { Stub { key: Cell::new(0), cache: Cache::new() } }; SIZE], Cell::new(0));

#[inline(always)]
fn entry(shape: u32, key: u64) -> &'static Stub {
    let hash = (key ^ (key >> 4) ^ ((shape as u64) << 5)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    &STUBS.0[(hash >> 53) as usize % SIZE]
}

fn key(name: Ref<Str>, how: Use) -> u64 {
    name.as_ptr() as u64 + how as u64
}

/// What is remembered for the object's shape, if it still holds. The site's own cache takes it over when it holds
/// nothing, and now and then otherwise: a site that sees many shapes would only waste time on that.
#[inline]
pub fn find(object: Value, name: Ref<Str>, how: Use, site: &Cache) -> Option<&'static Cache> {
    let shape = object.header()?.shape();
    let key = key(name, how);
    let stub = entry(shape, key);
    let cache = &stub.cache;
    if stub.key.get() != key || cache.key.get() != shape as u64 || cache.epoch.get() != class::epoch() {
        return None;
    }
    let misses = STUBS.1.replace(STUBS.1.get().wrapping_add(1));
    if site.epoch.get() != class::epoch() || misses.is_multiple_of(16) {
        site.copy_from(cache);
    }
    Some(cache)
}

/// Remembers what an inline cache was just filled with, if it is for this shape.
pub fn keep(shape: u32, name: Ref<Str>, how: Use, filled: &Cache) {
    if filled.key.get() == shape as u64 && shape != 0 {
        let key = key(name, how);
        let stub = entry(shape, key);
        stub.key.set(key);
        stub.cache.copy_from(filled);
    }
}

/// Forgets everything.
pub fn clear() {
    for stub in &STUBS.0 {
        stub.key.set(0);
    }
}
