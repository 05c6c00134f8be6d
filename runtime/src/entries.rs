//! The entry points that compiled code calls: thin C functions over `ops`, in the abi table's order.

use crate::errors;
use crate::interp::cache::{self, Cache};
use crate::interp::frame::Frame;
use crate::object::singletons::none;
use crate::object::slots::CmpOp;
use crate::object::{Args, Ref, attr, call};
use crate::ops;
use crate::state::state;
use crate::types::cell::CellObject;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::generator::{self, Sent};
use crate::types::list::List;
use crate::types::native::{MethodDescriptor, NativeFunction};
use crate::types::range::RangeIterator;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{R, Value};
use taipan_abi::tag;

/// A result for compiled code.
trait Word {
    fn word(self) -> u64;
}

impl Word for u64 {
    fn word(self) -> u64 {
        self
    }
}

impl Word for Value {
    fn word(self) -> u64 {
        self.bits()
    }
}

impl Word for R {
    fn word(self) -> u64 {
        self.map_or(0, Value::bits)
    }
}

impl Word for R<()> {
    fn word(self) -> u64 {
        self.is_ok() as u64
    }
}

impl Word for R<bool> {
    fn word(self) -> u64 {
        self.map_or(2, |b| b as u64)
    }
}

impl Word for bool {
    fn word(self) -> u64 {
        self as u64
    }
}

/// Parameters by kind.
macro_rules! param {
    (v $name:ident) => {
        // SAFETY: compiled code passes values here.
        let $name = unsafe { Value::from_bits($name) };
    };
    (o $name:ident) => {
        // SAFETY: a value or 0.
        let $name = unsafe { Value::from_slot($name) };
    };
    (p $name:ident) => {
        let $name = $name as *mut u64;
    };
    (n $name:ident) => {};
}

macro_rules! define {
    ($($name:ident($($param:ident: $kind:ident),*) -> $returns:ident;)*) => {
        $(define!(@ $returns $name($($param: $kind),*));)*
    };
    (@ nothing $name:ident($($param:ident: $kind:ident),*)) => {
        #[unsafe(no_mangle)]
        pub extern "C" fn $name($($param: u64),*) {
            $(param!($kind $param);)*
            imp::$name($($param),*);
        }
    };
    (@ $returns:ident $name:ident($($param:ident: $kind:ident),*)) => {
        #[unsafe(no_mangle)]
        pub extern "C" fn $name($($param: u64),*) -> u64 {
            $(param!($kind $param);)*
            imp::$name($($param),*).word()
        }
    };
}

taipan_abi::for_each_entry!(define);

/// Values that compiled code left in memory.
fn values(words: *mut u64, count: u64) -> &'static [Value] {
    // SAFETY: compiled code wrote this many values; the area lives as long as the call.
    unsafe { std::slice::from_raw_parts(words as *const Value, count as usize) }
}

fn name_of(name: Value) -> Ref<Str> {
    // SAFETY: names in records are interned strings.
    unsafe { Ref::from_ptr(name.as_ptr()) }
}

fn function_of(function: Value) -> Ref<Function> {
    // SAFETY: compiled code passes the running function.
    unsafe { Ref::from_ptr(function.as_ptr()) }
}

fn cache_of(cache: *mut u64) -> &'static Cache {
    // SAFETY: an inline cache in a data record.
    unsafe { &*(cache as *const Cache) }
}

fn put(out: *mut u64, value: Option<Value>) {
    // SAFETY: a word of the caller's native stack.
    unsafe { *out = value.map_or(0, Value::bits) }
}

#[allow(clippy::module_inception)]
mod imp {
    use super::*;

    pub fn taipan_binary_op(a: Value, b: Value, op: u64) -> R {
        crate::interp::run::binary_op(op as u32, a, b)
    }
    pub fn taipan_compare(a: Value, b: Value, op: u64) -> R {
        ops::compare(a, b, CmpOp::ALL[op as usize % 6])
    }
    pub fn taipan_compare_bool(a: Value, b: Value, op: u64) -> R<bool> {
        ops::compare_bool(a, b, CmpOp::ALL[op as usize % 6])
    }
    pub fn taipan_truth(a: Value) -> R<bool> {
        ops::truth(a)
    }
    pub fn taipan_neg(a: Value) -> R {
        ops::neg(a)
    }
    pub fn taipan_invert(a: Value) -> R {
        ops::invert(a)
    }
    pub fn taipan_contains(container: Value, item: Value) -> R<bool> {
        ops::contains(container, item)
    }
    pub fn taipan_box_float(bits: u64) -> Value {
        crate::types::float::from_f64(f64::from_bits(bits))
    }

    pub fn taipan_getitem(object: Value, key: Value) -> R {
        ops::getitem(object, key)
    }
    pub fn taipan_setitem(object: Value, key: Value, value: Value) -> R<()> {
        ops::setitem(object, key, value)
    }
    pub fn taipan_delitem(object: Value, key: Value) -> R<()> {
        ops::delitem(object, key)
    }
    pub fn taipan_get_slice(object: Value, start: Value, stop: Value) -> R {
        ops::get_slice(object, start, stop)
    }
    pub fn taipan_set_slice(object: Value, start: Value, stop: Value, value: Value) -> R<()> {
        ops::set_slice(object, start, stop, value)
    }

    pub fn taipan_load_global(function: Value, name: Value) -> R {
        let f = function_of(function);
        match cache::lookup_global(f.globals(), f.builtins.object(), name_of(name))? {
            Some(value) => Ok(value),
            None => Err(errors::name_error(name_of(name))),
        }
    }
    pub fn taipan_load_global_with_self(function: Value, name: Value, slf: Option<Value>) -> R {
        taipan_load_global(function, name).inspect_err(|_| errors::suggest::note_self(slf))
    }
    pub fn taipan_store_global(function: Value, name: Value, value: Value) -> R<()> {
        function_of(function).globals().set_str(name_of(name), value);
        Ok(())
    }
    pub fn taipan_delete_global(function: Value, name: Value) -> R<()> {
        match function_of(function).globals().remove_str(name_of(name)) {
            Some(_) => Ok(()),
            None => Err(errors::name_error(name_of(name))),
        }
    }
    pub fn taipan_load_name(function: Value, locals: Value, name: Value) -> R {
        let f = function_of(function);
        ops::load_name(Some(locals), f.globals(), f.builtins.object(), name_of(name))
    }
    pub fn taipan_store_name(locals: Value, name: Value, value: Value) -> R<()> {
        ops::store_name(locals, name_of(name), Some(value))
    }
    pub fn taipan_delete_name(locals: Value, name: Value) -> R<()> {
        ops::store_name(locals, name_of(name), None)
    }
    pub fn taipan_load_from_dict_or_globals(mapping: Value, function: Value, name: Value) -> R {
        match ops::namespace_get(mapping, name_of(name))? {
            Some(value) => Ok(value),
            None => taipan_load_global(function, name),
        }
    }
    pub fn taipan_load_from_dict_or_deref(mapping: Value, function: Value, index: u64, cell: Value) -> R {
        let code = function_of(function).code();
        if let Some(value) = ops::namespace_get(mapping, code.local_name(index as usize))? {
            return Ok(value);
        }
        match cell.expect::<CellObject>().contents.get() {
            Some(value) => Ok(value),
            None => Err(crate::interp::variables::unbound_variable(code, index as usize)),
        }
    }
    pub fn taipan_unbound_local(function: Value, index: u64) {
        crate::interp::variables::unbound_local(function_of(function).code().local_name(index as usize));
    }
    pub fn taipan_unbound_deref(function: Value, index: u64) {
        crate::interp::variables::unbound_variable(function_of(function).code(), index as usize);
    }
    pub fn taipan_make_cell(contents: Option<Value>) -> Value {
        CellObject::new(contents).value()
    }
    pub fn taipan_store_cell(cell: Value, value: Option<Value>) {
        let cell = cell.expect::<CellObject>();
        cell.contents.put(cell, value);
    }

    pub fn taipan_load_attr(object: Value, name: Value, cache: *mut u64) -> R {
        cache::load_attr(object, name_of(name), cache_of(cache))
    }
    pub fn taipan_load_method(object: Value, name: Value, cache: *mut u64, slf: *mut u64) -> R {
        let (callable, bound) = cache::load_method(object, name_of(name), cache_of(cache))?;
        put(slf, bound);
        Ok(callable)
    }
    pub fn taipan_store_attr(object: Value, name: Value, value: Value, cache: *mut u64) -> R<()> {
        cache::store_attr(object, name_of(name), value, cache_of(cache))
    }
    pub fn taipan_delete_attr(object: Value, name: Value) -> R<()> {
        attr::setattr(object, name_of(name), None)
    }
    pub fn taipan_load_super_attr(
        global: Value,
        class: Value,
        slf: Value,
        name: Value,
        flags: u64,
        out: *mut u64,
    ) -> R {
        let (value, bound) =
            crate::types::super_::load(global, class, slf, name_of(name), flags & 2 != 0, flags & 1 != 0)?;
        put(out, bound);
        Ok(value)
    }
    pub fn taipan_load_special(object: Value, which: u64, slf: *mut u64) -> R {
        let (callable, bound) = ops::load_special(object, which as u32)?;
        put(slf, bound);
        Ok(callable)
    }

    /// `words`: callable, self or 0, then `count` arguments.
    pub fn taipan_call(words: *mut u64, count: u64) -> R {
        // SAFETY: the layout above.
        let (callable, has_self) = unsafe { (Value::from_bits(*words), *words.add(1) != 0) };
        let skip = if has_self { 1 } else { 2 };
        // SAFETY: within the words.
        let args = values(unsafe { words.add(skip) }, count + has_self as u64);
        if let Some(function) = callable.exact::<Function>() {
            return crate::types::function::call(function.value(), Args::positional(args));
        }
        let args = Args::positional(args);
        let result = if let Some(method) = callable.exact::<MethodDescriptor>() {
            method.call(args)?
        } else if let Some(function) = callable.exact::<NativeFunction>() {
            function.call(args)?
        } else if callable.class() == crate::types::type_::TYPE.class() && !callable.is(callable.class().value()) {
            match callable.exact_type() {
                Some(class) => crate::types::object::instantiate(class, args)?,
                None => call::call_args(callable, args)?,
            }
        } else {
            call::call_args(callable, args)?
        };
        if crate::gc::poll_bits() != 0 {
            ops::poll::run()?;
        }
        Ok(result)
    }
    pub fn taipan_call_kw(words: *mut u64, count: u64, names: Value) -> R {
        // SAFETY: as in `taipan_call`.
        let (callable, has_self) = unsafe { (Value::from_bits(*words), *words.add(1) != 0) };
        let skip = if has_self { 1 } else { 2 };
        // SAFETY: within the words.
        let args = values(unsafe { words.add(skip) }, count + has_self as u64);
        call::call_args(callable, Args { all: args, names: Some(names.expect::<Tuple>()) })
    }
    pub fn taipan_call_function_ex(callable: Value, args: Value, kwargs: Option<Value>) -> R {
        ops::call_function_ex(callable, args, kwargs)
    }
    pub fn taipan_bind(function: Value, args: *mut u64, count: u64, names: Option<Value>, out: *mut u64) -> R<()> {
        let args = Args { all: values(args, count), names: names.map(|n| n.expect::<Tuple>()) };
        crate::interp::call::bind_arguments(function_of(function), args, out)
    }
    pub fn taipan_make_function(function: Value, code: Value) -> Value {
        let code = code.expect::<Code>();
        let made = Function::new(code, function_of(function).globals(), None);
        crate::program::note_function(code, made);
        made.value()
    }
    pub fn taipan_set_function_attribute(function: Value, value: Value, which: u64) -> Value {
        function_of(function).set_attribute(which as u32, value);
        function
    }
    pub fn taipan_load_build_class(function: Value) -> R {
        let builtins: Ref<Dict> = function_of(function).builtins.object();
        match builtins.get_str(crate::names::get(crate::names::__build_class__)) {
            Some(value) => Ok(value),
            None => Err(errors::raise_text(&crate::types::exceptions::NAME_ERROR, "__build_class__ not found")),
        }
    }
    pub fn taipan_recursion_error() {
        errors::recursion_error();
    }
    pub fn taipan_detach_frame(frame: *mut u64) {
        crate::types::frame::detach(frame as *mut Frame);
    }

    pub fn taipan_build_tuple(items: *mut u64, count: u64) -> Value {
        Tuple::new(values(items, count)).value()
    }
    pub fn taipan_build_list(items: *mut u64, count: u64) -> Value {
        List::new(values(items, count)).value()
    }
    pub fn taipan_build_set(items: *mut u64, count: u64) -> R {
        ops::build_set(values(items, count))
    }
    pub fn taipan_build_map(items: *mut u64, count: u64) -> R {
        ops::build_map(values(items, count))
    }
    pub fn taipan_build_string(items: *mut u64, count: u64) -> R {
        ops::build_string(values(items, count))
    }
    pub fn taipan_build_slice(start: Value, stop: Value, step: Option<Value>) -> Value {
        crate::types::slice::Slice::new(start, stop, step.unwrap_or_else(none)).value()
    }
    pub fn taipan_build_template(strings: Value, interpolations: Value) -> R {
        crate::types::template::build(strings, interpolations)
    }
    pub fn taipan_build_interpolation(value: Value, text: Value, conversion: u64, spec: Option<Value>) -> R {
        crate::types::template::build_interpolation(value, text, conversion as u32, spec)
    }
    pub fn taipan_list_append(list: Value, value: Value) {
        list.expect::<List>().push(value);
    }
    pub fn taipan_list_extend(list: Value, iterable: Value) -> R<()> {
        ops::list_extend(list.expect::<List>(), iterable)
    }
    pub fn taipan_set_add(set: Value, item: Value) -> R<()> {
        ops::set_add(set, item)
    }
    pub fn taipan_set_update(set: Value, iterable: Value) -> R<()> {
        ops::set_update(set, iterable)
    }
    pub fn taipan_map_add(dict: Value, key: Value, value: Value) -> R<()> {
        dict.expect::<Dict>().set(key, value)
    }
    pub fn taipan_dict_update(dict: Value, other: Value) -> R<()> {
        ops::dict_update(dict, other)
    }
    pub fn taipan_dict_merge(dict: Value, other: Value, callable: Value) -> R<()> {
        ops::dict_merge(dict, other, callable)
    }
    fn give(items: &[Value], out: *mut u64) {
        for (i, item) in items.iter().enumerate() {
            // SAFETY: the caller's area has room for the items that it asked for.
            unsafe { *out.add(i) = item.bits() };
        }
    }
    pub fn taipan_unpack_sequence(value: Value, count: u64, out: *mut u64) -> R<()> {
        match (value.exact::<Tuple>(), value.exact::<List>()) {
            (Some(tuple), _) if tuple.len() == count as usize => give(tuple.as_slice(), out),
            (_, Some(list)) if list.len() == count as usize => give(list.as_slice(), out),
            _ => give(&ops::unpack_sequence(value, count as usize)?, out),
        }
        Ok(())
    }
    pub fn taipan_unpack_ex(value: Value, before: u64, after: u64, out: *mut u64) -> R<()> {
        give(&ops::unpack_ex(value, before as usize, after as usize)?, out);
        Ok(())
    }
    pub fn taipan_format(value: Value, spec: Option<Value>) -> R {
        ops::format(value, spec)
    }
    pub fn taipan_convert(value: Value, how: u64) -> R {
        ops::convert_value(value, how as u32)
    }
    pub fn taipan_len(value: Value) -> R {
        ops::len(value).map(|n| crate::types::int::from_i64(n as i64))
    }

    pub fn taipan_isinstance(value: Value, class: Value) -> R<bool> {
        ops::isinstance(value, class)
    }

    pub fn taipan_iter(value: Value) -> R {
        ops::iter::iter(value)
    }
    /// 0 at the end; then an exception is pending or not.
    pub fn taipan_range_iterator(next: u64, end: u64, step: u64) -> Value {
        let (next, end, step) = (tag::int_value(next), tag::int_value(end), step as i64);
        let left = if step > 0 { end - next + step - 1 } else { next - end - step - 1 } / step.abs();
        RangeIterator::make(next, step, left.max(0))
    }
    pub fn taipan_for_next(iterator: Value) -> u64 {
        match ops::iter::for_next(iterator) {
            Ok(Some(value)) => value.bits(),
            _ => 0,
        }
    }

    pub fn taipan_make_generator(function: Value, words: u64, resume: *mut u64) -> Value {
        // SAFETY: the address of the code object's resumption function.
        let resume = unsafe { std::mem::transmute::<*mut u64, crate::types::code::NativeResume>(resume) };
        generator::native(function, words as usize, resume)
    }
    pub fn taipan_yield_from_iter(value: Value, function: Value) -> R {
        generator::yield_from_iter(value, function_of(function).code())
    }
    pub fn taipan_send(receiver: Value, value: Value, returned: *mut u64) -> R {
        match generator::send(receiver, value)? {
            Sent::Yield(value) => Ok(value),
            Sent::Return(value) => {
                // SAFETY: a word of the caller's native stack.
                unsafe { *returned = 1 };
                Ok(value)
            }
        }
    }
    pub fn taipan_cleanup_throw(exception: Value) -> R {
        generator::cleanup_throw(exception)
    }
    pub fn taipan_get_awaitable(value: Value, how: u64) -> R {
        generator::get_awaitable(value, how as u32)
    }
    pub fn taipan_get_aiter(value: Value) -> R {
        generator::get_aiter(value)
    }
    pub fn taipan_get_anext(value: Value) -> R {
        generator::get_anext(value)
    }
    pub fn taipan_end_async_for(exception: Value) -> R<()> {
        if exception.class().is_subtype(crate::types::exceptions::STOP_ASYNC_ITERATION.class()) {
            return Ok(());
        }
        Err(errors::restore(exception))
    }

    pub fn taipan_raise(exception: Option<Value>, cause: Option<Value>) {
        errors::do_raise(exception, cause);
    }
    pub fn taipan_reraise(exception: Value) {
        errors::reraise(exception);
    }
    pub fn taipan_catch(function: Value, lasti: u64) -> Value {
        taipan_unwind(function, lasti);
        errors::take()
    }
    pub fn taipan_unwind(function: Value, lasti: u64) {
        if lasti & 1 != 0 {
            errors::traceback::add_native(function_of(function), (lasti >> 1) as u32);
        }
    }
    pub fn taipan_push_exc_info(exception: Value) -> Value {
        let previous = state().exc_item().value.replace(exception.bits());
        // SAFETY: a value or 0.
        unsafe { Value::from_slot(previous) }.unwrap_or_else(none)
    }
    pub fn taipan_pop_except(previous: Value) {
        state().exc_item().value.set(if previous.is_none() { 0 } else { previous.bits() });
    }
    pub fn taipan_check_exc_match(exception: Value, handler: Value) -> R<bool> {
        ops::exceptions::matches(exception, handler)
    }
    pub fn taipan_check_eg_match(exception: Value, handler: Value, rest: *mut u64) -> R {
        let (left, matched) = ops::exceptions::group_match(exception, handler)?;
        put(rest, Some(left));
        if !matched.is_none() {
            state().exc_item().value.set(matched.bits());
        }
        Ok(matched)
    }
    pub fn taipan_with_except_start(exit: Value, slf: Option<Value>, exception: Value) -> R {
        ops::exceptions::call_exit(exit, slf, exception)
    }

    pub fn taipan_import_name(function: Value, locals: Option<Value>, name: Value, from: Value, level: Value) -> R {
        let globals = function_of(function).globals();
        ops::import::import_name(name_of(name), globals, locals.unwrap_or_else(none), from, level)
    }
    pub fn taipan_import_from(module: Value, name: Value) -> R {
        ops::import::import_from(module, name_of(name))
    }
    pub fn taipan_intrinsic_1(which: u64, value: Value, locals: Option<Value>) -> R {
        ops::intrinsic::one(which as u32, value, locals)
    }
    pub fn taipan_intrinsic_2(which: u64, a: Value, b: Value) -> R {
        ops::intrinsic::two(which as u32, a, b)
    }
    pub fn taipan_load_common_constant(which: u64) -> R {
        ops::load_common_constant(which as u32)
    }
    pub fn taipan_setup_annotations(locals: Option<Value>) -> R<()> {
        ops::setup_annotations(locals)
    }
    pub fn taipan_match_mapping(value: Value) -> bool {
        value.class().has_flag(crate::object::define::MAPPING)
    }
    pub fn taipan_match_sequence(value: Value) -> bool {
        value.class().has_flag(crate::object::define::SEQUENCE)
    }
    pub fn taipan_match_keys(subject: Value, keys: Value) -> R {
        ops::matching::keys(subject, keys)
    }
    pub fn taipan_match_class(subject: Value, class: Value, count: u64, names: Value) -> R {
        ops::matching::class(subject, class, count as usize, names)
    }
    pub fn taipan_poll() -> R<()> {
        ops::poll::run()
    }
    pub fn taipan_after_delete() {
        ops::poll::after_delete();
    }
    pub fn taipan_scrub_stack() {
        crate::gc::scrub_stack();
    }
    pub fn taipan_look_for_the_dead() {
        ops::poll::look_for_the_dead();
    }
    pub fn taipan_is_abandoned(iterator: Value) -> u64 {
        crate::types::generator::is_abandoned(iterator.bits()) as u64
    }
}
