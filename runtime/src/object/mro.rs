//! Method resolution order: the C3 linearisation (Barrett et al. 1996; CPython's `mro_implementation`).

use super::{Ref, Type};
use crate::errors::{R, type_error};
use crate::value::Value;

/// The MRO of `class` with these bases, beginning with the class itself.
pub fn compute(class: Ref<Type>, bases: &[Value]) -> R<Vec<Value>> {
    let mut sequences: Vec<Vec<Value>> = Vec::with_capacity(bases.len() + 1);
    for (i, base) in bases.iter().enumerate() {
        if bases[..i].iter().any(|other| other.is(*base)) {
            let name = base.exact_type().map_or_else(String::new, |b| b.display_name());
            return Err(type_error(format_args!("duplicate base class {name}")));
        }
        if let Some(base) = base.exact_type() {
            sequences.push(base.mro_slice().to_vec());
        }
    }
    sequences.push(bases.to_vec());
    let mut result = vec![class.value()];
    let mut heads = vec![0usize; sequences.len()];
    loop {
        let mut candidate = None;
        let mut finished = true;
        for (sequence, &head) in sequences.iter().zip(&heads) {
            let Some(&first) = sequence.get(head) else { continue };
            finished = false;
            let in_a_tail =
                sequences.iter().zip(&heads).any(|(s, &h)| s.iter().skip(h + 1).any(|other| other.is(first)));
            if !in_a_tail {
                candidate = Some(first);
                break;
            }
        }
        if finished {
            return Ok(result);
        }
        let Some(next) = candidate else { return Err(conflict(&sequences, &heads)) };
        result.push(next);
        for (sequence, head) in sequences.iter().zip(heads.iter_mut()) {
            if sequence.get(*head).is_some_and(|first| first.is(next)) {
                *head += 1;
            }
        }
    }
}

fn conflict(sequences: &[Vec<Value>], heads: &[usize]) -> crate::value::Raised {
    let mut names: Vec<String> = Vec::new();
    for (sequence, &head) in sequences.iter().zip(heads) {
        if let Some(name) = sequence.get(head).and_then(|c| c.exact_type()).map(|c| c.name().to_string_lossy()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    type_error(format_args!("Cannot create a consistent method resolution order (MRO) for bases {}", names.join(", ")))
}
