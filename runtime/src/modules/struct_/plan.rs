//! Formats: a text like `<3hxI` to a list of items with their places.

use super::ERROR;
use crate::errors::R;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// One kind of item, repeated without gaps.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Code {
    pub offset: usize,
    /// Bytes of one item.
    pub size: usize,
    pub repeat: usize,
    pub kind: u8,
    pub big_endian: bool,
    /// All bytes of a code are defined, so that it can be kept as bytes.
    pub padding: [u8; 6],
}

/// A format.
pub struct Plan {
    pub size: usize,
    /// Number of Python values.
    pub items: usize,
    pub codes: Vec<Code>,
}

/// Bytes of an item, in native and in standard formats; 0: there is none.
const SIZES: &[(u8, usize, usize)] = &[
    (b'x', 1, 1),
    (b'c', 1, 1),
    (b'b', 1, 1),
    (b'B', 1, 1),
    (b'?', 1, 1),
    (b's', 1, 1),
    (b'p', 1, 1),
    (b'h', 2, 2),
    (b'H', 2, 2),
    (b'e', 2, 2),
    (b'i', 4, 4),
    (b'I', 4, 4),
    (b'f', 4, 4),
    (b'l', 8, 4),
    (b'L', 8, 4),
    (b'q', 8, 8),
    (b'Q', 8, 8),
    (b'n', 8, 0),
    (b'N', 8, 0),
    (b'P', 8, 0),
    (b'd', 8, 8),
    (b'F', 8, 8),
    (b'D', 16, 16),
];

/// Boundary that a native item is aligned to.
fn alignment(kind: u8, size: usize) -> usize {
    match kind {
        b'F' | b'D' => size / 2,
        _ => size,
    }
}

impl Plan {
    pub fn parse(format: &[u8]) -> R<Plan> {
        if format.contains(&0) {
            return Err(ERROR.raise("embedded null character"));
        }
        let (native, big_endian, mut rest) = match format.first() {
            Some(b'@') => (true, false, &format[1..]),
            Some(b'=' | b'<') => (false, false, &format[1..]),
            Some(b'>' | b'!') => (false, true, &format[1..]),
            _ => (true, false, format),
        };
        let too_long = || ERROR.raise("total struct size too long");
        let mut plan = Plan { size: 0, items: 0, codes: Vec::new() };
        while let Some((&first, after)) = rest.split_first() {
            rest = after;
            if matches!(first, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c) {
                continue;
            }
            let mut count = None;
            let mut kind = first;
            while kind.is_ascii_digit() {
                let digit = (kind - b'0') as isize;
                let next = count.unwrap_or(0isize).checked_mul(10).and_then(|n| n.checked_add(digit));
                count = Some(next.ok_or_else(too_long)?);
                let Some((&next, after)) = rest.split_first() else {
                    return Err(ERROR.raise("repeat count given without format specifier"));
                };
                (kind, rest) = (next, after);
            }
            let count = count.unwrap_or(1) as usize;
            let known = SIZES.iter().find(|(known, _, _)| *known == kind);
            let size = known.map_or(0, |(_, own, standard)| if native { *own } else { *standard });
            if size == 0 {
                return Err(ERROR.raise("bad char in struct format"));
            }
            if native {
                let boundary = alignment(kind, size);
                plan.size = plan.size.checked_next_multiple_of(boundary).ok_or_else(too_long)?;
            }
            let offset = plan.size;
            let end = size.checked_mul(count).and_then(|n| n.checked_add(offset));
            plan.size = end.filter(|&n| n <= isize::MAX as usize).ok_or_else(too_long)?;
            match kind {
                b'x' => {}
                b's' | b'p' => {
                    plan.codes.push(Code { offset, size: count, repeat: 1, kind, big_endian, padding: [0; 6] });
                    plan.items += 1;
                }
                _ if count > 0 => {
                    plan.codes.push(Code { offset, size, repeat: count, kind, big_endian, padding: [0; 6] });
                    plan.items += count;
                }
                _ => {}
            }
        }
        Ok(plan)
    }
}

/// Formats that module functions were given lately.
#[derive(Default)]
struct Cache {
    last: Option<(Vec<u8>, Rc<Plan>)>,
    all: HashMap<Vec<u8>, Rc<Plan>>,
}

thread_local! {
    static CACHE: RefCell<Cache> = RefCell::default();
}

const MAX_CACHED: usize = 100;

/// The plan of a format, from the cache if it is there.
pub fn cached(format: &[u8]) -> R<Rc<Plan>> {
    let found = CACHE.with_borrow_mut(|cache| {
        if let Some((key, plan)) = &cache.last {
            if key == format {
                return Some(plan.clone());
            }
        }
        let plan = cache.all.get(format)?.clone();
        cache.last = Some((format.to_vec(), plan.clone()));
        Some(plan)
    });
    if let Some(plan) = found {
        return Ok(plan);
    }
    let plan = Rc::new(Plan::parse(format)?);
    CACHE.with_borrow_mut(|cache| {
        if cache.all.len() >= MAX_CACHED {
            cache.all.clear();
        }
        cache.all.insert(format.to_vec(), plan.clone());
    });
    Ok(plan)
}

pub fn clear_cache() {
    CACHE.with_borrow_mut(|cache| *cache = Cache::default());
}
