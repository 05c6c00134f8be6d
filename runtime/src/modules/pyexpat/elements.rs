//! Tags, attributes, namespaces, references: what content is made of.

use super::dtd::{Default, Entity};
use super::engine::{Engine, Open, Outcome, Stage, Trouble};
use super::errors::*;
use super::event::{Attribute, Kind};
use super::scan::{self, Cursor, Stop};

const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// A start tag, or one of an empty element.
pub fn start(engine: &mut Engine) -> Result<(), Trouble> {
    let text = engine.rest().to_string();
    let tag = scan::tag(&text, engine.separator.is_some())?;
    let mut attributes: Vec<Attribute> = Vec::with_capacity(tag.attributes.len());
    for raw in &tag.attributes {
        if attributes.iter().any(|known| known.name == raw.name) {
            return Ok(engine.fail_at(DUPLICATE_ATTRIBUTE, raw.at)?);
        }
        let value = value_of(engine, raw.value, raw.value_at, &mut Vec::new())?;
        let value = if engine.dtd.is_tokenized(tag.name, raw.name) { collapse(&value) } else { value };
        attributes.push(Attribute { name: raw.name.to_string(), value });
    }
    let mut specified = attributes.len();
    for default in engine.dtd.defaults(tag.name) {
        if !attributes.iter().any(|known| known.name == default.name) {
            attributes.push(default);
        }
    }
    let bindings = engine.bindings.len();
    let mut name = tag.name.to_string();
    if engine.separator.is_some() {
        for attribute in &attributes {
            if let Some(prefix) = declared(&attribute.name) {
                bind(engine, prefix, &attribute.value)?;
            }
        }
        specified -= attributes[..specified].iter().filter(|a| declared(&a.name).is_some()).count();
        attributes.retain(|a| declared(&a.name).is_none());
        name = expand(engine, &name, true)?;
        for attribute in &mut attributes {
            attribute.name = expand(engine, &attribute.name, false)?;
        }
        for (i, attribute) in attributes.iter().enumerate() {
            if attributes[..i].iter().any(|known| known.name == attribute.name) {
                return Ok(engine.fail(DUPLICATE_ATTRIBUTE)?);
            }
        }
    }
    let raw = engine.advance(tag.len);
    engine.emit(Kind::StartElement { name: name.clone(), attributes, specified }, &raw);
    engine.open.push(Open { raw: tag.name.to_string(), name, bindings });
    if tag.is_empty {
        if engine.is_document() {
            engine.mark = engine.here;
        }
        close(engine, "");
    }
    Ok(())
}

pub fn end(engine: &mut Engine) -> Result<(), Trouble> {
    let mut cursor = Cursor::new(engine.rest());
    cursor.at = 2;
    let name = cursor.name()?.to_string();
    cursor.skip_space();
    cursor.need()?;
    cursor.expect(">")?;
    let len = cursor.at;
    match engine.open.last() {
        Some(open) if open.raw == name => {}
        Some(_) => return Ok(engine.fail_at(TAG_MISMATCH, 2)?),
        None => return Ok(engine.fail(ASYNC_ENTITY)?),
    }
    let raw = engine.advance(len);
    close(engine, &raw);
    Ok(())
}

/// The innermost element ends.
fn close(engine: &mut Engine, raw: &str) {
    let Some(open) = engine.open.pop() else { return };
    engine.emit(Kind::EndElement { name: open.name }, raw);
    while engine.bindings.len() > open.bindings {
        if let Some((prefix, _)) = engine.bindings.pop() {
            engine.emit(Kind::EndNamespace { prefix }, "");
        }
    }
    if engine.open.is_empty() && !engine.is_fragment() {
        engine.stage = Stage::Epilog;
    }
}

/// The prefix that an attribute binds; `Some(None)` for the default namespace.
fn declared(name: &str) -> Option<Option<&str>> {
    match name.strip_prefix("xmlns") {
        Some("") => Some(None),
        Some(rest) => rest.strip_prefix(':').map(Some),
        None => None,
    }
}

fn bind(engine: &mut Engine, prefix: Option<&str>, uri: &str) -> Outcome<()> {
    match prefix {
        Some("xmlns") => return engine.fail(RESERVED_XMLNS),
        Some("xml") if uri != XML => return engine.fail(RESERVED_XML),
        Some("xml") => {}
        Some(_) if uri.is_empty() => return engine.fail(UNDECLARING_PREFIX),
        _ if uri == XML || uri == XMLNS => return engine.fail(RESERVED_URI),
        _ => {}
    }
    let prefix = prefix.map(str::to_string);
    let uri = (!uri.is_empty()).then(|| uri.to_string());
    engine.bindings.push((prefix.clone(), uri.clone()));
    engine.emit(Kind::StartNamespace { prefix, uri }, "");
    Ok(())
}

/// A name with the namespace that its prefix stands for.
fn expand(engine: &Engine, name: &str, is_element: bool) -> Outcome<String> {
    let Some(separator) = &engine.separator else { return Ok(name.to_string()) };
    let (prefix, local) = match name.split_once(':') {
        Some((prefix, local)) => (Some(prefix), local),
        None if !is_element => return Ok(name.to_string()),
        None => (None, name),
    };
    let bound = engine.bindings.iter().rev().find(|(known, _)| known.as_deref() == prefix);
    let uri = match (bound, prefix) {
        (Some((_, uri)), _) => uri.as_deref(),
        (None, Some("xml")) => Some(XML),
        (None, Some("xmlns")) => Some(XMLNS),
        (None, Some(_)) => return engine.fail(UNBOUND_PREFIX),
        (None, None) => None,
    };
    Ok(match (uri, prefix) {
        (None, _) => local.to_string(),
        (Some(uri), Some(prefix)) if engine.prefixes => format!("{uri}{separator}{local}{separator}{prefix}"),
        (Some(uri), _) => format!("{uri}{separator}{local}"),
    })
}

/// Spaces of a value that is a list of tokens.
pub fn collapse(value: &str) -> String {
    value.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// An attribute's value, its references replaced; `within` are the entities it is read in.
pub fn value_of(engine: &mut Engine, raw: &str, at: usize, within: &mut Vec<String>) -> Result<String, Trouble> {
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let offset = at + raw.len() - rest.len();
        let in_tag = within.is_empty();
        let invalid = |offset: usize| Trouble::Stop(Stop::Invalid(if in_tag { offset } else { 0 }));
        if c != '&' {
            if c == '<' {
                return Err(invalid(offset));
            }
            value.push(if scan::is_space(c) { ' ' } else { c });
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let Some(name) = rest[1..].split_once(';').map(|(name, _)| name) else { return Err(invalid(offset + 1)) };
        rest = &rest[name.len() + 2..];
        if name.starts_with('#') {
            match scan::char_of(name) {
                Some(c) => value.push(c),
                None => return bad_reference(engine, name, if in_tag { offset } else { 0 }),
            }
            continue;
        }
        if !name.starts_with(scan::is_name_start) || !name.chars().all(scan::is_name_char) {
            return Err(invalid(offset + 1));
        }
        if let Some(c) = scan::predefined(name) {
            value.push(c);
            continue;
        }
        let at = if in_tag { offset } else { 0 };
        let text = match engine.dtd.entities.get(name) {
            Some(Entity::Internal(text)) => text.clone(),
            Some(Entity::External { .. }) => return Ok(engine.fail_at(EXTERNAL_IN_ATTRIBUTE, at)?),
            Some(Entity::Unparsed) => return Ok(engine.fail_at(BINARY_ENTITY, at)?),
            None if !engine.dtd.has_outside || engine.dtd.standalone => return Ok(engine.fail(UNDEFINED_ENTITY)?),
            None => continue,
        };
        if within.iter().any(|outer| outer == name) {
            return Ok(engine.fail_at(RECURSIVE_ENTITY, at)?);
        }
        engine.count(text.len())?;
        within.push(name.to_string());
        let inner = value_of(engine, &text, 0, within)?;
        within.pop();
        value.push_str(&inner);
    }
    Ok(value)
}

/// `&#...;` that is no character, or is not written as one.
fn bad_reference<T>(engine: &Engine, name: &str, at: usize) -> Result<T, Trouble> {
    let (digits, radix) = match name.strip_prefix("#x") {
        Some(digits) => (digits, 16),
        None => (&name[1..], 10),
    };
    match digits.char_indices().find(|(_, c)| !c.is_digit(radix)) {
        Some((bad, _)) => Err(Stop::Invalid(at + 1 + name.len() - digits.len() + bad).into()),
        None if digits.is_empty() => Err(Stop::Invalid(at + 1 + name.len()).into()),
        None => Ok(engine.fail_at(BAD_CHAR_REF, at)?),
    }
}

/// `&...;` in content.
pub fn reference(engine: &mut Engine) -> Result<(), Trouble> {
    let mut cursor = Cursor::new(engine.rest());
    cursor.at = 1;
    let name = if cursor.eat("#")? {
        let end = cursor.rest().find(|c: char| !c.is_ascii_alphanumeric()).ok_or(Stop::Incomplete)?;
        cursor.at += end;
        cursor.text[1..cursor.at].to_string()
    } else {
        cursor.name()?.to_string()
    };
    cursor.expect(";")?;
    let len = cursor.at;
    if name.starts_with('#') {
        let Some(c) = scan::char_of(&name) else { return bad_reference(engine, &name, 0) };
        let raw = engine.advance(len);
        engine.emit(Kind::Text(c.to_string()), &raw);
        return Ok(());
    }
    if let Some(c) = scan::predefined(&name) {
        let raw = engine.advance(len);
        engine.emit(Kind::Text(c.to_string()), &raw);
        return Ok(());
    }
    match engine.dtd.entities.get(&name).cloned() {
        None if !engine.dtd.has_outside || engine.dtd.standalone => Ok(engine.fail(UNDEFINED_ENTITY)?),
        Some(Entity::Unparsed) => Ok(engine.fail(BINARY_ENTITY)?),
        Some(Entity::Internal(text)) if engine.expands => {
            engine.advance(len);
            engine.enter(&name, text)
        }
        Some(Entity::External { system, public }) => {
            let raw = engine.advance(len);
            engine.emit(Kind::ExternalEntity { context: name, system, public }, &raw);
            Ok(())
        }
        None | Some(Entity::Internal(_)) => {
            let raw = engine.advance(len);
            engine.emit(Kind::SkippedEntity { name }, &raw);
            Ok(())
        }
    }
}

impl Default {
    /// The attribute that a tag without it has.
    pub fn attribute(&self) -> Option<Attribute> {
        self.value.as_ref().map(|value| Attribute { name: self.name.clone(), value: value.clone() })
    }
}
