//! "Did you mean 'import'?": the keyword that a syntax error's misspelt name stands for.
//!
//! `traceback` looks for it when it prints the error, and so do those that print errors without it: names near the
//! error are exchanged for similar keywords, until the source makes sense.

use crate::compile::{Mode, Options, compile};
use crate::diagnose::{self, Kind, Lexer, Verdict};
use crate::suggest::{KEYWORDS, closest};
use rustpython_wtf8::Wtf8;

/// The error, as far as it matters here.
pub struct Printed<'a> {
    /// Its message.
    pub msg: &'a str,
    /// Its line.
    pub lineno: i32,
    /// The line in which the last whole statement began.
    pub statement: i32,
    /// The source, of which lines are counted.
    pub source: &'a str,
    /// The source was read from the file again: then only names in the line of the error count.
    pub from_file: bool,
}

/// What is shown instead.
#[derive(Debug, PartialEq, Eq)]
pub struct Typo {
    /// The message.
    pub msg: String,
    /// The line with the name.
    pub text: String,
    /// First column and the one after the last, from 1.
    pub columns: (i32, i32),
}

/// How many names are tried, and how many keywords for each.
const MAX_NAMES: usize = 10;
const MAX_MATCHES: usize = 3;
const MAX_SOURCE: usize = 1024;
/// How similar a keyword must be.
const CUTOFF: f64 = 0.5;

/// The keyword that was probably meant.
pub fn find(error: &Printed) -> Option<Typo> {
    if error.msg != "invalid syntax" && !error.msg.contains("Perhaps you forgot a comma") {
        return None;
    }
    let lines: Vec<&str> = error.source.lines().collect();
    let last = usize::try_from(error.lineno).unwrap_or(0).min(lines.len());
    let code = dedented(lines.get(error.statement.max(1) as usize - 1..last)?);
    if code.chars().count() > MAX_SOURCE {
        return None;
    }
    let lines: Vec<&str> = code.split('\n').collect();
    let wanted = if error.statement == 0 { error.lineno } else { error.lineno + 1 - error.statement };
    let mut names = 0;
    let mut lexer = Lexer::new(code.as_bytes());
    while let Ok(token) = lexer.token() {
        let (start, end) = token.text;
        match token.kind {
            Kind::End => break,
            Kind::Name if error.from_file && token.start.0 != wanted => continue,
            Kind::Name if KEYWORDS.contains(&&code[start..end]) => continue,
            Kind::Name => {}
            _ => continue,
        }
        names += 1;
        if names > MAX_NAMES {
            break;
        }
        let keyword = similar(&code[start..end]).into_iter().find(|keyword| {
            let mended = format!("{}{keyword}{}", &code[..start], &code[end..]);
            match diagnose::verdict(&mended) {
                Verdict::Wrong => false,
                Verdict::Incomplete => true,
                Verdict::Right => compile(mended.as_bytes(), Wtf8::new(""), Mode::Exec, &Options::default()).is_ok(),
            }
        });
        if let Some(keyword) = keyword {
            let line = lines.get(token.start.0 as usize - 1)?;
            let column = |at: i32| line.get(..at as usize).map_or(0, |before| before.chars().count()) as i32 + 1;
            return Some(Typo {
                msg: format!("invalid syntax. Did you mean '{keyword}'?"),
                text: (*line).to_owned(),
                columns: (column(token.start.1), column(token.end.1)),
            });
        }
    }
    None
}

/// Without the indentation that all lines share.
fn dedented(lines: &[&str]) -> String {
    let blank = |line: &str| line.chars().all(char::is_whitespace);
    let mut margin: Option<&str> = None;
    for line in lines.iter().filter(|line| !blank(line)) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        let shared = margin.unwrap_or(indent).bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
        margin = Some(&indent[..shared]);
    }
    let margin = margin.map_or(0, str::len);
    let lines: Vec<&str> = lines.iter().map(|line| if blank(line) { "" } else { &line[margin..] }).collect();
    lines.join("\n")
}

/// Keywords like the name: the closest, then those that share most of its letters.
fn similar(name: &str) -> Vec<&'static str> {
    let all: Vec<String> = KEYWORDS.iter().map(|keyword| (*keyword).to_owned()).collect();
    let nearest = closest(name, &all).and_then(|found| KEYWORDS.iter().find(|keyword| **keyword == found));
    let mut close: Vec<(f64, &str)> = KEYWORDS.iter().map(|keyword| (ratio(keyword, name), *keyword)).collect();
    close.retain(|(ratio, _)| *ratio >= CUTOFF);
    close.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(a.1)));
    let close = close.into_iter().take(MAX_MATCHES).map(|(_, keyword)| keyword);
    nearest.into_iter().copied().chain(close).take(MAX_MATCHES).collect()
}

/// `difflib.SequenceMatcher(None, a, b).ratio()` of short texts.
fn ratio(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    2.0 * matching(&a, &b) as f64 / (a.len() + b.len()) as f64
}

/// How many characters are in matching blocks: the longest one, and those left and right of it.
fn matching(a: &[char], b: &[char]) -> usize {
    let mut best = (0, 0, 0);
    for i in 0..a.len() {
        for j in 0..b.len() {
            let length = a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y).count();
            if length > best.2 {
                best = (i, j, length);
            }
        }
    }
    let (i, j, length) = best;
    if length == 0 {
        return 0;
    }
    length + matching(&a[..i], &b[..j]) + matching(&a[i + length..], &b[j + length..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, lineno: i32) -> Option<String> {
        let printed = Printed { msg: "invalid syntax", lineno, statement: 0, source, from_file: false };
        find(&printed).map(|typo| typo.msg)
    }

    #[test]
    fn keywords_are_suggested_where_they_make_sense() {
        assert_eq!(found("imprt sys", 1).as_deref(), Some("invalid syntax. Did you mean 'import'?"));
        assert_eq!(found("fro x in y: pass", 1).as_deref(), Some("invalid syntax. Did you mean 'for'?"));
        assert_eq!(found("def f(:", 1), None);
        assert_eq!(found("a b", 1), None);
    }
}
