//! Finding a uniform border.

use super::{Channels, Raster, alpha};
use crate::geometry::{Rect, Size};
use crate::recipe::{Color, TrimBorder};

/// How far a channel may be from the border's color where nothing is said.
const TOLERANCE: u8 = 10;

/// The rectangle inside a uniform border; the whole picture where there is none, or where it is
/// nothing but border.
///
/// A pixel belongs to the border where no channel, alpha among them, is further than the tolerance
/// from the border's color. Colors are compared premultiplied: what is transparent has none.
pub(crate) fn find_border(raster: &Raster, border: &TrimBorder) -> Rect {
    let inside = match raster.channels {
        Channels::Rgb => inside::<3>(raster, border),
        Channels::Rgba => inside::<4>(raster, border),
        // No picture yet.
        Channels::Gray | Channels::GrayAlpha | Channels::Cmyk => None,
    };
    inside.map_or(Rect::whole(raster.size), |rect| grown(rect, border.keep, raster.size))
}

fn inside<const N: usize>(raster: &Raster, border: &TrimBorder) -> Option<Rect> {
    let pixels = raster.data.as_chunks::<N>().0;
    let color = match border.color {
        Some(Color { red, green, blue, alpha }) => weighted([red, green, blue, alpha]),
        None => color_of(pixels.first()?),
    };
    let tolerance = border.tolerance.unwrap_or(TOLERANCE);
    let differs =
        |pixel: &[u8; N]| color_of(pixel).iter().zip(color).any(|(a, b)| a.abs_diff(b) > tolerance);

    let width = raster.size.width as usize;
    let row_differs = |row: &[[u8; N]]| row.iter().any(differs);
    let top = pixels.chunks_exact(width).position(row_differs)?;
    let bottom = pixels.chunks_exact(width).rposition(row_differs)? + 1;
    let (mut left, mut right) = (width, 0);
    for row in pixels[top * width..bottom * width].chunks_exact(width) {
        // Only what would widen the rectangle is looked at.
        left = row[..left].iter().position(differs).unwrap_or(left);
        right = row[right..].iter().rposition(differs).map_or(right, |last| right + last + 1);
    }
    let size = Size::new((right - left) as u32, (bottom - top) as u32);
    Some(Rect { x: left as u32, y: top as u32, size })
}

fn color_of<const N: usize>(pixel: &[u8; N]) -> [u8; 4] {
    match *pixel.as_slice() {
        [red, green, blue, alpha] => weighted([red, green, blue, alpha]),
        _ => [pixel[0], pixel[1], pixel[2], 255],
    }
}

const fn weighted([red, green, blue, alpha]: [u8; 4]) -> [u8; 4] {
    [alpha::scaled(red, alpha), alpha::scaled(green, alpha), alpha::scaled(blue, alpha), alpha]
}

/// With `keep` more pixels on each side, as far as there are any.
fn grown(rect: Rect, keep: u32, picture: Size) -> Rect {
    let (x, y) = (rect.x.saturating_sub(keep), rect.y.saturating_sub(keep));
    let side = |start: u32, old_start: u32, length: u32, limit: u32| {
        (old_start + length).saturating_add(keep).min(limit) - start
    };
    let size = Size::new(
        side(x, rect.x, rect.size.width, picture.width),
        side(y, rect.y, rect.size.height, picture.height),
    );
    Rect { x, y, size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::tests::plain;

    const WHITE: [u8; 3] = [255; 3];

    /// A white picture, 10 x 8, with a dark rectangle from (3, 2) to (6, 5).
    fn framed(border: &[u8], inside: &[u8]) -> Raster {
        let mut raster = plain(Size::new(10, 8), border);
        for (x, y) in (3..6).flat_map(|x| (2..5).map(move |y| (x, y))) {
            let start = (y * 10 + x) * border.len();
            raster.data[start..start + border.len()].copy_from_slice(inside);
        }
        raster
    }

    fn rect(x: u32, y: u32, width: u32, height: u32) -> Rect {
        Rect { x, y, size: Size::new(width, height) }
    }

    #[test]
    fn finds_the_border() {
        const AUTO: TrimBorder = TrimBorder { color: None, tolerance: None, keep: 0 };
        let red = Some(Color { red: 255, green: 0, blue: 0, alpha: 255 });
        let (dark, near) = ([30, 30, 30], [255, 255, 244]);
        let found = rect(3, 2, 3, 3);
        let whole = rect(0, 0, 10, 8);
        for (name, raster, border, want) in [
            ("by the corner", framed(&WHITE, &dark), AUTO, found),
            ("by its color", framed(&[255, 0, 0], &dark), TrimBorder { color: red, ..AUTO }, found),
            ("another color", framed(&WHITE, &dark), TrimBorder { color: red, ..AUTO }, whole),
            ("just out of tolerance", framed(&WHITE, &near), AUTO, found),
            (
                "just in tolerance",
                framed(&WHITE, &near),
                TrimBorder { tolerance: Some(11), ..AUTO },
                whole,
            ),
            (
                "exactly",
                framed(&WHITE, &[255, 255, 254]),
                TrimBorder { tolerance: Some(0), ..AUTO },
                found,
            ),
            ("all alike", framed(&WHITE, &WHITE), AUTO, whole),
            ("keep", framed(&WHITE, &dark), TrimBorder { keep: 2, ..AUTO }, rect(1, 0, 7, 7)),
            ("keep all", framed(&WHITE, &dark), TrimBorder { keep: u32::MAX, ..AUTO }, whole),
            (
                "transparent, whatever its hidden color",
                framed(&[1, 2, 3, 0], &[200, 100, 0, 255]),
                AUTO,
                found,
            ),
            ("hidden colors", framed(&[1, 2, 3, 0], &[200, 100, 0, 0]), AUTO, whole),
            ("alpha alone", framed(&[0, 0, 0, 255], &[0, 0, 0, 200]), AUTO, found),
        ] {
            assert_eq!(find_border(&raster, &border), want, "{name}");
        }
    }

    #[test]
    fn pictures_without_a_border() {
        let mut raster = framed(&WHITE, &[0, 0, 0]);
        for corner in [9, 79] {
            raster.data[corner * 3..][..3].copy_from_slice(&[0, 0, 0]);
        }
        assert_eq!(find_border(&raster, &TrimBorder::default()), rect(3, 0, 7, 8));
        let dot = plain(Size::new(1, 1), &[3, 3, 3]);
        assert_eq!(find_border(&dot, &TrimBorder::default()), Rect::whole(dot.size));
    }
}
