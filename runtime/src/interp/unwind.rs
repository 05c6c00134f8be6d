//! Leaving interpreted frames: with an exception, to its handler, or for good.

use super::frame::{Frame, STACK};
use crate::errors;
use crate::state::state;
use taipan_abi::opcode::Opcode;
use taipan_abi::tag;

/// Finds the handler of the pending exception, leaving frames without one until the entry frame.
/// The frame to go on with (its `ip` and `sp` set), or `None` when the entry frame was left.
///
/// # Safety
/// `frame` is the innermost frame; its `ip` is past the raising instruction.
#[inline(never)]
pub unsafe fn unwind(mut frame: *mut Frame) -> Option<*mut Frame> {
    // SAFETY: linked frames are live.
    unsafe {
        loop {
            let decoded = (*frame).code.decoded();
            let number = (*frame).instr_number();
            // A re-raise does not add a line: the traceback names this frame already.
            let reraised = decoded.instrs.get(number).is_some_and(|i| {
                matches!(i.op, Opcode::RERAISE | Opcode::END_ASYNC_FOR | Opcode::CLEANUP_THROW)
                    || i.op == Opcode::RAISE_VARARGS && i.arg == 0
            });
            if !reraised {
                errors::traceback::add_interpreted(frame);
            }
            // A clean-up that raises again does so, for the frame object and for handlers, where the exception came
            // from: the position was put below it.
            let mut place = (*frame).lasti();
            if let Some(instr) = decoded.instrs.get(number).filter(|i| i.op == Opcode::RERAISE && i.arg > 0) {
                place = tag::int_value(*(*frame).sp.sub(1 + instr.arg as usize)) as u32;
            }
            if let Some(handler) = decoded.handler(number) {
                let exception = errors::take();
                let base = Frame::locals_ptr(frame).add(decoded.nlocals);
                let mut sp = base.add(handler.depth as usize);
                if handler.push_lasti {
                    *sp = tag::int(place as i64);
                    sp = sp.add(1);
                }
                *sp = exception.bits();
                (*frame).sp = sp.add(1);
                (*frame).ip = decoded.instrs.as_ptr().add(handler.target as usize);
                return Some(frame);
            }
            if let Ok(number) = decoded.offsets.binary_search(&place) {
                (*frame).ip = decoded.instrs.as_ptr().add(number + 1);
            }
            let entry = (*frame).is_entry;
            let prev = (*frame).prev;
            leave(frame);
            if entry {
                return None;
            }
            frame = prev;
        }
    }
}

/// Takes a finished frame off.
///
/// # Safety
/// `frame` is the innermost frame.
#[inline(always)]
pub unsafe fn leave(frame: *mut Frame) {
    // SAFETY: linked frames are live.
    unsafe {
        if (*frame).object != 0 {
            crate::types::frame::detach(frame);
        }
        state().frame.set((*frame).prev);
        state().leave();
        if (*frame).generator == 0 {
            STACK.pop_to(frame);
        }
    }
}
