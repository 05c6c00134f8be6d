//! `_pickle`: `PickleBuffer` (PEP 574). Pickling itself is the library's, in Python.

use crate::errors::{R, buffer_error, type_error, value_error};
use crate::gc::Header;
use crate::object::define::{Method, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Args, Builtin, Ref, Slot, Slots, Type, TypeDef, call};
use crate::types::memoryview::MemoryView;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::value::Value;

/// The object: a view of what it was made of, or empty once released.
#[repr(C)]
struct PickleBuffer {
    hdr: Header,
    view: Slot,
}

impl Builtin for PickleBuffer {
    const DEF: &'static TypeDef = &PICKLE_BUFFER;
}

fn new(_: Ref<Type>, args: Args) -> R {
    args.no_keywords("PickleBuffer").or_else(|raised| {
        if !args.pos().is_empty() {
            return Err(raised);
        }
        crate::errors::clear();
        Ok(())
    })?;
    let &[object] = args.pos() else {
        let given = args.pos().len();
        return Err(type_error(if given == 0 {
            "PickleBuffer() takes exactly 1 positional argument (0 given)".to_string()
        } else {
            format!("PickleBuffer() takes at most 1 argument ({given} given)")
        }));
    };
    if crate::object::class::slots_of(object).buffer.is_none() {
        let class = object.class().display_name();
        return Err(type_error(format_args!("a bytes-like object is required, not '{class}'")));
    }
    let view = MemoryView::over(object)?;
    Ok(allocate(PICKLE_BUFFER.header(), PickleBuffer { hdr: Header::EMPTY, view: Slot::new(view) }).value())
}

fn view_of(buffer: Ref<PickleBuffer>) -> R {
    buffer.view.get().ok_or_else(|| value_error("operation forbidden on released PickleBuffer object"))
}

/// The view that a `PickleBuffer` stands for; `None` of other objects.
pub fn view_behind(v: Value) -> R<Option<Value>> {
    v.exact::<PickleBuffer>().map(view_of).transpose()
}

/// The bytes as they lie in memory.
fn raw(v: Value) -> R {
    let view = view_of(v.expect::<PickleBuffer>())?;
    if view.expect::<MemoryView>().buffer().is_err() {
        crate::errors::clear();
        return Err(buffer_error("cannot extract raw buffer from non-contiguous buffer"));
    }
    call::call_method(view, Str::intern("cast"), &[Str::intern("B").value()])
}

static PICKLE_BUFFER: TypeDef = TypeDef {
    name: "pickle.PickleBuffer",
    slots: Slots {
        new: Some(new),
        buffer: Some(|v| view_of(v.expect::<PickleBuffer>())?.expect::<MemoryView>().buffer()),
        ..Slots::NONE
    },
    methods: &[
        Method::none("raw", raw),
        Method::none("release", |v| {
            if let Some(view) = v.expect::<PickleBuffer>().view.take() {
                MemoryView::release(view);
            }
            Ok(none())
        }),
    ],
    flags: WEAKREFS,
    words: TypeDef::words_of::<PickleBuffer>(),
    traced: 1,
    ..TypeDef::BASE
};

pub static MODULE: NativeModule = NativeModule {
    name: "_pickle",
    functions: &[],
    init: |module| {
        module.add_type(&PICKLE_BUFFER);
        Ok(())
    },
};
