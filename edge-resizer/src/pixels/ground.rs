//! The ground that a product stands on: found along the picture's edge, and made pure.

use super::{Channels, Raster};
use crate::recipe::Color;

/// How far a channel may be from the median for a pixel to be of the ground.
const SAME: u8 = 12;
/// Of a plain ground, at least so many of a hundred pixels are alike.
const PLAIN: usize = 90;
/// From here up a channel is that of a white ground, lit badly.
const NEARLY_WHITE: u8 = 225;
/// How far the channels of a white ground may be from each other.
const NEARLY_GRAY: u8 = 16;
/// How far a channel may be from the brand's color for the ground to be meant to be that.
const NEARLY_BRAND: u8 = 24;
/// The strip along the edge that is looked at: this part of the shorter side.
const STRIP: u32 = 100;

/// A plain ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ground {
    /// The median of each channel.
    pub(crate) color: [u8; 3],
    /// What all but one of twenty pixels are at least as light as, for each channel: what is made
    /// pure from here on has no noise left in it.
    low: [u8; 3],
}

/// A ground made pure, channel by channel: `from` becomes `to`, lighter or darker tones follow in
/// proportion, black and white stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    from: [u8; 3],
    to: [u8; 3],
}

/// The ground along the edge of a picture; `None` where it is transparent or not plain.
pub(crate) fn find_ground(raster: &Raster) -> Option<Ground> {
    let edge = match raster.channels {
        Channels::Rgb => edge::<3>(raster),
        Channels::Rgba => edge::<4>(raster),
        // No picture yet.
        Channels::Gray | Channels::GrayAlpha | Channels::Cmyk => return None,
    };
    let count = edge.len();
    let sorted = [0, 1, 2].map(|channel| {
        let mut values: Vec<u8> = edge.iter().map(|pixel| pixel[channel]).collect();
        values.sort_unstable();
        values
    });
    let color = [&sorted[0], &sorted[1], &sorted[2]].map(|values| values[count / 2]);
    let is_alike = |pixel: &&[u8; 4]| {
        pixel[3] == 255 && color.iter().zip(pixel.iter()).all(|(a, b)| a.abs_diff(*b) <= SAME)
    };
    let alike = edge.iter().filter(is_alike).count();
    let low = [0, 1, 2].map(|channel| {
        // What is not of the ground, a product that touches the edge, says nothing about its noise.
        sorted[channel][count / 20].max(color[channel].saturating_sub(SAME))
    });
    (alike * 100 >= count * PLAIN).then_some(Ground { color, low })
}

/// The pixels of the strip along the edge; never empty.
fn edge<const N: usize>(raster: &Raster) -> Vec<[u8; 4]> {
    let (width, height) = (raster.size.width, raster.size.height);
    let strip = (width.min(height) / STRIP).max(1);
    let is_edge = |at: u32, side: u32| at < strip || at >= side.saturating_sub(strip);
    let rows = raster.data.as_chunks::<N>().0.chunks_exact(width as usize);
    (0..height)
        .zip(rows)
        .flat_map(|(y, row)| {
            let whole_row = is_edge(y, height);
            let of_row = (0..width).zip(row);
            of_row.filter(move |(x, _)| whole_row || is_edge(*x, width)).map(|(_, pixel)| {
                [pixel[0], pixel[1], pixel[2], pixel.get(3).copied().unwrap_or(255)]
            })
        })
        .collect()
}

impl Ground {
    /// What the ground is meant to be: the brand's color where it is near that, white where it is
    /// near white, or else just what it is. With what makes it so, where it is not.
    pub(crate) fn purified(self, brand: Option<Color>) -> (Color, Option<Level>) {
        let [red, green, blue] = self.color;
        let is_near = |brand: &Color| {
            let wanted = [brand.red, brand.green, brand.blue];
            self.color.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= NEARLY_BRAND)
        };
        let lightest = red.max(green).max(blue);
        let darkest = red.min(green).min(blue);
        let white = darkest >= NEARLY_WHITE && lightest - darkest <= NEARLY_GRAY;
        let meant = brand.filter(is_near).or(white.then_some(Color::WHITE));
        let color = meant.unwrap_or(Color { red, green, blue, alpha: 255 });
        let to = [color.red, color.green, color.blue];
        let from = if color == Color::WHITE { self.low } else { self.color };
        (color, (meant.is_some() && from != to).then_some(Level { from, to }))
    }
}

/// Makes the ground pure; alpha stays.
pub(super) fn level(mut raster: Raster, level: Level) -> Raster {
    let curves = [0, 1, 2].map(|channel| curve(level.from[channel], level.to[channel]));
    let count = raster.channels.count();
    if matches!(raster.channels, Channels::Rgb | Channels::Rgba) {
        for pixel in raster.data.chunks_exact_mut(count) {
            for (value, curve) in pixel.iter_mut().zip(&curves) {
                *value = curve[usize::from(*value)];
            }
        }
    }
    raster
}

/// Two straight lines, from (0, 0) by (from, to) to (255, 255).
fn curve(from: u8, to: u8) -> [u8; 256] {
    let (from, to) = (u32::from(from), u32::from(to));
    let line = |value: u32| {
        if value <= from {
            (value * to + from / 2).checked_div(from).unwrap_or(to)
        } else {
            let (run, rise) = (255 - from, 255 - to);
            to + ((value - from) * rise + run / 2) / run
        }
    };
    std::array::from_fn(|value| line(value as u32) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Size;
    use crate::pixels::tests::plain;

    const BRAND: Color = Color { red: 245, green: 241, blue: 234, alpha: 255 };

    /// A ground of 200 x 100 with noise of up to four levels, and a dark product in its middle.
    fn packshot(ground: [u8; 3]) -> Raster {
        let mut raster = plain(Size::new(200, 100), &ground);
        for (index, pixel) in raster.data.chunks_exact_mut(3).enumerate() {
            let (x, y) = (index % 200, index / 200);
            let noise = (index * 7919 % 5) as u8;
            let product = (60..140).contains(&x) && (30..70).contains(&y);
            for value in pixel {
                *value = if product { 40 } else { value.saturating_sub(noise) };
            }
        }
        raster
    }

    #[test]
    fn a_ground_that_is_nearly_white_becomes_white_and_the_product_follows() {
        let shot = packshot([244, 246, 248]);
        let (color, made) = find_ground(&shot).unwrap().purified(None);
        assert_eq!(color, Color::WHITE);
        let pure = level(shot, made.unwrap());
        assert_eq!(&pure.data[..6], &[255; 6]);
        let white = pure.data.chunks_exact(3).filter(|pixel| **pixel == [255; 3]).count();
        assert!(white >= (200 * 100 - 80 * 40) * 95 / 100, "{white}");
        // 40 * 255 / 241: what was dark stays so.
        let middle = (50 * 200 + 100) * 3;
        assert!(pure.data[middle..middle + 3].iter().all(|value| (40..=44).contains(value)));
    }

    #[test]
    fn a_ground_near_the_brands_becomes_the_brands() {
        let (color, made) = find_ground(&packshot([240, 238, 228])).unwrap().purified(Some(BRAND));
        assert_eq!((color, made.is_some()), (BRAND, true));
        let (color, made) = find_ground(&packshot([90, 120, 90])).unwrap().purified(Some(BRAND));
        assert_eq!(made, None);
        assert!(color.red.abs_diff(88) <= 2 && color.green.abs_diff(118) <= 2, "{color}");
    }

    #[test]
    fn what_is_not_plain_has_no_ground() {
        let mut scene = plain(Size::new(64, 64), &[0, 0, 0]);
        for (index, value) in scene.data.iter_mut().enumerate() {
            *value = (index * 31 % 251) as u8;
        }
        assert_eq!(find_ground(&scene), None);
        assert_eq!(find_ground(&plain(Size::new(20, 20), &[255, 255, 255, 0])), None);
        let dot = plain(Size::new(1, 1), &[9, 9, 9]);
        assert_eq!(find_ground(&dot).map(|ground| ground.color), Some([9; 3]));
    }

    #[test]
    fn black_and_white_stay_and_order_is_kept() {
        for (from, to) in [(240, 255), (255, 255), (0, 0), (0, 10), (255, 200), (100, 90)] {
            let curve = curve(from, to);
            assert!(curve.is_sorted(), "{from} to {to}");
            assert_eq!(curve[usize::from(from)], to);
            assert_eq!(curve[255], if from == 255 { to } else { 255 });
        }
    }
}
