//! Which coefficients of a block a scale needs, and where it wants them.

use crate::jpeg::zigzag::ZIGZAG;

/// The coefficients for a scale of `SIDE` samples along a side of a block.
pub(super) struct Layout<const SIDE: usize>;

impl<const SIDE: usize> Layout<SIDE> {
    /// The last coefficient of the zigzag order that is needed.
    pub(super) const LAST: usize = {
        let mut index = 63;
        while !is_needed(index, SIDE) {
            index -= 1;
        }
        index
    };

    /// By the zigzag order: where each stands in the block, column by column; the last place for
    /// those that are not needed.
    pub(super) const PLACES: [u8; 64] = {
        let mut places = [63; 64];
        let mut index = 0;
        while index < 64 {
            if is_needed(index, SIDE) {
                let (u, v) = (ZIGZAG[index] as usize % 8, ZIGZAG[index] as usize / 8);
                places[index] = (u * SIDE + v) as u8;
            }
            index += 1;
        }
        places
    };

    /// Where a coefficient of the zigzag order, of whose index the lower six bits count, stands.
    #[inline(always)]
    pub(super) fn place(index: usize) -> usize {
        usize::from(Self::PLACES[index & 63] & 63)
    }
}

const fn is_needed(index: usize, side: usize) -> bool {
    let place = ZIGZAG[index] as usize;
    place % 8 < side && place / 8 < side
}
