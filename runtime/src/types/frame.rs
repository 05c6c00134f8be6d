//! `frame`: the Python view of a frame, made only when somebody asks (a traceback, `sys._getframe`).
//!
//! While the code runs, the object refers to the interpreter's [`Frame`] and reads from it; when that
//! is left, what can still be asked (variables, position) is copied into the object ([`detach`]). Frames of
//! compiled code exist only as such copies, without variables.

use crate::errors::R;
use crate::gc::Header;
use crate::interp::frame::Frame;
use crate::object::define::{GetSet, Method, NO_NEW};
use crate::object::reference::allocate;
use crate::object::singletons::none;
use crate::object::{Builtin, Ref, Slot, Slots, TypeDef};
use crate::state::state;
use crate::types::cell::CellObject;
use crate::types::code::{CO_OPTIMIZED, Code, KIND_CELL, KIND_FREE, KIND_HIDDEN, KIND_LOCAL};
use crate::types::dict::Dict;
use crate::types::frame_locals::FrameLocals;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;

/// The object.
#[repr(C)]
pub struct FrameObject {
    hdr: Header,
    pub code: Slot,
    pub globals: Slot,
    pub builtins: Slot,
    /// A namespace, or the copied variables (a tuple with None for unbound), or empty.
    locals: Slot,
    back: Slot,
    /// The running frame, or null; never a heap address of its own (the value stack is outside the heap,
    /// a generator's frame is kept alive by `generator`).
    generator: Slot,
    /// Extra variables set through `f_locals`.
    extra: Slot,
    trace: Slot,
    frame: Cell<*mut Frame>,
    lasti: Cell<u32>,
}

impl Builtin for FrameObject {
    const DEF: &'static TypeDef = &FRAME;
}

/// The frame object of an interpreter frame.
pub fn object_of(frame: *mut Frame) -> Value {
    // SAFETY: the caller gives a live frame.
    unsafe {
        if let Some(object) = Value::from_slot((*frame).object) {
            return object;
        }
        let object = allocate(
            FRAME.header(),
            FrameObject {
                hdr: Header::EMPTY,
                code: Slot::new((*frame).code()),
                globals: Slot::new((*frame).globals()),
                builtins: Slot::new((*frame).builtins()),
                locals: Slot::of(namespace(frame)),
                back: Slot::EMPTY,
                generator: Slot::of(if (*frame).is_native() { None } else { Value::from_slot((*frame).generator) }),
                extra: Slot::EMPTY,
                trace: Slot::EMPTY,
                frame: Cell::new(frame),
                lasti: Cell::new(0),
            },
        );
        (*frame).object = object.value().bits();
        object.value()
    }
}

/// The frame object of a compiled generator that is not running.
pub fn suspended(code: Ref<Code>, globals: Ref<Dict>) -> Value {
    allocate(
        FRAME.header(),
        FrameObject {
            hdr: Header::EMPTY,
            code: Slot::new(code),
            globals: Slot::new(globals),
            builtins: Slot::new(crate::interp::frame::builtins_of(globals)),
            locals: Slot::EMPTY,
            back: Slot::EMPTY,
            generator: Slot::EMPTY,
            extra: Slot::EMPTY,
            trace: Slot::EMPTY,
            frame: Cell::new(std::ptr::null_mut()),
            lasti: Cell::new(0),
        },
    )
    .value()
}

/// The namespace of a module or class body.
unsafe fn namespace(frame: *mut Frame) -> Option<Value> {
    // SAFETY: the caller gives a live frame.
    unsafe {
        if !(*frame).is_native() {
            return Value::from_slot((*frame).locals);
        }
        if (*frame).code().has(CO_OPTIMIZED) {
            return None;
        }
        Value::from_slot(*Frame::native_words(frame)?)
    }
}

/// Called when an interpreter frame that has an object is left.
pub fn detach(frame: *mut Frame) {
    // SAFETY: the frame is live until the caller goes on.
    unsafe {
        let Some(object) = Value::from_slot((*frame).object) else { return };
        let object = object.expect::<FrameObject>();
        object.lasti.set((*frame).lasti());
        if !(*frame).prev.is_null() {
            object.back.set(object, object_of((*frame).prev));
        }
        let code = (*frame).code();
        if let (true, Some(variables)) = (code.has(CO_OPTIMIZED), Frame::variables(frame)) {
            let n = code.nlocalsplus.get() as usize;
            let words = std::slice::from_raw_parts(variables, n);
            let values: smallvec::SmallVec<[Value; 16]> =
                words.iter().map(|w| Value::from_slot(*w).unwrap_or_else(unbound)).collect();
            object.locals.set(object, Tuple::new(&values));
        }
        object.frame.set(std::ptr::null_mut());
        (*frame).object = 0;
    }
}

/// Stands for an unbound variable in a copy: no program can hold this class.
fn unbound() -> Value {
    crate::types::object::BUFFER.class().value()
}

impl Ref<FrameObject> {
    /// Byte offset of the instruction being run.
    pub fn lasti(self) -> u32 {
        let frame = self.frame.get();
        // SAFETY: not null while the frame is live.
        if frame.is_null() { self.lasti.get() } else { unsafe { (*frame).lasti() } }
    }

    pub fn line(self) -> Option<u32> {
        self.code.object::<Code>().line_at(self.lasti() as usize)
    }

    fn is_live(self) -> bool {
        !self.frame.get().is_null()
    }

    /// Variable number `i`, through its cell if it has one.
    pub fn variable(self, i: usize) -> Option<Value> {
        let code = self.code.object::<Code>();
        let value = if self.is_live() {
            // SAFETY: the frame is live and has this many variables.
            unsafe { Value::from_slot(*Frame::variables(self.frame.get())?.add(i))? }
        } else {
            let value = self.locals.get()?.exact::<Tuple>()?.as_slice().get(i).copied()?;
            if value.is(unbound()) {
                return None;
            }
            value
        };
        if code.kind(i) & (KIND_CELL | KIND_FREE) != 0 {
            // Before MAKE_CELL an argument is there as it is.
            return match value.exact::<CellObject>() {
                Some(cell) => cell.contents.get(),
                None => Some(value),
            };
        }
        Some(value)
    }

    /// Assigns variable number `i`; false if the frame keeps no variables.
    pub fn set_variable(self, i: usize, value: Value) -> bool {
        let is_cell = self.code.object::<Code>().kind(i) & (KIND_CELL | KIND_FREE) != 0;
        let assign = |word: Option<Value>| match word.and_then(|word| word.exact::<CellObject>()) {
            Some(cell) if is_cell => {
                cell.contents.set(cell, value);
                false
            }
            _ => true,
        };
        if self.is_live() {
            let Some(variables) = Frame::variables(self.frame.get()) else { return false };
            // SAFETY: the frame is live and has this many variables.
            unsafe {
                let slot = variables.add(i);
                if assign(Value::from_slot(*slot)) {
                    *slot = value.bits();
                }
            }
            return true;
        }
        let Some(copied) = self.locals.get().and_then(|locals| locals.exact::<Tuple>()) else { return false };
        let mut values = copied.as_slice().to_vec();
        let Some(word) = values.get_mut(i) else { return false };
        if assign(Some(*word)) {
            *word = value;
            self.locals.set(self, Tuple::new(&values));
        }
        true
    }

    /// The number of the variable that `f_locals` shows by this name.
    pub fn variable_number(self, name: Value) -> Option<usize> {
        let name = name.cast::<Str>()?;
        self.shown().find(|i| self.code.object::<Code>().local_name(*i).equals(&name))
    }

    /// Numbers of the variables that `f_locals` shows.
    fn shown(self) -> impl Iterator<Item = usize> {
        let code = self.code.object::<Code>();
        (0..code.nlocalsplus.get() as usize)
            .filter(move |i| code.kind(*i) & KIND_HIDDEN == 0 || code.kind(*i) & KIND_LOCAL != 0)
    }

    /// What was set under a name that is no variable.
    pub fn extra_get(self, key: Value) -> R<Option<Value>> {
        self.extra.get().and_then(|extra| extra.exact::<Dict>()).map_or(Ok(None), |extra| extra.get(key))
    }

    /// Sets a name that is no variable.
    pub fn extra_set(self, key: Value, value: Value) -> R<()> {
        if self.extra.get().is_none() {
            self.extra.set(self, Dict::new());
        }
        self.extra.object::<Dict>().set(key, value)
    }

    /// Removes a name that is no variable.
    pub fn extra_remove(self, key: Value) -> R<Option<Value>> {
        self.extra.get().and_then(|extra| extra.exact::<Dict>()).map_or(Ok(None), |extra| extra.remove(key))
    }

    /// A function's variables by name, and what was set beside them.
    pub fn variables_now(self) -> Ref<Dict> {
        let code = self.code.object::<Code>();
        let dict = Dict::new();
        for i in self.shown() {
            if let Some(value) = self.variable(i) {
                dict.set_str(code.local_name(i), value);
            }
        }
        if let Some(extra) = self.extra.get().and_then(|e| e.exact::<Dict>()) {
            for (key, value) in extra.items() {
                let _ = dict.set(key, value);
            }
        }
        dict
    }

    /// `locals()`: a snapshot for functions, the namespace itself for other code.
    pub fn locals(self) -> Value {
        if !self.code.object::<Code>().has(CO_OPTIMIZED) {
            return self.locals.get().unwrap_or_else(|| self.globals.value());
        }
        self.variables_now().value()
    }

    /// The frame that called this one.
    pub fn back(self) -> Option<Value> {
        let frame = self.frame.get();
        if frame.is_null() {
            return self.back.get();
        }
        // SAFETY: live frames are linked to live frames.
        let prev = unsafe { (*frame).prev };
        (!prev.is_null()).then(|| object_of(prev))
    }
}

/// What `super()` needs of the running function: its code, its first argument, its `__class__` cell.
pub fn super_context() -> Option<(Ref<Code>, Option<Value>, Option<Ref<CellObject>>)> {
    let frame = state().frame.get();
    if frame.is_null() {
        return None;
    }
    // SAFETY: linked frames are live.
    unsafe {
        let code = (*frame).code();
        let locals = Frame::variables(frame)?;
        let first = Value::from_slot(*locals).map(|v| match v.exact::<CellObject>() {
            Some(cell) if code.kind(0) & KIND_CELL != 0 => cell.contents.get(),
            _ => Some(v),
        });
        let n = code.nlocalsplus.get() as usize;
        let class = (0..n)
            .find(|i| code.kind(*i) & KIND_FREE != 0 && code.local_name(*i).is_str("__class__"))
            .and_then(|i| Value::from_slot(*locals.add(i)))
            .and_then(|v| v.exact::<CellObject>());
        Some((code, first.flatten(), class))
    }
}

pub static FRAME: TypeDef = TypeDef {
    name: "frame",
    slots: Slots {
        repr: Some(|v| {
            let f = v.expect::<FrameObject>();
            let code = f.code.object::<Code>();
            Ok(Str::new(&format!(
                "<frame at {:#x}, file {}, line {}, code {}>",
                crate::ops::id(v),
                crate::ops::repr_text(code.filename.value())?,
                f.line().map_or("None".to_string(), |l| l.to_string()),
                code.name.object::<Str>().display()
            ))
            .value())
        }),
        ..Slots::NONE
    },
    methods: &[Method::none("clear", |v| {
        let f = v.expect::<FrameObject>();
        if f.is_live() {
            return Err(crate::errors::runtime_error("cannot clear an executing frame"));
        }
        f.locals.clear();
        Ok(none())
    })],
    getset: &[
        GetSet::get("f_code", |v| Ok(v.expect::<FrameObject>().code.value())),
        GetSet::get("f_globals", |v| Ok(v.expect::<FrameObject>().globals.value())),
        GetSet::get("f_builtins", |v| Ok(v.expect::<FrameObject>().builtins.value())),
        GetSet::get("f_locals", f_locals),
        GetSet::get("f_back", |v| Ok(v.expect::<FrameObject>().back().unwrap_or_else(none))),
        GetSet::get("f_lasti", |v| Ok(Value::small(v.expect::<FrameObject>().lasti() as i64))),
        GetSet::get("f_lineno", |v| Ok(v.expect::<FrameObject>().line().map_or_else(none, |l| Value::small(l as i64)))),
        GetSet::both(
            "f_trace",
            |v| Ok(v.expect::<FrameObject>().trace.get().unwrap_or_else(none)),
            |v, value| {
                let f = v.expect::<FrameObject>();
                f.trace.put(f, value);
                Ok(())
            },
        ),
        GetSet::get("f_generator", |v| Ok(v.expect::<FrameObject>().generator.get().unwrap_or_else(none))),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<FrameObject>(),
    traced: 8,
    ..TypeDef::BASE
};

/// A function's variables to be read and set, the namespace of other code.
fn f_locals(v: Value) -> R {
    let frame = v.expect::<FrameObject>();
    let is_function = frame.code.object::<Code>().has(CO_OPTIMIZED);
    Ok(if is_function { FrameLocals::of(frame) } else { frame.locals() })
}
