//! `_contextvars`: context variables (PEP 567).
//!
//! A context's values are in a dict that copies share until one of them changes it. The current context
//! is made at the first use of a variable.

use crate::errors::{R, key_error, raise_args, runtime_error, type_error, value_error};
use crate::gc::{self, Header};
use crate::object::args::Params;
use crate::object::class::Type;
use crate::object::define::{GetSet, MAPPING, Method, NO_NEW, UNHASHABLE, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::CmpOp;
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, call};
use crate::ops;
use crate::state::state;
use crate::types::dict::Dict;
use crate::types::exceptions::LOOKUP_ERROR;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;

/// A context. Numbers are raw.
#[repr(C)]
struct Context {
    hdr: Header,
    values: Slot,
    /// The context that was current before this one was entered.
    previous: Slot,
    /// Another context has the same dict.
    shared: Cell<u64>,
    entered: Cell<u64>,
}

impl Builtin for Context {
    const DEF: &'static TypeDef = &CONTEXT;
}

/// A variable.
#[repr(C)]
struct ContextVar {
    hdr: Header,
    name: Slot,
    default: Slot,
}

impl Builtin for ContextVar {
    const DEF: &'static TypeDef = &CONTEXT_VAR;
}

/// What undoes a `set`.
#[repr(C)]
struct Token {
    hdr: Header,
    var: Slot,
    context: Slot,
    old: Slot,
    used: Cell<u64>,
}

impl Builtin for Token {
    const DEF: &'static TypeDef = &TOKEN;
}

/// `Token.MISSING`.
#[repr(C)]
struct Missing {
    hdr: Header,
}

static MISSING: TypeDef = TypeDef {
    name: "Token.MISSING",
    slots: Slots { repr: Some(|_| Ok(Str::new("<Token.MISSING>").value())), ..Slots::NONE },
    flags: NO_NEW,
    ..TypeDef::BASE
};

struct Global(Cell<u64>);
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Global {}
/// `Token.MISSING`; 0 until it is needed.
static MISSING_TOKEN: Global = Global(Cell::new(0));

/// The value in a root, made when it is first needed.
fn value_in(root: &Cell<u64>, make: fn() -> Value) -> Value {
    if root.get() == 0 {
        root.set(make().bits());
    }
    // SAFETY: filled with a value that is a root.
    unsafe { Value::from_bits(root.get()) }
}

fn missing() -> Value {
    value_in(&MISSING_TOKEN.0, || {
        gc::add_root_range(MISSING_TOKEN.0.as_ptr(), 1);
        allocate(MISSING.header(), Missing { hdr: Header::EMPTY }).value()
    })
}

/// The thread's current context.
fn current() -> Ref<Context> {
    value_in(&state().context, || Context::new(Dict::new(), false).value()).expect::<Context>()
}

impl Context {
    fn new(values: Ref<Dict>, shared: bool) -> Ref<Context> {
        let made = Context {
            hdr: Header::EMPTY,
            values: Slot::new(values),
            previous: Slot::EMPTY,
            shared: Cell::new(shared as u64),
            entered: Cell::new(0),
        };
        allocate(CONTEXT.header(), made)
    }

    fn values(&self) -> Ref<Dict> {
        self.values.object()
    }
}

impl Ref<Context> {
    fn copy(self) -> Ref<Context> {
        self.shared.set(1);
        Context::new(self.values(), true)
    }

    /// The dict to change.
    fn own_values(self) -> Ref<Dict> {
        if self.shared.replace(0) != 0 {
            self.values.set(self, self.values().copy());
        }
        self.values()
    }
}

fn run(v: Value, args: Args) -> R {
    let context = v.expect::<Context>();
    let Some(callable) = args.pos().first() else {
        return Err(type_error("run() missing 1 required positional argument"));
    };
    if context.entered.get() != 0 {
        return Err(runtime_error(format_args!("cannot enter context: {} is already entered", ops::repr_text(v)?)));
    }
    let previous = current();
    context.previous.set(context, previous);
    context.entered.set(1);
    state().context.set(v.bits());
    let result = call::call_args(*callable, args.skip_first());
    state().context.set(previous.value().bits());
    context.entered.set(0);
    context.previous.clear();
    result
}

fn key(v: Value) -> R {
    match v.exact::<ContextVar>() {
        Some(_) => Ok(v),
        None => Err(type_error(format_args!("a ContextVar key was expected, got {}", ops::repr_text(v)?))),
    }
}

fn values_of(v: Value) -> Ref<Dict> {
    v.expect::<Context>().values()
}

fn iterate(items: Vec<Value>) -> R {
    ops::iter::iter(List::new(&items).value())
}

static CONTEXT: TypeDef = TypeDef {
    name: "_contextvars.Context",
    slots: Slots {
        new: Some(|_, args| {
            if !args.all.is_empty() {
                return Err(type_error("Context() does not accept any arguments"));
            }
            Ok(Context::new(Dict::new(), false).value())
        }),
        len: Some(|v| Ok(values_of(v).len())),
        iter: Some(|v| iterate(values_of(v).keys())),
        getitem: Some(|v, var| match values_of(v).get(key(var)?)? {
            Some(value) => Ok(value),
            None => Err(key_error(var)),
        }),
        contains: Some(|v, var| values_of(v).contains(key(var)?)),
        compare: Some(|a, b, op| match (a.exact::<Context>(), b.exact::<Context>(), op) {
            (Some(x), Some(y), CmpOp::Eq | CmpOp::Ne) => ops::compare(x.values().value(), y.values().value(), op),
            _ => Ok(not_implemented()),
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::full("run", run),
        Method::none("copy", |v| Ok(v.expect::<Context>().copy().value())),
        Method::pos(
            "get",
            |v, args| {
                let found = values_of(v).get(key(args[0])?)?;
                Ok(found.or(args.get(1).copied()).unwrap_or_else(none))
            },
            1,
            2,
        ),
        Method::none("keys", |v| iterate(values_of(v).keys())),
        Method::none("values", |v| iterate(values_of(v).values())),
        Method::none("items", |v| {
            let pairs = values_of(v).items();
            iterate(pairs.into_iter().map(|(var, value)| Tuple::new(&[var, value]).value()).collect())
        }),
    ],
    flags: UNHASHABLE | WEAKREFS | MAPPING,
    words: TypeDef::words_of::<Context>(),
    traced: 2,
    ..TypeDef::BASE
};

fn new_var(_: Ref<Type>, args: Args) -> R {
    static PARAMS: Params = Params { function: "ContextVar", names: &["", "default"], required: 1, positional: 1 };
    let [name, default] = args.bind::<2>(&PARAMS)?;
    let name = name.unwrap_or_else(none);
    if name.cast::<Str>().is_none() {
        return Err(type_error("context variable name must be a str"));
    }
    let made = ContextVar { hdr: Header::EMPTY, name: Slot::new(name), default: Slot::of(default) };
    Ok(allocate(CONTEXT_VAR.header(), made).value())
}

fn get(v: Value, args: &[Value]) -> R {
    if let Some(value) = current().values().get(v)? {
        return Ok(value);
    }
    let default = args.first().copied().or_else(|| v.expect::<ContextVar>().default.get());
    default.ok_or(()).map_err(|()| raise_args(&LOOKUP_ERROR, &[v]))
}

fn set(v: Value, value: Value) -> R {
    let context = current();
    let old = context.values().get(v)?;
    let made = Token {
        hdr: Header::EMPTY,
        var: Slot::new(v),
        context: Slot::new(context),
        old: Slot::of(old),
        used: Cell::new(0),
    };
    let token = allocate(TOKEN.header(), made);
    context.own_values().set(v, value)?;
    Ok(token.value())
}

fn reset(v: Value, given: Value) -> R {
    let Some(token) = given.exact::<Token>() else {
        return Err(type_error(format_args!("expected an instance of Token, got {}", ops::repr_text(given)?)));
    };
    let shown = || ops::repr_text(given);
    if token.used.get() != 0 {
        return Err(runtime_error(format_args!("{} has already been used once", shown()?)));
    }
    if !token.var.value().is(v) {
        return Err(value_error(format_args!("{} was created by a different ContextVar", shown()?)));
    }
    let context = current();
    if !token.context.value().is(context.value()) {
        return Err(value_error(format_args!("{} was created in a different Context", shown()?)));
    }
    token.used.set(1);
    match token.old.get() {
        Some(old) => context.own_values().set(v, old)?,
        None => {
            context.own_values().remove(v)?;
        }
    }
    Ok(none())
}

static CONTEXT_VAR: TypeDef = TypeDef {
    name: "_contextvars.ContextVar",
    slots: Slots {
        new: Some(new_var),
        repr: Some(|v| {
            let var = v.expect::<ContextVar>();
            let default = match var.default.get() {
                Some(default) => format!(" default={}", ops::repr_text(default)?),
                None => String::new(),
            };
            let name = ops::repr_text(var.name.value())?;
            Ok(Str::from_string(format!("<ContextVar name={name}{default} at {:#x}>", ops::id(v))))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::pos("get", get, 0, 1),
        Method::one("set", set),
        Method::one("reset", reset),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    getset: &[GetSet::member("name", |v| Ok(v.expect::<ContextVar>().name.value()))],
    flags: WEAKREFS,
    words: TypeDef::words_of::<ContextVar>(),
    traced: 2,
    ..TypeDef::BASE
};

static TOKEN: TypeDef = TypeDef {
    name: "_contextvars.Token",
    slots: Slots {
        new: Some(|_, _| Err(runtime_error("Tokens can only be created by ContextVars"))),
        repr: Some(|v| {
            let token = v.expect::<Token>();
            let used = if token.used.get() != 0 { " used" } else { "" };
            let var = ops::repr_text(token.var.value())?;
            Ok(Str::from_string(format!("<Token{used} var={var} at {:#x}>", ops::id(v))))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__enter__", Ok),
        Method::pos(
            "__exit__",
            |v, _| {
                reset(v.expect::<Token>().var.value(), v)?;
                Ok(boolean(false))
            },
            3,
            3,
        ),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    getset: &[
        GetSet::get("var", |v| Ok(v.expect::<Token>().var.value())),
        GetSet::get("old_value", |v| Ok(v.expect::<Token>().old.get().unwrap_or_else(missing))),
    ],
    flags: UNHASHABLE,
    words: TypeDef::words_of::<Token>(),
    traced: 3,
    extra: Some(|class| class.dict().set_str_text("MISSING", missing())),
    ..TypeDef::BASE
};

pub static MODULE: NativeModule = NativeModule {
    name: "_contextvars",
    functions: &[Method::none("copy_context", |_| Ok(current().copy().value()))],
    init: |module| {
        for def in [&CONTEXT, &CONTEXT_VAR, &TOKEN] {
            module.add_type(def);
        }
        Ok(())
    },
};
