//! `_lru_cache_wrapper`: a function that remembers its results.
//!
//! With a bound, the results are in a ring of links in the order of their use: the root's `next` is the
//! oldest, its `prev` the newest. The dict maps keys to links then, and to results without a bound.

use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, METHOD_LIKE, Method, NO_NEW, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, attr, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::int;
use crate::types::method::BoundMethod;
use crate::types::object::allocate_fixed;
use crate::types::object_dir::{get_dict, set_dict};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use smallvec::SmallVec;
use std::cell::Cell;
use taipan_abi::tag;

#[repr(C)]
struct Link {
    hdr: Header,
    prev: Slot,
    next: Slot,
    key: Slot,
    result: Slot,
}

impl Builtin for Link {
    const DEF: &'static TypeDef = &LINK;
}

static LINK: TypeDef = TypeDef {
    name: "functools._lru_list_elem",
    flags: NO_NEW,
    words: TypeDef::words_of::<Link>(),
    traced: TypeDef::words_of::<Link>() - 1,
    ..TypeDef::BASE
};

impl Link {
    fn new(key: Option<Value>, result: Option<Value>) -> Ref<Link> {
        allocate(
            LINK.header(),
            Link {
                hdr: Header::EMPTY,
                prev: Slot::EMPTY,
                next: Slot::EMPTY,
                key: Slot::of(key),
                result: Slot::of(result),
            },
        )
    }
}

impl Ref<Link> {
    fn unlink(self) {
        let (prev, next) = (self.prev.object::<Link>(), self.next.object::<Link>());
        prev.next.set(prev, next);
        next.prev.set(next, prev);
    }

    /// Puts the link at the newest place.
    fn insert(self, root: Ref<Link>) {
        let newest = root.prev.object::<Link>();
        newest.next.set(newest, self);
        self.prev.set(self, newest);
        self.next.set(self, root);
        root.prev.set(root, self);
    }
}

/// The object; numbers are tagged ints.
#[repr(C)]
pub(super) struct Wrapper {
    hdr: Header,
    function: Slot,
    cache: Slot,
    /// A ring of one link when the cache is empty.
    root: Slot,
    /// Makes the result of `cache_info`.
    info: Slot,
    /// -1 for no bound.
    maxsize: Cell<u64>,
    typed: Cell<u64>,
    hits: Cell<u64>,
    misses: Cell<u64>,
    dict: Slot,
}

impl Builtin for Wrapper {
    const DEF: &'static TypeDef = &WRAPPER;
}

fn slf(v: Value) -> Ref<Wrapper> {
    v.expect::<Wrapper>()
}

fn count(cell: &Cell<u64>) {
    cell.set(tag::int(tag::int_value(cell.get()) + 1));
}

fn new(class: Ref<Type>, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "lru_cache",
        names: &["user_function", "maxsize", "typed", "cache_info_type"],
        required: 4,
        positional: 4,
    };
    let [function, maxsize, typed, info] = args.bind::<4>(&PARAMS)?.map(|v| v.unwrap_or_else(none));
    if !call::is_callable(function) {
        return Err(type_error("the first argument must be callable"));
    }
    let maxsize = if maxsize.is_none() {
        -1
    } else if ops::is_int(maxsize) {
        (ops::as_isize(maxsize)? as i64).clamp(0, i64::MAX >> 2)
    } else {
        return Err(type_error("maxsize should be integer or None"));
    };
    let typed = ops::truth(typed)?;
    let (cache, root) = (Dict::new(), Link::new(None, None));
    root.prev.set(root, root);
    root.next.set(root, root);
    let object = allocate_fixed(class);
    let wrapper = slf(object);
    wrapper.function.set(wrapper, function);
    wrapper.cache.set(wrapper, cache);
    wrapper.root.set(wrapper, root);
    wrapper.info.set(wrapper, info);
    wrapper.maxsize.set(tag::int(maxsize));
    wrapper.typed.set(tag::int(typed as i64));
    wrapper.hits.set(tag::int(0));
    wrapper.misses.set(tag::int(0));
    Ok(object)
}

/// The arguments as one value: a single int or str is itself, all else a tuple.
#[inline]
fn key_of(wrapper: Ref<Wrapper>, args: Args) -> Value {
    let typed = tag::int_value(wrapper.typed.get()) != 0;
    if !typed && args.names.is_none() {
        if let [one] = args.all {
            if one.is_small() || one.exact::<Str>().is_some() {
                return *one;
            }
        }
        return Tuple::new(args.all).value();
    }
    let mut parts = SmallVec::<[Value; 8]>::from_slice(args.pos());
    if args.kw_len() > 0 {
        // Nothing that a caller has is equal to the root.
        parts.push(wrapper.root.value());
        for (name, value) in args.keywords() {
            parts.push(name.value());
            parts.push(value);
        }
    }
    if typed {
        parts.extend(args.all.iter().map(|arg| arg.class().value()));
    }
    Tuple::new(&parts).value()
}

fn call_wrapper(v: Value, args: Args) -> R {
    let wrapper = slf(v);
    let function = wrapper.function.value();
    let maxsize = tag::int_value(wrapper.maxsize.get());
    if maxsize == 0 {
        count(&wrapper.misses);
        return call::call_args(function, args);
    }
    let key = key_of(wrapper, args);
    let hash = ops::hash::hash(key)?;
    let cache = wrapper.cache.object::<Dict>();
    if let Some(found) = cache.get_with_hash(key, hash)? {
        count(&wrapper.hits);
        if maxsize < 0 {
            return Ok(found);
        }
        let link = found.expect::<Link>();
        link.unlink();
        link.insert(wrapper.root.object());
        return Ok(link.result.value());
    }
    count(&wrapper.misses);
    let result = call::call_args(function, args)?;
    if maxsize < 0 {
        cache.set_with_hash(key, hash, result)?;
        return Ok(result);
    }
    // The call may have added the same key.
    if cache.contains_with_hash(key, hash)? {
        return Ok(result);
    }
    let root = wrapper.root.object::<Link>();
    if cache.len() as i64 >= maxsize {
        let oldest = root.next.object::<Link>();
        if oldest != root {
            oldest.unlink();
            if let Some(key) = oldest.key.get() {
                cache.remove(key)?;
            }
        }
    }
    let link = Link::new(Some(key), Some(result));
    cache.set_with_hash(key, hash, link.value())?;
    link.insert(root);
    Ok(result)
}

fn cache_info(v: Value) -> R {
    let wrapper = slf(v);
    let number = |cell: &Cell<u64>| int::from_i64(tag::int_value(cell.get()));
    let maxsize = if tag::int_value(wrapper.maxsize.get()) < 0 { none() } else { number(&wrapper.maxsize) };
    let size = int::from_usize(wrapper.cache.object::<Dict>().len());
    call::call(wrapper.info.value(), &[number(&wrapper.hits), number(&wrapper.misses), maxsize, size])
}

fn cache_clear(v: Value) -> R {
    let wrapper = slf(v);
    let root = wrapper.root.object::<Link>();
    root.prev.set(root, root);
    root.next.set(root, root);
    wrapper.hits.set(tag::int(0));
    wrapper.misses.set(tag::int(0));
    wrapper.cache.object::<Dict>().clear();
    Ok(none())
}

pub(super) static WRAPPER: TypeDef = TypeDef {
    name: "functools._lru_cache_wrapper",
    slots: Slots {
        new: Some(new),
        call: Some(call_wrapper),
        descr_get: Some(|v, instance, _| {
            Ok(match instance.filter(|instance| !instance.is_none()) {
                Some(instance) => BoundMethod::new(v, instance).value(),
                None => v,
            })
        }),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        ..Slots::NONE
    },
    methods: &[
        Method::none("cache_info", cache_info),
        Method::none("cache_clear", cache_clear),
        Method::none("__reduce__", |v| attr::getattr(v, Str::intern("__qualname__"))),
        Method::none("__copy__", Ok),
        Method::one("__deepcopy__", |v, _| Ok(v)),
    ],
    getset: &[GetSet::both("__dict__", get_dict, set_dict)],
    flags: BASETYPE | HAS_DICT | METHOD_LIKE | WEAKREFS,
    words: TypeDef::words_of::<Wrapper>(),
    traced: TypeDef::words_of::<Wrapper>() - 1,
    ..TypeDef::BASE
};
