//! Which part of an expression the `^^^` under a traceback's source line point at: the operator of a
//! binary operation, the brackets of a subscript or call.
//!
//! CPython parses the segment again for that. Here a scan of its tokens suffices: only the segment's
//! outermost operation matters, and the segment is known to have compiled.

/// Positions in a segment, as (line, column) in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchors {
    pub left: (usize, usize),
    pub right: (usize, usize),
    /// The segment is a call; a call of a plain name: `f(...)`.
    pub call: bool,
    pub plain_call: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A name, number, or string.
    Operand,
    Name,
    Text,
    Open(char),
    Close,
    Dot,
    Comma,
    /// `await`, `not`, `~`.
    Operator,
    /// Something that makes the segment no expression of interest: a keyword, `=`, `:`, ...
    Other,
}

#[derive(Clone, Copy, Debug)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

struct Scanner<'a> {
    text: &'a [char],
    at: usize,
}

const KEYWORDS: &[&str] = &[
    "and", "as", "assert", "break", "class", "continue", "def", "del", "elif", "else", "except", "finally", "for",
    "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try",
    "while", "with", "yield", "async",
];

impl Scanner<'_> {
    fn peek(&self, ahead: usize) -> char {
        self.text.get(self.at + ahead).copied().unwrap_or('\0')
    }

    /// Skips a string that begins at the quote; `formatted` ones have expressions in braces.
    fn string(&mut self, formatted: bool) -> Option<()> {
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        self.at += if triple { 3 } else { 1 };
        loop {
            let c = self.text.get(self.at).copied()?;
            if c == '\\' {
                // Even in a raw string a backslash keeps a quote from ending it.
                self.at += 2;
            } else if c == quote && !triple {
                self.at += 1;
                return Some(());
            } else if c == quote && self.peek(1) == quote && self.peek(2) == quote {
                self.at += 3;
                return Some(());
            } else if formatted && c == '{' && self.peek(1) == '{' {
                self.at += 2;
            } else if formatted && c == '{' {
                self.at += 1;
                self.replacement()?;
            } else {
                self.at += 1;
            }
        }
    }

    /// Skips a replacement field of an f-string up to its closing brace.
    fn replacement(&mut self) -> Option<()> {
        let mut depth = 0;
        loop {
            let c = self.text.get(self.at).copied()?;
            match c {
                '}' if depth == 0 => {
                    self.at += 1;
                    return Some(());
                }
                ':' if depth == 0 => {
                    // The format specification is text again.
                    self.at += 1;
                    loop {
                        match self.text.get(self.at).copied()? {
                            '{' => {
                                self.at += 1;
                                self.replacement()?;
                            }
                            '}' => break,
                            _ => self.at += 1,
                        }
                    }
                }
                '(' | '[' | '{' => {
                    depth += 1;
                    self.at += 1;
                }
                ')' | ']' | '}' => {
                    depth -= 1;
                    self.at += 1;
                }
                '\'' | '"' => self.string(false)?,
                _ => self.at += 1,
            }
        }
    }

    fn next(&mut self) -> Option<Option<Token>> {
        loop {
            let c = self.peek(0);
            if self.at >= self.text.len() {
                return Some(None);
            }
            if c == '#' {
                while self.at < self.text.len() && self.peek(0) != '\n' {
                    self.at += 1;
                }
            } else if c.is_whitespace() || c == '\\' {
                self.at += 1;
            } else {
                break;
            }
        }
        let start = self.at;
        let c = self.peek(0);
        let kind = if c == '"' || c == '\'' {
            self.string(false)?;
            Kind::Text
        } else if c.is_ascii_digit() || (c == '.' && self.peek(1).is_ascii_digit()) {
            while self.peek(0).is_alphanumeric()
                || matches!(self.peek(0), '_' | '.')
                || (matches!(self.peek(0), '+' | '-')
                    && matches!(self.text[self.at - 1], 'e' | 'E')
                    && !matches!(self.text.get(start + 1), Some('x' | 'X')))
            {
                self.at += 1;
            }
            Kind::Operand
        } else if c == '_' || c.is_alphabetic() || !c.is_ascii() {
            while self.peek(0) == '_'
                || self.peek(0).is_alphanumeric()
                || (self.at < self.text.len() && !self.peek(0).is_ascii())
            {
                self.at += 1;
            }
            let word: String = self.text[start..self.at].iter().collect();
            let lower = word.to_ascii_lowercase();
            if matches!(self.peek(0), '"' | '\'') && word.len() <= 2 && lower.chars().all(|c| "rbuft".contains(c)) {
                self.string(lower.contains(['f', 't']))?;
                Kind::Text
            } else if word == "await" {
                Kind::Operator
            } else if KEYWORDS.contains(&word.as_str()) {
                Kind::Other
            } else {
                Kind::Name
            }
        } else {
            let two: String = [c, self.peek(1)].iter().collect();
            let three = self.peek(2);
            let (kind, n) = match two.as_str() {
                "**" | "//" | "<<" | ">>" if three == '=' => (Kind::Other, 3),
                "**" | "//" | "<<" | ">>" => (Kind::Operator, 2),
                "+=" | "-=" | "*=" | "/=" | "%=" | "@=" | "&=" | "|=" | "^=" | "==" | "!=" | "<=" | ">=" | ":="
                | "->" => (Kind::Other, 2),
                ".." if three == '.' => (Kind::Operand, 3),
                _ => match c {
                    '(' | '[' | '{' => (Kind::Open(c), 1),
                    ')' | ']' | '}' => (Kind::Close, 1),
                    '.' => (Kind::Dot, 1),
                    ',' => (Kind::Comma, 1),
                    '+' | '-' | '*' | '/' | '%' | '@' | '&' | '|' | '^' | '~' => (Kind::Operator, 1),
                    _ => (Kind::Other, 1),
                },
            };
            self.at += n;
            kind
        };
        Some(Some(Token { kind, start, end: self.at }))
    }
}

/// A token, or a bracketed group as a whole, at the level looked at.
#[derive(Clone, Copy, Debug)]
struct Item {
    kind: Kind,
    start: usize,
    end: usize,
}

/// The outermost level of `text[from..to]`.
fn level(text: &[char], from: usize, to: usize) -> Option<Vec<Item>> {
    let mut scanner = Scanner { text: &text[..to], at: from };
    let mut items: Vec<Item> = Vec::new();
    while let Some(token) = scanner.next()? {
        let mut end = token.end;
        if let Kind::Open(_) = token.kind {
            let mut depth = 1;
            while depth > 0 {
                let inner = scanner.next()??;
                match inner.kind {
                    Kind::Open(_) => depth += 1,
                    Kind::Close => depth -= 1,
                    _ => {}
                }
                end = inner.end;
            }
        } else if token.kind == Kind::Close {
            return None;
        }
        items.push(Item { kind: token.kind, start: token.start, end });
    }
    Some(items)
}

/// Binding strength of a binary operator.
fn strength(text: &[char], item: &Item) -> u8 {
    match text[item.start..item.end] {
        ['|'] => 1,
        ['^'] => 2,
        ['&'] => 3,
        ['<', '<'] | ['>', '>'] => 4,
        ['+'] | ['-'] => 5,
        ['*', '*'] => 8,
        _ => 6,
    }
}

/// Where an operand begins when parentheses around all of it do not count.
fn inner_start(text: &[char], items: &[Item]) -> usize {
    let [only] = items else { return items.first().map_or(0, |i| i.start) };
    if only.kind != Kind::Open('(') {
        return only.start;
    }
    match level(text, only.start + 1, only.end - 1) {
        Some(inner) if is_group(text, &inner) => inner_start(text, &inner),
        _ => only.start,
    }
}

/// Whether the contents of parentheses are one expression, not a tuple or generator expression.
fn is_group(text: &[char], inner: &[Item]) -> bool {
    !inner.is_empty()
        && !inner
            .iter()
            .any(|i| i.kind == Kind::Comma || (i.kind == Kind::Other && text[i.start..i.end] == ['f', 'o', 'r']))
}

enum Found {
    /// Index of the operator's item, and of its right operand's first.
    Binary(usize),
    /// Index of the item that is the last trailer.
    Trailer(usize),
}

fn outermost(text: &[char], items: &[Item]) -> Option<Found> {
    let mut after_operand = false;
    let mut prefixed = false;
    let mut best: Option<(u8, usize)> = None;
    for (i, item) in items.iter().enumerate() {
        match item.kind {
            Kind::Other | Kind::Comma | Kind::Close => return None,
            Kind::Operator if !after_operand => {
                let is_await = item.end - item.start == 5;
                if !is_await && !matches!(text[item.start..item.end], ['+'] | ['-'] | ['~']) {
                    return None;
                }
                prefixed |= best.is_none();
            }
            Kind::Operator => {
                let strength = strength(text, item);
                let better = match best {
                    None => true,
                    // Powers group from the right, all else from the left.
                    Some((best, _)) => strength < best || (strength == best && strength != 8),
                };
                // A sign before a power applies to all of it.
                let under_sign =
                    strength == 8
                        && items[..i].iter().rev().find(|it| it.kind == Kind::Operator).is_some_and(|it| {
                            matches!(text[it.start..it.end], ['+'] | ['-'] | ['~']) && best.is_none()
                        });
                if better && !under_sign {
                    best = Some((strength, i));
                }
                after_operand = false;
            }
            Kind::Operand | Kind::Name | Kind::Text => {
                let joined = item.kind == Kind::Text && i > 0 && items[i - 1].kind == Kind::Text;
                let attribute = i > 0 && items[i - 1].kind == Kind::Dot;
                if after_operand && !joined && !attribute {
                    return None;
                }
                after_operand = true;
            }
            Kind::Dot => {
                if !after_operand {
                    return None;
                }
            }
            Kind::Open(c) => {
                if after_operand && c == '{' {
                    return None;
                }
                after_operand = true;
            }
        }
    }
    if !after_operand {
        return None;
    }
    if let Some((_, at)) = best {
        return Some(Found::Binary(at));
    }
    let last = items.len() - 1;
    let is_trailer = last > 0
        && matches!(items[last].kind, Kind::Open('(' | '['))
        && matches!(items[last - 1].kind, Kind::Operand | Kind::Name | Kind::Text | Kind::Open(_));
    (is_trailer && !prefixed).then_some(Found::Trailer(last))
}

/// The anchors of a segment, if its outermost operation has any.
pub fn anchors(segment: &str) -> Option<Anchors> {
    let text: Vec<char> = segment.chars().collect();
    find(&text, 0, text.len())
}

fn find(text: &[char], from: usize, to: usize) -> Option<Anchors> {
    let items = level(text, from, to)?;
    if let [only] = items.as_slice() {
        if only.kind != Kind::Open('(') {
            return None;
        }
        let inner = level(text, only.start + 1, only.end - 1)?;
        return if is_group(text, &inner) { find(text, only.start + 1, only.end - 1) } else { None };
    }
    let place = |index: usize| {
        let before = &text[..index];
        let line = before.iter().filter(|c| **c == '\n').count();
        let column = before.iter().rev().take_while(|c| **c != '\n').count();
        (line, column)
    };
    match outermost(text, &items)? {
        Found::Binary(at) => {
            let operator = items[at].start;
            let mut end = operator + 1;
            let right = inner_start(text, &items[at + 1..]);
            let next = text.get(end).copied().unwrap_or('\n');
            if end < right && !next.is_whitespace() && next != '\\' && next != '#' {
                end += 1;
            }
            Some(Anchors { left: place(operator), right: place(end), call: false, plain_call: false })
        }
        Found::Trailer(at) => {
            let is_call = items[at].kind == Kind::Open('(');
            Some(Anchors {
                left: place(items[at].start),
                right: place(items[at].end),
                call: is_call,
                plain_call: is_call && at == 1 && items[0].kind == Kind::Name && items[0].start == from,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(segment: &str) -> String {
        match anchors(segment) {
            None => "none".into(),
            Some(a) => format!("{}-{}", a.left.1, a.right.1),
        }
    }

    #[test]
    fn operations() {
        for (segment, wanted) in [
            ("a + b", "2-3"),
            ("a // b", "2-4"),
            ("a*b + c", "4-5"),
            ("a + b + c", "6-7"),
            ("a ** b ** c", "2-4"),
            ("-a ** b", "none"),
            ("-a * b", "3-4"),
            ("f(1)", "1-4"),
            ("a.b(1)[2]", "6-9"),
            ("a.b", "none"),
            ("f(1) + f(2)", "5-6"),
            ("x if y else z", "none"),
            ("a < b", "none"),
            ("not a", "none"),
            ("a+(b)", "1-3"),
            ("(a + b)", "3-4"),
            ("f'{a + 1}' + b", "11-12"),
            ("'a' 'b'", "none"),
            ("await f(x)", "none"),
            ("x = 1", "none"),
            ("d['a']['b']", "6-11"),
            ("a, b", "none"),
            ("1e-5 + x", "5-6"),
        ] {
            assert_eq!(shown(segment), wanted, "{segment}");
        }
    }
}
