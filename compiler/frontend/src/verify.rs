//! Checks the bytecode of a code object before anything trusts it.
//!
//! The interpreter and the translator index stacks, constants, names and locals by what the bytecode
//! says, with no checks of their own. This is where those are made, once. Accepted bytecode has only
//! base opcodes with operands in range; it jumps only to instructions, never runs off its end, and
//! each instruction finds the same number of values on the stack whichever way it is reached, never
//! fewer than it takes and never more than `stacksize`. Then [`verify_kinds`](crate::verify_kinds) looks
//! at what kind the values there are. Everything CPython's compiler makes passes.

use crate::code::{CodeObject, Constant, flags, kinds};
use crate::instructions::{Instruction, Instructions};
use crate::tables::ExceptionEntry;
use std::collections::HashSet;
use std::fmt;
use taipan_abi::opcode::{BinaryOp, CommonConstant, CompareOp, Intrinsic1, Intrinsic2, Opcode, Operand, SpecialMethod};

/// Why a code object is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError {
    /// `qualname` of the code object.
    pub qualname: String,
    /// Byte offset of the instruction that is wrong.
    pub offset: Option<u32>,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid bytecode in {}", self.qualname)?;
        if let Some(offset) = self.offset {
            write!(f, " at offset {offset}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for VerifyError {}

/// A frame never has more slots than this.
const MAX_FRAME: usize = 1 << 24;

/// Checks a code object and all inside it.
pub fn verify(code: &CodeObject) -> Result<(), VerifyError> {
    let mut to_do = vec![code];
    let mut seen = HashSet::new();
    while let Some(code) = to_do.pop() {
        let mut checker = Checker { code, instructions: Vec::new(), at: Vec::new(), handlers: Vec::new() };
        checker.check().map_err(|(offset, problem)| VerifyError {
            qualname: code.qualname.to_string(),
            offset,
            problem,
        })?;
        let mut constants: Vec<&Constant> = code.consts.iter().collect();
        while let Some(constant) = constants.pop() {
            match constant {
                Constant::Code(inner) if seen.insert(std::ptr::from_ref(&**inner).cast::<u8>()) => {
                    to_do.push(inner);
                }
                Constant::Tuple(elements) | Constant::FrozenSet(elements)
                    if seen.insert(elements.as_ptr().cast::<u8>()) =>
                {
                    constants.extend(elements.iter());
                }
                Constant::Slice(elements) => constants.extend(elements.iter()),
                _ => {}
            }
        }
    }
    Ok(())
}

/// The same, of code that is to run without a function around it.
pub fn verify_module(code: &CodeObject) -> Result<(), VerifyError> {
    if code.flags & flags::OPTIMIZED != 0 || code.nfreevars() > 0 {
        let problem = "not the code of a module".to_owned();
        return Err(VerifyError { qualname: code.qualname.to_string(), offset: None, problem });
    }
    verify(code)
}

type Problem = (Option<u32>, String);
pub(crate) type Checked = Result<(), Problem>;

pub(crate) fn require(condition: bool, offset: Option<u32>, problem: impl FnOnce() -> String) -> Checked {
    if condition { Ok(()) } else { Err((offset, problem())) }
}

/// No instruction starts here.
const NOWHERE: u32 = u32::MAX;

pub(crate) struct Checker<'a> {
    pub(crate) code: &'a CodeObject,
    pub(crate) instructions: Vec<Instruction>,
    /// For each code unit, the instruction that starts there.
    at: Vec<u32>,
    pub(crate) handlers: Vec<ExceptionEntry>,
}

impl Checker<'_> {
    fn check(&mut self) -> Checked {
        self.check_variables()?;
        self.decode()?;
        for instruction in &self.instructions {
            self.check_operand(instruction)?;
        }
        self.check_generator()?;
        self.check_exception_table()?;
        self.check_stack()?;
        crate::verify_kinds::check(self)
    }

    fn check_variables(&self) -> Checked {
        let code = self.code;
        let whole = |condition, problem: &str| require(condition, None, || problem.to_owned());
        let count = code.nlocalsplus();
        whole(code.localspluskinds.len() == count, "localsplusnames and localspluskinds differ in length")?;
        whole(count.saturating_add(code.stacksize as usize) <= MAX_FRAME, "frame too large")?;
        let rank = |kind: &u8| match kind {
            kind if kind & kinds::LOCAL != 0 => 0,
            kind if kind & kinds::CELL != 0 => 1,
            _ => 2,
        };
        whole(code.localspluskinds.is_sorted_by_key(rank), "locals, cells and free variables out of order")?;
        let known = kinds::LOCAL | kinds::CELL | kinds::FREE;
        whole(code.localspluskinds.iter().all(|kind| kind & known != 0), "variable of no kind")?;
        let locals = code.localspluskinds.iter().filter(|kind| **kind & kinds::LOCAL != 0).count();
        whole(code.total_args() <= locals, "more parameters than locals")?;
        let is_function = code.flags & flags::OPTIMIZED != 0;
        whole(is_function || code.total_args() == 0, "parameters without a function")?;
        whole(code.posonlyargcount <= code.argcount, "more positional-only parameters than positional ones")
    }

    fn decode(&mut self) -> Checked {
        let bytes = &self.code.code;
        require(!bytes.is_empty() && bytes.len().is_multiple_of(2), None, || {
            "code is empty or of odd length".to_owned()
        })?;
        require(bytes.len() < 1 << 30, None, || "code is too long".to_owned())?;
        self.at = vec![NOWHERE; bytes.len() / 2];
        let mut walk = Instructions::new(bytes);
        for instruction in walk.by_ref() {
            self.at[instruction.start as usize / 2] = self.instructions.len() as u32;
            let caches = &bytes[instruction.offset as usize + 2..instruction.end as usize];
            require(caches.iter().all(|byte| *byte == 0), Some(instruction.offset), || {
                format!("cache entries of {} are not empty", instruction.op)
            })?;
            require(!instruction.op.info().is_internal(), Some(instruction.offset), || {
                format!("{} in a code object", instruction.op)
            })?;
            self.instructions.push(instruction);
        }
        let stopped = walk.offset();
        require(stopped == bytes.len(), Some(stopped as u32), || "illegal or incomplete instruction".to_owned())
    }

    /// The instruction a jump to this byte offset lands on.
    pub(crate) fn index_of(&self, target: u32) -> Option<usize> {
        let index = *self.at.get(target as usize / 2)?;
        (target.is_multiple_of(2) && index != NOWHERE).then_some(index as usize)
    }

    fn check_operand(&self, instruction: &Instruction) -> Checked {
        use Opcode::*;
        let Instruction { op, oparg, offset, .. } = *instruction;
        let index = oparg as usize;
        let code = self.code;
        let kind_at = |index: usize| code.localspluskinds.get(index).copied().unwrap_or(0);
        let fine = match op.info().operand {
            Operand::Unused => true,
            Operand::Const => index < code.consts.len(),
            Operand::Name => index < code.names.len(),
            Operand::NameBit => index >> 1 < code.names.len(),
            Operand::NameTwoBits => index >> 2 < code.names.len(),
            Operand::Local => index < code.nlocalsplus(),
            Operand::LocalPair => oparg <= 255 && (index >> 4).max(index & 15) < code.nlocalsplus(),
            Operand::Deref => kind_at(index) & (kinds::CELL | kinds::FREE) != 0,
            Operand::Binary => BinaryOp::from_oparg(oparg).is_some(),
            Operand::Compare => CompareOp::from_oparg(oparg >> 5).is_some(),
            Operand::Intrinsic1 => oparg != 0 && Intrinsic1::from_oparg(oparg).is_some(),
            Operand::Intrinsic2 => oparg != 0 && Intrinsic2::from_oparg(oparg).is_some(),
            Operand::CommonConstant => CommonConstant::from_oparg(oparg).is_some(),
            Operand::SpecialMethod => SpecialMethod::from_oparg(oparg).is_some(),
            Operand::Jump => return self.check_jump(instruction),
            Operand::Plain => match op {
                LIST_APPEND | LIST_EXTEND | SET_ADD | SET_UPDATE | MAP_ADD | DICT_UPDATE | DICT_MERGE | COPY => {
                    oparg >= 1
                }
                SWAP => oparg >= 2,
                CONVERT_VALUE => (1..=3).contains(&oparg),
                BUILD_SLICE => oparg == 2 || oparg == 3,
                RAISE_VARARGS => oparg <= 2,
                SET_FUNCTION_ATTRIBUTE => oparg.is_power_of_two() && oparg <= 16,
                LOAD_SMALL_INT => oparg <= 255,
                IS_OP | CONTAINS_OP => oparg <= 1,
                COPY_FREE_VARS => index == code.nfreevars(),
                BUILD_INTERPOLATION => oparg >> 2 <= 3,
                UNPACK_EX => oparg <= 0xff_ffff,
                _ => true,
            },
        };
        require(fine, Some(offset), || format!("operand {oparg} of {op} is out of range"))
    }

    fn check_jump(&self, instruction: &Instruction) -> Checked {
        let Instruction { op, oparg, offset, end, .. } = *instruction;
        let target = match op {
            Opcode::END_ASYNC_FOR => oparg.checked_mul(2).and_then(|distance| end.checked_sub(distance)),
            _ => instruction.jump_target(),
        };
        let landing = target.and_then(|target| self.index_of(target)).map(|index| &self.instructions[index]);
        let fine = match op {
            // Where these land, the interpreter steps over the instruction they announce.
            Opcode::FOR_ITER => landing.is_some_and(|landing| landing.op == Opcode::END_FOR),
            Opcode::SEND => landing.is_some_and(|landing| landing.op == Opcode::END_SEND),
            _ => landing.is_some(),
        };
        require(fine, Some(offset), || format!("{op} jumps to no place it may"))
    }

    /// A generator returns itself first, and only a generator yields.
    fn check_generator(&self) -> Checked {
        let is_generator = self.code.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0;
        let setup = |op| matches!(op, Opcode::COPY_FREE_VARS | Opcode::MAKE_CELL);
        let first = self.instructions.iter().position(|instruction| !setup(instruction.op));
        for (index, instruction) in self.instructions.iter().enumerate() {
            let fine = match instruction.op {
                Opcode::RETURN_GENERATOR => is_generator && Some(index) == first,
                Opcode::YIELD_VALUE => is_generator,
                _ => !is_generator || Some(index) != first,
            };
            require(fine, Some(instruction.offset), || {
                format!("{} does not fit the flags {:#x}", instruction.op, self.code.flags)
            })?;
        }
        Ok(())
    }

    fn check_exception_table(&mut self) -> Checked {
        let mut entries = self.code.exception_entries();
        let mut covered = 0;
        for entry in entries.by_ref() {
            let ExceptionEntry { start, end, target, depth, lasti } = entry;
            let bounds = start >= covered
                && start < end
                && self.index_of(start).is_some()
                && (self.index_of(end).is_some() || end as usize == self.code.code.len())
                && self.index_of(target).is_some();
            require(bounds, None, || format!("exception table entry {start} to {end} -> {target} is malformed"))?;
            let pushed = 1 + u32::from(lasti);
            require(depth.saturating_add(pushed) <= self.code.stacksize, None, || {
                format!("exception table entry {start} to {end} is too deep")
            })?;
            covered = end;
            self.handlers.push(entry);
        }
        require(entries.at_end(), None, || "exception table is malformed".to_owned())
    }

    /// The entry that covers the instruction at this byte offset.
    pub(crate) fn handler_of(&self, offset: u32) -> Option<&ExceptionEntry> {
        let after = self.handlers.partition_point(|entry| entry.start <= offset);
        self.handlers[..after].last().filter(|entry| offset < entry.end)
    }

    fn check_stack(&self) -> Checked {
        const UNREACHED: u32 = u32::MAX;
        let mut depths = vec![UNREACHED; self.instructions.len()];
        let mut to_do = vec![0];
        depths[0] = 0;
        // A depth stays once known, so each instruction is visited once.
        while let Some(index) = to_do.pop() {
            let depth = depths[index];
            let instruction = &self.instructions[index];
            let Instruction { op, oparg, offset, .. } = *instruction;
            let info = op.info();
            let (pops, pushes) = (info.pops(oparg), info.pushes(oparg));
            require(pops <= depth, Some(offset), || format!("{op} takes {pops} values from a stack of {depth}"))?;
            let after = (depth - pops).saturating_add(pushes);
            require(after <= self.code.stacksize, Some(offset), || {
                format!("stack depth {after} after {op} exceeds the stack size {}", self.code.stacksize)
            })?;
            let mut next = |index: usize, depth: u32| -> Checked {
                let known = depths[index];
                if known == UNREACHED {
                    depths[index] = depth;
                    to_do.push(index);
                    return Ok(());
                }
                require(known == depth, Some(self.instructions[index].offset), || {
                    format!("stack depth is {known} one way and {depth} another")
                })
            };
            if let Some(entry) = self.handler_of(offset) {
                require(entry.depth <= depth, Some(offset), || {
                    format!("handler expects {} values of {depth}", entry.depth)
                })?;
                if let Some(target) = self.index_of(entry.target) {
                    next(target, entry.depth + 1 + u32::from(entry.lasti))?;
                }
            }
            if let Some(target) = instruction.jump_target().and_then(|target| self.index_of(target)) {
                next(target, after)?;
            }
            if !info.ends() {
                require(index + 1 < self.instructions.len(), Some(offset), || "execution runs off the end".to_owned())?;
                next(index + 1, after)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mode, Options, Wtf8, compile};

    fn compiled(source: &str) -> CodeObject {
        compile(source.as_bytes(), Wtf8::new("t"), Mode::Exec, &Options::default()).unwrap()
    }

    fn refused(change: impl FnOnce(&mut CodeObject)) -> String {
        let mut code = compiled("for x in y:\n  try: print(x)\n  except E: pass\n");
        assert_eq!(verify(&code), Ok(()));
        change(&mut code);
        verify(&code).unwrap_err().problem
    }

    fn with_code(bytes: &[u8]) -> String {
        refused(|code| {
            code.exceptiontable = Box::default();
            code.code = bytes.into();
        })
    }

    #[test]
    fn broken_bytecode_is_refused() {
        let op = |op: Opcode| op as u8;
        assert_eq!(with_code(&[op(Opcode::NOP), 0]), "execution runs off the end");
        assert_eq!(with_code(&[op(Opcode::RETURN_VALUE), 0]), "RETURN_VALUE takes 1 values from a stack of 0");
        assert_eq!(with_code(&[3, 0]), "illegal or incomplete instruction");
        assert_eq!(with_code(&[op(Opcode::CALL), 0, 0, 0]), "illegal or incomplete instruction");
        assert_eq!(with_code(&[op(Opcode::LOAD_CONST), 200]), "operand 200 of LOAD_CONST is out of range");
        assert_eq!(with_code(&[op(Opcode::JUMP_FORWARD), 9]), "JUMP_FORWARD jumps to no place it may");
        assert_eq!(with_code(&[op(Opcode::JUMP_BACKWARD), 2, 1, 1]), "cache entries of JUMP_BACKWARD are not empty");
        assert_eq!(with_code(&[op(Opcode::YIELD_VALUE), 0]), "YIELD_VALUE does not fit the flags 0x0");
        assert!(
            with_code(&[op(Opcode::LOAD_SMALL_INT), 1, op(Opcode::JUMP_BACKWARD), 3, 0, 0])
                .starts_with("stack depth is")
        );
        assert!(
            refused(|code| {
                code.exceptiontable = Box::default();
                code.stacksize = 1
            })
            .contains("exceeds the stack size")
        );
        assert!(refused(|code| code.exceptiontable = [1, 2, 70].into()).contains("exception table"));
        assert!(refused(|code| code.names = Box::default()).contains("out of range"));
    }
}
