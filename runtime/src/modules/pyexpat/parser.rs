//! `pyexpat.xmlparser`: a parser as Python sees it. It feeds the engine, and calls handlers with what comes out.

use super::decode::{self, Encoding, Sniffed};
use super::engine::Engine;
use super::errors::{self as numbers, MESSAGES};
use super::event::{Event, Failure, Kind, Model};
use super::handlers::{self, Handler};
use crate::errors::{R, Raised, type_error, value_error};
use crate::gc::Header;
use crate::modules::native_box;
use crate::names;
use crate::object::define::{GetSet, Method, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none};
use crate::object::{Builtin, Ref, Slot, TypeDef, attr, call};
use crate::ops;
use crate::types::bytes::{Bytes, buffer_of};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use taipan_abi::header::Kind as ObjectKind;

const HANDLERS: usize = handlers::NAMES.len();

#[repr(C)]
pub struct Parser {
    hdr: Header,
    /// A box with the engine.
    engine: Slot,
    intern: Slot,
    base: Slot,
    handlers: [Slot; HANDLERS],
    flags: [Cell<bool>; 4],
    buffer_size: Cell<u32>,
}

/// Places in [`Parser::flags`].
#[derive(Clone, Copy)]
enum Flag {
    BufferText,
    Ordered,
    Specified,
    Prefixes,
}

impl Builtin for Parser {
    const DEF: &'static TypeDef = &PARSER;
}

/// What the box holds.
struct State {
    engine: Engine,
    failure: Option<Failure>,
    /// Where the event is that a handler is told of.
    current: super::event::Place,
    text: RefCell<String>,
    is_running: bool,
    is_finished: bool,
    defers: bool,
}

static ENGINE: TypeDef = TypeDef {
    name: "pyexpat.engine",
    flags: NO_NEW,
    words: native_box::WORDS,
    kind: ObjectKind::Native,
    ..TypeDef::BASE
};

pub fn register() {
    native_box::register::<State>(&ENGINE);
}

fn wrap(engine: Engine, intern: Value) -> Ref<Parser> {
    let state = State {
        engine,
        failure: None,
        current: super::event::Place { line: 1, column: 0, byte: 0 },
        text: RefCell::new(String::new()),
        is_running: false,
        is_finished: false,
        defers: true,
    };
    let engine = native_box::make(&ENGINE, state);
    allocate(
        PARSER.header(),
        Parser {
            hdr: Header::EMPTY,
            engine: Slot::new(engine),
            intern: Slot::new(intern),
            base: Slot::EMPTY,
            handlers: [Slot::EMPTY; HANDLERS],
            flags: [const { Cell::new(false) }; 4],
            buffer_size: Cell::new(8192),
        },
    )
}

/// `ParserCreate(encoding=None, namespace_separator=None, intern=None)`.
pub fn create(encoding: Option<Value>, separator: Option<Value>, intern: Option<Value>) -> R {
    let separator = match separator.filter(|s| !s.is_none()) {
        None => None,
        Some(text) => {
            let text = ops::str_of(text)?;
            if text.len() > 1 {
                return Err(value_error("namespace_separator must be at most one character, omitted, or None"));
            }
            Some(text.to_string_lossy())
        }
    };
    let made = wrap(Engine::new(separator), intern.unwrap_or_else(|| Dict::new().value()));
    if let Some(name) = encoding.filter(|e| !e.is_none()) {
        let name = ops::str_of(name)?.to_string_lossy();
        if let Some(known) = find_encoding(&name)? {
            made.with(|state| state.engine.set_encoding(known));
        }
    }
    Ok(made.value())
}

/// An encoding that the parser or Python knows.
fn find_encoding(name: &str) -> R<Option<Encoding>> {
    if let Some(known) = decode::builtin(name, false) {
        return Ok(Some(known));
    }
    let all: Vec<u8> = (0..=255).collect();
    let bytes = Bytes::new(&all).value();
    let decoded =
        call::call_method(bytes, Str::intern("decode"), &[Str::new(name).value(), Str::new("replace").value()]);
    let Some(text) = decoded?.cast::<Str>() else { return Ok(None) };
    if text.len() != 256 {
        return Err(value_error("multi-byte encodings are not supported"));
    }
    let mut table = Box::new([None; 256]);
    for (entry, point) in table.iter_mut().zip(text.code_points()) {
        *entry = char::from_u32(point).filter(|c| *c != char::REPLACEMENT_CHARACTER);
    }
    Ok(Some(Encoding::Table(table)))
}

impl Ref<Parser> {
    /// The closure runs no Python code.
    fn with<U>(self, f: impl FnOnce(&mut State) -> U) -> U {
        // SAFETY: the box was made with this payload, which `register` announced.
        unsafe { native_box::with(self.engine.value(), f) }
    }

    fn flag(self, flag: Flag) -> bool {
        self.flags[flag as usize].get()
    }

    fn handler(self, handler: Handler) -> Option<Value> {
        self.handlers[handler as usize].get()
    }

    /// The exception for an error.
    fn failed(self, failure: Failure) -> Raised {
        let (code, place) = (failure.code, failure.place);
        self.with(|state| {
            state.current = place;
            state.failure = Some(failure);
            state.is_running = false;
        });
        super::raise(code, place.line, place.column)
    }

    fn parse(self, bytes: &[u8], is_final: bool) -> R {
        let known = self.with(|state| {
            if state.is_running || state.is_finished {
                let place = state.current;
                return Err(Failure { code: numbers::FINISHED, place });
            }
            match &state.failure {
                Some(failure) => Err(Failure { code: failure.code, place: failure.place }),
                None => Ok(state.engine.sniff(bytes, is_final)),
            }
        });
        let sniffed = match known {
            Ok(sniffed) => sniffed,
            Err(failure) => return Err(super::raise(failure.code, failure.place.line, failure.place.column)),
        };
        match sniffed {
            Some(Sniffed::Known(encoding)) => self.with(|state| state.engine.set_encoding(encoding)),
            Some(Sniffed::Named(name)) => match find_encoding(&name) {
                Ok(Some(encoding)) => self.with(|state| state.engine.set_encoding(encoding)),
                Err(raised) if !crate::errors::pending_is(&crate::types::exceptions::LOOKUP_ERROR) => {
                    return Err(raised);
                }
                _ => {
                    crate::errors::clear();
                    let place = super::event::Place { line: 1, column: name_column(bytes), byte: 0 };
                    return Err(self.failed(Failure { code: numbers::UNKNOWN_ENCODING, place }));
                }
            },
            Some(Sniffed::Later) | None => {}
        }
        let expands = self.handler(Handler::Default).is_none();
        let prefixes = self.flag(Flag::Prefixes);
        self.with(|state| {
            state.engine.expands = expands;
            state.engine.prefixes = prefixes;
            state.engine.feed(bytes, is_final);
            state.is_running = true;
        });
        let outcome = self.run(is_final);
        self.with(|state| {
            state.is_running = false;
            state.is_finished |= is_final && outcome.is_ok();
        });
        outcome?;
        Ok(Value::small(1))
    }

    fn run(self, is_final: bool) -> R<()> {
        loop {
            let next = self.with(|state| state.engine.next(is_final));
            match next {
                Ok(Some(event)) => self.dispatch(event)?,
                Ok(None) => return self.flush(),
                Err(failure) => {
                    self.flush()?;
                    return Err(self.failed(failure));
                }
            }
        }
    }

    /// Hands text out that was held back.
    fn flush(self) -> R<()> {
        let text = self.with(|state| std::mem::take(&mut *state.text.borrow_mut()));
        match self.handler(Handler::CharacterData).filter(|_| !text.is_empty()) {
            Some(handler) => call::call(handler, &[Str::from_string(text)]).map(drop),
            None => Ok(()),
        }
    }

    fn dispatch(self, event: Event) -> R<()> {
        self.with(|state| state.current = event.place);
        let (kind, raw) = match event.kind {
            Kind::Text(text) if self.handler(Handler::CharacterData).is_some() => return self.text(text),
            kind => (kind, event.raw),
        };
        let Some(handler) = handlers::of(&kind).and_then(|handler| self.handler(handler)) else {
            let default = self.handler(Handler::DefaultExpand).or_else(|| self.handler(Handler::Default));
            return match default.filter(|_| !raw.is_empty()) {
                Some(default) => {
                    self.flush()?;
                    call::call(default, &[Str::from_string(raw)]).map(drop)
                }
                None => Ok(()),
            };
        };
        self.flush()?;
        let (args, failing) = self.arguments(kind);
        let result = call::call(handler, &args)?;
        match failing {
            Some(code) if ops::as_i64(result)? == 0 => {
                let place = event.place;
                Err(self.failed(Failure { code, place }))
            }
            _ => Ok(()),
        }
    }

    fn text(self, text: String) -> R<()> {
        let limit = self.buffer_size.get() as usize;
        if !self.flag(Flag::BufferText) {
            let Some(handler) = self.handler(Handler::CharacterData) else { return Ok(()) };
            return call::call(handler, &[Str::from_string(text)]).map(drop);
        }
        let held = self.with(|state| state.text.borrow().len());
        if held + text.len() > limit {
            self.flush()?;
        }
        self.with(|state| state.text.borrow_mut().push_str(&text));
        if text.len() > limit { self.flush() } else { Ok(()) }
    }

    /// A handler's arguments, and the error that a false result means.
    fn arguments(self, kind: Kind) -> (Vec<Value>, Option<usize>) {
        let name = |text: &str| Str::intern(text).value();
        let optional = |text: Option<String>| text.map_or_else(none, |text| Str::new(&text).value());
        let base = self.base.get().unwrap_or_else(none);
        let mut failing = None;
        let args = match kind {
            Kind::XmlDecl { version, encoding, standalone } => {
                vec![optional(version), optional(encoding), Value::small(standalone)]
            }
            Kind::StartDoctype { name: doctype, system, public, has_subset } => {
                vec![name(&doctype), optional(system), optional(public), Value::small(has_subset.into())]
            }
            Kind::EndDoctype | Kind::StartCdata | Kind::EndCdata | Kind::Other => Vec::new(),
            Kind::NotStandalone => {
                failing = Some(numbers::NOT_STANDALONE);
                Vec::new()
            }
            Kind::ElementDecl { name: element, model } => vec![name(&element), model_value(&model)],
            Kind::AttlistDecl { element, attribute, kind, default, required } => {
                vec![name(&element), name(&attribute), name(&kind), optional(default), Value::small(required.into())]
            }
            Kind::EntityDecl(entity) => match entity.notation {
                Some(notation) if self.handler(Handler::UnparsedEntityDecl).is_some() => {
                    vec![name(&entity.name), base, optional(entity.system), optional(entity.public), name(&notation)]
                }
                notation => vec![
                    name(&entity.name),
                    Value::small(entity.is_parameter.into()),
                    optional(entity.value),
                    base,
                    optional(entity.system),
                    optional(entity.public),
                    optional(notation),
                ],
            },
            Kind::NotationDecl { name: notation, system, public } => {
                vec![name(&notation), base, optional(system), optional(public)]
            }
            Kind::StartNamespace { prefix, uri } => vec![optional(prefix), optional(uri)],
            Kind::EndNamespace { prefix } => vec![optional(prefix)],
            Kind::StartElement { name: element, mut attributes, specified } => {
                if self.flag(Flag::Specified) {
                    attributes.truncate(specified);
                }
                let pairs = attributes.iter().map(|a| (name(&a.name), Str::new(&a.value).value()));
                let attributes = if self.flag(Flag::Ordered) {
                    List::new(&pairs.flat_map(|(name, value)| [name, value]).collect::<Vec<_>>()).value()
                } else {
                    let dict = Dict::new();
                    for (name, value) in pairs {
                        if let Some(name) = name.cast::<Str>() {
                            dict.set_str(name, value);
                        }
                    }
                    dict.value()
                };
                vec![name(&element), attributes]
            }
            Kind::EndElement { name: element } => vec![name(&element)],
            Kind::Text(text) | Kind::Comment(text) => vec![Str::new(&text).value()],
            Kind::Instruction { target, data } => vec![name(&target), Str::new(&data).value()],
            Kind::SkippedEntity { name: entity } => {
                let is_parameter = entity.starts_with('%');
                vec![name(entity.trim_start_matches('%')), Value::small(is_parameter.into())]
            }
            Kind::ExternalEntity { context, system, public } => {
                failing = Some(numbers::EXTERNAL_ENTITY);
                vec![name(&context), base, optional(system), optional(public)]
            }
        };
        (args, failing)
    }
}

/// The column where the name of an unknown encoding is, as far as it is known.
fn name_column(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    text.find("encoding").and_then(|at| text[at..].find(['"', '\'']).map(|quote| at + quote + 1)).unwrap_or(0)
}

fn model_value(model: &Model) -> Value {
    let children: Vec<Value> = model.children.iter().map(model_value).collect();
    let name = model.name.as_ref().map_or_else(none, |name| Str::intern(name).value());
    let (kind, quantifier) = (Value::small(model.kind), Value::small(model.quantifier));
    Tuple::new(&[kind, quantifier, name, Tuple::new(&children).value()]).value()
}

fn parser(v: Value) -> Ref<Parser> {
    v.expect::<Parser>()
}

fn parse(v: Value, args: &[Value]) -> R {
    let is_final = args.get(1).map_or(Ok(false), |v| ops::truth(*v))?;
    if let Some(text) = args[0].cast::<Str>() {
        let Some(text) = text.to_utf8() else {
            return call::call_method(args[0], Str::intern("encode"), &[Str::intern("utf-8").value()]);
        };
        parser(v).with(|state| state.engine.set_encoding(Encoding::Utf8));
        return parser(v).parse(text.as_bytes(), is_final);
    }
    match buffer_of(args[0])? {
        Some(bytes) => {
            // Handlers may change what the bytes are in.
            let bytes = bytes.to_vec();
            parser(v).parse(&bytes, is_final)
        }
        None => {
            Err(type_error(format_args!("a bytes-like object is required, not '{}'", args[0].class().display_name())))
        }
    }
}

fn parse_file(v: Value, file: Value) -> R {
    let Some(read) = attr::find(file, names::get(names::read))? else {
        return Err(type_error("argument must have 'read' attribute"));
    };
    loop {
        let chunk = call::call(read, &[Value::small(2048)])?;
        let Some(bytes) = chunk.cast::<Bytes>() else {
            return Err(type_error(format_args!(
                "read() did not return a bytes object (type={})",
                chunk.class().display_name()
            )));
        };
        let bytes = bytes.as_slice().to_vec();
        let result = parser(v).parse(&bytes, bytes.is_empty())?;
        if bytes.is_empty() {
            return Ok(result);
        }
    }
}

fn external(v: Value, args: &[Value]) -> R {
    let outer = parser(v);
    let made = wrap(outer.with(|state| state.engine.fragment()), outer.intern.value());
    for (new, old) in made.handlers.iter().zip(&outer.handlers) {
        new.put(made, old.get());
    }
    for (new, old) in made.flags.iter().zip(&outer.flags) {
        new.set(old.get());
    }
    made.base.put(made, outer.base.get());
    if let Some(name) = args.get(1).filter(|e| !e.is_none()) {
        if let Some(encoding) = find_encoding(&ops::str_of(*name)?.to_string_lossy())? {
            made.with(|state| state.engine.set_encoding(encoding));
        }
    }
    Ok(made.value())
}

macro_rules! handler {
    ($name:literal $handler:ident) => {
        GetSet::both(
            $name,
            |v| Ok(parser(v).handler(Handler::$handler).unwrap_or_else(none)),
            |v, value| set_handler(v, Handler::$handler, $name, value),
        )
    };
}

fn set_handler(v: Value, handler: Handler, name: &str, value: Option<Value>) -> R<()> {
    let Some(value) = value else { return Err(value_error(format_args!("cannot delete attribute '{name}'"))) };
    let parser = parser(v);
    if matches!(handler, Handler::CharacterData) {
        parser.flush()?;
    }
    parser.handlers[handler as usize].put(parser, Some(value).filter(|v| !v.is_none()));
    Ok(())
}

macro_rules! flag {
    ($name:literal $flag:ident) => {
        GetSet::both(
            $name,
            |v| Ok(boolean(parser(v).flag(Flag::$flag))),
            |v, value| {
                let Some(value) = value else { return Err(type_error("Cannot delete attribute")) };
                let on = ops::truth(value)?;
                parser(v).flush()?;
                parser(v).flags[Flag::$flag as usize].set(on);
                Ok(())
            },
        )
    };
}

macro_rules! number {
    ($name:literal $get:expr) => {
        GetSet::get($name, |v| {
            let get: fn(&State) -> usize = $get;
            Ok(Value::small(parser(v).with(|state| get(state)) as i64))
        })
    };
}

fn set_buffer_size(v: Value, value: Option<Value>) -> R<()> {
    let Some(value) = value else { return Err(type_error("Cannot delete attribute")) };
    let Some(size) = crate::types::int::exact(value) else { return Err(type_error("buffer_size must be an integer")) };
    match u32::try_from(ops::as_i64(size.value())?) {
        Ok(size) if size > 0 && size <= i32::MAX as u32 => {
            parser(v).flush()?;
            parser(v).buffer_size.set(size);
            Ok(())
        }
        _ => Err(value_error("buffer_size must be greater than zero")),
    }
}

pub static PARSER: TypeDef = TypeDef {
    name: "pyexpat.xmlparser",
    methods: &[
        Method::pos("Parse", parse, 1, 2),
        Method::one("ParseFile", parse_file),
        Method::pos("ExternalEntityParserCreate", external, 1, 2),
        Method::one("SetBase", |v, base| {
            parser(v).base.put(parser(v), Some(base));
            Ok(none())
        }),
        Method::none("GetBase", |v| Ok(parser(v).base.get().unwrap_or_else(none))),
        Method::none("GetInputContext", |_| Ok(none())),
        Method::one("SetParamEntityParsing", |_, v| ops::as_i64(v).map(|_| Value::small(1))),
        Method::pos("UseForeignDTD", |_, _| Ok(none()), 0, 1),
        Method::none("GetReparseDeferralEnabled", |v| Ok(boolean(parser(v).with(|state| state.defers)))),
        Method::one("SetReparseDeferralEnabled", |v, on| {
            let on = ops::truth(on)?;
            parser(v).with(|state| state.defers = on);
            Ok(none())
        }),
    ],
    getset: &[
        handler!("StartElementHandler" StartElement),
        handler!("EndElementHandler" EndElement),
        handler!("ProcessingInstructionHandler" Instruction),
        handler!("CharacterDataHandler" CharacterData),
        handler!("UnparsedEntityDeclHandler" UnparsedEntityDecl),
        handler!("NotationDeclHandler" NotationDecl),
        handler!("StartNamespaceDeclHandler" StartNamespace),
        handler!("EndNamespaceDeclHandler" EndNamespace),
        handler!("CommentHandler" Comment),
        handler!("StartCdataSectionHandler" StartCdata),
        handler!("EndCdataSectionHandler" EndCdata),
        handler!("DefaultHandler" Default),
        handler!("DefaultHandlerExpand" DefaultExpand),
        handler!("NotStandaloneHandler" NotStandalone),
        handler!("ExternalEntityRefHandler" ExternalEntity),
        handler!("StartDoctypeDeclHandler" StartDoctype),
        handler!("EndDoctypeDeclHandler" EndDoctype),
        handler!("EntityDeclHandler" EntityDecl),
        handler!("XmlDeclHandler" XmlDecl),
        handler!("ElementDeclHandler" ElementDecl),
        handler!("AttlistDeclHandler" AttlistDecl),
        handler!("SkippedEntityHandler" SkippedEntity),
        flag!("buffer_text" BufferText),
        flag!("ordered_attributes" Ordered),
        flag!("specified_attributes" Specified),
        flag!("namespace_prefixes" Prefixes),
        number!("ErrorCode" | state | state.failure.as_ref().map_or(0, |failure| failure.code)),
        number!("ErrorLineNumber" | state | state.current.line),
        number!("ErrorColumnNumber" | state | state.current.column),
        number!("ErrorByteIndex" | state | state.current.byte),
        number!("CurrentLineNumber" | state | state.current.line),
        number!("CurrentColumnNumber" | state | state.current.column),
        number!("CurrentByteIndex" | state | state.current.byte),
        number!("buffer_used" | state | state.text.borrow().len()),
        GetSet::both("buffer_size", |v| Ok(Value::small(parser(v).buffer_size.get().into())), set_buffer_size),
        GetSet::get("intern", |v| Ok(parser(v).intern.value())),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<Parser>(),
    traced: 3 + HANDLERS as u16,
    ..TypeDef::BASE
};

/// The message of an error number.
pub fn message(code: usize) -> Option<&'static str> {
    MESSAGES.get(code.checked_sub(1)?).map(|(_, message)| *message)
}
