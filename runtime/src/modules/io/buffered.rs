//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: one layout with a read-ahead buffer and a
//! buffer of unwritten bytes.
//!
//! Invariant: not both buffers hold data. The raw stream's position is after what was read ahead and
//! before what is not yet written. A [`FileIo`] below is used directly, others through their methods.
//! Bytes move under the object's monitor ([`Ref::<Buffered>::hold`]): raw calls let other threads run.

use super::base::{self, BUFFERED_IO_BASE, Stream, call_method, getattr, size_argument, this, writable_slice};
use super::file::FileIo;
use super::{dirty, unsupported};
use crate::errors::{self, R, Raised, type_error, value_error};
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, WEAKREFS};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Ref, Slot, Slots, TypeDef, attr};
use crate::ops;
use crate::thread::monitor::{Inside, Monitor};
use crate::types::bytearray::ByteArray;
use crate::types::bytes::{Bytes, require, view};
use crate::types::exceptions as exc;
use crate::types::int;
use crate::types::memoryview::MemoryView;
use crate::types::str::Str;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// The object.
#[repr(C)]
pub struct Buffered {
    base: Stream,
    /// The raw stream; empty before `__init__` and after `detach`.
    raw: Slot,
    /// [`ByteArray`]s: bytes read ahead, of which the first `used` are taken, and unwritten bytes.
    ahead: Slot,
    unwritten: Slot,
    used: Cell<u64>,
    /// Buffer size, tagged.
    size: Cell<u64>,
    /// 1: detached; 2: registered as dirty.
    flags: Cell<u64>,
    /// Held while bytes move.
    monitor: Monitor,
}

/// What one of the three types can do.
const READ: u8 = 1;
const WRITE: u8 = 2;

impl Buffered {
    fn used(&self) -> usize {
        tag::int_value(self.used.get() | 1) as usize
    }

    fn set_used(&self, n: usize) {
        self.used.set(tag::int(n as i64));
    }

    fn size(&self) -> usize {
        tag::int_value(self.size.get() | 1) as usize
    }

    /// The read-ahead bytes not yet taken.
    fn rest(&self) -> &'static [u8] {
        if self.ahead.get().is_none() {
            return &[];
        }
        &self.ahead.object::<ByteArray>().as_slice()[self.used()..]
    }

    fn pending(&self) -> Ref<ByteArray> {
        self.unwritten.object()
    }

    fn is_dirty(&self) -> bool {
        self.unwritten.get().is_some() && !self.pending().is_empty()
    }

    pub fn raw(&self) -> R {
        match self.raw.get() {
            Some(raw) => Ok(raw),
            None if self.flags.get() & 3 == 3 => Err(value_error("raw stream has been detached")),
            None => Err(value_error("I/O operation on uninitialized object")),
        }
    }
}

impl Ref<Buffered> {
    /// Keeps other threads out while bytes move.
    pub fn hold(&self) -> R<Inside<'_>> {
        match self.monitor.enter()? {
            Some(inside) => Ok(inside),
            None => {
                let shown = ops::repr_text(self.value())?;
                Err(if crate::thread::is_finishing() {
                    errors::runtime_error(format_args!(
                        "could not acquire lock for {shown} at interpreter shutdown, possibly due to daemon threads"
                    ))
                } else {
                    errors::runtime_error(format_args!("reentrant call inside {shown}"))
                })
            }
        }
    }

    /// Whether some thread moves bytes.
    pub fn is_held(&self) -> bool {
        self.monitor.is_taken()
    }

    fn discard_ahead(self) -> R<()> {
        if self.ahead.get().is_some() {
            self.ahead.object::<ByteArray>().resize(0)?;
        }
        self.set_used(0);
        Ok(())
    }

    /// Reads once from the raw stream into the read-ahead buffer, which is used up; the number of bytes.
    fn fill(self) -> R<Option<usize>> {
        let raw = self.raw()?;
        if self.ahead.get().is_none() {
            self.ahead.set(self, ByteArray::new(&[]));
        }
        let ahead = self.ahead.object::<ByteArray>();
        self.set_used(0);
        ahead.resize(self.size())?;
        // SAFETY: the array is `len` bytes, and nothing changes its size while it is filled.
        let room = unsafe { std::slice::from_raw_parts_mut(ahead.data_ptr(), ahead.len()) };
        let got = raw_read(raw, room);
        ahead.resize(got.ok().flatten().unwrap_or(0))?;
        got
    }

    /// Writes all unwritten bytes.
    pub fn flush_unwritten(self) -> R<()> {
        if !self.is_dirty() {
            return Ok(());
        }
        let raw = self.raw()?;
        let pending = self.pending();
        let data = pending.as_slice();
        let mut done = 0;
        while done < data.len() {
            match raw_write(raw, &data[done..]) {
                Ok(Some(n)) => {
                    done += n;
                    if done < data.len() {
                        // Interrupted by a signal, maybe, whose handler must run before the next wait.
                        if let Err(raised) = ops::poll::signals() {
                            let error = errors::take();
                            pending.splice(0, done, &[])?;
                            errors::restore(error);
                            return Err(raised);
                        }
                    }
                }
                Ok(None) => {
                    pending.splice(0, done, &[])?;
                    return Err(would_block(raw, 0));
                }
                Err(raised) => {
                    let error = errors::take();
                    pending.splice(0, done, &[])?;
                    errors::restore(error);
                    return Err(raised);
                }
            }
        }
        pending.resize(0)?;
        dirty::remove(self.value());
        Ok(())
    }

    /// Appends to the unwritten bytes, writing them out when they are many.
    pub fn append(self, data: &[u8]) -> R<()> {
        if self.unwritten.get().is_none() {
            self.unwritten.set(self, ByteArray::new(&[]));
        }
        if !self.rest().is_empty() {
            let back = self.rest().len() as i64;
            raw_seek(self.raw()?, -back, 1)?;
        }
        self.discard_ahead()?;
        let pending = self.pending();
        if pending.len() + data.len() <= self.size() {
            if pending.is_empty() && !data.is_empty() {
                dirty::add(self.value());
            }
            return pending.extend(data);
        }
        if let Err(raised) = self.flush_unwritten() {
            if !errors::pending_is(&exc::BLOCKING_IO_ERROR) {
                return Err(raised);
            }
            // As much as there is room for is taken; the error says how much that was.
            let room = self.size().saturating_sub(pending.len());
            errors::clear();
            pending.extend(&data[..data.len().min(room)])?;
            return if data.len() <= room { Ok(()) } else { Err(would_block(self.raw()?, room)) };
        }
        let raw = self.raw()?;
        let mut done = 0;
        while data.len() - done > self.size() {
            match raw_write(raw, &data[done..])? {
                Some(n) => {
                    done += n;
                    ops::poll::signals()?;
                }
                None => {
                    let end = done + self.size();
                    dirty::add(self.value());
                    pending.extend(&data[done..end])?;
                    return Err(would_block(raw, end));
                }
            }
        }
        if done < data.len() {
            dirty::add(self.value());
            return pending.extend(&data[done..]);
        }
        Ok(())
    }

    fn before_read(self) -> R<()> {
        if self.is_dirty() { self.flush_unwritten() } else { Ok(()) }
    }

    /// Up to `n` bytes, fewer only at the end; `None` if the raw stream would block at once.
    pub fn read(self, n: usize) -> R<Option<Vec<u8>>> {
        self.before_read()?;
        let rest = self.rest();
        if rest.len() >= n {
            self.set_used(self.used() + n);
            return Ok(Some(rest[..n].to_vec()));
        }
        let mut out = Vec::new();
        if out.try_reserve_exact(n.min(1 << 30)).is_err() {
            return Err(errors::memory_error());
        }
        out.extend_from_slice(rest);
        self.discard_ahead()?;
        while out.len() < n {
            let wanted = n - out.len();
            if wanted >= self.size() {
                let whole = wanted - wanted % self.size();
                let at = out.len();
                out.resize(at + whole, 0);
                let got = raw_read(self.raw()?, &mut out[at..])?;
                out.truncate(at + got.unwrap_or(0));
                match got {
                    Some(0) => break,
                    Some(_) => continue,
                    None if out.is_empty() => return Ok(None),
                    None => break,
                }
            }
            match self.fill()? {
                Some(0) => break,
                Some(got) => {
                    let take = got.min(wanted);
                    out.extend_from_slice(&self.rest()[..take]);
                    self.set_used(take);
                }
                None if out.is_empty() => return Ok(None),
                None => break,
            }
        }
        Ok(Some(out))
    }

    fn read_all(self) -> R {
        self.before_read()?;
        let mut out = self.rest().to_vec();
        self.discard_ahead()?;
        let raw = self.raw()?;
        if let Some(file) = raw.exact::<FileIo>() {
            match file.read_all()? {
                Some(bytes) if out.is_empty() => return Ok(Bytes::new(&bytes).value()),
                Some(bytes) => out.extend_from_slice(&bytes),
                None if out.is_empty() => return Ok(none()),
                None => {}
            }
            return Ok(Bytes::new(&out).value());
        }
        if let Some(readall) = attr::find(raw, Str::intern("readall"))? {
            let all = crate::object::call::call(readall, &[])?;
            if all.is_none() && out.is_empty() {
                return Ok(all);
            }
            if !all.is_none() {
                let Some(bytes) = all.cast::<Bytes>() else { return Err(type_error("readall() should return bytes")) };
                out.extend_from_slice(bytes.as_slice());
            }
            return Ok(Bytes::new(&out).value());
        }
        loop {
            let got = call_method(raw, "read", &[])?;
            if got.is_none() && out.is_empty() {
                return Ok(got);
            }
            let Some(bytes) = got.cast::<Bytes>() else {
                return if got.is_none() {
                    Ok(Bytes::new(&out).value())
                } else {
                    Err(type_error("read() should return bytes"))
                };
            };
            if bytes.is_empty() {
                return Ok(Bytes::new(&out).value());
            }
            out.extend_from_slice(bytes.as_slice());
        }
    }

    /// At most one raw read; nothing only at the end.
    pub fn read1(self, n: usize) -> R<Vec<u8>> {
        self.before_read()?;
        if n == 0 {
            return Ok(Vec::new());
        }
        if self.rest().is_empty() {
            if n >= self.size() {
                let mut out = vec![0; n];
                let got = raw_read(self.raw()?, &mut out)?.unwrap_or(0);
                out.truncate(got);
                return Ok(out);
            }
            self.fill()?;
        }
        let take = self.rest().len().min(n);
        let out = self.rest()[..take].to_vec();
        self.set_used(self.used() + take);
        Ok(out)
    }

    /// `readinto1`: what is read ahead, then at most one raw read; `None` if that would block and there is nothing.
    fn read_into_once(self, into: &mut [u8]) -> R<Option<usize>> {
        self.before_read()?;
        let done = self.rest().len().min(into.len());
        into[..done].copy_from_slice(&self.rest()[..done]);
        self.set_used(self.used() + done);
        let room = into.len() - done;
        let got = if room > self.size() {
            raw_read(self.raw()?, &mut into[done..])?
        } else if done == 0 && room > 0 {
            let got = self.fill()?.map(|n| n.min(room));
            let n = got.unwrap_or(0);
            into[..n].copy_from_slice(&self.rest()[..n]);
            self.set_used(n);
            got
        } else {
            Some(0)
        };
        Ok(match got {
            Some(n) => Some(done + n),
            None => Some(done).filter(|done| *done > 0),
        })
    }

    fn readline(self, limit: usize) -> R<Vec<u8>> {
        self.before_read()?;
        let mut line = Vec::new();
        loop {
            let rest = self.rest();
            let room = limit - line.len();
            let window = &rest[..rest.len().min(room)];
            if let Some(at) = memchr::memchr(b'\n', window) {
                line.extend_from_slice(&window[..at + 1]);
                self.set_used(self.used() + at + 1);
                return Ok(line);
            }
            line.extend_from_slice(window);
            self.set_used(self.used() + window.len());
            if line.len() >= limit || self.fill()?.unwrap_or(0) == 0 {
                return Ok(line);
            }
        }
    }

    pub fn tell(self) -> R<i64> {
        let at = raw_tell(self.raw()?)?;
        let pending = if self.is_dirty() { self.pending().len() } else { 0 };
        // A character device answers 0 wherever it is.
        Ok((at - self.rest().len() as i64 + pending as i64).max(0))
    }

    pub fn seek(self, offset: i64, whence: i32) -> R<i64> {
        if self.is_dirty() {
            self.flush_unwritten()?;
        }
        let ahead = self.rest().len() as i64;
        if whence != 2 && ahead > 0 {
            // Within what is read ahead, the raw stream stays where it is.
            let raw_at = raw_tell(self.raw()?)?;
            let now = raw_at - ahead;
            let target = if whence == 0 { offset } else { now + offset };
            let used = self.used() as i64;
            if target >= now - used && target <= raw_at {
                self.set_used((used + target - now) as usize);
                return Ok(target.max(0));
            }
        }
        let offset = if whence == 1 { offset - ahead } else { offset };
        let at = raw_seek(self.raw()?, offset, whence)?;
        self.discard_ahead()?;
        Ok(at)
    }

    fn flush_and_rewind(self) -> R<()> {
        self.flush_unwritten()?;
        let ahead = self.rest().len() as i64;
        if ahead > 0 {
            let raw = self.raw()?;
            if ops::truth(call_method(raw, "seekable", &[])?)? {
                raw_seek(raw, -ahead, 1)?;
                self.discard_ahead()?;
            }
        }
        Ok(())
    }
}

/// The number of the error is the system's, if it was asked.
fn would_block(raw: Value, written: usize) -> Raised {
    let made = exc::new(
        exc::BLOCKING_IO_ERROR.class(),
        &[
            Value::small(if raw.exact::<FileIo>().is_some() { libc::EAGAIN as i64 } else { 0 }),
            Str::new("write could not complete without blocking").value(),
            int::from_usize(written),
        ],
    );
    errors::raise(made)
}

/// Reads once from a raw stream.
pub fn raw_read(raw: Value, to: &mut [u8]) -> R<Option<usize>> {
    if let Some(file) = raw.exact::<FileIo>() {
        return file.read(to);
    }
    let array = ByteArray::new(&vec![0; to.len()]);
    let view = MemoryView::over(array.value())?;
    let got = call_method(raw, "readinto", &[view])?;
    MemoryView::release(view);
    if got.is_none() {
        return Ok(None);
    }
    let n = match ops::as_isize(got) {
        Ok(n) => n,
        Err(_) => {
            let cause = errors::take();
            let raised = errors::raise_text(&exc::OS_ERROR, "raw readinto() failed");
            let error = errors::take();
            if let Some(error) = error.cast::<exc::Exception>() {
                error.set_cause(Some(cause));
                error.context.set(error, cause);
            }
            errors::restore(error);
            return Err(raised);
        }
    };
    if n < 0 || n as usize > to.len() {
        return Err(errors::raise_text(
            &exc::OS_ERROR,
            format_args!("raw readinto() returned invalid length {n} (should have been between 0 and {})", to.len()),
        ));
    }
    to[..n as usize].copy_from_slice(&array.as_slice()[..n as usize]);
    Ok(Some(n as usize))
}

/// Writes once to a raw stream.
fn raw_write(raw: Value, bytes: &[u8]) -> R<Option<usize>> {
    if let Some(file) = raw.exact::<FileIo>() {
        return file.write(bytes);
    }
    let view = MemoryView::over(Bytes::new(bytes).value())?;
    let wrote = call_method(raw, "write", &[view])?;
    MemoryView::release(view);
    if wrote.is_none() {
        return Ok(None);
    }
    let n = ops::as_isize(wrote)?;
    if n < 0 || n as usize > bytes.len() {
        return Err(errors::raise_text(
            &exc::OS_ERROR,
            format_args!("raw write() returned invalid length {n} (should have been between 0 and {})", bytes.len()),
        ));
    }
    Ok(Some(n as usize))
}

fn raw_position(at: Value, what: &str) -> R<i64> {
    let at = ops::as_i64(at)?;
    if at < 0 {
        return Err(errors::raise_text(&exc::OS_ERROR, format_args!("Raw stream returned invalid position {at}")));
    }
    let _ = what;
    Ok(at)
}

fn raw_seek(raw: Value, offset: i64, whence: i32) -> R<i64> {
    if let Some(file) = raw.exact::<FileIo>() {
        return file.seek(offset, whence);
    }
    raw_position(call_method(raw, "seek", &[int::from_i64(offset), Value::small(whence as i64)])?, "seek")
}

fn raw_tell(raw: Value) -> R<i64> {
    if let Some(file) = raw.exact::<FileIo>() {
        return file.seek(0, 1);
    }
    raw_position(call_method(raw, "tell", &[])?, "tell")
}

fn raw_closed(b: Ref<Buffered>) -> R<bool> {
    let raw = b.raw()?;
    match raw.exact::<FileIo>() {
        Some(file) => Ok(file.fd().is_none()),
        None => base::is_closed(raw),
    }
}

fn check_open(b: Ref<Buffered>, message: &str) -> R<()> {
    if raw_closed(b)? { Err(value_error(message)) } else { Ok(()) }
}

fn init(v: Value, args: Args, function: &'static str, can: u8) -> R<()> {
    let params = Params { function, names: &["raw", "buffer_size"], required: 1, positional: 2 };
    let [raw, size] = args.bind(&params)?;
    let Some(raw) = raw else { return Err(type_error("missing required argument 'raw' (pos 1)")) };
    let size = size.map_or(Ok(super::BUFFER_SIZE as isize), ops::as_isize)?;
    // Until all is well the object is as if it had not been made.
    this::<Buffered>(v).raw.clear();
    this::<Buffered>(v).flags.set(tag::int(0));
    if size <= 0 {
        return Err(value_error("buffer size must be strictly positive"));
    }
    if can == READ | WRITE {
        base::check_seekable(raw)?;
    }
    if can & READ != 0 {
        base::check_readable(raw)?;
    }
    if can & WRITE != 0 {
        base::check_writable(raw)?;
    }
    attach(this(v), raw, size as usize);
    Ok(())
}

fn attach(b: Ref<Buffered>, raw: Value, size: usize) {
    b.raw.set(b, raw);
    b.size.set(tag::int(size as i64));
    b.flags.set(tag::int(0));
    b.ahead.clear();
    b.unwritten.clear();
    b.set_used(0);
}

/// A buffered stream over a raw one that can do what is asked.
pub fn make(def: &'static TypeDef, raw: Value, size: usize) -> Value {
    let v = base::allocate(def.class());
    attach(this(v), raw, size);
    v
}

/// Whether this is one of the three types, exactly.
pub fn exact(v: Value) -> Option<Ref<Buffered>> {
    let shape = v.shape();
    (v.is_pointer() && [&BUFFERED_READER, &BUFFERED_WRITER, &BUFFERED_RANDOM].iter().any(|d| d.shape() == shape))
        .then(|| this(v))
}

fn read(v: Value, args: &[Value]) -> R {
    let b = this::<Buffered>(v);
    if let Some(n) = args.first().filter(|n| !n.is_none()) {
        if ops::clamp_index(*n)? < -1 {
            return Err(value_error("read length must be non-negative or -1"));
        }
    }
    let n = size_argument(args.first())?;
    check_open(b, "read of closed file")?;
    let _inside = b.hold()?;
    match n {
        None => b.read_all(),
        Some(n) => Ok(b.read(n)?.map_or_else(none, |bytes| Bytes::new(&bytes).value())),
    }
}

fn readinto(v: Value, target: Value, once: bool) -> R {
    let b = this::<Buffered>(v);
    check_open(b, "readinto of closed file")?;
    let into = writable_slice(target)?;
    let _inside = b.hold()?;
    if once {
        return Ok(b.read_into_once(into)?.map_or_else(none, int::from_usize));
    }
    Ok(match b.read(into.len())? {
        Some(bytes) => {
            into[..bytes.len()].copy_from_slice(&bytes);
            int::from_usize(bytes.len())
        }
        None => none(),
    })
}

fn readline(v: Value, args: &[Value]) -> R {
    let b = this::<Buffered>(v);
    let limit = size_argument(args.first())?.unwrap_or(usize::MAX);
    check_open(b, "readline of closed file")?;
    let _inside = b.hold()?;
    Ok(Bytes::new(&b.readline(limit)?).value())
}

fn next(v: Value) -> R<Option<Value>> {
    if exact(v).is_none() {
        return base::next(v);
    }
    let b = this::<Buffered>(v);
    check_open(b, "readline of closed file")?;
    let _inside = b.hold()?;
    let line = b.readline(usize::MAX)?;
    Ok((!line.is_empty()).then(|| Bytes::new(&line).value()))
}

fn write(v: Value, data: Value) -> R {
    let b = this::<Buffered>(v);
    if data.cast::<Str>().is_some() {
        return Err(type_error("a bytes-like object is required, not 'str'"));
    }
    let bytes = require(data)?;
    check_open(b, "write to closed file")?;
    let _inside = b.hold()?;
    // Another thread may have closed it meanwhile.
    check_open(b, "write to closed file")?;
    b.append(bytes)?;
    Ok(int::from_usize(bytes.len()))
}

fn seek(v: Value, args: &[Value]) -> R {
    let b = this::<Buffered>(v);
    let whence = args.get(1).map_or(Ok(0), |w| ops::as_i32(*w))?;
    if !(0..=2).contains(&whence) && whence != libc::SEEK_DATA && whence != libc::SEEK_HOLE {
        return Err(value_error(format_args!("whence value {whence} unsupported")));
    }
    check_open(b, "seek of closed file")?;
    base::check_seekable(b.raw()?)?;
    let offset = ops::as_i64(ops::index(args[0])?)?;
    let _inside = b.hold()?;
    Ok(int::from_i64(b.seek(offset, whence)?))
}

fn tell(v: Value) -> R {
    let b = this::<Buffered>(v);
    let _inside = b.hold()?;
    Ok(int::from_i64(b.tell()?))
}

fn truncate(v: Value, args: &[Value]) -> R {
    let b = this::<Buffered>(v);
    check_open(b, "truncate of closed file")?;
    if !ops::truth(call_method(v, "writable", &[])?)? {
        return Err(unsupported("truncate"));
    }
    let _inside = b.hold()?;
    b.flush_and_rewind()?;
    let at = match args.first().filter(|a| !a.is_none()) {
        Some(at) => *at,
        None => int::from_i64(b.tell()?),
    };
    call_method(b.raw()?, "truncate", &[at])
}

fn flush(v: Value) -> R {
    let b = this::<Buffered>(v);
    check_open(b, "flush of closed file")?;
    let _inside = b.hold()?;
    b.flush_and_rewind()?;
    Ok(none())
}

fn flush_reader(v: Value) -> R {
    let b = this::<Buffered>(v);
    call_method(b.raw()?, "flush", &[])
}

fn close(v: Value) -> R {
    let b = this::<Buffered>(v);
    if raw_closed(b)? {
        return Ok(none());
    }
    let flushed = call_method(v, "flush", &[]);
    let pending = flushed.is_err().then(errors::take);
    let closed = {
        let _inside = b.hold()?;
        call_method(b.raw()?, "close", &[])
    };
    dirty::remove(v);
    match pending {
        Some(error) => Err(base::chained(error, closed.is_err())),
        None => closed,
    }
}

fn detach(v: Value) -> R {
    let b = this::<Buffered>(v);
    let raw = b.raw()?;
    call_method(v, "flush", &[])?;
    b.raw.clear();
    b.flags.set(tag::int(1));
    Ok(raw)
}

fn peek(v: Value, _: &[Value]) -> R {
    let b = this::<Buffered>(v);
    check_open(b, "peek of closed file")?;
    let _inside = b.hold()?;
    b.before_read()?;
    if b.rest().is_empty() {
        b.fill()?;
    }
    Ok(Bytes::new(b.rest()).value())
}

fn read1(v: Value, args: &[Value]) -> R {
    let b = this::<Buffered>(v);
    let n = size_argument(args.first())?.unwrap_or(b.size());
    check_open(b, "read of closed file")?;
    let _inside = b.hold()?;
    Ok(Bytes::new(&b.read1(n)?).value())
}

fn repr(v: Value) -> R {
    let name = crate::types::type_::full_name(v.class())?;
    let shown = match super::file::name_of(v) {
        Ok(name) => name,
        Err(_) => {
            errors::clear();
            None
        }
    };
    Ok(Str::new(&match shown {
        Some(shown) => format!("<{name} name={}>", ops::repr_text(shown)?),
        None => format!("<{name}>"),
    })
    .value())
}

macro_rules! raw_method {
    ($name:literal) => {
        Method::none($name, |v| call_method(this::<Buffered>(v).raw()?, $name, &[]))
    };
}

macro_rules! common_methods {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            Method::pos("seek", seek, 1, 2),
            Method::none("tell", tell),
            Method::pos("truncate", truncate, 0, 1),
            Method::none("close", close),
            Method::none("detach", detach),
            raw_method!("seekable"),
            raw_method!("fileno"),
            raw_method!("isatty"),
            Method::pos("_dealloc_warn", |_, _| Ok(none()), 0, 1),
            Method::none("__getstate__", |v| {
                Err(type_error(format_args!("cannot pickle '{}' instances", v.class().display_name())))
            }),
        ]
    };
}

const GETSET: &[GetSet] = &[
    GetSet::get("closed", |v| getattr(this::<Buffered>(v).raw()?, "closed")),
    GetSet::get("name", |v| getattr(this::<Buffered>(v).raw()?, "name")),
    GetSet::get("mode", |v| getattr(this::<Buffered>(v).raw()?, "mode")),
    GetSet::get("raw", |v| this::<Buffered>(v).raw()),
];
const FLAGS: u32 = BASETYPE | HAS_DICT | WEAKREFS;
const WORDS: u16 = TypeDef::words_of::<Buffered>();

pub static BUFFERED_READER: TypeDef = TypeDef {
    name: "_io.BufferedReader",
    base: Some(&BUFFERED_IO_BASE),
    slots: Slots {
        init: Some(|v, args| init(v, args, "BufferedReader", READ)),
        next: Some(next),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: common_methods![
        Method::pos("read", read, 0, 1),
        Method::pos("read1", read1, 0, 1),
        Method::one("readinto", |v, t| readinto(v, t, false)),
        Method::one("readinto1", |v, t| readinto(v, t, true)),
        Method::pos("readline", readline, 0, 1),
        Method::pos("peek", peek, 0, 1),
        Method::none("flush", flush_reader),
        raw_method!("readable"),
    ],
    getset: GETSET,
    flags: FLAGS,
    words: WORDS,
    traced: WORDS - 1,
    ..TypeDef::BASE
};

pub static BUFFERED_WRITER: TypeDef = TypeDef {
    name: "_io.BufferedWriter",
    base: Some(&BUFFERED_IO_BASE),
    slots: Slots { init: Some(|v, args| init(v, args, "BufferedWriter", WRITE)), repr: Some(repr), ..Slots::NONE },
    methods: common_methods![Method::one("write", write), Method::none("flush", flush), raw_method!("writable"),],
    getset: GETSET,
    flags: FLAGS,
    words: WORDS,
    traced: WORDS - 1,
    ..TypeDef::BASE
};

pub static BUFFERED_RANDOM: TypeDef = TypeDef {
    name: "_io.BufferedRandom",
    base: Some(&BUFFERED_IO_BASE),
    slots: Slots {
        init: Some(|v, args| init(v, args, "BufferedRandom", READ | WRITE)),
        next: Some(next),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: common_methods![
        Method::pos("read", read, 0, 1),
        Method::pos("read1", read1, 0, 1),
        Method::one("readinto", |v, t| readinto(v, t, false)),
        Method::one("readinto1", |v, t| readinto(v, t, true)),
        Method::pos("readline", readline, 0, 1),
        Method::pos("peek", peek, 0, 1),
        Method::one("write", write),
        Method::none("flush", flush),
        raw_method!("readable"),
        raw_method!("writable"),
    ],
    getset: GETSET,
    flags: FLAGS,
    words: WORDS,
    traced: WORDS - 1,
    ..TypeDef::BASE
};

/// `BufferedRWPair`: two streams as one.
#[repr(C)]
struct Pair {
    base: Stream,
    reader: Slot,
    writer: Slot,
}

fn pair_init(v: Value, args: Args) -> R<()> {
    static PARAMS: Params =
        Params { function: "BufferedRWPair", names: &["reader", "writer", "buffer_size"], required: 2, positional: 3 };
    let [reader, writer, size] = args.bind(&PARAMS)?;
    let (Some(reader), Some(writer)) = (reader, writer) else { return Err(type_error("missing argument")) };
    base::check_readable(reader)?;
    base::check_writable(writer)?;
    let size = size.map_or(Ok(super::BUFFER_SIZE as isize), ops::as_isize)?;
    if size <= 0 {
        return Err(value_error("buffer size must be strictly positive"));
    }
    let pair = this::<Pair>(v);
    pair.reader.set(pair, make(&BUFFERED_READER, reader, size as usize));
    pair.writer.set(pair, make(&BUFFERED_WRITER, writer, size as usize));
    Ok(())
}

fn half(slot: &Slot) -> R {
    slot.get().ok_or_else(|| value_error("I/O operation on uninitialized object"))
}

macro_rules! to_reader {
    ($($name:literal)*) => { [$(Method::pos($name, |v, a| call_method(half(&this::<Pair>(v).reader)?, $name, a), 0, 1)),*] };
}
const READER_METHODS: [Method; 7] = to_reader!["read" "read1" "readinto" "readinto1" "peek" "readline" "readable"];

pub static BUFFERED_RW_PAIR: TypeDef = TypeDef {
    name: "_io.BufferedRWPair",
    base: Some(&BUFFERED_IO_BASE),
    slots: Slots { init: Some(pair_init), ..Slots::NONE },
    methods: &{
        let [a, b, c, d, e, f, g] = READER_METHODS;
        [
            a,
            b,
            c,
            d,
            e,
            f,
            g,
            Method::one("write", |v, data| call_method(half(&this::<Pair>(v).writer)?, "write", &[data])),
            Method::none("flush", |v| call_method(half(&this::<Pair>(v).writer)?, "flush", &[])),
            Method::none("writable", |v| call_method(half(&this::<Pair>(v).writer)?, "writable", &[])),
            Method::none("isatty", |v| {
                let pair = this::<Pair>(v);
                let writer = call_method(half(&pair.writer)?, "isatty", &[])?;
                if ops::truth(writer)? { Ok(writer) } else { call_method(half(&pair.reader)?, "isatty", &[]) }
            }),
            Method::none("close", |v| {
                let pair = this::<Pair>(v);
                let first = call_method(half(&pair.writer)?, "close", &[]);
                let pending = first.is_err().then(errors::take);
                let second = call_method(half(&pair.reader)?, "close", &[]);
                match pending {
                    Some(error) => Err(base::chained(error, second.is_err())),
                    None => second,
                }
            }),
        ]
    },
    getset: &[GetSet::get("closed", |v| Ok(boolean(base::is_closed(half(&this::<Pair>(v).writer)?)?)))],
    flags: FLAGS,
    words: TypeDef::words_of::<Pair>(),
    traced: 3,
    ..TypeDef::BASE
};

/// The bytes that a stream's `read` gave.
pub fn bytes_of(v: Value) -> Option<&'static [u8]> {
    view(v)
}
