//! `_struct`: values packed into bytes after a format.

mod items;
mod plan;

use super::error_class::ErrorClass;
use crate::errors::{self, R, runtime_error, type_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::class::slots_of;
use crate::object::define::{BASETYPE, GetSet, Method, NO_NEW, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef};
use crate::ops;
use crate::types::bytes::{self, Bytes};
use crate::types::exceptions::{BUFFER_ERROR, EXCEPTION};
use crate::types::int;
use crate::types::module::NativeModule;
use crate::types::object::allocate_fixed;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use plan::{Code, Plan};
use smallvec::SmallVec;
use std::cell::Cell;
use taipan_abi::tag;

static ERROR: ErrorClass = ErrorClass::new("struct", "error", &EXCEPTION);

/// A plan, wherever its codes lie.
#[derive(Clone, Copy)]
struct View<'a> {
    size: usize,
    items: usize,
    codes: &'a [Code],
}

/// A format's bytes.
fn format_bytes(format: Value) -> R<Vec<u8>> {
    if let Some(text) = format.cast::<Str>() {
        if let Some(text) = text.as_ascii() {
            return Ok(text.as_bytes().to_vec());
        }
        return crate::types::codecs::encode(text, "ascii", "strict").map(|bytes| bytes.as_slice().to_vec());
    }
    match format.cast::<Bytes>() {
        Some(bytes) => Ok(bytes.as_slice().to_vec()),
        None => Err(type_error(format_args!(
            "Struct() argument 1 must be a str or bytes object, not {}",
            format.class().display_name()
        ))),
    }
}

fn with_plan<T>(format: Value, f: impl FnOnce(View) -> R<T>) -> R<T> {
    let plan = match (format.exact::<Str>().as_ref().and_then(|text| text.as_ascii()), format.exact::<Bytes>()) {
        (Some(text), _) => plan::cached(text.as_bytes())?,
        (None, Some(bytes)) => plan::cached(bytes.as_slice())?,
        _ => plan::cached(&format_bytes(format)?)?,
    };
    f(View { size: plan.size, items: plan.items, codes: &plan.codes })
}

fn check_items(view: View, given: usize, function: &str) -> R<()> {
    if given == view.items {
        return Ok(());
    }
    Err(ERROR.raise(format_args!("{function} expected {} items for packing (got {given})", view.items)))
}

/// Packs into zeroed bytes.
fn pack_items(view: View, values: &[Value], to: &mut [u8]) -> R<()> {
    let mut values = values.iter();
    for code in view.codes {
        let mut at = code.offset;
        for value in values.by_ref().take(code.repeat) {
            items::pack(code, *value, &mut to[at..at + code.size])?;
            at += code.size;
        }
    }
    Ok(())
}

fn pack(view: View, values: &[Value]) -> R {
    check_items(view, values.len(), "pack")?;
    if view.size <= 256 {
        let mut out = [0; 256];
        pack_items(view, values, &mut out[..view.size])?;
        return Ok(Bytes::new(&out[..view.size]).value());
    }
    let mut out = Vec::new();
    if out.try_reserve_exact(view.size).is_err() {
        return Err(crate::errors::memory_error());
    }
    out.resize(view.size, 0);
    pack_items(view, values, &mut out)?;
    Ok(Bytes::new(&out).value())
}

/// `pack_into(buffer, offset, *values)`.
fn pack_into(view: View, args: &[Value]) -> R {
    let Some(buffer) = args.first() else { return Err(ERROR.raise("pack_into expected buffer argument")) };
    let Some(offset) = args.get(1) else { return Err(ERROR.raise("pack_into expected offset argument")) };
    check_items(view, args.len() - 2, "pack_into")?;
    let writable = || match slots_of(*buffer).buffer {
        // A view that is not contiguous is no such buffer either.
        Some(slot) => {
            let found = errors::catch(slot(*buffer), &BUFFER_ERROR)?;
            Ok(found.filter(|buffer| !buffer.readonly))
        }
        None => Ok(None),
    };
    let Some(found) = writable()? else {
        return Err(type_error(format_args!(
            "argument must be read-write bytes-like object, not {}",
            buffer.class().display_name()
        )));
    };
    let at = ops::as_subscript(*offset)?;
    let (len, size) = (found.len, view.size);
    let start = start_within(at, size, len, &PACK_WORDS)?;
    // Packed aside, for the values' methods may change the buffer.
    let mut out = SmallVec::<[u8; 256]>::from_elem(0, size);
    let packed = pack_items(view, &args[2..], &mut out);
    if let Some(found) = writable()?.filter(|found| found.len >= start + size) {
        // SAFETY: the buffer has this many bytes, and nothing ran since it was asked for.
        unsafe { std::ptr::copy_nonoverlapping(out.as_ptr(), found.ptr.add(start), size) };
    }
    packed.map(|()| none())
}

/// How `pack_into` and `unpack_from` say that the buffer is too small.
struct Words {
    function: &'static str,
    doing: &'static str,
    /// At a negative offset.
    lacking: &'static str,
}

const PACK_WORDS: Words = Words { function: "pack_into", doing: "packing", lacking: "no space to pack" };
const UNPACK_WORDS: Words = Words { function: "unpack_from", doing: "unpacking", lacking: "not enough data to unpack" };

/// Where `size` bytes at an offset, which counts from the end if it is negative, begin in a buffer of `len`.
fn start_within(at: isize, size: usize, len: usize, words: &Words) -> R<usize> {
    let start = if at < 0 {
        if at + size as isize > 0 {
            return Err(ERROR.raise(format_args!("{} {size} bytes at offset {at}", words.lacking)));
        }
        match len.checked_sub(at.unsigned_abs()) {
            Some(start) => start,
            None => return Err(ERROR.raise(format_args!("offset {at} out of range for {len}-byte buffer"))),
        }
    } else {
        at as usize
    };
    if len.checked_sub(start).is_none_or(|room| room < size) {
        return Err(ERROR.raise(format_args!(
            "{} requires a buffer of at least {} bytes for {} {size} bytes at offset {start} \
             (actual buffer size is {len})",
            words.function,
            start as u128 + size as u128,
            words.doing
        )));
    }
    Ok(start)
}

fn unpack_items(view: View, from: &[u8]) -> R {
    let mut values = SmallVec::<[Value; 16]>::with_capacity(view.items.min(1 << 16));
    for code in view.codes {
        for i in 0..code.repeat {
            let at = code.offset + i * code.size;
            values.push(items::unpack(code, &from[at..at + code.size]));
        }
    }
    Ok(Tuple::new(&values).value())
}

fn unpack(view: View, buffer: Value) -> R {
    let data = bytes::require(buffer)?;
    if data.len() != view.size {
        return Err(ERROR.raise(format_args!("unpack requires a buffer of {} bytes", view.size)));
    }
    unpack_items(view, data)
}

fn unpack_from(view: View, buffer: Option<Value>, offset: Option<Value>) -> R {
    let data = bytes::require(buffer.unwrap_or_else(none))?;
    let at = offset.map_or(Ok(0), ops::as_subscript)?;
    let (len, size) = (data.len(), view.size);
    let start = start_within(at, size, len, &UNPACK_WORDS)?;
    unpack_items(view, &data[start..start + size])
}

/// `Struct`: a format that was read once. Numbers are tagged ints.
#[repr(C)]
struct Struct {
    hdr: Header,
    format: Slot,
    /// The codes, in a [`Bytes`]; empty before `__init__`.
    codes: Slot,
    size: Cell<u64>,
    items: Cell<u64>,
}

impl Builtin for Struct {
    const DEF: &'static TypeDef = &STRUCT;
}

fn init(v: Value, args: Args) -> R<()> {
    static PARAMS: Params = Params { function: "Struct", names: &["format"], required: 1, positional: 1 };
    let [format] = args.bind(&PARAMS)?;
    let this = v.expect::<Struct>();
    let format = format_bytes(format.unwrap_or_else(none))?;
    let plan = Plan::parse(&format)?;
    // SAFETY: the codes as raw bytes; padding bytes are not looked at again as numbers.
    let raw = unsafe { std::slice::from_raw_parts(plan.codes.as_ptr() as *const u8, size_of_val(&plan.codes[..])) };
    let codes = Bytes::alloc(raw.len())?;
    // SAFETY: the bytes were made for them.
    unsafe { std::ptr::copy_nonoverlapping(raw.as_ptr(), codes.data_ptr(), raw.len()) };
    this.codes.set(this, codes);
    this.format.set(this, Str::from_latin1(&format));
    this.size.set(tag::int(plan.size as i64));
    this.items.set(tag::int(plan.items as i64));
    Ok(())
}

/// The plan of an instance; its codes live as long as the instance is not initialised again.
fn view(v: Value) -> R<View<'static>> {
    let this = v.expect::<Struct>();
    let Some(codes) = this.codes.get().and_then(|codes| codes.exact::<Bytes>()) else {
        return Err(runtime_error("Struct object is not initialized"));
    };
    let count = codes.len() / size_of::<Code>();
    // SAFETY: `init` put that many codes there; the bytes begin at a word, and stay alive with the address.
    let codes = unsafe { std::slice::from_raw_parts(codes.data_ptr() as *const Code, count) };
    Ok(View { size: tag::int_value(this.size.get()) as usize, items: tag::int_value(this.items.get()) as usize, codes })
}

static FROM: Params = Params { function: "unpack_from", names: &["buffer", "offset"], required: 1, positional: 2 };

static STRUCT: TypeDef = TypeDef {
    name: "_struct.Struct",
    slots: Slots {
        new: Some(|class, _| Ok(allocate_fixed(class))),
        init: Some(init),
        repr: Some(|v| {
            view(v)?;
            let format = ops::repr_text(v.expect::<Struct>().format.value())?;
            Ok(Str::new(&format!("{}({format})", v.class().name().display())).value())
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::pos("pack", |v, args| pack(view(v)?, args), 0, u16::MAX),
        Method::pos("pack_into", |v, args| pack_into(view(v)?, args), 0, u16::MAX),
        Method::one("unpack", |v, buffer| unpack(view(v)?, buffer)),
        Method::one("iter_unpack", iterate),
        Method::full("unpack_from", |v, args| {
            let [buffer, offset] = args.bind(&FROM)?;
            unpack_from(view(v)?, buffer, offset)
        }),
    ],
    getset: &[
        GetSet::get("format", |v| {
            view(v)?;
            Ok(v.expect::<Struct>().format.value())
        }),
        GetSet::get("size", |v| Ok(int::from_usize(view(v)?.size))),
    ],
    flags: BASETYPE | WEAKREFS,
    words: TypeDef::words_of::<Struct>(),
    traced: TypeDef::words_of::<Struct>() - 1,
    ..TypeDef::BASE
};

/// The iterator of `iter_unpack`.
#[repr(C)]
struct Iterator {
    hdr: Header,
    plan: Slot,
    /// Empty at the end.
    buffer: Slot,
    at: Cell<u64>,
}

impl Builtin for Iterator {
    const DEF: &'static TypeDef = &ITERATOR;
}

fn iterate(plan: Value, buffer: Value) -> R {
    let size = view(plan)?.size;
    let data = bytes::require(buffer)?;
    if size == 0 {
        return Err(ERROR.raise("cannot iteratively unpack with a struct of length 0"));
    }
    if data.len() % size != 0 {
        return Err(ERROR.raise(format_args!("iterative unpacking requires a buffer of a multiple of {size} bytes")));
    }
    let it =
        Iterator { hdr: Header::EMPTY, plan: Slot::new(plan), buffer: Slot::new(buffer), at: Cell::new(tag::int(0)) };
    Ok(allocate(ITERATOR.header(), it).value())
}

fn next(v: Value) -> R<Option<Value>> {
    let it = v.expect::<Iterator>();
    let Some(buffer) = it.buffer.get() else { return Ok(None) };
    let view = view(it.plan.value())?;
    let at = tag::int_value(it.at.get()) as usize;
    let data = bytes::require(buffer)?;
    match data.get(at..at + view.size) {
        Some(data) => {
            it.at.set(tag::int((at + view.size) as i64));
            unpack_items(view, data).map(Some)
        }
        None => {
            it.buffer.clear();
            Ok(None)
        }
    }
}

fn length_hint(v: Value) -> R {
    let it = v.expect::<Iterator>();
    let Some(buffer) = it.buffer.get() else { return Ok(Value::small(0)) };
    let left = bytes::require(buffer)?.len().saturating_sub(tag::int_value(it.at.get()) as usize);
    Ok(int::from_usize(left / view(it.plan.value())?.size.max(1)))
}

static ITERATOR: TypeDef = TypeDef {
    name: "_struct.unpack_iterator",
    slots: Slots { iter: Some(Ok), next: Some(next), ..Slots::NONE },
    methods: &[Method::none("__length_hint__", length_hint)],
    flags: NO_NEW,
    words: TypeDef::words_of::<Iterator>(),
    traced: TypeDef::words_of::<Iterator>() - 1,
    ..TypeDef::BASE
};

/// The format argument of a module's function, and the others.
fn split(args: &[Value]) -> R<(Value, &[Value])> {
    match args.split_first() {
        Some((format, rest)) => Ok((*format, rest)),
        None => Err(type_error("missing format argument")),
    }
}

fn module_unpack_from(_: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "unpack_from", names: &["", "buffer", "offset"], required: 2, positional: 3 };
    let [format, buffer, offset] = args.bind(&PARAMS)?;
    with_plan(format.unwrap_or_else(none), |view| unpack_from(view, buffer, offset))
}

fn module_iter_unpack(_: Value, args: &[Value]) -> R {
    let plan = new_struct(args[0])?;
    iterate(plan, args[1])
}

fn new_struct(format: Value) -> R {
    let class: Ref<Type> = STRUCT.class();
    let made = allocate_fixed(class);
    init(made, Args::positional(&[format]))?;
    Ok(made)
}

pub static MODULE: NativeModule = NativeModule {
    name: "_struct",
    functions: &[
        Method::pos(
            "pack",
            |_, args| {
                let (format, values) = split(args)?;
                with_plan(format, |view| pack(view, values))
            },
            0,
            u16::MAX,
        ),
        Method::pos(
            "pack_into",
            |_, args| {
                let (format, rest) = split(args)?;
                with_plan(format, |view| pack_into(view, rest))
            },
            0,
            u16::MAX,
        ),
        Method::pos("unpack", |_, args| with_plan(args[0], |view| unpack(view, args[1])), 2, 2),
        Method::full("unpack_from", module_unpack_from),
        Method::pos("iter_unpack", module_iter_unpack, 2, 2),
        Method::one("calcsize", |_, format| with_plan(format, |view| Ok(int::from_usize(view.size)))),
        Method::none("_clearcache", |_| {
            plan::clear_cache();
            Ok(none())
        }),
    ],
    init: |module| {
        module.add_type(&STRUCT);
        module.set("error", ERROR.value()?);
        Ok(())
    },
};
