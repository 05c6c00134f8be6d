//! Expat's errors: number, name in `pyexpat.errors`, message.

pub const MESSAGES: [(&str, &str); 44] = [
    ("NO_MEMORY", "out of memory"),
    ("SYNTAX", "syntax error"),
    ("NO_ELEMENTS", "no element found"),
    ("INVALID_TOKEN", "not well-formed (invalid token)"),
    ("UNCLOSED_TOKEN", "unclosed token"),
    ("PARTIAL_CHAR", "partial character"),
    ("TAG_MISMATCH", "mismatched tag"),
    ("DUPLICATE_ATTRIBUTE", "duplicate attribute"),
    ("JUNK_AFTER_DOC_ELEMENT", "junk after document element"),
    ("PARAM_ENTITY_REF", "illegal parameter entity reference"),
    ("UNDEFINED_ENTITY", "undefined entity"),
    ("RECURSIVE_ENTITY_REF", "recursive entity reference"),
    ("ASYNC_ENTITY", "asynchronous entity"),
    ("BAD_CHAR_REF", "reference to invalid character number"),
    ("BINARY_ENTITY_REF", "reference to binary entity"),
    ("ATTRIBUTE_EXTERNAL_ENTITY_REF", "reference to external entity in attribute"),
    ("MISPLACED_XML_PI", "XML or text declaration not at start of entity"),
    ("UNKNOWN_ENCODING", "unknown encoding"),
    ("INCORRECT_ENCODING", "encoding specified in XML declaration is incorrect"),
    ("UNCLOSED_CDATA_SECTION", "unclosed CDATA section"),
    ("EXTERNAL_ENTITY_HANDLING", "error in processing external entity reference"),
    ("NOT_STANDALONE", "document is not standalone"),
    ("UNEXPECTED_STATE", "unexpected parser state - please send a bug report"),
    ("ENTITY_DECLARED_IN_PE", "entity declared in parameter entity"),
    ("FEATURE_REQUIRES_XML_DTD", "requested feature requires XML_DTD support in Expat"),
    ("CANT_CHANGE_FEATURE_ONCE_PARSING", "cannot change setting once parsing has begun"),
    ("UNBOUND_PREFIX", "unbound prefix"),
    ("UNDECLARING_PREFIX", "must not undeclare prefix"),
    ("INCOMPLETE_PE", "incomplete markup in parameter entity"),
    ("XML_DECL", "XML declaration not well-formed"),
    ("TEXT_DECL", "text declaration not well-formed"),
    ("PUBLICID", "illegal character(s) in public id"),
    ("SUSPENDED", "parser suspended"),
    ("NOT_SUSPENDED", "parser not suspended"),
    ("ABORTED", "parsing aborted"),
    ("FINISHED", "parsing finished"),
    ("SUSPEND_PE", "cannot suspend in external parameter entity"),
    ("RESERVED_PREFIX_XML", "reserved prefix (xml) must not be undeclared or bound to another namespace name"),
    ("RESERVED_PREFIX_XMLNS", "reserved prefix (xmlns) must not be declared or undeclared"),
    ("RESERVED_NAMESPACE_URI", "prefix must not be bound to one of the reserved namespace names"),
    ("INVALID_ARGUMENT", "invalid argument"),
    ("NO_BUFFER", "a successful prior call to function XML_GetBuffer is required"),
    ("AMPLIFICATION_LIMIT_BREACH", "limit on input amplification factor (from DTD and entities) breached"),
    ("NOT_STARTED", "parser not started"),
];

pub const SYNTAX: usize = 2;
pub const NO_ELEMENTS: usize = 3;
pub const INVALID_TOKEN: usize = 4;
pub const UNCLOSED_TOKEN: usize = 5;
pub const PARTIAL_CHAR: usize = 6;
pub const TAG_MISMATCH: usize = 7;
pub const DUPLICATE_ATTRIBUTE: usize = 8;
pub const JUNK: usize = 9;
pub const UNDEFINED_ENTITY: usize = 11;
pub const RECURSIVE_ENTITY: usize = 12;
pub const ASYNC_ENTITY: usize = 13;
pub const BAD_CHAR_REF: usize = 14;
pub const BINARY_ENTITY: usize = 15;
pub const EXTERNAL_IN_ATTRIBUTE: usize = 16;
pub const MISPLACED_DECL: usize = 17;
pub const UNKNOWN_ENCODING: usize = 18;
pub const UNCLOSED_CDATA: usize = 20;
pub const EXTERNAL_ENTITY: usize = 21;
pub const NOT_STANDALONE: usize = 22;
pub const UNBOUND_PREFIX: usize = 27;
pub const UNDECLARING_PREFIX: usize = 28;
pub const XML_DECL: usize = 30;
pub const FINISHED: usize = 36;
pub const RESERVED_XML: usize = 38;
pub const RESERVED_XMLNS: usize = 39;
pub const RESERVED_URI: usize = 40;
pub const AMPLIFICATION: usize = 43;
