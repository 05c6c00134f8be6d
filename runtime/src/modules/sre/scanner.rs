//! `SRE_Scanner`: one match after another; what `finditer` goes on.

use super::matched::Match;
use super::pattern::Pattern;
use super::search::{Mode, Search};
use crate::errors::R;
use crate::gc::Header;
use crate::object::define::{GetSet, Method, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Builtin, Ref, Slot, Slots, TypeDef};
use crate::value::Value;
use std::cell::Cell;

/// The object: a search between its steps. Numbers are raw.
#[repr(C)]
pub(super) struct Scanner {
    hdr: Header,
    pattern: Slot,
    string: Slot,
    pos: Cell<u64>,
    endpos: Cell<u64>,
    /// Where the next step begins; [`DONE`] after the last.
    at: Cell<u64>,
    must_advance: Cell<u64>,
}

const TRACED: u16 = 2;
const DONE: u64 = u64::MAX;

impl Builtin for Scanner {
    const DEF: &'static TypeDef = &SCANNER;
}

impl Scanner {
    pub fn new(search: Search) -> Ref<Scanner> {
        let made = Scanner {
            hdr: Header::EMPTY,
            pattern: Slot::new(search.pattern),
            string: Slot::new(search.subject.value),
            pos: Cell::new(search.pos as u64),
            endpos: Cell::new(search.endpos as u64),
            at: Cell::new(search.at as u64),
            must_advance: Cell::new(0),
        };
        allocate(SCANNER.header(), made)
    }
}

fn step(v: Value, mode: Mode) -> R {
    let this = v.expect::<Scanner>();
    if this.at.get() == DONE {
        return Ok(none());
    }
    let pattern = this.pattern.object::<Pattern>();
    let mut search = Search::new(pattern, this.string.value(), this.pos.get() as isize, this.endpos.get() as isize)?;
    search.at = this.at.get() as usize;
    search.must_advance = this.must_advance.get() != 0;
    if !search.next(mode) {
        this.at.set(DONE);
        return Ok(none());
    }
    this.at.set(search.at as u64);
    this.must_advance.set(search.must_advance as u64);
    Ok(Match::new(&search).value())
}

pub(super) static SCANNER: TypeDef = TypeDef {
    name: "_sre.SRE_Scanner",
    slots: Slots::NONE,
    methods: &[Method::none("match", |v| step(v, Mode::Match)), Method::none("search", |v| step(v, Mode::Search))],
    getset: &[GetSet::member("pattern", |v| Ok(v.expect::<Scanner>().pattern.value()))],
    flags: NO_NEW,
    words: TypeDef::words_of::<Scanner>(),
    traced: TRACED,
    ..TypeDef::BASE
};
