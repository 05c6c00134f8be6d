//! Identifiers that the runtime itself looks up, interned once at start.

use crate::object::Ref;
use crate::types::str::Str;
use std::cell::Cell;

/// Index of a well-known identifier.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name(u16);

macro_rules! names {
    ($($name:ident)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        #[repr(u16)]
        enum Index { $($name,)* Count }
        $(#[allow(non_upper_case_globals)] pub const $name: Name = Name(Index::$name as u16);)*
        const COUNT: usize = Index::Count as usize;
        static TEXTS: [&str; COUNT] = [$(stringify!($name)),*];
    };
}

names! {
    __abs__ __add__ __aenter__ __aexit__ __aiter__ __and__ __anext__ __annotate__ __annotate_func__ __annotations__
    __annotations_cache__ __await__ __bases__ __bool__ __buffer__ __builtins__ __bytes__ __call__ __cause__ __ceil__ __class__
    __class_getitem__ __classcell__ __classdict__ __classdictcell__ __complex__ __contains__ __context__ __copy__ __deepcopy__
    __del__ __delattr__ __delete__ __delitem__ __dict__ __dir__ __divmod__ __doc__ __enter__ __eq__ __exit__ __file__
    __firstlineno__ __float__ __floor__ __floordiv__ __format__ __ge__ __get__ __getattr__ __getattribute__ __getitem__ __getnewargs__
    __getnewargs_ex__ __getstate__ __gt__ __hash__ __iadd__ __iand__ __idivmod__ __ifloordiv__ __ilshift__ __imatmul__ __imod__
    __import__ __imul__ __index__ __init__ __init_subclass__ __instancecheck__ __int__ __invert__ __ior__ __ipow__
    __irshift__ __isub__ __iter__ __itruediv__ __ixor__ __le__ __len__ __length_hint__ __loader__ __lshift__ __lt__ __main__ __matmul__ __match_args__
    __missing__ __mod__ __module__ __mro_entries__ __mul__ __name__ __ne__ __neg__ __new__ __next__ __notes__ __objclass__
    __or__ __origin__ __package__ __path__ __pos__ __pow__ __prepare__ __qualname__ __radd__ __rand__ __rdivmod__ __reduce__ __reduce_ex__ __release_buffer__ __repr__
    __reversed__ __rfloordiv__ __rlshift__ __rmatmul__ __rmod__ __rmul__ __ror__ __round__ __rpow__ __rrshift__ __rshift__
    __rsub__ __rtruediv__ __rxor__ __set__ __set_name__ __setattr__ __setitem__ __setstate__ __sizeof__ __slots__ __spec__ __static_attributes__ __str__ __sub__
    __subclasscheck__ __subclasshook__ __suppress_context__ __traceback__ __truediv__ __trunc__ __type_params__ __typing_subst__ __weakref__ __xor__
    __self__ __func__ __wrapped__ __abstractmethods__ __isabstractmethod__ __parameters__ __args__ __mro__ __flags__ __warningregistry__ __cached__
    __orig_bases__ __typing_is_unpacked_typevartuple__ __typing_prepare_subst__ __typing_unpacked_tuple_args__ __build_class__ __debug__
    _abc_impl append args builtins close code errno errors exceptions excepthook filename fileno find_spec flush getvalue items keys join keyword key last_exc
    lineno load_module locals modules msg name name_from new obj object offset path print_file_and_line read readline real reverse send sep
    stderr stdin stdout strict throw update utf8 value values write _initializing _handle_fromlist _find_and_load metaclass mro default start stop step
    end_lineno end_offset extend add displayhook _is_text_encoding unraisablehook copy sort index count pop insert
}

struct Table([Cell<u64>; COUNT]);
// SAFETY: filled at start, then only read, under the interpreter lock.
unsafe impl Sync for Table {}
static TABLE: Table = Table([const { Cell::new(0) }; COUNT]);

/// Interns them all; called once at start, when strings can be made.
pub fn init() {
    for (cell, text) in TABLE.0.iter().zip(TEXTS) {
        cell.set(Str::intern(text).as_ptr() as u64);
    }
}

/// The interned string.
#[inline(always)]
pub fn get(which: Name) -> Ref<Str> {
    // SAFETY: filled by `init` with strings that the intern table keeps alive.
    unsafe { Ref::from_ptr(TABLE.0[which.0 as usize].get() as *mut Str) }
}

pub fn text(which: Name) -> &'static str {
    TEXTS[which.0 as usize]
}
