//! `re.Pattern`: a compiled pattern and its methods that look for matches.

use super::matched::Match;
use super::scanner::Scanner;
use super::search::{Mode, Search};
use super::subject::Subject;
use super::{substitute, validate};
use crate::errors::{R, overflow_error, runtime_error, type_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::define::{GetSet, Method, NO_NEW, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::CmpOp;
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, attr};
use crate::ops;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::int;
use crate::types::iterators::CallableIterator;
use crate::types::list::List;
use crate::types::mapping_proxy::MappingProxy;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;

/// The object.
#[repr(C)]
pub(super) struct Pattern {
    hdr: Header,
    /// What it was compiled from: a str, bytes, or None.
    pub pattern: Slot,
    flags: Slot,
    /// Groups' numbers by name (a dict), and names by number (a tuple).
    pub groupindex: Slot,
    pub indexgroup: Slot,
    /// The code, 32-bit words in a bytes object.
    code: Slot,
    /// Bytes that a match can begin with, see [`super::search`].
    pub first: Slot,
    /// Raw.
    groups: Cell<u64>,
}

const TRACED: u16 = 6;

impl Builtin for Pattern {
    const DEF: &'static TypeDef = &PATTERN;
}

impl Ref<Pattern> {
    /// The code; the object that holds it lives as long as the pattern, which is on the stack.
    pub fn codes(self) -> &'static [u32] {
        let bytes = self.code.object::<Bytes>().as_slice();
        // SAFETY: made from whole words in `compile`; the bytes of an object begin at a multiple of 8.
        unsafe { std::slice::from_raw_parts(bytes.as_ptr() as *const u32, bytes.len() / 4) }
    }

    pub fn groups(self) -> usize {
        self.groups.get() as usize
    }

    /// Whether it matches bytes; `None` for a pattern made from neither.
    pub fn is_bytes(self) -> Option<bool> {
        let pattern = self.pattern.value();
        if pattern.is_none() { None } else { Some(pattern.cast::<Str>().is_none()) }
    }
}

/// `_sre.compile(pattern, flags, code, groups, groupindex, indexgroup)`.
pub(super) fn compile(_: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "compile",
        names: &["pattern", "flags", "code", "groups", "groupindex", "indexgroup"],
        required: 6,
        positional: 6,
    };
    let [pattern, flags, code, groups, groupindex, indexgroup] =
        args.bind::<6>(&PARAMS)?.map(|v| v.unwrap_or_else(none));
    ops::as_i32(flags)?;
    let must_be = |name: &str, class: &str, v: Value| {
        type_error(format_args!("compile() argument '{name}' must be {class}, not {}", v.class().display_name()))
    };
    let Some(code) = code.cast::<List>() else { return Err(must_be("code", "list", code)) };
    let groups = ops::as_isize(groups)?;
    let Some(groupindex) = groupindex.cast::<Dict>() else { return Err(must_be("groupindex", "dict", groupindex)) };
    let Some(indexgroup) = indexgroup.cast::<Tuple>() else { return Err(must_be("indexgroup", "tuple", indexgroup)) };
    let mut words = Vec::with_capacity(code.len());
    for word in code.as_slice() {
        let word = int::as_int(ops::index(*word)?).and_then(|n| n.to_u64()).and_then(|n| u32::try_from(n).ok());
        match word {
            Some(word) => words.push(word),
            None => return Err(overflow_error("regular expression code size limit exceeded")),
        }
    }
    let groups = usize::try_from(groups).ok().filter(|&n| n <= rustpython_sre_engine::MAXGROUPS);
    let Some(groups) = groups.filter(|&n| validate::is_valid(&words, n)) else {
        return Err(runtime_error("invalid SRE code"));
    };
    if !pattern.is_none() {
        Subject::new(pattern)?;
    }
    let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_ne_bytes()).collect();
    let made = Pattern {
        hdr: Header::EMPTY,
        pattern: Slot::new(pattern),
        flags: Slot::new(flags),
        groupindex: Slot::new(groupindex),
        indexgroup: Slot::new(indexgroup),
        code: Slot::new(Bytes::new(&bytes)),
        first: Slot::EMPTY,
        groups: Cell::new(groups as u64),
    };
    Ok(allocate(PATTERN.header(), made).value())
}

/// A size argument.
pub(super) fn size(v: Option<Value>, absent: isize) -> R<isize> {
    let Some(v) = v else { return Ok(absent) };
    if let Some(n) = v.as_small() {
        return Ok(n as isize);
    }
    let n = ops::index(v)?;
    match int::as_int(n).and_then(|n| n.to_i64()) {
        Some(n) => Ok(n as isize),
        None => Err(overflow_error("Python int too large to convert to C ssize_t")),
    }
}

/// A search of `string[pos:endpos]`, from the arguments of a method.
fn search_of(v: Value, args: Args, params: &Params) -> R<Search> {
    let [string, pos, endpos] = match args.names {
        None if matches!(args.all.len(), 1..=3) => {
            [args.all.first().copied(), args.all.get(1).copied(), args.all.get(2).copied()]
        }
        _ => args.bind::<3>(params)?,
    };
    let (pos, endpos) = (size(pos, 0)?, size(endpos, isize::MAX)?);
    Search::new(v.expect::<Pattern>(), string.unwrap_or_else(none), pos, endpos)
}

macro_rules! params {
    ($name:literal) => {{
        static PARAMS: Params =
            Params { function: $name, names: &["string", "pos", "endpos"], required: 1, positional: 3 };
        &PARAMS
    }};
}

fn find(v: Value, args: Args, params: &Params, mode: Mode) -> R {
    let mut search = search_of(v, args, params)?;
    Ok(if search.run(mode) { Match::new(&search).value() } else { none() })
}

/// What `findall` lists of a match: the whole, its only group, or a tuple of its groups.
fn listed(search: &Search) -> Value {
    let text = |group| search.group_text(group).unwrap_or_else(|| search.subject.slice(0, 0));
    match search.pattern.groups() {
        0 => text(0),
        1 => text(1),
        n => Tuple::from_vec((1..=n).map(text).collect()),
    }
}

fn findall(v: Value, args: Args) -> R {
    let mut search = search_of(v, args, params!("findall"))?;
    let list = List::new(&[]);
    while search.next(Mode::Search) {
        list.push(listed(&search));
    }
    Ok(list.value())
}

fn finditer(v: Value, args: Args) -> R {
    let scanner = Scanner::new(search_of(v, args, params!("finditer"))?);
    let search = attr::getattr(scanner.value(), Str::intern("search"))?;
    Ok(CallableIterator::new(search, none()).value())
}

/// Flags that `repr` names, in its order. `re.UNICODE` is left out where it is implied.
const FLAGS: &[(&str, i64)] = &[
    ("re.IGNORECASE", 2),
    ("re.LOCALE", 4),
    ("re.MULTILINE", 8),
    ("re.DOTALL", 16),
    ("re.UNICODE", 32),
    ("re.VERBOSE", 64),
    ("re.DEBUG", 128),
    ("re.ASCII", 256),
];
const LOCALE: i64 = 4;
const UNICODE: i64 = 32;
const ASCII: i64 = 256;

fn repr(v: Value) -> R {
    let this = v.expect::<Pattern>();
    let mut flags = ops::as_i64(this.flags.value())?;
    if this.is_bytes() != Some(true) && flags & (LOCALE | UNICODE | ASCII) == UNICODE {
        flags &= !UNICODE;
    }
    let mut shown = Vec::new();
    for (name, flag) in FLAGS {
        if flags & flag != 0 {
            flags &= !flag;
            shown.push(name.to_string());
        }
    }
    if flags != 0 {
        shown.push(format!("{flags:#x}"));
    }
    let text: String = ops::repr_text(this.pattern.value())?.chars().take(200).collect();
    let flags = if shown.is_empty() { String::new() } else { format!(", {}", shown.join("|")) };
    Ok(Str::from_string(format!("re.compile({text}{flags})")))
}

fn hash(v: Value) -> R<i64> {
    let this = v.expect::<Pattern>();
    let code = this.code.object::<Bytes>().hash();
    Ok(ops::hash::hash(this.pattern.value())? ^ code ^ ops::hash::hash(this.flags.value())?)
}

fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.exact::<Pattern>(), b.exact::<Pattern>()) else { return Ok(not_implemented()) };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(not_implemented());
    }
    let same = x == y
        || ops::equal(x.flags.value(), y.flags.value())?
            && x.is_bytes() == y.is_bytes()
            && x.codes() == y.codes()
            && ops::equal(x.pattern.value(), y.pattern.value())?;
    Ok(boolean(same == (op == CmpOp::Eq)))
}

pub(super) static PATTERN: TypeDef = TypeDef {
    name: "re.Pattern",
    slots: Slots { repr: Some(repr), hash: Some(hash), compare: Some(compare), ..Slots::NONE },
    methods: &[
        Method::full("match", |v, args| find(v, args, params!("match"), Mode::Match)),
        Method::full("fullmatch", |v, args| find(v, args, params!("fullmatch"), Mode::FullMatch)),
        Method::full("search", |v, args| find(v, args, params!("search"), Mode::Search)),
        Method::full("findall", findall),
        Method::full("finditer", finditer),
        Method::full("scanner", |v, args| Ok(Scanner::new(search_of(v, args, params!("scanner"))?).value())),
        Method::full("sub", substitute::sub),
        Method::full("subn", substitute::subn),
        Method::full("split", substitute::split),
        Method::none("__copy__", Ok),
        Method::one("__deepcopy__", |v, _| Ok(v)),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    getset: &[
        GetSet::member("pattern", |v| Ok(v.expect::<Pattern>().pattern.value())),
        GetSet::member("flags", |v| Ok(v.expect::<Pattern>().flags.value())),
        GetSet::member("groups", |v| Ok(int::from_usize(v.expect::<Pattern>().groups()))),
        GetSet::get("groupindex", |v| Ok(MappingProxy::new(v.expect::<Pattern>().groupindex.value()).value())),
    ],
    flags: NO_NEW | WEAKREFS,
    words: TypeDef::words_of::<Pattern>(),
    traced: TRACED,
    ..TypeDef::BASE
};
