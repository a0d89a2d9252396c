//! AVIF written by libaom.

use avif_serialize::Aviffy;
use avif_serialize::constants::{ColorPrimaries, MatrixCoefficients, TransferCharacteristics};

use crate::pixels::{Channels, Raster};

use super::super::libaom::{self, Picture, Planes, Settings};
use super::{EncodeOptions, color};
use planes::Planar;

#[path = "encode_aom_planes.rs"]
mod planes;

/// Of 0 to 9. At equal score, next to 8: 7 takes 1 % fewer bytes and half as much time again, 6 takes
/// 6 % fewer and two and a half times the time, 9 takes 15 % more and half the time.
const SPEED: u8 = 8;
const FAST_SPEED: u8 = 9;

/// From this quality on chroma keeps its resolution, as in JPEG.
const FULL_CHROMA: u8 = 90;

/// 8 bits, 4:2:0 or 4:4:4, on one thread.
pub(in super::super) fn encode(
    raster: &Raster,
    exif: Option<&[u8]>,
    options: EncodeOptions,
) -> Result<Vec<u8>, String> {
    let quality = options.quality.get();
    let (width, height) = (raster.size.width, raster.size.height);
    let speed = if options.fast { FAST_SPEED } else { SPEED };
    let settings = Settings { quantizer: quantizer(quality), speed };
    let item = |planes| Item::new(libaom::encode(Picture { width, height, planes }, settings)?);

    let planar = Planar::new(raster, quality < FULL_CHROMA);
    let picture = item(planar.planes())?;
    let alpha = if raster.channels == Channels::Rgba && !color::is_opaque(raster) {
        let mask: Vec<u8> = raster.data.chunks_exact(4).map(|pixel| pixel[3]).collect();
        Some(item(Planes::Monochrome(&mask))?)
    } else {
        None
    };

    let half = planar.is_half();
    let mut container = Aviffy::new();
    container
        .set_color_primaries(ColorPrimaries::Bt709)
        .set_transfer_characteristics(TransferCharacteristics::Srgb)
        .set_matrix_coefficients(MatrixCoefficients::Bt601)
        .set_full_color_range(true)
        .set_seq_profile(u8::from(!half))
        .set_chroma_subsampling((half, half));
    if let Some(exif) = exif {
        container.set_exif(exif.to_vec());
    }
    let mut file = Vec::new();
    let alpha_data = alpha.as_ref().map(|alpha| alpha.data.as_slice());
    container
        .write(&mut file, &picture.data, alpha_data, width, height, 8)
        .map_err(|error| error.to_string())?;
    say_levels(&mut file, [Some(&picture), alpha.as_ref()].into_iter().flatten());
    Ok(file)
}

/// libaom's quantizer for a quality: the one that scores (SSIMULACRA2) what rav1e scores at that
/// quality, measured at these points over twelve photos at 720 pixels (`peer-images scores`).
fn quantizer(quality: u8) -> u8 {
    // The quantizer 0 is another coding, without loss, which does not go together with matrices.
    const POINTS: [(u8, u8); 13] = [
        (1, 58),
        (10, 53),
        (20, 46),
        (30, 41),
        (40, 38),
        (50, 34),
        (60, 31),
        (70, 27),
        (80, 23),
        (85, 14),
        (90, 14),
        (95, 10),
        (100, 1),
    ];
    let at = POINTS.partition_point(|(known, _)| *known < quality).clamp(1, POINTS.len() - 1);
    let ((low, from), (high, to)) = (POINTS[at - 1], POINTS[at]);
    let part = quality.saturating_sub(low).min(high - low);
    from - (from - to) * part / (high - low)
}

/// A picture of AV1's, as the container takes it.
struct Item {
    /// Open bitstream units, the sequence header first.
    data: Vec<u8>,
    /// The least of AV1's levels that a decoder needs.
    level: u8,
}

impl Item {
    fn new(mut data: Vec<u8>) -> Result<Self, String> {
        // An item has no temporal delimiter (AV1-ISOBMFF, 2.4).
        const DELIMITER: &[u8] = &[0x12, 0x00];
        if data.starts_with(DELIMITER) {
            data.drain(..DELIMITER.len());
        }
        let level = level(&data).ok_or("libaom gives no sequence header")?;
        Ok(Self { data, level })
    }
}

/// The level in the sequence header of a still picture (AV1, 5.5.1): bits 5 to 9, where that header
/// is the reduced one.
fn level(data: &[u8]) -> Option<u8> {
    const SEQUENCE_HEADER: u8 = 0x0A;
    const STILL_AND_REDUCED: u8 = 0x18;
    let [SEQUENCE_HEADER, _length, first, second, ..] = data else { return None };
    (first & STILL_AND_REDUCED == STILL_AND_REDUCED).then_some((first & 0x07) << 2 | second >> 6)
}

/// Repeats the levels in the container, where there is a box for each picture in their order, with
/// the level in the lower bits of its second byte. (The container's crate writes the highest.)
fn say_levels<'a>(file: &mut [u8], mut items: impl Iterator<Item = &'a Item>) {
    const CONFIGURATION: &[u8] = b"av1C\x81";
    let mut at = 0;
    while let Some(found) =
        file[at..].windows(CONFIGURATION.len()).position(|window| window == CONFIGURATION)
    {
        at += found + CONFIGURATION.len();
        let (Some(item), Some(byte)) = (items.next(), file.get_mut(at)) else { return };
        *byte = *byte & 0xE0 | item.level;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_better_quality_never_has_a_coarser_quantizer() {
        let quantizers: Vec<u8> = (1..=100).map(quantizer).collect();
        assert!(quantizers.is_sorted_by(|a, b| a >= b), "{quantizers:?}");
        assert_eq!([quantizers[0], quantizers[49], quantizers[99]], [58, 34, 1]);
    }

    #[test]
    fn levels_are_read_and_repeated() {
        // Profile 0, still, reduced, level 8, and what follows.
        let data = vec![0x12, 0x00, 0x0A, 0x06, 0x1A, 0x15, 0x7F];
        let item = Item::new(data).unwrap();
        assert_eq!((item.level, item.data.first()), (8, Some(&0x0A)));
        let mut file = b"....av1C\x81\x1F....av1C\x81\x3F..".to_vec();
        say_levels(&mut file, [&item].into_iter());
        assert_eq!(file, b"....av1C\x81\x08....av1C\x81\x3F..");
        assert!(Item::new(vec![1, 2, 3]).is_err());
    }
}
