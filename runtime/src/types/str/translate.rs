//! `str.translate` and `str.maketrans`.

use super::args::require_str;
use super::{Builder, Data, Str};
use crate::errors::{self, R, type_error, value_error};
use crate::object::singletons::none;
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions::LOOKUP_ERROR;
use crate::types::int;
use crate::value::Value;

/// What a character becomes.
#[derive(Clone, Copy)]
enum Mapped {
    Unknown,
    Same,
    Nothing,
    Point(u32),
    Text(Value),
}

/// The table's answer for a code point.
fn lookup(table: Value, point: u32) -> R<Mapped> {
    let key = Value::small(point as i64);
    let found = match table.exact::<Dict>() {
        Some(dict) => match dict.get(key)? {
            Some(found) => found,
            None => return Ok(Mapped::Same),
        },
        None => match errors::catch(ops::subscript::getitem(table, key), &LOOKUP_ERROR)? {
            Some(found) => found,
            None => return Ok(Mapped::Same),
        },
    };
    if found.is_none() {
        return Ok(Mapped::Nothing);
    }
    if let Some(text) = found.cast::<Str>() {
        return Ok(if text.len() == 1 { Mapped::Point(text.get(0)) } else { Mapped::Text(text.value()) });
    }
    match int::as_int(found) {
        Some(n) => match n.to_i64() {
            Some(n @ 0..=0x10ffff) => Ok(Mapped::Point(n as u32)),
            _ => Err(value_error("character mapping must be in range(0x110000)")),
        },
        None => Err(type_error("character mapping must return integer, None or str")),
    }
}

pub fn translate(v: Value, table: Value) -> R {
    let text = v.expect::<Str>();
    let mut known = [Mapped::Unknown; 128];
    let mut out = Builder::with_capacity(text.len());
    let mut changed = false;
    let mut put = |c: u32| -> R<()> {
        let mapped = match known.get(c as usize) {
            Some(Mapped::Unknown) => {
                let mapped = lookup(table, c)?;
                known[c as usize] = mapped;
                mapped
            }
            Some(mapped) => *mapped,
            None => lookup(table, c)?,
        };
        changed |= !matches!(mapped, Mapped::Same);
        match mapped {
            Mapped::Unknown | Mapped::Same => out.push(c),
            Mapped::Nothing => {}
            Mapped::Point(point) => out.push(point),
            Mapped::Text(text) => out.push_obj(text.expect::<Str>()),
        }
        Ok(())
    };
    match text.data() {
        Data::One(s) => s.iter().try_for_each(|&c| put(c as u32))?,
        data => (0..data.len()).try_for_each(|i| put(data.get(i)))?,
    }
    if !changed {
        return Ok(text.value());
    }
    Ok(out.finish().value())
}

pub fn maketrans(_: Value, args: &[Value]) -> R {
    let table = Dict::new();
    let [first, rest @ ..] = args else { return Err(type_error("maketrans expected at least 1 argument, got 0")) };
    let Some(second) = rest.first() else {
        let Some(dict) = first.cast::<Dict>() else {
            return Err(type_error("if you give only one argument to maketrans it must be a dict"));
        };
        for (key, value) in dict.items() {
            let key = if let Some(text) = key.cast::<Str>() {
                if text.len() != 1 {
                    return Err(value_error("string keys in translatetable must be of length 1"));
                }
                Value::small(text.get(0) as i64)
            } else if ops::is_int(key) {
                key
            } else {
                return Err(type_error("keys in translate table must be strings or integers"));
            };
            table.set(key, value)?;
        }
        return Ok(table.value());
    };
    let Some(from) = first.cast::<Str>() else {
        return Err(type_error("first maketrans argument must be a string if there is a second argument"));
    };
    let to = require_str(*second, "maketrans() argument 2 must be str")?;
    if from.len() != to.len() {
        return Err(value_error("the first two maketrans arguments must have equal length"));
    }
    for (a, b) in from.code_points().zip(to.code_points()) {
        table.set(Value::small(a as i64), Value::small(b as i64))?;
    }
    if let Some(drop) = rest.get(1) {
        let drop = require_str(*drop, "maketrans() argument 3 must be str")?;
        for c in drop.code_points() {
            table.set(Value::small(c as i64), none())?;
        }
    }
    Ok(table.value())
}
