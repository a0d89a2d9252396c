//! The canonical recipe: what is to be done to a picture, whatever language asked for it.

mod canonical;
mod nearest;
#[cfg(test)]
pub(crate) mod strategies;
mod table;
mod value_text;
mod values;

use std::num::NonZeroU32;

pub(crate) use self::nearest::nearest;
pub(crate) use self::table::Effect;
pub use self::table::{OptionRow, options};
pub(crate) use self::value_text::{Applied, Objection, Verdict, color, decimal, integer, named};
pub use self::values::{
    AutoFallback, Background, Border, Color, Decimal, DecimalError, Fit, Flip, Format,
    FormatRequest, Gravity, Length, Metadata, Negotiated, Quality, QualityLevel, QualityNumber,
    Rotation, Trim, TrimBorder, TrimRect, Width,
};

/// Everything that can be asked for; [`Recipe::default`] asks for nothing.
///
/// Its [`Display`](std::fmt::Display) text is canonical: a comma-separated list of `key=value` in
/// one fixed order with defaults left out, itself a valid options segment of the Cloudflare dialect.
/// It is the cache key, the key of a stored variant and the label in the logs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Recipe {
    /// Default: `None`, the source's width.
    pub width: Option<Width>,
    /// Pixels before `dpr`. Default: `None`, the source's height.
    pub height: Option<NonZeroU32>,
    /// Default: [`Fit::ScaleDown`].
    pub fit: Fit,
    /// With [`Fit::Pad`]: a picture smaller than the box is not enlarged, only padded; without
    /// effect on the other modes. Default: `false`.
    pub no_enlarge: bool,
    /// With [`Fit::Pad`]: percent of the box that stay free at each side, 0 to 45; where only one
    /// side is given, the box is a square then. Default: 0.
    pub margin: Decimal,
    /// Default: [`Gravity::Center`].
    pub gravity: Gravity,
    /// Multiplies width, height, pixel trims and border; 0.1 to 3. Default: 1.
    pub dpr: Decimal,
    /// Whether a resize mixes light, not the values that stand for it. Default: `false`.
    pub linear: bool,
    /// Default: `None`, the policy's quality for the format.
    pub quality: Option<Quality>,
    /// Quality for a client that says that its connection is slow. Default: `None`.
    pub slow_quality: Option<Quality>,
    /// Bytes that the answer may have. Default: `None`, the policy's.
    pub max_bytes: Option<NonZeroU32>,
    /// Default: `None`, the source's own format.
    pub format: Option<FormatRequest>,
    /// `compression=fast`: the cheapest encoder settings. Default: `false`.
    pub fast: bool,
    /// Whether an animation stays one. Default: `true`.
    pub anim: bool,
    /// Under transparency, and around a padded picture. Default: `None`: white where one is needed.
    pub background: Option<Background>,
    /// Radius, 0 to 250. Default: 0, none.
    pub blur: Decimal,
    /// Multiplier. Default: 1.
    pub brightness: Decimal,
    /// Multiplier. Default: 1.
    pub contrast: Decimal,
    /// Multiplier. Default: 1.
    pub gamma: Decimal,
    /// Multiplier; 0 is grey. Default: 1.
    pub saturation: Decimal,
    /// 0 to 10. Default: 0, none.
    pub sharpen: Decimal,
    /// Applied after `flip`, before the resize. Default: none.
    pub rotate: Rotation,
    /// Default: none.
    pub flip: Flip,
    /// Default: `None`.
    pub trim: Option<Trim>,
    /// Default: [`Metadata::Copyright`].
    pub metadata: Metadata,
    /// Default: `None`.
    pub border: Option<Border>,
    /// `onerror=redirect`: on failure, redirect to the original. Default: `false`.
    pub redirect_on_error: bool,
    /// Widths that `width=auto` picks from, ascending. Default: empty, that is 320, 768, 960, 1200.
    pub width_breakpoints: Vec<NonZeroU32>,
    /// Width that `width=auto` gives a phone without client hints. Default: `None`, that is 768.
    pub width_mobile: Option<NonZeroU32>,
    /// Width that `width=auto` gives other devices without client hints. Default: `None`, 1200.
    pub width_desktop: Option<NonZeroU32>,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            width: None,
            height: None,
            fit: Fit::default(),
            no_enlarge: false,
            margin: Decimal::ZERO,
            gravity: Gravity::default(),
            dpr: Decimal::ONE,
            linear: false,
            quality: None,
            slow_quality: None,
            max_bytes: None,
            format: None,
            fast: false,
            anim: true,
            background: None,
            blur: Decimal::ZERO,
            brightness: Decimal::ONE,
            contrast: Decimal::ONE,
            gamma: Decimal::ONE,
            saturation: Decimal::ONE,
            sharpen: Decimal::ZERO,
            rotate: Rotation::default(),
            flip: Flip::default(),
            trim: None,
            metadata: Metadata::default(),
            border: None,
            redirect_on_error: false,
            width_breakpoints: Vec::new(),
            width_mobile: None,
            width_desktop: None,
        }
    }
}
