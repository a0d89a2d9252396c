//! A picture as planes of samples, one for each component, and what is done to planes alone.
//!
//! JPEG, WebP and AVIF store lightness and colour apart, colour mostly at half the resolution. A
//! photo that goes from one such file to another is resampled plane by plane and never becomes RGB.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::inline_always,
    reason = "kernels: values are bounded by their formulas, and a call costs more than its work"
)]

mod color;
mod resize;
mod turn;
mod weights;

pub(crate) use self::resize::{Span, resize};
pub(crate) use self::weights::{LOBES, lanczos3};

/// A picture in planes.
#[derive(Clone, Debug)]
pub(crate) struct Planes {
    /// Grey, or three components.
    pub(crate) planes: Vec<Plane>,
    /// What the components stand for.
    pub(crate) model: Model,
}

/// What the components of [`Planes`] stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    /// Lightness alone.
    Gray,
    /// Red, green, blue.
    Rgb,
    /// Lightness and two differences of colour, BT.601 in full range, as in JFIF.
    YCbCr,
}

/// Samples of one component, 8 bits, row-major.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plane {
    /// Samples in a row that belong to the picture, in full or in part.
    pub(crate) width: usize,
    /// Rows that belong to the picture, in full or in part.
    pub(crate) height: usize,
    /// Samples from one row to the next, a multiple of [`ALIGNMENT`]; what is behind `width` is
    /// padding.
    pub(crate) stride: usize,
    /// `stride` times at least `height` samples.
    pub(crate) data: Vec<u8>,
    /// The true width of the picture in samples of this plane, at most `width`.
    pub(crate) extent_x: f64,
    /// The true height of the picture in samples of this plane, at most `height`.
    pub(crate) extent_y: f64,
}

/// Rows begin at multiples of this many samples, so that kernels may take them in blocks.
pub(crate) const ALIGNMENT: usize = 32;

impl Plane {
    /// A plane of whole samples, each of them `fill`.
    pub(crate) fn new(width: usize, height: usize, fill: u8) -> Self {
        let stride = width.next_multiple_of(ALIGNMENT);
        Self {
            width,
            height,
            stride,
            data: vec![fill; stride * height],
            extent_x: width as f64,
            extent_y: height as f64,
        }
    }

    /// Every row, without its padding.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.data.chunks_exact(self.stride).take(self.height).map(|row| &row[..self.width])
    }

    /// Every row with its padding, to be written.
    pub(crate) fn rows_mut(&mut self) -> impl ExactSizeIterator<Item = &mut [u8]> {
        self.data.chunks_exact_mut(self.stride).take(self.height)
    }
}

#[cfg(test)]
mod tests;
