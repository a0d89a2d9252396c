//! File names with a size in them: `shirt_400x400_crop_center@2x.progressive.png.jpg`.

use std::ops::Range;

use super::Issues;
use super::wish::{CROPS, Crop, Wish, side};
use crate::recipe::{AutoFallback, Decimal};

/// Extensions of pictures, in lower case.
const EXTENSIONS: [&str; 10] =
    ["avif", "bmp", "gif", "jpeg", "jpg", "png", "svg", "tif", "tiff", "webp"];

/// Extensions that may be appended to another.
const APPENDED: [(&str, AutoFallback); 4] = [
    ("avif", AutoFallback::JpegOrPng),
    ("jpg", AutoFallback::Jpeg),
    ("png", AutoFallback::JpegOrPng),
    ("webp", AutoFallback::JpegOrPng),
];

/// Names of sizes: boxes of so many pixels, or the original's own size.
const NAMED_SIZES: [(&str, Option<&str>); 10] = [
    ("pico", Some("16")),
    ("icon", Some("32")),
    ("thumb", Some("50")),
    ("small", Some("100")),
    ("compact", Some("160")),
    ("medium", Some("240")),
    ("large", Some("480")),
    ("grande", Some("600")),
    ("original", None),
    ("master", None),
];

/// A file name taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FileName {
    /// The name without everything that is below: that of the original, most likely.
    pub(super) stripped: String,
    width: Option<String>,
    height: Option<String>,
    crop: Option<Crop>,
    scale: Option<Decimal>,
    fallback: Option<AutoFallback>,
    is_exact: bool,
}

impl FileName {
    /// Takes the name apart; `None` where it has not the extension of a picture.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let (rest, extension) = split_extension(name)?;
        let (rest, extension, fallback) = match (split_extension(rest), appended(extension)) {
            (Some((rest, inner)), Some(fallback)) => (rest, inner, Some(fallback)),
            _ => (rest, extension, None),
        };
        let rest = rest.strip_suffix(".progressive").filter(|r| !r.is_empty()).unwrap_or(rest);
        let (base, size) = split_size(rest);
        let stripped = format!("{base}.{extension}");
        let is_exact = stripped == name;
        let Size { width, height, crop, scale } = size;
        Some(Self { stripped, width, height, crop, scale, fallback, is_exact })
    }

    /// Whether the name asks for anything.
    pub(super) fn has_suffix(&self) -> bool {
        !self.is_exact
    }

    /// What the name, which stands at `span` of the URL, asks for.
    pub(super) fn wish(&self, span: Range<usize>, issues: &mut Issues) -> Wish {
        let mut wish =
            Wish { crop: self.crop, scale: self.scale, fallback: self.fallback, ..Wish::default() };
        for (field, text) in [(&mut wish.width, &self.width), (&mut wish.height, &self.height)] {
            if let Some(text) = text {
                issues.report(span.clone(), "size", side(field, text));
            }
        }
        wish
    }
}

fn split_extension(name: &str) -> Option<(&str, &str)> {
    let (rest, extension) = name.rsplit_once('.')?;
    let known = EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(extension));
    (known && !rest.is_empty()).then_some((rest, extension))
}

fn appended(extension: &str) -> Option<AutoFallback> {
    APPENDED
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension))
        .map(|(_, fallback)| *fallback)
}

#[derive(Default)]
struct Size {
    width: Option<String>,
    height: Option<String>,
    crop: Option<Crop>,
    scale: Option<Decimal>,
}

/// Splits `base_400x300_crop_top@2x`. Without a size, `@2x` is part of the name: that is how
/// designers name files for dense screens, and nothing could be multiplied.
fn split_size(text: &str) -> (&str, Size) {
    let (rest, scale) = split_scale(text);
    let (rest, crop) = split_crop(rest);
    if let Some((base, (width, height))) =
        rest.rsplit_once('_').and_then(|(base, size)| Some((base, parse_size(size)?)))
        && !base.is_empty()
    {
        return (base, Size { width, height, crop, scale });
    }
    match (split_crop(text), scale) {
        ((base, Some(crop)), None) => (base, Size { crop: Some(crop), ..Size::default() }),
        _ => (text, Size::default()),
    }
}

fn split_scale(text: &str) -> (&str, Option<Decimal>) {
    for (suffix, scale) in [("@2x", 20_000), ("@3x", 30_000)] {
        if let Some(rest) = text.strip_suffix(suffix) {
            return (rest, Some(Decimal::from_ten_thousandths(scale)));
        }
    }
    (text, None)
}

fn split_crop(text: &str) -> (&str, Option<Crop>) {
    let split = text.rsplit_once("_crop_").and_then(|(rest, position)| {
        let (crop, _) = CROPS.iter().find(|(_, name)| *name == position)?;
        (!rest.is_empty() && *crop != Crop::Region).then_some((rest, *crop))
    });
    split.map_or((text, None), |(rest, crop)| (rest, Some(crop)))
}

type Sides = (Option<String>, Option<String>);

/// `400x300`, `400x`, `x300` or the name of a size.
fn parse_size(text: &str) -> Option<Sides> {
    if let Some((_, side)) = NAMED_SIZES.iter().find(|(name, _)| *name == text) {
        let side = side.map(str::to_owned);
        return Some((side.clone(), side));
    }
    let (width, height) = text.split_once('x')?;
    let is_open = |side: &str| side.is_empty();
    let fits = [width, height].into_iter().all(|side| is_open(side) || is_side(side));
    let given = |side: &str| (!is_open(side)).then(|| side.to_owned());
    (fits && text.len() > 1).then(|| (given(width), given(height)))
}

/// Up to four digits that are not all zero.
fn is_side(text: &str) -> bool {
    const DIGITS: usize = 4;
    text.len() <= DIGITS
        && text.bytes().all(|b| b.is_ascii_digit())
        && text.bytes().any(|b| b != b'0')
}
