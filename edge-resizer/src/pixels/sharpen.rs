//! Unsharp mask.
//!
//! Works on lightness alone and shifts all three channels alike, so that no colored fringes appear.
//! The blur is the binomial one of five pixels (1 4 6 4 1, sigma 1), and half of the difference to
//! it is added at strength 1: enough to give back what a reduction took, too little for halos.

use super::{Channels, Raster};

/// Share of the difference that is added at strength 1.
const GAIN: f32 = 0.5;

/// The strongest mask, as in the URL.
const STRONGEST: f32 = 10.0;

/// Bits behind the point of lightness and of the factor.
const BITS: u32 = 8;

/// Sharpens; a strength of 0 or less does nothing.
pub(super) fn sharpen(mut raster: Raster, strength: f32) -> Raster {
    let factor = (strength.clamp(0.0, STRONGEST) * GAIN * 256.0).round() as i32;
    if factor == 0 {
        return raster;
    }
    let differences = match raster.channels {
        Channels::Rgb => differences::<3>(&raster),
        Channels::Rgba => differences::<4>(&raster),
        Channels::Gray | Channels::GrayAlpha | Channels::Cmyk => return raster,
    };
    match raster.channels {
        Channels::Rgba => shift::<4>(&mut raster, &differences, factor),
        _ => shift::<3>(&mut raster, &differences, factor),
    }
    raster
}

fn shift<const N: usize>(raster: &mut Raster, differences: &[i32], factor: i32) {
    const HALF: i32 = 1 << (2 * BITS - 1);
    let pixels = raster.data.as_chunks_mut::<N>().0;
    for (pixel, difference) in pixels.iter_mut().zip(differences) {
        let delta = (difference * factor + HALF) >> (2 * BITS);
        for channel in &mut pixel[..3] {
            *channel = (i32::from(*channel) + delta).clamp(0, 255) as u8;
        }
    }
}

/// Lightness minus blurred lightness of each pixel, in units of 1/256. Neighbors count by their
/// alpha: what is transparent has no lightness.
fn differences<const N: usize>(raster: &Raster) -> Vec<i32> {
    let (width, height) = (raster.size.width as usize, raster.size.height as usize);
    let rows: Vec<&[[u8; N]]> = raster.data.as_chunks::<N>().0.chunks_exact(width).collect();
    let mut ring: [Vec<Weighted>; 5] = Default::default();
    let mut filled = 0;
    let mut differences = Vec::with_capacity(width * height);
    for y in 0..height {
        while filled <= (y + 2).min(height - 1) {
            ring[filled % 5] = blurred_row(rows[filled]);
            filled += 1;
        }
        let at = |offset: usize| &ring[(y + offset).saturating_sub(2).min(height - 1) % 5];
        let window = [at(0), at(1), at(2), at(3), at(4)];
        for (x, pixel) in rows[y].iter().enumerate() {
            let sum = binomial(window.map(|row| row[x]));
            let lightness = i32::from(lightness(pixel)) << BITS;
            let blurred = sum.mean().unwrap_or(lightness);
            differences.push(lightness - blurred);
        }
    }
    differences
}

/// Sums of weights, and of lightness times weight.
#[derive(Clone, Copy, Debug, Default)]
struct Weighted {
    lightness: u32,
    weight: u32,
}

impl Weighted {
    fn new<const N: usize>(pixel: &[u8; N]) -> Self {
        let weight = if N == 4 { u32::from(pixel[3]) } else { 1 };
        Self { lightness: u32::from(lightness(pixel)) * weight, weight }
    }

    /// In units of 1/256; `None` where all is transparent.
    fn mean(self) -> Option<i32> {
        let half = self.weight / 2;
        let scaled = (u64::from(self.lightness) << BITS) + u64::from(half);
        scaled.checked_div(u64::from(self.weight)).map(|mean| mean as i32)
    }
}

fn binomial(five: [Weighted; 5]) -> Weighted {
    const WEIGHTS: [u32; 5] = [1, 4, 6, 4, 1];
    five.iter().zip(WEIGHTS).fold(Weighted::default(), |sum, (pixel, weight)| Weighted {
        lightness: sum.lightness + pixel.lightness * weight,
        weight: sum.weight + pixel.weight * weight,
    })
}

fn blurred_row<const N: usize>(row: &[[u8; N]]) -> Vec<Weighted> {
    let last = row.len() - 1;
    let mut padded = Vec::with_capacity(row.len() + 4);
    padded.extend([Weighted::new(&row[0]); 2]);
    padded.extend(row.iter().map(Weighted::new));
    padded.extend([Weighted::new(&row[last]); 2]);
    padded.array_windows().map(|five: &[Weighted; 5]| binomial(*five)).collect()
}

/// Rec. 709 luma of the encoded channels, 0 to 255.
fn lightness<const N: usize>(pixel: &[u8; N]) -> u8 {
    super::adjust::luma([pixel[0], pixel[1], pixel[2]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Size;
    use crate::pixels::tests::{gradient, plain};

    #[test]
    fn plain_pictures_and_no_strength_change_nothing() {
        for pixel in [&[200, 100, 3][..], &[9, 8, 7, 255], &[255, 255, 255], &[1, 2, 3, 0]] {
            let picture = plain(Size::new(7, 3), pixel);
            assert_eq!(sharpen(picture.clone(), 10.0), picture, "{pixel:?}");
        }
        let picture = gradient(Size::new(9, 9), Channels::Rgb);
        for strength in [0.0, -3.0, f32::NAN] {
            assert_eq!(sharpen(picture.clone(), strength), picture, "{strength}");
        }
    }

    #[test]
    fn edges_gain_contrast() {
        let size = Size::new(12, 4);
        let step = |pixel: [[u8; 3]; 2]| Raster {
            size,
            channels: Channels::Rgb,
            data: (0..48).flat_map(|i| pixel[usize::from(i % 12 >= 6)]).collect(),
        };
        let mild = sharpen(step([[100; 3], [140; 3]]), 1.0);
        let row: Vec<u8> = mild.data.as_chunks::<3>().0[..12].iter().map(|p| p[0]).collect();
        // The blur of a step of 40: -0.5, -2.5, -12.5 + ... at the pixels next to the edge.
        assert_eq!(row, [100, 100, 100, 100, 99, 94, 146, 141, 140, 140, 140, 140]);
        let strong = sharpen(step([[100; 3], [140; 3]]), 10.0);
        assert!(strong.data[5 * 3] < mild.data[5 * 3], "stronger");
    }

    #[test]
    fn the_transparent_surroundings_of_a_cut_out_make_no_halo() {
        let size = Size::new(12, 4);
        let data = (0..48).flat_map(|i| match i % 12 {
            0..6 => [180, 180, 180, 255],
            _ => [0, 0, 0, 0],
        });
        let cut_out = Raster { size, channels: Channels::Rgba, data: data.collect() };
        assert_eq!(sharpen(cut_out.clone(), 5.0), cut_out);
    }

    #[test]
    fn pictures_of_a_pixel_or_a_row() {
        for (width, height) in [(1, 1), (5, 1), (1, 5), (2, 2)] {
            let picture = gradient(Size::new(width, height), Channels::Rgba);
            assert_eq!(sharpen(picture, 3.0).size, Size::new(width, height));
        }
    }
}
