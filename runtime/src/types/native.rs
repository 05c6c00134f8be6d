//! Functions and descriptors of native code: `builtin_function_or_method`, `method_descriptor`,
//! `classmethod_descriptor`, `wrapper_descriptor`, `method-wrapper`, `getset_descriptor`,
//! `member_descriptor`.

use crate::errors::{R, attribute_error, type_error};
use crate::gc::Header;
use crate::names;
use crate::object::class::Type;
use crate::object::define::{GetSet, METHOD_LIKE, Method, NO_NEW, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::slotdefs::{SlotDef, call_native};
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, attr};
use crate::types::str::Str;
use crate::value::Value;
use std::cell::Cell;

/// A native function, bound to its module, to an instance, or to a class.
#[repr(C)]
pub struct NativeFunction {
    hdr: Header,
    /// `__self__`: what the Rust function gets first.
    pub owner: Slot,
    /// `__module__`, or empty.
    pub module: Slot,
    method: Cell<&'static Method>,
}

/// A method of a built-in type, unbound; or a class method.
#[repr(C)]
pub struct MethodDescriptor {
    hdr: Header,
    owner: Slot,
    method: Cell<&'static Method>,
}

/// A slot by the name of its special method.
#[repr(C)]
pub struct SlotWrapper {
    hdr: Header,
    owner: Slot,
    def: Cell<&'static SlotDef>,
}

/// A slot wrapper bound to an instance.
#[repr(C)]
pub struct BoundWrapper {
    hdr: Header,
    wrapper: Slot,
    slf: Slot,
}

/// A computed attribute.
#[repr(C)]
pub struct GetSetDescriptor {
    hdr: Header,
    owner: Slot,
    def: Cell<&'static GetSet>,
}

/// Where a [`MemberDescriptor`] finds its value.
#[derive(Clone, Copy)]
pub enum Member {
    /// A traced word of the instance (`__slots__`).
    Word(u16),
    /// A field of an exception.
    Field(u16),
    /// Somewhere that functions know.
    Computed(&'static GetSet),
}

/// The descriptor of a computed attribute, of the kind that CPython has.
pub fn getset_descriptor(class: Ref<Type>, getset: &'static GetSet) -> Value {
    if getset.member {
        let member = Member::Computed(getset);
        return MemberDescriptor::new(class, Str::intern(getset.name), member, getset.set.is_none()).value();
    }
    GetSetDescriptor::new(class, getset).value()
}

/// An attribute stored in the instance's layout.
#[repr(C)]
pub struct MemberDescriptor {
    hdr: Header,
    owner: Slot,
    name: Slot,
    member: Cell<Member>,
    read_only: Cell<bool>,
}

macro_rules! builtin {
    ($($type:ident $def:ident $traced:literal)*) => {
        $(impl Builtin for $type { const DEF: &'static TypeDef = &$def; })*
    };
}
builtin! {
    NativeFunction BUILTIN_FUNCTION 2
    MethodDescriptor METHOD_DESCRIPTOR 1
    SlotWrapper WRAPPER_DESCRIPTOR 1
    BoundWrapper METHOD_WRAPPER 2
    GetSetDescriptor GETSET_DESCRIPTOR 1
    MemberDescriptor MEMBER_DESCRIPTOR 2
}

/// The class method form has a type of its own but the same layout.
pub static CLASSMETHOD_DESCRIPTOR: TypeDef = TypeDef {
    name: "classmethod_descriptor",
    slots: Slots {
        repr: Some(|v| Ok(describe(v, "method"))),
        call: Some(|v, args| {
            let d = class_method(v);
            let Some(class) = args.pos().first().and_then(|c| c.exact_type()) else {
                return Err(type_error(format_args!(
                    "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2",
                    d.method.get().name,
                    d.owner.object::<Type>().display_name(),
                    args.pos().first().map_or_else(|| "nothing".into(), |v| v.class().display_name())
                )));
            };
            NativeFunction::new(d.method.get(), class.value(), None).call(args.skip_first())
        }),
        descr_get: Some(|v, instance, class| {
            let d = class_method(v);
            let class = if class.is_none() { instance.map_or(class, |i| i.class().value()) } else { class };
            Ok(NativeFunction::new(d.method.get(), class, None).value())
        }),
        ..Slots::NONE
    },
    getset: DESCRIPTOR_ATTRIBUTES,
    flags: NO_NEW,
    words: TypeDef::words_of::<MethodDescriptor>(),
    traced: 1,
    ..TypeDef::BASE
};

fn class_method(v: Value) -> Ref<MethodDescriptor> {
    // SAFETY: only called by the slots of CLASSMETHOD_DESCRIPTOR, whose instances have this layout.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

impl NativeFunction {
    pub fn new(method: &'static Method, owner: Value, module: Option<Value>) -> Ref<NativeFunction> {
        allocate(
            BUILTIN_FUNCTION.header(),
            NativeFunction {
                hdr: Header::EMPTY,
                owner: Slot::new(owner),
                module: Slot::of(module),
                method: Cell::new(method),
            },
        )
    }

    pub fn method(&self) -> &'static Method {
        self.method.get()
    }

    /// As errors name it: `len`, `math.sin`, `list.append`.
    fn shown(&self) -> String {
        let owner = self.owner.value();
        if owner.cast::<crate::types::module::Module>().is_some() {
            let name = self.method().name;
            return match self.module.get().and_then(|m| m.cast::<Str>()).filter(|m| !m.is_str("builtins")) {
                Some(module) => format!("{}.{name}", module.display()),
                None => name.to_string(),
            };
        }
        let class = owner.exact_type().unwrap_or_else(|| owner.class());
        format!("{}.{}", class.qualname.object::<Str>().display(), self.method().name)
    }

    #[inline]
    pub fn call(&self, args: Args) -> R {
        let method = self.method();
        let owner = self.owner.value();
        match (method.call, args.all) {
            (crate::object::NativeFn::One(f), [one]) if args.names.is_none() => f(owner, *one),
            (crate::object::NativeFn::None(f), []) => f(owner),
            (crate::object::NativeFn::Pos(f), given)
                if args.names.is_none() && (method.min as usize..=method.max as usize).contains(&given.len()) =>
            {
                f(owner, given)
            }
            (crate::object::NativeFn::Full(f), _) => f(owner, args),
            (f, _) => call_native(f, owner, args, &|| self.shown(), method.min, method.max),
        }
    }
}

impl MethodDescriptor {
    pub fn new(owner: Ref<Type>, method: &'static Method) -> Ref<MethodDescriptor> {
        allocate(
            METHOD_DESCRIPTOR.header(),
            MethodDescriptor { hdr: Header::EMPTY, owner: Slot::new(owner), method: Cell::new(method) },
        )
    }

    pub fn new_class_method(owner: Ref<Type>, method: &'static Method) -> Ref<MethodDescriptor> {
        allocate(
            CLASSMETHOD_DESCRIPTOR.header(),
            MethodDescriptor { hdr: Header::EMPTY, owner: Slot::new(owner), method: Cell::new(method) },
        )
    }

    pub fn method(&self) -> &'static Method {
        self.method.get()
    }

    pub fn owner(&self) -> Ref<Type> {
        self.owner.object()
    }

    fn check(&self, slf: Value) -> R<()> {
        if slf.class().is_subtype(self.owner()) {
            return Ok(());
        }
        Err(type_error(format_args!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            self.method().name,
            self.owner().display_name(),
            slf.class().display_name()
        )))
    }

    /// `type.method(self, ...)`.
    #[inline]
    pub fn call(&self, args: Args) -> R {
        let Some((&slf, _)) = args.pos().split_first() else {
            return Err(type_error(format_args!(
                "unbound method {}.{}() needs an argument",
                self.owner().display_name(),
                self.method().name
            )));
        };
        if slf.class() != self.owner() {
            self.check(slf)?;
        }
        let method = self.method();
        let rest = args.skip_first();
        match (method.call, rest.all) {
            (crate::object::NativeFn::One(f), [one]) if args.names.is_none() => f(slf, *one),
            (crate::object::NativeFn::None(f), []) => f(slf),
            (crate::object::NativeFn::Pos(f), given)
                if args.names.is_none() && (method.min as usize..=method.max as usize).contains(&given.len()) =>
            {
                f(slf, given)
            }
            (crate::object::NativeFn::Full(f), _) => f(slf, rest),
            (f, _) => call_native(
                f,
                slf,
                rest,
                &|| format!("{}.{}", self.owner().qualname.object::<Str>().display(), method.name),
                method.min,
                method.max,
            ),
        }
    }
}

impl SlotWrapper {
    pub fn new(owner: Ref<Type>, def: &'static SlotDef) -> Ref<SlotWrapper> {
        allocate(
            WRAPPER_DESCRIPTOR.header(),
            SlotWrapper { hdr: Header::EMPTY, owner: Slot::new(owner), def: Cell::new(def) },
        )
    }

    pub fn def(&self) -> &'static SlotDef {
        self.def.get()
    }

    pub fn owner(&self) -> Ref<Type> {
        self.owner.object()
    }

    fn call(&self, slf: Value, args: Args) -> R {
        if !slf.class().is_subtype(self.owner()) {
            return Err(type_error(format_args!(
                "descriptor '{}' requires a '{}' object but received a '{}'",
                self.def().name,
                self.owner().display_name(),
                slf.class().display_name()
            )));
        }
        (self.def().call)(self.owner().slots(), slf, args)
    }
}

impl GetSetDescriptor {
    pub fn new(owner: Ref<Type>, def: &'static GetSet) -> Ref<GetSetDescriptor> {
        allocate(
            GETSET_DESCRIPTOR.header(),
            GetSetDescriptor { hdr: Header::EMPTY, owner: Slot::new(owner), def: Cell::new(def) },
        )
    }

    fn check(&self, instance: Value) -> R<()> {
        descriptor_check(self.owner.object(), self.def.get().name, instance)
    }
}

fn descriptor_check(owner: Ref<Type>, name: &str, instance: Value) -> R<()> {
    if instance.class().is_subtype(owner) {
        return Ok(());
    }
    Err(type_error(format_args!(
        "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
        owner.display_name(),
        instance.class().display_name()
    )))
}

impl MemberDescriptor {
    pub fn new(owner: Ref<Type>, name: Ref<Str>, member: Member, read_only: bool) -> Ref<MemberDescriptor> {
        allocate(
            MEMBER_DESCRIPTOR.header(),
            MemberDescriptor {
                hdr: Header::EMPTY,
                owner: Slot::new(owner),
                name: Slot::new(name),
                member: Cell::new(member),
                read_only: Cell::new(read_only),
            },
        )
    }

    /// The word of the instance, for inline caches.
    pub fn word(&self) -> Option<u16> {
        match self.member.get() {
            Member::Word(word) => Some(word),
            Member::Field(_) | Member::Computed(_) => None,
        }
    }

    pub fn owner(&self) -> Ref<Type> {
        self.owner.object()
    }

    fn get(&self, instance: Value) -> R {
        let name = self.name.object::<Str>();
        match self.member.get() {
            Member::Word(word) => {
                // SAFETY: the class gave this word of its instances to the member.
                match unsafe { Value::from_slot(*instance.as_ptr::<u64>().add(word as usize)) } {
                    Some(value) => Ok(value),
                    None => Err(crate::errors::attribute_error_for(instance, name)),
                }
            }
            Member::Field(index) => {
                Ok(instance.expect::<crate::types::exceptions::Exception>().field(index as usize).unwrap_or_else(none))
            }
            Member::Computed(getset) => (getset.get)(instance),
        }
    }

    fn set(&self, instance: Value, value: Option<Value>) -> R<()> {
        let name = self.name.object::<Str>();
        if self.read_only.get() {
            return Err(attribute_error("readonly attribute"));
        }
        match self.member.get() {
            Member::Word(word) => {
                // SAFETY: as in `get`.
                let slot = unsafe { &*(instance.as_ptr::<u64>().add(word as usize) as *const Slot) };
                if value.is_none() && slot.get().is_none() {
                    return Err(attribute_error(name.display()));
                }
                // SAFETY: the instance is a heap object.
                slot.put(unsafe { Ref::<Header>::from_ptr(instance.as_ptr()) }, value);
                Ok(())
            }
            Member::Field(index) => {
                instance.expect::<crate::types::exceptions::Exception>().put_field(index as usize, value);
                Ok(())
            }
            Member::Computed(getset) => match getset.set {
                Some(set) => set(instance, value),
                None => Err(attribute_error("readonly attribute")),
            },
        }
    }
}

fn describe(v: Value, what: &str) -> Value {
    let (owner, name) = owner_and_name(v);
    Str::new(&format!("<{what} '{name}' of '{}' objects>", owner.display_name())).value()
}

/// The class and the name of any descriptor of this file.
fn owner_and_name(v: Value) -> (Ref<Type>, String) {
    if let Some(d) = v.exact::<MethodDescriptor>() {
        return (d.owner(), d.method().name.to_string());
    }
    if let Some(d) = v.exact::<SlotWrapper>() {
        return (d.owner(), d.def().name.to_string());
    }
    if let Some(d) = v.exact::<GetSetDescriptor>() {
        return (d.owner.object(), d.def.get().name.to_string());
    }
    if let Some(d) = v.exact::<MemberDescriptor>() {
        return (d.owner(), d.name.object::<Str>().to_string_lossy());
    }
    let d = class_method(v);
    (d.owner(), d.method().name.to_string())
}

fn qualname(v: Value) -> R {
    let (owner, name) = owner_and_name(v);
    Ok(Str::new(&format!("{}.{name}", owner.qualname.object::<Str>().display())).value())
}

static DESCRIPTOR_ATTRIBUTES: &[GetSet] = &[
    GetSet::get("__name__", |v| Ok(Str::intern(&owner_and_name(v).1).value())),
    GetSet::get("__qualname__", qualname),
    GetSet::get("__objclass__", |v| Ok(owner_and_name(v).0.value())),
    GetSet::get("__doc__", |v| {
        let (owner, name) = owner_and_name(v);
        Ok(crate::types::docs::member_doc(owner, &name))
    }),
    GetSet::get("__text_signature__", |v| {
        let (owner, name) = owner_and_name(v);
        Ok(crate::types::docs::text_signature(owner, &name))
    }),
];

pub static METHOD_DESCRIPTOR: TypeDef = TypeDef {
    name: "method_descriptor",
    slots: Slots {
        repr: Some(|v| Ok(describe(v, "method"))),
        call: Some(|v, args| v.expect::<MethodDescriptor>().call(args)),
        descr_get: Some(|v, instance, _| match instance {
            None => Ok(v),
            Some(instance) => {
                let d = v.expect::<MethodDescriptor>();
                d.check(instance)?;
                Ok(NativeFunction::new(d.method(), instance, None).value())
            }
        }),
        ..Slots::NONE
    },
    getset: DESCRIPTOR_ATTRIBUTES,
    methods: &[Method::none("__reduce__", reduce_descriptor)],
    flags: NO_NEW | METHOD_LIKE,
    words: TypeDef::words_of::<MethodDescriptor>(),
    traced: 1,
    ..TypeDef::BASE
};

pub static WRAPPER_DESCRIPTOR: TypeDef = TypeDef {
    name: "wrapper_descriptor",
    slots: Slots {
        repr: Some(|v| Ok(describe(v, "slot wrapper"))),
        call: Some(|v, args| {
            let wrapper = v.expect::<SlotWrapper>();
            match args.pos().first() {
                Some(slf) => wrapper.call(*slf, args.skip_first()),
                None => Err(type_error(format_args!(
                    "descriptor '{}' of '{}' object needs an argument",
                    wrapper.def().name,
                    wrapper.owner().display_name()
                ))),
            }
        }),
        descr_get: Some(|v, instance, _| match instance {
            None => Ok(v),
            Some(instance) => {
                let wrapper = v.expect::<SlotWrapper>();
                descriptor_check(wrapper.owner(), wrapper.def().name, instance)?;
                Ok(allocate(
                    METHOD_WRAPPER.header(),
                    BoundWrapper { hdr: Header::EMPTY, wrapper: Slot::new(v), slf: Slot::new(instance) },
                )
                .value())
            }
        }),
        ..Slots::NONE
    },
    getset: DESCRIPTOR_ATTRIBUTES,
    methods: &[Method::none("__reduce__", reduce_descriptor)],
    flags: NO_NEW | METHOD_LIKE,
    words: TypeDef::words_of::<SlotWrapper>(),
    traced: 1,
    ..TypeDef::BASE
};

fn reduce_descriptor(v: Value) -> R {
    use crate::types::tuple::Tuple;
    let (owner, name) = owner_and_name(v);
    let getattr = crate::modules::builtins::get("getattr");
    let args = Tuple::new(&[owner.value(), Str::new(&name).value()]);
    Ok(Tuple::new(&[getattr, args.value()]).value())
}

pub static METHOD_WRAPPER: TypeDef = TypeDef {
    name: "method-wrapper",
    slots: Slots {
        repr: Some(|v| {
            let bound = v.expect::<BoundWrapper>();
            let slf = bound.slf.value();
            Ok(Str::new(&format!(
                "<method-wrapper '{}' of {} object at {:#x}>",
                bound.wrapper.object::<SlotWrapper>().def().name,
                slf.class().display_name(),
                crate::ops::id(slf)
            ))
            .value())
        }),
        call: Some(|v, args| {
            let bound = v.expect::<BoundWrapper>();
            bound.wrapper.object::<SlotWrapper>().call(bound.slf.value(), args)
        }),
        hash: Some(|v| {
            let bound = v.expect::<BoundWrapper>();
            Ok(crate::ops::hash::pointer(bound.slf.value().bits()) ^ bound.wrapper.value().bits() as i64)
        }),
        compare: Some(|a, b, op| {
            use crate::object::singletons::{boolean, not_implemented};
            use crate::object::slots::CmpOp;
            let (Some(x), Some(y)) = (a.exact::<BoundWrapper>(), b.exact::<BoundWrapper>()) else {
                return Ok(not_implemented());
            };
            let same = x.slf.value().is(y.slf.value()) && x.wrapper.value().is(y.wrapper.value());
            match op {
                CmpOp::Eq => Ok(boolean(same)),
                CmpOp::Ne => Ok(boolean(!same)),
                _ => Ok(not_implemented()),
            }
        }),
        ..Slots::NONE
    },
    getset: &[
        GetSet::get("__self__", |v| Ok(v.expect::<BoundWrapper>().slf.value())),
        GetSet::get("__name__", |v| {
            Ok(Str::intern(v.expect::<BoundWrapper>().wrapper.object::<SlotWrapper>().def().name).value())
        }),
        GetSet::get("__qualname__", |v| qualname(v.expect::<BoundWrapper>().wrapper.value())),
        GetSet::get("__objclass__", |v| Ok(v.expect::<BoundWrapper>().wrapper.object::<SlotWrapper>().owner().value())),
        GetSet::get("__doc__", |v| {
            let (owner, name) = owner_and_name(v.expect::<BoundWrapper>().wrapper.value());
            Ok(crate::types::docs::member_doc(owner, &name))
        }),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<BoundWrapper>(),
    traced: 2,
    ..TypeDef::BASE
};

pub static GETSET_DESCRIPTOR: TypeDef = TypeDef {
    name: "getset_descriptor",
    slots: Slots {
        repr: Some(|v| Ok(describe(v, "attribute"))),
        descr_get: Some(|v, instance, _| match instance {
            None => Ok(v),
            Some(instance) => {
                let d = v.expect::<GetSetDescriptor>();
                d.check(instance)?;
                (d.def.get().get)(instance)
            }
        }),
        descr_set: Some(|v, instance, value| {
            let d = v.expect::<GetSetDescriptor>();
            d.check(instance)?;
            match d.def.get().set {
                Some(set) => set(instance, value),
                None if d.def.get().member => Err(attribute_error("readonly attribute")),
                None => Err(attribute_error(format_args!(
                    "attribute '{}' of '{}' objects is not writable",
                    d.def.get().name,
                    d.owner.object::<Type>().display_name()
                ))),
            }
        }),
        ..Slots::NONE
    },
    getset: DESCRIPTOR_ATTRIBUTES,
    flags: NO_NEW,
    words: TypeDef::words_of::<GetSetDescriptor>(),
    traced: 1,
    ..TypeDef::BASE
};

pub static MEMBER_DESCRIPTOR: TypeDef = TypeDef {
    name: "member_descriptor",
    slots: Slots {
        repr: Some(|v| Ok(describe(v, "member"))),
        descr_get: Some(|v, instance, _| match instance {
            None => Ok(v),
            Some(instance) => {
                let d = v.expect::<MemberDescriptor>();
                descriptor_check(d.owner(), &d.name.object::<Str>().to_string_lossy(), instance)?;
                d.get(instance)
            }
        }),
        descr_set: Some(|v, instance, value| {
            let d = v.expect::<MemberDescriptor>();
            descriptor_check(d.owner(), &d.name.object::<Str>().to_string_lossy(), instance)?;
            d.set(instance, value)
        }),
        ..Slots::NONE
    },
    getset: DESCRIPTOR_ATTRIBUTES,
    methods: &[Method::none("__reduce__", reduce_descriptor)],
    flags: NO_NEW,
    words: TypeDef::words_of::<MemberDescriptor>(),
    traced: 2,
    ..TypeDef::BASE
};

fn function_repr(v: Value) -> R {
    let f = v.expect::<NativeFunction>();
    let owner = f.owner.value();
    let name = f.method().name;
    if owner.cast::<crate::types::module::Module>().is_some() {
        return Ok(Str::new(&format!("<built-in function {name}>")).value());
    }
    let class = match owner.exact_type() {
        Some(_) => "type".to_string(),
        None => owner.class().display_name(),
    };
    Ok(Str::new(&format!("<built-in method {name} of {class} object at {:#x}>", crate::ops::id(owner))).value())
}

fn function_qualname(v: Value) -> R {
    let f = v.expect::<NativeFunction>();
    let owner = f.owner.value();
    let name = f.method().name;
    if owner.cast::<crate::types::module::Module>().is_some() {
        return Ok(Str::intern(name).value());
    }
    let class = owner.exact_type().unwrap_or_else(|| owner.class());
    Ok(Str::new(&format!("{}.{name}", class.qualname.object::<Str>().display())).value())
}

pub static BUILTIN_FUNCTION: TypeDef = TypeDef {
    name: "builtin_function_or_method",
    slots: Slots {
        repr: Some(function_repr),
        call: Some(|v, args| v.expect::<NativeFunction>().call(args)),
        hash: Some(|v| {
            let f = v.expect::<NativeFunction>();
            Ok(crate::ops::hash::pointer(f.owner.value().bits()) ^ (f.method() as *const Method as i64))
        }),
        compare: Some(|a, b, op| {
            use crate::object::singletons::{boolean, not_implemented};
            use crate::object::slots::CmpOp;
            let (Some(x), Some(y)) = (a.exact::<NativeFunction>(), b.exact::<NativeFunction>()) else {
                return Ok(not_implemented());
            };
            let same = x.owner.value().is(y.owner.value()) && std::ptr::eq(x.method(), y.method());
            match op {
                CmpOp::Eq => Ok(boolean(same)),
                CmpOp::Ne => Ok(boolean(!same)),
                _ => Ok(not_implemented()),
            }
        }),
        ..Slots::NONE
    },
    getset: &[
        GetSet::get("__name__", |v| Ok(Str::intern(v.expect::<NativeFunction>().method().name).value())),
        GetSet::get("__qualname__", function_qualname),
        GetSet::get("__self__", |v| Ok(v.expect::<NativeFunction>().owner.value())),
        GetSet::both(
            "__module__",
            |v| Ok(v.expect::<NativeFunction>().module.get().unwrap_or_else(none)),
            |v, value| {
                let f = v.expect::<NativeFunction>();
                f.module.put(f, value);
                Ok(())
            },
        ),
        GetSet::get("__doc__", |v| Ok(crate::types::docs::function_doc(v.expect::<NativeFunction>()))),
        GetSet::get("__text_signature__", |v| Ok(crate::types::docs::function_signature(v.expect::<NativeFunction>()))),
    ],
    methods: &[Method::none("__reduce__", |v| {
        use crate::types::tuple::Tuple;
        let f = v.expect::<NativeFunction>();
        let owner = f.owner.value();
        let name = Str::new(f.method().name).value();
        if owner.cast::<crate::types::module::Module>().is_some() {
            return Ok(name);
        }
        let getattr = crate::modules::builtins::get("getattr");
        Ok(Tuple::new(&[getattr, Tuple::new(&[owner, name]).value()]).value())
    })],
    flags: NO_NEW | WEAKREFS,
    words: TypeDef::words_of::<NativeFunction>(),
    traced: 2,
    ..TypeDef::BASE
};

/// `__module__` of a class or function for messages, if it is a string.
pub fn module_of(v: Value) -> R<Option<Ref<Str>>> {
    Ok(attr::find(v, names::get(names::__module__))?.and_then(|m| m.cast::<Str>()))
}
