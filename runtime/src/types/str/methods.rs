//! `str`: the type with its slots and the table of its methods, which are in the files beside this one.

use super::{Data, Str, Width, case, find, format_method, iter, percent, repr, translate};
use crate::errors::{R, index_error, type_error};
use crate::object::args::Params;
use crate::object::define::{BASETYPE, MATCH_SELF, Method};
use crate::object::singletons::{boolean, not_implemented};
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Args, Ref, Slots, Type, TypeDef};
use crate::ops;
use crate::types::bytes::{buffer_of, methods::Side};
use crate::types::object::allocate_boxed;
use crate::types::sequence::{is_index, position, repeat_count};
use crate::types::slice::Slice;
use crate::types::str::args::text_or;
use crate::types::tuple::Tuple;
use crate::value::Value;

pub use case::is_identifier;

pub static STR: TypeDef = TypeDef {
    name: "str",
    slots: Slots {
        repr: Some(|v| Ok(repr::repr(v.expect::<Str>()).value())),
        str: Some(plain),
        hash: Some(|v| Ok(v.expect::<Str>().hash())),
        compare: Some(compare),
        iter: Some(iter::iter),
        new: Some(new),
        len: Some(|v| Ok(v.expect::<Str>().len())),
        getitem: Some(getitem),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(|v, times| {
            let n = repeat_count(times)?;
            Ok(Str::repeat(v.expect::<Str>(), n)?.value())
        }),
        ..Slots::NONE.bin(BinOp::Mod, percent::modulo)
    },
    methods: &[
        Method::none("capitalize", case::capitalize),
        Method::none("casefold", case::casefold),
        Method::pos("center", |v, a| find::pad(v, a, Side::Both), 1, 2),
        Method::pos("count", find::count, 1, 3),
        Method::full("encode", encode),
        Method::pos("endswith", find::endswith, 1, 3),
        Method::full("expandtabs", find::expandtabs),
        Method::pos("find", |v, a| find::find(v, a, "find", false, false), 1, 3),
        Method::full("format", format_method::format),
        Method::one("format_map", format_method::format_map),
        Method::pos("index", |v, a| find::find(v, a, "index", false, true), 1, 3),
        Method::none("isalnum", |v| case::all(v, case::is_alnum)),
        Method::none("isalpha", |v| case::all(v, case::is_alpha)),
        Method::none("isascii", |v| Ok(boolean(v.expect::<Str>().is_ascii()))),
        Method::none("isdecimal", |v| case::all(v, case::is_decimal)),
        Method::none("isdigit", |v| case::all(v, case::is_digit)),
        Method::none("isidentifier", |v| Ok(boolean(is_identifier(v.expect::<Str>())))),
        Method::none("islower", case::islower),
        Method::none("isnumeric", |v| case::all(v, case::is_numeric)),
        Method::none("isprintable", case::isprintable),
        Method::none("isspace", |v| case::all(v, case::is_space)),
        Method::none("istitle", case::istitle),
        Method::none("isupper", case::isupper),
        Method::one("join", |v, items| find::join(v.expect::<Str>(), items)),
        Method::pos("ljust", |v, a| find::pad(v, a, Side::Right), 1, 2),
        Method::none("lower", case::lower),
        Method::pos("lstrip", |v, a| find::strip(v, a, "lstrip", true, false), 0, 1),
        Method::pos("maketrans", translate::maketrans, 1, 3).static_method(),
        Method::one("partition", |v, sep| find::partition(v, sep, false)),
        Method::one("removeprefix", find::removeprefix),
        Method::one("removesuffix", find::removesuffix),
        Method::full("replace", find::replace),
        Method::pos("rfind", |v, a| find::find(v, a, "rfind", true, false), 1, 3),
        Method::pos("rindex", |v, a| find::find(v, a, "rindex", true, true), 1, 3),
        Method::pos("rjust", |v, a| find::pad(v, a, Side::Left), 1, 2),
        Method::one("rpartition", |v, sep| find::partition(v, sep, true)),
        Method::full("rsplit", |v, a| find::split(v, a, true)),
        Method::pos("rstrip", |v, a| find::strip(v, a, "rstrip", false, true), 0, 1),
        Method::full("split", |v, a| find::split(v, a, false)),
        Method::full("splitlines", find::splitlines),
        Method::pos("startswith", find::startswith, 1, 3),
        Method::pos("strip", |v, a| find::strip(v, a, "strip", true, true), 0, 1),
        Method::none("swapcase", case::swapcase),
        Method::none("title", case::title),
        Method::one("translate", translate::translate),
        Method::none("upper", case::upper),
        Method::one("zfill", find::zfill),
        Method::pos(
            "__format__",
            |v, a| crate::types::format::str(v.expect::<Str>().value(), crate::types::float::format_spec(a[0])?),
            1,
            1,
        ),
        Method::none("__getnewargs__", |v| Ok(Tuple::new(&[v.expect::<Str>().value()]).value())),
        Method::none("__sizeof__", |v| Ok(crate::types::int::from_usize(size_of_text(v.expect::<Str>())))),
    ],
    flags: BASETYPE | MATCH_SELF,
    // The layout of instances of subclasses: the text is in word 1.
    words: 2,
    traced: 1,
    ..TypeDef::BASE
};

/// What CPython's `sys.getsizeof` says of such a text.
fn size_of_text(text: Ref<Str>) -> usize {
    match text.width() {
        Width::Ascii => 41 + text.len(),
        Width::Latin => 57 + text.len(),
        Width::Two => 58 + 2 * text.len(),
        Width::Four => 60 + 4 * text.len(),
    }
}

/// The exact string of a `str` or of an instance of a subclass.
fn plain(v: Value) -> R {
    Ok(v.expect::<Str>().value())
}

fn new(class: Ref<Type>, args: Args) -> R {
    let exact = class == STR.class();
    let made = if args.names.is_none() && args.all.len() <= 1 {
        match args.all.first() {
            None => Str::from_ascii(b"").value(),
            Some(&v) => ops::str(v)?,
        }
    } else {
        static PARAMS: Params =
            Params { function: "str", names: &["object", "encoding", "errors"], required: 0, positional: 3 };
        let [object, encoding, errors] = args.bind(&PARAMS)?;
        match object {
            None => Str::from_ascii(b"").value(),
            Some(object) if encoding.is_none() && errors.is_none() => ops::str(object)?,
            Some(object) => decode(object, encoding, errors)?,
        }
    };
    if exact { Ok(made) } else { Ok(allocate_boxed(class, made.expect::<Str>().value())) }
}

/// `str(object, encoding, errors)`.
fn decode(object: Value, encoding: Option<Value>, errors: Option<Value>) -> R {
    let encoding = text_or(encoding, "str", "encoding", "utf-8")?;
    let errors = text_or(errors, "str", "errors", "strict")?;
    if object.cast::<Str>().is_some() {
        return Err(type_error("decoding str is not supported"));
    }
    match buffer_of(object)? {
        Some(bytes) => crate::types::codecs::decode(object, bytes, &encoding, &errors),
        None => Err(type_error(format_args!(
            "decoding to str: need a bytes-like object, {} found",
            object.class().display_name()
        ))),
    }
}

fn encode(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "encode", names: &["encoding", "errors"], required: 0, positional: 2 };
    let [encoding, errors] = args.bind(&PARAMS)?;
    let text = v.expect::<Str>();
    if encoding.is_none() && errors.is_none() {
        if let Some(ascii) = text.as_ascii() {
            return Ok(crate::types::bytes::Bytes::new(ascii.as_bytes()).value());
        }
    }
    let encoding = text_or(encoding, "encode", "encoding", "utf-8")?;
    let errors = text_or(errors, "encode", "errors", "strict")?;
    crate::types::codecs::encode_any(text, &encoding, &errors)
}

/// `a OP b`.
pub fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.cast::<Str>(), b.cast::<Str>()) else { return Ok(not_implemented()) };
    Ok(boolean(match op {
        CmpOp::Eq => x.equals(&y),
        CmpOp::Ne => !x.equals(&y),
        _ => op.holds(x.compare(&y)),
    }))
}

/// `text[key]`.
pub fn getitem(v: Value, key: Value) -> R {
    let text = v.expect::<Str>();
    if let Some(index) = key.as_small() {
        return match position(index as isize, text.len()) {
            Some(at) => Ok(Str::from_char(text.get(at)).value()),
            None => Err(index_error("string index out of range")),
        };
    }
    if let Some(slice) = key.exact::<Slice>() {
        let chosen = slice.indices(text.len())?;
        if chosen.step == 1 {
            let start = chosen.start as usize;
            return Ok(text.substring(start, start + chosen.count).value());
        }
        return Ok(match text.data() {
            Data::One(s) => Str::from_latin1(&chosen.iter().map(|at| s[at]).collect::<Vec<_>>()),
            data => Str::from_code_points(&chosen.iter().map(|at| data.get(at)).collect::<Vec<_>>()),
        }
        .value());
    }
    if !is_index(key) {
        return Err(type_error(format_args!("string indices must be integers, not '{}'", key.class().display_name())));
    }
    match position(ops::as_subscript(key)?, text.len()) {
        Some(at) => Ok(Str::from_char(text.get(at)).value()),
        None => Err(index_error("string index out of range")),
    }
}

fn contains(v: Value, item: Value) -> R<bool> {
    match item.cast::<Str>() {
        Some(part) => Ok(find::position_of(v.expect::<Str>(), part).is_some()),
        None => Err(type_error(format_args!(
            "'in <string>' requires string as left operand, not {}",
            item.class().display_name()
        ))),
    }
}

/// `a + b`.
pub fn concat(a: Value, b: Value) -> R {
    let x = a.expect::<Str>();
    let Some(y) = b.cast::<Str>() else {
        return Err(type_error(format_args!("can only concatenate str (not \"{}\") to str", b.class().display_name())));
    };
    if y.is_empty() {
        return Ok(x.value());
    }
    if x.is_empty() {
        return Ok(y.value());
    }
    Ok(Str::concat(&[x, y])?.value())
}
