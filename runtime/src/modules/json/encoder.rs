//! `make_encoder`: values to JSON text in one go. Options come from the encoder that it is made for.

use super::{Depth, text};
use crate::errors::{self, R, Raised, type_error, value_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::define::{BASETYPE, GetSet, NativeFn};
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::float;
use crate::types::int::{self, as_int};
use crate::types::list::List;
use crate::types::native::NativeFunction;
use crate::types::object::allocate_fixed;
use crate::types::str::{Builder, Str};
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::collections::HashSet;

#[repr(C)]
struct Encoder {
    hdr: Header,
    markers: Slot,
    default: Slot,
    encoder: Slot,
    indent: Slot,
    key_separator: Slot,
    item_separator: Slot,
    sort_keys: Slot,
    skipkeys: Slot,
    allow_nan: Slot,
}

impl Builtin for Encoder {
    const DEF: &'static TypeDef = &ENCODER;
}

/// How strings are written.
#[derive(Clone, Copy)]
enum Quote {
    Ascii,
    Plain,
    By(Value),
}

/// Containers under way, to find cycles: few are looked through, many are hashed.
#[derive(Default)]
struct Path {
    few: Vec<u64>,
    many: HashSet<u64>,
}

const FEW: usize = 32;

impl Path {
    /// False if it is there already.
    fn enter(&mut self, id: u64) -> bool {
        if self.few.contains(&id) || (!self.many.is_empty() && self.many.contains(&id)) {
            return false;
        }
        if self.few.len() < FEW {
            self.few.push(id);
            return true;
        }
        self.many.insert(id)
    }

    fn leave(&mut self, id: u64) {
        if !self.many.remove(&id) {
            self.few.pop();
        }
    }
}

struct Encode {
    out: Builder,
    path: Option<Path>,
    depth: Depth,
    default: Value,
    quote: Quote,
    indent: Option<Ref<Str>>,
    key_separator: Ref<Str>,
    item_separator: Ref<Str>,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
}

#[cold]
fn noted(raised: Raised, container: Value, item: &str) -> Raised {
    errors::add_note(&format!("when serializing {} {item}", container.class().display_name()));
    raised
}

impl Encode {
    fn newline(&mut self, level: i64) {
        if let Some(indent) = self.indent {
            self.out.push(b'\n' as u32);
            (0..level).for_each(|_| self.out.push_obj(indent));
        }
    }

    fn string(&mut self, text: Value) -> R<()> {
        match (self.quote, text.cast::<Str>()) {
            (Quote::Ascii, Some(text)) => text::quote(&mut self.out, text, true),
            (Quote::Plain, Some(text)) => text::quote(&mut self.out, text, false),
            (Quote::By(function), _) => {
                let quoted = call::call(function, &[text])?;
                let Some(quoted) = quoted.cast::<Str>() else {
                    return Err(type_error(format_args!(
                        "encoder() must return a string, not {}",
                        quoted.class().display_name()
                    )));
                };
                self.out.push_obj(quoted);
            }
            _ => {}
        }
        Ok(())
    }

    fn float_text(&self, v: Value, x: f64) -> R<String> {
        if x.is_finite() {
            return Ok(float::repr(x));
        }
        if !self.allow_nan {
            return Err(value_error(format_args!(
                "Out of range float values are not JSON compliant: {}",
                ops::repr_text(v)?
            )));
        }
        Ok(if x.is_nan() {
            "NaN"
        } else if x > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .into())
    }

    /// None, a bool, an int or a float as text.
    fn scalar(&self, v: Value) -> R<Option<String>> {
        if v.is_none() {
            return Ok(Some("null".into()));
        }
        if let Some(b) = ops::as_bool(v) {
            return Ok(Some(if b { "true" } else { "false" }.into()));
        }
        if let Some(n) = as_int(v) {
            return int::text::to_decimal(n).map(Some);
        }
        match float::as_f64(v) {
            Some(x) => self.float_text(v, x).map(Some),
            None => Ok(None),
        }
    }

    fn value(&mut self, v: Value, level: i64) -> R<()> {
        if v.cast::<Str>().is_some() {
            return self.string(v);
        }
        if let Some(text) = self.scalar(v)? {
            self.out.push_str(&text);
            return Ok(());
        }
        let size = if v.cast::<Dict>().is_some() { Depth::OBJECT } else { Depth::ARRAY };
        self.depth.enter(size, " while encoding a JSON object")?;
        self.container(v, level)?;
        self.depth.leave(size);
        Ok(())
    }

    fn container(&mut self, v: Value, level: i64) -> R<()> {
        if let Some(list) = v.cast::<List>() {
            return self.list(v, list.as_slice(), level);
        }
        if let Some(tuple) = v.cast::<Tuple>() {
            return self.list(v, tuple.as_slice(), level);
        }
        if v.cast::<Dict>().is_some() {
            return self.dict(v, level);
        }
        let id = self.enter(v)?;
        let made = call::call(self.default, &[v])?;
        self.value(made, level).map_err(|raised| noted(raised, v, "object"))?;
        self.leave(id);
        Ok(())
    }

    fn enter(&mut self, v: Value) -> R<u64> {
        let fresh = self.path.as_mut().is_none_or(|path| path.enter(v.bits()));
        if fresh { Ok(v.bits()) } else { Err(value_error("Circular reference detected")) }
    }

    fn leave(&mut self, id: u64) {
        if let Some(path) = &mut self.path {
            path.leave(id);
        }
    }

    fn list(&mut self, v: Value, items: &[Value], level: i64) -> R<()> {
        if items.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        let id = self.enter(v)?;
        self.out.push(b'[' as u32);
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push_obj(self.item_separator);
            }
            self.newline(level + 1);
            self.value(*item, level + 1).map_err(|raised| noted(raised, v, &format!("item {i}")))?;
        }
        self.leave(id);
        self.newline(level);
        self.out.push(b']' as u32);
        Ok(())
    }

    /// The items of a dict; those of a subclass by its own method.
    fn items(&self, v: Value) -> R<Vec<(Value, Value)>> {
        if let (Some(dict), false) = (v.exact::<Dict>(), self.sort_keys) {
            return Ok(dict.items());
        }
        let view = call::call_method(v, Str::intern("items"), &[])?;
        let list = List::new(&ops::iter::to_vec(view)?);
        if self.sort_keys {
            call::call_method(list.value(), Str::intern("sort"), &[])?;
        }
        let pair = |item: &Value| match item.cast::<Tuple>().as_ref().map(|pair| pair.as_slice()) {
            Some(&[key, value]) => Ok((key, value)),
            _ => Err(value_error("items must return 2-tuples")),
        };
        list.as_slice().iter().map(pair).collect()
    }

    fn dict(&mut self, v: Value, level: i64) -> R<()> {
        if ops::len(v)? == 0 {
            self.out.push_str("{}");
            return Ok(());
        }
        let id = self.enter(v)?;
        let items = self.items(v)?;
        self.out.push(b'{' as u32);
        let mut first = true;
        for (key, value) in items {
            let text = if key.cast::<Str>().is_some() {
                key
            } else if let Some(text) = self.scalar(key)? {
                Str::new(&text).value()
            } else if self.skip_keys {
                continue;
            } else {
                return Err(type_error(format_args!(
                    "keys must be str, int, float, bool or None, not {}",
                    key.class().display_name()
                )));
            };
            if !first {
                self.out.push_obj(self.item_separator);
            }
            first = false;
            self.newline(level + 1);
            self.string(text)?;
            self.out.push_obj(self.key_separator);
            if let Err(raised) = self.value(value, level + 1) {
                let pending = errors::take();
                let shown = ops::repr_text(key)?;
                errors::restore(pending);
                return Err(noted(raised, v, &format!("item {shown}")));
            }
        }
        self.leave(id);
        if !first {
            self.newline(level);
        }
        self.out.push(b'}' as u32);
        Ok(())
    }
}

fn call_encoder(v: Value, args: Args) -> R {
    static PARAMS: Params =
        Params { function: "_iterencode", names: &["obj", "_current_indent_level"], required: 2, positional: 2 };
    let [object, level] = args.bind::<2>(&PARAMS)?.map(|v| v.unwrap_or_else(none));
    let level = ops::as_isize(level)? as i64;
    let this = v.expect::<Encoder>();
    let truth = |slot: &Slot| ops::truth(slot.value());
    let native = |f: fn(Value, Value) -> R| {
        this.encoder.value().exact::<NativeFunction>().is_some_and(|function| match function.method().call {
            NativeFn::One(own) => std::ptr::fn_addr_eq(own, f),
            _ => false,
        })
    };
    let quote = if native(text::encode_basestring_ascii) {
        Quote::Ascii
    } else if native(text::encode_basestring) {
        Quote::Plain
    } else {
        Quote::By(this.encoder.value())
    };
    let mut encode = Encode {
        out: Builder::new(),
        path: (!this.markers.value().is_none()).then(Path::default),
        depth: Depth::default(),
        default: this.default.value(),
        quote,
        indent: this.indent.value().cast::<Str>(),
        key_separator: this.key_separator.object(),
        item_separator: this.item_separator.object(),
        sort_keys: truth(&this.sort_keys)?,
        skip_keys: truth(&this.skipkeys)?,
        allow_nan: truth(&this.allow_nan)?,
    };
    encode.value(object, level)?;
    Ok(Tuple::new(&[encode.out.finish().value()]).value())
}

fn new(class: Ref<Type>, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "make_encoder",
        names: &[
            "markers",
            "default",
            "encoder",
            "indent",
            "key_separator",
            "item_separator",
            "sort_keys",
            "skipkeys",
            "allow_nan",
        ],
        required: 9,
        positional: 9,
    };
    let bound = args.bind::<9>(&PARAMS)?.map(|v| v.unwrap_or_else(none));
    let [markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan] = bound;
    let separator = |v: Value, position: usize| {
        v.cast::<Str>().map(|text| text.value()).ok_or_else(|| {
            type_error(format_args!(
                "make_encoder() argument {position} must be str, not {}",
                crate::types::str::args::class_or_none(v)
            ))
        })
    };
    let key_separator = separator(key_separator, 5)?;
    let item_separator = separator(item_separator, 6)?;
    let flags = [ops::truth(sort_keys)?, ops::truth(skipkeys)?, ops::truth(allow_nan)?].map(boolean);
    if !markers.is_none() && markers.cast::<Dict>().is_none() {
        return Err(type_error(format_args!(
            "make_encoder() argument 1 must be dict or None, not {}",
            markers.class().display_name()
        )));
    }
    if !indent.is_none() && indent.cast::<Str>().is_none() {
        return Err(type_error(format_args!(
            "make_encoder() argument 4 must be str or None, not {}",
            indent.class().display_name()
        )));
    }
    let object = allocate_fixed(class);
    let this = object.expect::<Encoder>();
    this.markers.set(this, markers);
    this.default.set(this, default);
    this.encoder.set(this, encoder);
    this.indent.set(this, indent);
    this.key_separator.set(this, key_separator);
    this.item_separator.set(this, item_separator);
    this.sort_keys.set(this, flags[0]);
    this.skipkeys.set(this, flags[1]);
    this.allow_nan.set(this, flags[2]);
    Ok(object)
}

pub static ENCODER: TypeDef = TypeDef {
    name: "_json.Encoder",
    slots: Slots { new: Some(new), call: Some(call_encoder), ..Slots::NONE },
    getset: &[
        GetSet::member("markers", |v| Ok(v.expect::<Encoder>().markers.value())),
        GetSet::member("default", |v| Ok(v.expect::<Encoder>().default.value())),
        GetSet::member("encoder", |v| Ok(v.expect::<Encoder>().encoder.value())),
        GetSet::member("indent", |v| Ok(v.expect::<Encoder>().indent.value())),
        GetSet::member("key_separator", |v| Ok(v.expect::<Encoder>().key_separator.value())),
        GetSet::member("item_separator", |v| Ok(v.expect::<Encoder>().item_separator.value())),
        GetSet::member("sort_keys", |v| Ok(v.expect::<Encoder>().sort_keys.value())),
        GetSet::member("skipkeys", |v| Ok(v.expect::<Encoder>().skipkeys.value())),
    ],
    flags: BASETYPE,
    words: TypeDef::words_of::<Encoder>(),
    traced: TypeDef::words_of::<Encoder>() - 1,
    ..TypeDef::BASE
};
