//! `re.Match`: the spans of a match's groups.

use super::pattern::Pattern;
use super::search::Search;
use super::subject::Subject;
use super::template;
use crate::errors::{R, raise_text};
use crate::gc::{self, Header};
use crate::object::args::Params;
use crate::object::define::{GetSet, Method, NO_NEW};
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions::INDEX_ERROR;
use crate::types::int;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;

/// The object; the spans of group 0 and of all groups of the pattern follow it, two words each. Numbers
/// are raw.
#[repr(C)]
pub(super) struct Match {
    hdr: Header,
    string: Slot,
    pattern: Slot,
    /// The tuple of spans, made when asked for.
    regs: Slot,
    pos: Cell<u64>,
    endpos: Cell<u64>,
    /// 0 for none.
    last: Cell<u64>,
}

const TRACED: u16 = 3;

/// What stands for both ends of a group that took no part.
const UNSET: u64 = u64::MAX;

impl Builtin for Match {
    const DEF: &'static TypeDef = &MATCH;
}

impl Match {
    /// The match that a search has just found.
    pub fn new(search: &Search) -> Ref<Match> {
        let groups = search.pattern.groups();
        let ptr = gc::alloc(size_of::<Match>() + (groups + 1) * 16, MATCH.header()) as *mut Match;
        // SAFETY: the block has room for the fixed part and the spans; the header word stays as it is.
        unsafe {
            (&raw mut (*ptr).string).write(Slot::new(search.subject.value));
            (&raw mut (*ptr).pattern).write(Slot::new(search.pattern));
            (&raw mut (*ptr).regs).write(Slot::EMPTY);
            (&raw mut (*ptr).pos).write(Cell::new(search.pos as u64));
            (&raw mut (*ptr).endpos).write(Cell::new(search.endpos as u64));
            (&raw mut (*ptr).last).write(Cell::new(search.last_index().unwrap_or(0) as u64));
            let spans = ptr.add(1) as *mut [u64; 2];
            for group in 0..=groups {
                let span = search.group(group).map_or([UNSET; 2], |(start, end)| [start as u64, end as u64]);
                spans.add(group).write(span);
            }
            Ref::from_ptr(ptr)
        }
    }
}

impl Ref<Match> {
    fn pattern(self) -> Ref<Pattern> {
        self.pattern.object()
    }

    fn span(self, group: usize) -> Option<(usize, usize)> {
        if group > self.pattern().groups() {
            return None;
        }
        // SAFETY: `new` wrote a span for each group of the pattern.
        let [start, end] = unsafe { *(self.as_ptr().add(1) as *const [u64; 2]).add(group) };
        (start != UNSET).then_some((start as usize, end as usize))
    }

    /// The text of a group; `default` if it took no part.
    pub fn text(self, group: usize, default: Value) -> R {
        match self.span(group) {
            Some((start, end)) => Ok(Subject::new(self.string.value())?.slice(start, end)),
            None => Ok(default),
        }
    }

    pub fn string(self) -> Value {
        self.string.value()
    }

    /// The number of the group that an index or a name means.
    fn index(self, key: Value) -> R<usize> {
        let groups = self.pattern().groups();
        let mut number = -1;
        if let Some(n) = key.as_small() {
            number = n;
        } else if crate::types::sequence::is_index(key) {
            number = ops::as_subscript(key)? as i64;
        } else if let Some(n) = self.pattern().groupindex.object::<Dict>().get(key)? {
            number = n.as_small().unwrap_or(-1);
        }
        match usize::try_from(number) {
            Ok(n) if n <= groups => Ok(n),
            _ => Err(raise_text(&INDEX_ERROR, "no such group")),
        }
    }

    fn group(self, key: Value) -> R {
        let group = self.index(key)?;
        self.text(group, none())
    }
}

fn slf(v: Value) -> Ref<Match> {
    v.expect::<Match>()
}

fn group(v: Value, args: &[Value]) -> R {
    let this = slf(v);
    match args {
        [] => this.text(0, none()),
        [key] => this.group(*key),
        keys => Ok(Tuple::from_vec(keys.iter().map(|key| this.group(*key)).collect::<R<Vec<_>>>()?)),
    }
}

fn default_of(args: Args, function: &'static str) -> R {
    let params = Params { function, names: &["default"], required: 0, positional: 1 };
    let [default] = args.bind::<1>(&params)?;
    Ok(default.unwrap_or_else(none))
}

fn groups(v: Value, args: Args) -> R {
    let (this, default) = (slf(v), default_of(args, "groups")?);
    let texts = (1..=this.pattern().groups()).map(|group| this.text(group, default));
    Ok(Tuple::from_vec(texts.collect::<R<Vec<_>>>()?))
}

fn groupdict(v: Value, args: Args) -> R {
    let (this, default) = (slf(v), default_of(args, "groupdict")?);
    let dict = Dict::new();
    for (name, number) in this.pattern().groupindex.object::<Dict>().items() {
        let group = this.index(number)?;
        dict.set(name, this.text(group, default)?)?;
    }
    Ok(dict.value())
}

fn span_at(v: Value, args: &[Value]) -> R<(i64, i64)> {
    let this = slf(v);
    let group = args.first().map_or(Ok(0), |key| this.index(*key))?;
    Ok(this.span(group).map_or((-1, -1), |(start, end)| (start as i64, end as i64)))
}

fn pair((start, end): (i64, i64)) -> Value {
    Tuple::new(&[Value::small(start), Value::small(end)]).value()
}

fn regs(v: Value) -> R {
    let this = slf(v);
    if let Some(regs) = this.regs.get() {
        return Ok(regs);
    }
    let spans = (0..=this.pattern().groups())
        .map(|group| pair(this.span(group).map_or((-1, -1), |(start, end)| (start as i64, end as i64))));
    let regs = Tuple::from_vec(spans.collect());
    this.regs.set(this, regs);
    Ok(regs)
}

fn last_index(v: Value) -> Option<i64> {
    Some(slf(v).last.get() as i64).filter(|&n| n != 0)
}

fn last_group(v: Value) -> R {
    let names = slf(v).pattern().indexgroup.object::<Tuple>();
    let name = last_index(v).and_then(|n| names.as_slice().get(n as usize).copied());
    Ok(name.unwrap_or_else(none))
}

fn repr(v: Value) -> R {
    let (start, end) = span_at(v, &[])?;
    let text = ops::repr_text(slf(v).text(0, none())?)?;
    Ok(Str::from_string(format!("<re.Match object; span=({start}, {end}), match={text}>")))
}

fn expand(v: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "expand", names: &["template"], required: 1, positional: 1 };
    let [text] = args.bind::<1>(&PARAMS)?;
    let this = slf(v);
    let made = template::compiled(this.pattern(), text.unwrap_or_else(none))?;
    template::expand(made, Subject::new(this.string())?, |group| this.span(group))
}

pub(super) static MATCH: TypeDef = TypeDef {
    name: "re.Match",
    slots: Slots { repr: Some(repr), getitem: Some(|v, key| slf(v).group(key)), ..Slots::NONE },
    methods: &[
        Method::pos("group", group, 0, u16::MAX),
        Method::pos("start", |v, args| Ok(Value::small(span_at(v, args)?.0)), 0, 1),
        Method::pos("end", |v, args| Ok(Value::small(span_at(v, args)?.1)), 0, 1),
        Method::pos("span", |v, args| Ok(pair(span_at(v, args)?)), 0, 1),
        Method::full("groups", groups),
        Method::full("groupdict", groupdict),
        Method::full("expand", expand),
        Method::none("__copy__", Ok),
        Method::one("__deepcopy__", |v, _| Ok(v)),
        Method::one("__class_getitem__", crate::types::generic_alias::class_getitem).class_method(),
    ],
    getset: &[
        GetSet::get("lastindex", |v| Ok(last_index(v).map_or_else(none, int::from_i64))),
        GetSet::get("lastgroup", last_group),
        GetSet::get("regs", regs),
        GetSet::member("string", |v| Ok(slf(v).string())),
        GetSet::member("re", |v| Ok(slf(v).pattern().value())),
        GetSet::member("pos", |v| Ok(int::from_u64(slf(v).pos.get()))),
        GetSet::member("endpos", |v| Ok(int::from_u64(slf(v).endpos.get()))),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<Match>(),
    traced: TRACED,
    ..TypeDef::BASE
};
