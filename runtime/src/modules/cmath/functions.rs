//! The functions of complex numbers, for finite arguments by CPython's formulas, which keep their digits
//! near branch points and do not overflow on the way; for others by C99's Annex G, as the C library has it.

use crate::modules::math::Fault;
use crate::modules::math::libm::{asinh, atan2, cos, cosh, exp, hypot, ldexp, log, log1p, sin, sinh, tan, tanh};
use crate::types::complex::C;
use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

pub type Outcome = Result<C, Fault>;

const LARGE: f64 = f64::MAX / 4.0;
/// `log(LARGE)`, a little below the overflow of `exp`.
const LOG_LARGE: f64 = 708.396_418_532_264_1;
const SQRT_LARGE: f64 = 6.703_903_964_971_298e153;
const SQRT_MIN: f64 = 1.491_668_146_240_041_3e-154;
/// Powers of two that bring subnormal parts into the normal range, and a root back.
const SCALE_UP: i32 = 53;
const SCALE_DOWN: i32 = -27;

mod special {
    use crate::types::complex::C;

    /// `double complex` of C: two floats, passed and returned alike.
    #[repr(C)]
    #[derive(Clone, Copy)]
    pub struct Raw {
        re: f64,
        im: f64,
    }

    macro_rules! functions {
        ($($name:ident)*) => {
            mod c {
                use super::Raw;
                // SAFETY: standard C functions of these types.
                unsafe extern "C" {
                    $(pub safe fn $name(z: Raw) -> Raw;)*
                }
            }
            $(pub fn $name(z: C) -> C {
                // The sign of a NaN would show in the result.
                let plain = |x: f64| if x.is_nan() { f64::NAN } else { x };
                let r = c::$name(Raw { re: plain(z.re), im: plain(z.im) });
                C { re: r.re, im: r.im }
            })*
        };
    }
    functions!(cacos cacosh casinh catanh ccosh cexp clog csinh csqrt ctanh);
}

fn c(re: f64, im: f64) -> C {
    C { re, im }
}

fn finite(z: C) -> bool {
    z.re.is_finite() && z.im.is_finite()
}

fn is_large(z: C) -> bool {
    z.re.abs() > LARGE || z.im.abs() > LARGE
}

/// `log(|2z|)` of a large number.
fn large_log(z: C) -> f64 {
    log(hypot(z.re / 2.0, z.im / 2.0)) + LN_2 * 2.0
}

fn in_range(z: C) -> Outcome {
    if z.re.is_infinite() || z.im.is_infinite() { Err(Fault::Range) } else { Ok(z) }
}

fn turn(z: C) -> C {
    c(-z.im, z.re)
}

fn turn_back(z: C) -> C {
    c(z.im, -z.re)
}

fn root(z: C) -> C {
    if !finite(z) {
        return special::csqrt(z);
    }
    if z.re == 0.0 && z.im == 0.0 {
        return c(0.0, z.im);
    }
    let (ax, ay) = (z.re.abs(), z.im.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE && (ax > 0.0 || ay > 0.0) {
        let ax = ldexp(ax, SCALE_UP);
        ldexp((ax + hypot(ax, ldexp(ay, SCALE_UP))).sqrt(), SCALE_DOWN)
    } else {
        let ax = ax / 8.0;
        2.0 * (ax + hypot(ax, ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    if z.re >= 0.0 { c(s, d.copysign(z.im)) } else { c(d, s.copysign(z.im)) }
}

pub fn sqrt(z: C) -> Outcome {
    Ok(root(z))
}

pub fn acos(z: C) -> Outcome {
    if !finite(z) {
        // Annex G leaves this sign open, as some below.
        let r = special::cacos(z);
        return Ok(if z.im.is_nan() && r.im.is_infinite() { c(r.re, f64::INFINITY) } else { r });
    }
    if is_large(z) {
        let im = if z.re < 0.0 { -large_log(z).copysign(z.im) } else { large_log(z).copysign(-z.im) };
        return Ok(c(atan2(z.im.abs(), z.re), im));
    }
    let (s1, s2) = (root(c(1.0 - z.re, -z.im)), root(c(1.0 + z.re, z.im)));
    Ok(c(2.0 * atan2(s1.re, s2.re), asinh(s2.re * s1.im - s2.im * s1.re)))
}

pub fn acosh(z: C) -> Outcome {
    if !finite(z) {
        return Ok(special::cacosh(z));
    }
    if is_large(z) {
        return Ok(c(large_log(z), atan2(z.im, z.re)));
    }
    let (s1, s2) = (root(c(z.re - 1.0, z.im)), root(c(z.re + 1.0, z.im)));
    Ok(c(asinh(s1.re * s2.re + s1.im * s2.im), 2.0 * atan2(s1.im, s2.re)))
}

pub fn asin(z: C) -> Outcome {
    asinh_of(turn(z)).map(turn_back)
}

pub fn asinh_of(z: C) -> Outcome {
    if !finite(z) {
        return Ok(special::casinh(z));
    }
    if is_large(z) {
        let re = if z.im >= 0.0 { large_log(z).copysign(z.re) } else { -large_log(z).copysign(-z.re) };
        return Ok(c(re, atan2(z.im, z.re.abs())));
    }
    let (s1, s2) = (root(c(1.0 + z.im, -z.re)), root(c(1.0 - z.im, z.re)));
    Ok(c(asinh(s1.re * s2.im - s2.re * s1.im), atan2(z.im, s1.re * s2.re - s1.im * s2.im)))
}

pub fn atan(z: C) -> Outcome {
    atanh(turn(z)).map(turn_back)
}

pub fn atanh(z: C) -> Outcome {
    if !finite(z) {
        return Ok(special::catanh(z));
    }
    if z.re.is_sign_negative() {
        return atanh(c(-z.re, -z.im)).map(|r| c(-r.re, -r.im));
    }
    let ay = z.im.abs();
    if z.re > SQRT_LARGE || ay > SQRT_LARGE {
        let h = hypot(z.re / 2.0, z.im / 2.0);
        return Ok(c(z.re / 4.0 / h / h, -FRAC_PI_2.copysign(-z.im)));
    }
    if z.re == 1.0 && ay < SQRT_MIN {
        if ay == 0.0 {
            return Err(Fault::Domain);
        }
        return Ok(c(-log(ay.sqrt() / hypot(ay, 2.0).sqrt()), (atan2(2.0, -ay) / 2.0).copysign(z.im)));
    }
    let less = 1.0 - z.re;
    Ok(c(log1p(4.0 * z.re / (less * less + ay * ay)) / 4.0, -atan2(-2.0 * z.im, less * (1.0 + z.re) - ay * ay) / 2.0))
}

/// Infinite parts with the signs of the point at this angle.
fn infinite(angle: f64) -> C {
    c(f64::INFINITY.copysign(cos(angle)), f64::INFINITY.copysign(sin(angle)))
}

/// An infinite real part and an angle that is neither 0 nor infinite.
fn turned_infinity(z: C) -> bool {
    z.re.is_infinite() && z.im.is_finite() && z.im != 0.0
}

pub fn cos_of(z: C) -> Outcome {
    cosh_of(turn(z))
}

pub fn cosh_of(z: C) -> Outcome {
    if !finite(z) {
        if turned_infinity(z) {
            let r = infinite(z.im);
            return Ok(if z.re > 0.0 { r } else { c(r.re, -r.im) });
        }
        if z.im.is_infinite() && !z.re.is_nan() {
            return Err(Fault::Domain);
        }
        return Ok(if z.re.is_nan() && z.im == 0.0 { c(z.re, 0.0) } else { special::ccosh(z) });
    }
    if z.re.abs() > LOG_LARGE {
        let less = z.re - 1f64.copysign(z.re);
        return in_range(c(cos(z.im) * cosh(less) * E, sin(z.im) * sinh(less) * E));
    }
    in_range(c(cos(z.im) * cosh(z.re), sin(z.im) * sinh(z.re)))
}

pub fn sin_of(z: C) -> Outcome {
    sinh_of(turn(z)).map(turn_back)
}

pub fn sinh_of(z: C) -> Outcome {
    if !finite(z) {
        if turned_infinity(z) {
            let r = infinite(z.im);
            return Ok(if z.re > 0.0 { r } else { c(-r.re, r.im) });
        }
        if z.im.is_infinite() && !z.re.is_nan() {
            return Err(Fault::Domain);
        }
        return Ok(if z.re == 0.0 && z.im.is_nan() { c(0.0, z.im) } else { special::csinh(z) });
    }
    if z.re.abs() > LOG_LARGE {
        let less = z.re - 1f64.copysign(z.re);
        return in_range(c(cos(z.im) * sinh(less) * E, sin(z.im) * cosh(less) * E));
    }
    in_range(c(cos(z.im) * sinh(z.re), sin(z.im) * cosh(z.re)))
}

pub fn tan_of(z: C) -> Outcome {
    tanh_of(turn(z)).map(turn_back)
}

pub fn tanh_of(z: C) -> Outcome {
    if !finite(z) {
        if turned_infinity(z) {
            return Ok(c(1f64.copysign(z.re), 0f64.copysign(2.0 * sin(z.im) * cos(z.im))));
        }
        if z.im.is_infinite() && z.re.is_finite() {
            return Err(Fault::Domain);
        }
        let open = z.re.is_infinite() && !z.im.is_finite();
        return Ok(if open { c(1f64.copysign(z.re), 0.0) } else { special::ctanh(z) });
    }
    if z.re.abs() > LOG_LARGE {
        return Ok(c(1f64.copysign(z.re), 4.0 * sin(z.im) * cos(z.im) * exp(-2.0 * z.re.abs())));
    }
    let (tx, ty, cx) = (tanh(z.re), tan(z.im), 1.0 / cosh(z.re));
    let product = tx * ty;
    let denominator = 1.0 + product * product;
    Ok(c(tx * (1.0 + ty * ty) / denominator, ((ty / denominator) * cx) * cx))
}

pub fn exp_of(z: C) -> Outcome {
    if !finite(z) {
        if turned_infinity(z) {
            if z.re > 0.0 {
                return Ok(infinite(z.im));
            }
            return Ok(c(0f64.copysign(cos(z.im)), 0f64.copysign(sin(z.im))));
        }
        let undefined = z.im.is_infinite() && (z.re.is_finite() || z.re == f64::INFINITY);
        if undefined {
            return Err(Fault::Domain);
        }
        let open = z.re == f64::NEG_INFINITY && !z.im.is_finite();
        return Ok(if open { c(0.0, 0.0) } else { special::cexp(z) });
    }
    if z.re > LOG_LARGE {
        let l = exp(z.re - 1.0);
        return in_range(c(l * cos(z.im) * E, l * sin(z.im) * E));
    }
    let l = exp(z.re);
    in_range(c(l * cos(z.im), l * sin(z.im)))
}

pub fn log_of(z: C) -> Outcome {
    if !finite(z) {
        return Ok(special::clog(z));
    }
    let (ax, ay) = (z.re.abs(), z.im.abs());
    let re = if is_large(z) {
        log(hypot(ax / 2.0, ay / 2.0)) + LN_2
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return Err(Fault::Domain);
        }
        log(hypot(ldexp(ax, SCALE_UP), ldexp(ay, SCALE_UP))) - SCALE_UP as f64 * LN_2
    } else {
        let h = hypot(ax, ay);
        if (0.71..=1.73).contains(&h) {
            let (more, less) = (ax.max(ay), ax.min(ay));
            log1p((more - 1.0) * (more + 1.0) + less * less) / 2.0
        } else {
            log(h)
        }
    };
    Ok(c(re, atan2(z.im, z.re)))
}

/// The angle; one too small for a float is an error, as in the C library.
pub fn phase(z: C) -> Result<f64, Fault> {
    let phi = atan2(z.im, z.re);
    if phi == 0.0 && z.im != 0.0 && z.re.is_finite() { Err(Fault::Range) } else { Ok(phi) }
}

pub fn log10_of(z: C) -> Outcome {
    log_of(z).map(|r| c(r.re / LN_10, r.im / LN_10))
}

/// The number with this modulus and phase.
pub fn rect(r: f64, phi: f64) -> Outcome {
    if r.is_finite() && phi.is_finite() {
        return Ok(if phi == 0.0 { c(r, r * phi) } else { c(r * cos(phi), r * sin(phi)) });
    }
    if r.is_infinite() && phi.is_finite() && phi != 0.0 {
        let z = infinite(phi);
        return Ok(if r > 0.0 { z } else { c(-z.re, -z.im) });
    }
    if phi.is_infinite() && r != 0.0 && !r.is_nan() {
        return Err(Fault::Domain);
    }
    Ok(if phi == 0.0 {
        // An infinite or undefined modulus.
        c(r, if r.is_nan() { 0.0 } else { phi * 1f64.copysign(r) })
    } else if r == 0.0 {
        c(0.0, 0.0)
    } else if r.is_infinite() {
        c(f64::INFINITY, f64::NAN)
    } else {
        c(f64::NAN, f64::NAN)
    })
}
