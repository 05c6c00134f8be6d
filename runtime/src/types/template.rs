//! Template strings (PEP 750): `string.templatelib.Template` and `Interpolation`.

use crate::errors::{R, type_error, value_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::class::Type;
use crate::object::define::{GetSet, Method, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::slots::Slots;
use crate::object::{Args, Builtin, Ref, Slot, TypeDef, attr};
use crate::ops;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// One more string than interpolations.
#[repr(C)]
pub struct Template {
    hdr: Header,
    strings: Slot,
    interpolations: Slot,
}

#[repr(C)]
pub struct Interpolation {
    hdr: Header,
    value: Slot,
    expression: Slot,
    conversion: Slot,
    format_spec: Slot,
}

/// Goes through the parts of a template.
#[repr(C)]
pub struct TemplateIter {
    hdr: Header,
    template: Slot,
    /// Next part as a tagged int: strings have even numbers.
    at: Cell<u64>,
}

impl Builtin for Template {
    const DEF: &'static TypeDef = &TEMPLATE;
}
impl Builtin for Interpolation {
    const DEF: &'static TypeDef = &INTERPOLATION;
}
impl Builtin for TemplateIter {
    const DEF: &'static TypeDef = &TEMPLATE_ITER;
}

/// `BUILD_TEMPLATE`: strings, and one interpolation fewer.
pub fn build(strings: Value, interpolations: Value) -> R {
    let fine = match (strings.cast::<Tuple>(), interpolations.cast::<Tuple>()) {
        (Some(strings), Some(interpolations)) => {
            strings.len() == interpolations.len() + 1
                && strings.as_slice().iter().all(|text| text.cast::<Str>().is_some())
                && interpolations.as_slice().iter().all(|item| item.exact::<Interpolation>().is_some())
        }
        _ => false,
    };
    if !fine {
        return Err(crate::errors::bad_internal_call());
    }
    Ok(allocate(
        TEMPLATE.header(),
        Template { hdr: Header::EMPTY, strings: Slot::new(strings), interpolations: Slot::new(interpolations) },
    )
    .value())
}

/// `BUILD_INTERPOLATION`: `conversion` 0 none, 1 `s`, 2 `r`, 3 `a`.
pub fn build_interpolation(value: Value, expression: Value, conversion: u32, spec: Option<Value>) -> R {
    let conversion = match conversion {
        1 => Str::intern("s").value(),
        2 => Str::intern("r").value(),
        3 => Str::intern("a").value(),
        _ => none(),
    };
    Ok(interpolation(value, expression, conversion, spec.unwrap_or_else(empty)))
}

fn interpolation(value: Value, expression: Value, conversion: Value, spec: Value) -> Value {
    allocate(
        INTERPOLATION.header(),
        Interpolation {
            hdr: Header::EMPTY,
            value: Slot::new(value),
            expression: Slot::new(expression),
            conversion: Slot::new(conversion),
            format_spec: Slot::new(spec),
        },
    )
    .value()
}

fn empty() -> Value {
    Str::from_ascii(b"").value()
}

fn slf(v: Value) -> Ref<Template> {
    v.expect::<Template>()
}

/// Joins adjacent strings and puts empty ones between adjacent interpolations.
fn from_parts(parts: &[Value]) -> R {
    let mut strings = Vec::new();
    let mut interpolations = Vec::new();
    let mut last: Option<Ref<Str>> = None;
    for part in parts {
        if let Some(text) = part.cast::<Str>() {
            last = Some(match last {
                Some(before) => Str::concat(&[before, text])?,
                None => text,
            });
        } else if part.exact::<Interpolation>().is_some() {
            strings.push(last.take().map_or_else(empty, Ref::value));
            interpolations.push(*part);
        } else {
            return Err(type_error(format_args!(
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                part.class().display_name()
            )));
        }
    }
    strings.push(last.map_or_else(empty, Ref::value));
    build(Tuple::from_vec(strings), Tuple::from_vec(interpolations))
}

fn concat(a: Value, b: Value) -> R {
    let (Some(x), Some(y)) = (a.exact::<Template>(), b.exact::<Template>()) else {
        if a.exact::<Template>().is_none() {
            return Ok(crate::object::singletons::not_implemented());
        }
        return Err(type_error(format_args!(
            "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
            b.class().display_name()
        )));
    };
    let mut parts = Vec::new();
    for template in [x, y] {
        let strings = template.strings.object::<Tuple>();
        let interpolations = template.interpolations.object::<Tuple>();
        for (i, text) in strings.as_slice().iter().enumerate() {
            parts.push(*text);
            parts.extend(interpolations.as_slice().get(i));
        }
    }
    from_parts(&parts)
}

pub static TEMPLATE: TypeDef = TypeDef {
    name: "string.templatelib.Template",
    slots: Slots {
        new: Some(|_, args| {
            if args.kw_len() > 0 {
                return Err(type_error("Template.__new__ only accepts *args arguments"));
            }
            from_parts(args.all)
        }),
        repr: Some(|v| {
            let template = slf(v);
            Ok(Str::from_string(format!(
                "Template(strings={}, interpolations={})",
                ops::repr_text(template.strings.value())?,
                ops::repr_text(template.interpolations.value())?
            )))
        }),
        iter: Some(|v| {
            Ok(allocate(
                TEMPLATE_ITER.header(),
                TemplateIter { hdr: Header::EMPTY, template: Slot::new(v), at: Cell::new(tag::int(0)) },
            )
            .value())
        }),
        concat: Some(concat),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__reduce__", |v| {
            let module = ops::import::find_and_load(Str::intern("string.templatelib"))?;
            let maker = attr::getattr(module, Str::intern("_template_unpickle"))?;
            let template = slf(v);
            let parts = Tuple::new(&[template.strings.value(), template.interpolations.value()]);
            Ok(Tuple::new(&[maker, parts.value()]).value())
        }),
        Method::one("__class_getitem__", super::generic_alias::class_getitem).class_method(),
    ],
    getset: &[
        GetSet::get("strings", |v| Ok(slf(v).strings.value())),
        GetSet::get("interpolations", |v| Ok(slf(v).interpolations.value())),
        GetSet::get("values", |v| {
            let interpolations = slf(v).interpolations.object::<Tuple>();
            let values: Vec<Value> =
                interpolations.as_slice().iter().map(|i| i.expect::<Interpolation>().value.value()).collect();
            Ok(Tuple::from_vec(values))
        }),
    ],
    words: TypeDef::words_of::<Template>(),
    traced: 2,
    ..TypeDef::BASE
};

fn next(v: Value) -> R<Option<Value>> {
    let iter = v.expect::<TemplateIter>();
    let template = iter.template.object::<Template>();
    let strings = template.strings.object::<Tuple>();
    let interpolations = template.interpolations.object::<Tuple>();
    loop {
        let at = tag::int_value(iter.at.get()) as usize;
        if at >= strings.len() + interpolations.len() {
            return Ok(None);
        }
        iter.at.set(tag::int(at as i64 + 1));
        if at % 2 == 1 {
            return Ok(Some(interpolations.get(at / 2)));
        }
        let text = strings.get(at / 2);
        if text.cast::<Str>().is_some_and(|t| !t.is_empty()) {
            return Ok(Some(text));
        }
    }
}

pub static TEMPLATE_ITER: TypeDef = TypeDef {
    name: "string.templatelib.TemplateIter",
    slots: Slots { iter: Some(|v| Ok(v)), next: Some(next), ..Slots::NONE },
    flags: NO_NEW,
    words: TypeDef::words_of::<TemplateIter>(),
    traced: 2,
    ..TypeDef::BASE
};

fn new_interpolation(_: Ref<Type>, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "Interpolation",
        names: &["value", "expression", "conversion", "format_spec"],
        required: 1,
        positional: 4,
    };
    let [value, expression, conversion, spec] = args.bind(&PARAMS)?;
    for (name, v) in
        [("expression", expression), ("conversion", conversion.filter(|c| !c.is_none())), ("format_spec", spec)]
    {
        if let Some(v) = v.filter(|v| v.cast::<Str>().is_none()) {
            return Err(type_error(format_args!(
                "Interpolation() argument '{name}' must be str, not {}",
                v.class().display_name()
            )));
        }
    }
    let conversion = conversion.filter(|c| !c.is_none());
    if conversion.and_then(|c| c.cast::<Str>()).is_some_and(|c| !["s", "a", "r"].iter().any(|k| c.is_str(k))) {
        return Err(value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"));
    }
    let value = value.unwrap_or_else(none);
    Ok(interpolation(
        value,
        expression.unwrap_or_else(empty),
        conversion.unwrap_or_else(none),
        spec.unwrap_or_else(empty),
    ))
}

fn fields(v: Value) -> [Value; 4] {
    let i = v.expect::<Interpolation>();
    [i.value.value(), i.expression.value(), i.conversion.value(), i.format_spec.value()]
}

pub static INTERPOLATION: TypeDef = TypeDef {
    name: "string.templatelib.Interpolation",
    slots: Slots {
        new: Some(new_interpolation),
        repr: Some(|v| {
            let [value, expression, conversion, spec] = fields(v).map(ops::repr_text);
            Ok(Str::from_string(format!("Interpolation({}, {}, {}, {})", value?, expression?, conversion?, spec?)))
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::none("__reduce__", |v| {
            Ok(Tuple::new(&[INTERPOLATION.class().value(), Tuple::new(&fields(v)).value()]).value())
        }),
        Method::one("__class_getitem__", super::generic_alias::class_getitem).class_method(),
    ],
    getset: &[
        GetSet::get("value", |v| Ok(fields(v)[0])),
        GetSet::get("expression", |v| Ok(fields(v)[1])),
        GetSet::get("conversion", |v| Ok(fields(v)[2])),
        GetSet::get("format_spec", |v| Ok(fields(v)[3])),
    ],
    words: TypeDef::words_of::<Interpolation>(),
    traced: 4,
    extra: Some(|class| {
        let names = ["value", "expression", "conversion", "format_spec"].map(|n| Str::intern(n).value());
        class.dict().set_str(crate::names::get(crate::names::__match_args__), Tuple::new(&names).value());
    }),
    ..TypeDef::BASE
};
