//! The handlers of a parser, and which of them hears of what.

use super::event::Kind;

macro_rules! handlers {
    ($($name:ident)*) => {
        /// A place among a parser's handlers.
        #[derive(Clone, Copy)]
        pub enum Handler { $($name),* }
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

handlers! {
    StartElement EndElement Instruction CharacterData UnparsedEntityDecl NotationDecl StartNamespace EndNamespace
    Comment StartCdata EndCdata Default DefaultExpand NotStandalone ExternalEntity StartDoctype EndDoctype EntityDecl
    XmlDecl ElementDecl AttlistDecl SkippedEntity
}

/// The handler of an event.
pub fn of(kind: &Kind) -> Option<Handler> {
    Some(match kind {
        Kind::XmlDecl { .. } => Handler::XmlDecl,
        Kind::StartDoctype { .. } => Handler::StartDoctype,
        Kind::EndDoctype => Handler::EndDoctype,
        Kind::ElementDecl { .. } => Handler::ElementDecl,
        Kind::AttlistDecl { .. } => Handler::AttlistDecl,
        Kind::EntityDecl(_) => Handler::EntityDecl,
        Kind::NotationDecl { .. } => Handler::NotationDecl,
        Kind::NotStandalone => Handler::NotStandalone,
        Kind::StartNamespace { .. } => Handler::StartNamespace,
        Kind::EndNamespace { .. } => Handler::EndNamespace,
        Kind::StartElement { .. } => Handler::StartElement,
        Kind::EndElement { .. } => Handler::EndElement,
        Kind::Text(_) => Handler::CharacterData,
        Kind::StartCdata => Handler::StartCdata,
        Kind::EndCdata => Handler::EndCdata,
        Kind::Comment(_) => Handler::Comment,
        Kind::Instruction { .. } => Handler::Instruction,
        Kind::SkippedEntity { .. } => Handler::SkippedEntity,
        Kind::ExternalEntity { .. } => Handler::ExternalEntity,
        Kind::Other => return None,
    })
}
