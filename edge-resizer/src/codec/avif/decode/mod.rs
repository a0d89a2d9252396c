//! AVIF decoded by rav1d.

mod item;
mod sequence;
mod yuv;

use moxcms::ColorProfile;

use crate::pixels::{Channels, Raster};
use crate::source::SourceInfo;
use crate::source::heif::Meta;

use self::item::Nclx;
use super::super::{Decoded, Failure, color};

/// Whether this build reads AVIF.
pub(in super::super) const DECODES: bool = true;

/// 8, 10 and 12 bits, every subsampling, grids, alpha. Wide primaries are brought to sRGB; the
/// brightness of HDR (PQ, HLG) is taken as it is stored, without tone mapping.
pub(in super::super) fn decode(bytes: &[u8], info: &SourceInfo) -> Result<Decoded, Failure> {
    let meta = Meta::new(bytes).ok_or_else(|| Failure::broken("it has no picture"))?;
    let item = meta.primary;
    let nclx = item::nclx(&meta, item);
    let picture = item::picture(bytes, &meta, item, info.stored, nclx)?;
    let primaries = picture.primaries;
    let mut raster = picture.raster;
    if let Some(alpha) = meta.alpha_of(item) {
        let mask = item::picture(bytes, &meta, alpha, info.stored, None)?.raster;
        let premultiplied = meta.references_from(item, *b"prem").any(|id| id == alpha);
        raster = with_alpha(&raster, &mask, premultiplied);
    }
    let profile = item::icc(&meta, item).map_or_else(
        || nclx.map_or(Some(primaries), Nclx::known_primaries).and_then(wide_profile),
        color::icc,
    );
    let exif = item::exif(bytes, &meta);
    Ok(Decoded::still(color::to_srgb(raster, profile.as_ref()), exif, false))
}

/// The red of the mask, which is grey, as the alpha of the picture.
fn with_alpha(picture: &Raster, mask: &Raster, premultiplied: bool) -> Raster {
    let pixels = picture.data.chunks_exact(3).zip(mask.data.chunks_exact(3));
    let data = pixels
        .flat_map(|(color, mask)| {
            let alpha = mask[0];
            let straight = |channel: u8| {
                if premultiplied { color::divide(channel, alpha) } else { channel }
            };
            [straight(color[0]), straight(color[1]), straight(color[2]), alpha]
        })
        .collect();
    Raster { size: picture.size, channels: Channels::Rgba, data }
}

/// The profile for code points of colour primaries (ITU-T H.273, table 2) that are not sRGB's, with
/// sRGB's tone curve.
fn wide_profile(primaries: u16) -> Option<ColorProfile> {
    let primaries = match primaries {
        9 => moxcms::ColorPrimaries::BT_2020,
        12 => moxcms::ColorPrimaries::DISPLAY_P3,
        _ => return None,
    };
    let mut profile = ColorProfile::new_srgb();
    profile.update_rgb_colorimetry(moxcms::white_point_d65(), primaries);
    profile.cicp = None;
    Some(profile)
}
