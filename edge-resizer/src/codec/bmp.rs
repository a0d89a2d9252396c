//! Windows bitmap, decoded by the image crate.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;
use image::{ColorType, ImageDecoder, Limits};

use crate::pixels::Channels;
use crate::source::SourceInfo;

use super::{Decoded, Failure, color, filled};

/// Depths up to 32 bits, palettes, masks and run lengths. Where the file breaks off, the rest is
/// white.
pub(super) fn decode(bytes: &[u8], info: &SourceInfo) -> Result<Decoded, Failure> {
    match decode_all(bytes, info) {
        Ok(decoded) => Ok(decoded),
        // Rows are stored from the bottom up and are not compressed but rarely: white ones in place
        // of those that are missing let the rest be read.
        Err(_) if bytes.len() < longest(info) => {
            let mut filled_up = bytes.to_vec();
            filled_up.resize(longest(info), 0xFF);
            decode_all(&filled_up, info).map(|decoded| Decoded { truncated: true, ..decoded })
        }
        Err(failure) => Err(failure),
    }
}

/// Bytes of a file of this size at 32 bits a pixel, with the longest header and palette.
fn longest(info: &SourceInfo) -> usize {
    const HEADERS: u64 = 14 + 124 + 12 + 256 * 4;
    usize::try_from(info.stored.pixels() * 4 + HEADERS).unwrap_or(usize::MAX)
}

fn decode_all(bytes: &[u8], info: &SourceInfo) -> Result<Decoded, Failure> {
    let mut decoder = BmpDecoder::new(Cursor::new(bytes)).map_err(Failure::broken)?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(info.stored.width);
    limits.max_image_height = Some(info.stored.height);
    decoder.set_limits(limits).map_err(Failure::broken)?;
    if decoder.dimensions() != (info.stored.width, info.stored.height) {
        return Err(Failure::broken("its header is ambiguous"));
    }
    let channels = match decoder.color_type() {
        ColorType::Rgb8 => Channels::Rgb,
        ColorType::Rgba8 => Channels::Rgba,
        _ => return Err(Failure::broken("it has unusual channels")),
    };
    let mut raster = filled(info.stored, channels, 255)?;
    decoder.read_image(&mut raster.data).map_err(Failure::broken)?;
    Ok(Decoded::still(color::to_srgb(raster, None), None, false))
}
