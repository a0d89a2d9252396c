//! Which coefficients of a block a scale needs.

use super::Scale;

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
    use crate::jpeg::zigzag::place;

    #[test]
    fn the_last_coefficient_is_the_last_that_is_used() {
        for scale in [Scale::Eighth, Scale::Quarter, Scale::Half, Scale::Full] {
            let last = (0..64).rev().find(|&index| scale.uses(place(index)));
            assert_eq!(last, Some(scale.last_coefficient()), "{scale:?}");
        }
    }
}
