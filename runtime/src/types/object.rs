//! `object`: the base of all classes, and the making of instances of classes written in Python.

use crate::errors::{R, attribute_error, type_error};
use crate::gc;
use crate::names;
use crate::object::class::{Type, slots_of};
use crate::object::define::{BASETYPE, GetSet, Method, NO_NEW, WEAKREFS};
use crate::object::shape::{self, Storage};
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slotdefs::generic::{self, init_result};
use crate::object::slots::CmpOp;
use crate::object::{Args, Ref, Slots, TypeDef, attr, call};
use crate::ops;
use crate::types::native::MemberDescriptor;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use taipan_abi::header::{Kind, pack};

pub static OBJECT: TypeDef = TypeDef {
    name: "object",
    slots: Slots {
        repr: Some(repr),
        str: Some(str),
        hash: Some(hash),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        compare: Some(compare),
        init: Some(init),
        new: Some(new),
        ..Slots::NONE
    },
    methods: &[
        Method::pos("__format__", format, 1, 1),
        Method::none("__sizeof__", |v| {
            Ok(super::int::from_i64(if v.is_pointer() { gc::size_of(v.as_ptr()) as i64 } else { 24 }))
        }),
        Method::none("__dir__", super::object_dir::dir),
        Method::pos("__init_subclass__", |_, _| Ok(none()), 0, 0).class_method(),
        Method::pos("__subclasshook__", |_, _| Ok(not_implemented()), 0, u16::MAX).class_method(),
        Method::none("__reduce__", |v| super::object_reduce::reduce(v, 0)),
        Method::one("__reduce_ex__", super::object_reduce::reduce_ex),
        Method::none("__getstate__", super::object_reduce::getstate),
    ],
    getset: &[GetSet::both("__class__", |v| Ok(v.class().value()), set_class)],
    flags: BASETYPE,
    ..TypeDef::BASE
};

/// The class of buffers and other inner objects that no program sees.
pub static BUFFER: TypeDef = TypeDef { name: "taipan.buffer", flags: NO_NEW, kind: Kind::Leaf, ..TypeDef::BASE };

/// The shape of a new instance; remade when the class's number of inline slots grew.
pub fn root_shape(class: Ref<Type>) -> u32 {
    match class.root_shape.get() {
        0 => make_root_shape(class),
        shape => shape,
    }
}

#[cold]
fn make_root_shape(class: Ref<Type>) -> u32 {
    if class.dict_word.get() == 0 {
        return class.dict_shape.get();
    }
    let made = shape::new(class, Storage::Inline, Box::new([]), class.words.get(), class.inline.get());
    let shape = made.unwrap_or(class.dict_shape.get());
    class.root_shape.set(shape);
    shape
}

/// An instance of a class whose layout is fixed words, all empty.
pub fn allocate_fixed(class: Ref<Type>) -> Value {
    let value = allocate_unfinalized(class);
    if class.slots().del.is_some() {
        gc::register_finalizable(value.as_ptr());
    }
    value
}

/// As [`allocate_fixed`], for an instance whose `__del__` need not run.
pub fn allocate_unfinalized(class: Ref<Type>) -> Value {
    let words = class.words.get() + if class.dict_word.get() != 0 { class.inline.get() } else { 0 };
    let base = class.layout.get();
    let traced = if base.traced + 1 < base.words { base.traced } else { words - 1 };
    let header = pack(root_shape(class), base.kind, 0, traced);
    let object = gc::alloc(words as usize * 8, header);
    // SAFETY: the block has `words` words; 0 is an empty slot, which is what all but leaves are full of.
    unsafe {
        if base.kind == Kind::Leaf {
            std::ptr::write_bytes((object as *mut u64).add(1), 0, words as usize - 1);
        }
        Value::from_bits(object as u64)
    }
}

/// An instance of a subclass of a type of variable size, with the payload in word 1.
pub fn allocate_boxed(class: Ref<Type>, payload: Value) -> Value {
    let object = allocate_fixed(class);
    // SAFETY: the layout of such classes has a traced word 1.
    unsafe { *object.as_ptr::<u64>().add(1) = payload.bits() };
    gc::write_range_barrier(object.as_ptr());
    object
}

fn new(class: Ref<Type>, args: Args) -> R {
    if !args.all.is_empty() {
        let object = OBJECT.class();
        let our_new = class.slots().new.is_some_and(|f| std::ptr::fn_addr_eq(f, new as fn(Ref<Type>, Args) -> R));
        let our_init = class.slots().init.is_some_and(|f| std::ptr::fn_addr_eq(f, init as fn(Value, Args) -> R<()>));
        if !our_new {
            return Err(type_error("object.__new__() takes exactly one argument (the type to instantiate)"));
        }
        if our_init {
            let _ = object;
            return Err(type_error(format_args!("{}() takes no arguments", class.name().display())));
        }
    }
    if class.has_flag(crate::object::class::ABSTRACT) {
        return Err(abstract_error(class));
    }
    Ok(allocate_fixed(class))
}

fn abstract_error(class: Ref<Type>) -> crate::value::Raised {
    let methods = match attr::getattr(class.value(), names::get(names::__abstractmethods__)).and_then(ops::iter::to_vec)
    {
        Ok(methods) => methods,
        Err(raised) => return raised,
    };
    let mut texts: Vec<String> =
        methods.iter().filter_map(|m| m.cast::<Str>()).map(|m| format!("'{}'", m.display())).collect();
    texts.sort();
    let s = if texts.len() == 1 { "" } else { "s" };
    type_error(format_args!(
        "Can't instantiate abstract class {} without an implementation for abstract method{s} {}",
        class.name().display(),
        texts.join(", ")
    ))
}

fn init(slf: Value, args: Args) -> R<()> {
    if !args.all.is_empty() {
        let class = slf.class();
        let our_init = class.slots().init.is_some_and(|f| std::ptr::fn_addr_eq(f, init as fn(Value, Args) -> R<()>));
        let our_new = class.slots().new.is_some_and(|f| std::ptr::fn_addr_eq(f, new as fn(Ref<Type>, Args) -> R));
        if !our_init {
            return Err(type_error("object.__init__() takes exactly one argument (the instance to initialize)"));
        }
        if our_new {
            return Err(type_error(format_args!(
                "{}.__init__() takes exactly one argument (the instance to initialize)",
                class.name().display()
            )));
        }
    }
    Ok(())
}

fn repr(v: Value) -> R {
    let class = v.class();
    let name = super::type_::full_name(class)?;
    Ok(Str::new(&format!("<{name} object at {:#x}>", ops::id(v))).value())
}

fn str(v: Value) -> R {
    ops::repr(v)
}

pub fn hash(v: Value) -> R<i64> {
    Ok(ops::hash::pointer(v.bits()))
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    Ok(match op {
        CmpOp::Eq if a.is(b) => boolean(true),
        CmpOp::Ne => {
            // Python's default `!=` is the opposite of `==`.
            match slots_of(a).compare {
                Some(compare) => {
                    let equal = compare(a, b, CmpOp::Eq)?;
                    if equal.is(not_implemented()) { equal } else { boolean(!ops::truth(equal)?) }
                }
                None => not_implemented(),
            }
        }
        _ => not_implemented(),
    })
}

fn format(v: Value, args: &[Value]) -> R {
    let Some(spec) = args[0].cast::<Str>() else {
        return Err(type_error(format_args!(
            "__format__() argument must be str, not {}",
            args[0].class().display_name()
        )));
    };
    if !spec.is_empty() {
        return Err(type_error(format_args!(
            "unsupported format string passed to {}.__format__",
            v.class().display_name()
        )));
    }
    ops::str(v)
}

/// `x.__class__ = C`: both must be heap types of the same layout (or modules).
fn set_class(v: Value, class: Option<Value>) -> R<()> {
    let Some(class) = class else { return Err(type_error("can't delete __class__ attribute")) };
    let Some(new) = class.exact_type() else {
        return Err(type_error(format_args!(
            "__class__ must be set to a class, not '{}' object",
            class.class().display_name()
        )));
    };
    let old = v.class();
    let module = super::module::MODULE.class();
    let both_modules = old.is_subtype(module) && new.is_subtype(module);
    let both_heap = old.is_heap_type() && new.is_heap_type();
    if !both_modules && !both_heap {
        return Err(type_error("__class__ assignment only supported for mutable types or ModuleType subclasses"));
    }
    if !std::ptr::eq(old.layout.get(), new.layout.get())
        || old.words.get() != new.words.get()
        || (old.dict_word.get() == 0) != (new.dict_word.get() == 0)
        || old.has_flag(WEAKREFS) != new.has_flag(WEAKREFS)
        || old.words.get() > old.layout.get().words && both_heap && !same_members(old, new)
    {
        return Err(type_error(format_args!(
            "__class__ assignment: '{}' object layout differs from '{}'",
            new.name().display(),
            old.name().display()
        )));
    }
    // Attributes move to a dict, whose word both layouts have; then the shape can be the new class's.
    if old.dict_word.get() != 0 {
        if attr::instance_dict(v).is_none() {
            return Err(attribute_error("__class__ assignment failed"));
        }
    }
    if let Some(header) = v.header() {
        header.set_shape(new.dict_shape.get());
    }
    Ok(())
}

/// Whether instances have the same `__slots__` in the same words, inherited ones from the same class.
fn same_members(a: Ref<Type>, b: Ref<Type>) -> bool {
    let members = |class: Ref<Type>| {
        let mut found = Vec::new();
        for base in class.mro_classes().filter(|base| base.is_heap_type()) {
            for (name, value) in base.dict().items() {
                if let Some(word) = value.exact::<MemberDescriptor>().and_then(|member| member.word()) {
                    let owner = if base == class { 0 } else { base.value().bits() };
                    found.push((word, owner, name.cast::<Str>().map(|name| name.to_string_lossy())));
                }
            }
        }
        found.sort();
        found
    };
    members(a) == members(b)
}

/// Makes an instance by calling the class: `__new__`, then `__init__` if it gave an instance.
pub fn instantiate(class: Ref<Type>, args: Args) -> R {
    let slots = class.slots();
    if is_plain(class, slots) {
        let object = allocate_fixed(class);
        let init = class.lookup(names::get(names::__init__));
        if let Some(init) = init.filter(|init| init.exact::<super::function::Function>().is_some()) {
            let result = call::call_prepended(init, object, args)?;
            return if result.is_none() { Ok(object) } else { Err(init_result(result)) };
        }
        if let Some(init) = slots.init {
            init(object, args)?;
        }
        return Ok(object);
    }
    let Some(new) = slots.new else {
        return Err(type_error(format_args!("cannot create '{}' instances", class.display_name())));
    };
    let object = new(class, args)?;
    if !object.class().is_subtype(class) {
        return Ok(object);
    }
    if let Some(init) = object.class().slots().init {
        init(object, args)?;
    }
    Ok(object)
}

/// Whether making an instance is: an empty object, then an `__init__` written in Python.
#[inline]
fn is_plain(class: Ref<Type>, slots: &Slots) -> bool {
    slots.new.is_some_and(|f| std::ptr::fn_addr_eq(f, new as fn(Ref<Type>, Args) -> R))
        && slots.init.is_some_and(|f| std::ptr::fn_addr_eq(f, generic::init as fn(Value, Args) -> R<()>))
        && !class.has_flag(crate::object::class::ABSTRACT)
}

/// `tuple` of one value, a common return of `__reduce__`.
pub fn one(value: Value) -> Value {
    Tuple::new(&[value]).value()
}

/// The result of calling `name` on the class of `v`, if it is overridden beyond `object`'s.
pub fn call_if_overridden(v: Value, name: names::Name, args: &[Value]) -> R<Option<Value>> {
    let own = v.class().lookup(names::get(name));
    let objects = OBJECT.class().lookup(names::get(name));
    match (own, objects) {
        (Some(own), Some(objects)) if own.is(objects) => Ok(None),
        (Some(own), _) => call::call_bound(own, v, args).map(Some),
        (None, _) => Ok(None),
    }
}
