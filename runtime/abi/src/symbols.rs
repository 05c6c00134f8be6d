//! Every runtime entry point that compiled code calls, in one table.
//!
//! The translator declares its imports from [`ENTRIES`]; the runtime defines the functions through
//! [`crate::for_each_entry`], so a signature that differs does not compile. All are C functions over 64-bit words.
//! Kinds of results:
//!
//! * `value`: a value, or 0 with an exception pending.
//! * `status`: 1, or 0 with an exception pending.
//! * `truth`: 0 or 1, or 2 with an exception pending.
//! * `word`: anything; cannot fail (or as its row says).
//! * `nothing`.

/// What an entry point gives back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Returns {
    Value,
    Status,
    Truth,
    Word,
    Nothing,
}

/// One row.
pub struct Entry {
    pub name: &'static str,
    pub params: usize,
    pub returns: Returns,
}

/// The table: `name(parameters) -> kind`. Parameters: `v` value, `o` value or 0, `p` pointer, `n` number.
#[macro_export]
macro_rules! for_each_entry {
    ($callback:ident) => {
        $callback! {
            // Operators
            taipan_binary_op(a: v, b: v, op: n) -> value;
            taipan_compare(a: v, b: v, op: n) -> value;
            taipan_compare_bool(a: v, b: v, op: n) -> truth;
            taipan_truth(a: v) -> truth;
            taipan_neg(a: v) -> value;
            taipan_invert(a: v) -> value;
            taipan_contains(container: v, item: v) -> truth;
            taipan_box_float(bits: n) -> word;
            // Subscripts
            taipan_getitem(object: v, key: v) -> value;
            taipan_setitem(object: v, key: v, value: v) -> status;
            taipan_delitem(object: v, key: v) -> status;
            taipan_get_slice(object: v, start: v, stop: v) -> value;
            taipan_set_slice(object: v, start: v, stop: v, value: v) -> status;
            // Names
            taipan_load_global(function: v, name: v) -> value;
            taipan_load_global_with_self(function: v, name: v, slf: o) -> value;
            taipan_store_global(function: v, name: v, value: v) -> status;
            taipan_delete_global(function: v, name: v) -> status;
            taipan_load_name(function: v, locals: v, name: v) -> value;
            taipan_store_name(locals: v, name: v, value: v) -> status;
            taipan_delete_name(locals: v, name: v) -> status;
            taipan_load_from_dict_or_globals(mapping: v, function: v, name: v) -> value;
            taipan_load_from_dict_or_deref(mapping: v, function: v, index: n, cell: v) -> value;
            taipan_unbound_local(function: v, index: n) -> nothing;
            taipan_unbound_deref(function: v, index: n) -> nothing;
            taipan_make_cell(contents: o) -> word;
            taipan_store_cell(cell: v, value: o) -> nothing;
            // Attributes
            taipan_load_attr(object: v, name: v, cache: p) -> value;
            taipan_load_method(object: v, name: v, cache: p, slf: p) -> value;
            taipan_store_attr(object: v, name: v, value: v, cache: p) -> status;
            taipan_delete_attr(object: v, name: v) -> status;
            taipan_load_super_attr(global: v, class: v, slf: v, name: v, flags: n, out: p) -> value;
            taipan_load_special(object: v, which: n, slf: p) -> value;
            // Calls
            taipan_call(words: p, count: n) -> value;
            taipan_call_kw(words: p, count: n, names: v) -> value;
            taipan_call_function_ex(callable: v, args: v, kwargs: o) -> value;
            taipan_bind(function: v, args: p, count: n, names: o, out: p) -> status;
            taipan_make_function(function: v, code: v) -> word;
            taipan_set_function_attribute(function: v, value: v, which: n) -> word;
            taipan_load_build_class(function: v) -> value;
            taipan_recursion_error() -> nothing;
            taipan_detach_frame(frame: p) -> nothing;
            // Containers
            taipan_build_tuple(items: p, count: n) -> word;
            taipan_build_list(items: p, count: n) -> word;
            taipan_build_set(items: p, count: n) -> value;
            taipan_build_map(items: p, count: n) -> value;
            taipan_build_string(items: p, count: n) -> value;
            taipan_build_slice(start: v, stop: v, step: o) -> word;
            taipan_build_template(strings: v, interpolations: v) -> value;
            taipan_build_interpolation(value: v, text: v, conversion: n, spec: o) -> value;
            taipan_list_append(list: v, value: v) -> nothing;
            taipan_list_extend(list: v, iterable: v) -> status;
            taipan_set_add(set: v, item: v) -> status;
            taipan_set_update(set: v, iterable: v) -> status;
            taipan_map_add(dict: v, key: v, value: v) -> status;
            taipan_dict_update(dict: v, other: v) -> status;
            taipan_dict_merge(dict: v, other: v, callable: v) -> status;
            taipan_unpack_sequence(value: v, count: n, out: p) -> status;
            taipan_unpack_ex(value: v, before: n, after: n, out: p) -> status;
            taipan_format(value: v, spec: o) -> value;
            taipan_convert(value: v, how: n) -> value;
            taipan_len(value: v) -> value;
            taipan_isinstance(value: v, class: v) -> truth;
            // Iteration
            taipan_iter(value: v) -> value;
            // A range's iterator that compiled code did without: next item, end, both tagged; step.
            taipan_range_iterator(next: n, end: n, step: n) -> word;
            taipan_for_next(iterator: v) -> word;
            // Generators; `taipan_send` sets the word at `returned` when the receiver is done.
            taipan_make_generator(function: v, words: n, resume: p) -> word;
            taipan_yield_from_iter(value: v, function: v) -> value;
            taipan_send(receiver: v, value: v, returned: p) -> value;
            taipan_cleanup_throw(exception: v) -> value;
            taipan_get_awaitable(value: v, how: n) -> value;
            taipan_get_aiter(value: v) -> value;
            taipan_get_anext(value: v) -> value;
            taipan_end_async_for(exception: v) -> status;
            // Exceptions
            taipan_raise(exception: o, cause: o) -> nothing;
            taipan_reraise(exception: v) -> nothing;
            // `lasti`: byte offset of the instruction, times 2, plus 1 if the traceback lacks the frame.
            taipan_catch(function: v, lasti: n) -> word;
            taipan_unwind(function: v, lasti: n) -> nothing;
            taipan_push_exc_info(exception: v) -> word;
            taipan_pop_except(previous: v) -> nothing;
            taipan_check_exc_match(exception: v, handler: v) -> truth;
            taipan_check_eg_match(exception: v, handler: v, rest: p) -> value;
            taipan_with_except_start(exit: v, slf: o, exception: v) -> value;
            // The rest
            taipan_import_name(function: v, locals: o, name: v, from: v, level: v) -> value;
            taipan_import_from(module: v, name: v) -> value;
            taipan_intrinsic_1(which: n, value: v, locals: o) -> value;
            taipan_intrinsic_2(which: n, a: v, b: v) -> value;
            taipan_load_common_constant(which: n) -> value;
            taipan_setup_annotations(locals: o) -> status;
            taipan_match_mapping(value: v) -> word;
            taipan_match_sequence(value: v) -> word;
            taipan_match_keys(subject: v, keys: v) -> value;
            taipan_match_class(subject: v, class: v, count: n, names: v) -> value;
            taipan_poll() -> status;
            taipan_after_delete() -> nothing;
            taipan_scrub_stack() -> nothing;
            taipan_look_for_the_dead() -> nothing;
            taipan_is_abandoned(iterator: v) -> word;
        }
    };
}

macro_rules! table {
    ($($name:ident($($param:ident: $kind:ident),*) -> $returns:ident;)*) => {
        /// All entry points.
        pub static ENTRIES: &[Entry] = &[
            $(Entry { name: stringify!($name), params: { const NAMES: &[&str] = &[$(stringify!($param)),*]; NAMES.len() }, returns: table!(@ $returns) },)*
        ];
    };
    (@ value) => { Returns::Value };
    (@ status) => { Returns::Status };
    (@ truth) => { Returns::Truth };
    (@ word) => { Returns::Word };
    (@ nothing) => { Returns::Nothing };
}

for_each_entry!(table);

/// The row of an entry point.
pub fn entry(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|e| e.name == name)
}
