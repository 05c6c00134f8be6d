//! `OrderedDict`: layout and order. The entries are a dict's; the order is a doubly linked list of nodes, so that an
//! entry moves to an end, or leaves at the front, in constant time.
//!
//! Node `n` stands for entry `n` of the dict's table: two words in an [`Array`], the key and the numbers of its
//! neighbours (a tagged int of two halves). When the dict has got another table, the nodes are made anew at the next
//! look ([`Ref::<OrderedDict>::nodes`]). `dict`'s own methods change entries behind the back of the order: a node whose
//! entry is gone is found out when it is wanted, as a KeyError.
//!
//! `state` counts changes of the order, for iterators and loops to notice.

use super::ordered_dict_methods::ORDERED_DICT;
use crate::errors::{R, key_error, memory_error, runtime_error};
use crate::gc::{self, Header};
use crate::object::{Builtin, Ref, Slot, Type, TypeDef};
use crate::types::dict::{DICT, Dict, Numbering, key_hash};
use crate::types::int;
use crate::types::list::Array;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::value::{Raised, Value};
use std::cell::Cell;
use taipan_abi::tag;

/// The words of a dict, then the order; numbers are tagged ints.
#[repr(C)]
pub struct OrderedDict {
    dict: Dict,
    /// The dict's table that numbers the nodes, and the nodes; empty before the first.
    table: Slot,
    nodes: Slot,
    first: Cell<u64>,
    last: Cell<u64>,
    state: Cell<u64>,
    /// `__dict__`: the last word, where classes with one have it.
    attributes: Slot,
}

impl Builtin for OrderedDict {
    const DEF: &'static TypeDef = &ORDERED_DICT;
}

/// No node.
pub const NONE: usize = (1 << 30) - 1;

/// An empty one of a class.
pub fn empty(class: Ref<Type>) -> R<Ref<OrderedDict>> {
    let object = match DICT.class().slots().new {
        Some(new) if class != DICT.class() => new(class, crate::object::Args::EMPTY)?,
        _ => allocate_fixed(class),
    };
    let od = object.expect::<OrderedDict>();
    od.first.set(tag::int(NONE as i64));
    od.last.set(tag::int(NONE as i64));
    od.state.set(tag::int(0));
    Ok(od)
}

/// Which way to go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Forward,
    Backward,
}

/// The list itself: an array of pairs of words. Copied freely; it holds while no entry is added.
#[derive(Clone, Copy)]
struct Nodes(Ref<Array>);

impl Nodes {
    fn word(self, index: usize) -> &'static Cell<u64> {
        assert!(index < self.0.capacity());
        // SAFETY: in bounds of the buffer, whose words are only used through cells here; `self` keeps it alive.
        unsafe { &*(self.0.ptr() as *const Cell<u64>).add(index) }
    }

    fn key(self, n: usize) -> Option<Value> {
        if 2 * n + 1 >= self.0.capacity() {
            return None;
        }
        // SAFETY: the even words are values or 0.
        unsafe { Value::from_slot(self.word(2 * n).get()) }
    }

    fn set_key(self, n: usize, key: Value) {
        let word = self.word(2 * n);
        word.set(key.bits());
        gc::write_barrier(self.0.as_ptr() as *const Header, word.as_ptr());
    }

    fn forget(self, n: usize) {
        self.word(2 * n).set(0);
        self.word(2 * n + 1).set(0);
    }

    /// The neighbours: before and after.
    fn links(self, n: usize) -> (usize, usize) {
        let both = tag::int_value(self.word(2 * n + 1).get()) as usize;
        (both >> 30, both & NONE)
    }

    fn set_links(self, n: usize, before: usize, after: usize) {
        self.word(2 * n + 1).set(tag::int((before << 30 | after) as i64));
    }
}

impl OrderedDict {
    pub fn state(&self) -> u64 {
        self.state.get()
    }

    pub fn len(&self) -> usize {
        self.dict.len()
    }

    fn end(&self, way: Way) -> usize {
        tag::int_value(match way {
            Way::Forward => self.first.get(),
            Way::Backward => self.last.get(),
        }) as usize
    }

    fn changed(&self) {
        self.state.set(tag::int(tag::int_value(self.state.get()).wrapping_add(1) & (i64::MAX >> 2)));
    }

    fn set_first(&self, n: usize) {
        self.first.set(tag::int(n as i64));
    }

    fn set_last(&self, n: usize) {
        self.last.set(tag::int(n as i64));
    }

    fn link_last(&self, nodes: Nodes, n: usize) {
        let last = self.end(Way::Backward);
        nodes.set_links(n, last, NONE);
        if last == NONE {
            self.set_first(n);
        } else {
            nodes.set_links(last, nodes.links(last).0, n);
        }
        self.set_last(n);
        self.changed();
    }

    fn link_first(&self, nodes: Nodes, n: usize) {
        let first = self.end(Way::Forward);
        nodes.set_links(n, NONE, first);
        if first == NONE {
            self.set_last(n);
        } else {
            nodes.set_links(first, n, nodes.links(first).1);
        }
        self.set_first(n);
        self.changed();
    }

    fn unlink(&self, nodes: Nodes, n: usize) {
        let (before, after) = nodes.links(n);
        if before == NONE {
            self.set_first(after);
        } else {
            nodes.set_links(before, nodes.links(before).0, after);
        }
        if after == NONE {
            self.set_last(before);
        } else {
            nodes.set_links(after, before, nodes.links(after).1);
        }
        self.changed();
    }
}

/// The hash of a key by which it is looked up again. Keys of these classes cannot change theirs.
fn has_lasting_hash(key: Value) -> bool {
    key.exact::<Str>().is_some() || int::as_int(key).is_some_and(|_| key.class() == int::methods::INT.class())
}

pub fn mutated() -> Raised {
    runtime_error("OrderedDict mutated during iteration")
}

impl Ref<OrderedDict> {
    pub fn dict(self) -> Ref<Dict> {
        self.value().expect::<Dict>()
    }

    /// The nodes, numbered as the dict's entries are now; `None` before the first.
    fn nodes(self) -> R<Option<Nodes>> {
        let table = self.dict().numbering();
        match self.table.get() {
            None => Ok(None),
            Some(known) if known.is(table.value()) => Ok(Some(Nodes(self.nodes.object()))),
            Some(_) => self.renumber().map(Some),
        }
    }

    /// Makes the nodes anew for another table. Nodes whose entries are gone stay, with numbers that no entry has yet.
    #[cold]
    #[inline(never)]
    fn renumber(self) -> R<Nodes> {
        let dict = self.dict();
        let table = dict.numbering();
        let room = table.room();
        if room >= NONE {
            return Err(memory_error());
        }
        let new = Nodes(Array::new(2 * room)?);
        let mut order = Vec::with_capacity(self.len());
        if self.table.get().is_some() {
            let old = Nodes(self.nodes.object());
            // SAFETY: the slot is only written below.
            let numbering = unsafe { Numbering::kept(&self.table) };
            let mut at = self.end(Way::Forward);
            while at != NONE {
                if let Some(key) = old.key(at) {
                    order.push((numbering.hash_at(at).and_then(|hash| dict.number_of_same(key, hash)), key));
                }
                at = old.links(at).1;
            }
        }
        self.table.set(self, table.value());
        self.nodes.set(self, new.0);
        self.set_first(NONE);
        self.set_last(NONE);
        let state = self.state.get();
        let mut spare = room;
        for (number, key) in order {
            let n = match number {
                Some(n) => n,
                None if spare > dict.entries_len() => {
                    spare -= 1;
                    spare
                }
                None => continue,
            };
            new.set_key(n, key);
            self.link_last(new, n);
        }
        self.state.set(state);
        Ok(new)
    }

    /// Notes that entry `number` is there: a new one goes to the end.
    fn note(self, number: usize) -> R<()> {
        let nodes = match self.nodes()? {
            Some(nodes) => nodes,
            None => self.renumber()?,
        };
        let Some((key, _)) = self.dict().entry_at(number) else { return Ok(()) };
        match nodes.key(number) {
            Some(known) if known.is(key) => {}
            Some(_) => nodes.set_key(number, key),
            None => {
                nodes.set_key(number, key);
                self.link_last(nodes, number);
            }
        }
        Ok(())
    }

    /// `od[key] = value`, by the class itself.
    pub fn set(self, key: Value, value: Value) -> R<()> {
        let number = self.dict().set_numbered(key, key_hash(key)?, value)?;
        self.note(number)
    }

    /// The node of a key with a live entry; `near` is where it was last.
    fn find(self, key: Value, near: usize) -> R<Option<(Nodes, usize)>> {
        let lasting = near != NONE && has_lasting_hash(key);
        if !lasting {
            let hash = key_hash(key)?;
            let Some(number) = self.dict().number_of(key, hash)? else { return Ok(None) };
            return Ok(self.nodes()?.filter(|nodes| nodes.key(number).is_some()).map(|nodes| (nodes, number)));
        }
        let Some(nodes) = self.nodes()? else { return Ok(None) };
        let same = |v: Option<Value>| v.is_some_and(|v| v.is(key));
        if same(nodes.key(near)) {
            let live = same(self.dict().entry_at(near).map(|(key, _)| key));
            return Ok(live.then_some((nodes, near)));
        }
        self.find(key, NONE)
    }

    /// Removes a key: its value, if it was there.
    pub fn remove(self, key: Value) -> R<Option<Value>> {
        let number = self.dict().number_of(key, key_hash(key)?)?;
        let Some(number) = number else { return Ok(None) };
        if let Some(nodes) = self.nodes()? {
            if nodes.key(number).is_some() {
                self.unlink(nodes, number);
                nodes.forget(number);
            }
        }
        Ok(self.dict().remove_number(number).map(|(_, value)| value))
    }

    /// Takes the entry at an end: `None` if there is none, KeyError if it is gone from the dict.
    pub fn pop_end(self, last: bool) -> R<Option<(Value, Value)>> {
        let Some(nodes) = self.nodes()? else { return Ok(None) };
        let n = self.end(if last { Way::Backward } else { Way::Forward });
        let Some(key) = nodes.key(n) else { return Ok(None) };
        self.unlink(nodes, n);
        nodes.forget(n);
        match self.dict().entry_at(n).filter(|(found, _)| found.is(key)) {
            Some(_) => Ok(self.dict().remove_number(n)),
            None => Err(key_error(key)),
        }
    }

    pub fn move_to_end(self, key: Value, last: bool) -> R<()> {
        let Some((nodes, n)) = self.find(key, NONE)? else { return Err(key_error(key)) };
        if n == self.end(if last { Way::Backward } else { Way::Forward }) {
            return Ok(());
        }
        self.unlink(nodes, n);
        if last {
            self.link_last(nodes, n);
        } else {
            self.link_first(nodes, n);
        }
        Ok(())
    }

    pub fn clear(self) {
        self.dict().clear();
        self.table.clear();
        self.nodes.clear();
        self.set_first(NONE);
        self.set_last(NONE);
        self.changed();
    }

    /// The key at an end, and its number.
    pub fn key_at_end(self, way: Way) -> R<Option<(Value, usize)>> {
        let Some(nodes) = self.nodes()? else { return Ok(None) };
        let n = self.end(way);
        Ok(nodes.key(n).map(|key| (key, n)))
    }

    /// Looks at a key of the order again: what comes after it. `near` is the number it had. KeyError if it is gone.
    pub fn step(self, key: Value, near: usize, way: Way) -> R<Option<(Value, usize)>> {
        let Some((nodes, n)) = self.find(key, near)? else { return Err(key_error(key)) };
        let (before, after) = nodes.links(n);
        let next = if way == Way::Forward { after } else { before };
        Ok(nodes.key(next).map(|key| (key, next)))
    }

    /// The value of a key of the order. KeyError if it is gone.
    pub fn value_of(self, key: Value, near: usize) -> R {
        if has_lasting_hash(key) {
            if let Some((_, value)) = self.dict().entry_at(near).filter(|(found, _)| found.is(key)) {
                return Ok(value);
            }
        }
        self.dict().get(key)?.ok_or_else(|| key_error(key))
    }

    /// Calls `f` with each key in order, and with its number; RuntimeError when that changes the order.
    pub fn for_each(self, mut f: impl FnMut(Value, usize) -> R<()>) -> R<()> {
        let state = self.state();
        let mut at = self.key_at_end(Way::Forward)?;
        while let Some((key, n)) = at {
            f(key, n)?;
            if self.state() != state {
                return Err(mutated());
            }
            at = match self.nodes()? {
                Some(nodes) if nodes.key(n).is_some_and(|known| known.is(key)) => {
                    let next = nodes.links(n).1;
                    nodes.key(next).map(|key| (key, next))
                }
                _ => self.step(key, n, Way::Forward)?,
            };
        }
        Ok(())
    }
}
