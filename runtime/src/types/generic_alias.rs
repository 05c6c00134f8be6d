//! `types.GenericAlias`: `list[int]`. Also the substitution of type parameters that unions share.

use crate::errors::{self, R, type_error};
use crate::gc::Header;
use crate::names;
use crate::object::class::slots_of;
use crate::object::define::{BASETYPE, GetSet, Method, NO_NEW, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, ellipsis, none, not_implemented};
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, attr, call};
use crate::ops;
use crate::types::exceptions::{ATTRIBUTE_ERROR, TYPE_ERROR};
use crate::types::iterators::builtin_function;
use crate::types::list::List;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;

/// The object.
#[repr(C)]
pub struct GenericAlias {
    hdr: Header,
    pub origin: Slot,
    /// A tuple.
    args: Slot,
    /// A tuple, made at first use.
    parameters: Slot,
    /// Raw 1 for `*tuple[...]`.
    starred: Cell<u64>,
}

impl Builtin for GenericAlias {
    const DEF: &'static TypeDef = &GENERIC_ALIAS;
}

/// `class[item]` of a generic class.
pub fn class_getitem(class: Value, item: Value) -> R {
    Ok(GenericAlias::new(class, item).value())
}

impl GenericAlias {
    pub fn new(origin: Value, item: Value) -> Ref<GenericAlias> {
        Self::make(origin, as_tuple(item), false)
    }

    fn make(origin: Value, args: Ref<Tuple>, starred: bool) -> Ref<GenericAlias> {
        let alias = GenericAlias {
            hdr: Header::EMPTY,
            origin: Slot::new(origin),
            args: Slot::new(args),
            parameters: Slot::EMPTY,
            starred: Cell::new(starred as u64),
        };
        allocate(GENERIC_ALIAS.header(), alias)
    }

    pub fn args(&self) -> Ref<Tuple> {
        self.args.object()
    }
}

fn as_tuple(item: Value) -> Ref<Tuple> {
    match item.cast::<Tuple>() {
        Some(items) => items,
        None => Tuple::new(&[item]),
    }
}

fn expect(v: Value) -> Ref<GenericAlias> {
    v.expect::<GenericAlias>()
}

fn find_text(v: Value, name: &str) -> R<Option<Value>> {
    attr::find(v, Str::intern(name))
}

/// How a type shows inside another's repr.
pub fn type_repr(v: Value) -> R<String> {
    if v.is(ellipsis()) {
        return Ok("...".into());
    }
    if let Some(list) = v.cast::<List>() {
        let shown: R<Vec<String>> = (0..list.len())
            .map(|at| match list.as_slice().get(at) {
                Some(item) => type_repr(*item),
                None => Err(crate::errors::index_error("list index out of range")),
            })
            .collect();
        return Ok(format!("[{}]", shown?.join(", ")));
    }
    // An alias shows itself.
    if find_text(v, "__origin__")?.is_some() && find_text(v, "__args__")?.is_some() {
        return ops::repr_text(v);
    }
    let Some(qualname) = attr::find(v, names::get(names::__qualname__))? else { return ops::repr_text(v) };
    match attr::find(v, names::get(names::__module__))?.filter(|module| !module.is_none()) {
        None => ops::repr_text(v),
        Some(module) => {
            let (module, qualname) = (ops::str_of(module)?, ops::str_of(qualname)?);
            if module.is_str("builtins") {
                Ok(qualname.to_string_lossy())
            } else {
                Ok(format!("{}.{}", module.display(), qualname.display()))
            }
        }
    }
}

fn repr(v: Value) -> R {
    let alias = expect(v);
    let star = if alias.starred.get() != 0 { "*" } else { "" };
    let args: R<Vec<String>> = alias.args().as_slice().iter().map(|arg| type_repr(*arg)).collect();
    let args = args?;
    let shown = if args.is_empty() { "()".to_string() } else { args.join(", ") };
    Ok(Str::new(&format!("{star}{}[{shown}]", type_repr(alias.origin.value())?)).value())
}

/// Adds what is not there yet, by identity first.
fn add_unique(found: &mut Vec<Value>, item: Value) {
    if !found.iter().any(|known| known.is(item)) {
        found.push(item);
    }
}

/// The type parameters in these arguments, in order of appearance.
pub fn parameters_of(args: &[Value]) -> R<Ref<Tuple>> {
    let mut found = Vec::new();
    for &arg in args {
        if arg.exact_type().is_some() {
            continue;
        }
        if let Some(items) = nested(arg) {
            parameters_of(&items)?.as_slice().iter().for_each(|item| add_unique(&mut found, *item));
        } else if attr::find(arg, names::get(names::__typing_subst__))?.is_some() {
            add_unique(&mut found, arg);
        } else if let Some(more) = attr::find(arg, names::get(names::__parameters__))? {
            if let Some(more) = more.cast::<Tuple>() {
                more.as_slice().iter().for_each(|item| add_unique(&mut found, *item));
            }
        }
    }
    Ok(Tuple::new(&found))
}

/// The items of a tuple or list among arguments (`Callable`'s parameters).
fn nested(arg: Value) -> Option<Vec<Value>> {
    match (arg.cast::<Tuple>(), arg.cast::<List>()) {
        (Some(items), _) => Some(items.as_slice().to_vec()),
        (_, Some(items)) => Some(items.as_slice().to_vec()),
        _ => None,
    }
}

fn parameters(v: Value) -> R {
    let alias = expect(v);
    if let Some(known) = alias.parameters.get() {
        return Ok(known);
    }
    let made = parameters_of(alias.args().as_slice())?.value();
    alias.parameters.set(alias, made);
    Ok(made)
}

/// Puts the items of `*tuple[int, str]` in its place.
fn unpack_items(item: Value) -> R<Vec<Value>> {
    let mut items = Vec::new();
    for &item in as_tuple(item).as_slice() {
        if item.exact_type().is_none() {
            let inner = attr::find(item, names::get(names::__typing_unpacked_tuple_args__))?;
            if let Some(inner) = inner.and_then(|inner| inner.cast::<Tuple>()) {
                if !inner.as_slice().last().is_some_and(|last| last.is(ellipsis())) {
                    items.extend_from_slice(inner.as_slice());
                    continue;
                }
            }
        }
        items.push(item);
    }
    Ok(items)
}

/// The arguments of a generic with its parameters replaced (`alias[item]`).
pub fn substitute(slf: Value, args: &[Value], parameters: Ref<Tuple>, item: Value) -> R<Vec<Value>> {
    if parameters.is_empty() {
        return Err(type_error(format_args!("{} is not a generic class", ops::repr_text(slf)?)));
    }
    let mut item = Tuple::new(&unpack_items(item)?).value();
    for &parameter in parameters.as_slice() {
        let prepare = attr::find(parameter, names::get(names::__typing_prepare_subst__))?;
        if let Some(prepare) = prepare.filter(|prepare| !prepare.is_none()) {
            item = call::call(prepare, &[slf, as_tuple(item).value()])?;
        }
    }
    let items = as_tuple(item);
    let (given, expected) = (items.len(), parameters.len());
    if given != expected {
        let how = if given > expected { "many" } else { "few" };
        return Err(type_error(format_args!(
            "Too {how} arguments for {}; actual {given}, expected {expected}",
            ops::repr_text(slf)?
        )));
    }
    replace(args, parameters.as_slice(), items.as_slice())
}

fn replace(args: &[Value], parameters: &[Value], items: &[Value]) -> R<Vec<Value>> {
    let mut result = Vec::with_capacity(args.len());
    for &arg in args {
        if arg.exact_type().is_some() {
            result.push(arg);
            continue;
        }
        if let Some(inner) = nested(arg) {
            let inner = replace(&inner, parameters, items)?;
            result.push(if arg.cast::<Tuple>().is_some() { Tuple::from_vec(inner) } else { List::new(&inner).value() });
            continue;
        }
        let unpack = match attr::find(arg, names::get(names::__typing_is_unpacked_typevartuple__))? {
            Some(flag) => ops::truth(flag)?,
            None => false,
        };
        let replaced = match attr::find(arg, names::get(names::__typing_subst__))? {
            Some(subst) => match parameters.iter().position(|p| p.is(arg)) {
                Some(at) => call::call(subst, &[items[at]])?,
                None => arg,
            },
            None => replace_inside(arg, parameters, items)?,
        };
        match replaced.cast::<Tuple>() {
            Some(several) if unpack => result.extend_from_slice(several.as_slice()),
            None if unpack => {
                let original = Tuple::new(args).value();
                return Err(type_error(format_args!(
                    "expected __typing_subst__ of {} objects to return a tuple, not {}",
                    ops::repr_text(original)?,
                    replaced.class().display_name()
                )));
            }
            _ => result.push(replaced),
        }
    }
    Ok(result)
}

/// Replaces parameters of an argument that is generic itself.
fn replace_inside(arg: Value, parameters: &[Value], items: &[Value]) -> R {
    let own = attr::find(arg, names::get(names::__parameters__))?;
    let Some(own) = own.and_then(|own| own.cast::<Tuple>()).filter(|own| !own.is_empty()) else { return Ok(arg) };
    let mut inner = Vec::new();
    for &parameter in own.as_slice() {
        match parameters.iter().position(|p| p.is(parameter)) {
            Some(at) => match items[at].cast::<Tuple>() {
                // A TypeVarTuple stands for several.
                Some(several) if slots_of(parameters[at]).iter.is_some() => {
                    inner.extend_from_slice(several.as_slice());
                }
                _ => inner.push(items[at]),
            },
            None => inner.push(parameter),
        }
    }
    ops::subscript::getitem(arg, Tuple::from_vec(inner))
}

fn getitem(v: Value, item: Value) -> R {
    let alias = expect(v);
    let parameters = parameters(v)?.expect::<Tuple>();
    let args = substitute(v, alias.args().as_slice(), parameters, item)?;
    Ok(GenericAlias::make(alias.origin.value(), Tuple::new(&args), alias.starred.get() != 0).value())
}

/// Attributes that are the alias's own; all others are the origin's.
const OWN: [&str; 12] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__bases__",
    "__copy__",
    "__deepcopy__",
];

fn getattr(v: Value, name: Ref<Str>) -> R {
    if OWN.iter().any(|own| name.is_str(own)) {
        return attr::generic_getattr(v, name);
    }
    attr::getattr(expect(v).origin.value(), name)
}

fn call_slot(v: Value, args: Args) -> R {
    let object = call::call_args(expect(v).origin.value(), args)?;
    match attr::setattr(object, Str::intern("__orig_class__"), Some(v)) {
        Ok(()) => {}
        Err(_) if errors::pending_is(&ATTRIBUTE_ERROR) || errors::pending_is(&TYPE_ERROR) => errors::clear(),
        Err(raised) => return Err(raised),
    }
    Ok(object)
}

fn new(class: Ref<Type>, args: Args) -> R {
    let args = args.only_positional("GenericAlias", 2, 2)?;
    let made = GenericAlias::new(args[0], args[1]);
    if class == GENERIC_ALIAS.class() {
        return Ok(made.value());
    }
    let object = allocate_fixed(class);
    let alias = expect(object);
    alias.origin.set(alias, made.origin.value());
    alias.args.set(alias, made.args.value());
    Ok(object)
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.cast::<GenericAlias>(), b.cast::<GenericAlias>()) else {
        return Ok(not_implemented());
    };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(not_implemented());
    }
    let same = x.starred.get() == y.starred.get()
        && ops::equal(x.origin.value(), y.origin.value())?
        && ops::equal(x.args.value(), y.args.value())?;
    Ok(boolean(same == (op == CmpOp::Eq)))
}

pub static GENERIC_ALIAS: TypeDef = TypeDef {
    name: "types.GenericAlias",
    slots: Slots {
        repr: Some(repr),
        hash: Some(|v| {
            let alias = expect(v);
            let hash = ops::hash::hash(alias.origin.value())? ^ ops::hash::hash(alias.args.value())?;
            Ok(if hash == -1 { -2 } else { hash })
        }),
        call: Some(call_slot),
        getattr: Some(getattr),
        setattr: Some(attr::generic_setattr),
        compare: Some(compare),
        iter: Some(|v| {
            let it = AliasIterator { hdr: Header::EMPTY, alias: Slot::new(v) };
            Ok(allocate(ALIAS_ITERATOR.header(), it).value())
        }),
        new: Some(new),
        getitem: Some(getitem),
        ..Slots::NONE.bin(BinOp::Or, super::union::union_or)
    },
    methods: &[
        Method::one("__mro_entries__", |v, _| Ok(Tuple::new(&[expect(v).origin.value()]).value())),
        Method::one("__instancecheck__", |_, _| {
            Err(type_error("isinstance() argument 2 cannot be a parameterized generic"))
        }),
        Method::one("__subclasscheck__", |_, _| {
            Err(type_error("issubclass() argument 2 cannot be a parameterized generic"))
        }),
        Method::none("__reduce__", |v| {
            let alias = expect(v);
            if alias.starred.get() != 0 {
                let plain = GenericAlias::make(alias.origin.value(), alias.args(), false).value();
                let iterator = ops::iter::iter(plain)?;
                return Ok(Tuple::new(&[builtin_function("next")?, Tuple::new(&[iterator]).value()]).value());
            }
            let args = Tuple::new(&[alias.origin.value(), alias.args.value()]);
            Ok(Tuple::new(&[v.class().value(), args.value()]).value())
        }),
        Method::none("__dir__", |v| {
            let names = List::new(&ops::iter::to_vec(ops::dir(expect(v).origin.value())?)?);
            for own in &OWN[..9] {
                let own = Str::intern(own).value();
                if !crate::types::list::methods::contains(names, own)? {
                    names.push(own);
                }
            }
            Ok(names.value())
        }),
    ],
    getset: &[
        GetSet::get("__origin__", |v| Ok(expect(v).origin.value())),
        GetSet::get("__args__", |v| Ok(expect(v).args.value())),
        GetSet::get("__unpacked__", |v| Ok(boolean(expect(v).starred.get() != 0))),
        GetSet::get("__parameters__", parameters),
        GetSet::get("__typing_unpacked_tuple_args__", |v| {
            let alias = expect(v);
            let tuple = crate::types::tuple::TUPLE.class().value();
            Ok(if alias.starred.get() != 0 && alias.origin.value().is(tuple) { alias.args.value() } else { none() })
        }),
    ],
    flags: BASETYPE | WEAKREFS,
    words: TypeDef::words_of::<GenericAlias>(),
    // The flag is no address.
    traced: 4,
    ..TypeDef::BASE
};

/// Gives `*alias`, once.
#[repr(C)]
struct AliasIterator {
    hdr: Header,
    alias: Slot,
}

impl Builtin for AliasIterator {
    const DEF: &'static TypeDef = &ALIAS_ITERATOR;
}

static ALIAS_ITERATOR: TypeDef = TypeDef {
    name: "generic_alias_iterator",
    slots: Slots {
        iter: Some(Ok),
        next: Some(|v| {
            let it = v.expect::<AliasIterator>();
            Ok(it.alias.take().map(|alias| {
                let alias = expect(alias);
                GenericAlias::make(alias.origin.value(), alias.args(), true).value()
            }))
        }),
        ..Slots::NONE
    },
    methods: &[Method::none("__reduce__", |v| {
        let iterable = v.expect::<AliasIterator>().alias.get().unwrap_or_else(|| Tuple::empty().value());
        Ok(Tuple::new(&[builtin_function("iter")?, Tuple::new(&[iterable]).value()]).value())
    })],
    flags: NO_NEW,
    words: TypeDef::words_of::<AliasIterator>(),
    traced: 1,
    ..TypeDef::BASE
};
