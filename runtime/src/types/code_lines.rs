//! The location table of a code object (PEP 626, PEP 657; CPython's `InternalDocs/code_objects.md`):
//! which source range each instruction came from.

use super::code::Code;
use crate::types::bytes::Bytes;

/// A source range: lines from 1, columns in UTF-8 bytes from 0. Absent parts are unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Position {
    pub line: Option<u32>,
    pub end_line: Option<u32>,
    pub col: Option<u32>,
    pub end_col: Option<u32>,
}

/// One entry: `units` code units (of two bytes) from `start` (in units) with one position.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub start: usize,
    pub units: usize,
    pub position: Position,
}

/// Walks a location table.
pub struct Entries<'a> {
    table: &'a [u8],
    line: i64,
    start: usize,
}

impl<'a> Entries<'a> {
    pub fn new(table: &'a [u8], first_line: i32) -> Entries<'a> {
        Entries { table, line: first_line as i64, start: 0 }
    }

    fn byte(&mut self) -> u8 {
        match self.table.split_first() {
            Some((first, rest)) => {
                self.table = rest;
                *first
            }
            None => 0,
        }
    }

    fn varint(&mut self) -> u32 {
        let mut byte = self.byte();
        let mut value = (byte & 63) as u32;
        let mut shift = 0;
        while byte & 64 != 0 && shift < 24 {
            shift += 6;
            byte = self.byte();
            value |= ((byte & 63) as u32) << shift;
        }
        value
    }

    fn signed(&mut self) -> i64 {
        let value = self.varint();
        if value & 1 != 0 { -((value >> 1) as i64) } else { (value >> 1) as i64 }
    }
}

impl Iterator for Entries<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if self.table.is_empty() {
            return None;
        }
        let first = self.byte();
        let units = (first & 7) as usize + 1;
        let start = self.start;
        self.start += units;
        let mut position = Position::default();
        let kind = (first >> 3) & 15;
        let column = |n: u32| n.checked_sub(1);
        let mut end_delta = 0;
        match kind {
            15 => return Some(Entry { start, units, position }),
            14 => {
                self.line += self.signed();
                end_delta = self.varint() as i64;
                position.col = column(self.varint());
                position.end_col = column(self.varint());
            }
            13 => self.line += self.signed(),
            10..=12 => {
                self.line += (kind - 10) as i64;
                position.col = Some(self.byte() as u32);
                position.end_col = Some(self.byte() as u32);
            }
            _ => {
                let second = self.byte() as u32;
                let col = (kind as u32) << 3 | second >> 4;
                position.col = Some(col);
                position.end_col = Some(col + (second & 15));
            }
        }
        position.line = u32::try_from(self.line).ok();
        position.end_line = u32::try_from(self.line + end_delta).ok();
        Some(Entry { start, units, position })
    }
}

/// The location table's entries.
pub fn entries(code: &Code) -> Entries<'static> {
    let table = code.linetable.object::<Bytes>();
    // SAFETY: a code object's table is never replaced, and the code object outlives the walk.
    let table = unsafe { &*(table.as_slice() as *const [u8]) };
    Entries::new(table, code.firstlineno.get())
}

/// The source range of the instruction at this offset in bytes.
pub fn position_at(code: &Code, byte_offset: usize) -> Option<Position> {
    let unit = byte_offset / 2;
    entries(code).find(|entry| unit < entry.start + entry.units).map(|entry| entry.position)
}
