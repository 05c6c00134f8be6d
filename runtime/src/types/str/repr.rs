//! `repr` of text: quotes and escapes.

use super::{Builder, Data, Str};
use crate::object::Ref;

const HEX: &[u8; 16] = b"0123456789abcdef";

pub fn repr(text: Ref<Str>) -> Ref<Str> {
    let data = text.data();
    if let Data::One(s) = data {
        // Commonest by far: nothing to escape.
        if s.iter().all(|&b| (0x20..0x7f).contains(&b) && b != b'\'' && b != b'\\') {
            let mut out = Vec::with_capacity(s.len() + 2);
            out.push(b'\'');
            out.extend_from_slice(s);
            out.push(b'\'');
            return Str::from_ascii(&out);
        }
    }
    let has = |quote: u32| text.code_points().any(|c| c == quote);
    let quote = if has('\'' as u32) && !has('"' as u32) { '"' } else { '\'' } as u32;
    let mut out = Builder::with_capacity(data.len() + 8);
    out.push(quote);
    for c in text.code_points() {
        match c {
            9 => out.push_str("\\t"),
            10 => out.push_str("\\n"),
            13 => out.push_str("\\r"),
            0x5c => out.push_str("\\\\"),
            _ if c == quote => {
                out.push('\\' as u32);
                out.push(c);
            }
            0x20..=0x7e => out.push(c),
            _ if char::from_u32(c).is_some_and(|c| !c.is_ascii() && rustpython_unicode::classify::is_printable(c)) => {
                out.push(c)
            }
            _ => push_escape(&mut out, c),
        }
    }
    out.push(quote);
    out.finish()
}

/// `\xhh`, `\uhhhh` or `\Uhhhhhhhh`.
pub fn push_escape(out: &mut Builder, c: u32) {
    let (letter, digits) = match c {
        0..=0xff => ('x', 2),
        0x100..=0xffff => ('u', 4),
        _ => ('U', 8),
    };
    out.push('\\' as u32);
    out.push(letter as u32);
    for i in (0..digits).rev() {
        out.push(HEX[(c >> (4 * i) & 15) as usize] as u32);
    }
}
