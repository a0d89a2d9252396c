//! The value types of a recipe: every value that exists is legal, comparable and hashable.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A non-negative decimal with at most four places (`0` to `429496.7295`), kept as an integer of
/// ten-thousandths so that recipes compare, hash and print exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(u32);

impl Decimal {
    /// The number one, the neutral value of every multiplier.
    pub const ONE: Self = Self(Self::SCALE);
    /// The number zero.
    pub const ZERO: Self = Self(0);

    const SCALE: u32 = 10_000;

    /// The decimal that is `ten_thousandths / 10000`.
    pub const fn from_ten_thousandths(ten_thousandths: u32) -> Self {
        Self(ten_thousandths)
    }

    /// The value in ten-thousandths.
    pub const fn ten_thousandths(self) -> u32 {
        self.0
    }

    /// The value as a float, for pixel arithmetic.
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / f64::from(Self::SCALE)
    }

    /// So many times `pixels`, rounded to whole ones; at least 1 where there was at least 1.
    pub(crate) fn of(self, pixels: u32) -> u32 {
        let scale = u64::from(Self::SCALE);
        let product = (u64::from(pixels) * u64::from(self.0) + scale / 2) / scale;
        u32::try_from(product).unwrap_or(u32::MAX).max(pixels.min(1))
    }

    /// [`Decimal::of`] a side.
    pub(crate) fn of_side(self, side: NonZeroU32) -> NonZeroU32 {
        NonZeroU32::new(self.of(side.get())).unwrap_or(side)
    }
}

/// Why a text is not a [`Decimal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a non-negative number such as `2` or `0.5`")]
pub struct DecimalError;

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads `2`, `0.5`, `.5` or `2.`; places beyond the fourth are cut off.
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || (whole.is_empty() && fraction.is_empty())
        {
            return Err(DecimalError);
        }
        let digit =
            |place: usize| fraction.as_bytes().get(place).map_or(0, |b| u32::from(b - b'0'));
        let ten_thousandths = (0..4).fold(0, |sum, place| sum * 10 + digit(place));
        let whole: u32 =
            if whole.is_empty() { 0 } else { whole.parse().map_err(|_| DecimalError)? };
        whole
            .checked_mul(Self::SCALE)
            .and_then(|scaled| scaled.checked_add(ten_thousandths))
            .map(Self)
            .ok_or(DecimalError)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / Self::SCALE, self.0 % Self::SCALE);
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        write!(f, "{whole}.{}", format!("{fraction:04}").trim_end_matches('0'))
    }
}

/// A width that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Width {
    /// `width=auto`: picked from the breakpoints by client hints.
    Auto,
    /// A width in pixels, before `dpr`.
    Pixels(NonZeroU32),
}

/// How the picture is brought to the size that was asked for (the eight modes of Cloudflare).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fit {
    /// Inside the box, never enlarged.
    #[default]
    ScaleDown,
    /// Inside the box, enlarged where it is smaller.
    Contain,
    /// Fills the box exactly, cropped, enlarged where it is smaller.
    Cover,
    /// Fills the box, cropped, never enlarged.
    Crop,
    /// Cropped to the ratio of the box, never enlarged.
    AspectCrop,
    /// Inside the box, the rest filled with the background.
    Pad,
    /// Each axis on its own; distorts.
    Squeeze,
    /// Inside the box, never shrunk.
    ScaleUp,
}

impl Fit {
    /// Every mode with its name in a URL.
    pub const NAMES: [(Self, &'static str); 8] = [
        (Self::ScaleDown, "scale-down"),
        (Self::Contain, "contain"),
        (Self::Cover, "cover"),
        (Self::Crop, "crop"),
        (Self::AspectCrop, "aspect-crop"),
        (Self::Pad, "pad"),
        (Self::Squeeze, "squeeze"),
        (Self::ScaleUp, "scale-up"),
    ];
}

/// What part of the picture survives a crop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Gravity {
    /// The middle.
    #[default]
    Center,
    /// The left edge.
    Left,
    /// The right edge.
    Right,
    /// The top edge.
    Top,
    /// The bottom edge.
    Bottom,
    /// The part that draws the eye, found by saliency.
    Auto,
    /// A focal point, each coordinate from 0 (left, top) to 1 (right, bottom): the point of the
    /// picture at these fractions is laid on the point of the crop box at the same fractions.
    Point {
        /// From 0 (left) to 1 (right).
        x: Decimal,
        /// From 0 (top) to 1 (bottom).
        y: Decimal,
    },
}

impl Gravity {
    /// Every named gravity with its name in a URL; a focal point is written `0.5x0.2`.
    pub const NAMES: [(Self, &'static str); 6] = [
        (Self::Center, "center"),
        (Self::Left, "left"),
        (Self::Right, "right"),
        (Self::Top, "top"),
        (Self::Bottom, "bottom"),
        (Self::Auto, "auto"),
    ];
}

/// Encoder quality from 1 (smallest) to 100 (best).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "u8", into = "u8")]
pub struct QualityNumber(u8);

impl QualityNumber {
    /// The quality `number`.
    ///
    /// # Errors
    /// The number itself where it is not from 1 to 100.
    pub const fn new(number: u8) -> Result<Self, u8> {
        if number >= 1 && number <= 100 { Ok(Self(number)) } else { Err(number) }
    }

    /// The number, 1 to 100.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for QualityNumber {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        Self::new(number).map_err(|bad| format!("quality {bad} is not from 1 to 100"))
    }
}

impl From<QualityNumber> for u8 {
    fn from(quality: QualityNumber) -> Self {
        quality.0
    }
}

/// A quality that was asked for: a number of the encoder's scale, or a perceptual level that means
/// the same to the eye in every format: the score that half of the photos reach with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quality {
    /// 1 to 100 on the encoder's scale.
    Number(QualityNumber),
    /// A perceptual level.
    Level(QualityLevel),
    /// The level [`QualityLevel::MediumHigh`], held for the photo itself.
    Auto,
}

/// Perceptual quality levels, by the score (SSIMULACRA2) that half of the photos reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QualityLevel {
    /// Hardly to be told from the source: 85.
    High,
    /// Good on a large screen: 75.
    MediumHigh,
    /// Good on a phone: 65.
    MediumLow,
    /// For slow connections: 50.
    Low,
}

impl QualityLevel {
    /// Every level with its name in a URL.
    pub const NAMES: [(Self, &'static str); 4] = [
        (Self::High, "high"),
        (Self::MediumHigh, "medium-high"),
        (Self::MediumLow, "medium-low"),
        (Self::Low, "low"),
    ];
}

/// A file format that a response can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// AV1 in HEIF.
    Avif,
    /// WebP, lossy or lossless.
    Webp,
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG.
    Png,
    /// GIF, still or animated.
    Gif,
}

impl Format {
    /// Every format that can be written.
    pub const ALL: [Self; 5] = [Self::Avif, Self::Webp, Self::Jpeg, Self::Png, Self::Gif];

    /// The media type, as IANA lists it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Avif => "image/avif",
            Self::Webp => "image/webp",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
        }
    }

    /// The usual file-name extension, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Avif => "avif",
            Self::Webp => "webp",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Gif => "gif",
        }
    }
}

/// The format that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormatRequest {
    /// The best that the client accepts.
    Auto {
        /// What to fall back on when neither AVIF nor WebP is accepted.
        fallback: AutoFallback,
    },
    /// What [`FormatRequest::Auto`] became for a class of clients; the cache key holds it.
    Negotiated(Negotiated),
    /// This format, whatever the client accepts.
    Exactly(Format),
    /// JPEG without progressive scans.
    BaselineJpeg,
    /// A description of the picture instead of the picture.
    Json,
}

/// What `format=auto` gives a client that accepts neither AVIF nor WebP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AutoFallback {
    /// JPEG, or PNG where transparency must survive.
    #[default]
    JpegOrPng,
    /// JPEG always (Shopify's `format=jpg`): transparency is laid on the background.
    Jpeg,
}

/// The modern formats that a class of clients accepts, most wanted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Negotiated {
    /// AVIF may be sent.
    pub avif: bool,
    /// WebP may be sent.
    pub webp: bool,
    /// What to send otherwise.
    pub fallback: AutoFallback,
}

/// An opaque or translucent colour, straight alpha, sRGB. In a configuration file it is a CSS color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Color {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
    /// 0 (transparent) to 255 (opaque).
    pub alpha: u8,
}

impl Color {
    /// Opaque white, the background where none is asked for.
    pub const WHITE: Self = Self { red: 255, green: 255, blue: 255, alpha: 255 };
}

impl fmt::Display for Color {
    /// `rrggbb`, or `rrggbbaa` where it is not opaque.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}{:02x}{:02x}", self.red, self.green, self.blue)?;
        if self.alpha == 255 { Ok(()) } else { write!(f, "{:02x}", self.alpha) }
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        format!("#{color}")
    }
}

impl TryFrom<String> for Color {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        super::color(&text).map_err(|_| format!("{text:?} is not a CSS color, such as \"#f5f1ea\""))
    }
}

/// What is under transparency and around a padded picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Background {
    /// This color.
    Color(Color),
    /// The photo's own, found along its edge; one that is nearly white, or nearly the brand's, is
    /// made exactly that, in the photo as well.
    Auto,
}

impl Background {
    /// The color, where it is known without the pixels.
    pub const fn color(self) -> Option<Color> {
        match self {
            Self::Color(color) => Some(color),
            Self::Auto => None,
        }
    }
}

/// A turn clockwise by quarters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rotation {
    /// No turn.
    #[default]
    None,
    /// 90 degrees clockwise.
    Quarter,
    /// 180 degrees.
    Half,
    /// 270 degrees clockwise.
    ThreeQuarters,
}

impl Rotation {
    /// Every turn with its degrees.
    pub const DEGREES: [(Self, u32); 4] =
        [(Self::None, 0), (Self::Quarter, 90), (Self::Half, 180), (Self::ThreeQuarters, 270)];

    /// Whether width and height change places.
    pub const fn swaps_axes(self) -> bool {
        matches!(self, Self::Quarter | Self::ThreeQuarters)
    }
}

/// A mirror image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flip {
    /// Left and right change places.
    pub horizontal: bool,
    /// Top and bottom change places.
    pub vertical: bool,
}

/// A length on the source: pixels or a fraction of its side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Length {
    /// Pixels.
    Pixels(u32),
    /// A fraction of the side, above 0 and below 1.
    Fraction(Decimal),
}

/// What is cut off before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trim {
    /// A rectangle, given by its sides or by corner and size.
    Rect(TrimRect),
    /// The uniform border, found by its colour.
    Border(TrimBorder),
}

/// Lengths to cut off at each side, or the size to keep; what is `None` is not cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TrimRect {
    /// Cut off at the top.
    pub top: Option<Length>,
    /// Cut off at the right; `width` outranks it.
    pub right: Option<Length>,
    /// Cut off at the bottom; `height` outranks it.
    pub bottom: Option<Length>,
    /// Cut off at the left.
    pub left: Option<Length>,
    /// Width to keep, from `left`.
    pub width: Option<Length>,
    /// Height to keep, from `top`.
    pub height: Option<Length>,
}

/// How a uniform border is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TrimBorder {
    /// Its colour. Default: the colour of the top-left pixel.
    pub color: Option<Color>,
    /// How far a channel may be from the colour, 0 (exactly) to 255. Default: `None`, that is 10.
    pub tolerance: Option<u8>,
    /// Pixels of the border to keep. Default: 0.
    pub keep: u32,
}

/// A frame drawn around the finished picture, scaled by `dpr`; it enlarges the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Border {
    /// Its colour.
    pub color: Color,
    /// Width at the top, in pixels before `dpr`.
    pub top: u32,
    /// Width at the right.
    pub right: u32,
    /// Width at the bottom.
    pub bottom: u32,
    /// Width at the left.
    pub left: u32,
}

/// What is kept of EXIF and its like. Orientation and colour profile are always baked in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Metadata {
    /// The copyright notice only.
    #[default]
    Copyright,
    /// All but the location.
    Keep,
    /// Nothing.
    None,
}

impl Metadata {
    /// Every choice with its name in a URL.
    pub const NAMES: [(Self, &'static str); 3] =
        [(Self::Copyright, "copyright"), (Self::Keep, "keep"), (Self::None, "none")];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_read_and_print() {
        for (text, want) in [
            ("0", "0"),
            ("2", "2"),
            ("0.5", "0.5"),
            (".5", "0.5"),
            ("2.", "2"),
            ("0.33333", "0.3333"),
            ("1.2500", "1.25"),
            ("429496.7295", "429496.7295"),
        ] {
            assert_eq!(
                text.parse::<Decimal>().map(|d| d.to_string()),
                Ok(want.to_owned()),
                "{text}"
            );
        }
        for text in ["", ".", "-1", "1e3", "abc", "1.2.3", "+1", "429497", "99999999999"] {
            assert_eq!(text.parse::<Decimal>(), Err(DecimalError), "{text}");
        }
    }
}
