//! `_locale`: the C library's locale, as far as `locale` and the library ask for it. Text is UTF-8 always.

use crate::errors::{self, R, type_error};
use crate::names;
use crate::object::{Method, call};
use crate::ops;
use crate::types::dict::Dict;
use crate::types::exceptions::EXCEPTION;
use crate::types::int;
use crate::types::list::List;
use crate::types::module::NativeModule;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::ffi::{CStr, CString, c_char};

/// A C string, which may be null.
fn text(chars: *const c_char) -> Value {
    if chars.is_null() {
        return Str::new("").value();
    }
    // SAFETY: the C library's strings end in NUL and are copied at once.
    Str::new(&unsafe { CStr::from_ptr(chars) }.to_string_lossy()).value()
}

fn c_text(v: Value, function: &str) -> R<CString> {
    let Some(text) = v.cast::<Str>() else {
        return Err(type_error(format_args!("{function}() argument must be str, not {}", v.class().display_name())));
    };
    CString::new(text.to_wtf8()).map_err(|_| errors::value_error("embedded null character"))
}

fn setlocale(_: Value, args: &[Value]) -> R {
    let category = ops::as_i32(args[0])?;
    let name = match args.get(1).filter(|name| !name.is_none()) {
        Some(name) => Some(c_text(*name, "setlocale")?),
        None => None,
    };
    // SAFETY: a string that ends in NUL, or null to ask.
    let now = unsafe { libc::setlocale(category, name.as_ref().map_or(std::ptr::null(), |name| name.as_ptr())) };
    if !now.is_null() {
        return Ok(text(now));
    }
    let message = if name.is_some() { "unsupported locale setting" } else { "locale query failed" };
    match super::create_and_get("_locale", "Error")? {
        Some(error) => {
            let exception = call::call(error, &[Str::new(message).value()])?;
            Err(errors::do_raise(Some(exception), None))
        }
        None => Err(errors::value_error(message)),
    }
}

/// Sizes of digit groups: bytes up to 0 or CHAR_MAX.
fn grouping(chars: *const c_char) -> Value {
    let mut sizes = Vec::new();
    // SAFETY: the C library's strings end in NUL; an empty one means none.
    let bytes = if chars.is_null() { &[] } else { unsafe { CStr::from_ptr(chars) }.to_bytes() };
    for size in bytes {
        sizes.push(Value::small(*size as i64));
        if *size == 127 {
            break;
        }
    }
    if !sizes.is_empty() && bytes.last() != Some(&127) {
        sizes.push(Value::small(0));
    }
    List::new(&sizes).value()
}

fn localeconv(_: Value) -> R {
    // SAFETY: the result is static and copied before any other call.
    let conv = unsafe { &*libc::localeconv() };
    let dict = Dict::new();
    let set = |name: &str, value: Value| dict.set_str(Str::intern(name), value);
    set("decimal_point", text(conv.decimal_point));
    set("thousands_sep", text(conv.thousands_sep));
    set("grouping", grouping(conv.grouping));
    set("int_curr_symbol", text(conv.int_curr_symbol));
    set("currency_symbol", text(conv.currency_symbol));
    set("mon_decimal_point", text(conv.mon_decimal_point));
    set("mon_thousands_sep", text(conv.mon_thousands_sep));
    set("mon_grouping", grouping(conv.mon_grouping));
    set("positive_sign", text(conv.positive_sign));
    set("negative_sign", text(conv.negative_sign));
    for (name, value) in [
        ("int_frac_digits", conv.int_frac_digits),
        ("frac_digits", conv.frac_digits),
        ("p_cs_precedes", conv.p_cs_precedes),
        ("p_sep_by_space", conv.p_sep_by_space),
        ("n_cs_precedes", conv.n_cs_precedes),
        ("n_sep_by_space", conv.n_sep_by_space),
        ("p_sign_posn", conv.p_sign_posn),
        ("n_sign_posn", conv.n_sign_posn),
    ] {
        set(name, int::from_i64(value as i64));
    }
    Ok(dict.value())
}

fn nl_langinfo(_: Value, item: Value) -> R {
    let item = ops::as_i32(item)?;
    if item == libc::CODESET {
        return Ok(Str::new("UTF-8").value());
    }
    // SAFETY: an unknown item gives an empty string.
    Ok(text(unsafe { libc::nl_langinfo(item) }))
}

fn strcoll(_: Value, args: &[Value]) -> R {
    let (a, b) = (c_text(args[0], "strcoll")?, c_text(args[1], "strcoll")?);
    // SAFETY: strings that end in NUL.
    Ok(Value::small(unsafe { libc::strcoll(a.as_ptr(), b.as_ptr()) } as i64))
}

fn strxfrm(_: Value, v: Value) -> R {
    let from = c_text(v, "strxfrm")?;
    // SAFETY: asks for the size, then writes at most that.
    unsafe {
        let n = libc::strxfrm(std::ptr::null_mut(), from.as_ptr(), 0);
        let mut to = vec![0u8; n + 1];
        libc::strxfrm(to.as_mut_ptr().cast(), from.as_ptr(), to.len());
        to.truncate(n);
        // Bytes become code points: their order is what counts.
        Ok(Str::from_wtf8(&to).unwrap_or_else(|| Str::from_latin1(&to)).value())
    }
}

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

static NUMBERS: &[(&str, i64)] = numbers! {
    LC_ALL LC_COLLATE LC_CTYPE LC_MESSAGES LC_MONETARY LC_NUMERIC LC_TIME CODESET RADIXCHAR THOUSEP CRNCYSTR
    D_FMT D_T_FMT T_FMT T_FMT_AMPM AM_STR PM_STR YESEXPR NOEXPR ERA ERA_D_FMT ERA_D_T_FMT ERA_T_FMT ALT_DIGITS
    DAY_1 DAY_2 DAY_3 DAY_4 DAY_5 DAY_6 DAY_7 ABDAY_1 ABDAY_2 ABDAY_3 ABDAY_4 ABDAY_5 ABDAY_6 ABDAY_7
    MON_1 MON_2 MON_3 MON_4 MON_5 MON_6 MON_7 MON_8 MON_9 MON_10 MON_11 MON_12
    ABMON_1 ABMON_2 ABMON_3 ABMON_4 ABMON_5 ABMON_6 ABMON_7 ABMON_8 ABMON_9 ABMON_10 ABMON_11 ABMON_12
};

pub static MODULE: NativeModule = NativeModule {
    name: "_locale",
    functions: &[
        Method::pos("setlocale", setlocale, 1, 2),
        Method::none("localeconv", localeconv),
        Method::none("getencoding", |_| Ok(Str::new("UTF-8").value())),
        Method::one("nl_langinfo", nl_langinfo),
        Method::pos("strcoll", strcoll, 2, 2),
        Method::one("strxfrm", strxfrm),
    ],
    init: |module| {
        for (name, number) in NUMBERS {
            module.set(name, Value::small(*number));
        }
        module.set("CHAR_MAX", Value::small(127));
        // `class Error(Exception)`, as a program would write it.
        let namespace = Dict::new();
        namespace.set_str(names::get(names::__module__), Str::intern("locale").value());
        let bases = Tuple::new(&[EXCEPTION.class().value()]);
        let metaclass = crate::types::type_::TYPE.class().value();
        let error = call::call(metaclass, &[Str::intern("Error").value(), bases.value(), namespace.value()])?;
        module.set("Error", error);
        Ok(())
    },
};
