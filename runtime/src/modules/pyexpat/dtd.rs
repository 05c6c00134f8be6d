//! The document type: its declarations, and what they mean for content.

use super::elements;
use super::engine::{Engine, Trouble};
use super::errors::*;
use super::event::{Attribute, EntityDecl, Kind, Model};
use super::scan::{self, Cursor, Stop};
use std::collections::HashMap;

/// A general entity.
#[derive(Clone)]
pub enum Entity {
    Internal(String),
    External {
        system: Option<String>,
        public: Option<String>,
    },
    /// Of a notation: no text.
    Unparsed,
}

/// A declared attribute.
#[derive(Clone)]
pub struct Default {
    pub name: String,
    pub value: Option<String>,
    is_tokenized: bool,
}

#[derive(Clone, std::default::Default)]
pub struct Dtd {
    pub entities: HashMap<String, Entity>,
    parameters: HashMap<String, Option<String>>,
    attributes: HashMap<String, Vec<Default>>,
    /// Declarations may be where the parser does not look.
    pub has_outside: bool,
    pub standalone: bool,
}

impl Dtd {
    pub fn is_tokenized(&self, element: &str, attribute: &str) -> bool {
        let known = self.attributes.get(element).into_iter().flatten();
        known.into_iter().any(|known| known.name == attribute && known.is_tokenized)
    }

    /// The attributes that an element has without being told.
    pub fn defaults(&self, element: &str) -> Vec<Attribute> {
        self.attributes.get(element).into_iter().flatten().filter_map(Default::attribute).collect()
    }
}

fn owned(text: &str) -> Option<String> {
    Some(text.to_string())
}

/// `SYSTEM "..."` or `PUBLIC "..." "..."`: (system, public).
fn external(cursor: &mut Cursor, needs_system: bool) -> Result<(Option<String>, Option<String>), Stop> {
    let mut public = None;
    if cursor.eat("PUBLIC")? {
        cursor.skip_space();
        let text = cursor.quoted()?.replace('\n', " ");
        public = owned(&elements::collapse(&text));
        cursor.skip_space();
        if !needs_system && !matches!(cursor.need()?, '"' | '\'') {
            return Ok((None, public));
        }
    } else if !cursor.eat("SYSTEM")? {
        return Ok((None, None));
    }
    cursor.skip_space();
    cursor.need()?;
    Ok((owned(cursor.quoted()?), public))
}

/// What follows `<!DOCTYPE`: the event, whether a subset in brackets begins, the length up to there.
pub fn document_type(cursor: &mut Cursor, dtd: &mut Dtd) -> Result<(Kind, bool, usize), Stop> {
    if !cursor.skip_space() {
        cursor.need()?;
        return cursor.bad();
    }
    let name = cursor.name()?.to_string();
    cursor.skip_space();
    let (system, public) = external(cursor, true)?;
    cursor.skip_space();
    let has_subset = match cursor.need()? {
        '[' => true,
        '>' => false,
        _ => return cursor.bad(),
    };
    cursor.at += 1;
    dtd.has_outside |= system.is_some();
    Ok((Kind::StartDoctype { name, system, public, has_subset }, has_subset, cursor.at))
}

/// One declaration of the subset, or its end.
pub fn declaration(engine: &mut Engine) -> Result<(), Trouble> {
    let mut cursor = Cursor::new(engine.rest());
    if cursor.skip_space() {
        let len = cursor.at;
        let raw = engine.advance(len);
        engine.emit(Kind::Other, &raw);
        return Ok(());
    }
    if engine.misc()? {
        return Ok(());
    }
    let text = engine.rest().to_string();
    let mut cursor = Cursor::new(&text);
    if cursor.eat("]")? {
        cursor.skip_space();
        cursor.need()?;
        cursor.expect(">")?;
        engine.advance(cursor.at);
        engine.end_document_type();
        return Ok(());
    }
    if cursor.eat("%")? {
        let name = cursor.name()?;
        cursor.expect(";")?;
        engine.advance(cursor.at);
        engine.dtd.has_outside = true;
        return match engine.dtd.parameters.get(name).cloned().flatten() {
            Some(text) => engine.enter(&format!("%{name}"), text),
            None => {
                engine.emit(Kind::SkippedEntity { name: format!("%{name}") }, "");
                Ok(())
            }
        };
    }
    let kinds: [(&str, Declare); 4] =
        [("<!ENTITY", entity), ("<!ATTLIST", attributes), ("<!ELEMENT", element), ("<!NOTATION", notation)];
    for (start, declare) in kinds {
        if cursor.eat(start)? {
            if !cursor.skip_space() {
                cursor.need()?;
                return Err(Stop::Invalid(cursor.at).into());
            }
            let events = match declare(engine, &mut cursor) {
                // What is no declaration is a syntax error, where its tokens are tokens.
                Err(Trouble::Stop(Stop::Invalid(at))) => return Ok(engine.fail_at(SYNTAX, at)?),
                other => other?,
            };
            let raw = engine.advance(cursor.at);
            if events.is_empty() {
                engine.emit(Kind::Other, &raw);
            }
            for event in events {
                engine.emit(event, &raw);
            }
            return Ok(());
        }
    }
    if text.starts_with('<') { Err(Stop::Invalid(1).into()) } else { Ok(engine.fail(SYNTAX)?) }
}

type Declare = fn(&mut Engine, &mut Cursor) -> Result<Vec<Kind>, Trouble>;

fn finish(cursor: &mut Cursor) -> Result<(), Stop> {
    cursor.skip_space();
    cursor.need()?;
    cursor.expect(">")
}

fn entity(engine: &mut Engine, cursor: &mut Cursor) -> Result<Vec<Kind>, Trouble> {
    let is_parameter = cursor.eat("%")?;
    cursor.skip_space();
    let name = cursor.name()?.to_string();
    cursor.skip_space();
    let mut made = EntityDecl { name, is_parameter, value: None, system: None, public: None, notation: None };
    let found;
    if matches!(cursor.need()?, '"' | '\'') {
        let at = cursor.at + 1;
        let value = literal(engine, cursor.quoted()?, at)?;
        made.value = owned(&value);
        found = Entity::Internal(value);
    } else {
        (made.system, made.public) = external(cursor, true)?;
        if made.system.is_none() {
            return Err(Stop::Invalid(cursor.at).into());
        }
        cursor.skip_space();
        found = if cursor.eat("NDATA")? {
            cursor.skip_space();
            made.notation = owned(cursor.name()?);
            Entity::Unparsed
        } else {
            Entity::External { system: made.system.clone(), public: made.public.clone() }
        };
    }
    finish(cursor)?;
    // The first declaration counts.
    if is_parameter {
        engine.dtd.parameters.entry(made.name.clone()).or_insert(made.value.clone());
    } else {
        engine.dtd.entities.entry(made.name.clone()).or_insert(found);
    }
    Ok(vec![Kind::EntityDecl(made)])
}

/// An entity's value: references to characters are replaced, those to entities are not.
fn literal(engine: &Engine, raw: &str, at: usize) -> Result<String, Trouble> {
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let reference = rest.strip_prefix('&').and_then(|r| r.split_once(';')).map(|(name, _)| name);
        match (c, reference) {
            ('%', _) if rest[1..].starts_with(scan::is_name_start) => {
                return Ok(engine.fail_at(10, at + raw.len() - rest.len())?);
            }
            ('&', None) => return Err(Stop::Invalid(at + raw.len() - rest.len()).into()),
            ('&', Some(name)) if name.starts_with('#') => {
                match scan::char_of(name) {
                    Some(c) => value.push(c),
                    None => return Ok(engine.fail_at(BAD_CHAR_REF, at + raw.len() - rest.len())?),
                }
                rest = &rest[name.len() + 2..];
                continue;
            }
            _ => value.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    Ok(value)
}

fn notation(_: &mut Engine, cursor: &mut Cursor) -> Result<Vec<Kind>, Trouble> {
    let name = cursor.name()?.to_string();
    cursor.skip_space();
    let (system, public) = external(cursor, false)?;
    finish(cursor)?;
    Ok(vec![Kind::NotationDecl { name, system, public }])
}

fn attributes(engine: &mut Engine, cursor: &mut Cursor) -> Result<Vec<Kind>, Trouble> {
    let element = cursor.name()?.to_string();
    let mut events = Vec::new();
    loop {
        cursor.skip_space();
        if cursor.need()? == '>' {
            cursor.at += 1;
            return Ok(events);
        }
        let attribute = cursor.name()?.to_string();
        cursor.skip_space();
        let mut kind = String::new();
        if cursor.need()? != '(' {
            kind.push_str(cursor.name()?);
            cursor.skip_space();
        }
        if cursor.need()? == '(' {
            kind.extend(cursor.until(")")?.chars().filter(|c| !scan::is_space(*c)));
            kind.push(')');
            cursor.skip_space();
        }
        let (mut default, mut required) = (None, false);
        if cursor.eat("#REQUIRED")? {
            required = true;
        } else if !cursor.eat("#IMPLIED")? {
            required = cursor.eat("#FIXED")?;
            cursor.skip_space();
            cursor.need()?;
            let at = cursor.at + 1;
            let raw = cursor.quoted()?;
            let value = elements::value_of(engine, raw, at, &mut Vec::new())?;
            default = Some(if kind == "CDATA" { value } else { elements::collapse(&value) });
        }
        let known = engine.dtd.attributes.entry(element.clone()).or_default();
        if !known.iter().any(|known| known.name == attribute) {
            known.push(Default { name: attribute.clone(), value: default.clone(), is_tokenized: kind != "CDATA" });
        }
        events.push(Kind::AttlistDecl { element: element.clone(), attribute, kind, default, required });
    }
}

fn element(_: &mut Engine, cursor: &mut Cursor) -> Result<Vec<Kind>, Trouble> {
    let name = cursor.name()?.to_string();
    cursor.skip_space();
    let leaf = |kind| Model { kind, quantifier: 0, name: None, children: Vec::new() };
    let model = if cursor.eat("EMPTY")? {
        leaf(1)
    } else if cursor.eat("ANY")? {
        leaf(2)
    } else {
        group(cursor, 0)?
    };
    finish(cursor)?;
    Ok(vec![Kind::ElementDecl { name, model }])
}

/// How deep groups may nest.
const MAX_DEPTH: usize = 200;

/// `( ... )` with its quantifier.
fn group(cursor: &mut Cursor, depth: usize) -> Result<Model, Stop> {
    cursor.need()?;
    cursor.expect("(")?;
    let mut made = Model { kind: 6, quantifier: 0, name: None, children: Vec::new() };
    if depth > MAX_DEPTH {
        return cursor.bad();
    }
    loop {
        cursor.skip_space();
        if made.children.is_empty() && cursor.eat("#PCDATA")? {
            made.kind = 3;
        } else if cursor.need()? == '(' {
            made.children.push(group(cursor, depth + 1)?);
        } else {
            let name = owned(cursor.name()?);
            let quantifier = quantifier(cursor)?;
            made.children.push(Model { kind: 4, quantifier, name, children: Vec::new() });
        }
        cursor.skip_space();
        match cursor.need()? {
            '|' if made.kind == 6 => made.kind = 5,
            ',' | '|' => {}
            ')' => break,
            _ => return cursor.bad(),
        }
        cursor.at += 1;
    }
    cursor.at += 1;
    made.quantifier = quantifier(cursor)?;
    Ok(made)
}

fn quantifier(cursor: &mut Cursor) -> Result<i64, Stop> {
    let found = match cursor.need()? {
        '?' => 1,
        '*' => 2,
        '+' => 3,
        _ => return Ok(0),
    };
    cursor.at += 1;
    Ok(found)
}
