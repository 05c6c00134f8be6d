//! What format strings keep of the text of their expressions.
//!
//! A t-string keeps an expression as it is written from the brace on to what follows it, spaces included; so
//! does `=` in f-strings. In both, comments are left out.

use super::{after, slice};
use ruff_python_ast::{self as ast, Expr, InterpolatedElement, InterpolatedStringElement as Element};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// Keeps comments inside of expressions out of what `=` shows.
pub fn mend_format(literal: &mut ast::ExprFString, source: &str) -> bool {
    let mut changed = false;
    for part in literal.value.iter_mut() {
        if let ast::FStringPart::FString(part) = part {
            changed |= spell_out(&mut part.elements, source);
        }
    }
    changed
}

/// Turns `{x=}` into its text and `{x!r}`, where a comment is in `x`.
fn spell_out(elements: &mut ast::InterpolatedStringElements, source: &str) -> bool {
    let wanted = |element: &Element| {
        matches!(element, Element::Interpolation(element) if element.debug_text.is_some()
            && slice(source, element.expression.range()).contains('#'))
    };
    if !elements.iter().any(wanted) {
        return false;
    }
    let mut made = Vec::new();
    for element in elements.iter() {
        match (element.clone(), wanted(element)) {
            (Element::Interpolation(mut element), true) => {
                made.push(shown(&mut element, source));
                made.push(Element::Interpolation(element));
            }
            (element, _) => made.push(element),
        }
    }
    *elements = made.into();
    true
}

/// Takes the text that `=` shows out of the element.
fn shown(element: &mut InterpolatedElement, source: &str) -> Element {
    let range = element.expression.range();
    let (mut start, mut end) = (range.start(), range.end());
    if let Some(debug) = element.debug_text.take() {
        start = start.checked_sub(width(debug.leading())).unwrap_or(start);
        end += width(debug.trailing());
        if element.conversion == ast::ConversionFlag::None && element.format_spec.is_none() {
            element.conversion = ast::ConversionFlag::Repr;
        }
    }
    let range = TextRange::new(start, end);
    let value = without_comments(slice(source, range)).into();
    Element::Literal(ast::InterpolatedStringLiteralElement { range, node_index: element.node_index.clone(), value })
}

fn width(text: &str) -> TextSize {
    TextSize::try_from(text.len()).unwrap_or_default()
}

/// Gives the expressions of a t-string their text.
pub fn mend_template(literal: &mut ast::ExprTString, source: &str) -> bool {
    let (range, mut changed) = (literal.range, false);
    for part in literal.value.iter_mut() {
        changed |= spell_out(&mut part.elements, source);
        let mut alone = part.elements.len() == 1;
        for element in &mut part.elements {
            let Element::Interpolation(element) = element else { continue };
            let expression = element.expression.range();
            let text = text_of(element, source);
            if text == slice(source, TextRange::new(element.range.start() + TextSize::new(1), expression.end())) {
                alone = false;
                continue;
            }
            changed = true;
            if element.debug_text.is_some()
                && element.conversion == ast::ConversionFlag::None
                && element.format_spec.is_none()
            {
                element.conversion = ast::ConversionFlag::Repr;
            }
            element.runtime_str = Some(ast::ConstantValue::Str(text.into()));
            element.runtime_interpolation_format_spec = element.format_spec.as_ref().map(|spec| format_spec(spec));
        }
        if alone && changed {
            // One element with a text of its own would be taken for an interpolation that is no template.
            let mut elements = part.elements.to_vec();
            elements.push(Element::Literal(ast::InterpolatedStringLiteralElement {
                range,
                node_index: part.node_index.clone(),
                value: "".into(),
            }));
            part.elements = elements.into();
        }
    }
    changed
}

/// The format specification as an expression.
fn format_spec(spec: &ast::InterpolatedStringFormatSpec) -> Box<Expr> {
    let colon = TextSize::new(1);
    let range = TextRange::new(spec.range.start().checked_sub(colon).unwrap_or_default(), spec.range.end());
    let part = ast::FString {
        range,
        node_index: spec.node_index.clone(),
        elements: spec.elements.clone(),
        flags: ast::FStringFlags::empty(),
    };
    Box::new(Expr::from(part))
}

/// The text of the expression, up to the `=`, `!`, `:` or brace behind it.
fn text_of(element: &InterpolatedElement, source: &str) -> String {
    let start = element.range.start() + TextSize::new(1);
    let rest = slice(source, after(&*element.expression, element.range.end()));
    // Between the expression and what follows there are brackets, spaces and comments.
    let mut length = rest.len();
    let mut comment = false;
    for (index, c) in rest.char_indices() {
        match c {
            '\n' => comment = false,
            '#' => comment = true,
            '=' | '!' | ':' | '}' if !comment => {
                length = index;
                break;
            }
            _ => {}
        }
    }
    let end = element.expression.end() + width(&rest[..length]);
    without_comments(slice(source, TextRange::new(start, end)))
}

/// The text without the comments in it.
fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '#' => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            '"' | '\'' => string_length(rest, c),
            _ => c.len_utf8(),
        };
        kept.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    kept
}

/// How long the string literal is that the text begins with.
fn string_length(text: &str, quote: char) -> usize {
    let triple = quote.to_string().repeat(3);
    let delimiter = if text.starts_with(&triple) { triple.as_str() } else { &triple[..1] };
    let mut rest = &text[delimiter.len()..];
    while !rest.is_empty() && !rest.starts_with(delimiter) {
        let skipped = if rest.starts_with('\\') { 2 } else { 1 };
        rest = &rest[rest.chars().take(skipped).map(char::len_utf8).sum()..];
    }
    text.len() - rest.len() + delimiter.len().min(rest.len())
}
