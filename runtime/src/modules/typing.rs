//! `_typing`: type parameters (PEP 695, PEP 696), type aliases, `Generic`, for `typing` and for the syntax.
//!
//! What takes thought about types (checking, substitution) is left to the library's `typing`, as CPython does.

use crate::errors::{R, type_error, value_error};
use crate::gc::Header;
use crate::names;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, NO_NEW, UNHASHABLE, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, attr, call};
use crate::ops;
use crate::types::generic_alias::GenericAlias;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::union;
use crate::value::Value;
use std::cell::Cell;

/// `TypeVar`, `ParamSpec` or `TypeVarTuple`.
#[repr(C)]
struct TypeParam {
    hdr: Header,
    name: Slot,
    bound: Slot,
    evaluate_bound: Slot,
    /// A tuple.
    constraints: Slot,
    evaluate_constraints: Slot,
    default: Slot,
    evaluate_default: Slot,
    /// Raw bits: [`COVARIANT`] and so on.
    variance: Cell<u64>,
    dict: Slot,
}

const COVARIANT: u64 = 1;
const CONTRAVARIANT: u64 = 2;
const INFER: u64 = 4;

/// All three classes have this layout.
fn param(v: Value) -> Ref<TypeParam> {
    // SAFETY: only called for instances of the three classes.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

fn is_type_var_tuple(v: Value) -> bool {
    v.class() == TYPE_VAR_TUPLE.class()
}

fn new_param(def: &'static TypeDef, name: Value, variance: u64) -> Ref<TypeParam> {
    allocate(
        def.header(),
        TypeParam {
            hdr: Header::EMPTY,
            name: Slot::new(name),
            bound: Slot::EMPTY,
            evaluate_bound: Slot::EMPTY,
            constraints: Slot::EMPTY,
            evaluate_constraints: Slot::EMPTY,
            default: Slot::EMPTY,
            evaluate_default: Slot::EMPTY,
            variance: Cell::new(variance),
            dict: Slot::EMPTY,
        },
    )
}

/// `INTRINSIC_TYPEVAR` and its forms with a function that gives the bound or the constraints.
pub fn type_var(name: Value, bound: Option<Value>, constraints: Option<Value>) -> R {
    let made = new_param(&TYPE_VAR, name, INFER);
    made.evaluate_bound.put(made, bound);
    made.evaluate_constraints.put(made, constraints);
    Ok(made.value())
}

pub fn param_spec(name: Value) -> R {
    Ok(new_param(&PARAM_SPEC, name, INFER).value())
}

pub fn type_var_tuple(name: Value) -> R {
    Ok(new_param(&TYPE_VAR_TUPLE, name, 0).value())
}

/// `INTRINSIC_SET_TYPEPARAM_DEFAULT`: the default is computed when asked for.
pub fn set_default(v: Value, evaluate: Value) -> R {
    let this = param(v);
    this.evaluate_default.set(this, evaluate);
    Ok(v)
}

/// A function of the library's `typing`.
fn typing(name: &str) -> R {
    let module = ops::import::find_and_load(Str::intern("typing"))?;
    attr::getattr(module, Str::intern(name))
}

fn unpack(v: Value) -> R {
    ops::getitem(typing("Unpack")?, v)
}

/// Type variable tuples in a tuple become `Unpack[Ts]`.
fn unpack_tuples(params: Value) -> R {
    let Some(items) = params.cast::<Tuple>() else { return Err(crate::errors::bad_internal_call()) };
    let mut out = Vec::with_capacity(items.len());
    for item in items.as_slice() {
        out.push(if is_type_var_tuple(*item) { unpack(*item)? } else { *item });
    }
    Ok(Tuple::from_vec(out))
}

/// `INTRINSIC_SUBSCRIPT_GENERIC`: `Generic[params]`.
pub fn subscript_generic(params: Value) -> R {
    call::call(typing("_GenericAlias")?, &[GENERIC.class().value(), unpack_tuples(params)?])
}

/// A slot's value, computed by the function beside it at the first look.
fn lazy(owner: Ref<TypeParam>, value: &Slot, evaluate: &Slot) -> R<Option<Value>> {
    if let Some(found) = value.get() {
        return Ok(Some(found));
    }
    let Some(function) = evaluate.get() else { return Ok(None) };
    let made = call::call(function, &[Value::small(1)])?;
    value.set(owner, made);
    Ok(Some(made))
}

fn default_of(v: Value) -> R {
    let this = param(v);
    Ok(lazy(this, &this.default, &this.evaluate_default)?.unwrap_or_else(no_default))
}

/// The function that computes a value, or one that gives what was set.
fn evaluator(value: &Slot, evaluate: &Slot) -> R {
    if let Some(function) = evaluate.get() {
        return Ok(function);
    }
    match value.get() {
        Some(value) if !value.is(no_default()) => Ok(constant(value)),
        _ => Ok(none()),
    }
}

fn has_default(v: Value) -> R {
    let this = param(v);
    let set = this.default.get().is_some_and(|d| !d.is(no_default()));
    Ok(boolean(set || this.evaluate_default.get().is_some()))
}

fn union_of(a: Value, b: Value) -> R {
    ops::getitem(union::UNION.class().value(), Tuple::new(&[a, b]).value())
}

fn param_repr(v: Value) -> R {
    let this = param(v);
    let name = this.name.object::<Str>();
    let sign = match this.variance.get() {
        _ if is_type_var_tuple(v) => "",
        bits if bits & INFER != 0 => "",
        bits if bits & COVARIANT != 0 => "+",
        bits if bits & CONTRAVARIANT != 0 => "-",
        _ => "~",
    };
    Ok(Str::concat(&[Str::new(sign), name])?.value())
}

fn flag(v: Value, bit: u64) -> R {
    Ok(boolean(param(v).variance.get() & bit != 0))
}

fn name_argument(function: &str, name: Option<Value>) -> R {
    let name = name.unwrap_or_else(none);
    if name.cast::<Str>().is_none() {
        return Err(type_error(format_args!(
            "{function}() argument 'name' must be str, not {}",
            name.class().display_name()
        )));
    }
    Ok(name)
}

fn variance_bits(covariant: Option<Value>, contravariant: Option<Value>, infer: Option<Value>) -> R<u64> {
    let truth = |v: Option<Value>| v.map_or(Ok(false), ops::truth);
    let (co, contra, infer) = (truth(covariant)?, truth(contravariant)?, truth(infer)?);
    if co && contra {
        return Err(value_error("Bivariant types are not supported."));
    }
    if infer && (co || contra) {
        return Err(value_error("Variance cannot be specified with infer_variance."));
    }
    Ok(if co { COVARIANT } else { 0 } | if contra { CONTRAVARIANT } else { 0 } | if infer { INFER } else { 0 })
}

fn checked_bound(bound: Option<Value>) -> R<Option<Value>> {
    match bound.filter(|b| !b.is_none()) {
        Some(bound) => {
            let message = Str::new("Bound must be a type.").value();
            call::call(typing("_type_check")?, &[bound, message]).map(Some)
        }
        None => Ok(None),
    }
}

/// Type parameters made by a call remember the module that made them.
fn set_module(v: Value) -> R {
    if let Some(module) = crate::interp::frame::current_module_name() {
        attr::instance_set(v, names::get(names::__module__), Some(module))?;
    }
    Ok(v)
}

fn new_type_var(_: Ref<Type>, args: Args) -> R {
    let [first, constraints @ ..] = args.pos() else {
        if let Some(name) = args.keyword("name") {
            let names: Vec<Value> =
                args.keywords().filter(|(k, _)| !k.is_str("name")).map(|(k, _)| k.value()).collect();
            let mut all = vec![name];
            all.extend(args.keywords().filter(|(k, _)| !k.is_str("name")).map(|(_, v)| v));
            return new_type_var(TYPE_VAR.class(), Args { all: &all, names: Some(Tuple::new(&names)) });
        }
        return Err(type_error("typevar() missing required argument 'name' (pos 1)"));
    };
    let name = name_argument("typevar", Some(*first))?;
    let mut given = [None; 5];
    const KEYWORDS: [&str; 5] = ["bound", "default", "covariant", "contravariant", "infer_variance"];
    for (key, value) in args.keywords() {
        match KEYWORDS.iter().position(|k| key.is_str(k)) {
            Some(i) => given[i] = Some(value),
            None => {
                return Err(type_error(format_args!(
                    "typevar() got an unexpected keyword argument '{}'",
                    key.display()
                )));
            }
        }
    }
    let [bound, default, covariant, contravariant, infer] = given;
    let variance = variance_bits(covariant, contravariant, infer)?;
    let bound = checked_bound(bound)?;
    if constraints.len() == 1 {
        return Err(type_error("A single constraint is not allowed"));
    }
    if bound.is_some() && !constraints.is_empty() {
        return Err(type_error("Constraints cannot be combined with bound=..."));
    }
    let made = new_param(&TYPE_VAR, name, variance);
    made.bound.put(made, bound);
    if !constraints.is_empty() {
        made.constraints.set(made, Tuple::new(constraints));
    }
    made.default.put(made, default);
    set_module(made.value())
}

/// What `class C(T)` says.
macro_rules! no_subclassing {
    ($message:literal) => {
        Method::one("__mro_entries__", |_, _| Err(type_error($message)))
    };
}

/// The arguments of a generic with the default of its last parameter put in.
fn with_default(v: Value, alias: Value, args: Value) -> R {
    let too_few = || -> R { Err(type_error(format_args!("Too few arguments for {}", ops::str_of(alias)?.display()))) };
    let params = attr::getattr(alias, names::get(names::__parameters__))?;
    let given = ops::iter::to_vec(args)?;
    let index = ops::iter::to_vec(params)?.iter().position(|p| p.is(v)).unwrap_or(0);
    if index < given.len() {
        return Ok(args);
    }
    let default = default_of(v)?;
    if index > given.len() || default.is(no_default()) {
        return too_few();
    }
    let mut all = given;
    all.push(default);
    Ok(Tuple::from_vec(all))
}

fn add_module(class: Ref<Type>) {
    class.dict().set_str(names::get(names::__module__), Str::intern("typing").value());
}

const NAME: GetSet = GetSet::get("__name__", |v| Ok(param(v).name.value()));
const DEFAULT: GetSet = GetSet::get("__default__", default_of);
const EVALUATE_DEFAULT: GetSet =
    GetSet::get("evaluate_default", |v| evaluator(&param(v).default, &param(v).evaluate_default));
const BOUND: GetSet = GetSet::get("__bound__", |v| {
    let this = param(v);
    Ok(lazy(this, &this.bound, &this.evaluate_bound)?.unwrap_or_else(none))
});
const COVARIANT_ATTRIBUTE: GetSet = GetSet::get("__covariant__", |v| flag(v, COVARIANT));
const CONTRAVARIANT_ATTRIBUTE: GetSet = GetSet::get("__contravariant__", |v| flag(v, CONTRAVARIANT));
const INFER_ATTRIBUTE: GetSet = GetSet::get("__infer_variance__", |v| flag(v, INFER));
const REDUCE: Method = Method::none("__reduce__", |v| Ok(param(v).name.value()));
const HAS_DEFAULT: Method = Method::none("has_default", has_default);

const PARAM_SLOTS: Slots = Slots {
    repr: Some(param_repr),
    getattr: Some(attr::generic_getattr),
    setattr: Some(attr::generic_setattr),
    ..Slots::NONE
};

const PARAM_TYPE: TypeDef = TypeDef {
    flags: HAS_DICT | WEAKREFS,
    words: TypeDef::words_of::<TypeParam>(),
    traced: TypeDef::words_of::<TypeParam>() - 1,
    extra: Some(add_module),
    ..TypeDef::BASE
};

static TYPE_VAR: TypeDef = TypeDef {
    name: "typing.TypeVar",
    slots: Slots { new: Some(new_type_var), ..PARAM_SLOTS }.bin(BinOp::Or, union_of),
    methods: &[
        Method::one("__typing_subst__", |v, arg| call::call(typing("_typevar_subst")?, &[v, arg])),
        Method::pos("__typing_prepare_subst__", |v, args| with_default(v, args[0], args[1]), 2, 2),
        REDUCE,
        HAS_DEFAULT,
        no_subclassing!("Cannot subclass an instance of TypeVar"),
    ],
    getset: &[
        NAME,
        COVARIANT_ATTRIBUTE,
        CONTRAVARIANT_ATTRIBUTE,
        INFER_ATTRIBUTE,
        BOUND,
        GetSet::get("__constraints__", |v| {
            let this = param(v);
            let found = lazy(this, &this.constraints, &this.evaluate_constraints)?;
            Ok(found.unwrap_or_else(|| Tuple::empty().value()))
        }),
        DEFAULT,
        GetSet::get("evaluate_bound", |v| evaluator(&param(v).bound, &param(v).evaluate_bound)),
        GetSet::get("evaluate_constraints", |v| evaluator(&param(v).constraints, &param(v).evaluate_constraints)),
        EVALUATE_DEFAULT,
    ],
    ..PARAM_TYPE
};

static PARAM_SPEC: TypeDef = TypeDef {
    name: "typing.ParamSpec",
    slots: Slots {
        new: Some(|_, args| {
            static PARAMS: Params = Params {
                function: "paramspec",
                names: &["name", "bound", "default", "covariant", "contravariant", "infer_variance"],
                required: 1,
                positional: 1,
            };
            let [name, bound, default, covariant, contravariant, infer] = args.bind(&PARAMS)?;
            let name = name_argument("paramspec", name)?;
            let variance = variance_bits(covariant, contravariant, infer)?;
            let bound = checked_bound(bound)?;
            let made = new_param(&PARAM_SPEC, name, variance);
            made.bound.put(made, bound);
            made.default.put(made, default);
            set_module(made.value())
        }),
        ..PARAM_SLOTS
    }
    .bin(BinOp::Or, union_of),
    methods: &[
        Method::one("__typing_subst__", |v, arg| call::call(typing("_paramspec_subst")?, &[v, arg])),
        Method::pos(
            "__typing_prepare_subst__",
            |v, args| call::call(typing("_paramspec_prepare_subst")?, &[v, args[0], args[1]]),
            2,
            2,
        ),
        REDUCE,
        HAS_DEFAULT,
        no_subclassing!("Cannot subclass an instance of ParamSpec"),
    ],
    getset: &[
        NAME,
        BOUND,
        COVARIANT_ATTRIBUTE,
        CONTRAVARIANT_ATTRIBUTE,
        INFER_ATTRIBUTE,
        GetSet::get("args", |v| Ok(part(&PARAM_SPEC_ARGS, v))),
        GetSet::get("kwargs", |v| Ok(part(&PARAM_SPEC_KWARGS, v))),
        DEFAULT,
        EVALUATE_DEFAULT,
    ],
    ..PARAM_TYPE
};

static TYPE_VAR_TUPLE: TypeDef = TypeDef {
    name: "typing.TypeVarTuple",
    slots: Slots {
        new: Some(|_, args| {
            static PARAMS: Params =
                Params { function: "typevartuple", names: &["name", "default"], required: 1, positional: 1 };
            let [name, default] = args.bind(&PARAMS)?;
            let name = name_argument("typevartuple", name)?;
            let made = new_param(&TYPE_VAR_TUPLE, name, 0);
            made.default.put(made, default);
            set_module(made.value())
        }),
        iter: Some(|v| ops::iter::iter(List::new(&[unpack(v)?]).value())),
        ..PARAM_SLOTS
    },
    methods: &[
        Method::one("__typing_subst__", |_, _| Err(type_error("Substitution of bare TypeVarTuple is not supported"))),
        Method::pos(
            "__typing_prepare_subst__",
            |v, args| call::call(typing("_typevartuple_prepare_subst")?, &[v, args[0], args[1]]),
            2,
            2,
        ),
        REDUCE,
        HAS_DEFAULT,
        no_subclassing!("Cannot subclass an instance of TypeVarTuple"),
    ],
    getset: &[NAME, DEFAULT, EVALUATE_DEFAULT],
    ..PARAM_TYPE
};

/// An object that holds one other: `P.args`, `P.kwargs`, a constant evaluator.
#[repr(C)]
struct Holder {
    hdr: Header,
    held: Slot,
}

fn holder(v: Value) -> Ref<Holder> {
    // SAFETY: only called for instances of the classes with this layout.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

fn part(def: &'static TypeDef, held: Value) -> Value {
    allocate(def.header(), Holder { hdr: Header::EMPTY, held: Slot::new(held) }).value()
}

fn part_repr(v: Value, what: &str) -> R {
    let origin = holder(v).held.value();
    if origin.class() == PARAM_SPEC.class() {
        return Ok(Str::from_string(format!("{}.{what}", param(origin).name.object::<Str>().display())));
    }
    Ok(Str::from_string(format!("{}.{what}", ops::repr_text(origin)?)))
}

fn part_compare(a: Value, b: Value, op: CmpOp) -> R {
    if a.class() != b.class() || !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(not_implemented());
    }
    ops::compare(holder(a).held.value(), holder(b).held.value(), op)
}

macro_rules! part_type {
    ($def:ident $name:literal $what:literal $message:literal) => {
        static $def: TypeDef = TypeDef {
            name: $name,
            slots: Slots {
                new: Some(|_, args| {
                    static PARAMS: Params = Params { function: $what, names: &["origin"], required: 1, positional: 1 };
                    let [origin] = args.bind(&PARAMS)?;
                    Ok(part(&$def, origin.unwrap_or_else(none)))
                }),
                repr: Some(|v| part_repr(v, $what)),
                compare: Some(part_compare),
                ..Slots::NONE
            },
            methods: &[no_subclassing!($message)],
            getset: &[GetSet::get("__origin__", |v| Ok(holder(v).held.value()))],
            flags: UNHASHABLE | WEAKREFS,
            words: TypeDef::words_of::<Holder>(),
            traced: 1,
            extra: Some(add_module),
            ..TypeDef::BASE
        };
    };
}

part_type!(PARAM_SPEC_ARGS "typing.ParamSpecArgs" "args" "Cannot subclass an instance of ParamSpecArgs");
part_type!(PARAM_SPEC_KWARGS "typing.ParamSpecKwargs" "kwargs" "Cannot subclass an instance of ParamSpecKwargs");

/// A function that gives a value whatever the format asked for; as text for `Format.STRING`.
fn constant(v: Value) -> Value {
    part(&CONST_EVALUATOR, v)
}

static CONST_EVALUATOR: TypeDef = TypeDef {
    name: "_typing._ConstEvaluator",
    slots: Slots {
        call: Some(|v, args| {
            static PARAMS: Params =
                Params { function: "constevaluator", names: &["format"], required: 1, positional: 1 };
            let [format] = args.bind(&PARAMS)?;
            let value = holder(v).held.value();
            if ops::as_i64(format.unwrap_or_else(none))? != 4 {
                return Ok(value);
            }
            let text = match value.exact::<Tuple>() {
                Some(items) => {
                    let shown: R<Vec<String>> =
                        items.as_slice().iter().map(|i| crate::types::generic_alias::type_repr(*i)).collect();
                    format!("({})", shown?.join(", "))
                }
                None => crate::types::generic_alias::type_repr(value)?,
            };
            Ok(Str::from_string(text))
        }),
        repr: Some(|v| Ok(Str::from_string(format!("<constevaluator {}>", ops::repr_text(holder(v).held.value())?)))),
        ..Slots::NONE
    },
    flags: NO_NEW,
    words: TypeDef::words_of::<Holder>(),
    traced: 1,
    ..TypeDef::BASE
};

/// `NoDefault`, made at the first use.
struct Single(Cell<u64>);
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Single {}
static NO_DEFAULT: Single = Single(Cell::new(0));

fn no_default() -> Value {
    if NO_DEFAULT.0.get() == 0 {
        let made = allocate(NO_DEFAULT_TYPE.header(), Holder { hdr: Header::EMPTY, held: Slot::EMPTY });
        NO_DEFAULT.0.set(made.value().bits());
        crate::gc::add_root_range(NO_DEFAULT.0.as_ptr(), 1);
    }
    // SAFETY: filled above with an object that is a root.
    unsafe { Value::from_bits(NO_DEFAULT.0.get()) }
}

static NO_DEFAULT_TYPE: TypeDef = TypeDef {
    name: "NoDefaultType",
    slots: Slots {
        new: Some(|_, args| {
            if !args.all.is_empty() {
                return Err(type_error("NoDefaultType takes no arguments"));
            }
            Ok(no_default())
        }),
        repr: Some(|_| Ok(Str::intern("typing.NoDefault").value())),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", |_| Ok(Str::intern("NoDefault").value()))],
    words: TypeDef::words_of::<Holder>(),
    traced: 1,
    ..TypeDef::BASE
};

/// The base of generic classes.
static GENERIC: TypeDef = TypeDef {
    name: "typing.Generic",
    methods: &[
        Method::full("__class_getitem__", |class, args| {
            call::call_prepended(typing("_generic_class_getitem")?, class, args)
        })
        .class_method(),
        Method::full("__init_subclass__", |class, args| {
            call::call_prepended(typing("_generic_init_subclass")?, class, args)
        })
        .class_method(),
    ],
    flags: BASETYPE,
    extra: Some(add_module),
    ..TypeDef::BASE
};

/// `type X[T] = ...`.
#[repr(C)]
struct TypeAlias {
    hdr: Header,
    name: Slot,
    /// A tuple, or empty.
    params: Slot,
    evaluate: Slot,
    value: Slot,
    module: Slot,
}

impl Builtin for TypeAlias {
    const DEF: &'static TypeDef = &TYPE_ALIAS;
}

fn alias(v: Value) -> Ref<TypeAlias> {
    v.expect::<TypeAlias>()
}

fn new_alias(name: Value, params: Option<Value>, evaluate: Option<Value>, value: Option<Value>) -> Value {
    allocate(
        TYPE_ALIAS.header(),
        TypeAlias {
            hdr: Header::EMPTY,
            name: Slot::new(name),
            params: Slot::of(params),
            evaluate: Slot::of(evaluate),
            value: Slot::of(value),
            module: Slot::of(crate::interp::frame::current_module_name()),
        },
    )
    .value()
}

/// `INTRINSIC_TYPEALIAS`: (name, type parameters or None, function that computes the value).
pub fn type_alias(parts: Value) -> R {
    let parts = parts.cast::<Tuple>();
    let parts = parts.filter(|parts| parts.len() == 3 && parts.get(0).cast::<Str>().is_some());
    let Some(parts) = parts else { return Err(crate::errors::bad_internal_call()) };
    let params = Some(parts.get(1)).filter(|p| !p.is_none());
    if params.is_some_and(|params| params.cast::<Tuple>().is_none()) {
        return Err(crate::errors::bad_internal_call());
    }
    Ok(new_alias(parts.get(0), params, Some(parts.get(2)), None))
}

fn alias_params(v: Value) -> Value {
    alias(v).params.get().unwrap_or_else(|| Tuple::empty().value())
}

fn new_type_alias(_: Ref<Type>, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "typealias", names: &["name", "value", "type_params"], required: 2, positional: 2 };
    let [name, value, params] = args.bind(&PARAMS)?;
    let name = name_argument("typealias", name)?;
    if let Some(params) = params {
        let Some(items) = params.cast::<Tuple>() else { return Err(type_error("type_params must be a tuple")) };
        let mut had_default = false;
        for item in items.as_slice() {
            let is_param = [&TYPE_VAR, &PARAM_SPEC, &TYPE_VAR_TUPLE].iter().any(|def| item.class() == def.class());
            let shown = || ops::repr_text(*item);
            if !is_param {
                return Err(type_error(format_args!("Expected a type param, got {}", shown()?)));
            }
            let has_default = has_default(*item)?.is(boolean(true));
            if had_default && !has_default {
                return Err(type_error(format_args!(
                    "non-default type parameter '{}' follows default type parameter",
                    shown()?
                )));
            }
            had_default |= has_default;
        }
    }
    Ok(new_alias(name, params.filter(|p| p.cast::<Tuple>().is_some_and(|t| !t.is_empty())), None, value))
}

fn alias_value(v: Value) -> R {
    let this = alias(v);
    if let Some(value) = this.value.get() {
        return Ok(value);
    }
    let value = match this.evaluate.get() {
        Some(function) => call::call(function, &[Value::small(1)])?,
        None => none(),
    };
    this.value.set(this, value);
    Ok(value)
}

static TYPE_ALIAS: TypeDef = TypeDef {
    name: "typing.TypeAliasType",
    slots: Slots {
        new: Some(new_type_alias),
        repr: Some(|v| Ok(alias(v).name.value())),
        iter: Some(|v| ops::iter::iter(List::new(&[unpack(v)?]).value())),
        getitem: Some(|v, item| {
            if alias(v).params.get().is_none() {
                return Err(type_error("Only generic type aliases are subscriptable"));
            }
            Ok(GenericAlias::new(v, item).value())
        }),
        getattr: Some(attr::generic_getattr),
        ..Slots::NONE
    }
    .bin(BinOp::Or, union_of),
    methods: &[Method::none("__reduce__", |v| Ok(alias(v).name.value()))],
    getset: &[
        GetSet::get("__name__", |v| Ok(alias(v).name.value())),
        GetSet::get("__parameters__", |v| unpack_tuples(alias_params(v))),
        GetSet::get("__type_params__", |v| Ok(alias_params(v))),
        GetSet::get("__value__", alias_value),
        GetSet::get("evaluate_value", |v| {
            let this = alias(v);
            Ok(this.evaluate.get().unwrap_or_else(|| constant(this.value.get().unwrap_or_else(none))))
        }),
        GetSet::get("__module__", |v| Ok(alias(v).module.get().unwrap_or_else(none))),
    ],
    flags: WEAKREFS,
    words: TypeDef::words_of::<TypeAlias>(),
    traced: 5,
    ..TypeDef::BASE
};

pub static MODULE: NativeModule = NativeModule {
    name: "_typing",
    functions: &[Method::one("_idfunc", |_, v| Ok(v))],
    init: |module| {
        for def in
            [&TYPE_VAR, &PARAM_SPEC, &TYPE_VAR_TUPLE, &PARAM_SPEC_ARGS, &PARAM_SPEC_KWARGS, &TYPE_ALIAS, &GENERIC]
        {
            module.add_type(def);
        }
        module.set("Union", union::UNION.class().value());
        module.set("NoDefault", no_default());
        Ok(())
    },
};
