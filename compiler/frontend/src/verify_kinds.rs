//! The second pass of [`verify`](crate::verify): of what kind the values are that each instruction finds.
//!
//! The interpreter and compiled code take a list for a list and a bound variable for bound, as CPython's
//! own loop does. So for every variable and stack place this computes the set of kinds of what may be
//! there, over all ways control may go, and holds it against what the instruction there needs.
//!
//! A set only grows, so the states settle; needs are upper bounds, so what is refused midway would be
//! refused in the end. Variables are seen more coarsely than the stack: a program may assign to them
//! through `frame.f_locals` at any call, so of them only counts whether they are unbound or hold a cell.

use crate::code::{Constant, flags, kinds};
use crate::instructions::Instruction;
use crate::verify::{Checked, Checker, require};
use std::collections::BTreeSet;
use taipan_abi::opcode::{Intrinsic1, Intrinsic2, Opcode, Operand};

/// A set of kinds, one bit each.
type Kinds = u16;

/// Nothing: CPython's NULL, or an unbound variable.
const NULL: Kinds = 1 << 0;
const CELL: Kinds = 1 << 1;
const LIST: Kinds = 1 << 2;
const SET: Kinds = 1 << 3;
const DICT: Kinds = 1 << 4;
/// A tuple; [`Place::detail`] is the index of the constant if it is one.
const TUPLE: Kinds = 1 << 5;
/// A tuple of cells only; the detail is how many.
const CELLS: Kinds = 1 << 6;
/// A code object; the detail is the index of the constant.
const CODE: Kinds = 1 << 7;
const FUNCTION: Kinds = 1 << 8;
/// A function that must get its closure before anything else may see it; the detail is its code.
const OPEN_FUNCTION: Kinds = 1 << 9;
const EXCEPTION: Kinds = 1 << 10;
/// What `PUSH_EXC_INFO` saved: an exception or None.
const PREVIOUS: Kinds = 1 << 11;
/// The int a handler gets that asks for the offset of what raised.
const LASTI: Kinds = 1 << 12;
const STR: Kinds = 1 << 13;
const TYPE_PARAM: Kinds = 1 << 14;
/// Any other value, or one of which nothing is known.
const OTHER: Kinds = 1 << 15;

/// Everything that Python code may see.
const VALUE: Kinds = !(NULL | OPEN_FUNCTION);
const MAYBE: Kinds = VALUE | NULL;
const ANYTHING: Kinds = Kinds::MAX;
const ANY_TUPLE: Kinds = TUPLE | CELLS;

const KIND_NAMES: [&str; 16] = [
    "nothing",
    "a cell",
    "a list",
    "a set",
    "a dict",
    "a tuple",
    "a tuple of cells",
    "a code object",
    "a function",
    "a function without its closure",
    "an exception",
    "a saved exception",
    "an offset",
    "a str",
    "a type parameter",
    "a value",
];

/// The first kind in `found` that `needed` does not have.
fn culprit(found: Kinds, needed: Kinds) -> &'static str {
    KIND_NAMES.get((found & !needed).trailing_zeros() as usize).copied().unwrap_or("nothing")
}

/// A place of the stack among those that an instruction takes, 1 being the top.
#[derive(Clone, Copy)]
enum At {
    Nth(u32),
    /// This far below what the oparg says.
    Oparg(u32),
}

/// What an instruction puts on the stack.
#[derive(Clone, Copy)]
enum Leaves {
    /// Values only, in the place of all that it took.
    Values,
    /// These on top; below them stay as many of what it took as its stack effect says.
    Top(&'static [Kinds]),
    /// A value, and if the lowest bit of the oparg is set what `CALL` takes for self.
    Method,
}

/// What an instruction needs and leaves.
#[derive(Clone, Copy)]
struct Rule {
    needs: &'static [(At, Kinds)],
    /// What it needs at those of the places it takes that `needs` does not name.
    others: Kinds,
    leaves: Leaves,
}

const PLAIN: Rule = Rule { needs: &[], others: VALUE, leaves: Leaves::Values };

const fn rule(needs: &'static [(At, Kinds)], others: Kinds, leaves: Leaves) -> Rule {
    Rule { needs, others, leaves }
}

/// The instructions that are not [`PLAIN`]. Those that move values about are seen to in code.
fn rule_of(op: Opcode) -> Rule {
    use At::*;
    use Leaves::*;
    use Opcode::*;
    const KEEP: Leaves = Top(&[]);
    const ADD: Leaves = Top(&[OTHER]);
    match op {
        POP_TOP | POP_ITER | END_FOR => rule(&[], ANYTHING, KEEP),
        PUSH_NULL => rule(&[], VALUE, Top(&[NULL])),
        BUILD_LIST => rule(&[], VALUE, Top(&[LIST])),
        BUILD_SET => rule(&[], VALUE, Top(&[SET])),
        BUILD_MAP => rule(&[], VALUE, Top(&[DICT])),
        BUILD_STRING => rule(&[], VALUE, Top(&[STR])),
        BUILD_TEMPLATE => rule(&[(Nth(1), ANY_TUPLE), (Nth(2), ANY_TUPLE)], VALUE, Values),
        // Between the container and the top anything may lie: it stays.
        LIST_APPEND => rule(&[(Nth(1), VALUE), (Oparg(1), LIST)], ANYTHING, KEEP),
        LIST_EXTEND => rule(&[(Nth(1), VALUE), (Oparg(1), LIST)], ANYTHING, KEEP),
        SET_UPDATE => rule(&[(Nth(1), VALUE), (Oparg(1), SET)], ANYTHING, KEEP),
        // The set of a namespace's `__conditional_annotations__`, too: the operation itself looks.
        SET_ADD => rule(&[(Nth(1), VALUE), (Oparg(1), VALUE)], ANYTHING, KEEP),
        MAP_ADD => rule(&[(Nth(1), VALUE), (Nth(2), VALUE), (Oparg(2), DICT)], ANYTHING, KEEP),
        DICT_UPDATE => rule(&[(Nth(1), VALUE), (Oparg(1), DICT)], ANYTHING, KEEP),
        DICT_MERGE => rule(&[(Nth(1), VALUE), (Oparg(1), DICT), (Oparg(4), VALUE)], ANYTHING, KEEP),
        LOAD_ATTR | LOAD_GLOBAL | LOAD_SUPER_ATTR => rule(&[], VALUE, Method),
        LOAD_SPECIAL => rule(&[], VALUE, Top(&[OTHER, OTHER | NULL])),
        CALL => rule(&[(Oparg(1), MAYBE)], VALUE, Values),
        CALL_KW => rule(&[(Nth(1), TUPLE), (Oparg(2), MAYBE)], VALUE, Values),
        CALL_FUNCTION_EX => rule(&[(Nth(1), MAYBE), (Nth(3), MAYBE)], VALUE, Values),
        MAKE_FUNCTION => rule(&[(Nth(1), CODE)], VALUE, Values),
        GET_ANEXT | GET_LEN | MATCH_MAPPING | MATCH_SEQUENCE | IMPORT_FROM | FOR_ITER | SEND => rule(&[], VALUE, ADD),
        MATCH_KEYS => rule(&[(Nth(1), ANY_TUPLE)], VALUE, ADD),
        MATCH_CLASS => rule(&[(Nth(1), TUPLE)], VALUE, Values),
        PUSH_EXC_INFO => rule(&[(Nth(1), EXCEPTION)], VALUE, Top(&[PREVIOUS, EXCEPTION])),
        POP_EXCEPT => rule(&[(Nth(1), PREVIOUS)], VALUE, KEEP),
        CHECK_EXC_MATCH => rule(&[(Nth(2), EXCEPTION)], VALUE, ADD),
        RERAISE => rule(&[(Nth(1), EXCEPTION)], ANYTHING, KEEP),
        END_ASYNC_FOR => rule(&[(Nth(1), EXCEPTION)], VALUE, KEEP),
        CLEANUP_THROW => rule(&[(Nth(1), EXCEPTION)], VALUE, Values),
        WITH_EXCEPT_START => rule(
            &[(Nth(1), EXCEPTION), (Nth(2), PREVIOUS), (Nth(3), LASTI), (Nth(4), MAYBE), (Nth(5), VALUE)],
            VALUE,
            ADD,
        ),
        _ => PLAIN,
    }
}

/// The same of the intrinsics of one operand.
fn rule_of_intrinsic1(which: Option<Intrinsic1>) -> Rule {
    use At::*;
    use Intrinsic1::*;
    match which {
        Some(INTRINSIC_STOPITERATION_ERROR) => rule(&[(Nth(1), EXCEPTION)], VALUE, Leaves::Top(&[EXCEPTION])),
        Some(INTRINSIC_LIST_TO_TUPLE) => rule(&[(Nth(1), LIST)], VALUE, Leaves::Top(&[TUPLE])),
        Some(INTRINSIC_TYPEVAR | INTRINSIC_PARAMSPEC | INTRINSIC_TYPEVARTUPLE) => {
            rule(&[(Nth(1), STR)], VALUE, Leaves::Top(&[TYPE_PARAM]))
        }
        Some(INTRINSIC_TYPEALIAS) => rule(&[(Nth(1), ANY_TUPLE)], VALUE, Leaves::Values),
        _ => PLAIN,
    }
}

/// The same of those of two operands.
fn rule_of_intrinsic2(which: Option<Intrinsic2>) -> Rule {
    use At::*;
    use Intrinsic2::*;
    match which {
        // None as well, after which CPython's compiler does not reraise; `RERAISE` itself looks again.
        Some(INTRINSIC_PREP_RERAISE_STAR) => {
            rule(&[(Nth(1), LIST), (Nth(2), EXCEPTION)], VALUE, Leaves::Top(&[EXCEPTION]))
        }
        Some(INTRINSIC_TYPEVAR_WITH_BOUND | INTRINSIC_TYPEVAR_WITH_CONSTRAINTS) => {
            rule(&[(Nth(2), STR)], VALUE, Leaves::Top(&[TYPE_PARAM]))
        }
        Some(INTRINSIC_SET_TYPEPARAM_DEFAULT) => rule(&[(Nth(2), TYPE_PARAM)], VALUE, Leaves::Top(&[TYPE_PARAM])),
        Some(INTRINSIC_SET_FUNCTION_TYPE_PARAMS) => {
            rule(&[(Nth(1), ANY_TUPLE), (Nth(2), FUNCTION)], VALUE, Leaves::Top(&[FUNCTION]))
        }
        _ => PLAIN,
    }
}

/// What `SET_FUNCTION_ATTRIBUTE` needs for each of its flags but the closure.
fn attribute_kinds(flag: u32) -> (&'static str, Kinds) {
    match flag {
        // Those of a generic function come in a variable: `Function::set_attribute` looks.
        1 => ("defaults", ANY_TUPLE | OTHER),
        2 => ("kwdefaults", DICT | OTHER),
        4 => ("annotations", ANY_TUPLE | DICT),
        _ => ("annotate", FUNCTION),
    }
}

/// Nothing more is known.
const NO_DETAIL: u32 = u32::MAX;

/// What is known of a variable or stack place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Place {
    kinds: Kinds,
    /// As the kind says, if there is only one.
    detail: u32,
}

const fn place(kinds: Kinds) -> Place {
    Place { kinds, detail: NO_DETAIL }
}

impl Place {
    fn join(self, other: Place) -> Place {
        let detail = if self.detail == other.detail { self.detail } else { NO_DETAIL };
        Place { kinds: self.kinds | other.kinds, detail }
    }

    /// What a variable holds after this was stored there.
    fn stored(self, may_be_cell: bool) -> Place {
        let mut kinds = self.kinds & NULL;
        if self.kinds & CELL != 0 {
            kinds |= if may_be_cell { CELL } else { OTHER };
        }
        if self.kinds & !(NULL | CELL) != 0 {
            kinds |= OTHER;
        }
        place(kinds)
    }
}

/// Variables, then the stack.
type State = Vec<Place>;

/// Checks the kinds of all values; the first pass has accepted the code.
pub(crate) fn check(checker: &Checker) -> Checked {
    let count = checker.instructions.len();
    let mut is_target = vec![false; count];
    let targets = checker.instructions.iter().filter_map(|instruction| instruction.jump_target());
    for target in targets.chain(checker.handlers.iter().map(|entry| entry.target)) {
        if let Some(index) = checker.index_of(target) {
            is_target[index] = true;
        }
    }
    let states = vec![None; count];
    let mut flow = Flow { checker, nlocals: checker.code.nlocalsplus(), is_target, states, to_do: BTreeSet::new() };
    let arguments = checker.code.total_args();
    let entry: State = (0..flow.nlocals).map(|i| place(if i < arguments { OTHER } else { NULL })).collect();
    flow.reach(0, &entry);
    while let Some(index) = flow.to_do.pop_first() {
        flow.walk(index)?;
    }
    Ok(())
}

struct Flow<'a> {
    checker: &'a Checker<'a>,
    nlocals: usize,
    is_target: Vec<bool>,
    /// The states before the instructions that are jumped to.
    states: Vec<Option<State>>,
    to_do: BTreeSet<usize>,
}

impl Flow<'_> {
    /// Joins a state into that before an instruction.
    fn reach(&mut self, index: usize, state: &[Place]) {
        match &mut self.states[index] {
            Some(known) => {
                let mut changed = false;
                for (known, new) in known.iter_mut().zip(state) {
                    let joined = known.join(*new);
                    changed |= joined != *known;
                    *known = joined;
                }
                if changed {
                    self.to_do.insert(index);
                }
            }
            unknown => {
                *unknown = Some(state.to_vec());
                self.to_do.insert(index);
            }
        }
    }

    /// From one instruction that is jumped to, to the next.
    fn walk(&mut self, mut index: usize) -> Checked {
        let Some(state) = self.states[index].clone() else { return Ok(()) };
        let checker = self.checker;
        let mut step = Step { checker, nlocals: self.nlocals, state, changed: true, lowest: 0 };
        let mut joined = None;
        loop {
            let instruction = &checker.instructions[index];
            // CPython's tables cover `PUSH_EXC_INFO` with the handler that expects it done: it never raises.
            let raises = instruction.op != Opcode::PUSH_EXC_INFO;
            if let Some(entry) = checker.handler_of(instruction.offset).filter(|_| raises) {
                let kept = self.nlocals + entry.depth as usize;
                // Unless what the handler sees is as it was at the last instruction.
                if step.changed || step.lowest < kept || joined != Some(entry.start) {
                    let mut state = step.state[..kept].to_vec();
                    if entry.lasti {
                        state.push(place(LASTI));
                    }
                    state.push(place(EXCEPTION));
                    if let Some(target) = checker.index_of(entry.target) {
                        self.reach(target, &state);
                    }
                    joined = Some(entry.start);
                    (step.changed, step.lowest) = (false, usize::MAX);
                }
            }
            step.apply(instruction)?;
            if let Some(target) = instruction.jump_target().and_then(|target| checker.index_of(target)) {
                if instruction.op == Opcode::FOR_ITER {
                    // Where the item would be, for `END_FOR` to drop.
                    let mut state = step.state.clone();
                    state.pop();
                    state.push(place(NULL));
                    self.reach(target, &state);
                } else {
                    self.reach(target, &step.state);
                }
            }
            if instruction.op.info().ends() {
                return Ok(());
            }
            index += 1;
            if self.is_target[index] {
                self.reach(index, &step.state);
                return Ok(());
            }
        }
    }
}

/// The state between two instructions.
struct Step<'a> {
    checker: &'a Checker<'a>,
    nlocals: usize,
    state: State,
    /// Whether a variable changed since the state was last looked at.
    changed: bool,
    /// How short the state became since then.
    lowest: usize,
}

impl Step<'_> {
    fn top(&self, n: u32) -> Place {
        self.state[self.state.len() - n as usize]
    }

    fn drop(&mut self, n: usize) {
        let length = self.state.len() - n;
        self.lowest = self.lowest.min(length);
        self.state.truncate(length);
    }

    fn push(&mut self, place: Place) {
        self.state.push(place);
    }

    fn set_local(&mut self, index: u32, place: Place) {
        self.changed |= self.state[index as usize] != place;
        self.state[index as usize] = place;
    }

    fn constant(&self, place: Place) -> Option<&Constant> {
        self.checker.code.consts.get(place.detail as usize)
    }

    fn name_of(&self, local: u32) -> &str {
        self.checker.code.localsplusnames.get(local as usize).map_or("", |name| name)
    }

    fn apply(&mut self, instruction: &Instruction) -> Checked {
        use Opcode::*;
        let Instruction { op, oparg, offset, .. } = *instruction;
        self.check_needs(instruction)?;
        let (high, low) = (oparg >> 4, oparg & 15);
        match op {
            LOAD_CONST => {
                let kinds = match &self.checker.code.consts[oparg as usize] {
                    Constant::Str(_) => STR,
                    Constant::Tuple(_) => TUPLE,
                    Constant::Code(_) => CODE,
                    _ => OTHER,
                };
                self.push(Place { kinds, detail: oparg });
            }
            LOAD_FAST | LOAD_FAST_BORROW => self.load(oparg, instruction)?,
            LOAD_FAST_LOAD_FAST | LOAD_FAST_BORROW_LOAD_FAST_BORROW => {
                self.load(high, instruction)?;
                self.load(low, instruction)?;
            }
            LOAD_FAST_CHECK => {
                let known = self.state[oparg as usize].kinds & !NULL;
                let bound = place(if known == 0 { OTHER } else { known });
                self.set_local(oparg, bound);
                self.push(bound);
            }
            LOAD_FAST_AND_CLEAR => {
                self.push(self.state[oparg as usize]);
                self.set_local(oparg, place(NULL));
            }
            STORE_FAST => self.store(oparg),
            STORE_FAST_LOAD_FAST => {
                self.store(high);
                self.load(low, instruction)?;
            }
            STORE_FAST_STORE_FAST => {
                self.store(high);
                self.store(low);
            }
            DELETE_FAST => self.set_local(oparg, place(NULL)),
            MAKE_CELL => self.set_local(oparg, place(CELL)),
            COPY_FREE_VARS => {
                for index in self.nlocals - oparg as usize..self.nlocals {
                    self.set_local(index as u32, place(CELL));
                }
            }
            COPY => self.push(self.top(oparg)),
            SWAP => {
                let length = self.state.len();
                self.lowest = self.lowest.min(length - oparg as usize);
                self.state.swap(length - 1, length - oparg as usize);
            }
            BUILD_TUPLE => {
                let first = self.state.len() - oparg as usize;
                let cells = oparg > 0 && self.state[first..].iter().all(|item| item.kinds == CELL);
                self.drop(oparg as usize);
                self.push(if cells { Place { kinds: CELLS, detail: oparg } } else { place(TUPLE) });
            }
            MAKE_FUNCTION => {
                let Place { detail, .. } = self.top(1);
                let free = match self.constant(self.top(1)) {
                    Some(Constant::Code(code)) => code.nfreevars(),
                    _ => return require(false, Some(offset), || format!("{op} of no constant")),
                };
                self.drop(1);
                self.push(if free > 0 { Place { kinds: OPEN_FUNCTION, detail } } else { place(FUNCTION) });
            }
            SET_FUNCTION_ATTRIBUTE => self.set_function_attribute(instruction)?,
            _ => self.leave(instruction),
        }
        Ok(())
    }

    fn load(&mut self, local: u32, instruction: &Instruction) -> Checked {
        let found = self.state[local as usize];
        require(found.kinds & NULL == 0, Some(instruction.offset), || {
            format!("{} of '{}', which may be unbound", instruction.op, self.name_of(local))
        })?;
        self.push(found);
        Ok(())
    }

    fn store(&mut self, local: u32) {
        let kind = self.checker.code.localspluskinds[local as usize];
        let value = self.top(1).stored(kind & (kinds::CELL | kinds::FREE) != 0);
        self.drop(1);
        self.set_local(local, value);
    }

    fn rule(&self, op: Opcode, oparg: u32) -> Rule {
        match op {
            Opcode::CALL_INTRINSIC_1 => rule_of_intrinsic1(Intrinsic1::from_oparg(oparg)),
            Opcode::CALL_INTRINSIC_2 => rule_of_intrinsic2(Intrinsic2::from_oparg(oparg)),
            // They move values and look at none.
            Opcode::COPY | Opcode::SWAP => rule(&[], ANYTHING, Leaves::Values),
            Opcode::STORE_FAST | Opcode::STORE_FAST_LOAD_FAST | Opcode::STORE_FAST_STORE_FAST => {
                rule(&[], MAYBE, Leaves::Values)
            }
            Opcode::SET_FUNCTION_ATTRIBUTE => rule(&[(At::Nth(1), FUNCTION | OPEN_FUNCTION)], VALUE, Leaves::Values),
            op => rule_of(op),
        }
    }

    fn check_needs(&self, instruction: &Instruction) -> Checked {
        let Instruction { op, oparg, offset, .. } = *instruction;
        let rule = self.rule(op, oparg);
        for n in 1..=op.info().pops(oparg) {
            let listed = rule.needs.iter().find(|(at, _)| match *at {
                At::Nth(nth) => nth == n,
                At::Oparg(below) => oparg.saturating_add(below) == n,
            });
            let needed = listed.map_or(rule.others, |(_, needed)| *needed);
            let found = self.top(n).kinds;
            require(found & !needed == 0, Some(offset), || {
                format!("{op} finds {} where it may not be, {n} from the top", culprit(found, needed))
            })?;
        }
        let code = self.checker.code;
        if op.info().operand == Operand::Deref && op != Opcode::MAKE_CELL {
            require(self.state[oparg as usize].kinds == CELL, Some(offset), || {
                format!("{op} of '{}', which may hold no cell", self.name_of(oparg))
            })?;
        }
        match op {
            // The names of keyword arguments or attributes.
            Opcode::CALL_KW | Opcode::MATCH_CLASS => {
                let limit = if op == Opcode::CALL_KW { oparg as usize } else { usize::MAX };
                let fine = match self.constant(self.top(1)) {
                    Some(Constant::Tuple(names)) => {
                        names.len() <= limit && names.iter().all(|name| matches!(name, Constant::Str(_)))
                    }
                    _ => false,
                };
                require(fine, Some(offset), || format!("{op} without a constant tuple of names"))
            }
            Opcode::RERAISE if oparg > 0 => {
                let found = self.state[self.state.len().saturating_sub(oparg as usize + 1)].kinds;
                require(found == LASTI, Some(offset), || format!("{op} finds {} for an offset", culprit(found, LASTI)))
            }
            Opcode::COPY_FREE_VARS => require(oparg > 0, Some(offset), || format!("{op} without free variables")),
            Opcode::LOAD_NAME
            | Opcode::STORE_NAME
            | Opcode::DELETE_NAME
            | Opcode::LOAD_LOCALS
            | Opcode::SETUP_ANNOTATIONS => require(code.flags & flags::OPTIMIZED == 0, Some(offset), || {
                format!("{op} in a function, which has no namespace")
            }),
            _ => Ok(()),
        }
    }

    fn set_function_attribute(&mut self, instruction: &Instruction) -> Checked {
        let Instruction { op, oparg, offset, .. } = *instruction;
        let (function, value) = (self.top(1), self.top(2));
        if oparg == 8 {
            let free = match self.constant(function) {
                Some(Constant::Code(code)) if function.kinds == OPEN_FUNCTION => code.nfreevars(),
                _ => return require(false, Some(offset), || format!("{op} gives a closure to what takes none")),
            };
            require(value.kinds == CELLS && value.detail as usize == free, Some(offset), || {
                format!("{op} gives no closure of {free} cells")
            })?;
        } else {
            let (name, needed) = attribute_kinds(oparg);
            require(function.kinds == FUNCTION, Some(offset), || format!("{op} before the closure is set"))?;
            require(value.kinds & !needed == 0, Some(offset), || {
                format!("{op} gives {} as {name}", culprit(value.kinds, needed))
            })?;
        }
        self.drop(2);
        self.push(place(FUNCTION));
        Ok(())
    }

    /// Takes and puts what the instruction's rule says.
    fn leave(&mut self, instruction: &Instruction) {
        let Instruction { op, oparg, .. } = *instruction;
        let (pops, pushes) = (op.info().pops(oparg) as usize, op.info().pushes(oparg) as usize);
        match self.rule(op, oparg).leaves {
            Leaves::Values => {
                self.drop(pops);
                (0..pushes).for_each(|_| self.push(place(OTHER)));
            }
            Leaves::Top(new) => {
                self.drop(pops - (pushes - new.len()));
                new.iter().for_each(|kinds| self.push(place(*kinds)));
            }
            Leaves::Method => {
                self.drop(pops);
                self.push(place(OTHER));
                if oparg & 1 != 0 {
                    self.push(place(OTHER | NULL));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::verify::{verify, verify_module};
    use crate::{CodeObject, Constant, Mode, Options, Wtf8, compile};
    use std::sync::Arc;
    use taipan_abi::opcode::Opcode;

    fn compiled(source: &str) -> CodeObject {
        let code = compile(source.as_bytes(), Wtf8::new("t"), Mode::Exec, &Options::default()).unwrap();
        assert_eq!(verify_module(&code), Ok(()), "{source}");
        code
    }

    /// The first code object among the constants.
    fn inner(code: &CodeObject) -> CodeObject {
        let found = code.consts.iter().find_map(|constant| match constant {
            Constant::Code(code) => Some((**code).clone()),
            _ => None,
        });
        found.unwrap()
    }

    /// Why the code is refused after the first `from` became `to`; `None` if it is accepted.
    fn replaced(mut code: CodeObject, from: (Opcode, u8), to: (Opcode, u8)) -> Option<String> {
        let mut walk = crate::instructions::Instructions::new(&code.code);
        let found = walk.find(|i| i.op == from.0 && i.oparg == u32::from(from.1)).expect("no such instruction");
        let at = found.offset as usize;
        assert_eq!(from.0.info().caches, to.0.info().caches);
        code.code[at] = to.0 as u8;
        code.code[at + 1] = to.1;
        verify(&code).err().map(|error| error.problem)
    }

    /// The same of a function, and that it is refused with this message.
    #[track_caller]
    fn refused(source: &str, from: (Opcode, u8), to: (Opcode, u8), message: &str) {
        let code = compiled(source);
        let code = if source.starts_with("def") { inner(&code) } else { code };
        assert_eq!(replaced(code, from, to).as_deref(), Some(message), "{source}");
    }

    #[test]
    fn null_is_no_operand() {
        use Opcode::*;
        refused("f(1)", (LOAD_SMALL_INT, 1), (PUSH_NULL, 0), "CALL finds nothing where it may not be, 1 from the top");
        refused(
            "x = 1",
            (LOAD_SMALL_INT, 1),
            (PUSH_NULL, 0),
            "STORE_NAME finds nothing where it may not be, 1 from the top",
        );
    }

    #[test]
    fn variables_must_be_bound() {
        use Opcode::*;
        let source = "def f(c):\n  if c: x = 1\n  return x";
        refused(source, (LOAD_FAST_CHECK, 1), (LOAD_FAST, 1), "LOAD_FAST of 'x', which may be unbound");
        let source = "def f(x):\n  del x\n  return x";
        refused(source, (LOAD_FAST_CHECK, 0), (LOAD_FAST, 0), "LOAD_FAST of 'x', which may be unbound");
        let source = "def f(x):\n  def g(): return x\n  return x";
        refused(source, (MAKE_CELL, 0), (NOP, 0), "SET_FUNCTION_ATTRIBUTE gives no closure of 1 cells");
        let source = "def f(x):\n  y = lambda: x\n  return x";
        assert!(replaced(inner(&compiled(source)), (LOAD_DEREF, 0), (LOAD_FAST, 0)).is_none());
    }

    #[test]
    fn containers_are_what_they_should_be() {
        use Opcode::*;
        let comprehension = "[x for x in y]";
        let message = "LIST_APPEND finds a value where it may not be, 2 from the top";
        refused(comprehension, (LIST_APPEND, 2), (LIST_APPEND, 1), message);
        let message = "LIST_APPEND finds a set where it may not be, 3 from the top";
        refused(comprehension, (BUILD_LIST, 0), (BUILD_SET, 0), message);
        let message = "MAP_ADD finds a list where it may not be, 4 from the top";
        refused("{x: x for x in y}", (BUILD_MAP, 0), (BUILD_LIST, 0), message);
        let message = "SET_UPDATE finds a list where it may not be, 2 from the top";
        refused("{1, 2, *x}", (BUILD_SET, 2), (BUILD_LIST, 2), message);
    }

    #[test]
    fn functions_get_their_closures() {
        use Opcode::*;
        let source = "def f(x):\n  return lambda: x";
        let code = inner(&compiled(source));
        let message = "RETURN_VALUE finds a function without its closure where it may not be, 1 from the top";
        let mut open = code.clone();
        let at = open.code.chunks(2).position(|pair| pair[0] == SET_FUNCTION_ATTRIBUTE as u8).unwrap() * 2;
        open.code[at] = NOP as u8;
        assert_eq!(verify(&open).unwrap_err().problem, message);
        let message = "SET_FUNCTION_ATTRIBUTE before the closure is set";
        refused(source, (SET_FUNCTION_ATTRIBUTE, 8), (SET_FUNCTION_ATTRIBUTE, 1), message);
        let message = "SET_FUNCTION_ATTRIBUTE gives a closure to what takes none";
        refused("def f():\n  def g(x=y): pass", (SET_FUNCTION_ATTRIBUTE, 1), (SET_FUNCTION_ATTRIBUTE, 8), message);
        let message = "SET_FUNCTION_ATTRIBUTE gives a tuple as kwdefaults";
        refused("def f():\n  def g(x=y): pass", (SET_FUNCTION_ATTRIBUTE, 1), (SET_FUNCTION_ATTRIBUTE, 2), message);
    }

    #[test]
    fn handlers_get_exceptions() {
        use Opcode::*;
        let source = "try: f()\nexcept E: g()";
        let message = "POP_EXCEPT finds an exception where it may not be, 1 from the top";
        refused(source, (COPY, 3), (COPY, 1), message);
        let message = "RERAISE finds a saved exception for an offset";
        refused(source, (RERAISE, 0), (RERAISE, 1), message);
    }

    #[test]
    fn names_are_constant() {
        let mut code = compiled("f(a=1)");
        for constant in &mut code.consts {
            if let Constant::Tuple(_) = constant {
                *constant = Constant::Tuple(Arc::new([Constant::None]));
            }
        }
        assert_eq!(verify(&code).unwrap_err().problem, "CALL_KW without a constant tuple of names");
    }

    #[test]
    fn modules_are_no_functions() {
        let code = inner(&compiled("def f(x): return x"));
        assert_eq!(verify(&code), Ok(()));
        assert_eq!(verify_module(&code).unwrap_err().problem, "not the code of a module");
    }
}
