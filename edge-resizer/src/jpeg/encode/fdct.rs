//! Forward DCT on integers, eight points in two passes, the counterpart of the inverse one: the
//! factorisation of Loeffler, Ligtenberg and Moschytz (ICASSP 1989).

use crate::jpeg::lanes::{
    CONST_BITS, Lanes, PASS_BITS, add, fixed, round_shift, scale, sub, transpose,
};

/// One pass over eight lanes; the result has [`CONST_BITS`] more bits of fraction and is `sqrt(8)`
/// times too large.
#[inline(always)]
fn eight_points(input: [Lanes; 8]) -> [Lanes; 8] {
    const F_0_298: i32 = fixed(0.298_631_336);
    const F_0_390: i32 = fixed(0.390_180_644);
    const F_0_541: i32 = fixed(0.541_196_100);
    const F_0_765: i32 = fixed(0.765_366_865);
    const F_0_899: i32 = fixed(0.899_976_223);
    const F_1_175: i32 = fixed(1.175_875_602);
    const F_1_501: i32 = fixed(1.501_321_110);
    const F_1_847: i32 = fixed(1.847_759_065);
    const F_1_961: i32 = fixed(1.961_570_560);
    const F_2_053: i32 = fixed(2.053_119_869);
    const F_2_562: i32 = fixed(2.562_915_447);
    const F_3_072: i32 = fixed(3.072_711_026);

    let [i0, i1, i2, i3, i4, i5, i6, i7] = input;
    let (s0, d0) = (add(i0, i7), sub(i0, i7));
    let (s1, d1) = (add(i1, i6), sub(i1, i6));
    let (s2, d2) = (add(i2, i5), sub(i2, i5));
    let (s3, d3) = (add(i3, i4), sub(i3, i4));
    // Even part.
    let (t10, t13) = (add(s0, s3), sub(s0, s3));
    let (t11, t12) = (add(s1, s2), sub(s1, s2));
    let z1 = scale(add(t12, t13), F_0_541);
    let o0 = scale(add(t10, t11), 1 << CONST_BITS);
    let o4 = scale(sub(t10, t11), 1 << CONST_BITS);
    let o2 = add(z1, scale(t13, F_0_765));
    let o6 = sub(z1, scale(t12, F_1_847));
    // Odd part.
    let z5 = scale(add(add(d3, d1), add(d2, d0)), F_1_175);
    let z1 = scale(add(d3, d0), -F_0_899);
    let z2 = scale(add(d2, d1), -F_2_562);
    let z3 = sub(z5, scale(add(d3, d1), F_1_961));
    let z4 = sub(z5, scale(add(d2, d0), F_0_390));
    let o7 = add(scale(d3, F_0_298), add(z1, z3));
    let o5 = add(scale(d2, F_2_053), add(z2, z4));
    let o3 = add(scale(d1, F_3_072), add(z2, z3));
    let o1 = add(scale(d0, F_1_501), add(z1, z4));
    [o0, o1, o2, o3, o4, o5, o6, o7]
}

/// Transforms 8 x 8 samples around 0; the coefficients, row-major, are 8 times too large.
pub(super) fn forward(samples: [Lanes; 8]) -> [Lanes; 8] {
    let rows = eight_points(transpose(samples)).map(|row| round_shift(row, CONST_BITS - PASS_BITS));
    eight_points(transpose(rows)).map(|row| round_shift(row, CONST_BITS + PASS_BITS))
}
