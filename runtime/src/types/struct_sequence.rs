//! Tuples with named fields (`sys.version_info`, `os.stat_result`): a native type made from a list of
//! names. Fields past the visible ones are attributes but no items.

use super::list::List;
use super::tuple::{TUPLE, Tuple};
use crate::errors::{R, type_error};
use crate::gc;
use crate::names;
use crate::object::args::Params;
use crate::object::define::{ClassCell, GetSet, Method};
use crate::object::singletons::none;
use crate::object::{Args, Ref, Slots, Type, TypeDef};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::native::getset_descriptor;
use crate::types::object::allocate_boxed;
use crate::types::str::{Builder, Str};
use crate::value::Value;

static METHODS: &[Method] = &[Method::none("__reduce__", reduce), Method::full("__replace__", replace)];

/// The description of such a type. The class is found back from its `TypeDef`, which comes first.
#[repr(C)]
pub struct StructSequence {
    pub def: TypeDef,
    fields: &'static [&'static str],
    /// How many of the fields are items.
    visible: usize,
    /// Called on the values of the constructor, to fill in what was not given.
    complete: Option<fn(&mut [Value])>,
}

impl StructSequence {
    pub const fn new(name: &'static str, fields: &'static [&'static str]) -> StructSequence {
        Self::with_hidden(name, fields, fields.len())
    }

    /// Only the first `visible` fields are items; a field without a name has no attribute.
    pub const fn with_hidden(name: &'static str, fields: &'static [&'static str], visible: usize) -> StructSequence {
        StructSequence {
            def: TypeDef {
                name,
                base: Some(&TUPLE),
                slots: Slots { repr: Some(repr), new: Some(new), ..Slots::NONE },
                methods: METHODS,
                // The items are in word 1, as in every subclass of tuple; all fields in word 2.
                words: 3,
                traced: 2,
                extra: Some(fill),
                class: ClassCell::NEW,
                ..TypeDef::BASE
            },
            fields,
            visible,
            complete: None,
        }
    }

    /// Programs make no instances.
    pub const fn without_constructor(mut self) -> StructSequence {
        self.def.slots.new = None;
        self.def.flags |= crate::object::define::NO_NEW;
        self
    }

    /// The constructor has this function fill in what was not given.
    pub const fn completed_by(mut self, complete: fn(&mut [Value])) -> StructSequence {
        self.complete = Some(complete);
        self
    }
}

/// An instance with these values, one for each field.
pub fn make(of: &'static StructSequence, values: &[Value]) -> Value {
    build(of, of.def.class(), values)
}

fn build(of: &StructSequence, class: Ref<Type>, values: &[Value]) -> Value {
    let items = Tuple::new(&values[..of.visible.min(values.len())]);
    let all = if values.len() > of.visible { Tuple::new(values) } else { items };
    let object = allocate_boxed(class, items.value());
    // SAFETY: the layout has a third word, traced.
    unsafe { *object.as_ptr::<u64>().add(2) = all.value().bits() };
    gc::write_range_barrier(object.as_ptr());
    object
}

fn description(class: Ref<Type>) -> &'static StructSequence {
    match class.def.get() {
        // SAFETY: these functions are only in the slots of classes whose TypeDef begins a StructSequence.
        Some(def) => unsafe { &*(def as *const TypeDef as *const StructSequence) },
        None => crate::errors::internal("a struct sequence without its description"),
    }
}

fn all_values(v: Value) -> &'static [Value] {
    // SAFETY: word 2 holds the tuple of all values.
    let all = unsafe { Value::from_bits(*v.as_ptr::<u64>().add(2)) };
    // SAFETY: the tuple lives as long as the address of its items is on the stack.
    unsafe { &*(all.expect::<Tuple>().as_slice() as *const [Value]) }
}

fn get<const N: usize>(v: Value) -> R {
    Ok(all_values(v).get(N).copied().unwrap_or_else(none))
}

macro_rules! getters {
    ($($n:literal)*) => { [$(get::<$n>),*] };
}
const GETTERS: [fn(Value) -> R; 40] = getters! {
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19
    20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39
};

/// Puts the fields' descriptors and the counts into the class's dict.
fn fill(class: Ref<Type>) {
    let of = description(class);
    let dict = class.dict();
    let mut visible_names = Vec::new();
    let mut unnamed = 0;
    for (i, &name) in of.fields.iter().enumerate().take(GETTERS.len()) {
        if name.is_empty() {
            unnamed += 1;
            continue;
        }
        // Once for each field of each such type of the process.
        let getset: &'static GetSet = Box::leak(Box::new(GetSet::member(name, GETTERS[i])));
        dict.set_str(Str::intern(name), getset_descriptor(class, getset));
        if i < of.visible {
            visible_names.push(Str::intern(name).value());
        }
    }
    let count = |name: &str, n: usize| dict.set_str(Str::intern(name), Value::small(n as i64));
    count("n_fields", of.fields.len());
    count("n_sequence_fields", of.visible);
    count("n_unnamed_fields", unnamed);
    dict.set_str(names::get(names::__match_args__), Tuple::new(&visible_names).value());
}

fn repr(v: Value) -> R {
    let class = v.class();
    let of = description(class);
    let mut out = Builder::new();
    out.push_str(of.def.name);
    out.push('(' as u32);
    // An item without a name is shown under the next one that is left.
    let named = of.fields.iter().filter(|name| !name.is_empty());
    for (i, (item, name)) in v.expect::<Tuple>().as_slice().iter().zip(named).enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        out.push_str(name);
        out.push('=' as u32);
        out.push_obj(ops::repr(*item)?.expect::<Str>());
    }
    out.push(')' as u32);
    Ok(out.finish().value())
}

fn new(class: Ref<Type>, args: Args) -> R {
    let of = description(class);
    let name = of.def.name;
    static PARAMS: Params = Params { function: "structseq", names: &["sequence", "dict"], required: 1, positional: 2 };
    let [sequence, dict] = args.bind(&PARAMS)?;
    let Some(sequence) = sequence else { return Err(type_error("constructor requires a sequence")) };
    let slots = crate::object::class::slots_of(sequence);
    if slots.iter.is_none() && slots.getitem.is_none() {
        return Err(type_error("constructor requires a sequence"));
    }
    let dict = match dict {
        None => None,
        Some(dict) => match dict.cast::<Dict>() {
            Some(dict) => Some(dict),
            None => return Err(type_error(format_args!("{name}() takes a dict as second arg, if any"))),
        },
    };
    let mut values = ops::iter::to_vec(sequence)?;
    let (given, min, max) = (values.len(), of.visible, of.fields.len());
    if given < min || given > max {
        let bound = if min == max {
            "a"
        } else if given < min {
            "an at least"
        } else {
            "an at most"
        };
        let limit = if given < min { min } else { max };
        return Err(type_error(format_args!("{name}() takes {bound} {limit}-sequence ({given}-sequence given)")));
    }
    let mut unused = dict.map_or(0, |dict| dict.len());
    for field in &of.fields[given..] {
        let value = dict.filter(|_| !field.is_empty()).and_then(|dict| dict.get_text(field));
        unused -= value.is_some() as usize;
        values.push(value.unwrap_or_else(none));
    }
    if unused > 0 {
        return Err(type_error(format_args!("{name}() got duplicate or unexpected field name(s)")));
    }
    if let Some(complete) = of.complete {
        complete(&mut values);
    }
    Ok(build(of, class, &values))
}

fn reduce(v: Value) -> R {
    let of = description(v.class());
    let dict = Dict::new();
    let all = all_values(v);
    for (name, value) in of.fields.iter().zip(all).skip(of.visible) {
        dict.set_str(Str::intern(name), *value);
    }
    let args = Tuple::new(&[v.expect::<Tuple>().value(), dict.value()]);
    Ok(Tuple::new(&[v.class().value(), args.value()]).value())
}

/// `copy.replace(x, field=value)`.
fn replace(v: Value, args: Args) -> R {
    let of = description(v.class());
    if !args.pos().is_empty() {
        return Err(type_error(format_args!(
            "__replace__() takes 1 positional argument but {} were given",
            args.pos().len() + 1
        )));
    }
    if of.fields.iter().any(|name| name.is_empty()) {
        return Err(type_error(format_args!(
            "__replace__() is not supported for {} because it has unnamed field(s)",
            of.def.name
        )));
    }
    let mut values = all_values(v).to_vec();
    let unexpected = List::new(&[]);
    for (name, value) in args.keywords() {
        match of.fields.iter().position(|field| name.is_str(field)) {
            Some(i) if i < values.len() => values[i] = value,
            _ => unexpected.push(name.value()),
        }
    }
    if !unexpected.is_empty() {
        let names = ops::repr_text(unexpected.value())?;
        return Err(type_error(format_args!("Got unexpected field name(s): {names}")));
    }
    Ok(build(of, v.class(), &values))
}
