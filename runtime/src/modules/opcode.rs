//! `_opcode`: facts about instructions, for `dis` and `opcode`.

use crate::errors::{R, type_error, value_error};
use crate::object::Args;
use crate::object::Method;
use crate::object::args::Params;
use crate::object::singletons::{boolean, none};
use crate::ops;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Number; what its operand is (`a`ny, `c`onstant, `n`ame, `j`ump, `f`ree variable, `l`ocal variable) and
/// `x` if it sets a handler up; change of the stack's height when it jumps and when it does not; change for
/// each unit of the operand, or for its lowest bit alone.
type Row = (i32, &'static str, i64, i64, i64, bool);

#[rustfmt::skip]
static INSTRUCTIONS: &[Row] = &[
    (0, "", 0, 0, 0, false), // CACHE
    (1, "", -2, -2, 0, false), // BINARY_SLICE
    (2, "", -1, -1, 0, false), // BUILD_TEMPLATE
    (4, "", -3, -3, 0, false), // CALL_FUNCTION_EX
    (5, "", 0, 0, 0, false), // CHECK_EG_MATCH
    (6, "", 0, 0, 0, false), // CHECK_EXC_MATCH
    (7, "", -1, -1, 0, false), // CLEANUP_THROW
    (8, "", -2, -2, 0, false), // DELETE_SUBSCR
    (9, "", -1, -1, 0, false), // END_FOR
    (10, "", -1, -1, 0, false), // END_SEND
    (11, "", -1, -1, 0, false), // EXIT_INIT_CHECK
    (12, "", 0, 0, 0, false), // FORMAT_SIMPLE
    (13, "", -1, -1, 0, false), // FORMAT_WITH_SPEC
    (14, "", 0, 0, 0, false), // GET_AITER
    (15, "", 1, 1, 0, false), // GET_ANEXT
    (16, "", 0, 0, 0, false), // GET_ITER
    (17, "", 0, 0, 0, false), // RESERVED
    (18, "", 1, 1, 0, false), // GET_LEN
    (19, "", 0, 0, 0, false), // GET_YIELD_FROM_ITER
    (20, "", -1, -1, 0, false), // INTERPRETER_EXIT
    (21, "", 1, 1, 0, false), // LOAD_BUILD_CLASS
    (22, "", 1, 1, 0, false), // LOAD_LOCALS
    (23, "", 0, 0, 0, false), // MAKE_FUNCTION
    (24, "", 1, 1, 0, false), // MATCH_KEYS
    (25, "", 1, 1, 0, false), // MATCH_MAPPING
    (26, "", 1, 1, 0, false), // MATCH_SEQUENCE
    (27, "", 0, 0, 0, false), // NOP
    (28, "", 0, 0, 0, false), // NOT_TAKEN
    (29, "", -1, -1, 0, false), // POP_EXCEPT
    (30, "", -1, -1, 0, false), // POP_ITER
    (31, "", -1, -1, 0, false), // POP_TOP
    (32, "", 1, 1, 0, false), // PUSH_EXC_INFO
    (33, "", 1, 1, 0, false), // PUSH_NULL
    (34, "", 1, 1, 0, false), // RETURN_GENERATOR
    (35, "", 0, 0, 0, false), // RETURN_VALUE
    (36, "", 0, 0, 0, false), // SETUP_ANNOTATIONS
    (37, "", -4, -4, 0, false), // STORE_SLICE
    (38, "", -3, -3, 0, false), // STORE_SUBSCR
    (39, "", 0, 0, 0, false), // TO_BOOL
    (40, "", 0, 0, 0, false), // UNARY_INVERT
    (41, "", 0, 0, 0, false), // UNARY_NEGATIVE
    (42, "", 0, 0, 0, false), // UNARY_NOT
    (43, "", 1, 1, 0, false), // WITH_EXCEPT_START
    (44, "a", -1, -1, 0, false), // BINARY_OP
    (45, "a", -1, -1, -1, true), // BUILD_INTERPOLATION
    (46, "a", 1, 1, -1, false), // BUILD_LIST
    (47, "a", 1, 1, -2, false), // BUILD_MAP
    (48, "a", 1, 1, -1, false), // BUILD_SET
    (49, "a", 1, 1, -1, false), // BUILD_SLICE
    (50, "a", 1, 1, -1, false), // BUILD_STRING
    (51, "a", 1, 1, -1, false), // BUILD_TUPLE
    (52, "a", -1, -1, -1, false), // CALL
    (53, "a", 0, 0, 0, false), // CALL_INTRINSIC_1
    (54, "a", -1, -1, 0, false), // CALL_INTRINSIC_2
    (55, "a", -2, -2, -1, false), // CALL_KW
    (56, "a", -1, -1, 0, false), // COMPARE_OP
    (57, "a", -1, -1, 0, false), // CONTAINS_OP
    (58, "a", 0, 0, 0, false), // CONVERT_VALUE
    (59, "a", 1, 1, 0, false), // COPY
    (60, "a", 0, 0, 0, false), // COPY_FREE_VARS
    (61, "an", -1, -1, 0, false), // DELETE_ATTR
    (62, "af", 0, 0, 0, false), // DELETE_DEREF
    (63, "al", 0, 0, 0, false), // DELETE_FAST
    (64, "an", 0, 0, 0, false), // DELETE_GLOBAL
    (65, "an", 0, 0, 0, false), // DELETE_NAME
    (66, "a", -1, -1, 0, false), // DICT_MERGE
    (67, "a", -1, -1, 0, false), // DICT_UPDATE
    (68, "aj", -2, -2, 0, false), // END_ASYNC_FOR
    (69, "a", 0, 0, 0, false), // EXTENDED_ARG
    (70, "aj", 1, 1, 0, false), // FOR_ITER
    (71, "a", 0, 0, 0, false), // GET_AWAITABLE
    (72, "an", 1, 1, 0, false), // IMPORT_FROM
    (73, "an", -1, -1, 0, false), // IMPORT_NAME
    (74, "a", -1, -1, 0, false), // IS_OP
    (75, "aj", 0, 0, 0, false), // JUMP_BACKWARD
    (76, "aj", 0, 0, 0, false), // JUMP_BACKWARD_NO_INTERRUPT
    (77, "aj", 0, 0, 0, false), // JUMP_FORWARD
    (78, "a", -1, -1, 0, false), // LIST_APPEND
    (79, "a", -1, -1, 0, false), // LIST_EXTEND
    (80, "an", 0, 0, 1, true), // LOAD_ATTR
    (81, "a", 1, 1, 0, false), // LOAD_COMMON_CONSTANT
    (82, "ac", 1, 1, 0, false), // LOAD_CONST
    (83, "al", 1, 1, 0, false), // LOAD_DEREF
    (84, "al", 1, 1, 0, false), // LOAD_FAST
    (85, "al", 1, 1, 0, false), // LOAD_FAST_AND_CLEAR
    (86, "al", 1, 1, 0, false), // LOAD_FAST_BORROW
    (87, "al", 2, 2, 0, false), // LOAD_FAST_BORROW_LOAD_FAST_BORROW
    (88, "al", 1, 1, 0, false), // LOAD_FAST_CHECK
    (89, "al", 2, 2, 0, false), // LOAD_FAST_LOAD_FAST
    (90, "af", 0, 0, 0, false), // LOAD_FROM_DICT_OR_DEREF
    (91, "an", 0, 0, 0, false), // LOAD_FROM_DICT_OR_GLOBALS
    (92, "an", 1, 1, 1, true), // LOAD_GLOBAL
    (93, "an", 1, 1, 0, false), // LOAD_NAME
    (94, "a", 1, 1, 0, false), // LOAD_SMALL_INT
    (95, "a", 1, 1, 0, false), // LOAD_SPECIAL
    (96, "an", -2, -2, 1, true), // LOAD_SUPER_ATTR
    (97, "af", 0, 0, 0, false), // MAKE_CELL
    (98, "a", -2, -2, 0, false), // MAP_ADD
    (99, "a", -2, -2, 0, false), // MATCH_CLASS
    (100, "aj", -1, -1, 0, false), // POP_JUMP_IF_FALSE
    (101, "aj", -1, -1, 0, false), // POP_JUMP_IF_NONE
    (102, "aj", -1, -1, 0, false), // POP_JUMP_IF_NOT_NONE
    (103, "aj", -1, -1, 0, false), // POP_JUMP_IF_TRUE
    (104, "a", 0, 0, -1, false), // RAISE_VARARGS
    (105, "a", -1, -1, 0, false), // RERAISE
    (106, "aj", 0, 0, 0, false), // SEND
    (107, "a", -1, -1, 0, false), // SET_ADD
    (108, "a", -1, -1, 0, false), // SET_FUNCTION_ATTRIBUTE
    (109, "a", -1, -1, 0, false), // SET_UPDATE
    (110, "an", -2, -2, 0, false), // STORE_ATTR
    (111, "af", -1, -1, 0, false), // STORE_DEREF
    (112, "al", -1, -1, 0, false), // STORE_FAST
    (113, "al", 0, 0, 0, false), // STORE_FAST_LOAD_FAST
    (114, "al", -2, -2, 0, false), // STORE_FAST_STORE_FAST
    (115, "an", -1, -1, 0, false), // STORE_GLOBAL
    (116, "an", -1, -1, 0, false), // STORE_NAME
    (117, "a", 0, 0, 0, false), // SWAP
    (118, "a", 0, 0, 1, false), // UNPACK_EX
    (119, "a", -1, -1, 1, false), // UNPACK_SEQUENCE
    (120, "a", 0, 0, 0, false), // YIELD_VALUE
    (128, "a", 0, 0, 0, false), // RESUME
    (234, "", -1, -1, 0, false), // INSTRUMENTED_END_FOR
    (235, "", -1, -1, 0, false), // INSTRUMENTED_POP_ITER
    (236, "", -1, -1, 0, false), // INSTRUMENTED_END_SEND
    (237, "aj", 1, 1, 0, false), // INSTRUMENTED_FOR_ITER
    (238, "", 0, 0, 0, false), // INSTRUMENTED_INSTRUCTION
    (239, "a", 0, 0, 0, false), // INSTRUMENTED_JUMP_FORWARD
    (240, "", 0, 0, 0, false), // INSTRUMENTED_NOT_TAKEN
    (241, "a", -1, -1, 0, false), // INSTRUMENTED_POP_JUMP_IF_TRUE
    (242, "a", -1, -1, 0, false), // INSTRUMENTED_POP_JUMP_IF_FALSE
    (243, "a", -1, -1, 0, false), // INSTRUMENTED_POP_JUMP_IF_NONE
    (244, "a", -1, -1, 0, false), // INSTRUMENTED_POP_JUMP_IF_NOT_NONE
    (245, "a", 0, 0, 0, false), // INSTRUMENTED_RESUME
    (246, "", 0, 0, 0, false), // INSTRUMENTED_RETURN_VALUE
    (247, "a", 0, 0, 0, false), // INSTRUMENTED_YIELD_VALUE
    (248, "aj", -2, -2, 0, false), // INSTRUMENTED_END_ASYNC_FOR
    (249, "an", -2, -2, 1, true), // INSTRUMENTED_LOAD_SUPER_ATTR
    (250, "a", -1, -1, -1, false), // INSTRUMENTED_CALL
    (251, "a", -2, -2, -1, false), // INSTRUMENTED_CALL_KW
    (252, "", -3, -3, 0, false), // INSTRUMENTED_CALL_FUNCTION_EX
    (253, "a", 0, 0, 0, false), // INSTRUMENTED_JUMP_BACKWARD
    (254, "", 0, 0, 0, false), // INSTRUMENTED_LINE
    (255, "a", 0, 0, 0, false), // ENTER_EXECUTOR
    (256, "", 0, 0, 0, false), // ANNOTATIONS_PLACEHOLDER
    (257, "aj", 0, 0, 0, false), // JUMP
    (258, "aj", 0, 0, 0, false), // JUMP_IF_FALSE
    (259, "aj", 0, 0, 0, false), // JUMP_IF_TRUE
    (260, "aj", 0, 0, 0, false), // JUMP_NO_INTERRUPT
    (261, "al", 1, 1, 0, false), // LOAD_CLOSURE
    (262, "", 0, 0, 0, false), // POP_BLOCK
    (263, "ax", 2, 0, 0, false), // SETUP_CLEANUP
    (264, "ax", 1, 0, 0, false), // SETUP_FINALLY
    (265, "ax", 1, 0, 0, false), // SETUP_WITH
    (266, "al", -1, -1, 0, false), // STORE_FAST_MAYBE_NULL
];

/// Numbers of instructions that specialise others.
const SPECIALIZED: std::ops::RangeInclusive<i32> = 129..=211;
/// One more of them, which has its number for historical reasons.
const BINARY_OP_INPLACE_ADD_UNICODE: i32 = 3;

static OPERATORS: [(&str, &str); 13] = [
    ("ADD", "+"),
    ("AND", "&"),
    ("FLOOR_DIVIDE", "//"),
    ("LSHIFT", "<<"),
    ("MATRIX_MULTIPLY", "@"),
    ("MULTIPLY", "*"),
    ("REMAINDER", "%"),
    ("OR", "|"),
    ("POWER", "**"),
    ("RSHIFT", ">>"),
    ("SUBTRACT", "-"),
    ("TRUE_DIVIDE", "/"),
    ("XOR", "^"),
];

static INTRINSICS_1: &[&str] = &[
    "INTRINSIC_1_INVALID",
    "INTRINSIC_PRINT",
    "INTRINSIC_IMPORT_STAR",
    "INTRINSIC_STOPITERATION_ERROR",
    "INTRINSIC_ASYNC_GEN_WRAP",
    "INTRINSIC_UNARY_POSITIVE",
    "INTRINSIC_LIST_TO_TUPLE",
    "INTRINSIC_TYPEVAR",
    "INTRINSIC_PARAMSPEC",
    "INTRINSIC_TYPEVARTUPLE",
    "INTRINSIC_SUBSCRIPT_GENERIC",
    "INTRINSIC_TYPEALIAS",
];

static INTRINSICS_2: &[&str] = &[
    "INTRINSIC_2_INVALID",
    "INTRINSIC_PREP_RERAISE_STAR",
    "INTRINSIC_TYPEVAR_WITH_BOUND",
    "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
    "INTRINSIC_SET_TYPEPARAM_DEFAULT",
];

static SPECIAL_METHODS: &[&str] = &["__enter__", "__exit__", "__aenter__", "__aexit__"];

fn row(opcode: i32) -> Option<&'static Row> {
    INSTRUCTIONS.iter().find(|row| row.0 == opcode)
}

fn has(args: Args, function: &'static str, what: char) -> R {
    let opcode = opcode(args, function)?;
    Ok(boolean(row(opcode).is_some_and(|row| row.1.contains(what))))
}

fn opcode(args: Args, function: &'static str) -> R<i32> {
    let [opcode] = args.bind::<1>(&Params { function, names: &["opcode"], required: 1, positional: 1 })?;
    ops::as_i32(opcode.unwrap_or_else(none))
}

fn stack_effect(_: Value, args: Args) -> R {
    static PARAMS: Params = Params { function: "stack_effect", names: &["", "", "jump"], required: 1, positional: 2 };
    let [opcode, oparg, jump] = args.bind::<3>(&PARAMS)?;
    let opcode = ops::as_i32(opcode.unwrap_or_else(none))?;
    let oparg = match oparg.filter(|v| !v.is_none()) {
        Some(oparg) => ops::as_i32(oparg)? as i64,
        None => 0,
    };
    let jump = match jump.filter(|v| !v.is_none()) {
        None => None,
        Some(jump) => match ops::as_bool(jump) {
            Some(jump) => Some(jump),
            None => return Err(value_error("stack_effect: jump must be False, True or None")),
        },
    };
    let Some((_, _, jumping, staying, each, lowest)) = row(opcode).filter(|_| oparg >= 0) else {
        return Err(value_error("invalid opcode or oparg"));
    };
    let height = match jump {
        Some(true) => *jumping,
        Some(false) => *staying,
        None => *jumping.max(staying),
    };
    Ok(Value::small(height + each * if *lowest { oparg & 1 } else { oparg }))
}

fn texts(all: &[&str]) -> R {
    let all: Vec<Value> = all.iter().map(|text| Str::intern(text).value()).collect();
    Ok(List::new(&all).value())
}

fn operators() -> R {
    let pair =
        |name: String, sign: String| Tuple::new(&[Str::intern(&name).value(), Str::intern(&sign).value()]).value();
    let plain = OPERATORS.iter().map(|(name, sign)| pair(format!("NB_{name}"), sign.to_string()));
    let inplace = OPERATORS.iter().map(|(name, sign)| pair(format!("NB_INPLACE_{name}"), format!("{sign}=")));
    let subscript = std::iter::once(pair("NB_SUBSCR".into(), "[]".into()));
    Ok(List::new(&plain.chain(inplace).chain(subscript).collect::<Vec<_>>()).value())
}

pub static MODULE: NativeModule = NativeModule {
    name: "_opcode",
    functions: &[
        Method::full("stack_effect", stack_effect),
        Method::full("is_valid", |_, args| {
            let opcode = opcode(args, "is_valid")?;
            Ok(boolean(
                row(opcode).is_some() || SPECIALIZED.contains(&opcode) || opcode == BINARY_OP_INPLACE_ADD_UNICODE,
            ))
        }),
        Method::full("has_arg", |_, args| has(args, "has_arg", 'a')),
        Method::full("has_const", |_, args| has(args, "has_const", 'c')),
        Method::full("has_name", |_, args| has(args, "has_name", 'n')),
        Method::full("has_jump", |_, args| has(args, "has_jump", 'j')),
        Method::full("has_free", |_, args| has(args, "has_free", 'f')),
        Method::full("has_local", |_, args| has(args, "has_local", 'l')),
        Method::full("has_exc", |_, args| has(args, "has_exc", 'x')),
        Method::none("get_nb_ops", |_| operators()),
        Method::none("get_intrinsic1_descs", |_| texts(INTRINSICS_1)),
        Method::none("get_intrinsic2_descs", |_| texts(INTRINSICS_2)),
        Method::none("get_special_method_names", |_| texts(SPECIAL_METHODS)),
        Method::none("get_specialization_stats", |_| Ok(none())),
        Method::full("get_executor", |_, args| {
            static PARAMS: Params =
                Params { function: "get_executor", names: &["code", "offset"], required: 2, positional: 2 };
            let [code, _] = args.bind::<2>(&PARAMS)?;
            let code = code.unwrap_or_else(none);
            if code.cast::<crate::types::code::Code>().is_none() {
                return Err(type_error(format_args!("expected a code object, not '{}'", code.class().display_name())));
            }
            Err(value_error("no executor at given byte offset"))
        }),
    ],
    init: |module| {
        module.set("ENABLE_SPECIALIZATION", Value::small(1));
        module.set("ENABLE_SPECIALIZATION_FT", Value::small(0));
        Ok(())
    },
};
