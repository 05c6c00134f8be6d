//! Exceptions: one layout, and all built-in classes in one table.
//!
//! Attributes of particular classes (`OSError.errno`, `SyntaxError.lineno`) are *fields*: the table
//! names them, and an instance of such a class keeps them in an [`Array`] beside `args`.

use crate::errors::{R, type_error};
use crate::gc::Header;
use crate::names;
use crate::object::class::Type;
use crate::object::define::{BASETYPE, HAS_DICT};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef};
use crate::types::list::Array;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::header::{Kind, pack};

/// Any exception.
#[repr(C)]
pub struct Exception {
    pub hdr: Header,
    pub args: Slot,
    pub traceback: Slot,
    pub context: Slot,
    pub cause: Slot,
    /// `__suppress_context__`, raw 0 or 1.
    pub suppress: Cell<u64>,
    /// Values of the class's fields ([`Array`]), or empty.
    fields: Slot,
    dict: Slot,
}

impl Builtin for Exception {
    const DEF: &'static TypeDef = &BASE_EXCEPTION;
}

/// What the generic code needs to know of a built-in exception class.
pub struct Extra {
    pub def: &'static TypeDef,
    pub fields: &'static [&'static str],
}

macro_rules! exceptions {
    ($($symbol:ident $name:literal $base:ident [$($field:literal)*] $slots:expr, $getset:expr, $methods:expr;)*) => {
        $(
            pub static $symbol: TypeDef = TypeDef {
                name: $name,
                base: Some(&$base),
                slots: $slots,
                methods: $methods,
                getset: $getset,
                flags: BASETYPE | HAS_DICT,
                words: TypeDef::words_of::<Exception>(),
                traced: TypeDef::words_of::<Exception>() - 1,
                ..TypeDef::BASE
            };
        )*
        /// All of them but BaseException, bases before derived ones.
        pub static ALL: &[Extra] = &[
            Extra { def: &BASE_EXCEPTION, fields: &[] },
            $(Extra { def: &$symbol, fields: &[$($field),*] },)*
        ];
    };
}

pub use super::exception_group::{exception_group_class, project};
use super::exception_methods as m;
pub use super::os_error::{os_error, os_error_from_errno};

pub static BASE_EXCEPTION: TypeDef = TypeDef {
    name: "BaseException",
    slots: Slots {
        new: Some(new_slot),
        init: Some(init_slot),
        repr: Some(m::repr),
        str: Some(m::str),
        getattr: Some(crate::object::attr::generic_getattr),
        setattr: Some(crate::object::attr::generic_setattr),
        ..Slots::NONE
    },
    methods: m::METHODS,
    getset: m::GETSET,
    flags: BASETYPE | HAS_DICT,
    words: TypeDef::words_of::<Exception>(),
    traced: TypeDef::words_of::<Exception>() - 1,
    ..TypeDef::BASE
};

const N: Slots = Slots::NONE;

exceptions! {
    EXCEPTION "Exception" BASE_EXCEPTION [] N, &[], &[];
    SYSTEM_EXIT "SystemExit" BASE_EXCEPTION ["code"] m::SYSTEM_EXIT_SLOTS, &[], &[];
    KEYBOARD_INTERRUPT "KeyboardInterrupt" BASE_EXCEPTION [] N, &[], &[];
    GENERATOR_EXIT "GeneratorExit" BASE_EXCEPTION [] N, &[], &[];
    BASE_EXCEPTION_GROUP "BaseExceptionGroup" BASE_EXCEPTION ["message" "exceptions"] m::GROUP_SLOTS, m::GROUP_GETSET, m::GROUP_METHODS;
    STOP_ITERATION "StopIteration" EXCEPTION ["value"] m::STOP_ITERATION_SLOTS, &[], &[];
    STOP_ASYNC_ITERATION "StopAsyncIteration" EXCEPTION [] N, &[], &[];
    ARITHMETIC_ERROR "ArithmeticError" EXCEPTION [] N, &[], &[];
    FLOATING_POINT_ERROR "FloatingPointError" ARITHMETIC_ERROR [] N, &[], &[];
    OVERFLOW_ERROR "OverflowError" ARITHMETIC_ERROR [] N, &[], &[];
    ZERO_DIVISION_ERROR "ZeroDivisionError" ARITHMETIC_ERROR [] N, &[], &[];
    ASSERTION_ERROR "AssertionError" EXCEPTION [] N, &[], &[];
    ATTRIBUTE_ERROR "AttributeError" EXCEPTION ["name" "obj"] m::ATTRIBUTE_ERROR_SLOTS, &[], m::ATTRIBUTE_ERROR_METHODS;
    BUFFER_ERROR "BufferError" EXCEPTION [] N, &[], &[];
    EOF_ERROR "EOFError" EXCEPTION [] N, &[], &[];
    IMPORT_ERROR "ImportError" EXCEPTION ["msg" "name" "path" "name_from"] m::IMPORT_ERROR_SLOTS, &[], m::IMPORT_ERROR_METHODS;
    MODULE_NOT_FOUND_ERROR "ModuleNotFoundError" IMPORT_ERROR [] N, &[], &[];
    LOOKUP_ERROR "LookupError" EXCEPTION [] N, &[], &[];
    INDEX_ERROR "IndexError" LOOKUP_ERROR [] N, &[], &[];
    KEY_ERROR "KeyError" LOOKUP_ERROR [] m::KEY_ERROR_SLOTS, &[], &[];
    MEMORY_ERROR "MemoryError" EXCEPTION [] N, &[], &[];
    NAME_ERROR "NameError" EXCEPTION ["name"] m::NAME_ERROR_SLOTS, &[], &[];
    UNBOUND_LOCAL_ERROR "UnboundLocalError" NAME_ERROR [] N, &[], &[];
    OS_ERROR "OSError" EXCEPTION ["errno" "strerror" "filename" "filename2" "characters_written"] m::OS_ERROR_SLOTS, m::OS_ERROR_GETSET, m::OS_ERROR_METHODS;
    BLOCKING_IO_ERROR "BlockingIOError" OS_ERROR [] N, &[], &[];
    CHILD_PROCESS_ERROR "ChildProcessError" OS_ERROR [] N, &[], &[];
    CONNECTION_ERROR "ConnectionError" OS_ERROR [] N, &[], &[];
    BROKEN_PIPE_ERROR "BrokenPipeError" CONNECTION_ERROR [] N, &[], &[];
    CONNECTION_ABORTED_ERROR "ConnectionAbortedError" CONNECTION_ERROR [] N, &[], &[];
    CONNECTION_REFUSED_ERROR "ConnectionRefusedError" CONNECTION_ERROR [] N, &[], &[];
    CONNECTION_RESET_ERROR "ConnectionResetError" CONNECTION_ERROR [] N, &[], &[];
    FILE_EXISTS_ERROR "FileExistsError" OS_ERROR [] N, &[], &[];
    FILE_NOT_FOUND_ERROR "FileNotFoundError" OS_ERROR [] N, &[], &[];
    INTERRUPTED_ERROR "InterruptedError" OS_ERROR [] N, &[], &[];
    IS_A_DIRECTORY_ERROR "IsADirectoryError" OS_ERROR [] N, &[], &[];
    NOT_A_DIRECTORY_ERROR "NotADirectoryError" OS_ERROR [] N, &[], &[];
    PERMISSION_ERROR "PermissionError" OS_ERROR [] N, &[], &[];
    PROCESS_LOOKUP_ERROR "ProcessLookupError" OS_ERROR [] N, &[], &[];
    TIMEOUT_ERROR "TimeoutError" OS_ERROR [] N, &[], &[];
    REFERENCE_ERROR "ReferenceError" EXCEPTION [] N, &[], &[];
    RUNTIME_ERROR "RuntimeError" EXCEPTION [] N, &[], &[];
    NOT_IMPLEMENTED_ERROR "NotImplementedError" RUNTIME_ERROR [] N, &[], &[];
    PYTHON_FINALIZATION_ERROR "PythonFinalizationError" RUNTIME_ERROR [] N, &[], &[];
    RECURSION_ERROR "RecursionError" RUNTIME_ERROR [] N, &[], &[];
    SYNTAX_ERROR "SyntaxError" EXCEPTION ["msg" "filename" "lineno" "offset" "text" "end_lineno" "end_offset" "print_file_and_line" "_metadata"] m::SYNTAX_ERROR_SLOTS, &[], &[];
    INDENTATION_ERROR "IndentationError" SYNTAX_ERROR [] N, &[], &[];
    INCOMPLETE_INPUT_ERROR "_IncompleteInputError" SYNTAX_ERROR [] N, &[], &[];
    TAB_ERROR "TabError" INDENTATION_ERROR [] N, &[], &[];
    SYSTEM_ERROR "SystemError" EXCEPTION [] N, &[], &[];
    TYPE_ERROR "TypeError" EXCEPTION [] N, &[], &[];
    VALUE_ERROR "ValueError" EXCEPTION [] N, &[], &[];
    UNICODE_ERROR "UnicodeError" VALUE_ERROR [] N, &[], &[];
    UNICODE_DECODE_ERROR "UnicodeDecodeError" UNICODE_ERROR ["encoding" "object" "start" "end" "reason"] m::UNICODE_DECODE_SLOTS, &[], &[];
    UNICODE_ENCODE_ERROR "UnicodeEncodeError" UNICODE_ERROR ["encoding" "object" "start" "end" "reason"] m::UNICODE_ENCODE_SLOTS, &[], &[];
    UNICODE_TRANSLATE_ERROR "UnicodeTranslateError" UNICODE_ERROR ["encoding" "object" "start" "end" "reason"] m::UNICODE_TRANSLATE_SLOTS, &[], &[];
    WARNING "Warning" EXCEPTION [] N, &[], &[];
    BYTES_WARNING "BytesWarning" WARNING [] N, &[], &[];
    DEPRECATION_WARNING "DeprecationWarning" WARNING [] N, &[], &[];
    ENCODING_WARNING "EncodingWarning" WARNING [] N, &[], &[];
    FUTURE_WARNING "FutureWarning" WARNING [] N, &[], &[];
    IMPORT_WARNING "ImportWarning" WARNING [] N, &[], &[];
    PENDING_DEPRECATION_WARNING "PendingDeprecationWarning" WARNING [] N, &[], &[];
    RESOURCE_WARNING "ResourceWarning" WARNING [] N, &[], &[];
    RUNTIME_WARNING "RuntimeWarning" WARNING [] N, &[], &[];
    SYNTAX_WARNING "SyntaxWarning" WARNING [] N, &[], &[];
    UNICODE_WARNING "UnicodeWarning" WARNING [] N, &[], &[];
    USER_WARNING "UserWarning" WARNING [] N, &[], &[];
}

/// Names of the fields of a class's instances: those of the nearest built-in base that has any.
pub fn fields_of(class: Ref<Type>) -> &'static [&'static str] {
    for def in class.mro_classes().filter_map(|base| base.def.get()) {
        if let Some(extra) = ALL.iter().find(|extra| std::ptr::eq(extra.def, def)) {
            if !extra.fields.is_empty() {
                return extra.fields;
            }
        }
    }
    &[]
}

/// Adds the descriptors of a class's own fields to its dict.
pub fn add_field_descriptors(class: Ref<Type>, def: &'static TypeDef) {
    use super::native::{Member, MemberDescriptor};
    let Some(extra) = ALL.iter().find(|extra| std::ptr::eq(extra.def, def)) else { return };
    for (i, field) in extra.fields.iter().enumerate() {
        let name = Str::intern(field);
        if class.dict().get_str(name).is_none() {
            let descriptor = MemberDescriptor::new(class, name, Member::Field(i as u16), false);
            class.dict().set_str(name, descriptor.value());
        }
    }
}

/// An instance with these arguments, `__init__` not run (for built-in classes: what it does is done).
pub fn new(class: Ref<Type>, args: &[Value]) -> Ref<Exception> {
    if class.is_subtype(BASE_EXCEPTION_GROUP.class()) || class.is_subtype(OS_ERROR.class()) {
        // Their `__new__` is what takes the arguments.
        if let Some(made) = class.slots().new.and_then(|new| new(class, Args::positional(args)).ok()) {
            if let Some(exception) = made.cast::<Exception>() {
                return exception;
            }
        }
    }
    let exception = allocate_instance(class, args);
    if let Some(init) = class.slots().init {
        if !std::ptr::fn_addr_eq(init, init_slot as fn(Value, Args) -> R<()>) {
            let _ = init(exception.value(), Args::positional(args));
        }
    }
    exception
}

/// An instance with these `args`; neither `__new__` nor `__init__` runs.
pub fn allocate_instance(class: Ref<Type>, args: &[Value]) -> Ref<Exception> {
    let args = Tuple::new(args);
    let extra_words = class.words.get() + class.inline.get() - BASE_EXCEPTION.words;
    let shape = super::object::root_shape(class);
    if extra_words == 0 && class.slots().del.is_none() {
        let header = pack(shape, Kind::Values, 0, BASE_EXCEPTION.traced);
        return allocate(
            header,
            Exception {
                hdr: Header::EMPTY,
                args: Slot::new(args),
                traceback: Slot::EMPTY,
                context: Slot::EMPTY,
                cause: Slot::EMPTY,
                suppress: Cell::new(0),
                fields: Slot::EMPTY,
                dict: Slot::EMPTY,
            },
        );
    }
    let object = super::object::allocate_fixed(class);
    // SAFETY: the class's layout begins with Exception's.
    let exception: Ref<Exception> = unsafe { Ref::from_ptr(object.as_ptr()) };
    exception.args.set(exception, args);
    exception
}

fn new_slot(class: Ref<Type>, args: Args) -> R {
    Ok(allocate_instance(class, args.pos()).value())
}

pub fn init_slot(slf: Value, args: Args) -> R<()> {
    let exception = slf.expect::<Exception>();
    args.no_keywords(&slf.class().display_name())?;
    exception.args.set(exception, Tuple::new(args.all));
    Ok(())
}

impl Ref<Exception> {
    /// `raise ... from cause`: sets `__cause__` and hides the context.
    pub fn set_cause(self, cause: Option<Value>) {
        self.cause.put(self, cause);
        self.suppress.set(1);
    }

    pub fn args(self) -> Ref<Tuple> {
        self.args.object()
    }

    /// A field's value, by its number in [`fields_of`].
    pub fn field(self, index: usize) -> Option<Value> {
        let fields: Ref<Array> = self.fields.get().map(|_| self.fields.object())?;
        // SAFETY: the array was made for all fields of the class; its words are values or 0.
        unsafe { Value::from_slot(*(fields.ptr().add(index) as *const u64)) }
    }

    pub fn put_field(self, index: usize, value: Option<Value>) {
        if self.fields.get().is_none() {
            let n = fields_of(self.value().class()).len();
            match Array::new(n) {
                Ok(array) => self.fields.set(self, array),
                Err(_) => crate::errors::fatal_memory(),
            }
        }
        let fields: Ref<Array> = self.fields.object();
        // SAFETY: as in `field`.
        unsafe {
            let slot = fields.ptr().add(index) as *mut u64;
            *slot = value.map_or(0, Value::bits);
            crate::gc::write_barrier(fields.as_ptr() as *const Header, slot);
        }
    }
}

/// A field by name.
pub fn get_field(exception: Ref<Exception>, name: &str) -> Option<Value> {
    let index = fields_of(exception.value().class()).iter().position(|f| *f == name)?;
    exception.field(index)
}

pub fn set_field(exception: Ref<Exception>, name: &str, value: Value) {
    if let Some(index) = fields_of(exception.value().class()).iter().position(|f| *f == name) {
        exception.put_field(index, Some(value));
    }
}

/// Whether a StopIteration without a value is pending.
pub fn is_plain_stop() -> bool {
    if !crate::errors::pending_is(&STOP_ITERATION) {
        return false;
    }
    let pending = crate::errors::take();
    let plain = get_field(pending.expect::<Exception>(), "value").is_none_or(|v| v.is_none());
    crate::errors::restore(pending);
    plain
}

/// `add_note`.
pub fn add_note(exception: Ref<Exception>, note: Value) -> R<()> {
    use crate::object::attr;
    if note.cast::<Str>().is_none() {
        return Err(type_error(format_args!("add_note() argument must be str, not {}", note.class().display_name())));
    }
    let name = names::get(names::__notes__);
    let list = match attr::find(exception.value(), name)? {
        Some(notes) => notes,
        None => {
            let list = crate::types::list::List::new(&[]).value();
            attr::setattr(exception.value(), name, Some(list))?;
            list
        }
    };
    match list.cast::<crate::types::list::List>() {
        Some(list) => {
            list.push(note);
            Ok(())
        }
        None => Err(type_error("Cannot add note: __notes__ is not a list")),
    }
}

/// `None` for an absent value.
pub fn or_none(value: Option<Value>) -> Value {
    value.unwrap_or_else(none)
}
