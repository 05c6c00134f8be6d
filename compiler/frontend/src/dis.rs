//! Prints code objects as `python -m dis` does.
//!
//! Only addresses differ: a nested code object shows `0x0`, since it has none. Any bytecode can be
//! printed, verified or not; operands that point nowhere show as `<unknown>`.

use crate::code::{CodeObject, Constant};
use crate::tables::ExceptionEntry;
use rustpython_literal::escape::{AsciiEscape, UnicodeEscape};
use rustpython_literal::{complex, float};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use taipan_abi::opcode::{
    BinaryOp, COMPARE_TO_BOOL, CONVERSIONS, CommonConstant, CompareOp, FUNCTION_ATTRIBUTES, Intrinsic1, Intrinsic2,
    Jump, Opcode, Operand, SpecialMethod,
};

/// The disassembly of a code object and of all among its constants.
pub fn dis(code: &CodeObject) -> String {
    let mut out = String::new();
    let mut to_do = vec![(code, false)];
    while let Some((code, nested)) = to_do.pop() {
        if nested {
            let _ = writeln!(out, "\nDisassembly of {}:", code_repr(code));
        }
        Disassembler::new(code).print(&mut out);
        let inner = code.consts.iter().filter_map(|constant| match constant {
            Constant::Code(inner) => Some((&**inner, true)),
            _ => None,
        });
        let inner: Vec<_> = inner.collect();
        to_do.extend(inner.into_iter().rev());
    }
    out
}

/// One line of it: an instruction, or an `EXTENDED_ARG` before one.
struct Unit {
    op: Option<Opcode>,
    number: u8,
    arg: Option<u32>,
    offset: u32,
}

/// The code units of some bytecode, without cache entries.
fn units(code: &[u8]) -> Vec<Unit> {
    let mut units = Vec::new();
    let (mut at, mut extended) = (0, 0u32);
    while let Some([number, byte]) = code.get(at..at + 2) {
        let op = Opcode::from_u8(*number);
        let has_arg = op.is_some_and(|op| op.info().has_arg());
        let arg = has_arg.then_some(u32::from(*byte) | extended);
        extended = if op == Some(Opcode::EXTENDED_ARG) { arg.unwrap_or(0) << 8 } else { 0 };
        units.push(Unit { op, number: *number, arg, offset: at as u32 });
        at += 2 + 2 * op.map_or(0, |op| usize::from(op.info().caches));
    }
    units
}

impl Unit {
    /// The offset its oparg names, for jumps and `END_ASYNC_FOR`.
    fn target(&self) -> Option<u32> {
        let info = self.op?.info();
        if info.operand != Operand::Jump {
            return None;
        }
        let end = self.offset.wrapping_add(2 + 2 * u32::from(info.caches));
        let distance = self.arg?.wrapping_mul(2);
        Some(match info.jump {
            Jump::Forward => end.wrapping_add(distance),
            Jump::Backward | Jump::None => end.wrapping_sub(distance),
        })
    }
}

struct Disassembler<'a> {
    code: &'a CodeObject,
    units: Vec<Unit>,
    entries: Vec<ExceptionEntry>,
    labels: HashMap<u32, usize>,
    line_starts: HashMap<u32, Option<i32>>,
}

impl<'a> Disassembler<'a> {
    fn new(code: &'a CodeObject) -> Self {
        let units = units(&code.code);
        let entries: Vec<ExceptionEntry> = code.exception_entries().collect();
        let places: BTreeSet<u32> = units
            .iter()
            .filter_map(Unit::target)
            .chain(entries.iter().flat_map(|entry| [entry.start, entry.end, entry.target]))
            .collect();
        let labels = places.into_iter().zip(1..).collect();
        let line_starts = code.lines().map(|run| (run.start, run.line)).collect();
        Disassembler { code, units, entries, labels, line_starts }
    }

    fn label(&self, offset: u32) -> usize {
        self.labels.get(&offset).copied().unwrap_or(0)
    }

    fn line_width(&self) -> usize {
        match self.line_starts.values().flatten().max() {
            None | Some(0) => 0,
            Some(last) => {
                let least = if self.line_starts.values().any(Option::is_none) { NO_LINE.len() } else { 3 };
                last.to_string().len().max(least)
            }
        }
    }

    fn print(&self, out: &mut String) {
        let line_width = self.line_width();
        let label_width = 4 + self.labels.len().to_string().len();
        for unit in &self.units {
            let starts_line = self.line_starts.get(&unit.offset);
            let mut line = String::new();
            if line_width > 0 {
                if starts_line.is_some() && unit.offset > 0 {
                    out.push('\n');
                }
                let number = match starts_line {
                    None => String::new(),
                    Some(None) => NO_LINE.to_owned(),
                    Some(Some(number)) => number.to_string(),
                };
                let _ = write!(line, "{number:>line_width$} ");
            }
            let label = self.labels.get(&unit.offset).map_or_else(String::new, |label| format!("L{label}:"));
            let name = unit.op.map_or_else(|| format!("<{}>", unit.number), |op| op.name().to_owned());
            let _ = write!(line, "{label:>label_width$}     {name:<20}");
            if let Some(arg) = unit.arg {
                let width = 5usize.saturating_sub(name.len().saturating_sub(20));
                let _ = write!(line, " {:>width$}", arg as i32);
                let meaning = self.meaning(unit, arg);
                if !meaning.is_empty() {
                    let _ = write!(line, " ({meaning})");
                }
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        if !self.entries.is_empty() {
            out.push_str("ExceptionTable:\n");
        }
        for entry in &self.entries {
            let [start, end, target] = [entry.start, entry.end, entry.target].map(|offset| self.label(offset));
            let lasti = if entry.lasti { " lasti" } else { "" };
            let _ = writeln!(out, "  L{start} to L{end} -> L{target} [{}]{lasti}", entry.depth);
        }
    }

    /// What stands in parentheses after the oparg.
    fn meaning(&self, unit: &Unit, arg: u32) -> String {
        let Some(op) = unit.op else { return String::new() };
        let name = |index: u32| self.code.names.get(index as usize).map_or(UNKNOWN, |name| name);
        let variable = |index: u32| self.code.localsplusnames.get(index as usize).map_or(UNKNOWN, |name| name);
        let suffix = |text: &'static str| if arg & 1 == 1 { text } else { "" };
        let known = |text: Option<&'static str>| text.unwrap_or(UNKNOWN).to_owned();
        match op.info().operand {
            Operand::Unused => String::new(),
            Operand::Const => self.code.consts.get(arg as usize).map_or_else(|| UNKNOWN.to_owned(), repr),
            Operand::Name => name(arg).to_owned(),
            Operand::NameBit if op == Opcode::LOAD_GLOBAL => format!("{}{}", name(arg >> 1), suffix(" + NULL")),
            Operand::NameBit => format!("{}{}", name(arg >> 1), suffix(" + NULL|self")),
            Operand::NameTwoBits => format!("{}{}", name(arg >> 2), suffix(" + NULL|self")),
            Operand::Local | Operand::Deref => variable(arg).to_owned(),
            Operand::LocalPair => format!("{}, {}", variable(arg >> 4), variable(arg & 15)),
            Operand::Jump => {
                let way = if op == Opcode::END_ASYNC_FOR { "from" } else { "to" };
                format!("{way} L{}", unit.target().map_or(0, |target| self.label(target)))
            }
            Operand::Binary => known(BinaryOp::from_oparg(arg).map(BinaryOp::text)),
            Operand::Compare => {
                let sign = known(CompareOp::from_oparg(arg >> 5).map(CompareOp::text));
                if arg & COMPARE_TO_BOOL != 0 { format!("bool({sign})") } else { sign }
            }
            Operand::Intrinsic1 => known(Intrinsic1::from_oparg(arg).map(Intrinsic1::text)),
            Operand::Intrinsic2 => known(Intrinsic2::from_oparg(arg).map(Intrinsic2::text)),
            Operand::CommonConstant => known(CommonConstant::from_oparg(arg).map(CommonConstant::text)),
            Operand::SpecialMethod => known(SpecialMethod::from_oparg(arg).map(SpecialMethod::text)),
            Operand::Plain => match op {
                Opcode::CONVERT_VALUE => known(CONVERSIONS.get(arg as usize).copied()),
                Opcode::SET_FUNCTION_ATTRIBUTE => {
                    let set = FUNCTION_ATTRIBUTES.iter().enumerate().filter(|(bit, _)| arg >> bit & 1 == 1);
                    set.map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
                }
                Opcode::IS_OP => if arg == 0 { "is" } else { "is not" }.to_owned(),
                Opcode::CONTAINS_OP => if arg == 0 { "in" } else { "not in" }.to_owned(),
                _ => String::new(),
            },
        }
    }
}

const NO_LINE: &str = "  --";
const UNKNOWN: &str = "<unknown>";

fn code_repr(code: &CodeObject) -> String {
    format!("<code object {} at 0x0, file \"{}\", line {}>", code.name, code.filename, code.firstlineno)
}

/// Python's `repr()` of a constant.
pub fn repr(constant: &Constant) -> String {
    let list = |elements: &[Constant]| elements.iter().map(repr).collect::<Vec<_>>().join(", ");
    match constant {
        Constant::None => "None".to_owned(),
        Constant::True => "True".to_owned(),
        Constant::False => "False".to_owned(),
        Constant::Ellipsis => "Ellipsis".to_owned(),
        Constant::Int(value) => value.to_string(),
        Constant::BigInt(value) => value.to_string(),
        Constant::Float(bits) => float::to_string(f64::from_bits(*bits)),
        Constant::Complex(re, im) => complex::to_string(f64::from_bits(*re), f64::from_bits(*im)),
        Constant::Str(text) => UnicodeEscape::new_repr(text).str_repr().to_string().unwrap_or_default(),
        Constant::Bytes(bytes) => AsciiEscape::new_repr(bytes).bytes_repr().to_string().unwrap_or_default(),
        Constant::Tuple(elements) if elements.len() == 1 => format!("({},)", list(elements)),
        Constant::Tuple(elements) => format!("({})", list(elements)),
        Constant::FrozenSet(elements) if elements.is_empty() => "frozenset()".to_owned(),
        Constant::FrozenSet(elements) => format!("frozenset({{{}}})", list(elements)),
        Constant::Slice(elements) => format!("slice({})", list(&elements[..])),
        Constant::Code(code) => code_repr(code),
    }
}
