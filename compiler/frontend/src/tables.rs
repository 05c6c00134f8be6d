//! Reading the two compressed tables of a code object: source positions and exception handlers.
//!
//! Both readers take any bytes: they stop where the table is cut short and wrap instead of
//! overflowing, so a hostile table gives wrong lines, never a panic.

/// A run of bytecode that comes from one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRun {
    /// Byte offset of the first instruction.
    pub start: u32,
    /// Byte offset after the last one.
    pub end: u32,
    /// The line, if it has any.
    pub line: Option<i32>,
}

/// A run of bytecode that comes from one place in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Byte offset of the first instruction.
    pub start: u32,
    /// Byte offset after the last one.
    pub end: u32,
    /// First line.
    pub line: Option<i32>,
    /// Last line.
    pub end_line: Option<i32>,
    /// Offset in UTF-8 bytes within the first line.
    pub column: Option<i32>,
    /// Offset in UTF-8 bytes within the last line.
    pub end_column: Option<i32>,
}

/// Iterator over the entries of `co_linetable`.
#[derive(Clone, Debug)]
pub struct Positions<'a> {
    bytes: &'a [u8],
    line: i32,
    offset: u32,
}

impl<'a> Positions<'a> {
    /// The entries of a table of a code object that begins on `firstlineno`.
    pub fn new(linetable: &'a [u8], firstlineno: i32) -> Self {
        Positions { bytes: linetable, line: firstlineno, offset: 0 }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0u32;
        let mut shift = 0u32;
        loop {
            let byte = self.byte()?;
            value |= u32::from(byte & 63).checked_shl(shift).unwrap_or(0);
            shift += 6;
            if byte & 64 == 0 {
                return Some(value);
            }
        }
    }

    fn signed_varint(&mut self) -> Option<i32> {
        let value = self.varint()?;
        let magnitude = (value >> 1) as i32;
        Some(if value & 1 == 1 { magnitude.wrapping_neg() } else { magnitude })
    }

    fn column(&mut self) -> Option<Option<i32>> {
        Some((self.varint()? as i32).checked_sub(1).filter(|column| *column >= 0))
    }
}

impl Iterator for Positions<'_> {
    type Item = Position;

    fn next(&mut self) -> Option<Position> {
        let first = self.byte()?;
        let start = self.offset;
        self.offset = start.wrapping_add((u32::from(first & 7) + 1) * 2);
        let kind = first >> 3 & 15;
        let mut position =
            Position { start, end: self.offset, line: None, end_line: None, column: None, end_column: None };
        let mut lines = 0;
        match kind {
            15 => return Some(position), // no location
            14 => {
                self.line = self.line.wrapping_add(self.signed_varint()?);
                lines = self.varint()? as i32;
                position.column = self.column()?;
                position.end_column = self.column()?;
            }
            13 => self.line = self.line.wrapping_add(self.signed_varint()?), // no columns
            10..=12 => {
                self.line = self.line.wrapping_add(i32::from(kind) - 10);
                position.column = Some(self.byte()?.into());
                position.end_column = Some(self.byte()?.into());
            }
            _ => {
                let second = i32::from(self.byte()?);
                let column = i32::from(kind) << 3 | second >> 4;
                position.column = Some(column);
                position.end_column = Some(column + (second & 15));
            }
        }
        position.line = Some(self.line);
        position.end_line = Some(self.line.wrapping_add(lines));
        Some(position)
    }
}

/// Iterator over the lines of a code object, as `co_lines()` gives them: neighbours with the same
/// line are one run.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    entries: std::iter::Peekable<Positions<'a>>,
}

impl<'a> Lines<'a> {
    /// The lines of a table of a code object that begins on `firstlineno`.
    pub fn new(linetable: &'a [u8], firstlineno: i32) -> Self {
        Lines { entries: Positions::new(linetable, firstlineno).peekable() }
    }
}

impl Iterator for Lines<'_> {
    type Item = LineRun;

    fn next(&mut self) -> Option<LineRun> {
        let first = self.entries.next()?;
        let mut run = LineRun { start: first.start, end: first.end, line: first.line };
        while let Some(next) = self.entries.next_if(|next| next.line == run.line) {
            run.end = next.end;
        }
        Some(run)
    }
}

/// An entry of the exception table. Offsets are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// First instruction covered.
    pub start: u32,
    /// First instruction no longer covered.
    pub end: u32,
    /// The handler.
    pub target: u32,
    /// How many values stay on the stack; the handler finds the exception above them.
    pub depth: u32,
    /// Whether the offset of the raising instruction is pushed below the exception.
    pub lasti: bool,
}

/// Iterator over the entries of `co_exceptiontable`.
#[derive(Clone, Debug)]
pub struct ExceptionEntries<'a> {
    bytes: &'a [u8],
}

impl<'a> ExceptionEntries<'a> {
    /// The entries of this table.
    pub fn new(exceptiontable: &'a [u8]) -> Self {
        ExceptionEntries { bytes: exceptiontable }
    }

    /// Whether all of the table has been read.
    pub fn at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    /// One number: six bits a byte, the highest first.
    fn varint(bytes: &mut &[u8]) -> Option<u32> {
        let mut value = 0u32;
        loop {
            let (first, rest) = bytes.split_first()?;
            *bytes = rest;
            value = value.checked_mul(64)? | u32::from(first & 63);
            if first & 64 == 0 {
                return Some(value);
            }
        }
    }
}

impl Iterator for ExceptionEntries<'_> {
    type Item = ExceptionEntry;

    /// On a malformed entry: none, and [`ExceptionEntries::at_end`] stays false.
    fn next(&mut self) -> Option<ExceptionEntry> {
        let mut bytes = self.bytes;
        let mut number = || Self::varint(&mut bytes);
        let start = number()?.checked_mul(2)?;
        let end = start.checked_add(number()?.checked_mul(2)?)?;
        let target = number()?.checked_mul(2)?;
        let depth_and_lasti = number()?;
        self.bytes = bytes;
        Some(ExceptionEntry { start, end, target, depth: depth_and_lasti >> 1, lasti: depth_and_lasti & 1 == 1 })
    }
}
