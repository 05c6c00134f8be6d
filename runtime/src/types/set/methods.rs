//! `set` and `frozenset`: the types, their slots, methods and iterator.

use super::{Set, Table, algebra, any_set, changed, empty, expect, key_hash, lookup_hash};
use crate::errors::{self, R, key_error};
use crate::gc::Header;
use crate::object::define::{BASETYPE, MATCH_SELF, Method, NO_NEW, UNHASHABLE, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::{BinOp, Binary, CmpOp};
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef};
use crate::ops;
use crate::types::exceptions::KEY_ERROR;
use crate::types::iterators::builtin_function;
use crate::types::list::List;
use crate::types::object::allocate_fixed;
use crate::types::str::{Builder, Str};
use crate::types::tuple::Tuple;
use crate::types::{int, repr_guard};
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// Slots that both types have.
const COMMON: Slots = Slots {
    repr: Some(repr),
    compare: Some(compare),
    iter: Some(SetIterator::make),
    len: Some(|v| Ok(expect(v).len())),
    contains: Some(contains),
    ..Slots::NONE
        .bin(BinOp::And, |a, b| both(a, b, algebra::intersection))
        .bin(BinOp::Or, |a, b| both(a, b, union))
        .bin(BinOp::Sub, |a, b| both(a, b, algebra::difference))
        .bin(BinOp::Xor, |a, b| both(a, b, algebra::symmetric_difference))
};

pub static SET: TypeDef = TypeDef {
    name: "set",
    slots: Slots { init: Some(init), new: Some(new_set), ..COMMON }
        .ibin(BinOp::And, |a, b| in_place(a, b, algebra::intersection_update))
        .ibin(BinOp::Or, |a, b| in_place(a, b, super::update))
        .ibin(BinOp::Sub, |a, b| in_place(a, b, algebra::difference_update))
        .ibin(BinOp::Xor, |a, b| in_place(a, b, algebra::symmetric_difference_update)),
    methods: &[
        Method::one("add", |v, item| expect(v).add(item).map(|()| none())),
        Method::none("clear", |v| expect(v).clear().map(|()| none())),
        Method::one("__contains__", |v, item| contains(v, item).map(boolean)),
        Method::none("copy", |v| Ok(algebra::copy(v)?.value())),
        Method::one("discard", |v, item| {
            let hash = lookup_hash(item)?;
            expect(v).discard_hashed(item, hash).map(|_| none())
        }),
        Method::pos("difference", difference, 0, u16::MAX),
        Method::pos("difference_update", |v, all| update_each(v, all, algebra::difference_update), 0, u16::MAX),
        Method::pos("intersection", intersection, 0, u16::MAX),
        Method::pos(
            "intersection_update",
            |v, all| {
                let result = intersection(v, all)?;
                expect(v).swap(expect(result));
                Ok(none())
            },
            0,
            u16::MAX,
        ),
        Method::one("isdisjoint", |v, other| algebra::isdisjoint(v, other).map(boolean)),
        Method::one("issubset", |v, other| algebra::issubset(v, other).map(boolean)),
        Method::one("issuperset", |v, other| algebra::issuperset(v, other).map(boolean)),
        Method::none("pop", |v| {
            expect(v).pop_any().ok_or_else(|| errors::raise_text(&KEY_ERROR, "pop from an empty set"))
        }),
        Method::none("__reduce__", reduce),
        Method::one("remove", |v, item| {
            let hash = lookup_hash(item)?;
            if expect(v).discard_hashed(item, hash)? { Ok(none()) } else { Err(key_error(item)) }
        }),
        Method::none("__sizeof__", sizeof),
        Method::one("symmetric_difference", algebra::symmetric_difference),
        Method::one("symmetric_difference_update", |v, other| {
            algebra::symmetric_difference_update(v, other).map(|()| none())
        }),
        Method::pos("union", union_method, 0, u16::MAX),
        Method::pos("update", |v, all| update_each(v, all, super::update), 0, u16::MAX),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    flags: BASETYPE | MATCH_SELF | UNHASHABLE | WEAKREFS,
    words: TypeDef::words_of::<Set>(),
    // Counters and halves of hashes are no addresses.
    traced: TypeDef::words_of::<Set>() - 1,
    ..TypeDef::BASE
};

pub static FROZEN_SET: TypeDef = TypeDef {
    name: "frozenset",
    slots: Slots { hash: Some(|v| Ok(expect(v).cached_hash())), new: Some(new_frozen), ..COMMON },
    methods: &[
        Method::one("__contains__", |v, item| contains(v, item).map(boolean)),
        Method::none("copy", |v| {
            if v.exact::<super::FrozenSet>().is_some() { Ok(v) } else { Ok(algebra::copy(v)?.value()) }
        }),
        Method::pos("difference", difference, 0, u16::MAX),
        Method::pos("intersection", intersection, 0, u16::MAX),
        Method::one("isdisjoint", |v, other| algebra::isdisjoint(v, other).map(boolean)),
        Method::one("issubset", |v, other| algebra::issubset(v, other).map(boolean)),
        Method::one("issuperset", |v, other| algebra::issuperset(v, other).map(boolean)),
        Method::none("__reduce__", reduce),
        Method::none("__sizeof__", sizeof),
        Method::one("symmetric_difference", algebra::symmetric_difference),
        Method::pos("union", union_method, 0, u16::MAX),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    flags: BASETYPE | MATCH_SELF | WEAKREFS,
    words: TypeDef::words_of::<Set>(),
    traced: TypeDef::words_of::<Set>() - 1,
    ..TypeDef::BASE
};

/// A binary operator works on two sets only.
fn both(a: Value, b: Value, operation: Binary) -> R {
    if any_set(a).is_none() || any_set(b).is_none() {
        return Ok(not_implemented());
    }
    operation(a, b)
}

fn in_place(a: Value, b: Value, operation: fn(Value, Value) -> R<()>) -> R {
    if any_set(b).is_none() {
        return Ok(not_implemented());
    }
    operation(a, b)?;
    Ok(a)
}

fn update_each(v: Value, all: &[Value], operation: fn(Value, Value) -> R<()>) -> R {
    for &other in all {
        operation(v, other)?;
    }
    Ok(none())
}

fn union(v: Value, other: Value) -> R {
    let result = algebra::copy(v)?;
    if !v.is(other) {
        result.update(other)?;
    }
    Ok(result.value())
}

fn union_method(v: Value, all: &[Value]) -> R {
    let result = algebra::copy(v)?;
    for &other in all {
        if !v.is(other) {
            result.update(other)?;
        }
    }
    Ok(result.value())
}

fn intersection(v: Value, all: &[Value]) -> R {
    let Some((first, rest)) = all.split_first() else { return Ok(algebra::copy(v)?.value()) };
    let mut result = algebra::intersection(v, *first)?;
    for &other in rest {
        result = algebra::intersection(result, other)?;
    }
    Ok(result)
}

fn difference(v: Value, all: &[Value]) -> R {
    let Some((first, rest)) = all.split_first() else { return Ok(algebra::copy(v)?.value()) };
    let result = algebra::difference(v, *first)?;
    for &other in rest {
        algebra::difference_update(result, other)?;
    }
    Ok(result)
}

/// An empty set of this class, which may be a subclass.
fn new_of(class: Ref<Type>, frozen: bool) -> R<Ref<Set>> {
    let own = if frozen { FROZEN_SET.class() } else { SET.class() };
    if class == own {
        return empty(frozen);
    }
    let set = expect(allocate_fixed(class));
    set.table.set(set, Table::new(super::MIN_SIZE)?);
    Ok(set)
}

fn new_set(class: Ref<Type>, _: Args) -> R {
    Ok(new_of(class, false)?.value())
}

fn init(v: Value, args: Args) -> R<()> {
    args.no_keywords("set")?;
    crate::object::args::check_count("set", args.pos().len(), 0, 1)?;
    let set = expect(v);
    set.clear()?;
    match args.pos().first() {
        Some(&iterable) => set.update(iterable),
        None => Ok(()),
    }
}

fn new_frozen(class: Ref<Type>, args: Args) -> R {
    let exact = class == FROZEN_SET.class();
    let iterable = args.for_new(class, &FROZEN_SET, 0, 1)?.first().copied();
    if let Some(iterable) = iterable.filter(|v| exact && v.exact::<super::FrozenSet>().is_some()) {
        return Ok(iterable);
    }
    let set = new_of(class, true)?;
    if let Some(iterable) = iterable {
        set.update(iterable)?;
    }
    Ok(set.value())
}

fn contains(v: Value, item: Value) -> R<bool> {
    let hash = lookup_hash(item)?;
    expect(v).contains_hashed(item, hash)
}

fn repr(v: Value) -> R {
    let name = v.class().name().to_string_lossy();
    let set = expect(v);
    if set.is_empty() {
        return Ok(Str::new(&format!("{name}()")).value());
    }
    let Some(_guard) = repr_guard::enter(v) else { return Ok(Str::new(&format!("{name}(...)")).value()) };
    let plain = v.exact::<Set>().is_some();
    let mut text = Builder::new();
    if !plain {
        text.push_str(&name);
        text.push('(' as u32);
    }
    text.push('{' as u32);
    for (i, key) in set.keys().into_iter().enumerate() {
        if i > 0 {
            text.push_str(", ");
        }
        text.push_obj(ops::repr(key)?.expect::<Str>());
    }
    text.push_str(if plain { "}" } else { "})" });
    Ok(text.finish().value())
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (any_set(a), any_set(b)) else { return Ok(not_implemented()) };
    let (m, n) = (x.len(), y.len());
    let equal = || -> R<bool> {
        let hashes_differ = x.hash_known.get() != 0 && y.hash_known.get() != 0 && x.hash_value() != y.hash_value();
        Ok(m == n && !hashes_differ && algebra::issubset(a, b)?)
    };
    Ok(boolean(match op {
        CmpOp::Eq => equal()?,
        CmpOp::Ne => !equal()?,
        CmpOp::Le => algebra::issubset(a, b)?,
        CmpOp::Ge => algebra::issubset(b, a)?,
        CmpOp::Lt => m < n && algebra::issubset(a, b)?,
        CmpOp::Gt => m > n && algebra::issubset(b, a)?,
    }))
}

/// `(class, ([items],), state)`.
fn reduce(v: Value) -> R {
    let keys = List::new(&expect(v).keys());
    let state = crate::types::object_reduce::getstate(v)?;
    Ok(Tuple::new(&[v.class().value(), Tuple::new(&[keys.value()]).value(), state]).value())
}

fn sizeof(v: Value) -> R {
    let mask = expect(v).table().mask();
    Ok(int::from_usize(200 + if mask + 1 > super::MIN_SIZE { (mask + 1) * 16 } else { 0 }))
}

/// Adds an item found by iteration elsewhere.
pub fn add_new(set: Ref<Set>, item: Value) -> R<()> {
    set.add_hashed(item, key_hash(item)?)
}

/// `set_iterator`.
#[repr(C)]
pub struct SetIterator {
    hdr: Header,
    /// Empty when exhausted.
    set: Slot,
    /// Place to look at next, as a tagged int.
    place: Cell<u64>,
    /// Size of the set when iteration began, as a tagged int; -1 after an error.
    size: Cell<u64>,
    /// Items still to come, as a tagged int.
    left: Cell<u64>,
}

impl Builtin for SetIterator {
    const DEF: &'static TypeDef = &SET_ITERATOR;
}

impl SetIterator {
    fn make(v: Value) -> R {
        let size = tag::int(expect(v).len() as i64);
        let it = SetIterator {
            hdr: Header::EMPTY,
            set: Slot::new(v),
            place: Cell::new(tag::int(0)),
            size: Cell::new(size),
            left: Cell::new(size),
        };
        Ok(allocate(SET_ITERATOR.header(), it).value())
    }

    fn set(&self) -> Option<Ref<Set>> {
        self.set.get().map(|_| self.set.object())
    }

    /// The next item.
    #[inline]
    pub fn step(&self) -> R<Option<Value>> {
        let Some(set) = self.set() else { return Ok(None) };
        if self.size.get() != tag::int(set.len() as i64) {
            self.size.set(tag::int(-1));
            return Err(changed());
        }
        match set.next_key(tag::int_value(self.place.get()) as usize) {
            Some((next, key, _)) => {
                self.place.set(tag::int(next as i64));
                self.left.set(tag::int(tag::int_value(self.left.get()) - 1));
                Ok(Some(key))
            }
            None => {
                self.set.clear();
                Ok(None)
            }
        }
    }
}

pub static SET_ITERATOR: TypeDef = TypeDef {
    name: "set_iterator",
    slots: Slots { iter: Some(Ok), next: Some(|v| v.expect::<SetIterator>().step()), ..Slots::NONE },
    methods: &[
        Method::none("__length_hint__", |v| {
            let it = v.expect::<SetIterator>();
            let valid = it.set().is_some_and(|set| it.size.get() == tag::int(set.len() as i64));
            Ok(int::from_i64(if valid { tag::int_value(it.left.get()) } else { 0 }))
        }),
        Method::none("__reduce__", |v| {
            let it = v.expect::<SetIterator>();
            let rest = List::new(&[]);
            if let Some(set) = it.set() {
                let mut at = tag::int_value(it.place.get()) as usize;
                while let Some((next, key, _)) = set.next_key(at) {
                    rest.push(key);
                    at = next;
                }
            }
            Ok(Tuple::new(&[builtin_function("iter")?, Tuple::new(&[rest.value()]).value()]).value())
        }),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<SetIterator>(),
    traced: 4,
    ..TypeDef::BASE
};
