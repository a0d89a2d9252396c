//! Pixel steps, one per file; [`Op`] lists them.

use crate::geometry::{Rect, Size};
use crate::recipe::{Color, Flip, Gravity, Rotation, TrimBorder};
use crate::source::Orientation;

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
    /// Stands the picture upright.
    Orient(Orientation),
    /// Cuts out a rectangle.
    Crop(Rect),
    /// Mirrors.
    Flip(Flip),
    /// Turns.
    Rotate(Rotation),
    /// Resamples (Lanczos3, alpha premultiplied, in gamma space).
    Resize(Size),
    /// Cuts to a size, what survives is chosen by gravity.
    CropTo(Size, Gravity),
    /// Centres on a canvas of this size and colour.
    Pad(Size, Color),
    /// Adds a frame: top, right, bottom, left.
    Border([u32; 4], Color),
    /// Gaussian blur of this sigma, in pixels.
    Blur(f32),
    /// Unsharp mask of this strength.
    Sharpen(f32),
    /// Brightness, contrast, gamma and saturation in one pass.
    Adjust(Adjust),
    /// Lays what is transparent on a colour.
    Flatten(Color),
}

/// Multipliers, 1 is neutral.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Adjust {
    pub(crate) brightness: f32,
    pub(crate) contrast: f32,
    pub(crate) gamma: f32,
    pub(crate) saturation: f32,
}

impl Op {
    /// The step's name, for `Server-Timing` and for people.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Orient(_) => "orient",
            Self::Crop(_) => "crop",
            Self::Flip(_) => "flip",
            Self::Rotate(_) => "rotate",
            Self::Resize(_) => "resize",
            Self::CropTo(..) => "crop-to",
            Self::Pad(..) => "pad",
            Self::Border(..) => "border",
            Self::Blur(_) => "blur",
            Self::Sharpen(_) => "sharpen",
            Self::Adjust(_) => "adjust",
            Self::Flatten(_) => "flatten",
        }
    }

    /// Does the step.
    pub(crate) fn apply(&self, raster: Raster) -> Raster {
        todo!("{} {}", self.name(), raster.size.width)
    }
}

/// The rectangle inside a uniform border; the whole picture where there is none.
pub(crate) fn find_border(raster: &Raster, border: &TrimBorder) -> Rect {
    let _ = (raster, border);
    todo!()
}

/// What `format=json` tells of the pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    /// `#rrggbb` of the most frequent colour.
    pub(crate) dominant_color: String,
    /// Base64 of the ThumbHash (<https://evanw.github.io/thumbhash/>).
    pub(crate) thumbhash: String,
    /// The BlurHash, 4 x 3 components (<https://blurha.sh>).
    pub(crate) blurhash: String,
}

/// Summarises a picture; shrinks it first, so the cost is that of one resize.
pub(crate) fn summarize(raster: &Raster) -> Summary {
    let _ = raster;
    todo!()
}
