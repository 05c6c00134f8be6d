//! Every fact about every CPython 3.14 opcode, one row each.
//!
//! Why one table: the verifier, the disassembler, the interpreter and the translator each need part
//! of it, and must not disagree. A test holds it against facts that CPython itself printed.
//!
//! An instruction is two bytes, opcode and oparg, followed by its inline cache entries (two bytes
//! each, all zero in a `.pyc`). Only the base opcodes are legal input; [`deopt`] gives the base of
//! those CPython puts in their place while it runs.

/// What an oparg means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Nothing: the instruction takes none.
    Unused,
    /// A count, flag set or small number of the instruction's own.
    Plain,
    /// Index into `co_consts`.
    Const,
    /// Index into `co_names`.
    Name,
    /// Low bit: also push NULL or self, for a call. The rest: index into `co_names`.
    NameBit,
    /// Low bit: push for a call. Next bit: two-argument `super`. The rest: index into `co_names`.
    NameTwoBits,
    /// Index of a local variable in `co_localsplus`.
    Local,
    /// Two local variables: `oparg >> 4`, then `oparg & 15`.
    LocalPair,
    /// Index of a cell or free variable in `co_localsplus`.
    Deref,
    /// Distance in code units, from the end of the instruction's cache entries.
    Jump,
    /// A [`BinaryOp`].
    Binary,
    /// `oparg >> 5` is a [`CompareOp`]; bit 4 asks for a `bool`, the low bits are a mask of results.
    Compare,
    /// An [`Intrinsic1`].
    Intrinsic1,
    /// An [`Intrinsic2`].
    Intrinsic2,
    /// A [`CommonConstant`].
    CommonConstant,
    /// A [`SpecialMethod`].
    SpecialMethod,
}

/// Whether and where to an instruction may jump. `END_ASYNC_FOR` names a place, as jumps do, but
/// only for the sake of tracing tools: it does not go there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// It does not.
    None,
    /// Forward by its oparg.
    Forward,
    /// Backward by its oparg.
    Backward,
}

/// What else is to know about an instruction, as a set of bits.
pub mod flags {
    /// None of the below.
    pub const PLAIN: u8 = 0;
    /// May raise an exception other than `MemoryError`.
    pub const RAISES: u8 = 1;
    /// May run any Python code before it is done: special methods, other frames, signal handlers.
    pub const RUNS_CODE: u8 = 2;
    /// Control never goes on to the next instruction.
    pub const ENDS: u8 = 4;
    /// Belongs to CPython's machinery: no code object may contain it as an instruction.
    pub const INTERNAL: u8 = 8;
}

/// The facts about one opcode.
#[derive(Clone, Copy, Debug)]
pub struct OpInfo {
    /// The opcode.
    pub op: Opcode,
    /// Its name in CPython.
    pub name: &'static str,
    /// What its oparg means.
    pub operand: Operand,
    /// Whether and where to it may jump.
    pub jump: Jump,
    /// How many inline cache entries follow it.
    pub caches: u8,
    /// A set of [`flags`].
    pub flags: u8,
    pops: fn(u32) -> u32,
    pushes: fn(u32) -> u32,
}

impl OpInfo {
    /// How many values it takes off the stack, counting those it only looks at or moves.
    ///
    /// The effect is the same whether it jumps or not. After `FOR_ITER` and `SEND` jump, the value
    /// pushed stands for the one that the `END_FOR` or `END_SEND` at the target drops.
    pub fn pops(&self, oparg: u32) -> u32 {
        (self.pops)(oparg)
    }

    /// How many values it then puts there.
    pub fn pushes(&self, oparg: u32) -> u32 {
        (self.pushes)(oparg)
    }

    /// Whether it has an oparg.
    pub fn has_arg(&self) -> bool {
        self.operand != Operand::Unused
    }

    /// Whether it may raise an exception other than `MemoryError`.
    pub fn raises(&self) -> bool {
        self.flags & flags::RAISES != 0
    }

    /// Whether any Python code may run before it is done.
    pub fn runs_code(&self) -> bool {
        self.flags & flags::RUNS_CODE != 0
    }

    /// Whether control never goes on to the next instruction.
    pub fn ends(&self) -> bool {
        self.flags & flags::ENDS != 0
    }

    /// Whether no code object may contain it.
    pub fn is_internal(&self) -> bool {
        self.flags & flags::INTERNAL != 0
    }
}

/// The facts about an opcode.
pub fn info(op: Opcode) -> &'static OpInfo {
    &TABLE[INDEX[op as usize] as usize]
}

impl Opcode {
    /// The base opcode of this number.
    pub fn from_u8(number: u8) -> Option<Opcode> {
        match INDEX[number as usize] {
            NO_ROW => None,
            row => Some(TABLE[row as usize].op),
        }
    }

    /// The facts about it.
    pub fn info(self) -> &'static OpInfo {
        info(self)
    }

    /// Whether it calls what its operands say.
    pub fn is_call(self) -> bool {
        matches!(self, Opcode::CALL | Opcode::CALL_KW | Opcode::CALL_FUNCTION_EX)
    }

    /// Its name in CPython.
    pub fn name(self) -> &'static str {
        info(self).name
    }
}

impl core::fmt::Display for Opcode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}

/// No opcode has this row: there are fewer than 255.
const NO_ROW: u8 = u8::MAX;

macro_rules! opcodes {
    ($($name:ident = $number:literal: |$n:pat_param| $pops:expr => $pushes:expr;
       $operand:ident, $jump:ident, $caches:literal, $flags:expr;)*) => {
        /// The base opcodes, by CPython's own names and numbers.
        #[allow(non_camel_case_types, missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Opcode { $($name = $number,)* }

        /// All opcodes, in order of their numbers.
        #[allow(unused_variables)]
        pub static TABLE: &[OpInfo] = {
            use flags::*;
            &[$(OpInfo {
                op: Opcode::$name,
                name: stringify!($name),
                operand: Operand::$operand,
                jump: Jump::$jump,
                caches: $caches,
                flags: $flags,
                pops: |$n| $pops,
                pushes: |$n| $pushes,
            },)*]
        };

        const NUMBERS: &[u8] = &[$($number,)*];
    };
}

/// From opcode number to row.
static INDEX: [u8; 256] = {
    let mut index = [NO_ROW; 256];
    let mut row = 0;
    while row < NUMBERS.len() {
        index[NUMBERS[row] as usize] = row as u8;
        row += 1;
    }
    index
};

// name = number: |oparg| pops => pushes; operand, jump, cache entries, flags
opcodes! {
    CACHE = 0: |_| 0 => 0; Unused, None, 0, INTERNAL;
    BINARY_SLICE = 1: |_| 3 => 1; Unused, None, 0, RAISES | RUNS_CODE;
    BUILD_TEMPLATE = 2: |_| 2 => 1; Unused, None, 0, PLAIN;
    CALL_FUNCTION_EX = 4: |_| 4 => 1; Unused, None, 0, RAISES | RUNS_CODE;
    CHECK_EG_MATCH = 5: |_| 2 => 2; Unused, None, 0, RAISES | RUNS_CODE;
    CHECK_EXC_MATCH = 6: |_| 2 => 2; Unused, None, 0, RAISES;
    CLEANUP_THROW = 7: |_| 3 => 2; Unused, None, 0, RAISES;
    DELETE_SUBSCR = 8: |_| 2 => 0; Unused, None, 0, RAISES | RUNS_CODE;
    END_FOR = 9: |_| 1 => 0; Unused, None, 0, PLAIN;
    END_SEND = 10: |_| 2 => 1; Unused, None, 0, PLAIN;
    EXIT_INIT_CHECK = 11: |_| 1 => 0; Unused, None, 0, RAISES | INTERNAL;
    FORMAT_SIMPLE = 12: |_| 1 => 1; Unused, None, 0, RAISES | RUNS_CODE;
    FORMAT_WITH_SPEC = 13: |_| 2 => 1; Unused, None, 0, RAISES | RUNS_CODE;
    GET_AITER = 14: |_| 1 => 1; Unused, None, 0, RAISES | RUNS_CODE;
    GET_ANEXT = 15: |_| 1 => 2; Unused, None, 0, RAISES | RUNS_CODE;
    GET_ITER = 16: |_| 1 => 1; Unused, None, 0, RAISES | RUNS_CODE;
    RESERVED = 17: |_| 0 => 0; Unused, None, 0, INTERNAL;
    GET_LEN = 18: |_| 1 => 2; Unused, None, 0, RAISES | RUNS_CODE;
    GET_YIELD_FROM_ITER = 19: |_| 1 => 1; Unused, None, 0, RAISES | RUNS_CODE;
    INTERPRETER_EXIT = 20: |_| 1 => 0; Unused, None, 0, ENDS | INTERNAL;
    LOAD_BUILD_CLASS = 21: |_| 0 => 1; Unused, None, 0, RAISES | RUNS_CODE;
    LOAD_LOCALS = 22: |_| 0 => 1; Unused, None, 0, RAISES;
    MAKE_FUNCTION = 23: |_| 1 => 1; Unused, None, 0, PLAIN;
    MATCH_KEYS = 24: |_| 2 => 3; Unused, None, 0, RAISES | RUNS_CODE;
    MATCH_MAPPING = 25: |_| 1 => 2; Unused, None, 0, PLAIN;
    MATCH_SEQUENCE = 26: |_| 1 => 2; Unused, None, 0, PLAIN;
    NOP = 27: |_| 0 => 0; Unused, None, 0, PLAIN;
    NOT_TAKEN = 28: |_| 0 => 0; Unused, None, 0, PLAIN;
    POP_EXCEPT = 29: |_| 1 => 0; Unused, None, 0, PLAIN;
    POP_ITER = 30: |_| 1 => 0; Unused, None, 0, PLAIN;
    POP_TOP = 31: |_| 1 => 0; Unused, None, 0, PLAIN;
    PUSH_EXC_INFO = 32: |_| 1 => 2; Unused, None, 0, PLAIN;
    PUSH_NULL = 33: |_| 0 => 1; Unused, None, 0, PLAIN;
    RETURN_GENERATOR = 34: |_| 0 => 1; Unused, None, 0, PLAIN;
    RETURN_VALUE = 35: |_| 1 => 0; Unused, None, 0, ENDS;
    SETUP_ANNOTATIONS = 36: |_| 0 => 0; Unused, None, 0, RAISES | RUNS_CODE;
    STORE_SLICE = 37: |_| 4 => 0; Unused, None, 0, RAISES | RUNS_CODE;
    STORE_SUBSCR = 38: |_| 3 => 0; Unused, None, 1, RAISES | RUNS_CODE;
    TO_BOOL = 39: |_| 1 => 1; Unused, None, 3, RAISES | RUNS_CODE;
    UNARY_INVERT = 40: |_| 1 => 1; Unused, None, 0, RAISES | RUNS_CODE;
    UNARY_NEGATIVE = 41: |_| 1 => 1; Unused, None, 0, RAISES | RUNS_CODE;
    UNARY_NOT = 42: |_| 1 => 1; Unused, None, 0, PLAIN;
    WITH_EXCEPT_START = 43: |_| 5 => 6; Unused, None, 0, RAISES | RUNS_CODE;
    BINARY_OP = 44: |_| 2 => 1; Binary, None, 5, RAISES | RUNS_CODE;
    BUILD_INTERPOLATION = 45: |n| 2 + (n & 1) => 1; Plain, None, 0, PLAIN;
    BUILD_LIST = 46: |n| n => 1; Plain, None, 0, PLAIN;
    BUILD_MAP = 47: |n| n.saturating_mul(2) => 1; Plain, None, 0, RAISES | RUNS_CODE;
    BUILD_SET = 48: |n| n => 1; Plain, None, 0, RAISES | RUNS_CODE;
    BUILD_SLICE = 49: |n| n => 1; Plain, None, 0, PLAIN;
    BUILD_STRING = 50: |n| n => 1; Plain, None, 0, PLAIN;
    BUILD_TUPLE = 51: |n| n => 1; Plain, None, 0, PLAIN;
    CALL = 52: |n| n.saturating_add(2) => 1; Plain, None, 3, RAISES | RUNS_CODE;
    CALL_INTRINSIC_1 = 53: |_| 1 => 1; Intrinsic1, None, 0, RAISES | RUNS_CODE;
    CALL_INTRINSIC_2 = 54: |_| 2 => 1; Intrinsic2, None, 0, RAISES | RUNS_CODE;
    CALL_KW = 55: |n| n.saturating_add(3) => 1; Plain, None, 3, RAISES | RUNS_CODE;
    COMPARE_OP = 56: |_| 2 => 1; Compare, None, 1, RAISES | RUNS_CODE;
    CONTAINS_OP = 57: |_| 2 => 1; Plain, None, 1, RAISES | RUNS_CODE;
    CONVERT_VALUE = 58: |_| 1 => 1; Plain, None, 0, RAISES | RUNS_CODE;
    COPY = 59: |n| n => n.saturating_add(1); Plain, None, 0, PLAIN;
    COPY_FREE_VARS = 60: |_| 0 => 0; Plain, None, 0, PLAIN;
    DELETE_ATTR = 61: |_| 1 => 0; Name, None, 0, RAISES | RUNS_CODE;
    DELETE_DEREF = 62: |_| 0 => 0; Deref, None, 0, RAISES;
    DELETE_FAST = 63: |_| 0 => 0; Local, None, 0, RAISES;
    DELETE_GLOBAL = 64: |_| 0 => 0; Name, None, 0, RAISES | RUNS_CODE;
    DELETE_NAME = 65: |_| 0 => 0; Name, None, 0, RAISES | RUNS_CODE;
    DICT_MERGE = 66: |n| n.saturating_add(4) => n.saturating_add(3); Plain, None, 0, RAISES | RUNS_CODE;
    DICT_UPDATE = 67: |n| n.saturating_add(1) => n; Plain, None, 0, RAISES | RUNS_CODE;
    END_ASYNC_FOR = 68: |_| 2 => 0; Jump, None, 0, RAISES;
    EXTENDED_ARG = 69: |_| 0 => 0; Plain, None, 0, PLAIN;
    FOR_ITER = 70: |_| 1 => 2; Jump, Forward, 1, RAISES | RUNS_CODE;
    GET_AWAITABLE = 71: |_| 1 => 1; Plain, None, 0, RAISES | RUNS_CODE;
    IMPORT_FROM = 72: |_| 1 => 2; Name, None, 0, RAISES | RUNS_CODE;
    IMPORT_NAME = 73: |_| 2 => 1; Name, None, 0, RAISES | RUNS_CODE;
    IS_OP = 74: |_| 2 => 1; Plain, None, 0, PLAIN;
    JUMP_BACKWARD = 75: |_| 0 => 0; Jump, Backward, 1, RAISES | RUNS_CODE | ENDS;
    JUMP_BACKWARD_NO_INTERRUPT = 76: |_| 0 => 0; Jump, Backward, 0, ENDS;
    JUMP_FORWARD = 77: |_| 0 => 0; Jump, Forward, 0, ENDS;
    LIST_APPEND = 78: |n| n.saturating_add(1) => n; Plain, None, 0, PLAIN;
    LIST_EXTEND = 79: |n| n.saturating_add(1) => n; Plain, None, 0, RAISES | RUNS_CODE;
    LOAD_ATTR = 80: |n| 1 => 1 + (n & 1); NameBit, None, 9, RAISES | RUNS_CODE;
    LOAD_COMMON_CONSTANT = 81: |_| 0 => 1; CommonConstant, None, 0, PLAIN;
    LOAD_CONST = 82: |_| 0 => 1; Const, None, 0, PLAIN;
    LOAD_DEREF = 83: |_| 0 => 1; Deref, None, 0, RAISES;
    LOAD_FAST = 84: |_| 0 => 1; Local, None, 0, PLAIN;
    LOAD_FAST_AND_CLEAR = 85: |_| 0 => 1; Local, None, 0, PLAIN;
    LOAD_FAST_BORROW = 86: |_| 0 => 1; Local, None, 0, PLAIN;
    LOAD_FAST_BORROW_LOAD_FAST_BORROW = 87: |_| 0 => 2; LocalPair, None, 0, PLAIN;
    LOAD_FAST_CHECK = 88: |_| 0 => 1; Local, None, 0, RAISES;
    LOAD_FAST_LOAD_FAST = 89: |_| 0 => 2; LocalPair, None, 0, PLAIN;
    LOAD_FROM_DICT_OR_DEREF = 90: |_| 1 => 1; Deref, None, 0, RAISES | RUNS_CODE;
    LOAD_FROM_DICT_OR_GLOBALS = 91: |_| 1 => 1; Name, None, 0, RAISES | RUNS_CODE;
    LOAD_GLOBAL = 92: |n| 0 => 1 + (n & 1); NameBit, None, 4, RAISES | RUNS_CODE;
    LOAD_NAME = 93: |_| 0 => 1; Name, None, 0, RAISES | RUNS_CODE;
    LOAD_SMALL_INT = 94: |_| 0 => 1; Plain, None, 0, PLAIN;
    LOAD_SPECIAL = 95: |_| 1 => 2; SpecialMethod, None, 0, RAISES | RUNS_CODE;
    LOAD_SUPER_ATTR = 96: |n| 3 => 1 + (n & 1); NameTwoBits, None, 1, RAISES | RUNS_CODE;
    MAKE_CELL = 97: |_| 0 => 0; Deref, None, 0, PLAIN;
    MAP_ADD = 98: |n| n.saturating_add(2) => n; Plain, None, 0, RAISES | RUNS_CODE;
    MATCH_CLASS = 99: |_| 3 => 1; Plain, None, 0, RAISES | RUNS_CODE;
    POP_JUMP_IF_FALSE = 100: |_| 1 => 0; Jump, Forward, 1, PLAIN;
    POP_JUMP_IF_NONE = 101: |_| 1 => 0; Jump, Forward, 1, PLAIN;
    POP_JUMP_IF_NOT_NONE = 102: |_| 1 => 0; Jump, Forward, 1, PLAIN;
    POP_JUMP_IF_TRUE = 103: |_| 1 => 0; Jump, Forward, 1, PLAIN;
    RAISE_VARARGS = 104: |n| n => 0; Plain, None, 0, RAISES | RUNS_CODE | ENDS;
    RERAISE = 105: |n| n.saturating_add(1) => n; Plain, None, 0, RAISES | ENDS;
    SEND = 106: |_| 2 => 2; Jump, Forward, 1, RAISES | RUNS_CODE;
    SET_ADD = 107: |n| n.saturating_add(1) => n; Plain, None, 0, RAISES | RUNS_CODE;
    SET_FUNCTION_ATTRIBUTE = 108: |_| 2 => 1; Plain, None, 0, PLAIN;
    SET_UPDATE = 109: |n| n.saturating_add(1) => n; Plain, None, 0, RAISES | RUNS_CODE;
    STORE_ATTR = 110: |_| 2 => 0; Name, None, 4, RAISES | RUNS_CODE;
    STORE_DEREF = 111: |_| 1 => 0; Deref, None, 0, PLAIN;
    STORE_FAST = 112: |_| 1 => 0; Local, None, 0, PLAIN;
    STORE_FAST_LOAD_FAST = 113: |_| 1 => 1; LocalPair, None, 0, PLAIN;
    STORE_FAST_STORE_FAST = 114: |_| 2 => 0; LocalPair, None, 0, PLAIN;
    STORE_GLOBAL = 115: |_| 1 => 0; Name, None, 0, RAISES | RUNS_CODE;
    STORE_NAME = 116: |_| 1 => 0; Name, None, 0, RAISES | RUNS_CODE;
    SWAP = 117: |n| n => n; Plain, None, 0, PLAIN;
    UNPACK_EX = 118: |n| 1 => (n & 0xff) + (n >> 8) + 1; Plain, None, 0, RAISES | RUNS_CODE;
    UNPACK_SEQUENCE = 119: |n| 1 => n; Plain, None, 1, RAISES | RUNS_CODE;
    YIELD_VALUE = 120: |_| 1 => 1; Plain, None, 0, RAISES | RUNS_CODE;
    RESUME = 128: |_| 0 => 0; Plain, None, 0, RAISES | RUNS_CODE;
}

/// The base of an opcode that CPython writes over it while running (specialised or instrumented), and
/// every base opcode itself. None for numbers that stand for nothing by themselves.
pub fn deopt(number: u8) -> Option<Opcode> {
    use Opcode::*;
    Some(match number {
        196 | 245 => RESUME,
        190 | 191 => LOAD_CONST,
        203..=208 => TO_BOOL,
        3 | 129..=142 => BINARY_OP,
        201 | 202 => STORE_SUBSCR,
        197 => SEND,
        209..=211 => UNPACK_SEQUENCE,
        198..=200 => STORE_ATTR,
        192 | 193 => LOAD_GLOBAL,
        194 | 195 | 249 => LOAD_SUPER_ATTR,
        177..=189 => LOAD_ATTR,
        166..=168 => COMPARE_OP,
        169 | 170 => CONTAINS_OP,
        175 | 176 | 253 => JUMP_BACKWARD,
        171..=174 | 237 => FOR_ITER,
        143..=150 | 154..=165 | 250 => CALL,
        151..=153 | 251 => CALL_KW,
        234 => END_FOR,
        235 => POP_ITER,
        236 => END_SEND,
        239 => JUMP_FORWARD,
        240 => NOT_TAKEN,
        241 => POP_JUMP_IF_TRUE,
        242 => POP_JUMP_IF_FALSE,
        243 => POP_JUMP_IF_NONE,
        244 => POP_JUMP_IF_NOT_NONE,
        246 => RETURN_VALUE,
        247 => YIELD_VALUE,
        248 => END_ASYNC_FOR,
        252 => CALL_FUNCTION_EX,
        _ => return Opcode::from_u8(number),
    })
}

macro_rules! named {
    ($(#[$doc:meta])* $kind:ident: $($name:ident $text:literal,)*) => {
        $(#[$doc])*
        #[allow(non_camel_case_types, missing_docs)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum $kind { $($name,)* }

        impl $kind {
            /// All of them, in order of their numbers.
            pub const ALL: &[$kind] = &[$($kind::$name,)*];

            /// The one of this number.
            pub fn from_oparg(number: u32) -> Option<$kind> {
                $kind::ALL.get(number as usize).copied()
            }

            /// CPython's name of it.
            pub fn name(self) -> &'static str {
                [$(stringify!($name),)*][self as usize]
            }

            /// How disassembly shows it.
            pub fn text(self) -> &'static str {
                [$($text,)*][self as usize]
            }
        }
    };
}

named! {
    /// The oparg of `BINARY_OP`.
    BinaryOp:
    NB_ADD "+",
    NB_AND "&",
    NB_FLOOR_DIVIDE "//",
    NB_LSHIFT "<<",
    NB_MATRIX_MULTIPLY "@",
    NB_MULTIPLY "*",
    NB_REMAINDER "%",
    NB_OR "|",
    NB_POWER "**",
    NB_RSHIFT ">>",
    NB_SUBTRACT "-",
    NB_TRUE_DIVIDE "/",
    NB_XOR "^",
    NB_INPLACE_ADD "+=",
    NB_INPLACE_AND "&=",
    NB_INPLACE_FLOOR_DIVIDE "//=",
    NB_INPLACE_LSHIFT "<<=",
    NB_INPLACE_MATRIX_MULTIPLY "@=",
    NB_INPLACE_MULTIPLY "*=",
    NB_INPLACE_REMAINDER "%=",
    NB_INPLACE_OR "|=",
    NB_INPLACE_POWER "**=",
    NB_INPLACE_RSHIFT ">>=",
    NB_INPLACE_SUBTRACT "-=",
    NB_INPLACE_TRUE_DIVIDE "/=",
    NB_INPLACE_XOR "^=",
    NB_SUBSCR "[]",
}

named! {
    /// The comparisons of `COMPARE_OP`, in the order of `oparg >> 5`.
    CompareOp:
    LT "<",
    LE "<=",
    EQ "==",
    NE "!=",
    GT ">",
    GE ">=",
}

named! {
    /// The oparg of `CALL_INTRINSIC_1`.
    Intrinsic1:
    INTRINSIC_1_INVALID "INTRINSIC_1_INVALID",
    INTRINSIC_PRINT "INTRINSIC_PRINT",
    INTRINSIC_IMPORT_STAR "INTRINSIC_IMPORT_STAR",
    INTRINSIC_STOPITERATION_ERROR "INTRINSIC_STOPITERATION_ERROR",
    INTRINSIC_ASYNC_GEN_WRAP "INTRINSIC_ASYNC_GEN_WRAP",
    INTRINSIC_UNARY_POSITIVE "INTRINSIC_UNARY_POSITIVE",
    INTRINSIC_LIST_TO_TUPLE "INTRINSIC_LIST_TO_TUPLE",
    INTRINSIC_TYPEVAR "INTRINSIC_TYPEVAR",
    INTRINSIC_PARAMSPEC "INTRINSIC_PARAMSPEC",
    INTRINSIC_TYPEVARTUPLE "INTRINSIC_TYPEVARTUPLE",
    INTRINSIC_SUBSCRIPT_GENERIC "INTRINSIC_SUBSCRIPT_GENERIC",
    INTRINSIC_TYPEALIAS "INTRINSIC_TYPEALIAS",
}

named! {
    /// The oparg of `CALL_INTRINSIC_2`.
    Intrinsic2:
    INTRINSIC_2_INVALID "INTRINSIC_2_INVALID",
    INTRINSIC_PREP_RERAISE_STAR "INTRINSIC_PREP_RERAISE_STAR",
    INTRINSIC_TYPEVAR_WITH_BOUND "INTRINSIC_TYPEVAR_WITH_BOUND",
    INTRINSIC_TYPEVAR_WITH_CONSTRAINTS "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    INTRINSIC_SET_FUNCTION_TYPE_PARAMS "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
    INTRINSIC_SET_TYPEPARAM_DEFAULT "INTRINSIC_SET_TYPEPARAM_DEFAULT",
}

named! {
    /// The oparg of `LOAD_COMMON_CONSTANT`.
    CommonConstant:
    CONSTANT_ASSERTIONERROR "AssertionError",
    CONSTANT_NOTIMPLEMENTEDERROR "NotImplementedError",
    CONSTANT_BUILTIN_TUPLE "tuple",
    CONSTANT_BUILTIN_ALL "<built-in function all>",
    CONSTANT_BUILTIN_ANY "<built-in function any>",
}

named! {
    /// The oparg of `LOAD_SPECIAL`.
    SpecialMethod:
    SPECIAL_ENTER "__enter__",
    SPECIAL_EXIT "__exit__",
    SPECIAL_AENTER "__aenter__",
    SPECIAL_AEXIT "__aexit__",
}

/// Bit 4 of the oparg of `COMPARE_OP`: convert the result to `bool`.
pub const COMPARE_TO_BOOL: u32 = 16;

/// The flags of `SET_FUNCTION_ATTRIBUTE`, in the order of their bits.
pub const FUNCTION_ATTRIBUTES: [&str; 5] = ["defaults", "kwdefaults", "annotations", "closure", "annotate"];

/// The conversions of `CONVERT_VALUE`, by oparg; 0 is none.
pub const CONVERSIONS: [&str; 4] = ["", "str", "repr", "ascii"];
