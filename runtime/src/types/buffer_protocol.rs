//! `__buffer__` and `__release_buffer__` (PEP 688): buffers that Python classes give, and those of built-in classes
//! as methods.
//!
//! A memoryview of such an object looks at what its `__buffer__` returned, through a [`BufferWrapper`]; when the
//! last view of the wrapper is released, the object's `__release_buffer__` is called. Native code that only wants
//! the bytes has released them by the time it reads them: the memory stays while an address of it is on the stack.

use crate::errors::{self, R, buffer_error, type_error, value_error};
use crate::gc::Header;
use crate::names;
use crate::object::class::slots_of;
use crate::object::define::{Method, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::slots::Buffer;
use crate::object::{Builtin, Ref, Slot, Type, TypeDef, call};
use crate::ops;
use crate::types::memoryview::MemoryView;
use crate::value::Value;
use std::cell::Cell;

/// `PyBUF_WRITABLE`.
const WRITABLE: i64 = 1;
/// `PyBUF_FULL_RO`: anything that can be read.
const FULL_RO: i64 = 0x11c;

/// What a memoryview has as its object when a Python class gave the buffer.
#[repr(C)]
pub struct BufferWrapper {
    hdr: Header,
    object: Slot,
    /// What `__buffer__` returned.
    view: Slot,
    /// Views not yet released.
    views: Cell<usize>,
}

impl Builtin for BufferWrapper {
    const DEF: &'static TypeDef = &BUFFER_WRAPPER;
}

pub static BUFFER_WRAPPER: TypeDef = TypeDef {
    name: "_buffer_wrapper",
    flags: NO_NEW,
    words: TypeDef::words_of::<BufferWrapper>(),
    traced: 2,
    ..TypeDef::BASE
};

impl Ref<BufferWrapper> {
    /// One more view.
    pub fn retain(self) {
        self.views.set(self.views.get() + 1);
    }

    /// One view less; the last gives the buffer back.
    pub fn release(self) {
        let left = self.views.get() - 1;
        self.views.set(left);
        if left > 0 {
            return;
        }
        let (object, view) = (self.object.value(), self.view.value());
        let inner = view.expect::<MemoryView>();
        inner.holds.set(inner.holds.get().saturating_sub(1));
        if call::call_special(object, names::__release_buffer__, &[view]).is_err() {
            let class = object.class().display_name();
            errors::unraisable(&format!("Exception ignored in __release_buffer__ of {class}"), None);
        }
        MemoryView::release(view);
    }
}

/// The view that a Python class's `__buffer__` gives of an object, and the wrapper to put before it; `None` if the
/// class has no such method.
pub fn ask(object: Value) -> R<Option<(Ref<BufferWrapper>, Ref<MemoryView>)>> {
    if !is_python(object) {
        return Ok(None);
    }
    let flags = Value::small(FULL_RO);
    let made = call::call_special(object, names::__buffer__, &[flags])?.unwrap_or_else(none);
    let Some(inner) = made.cast::<MemoryView>() else {
        return Err(type_error("__buffer__ returned non-memoryview object"));
    };
    inner.check()?;
    inner.holds.set(inner.holds.get() + 1);
    let wrapper =
        BufferWrapper { hdr: Header::EMPTY, object: Slot::new(object), view: Slot::new(inner), views: Cell::new(0) };
    Ok(Some((allocate(BUFFER_WRAPPER.header(), wrapper), inner)))
}

/// Whether a Python class decides what the object's buffer is.
pub fn is_python(object: Value) -> bool {
    slots_of(object).buffer.is_some_and(|slot| std::ptr::fn_addr_eq(slot, python_buffer as fn(Value) -> R<Buffer>))
}

/// The slot of classes with a `__buffer__` of their own.
fn python_buffer(object: Value) -> R<Buffer> {
    let view = MemoryView::over(object)?;
    let buffer = view.expect::<MemoryView>().buffer();
    MemoryView::release(view);
    buffer
}

/// Decides a class's slot: what the nearest class that says anything says.
pub fn inherit(class: Ref<Type>) {
    if !class.is_heap_type() {
        return;
    }
    let name = names::get(names::__buffer__);
    let slot = class.mro_classes().find_map(|base| {
        if base.is_heap_type() {
            base.dict().get_str(name).map(|_| python_buffer as fn(Value) -> R<Buffer>)
        } else {
            base.slots().buffer
        }
    });
    let mut slots = class.slots.get();
    slots.buffer = slot;
    class.slots.set(slots);
}

/// The slot of the nearest built-in class.
fn native_slot(v: Value) -> Option<fn(Value) -> R<Buffer>> {
    v.class().mro_classes().filter(|base| !base.is_heap_type()).find_map(|base| base.slots().buffer)
}

/// `__buffer__` of built-in classes that have a buffer.
pub static GET: Method = Method::one("__buffer__", |v, flags| {
    let flags = ops::as_i64(flags)?;
    if v.cast::<MemoryView>().is_some() {
        return MemoryView::over(v);
    }
    let Some(slot) = native_slot(v) else { return Ok(none()) };
    let buffer = slot(v)?;
    if flags & WRITABLE != 0 && buffer.readonly {
        return Err(buffer_error("Object is not writable."));
    }
    MemoryView::over_native(v, buffer)
});

/// `__release_buffer__` of built-in classes whose buffers can change.
pub static RELEASE: Method = Method::one("__release_buffer__", |v, view| {
    let Some(inner) = view.cast::<MemoryView>() else { return Err(type_error("expected a memoryview object")) };
    if !inner.looks_at(v) {
        return Err(value_error("memoryview's buffer is not this object"));
    }
    inner.check_unused()?;
    MemoryView::release(view);
    Ok(none())
});
