//! `pyexpat`: the XML parser below `xml.parsers.expat`, `xml.etree`, `xml.dom` and `xml.sax`.
//!
//! It behaves as Expat does, with messages and places of its errors. A document type's external subset is not read,
//! and `SetParamEntityParsing` changes nothing.

mod decode;
mod dtd;
mod elements;
mod engine;
mod errors;
mod event;
mod handlers;
mod parser;
mod scan;

use super::error_class::ErrorClass;
use crate::errors::{R, Raised};
use crate::object::args::Params;
use crate::object::singletons::none;
use crate::object::{Method, Ref, attr};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions::EXCEPTION;
use crate::types::list::List;
use crate::types::module::{Module, NativeModule};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

static ERROR: ErrorClass = ErrorClass::new("xml.parsers.expat", "ExpatError", &EXCEPTION);

/// An `ExpatError` with its code and place.
fn raise(code: usize, line: usize, column: usize) -> Raised {
    let message = parser::message(code).unwrap_or("unknown error");
    let raised = ERROR.raise(format_args!("{message}: line {line}, column {column}"));
    let exception = crate::errors::take();
    for (name, number) in [("code", code), ("lineno", line), ("offset", column)] {
        if let Err(raised) = attr::setattr(exception, Str::intern(name), Some(Value::small(number as i64))) {
            return raised;
        }
    }
    let _ = raised;
    crate::errors::restore(exception)
}

/// Numbers of content models.
const MODEL: [(&str, i64); 10] = [
    ("XML_CTYPE_EMPTY", 1),
    ("XML_CTYPE_ANY", 2),
    ("XML_CTYPE_MIXED", 3),
    ("XML_CTYPE_NAME", 4),
    ("XML_CTYPE_CHOICE", 5),
    ("XML_CTYPE_SEQ", 6),
    ("XML_CQUANT_NONE", 0),
    ("XML_CQUANT_OPT", 1),
    ("XML_CQUANT_REP", 2),
    ("XML_CQUANT_PLUS", 3),
];

const FEATURES: [(&str, i64); 7] = [
    ("sizeof(XML_Char)", 1),
    ("sizeof(XML_LChar)", 1),
    ("XML_DTD", 0),
    ("XML_CONTEXT_BYTES", 1024),
    ("XML_NS", 0),
    ("XML_BLAP_MAX_AMP", 100),
    ("XML_BLAP_ACT_THRES", 8_388_608),
];

/// Adds a module as an attribute; `import pyexpat.errors` finds it too.
fn add_submodule(module: Ref<Module>, name: &str, doc: &str) -> Ref<Module> {
    let full = format!("pyexpat.{name}");
    let made = Module::new(&full);
    made.set("__doc__", Str::new(doc).value());
    super::sys::modules().set_str(Str::intern(&full), made.value());
    module.set(name, made.value());
    made
}

pub static MODULE: NativeModule = NativeModule {
    name: "pyexpat",
    functions: &[
        Method::full("ParserCreate", |_, args| {
            static PARAMS: Params = Params {
                function: "ParserCreate",
                names: &["encoding", "namespace_separator", "intern"],
                required: 0,
                positional: 3,
            };
            let [encoding, separator, intern] = args.bind(&PARAMS)?;
            parser::create(encoding, separator, intern)
        }),
        Method::one("ErrorString", |_, code| {
            let code = ops::as_i64(code)?;
            let message = usize::try_from(code).ok().and_then(parser::message);
            Ok(message.map_or_else(none, |message| Str::new(message).value()))
        }),
    ],
    init,
};

fn init(module: Ref<Module>) -> R<()> {
    parser::register();
    let small = Value::small;
    module.set("XMLParserType", parser::PARSER.class().value());
    let error = ERROR.value()?;
    module.set("ExpatError", error);
    module.set("error", error);
    module.set("EXPAT_VERSION", Str::new("expat_2.7.3").value());
    module.set("version_info", Tuple::new(&[small(2), small(7), small(3)]).value());
    module.set("native_encoding", Str::new("UTF-8").value());
    let features = FEATURES.map(|(name, number)| Tuple::new(&[Str::new(name).value(), small(number)]).value());
    module.set("features", List::new(&features).value());
    for (name, number) in [("NEVER", 0), ("UNLESS_STANDALONE", 1), ("ALWAYS", 2)] {
        module.set(&format!("XML_PARAM_ENTITY_PARSING_{name}"), small(number));
    }
    let numbers = add_submodule(module, "errors", "Constants used to describe error conditions.");
    let (codes, messages) = (Dict::new(), Dict::new());
    for ((name, message), code) in errors::MESSAGES.iter().zip(1..) {
        let message = Str::intern(message).value();
        numbers.set(&format!("XML_ERROR_{name}"), message);
        codes.set(message, small(code))?;
        messages.set(small(code), message)?;
    }
    numbers.set("codes", codes.value());
    numbers.set("messages", messages.value());
    let model = add_submodule(module, "model", "Constants used to interpret content model information.");
    for (name, number) in MODEL {
        model.set(name, small(number));
    }
    Ok(())
}
