//! Pixel steps, one per file; [`Op`] lists them.
//!
//! Everything here is integer arithmetic, or such floating-point arithmetic as IEEE 754 defines to
//! the last bit, so that the same picture comes out on every machine.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "pixel arithmetic: values are bounded by their formulas, each stated where it is not plain"
)]

mod adjust;
mod alpha;
mod blur;
mod crop;
mod excerpt;
mod ground;
mod linear;
mod orient;
mod pad;
mod resize;
mod saliency;
mod sharpen;
mod strips;
mod summary;
mod trim;

pub(crate) use self::adjust::Adjust;
pub(crate) use self::excerpt::{Excerpt, RowSink};
pub(crate) use self::ground::{Ground, Level, find_ground};
pub(crate) use self::pad::over;
pub(crate) use self::resize::cover_window;
pub(crate) use self::saliency::{SIDE as FOCUS_SIDE, focus_in};
pub(crate) use self::summary::summarize;
pub(crate) use self::trim::find_border;

use crate::geometry::{Rect, Size, Turn};
use crate::recipe::{Color, Gravity};

/// How a pixel is laid out in a [`Raster`]; 8 bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Channels {
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue, straight alpha.
    Rgba,
    /// Cyan, magenta, yellow, key; 0 is no ink. Only between a decoder and colour conversion.
    Cmyk,
    /// Lightness. Only between a decoder and colour conversion.
    Gray,
    /// Lightness and straight alpha. Only between a decoder and colour conversion.
    GrayAlpha,
}

impl Channels {
    /// Bytes a pixel.
    pub(crate) const fn count(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::GrayAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }
}

/// Pixels, row-major, no padding between rows. After colour conversion always sRGB, `Rgb` or `Rgba`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raster {
    /// Width and height.
    pub(crate) size: Size,
    /// Layout of a pixel.
    pub(crate) channels: Channels,
    /// `width * height * channels.count()` bytes.
    pub(crate) data: Vec<u8>,
}

impl Raster {
    /// Bytes a row.
    pub(crate) const fn stride(&self) -> usize {
        self.size.width as usize * self.channels.count()
    }

    /// Bytes of a picture of this size and layout.
    const fn bytes(size: Size, channels: Channels) -> usize {
        size.width as usize * size.height as usize * channels.count()
    }
}

/// A picture of an animation, or the only one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Its pixels, the whole canvas.
    pub(crate) raster: Raster,
    /// How long it is shown, in milliseconds; 0 for a still.
    pub(crate) delay_ms: u32,
}

/// How often an animation runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Loops {
    /// Without end.
    #[default]
    Forever,
    /// This many times in all.
    Times(u16),
}

/// A step of a plan. Sizes and colours are final, nothing is left to decide but what only the
/// pixels can say (border colour, saliency).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Op {
    /// Turns and mirrors: EXIF orientation, flip and rotation in one.
    Orient(Turn),
    /// Cuts out a rectangle.
    Crop(Rect),
    /// Resamples (Lanczos3, alpha premultiplied, in gamma space).
    Resize(Size),
    /// Cuts to a size, what survives is chosen by gravity.
    CropTo(Size, Gravity),
    /// Resizes and cuts so that the picture fills a size; what survives is chosen by gravity.
    Cover(Size, Gravity),
    /// As [`Op::Resize`], in linear light.
    ResizeLinear(Size),
    /// As [`Op::Cover`], in linear light.
    CoverLinear(Size, Gravity),
    /// Makes the ground of a product pure.
    Level(Level),
    /// Centers on a canvas of this size and color.
    Pad(Size, Color),
    /// Adds a frame: top, right, bottom, left.
    Border([u32; 4], Color),
    /// Gaussian blur of this sigma, in pixels.
    Blur(f32),
    /// Unsharp mask of this strength.
    Sharpen(f32),
    /// Brightness, contrast, gamma and saturation in one pass.
    Adjust(Adjust),
    /// Lays what is transparent on a color.
    Flatten(Color),
}

impl Op {
    /// The step's name, for `Server-Timing` and for people.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Orient(_) => "orient",
            Self::Crop(_) => "crop",
            Self::Resize(_) => "resize",
            Self::CropTo(..) => "crop-to",
            Self::Cover(..) => "cover",
            Self::ResizeLinear(_) => "resize-linear",
            Self::CoverLinear(..) => "cover-linear",
            Self::Level(_) => "level",
            Self::Pad(..) => "pad",
            Self::Border(..) => "border",
            Self::Blur(_) => "blur",
            Self::Sharpen(_) => "sharpen",
            Self::Adjust(_) => "adjust",
            Self::Flatten(_) => "flatten",
        }
    }

    /// The step in linear light, where that makes a difference.
    #[must_use]
    pub(crate) const fn in_linear_light(self) -> Self {
        match self {
            Self::Resize(size) => Self::ResizeLinear(size),
            Self::Cover(size, gravity) => Self::CoverLinear(size, gravity),
            other => other,
        }
    }

    /// Whether it only moves and resamples what is there, in the values as they are coded.
    pub(crate) const fn is_geometric(&self) -> bool {
        matches!(
            self,
            Self::Orient(_) | Self::Crop(_) | Self::Resize(_) | Self::CropTo(..) | Self::Cover(..)
        )
    }

    /// The step with what only the pixels can say settled on these pixels, so that all frames of an
    /// animation are cut in the same place.
    pub(crate) fn settled(self, raster: &Raster) -> Self {
        match self {
            Self::CropTo(size, Gravity::Auto) => {
                Self::CropTo(size, saliency::focus(raster, size).gravity())
            }
            Self::Cover(size, Gravity::Auto) => {
                let window = cover_window(raster.size, size);
                Self::Cover(size, saliency::focus(raster, window).gravity())
            }
            Self::CoverLinear(size, Gravity::Auto) => {
                let window = cover_window(raster.size, size);
                Self::CoverLinear(size, saliency::focus(raster, window).gravity())
            }
            other => other,
        }
    }

    /// Does the step. A raster that it does not change is given back, not copied.
    pub(crate) fn apply(&self, raster: Raster) -> Raster {
        match self.settled(&raster) {
            Self::Orient(turn) => orient::orient(raster, turn),
            Self::Crop(rect) => crop::crop(raster, rect),
            Self::Resize(size) => resize::resize(raster, size),
            Self::CropTo(size, gravity) => crop::crop_to(raster, size, gravity),
            Self::Cover(size, gravity) => resize::cover(raster, size, gravity),
            Self::ResizeLinear(size) => linear::resize(raster, size),
            Self::CoverLinear(size, gravity) => linear::cover(raster, size, gravity),
            Self::Level(level) => ground::level(raster, level),
            Self::Pad(size, color) => pad::pad(raster, size, color),
            Self::Border(widths, color) => pad::border(raster, widths, color),
            Self::Blur(sigma) => blur::blur(raster, sigma),
            Self::Sharpen(strength) => sharpen::sharpen(raster, strength),
            Self::Adjust(adjust) => adjust::adjust(raster, adjust),
            Self::Flatten(color) => pad::flatten(raster, color),
        }
    }
}

#[cfg(test)]
mod tests;
