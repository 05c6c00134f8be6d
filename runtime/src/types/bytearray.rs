//! `bytearray`: bytes that grow and change.
//!
//! The bytes are in a buffer object of the heap, so a slice taken before the array grew stays
//! readable. While a memoryview looks at the array, its size cannot change.

use crate::errors::{R, buffer_error, index_error, type_error, value_error};
use crate::gc::{self, Header};
use crate::object::args::Params;
use crate::object::define::{BASETYPE, MATCH_SELF, Method, UNHASHABLE, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::slots::{BinOp, Buffer};
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef};
use crate::ops;
use crate::types::bytes::methods::{self, byte_methods};
use crate::types::bytes::{Bytes, buffer_of, iter, new::contents};
use crate::types::int;
use crate::types::memoryview::MemoryView;
use crate::types::object::{BUFFER, allocate_fixed};
use crate::types::sequence::{is_index, position, repeat_count};
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::header::{Kind, pack};
use taipan_abi::tag;

/// The object.
#[repr(C)]
pub struct ByteArray {
    hdr: Header,
    /// A [`Store`], or empty while there is none.
    store: Slot,
    /// Number of bytes, and of memoryviews that look at them, as tagged ints (0 in a new instance).
    len: Cell<u64>,
    exports: Cell<u64>,
}

/// A buffer of bytes.
#[repr(C)]
struct Store {
    hdr: Header,
    capacity: u64,
}

impl Builtin for ByteArray {
    const DEF: &'static TypeDef = &BYTEARRAY;
}

/// A buffer for at least `n` bytes.
fn new_store(n: usize) -> R<Ref<Store>> {
    let header = pack(BUFFER.shape_for_new(), Kind::Leaf, 0, 0);
    let Some(size) = n.checked_add(size_of::<Store>()).filter(|&n| n <= isize::MAX as usize) else {
        return Err(crate::errors::memory_error());
    };
    let Some(ptr) = gc::try_alloc(size, header) else { return Err(crate::errors::memory_error()) };
    let ptr = ptr.as_ptr() as *mut Store;
    // SAFETY: the block has at least `size` bytes.
    unsafe {
        (*ptr).capacity = (gc::size_of(ptr as *const Header) - size_of::<Store>()) as u64;
        Ok(Ref::from_ptr(ptr))
    }
}

impl Ref<Store> {
    fn data(self) -> *mut u8 {
        // SAFETY: the bytes begin after the fixed part.
        unsafe { self.as_ptr().add(1) as *mut u8 }
    }
}

impl ByteArray {
    pub fn new(data: &[u8]) -> Ref<ByteArray> {
        let made = allocate(
            BYTEARRAY.header(),
            ByteArray {
                hdr: Header::EMPTY,
                store: Slot::EMPTY,
                len: Cell::new(tag::int(0)),
                exports: Cell::new(tag::int(0)),
            },
        );
        if made.extend(data).is_err() {
            crate::errors::fatal_memory();
        }
        made
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        (self.len.get() >> 1) as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes now; stale, but readable, after the array changed its size.
    #[inline(always)]
    pub fn as_slice(&self) -> &'static [u8] {
        if self.store.get().is_none() {
            return &[];
        }
        // SAFETY: the first `len` bytes of the store are in use.
        unsafe { std::slice::from_raw_parts(self.store.object::<Store>().data(), self.len()) }
    }

    pub fn data_ptr(&self) -> *mut u8 {
        self.as_slice().as_ptr() as *mut u8
    }

    /// One more (or less) memoryview looks at the bytes.
    pub fn export(&self, delta: i64) {
        let now = tag::int_value(self.exports.get() | 1);
        self.exports.set(tag::int((now + delta).max(0)));
    }

    fn capacity(&self) -> usize {
        self.store.get().map_or(0, |_| self.store.object::<Store>().capacity as usize)
    }
}

/// Forbids changes of an object's size while it lives: somebody works with the bytes and calls Python code.
pub struct Hold {
    bytes: Option<Ref<ByteArray>>,
    view: Option<Ref<MemoryView>>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(bytes) = self.bytes {
            bytes.export(-1);
        }
        if let Some(view) = self.view {
            view.holds.set(view.holds.get() - 1);
        }
    }
}

/// Holds the bytes of a bytearray, of an array, or of what a memoryview shows; other objects do not change.
pub fn hold(v: Value) -> Hold {
    let (bytes, view) = (super::memoryview::exporter(v), v.cast::<MemoryView>());
    if let Some(bytes) = bytes {
        bytes.export(1);
    }
    if let Some(view) = view {
        view.holds.set(view.holds.get() + 1);
    }
    Hold { bytes, view }
}

impl Ref<ByteArray> {
    /// Releases the views that only words of the native stack name: interpreted code keeps its own elsewhere, and operations
    /// under way hold theirs, so those words are what earlier calls left behind.
    fn release_views_of_no_one(self) {
        gc::collect_telling_stack_only();
        for object in gc::take_stack_only() {
            // SAFETY: the collector gives live objects.
            let view = unsafe { Value::from_bits(object as u64) };
            let idle = view.cast::<MemoryView>().is_some_and(|view| view.holds.get() == 0);
            if idle && super::memoryview::exporter(view).is_some_and(|array| array == self) {
                MemoryView::release(view);
            }
        }
    }

    /// BufferError if a memoryview forbids a change of size.
    pub fn check_resize(self) -> R<()> {
        if self.exports.get() > 1 {
            // Views that nobody holds any more do not count, though dead words may still refer to them.
            ops::poll::collect_now();
            if self.exports.get() > 1 && !crate::interp::frame::is_compiled_running() {
                self.release_views_of_no_one();
            }
            if self.exports.get() > 1 {
                return Err(buffer_error("Existing exports of data: object cannot be re-sized"));
            }
        }
        Ok(())
    }

    /// Changes the size; new bytes are 0.
    pub fn resize(self, n: usize) -> R<()> {
        let old = self.len();
        if n == old {
            return Ok(());
        }
        self.check_resize()?;
        if n > self.capacity() {
            let store = new_store(if old == 0 { n } else { n + (n >> 3) + 8 })?;
            // SAFETY: the new store is larger.
            unsafe { std::ptr::copy_nonoverlapping(self.as_slice().as_ptr(), store.data(), old) };
            self.store.set(self, store);
        }
        if n > old {
            // SAFETY: within the capacity.
            unsafe { std::ptr::write_bytes(self.store.object::<Store>().data().add(old), 0, n - old) };
        }
        self.len.set(tag::int(n as i64));
        Ok(())
    }

    pub fn extend(self, data: &[u8]) -> R<()> {
        let at = self.len();
        self.resize(at + data.len())?;
        // SAFETY: room was made; `data` may be the old store, which does not overlap the tail.
        unsafe { std::ptr::copy(data.as_ptr(), self.data_ptr().add(at), data.len()) };
        Ok(())
    }

    pub fn set(self, at: usize, byte: u8) {
        assert!(at < self.len());
        // SAFETY: in bounds.
        unsafe { *self.data_ptr().add(at) = byte };
    }

    /// Replaces bytes `start..stop` by `data`, which is no part of this array.
    pub fn splice(self, start: usize, stop: usize, data: &[u8]) -> R<()> {
        let n = self.len();
        let tail = n - stop;
        let new_len = start + data.len() + tail;
        if new_len > n {
            self.resize(new_len)?;
        } else if new_len < n {
            self.check_resize()?;
        }
        // SAFETY: both ends of the moves are within max(n, new_len) bytes.
        unsafe {
            let p = self.data_ptr();
            std::ptr::copy(p.add(stop), p.add(start + data.len()), tail);
            std::ptr::copy_nonoverlapping(data.as_ptr(), p.add(start), data.len());
        }
        self.resize(new_len)
    }

    fn slice_mut(self) -> &'static mut [u8] {
        // SAFETY: callers use it at once, with nothing else looking at the bytes.
        unsafe { std::slice::from_raw_parts_mut(self.data_ptr(), self.len()) }
    }
}

pub static BYTEARRAY: TypeDef = TypeDef {
    name: "bytearray",
    slots: Slots {
        repr: Some(repr),
        str: Some(repr),
        compare: Some(methods::compare),
        iter: Some(iter::over_bytearray),
        new: Some(|class, _| {
            let made = allocate_fixed(class).expect::<ByteArray>();
            made.len.set(tag::int(0));
            made.exports.set(tag::int(0));
            Ok(made.value())
        }),
        init: Some(init),
        len: Some(|v| Ok(v.expect::<ByteArray>().len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(methods::contains),
        concat: Some(methods::concat),
        repeat: Some(methods::repeat),
        inplace_concat: Some(inplace_concat),
        inplace_repeat: Some(inplace_repeat),
        buffer: Some(|v| {
            let array = v.expect::<ByteArray>();
            Ok(Buffer { ptr: array.data_ptr(), len: array.len(), readonly: false })
        }),
        ..Slots::NONE.bin(BinOp::Mod, crate::types::bytes::format::modulo)
    },
    methods: byte_methods![
        Method::one("append", |v, item| {
            let array = v.expect::<ByteArray>();
            let byte = methods::byte(item)?;
            array.extend(&[byte])?;
            Ok(none())
        }),
        Method::one("extend", |v, items| {
            let array = v.expect::<ByteArray>();
            let data = new_bytes(items)?;
            array.extend(&data)?;
            Ok(none())
        }),
        Method::pos("insert", insert, 2, 2),
        Method::pos("pop", pop, 0, 1),
        Method::one("remove", remove),
        Method::none("reverse", |v| {
            v.expect::<ByteArray>().slice_mut().reverse();
            Ok(none())
        }),
        Method::none("clear", |v| {
            v.expect::<ByteArray>().resize(0)?;
            Ok(none())
        }),
        Method::none("copy", |v| Ok(ByteArray::new(methods::slf(v)).value())),
        Method::one("resize", |v, n| {
            let n = ops::as_isize(n)?;
            if n < 0 {
                return Err(value_error(format_args!("bytearray.resize(): new size must be >= 0, got {n}")));
            }
            v.expect::<ByteArray>().resize(n as usize)?;
            Ok(none())
        }),
        Method::none("__alloc__", |v| {
            let n = v.expect::<ByteArray>().len();
            Ok(int::from_usize(if n == 0 { 0 } else { n + 1 }))
        }),
        Method::none("__reduce__", |v| reduce(v, 2)),
        Method::pos("__reduce_ex__", |v, args| reduce(v, args.first().map_or(Ok(0), |p| ops::as_i64(*p))?), 0, 1),
    ],
    flags: BASETYPE | MATCH_SELF | UNHASHABLE | WEAKREFS,
    words: TypeDef::words_of::<ByteArray>(),
    traced: 3,
    ..TypeDef::BASE
};

fn repr(v: Value) -> R {
    let class = v.class();
    let name = class.name();
    let mut body = methods::repr_text(methods::slf(v));
    if body.starts_with("b\"") {
        // Unlike bytes, an apostrophe between quotation marks is escaped too.
        body = body.replace('\'', "\\'");
    }
    Ok(Str::new(&format!("{}({body})", name.display())).value())
}

fn init(v: Value, args: Args) -> R<()> {
    static PARAMS: Params =
        Params { function: "bytearray", names: &["source", "encoding", "errors"], required: 0, positional: 3 };
    let [source, encoding, errors] = args.bind(&PARAMS)?;
    let array = v.expect::<ByteArray>();
    // What was in it goes first, once the arguments are of the right types.
    for (v, name) in [(encoding, "encoding"), (errors, "errors")] {
        if let Some(v) = v.filter(|v| v.cast::<Str>().is_none()) {
            let class = v.class().display_name();
            return Err(type_error(format_args!("bytearray() argument '{name}' must be str, not {class}")));
        }
    }
    if !array.is_empty() {
        array.resize(0)?;
    }
    let data = contents("bytearray", source, encoding, errors)?;
    array.resize(0)?;
    array.extend(&data)
}

/// The bytes of an argument of `extend` and of slice assignment.
fn new_bytes(v: Value) -> R<Vec<u8>> {
    if let Some(bytes) = buffer_of(v)? {
        return Ok(bytes.to_vec());
    }
    if v.cast::<Str>().is_some() {
        return Err(type_error(format_args!("expected iterable of integers; got: '{}'", v.class().display_name())));
    }
    let slots = crate::object::class::slots_of(v);
    if slots.iter.is_none() && slots.getitem.is_none() {
        return Err(type_error(format_args!("can't extend bytearray with {}", v.class().display_name())));
    }
    crate::types::bytes::new::from_iterable("bytearray", v)
}

fn index_of(v: Value, key: Value, len: usize) -> R<usize> {
    let _ = v;
    let index = match key.as_small() {
        Some(index) => index as isize,
        None if is_index(key) => ops::as_subscript(key)?,
        None => {
            return Err(type_error(format_args!(
                "bytearray indices must be integers or slices, not {}",
                key.class().display_name()
            )));
        }
    };
    position(index, len).ok_or_else(|| index_error("bytearray index out of range"))
}

fn getitem(v: Value, key: Value) -> R {
    let bytes = v.expect::<ByteArray>().as_slice();
    if let Some(slice) = key.exact::<Slice>() {
        return methods::get_slice(v, slice);
    }
    Ok(Value::small(bytes[index_of(v, key, bytes.len())?] as i64))
}

fn setitem(v: Value, key: Value, value: Option<Value>) -> R<()> {
    let array = v.expect::<ByteArray>();
    let Some(slice) = key.exact::<Slice>() else {
        let at = index_of(v, key, array.len())?;
        return match value {
            None => array.splice(at, at + 1, &[]),
            Some(value) => {
                let byte = methods::byte(value)?;
                match position(at as isize, array.len()) {
                    Some(at) => array.set(at, byte),
                    None => return Err(index_error("bytearray index out of range")),
                }
                Ok(())
            }
        };
    };
    let data = match value {
        None => Vec::new(),
        Some(value) if is_index(value) && buffer_of(value)?.is_none() => {
            return Err(type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)"));
        }
        Some(value) if value.cast::<Str>().is_some() => {
            return Err(type_error("string argument without an encoding"));
        }
        Some(value) => match buffer_of(value)? {
            Some(bytes) => bytes.to_vec(),
            None => crate::types::bytes::new::from_iterable("bytearray", value)?,
        },
    };
    let chosen = slice.indices(array.len())?;
    if chosen.step == 1 {
        let start = chosen.start as usize;
        return array.splice(start, start + chosen.count, &data);
    }
    if data.is_empty() {
        // An empty value deletes too.
        if chosen.count == 0 {
            return Ok(());
        }
        let mut drop = vec![false; array.len()];
        chosen.iter().for_each(|at| drop[at] = true);
        let kept: Vec<u8> = array.as_slice().iter().zip(&drop).filter(|(_, d)| !**d).map(|(b, _)| *b).collect();
        array.resize(kept.len())?;
        array.slice_mut().copy_from_slice(&kept);
        return Ok(());
    }
    if data.len() != chosen.count {
        return Err(value_error(format_args!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            data.len(),
            chosen.count
        )));
    }
    chosen.iter().zip(data).for_each(|(at, byte)| array.set(at, byte));
    Ok(())
}

fn insert(v: Value, args: &[Value]) -> R {
    let at = ops::as_isize(args[0])?;
    let byte = methods::byte(args[1])?;
    let array = v.expect::<ByteArray>();
    let len = array.len() as isize;
    let at = if at < 0 { (at + len).max(0) } else { at.min(len) } as usize;
    array.splice(at, at, &[byte])?;
    Ok(none())
}

fn pop(v: Value, args: &[Value]) -> R {
    let array = v.expect::<ByteArray>();
    let index = args.first().map_or(Ok(-1), |i| ops::as_isize(*i))?;
    if array.is_empty() {
        return Err(index_error("pop from empty bytearray"));
    }
    let Some(at) = position(index, array.len()) else { return Err(index_error("pop index out of range")) };
    let byte = array.as_slice()[at];
    array.splice(at, at + 1, &[])?;
    Ok(Value::small(byte as i64))
}

fn remove(v: Value, item: Value) -> R {
    let byte = methods::byte(item)?;
    let array = v.expect::<ByteArray>();
    match memchr::memchr(byte, array.as_slice()) {
        Some(at) => {
            array.splice(at, at + 1, &[])?;
            Ok(none())
        }
        None => Err(value_error("value not found in bytearray")),
    }
}

fn inplace_concat(v: Value, other: Value) -> R {
    let array = v.expect::<ByteArray>();
    match buffer_of(other)? {
        Some(bytes) => array.extend(bytes)?,
        None => {
            return Err(type_error(format_args!(
                "can't concat {} to {}",
                other.class().display_name(),
                v.class().display_name()
            )));
        }
    }
    Ok(v)
}

fn inplace_repeat(v: Value, times: Value) -> R {
    let n = repeat_count(times)?;
    let array = v.expect::<ByteArray>();
    let unit = array.as_slice().to_vec();
    if n == 0 {
        array.resize(0)?;
    }
    if unit.is_empty() {
        return Ok(v);
    }
    if unit.len().checked_mul(n).is_none_or(|total| total > 1 << 40) {
        return Err(crate::errors::memory_error());
    }
    for _ in 1..n {
        array.extend(&unit)?;
    }
    Ok(v)
}

/// `(class, (text, 'latin-1'), dict)` before protocol 3, the bytes themselves from then on.
fn reduce(v: Value, protocol: i64) -> R {
    let bytes = methods::slf(v);
    let state = crate::types::object_reduce::getstate(v)?;
    let args = if bytes.is_empty() {
        Tuple::empty()
    } else if protocol < 3 {
        Tuple::new(&[Str::from_latin1(bytes).value(), Str::new("latin-1").value()])
    } else {
        Tuple::new(&[Bytes::new(bytes).value()])
    };
    let class: Ref<Type> = v.class();
    Ok(Tuple::new(&[class.value(), args.value(), state]).value())
}
