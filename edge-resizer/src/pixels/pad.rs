//! Canvas, frame and ground.

use super::{Channels, Raster, alpha};
use crate::geometry::Size;
use crate::recipe::Color;

/// Centers the raster on a canvas; of an odd rest the larger half goes to the right and below.
pub(super) fn pad(raster: Raster, canvas: Size, color: Color) -> Raster {
    let canvas =
        Size::new(canvas.width.max(raster.size.width), canvas.height.max(raster.size.height));
    let x = (canvas.width - raster.size.width) / 2;
    let y = (canvas.height - raster.size.height) / 2;
    place(raster, canvas, x, y, color)
}

/// Puts a frame around the raster: top, right, bottom, left.
pub(super) fn border(raster: Raster, [top, right, bottom, left]: [u32; 4], color: Color) -> Raster {
    let grown = |side: u32, one: u32, other: u32| side.saturating_add(one).saturating_add(other);
    let canvas =
        Size::new(grown(raster.size.width, left, right), grown(raster.size.height, top, bottom));
    place(raster, canvas, left, top, color)
}

/// Lays the raster on a color. On an opaque one it loses its alpha channel.
pub(super) fn flatten(raster: Raster, color: Color) -> Raster {
    match raster.channels {
        Channels::Rgba if color.alpha == 255 => flatten_opaque(&raster, color),
        Channels::Rgba => flatten_translucent(raster, color),
        // Nothing is transparent, or it is no picture yet.
        _ => raster,
    }
}

fn place(raster: Raster, canvas: Size, x: u32, y: u32, color: Color) -> Raster {
    if canvas == raster.size {
        return raster;
    }
    let raster = if color.alpha == 255 { raster } else { with_alpha(raster) };
    let pixel = raster.channels.count();
    let mut data = ground(canvas, raster.channels, color);
    let (stride, start) =
        (canvas.width as usize * pixel, y as usize * canvas.width as usize * pixel);
    let rows = data[start..].chunks_exact_mut(stride);
    let left = x as usize * pixel;
    for (row, source) in rows.zip(raster.data.chunks_exact(raster.stride())) {
        row[left..left + source.len()].copy_from_slice(source);
    }
    Raster { size: canvas, channels: raster.channels, data }
}

/// A canvas of one color.
fn ground(size: Size, channels: Channels, color: Color) -> Vec<u8> {
    let Color { red, green, blue, alpha } = color;
    let pixel: &[u8] = match channels {
        Channels::Rgba => &[red, green, blue, alpha],
        _ => &[red, green, blue],
    };
    pixel.repeat(size.width as usize * size.height as usize)
}

fn with_alpha(raster: Raster) -> Raster {
    if raster.channels != Channels::Rgb {
        return raster;
    }
    let mut data = vec![255; Raster::bytes(raster.size, Channels::Rgba)];
    for (to, from) in data.as_chunks_mut::<4>().0.iter_mut().zip(raster.data.as_chunks::<3>().0) {
        to[..3].copy_from_slice(from);
    }
    Raster { channels: Channels::Rgba, data, ..raster }
}

fn flatten_opaque(raster: &Raster, color: Color) -> Raster {
    let ground = [color.red, color.green, color.blue];
    let mut data = vec![0; Raster::bytes(raster.size, Channels::Rgb)];
    for (to, from) in data.as_chunks_mut::<3>().0.iter_mut().zip(raster.data.as_chunks::<4>().0) {
        let alpha = from[3];
        for channel in 0..3 {
            let below = u32::from(ground[channel]) * u32::from(255 - alpha);
            let sum = u32::from(from[channel]) * u32::from(alpha) + below;
            to[channel] = ((sum + 127) / 255) as u8;
        }
    }
    Raster { size: raster.size, channels: Channels::Rgb, data }
}

fn flatten_translucent(mut raster: Raster, color: Color) -> Raster {
    for pixel in raster.data.as_chunks_mut::<4>().0 {
        let [red, green, blue, alpha] = *pixel;
        let above = Color { red, green, blue, alpha };
        let Color { red, green, blue, alpha } = over(above, color);
        *pixel = [red, green, blue, alpha];
    }
    raster
}

/// One color laid over another: `source-over` of <https://www.w3.org/TR/compositing-1/>, straight
/// alpha, rounded half up.
pub(crate) fn over(above: Color, below: Color) -> Color {
    let weight_above = u32::from(above.alpha) * 255;
    let weight_below = u32::from(below.alpha) * u32::from(255 - above.alpha);
    let total = weight_above + weight_below;
    let mix = |above: u8, below: u8| {
        let sum = u32::from(above) * weight_above + u32::from(below) * weight_below;
        (sum + total / 2).checked_div(total).unwrap_or(0) as u8
    };
    Color {
        red: mix(above.red, below.red),
        green: mix(above.green, below.green),
        blue: mix(above.blue, below.blue),
        alpha: above.alpha + alpha::scaled(below.alpha, 255 - above.alpha),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::tests::plain;

    const RED: Color = Color { red: 255, green: 0, blue: 0, alpha: 255 };
    const HALF_BLUE: Color = Color { red: 0, green: 0, blue: 255, alpha: 128 };
    const CLEAR: Color = Color { alpha: 0, ..Color::WHITE };

    #[test]
    fn colors_over_colors() {
        let color = |red, green, blue, alpha| Color { red, green, blue, alpha };
        for (above, below, want) in [
            (RED, HALF_BLUE, RED),
            (HALF_BLUE, RED, color(127, 0, 128, 255)),
            (CLEAR, HALF_BLUE, HALF_BLUE),
            (HALF_BLUE, CLEAR, HALF_BLUE),
            (CLEAR, CLEAR, color(0, 0, 0, 0)),
            (HALF_BLUE, HALF_BLUE, color(0, 0, 255, 192)),
            (color(255, 0, 0, 128), HALF_BLUE, color(170, 0, 85, 192)),
        ] {
            assert_eq!(over(above, below), want, "{above} over {below}");
        }
    }

    #[test]
    fn pads_around_the_middle() {
        let dot = plain(Size::new(1, 1), &[9, 9, 9]);
        let padded = pad(dot.clone(), Size::new(2, 3), RED);
        let red = [255, 0, 0];
        let want = [red, red, [9, 9, 9], red, red, red].concat();
        assert_eq!(padded, Raster { size: Size::new(2, 3), channels: Channels::Rgb, data: want });

        let clear = pad(dot.clone(), Size::new(2, 1), CLEAR);
        assert_eq!(clear.channels, Channels::Rgba);
        assert_eq!(clear.data, [9, 9, 9, 255, 255, 255, 255, 0]);
        assert_eq!(pad(dot.clone(), Size::new(1, 1), CLEAR), dot, "nothing to pad");
    }

    #[test]
    fn frames_with_four_widths() {
        let framed = border(plain(Size::new(2, 1), &[1, 1, 1, 77]), [1, 0, 2, 3], RED);
        assert_eq!(framed.size, Size::new(5, 4));
        let alphas: Vec<u8> = framed.data.as_chunks::<4>().0.iter().map(|p| p[3]).collect();
        assert_eq!(alphas[5..10], [255, 255, 255, 77, 77], "second row");
        assert!(!alphas[10..].contains(&77), "the frame is opaque");
    }

    #[test]
    fn transparency_is_laid_on_the_ground() {
        let half = plain(Size::new(1, 1), &[0, 0, 255, 128]);
        let on_red = flatten(half.clone(), RED);
        assert_eq!((on_red.channels, &on_red.data[..]), (Channels::Rgb, &[127, 0, 128][..]));
        let on_half = flatten(half, HALF_BLUE);
        assert_eq!((on_half.channels, &on_half.data[..]), (Channels::Rgba, &[0, 0, 255, 192][..]));
        let opaque = plain(Size::new(2, 2), &[1, 2, 3]);
        assert_eq!(flatten(opaque.clone(), RED), opaque);
    }
}
