//! `SRE_Template`: a replacement text split at its group references, and its filling in.

use super::pattern::Pattern;
use super::subject::Subject;
use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::modules::create_and_get;
use crate::object::define::NO_NEW;
use crate::object::reference::allocate;
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, call};
use crate::ops;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::str::{Str, find};
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The object.
#[repr(C)]
pub(super) struct Template {
    hdr: Header,
    /// A tuple: literal, group, literal, group, ..., literal.
    items: Slot,
}

impl Builtin for Template {
    const DEF: &'static TypeDef = &TEMPLATE;
}

impl Template {
    fn items(&self) -> &[Value] {
        let items = self.items.object::<Tuple>();
        // SAFETY: the tuple lives as long as the template.
        unsafe { &*(items.as_slice() as *const [Value]) }
    }

    /// The text, if it refers to no group.
    pub fn literal(&self) -> Option<Value> {
        match self.items() {
            [literal] => Some(*literal),
            _ => None,
        }
    }
}

pub(super) static TEMPLATE: TypeDef = TypeDef {
    name: "_sre.SRE_Template",
    slots: Slots::NONE,
    flags: NO_NEW,
    words: TypeDef::words_of::<Template>(),
    traced: 1,
    ..TypeDef::BASE
};

/// `_sre.template(pattern, [literal, group, literal, ...])`.
pub(super) fn template(_: Value, args: Args) -> R {
    let args = args.only_positional("template", 2, 2)?;
    if args[0].cast::<Pattern>().is_none() {
        return Err(type_error(format_args!(
            "template() argument 1 must be re.Pattern, not {}",
            args[0].class().display_name()
        )));
    }
    let Some(list) = args[1].cast::<List>() else {
        return Err(type_error(format_args!(
            "template() argument 2 must be list, not {}",
            args[1].class().display_name()
        )));
    };
    let items = list.as_slice();
    let invalid = || type_error("invalid template");
    if items.len() % 2 == 0 {
        return Err(invalid());
    }
    for pair in items[1..].chunks(2) {
        if ops::as_isize(pair[0])? < 0 {
            return Err(invalid());
        }
    }
    let made = Template { hdr: Header::EMPTY, items: Slot::new(Tuple::new(items)) };
    Ok(allocate(TEMPLATE.header(), made).value())
}

/// The template of a replacement text, by way of `re`, which parses it.
pub(super) fn compiled(pattern: Ref<Pattern>, text: Value) -> R<Ref<Template>> {
    let compile = create_and_get("re", "_compile_template")?;
    let Some(compile) = compile else { return Err(type_error("re._compile_template is missing")) };
    let made = call::call(compile, &[pattern.value(), text])?;
    match made.cast::<Template>() {
        Some(template) => Ok(template),
        None => Err(type_error(format_args!(
            "the result of re._compile_template() must be _sre.SRE_Template, not {}",
            made.class().display_name()
        ))),
    }
}

/// The parts that a match makes of a template, added to `parts`.
pub(super) fn fill(
    template: Ref<Template>,
    subject: &Subject,
    span: impl Fn(usize) -> Option<(usize, usize)>,
    parts: &mut Vec<Value>,
) -> R<()> {
    let items = template.items();
    parts.push(items[0]);
    for pair in items[1..].chunks(2) {
        if let Some((start, end)) = span(ops::as_isize(pair[0])? as usize) {
            parts.push(subject.slice(start, end));
        }
        parts.push(pair[1]);
    }
    Ok(())
}

/// The text that a match makes of a template.
pub(super) fn expand(template: Ref<Template>, subject: Subject, span: impl Fn(usize) -> Option<(usize, usize)>) -> R {
    if let Some(literal) = template.literal() {
        return Ok(literal);
    }
    let mut parts = Vec::new();
    fill(template, &subject, span, &mut parts)?;
    join(&subject, &parts)
}

/// The parts as one text of the subject's kind.
pub(super) fn join(subject: &Subject, parts: &[Value]) -> R {
    let list = List::new(parts).value();
    if subject.is_bytes() {
        return call::call_method(Bytes::new(&[]).value(), Str::intern("join"), &[list]);
    }
    find::join(Str::from_ascii(b""), list)
}
