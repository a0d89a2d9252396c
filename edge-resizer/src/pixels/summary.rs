//! What `format=json` tells of the pixels.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Channels, Raster, pad, resize};
use crate::recipe::Color;

/// What `format=json` tells of the pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    /// `#rrggbb` of the most frequent color.
    pub(crate) dominant_color: String,
    /// Base64 of the ThumbHash (<https://evanw.github.io/thumbhash/>).
    pub(crate) thumbhash: String,
    /// The BlurHash, 4 x 3 components (<https://blurha.sh>), on white.
    pub(crate) blurhash: String,
}

/// Longer side of the small copy; the largest that ThumbHash takes.
const SIDE: u32 = 100;

/// Below this alpha a pixel does not count for the dominant color.
const VISIBLE: u8 = 128;

/// Summarizes a picture; shrinks it first, so the cost is that of one resize.
pub(crate) fn summarize(raster: &Raster) -> Summary {
    let small = resize::thumbnail(raster, SIDE);
    let dominant_color = match small.channels {
        Channels::Rgba => dominant_color::<4>(&small),
        _ => dominant_color::<3>(&small),
    };
    Summary { dominant_color, thumbhash: thumbhash(&small), blurhash: blurhash(small) }
}

/// The mean color of the fullest of 32 x 32 x 32 bins; of equally full ones the darkest. White
/// where nothing can be seen.
fn dominant_color<const N: usize>(raster: &Raster) -> String {
    /// Pixels, and the sums of their channels.
    type Bin = (u32, [u32; 3]);
    let mut bins: Vec<Bin> = vec![(0, [0; 3]); 1 << 15];
    for pixel in raster.data.as_chunks::<N>().0 {
        if N == 4 && pixel[3] < VISIBLE {
            continue;
        }
        let color = [pixel[0], pixel[1], pixel[2]];
        let place = color.iter().fold(0, |place, value| place << 5 | usize::from(value >> 3));
        let (count, sums) = &mut bins[place];
        *count += 1;
        sums.iter_mut().zip(color).for_each(|(sum, value)| *sum += u32::from(value));
    }
    // `max_by_key` takes the last of equals.
    let (count, sums) = bins.into_iter().rev().max_by_key(|(count, _)| *count).unwrap_or_default();
    let mean = sums.map(|sum| (sum + count / 2).checked_div(count).unwrap_or(255));
    mean.iter().fold("#".to_owned(), |mut text, channel| {
        // Writing to a string does not fail.
        let _ = write!(text, "{channel:02x}");
        text
    })
}

fn thumbhash(small: &Raster) -> String {
    let (width, height) = (small.size.width as usize, small.size.height as usize);
    let hash = match small.channels {
        Channels::Rgba => thumbhash::rgba_to_thumb_hash(width, height, &small.data),
        _ => thumbhash::rgba_to_thumb_hash(width, height, &opaque(&small.data)),
    };
    STANDARD.encode(hash)
}

fn blurhash(small: Raster) -> String {
    let ground = pad::flatten(small, Color::WHITE);
    let size = ground.size;
    // Fails for more than 9 components only.
    blurhash::encode(4, 3, size.width, size.height, &opaque(&ground.data)).unwrap_or_default()
}

/// Red, green, blue with an alpha of 255 each.
fn opaque(rgb: &[u8]) -> Vec<u8> {
    rgb.as_chunks::<3>().0.iter().flat_map(|&[red, green, blue]| [red, green, blue, 255]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Size;
    use crate::pixels::tests::{gradient, plain};

    #[test]
    fn the_most_frequent_color_dominates() {
        let mut raster = plain(Size::new(400, 300), &[250, 128, 3]);
        let third = raster.data.len() / 3 / 3 * 3;
        raster.data[..third].fill(16);
        assert_eq!(summarize(&raster).dominant_color, "#fa8003");
        let clear = plain(Size::new(4, 4), &[1, 2, 3, 0]);
        assert_eq!(summarize(&clear).dominant_color, "#ffffff");
    }

    #[test]
    fn what_is_transparent_does_not_count() {
        let mut raster = plain(Size::new(60, 30), &[0, 255, 0, 0]);
        raster.data[..1_000].as_chunks_mut::<4>().0.fill([10, 20, 30, 255]);
        assert_eq!(summarize(&raster).dominant_color, "#0a141e");
    }

    #[test]
    fn hashes_are_those_of_the_formats() {
        let summary = summarize(&gradient(Size::new(300, 200), Channels::Rgb));
        // 1 size byte, 1 maximum, 4 for the mean, 2 for each of 11 components.
        assert_eq!(summary.blurhash.len(), 28);
        assert!(summary.blurhash.starts_with('L'), "4 x 3 components: {}", summary.blurhash);
        let hash = STANDARD.decode(&summary.thumbhash).unwrap();
        let (width, height, _) = thumbhash::thumb_hash_to_rgba(&hash).unwrap();
        assert!(width > height, "{width} x {height}");
    }

    #[test]
    fn pictures_of_every_shape() {
        for (width, height) in [(1, 1), (1, 5_000), (5_000, 1), (100, 100), (101, 99)] {
            for channels in [Channels::Rgb, Channels::Rgba] {
                let summary = summarize(&gradient(Size::new(width, height), channels));
                assert_eq!(summary.blurhash.len(), 28, "{width}x{height} {channels:?}");
                assert!(!summary.thumbhash.is_empty(), "{width}x{height} {channels:?}");
            }
        }
    }
}
