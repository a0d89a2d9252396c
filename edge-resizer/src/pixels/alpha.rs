//! Straight to premultiplied alpha and back.
//!
//! Filters mix neighbors; unless colors are weighted by alpha first, what is hidden in transparent
//! pixels bleeds into the edges. The resizer's own conversion is not used because its vector code
//! and its plain code are not the same to the last bit.

use super::{Channels, Raster};

/// Whether a pixel is not fully opaque.
pub(super) fn is_translucent(channels: Channels, data: &[u8]) -> bool {
    match channels {
        Channels::Rgba => data.as_chunks::<4>().0.iter().any(|pixel| pixel[3] != 255),
        Channels::GrayAlpha => data.as_chunks::<2>().0.iter().any(|pixel| pixel[1] != 255),
        Channels::Rgb | Channels::Cmyk | Channels::Gray => false,
    }
}

/// Runs a filter on the raster with premultiplied alpha, where it has any that matters.
pub(super) fn premultiplied(mut raster: Raster, filter: impl FnOnce(Raster) -> Raster) -> Raster {
    if !is_translucent(raster.channels, &raster.data) {
        return filter(raster);
    }
    multiply(raster.channels, &mut raster.data);
    let mut filtered = filter(raster);
    divide(filtered.channels, &mut filtered.data);
    filtered
}

/// Straight to premultiplied; opaque pixels stay as they are.
pub(super) fn multiply(channels: Channels, data: &mut [u8]) {
    match channels {
        Channels::Rgba => data.as_chunks_mut().0.iter_mut().for_each(multiply_pixel::<4>),
        Channels::GrayAlpha => data.as_chunks_mut().0.iter_mut().for_each(multiply_pixel::<2>),
        Channels::Rgb | Channels::Cmyk | Channels::Gray => {}
    }
}

/// Premultiplied to straight; opaque pixels stay as they are.
pub(super) fn divide(channels: Channels, data: &mut [u8]) {
    match channels {
        Channels::Rgba => data.as_chunks_mut().0.iter_mut().for_each(divide_pixel::<4>),
        Channels::GrayAlpha => data.as_chunks_mut().0.iter_mut().for_each(divide_pixel::<2>),
        Channels::Rgb | Channels::Cmyk | Channels::Gray => {}
    }
}

fn multiply_pixel<const N: usize>(pixel: &mut [u8; N]) {
    let alpha = pixel[N - 1];
    for channel in &mut pixel[..N - 1] {
        *channel = scaled(*channel, alpha);
    }
}

/// Colors of fully transparent pixels become black: they are not known any more.
fn divide_pixel<const N: usize>(pixel: &mut [u8; N]) {
    let alpha = u32::from(pixel[N - 1]);
    if alpha == 255 {
        return;
    }
    for channel in &mut pixel[..N - 1] {
        let whole = (u32::from(*channel) * 255 + alpha / 2).checked_div(alpha).unwrap_or(0);
        *channel = whole.min(255) as u8;
    }
}

/// `value * alpha / 255`, rounded to the nearest.
pub(super) const fn scaled(value: u8, alpha: u8) -> u8 {
    let product = value as u32 * alpha as u32 + 128;
    ((product + (product >> 8)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaling_is_exact() {
        for value in 0..=255_u8 {
            for alpha in 0..=255_u8 {
                let exact = (u32::from(value) * u32::from(alpha) * 2 + 255) / 510;
                assert_eq!(u32::from(scaled(value, alpha)), exact, "{value} {alpha}");
            }
        }
    }

    #[test]
    fn there_and_back_keeps_what_can_be_seen() {
        for (pixel, want) in [
            ([200, 100, 50, 255], [200, 100, 50, 255]),
            ([255, 0, 255, 1], [255, 0, 255, 1]),
            ([200, 100, 50, 0], [0, 0, 0, 0]),
            ([200, 100, 50, 128], [199, 100, 50, 128]),
        ] {
            let mut there_and_back = pixel;
            multiply_pixel(&mut there_and_back);
            divide_pixel(&mut there_and_back);
            assert_eq!(there_and_back, want, "{pixel:?}");
        }
    }
}
