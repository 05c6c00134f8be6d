//! `array`: sequences of numbers or characters, held as C holds them.
//!
//! The items are in a bytearray inside the object, which also counts the memoryviews that look at them
//! and refuses to change its size meanwhile.

mod items;
mod methods;

use crate::errors::{self, R, buffer_error, index_error, type_error, value_error};
use crate::gc::Header;
use crate::object::define::{BASETYPE, GetSet, Method, SEQUENCE, UNHASHABLE, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::{Buffer, CmpOp};
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef};
use crate::ops;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::{self, Bytes};
use crate::types::exceptions::BUFFER_ERROR;
use crate::types::int;
use crate::types::iterators;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::object::allocate_fixed;
use crate::types::sequence::{is_index, position, repeat_count};
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use items::{Form, KINDS, Kind};
use std::cell::Cell;
use taipan_abi::tag;

#[repr(C)]
struct Array {
    hdr: Header,
    /// A [`ByteArray`].
    bytes: Slot,
    /// Index in [`KINDS`], a tagged int.
    kind: Cell<u64>,
}

impl Builtin for Array {
    const DEF: &'static TypeDef = &ARRAY;
}

/// The bytes of an array, for views of it; `None` for other objects.
pub fn storage(v: Value) -> Option<Ref<ByteArray>> {
    v.cast::<Array>().map(|array| array.bytes())
}

fn slf(v: Value) -> Ref<Array> {
    v.expect::<Array>()
}

impl Array {
    fn bytes(&self) -> Ref<ByteArray> {
        self.bytes.object()
    }

    fn kind(&self) -> &'static Kind {
        &KINDS[tag::int_value(self.kind.get()) as usize]
    }

    fn len(&self) -> usize {
        self.bytes().len() / self.kind().size
    }

    fn data(&self) -> &'static [u8] {
        self.bytes().as_slice()
    }

    fn get(&self, at: usize) -> Option<Value> {
        let size = self.kind().size;
        Some(items::get(self.kind(), self.data().get(at * size..at * size + size)?))
    }

    fn values(&self) -> Vec<Value> {
        (0..self.len()).map_while(|at| self.get(at)).collect()
    }

    /// Sets an item; it may have gone while the value was converted.
    fn set(&self, at: usize, value: Value) -> R<()> {
        let item = items::put(self.kind(), value)?;
        let size = self.kind().size;
        if at >= self.len() {
            return Err(index_error("array assignment index out of range"));
        }
        item[..size].iter().enumerate().for_each(|(i, byte)| self.bytes().set(at * size + i, *byte));
        Ok(())
    }

    /// Replaces items `start..stop` by others' bytes.
    fn splice(&self, start: usize, stop: usize, data: &[u8]) -> R<()> {
        let size = self.kind().size;
        resized(self.bytes().splice(start * size, stop * size, data))
    }

    fn append(&self, value: Value) -> R<()> {
        let item = items::put(self.kind(), value)?;
        resized(self.bytes().extend(&item[..self.kind().size]))
    }

    fn extend_bytes(&self, data: &[u8]) -> R<()> {
        resized(self.bytes().extend(data))
    }

    fn extend(&self, iterable: Value) -> R<()> {
        if let Some(other) = iterable.cast::<Array>() {
            if !std::ptr::eq(other.kind(), self.kind()) {
                return Err(type_error("can only extend with array of same kind"));
            }
            return self.extend_bytes(other.data());
        }
        ops::iter::for_each(iterable, |item| self.append(item))
    }

    /// An array of the same kind.
    fn like(&self, data: &[u8]) -> Value {
        make(ARRAY.class(), self.kind.get(), data)
    }
}

/// The array's own words for views in the way.
fn resized(result: R<()>) -> R<()> {
    match errors::catch(result, &BUFFER_ERROR)? {
        Some(()) => Ok(()),
        None => Err(buffer_error("cannot resize an array that is exporting buffers")),
    }
}

fn make(class: Ref<Type>, kind: u64, data: &[u8]) -> Value {
    let bytes = ByteArray::new(data);
    let object = allocate_fixed(class);
    let array = slf(object);
    array.bytes.set(array, bytes);
    array.kind.set(kind);
    object
}

fn kind_of(code: u32) -> R<u64> {
    match KINDS.iter().position(|kind| kind.code as u32 == code) {
        Some(index) => Ok(tag::int(index as i64)),
        None => Err(value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)")),
    }
}

fn new(class: Ref<Type>, args: Args) -> R {
    if class == ARRAY.class() && args.kw_len() > 0 {
        return Err(type_error("array.array() takes no keyword arguments"));
    }
    let args = args.pos();
    if args.is_empty() || args.len() > 2 {
        let (bound, s) = if args.is_empty() { ("at least 1", "") } else { ("at most 2", "s") };
        return Err(type_error(format_args!("array() takes {bound} argument{s} ({} given)", args.len())));
    }
    let code = match args[0].cast::<Str>() {
        Some(code) if code.len() == 1 => code.get(0),
        code => {
            let shown = match code {
                Some(code) => format!("a string of length {}", code.len()),
                None => args[0].class().display_name(),
            };
            return Err(type_error(format_args!("array() argument 1 must be a unicode character, not {shown}")));
        }
    };
    let initial = args.get(1).copied();
    let text = initial.and_then(|v| v.cast::<Str>());
    let other = initial.and_then(|v| v.cast::<Array>());
    let is_char = code == b'u' as u32 || code == b'w' as u32;
    if code == b'u' as u32 {
        errors::warn_deprecated("The 'u' type code is deprecated and will be removed in Python 3.16")?;
    }
    let shown = char::from_u32(code).unwrap_or('?');
    if !is_char && text.is_some() {
        return Err(type_error(format_args!("cannot use a str to initialize an array with typecode '{shown}'")));
    }
    if let (false, Some(other)) = (is_char, other) {
        if other.kind().form == Form::Char {
            return Err(type_error(format_args!(
                "cannot use a unicode array to initialize an array with typecode '{shown}'"
            )));
        }
    }
    let object = make(class, kind_of(code)?, &[]);
    let array = slf(object);
    let Some(initial) = initial else { return Ok(object) };
    if let Some(text) = text {
        let points: Vec<u8> = text.code_points().flat_map(u32::to_ne_bytes).collect();
        array.extend_bytes(&points)?;
    } else if let Some(data) = bytes::view(initial) {
        methods::from_bytes(array, data)?;
    } else if let Some(other) = other {
        for item in other.values() {
            array.append(item)?;
        }
    } else {
        array.extend(initial)?;
    }
    Ok(object)
}

fn repr(v: Value) -> R {
    let array = slf(v);
    let (name, code) = (v.class().name(), array.kind().code as char);
    if array.len() == 0 {
        return Ok(Str::new(&format!("{}('{code}')", name.display())).value());
    }
    let shown =
        if array.kind().form == Form::Char { methods::text(array)? } else { List::new(&array.values()).value() };
    let shown = ops::repr(shown)?;
    let Some(shown) = shown.cast::<Str>() else { return Ok(shown) };
    let head = Str::new(&format!("{}('{code}', ", name.display()));
    Str::concat(&[head, shown, Str::new(")")]).map(|text| text.value())
}

/// The position that a subscript means.
fn subscript(array: Ref<Array>, key: Value, message: &str) -> R<usize> {
    if !is_index(key) {
        return Err(type_error("array indices must be integers"));
    }
    position(ops::as_subscript(key)?, array.len()).ok_or_else(|| index_error(message))
}

fn getitem(v: Value, key: Value) -> R {
    let array = slf(v);
    if let Some(slice) = key.exact::<Slice>() {
        let (size, data) = (array.kind().size, array.data());
        let chosen = slice.indices(array.len())?;
        let picked: Vec<u8> = chosen.iter().flat_map(|at| data[at * size..at * size + size].iter().copied()).collect();
        return Ok(array.like(&picked));
    }
    let at = subscript(array, key, "array index out of range")?;
    array.get(at).ok_or_else(|| index_error("array index out of range"))
}

fn setitem(v: Value, key: Value, value: Option<Value>) -> R<()> {
    let array = slf(v);
    let size = array.kind().size;
    let Some(slice) = key.exact::<Slice>() else {
        let at = subscript(array, key, "array assignment index out of range")?;
        return match value {
            Some(value) => array.set(at, value),
            None => array.splice(at, at + 1, &[]),
        };
    };
    let data = match value {
        None => Vec::new(),
        Some(value) => match value.cast::<Array>() {
            None => {
                return Err(type_error(format_args!(
                    "can only assign array (not \"{}\") to array slice",
                    value.class().display_name()
                )));
            }
            Some(other) if !std::ptr::eq(other.kind(), array.kind()) => {
                return Err(type_error("bad argument type for built-in operation"));
            }
            Some(other) => other.data().to_vec(),
        },
    };
    let chosen = slice.indices(array.len())?;
    if chosen.step == 1 {
        return array.splice(chosen.start as usize, chosen.start as usize + chosen.count, &data);
    }
    if data.is_empty() && (value.is_none() || chosen.count == 0) {
        let mut drop = vec![false; array.len()];
        chosen.iter().for_each(|at| drop[at] = true);
        let kept = array.data().chunks(size).zip(&drop).filter(|(_, drop)| !**drop);
        let kept: Vec<u8> = kept.flat_map(|(item, _)| item.iter().copied()).collect();
        return array.splice(0, array.len(), &kept);
    }
    if data.len() != chosen.count * size {
        return Err(value_error(format_args!(
            "attempt to assign array of size {} to extended slice of size {}",
            data.len() / size,
            chosen.count
        )));
    }
    for (at, item) in chosen.iter().zip(data.chunks(size)) {
        item.iter().enumerate().for_each(|(i, byte)| array.bytes().set(at * size + i, *byte));
    }
    Ok(())
}

fn concat(a: Value, b: Value) -> R {
    let (array, Some(other)) = (slf(a), b.cast::<Array>()) else {
        return Err(type_error(format_args!("can only append array (not \"{}\") to array", b.class().display_name())));
    };
    if !std::ptr::eq(array.kind(), other.kind()) {
        return Err(type_error("bad argument type for built-in operation"));
    }
    Ok(array.like(&[array.data(), other.data()].concat()))
}

fn repeated(array: Ref<Array>, times: Value) -> R<Vec<u8>> {
    let times = repeat_count(times)?;
    let data = array.data();
    let mut out = Vec::new();
    match data.len().checked_mul(times) {
        Some(n) if out.try_reserve_exact(n).is_ok() => {}
        _ => return Err(errors::memory_error()),
    }
    (0..if data.is_empty() { 0 } else { times }).for_each(|_| out.extend_from_slice(data));
    Ok(out)
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.cast::<Array>(), b.cast::<Array>()) else { return Ok(not_implemented()) };
    if x.len() != y.len() && matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(boolean(op == CmpOp::Ne));
    }
    for at in 0..x.len().min(y.len()) {
        let (Some(item), Some(other)) = (x.get(at), y.get(at)) else { break };
        if !ops::equal(item, other)? {
            return match op {
                CmpOp::Eq => Ok(boolean(false)),
                CmpOp::Ne => Ok(boolean(true)),
                _ => ops::compare(item, other, op),
            };
        }
    }
    Ok(boolean(op.holds(x.len().cmp(&y.len()))))
}

static ARRAY: TypeDef = TypeDef {
    name: "array.array",
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        len: Some(|v| Ok(slf(v).len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|v, item| {
            for own in slf(v).values() {
                if ops::equal(own, item)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }),
        compare: Some(compare),
        iter: Some(|v| {
            let it = Iterator { hdr: Header::EMPTY, array: Slot::new(v), at: Cell::new(tag::int(0)) };
            Ok(allocate(ITERATOR.header(), it).value())
        }),
        concat: Some(concat),
        inplace_concat: Some(|v, other| {
            if other.cast::<Array>().is_none() {
                return Err(type_error(format_args!(
                    "can only extend with array (not \"{}\")",
                    other.class().display_name()
                )));
            }
            slf(v).extend(other)?;
            Ok(v)
        }),
        repeat: Some(|v, times| Ok(slf(v).like(&repeated(slf(v), times)?))),
        inplace_repeat: Some(|v, times| {
            let array = slf(v);
            let data = repeated(array, times)?;
            array.splice(0, array.len(), &data)?;
            Ok(v)
        }),
        buffer: Some(|v| {
            let bytes = slf(v).bytes();
            Ok(Buffer { ptr: bytes.data_ptr(), len: bytes.len(), readonly: false })
        }),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    getset: &[
        GetSet::get("typecode", |v| Ok(Str::new(&(slf(v).kind().code as char).to_string()).value())),
        GetSet::get("itemsize", |v| Ok(int::from_usize(slf(v).kind().size))),
    ],
    flags: BASETYPE | SEQUENCE | UNHASHABLE | WEAKREFS,
    words: TypeDef::words_of::<Array>(),
    traced: TypeDef::words_of::<Array>() - 1,
    ..TypeDef::BASE
};

#[repr(C)]
struct Iterator {
    hdr: Header,
    /// Empty at the end.
    array: Slot,
    at: Cell<u64>,
}

impl Builtin for Iterator {
    const DEF: &'static TypeDef = &ITERATOR;
}

static ITERATOR: TypeDef = TypeDef {
    name: "array.arrayiterator",
    slots: Slots {
        iter: Some(Ok),
        next: Some(|v| {
            let it = v.expect::<Iterator>();
            let Some(array) = it.array.get() else { return Ok(None) };
            let at = tag::int_value(it.at.get());
            let item = slf(array).get(at as usize);
            match item {
                Some(_) => it.at.set(tag::int(at + 1)),
                None => it.array.clear(),
            }
            Ok(item)
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__reduce__", |v| {
            let it = v.expect::<Iterator>();
            let iter = iterators::builtin_function("iter")?;
            let parts = match it.array.get() {
                Some(array) => {
                    let at = int::from_i64(tag::int_value(it.at.get()));
                    vec![iter, Tuple::new(&[array]).value(), at]
                }
                None => vec![iter, Tuple::new(&[Tuple::empty().value()]).value()],
            };
            Ok(Tuple::from_vec(parts))
        }),
        Method::one("__setstate__", |v, at| {
            let it = v.expect::<Iterator>();
            if let Some(array) = it.array.get() {
                let at = (ops::as_isize(at)?.max(0) as usize).min(slf(array).len());
                it.at.set(tag::int(at as i64));
            }
            Ok(none())
        }),
    ],
    flags: crate::object::define::NO_NEW,
    words: TypeDef::words_of::<Iterator>(),
    traced: TypeDef::words_of::<Iterator>() - 1,
    ..TypeDef::BASE
};

/// `_array_reconstructor(class, typecode, format, bytes)`: what pickles call.
fn reconstruct(_: Value, args: &[Value]) -> R {
    let Some(class) = args[0].exact_type() else {
        return Err(type_error(format_args!(
            "first argument must be a type object, not {}",
            args[0].class().display_name()
        )));
    };
    if !class.is_subtype(ARRAY.class()) {
        return Err(type_error(format_args!("{} is not a subtype of array.array", class.display_name())));
    }
    let Some(code) = args[1].cast::<Str>().filter(|code| code.len() == 1) else {
        return Err(type_error("second argument must be a valid type code"));
    };
    let kind = kind_of(code.get(0)).map_err(|_| {
        errors::clear();
        value_error("second argument must be a valid type code")
    })?;
    let format = ops::as_i32(args[2])?;
    let Some(data) = args[3].cast::<Bytes>() else {
        return Err(type_error(format_args!(
            "fourth argument should be bytes, not {}",
            args[3].class().display_name()
        )));
    };
    let made = make(class, kind, &[]);
    let array = slf(made);
    let Some(found) = KINDS.iter().find(|kind| kind.format as i32 == format & !1 || kind.format as i32 == format)
    else {
        return Err(value_error("third argument must be a valid machine format code."));
    };
    // One-byte formats are 0 and 1; of the others, odd ones are big-endian.
    let found = KINDS.iter().find(|kind| kind.format as i32 == format).unwrap_or(found);
    if data.len() % found.size != 0 {
        return Err(value_error("string length not a multiple of item size"));
    }
    let big_endian = format > 1 && format & 1 == 1;
    for item in data.as_slice().chunks(found.size) {
        let mut item = item.to_vec();
        if big_endian {
            item.reverse();
        }
        array.append(items::get(found, &item))?;
    }
    Ok(made)
}

pub static MODULE: NativeModule = NativeModule {
    name: "array",
    functions: &[Method::pos("_array_reconstructor", reconstruct, 4, 4)],
    init: |module| {
        module.add_type(&ARRAY);
        module.set("ArrayType", ARRAY.class().value());
        let codes: Vec<u8> = KINDS.iter().map(|kind| kind.code).collect();
        module.set("typecodes", Str::from_ascii(&codes).value());
        // A program built without `collections.abc` cannot ask for it either.
        match crate::modules::create_and_get("collections.abc", "MutableSequence") {
            Ok(Some(sequence)) => {
                crate::object::call::call_method(sequence, Str::intern("register"), &[ARRAY.class().value()])?;
            }
            Ok(None) => {}
            Err(_) => crate::errors::clear(),
        }
        Ok(())
    },
};
