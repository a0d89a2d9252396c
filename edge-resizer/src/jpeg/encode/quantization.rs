//! Quantisation tables: the examples of T.81, annex K.1, scaled by quality as libjpeg does.

use crate::jpeg::zigzag::COLUMN_ZIGZAG;
use crate::lanes::Lanes;

/// Steps, column by column as coefficients come from the transform, and what division by them
/// needs.
#[derive(Clone, Debug)]
pub(super) struct Quantization {
    steps: [u8; 64],
    /// What is divided by a step, which is 8 times too large, gets half of it added first.
    halves: [i16; 64],
    /// `2^16` divided by the divisor, which is between `2^(s - 1)` and `2^s`, times `2^(s - 1)`,
    /// rounded up: unsigned.
    reciprocals: [i16; 64],
    /// `2^(17 - s)`, by which the product is multiplied to take off what is left.
    shifts: [i16; 64],
}

/// T.81, table K.1.
const LUMA: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

/// T.81, table K.2.
const CHROMA: [u8; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

impl Quantization {
    /// For lightness.
    pub(super) fn luma(quality: u8) -> Self {
        Self::scaled(&LUMA, quality)
    }

    /// For colour.
    pub(super) fn chroma(quality: u8) -> Self {
        Self::scaled(&CHROMA, quality)
    }

    fn scaled(base: &[u8; 64], quality: u8) -> Self {
        let quality = u32::from(quality.clamp(1, 100));
        let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
        let step = |place: usize| {
            let base = u32::from(base[place % 8 * 8 + place / 8]);
            ((base * percent + 50) / 100).clamp(1, 255) as u8
        };
        let steps: [u8; 64] = std::array::from_fn(step);
        let divisor = |place: usize| 8 * u32::from(steps[place]);
        let exponent = |place: usize| (divisor(place) - 1).ilog2();
        Self {
            steps,
            halves: std::array::from_fn(|place| (divisor(place) / 2) as i16),
            reciprocals: std::array::from_fn(|place| {
                (1_u32 << (16 + exponent(place))).div_ceil(divisor(place)) as i16
            }),
            shifts: std::array::from_fn(|place| (1_u32 << (16 - exponent(place))) as i16),
        }
    }

    /// The payload of a DQT segment.
    pub(super) fn write(&self, number: u8, out: &mut Vec<u8>) {
        out.push(number);
        out.extend(COLUMN_ZIGZAG.map(|place| self.steps[usize::from(place)]));
    }

    /// Coefficients that are 8 times too large, of column `u`, divided by their steps and rounded
    /// half away from zero.
    #[inline(always)]
    pub(super) fn quantize<L: Lanes>(&self, coefficients: L, u: usize) -> L {
        let load = |values: &[i16; 64]| L::load(&values.as_chunks::<8>().0[u]);
        let signs = coefficients.signs();
        let sizes = coefficients.add(signs).xor(signs);
        // Both factors of the division are below 2^15, for which two rounded-down products are the
        // quotient exactly.
        let sums = sizes.add(load(&self.halves));
        let quotients =
            sums.mul_high_unsigned(load(&self.reciprocals)).mul_high_unsigned(load(&self.shifts));
        quotients.xor(signs).sub(signs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::{Scalar, Vector};

    #[test]
    fn reciprocals_divide_exactly() {
        for quality in [1, 10, 50, 80, 95, 100] {
            let table = Quantization::luma(quality);
            for coefficient in (-12_000_i16..12_000).step_by(7) {
                for u in 0..8 {
                    let vector = table.quantize(Vector::splat(coefficient), u).store();
                    let scalar = table.quantize(Scalar::splat(coefficient), u).store();
                    assert_eq!(vector, scalar);
                    for (v, got) in vector.into_iter().enumerate() {
                        let divisor = 8 * i16::from(table.steps[u * 8 + v]);
                        let size = (coefficient.abs() + divisor / 2) / divisor;
                        assert_eq!(got, size * coefficient.signum(), "{coefficient} / {divisor}");
                    }
                }
            }
        }
    }
}
