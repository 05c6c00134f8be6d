//! `marshal`: code objects and constants as bytes (CPython's `Python/marshal.c`, version 5).
//!
//! Reading is bounds-checked throughout: damaged input raises, it never reads past the end. Code that a
//! program reads is verified before it is first run ([`verify`]); what comes from our front end, or was
//! verified as a file, is marked as trusted.

use crate::errors::{self, R, type_error, value_error};
use crate::object::singletons::{ellipsis, false_, none, true_};
use crate::object::{Method, Ref};
use crate::types::bytes::Bytes;
use crate::types::code::{Code, Parts};
use crate::types::dict::Dict;
use crate::types::exceptions::EOF_ERROR;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::{complex, float, int, set, slice};
use crate::value::{Raised, Value};

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    refs: Vec<Option<Value>>,
    depth: u32,
    /// Code objects need no check before they run.
    trusted: bool,
}

const MAX_DEPTH: u32 = 2000;

fn eof() -> Raised {
    errors::raise_text(&EOF_ERROR, "marshal data too short")
}

fn bad(what: &str) -> Raised {
    value_error(format_args!("bad marshal data ({what})"))
}

impl Reader<'_> {
    fn take(&mut self, n: usize) -> R<&[u8]> {
        let end = self.at.checked_add(n).filter(|end| *end <= self.bytes.len()).ok_or_else(eof)?;
        let slice = &self.bytes[self.at..end];
        self.at = end;
        Ok(slice)
    }

    fn byte(&mut self) -> R<u8> {
        Ok(self.take(1)?[0])
    }

    fn u16(&mut self) -> R<u16> {
        let b = self.take(2)?;
        Ok(u16::from_le_bytes([b[0], b[1]]))
    }

    fn i32(&mut self) -> R<i32> {
        let b = self.take(4)?;
        Ok(i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    fn f64(&mut self) -> R<f64> {
        let b = self.take(8)?;
        let mut bits = [0; 8];
        bits.copy_from_slice(b);
        Ok(f64::from_le_bytes(bits))
    }

    fn size(&mut self, what: &str) -> R<usize> {
        let n = self.i32()?;
        usize::try_from(n).map_err(|_| bad(what))
    }

    /// A size that cannot be larger than what is left.
    fn count(&mut self, what: &str) -> R<usize> {
        let n = self.size(what)?;
        if n > self.bytes.len() - self.at { Err(eof()) } else { Ok(n) }
    }

    fn value(&mut self) -> R {
        match self.object()? {
            Some(value) => Ok(value),
            None => Err(type_error("NULL object in marshal data for object")),
        }
    }

    fn items(&mut self, n: usize) -> R<Vec<Value>> {
        let mut items = Vec::with_capacity(n.min(1 << 16));
        for _ in 0..n {
            items.push(self.value()?);
        }
        Ok(items)
    }

    fn text(&mut self, n: usize, ascii: bool, intern: bool) -> R {
        let bytes = self.take(n)?;
        let text = if ascii && bytes.is_ascii() {
            Some(Str::from_ascii(bytes))
        } else if ascii {
            None
        } else {
            Str::from_wtf8(bytes)
        };
        let Some(text) = text else { return Err(bad("string")) };
        Ok(if intern { text.interned() } else { text }.value())
    }

    /// `None` is the NULL marker.
    fn object(&mut self) -> R<Option<Value>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(value_error("recursion limit exceeded"));
        }
        let code = self.byte()?;
        let flagged = code & 0x80 != 0;
        let kind = code & 0x7f;
        // Containers take their number before their contents.
        let reserved = flagged && matches!(kind, b'(' | b')' | b'[' | b'{' | b'<' | b'>' | b'c' | b':');
        let index = self.refs.len();
        if reserved {
            self.refs.push(None);
        }
        let value = match kind {
            b'0' => {
                self.depth -= 1;
                return Ok(None);
            }
            b'N' => none(),
            b'T' => true_(),
            b'F' => false_(),
            b'.' => ellipsis(),
            b'S' => errors_stop(),
            b'i' => int::from_i64(self.i32()? as i64),
            b'l' => self.long()?,
            b'g' => float::from_f64(self.f64()?),
            b'f' => {
                let n = self.byte()? as usize;
                let text = String::from_utf8_lossy(self.take(n)?).into_owned();
                float::from_f64(text.parse().map_err(|_| bad("float"))?)
            }
            b'y' => {
                let (re, im) = (self.f64()?, self.f64()?);
                complex::new(re, im)
            }
            b's' => {
                let n = self.size("bytes object size out of range")?;
                Bytes::new(self.take(n)?).value()
            }
            b'a' | b'A' => {
                let n = self.size("string size out of range")?;
                self.text(n, true, kind == b'A')?
            }
            b'z' | b'Z' => {
                let n = self.byte()? as usize;
                self.text(n, true, kind == b'Z')?
            }
            b'u' | b't' => {
                let n = self.size("string size out of range")?;
                self.text(n, false, kind == b't')?
            }
            b'(' => {
                let n = self.count("tuple size out of range")?;
                Tuple::new(&self.items(n)?).value()
            }
            b')' => {
                let n = self.byte()? as usize;
                Tuple::new(&self.items(n)?).value()
            }
            b'[' => {
                let n = self.count("list size out of range")?;
                let list = List::new(&[]);
                if reserved {
                    self.refs[index] = Some(list.value());
                }
                for _ in 0..n {
                    list.push(self.value()?);
                }
                list.value()
            }
            b'{' => {
                let dict = Dict::new();
                if reserved {
                    self.refs[index] = Some(dict.value());
                }
                while let Some(key) = self.object()? {
                    let value = self.value()?;
                    dict.set(key, value)?;
                }
                dict.value()
            }
            b'<' | b'>' => {
                let n = self.count("set size out of range")?;
                let items = self.items(n)?;
                if kind == b'<' { set::from_items(&items)? } else { set::frozen_from_items(&items)? }
            }
            b':' => {
                let (start, stop, step) = (self.value()?, self.value()?, self.value()?);
                slice::Slice::new(start, stop, step).value()
            }
            b'r' => {
                let n = self.size("invalid reference")?;
                self.depth -= 1;
                return match self.refs.get(n) {
                    Some(Some(value)) => Ok(Some(*value)),
                    _ => Err(bad("invalid reference")),
                };
            }
            b'c' => self.code()?,
            _ => return Err(bad("unknown type code")),
        };
        if reserved {
            self.refs[index] = Some(value);
        } else if flagged {
            self.refs.push(Some(value));
        }
        self.depth -= 1;
        Ok(Some(value))
    }

    fn long(&mut self) -> R {
        use num_bigint::{BigInt, BigUint, Sign};
        let n = self.i32()?;
        let digits = n.unsigned_abs() as usize;
        if digits > (self.bytes.len() - self.at) / 2 {
            return Err(eof());
        }
        let mut parts = Vec::with_capacity(digits);
        for _ in 0..digits {
            let digit = self.u16()?;
            if digit >= 1 << 15 {
                return Err(bad("digit out of range in long"));
            }
            parts.push(digit);
        }
        if parts.last() == Some(&0) {
            return Err(bad("unnormalized long data"));
        }
        let mut words = vec![0u32; digits * 15 / 32 + 1];
        for (i, digit) in parts.iter().enumerate() {
            let bit = i * 15;
            let wide = (*digit as u64) << (bit % 32);
            words[bit / 32] |= wide as u32;
            if wide >> 32 != 0 {
                words[bit / 32 + 1] |= (wide >> 32) as u32;
            }
        }
        let sign = if n < 0 { Sign::Minus } else { Sign::Plus };
        Ok(int::from_bigint(BigInt::from_biguint(sign, BigUint::new(words))))
    }

    fn code(&mut self) -> R {
        let argcount = self.i32()? as u32;
        let posonly = self.i32()? as u32;
        let kwonly = self.i32()? as u32;
        let stacksize = self.i32()? as u32;
        let flags = self.i32()? as u32;
        let bytecode = self.value()?;
        let consts = self.value()?;
        let names = self.value()?;
        let localsplusnames = self.value()?;
        let kinds = self.value()?;
        let filename = self.value()?;
        let name = self.value()?;
        let qualname = self.value()?;
        let firstlineno = self.i32()?;
        let linetable = self.value()?;
        let exceptiontable = self.value()?;
        for bytes in [bytecode, kinds, linetable, exceptiontable] {
            if bytes.exact::<Bytes>().is_none() {
                return Err(bad("code object"));
            }
        }
        for text in [filename, name, qualname] {
            if text.exact::<Str>().is_none() {
                return Err(bad("code object"));
            }
        }
        let (Some(_), Some(names), Some(localsplusnames)) =
            (consts.exact::<Tuple>(), names.exact::<Tuple>(), localsplusnames.exact::<Tuple>())
        else {
            return Err(bad("code object"));
        };
        if kinds.expect::<Bytes>().as_slice().len() != localsplusnames.len() {
            return Err(bad("code object"));
        }
        let code = Code::new(Parts {
            argcount,
            posonly,
            kwonly,
            stacksize,
            flags,
            firstlineno,
            bytecode,
            consts,
            names: interned(names)?,
            localsplusnames: interned(localsplusnames)?,
            kinds,
            filename,
            name,
            qualname,
            linetable,
            exceptiontable,
        });
        code.trusted.set(self.trusted);
        Ok(code.value())
    }
}

/// Names are compared by address, so they are interned here whatever the writer did.
fn interned(names: Ref<Tuple>) -> R {
    let mut out = Vec::with_capacity(names.len());
    for name in names.as_slice() {
        match name.exact::<Str>() {
            Some(name) => out.push(name.interned().value()),
            None => return Err(bad("code object")),
        }
    }
    Ok(Tuple::from_vec(out))
}

fn errors_stop() -> Value {
    crate::types::exceptions::STOP_ITERATION.class().value()
}

/// `marshal.loads`.
pub fn loads(bytes: &[u8]) -> R {
    Reader { bytes, at: 0, refs: Vec::new(), depth: 0, trusted: false }.value()
}

/// A code object from its marshalled form, made by our front end or verified already.
pub fn load_code(bytes: &[u8]) -> R<Ref<Code>> {
    let loaded = Reader { bytes, at: 0, refs: Vec::new(), depth: 0, trusted: true }.value()?;
    loaded.exact::<Code>().ok_or_else(|| errors::import_error("Non-code object in marshal data"))
}

/// The code object in a `.pyc` file, verified.
pub fn load_pyc(bytes: &[u8], name: &str) -> R<Ref<Code>> {
    let (_, code) = taipan_frontend::pyc::read(bytes, name).map_err(errors::import_error)?;
    taipan_frontend::verify::verify(&code)
        .map_err(|e| errors::import_error(format_args!("bad bytecode in '{name}': {e}")))?;
    load_code(&taipan_frontend::marshal::dump(&code))
}

/// Checks a code object that a program put together, and those in its constants, before it is run.
pub fn verify(code: Ref<Code>) -> R<()> {
    if code.trusted.get() {
        return Ok(());
    }
    let mut writer = Writer { out: Vec::new(), skeleton: true };
    writer.value(code.value(), 0)?;
    let wrong = |problem: &dyn std::fmt::Display| value_error(format_args!("bad code object: {problem}"));
    let copy = taipan_frontend::marshal::load(&writer.out).map_err(|e| wrong(&e))?;
    taipan_frontend::verify::verify(&copy).map_err(|e| wrong(&e))?;
    let mut checked = vec![code.value()];
    while let Some(value) = checked.pop() {
        if let Some(tuple) = value.exact::<Tuple>() {
            checked.extend(tuple.as_slice());
        } else if let Some(code) = value.exact::<Code>().filter(|code| !code.trusted.get()) {
            code.trusted.set(true);
            checked.extend(code.consts());
        }
    }
    Ok(())
}

struct Writer {
    out: Vec<u8>,
    /// Constants that tell the verifier nothing are written as None: a program may put any object there.
    skeleton: bool,
}

impl Writer {
    fn size(&mut self, n: usize) {
        self.out.extend_from_slice(&(n as u32).to_le_bytes());
    }

    fn bytes(&mut self, kind: u8, bytes: &[u8]) {
        self.out.push(kind);
        self.size(bytes.len());
        self.out.extend_from_slice(bytes);
    }

    fn items(&mut self, kind: u8, items: &[Value], depth: u32) -> R<()> {
        self.out.push(kind);
        self.size(items.len());
        items.iter().try_for_each(|item| self.value(*item, depth))
    }

    fn value(&mut self, v: Value, depth: u32) -> R<()> {
        if depth > MAX_DEPTH {
            return Err(value_error("object too deeply nested to marshal"));
        }
        let depth = depth + 1;
        let tells = || {
            v.exact::<Str>().is_some()
                || v.exact::<Bytes>().is_some()
                || v.exact::<Tuple>().is_some()
                || v.exact::<Code>().is_some()
        };
        if v.is_none() || self.skeleton && !tells() {
            self.out.push(b'N');
        } else if v.is(true_()) {
            self.out.push(b'T');
        } else if v.is(false_()) {
            self.out.push(b'F');
        } else if v.is(ellipsis()) {
            self.out.push(b'.');
        } else if v.is(errors_stop()) {
            self.out.push(b'S');
        } else if let Some(x) = float::as_f64(v) {
            self.out.push(b'g');
            self.out.extend_from_slice(&x.to_le_bytes());
        } else if let Some((re, im)) = complex::parts(v) {
            self.out.push(b'y');
            self.out.extend_from_slice(&re.to_le_bytes());
            self.out.extend_from_slice(&im.to_le_bytes());
        } else if let Some(text) = v.cast::<Str>() {
            if let Some(ascii) = text.as_ascii() {
                self.bytes(if text.is_interned() { b'A' } else { b'a' }, ascii.as_bytes());
            } else {
                self.bytes(if text.is_interned() { b't' } else { b'u' }, &text.to_wtf8());
            }
        } else if let Some(bytes) = v.cast::<Bytes>() {
            self.bytes(b's', bytes.as_slice());
        } else if let Some(tuple) = v.cast::<Tuple>() {
            self.items(b'(', tuple.as_slice(), depth)?;
        } else if let Some(list) = v.cast::<List>() {
            self.items(b'[', list.as_slice(), depth)?;
        } else if let Some(dict) = v.cast::<Dict>() {
            self.out.push(b'{');
            for (key, value) in dict.items() {
                self.value(key, depth)?;
                self.value(value, depth)?;
            }
            self.out.push(b'0');
        } else if let Some(frozen) = set::is_set(v) {
            self.items(if frozen { b'>' } else { b'<' }, &crate::ops::iter::to_vec(v)?, depth)?;
        } else if let Some(slice) = v.exact::<slice::Slice>() {
            self.out.push(b':');
            for part in [slice.start.value(), slice.stop.value(), slice.step.value()] {
                self.value(part, depth)?;
            }
        } else if let Some(code) = v.exact::<Code>() {
            self.code(code, depth)?;
        } else if let Some(big) = int::to_bigint(v) {
            self.int(&big);
        } else if let Some(buffer) = crate::object::class::slots_of(v).buffer {
            let buffer = buffer(v)?;
            // SAFETY: the object keeps its bytes while it is not changed, and nothing runs meanwhile.
            let bytes = unsafe { std::slice::from_raw_parts(buffer.ptr, buffer.len) }.to_vec();
            self.bytes(b's', &bytes);
        } else {
            return Err(value_error("unmarshallable object"));
        }
        Ok(())
    }

    fn int(&mut self, big: &num_bigint::BigInt) {
        if let Ok(n) = i32::try_from(big) {
            self.out.push(b'i');
            self.out.extend_from_slice(&n.to_le_bytes());
            return;
        }
        let (sign, mut bytes) = big.to_bytes_le();
        bytes.extend_from_slice(&[0; 4]);
        let bits = big.bits() as usize;
        let digits = bits.div_ceil(15);
        self.out.push(b'l');
        let n = digits as i32 * if sign == num_bigint::Sign::Minus { -1 } else { 1 };
        self.out.extend_from_slice(&n.to_le_bytes());
        for i in 0..digits {
            let bit = i * 15;
            let at = bit / 8;
            let word =
                bytes[at] as u32 | (bytes[at + 1] as u32) << 8 | (bytes.get(at + 2).copied().unwrap_or(0) as u32) << 16;
            let digit = (word >> (bit % 8)) as u16 & 0x7fff;
            self.out.extend_from_slice(&digit.to_le_bytes());
        }
    }

    fn code(&mut self, code: Ref<Code>, depth: u32) -> R<()> {
        self.out.push(b'c');
        for n in [&code.argcount, &code.posonly, &code.kwonly, &code.stacksize, &code.flags] {
            self.out.extend_from_slice(&n.get().to_le_bytes());
        }
        let before = [
            &code.bytecode,
            &code.consts,
            &code.names,
            &code.localsplusnames,
            &code.kinds,
            &code.filename,
            &code.name,
            &code.qualname,
        ];
        for part in before {
            self.value(part.value(), depth)?;
        }
        self.out.extend_from_slice(&code.firstlineno.get().to_le_bytes());
        self.value(code.linetable.value(), depth)?;
        self.value(code.exceptiontable.value(), depth)
    }
}

/// `marshal.dumps`.
pub fn dumps(v: Value) -> R<Vec<u8>> {
    let mut writer = Writer { out: Vec::new(), skeleton: false };
    writer.value(v, 0)?;
    Ok(writer.out)
}

/// The bytes of a bytes-like argument, copied.
fn bytes_of(v: Value) -> R<Vec<u8>> {
    let Some(slot) = crate::object::class::slots_of(v).buffer else {
        return Err(type_error(format_args!("a bytes-like object is required, not '{}'", v.class().display_name())));
    };
    let buffer = slot(v)?;
    // SAFETY: as above.
    Ok(unsafe { std::slice::from_raw_parts(buffer.ptr, buffer.len) }.to_vec())
}

pub static MODULE: NativeModule = NativeModule {
    name: "marshal",
    functions: &[
        Method::pos("dumps", |_, args| Ok(Bytes::new(&dumps(args[0])?).value()), 1, 2),
        Method::full("loads", |_, args| {
            let pos = args.pos();
            crate::object::args::check_count("loads", pos.len(), 1, 1)?;
            loads(&bytes_of(pos[0])?)
        }),
        Method::pos(
            "dump",
            |_, args| {
                let bytes = Bytes::new(&dumps(args[0])?);
                crate::object::call::call_method(args[1], Str::intern("write"), &[bytes.value()])
            },
            2,
            3,
        ),
        Method::full("load", |_, args| {
            let pos = args.pos();
            crate::object::args::check_count("load", pos.len(), 1, 1)?;
            let bytes = crate::object::call::call_method(pos[0], Str::intern("read"), &[])?;
            loads(&bytes_of(bytes)?)
        }),
    ],
    init: |module| {
        module.set("version", Value::small(5));
        Ok(())
    },
};
