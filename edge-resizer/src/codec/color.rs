//! Colour: whatever a decoder gives becomes sRGB, `Rgb` or `Rgba`.

use moxcms::{ColorProfile, Layout, Transform8BitExecutor, TransformOptions};

use crate::geometry::Size;
use crate::pixels::{Channels, Raster};

/// An embedded ICC profile; `None` where it cannot be read, as if it were not there.
pub(super) fn icc(profile: &[u8]) -> Option<ColorProfile> {
    ColorProfile::new_from_slice(profile).ok()
}

/// How pixels of a profile become sRGB, where that changes them.
#[derive(Clone)]
pub(crate) struct Conversion(std::sync::Arc<Transform8BitExecutor>);

impl Conversion {
    /// `None` where the profile is sRGB under another name, or not for these channels.
    pub(super) fn new(profile: &ColorProfile, channels: Channels) -> Option<Self> {
        transform(profile, channels).map(Self)
    }

    /// Converts; the channels are those that it was made for.
    pub(crate) fn apply(&self, raster: Raster) -> Raster {
        apply(&*self.0, &raster).unwrap_or_else(|| without_profile(raster))
    }
}

impl std::fmt::Debug for Conversion {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Conversion")
    }
}

/// To sRGB by the profile; without one, or with one that is not for these channels, pixels are
/// taken for sRGB, grey for its lightness and CMYK for ideal inks.
pub(super) fn to_srgb(raster: Raster, profile: Option<&ColorProfile>) -> Raster {
    match profile.and_then(|profile| Conversion::new(profile, raster.channels)) {
        Some(conversion) => conversion.apply(raster),
        None => without_profile(raster),
    }
}

/// [`to_srgb`], row by row.
pub(super) struct RowsToSrgb {
    channels: Channels,
    conversion: Option<Conversion>,
    row: Vec<u8>,
}

impl RowsToSrgb {
    /// For rows in this layout.
    pub(super) fn new(profile: Option<&ColorProfile>, channels: Channels) -> Self {
        let conversion = profile.and_then(|profile| Conversion::new(profile, channels));
        Self { channels, conversion, row: Vec::new() }
    }

    /// The layout that rows come to.
    pub(super) const fn channels(&self) -> Channels {
        destination(self.channels)
    }

    /// The row in sRGB.
    pub(super) fn convert<'a>(&'a mut self, row: &'a [u8]) -> &'a [u8] {
        if let Some(Conversion(transform)) = &self.conversion {
            let pixels = row.len() / self.channels.count();
            self.row.resize(pixels * self.channels().count(), 0);
            if transform.transform(row, &mut self.row).is_ok() {
                return &self.row;
            }
        }
        if self.channels() == self.channels {
            return row;
        }
        self.row.clear();
        push_without_profile(self.channels, row, &mut self.row);
        &self.row
    }
}

/// The transform, where it changes anything: profiles that are sRGB under another name leave every
/// byte as it is.
fn transform(
    profile: &ColorProfile,
    channels: Channels,
) -> Option<std::sync::Arc<Transform8BitExecutor>> {
    let (from, to) = match channels {
        Channels::Gray => (Layout::Gray, Layout::Rgb),
        Channels::GrayAlpha => (Layout::GrayAlpha, Layout::Rgba),
        Channels::Rgb => (Layout::Rgb, Layout::Rgb),
        Channels::Rgba => (Layout::Rgba, Layout::Rgba),
        // Four inks travel in the layout that has four channels.
        Channels::Cmyk => (Layout::Rgba, Layout::Rgb),
    };
    profile.color_space.check_layout(from).ok()?;
    // Four channels with an RGB profile are RGB and alpha, never inks.
    let inks = profile.color_space == moxcms::DataColorSpace::Cmyk;
    if inks != (channels == Channels::Cmyk) {
        return None;
    }
    let srgb = ColorProfile::new_srgb();
    let transform =
        profile.create_transform_8bit(from, &srgb, to, TransformOptions::default()).ok()?;
    (inks || moves_a_probe(&*transform, channels)).then_some(transform)
}

/// Whether any of a grid of colours comes out differently by more than rounding.
fn moves_a_probe(transform: &Transform8BitExecutor, channels: Channels) -> bool {
    const STEPS: [u8; 9] = [0, 16, 48, 80, 112, 144, 176, 224, 255];
    const PROBES: u32 = 9 * 9 * 9;
    const ROUNDING: u8 = 1;
    let mut data = Vec::new();
    for a in STEPS {
        for b in STEPS {
            for c in STEPS {
                match channels {
                    Channels::Gray => data.push(a),
                    Channels::GrayAlpha => data.extend([a, b]),
                    Channels::Rgb => data.extend([a, b, c]),
                    Channels::Rgba | Channels::Cmyk => data.extend([a, b, c, 255]),
                }
            }
        }
    }
    let probe = Raster { size: Size::new(PROBES, 1), channels, data };
    let Some(moved) = apply(transform, &probe) else { return false };
    let plain = without_profile(probe);
    moved.data.iter().zip(&plain.data).any(|(a, b)| a.abs_diff(*b) > ROUNDING)
}

/// Row by row; `None` where the transform refuses.
fn apply(transform: &Transform8BitExecutor, raster: &Raster) -> Option<Raster> {
    let channels = destination(raster.channels);
    let width = raster.size.width as usize;
    let mut data = vec![0; raster.data.len() / raster.channels.count() * channels.count()];
    let rows = raster.data.chunks_exact(width * raster.channels.count());
    for (from, to) in rows.zip(data.chunks_exact_mut(width * channels.count())) {
        transform.transform(from, to).ok()?;
    }
    Some(Raster { size: raster.size, channels, data })
}

const fn destination(channels: Channels) -> Channels {
    match channels {
        Channels::Gray | Channels::Rgb | Channels::Cmyk => Channels::Rgb,
        Channels::GrayAlpha | Channels::Rgba => Channels::Rgba,
    }
}

fn without_profile(raster: Raster) -> Raster {
    let channels = destination(raster.channels);
    if channels == raster.channels {
        return raster;
    }
    let pixels = raster.data.len() / raster.channels.count();
    let mut data = Vec::with_capacity(pixels * channels.count());
    push_without_profile(raster.channels, &raster.data, &mut data);
    Raster { size: raster.size, channels, data }
}

/// Adds pixels of this layout as RGB or RGBA.
fn push_without_profile(channels: Channels, pixels: &[u8], out: &mut Vec<u8>) {
    match channels {
        Channels::Rgb | Channels::Rgba => out.extend_from_slice(pixels),
        Channels::Gray => out.extend(pixels.iter().flat_map(|l| [*l, *l, *l])),
        Channels::GrayAlpha => {
            out.extend(pixels.as_chunks().0.iter().flat_map(|[l, a]| [*l, *l, *l, *a]));
        }
        Channels::Cmyk => out.extend(
            pixels
                .as_chunks()
                .0
                .iter()
                .flat_map(|[c, m, y, k]| [c, m, y].map(|ink| less(*ink, *k))),
        ),
    }
}

/// What an ink and black leave of the light: `(1 - ink) * (1 - black)`.
fn less(ink: u8, black: u8) -> u8 {
    multiply(255 - ink, 255 - black)
}

/// The product of two fractions of 255, rounded.
pub(super) fn multiply(a: u8, b: u8) -> u8 {
    let product = u32::from(a) * u32::from(b) + 128;
    // Exact for the whole range: (x + x / 256) / 256 is x / 255, rounded.
    u8::try_from((product + (product >> 8)) >> 8).unwrap_or(u8::MAX)
}

/// What was multiplied by `alpha`, a fraction of 255; 0 where there is nothing.
#[cfg_attr(
    not(any(feature = "avif-decode", feature = "rare-sources")),
    expect(dead_code, reason = "only AVIF and TIFF store colors with alpha multiplied in")
)]
pub(super) fn divide(product: u8, alpha: u8) -> u8 {
    let alpha = u32::from(alpha);
    let value = (u32::from(product) * 255 + alpha / 2).checked_div(alpha).unwrap_or(0);
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// 16 bits to the nearest of 8.
pub(super) fn round_16(value: u16) -> u8 {
    u8::try_from((u32::from(value) * 255 + 32_767) / 65_535).unwrap_or(u8::MAX)
}

/// Whether no pixel lets anything through.
pub(super) fn is_opaque(raster: &Raster) -> bool {
    raster.channels != Channels::Rgba || raster.data.chunks_exact(4).all(|pixel| pixel[3] == 255)
}

/// The pixels without their alpha.
pub(super) fn drop_alpha(rgba: &[u8]) -> Vec<u8> {
    rgba.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
}

/// The pixels laid on white.
pub(super) fn flatten_on_white(rgba: &[u8]) -> Vec<u8> {
    rgba.chunks_exact(4)
        .flat_map(|pixel| {
            let white = 255 - pixel[3];
            [0, 1, 2].map(|channel| multiply(pixel[channel], pixel[3]).saturating_add(white))
        })
        .collect()
}
