//! Methods of arrays.

use super::items::Form;
use super::{Array, MODULE, slf};
use crate::errors::{R, index_error, type_error, value_error};
use crate::object::singletons::none;
use crate::object::{Method, Ref, attr, call};
use crate::ops;
use crate::types::bytes::{self, Bytes};
use crate::types::exceptions::EOF_ERROR;
use crate::types::generic_alias;
use crate::types::int;
use crate::types::list::List;
use crate::types::sequence::position;
use crate::types::str::Str;
use crate::types::str::args::class_or_none;
use crate::types::tuple::Tuple;
use crate::value::Value;

pub fn from_bytes(array: Ref<Array>, data: &[u8]) -> R<()> {
    if !data.len().is_multiple_of(array.kind().size) {
        return Err(value_error("bytes length not a multiple of item size"));
    }
    array.extend_bytes(data)
}

/// The characters as a string.
pub fn text(array: Ref<Array>) -> R {
    let points = array.data().chunks_exact(4).map(|item| u32::from_ne_bytes([item[0], item[1], item[2], item[3]]));
    let points: Vec<u32> = points.collect();
    if let Some(bad) = points.iter().find(|point| **point > 0x10ffff) {
        return Err(value_error(format_args!("character U+{bad:x} is not in range [U+0000; U+10ffff]")));
    }
    Ok(Str::from_code_points(&points).value())
}

fn only_characters(array: Ref<Array>, function: &str) -> R<()> {
    if array.kind().form == Form::Char {
        return Ok(());
    }
    Err(value_error(format_args!("{function}() may only be called on unicode type arrays ('u' or 'w')")))
}

/// The first position of an equal item.
fn find(array: Ref<Array>, item: Value, start: usize, stop: usize) -> R<Option<usize>> {
    let mut at = start;
    while at < stop {
        let Some(own) = array.get(at) else { break };
        if ops::equal(own, item)? {
            return Ok(Some(at));
        }
        at += 1;
    }
    Ok(None)
}

fn index(v: Value, args: &[Value]) -> R {
    let array = slf(v);
    let bound = |arg: Option<&Value>, default: usize| -> R<usize> {
        let Some(arg) = arg else { return Ok(default) };
        let n = ops::clamp_index(*arg)?;
        Ok(if n < 0 { n.saturating_add(array.len() as isize).max(0) as usize } else { n as usize })
    };
    let (start, stop) = (bound(args.get(1), 0)?, bound(args.get(2), usize::MAX)?);
    match find(array, args[0], start, stop)? {
        Some(at) => Ok(int::from_usize(at)),
        None => Err(value_error("array.index(x): x not in array")),
    }
}

fn count(v: Value, item: Value) -> R {
    let mut n = 0;
    for own in slf(v).values() {
        n += ops::equal(own, item)? as i64;
    }
    Ok(Value::small(n))
}

fn remove(v: Value, item: Value) -> R {
    let array = slf(v);
    match find(array, item, 0, usize::MAX)? {
        Some(at) if at < array.len() => array.splice(at, at + 1, &[]).map(|()| none()),
        _ => Err(value_error("array.remove(x): x not in array")),
    }
}

fn pop(v: Value, args: &[Value]) -> R {
    let array = slf(v);
    let at = args.first().map_or(Ok(-1), |at| ops::as_isize(*at))?;
    if array.len() == 0 {
        return Err(index_error("pop from empty array"));
    }
    let found = position(at, array.len()).and_then(|at| Some((at, array.get(at)?)));
    let Some((at, item)) = found else { return Err(index_error("pop index out of range")) };
    array.splice(at, at + 1, &[])?;
    Ok(item)
}

fn insert(v: Value, args: &[Value]) -> R {
    let array = slf(v);
    let at = ops::as_isize(args[0])?;
    let item = super::items::put(array.kind(), args[1])?;
    let len = array.len() as isize;
    let at = if at < 0 { (at + len).max(0) } else { at.min(len) } as usize;
    array.splice(at, at, &item[..array.kind().size])?;
    Ok(none())
}

/// Changes the items' bytes in place.
fn rewrite(v: Value, f: impl FnOnce(&mut Vec<u8>, usize)) -> R {
    let array = slf(v);
    let mut data = array.data().to_vec();
    f(&mut data, array.kind().size);
    data.iter().enumerate().for_each(|(at, byte)| array.bytes().set(at, *byte));
    Ok(none())
}

fn from_list(v: Value, list: Value) -> R {
    let array = slf(v);
    let Some(list) = list.cast::<List>() else { return Err(type_error("arg must be list")) };
    let old = array.len();
    for at in 0..list.len() {
        let Some(item) = list.get(at) else {
            return Err(crate::errors::runtime_error("list changed size during iteration"));
        };
        if let Err(raised) = array.append(item) {
            let pending = crate::errors::take();
            array.splice(old.min(array.len()), array.len(), &[])?;
            crate::errors::restore(pending);
            return Err(raised);
        }
    }
    Ok(none())
}

fn from_unicode(v: Value, given: Value) -> R {
    let array = slf(v);
    let Some(given) = given.cast::<Str>() else {
        return Err(type_error(format_args!("fromunicode() argument must be str, not {}", class_or_none(given))));
    };
    only_characters(array, "fromunicode")?;
    let points: Vec<u8> = given.code_points().flat_map(u32::to_ne_bytes).collect();
    array.extend_bytes(&points).map(|()| none())
}

fn from_file(v: Value, args: &[Value]) -> R {
    let array = slf(v);
    let n = ops::as_isize(args[1])?;
    if n < 0 {
        return Err(value_error("negative count"));
    }
    let Some(wanted) = (n as usize).checked_mul(array.kind().size) else { return Err(crate::errors::memory_error()) };
    let data = call::call_method(args[0], Str::intern("read"), &[int::from_usize(wanted)])?;
    let Some(data) = data.cast::<Bytes>() else { return Err(type_error("read() didn't return bytes")) };
    from_bytes(array, data.as_slice())?;
    if data.len() != wanted {
        return Err(crate::errors::raise_text(&EOF_ERROR, "read() didn't return enough bytes"));
    }
    Ok(none())
}

fn to_file(v: Value, file: Value) -> R {
    const BLOCK: usize = 64 * 1024;
    for block in slf(v).data().to_vec().chunks(BLOCK) {
        call::call_method(file, Str::intern("write"), &[Bytes::new(block).value()])?;
    }
    Ok(none())
}

fn reduce(v: Value, protocol: Value) -> R {
    let array = slf(v);
    let dict = attr::find(v, Str::intern("__dict__"))?.unwrap_or_else(none);
    let code = Str::new(&(array.kind().code as char).to_string()).value();
    let class = v.class().value();
    if ops::as_i64(protocol)? < 3 {
        let args = Tuple::new(&[code, List::new(&array.values()).value()]);
        return Ok(Tuple::new(&[class, args.value(), dict]).value());
    }
    let function = crate::modules::create_and_get(MODULE.name, "_array_reconstructor")?.unwrap_or_else(none);
    let format = Value::small(array.kind().format as i64);
    let args = Tuple::new(&[class, code, format, Bytes::new(array.data()).value()]);
    Ok(Tuple::new(&[function, args.value(), dict]).value())
}

fn copy(v: Value) -> R {
    Ok(slf(v).like(slf(v).data()))
}

fn done(result: R<()>) -> R {
    result.map(|()| none())
}

pub const METHODS: &[Method] = &[
    Method::one("append", |v, item| done(slf(v).append(item))),
    Method::none("buffer_info", |v| {
        let array = slf(v);
        let address = int::from_usize(array.data().as_ptr() as usize);
        Ok(Tuple::new(&[address, int::from_usize(array.len())]).value())
    }),
    Method::none("byteswap", |v| rewrite(v, |data, size| data.chunks_mut(size).for_each(|item| item.reverse()))),
    Method::none("clear", |v| done(slf(v).splice(0, slf(v).len(), &[]))),
    Method::one("count", count),
    Method::one("extend", |v, iterable| done(slf(v).extend(iterable))),
    Method::one("frombytes", |v, data| done(from_bytes(slf(v), bytes::require(data)?))),
    Method::pos("fromfile", from_file, 2, 2),
    Method::one("fromlist", from_list),
    Method::one("fromunicode", from_unicode),
    Method::pos("index", index, 1, 3),
    Method::pos("insert", insert, 2, 2),
    Method::pos("pop", pop, 0, 1),
    Method::one("remove", remove),
    Method::none("reverse", |v| {
        rewrite(v, |data, size| {
            // Back to front by bytes, then each item's bytes.
            data.reverse();
            data.chunks_mut(size).for_each(|item| item.reverse());
        })
    }),
    Method::none("tobytes", |v| Bytes::try_new(slf(v).data()).map(|bytes| bytes.value())),
    Method::one("tofile", to_file),
    Method::none("tolist", |v| Ok(List::new(&slf(v).values()).value())),
    Method::none("tounicode", |v| {
        only_characters(slf(v), "tounicode")?;
        text(slf(v))
    }),
    Method::none("__copy__", copy),
    Method::one("__deepcopy__", |v, _| copy(v)),
    Method::one("__reduce_ex__", reduce),
    Method::one("__class_getitem__", generic_alias::class_getitem).class_method(),
];
