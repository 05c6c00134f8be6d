//! Special methods and slots, in one table (CPython's `slotdefs` in `Objects/typeobject.c`).
//!
//! A row says how a special method's name relates to a slot. It is read in both directions: a built-in
//! type's slot appears in its `__dict__` as a slot wrapper that calls the slot, and a Python class's
//! special method appears in its slots as a function of [`super::slots`]'s signature that calls the
//! method ([`super::slotdefs::generic`]). Several names can share a slot (`__add__`, `__radd__`).

pub mod generic;
pub mod wrap;

use super::define::{Binding, NativeFn, TypeDef};
use super::{Args, Ref, Slots, Type};
use crate::errors::type_error;
use crate::names;
use crate::types::buffer_protocol;
use crate::types::native::{MethodDescriptor, NativeFunction, SlotWrapper, getset_descriptor};
use crate::types::str::Str;
use crate::value::{R, Value};

/// One row of the table.
pub struct SlotDef {
    pub name: &'static str,
    /// Rows with the same group share a slot.
    pub group: u8,
    pub is_set: fn(&Slots) -> bool,
    /// Copies the slot between tables.
    pub copy: fn(&mut Slots, &Slots),
    /// Fills the slot with the function that calls the special method.
    pub set_generic: fn(&mut Slots),
    pub clear: fn(&mut Slots),
    /// Calls the slot for a slot wrapper.
    pub call: fn(&Slots, Value, Args) -> R,
}

macro_rules! row {
    ($group:expr, $name:literal, $field:ident, $generic:expr, $call:expr) => {
        SlotDef {
            name: $name,
            group: $group,
            is_set: |s| s.$field.is_some(),
            copy: |to, from| to.$field = from.$field,
            set_generic: |s| s.$field = Some($generic),
            clear: |s| s.$field = None,
            call: $call,
        }
    };
}

macro_rules! binary_row {
    ($group:expr, $op:expr, $name:literal, $reflected:literal, $inplace:literal, $generic:expr, $igeneric:expr) => {
        [
            SlotDef {
                name: $name,
                group: $group,
                is_set: |s| s.binary[$op].is_some(),
                copy: |to, from| to.binary[$op] = from.binary[$op],
                set_generic: |s| s.binary[$op] = Some($generic),
                clear: |s| s.binary[$op] = None,
                call: |s, slf, args| match $op == BinOp::Pow as usize {
                    true => wrap::power(s, slf, args, $name, false),
                    false => wrap::binary(s.binary[$op], slf, args, $name),
                },
            },
            SlotDef {
                name: $reflected,
                group: $group,
                is_set: |s| s.binary[$op].is_some(),
                copy: |to, from| to.binary[$op] = from.binary[$op],
                set_generic: |s| s.binary[$op] = Some($generic),
                clear: |s| s.binary[$op] = None,
                call: |s, slf, args| match $op == BinOp::Pow as usize {
                    true => wrap::power(s, slf, args, $reflected, true),
                    false => wrap::reflected(s.binary[$op], slf, args, $reflected),
                },
            },
            SlotDef {
                name: $inplace,
                group: $group + 1,
                is_set: |s| s.inplace[$op].is_some(),
                copy: |to, from| to.inplace[$op] = from.inplace[$op],
                set_generic: |s| s.inplace[$op] = Some($igeneric),
                clear: |s| s.inplace[$op] = None,
                call: |s, slf, args| wrap::binary(s.inplace[$op], slf, args, $inplace),
            },
        ]
    };
}

macro_rules! compare_row {
    ($name:literal, $op:expr) => {
        row!(5, $name, compare, generic::compare, |s, slf, args| wrap::compare(s.compare, slf, args, $op, $name))
    };
}

use super::slots::{BinOp, CmpOp};

/// Rows of one slot each.
static SINGLE: &[SlotDef] = &[
    row!(0, "__repr__", repr, generic::repr, |s, v, a| wrap::unary(s.repr, v, a, "__repr__")),
    row!(1, "__hash__", hash, generic::hash, |s, v, a| wrap::hash(s.hash, v, a)),
    row!(2, "__call__", call, generic::call, |s, v, a| wrap::call(s.call, v, a)),
    row!(3, "__str__", str, generic::str, |s, v, a| wrap::unary(s.str, v, a, "__str__")),
    row!(4, "__getattribute__", getattr, generic::getattr, |s, v, a| wrap::getattr(s.getattr, v, a)),
    row!(4, "__getattr__", getattr, generic::getattr, |s, v, a| wrap::getattr(s.getattr, v, a)),
    row!(6, "__setattr__", setattr, generic::setattr, |s, v, a| wrap::setattr(s.setattr, v, a)),
    row!(6, "__delattr__", setattr, generic::setattr, |s, v, a| wrap::delattr(s.setattr, v, a)),
    compare_row!("__lt__", CmpOp::Lt),
    compare_row!("__le__", CmpOp::Le),
    compare_row!("__eq__", CmpOp::Eq),
    compare_row!("__ne__", CmpOp::Ne),
    compare_row!("__gt__", CmpOp::Gt),
    compare_row!("__ge__", CmpOp::Ge),
    row!(7, "__iter__", iter, generic::iter, |s, v, a| wrap::unary(s.iter, v, a, "__iter__")),
    row!(8, "__next__", next, generic::next, |s, v, a| wrap::next(s.next, v, a)),
    row!(9, "__get__", descr_get, generic::descr_get, |s, v, a| wrap::descr_get(s.descr_get, v, a)),
    row!(10, "__set__", descr_set, generic::descr_set, |s, v, a| wrap::descr_set(s.descr_set, v, a)),
    row!(10, "__delete__", descr_set, generic::descr_set, |s, v, a| wrap::descr_delete(s.descr_set, v, a)),
    row!(11, "__init__", init, generic::init, |s, v, a| wrap::init(s.init, v, a)),
    row!(12, "__new__", new, generic::new, |_, _, _| Err(type_error("__new__ is not a slot wrapper"))),
    row!(13, "__del__", del, generic::del, |s, v, a| wrap::del(s.del, v, a)),
    row!(14, "__len__", len, generic::len, |s, v, a| wrap::len(s.len, v, a)),
    row!(15, "__getitem__", getitem, generic::getitem, |s, v, a| wrap::binary(s.getitem, v, a, "__getitem__")),
    row!(16, "__setitem__", setitem, generic::setitem, |s, v, a| wrap::setitem(s.setitem, v, a)),
    row!(16, "__delitem__", setitem, generic::setitem, |s, v, a| wrap::delitem(s.setitem, v, a)),
    row!(17, "__contains__", contains, generic::contains, |s, v, a| wrap::contains(s.contains, v, a)),
    row!(22, "__neg__", neg, generic::neg, |s, v, a| wrap::unary(s.neg, v, a, "__neg__")),
    row!(23, "__pos__", pos, generic::pos, |s, v, a| wrap::unary(s.pos, v, a, "__pos__")),
    row!(24, "__abs__", abs, generic::abs, |s, v, a| wrap::unary(s.abs, v, a, "__abs__")),
    row!(25, "__invert__", invert, generic::invert, |s, v, a| wrap::unary(s.invert, v, a, "__invert__")),
    row!(26, "__bool__", bool, generic::bool, |s, v, a| wrap::bool(s.bool, v, a)),
    row!(27, "__index__", index, generic::index, |s, v, a| wrap::unary(s.index, v, a, "__index__")),
    row!(28, "__int__", int, generic::int, |s, v, a| wrap::unary(s.int, v, a, "__int__")),
    row!(29, "__float__", float, generic::float, |s, v, a| wrap::unary(s.float, v, a, "__float__")),
    row!(30, "__await__", await_, generic::await_, |s, v, a| wrap::unary(s.await_, v, a, "__await__")),
    row!(31, "__aiter__", aiter, generic::aiter, |s, v, a| wrap::unary(s.aiter, v, a, "__aiter__")),
    row!(32, "__anext__", anext, generic::anext, |s, v, a| wrap::unary(s.anext, v, a, "__anext__")),
];

macro_rules! arithmetic {
    ($($const:ident $group:literal $name:literal $reflected:literal $inplace:literal)*) => {
        static BINARY: &[[SlotDef; 3]] = &[
            $({
                const OP: usize = BinOp::$const as usize;
                binary_row!($group, OP, $name, $reflected, $inplace, generic::binary::<OP>, generic::inplace::<OP>)
            },)*
        ];
    };
}

arithmetic! {
    Add 40 "__add__" "__radd__" "__iadd__"
    And 42 "__and__" "__rand__" "__iand__"
    FloorDiv 44 "__floordiv__" "__rfloordiv__" "__ifloordiv__"
    Lshift 46 "__lshift__" "__rlshift__" "__ilshift__"
    MatMul 48 "__matmul__" "__rmatmul__" "__imatmul__"
    Mul 50 "__mul__" "__rmul__" "__imul__"
    Mod 52 "__mod__" "__rmod__" "__imod__"
    Or 54 "__or__" "__ror__" "__ior__"
    Pow 56 "__pow__" "__rpow__" "__ipow__"
    Rshift 58 "__rshift__" "__rrshift__" "__irshift__"
    Sub 60 "__sub__" "__rsub__" "__isub__"
    TrueDiv 62 "__truediv__" "__rtruediv__" "__itruediv__"
    Xor 64 "__xor__" "__rxor__" "__ixor__"
    DivMod 66 "__divmod__" "__rdivmod__" "__idivmod__"
}

/// Special methods of sequences, for the built-in types that have no numeric slot of that name.
static SEQUENCE: &[SlotDef] = &[
    row!(18, "__add__", concat, generic::concat, |s, v, a| wrap::binary(s.concat, v, a, "__add__")),
    row!(19, "__mul__", repeat, generic::repeat, |s, v, a| wrap::repeat(s.repeat, v, a, "__mul__")),
    row!(19, "__rmul__", repeat, generic::repeat, |s, v, a| wrap::repeat(s.repeat, v, a, "__rmul__")),
    row!(20, "__iadd__", inplace_concat, generic::concat, |s, v, a| wrap::binary(s.inplace_concat, v, a, "__iadd__")),
    row!(21, "__imul__", inplace_repeat, generic::repeat, |s, v, a| wrap::repeat(s.inplace_repeat, v, a, "__imul__")),
];

/// All rows; sequence rows last, so that a name's numeric row comes first.
pub fn rows() -> impl Iterator<Item = &'static SlotDef> {
    SINGLE.iter().chain(BINARY.iter().flatten()).chain(SEQUENCE.iter())
}

/// Rows that share a slot with `def`.
fn group(def: &SlotDef) -> impl Iterator<Item = &'static SlotDef> {
    let wanted = def.group;
    rows().filter(move |row| row.group == wanted)
}

/// `__hash__` of classes that set it to None.
pub fn unhashable(value: Value) -> R<i64> {
    Err(type_error(format_args!("unhashable type: '{}'", value.class().display_name())))
}

/// Fills the dict of a built-in class from its description.
pub fn fill_builtin_dict(class: Ref<Type>, def: &'static TypeDef) {
    let dict = class.dict();
    let add = |name: &'static str, value: Value| {
        let name = Str::intern(name);
        if dict.get_str(name).is_none() {
            dict.set_str(name, value);
        }
    };
    for method in def.methods {
        let value = match method.binding {
            Binding::Instance => MethodDescriptor::new(class, method).value(),
            Binding::Class => MethodDescriptor::new_class_method(class, method).value(),
            Binding::Static => {
                let function = NativeFunction::new(method, class.value(), None).value();
                crate::types::method::StaticMethod::new(function).value()
            }
        };
        add(method.name, value);
    }
    if def.slots.new.is_some() {
        add("__new__", NativeFunction::new(&NEW, class.value(), None).value());
    }
    for row in rows() {
        // `__getattr__` is no slot of its own: only Python classes have it.
        if (row.is_set)(&def.slots) && row.name != "__new__" && row.name != "__getattr__" && defines(def, row) {
            add(row.name, SlotWrapper::new(class, row).value());
        }
    }
    if def.slots.buffer.is_some() {
        add(buffer_protocol::GET.name, MethodDescriptor::new(class, &buffer_protocol::GET).value());
        if class != crate::types::bytes::BYTES.class() {
            add(buffer_protocol::RELEASE.name, MethodDescriptor::new(class, &buffer_protocol::RELEASE).value());
        }
    }
    for getset in def.getset {
        add(getset.name, getset_descriptor(class, getset));
    }
    if def.flags & super::define::HAS_DICT != 0 {
        crate::types::exceptions::add_field_descriptors(class, def);
    }
    if def.flags & super::define::UNHASHABLE != 0 {
        dict.set_str(names::get(names::__hash__), crate::object::singletons::none());
    }
    if class == crate::types::object::OBJECT.class() {
        add("__doc__", crate::types::docs::InstanceDoc::make());
    }
}

/// A type that only has one of two methods sharing a slot says so here.
fn defines(def: &TypeDef, row: &SlotDef) -> bool {
    !matches!((def.short_name(), row.name), (_, "__idivmod__"))
}

static NEW: super::Method = super::Method::full("__new__", new_wrapper);

/// `X.__new__(cls, ...)` of a built-in X, with CPython's checks.
fn new_wrapper(owner: Value, args: Args) -> R {
    let owner = owner.expect::<Type>();
    let owner_name = owner.display_name();
    let Some(&first) = args.pos().first() else {
        return Err(type_error(format_args!("{owner_name}.__new__(): not enough arguments")));
    };
    let Some(class) = first.exact_type() else {
        let shown = first.class().display_name();
        return Err(type_error(format_args!("{owner_name}.__new__(X): X is not a type object ({shown})")));
    };
    let name = class.display_name();
    if !class.is_subtype(owner) {
        return Err(type_error(format_args!("{owner_name}.__new__({name}): {name} is not a subtype of {owner_name}")));
    }
    // The layout of the class must be the one that this `__new__` makes.
    let mut solid = class;
    while solid.is_heap_type() {
        solid = solid.base.object();
    }
    if solid != owner && !std::ptr::fn_addr_eq(solid.slots().new.unwrap_or(no_new), owner.slots().new.unwrap_or(no_new))
    {
        return Err(type_error(format_args!(
            "{owner_name}.__new__({name}) is not safe, use {}.__new__()",
            solid.display_name()
        )));
    }
    match owner.slots().new {
        Some(new) => new(class, args.skip_first()),
        None => no_new(class, args),
    }
}

fn no_new(class: Ref<Type>, _: Args) -> R {
    Err(type_error(format_args!("cannot create '{}' instances", class.display_name())))
}

/// Whether a value is the `__new__` of a built-in type, and whose.
pub fn builtin_new_owner(value: Value) -> Option<Ref<Type>> {
    let function = value.exact::<NativeFunction>()?;
    std::ptr::eq(function.method(), &NEW).then(|| function.owner.object())
}

/// Sets the slots of `class` that `name` may change, and those of its subclasses.
pub fn update_slots_for(class: Ref<Type>, name: Ref<Str>) {
    if !name.is_dunder() {
        return;
    }
    let mut touched = name.is_str(buffer_protocol::GET.name);
    if touched {
        buffer_protocol::inherit(class);
    }
    for row in rows().filter(|row| name.is_str(row.name)) {
        update_group(class, row);
        touched = true;
    }
    if touched {
        for sub in class.subclasses_list() {
            update_slots_for(sub, name);
        }
    }
}

/// Sets all slots of a new class made by a `class` statement.
pub fn update_all_slots(class: Ref<Type>) {
    let mut done = [false; 128];
    for row in rows() {
        if !std::mem::replace(&mut done[row.group as usize], true) {
            update_group(class, row);
        }
    }
    buffer_protocol::inherit(class);
}

/// The group of `__pow__`, which has the three-operand slot beside its own.
const POW_GROUP: u8 = 56;

/// Decides one slot from the special methods that share it.
fn update_group(class: Ref<Type>, def: &SlotDef) {
    let mut slots = class.slots.get();
    let mut owner: Option<Ref<Type>> = None;
    let mut found_any = false;
    let mut needs_generic = false;
    for row in group(def) {
        let Some(value) = class.lookup(Str::intern(row.name)) else { continue };
        if let Some(wrapper) = value.exact::<SlotWrapper>() {
            if !class.is_subtype(wrapper.owner()) {
                // Taken from a foreign class: it refuses instances of this one when it is called.
                let numeric = !(18..=21).contains(&row.group);
                found_any |= numeric;
                needs_generic |= numeric;
                continue;
            }
            // A sequence's wrapper of this name belongs to the sequence rows, a number's to the numeric ones.
            if wrapper.def().group != row.group {
                // `__str__ = int.__repr__`: another method's wrapper is called like any function.
                if wrapper.def().name != row.name {
                    found_any = true;
                    needs_generic = true;
                }
                continue;
            }
            found_any = true;
            let theirs = wrapper.owner();
            // The most derived owner speaks for the slot.
            if owner.is_none_or(|known| theirs.is_subtype(known)) {
                owner = Some(theirs);
            }
        } else if let Some(theirs) = (row.name == "__new__").then(|| builtin_new_owner(value)).flatten() {
            found_any = true;
            owner = Some(theirs);
        } else if value.is_none() && row.name == "__hash__" {
            slots.hash = Some(unhashable);
            class.slots.set(slots);
            return;
        } else if row.group >= 18 && row.group <= 21 {
            // Python methods go to the numeric slot of that name.
            continue;
        } else {
            found_any = true;
            needs_generic = true;
        }
    }
    if needs_generic {
        (def.set_generic)(&mut slots);
        match def.group {
            4 => class.add_flags(super::class::CUSTOM_GETATTR),
            6 => class.add_flags(super::class::CUSTOM_SETATTR),
            POW_GROUP => slots.power3 = Some(generic::power3),
            _ => {}
        }
    } else if let Some(owner) = owner {
        (def.copy)(&mut slots, owner.slots());
        if def.group == POW_GROUP {
            slots.power3 = owner.slots().power3;
        }
    } else if !found_any {
        (def.clear)(&mut slots);
    }
    class.slots.set(slots);
}

/// Native functions that are called without keywords: shared check of the counts.
pub fn call_native(f: NativeFn, slf: Value, args: Args, shown: &dyn Fn() -> String, min: u16, max: u16) -> R {
    match f {
        NativeFn::Full(f) => f(slf, args),
        NativeFn::None(f) => {
            if args.names.is_some_and(|n| !n.is_empty()) {
                return Err(type_error(format_args!("{}() takes no keyword arguments", shown())));
            }
            if !args.all.is_empty() {
                return Err(type_error(format_args!("{}() takes no arguments ({} given)", shown(), args.all.len())));
            }
            f(slf)
        }
        NativeFn::One(f) => {
            if args.names.is_some_and(|n| !n.is_empty()) {
                return Err(type_error(format_args!("{}() takes no keyword arguments", shown())));
            }
            match args.all {
                [one] => f(slf, *one),
                all => Err(type_error(format_args!("{}() takes exactly one argument ({} given)", shown(), all.len()))),
            }
        }
        NativeFn::Pos(f) => {
            if args.names.is_some_and(|n| !n.is_empty()) {
                return Err(type_error(format_args!("{}() takes no keyword arguments", shown())));
            }
            let given = args.all.len();
            if given < min as usize || (max != u16::MAX && given > max as usize) {
                let shown = shown();
                let short = shown.rsplit('.').next().unwrap_or(&shown);
                super::args::check_count(
                    short,
                    given,
                    min as usize,
                    if max == u16::MAX { usize::MAX } else { max as usize },
                )?;
            }
            f(slf, args.all)
        }
    }
}
