//! Quantisation tables: the examples of T.81, annex K.1, scaled by quality as libjpeg does.

use crate::jpeg::zigzag::place;

/// Steps, row-major, and what division by them needs.
#[derive(Clone, Debug)]
pub(super) struct Quantization {
    steps: [u8; 64],
    /// `2^RECIPROCAL_BITS / (8 * step)`, rounded up.
    reciprocals: [u32; 64],
}

/// Bits of fraction of a reciprocal. A coefficient that is 8 times too large has at most 15 bits
/// (8 x 1024 x 1.4), a divisor at most 11: 26 bits make the quotient exact.
const RECIPROCAL_BITS: u32 = 30;

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
        let steps = base.map(|step| ((u32::from(step) * percent + 50) / 100).clamp(1, 255) as u8);
        let reciprocals =
            steps.map(|step| (1_u32 << RECIPROCAL_BITS).div_ceil(8 * u32::from(step)));
        Self { steps, reciprocals }
    }

    /// The payload of a DQT segment.
    pub(super) fn write(&self, number: u8, out: &mut Vec<u8>) {
        out.push(number);
        out.extend((0..64).map(|index| self.steps[place(index)]));
    }

    /// A coefficient that is 8 times too large, at this place of the block, divided by its step and
    /// rounded half away from zero.
    #[inline]
    pub(super) fn quantize(&self, coefficient: i32, place: usize) -> i16 {
        let half = 4 * u32::from(self.steps[place]);
        let sum = u64::from(coefficient.unsigned_abs() + half);
        let quotient = (sum * u64::from(self.reciprocals[place]) >> RECIPROCAL_BITS) as i16;
        if coefficient < 0 { -quotient } else { quotient }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reciprocals_divide_exactly() {
        for quality in [1, 10, 50, 80, 95, 100] {
            let table = Quantization::luma(quality);
            for place in 0..64 {
                let divisor = 8 * i32::from(table.steps[place]);
                for coefficient in (-12_000_i32..12_000).step_by(7) {
                    let want = (coefficient.abs() + divisor / 2) / divisor * coefficient.signum();
                    let got = i32::from(table.quantize(coefficient, place));
                    assert_eq!(got, want, "{coefficient} / {divisor}");
                }
            }
        }
    }
}
