//! `memoryview`: a view of another object's bytes with a format and a shape (PEP 3118).
//!
//! The view names the object whose bytes it shows, which keeps them alive; a `bytearray` counts its
//! views and refuses to change its size while there are any. A view that nobody holds any more is
//! released by its finalizer.

use crate::errors::{self, R, Raised, buffer_error, index_error, not_implemented_error, type_error, value_error};
use crate::gc::{self, Header};
use crate::object::args::Params;
use crate::object::define::{GetSet, Method, SEQUENCE, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::{Buffer, CmpOp};
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, attr};
use crate::ops;
use crate::types::buffer_protocol::{self, BufferWrapper};
use crate::types::bytearray::{ByteArray, hold};
use crate::types::bytes::Bytes;
use crate::types::float;
use crate::types::int::{self, IntView};
use crate::types::list::List;
use crate::types::sequence::{is_index, position};
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use smallvec::SmallVec;
use std::cell::Cell;

/// The object.
#[repr(C)]
pub struct MemoryView {
    hdr: Header,
    /// The object looked at; empty once released.
    obj: Slot,
    format: Slot,
    /// Tuples of ints, one for each dimension.
    shape: Slot,
    strides: Slot,
    // Not traced from here on.
    ptr: Cell<*mut u8>,
    itemsize: Cell<usize>,
    readonly: Cell<bool>,
    hash: Cell<i64>,
    /// Uses of the bytes during which they cannot be released.
    pub holds: Cell<usize>,
}

impl Builtin for MemoryView {
    const DEF: &'static TypeDef = &MEMORYVIEW;
}

/// The bytes of an object that counts its views: of a bytearray, or inside an array; for a view those that it shows.
pub fn exporter(obj: Value) -> Option<Ref<ByteArray>> {
    if let Some(view) = obj.cast::<MemoryView>() {
        return view.obj.get().and_then(exporter);
    }
    obj.cast::<ByteArray>().or_else(|| crate::modules::array::storage(obj))
}

type Dims = SmallVec<[isize; 4]>;

/// The size of an item of a native single-character format.
fn item_size(format: &str) -> Option<usize> {
    Some(match format.strip_prefix('@').unwrap_or(format) {
        "b" | "B" | "c" | "?" => 1,
        "h" | "H" | "e" => 2,
        "i" | "I" | "f" => 4,
        "l" | "L" | "q" | "Q" | "n" | "N" | "P" | "d" => 8,
        _ => return None,
    })
}

fn dims(slot: &Slot) -> Dims {
    slot.object::<Tuple>().as_slice().iter().map(|n| n.as_small().unwrap_or(0) as isize).collect()
}

fn dim_tuple(dims: &[isize]) -> Value {
    Tuple::from_vec(dims.iter().map(|&n| Value::small(n as i64)).collect())
}

fn c_strides(shape: &[isize], itemsize: usize) -> Dims {
    let mut strides: Dims = shape.iter().map(|_| 0).collect();
    let mut step = itemsize as isize;
    for i in (0..shape.len()).rev() {
        strides[i] = step;
        step *= shape[i].max(0);
    }
    strides
}

impl MemoryView {
    #[allow(clippy::too_many_arguments)]
    fn make(
        obj: Value,
        format: Value,
        shape: &[isize],
        strides: &[isize],
        ptr: *mut u8,
        itemsize: usize,
        readonly: bool,
    ) -> Value {
        let view = MemoryView {
            hdr: Header::EMPTY,
            obj: Slot::new(obj),
            format: Slot::new(format),
            shape: Slot::new(dim_tuple(shape)),
            strides: Slot::new(dim_tuple(strides)),
            ptr: Cell::new(ptr),
            itemsize: Cell::new(itemsize),
            readonly: Cell::new(readonly),
            hash: Cell::new(-1),
            holds: Cell::new(0),
        };
        let made = allocate(MEMORYVIEW.header(), view);
        let wrapper = obj.exact::<BufferWrapper>();
        if let Some(wrapper) = wrapper {
            wrapper.retain();
        }
        let array = exporter(obj);
        if let Some(array) = array {
            array.export(1);
        }
        if wrapper.is_some() || array.is_some() {
            gc::register_quiet_finalizable(made.as_ptr() as *mut Header);
        }
        made.value()
    }

    /// `memoryview(obj)`.
    pub fn over(obj: Value) -> R {
        if let Some(view) = obj.cast::<MemoryView>() {
            view.check()?;
            return Ok(view.like(&dims(&view.shape), &dims(&view.strides), view.ptr.get()));
        }
        if let Some(view) = crate::modules::pickle::view_behind(obj)? {
            return Self::over(view);
        }
        if let Some((wrapper, inner)) = buffer_protocol::ask(obj)? {
            let (format, shape, strides) = (inner.format.value(), dims(&inner.shape), dims(&inner.strides));
            let (ptr, size, readonly) = (inner.ptr.get(), inner.itemsize.get(), inner.readonly.get());
            return Ok(Self::make(wrapper.value(), format, &shape, &strides, ptr, size, readonly));
        }
        let Some(buffer) = crate::object::class::slots_of(obj).buffer else {
            return Err(type_error(format_args!(
                "memoryview: a bytes-like object is required, not '{}'",
                obj.class().display_name()
            )));
        };
        Self::over_native(obj, buffer(obj)?)
    }

    /// A view of the buffer that a built-in class gave.
    pub fn over_native(obj: Value, buffer: Buffer) -> R {
        // Arrays say what their items are.
        let format = match attr::find(obj, Str::intern("typecode"))?.and_then(|t| t.cast::<Str>()) {
            Some(code) if item_size(&code.to_string_lossy()).is_some() => code,
            _ => Str::intern("B"),
        };
        let size = item_size(&format.to_string_lossy()).unwrap_or(1);
        let n = (buffer.len / size) as isize;
        Ok(Self::make(obj, format.value(), &[n], &[size as isize], buffer.ptr, size, buffer.readonly))
    }

    /// Ends a view; it may be one already ended.
    pub fn release(v: Value) {
        let Some(view) = v.cast::<MemoryView>() else { return };
        let Some(obj) = view.obj.get() else { return };
        if let Some(array) = exporter(obj) {
            array.export(-1);
        }
        view.obj.clear();
        if let Some(wrapper) = obj.exact::<BufferWrapper>() {
            wrapper.release();
        }
    }

    /// The bytes in one run, for other native code.
    pub fn buffer(&self) -> R<Buffer> {
        self.check()?;
        if !self.is_contiguous() {
            return Err(buffer_error("memoryview: underlying buffer is not C-contiguous"));
        }
        Ok(Buffer { ptr: self.ptr.get(), len: self.nbytes(), readonly: self.readonly.get() })
    }

    /// Whether this is a view of `obj` itself.
    pub fn looks_at(&self, obj: Value) -> bool {
        self.obj.get().is_some_and(|own| own.is(obj))
    }

    /// BufferError while native code uses the bytes.
    pub fn check_unused(&self) -> R<()> {
        match self.holds.get() {
            0 => Ok(()),
            1 => Err(buffer_error("memoryview has 1 exported buffer")),
            n => Err(buffer_error(format_args!("memoryview has {n} exported buffers"))),
        }
    }

    /// Another view of the same object.
    fn like(&self, shape: &[isize], strides: &[isize], ptr: *mut u8) -> Value {
        let obj = self.obj.get().unwrap_or_else(none);
        Self::make(obj, self.format.value(), shape, strides, ptr, self.itemsize.get(), self.readonly.get())
    }

    /// ValueError once released.
    pub fn check(&self) -> R<()> {
        if self.obj.get().is_none() {
            return Err(value_error("operation forbidden on released memoryview object"));
        }
        Ok(())
    }

    fn nbytes(&self) -> usize {
        dims(&self.shape).iter().product::<isize>() as usize * self.itemsize.get()
    }

    fn is_contiguous(&self) -> bool {
        let shape = dims(&self.shape);
        shape.contains(&0)
            || dims(&self.strides) == c_strides(&shape, self.itemsize.get())
            || shape
                .iter()
                .zip(c_strides(&shape, self.itemsize.get()).iter().zip(dims(&self.strides)))
                .all(|(n, (a, b))| *n <= 1 || *a == b)
    }

    fn is_f_contiguous(&self) -> bool {
        let (mut shape, mut strides) = (dims(&self.shape), dims(&self.strides));
        shape.reverse();
        strides.reverse();
        shape.contains(&0)
            || shape
                .iter()
                .zip(c_strides(&shape, self.itemsize.get()).iter().zip(strides))
                .all(|(n, (a, b))| *n <= 1 || *a == b)
    }

    fn format_text(&self) -> String {
        self.format.object::<Str>().to_string_lossy()
    }

    /// Calls `f` with the place of every item, in C order.
    fn each(&self, mut f: impl FnMut(*mut u8) -> R<()>) -> R<()> {
        fn walk(ptr: *mut u8, shape: &[isize], strides: &[isize], f: &mut dyn FnMut(*mut u8) -> R<()>) -> R<()> {
            let Some((&n, rest)) = shape.split_first() else { return f(ptr) };
            for i in 0..n {
                walk(ptr.wrapping_offset(i * strides[0]), rest, &strides[1..], f)?;
            }
            Ok(())
        }
        walk(self.ptr.get(), &dims(&self.shape), &dims(&self.strides), &mut f)
    }

    /// The bytes of all items, in C order.
    fn bytes(&self) -> R<Vec<u8>> {
        let mut out = Vec::with_capacity(self.nbytes());
        let size = self.itemsize.get();
        if self.is_contiguous() {
            if self.nbytes() > 0 {
                // SAFETY: the view's bytes lie there in one run.
                out.extend_from_slice(unsafe { std::slice::from_raw_parts(self.ptr.get(), self.nbytes()) });
            }
            return Ok(out);
        }
        self.each(|p| {
            // SAFETY: every item is `size` bytes of the object.
            out.extend_from_slice(unsafe { std::slice::from_raw_parts(p, size) });
            Ok(())
        })?;
        Ok(out)
    }
}

fn unsupported_format(format: &str) -> Raised {
    not_implemented_error(format_args!("memoryview: unsupported format {format}"))
}

/// The item at `p`.
fn unpack(p: *const u8, format: &str) -> R {
    macro_rules! read {
        ($t:ty) => {
            // SAFETY: the caller gives the place of an item of this format's size.
            unsafe { (p as *const $t).read_unaligned() }
        };
    }
    Ok(match format.strip_prefix('@').unwrap_or(format) {
        "B" => Value::small(read!(u8) as i64),
        "b" => Value::small(read!(i8) as i64),
        "c" => Bytes::new(&[read!(u8)]).value(),
        "?" => boolean(read!(u8) != 0),
        "h" => Value::small(read!(i16) as i64),
        "H" => Value::small(read!(u16) as i64),
        "i" => Value::small(read!(i32) as i64),
        "I" => Value::small(read!(u32) as i64),
        "l" | "q" | "n" => int::from_i64(read!(i64)),
        "L" | "Q" | "N" | "P" => int::from_u64(read!(u64)),
        "f" => float::from_f64(read!(f32) as f64),
        "d" => float::from_f64(read!(f64)),
        _ => return Err(unsupported_format(format)),
    })
}

/// Stores a value as an item at `p`.
fn pack(p: *mut u8, format: &str, v: Value) -> R<()> {
    let format = format.strip_prefix('@').unwrap_or(format);
    let bad_type = || type_error(format_args!("memoryview: invalid type for format '{format}'"));
    let bad_value = || value_error(format_args!("memoryview: invalid value for format '{format}'"));
    macro_rules! write {
        ($value:expr) => {
            // SAFETY: the caller gives the place of an item of this format's size.
            unsafe { std::ptr::write_unaligned(p as *mut _, $value) }
        };
    }
    let number = || -> R<IntView> {
        if int::as_int(v).is_none() && !is_index(v) {
            return Err(bad_type());
        }
        int::as_int(ops::index(v)?).ok_or_else(bad_type)
    };
    let signed = |min: i64, max: i64| number()?.to_i64().filter(|n| (min..=max).contains(n)).ok_or_else(bad_value);
    let unsigned = |max: u64| number()?.to_u64().filter(|n| *n <= max).ok_or_else(bad_value);
    match format {
        "B" => write!(unsigned(u8::MAX as u64)? as u8),
        "b" => write!(signed(i8::MIN as i64, i8::MAX as i64)? as i8),
        "c" => match v.cast::<Bytes>() {
            Some(bytes) => match bytes.as_slice() {
                [one] => write!(*one),
                _ => return Err(bad_value()),
            },
            None => return Err(bad_type()),
        },
        "?" => write!(ops::truth(v)? as u8),
        "h" => write!(signed(i16::MIN as i64, i16::MAX as i64)? as i16),
        "H" => write!(unsigned(u16::MAX as u64)? as u16),
        "i" => write!(signed(i32::MIN as i64, i32::MAX as i64)? as i32),
        "I" => write!(unsigned(u32::MAX as u64)? as u32),
        "l" | "q" | "n" => write!(signed(i64::MIN, i64::MAX)?),
        "L" | "Q" | "N" | "P" => write!(unsigned(u64::MAX)?),
        "f" | "d" => {
            let x = float::from_number(v).map_err(|raised| {
                if errors::pending_is(&crate::types::exceptions::TYPE_ERROR) {
                    errors::clear();
                    return bad_type();
                }
                raised
            })?;
            if format == "f" { write!(x as f32) } else { write!(x) }
        }
        _ => return Err(unsupported_format(format)),
    }
    Ok(())
}

fn this(v: Value) -> R<Ref<MemoryView>> {
    let view = v.expect::<MemoryView>();
    view.check()?;
    Ok(view)
}

/// Where an index, or a tuple of them, leads: the place, and how many dimensions it took.
fn locate(view: Ref<MemoryView>, key: Value) -> R<(*mut u8, usize)> {
    let (shape, strides) = (dims(&view.shape), dims(&view.strides));
    let single = [key];
    let tuple = key.cast::<Tuple>();
    let keys: &[Value] = match &tuple {
        Some(tuple) => tuple.as_slice(),
        None => &single,
    };
    if keys.len() > shape.len() {
        return Err(type_error(format_args!(
            "cannot index {}-dimension view with {}-element tuple",
            shape.len(),
            keys.len()
        )));
    }
    let mut ptr = view.ptr.get();
    for (i, key) in keys.iter().enumerate() {
        if !is_index(*key) {
            return Err(type_error("memoryview: invalid slice key"));
        }
        let index = ops::as_subscript(*key)?;
        match position(index, shape[i] as usize) {
            Some(at) => ptr = ptr.wrapping_offset(at as isize * strides[i]),
            None => return Err(index_error(format_args!("index out of bounds on dimension {}", i + 1))),
        }
    }
    Ok((ptr, keys.len()))
}

fn slice_of(view: Ref<MemoryView>, slice: Ref<Slice>) -> R {
    let (mut shape, mut strides) = (dims(&view.shape), dims(&view.strides));
    if shape.is_empty() {
        return Err(type_error("invalid indexing of 0-dim memory"));
    }
    let chosen = slice.indices(shape[0] as usize)?;
    let ptr = view.ptr.get().wrapping_offset(chosen.start * strides[0]);
    shape[0] = chosen.count as isize;
    strides[0] *= chosen.step;
    Ok(view.like(&shape, &strides, ptr))
}

fn getitem(v: Value, key: Value) -> R {
    let view = this(v)?;
    if let Some(slice) = key.exact::<Slice>() {
        return slice_of(view, slice);
    }
    let ndim = view.shape.object::<Tuple>().len();
    if ndim == 0 {
        let whole = key.is(crate::object::singletons::ellipsis());
        if whole {
            return Ok(v);
        }
        if key.cast::<Tuple>().is_some_and(|t| t.is_empty()) {
            return unpack(view.ptr.get(), &view.format_text());
        }
        return Err(type_error("invalid indexing of 0-dim memory"));
    }
    let at = locate(view, key).map_err(|raised| {
        if ndim == 1 && errors::pending_is(&crate::types::exceptions::INDEX_ERROR) {
            errors::clear();
            return index_error("index out of bounds on dimension 1");
        }
        raised
    })?;
    if at.1 < ndim {
        return Err(not_implemented_error("sub-views are not implemented"));
    }
    unpack(at.0, &view.format_text())
}

fn setitem(v: Value, key: Value, value: Option<Value>) -> R<()> {
    let view = this(v)?;
    if view.readonly.get() {
        return Err(type_error("cannot modify read-only memory"));
    }
    let Some(value) = value else { return Err(type_error("cannot delete memory")) };
    let ndim = view.shape.object::<Tuple>().len();
    if let Some(slice) = key.exact::<Slice>() {
        if ndim != 1 {
            return Err(not_implemented_error("memoryview slice assignments are currently restricted to ndim = 1"));
        }
        let target = slice_of(view, slice)?.expect::<MemoryView>();
        let source = MemoryView::over(value)?.expect::<MemoryView>();
        let same = target.format_text().trim_start_matches('@') == source.format_text().trim_start_matches('@');
        let result = if !same || dims(&target.shape) != dims(&source.shape) {
            Err(value_error("memoryview assignment: lvalue and rvalue have different structures"))
        } else {
            let bytes = source.bytes()?;
            let size = target.itemsize.get();
            let mut at = 0;
            target.each(|p| {
                // SAFETY: every item of the target is `size` bytes, as those of the source.
                unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr().add(at), p, size) };
                at += size;
                Ok(())
            })
        };
        MemoryView::release(target.value());
        MemoryView::release(source.value());
        return result;
    }
    let (ptr, taken) = locate(view, key)?;
    if taken < ndim {
        return Err(not_implemented_error("sub-views are not implemented"));
    }
    pack(ptr, &view.format_text(), value)
}

fn tolist(view: &MemoryView) -> R {
    fn walk(ptr: *mut u8, shape: &[isize], strides: &[isize], format: &str) -> R {
        let Some((&n, rest)) = shape.split_first() else { return unpack(ptr, format) };
        let list = List::with_capacity(n.max(0) as usize);
        for i in 0..n {
            list.push(walk(ptr.wrapping_offset(i * strides[0]), rest, &strides[1..], format)?);
        }
        Ok(list.value())
    }
    walk(view.ptr.get(), &dims(&view.shape), &dims(&view.strides), &view.format_text())
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(not_implemented());
    }
    let view = a.expect::<MemoryView>();
    let answer = |equal: bool| Ok(boolean(equal == (op == CmpOp::Eq)));
    if view.obj.get().is_none() {
        return answer(a.is(b));
    }
    if crate::object::class::slots_of(b).buffer.is_none() {
        return Ok(not_implemented());
    }
    let other = match MemoryView::over(b) {
        Ok(other) => other.expect::<MemoryView>(),
        Err(_) => {
            errors::clear();
            return if b.is(a) { answer(true) } else { answer(false) };
        }
    };
    let result = if dims(&view.shape) != dims(&other.shape) {
        false
    } else if view.format_text() == other.format_text() && !matches!(view.format_text().as_str(), "f" | "d") {
        view.bytes()? == other.bytes()?
    } else {
        match (tolist(&view), tolist(&other)) {
            (Ok(x), Ok(y)) => ops::equal(x, y)?,
            _ => {
                errors::clear();
                false
            }
        }
    };
    MemoryView::release(other.value());
    answer(result)
}

fn cast(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "cast", names: &["format", "shape"], required: 1, positional: 2 };
    let [format, shape] = args.bind(&PARAMS)?;
    let view = this(v)?;
    let Some(format) = format.and_then(|f| f.cast::<Str>()) else {
        return Err(type_error("format argument must be a string"));
    };
    if !view.is_contiguous() {
        return Err(type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let text = format.to_string_lossy();
    let Some(size) = item_size(&text) else {
        return Err(value_error(
            "memoryview: destination format must be a native single character format prefixed with an optional '@'",
        ));
    };
    let is_byte = |f: &str| matches!(f.trim_start_matches('@'), "b" | "B" | "c");
    let own = view.format_text();
    if shape.is_none() || own != text {
        if !is_byte(&own) && !is_byte(&text) {
            return Err(type_error("memoryview: cannot cast between two non-byte formats"));
        }
    }
    let len = view.nbytes();
    if len % size != 0 {
        return Err(type_error("memoryview: length is not a multiple of itemsize"));
    }
    let shape: Dims = match shape.filter(|s| !s.is_none()) {
        None => SmallVec::from_slice(&[(len / size) as isize]),
        Some(shape) => {
            if shape.cast::<Tuple>().is_none() && shape.cast::<List>().is_none() {
                return Err(type_error("shape must be a list or a tuple"));
            }
            let mut found = Dims::new();
            for n in ops::iter::to_vec(shape)? {
                if !ops::is_int(n) {
                    return Err(type_error("memoryview.cast(): elements of shape must be integers"));
                }
                let n = ops::as_isize(n)?;
                if n <= 0 {
                    return Err(value_error("memoryview.cast(): elements of shape must be integers > 0"));
                }
                found.push(n);
            }
            if found.iter().product::<isize>() as usize * size != len {
                return Err(type_error("memoryview: product(shape) * itemsize != buffer size"));
            }
            found
        }
    };
    let strides = c_strides(&shape, size);
    let obj = view.obj.value();
    Ok(MemoryView::make(obj, format.value(), &shape, &strides, view.ptr.get(), size, view.readonly.get()))
}

/// The bytes that a view shows, strides followed; `None` for other objects.
pub fn contents(v: Value) -> R<Option<Vec<u8>>> {
    if v.exact::<MemoryView>().is_none() {
        return Ok(None);
    }
    this(v)?.bytes().map(Some)
}

fn tobytes(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "tobytes", names: &["order"], required: 0, positional: 1 };
    let [_order] = args.bind(&PARAMS)?;
    Ok(Bytes::new(&this(v)?.bytes()?).value())
}

fn index(v: Value, args: &[Value]) -> R {
    let view = this(v)?;
    let len = view.shape.object::<Tuple>().get(0).as_small().unwrap_or(0) as usize;
    let (start, stop) = crate::types::sequence::search_bounds(&args[1..], len)?;
    for at in start..stop.min(len) {
        let item = getitem(v, Value::small(at as i64))?;
        if ops::equal(item, args[0])? {
            return Ok(int::from_usize(at));
        }
    }
    Err(value_error("memoryview.index(x): x not found"))
}

fn count(v: Value, wanted: Value) -> R {
    let mut n = 0;
    for item in ops::iter::to_vec(tolist(&*this(v)?)?)? {
        n += ops::equal(item, wanted)? as i64;
    }
    Ok(int::from_i64(n))
}

fn hash(v: Value) -> R<i64> {
    let view = v.expect::<MemoryView>();
    if view.hash.get() == -1 {
        view.check()?;
        if !view.readonly.get() {
            return Err(value_error("cannot hash writable memoryview object"));
        }
        if !matches!(view.format_text().trim_start_matches('@'), "B" | "b" | "c") {
            return Err(value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
        }
        let held = hold(v);
        ops::hash::hash(view.obj.value())?;
        drop(held);
        view.check()?;
        view.hash.set(ops::hash::bytes(&view.bytes()?));
    }
    Ok(view.hash.get())
}

pub static MEMORYVIEW: TypeDef = TypeDef {
    name: "memoryview",
    slots: Slots {
        repr: Some(|v| {
            let view = v.expect::<MemoryView>();
            let what = if view.obj.get().is_none() { "released memory" } else { "memory" };
            Ok(Str::new(&format!("<{what} at {:#x}>", ops::id(v))).value())
        }),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(|v| {
            let view = this(v)?;
            match view.shape.object::<Tuple>().len() {
                0 => Err(type_error("invalid indexing of 0-dim memory")),
                1 => ops::iter::sequence_iter(v),
                _ => Err(not_implemented_error("multi-dimensional sub-views are not implemented")),
            }
        }),
        new: Some(|_, args| {
            static PARAMS: Params = Params { function: "memoryview", names: &["object"], required: 1, positional: 1 };
            let [object] = args.bind(&PARAMS)?;
            MemoryView::over(object.unwrap_or_else(none))
        }),
        init: Some(|_, _| Ok(())),
        len: Some(|v| {
            let view = this(v)?;
            match dims(&view.shape).first() {
                Some(n) => Ok(*n as usize),
                None => Err(type_error("0-dim memory has no length")),
            }
        }),
        getitem: Some(getitem),
        setitem: Some(setitem),
        buffer: Some(|v| v.expect::<MemoryView>().buffer()),
        del: Some(|v| {
            MemoryView::release(v);
            Ok(())
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::none("release", |v| {
            v.expect::<MemoryView>().check_unused()?;
            MemoryView::release(v);
            Ok(none())
        }),
        Method::full("tobytes", tobytes),
        Method::full("hex", |v, args| {
            let _held = hold(v);
            crate::types::bytes::hex::hex(&this(v)?.bytes()?, args)
        }),
        Method::none("tolist", |v| tolist(&*this(v)?)),
        Method::full("cast", cast),
        Method::none("toreadonly", |v| {
            let view = this(v)?;
            let made = view.like(&dims(&view.shape), &dims(&view.strides), view.ptr.get());
            made.expect::<MemoryView>().readonly.set(true);
            Ok(made)
        }),
        Method::one("count", count),
        Method::pos("index", index, 1, 3),
        Method::none("__enter__", |v| {
            this(v)?;
            Ok(v)
        }),
        Method::pos(
            "__exit__",
            |v, _| {
                MemoryView::release(v);
                Ok(none())
            },
            0,
            u16::MAX,
        ),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    getset: &[
        GetSet::get("obj", |v| Ok(this(v)?.obj.value())),
        GetSet::get("nbytes", |v| Ok(int::from_usize(this(v)?.nbytes()))),
        GetSet::get("readonly", |v| Ok(boolean(this(v)?.readonly.get()))),
        GetSet::get("itemsize", |v| Ok(int::from_usize(this(v)?.itemsize.get()))),
        GetSet::get("format", |v| Ok(this(v)?.format.value())),
        GetSet::get("ndim", |v| Ok(int::from_usize(this(v)?.shape.object::<Tuple>().len()))),
        GetSet::get("shape", |v| Ok(this(v)?.shape.value())),
        GetSet::get("strides", |v| Ok(this(v)?.strides.value())),
        GetSet::get("suboffsets", |v| {
            this(v)?;
            Ok(Tuple::empty().value())
        }),
        GetSet::get("c_contiguous", |v| Ok(boolean(this(v)?.is_contiguous()))),
        GetSet::get("f_contiguous", |v| Ok(boolean(this(v)?.is_f_contiguous()))),
        GetSet::get("contiguous", |v| {
            let view = this(v)?;
            Ok(boolean(view.is_contiguous() || view.is_f_contiguous()))
        }),
    ],
    flags: SEQUENCE | WEAKREFS,
    words: TypeDef::words_of::<MemoryView>(),
    traced: 4,
    ..TypeDef::BASE
};
