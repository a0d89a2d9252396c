//! Brightness, contrast, gamma and saturation.

use super::{Channels, Raster};

/// Multipliers, 1 is neutral.
///
/// Worked in this order, on channels from 0 to 1 as they are encoded:
/// - brightness: `v * brightness`; 0 is black;
/// - contrast: `(v - 0.5) * contrast + 0.5`, about mid gray; 0 is mid gray;
/// - gamma: `v ^ gamma`, so that below 1 lightens the mid tones and above 1 darkens them, as the
///   page on the option says (<https://developers.cloudflare.com/images/transform-images/>; older
///   type definitions say the opposite); 0 is none;
/// - saturation: distance from Rec. 709 luma times saturation; 0 is gray.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Adjust {
    pub(crate) brightness: f32,
    pub(crate) contrast: f32,
    pub(crate) gamma: f32,
    pub(crate) saturation: f32,
}

impl Adjust {
    /// Changes nothing.
    pub(crate) const NEUTRAL: Self =
        Self { brightness: 1.0, contrast: 1.0, gamma: 1.0, saturation: 1.0 };

    /// The curve of a channel.
    fn curve(self) -> [u8; 256] {
        let [brightness, contrast, gamma] =
            [self.brightness, self.contrast, self.gamma].map(f64::from);
        let gamma = if gamma > 0.0 { gamma } else { 1.0 };
        let mut curve = [0; 256];
        for (value, entry) in (0_u8..=255).zip(&mut curve) {
            let bright = f64::from(value) / 255.0 * brightness;
            let contrasted = ((bright - 0.5) * contrast + 0.5).clamp(0.0, 1.0);
            // Not the platform's: that differs from machine to machine.
            *entry = (libm::pow(contrasted, gamma) * 255.0 + 0.5) as u8;
        }
        curve
    }
}

/// Bits behind the point of the saturation.
const BITS: u32 = 12;

/// Beyond this every color is at the edge of the cube already.
const MOST_SATURATED: f32 = 255.0;

/// Adjusts; alpha stays.
pub(super) fn adjust(mut raster: Raster, adjust: Adjust) -> Raster {
    if adjust == Adjust::NEUTRAL {
        return raster;
    }
    let curve = adjust.curve();
    let saturation = adjust.saturation.clamp(0.0, MOST_SATURATED);
    let saturation = (saturation * (1 << BITS) as f32).round() as i32;
    match raster.channels {
        Channels::Rgb => adjust_pixels::<3>(&mut raster.data, &curve, saturation),
        Channels::Rgba => adjust_pixels::<4>(&mut raster.data, &curve, saturation),
        // No picture yet.
        Channels::Gray | Channels::GrayAlpha | Channels::Cmyk => {}
    }
    raster
}

fn adjust_pixels<const N: usize>(data: &mut [u8], curve: &[u8; 256], saturation: i32) {
    let neutral = saturation == 1 << BITS;
    for pixel in data.as_chunks_mut::<N>().0 {
        let mut color = [pixel[0], pixel[1], pixel[2]].map(|value| curve[usize::from(value)]);
        if !neutral {
            color = saturate(color, saturation);
        }
        pixel[..3].copy_from_slice(&color);
    }
}

fn saturate(color: [u8; 3], saturation: i32) -> [u8; 3] {
    let gray = i32::from(luma(color));
    color.map(|value| {
        let distance = (i32::from(value) - gray) * saturation + (1 << (BITS - 1));
        (gray + (distance >> BITS)).clamp(0, 255) as u8
    })
}

/// Luma of the encoded channels, rounded. The weights are those of ITU-R BT.709, item 3.2, in units
/// of 1/65536.
pub(super) const fn luma([red, green, blue]: [u8; 3]) -> u8 {
    let sum = 13_933 * red as u32 + 46_871 * green as u32 + 4_732 * blue as u32;
    ((sum + (1 << 15)) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Size;
    use crate::pixels::tests::{gradient, plain};

    fn adjusted(pixel: [u8; 3], adjust: Adjust) -> [u8; 3] {
        let picture = super::adjust(plain(Size::new(2, 1), &pixel), adjust);
        [picture.data[3], picture.data[4], picture.data[5]]
    }

    #[test]
    fn each_multiplier() {
        let neutral = Adjust::NEUTRAL;
        for (pixel, adjust, want) in [
            ([10, 100, 200], neutral, [10, 100, 200]),
            ([10, 100, 200], Adjust { brightness: 1.5, ..neutral }, [15, 150, 255]),
            ([10, 100, 200], Adjust { brightness: 0.0, ..neutral }, [0, 0, 0]),
            ([10, 100, 200], Adjust { contrast: 2.0, ..neutral }, [0, 73, 255]),
            ([10, 100, 200], Adjust { contrast: 0.0, ..neutral }, [128, 128, 128]),
            ([0, 64, 255], Adjust { gamma: 0.5, ..neutral }, [0, 128, 255]),
            ([0, 128, 255], Adjust { gamma: 2.0, ..neutral }, [0, 64, 255]),
            ([10, 100, 200], Adjust { gamma: 0.0, ..neutral }, [10, 100, 200]),
            ([255, 0, 0], Adjust { saturation: 0.0, ..neutral }, [54, 54, 54]),
            ([120, 100, 100], Adjust { saturation: 2.0, ..neutral }, [136, 96, 96]),
            ([120, 100, 100], Adjust { saturation: 4e5, ..neutral }, [255, 0, 0]),
            ([77, 77, 77], Adjust { saturation: 3.0, ..neutral }, [77, 77, 77]),
            ([1, 1, 1], Adjust { brightness: 4e5, contrast: 4e5, gamma: 4e5, ..neutral }, [255; 3]),
        ] {
            assert_eq!(adjusted(pixel, adjust), want, "{pixel:?} {adjust:?}");
        }
    }

    #[test]
    fn alpha_is_left_alone() {
        let picture = gradient(Size::new(16, 16), Channels::Rgba);
        let alphas = |raster: &Raster| -> Vec<u8> {
            raster.data.as_chunks::<4>().0.iter().map(|pixel| pixel[3]).collect()
        };
        let before = alphas(&picture);
        let adjust = Adjust { brightness: 0.2, saturation: 3.0, ..Adjust::NEUTRAL };
        assert_eq!(alphas(&super::adjust(picture, adjust)), before);
    }
}
