//! Structural pattern matching: `MATCH_KEYS` and `MATCH_CLASS` (PEP 634).

use crate::errors::{R, type_error, value_error};
use crate::names;
use crate::object::class::Type;
use crate::object::define::MATCH_SELF;
use crate::object::singletons::none;
use crate::object::{Ref, attr, call};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The values of the keys, or None when one is missing.
pub fn keys(subject: Value, keys: Value) -> R {
    let keys = keys.expect::<Tuple>();
    let seen = Dict::new();
    for key in keys.as_slice() {
        if seen.contains(*key)? {
            return Err(value_error(format_args!(
                "mapping pattern checks duplicate key ({})",
                crate::ops::repr_text(*key)?
            )));
        }
        seen.set(*key, none())?;
    }
    let mut values = Vec::with_capacity(keys.len());
    if let Some(dict) = subject.exact::<Dict>() {
        for key in keys.as_slice() {
            match dict.get(*key)? {
                Some(value) => values.push(value),
                None => return Ok(none()),
            }
        }
        return Ok(Tuple::from_vec(values));
    }
    let get = attr::getattr(subject, Str::intern("get"))?;
    let missing = crate::types::object::allocate_fixed(crate::types::object::OBJECT.class());
    for key in keys.as_slice() {
        let value = call::call(get, &[*key, missing])?;
        if value.is(missing) {
            return Ok(none());
        }
        values.push(value);
    }
    Ok(Tuple::from_vec(values))
}

/// The attributes that a class pattern asks for, or None when it does not match.
pub fn class(subject: Value, class: Value, positional: usize, keywords: Value) -> R {
    let Some(class_object) = class.exact_type() else {
        return Err(type_error("called match pattern must be a class"));
    };
    if !crate::ops::isinstance(subject, class)? {
        return Ok(none());
    }
    let keywords = keywords.expect::<Tuple>();
    let mut values = Vec::with_capacity(positional + keywords.len());
    let mut seen: Vec<Ref<Str>> = Vec::new();
    if positional > 0 {
        let (names_tuple, match_self) = match attr::find(class, names::get(names::__match_args__))? {
            Some(args) => match args.cast::<Tuple>() {
                Some(args) => (args, false),
                None => {
                    return Err(type_error(format_args!(
                        "{}.__match_args__ must be a tuple (got {})",
                        class_object.name().display(),
                        args.class().display_name()
                    )));
                }
            },
            None => (Tuple::empty(), class_object.has_flag(MATCH_SELF)),
        };
        let allowed = if match_self { 1 } else { names_tuple.len() };
        if allowed < positional {
            let s = if allowed == 1 { "" } else { "s" };
            return Err(type_error(format_args!(
                "{}() accepts {allowed} positional sub-pattern{s} ({positional} given)",
                class_object.name().display()
            )));
        }
        if match_self {
            values.push(subject);
        } else {
            for name in &names_tuple.as_slice()[..positional] {
                let Some(name) = name.cast::<Str>() else {
                    return Err(type_error(format_args!(
                        "__match_args__ elements must be strings (got {})",
                        name.class().display_name()
                    )));
                };
                match attribute(subject, class_object, name, &mut seen)? {
                    Some(value) => values.push(value),
                    None => return Ok(none()),
                }
            }
        }
    }
    for name in keywords.as_slice() {
        match attribute(subject, class_object, name.expect::<Str>(), &mut seen)? {
            Some(value) => values.push(value),
            None => return Ok(none()),
        }
    }
    Ok(Tuple::from_vec(values))
}

fn attribute(subject: Value, class: Ref<Type>, name: Ref<Str>, seen: &mut Vec<Ref<Str>>) -> R<Option<Value>> {
    if seen.iter().any(|other| other.equals(&name)) {
        return Err(type_error(format_args!(
            "{}() got multiple sub-patterns for attribute {}",
            class.name().display(),
            crate::ops::repr_text(name.value())?
        )));
    }
    seen.push(name);
    attr::find(subject, name.interned())
}
