//! Places and messages of syntax errors that depend on the source around them.
//!
//! What parser and code generator report is near to what CPython reports, but some errors they see
//! later, wider or narrower. Each rule here mends one such class, from the source alone.

use crate::error::{ErrorKind, Stage, SyntaxError};
use crate::extent;
use rustpython_compiler::TokenKind;
use rustpython_compiler::parser::{self, ParseOptions};

/// CPython stops at an indented first line, whatever follows.
pub fn first_line_indented(source: &str) -> Option<i32> {
    for (line, number) in source.split('\n').zip(1..) {
        let text = line.trim_start_matches([' ', '\t', '\x0c']);
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        return (indent_of(line) > 0 && !text.starts_with('\\')).then_some(number);
    }
    None
}

fn indent_of(line: &str) -> usize {
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t', '\x0c']).len()];
    indent.rsplit('\x0c').next().map_or(0, str::len)
}

/// Mends the error; `at` is the byte offset where it begins.
pub fn adjust(error: &mut SyntaxError, source: &str, at: usize) {
    let (line, column) = (error.lineno, error.offset);
    let rest = source.get(at..).unwrap_or("");
    let msg = error.msg.as_str();
    if error.kind == ErrorKind::Indentation && msg == "unexpected indent" && tabs_disagree(source, line) {
        error.kind = ErrorKind::Tab;
        error.msg = "inconsistent use of tabs and spaces in indentation".to_owned();
        error.offset = 1;
        error.end = Some((line, 0));
    } else if error.kind == ErrorKind::Indentation && msg == "unexpected indent" {
        error.offset = indent_of(error.text.as_deref().unwrap_or("")) as i32;
        error.end = Some((line, -1));
    } else if error.kind == ErrorKind::Tab {
        error.end = Some((line, 0));
    } else if msg.starts_with("unindent does not match") {
        error.end = Some((line, -1));
    } else if msg.ends_with("was never closed")
        && let Some(token) = stopped_in_line(source, extent::offset_of(source, line, column))
    {
        error.msg = "invalid syntax".to_owned();
        (error.lineno, error.offset) = extent::place(source, token.start);
        error.end = Some(extent::place(source, token.end));
    } else if msg.ends_with("was never closed") || msg.starts_with("unexpected character after line continuation") {
        error.end = Some((line, 0));
    } else if msg == "':' expected after dictionary key" {
        if let Some(key) = extent::token_before(&extent::tokens(source), at) {
            (error.lineno, error.offset) = extent::place(source, key.end - 1);
            error.text = source.split('\n').nth(error.lineno as usize - 1).map(|line| format!("{line}\n"));
        }
        error.end = Some((error.lineno, 0));
    } else if msg == "invalid syntax. Perhaps you forgot a comma?" {
        both_expressions(error, source, at);
    } else if msg == "invalid syntax. Maybe you meant '==' or ':=' instead of '='?" {
        let tokens = extent::tokens(source);
        let equals = tokens.iter().find(|token| token.start >= at && token.kind == TokenKind::Equal);
        if let Some(last) = equals.and_then(|equals| extent::expression_behind(&tokens, equals.end, true)) {
            error.end = Some(extent::place(source, last.end));
        }
    } else if msg == "iterable argument unpacking follows keyword argument unpacking" {
        let at = extent::offset_of(source, line, column);
        let comma = extent::token_before(&extent::tokens(source), at).filter(|token| token.kind == TokenKind::Comma);
        if let Some(comma) = comma.filter(|comma| extent::place(source, comma.start).0 == line) {
            error.offset = extent::place(source, comma.start).1;
        }
    } else if msg.starts_with("positional argument follows keyword argument") {
        // Found when the whole list has been read.
        if let Some(bracket) = extent::closing_bracket(&extent::tokens(source), at) {
            (error.lineno, error.offset) = extent::place(source, bracket.start);
            error.end = Some((error.lineno, error.offset + 1));
            error.text = source.split('\n').nth(error.lineno as usize - 1).map(|line| format!("{line}\n"));
        }
    } else if matches!(msg, "f-string: expecting '}'" | "t-string: expecting '}'") {
        // The tokenizer stops at the quote that ends the literal.
        let rest = &source[extent::offset_of(source, line, column)..];
        if let Some(quote) = rest.split('\n').next().and_then(|text| text.find(['"', '\''])) {
            error.offset += rest[..quote].chars().count() as i32;
            error.end = Some((line, error.offset));
        }
    } else if msg == "* argument may appear only once" {
        error.end = Some((line, column + 1));
    } else if msg == "arguments cannot follow var-keyword argument" && rest.starts_with("**") {
        error.end = Some((line, column + 2));
    } else if msg.ends_with("prefixes are incompatible") {
        let prefix = rest.chars().take_while(char::is_ascii_alphabetic).count();
        error.end = Some((line, column + prefix as i32));
    } else if msg.starts_with("invalid non-printable character")
        || msg == "Type parameter list cannot be empty"
        || msg == "Expected one or more names after 'import'"
    {
        error.end = Some((line, column));
    } else if msg == "expected 'except' or 'finally' block" && rest.trim_start().is_empty() {
        at_end_of_source(error, source);
    } else if msg.starts_with("expected an indented block") && rest.trim_start().is_empty() {
        error.end = Some((error.end.map_or(line, |end| end.0), -1));
    } else if msg.starts_with("unterminated ") {
        string_prefix(error, source, at);
    } else if msg == "named arguments must follow bare *" {
        late_slash(error, rest);
    } else if msg.starts_with("expression cannot contain assignment") || KEYWORDS.contains(&msg) {
        through_equals(error, rest);
    } else if msg.starts_with("Missing parentheses in call") {
        let start = extent::offset_of(source, line, column);
        let tokens = extent::tokens(source);
        let ends = [TokenKind::Newline, TokenKind::Semi, TokenKind::EndOfFile];
        let end = tokens.iter().take_while(|token| token.start <= start || !ends.contains(&token.kind)).last();
        if let Some(last) = end {
            error.end = Some(extent::place(source, last.end));
        }
    } else if msg == "invalid augmented assignment target" {
        let culprit = rest.chars().next().unwrap_or(' ');
        let target = rest.split(['=', '\n']).next().unwrap_or("").trim_end_matches(|c| "+-*/%&|^@<> ".contains(c));
        let what = match culprit {
            _ if target.ends_with(')') && culprit != '(' => "function call",
            '"' | '\'' | '0'..='9' => "literal",
            _ => "expression",
        };
        error.msg = format!("'{what}' is an illegal expression for augmented assignment");
    } else if let Some(plain) = msg.strip_suffix(HINT) {
        let before = source.get(..at).and_then(|before| before.rsplit('\n').next()).unwrap_or("").trim_end();
        if before.ends_with('=') && !before.ends_with("==") || before.is_empty() && !is_whole_target(error, source, at)
        {
            error.msg = plain.to_owned();
        }
    } else if msg.ends_with("part of the string?") || msg.starts_with("(unicode error)") {
        bad_escape(error, source, at);
    } else if let Some(target) = msg.strip_prefix("cannot assign to ")
        && !NO_COMPARISON.contains(&target)
        && is_whole_target(error, source, at)
    {
        error.msg = format!("{msg}{HINT}");
    } else if msg == "invalid syntax" {
        invalid_syntax(error, source, at);
    } else if msg == "got unexpected unicode" {
        bad_escape(error, source, at);
    }
}

/// The token that no grammar allows, if the parser stops at one in the line where a bracket is left open:
/// only in later lines is the bracket at fault.
fn stopped_in_line(source: &str, bracket: usize) -> Option<extent::Token> {
    let parsed = parser::parse_unchecked(source, ParseOptions::from(parser::Mode::Module));
    let at = parsed.errors().first()?.location.start().to_usize();
    let token = extent::tokens(source).into_iter().find(|token| token.start >= at)?;
    let same_line = bracket < at && !source.get(bracket..at)?.contains('\n');
    let alone = [TokenKind::Colon, TokenKind::Semi, TokenKind::Equal, TokenKind::Comma, TokenKind::Dot];
    (same_line && alone.contains(&token.kind)).then_some(token)
}

/// For a source that is no file and does not end its last line: the newline that CPython adds is not in the
/// text, and is nowhere.
pub fn without_newline(error: &mut SyntaxError, source: &str) {
    let last = source.matches('\n').count() as i32 + 1;
    if error.lineno != last || error.stage != Stage::Parse {
        return;
    }
    error.text = error.text.take().map(|text| text.trim_end_matches('\n').to_owned());
    let end = extent::tokens(source)
        .iter()
        .rev()
        .find(|token| token.end > token.start && token.kind != TokenKind::Newline)
        .map_or((0, 0), |token| extent::place(source, token.end));
    if error.msg == "invalid syntax" && (error.lineno, error.offset) >= end {
        error.offset = 0;
        error.end = Some((last, 0));
    }
}

/// A missing comma is an error of the two expressions that it should part.
fn both_expressions(error: &mut SyntaxError, source: &str, at: usize) {
    let tokens = extent::tokens(source);
    let (first, last) = (extent::expression_before(&tokens, at), extent::expression_behind(&tokens, at, false));
    if let (Some(first), Some(last)) = (first, last) {
        (error.lineno, error.offset) = extent::place(source, first.start);
        error.end = Some(extent::place(source, last.end));
        error.text = source.split('\n').nth(error.lineno as usize - 1).map(|line| format!("{line}\n"));
    }
}

const HINT: &str = " here. Maybe you meant '==' instead of '='?";

/// Errors about keyword arguments with such names reach through the `=`.
const KEYWORDS: &[&str] =
    &["cannot assign to None", "cannot assign to True", "cannot assign to False", "cannot assign to __debug__"];

/// What is not taken for one side of a comparison with one `=` missing.
const NO_COMPARISON: &[&str] = &[
    "None",
    "True",
    "False",
    "__debug__",
    "ellipsis",
    "yield expression",
    "tuple",
    "list",
    "generator expression",
    "lambda",
    "conditional expression",
    "comparison",
];

/// Where one line of a call's arguments is at fault up to its `=`, the error includes that.
fn through_equals(error: &mut SyntaxError, rest: &str) {
    let Some((end_line, end_column)) = error.end else { return };
    let width = (end_column - error.offset).max(0) as usize;
    let behind: String = rest.chars().skip(width).take_while(|c| *c != '\n').collect();
    let in_call = error.text.as_deref().is_some_and(|text| {
        text.chars().take(error.offset as usize - 1).collect::<String>().trim_end().ends_with(['(', ','])
    });
    let equals = behind.len() - behind.trim_start().len();
    if end_line == error.lineno && in_call && behind.trim_start().starts_with('=') {
        error.end = Some((end_line, end_column + equals as i32 + 1));
    }
}

/// Whether this line is deeper than the one before it with tabs of one width and not with another.
fn tabs_disagree(source: &str, line: i32) -> bool {
    let width = |text: &str, tab: usize| {
        text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).fold(0, |column, byte| match byte {
            b'\t' => (column / tab + 1) * tab,
            _ => column + 1,
        })
    };
    let mut lines = source.split('\n').take(line as usize).collect::<Vec<_>>();
    let Some(this) = lines.pop() else { return false };
    let Some(last) = lines.iter().rfind(|text| !text.trim().is_empty() && !text.trim().starts_with('#')) else {
        return false;
    };
    width(this, 8).cmp(&width(last, 8)) != width(this, 1).cmp(&width(last, 1))
}

/// The line on which indentation goes a hundred levels deep.
pub fn too_many_levels(source: &str) -> Option<i32> {
    let deep = |line: &str| line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count() >= MAX_LEVELS;
    if !source.split('\n').any(deep) {
        return None;
    }
    let parsed = parser::parse_unchecked(source, ParseOptions::from(parser::Mode::Module));
    let mut level = 0;
    for token in parsed.tokens().iter() {
        match token.kind() {
            TokenKind::Indent => level += 1,
            TokenKind::Dedent => level = usize::saturating_sub(level, 1),
            _ => continue,
        }
        if level >= MAX_LEVELS {
            let at = ruff_text_size::Ranged::range(token).end().to_usize();
            return Some(source[..at].matches('\n').count() as i32 + 1);
        }
    }
    None
}

const MAX_LEVELS: usize = 100;

/// Errors found only when the source ends point behind its last line.
fn at_end_of_source(error: &mut SyntaxError, source: &str) {
    let lines: Vec<&str> = source.trim_end_matches('\n').split('\n').collect();
    let last = lines.last().copied().unwrap_or("");
    error.lineno = lines.len() as i32;
    error.offset = last.chars().count() as i32 + 1;
    error.end = Some((error.lineno, -1));
    error.text = Some(format!("{last}\n"));
}

/// Literals begin at their prefix.
fn string_prefix(error: &mut SyntaxError, source: &str, at: usize) {
    let before = source.get(..at).unwrap_or("");
    let word = before.len() - before.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_').len();
    let prefix = before[before.len() - word..].to_ascii_lowercase();
    let quoted = source.get(at..).is_some_and(|rest| rest.starts_with(['"', '\'']));
    if quoted && matches!(prefix.as_str(), "r" | "b" | "u" | "f" | "t" | "br" | "rb" | "fr" | "rf" | "tr" | "rt") {
        error.offset -= word as i32;
        error.end = Some((error.lineno, error.offset));
    }
}

/// A `/` behind a bare `*` is found before it is found that nothing follows the `*`.
fn late_slash(error: &mut SyntaxError, rest: &str) {
    let mut depth = 0;
    for (index, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            b')' | b'\n' | b':' | b'=' | b'"' | b'\'' => return,
            b'/' if depth == 0 => {
                error.msg = "/ must be ahead of *".to_owned();
                error.offset += rest[..index].chars().count() as i32;
                error.end = Some((error.lineno, error.offset + 1));
                return;
            }
            _ => {}
        }
    }
}

/// Whether the target at fault is all that stands left of the only `=` of a statement.
fn is_whole_target(error: &SyntaxError, source: &str, at: usize) -> bool {
    let Some((end_line, end_column)) = error.end else { return false };
    if end_line != error.lineno {
        return false;
    }
    let before = source[..at].rsplit('\n').next().unwrap_or("").trim_end();
    let width = (end_column - error.offset).max(0) as usize;
    let rest: String = source[at..].chars().skip(width).take_while(|c| *c != '\n').collect();
    let Some(value) = rest.trim_start().strip_prefix('=') else { return false };
    let again = value.bytes().enumerate().any(|(index, byte)| {
        let around = [index.wrapping_sub(1), index + 1].map(|near| value.as_bytes().get(near).copied().unwrap_or(b' '));
        byte == b'=' && !around.iter().any(|near| b"=<>!:+-*/%&|^@".contains(near)) && !value[..index].contains('(')
    });
    (before.is_empty() || before.ends_with([':', ';'])) && !again
}

/// Characters that no token has, and a star with nothing behind it.
fn invalid_syntax(error: &mut SyntaxError, source: &str, at: usize) {
    let Some(culprit) = source.get(at..).and_then(|rest| rest.chars().next()) else { return };
    if !culprit.is_ascii() && !culprit.is_alphanumeric() || is_digit_beyond_ascii(culprit) {
        let code = culprit as u32;
        let printable = is_printable(culprit);
        error.msg = if printable {
            format!("invalid character '{culprit}' (U+{code:04X})")
        } else {
            format!("invalid non-printable character U+{code:04X}")
        };
        error.end = Some((error.lineno, error.offset));
        return;
    }
    if extent::lacks_comma(&extent::tokens(source), source, at) {
        error.msg = "invalid syntax. Perhaps you forgot a comma?".to_owned();
        return both_expressions(error, source, at);
    }
    let mut before = source[..at].trim_end().chars().rev();
    if before.next() == Some('*') && matches!(culprit, ']' | '}' | ':' | '(') {
        let opener = before.find(|c| !c.is_whitespace());
        if matches!(opener, Some('[' | '{' | ',')) {
            error.msg = "Invalid star expression".to_owned();
        }
    }
}

/// Digits and the like may go on a name but not begin one.
fn is_digit_beyond_ascii(c: char) -> bool {
    !c.is_ascii() && c.is_numeric()
}

fn is_printable(c: char) -> bool {
    let mut quoted = String::new();
    quoted.push(c);
    crate::dis::repr(&crate::code::Constant::Str(std::sync::Arc::new(quoted.into()))).contains(c)
}

/// An escape in a literal that stands for no character: names the escape, and points at the literal.
fn bad_escape(error: &mut SyntaxError, source: &str, at: usize) {
    let parsed = parser::parse_unchecked(source, ParseOptions::from(parser::Mode::Module));
    let literals = [TokenKind::String, TokenKind::FStringMiddle, TokenKind::TStringMiddle];
    let token = parsed.tokens().iter().find_map(|token| {
        let range = ruff_text_size::Ranged::range(token);
        let (start, end) = (range.start().to_usize(), range.end().to_usize());
        // What is wrong lies inside the literal or right at its end.
        (literals.contains(&token.kind()) && start <= at && at <= end).then_some((token.kind(), start, end))
    });
    let Some((kind, start, end)) = token else { return };
    let literal = &source[start..end];
    let (body, bytes) = if kind == TokenKind::String {
        let prefix = literal.find(['"', '\'']).unwrap_or(0);
        let quote = if literal[prefix..].starts_with("\"\"\"") || literal[prefix..].starts_with("'''") { 3 } else { 1 };
        let body = literal.get(prefix + quote..literal.len().saturating_sub(quote)).unwrap_or("");
        (body, literal[..prefix].contains(['b', 'B']))
    } else {
        (literal, false)
    };
    let Some(msg) = escape_message(body, bytes) else { return };
    error.msg = msg;
    let place = |offset: usize| {
        let before = &source[..offset];
        let line = before.matches('\n').count() as i32 + 1;
        (line, before.rsplit('\n').next().map_or(0, |text| text.chars().count()) as i32 + 1)
    };
    (error.lineno, error.offset) = place(start);
    error.end = Some(place(end));
    error.text = source.split('\n').nth(error.lineno as usize - 1).map(|line| format!("{line}\n"));
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
                    let last = position - 1 + usize::from(name.starts_with('{'));
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
