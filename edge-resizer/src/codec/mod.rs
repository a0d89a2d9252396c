//! Formats, one per file: bytes to pixels and pixels to bytes.

use crate::error::Error;
use crate::geometry::Size;
use crate::pixels::{Frame, Loops};
use crate::policy::{Limits, Policy};
use crate::recipe::{Format, Metadata, QualityNumber};
use crate::source::SourceInfo;

/// How a source is to be decoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DecodeOptions {
    /// A decoder that can scale while it decodes may give a smaller picture, but not below this
    /// size (stored orientation). `None`: every pixel is needed.
    pub(crate) at_least: Option<Size>,
    /// Whether only the first frame of an animation is wanted.
    pub(crate) first_frame: bool,
    /// The policy's limits, for what only decoding shows.
    pub(crate) limits: Limits,
}

/// A decoded source: sRGB, `Rgb` or `Rgba`, as stored (orientation not applied).
#[derive(Clone, Debug)]
pub(crate) struct Decoded {
    /// At least one.
    pub(crate) frames: Vec<Frame>,
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
    let _ = (bytes, info, options);
    todo!()
}

/// Encodes; a format that does not move gets the first frame.
///
/// # Errors
/// [`Error::Encode`] where the encoder refuses.
pub(crate) fn encode(
    frames: &[Frame],
    loops: Loops,
    metadata: &SourceMetadata,
    options: &EncodeOptions,
) -> Result<Vec<u8>, Error> {
    let _ = (frames, loops, metadata, options);
    todo!()
}

/// An SVG without scripts and references to other places.
///
/// # Errors
/// [`Error::Decode`] where it is not well-formed.
pub(crate) fn sanitize_svg(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let _ = bytes;
    todo!()
}

/// The part of the `ETag` that changes whenever the encoders' output may change.
pub(crate) const ENCODERS: &str = concat!(env!("CARGO_PKG_VERSION"), "/1");

/// The quality for a format: the URL's number, its level on the format's scale, or the policy's.
pub(crate) fn quality_for(
    format: Format,
    asked: Option<crate::recipe::Quality>,
    policy: &Policy,
) -> QualityNumber {
    let _ = (format, asked, policy);
    todo!()
}
