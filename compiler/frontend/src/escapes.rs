//! Warnings about escapes in literals that mean nothing.
//!
//! The parser keeps such escapes as they stand; CPython warns of the first one in each literal, before it
//! compiles anything.

use crate::compile::SyntaxWarning;
use crate::diagnose::{Kind, Lexer};

/// The warnings about a source that parses.
pub fn warnings(source: &str) -> Vec<SyntaxWarning> {
    if !source.contains('\\') {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut lexer = Lexer::new(source.as_bytes());
    while let Ok(token) = lexer.token() {
        let text = &source[token.text.0..token.text.1];
        let invalid = match token.kind {
            Kind::End => break,
            Kind::FStringMiddle | Kind::TStringMiddle if !token.raw => first_invalid(text, false),
            Kind::String => {
                let prefix = text[..text.find(['"', '\'']).unwrap_or(0)].to_ascii_lowercase();
                if prefix.contains('r') { None } else { first_invalid(text, prefix.contains('b')) }
            }
            _ => None,
        };
        if let Some(at) = invalid {
            found.push(warning(source, token.start.0, token.text.0 + at));
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

/// The warning about the escape at `at`, in a literal that begins in this line.
fn warning(source: &str, lineno: i32, at: usize) -> SyntaxWarning {
    let octal = octal_digits(&source[at + 1..]);
    let (what, length) = if octal == 3 { ("octal escape", 3) } else { ("escape", 1) };
    let escape: String = source[at..].chars().take(1 + length).collect();
    let start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let column = source[start..at].chars().count() as i32 + 1;
    SyntaxWarning {
        msg: format!(
            "\"{escape}\" is an invalid {what} sequence. {FUTURE}Did you mean \"\\{escape}\"? A raw string is also an option."
        ),
        lineno,
        columns: Some((column, column + 2)),
        text: source[start..].split('\n').next().map(|text| format!("{text}\n")),
    }
}

/// What the warning says and the error, which it is if filters say so, does not.
pub const FUTURE: &str = "Such sequences will not work in the future. ";
