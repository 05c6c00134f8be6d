//! How a Python value is packed into one 64-bit word.
//!
//! | low bits | meaning |
//! |---|---|
//! | `…1`  | small int: 63 bits, `n << 1 \| 1` |
//! | `…10` | float held in the word: the bits rotated so that common exponents fit (Ruby's flonum) |
//! | `…00` | the plain address of a heap object or of a static, immortal object |
//!
//! The word 0 is no value: as a result it means "an exception is pending".

/// Low bit of a small int.
pub const INT_BIT: u64 = 1;
/// Mask and pattern of a float held in the word.
pub const FLOAT_MASK: u64 = 3;
pub const FLOAT_TAG: u64 = 2;
/// The word that stands for `0.0`, whose rotated form would be taken for another number.
pub const FLOAT_ZERO: u64 = 0x8000_0000_0000_0002;

pub const SMALL_INT_MAX: i64 = (1 << 62) - 1;
pub const SMALL_INT_MIN: i64 = -(1 << 62);

/// The word of a small int; `n` must lie within [`SMALL_INT_MIN`]..=[`SMALL_INT_MAX`].
#[inline(always)]
pub const fn int(n: i64) -> u64 {
    ((n as u64) << 1) | INT_BIT
}

#[inline(always)]
pub const fn fits_int(n: i64) -> bool {
    n >= SMALL_INT_MIN && n <= SMALL_INT_MAX
}

#[inline(always)]
pub const fn is_int(word: u64) -> bool {
    word & INT_BIT != 0
}

#[inline(always)]
pub const fn int_value(word: u64) -> i64 {
    (word as i64) >> 1
}

#[inline(always)]
pub const fn is_float(word: u64) -> bool {
    word & FLOAT_MASK == FLOAT_TAG
}

#[inline(always)]
pub const fn is_pointer(word: u64) -> bool {
    word & FLOAT_MASK == 0
}

/// The word of `x`, or `None` when its exponent is too far out and the float must be boxed
/// (also `-0.0`, infinities, NaN and subnormals).
#[inline(always)]
pub const fn float(x: f64) -> Option<u64> {
    let bits = x.to_bits();
    let top = (bits >> 60) & 7;
    if bits != 0x3000_0000_0000_0000 && (top == 3 || top == 4) {
        Some((bits.rotate_left(3) & !3) | FLOAT_TAG)
    } else if bits == 0 {
        Some(FLOAT_ZERO)
    } else {
        None
    }
}

/// The float held in a word for which [`is_float`] is true.
#[inline(always)]
pub const fn float_value(word: u64) -> f64 {
    if word == FLOAT_ZERO {
        return 0.0;
    }
    let b63 = word >> 63;
    f64::from_bits(((2 - b63) | (word & !3)).rotate_right(3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_survive_the_round_trip() {
        for x in [0.0, 1.0, -1.0, 0.1, 3.5e20, -2.5e-20, 1e70, 1.5e-76] {
            let word = float(x).expect("fits");
            assert!(is_float(word), "{x}");
            assert_eq!(float_value(word).to_bits(), x.to_bits());
        }
        for x in [-0.0, f64::INFINITY, f64::NAN, 1e300, 5e-324] {
            assert!(float(x).is_none(), "{x}");
        }
    }

    #[test]
    fn ints_survive_the_round_trip() {
        for n in [0, 1, -1, SMALL_INT_MAX, SMALL_INT_MIN] {
            assert!(fits_int(n));
            assert_eq!(int_value(int(n)), n);
        }
        assert!(!fits_int(SMALL_INT_MAX + 1));
    }
}
