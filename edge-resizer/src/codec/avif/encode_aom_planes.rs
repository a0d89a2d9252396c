//! RGB as the planes that AV1 codes: BT.601 of full range (ITU-T H.273, matrix 6).

use crate::pixels::{Channels, Raster};

use super::super::super::libaom::Planes;

/// Luma and both chroma.
pub(super) struct Planar {
    data: [Vec<u8>; 3],
    half: bool,
}

impl Planar {
    /// Takes the planes out of `Rgb` or `Rgba`; `half` averages chroma over squares of two pixels.
    pub(super) fn new(raster: &Raster, half: bool) -> Self {
        let filled;
        let (pixels, count) = if raster.channels == Channels::Rgba {
            filled = without_hidden_colors(raster);
            (filled.as_slice(), 4)
        } else {
            (raster.data.as_slice(), 3)
        };
        let luma = pixels.chunks_exact(count).map(luma).collect();
        let row_bytes = raster.size.width as usize * count;
        let [blue, red] = if half {
            half_chroma(pixels, row_bytes, count)
        } else {
            let chroma = |of: fn([i32; 3]) -> u8| {
                pixels.chunks_exact(count).map(move |pixel| of(rgb(pixel).map(|value| value * 4)))
            };
            [chroma(blueness).collect(), chroma(redness).collect()]
        };
        Self { data: [luma, blue, red], half }
    }

    /// Whether chroma has half the width and height.
    pub(super) const fn is_half(&self) -> bool {
        self.half
    }

    pub(super) fn planes(&self) -> Planes<'_> {
        let planes = [&*self.data[0], &*self.data[1], &*self.data[2]];
        if self.half { Planes::Half(planes) } else { Planes::Full(planes) }
    }
}

/// The colours, with those of pixels that cannot be seen replaced by the last visible one before
/// them, so that nobody pays for an edge that nobody sees.
fn without_hidden_colors(raster: &Raster) -> Vec<u8> {
    let mut pixels = raster.data.clone();
    let row_bytes = raster.size.width as usize * 4;
    for row in pixels.chunks_exact_mut(row_bytes) {
        let first = row.chunks_exact(4).find(|pixel| pixel[3] > 0);
        let mut last = first.map_or([0, 0, 0], |pixel| [pixel[0], pixel[1], pixel[2]]);
        for pixel in row.chunks_exact_mut(4) {
            if pixel[3] == 0 {
                pixel[..3].copy_from_slice(&last);
            } else {
                last = [pixel[0], pixel[1], pixel[2]];
            }
        }
    }
    pixels
}

fn half_chroma(pixels: &[u8], row_bytes: usize, count: usize) -> [Vec<u8>; 2] {
    let mut chroma = [Vec::new(), Vec::new()];
    for rows in pixels.chunks(row_bytes * 2) {
        let (upper, lower) = rows.split_at(row_bytes);
        // Of an odd row or column what is there counts double.
        let lower = if lower.is_empty() { upper } else { lower };
        for (upper, lower) in upper.chunks(count * 2).zip(lower.chunks(count * 2)) {
            let last = upper.len() - count;
            let four = [&upper[..count], &upper[last..], &lower[..count], &lower[last..]];
            let sums = four.map(rgb).iter().fold([0; 3], |sums, pixel| {
                [sums[0] + pixel[0], sums[1] + pixel[1], sums[2] + pixel[2]]
            });
            chroma[0].push(blueness(sums));
            chroma[1].push(redness(sums));
        }
    }
    chroma
}

fn rgb(pixel: &[u8]) -> [i32; 3] {
    [pixel[0].into(), pixel[1].into(), pixel[2].into()]
}

/// One in the scale of the weights below: they are parts of 65,536.
const SHIFT: i32 = 16;

fn luma(pixel: &[u8]) -> u8 {
    let [red, green, blue] = rgb(pixel);
    byte((19_595 * red + 38_470 * green + 7_471 * blue + (1 << (SHIFT - 1))) >> SHIFT)
}

/// Of the sums of four pixels.
fn blueness([red, green, blue]: [i32; 3]) -> u8 {
    chroma(-11_059 * red - 21_709 * green + 32_768 * blue)
}

/// Of the sums of four pixels.
fn redness([red, green, blue]: [i32; 3]) -> u8 {
    chroma(32_768 * red - 27_439 * green - 5_329 * blue)
}

fn chroma(weighted: i32) -> u8 {
    const FOUR: i32 = SHIFT + 2;
    byte((weighted + (128 << FOUR) + (1 << (FOUR - 1))) >> FOUR)
}

fn byte(value: i32) -> u8 {
    u8::try_from(value.clamp(0, 255)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Size;

    fn planar(width: u32, height: u32, data: Vec<u8>, half: bool) -> Planar {
        let channels = if data.len() == (width * height * 3) as usize {
            Channels::Rgb
        } else {
            Channels::Rgba
        };
        Planar::new(&Raster { size: Size::new(width, height), channels, data }, half)
    }

    #[test]
    fn colors_are_those_of_bt_601() {
        for (color, want) in [
            ([0, 0, 0], [0, 128, 128]),
            ([255, 255, 255], [255, 128, 128]),
            ([128, 128, 128], [128, 128, 128]),
            ([255, 0, 0], [76, 85, 255]),
            ([0, 255, 0], [150, 44, 21]),
            ([0, 0, 255], [29, 255, 107]),
        ] {
            for half in [false, true] {
                let planar = planar(1, 1, color.to_vec(), half);
                let got = planar.data.each_ref().map(|plane| plane[0]);
                assert_eq!(got, want, "{color:?}, half: {half}");
            }
        }
    }

    #[test]
    fn planes_have_their_sizes() {
        for (width, height, half, want) in [(5, 3, true, 6), (4, 4, true, 4), (5, 3, false, 15)] {
            let planar = planar(width, height, vec![9; (width * height * 3) as usize], half);
            let got = planar.data.each_ref().map(Vec::len);
            assert_eq!(got, [(width * height) as usize, want, want]);
        }
    }

    #[test]
    fn hidden_colors_are_those_beside_them() {
        let data = vec![9, 9, 9, 0, 200, 100, 50, 255, 1, 2, 3, 0, 10, 20, 30, 1];
        let raster = Raster { size: Size::new(4, 1), channels: Channels::Rgba, data };
        let filled = without_hidden_colors(&raster);
        let colors: Vec<_> = filled.chunks_exact(4).map(|pixel| pixel[0]).collect();
        assert_eq!(colors, [200, 200, 200, 10]);
    }
}
