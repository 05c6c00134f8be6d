//! Code objects in CPython 3.14's marshal format, version 5: the body of a `.pyc`.
//!
//! Reading takes any bytes: every length is checked against what is left, depth is limited, and
//! references cannot make the result larger than [`MAX_NODES`]. What comes out is well-formed as data;
//! whether its bytecode makes sense is for [`crate::verify`] to say.
//! Writing gives what CPython reads; which objects are shared within follows our sharing, not
//! CPython's reference counts.

use crate::code::{CodeObject, Constant};
use num_bigint::{BigInt, BigUint, Sign};
use num_traits::Zero;
use rustpython_wtf8::{Wtf8, Wtf8Buf};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// How deep objects may nest. CPython takes twice that; what its compiler makes nests far less.
const MAX_DEPTH: u32 = 1000;
/// Stack for so much nesting. Code without optimisation needs more.
const STACK: usize = if cfg!(debug_assertions) { 32 << 20 } else { 4 << 20 };
/// How many objects a code object may consist of, with shared ones counted each time.
const MAX_NODES: u64 = 1 << 26;
const FLAG_REF: u8 = 0x80;
const DIGIT_BITS: u32 = 15;

/// Why marshal data cannot be read. The text is that of CPython's exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarshalError {
    /// The data end too early: `EOFError`.
    TooShort,
    /// The data are wrong: `ValueError`.
    Bad(&'static str),
    /// The data are fine but no code object: `TypeError`.
    NotCode,
}

impl fmt::Display for MarshalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MarshalError::TooShort => f.write_str("marshal data too short"),
            MarshalError::Bad(what) => write!(f, "bad marshal data ({what})"),
            MarshalError::NotCode => f.write_str("bad marshal data (not a code object)"),
        }
    }
}

impl std::error::Error for MarshalError {}

type Result<T> = std::result::Result<T, MarshalError>;

/// Reads a code object; bytes after it are left alone.
pub fn load(bytes: &[u8]) -> Result<CodeObject> {
    stacker::maybe_grow(STACK, STACK + (64 << 10), || {
        let mut reader = Reader { bytes, refs: Vec::new(), names: HashMap::new(), depth: 0, nodes: 0 };
        match reader.object()? {
            Constant::Code(code) => {
                drop(reader);
                Ok(Arc::unwrap_or_clone(code))
            }
            _ => Err(MarshalError::NotCode),
        }
    })
}

/// Writes a code object.
pub fn dump(code: &CodeObject) -> Vec<u8> {
    let mut writer = Writer { bytes: Vec::new(), strings: Some(HashMap::new()), shared: HashMap::new(), next_ref: 0 };
    stacker::maybe_grow(STACK, STACK + (64 << 10), || writer.code(code));
    writer.bytes
}

/// The elements of a frozenset in the order in which marshal writes them: that of their own dumps.
pub fn in_dumped_order(elements: &[Constant]) -> Arc<[Constant]> {
    let mut keyed: Vec<(Vec<u8>, &Constant)> = elements.iter().map(|element| (plain_dump(element), element)).collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    keyed.into_iter().map(|(_, element)| element.clone()).collect()
}

/// The dump of one constant, nothing shared.
fn plain_dump(constant: &Constant) -> Vec<u8> {
    let mut writer = Writer { bytes: Vec::new(), strings: None, shared: HashMap::new(), next_ref: 0 };
    writer.constant(constant);
    writer.bytes
}

/// What an earlier object with the reference mark was, and of how many objects it consists.
struct Reference {
    value: Constant,
    nodes: u64,
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// None while the object is still being read.
    refs: Vec<Option<Reference>>,
    names: HashMap<Arc<Wtf8Buf>, Arc<str>>,
    depth: u32,
    nodes: u64,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(count).ok_or(MarshalError::TooShort)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk().ok_or(MarshalError::TooShort)?;
        self.bytes = rest;
        Ok(*taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    fn long(&mut self) -> Result<i32> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    fn count(&mut self, what: &'static str) -> Result<usize> {
        usize::try_from(self.long()?).map_err(|_| MarshalError::Bad(what))
    }

    fn float(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn text_float(&mut self) -> Result<u64> {
        let length = usize::from(self.byte()?);
        let text = std::str::from_utf8(self.take(length)?).ok();
        let value = text.and_then(|text| text.parse::<f64>().ok());
        value.map(f64::to_bits).ok_or(MarshalError::Bad("invalid float"))
    }

    /// Counts objects, so that references to references cannot blow up.
    fn spend(&mut self, nodes: u64) -> Result<()> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES { Err(MarshalError::Bad("too many objects")) } else { Ok(()) }
    }

    fn object(&mut self) -> Result<Constant> {
        if self.depth >= MAX_DEPTH {
            return Err(MarshalError::Bad("recursion limit exceeded"));
        }
        let before = self.nodes;
        self.spend(1)?;
        let first = self.byte()?;
        let kind = first & !FLAG_REF;
        // CPython gives its singletons no index, whatever the mark says.
        let index = if first & FLAG_REF != 0 && !matches!(kind, b'0' | b'N' | b'T' | b'F' | b'.' | b'S' | b'r') {
            self.refs.push(None);
            Some(self.refs.len() - 1)
        } else {
            None
        };
        self.depth += 1;
        let value = self.body(kind)?;
        self.depth -= 1;
        if let Some(slot) = index.and_then(|index| self.refs.get_mut(index)) {
            *slot = Some(Reference { value: value.clone(), nodes: self.nodes - before });
        }
        Ok(value)
    }

    fn body(&mut self, kind: u8) -> Result<Constant> {
        Ok(match kind {
            b'N' => Constant::None,
            b'T' => Constant::True,
            b'F' => Constant::False,
            b'.' => Constant::Ellipsis,
            b'i' => Constant::Int(self.long()?.into()),
            b'I' => Constant::Int(i64::from_le_bytes(self.array()?)),
            b'l' => self.big_int()?,
            b'g' => Constant::Float(self.float()?),
            b'f' => Constant::Float(self.text_float()?),
            b'y' => Constant::Complex(self.float()?, self.float()?),
            b'x' => Constant::Complex(self.text_float()?, self.text_float()?),
            b's' => {
                let length = self.count("bytes object size out of range")?;
                Constant::Bytes(self.take(length)?.into())
            }
            b't' | b'u' | b'a' | b'A' => {
                let length = self.count("string size out of range")?;
                self.string(length)?
            }
            b'z' | b'Z' => {
                let length = usize::from(self.byte()?);
                self.string(length)?
            }
            b')' => {
                let length = usize::from(self.byte()?);
                Constant::Tuple(self.objects(length)?.into())
            }
            b'(' => {
                let length = self.count("tuple size out of range")?;
                Constant::Tuple(self.objects(length)?.into())
            }
            b'>' => {
                let length = self.count("set size out of range")?;
                Constant::FrozenSet(in_dumped_order(&self.objects(length)?))
            }
            b':' => Constant::Slice(Arc::new([self.object()?, self.object()?, self.object()?])),
            b'c' => Constant::Code(Arc::new(self.code()?)),
            b'r' => {
                let index = self.count("invalid reference")?;
                let reference = self.refs.get(index).and_then(Option::as_ref);
                let Reference { value, nodes } = reference.ok_or(MarshalError::Bad("invalid reference"))?;
                let (value, nodes) = (value.clone(), *nodes);
                self.spend(nodes)?;
                value
            }
            b'0' => return Err(MarshalError::Bad("NULL object in marshal data for object")),
            b'S' | b'[' | b'{' | b'<' => return Err(MarshalError::Bad("object that no code object contains")),
            _ => return Err(MarshalError::Bad("unknown type code")),
        })
    }

    fn objects(&mut self, length: usize) -> Result<Vec<Constant>> {
        // Each takes at least a byte, so a false length reserves no more than the data could fill.
        let mut objects = Vec::with_capacity(length.min(self.bytes.len()));
        for _ in 0..length {
            objects.push(self.object()?);
        }
        Ok(objects)
    }

    fn string(&mut self, length: usize) -> Result<Constant> {
        let bytes = self.take(length)?.to_vec();
        let text = Wtf8Buf::from_bytes(bytes).map_err(|_| MarshalError::Bad("invalid string"))?;
        Ok(Constant::Str(Arc::new(text)))
    }

    fn big_int(&mut self) -> Result<Constant> {
        let size = self.long()?;
        let length = size.unsigned_abs() as usize;
        let digits = self.take(length.checked_mul(2).ok_or(MarshalError::TooShort)?)?;
        // Fifteen bits at a time into bytes, the lowest first.
        let mut magnitude = Vec::with_capacity(digits.len());
        let (mut pending, mut bits) = (0u32, 0);
        let mut last = 1;
        for pair in digits.chunks_exact(2) {
            last = u32::from(u16::from_le_bytes([pair[0], pair[1]]));
            if last >> DIGIT_BITS != 0 {
                return Err(MarshalError::Bad("digit out of range in long"));
            }
            pending |= last << bits;
            bits += DIGIT_BITS;
            while bits >= 8 {
                magnitude.push(pending as u8);
                pending >>= 8;
                bits -= 8;
            }
        }
        magnitude.push(pending as u8);
        if last == 0 {
            return Err(MarshalError::Bad("unnormalized long data"));
        }
        let sign = if size < 0 { Sign::Minus } else { Sign::Plus };
        Ok(Constant::from_bigint(BigInt::from_biguint(sign, BigUint::from_bytes_le(&magnitude))))
    }

    fn code(&mut self) -> Result<CodeObject> {
        let mut small = || u32::try_from(self.long()?).map_err(|_| MarshalError::Bad("negative count in code object"));
        let (argcount, posonlyargcount, kwonlyargcount, stacksize) = (small()?, small()?, small()?, small()?);
        let flags = self.long()? as u32;
        let code = self.bytes_object()?;
        let consts = self.tuple()?.iter().cloned().collect();
        let names = self.name_tuple()?;
        let localsplusnames = self.name_tuple()?;
        let localspluskinds = self.bytes_object()?;
        let filename = self.str_object()?;
        let name = self.name()?;
        let qualname = self.name()?;
        let firstlineno = self.long()?;
        let linetable = self.bytes_object()?;
        let exceptiontable = self.bytes_object()?;
        Ok(CodeObject {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code,
            consts,
            names,
            localsplusnames,
            localspluskinds,
            filename,
            name,
            qualname,
            firstlineno,
            linetable,
            exceptiontable,
        })
    }

    fn bytes_object(&mut self) -> Result<Box<[u8]>> {
        match self.object()? {
            Constant::Bytes(bytes) => Ok(bytes.iter().copied().collect()),
            _ => Err(MarshalError::Bad("bytes expected in code object")),
        }
    }

    fn tuple(&mut self) -> Result<Arc<[Constant]>> {
        match self.object()? {
            Constant::Tuple(elements) => Ok(elements),
            _ => Err(MarshalError::Bad("tuple expected in code object")),
        }
    }

    fn str_object(&mut self) -> Result<Arc<Wtf8Buf>> {
        match self.object()? {
            Constant::Str(text) => Ok(text),
            _ => Err(MarshalError::Bad("str expected in code object")),
        }
    }

    fn name(&mut self) -> Result<Arc<str>> {
        let text = self.str_object()?;
        self.as_name(text)
    }

    fn as_name(&mut self, text: Arc<Wtf8Buf>) -> Result<Arc<str>> {
        if let Some(name) = self.names.get(&text) {
            return Ok(name.clone());
        }
        let name: Arc<str> = text.as_str().map_err(|_| MarshalError::Bad("name with lone surrogate"))?.into();
        self.names.insert(text, name.clone());
        Ok(name)
    }

    fn name_tuple(&mut self) -> Result<Box<[Arc<str>]>> {
        let names = self.tuple()?;
        names
            .iter()
            .map(|name| match name {
                Constant::Str(text) => self.as_name(text.clone()),
                _ => Err(MarshalError::Bad("str expected in code object")),
            })
            .collect()
    }
}

struct Writer {
    bytes: Vec<u8>,
    /// Strings written with a reference mark; None where nothing is shared.
    strings: Option<HashMap<Vec<u8>, u32>>,
    /// Shared constants written with a reference mark, by address.
    shared: HashMap<usize, u32>,
    next_ref: u32,
}

impl Writer {
    fn long(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    fn sized(&mut self, kind: u8, bytes: &[u8]) {
        self.bytes.push(kind);
        self.long(bytes.len() as u32);
        self.bytes.extend_from_slice(bytes);
    }

    /// A string, as a reference if it was written before.
    fn string(&mut self, text: &Wtf8, interned: bool) {
        let bytes = text.as_bytes();
        let mut mark = 0;
        if let Some(strings) = &mut self.strings {
            if let Some(index) = strings.get(bytes) {
                let index = *index;
                self.bytes.push(b'r');
                self.long(index);
                return;
            }
            strings.insert(bytes.to_vec(), self.next_ref);
            self.next_ref += 1;
            mark = FLAG_REF;
        }
        match (bytes.is_ascii(), interned) {
            (true, _) if bytes.len() < 256 => {
                self.bytes.push(if interned { b'Z' } else { b'z' } | mark);
                self.bytes.push(bytes.len() as u8);
                self.bytes.extend_from_slice(bytes);
            }
            (true, true) => self.sized(b'A' | mark, bytes),
            (true, false) => self.sized(b'a' | mark, bytes),
            (false, true) => self.sized(b't' | mark, bytes),
            (false, false) => self.sized(b'u' | mark, bytes),
        }
    }

    fn name(&mut self, name: &str) {
        self.string(Wtf8::new(name), true);
    }

    fn tuple_header(&mut self, length: usize) {
        if let Ok(short) = u8::try_from(length) {
            self.bytes.extend_from_slice(&[b')', short]);
        } else {
            self.bytes.push(b'(');
            self.long(length as u32);
        }
    }

    fn names(&mut self, names: &[Arc<str>]) {
        self.tuple_header(names.len());
        for name in names {
            self.name(name);
        }
    }

    /// Writes a reference if the object at this address was written before; else marks the type
    /// byte at `at` once the object is there.
    fn sharing(&mut self, address: usize, count: usize, write: impl FnOnce(&mut Self)) {
        if self.strings.is_none() || count < 2 {
            return write(self);
        }
        if let Some(index) = self.shared.get(&address) {
            let index = *index;
            self.bytes.push(b'r');
            return self.long(index);
        }
        let at = self.bytes.len();
        let index = self.next_ref;
        self.next_ref += 1;
        write(self);
        self.bytes[at] |= FLAG_REF;
        self.shared.insert(address, index);
    }

    fn constant(&mut self, constant: &Constant) {
        match constant {
            Constant::None => self.bytes.push(b'N'),
            Constant::True => self.bytes.push(b'T'),
            Constant::False => self.bytes.push(b'F'),
            Constant::Ellipsis => self.bytes.push(b'.'),
            Constant::Int(value) => match i32::try_from(*value) {
                Ok(small) => {
                    self.bytes.push(b'i');
                    self.long(small as u32);
                }
                Err(_) => self.big_int(&BigInt::from(*value)),
            },
            Constant::BigInt(value) => self.big_int(value),
            Constant::Float(bits) => {
                self.bytes.push(b'g');
                self.bytes.extend_from_slice(&bits.to_le_bytes());
            }
            Constant::Complex(re, im) => {
                self.bytes.push(b'y');
                self.bytes.extend_from_slice(&re.to_le_bytes());
                self.bytes.extend_from_slice(&im.to_le_bytes());
            }
            Constant::Str(text) => {
                let interned = text.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
                self.string(text, interned);
            }
            Constant::Bytes(bytes) => {
                self.sharing(bytes.as_ptr() as usize, Arc::strong_count(bytes), |w| w.sized(b's', bytes));
            }
            Constant::Tuple(elements) => {
                self.sharing(elements.as_ptr() as usize, Arc::strong_count(elements), |w| {
                    w.tuple_header(elements.len());
                    w.constants(elements);
                });
            }
            Constant::FrozenSet(elements) => {
                self.bytes.push(b'>');
                self.long(elements.len() as u32);
                self.constants(elements);
            }
            Constant::Slice(elements) => {
                self.bytes.push(b':');
                self.constants(&elements[..]);
            }
            Constant::Code(code) => {
                self.sharing(Arc::as_ptr(code) as usize, Arc::strong_count(code), |w| w.code(code));
            }
        }
    }

    fn constants(&mut self, constants: &[Constant]) {
        for constant in constants {
            self.constant(constant);
        }
    }

    fn big_int(&mut self, value: &BigInt) {
        self.bytes.push(b'l');
        let mut digits: Vec<u8> = Vec::new();
        let (mut pending, mut bits) = (0u32, 0);
        let mut magnitude = value.magnitude().to_bytes_le();
        if value.is_zero() {
            magnitude.clear();
        }
        let mut push = |digit: u32| digits.extend_from_slice(&(digit as u16).to_le_bytes());
        for byte in magnitude {
            pending |= u32::from(byte) << bits;
            bits += 8;
            if bits >= DIGIT_BITS {
                push(pending & ((1 << DIGIT_BITS) - 1));
                pending >>= DIGIT_BITS;
                bits -= DIGIT_BITS;
            }
        }
        if pending != 0 {
            push(pending);
        }
        let count = (digits.len() / 2) as i32;
        let size = if value.sign() == Sign::Minus { -count } else { count };
        self.long(size as u32);
        self.bytes.extend_from_slice(&digits);
    }

    fn code(&mut self, code: &CodeObject) {
        self.bytes.push(b'c');
        for count in [code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, code.flags] {
            self.long(count);
        }
        self.sized(b's', &code.code);
        self.tuple_header(code.consts.len());
        self.constants(&code.consts);
        self.names(&code.names);
        self.names(&code.localsplusnames);
        self.sized(b's', &code.localspluskinds);
        self.string(&code.filename, false);
        self.name(&code.name);
        self.name(&code.qualname);
        self.long(code.firstlineno as u32);
        self.sized(b's', &code.linetable);
        self.sized(b's', &code.exceptiontable);
    }
}
