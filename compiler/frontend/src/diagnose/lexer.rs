//! CPython's tokenizer: its tokens with their places, and its errors.
//!
//! It reads on demand, as the order in which parser and tokenizer find mistakes decides which one is reported.
//! Names follow CPython's: `cur` is the next byte, `line_start` begins the line it is in. Columns count bytes; -1 is the column of tokens that stand nowhere.

use super::Fault;
use super::strings::Open;
use crate::error::ErrorKind;
use rustpython_unicode::identifier;

/// What kind of token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Name,
    Number,
    String,
    Op,
    Newline,
    Indent,
    Dedent,
    End,
    FStringStart,
    FStringMiddle,
    FStringEnd,
    TStringStart,
    TStringMiddle,
    TStringEnd,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub kind: Kind,
    /// Its text, as byte offsets; empty for those that have none.
    pub text: (usize, usize),
    pub start: (i32, i32),
    pub end: (i32, i32),
    /// How many brackets are open behind it.
    pub level: usize,
    /// Whether escapes mean nothing in it.
    pub raw: bool,
}

/// How reading came to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Not,
    /// At the end of the source.
    End,
    /// At the end of the source, inside a string.
    EndInString,
    Error,
}

/// An open bracket.
#[derive(Clone, Copy, Debug)]
pub struct Bracket {
    pub byte: u8,
    pub line: i32,
    pub column: i32,
}

const MAX_BRACKETS: usize = 200;
pub const MAX_LEVELS: usize = 100;

/// The tokenizer's state.
pub struct Lexer<'a> {
    pub source: &'a [u8],
    pub cur: usize,
    pub line_start: usize,
    /// The line that `cur` is in, from 1; 0 before the first.
    pub line: i32,
    pub line_end: usize,
    /// The line in which the token at work, or the space before it, began. CPython takes the column of a wrong
    /// continuation from there.
    held: usize,
    /// No token has begun.
    pub between: bool,
    /// First line and its start, of a token that may span lines.
    pub first_line: i32,
    pub multi_line_start: usize,
    pub brackets: Vec<Bracket>,
    /// Columns of open blocks, with tabs to 8 and to 1.
    pub indents: Vec<(i32, i32)>,
    pub pending: i32,
    pub at_line_start: bool,
    pub done: Done,
    /// Where a keyword follows a number at once: end of the number, line, kind of number.
    pub joined: Vec<(usize, i32, &'static str)>,
    /// `<>` is an operator.
    pub barry: bool,
    /// Open f- and t-strings.
    pub open: Vec<Open>,
}

/// The result of one step: a token's kind and text, or what is wrong.
pub type Scanned = Result<(Kind, Option<(usize, usize)>), Box<Fault>>;

impl<'a> Lexer<'a> {
    pub fn new(source: &'a [u8]) -> Self {
        Lexer {
            source,
            cur: 0,
            line_start: 0,
            line: 0,
            line_end: 0,
            held: 0,
            between: true,
            first_line: 0,
            multi_line_start: 0,
            brackets: Vec::new(),
            indents: vec![(0, 0)],
            pending: 0,
            at_line_start: true,
            done: Done::Not,
            joined: Vec::new(),
            barry: false,
            open: Vec::new(),
        }
    }

    /// The next token.
    pub fn token(&mut self) -> Result<Token, Box<Fault>> {
        let scanned = match self.open.last() {
            Some(open) if open.in_text => self.string_part(),
            _ => self.regular(),
        };
        let (kind, text) = scanned.inspect_err(|_| {
            if self.done == Done::Not {
                self.done = Done::Error;
            }
        })?;
        let (line_start, line) = match kind {
            Kind::Name | Kind::Number | Kind::Op | Kind::Newline | Kind::Indent | Kind::Dedent | Kind::End => {
                (self.line_start, self.line)
            }
            // Strings and their parts may begin on an earlier line.
            _ => (self.multi_line_start, self.first_line),
        };
        let column = |at: usize, from: usize| if at >= from { (at - from) as i32 } else { -1 };
        let raw = self.open.last().is_some_and(|open| open.raw);
        Ok(Token {
            kind,
            text: text.unwrap_or((self.cur, self.cur)),
            start: (line, text.map_or(-1, |text| column(text.0, line_start))),
            end: (self.line, text.map_or(-1, |text| column(text.1, self.line_start))),
            level: self.brackets.len(),
            raw,
        })
    }

    /// The next byte; `None` at the end of the source.
    pub fn next(&mut self) -> Option<u8> {
        if self.cur == self.line_end {
            if self.done != Done::Not {
                return None;
            }
            if self.cur == self.source.len() {
                self.done = Done::End;
                return None;
            }
            if self.between {
                self.held = self.cur;
            }
            self.line_start = self.cur;
            self.line += 1;
            let rest = &self.source[self.cur..];
            self.line_end = self.cur + rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        }
        self.cur += 1;
        Some(self.source[self.cur - 1])
    }

    /// Takes back what [`Self::next`] gave.
    pub fn back(&mut self, byte: Option<u8>) {
        if byte.is_some() {
            self.cur -= 1;
        }
    }

    /// An error at the tokenizer's place.
    pub fn fault<T>(&mut self, msg: impl Into<String>) -> Result<T, Box<Fault>> {
        let column = self.column(self.cur);
        self.fault_at(msg, column, column)
    }

    /// The column of a place in the current line, in characters.
    fn column(&self, at: usize) -> i32 {
        String::from_utf8_lossy(&self.source[self.line_start..at]).chars().count() as i32
    }

    /// An error with given columns in the current line.
    pub fn fault_at<T>(&mut self, msg: impl Into<String>, first: i32, last: i32) -> Result<T, Box<Fault>> {
        self.done = Done::Error;
        let rest = &self.source[self.line_start..];
        let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        Err(Box::new(Fault {
            kind: ErrorKind::Syntax,
            msg: msg.into(),
            line: self.line,
            offset: first,
            end: (self.line, last),
            text: String::from_utf8_lossy(&rest[..length]).into_owned(),
            from_tokenizer: true,
        }))
    }

    /// An error of which the parser makes the words: it takes them from the source it holds.
    fn plain_fault<T>(&mut self, kind: ErrorKind, msg: &str, columns: (i32, i32)) -> Result<T, Box<Fault>> {
        self.done = Done::Error;
        let text = self.held_line(self.line);
        Err(Box::new(Fault {
            kind,
            msg: msg.to_owned(),
            line: self.line,
            offset: super::character_offset(&text, columns.0),
            end: (self.line, columns.1),
            text,
            from_tokenizer: false,
        }))
    }

    /// The text that CPython shows for a line: only the one read last has its newline.
    pub fn held_line(&self, line: i32) -> String {
        if self.line <= line && self.line_end > self.line_start {
            return String::from_utf8_lossy(&self.source[self.line_start..self.line_end]).into_owned();
        }
        let mut lines = self.source.split(|byte| *byte == b'\n');
        lines.nth(line.max(1) as usize - 1).map_or(String::new(), |line| String::from_utf8_lossy(line).into_owned())
    }

    /// The bracket opened last was never closed.
    pub fn unclosed(&self) -> Option<Box<Fault>> {
        let bracket = self.brackets.last()?;
        let text = self.held_line(bracket.line);
        Some(Box::new(Fault {
            kind: ErrorKind::Syntax,
            msg: format!("'{}' was never closed", bracket.byte as char),
            line: bracket.line,
            offset: super::character_offset(&text, bracket.column + 1),
            end: (bracket.line, 0),
            text,
            from_tokenizer: false,
        }))
    }

    /// Blocks end where an interactive statement does.
    pub fn imply_dedents(&mut self) {
        self.pending = -(self.indents.len() as i32 - 1);
        self.indents.truncate(1);
    }

    /// The source ends where it must not.
    fn unexpected_end<T>(&mut self) -> Result<T, Box<Fault>> {
        self.done = Done::End;
        if let Some(fault) = self.unclosed() {
            return Err(fault);
        }
        let column = (self.cur - self.line_start) as i32;
        let fault = self.plain_fault(ErrorKind::Syntax, "unexpected EOF while parsing", (column, -1));
        self.done = Done::End;
        fault
    }

    fn tab_error<T>(&mut self) -> Result<T, Box<Fault>> {
        self.cur = self.line_end;
        self.plain_fault(ErrorKind::Tab, "inconsistent use of tabs and spaces in indentation", (1, 0))
    }

    /// Behind a backslash: the next line's first byte comes next.
    fn continuation(&mut self) -> Result<(), Box<Fault>> {
        let byte = self.next();
        if byte != Some(b'\n') {
            let column = (self.cur - self.held) as i32;
            let msg = "unexpected character after line continuation character";
            return self.plain_fault(ErrorKind::Syntax, msg, (column, 0));
        }
        let byte = self.next();
        if byte.is_none() {
            self.cur = self.line_end;
            return self.unexpected_end();
        }
        self.back(byte);
        Ok(())
    }

    /// Reads the indentation of a line; whether the line is blank.
    fn indentation(&mut self) -> Result<bool, Box<Fault>> {
        let (mut col, mut alt) = (0, 0);
        let mut continued = None;
        let byte = loop {
            let byte = self.next();
            match byte {
                Some(b' ') => (col, alt) = (col + 1, alt + 1),
                Some(b'\t') => (col, alt) = ((col / 8 + 1) * 8, alt + 1),
                Some(b'\x0c') => (col, alt) = (0, 0),
                Some(b'\\') => {
                    // What counts is the indentation of the first of the joined lines.
                    if continued.is_none_or(|col| col == 0) {
                        continued = Some(col);
                    }
                    self.continuation()?;
                }
                _ => break byte,
            }
        };
        self.back(byte);
        if matches!(byte, Some(b'#' | b'\n')) {
            return Ok(true);
        }
        if !self.brackets.is_empty() {
            return Ok(false);
        }
        if let Some(first) = continued.filter(|col| *col != 0) {
            (col, alt) = (first, first);
        }
        let top = |lexer: &Self| lexer.indents.last().copied().unwrap_or((0, 0));
        let (last, last_alt) = top(self);
        if col > last {
            if self.indents.len() >= MAX_LEVELS {
                self.cur = self.line_end;
                return self.plain_fault(ErrorKind::Indentation, "too many levels of indentation", (1, 0));
            }
            if alt <= last_alt {
                return self.tab_error();
            }
            self.pending += 1;
            self.indents.push((col, alt));
            return Ok(false);
        }
        while self.indents.len() > 1 && col < top(self).0 {
            self.pending -= 1;
            self.indents.pop();
        }
        if col != top(self).0 {
            self.cur = self.line_end;
            let column = (self.cur - self.line_start) as i32;
            let msg = "unindent does not match any outer indentation level";
            return self.plain_fault(ErrorKind::Indentation, msg, (column, -1));
        }
        if alt != top(self).1 {
            return self.tab_error();
        }
        Ok(false)
    }

    /// A token outside the text of f- and t-strings.
    pub fn regular(&mut self) -> Scanned {
        'next_line: loop {
            self.between = true;
            let mut blank = false;
            if self.at_line_start {
                self.at_line_start = false;
                blank = self.indentation()?;
            }
            if self.pending != 0 {
                let kind = if self.pending < 0 { Kind::Dedent } else { Kind::Indent };
                self.pending -= self.pending.signum();
                return Ok((kind, None));
            }
            let peek = self.next();
            self.back(peek);
            loop {
                self.between = true;
                let mut byte = self.next();
                while matches!(byte, Some(b' ' | b'\t' | b'\x0c')) {
                    byte = self.next();
                }
                let start = self.cur - usize::from(byte.is_some());
                if byte == Some(b'#') {
                    while !matches!(byte, None | Some(b'\n')) {
                        byte = self.next();
                    }
                }
                let Some(byte) = byte else {
                    if !self.brackets.is_empty() {
                        return self.unexpected_end();
                    }
                    return Ok((Kind::End, None));
                };
                self.between = false;
                match byte {
                    b'\n' => {
                        self.at_line_start = true;
                        if blank || !self.brackets.is_empty() {
                            continue 'next_line;
                        }
                        return Ok((Kind::Newline, Some((start, self.cur))));
                    }
                    b'\\' => {
                        self.continuation()?;
                        continue;
                    }
                    b'a'..=b'z' | b'A'..=b'Z' | b'_' | 128.. => return self.name(start, byte),
                    b'0'..=b'9' => return self.number(start, byte),
                    b'.' => {
                        let second = self.next();
                        if let Some(digit @ b'0'..=b'9') = second {
                            return self.fraction(start, Some(digit));
                        }
                        self.back(second);
                        return self.operator(start, byte);
                    }
                    b'"' | b'\'' => return self.string(start, byte),
                    _ => return self.operator(start, byte),
                }
            }
        }
    }

    /// A name, or a string with a prefix.
    fn name(&mut self, start: usize, first: u8) -> Scanned {
        let mut byte = Some(first);
        let mut prefix: Vec<u8> = Vec::new();
        // Each letter of a prefix stands in it once.
        while let Some(letter) = byte.map(|byte| byte.to_ascii_lowercase()) {
            if !b"bruft".contains(&letter) || prefix.contains(&letter) {
                break;
            }
            prefix.push(letter);
            byte = self.next();
            if let Some(quote @ (b'"' | b'\'')) = byte {
                self.check_prefix(start, &prefix)?;
                let raw = prefix.contains(&b'r');
                return match prefix.iter().find(|letter| b"ft".contains(letter)) {
                    Some(kind) => self.begin_string(start, quote, *kind, raw),
                    None => self.string(start, quote),
                };
            }
        }
        let mut ascii = true;
        while let Some(next) = byte {
            if !(next.is_ascii_alphanumeric() || next == b'_' || next >= 128) {
                break;
            }
            ascii &= next < 128;
            byte = self.next();
        }
        self.back(byte);
        if !ascii {
            self.check_identifier(start)?;
        }
        Ok((Kind::Name, Some((start, self.cur))))
    }

    /// Refuses prefixes that contradict each other.
    fn check_prefix(&mut self, start: usize, prefix: &[u8]) -> Result<(), Box<Fault>> {
        for [a, b] in [b"ub", b"ur", b"uf", b"ut", b"bf", b"bt", b"ft"] {
            if prefix.contains(a) && prefix.contains(b) {
                let (first, last) = (self.column(start) + 1, self.column(self.cur));
                let msg = format!("'{}' and '{}' prefixes are incompatible", *a as char, *b as char);
                return self.fault_at(msg, first, last);
            }
        }
        Ok(())
    }

    /// Refuses characters that names do not have.
    fn check_identifier(&mut self, start: usize) -> Result<(), Box<Fault>> {
        let text = String::from_utf8_lossy(&self.source[start..self.cur]).into_owned();
        let wrong = text.char_indices().find(|(at, c)| {
            let good =
                if *at == 0 { identifier::is_xid_start(*c) || *c == '_' } else { identifier::is_xid_continue(*c) };
            !good
        });
        let Some((at, c)) = wrong else { return Ok(()) };
        self.cur = start + at + c.len_utf8();
        let code = c as u32;
        if super::is_printable(c) {
            self.fault(format!("invalid character '{c}' (U+{code:04X})"))
        } else {
            self.fault(format!("invalid non-printable character U+{code:04X}"))
        }
    }

    /// Behind a number: only some keywords may follow at once.
    fn end_of_number(&mut self, next: Option<u8>, what: &'static str) -> Result<(), Box<Fault>> {
        let rest = &self.source[self.cur..];
        let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | 128..);
        let begins = |word: &[u8]| rest.strip_prefix(word).is_some_and(|rest| !rest.first().is_some_and(in_name));
        let keyword = match next {
            Some(b'a') => begins(b"nd"),
            Some(b'e') => begins(b"lse"),
            Some(b'f') => begins(b"or"),
            Some(b'i') => matches!(rest.first(), Some(b'f' | b'n' | b's')),
            Some(b'o') => begins(b"r"),
            Some(b'n') => begins(b"ot"),
            _ => false,
        };
        if keyword {
            self.joined.push((self.cur - 1, self.line, what));
        }
        if !keyword && next.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.back(next);
            return self.fault(format!("invalid {what} literal"));
        }
        Ok(())
    }

    fn end_number(&mut self, start: usize, next: Option<u8>, what: &'static str) -> Scanned {
        self.end_of_number(next, what)?;
        self.back(next);
        Ok((Kind::Number, Some((start, self.cur))))
    }

    /// Digits with single underscores between; the byte behind them.
    fn digits(&mut self) -> Result<Option<u8>, Box<Fault>> {
        loop {
            let mut byte = self.next();
            while byte.is_some_and(|byte| byte.is_ascii_digit()) {
                byte = self.next();
            }
            if byte != Some(b'_') {
                return Ok(byte);
            }
            byte = self.next();
            if !byte.is_some_and(|byte| byte.is_ascii_digit()) {
                self.back(byte);
                return self.fault("invalid decimal literal");
            }
        }
    }

    fn number(&mut self, start: usize, first: u8) -> Scanned {
        if first != b'0' {
            let next = self.digits()?;
            return self.behind_digits(start, next);
        }
        let mut byte = self.next();
        match byte {
            Some(b'x' | b'X') => return self.based(start, 16, "hexadecimal"),
            Some(b'o' | b'O') => return self.based(start, 8, "octal"),
            Some(b'b' | b'B') => return self.based(start, 2, "binary"),
            _ => {}
        }
        loop {
            if byte == Some(b'_') {
                byte = self.next();
                if !byte.is_some_and(|byte| byte.is_ascii_digit()) {
                    self.back(byte);
                    return self.fault("invalid decimal literal");
                }
            }
            if byte != Some(b'0') {
                break;
            }
            byte = self.next();
        }
        let zeros_end = self.cur;
        let nonzero = byte.is_some_and(|byte| byte.is_ascii_digit());
        if nonzero {
            byte = self.digits()?;
        }
        if nonzero && !matches!(byte, Some(b'.' | b'e' | b'E' | b'j' | b'J')) {
            self.back(byte);
            let (first, last) = (self.column(start) + 1, self.column(zeros_end));
            let msg = "leading zeros in decimal integer literals are not permitted; \
                       use an 0o prefix for octal integers";
            return self.fault_at(msg, first, last);
        }
        self.behind_digits(start, byte)
    }

    /// A number with a base's prefix.
    fn based(&mut self, start: usize, base: u32, name: &'static str) -> Scanned {
        let is_digit = |byte: Option<u8>| byte.is_some_and(|byte| (byte as char).is_digit(base));
        let mut byte = self.next();
        loop {
            if byte == Some(b'_') {
                byte = self.next();
            }
            if !is_digit(byte) {
                if let Some(digit @ b'0'..=b'9') = byte {
                    return self.fault(format!("invalid digit '{}' in {name} literal", digit as char));
                }
                self.back(byte);
                return self.fault(format!("invalid {name} literal"));
            }
            while is_digit(byte) {
                byte = self.next();
            }
            if byte != Some(b'_') {
                break;
            }
        }
        if let Some(digit @ b'0'..=b'9') = byte {
            return self.fault(format!("invalid digit '{}' in {name} literal", digit as char));
        }
        self.end_number(start, byte, name)
    }

    /// What may follow the digits of a decimal number.
    fn behind_digits(&mut self, start: usize, byte: Option<u8>) -> Scanned {
        match byte {
            Some(b'.') => {
                let next = self.next();
                self.fraction(start, next)
            }
            _ => self.exponent(start, byte),
        }
    }

    fn fraction(&mut self, start: usize, mut byte: Option<u8>) -> Scanned {
        if byte.is_some_and(|byte| byte.is_ascii_digit()) {
            byte = self.digits()?;
        }
        self.exponent(start, byte)
    }

    fn exponent(&mut self, start: usize, mut byte: Option<u8>) -> Scanned {
        if let Some(b'e' | b'E') = byte {
            let mark = byte;
            byte = self.next();
            if let Some(b'+' | b'-') = byte {
                byte = self.next();
                if !byte.is_some_and(|byte| byte.is_ascii_digit()) {
                    self.back(byte);
                    return self.fault("invalid decimal literal");
                }
            } else if !byte.is_some_and(|byte| byte.is_ascii_digit()) {
                self.back(byte);
                self.end_of_number(mark, "decimal")?;
                self.back(mark);
                return Ok((Kind::Number, Some((start, self.cur))));
            }
            byte = self.digits()?;
        }
        if let Some(b'j' | b'J') = byte {
            let next = self.next();
            return self.end_number(start, next, "imaginary");
        }
        self.end_number(start, byte, "decimal")
    }

    /// A string without expressions.
    fn string(&mut self, start: usize, quote: u8) -> Scanned {
        self.first_line = self.line;
        self.multi_line_start = self.line_start;
        let (mut size, mut end) = (1, 0);
        let mut byte = self.next();
        if byte == Some(quote) {
            byte = self.next();
            if byte == Some(quote) {
                size = 3;
            } else {
                end = 1;
            }
        }
        if byte != Some(quote) {
            self.back(byte);
        }
        let mut escaped_quote = false;
        while end != size {
            byte = self.next();
            if byte.is_none() || size == 1 && byte == Some(b'\n') {
                let line = self.line;
                self.cur = start + 1;
                self.line_start = self.multi_line_start;
                self.line = self.first_line;
                if let Some(open) = self.open.last().filter(|open| open.is_closed_by(quote, size)) {
                    let msg = format!("{}-string: expecting '}}'", open.letter());
                    return self.fault(msg);
                }
                let msg = match (size, escaped_quote) {
                    (3, _) => format!("unterminated triple-quoted string literal (detected at line {line})"),
                    (_, true) => format!(
                        "unterminated string literal (detected at line {line}); perhaps you escaped the end quote?"
                    ),
                    _ => format!("unterminated string literal (detected at line {line})"),
                };
                let fault = self.fault(msg);
                if byte.is_none() {
                    self.done = Done::EndInString;
                }
                return fault;
            }
            if byte == Some(quote) {
                end += 1;
                continue;
            }
            end = 0;
            if byte == Some(b'\\') {
                escaped_quote |= self.next() == Some(quote);
            }
        }
        Ok((Kind::String, Some((start, self.cur))))
    }

    /// An operator or bracket.
    fn operator(&mut self, start: usize, byte: u8) -> Scanned {
        if let Some(token) = self.end_of_expression(start, byte) {
            return Ok(token);
        }
        // CPython looks at the byte behind, and sees the end of the source if there is none.
        let second = self.next();
        let mut long = self.is_operator(start);
        if long {
            let third = self.next();
            if !self.is_operator(start) {
                self.back(third);
            }
        } else if byte == b'.' && second == Some(b'.') {
            let third = self.next();
            long = third == Some(b'.');
            if !long {
                self.back(third);
            }
        }
        if long {
            return Ok((Kind::Op, Some((start, self.cur))));
        }
        self.back(second);
        match byte {
            b'(' | b'[' | b'{' => {
                if self.brackets.len() >= MAX_BRACKETS {
                    return self.fault("too many nested parentheses");
                }
                self.brackets.push(Bracket { byte, line: self.line, column: (start - self.line_start) as i32 });
                self.open_bracket();
            }
            b')' | b']' | b'}' => self.close(byte)?,
            _ => {}
        }
        if byte < 32 || byte == 127 {
            return self.fault(format!("invalid non-printable character U+{byte:04X}"));
        }
        Ok((Kind::Op, Some((start, self.cur))))
    }

    /// Whether the bytes since `start` are an operator.
    fn is_operator(&self, start: usize) -> bool {
        let text = &self.source[start..self.cur];
        text.len() > 1 && (OPERATORS.iter().any(|operator| operator.as_bytes() == text) || self.barry && text == b"<>")
    }

    fn close(&mut self, byte: u8) -> Result<(), Box<Fault>> {
        let what = byte as char;
        if let Some(open) = self.open.last()
            && open.depth == 0
            && byte == b'}'
        {
            let msg = format!("{}-string: single '}}' is not allowed", open.letter());
            return self.fault(msg);
        }
        let Some(opening) = self.brackets.pop() else { return self.fault(format!("unmatched '{what}'")) };
        if !matches!((opening.byte, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
            if let Some(open) = self.open.last()
                && opening.byte == b'{'
                && open.depth - 1 == open.expressions
            {
                let msg = format!("{}-string: unmatched '{what}'", open.letter());
                return self.fault(msg);
            }
            let opened = opening.byte as char;
            let msg = format!("closing parenthesis '{what}' does not match opening parenthesis '{opened}'");
            if opening.line != self.line {
                return self.fault(format!("{msg} on line {}", opening.line));
            }
            return self.fault(msg);
        }
        self.close_expression(byte)
    }
}

/// Operators of more than one character whose first two are one.
const OPERATORS: &[&str] = &[
    "**=", "//=", "<<=", ">>=", "!=", "%=", "&=", "**", "*=", "+=", "-=", "->", "//", "/=", ":=", "<<", "<=", "==",
    ">=", ">>", "@=", "^=", "|=",
];
