//! `permutations`, `combinations`, `combinations_with_replacement`: orderings of a pool's positions.

use super::{Cells, Num, iterator_type};
use crate::errors::{R, type_error, value_error};
use crate::object::args::Params;
use crate::object::define::BASETYPE;
use crate::object::singletons::none;
use crate::object::{Args, Ref, Slot, Type};
use crate::ops;
use crate::types::object::allocate_fixed;
use crate::types::tuple::Tuple;
use crate::value::Value;
use smallvec::SmallVec;

/// How far an iterator is.
const FRESH: i64 = 0;
const RUNNING: i64 = 1;
const ENDED: i64 = 2;

/// The pool's items at the first `r` positions of `indices`.
#[inline]
fn pick(pool: Ref<Tuple>, indices: Cells, r: usize) -> R<Option<Value>> {
    let items: SmallVec<[Value; 8]> = (0..r).map(|i| pool.get(indices.get(i))).collect();
    Ok(Some(Tuple::new(&items).value()))
}

iterator_type! {
    /// `permutations`.
    Permutations PERMUTATIONS "permutations" { pool: Slot, indices: Slot, cycles: Slot, r: Num, stage: Num }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: new_permutations,
        next: |v| {
            let it = v.expect::<Permutations>();
            let pool = it.pool.object::<Tuple>();
            let (n, r) = (pool.len(), it.r.get() as usize);
            let indices = Cells(it.indices.object());
            let cycles = Cells(it.cycles.object());
            match it.stage.get() {
                FRESH if r <= n => {
                    it.stage.set(RUNNING);
                    return pick(pool, indices, r);
                }
                RUNNING => {}
                _ => {
                    it.stage.set(ENDED);
                    return Ok(None);
                }
            }
            for i in (0..r).rev() {
                let left = cycles.get(i) - 1;
                if left > 0 {
                    cycles.set(i, left);
                    indices.swap(i, n - left);
                    return pick(pool, indices, r);
                }
                // This position has seen all: its item goes to the back.
                for j in i..n - 1 {
                    indices.swap(j, j + 1);
                }
                cycles.set(i, n - i);
            }
            it.stage.set(ENDED);
            Ok(None)
        }
    }
}

fn new_permutations(class: Ref<Type>, args: Args) -> R {
    static PARAMS: Params = Params { function: "permutations", names: &["iterable", "r"], required: 1, positional: 2 };
    let [iterable, r] = args.bind(&PARAMS)?;
    let pool = ops::iter::to_vec(iterable.unwrap_or_else(none))?;
    let n = pool.len();
    let r = match r.filter(|r| !r.is_none()) {
        None => n as isize,
        Some(r) if ops::is_int(r) => ops::as_isize(r)?,
        Some(_) => return Err(type_error("Expected int as r")),
    };
    if r < 0 {
        return Err(value_error("r must be non-negative"));
    }
    let r = r as usize;
    let indices = Cells::numbers(0..n)?;
    let cycles = if r <= n { Cells::numbers((n - r + 1..n + 1).rev())? } else { Cells::numbers(0..0)? };
    let pool = Tuple::new(&pool);
    let object = allocate_fixed(class);
    let it = object.expect::<Permutations>();
    it.pool.set(it, pool);
    it.indices.set(it, indices);
    it.cycles.set(it, cycles);
    it.r.set(r as i64);
    it.stage.set(FRESH);
    Ok(object)
}

iterator_type! {
    /// `combinations`.
    Combinations COMBINATIONS "combinations" { pool: Slot, indices: Slot, r: Num, stage: Num }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: |class, args| {
            static PARAMS: Params =
                Params { function: "combinations", names: &["iterable", "r"], required: 2, positional: 2 };
            new_combinations(class, args, &PARAMS, true)
        },
        next: |v| {
            let it = v.expect::<Combinations>();
            let pool = it.pool.object::<Tuple>();
            let (n, r) = (pool.len(), it.r.get() as usize);
            let indices = Cells(it.indices.object());
            match it.stage.get() {
                FRESH if r <= n => it.stage.set(RUNNING),
                RUNNING => {
                    // The last position that can still grow.
                    let Some(i) = (0..r).rev().find(|i| indices.get(*i) != i + n - r) else {
                        it.stage.set(ENDED);
                        return Ok(None);
                    };
                    let first = indices.get(i) + 1;
                    for j in i..r {
                        indices.set(j, first + j - i);
                    }
                }
                _ => return Ok(None),
            }
            pick(pool, indices, r)
        }
    }
}

iterator_type! {
    /// `combinations_with_replacement`; the layout of [`Combinations`].
    WithReplacement WITH_REPLACEMENT "combinations_with_replacement" { pool: Slot, indices: Slot, r: Num, stage: Num }
    flags: BASETYPE,
    methods: [],
    slots: {
        new: |class, args| {
            static PARAMS: Params = Params {
                function: "combinations_with_replacement",
                names: &["iterable", "r"],
                required: 2,
                positional: 2,
            };
            new_combinations(class, args, &PARAMS, false)
        },
        next: |v| {
            let it = v.expect::<WithReplacement>();
            let pool = it.pool.object::<Tuple>();
            let (n, r) = (pool.len(), it.r.get() as usize);
            let indices = Cells(it.indices.object());
            match it.stage.get() {
                FRESH if n > 0 || r == 0 => it.stage.set(RUNNING),
                RUNNING => {
                    let Some(i) = (0..r).rev().find(|i| indices.get(*i) != n - 1) else {
                        it.stage.set(ENDED);
                        return Ok(None);
                    };
                    let index = indices.get(i) + 1;
                    for j in i..r {
                        indices.set(j, index);
                    }
                }
                _ => return Ok(None),
            }
            pick(pool, indices, r)
        }
    }
}

/// Positions begin as 0, 1, 2, ... or, when they may repeat, as zeros.
fn new_combinations(class: Ref<Type>, args: Args, params: &Params, rising: bool) -> R {
    let [iterable, r] = args.bind(params)?;
    let r = ops::as_isize(r.unwrap_or_else(none))?;
    let pool = ops::iter::to_vec(iterable.unwrap_or_else(none))?;
    if r < 0 {
        return Err(value_error("r must be non-negative"));
    }
    let r = r as usize;
    let used = if rising && r > pool.len() { 0 } else { r };
    if used > isize::MAX as usize / 16 {
        return Err(crate::errors::memory_error());
    }
    let indices = Cells::numbers((0..used).map(|i| if rising { i } else { 0 }))?;
    let pool = Tuple::new(&pool);
    let object = allocate_fixed(class);
    // SAFETY: both classes have this layout.
    let it = unsafe { Ref::from_ptr(object.as_ptr::<Combinations>()) };
    it.pool.set(it, pool);
    it.indices.set(it, indices);
    it.r.set((r as i64).min(i64::MAX >> 1));
    it.stage.set(FRESH);
    Ok(object)
}
