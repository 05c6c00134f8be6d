//! `TextIOWrapper`: text over a buffered byte stream.
//!
//! UTF-8, ASCII and Latin-1 are handled here; other encodings through the incremental codecs of the
//! registry. Written text is encoded straight into a buffer of pending bytes, which goes down when it
//! is large, at a flush, at a line end if the stream is line buffered, and before reading.

use super::base::{self, Stream, TEXT_IO_BASE, call_method, getattr, this};
use super::buffered;
use super::{dirty, unsupported};
use crate::errors::{self, R, type_error, value_error};
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, WEAKREFS};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, attr, call};
use crate::ops;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::{Bytes, view};
use crate::types::codecs::{self, Native, decode, encode};
use crate::types::exceptions as exc;
use crate::types::int;
use crate::types::str::{Data, Str, find};
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// The object.
#[repr(C)]
pub struct TextIo {
    base: Stream,
    /// The byte stream below; empty before `__init__` and after `detach`.
    buffer: Slot,
    encoding: Slot,
    errors: Slot,
    /// Incremental codec objects of encodings that are not handled here.
    encoder: Slot,
    decoder: Slot,
    /// Decoded text, of which `used` characters are taken, and the bytes that it came from.
    decoded: Slot,
    snapshot: Slot,
    /// Bytes of an incomplete character at the end of the last chunk.
    tail: Slot,
    /// Encoded text on its way down, a [`ByteArray`].
    pending: Slot,
    used: Cell<u64>,
    /// Bits below, tagged.
    flags: Cell<u64>,
    /// How lines end ([`Newline`]), tagged.
    newline: Cell<u64>,
    /// Line ends seen: 1 `\r`, 2 `\n`, 4 `\r\n`; tagged.
    seen: Cell<u64>,
}

const LINE_BUFFERING: i64 = 1;
const WRITE_THROUGH: i64 = 2;
const READY: i64 = 4;
const DETACHED: i64 = 8;
const STANDARD: i64 = 16;
/// From this bit on, the native encoding: none, UTF-8, ASCII, Latin-1.
const NATIVE_SHIFT: i64 = 10;
const TELLING_OFF: i64 = 32;
const EOF_SEEN: i64 = 64;
/// What the stream below can do.
const CAN_READ: i64 = 128;
const CAN_WRITE: i64 = 256;

/// The `newline` argument.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Newline {
    /// None: all ends become `\n`.
    Translate,
    /// `''`: all ends are seen, none is changed.
    Any,
    Lf,
    Cr,
    CrLf,
}

impl Newline {
    fn from_index(n: i64) -> Newline {
        [Newline::Translate, Newline::Any, Newline::Lf, Newline::Cr, Newline::CrLf][n.clamp(0, 4) as usize]
    }

    pub fn parse(v: Option<Value>) -> R<Newline> {
        let Some(v) = v.filter(|v| !v.is_none()) else { return Ok(Newline::Translate) };
        let Some(text) = v.cast::<Str>() else {
            return Err(type_error(format_args!("newline must be str or None, not {}", v.class().display_name())));
        };
        match text.as_ascii() {
            Some("") => Ok(Newline::Any),
            Some("\n") => Ok(Newline::Lf),
            Some("\r") => Ok(Newline::Cr),
            Some("\r\n") => Ok(Newline::CrLf),
            _ => Err(value_error(format_args!("illegal newline value: {}", text.display()))),
        }
    }
}

impl Builtin for TextIo {
    const DEF: &'static TypeDef = &TEXT_IO_WRAPPER;
}

impl TextIo {
    fn flag(&self, bit: i64) -> bool {
        tag::int_value(self.flags.get() | 1) & bit != 0
    }

    fn put_flag(&self, bit: i64, on: bool) {
        let flags = tag::int_value(self.flags.get() | 1);
        self.flags.set(tag::int(if on { flags | bit } else { flags & !bit }));
    }

    /// One of the streams of `sys`.
    pub fn is_standard(&self) -> bool {
        self.flag(STANDARD)
    }

    fn native(&self) -> Option<Native> {
        match tag::int_value(self.flags.get() | 1) >> NATIVE_SHIFT {
            1 => Some(Native::Utf8),
            2 => Some(Native::Ascii),
            3 => Some(Native::Latin1),
            _ => None,
        }
    }

    fn newline(&self) -> Newline {
        Newline::from_index(tag::int_value(self.newline.get() | 1))
    }

    fn errors(&self) -> Ref<Str> {
        self.errors.object()
    }

    pub fn buffer(&self) -> R {
        match self.buffer.get() {
            Some(buffer) => Ok(buffer),
            None if self.flag(DETACHED) => Err(value_error("underlying buffer has been detached")),
            None => Err(value_error("I/O operation on uninitialized object")),
        }
    }

    fn used(&self) -> usize {
        tag::int_value(self.used.get() | 1) as usize
    }

    fn set_used(&self, n: usize) {
        self.used.set(tag::int(n as i64));
    }

    fn text(&self) -> Option<Ref<Str>> {
        self.decoded.get().map(|_| self.decoded.object())
    }

    fn available(&self) -> usize {
        self.text().map_or(0, |text| text.len() - self.used())
    }
}

impl Ref<TextIo> {
    fn check_open(self) -> R<()> {
        let buffer = self.buffer()?;
        let closed =
            match buffered::exact(buffer).and_then(|b| b.raw().ok()).and_then(|r| r.exact::<super::file::FileIo>()) {
                Some(file) => file.fd().is_none(),
                None => base::is_closed(buffer)?,
            };
        if closed { Err(value_error("I/O operation on closed file.")) } else { Ok(()) }
    }

    fn pending(self) -> Ref<ByteArray> {
        if self.pending.get().is_none() {
            self.pending.set(self, ByteArray::new(&[]));
        }
        self.pending.object()
    }

    /// Hands pending bytes to the stream below.
    fn write_down(self) -> R<()> {
        if self.pending.get().is_none() {
            return Ok(());
        }
        let pending = self.pending();
        if pending.is_empty() {
            return Ok(());
        }
        let buffer = self.buffer()?;
        dirty::remove(self.value());
        // Other threads may write meanwhile: what they add is not what is handed over here.
        self.pending.clear();
        match buffered::exact(buffer) {
            Some(b) => {
                let _inside = b.hold()?;
                b.append(pending.as_slice())
            }
            None => call_method(buffer, "write", &[Bytes::new(pending.as_slice()).value()]).map(|_| ()),
        }
    }

    pub fn flush(self) -> R<()> {
        self.write_down()?;
        let buffer = self.buffer()?;
        match buffered::exact(buffer) {
            Some(b) if buffer.class() == buffered::BUFFERED_WRITER.class() => {
                let _inside = b.hold()?;
                b.flush_unwritten()
            }
            _ => call_method(buffer, "flush", &[]).map(|_| ()),
        }
    }

    /// Writes a text.
    pub fn write(self, text: Ref<Str>) -> R<()> {
        self.check_open()?;
        if !self.flag(CAN_WRITE) {
            return Err(unsupported("not writable"));
        }
        let newline = self.newline();
        let mut text = text;
        let ends_line = (self.flag(LINE_BUFFERING) || matches!(newline, Newline::Cr | Newline::CrLf))
            && find::position_of(text, Str::intern("\n")).is_some();
        if ends_line && matches!(newline, Newline::Cr | Newline::CrLf) {
            let to = if newline == Newline::Cr { "\r" } else { "\r\n" };
            text = find::replaced(text, Str::intern("\n"), Str::intern(to), usize::MAX);
        }
        let pending = self.pending();
        let was_empty = pending.is_empty();
        match (self.native(), text.as_ascii()) {
            (Some(_), Some(ascii)) => pending.extend(ascii.as_bytes())?,
            (Some(native), None) => {
                let errors = self.errors();
                let bytes = encode::encode(native, text, &errors.to_string_lossy())?;
                pending.extend(&bytes)?;
            }
            (None, _) => {
                let Some(encoder) = self.encoder.get() else { return Err(unsupported("not writable")) };
                let bytes = call_method(encoder, "encode", &[text.value()])?;
                let Some(bytes) = view(bytes) else {
                    return Err(type_error(format_args!(
                        "encoder should return a bytes object, not '{}'",
                        bytes.class().display_name()
                    )));
                };
                pending.extend(bytes)?;
            }
        }
        if was_empty {
            dirty::add(self.value());
        }
        let flush_now =
            self.flag(LINE_BUFFERING) && (ends_line || find::position_of(text, Str::intern("\r")).is_some());
        if pending.len() >= super::BUFFER_SIZE || self.flag(WRITE_THROUGH) || flush_now {
            self.write_down()?;
        }
        if flush_now {
            self.flush()?;
        }
        if self.decoded.get().is_some() {
            self.forget();
        }
        Ok(())
    }

    /// Drops decoded text that was not taken.
    fn forget(self) {
        self.decoded.clear();
        self.snapshot.clear();
        self.tail.clear();
        self.set_used(0);
        self.put_flag(EOF_SEEN, false);
    }

    /// Reads one chunk more; false at the end.
    fn read_chunk(self) -> R<bool> {
        let buffer = self.buffer()?;
        if self.native().is_none() && self.decoder.get().is_none() {
            return Err(unsupported("not readable"));
        }
        let chunk: Vec<u8> = match buffered::exact(buffer) {
            Some(b) => {
                let _inside = b.hold()?;
                b.read1(super::BUFFER_SIZE)?
            }
            None => {
                let has_read1 = attr::find(buffer, Str::intern("read1"))?.is_some();
                let name = if has_read1 { "read1" } else { "read" };
                let got = call_method(buffer, name, &[Value::small(super::BUFFER_SIZE as i64)])?;
                match view(got) {
                    Some(bytes) => bytes.to_vec(),
                    None => {
                        return Err(type_error(format_args!(
                            "underlying {name}() should have returned a bytes-like object, not '{}'",
                            got.class().display_name()
                        )));
                    }
                }
            }
        };
        self.take_chunk(chunk)
    }

    fn take_chunk(self, chunk: Vec<u8>) -> R<bool> {
        let last = chunk.is_empty();
        let tail: &[u8] = self.tail.get().and_then(view).unwrap_or(&[]);
        let input = if tail.is_empty() { chunk } else { [tail, &chunk].concat() };
        let mut consumed = input.len();
        let text = match self.native() {
            Some(native) => {
                let mut end = input.len();
                // A carriage return at the end may be half of a line end.
                let universal = matches!(self.newline(), Newline::Translate | Newline::Any);
                if universal && !last && input.last() == Some(&b'\r') {
                    end -= 1;
                }
                let object = if input.is_ascii() || native == Native::Latin1 {
                    none()
                } else {
                    Bytes::new(&input[..end]).value()
                };
                let errors = self.errors();
                let name = match errors.as_ascii() {
                    Some(name) => name.to_string(),
                    None => errors.to_string_lossy(),
                };
                let (text, taken) = decode::decode(native, object, &input[..end], &name, last)?;
                consumed = taken;
                if universal { self.translate(text) } else { text }
            }
            None => {
                let Some(decoder) = self.decoder.get() else { return Err(unsupported("not readable")) };
                let text = call_method(decoder, "decode", &[Bytes::new(&input).value(), boolean(last)])?;
                match text.cast::<Str>() {
                    Some(text) => text,
                    None => {
                        return Err(type_error(format_args!(
                            "decoder should return a string result, not '{}'",
                            text.class().display_name()
                        )));
                    }
                }
            }
        };
        let (rest, before) = match self.text() {
            Some(old) if self.available() > 0 => {
                let used = self.used();
                let taken = self.bytes_of_used(used);
                let bytes = self.snapshot.get().and_then(view).unwrap_or(&[]);
                (Some(old.substring(used, old.len())), bytes[taken.min(bytes.len())..].to_vec())
            }
            _ => (None, Vec::new()),
        };
        let bytes = Bytes::new(&input[..consumed]);
        let tail = Bytes::new(&input[consumed..]);
        self.tail.set(self, tail);
        self.set_used(0);
        match rest {
            Some(rest) => {
                self.decoded.set(self, Str::concat(&[rest, text])?);
                self.snapshot.set(self, Bytes::new(&[&before[..], bytes.as_slice()].concat()));
            }
            None => {
                self.decoded.set(self, text);
                self.snapshot.set(self, bytes);
            }
        }
        self.put_flag(EOF_SEEN, last);
        Ok(!last)
    }

    /// Universal newlines: notes the line ends and, if asked for, makes them `\n`.
    fn translate(self, text: Ref<Str>) -> Ref<Str> {
        let (out, seen) = translate_newlines(text, self.newline() == Newline::Translate);
        let known = tag::int_value(self.seen.get() | 1);
        self.seen.set(tag::int(known | seen));
        out
    }

    /// How many bytes of the snapshot the first `used` characters of the decoded text came from.
    fn bytes_of_used(self, used: usize) -> usize {
        let bytes = self.snapshot.get().and_then(view).unwrap_or(&[]);
        let Some(text) = self.text() else { return 0 };
        if text.len() == bytes.len() || used == 0 {
            return used;
        }
        if used == text.len() {
            return bytes.len();
        }
        let Some(native) = self.native() else {
            // Not to be told exactly: what the text not yet taken encodes to counts from the end.
            let rest = text.substring(used, text.len());
            let encoding = self.encoding.object::<Str>().to_string_lossy();
            return match codecs::encode(rest, &encoding, "surrogateescape") {
                Ok(left) => bytes.len().saturating_sub(left.len()),
                Err(_) => {
                    errors::clear();
                    bytes.len()
                }
            };
        };
        let both = self.newline() == Newline::Translate;
        let mut at = 0;
        for _ in 0..used {
            let Some(&b) = bytes.get(at) else { break };
            at += match b {
                b'\r' if both && bytes.get(at + 1) == Some(&b'\n') => 2,
                0xc2..=0xdf if native == Native::Utf8 => 2,
                0xe0..=0xef if native == Native::Utf8 => 3,
                0xf0..=0xf4 if native == Native::Utf8 => 4,
                _ => 1,
            };
        }
        at.min(bytes.len())
    }

    fn check_readable(self) -> R<()> {
        if self.flag(CAN_READ) { Ok(()) } else { Err(unsupported("not readable")) }
    }

    fn before_read(self) -> R<()> {
        self.check_open()?;
        self.check_readable()?;
        if self.pending.get().is_some() && !self.pending().is_empty() { self.flush() } else { Ok(()) }
    }

    /// Takes `n` characters of the decoded text.
    fn take(self, n: usize) -> Ref<Str> {
        let Some(text) = self.text() else { return Str::from_ascii(b"") };
        let start = self.used();
        let end = (start + n).min(text.len());
        self.set_used(end);
        text.substring(start, end)
    }

    fn read(self, n: Option<usize>) -> R<Ref<Str>> {
        self.before_read()?;
        let Some(n) = n else { return self.read_all() };
        while self.available() < n {
            if !self.read_chunk()? {
                break;
            }
        }
        Ok(self.take(n))
    }

    fn read_all(self) -> R<Ref<Str>> {
        let first = self.take(usize::MAX >> 1);
        let buffer = self.buffer()?;
        let rest = call_method(buffer, "read", &[])?;
        let Some(bytes) = view(rest) else {
            return Err(type_error(format_args!(
                "underlying read() should have returned a bytes-like object, not '{}'",
                rest.class().display_name()
            )));
        };
        let mut parts = vec![first];
        if !bytes.is_empty() {
            self.take_chunk(bytes.to_vec())?;
            parts.push(self.take(usize::MAX >> 1));
        }
        self.take_chunk(Vec::new())?;
        parts.push(self.take(usize::MAX >> 1));
        self.decoded.clear();
        self.snapshot.clear();
        self.set_used(0);
        parts.retain(|part| !part.is_empty());
        Str::concat(&parts)
    }

    fn readline(self, limit: usize) -> R<Ref<Str>> {
        self.before_read()?;
        let mut searched = 0;
        loop {
            if let Some(text) = self.text() {
                let start = self.used();
                if let Some(end) = line_end(text, start, start + searched, self.newline()) {
                    return Ok(self.take((end - start).min(limit)));
                }
                if text.len() - start >= limit {
                    return Ok(self.take(limit));
                }
                // The last character may be the first half of a line end.
                searched = (text.len() - start).saturating_sub(1);
            }
            if !self.read_chunk()? {
                // What came with the end may hold a line end still.
                if let Some(text) = self.text() {
                    let start = self.used();
                    let end = line_end(text, start, start, self.newline()).unwrap_or(text.len());
                    return Ok(self.take((end - start).min(limit)));
                }
                return Ok(Str::from_ascii(b""));
            }
        }
    }

    fn tell(self) -> R<i64> {
        self.check_open()?;
        if self.flag(TELLING_OFF) {
            return Err(errors::raise_text(&exc::OS_ERROR, "telling position disabled by next() call"));
        }
        let buffer = self.buffer()?;
        self.write_down()?;
        let at = match buffered::exact(buffer) {
            Some(b) => {
                base::check_seekable(buffer).map_err(|_| {
                    errors::clear();
                    unsupported("underlying stream is not seekable")
                })?;
                b.tell()?
            }
            None => {
                if !ops::truth(call_method(buffer, "seekable", &[])?)? {
                    return Err(unsupported("underlying stream is not seekable"));
                }
                ops::as_i64(call_method(buffer, "tell", &[])?)?
            }
        };
        let tail = self.tail.get().and_then(view).map_or(0, <[u8]>::len);
        let total = self.snapshot.get().and_then(view).map_or(0, <[u8]>::len);
        Ok(at - tail as i64 - (total - self.bytes_of_used(self.used()).min(total)) as i64)
    }

    fn seek(self, cookie: Value, whence: i64) -> R {
        self.check_open()?;
        let buffer = self.buffer()?;
        if !ops::truth(call_method(buffer, "seekable", &[])?)? {
            return Err(unsupported("underlying stream is not seekable"));
        }
        self.put_flag(TELLING_OFF, false);
        let zero = ops::equal(cookie, Value::small(0))?;
        let target = match whence {
            1 if !zero => return Err(unsupported("can't do nonzero cur-relative seeks")),
            1 => int::from_i64(self.tell()?),
            2 if !zero => return Err(unsupported("can't do nonzero end-relative seeks")),
            2 => {
                self.flush()?;
                self.forget();
                self.reset_codecs(true)?;
                return call_method(buffer, "seek", &[Value::small(0), Value::small(2)]);
            }
            0 => cookie,
            _ => {
                return Err(value_error(format_args!("invalid whence ({whence}, should be 0, 1 or 2)")));
            }
        };
        if ops::as_i64(ops::index(target)?)? < 0 {
            return Err(value_error(format_args!("negative seek position {}", ops::repr_text(target)?)));
        }
        self.flush()?;
        call_method(buffer, "seek", &[target])?;
        self.forget();
        self.reset_codecs(!zero)?;
        Ok(target)
    }

    fn reset_codecs(self, moved: bool) -> R<()> {
        if let Some(decoder) = self.decoder.get() {
            call_method(decoder, "reset", &[])?;
        }
        if let Some(encoder) = self.encoder.get() {
            if moved {
                call_method(encoder, "setstate", &[Value::small(0)]).map(|_| ())?;
            } else {
                call_method(encoder, "reset", &[])?;
            }
        }
        Ok(())
    }

    /// Chooses how to encode and decode.
    fn set_codec(self, encoding: Ref<Str>, errors: Ref<Str>) -> R<()> {
        let name = encoding.to_string_lossy();
        let native = match Native::find(&name) {
            Some(Native::Utf8) => 1,
            Some(Native::Ascii) => 2,
            Some(Native::Latin1) => 3,
            _ => 0,
        };
        self.flags
            .set(tag::int(tag::int_value(self.flags.get() | 1) & ((1 << NATIVE_SHIFT) - 1) | native << NATIVE_SHIFT));
        self.encoding.set(self, encoding);
        self.errors.set(self, errors);
        self.encoder.clear();
        self.decoder.clear();
        let buffer = self.buffer()?;
        let class = buffer.class();
        let (can_read, can_write) = if buffered::exact(buffer).is_some() {
            (class != buffered::BUFFERED_WRITER.class(), class != buffered::BUFFERED_READER.class())
        } else {
            (ops::truth(call_method(buffer, "readable", &[])?)?, ops::truth(call_method(buffer, "writable", &[])?)?)
        };
        self.put_flag(CAN_READ, can_read);
        self.put_flag(CAN_WRITE, can_write);
        if native == 0 {
            let codec = codecs::registry::lookup(&name)?;
            if let Some(is_text) = attr::find(codec, Str::intern("_is_text_encoding"))? {
                if !ops::truth(is_text)? {
                    return Err(errors::lookup_error(format_args!(
                        "'{name}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
                    )));
                }
            }
            if can_read {
                let decoder = call_method(codec, "incrementaldecoder", &[errors.value()])?;
                let newline = self.newline();
                let decoder = if matches!(newline, Newline::Translate | Newline::Any) {
                    super::newline::make(decoder, newline == Newline::Translate)
                } else {
                    decoder
                };
                self.decoder.set(self, decoder);
            }
            if can_write {
                let encoder = call_method(codec, "incrementalencoder", &[errors.value()])?;
                self.encoder.set(self, encoder);
                if ops::truth(call_method(buffer, "seekable", &[])?)?
                    && !ops::equal(call_method(buffer, "tell", &[])?, Value::small(0))?
                {
                    call_method(encoder, "setstate", &[Value::small(0)])?;
                }
            }
        }
        Ok(())
    }
}

/// Line ends made `\n` (if `change`), and which kinds there were.
pub fn translate_newlines(text: Ref<Str>, change: bool) -> (Ref<Str>, i64) {
    let has = |c: u8| match text.data() {
        Data::One(s) => memchr::memchr(c, s).is_some(),
        data => (0..data.len()).any(|i| data.get(i) == c as u32),
    };
    if !has(b'\r') {
        return (text, if has(b'\n') { 2 } else { 0 });
    }
    let mut seen = 0;
    let data = text.data();
    let mut out = Vec::with_capacity(text.len());
    let mut i = 0;
    while i < data.len() {
        match data.get(i) {
            13 if i + 1 < data.len() && data.get(i + 1) == 10 => {
                seen |= 4;
                if !change {
                    out.push(13);
                }
                out.push(10);
                i += 1;
            }
            13 => {
                seen |= 1;
                out.push(if change { 10 } else { 13 });
            }
            10 => {
                seen |= 2;
                out.push(10);
            }
            c => out.push(c),
        }
        i += 1;
    }
    (if change { Str::from_code_points(&out) } else { text }, seen)
}

/// The end of the line that starts at `start`, looking from `from` on.
pub fn line_end(text: Ref<Str>, start: usize, from: usize, newline: Newline) -> Option<usize> {
    let at = |c: u8| match text.data() {
        Data::One(s) => memchr::memchr(c, &s[from..]).map(|i| i + from),
        data => (from..data.len()).find(|&i| data.get(i) == c as u32),
    };
    match newline {
        Newline::Translate | Newline::Lf => at(b'\n').map(|i| i + 1),
        Newline::Cr => at(b'\r').map(|i| i + 1),
        Newline::CrLf => (from.max(start)..text.len().saturating_sub(1))
            .find(|&i| text.get(i) == 13 && text.get(i + 1) == 10)
            .map(|i| i + 2),
        Newline::Any => match (at(b'\n'), at(b'\r')) {
            (None, None) => None,
            (Some(n), None) => Some(n + 1),
            (n, Some(r)) if n.is_none_or(|n| r < n) => Some(if n == Some(r + 1) { r + 2 } else { r + 1 }),
            (Some(n), _) => Some(n + 1),
            (None, Some(r)) => Some(r + 1),
        },
    }
}

/// `text` for `newlines` attributes.
pub fn newlines_seen(seen: i64) -> Value {
    let texts: Vec<Value> = [(1, "\r"), (2, "\n"), (4, "\r\n")]
        .iter()
        .filter(|(bit, _)| seen & bit != 0)
        .map(|(_, text)| Str::intern(text).value())
        .collect();
    match texts[..] {
        [] => none(),
        [one] => one,
        _ => crate::types::tuple::Tuple::new(&texts).value(),
    }
}

/// How a text stream is to behave.
pub struct Options {
    pub encoding: Ref<Str>,
    pub errors: Ref<Str>,
    pub newline: Newline,
    pub line_buffering: bool,
    pub write_through: bool,
    pub standard: bool,
}

/// Sets up an instance over a byte stream.
pub fn attach(v: Value, buffer: Value, options: &Options) -> R<()> {
    let text = this::<TextIo>(v);
    text.forget();
    text.pending.clear();
    text.buffer.set(text, buffer);
    let mut flags = READY;
    for (on, bit) in
        [(options.line_buffering, LINE_BUFFERING), (options.write_through, WRITE_THROUGH), (options.standard, STANDARD)]
    {
        flags |= if on { bit } else { 0 };
    }
    text.flags.set(tag::int(flags));
    text.newline.set(tag::int(options.newline as i64));
    text.seen.set(tag::int(0));
    text.set_codec(options.encoding, options.errors)
}

/// A text stream over a byte stream.
pub fn make(buffer: Value, options: &Options) -> R {
    let v = base::allocate(TEXT_IO_WRAPPER.class());
    attach(v, buffer, options)?;
    Ok(v)
}

/// An encoding argument; None and "locale" mean UTF-8.
fn encoding_argument(v: Option<Value>, function: &str) -> R<Ref<Str>> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(Str::intern("UTF-8")),
        Some(v) => match v.cast::<Str>() {
            Some(text) if text.is_str("locale") => Ok(Str::intern("UTF-8")),
            Some(text) if text.code_points().any(|c| c == 0) => Err(value_error("embedded null character")),
            Some(text) => Ok(text),
            None => Err(type_error(format_args!(
                "{function}() argument 'encoding' must be str or None, not {}",
                v.class().display_name()
            ))),
        },
    }
}

fn errors_argument(v: Option<Value>, function: &str) -> R<Ref<Str>> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(Str::intern("strict")),
        Some(v) => match v.cast::<Str>() {
            Some(text) => Ok(text),
            None => Err(type_error(format_args!(
                "{function}() argument 'errors' must be str or None, not {}",
                v.class().display_name()
            ))),
        },
    }
}

fn init(v: Value, args: Args) -> R<()> {
    static PARAMS: crate::object::args::Params = crate::object::args::Params {
        function: "TextIOWrapper",
        names: &["buffer", "encoding", "errors", "newline", "line_buffering", "write_through"],
        required: 1,
        positional: 6,
    };
    let [buffer, encoding, errors, newline, line, through] = args.bind(&PARAMS)?;
    let Some(buffer) = buffer else { return Err(type_error("missing required argument 'buffer' (pos 1)")) };
    let options = Options {
        encoding: encoding_argument(encoding, "TextIOWrapper")?,
        errors: errors_argument(errors, "TextIOWrapper")?,
        newline: Newline::parse(newline)?,
        line_buffering: line.map_or(Ok(false), ops::truth)?,
        write_through: through.map_or(Ok(false), ops::truth)?,
        standard: false,
    };
    // A buffer that is no stream fails here, as in CPython.
    getattr(buffer, "readable")?;
    attach(v, buffer, &options)
}

fn reconfigure(v: Value, args: Args) -> R {
    static PARAMS: crate::object::args::Params = crate::object::args::Params {
        function: "reconfigure",
        names: &["encoding", "errors", "newline", "line_buffering", "write_through"],
        required: 0,
        positional: 0,
    };
    let [encoding, errors, newline, line, through] = args.bind(&PARAMS)?;
    let text = this::<TextIo>(v);
    text.buffer()?;
    let given = |v: Option<Value>| v.filter(|v| !v.is_none());
    if (given(encoding).is_some() || given(errors).is_some() || newline.is_some()) && text.decoded.get().is_some() {
        return Err(unsupported("It is not possible to set the encoding or newline of stream after the first read"));
    }
    let line = given(line).map(ops::truth).transpose()?;
    let through = given(through).map(ops::truth).transpose()?;
    let new_newline = newline.map(|n| Newline::parse(Some(n))).transpose()?;
    text.flush()?;
    if let Some(newline) = new_newline {
        text.newline.set(tag::int(newline as i64));
    }
    if given(encoding).is_some() || given(errors).is_some() {
        let new_encoding = match given(encoding) {
            Some(_) => encoding_argument(encoding, "reconfigure")?,
            None => text.encoding.object(),
        };
        let new_errors = match given(errors) {
            None if given(encoding).is_some() => Str::intern("strict"),
            None => text.errors(),
            Some(_) => errors_argument(errors, "reconfigure")?,
        };
        text.set_codec(new_encoding, new_errors)?;
    }
    if let Some(on) = line {
        text.put_flag(LINE_BUFFERING, on);
    }
    if let Some(on) = through {
        text.put_flag(WRITE_THROUGH, on);
    }
    Ok(none())
}

fn write(v: Value, data: Value) -> R {
    ops::poll::owner_may_have_left();
    let Some(text) = data.cast::<Str>() else {
        return Err(type_error(format_args!("write() argument must be str, not {}", data.class().display_name())));
    };
    this::<TextIo>(v).write(text)?;
    Ok(int::from_usize(text.len()))
}

fn next(v: Value) -> R<Option<Value>> {
    let text = this::<TextIo>(v);
    let line = if v.exact::<TextIo>().is_some() {
        text.readline(usize::MAX >> 1)?.value()
    } else {
        call::call_method(v, crate::names::get(crate::names::readline), &[])?
    };
    if ops::len(line)? == 0 {
        text.put_flag(TELLING_OFF, false);
        return Ok(None);
    }
    text.put_flag(TELLING_OFF, true);
    Ok(Some(line))
}

fn close(v: Value) -> R {
    let text = this::<TextIo>(v);
    let buffer = text.buffer()?;
    if base::is_closed(buffer)? {
        return Ok(none());
    }
    let flushed = call_method(v, "flush", &[]);
    let pending = flushed.is_err().then(errors::take);
    let closed = call_method(buffer, "close", &[]);
    dirty::remove(v);
    if let Some(error) = pending {
        return Err(base::chained(error, closed.is_err()));
    }
    closed
}

fn repr(v: Value) -> R {
    let text = this::<TextIo>(v);
    let mut out = format!("<{}", crate::types::type_::full_name(v.class())?);
    for name in ["name", "mode"] {
        match attr::find(v, Str::intern(name)) {
            Ok(Some(value)) => out += &format!(" {name}={}", ops::repr_text(value)?),
            Ok(None) => {}
            Err(_) => errors::clear(),
        }
    }
    if text.encoding.get().is_none() {
        text.buffer()?;
    }
    out += &format!(" encoding={}>", ops::repr_text(text.encoding.value())?);
    Ok(Str::new(&out).value())
}

macro_rules! buffer_method {
    ($name:literal) => {
        Method::none($name, |v| {
            let text = this::<TextIo>(v);
            call_method(text.buffer()?, $name, &[])
        })
    };
}

pub static TEXT_IO_WRAPPER: TypeDef = TypeDef {
    name: "_io.TextIOWrapper",
    base: Some(&TEXT_IO_BASE),
    slots: Slots { init: Some(init), next: Some(next), repr: Some(repr), ..Slots::NONE },
    methods: &[
        Method::one("write", write),
        Method::pos("read", |v, args| Ok(this::<TextIo>(v).read(base::size_argument(args.first())?)?.value()), 0, 1),
        Method::pos(
            "readline",
            |v, args| {
                let limit = base::size_argument(args.first())?.unwrap_or(usize::MAX >> 1);
                Ok(this::<TextIo>(v).readline(limit)?.value())
            },
            0,
            1,
        ),
        Method::none("flush", |v| {
            let text = this::<TextIo>(v);
            text.check_open()?;
            text.put_flag(TELLING_OFF, false);
            text.flush()?;
            Ok(none())
        }),
        Method::none("close", close),
        Method::none("detach", |v| {
            let text = this::<TextIo>(v);
            let buffer = text.buffer()?;
            call_method(v, "flush", &[])?;
            text.buffer.clear();
            text.put_flag(DETACHED, true);
            Ok(buffer)
        }),
        Method::none("tell", |v| Ok(int::from_i64(this::<TextIo>(v).tell()?))),
        Method::pos(
            "seek",
            |v, args| {
                let whence = args.get(1).map_or(Ok(0), |w| ops::as_i64(*w))?;
                this::<TextIo>(v).seek(args[0], whence)
            },
            1,
            2,
        ),
        Method::pos(
            "truncate",
            |v, args| {
                let text = this::<TextIo>(v);
                text.flush()?;
                let at = match args.first().filter(|a| !a.is_none()) {
                    Some(at) => *at,
                    None => int::from_i64(text.tell()?),
                };
                call_method(text.buffer()?, "truncate", &[at])
            },
            0,
            1,
        ),
        Method::full("reconfigure", reconfigure),
        buffer_method!("fileno"),
        buffer_method!("isatty"),
        buffer_method!("readable"),
        buffer_method!("writable"),
        buffer_method!("seekable"),
        Method::none("__getstate__", |v| {
            Err(type_error(format_args!("cannot pickle '{}' instances", v.class().display_name())))
        }),
    ],
    getset: &[
        GetSet::get("buffer", |v| this::<TextIo>(v).buffer()),
        GetSet::get("encoding", |v| Ok(this::<TextIo>(v).encoding.get().unwrap_or_else(none))),
        GetSet::get("errors", |v| Ok(this::<TextIo>(v).errors.get().unwrap_or_else(none))),
        GetSet::get("line_buffering", |v| Ok(boolean(this::<TextIo>(v).flag(LINE_BUFFERING)))),
        GetSet::get("write_through", |v| Ok(boolean(this::<TextIo>(v).flag(WRITE_THROUGH)))),
        GetSet::get("closed", |v| {
            let text = this::<TextIo>(v);
            getattr(text.buffer()?, "closed")
        }),
        GetSet::get("name", |v| {
            let text = this::<TextIo>(v);
            getattr(text.buffer()?, "name")
        }),
        GetSet::get("newlines", |v| {
            let text = this::<TextIo>(v);
            match text.decoder.get() {
                Some(decoder) => Ok(attr::find(decoder, Str::intern("newlines"))?.unwrap_or_else(none)),
                None => Ok(newlines_seen(tag::int_value(text.seen.get() | 1))),
            }
        }),
        GetSet::both("_CHUNK_SIZE", |_| Ok(Value::small(super::BUFFER_SIZE as i64)), |_, _| Ok(())),
    ],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    words: TypeDef::words_of::<TextIo>(),
    traced: TypeDef::words_of::<TextIo>() - 1,
    ..TypeDef::BASE
};

/// Whether the stream is a plain byte stream's text, for `print`.
pub fn exact(v: Value) -> Option<Ref<TextIo>> {
    v.exact::<TextIo>()
}
