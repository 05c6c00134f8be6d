//! The arguments of a call: positional values followed by keyword values, with the keywords' names
//! in a tuple aside (PEP 590's layout), and the binding of them to a native function's parameters.

use super::{Ref, Type, TypeDef};
use crate::errors::{R, type_error};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Arguments as they lie on the caller's stack.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    /// Positional arguments, then the keyword arguments' values.
    pub all: &'a [Value],
    /// Names of the last arguments.
    pub names: Option<Ref<Tuple>>,
}

/// The parameters of a native function, for [`Args::bind`].
pub struct Params {
    /// As in messages, without `()`.
    pub function: &'static str,
    /// Names in order; the empty name is positional only.
    pub names: &'static [&'static str],
    /// How many of them must be given (counted from the first).
    pub required: usize,
    /// How many can be given by position.
    pub positional: usize,
}

impl<'a> Args<'a> {
    pub const EMPTY: Args<'static> = Args { all: &[], names: None };

    pub fn positional(all: &'a [Value]) -> Args<'a> {
        Args { all, names: None }
    }

    /// Positional arguments only.
    #[inline(always)]
    pub fn pos(&self) -> &'a [Value] {
        match self.names {
            None => self.all,
            Some(names) => &self.all[..self.all.len() - names.len()],
        }
    }

    /// Number of keyword arguments.
    pub fn kw_len(&self) -> usize {
        self.names.map_or(0, |names| names.len())
    }

    /// Keyword arguments in order.
    pub fn keywords(&self) -> impl Iterator<Item = (Ref<Str>, Value)> + use<'a> {
        let names = self.names;
        let start = self.all.len() - self.kw_len();
        let all = self.all;
        (0..all.len() - start).filter_map(move |i| {
            let name = names?.get(i).cast::<Str>()?;
            Some((name, all[start + i]))
        })
    }

    pub fn keyword(&self, name: &str) -> Option<Value> {
        self.keywords().find(|(key, _)| key.is_str(name)).map(|(_, value)| value)
    }

    /// Without the first positional argument.
    pub fn skip_first(&self) -> Args<'a> {
        Args { all: &self.all[1..], names: self.names }
    }

    /// Error unless there are no keyword arguments: "f() takes no keyword arguments".
    pub fn no_keywords(&self, function: &str) -> R<()> {
        if self.kw_len() == 0 {
            Ok(())
        } else {
            Err(type_error(format_args!("{function}() takes no keyword arguments")))
        }
    }

    /// Positional arguments, between `min` and `max` of them and no keywords, with the messages of
    /// CPython's `_PyArg_CheckPositional`.
    pub fn only_positional(&self, function: &str, min: usize, max: usize) -> R<&'a [Value]> {
        self.no_keywords(function)?;
        check_count(function, self.all.len(), min, max)?;
        Ok(self.all)
    }

    /// The positional arguments of the `__new__` of an immutable type; keywords are for the `__init__` of a subclass
    /// that has one of its own.
    pub fn for_new(&self, class: Ref<Type>, def: &'static TypeDef, min: usize, max: usize) -> R<&'a [Value]> {
        let init = |class: Ref<Type>| class.slots().init.map(|f| f as usize);
        if init(class) == init(def.class()) {
            self.no_keywords(def.name)?;
        }
        check_count(def.name, self.pos().len(), min, max)?;
        Ok(self.pos())
    }

    /// The arguments in the order of the parameters, with the messages of CPython's
    /// `_PyArg_UnpackKeywords`.
    pub fn bind<const N: usize>(&self, params: &Params) -> R<[Option<Value>; N]> {
        debug_assert_eq!(params.names.len(), N);
        let mut bound = [None; N];
        let pos = self.pos();
        let posonly = params.names.iter().take_while(|name| name.is_empty()).count();
        let function = params.function;
        if pos.len() > params.positional {
            let given = pos.len();
            let max = params.positional;
            if max == 0 {
                return Err(type_error(format_args!("{function}() takes no positional arguments")));
            }
            let bound = if params.required < max { "at most" } else { "exactly" };
            let s = if max == 1 { "" } else { "s" };
            let kind = if params.positional < N { "positional argument" } else { "argument" };
            return Err(type_error(format_args!("{function}() takes {bound} {max} {kind}{s} ({given} given)")));
        }
        for (slot, value) in bound.iter_mut().zip(pos) {
            *slot = Some(*value);
        }
        for (name, value) in self.keywords() {
            let Some(index) = params.names.iter().position(|known| !known.is_empty() && name.is_str(known)) else {
                let known: Vec<String> = params.names.iter().filter(|n| !n.is_empty()).map(|n| n.to_string()).collect();
                let hint = match crate::errors::render::closest(&name.to_string_lossy(), &known) {
                    Some(known) => format!(". Did you mean '{known}'?"),
                    None => String::new(),
                };
                return Err(type_error(format_args!(
                    "{function}() got an unexpected keyword argument '{}'{hint}",
                    name.display()
                )));
            };
            if bound[index].is_some() {
                return Err(type_error(format_args!(
                    "argument for {function}() given by name ('{}') and position ({})",
                    name.display(),
                    index + 1
                )));
            }
            bound[index] = Some(value);
        }
        for (index, slot) in bound.iter().enumerate().take(params.required) {
            if slot.is_none() {
                if index < posonly {
                    let s = if posonly == 1 { "" } else { "s" };
                    let least = if posonly < params.positional { "at least" } else { "exactly" };
                    return Err(type_error(format_args!(
                        "{function}() takes {least} {posonly} positional argument{s} ({} given)",
                        pos.len()
                    )));
                }
                return Err(type_error(format_args!(
                    "{function}() missing required argument '{}' (pos {})",
                    params.names[index],
                    index + 1
                )));
            }
        }
        Ok(bound)
    }
}

/// "pop expected at most 1 argument, got 2", as `_PyArg_CheckPositional` says it.
pub fn check_count(function: &str, given: usize, min: usize, max: usize) -> R<()> {
    let (bound, limit) = if given < min {
        (if min == max { "" } else { "at least " }, min)
    } else if given > max {
        (if min == max { "" } else { "at most " }, max)
    } else {
        return Ok(());
    };
    let s = if limit == 1 { "" } else { "s" };
    Err(type_error(format_args!("{function} expected {bound}{limit} argument{s}, got {given}")))
}

/// "f() takes at most 1 argument (2 given)", as `PyArg_ParseTuple` says it.
pub fn check_parsed_count(function: &str, given: usize, min: usize, max: usize) -> R<()> {
    let (bound, limit) = if given < min {
        (if min == max { "exactly" } else { "at least" }, min)
    } else if given > max {
        (if min == max { "exactly" } else { "at most" }, max)
    } else {
        return Ok(());
    };
    let s = if limit == 1 { "" } else { "s" };
    Err(type_error(format_args!("{function}() takes {bound} {limit} argument{s} ({given} given)")))
}
