//! `chain`, `product`, `zip_longest`: several iterables as one.

use super::{Cells, Num, iterator_type};
use crate::errors::{self, R, type_error, value_error};
use crate::object::define::{BASETYPE, Method};
use crate::object::singletons::none;
use crate::object::{Args, Ref, Slot, Type};
use crate::ops;
use crate::types::generic_alias::class_getitem;
use crate::types::object::allocate_fixed;
use crate::types::tuple::Tuple;
use crate::value::Value;
use smallvec::SmallVec;

iterator_type! {
    /// `chain`: the iterator over the iterables, and the one over the current one; empty at the end.
    Chain CHAIN "chain" { source: Slot, active: Slot }
    flags: BASETYPE,
    methods: [
        Method::one("from_iterable", |class, iterable| {
            let Some(class) = class.cast::<Type>() else { return Err(type_error("a class is required")) };
            chain_over(class, ops::iter::iter(iterable)?)
        }).class_method(),
        Method::one("__class_getitem__", class_getitem).class_method(),
    ],
    slots: {
        new: |class, args| {
            if class == CHAIN.class() {
                args.no_keywords("chain")?;
            }
            chain_over(class, ops::iter::iter(Tuple::new(args.pos()).value())?)
        },
        next: |v| {
            let it = v.expect::<Chain>();
            loop {
                if let Some(active) = it.active.get() {
                    if let Some(item) = ops::iter::next(active)? {
                        return Ok(Some(item));
                    }
                    it.active.clear();
                }
                let Some(source) = it.source.get() else { return Ok(None) };
                let active = match ops::iter::next(source) {
                    Ok(Some(iterable)) => ops::iter::iter(iterable),
                    Ok(None) => {
                        it.source.clear();
                        return Ok(None);
                    }
                    Err(raised) => Err(raised),
                };
                match active {
                    Ok(active) => it.active.set(it, active),
                    Err(raised) => {
                        it.source.clear();
                        return Err(raised);
                    }
                }
            }
        }
    }
}

fn chain_over(class: Ref<Type>, source: Value) -> R {
    let object = allocate_fixed(class);
    let it = object.expect::<Chain>();
    it.source.set(it, source);
    Ok(object)
}

iterator_type! {
    /// `product`: a tuple of tuples, the position in each, and how far it is.
    Product PRODUCT "product" { pools: Slot, indices: Slot, stage: Num }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: new_product,
        next: |v| {
            let it = v.expect::<Product>();
            let pools = it.pools.object::<Tuple>();
            let pools = pools.as_slice();
            let indices = Cells(it.indices.object());
            let pool = |i: usize| pools[i].expect::<Tuple>();
            match it.stage.get() {
                0 => {
                    if (0..pools.len()).any(|i| pool(i).is_empty()) {
                        it.stage.set(2);
                        return Ok(None);
                    }
                    it.stage.set(1);
                }
                1 => {
                    let mut i = pools.len();
                    loop {
                        if i == 0 {
                            it.stage.set(2);
                            return Ok(None);
                        }
                        i -= 1;
                        let next = indices.get(i) + 1;
                        if next < pool(i).len() {
                            indices.set(i, next);
                            break;
                        }
                        indices.set(i, 0);
                    }
                }
                _ => return Ok(None),
            }
            let items: SmallVec<[Value; 8]> = (0..pools.len()).map(|i| pool(i).get(indices.get(i))).collect();
            Ok(Some(Tuple::new(&items).value()))
        }
    }
}

fn new_product(class: Ref<Type>, args: Args) -> R {
    let mut repeat = 1;
    for (name, value) in args.keywords() {
        if !name.is_str("repeat") {
            return Err(type_error(format_args!("product() got an unexpected keyword argument '{}'", name.display())));
        }
        repeat = ops::as_isize(value)?;
    }
    if repeat < 0 {
        return Err(value_error("repeat argument cannot be negative"));
    }
    let given = args.pos();
    let repeat = if given.is_empty() { 0 } else { repeat as usize };
    if given.len().checked_mul(repeat).is_none_or(|n| n > isize::MAX as usize / 8) {
        return Err(errors::overflow_error("repeat argument too large"));
    }
    let mut pools = Vec::with_capacity(given.len());
    if repeat > 0 {
        for iterable in given {
            pools.push(Tuple::from_vec(ops::iter::to_vec(*iterable)?));
        }
    }
    let indices = Cells::numbers(vec![0; pools.len() * repeat].into_iter())?;
    let pools = Tuple::new(&pools.repeat(repeat));
    let object = allocate_fixed(class);
    let it = object.expect::<Product>();
    it.pools.set(it, pools);
    it.indices.set(it, indices);
    it.stage.set(0);
    Ok(object)
}

iterator_type! {
    /// `zip_longest`: the iterators, without those that ended, and how many are left.
    ZipLongest ZIP_LONGEST "zip_longest" { iterators: Slot, fill: Slot, count: Num, active: Num }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: new_zip_longest,
        next: |v| {
            let it = v.expect::<ZipLongest>();
            let count = it.count.get() as usize;
            if it.active.get() == 0 {
                return Ok(None);
            }
            let iterators = Cells(it.iterators.object());
            let mut items = SmallVec::<[Value; 8]>::with_capacity(count);
            for i in 0..count {
                let Some(iterator) = iterators.value(i) else {
                    items.push(it.fill.value());
                    continue;
                };
                match ops::iter::next(iterator) {
                    Ok(Some(item)) => items.push(item),
                    Ok(None) => {
                        it.active.set(it.active.get() - 1);
                        if it.active.get() <= 0 {
                            it.active.set(0);
                            return Ok(None);
                        }
                        iterators.clear(i);
                        items.push(it.fill.value());
                    }
                    Err(raised) => {
                        it.active.set(0);
                        return Err(raised);
                    }
                }
            }
            Ok(Some(Tuple::new(&items).value()))
        }
    }
}

fn new_zip_longest(class: Ref<Type>, args: Args) -> R {
    let mut fill = none();
    for (name, value) in args.keywords() {
        if !name.is_str("fillvalue") {
            return Err(type_error("zip_longest() got an unexpected keyword argument"));
        }
        fill = value;
    }
    let mut iterators = Vec::with_capacity(args.pos().len());
    for iterable in args.pos() {
        iterators.push(ops::iter::iter(*iterable)?);
    }
    let cells = Cells::values(&iterators)?;
    let object = allocate_fixed(class);
    let it = object.expect::<ZipLongest>();
    it.iterators.set(it, cells);
    it.fill.set(it, fill);
    it.count.set(iterators.len() as i64);
    it.active.set(iterators.len() as i64);
    Ok(object)
}
