//! JPEG, by our own codec in planes; what that does not read goes to another decoder.

#[cfg_attr(not(feature = "rare-sources"), path = "foreign_disabled.rs")]
mod foreign;

use std::borrow::Cow;

use crate::jpeg::decode::{JpegError, Request, Scale, decode as decode_planes};
use crate::jpeg::encode::{JpegOptions, encode as encode_planes};
use crate::picture::Picture;
use crate::pixels::{Channels, Raster};
use crate::planar::{Chroma, Planar};
use crate::planes::{Model, Planes};
use crate::recipe::QualityNumber;
use crate::source::SourceInfo;
use crate::source::jpeg::{Segment, segments};

use super::color::{self, Conversion};
use super::{DecodeOptions, Decoded, EncodeOptions, Failure, SourceMetadata};

/// Samples that a scale has to leave for every eight pixels of an output, along each side.
///
/// Chosen as the least with which no photo scores below what sharp makes of it (SSIMULACRA2 against
/// a Lanczos3 reduction of the whole picture, `cargo xtask peers images`). libvips's rule is eight,
/// which fine contrast suffers from; it is ours too where a request is to be fast. An eighth is no more than the mean of each block, without any
/// frequency, and needs more than the others.
const fn samples_for_eight_pixels(scale: Scale) -> u64 {
    match scale {
        Scale::Eighth => 13,
        Scale::Quarter | Scale::Half => 11,
        Scale::Full => 0,
    }
}
/// Progressive scans cost memory for all coefficients, and bytes where there are few pixels.
const PROGRESSIVE_SIDES: std::ops::RangeInclusive<u32> = 50..=3_000;
/// From here on chroma keeps its full resolution.
const FULL_CHROMA_QUALITY: u8 = 90;

/// Every Huffman-coded 8-bit picture of 1, 3 or 4 components.
///
/// Where the file breaks off, the rest is white; of one in several scans it is coarse, or grey
/// where colour had not come yet.
pub(super) fn decode(
    bytes: &[u8],
    info: &SourceInfo,
    options: &DecodeOptions,
) -> Result<Decoded, Failure> {
    let size = (info.stored.width as usize, info.stored.height as usize);
    let request = Request { size, scale: scale(info, options) };
    let decoded = match decode_planes(bytes, request) {
        Ok(decoded) => decoded,
        Err(JpegError::Unsupported(_)) => return foreign::decode(bytes, info),
        Err(error @ JpegError::Invalid(_)) => return Err(Failure::broken(error)),
    };
    let embedded = Embedded::of(bytes);
    let channels = match decoded.planes.model {
        Model::Gray => Channels::Gray,
        Model::Rgb | Model::YCbCr => Channels::Rgb,
    };
    let profile = embedded.profile.as_deref().and_then(color::icc);
    let to_srgb = profile.and_then(|profile| Conversion::new(&profile, channels));
    Ok(Decoded {
        picture: Picture::Planar(Planar::new(decoded.planes, info.stored, to_srgb)),
        steps_done: 0,
        loops: crate::pixels::Loops::default(),
        metadata: SourceMetadata { exif: embedded.exif },
        truncated: decoded.truncated,
    })
}

/// The smallest scale that is large enough on both sides.
fn scale(info: &SourceInfo, options: &DecodeOptions) -> Scale {
    let Some(target) = options.at_least else { return Scale::Full };
    let sides = [(info.stored.width, target.width), (info.stored.height, target.height)];
    let is_enough = |scale: &Scale| {
        let needed = if options.fast { 8 } else { samples_for_eight_pixels(*scale) };
        sides.iter().all(|(full, target)| {
            u64::from(*full) * scale.block() as u64 >= u64::from(*target) * needed
        })
    };
    [Scale::Eighth, Scale::Quarter, Scale::Half].into_iter().find(is_enough).unwrap_or(Scale::Full)
}

/// Metadata in front of the picture.
#[derive(Default)]
struct Embedded {
    /// ICC, put together.
    profile: Option<Vec<u8>>,
    /// A TIFF structure.
    exif: Option<Vec<u8>>,
}

impl Embedded {
    fn of(bytes: &[u8]) -> Self {
        const APP1: u8 = 0xE1;
        const APP2: u8 = 0xE2;
        let mut embedded = Self::default();
        // Number and content; they may come in any order (ICC.1:2022, annex B.4).
        let mut parts: Vec<(u8, &[u8])> = Vec::new();
        for Segment { marker, payload, .. } in segments(bytes, 2) {
            match marker {
                APP1 if embedded.exif.is_none() => {
                    embedded.exif = payload.strip_prefix(b"Exif\0\0").map(<[u8]>::to_vec);
                }
                APP2 => {
                    let part = payload.strip_prefix(b"ICC_PROFILE\0");
                    if let Some([number, _count, part @ ..]) = part {
                        parts.push((*number, part));
                    }
                }
                _ => {}
            }
        }
        parts.sort_by_key(|(number, _)| *number);
        let profile: Vec<u8> = parts.into_iter().flat_map(|(_, part)| part).copied().collect();
        embedded.profile = (!profile.is_empty()).then_some(profile);
        embedded
    }
}

/// How colour is sampled: halved both ways below quality 90.
pub(super) fn chroma(quality: QualityNumber) -> Chroma {
    if quality.get() < FULL_CHROMA_QUALITY { Chroma::Halved } else { Chroma::Full }
}

/// Huffman tables are made for the picture.
pub(super) fn encode(
    picture: &Picture,
    exif: Option<&[u8]>,
    options: EncodeOptions,
) -> Result<Vec<u8>, String> {
    let chroma = chroma(options.quality);
    let planes = match picture {
        Picture::Planar(planar) if planar.can_be_planes() => planar.planes(chroma),
        _ => Cow::Owned(planes_of(&picture.to_frames()[0].raster, chroma)),
    };
    let Some(luma) = planes.planes.first() else { return Err("there is no plane".to_owned()) };
    let fits_scans = [luma.width, luma.height]
        .iter()
        .all(|side| u32::try_from(*side).is_ok_and(|side| PROGRESSIVE_SIDES.contains(&side)));
    let options = JpegOptions {
        quality: options.quality.get(),
        progressive: options.progressive && fits_scans,
    };
    let exif = exif.map(exif_segment).transpose()?.unwrap_or_default();
    encode_planes(&planes, options, &exif).map_err(|error| error.to_string())
}

/// Pixels as YCbCr, transparent ones laid on white.
fn planes_of(raster: &Raster, chroma: Chroma) -> Planes {
    let flattened;
    let pixels = if raster.channels == Channels::Rgba {
        flattened = color::flatten_on_white(&raster.data);
        &flattened
    } else {
        &raster.data
    };
    let size = (raster.size.width as usize, raster.size.height as usize);
    let planes = Planes::from_rgb(pixels, size.0, size.1);
    match chroma {
        Chroma::Full => planes,
        Chroma::Halved => planes.subsampled(),
    }
}

/// An APP1 segment.
fn exif_segment(exif: &[u8]) -> Result<Vec<u8>, String> {
    const HEAD: &[u8] = b"Exif\0\0";
    let length = u16::try_from(2 + HEAD.len() + exif.len())
        .map_err(|_| "the EXIF data is above 65,527 bytes".to_owned())?;
    let [high, low] = length.to_be_bytes();
    Ok([&[0xFF, 0xE1, high, low], HEAD, exif].concat())
}
