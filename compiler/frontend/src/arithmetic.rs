//! Arithmetic that folded constants and the runtime must agree on, bit for bit.

use num_bigint::BigInt;
use num_traits::{Signed, Zero};

/// A complex number.
#[derive(Clone, Copy, Debug)]
pub struct C {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

/// An operand of complex arithmetic: a real one takes part without an imaginary zero.
#[derive(Clone, Copy, Debug)]
pub enum Operand {
    /// An int or a float.
    Real(f64),
    /// A complex number.
    Complex(C),
}

impl Operand {
    /// As a complex number.
    pub fn complex(self) -> C {
        match self {
            Operand::Real(re) => C { re, im: 0.0 },
            Operand::Complex(c) => c,
        }
    }
}

/// Why there is no power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerError {
    /// Zero to a negative or complex power.
    Zero,
    /// It is infinite.
    Overflow,
}

/// `x + y`, one of them complex.
pub fn add(x: Operand, y: Operand) -> C {
    match (x, y) {
        (Operand::Complex(x), Operand::Real(y)) => C { re: x.re + y, im: x.im },
        (Operand::Real(x), Operand::Complex(y)) => C { re: x + y.re, im: y.im },
        _ => {
            let (x, y) = (x.complex(), y.complex());
            C { re: x.re + y.re, im: x.im + y.im }
        }
    }
}

/// `x - y`, one of them complex.
pub fn subtract(x: Operand, y: Operand) -> C {
    match (x, y) {
        (Operand::Complex(x), Operand::Real(y)) => C { re: x.re - y, im: x.im },
        (Operand::Real(x), Operand::Complex(y)) => C { re: x - y.re, im: -y.im },
        _ => {
            let (x, y) = (x.complex(), y.complex());
            C { re: x.re - y.re, im: x.im - y.im }
        }
    }
}

/// `x * y`, one of them complex.
pub fn multiply(x: Operand, y: Operand) -> C {
    match (x, y) {
        (Operand::Complex(c), Operand::Real(r)) => C { re: c.re * r, im: c.im * r },
        (Operand::Real(r), Operand::Complex(c)) => C { re: r * c.re, im: r * c.im },
        _ => multiply_complex(x.complex(), y.complex()),
    }
}

/// `x / y`, one of them complex; `None` for a zero divisor.
pub fn divide(x: Operand, y: Operand) -> Option<C> {
    match (x, y) {
        (Operand::Complex(_), Operand::Real(0.0)) => None,
        (Operand::Complex(x), Operand::Real(y)) => Some(C { re: x.re / y, im: x.im / y }),
        (Operand::Real(x), Operand::Complex(y)) => divide_real(x, y),
        _ => divide_complex(x.complex(), y.complex()),
    }
}

fn multiply_complex(a: C, b: C) -> C {
    let (mut re, mut im) = (a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
    if re.is_nan() && im.is_nan() {
        // Annex G of C: infinities survive.
        let sign = |x: f64| if x.is_infinite() { 1f64.copysign(x) } else { 0f64.copysign(x) };
        let zero = |x: f64| if x.is_nan() { 0f64.copysign(x) } else { x };
        let (mut a, mut b) = (a, b);
        let mut recalculate = false;
        if a.re.is_infinite() || a.im.is_infinite() {
            a = C { re: sign(a.re), im: sign(a.im) };
            b = C { re: zero(b.re), im: zero(b.im) };
            recalculate = true;
        }
        if b.re.is_infinite() || b.im.is_infinite() {
            b = C { re: sign(b.re), im: sign(b.im) };
            a = C { re: zero(a.re), im: zero(a.im) };
            recalculate = true;
        }
        if !recalculate
            && [a.re * b.re, a.im * b.im, a.re * b.im, a.im * b.re].iter().any(|product| product.is_infinite())
        {
            a = C { re: zero(a.re), im: zero(a.im) };
            b = C { re: zero(b.re), im: zero(b.im) };
            recalculate = true;
        }
        if recalculate {
            re = f64::INFINITY * (a.re * b.re - a.im * b.im);
            im = f64::INFINITY * (a.re * b.im + a.im * b.re);
        }
    }
    C { re, im }
}

/// Smith's division, scaled by the larger part of the divisor; `None` for a zero divisor.
fn divide_complex(a: C, b: C) -> Option<C> {
    let (abs_re, abs_im) = (b.re.abs(), b.im.abs());
    let mut r;
    if abs_re >= abs_im {
        if abs_re == 0.0 {
            return None;
        }
        let ratio = b.im / b.re;
        let denominator = b.re + b.im * ratio;
        r = C { re: (a.re + a.im * ratio) / denominator, im: (a.im - a.re * ratio) / denominator };
    } else if abs_im >= abs_re {
        let ratio = b.re / b.im;
        let denominator = b.re * ratio + b.im;
        r = C { re: (a.re * ratio + a.im) / denominator, im: (a.im * ratio - a.re) / denominator };
    } else {
        r = C { re: f64::NAN, im: f64::NAN };
    }
    if r.re.is_nan() && r.im.is_nan() {
        let sign = |x: f64| if x.is_infinite() { 1f64.copysign(x) } else { 0f64.copysign(x) };
        if (a.re.is_infinite() || a.im.is_infinite()) && b.re.is_finite() && b.im.is_finite() {
            let (x, y) = (sign(a.re), sign(a.im));
            r = C { re: f64::INFINITY * (x * b.re + y * b.im), im: f64::INFINITY * (y * b.re - x * b.im) };
        } else if (b.re.is_infinite() || b.im.is_infinite()) && a.re.is_finite() && a.im.is_finite() {
            let (x, y) = (sign(b.re), sign(b.im));
            r = C { re: 0.0 * (a.re * x + a.im * y), im: 0.0 * (a.im * x - a.re * y) };
        }
    }
    Some(r)
}

/// A real number by a complex one: no imaginary zero takes part.
fn divide_real(a: f64, b: C) -> Option<C> {
    let (abs_re, abs_im) = (b.re.abs(), b.im.abs());
    let mut r = if abs_re >= abs_im {
        if abs_re == 0.0 {
            return None;
        }
        let ratio = b.im / b.re;
        let denominator = b.re + b.im * ratio;
        C { re: a / denominator, im: (-a * ratio) / denominator }
    } else if abs_im >= abs_re {
        let ratio = b.re / b.im;
        let denominator = b.re * ratio + b.im;
        C { re: (a * ratio) / denominator, im: -a / denominator }
    } else {
        C { re: f64::NAN, im: f64::NAN }
    };
    if r.re.is_nan() && r.im.is_nan() && a.is_finite() && (b.re.is_infinite() || b.im.is_infinite()) {
        let sign = |x: f64| if x.is_infinite() { 1f64.copysign(x) } else { 0f64.copysign(x) };
        r = C { re: 0.0 * (a * sign(b.re)), im: 0.0 * (-a * sign(b.im)) };
    }
    Some(r)
}

/// `a ** b`.
pub fn power(a: C, b: C) -> Result<C, PowerError> {
    let result = if b.re == 0.0 && b.im == 0.0 {
        C { re: 1.0, im: 0.0 }
    } else if a.re == 0.0 && a.im == 0.0 {
        if b.im != 0.0 || b.re < 0.0 {
            return Err(PowerError::Zero);
        }
        C { re: 0.0, im: 0.0 }
    } else if b.im == 0.0 && b.re == b.re.floor() && b.re.abs() <= 100.0 {
        return power_whole(a, b.re as i32);
    } else {
        let size = a.re.hypot(a.im);
        let mut len = size.powf(b.re);
        let angle = a.im.atan2(a.re);
        let mut phase = angle * b.re;
        if b.im != 0.0 {
            len *= (-angle * b.im).exp();
            phase += b.im * size.ln();
        }
        C { re: len * phase.cos(), im: len * phase.sin() }
    };
    checked(result)
}

fn checked(c: C) -> Result<C, PowerError> {
    if c.re.is_infinite() || c.im.is_infinite() {
        return Err(PowerError::Overflow);
    }
    Ok(c)
}

/// A small whole power by squaring.
fn power_whole(a: C, n: i32) -> Result<C, PowerError> {
    let mut result = C { re: 1.0, im: 0.0 };
    let mut power = a;
    let mut rest = n.unsigned_abs();
    while rest > 0 {
        if rest & 1 == 1 {
            result = multiply_complex(result, power);
        }
        rest >>= 1;
        if rest > 0 {
            power = multiply_complex(power, power);
        }
    }
    if n < 0 {
        return match divide_complex(C { re: 1.0, im: 0.0 }, result) {
            Some(c) => checked(c),
            None => Err(PowerError::Zero),
        };
    }
    checked(result)
}

/// `a / b` as the nearest float, ties to even; `None` beyond the range. `b` is not 0.
pub fn quotient(a: &BigInt, b: &BigInt) -> Option<f64> {
    if a.is_zero() {
        return Some(if b.is_negative() { -0.0 } else { 0.0 });
    }
    let negative = a.is_negative() != b.is_negative();
    let (a, b) = (a.magnitude(), b.magnitude());
    // A quotient of 65 or 66 bits holds all that rounding needs, with "the rest is not zero" as lowest bit.
    let shift = 65 - (a.bits() as i64 - b.bits() as i64);
    if shift > 65 + 1100 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    if shift < 65 - 1100 {
        return None;
    }
    let (a, b) = if shift >= 0 { (a << shift as u64, b.clone()) } else { (a.clone(), b << (-shift) as u64) };
    let (q, r) = (&a / &b, &a % &b);
    let q = u128::try_from(&q).ok()? << 1 | (!r.is_zero()) as u128;
    let shift = shift + 1;
    let bits = 128 - q.leading_zeros() as i64;
    // The value lies in 2**(top-1) .. 2**top.
    let top = bits - shift;
    let precision = 53.min(top + 1074);
    if precision < 0 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    let drop = bits - precision;
    let (mut kept, lost) = (q >> drop, q & ((1u128 << drop) - 1));
    let half = 1u128 << (drop - 1);
    if lost > half || (lost == half && kept & 1 == 1) {
        kept += 1;
    }
    let x = scale(kept as f64, (drop - shift) as i32);
    if x.is_infinite() {
        return None;
    }
    Some(if negative { -x } else { x })
}

/// `x * 2**n`, exact unless the result leaves the range.
fn scale(mut x: f64, mut n: i32) -> f64 {
    while n > 1000 {
        x *= f64::powi(2.0, 1000);
        n -= 1000;
        if x.is_infinite() {
            return x;
        }
    }
    while n < -1000 {
        x *= f64::from_bits((1023 - 1000) << 52);
        n += 1000;
        if x == 0.0 {
            return x;
        }
    }
    x * f64::from_bits(((1023 + n) as u64) << 52)
}
