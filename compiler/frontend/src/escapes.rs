//! Warnings about literals: escapes that mean nothing, keywords right behind numbers.
//!
//! The parser keeps such escapes as they stand; CPython warns of the first one in each literal, before it
//! compiles anything.

use crate::compile::SyntaxWarning;
use crate::diagnose::{Kind, Lexer};

/// The warnings about a source that parses.
pub fn warnings(source: &str) -> Vec<SyntaxWarning> {
    let joined =
        |pair: &[u8]| pair[0].is_ascii_hexdigit() && matches!(pair[1], b'a' | b'e' | b'f' | b'i' | b'o' | b'n');
    if !source.contains('\\') && !source.as_bytes().windows(2).any(joined) {
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
            let before = text[..at].matches('\n').count() as i32;
            found.push(escape(source, token.start.0 + before, token.text.0 + at));
        }
        for (at, lineno, kind) in lexer.joined.drain(..) {
            let msg = format!("invalid {kind} literal");
            let (column, text) = place(source, at);
            let columns = Some((column - 1, column - 1));
            found.push(SyntaxWarning { msg, lineno, columns, text: Some(text.to_owned()) });
        }
    }
    found
}

/// The column of a place, from 1, and its line.
fn place(source: &str, at: usize) -> (i32, &str) {
    let start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
    (source[start..at].chars().count() as i32 + 1, source[start..].split('\n').next().unwrap_or(""))
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

/// The warning about the escape at `at`, in this line.
fn escape(source: &str, lineno: i32, at: usize) -> SyntaxWarning {
    let octal = octal_digits(&source[at + 1..]);
    let (what, length) = if octal == 3 { ("octal escape", 3) } else { ("escape", 1) };
    let escape: String = source[at..].chars().take(1 + length).collect();
    let (column, text) = place(source, at);
    SyntaxWarning {
        msg: format!(
            "\"{escape}\" is an invalid {what} sequence. {FUTURE}Did you mean \"\\{escape}\"? A raw string is also an option."
        ),
        lineno,
        columns: Some((column, column + 2)),
        text: Some(format!("{text}\n")),
    }
}

/// What the warning says and the error, which it is if filters say so, does not.
pub const FUTURE: &str = "Such sequences will not work in the future. ";
