//! SSIMULACRA2 of a result against what every pixel of its source, reduced in full precision, gives.
//!
//! One decoder reads all of it, sources and both sides' results: sharp's, so that a doubt about a
//! decoder is in the peer's favor.

use std::path::{Path, PathBuf};

use anyhow::ensure;
use fast_ssim2::{PixelDescriptor, PixelSlice, Ssimulacra2Reference};
use serde::Deserialize;
use serde_json::json;

use crate::process::Process;

/// `width × height` RGB, row-major, sRGB, on white.
#[derive(Debug)]
pub(crate) struct Pixels {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) data: Vec<u8>,
}

/// Judges results of one source.
pub(crate) struct Judge<'a> {
    decoder: &'a mut Process,
    scratch: PathBuf,
    source: Pixels,
    reference: Option<Reference>,
}

/// The reference for results of a size.
pub(crate) struct Reference {
    width: usize,
    height: usize,
    pixels: Ssimulacra2Reference,
}

impl<'a> Judge<'a> {
    /// Decodes the source; `scratch` is a file for pixels on their way.
    pub(crate) fn new(
        decoder: &'a mut Process,
        scratch: PathBuf,
        source: &Path,
    ) -> anyhow::Result<Self> {
        let source = decode(decoder, source, &scratch)?;
        Ok(Self { decoder, scratch, source, reference: None })
    }

    /// The score of a result: 100 is the same, 90 not to be told apart, 70 good, 50 fair.
    pub(crate) fn score(&mut self, result: &Path) -> anyhow::Result<f64> {
        let result = decode(self.decoder, result, &self.scratch)?;
        let known = self.reference.take().filter(|known| known.is_for(&result));
        let reference = match known {
            Some(known) => known,
            None => Reference::reduced(&self.source, &result)?,
        };
        let score = reference.score(&result)?;
        self.reference = Some(reference);
        Ok(score)
    }
}

impl Reference {
    /// The source at the size of a result.
    pub(crate) fn reduced(source: &Pixels, result: &Pixels) -> anyhow::Result<Self> {
        let reduced = lanczos3(source, result.width, result.height);
        let pixels = Ssimulacra2Reference::new(&reduced.slice()?)?;
        Ok(Self { width: reduced.width, height: reduced.height, pixels })
    }

    /// The score of a result of that size.
    pub(crate) fn score(&self, result: &Pixels) -> anyhow::Result<f64> {
        Ok(self.pixels.compare(&result.slice()?)?)
    }

    fn is_for(&self, result: &Pixels) -> bool {
        (self.width, self.height) == (result.width, result.height)
    }
}

impl Pixels {
    fn slice(&self) -> anyhow::Result<PixelSlice<'_>> {
        let (width, height) = (u32::try_from(self.width)?, u32::try_from(self.height)?);
        PixelSlice::new(&self.data, width, height, self.width * 3, PixelDescriptor::RGB8_SRGB)
            .map_err(|error| anyhow::anyhow!("{error}"))
    }
}

fn decode(decoder: &mut Process, file: &Path, scratch: &Path) -> anyhow::Result<Pixels> {
    #[derive(Deserialize)]
    struct Decoded {
        width: usize,
        height: usize,
    }
    let command = json!({ "command": "decode", "source": file, "out": scratch });
    let Decoded { width, height } = decoder.ask(command)?;
    let data = std::fs::read(scratch)?;
    ensure!(data.len() == width * height * 3, "{}: not {width} x {height} RGB", file.display());
    Ok(Pixels { width, height, data })
}

/// What of the source makes up one pixel of a row or column.
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

/// Reduces by a Lanczos kernel of three lobes, in the values as they are coded.
fn lanczos3(source: &Pixels, width: usize, height: usize) -> Pixels {
    let (columns, rows) = (taps(source.width, width), taps(source.height, height));
    let narrow: Vec<Vec<f32>> = source
        .data
        .chunks_exact(source.width * 3)
        .map(|row| {
            let sum = |taps: &Taps, channel: usize| {
                let samples = row[taps.first * 3 + channel..].iter().step_by(3);
                taps.weights
                    .iter()
                    .zip(samples)
                    .map(|(weight, byte)| weight * f32::from(*byte))
                    .sum()
            };
            columns.iter().flat_map(|taps| [0, 1, 2].map(|channel| sum(taps, channel))).collect()
        })
        .collect();
    let mut data = Vec::with_capacity(width * height * 3);
    for taps in &rows {
        let mut sums = vec![0.0_f32; width * 3];
        for (weight, row) in taps.weights.iter().zip(&narrow[taps.first..]) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += weight * value;
            }
        }
        data.extend(sums.iter().map(|value| to_byte(*value)));
    }
    Pixels { width, height, data }
}

fn to_byte(value: f32) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range of a byte"
    )]
    let byte = value.round().clamp(0.0, 255.0) as u8;
    byte
}

/// The taps of each of `to` pixels out of `from`; a side is stretched over the other as a whole.
fn taps(from: usize, to: usize) -> Vec<Taps> {
    let scale = (from as f64 / to as f64).max(1.0);
    let step = from as f64 / to as f64;
    let tap = |at: usize| {
        let center = (at as f64 + 0.5) * step - 0.5;
        let reach = 3.0 * scale;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the side"
        )]
        let bound = |value: f64| value.clamp(0.0, (from - 1) as f64) as usize;
        let (first, last) = (bound((center - reach).ceil()), bound((center + reach).floor()));
        let weights = (first..=last).map(|tap| kernel((tap as f64 - center) / scale));
        let weights: Vec<f64> = weights.collect();
        let sum: f64 = weights.iter().sum();
        #[expect(clippy::cast_possible_truncation, reason = "weights are small numbers")]
        let weights = weights.iter().map(|weight| (weight / sum) as f32).collect();
        Taps { first, weights }
    };
    (0..to).map(tap).collect()
}

fn kernel(at: f64) -> f64 {
    let sinc = |at: f64| {
        let angle = at * std::f64::consts::PI;
        if angle == 0.0 { 1.0 } else { angle.sin() / angle }
    };
    if at.abs() < 3.0 { sinc(at) * sinc(at / 3.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flat_picture_stays_flat() {
        let source = Pixels { width: 50, height: 40, data: vec![77; 50 * 40 * 3] };
        let reduced = lanczos3(&source, 7, 9);
        assert_eq!(reduced.data, vec![77; 7 * 9 * 3]);
    }

    #[test]
    fn weights_are_symmetric_and_sum_to_one() {
        let taps = taps(100, 10);
        for tap in &taps {
            let sum: f32 = tap.weights.iter().sum();
            assert!((sum - 1.0).abs() < 1e-5, "{sum}");
        }
        let (first, last) = (&taps[0], &taps[9]);
        for (a, b) in first.weights.iter().zip(last.weights.iter().rev()) {
            assert!((a - b).abs() < 1e-5);
        }
    }
}
