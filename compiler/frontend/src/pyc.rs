//! The `.pyc` file: a header that tells what source it was made from, then marshalled code.

use crate::code::CodeObject;
use crate::marshal::{self, MarshalError};
use crate::verify::{self, VerifyError};
use rustpython_literal::escape::UnicodeEscape;
use rustpython_wtf8::Wtf8;
use std::fmt;

/// The first four bytes: CPython 3.14's number 3627 and a line end that text mode would spoil.
pub const MAGIC: [u8; 4] = [0x2b, 0x0e, b'\r', b'\n'];

const HEADER: usize = 16;
const HASH_BASED: u32 = 1;
const CHECK_SOURCE: u32 = 2;

/// How the file says whether it is still up to date (PEP 552).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// The source had this modification time, in seconds, and this size; both modulo 2^32.
    Timestamp {
        /// Modification time.
        mtime: u32,
        /// Size.
        size: u32,
    },
    /// The source had this [`source_hash`]; check it.
    CheckedHash([u8; 8]),
    /// The source had this [`source_hash`]; do not check it.
    UncheckedHash([u8; 8]),
}

/// What is wrong with a `.pyc` file, in the words of CPython's importlib.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PycError {
    /// `ImportError`: made by another version of Python, or no `.pyc`.
    BadMagic {
        /// The file or module.
        name: String,
        /// What stands in the magic number's place.
        magic: Vec<u8>,
    },
    /// `EOFError`: the header is cut short.
    TruncatedHeader {
        /// The file or module.
        name: String,
    },
    /// `ImportError`: flags from the future.
    InvalidFlags {
        /// The file or module.
        name: String,
        /// The flags.
        flags: u32,
    },
    /// `EOFError` or `ValueError`: the code cannot be read.
    Marshal(MarshalError),
    /// `ImportError`: it holds something else than code.
    NotCode {
        /// The file or module.
        name: String,
    },
    /// The code is no valid bytecode.
    Verify(VerifyError),
}

impl fmt::Display for PycError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PycError::BadMagic { name, magic } => {
                write!(f, "bad magic number in {}: b'{}'", quoted(name), magic.escape_ascii())
            }
            PycError::TruncatedHeader { name } => write!(f, "reached EOF while reading pyc header of {}", quoted(name)),
            PycError::InvalidFlags { name, flags } => write!(f, "invalid flags {flags} in {}", quoted(name)),
            PycError::Marshal(error) => error.fmt(f),
            PycError::NotCode { name } => write!(f, "Non-code object in {}", quoted(name)),
            PycError::Verify(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for PycError {}

/// `repr()` of a name.
fn quoted(name: &str) -> String {
    UnicodeEscape::new_repr(Wtf8::new(name)).str_repr().to_string().unwrap_or_default()
}

/// Reads the header alone; gives what it says and the rest of the file. `name` is for messages.
pub fn read_header<'a>(bytes: &'a [u8], name: &str) -> Result<(Validity, &'a [u8]), PycError> {
    let name = || name.to_owned();
    let magic = &bytes[..bytes.len().min(4)];
    if magic != MAGIC {
        return Err(PycError::BadMagic { name: name(), magic: magic.to_vec() });
    }
    let truncated = || PycError::TruncatedHeader { name: name() };
    let (header, body) = bytes.split_at_checked(HEADER).ok_or_else(truncated)?;
    let word = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let flags = word(4);
    if flags & !(HASH_BASED | CHECK_SOURCE) != 0 {
        return Err(PycError::InvalidFlags { name: name(), flags });
    }
    let hash = || -> [u8; 8] { std::array::from_fn(|at| header[8 + at]) };
    let validity = match (flags & HASH_BASED != 0, flags & CHECK_SOURCE != 0) {
        (false, _) => Validity::Timestamp { mtime: word(8), size: word(12) },
        (true, true) => Validity::CheckedHash(hash()),
        (true, false) => Validity::UncheckedHash(hash()),
    };
    Ok((validity, body))
}

/// Reads a `.pyc` file and verifies its code. `name` is for messages.
pub fn read(bytes: &[u8], name: &str) -> Result<(Validity, CodeObject), PycError> {
    let (validity, body) = read_header(bytes, name)?;
    let code = marshal::load(body).map_err(|error| match error {
        MarshalError::NotCode => PycError::NotCode { name: name.to_owned() },
        error => PycError::Marshal(error),
    })?;
    verify::verify_module(&code).map_err(PycError::Verify)?;
    Ok((validity, code))
}

/// The contents of a `.pyc` file.
pub fn write(code: &CodeObject, validity: Validity) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    let (flags, rest) = match validity {
        Validity::Timestamp { mtime, size } => (0, u64::from(mtime) | u64::from(size) << 32),
        Validity::CheckedHash(hash) => (HASH_BASED | CHECK_SOURCE, u64::from_le_bytes(hash)),
        Validity::UncheckedHash(hash) => (HASH_BASED, u64::from_le_bytes(hash)),
    };
    bytes.extend_from_slice(&flags.to_le_bytes());
    bytes.extend_from_slice(&rest.to_le_bytes());
    bytes.extend_from_slice(&marshal::dump(code));
    bytes
}

/// The hash of a source file: SipHash-1-3 keyed with the magic number.
pub fn source_hash(source: &[u8]) -> [u8; 8] {
    let key = u64::from(u32::from_le_bytes(MAGIC));
    let mut state =
        [0x736f_6d65_7073_6575 ^ key, 0x646f_7261_6e64_6f6d, 0x6c79_6765_6e65_7261 ^ key, 0x7465_6462_7974_6573];
    let round = |[mut a, mut b, mut c, mut d]: [u64; 4]| {
        a = a.wrapping_add(b);
        c = c.wrapping_add(d);
        b = b.rotate_left(13) ^ a;
        d = d.rotate_left(16) ^ c;
        a = a.rotate_left(32).wrapping_add(d);
        c = c.wrapping_add(b);
        d = d.rotate_left(21) ^ a;
        b = b.rotate_left(17) ^ c;
        [a, b, c.rotate_left(32), d]
    };
    let mut absorb = |word: u64| {
        state[3] ^= word;
        state = round(state);
        state[0] ^= word;
    };
    let (words, rest) = source.as_chunks::<8>();
    for word in words {
        absorb(u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    last[7] = source.len() as u8;
    absorb(u64::from_le_bytes(last));
    state[2] ^= 0xff;
    state = round(round(round(state)));
    (state[0] ^ state[1] ^ state[2] ^ state[3]).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mode, Options, compile};

    #[test]
    fn source_hash_is_cpythons() {
        let hex = |source: &[u8]| source_hash(source).map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(hex(b""), "61f5b7cb653a6aa4");
        assert_eq!(hex(b"print(1)\n"), "ad9d0dec735248fc");
        assert_eq!(hex(b"0123456789abcdef"), "931d0e07944d319a");
    }

    #[test]
    fn files_survive_the_round_trip_and_bad_ones_are_told_apart() {
        let code = compile(b"x = 1", Wtf8::new("x.py"), Mode::Exec, &Options::default()).unwrap();
        for validity in [
            Validity::Timestamp { mtime: 7, size: 9 },
            Validity::CheckedHash(source_hash(b"x = 1")),
            Validity::UncheckedHash([1; 8]),
        ] {
            let bytes = write(&code, validity);
            assert_eq!(read(&bytes, "m"), Ok((validity, code.clone())));
        }
        let bytes = write(&code, Validity::Timestamp { mtime: 7, size: 9 });
        let problem = |bytes: &[u8]| read(bytes, "m").unwrap_err().to_string();
        assert_eq!(problem(b"\x2a\x0e\r\n"), r"bad magic number in 'm': b'*\x0e\r\n'");
        assert_eq!(problem(b""), "bad magic number in 'm': b''");
        assert_eq!(problem(&bytes[..12]), "reached EOF while reading pyc header of 'm'");
        assert_eq!(problem(&bytes[..40]), "marshal data too short");
        let mut other = bytes[..16].to_vec();
        other.push(b'N');
        assert_eq!(problem(&other), "Non-code object in 'm'");
        other[4] = 8;
        assert_eq!(problem(&other), "invalid flags 8 in 'm'");
    }
}
