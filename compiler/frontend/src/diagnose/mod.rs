//! What is wrong with a source that does not parse, in CPython's words and at CPython's place.
//!
//! CPython's parser is two passes of a parsing expression grammar: where the first gets stuck, the second also
//! tries rules that describe common mistakes. Which rule wins, and where a plain `invalid syntax` lies, follow
//! from the order of rules, from what is remembered, and from how far the tokenizer has read. So this is the same
//! machine: a tokenizer that reads on demand (`lexer`, `strings`), a matcher (`engine`), a table of rules
//! (`grammar.txt`, read by `grammar`) and the few decisions that a table cannot express (`actions`, `literals`).
//!
//! It runs only when a source was refused, and makes no tree.

mod actions;
mod engine;
mod grammar;
mod lexer;
mod literals;
mod strings;

use crate::compile::{Mode, Options, compile_flags};
use crate::error::{ErrorKind, Metadata, Stage, SyntaxError};
use engine::Engine;
use lexer::{Done, Token};
pub use lexer::{Kind, Lexer};
use rustpython_wtf8::Wtf8;

/// A mistake, with columns as `SyntaxError` has them.
#[derive(Debug)]
pub struct Fault {
    kind: ErrorKind,
    msg: String,
    line: i32,
    offset: i32,
    end: (i32, i32),
    text: String,
    /// The tokenizer itself worded it.
    from_tokenizer: bool,
}

impl Fault {
    fn too_deep() -> Fault {
        Fault {
            kind: ErrorKind::Memory,
            msg: "Parser stack overflowed - Python source too complex to compile".to_owned(),
            line: 0,
            offset: 0,
            end: (0, 0),
            text: String::new(),
            from_tokenizer: false,
        }
    }
}

/// A range in the source: columns in bytes, from 1.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    line: i32,
    column: i32,
    end_line: i32,
    end_column: i32,
}

impl Spot {
    fn of(token: &Token) -> Spot {
        let (start, end) = (token.start, token.end);
        Spot { line: start.0, column: start.1 + 1, end_line: end.0, end_column: end.1 + 1 }
    }
}

/// Whether a source may be wrong though the parser takes it: it minds neither parentheses around the target of `:=`,
/// nor how deep blocks are, nor tabs among spaces, nor the indentation of an expression or of an interactive statement's last line.
pub fn is_suspect(source: &str, mode: Mode) -> bool {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\x0c');
    let deep = |line: &str| line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count() >= lexer::MAX_LEVELS;
    let indents = |byte| {
        let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
        source.split('\n').any(|line| line.as_bytes()[..indent(line)].contains(&byte))
    };
    if source.contains('\t') && indents(b'\t') && indents(b' ') {
        return true;
    }
    let last = source.rsplit('\n').next().unwrap_or("");
    match mode {
        Mode::Eval if source.split('\n').any(|line| line.starts_with(blank)) => return true,
        Mode::Single if !last.is_empty() && last.chars().all(blank) => return true,
        _ => {}
    }
    source.match_indices(":=").any(|(at, _)| source[..at].trim_end().ends_with(')')) || source.split('\n').any(deep)
}

/// What the grammar says about a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Right,
    /// It would be right if more followed.
    Incomplete,
    Wrong,
}

/// Whether the grammar takes a source.
pub fn verdict(source: &str) -> Verdict {
    let text = format!("{source}\n");
    let options = engine::Options { single: false, imply_dedent: true, barry: false, int_max_str_digits: 0 };
    let mut engine = Engine::new(text.as_bytes(), options);
    match engine.run("file") {
        Ok(Some(_)) => Verdict::Right,
        _ if matches!(engine.lexer.done, Done::End | Done::EndInString) => Verdict::Incomplete,
        _ => Verdict::Wrong,
    }
}

/// The mistake in a source; `None` if the grammar finds none.
pub fn diagnose(source: &str, filename: &Wtf8, mode: Mode, options: &Options) -> Option<SyntaxError> {
    let has = |flag| options.flags & flag != 0;
    let mut text = source.to_owned();
    if mode == Mode::Exec && !text.ends_with('\n') {
        text.push('\n');
    }
    let (rule, single) = match mode {
        Mode::Exec => ("file", false),
        Mode::Eval => ("eval", false),
        Mode::Single => ("single", true),
    };
    let engine_options = engine::Options {
        single,
        imply_dedent: !has(compile_flags::DONT_IMPLY_DEDENT),
        barry: has(crate::code::flags::FUTURE_BARRY_AS_BDFL),
        int_max_str_digits: options.int_max_str_digits,
    };
    let mut engine = Engine::new(text.as_bytes(), engine_options);
    let first = engine.run(rule);
    let mut metadata = None;
    let at_end = matches!(engine.lexer.done, Done::End | Done::EndInString);
    let fault = if let Ok(Some(_)) = first {
        if !single || only_comments(&engine.lexer.source[engine.lexer.cur..]) {
            return None;
        }
        let msg = "multiple statements found while compiling a single statement";
        engine.fault(ErrorKind::Syntax, msg.to_owned(), engine.last_token())
    } else if has(compile_flags::ALLOW_INCOMPLETE_INPUT) && at_end {
        let spot = if engine.failed_to_read { engine.tokenizer() } else { engine.last_token() };
        engine.fault(ErrorKind::IncompleteInput, "incomplete input".to_owned(), spot)
    } else {
        let fault = find(&mut engine, rule, first.err());
        let (line, column) = engine.last_statement;
        metadata = Some(Box::new(Metadata { line, column, source: text.clone() }));
        fault
    };
    Some(SyntaxError {
        kind: fault.kind,
        stage: Stage::Parse,
        msg: fault.msg,
        filename: Some(filename.to_wtf8_buf()),
        lineno: fault.line,
        offset: fault.offset,
        end: Some(fault.end),
        text: Some(fault.text),
        metadata,
    })
}

/// The second pass. What the first one found itself stands.
fn find(engine: &mut Engine, rule: &str, found: Option<Box<Fault>>) -> Box<Fault> {
    let last = engine.tokens.last().copied();
    let found = found.or_else(|| {
        engine.second_pass = true;
        engine.run(rule).err()
    });
    let fault = match (found, last) {
        (Some(fault), _) if fault.from_tokenizer || engine.lexer.done != Done::Not => return fault,
        (Some(fault), _) => fault,
        (None, Some(token)) => {
            if let Kind::Indent | Kind::Dedent = token.kind {
                let what = if token.kind == Kind::Indent { "unexpected indent" } else { "unexpected unindent" };
                return engine.fault(ErrorKind::Indentation, what.to_owned(), engine.last_token());
            }
            let before = engine.tokens.iter().rev().nth(1).copied().filter(|before| before.end == token.start);
            match before.filter(|before| (engine.text(before), engine.text(&token)) == ("<", ">")) {
                Some(before) => {
                    let msg = "invalid syntax.  Maybe you meant '!=' instead of '<>'?".to_owned();
                    let spot = Spot { line: before.start.0, column: before.start.1 + 1, ..Spot::of(&token) };
                    engine.fault(ErrorKind::Syntax, msg, spot)
                }
                None => engine.fault(ErrorKind::Syntax, "invalid syntax".to_owned(), Spot::of(&token)),
            }
        }
        (None, None) => engine.fault(ErrorKind::Syntax, "invalid syntax".to_owned(), engine.last_token()),
    };
    rest_of_source(engine).unwrap_or(fault)
}

/// A mistake that the tokenizer finds in the rest of the source counts for more than one of the parser's.
fn rest_of_source(engine: &mut Engine) -> Option<Box<Fault>> {
    let line = engine.tokens.last().map_or(0, |token| token.start.0);
    let fault = loop {
        match engine.lexer.token() {
            Ok(token) if token.kind == Kind::End => return None,
            Ok(_) => {}
            Err(fault) => break fault,
        }
    };
    // In an f-string its expression is at fault, and the rest is confused by that.
    if !engine.lexer.open.is_empty() {
        return None;
    }
    if fault.from_tokenizer {
        return Some(fault);
    }
    // Others of its mistakes show only that a bracket is still open, on an earlier line.
    let bracket = engine.lexer.brackets.last()?;
    if line > bracket.line { engine.lexer.unclosed() } else { None }
}

/// Whether nothing follows that means anything.
fn only_comments(rest: &[u8]) -> bool {
    rest.split(|byte| *byte == b'\n').all(|line| matches!(line.trim_ascii_start().first(), None | Some(b'#')))
}

/// The number of characters in the first bytes of a line; one more than all if there are fewer.
fn character_offset(line: &str, bytes: i32) -> i32 {
    if bytes < 0 {
        return bytes;
    }
    match line.as_bytes().get(..bytes as usize) {
        Some(part) => String::from_utf8_lossy(part).chars().count() as i32,
        None => line.chars().count() as i32 + 1,
    }
}

/// Whether `repr` shows the character as it is.
fn is_printable(c: char) -> bool {
    c == ' ' || rustpython_unicode::classify::is_repr_printable(c)
}
