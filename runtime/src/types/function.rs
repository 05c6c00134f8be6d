//! `function`: a code object with its globals, defaults and closure.

use crate::errors::{R, type_error, value_error};
use crate::gc::Header;
use crate::names;
use crate::object::class::Type;
use crate::object::define::{GetSet, HAS_DICT, METHOD_LIKE, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, attr};
use crate::types::code::{CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_HAS_DOCSTRING, Code, NativeEntry};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::{layout, tag};

/// The object.
#[repr(C)]
pub struct Function {
    hdr: Header,
    pub code: Slot,
    pub globals: Slot,
    pub builtins: Slot,
    pub name: Slot,
    pub qualname: Slot,
    doc: Slot,
    /// A tuple, or empty.
    pub defaults: Slot,
    /// A dict, or empty.
    pub kwdefaults: Slot,
    /// A tuple of cells, or empty.
    pub closure: Slot,
    module: Slot,
    pub annotations: Slot,
    pub annotate: Slot,
    type_params: Slot,
    /// Compiled code, or none; a code address, so the word can be traced.
    pub entry: Cell<Option<NativeEntry>>,
    /// Address of the compiled body, or 0.
    body: Cell<u64>,
    /// How many positional arguments a caller may pass the body straight away: a tagged int, 0 if none may.
    direct: Cell<u64>,
    dict: Slot,
}

impl Builtin for Function {
    const DEF: &'static TypeDef = &FUNCTION;
}

impl Function {
    /// What `MAKE_FUNCTION` makes.
    pub fn new(code: Ref<Code>, globals: Ref<Dict>, qualname: Option<Value>) -> Ref<Function> {
        let doc = if code.has(CO_HAS_DOCSTRING) { code.consts().first().copied() } else { None };
        let module = globals.get_str(names::get(names::__name__));
        let builtins = crate::interp::frame::builtins_of(globals);
        allocate(
            FUNCTION.header(),
            Function {
                hdr: Header::EMPTY,
                code: Slot::new(code),
                globals: Slot::new(globals),
                builtins: Slot::new(builtins),
                name: Slot::new(code.name.value()),
                qualname: Slot::new(qualname.unwrap_or_else(|| code.qualname.value())),
                doc: Slot::new(doc.unwrap_or_else(none)),
                defaults: Slot::EMPTY,
                kwdefaults: Slot::EMPTY,
                closure: Slot::EMPTY,
                module: Slot::of(module),
                annotations: Slot::EMPTY,
                annotate: Slot::EMPTY,
                type_params: Slot::EMPTY,
                entry: Cell::new(code.native.get()),
                body: Cell::new(code.native_body.get()),
                direct: Cell::new(direct_arguments(code)),
                dict: Slot::EMPTY,
            },
        )
    }

    #[inline(always)]
    pub fn code(&self) -> Ref<Code> {
        self.code.object()
    }

    #[inline(always)]
    pub fn globals(&self) -> Ref<Dict> {
        self.globals.object()
    }

    /// The default of the last positional parameters.
    pub fn defaults(&self) -> &'static [Value] {
        match self.defaults.get() {
            // SAFETY: a tuple; kept alive by its address on the stack.
            Some(_) => unsafe { &*(self.defaults.object::<Tuple>().as_slice() as *const [Value]) },
            None => &[],
        }
    }

    pub fn kwdefaults(&self) -> Option<Ref<Dict>> {
        self.kwdefaults.get().map(|_| self.kwdefaults.object())
    }
}

impl Ref<Function> {
    /// Calls the compiled body, its arguments in registers, if the function has one that takes just these positional
    /// arguments.
    #[inline]
    pub fn call_direct(self, first: Value, rest: &[Value]) -> Option<R> {
        use std::mem::transmute;
        type W = u64;
        if self.direct.get() != tag::int(rest.len() as i64 + 1) {
            return None;
        }
        let (body, slf, first) = (self.body.get() as *const (), self.value().bits(), first.bits());
        // SAFETY: a body takes the function object and as many words as `direct` says, and gives a result word.
        let result = unsafe {
            match rest {
                [] => transmute::<*const (), extern "C" fn(W, W) -> W>(body)(slf, first),
                [a] => transmute::<*const (), extern "C" fn(W, W, W) -> W>(body)(slf, first, a.bits()),
                [a, b] => transmute::<*const (), extern "C" fn(W, W, W, W) -> W>(body)(slf, first, a.bits(), b.bits()),
                [a, b, c] => {
                    let body = transmute::<*const (), extern "C" fn(W, W, W, W, W) -> W>(body);
                    body(slf, first, a.bits(), b.bits(), c.bits())
                }
                [a, b, c, d] => {
                    let body = transmute::<*const (), extern "C" fn(W, W, W, W, W, W) -> W>(body);
                    body(slf, first, a.bits(), b.bits(), c.bits(), d.bits())
                }
                _ => return None,
            }
        };
        // SAFETY: a result word is a value or 0.
        Some(unsafe { Value::from_slot(result) }.ok_or(crate::value::Raised))
    }

    /// `SET_FUNCTION_ATTRIBUTE`: 1 defaults, 2 keyword defaults, 4 annotations, 8 closure, 16 annotate.
    /// The defaults of generic functions come through a variable, which `frame.f_locals` reaches, so only a
    /// tuple and a dict are taken.
    pub fn set_attribute(self, which: u32, value: Value) {
        match which {
            1 if value.cast::<Tuple>().is_none() => {}
            2 if value.cast::<Dict>().is_none() => {}
            1 => self.defaults.set(self, value),
            2 => self.kwdefaults.set(self, value),
            4 => self.annotations.set(self, value),
            8 => self.closure.set(self, value),
            _ => self.annotate.set(self, value),
        }
    }
}

/// The word [`Function::direct`] for a code object.
fn direct_arguments(code: Ref<Code>) -> u64 {
    if code.native_body.get() == 0 { 0 } else { tag::int(code.argcount.get() as i64) }
}

/// Gives a function its code's native code, which is bound to one module's globals: with others it is interpreted.
fn attach_native(f: Ref<Function>, code: Ref<Code>) {
    let at_home = code.home.get() == f.globals().value().bits();
    f.entry.set(code.native.get().filter(|_| at_home));
    f.body.set(if at_home { code.native_body.get() } else { 0 });
    f.direct.set(if at_home { direct_arguments(code) } else { 0 });
}

/// Calls a function: its compiled code if it has any, else the interpreter.
#[inline]
pub fn call(v: Value, args: Args) -> R {
    let function = v.expect::<Function>();
    match function.entry.get() {
        Some(entry) => {
            let names = args.names.map_or(0, |n| n.value().bits());
            let result = entry(v.bits(), args.all.as_ptr(), args.all.len() as u64, names);
            // SAFETY: the contract of native entries.
            unsafe { Value::from_slot(result) }.ok_or(crate::value::Raised)
        }
        None => crate::interp::call::call_function(function, args),
    }
}

pub static FUNCTION: TypeDef = TypeDef {
    name: "function",
    slots: Slots {
        call: Some(call),
        repr: Some(|v| {
            let f = v.expect::<Function>();
            Ok(Str::new(&format!("<function {} at {:#x}>", f.qualname.object::<Str>().display(), crate::ops::id(v)))
                .value())
        }),
        descr_get: Some(|v, instance, _| match instance {
            None => Ok(v),
            Some(instance) => Ok(super::method::BoundMethod::new(v, instance).value()),
        }),
        new: Some(new),
        getattr: Some(attr::generic_getattr),
        setattr: Some(attr::generic_setattr),
        ..Slots::NONE
    },
    getset: &[
        GetSet::both("__code__", |v| Ok(v.expect::<Function>().code.value()), set_code),
        GetSet::member("__globals__", |v| Ok(v.expect::<Function>().globals.value())),
        GetSet::member("__builtins__", |v| Ok(v.expect::<Function>().builtins.value())),
        GetSet::member("__closure__", |v| Ok(v.expect::<Function>().closure.get().unwrap_or_else(none))),
        GetSet::both(
            "__name__",
            |v| Ok(v.expect::<Function>().name.value()),
            |v, value| {
                let f = v.expect::<Function>();
                f.name.set(f, text(value, "__name__")?);
                Ok(())
            },
        ),
        GetSet::both(
            "__qualname__",
            |v| Ok(v.expect::<Function>().qualname.value()),
            |v, value| {
                let f = v.expect::<Function>();
                f.qualname.set(f, text(value, "__qualname__")?);
                Ok(())
            },
        ),
        GetSet::both(
            "__doc__",
            |v| Ok(v.expect::<Function>().doc.value()),
            |v, value| {
                let f = v.expect::<Function>();
                f.doc.set(f, value.unwrap_or_else(none));
                Ok(())
            },
        ),
        GetSet::both(
            "__module__",
            |v| Ok(v.expect::<Function>().module.get().unwrap_or_else(none)),
            |v, value| {
                let f = v.expect::<Function>();
                f.module.set(f, value.unwrap_or_else(none));
                Ok(())
            },
        ),
        GetSet::both(
            "__defaults__",
            |v| Ok(v.expect::<Function>().defaults.get().unwrap_or_else(none)),
            |v, value| {
                let f = v.expect::<Function>();
                match value.filter(|v| !v.is_none()) {
                    Some(value) if value.cast::<Tuple>().is_none() => {
                        Err(type_error("__defaults__ must be set to a tuple object"))
                    }
                    value => {
                        f.defaults.put(f, value);
                        changed(f);
                        Ok(())
                    }
                }
            },
        ),
        GetSet::both(
            "__kwdefaults__",
            |v| Ok(v.expect::<Function>().kwdefaults.get().unwrap_or_else(none)),
            |v, value| {
                let f = v.expect::<Function>();
                match value.filter(|v| !v.is_none()) {
                    Some(value) if value.cast::<Dict>().is_none() => {
                        Err(type_error("__kwdefaults__ must be set to a dict object"))
                    }
                    value => {
                        f.kwdefaults.put(f, value);
                        changed(f);
                        Ok(())
                    }
                }
            },
        ),
        GetSet::both(
            "__annotations__",
            super::annotations::function_annotations,
            super::annotations::set_function_annotations,
        ),
        GetSet::both("__annotate__", super::annotations::function_annotate, super::annotations::set_function_annotate),
        GetSet::both(
            "__type_params__",
            |v| Ok(v.expect::<Function>().type_params.get().unwrap_or_else(|| Tuple::empty().value())),
            |v, value| match value.and_then(|v| v.cast::<Tuple>()) {
                Some(params) => {
                    let f = v.expect::<Function>();
                    f.type_params.set(f, params);
                    Ok(())
                }
                None => Err(type_error("__type_params__ must be set to a tuple")),
            },
        ),
        GetSet::both("__dict__", super::object_dir::get_dict, super::object_dir::set_dict),
    ],
    flags: HAS_DICT | METHOD_LIKE | WEAKREFS,
    words: TypeDef::words_of::<Function>(),
    traced: TypeDef::words_of::<Function>() - 1,
    ..TypeDef::BASE
};

/// Any change to how calls bind: sites that know the function by its record must not assume the old way.
fn changed(f: Ref<Function>) {
    crate::program::forget_function(f.code(), f);
}

/// Sets the type parameters of a generic function (an intrinsic).
pub fn set_type_params(f: Ref<Function>, params: Value) {
    f.type_params.set(f, params);
}

fn text(value: Option<Value>, what: &str) -> R<Ref<Str>> {
    value.and_then(|v| v.cast::<Str>()).ok_or_else(|| type_error(format_args!("{what} must be set to a string object")))
}

fn set_code(v: Value, value: Option<Value>) -> R<()> {
    let f = v.expect::<Function>();
    let Some(code) = value.and_then(|v| v.exact::<Code>()) else {
        return Err(type_error("__code__ must be set to a code object"));
    };
    let free = f.closure.get().map_or(0, |_| f.closure.object::<Tuple>().len());
    if code.nfrees.get() as usize != free {
        return Err(value_error(format_args!(
            "{}() requires a code object with {free} free vars, not {}",
            f.name.object::<Str>().display(),
            code.nfrees.get()
        )));
    }
    let kinds = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR;
    if code.flags.get() & kinds != f.code().flags.get() & kinds {
        crate::errors::warn_deprecated(
            "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)",
        )?;
    }
    crate::modules::marshal::verify(code)?;
    crate::program::forget_function(f.code(), f);
    f.code.set(f, code);
    attach_native(f, code);
    changed(f);
    Ok(())
}

/// `types.FunctionType(code, globals, name, argdefs, closure, kwdefaults)`.
fn new(_: Ref<Type>, args: Args) -> R {
    static PARAMS: crate::object::args::Params = crate::object::args::Params {
        function: "function",
        names: &["code", "globals", "name", "argdefs", "closure", "kwdefaults"],
        required: 2,
        positional: 6,
    };
    let [code, globals, name, defaults, closure, kwdefaults] = args.bind(&PARAMS)?;
    let (Some(code), Some(globals)) = (code, globals) else { return Err(type_error("function() missing arguments")) };
    let Some(code) = code.exact::<Code>() else {
        return Err(type_error(format_args!(
            "function() argument 'code' must be code, not {}",
            code.class().display_name()
        )));
    };
    let Some(globals) = globals.cast::<Dict>() else {
        return Err(type_error(format_args!(
            "function() argument 'globals' must be dict, not {}",
            globals.class().display_name()
        )));
    };
    crate::modules::marshal::verify(code)?;
    let given = |v: Option<Value>| v.filter(|v| !v.is_none());
    let f = Function::new(code, globals, None);
    attach_native(f, code);
    if let Some(name) = given(name) {
        match name.cast::<Str>() {
            Some(name) => f.name.set(f, name),
            None => return Err(type_error("arg 3 (name) must be None or string")),
        }
    }
    if let Some(defaults) = given(defaults) {
        if defaults.cast::<Tuple>().is_none() {
            return Err(type_error("arg 4 (defaults) must be None or tuple"));
        }
        f.defaults.set(f, defaults);
    }
    let nfrees = code.nfrees.get() as usize;
    match given(closure) {
        Some(closure) => {
            let Some(cells) = closure.cast::<Tuple>() else {
                return Err(type_error("arg 5 (closure) must be None or tuple"));
            };
            if cells.len() != nfrees {
                return Err(value_error(format_args!(
                    "{} requires closure of length {nfrees}, not {}",
                    code.name.object::<Str>().display(),
                    cells.len()
                )));
            }
            f.closure.set(f, closure);
        }
        None if nfrees > 0 => return Err(type_error("arg 5 (closure) must be tuple")),
        None => {}
    }
    if let Some(kwdefaults) = given(kwdefaults) {
        if kwdefaults.cast::<Dict>().is_none() {
            return Err(type_error("arg 6 (kwdefaults) must be None or dict"));
        }
        f.kwdefaults.set(f, kwdefaults);
    }
    Ok(f.value())
}

const _: () = {
    assert!(std::mem::offset_of!(Function, globals) == layout::FUNCTION_GLOBALS as usize);
    assert!(std::mem::offset_of!(Function, body) == layout::FUNCTION_BODY as usize);
    assert!(std::mem::offset_of!(Function, direct) == layout::FUNCTION_DIRECT as usize);
};
