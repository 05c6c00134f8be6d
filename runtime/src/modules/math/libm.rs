//! The C library's mathematical functions: results are to be those of CPython, which calls the same ones.

use std::sync::OnceLock;

/// The C library's `cbrt`. Rust's support library has a function of this name that rounds better, and the
/// linker would take that one.
pub fn cbrt(x: f64) -> f64 {
    type Function = extern "C" fn(f64) -> f64;
    static FOUND: OnceLock<Option<Function>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        // SAFETY: a look-up by name; the symbol, if there is one, is a function of this type.
        unsafe {
            let address = libc::dlsym(libc::RTLD_DEFAULT, c"cbrt".as_ptr());
            (!address.is_null()).then(|| std::mem::transmute::<*mut libc::c_void, Function>(address))
        }
    });
    match found {
        Some(function) => function(x),
        None => x.cbrt(),
    }
}

macro_rules! functions {
    ($($name:ident($($arg:ident: $ty:ty),*);)*) => {
        mod c {
            // SAFETY: standard C functions of these types; they touch nothing but their arguments and `errno`.
            unsafe extern "C" {
                $(pub safe fn $name($($arg: $ty),*) -> f64;)*
            }
        }
        $(#[inline(always)]
        pub fn $name($($arg: $ty),*) -> f64 {
            c::$name($($arg),*)
        })*
    };
}

functions! {
    acos(x: f64);
    acosh(x: f64);
    asin(x: f64);
    asinh(x: f64);
    atan(x: f64);
    atan2(y: f64, x: f64);
    atanh(x: f64);
    cos(x: f64);
    cosh(x: f64);
    erf(x: f64);
    erfc(x: f64);
    exp(x: f64);
    exp2(x: f64);
    expm1(x: f64);
    fma(x: f64, y: f64, z: f64);
    fmod(x: f64, y: f64);
    hypot(x: f64, y: f64);
    ldexp(x: f64, n: i32);
    log(x: f64);
    log10(x: f64);
    log1p(x: f64);
    log2(x: f64);
    nextafter(x: f64, y: f64);
    pow(x: f64, y: f64);
    remainder(x: f64, y: f64);
    sin(x: f64);
    sinh(x: f64);
    tan(x: f64);
    tanh(x: f64);
}
