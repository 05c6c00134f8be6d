//! Strings that grow: `text += part` in a loop without copying `text` each time.
//!
//! A long result of `+` is a *view*: its code points are in a buffer object of its own, which has room
//! behind them. Adding to a view whose end is the end of what the buffer holds writes behind it and makes
//! another view of the same buffer; shorter views of the buffer never see what comes after their end. So the
//! strings stay immutable, and their code points contiguous.

use super::{AUX_ASCII, AUX_VIEW, AUX_WIDTH, DATA, Str, Width};
use crate::errors::R;
use crate::gc::{self, Header};
use crate::object::Ref;
use std::cell::Cell;
use taipan_abi::header::{Kind, pack};
use taipan_abi::tag;

/// A buffer of code points.
#[repr(C)]
struct Buffer {
    hdr: Header,
    /// Bytes that some view shows.
    used: Cell<u64>,
}

const BUFFER_DATA: usize = size_of::<Buffer>();

/// Results shorter than this are plain strings.
const MIN_BYTES: usize = 256;

/// A view: the fixed part of a string, then the buffer's address.
#[repr(C)]
struct View {
    fixed: Str,
    buffer: *const Buffer,
}

/// Where the code points of a view begin; `word` is the word after its fixed part.
///
/// # Safety
/// `word` is that word of a view.
#[inline(always)]
pub(super) unsafe fn buffer_data(word: *const u8) -> *const u8 {
    // SAFETY: the caller's promise.
    unsafe { (*(word as *const *const u8)).add(BUFFER_DATA) }
}

/// `a + b` by growing, where that pays; `width` is the wider of both.
pub(super) fn append(a: Ref<Str>, b: Ref<Str>, width: Width) -> R<Option<Ref<Str>>> {
    let unit = width.bytes();
    let (head, tail) = (a.len() * unit, b.len() * unit);
    let total = head + tail;
    if total < MIN_BYTES || head < tail {
        return Ok(None);
    }
    let is_view = a.hdr.aux() & AUX_VIEW != 0;
    if is_view && a.width().bytes() == unit {
        // SAFETY: a view's word after the fixed part is its buffer.
        let buffer = unsafe { (*(a.as_ptr() as *const View)).buffer };
        // SAFETY: the view keeps the buffer alive.
        let room = unsafe {
            (*buffer).used.get() as usize == head && gc::size_of(buffer as *const Header) - BUFFER_DATA >= total
        };
        if room {
            // SAFETY: the bytes behind `used` are nobody's.
            unsafe {
                super::copy_to((buffer as *mut u8).add(BUFFER_DATA + head), unit, b.data());
                (*buffer).used.set(total as u64);
            }
            return Ok(Some(view(buffer, a.len() + b.len(), width)));
        }
    }
    let capacity = if is_view { total * 2 } else { total + 64 };
    let header = pack(crate::types::object::BUFFER.shape_for_new(), Kind::Leaf, 0, 0);
    let Some(block) = gc::try_alloc(BUFFER_DATA + capacity, header) else { return Err(crate::errors::memory_error()) };
    let buffer = block.as_ptr() as *mut Buffer;
    // SAFETY: the block has room for all of it.
    unsafe {
        (&raw mut (*buffer).used).write(Cell::new(total as u64));
        let data = (buffer as *mut u8).add(BUFFER_DATA);
        super::copy_to(data, unit, a.data());
        super::copy_to(data.add(head), unit, b.data());
    }
    Ok(Some(view(buffer, a.len() + b.len(), width)))
}

fn view(buffer: *const Buffer, len: usize, width: Width) -> Ref<Str> {
    // Traced word by word, since the hash before the buffer's address is no value.
    let header = pack(super::STR.shape_for_new(), Kind::Conservative, 0, width.aux() | AUX_VIEW);
    let made = gc::alloc(size_of::<View>(), header) as *mut View;
    // SAFETY: the block is a view; the header stays as it is.
    unsafe {
        (&raw mut (*made).fixed.len).write(tag::int(len as i64));
        (&raw mut (*made).fixed.hash).write(Cell::new(0));
        (&raw mut (*made).buffer).write(buffer);
        Ref::from_ptr(made as *mut Str)
    }
}

/// A string of its own: what lives for ever must not keep a buffer.
pub(super) fn compact(string: Ref<Str>) -> Ref<Str> {
    if string.hdr.aux() & AUX_VIEW == 0 {
        return string;
    }
    let points: Vec<u32> = string.code_points().collect();
    Str::from_code_points(&points)
}

const _: () = assert!(std::mem::offset_of!(View, buffer) == DATA);
const _: () = assert!((AUX_ASCII | AUX_WIDTH) & AUX_VIEW == 0);
