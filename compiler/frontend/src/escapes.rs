//! Warnings about escapes in literals that mean nothing.
//!
//! The parser keeps such escapes as they stand; CPython warns of the first one in each literal, before it
//! compiles anything.

use crate::compile::SyntaxWarning;
use crate::extent::{self, Token};
use rustpython_compiler::TokenKind;

/// The warnings about a source that parses.
pub fn warnings(source: &str) -> Vec<SyntaxWarning> {
    if !source.contains('\\') {
        return Vec::new();
    }
    let mut found = Vec::new();
    // Whether each open f- or t-string is raw.
    let mut raw = Vec::new();
    for token in extent::tokens(source) {
        let text = &source[token.start..token.end];
        match token.kind {
            TokenKind::FStringStart | TokenKind::TStringStart => raw.push(text.contains(['r', 'R'])),
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                raw.pop();
            }
            TokenKind::FStringMiddle | TokenKind::TStringMiddle if raw.last() == Some(&false) => {
                found.extend(first_invalid(text, false).map(|at| warning(source, token, token.start + at)));
            }
            TokenKind::String => {
                let prefix = text.find(['"', '\'']).unwrap_or(0);
                if !text[..prefix].contains(['r', 'R']) {
                    let bytes = text[..prefix].contains(['b', 'B']);
                    found.extend(first_invalid(text, bytes).map(|at| warning(source, token, token.start + at)));
                }
            }
            _ => {}
        }
    }
    found
}

/// Where in a literal the first escape is that stands for itself, or an octal one that fits no byte.
fn first_invalid(text: &str, bytes: bool) -> Option<usize> {
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        if c != '\\' {
            continue;
        }
        match rest.next()?.1 {
            '4'..='7' if octal_digits(&text[at + 1..]) == 3 => return Some(at),
            '\n' | '\r' | '\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' | '0'..='7' => {}
            'N' | 'u' | 'U' if !bytes => {}
            _ => return Some(at),
        }
    }
    None
}

fn octal_digits(text: &str) -> usize {
    text.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count()
}

fn warning(source: &str, token: Token, at: usize) -> SyntaxWarning {
    let octal = octal_digits(&source[at + 1..]);
    let (what, length) = if octal == 3 { ("octal escape", 3) } else { ("escape", 1) };
    let escape: String = source[at..].chars().take(1 + length).collect();
    let (lineno, _) = extent::place(source, token.start);
    let (line, column) = extent::place(source, at);
    SyntaxWarning {
        msg: format!(
            "\"{escape}\" is an invalid {what} sequence. {FUTURE}Did you mean \"\\{escape}\"? A raw string is also an option."
        ),
        lineno,
        columns: Some((column, column + 2)),
        text: source.split('\n').nth(line as usize - 1).map(|text| format!("{text}\n")),
    }
}

/// What the warning says and the error, which it is if filters say so, does not.
pub const FUTURE: &str = "Such sequences will not work in the future. ";
