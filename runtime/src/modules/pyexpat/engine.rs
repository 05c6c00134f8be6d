//! The parser proper: a machine that is fed bytes and asked for events.
//!
//! It runs no Python code. Text is read a token at a time; a token that is not whole waits for more. Replacement text
//! of an entity is an input of its own on top of the document's; places are of the document.

use super::decode::{self, Encoding, Sniffed};
use super::dtd::Dtd;
use super::errors::*;
use super::event::{Event, Failure, Kind, Place};
use super::scan::{self, Cursor, Stop};
use std::collections::VecDeque;

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Prolog,
    /// Between the brackets of the document type.
    Subset,
    Content,
    Cdata,
    Epilog,
}

pub struct Input {
    pub text: String,
    pub at: usize,
    /// The entity whose text it is.
    pub entity: Option<String>,
    /// How many elements were open where it begins.
    depth: usize,
}

/// An element that is open.
pub struct Open {
    pub raw: String,
    pub name: String,
    /// How many bindings of prefixes are left when it ends.
    pub bindings: usize,
}

pub type Outcome<T> = Result<T, Failure>;

/// From how many bytes on, and by which factor, entities may blow a document up.
const LIMITS: (usize, usize) = (8 << 20, 100);

pub struct Engine {
    bytes: Vec<u8>,
    encoding: Option<Encoding>,
    held: bool,
    pub inputs: Vec<Input>,
    pub here: Place,
    /// Where the current token begins.
    pub mark: Place,
    pub stage: Stage,
    pub open: Vec<Open>,
    /// Prefixes, and what they stand for; the innermost binding is the last.
    pub bindings: Vec<(Option<String>, Option<String>)>,
    pub queue: VecDeque<Event>,
    pub dtd: Dtd,
    /// The separator of names' parts, if namespaces are processed.
    pub separator: Option<String>,
    pub prefixes: bool,
    /// Whether references to internal entities are replaced.
    pub expands: bool,
    /// An external entity: content without a document around it.
    is_fragment: bool,
    seen_doctype: bool,
    fed: usize,
    pub expanded: usize,
}

impl Engine {
    pub fn new(separator: Option<String>) -> Engine {
        Engine {
            bytes: Vec::new(),
            encoding: None,
            held: false,
            inputs: vec![Input { text: String::new(), at: 0, entity: None, depth: 0 }],
            here: Place { line: 1, column: 0, byte: 0 },
            mark: Place { line: 1, column: 0, byte: 0 },
            stage: Stage::Prolog,
            open: Vec::new(),
            bindings: Vec::new(),
            queue: VecDeque::new(),
            dtd: Dtd::default(),
            separator,
            prefixes: false,
            expands: true,
            is_fragment: false,
            seen_doctype: false,
            fed: 0,
            expanded: 0,
        }
    }

    /// A parser of an external entity of this document.
    pub fn fragment(&self) -> Engine {
        let mut made = Engine::new(self.separator.clone());
        made.dtd = self.dtd.clone();
        made.bindings = self.bindings.clone();
        made.prefixes = self.prefixes;
        made.stage = Stage::Content;
        made.is_fragment = true;
        made
    }

    pub fn set_encoding(&mut self, encoding: Encoding) {
        self.encoding = Some(encoding);
    }

    /// What encoding the bytes say they are in, as long as none is set.
    pub fn sniff(&self, more: &[u8], is_final: bool) -> Option<Sniffed> {
        match &self.encoding {
            Some(_) => None,
            None => Some(decode::sniff(&[&self.bytes, more].concat(), is_final)),
        }
    }

    pub fn feed(&mut self, bytes: &[u8], is_final: bool) {
        self.bytes.extend_from_slice(bytes);
        self.fed += bytes.len();
        let Some(encoding) = self.encoding.clone() else { return };
        let mut text = decode::normalize(encoding.decode(&mut self.bytes, is_final), &mut self.held, is_final);
        let document = &mut self.inputs[0];
        if self.here.byte == 0 && document.text.is_empty() && text.starts_with('\u{feff}') {
            text.remove(0);
            self.here.column = 1;
        }
        document.text.drain(..document.at);
        document.at = 0;
        document.text.push_str(&text);
    }

    /// The text that is left of the current input.
    pub fn rest(&self) -> &str {
        self.inputs.last().map_or("", |input| &input.text[input.at..])
    }

    pub fn is_fragment(&self) -> bool {
        self.is_fragment
    }

    pub fn is_document(&self) -> bool {
        self.inputs.len() == 1
    }

    pub fn fail<T>(&self, code: usize) -> Outcome<T> {
        Err(Failure { code, place: self.mark })
    }

    /// An error at an offset of the current token.
    pub fn fail_at<T>(&self, code: usize, offset: usize) -> Outcome<T> {
        let place = if self.is_document() { moved(self.mark, &self.rest()[..offset]) } else { self.mark };
        Err(Failure { code, place })
    }

    /// Goes past a part of the current input; gives it.
    pub fn advance(&mut self, len: usize) -> String {
        let raw = self.rest()[..len].to_string();
        if self.is_document() {
            self.here = moved(self.here, &raw);
        }
        if let Some(input) = self.inputs.last_mut() {
            input.at += len;
        }
        raw
    }

    pub fn emit(&mut self, kind: Kind, raw: &str) {
        self.queue.push_back(Event { kind, place: self.mark, raw: raw.to_string() });
    }

    /// The next event; `None` if more text is needed, or at the end of the document.
    pub fn next(&mut self, is_final: bool) -> Outcome<Option<Event>> {
        loop {
            if let Some(event) = self.queue.pop_front() {
                return Ok(Some(event));
            }
            if self.is_document() {
                self.mark = self.here;
            }
            if !self.step(is_final)? {
                return Ok(None);
            }
        }
    }

    /// Reads a token; whether there was one.
    fn step(&mut self, is_final: bool) -> Outcome<bool> {
        if self.rest().is_empty() {
            if !self.is_document() {
                let depth = self.inputs.pop().map_or(0, |input| input.depth);
                return if depth == self.open.len() && self.stage != Stage::Cdata {
                    Ok(true)
                } else {
                    self.fail(ASYNC_ENTITY)
                };
            }
            return if is_final { self.end() } else { Ok(false) };
        }
        let outcome = match self.stage {
            Stage::Content => self.content(is_final),
            Stage::Cdata => self.cdata(is_final),
            Stage::Prolog | Stage::Epilog => self.outside(is_final),
            Stage::Subset => super::dtd::declaration(self),
        };
        match outcome {
            Ok(()) => Ok(true),
            Err(Trouble::Failure(failure)) => Err(failure),
            Err(Trouble::Stop(Stop::Invalid(at))) => self.fail_at(INVALID_TOKEN, at),
            Err(Trouble::Stop(Stop::Incomplete)) => match scan::bad_char(self.rest()) {
                Some(at) => self.fail_at(INVALID_TOKEN, at),
                None if is_final || !self.is_document() => self.fail(UNCLOSED_TOKEN),
                None => Ok(false),
            },
        }
    }

    /// At the end of the document.
    fn end(&mut self) -> Outcome<bool> {
        match self.stage {
            _ if !self.bytes.is_empty() && self.encoding.is_some() => self.fail(PARTIAL_CHAR),
            Stage::Cdata => self.fail(UNCLOSED_CDATA),
            Stage::Epilog => Ok(false),
            Stage::Content if self.is_fragment && self.open.is_empty() => Ok(false),
            _ => self.fail(NO_ELEMENTS),
        }
    }

    /// `<?...?>` or `<!--...-->`, if one begins here.
    pub fn misc(&mut self) -> Result<bool, Trouble> {
        let mut cursor = Cursor::new(self.rest());
        if cursor.eat("<!--")? {
            let text = cursor.until("--")?.to_string();
            cursor.expect(">")?;
            let len = cursor.at;
            let raw = self.advance(len);
            self.emit(Kind::Comment(text), &raw);
            return Ok(true);
        }
        if !cursor.eat("<?")? {
            return Ok(false);
        }
        let target = cursor.name()?.to_string();
        let space = cursor.skip_space();
        if !space && !cursor.need().is_ok_and(|c| c == '?') {
            return Err(Stop::Invalid(cursor.at).into());
        }
        let data = cursor.until("?>")?.to_string();
        let len = cursor.at;
        if target.eq_ignore_ascii_case("xml") {
            if target != "xml" {
                return Err(Stop::Invalid(2).into());
            }
            let at_start = self.is_document() && self.here.byte == 0 && self.open.is_empty();
            if !at_start {
                return Ok(self.fail(MISPLACED_DECL)?);
            }
            let kind = self.xml_declaration(&data)?;
            let raw = self.advance(len);
            self.emit(kind, &raw);
            return Ok(true);
        }
        let raw = self.advance(len);
        self.emit(Kind::Instruction { target, data }, &raw);
        Ok(true)
    }

    fn xml_declaration(&mut self, data: &str) -> Outcome<Kind> {
        let mut found: [Option<String>; 3] = [const { None }; 3];
        let mut cursor = Cursor::new(data);
        let mut next = 0;
        loop {
            cursor.skip_space();
            if cursor.rest().is_empty() {
                break;
            }
            let name = match cursor.rest().find(|c: char| !c.is_ascii_lowercase()) {
                Some(end) => &cursor.rest()[..end],
                None => return self.fail(XML_DECL),
            };
            cursor.at += name.len();
            cursor.skip_space();
            let is_assigned = cursor.expect("=").is_ok();
            cursor.skip_space();
            let at = ["version", "encoding", "standalone"].iter().position(|known| *known == name);
            match (at, cursor.quoted()) {
                (Some(at), Ok(value)) if is_assigned && at >= next => {
                    next = at + 1;
                    found[at] = Some(value.to_string());
                }
                _ => return self.fail_at(XML_DECL, "<?xml ".len()),
            }
        }
        let [version, encoding, standalone] = found;
        let standalone = match standalone.as_deref() {
            None => -1,
            Some("no") => 0,
            Some("yes") => 1,
            Some(_) => return self.fail(XML_DECL),
        };
        if version.is_none() && (!self.is_fragment || encoding.is_none()) {
            return self.fail_at(XML_DECL, "<?xml ".len());
        }
        self.dtd.standalone = standalone == 1;
        Ok(Kind::XmlDecl { version, encoding, standalone })
    }

    /// Before or behind the document's element.
    fn outside(&mut self, is_final: bool) -> Result<(), Trouble> {
        let space = self.rest().len() - self.rest().trim_start_matches(scan::is_space).len();
        if space > 0 {
            let raw = self.advance(space);
            self.emit(Kind::Other, &raw);
            return Ok(());
        }
        if is_final && self.rest() == "<" {
            return Ok(self.fail(UNCLOSED_TOKEN)?);
        }
        if self.misc()? {
            return Ok(());
        }
        let rest = self.rest().to_string();
        let mut cursor = Cursor::new(&rest);
        if self.stage == Stage::Epilog {
            return match cursor.need()? {
                c if scan::is_char(c) && c != '&' => Ok(self.fail(JUNK)?),
                _ => Err(Stop::Invalid(0).into()),
            };
        }
        if !self.seen_doctype && cursor.eat("<!DOCTYPE")? {
            let (kind, has_subset, len) = super::dtd::document_type(&mut cursor, &mut self.dtd)?;
            self.seen_doctype = true;
            let raw = self.advance(len);
            self.emit(kind, &raw);
            if has_subset {
                self.stage = Stage::Subset;
            } else {
                self.end_document_type();
            }
            return Ok(());
        }
        match (cursor.need()?, cursor.rest()[1..].chars().next()) {
            ('<', None) => Err(Stop::Incomplete.into()),
            ('<', Some(c)) if scan::is_name_start(c) => {
                self.stage = Stage::Content;
                Ok(())
            }
            ('<', Some('!')) => {
                let letters = cursor.rest()[2..].find(|c: char| !c.is_ascii_alphabetic()).ok_or(Stop::Incomplete)?;
                Err(Stop::Invalid(2 + letters).into())
            }
            ('<', Some(_)) => Err(Stop::Invalid(1).into()),
            (c, _) if scan::is_name_char(c) => Ok(self.fail(SYNTAX)?),
            _ => Err(Stop::Invalid(0).into()),
        }
    }

    pub fn end_document_type(&mut self) {
        self.stage = Stage::Prolog;
        if self.dtd.has_outside && !self.dtd.standalone {
            self.emit(Kind::NotStandalone, "");
        }
        self.emit(Kind::EndDoctype, "");
    }

    fn content(&mut self, is_final: bool) -> Result<(), Trouble> {
        let rest = self.rest();
        match rest.as_bytes()[0] {
            b'<' => {
                if self.misc()? {
                    return Ok(());
                }
                let mut cursor = Cursor::new(self.rest());
                if cursor.eat("<![CDATA[")? {
                    let raw = self.advance(9);
                    self.emit(Kind::StartCdata, &raw);
                    self.stage = Stage::Cdata;
                    return Ok(());
                }
                if cursor.eat("</")? { super::elements::end(self) } else { super::elements::start(self) }
            }
            b'&' => super::elements::reference(self),
            b'\n' => self.text(1),
            _ => {
                let mut end = rest.find(['<', '&', '\n']).unwrap_or(rest.len());
                if let Some(bad) = rest[..end].find("]]>") {
                    return Err(Stop::Invalid(bad + 2).into());
                }
                if end == rest.len() && !is_final && self.is_document() {
                    // "]]>" may be about to come.
                    end = rest.trim_end_matches(']').len();
                    if end == 0 {
                        return Err(Stop::Incomplete.into());
                    }
                }
                self.text(end)
            }
        }
    }

    /// The next part of the input is character data.
    fn text(&mut self, len: usize) -> Result<(), Trouble> {
        match scan::bad_char(&self.rest()[..len]) {
            Some(0) => return Err(Stop::Invalid(0).into()),
            // What is before it comes first.
            Some(bad) => return self.text(bad),
            None => {}
        }
        let raw = self.advance(len);
        self.emit(Kind::Text(raw.clone()), &raw);
        Ok(())
    }

    fn cdata(&mut self, is_final: bool) -> Result<(), Trouble> {
        let rest = self.rest();
        if rest.starts_with("]]>") {
            let raw = self.advance(3);
            self.stage = Stage::Content;
            self.emit(Kind::EndCdata, &raw);
            return Ok(());
        }
        if rest.starts_with('\n') {
            return self.text(1);
        }
        let end = rest.find("]]>").unwrap_or(if is_final { rest.len() } else { rest.trim_end_matches(']').len() });
        let end = rest[..end].find('\n').unwrap_or(end);
        if end == 0 { Err(Stop::Incomplete.into()) } else { self.text(end) }
    }

    /// Reads an entity's text next.
    pub fn enter(&mut self, entity: &str, text: String) -> Result<(), Trouble> {
        if self.inputs.iter().any(|input| input.entity.as_deref() == Some(entity)) {
            return Ok(self.fail(RECURSIVE_ENTITY)?);
        }
        self.count(text.len())?;
        let depth = self.open.len();
        self.inputs.push(Input { text, at: 0, entity: Some(entity.to_string()), depth });
        Ok(())
    }

    /// Counts text that entities stand for.
    pub fn count(&mut self, len: usize) -> Outcome<()> {
        self.expanded += len;
        let (least, factor) = LIMITS;
        if self.expanded > least && self.expanded / factor > self.fed { self.fail(AMPLIFICATION) } else { Ok(()) }
    }
}

/// Why a step was not taken.
pub enum Trouble {
    Stop(Stop),
    Failure(Failure),
}

impl From<Stop> for Trouble {
    fn from(stop: Stop) -> Trouble {
        Trouble::Stop(stop)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        Trouble::Failure(failure)
    }
}

/// The place behind some text.
fn moved(mut place: Place, text: &str) -> Place {
    place.byte += text.len();
    match text.rfind('\n') {
        Some(last) => {
            place.line += text.bytes().filter(|b| *b == b'\n').count();
            place.column = text[last + 1..].chars().count();
        }
        None => place.column += text.chars().count(),
    }
    place
}
