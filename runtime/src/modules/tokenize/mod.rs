//! `_tokenize`: `TokenizerIter`, what `tokenize` is built on.
//!
//! All lines are read at the first step and taken apart at once; an error comes after the tokens before it.

mod lexer;

use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, call};
use crate::ops;
use crate::types::bytes;
use crate::types::exceptions::{self as exc, STOP_ITERATION};
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use lexer::{ErrorClass, Kind, Lexer, Token};
use std::cell::Cell;

/// The object.
#[repr(C)]
struct TokenizerIter {
    hdr: Header,
    readline: Slot,
    encoding: Slot,
    /// The list of tokens, once they are known.
    tokens: Slot,
    /// What is wrong after the last token.
    error: Slot,
    /// Raw.
    at: Cell<u64>,
    extra: Cell<u64>,
}

impl Builtin for TokenizerIter {
    const DEF: &'static TypeDef = &TOKENIZER_ITER;
}

fn new(_: Ref<Type>, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "tokenizeriter",
        names: &["readline", "encoding", "extra_tokens"],
        required: 1,
        positional: 1,
    };
    let [readline, encoding, extra] = args.bind::<3>(&PARAMS)?;
    let Some(extra) = extra else {
        return Err(type_error("tokenizeriter() missing required argument 'extra_tokens' (pos 2)"));
    };
    let made = TokenizerIter {
        hdr: Header::EMPTY,
        readline: Slot::of(readline),
        encoding: Slot::of(encoding),
        tokens: Slot::EMPTY,
        error: Slot::EMPTY,
        at: Cell::new(0),
        extra: Cell::new(ops::truth(extra)? as u64),
    };
    Ok(allocate(TOKENIZER_ITER.header(), made).value())
}

/// The source, from `readline` until it gives nothing.
fn source(this: Ref<TokenizerIter>) -> R<Vec<char>> {
    let readline = this.readline.get().unwrap_or_else(none);
    let mut source = Vec::new();
    while let Some(line) = crate::errors::catch(call::call(readline, &[]), &STOP_ITERATION)? {
        let line = match (this.encoding.get(), line.cast::<Str>()) {
            (None, Some(line)) => line,
            (Some(encoding), None) if bytes::view(line).is_some() => {
                call::call_method(line, Str::intern("decode"), &[encoding])?.expect::<Str>()
            }
            (encoding, _) => {
                let wanted = if encoding.is_some() { "bytes" } else { "str" };
                return Err(type_error(format_args!(
                    "readline() returned a non-{} object",
                    if wanted == "str" { "string" } else { wanted }
                )));
            }
        };
        if line.is_empty() {
            break;
        }
        source.extend(line.code_points().map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
    Ok(source)
}

fn text(chars: &[char]) -> Value {
    let points: Vec<u32> = chars.iter().map(|&c| c as u32).collect();
    Str::from_code_points(&points).value()
}

fn place((row, col): (usize, usize)) -> Value {
    Tuple::new(&[Value::small(row as i64), Value::small(col as i64)]).value()
}

fn tuple(lexer: &Lexer, token: &Token, extra: bool) -> Value {
    let kind = match token.kind {
        Kind::Op if !extra => lexer::exact_kind(&lexer.source[token.range.clone()]),
        kind => kind as i64,
    };
    let line = if token.ends_file { Vec::new() } else { lexer.lines(token.start.0, token.end.0) };
    Tuple::new(&[
        Value::small(kind),
        text(&lexer.source[token.range.clone()]),
        place(token.start),
        place(token.end),
        text(&line),
    ])
    .value()
}

fn exception(lexer: &Lexer, error: lexer::Error) -> Value {
    let (row, col) = (Value::small(error.place.0 as i64), Value::small(error.place.1 as i64));
    let message = Str::new(&error.message).value();
    let (class, end) = match error.class {
        ErrorClass::End => {
            let made = exc::new(exc::SYNTAX_ERROR.class(), &[message]);
            exc::set_field(made, "lineno", row);
            exc::set_field(made, "offset", col);
            return made.value();
        }
        ErrorClass::Syntax => (&exc::SYNTAX_ERROR, [row, col]),
        ErrorClass::Indentation => (&exc::INDENTATION_ERROR, [none(); 2]),
        ErrorClass::Tab => (&exc::TAB_ERROR, [none(); 2]),
    };
    let mut line = lexer.lines(error.place.0, error.place.0);
    while line.last().is_some_and(|c| matches!(c, '\n' | '\r')) {
        line.pop();
    }
    let details = Tuple::new(&[Str::intern("<string>").value(), row, col, text(&line), end[0], end[1]]);
    exc::new(class.class(), &[message, details.value()]).value()
}

fn prepare(this: Ref<TokenizerIter>) -> R<Ref<List>> {
    let extra = this.extra.get() != 0;
    let mut lexer = Lexer::new(source(this)?, extra);
    let result = lexer.run();
    let list = List::new(&[]);
    for token in &lexer.tokens {
        if extra || !matches!(token.kind, Kind::Comment | Kind::Nl) {
            list.push(tuple(&lexer, token, extra));
        }
    }
    if let Err(error) = result {
        this.error.set(this, exception(&lexer, error));
    }
    this.tokens.set(this, list);
    Ok(list)
}

fn next(v: Value) -> R<Option<Value>> {
    let this = v.expect::<TokenizerIter>();
    let tokens = match this.tokens.get() {
        Some(tokens) => tokens.expect::<List>(),
        None => prepare(this)?,
    };
    let at = this.at.get() as usize;
    if let Some(token) = tokens.as_slice().get(at) {
        this.at.set(at as u64 + 1);
        return Ok(Some(*token));
    }
    match this.error.take().and_then(|error| error.cast::<exc::Exception>()) {
        Some(error) => Err(crate::errors::raise(error)),
        None => Ok(None),
    }
}

static TOKENIZER_ITER: TypeDef = TypeDef {
    name: "_tokenize.TokenizerIter",
    slots: Slots { new: Some(new), iter: Some(Ok), next: Some(next), ..Slots::NONE },
    words: TypeDef::words_of::<TokenizerIter>(),
    traced: 4,
    ..TypeDef::BASE
};

pub static MODULE: NativeModule = NativeModule {
    name: "_tokenize",
    functions: &[],
    init: |module| {
        module.add_type(&TOKENIZER_ITER);
        Ok(())
    },
};
