//! Source text to tokens, by the rules of Python's lexical analysis.
//!
//! Places are rows from 1 and columns from 0. A source that does not end with a line's end is treated as if
//! it did, but the tokens of that end are empty.

use std::ops::Range;

/// Kinds of tokens, numbered as in `token`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    EndMarker = 0,
    Name = 1,
    Number = 2,
    String = 3,
    Newline = 4,
    Indent = 5,
    Dedent = 6,
    Op = 55,
    FStringStart = 59,
    FStringMiddle = 60,
    FStringEnd = 61,
    TStringStart = 62,
    TStringMiddle = 63,
    TStringEnd = 64,
    Comment = 65,
    Nl = 66,
}

/// Operators in the order of their kinds' numbers, from 7 on.
const OPERATORS: &[&str] = &[
    "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%", "{", "}", "==", "!=",
    "<=", ">=", "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "**=", "//",
    "//=", "@", "@=", "->", "...", ":=", "!",
];

/// The kind of an operator by its text.
pub(super) fn exact_kind(text: &[char]) -> i64 {
    let text: String = text.iter().collect();
    OPERATORS.iter().position(|op| *op == text).map_or(Kind::Op as i64, |at| at as i64 + 7)
}

/// Names that may follow a number without a space.
const AFTER_NUMBER: &[&str] = &["and", "else", "for", "if", "in", "is", "not", "or"];

/// Nested f-strings.
const MAX_NESTING: usize = 150;
const TAB: usize = 8;

type Place = (usize, usize);

pub(super) struct Token {
    pub kind: Kind,
    pub range: Range<usize>,
    pub start: Place,
    pub end: Place,
    /// It shows no line.
    pub ends_file: bool,
}

pub(super) enum ErrorClass {
    Syntax,
    /// The source ends too early: the exception has the place, but not among its arguments.
    End,
    Indentation,
    Tab,
}

pub(super) struct Error {
    pub class: ErrorClass,
    pub message: String,
    /// The column counts from 1.
    pub place: Place,
}

type Done = Result<(), Error>;

pub(super) struct Lexer {
    pub source: Vec<char>,
    pub tokens: Vec<Token>,
    /// Where each row begins.
    rows: Vec<usize>,
    at: usize,
    /// The row of `at`, from 0.
    row: usize,
    /// Columns of the indentation, with tabs of 8 and of 1.
    indents: Vec<(usize, usize)>,
    parens: usize,
    /// Quotes of the f-strings around.
    nested: Vec<char>,
    /// A number may end in a name.
    lenient: bool,
    /// The end of the last line is made up.
    implicit: bool,
}

fn error(class: ErrorClass, message: impl Into<String>, place: Place) -> Error {
    Error { class, message: message.into(), place }
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric() || c as u32 >= 128
}

impl Lexer {
    pub fn new(mut source: Vec<char>, lenient: bool) -> Lexer {
        let implicit = source.last().is_some_and(|c| *c != '\n');
        if implicit {
            source.push('\n');
        }
        let mut rows = vec![0];
        rows.extend(source.iter().enumerate().filter(|(_, c)| **c == '\n').map(|(i, _)| i + 1));
        Lexer {
            source,
            tokens: Vec::new(),
            rows,
            at: 0,
            row: 0,
            indents: vec![(0, 0)],
            parens: 0,
            nested: Vec::new(),
            lenient,
            implicit,
        }
    }

    /// The text of rows, both counted from 1.
    pub fn lines(&self, first: usize, last: usize) -> Vec<char> {
        let start = self.rows.get(first.saturating_sub(1)).copied().unwrap_or(self.source.len());
        let end = self.rows.get(last).copied().unwrap_or(self.source.len());
        let end = if self.implicit && end == self.source.len() { end - 1 } else { end };
        self.source.get(start..end).unwrap_or(&[]).to_vec()
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.source.get(self.at + ahead).copied()
    }

    fn starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(i, c)| self.peek(i) == Some(c))
    }

    fn place(&self) -> Place {
        (self.row + 1, self.at - self.rows[self.row])
    }

    /// Where an error is: the column from 1.
    fn error_at(&self, message: impl Into<String>, (row, col): Place) -> Error {
        error(ErrorClass::Syntax, message, (row, col + 1))
    }

    fn unexpected_end(&self) -> Error {
        error(ErrorClass::End, "unexpected EOF in multi-line statement", (self.rows.len() - 1, 0))
    }

    fn advance(&mut self, n: usize) {
        for _ in 0..n {
            if self.peek(0) == Some('\n') {
                self.row += 1;
            }
            self.at += 1;
        }
    }

    /// The token of the next `n` characters.
    fn emit(&mut self, kind: Kind, n: usize) {
        let (from, start) = (self.at, self.place());
        self.advance(n);
        self.emit_from(kind, from, start);
    }

    fn emit_from(&mut self, kind: Kind, from: usize, start: Place) {
        self.tokens.push(Token { kind, range: from..self.at, start, end: self.place(), ends_file: false });
    }

    /// Length of the line's end here, 0 if there is none.
    fn newline(&self) -> usize {
        match (self.peek(0), self.peek(1)) {
            (Some('\n'), _) => 1,
            (Some('\r'), Some('\n')) => 2,
            _ => 0,
        }
    }

    fn emit_newline(&mut self, kind: Kind) {
        let (from, (row, col), n) = (self.at, self.place(), self.newline());
        self.advance(n);
        let range = if self.implicit && self.at == self.source.len() { from..from } else { from..self.at };
        self.tokens.push(Token { kind, range, start: (row, col), end: (row, col + n), ends_file: false });
    }

    pub fn run(&mut self) -> Done {
        while self.at < self.source.len() {
            if self.indentation()? {
                self.line()?;
            }
        }
        let row = self.rows.len();
        let end = (row, 0);
        let from = self.source.len();
        for _ in 1..self.indents.len() {
            self.tokens.push(Token { kind: Kind::Dedent, range: from..from, start: end, end, ends_file: true });
        }
        self.tokens.push(Token { kind: Kind::EndMarker, range: from..from, start: end, end, ends_file: true });
        Ok(())
    }

    /// The beginning of a logical line; false for a line without code, which is done then.
    fn indentation(&mut self) -> Result<bool, Error> {
        let (mut col, mut alt, mut n) = (0, 0, 0);
        loop {
            match self.peek(n) {
                Some(' ') => (col, alt) = (col + 1, alt + 1),
                Some('\t') => (col, alt) = ((col / TAB + 1) * TAB, alt + 1),
                Some('\x0c') => (col, alt) = (0, 0),
                _ => break,
            }
            n += 1;
        }
        let (from, start) = (self.at, self.place());
        self.advance(n);
        if self.newline() > 0 || self.peek(0) == Some('#') {
            self.comment();
            self.emit_newline(Kind::Nl);
            return Ok(false);
        }
        if self.peek(0) == Some('\\') {
            return Ok(true); // a continued blank has no indentation
        }
        let (top, top_alt) = self.indents.last().copied().unwrap_or_default();
        let mixed = || error(ErrorClass::Tab, "inconsistent use of tabs and spaces in indentation", (start.0, n));
        if col == top {
            return if alt == top_alt { Ok(true) } else { Err(mixed()) };
        }
        if col > top {
            if alt <= top_alt {
                return Err(mixed());
            }
            self.indents.push((col, alt));
            self.emit_from(Kind::Indent, from, start);
            return Ok(true);
        }
        while self.indents.last().is_some_and(|(top, _)| col < *top) {
            self.indents.pop();
            if self.indents.last().is_some_and(|(top, _)| col > *top) {
                let length = self.lines(start.0, start.0).iter().filter(|c| !matches!(c, '\n' | '\r')).count();
                let message = "unindent does not match any outer indentation level";
                return Err(error(ErrorClass::Indentation, message, (start.0, length + 1)));
            }
            let (at, place) = (self.at, self.place());
            self.emit_from(Kind::Dedent, at, place);
        }
        if self.indents.last().is_some_and(|(_, top_alt)| alt != *top_alt) {
            return Err(mixed());
        }
        Ok(true)
    }

    fn comment(&mut self) {
        if self.peek(0) == Some('#') {
            let mut n = 0;
            while self.peek(n).is_some_and(|c| c != '\n') {
                n += 1;
            }
            if self.peek(n - 1) == Some('\r') {
                n -= 1;
            }
            self.emit(Kind::Comment, n);
        }
    }

    /// Tokens up to the end of the logical line.
    fn line(&mut self) -> Done {
        loop {
            self.space()?;
            if self.at == self.source.len() {
                return if self.parens > 0 { Err(self.unexpected_end()) } else { Ok(()) };
            }
            if self.newline() > 0 && self.parens == 0 {
                self.emit_newline(Kind::Newline);
                return Ok(());
            }
            self.token()?;
        }
    }

    /// Blanks and continued lines.
    fn space(&mut self) -> Done {
        loop {
            match self.peek(0) {
                Some(' ' | '\t' | '\x0c') => self.advance(1),
                Some('\\') => {
                    self.advance(1);
                    let n = self.newline();
                    if n == 0 {
                        return Err(
                            self.error_at("unexpected character after line continuation character", self.place())
                        );
                    }
                    if self.at + n == self.source.len() {
                        let (row, col) = self.place();
                        let col = if self.implicit { col + 1 } else { 0 };
                        return Err(error(ErrorClass::End, "unexpected EOF in multi-line statement", (row, col)));
                    }
                    self.advance(n);
                }
                _ => return Ok(()),
            }
        }
    }

    /// One token that is not the end of a logical line.
    fn token(&mut self) -> Done {
        let Some(c) = self.peek(0) else { return Ok(()) };
        if self.newline() > 0 {
            self.emit_newline(Kind::Nl);
            return Ok(());
        }
        match c {
            '#' => self.comment(),
            '0'..='9' => return self.number(),
            '.' if self.peek(1).is_some_and(|c| c.is_ascii_digit()) => return self.number(),
            '"' | '\'' => return self.string(0),
            c if is_name(c) => {
                let n = (0..).take_while(|i| self.peek(*i).is_some_and(is_name)).count();
                if n <= 2 && matches!(self.peek(n), Some('"' | '\'')) {
                    let prefix: String = self.source[self.at..self.at + n].iter().collect::<String>().to_lowercase();
                    match prefix.as_str() {
                        "f" | "rf" | "fr" | "t" | "rt" | "tr" => return self.fstring(n, &prefix),
                        "r" | "b" | "u" | "br" | "rb" => return self.string(n),
                        _ => {}
                    }
                }
                self.emit(Kind::Name, n);
            }
            _ => self.operator(),
        }
        Ok(())
    }

    fn operator(&mut self) {
        let longest = OPERATORS.iter().filter(|op| self.starts_with(op)).map(|op| op.len()).max().unwrap_or(1);
        match self.peek(0) {
            Some('(' | '[' | '{') => self.parens += 1,
            Some(')' | ']' | '}') => self.parens = self.parens.saturating_sub(1),
            _ => {}
        }
        self.emit(Kind::Op, longest);
    }

    /// Digits with single underscores between them, from `n` on; where they end.
    fn digits(&self, mut n: usize, is_digit: fn(char) -> bool, what: &str) -> Result<usize, Error> {
        loop {
            while self.peek(n).is_some_and(is_digit) {
                n += 1;
            }
            if self.peek(n) != Some('_') {
                return Ok(n);
            }
            n += 1;
            if !self.peek(n).is_some_and(is_digit) {
                return Err(self.bad_number(what, n));
            }
        }
    }

    fn bad_number(&self, what: &str, n: usize) -> Error {
        let (row, col) = self.place();
        error(ErrorClass::Syntax, format!("invalid {what} literal"), (row, (col + n).max(1)))
    }

    fn number(&mut self) -> Done {
        let radix: Option<(fn(char) -> bool, &str)> = match (self.peek(0), self.peek(1)) {
            (Some('0'), Some('x' | 'X')) => Some((|c| c.is_ascii_hexdigit(), "hexadecimal")),
            (Some('0'), Some('o' | 'O')) => Some((|c| matches!(c, '0'..='7'), "octal")),
            (Some('0'), Some('b' | 'B')) => Some((|c| matches!(c, '0' | '1'), "binary")),
            _ => None,
        };
        let mut what = "decimal";
        let mut n = 0;
        if let Some((is_digit, name)) = radix {
            what = name;
            n = 2;
            if self.peek(n) == Some('_') {
                n += 1;
            }
            if !self.peek(n).is_some_and(is_digit) {
                return Err(self.bad_number(what, n));
            }
            n = self.digits(n, is_digit, what)?;
            if let Some(c) = self.peek(n).filter(char::is_ascii_digit) {
                let (row, col) = self.place();
                let message = format!("invalid digit '{c}' in {what} literal");
                return Err(error(ErrorClass::Syntax, message, (row, col + n + 1)));
            }
        } else {
            let is_digit: fn(char) -> bool = |c| c.is_ascii_digit();
            n = self.digits(n, is_digit, what)?;
            if self.peek(n) == Some('.') {
                n += 1;
                if self.peek(n).is_some_and(is_digit) {
                    n = self.digits(n, is_digit, what)?;
                }
            }
            if matches!(self.peek(n), Some('e' | 'E')) {
                let sign = usize::from(matches!(self.peek(n + 1), Some('+' | '-')));
                if self.peek(n + 1 + sign).is_some_and(is_digit) {
                    n = self.digits(n + 1 + sign, is_digit, what)?;
                } else if sign == 1 {
                    return Err(self.bad_number(what, n + 2));
                }
            }
            if matches!(self.peek(n), Some('j' | 'J')) {
                n += 1;
                what = "imaginary";
            }
        }
        if !self.lenient && self.peek(n).is_some_and(is_name) {
            let word: String = (n..).map_while(|i| self.peek(i).filter(|c| is_name(*c))).collect();
            if !AFTER_NUMBER.iter().any(|name| word.starts_with(name)) {
                return Err(self.bad_number(what, n));
            }
        }
        self.emit(Kind::Number, n);
        Ok(())
    }

    /// Length of the quote `n` characters ahead.
    fn quote(&self, n: usize) -> (char, usize) {
        let quote = self.peek(n).unwrap_or('"');
        let triple = self.peek(n + 1) == Some(quote) && self.peek(n + 2) == Some(quote);
        (quote, if triple { 3 } else { 1 })
    }

    fn closes(&self, n: usize, quote: char, size: usize) -> bool {
        (0..size).all(|i| self.peek(n + i) == Some(quote))
    }

    /// A string without replacement fields, after a prefix of `prefix` characters.
    fn string(&mut self, prefix: usize) -> Done {
        let (quote, size) = self.quote(prefix);
        let mut n = prefix + size;
        while !self.closes(n, quote, size) {
            match self.peek(n) {
                Some('\\') if self.at + n + 1 < self.source.len() => n += 2,
                Some('\n') if size == 1 => return Err(self.unterminated("string literal", quote)),
                Some(_) => n += 1,
                None => return Err(self.unterminated_triple("string literal")),
            }
        }
        self.emit(Kind::String, n + size);
        Ok(())
    }

    fn unterminated(&self, what: &str, quote: char) -> Error {
        let place = self.place();
        if self.nested.last() == Some(&quote) {
            return self.error_at("f-string: expecting '}'", place);
        }
        self.error_at(format!("unterminated {what} (detected at line {})", place.0), place)
    }

    fn unterminated_triple(&self, what: &str) -> Error {
        let last = self.rows.len() - 1;
        self.error_at(format!("unterminated triple-quoted {what} (detected at line {last})"), self.place())
    }

    /// An f-string or t-string.
    fn fstring(&mut self, prefix: usize, letters: &str) -> Done {
        if self.nested.len() >= MAX_NESTING {
            return Err(self.error_at("too many nested f-strings", self.place()));
        }
        let (quote, size) = self.quote(prefix);
        let template = letters.contains('t');
        let (start, middle, end, what) = if template {
            (Kind::TStringStart, Kind::TStringMiddle, Kind::TStringEnd, "t-string literal")
        } else {
            (Kind::FStringStart, Kind::FStringMiddle, Kind::FStringEnd, "f-string literal")
        };
        let raw = letters.contains('r');
        let (from_at, from_row) = (self.at, self.row);
        self.emit(start, prefix + size);
        self.nested.push(quote);
        loop {
            let (from, place) = (self.at, self.place());
            let more = self.middle(quote, size, raw, false);
            if self.at > from && !matches!(more, Middle::End) {
                self.emit_from(middle, from, place);
            }
            match more {
                Middle::Doubled => self.advance(1),
                Middle::Field => {
                    self.emit(Kind::Op, 1);
                    self.field(quote, size, raw, middle)?;
                }
                Middle::Close => break,
                Middle::Single => self.emit(Kind::Op, 1),
                Middle::End => {
                    (self.at, self.row) = (from_at, from_row);
                    self.nested.pop();
                    return Err(match size {
                        1 => self.unterminated(what, quote),
                        _ => self.unterminated_triple(what),
                    });
                }
            }
        }
        self.nested.pop();
        self.emit(end, size);
        Ok(())
    }

    /// Moves over literal text up to what ends it.
    fn middle(&mut self, quote: char, size: usize, raw: bool, in_spec: bool) -> Middle {
        loop {
            if self.closes(0, quote, size) {
                return Middle::Close;
            }
            match self.peek(0) {
                None => return Middle::End,
                Some('\n') if size == 1 => return Middle::End,
                Some('{') if in_spec => return Middle::Field,
                Some('}') if in_spec => return Middle::Single,
                Some('{') if self.peek(1) != Some('{') => return Middle::Field,
                Some('}') if self.peek(1) != Some('}') => return Middle::Single,
                Some('{' | '}') => {
                    self.advance(1);
                    return Middle::Doubled;
                }
                Some('\\') if !raw && self.peek(1) == Some('N') && self.peek(2) == Some('{') => {
                    let name = (3..).take_while(|i| self.peek(*i).is_some_and(|c| c != '}' && c != '\n')).count();
                    self.advance(if self.peek(3 + name) == Some('}') { 4 + name } else { 2 });
                }
                // A backslash keeps a quote from closing, but not a field from opening.
                Some('\\') if !matches!(self.peek(1), Some('{' | '}') | None) => self.advance(2),
                Some(_) => self.advance(1),
            }
        }
    }

    /// A replacement field after its `{`, up to and with its `}`.
    fn field(&mut self, quote: char, size: usize, raw: bool, middle: Kind) -> Done {
        let outer = std::mem::replace(&mut self.parens, 0);
        loop {
            self.space()?;
            match self.peek(0) {
                None => return Err(self.unexpected_end()),
                Some('}') if self.parens == 0 => break,
                Some(':') if self.parens == 0 => {
                    self.emit(Kind::Op, 1);
                    self.spec(quote, size, raw, middle)?;
                    break;
                }
                Some('!') if self.parens == 0 && self.peek(1) != Some('=') => self.emit(Kind::Op, 1),
                Some(_) => self.token()?,
            }
        }
        self.emit(Kind::Op, 1);
        self.parens = outer;
        Ok(())
    }

    /// A format specification, up to the field's `}`.
    fn spec(&mut self, quote: char, size: usize, raw: bool, middle: Kind) -> Done {
        let mut first = true;
        loop {
            let (from, place) = (self.at, self.place());
            let more = self.middle(quote, size, raw, true);
            let empty = self.at == from;
            match more {
                Middle::Field => {
                    self.emit_from(middle, from, place);
                    self.emit(Kind::Op, 1);
                    self.field(quote, size, raw, middle)?;
                }
                Middle::Single => {
                    if !empty || !first {
                        self.emit_from(middle, from, place);
                    }
                    return Ok(());
                }
                _ => return Err(self.error_at("f-string: expecting '}'", self.place())),
            }
            first = false;
        }
    }
}

/// What ends a literal part of an f-string.
enum Middle {
    /// One of a doubled brace, taken; the other is to be left out.
    Doubled,
    Field,
    /// A closing brace.
    Single,
    /// The closing quote.
    Close,
    /// The end of the line or file.
    End,
}
