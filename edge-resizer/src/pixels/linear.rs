//! Resampling in linear light: of light itself, not of the values that stand for it.
//!
//! A pixel's value is no measure of its light: half the light of white is 188, not 128. To mix values,
//! as [`super::resize`] and browsers do, darkens fine bright patterns on dark ground; to mix light keeps
//! their brightness, at the cost of halos that show around dark lines on bright ground.
//!
//! Rows are turned to light, and narrowed, when the first row that needs them is made, and forgotten
//! with the last: the picture in light is never there as a whole. All tables come from `libm`, and all
//! sums are of single-precision numbers in one order, so that every host makes the same bytes.

use std::collections::VecDeque;
use std::sync::OnceLock;

use fast_image_resize::CropBox;

use super::resize::{covered, whole};
use super::{Channels, Raster, crop};
use crate::geometry::{Size, fill};
use crate::planes::{LOBES, lanczos3};
use crate::recipe::Gravity;

/// Resizes the whole raster, as [`super::resize::resize`] does in the values as they are coded.
pub(super) fn resize(raster: Raster, size: Size) -> Raster {
    if size == raster.size {
        return raster;
    }
    resample(&raster, whole(raster.size), size)
}

/// Fills a size, as [`super::resize::cover`] does in the values as they are coded.
pub(super) fn cover(raster: Raster, size: Size, gravity: Gravity) -> Raster {
    let scaled = fill(raster.size, size);
    if scaled == raster.size {
        return crop::crop_to(raster, size, gravity);
    }
    let part = covered(raster.size, size, gravity);
    resample(&raster, part, size)
}

fn resample(raster: &Raster, part: CropBox, size: Size) -> Raster {
    let (width, height) = (raster.size.width as usize, raster.size.height as usize);
    let columns = taps(width, part.left, part.width, size.width as usize);
    let rows = taps(height, part.top, part.height, size.height as usize);
    let count = raster.channels.count();
    let mut data = Vec::with_capacity(Raster::bytes(size, raster.channels));
    // The narrowed rows from `first` on.
    let mut narrow: VecDeque<Vec<f32>> = VecDeque::new();
    let mut first = 0;
    let mut light = Vec::with_capacity(raster.stride());
    let mut sums = vec![0.0; size.width as usize * count];
    for row in &rows {
        while first < row.first && narrow.pop_front().is_some() {
            first += 1;
        }
        first = first.max(row.first);
        let known = first + narrow.len();
        for y in known..row.first + row.weights.len() {
            let stored = &raster.data[y * raster.stride()..][..raster.stride()];
            to_light(stored, raster.channels, &mut light);
            narrow.push_back(narrowed(&light, &columns, count));
        }
        sums.fill(0.0);
        for (weight, narrow) in row.weights.iter().zip(&narrow) {
            for (sum, value) in sums.iter_mut().zip(narrow) {
                *sum += weight * value;
            }
        }
        from_light(&sums, raster.channels, &mut data);
    }
    Raster { size, channels: raster.channels, data }
}

fn narrowed(light: &[f32], columns: &[Taps], count: usize) -> Vec<f32> {
    let mut row = Vec::with_capacity(columns.len() * count);
    for taps in columns {
        let samples = &light[taps.first * count..];
        row.extend((0..count).map(|channel| {
            let channel = samples[channel..].iter().step_by(count);
            taps.weights.iter().zip(channel).fold(0.0, |sum, (weight, value)| sum + weight * value)
        }));
    }
    row
}

/// A row of pixels as light, colors multiplied by their alpha.
fn to_light(row: &[u8], channels: Channels, light: &mut Vec<f32>) {
    let table = &tables().light;
    let of = |code: u8| table[usize::from(code)];
    light.clear();
    if channels == Channels::Rgba {
        for [red, green, blue, alpha] in row.as_chunks().0 {
            let alpha = f32::from(*alpha) / 255.0;
            light.extend([of(*red) * alpha, of(*green) * alpha, of(*blue) * alpha, alpha]);
        }
    } else {
        light.extend(row.iter().map(|code| of(*code)));
    }
}

/// Adds a row of pixels; where nothing can be seen, black.
fn from_light(light: &[f32], channels: Channels, data: &mut Vec<u8>) {
    let codes = &tables().codes;
    let code = |light: f32| codes[(light.clamp(0.0, 1.0) * STEPS + 0.5) as usize];
    if channels == Channels::Rgba {
        for [red, green, blue, alpha] in light.as_chunks().0 {
            let opacity = (alpha.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
            let straight = |light: f32| if opacity == 0 { 0 } else { code(light / alpha) };
            data.extend([straight(*red), straight(*green), straight(*blue), opacity]);
        }
    } else {
        data.extend(light.iter().map(|light| code(*light)));
    }
}

/// What of the source makes up one sample of an axis.
struct Taps {
    first: usize,
    /// They add up to 1.
    weights: Vec<f32>,
}

/// The taps of `target` samples of a part of an axis of `source` samples.
fn taps(source: usize, start: f64, length: f64, target: usize) -> Vec<Taps> {
    let step = length / target as f64;
    // Made smaller, the filter spans as many samples as it takes to leave no alias.
    let scale = step.max(1.0);
    let tap = |index: usize| {
        let center = start + (index as f64 + 0.5) * step;
        let reach = LOBES * scale;
        // Negative is cut to 0: what lies before the first sample has no weight.
        let first = ((center - reach) as usize).min(source - 1);
        let end = ((center + reach) as usize + 1).clamp(first + 1, source);
        let kernel = |at: usize| lanczos3((at as f64 + 0.5 - center) / scale);
        let weights: Vec<f64> = (first..end).map(kernel).collect();
        let sum: f64 = weights.iter().sum();
        Taps { first, weights: weights.iter().map(|weight| (weight / sum) as f32).collect() }
    };
    (0..target).map(tap).collect()
}

/// Steps of light that are told apart; the darkest codes are 20 of them from each other.
const STEPS: f32 = 65_535.0;

struct Tables {
    /// The light of each code, 0 to 1.
    light: [f32; 256],
    /// The code of each step of light.
    codes: Vec<u8>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| Tables {
        light: std::array::from_fn(|code| light_of(code as f64) as f32),
        codes: codes(),
    })
}

/// The nearest code to each step of light: the number of codes whose upper bound, half a code above
/// them, lies below it.
fn codes() -> Vec<u8> {
    let mut code = 0_u8;
    let step = |step: u32| {
        let light = f64::from(step) / f64::from(STEPS);
        while code < u8::MAX && light_of(f64::from(code) + 0.5) <= light {
            code += 1;
        }
        code
    };
    (0..=STEPS as u32).map(step).collect()
}

/// The light of a code, 0 to 1 (IEC 61966-2-1).
fn light_of(code: f64) -> f64 {
    let value = code / 255.0;
    if value <= 0.04045 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::tests::{gradient, plain};

    #[test]
    fn every_code_survives() {
        for code in 0..=255 {
            for pixel in [&[code, 7, 255][..], &[code, 200, 3, 255], &[code, 200, 3, 128]] {
                let raster = plain(Size::new(9, 5), pixel);
                let resized = resize(raster, Size::new(4, 7));
                assert_eq!(resized, plain(Size::new(4, 7), pixel));
            }
        }
    }

    #[test]
    fn half_the_light_of_white_is_188() {
        let size = Size::new(64, 64);
        let data = (0..64_u32).flat_map(|y| {
            (0..64).flat_map(move |x| [if (x + y).is_multiple_of(2) { 255 } else { 0 }; 3])
        });
        let board = Raster { size, channels: Channels::Rgb, data: data.collect() };
        let half = Size::new(32, 32);
        let middle = |raster: &Raster| raster.data[(16 * 32 + 16) * 3];
        assert_eq!(middle(&resize(board.clone(), half)), 188);
        // The values themselves have another mean.
        assert_eq!(middle(&super::super::resize::resize(board, half)), 128);
    }

    #[test]
    fn hidden_colors_do_not_bleed() {
        // Left half opaque red, right half transparent green.
        let size = Size::new(64, 8);
        let data = (0..size.pixels()).flat_map(|i| match i % 64 {
            0..32 => [255, 0, 0, 255],
            _ => [0, 255, 0, 0],
        });
        let raster = Raster { size, channels: Channels::Rgba, data: data.collect() };
        for pixel in resize(raster, Size::new(9, 3)).data.as_chunks::<4>().0 {
            assert!(pixel[1] == 0 && (pixel[3] == 0 || pixel[0] == 255), "{pixel:?}");
        }
    }

    #[test]
    fn covering_is_resizing_and_cutting() {
        for (from, to, gravity) in [
            ((90, 60), (40, 40), Gravity::Center),
            ((90, 60), (41, 17), Gravity::Bottom),
            ((30, 20), (80, 90), Gravity::Right),
            ((90, 60), (45, 30), Gravity::Left),
            ((90, 60), (60, 60), Gravity::Left),
        ] {
            let (from, to) = (Size::new(from.0, from.1), Size::new(to.0, to.1));
            let picture = gradient(from, Channels::Rgb);
            let direct = cover(picture.clone(), to, gravity);
            let in_steps = crop::crop_to(resize(picture, fill(from, to)), to, gravity);
            let worst = direct.data.iter().zip(&in_steps.data).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(worst <= Some(1), "{from:?} {to:?} {gravity:?}: {worst:?}");
        }
    }

    #[test]
    fn extreme_ratios_work() {
        for (from, to) in [((10_000, 1), (3, 300)), ((1, 1), (50, 50)), ((5, 4_000), (700, 1))] {
            let to = Size::new(to.0, to.1);
            let resized = resize(plain(Size::new(from.0, from.1), &[1, 99, 255]), to);
            assert_eq!(resized, plain(to, &[1, 99, 255]));
        }
    }
}
