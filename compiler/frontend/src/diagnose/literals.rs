//! String literals: escapes that stand for nothing, and kinds that do not go together.

use super::Spot;
use super::engine::{Engine, Matched, TOKEN, Value};
use super::lexer::Token;
use crate::error::ErrorKind;

/// The actions about strings.
pub fn check(engine: &mut Engine, name: &str, arguments: &[Value]) -> Matched {
    let node = &arguments[0];
    match name {
        "string" => string(engine, node),
        "middle" => middle(engine, node),
        // The text between the fields.
        "joined" => {
            for part in arguments[1].parts.iter().filter(|part| part.kind == TOKEN) {
                middle(engine, part)?;
            }
            Ok(Some(engine.joined("JoinedStr", arguments)))
        }
        _ => {
            let is_bytes = |part: &Value| part.kind == "Bytes";
            if node.parts.iter().any(is_bytes) && !node.parts.iter().all(is_bytes) {
                let msg = "cannot mix bytes and nonbytes literals".to_owned();
                return Err(engine.fault(ErrorKind::Syntax, msg, engine.last_token()));
            }
            let joined = node.parts.iter().any(|part| part.kind == "JoinedStr");
            Ok(Some(engine.named(if joined { "JoinedStr" } else { "Strings" }, node)))
        }
    }
}

fn string(engine: &mut Engine, node: &Value) -> Matched {
    let token = engine.tokens[node.first];
    let text = engine.text(&token);
    let quote = text.find(['"', '\'']).unwrap_or(0);
    let prefix = text[..quote].to_ascii_lowercase();
    let size = if text[quote..].starts_with("\"\"\"") || text[quote..].starts_with("'''") { 3 } else { 1 };
    let body = text.get(quote + size..text.len().saturating_sub(size)).unwrap_or("");
    let bytes = prefix.contains('b');
    if bytes && !body.is_ascii() {
        let msg = "bytes can only contain ASCII literal characters".to_owned();
        return Err(engine.fault(ErrorKind::Syntax, msg, engine.range(node, node)));
    }
    if !prefix.contains('r') {
        let spot = engine.last_token();
        escapes(engine, spot, body, bytes)?;
    }
    Ok(Some(engine.named(if bytes { "Bytes" } else { "Strings" }, node)))
}

fn middle(engine: &mut Engine, node: &Value) -> Matched {
    let token: Token = engine.tokens[node.first];
    if !token.raw {
        let body = engine.text(&token);
        escapes(engine, engine.range(node, node), body, false)?;
    }
    Ok(Some(node.clone()))
}

fn escapes(engine: &Engine, spot: Spot, body: &str, bytes: bool) -> Matched {
    match escape_message(body, bytes) {
        Some(msg) => Err(engine.fault(ErrorKind::Syntax, msg, spot)),
        None => Ok(None),
    }
}

/// The codec's message about the first bad escape of a literal's body.
fn escape_message(body: &str, bytes: bool) -> Option<String> {
    let mut chars = body.chars().peekable();
    // Position in what the codec sees: characters beyond ASCII reach it as ten.
    let mut position = 0;
    while let Some(c) = chars.next() {
        let start = position;
        position += if c.is_ascii() { 1 } else { 10 };
        if c != '\\' {
            continue;
        }
        let kind = chars.next()?;
        position += if kind.is_ascii() { 1 } else { 10 };
        let wanted = match kind {
            'x' => 2,
            'u' if !bytes => 4,
            'U' if !bytes => 8,
            'N' if !bytes => {
                let mut length = 0;
                let name: String = chars.clone().take_while(|c| *c != '}').inspect(|_| length += 1).collect();
                let closed = chars.clone().nth(length).is_some();
                if !name.starts_with('{') || !closed || name.len() < 2 {
                    let rest = if name.starts_with('{') {
                        name.chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum()
                    } else {
                        0
                    };
                    let last = position - 1 + rest;
                    return Some(codec(start, last, "malformed \\N character escape"));
                }
                let known = rustpython_unicode::lookup_character(&name[1..]).is_some();
                position += length + 1;
                if !known {
                    return Some(codec(start, position - 1, "unknown Unicode character name"));
                }
                chars.nth(length);
                continue;
            }
            _ => continue,
        };
        let mut value = 0u64;
        for _ in 0..wanted {
            let Some(digit) = chars.peek().and_then(|c| c.to_digit(16)) else {
                if bytes {
                    return Some(format!("(value error) invalid \\x escape at position {start}"));
                }
                let pattern = "X".repeat(wanted);
                return Some(codec(start, position - 1, &format!("truncated \\{kind}{pattern} escape")));
            };
            chars.next();
            position += 1;
            value = value << 4 | u64::from(digit);
        }
        if value > 0x10_ffff {
            return Some(codec(start, position - 1, "illegal Unicode character"));
        }
    }
    None
}

fn codec(first: usize, last: usize, problem: &str) -> String {
    format!("(unicode error) 'unicodeescape' codec can't decode bytes in position {first}-{last}: {problem}")
}
