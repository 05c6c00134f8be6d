//! Walking the bytecode instruction by instruction.
//!
//! `EXTENDED_ARG` prefixes are folded into the instruction they extend, and inline cache entries are
//! stepped over, so consumers see whole instructions only.

use taipan_abi::opcode::{Jump, Opcode};

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// What it does.
    pub op: Opcode,
    /// Its operand, with all `EXTENDED_ARG` before it; 0 if it has none.
    pub oparg: u32,
    /// Byte offset of its first `EXTENDED_ARG`, or of itself: where jumps to it land.
    pub start: u32,
    /// Byte offset of the instruction itself: what `f_lasti` and the tables speak of.
    pub offset: u32,
    /// Byte offset after its cache entries.
    pub end: u32,
}

impl Instruction {
    /// Byte offset of the instruction it may jump to.
    pub fn jump_target(&self) -> Option<u32> {
        let distance = self.oparg.checked_mul(2)?;
        match self.op.info().jump {
            Jump::None => None,
            Jump::Forward => self.end.checked_add(distance),
            Jump::Backward => self.end.checked_sub(distance),
        }
    }
}

/// Iterator over the instructions of some bytecode. It stops at the end, or where the next opcode is
/// no base opcode or is cut short; [`Instructions::offset`] then tells where.
#[derive(Clone, Debug)]
pub struct Instructions<'a> {
    code: &'a [u8],
    offset: usize,
}

impl<'a> Instructions<'a> {
    /// The instructions of this bytecode.
    pub fn new(code: &'a [u8]) -> Self {
        Instructions { code, offset: 0 }
    }

    /// Byte offset of the next instruction.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl Iterator for Instructions<'_> {
    type Item = Instruction;

    fn next(&mut self) -> Option<Instruction> {
        let mut offset = self.offset;
        let mut extended = 0u32;
        loop {
            let op = Opcode::from_u8(*self.code.get(offset)?)?;
            let byte = u32::from(*self.code.get(offset + 1)?);
            if op == Opcode::EXTENDED_ARG {
                extended = (extended | byte).checked_shl(8)?;
                offset += 2;
                continue;
            }
            let info = op.info();
            let end = offset + 2 + 2 * usize::from(info.caches);
            if end > self.code.len() {
                return None;
            }
            let start = std::mem::replace(&mut self.offset, end);
            let oparg = if info.has_arg() { extended | byte } else { 0 };
            return Some(Instruction {
                op,
                oparg,
                start: u32::try_from(start).ok()?,
                offset: u32::try_from(offset).ok()?,
                end: u32::try_from(end).ok()?,
            });
        }
    }
}
