//! `itemgetter`, `attrgetter`, `methodcaller`.

use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::object::args::check_count;
use crate::object::define::Method;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, attr, call};
use crate::ops;
use crate::types::object::allocate_fixed;
use crate::types::repr_guard;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use smallvec::SmallVec;

/// What is fetched: keys, or attribute names as they were given and taken apart.
#[repr(C)]
pub(super) struct Getter {
    hdr: Header,
    /// A tuple.
    wanted: Slot,
    /// For attributes: a tuple of a name, or of a tuple of names, for each.
    paths: Slot,
}

fn getter(v: Value) -> Ref<Getter> {
    // SAFETY: only called for instances of the two classes with this layout.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

fn make(class: Ref<Type>, wanted: Ref<Tuple>, paths: Option<Value>) -> Value {
    let object = allocate_fixed(class);
    let it = getter(object);
    it.wanted.set(it, wanted);
    it.paths.put(it, paths);
    object
}

/// The one argument of the call.
fn subject(name: &str, args: Args) -> R {
    args.no_keywords(name)?;
    check_count(name, args.all.len(), 1, 1)?;
    Ok(args.all[0])
}

/// The result for one thing as it is, for several as a tuple.
#[inline]
fn each(wanted: &[Value], fetch: impl Fn(Value) -> R) -> R {
    if let [one] = wanted {
        return fetch(*one);
    }
    let mut found = SmallVec::<[Value; 8]>::with_capacity(wanted.len());
    for one in wanted {
        found.push(fetch(*one)?);
    }
    Ok(Tuple::new(&found).value())
}

fn repr(v: Value) -> R {
    let name = v.class().display_name();
    let Some(_guard) = repr_guard::enter(v) else { return Ok(Str::from_string(format!("{name}(...)"))) };
    let mut shown = Vec::new();
    for one in getter(v).wanted.object::<Tuple>().as_slice() {
        shown.push(ops::repr_text(*one)?);
    }
    Ok(Str::from_string(format!("{name}({})", shown.join(", "))))
}

fn reduce(v: Value) -> R {
    Ok(Tuple::new(&[v.class().value(), getter(v).wanted.value()]).value())
}

pub(super) static ITEMGETTER: TypeDef = TypeDef {
    name: "operator.itemgetter",
    slots: Slots {
        new: Some(|class, args| {
            args.no_keywords("itemgetter")?;
            if args.all.is_empty() {
                return Err(type_error("itemgetter expected 1 argument, got 0"));
            }
            Ok(make(class, Tuple::new(args.all), None))
        }),
        call: Some(|v, args| {
            let object = subject("itemgetter", args)?;
            each(getter(v).wanted.object::<Tuple>().as_slice(), |key| ops::getitem(object, key))
        }),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", reduce)],
    words: TypeDef::words_of::<Getter>(),
    traced: TypeDef::words_of::<Getter>() - 1,
    ..TypeDef::BASE
};

fn new_attrgetter(class: Ref<Type>, args: Args) -> R {
    args.no_keywords("attrgetter")?;
    if args.all.is_empty() {
        return Err(type_error("attrgetter expected 1 argument, got 0"));
    }
    let mut paths = Vec::with_capacity(args.all.len());
    for name in args.all {
        let Some(text) = name.cast::<Str>() else { return Err(type_error("attribute name must be a string")) };
        let mut parts = Vec::new();
        let mut start = 0;
        for (i, point) in text.code_points().enumerate() {
            if point == '.' as u32 {
                parts.push(text.substring(start, i).interned().value());
                start = i + 1;
            }
        }
        parts.push(text.substring(start, text.len()).interned().value());
        paths.push(if parts.len() == 1 { parts[0] } else { Tuple::from_vec(parts) });
    }
    let paths = Tuple::from_vec(paths);
    Ok(make(class, Tuple::new(args.all), Some(paths)))
}

fn follow(object: Value, path: Value) -> R {
    if let Some(name) = path.exact::<Str>() {
        return attr::getattr(object, name);
    }
    let mut object = object;
    for name in path.expect::<Tuple>().as_slice() {
        object = attr::getattr(object, name.expect::<Str>())?;
    }
    Ok(object)
}

pub(super) static ATTRGETTER: TypeDef = TypeDef {
    name: "operator.attrgetter",
    slots: Slots {
        new: Some(new_attrgetter),
        call: Some(|v, args| {
            let object = subject("attrgetter", args)?;
            each(getter(v).paths.object::<Tuple>().as_slice(), |path| follow(object, path))
        }),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", reduce)],
    words: TypeDef::words_of::<Getter>(),
    traced: TypeDef::words_of::<Getter>() - 1,
    ..TypeDef::BASE
};

/// A method's name and the arguments for it.
#[repr(C)]
pub(super) struct MethodCaller {
    hdr: Header,
    name: Slot,
    /// Positional arguments, then the keywords' values.
    args: Slot,
    /// Names of the keywords, or empty.
    names: Slot,
}

impl Builtin for MethodCaller {
    const DEF: &'static TypeDef = &METHODCALLER;
}

impl MethodCaller {
    fn args(&self) -> Args<'static> {
        let names = self.names.get().and_then(|names| names.exact::<Tuple>());
        let tuple = self.args.object::<Tuple>();
        let all = tuple.as_slice();
        // SAFETY: the tuple is immutable, and the object that holds it is alive as long as it is in use.
        let all = unsafe { std::slice::from_raw_parts(all.as_ptr(), all.len()) };
        Args { all, names }
    }
}

fn new_methodcaller(class: Ref<Type>, args: Args) -> R {
    let Some(name) = args.pos().first() else {
        return Err(type_error("methodcaller needs at least one argument, the method name"));
    };
    let Some(name) = name.cast::<Str>() else { return Err(type_error("method name must be a string")) };
    let all = Tuple::new(&args.all[1..]);
    let object = allocate_fixed(class);
    let it = object.expect::<MethodCaller>();
    it.name.set(it, name.interned());
    it.args.set(it, all);
    it.names.put(it, args.names.filter(|names| !names.is_empty()).map(Ref::value));
    Ok(object)
}

fn call_method(v: Value, args: Args) -> R {
    let object = subject("methodcaller", args)?;
    let it = v.expect::<MethodCaller>();
    let (callable, bound) = attr::load_method(object, it.name.object())?;
    match bound {
        Some(slf) => call::call_prepended(callable, slf, it.args()),
        None => call::call_args(callable, it.args()),
    }
}

fn repr_caller(v: Value) -> R {
    let name = v.class().display_name();
    let Some(_guard) = repr_guard::enter(v) else { return Ok(Str::from_string(format!("{name}(...)"))) };
    let it = v.expect::<MethodCaller>();
    let mut shown = vec![ops::repr_text(it.name.value())?];
    for arg in it.args().pos() {
        shown.push(ops::repr_text(*arg)?);
    }
    for (keyword, value) in it.args().keywords() {
        shown.push(format!("{}={}", keyword.display(), ops::repr_text(value)?));
    }
    Ok(Str::from_string(format!("{name}({})", shown.join(", "))))
}

fn reduce_caller(v: Value) -> R {
    let it = v.expect::<MethodCaller>();
    let args = it.args();
    if args.kw_len() == 0 {
        let mut all = vec![it.name.value()];
        all.extend_from_slice(args.all);
        return Ok(Tuple::new(&[v.class().value(), Tuple::from_vec(all)]).value());
    }
    // The keywords go into a partial of the class.
    let Some(partial) = crate::modules::create_and_get("functools", "partial")? else {
        return Err(type_error("functools.partial is missing"));
    };
    let mut all = vec![v.class().value(), it.name.value()];
    all.extend(args.keywords().map(|(_, value)| value));
    let constructor = call::call_args(partial, Args { all: &all, names: args.names })?;
    Ok(Tuple::new(&[constructor, Tuple::new(args.pos()).value()]).value())
}

pub(super) static METHODCALLER: TypeDef = TypeDef {
    name: "operator.methodcaller",
    slots: Slots { new: Some(new_methodcaller), call: Some(call_method), repr: Some(repr_caller), ..Slots::NONE },
    methods: &[Method::none("__reduce__", reduce_caller)],
    words: TypeDef::words_of::<MethodCaller>(),
    traced: TypeDef::words_of::<MethodCaller>() - 1,
    ..TypeDef::BASE
};
