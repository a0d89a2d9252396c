//! Inverse DCT on integers, for whole blocks and for their low frequencies alone.
//!
//! Each is two passes of a one-dimensional transform, columns first, with constants of
//! [`CONST_BITS`] bits and [`PASS_BITS`] bits of fraction between the passes. Eight points: the
//! factorisation of Loeffler, Ligtenberg and Moschytz (ICASSP 1989), which libjpeg's accurate
//! integer method uses too. Fewer points: the orthonormal transform of that size on the first
//! coefficients of the block, which is a low-pass of the picture; see Dugad and Ahuja, "A fast
//! scheme for image size change in the compressed domain" (2001).
//!
use crate::jpeg::lanes::{
    CONST_BITS, Lanes, PASS_BITS, add, fixed, round_shift, scale, sub, transpose,
};

/// Coefficients of a block, dequantised, row-major, eight in a row.
pub(super) type Block = [i32; 64];

/// Transforms a block and writes its `scale.block()` squared samples at the start of `out`, whose
/// rows are `stride` apart.
pub(super) type Transform = fn(&Block, &mut [u8], usize);

/// One pass of the eight-point transform over eight lanes; the result has [`CONST_BITS`] more bits
/// of fraction and is `sqrt(8)` times too large.
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
    // Even part.
    let z1 = scale(add(i2, i6), F_0_541);
    let t2 = sub(z1, scale(i6, F_1_847));
    let t3 = add(z1, scale(i2, F_0_765));
    let t0 = scale(add(i0, i4), 1 << CONST_BITS);
    let t1 = scale(sub(i0, i4), 1 << CONST_BITS);
    let (e0, e3) = (add(t0, t3), sub(t0, t3));
    let (e1, e2) = (add(t1, t2), sub(t1, t2));
    // Odd part.
    let z5 = scale(add(add(i7, i3), add(i5, i1)), F_1_175);
    let z1 = scale(add(i7, i1), -F_0_899);
    let z2 = scale(add(i5, i3), -F_2_562);
    let z3 = sub(z5, scale(add(i7, i3), F_1_961));
    let z4 = sub(z5, scale(add(i5, i1), F_0_390));
    let o0 = add(scale(i7, F_0_298), add(z1, z3));
    let o1 = add(scale(i5, F_2_053), add(z2, z4));
    let o2 = add(scale(i3, F_3_072), add(z2, z3));
    let o3 = add(scale(i1, F_1_501), add(z1, z4));
    [
        add(e0, o3),
        add(e1, o2),
        add(e2, o1),
        add(e3, o0),
        sub(e3, o0),
        sub(e2, o1),
        sub(e1, o2),
        sub(e0, o3),
    ]
}

/// One pass of the four-point transform; the result has [`CONST_BITS`] more bits of fraction and
/// is `sqrt(2)` times too large.
#[inline(always)]
fn four_points(input: [Lanes; 4]) -> [Lanes; 4] {
    /// cos(pi / 8) / sqrt(2)
    const A: i32 = fixed(0.653_281_482);
    /// sin(pi / 8) / sqrt(2)
    const B: i32 = fixed(0.270_598_050);
    let [i0, i1, i2, i3] = input;
    let e0 = scale(add(i0, i2), 1 << (CONST_BITS - 1));
    let e1 = scale(sub(i0, i2), 1 << (CONST_BITS - 1));
    let o0 = add(scale(i1, A), scale(i3, B));
    let o1 = sub(scale(i1, B), scale(i3, A));
    [add(e0, o0), add(e1, o1), sub(e1, o1), sub(e0, o0)]
}

/// A sample from its value around 0.
#[inline(always)]
fn sample(value: i32) -> u8 {
    value.wrapping_add(128).clamp(0, 255) as u8
}

/// The whole block.
pub(super) fn full(block: &Block, out: &mut [u8], stride: usize) {
    let rows: [Lanes; 8] = std::array::from_fn(|y| std::array::from_fn(|x| block[y * 8 + x]));
    let columns = eight_points(rows).map(|row| round_shift(row, CONST_BITS - PASS_BITS));
    // Two passes of sqrt(8) each are 3 bits.
    let samples = eight_points(transpose(columns))
        .map(|column| round_shift(column, CONST_BITS + PASS_BITS + 3));
    for (row, values) in out.chunks_mut(stride).zip(transpose(samples)) {
        for (sample_out, value) in row.iter_mut().zip(values) {
            *sample_out = sample(value);
        }
    }
}

/// The block at half its size, 4 x 4.
pub(super) fn half(block: &Block, out: &mut [u8], stride: usize) {
    let rows: [Lanes; 4] = std::array::from_fn(|y| std::array::from_fn(|x| block[y * 8 + x]));
    let columns = four_points(rows).map(|row| round_shift(row, CONST_BITS - PASS_BITS));
    let turned: [Lanes; 4] =
        std::array::from_fn(|y| std::array::from_fn(|x| if x < 4 { columns[x][y] } else { 0 }));
    // Two passes of sqrt(2) each are 1 bit.
    let samples = four_points(turned).map(|column| round_shift(column, CONST_BITS + PASS_BITS + 1));
    for (y, row) in out.chunks_mut(stride).take(4).enumerate() {
        for (x, sample_out) in row.iter_mut().take(4).enumerate() {
            *sample_out = sample(samples[x][y]);
        }
    }
}

/// The block at a quarter of its size, 2 x 2.
pub(super) fn quarter(block: &Block, out: &mut [u8], stride: usize) {
    let [a, b, c, d] = [block[0], block[1], block[8], block[9]];
    let value = |sum: i32| sample(sum.wrapping_add(4) >> 3);
    let (top, bottom) = (a.wrapping_add(c), a.wrapping_sub(c));
    let (slope_top, slope_bottom) = (b.wrapping_add(d), b.wrapping_sub(d));
    let samples = [
        [value(top.wrapping_add(slope_top)), value(top.wrapping_sub(slope_top))],
        [value(bottom.wrapping_add(slope_bottom)), value(bottom.wrapping_sub(slope_bottom))],
    ];
    for (row, values) in out.chunks_mut(stride).zip(samples) {
        for (sample_out, value) in row.iter_mut().zip(values) {
            *sample_out = value;
        }
    }
}

/// The block at an eighth of its size: its mean.
pub(super) fn eighth(block: &Block, out: &mut [u8], _stride: usize) {
    if let Some(first) = out.first_mut() {
        *first = sample(block[0].wrapping_add(4) >> 3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition (T.81, A.3.3) of the transform of `points` squared points on the first
    /// coefficients, in floating point.
    fn reference(block: &Block, points: usize) -> Vec<f64> {
        let n = points as f64;
        let basis = |x: usize, u: usize| {
            let angle = (2.0 * x as f64 + 1.0) * u as f64 * std::f64::consts::PI / (2.0 * n);
            let norm = if u == 0 { (1.0 / n).sqrt() } else { (2.0 / n).sqrt() };
            norm * angle.cos()
        };
        let mut out = Vec::new();
        for y in 0..points {
            for x in 0..points {
                let sum: f64 = (0..points * points)
                    .map(|i| (i / points, i % points))
                    .map(|(v, u)| f64::from(block[v * 8 + u]) * basis(y, v) * basis(x, u))
                    .sum();
                out.push((sum * n / 8.0 + 128.0).clamp(0.0, 255.0));
            }
        }
        out
    }

    #[test]
    fn every_size_is_close_to_the_definition() {
        let mut state = 1_u32;
        let mut random = move |limit: i32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as i32 % (2 * limit + 1) - limit
        };
        let sizes: [(usize, Transform); 4] = [(8, full), (4, half), (2, quarter), (1, eighth)];
        for round in 0..2000 {
            let block: Block =
                std::array::from_fn(|i| random(if i == 0 { 1000 } else { round % 90 }));
            for (points, transform) in sizes {
                let mut out = vec![0; points * points];
                transform(&block, &mut out, points);
                for (index, (got, want)) in out.iter().zip(reference(&block, points)).enumerate() {
                    let error = (f64::from(*got) - want).abs();
                    assert!(error < 0.75, "{points} points, sample {index}: {got} for {want}");
                }
            }
        }
    }

    #[test]
    fn absurd_coefficients_do_not_panic() {
        for value in [i32::MIN, i32::MAX, -32_768, 65_535 * 32_767] {
            let sizes: [(usize, Transform); 4] = [(8, full), (4, half), (2, quarter), (1, eighth)];
            for (points, transform) in sizes {
                transform(&[value; 64], &mut vec![0; points * points], points);
            }
        }
    }
}
