//! `cmath`: functions of complex numbers.

mod functions;

use super::math::{Fault, ISCLOSE, libm};
use crate::errors::{R, Raised, overflow_error, type_error, value_error};
use crate::object::singletons::boolean;
use crate::object::{Args, Method};
use crate::types::complex::{self, C};
use crate::types::float;
use crate::types::module::NativeModule;
use crate::types::tuple::Tuple;
use crate::value::Value;
use functions::Outcome;
use std::f64::consts;

fn argument(v: Value) -> R<C> {
    complex::from_object(v)?
        .ok_or_else(|| type_error(format_args!("must be real number, not {}", v.class().display_name())))
}

fn raise(fault: Fault) -> Raised {
    match fault {
        Fault::Domain => value_error("math domain error"),
        Fault::Range => overflow_error("math range error"),
    }
}

fn apply(v: Value, f: fn(C) -> Outcome) -> R {
    let r = f(argument(v)?).map_err(raise)?;
    Ok(complex::new(r.re, r.im))
}

macro_rules! function {
    ($name:literal, $f:ident) => {
        Method::one($name, |_, v| apply(v, functions::$f))
    };
}

fn log(_: Value, args: &[Value]) -> R {
    let Some(base) = args.get(1) else { return apply(args[0], functions::log_of) };
    let (z, base) = (argument(args[0])?, argument(*base)?);
    let x = functions::log_of(z).map_err(raise)?;
    let y = functions::log_of(base).map_err(raise)?;
    if y.re == 0.0 && y.im == 0.0 {
        return Err(raise(Fault::Domain));
    }
    crate::ops::truediv(complex::new(x.re, x.im), complex::new(y.re, y.im))
}

fn modulus(z: C) -> Result<f64, Fault> {
    if z.re.is_infinite() || z.im.is_infinite() {
        return Ok(f64::INFINITY);
    }
    let r = libm::hypot(z.re, z.im);
    if r.is_infinite() { Err(Fault::Range) } else { Ok(r) }
}

fn polar(_: Value, v: Value) -> R {
    let z = argument(v)?;
    let r = modulus(z).map_err(raise)?;
    Ok(Tuple::new(&[float::from_f64(r), float::from_f64(libm::atan2(z.im, z.re))]).value())
}

fn rect(_: Value, args: &[Value]) -> R {
    let r = functions::rect(float::from_number(args[0])?, float::from_number(args[1])?).map_err(raise)?;
    Ok(complex::new(r.re, r.im))
}

fn isclose(_: Value, args: Args) -> R {
    let [a, b, relative, absolute] = args.bind(&ISCLOSE)?;
    let number = |v: Option<Value>, default: f64| v.map_or(Ok(default), float::from_number);
    let part = |v: Option<Value>| v.map_or(Ok(C { re: 0.0, im: 0.0 }), argument);
    let (a, b) = (part(a)?, part(b)?);
    let (relative, absolute) = (number(relative, 1e-9)?, number(absolute, 0.0)?);
    if relative < 0.0 || absolute < 0.0 {
        return Err(value_error("tolerances must be non-negative"));
    }
    if a.re == b.re && a.im == b.im {
        return Ok(boolean(true));
    }
    if [a.re, a.im, b.re, b.im].iter().any(|x| x.is_infinite()) {
        return Ok(boolean(false));
    }
    let size = |z: C| libm::hypot(z.re, z.im);
    let apart = size(C { re: a.re - b.re, im: a.im - b.im });
    Ok(boolean(apart <= relative * size(b) || apart <= relative * size(a) || apart <= absolute))
}

fn test(v: Value, f: fn(C) -> bool) -> R {
    argument(v).map(|z| boolean(f(z)))
}

pub static MODULE: NativeModule = NativeModule {
    name: "cmath",
    functions: &[
        function!("acos", acos),
        function!("acosh", acosh),
        function!("asin", asin),
        function!("asinh", asinh_of),
        function!("atan", atan),
        function!("atanh", atanh),
        function!("cos", cos_of),
        function!("cosh", cosh_of),
        function!("exp", exp_of),
        function!("log10", log10_of),
        function!("sin", sin_of),
        function!("sinh", sinh_of),
        function!("sqrt", sqrt),
        function!("tan", tan_of),
        function!("tanh", tanh_of),
        Method::pos("log", log, 1, 2),
        Method::one("phase", |_, v| functions::phase(argument(v)?).map(float::from_f64).map_err(raise)),
        Method::one("polar", polar),
        Method::pos("rect", rect, 2, 2),
        Method::one("isfinite", |_, v| test(v, |z| z.re.is_finite() && z.im.is_finite())),
        Method::one("isinf", |_, v| test(v, |z| z.re.is_infinite() || z.im.is_infinite())),
        Method::one("isnan", |_, v| test(v, |z| z.re.is_nan() || z.im.is_nan())),
        Method::full("isclose", isclose),
    ],
    init: |module| {
        for (name, number) in
            [("pi", consts::PI), ("e", consts::E), ("tau", consts::TAU), ("inf", f64::INFINITY), ("nan", f64::NAN)]
        {
            module.set(name, float::from_f64(number));
        }
        module.set("infj", complex::new(0.0, f64::INFINITY));
        module.set("nanj", complex::new(0.0, f64::NAN));
        Ok(())
    },
};
