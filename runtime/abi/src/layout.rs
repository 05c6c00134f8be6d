//! Where compiled code finds things in objects and in the runtime's state. The runtime asserts that
//! its own types agree.

/// Shape ids of built-in classes that compiled code tests for; given out in this order at start.
pub mod shape {
    pub const STR: u32 = 3;
    pub const TUPLE: u32 = 4;
    pub const LIST: u32 = 5;
    pub const DICT: u32 = 6;
    pub const FLOAT: u32 = 7;
    pub const FUNCTION: u32 = 8;
    pub const CELL: u32 = 9;
    pub const RANGE_ITERATOR: u32 = 10;
    pub const LIST_ITERATOR: u32 = 11;
}

/// `list_iterator`: list (0 when exhausted), next index (tagged).
pub const LIST_ITERATOR_LIST: i32 = 8;
pub const LIST_ITERATOR_INDEX: i32 = 16;
/// `str`: length (tagged).
pub const STR_LEN: i32 = 8;
/// `list`: buffer and length (tagged); the buffer has the number of items that fit, then the items.
pub const LIST_BUFFER: i32 = 8;
pub const LIST_LEN: i32 = 16;
pub const BUFFER_CAPACITY: i32 = 8;
pub const BUFFER_ITEMS: i32 = 16;
/// `tuple`: length (tagged), items.
pub const TUPLE_LEN: i32 = 8;
pub const TUPLE_ITEMS: i32 = 16;
/// Boxed float: its bits.
pub const FLOAT_BITS: i32 = 8;
/// `cell`: contents.
pub const CELL_CONTENTS: i32 = 8;
/// The cell of a global variable: its value.
pub const GLOBAL_VALUE: i32 = 8;
/// Built-in functions, and methods of `list`, that compiled code does inline, in the order of the table
/// `TAIPAN_BUILTINS`, which holds them.
pub const BUILTINS: [&str; 5] = ["len", "isinstance", "range", "list.append", "list.pop"];

/// `function`: code, globals, defaults and closure (tuples or 0).
pub const FUNCTION_CODE: i32 = 8;
pub const FUNCTION_GLOBALS: i32 = 16;
pub const FUNCTION_DEFAULTS: i32 = 56;
pub const FUNCTION_CLOSURE: i32 = 72;
/// Address of the compiled body, and how many positional arguments a call may pass it straight away (a tagged
/// int; 0 if none may).
pub const FUNCTION_BODY: i32 = 120;
pub const FUNCTION_DIRECT: i32 = 128;

/// Inline caches: key (shape), epoch, data, kind (u32), word (u32); then what compiled code looks at: epoch and
/// shape in one word (0 when the site's fast way is not open), byte offset of the attribute (u32), the object's
/// shape after a store (u32).
pub const CACHE_SIZE: u32 = 48;
pub const CACHE_KEY: i32 = 0;
pub const CACHE_EPOCH: i32 = 8;
pub const CACHE_DATA: i32 = 16;
pub const CACHE_QUICK: i32 = 32;
pub const CACHE_OFFSET: i32 = 40;
pub const CACHE_SHAPE_AFTER: i32 = 44;

/// `TAIPAN_STATE`: pending exception, depth, its limit, innermost frame.
pub const STATE_PENDING: i32 = 0;
pub const STATE_DEPTH: i32 = 8;
pub const STATE_LIMIT: i32 = 16;
pub const STATE_FRAME: i32 = 48;

/// A frame of compiled code, on the native stack: previous frame, function, frame object (0 until asked
/// for), position `lasti << 2 | observed << 1 | 1`. In an *observed* frame the variables follow as words, up to
/// date whenever other code runs: those of functions that look at their own variables, and the namespace of module
/// and class bodies.
pub const FRAME_PREV: i32 = 0;
pub const FRAME_FUNCTION: i32 = 8;
pub const FRAME_OBJECT: i32 = 16;
pub const FRAME_POSITION: i32 = 24;
pub const FRAME_SIZE: u32 = 32;

/// Heap frame of a compiled generator: state, sub-iterator, "has yielded", variables.
pub const GEN_STATE: i32 = 8;
pub const GEN_SUB: i32 = 16;
pub const GEN_YIELDED: i32 = 24;
pub const GEN_FIRST: i32 = 32;

/// Where the iterator of a range of small ints keeps its words, all tagged ints.
pub struct RangeIterator {
    /// The next item, its step, and how many are left.
    pub next: i32,
    pub step: i32,
    pub remaining: i32,
}

pub const RANGE_ITERATOR: RangeIterator = RangeIterator { next: 8, step: 16, remaining: 24 };

/// The data record of a code object, in writable data: code object, function (the last made from it),
/// then constants, names, cells of globals (two words a name: module's, builtins'), inline caches.
pub const RECORD_CODE: i32 = 0;
pub const RECORD_FUNCTION: i32 = 8;
pub const RECORD_FIRST: i32 = 16;

/// What a compiled module tells the runtime: address and length of its name, of its file's name, of its
/// marshalled code; flags; address and number of its [`CODE_ROW_WORDS`] rows.
pub const MODULE_ROW_WORDS: usize = 9;
pub const MODULE_IS_PACKAGE: u64 = 1;
/// The module's bytes are its source, which does not compile: importing it raises the error.
pub const MODULE_IS_SOURCE: u64 = 2;
/// The code is compressed (zlib).
pub const MODULE_IS_PACKED: u64 = 4;
/// One row a code object, in pre-order: general entry, resumption or 0, body or 0 (of functions with positional
/// parameters only), data record, numbers of constants, names and caches.
pub const CODE_ROW_WORDS: usize = 7;
