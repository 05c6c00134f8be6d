//! `itertools`: iterators in constant memory, each a type with a native `next`.
//!
//! Numbers in the iterators are tagged ints ([`Num`]), so that all words of an object can be traced.

mod combinatoric;
mod filtering;
mod grouping;
mod infinite;
mod joining;
mod tee;

use crate::errors::R;
use crate::object::{Args, Ref, Type, TypeDef};
use crate::types::list::Array;
use crate::types::module::NativeModule;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// A machine number in a traced word; 0 in a fresh object.
#[repr(transparent)]
struct Num(Cell<u64>);

impl Num {
    #[inline(always)]
    fn get(&self) -> i64 {
        tag::int_value(self.0.get())
    }

    #[inline(always)]
    fn set(&self, n: i64) {
        self.0.set(tag::int(n));
    }
}

/// A private buffer of numbers and of values that may be missing.
#[derive(Clone, Copy)]
struct Cells(Ref<Array>);

impl Cells {
    fn numbers(numbers: impl ExactSizeIterator<Item = usize>) -> R<Cells> {
        let cells = Cells(Array::new(numbers.len())?);
        for (i, n) in numbers.enumerate() {
            cells.set(i, n);
        }
        Ok(cells)
    }

    fn values(values: &[Value]) -> R<Cells> {
        let cells = Cells(Array::new(values.len())?);
        for (i, value) in values.iter().enumerate() {
            cells.word(i).set(value.bits());
        }
        Ok(cells)
    }

    #[inline(always)]
    fn word(&self, i: usize) -> &Cell<u64> {
        assert!(i < self.0.capacity());
        // SAFETY: in bounds of the buffer, whose words are only used through cells here.
        unsafe { &*(self.0.ptr() as *const Cell<u64>).add(i) }
    }

    #[inline(always)]
    fn get(&self, i: usize) -> usize {
        tag::int_value(self.word(i).get()) as usize
    }

    /// Numbers need no write barrier.
    #[inline(always)]
    fn set(&self, i: usize, n: usize) {
        self.word(i).set(tag::int(n as i64));
    }

    #[inline(always)]
    fn value(&self, i: usize) -> Option<Value> {
        // SAFETY: a word that `values` put there, or 0.
        unsafe { Value::from_slot(self.word(i).get()) }
    }

    fn clear(&self, i: usize) {
        self.word(i).set(0);
    }

    fn swap(&self, i: usize, j: usize) {
        self.word(i).swap(self.word(j));
    }
}

impl From<Cells> for Value {
    fn from(cells: Cells) -> Value {
        cells.0.value()
    }
}

/// Positional arguments of a type that takes no keywords; a subclass may have an `__init__` that does.
fn positional<'a>(class: Ref<Type>, def: &'static TypeDef, args: Args<'a>, min: usize, max: usize) -> R<&'a [Value]> {
    let name = def.short_name();
    if class == def.class() {
        args.no_keywords(name)?;
    }
    crate::object::args::check_count(name, args.pos().len(), min, max)?;
    Ok(args.pos())
}

/// Declares an iterator type: layout, description, and their tie.
macro_rules! iterator_type {
    (
        $(#[$doc:meta])* $type:ident $def:ident $name:literal { $($field:ident: $kind:ty),* $(,)? }
        flags: $flags:expr,
        methods: [$($method:expr),* $(,)?],
        slots: { $($slot:ident: $f:expr),* $(,)? }
    ) => {
        $(#[$doc])*
        #[repr(C)]
        pub(super) struct $type {
            hdr: $crate::gc::Header,
            $($field: $kind,)*
        }

        impl $crate::object::Builtin for $type {
            const DEF: &'static $crate::object::TypeDef = &$def;
        }

        pub(super) static $def: $crate::object::TypeDef = $crate::object::TypeDef {
            name: concat!("itertools.", $name),
            slots: $crate::object::Slots {
                iter: Some(Ok),
                $($slot: Some($f),)*
                ..$crate::object::Slots::NONE
            },
            methods: &[$($method),*],
            flags: $flags,
            words: $crate::object::TypeDef::words_of::<$type>(),
            traced: $crate::object::TypeDef::words_of::<$type>() - 1,
            ..$crate::object::TypeDef::BASE
        };
    };
}
use iterator_type;

pub static MODULE: NativeModule = NativeModule {
    name: "itertools",
    functions: &[crate::object::Method::pos("tee", tee::tee, 1, 2)],
    init: |module| {
        for def in [
            &infinite::COUNT,
            &infinite::CYCLE,
            &infinite::REPEAT,
            &joining::CHAIN,
            &joining::PRODUCT,
            &joining::ZIP_LONGEST,
            &grouping::ACCUMULATE,
            &grouping::BATCHED,
            &grouping::GROUPBY,
            &grouping::GROUPER,
            &grouping::PAIRWISE,
            &filtering::COMPRESS,
            &filtering::DROPWHILE,
            &filtering::TAKEWHILE,
            &filtering::FILTERFALSE,
            &filtering::ISLICE,
            &filtering::STARMAP,
            &combinatoric::PERMUTATIONS,
            &combinatoric::COMBINATIONS,
            &combinatoric::WITH_REPLACEMENT,
            &tee::TEE,
        ] {
            module.add_type(def);
        }
        Ok(())
    },
};
