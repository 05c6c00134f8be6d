//! Iterators over other iterables: `enumerate`, `zip`, `map`, `filter`, `reversed`, the iterator of
//! `iter(callable, sentinel)` and the one over `__getitem__`.

use crate::errors::{self, R, type_error, value_error};
use crate::gc::Header;
use crate::names;
use crate::object::args::Params;
use crate::object::class::slots_of;
use crate::object::define::{BASETYPE, Method, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, call};
use crate::ops;
use crate::types::exceptions::{INDEX_ERROR, STOP_ITERATION};
use crate::types::int;
use crate::types::object::allocate_fixed;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// A function of `builtins`, for `__reduce__`.
pub fn builtin_function(name: &str) -> R {
    Ok(crate::modules::builtins::get(name))
}

macro_rules! builtin {
    ($($type:ident $def:ident)*) => {
        $(impl Builtin for $type {
            const DEF: &'static TypeDef = &$def;
        })*
    };
}

builtin! {
    SequenceIterator SEQUENCE_ITERATOR CallableIterator CALLABLE_ITERATOR Enumerate ENUMERATE Zip ZIP Map MAP
    Filter FILTER Reversed REVERSED
}

/// Iterates by `x[0]`, `x[1]`, ...
#[repr(C)]
pub struct SequenceIterator {
    hdr: Header,
    /// Empty when exhausted.
    sequence: Slot,
    /// Next index, as a tagged int.
    index: Cell<u64>,
}

impl SequenceIterator {
    pub fn new(sequence: Value) -> Ref<SequenceIterator> {
        let it = SequenceIterator { hdr: Header::EMPTY, sequence: Slot::new(sequence), index: Cell::new(tag::int(0)) };
        allocate(SEQUENCE_ITERATOR.header(), it)
    }
}

pub static SEQUENCE_ITERATOR: TypeDef = TypeDef {
    name: "iterator",
    slots: Slots {
        iter: Some(Ok),
        next: Some(|v| {
            let it = v.expect::<SequenceIterator>();
            let Some(sequence) = it.sequence.get() else { return Ok(None) };
            let index = tag::int_value(it.index.get());
            match ops::subscript::getitem(sequence, int::from_i64(index)) {
                Ok(item) => {
                    it.index.set(tag::int(index + 1));
                    Ok(Some(item))
                }
                Err(_) if ops::iter::ends_sequence() => {
                    errors::clear();
                    it.sequence.clear();
                    Ok(None)
                }
                Err(raised) => Err(raised),
            }
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__length_hint__", |v| {
            let it = v.expect::<SequenceIterator>();
            let Some(sequence) = it.sequence.get() else { return Ok(Value::small(0)) };
            if slots_of(sequence).len.is_none() {
                return Ok(crate::object::singletons::not_implemented());
            }
            Ok(int::from_i64((ops::len(sequence)? as i64 - tag::int_value(it.index.get())).max(0)))
        }),
        Method::none("__reduce__", |v| {
            let it = v.expect::<SequenceIterator>();
            let iter = builtin_function("iter")?;
            Ok(match it.sequence.get() {
                Some(sequence) => {
                    Tuple::new(&[iter, Tuple::new(&[sequence]).value(), int::from_i64(tag::int_value(it.index.get()))])
                }
                None => Tuple::new(&[iter, Tuple::new(&[Tuple::empty().value()]).value()]),
            }
            .value())
        }),
        Method::one("__setstate__", |v, state| {
            let it = v.expect::<SequenceIterator>();
            let index = ops::as_isize(state)?;
            if it.sequence.get().is_some() {
                it.index.set(tag::int(index.max(0) as i64));
            }
            Ok(none())
        }),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<SequenceIterator>(),
    traced: 2,
    ..TypeDef::BASE
};

/// `iter(callable, sentinel)`.
#[repr(C)]
pub struct CallableIterator {
    hdr: Header,
    /// Empty when exhausted.
    callable: Slot,
    sentinel: Slot,
}

impl CallableIterator {
    pub fn new(callable: Value, sentinel: Value) -> Ref<CallableIterator> {
        let it = CallableIterator { hdr: Header::EMPTY, callable: Slot::new(callable), sentinel: Slot::new(sentinel) };
        allocate(CALLABLE_ITERATOR.header(), it)
    }
}

pub static CALLABLE_ITERATOR: TypeDef = TypeDef {
    name: "callable_iterator",
    slots: Slots {
        iter: Some(Ok),
        next: Some(|v| {
            let it = v.expect::<CallableIterator>();
            let Some(callable) = it.callable.get() else { return Ok(None) };
            let item = match call::call(callable, &[]) {
                Ok(item) => item,
                Err(raised) => {
                    if errors::pending_is(&STOP_ITERATION) {
                        errors::clear();
                        it.callable.clear();
                        return Ok(None);
                    }
                    return Err(raised);
                }
            };
            let Some(sentinel) = it.sentinel.get().filter(|_| it.callable.get().is_some()) else { return Ok(None) };
            if ops::equal(item, sentinel)? {
                it.callable.clear();
                it.sentinel.clear();
                return Ok(None);
            }
            Ok(Some(item))
        }),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", |v| {
        let it = v.expect::<CallableIterator>();
        let iter = builtin_function("iter")?;
        Ok(match (it.callable.get(), it.sentinel.get()) {
            (Some(callable), Some(sentinel)) => Tuple::new(&[iter, Tuple::new(&[callable, sentinel]).value()]),
            _ => Tuple::new(&[iter, Tuple::new(&[Tuple::empty().value()]).value()]),
        }
        .value())
    })],
    flags: NO_NEW,
    words: TypeDef::words_of::<CallableIterator>(),
    traced: 2,
    ..TypeDef::BASE
};

/// `enumerate`.
#[repr(C)]
pub struct Enumerate {
    hdr: Header,
    iterator: Slot,
    /// The next number, an int of any size.
    index: Slot,
}

fn new_enumerate(class: Ref<Type>, args: Args) -> R {
    static PARAMS: Params = Params { function: "enumerate", names: &["iterable", "start"], required: 1, positional: 2 };
    if args.all.is_empty() {
        return Err(type_error("enumerate() missing required argument 'iterable'"));
    }
    let [iterable, start] = args.bind(&PARAMS)?;
    let index = match start {
        Some(start) => ops::index(start)?,
        None => Value::small(0),
    };
    let iterator = ops::iter::iter(iterable.unwrap_or_else(none))?;
    let object = allocate_fixed(class);
    let it = object.expect::<Enumerate>();
    it.iterator.set(it, iterator);
    it.index.set(it, index);
    Ok(object)
}

pub static ENUMERATE: TypeDef = TypeDef {
    name: "enumerate",
    slots: Slots {
        new: Some(new_enumerate),
        iter: Some(Ok),
        next: Some(|v| {
            let it = v.expect::<Enumerate>();
            let Some(item) = ops::iter::raw_next(it.iterator.value())? else { return Ok(None) };
            let index = it.index.value();
            it.index.set(it, int::add(index, Value::small(1))?);
            Ok(Some(Tuple::new(&[index, item]).value()))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__reduce__", |v| {
            let it = v.expect::<Enumerate>();
            let args = Tuple::new(&[it.iterator.value(), it.index.value()]);
            Ok(Tuple::new(&[v.class().value(), args.value()]).value())
        }),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    flags: BASETYPE,
    words: TypeDef::words_of::<Enumerate>(),
    traced: 2,
    ..TypeDef::BASE
};

/// `zip`.
#[repr(C)]
pub struct Zip {
    hdr: Header,
    /// A tuple of iterators.
    iterators: Slot,
    /// Raw 1 for `strict=True`.
    strict: Cell<u64>,
}

/// `map`.
#[repr(C)]
pub struct Map {
    hdr: Header,
    function: Slot,
    iterators: Slot,
    strict: Cell<u64>,
}

/// The `strict` keyword, the only one there is.
fn strict_keyword(function: &str, args: Args) -> R<bool> {
    let mut strict = false;
    for (name, value) in args.keywords() {
        if !name.is_str("strict") {
            return Err(type_error(format_args!(
                "{function}() got an unexpected keyword argument '{}'",
                name.display()
            )));
        }
        strict = ops::truth(value)?;
    }
    Ok(strict)
}

fn iterators_of(iterables: &[Value]) -> R<Ref<Tuple>> {
    let mut iterators = Vec::with_capacity(iterables.len());
    for &iterable in iterables {
        iterators.push(ops::iter::iter(iterable)?);
    }
    Ok(Tuple::new(&iterators))
}

/// The next item of each iterator, pushed to `items`; false at the end of one.
#[inline]
fn next_of_each(
    iterators: Ref<Tuple>,
    strict: bool,
    function: &str,
    items: &mut smallvec::SmallVec<[Value; 8]>,
) -> R<bool> {
    for (i, iterator) in iterators.as_slice().iter().enumerate() {
        match ops::iter::next(*iterator)? {
            Some(item) => items.push(item),
            None if strict => return check_strict(iterators, i, function).map(|()| false),
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// Iterator number `ended` came to its end: so must all the others.
fn check_strict(iterators: Ref<Tuple>, ended: usize, function: &str) -> R<()> {
    let uneven = |which: usize, how: &str| {
        let others = if which == 1 { " 1".to_string() } else { format!("s 1-{which}") };
        Err(value_error(format_args!("{function}() argument {} is {how} than argument{others}", which + 1)))
    };
    if ended > 0 {
        return uneven(ended, "shorter");
    }
    for (i, iterator) in iterators.as_slice().iter().enumerate().skip(1) {
        if ops::iter::next(*iterator)?.is_some() {
            return uneven(i, "longer");
        }
    }
    Ok(())
}

pub static ZIP: TypeDef = TypeDef {
    name: "zip",
    slots: Slots {
        new: Some(|class, args| {
            let strict = strict_keyword("zip", args)?;
            let iterators = iterators_of(args.pos())?;
            let object = allocate_fixed(class);
            let zip = object.expect::<Zip>();
            zip.iterators.set(zip, iterators);
            zip.strict.set(strict as u64);
            Ok(object)
        }),
        iter: Some(Ok),
        next: Some(|v| {
            let zip = v.expect::<Zip>();
            let iterators = zip.iterators.object::<Tuple>();
            if iterators.is_empty() {
                return Ok(None);
            }
            let mut items = smallvec::SmallVec::new();
            let more = next_of_each(iterators, zip.strict.get() != 0, "zip", &mut items)?;
            Ok(more.then(|| Tuple::new(&items).value()))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__reduce__", |v| {
            let zip = v.expect::<Zip>();
            Ok(if zip.strict.get() != 0 {
                Tuple::new(&[v.class().value(), zip.iterators.value(), crate::object::singletons::true_()])
            } else {
                Tuple::new(&[v.class().value(), zip.iterators.value()])
            }
            .value())
        }),
        Method::one("__setstate__", |v, state| {
            v.expect::<Zip>().strict.set(ops::truth(state)? as u64);
            Ok(none())
        }),
    ],
    flags: BASETYPE,
    words: TypeDef::words_of::<Zip>(),
    traced: 2,
    ..TypeDef::BASE
};

pub static MAP: TypeDef = TypeDef {
    name: "map",
    slots: Slots {
        new: Some(|class, args| {
            let strict = strict_keyword("map", args)?;
            let Some((function, iterables)) = args.pos().split_first().filter(|(_, rest)| !rest.is_empty()) else {
                return Err(type_error("map() must have at least two arguments."));
            };
            let iterators = iterators_of(iterables)?;
            let object = allocate_fixed(class);
            let map = object.expect::<Map>();
            map.function.set(map, *function);
            map.iterators.set(map, iterators);
            map.strict.set(strict as u64);
            Ok(object)
        }),
        iter: Some(Ok),
        next: Some(|v| {
            let map = v.expect::<Map>();
            let iterators = map.iterators.object::<Tuple>();
            if let [iterator] = iterators.as_slice() {
                return match ops::iter::next(*iterator)? {
                    Some(item) => call::call(map.function.value(), &[item]).map(Some),
                    None => Ok(None),
                };
            }
            let mut items = smallvec::SmallVec::new();
            if !next_of_each(iterators, map.strict.get() != 0, "map", &mut items)? {
                return Ok(None);
            }
            call::call(map.function.value(), &items).map(Some)
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__reduce__", |v| {
            let map = v.expect::<Map>();
            let mut args = vec![map.function.value()];
            args.extend_from_slice(map.iterators.object::<Tuple>().as_slice());
            let args = Tuple::new(&args).value();
            Ok(if map.strict.get() != 0 {
                Tuple::new(&[v.class().value(), args, crate::object::singletons::true_()])
            } else {
                Tuple::new(&[v.class().value(), args])
            }
            .value())
        }),
        Method::one("__setstate__", |v, state| {
            v.expect::<Map>().strict.set(ops::truth(state)? as u64);
            Ok(none())
        }),
    ],
    flags: BASETYPE,
    words: TypeDef::words_of::<Map>(),
    traced: 3,
    ..TypeDef::BASE
};

/// `filter`.
#[repr(C)]
pub struct Filter {
    hdr: Header,
    function: Slot,
    iterator: Slot,
}

pub static FILTER: TypeDef = TypeDef {
    name: "filter",
    slots: Slots {
        new: Some(|class, args| {
            if class == FILTER.class() {
                args.no_keywords("filter")?;
            }
            crate::object::args::check_count("filter", args.pos().len(), 2, 2)?;
            let iterator = ops::iter::iter(args.all[1])?;
            let object = allocate_fixed(class);
            let filter = object.expect::<Filter>();
            filter.function.set(filter, args.all[0]);
            filter.iterator.set(filter, iterator);
            Ok(object)
        }),
        iter: Some(Ok),
        next: Some(|v| {
            let filter = v.expect::<Filter>();
            let function = filter.function.value();
            let by_truth = function.is_none() || function.is(crate::types::bool_::BOOL.class().value());
            while let Some(item) = ops::iter::next(filter.iterator.value())? {
                let wanted = if by_truth { item } else { call::call(function, &[item])? };
                if ops::truth(wanted)? {
                    return Ok(Some(item));
                }
            }
            Ok(None)
        }),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", |v| {
        let filter = v.expect::<Filter>();
        let args = Tuple::new(&[filter.function.value(), filter.iterator.value()]);
        Ok(Tuple::new(&[v.class().value(), args.value()]).value())
    })],
    flags: BASETYPE,
    words: TypeDef::words_of::<Filter>(),
    traced: 2,
    ..TypeDef::BASE
};

/// `reversed` over a sequence by index.
#[repr(C)]
pub struct Reversed {
    hdr: Header,
    /// Empty when exhausted.
    sequence: Slot,
    /// Next index, as a tagged int.
    index: Cell<u64>,
}

fn new_reversed(class: Ref<Type>, args: Args) -> R {
    if class == REVERSED.class() {
        args.no_keywords("reversed")?;
    }
    crate::object::args::check_count("reversed", args.pos().len(), 1, 1)?;
    let sequence = args.all[0];
    let not_reversible =
        || Err(type_error(format_args!("'{}' object is not reversible", sequence.class().display_name())));
    if let Some(method) = sequence.class().lookup(names::get(names::__reversed__)) {
        if method.is_none() {
            return not_reversible();
        }
        return call::call_bound(method, sequence, &[]);
    }
    let slots = slots_of(sequence);
    if slots.getitem.is_none() || sequence.cast::<crate::types::dict::Dict>().is_some() {
        return not_reversible();
    }
    let len = ops::len(sequence)?;
    let object = allocate_fixed(class);
    let it = object.expect::<Reversed>();
    it.sequence.set(it, sequence);
    it.index.set(tag::int(len as i64 - 1));
    Ok(object)
}

pub static REVERSED: TypeDef = TypeDef {
    name: "reversed",
    slots: Slots {
        new: Some(new_reversed),
        iter: Some(Ok),
        next: Some(|v| {
            let it = v.expect::<Reversed>();
            let Some(sequence) = it.sequence.get() else { return Ok(None) };
            let index = tag::int_value(it.index.get());
            if index >= 0 {
                match ops::subscript::getitem(sequence, int::from_i64(index)) {
                    Ok(item) => {
                        it.index.set(tag::int(index - 1));
                        return Ok(Some(item));
                    }
                    Err(raised) => {
                        if !errors::pending_is(&INDEX_ERROR) && !errors::pending_is(&STOP_ITERATION) {
                            return Err(raised);
                        }
                        errors::clear();
                    }
                }
            }
            it.index.set(tag::int(-1));
            it.sequence.clear();
            Ok(None)
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__length_hint__", |v| {
            let it = v.expect::<Reversed>();
            let Some(sequence) = it.sequence.get() else { return Ok(Value::small(0)) };
            let left = tag::int_value(it.index.get()) + 1;
            Ok(int::from_i64(if (ops::len(sequence)? as i64) < left { 0 } else { left }))
        }),
        Method::none("__reduce__", |v| {
            let it = v.expect::<Reversed>();
            Ok(match it.sequence.get() {
                Some(sequence) => Tuple::new(&[
                    v.class().value(),
                    Tuple::new(&[sequence]).value(),
                    int::from_i64(tag::int_value(it.index.get())),
                ]),
                None => Tuple::new(&[v.class().value(), Tuple::new(&[Tuple::empty().value()]).value()]),
            }
            .value())
        }),
        Method::one("__setstate__", |v, state| {
            let it = v.expect::<Reversed>();
            let index = ops::as_isize(state)?;
            if let Some(sequence) = it.sequence.get() {
                let len = ops::len(sequence)? as isize;
                it.index.set(tag::int(index.clamp(-1, len - 1) as i64));
            }
            Ok(none())
        }),
    ],
    flags: BASETYPE,
    words: TypeDef::words_of::<Reversed>(),
    traced: 2,
    ..TypeDef::BASE
};
