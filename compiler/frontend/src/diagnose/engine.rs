//! Matches tokens with the grammar's rules, as CPython's parser does.

use super::actions;
use super::grammar::{Action, Alternative, GRAMMAR, Grammar, Item, Memory, Place};
use super::lexer::{Kind, Lexer, Token};
use super::{Fault, Spot};
use crate::error::ErrorKind;
use std::collections::HashMap;
use std::rc::Rc;

/// What a rule or item matched: a token, an expression of a kind that messages name, or just parts.
#[derive(Debug)]
pub struct Node {
    pub kind: &'static str,
    /// The tokens that it is made of.
    pub first: usize,
    pub end: usize,
    pub parts: Vec<Value>,
}

pub type Value = Rc<Node>;
/// A match, no match, or the mistake.
pub type Matched = Result<Option<Value>, Box<Fault>>;

/// Kinds that name no expression.
pub const TOKEN: &str = "Token";
pub const NOTHING: &str = "Nothing";
/// A repetition.
pub const SEQUENCE: &str = "Sequence";
/// The parts of a match that is nothing in particular.
pub const PARTS: &str = "Parts";

/// Rules nested deeper than this are given up.
const MAX_DEPTH: usize = 200_000;

pub struct Engine<'a> {
    grammar: &'static Grammar,
    pub lexer: Lexer<'a>,
    pub tokens: Vec<Token>,
    /// The next token to match.
    pub mark: usize,
    /// Rules about mistakes match.
    pub second_pass: bool,
    /// Rules about mistakes match now.
    wrong: bool,
    memo: HashMap<(usize, usize), Option<(Value, usize)>>,
    depth: usize,
    pub options: Options,
    /// Where the last whole statement began.
    pub last_statement: (i32, i32),
    started: bool,
    /// The tokenizer gave an error instead of a token.
    pub failed_to_read: bool,
}

/// What decides how tokens are read.
#[derive(Clone, Copy)]
pub struct Options {
    /// One interactive statement.
    pub single: bool,
    pub imply_dedent: bool,
    /// `<>` instead of `!=`.
    pub barry: bool,
    pub int_max_str_digits: usize,
}

impl<'a> Engine<'a> {
    pub fn new(source: &'a [u8], options: Options) -> Self {
        let mut lexer = Lexer::new(source);
        lexer.barry = options.barry;
        Engine {
            grammar: &GRAMMAR,
            lexer,
            tokens: Vec::new(),
            mark: 0,
            second_pass: false,
            wrong: false,
            memo: HashMap::new(),
            depth: 0,
            options,
            last_statement: (0, 0),
            started: false,
            failed_to_read: false,
        }
    }

    /// Matches the rule with all tokens from the first.
    pub fn run(&mut self, rule: &str) -> Matched {
        self.mark = 0;
        self.memo.clear();
        self.wrong = self.second_pass;
        self.rule(self.grammar.rule(rule))
    }

    /// The token at a position, read if it was not.
    pub fn token(&mut self, at: usize) -> Result<Token, Box<Fault>> {
        while at >= self.tokens.len() {
            let token = self.lexer.token().inspect_err(|_| self.failed_to_read = true)?;
            let token = self.adapted(token);
            self.tokens.push(token);
        }
        Ok(self.tokens[at])
    }

    /// At the end of an interactive statement a newline is implied.
    fn adapted(&mut self, mut token: Token) -> Token {
        if self.options.single && token.kind == Kind::End && self.started {
            token.kind = Kind::Newline;
            self.started = false;
            if self.options.imply_dedent {
                self.lexer.imply_dedents();
            }
        } else {
            self.started = true;
        }
        token
    }

    pub fn text(&self, token: &Token) -> &'a str {
        std::str::from_utf8(&self.lexer.source[token.text.0..token.text.1]).unwrap_or("")
    }

    fn is_keyword(&self, token: &Token) -> bool {
        token.kind == Kind::Name && crate::suggest::KEYWORDS.contains(&self.text(token))
    }

    fn rule(&mut self, number: usize) -> Matched {
        let grammar = self.grammar;
        let rule = &grammar.rules[number];
        if rule.is_wrong && !self.wrong {
            return Ok(None);
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Box::new(Fault::too_deep()));
        }
        let matched = stacker::maybe_grow(64 << 10, 4 << 20, || match rule.memory {
            Memory::None => self.alternatives(&rule.alternatives),
            Memory::Quiet => {
                let wrong = std::mem::replace(&mut self.wrong, false);
                let matched = self.alternatives(&rule.alternatives);
                self.wrong = wrong;
                matched
            }
            Memory::Memo => {
                let start = self.mark;
                if let Some(known) = self.remembered(number) {
                    return Ok(known);
                }
                let matched = self.alternatives(&rule.alternatives)?;
                self.memo.insert((number, start), matched.clone().map(|value| (value, self.mark)));
                Ok(matched)
            }
            Memory::LeftRecursive => self.left_recursive(number, &rule.alternatives),
        });
        self.depth -= 1;
        matched
    }

    fn remembered(&mut self, number: usize) -> Option<Option<Value>> {
        let known = self.memo.get(&(number, self.mark))?;
        Some(known.as_ref().map(|(value, end)| {
            self.mark = *end;
            value.clone()
        }))
    }

    /// Lets the rule match what it matched before and a bit more, as long as it does.
    fn left_recursive(&mut self, number: usize, alternatives: &'static [Alternative]) -> Matched {
        if let Some(known) = self.remembered(number) {
            return Ok(known);
        }
        let start = self.mark;
        let mut best: Option<(Value, usize)> = None;
        loop {
            self.memo.insert((number, start), best.clone());
            self.mark = start;
            let Some(value) = self.alternatives(alternatives)? else { break };
            if best.as_ref().is_some_and(|(_, end)| self.mark <= *end) {
                break;
            }
            best = Some((value, self.mark));
        }
        self.mark = best.as_ref().map_or(start, |(_, end)| *end);
        Ok(best.map(|(value, _)| value))
    }

    fn alternatives(&mut self, all: &'static [Alternative]) -> Matched {
        let start = self.mark;
        for alternative in all {
            let mut parts = Vec::new();
            let mut cut = false;
            let mut fits = true;
            for (name, item) in &alternative.items {
                if matches!(item, Item::Cut) {
                    cut = true;
                    continue;
                }
                match self.item(item)? {
                    Some(_) if matches!(item, Item::Ahead(_) | Item::NotAhead(_)) => {}
                    Some(value) => parts.push((*name, value)),
                    None => {
                        fits = false;
                        break;
                    }
                }
            }
            if fits {
                let made = self.act(&alternative.action, parts, start)?;
                if made.is_none() {
                    self.mark = start;
                }
                return Ok(made);
            }
            self.mark = start;
            if cut {
                break;
            }
        }
        Ok(None)
    }

    fn node(&self, kind: &'static str, first: usize, parts: Vec<Value>) -> Value {
        Rc::new(Node { kind, first, end: self.mark, parts })
    }

    /// The same node as another kind.
    pub fn named(&self, kind: &'static str, node: &Node) -> Value {
        Rc::new(Node { kind, first: node.first, end: node.end, parts: Vec::new() })
    }

    /// A node from the first of some to the last.
    pub fn joined(&self, kind: &'static str, nodes: &[Value]) -> Value {
        let (first, end) = (nodes.first().map_or(0, |node| node.first), nodes.last().map_or(0, |node| node.end));
        Rc::new(Node { kind, first, end, parts: Vec::new() })
    }

    fn act(&mut self, action: &'static Action, mut parts: Vec<(Option<&'static str>, Value)>, start: usize) -> Matched {
        let named = |parts: &[(Option<&str>, Value)], name: &str| {
            let part = parts.iter().find(|(found, _)| *found == Some(name));
            part.map(|(_, value)| value.clone()).unwrap_or_else(|| panic!("no part {name}"))
        };
        Ok(Some(match action {
            Action::Default if parts.len() == 1 => parts.remove(0).1,
            Action::Default => self.node(PARTS, start, parts.into_iter().map(|(_, value)| value).collect()),
            Action::Part(name) => named(&parts, name),
            Action::Node(kind) => {
                let any_named = parts.iter().any(|(name, _)| name.is_some());
                let parts = parts.into_iter().filter(|(name, _)| name.is_some() || !any_named);
                self.node(kind, start, parts.map(|(_, value)| value).collect())
            }
            Action::Call(name, arguments) => {
                let arguments: Vec<Value> = arguments.iter().map(|name| named(&parts, name)).collect();
                return actions::call(self, name, &arguments);
            }
            Action::Error { block, msg, place } => {
                let first = match place {
                    Place::Range(name, _) | Place::From(name) => Some(named(&parts, name)),
                    _ => None,
                };
                let mut msg = msg.replace("\\\"", "\"");
                if let Some(first) = &first {
                    msg = msg.replace("{}", actions::name_of(first));
                }
                if msg.contains("{#a}") {
                    let line = self.tokens[named(&parts, "a").first].start.0;
                    msg = msg.replace("{#a}", &line.to_string());
                }
                let spot = match (place, &first) {
                    (Place::Range(_, last), Some(first)) => self.range(first, &named(&parts, last)),
                    (Place::From(_), Some(first)) => self.from(first),
                    (Place::Next, _) => {
                        let token = self.token(self.mark)?;
                        self.spot(&token)
                    }
                    _ => self.last_token(),
                };
                let kind = if *block { ErrorKind::Indentation } else { ErrorKind::Syntax };
                return Err(self.fault(kind, msg, spot));
            }
        }))
    }

    /// The error at a place.
    pub fn fault(&self, kind: ErrorKind, msg: String, spot: Spot) -> Box<Fault> {
        let text = self.lexer.held_line(spot.line);
        Box::new(Fault {
            kind,
            msg,
            line: spot.line,
            offset: super::character_offset(&text, spot.column),
            end: (
                spot.end_line,
                if spot.end_column > 0 { super::character_offset(&text, spot.end_column) } else { spot.end_column },
            ),
            text,
            from_tokenizer: false,
        })
    }

    /// From one node to another.
    pub fn range(&self, first: &Node, last: &Node) -> Spot {
        let (start, end) = (self.tokens[first.first].start, self.tokens[last.end.max(last.first + 1) - 1].end);
        Spot { line: start.0, column: start.1 + 1, end_line: end.0, end_column: end.1 + 1 }
    }

    /// From a node to where the tokenizer is.
    pub fn from(&self, first: &Node) -> Spot {
        let start = self.tokens[first.first].start;
        let end = (self.lexer.cur - self.lexer.line_start) as i32;
        Spot { line: start.0, column: start.1 + 1, end_line: self.lexer.line, end_column: end }
    }

    /// Where the tokenizer is.
    pub fn tokenizer(&self) -> Spot {
        let column = (self.lexer.cur - self.lexer.line_start) as i32;
        Spot { line: self.lexer.line, column, end_line: self.lexer.line, end_column: -1 }
    }

    /// The token read last; one that stands nowhere is where the tokenizer is.
    pub fn last_token(&self) -> Spot {
        match self.tokens.last() {
            Some(token) => self.spot(token),
            None => Spot { line: 0, column: 0, end_line: 0, end_column: -1 },
        }
    }

    fn spot(&self, token: &Token) -> Spot {
        let mut spot = Spot::of(token);
        if token.start.1 == -1 {
            spot.column = (self.lexer.cur - self.lexer.line_start) as i32;
        }
        if token.end.1 == -1 {
            spot.end_column = -1;
        }
        spot
    }

    /// The next token if it fits.
    fn expect(&mut self, fits: impl FnOnce(&Self, &Token) -> bool) -> Matched {
        let token = self.token(self.mark)?;
        if !fits(self, &token) {
            return Ok(None);
        }
        self.mark += 1;
        Ok(Some(self.node(TOKEN, self.mark - 1, Vec::new())))
    }

    fn is_text(&self, token: &Token, text: &str) -> bool {
        matches!(token.kind, Kind::Name | Kind::Op) && self.text(token) == text
    }

    fn item(&mut self, item: &'static Item) -> Matched {
        let start = self.mark;
        match item {
            Item::Text(text) => self.expect(|engine, token| engine.is_text(token, text)),
            Item::Soft(text) => self.expect(|engine, token| token.kind == Kind::Name && engine.text(token) == *text),
            Item::AnySoft => self.expect(|engine, token| {
                token.kind == Kind::Name && matches!(engine.text(token), "match" | "case" | "type" | "_")
            }),
            Item::Token(kind) => self.expect(|engine, token| token.kind == *kind && !engine.is_keyword(token)),
            Item::Rule(number) => self.rule(*number),
            Item::Group(all) => self.alternatives(all),
            Item::Optional(item) => {
                let found = self.item(item)?;
                Ok(Some(found.unwrap_or_else(|| self.node(NOTHING, start, Vec::new()))))
            }
            Item::Repeat(item, least) => {
                let mut found = Vec::new();
                while let Some(value) = self.item(item)? {
                    found.push(value);
                }
                if found.len() < *least {
                    self.mark = start;
                    return Ok(None);
                }
                Ok(Some(self.node(SEQUENCE, start, found)))
            }
            Item::Separated(separator, item) => {
                let Some(first) = self.item(item)? else { return Ok(None) };
                let mut found = vec![first];
                loop {
                    let before = self.mark;
                    if self.item(separator)?.is_some()
                        && let Some(value) = self.item(item)?
                    {
                        found.push(value);
                        continue;
                    }
                    self.mark = before;
                    return Ok(Some(self.node(SEQUENCE, start, found)));
                }
            }
            Item::Ahead(item) => {
                let found = self.item(item)?;
                self.mark = start;
                Ok(found)
            }
            Item::NotAhead(item) => {
                let found = self.item(item)?;
                self.mark = start;
                Ok(match found {
                    Some(_) => None,
                    None => Some(self.node(NOTHING, start, Vec::new())),
                })
            }
            Item::Cut => Ok(Some(self.node(NOTHING, start, Vec::new()))),
            Item::Forced(text) => {
                let token = self.token(self.mark)?;
                if !self.is_text(&token, text) {
                    return Err(self.fault(ErrorKind::Syntax, format!("expected '{text}'"), Spot::of(&token)));
                }
                self.expect(|engine, token| engine.is_text(token, text))
            }
        }
    }
}
