//! Streams in memory: `BytesIO` and `StringIO`.

use super::base::{BUFFERED_IO_BASE, Stream, TEXT_IO_BASE, this, writable_slice};
use super::text::{Newline, line_end, newlines_seen, translate_newlines};
use crate::errors::{R, overflow_error, type_error, value_error};
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, HAS_DICT, Method, WEAKREFS};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Ref, Slot, Slots, TypeDef, attr};
use crate::ops;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::{Bytes, require};
use crate::types::dict::Dict;
use crate::types::int;
use crate::types::list::List;
use crate::types::memoryview::MemoryView;
use crate::types::str::{Str, find};
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// `BytesIO`.
#[repr(C)]
struct BytesIo {
    base: Stream,
    /// A [`ByteArray`]; empty when closed.
    data: Slot,
    /// Position, tagged.
    at: Cell<u64>,
}

impl BytesIo {
    fn at(&self) -> usize {
        let n = tag::int_value(self.at.get() | 1);
        if n < 0 { (n + i64::MAX) as usize + 1 } else { n as usize }
    }

    /// Positions near the largest there is are kept as what they lack to one more than it.
    fn set_at(&self, at: usize) {
        const FAR: i64 = 1 << 60;
        let n = at as i64;
        self.at.set(tag::int(if n <= FAR { n } else { (n - i64::MAX - 1).max(-FAR) }));
    }

    fn data(&self) -> R<Ref<ByteArray>> {
        match self.data.get() {
            Some(_) => Ok(self.data.object()),
            None => Err(value_error("I/O operation on closed file.")),
        }
    }

    fn rest(&self) -> R<&'static [u8]> {
        let all = self.data()?.as_slice();
        Ok(&all[self.at().min(all.len())..])
    }

    fn take(&self, n: usize) -> R {
        let rest = self.rest()?;
        let n = n.min(rest.len());
        self.set_at(self.at() + n);
        Ok(Bytes::new(&rest[..n]).value())
    }
}

fn bytes_size(args: &[Value]) -> R<usize> {
    Ok(super::base::size_argument(args.first())?.unwrap_or(usize::MAX))
}

fn bytes_readline(io: Ref<BytesIo>, limit: usize) -> R {
    let rest = io.rest()?;
    let n = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
    io.take(n.min(limit))
}

fn bytes_write(v: Value, data: Value) -> R {
    let io = this::<BytesIo>(v);
    io.data()?.check_resize()?;
    let bytes = require(data)?;
    // Getting at the bytes may have run code.
    let store = io.data()?;
    store.check_resize()?;
    if bytes.is_empty() {
        return Ok(Value::small(0));
    }
    let at = io.at();
    let Some(end) = at.checked_add(bytes.len()).filter(|end| *end <= isize::MAX as usize) else {
        return Err(overflow_error("new buffer size too large"));
    };
    if at == store.len() {
        store.extend(bytes)?;
    } else {
        if end > store.len() {
            store.resize(end)?;
        }
        for (i, &b) in bytes.iter().enumerate() {
            store.set(at + i, b);
        }
    }
    io.set_at(end);
    Ok(int::from_usize(bytes.len()))
}

fn seek_target(args: &[Value], now: usize, end: usize) -> R<usize> {
    let offset = ops::as_isize(args[0])?;
    let whence = args.get(1).map_or(Ok(0), |w| ops::as_i32(*w))?;
    let base = match whence {
        0 if offset < 0 => return Err(value_error(format_args!("negative seek value {offset}"))),
        0 => 0,
        1 => now,
        2 => end,
        _ => return Err(value_error(format_args!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    match (base as isize).checked_add(offset) {
        Some(target) => Ok(target.max(0) as usize),
        None => Err(overflow_error("new position too large")),
    }
}

fn bytes_lines(v: Value, args: &[Value]) -> R {
    let io = this::<BytesIo>(v);
    let hint = super::base::size_argument(args.first())?.unwrap_or(0);
    let lines = List::new(&[]);
    let mut total = 0;
    loop {
        let line = bytes_readline(io, usize::MAX)?;
        let n = line.expect::<Bytes>().len();
        if n == 0 {
            return Ok(lines.value());
        }
        lines.push(line);
        total += n;
        if hint > 0 && total >= hint {
            return Ok(lines.value());
        }
    }
}

pub static BYTES_IO: TypeDef = TypeDef {
    name: "_io.BytesIO",
    base: Some(&BUFFERED_IO_BASE),
    slots: Slots {
        new: Some(|class, _| {
            let v = super::base::allocate(class);
            let io = this::<BytesIo>(v);
            io.data.set(io, ByteArray::new(&[]));
            io.set_at(0);
            Ok(v)
        }),
        init: Some(|v, args| {
            static PARAMS: Params =
                Params { function: "BytesIO", names: &["initial_bytes"], required: 0, positional: 1 };
            let [initial] = args.bind(&PARAMS)?;
            let io = this::<BytesIo>(v);
            if io.data.get().is_some() {
                io.data()?.check_resize()?;
            }
            let bytes = match initial.filter(|i| !i.is_none()) {
                Some(initial) => require(initial)?,
                None => &[],
            };
            io.data.set(io, ByteArray::new(bytes));
            io.set_at(0);
            Ok(())
        }),
        next: Some(|v| {
            let line = bytes_readline(this(v), usize::MAX)?;
            Ok((!line.expect::<Bytes>().is_empty()).then_some(line))
        }),
        del: None,
        ..Slots::NONE
    },
    methods: &[
        Method::pos("read", |v, args| this::<BytesIo>(v).take(bytes_size(args)?), 0, 1),
        Method::pos("read1", |v, args| this::<BytesIo>(v).take(bytes_size(args)?), 0, 1),
        Method::pos("readline", |v, args| bytes_readline(this(v), bytes_size(args)?), 0, 1),
        Method::pos("readlines", bytes_lines, 0, 1),
        Method::one("readinto", |v, target| {
            let io = this::<BytesIo>(v);
            let rest = io.rest()?;
            let into = writable_slice(target)?;
            let n = rest.len().min(into.len());
            into[..n].copy_from_slice(&rest[..n]);
            io.set_at(io.at() + n);
            Ok(int::from_usize(n))
        }),
        Method::one("write", bytes_write),
        Method::one("writelines", |v, lines| {
            this::<BytesIo>(v).data()?;
            ops::iter::for_each(lines, |line| bytes_write(v, line).map(|_| ()))?;
            Ok(none())
        }),
        Method::pos(
            "seek",
            |v, args| {
                let io = this::<BytesIo>(v);
                io.set_at(seek_target(args, io.at(), io.data()?.len())?);
                Ok(int::from_usize(io.at()))
            },
            1,
            2,
        ),
        Method::none("tell", |v| {
            let io = this::<BytesIo>(v);
            io.data()?;
            Ok(int::from_usize(io.at()))
        }),
        Method::pos(
            "truncate",
            |v, args| {
                let io = this::<BytesIo>(v);
                io.data()?.check_resize()?;
                let size = match args.first().filter(|a| !a.is_none()) {
                    Some(size) => ops::as_isize(*size)?,
                    None => io.at() as isize,
                };
                let store = io.data()?;
                store.check_resize()?;
                if size < 0 {
                    return Err(value_error(format_args!("negative size value {size}")));
                }
                if (size as usize) < store.len() {
                    store.resize(size as usize)?;
                }
                Ok(int::from_i64(size as i64))
            },
            0,
            1,
        ),
        Method::none("getvalue", |v| Ok(Bytes::new(this::<BytesIo>(v).data()?.as_slice()).value())),
        Method::none("getbuffer", |v| MemoryView::over(this::<BytesIo>(v).data()?.value())),
        Method::none("flush", |v| this::<BytesIo>(v).data().map(|_| none())),
        Method::none("isatty", |v| this::<BytesIo>(v).data().map(|_| boolean(false))),
        Method::none("readable", |v| this::<BytesIo>(v).data().map(|_| boolean(true))),
        Method::none("writable", |v| this::<BytesIo>(v).data().map(|_| boolean(true))),
        Method::none("seekable", |v| this::<BytesIo>(v).data().map(|_| boolean(true))),
        Method::none("close", |v| {
            let io = this::<BytesIo>(v);
            if io.data.get().is_some() {
                io.data()?.check_resize()?;
            }
            io.data.clear();
            Ok(none())
        }),
        Method::none("__getstate__", |v| {
            let io = this::<BytesIo>(v);
            let bytes = Bytes::new(io.data()?.as_slice());
            Ok(Tuple::new(&[bytes.value(), int::from_usize(io.at()), dict_of(v)]).value())
        }),
        Method::one("__setstate__", |v, state| {
            let io = this::<BytesIo>(v);
            let Some(state) = state.cast::<Tuple>().filter(|t| t.len() == 3) else {
                return Err(type_error(format_args!(
                    "{}.__setstate__ argument should be 3-tuple, got {}",
                    v.class().display_name(),
                    state.class().display_name()
                )));
            };
            io.data()?.check_resize()?;
            let bytes = require(state.get(0))?;
            if !ops::is_int(state.get(1)) {
                let class = state.get(1).class().display_name();
                return Err(type_error(format_args!("second item of state must be an integer, not {class}")));
            }
            let at = position(state.get(1))?;
            check_dict(state.get(2), "third")?;
            io.data.set(io, ByteArray::new(bytes));
            io.set_at(at);
            restore_dict(v, state.get(2))
        }),
    ],
    getset: &[GetSet::get("closed", |v| Ok(boolean(this::<BytesIo>(v).data.get().is_none())))],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    words: TypeDef::words_of::<BytesIo>(),
    traced: 3,
    ..TypeDef::BASE
};

fn dict_of(v: Value) -> Value {
    match attr::instance_dict(v) {
        Some(dict) if !dict.is_empty() => dict.copy().value(),
        _ => none(),
    }
}

/// The `newline` of a `StringIO`, whose error shows it in quotes.
fn string_newline(v: Value) -> R<Newline> {
    let parsed = Newline::parse(Some(v));
    if parsed.is_err() && v.cast::<Str>().is_some() {
        crate::errors::clear();
        return Err(value_error(format_args!("illegal newline value: {}", ops::repr_text(v)?)));
    }
    parsed
}

fn position(v: Value) -> R<usize> {
    usize::try_from(ops::as_isize(v)?).map_err(|_| value_error("position value cannot be negative"))
}

fn check_dict(v: Value, which: &str) -> R<()> {
    if v.is_none() || v.cast::<Dict>().is_some() {
        return Ok(());
    }
    let class = v.class().display_name();
    Err(type_error(format_args!("{which} item of state should be a dict, got a {class}")))
}

fn restore_dict(v: Value, state: Value) -> R {
    if let Some(dict) = state.cast::<Dict>() {
        for (key, value) in dict.items() {
            if let Some(key) = key.cast::<Str>() {
                attr::setattr(v, key.interned(), Some(value))?;
            }
        }
    }
    Ok(none())
}

/// `StringIO`: the text in pieces while it is only appended to, else as one string.
#[repr(C)]
struct StringIo {
    base: Stream,
    /// The text; empty when closed.
    text: Slot,
    /// A list of pieces to be appended to it.
    pieces: Slot,
    /// Position; number of characters in all; how lines end; kinds seen. Tagged.
    at: Cell<u64>,
    len: Cell<u64>,
    newline: Cell<u64>,
    seen: Cell<u64>,
}

fn get(cell: &Cell<u64>) -> usize {
    tag::int_value(cell.get() | 1) as usize
}

fn put(cell: &Cell<u64>, n: usize) {
    cell.set(tag::int(n as i64));
}

impl Ref<StringIo> {
    fn check_open(self) -> R<()> {
        if self.text.get().is_none() { Err(value_error("I/O operation on closed file")) } else { Ok(()) }
    }

    /// The whole text, the pieces joined to it.
    fn whole(self) -> R<Ref<Str>> {
        self.check_open()?;
        let text = self.text.object::<Str>();
        if self.pieces.get().is_none() {
            return Ok(text);
        }
        let pieces = self.pieces.object::<List>();
        let mut parts = Vec::with_capacity(pieces.len() + 1);
        if !text.is_empty() {
            parts.push(text);
        }
        parts.extend(pieces.as_slice().iter().map(|p| p.expect::<Str>()));
        let joined = Str::concat(&parts)?;
        self.text.set(self, joined);
        self.pieces.clear();
        Ok(joined)
    }

    fn newline(self) -> Newline {
        [Newline::Translate, Newline::Any, Newline::Lf, Newline::Cr, Newline::CrLf][get(&self.newline).min(4)]
    }

    fn write(self, text: Ref<Str>) -> R<()> {
        self.check_open()?;
        let text = match self.newline() {
            Newline::Translate => {
                let (text, seen) = translate_newlines(text, true);
                put(&self.seen, get(&self.seen) | seen as usize);
                text
            }
            Newline::Cr => find::replaced(text, Str::intern("\n"), Str::intern("\r"), usize::MAX),
            Newline::CrLf => find::replaced(text, Str::intern("\n"), Str::intern("\r\n"), usize::MAX),
            _ => text,
        };
        if text.is_empty() {
            return Ok(());
        }
        let (at, len) = (get(&self.at), get(&self.len));
        let end = at + text.len();
        put(&self.at, end);
        if at == len {
            if self.pieces.get().is_none() {
                self.pieces.set(self, List::with_capacity(8));
            }
            self.pieces.object::<List>().push(text.value());
            put(&self.len, end);
            return Ok(());
        }
        let whole = self.whole()?;
        let mut parts = vec![whole.substring(0, at.min(len))];
        if at > len {
            parts.push(Str::repeat(Str::from_latin1(b"\0"), at - len)?);
        }
        parts.push(text);
        if end < len {
            parts.push(whole.substring(end, len));
        }
        let made = Str::concat(&parts)?;
        put(&self.len, made.len());
        self.text.set(self, made);
        Ok(())
    }

    fn take(self, n: usize) -> R<Ref<Str>> {
        let whole = self.whole()?;
        let at = get(&self.at).min(whole.len());
        let end = at.saturating_add(n).min(whole.len());
        if end > at {
            put(&self.at, end);
        }
        Ok(whole.substring(at, end))
    }

    fn readline(self, limit: usize) -> R<Ref<Str>> {
        let whole = self.whole()?;
        let at = get(&self.at);
        if at >= whole.len() {
            return Ok(Str::from_ascii(b""));
        }
        let end = line_end(whole, at, at, self.newline()).unwrap_or(whole.len());
        self.take((end - at).min(limit))
    }
}

fn string_init(v: Value, args: Args) -> R<()> {
    static PARAMS: Params =
        Params { function: "StringIO", names: &["initial_value", "newline"], required: 0, positional: 2 };
    let [initial, newline] = args.bind(&PARAMS)?;
    let io = this::<StringIo>(v);
    let newline = match newline {
        None => Newline::Lf,
        Some(newline) => string_newline(newline)?,
    };
    let initial = match initial.filter(|i| !i.is_none()) {
        None => None,
        Some(initial) => match initial.cast::<Str>() {
            Some(text) => Some(text),
            None => {
                return Err(type_error(format_args!(
                    "initial_value must be str or None, not {}",
                    initial.class().display_name()
                )));
            }
        },
    };
    start(io, newline);
    if let Some(text) = initial {
        io.write(text)?;
        put(&io.at, 0);
    }
    Ok(())
}

fn start(io: Ref<StringIo>, newline: Newline) {
    io.text.set(io, Str::from_ascii(b""));
    io.pieces.clear();
    put(&io.at, 0);
    put(&io.len, 0);
    put(&io.newline, newline as usize);
    put(&io.seen, 0);
}

fn string_write(v: Value, data: Value) -> R {
    let Some(text) = data.cast::<Str>() else {
        return Err(type_error(format_args!("string argument expected, got '{}'", data.class().display_name())));
    };
    this::<StringIo>(v).write(text)?;
    Ok(int::from_usize(text.len()))
}

fn string_seek(v: Value, args: &[Value]) -> R {
    let io = this::<StringIo>(v);
    io.check_open()?;
    let offset = ops::as_isize(args[0])?;
    let whence = args.get(1).map_or(Ok(0), |w| ops::as_i32(*w))?;
    let to = match whence {
        0 if offset < 0 => return Err(value_error(format_args!("Negative seek position {offset}"))),
        0 => offset as usize,
        1 | 2 if offset != 0 => {
            return Err(crate::errors::raise_text(
                &crate::types::exceptions::OS_ERROR,
                "Can't do nonzero cur-relative seeks",
            ));
        }
        1 => get(&io.at),
        2 => get(&io.len),
        _ => return Err(value_error(format_args!("Invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    put(&io.at, to);
    Ok(int::from_usize(to))
}

fn string_truncate(v: Value, args: &[Value]) -> R {
    let io = this::<StringIo>(v);
    let whole = io.whole()?;
    let size = match args.first().filter(|a| !a.is_none()) {
        Some(size) => ops::as_isize(*size)?,
        None => get(&io.at) as isize,
    };
    if size < 0 {
        return Err(value_error(format_args!("Negative size value {size}")));
    }
    if (size as usize) < whole.len() {
        io.text.set(io, whole.substring(0, size as usize));
        put(&io.len, size as usize);
    }
    Ok(int::from_i64(size as i64))
}

pub static STRING_IO: TypeDef = TypeDef {
    name: "_io.StringIO",
    base: Some(&TEXT_IO_BASE),
    slots: Slots {
        new: Some(|class, _| {
            let v = super::base::allocate(class);
            start(this(v), Newline::Lf);
            Ok(v)
        }),
        init: Some(string_init),
        next: Some(|v| {
            let line = this::<StringIo>(v).readline(usize::MAX)?;
            Ok((!line.is_empty()).then(|| line.value()))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::one("write", string_write),
        Method::pos("read", |v, args| Ok(this::<StringIo>(v).take(bytes_size(args)?)?.value()), 0, 1),
        Method::pos("readline", |v, args| Ok(this::<StringIo>(v).readline(bytes_size(args)?)?.value()), 0, 1),
        Method::none("getvalue", |v| Ok(this::<StringIo>(v).whole()?.value())),
        Method::pos("seek", string_seek, 1, 2),
        Method::none("tell", |v| {
            let io = this::<StringIo>(v);
            io.check_open()?;
            Ok(int::from_usize(get(&io.at)))
        }),
        Method::pos("truncate", string_truncate, 0, 1),
        Method::none("close", |v| {
            let io = this::<StringIo>(v);
            io.text.clear();
            io.pieces.clear();
            Ok(none())
        }),
        Method::none("flush", |v| this::<StringIo>(v).check_open().map(|()| none())),
        Method::none("isatty", |v| this::<StringIo>(v).check_open().map(|()| boolean(false))),
        Method::none("readable", |v| this::<StringIo>(v).check_open().map(|()| boolean(true))),
        Method::none("writable", |v| this::<StringIo>(v).check_open().map(|()| boolean(true))),
        Method::none("seekable", |v| this::<StringIo>(v).check_open().map(|()| boolean(true))),
        Method::none("__getstate__", |v| {
            let io = this::<StringIo>(v);
            let newline = match io.newline() {
                Newline::Translate => none(),
                Newline::Any => Str::intern("").value(),
                Newline::Lf => Str::intern("\n").value(),
                Newline::Cr => Str::intern("\r").value(),
                Newline::CrLf => Str::intern("\r\n").value(),
            };
            let items = [io.whole()?.value(), newline, int::from_usize(get(&io.at)), dict_of(v)];
            Ok(Tuple::new(&items).value())
        }),
        Method::one("__setstate__", |v, state| {
            let Some(state) = state.cast::<Tuple>().filter(|t| t.len() == 4) else {
                return Err(type_error(format_args!(
                    "{}.__setstate__ argument should be 4-tuple, got {}",
                    v.class().display_name(),
                    state.class().display_name()
                )));
            };
            let io = this::<StringIo>(v);
            io.check_open()?;
            let text = state.get(0);
            if !text.is_none() && text.cast::<Str>().is_none() {
                let class = text.class().display_name();
                return Err(type_error(format_args!("initial_value must be str or None, not {class}")));
            }
            let newline = string_newline(state.get(1))?;
            if !ops::is_int(state.get(2)) {
                let class = state.get(2).class().display_name();
                return Err(type_error(format_args!("third item of state must be an integer, got {class}")));
            }
            let at = position(state.get(2))?;
            check_dict(state.get(3), "fourth")?;
            start(io, newline);
            if let Some(text) = text.cast::<Str>() {
                io.text.set(io, text);
                put(&io.len, text.len());
            }
            put(&io.at, at);
            restore_dict(v, state.get(3))
        }),
    ],
    getset: &[
        GetSet::get("closed", |v| Ok(boolean(this::<StringIo>(v).text.get().is_none()))),
        GetSet::get("line_buffering", |v| this::<StringIo>(v).check_open().map(|()| boolean(false))),
        GetSet::get("newlines", |v| {
            let io = this::<StringIo>(v);
            io.check_open()?;
            Ok(newlines_seen(get(&io.seen) as i64))
        }),
    ],
    flags: BASETYPE | HAS_DICT | WEAKREFS,
    words: TypeDef::words_of::<StringIo>(),
    traced: TypeDef::words_of::<StringIo>() - 1,
    ..TypeDef::BASE
};
