//! Asynchronous generators (PEP 525): the awaitables that `asend`, `athrow`, `aclose` and `__anext__`
//! give, and the event loop's hooks.
//!
//! The generator's frame yields two kinds of things: what `yield` gives is [`wrap`]ped, and ends the
//! awaitable's run with StopIteration; anything else comes from an `await` inside and goes to the event loop.

use crate::errors::{self, R, Raised, runtime_error, type_error};
use crate::gc::Header;
use crate::object::args::Params;
use crate::object::define::{GetSet, Method, NO_NEW, WEAKREFS};
use crate::object::reference::allocate;
use crate::object::singletons::{boolean, none};
use crate::object::{Args, Builtin, Ref, Slot, Slots, TypeDef, call};
use crate::ops;
use crate::types::exceptions::{self as exc, Exception};
use crate::types::generator::{self, Generator, NAME, QUALNAME, Sent, throw_argument};
use crate::types::struct_sequence::{self, StructSequence};
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::Cell;
use taipan_abi::tag;

/// A value that `yield` in an async generator gave.
#[repr(C)]
struct Wrapped {
    hdr: Header,
    value: Slot,
}

/// What `asend` and `__anext__` (`is_throw` false), `athrow` and `aclose` give.
#[repr(C)]
pub struct Step {
    hdr: Header,
    generator: Slot,
    /// The value to send; the exception to throw, or empty for `aclose`.
    argument: Slot,
    /// One of [`INIT`], [`ITERATING`], [`CLOSED`], as a tagged int.
    state: Cell<u64>,
}

const INIT: i64 = 0;
const ITERATING: i64 = 1;
const CLOSED: i64 = 2;

impl Builtin for Wrapped {
    const DEF: &'static TypeDef = &WRAPPED;
}

static WRAPPED: TypeDef = TypeDef {
    name: "async_generator_wrapped_value",
    flags: NO_NEW,
    words: TypeDef::words_of::<Wrapped>(),
    traced: 1,
    ..TypeDef::BASE
};

/// `INTRINSIC_ASYNC_GEN_WRAP`.
pub fn wrap(v: Value) -> Value {
    allocate(WRAPPED.header(), Wrapped { hdr: Header::EMPTY, value: Slot::new(v) }).value()
}

fn slf(v: Value) -> Ref<Generator> {
    // SAFETY: called for async generators only, which have this layout.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

fn step(v: Value) -> Ref<Step> {
    // SAFETY: called for instances of the two step classes only.
    unsafe { Ref::from_ptr(v.as_ptr()) }
}

impl Ref<Step> {
    fn generator(self) -> Ref<Generator> {
        self.generator.object()
    }

    fn state(self) -> i64 {
        tag::int_value(self.state.get())
    }

    fn set_state(self, state: i64) {
        self.state.set(tag::int(state));
    }
}

struct Hooks {
    firstiter: Cell<u64>,
    finalizer: Cell<u64>,
    rooted: Cell<bool>,
}
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Hooks {}
static HOOKS: Hooks = Hooks { firstiter: Cell::new(0), finalizer: Cell::new(0), rooted: Cell::new(false) };

fn hook(cell: &Cell<u64>) -> Option<Value> {
    // SAFETY: the word is a value, kept alive by its root range, or 0.
    unsafe { Value::from_slot(cell.get()) }
}

/// `sys.set_asyncgen_hooks(firstiter, finalizer)`.
pub fn set_hooks(args: Args) -> R {
    static PARAMS: Params =
        Params { function: "set_asyncgen_hooks", names: &["firstiter", "finalizer"], required: 0, positional: 2 };
    let bound: [Option<Value>; 2] = args.bind(&PARAMS)?;
    for (value, name) in bound.iter().zip(PARAMS.names) {
        if let Some(value) = value.filter(|v| !v.is_none() && !call::is_callable(*v)) {
            return Err(type_error(format_args!("callable {name} expected, got {}", value.class().display_name())));
        }
    }
    if !HOOKS.rooted.replace(true) {
        crate::gc::add_root_range(HOOKS.firstiter.as_ptr(), 1);
        crate::gc::add_root_range(HOOKS.finalizer.as_ptr(), 1);
    }
    for (value, cell) in bound.into_iter().zip([&HOOKS.firstiter, &HOOKS.finalizer]) {
        if let Some(value) = value {
            cell.set(if value.is_none() { 0 } else { value.bits() });
        }
    }
    Ok(none())
}

static ASYNCGEN_HOOKS: StructSequence =
    StructSequence::new("asyncgen_hooks", &["firstiter", "finalizer"]).without_constructor();

/// `sys.get_asyncgen_hooks()`.
pub fn get_hooks() -> R {
    let shown = |cell| hook(cell).unwrap_or_else(none);
    Ok(struct_sequence::make(&ASYNCGEN_HOOKS, &[shown(&HOOKS.firstiter), shown(&HOOKS.finalizer)]))
}

/// Tells the event loop of a generator that is iterated for the first time.
fn init_hooks(generator: Ref<Generator>) -> R<()> {
    if generator.hooks_done.replace(true) {
        return Ok(());
    }
    generator.extra.put(generator, hook(&HOOKS.finalizer));
    match hook(&HOOKS.firstiter) {
        Some(first) => call::call(first, &[generator.value()]).map(|_| ()),
        None => Ok(()),
    }
}

fn new_step(def: &'static TypeDef, v: Value, argument: Option<Value>) -> R {
    init_hooks(slf(v))?;
    Ok(allocate(
        def.header(),
        Step {
            hdr: Header::EMPTY,
            generator: Slot::new(v),
            argument: Slot::of(argument),
            state: Cell::new(tag::int(INIT)),
        },
    )
    .value())
}

/// The frame's next result: a value for the event loop, or an exception for the awaiter, which is
/// StopIteration for what was yielded.
fn unwrap(generator: Ref<Generator>, result: R<Sent>) -> R {
    let raised = match result {
        Ok(Sent::Yield(value)) => match value.exact::<Wrapped>() {
            Some(wrapped) => {
                generator.running_async.set(false);
                return Err(errors::stop_iteration(Some(wrapped.value.value())));
            }
            None => return Ok(value),
        },
        Ok(Sent::Return(_)) => errors::raise_args(&exc::STOP_ASYNC_ITERATION, &[]),
        Err(raised) => raised,
    };
    if errors::pending_is(&exc::STOP_ASYNC_ITERATION) || errors::pending_is(&exc::GENERATOR_EXIT) {
        generator.closed.set(true);
    }
    generator.running_async.set(false);
    Err(raised)
}

fn asend_reused() -> Raised {
    runtime_error("cannot reuse already awaited __anext__()/asend()")
}

/// Begins a step unless another one of the generator is under way.
fn begin(step: Ref<Step>, what: &str) -> R<()> {
    if step.generator().running_async.get() {
        step.set_state(CLOSED);
        return Err(runtime_error(format_args!("{what}(): asynchronous generator is already running")));
    }
    Ok(())
}

fn asend_send(v: Value, value: Value) -> R {
    let step = step(v);
    if step.state() == CLOSED {
        return Err(asend_reused());
    }
    let mut value = value;
    if step.state() == INIT {
        begin(step, "anext")?;
        if value.is_none() {
            value = step.argument.get().unwrap_or_else(none);
        }
        step.set_state(ITERATING);
    }
    let generator = step.generator();
    generator.running_async.set(true);
    let result = unwrap(generator, generator.resume(Some(value)));
    if result.is_err() {
        step.set_state(CLOSED);
    }
    result
}

fn asend_throw(v: Value, args: &[Value]) -> R {
    let step = step(v);
    if step.state() == CLOSED {
        return Err(asend_reused());
    }
    let generator = step.generator();
    if step.state() == INIT {
        begin(step, "anext")?;
        step.set_state(ITERATING);
        generator.running_async.set(true);
    }
    generator::warn_of_signature(args, "throw")?;
    let exception = throw_argument(args)?;
    let result = unwrap(generator, generator.throw(exception));
    if result.is_err() {
        step.set_state(CLOSED);
    }
    result
}

/// `close()` of either kind: GeneratorExit must come out again, or one of the ends.
fn close_step(v: Value, throw: fn(Value, &[Value]) -> R) -> R {
    if step(v).state() == CLOSED {
        return Ok(none());
    }
    match throw(v, &[exc::GENERATOR_EXIT.class().value()]) {
        Ok(_) => Err(runtime_error("coroutine ignored GeneratorExit")),
        Err(raised) => {
            let ends = [&exc::STOP_ITERATION, &exc::STOP_ASYNC_ITERATION, &exc::GENERATOR_EXIT];
            if ends.iter().any(|def| errors::pending_is(def)) {
                errors::clear();
                return Ok(none());
            }
            Err(raised)
        }
    }
}

fn athrow_reused() -> Raised {
    runtime_error("cannot reuse already awaited aclose()/athrow()")
}

/// `aclose` got a value although it threw GeneratorExit in.
fn ignored_exit(step: Ref<Step>) -> Raised {
    step.generator().running_async.set(false);
    step.set_state(CLOSED);
    runtime_error("async generator ignored GeneratorExit")
}

/// What comes out of an `athrow` or `aclose` that failed: for `aclose` the generator's end is success.
fn athrow_failed(step: Ref<Step>, raised: Raised) -> Raised {
    step.generator().running_async.set(false);
    step.set_state(CLOSED);
    let ended = errors::pending_is(&exc::STOP_ASYNC_ITERATION) || errors::pending_is(&exc::GENERATOR_EXIT);
    if ended && step.argument.get().is_none() {
        errors::clear();
        return errors::stop_iteration(None);
    }
    raised
}

/// One result of the frame under `athrow` or `aclose`.
fn athrow_result(step: Ref<Step>, result: R<Sent>) -> R {
    if step.argument.get().is_some() {
        return unwrap(step.generator(), result)
            .map_err(|raised| if step.state() != CLOSED { athrow_failed(step, raised) } else { raised });
    }
    match result {
        Ok(Sent::Yield(value)) if value.exact::<Wrapped>().is_some() => Err(ignored_exit(step)),
        Ok(Sent::Yield(value)) => Ok(value),
        Ok(Sent::Return(_)) => {
            let raised = errors::raise_args(&exc::STOP_ASYNC_ITERATION, &[]);
            Err(athrow_failed(step, raised))
        }
        Err(raised) => Err(athrow_failed(step, raised)),
    }
}

fn athrow_send(v: Value, value: Value) -> R {
    let step = step(v);
    let generator = step.generator();
    if step.state() == CLOSED {
        return Err(athrow_reused());
    }
    if generator.is_finished() {
        step.set_state(CLOSED);
        return Err(errors::stop_iteration(None));
    }
    if step.state() == ITERATING {
        return athrow_result(step, generator.resume(Some(value)));
    }
    begin(step, if step.argument.get().is_some() { "athrow" } else { "aclose" })?;
    if generator.closed.get() {
        step.set_state(CLOSED);
        return Err(errors::raise_args(&exc::STOP_ASYNC_ITERATION, &[]));
    }
    if !value.is_none() {
        return Err(runtime_error("can't send non-None value to a just-started coroutine"));
    }
    step.set_state(ITERATING);
    generator.running_async.set(true);
    let exception = match step.argument.get() {
        None => {
            generator.closed.set(true);
            exc::new(exc::GENERATOR_EXIT.class(), &[])
        }
        Some(arguments) => match throw_argument(arguments.expect::<Tuple>().as_slice()) {
            Ok(exception) => exception,
            Err(raised) => return Err(athrow_failed(step, raised)),
        },
    };
    athrow_result(step, generator.throw(exception))
}

fn athrow_throw(v: Value, args: &[Value]) -> R {
    let step = step(v);
    if step.state() == CLOSED {
        return Err(athrow_reused());
    }
    let generator = step.generator();
    if step.state() == INIT {
        begin(step, if step.argument.get().is_some() { "athrow" } else { "aclose" })?;
        step.set_state(ITERATING);
        generator.running_async.set(true);
    }
    generator::warn_of_signature(args, "throw")?;
    let exception: Ref<Exception> = throw_argument(args)?;
    athrow_result(step, generator.throw(exception))
}

macro_rules! step_type {
    ($def:ident $name:literal $send:ident $throw:ident) => {
        pub static $def: TypeDef = TypeDef {
            name: $name,
            slots: Slots {
                iter: Some(|v| Ok(v)),
                next: Some(|v| $send(v, none()).map(Some)),
                await_: Some(|v| Ok(v)),
                ..Slots::NONE
            },
            methods: &[
                Method::one("send", $send),
                Method::pos("throw", $throw, 1, 3),
                Method::none("close", |v| close_step(v, $throw)),
            ],
            flags: NO_NEW,
            words: TypeDef::words_of::<Step>(),
            traced: TypeDef::words_of::<Step>() - 1,
            ..TypeDef::BASE
        };
    };
}

step_type!(ASEND "async_generator_asend" asend_send asend_throw);
step_type!(ATHROW "async_generator_athrow" athrow_send athrow_throw);

/// Found dead: the event loop's finalizer closes it, or it is closed on the spot.
fn del(v: Value) -> R<()> {
    let generator = slf(v);
    if generator.is_finished() {
        return Ok(());
    }
    match generator.extra.get() {
        Some(finalizer) if !generator.closed.get() => call::call(finalizer, &[v]).map(|_| ()),
        _ => generator.close().map(|_| ()),
    }
}

pub static ASYNC_GENERATOR: TypeDef = TypeDef {
    name: "async_generator",
    slots: Slots {
        repr: Some(generator::repr),
        aiter: Some(|v| Ok(v)),
        anext: Some(|v| new_step(&ASEND, v, None)),
        del: Some(del),
        ..Slots::NONE
    },
    methods: &[
        Method::one("asend", |v, value| new_step(&ASEND, v, Some(value))),
        Method::pos(
            "athrow",
            |v, args| {
                generator::warn_of_signature(args, "athrow")?;
                new_step(&ATHROW, v, Some(Tuple::new(args).value()))
            },
            1,
            3,
        ),
        Method::none("aclose", |v| new_step(&ATHROW, v, None)),
        Method::one("__class_getitem__", super::generic_alias::class_getitem).class_method(),
    ],
    getset: &[
        NAME,
        QUALNAME,
        GetSet::get("ag_frame", generator::frame_attribute),
        GetSet::get("ag_running", |v| Ok(boolean(slf(v).running_async.get()))),
        GetSet::get("ag_suspended", |v| {
            let g = slf(v);
            Ok(boolean(g.is_started() && !g.is_running() && !g.is_finished()))
        }),
        GetSet::get("ag_code", |v| Ok(slf(v).code.value())),
        GetSet::get("ag_await", |v| Ok(ops::or_none(slf(v).delegate()))),
    ],
    flags: NO_NEW | WEAKREFS,
    words: TypeDef::words_of::<Generator>(),
    traced: 7,
    ..TypeDef::BASE
};

/// What `anext(iterator, default)` gives: the default instead of StopAsyncIteration.
#[repr(C)]
struct AnextAwaitable {
    hdr: Header,
    awaitable: Slot,
    default: Slot,
    /// The awaitable's iterator, from the first step on.
    iterator: Slot,
}

impl Builtin for AnextAwaitable {
    const DEF: &'static TypeDef = &ANEXT_AWAITABLE;
}

pub fn anext_with_default(awaitable: Value, default: Value) -> R {
    Ok(allocate(
        ANEXT_AWAITABLE.header(),
        AnextAwaitable {
            hdr: Header::EMPTY,
            awaitable: Slot::new(awaitable),
            default: Slot::new(default),
            iterator: Slot::EMPTY,
        },
    )
    .value())
}

fn anext_iterator(v: Value) -> R {
    let this = v.expect::<AnextAwaitable>();
    if let Some(iterator) = this.iterator.get() {
        return Ok(iterator);
    }
    let mut iterator = generator::awaitable_iter(this.awaitable.value())?;
    if iterator.class() == generator::COROUTINE.class() {
        if let Some(slot) = crate::object::class::slots_of(iterator).await_ {
            iterator = slot(iterator)?;
        }
    }
    this.iterator.set(this, iterator);
    Ok(iterator)
}

/// The result of a step, with StopAsyncIteration made StopIteration(default).
fn anext_result(v: Value, result: R) -> R {
    match result {
        Err(_) if errors::pending_is(&exc::STOP_ASYNC_ITERATION) => {
            errors::clear();
            Err(errors::stop_iteration(Some(v.expect::<AnextAwaitable>().default.value())))
        }
        result => result,
    }
}

fn anext_method(v: Value, name: &str, args: &[Value]) -> R {
    let iterator = anext_iterator(v)?;
    anext_result(v, call::call_method(iterator, crate::types::str::Str::intern(name), args))
}

static ANEXT_AWAITABLE: TypeDef = TypeDef {
    name: "anext_awaitable",
    slots: Slots {
        iter: Some(|v| Ok(v)),
        await_: Some(|v| Ok(v)),
        next: Some(|v| {
            let iterator = anext_iterator(v)?;
            match ops::iter::raw_next(iterator) {
                Ok(None) => Ok(None),
                Ok(Some(value)) => Ok(Some(value)),
                Err(raised) => anext_result(v, Err(raised)).map(Some),
            }
        }),
        ..Slots::NONE
    },
    methods: &[
        Method::one("send", |v, x| anext_method(v, "send", &[x])),
        Method::pos("throw", |v, args| anext_method(v, "throw", args), 1, 3),
        Method::none("close", |v| anext_method(v, "close", &[])),
    ],
    flags: NO_NEW,
    words: TypeDef::words_of::<AnextAwaitable>(),
    traced: 3,
    ..TypeDef::BASE
};
