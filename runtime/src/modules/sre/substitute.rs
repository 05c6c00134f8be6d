//! `sub`, `subn` and `split` of patterns.

use super::matched::Match;
use super::pattern::{Pattern, size};
use super::search::{Mode, Search};
use super::template::{self, Template};
use crate::errors::R;
use crate::object::args::Params;
use crate::object::singletons::none;
use crate::object::{Args, Ref, call};
use crate::types::bytes;
use crate::types::int;
use crate::types::list::List;
use crate::types::str::{Data, Str};
use crate::types::tuple::Tuple;
use crate::value::Value;

/// What matches are replaced by.
enum Replacement {
    Literal(Value),
    Template(Ref<Template>),
    Function(Value),
}

impl Replacement {
    fn new(pattern: Ref<Pattern>, repl: Value) -> R<Replacement> {
        if call::is_callable(repl) {
            return Ok(Replacement::Function(repl));
        }
        // Text without a backslash stands for itself.
        let plain = match repl.cast::<Str>() {
            Some(text) => !match text.data() {
                Data::One(s) => memchr::memchr(b'\\', s).is_some(),
                Data::Two(s) => s.contains(&(b'\\' as u16)),
                Data::Four(s) => s.contains(&(b'\\' as u32)),
            },
            None => bytes::buffer_of(repl)?.is_some_and(|s| !s.contains(&b'\\')),
        };
        if plain {
            return Ok(Replacement::Literal(repl));
        }
        let template = template::compiled(pattern, repl)?;
        Ok(match template.literal() {
            Some(literal) => Replacement::Literal(literal),
            None => Replacement::Template(template),
        })
    }
}

/// The text with its matches replaced, and how many there were.
fn substitute(v: Value, args: Args, params: &Params) -> R<(Value, usize)> {
    let [repl, string, count] = args.bind::<3>(params)?;
    let pattern = v.expect::<Pattern>();
    let (repl, string) = (repl.unwrap_or_else(none), string.unwrap_or_else(none));
    let count = usize::try_from(size(count, 0)?).unwrap_or(usize::MAX);
    let replacement = Replacement::new(pattern, repl)?;
    let mut search = Search::new(pattern, string, 0, isize::MAX)?;
    let mut parts = Vec::new();
    let (mut done, mut n) = (0, 0);
    while (count == 0 || n < count) && search.next(Mode::Search) {
        let (start, end) = search.span;
        if done < start {
            parts.push(search.subject.slice(done, start));
        }
        match replacement {
            Replacement::Literal(text) => parts.push(text),
            Replacement::Template(template) => {
                template::fill(template, &search.subject, |group| search.group(group), &mut parts)?;
            }
            Replacement::Function(function) => {
                let item = call::call(function, &[Match::new(&search).value()])?;
                search.refresh()?;
                if !item.is_none() {
                    parts.push(item);
                }
            }
        }
        done = end;
        n += 1;
    }
    if n == 0 {
        return Ok((search.subject.slice(0, search.endpos), 0));
    }
    if done < search.endpos {
        parts.push(search.subject.slice(done, search.endpos));
    }
    Ok((template::join(&search.subject, &parts)?, n))
}

macro_rules! params {
    ($name:literal, $($param:literal)*; $required:literal) => {{
        static PARAMS: Params = Params {
            function: $name,
            names: &[$($param),*],
            required: $required,
            positional: [$($param),*].len(),
        };
        &PARAMS
    }};
}

pub(super) fn sub(v: Value, args: Args) -> R {
    Ok(substitute(v, args, params!("sub", "repl" "string" "count"; 2))?.0)
}

pub(super) fn subn(v: Value, args: Args) -> R {
    let (text, n) = substitute(v, args, params!("subn", "repl" "string" "count"; 2))?;
    Ok(Tuple::new(&[text, int::from_usize(n)]).value())
}

pub(super) fn split(v: Value, args: Args) -> R {
    let [string, max] = args.bind::<2>(params!("split", "string" "maxsplit"; 1))?;
    let pattern = v.expect::<Pattern>();
    let max = usize::try_from(size(max, 0)?).unwrap_or(usize::MAX);
    let mut search = Search::new(pattern, string.unwrap_or_else(none), 0, isize::MAX)?;
    let list = List::new(&[]);
    let (mut done, mut n) = (0, 0);
    while (max == 0 || n < max) && search.next(Mode::Search) {
        list.push(search.subject.slice(done, search.span.0));
        for group in 1..=pattern.groups() {
            list.push(search.group_text(group).unwrap_or_else(none));
        }
        done = search.span.1;
        n += 1;
    }
    list.push(search.subject.slice(done, search.endpos));
    Ok(list.value())
}
