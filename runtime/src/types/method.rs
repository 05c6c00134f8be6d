//! `method` (a function bound to an instance), `staticmethod`, `classmethod`.

use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::names;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::CmpOp;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, attr, call};
use crate::ops;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// A bound method.
#[repr(C)]
pub struct BoundMethod {
    hdr: Header,
    pub function: Slot,
    pub slf: Slot,
}

#[repr(C)]
pub struct StaticMethod {
    hdr: Header,
    pub callable: Slot,
    dict: Slot,
}

#[repr(C)]
pub struct ClassMethod {
    hdr: Header,
    pub callable: Slot,
    dict: Slot,
}

impl Builtin for BoundMethod {
    const DEF: &'static TypeDef = &METHOD;
}
impl Builtin for StaticMethod {
    const DEF: &'static TypeDef = &STATIC_METHOD;
}
impl Builtin for ClassMethod {
    const DEF: &'static TypeDef = &CLASS_METHOD;
}

impl BoundMethod {
    #[inline]
    pub fn new(function: Value, slf: Value) -> Ref<BoundMethod> {
        allocate(
            METHOD.header(),
            BoundMethod { hdr: Header::EMPTY, function: Slot::new(function), slf: Slot::new(slf) },
        )
    }
}

impl StaticMethod {
    pub fn new(callable: Value) -> Ref<StaticMethod> {
        allocate(
            STATIC_METHOD.header(),
            StaticMethod { hdr: Header::EMPTY, callable: Slot::new(callable), dict: Slot::EMPTY },
        )
    }
}

impl ClassMethod {
    pub fn new(callable: Value) -> Ref<ClassMethod> {
        allocate(
            CLASS_METHOD.header(),
            ClassMethod { hdr: Header::EMPTY, callable: Slot::new(callable), dict: Slot::EMPTY },
        )
    }
}

fn method_getattr(v: Value, name: Ref<Str>) -> R {
    // The method's own attributes first, then the function's.
    let class = v.class();
    if let Some(found) = class.lookup(name) {
        return match found.class().slots().descr_get {
            Some(get) => get(found, Some(v), class.value()),
            None => Ok(found),
        };
    }
    attr::getattr(v.expect::<BoundMethod>().function.value(), name)
}

pub static METHOD: TypeDef = TypeDef {
    name: "method",
    slots: Slots {
        call: Some(|v, args| {
            let method = v.expect::<BoundMethod>();
            call::call_prepended(method.function.value(), method.slf.value(), args)
        }),
        getattr: Some(method_getattr),
        descr_get: Some(|v, _, _| Ok(v)),
        repr: Some(|v| {
            let method = v.expect::<BoundMethod>();
            let function = method.function.value();
            let name = match attr::find(function, names::get(names::__qualname__))? {
                Some(name) => Some(name),
                None => attr::find(function, names::get(names::__name__))?,
            };
            let name = name.and_then(|n| n.cast::<Str>()).map_or_else(|| "?".to_string(), |n| n.to_string_lossy());
            Ok(Str::new(&format!("<bound method {name} of {}>", ops::repr_text(method.slf.value())?)).value())
        }),
        hash: Some(|v| {
            let method = v.expect::<BoundMethod>();
            let hash = ops::hash::pointer(method.slf.value().bits()) ^ ops::hash::hash(method.function.value())?;
            Ok(if hash == -1 { -2 } else { hash })
        }),
        compare: Some(|a, b, op| {
            let (Some(x), Some(y)) = (a.exact::<BoundMethod>(), b.exact::<BoundMethod>()) else {
                return Ok(not_implemented());
            };
            if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
                return Ok(not_implemented());
            }
            let same = x.slf.value().is(y.slf.value()) && ops::equal(x.function.value(), y.function.value())?;
            Ok(boolean(same == (op == CmpOp::Eq)))
        }),
        new: Some(|_: Ref<Type>, args: Args| {
            let args = args.only_positional("method", 2, 2)?;
            if !call::is_callable(args[0]) {
                return Err(type_error("first argument must be callable"));
            }
            if args[1].is_none() {
                return Err(type_error("instance must not be None"));
            }
            Ok(BoundMethod::new(args[0], args[1]).value())
        }),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", |v| {
        let method = v.expect::<BoundMethod>();
        let getattr = crate::modules::builtins::get("getattr");
        let name = attr::getattr(method.function.value(), names::get(names::__name__))?;
        Ok(Tuple::new(&[getattr, Tuple::new(&[method.slf.value(), name]).value()]).value())
    })],
    getset: &[
        GetSet::member("__func__", |v| Ok(v.expect::<BoundMethod>().function.value())),
        GetSet::member("__self__", |v| Ok(v.expect::<BoundMethod>().slf.value())),
        GetSet::get("__doc__", |v| {
            attr::getattr(v.expect::<BoundMethod>().function.value(), names::get(names::__doc__))
        }),
    ],
    flags: WEAKREFS,
    words: TypeDef::words_of::<BoundMethod>(),
    traced: 2,
    ..TypeDef::BASE
};

/// What a wrapper of a callable copies from it, as `functools.update_wrapper` would.
fn copy_attributes(wrapper: Value, callable: Value) -> R<()> {
    for name in [names::__module__, names::__name__, names::__qualname__, names::__doc__] {
        if let Some(value) = attr::find(callable, names::get(name))? {
            attr::instance_set(wrapper, names::get(name), Some(value))?;
        }
    }
    Ok(())
}

fn is_abstract(callable: Value) -> R {
    match attr::find(callable, names::get(names::__isabstractmethod__))? {
        Some(flag) => ops::truth(flag).map(boolean),
        None => Ok(boolean(false)),
    }
}

macro_rules! wrapper_type {
    ($def:ident $type:ident $name:literal $get:expr, $call:expr) => {
        pub static $def: TypeDef = TypeDef {
            name: $name,
            slots: Slots {
                new: Some(|class: Ref<Type>, _: Args| {
                    let made = crate::types::object::allocate_fixed(class);
                    // A subclass's `__init__` may leave it so.
                    let wrapper = made.expect::<$type>();
                    wrapper.callable.set(wrapper, none());
                    Ok(made)
                }),
                init: Some(|v, args| {
                    let args = args.only_positional($name, 1, 1)?;
                    let wrapper = v.expect::<$type>();
                    wrapper.callable.set(wrapper, args[0]);
                    copy_attributes(v, args[0])
                }),
                repr: Some(|v| {
                    let callable = v.expect::<$type>().callable.value();
                    Ok(Str::new(&format!("<{}({})>", $name, ops::repr_text(callable)?)).value())
                }),
                descr_get: Some($get),
                call: $call,
                getattr: Some(attr::generic_getattr),
                setattr: Some(attr::generic_setattr),
                ..Slots::NONE
            },
            methods: &[Method::one("__class_getitem__", super::generic_alias::class_getitem).class_method()],
            getset: &[
                GetSet::member("__func__", |v| Ok(v.expect::<$type>().callable.get().unwrap_or_else(none))),
                GetSet::get("__wrapped__", |v| Ok(v.expect::<$type>().callable.get().unwrap_or_else(none))),
                GetSet::get("__isabstractmethod__", |v| {
                    is_abstract(v.expect::<$type>().callable.get().unwrap_or_else(none))
                }),
                GetSet::both("__dict__", super::object_dir::get_dict, super::object_dir::set_dict),
                GetSet::both(
                    "__annotations__",
                    |v| {
                        super::annotations::wrapped(
                            v,
                            v.expect::<$type>().callable.value(),
                            names::get(names::__annotations__),
                        )
                    },
                    |v, value| super::annotations::set_wrapped(v, names::get(names::__annotations__), value),
                ),
                GetSet::both(
                    "__annotate__",
                    |v| {
                        super::annotations::wrapped(
                            v,
                            v.expect::<$type>().callable.value(),
                            names::get(names::__annotate__),
                        )
                    },
                    |v, value| super::annotations::set_wrapped(v, names::get(names::__annotate__), value),
                ),
            ],
            flags: BASETYPE | HAS_DICT,
            words: TypeDef::words_of::<$type>(),
            traced: 2,
            ..TypeDef::BASE
        };
    };
}

wrapper_type!(STATIC_METHOD StaticMethod "staticmethod"
    |v, _, _| Ok(v.expect::<StaticMethod>().callable.value()),
    Some(|v, args| call::call_args(v.expect::<StaticMethod>().callable.value(), args)));

wrapper_type!(CLASS_METHOD ClassMethod "classmethod"
    |v, instance, class| {
        let class = match instance {
            Some(instance) if class.is_none() => instance.class().value(),
            _ => class,
        };
        Ok(BoundMethod::new(v.expect::<ClassMethod>().callable.value(), class).value())
    },
    None);
