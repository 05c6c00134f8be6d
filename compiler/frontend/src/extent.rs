//! How far expressions reach, from the tokens of broken source.
//!
//! The parser reports where it stopped; CPython's errors often span the expressions around that place,
//! or point at the last token that it looked at. Tokens are enough to find both: an expression ends
//! where its brackets are closed and something stands that no expression holds.

use ruff_text_size::Ranged;
use rustpython_compiler::TokenKind;
use rustpython_compiler::parser::{self, ParseOptions};

/// A token: its kind and the bytes that it takes.
#[derive(Clone, Copy)]
pub struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

/// The tokens of source, without comments and line ends that mean nothing.
pub fn tokens(source: &str) -> Vec<Token> {
    let parsed = parser::parse_unchecked(source, ParseOptions::from(parser::Mode::Module));
    let all = parsed.tokens().iter().map(|token| {
        let range = token.range();
        Token { kind: token.kind(), start: range.start().to_usize(), end: range.end().to_usize() }
    });
    all.filter(|token| !matches!(token.kind, TokenKind::Comment | TokenKind::NonLogicalNewline)).collect()
}

fn opens(kind: TokenKind) -> bool {
    use TokenKind::{FStringStart, Lbrace, Lpar, Lsqb, TStringStart};
    matches!(kind, Lpar | Lsqb | Lbrace | FStringStart | TStringStart)
}

fn closes(kind: TokenKind) -> bool {
    use TokenKind::{FStringEnd, Rbrace, Rpar, Rsqb, TStringEnd};
    matches!(kind, Rpar | Rsqb | Rbrace | FStringEnd | TStringEnd)
}

/// What stands between expressions, outside brackets.
fn separates(kind: TokenKind) -> bool {
    use TokenKind as T;
    matches!(
        kind,
        T::Comma
            | T::Colon
            | T::Semi
            | T::Newline
            | T::EndOfFile
            | T::Indent
            | T::Dedent
            | T::Equal
            | T::ColonEqual
            | T::Rarrow
            | T::For
            | T::Async
            | T::As
            | T::From
            | T::Return
            | T::Yield
            | T::Assert
            | T::Del
            | T::Raise
            | T::While
            | T::With
            | T::Elif
    ) || AUGMENTED.contains(&kind)
}

const AUGMENTED: &[TokenKind] = &[
    TokenKind::PlusEqual,
    TokenKind::MinusEqual,
    TokenKind::StarEqual,
    TokenKind::SlashEqual,
    TokenKind::PercentEqual,
    TokenKind::AmperEqual,
    TokenKind::VbarEqual,
    TokenKind::CircumflexEqual,
    TokenKind::LeftShiftEqual,
    TokenKind::RightShiftEqual,
    TokenKind::DoubleStarEqual,
    TokenKind::DoubleSlashEqual,
    TokenKind::AtEqual,
];

/// Where the expression begins that ends right before the token at `at`.
pub fn expression_before(tokens: &[Token], at: usize) -> Option<Token> {
    let mut depth = 0;
    let mut first = None;
    for token in tokens.iter().rev().filter(|token| token.end <= at) {
        if closes(token.kind) {
            depth += 1;
        } else if opens(token.kind) {
            depth -= 1;
            if depth < 0 {
                break;
            }
        } else if depth == 0 && (separates(token.kind) || matches!(token.kind, TokenKind::If | TokenKind::Else)) {
            break;
        }
        first = Some(*token);
    }
    first
}

/// The last token of the expression that begins at or behind `at`; with `operand`, of its
/// first part that no comparison, `not`, `and`, `or` or `if` splits.
pub fn expression_behind(tokens: &[Token], at: usize, operand: bool) -> Option<Token> {
    let mut depth = 0;
    let mut last: Option<Token> = None;
    for token in tokens.iter().filter(|token| token.start >= at) {
        if opens(token.kind) {
            depth += 1;
        } else if closes(token.kind) {
            depth -= 1;
            if depth < 0 {
                break;
            }
        } else if depth == 0 && (separates(token.kind) || is_text(token.kind) || operand && ends_operand(token.kind)) {
            break;
        }
        last = Some(*token);
    }
    last
}

/// The text of a format string between its expressions: in a broken one the brace before it may belong to it.
fn is_text(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::FStringMiddle | TokenKind::TStringMiddle | TokenKind::Unknown)
}

/// What ends an operand of a comparison.
fn ends_operand(kind: TokenKind) -> bool {
    use TokenKind as T;
    matches!(
        kind,
        T::If
            | T::Else
            | T::And
            | T::Or
            | T::Not
            | T::In
            | T::Is
            | T::Less
            | T::Greater
            | T::LessEqual
            | T::GreaterEqual
            | T::EqEqual
            | T::NotEqual
    )
}

/// Whether, inside brackets, an expression ends before the token at `at` and another begins with it.
pub fn lacks_comma(tokens: &[Token], source: &str, at: usize) -> bool {
    use TokenKind as T;
    let Some(index) = tokens.iter().position(|token| token.start == at).filter(|index| *index > 0) else {
        return false;
    };
    let (last, next) = (tokens[index - 1], tokens[index]);
    let ends = closes(last.kind)
        || matches!(
            last.kind,
            T::Name | T::Int | T::Float | T::Complex | T::String | T::True | T::False | T::None | T::Ellipsis
        );
    let begins = matches!(
        next.kind,
        T::Name | T::Int | T::Float | T::Complex | T::String | T::FStringStart | T::True | T::False | T::None
    );
    // A name before a string may be a misspelt prefix; `print x` has a message of its own.
    let legacy = last.kind == T::Name
        && (matches!(next.kind, T::String | T::FStringStart)
            || matches!(source.get(last.start..last.end), Some("print" | "exec")));
    let depth = tokens[..index].iter().map(|token| i32::from(opens(token.kind)) - i32::from(closes(token.kind)));
    ends && begins && !legacy && depth.sum::<i32>() > 0
}

/// The bracket that closes what is open at `at`.
pub fn closing_bracket(tokens: &[Token], at: usize) -> Option<Token> {
    let mut depth = 0;
    tokens.iter().filter(|token| token.start >= at).copied().find(|token| {
        depth += i32::from(opens(token.kind)) - i32::from(closes(token.kind));
        depth < 0
    })
}

/// The token before the one at `at`.
pub fn token_before(tokens: &[Token], at: usize) -> Option<Token> {
    tokens.iter().rev().find(|token| token.end <= at).copied()
}

/// Line and column, from 1, of a byte offset.
pub fn place(source: &str, offset: usize) -> (i32, i32) {
    let before = &source[..offset];
    let line = before.matches('\n').count() as i32 + 1;
    (line, before.rsplit('\n').next().map_or(0, |text| text.chars().count()) as i32 + 1)
}

/// The byte offset of a line and column, from 1.
pub fn offset_of(source: &str, line: i32, column: i32) -> usize {
    let lines = source.split_inclusive('\n').take(line.max(1) as usize - 1);
    let start = lines.map(str::len).sum::<usize>();
    let text = source[start..].split('\n').next().unwrap_or("");
    start + text.chars().take(column.max(1) as usize - 1).map(char::len_utf8).sum::<usize>()
}
