//! What the engine tells its parser object.

/// A place in the document.
#[derive(Clone, Copy, Default)]
pub struct Place {
    pub line: usize,
    /// In characters, from 0.
    pub column: usize,
    pub byte: usize,
}

/// A model of an element's content: type, quantifier, name, children (numbers of `pyexpat.model`).
pub struct Model {
    pub kind: i64,
    pub quantifier: i64,
    pub name: Option<String>,
    pub children: Vec<Model>,
}

pub struct Attribute {
    pub name: String,
    pub value: String,
}

pub struct EntityDecl {
    pub name: String,
    pub is_parameter: bool,
    pub value: Option<String>,
    pub system: Option<String>,
    pub public: Option<String>,
    pub notation: Option<String>,
}

pub enum Kind {
    XmlDecl {
        version: Option<String>,
        encoding: Option<String>,
        standalone: i64,
    },
    StartDoctype {
        name: String,
        system: Option<String>,
        public: Option<String>,
        has_subset: bool,
    },
    EndDoctype,
    ElementDecl {
        name: String,
        model: Model,
    },
    AttlistDecl {
        element: String,
        attribute: String,
        kind: String,
        default: Option<String>,
        required: bool,
    },
    EntityDecl(EntityDecl),
    NotationDecl {
        name: String,
        system: Option<String>,
        public: Option<String>,
    },
    NotStandalone,
    StartNamespace {
        prefix: Option<String>,
        uri: Option<String>,
    },
    EndNamespace {
        prefix: Option<String>,
    },
    /// Of the attributes, the first `specified` stand in the document.
    StartElement {
        name: String,
        attributes: Vec<Attribute>,
        specified: usize,
    },
    EndElement {
        name: String,
    },
    Text(String),
    StartCdata,
    EndCdata,
    Comment(String),
    Instruction {
        target: String,
        data: String,
    },
    SkippedEntity {
        name: String,
    },
    ExternalEntity {
        context: String,
        system: Option<String>,
        public: Option<String>,
    },
    /// Only the default handler wants it.
    Other,
}

pub struct Event {
    pub kind: Kind,
    pub place: Place,
    /// The text in the document, for the default handler.
    pub raw: String,
}

/// A number of [`super::errors::MESSAGES`], and where.
pub struct Failure {
    pub code: usize,
    pub place: Place,
}
