//! What programs can do with code objects: the `co_*` attributes, comparison, `replace`, the constructor.

use super::code::{CODE, Code, KIND_CELL, KIND_FREE, KIND_HIDDEN, KIND_LOCAL, Parts};
use super::code_lines::{Position, entries};
use crate::errors::{R, index_error, type_error, value_error};
use crate::object::args::Params;
use crate::object::define::GetSet;
use crate::object::singletons::{boolean, none, not_implemented};
use crate::object::slots::CmpOp;
use crate::object::{Args, Ref, Type};
use crate::ops;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

fn slf(v: Value) -> Ref<Code> {
    v.expect::<Code>()
}

fn small(n: u32) -> R {
    Ok(Value::small(n as i64))
}

/// Names of the variables that have one of the kinds.
fn names_of(code: Ref<Code>, kind: u8) -> R {
    let names = code.localsplusnames.object::<Tuple>();
    let kept: Vec<Value> = (0..names.len()).filter(|i| code.kind(*i) & kind != 0).map(|i| names.get(i)).collect();
    Ok(Tuple::from_vec(kept))
}

pub static GETSET: &[GetSet] = &[
    GetSet::member("co_argcount", |v| small(slf(v).argcount.get())),
    GetSet::member("co_posonlyargcount", |v| small(slf(v).posonly.get())),
    GetSet::member("co_kwonlyargcount", |v| small(slf(v).kwonly.get())),
    GetSet::member("co_stacksize", |v| small(slf(v).stacksize.get())),
    GetSet::member("co_flags", |v| small(slf(v).flags.get())),
    GetSet::member("co_names", |v| Ok(slf(v).names.value())),
    GetSet::member("co_filename", |v| Ok(slf(v).filename.value())),
    GetSet::member("co_name", |v| Ok(slf(v).name.value())),
    GetSet::member("co_qualname", |v| Ok(slf(v).qualname.value())),
    GetSet::member("co_firstlineno", |v| Ok(Value::small(slf(v).firstlineno.get() as i64))),
    GetSet::member("co_linetable", |v| Ok(slf(v).linetable.value())),
    GetSet::member("co_exceptiontable", |v| Ok(slf(v).exceptiontable.value())),
    GetSet::member("co_consts", |v| Ok(slf(v).consts.value())),
    GetSet::get("co_code", |v| Ok(slf(v).bytecode.value())),
    GetSet::get("_co_code_adaptive", |v| Ok(slf(v).bytecode.value())),
    GetSet::get("co_nlocals", |v| small(slf(v).nlocals.get())),
    GetSet::get("co_varnames", |v| names_of(slf(v), KIND_LOCAL)),
    GetSet::get("co_cellvars", |v| names_of(slf(v), KIND_CELL)),
    GetSet::get("co_freevars", |v| names_of(slf(v), KIND_FREE)),
    GetSet::get("co_lnotab", |v| Ok(Bytes::new(&old_line_table(slf(v))).value())),
];

/// Line numbers in the form of before Python 3.10.
fn old_line_table(code: Ref<Code>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut line = code.firstlineno.get() as i64;
    let mut bytes = 0;
    for entry in entries(&code) {
        if let Some(next) = entry.position.line.map(i64::from).filter(|next| *next != line) {
            let mut delta = next - line;
            while bytes > 254 {
                out.extend([254, 0]);
                bytes -= 254;
            }
            while !(-128..=127).contains(&delta) {
                let step = delta.clamp(-128, 127);
                out.extend([bytes as u8, step as u8]);
                bytes = 0;
                delta -= step;
            }
            out.extend([bytes as u8, delta as u8]);
            bytes = 0;
            line = next;
        }
        bytes += entry.units * 2;
    }
    out
}

pub fn repr(v: Value) -> R {
    let code = slf(v);
    let name = code.name.object::<Str>();
    let file = code.filename.object::<Str>();
    Ok(Str::from_string(format!(
        "<code object {} at {:#x}, file \"{}\", line {}>",
        name.display(),
        ops::id(v),
        file.display(),
        code.firstlineno.get()
    )))
}

/// What hash and equality look at.
fn key(code: Ref<Code>) -> Value {
    let n = |n: u32| Value::small(n as i64);
    Tuple::new(&[
        code.name.value(),
        n(code.argcount.get()),
        n(code.posonly.get()),
        n(code.kwonly.get()),
        n(code.flags.get()),
        Value::small(code.firstlineno.get() as i64),
        code.bytecode.value(),
        code.names.value(),
        code.localsplusnames.value(),
        code.linetable.value(),
        code.exceptiontable.value(),
    ])
    .value()
}

pub fn hash(v: Value) -> R<i64> {
    ops::hash::hash(key(slf(v)))
}

/// Constants are equal only if they are so with their types (`0`, `0.0` and `False` differ).
fn same_constants(a: Value, b: Value) -> R<bool> {
    if a.is(b) {
        return Ok(true);
    }
    if a.class() != b.class() {
        return Ok(false);
    }
    if let (Some(x), Some(y)) = (a.exact::<Tuple>(), b.exact::<Tuple>()) {
        if x.len() != y.len() {
            return Ok(false);
        }
        for (x, y) in x.as_slice().iter().zip(y.as_slice()) {
            if !same_constants(*x, *y)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    Ok(ops::equal(a, b)? && (a.exact::<Code>().is_some() || ops::repr_text(a)? == ops::repr_text(b)?))
}

pub fn compare(a: Value, b: Value, op: CmpOp) -> R {
    let (Some(x), Some(y)) = (a.exact::<Code>(), b.exact::<Code>()) else { return Ok(not_implemented()) };
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(not_implemented());
    }
    let equal = x == y || (ops::equal(key(x), key(y))? && same_constants(x.consts.value(), y.consts.value())?);
    Ok(boolean(equal == (op == CmpOp::Eq)))
}

/// Iterator over (start, end, line) of runs of instructions of the same line.
pub fn co_lines(v: Value) -> R {
    let mut runs: Vec<(usize, usize, Option<u32>)> = Vec::new();
    for entry in entries(&slf(v)) {
        let (start, end) = (entry.start * 2, (entry.start + entry.units) * 2);
        match runs.last_mut() {
            Some(last) if last.2 == entry.position.line => last.1 = end,
            _ => runs.push((start, end, entry.position.line)),
        }
    }
    let items: Vec<Value> = runs
        .into_iter()
        .map(|(start, end, line)| {
            let line = line.map_or_else(none, |l| Value::small(l as i64));
            Tuple::new(&[Value::small(start as i64), Value::small(end as i64), line]).value()
        })
        .collect();
    ops::iter::iter(List::new(&items).value())
}

/// Iterator over the positions of all code units.
pub fn co_positions(v: Value) -> R {
    let mut items = Vec::new();
    for entry in entries(&slf(v)) {
        let Position { line, end_line, col, end_col } = entry.position;
        let parts = [line, end_line, col, end_col].map(|n| n.map_or_else(none, |n| Value::small(n as i64)));
        let tuple = Tuple::new(&parts).value();
        items.extend(std::iter::repeat_n(tuple, entry.units));
    }
    ops::iter::iter(List::new(&items).value())
}

/// Iterator over (branch, not taken, taken) offsets.
pub fn co_branches(v: Value) -> R {
    use taipan_abi::opcode::Opcode;
    let code = slf(v);
    let bytes = code.bytecode();
    let bytes = bytes.as_slice();
    let mut items = Vec::new();
    let mut extended = 0usize;
    let mut at = 0;
    while at + 1 < bytes.len() {
        let (op, arg) =
            (taipan_abi::opcode::deopt(bytes[at]).unwrap_or(Opcode::NOP), extended << 8 | bytes[at + 1] as usize);
        extended = if op == Opcode::EXTENDED_ARG { arg } else { 0 };
        let next = at + 2 + 2 * op.info().caches as usize;
        let is_jump = [
            Opcode::POP_JUMP_IF_FALSE,
            Opcode::POP_JUMP_IF_TRUE,
            Opcode::POP_JUMP_IF_NONE,
            Opcode::POP_JUMP_IF_NOT_NONE,
        ];
        let targets = if is_jump.contains(&op) {
            // A NOT_TAKEN follows.
            Some((next + 2, next + 2 * arg))
        } else if op == Opcode::FOR_ITER {
            Some((next, next + 2 * arg + 2))
        } else {
            None
        };
        if let Some((not_taken, taken)) = targets {
            let parts = [at, not_taken, taken].map(|n| Value::small(n as i64));
            items.push(Tuple::new(&parts).value());
        }
        at = next;
    }
    ops::iter::iter(List::new(&items).value())
}

pub fn varname_from_oparg(v: Value, index: Value) -> R {
    let names = slf(v).localsplusnames.object::<Tuple>();
    let index = ops::as_isize(index)?;
    match usize::try_from(index).ok().filter(|i| *i < names.len()) {
        Some(i) => Ok(names.get(i)),
        None => Err(index_error("tuple index out of range")),
    }
}

/// The parts as programs see them: variables by kind rather than with kinds.
struct Public {
    argcount: Value,
    posonly: Value,
    kwonly: Value,
    nlocals: Value,
    stacksize: Value,
    flags: Value,
    code: Value,
    consts: Value,
    names: Value,
    varnames: Value,
    filename: Value,
    name: Value,
    qualname: Value,
    firstlineno: Value,
    linetable: Value,
    exceptiontable: Value,
    freevars: Value,
    cellvars: Value,
}

fn is_strings(v: Value) -> bool {
    v.cast::<Tuple>().is_some_and(|t| t.as_slice().iter().all(|s| s.cast::<Str>().is_some()))
}

fn interned(names: Value) -> Value {
    let names = names.expect::<Tuple>();
    let out: Vec<Value> =
        names.as_slice().iter().map(|n| n.cast::<Str>().map_or(*n, |s| s.interned().value())).collect();
    Tuple::from_vec(out)
}

impl Public {
    fn of(code: Ref<Code>) -> R<Public> {
        let n = |n: u32| Value::small(n as i64);
        Ok(Public {
            argcount: n(code.argcount.get()),
            posonly: n(code.posonly.get()),
            kwonly: n(code.kwonly.get()),
            nlocals: n(code.nlocals.get()),
            stacksize: n(code.stacksize.get()),
            flags: n(code.flags.get()),
            code: code.bytecode.value(),
            consts: code.consts.value(),
            names: code.names.value(),
            varnames: names_of(code, KIND_LOCAL)?,
            filename: code.filename.value(),
            name: code.name.value(),
            qualname: code.qualname.value(),
            firstlineno: Value::small(code.firstlineno.get() as i64),
            linetable: code.linetable.value(),
            exceptiontable: code.exceptiontable.value(),
            freevars: names_of(code, KIND_FREE)?,
            cellvars: names_of(code, KIND_CELL)?,
        })
    }

    /// Checks everything and makes the code object.
    fn build(&self, function: &str, old: Option<Ref<Code>>) -> R {
        let wrong = |what: &str, wanted: &str, v: Value| {
            Err(type_error(format_args!(
                "{function}() argument {what} must be {wanted}, not {}",
                v.class().display_name()
            )))
        };
        for (what, v) in
            [("'co_code'", self.code), ("'co_linetable'", self.linetable), ("'co_exceptiontable'", self.exceptiontable)]
        {
            if v.exact::<Bytes>().is_none() {
                return wrong(what, "bytes", v);
            }
        }
        for (what, v) in [("'co_filename'", self.filename), ("'co_name'", self.name), ("'co_qualname'", self.qualname)]
        {
            if v.exact::<Str>().is_none() {
                return wrong(what, "str", v);
            }
        }
        for (what, v) in [
            ("'co_consts'", self.consts),
            ("'co_names'", self.names),
            ("'co_varnames'", self.varnames),
            ("'co_freevars'", self.freevars),
            ("'co_cellvars'", self.cellvars),
        ] {
            if v.exact::<Tuple>().is_none() {
                return wrong(what, "tuple", v);
            }
        }
        for v in [self.names, self.varnames, self.freevars, self.cellvars] {
            if !is_strings(v) {
                return Err(type_error("name tuples must contain only strings"));
            }
        }
        let number = |v: Value, what: &str| -> R<u32> {
            let n = ops::as_i64(v)?;
            u32::try_from(n).map_err(|_| value_error(format_args!("{function}: {what} must not be negative")))
        };
        let varnames = interned(self.varnames).expect::<Tuple>();
        let cellvars = interned(self.cellvars).expect::<Tuple>();
        let freevars = interned(self.freevars).expect::<Tuple>();
        let nlocals = number(self.nlocals, "nlocals")?;
        if nlocals as usize != varnames.len() {
            return Err(value_error("code: co_nlocals != len(co_varnames)"));
        }
        let (argcount, posonly, kwonly) = (
            number(self.argcount, "argcount")?,
            number(self.posonly, "posonlyargcount")?,
            number(self.kwonly, "kwonlyargcount")?,
        );
        let flags = number(self.flags, "flags")?;
        use super::code::{CO_VARARGS, CO_VARKEYWORDS};
        let total = argcount + kwonly + (flags & CO_VARARGS != 0) as u32 + (flags & CO_VARKEYWORDS != 0) as u32;
        if posonly > argcount || total > nlocals {
            return Err(value_error("code: varnames is too small"));
        }
        let bytecode = self.code.expect::<Bytes>();
        if !bytecode.as_slice().len().is_multiple_of(2) || bytecode.as_slice().is_empty() {
            return Err(value_error("code: co_code is malformed"));
        }
        let mut names: Vec<Value> = Vec::new();
        let mut kinds: Vec<u8> = Vec::new();
        let is_cell = |name: Value| cellvars.as_slice().iter().any(|c| c.is(name));
        // What the kinds of the old object say beyond the three tuples is kept.
        let hidden = |name: Value| -> u8 {
            let Some(old) = old else { return 0 };
            let names = old.localsplusnames.object::<Tuple>();
            let found = names.as_slice().iter().position(|n| n.is(name));
            found.map_or(0, |i| old.kind(i) & (KIND_HIDDEN | 0x0f))
        };
        for name in varnames.as_slice() {
            names.push(*name);
            let argument = if old.is_none() && (names.len() as u32) <= total { 0x06 } else { 0 };
            kinds.push(KIND_LOCAL | if is_cell(*name) { KIND_CELL } else { 0 } | hidden(*name) | argument);
        }
        for name in cellvars.as_slice() {
            if !varnames.as_slice().iter().any(|v| v.is(*name)) {
                names.push(*name);
                kinds.push(KIND_CELL | hidden(*name));
            }
        }
        for name in freevars.as_slice() {
            names.push(*name);
            kinds.push(KIND_FREE | hidden(*name));
        }
        let made = Code::new(Parts {
            argcount,
            posonly,
            kwonly,
            stacksize: number(self.stacksize, "stacksize")?,
            flags,
            firstlineno: ops::as_i64(self.firstlineno)? as i32,
            bytecode: self.code,
            consts: self.consts,
            names: interned(self.names),
            localsplusnames: Tuple::from_vec(names),
            kinds: Bytes::new(&kinds).value(),
            filename: self.filename,
            name: self.name.expect::<Str>().interned().value(),
            qualname: self.qualname,
            linetable: self.linetable,
            exceptiontable: self.exceptiontable,
        });
        if let Some(old) = old {
            // Compiled code stays good as long as what it was compiled from does.
            let same = |a: Value, b: Value| a.is(b);
            if same(old.bytecode.value(), self.code)
                && same(old.consts.value(), self.consts)
                && same(old.names.value(), self.names)
                && old.nlocalsplus.get() == made.nlocalsplus.get()
                && old.flags.get() == flags
                && old.argcount.get() == argcount
                && old.kwonly.get() == kwonly
            {
                made.native.set(old.native.get());
                made.native_resume.set(old.native_resume.get());
                made.native_body.set(old.native_body.get());
                made.home.set(old.home.get());
                let same_frame = old.posonly.get() == posonly
                    && old.stacksize.get() <= made.stacksize.get()
                    && same(old.exceptiontable.value(), self.exceptiontable)
                    && old.kinds.object::<Bytes>().as_slice() == kinds;
                made.trusted.set(old.trusted.get() && same_frame);
            }
        }
        Ok(made.value())
    }
}

/// `types.CodeType(...)`.
pub fn new(_: Ref<Type>, args: Args) -> R {
    let given = args.only_positional("code", 16, 18)?;
    let [
        argcount,
        posonly,
        kwonly,
        nlocals,
        stacksize,
        flags,
        code,
        consts,
        names,
        varnames,
        filename,
        name,
        qualname,
        firstlineno,
        linetable,
        exceptiontable,
    ] = *given.first_chunk::<16>().ok_or_else(|| type_error("code() takes at least 16 arguments"))?;
    let optional = |i: usize| given.get(i).copied().unwrap_or_else(|| Tuple::empty().value());
    Public {
        argcount,
        posonly,
        kwonly,
        nlocals,
        stacksize,
        flags,
        code,
        consts,
        names,
        varnames,
        filename,
        name,
        qualname,
        firstlineno,
        linetable,
        exceptiontable,
        freevars: optional(16),
        cellvars: optional(17),
    }
    .build("code", None)
}

/// `code.replace(co_x=...)`.
pub fn replace(v: Value, args: Args) -> R {
    static PARAMS: Params = Params {
        function: "replace",
        names: &[
            "co_argcount",
            "co_posonlyargcount",
            "co_kwonlyargcount",
            "co_nlocals",
            "co_stacksize",
            "co_flags",
            "co_firstlineno",
            "co_code",
            "co_consts",
            "co_names",
            "co_varnames",
            "co_freevars",
            "co_cellvars",
            "co_filename",
            "co_name",
            "co_qualname",
            "co_linetable",
            "co_exceptiontable",
        ],
        required: 0,
        positional: 0,
    };
    let bound: [Option<Value>; 18] = args.bind(&PARAMS)?;
    let code = slf(v);
    let mut public = Public::of(code)?;
    if let (None, Some(varnames)) = (bound[3], bound[10].and_then(|v| v.cast::<Tuple>())) {
        public.nlocals = Value::small(varnames.len() as i64);
    }
    let places = [
        &mut public.argcount,
        &mut public.posonly,
        &mut public.kwonly,
        &mut public.nlocals,
        &mut public.stacksize,
        &mut public.flags,
        &mut public.firstlineno,
        &mut public.code,
        &mut public.consts,
        &mut public.names,
        &mut public.varnames,
        &mut public.freevars,
        &mut public.cellvars,
        &mut public.filename,
        &mut public.name,
        &mut public.qualname,
        &mut public.linetable,
        &mut public.exceptiontable,
    ];
    for (place, value) in places.into_iter().zip(bound) {
        if let Some(value) = value {
            *place = value;
        }
    }
    debug_assert!(v.class() == CODE.class());
    public.build("replace", Some(code))
}
