//! Turning and mirroring of a plane.

use super::Plane;
use crate::geometry::Turn;

impl Plane {
    /// Turned; extents are whole.
    pub(crate) fn turned(self, turn: Turn) -> Self {
        let mut plane = if turn.transpose { self.transposed() } else { self };
        let (width, height, stride) = (plane.width, plane.height, plane.stride);
        if turn.mirror_x {
            plane.rows_mut().for_each(|row| row[..width].reverse());
        }
        if turn.mirror_y {
            let (top, bottom) = plane.data[..stride * height].split_at_mut(height / 2 * stride);
            let bottom = bottom.chunks_exact_mut(stride).rev();
            for (upper, lower) in top.chunks_exact_mut(stride).zip(bottom) {
                upper.swap_with_slice(lower);
            }
        }
        plane
    }

    /// Columns become rows. Done in bands of columns that share a cache line.
    fn transposed(&self) -> Self {
        const BAND: usize = 16;
        let mut out = Self::new(self.height, self.width, 0);
        let stride = out.stride;
        for (band, first) in out.data.chunks_mut(BAND * stride).zip((0..self.width).step_by(BAND)) {
            let width = BAND.min(self.width - first);
            for (y, row) in self.rows().enumerate() {
                for (x, sample) in row[first..first + width].iter().enumerate() {
                    band[x * stride + y] = *sample;
                }
            }
        }
        out
    }
}
