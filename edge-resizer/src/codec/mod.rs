//! Formats, one per file: bytes to pixels and pixels to bytes.

mod avif;
#[cfg(feature = "rare-sources")]
mod bmp;
mod byte_limit;
mod color;
mod gif;
mod jpeg;
mod levels;
#[cfg(feature = "aom")]
mod libaom;
mod libwebp;
mod metadata;
mod per_photo;
mod png;
#[cfg(not(feature = "rare-sources"))]
mod rare_disabled;
mod rows;
#[cfg(not(feature = "rare-sources"))]
use rare_disabled::{bmp, svg, tiff};
#[cfg(feature = "rare-sources")]
mod svg;
#[cfg(feature = "rare-sources")]
mod tiff;
mod webp;

#[cfg(test)]
mod tests;

pub(crate) use self::byte_limit::{ByteLimit, Search, most_encodes};
pub(crate) use self::color::Conversion;
pub(crate) use self::per_photo::{PROBE_COST, for_photo, is_probed};

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::Error;
use crate::geometry::Size;
use crate::picture::{Form, Picture};
use crate::pixels::{Channels, Excerpt, Frame, Loops, Raster};
use crate::planar::Chroma;
use crate::policy::{Limits, Policy};
use crate::recipe::{Format, Metadata, Quality, QualityLevel, QualityNumber};
use crate::source::{SourceFormat, SourceInfo};

/// How a source is to be decoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DecodeOptions {
    /// A decoder that can scale while it decodes may give a smaller picture, but not below this
    /// size (stored orientation). `None`: every pixel is needed.
    pub(crate) at_least: Option<Size>,
    /// A decoder that gives row after row may do these steps on the way. `None`: there are none
    /// that need not see the whole picture.
    pub(crate) excerpt: Option<Excerpt>,
    /// Whether a decoder that scales may leave fewer samples than the best result needs.
    pub(crate) fast: bool,
    /// Whether only the first frame of an animation is wanted.
    pub(crate) first_frame: bool,
    /// The policy's limits, for what only decoding shows.
    pub(crate) limits: Limits,
}

/// A decoded source, as stored (orientation not applied); pixels are sRGB, `Rgb` or `Rgba`.
#[derive(Clone, Debug)]
pub(crate) struct Decoded {
    /// At least one frame.
    pub(crate) picture: Picture,
    /// How many steps of [`DecodeOptions::excerpt`] are done: all or none.
    pub(crate) steps_done: usize,
    /// How often an animation runs.
    pub(crate) loops: Loops,
    /// Metadata to be carried over.
    pub(crate) metadata: SourceMetadata,
    /// Whether the file ended early and the rest is filled up.
    pub(crate) truncated: bool,
}

/// Metadata blocks of a source, as they stood in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct SourceMetadata {
    /// EXIF: a TIFF structure, without the `Exif\0\0` in front of it.
    pub(crate) exif: Option<Vec<u8>>,
}

/// How an output is to be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EncodeOptions {
    /// The format.
    pub(crate) format: Format,
    /// On the encoder's scale; PNG takes it as leave to use a palette, WebP 100 is lossless.
    pub(crate) quality: QualityNumber,
    /// Whether the URL named the quality itself.
    pub(crate) explicit_quality: bool,
    /// JPEG: progressive scans.
    pub(crate) progressive: bool,
    /// The cheapest settings.
    pub(crate) fast: bool,
    /// What is kept of the metadata.
    pub(crate) metadata: Metadata,
    /// What the file may come to, where that is limited; see [`Search`].
    pub(crate) limit: Option<ByteLimit>,
    /// Whether the quality is to become the photo's own, see [`for_photo`].
    pub(crate) per_photo: bool,
}

impl EncodeOptions {
    /// PNG: whether few colors may become a palette.
    const fn may_have_palette(&self) -> bool {
        self.explicit_quality && self.quality.get() < 100
    }

    const fn with_palette(self) -> Self {
        Self { explicit_quality: true, quality: quality(99), ..self }
    }
}

/// Decodes, converts embedded profiles to sRGB, CMYK and grey to RGB.
///
/// # Errors
/// [`Error::Decode`] where not one row could be read.
pub(crate) fn decode(
    bytes: &[u8],
    info: &SourceInfo,
    options: &DecodeOptions,
) -> Result<Decoded, Error> {
    let decode = || match info.format {
        SourceFormat::Jpeg => jpeg::decode(bytes, info, options),
        SourceFormat::Png => png::decode(bytes, info, options),
        SourceFormat::Webp => webp::decode(bytes, info, options),
        SourceFormat::Gif => gif::decode(bytes, info, options),
        SourceFormat::Avif => avif::decode(bytes, info),
        SourceFormat::Bmp => bmp::decode(bytes, info),
        SourceFormat::Tiff => tiff::decode(bytes, info, options),
        SourceFormat::Svg => Err(Failure::Unsupported),
    };
    // The decoders are other people's work on hostile bytes: a panic in one of them is a file that
    // cannot be decoded, and no more than that. They share no state that it could leave broken.
    let decoded = catch_unwind(AssertUnwindSafe(decode))
        .unwrap_or_else(|_| Err(Failure::Broken(PANICKED.to_owned())));
    decoded.map_err(|failure| failure.into_error(info.format))
}

/// Whether this build reads a format. rav1d, which reads AVIF, does not build for every host.
pub(crate) const fn decodes(format: SourceFormat) -> bool {
    avif::DECODES || !matches!(format, SourceFormat::Avif)
}

const PANICKED: &str = "the decoder gave up";

/// Why a decoder gives no picture.
#[derive(Debug)]
enum Failure {
    Broken(String),
    Unsupported,
}

impl Failure {
    fn broken(reason: impl std::fmt::Display) -> Self {
        Self::Broken(reason.to_string())
    }

    fn into_error(self, format: SourceFormat) -> Error {
        let format = format.name();
        match self {
            Self::Broken(reason) => Error::Decode { format, reason },
            Self::Unsupported => Error::UnsupportedFormat { format },
        }
    }
}

impl DecodeOptions {
    /// How many frames are wanted of those that the header counts.
    fn frames(&self, info: &SourceInfo) -> usize {
        let most = if self.first_frame { 1 } else { self.limits.frames };
        info.frames.min(most).max(1) as usize
    }
}

impl Decoded {
    /// A picture that does not move.
    fn still(raster: Raster, exif: Option<Vec<u8>>, truncated: bool) -> Self {
        Self {
            picture: Picture::Frames(vec![Frame { raster, delay_ms: 0 }]),
            steps_done: 0,
            loops: Loops::default(),
            metadata: SourceMetadata { exif },
            truncated,
        }
    }
}

/// A raster of this size, every byte of it `fill`. The size comes from a checked header.
fn filled(size: Size, channels: Channels, fill: u8) -> Result<Raster, Failure> {
    let length = usize::try_from(size.pixels())
        .ok()
        .and_then(|pixels| pixels.checked_mul(channels.count()))
        .ok_or_else(|| Failure::broken("it does not fit into memory"))?;
    Ok(Raster { size, channels, data: vec![fill; length] })
}

/// The form in which an encoder takes a picture that can have it.
pub(crate) fn form(options: EncodeOptions) -> Form {
    match options.format {
        Format::Jpeg => Form::Planes(jpeg::chroma(options.quality)),
        Format::Webp if !webp::is_lossless(options.quality) => Form::Planes(Chroma::Halved),
        _ => Form::Pixels,
    }
}

/// Encodes; a format that does not move gets the first frame.
///
/// The same pixels and options give the same bytes. Alpha is laid on white where the format has
/// none.
///
/// # Errors
/// [`Error::Encode`] where the encoder refuses.
pub(crate) fn encode(
    picture: &Picture,
    loops: Loops,
    metadata: &SourceMetadata,
    options: &EncodeOptions,
) -> Result<Vec<u8>, Error> {
    let refuse = |reason: String| Error::Encode { format: name(options.format), reason };
    if let Picture::Frames(frames) = picture {
        check(frames).map_err(|reason| refuse(reason.to_owned()))?;
    }
    let exif = metadata.exif.as_deref().and_then(|exif| metadata::keep(exif, options.metadata));
    let exif = exif.as_deref();
    let frames = || picture.to_frames();
    let encoded = match options.format {
        Format::Jpeg => jpeg::encode(picture, exif, *options),
        Format::Png => png::encode(&frames()[0].raster, exif, *options),
        Format::Webp => webp::encode(picture, loops, exif, *options),
        Format::Avif => avif::encode(&frames()[0].raster, exif, *options),
        Format::Gif => gif::encode(&frames(), loops),
    };
    encoded.map_err(refuse)
}

/// Whether there are frames, and all of them as encoders rely on them to be.
fn check(frames: &[Frame]) -> Result<(), &'static str> {
    let Some(first) = frames.first() else { return Err("there is no frame") };
    if frames.iter().all(|frame| is_encodable(&frame.raster, first.raster.size)) {
        Ok(())
    } else {
        Err("a frame is not RGB or of another size")
    }
}

const fn name(format: Format) -> &'static str {
    match format {
        Format::Avif => SourceFormat::Avif.name(),
        Format::Webp => SourceFormat::Webp.name(),
        Format::Jpeg => SourceFormat::Jpeg.name(),
        Format::Png => SourceFormat::Png.name(),
        Format::Gif => SourceFormat::Gif.name(),
    }
}

/// Whether the raster holds what its size and channels promise: the wrapped encoders rely on it.
fn is_encodable(raster: &Raster, size: Size) -> bool {
    let expected = size.pixels().checked_mul(raster.channels.count() as u64);
    raster.size == size
        && size.pixels() > 0
        && matches!(raster.channels, Channels::Rgb | Channels::Rgba)
        && expected == Some(raster.data.len() as u64)
}

/// An SVG without scripts and references to other places.
///
/// # Errors
/// [`Error::Decode`] where it is not well-formed.
pub(crate) fn sanitize_svg(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    svg::sanitize(bytes).map_err(|failure| failure.into_error(SourceFormat::Svg))
}

/// The part of the `ETag` that changes whenever the encoders' output may change.
pub(crate) const ENCODERS: &str = concat!(env!("CARGO_PKG_VERSION"), "/3");

/// The quality for a format: the URL's number, its level on the format's scale, or the policy's.
/// For formats without a scale 100, unless the URL names a number.
pub(crate) fn quality_for(
    format: Format,
    asked: Option<Quality>,
    policy: &Policy,
) -> QualityNumber {
    match (asked, format) {
        (Some(Quality::Number(number)), _) => number,
        (_, Format::Png | Format::Gif) => FULL_QUALITY,
        (Some(Quality::Level(level)), _) => levels::level_quality(format, level),
        (Some(Quality::Auto), _) => levels::level_quality(format, QualityLevel::MediumHigh),
        (None, Format::Jpeg) => policy.quality.jpeg,
        (None, Format::Webp) => policy.quality.webp,
        (None, Format::Avif) => policy.quality.avif,
    }
}

const FULL_QUALITY: QualityNumber = quality(100);

const fn quality(number: u8) -> QualityNumber {
    match QualityNumber::new(number) {
        Ok(quality) => quality,
        Err(_) => panic!("a quality is from 1 to 100"),
    }
}
