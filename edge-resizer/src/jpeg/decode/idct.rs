//! Inverse DCT on integers, for whole blocks and for their low frequencies alone.
//!
//! Each is two passes of a one-dimensional transform with constants of [`CONST_BITS`] bits and
//! [`PASS_BITS`] bits of fraction between the passes. Eight points: the factorisation of Loeffler,
//! Ligtenberg and Moschytz (ICASSP 1989), which libjpeg's accurate integer method uses too. Fewer
//! points: the orthonormal transform of that size on the first coefficients of the block, which is a
//! low-pass of the picture; see Dugad and Ahuja, "A fast scheme for image size change in the
//! compressed domain" (2001).

use crate::jpeg::constants::{self as k, CONST_BITS, PASS_BITS, fixed};
use crate::lanes::Lanes;

/// The coefficients that a scale uses, dequantised, column by column, as many in a column as there
/// are columns: `u * side + v` is where the coefficient of column `u` and row `v` stands. What a
/// scale does not use is put into the last place, which the smaller transforms do not read.
pub(super) type Block = [i16; 64];

/// One pass of the eight-point transform over eight lanes, `BITS` taken off the result, which is
/// `sqrt(8)` times too large.
#[inline(always)]
fn eight_points<L: Lanes, const BITS: i32>([i0, i1, i2, i3, i4, i5, i6, i7]: [L; 8]) -> [L; 8] {
    let even = [i0.interleave(i4), i2.interleave(i6)];
    let odd = [i7.interleave(i1), i5.interleave(i3), L::add(i7, i3).interleave(L::add(i5, i1))];
    let low = four_lanes::<L, BITS>(even.map(|pair| pair.0), odd.map(|pair| pair.0));
    let high = four_lanes::<L, BITS>(even.map(|pair| pair.1), odd.map(|pair| pair.1));
    std::array::from_fn(|n| L::pack(low[n], high[n]))
}

/// The same over four lanes of pairs of inputs: 0 and 4, 2 and 6; 7 and 1, 5 and 3, and the sums
/// of 7 and 3, of 5 and 1.
#[inline(always)]
fn four_lanes<L: Lanes, const BITS: i32>(
    [i04, i26]: [L; 2],
    [i71, i53, sums]: [L; 3],
) -> [L::Words; 8] {
    const ONE: i16 = 1 << CONST_BITS;
    let rounding = L::words(1 << (BITS - 1));
    let t0 = L::add_words(i04.dot(L::pair(ONE, ONE)), rounding);
    let t1 = L::add_words(i04.dot(L::pair(ONE, -ONE)), rounding);
    let t2 = i26.dot(L::pair(k::F_0_541, k::F_0_541 - k::F_1_847));
    let t3 = i26.dot(L::pair(k::F_0_541 + k::F_0_765, k::F_0_541));
    let z3 = sums.dot(L::pair(k::F_1_175 - k::F_1_961, k::F_1_175));
    let z4 = sums.dot(L::pair(k::F_1_175, k::F_1_175 - k::F_0_390));
    let o0 = L::add_words(i71.dot(L::pair(k::F_0_298 - k::F_0_899, -k::F_0_899)), z3);
    let o1 = L::add_words(i53.dot(L::pair(k::F_2_053 - k::F_2_562, -k::F_2_562)), z4);
    let o2 = L::add_words(i53.dot(L::pair(-k::F_2_562, k::F_3_072 - k::F_2_562)), z3);
    let o3 = L::add_words(i71.dot(L::pair(-k::F_0_899, k::F_1_501 - k::F_0_899)), z4);
    let (e0, e3) = (L::add_words(t0, t3), L::sub_words(t0, t3));
    let (e1, e2) = (L::add_words(t1, t2), L::sub_words(t1, t2));
    [
        L::add_words(e0, o3),
        L::add_words(e1, o2),
        L::add_words(e2, o1),
        L::add_words(e3, o0),
        L::sub_words(e3, o0),
        L::sub_words(e2, o1),
        L::sub_words(e1, o2),
        L::sub_words(e0, o3),
    ]
    .map(L::shift_words::<BITS>)
}

/// The whole block, row by row.
#[inline(always)]
pub(super) fn full<L: Lanes>(block: &Block) -> [[u8; 8]; 8] {
    const FIRST: i32 = CONST_BITS - PASS_BITS;
    // Two passes of sqrt(8) each are 3 bits.
    const SECOND: i32 = CONST_BITS + PASS_BITS + 3;
    let columns = block.as_chunks::<8>().0;
    let columns = std::array::from_fn(|u| L::load(&columns[u]));
    let rows = L::transpose(eight_points::<L, FIRST>(columns));
    let middle = L::splat(128);
    eight_points::<L, SECOND>(rows).map(|row| row.add(middle).narrow())
}

/// One pass of the four-point transform over four lanes: inputs 0 and 1 are in the first vector, 2
/// and 3 in the second, and so are the results, which are `sqrt(2)` times too large.
#[inline(always)]
fn four_points<L: Lanes, const BITS: i32>([i01, i23]: [L; 2]) -> [L; 2] {
    const HALF: i16 = 1 << (CONST_BITS - 1);
    /// cos(pi / 8) / sqrt(2)
    const A: i16 = fixed(0.653_281_482);
    /// sin(pi / 8) / sqrt(2)
    const B: i16 = fixed(0.270_598_050);
    let (even, odd) = i01.interleave(i23);
    let rounding = L::words(1 << (BITS - 1));
    let e0 = L::add_words(even.dot(L::pair(HALF, HALF)), rounding);
    let e1 = L::add_words(even.dot(L::pair(HALF, -HALF)), rounding);
    let (o0, o1) = (odd.dot(L::pair(A, B)), odd.dot(L::pair(B, -A)));
    let [x0, x1, x2, x3] =
        [L::add_words(e0, o0), L::add_words(e1, o1), L::sub_words(e1, o1), L::sub_words(e0, o0)]
            .map(L::shift_words::<BITS>);
    [L::pack(x0, x1), L::pack(x2, x3)]
}

/// The block at half its size, 4 x 4, row by row.
#[inline(always)]
pub(super) fn half<L: Lanes>(block: &Block) -> [[u8; 4]; 4] {
    const FIRST: i32 = CONST_BITS - PASS_BITS;
    // Two passes of sqrt(2) each are 1 bit.
    const SECOND: i32 = CONST_BITS + PASS_BITS + 1;
    let columns = block.as_chunks::<8>().0;
    let [a, b] = four_points::<L, FIRST>([L::load(&columns[0]), L::load(&columns[1])]);
    // Two rounds of interleaving transpose 4 x 4 lanes.
    let (a, b) = a.interleave(b);
    let (a, b) = a.interleave(b);
    let middle = L::splat(128);
    let [a, b] = four_points::<L, SECOND>([a, b]).map(|rows| rows.add(middle));
    let bytes = a.narrow_both(b);
    let rows = bytes.as_chunks::<4>().0;
    [rows[0], rows[1], rows[2], rows[3]]
}

/// The block at a quarter of its size, 2 x 2, row by row.
#[inline(always)]
pub(super) fn quarter(block: &Block) -> [[u8; 2]; 2] {
    let [a, down, across, both] = [block[0], block[1], block[2], block[3]].map(i32::from);
    let (left, right) = (a + across, a - across);
    let (slope_left, slope_right) = (down + both, down - both);
    [
        [sample(left + slope_left), sample(right + slope_right)],
        [sample(left - slope_left), sample(right - slope_right)],
    ]
}

/// The mean of a block with this first coefficient.
#[inline(always)]
pub(super) fn mean(first: i16) -> u8 {
    sample(i32::from(first))
}

/// A sample from 8 times its value around 0.
#[inline(always)]
fn sample(value: i32) -> u8 {
    (((value + 4) >> 3) + 128).clamp(0, 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::{Scalar, Vector};

    /// The definition (T.81, A.3.3) of the transform of `side` squared points, in floating point.
    fn reference(block: &Block, side: usize) -> Vec<f64> {
        let n = side as f64;
        let basis = |x: usize, u: usize| {
            let angle = (2.0 * x as f64 + 1.0) * u as f64 * std::f64::consts::PI / (2.0 * n);
            let norm = if u == 0 { (1.0 / n).sqrt() } else { (2.0 / n).sqrt() };
            norm * angle.cos()
        };
        let mut out = Vec::new();
        for y in 0..side {
            for x in 0..side {
                let sum: f64 = (0..side * side)
                    .map(|i| (i / side, i % side))
                    .map(|(u, v)| f64::from(block[u * side + v]) * basis(y, v) * basis(x, u))
                    .sum();
                out.push((sum * n / 8.0 + 128.0).clamp(0.0, 255.0));
            }
        }
        out
    }

    fn transformed(block: &Block, side: usize) -> Vec<u8> {
        match side {
            8 => full::<Vector>(block).concat(),
            4 => half::<Vector>(block).concat(),
            2 => quarter(block).concat(),
            _ => vec![mean(block[0])],
        }
    }

    fn random() -> impl FnMut(i16) -> i16 {
        let mut state = 1_u32;
        move |limit| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) as i32 % (2 * i32::from(limit) + 1) - i32::from(limit)) as i16
        }
    }

    #[test]
    fn every_size_is_close_to_the_definition() {
        let mut random = random();
        for round in 0..2000 {
            let block: Block =
                std::array::from_fn(|i| random(if i == 0 { 1000 } else { round % 90 }));
            for side in [8, 4, 2, 1] {
                let samples = transformed(&block, side);
                for (index, (got, want)) in samples.iter().zip(reference(&block, side)).enumerate()
                {
                    let error = (f64::from(*got) - want).abs();
                    assert!(error < 0.75, "{side} points, sample {index}: {got} for {want}");
                }
            }
        }
    }

    #[test]
    fn the_vector_unit_transforms_as_its_twin() {
        let mut random = random();
        for round in 0..2000_i16 {
            let limit = if round % 4 == 0 { i16::MAX } else { 16 * round.min(2000) };
            let block: Block = std::array::from_fn(|_| random(limit));
            assert_eq!(full::<Vector>(&block), full::<Scalar>(&block), "{block:?}");
            assert_eq!(half::<Vector>(&block), half::<Scalar>(&block), "{block:?}");
        }
    }

    #[test]
    fn absurd_coefficients_do_not_panic() {
        for value in [i16::MIN, i16::MAX] {
            for side in [8, 4, 2, 1] {
                transformed(&[value; 64], side);
            }
        }
    }
}
