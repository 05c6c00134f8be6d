//! Bytecode as the interpreter runs it: one fixed-size record an instruction, extended arguments and
//! cache entries folded away, jumps to record numbers, and a place for an inline cache where one helps.

use super::cache::Cache;
use crate::types::bytes::Bytes;
use crate::types::code::{
    CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_OPTIMIZED, CO_VARARGS, CO_VARKEYWORDS, Code,
};
use taipan_abi::opcode::{Jump, Opcode};

/// One instruction.
#[derive(Clone, Copy)]
pub struct Instr {
    pub op: Opcode,
    /// Number of its inline cache in [`Decoded::caches`].
    pub cache: u16,
    pub arg: u32,
}

/// A row of the exception table, in instruction numbers.
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    pub depth: u32,
    pub push_lasti: bool,
}

/// A code object ready to run.
pub struct Decoded {
    pub instrs: Box<[Instr]>,
    /// Byte offset of each instruction in `co_code`.
    pub offsets: Box<[u32]>,
    pub handlers: Box<[Handler]>,
    pub caches: Box<[Cache]>,
    /// Words of a frame's variables and stack.
    pub words: usize,
    pub nlocals: usize,
    /// A call with exactly this many positional arguments binds them one to one.
    pub plain_args: Option<u32>,
}

impl Decoded {
    /// The bytecode was verified, or made by our own front end.
    pub fn new(code: &Code) -> Decoded {
        let bytes = code.bytecode.object::<Bytes>();
        let bytes = bytes.as_slice();
        let units = bytes.len() / 2;
        let mut number_of = vec![u32::MAX; units + 1];
        let mut instrs = Vec::with_capacity(units);
        let mut offsets = Vec::with_capacity(units);
        let mut after = Vec::with_capacity(units);
        let mut caches = 0u32;
        let mut unit = 0;
        let mut arg = 0u32;
        let mut start = 0;
        while unit < units {
            if arg == 0 {
                start = unit;
            }
            let op = taipan_abi::opcode::deopt(bytes[unit * 2]).unwrap_or(Opcode::NOP);
            arg = arg << 8 | bytes[unit * 2 + 1] as u32;
            unit += 1;
            if op == Opcode::EXTENDED_ARG {
                number_of[start] = instrs.len() as u32;
                if arg == 0 {
                    number_of[unit] = instrs.len() as u32;
                }
                continue;
            }
            number_of[start] = instrs.len() as u32;
            number_of[unit - 1] = instrs.len() as u32;
            offsets.push(((unit - 1) * 2) as u32);
            unit += op.info().caches as usize;
            let cache = if Cache::useful(op) && caches < u16::MAX as u32 {
                caches += 1;
                caches as u16
            } else {
                0
            };
            instrs.push(Instr { op, cache, arg });
            after.push(unit as u32);
            arg = 0;
        }
        number_of[units] = instrs.len() as u32;
        let number = |unit: usize| number_of.get(unit).copied().unwrap_or(0);
        for (instr, after) in instrs.iter_mut().zip(&after) {
            match instr.op.info().jump {
                Jump::Forward => instr.arg = number((*after + instr.arg) as usize),
                Jump::Backward => instr.arg = number(after.wrapping_sub(instr.arg) as usize),
                Jump::None => {}
            }
        }
        mark_call_statements(&mut instrs);
        let handlers = parse_exception_table(code.exceptiontable.object::<Bytes>().as_slice())
            .into_iter()
            .map(|[start, length, target, depth_lasti]| Handler {
                start: next_number(&number_of, start as usize),
                end: next_number(&number_of, (start + length) as usize),
                target: number(target as usize),
                depth: depth_lasti >> 1,
                push_lasti: depth_lasti & 1 != 0,
            })
            .collect();
        let nlocals = code.nlocalsplus.get() as usize;
        let plain = !code.has(CO_VARARGS | CO_VARKEYWORDS | CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)
            && code.has(CO_OPTIMIZED)
            && code.kwonly.get() == 0;
        Decoded {
            instrs: instrs.into_boxed_slice(),
            offsets: offsets.into_boxed_slice(),
            handlers,
            caches: (0..=caches).map(|_| Cache::new()).collect(),
            words: nlocals + code.stacksize.get() as usize + 1,
            nlocals,
            plain_args: plain.then(|| code.argcount.get()),
        }
    }

    /// The handler of an instruction, the innermost (last in the table order that covers it).
    pub fn handler(&self, number: usize) -> Option<&Handler> {
        let number = number as u32;
        self.handlers.iter().find(|h| h.start <= number && number < h.end)
    }

    /// Number of the instruction at a byte offset.
    pub fn number_at(&self, offset: u32) -> usize {
        self.offsets.partition_point(|o| *o < offset).min(self.instrs.len().saturating_sub(1))
    }
}

/// Marks, by the unused argument 1, each `POP_TOP` outside loops that ends a statement which is a call: there an object may
/// have lost its last owner.
fn mark_call_statements(instrs: &mut [Instr]) {
    let mut loop_ends = vec![0; instrs.len()];
    for (i, instr) in instrs.iter().enumerate() {
        if instr.op.info().jump == Jump::Backward
            && let Some(end) = loop_ends.get_mut(instr.arg as usize)
        {
            *end = i.max(*end);
        }
    }
    let mut loop_end = 0;
    for i in 1..instrs.len() {
        loop_end = loop_ends[i].max(loop_end);
        if instrs[i].op == Opcode::POP_TOP {
            instrs[i].arg = (i > loop_end && instrs[i - 1].op.is_call()) as u32;
        }
    }
}

/// Number of the first instruction at or after a unit (tables may end inside cache entries).
fn next_number(number_of: &[u32], mut unit: usize) -> u32 {
    while unit < number_of.len() {
        if number_of[unit] != u32::MAX {
            return number_of[unit];
        }
        unit += 1;
    }
    number_of.last().copied().unwrap_or(0)
}

/// Rows `[start, length, target, depth << 1 | lasti]` in code units (`Objects/exception_handling_notes.txt`).
pub fn parse_exception_table(table: &[u8]) -> Vec<[u32; 4]> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < table.len() {
        let mut row = [0u32; 4];
        for field in &mut row {
            loop {
                let Some(byte) = table.get(at) else { return rows };
                at += 1;
                *field = *field << 6 | (*byte & 0x3f) as u32;
                if byte & 0x40 == 0 {
                    break;
                }
            }
        }
        rows.push(row);
    }
    rows
}
