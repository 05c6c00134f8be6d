//! Arithmetic of magnitudes: slices of 64-bit limbs, least significant first.
//!
//! Pure functions that know nothing of objects: operands are read where they lie, results are written
//! where the caller wants them. An output must have exactly the length that the function names;
//! leading zero limbs are the caller's to trim. Operands may have leading zeros unless said otherwise.

use std::cmp::Ordering;

/// Above this many limbs of the shorter factor, products are split (Karatsuba).
pub const KARATSUBA: usize = 40;
/// 10**19, the largest power of ten in a limb, and its exponent.
pub const TEN_POWER: u64 = 10_000_000_000_000_000_000;
pub const TEN_DIGITS: usize = 19;

/// Without leading zeros.
#[inline]
pub fn trim(a: &[u64]) -> &[u64] {
    let mut len = a.len();
    while len > 0 && a[len - 1] == 0 {
        len -= 1;
    }
    &a[..len]
}

/// Number of bits of a trimmed magnitude.
#[inline]
pub fn bits(a: &[u64]) -> u64 {
    match a.last() {
        Some(top) => a.len() as u64 * 64 - top.leading_zeros() as u64,
        None => 0,
    }
}

/// The order of trimmed magnitudes.
#[inline]
pub fn compare(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

#[inline(always)]
fn add_carry(a: u64, b: u64, carry: u8) -> (u64, u8) {
    #[cfg(target_arch = "x86_64")]
    {
        let mut out = 0;
        let carry = std::arch::x86_64::_addcarry_u64(carry, a, b, &mut out);
        (out, carry)
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let (sum, first) = a.overflowing_add(b);
        let (sum, second) = sum.overflowing_add(carry as u64);
        (sum, (first | second) as u8)
    }
}

#[inline(always)]
fn sub_borrow(a: u64, b: u64, borrow: u8) -> (u64, u8) {
    #[cfg(target_arch = "x86_64")]
    {
        let mut out = 0;
        let borrow = std::arch::x86_64::_subborrow_u64(borrow, a, b, &mut out);
        (out, borrow)
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let (difference, first) = a.overflowing_sub(b);
        let (difference, second) = difference.overflowing_sub(borrow as u64);
        (difference, (first | second) as u8)
    }
}

#[inline(always)]
fn wide(high: u64, low: u64) -> u128 {
    (high as u128) << 64 | low as u128
}

/// `out = a + b`; `a` is the longer one, `out` has one limb more.
pub fn add(out: &mut [u64], a: &[u64], b: &[u64]) {
    let (common, rest) = a.split_at(b.len());
    let (low, high) = out[..a.len() + 1].split_at_mut(b.len());
    let mut carry = 0;
    // Four at a time, so that the carry stays in its flag.
    let (mut o, mut x, mut y) = (low.chunks_exact_mut(4), common.chunks_exact(4), b.chunks_exact(4));
    for ((o, x), y) in (&mut o).zip(&mut x).zip(&mut y) {
        (o[0], carry) = add_carry(x[0], y[0], carry);
        (o[1], carry) = add_carry(x[1], y[1], carry);
        (o[2], carry) = add_carry(x[2], y[2], carry);
        (o[3], carry) = add_carry(x[3], y[3], carry);
    }
    for ((o, &x), &y) in o.into_remainder().iter_mut().zip(x.remainder()).zip(y.remainder()) {
        (*o, carry) = add_carry(x, y, carry);
    }
    let mut at = 0;
    while carry != 0 && at < rest.len() {
        (high[at], carry) = add_carry(rest[at], 0, carry);
        at += 1;
    }
    high[at..rest.len()].copy_from_slice(&rest[at..]);
    high[rest.len()] = carry as u64;
}

/// `out = a - b`; `a >= b` and `a` is at least as long, as is `out`.
pub fn sub(out: &mut [u64], a: &[u64], b: &[u64]) {
    let (common, rest) = a.split_at(b.len());
    let (low, high) = out[..a.len()].split_at_mut(b.len());
    let mut borrow = 0;
    let (mut o, mut x, mut y) = (low.chunks_exact_mut(4), common.chunks_exact(4), b.chunks_exact(4));
    for ((o, x), y) in (&mut o).zip(&mut x).zip(&mut y) {
        (o[0], borrow) = sub_borrow(x[0], y[0], borrow);
        (o[1], borrow) = sub_borrow(x[1], y[1], borrow);
        (o[2], borrow) = sub_borrow(x[2], y[2], borrow);
        (o[3], borrow) = sub_borrow(x[3], y[3], borrow);
    }
    for ((o, &x), &y) in o.into_remainder().iter_mut().zip(x.remainder()).zip(y.remainder()) {
        (*o, borrow) = sub_borrow(x, y, borrow);
    }
    let mut at = 0;
    while borrow != 0 && at < rest.len() {
        (high[at], borrow) = sub_borrow(rest[at], 0, borrow);
        at += 1;
    }
    high[at..].copy_from_slice(&rest[at..]);
}

/// `acc += b`; gives the carry out of `acc`, which is at least as long.
fn add_to(acc: &mut [u64], b: &[u64]) -> u8 {
    let mut carry = 0;
    let (low, high) = acc.split_at_mut(b.len());
    for (x, &y) in low.iter_mut().zip(b) {
        (*x, carry) = add_carry(*x, y, carry);
    }
    for x in high {
        if carry == 0 {
            break;
        }
        (*x, carry) = add_carry(*x, 0, carry);
    }
    carry
}

/// `acc -= b`; gives the borrow out of `acc`, which is at least as long.
fn sub_from(acc: &mut [u64], b: &[u64]) -> u8 {
    let mut borrow = 0;
    let (low, high) = acc.split_at_mut(b.len());
    for (x, &y) in low.iter_mut().zip(b) {
        (*x, borrow) = sub_borrow(*x, y, borrow);
    }
    for x in high {
        if borrow == 0 {
            break;
        }
        (*x, borrow) = sub_borrow(*x, 0, borrow);
    }
    borrow
}

/// Adds 1; gives the carry out.
pub fn increment(a: &mut [u64]) -> bool {
    for limb in a {
        let (next, over) = limb.overflowing_add(1);
        *limb = next;
        if !over {
            return false;
        }
    }
    true
}

/// `out = a * k + carry`, limb by limb; gives the limb that goes beyond. `out` is as long as `a`.
pub fn mul_limb(out: &mut [u64], a: &[u64], k: u64, mut carry: u64) -> u64 {
    for (o, &x) in out.iter_mut().zip(a) {
        let t = x as u128 * k as u128 + carry as u128;
        *o = t as u64;
        carry = (t >> 64) as u64;
    }
    carry
}

/// `a = a * k + carry`; gives the limb that goes beyond.
pub fn mul_limb_in_place(a: &mut [u64], k: u64, mut carry: u64) -> u64 {
    for x in a {
        let t = *x as u128 * k as u128 + carry as u128;
        *x = t as u64;
        carry = (t >> 64) as u64;
    }
    carry
}

/// `acc += a * k` over the length of `a`; gives the limb that goes beyond.
#[inline]
fn add_mul_limb(acc: &mut [u64], a: &[u64], k: u64) -> u64 {
    let mut carry = 0u64;
    for (o, &x) in acc.iter_mut().zip(a) {
        let t = x as u128 * k as u128 + *o as u128 + carry as u128;
        *o = t as u64;
        carry = (t >> 64) as u64;
    }
    carry
}

/// `acc -= a * k` over the length of `a`; gives what must be taken from beyond.
#[inline]
fn sub_mul_limb(acc: &mut [u64], a: &[u64], k: u64) -> u64 {
    let mut carry = 0u64;
    for (o, &x) in acc.iter_mut().zip(a) {
        let t = x as u128 * k as u128 + carry as u128;
        let (difference, borrow) = o.overflowing_sub(t as u64);
        *o = difference;
        carry = (t >> 64) as u64 + borrow as u64;
    }
    carry
}

/// `out = a * b`; `out` is as long as both together.
pub fn mul(out: &mut [u64], a: &[u64], b: &[u64]) {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if b.is_empty() {
        return out.fill(0);
    }
    if b.len() < KARATSUBA {
        return mul_school(out, a, b);
    }
    if a.len() == b.len() {
        return karatsuba(out, a, b);
    }
    // Pieces of the longer factor, each as long as the shorter one.
    out.fill(0);
    let mut piece = vec![0; b.len() * 2];
    for (i, part) in a.chunks(b.len()).enumerate() {
        let product = &mut piece[..part.len() + b.len()];
        mul(product, part, b);
        add_to(&mut out[i * b.len()..], product);
    }
}

fn mul_school(out: &mut [u64], a: &[u64], b: &[u64]) {
    let n = a.len();
    out[n] = mul_limb(&mut out[..n], a, b[0], 0);
    for (i, &k) in b.iter().enumerate().skip(1) {
        out[i + n] = add_mul_limb(&mut out[i..i + n], a, k);
    }
}

/// Factors of the same length: `(x1 B + x0)(y1 B + y0)` from three products of half the length.
fn karatsuba(out: &mut [u64], a: &[u64], b: &[u64]) {
    let n = a.len();
    let half = n.div_ceil(2);
    let ((a0, a1), (b0, b1)) = (a.split_at(half), b.split_at(half));
    let (low, high) = out.split_at_mut(half * 2);
    mul(low, a0, b0);
    mul(high, a1, b1);
    // (x0 + x1)(y0 + y1) less both products.
    let mut room = vec![0; (half + 1) * 4];
    let (sums, middle) = room.split_at_mut((half + 1) * 2);
    let (sum_a, sum_b) = sums.split_at_mut(half + 1);
    add(sum_a, a0, a1);
    add(sum_b, b0, b1);
    mul(middle, sum_a, sum_b);
    sub_from(middle, low);
    sub_from(middle, high);
    add_to(&mut out[half..], trim(middle));
}

/// `out = a << shift`; `out` is as long as `a`, the whole limbs of the shift and one more.
pub fn shl(out: &mut [u64], a: &[u64], shift: u64) {
    let (whole, part) = ((shift / 64) as usize, (shift % 64) as u32);
    out[..whole].fill(0);
    out[whole + a.len()] = shl_part(&mut out[whole..whole + a.len()], a, part);
}

/// `out = a << part` with `part < 64`; gives the bits that go beyond.
fn shl_part(out: &mut [u64], a: &[u64], part: u32) -> u64 {
    if part == 0 {
        out.copy_from_slice(a);
        return 0;
    }
    let mut carry = 0;
    for (o, &x) in out.iter_mut().zip(a) {
        *o = x << part | carry;
        carry = x >> (64 - part);
    }
    carry
}

/// `out = a >> shift`; `out` has as many limbs as `a` without the whole limbs of the shift, which are
/// fewer than those of `a`.
pub fn shr(out: &mut [u64], a: &[u64], shift: u64) {
    let (whole, part) = ((shift / 64) as usize, (shift % 64) as u32);
    let a = &a[whole..];
    if part == 0 {
        return out.copy_from_slice(a);
    }
    let last = a.len() - 1;
    for i in 0..last {
        out[i] = a[i] >> part | a[i + 1] << (64 - part);
    }
    out[last] = a[last] >> part;
}

/// Whether any of the lowest `count` bits is set.
pub fn any_low_bits(a: &[u64], count: u64) -> bool {
    let (whole, part) = ((count / 64) as usize, count % 64);
    a.iter().take(whole).any(|&limb| limb != 0) || a.get(whole).is_some_and(|limb| limb & ((1u64 << part) - 1) != 0)
}

/// Division by one limb without a divide instruction: a normalized divisor and its reciprocal
/// (Möller and Granlund, "Improved division by invariant integers").
#[derive(Clone, Copy)]
pub struct Divisor {
    /// Shifted so that its top bit is set.
    limb: u64,
    shift: u32,
    reciprocal: u64,
}

impl Divisor {
    /// `limb` is not 0.
    pub const fn new(limb: u64) -> Divisor {
        let shift = limb.leading_zeros();
        let limb = limb << shift;
        Divisor { limb, shift, reciprocal: (u128::MAX / limb as u128) as u64 }
    }

    /// Quotient and remainder of two limbs, the upper one less than the normalized divisor.
    #[inline(always)]
    fn divide(self, high: u64, low: u64) -> (u64, u64) {
        let q = (self.reciprocal as u128 * high as u128).wrapping_add(wide(high.wrapping_add(1), low));
        let (mut q1, q0) = ((q >> 64) as u64, q as u64);
        let mut r = low.wrapping_sub(q1.wrapping_mul(self.limb));
        if r > q0 {
            q1 = q1.wrapping_sub(1);
            r = r.wrapping_add(self.limb);
        }
        if r >= self.limb {
            q1 = q1.wrapping_add(1);
            r -= self.limb;
        }
        (q1, r)
    }
}

/// `a = a / d`; gives the remainder.
pub fn div_limb_in_place(a: &mut [u64], d: Divisor) -> u64 {
    let Some(&top) = a.last() else { return 0 };
    if d.shift == 0 {
        let mut rest = 0;
        for x in a.iter_mut().rev() {
            (*x, rest) = d.divide(rest, *x);
        }
        return rest;
    }
    let mut rest = top >> (64 - d.shift);
    for i in (0..a.len()).rev() {
        let below = if i == 0 { 0 } else { a[i - 1] };
        (a[i], rest) = d.divide(rest, a[i] << d.shift | below >> (64 - d.shift));
    }
    rest >> d.shift
}

/// The remainder of a division by one limb.
pub fn rem_limb(a: &[u64], d: Divisor) -> u64 {
    let Some(&top) = a.last() else { return 0 };
    if d.shift == 0 {
        return a.iter().rev().fold(0, |rest, &x| d.divide(rest, x).1);
    }
    let mut rest = top >> (64 - d.shift);
    for i in (0..a.len()).rev() {
        let below = if i == 0 { 0 } else { a[i - 1] };
        rest = d.divide(rest, a[i] << d.shift | below >> (64 - d.shift)).1;
    }
    rest >> d.shift
}

/// Knuth's division of trimmed magnitudes, `a` at least as long as `b`, `b` of two limbs or more.
/// `quotient` has `a.len() - b.len() + 1` limbs or is empty, if it is not wanted. Gives the remainder,
/// as long as `b`, still shifted left by the number of bits that comes with it.
pub fn div(quotient: &mut [u64], a: &[u64], b: &[u64]) -> (Vec<u64>, u32) {
    let (n, m) = (a.len(), b.len());
    let shift = b[m - 1].leading_zeros();
    let mut rest = vec![0; n + 1];
    rest[n] = shl_part(&mut rest[..n], a, shift);
    let shifted;
    let b = if shift == 0 {
        b
    } else {
        let mut copy = vec![0; m];
        shl_part(&mut copy, b, shift);
        shifted = copy;
        &shifted[..]
    };
    let (d1, d0) = (b[m - 1], b[m - 2]);
    let reciprocal = reciprocal_of_two(d1, d0);
    for at in (0..=n - m).rev() {
        let window = &mut rest[at..at + m + 1];
        let (u2, u1, u0) = (window[m], window[m - 1], window[m - 2]);
        let mut q = if wide(u2, u1) >= wide(d1, d0) { u64::MAX } else { divide_three(u2, u1, u0, d1, d0, reciprocal) };
        if q != 0 {
            let taken = sub_mul_limb(&mut window[..m], b, q);
            let (top, borrow) = u2.overflowing_sub(taken);
            window[m] = top;
            if borrow {
                // One too many, which is rare.
                q -= 1;
                let carry = add_to(&mut window[..m], b);
                window[m] = window[m].wrapping_add(carry as u64);
            }
        }
        if let Some(digit) = quotient.get_mut(at) {
            *digit = q;
        }
    }
    rest.truncate(m);
    (rest, shift)
}

/// Reciprocal of a normalized divisor of two limbs.
fn reciprocal_of_two(d1: u64, d0: u64) -> u64 {
    let mut v = (u128::MAX / d1 as u128) as u64;
    let mut p = d1.wrapping_mul(v).wrapping_add(d0);
    if p < d0 {
        v = v.wrapping_sub(1);
        if p >= d1 {
            v = v.wrapping_sub(1);
            p = p.wrapping_sub(d1);
        }
        p = p.wrapping_sub(d1);
    }
    let t = v as u128 * d0 as u128;
    p = p.wrapping_add((t >> 64) as u64);
    if p < (t >> 64) as u64 {
        v = v.wrapping_sub(1);
        if wide(p, t as u64) >= wide(d1, d0) {
            v = v.wrapping_sub(1);
        }
    }
    v
}

/// The quotient of three limbs by two; the upper two are less than the divisor.
#[inline(always)]
fn divide_three(u2: u64, u1: u64, u0: u64, d1: u64, d0: u64, reciprocal: u64) -> u64 {
    let d = wide(d1, d0);
    let q = (reciprocal as u128 * u2 as u128).wrapping_add(wide(u2, u1));
    let (mut q1, q0) = ((q >> 64) as u64, q as u64);
    let r1 = u1.wrapping_sub(q1.wrapping_mul(d1));
    let mut r = wide(r1, u0).wrapping_sub(d0 as u128 * q1 as u128).wrapping_sub(d);
    q1 = q1.wrapping_add(1);
    if (r >> 64) as u64 >= q0 {
        q1 = q1.wrapping_sub(1);
        r = r.wrapping_add(d);
    }
    if r >= d {
        q1 = q1.wrapping_add(1);
    }
    q1
}

/// Appends the decimal digits of a magnitude, which is used up; no leading zeros, "0" is left out.
pub fn write_decimal(a: &mut [u64], out: &mut Vec<u8>) {
    const TEN: Divisor = Divisor::new(TEN_POWER);
    let mut groups = Vec::with_capacity(a.len() * 64 / 63 + 1);
    let mut len = trim(a).len();
    while len > 0 {
        groups.push(div_limb_in_place(&mut a[..len], TEN));
        while len > 0 && a[len - 1] == 0 {
            len -= 1;
        }
    }
    let Some((&first, rest)) = groups.split_last() else { return };
    out.reserve(groups.len() * TEN_DIGITS);
    let mut digits = [0; TEN_DIGITS + 1];
    let mut group = first;
    let mut at = digits.len();
    while group != 0 {
        at -= 1;
        digits[at] = b'0' + (group % 10) as u8;
        group /= 10;
    }
    out.extend_from_slice(&digits[at..]);
    for &group in rest.iter().rev() {
        let mut group = group;
        for place in digits[..TEN_DIGITS].iter_mut().rev() {
            *place = b'0' + (group % 10) as u8;
            group /= 10;
        }
        out.extend_from_slice(&digits[..TEN_DIGITS]);
    }
}

/// The magnitude of decimal digits (values, not characters), most significant first.
pub fn read_decimal(digits: &[u8]) -> Vec<u64> {
    let mut out: Vec<u64> = Vec::with_capacity(digits.len() / TEN_DIGITS + 1);
    let number = |group: &[u8]| group.iter().fold(0u64, |n, &d| n * 10 + d as u64);
    let (first, rest) = digits.split_at(digits.len() % TEN_DIGITS);
    out.push(number(first));
    for group in rest.chunks_exact(TEN_DIGITS) {
        let carry = mul_limb_in_place(&mut out, TEN_POWER, number(group));
        if carry != 0 {
            out.push(carry);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigUint;
    use num_integer::Integer;

    struct Random(u64);

    impl Random {
        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }

        /// A trimmed magnitude; limbs of all zeros and all ones are frequent.
        fn limbs(&mut self, max: usize) -> Vec<u64> {
            let len = (self.next() % max as u64) as usize + 1;
            let mut limbs: Vec<u64> = (0..len)
                .map(|_| match self.next() % 5 {
                    0 => 0,
                    1 => u64::MAX,
                    2 => 1 << 63,
                    _ => self.next(),
                })
                .collect();
            limbs[len - 1] |= 1 << (self.next() % 64);
            limbs
        }
    }

    fn big(limbs: &[u64]) -> BigUint {
        BigUint::from_slice(&limbs.iter().flat_map(|&l| [l as u32, (l >> 32) as u32]).collect::<Vec<_>>())
    }

    #[test]
    fn sums_and_products() {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for round in 0..4000 {
            let max = if round % 50 == 0 { 300 } else { 12 };
            let (mut a, mut b) = (random.limbs(max), random.limbs(max));
            if compare(&a, &b) == Ordering::Less {
                std::mem::swap(&mut a, &mut b);
            }
            assert_eq!(compare(&a, &b), big(&a).cmp(&big(&b)));
            let mut out = vec![7; a.len() + 1];
            add(&mut out, &a, &b);
            assert_eq!(big(&out), big(&a) + big(&b));
            let mut out = vec![7; a.len()];
            sub(&mut out, &a, &b);
            assert_eq!(big(&out), big(&a) - big(&b));
            let mut out = vec![7; a.len() + b.len()];
            mul(&mut out, &a, &b);
            assert_eq!(big(&out), big(&a) * big(&b));
            let shift = random.next() % (a.len() as u64 * 64);
            let mut out = vec![7; a.len() + (shift / 64) as usize + 1];
            shl(&mut out, &a, shift);
            assert_eq!(big(&out), big(&a) << shift);
            let mut out = vec![7; a.len() - (shift / 64) as usize];
            shr(&mut out, &a, shift);
            assert_eq!(big(&out), big(&a) >> shift);
            assert_eq!(any_low_bits(&a, shift), (big(&a) >> shift) << shift != big(&a));
        }
    }

    #[test]
    fn divisions() {
        let mut random = Random(0x1234_5678_9abc_def1);
        for round in 0..20000 {
            let max = if round % 100 == 0 { 80 } else { 8 };
            let (mut a, mut b) = (random.limbs(max), random.limbs(max));
            if compare(&a, &b) == Ordering::Less {
                std::mem::swap(&mut a, &mut b);
            }
            let (q, r) = big(&a).div_rem(&big(&b));
            if let [limb] = b[..] {
                let d = Divisor::new(limb);
                assert_eq!(BigUint::from(rem_limb(&a, d)), r);
                let mut out = a.clone();
                assert_eq!(BigUint::from(div_limb_in_place(&mut out, d)), r);
                assert_eq!(big(&out), q);
            } else {
                let mut out = vec![7; a.len() - b.len() + 1];
                let (rest, shift) = div(&mut out, &a, &b);
                assert_eq!(big(&out), q);
                assert_eq!(big(&rest) >> shift, r);
                assert_eq!(div(&mut [], &a, &b).0, rest);
            }
        }
    }

    #[test]
    fn decimal() {
        let mut random = Random(0xfeed_beef_1234_5677);
        for _ in 0..1000 {
            let a = random.limbs(40);
            let mut out = Vec::new();
            write_decimal(&mut a.clone(), &mut out);
            assert_eq!(String::from_utf8(out.clone()).ok(), Some(big(&a).to_string()));
            let values: Vec<u8> = out.iter().map(|c| c - b'0').collect();
            assert_eq!(trim(&read_decimal(&values)), &a[..]);
        }
    }
}
