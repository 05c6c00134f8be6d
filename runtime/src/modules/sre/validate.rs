//! Checks of the code of a pattern: the engine trusts its operands, so whatever `_sre.compile` is given is
//! walked through once. The layout of each instruction is in `Lib/re/_compiler.py`.

use rustpython_sre_engine::{SreAtCode, SreCatCode, SreInfo, SreOpcode as Op};

/// Words of a CHARSET's bitmap, and of a BIGCHARSET's table of blocks.
const BITMAP: usize = 8;
const BLOCKS: usize = 64;

struct Code<'a> {
    words: &'a [u32],
    groups: usize,
}

/// Whether the code is well formed for this number of groups.
pub(super) fn is_valid(words: &[u32], groups: usize) -> bool {
    let Some(end) = words.len().checked_sub(1) else { return false };
    words[end] == Op::SUCCESS as u32 && Code { words, groups }.block(0, end, 0).is_some()
}

impl Code<'_> {
    /// The word at `at`, which must be before `end`.
    fn word(&self, at: usize, end: usize) -> Option<usize> {
        (at < end).then(|| self.words.get(at).map(|&w| w as usize)).flatten()
    }

    fn op(&self, at: usize, end: usize) -> Option<Op> {
        Op::try_from(self.word(at, end)? as u32).ok()
    }

    /// Where the skip at `at` leads, not beyond `end`.
    fn target(&self, at: usize, end: usize) -> Option<usize> {
        let to = at.checked_add(self.word(at, end)?)?;
        (to > at && to <= end).then_some(to)
    }

    fn expect(&self, at: usize, end: usize, op: Op) -> Option<()> {
        (self.op(at, end)? == op).then_some(())
    }

    /// A set of characters that must end with FAILURE right before `end`.
    fn charset(&self, mut at: usize, end: usize) -> Option<()> {
        loop {
            match self.op(at, end)? {
                Op::FAILURE => return (at + 1 == end).then_some(()),
                Op::NEGATE => at += 1,
                Op::LITERAL => at += 2,
                Op::CATEGORY => {
                    SreCatCode::try_from(self.word(at + 1, end)? as u32).ok()?;
                    at += 2;
                }
                Op::RANGE | Op::RANGE_UNI_IGNORE => at += 3,
                Op::CHARSET => at += 1 + BITMAP,
                Op::BIGCHARSET => {
                    let count = self.word(at + 1, end)?;
                    let table = self.words.get(at + 2..at + 2 + BLOCKS)?;
                    if table.iter().flat_map(|w| w.to_ne_bytes()).any(|block| block as usize >= count) {
                        return None;
                    }
                    at = count.checked_mul(BITMAP)?.checked_add(at + 2 + BLOCKS)?;
                }
                _ => return None,
            }
        }
    }

    fn info(&self, at: usize, end: usize) -> Option<()> {
        let flags = SreInfo::from_bits(self.word(at, end)? as u32)?;
        self.word(at + 2, end)?;
        let mut at = at + 3;
        if flags.contains(SreInfo::PREFIX) {
            let len = self.word(at, end)?;
            let skip = self.word(at + 1, end)?;
            if len == 0 || skip > len || flags.contains(SreInfo::CHARSET) {
                return None;
            }
            let overlap = len.checked_add(at + 2)?;
            at = len.checked_add(overlap)?;
            if at > end || self.words[overlap..at].iter().any(|&n| n as usize >= len) {
                return None;
            }
        }
        if flags.contains(SreInfo::CHARSET) {
            return self.charset(at, end);
        }
        if flags.contains(SreInfo::LITERAL) && !flags.contains(SreInfo::PREFIX) {
            return None;
        }
        (at == end).then_some(())
    }

    /// `<BRANCH> (<skip> code <JUMP> <skip>)... <0>`; where it ends.
    fn branch(&self, mut at: usize, end: usize, depth: usize) -> Option<usize> {
        let mut exit = None;
        loop {
            if self.word(at, end)? == 0 {
                return exit.is_none_or(|to| to == at + 1).then_some(at + 1);
            }
            let next = self.target(at, end)?;
            let jump = next.checked_sub(2).filter(|&jump| jump > at)?;
            self.block(at + 1, jump, depth)?;
            self.expect(jump, end, Op::JUMP)?;
            let to = self.target(jump + 1, end)?;
            if *exit.get_or_insert(to) != to {
                return None;
            }
            at = next;
        }
    }

    /// `<GROUPREF_EXISTS> <group> <skip> code [<JUMP> <skip> code]`; where it ends.
    fn exists(&self, at: usize, end: usize, depth: usize) -> Option<usize> {
        // The skip counts one more than the others do.
        let no = at.checked_add(self.word(at, end)?)?.checked_sub(1)?;
        let body = at + 1;
        if no < body || no > end {
            return None;
        }
        if no >= body + 2 && self.words[no - 2] == Op::JUMP as u32 {
            if let Some(to) = self.target(no - 1, end) {
                if self.block(body, no - 2, depth).and_then(|()| self.block(no, to, depth)).is_some() {
                    return Some(to);
                }
            }
        }
        self.block(body, no, depth)?;
        Some(no)
    }

    /// Instructions from `at` to `end`.
    fn block(&self, mut at: usize, end: usize, depth: usize) -> Option<()> {
        // The parser's own recursion ends long before.
        if depth > 2000 {
            return None;
        }
        let depth = depth + 1;
        while at < end {
            let op = self.op(at, end)?;
            at += 1;
            match op {
                Op::SUCCESS | Op::FAILURE | Op::ANY | Op::ANY_ALL => {}
                Op::MARK => {
                    if self.word(at, end)? >= 2 * self.groups {
                        return None;
                    }
                    at += 1;
                }
                Op::LITERAL
                | Op::NOT_LITERAL
                | Op::LITERAL_IGNORE
                | Op::NOT_LITERAL_IGNORE
                | Op::LITERAL_LOC_IGNORE
                | Op::NOT_LITERAL_LOC_IGNORE
                | Op::LITERAL_UNI_IGNORE
                | Op::NOT_LITERAL_UNI_IGNORE => {
                    self.word(at, end)?;
                    at += 1;
                }
                Op::AT => {
                    SreAtCode::try_from(self.word(at, end)? as u32).ok()?;
                    at += 1;
                }
                Op::CATEGORY => {
                    SreCatCode::try_from(self.word(at, end)? as u32).ok()?;
                    at += 1;
                }
                Op::IN | Op::IN_IGNORE | Op::IN_LOC_IGNORE | Op::IN_UNI_IGNORE => {
                    let next = self.target(at, end)?;
                    self.charset(at + 1, next)?;
                    at = next;
                }
                Op::INFO => {
                    let next = self.target(at, end)?;
                    self.info(at + 1, next)?;
                    at = next;
                }
                Op::BRANCH => at = self.branch(at, end, depth)?,
                Op::REPEAT_ONE | Op::MIN_REPEAT_ONE | Op::POSSESSIVE_REPEAT_ONE => {
                    let next = self.target(at, end)?;
                    self.counts(at, next)?;
                    let last = next.checked_sub(1).filter(|&last| last > at + 3)?;
                    self.expect(last, end, Op::SUCCESS)?;
                    self.block(at + 3, last, depth)?;
                    at = next;
                }
                Op::REPEAT | Op::POSSESSIVE_REPEAT => {
                    let until = self.target(at, end)?;
                    self.counts(at, until)?;
                    self.block(at + 3, until, depth)?;
                    match (op, self.op(until, end)?) {
                        (Op::REPEAT, Op::MAX_UNTIL | Op::MIN_UNTIL) => at = until + 1,
                        (Op::POSSESSIVE_REPEAT, Op::SUCCESS) => at = until + 1,
                        _ => return None,
                    }
                }
                Op::ATOMIC_GROUP => {
                    let next = self.target(at, end)?;
                    let last = next.checked_sub(1).filter(|&last| last > at)?;
                    self.expect(last, end, Op::SUCCESS)?;
                    self.block(at + 1, last, depth)?;
                    at = next;
                }
                Op::ASSERT | Op::ASSERT_NOT => {
                    let next = self.target(at, end)?;
                    let last = next.checked_sub(1).filter(|&last| last > at + 1)?;
                    if self.word(at + 1, end)? & 0x8000_0000 != 0 {
                        return None;
                    }
                    self.expect(last, end, Op::SUCCESS)?;
                    self.block(at + 2, last, depth)?;
                    at = next;
                }
                Op::GROUPREF | Op::GROUPREF_IGNORE | Op::GROUPREF_LOC_IGNORE | Op::GROUPREF_UNI_IGNORE => {
                    if self.word(at, end)? >= self.groups {
                        return None;
                    }
                    at += 1;
                }
                Op::GROUPREF_EXISTS => {
                    if self.word(at, end)? >= self.groups {
                        return None;
                    }
                    at = self.exists(at + 1, end, depth)?;
                }
                Op::JUMP
                | Op::MAX_UNTIL
                | Op::MIN_UNTIL
                | Op::CHARSET
                | Op::BIGCHARSET
                | Op::NEGATE
                | Op::RANGE
                | Op::RANGE_UNI_IGNORE
                | Op::SUBPATTERN => return None,
            }
        }
        (at == end).then_some(())
    }

    /// The bounds of a repetition: `<skip> <min> <max>`.
    fn counts(&self, at: usize, end: usize) -> Option<()> {
        let (min, max) = (self.word(at + 1, end)?, self.word(at + 2, end)?);
        (min <= max).then_some(())
    }
}
