//! Where the constant stands that a long display became which is only looked through: nowhere, and so where the
//! instruction before it stands.

use super::constants::LONG;
use crate::code::{CodeObject, Constant};
use crate::instructions::Instructions;
use crate::tables::Positions;
use std::sync::Arc;
use taipan_abi::opcode::Opcode;

/// First and last line and column; `None` for instructions that stand nowhere.
type Place = Option<[i32; 4]>;

/// Mends the line table of a code object and of all inside it.
pub fn mend(code: &mut CodeObject, source: &str) {
    for constant in &mut code.consts {
        if let Constant::Code(inner) = constant {
            mend(Arc::make_mut(inner), source);
        }
    }
    let is_long = |index: u32| match code.consts.get(index as usize) {
        Some(Constant::Tuple(elements)) => elements.len() > LONG,
        Some(Constant::FrozenSet(elements)) => elements.len() > LONG,
        _ => false,
    };
    let mut places = Vec::new();
    for position in Positions::new(&code.linetable, code.firstlineno) {
        let column = |column: Option<i32>| column.unwrap_or(-1);
        let place = position.line.zip(position.end_line);
        let place = place.map(|(line, end)| [line, end, column(position.column), column(position.end_column)]);
        places.extend(std::iter::repeat_n(place, (position.end - position.start) as usize / 2));
    }
    let mut changed = false;
    let instructions: Vec<_> = Instructions::new(&code.code).collect();
    for pair in instructions.windows(2) {
        let looked_through = matches!(pair[1].op, Opcode::GET_ITER | Opcode::CONTAINS_OP);
        let at = pair[0].start as usize / 2;
        if pair[0].op == Opcode::LOAD_CONST && looked_through && is_long(pair[0].oparg) && at > 0 {
            if is_display(source, places[at]) {
                let before = places[at - 1];
                places[at..pair[0].end as usize / 2].fill(before);
                changed = true;
            }
        }
    }
    if changed {
        code.linetable = table(&places, code.firstlineno);
    }
}

/// Whether a list or set begins there.
fn is_display(source: &str, place: Place) -> bool {
    let Some([line, _, column, _]) = place else { return false };
    let text = source.split('\n').nth(line.max(1) as usize - 1).unwrap_or("");
    matches!(text.as_bytes().get(column.max(0) as usize), Some(b'[' | b'{'))
}

/// The line table of these places, one an instruction word.
fn table(places: &[Place], first_line: i32) -> Box<[u8]> {
    let mut out = Vec::new();
    let mut line = first_line;
    for run in places.chunk_by(|a, b| a == b) {
        let mut rest = run.len();
        while rest > 0 {
            let length = rest.min(8);
            rest -= length;
            entry(&mut out, run[0], length as u8 - 1, &mut line);
        }
    }
    out.into()
}

/// One entry, in the shortest form that holds it.
fn entry(out: &mut Vec<u8>, place: Place, length: u8, line: &mut i32) {
    let begin = |out: &mut Vec<u8>, kind: u8| out.push(0x80 | kind << 3 | length);
    let Some([first, last, column, end]) = place else { return begin(out, 15) };
    let delta = first - *line;
    *line = first;
    if column < 0 || end < 0 {
        begin(out, 13);
        signed(out, delta);
    } else if last == first && delta == 0 && column < 80 && (0..16).contains(&(end - column)) {
        begin(out, (column >> 3) as u8);
        out.push(((column & 7) << 4 | (end - column)) as u8);
    } else if last == first && (0..3).contains(&delta) && column < 128 && end < 128 {
        begin(out, 10 + delta as u8);
        out.extend([column as u8, end as u8]);
    } else {
        begin(out, 14);
        signed(out, delta);
        unsigned(out, (last - first) as u32);
        unsigned(out, column as u32 + 1);
        unsigned(out, end as u32 + 1);
    }
}

/// A number, six bits a byte, the lowest first.
fn unsigned(out: &mut Vec<u8>, mut value: u32) {
    while value >= 64 {
        out.push(0x40 | (value & 63) as u8);
        value >>= 6;
    }
    out.push(value as u8);
}

fn signed(out: &mut Vec<u8>, value: i32) {
    unsigned(out, value.unsigned_abs() << 1 | u32::from(value < 0));
}
