//! Resampling.

use fast_image_resize::{CropBox, FilterType, Resizer};

use super::strips::{Pixels, Resampling, Strips, resample, within};
use super::{Raster, alpha, crop};
use crate::geometry::{Anchor, Size, anchor, fill};
use crate::recipe::Gravity;

/// Resizes the whole raster.
pub(super) fn resize(raster: Raster, size: Size) -> Raster {
    if size == raster.size {
        return raster;
    }
    let part = whole(raster.size);
    resized(&raster, part, size)
}

/// Fills a size: what [`resize`] to the size that covers it and a cut would give, but neither what
/// is cut off nor the picture in between is ever made.
pub(super) fn cover(raster: Raster, size: Size, gravity: Gravity) -> Raster {
    if fill(raster.size, size) == raster.size {
        return crop::crop_to(raster, size, gravity);
    }
    let part = covered(raster.size, size, gravity);
    resized(&raster, part, size)
}

fn resized(raster: &Raster, part: CropBox, target: Size) -> Raster {
    let work = Resampling { source: raster.size, channels: raster.channels, part, target };
    let mut strips = Strips::new(work);
    raster.data.chunks_exact(raster.stride()).for_each(|row| strips.push(row));
    strips.finish()
}

/// The part of a picture that is seen when it covers a size.
pub(super) fn covered(picture: Size, size: Size, gravity: Gravity) -> CropBox {
    let scaled = fill(picture, size);
    if scaled == size {
        return whole(picture);
    }
    let (x, y) = anchor(gravity)
        .unwrap_or(Anchor::CENTER)
        .offset(scaled.width.saturating_sub(size.width), scaled.height.saturating_sub(size.height));
    let (left, width) = span(x, size.width, scaled.width, picture.width);
    let (top, height) = span(y, size.height, scaled.height, picture.height);
    CropBox { left, top, width, height }
}

/// The size, in pixels of the picture, of the part that [`cover`] keeps.
pub(crate) fn cover_window(picture: Size, size: Size) -> Size {
    let scaled = fill(picture, size);
    let side = |kept, scaled, side| span(0, kept, scaled, side).1.round() as u32;
    Size::new(
        side(size.width, scaled.width, picture.width).max(1),
        side(size.height, scaled.height, picture.height).max(1),
    )
}

/// A smaller copy for looking at, its longer side at most `side`; the raster's own size where that
/// is smaller.
pub(super) fn thumbnail(raster: &Raster, side: u32) -> Raster {
    let bounds = Size::new(side, side);
    if raster.size.fits_in(bounds) {
        return raster.clone();
    }
    let size = crate::geometry::inside(raster.size, bounds);
    let mut data = vec![0; Raster::bytes(size, raster.channels)];
    let mut reduce = |pixels: &[u8]| {
        let source = Pixels { size: raster.size, channels: raster.channels, data: pixels };
        // Without negative lobes, so that no color appears that is not in the picture.
        let filter = FilterType::Bilinear;
        resample(&mut Resizer::new(), source, whole(raster.size), filter, (size, &mut data));
    };
    if alpha::is_translucent(raster.channels, &raster.data) {
        let mut premultiplied = raster.data.clone();
        alpha::multiply(raster.channels, &mut premultiplied);
        reduce(&premultiplied);
        alpha::divide(raster.channels, &mut data);
    } else {
        reduce(&raster.data);
    }
    Raster { size, channels: raster.channels, data }
}

pub(super) fn whole(size: Size) -> CropBox {
    CropBox { left: 0.0, top: 0.0, width: f64::from(size.width), height: f64::from(size.height) }
}

/// From start and length on a side that was scaled to start and length on the side itself.
fn span(start: u32, length: u32, scaled: u32, side: u32) -> (f64, f64) {
    let scale = f64::from(side) / f64::from(scaled);
    let left = f64::from(start) * scale;
    let right = (f64::from(start) + f64::from(length)) * scale;
    (left, within(left, right - left, side))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::Channels;
    use crate::pixels::tests::{gradient, plain};

    #[test]
    fn a_plain_picture_stays_plain() {
        for (from, to) in [((7, 5), (300, 2)), ((640, 480), (1, 1)), ((1, 1), (50, 50))] {
            let (from, to) = (Size::new(from.0, from.1), Size::new(to.0, to.1));
            for pixel in [&[200, 100, 3][..], &[9, 8, 7, 255], &[200, 100, 50, 128]] {
                let resized = resize(plain(from, pixel), to);
                let want = plain(to, resized.data.chunks(pixel.len()).next().unwrap());
                assert_eq!(resized, want, "{from:?} {to:?} {pixel:?}");
                let worst = resized.data.iter().zip(pixel).map(|(a, b)| a.abs_diff(*b)).max();
                assert!(worst <= Some(1), "{from:?} {to:?} {pixel:?}: {:?}", &resized.data[..4]);
            }
        }
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
            assert!(pixel[1] == 0 && (pixel[3] == 0 || pixel[0] >= 253), "{pixel:?}");
        }
    }

    #[test]
    fn covering_is_resizing_and_cutting() {
        for (from, to, gravity) in [
            ((90, 60), (40, 40), Gravity::Center),
            ((90, 60), (41, 17), Gravity::Bottom),
            ((61, 97), (50, 20), Gravity::Top),
            ((30, 20), (80, 90), Gravity::Right),
            ((31, 23), (100, 7), Gravity::Center),
        ] {
            let (from, to) = (Size::new(from.0, from.1), Size::new(to.0, to.1));
            let picture = gradient(from, Channels::Rgb);
            let direct = cover(picture.clone(), to, gravity);
            let in_steps = crop::crop_to(resize(picture, fill(from, to)), to, gravity);
            assert_eq!(direct.size, to);
            let worst = direct.data.iter().zip(&in_steps.data).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(worst <= Some(1), "{from:?} {to:?} {gravity:?}: {worst:?}");
        }
    }

    #[test]
    fn extreme_ratios_stay_small() {
        let line = plain(Size::new(10_000, 1), &[1, 2, 3]);
        assert_eq!(cover(line, Size::new(300, 300), Gravity::Center).size, Size::new(300, 300));
        let window = cover_window(Size::new(10_000, 1), Size::new(300, 300));
        assert_eq!(window, Size::new(1, 1));
    }
}
