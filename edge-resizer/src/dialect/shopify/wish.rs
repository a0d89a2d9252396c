//! What Shopify's parameters and suffixes ask for, and the recipe that it comes to.

use std::num::NonZeroU32;
use std::ops::{Range, RangeInclusive};

use super::Issues;
use crate::dialect::IssueKind;
use crate::recipe::{
    Applied, AutoFallback, Background, Color, Decimal, Fit, FormatRequest, Gravity, Length,
    Objection, Quality, QualityNumber, Recipe, Trim, TrimRect, Verdict, Width, color, decimal,
    integer, named,
};

/// Pixels along a side that may be asked for.
const SIDES: RangeInclusive<u32> = 1..=5_760;
const QUALITIES: RangeInclusive<u32> = 10..=90;
const SCALES: RangeInclusive<Decimal> = Decimal::ONE..=Decimal::from_ten_thousandths(30_000);

/// What a query or a suffix asks for.
#[derive(Clone, Default)]
pub(super) struct Wish {
    pub(super) width: Option<NonZeroU32>,
    pub(super) height: Option<NonZeroU32>,
    pub(super) crop: Option<Crop>,
    pub(super) region: TrimRect,
    pub(super) pad: Option<Color>,
    pub(super) quality: Option<QualityNumber>,
    pub(super) scale: Option<Decimal>,
    /// Whether transparency may be lost for JPEG.
    pub(super) fallback: Option<AutoFallback>,
    /// Where each parameter of the query stands.
    pub(super) spans: Vec<(&'static str, Range<usize>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crop {
    At(Gravity),
    Region,
}

pub(super) const CROPS: [(Crop, &str); 6] = [
    (Crop::At(Gravity::Center), "center"),
    (Crop::At(Gravity::Top), "top"),
    (Crop::At(Gravity::Bottom), "bottom"),
    (Crop::At(Gravity::Left), "left"),
    (Crop::At(Gravity::Right), "right"),
    (Crop::Region, "region"),
];

pub(super) type Parameter = (&'static str, fn(&mut Wish, &str) -> Verdict);

/// Every parameter of the query.
pub(super) const PARAMETERS: [Parameter; 11] = [
    ("width", |wish, text| side(&mut wish.width, text)),
    ("height", |wish, text| side(&mut wish.height, text)),
    ("crop", |wish, text| {
        wish.crop = Some(named(&CROPS, text)?);
        Ok(Applied::AsWritten)
    }),
    ("crop_left", |wish, text| pixels(&mut wish.region.left, text, 0)),
    ("crop_top", |wish, text| pixels(&mut wish.region.top, text, 0)),
    ("crop_width", |wish, text| pixels(&mut wish.region.width, text, 1)),
    ("crop_height", |wish, text| pixels(&mut wish.region.height, text, 1)),
    ("format", read_format),
    ("pad_color", read_pad_color),
    ("quality", |wish, text| {
        let (number, applied) = integer(text, QUALITIES)?;
        wish.quality = u8::try_from(number).ok().and_then(|n| QualityNumber::new(n).ok());
        Ok(applied)
    }),
    ("scale", |wish, text| {
        let (scale, applied) = decimal(text, SCALES)?;
        wish.scale = Some(scale);
        Ok(applied)
    }),
];

/// 0 would be no picture: it is not brought into the range but refused.
pub(super) fn side(field: &mut Option<NonZeroU32>, text: &str) -> Verdict {
    let (number, applied) = match text.parse() {
        Ok(0_u32) => return Err(out_of_range()),
        _ => integer(text, SIDES)?,
    };
    *field = NonZeroU32::new(number);
    Ok(applied)
}

fn out_of_range() -> Objection {
    let (low, high) = (SIDES.start(), SIDES.end());
    Objection::Malformed {
        expected: format!("expected a whole number from {low} to {high}"),
        hint: None,
    }
}

fn pixels(field: &mut Option<Length>, text: &str, least: u32) -> Verdict {
    let (number, applied) = integer(text, least..=u32::MAX)?;
    *field = Some(Length::Pixels(number));
    Ok(applied)
}

/// A format chooses features only; what is sent is negotiated whatever it says.
fn read_format(wish: &mut Wish, text: &str) -> Verdict {
    const FORMATS: [(AutoFallback, &str); 2] =
        [(AutoFallback::Jpeg, "jpg"), (AutoFallback::Jpeg, "pjpg")];
    if matches!(text, "webp" | "avif" | "png") {
        return Err(Objection::NoEffect("the format is negotiated with the client".to_owned()));
    }
    wish.fallback = Some(named(&FORMATS, text)?);
    Ok(Applied::AsWritten)
}

fn read_pad_color(wish: &mut Wish, text: &str) -> Verdict {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let is_hex = matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_hex {
        let expected = "expected 3 or 6 hexadecimal digits".to_owned();
        return Err(Objection::Malformed { expected, hint: None });
    }
    wish.pad = Some(color(digits)?);
    Ok(Applied::AsWritten)
}

impl Wish {
    /// This wish, and what it leaves open from another.
    pub(super) fn or(self, other: &Self) -> Self {
        Self {
            width: self.width.or(other.width),
            height: self.height.or(other.height),
            crop: self.crop.or(other.crop),
            pad: self.pad.or(other.pad),
            quality: self.quality.or(other.quality),
            scale: self.scale.or(other.scale),
            fallback: self.fallback.or(other.fallback),
            ..self
        }
    }

    pub(super) fn span(&self, name: &str) -> Option<Range<usize>> {
        self.spans.iter().find(|(known, _)| *known == name).map(|(_, span)| span.clone())
    }

    fn has_both_sides(&self) -> bool {
        self.width.is_some() && self.height.is_some()
    }

    fn has_a_side(&self) -> bool {
        self.width.is_some() || self.height.is_some()
    }

    fn gravity(&self) -> Option<Gravity> {
        match self.crop {
            Some(Crop::At(gravity)) if self.has_both_sides() => Some(gravity),
            _ => None,
        }
    }

    fn pad(&self) -> Option<Color> {
        self.pad.filter(|_| self.has_both_sides() && self.gravity().is_none())
    }

    fn trim(&self) -> Option<Trim> {
        let cuts = self.crop == Some(Crop::Region) && self.region != TrimRect::default();
        cuts.then_some(Trim::Rect(self.region))
    }

    /// The recipe: never enlarges, always negotiates the format.
    pub(super) fn recipe(&self) -> Recipe {
        let trim = self.trim();
        let scale = self.scale.filter(|_| self.has_a_side()).unwrap_or(Decimal::ONE);
        // `dpr` would multiply the region too, which is in pixels of the source.
        let (folded, dpr) =
            if trim.is_some() { (scale, Decimal::ONE) } else { (Decimal::ONE, scale) };
        let fit = match (self.gravity(), self.pad()) {
            (Some(_), _) => Fit::Crop,
            (None, Some(_)) => Fit::Pad,
            (None, None) => Fit::ScaleDown,
        };
        Recipe {
            width: self.width.map(|width| Width::Pixels(folded.of_side(width))),
            height: self.height.map(|height| folded.of_side(height)),
            fit,
            no_enlarge: fit == Fit::Pad,
            gravity: self.gravity().unwrap_or_default(),
            dpr,
            quality: self.quality.map(Quality::Number),
            format: Some(FormatRequest::Auto { fallback: self.fallback.unwrap_or_default() }),
            background: self.pad().map(Background::Color),
            trim,
            ..Recipe::default()
        }
    }

    /// Says which parameters of the query have no effect together with the others.
    pub(super) fn note_no_effects(&self, issues: &mut Issues) {
        let crops_to_a_side = matches!(self.crop, Some(Crop::At(_)));
        let crops_to_a_region = self.crop == Some(Crop::Region);
        let [left, top, width, height] =
            [self.region.left, self.region.top, self.region.width, self.region.height]
                .map(|length| length.is_some() && !crops_to_a_region);
        let both = "needs both width and height";
        let sides = "needs one of crop_left, crop_top, crop_width, crop_height";
        let only_region = "only `crop=region` heeds it";
        for (name, is_idle, message) in [
            ("crop", crops_to_a_side && !self.has_both_sides(), both),
            ("crop", crops_to_a_region && self.trim().is_none(), sides),
            ("crop_left", left, only_region),
            ("crop_top", top, only_region),
            ("crop_width", width, only_region),
            ("crop_height", height, only_region),
            ("pad_color", self.pad.is_some() && !self.has_both_sides(), both),
            (
                "pad_color",
                self.pad.is_some() && self.gravity().is_some(),
                "a crop leaves nothing to pad",
            ),
            ("scale", self.scale.is_some() && !self.has_a_side(), "needs width or height"),
        ] {
            if let Some(span) = self.span(name).filter(|_| is_idle) {
                issues.push(span, IssueKind::NoEffect, message.to_owned(), None);
            }
        }
    }
}
