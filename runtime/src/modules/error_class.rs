//! Exception classes that modules define for themselves (`struct.error`, `binascii.Error`, ...): made as
//! a `class` statement makes them, at their first use.

use crate::errors::{self, R, Raised};
use crate::gc;
use crate::names;
use crate::object::{Ref, Type, TypeDef, call};
use crate::types::dict::Dict;
use crate::types::exceptions::Exception;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::TYPE;
use crate::value::Value;
use std::cell::Cell;
use std::fmt::Display;

pub struct ErrorClass {
    /// The class, a root; 0 until it exists.
    class: Cell<u64>,
    module: &'static str,
    name: &'static str,
    base: &'static TypeDef,
}

// SAFETY: touched only under the interpreter lock.
unsafe impl Sync for ErrorClass {}

impl ErrorClass {
    pub const fn new(module: &'static str, name: &'static str, base: &'static TypeDef) -> ErrorClass {
        ErrorClass { class: Cell::new(0), module, name, base }
    }

    pub fn class(&self) -> R<Ref<Type>> {
        if self.class.get() == 0 {
            let bases = Tuple::new(&[self.base.class().value()]);
            let namespace = Dict::new();
            namespace.set_str(names::get(names::__module__), Str::intern(self.module).value());
            let made =
                call::call(TYPE.class().value(), &[Str::intern(self.name).value(), bases.value(), namespace.value()])?;
            self.class.set(made.bits());
            gc::add_root_range(self.class.as_ptr(), 1);
        }
        // SAFETY: filled with a class that is a root.
        Ok(unsafe { Ref::from_ptr(self.class.get() as *mut Type) })
    }

    /// The class as an attribute of its module.
    pub fn value(&self) -> R {
        self.class().map(|class| class.value())
    }

    #[cold]
    pub fn raise(&self, message: impl Display) -> Raised {
        self.raise_args(&[Str::new(&message.to_string()).value()])
    }

    #[cold]
    pub fn raise_args(&self, args: &[Value]) -> Raised {
        match self.class().and_then(|class| call::call(class.value(), args)) {
            Ok(made) => match made.cast::<Exception>() {
                Some(made) => errors::raise(made),
                None => errors::system_error("an exception class made something else"),
            },
            Err(raised) => raised,
        }
    }
}
