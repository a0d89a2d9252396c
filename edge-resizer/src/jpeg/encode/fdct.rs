//! Forward DCT on integers, eight points in two passes, the counterpart of the inverse one: the
//! factorisation of Loeffler, Ligtenberg and Moschytz (ICASSP 1989).

use crate::jpeg::constants::{self as k, CONST_BITS, PASS_BITS};
use crate::lanes::Lanes;

/// One pass over eight lanes, `BITS` taken off the result, which is `sqrt(8)` times too large.
#[inline(always)]
fn eight_points<L: Lanes, const BITS: i32>([i0, i1, i2, i3, i4, i5, i6, i7]: [L; 8]) -> [L; 8] {
    let (s0, d0) = (i0.add(i7), i0.sub(i7));
    let (s1, d1) = (i1.add(i6), i1.sub(i6));
    let (s2, d2) = (i2.add(i5), i2.sub(i5));
    let (s3, d3) = (i3.add(i4), i3.sub(i4));
    let even = [s0.add(s3).interleave(s1.add(s2)), s1.sub(s2).interleave(s0.sub(s3))];
    let odd = [d3.interleave(d0), d2.interleave(d1), d3.add(d1).interleave(d2.add(d0))];
    let low = four_lanes::<L, BITS>(even.map(|pair| pair.0), odd.map(|pair| pair.0));
    let high = four_lanes::<L, BITS>(even.map(|pair| pair.1), odd.map(|pair| pair.1));
    std::array::from_fn(|n| L::pack(low[n], high[n]))
}

/// The same over four lanes of pairs: the sums and the differences of the even part, and of the
/// odd part differences 3 and 0, 2 and 1, and the sums of 3 and 1, of 2 and 0.
#[inline(always)]
fn four_lanes<L: Lanes, const BITS: i32>(
    [sums, differences]: [L; 2],
    [d30, d21, cross]: [L; 3],
) -> [L::Words; 8] {
    const ONE: i16 = 1 << CONST_BITS;
    let z3 = cross.dot(L::pair(k::F_1_175 - k::F_1_961, k::F_1_175));
    let z4 = cross.dot(L::pair(k::F_1_175, k::F_1_175 - k::F_0_390));
    let rounding = L::words(1 << (BITS - 1));
    [
        sums.dot(L::pair(ONE, ONE)),
        L::add_words(d30.dot(L::pair(-k::F_0_899, k::F_1_501 - k::F_0_899)), z4),
        differences.dot(L::pair(k::F_0_541, k::F_0_541 + k::F_0_765)),
        L::add_words(d21.dot(L::pair(-k::F_2_562, k::F_3_072 - k::F_2_562)), z3),
        sums.dot(L::pair(ONE, -ONE)),
        L::add_words(d21.dot(L::pair(k::F_2_053 - k::F_2_562, -k::F_2_562)), z4),
        differences.dot(L::pair(k::F_0_541 - k::F_1_847, k::F_0_541)),
        L::add_words(d30.dot(L::pair(k::F_0_298 - k::F_0_899, -k::F_0_899)), z3),
    ]
    .map(|words| L::shift_words::<BITS>(L::add_words(words, rounding)))
}

/// Transforms rows of samples around 0; the coefficients come column by column and are 8 times too
/// large.
#[inline(always)]
pub(super) fn forward<L: Lanes>(rows: [L; 8]) -> [L; 8] {
    let columns = L::transpose(eight_points::<L, { CONST_BITS - PASS_BITS }>(rows));
    eight_points::<L, { CONST_BITS + PASS_BITS }>(columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::{Scalar, Vector};

    /// The definition (T.81, A.3.3), in floating point, times 8.
    fn reference(samples: &[[i16; 8]; 8], u: usize, v: usize) -> f64 {
        let basis = |x: usize, u: usize| {
            let angle = (2.0 * x as f64 + 1.0) * u as f64 * std::f64::consts::PI / 16.0;
            if u == 0 { 0.5_f64.sqrt() } else { angle.cos() }
        };
        let places = (0..64).map(|n| (n / 8, n % 8));
        places.map(|(y, x)| f64::from(samples[y][x]) * basis(x, u) * basis(y, v)).sum::<f64>() * 2.0
    }

    #[test]
    fn it_is_close_to_the_definition_and_to_its_twin() {
        let mut state = 5_u32;
        for round in 0..500_u32 {
            let samples: [[i16; 8]; 8] = std::array::from_fn(|_| {
                std::array::from_fn(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    // Every fourth block has samples at the ends of the range alone.
                    let sample = ((state >> 16) % 256) as i16 - 128;
                    if round % 4 == 0 { if sample < 0 { -128 } else { 127 } } else { sample }
                })
            });
            let vector = forward(samples.each_ref().map(Vector::load)).map(Vector::store);
            let scalar = forward(samples.each_ref().map(Scalar::load)).map(Scalar::store);
            assert_eq!(vector, scalar);
            for (u, column) in vector.iter().enumerate() {
                for (v, coefficient) in column.iter().enumerate() {
                    let want = reference(&samples, u, v);
                    let error = (f64::from(*coefficient) - want).abs();
                    assert!(error < 2.0, "{u} {v}: {coefficient} for {want}");
                }
            }
        }
    }
}
