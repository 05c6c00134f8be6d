//! Reads the table of rules (`grammar.txt`, which explains its notation).

use super::lexer::Kind;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What must be there.
#[derive(Debug)]
pub enum Item {
    /// A keyword or operator.
    Text(&'static str),
    /// A name with a meaning in its place only.
    Soft(&'static str),
    /// A name that is one of those.
    AnySoft,
    /// A token of a kind.
    Token(Kind),
    Rule(usize),
    Group(Vec<Alternative>),
    Optional(Box<Item>),
    /// Any number, with the least.
    Repeat(Box<Item>, usize),
    /// One or more, separated.
    Separated(Box<Item>, Box<Item>),
    Ahead(Box<Item>),
    NotAhead(Box<Item>),
    Cut,
    Forced(&'static str),
}

/// Where an error lies.
#[derive(Debug)]
pub enum Place {
    /// A part, or from one to another.
    Range(&'static str, &'static str),
    /// From a part to where the tokenizer is.
    From(&'static str),
    /// The token read last.
    Last,
    /// The next token.
    Next,
}

/// What comes of a match.
#[derive(Debug)]
pub enum Action {
    /// The only part, or a node of all parts.
    Default,
    Part(&'static str),
    Node(&'static str),
    Call(&'static str, Vec<&'static str>),
    Error {
        block: bool,
        msg: &'static str,
        place: Place,
    },
}

#[derive(Debug)]
pub struct Alternative {
    /// Names of the parts, where they have some.
    pub items: Vec<(Option<&'static str>, Item)>,
    pub action: Action,
}

/// How matches of a rule are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    None,
    Memo,
    LeftRecursive,
    /// Not remembered, and in it no rule about mistakes matches.
    Quiet,
}

#[derive(Debug)]
pub struct Rule {
    pub memory: Memory,
    /// Matches in the second pass only.
    pub is_wrong: bool,
    pub alternatives: Vec<Alternative>,
}

/// The rules, and their names.
pub struct Grammar {
    pub rules: Vec<Rule>,
    names: HashMap<&'static str, usize>,
}

impl Grammar {
    pub fn rule(&self, name: &str) -> usize {
        self.names[name]
    }
}

/// The grammar, read at the first mistake.
pub static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| Reader::new(include_str!("grammar.txt")).read());

/// Reads the notation. The table is part of the program: mistakes in it are panics, and tests find them.
struct Reader {
    words: Vec<&'static str>,
    at: usize,
    names: HashMap<&'static str, usize>,
}

impl Reader {
    fn new(text: &'static str) -> Self {
        let mut words = Vec::new();
        let mut names = HashMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if !line.starts_with(' ') && !line.is_empty() {
                words.push(";");
                let name = line.split(' ').next().unwrap_or("");
                let number = names.len();
                assert!(names.insert(name, number).is_none(), "rule {name} is there twice");
            }
            let mut rest = line.trim_start();
            while let Some(first) = rest.chars().next() {
                let length = match first {
                    '\'' => rest[1..].find('\'').map(|at| at + 2),
                    '"' => closing_quote(rest),
                    'a'..='z' | 'A'..='Z' | '_' => rest.find(|c: char| !c.is_alphanumeric() && c != '_'),
                    _ => ["!!block", "!!", "->", ".."]
                        .iter()
                        .find(|word| rest.starts_with(**word))
                        .map(|word| word.len())
                        .or(Some(1)),
                };
                let (word, after) = rest.split_at(length.unwrap_or(rest.len()));
                words.push(word);
                rest = after.trim_start();
            }
        }
        words.push(";");
        Reader { words, at: 0, names }
    }

    fn peek(&self) -> &'static str {
        self.words.get(self.at).copied().unwrap_or(";")
    }

    fn take(&mut self) -> &'static str {
        self.at += 1;
        self.words[self.at - 1]
    }

    fn accept(&mut self, word: &str) -> bool {
        let found = self.peek() == word;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, word: &str) {
        assert!(
            self.accept(word),
            "{word} expected, not {}, before {:?}",
            self.peek(),
            &self.words[self.at..].get(..9)
        );
    }

    fn read(mut self) -> Grammar {
        let mut rules = Vec::new();
        while self.accept(";") && self.at < self.words.len() {
            let name = self.take();
            let memory = match self.peek() {
                "memo" => Memory::Memo,
                "left" => Memory::LeftRecursive,
                "quiet" => Memory::Quiet,
                _ => Memory::None,
            };
            self.at += usize::from(memory != Memory::None);
            self.expect("=");
            rules.push(Rule { memory, is_wrong: name.starts_with("wrong_"), alternatives: self.alternatives() });
        }
        Grammar { rules, names: self.names }
    }

    fn alternatives(&mut self) -> Vec<Alternative> {
        let mut all = Vec::new();
        loop {
            let mut items = Vec::new();
            while !matches!(self.peek(), "|" | ")" | ";" | "->" | "!!" | "!!block") {
                let named = self.words.get(self.at + 1) == Some(&":");
                let name = named.then(|| self.take());
                self.at += usize::from(named);
                items.push((name, self.item()));
            }
            all.push(Alternative { items, action: self.action() });
            if !self.accept("|") {
                return all;
            }
        }
    }

    fn action(&mut self) -> Action {
        if self.accept("->") {
            let name = self.take();
            if self.accept("(") {
                let mut parts = Vec::new();
                while !self.accept(")") {
                    parts.push(self.take());
                    self.accept(",");
                }
                return Action::Call(name, parts);
            }
            return if name.starts_with(char::is_uppercase) { Action::Node(name) } else { Action::Part(name) };
        }
        let block = self.peek() == "!!block";
        if !block && self.peek() != "!!" {
            return Action::Default;
        }
        self.take();
        let msg = self.take();
        let msg = &msg[1..msg.len() - 1];
        let first = self.take();
        let place = match first {
            "last" => Place::Last,
            "next" => Place::Next,
            _ if self.accept("..") => match self.peek() {
                "|" | ")" | ";" => Place::From(first),
                _ => Place::Range(first, self.take()),
            },
            _ => Place::Range(first, first),
        };
        Action::Error { block, msg, place }
    }

    fn item(&mut self) -> Item {
        let mut item = self.atom();
        loop {
            item = match self.peek() {
                "?" => Item::Optional(Box::new(item)),
                "*" => Item::Repeat(Box::new(item), 0),
                "+" => Item::Repeat(Box::new(item), 1),
                "." => {
                    self.take();
                    let element = self.atom();
                    self.expect("+");
                    item = Item::Separated(Box::new(item), Box::new(element));
                    continue;
                }
                _ => return item,
            };
            self.take();
        }
    }

    fn atom(&mut self) -> Item {
        let word = self.take();
        match word {
            "(" => {
                let all = self.alternatives();
                self.expect(")");
                Item::Group(all)
            }
            "&" => Item::Ahead(Box::new(self.atom())),
            "!" => Item::NotAhead(Box::new(self.atom())),
            "~" => Item::Cut,
            "@" => Item::Forced(unquoted(self.take())),
            "SOFT_KEYWORD" => Item::AnySoft,
            _ if word.starts_with('\'') => Item::Text(unquoted(word)),
            _ if word.starts_with('"') => Item::Soft(unquoted(word)),
            _ => match token_kind(word) {
                Some(kind) => Item::Token(kind),
                None => Item::Rule(*self.names.get(word).unwrap_or_else(|| panic!("no rule {word}"))),
            },
        }
    }
}

fn unquoted(word: &'static str) -> &'static str {
    &word[1..word.len() - 1]
}

/// The length of a quoted text.
fn closing_quote(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (1..bytes.len()).find(|at| bytes[*at] == b'"' && bytes[*at - 1] != b'\\').map(|at| at + 1)
}

fn token_kind(word: &str) -> Option<Kind> {
    Some(match word {
        "NAME" => Kind::Name,
        "NUMBER" => Kind::Number,
        "STRING" => Kind::String,
        "NEWLINE" => Kind::Newline,
        "INDENT" => Kind::Indent,
        "DEDENT" => Kind::Dedent,
        "END" => Kind::End,
        "FSTRING_START" => Kind::FStringStart,
        "FSTRING_MIDDLE" => Kind::FStringMiddle,
        "FSTRING_END" => Kind::FStringEnd,
        "TSTRING_START" => Kind::TStringStart,
        "TSTRING_MIDDLE" => Kind::TStringMiddle,
        "TSTRING_END" => Kind::TStringEnd,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_is_well_formed() {
        assert!(super::GRAMMAR.rules.len() > 200);
    }
}
