//! Turning and mirroring.

use super::{Channels, Raster};
use crate::geometry::Turn;

/// Turns a raster; in place where rows stay rows.
pub(super) fn orient(raster: Raster, turn: Turn) -> Raster {
    match raster.channels {
        Channels::Gray => orient_pixels::<1>(raster, turn),
        Channels::GrayAlpha => orient_pixels::<2>(raster, turn),
        Channels::Rgb => orient_pixels::<3>(raster, turn),
        Channels::Rgba | Channels::Cmyk => orient_pixels::<4>(raster, turn),
    }
}

fn orient_pixels<const N: usize>(raster: Raster, turn: Turn) -> Raster {
    let mut raster = if turn.transpose { transpose::<N>(&raster) } else { raster };
    let width = raster.size.width as usize;
    let pixels = raster.data.as_chunks_mut::<N>().0;
    match (turn.mirror_x, turn.mirror_y) {
        (false, false) => {}
        (true, false) => pixels.chunks_exact_mut(width).for_each(<[_]>::reverse),
        (true, true) => pixels.reverse(),
        (false, true) => swap_rows(pixels, width),
    }
    raster
}

fn swap_rows<const N: usize>(pixels: &mut [[u8; N]], width: usize) {
    let (top, bottom) = pixels.split_at_mut(pixels.len() / width / 2 * width);
    for (upper, lower) in top.chunks_exact_mut(width).zip(bottom.chunks_exact_mut(width).rev()) {
        upper.swap_with_slice(lower);
    }
}

/// Columns become rows. Done in bands of as many columns as share a cache line or two, so that each
/// line of memory is fetched once.
fn transpose<const N: usize>(raster: &Raster) -> Raster {
    const BAND: usize = 16;
    let size = raster.size.swapped();
    let (columns, rows) = (size.height as usize, size.width as usize);
    let source = raster.data.as_chunks::<N>().0;
    let mut data = vec![0; raster.data.len()];
    let bands = data.as_chunks_mut::<N>().0.chunks_mut(BAND * rows);
    for (band, first) in bands.zip((0..columns).step_by(BAND)) {
        let width = band.len() / rows;
        for (y, row) in source.chunks_exact(columns).enumerate() {
            for (pixel, target) in
                row[first..first + width].iter().zip(band[y..].iter_mut().step_by(rows))
            {
                *target = *pixel;
            }
        }
    }
    Raster { size, channels: raster.channels, data }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Size;
    use crate::recipe::{Flip, Rotation};
    use crate::source::Orientation;

    /// Gray pixels, a letter each; rows apart by a blank.
    fn letters(rows: &str, channels: Channels) -> Raster {
        let rows: Vec<&str> = rows.split(' ').collect();
        let size = Size::new(rows[0].len() as u32, rows.len() as u32);
        let data = rows.concat().bytes().flat_map(|b| vec![b; channels.count()]).collect();
        Raster { size, channels, data }
    }

    #[test]
    fn each_orientation_stands_the_picture_upright() {
        // Written by hand from CIPA DC-008: where row 0 and column 0 of the stored picture are.
        for (exif, want) in [
            (1, "abc def"),
            (2, "cba fed"),
            (3, "fed cba"),
            (4, "def abc"),
            (5, "ad be cf"),
            (6, "da eb fc"),
            (7, "fc eb da"),
            (8, "cf be ad"),
        ] {
            let turn = Turn::from(Orientation::from_exif(exif));
            for channels in [Channels::Gray, Channels::Rgb, Channels::Rgba] {
                let upright = orient(letters("abc def", channels), turn);
                assert_eq!(upright, letters(want, channels), "orientation {exif}");
            }
        }
    }

    #[test]
    fn flips_and_rotations() {
        for (turn, want) in [
            (Turn::from(Rotation::None), "abc def"),
            (Turn::from(Rotation::Quarter), "da eb fc"),
            (Turn::from(Rotation::Half), "fed cba"),
            (Turn::from(Rotation::ThreeQuarters), "cf be ad"),
            (Turn::from(Flip { horizontal: true, vertical: false }), "cba fed"),
            (Turn::from(Flip { horizontal: false, vertical: true }), "def abc"),
        ] {
            let turned = orient(letters("abc def", Channels::Rgb), turn);
            assert_eq!(turned, letters(want, Channels::Rgb), "{turn:?}");
        }
    }

    #[test]
    fn transposing_by_bands_reaches_every_pixel() {
        for (width, height) in [(1, 1), (1, 40), (40, 1), (33, 7), (16, 16), (31, 50)] {
            let size = Size::new(width, height);
            let data = (0..width * height).flat_map(|n| [n as u8, (n >> 8) as u8, 7]).collect();
            let raster = Raster { size, channels: Channels::Rgb, data };
            let turned = transpose::<3>(&raster);
            for (x, y) in (0..width).flat_map(|x| (0..height).map(move |y| (x, y))) {
                let at = |raster: &Raster, x: u32, y: u32| {
                    raster.data.as_chunks::<3>().0[(y * raster.size.width + x) as usize]
                };
                assert_eq!(at(&turned, y, x), at(&raster, x, y), "{x} {y} of {size:?}");
            }
        }
    }
}
