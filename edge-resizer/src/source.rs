//! What a source is, read from its header alone; limits before any decode.

use crate::error::Error;
use crate::geometry::Size;
use crate::policy::Limits;

/// A format that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SourceFormat {
    /// JPEG.
    Jpeg,
    /// PNG, still or animated (of which the first frame counts).
    Png,
    /// WebP, still or animated.
    Webp,
    /// GIF, still or animated.
    Gif,
    /// AVIF, still.
    Avif,
    /// Windows bitmap.
    Bmp,
    /// TIFF, of which the first page counts.
    Tiff,
    /// SVG, never decoded: sanitised or refused.
    Svg,
}

impl SourceFormat {
    /// The media type, as IANA lists it.
    pub const fn media_type(self) -> &'static str {
        self.row().0
    }

    /// The usual file-name extension, without the dot.
    pub const fn extension(self) -> &'static str {
        self.row().1
    }

    /// The name, for people.
    pub const fn name(self) -> &'static str {
        self.row().2
    }

    const fn row(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Jpeg => ("image/jpeg", "jpg", "JPEG"),
            Self::Png => ("image/png", "png", "PNG"),
            Self::Webp => ("image/webp", "webp", "WebP"),
            Self::Gif => ("image/gif", "gif", "GIF"),
            Self::Avif => ("image/avif", "avif", "AVIF"),
            Self::Bmp => ("image/bmp", "bmp", "BMP"),
            Self::Tiff => ("image/tiff", "tiff", "TIFF"),
            Self::Svg => ("image/svg+xml", "svg", "SVG"),
        }
    }
}

/// How the stored pixels have to be turned to stand upright: EXIF orientation 1 to 8
/// (CIPA DC-008, tag 0x0112); AVIF's rotation and mirror are brought to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Orientation(u8);

impl Orientation {
    /// As stored.
    pub const UPRIGHT: Self = Self(1);

    /// The orientation with this EXIF value; anything else than 1 to 8 is upright.
    pub const fn from_exif(value: u32) -> Self {
        if value >= 1 && value <= 8 { Self(value as u8) } else { Self::UPRIGHT }
    }

    /// The EXIF value, 1 to 8.
    pub const fn exif(self) -> u8 {
        self.0
    }

    /// Whether width and height change places.
    pub const fn swaps_axes(self) -> bool {
        self.0 >= 5
    }
}

/// What the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceInfo {
    /// The format, by content, whatever the name says.
    pub format: SourceFormat,
    /// Size as stored, before orientation. For SVG 1 x 1.
    pub stored: Size,
    /// How it is to be turned.
    pub orientation: Orientation,
    /// Number of frames; 1 for what does not move.
    pub frames: u32,
    /// Whether the format carries an alpha channel or transparent colour here.
    pub alpha: bool,
}

impl SourceInfo {
    /// Size as seen, after orientation.
    pub const fn upright(&self) -> Size {
        if self.orientation.swaps_axes() { self.stored.swapped() } else { self.stored }
    }
}

/// Reads the header and checks the limits; decodes nothing, allocates next to nothing.
///
/// # Errors
/// [`Error::NotAnImage`] where the bytes are no picture, [`Error::UnsupportedFormat`] where they
/// are one that is not handled, [`Error::Decode`] where the header is broken,
/// [`Error::TooLarge`] where it promises more than `limits` allow.
pub fn sniff(bytes: &[u8], limits: &Limits) -> Result<SourceInfo, Error> {
    let _ = (bytes, limits);
    todo!()
}
