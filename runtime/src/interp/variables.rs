//! Names and variables of interpreted frames, and the errors of unbound ones.

use super::frame::Frame;
use crate::errors::{self, R, Raised};
use crate::object::Ref;
use crate::ops;
use crate::types::cell::CellObject;
use crate::types::str::Str;
use crate::value::Value;

/// The error of an unbound local variable.
#[cold]
pub fn unbound_local(name: Ref<Str>) -> Raised {
    errors::unbound_local_error(format_args!(
        "cannot access local variable '{}' where it is not associated with a value",
        name.display()
    ))
}

/// The error of an unbound cell or free variable of the frame.
///
/// # Safety
/// `frame` is the running one.
#[cold]
pub unsafe fn unbound_deref(frame: *mut Frame, index: u32) -> Raised {
    // SAFETY: the frame is the running one.
    let code = unsafe { (*frame).code };
    unbound_variable(code, index as usize)
}

/// The error of an unbound cell or free variable.
pub fn unbound_variable(code: Ref<crate::types::code::Code>, index: usize) -> Raised {
    let name = code.local_name(index);
    if code.kind(index) & crate::types::code::KIND_FREE != 0 {
        let message = format!(
            "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
            name.display()
        );
        let made =
            crate::types::exceptions::new(crate::types::exceptions::NAME_ERROR.class(), &[Str::new(&message).value()]);
        crate::types::exceptions::set_field(made, "name", name.value());
        return errors::raise(made);
    }
    unbound_local(name)
}

/// `LOAD_DEREF`.
///
/// # Safety
/// `frame` is the running one; `locals` are its variables, and number `index` is a cell.
#[inline]
pub unsafe fn load_deref(frame: *mut Frame, locals: *mut u64, index: u32) -> R {
    // SAFETY: cell variables hold cells.
    unsafe {
        let cell: Ref<CellObject> = Ref::from_ptr(*locals.add(index as usize) as *mut CellObject);
        match cell.contents.get() {
            Some(value) => Ok(value),
            None => Err(unbound_deref(frame, index)),
        }
    }
}

/// `LOAD_NAME`.
///
/// # Safety
/// `frame` is the running one.
#[inline]
pub unsafe fn load_name(frame: *mut Frame, name: Ref<Str>) -> R {
    // SAFETY: the frame is the running one.
    let (locals, globals, builtins) =
        unsafe { (Value::from_slot((*frame).locals), (*frame).globals, (*frame).builtins) };
    ops::load_name(locals, globals, builtins, name)
}

/// `STORE_NAME`.
///
/// # Safety
/// `frame` is the running one.
pub unsafe fn store_name(frame: *mut Frame, name: Ref<Str>, value: Value) -> R<()> {
    // SAFETY: the frame is the running one.
    match unsafe { Value::from_slot((*frame).locals) } {
        Some(locals) => ops::store_name(locals, name, Some(value)),
        None => Err(errors::system_error(format_args!("no locals found when storing '{}'", name.display()))),
    }
}

/// `DELETE_NAME`.
///
/// # Safety
/// `frame` is the running one.
pub unsafe fn delete_name(frame: *mut Frame, name: Ref<Str>) -> R<()> {
    // SAFETY: the frame is the running one.
    match unsafe { Value::from_slot((*frame).locals) } {
        Some(locals) => ops::store_name(locals, name, None),
        None => Err(errors::system_error("no locals")),
    }
}
