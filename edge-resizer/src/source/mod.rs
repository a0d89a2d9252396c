//! What a source is, read from its header alone; limits before any decode.
//!
//! One file per format, each a function from bytes to [`Header`]: `None` where the header is broken
//! or breaks off. None of them decodes, follows an offset without checking it, or allocates in
//! proportion to a number it has read.

mod bmp;
mod bytes;
mod foreign;
mod gif;
pub(crate) mod heif;
pub(crate) mod ifd;
pub(crate) mod jpeg;
mod png;
pub(crate) mod riff;
mod svg;
mod tiff;
mod webp;

#[cfg(test)]
mod tests;

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
    /// The format by a file's first bytes; `None` of what cannot be read.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        recognize(bytes).ok()
    }

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
        match value {
            2 => Self(2),
            3 => Self(3),
            4 => Self(4),
            5 => Self(5),
            6 => Self(6),
            7 => Self(7),
            8 => Self(8),
            _ => Self::UPRIGHT,
        }
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
    within("the size of the source in bytes", bytes.len() as u64, limits.source_bytes)?;
    let format = recognize(bytes)?;
    let header = read(format, bytes, limits.frames).ok_or_else(|| Error::Decode {
        format: format.name(),
        reason: "its header is broken or breaks off".to_owned(),
    })?;
    let Header { stored, orientation, frames, alpha } = header;
    within("the width of the source", stored.width.into(), limits.source_side.into())?;
    within("the height of the source", stored.height.into(), limits.source_side.into())?;
    within("the number of pixels of the source", stored.pixels(), limits.source_pixels)?;
    within("the number of frames of the source", frames.into(), limits.frames.into())?;
    Ok(SourceInfo { format, stored, orientation, frames, alpha })
}

/// What a format's reader finds.
#[derive(Clone, Copy, Debug)]
struct Header {
    /// Neither side is 0.
    stored: Size,
    orientation: Orientation,
    /// At least 1; no reader counts further than one above the limit.
    frames: u32,
    alpha: bool,
}

impl Header {
    /// A still that stands upright; `None` where a side is 0.
    fn still(width: u32, height: u32, alpha: bool) -> Option<Self> {
        let stored = Size::new(width, height);
        let header = Self { stored, orientation: Orientation::UPRIGHT, frames: 1, alpha };
        (stored.pixels() > 0).then_some(header)
    }
}

fn read(format: SourceFormat, bytes: &[u8], most_frames: u32) -> Option<Header> {
    match format {
        SourceFormat::Jpeg => jpeg::read(bytes),
        SourceFormat::Png => png::read(bytes),
        SourceFormat::Webp => webp::read(bytes, most_frames),
        SourceFormat::Gif => gif::read(bytes, most_frames),
        SourceFormat::Avif => heif::read(bytes),
        SourceFormat::Bmp => bmp::read(bytes),
        SourceFormat::Tiff => tiff::read(bytes),
        SourceFormat::Svg => Header::still(1, 1, true),
    }
}

/// The format by its first bytes.
fn recognize(bytes: &[u8]) -> Result<SourceFormat, Error> {
    const SIGNATURES: [(&[u8], SourceFormat); 6] = [
        (b"\xFF\xD8\xFF", SourceFormat::Jpeg),
        (b"\x89PNG\r\n\x1A\n", SourceFormat::Png),
        (b"GIF87a", SourceFormat::Gif),
        (b"GIF89a", SourceFormat::Gif),
        (b"II*\0", SourceFormat::Tiff),
        (b"MM\0*", SourceFormat::Tiff),
    ];
    if let Some(format) = foreign::recognize(bytes) {
        return Err(Error::UnsupportedFormat { format });
    }
    if let Some((_, format)) = SIGNATURES.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Ok(*format);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(SourceFormat::Webp);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return match heif::brand(bytes) {
            heif::Brand::Avif => Ok(SourceFormat::Avif),
            heif::Brand::Other(format) => Err(Error::UnsupportedFormat { format }),
        };
    }
    if bmp::is(bytes) {
        return Ok(SourceFormat::Bmp);
    }
    if svg::is(bytes) {
        return Ok(SourceFormat::Svg);
    }
    Err(Error::NotAnImage)
}

fn within(what: &'static str, value: u64, limit: u64) -> Result<(), Error> {
    if value > limit { Err(Error::TooLarge { what, value, limit }) } else { Ok(()) }
}
