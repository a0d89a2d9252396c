//! `gravity=auto`: where the eye goes.
//!
//! On a small copy each pixel gets a score: how far its hue and its lightness are from the mean (what
//! stands out from the ground; hue tells most, for what is textured is often the ground), how strong
//! an edge it lies on, and whether it has the color of skin. Of all windows of the wanted shape,
//! those that hold (nearly) the most are kept, and of these the one that has the center of all
//! scores nearest its own center, so that what was found is not cut and stands in the middle.
//! Integers throughout: every machine finds the same.

use super::{Channels, Raster, adjust, alpha, resize};
use crate::geometry::{Anchor, Size};
use crate::recipe::Decimal;

/// Longer side of the small copy.
pub(crate) const SIDE: u32 = 128;

/// Weights of the parts of a score; found by looking at what became of photos.
const HUE: u32 = 6;
const LIGHTNESS: u32 = 1;
const EDGE: u32 = 1;
const PRESENCE: u32 = 3;
/// What skin adds.
const SKIN: u32 = 60;

/// Differences from the mean and edges below this are noise.
const NOISE: u32 = 12;

/// A window is as good as the best where it misses at most `1 / NEARLY` of its score.
const NEARLY: u64 = 50;

/// Where to cut so that a window of this size, in the raster's pixels, holds what matters.
pub(super) fn focus(raster: &Raster, window: Size) -> Anchor {
    focus_in(&resize::thumbnail(raster, SIDE), window, raster.size)
}

/// The same on a small copy, its longer side at most [`SIDE`], of a picture of this size.
pub(crate) fn focus_in(small: &Raster, window: Size, picture: Size) -> Anchor {
    let scores = match small.channels {
        Channels::Rgb => scores::<3>(small),
        Channels::Rgba => scores::<4>(small),
        // No picture yet.
        Channels::Gray | Channels::GrayAlpha | Channels::Cmyk => return Anchor::CENTER,
    };
    let scaled = |side: u32, small: u32, whole: u32| {
        let scaled =
            (u64::from(side) * u64::from(small) * 2 + u64::from(whole)) / (u64::from(whole) * 2);
        (scaled as u32).clamp(1, small)
    };
    let window = Size::new(
        scaled(window.width, small.size.width, picture.width),
        scaled(window.height, small.size.height, picture.height),
    );
    let Some(center) = center(small.size, &scores) else { return Anchor::CENTER };
    let (x, y) = best_window(&Sums::new(small.size, &scores), window, center);
    Anchor {
        x: fraction(x, small.size.width - window.width),
        y: fraction(y, small.size.height - window.height),
    }
}

fn fraction(offset: u32, slack: u32) -> Decimal {
    let one = u64::from(Decimal::ONE.ten_thousandths());
    let share = (u64::from(offset) * one).checked_div(u64::from(slack)).unwrap_or(one / 2);
    Decimal::from_ten_thousandths(share as u32)
}

fn scores<const N: usize>(raster: &Raster) -> Vec<u32> {
    let pixels = raster.data.as_chunks::<N>().0;
    let edges = edges(pixels, raster.size.width as usize);
    let (mean, mean_opacity) = mean(pixels);
    let (mean, mean_lightness) = (hue(mean), adjust::luma(mean));
    let score = |(pixel, edge): (&[u8; N], u32)| {
        let (color, opacity) = (rgb(pixel), opacity(pixel));
        let hues = hue(color).into_iter().zip(mean).map(|(a, b)| a.abs_diff(b)).sum::<u32>() / 2;
        let lightness = u32::from(adjust::luma(color).abs_diff(mean_lightness));
        // In a cut-out, to be there at all is what stands out.
        let presence = u32::from(opacity.saturating_sub(mean_opacity));
        let skin = if is_skin(color) { SKIN } else { 0 };
        let sum = above_noise(hues) * HUE
            + above_noise(lightness) * LIGHTNESS
            + above_noise(edge) * EDGE
            + presence * PRESENCE
            + skin;
        sum * u32::from(opacity) / 255
    };
    pixels.iter().zip(edges).map(score).collect()
}

/// How much lightness changes from the pixel before to the pixel after, across and down.
fn edges<const N: usize>(pixels: &[[u8; N]], width: usize) -> Vec<u32> {
    let lightness: Vec<u32> = pixels
        .iter()
        .map(|pixel| u32::from(alpha::scaled(adjust::luma(rgb(pixel)), opacity(pixel))))
        .collect();
    let last = pixels.len() - 1;
    let edge = |at: usize| {
        let across = lightness[at.saturating_sub(1)].abs_diff(lightness[(at + 1).min(last)]);
        let down = lightness[at.saturating_sub(width)].abs_diff(lightness[(at + width).min(last)]);
        // The neighbors of an outermost column are in another row.
        let inside = !at.is_multiple_of(width) && !(at + 1).is_multiple_of(width);
        if inside { across + down } else { down }
    };
    (0..pixels.len()).map(edge).collect()
}

/// Red and blue without lightness.
fn hue(color: [u8; 3]) -> [i32; 2] {
    let lightness = i32::from(adjust::luma(color));
    [i32::from(color[0]) - lightness, i32::from(color[2]) - lightness]
}

const fn above_noise(value: u32) -> u32 {
    if value < NOISE { 0 } else { value }
}

fn rgb<const N: usize>(pixel: &[u8; N]) -> [u8; 3] {
    [pixel[0], pixel[1], pixel[2]]
}

fn opacity<const N: usize>(pixel: &[u8; N]) -> u8 {
    if N == 4 { pixel[3] } else { 255 }
}

/// The mean color, by opacity, and the mean opacity.
fn mean<const N: usize>(pixels: &[[u8; N]]) -> ([u8; 3], u8) {
    let (mut sums, mut weight) = ([0_u64; 3], 0);
    for pixel in pixels {
        let alpha = u64::from(opacity(pixel));
        weight += alpha;
        for (sum, value) in sums.iter_mut().zip(rgb(pixel)) {
            *sum += u64::from(value) * alpha;
        }
    }
    let color = sums.map(|sum| sum.checked_div(weight).unwrap_or(0) as u8);
    (color, (weight / pixels.len() as u64) as u8)
}

/// The rule for skin in daylight of "Human skin colour clustering for face detection", EUROCON 2003
/// (<https://doi.org/10.1109/EURCON.2003.1248169>), but for its bound on brightness.
const fn is_skin([red, green, blue]: [u8; 3]) -> bool {
    let least = if green < blue { green } else { blue };
    red > 95
        && green > 40
        && blue > 20
        && red > green
        && red > blue
        && red - least > 15
        && red - green > 15
}

/// Twice the center of all scores (twice, so that half pixels count); `None` where all are 0.
fn center(size: Size, scores: &[u32]) -> Option<(u64, u64)> {
    let (mut total, mut sum_x, mut sum_y) = (0_u64, 0_u64, 0_u64);
    for (y, row) in (0_u64..).zip(scores.chunks_exact(size.width as usize)) {
        for (x, score) in (0_u64..).zip(row) {
            total += u64::from(*score);
            sum_x += u64::from(*score) * (2 * x + 1);
            sum_y += u64::from(*score) * (2 * y + 1);
        }
    }
    Some((sum_x.checked_div(total)?, sum_y.checked_div(total)?))
}

/// Sums over all rectangles that start at the top left (an integral image).
struct Sums {
    size: Size,
    sums: Vec<u64>,
}

impl Sums {
    fn new(size: Size, scores: &[u32]) -> Self {
        let width = size.width as usize;
        let mut sums = vec![0; (width + 1) * (size.height as usize + 1)];
        for (y, row) in scores.chunks_exact(width).enumerate() {
            let mut running = 0;
            for (x, score) in row.iter().enumerate() {
                running += u64::from(*score);
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + running;
            }
        }
        Self { size, sums }
    }

    fn of(&self, x: u32, y: u32, window: Size) -> u64 {
        let at =
            |x: u32, y: u32| self.sums[y as usize * (self.size.width as usize + 1) + x as usize];
        let (right, bottom) = (x + window.width, y + window.height);
        at(right, bottom) + at(x, y) - at(right, y) - at(x, bottom)
    }
}

fn best_window(sums: &Sums, window: Size, (center_x, center_y): (u64, u64)) -> (u32, u32) {
    let columns = 0..=sums.size.width - window.width;
    let rows = 0..=sums.size.height - window.height;
    let places = || rows.clone().flat_map(|y| columns.clone().map(move |x| (x, y)));
    let best = places().map(|(x, y)| sums.of(x, y, window)).max().unwrap_or(0);
    let distance = |(x, y): &(u32, u32)| {
        let off = |start: &u32, length: u32, center: u64| {
            (2 * u64::from(*start) + u64::from(length)).abs_diff(center).pow(2)
        };
        off(x, window.width, center_x) + off(y, window.height, center_y)
    };
    places()
        .filter(|(x, y)| sums.of(*x, *y, window) >= best - best / NEARLY)
        .min_by_key(distance)
        .unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Op;
    use crate::pixels::tests::plain;
    use crate::recipe::Gravity;

    /// A disc on a plain ground.
    fn disc(size: Size, ground: &[u8], color: &[u8], center: (i64, i64), radius: i64) -> Raster {
        let mut raster = plain(size, ground);
        let width = i64::from(size.width);
        for (at, pixel) in (0..).zip(raster.data.chunks_exact_mut(ground.len())) {
            let (x, y): (i64, i64) = (at % width, at / width);
            if (x - center.0).pow(2) + (y - center.1).pow(2) <= radius * radius {
                pixel.copy_from_slice(color);
            }
        }
        raster
    }

    #[test]
    fn the_disc_is_inside_the_crop() {
        let size = Size::new(640, 400);
        for (ground, color) in [
            (&[255, 255, 255][..], &[200, 30, 40][..]),
            (&[200, 20, 20], &[128, 128, 128]),
            (&[20, 20, 30], &[60, 60, 200]),
            (&[240, 240, 240], &[210, 160, 130]),
            (&[0, 0, 0, 0], &[10, 200, 10, 255]),
        ] {
            for center in [(90, 80), (550, 80), (320, 200), (90, 320), (560, 330)] {
                let picture = disc(size, ground, color, center, 60);
                let pixels = |raster: &Raster| {
                    raster.data.chunks_exact(color.len()).filter(|pixel| *pixel == color).count()
                };
                for window in [Size::new(200, 200), Size::new(300, 150), Size::new(150, 400)] {
                    let cut = Op::CropTo(window, Gravity::Auto).apply(picture.clone());
                    let what = format!("{ground:?} {color:?} {center:?} {window:?}");
                    assert_eq!(pixels(&cut), pixels(&picture), "{what}");
                }
            }
        }
    }

    #[test]
    fn a_plain_picture_is_cut_in_the_middle() {
        for pixel in [&[9, 9, 9][..], &[5, 5, 5, 0]] {
            let anchor = focus(&plain(Size::new(100, 100), pixel), Size::new(50, 20));
            assert_eq!(anchor, Anchor::CENTER, "{pixel:?}");
        }
    }

    #[test]
    fn windows_as_large_as_the_picture_or_larger() {
        let picture = plain(Size::new(30, 3_000), &[9, 9, 9]);
        for window in [Size::new(30, 3_000), Size::new(31, 9_000), Size::new(1, 1)] {
            assert_eq!(focus(&picture, window), Anchor::CENTER, "{window:?}");
        }
    }
}
