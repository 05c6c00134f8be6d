//! `str`: layout, creation, interning, hash and equality. Methods are in [`methods`].
//!
//! Compact like CPython's (PEP 393): 1, 2 or 4 bytes per code point, the narrowest that fits, in the
//! object itself; lone surrogates are ordinary code points. Invariant: the kind is the narrowest
//! possible, so equal strings have equal kinds and bytes.

pub mod args;
pub mod case;
pub mod find;
pub mod format_method;
pub mod grow;
pub mod intern;
pub mod iter;
pub mod methods;
pub mod percent;
pub mod repr;
pub mod search;
pub mod translate;

use crate::errors::R;
use crate::gc::{self, Header};
use crate::object::{Builtin, Ref, TypeDef};
use crate::value::Value;
use smallvec::SmallVec;
use std::cell::Cell;
use std::fmt;
use taipan_abi::header::{Kind, pack};
use taipan_abi::tag;

/// The object; the code points follow it.
#[repr(C)]
pub struct Str {
    hdr: Header,
    /// Number of code points, as a tagged int.
    len: u64,
    /// 0: not computed yet.
    hash: Cell<i64>,
}

/// Bytes before the code points.
pub const DATA: usize = size_of::<Str>();

/// Header `aux` bits: the low two are log2 of the bytes per code point.
const AUX_WIDTH: u16 = 3;
const AUX_ASCII: u16 = 4;
pub(crate) const AUX_INTERNED: u16 = 8;
/// The code points are in a buffer of their own, see [`grow`].
const AUX_VIEW: u16 = 16;

pub use methods::STR;

impl Builtin for Str {
    const DEF: &'static TypeDef = &STR;
    const BOXED_IN_SUBCLASS: bool = true;
}

/// The code points of a string by width.
#[derive(Clone, Copy)]
pub enum Data<'a> {
    /// Latin-1, or ASCII.
    One(&'a [u8]),
    Two(&'a [u16]),
    Four(&'a [u32]),
}

impl Data<'_> {
    #[inline(always)]
    pub fn get(&self, index: usize) -> u32 {
        match self {
            Data::One(s) => s[index] as u32,
            Data::Two(s) => s[index] as u32,
            Data::Four(s) => s[index],
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Data::One(s) => s.len(),
            Data::Two(s) => s.len(),
            Data::Four(s) => s.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Width classes by the largest code point.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Width {
    Ascii,
    Latin,
    Two,
    Four,
}

impl Width {
    pub fn of(max: u32) -> Width {
        match max {
            0..=0x7f => Width::Ascii,
            0x80..=0xff => Width::Latin,
            0x100..=0xffff => Width::Two,
            _ => Width::Four,
        }
    }

    fn aux(self) -> u16 {
        match self {
            Width::Ascii => AUX_ASCII,
            Width::Latin => 0,
            Width::Two => 1,
            Width::Four => 2,
        }
    }

    fn bytes(self) -> usize {
        match self {
            Width::Ascii | Width::Latin => 1,
            Width::Two => 2,
            Width::Four => 4,
        }
    }
}

impl Str {
    /// Allocates a string of this length with unset code points; the caller fills it before anything else.
    /// MemoryError when there is no room.
    fn alloc(width: Width, len: usize) -> R<Ref<Str>> {
        let header = pack(STR.shape_for_new(), Kind::Leaf, 0, width.aux());
        let Some(size) = len.checked_mul(width.bytes()).and_then(|n| n.checked_add(DATA + 1)) else {
            return Err(crate::errors::memory_error());
        };
        let Some(ptr) = gc::try_alloc_undefined(size, header) else { return Err(crate::errors::memory_error()) };
        let ptr = ptr.as_ptr() as *mut Str;
        // SAFETY: the block is `size` bytes; only the fields after the header are written.
        unsafe {
            (&raw mut (*ptr).len).write(tag::int(len as i64));
            (&raw mut (*ptr).hash).write(Cell::new(0));
            Ok(Ref::from_ptr(ptr))
        }
    }

    fn data_ptr<T>(this: Ref<Str>) -> *mut T {
        // SAFETY: the data begins DATA bytes into the object.
        unsafe { (this.as_ptr() as *mut u8).add(DATA) as *mut T }
    }

    /// From bytes that are all ASCII.
    pub fn from_ascii(bytes: &[u8]) -> Ref<Str> {
        debug_assert!(bytes.is_ascii());
        Self::from_bytes_of(Width::Ascii, bytes)
    }

    /// From Latin-1 bytes, the width found by looking.
    pub fn from_latin1(bytes: &[u8]) -> Ref<Str> {
        let width = if bytes.is_ascii() { Width::Ascii } else { Width::Latin };
        Self::from_bytes_of(width, bytes)
    }

    fn from_bytes_of(width: Width, bytes: &[u8]) -> Ref<Str> {
        if bytes.len() <= 1 {
            if let Some(known) = intern::short(bytes) {
                return known;
            }
        }
        match Self::alloc(width, bytes.len()) {
            Ok(this) => {
                // SAFETY: allocated with room for this many bytes.
                unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), Self::data_ptr(this), bytes.len()) };
                this
            }
            Err(_) => crate::errors::fatal_memory(),
        }
    }

    pub fn new(text: &str) -> Ref<Str> {
        if text.is_ascii() {
            return Self::from_ascii(text.as_bytes());
        }
        let mut len = 0;
        let mut max = 0;
        for c in text.chars() {
            len += 1;
            max = max.max(c as u32);
        }
        match Self::build(Width::of(max), len, text.chars().map(|c| c as u32)) {
            Ok(this) => this,
            Err(_) => crate::errors::fatal_memory(),
        }
    }

    pub fn from_string(text: String) -> Value {
        Self::new(&text).value()
    }

    /// From code points, surrogates allowed.
    pub fn from_code_points(points: &[u32]) -> Ref<Str> {
        let max = points.iter().copied().max().unwrap_or(0);
        if points.len() <= 1 && max < 0x100 {
            let bytes: SmallVec<[u8; 1]> = points.iter().map(|&p| p as u8).collect();
            return Self::from_latin1(&bytes);
        }
        match Self::build(Width::of(max), points.len(), points.iter().copied()) {
            Ok(this) => this,
            Err(_) => crate::errors::fatal_memory(),
        }
    }

    #[inline]
    pub fn from_char(point: u32) -> Ref<Str> {
        if let Ok(byte) = u8::try_from(point) {
            if let Some(known) = intern::short(&[byte]) {
                return known;
            }
        }
        Self::from_code_points(&[point])
    }

    /// From 2-byte code points, narrowed if they fit less.
    pub fn from_u16(points: &[u16]) -> Ref<Str> {
        let wide: Vec<u32> = points.iter().map(|&p| p as u32).collect();
        Self::from_code_points(&wide)
    }

    /// From generalised UTF-8 (lone surrogates as three bytes each); `None` if it is not even that.
    pub fn from_wtf8(bytes: &[u8]) -> Option<Ref<Str>> {
        if bytes.is_ascii() {
            return Some(Self::from_ascii(bytes));
        }
        let mut points = Vec::with_capacity(bytes.len());
        let mut i = 0;
        while i < bytes.len() {
            let b = bytes[i] as u32;
            let (n, init) = match b {
                0..=0x7f => (0, b),
                0xc2..=0xdf => (1, b & 0x1f),
                0xe0..=0xef => (2, b & 0x0f),
                0xf0..=0xf4 => (3, b & 0x07),
                _ => return None,
            };
            let mut point = init;
            for k in 1..=n {
                let c = *bytes.get(i + k)? as u32;
                if c & 0xc0 != 0x80 {
                    return None;
                }
                point = point << 6 | (c & 0x3f);
            }
            i += n + 1;
            points.push(point);
        }
        Some(Self::from_code_points(&points))
    }

    /// A string of this width and length from an iterator of exactly that many code points.
    pub fn build(width: Width, len: usize, points: impl Iterator<Item = u32>) -> R<Ref<Str>> {
        let this = Self::alloc(width, len)?;
        // SAFETY: allocated with room for `len` units of this width; `take` keeps to it, and the
        // iterators used here make no objects.
        unsafe {
            match width {
                Width::Ascii | Width::Latin => {
                    let p = Self::data_ptr::<u8>(this);
                    points.take(len).enumerate().for_each(|(i, c)| *p.add(i) = c as u8);
                }
                Width::Two => {
                    let p = Self::data_ptr::<u16>(this);
                    points.take(len).enumerate().for_each(|(i, c)| *p.add(i) = c as u16);
                }
                Width::Four => {
                    let p = Self::data_ptr::<u32>(this);
                    points.take(len).enumerate().for_each(|(i, c)| *p.add(i) = c);
                }
            }
        }
        Ok(this)
    }

    /// One string from several, in one allocation.
    pub fn concat(parts: &[Ref<Str>]) -> R<Ref<Str>> {
        let mut len = 0usize;
        let mut width = Width::Ascii;
        for part in parts {
            len += part.len();
            width = width.max(part.width());
        }
        match parts {
            [] => return Ok(Self::from_ascii(b"")),
            [one] => return Ok(*one),
            [a, b] => {
                if let Some(grown) = grow::append(*a, *b, width)? {
                    return Ok(grown);
                }
            }
            _ => {}
        }
        let this = Self::alloc(width, len)?;
        let mut at = 0;
        for part in parts {
            // SAFETY: the lengths were added up above.
            unsafe { copy_into(this, width, at, part.data()) };
            at += part.len();
        }
        Ok(this)
    }

    /// `text` repeated.
    pub fn repeat(this: Ref<Str>, times: usize) -> R<Ref<Str>> {
        let unit = this.len();
        if times == 1 || unit == 0 {
            return Ok(this);
        }
        if times == 0 {
            return Ok(Self::from_ascii(b""));
        }
        let Some(len) = unit.checked_mul(times) else { return Err(crate::errors::memory_error()) };
        let width = this.width();
        let result = Self::alloc(width, len)?;
        let bytes = unit * width.bytes();
        // SAFETY: room for `times` copies.
        unsafe {
            let to = Self::data_ptr::<u8>(result);
            let from = this.bytes_ptr();
            if bytes == 1 {
                std::ptr::write_bytes(to, *from, times);
            } else {
                for i in 0..times {
                    std::ptr::copy_nonoverlapping(from, to.add(i * bytes), bytes);
                }
            }
        }
        Ok(result)
    }

    /// `len(s)`.
    #[inline(always)]
    pub fn len(&self) -> usize {
        (self.len >> 1) as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len == tag::INT_BIT
    }

    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.hdr.aux() & AUX_ASCII != 0
    }

    pub fn width(&self) -> Width {
        let aux = self.hdr.aux();
        match aux & AUX_WIDTH {
            _ if aux & AUX_ASCII != 0 => Width::Ascii,
            0 => Width::Latin,
            1 => Width::Two,
            _ => Width::Four,
        }
    }

    /// Where the code points begin.
    #[inline(always)]
    fn bytes_ptr(&self) -> *const u8 {
        let base = self as *const Str as *const u8;
        // SAFETY: the code points follow the fixed part; in a view the buffer's address does.
        unsafe { if self.hdr.aux() & AUX_VIEW == 0 { base.add(DATA) } else { grow::buffer_data(base.add(DATA)) } }
    }

    /// The code points.
    #[inline(always)]
    pub fn data(&self) -> Data<'_> {
        let len = self.len();
        let p = self.bytes_ptr();
        // SAFETY: the object holds `len` units of the width that its header says.
        unsafe {
            match self.hdr.aux() & AUX_WIDTH {
                0 => Data::One(std::slice::from_raw_parts(p, len)),
                1 => Data::Two(std::slice::from_raw_parts(p as *const u16, len)),
                _ => Data::Four(std::slice::from_raw_parts(p as *const u32, len)),
            }
        }
    }

    /// The raw bytes of the code points, whatever the width.
    #[inline(always)]
    fn raw(&self) -> &[u8] {
        // SAFETY: as in `data`.
        unsafe { std::slice::from_raw_parts(self.bytes_ptr(), self.len() << (self.hdr.aux() & AUX_WIDTH)) }
    }

    /// As Rust text, when it is ASCII: no copy.
    #[inline(always)]
    pub fn as_ascii(&self) -> Option<&str> {
        if !self.is_ascii() {
            return None;
        }
        // SAFETY: ASCII is UTF-8.
        Some(unsafe { std::str::from_utf8_unchecked(self.raw()) })
    }

    pub fn get(&self, index: usize) -> u32 {
        self.data().get(index)
    }

    pub fn code_points(&self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + '_ {
        let data = self.data();
        (0..self.len()).map(move |i| data.get(i))
    }

    /// As Rust text; lone surrogates become U+FFFD.
    pub fn to_string_lossy(&self) -> String {
        match self.as_ascii() {
            Some(text) => text.to_string(),
            None => self.code_points().map(|p| char::from_u32(p).unwrap_or(char::REPLACEMENT_CHARACTER)).collect(),
        }
    }

    /// As Rust text; `None` if it holds a lone surrogate.
    pub fn to_utf8(&self) -> Option<String> {
        match self.as_ascii() {
            Some(text) => Some(text.to_string()),
            None => self.code_points().map(char::from_u32).collect(),
        }
    }

    /// Generalised UTF-8: lone surrogates as three bytes.
    pub fn to_wtf8(&self) -> Vec<u8> {
        if let Some(text) = self.as_ascii() {
            return text.as_bytes().to_vec();
        }
        let mut bytes = Vec::with_capacity(self.len() * 2);
        for p in self.code_points() {
            match char::from_u32(p) {
                Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                None => bytes.extend_from_slice(&[
                    0xe0 | (p >> 12) as u8,
                    0x80 | (p >> 6 & 0x3f) as u8,
                    0x80 | (p & 0x3f) as u8,
                ]),
            }
        }
        bytes
    }

    /// For messages.
    pub fn display(&self) -> impl fmt::Display + '_ {
        Shown(self)
    }

    #[inline]
    pub fn is_str(&self, text: &str) -> bool {
        match self.as_ascii() {
            Some(own) => own == text,
            None => !text.is_ascii() && self.to_utf8().is_some_and(|own| own == text),
        }
    }

    /// Same text.
    #[inline(always)]
    pub fn equals(&self, other: &Str) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        if self.len != other.len || (self.hdr.aux() ^ other.hdr.aux()) & (AUX_WIDTH | AUX_ASCII) != 0 {
            return false;
        }
        let (a, b) = (self.raw(), other.raw());
        // Most are short: two overlapping words, without a call.
        match (a.len(), a.first_chunk::<8>(), b.first_chunk::<8>()) {
            (8..=16, Some(x), Some(y)) => x == y && a.last_chunk::<8>() == b.last_chunk::<8>(),
            (4..8, ..) => a.first_chunk::<4>() == b.first_chunk::<4>() && a.last_chunk::<4>() == b.last_chunk::<4>(),
            _ => a == b,
        }
    }

    pub fn compare(&self, other: &Str) -> std::cmp::Ordering {
        match (self.data(), other.data()) {
            (Data::One(a), Data::One(b)) => a.cmp(b),
            _ => self.code_points().cmp(other.code_points()),
        }
    }

    /// `hash(s)`: never 0 nor -1.
    #[inline(always)]
    pub fn hash(&self) -> i64 {
        match self.hash.get() {
            0 => self.compute_hash(),
            hash => hash,
        }
    }

    #[inline(never)]
    fn compute_hash(&self) -> i64 {
        let hash = crate::ops::hash::bytes(self.raw());
        self.hash.set(hash);
        hash
    }

    pub fn is_interned(&self) -> bool {
        self.hdr.aux() & AUX_INTERNED != 0
    }

    /// `__xxx__`.
    pub fn is_dunder(&self) -> bool {
        matches!(self.as_ascii(), Some(text) if text.len() > 4 && text.starts_with("__") && text.ends_with("__"))
    }

    /// The interned string of this text, made if there is none.
    pub fn intern(text: &str) -> Ref<Str> {
        intern::intern_text(text)
    }
}

impl Ref<Str> {
    /// The interned string of the same text.
    #[inline(always)]
    pub fn interned(self) -> Ref<Str> {
        if self.is_interned() { self } else { intern::intern(self) }
    }

    /// `s[start:stop]`, clamped by the caller.
    pub fn substring(self, start: usize, stop: usize) -> Ref<Str> {
        if start == 0 && stop == self.len() {
            return self;
        }
        match self.data() {
            Data::One(s) if self.is_ascii() => Str::from_ascii(&s[start..stop]),
            Data::One(s) => Str::from_latin1(&s[start..stop]),
            Data::Two(s) => Str::from_u16(&s[start..stop]),
            Data::Four(s) => Str::from_code_points(&s[start..stop]),
        }
    }
}

/// Copies code points into a string being built, widening them.
///
/// # Safety
/// `to` has room for them at `at`, and is at least as wide as they are.
unsafe fn copy_into(to: Ref<Str>, width: Width, at: usize, from: Data) {
    // SAFETY: the caller's promise.
    unsafe { copy_to(Str::data_ptr::<u8>(to).add(at * width.bytes()), width.bytes(), from) }
}

/// Copies code points to units of this many bytes.
///
/// # Safety
/// There is room at `to`, and the units are at least as wide as the code points need.
unsafe fn copy_to(to: *mut u8, unit: usize, from: Data) {
    // SAFETY: the caller's promise.
    unsafe {
        match (unit, from) {
            (1, Data::One(s)) => std::ptr::copy_nonoverlapping(s.as_ptr(), to, s.len()),
            (2, Data::Two(s)) => std::ptr::copy_nonoverlapping(s.as_ptr() as *const u8, to, s.len() * 2),
            (4, Data::Four(s)) => std::ptr::copy_nonoverlapping(s.as_ptr() as *const u8, to, s.len() * 4),
            (2, from) => (0..from.len()).for_each(|i| *(to as *mut u16).add(i) = from.get(i) as u16),
            (_, from) => (0..from.len()).for_each(|i| *(to as *mut u32).add(i) = from.get(i)),
        }
    }
}

struct Shown<'a>(&'a Str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_ascii() {
            Some(text) => f.write_str(text),
            None => f.write_str(&self.0.to_string_lossy()),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Str::new(text).value()
    }
}

/// Collects text of unknown width, narrow as long as it can.
#[derive(Default)]
pub struct Builder {
    /// Most texts are short: on the stack.
    narrow: SmallVec<[u8; 128]>,
    wide: Vec<u32>,
    is_wide: bool,
    ascii: bool,
}

impl Builder {
    pub fn new() -> Builder {
        Builder { narrow: SmallVec::new(), wide: Vec::new(), is_wide: false, ascii: true }
    }

    pub fn with_capacity(n: usize) -> Builder {
        Builder { narrow: SmallVec::with_capacity(n), ..Builder::new() }
    }

    fn widen(&mut self) {
        self.is_wide = true;
        self.wide = self.narrow.iter().map(|&b| b as u32).collect();
        self.narrow = SmallVec::new();
    }

    pub fn push(&mut self, point: u32) {
        if !self.is_wide {
            if point < 0x100 {
                self.ascii &= point < 0x80;
                return self.narrow.push(point as u8);
            }
            self.widen();
        }
        self.wide.push(point);
    }

    /// Bytes that are all ASCII.
    #[inline]
    pub fn push_ascii(&mut self, bytes: &[u8]) {
        if self.is_wide {
            return self.wide.extend(bytes.iter().map(|&b| b as u32));
        }
        self.narrow.extend_from_slice(bytes);
    }

    pub fn push_str(&mut self, text: &str) {
        if !self.is_wide && text.is_ascii() {
            return self.narrow.extend_from_slice(text.as_bytes());
        }
        text.chars().for_each(|c| self.push(c as u32));
    }

    pub fn push_data(&mut self, data: Data) {
        if let (false, Data::One(s)) = (self.is_wide, data) {
            self.ascii &= s.is_ascii();
            return self.narrow.extend_from_slice(s);
        }
        for i in 0..data.len() {
            self.push(data.get(i));
        }
    }

    pub fn push_obj(&mut self, text: Ref<Str>) {
        self.push_data(text.data());
    }

    pub fn len(&self) -> usize {
        if self.is_wide { self.wide.len() } else { self.narrow.len() }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn finish(self) -> Ref<Str> {
        if self.is_wide {
            Str::from_code_points(&self.wide)
        } else if self.ascii {
            Str::from_ascii(&self.narrow)
        } else {
            Str::from_latin1(&self.narrow)
        }
    }
}

impl fmt::Write for Builder {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}
