//! The tokenizer inside f- and t-strings: their text, and where expressions in them begin and end.

use super::Fault;
use super::lexer::{Done, Kind, Lexer, Scanned};

/// How deep such strings, and expressions in their format specifications, may nest.
const MAX_STRINGS: usize = 150;
const MAX_EXPRESSIONS: i32 = 3;

/// An open f- or t-string.
#[derive(Clone, Copy, Debug)]
pub struct Open {
    /// `f` or `t`.
    kind: u8,
    pub raw: bool,
    quote: u8,
    quote_size: usize,
    /// Its text is being read, not an expression.
    pub in_text: bool,
    in_spec: bool,
    /// Brackets open in its expressions.
    pub depth: i32,
    /// Expressions open in one another, less one.
    pub expressions: i32,
    start: usize,
    line_start: usize,
    line: i32,
}

impl Open {
    pub fn letter(&self) -> char {
        self.kind as char
    }

    /// Whether these quotes would end it.
    pub fn is_closed_by(&self, quote: u8, size: usize) -> bool {
        (self.quote, self.quote_size) == (quote, size)
    }

    fn kinds(&self) -> [Kind; 3] {
        match self.kind {
            b'f' => [Kind::FStringStart, Kind::FStringMiddle, Kind::FStringEnd],
            _ => [Kind::TStringStart, Kind::TStringMiddle, Kind::TStringEnd],
        }
    }
}

impl Lexer<'_> {
    /// An f- or t-string begins.
    pub fn begin_string(&mut self, start: usize, quote: u8, kind: u8, raw: bool) -> Scanned {
        self.first_line = self.line;
        self.multi_line_start = self.line_start;
        let mut quote_size = 1;
        let second = self.next();
        if second == Some(quote) {
            let third = self.next();
            if third == Some(quote) {
                quote_size = 3;
            } else {
                self.back(third);
                self.back(second);
            }
        } else {
            self.back(second);
        }
        if self.open.len() + 1 >= MAX_STRINGS {
            return self.fault("too many nested f-strings or t-strings");
        }
        let open = Open {
            kind,
            raw,
            quote,
            quote_size,
            in_text: true,
            in_spec: false,
            depth: 0,
            expressions: -1,
            start,
            line_start: self.line_start,
            line: self.line,
        };
        self.open.push(open);
        Ok((open.kinds()[0], Some((start, self.cur))))
    }

    fn last(&mut self) -> &mut Open {
        self.open.last_mut().expect("only called inside such a string")
    }

    /// An expression begins.
    fn begin_expression(&mut self) -> Result<(), Box<Fault>> {
        let open = self.last();
        open.expressions += 1;
        open.in_text = false;
        if open.expressions >= MAX_EXPRESSIONS {
            let msg = format!("{}-string: expressions nested too deeply", open.letter());
            return self.fault(msg);
        }
        Ok(())
    }

    /// The next part of the string's text, its end, or the first token of an expression.
    pub fn string_part(&mut self) -> Scanned {
        let start = self.cur;
        self.between = false;
        self.first_line = self.line;
        let first = self.next();
        if first == Some(b'{') {
            let second = self.next();
            self.back(second);
            self.back(first);
            if second != Some(b'{') {
                self.begin_expression()?;
                return self.regular();
            }
        } else {
            self.back(first);
        }
        let open = *self.last();
        let mut taken = 0;
        while taken < open.quote_size {
            let quote = self.next();
            if quote != Some(open.quote) {
                self.back(quote);
                break;
            }
            taken += 1;
        }
        if taken == open.quote_size {
            self.open.pop();
            return Ok((open.kinds()[2], Some((start, self.cur))));
        }
        self.string_text(start)
    }

    /// Text, up to an expression or the end. Quotes before it that were too few to end the string are its first part.
    fn string_text(&mut self, start: usize) -> Scanned {
        self.multi_line_start = self.line_start;
        let mut quotes = 0;
        let mut named_escape = false;
        loop {
            let open = *self.last();
            let middle = open.kinds()[1];
            if quotes == open.quote_size {
                self.cur -= open.quote_size;
                return Ok((middle, Some((start, self.cur))));
            }
            let byte = self.next();
            let in_spec = open.in_spec && open.expressions >= 0;
            if byte.is_none() || open.quote_size == 1 && byte == Some(b'\n') {
                let letter = open.letter();
                if in_spec && byte.is_some() {
                    let msg = format!(
                        "{letter}-string: newlines are not allowed in format specifiers for single quoted {letter}-strings"
                    );
                    return self.fault(msg);
                }
                let line = self.line;
                self.cur = open.start + 1;
                self.line_start = open.line_start;
                self.line = open.line;
                let what = if open.quote_size == 3 { "triple-quoted " } else { "" };
                let fault = self.fault(format!("unterminated {what}{letter}-string literal (detected at line {line})"));
                if byte.is_none() && open.quote_size == 3 {
                    self.done = Done::EndInString;
                }
                return fault;
            }
            if byte == Some(open.quote) {
                quotes += 1;
                continue;
            }
            quotes = 0;
            match byte {
                Some(b'{') => {
                    let peek = self.next();
                    if peek != Some(b'{') || in_spec {
                        self.back(peek);
                        self.back(byte);
                        self.begin_expression()?;
                        return Ok((middle, Some((start, self.cur))));
                    }
                    return Ok((middle, Some((start, self.cur - 1))));
                }
                Some(b'}') => {
                    if named_escape {
                        return Ok((middle, Some((start, self.cur))));
                    }
                    let peek = self.next();
                    if peek == Some(b'}') && !in_spec && open.depth == 0 {
                        return Ok((middle, Some((start, self.cur - 1))));
                    }
                    self.back(peek);
                    self.back(byte);
                    self.last().in_text = false;
                    return Ok((middle, Some((start, self.cur))));
                }
                Some(b'\\') => {
                    let peek = self.next();
                    if let Some(b'{' | b'}') = peek {
                        self.back(peek);
                    } else if !open.raw && peek == Some(b'N') {
                        let brace = self.next();
                        if brace == Some(b'{') {
                            named_escape = true;
                        } else {
                            self.back(brace);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The `:` that ends an expression; its format specification follows.
    pub fn end_of_expression(&mut self, start: usize, byte: u8) -> Option<(Kind, Option<(usize, usize)>)> {
        let cur = self.cur;
        let open = self.open.last_mut().filter(|open| open.expressions >= 0)?;
        if byte != b':' || open.depth - 1 != open.expressions {
            return None;
        }
        open.in_text = true;
        open.in_spec = true;
        Some((Kind::Op, Some((start, cur))))
    }

    /// A bracket opens.
    pub fn open_bracket(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.depth += 1;
        }
    }

    /// A bracket closes: with the expression's own, text follows.
    pub fn close_expression(&mut self, byte: u8) -> Result<(), Box<Fault>> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        open.depth -= 1;
        if open.depth < 0 {
            let msg = format!("{}-string: unmatched '{}'", open.letter(), byte as char);
            return self.fault(msg);
        }
        if byte == b'}' && open.depth == open.expressions {
            open.expressions -= 1;
            open.in_text = true;
            open.in_spec = false;
        }
        Ok(())
    }
}
