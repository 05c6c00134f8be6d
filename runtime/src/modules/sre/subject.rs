//! The text that is searched: a string's code points of any width, or a buffer's bytes, and the view of
//! them that the engine takes.

use crate::errors::{R, type_error};
use crate::object::Ref;
use crate::types::bytes::{self, Bytes};
use crate::types::str::{Data, Str};
use crate::value::Value;
use rustpython_sre_engine::{StrDrive, StringCursor};

/// The code points or bytes.
#[derive(Clone, Copy)]
pub(super) enum Chars {
    One(&'static [u8]),
    Two(&'static [u16]),
    Four(&'static [u32]),
}

/// A subject. Its `value` keeps `chars` alive while the subject is on the stack.
#[derive(Clone, Copy)]
pub(super) struct Subject {
    pub value: Value,
    pub chars: Chars,
    /// The string, unless it is bytes.
    text: Option<Ref<Str>>,
}

impl Subject {
    pub fn new(value: Value) -> R<Subject> {
        if let Some(text) = value.cast::<Str>() {
            // SAFETY: strings do not change, and the value is kept beside its code points.
            let chars = unsafe {
                match text.data() {
                    Data::One(s) => Chars::One(&*(s as *const [u8])),
                    Data::Two(s) => Chars::Two(&*(s as *const [u16])),
                    Data::Four(s) => Chars::Four(&*(s as *const [u32])),
                }
            };
            return Ok(Subject { value, chars, text: Some(text) });
        }
        match bytes::buffer_of(value)? {
            Some(bytes) => Ok(Subject { value, chars: Chars::One(bytes), text: None }),
            None => Err(type_error(format_args!(
                "expected string or bytes-like object, got '{}'",
                value.class().display_name()
            ))),
        }
    }

    pub fn is_bytes(&self) -> bool {
        self.text.is_none()
    }

    #[inline]
    pub fn len(&self) -> usize {
        match self.chars {
            Chars::One(s) => s.len(),
            Chars::Two(s) => s.len(),
            Chars::Four(s) => s.len(),
        }
    }

    /// A part as a new `str` or `bytes`; the subject itself if it is all of an exact one.
    #[inline]
    pub fn slice(&self, start: usize, end: usize) -> Value {
        let end = end.min(self.len());
        let start = start.min(end);
        if let Some(text) = self.text {
            return text.substring(start, end).value();
        }
        if start == 0 && end == self.len() && self.value.exact::<Bytes>().is_some() {
            return self.value;
        }
        match self.chars {
            Chars::One(s) => Bytes::new(&s[start..end]).value(),
            _ => Bytes::new(&[]).value(),
        }
    }
}

/// Units of `W` bytes each, read through the engine's byte cursor: its pointer is not ours to set.
#[derive(Clone, Copy)]
pub(super) struct Units<'a, const W: usize>(&'a [u8]);

impl<'a> Units<'a, 1> {
    pub fn bytes(s: &'a [u8]) -> Self {
        Units(s)
    }
}

impl<'a> Units<'a, 2> {
    pub fn two(s: &'a [u16]) -> Self {
        // SAFETY: any memory can be read as bytes.
        Units(unsafe { std::slice::from_raw_parts(s.as_ptr() as *const u8, size_of_val(s)) })
    }
}

impl<'a> Units<'a, 4> {
    pub fn four(s: &'a [u32]) -> Self {
        // SAFETY: as above.
        Units(unsafe { std::slice::from_raw_parts(s.as_ptr() as *const u8, size_of_val(s)) })
    }
}

impl<const W: usize> StrDrive for Units<'_, W> {
    #[inline(always)]
    fn count(&self) -> usize {
        self.0.len() / W
    }

    #[inline(always)]
    fn create_cursor(&self, n: usize) -> StringCursor {
        let mut cursor = self.0.create_cursor(n * W);
        cursor.position = n;
        cursor
    }

    #[inline(always)]
    fn adjust_cursor(&self, cursor: &mut StringCursor, n: usize) {
        *cursor = self.create_cursor(n);
    }

    #[inline(always)]
    fn advance(cursor: &mut StringCursor) -> u32 {
        let c = Self::peek(cursor);
        Self::skip(cursor, 1);
        c
    }

    #[inline(always)]
    fn peek(cursor: &StringCursor) -> u32 {
        if W == 1 {
            return <&[u8]>::peek(cursor);
        }
        let mut at = *cursor;
        let mut unit = [0u8; 4];
        for byte in &mut unit[..W] {
            *byte = <&[u8]>::peek(&at) as u8;
            <&[u8]>::skip(&mut at, 1);
        }
        if cfg!(target_endian = "little") { u32::from_le_bytes(unit) } else { u32::from_be_bytes(unit) >> (32 - 8 * W) }
    }

    #[inline(always)]
    fn skip(cursor: &mut StringCursor, n: usize) {
        let position = cursor.position;
        <&[u8]>::skip(cursor, n * W);
        cursor.position = position + n;
    }

    #[inline(always)]
    fn back_advance(cursor: &mut StringCursor) -> u32 {
        Self::back_skip(cursor, 1);
        Self::peek(cursor)
    }

    #[inline(always)]
    fn back_peek(cursor: &StringCursor) -> u32 {
        let mut at = *cursor;
        Self::back_advance(&mut at)
    }

    #[inline(always)]
    fn back_skip(cursor: &mut StringCursor, n: usize) {
        // The byte cursor counts its position in bytes here: high enough for the subtraction.
        let position = cursor.position;
        cursor.position = position * W;
        <&[u8]>::back_skip(cursor, n * W);
        cursor.position = position - n;
    }
}
