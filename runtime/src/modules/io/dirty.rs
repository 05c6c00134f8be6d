//! The registry of streams that hold unwritten data. It keeps them alive, so that a program that
//! forgets to close a file loses nothing: they are written before another file is opened (a later
//! reader must find what CPython would have written when the object died) and at exit.

use super::buffered::{self, Buffered};
use super::text::TextIo;
use crate::errors;
use crate::object::Ref;
use crate::value::Value;
use std::cell::UnsafeCell;

struct Registry(UnsafeCell<Vec<Value>>);
// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for Registry {}
static DIRTY: Registry = Registry(UnsafeCell::new(Vec::new()));

fn streams() -> &'static mut Vec<Value> {
    // SAFETY: under the interpreter lock, and no caller keeps the reference across another call.
    unsafe { &mut *DIRTY.0.get() }
}

pub fn add(stream: Value) {
    let streams = streams();
    if !streams.iter().any(|s| s.is(stream)) {
        streams.push(stream);
    }
}

pub fn remove(stream: Value) {
    let streams = streams();
    if let Some(i) = streams.iter().position(|s| s.is(stream)) {
        streams.swap_remove(i);
    }
}

/// Writes out all of them, text before the bytes below it; errors are dropped.
pub fn flush(standard_too: bool) {
    if streams().is_empty() {
        return;
    }
    let held = if errors::is_pending() { Some(errors::take()) } else { None };
    for text_turn in [true, false] {
        for stream in streams().clone() {
            let result = match stream.cast::<TextIo>() {
                Some(text) if text_turn && (standard_too || !text.is_standard()) => text.flush(),
                Some(_) => Ok(()),
                None if text_turn => Ok(()),
                None => {
                    let b: Ref<Buffered> = super::base::this(stream);
                    if b.is_held() {
                        Ok(())
                    } else if standard_too || buffered::exact(stream).is_none() || !is_standard(b) {
                        b.flush_unwritten()
                    } else {
                        Ok(())
                    }
                }
            };
            if result.is_err() {
                errors::clear();
                remove(stream);
            }
        }
    }
    if let Some(error) = held {
        errors::restore(error);
    }
}

/// Whether the stream is over one of the descriptors 0, 1 and 2.
fn is_standard(b: Ref<Buffered>) -> bool {
    b.raw().ok().and_then(|raw| raw.exact::<super::file::FileIo>()).and_then(|file| file.fd()).is_some_and(|fd| fd <= 2)
}
