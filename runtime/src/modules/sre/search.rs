//! A search in a subject, which can be repeated from where it ended.
//!
//! The engine tries a pattern at every position. Where the pattern's INFO block says how a match begins
//! (a prefix, or a set of characters), the next position is found here first, by `memchr` in narrow text.

use super::pattern::Pattern;
use super::subject::{Chars, Subject, Units};
use crate::errors::{R, type_error};
use crate::object::Ref;
use crate::types::bytes::Bytes;
use crate::value::Value;
use rustpython_sre_engine::{Request, SreInfo, SreOpcode, State, StrDrive};

/// What a search is to find.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Match,
    FullMatch,
    Search,
}

/// The state of a search.
pub(super) struct Search {
    pub pattern: Ref<Pattern>,
    pub subject: Subject,
    /// The bounds that were asked for.
    pub pos: usize,
    pub endpos: usize,
    /// Where the next attempt begins.
    pub at: usize,
    /// The next match must not be empty at `at`.
    pub must_advance: bool,
    /// Where the last match was.
    pub span: (usize, usize),
    state: State,
}

impl Search {
    /// A search from `pos` to `endpos`, clamped to the subject.
    pub fn new(pattern: Ref<Pattern>, string: Value, pos: isize, endpos: isize) -> R<Search> {
        let subject = Subject::new(string)?;
        match pattern.is_bytes() {
            Some(true) if !subject.is_bytes() => {
                return Err(type_error("cannot use a bytes pattern on a string-like object"));
            }
            Some(false) if subject.is_bytes() => {
                return Err(type_error("cannot use a string pattern on a bytes-like object"));
            }
            _ => {}
        }
        let clamp = |n: isize| (n.max(0) as usize).min(subject.len());
        let (pos, endpos) = (clamp(pos), clamp(endpos));
        Ok(Search {
            pattern,
            subject,
            pos,
            endpos,
            at: pos,
            must_advance: false,
            span: (0, 0),
            state: State::default(),
        })
    }

    /// The span of a group in the last match, counted from 1; 0 is the whole.
    pub fn group(&self, group: usize) -> Option<(usize, usize)> {
        if group == 0 {
            return Some(self.span);
        }
        let (start, end) = self.state.marks.get(group - 1);
        match (start.into_option(), end.into_option()) {
            (Some(start), Some(end)) if start <= end => Some((start, end)),
            _ => None,
        }
    }

    /// The group's text, if it took part in the match.
    pub fn group_text(&self, group: usize) -> Option<Value> {
        self.group(group).map(|(start, end)| self.subject.slice(start, end))
    }

    /// The group that ended last.
    pub fn last_index(&self) -> Option<usize> {
        usize::try_from(self.state.marks.last_index()).ok().filter(|&n| n > 0)
    }

    /// Takes the subject's bytes anew, after code ran that could have changed a mutable one.
    pub fn refresh(&mut self) -> R<()> {
        if self.subject.is_bytes() {
            self.subject = Subject::new(self.subject.value)?;
            self.endpos = self.endpos.min(self.subject.len());
        }
        Ok(())
    }

    /// Looks from `at`; `span` and the groups are those of the match then.
    pub fn run(&mut self, mode: Mode) -> bool {
        if self.at > self.endpos {
            return false;
        }
        match self.subject.chars {
            Chars::One(s) if mode == Mode::Search => self.search_narrow(s),
            Chars::One(s) => self.run_in(Units::bytes(s), mode),
            Chars::Two(s) => self.run_in(Units::two(s), mode),
            Chars::Four(s) => self.run_in(Units::four(s), mode),
        }
    }

    /// The next match, from where the last one ended.
    pub fn next(&mut self, mode: Mode) -> bool {
        let found = self.run(mode);
        if found {
            self.must_advance = self.span.0 == self.span.1;
            self.at = self.span.1;
        }
        found
    }

    fn run_in<S: StrDrive>(&mut self, string: S, mode: Mode) -> bool {
        let codes = self.pattern.codes();
        let mut request = Request::new(string, self.at, self.endpos, codes, mode == Mode::FullMatch);
        request.must_advance = self.must_advance;
        self.state.reset(&request, self.at);
        let found = if mode == Mode::Search { self.state.search(request) } else { self.state.py_match(&request) };
        if found {
            self.span = (self.state.start, self.state.cursor.position);
        }
        found
    }

    fn search_narrow(&mut self, text: &'static [u8]) -> bool {
        let codes = self.pattern.codes();
        let Some(info) = Info::of(codes) else { return self.run_in(Units::bytes(text), Mode::Search) };
        let window = &text[..self.endpos];
        if info.flags.contains(SreInfo::PREFIX) {
            let Some(prefix) = narrow(info.prefix) else { return false };
            if info.flags.contains(SreInfo::LITERAL) {
                let Some(found) = memchr::memmem::find(&window[self.at..], &prefix) else { return false };
                self.state.marks = Default::default();
                self.span = (self.at + found, self.at + found + prefix.len());
                return true;
            }
            if let [first] = prefix[..] {
                return self.try_candidates(text, info.min, |rest| memchr::memchr(first, rest));
            }
            return self.try_candidates(text, info.min, |rest| memchr::memmem::find(rest, &prefix));
        }
        if info.flags.contains(SreInfo::CHARSET) {
            let set = first_set(self.pattern, info.charset);
            return self.try_candidates(text, info.min, |rest| rest.iter().position(|&b| has(set, b)));
        }
        self.run_in(Units::bytes(text), Mode::Search)
    }

    /// Tries the positions that `next` gives.
    #[inline(always)]
    fn try_candidates(&mut self, text: &'static [u8], min: usize, next: impl Fn(&[u8]) -> Option<usize>) -> bool {
        let codes = self.pattern.codes();
        let mut request = Request::new(Units::bytes(text), self.at, self.endpos, codes, false);
        let mut at = self.at;
        while let Some(found) = next(&text[at..self.endpos]) {
            at += found;
            if self.endpos - at < min {
                return false;
            }
            request.start = at;
            // Matches that begin with something are never empty.
            request.must_advance = false;
            self.state.reset(&request, at);
            if self.state.py_match(&request) {
                self.span = (at, self.state.cursor.position);
                return true;
            }
            at += 1;
        }
        false
    }
}

/// The INFO block at a pattern's beginning.
struct Info<'a> {
    flags: SreInfo,
    min: usize,
    prefix: &'a [u32],
    /// Ends with FAILURE.
    charset: &'a [u32],
}

impl Info<'_> {
    fn of(codes: &[u32]) -> Option<Info<'_>> {
        if *codes.first()? != SreOpcode::INFO as u32 {
            return None;
        }
        let flags = SreInfo::from_bits_truncate(*codes.get(2)?);
        let min = *codes.get(3)? as usize;
        let block = codes.get(5..*codes.get(1)? as usize + 1)?;
        let prefix = if flags.contains(SreInfo::PREFIX) { block.get(2..2 + *block.first()? as usize)? } else { &[] };
        let charset = if flags.contains(SreInfo::CHARSET) { block } else { &[] };
        Some(Info { flags, min, prefix, charset })
    }
}

/// Characters as bytes, if they all can be in narrow text.
fn narrow(prefix: &[u32]) -> Option<smallvec::SmallVec<[u8; 16]>> {
    prefix.iter().map(|&c| u8::try_from(c).ok()).collect()
}

#[inline(always)]
fn has(set: &[u8], byte: u8) -> bool {
    set.get(byte as usize).is_some_and(|&in_set| in_set != 0)
}

/// For each byte whether a match can begin with it; made at a pattern's first search.
fn first_set(pattern: Ref<Pattern>, charset: &[u32]) -> &'static [u8] {
    if let Some(set) = pattern.first.get() {
        return set.expect::<Bytes>().as_slice();
    }
    let mut codes = vec![SreOpcode::IN as u32, charset.len() as u32 + 1];
    codes.extend_from_slice(charset);
    codes.push(SreOpcode::SUCCESS as u32);
    let mut set = [0u8; 256];
    for byte in 0..=255u8 {
        let text = [byte];
        let request = Request::new(Units::bytes(&text), 0, 1, &codes, false);
        set[byte as usize] = State::default().py_match(&request) as u8;
    }
    let set = Bytes::new(&set);
    pattern.first.set(pattern, set);
    set.as_slice()
}
