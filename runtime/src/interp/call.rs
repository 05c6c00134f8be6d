//! Calling Python functions: binding arguments to parameters, making the frame.

use super::frame::{FRAME_WORDS, Frame, STACK};
use super::run;
use crate::errors::{R, type_error};
use crate::names;
use crate::object::{Args, Ref};
use crate::state::state;
use crate::types::code::{
    CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR, CO_OPTIMIZED, CO_VARARGS, CO_VARKEYWORDS, Code,
};
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Makes a frame for code on the value stack, its variables unbound.
#[inline(always)]
pub fn push_frame(
    code: Ref<Code>,
    function: u64,
    globals: Ref<Dict>,
    builtins: Ref<Dict>,
    locals: u64,
) -> R<*mut Frame> {
    let decoded = code.decoded();
    let frame = STACK.push(decoded.words)?;
    // SAFETY: the value stack gave room for the header and the words.
    unsafe {
        std::ptr::write_bytes(Frame::locals_ptr(frame), 0, decoded.nlocals);
        frame.write(Frame {
            prev: std::ptr::null_mut(),
            code,
            function,
            globals,
            builtins,
            locals,
            ip: decoded.instrs.as_ptr(),
            sp: Frame::locals_ptr(frame).add(decoded.nlocals),
            object: 0,
            generator: 0,
            is_entry: false,
            yielded: false,
        });
    }
    Ok(frame)
}

/// The namespace of a call of the function, if it has any: the body of a class that is called like any
/// function, by a `__build_class__` of the program's own, runs in its globals.
pub fn namespace_of(function: Ref<Function>) -> u64 {
    if function.code().has(CO_OPTIMIZED) { 0 } else { function.globals().value().bits() }
}

/// Calls an interpreted function.
pub fn call_function(function: Ref<Function>, args: Args) -> R {
    let state = state();
    state.check_native_stack()?;
    let code = function.code();
    let namespace = namespace_of(function);
    let frame = push_frame(code, function.value().bits(), function.globals(), function.builtins.object(), namespace)?;
    let locals = Frame::locals_ptr(frame);
    let plain = code.decoded().plain_args == Some(args.all.len() as u32) && args.names.is_none();
    if plain {
        // SAFETY: the frame has a variable for each argument.
        unsafe { std::ptr::copy_nonoverlapping(args.all.as_ptr(), locals as *mut Value, args.all.len()) };
    } else if let Err(raised) = bind_arguments(function, args, locals) {
        STACK.pop_to(frame);
        return Err(raised);
    }
    run::run_frame(frame)
}

/// Runs module, class or `exec` code with these namespaces.
pub fn run_code(code: Ref<Code>, globals: Ref<Dict>, locals: Value) -> R {
    state().check_native_stack()?;
    let builtins = super::frame::builtins_of(globals);
    if code.arg_slots() > 0 {
        // The code of a function: called without arguments.
        return run_function_in(Function::new(code, globals, Some(code.name.value())), locals);
    }
    let frame = push_frame(code, 0, globals, builtins, locals.bits())?;
    run::run_frame(frame)
}

/// Runs the body of a class, or code with a closure of its own: a function called with a namespace.
pub fn run_function_in(function: Ref<Function>, locals: Value) -> R {
    state().check_native_stack()?;
    let code = function.code();
    let frame =
        push_frame(code, function.value().bits(), function.globals(), function.builtins.object(), locals.bits())?;
    if code.arg_slots() > 0 {
        if let Err(raised) = bind_arguments(function, Args::positional(&[]), Frame::locals_ptr(frame)) {
            STACK.pop_to(frame);
            return Err(raised);
        }
    }
    run::run_frame(frame)
}

/// Moves a frame into a heap object, for a generator; the object's address as a word.
pub fn to_heap(frame: *mut Frame) -> u64 {
    use taipan_abi::header::{Kind, pack};
    // SAFETY: the frame is live; its words are as many as its code says.
    unsafe {
        let words = FRAME_WORDS + (*frame).code.decoded().words;
        let used = (*frame).sp.offset_from(frame as *mut u64) as usize;
        let header = pack(crate::types::object::BUFFER.shape_for_new(), Kind::Conservative, 0, 0);
        let object = crate::gc::alloc(8 + words * 8, header) as *mut u64;
        std::ptr::write_bytes(object.add(1), 0, words);
        std::ptr::copy_nonoverlapping(frame as *const u64, object.add(1), used);
        let new = object.add(1) as *mut Frame;
        let sp_offset = (*frame).sp.offset_from(frame as *mut u64);
        (*new).sp = (new as *mut u64).offset(sp_offset);
        (*new).prev = std::ptr::null_mut();
        object as u64
    }
}

/// The variables of a function called with these arguments, with CPython's messages for those that
/// do not fit (`initialize_locals` in `Python/ceval.c`). `out` has room for all parameters, zeroed.
pub fn bind_arguments(function: Ref<Function>, args: Args, out: *mut u64) -> R<()> {
    let code = function.code();
    let argcount = code.argcount.get() as usize;
    let kwonly = code.kwonly.get() as usize;
    let total = argcount + kwonly;
    let pos = args.pos();
    // SAFETY (all writes below): `out` has room for `arg_slots` words, and indices stay below.
    let set = |i: usize, v: Value| unsafe { *out.add(i) = v.bits() };
    let is_set = |i: usize| unsafe { *out.add(i) != 0 };
    for (i, value) in pos.iter().take(argcount).enumerate() {
        set(i, *value);
    }
    let mut next = total;
    if code.has(CO_VARARGS) {
        let rest = if pos.len() > argcount { &pos[argcount..] } else { &[] };
        set(next, Tuple::new(rest).value());
        next += 1;
    }
    let kwargs = code.has(CO_VARKEYWORDS).then(|| {
        let dict = Dict::new();
        set(next, dict.value());
        dict
    });
    let posonly = code.posonly.get() as usize;
    for (name, value) in args.keywords() {
        let index = (posonly..total)
            .find(|i| code.local_name(*i).as_ptr() == name.as_ptr())
            .or_else(|| (posonly..total).find(|i| code.local_name(*i).equals(&name)));
        match index {
            Some(index) => {
                if is_set(index) {
                    return Err(type_error(format_args!(
                        "{}() got multiple values for argument '{}'",
                        qualname(function),
                        name.display()
                    )));
                }
                set(index, value);
            }
            None => match kwargs {
                Some(kwargs) => kwargs.set(name.value(), value)?,
                None => return Err(unexpected_keyword(function, code, name, args)),
            },
        }
    }
    if pos.len() > argcount && !code.has(CO_VARARGS) {
        return Err(too_many_positional(function, code, pos.len(), out));
    }
    if pos.len() < argcount {
        let defaults = function.defaults();
        let first_default = argcount.saturating_sub(defaults.len());
        let missing: Vec<usize> = (pos.len()..first_default).filter(|i| !is_set(*i)).collect();
        if !missing.is_empty() {
            return Err(missing_arguments(function, code, &missing, "positional"));
        }
        let skip = defaults.len() - (argcount - first_default);
        for i in pos.len().max(first_default)..argcount {
            if !is_set(i) {
                set(i, defaults[skip + i - first_default]);
            }
        }
    }
    if kwonly > 0 {
        let mut missing = Vec::new();
        let defaults = function.kwdefaults();
        for i in argcount..total {
            if is_set(i) {
                continue;
            }
            match defaults.and_then(|d| d.get_str(code.local_name(i))) {
                Some(value) => set(i, value),
                None => missing.push(i),
            }
        }
        if !missing.is_empty() {
            return Err(missing_arguments(function, code, &missing, "keyword-only"));
        }
    }
    Ok(())
}

fn qualname(function: Ref<Function>) -> String {
    function.qualname.object::<Str>().to_string_lossy()
}

fn unexpected_keyword(function: Ref<Function>, code: Ref<Code>, name: Ref<Str>, args: Args) -> crate::value::Raised {
    let posonly = code.posonly.get() as usize;
    let mut wrongly: Vec<String> = Vec::new();
    for i in 0..posonly {
        if args.keywords().any(|(key, _)| key.equals(&code.local_name(i))) {
            wrongly.push(code.local_name(i).to_string_lossy());
        }
    }
    if !wrongly.is_empty() {
        return type_error(format_args!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            qualname(function),
            wrongly.join(", ")
        ));
    }
    let known: Vec<String> = (posonly..(code.argcount.get() + code.kwonly.get()) as usize)
        .map(|i| code.local_name(i).to_string_lossy())
        .collect();
    let hint = match crate::errors::render::closest(&name.to_string_lossy(), &known) {
        Some(known) => format!(". Did you mean '{known}'?"),
        None => String::new(),
    };
    type_error(format_args!("{}() got an unexpected keyword argument '{}'{hint}", qualname(function), name.display()))
}

fn missing_arguments(function: Ref<Function>, code: Ref<Code>, missing: &[usize], kind: &str) -> crate::value::Raised {
    let names: Vec<String> = missing.iter().map(|i| format!("'{}'", code.local_name(*i).display())).collect();
    let listed = match names.as_slice() {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [init @ .., last] => format!("{}, and {last}", init.join(", ")),
        [] => String::new(),
    };
    let s = if names.len() == 1 { "" } else { "s" };
    type_error(format_args!("{}() missing {} required {kind} argument{s}: {listed}", qualname(function), names.len()))
}

fn too_many_positional(function: Ref<Function>, code: Ref<Code>, given: usize, out: *mut u64) -> crate::value::Raised {
    let argcount = code.argcount.get() as usize;
    let kwonly = code.kwonly.get() as usize;
    // SAFETY: the parameters' words, as in `bind_arguments`.
    let kwonly_given = (argcount..argcount + kwonly).filter(|i| unsafe { *out.add(*i) != 0 }).count();
    let defaults = function.defaults().len();
    let (takes, plural) = if defaults > 0 {
        (format!("from {} to {argcount}", argcount - defaults.min(argcount)), true)
    } else {
        (argcount.to_string(), argcount != 1)
    };
    let extra = if kwonly_given > 0 {
        format!(
            " positional argument{} (and {kwonly_given} keyword-only argument{})",
            if given == 1 { "" } else { "s" },
            if kwonly_given == 1 { "" } else { "s" }
        )
    } else {
        String::new()
    };
    type_error(format_args!(
        "{}() takes {takes} positional argument{} but {given}{extra} {} given",
        qualname(function),
        if plural { "s" } else { "" },
        if given == 1 && kwonly_given == 0 { "was" } else { "were" }
    ))
}

/// Whether calling the code makes a generator or the like instead of running it.
pub fn is_generator(code: &Code) -> bool {
    code.has(CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)
}

/// `__class__` cell and the rest of what `__build_class__` needs.
pub fn build_class(args: Args) -> R {
    use crate::errors;
    use crate::object::{attr, call};
    use crate::types::type_;
    let pos = args.pos();
    if pos.len() < 2 {
        return Err(type_error("__build_class__: not enough arguments"));
    }
    let Some(function) = pos[0].exact::<Function>() else {
        return Err(type_error("__build_class__: func must be a function"));
    };
    let Some(name) = pos[1].cast::<Str>() else {
        return Err(type_error("__build_class__: name is not a string"));
    };
    let original = Tuple::new(&pos[2..]);
    let bases = resolve_bases(original)?;
    let mut keywords: Vec<(Ref<Str>, Value)> = args.keywords().collect();
    let given = keywords.iter().position(|(key, _)| key.is_str("metaclass")).map(|i| keywords.remove(i).1);
    let mut meta = match given {
        Some(meta) => meta,
        None => match bases.as_slice().first() {
            Some(base) => base.class().value(),
            None => type_::TYPE.class().value(),
        },
    };
    if let Some(class) = meta.exact_type() {
        meta = type_::winner_metaclass(class, bases.as_slice())?.value();
    }
    let keyword_names = Tuple::new(&keywords.iter().map(|(key, _)| key.value()).collect::<Vec<_>>());
    let keyword_values: Vec<Value> = keywords.iter().map(|(_, value)| *value).collect();
    let with_keywords = |first: &[Value]| -> Vec<Value> { first.iter().chain(&keyword_values).copied().collect() };
    let names_arg = (!keyword_names.is_empty()).then_some(keyword_names);
    let namespace = match attr::find(meta, names::get(names::__prepare__))? {
        None => Dict::new().value(),
        Some(prepare) => {
            let all = with_keywords(&[name.value(), bases.value()]);
            call::call_args(prepare, Args { all: &all, names: names_arg })?
        }
    };
    if namespace.cast::<Dict>().is_none() && crate::object::class::slots_of(namespace).setitem.is_none() {
        let shown = match meta.exact_type() {
            Some(class) => class.name().to_string_lossy(),
            None => "<metaclass>".into(),
        };
        return Err(type_error(format_args!(
            "{shown}.__prepare__() must return a mapping, not {}",
            namespace.class().display_name()
        )));
    }
    let cell = match function.entry.get() {
        // A compiled class body takes its namespace as its one argument; any other function is called without.
        Some(entry) => {
            let all = [namespace];
            let count = !function.code().has(CO_OPTIMIZED) as u64;
            let result = entry(function.value().bits(), all.as_ptr(), count, 0);
            // SAFETY: the contract of native entries.
            unsafe { Value::from_slot(result) }.ok_or(crate::value::Raised)?
        }
        None => run_function_in(function, namespace)?,
    };
    if !bases.value().is(original.value()) {
        crate::ops::setitem(namespace, names::get(names::__orig_bases__).value(), original.value())?;
    }
    let all = with_keywords(&[name.value(), bases.value(), namespace]);
    let class = call::call_args(meta, Args { all: &all, names: names_arg })?;
    if let (Some(_), Some(cell)) = (class.exact_type(), cell.exact::<crate::types::cell::CellObject>()) {
        match cell.contents.get() {
            None => {
                return Err(errors::runtime_error(format_args!(
                    "__class__ not set defining '{}' as {}. Was __classcell__ propagated to type.__new__?",
                    name.display(),
                    crate::ops::repr_text(class)?
                )));
            }
            Some(set) if !set.is(class) => {
                return Err(type_error(format_args!(
                    "__class__ set to {} defining '{}' as {}",
                    crate::ops::repr_text(set)?,
                    name.display(),
                    crate::ops::repr_text(class)?
                )));
            }
            Some(_) => {}
        }
    }
    Ok(class)
}

/// Bases with `__mro_entries__` replaced by what it gives (PEP 560).
fn resolve_bases(bases: Ref<Tuple>) -> R<Ref<Tuple>> {
    use crate::object::{attr, call};
    if bases.as_slice().iter().all(|base| base.exact_type().is_some()) {
        return Ok(bases);
    }
    let mut resolved = Vec::with_capacity(bases.len());
    let mut changed = false;
    for base in bases.as_slice() {
        if base.exact_type().is_none() {
            if let Some(entries) = attr::find(*base, names::get(names::__mro_entries__))? {
                let result = call::call(entries, &[bases.value()])?;
                let Some(result) = result.cast::<Tuple>() else {
                    return Err(type_error("__mro_entries__ must return a tuple"));
                };
                resolved.extend_from_slice(result.as_slice());
                changed = true;
                continue;
            }
        }
        resolved.push(*base);
    }
    Ok(if changed { Tuple::new(&resolved) } else { bases })
}
