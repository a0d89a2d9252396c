//! From the coefficients of a block to its samples in a plane.

use super::idct::{self, Block};
use crate::lanes::Vector;

/// The block in work, for a scale of `SIDE` samples along a side.
pub(super) struct Samples<const SIDE: usize> {
    /// What the scale uses of it is zero between blocks.
    pub(super) block: Block,
}

impl<const SIDE: usize> Samples<SIDE> {
    pub(super) fn new() -> Self {
        Self { block: [0; 64] }
    }

    /// Writes the block's samples into a plane, from `start` on, in rows that are `stride` apart,
    /// and clears the block.
    #[inline(always)]
    pub(super) fn write(&mut self, plane: &mut [u8], start: usize, stride: usize, only_mean: bool) {
        if only_mean || SIDE == 1 {
            let row = [idct::mean(self.block[0]); SIDE];
            write_rows(plane, start, stride, &[row; SIDE]);
            return;
        }
        match SIDE {
            2 => write_rows(plane, start, stride, &idct::quarter(&self.block)),
            4 => write_rows(plane, start, stride, &idct::half::<Vector>(&self.block)),
            _ => write_rows(plane, start, stride, &idct::full::<Vector>(&self.block)),
        }
        self.block[..SIDE * SIDE].fill(0);
    }
}

#[inline(always)]
fn write_rows<const WIDTH: usize, const HEIGHT: usize>(
    plane: &mut [u8],
    start: usize,
    stride: usize,
    rows: &[[u8; WIDTH]; HEIGHT],
) {
    let end = start + (HEIGHT - 1) * stride + WIDTH;
    let Some(plane) = plane.get_mut(start..end) else { return };
    for (y, row) in rows.iter().enumerate() {
        if let Some(target) = plane.get_mut(y * stride..).and_then(<[u8]>::first_chunk_mut) {
            *target = *row;
        }
    }
}
