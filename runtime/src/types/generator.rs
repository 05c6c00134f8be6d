//! `generator` and `coroutine`: a suspended frame, resumed by `next`, `send`, `throw`.
//!
//! An interpreted generator keeps its [`Frame`] in a heap object; a compiled one keeps the words that
//! its native code needs there and is resumed through the code's [`NativeResume`]. Async generators
//! share the layout and are in [`super::async_generator`].

use crate::errors::{self, R, type_error, value_error};
use crate::gc::{self, Header};
use crate::interp::frame::Frame;
use crate::interp::run;
use crate::names;
use crate::object::class::slots_of;
use crate::object::define::{GetSet, Method, NO_NEW, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none};
use crate::object::{Builtin, Ref, Slot, Slots, TypeDef, attr, call};
use crate::ops;
use crate::state::{ExcItem, State, state};
use crate::types::code::{CO_ASYNC_GENERATOR, CO_COROUTINE, CO_ITERABLE_COROUTINE, Code, NativeResume};
use crate::types::exceptions::{self as exc, Exception};
use crate::types::str::Str;
use crate::value::{Raised, Value};
use std::cell::Cell;
use taipan_abi::opcode::Opcode;
use taipan_abi::tag;

/// A generator, coroutine or async generator.
#[repr(C)]
pub struct Generator {
    hdr: Header,
    /// The heap frame, or empty when it has run to its end.
    pub frame: Slot,
    pub code: Slot,
    pub name: Slot,
    pub qualname: Slot,
    /// The compiled code's function (globals, closure), or empty.
    pub function: Slot,
    /// Async generators: the finalizer that the event loop set. Coroutines: `cr_origin`.
    pub extra: Slot,
    /// The exceptions that its frame is handling; `previous` is raw, hence the first untraced word.
    pub exc: ExcItem,
    running: Cell<bool>,
    started: Cell<bool>,
    /// Async generators: hooks were called; closed; the running step's kind.
    pub hooks_done: Cell<bool>,
    pub closed: Cell<bool>,
    pub running_async: Cell<bool>,
    resume: Cell<Option<NativeResume>>,
}

/// Whether the word is a generator, async or not, that has begun and not ended: what a loop that is left
/// early drops.
#[inline(always)]
pub fn is_abandoned(word: u64) -> bool {
    if word == 0 || !tag::is_pointer(word) {
        return false;
    }
    // SAFETY: a word of the operand stack that is a pointer is a live object.
    let value = unsafe { Value::from_bits(word) };
    let shape = value.shape();
    if shape != GENERATOR.shape() && shape != super::async_generator::ASYNC_GENERATOR.shape() {
        return false;
    }
    // SAFETY: the classes of both shapes have this layout.
    let generator: Ref<Generator> = unsafe { Ref::from_ptr(value.as_ptr()) };
    generator.started.get() && !generator.is_finished()
}

/// Words of compiled generators' heap frames: `{header, state, sub-iterator or 0, words...}`.
pub const NATIVE_STATE: usize = 1;
pub const NATIVE_SUB: usize = 2;
/// Set by native code when it yields rather than returns.
pub const NATIVE_YIELDED: usize = 3;
pub const NATIVE_FIRST: usize = 4;

impl Builtin for Generator {
    const DEF: &'static TypeDef = &GENERATOR;
}

/// What resuming gave.
pub enum Sent {
    Yield(Value),
    Return(Value),
}

fn def_for(code: &Code) -> &'static TypeDef {
    if code.has(CO_COROUTINE) {
        &COROUTINE
    } else if code.has(CO_ASYNC_GENERATOR) {
        &super::async_generator::ASYNC_GENERATOR
    } else {
        &GENERATOR
    }
}

fn make(
    code: Ref<Code>,
    name: Value,
    qualname: Value,
    frame: u64,
    function: Option<Value>,
    resume: Option<NativeResume>,
) -> Ref<Generator> {
    let def = def_for(&code);
    // SAFETY: the address of a heap object.
    let frame = unsafe { Value::from_bits(frame) };
    let generator = allocate(
        def.header(),
        Generator {
            hdr: Header::EMPTY,
            frame: Slot::new(frame),
            code: Slot::new(code),
            name: Slot::new(name),
            qualname: Slot::new(qualname),
            function: Slot::of(function),
            extra: Slot::EMPTY,
            exc: ExcItem { value: Cell::new(0), previous: Cell::new(std::ptr::null()) },
            running: Cell::new(false),
            started: Cell::new(false),
            hooks_done: Cell::new(false),
            closed: Cell::new(false),
            running_async: Cell::new(false),
            resume: Cell::new(resume),
        },
    );
    // Only those that have cleanup to run must be looked at when they die.
    if code.has(CO_COROUTINE | CO_ASYNC_GENERATOR) || code.has_cleanup() {
        let object = generator.as_ptr() as *mut Header;
        if code.is_library() { gc::register_quiet_finalizable(object) } else { gc::register_finalizable(object) }
    }
    generator
}

/// `RETURN_GENERATOR`: moves the frame to the heap.
pub fn from_frame(frame: *mut Frame) -> Value {
    // SAFETY: the frame is live and saved.
    unsafe {
        let code = (*frame).code;
        let function = Value::from_slot((*frame).function);
        let object = crate::interp::call::to_heap(frame);
        let (name, qualname) = match function.and_then(|f| f.exact::<super::function::Function>()) {
            Some(f) => (f.name.value(), f.qualname.value()),
            None => (code.name.value(), code.qualname.value()),
        };
        let generator = make(code, name, qualname, object, function, None);
        (*heap_frame(generator)).generator = generator.value().bits();
        generator.value()
    }
}

/// A generator of compiled code with `words` words for its variables, all 0.
pub fn native(function: Value, words: usize, resume: NativeResume) -> Value {
    use taipan_abi::header::{Kind, pack};
    let f = function.expect::<super::function::Function>();
    let header = pack(super::object::BUFFER.shape_for_new(), Kind::Conservative, 0, 0);
    // One more for the function, which the native code finds behind its variables.
    let size = (NATIVE_FIRST + words + 1) * 8;
    let object = gc::alloc(size, header) as *mut u64;
    // SAFETY: the block was just allocated with this size.
    unsafe {
        std::ptr::write_bytes(object.add(1), 0, NATIVE_FIRST + words);
        *object.add(NATIVE_FIRST + words) = function.bits();
    }
    make(f.code(), f.name.value(), f.qualname.value(), object as u64, Some(function), Some(resume)).value()
}

/// The frame in a generator's heap object.
fn heap_frame(generator: Ref<Generator>) -> *mut Frame {
    // SAFETY: the frame lies behind the object's header.
    unsafe { generator.frame.value().as_ptr::<u64>().add(1) as *mut Frame }
}

/// A value known to have the generator layout.
pub fn as_generator(v: Value) -> Option<Ref<Generator>> {
    if v.exact::<Generator>().is_some() {
        // SAFETY: its layout.
        return Some(unsafe { Ref::from_ptr(v.as_ptr()) });
    }
    let class = v.class();
    let ours = [&GENERATOR, &COROUTINE, &super::async_generator::ASYNC_GENERATOR];
    // SAFETY: these classes have this layout and cannot be subclassed.
    ours.iter().any(|def| def.class() == class).then(|| unsafe { Ref::from_ptr(v.as_ptr()) })
}

impl Ref<Generator> {
    pub fn code_object(self) -> Ref<Code> {
        self.code.object()
    }

    pub fn is_running(self) -> bool {
        self.running.get()
    }

    pub fn is_started(self) -> bool {
        self.started.get()
    }

    pub fn is_finished(self) -> bool {
        self.frame.get().is_none()
    }

    /// The interpreter frame, if it has one.
    pub fn interpreter_frame(self) -> Option<*mut Frame> {
        (self.frame.get().is_some() && self.resume.get().is_none()).then(|| heap_frame(self))
    }

    /// What it delegates to (`yield from`, `await`), while suspended there.
    pub fn delegate(self) -> Option<Value> {
        if self.running.get() || !self.started.get() {
            return None;
        }
        let object = self.frame.get()?;
        if self.resume.get().is_some() {
            // SAFETY: the layout of native generator frames.
            return unsafe { Value::from_slot(*object.as_ptr::<u64>().add(NATIVE_SUB)) };
        }
        let frame = heap_frame(self);
        // SAFETY: a suspended frame's ip is at the RESUME after its YIELD_VALUE.
        unsafe {
            let next = *(*frame).ip;
            (next.op == Opcode::RESUME && next.arg & 3 >= 2).then(|| Value::from_bits(*(*frame).sp.sub(1)))
        }
    }

    fn kind(self) -> &'static str {
        let code = self.code_object();
        if code.has(CO_COROUTINE) {
            "coroutine"
        } else if code.has(CO_ASYNC_GENERATOR) {
            "async generator"
        } else {
            "generator"
        }
    }

    /// Resumes a compiled generator that is merely suspended, with nothing else to look at: its code counts the depth
    /// itself. `None` if it is not one.
    #[inline(always)]
    fn step(self, sent: Value) -> Option<R<Sent>> {
        let (Some(object), Some(resume), false) = (self.frame.get(), self.resume.get(), self.running.get()) else {
            return None;
        };
        let state = state();
        self.begin(state);
        let words = object.as_ptr::<u64>();
        // SAFETY: the layout of native generator frames; the contract of native code.
        let (result, yielded) = unsafe {
            *words.add(NATIVE_YIELDED) = 0;
            (Value::from_slot(resume(object.bits(), sent.bits())), *words.add(NATIVE_YIELDED) != 0)
        };
        self.end(state);
        Some(match result {
            Some(item) if yielded => Ok(Sent::Yield(item)),
            result => self.finish(result.ok_or(Raised)).map(Sent::Return),
        })
    }

    /// The next item; `None` at the end, whose value is nobody's.
    #[inline(always)]
    pub fn next(self) -> R<Option<Value>> {
        let sent = match self.step(none()) {
            Some(sent) => sent,
            None => self.resume(Some(none())),
        };
        Ok(match sent? {
            Sent::Yield(value) => Some(value),
            Sent::Return(_) => None,
        })
    }

    #[inline(always)]
    fn begin(self, state: &State) {
        self.running.set(true);
        self.started.set(true);
        self.exc.previous.set(state.exc.get());
        state.exc.set(&raw const self.as_static().exc);
    }

    #[inline(always)]
    fn end(self, state: &State) {
        state.exc.set(self.exc.previous.get());
        self.exc.previous.set(std::ptr::null());
        self.running.set(false);
    }

    /// Runs to the next yield or to the end. `None`: the pending exception is thrown in.
    pub fn resume(self, sent: Option<Value>) -> R<Sent> {
        if self.running.get() {
            return Err(value_error(format_args!("{} already executing", self.kind())));
        }
        let Some(object) = self.frame.get() else {
            return match sent {
                _ if self.code_object().has(CO_COROUTINE) => {
                    errors::clear();
                    Err(errors::runtime_error("cannot reuse already awaited coroutine"))
                }
                None => Err(Raised),
                Some(_) => Ok(Sent::Return(none())),
            };
        };
        if !self.started.get() {
            if sent.is_some_and(|v| !v.is_none()) {
                return Err(type_error(format_args!("can't send non-None value to a just-started {}", self.kind())));
            }
        }
        let state = state();
        state.check_native_stack()?;
        self.begin(state);
        if sent.is_none() && self.exc.value.get() != 0 {
            // Thrown in while it handles an exception, which is the context of the new one.
            if let Some(thrown) = errors::take().cast::<Exception>() {
                errors::raise(thrown);
            }
        }
        let result;
        let yielded;
        match self.resume.get() {
            None => {
                let frame = heap_frame(self);
                result = run::run_generator(frame, sent);
                // SAFETY: the generator keeps its frame alive.
                yielded = result.is_ok() && unsafe { (*frame).yielded };
            }
            Some(resume) => {
                let words = object.as_ptr::<u64>();
                // SAFETY: the layout of native generator frames; the contract of native code.
                unsafe {
                    *words.add(NATIVE_YIELDED) = 0;
                    result = Value::from_slot(resume(object.bits(), sent.map_or(0, Value::bits))).ok_or(Raised);
                    yielded = result.is_ok() && *words.add(NATIVE_YIELDED) != 0;
                }
            }
        }
        self.end(state);
        if yielded {
            return result.map(Sent::Yield);
        }
        self.finish(result).map(Sent::Return)
    }

    /// It has returned or raised: that is its end.
    #[inline(never)]
    fn finish(self, result: R) -> R {
        self.frame.clear();
        self.exc.value.set(0);
        match result {
            Ok(value) => Ok(value),
            Err(raised) => {
                let is_async = self.code_object().has(CO_ASYNC_GENERATOR);
                if errors::pending_is(&exc::STOP_ITERATION) {
                    return Err(replace_stop(self.kind(), "StopIteration"));
                }
                if is_async && errors::pending_is(&exc::STOP_ASYNC_ITERATION) {
                    return Err(replace_stop(self.kind(), "StopAsyncIteration"));
                }
                Err(raised)
            }
        }
    }

    fn as_static(self) -> &'static Generator {
        // SAFETY: alive while it runs: the caller holds it.
        unsafe { &*self.as_ptr() }
    }

    /// `throw`: the exception goes to the delegate first, if there is one.
    pub fn throw(self, exception: Ref<Exception>) -> R<Sent> {
        if let Some(delegate) = self.delegate() {
            let is_exit = exception.value().class().is_subtype(exc::GENERATOR_EXIT.class());
            if is_exit {
                self.running.set(true);
                let closed = close_iterator(delegate);
                self.running.set(false);
                if closed.is_err() {
                    return self.resume(None);
                }
            } else {
                let result = match as_generator(delegate).filter(|g| !g.code_object().has(CO_ASYNC_GENERATOR)) {
                    Some(inner) => Some(self.above(|| inner.throw(exception))),
                    None => match attr::find(delegate, names::get(names::throw)) {
                        Ok(Some(method)) => {
                            let result = self.above(|| call::call(method, &[exception.value()]));
                            Some(match result {
                                Ok(value) => Ok(Sent::Yield(value)),
                                Err(raised) => stop_value(raised).map(Sent::Return),
                            })
                        }
                        Ok(None) => None,
                        Err(_) => return self.resume(None),
                    },
                };
                match result {
                    Some(Ok(Sent::Yield(value))) => return Ok(Sent::Yield(value)),
                    Some(Ok(Sent::Return(value))) => {
                        // The delegate is done: go on behind the SEND loop with its value.
                        return self.finish_delegation(value);
                    }
                    Some(Err(_)) => return self.resume(None),
                    None => {}
                }
            }
        }
        errors::restore(exception.value());
        if !self.started.get() {
            // Nothing of it has run: it ends here, its frame's line in the traceback.
            if let Some(frame) = self.interpreter_frame() {
                errors::traceback::add_interpreted(frame);
            }
            self.frame.clear();
            return Err(Raised);
        }
        self.resume(None)
    }

    /// Does something with the delegate while this generator counts as running, its frame below the delegate's.
    fn above<T>(self, f: impl FnOnce() -> T) -> T {
        self.running.set(true);
        let frame = self.interpreter_frame();
        let before = state().frame.get();
        if let Some(frame) = frame {
            // SAFETY: the suspended frame lives as long as the generator.
            unsafe { (*frame).prev = before };
            state().frame.set(frame);
        }
        let result = f();
        if frame.is_some() {
            state().frame.set(before);
        }
        self.running.set(false);
        result
    }

    /// Resumes with StopIteration(value) thrown in, which `CLEANUP_THROW` turns into the value.
    fn finish_delegation(self, value: Value) -> R<Sent> {
        let stop = exc::new(exc::STOP_ITERATION.class(), &[value]);
        errors::restore(stop.value());
        self.resume(None)
    }

    /// `close()`: its value if it returned one.
    pub fn close(self) -> R {
        if self.frame.get().is_none() {
            return Ok(none());
        }
        if !self.started.get() {
            self.frame.clear();
            return Ok(none());
        }
        let exit = exc::new(exc::GENERATOR_EXIT.class(), &[]);
        match self.throw(exit) {
            Ok(Sent::Yield(_)) => Err(errors::runtime_error(format_args!("{} ignored GeneratorExit", self.kind()))),
            Ok(Sent::Return(value)) => Ok(value),
            Err(_) if errors::pending_is(&exc::GENERATOR_EXIT) || errors::pending_is(&exc::STOP_ITERATION) => {
                errors::clear();
                Ok(none())
            }
            Err(raised) => Err(raised),
        }
    }
}

/// Turns a StopIteration that leaks out of a generator into RuntimeError (PEP 479).
fn replace_stop(kind: &str, what: &str) -> Raised {
    let cause = errors::take();
    let raised = errors::runtime_error(format_args!("{kind} raised {what}"));
    let made = errors::take();
    if let Some(exception) = made.cast::<Exception>() {
        exception.set_cause(Some(cause));
        exception.context.set(exception, cause);
    }
    errors::restore(made);
    raised
}

/// The value of the pending StopIteration, taken; other exceptions stay.
pub fn stop_value(raised: Raised) -> R {
    if !errors::pending_is(&exc::STOP_ITERATION) {
        return Err(raised);
    }
    let stop = errors::take().expect::<Exception>();
    Ok(exc::get_field(stop, "value").unwrap_or_else(none))
}

/// Closes what a generator delegates to.
fn close_iterator(v: Value) -> R<()> {
    if let Some(generator) = as_generator(v).filter(|g| !g.code_object().has(CO_ASYNC_GENERATOR)) {
        generator.close()?;
        return Ok(());
    }
    match attr::find(v, names::get(names::close)) {
        Ok(Some(close)) => call::call(close, &[]).map(|_| ())?,
        Ok(None) => {}
        Err(_) => errors::unraisable("Exception ignored in:", Some(v)),
    }
    Ok(())
}

/// `SEND`: one step of a delegate.
#[inline]
pub fn send(receiver: Value, value: Value) -> R<Sent> {
    if let Some(generator) = receiver.exact::<Generator>().filter(|g| value.is_none() || g.started.get())
        && let Some(sent) = generator.step(value)
    {
        return sent;
    }
    send_slow(receiver, value)
}

#[inline(never)]
fn send_slow(receiver: Value, value: Value) -> R<Sent> {
    if let Some(generator) = as_generator(receiver).filter(|g| !g.code_object().has(CO_ASYNC_GENERATOR)) {
        return generator.resume(Some(value));
    }
    if let Some(wrapper) = receiver.exact::<CoroutineWrapper>() {
        if let Some(generator) = as_generator(wrapper.coroutine.value()) {
            return generator.resume(Some(value));
        }
    }
    if receiver.class().is_heap_type() {
        // It may have a `close` of the program's, for the generator to call at its own end.
        if let Some(running) = running() {
            gc::register_finalizable(running.as_ptr() as *mut Header);
        }
    }
    let result = if value.is_none() && slots_of(receiver).next.is_some() {
        ops::iter::raw_next(receiver)
    } else {
        call::call_method(receiver, names::get(names::send), &[value]).map(Some)
    };
    match result {
        Ok(Some(value)) => Ok(Sent::Yield(value)),
        Ok(None) => Ok(Sent::Return(none())),
        Err(raised) => stop_value(raised).map(Sent::Return),
    }
}

/// The innermost running generator.
fn running() -> Option<Ref<Generator>> {
    let item = state().exc.get();
    if std::ptr::eq(item, &state().base_exc) {
        return None;
    }
    // SAFETY: other items lie in running generators.
    Some(unsafe { Ref::from_ptr(item.byte_sub(std::mem::offset_of!(Generator, exc)) as *mut _) })
}

/// `CLEANUP_THROW`: the value of a StopIteration; anything else goes on.
pub fn cleanup_throw(exception: Value) -> R {
    if exception.class().is_subtype(exc::STOP_ITERATION.class()) {
        let stop = exception.expect::<Exception>();
        return Ok(exc::get_field(stop, "value").unwrap_or_else(none));
    }
    Err(errors::restore(exception))
}

/// `GET_YIELD_FROM_ITER`.
pub fn yield_from_iter(v: Value, code: Ref<Code>) -> R {
    if v.class() == COROUTINE.class() {
        if !code.has(CO_COROUTINE | CO_ITERABLE_COROUTINE) {
            return Err(type_error("cannot 'yield from' a coroutine object in a non-coroutine generator"));
        }
        return Ok(v);
    }
    if v.class() == GENERATOR.class() {
        return Ok(v);
    }
    ops::iter::iter(v)
}

/// `GET_AWAITABLE`: the iterator of an awaitable. `how`: 1 `async with` enter, 2 exit.
pub fn get_awaitable(v: Value, how: u32) -> R {
    match awaitable_iter(v) {
        Ok(iter) => {
            if let Some(coroutine) = as_generator(iter).filter(|g| g.code_object().has(CO_COROUTINE)) {
                if coroutine.delegate().is_some() {
                    return Err(errors::runtime_error("coroutine is being awaited already"));
                }
            }
            Ok(iter)
        }
        Err(raised) => {
            if how != 0 && slots_of(v).await_.is_none() && errors::pending_is(&exc::TYPE_ERROR) {
                errors::clear();
                let name = if how == 1 { "__aenter__" } else { "__aexit__" };
                return Err(type_error(format_args!(
                    "'async with' received an object from {name} that does not implement __await__: {}",
                    v.class().display_name()
                )));
            }
            Err(raised)
        }
    }
}

/// `await v`'s iterator.
pub fn awaitable_iter(v: Value) -> R {
    if v.class() == COROUTINE.class() {
        return Ok(v);
    }
    if let Some(generator) = v.exact::<Generator>() {
        if generator.code_object().has(CO_ITERABLE_COROUTINE) {
            return Ok(v);
        }
    }
    let Some(slot) = slots_of(v).await_ else {
        return Err(type_error(format_args!("'{}' object can't be awaited", v.class().display_name())));
    };
    let iter = slot(v)?;
    if iter.class() == COROUTINE.class() {
        return Err(type_error("__await__() returned a coroutine"));
    }
    if slots_of(iter).next.is_none() {
        return Err(type_error(format_args!(
            "__await__() returned non-iterator of type '{}'",
            iter.class().display_name()
        )));
    }
    Ok(iter)
}

/// `GET_AITER`.
pub fn get_aiter(v: Value) -> R {
    let Some(slot) = slots_of(v).aiter else {
        return Err(type_error(format_args!(
            "'async for' requires an object with __aiter__ method, got {}",
            v.class().display_name()
        )));
    };
    let iter = slot(v)?;
    if slots_of(iter).anext.is_none() {
        return Err(type_error(format_args!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            iter.class().display_name()
        )));
    }
    Ok(iter)
}

/// `GET_ANEXT`: the awaitable's iterator of the next item.
pub fn get_anext(v: Value) -> R {
    let Some(slot) = slots_of(v).anext else {
        return Err(type_error(format_args!(
            "'async for' requires an iterator with __anext__ method, got {}",
            v.class().display_name()
        )));
    };
    let next = slot(v)?;
    match awaitable_iter(next) {
        Ok(iter) => Ok(iter),
        Err(_) => {
            let cause = errors::take();
            let raised = type_error(format_args!(
                "'async for' received an invalid object from __anext__: {}",
                next.class().display_name()
            ));
            let made = errors::take();
            if let Some(exception) = made.cast::<Exception>() {
                exception.set_cause(Some(cause));
            }
            errors::restore(made);
            Err(raised)
        }
    }
}

fn slf(v: Value) -> Ref<Generator> {
    // SAFETY: the slots and methods here are only those of classes with this layout.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

/// `next` of generators: no StopIteration object unless there is a value.
fn next_slot(v: Value) -> R<Option<Value>> {
    match slf(v).resume(Some(none()))? {
        Sent::Yield(value) => Ok(Some(value)),
        Sent::Return(value) if value.is_none() => Ok(None),
        Sent::Return(value) => Err(stop_with(value)),
    }
}

/// StopIteration carrying a value; a tuple or exception as value stays one argument.
fn stop_with(value: Value) -> Raised {
    errors::stop_iteration((!value.is_none()).then_some(value))
}

/// What `send` and `throw` give: the yielded value, or StopIteration.
pub fn to_result(sent: Sent) -> R {
    match sent {
        Sent::Yield(value) => Ok(value),
        Sent::Return(value) => Err(stop_with(value)),
    }
}

fn send_method(v: Value, value: Value) -> R {
    to_result(slf(v).resume(Some(value))?)
}

/// The old form of `throw` with several arguments.
pub fn warn_of_signature(args: &[Value], method: &str) -> R<()> {
    if args.len() < 2 {
        return Ok(());
    }
    errors::warn_deprecated(&format!(
        "the (type, exc, tb) signature of {method}() is deprecated, use the single-arg signature instead."
    ))
}

/// The exception that `throw(...)` is asked for.
pub fn throw_argument(args: &[Value]) -> R<Ref<Exception>> {
    let class = args[0];
    let value = args.get(1).copied().filter(|v| !v.is_none());
    let traceback = args.get(2).copied().filter(|v| !v.is_none());
    if traceback.is_some_and(|t| t.exact::<super::traceback::Traceback>().is_none()) {
        return Err(type_error("throw() third argument must be a traceback object"));
    }
    let exception = match (class.exact_type().filter(|c| c.is_subtype(exc::BASE_EXCEPTION.class())), value) {
        (Some(_), Some(value)) if value.cast::<Exception>().is_some() && ops::isinstance(value, class)? => {
            errors::instantiate(value)?
        }
        (Some(_), Some(value)) => {
            let made = match value.cast::<super::tuple::Tuple>() {
                Some(args) => call::call(class, args.as_slice())?,
                None => call::call(class, &[value])?,
            };
            errors::instantiate(made)?
        }
        // What making it raises is thrown instead.
        (Some(_), None) => match call::call(class, &[]).map(|made| (made, made.cast::<Exception>())) {
            Ok((_, Some(exception))) => exception,
            Ok((made, None)) => exc::new(
                exc::TYPE_ERROR.class(),
                &[Str::new(&format!(
                    "calling {} should have returned an instance of BaseException, not {}",
                    ops::repr_text(class)?,
                    made.class().display_name()
                ))
                .value()],
            ),
            Err(_) => errors::take().expect::<Exception>(),
        },
        (None, value) => match class.cast::<Exception>() {
            Some(_) if value.is_some() => {
                return Err(type_error("instance exception may not have a separate value"));
            }
            Some(exception) => exception,
            None => {
                return Err(type_error(format_args!(
                    "exceptions must be classes or instances deriving from BaseException, not {}",
                    class.class().display_name()
                )));
            }
        },
    };
    if let Some(traceback) = traceback {
        exception.traceback.set(exception, traceback);
    }
    Ok(exception)
}

fn throw_method(v: Value, args: &[Value]) -> R {
    warn_of_signature(args, "throw")?;
    let exception = throw_argument(args)?;
    // Chained as a `raise` at that place would be.
    errors::raise(exception);
    errors::clear();
    to_result(slf(v).throw(exception)?)
}

fn del(v: Value) -> R<()> {
    let generator = slf(v);
    if generator.is_finished() {
        return Ok(());
    }
    if !generator.started.get() {
        if generator.code_object().has(CO_COROUTINE) {
            crate::modules::warnings::never_awaited(generator);
        }
        generator.frame.clear();
        return Ok(());
    }
    generator.close().map(|_| ())
}

/// Called when one is found dead: only those with cleanup registered.
pub const DEL: fn(Value) -> R<()> = del;

fn set_text(v: Value, value: Option<Value>, what: &str) -> R<Ref<Str>> {
    let _ = v;
    value.and_then(|v| v.cast::<Str>()).ok_or_else(|| type_error(format_args!("{what} must be set to a string object")))
}

fn set_name(v: Value, value: Option<Value>) -> R<()> {
    let generator = slf(v);
    generator.name.set(generator, set_text(v, value, "__name__")?);
    Ok(())
}

fn set_qualname(v: Value, value: Option<Value>) -> R<()> {
    let generator = slf(v);
    generator.qualname.set(generator, set_text(v, value, "__qualname__")?);
    Ok(())
}

/// `<generator object f at 0x...>`.
pub fn repr(v: Value) -> R {
    let generator = slf(v);
    Ok(Str::new(&format!(
        "<{} object {} at {:#x}>",
        v.class().display_name(),
        generator.qualname.object::<Str>().display(),
        ops::id(v)
    ))
    .value())
}

/// `gi_frame` and its like.
pub fn frame_attribute(v: Value) -> R {
    let generator = slf(v);
    match generator.interpreter_frame() {
        Some(frame) => Ok(super::frame::object_of(frame)),
        None => match (generator.is_finished(), generator.function.get()) {
            (false, Some(function)) => {
                let globals = function.expect::<super::function::Function>().globals();
                Ok(super::frame::suspended(generator.code_object(), globals))
            }
            _ => Ok(none()),
        },
    }
}

fn suspended(v: Value) -> R {
    let generator = slf(v);
    Ok(boolean(generator.started.get() && !generator.running.get() && !generator.is_finished()))
}

pub const NAME: GetSet = GetSet::both("__name__", |v| Ok(slf(v).name.value()), set_name);
pub const QUALNAME: GetSet = GetSet::both("__qualname__", |v| Ok(slf(v).qualname.value()), set_qualname);

pub static GENERATOR: TypeDef = TypeDef {
    name: "generator",
    slots: Slots { repr: Some(repr), iter: Some(|v| Ok(v)), next: Some(next_slot), del: Some(del), ..Slots::NONE },
    methods: &[
        Method::one("send", send_method),
        Method::pos("throw", throw_method, 1, 3),
        Method::none("close", |v| slf(v).close()),
        Method::one("__class_getitem__", super::generic_alias::class_getitem).class_method(),
    ],
    getset: &[
        NAME,
        QUALNAME,
        GetSet::get("gi_frame", frame_attribute),
        GetSet::get("gi_running", |v| Ok(boolean(slf(v).running.get()))),
        GetSet::get("gi_suspended", suspended),
        GetSet::get("gi_code", |v| Ok(slf(v).code.value())),
        GetSet::get("gi_yieldfrom", |v| Ok(slf(v).delegate().unwrap_or_else(none))),
    ],
    flags: NO_NEW | WEAKREFS,
    words: TypeDef::words_of::<Generator>(),
    traced: 7,
    ..TypeDef::BASE
};

pub static COROUTINE: TypeDef = TypeDef {
    name: "coroutine",
    slots: Slots {
        repr: Some(repr),
        await_: Some(|v| {
            Ok(allocate(COROUTINE_WRAPPER.header(), CoroutineWrapper { hdr: Header::EMPTY, coroutine: Slot::new(v) })
                .value())
        }),
        del: Some(del),
        ..Slots::NONE
    },
    methods: &[
        Method::one("send", send_method),
        Method::pos("throw", throw_method, 1, 3),
        Method::none("close", |v| slf(v).close()),
        Method::one("__class_getitem__", super::generic_alias::class_getitem).class_method(),
    ],
    getset: &[
        NAME,
        QUALNAME,
        GetSet::get("cr_frame", frame_attribute),
        GetSet::get("cr_running", |v| Ok(boolean(slf(v).running.get()))),
        GetSet::get("cr_suspended", suspended),
        GetSet::get("cr_code", |v| Ok(slf(v).code.value())),
        GetSet::get("cr_await", |v| Ok(slf(v).delegate().unwrap_or_else(none))),
        GetSet::get("cr_origin", |v| Ok(slf(v).extra.get().unwrap_or_else(none))),
    ],
    flags: NO_NEW | WEAKREFS,
    words: TypeDef::words_of::<Generator>(),
    traced: 7,
    ..TypeDef::BASE
};

/// What `coroutine.__await__()` gives.
#[repr(C)]
pub struct CoroutineWrapper {
    hdr: Header,
    coroutine: Slot,
}

impl Builtin for CoroutineWrapper {
    const DEF: &'static TypeDef = &COROUTINE_WRAPPER;
}

pub static COROUTINE_WRAPPER: TypeDef = TypeDef {
    name: "coroutine_wrapper",
    slots: Slots {
        iter: Some(|v| Ok(v)),
        next: Some(|v| next_slot(v.expect::<CoroutineWrapper>().coroutine.value())),
        ..Slots::NONE
    },
    methods: &[
        Method::one("send", |v, x| send_method(v.expect::<CoroutineWrapper>().coroutine.value(), x)),
        Method::pos("throw", |v, args| throw_method(v.expect::<CoroutineWrapper>().coroutine.value(), args), 1, 3),
        Method::none("close", |v| slf(v.expect::<CoroutineWrapper>().coroutine.value()).close()),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<CoroutineWrapper>(),
    traced: 1,
    ..TypeDef::BASE
};
