//! A picture as planes of samples, one for each component.

use super::decode::Scale;

/// A decoded picture.
#[derive(Clone, Debug)]
pub(crate) struct Planes {
    /// Grey, or three components in the order of the file.
    pub(crate) planes: Vec<Plane>,
    /// Whether the three components are red, green and blue; YCbCr (BT.601, full range) otherwise.
    pub(crate) rgb: bool,
    /// Whether the file ended early or broke; what is missing is grey.
    pub(crate) truncated: bool,
}

/// Samples of one component, 8 bits, row-major.
#[derive(Clone, Debug)]
pub(crate) struct Plane {
    /// Samples in a row that belong to the picture, in full or in part.
    pub(crate) width: usize,
    /// Rows that belong to the picture, in full or in part.
    pub(crate) height: usize,
    /// Samples from one row to the next; what is behind `width` is padding.
    pub(crate) stride: usize,
    /// `stride` times at least `height` samples.
    pub(crate) data: Vec<u8>,
    /// The true width of the picture in samples of this plane, at most `width`.
    pub(crate) extent_x: f64,
    /// The true height of the picture in samples of this plane, at most `height`.
    pub(crate) extent_y: f64,
}

impl Plane {
    /// A grey plane of `blocks_x` times `blocks_y` blocks for a component of `samples` (its width
    /// and height at full scale, which may be a fraction where it is subsampled).
    pub(super) fn new(blocks_x: usize, blocks_y: usize, samples: (f64, f64), scale: Scale) -> Self {
        let part = scale.block() as f64 / 8.0;
        let (extent_x, extent_y) = (samples.0 * part, samples.1 * part);
        let stride = blocks_x * scale.block();
        Self {
            width: (extent_x.ceil() as usize).min(stride),
            height: (extent_y.ceil() as usize).min(blocks_y * scale.block()),
            stride,
            data: vec![128; stride * blocks_y * scale.block()],
            extent_x,
            extent_y,
        }
    }
}
