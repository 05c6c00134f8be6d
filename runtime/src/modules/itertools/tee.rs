//! `tee`: iterators that share a linked list of what their source has given. The collector frees the
//! part of the list that all of them have passed.

use super::{Num, iterator_type, positional};
use crate::errors::{self, R, value_error};
use crate::gc::Header;
use crate::object::define::{BASETYPE, Method, NO_NEW, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::{Ref, Slot, Type};
use crate::ops;
use crate::types::object::allocate_fixed;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

iterator_type! {
    /// One item: until it was read `item` and `next` are empty.
    Node NODE "_tee_dataobject" { source: Slot, item: Slot, next: Slot, reading: Num }
    flags: NO_NEW,
    methods: [],
    slots: {}
}

iterator_type! {
    /// The iterator: the node that it gives next.
    Tee TEE "_tee" { node: Slot }
    flags: BASETYPE | WEAKREFS,
    methods: [Method::none("__copy__", |v| Ok(over(v.class(), v.expect::<Tee>().node.object())))],
    slots: {
        new: |class, args| {
            let iterable = positional(class, &TEE, args, 1, 1)?[0];
            from_iterable(class, iterable)
        },
        next: |v| {
            let it = v.expect::<Tee>();
            let node = it.node.object::<Node>();
            if let (Some(item), Some(next)) = (node.item.get(), node.next.get()) {
                it.node.set(it, next);
                return Ok(Some(item));
            }
            if node.reading.get() != 0 {
                return Err(errors::runtime_error("cannot re-enter the tee iterator"));
            }
            node.reading.set(1);
            let item = ops::iter::next(node.source.value());
            node.reading.set(0);
            let Some(item) = item? else { return Ok(None) };
            let next = new_node(node.source.value());
            node.item.set(node, item);
            node.next.set(node, next);
            it.node.set(it, next);
            Ok(Some(item))
        }
    }
}

fn new_node(source: Value) -> Ref<Node> {
    allocate(
        NODE.header(),
        Node {
            hdr: Header::EMPTY,
            source: Slot::new(source),
            item: Slot::EMPTY,
            next: Slot::EMPTY,
            reading: Num(Cell::new(tag::int(0))),
        },
    )
}

fn over(class: Ref<Type>, node: Ref<Node>) -> Value {
    let object = allocate_fixed(class);
    let it = object.expect::<Tee>();
    it.node.set(it, node);
    object
}

/// An iterator of its own; over a tee it shares that one's list.
fn from_iterable(class: Ref<Type>, iterable: Value) -> R {
    let iterator = ops::iter::iter(iterable)?;
    Ok(match iterator.cast::<Tee>() {
        Some(tee) => over(class, tee.node.object()),
        None => over(class, new_node(iterator)),
    })
}

/// `tee(iterable, n=2)`.
pub(super) fn tee(_: Value, args: &[Value]) -> R {
    let n = args.get(1).map_or(Ok(2), |n| ops::as_isize(*n))?;
    if n < 0 {
        return Err(value_error("n must be >= 0"));
    }
    if n == 0 {
        return Ok(Tuple::empty().value());
    }
    let first = from_iterable(TEE.class(), args[0])?;
    let mut all = Vec::new();
    if all.try_reserve_exact(n as usize).is_err() {
        return Err(errors::memory_error());
    }
    all.push(first);
    let node = first.expect::<Tee>().node.object::<Node>();
    while all.len() < n as usize {
        all.push(over(TEE.class(), node));
    }
    Ok(Tuple::new(&all).value())
}
