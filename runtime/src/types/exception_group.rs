//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654): construction, `derive`, `split`, `subgroup`.

use crate::errors::{R, type_error, value_error};
use crate::names;
use crate::object::class::{HEAPTYPE, IMMUTABLE, Type, add_subclass};
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, TypeDef};
use crate::object::singletons::none;
use crate::object::{Args, Ref, Slots, attr, call};
use crate::ops;
use crate::state::state;
use crate::types::exceptions::{self as exc, BASE_EXCEPTION_GROUP, EXCEPTION, Exception};
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;

const MESSAGE: usize = 0;
const EXCEPTIONS: usize = 1;

static EXCEPTION_GROUP: TypeDef = TypeDef {
    name: "ExceptionGroup",
    base: Some(&BASE_EXCEPTION_GROUP),
    flags: BASETYPE | HAS_DICT,
    words: TypeDef::words_of::<Exception>(),
    traced: TypeDef::words_of::<Exception>() - 1,
    ..TypeDef::BASE
};

struct Once(Cell<bool>);
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Once {}
static MADE: Once = Once(Cell::new(false));

/// `ExceptionGroup`, which has two bases, as no other built-in class has.
pub fn exception_group_class() -> Ref<Type> {
    let class = EXCEPTION_GROUP.class();
    if !MADE.0.replace(true) {
        let (group, plain) = (BASE_EXCEPTION_GROUP.class(), EXCEPTION.class());
        class.bases.set(class, Tuple::new(&[group.value(), plain.value()]));
        let mut order = vec![class.value(), group.value()];
        order.extend_from_slice(plain.mro_slice());
        class.mro.set(class, Tuple::new(&order));
        class.flags.set(class.flags.get() & !IMMUTABLE | HEAPTYPE);
        add_subclass(plain, class);
    }
    class
}

fn is_group(v: Value) -> bool {
    v.class().is_subtype(BASE_EXCEPTION_GROUP.class())
}

/// The exceptions in a group.
pub fn members(group: Ref<Exception>) -> &'static [Value] {
    match group.field(EXCEPTIONS).and_then(|v| v.exact::<Tuple>()) {
        // SAFETY: the tuple lives as long as the group, whose fields cannot be set.
        Some(tuple) => unsafe { &*(tuple.as_slice() as *const [Value]) },
        None => &[],
    }
}

pub const GROUP_SLOTS: Slots = Slots {
    new: Some(new),
    init: Some(|v, args| {
        args.no_keywords(&v.class().name().to_string_lossy())?;
        super::exception_methods::set_args(v, args.all);
        Ok(())
    }),
    str: Some(|v| {
        let group = v.expect::<Exception>();
        let n = members(group).len();
        let message = ops::str_of(group.field(MESSAGE).unwrap_or_else(none))?;
        let s = if n == 1 { "" } else { "s" };
        Ok(Str::concat(&[message, Str::new(&format!(" ({n} sub-exception{s})"))])?.value())
    }),
    repr: Some(|v| {
        let group = v.expect::<Exception>();
        // As it was made: with the list or tuple that was given.
        let given = group.args().as_slice().get(1).copied();
        let shown = match given {
            Some(given) if given.exact::<List>().is_some() => List::new(members(group)).value(),
            _ => Tuple::new(members(group)).value(),
        };
        let name = v.class().name().to_string_lossy();
        let message = ops::repr_text(group.field(MESSAGE).unwrap_or_else(none))?;
        Ok(Str::from_string(format!("{name}({message}, {})", ops::repr_text(shown)?)))
    }),
    ..Slots::NONE
};

fn new(class: Ref<Type>, args: Args) -> R {
    let given = args.pos();
    let [message, exceptions] = given else {
        return Err(type_error(format_args!(
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            given.len()
        )));
    };
    if message.cast::<Str>().is_none() {
        return Err(type_error(format_args!(
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            message.class().display_name()
        )));
    }
    let is_sequence = crate::object::class::slots_of(*exceptions).getitem.is_some()
        && exceptions.cast::<crate::types::dict::Dict>().is_none();
    if !is_sequence {
        return Err(type_error("second argument (exceptions) must be a sequence"));
    }
    let items = ops::iter::to_vec(*exceptions)?;
    if items.is_empty() {
        return Err(value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let mut nested_base = false;
    for (i, item) in items.iter().enumerate() {
        if item.cast::<Exception>().is_none() {
            return Err(value_error(format_args!("Item {i} of second argument (exceptions) is not an exception")));
        }
        nested_base |= !item.class().is_subtype(EXCEPTION.class());
    }
    let mut class = class;
    let ordinary = exception_group_class();
    if class == BASE_EXCEPTION_GROUP.class() {
        if !nested_base {
            class = ordinary;
        }
    } else if nested_base && class == ordinary {
        return Err(type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
    } else if nested_base && class.is_subtype(EXCEPTION.class()) {
        return Err(type_error(format_args!("Cannot nest BaseExceptions in '{}'", class.name().display())));
    }
    let group = exc::allocate_instance(class, given);
    group.put_field(MESSAGE, Some(*message));
    group.put_field(EXCEPTIONS, Some(Tuple::from_vec(items)));
    Ok(group.value())
}

pub static GROUP_GETSET: &[GetSet] = &[
    GetSet::get("message", |v| Ok(v.expect::<Exception>().field(MESSAGE).unwrap_or_else(none))),
    GetSet::get("exceptions", |v| {
        Ok(v.expect::<Exception>().field(EXCEPTIONS).unwrap_or_else(|| Tuple::empty().value()))
    }),
];

pub static GROUP_METHODS: &[Method] = &[
    Method::one("__class_getitem__", super::generic_alias::class_getitem).class_method(),
    Method::one("derive", |v, exceptions| {
        let message = v.expect::<Exception>().field(MESSAGE).unwrap_or_else(none);
        call::call(BASE_EXCEPTION_GROUP.class().value(), &[message, exceptions])
    }),
    Method::one("split", |v, condition| {
        let (matching, rest) = split(v, &Matcher::new(condition)?, true)?;
        Ok(Tuple::new(&[matching.unwrap_or_else(none), rest.unwrap_or_else(none)]).value())
    }),
    Method::one("subgroup", |v, condition| Ok(split(v, &Matcher::new(condition)?, false)?.0.unwrap_or_else(none))),
];

/// What decides where an exception goes.
enum Matcher<'a> {
    /// A class or a tuple of classes.
    Classes(Value),
    Predicate(Value),
    /// These very leaf exceptions.
    Leaves(&'a [Value]),
}

impl Matcher<'_> {
    fn new(condition: Value) -> R<Matcher<'static>> {
        let is_class = super::exception_methods::is_exception_class;
        if is_class(condition) {
            return Ok(Matcher::Classes(condition));
        }
        if let Some(classes) = condition.cast::<Tuple>() {
            if classes.as_slice().iter().all(|c| is_class(*c)) {
                return Ok(Matcher::Classes(condition));
            }
        } else if condition.exact_type().is_none() && call::is_callable(condition) {
            return Ok(Matcher::Predicate(condition));
        }
        Err(type_error("expected an exception type, a tuple of exception types, or a callable (other than a class)"))
    }

    fn matches(&self, exception: Value) -> R<bool> {
        match self {
            Matcher::Classes(classes) => ops::exceptions::matches(exception, *classes),
            Matcher::Predicate(f) => ops::truth(call::call(*f, &[exception])?),
            Matcher::Leaves(leaves) => Ok(!is_group(exception) && leaves.iter().any(|leaf| leaf.is(exception))),
        }
    }
}

/// The part of `exception` that matches, and the rest.
fn split(exception: Value, matcher: &Matcher, wants_rest: bool) -> R<(Option<Value>, Option<Value>)> {
    if matcher.matches(exception)? {
        return Ok((Some(exception), None));
    }
    if !is_group(exception) {
        return Ok((None, wants_rest.then_some(exception)));
    }
    state().check_native_stack()?;
    let mut matching = Vec::new();
    let mut rest = Vec::new();
    for member in members(exception.expect::<Exception>()) {
        let (yes, no) = split(*member, matcher, wants_rest)?;
        matching.extend(yes);
        rest.extend(no);
    }
    Ok((subset(exception, &matching)?, subset(exception, &rest)?))
}

/// A group like `original` of these exceptions.
fn subset(original: Value, exceptions: &[Value]) -> R<Option<Value>> {
    if exceptions.is_empty() {
        return Ok(None);
    }
    let made = call::call_method(original, Str::intern("derive"), &[List::new(exceptions).value()])?;
    if !is_group(made) {
        return Err(type_error("derive must return an instance of BaseExceptionGroup"));
    }
    let (from, to) = (original.expect::<Exception>(), made.expect::<Exception>());
    to.traceback.put(to, from.traceback.get());
    to.context.put(to, from.context.get());
    to.set_cause(from.cause.get());
    to.suppress.set(from.suppress.get());
    let notes = names::get(names::__notes__);
    if let Some(list) = attr::find(original, notes)? {
        // Each part gets a list of its own.
        if list.cast::<List>().is_some() || list.cast::<Tuple>().is_some() {
            let copy = List::new(&ops::iter::to_vec(list)?);
            attr::setattr(made, notes, Some(copy.value()))?;
        }
    }
    Ok(Some(made))
}

/// For `except*`: the part of `original` with the leaf exceptions of the kept groups.
pub fn project(original: Value, kept: &[Value]) -> R<Option<Value>> {
    let mut leaves = Vec::new();
    for group in kept {
        collect_leaves(*group, &mut leaves)?;
    }
    Ok(split(original, &Matcher::Leaves(&leaves), false)?.0)
}

fn collect_leaves(exception: Value, leaves: &mut Vec<Value>) -> R<()> {
    if !is_group(exception) {
        leaves.push(exception);
        return Ok(());
    }
    state().check_native_stack()?;
    for member in members(exception.expect::<Exception>()) {
        collect_leaves(*member, leaves)?;
    }
    Ok(())
}
