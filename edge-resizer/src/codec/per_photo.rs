//! `quality=auto`: the number at which this photo, not half of all photos, looks as `medium-high` should.
//!
//! A probe tells: the photo's lightness is written as JPEG at the level's number, and read again. What
//! the worst places lose in structure says how much more, or less, this photo needs. Lightness alone
//! takes about a fifth of a whole answer's time.
//!
//! JPEG only. What the probe says of a photo as WebP or AVIF does not hold for photos that it was not
//! fitted to, and no cheaper measure (activity, flatness, darkness, colorfulness, bytes) does either:
//! there `auto` is `medium-high` (docs/urls.md has the figures).

use std::borrow::Cow;

use super::{EncodeOptions, color, levels, quality};
use crate::jpeg::decode::{Request, Scale, decode};
use crate::jpeg::encode::{JpegOptions, encode};
use crate::picture::Picture;
use crate::pixels::Channels;
use crate::planar::Chroma;
use crate::planes::{Model, Plane, Planes};
use crate::recipe::{Format, QualityLevel, QualityNumber};

/// What [`for_photo`] costs, in operations a pixel.
pub(crate) const PROBE_COST: u64 = 6;

/// Whether a picture in this format is probed.
pub(crate) const fn is_probed(format: Format) -> bool {
    matches!(format, Format::Jpeg)
}

/// The options with the photo's own quality, where it was asked for.
pub(crate) fn for_photo(picture: &Picture, options: &EncodeOptions) -> EncodeOptions {
    let probed = if options.per_photo { loss(&lightness(picture)) } else { None };
    EncodeOptions { quality: probed.map_or(options.quality, quality_after), ..*options }
}

/// The number for a photo whose probe lost so much.
///
/// A line fitted by least squares to the numbers at which 10 photos, at 3 widths each, score 75
/// (SSIMULACRA2). Of photos that are left out of the fit, the score is off by 1.7 in the mean instead of
/// 2.7, and 70.8 at the least instead of 64.7.
fn quality_after(loss: f64) -> QualityNumber {
    const AT_ONE: f64 = 104.0;
    const PER_E: f64 = 3.15;
    /// Not below `medium-low`, and not so high that color takes more bytes than lightness.
    const RANGE: (f64, f64) = (55.0, 89.0);
    let number = (AT_ONE + PER_E * libm::log(loss.max(1e-9))).clamp(RANGE.0, RANGE.1) + 0.5;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
    let number = number as u8;
    quality(number)
}

/// The lightness of a picture on white.
fn lightness(picture: &Picture) -> Planes {
    let planes = match picture {
        Picture::Planar(planar) if planar.can_be_planes() => planar.planes(Chroma::Halved),
        other => {
            let raster = &other.to_frames()[0].raster;
            let pixels = match raster.channels {
                Channels::Rgba => Cow::Owned(color::flatten_on_white(&raster.data)),
                _ => Cow::Borrowed(&raster.data),
            };
            let (width, height) = (raster.size.width as usize, raster.size.height as usize);
            Cow::Owned(Planes::from_rgb(&pixels, width, height))
        }
    };
    let planes = planes.planes.first().cloned().into_iter().collect();
    Planes { planes, model: Model::Gray }
}

/// What the probe loses: the mean of the fourth powers of the losses of all blocks, 0 to 16. `None`
/// where there is no block.
fn loss(picture: &Planes) -> Option<f64> {
    let number = levels::level_quality(Format::Jpeg, QualityLevel::MediumHigh).get();
    let options = JpegOptions { quality: number, progressive: false };
    let file = encode(picture, options, &[]).ok()?;
    let whole = picture.planes.first()?;
    let request = Request { size: (whole.width, whole.height), scale: Scale::Full };
    let probe = decode(&file, request).ok()?.planes;
    let losses = blocks(whole).zip(blocks(probe.planes.first()?)).map(|(a, b)| block_loss(&a, &b));
    let (count, sum) = losses.fold((0.0, 0.0), |(count, sum), loss| {
        let square = loss * loss;
        (count + 1.0, sum + square * square)
    });
    (count > 0.0).then(|| sum / count)
}

/// Samples along a side of a block.
const SIDE: usize = 4;
const SAMPLES: usize = SIDE * SIDE;
/// As many, for sums.
const COUNT: i32 = 16;

/// Every whole block of a plane.
fn blocks(plane: &Plane) -> impl Iterator<Item = [u8; SAMPLES]> {
    let bands = plane.data.chunks_exact(plane.stride * SIDE).take(plane.height / SIDE);
    bands.flat_map(|band| {
        (0..plane.width / SIDE).map(|x| {
            let sample = |n: usize| band[n / SIDE * plane.stride + x * SIDE + n % SIDE];
            std::array::from_fn(sample)
        })
    })
}

/// 1 less the structural similarity of two blocks (Wang, Bovik, Sheikh and Simoncelli, 2004), from sums
/// of whole numbers.
fn block_loss(a: &[u8; SAMPLES], b: &[u8; SAMPLES]) -> f64 {
    /// `(0.01 * 255)²` and `(0.03 * 255)²`, for sums instead of means.
    const MEANS: f64 = 6.502_5 * (SAMPLES * SAMPLES) as f64;
    const VARIANCES: f64 = 58.522_5 * (SAMPLES * SAMPLES) as f64;
    let sum = |of: &dyn Fn(i32, i32) -> i32| -> i32 {
        a.iter().zip(b).map(|(a, b)| of(i32::from(*a), i32::from(*b))).sum()
    };
    let (of_a, of_b) = (sum(&|a, _| a), sum(&|_, b| b));
    let var_a = COUNT * sum(&|a, _| a * a) - of_a * of_a;
    let var_b = COUNT * sum(&|_, b| b * b) - of_b * of_b;
    let covariance = COUNT * sum(&|a, b| a * b) - of_a * of_b;
    let (of_a, of_b) = (f64::from(of_a), f64::from(of_b));
    let means = (2.0 * of_a * of_b + MEANS) / (of_a * of_a + of_b * of_b + MEANS);
    let structure = (2.0 * f64::from(covariance) + VARIANCES)
        / (f64::from(var_a) + f64::from(var_b) + VARIANCES);
    1.0 - means * structure
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Size;
    use crate::pixels::{Frame, Raster};
    use crate::recipe::Metadata;

    /// 64 pixels wide and high; the value of a pixel is that modulo 256.
    fn picture(value: impl Fn(u32, u32) -> u32) -> Picture {
        let value = |n: u32| (value(n % 64, n / 64) % 256).to_le_bytes()[0];
        let pixels = (0..64 * 64).flat_map(|n| [value(n); 3]);
        let size = Size::new(64, 64);
        let raster = Raster { size, channels: Channels::Rgb, data: pixels.collect() };
        Picture::Frames(vec![Frame { raster, delay_ms: 0 }])
    }

    fn options(per_photo: bool) -> EncodeOptions {
        EncodeOptions {
            format: Format::Jpeg,
            quality: quality(77),
            explicit_quality: true,
            progressive: false,
            fast: false,
            metadata: Metadata::None,
            limit: None,
            per_photo,
        }
    }

    #[test]
    fn what_is_hard_to_encode_gets_more() {
        let smooth = picture(|x, y| x + y);
        let busy = picture(|x, y| (x * x * 31 + y * y * 17 + x * y * 7) % 16 + 100);
        let number = |picture, per_photo| for_photo(picture, &options(per_photo)).quality.get();
        assert!(number(&smooth, true) < 70, "{}", number(&smooth, true));
        assert!((80..=89).contains(&number(&busy, true)), "{}", number(&busy, true));
        assert_eq!((number(&smooth, false), number(&busy, false)), (77, 77));
    }

    #[test]
    fn a_picture_without_a_block_keeps_the_level() {
        let size = Size::new(3, 50);
        let raster = Raster { size, channels: Channels::Rgb, data: vec![9; 450] };
        let speck = Picture::Frames(vec![Frame { raster, delay_ms: 0 }]);
        assert_eq!(for_photo(&speck, &options(true)), options(true));
    }

    #[test]
    fn a_block_loses_nothing_against_itself() {
        let block = [0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240];
        assert!(block_loss(&block, &block).abs() < 1e-12);
        let other = block.map(|sample| 255 - sample);
        assert!(block_loss(&block, &other) > 1.5, "{}", block_loss(&block, &other));
    }
}
