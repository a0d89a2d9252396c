//! Coefficients of one block: their order in the file, and which of them a scale needs.

use super::Scale;

/// Where the coefficient at each place of the zigzag order stands in the block, row-major (T.81,
/// figure A.6).
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The place in the block of a coefficient of the zigzag order; any index beyond is the last.
#[inline]
pub(super) fn place(zigzag: usize) -> usize {
    usize::from(ZIGZAG[zigzag & 63])
}

impl Scale {
    /// The last coefficient of the zigzag order that this scale uses.
    pub(super) const fn last_coefficient(self) -> usize {
        match self {
            Self::Eighth => 0,
            Self::Quarter => 4,
            Self::Half => 24,
            Self::Full => 63,
        }
    }

    /// Whether this scale uses the coefficient at this place of the block.
    #[inline]
    pub(super) const fn uses(self, place: usize) -> bool {
        place / 8 < self.block() && place % 8 < self.block()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_coefficient_is_the_last_that_is_used() {
        for scale in [Scale::Eighth, Scale::Quarter, Scale::Half, Scale::Full] {
            let last = (0..64).rev().find(|&index| scale.uses(place(index)));
            assert_eq!(last, Some(scale.last_coefficient()), "{scale:?}");
        }
    }
}
