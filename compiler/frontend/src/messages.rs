//! Makes a `SyntaxError` as CPython words it from what parser and code generator report.
//!
//! The RustPython compiler already puts most messages in CPython's words; what it leaves in the
//! parser's own words is translated here.

use crate::adjust;
use crate::compile::compile_flags;
use crate::error::{ErrorKind, Stage, SyntaxError};
use rustpython_codegen::error::CodegenErrorType;
use rustpython_compiler::parser::{InterpolatedStringErrorType, LexicalErrorType, ParseErrorType};
use rustpython_compiler::{CompileError, ParseError, TokenKind};
use rustpython_wtf8::Wtf8;

/// The exception for what the compiler reports about `source`.
pub fn syntax_error(error: &CompileError, source: &str, filename: &Wtf8, flags: u32) -> SyntaxError {
    if let (CompileError::Parse(_), Some(line)) = (error, adjust::first_line_indented(source)) {
        return unexpected_indent(source, filename, line);
    }
    let (lineno, offset) = error.python_location();
    let (lineno, offset) = (lineno as i32, offset as i32);
    let mut end = error.python_end_location().map(|(line, column)| (line as i32, column as i32));
    let mut text = line_of(source, lineno);
    let (mut kind, stage, msg);
    match error {
        CompileError::Codegen(codegen) => {
            stage = Stage::Compile;
            kind = match codegen.error {
                CodegenErrorType::RecursionError => ErrorKind::Recursion,
                _ => ErrorKind::Syntax,
            };
            msg = codegen.error.to_string();
        }
        CompileError::Parse(parse) => {
            stage = Stage::Parse;
            kind = parse_kind(parse, source);
            msg = match kind {
                ErrorKind::Tab => "inconsistent use of tabs and spaces in indentation".to_owned(),
                _ => parse_message(&parse.error, lineno),
            };
            if msg.starts_with("unterminated triple-quoted string literal") {
                text = text.map(|line| line.trim_end_matches('\n').to_owned());
            }
            if msg == "unexpected EOF while parsing" {
                end = end.map(|(line, _)| (line, -1));
            }
            if matches!(
                parse.error,
                ParseErrorType::InvalidStarredExpressionUsage | ParseErrorType::InvalidStarPatternUsage
            ) {
                end = Some((lineno, offset + 1));
            }
            if flags & compile_flags::ALLOW_INCOMPLETE_INPUT != 0 && is_incomplete(parse, source, &msg) {
                kind = ErrorKind::IncompleteInput;
            }
        }
    }
    let msg = if kind == ErrorKind::IncompleteInput { "incomplete input".to_owned() } else { msg };
    let mut made = SyntaxError { kind, stage, msg, filename: Some(filename.to_wtf8_buf()), lineno, offset, end, text, metadata: None };
    if let CompileError::Parse(parse) = error {
        adjust::adjust(&mut made, source, parse.raw_location.start().to_usize());
    }
    made
}

/// The error about indentation a hundred levels deep.
pub fn too_many_levels(source: &str, filename: &Wtf8, lineno: i32) -> SyntaxError {
    SyntaxError {
        kind: ErrorKind::Indentation,
        stage: Stage::Parse,
        msg: "too many levels of indentation".to_owned(),
        filename: Some(filename.to_wtf8_buf()),
        lineno,
        offset: 1,
        end: Some((lineno, 0)),
        text: line_of(source, lineno),
        metadata: None,
    }
}

/// The error about an indented first line.
pub fn unexpected_indent(source: &str, filename: &Wtf8, lineno: i32) -> SyntaxError {
    let mut error = SyntaxError {
        kind: ErrorKind::Indentation,
        stage: Stage::Parse,
        msg: "unexpected indent".to_owned(),
        filename: Some(filename.to_wtf8_buf()),
        lineno,
        offset: 1,
        end: None,
        text: line_of(source, lineno),
        metadata: None,
    };
    adjust::adjust(&mut error, source, 0);
    error
}

/// The line as the tokenizer has it: with a newline, even if the source lacks the last one.
fn line_of(source: &str, lineno: i32) -> Option<String> {
    let index = usize::try_from(lineno).ok()?.checked_sub(1)?;
    source.split('\n').nth(index).map(|line| format!("{line}\n"))
}

fn parse_kind(error: &ParseError, source: &str) -> ErrorKind {
    match &error.error {
        ParseErrorType::Lexical(LexicalErrorType::IndentationError) if mixes_tabs_and_spaces(source) => ErrorKind::Tab,
        ParseErrorType::Lexical(LexicalErrorType::IndentationError) | ParseErrorType::UnexpectedIndentation => {
            ErrorKind::Indentation
        }
        ParseErrorType::OtherError(msg) if lowered(msg).starts_with("expected an indented block after") => {
            ErrorKind::Indentation
        }
        _ => ErrorKind::Syntax,
    }
}

/// Whether the indentation of some lines has tabs and that of others, or the same, has spaces.
fn mixes_tabs_and_spaces(source: &str) -> bool {
    let (mut tabs, mut spaces) = (false, false);
    for line in source.lines() {
        let indent = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
        for byte in indent {
            tabs |= byte == b'\t';
            spaces |= byte == b' ';
        }
    }
    tabs && spaces
}

/// Whether more input could mend the error.
fn is_incomplete(error: &ParseError, source: &str, msg: &str) -> bool {
    error.is_unclosed_bracket
        || error.is_unclosed_string
        || matches!(error.error, ParseErrorType::Lexical(LexicalErrorType::Eof))
        || msg.starts_with("unterminated triple-quoted")
        || (error.raw_location.end().to_usize() >= source.trim_end().len() && !msg.starts_with("unterminated"))
}

fn lowered(msg: &str) -> String {
    let mut chars = msg.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + chars.as_str())
}

/// Messages of CPython that begin with a capital letter.
const CAPITALISED: &[&str] = &[
    "Exceeds the limit ",
    "Did you mean ",
    "Invalid star expression",
    "Function parameters cannot be parenthesized",
    "Lambda expression parameters cannot be parenthesized",
    "Generator expression must be parenthesized",
    "Missing parentheses in call",
    "Type parameter list cannot be empty",
    "Expected one or more names after 'import'",
    "Non-UTF-8 code",
];

fn parse_message(error: &ParseErrorType, lineno: i32) -> String {
    use InterpolatedStringErrorType as Interpolated;
    let fixed = match error {
        ParseErrorType::Lexical(LexicalErrorType::FStringError(inner)) | ParseErrorType::FStringError(inner) => {
            match inner {
                Interpolated::UnterminatedString => "unterminated f-string literal",
                Interpolated::UnterminatedTripleQuotedString => "unterminated triple-quoted f-string literal",
                _ => return format!("f-string: {}", inner.to_string().replace('`', "'")),
            }
        }
        ParseErrorType::Lexical(LexicalErrorType::TStringError(inner)) | ParseErrorType::TStringError(inner) => {
            match inner {
                Interpolated::UnterminatedString => "unterminated t-string literal",
                Interpolated::UnterminatedTripleQuotedString => "unterminated triple-quoted t-string literal",
                _ => return format!("t-string: {}", inner.to_string().replace('`', "'")),
            }
        }
        ParseErrorType::Lexical(LexicalErrorType::LineContinuationError) => {
            "unexpected character after line continuation character"
        }
        ParseErrorType::Lexical(LexicalErrorType::UnclosedStringError) => {
            return format!("unterminated string literal (detected at line {lineno})");
        }
        ParseErrorType::Lexical(LexicalErrorType::Eof) => "unexpected EOF while parsing",
        ParseErrorType::Lexical(LexicalErrorType::IndentationError) => {
            "unindent does not match any outer indentation level"
        }
        ParseErrorType::Lexical(LexicalErrorType::UnrecognizedToken { .. }) => "invalid syntax",
        ParseErrorType::ExpectedToken { expected: TokenKind::Colon, found: TokenKind::Newline } => "expected ':'",
        ParseErrorType::ExpectedToken { expected: TokenKind::Lpar, .. } => "expected '('",
        ParseErrorType::ExpectedToken { expected: TokenKind::Else, found } if *found != TokenKind::Colon => {
            "expected 'else' after 'if' expression"
        }
        ParseErrorType::ExpectedToken { .. }
        | ParseErrorType::UnexpectedExpressionToken
        | ParseErrorType::InvalidStarredExpressionUsage
        | ParseErrorType::InvalidDeleteTarget
        | ParseErrorType::SimpleStatementsOnSameLine
        | ParseErrorType::SimpleAndCompoundStatementOnSameLine
        | ParseErrorType::UnexpectedTokenAfterAsync(_)
        | ParseErrorType::UnparenthesizedNamedExpression
        | ParseErrorType::UnparenthesizedTupleExpression
        | ParseErrorType::InvalidYieldExpressionUsage
        | ParseErrorType::InvalidLambdaExpressionUsage
        | ParseErrorType::EmptySlice
        | ParseErrorType::EmptyGlobalNames
        | ParseErrorType::EmptyNonlocalNames
        | ParseErrorType::EmptyDeleteTargets
        | ParseErrorType::UnexpectedIpythonEscapeCommand
        | ParseErrorType::InvalidAssignmentTarget
        | ParseErrorType::ExpectedExpression => "invalid syntax",
        ParseErrorType::UnexpectedIndentation => "unexpected indent",
        ParseErrorType::InvalidStarPatternUsage => "cannot use starred expression here",
        ParseErrorType::IterableUnpackingInComprehension => "iterable unpacking cannot be used in comprehension",
        ParseErrorType::InvalidAnnotatedAssignmentTarget => "illegal target for annotation",
        ParseErrorType::ExpectedRealNumber => "real number required in complex literal",
        ParseErrorType::ExpectedImaginaryNumber => "imaginary number required in complex literal",
        ParseErrorType::ExpectedKeywordParam => "named arguments must follow bare *",
        ParseErrorType::EmptyTypeParams => "Type parameter list cannot be empty",
        ParseErrorType::EmptyImportNames => "Expected one or more names after 'import'",
        ParseErrorType::UnparenthesizedGeneratorExpression => "Generator expression must be parenthesized",
        ParseErrorType::NonDefaultParamAfterDefaultParam => {
            "parameter without a default follows parameter with a default"
        }
        ParseErrorType::VarParameterWithDefault => "var-positional argument cannot have default value",
        ParseErrorType::PositionalAfterKeywordArgument => "positional argument follows keyword argument",
        ParseErrorType::PositionalAfterKeywordUnpacking => "positional argument follows keyword argument unpacking",
        ParseErrorType::InvalidArgumentUnpackingOrder => {
            "iterable argument unpacking follows keyword argument unpacking"
        }
        ParseErrorType::ParamAfterVarKeywordParam => "arguments cannot follow var-keyword argument",
        ParseErrorType::OtherError(msg) => return other_message(msg),
        _ => return lowered(&error.to_string()),
    };
    fixed.to_owned()
}

fn other_message(msg: &str) -> String {
    if CAPITALISED.iter().any(|start| msg.starts_with(start)) {
        return msg.to_owned();
    }
    let msg = lowered(msg);
    let cpython = match msg.as_str() {
        "expected a statement"
        | "expected a parameter or the end of the parameter list"
        | "expected a type parameter or the end of the type parameter list" => "invalid syntax",
        "expected `case` block"
        | "pattern cannot follow a double star pattern"
        | "exception missing in `raise` statement with cause"
        | "expected class, function definition or async function definition after decorator" => "invalid syntax",
        "boolean 'not' expression cannot be used here" => "'not' after an operator must be parenthesized",
        other if other.starts_with("expected an identifier") || other.ends_with(" cannot be used here") => {
            "invalid syntax"
        }
        "bytes literal cannot be mixed with non-bytes literals" => "cannot mix bytes and nonbytes literals",
        "positional patterns cannot follow keyword patterns" => "positional patterns follow keyword patterns",
        "trailing comma not allowed" => "trailing comma not allowed without surrounding parentheses",
        "multiple exception types must be parenthesized when using `as`" => {
            "multiple exception types must be parenthesized when using 'as'"
        }
        "position-only parameter separator not allowed as first parameter" => "at least one argument must precede /",
        "only one '/' separator allowed" => "/ may appear only once",
        "'/' parameter must appear before '*' parameter" => "/ must be ahead of *",
        "expected `except` or `finally` after `try` block" => "expected 'except' or 'finally' block",
        "only one '*' parameter allowed" => "* argument may appear only once",
        other if other.contains('`') || other == "star import must be the only import" => "invalid syntax",
        _ => return msg,
    };
    cpython.to_owned()
}
