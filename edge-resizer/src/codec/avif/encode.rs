//! AVIF written by rav1e.

use ravif::{BitDepth, Encoder, Img};
use rgb::FromSlice;

use crate::pixels::{Channels, Raster};

use super::EncodeOptions;

/// 8 bits, 4:4:4, on one thread: the same bytes everywhere.
pub(in super::super) fn encode(
    raster: &Raster,
    exif: Option<&[u8]>,
    options: EncodeOptions,
) -> Result<Vec<u8>, String> {
    let quality = f32::from(options.quality.get());
    let mut encoder = Encoder::new()
        .with_quality(quality)
        .with_alpha_quality(quality)
        .with_speed(speed(raster.size.pixels(), options.fast))
        .with_bit_depth(BitDepth::Eight)
        .with_num_threads(Some(1));
    if let Some(exif) = exif {
        encoder = encoder.with_exif(exif);
    }
    let (width, height) = (raster.size.width as usize, raster.size.height as usize);
    let encoded = match raster.channels {
        Channels::Rgba => encoder.encode_rgba(Img::new(raster.data.as_rgba(), width, height)),
        _ => encoder.encode_rgb(Img::new(raster.data.as_rgb(), width, height)),
    };
    encoded.map(|encoded| encoded.avif_file).map_err(|error| error.to_string())
}

/// rav1e's speed for a picture of this size.
///
/// Measured on one core of a server, without assembler, a megapixel takes about 4 s at speed 6, 3 s
/// at speed 8 and 0.8 s at speed 10. So small pictures get the better compression within half a
/// second, and 1.4 megapixels, the most that `format=auto` encodes, take about one.
fn speed(pixels: u64, fast: bool) -> u8 {
    const BY_SIZE: [(u64, u8); 2] = [(120_000, 6), (240_000, 8)];
    const FASTEST: u8 = 10;
    let affordable = BY_SIZE.iter().find(|(most, _)| pixels <= *most && !fast);
    affordable.map_or(FASTEST, |(_, speed)| *speed)
}
