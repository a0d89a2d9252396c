//! TIFF, decoded by the tiff crate; palettes and channels are put together here.

use std::io::Cursor;

use tiff::ColorType;
use tiff::decoder::{Decoder, Limits};

use crate::pixels::Channels;
use crate::recipe::Metadata;
use crate::source::SourceInfo;
use crate::source::ifd::{Field, Ifds};

use super::rows::Rows;
use super::{DecodeOptions, Decoded, Failure, color, metadata};

const PHOTOMETRIC: u16 = 0x0106;
const COLOR_MAP: u16 = 0x0140;
const EXTRA_SAMPLES: u16 = 0x0152;
const ICC_PROFILE: u16 = 0x8773;
/// Photometric interpretation: 0 is black.
const BLACK_IS_ZERO: u8 = 1;
/// Photometric interpretation: indices into a palette.
const PALETTE: u32 = 3;
/// Extra samples: colour was multiplied by this alpha.
const PREMULTIPLIED: u32 = 1;
/// Bytes of a pixel: CMYK and alpha, 16 bits each.
const MOST_PIXEL_BYTES: u64 = 10;
/// What a chunk takes besides its pixels, which tiles may exceed the picture by.
const SLACK: usize = 16 * 1024 * 1024;
/// A colour profile is the largest tag.
const MOST_TAG_BYTES: usize = 16 * 1024 * 1024;

/// Grey, RGB, palette and CMYK of up to 16 bits, with and without alpha, chunky or planar, strips or
/// tiles; uncompressed, LZW, Deflate, `PackBits` or fax. The first page. Where the file breaks off,
/// the rest is white.
pub(super) fn decode(
    bytes: &[u8],
    info: &SourceInfo,
    options: &DecodeOptions,
) -> Result<Decoded, Failure> {
    let tags = Tags::of(bytes).ok_or_else(|| Failure::broken("it has no directory"))?;
    let indices_as_grey;
    let file = match tags.palette {
        // The decoder knows no palettes: it reads the indices as if they were grey.
        Some(_) => {
            indices_as_grey = tags.with_photometric(bytes, BLACK_IS_ZERO);
            indices_as_grey.as_slice()
        }
        None => bytes,
    };
    let (samples, truncated) = Samples::read(file, info)?;
    let profile = tags.profile.and_then(color::icc);
    let channels = if tags.palette.is_some() { Channels::Rgb } else { samples.channels(info)? };
    let mut rows = Rows::new(info, options, channels, profile.as_ref());
    match tags.palette {
        Some(palette) => samples.through_palette(palette, info, &mut rows)?,
        None => samples.as_they_are(channels, tags.premultiplied, info, &mut rows)?,
    }
    // The whole file is the block that EXIF fields are in.
    let exif = metadata::keep(bytes, Metadata::Keep);
    let (raster, steps_done) = rows.finish();
    Ok(Decoded { steps_done, ..Decoded::still(raster, exif, truncated) })
}

/// What the decoder does not tell, or not well.
struct Tags<'a> {
    /// Where the photometric interpretation is in the file.
    photometric_at: usize,
    /// Of a picture of indices.
    palette: Option<Field<'a>>,
    premultiplied: bool,
    profile: Option<&'a [u8]>,
}

impl<'a> Tags<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let ifds = Ifds::new(bytes)?;
        let first = ifds.first()?;
        let find = |tag| ifds.fields(first).find(move |field| field.tag == tag);
        let photometric = find(PHOTOMETRIC)?;
        let is_palette = photometric.number(0) == Some(PALETTE);
        Some(Self {
            photometric_at: photometric.at,
            palette: if is_palette { Some(find(COLOR_MAP)?) } else { None },
            premultiplied: find(EXTRA_SAMPLES)
                .is_some_and(|extra| extra.number(0) == Some(PREMULTIPLIED)),
            profile: find(ICC_PROFILE).map(|profile| profile.value),
        })
    }

    fn with_photometric(&self, bytes: &[u8], value: u8) -> Vec<u8> {
        let mut file = bytes.to_vec();
        let low_byte = self.photometric_at + usize::from(bytes.starts_with(b"MM"));
        if let Some(byte) = file.get_mut(low_byte) {
            *byte = value;
        }
        file
    }
}

/// The samples as the decoder gives them.
struct Samples {
    data: Vec<u8>,
    color: ColorType,
    /// How many samples there are for each pixel.
    count: usize,
    row_bytes: usize,
    /// Bytes of a plane, where each sample has a plane of its own.
    plane_bytes: Option<usize>,
}

impl Samples {
    /// Reads the samples; whether some are missing.
    fn read(file: &[u8], info: &SourceInfo) -> Result<(Self, bool), Failure> {
        let most = info.stored.pixels().saturating_mul(MOST_PIXEL_BYTES);
        let most = usize::try_from(most).unwrap_or(usize::MAX).saturating_add(SLACK);
        let mut limits = Limits::default();
        limits.decoding_buffer_size = most;
        limits.intermediate_buffer_size = most;
        limits.ifd_value_size = MOST_TAG_BYTES;
        let decoder = Decoder::new(Cursor::new(file)).map_err(Failure::broken)?;
        let mut decoder = decoder.with_limits(limits);
        if decoder.dimensions().ok() != Some((info.stored.width, info.stored.height)) {
            return Err(Failure::broken("its header is ambiguous"));
        }
        let color = decoder.colortype().map_err(Failure::broken)?;
        let count = usize::from(color.num_samples());
        let layout = decoder.image_buffer_layout().map_err(Failure::broken)?;
        if layout.complete_len > most {
            return Err(Failure::broken("it has too many samples"));
        }
        let planar = layout.planes > 1;
        let row_bytes = layout.row_stride.map_or(0, std::num::NonZero::get);
        let plane_bytes = layout.plane_stride.map_or(0, std::num::NonZero::get);
        let white = if matches!(color, ColorType::CMYK(_) | ColorType::CMYKA(_)) { 0 } else { 255 };
        let mut data = vec![white; layout.complete_len];
        let truncated = match decoder.read_image_bytes(&mut data) {
            Ok(()) => false,
            Err(error) if data.iter().all(|byte| *byte == white) => {
                return Err(Failure::broken(error));
            }
            Err(_) => true,
        };
        let plane_bytes = planar.then_some(plane_bytes);
        Ok((Self { data, color, count, row_bytes, plane_bytes }, truncated))
    }

    /// The samples of row `y`, each in 8 bits, or the lower bits for those that have fewer.
    fn row(&self, y: usize, width: usize, row: &mut Vec<u8>) -> Option<()> {
        let bits = self.color.bit_depth();
        row.clear();
        match self.plane_bytes {
            None => {
                let start = y.checked_mul(self.row_bytes)?;
                unpack(self.data.get(start..)?, bits, width * self.count, row)
            }
            Some(plane_bytes) => {
                let mut plane = Vec::new();
                row.resize(width * self.count, 0);
                for sample in 0..self.count {
                    plane.clear();
                    let start = sample * plane_bytes + y * self.row_bytes;
                    unpack(self.data.get(start..)?, bits, width, &mut plane)?;
                    let places = row.iter_mut().skip(sample).step_by(self.count);
                    places.zip(&plane).for_each(|(place, value)| *place = *value);
                }
                Some(())
            }
        }
    }

    /// Gives every row in the colors of the palette.
    fn through_palette(
        &self,
        palette: Field<'_>,
        info: &SourceInfo,
        rows: &mut Rows,
    ) -> Result<(), Failure> {
        let colors = palette.count as usize / 3;
        let (width, mut row) = (info.stored.width as usize, Vec::new());
        // All reds, then all greens, then all blues, 16 bits each. Some writers use 8 of them.
        let is_8_bit = (0..palette.count as usize).all(|at| palette.number(at) < Some(256));
        let value = |at| palette.number(at).map(|value| if is_8_bit { value } else { value >> 8 });
        let table: Vec<[u8; 3]> = (0..colors)
            .map(|n| {
                [n, n + colors, n + 2 * colors]
                    .map(|at| value(at).and_then(|v| u8::try_from(v).ok()).unwrap_or(u8::MAX))
            })
            .collect();
        let mut colors = Vec::new();
        for y in 0..info.stored.height as usize {
            self.row(y, width, &mut row).ok_or_else(|| Failure::broken("a row is too short"))?;
            let color = |index: &[u8]| table.get(usize::from(index[0])).copied();
            let indices = row.chunks_exact(self.count);
            colors.clear();
            colors.extend(indices.flat_map(|index| color(index).unwrap_or([u8::MAX; 3])));
            rows.push(&colors);
        }
        Ok(())
    }

    /// How a pixel will be laid out.
    fn channels(&self, info: &SourceInfo) -> Result<Channels, Failure> {
        let channels = match self.color {
            ColorType::Multiband { num_samples: 2, .. } if info.alpha => Channels::GrayAlpha,
            ColorType::Gray(_) | ColorType::Multiband { .. } => Channels::Gray,
            ColorType::RGB(_) => Channels::Rgb,
            ColorType::RGBA(_) => Channels::Rgba,
            ColorType::CMYK(_) | ColorType::CMYKA(_) => Channels::Cmyk,
            _ => return Err(Failure::broken("it has an unusual colour space")),
        };
        if !matches!(self.color.bit_depth(), 1 | 2 | 4 | 8 | 16) {
            return Err(Failure::broken("it has an unusual depth"));
        }
        Ok(channels)
    }

    /// Gives every row.
    fn as_they_are(
        &self,
        channels: Channels,
        premultiplied: bool,
        info: &SourceInfo,
        rows: &mut Rows,
    ) -> Result<(), Failure> {
        let bits = self.color.bit_depth();
        // Fewer bits than 8 are spread over the whole range.
        let scale = if bits < 8 { 255 / ((1 << bits) - 1) } else { 1 };
        let (width, mut row) = (info.stored.width as usize, Vec::new());
        let mut out = vec![255; width * channels.count()];
        for y in 0..info.stored.height as usize {
            self.row(y, width, &mut row).ok_or_else(|| Failure::broken("a row is too short"))?;
            let pixels = out.chunks_exact_mut(channels.count());
            for (pixel, samples) in pixels.zip(row.chunks_exact(self.count)) {
                for (channel, sample) in pixel.iter_mut().zip(samples) {
                    *channel = sample.saturating_mul(scale);
                }
                if let ([colors @ .., alpha], true) = (pixel, premultiplied && info.alpha) {
                    for color in colors {
                        *color = color::divide(*color, *alpha);
                    }
                }
            }
            rows.push(&out);
        }
        Ok(())
    }
}

/// The next `count` samples of `bits` each: 16 bits are rounded to 8.
fn unpack(data: &[u8], bits: u8, count: usize, out: &mut Vec<u8>) -> Option<()> {
    match bits {
        8 => out.extend_from_slice(data.get(..count)?),
        16 => out.extend(
            data.get(..count.checked_mul(2)?)?
                .chunks_exact(2)
                .map(|two| color::round_16(u16::from_ne_bytes([two[0], two[1]]))),
        ),
        1 | 2 | 4 => {
            let per_byte = usize::from(8 / bits);
            let mask = (1_u8 << bits) - 1;
            let bytes = data.get(..count.div_ceil(per_byte))?;
            out.extend((0..count).map(|n| {
                let shift = 8 - usize::from(bits) * (n % per_byte + 1);
                (bytes[n / per_byte] >> shift) & mask
            }));
        }
        _ => return None,
    }
    Some(())
}
