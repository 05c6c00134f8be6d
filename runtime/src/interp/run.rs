//! The evaluation loop.
//!
//! One Rust call runs any number of Python frames: a call from Python to an interpreted Python function
//! pushes a frame and goes on in the same loop. `ip`, `sp` and the frame are local variables, written
//! back to the frame before anything that may look at it (a call, an exception).
//!
//! Invariant: words of the operand stack below `sp` are values, or 0 where CPython has NULL.

use super::cache;
use super::call::{is_generator, push_frame};
use super::decode::Instr;
use super::frame::{Frame, STACK};
use super::unwind::{leave, unwind};
use super::variables::{delete_name, load_deref, load_name, store_name, unbound_deref, unbound_local};
use crate::errors::{self, R, Raised};
use crate::names;
use crate::object::singletons::{boolean, false_, none, true_};
use crate::object::slots::{BinOp, CmpOp};
use crate::object::{Args, Ref, attr, call};
use crate::ops;
use crate::state::state;
use crate::types::cell::CellObject;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::generator::{self, Sent};
use crate::types::list::List;
use crate::types::method::BoundMethod;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use taipan_abi::opcode::Opcode;
use taipan_abi::tag;

/// Runs a frame on the value stack until it returns or raises, and takes it off.
pub fn run_frame(frame: *mut Frame) -> R {
    // SAFETY: the frame was just made by this thread.
    unsafe {
        (*frame).is_entry = true;
        if state().enter("").is_err() {
            STACK.pop_to(frame);
            return Err(Raised);
        }
        (*frame).prev = state().frame.get();
    }
    state().frame.set(frame);
    eval(frame)
}

/// Runs the frame of a generator, which lies in the heap; the caller has linked it.
pub fn run_generator(frame: *mut Frame, sent: Option<Value>) -> R {
    // SAFETY: the generator keeps the frame alive.
    unsafe {
        (*frame).is_entry = true;
        (*frame).yielded = false;
        state().enter("")?;
        (*frame).prev = state().frame.get();
        state().frame.set(frame);
        match sent {
            Some(value) => {
                *(*frame).sp = value.bits();
                (*frame).sp = (*frame).sp.add(1);
                eval(frame)
            }
            // An exception is pending: raised at the place of the yield.
            None => eval_raising(frame),
        }
    }
}

fn eval_raising(frame: *mut Frame) -> R {
    // SAFETY: as in `run_generator`.
    match unsafe { unwind(frame) } {
        Some(frame) => eval(frame),
        None => Err(Raised),
    }
}

macro_rules! tri {
    ($exec:lifetime, $result:expr) => {
        match $result {
            Ok(value) => value,
            Err(_) => break $exec,
        }
    };
}

/// Runs `frame` and the frames that it calls.
fn eval(entry: *mut Frame) -> R {
    let mut frame = entry;
    // SAFETY (the whole loop): `frame` is live; verified bytecode keeps `sp` within the frame's stack,
    // local numbers within its variables, and indices within its constants and names.
    unsafe {
        let mut ip: *const Instr = (*frame).ip;
        let mut sp: *mut u64 = (*frame).sp;
        let mut locals: *mut u64 = Frame::locals_ptr(frame);
        loop {
            // Left by `break 'exec` with an exception pending.
            'exec: loop {
                let instr = *ip;
                ip = ip.add(1);
                macro_rules! push {
                    ($value:expr) => {{
                        let word: u64 = $value;
                        *sp = word;
                        sp = sp.add(1);
                    }};
                }
                macro_rules! pop_word {
                    () => {{
                        sp = sp.sub(1);
                        *sp
                    }};
                }
                macro_rules! pop {
                    () => {
                        Value::from_bits(pop_word!())
                    };
                }
                macro_rules! top {
                    ($n:expr) => {
                        Value::from_bits(*sp.sub($n))
                    };
                }
                macro_rules! set_top {
                    ($n:expr, $value:expr) => {
                        *sp.sub($n) = $value
                    };
                }
                macro_rules! save {
                    () => {
                        (*frame).ip = ip;
                        (*frame).sp = sp;
                    };
                }
                macro_rules! attempt {
                    ($result:expr) => {{
                        save!();
                        tri!('exec, $result)
                    }};
                }
                macro_rules! jump {
                    () => {
                        ip = (*frame).code.decoded().instrs.as_ptr().add(instr.arg as usize)
                    };
                }
                macro_rules! name {
                    ($index:expr) => {
                        (*frame).code.name_at($index as usize)
                    };
                }
                macro_rules! cache {
                    () => {
                        &(&(*frame).code.decoded().caches)[instr.cache as usize]
                    };
                }
                macro_rules! enter_frame {
                    ($new:expr) => {{
                        let new: *mut Frame = $new;
                        (*new).prev = frame;
                        state().frame.set(new);
                        frame = new;
                        ip = (*new).ip;
                        sp = (*new).sp;
                        locals = Frame::locals_ptr(new);
                    }};
                }
                match instr.op {
                    Opcode::NOP | Opcode::NOT_TAKEN | Opcode::CACHE | Opcode::EXTENDED_ARG | Opcode::RESERVED => {}
                    Opcode::RESUME => {
                        if crate::gc::poll_bits() != 0 {
                            attempt!(crate::ops::poll::run());
                        }
                    }
                    Opcode::LOAD_FAST | Opcode::LOAD_FAST_BORROW => push!(*locals.add(instr.arg as usize)),
                    Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW | Opcode::LOAD_FAST_LOAD_FAST => {
                        push!(*locals.add((instr.arg >> 4) as usize));
                        push!(*locals.add((instr.arg & 15) as usize));
                    }
                    Opcode::LOAD_FAST_CHECK => {
                        let word = *locals.add(instr.arg as usize);
                        if word == 0 {
                            save!();
                            unbound_local((*frame).code.local_name(instr.arg as usize));
                            break 'exec;
                        }
                        push!(word);
                    }
                    Opcode::LOAD_FAST_AND_CLEAR => {
                        push!(*locals.add(instr.arg as usize));
                        *locals.add(instr.arg as usize) = 0;
                    }
                    Opcode::STORE_FAST => *locals.add(instr.arg as usize) = pop_word!(),
                    Opcode::STORE_FAST_LOAD_FAST => {
                        *locals.add((instr.arg >> 4) as usize) = pop_word!();
                        push!(*locals.add((instr.arg & 15) as usize));
                    }
                    Opcode::STORE_FAST_STORE_FAST => {
                        *locals.add((instr.arg >> 4) as usize) = pop_word!();
                        *locals.add((instr.arg & 15) as usize) = pop_word!();
                    }
                    Opcode::DELETE_FAST => {
                        let slot = locals.add(instr.arg as usize);
                        if *slot == 0 {
                            save!();
                            unbound_local((*frame).code.local_name(instr.arg as usize));
                            break 'exec;
                        }
                        *slot = 0;
                        save!();
                        crate::ops::poll::after_delete();
                    }
                    Opcode::LOAD_CONST => push!((*frame).code.consts()[instr.arg as usize].bits()),
                    Opcode::LOAD_SMALL_INT => push!(tag::int(instr.arg as i64)),
                    Opcode::LOAD_COMMON_CONSTANT => {
                        let value = attempt!(ops::load_common_constant(instr.arg));
                        push!(value.bits());
                    }
                    Opcode::END_FOR => sp = sp.sub(1),
                    Opcode::POP_TOP | Opcode::POP_ITER => {
                        sp = sp.sub(1);
                        if instr.arg != 0 && crate::gc::is_watched() {
                            save!();
                            crate::ops::poll::look_for_the_dead();
                        }
                        // A loop that is left early drops its generator, which may have a `finally` to run.
                        if crate::types::generator::is_abandoned(*sp) {
                            save!();
                            crate::ops::poll::after_delete();
                        }
                    }
                    Opcode::PUSH_NULL => push!(0),
                    Opcode::COPY => {
                        let word = *sp.sub(instr.arg as usize);
                        push!(word);
                    }
                    Opcode::SWAP => std::ptr::swap(sp.sub(1), sp.sub(instr.arg as usize)),
                    Opcode::UNARY_NOT => {
                        let value = top!(1);
                        set_top!(1, if value.is(true_()) { false_() } else { true_() }.bits());
                    }
                    Opcode::TO_BOOL => {
                        let value = top!(1);
                        if !value.is(true_()) && !value.is(false_()) {
                            let truth = attempt!(ops::truth(value));
                            set_top!(1, boolean(truth).bits());
                        }
                    }
                    Opcode::UNARY_NEGATIVE => {
                        let value = attempt!(ops::neg(top!(1)));
                        set_top!(1, value.bits());
                    }
                    Opcode::UNARY_INVERT => {
                        let value = attempt!(ops::invert(top!(1)));
                        set_top!(1, value.bits());
                    }
                    Opcode::BINARY_OP => {
                        let (a, b) = (*sp.sub(2), *sp.sub(1));
                        // Small ints first: the most common operands by far.
                        if a & b & 1 != 0 {
                            let done = match instr.arg {
                                0 | 13 => (a as i64).checked_add((b - 1) as i64),
                                10 | 23 => (a as i64).checked_sub((b - 1) as i64),
                                5 | 18 => ((a - 1) as i64).checked_mul((b as i64) >> 1).map(|n| n | 1),
                                1 | 14 => Some((a & b) as i64),
                                7 | 20 => Some((a | b) as i64),
                                _ => None,
                            };
                            if let Some(word) = done {
                                sp = sp.sub(1);
                                set_top!(1, word as u64);
                                continue 'exec;
                            }
                        }
                        let (a, b) = (Value::from_bits(a), Value::from_bits(b));
                        let value = attempt!(binary_op(instr.arg, a, b));
                        sp = sp.sub(1);
                        set_top!(1, value.bits());
                    }
                    Opcode::COMPARE_OP => {
                        let (a, b) = (top!(2), top!(1));
                        let op = CmpOp::ALL[(instr.arg >> 5) as usize % 6];
                        let value = match (a.as_small(), b.as_small()) {
                            (Some(a), Some(b)) => boolean(op.holds(a.cmp(&b))),
                            _ => {
                                let value = attempt!(ops::compare(a, b, op));
                                if instr.arg & 16 != 0 && !value.is(true_()) && !value.is(false_()) {
                                    boolean(attempt!(ops::truth(value)))
                                } else {
                                    value
                                }
                            }
                        };
                        sp = sp.sub(1);
                        set_top!(1, value.bits());
                    }
                    Opcode::IS_OP => {
                        let same = top!(2).is(top!(1)) || ops::same_immediate(top!(2), top!(1));
                        sp = sp.sub(1);
                        set_top!(1, boolean(same != (instr.arg == 1)).bits());
                    }
                    Opcode::CONTAINS_OP => {
                        let found = attempt!(ops::contains(top!(1), top!(2)));
                        sp = sp.sub(1);
                        set_top!(1, boolean(found != (instr.arg == 1)).bits());
                    }
                    Opcode::POP_JUMP_IF_FALSE => {
                        if pop!().is(false_()) {
                            jump!();
                        }
                    }
                    Opcode::POP_JUMP_IF_TRUE => {
                        if pop!().is(true_()) {
                            jump!();
                        }
                    }
                    Opcode::POP_JUMP_IF_NONE => {
                        if pop!().is_none() {
                            jump!();
                        }
                    }
                    Opcode::POP_JUMP_IF_NOT_NONE => {
                        if !pop!().is_none() {
                            jump!();
                        }
                    }
                    Opcode::JUMP_FORWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => jump!(),
                    Opcode::JUMP_BACKWARD => {
                        // Before the jump: what a signal's handler raises is raised in the loop.
                        if crate::gc::poll_bits() != 0 {
                            attempt!(crate::ops::poll::run());
                        }
                        jump!();
                    }
                    Opcode::LOAD_GLOBAL => {
                        let name = name!(instr.arg >> 1);
                        let value = attempt!(cache::load_global((*frame).globals, (*frame).builtins, name, cache!()));
                        push!(value.bits());
                        if instr.arg & 1 != 0 {
                            push!(0);
                        }
                    }
                    Opcode::STORE_GLOBAL => (*frame).globals.set_str(name!(instr.arg), pop!()),
                    Opcode::DELETE_GLOBAL => {
                        let name = name!(instr.arg);
                        if (*frame).globals.remove_str(name).is_none() {
                            save!();
                            errors::name_error(name);
                            break 'exec;
                        }
                        save!();
                        crate::ops::poll::after_delete();
                    }
                    Opcode::LOAD_NAME => {
                        let name = name!(instr.arg);
                        let locals_word = (*frame).locals;
                        let value = if locals_word == (*frame).globals.as_ptr() as u64 {
                            attempt!(cache::load_global((*frame).globals, (*frame).builtins, name, cache!()))
                        } else {
                            attempt!(load_name(frame, name))
                        };
                        push!(value.bits());
                    }
                    Opcode::STORE_NAME => {
                        let value = pop!();
                        attempt!(store_name(frame, name!(instr.arg), value));
                    }
                    Opcode::DELETE_NAME => {
                        attempt!(delete_name(frame, name!(instr.arg)));
                        crate::ops::poll::after_delete();
                    }
                    Opcode::LOAD_LOCALS => {
                        let word = (*frame).locals;
                        if word == 0 {
                            save!();
                            errors::system_error("no locals");
                            break 'exec;
                        }
                        push!(word);
                    }
                    Opcode::LOAD_FROM_DICT_OR_GLOBALS => {
                        let name = name!(instr.arg);
                        let mapping = top!(1);
                        let value = attempt!(ops::namespace_get(mapping, name));
                        let value = match value {
                            Some(value) => value,
                            None => attempt!(match cache::lookup_global((*frame).globals, (*frame).builtins, name) {
                                Ok(Some(value)) => Ok(value),
                                Ok(None) => Err(errors::name_error(name)),
                                Err(raised) => Err(raised),
                            }),
                        };
                        set_top!(1, value.bits());
                    }
                    Opcode::LOAD_FROM_DICT_OR_DEREF => {
                        let name = (*frame).code.local_name(instr.arg as usize);
                        let mapping = top!(1);
                        let value = match attempt!(ops::namespace_get(mapping, name)) {
                            Some(value) => value,
                            None => attempt!(load_deref(frame, locals, instr.arg)),
                        };
                        set_top!(1, value.bits());
                    }
                    Opcode::MAKE_CELL => {
                        let slot = locals.add(instr.arg as usize);
                        *slot = CellObject::new(Value::from_slot(*slot)).value().bits();
                    }
                    Opcode::COPY_FREE_VARS => {
                        let function = Value::from_bits((*frame).function).expect::<Function>();
                        let closure = function.closure.object::<Tuple>();
                        let code = (*frame).code;
                        let first = code.nlocalsplus.get() as usize - instr.arg as usize;
                        for (i, cell) in closure.as_slice().iter().enumerate() {
                            *locals.add(first + i) = cell.bits();
                        }
                    }
                    Opcode::LOAD_DEREF => {
                        let cell: Ref<CellObject> = Ref::from_ptr(*locals.add(instr.arg as usize) as *mut CellObject);
                        match cell.contents.get() {
                            Some(value) => push!(value.bits()),
                            None => {
                                save!();
                                unbound_deref(frame, instr.arg);
                                break 'exec;
                            }
                        }
                    }
                    Opcode::STORE_DEREF => {
                        let cell: Ref<CellObject> = Ref::from_ptr(*locals.add(instr.arg as usize) as *mut CellObject);
                        cell.contents.set(cell, pop!());
                    }
                    Opcode::DELETE_DEREF => {
                        let cell: Ref<CellObject> = Ref::from_ptr(*locals.add(instr.arg as usize) as *mut CellObject);
                        if cell.contents.take().is_none() {
                            save!();
                            unbound_deref(frame, instr.arg);
                            break 'exec;
                        }
                        save!();
                        crate::ops::poll::after_delete();
                    }
                    Opcode::LOAD_ATTR => {
                        let object = top!(1);
                        let name = name!(instr.arg >> 1);
                        if instr.arg & 1 != 0 {
                            let (callable, slf) = attempt!(cache::load_method(object, name, cache!()));
                            set_top!(1, callable.bits());
                            push!(slf.map_or(0, Value::bits));
                        } else {
                            let value = attempt!(cache::load_attr(object, name, cache!()));
                            set_top!(1, value.bits());
                        }
                    }
                    Opcode::STORE_ATTR => {
                        let (value, object) = (top!(2), top!(1));
                        attempt!(cache::store_attr(object, name!(instr.arg), value, cache!()));
                        sp = sp.sub(2);
                    }
                    Opcode::DELETE_ATTR => {
                        let object = top!(1);
                        attempt!(attr::setattr(object, name!(instr.arg), None));
                        sp = sp.sub(1);
                        *sp = 0;
                        save!();
                        crate::ops::poll::after_delete();
                    }
                    Opcode::LOAD_SUPER_ATTR => {
                        let (global, class, slf) = (top!(3), top!(2), top!(1));
                        let name = name!(instr.arg >> 2);
                        let is_method = instr.arg & 1 != 0;
                        let (value, bound) = attempt!(crate::types::super_::load(
                            global,
                            class,
                            slf,
                            name,
                            instr.arg & 2 != 0,
                            is_method
                        ));
                        sp = sp.sub(2);
                        set_top!(1, value.bits());
                        if is_method {
                            push!(bound.map_or(0, Value::bits));
                        }
                    }
                    Opcode::LOAD_SPECIAL => {
                        let object = top!(1);
                        let (callable, slf) = attempt!(ops::load_special(object, instr.arg));
                        set_top!(1, callable.bits());
                        push!(slf.map_or(0, Value::bits));
                    }
                    Opcode::BINARY_SLICE => {
                        let (object, start, stop) = (top!(3), top!(2), top!(1));
                        let value = attempt!(ops::get_slice(object, start, stop));
                        sp = sp.sub(2);
                        set_top!(1, value.bits());
                    }
                    Opcode::STORE_SLICE => {
                        let (value, object, start, stop) = (top!(4), top!(3), top!(2), top!(1));
                        attempt!(ops::set_slice(object, start, stop, value));
                        sp = sp.sub(4);
                    }
                    Opcode::STORE_SUBSCR => {
                        let (value, object, key) = (top!(3), top!(2), top!(1));
                        attempt!(ops::setitem(object, key, value));
                        sp = sp.sub(3);
                    }
                    Opcode::DELETE_SUBSCR => {
                        let (object, key) = (top!(2), top!(1));
                        attempt!(ops::delitem(object, key));
                        sp = sp.sub(2);
                        save!();
                        crate::ops::poll::after_delete();
                    }
                    Opcode::BUILD_TUPLE => {
                        let n = instr.arg as usize;
                        sp = sp.sub(n);
                        let tuple = Tuple::new(std::slice::from_raw_parts(sp as *const Value, n));
                        push!(tuple.value().bits());
                    }
                    Opcode::BUILD_LIST => {
                        let n = instr.arg as usize;
                        sp = sp.sub(n);
                        let list = List::new(std::slice::from_raw_parts(sp as *const Value, n));
                        push!(list.value().bits());
                    }
                    Opcode::BUILD_SET => {
                        let n = instr.arg as usize;
                        let set = attempt!(ops::build_set(std::slice::from_raw_parts(sp.sub(n) as *const Value, n)));
                        sp = sp.sub(n);
                        push!(set.bits());
                    }
                    Opcode::BUILD_MAP => {
                        let n = instr.arg as usize * 2;
                        let dict = attempt!(ops::build_map(std::slice::from_raw_parts(sp.sub(n) as *const Value, n)));
                        sp = sp.sub(n);
                        push!(dict.bits());
                    }
                    Opcode::BUILD_STRING => {
                        let n = instr.arg as usize;
                        let text =
                            attempt!(ops::build_string(std::slice::from_raw_parts(sp.sub(n) as *const Value, n)));
                        sp = sp.sub(n);
                        push!(text.bits());
                    }
                    Opcode::BUILD_SLICE => {
                        let step = if instr.arg == 3 { Some(pop!()) } else { None };
                        let (start, stop) = (top!(2), top!(1));
                        let slice = crate::types::slice::Slice::new(start, stop, step.unwrap_or_else(none));
                        sp = sp.sub(1);
                        set_top!(1, slice.value().bits());
                    }
                    Opcode::BUILD_TEMPLATE => {
                        let (strings, interpolations) = (top!(2), top!(1));
                        let value = attempt!(crate::types::template::build(strings, interpolations));
                        sp = sp.sub(1);
                        set_top!(1, value.bits());
                    }
                    Opcode::BUILD_INTERPOLATION => {
                        let spec = if instr.arg & 1 != 0 { Some(pop!()) } else { None };
                        let (value, text) = (top!(2), top!(1));
                        let made =
                            attempt!(crate::types::template::build_interpolation(value, text, instr.arg >> 2, spec));
                        sp = sp.sub(1);
                        set_top!(1, made.bits());
                    }
                    Opcode::LIST_APPEND => {
                        let value = pop!();
                        let list: Ref<List> = Ref::from_ptr(*sp.sub(instr.arg as usize) as *mut List);
                        list.push(value);
                    }
                    Opcode::LIST_EXTEND => {
                        let list: Ref<List> = Ref::from_ptr(*sp.sub(instr.arg as usize + 1) as *mut List);
                        attempt!(ops::list_extend(list, top!(1)));
                        sp = sp.sub(1);
                    }
                    Opcode::SET_ADD => {
                        attempt!(ops::set_add(top!(instr.arg as usize + 1), top!(1)));
                        sp = sp.sub(1);
                    }
                    Opcode::SET_UPDATE => {
                        attempt!(ops::set_update(top!(instr.arg as usize + 1), top!(1)));
                        sp = sp.sub(1);
                    }
                    Opcode::MAP_ADD => {
                        let dict: Ref<Dict> = Ref::from_ptr(*sp.sub(instr.arg as usize + 2) as *mut Dict);
                        attempt!(dict.set(top!(2), top!(1)));
                        sp = sp.sub(2);
                    }
                    Opcode::DICT_UPDATE => {
                        attempt!(ops::dict_update(top!(instr.arg as usize + 1), top!(1)));
                        sp = sp.sub(1);
                    }
                    Opcode::DICT_MERGE => {
                        let callable = top!(instr.arg as usize + 4);
                        attempt!(ops::dict_merge(top!(instr.arg as usize + 1), top!(1), callable));
                        sp = sp.sub(1);
                    }
                    Opcode::UNPACK_SEQUENCE => {
                        let value = top!(1);
                        let n = instr.arg as usize;
                        let items: &[Value] = match (value.exact::<Tuple>(), value.exact::<List>()) {
                            (Some(tuple), _) if tuple.len() == n => &*(tuple.as_slice() as *const [Value]),
                            (_, Some(list)) if list.len() == n => list.as_slice(),
                            _ => {
                                let items = attempt!(ops::unpack_sequence(value, n));
                                sp = sp.sub(1);
                                for item in items.iter().rev() {
                                    push!(item.bits());
                                }
                                continue 'exec;
                            }
                        };
                        sp = sp.sub(1);
                        for item in items.iter().rev() {
                            push!(item.bits());
                        }
                    }
                    Opcode::UNPACK_EX => {
                        let (before, after) = ((instr.arg & 0xff) as usize, (instr.arg >> 8) as usize);
                        let items = attempt!(ops::unpack_ex(top!(1), before, after));
                        sp = sp.sub(1);
                        for item in items.iter().rev() {
                            push!(item.bits());
                        }
                    }
                    Opcode::CONVERT_VALUE => {
                        let value = attempt!(ops::convert_value(top!(1), instr.arg));
                        set_top!(1, value.bits());
                    }
                    Opcode::FORMAT_SIMPLE => {
                        let value = top!(1);
                        if value.exact::<Str>().is_none() {
                            let text = attempt!(ops::format(value, None));
                            set_top!(1, text.bits());
                        }
                    }
                    Opcode::FORMAT_WITH_SPEC => {
                        let text = attempt!(ops::format(top!(2), Some(top!(1))));
                        sp = sp.sub(1);
                        set_top!(1, text.bits());
                    }
                    Opcode::GET_ITER => {
                        let iter = attempt!(ops::iter::iter(top!(1)));
                        set_top!(1, iter.bits());
                    }
                    Opcode::GET_YIELD_FROM_ITER => {
                        let code = (*frame).code;
                        let iter = attempt!(generator::yield_from_iter(top!(1), code));
                        set_top!(1, iter.bits());
                    }
                    Opcode::FOR_ITER => {
                        save!();
                        match ops::iter::for_next(top!(1)) {
                            Ok(Some(value)) => push!(value.bits()),
                            Ok(None) => {
                                // Past END_FOR; POP_ITER drops the iterator.
                                jump!();
                                ip = ip.add(1);
                            }
                            Err(_) => break 'exec,
                        }
                    }
                    Opcode::GET_LEN => {
                        let n = attempt!(ops::len(top!(1)));
                        push!(crate::types::int::from_i64(n as i64).bits());
                    }
                    Opcode::CALL => {
                        let n = instr.arg as usize;
                        let mut callable = *sp.sub(n + 2);
                        let mut slf = *sp.sub(n + 1);
                        if slf == 0 {
                            if let Some(method) = Value::from_bits(callable).exact::<BoundMethod>() {
                                callable = method.function.value().bits();
                                slf = method.slf.value().bits();
                                *sp.sub(n + 2) = callable;
                                *sp.sub(n + 1) = slf;
                            }
                        }
                        let total = n + (slf != 0) as usize;
                        let callable = Value::from_bits(callable);
                        if let Some(function) = callable.exact::<Function>() {
                            if function.entry.get().is_none() {
                                let code = function.code();
                                let decoded = code.decoded();
                                if decoded.plain_args == Some(total as u32) {
                                    save!();
                                    tri!('exec, state().enter(""));
                                    let new = tri!('exec, STACK.push(decoded.words).inspect_err(|_| state().leave()));
                                    let new_locals = Frame::locals_ptr(new);
                                    std::ptr::copy_nonoverlapping(sp.sub(total), new_locals, total);
                                    std::ptr::write_bytes(new_locals.add(total), 0, decoded.nlocals - total);
                                    new.write(Frame {
                                        prev: frame,
                                        code,
                                        function: callable.bits(),
                                        globals: function.globals(),
                                        builtins: function.builtins.object(),
                                        locals: 0,
                                        ip: decoded.instrs.as_ptr(),
                                        sp: new_locals.add(decoded.nlocals),
                                        object: 0,
                                        generator: 0,
                                        is_entry: false,
                                        yielded: false,
                                    });
                                    (*frame).sp = sp.sub(n + 2);
                                    enter_frame!(new);
                                    continue 'exec;
                                }
                                if !is_generator(&code) {
                                    save!();
                                    tri!('exec, state().enter(""));
                                    let new = push_frame(
                                        code,
                                        callable.bits(),
                                        function.globals(),
                                        function.builtins.object(),
                                        super::call::namespace_of(function),
                                    );
                                    let new = tri!('exec, new.inspect_err(|_| state().leave()));
                                    let args = std::slice::from_raw_parts(sp.sub(total) as *const Value, total);
                                    let bound = super::call::bind_arguments(
                                        function,
                                        Args::positional(args),
                                        Frame::locals_ptr(new),
                                    );
                                    if bound.is_err() {
                                        state().leave();
                                        STACK.pop_to(new);
                                        break 'exec;
                                    }
                                    (*frame).sp = sp.sub(n + 2);
                                    enter_frame!(new);
                                    continue 'exec;
                                }
                            }
                        }
                        let args = std::slice::from_raw_parts(sp.sub(total) as *const Value, total);
                        let result = attempt!(call::call_args(callable, Args::positional(args)));
                        sp = sp.sub(n + 1);
                        set_top!(1, result.bits());
                        if crate::gc::poll_bits() != 0 {
                            attempt!(crate::ops::poll::run());
                        }
                    }
                    Opcode::CALL_KW => {
                        let n = instr.arg as usize;
                        let kw: Ref<Tuple> = Ref::from_ptr(*sp.sub(1) as *mut Tuple);
                        let callable = top!(n + 3);
                        let slf = *sp.sub(n + 2);
                        let total = n + (slf != 0) as usize;
                        let args = std::slice::from_raw_parts(sp.sub(total + 1) as *const Value, total);
                        let result = attempt!(call::call_args(callable, Args { all: args, names: Some(kw) }));
                        sp = sp.sub(n + 2);
                        set_top!(1, result.bits());
                    }
                    Opcode::CALL_FUNCTION_EX => {
                        let kwargs = Value::from_slot(*sp.sub(1));
                        let (callable, args) = (top!(4), top!(2));
                        let result = attempt!(ops::call_function_ex(callable, args, kwargs));
                        sp = sp.sub(3);
                        set_top!(1, result.bits());
                    }
                    Opcode::CALL_INTRINSIC_1 => {
                        let value =
                            attempt!(ops::intrinsic::one(instr.arg, top!(1), Value::from_slot((*frame).locals)));
                        set_top!(1, value.bits());
                    }
                    Opcode::CALL_INTRINSIC_2 => {
                        let value = attempt!(ops::intrinsic::two(instr.arg, top!(2), top!(1)));
                        sp = sp.sub(1);
                        set_top!(1, value.bits());
                    }
                    Opcode::MAKE_FUNCTION => {
                        let code = top!(1).expect::<crate::types::code::Code>();
                        let function = Function::new(code, (*frame).globals, None);
                        set_top!(1, function.value().bits());
                    }
                    Opcode::SET_FUNCTION_ATTRIBUTE => {
                        let function = top!(1).expect::<Function>();
                        function.set_attribute(instr.arg, top!(2));
                        sp = sp.sub(1);
                        set_top!(1, function.value().bits());
                    }
                    Opcode::LOAD_BUILD_CLASS => {
                        let found = (*frame).builtins.get_str(names::get(names::__build_class__));
                        match found {
                            Some(value) => push!(value.bits()),
                            None => {
                                save!();
                                errors::raise_text(&crate::types::exceptions::NAME_ERROR, "__build_class__ not found");
                                break 'exec;
                            }
                        }
                    }
                    Opcode::RETURN_VALUE => {
                        let result = pop!();
                        let entry = (*frame).is_entry;
                        let prev = (*frame).prev;
                        leave(frame);
                        if entry {
                            return Ok(result);
                        }
                        frame = prev;
                        ip = (*frame).ip;
                        sp = (*frame).sp;
                        locals = Frame::locals_ptr(frame);
                        push!(result.bits());
                    }
                    Opcode::RETURN_GENERATOR => {
                        save!();
                        let made = generator::from_frame(frame);
                        let entry = (*frame).is_entry;
                        let prev = (*frame).prev;
                        // The frame lives on in the heap; this copy is done.
                        (*frame).object = 0;
                        leave(frame);
                        if entry {
                            return Ok(made);
                        }
                        frame = prev;
                        ip = (*frame).ip;
                        sp = (*frame).sp;
                        locals = Frame::locals_ptr(frame);
                        push!(made.bits());
                    }
                    Opcode::YIELD_VALUE => {
                        let value = pop!();
                        save!();
                        (*frame).yielded = true;
                        state().frame.set((*frame).prev);
                        state().leave();
                        return Ok(value);
                    }
                    Opcode::SEND => {
                        let (receiver, value) = (top!(2), top!(1));
                        match attempt!(generator::send(receiver, value)) {
                            Sent::Yield(value) => set_top!(1, value.bits()),
                            Sent::Return(value) => {
                                set_top!(1, value.bits());
                                jump!();
                            }
                        }
                    }
                    Opcode::END_SEND => {
                        let value = pop_word!();
                        set_top!(1, value);
                    }
                    Opcode::CLEANUP_THROW => {
                        let exception = top!(1);
                        let value = attempt!(generator::cleanup_throw(exception));
                        sp = sp.sub(1);
                        set_top!(2, none().bits());
                        set_top!(1, value.bits());
                    }
                    Opcode::GET_AWAITABLE => {
                        let value = attempt!(generator::get_awaitable(top!(1), instr.arg));
                        set_top!(1, value.bits());
                    }
                    Opcode::GET_AITER => {
                        let value = attempt!(generator::get_aiter(top!(1)));
                        set_top!(1, value.bits());
                    }
                    Opcode::GET_ANEXT => {
                        let value = attempt!(generator::get_anext(top!(1)));
                        push!(value.bits());
                    }
                    Opcode::END_ASYNC_FOR => {
                        let exception = top!(1);
                        if exception.class().is_subtype(crate::types::exceptions::STOP_ASYNC_ITERATION.class()) {
                            sp = sp.sub(2);
                        } else {
                            save!();
                            errors::restore(exception);
                            break 'exec;
                        }
                    }
                    Opcode::PUSH_EXC_INFO => {
                        let exception = pop_word!();
                        let item = state().exc_item();
                        let previous = item.value.get();
                        push!(if previous == 0 { none().bits() } else { previous });
                        item.value.set(exception);
                        push!(exception);
                    }
                    Opcode::POP_EXCEPT => {
                        let previous = pop!();
                        state().exc_item().value.set(if previous.is_none() { 0 } else { previous.bits() });
                    }
                    Opcode::CHECK_EXC_MATCH => {
                        let matches = attempt!(ops::exceptions::matches(top!(2), top!(1)));
                        set_top!(1, boolean(matches).bits());
                    }
                    Opcode::CHECK_EG_MATCH => {
                        let (rest, matched) = attempt!(ops::exceptions::group_match(top!(2), top!(1)));
                        set_top!(2, rest.bits());
                        set_top!(1, matched.bits());
                        if !matched.is_none() {
                            state().exc_item().value.set(matched.bits());
                        }
                    }
                    Opcode::RAISE_VARARGS => {
                        save!();
                        match instr.arg {
                            0 => errors::do_raise(None, None),
                            1 => errors::do_raise(Some(top!(1)), None),
                            _ => errors::do_raise(Some(top!(2)), Some(top!(1))),
                        };
                        break 'exec;
                    }
                    Opcode::RERAISE => {
                        let exception = top!(1);
                        save!();
                        errors::reraise(exception);
                        break 'exec;
                    }
                    Opcode::WITH_EXCEPT_START => {
                        let exception = top!(1);
                        let exit = top!(5);
                        let slf = Value::from_slot(*sp.sub(4));
                        let value = attempt!(ops::exceptions::call_exit(exit, slf, exception));
                        push!(value.bits());
                    }
                    Opcode::SETUP_ANNOTATIONS => {
                        attempt!(ops::setup_annotations(Value::from_slot((*frame).locals)));
                    }
                    Opcode::IMPORT_NAME => {
                        let (level, from) = (top!(2), top!(1));
                        let globals = (*frame).globals;
                        let locals_value = Value::from_slot((*frame).locals).unwrap_or_else(none);
                        let module =
                            attempt!(ops::import::import_name(name!(instr.arg), globals, locals_value, from, level));
                        sp = sp.sub(1);
                        set_top!(1, module.bits());
                    }
                    Opcode::IMPORT_FROM => {
                        let value = attempt!(ops::import::import_from(top!(1), name!(instr.arg)));
                        push!(value.bits());
                    }
                    Opcode::MATCH_MAPPING => {
                        let matches = top!(1).class().has_flag(crate::object::define::MAPPING);
                        push!(boolean(matches).bits());
                    }
                    Opcode::MATCH_SEQUENCE => {
                        let matches = top!(1).class().has_flag(crate::object::define::SEQUENCE);
                        push!(boolean(matches).bits());
                    }
                    Opcode::MATCH_KEYS => {
                        let value = attempt!(ops::matching::keys(top!(2), top!(1)));
                        push!(value.bits());
                    }
                    Opcode::MATCH_CLASS => {
                        let (subject, class, names) = (top!(3), top!(2), top!(1));
                        let value = attempt!(ops::matching::class(subject, class, instr.arg as usize, names));
                        sp = sp.sub(2);
                        set_top!(1, value.bits());
                    }
                    Opcode::INTERPRETER_EXIT | Opcode::EXIT_INIT_CHECK => {
                        save!();
                        errors::system_error("an opcode of CPython's own machinery in a code object");
                        break 'exec;
                    }
                }
            }
            // SAFETY: `frame` is the innermost, and its `ip` was saved.
            match unwind(frame) {
                Some(next) => {
                    frame = next;
                    ip = (*frame).ip;
                    sp = (*frame).sp;
                    locals = Frame::locals_ptr(frame);
                }
                None => return Err(Raised),
            }
        }
    }
}

/// `BINARY_OP` by its operand: plain, in-place, or subscript.
#[inline]
pub fn binary_op(arg: u32, a: Value, b: Value) -> R {
    match arg {
        26 => ops::getitem(a, b),
        0..=12 => ops::binary(BinOp::ALL[arg as usize], a, b),
        _ => ops::inplace(BinOp::ALL[(arg as usize - 13) % BinOp::COUNT], a, b),
    }
}
