//! How far two pictures are from each other.

use crate::picture::Picture;

/// Distances between a picture and its reference, both laid on the same ground.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distance {
    /// Mean absolute difference of the worst of red, green and blue, in steps of 8 bits.
    pub mean: f64,
    /// Mean difference with its sign, of the worst channel: a cast or a shift of lightness, which
    /// is what wrong color management looks like. Compression makes next to none.
    pub bias: f64,
    /// Peak signal-to-noise ratio over red, green and blue, in dB; infinite where all is equal.
    pub psnr: f64,
    /// Mean structural similarity of luma over 8 x 8 windows, 1 where all is equal (Wang, Bovik,
    /// Sheikh and Simoncelli, 2004): a turned, mirrored or shifted picture comes out far below.
    pub ssim: f64,
}

/// Compares pictures of one size.
///
/// # Panics
/// Where the sizes differ.
pub fn distance(picture: &Picture, reference: &Picture) -> Distance {
    assert_eq!((picture.width, picture.height), (reference.width, reference.height), "sizes");
    let count = f64::from(picture.width) * f64::from(picture.height);
    let mut absolute = [0_u64; 3];
    let mut signed = [0_i64; 3];
    let mut squares = 0_u64;
    for (ours, theirs) in picture.pixels().zip(reference.pixels()) {
        for channel in 0..3 {
            let difference = i64::from(ours[channel]) - i64::from(theirs[channel]);
            absolute[channel] += difference.unsigned_abs();
            signed[channel] += difference;
            squares += difference.unsigned_abs().pow(2);
        }
    }
    let worst = |sums: [f64; 3]| sums.into_iter().fold(0.0, f64::max) / count;
    let mean_square = squares as f64 / (3.0 * count);
    Distance {
        mean: worst(absolute.map(|sum| sum as f64)),
        bias: worst(signed.map(|sum| sum.unsigned_abs() as f64)),
        psnr: 10.0 * (255.0 * 255.0 / mean_square).log10(),
        ssim: ssim(&luma(picture), &luma(reference), picture.width as usize),
    }
}

/// Mean absolute difference of alpha, in steps of 8 bits.
pub fn alpha_distance(picture: &Picture, reference: &Picture) -> f64 {
    let sum: u64 = picture
        .pixels()
        .zip(reference.pixels())
        .map(|([.., ours], [.., theirs])| u64::from(ours.abs_diff(theirs)))
        .sum();
    sum as f64 / (f64::from(picture.width) * f64::from(picture.height))
}

/// The absolute difference of each channel, eight times as strong, for looking at.
pub fn difference(picture: &Picture, reference: &Picture) -> Picture {
    let amplify = |a: u8, b: u8| a.abs_diff(b).saturating_mul(8);
    let rgba = picture
        .pixels()
        .zip(reference.pixels())
        .flat_map(|(a, b)| [amplify(a[0], b[0]), amplify(a[1], b[1]), amplify(a[2], b[2]), 255])
        .collect();
    Picture { rgba, ..*picture }
}

/// Rec. 601 luma.
fn luma(picture: &Picture) -> Vec<f64> {
    picture
        .pixels()
        .map(|[r, g, b, _]| 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b))
        .collect()
}

/// Mean over windows of 8 x 8 that step by 4; a picture smaller than a window is one window.
fn ssim(ours: &[f64], theirs: &[f64], width: usize) -> f64 {
    let height = ours.len() / width;
    let starts = |side: usize| (0..=side.saturating_sub(8)).step_by(4);
    let mut sum = 0.0;
    let mut count = 0.0;
    for top in starts(height) {
        for left in starts(width) {
            sum += window_ssim(ours, theirs, width, left, top);
            count += 1.0;
        }
    }
    sum / count
}

fn window_ssim(ours: &[f64], theirs: &[f64], width: usize, left: usize, top: usize) -> f64 {
    /// The paper's constants for a range of 255: (0.01 * 255)^2 and (0.03 * 255)^2.
    const C1: f64 = 6.5025;
    const C2: f64 = 58.5225;
    let bottom = (top + 8).min(ours.len() / width);
    let right = (left + 8).min(width);
    let (mut x, mut y, mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for row in top..bottom {
        for column in left..right {
            let (a, b) = (ours[row * width + column], theirs[row * width + column]);
            x += a;
            y += b;
            xx += a * a;
            yy += b * b;
            xy += a * b;
        }
    }
    let count = ((bottom - top) * (right - left)) as f64;
    let (x, y) = (x / count, y / count);
    let (vx, vy, cov) = (xx / count - x * x, yy / count - y * y, xy / count - x * y);
    (2.0 * x * y + C1) * (2.0 * cov + C2) / ((x * x + y * y + C1) * (vx + vy + C2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waves(width: u32, height: u32) -> Picture {
        Picture::from_fn(width, height, |x, y| {
            let v = ((f64::from(x) * 0.7).sin() * 60.0 + f64::from(y) * 2.0 + 80.0) as u8;
            [v, v / 2, 200 - v / 2, 255]
        })
    }

    #[test]
    fn a_picture_equals_itself() {
        for (width, height) in [(40, 30), (5, 3), (8, 8), (1, 1)] {
            let d = distance(&waves(width, height), &waves(width, height));
            assert_eq!((d.mean, d.bias, d.psnr), (0.0, 0.0, f64::INFINITY), "{width}x{height}");
            assert!((d.ssim - 1.0).abs() < 1e-9, "{d:?}");
        }
    }

    #[test]
    fn what_is_wrong_shows() {
        let reference = waves(64, 48);
        let mut brighter = reference.clone();
        for value in &mut brighter.rgba {
            *value = value.saturating_add(6);
        }
        let d = distance(&brighter, &reference);
        assert!(d.bias > 5.5 && d.mean > 5.5 && d.ssim > 0.9, "brighter: {d:?}");

        let mirrored = Picture::from_fn(64, 48, |x, y| reference.pixel(63 - x, y));
        let d = distance(&mirrored, &reference);
        assert!(d.bias < 0.5 && d.ssim < 0.5, "mirrored: {d:?}");
    }
}
