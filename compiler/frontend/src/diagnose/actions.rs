//! What needs more than the grammar's notation to tell whether it is wrong.

use super::engine::{Engine, Matched, NOTHING, Node, PARTS, SEQUENCE, TOKEN, Value};
use super::{Fault, Spot};
use crate::error::ErrorKind;

/// Runs the action that the grammar names.
pub fn call(engine: &mut Engine, name: &str, arguments: &[Value]) -> Matched {
    let a = &arguments[0];
    let b = arguments.get(1).unwrap_or(a);
    let fail = |spot: Spot, msg: &str| Err(engine.fault(ErrorKind::Syntax, msg.to_owned(), spot));
    match name {
        "register" => {
            let start = engine.tokens[a.first].start;
            // Functions are looked into by nobody.
            let word = |at: usize| engine.tokens.get(at).map_or("", |token| engine.text(token));
            let function = word(a.first) == "def" || word(a.first) == "async" && word(a.first + 1) == "def";
            if engine.second_pass && !function && start.0 >= engine.last_statement.0 {
                engine.last_statement = start;
            }
            Ok(Some(a.clone()))
        }
        "future" => {
            let words = |node: &Node| engine.tokens[node.first..node.end].iter().map(|token| engine.text(token));
            let barry =
                a.parts.is_empty() && words(b).eq(["__future__"]) && words(&arguments[2]).any(|word| word == BARRY);
            engine.options.barry |= barry;
            engine.lexer.barry |= barry;
            Ok(Some(b.clone()))
        }
        "assign_target" => invalid_target(engine, a, Targets::Star),
        "for_target" => invalid_target(engine, a, Targets::For),
        "del_target" => invalid_target(engine, a, Targets::Del),
        "star_bound" | "double_star_bound" => {
            let what = if b.kind == "Tuple" { "constraints" } else { "bound" };
            let class = if name == "star_bound" { "TypeVarTuple" } else { "ParamSpec" };
            fail(engine.from(a), &format!("cannot use {what} with {class}"))
        }
        "lacks_comma" => {
            let last = engine.mark - 1;
            if is_legacy(engine, a) || engine.tokens[last].level == 0 {
                return Ok(None);
            }
            fail(engine.range(a, b), "invalid syntax. Perhaps you forgot a comma?")
        }
        "legacy" => {
            let word = engine.text(&engine.tokens[a.first]);
            if !matches!(word, "print" | "exec") {
                return Ok(None);
            }
            fail(engine.range(a, b), &format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?"))
        }
        "lacks_colon" => {
            let (start, end) = (engine.range(a, a), engine.range(a, a));
            let spot = Spot { line: start.line, column: end.end_column - 1, end_line: end.end_line, end_column: 0 };
            fail(spot, "':' expected after dictionary key")
        }
        "bare_generator" => fail(engine.range(a, last_clause_end(b)), "Generator expression must be parenthesized"),
        "late_generator" => {
            let elements = elements(a);
            let positional: Vec<_> =
                elements.iter().filter(|part| !matches!(part.kind, "Keyword" | "DoubleStar")).collect();
            match positional[..] {
                [] | [_] => Ok(None),
                [.., last] => {
                    fail(engine.range(last, last_clause_end(b)), "Generator expression must be parenthesized")
                }
            }
        }
        "late_positional" => {
            let unpacks = elements(a).iter().any(|part| part.kind == "DoubleStar");
            let behind = if unpacks { "keyword argument unpacking" } else { "keyword argument" };
            fail(engine.last_token(), &format!("positional argument follows {behind}"))
        }
        "string_mix" => {
            let last = a.parts.last().unwrap_or(a);
            fail(engine.range(last, b), "cannot mix t-string literals with string or bytes literals")
        }
        "unequal" if engine.options.barry && engine.text(&engine.tokens[a.first]) == "!=" => {
            fail(engine.last_token(), "with Barry as BDFL, use '<>' instead of '!='")
        }
        "unequal" => Ok(Some(a.clone())),
        "number" | "real" | "imaginary" => number(engine, name, a),
        "string" | "middle" | "joined" | "strings" => super::literals::check(engine, name, arguments),
        "f_conversion" | "t_conversion" => conversion(engine, &name[..1], a, b),
        _ => unreachable!("no action {name}"),
    }
}

/// The future feature that exchanges `!=` for `<>`.
const BARRY: &str = "barry_as_FLUFL";

/// What messages call an expression.
pub fn name_of(node: &Node) -> &'static str {
    KINDS.iter().find(|(kind, _)| *kind == node.kind).map_or("literal", |(_, name)| name)
}

/// The expressions that the grammar tells apart, and what messages call them.
const KINDS: &[(&str, &str)] = &[
    ("Attribute", "attribute"),
    ("Subscript", "subscript"),
    ("Starred", "starred"),
    ("Name", "name"),
    ("List", "list"),
    ("Tuple", "tuple"),
    ("Lambda", "lambda"),
    ("Call", "function call"),
    ("BoolOp", "expression"),
    ("BinOp", "expression"),
    ("UnaryOp", "expression"),
    ("GeneratorExp", "generator expression"),
    ("Yield", "yield expression"),
    ("Await", "await expression"),
    ("ListComp", "list comprehension"),
    ("SetComp", "set comprehension"),
    ("DictComp", "dict comprehension"),
    ("Dict", "dict literal"),
    ("Set", "set display"),
    ("JoinedStr", "f-string expression"),
    ("TemplateStr", "t-string expression"),
    ("None", "None"),
    ("False", "False"),
    ("True", "True"),
    ("Ellipsis", "ellipsis"),
    ("Compare", "comparison"),
    ("IfExp", "conditional expression"),
    ("NamedExpr", "named expression"),
];

/// The elements of a display, call or the like.
fn elements(node: &Node) -> Vec<Value> {
    let mut found = Vec::new();
    for part in &node.parts {
        match part.kind {
            SEQUENCE | PARTS => found.extend(elements(part)),
            TOKEN | NOTHING => {}
            _ => found.push(part.clone()),
        }
    }
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Targets {
    Star,
    Del,
    For,
}

fn invalid_target(engine: &Engine, node: &Value, targets: Targets) -> Matched {
    let Some(wrong) = find_invalid(node, targets) else { return Ok(None) };
    let verb = if targets == Targets::Del { "delete" } else { "assign to" };
    let msg = format!("cannot {verb} {}", name_of(&wrong));
    Err(engine.fault(ErrorKind::Syntax, msg, engine.range(&wrong, &wrong)))
}

/// The first part that is no target.
fn find_invalid(node: &Value, targets: Targets) -> Option<Value> {
    match node.kind {
        "List" | "Tuple" => elements(node).iter().find_map(|part| find_invalid(part, targets)),
        "Starred" if targets != Targets::Del => find_invalid(node.parts.first()?, targets),
        // `a in b` may be the beginning of a loop.
        "Compare" if targets == Targets::For => {
            let first = node.parts.get(1)?.parts.first()?;
            if first.kind == "In" { find_invalid(node.parts.first()?, targets) } else { None }
        }
        "Name" | "Subscript" | "Attribute" => None,
        _ => Some(node.clone()),
    }
}

fn is_legacy(engine: &Engine, node: &Node) -> bool {
    node.kind == "Name" && matches!(engine.text(&engine.tokens[node.first]), "print" | "exec")
}

/// The last condition of the last clause of a comprehension, or what it iterates over.
fn last_clause_end(clauses: &Value) -> &Node {
    let Some(clause) = clauses.parts.last() else { return clauses };
    let conditions = clause.parts.get(2).and_then(|conditions| conditions.parts.last());
    conditions.or(clause.parts.get(1)).unwrap_or(clause)
}

fn number(engine: &mut Engine, name: &str, node: &Value) -> Matched {
    let token = engine.tokens[node.first];
    let text = engine.text(&token);
    let decimal = !text.starts_with(['0']) || text.bytes().all(|byte| matches!(byte, b'0' | b'_'));
    let is_complex = text.ends_with(['j', 'J']);
    let msg = match name {
        "real" if is_complex => "real number required in complex literal".to_owned(),
        "imaginary" if !is_complex => "imaginary number required in complex literal".to_owned(),
        "number" if decimal && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') => {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            let limit = engine.options.int_max_str_digits;
            if limit == 0 || digits <= limit {
                return Ok(Some(engine.named("Number", node)));
            }
            format!(
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
                 use sys.set_int_max_str_digits() to increase the limit - \
                 Consider hexadecimal for huge integer literals to avoid decimal conversion limits."
            )
        }
        _ => return Ok(Some(engine.named("Number", node))),
    };
    Err(engine.fault(ErrorKind::Syntax, msg, engine.range(node, node)))
}

/// The letter behind the `!` of a field.
fn conversion(engine: &mut Engine, letter: &str, mark: &Value, name: &Value) -> Matched {
    let (before, token) = (engine.tokens[mark.first], engine.tokens[name.first]);
    let fail = |spot, msg: String| -> Result<_, Box<Fault>> { Err(engine.fault(ErrorKind::Syntax, msg, spot)) };
    if before.end != token.start {
        let msg = format!("{letter}-string: conversion type must come right after the exclamation mark");
        return fail(engine.range(mark, name), msg);
    }
    let text = engine.text(&token);
    if !matches!(text, "s" | "r" | "a") {
        let msg = format!("{letter}-string: invalid conversion character '{text}': expected 's', 'r', or 'a'");
        return fail(engine.range(name, name), msg);
    }
    Ok(Some(name.clone()))
}
