//! Every option, once: the parser dispatches from this table, the canonical text is printed from
//! it, and the documentation is generated from it.

use std::num::NonZeroU32;
use std::ops::RangeInclusive;

use super::Recipe;
use super::value_text::{
    Applied, Objection, Verdict, color, decimal, expected, gravity, gravity_text, integer, length,
    length_text, name_of, named, quality, quality_text, rotation,
};
use super::values::{
    AutoFallback, Background, Border, Color, Decimal, Fit, Flip, Format, FormatRequest, Length,
    Metadata, Negotiated, Quality, Rotation, Trim, TrimBorder, TrimRect, Width,
};

/// An option of a URL, described for people.
#[derive(Debug)]
pub struct OptionRow {
    /// Its name in full.
    pub name: &'static str,
    /// Its other name; the full name outranks it.
    pub alias: Option<&'static str>,
    /// The values that it takes.
    pub values: &'static str,
    /// What holds without it.
    pub default: &'static str,
    /// What it does, in one line; for an option that is not supported, what happens instead.
    pub summary: &'static str,
    pub(crate) effect: Effect,
}

impl OptionRow {
    /// Whether the option does anything here. One that does not is ignored and reported.
    pub const fn is_supported(&self) -> bool {
        !matches!(self.effect, Effect::Unsupported)
    }

    /// Whether the option is called so.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.alias == Some(name)
    }
}

/// What an option works on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Effect {
    /// A field of the recipe.
    Field {
        /// Reads a value into the field.
        read: fn(&mut Recipe, &str) -> Verdict,
        /// The value of the field; `None` where it is the default.
        write: fn(&Recipe) -> Option<String>,
    },
    /// It stands for other options, which the dialect looks up in the policy.
    Preset,
    /// Nothing.
    Unsupported,
}

/// Every option in the order of the canonical text.
pub fn options() -> &'static [OptionRow] {
    OPTIONS
}

/// Cloudflare's documentation ends at 2; its clients, and screens, go to 3.
const DPR: RangeInclusive<Decimal> =
    Decimal::from_ten_thousandths(1_000)..=Decimal::from_ten_thousandths(30_000);
const MARGIN: RangeInclusive<Decimal> = Decimal::ZERO..=Decimal::from_ten_thousandths(450_000);
const BLUR: RangeInclusive<Decimal> = Decimal::ZERO..=Decimal::from_ten_thousandths(2_500_000);
const SHARPEN: RangeInclusive<Decimal> = Decimal::ZERO..=Decimal::from_ten_thousandths(100_000);
const MULTIPLIER: RangeInclusive<Decimal> =
    Decimal::ZERO..=Decimal::from_ten_thousandths(2_550_000);
const BLACK: Color = Color { red: 0, green: 0, blue: 0, alpha: 255 };

const FLIPS: [(Flip, &str); 3] = [
    (Flip { horizontal: true, vertical: false }, "h"),
    (Flip { horizontal: false, vertical: true }, "v"),
    (Flip { horizontal: true, vertical: true }, "hv"),
];

const SWITCH: [(bool, &str); 2] = [(true, "true"), (false, "false")];

/// What `format=auto` becomes: the formats that may be sent, `none` where there is none, and
/// `jpeg` where the fallback is never PNG.
const fn negotiated(avif: bool, webp: bool, fallback: AutoFallback) -> FormatRequest {
    FormatRequest::Negotiated(Negotiated { avif, webp, fallback })
}

/// The first name of a format is canonical.
const FORMATS: [(FormatRequest, &str); 19] = [
    (FormatRequest::Auto { fallback: AutoFallback::JpegOrPng }, "auto"),
    (FormatRequest::Exactly(Format::Avif), "avif"),
    (FormatRequest::Exactly(Format::Webp), "webp"),
    (FormatRequest::Exactly(Format::Jpeg), "jpeg"),
    (FormatRequest::Exactly(Format::Jpeg), "jpg"),
    (FormatRequest::BaselineJpeg, "baseline-jpeg"),
    (FormatRequest::Exactly(Format::Png), "png"),
    (FormatRequest::Exactly(Format::Png), "png-force"),
    (FormatRequest::Exactly(Format::Gif), "gif"),
    (FormatRequest::Json, "json"),
    (FormatRequest::Auto { fallback: AutoFallback::Jpeg }, "auto-jpeg"),
    (negotiated(true, true, AutoFallback::JpegOrPng), "auto-avif-webp"),
    (negotiated(true, false, AutoFallback::JpegOrPng), "auto-avif"),
    (negotiated(false, true, AutoFallback::JpegOrPng), "auto-webp"),
    (negotiated(false, false, AutoFallback::JpegOrPng), "auto-none"),
    (negotiated(true, true, AutoFallback::Jpeg), "auto-avif-webp-jpeg"),
    (negotiated(true, false, AutoFallback::Jpeg), "auto-avif-jpeg"),
    (negotiated(false, true, AutoFallback::Jpeg), "auto-webp-jpeg"),
    (negotiated(false, false, AutoFallback::Jpeg), "auto-none-jpeg"),
];

const fn field(
    read: fn(&mut Recipe, &str) -> Verdict,
    write: fn(&Recipe) -> Option<String>,
) -> Effect {
    Effect::Field { read, write }
}

const OPTIONS: &[OptionRow] = &[
    OptionRow {
        name: "width",
        alias: Some("w"),
        values: "pixels, or `auto`",
        default: "the source's",
        summary: "Width. `auto` takes one of `wbreakpoints` by the client's hints, or else `wmobile` or `wdesktop`.",
        effect: field(read_width, |r| {
            r.width.map(|width| match width {
                Width::Auto => "auto".to_owned(),
                Width::Pixels(pixels) => pixels.to_string(),
            })
        }),
    },
    OptionRow {
        name: "wbreakpoints",
        alias: None,
        values: "pixels, separated by `;`",
        default: "`320;768;960;1200`",
        summary: "Widths that `width=auto` takes from.",
        effect: field(read_breakpoints, |r| {
            let widths: Vec<_> = r.width_breakpoints.iter().map(ToString::to_string).collect();
            (!widths.is_empty()).then(|| widths.join(";"))
        }),
    },
    OptionRow {
        name: "wmobile",
        alias: None,
        values: "pixels",
        default: "`768`",
        summary: "Width that `width=auto` gives a phone that sends no hints.",
        effect: field(
            |r, text| set_side(&mut r.width_mobile, text),
            |r| r.width_mobile.map(|pixels| pixels.to_string()),
        ),
    },
    OptionRow {
        name: "wdesktop",
        alias: None,
        values: "pixels",
        default: "`1200`",
        summary: "Width that `width=auto` gives other devices that send no hints.",
        effect: field(
            |r, text| set_side(&mut r.width_desktop, text),
            |r| r.width_desktop.map(|pixels| pixels.to_string()),
        ),
    },
    OptionRow {
        name: "height",
        alias: Some("h"),
        values: "pixels",
        default: "the source's",
        summary: "Height.",
        effect: field(
            |r, text| set_side(&mut r.height, text),
            |r| r.height.map(|pixels| pixels.to_string()),
        ),
    },
    OptionRow {
        name: "fit",
        alias: None,
        values: "`scale-down` `contain` `cover` `crop` `aspect-crop` `pad` `squeeze` `scale-up`",
        default: "`scale-down`",
        summary: "How the picture is brought to width and height.",
        effect: field(
            |r, text| set_named(&mut r.fit, &Fit::NAMES, text),
            |r| unless_default(&r.fit, |fit| name_of(&Fit::NAMES, fit)),
        ),
    },
    OptionRow {
        name: "enlarge",
        alias: None,
        values: "`true` `false`",
        default: "`true`",
        summary: "`false` with `fit=pad`: a picture smaller than the box is padded, not enlarged. An extension.",
        effect: field(
            |r, text| set_exact(&mut r.no_enlarge, named(&SWITCH, text).map(|enlarge| !enlarge)),
            |r| r.no_enlarge.then(|| "false".to_owned()),
        ),
    },
    OptionRow {
        name: "margin",
        alias: None,
        values: "0 to 45",
        default: "`0`",
        summary: "With `fit=pad`: percent of the box that stay free at each side; with one of width and height the box is a square. An extension.",
        effect: field(
            |r, text| set(&mut r.margin, decimal(text, MARGIN)),
            |r| (r.margin != Decimal::ZERO).then(|| r.margin.to_string()),
        ),
    },
    OptionRow {
        name: "gravity",
        alias: Some("g"),
        values: "`center` `left` `right` `top` `bottom` `auto`, or `XxY` from `0x0` to `1x1`",
        default: "`center`",
        summary: "What part of the picture a crop keeps. `auto` looks for what draws the eye; `face` is not supported.",
        effect: field(
            |r, text| set(&mut r.gravity, gravity(text)),
            |r| unless_default(&r.gravity, |gravity| gravity_text(*gravity)),
        ),
    },
    OptionRow {
        name: "zoom",
        alias: Some("face-zoom"),
        values: "0 to 1",
        default: "`0`",
        summary: "Ignored: faces are not looked for.",
        effect: Effect::Unsupported,
    },
    OptionRow {
        name: "dpr",
        alias: None,
        values: "0.1 to 3",
        default: "`1`",
        summary: "Multiplies width, height, trims in pixels and border.",
        effect: field(read_dpr, |r| (r.dpr != Decimal::ONE).then(|| r.dpr.to_string())),
    },
    OptionRow {
        name: "linear",
        alias: None,
        values: "`true` `false`",
        default: "`false`",
        summary: "`true`: resized in linear light, which keeps fine bright patterns as bright as they are. Takes longer. An extension.",
        effect: field(
            |r, text| set_named(&mut r.linear, &SWITCH, text),
            |r| r.linear.then(|| "true".to_owned()),
        ),
    },
    OptionRow {
        name: "quality",
        alias: Some("q"),
        values: "1 to 100, `high` `medium-high` `medium-low` `low` `auto`",
        default: "the policy's for the format",
        summary: "A number on the encoder's scale, or what it should look like; `auto` is `medium-high` held for each photo, an extension.",
        effect: field(
            |r, text| set_quality(&mut r.quality, text),
            |r| r.quality.and_then(quality_text),
        ),
    },
    OptionRow {
        name: "slow-connection-quality",
        alias: Some("scq"),
        values: "as `quality`",
        default: "none",
        summary: "Quality for a client that says that its connection is slow, or that data is to be saved.",
        effect: field(
            |r, text| set_quality(&mut r.slow_quality, text),
            |r| r.slow_quality.and_then(quality_text),
        ),
    },
    OptionRow {
        name: "max-bytes",
        alias: None,
        values: "bytes",
        default: "the policy's",
        summary: "Most bytes of the answer: one that has more is encoded again at lower qualities. An extension.",
        effect: field(
            |r, text| {
                let bytes = integer(text, 0..=u32::MAX)
                    .ok()
                    .and_then(|(bytes, applied)| Some((NonZeroU32::new(bytes)?, applied)))
                    .ok_or_else(|| expected("a whole number of bytes, 1 or more"))?;
                set(&mut r.max_bytes, Ok((Some(bytes.0), bytes.1)))
            },
            |r| r.max_bytes.map(|bytes| bytes.to_string()),
        ),
    },
    OptionRow {
        name: "format",
        alias: Some("f"),
        values: "`auto` `avif` `webp` `jpeg` `baseline-jpeg` `png` `gif` `json` `auto-jpeg`",
        default: "the source's",
        summary: "`auto`: AVIF or WebP where the client accepts it, or else JPEG (PNG where transparency must survive; never with `auto-jpeg`). `json`: a description.",
        effect: field(read_format, |r| r.format.and_then(|format| name_of(&FORMATS, &format))),
    },
    OptionRow {
        name: "compression",
        alias: None,
        values: "`fast`",
        default: "none",
        summary: "The cheapest settings of decoder and encoder: a little less sharp, a few more bytes.",
        effect: field(
            |r, text| set_named(&mut r.fast, &[(true, "fast")], text),
            |r| r.fast.then(|| "fast".to_owned()),
        ),
    },
    OptionRow {
        name: "anim",
        alias: None,
        values: "`true` `false`",
        default: "`true`",
        summary: "`false`: the first frame of an animation.",
        effect: field(
            |r, text| set_named(&mut r.anim, &SWITCH, text),
            |r| (!r.anim).then(|| "false".to_owned()),
        ),
    },
    OptionRow {
        name: "background",
        alias: None,
        values: "CSS color, `#` written as `%23` or left out, or `auto`",
        default: "white where one is needed",
        summary: "Under transparency, and around a padded picture. `auto` is the photo's own: what is nearly white becomes white, in the photo too. An extension.",
        effect: field(read_background, |r| {
            Some(match r.background? {
                Background::Color(color) => color.to_string(),
                Background::Auto => "auto".to_owned(),
            })
        }),
    },
    OptionRow {
        name: "blur",
        alias: None,
        values: "0 to 250",
        default: "`0`",
        summary: "Radius of a blur.",
        effect: field(
            |r, text| set(&mut r.blur, decimal(text, BLUR)),
            |r| (r.blur != Decimal::ZERO).then(|| r.blur.to_string()),
        ),
    },
    OptionRow {
        name: "brightness",
        alias: None,
        values: "above 0 to 255",
        default: "`1`",
        summary: "Multiplier; 0 is ignored.",
        effect: field(
            |r, text| set_multiplier(&mut r.brightness, text),
            |r| (r.brightness != Decimal::ONE).then(|| r.brightness.to_string()),
        ),
    },
    OptionRow {
        name: "contrast",
        alias: None,
        values: "above 0 to 255",
        default: "`1`",
        summary: "Multiplier; 0 is ignored.",
        effect: field(
            |r, text| set_multiplier(&mut r.contrast, text),
            |r| (r.contrast != Decimal::ONE).then(|| r.contrast.to_string()),
        ),
    },
    OptionRow {
        name: "gamma",
        alias: None,
        values: "above 0 to 255",
        default: "`1`",
        summary: "Multiplier of exposure; 0 is ignored.",
        effect: field(
            |r, text| set_multiplier(&mut r.gamma, text),
            |r| (r.gamma != Decimal::ONE).then(|| r.gamma.to_string()),
        ),
    },
    OptionRow {
        name: "saturation",
        alias: None,
        values: "0 to 255",
        default: "`1`",
        summary: "Multiplier; 0 is grey.",
        effect: field(
            |r, text| set(&mut r.saturation, decimal(text, MULTIPLIER)),
            |r| (r.saturation != Decimal::ONE).then(|| r.saturation.to_string()),
        ),
    },
    OptionRow {
        name: "sharpen",
        alias: None,
        values: "0 to 10",
        default: "`0`",
        summary: "Strength of sharpening.",
        effect: field(
            |r, text| set(&mut r.sharpen, decimal(text, SHARPEN)),
            |r| (r.sharpen != Decimal::ZERO).then(|| r.sharpen.to_string()),
        ),
    },
    OptionRow {
        name: "rotate",
        alias: None,
        values: "`0` `90` `180` `270` `360`",
        default: "`0`",
        summary: "Degrees clockwise, after `flip`, before the resize.",
        effect: field(
            |r, text| set_exact(&mut r.rotate, rotation(text)),
            |r| {
                let (_, degrees) = Rotation::DEGREES.iter().find(|(turn, _)| *turn == r.rotate)?;
                (*degrees != 0).then(|| degrees.to_string())
            },
        ),
    },
    OptionRow {
        name: "flip",
        alias: None,
        values: "`h` `v` `hv`",
        default: "none",
        summary: "Mirrors left and right, top and bottom, or both.",
        effect: field(|r, text| set_named(&mut r.flip, &FLIPS, text), |r| name_of(&FLIPS, &r.flip)),
    },
    OptionRow {
        name: "trim",
        alias: None,
        values: "`border`, or `TOP;RIGHT;BOTTOM;LEFT` in pixels or fractions of the side",
        default: "none",
        summary: "What is cut off before anything else.",
        effect: field(read_trim, |r| match r.trim {
            Some(Trim::Border(_)) => Some("border".to_owned()),
            _ => None,
        }),
    },
    trim_row(
        "trim.top",
        "Cut off at the top.",
        |r, text| set_trim(r, |t| &mut t.top, text),
        |r| trim_text(r, |t| t.top),
    ),
    trim_row(
        "trim.right",
        "Cut off at the right; `trim.width` outranks it.",
        |r, text| set_trim(r, |t| &mut t.right, text),
        |r| trim_text(r, |t| t.right),
    ),
    trim_row(
        "trim.bottom",
        "Cut off at the bottom; `trim.height` outranks it.",
        |r, text| set_trim(r, |t| &mut t.bottom, text),
        |r| trim_text(r, |t| t.bottom),
    ),
    trim_row(
        "trim.left",
        "Cut off at the left.",
        |r, text| set_trim(r, |t| &mut t.left, text),
        |r| trim_text(r, |t| t.left),
    ),
    trim_row(
        "trim.width",
        "Width to keep, from `trim.left`.",
        |r, text| set_trim(r, |t| &mut t.width, text),
        |r| trim_text(r, |t| t.width),
    ),
    trim_row(
        "trim.height",
        "Height to keep, from `trim.top`.",
        |r, text| set_trim(r, |t| &mut t.height, text),
        |r| trim_text(r, |t| t.height),
    ),
    OptionRow {
        name: "trim.border.color",
        alias: None,
        values: "CSS color, or `auto`",
        default: "`auto`",
        summary: "Color of the border to be cut off; `auto` is that of the top left pixel.",
        effect: field(
            |r, text| {
                let wanted = if text == "auto" { None } else { Some(color(text)?) };
                set_exact(&mut trim_border(r)?.color, Ok(wanted))
            },
            |r| border_of(r)?.color.map(|color| color.to_string()),
        ),
    },
    OptionRow {
        name: "trim.border.tolerance",
        alias: None,
        values: "0 to 255",
        default: "`10`",
        summary: "How far a channel may be from the color of the border; 0 is exactly.",
        effect: field(
            |r, text| {
                let (tolerance, applied) = integer(text, 0..=u32::from(u8::MAX))?;
                trim_border(r)?.tolerance = u8::try_from(tolerance).ok();
                Ok(applied)
            },
            |r| border_of(r)?.tolerance.map(|tolerance| tolerance.to_string()),
        ),
    },
    OptionRow {
        name: "trim.border.keep",
        alias: None,
        values: "pixels",
        default: "`0`",
        summary: "How much of the border stays.",
        effect: field(
            |r, text| {
                let keep = integer(text, 0..=u32::MAX)?;
                set(&mut trim_border(r)?.keep, Ok(keep))
            },
            |r| {
                border_of(r).filter(|border| border.keep != 0).map(|border| border.keep.to_string())
            },
        ),
    },
    OptionRow {
        name: "metadata",
        alias: None,
        values: "`copyright` `keep` `none`",
        default: "`copyright`",
        summary: "What stays of EXIF and its like; orientation and color profile are always applied.",
        effect: field(
            |r, text| set_named(&mut r.metadata, &Metadata::NAMES, text),
            |r| unless_default(&r.metadata, |metadata| name_of(&Metadata::NAMES, metadata)),
        ),
    },
    OptionRow {
        name: "border.color",
        alias: None,
        values: "CSS color",
        default: "black",
        summary: "Color of a frame around the finished picture. An extension of URLs; Workers have it.",
        effect: field(
            |r, text| {
                let color = color(text)?;
                set_exact(&mut frame(r).color, Ok(color))
            },
            |r| r.border.map(|border| border.color.to_string()),
        ),
    },
    OptionRow {
        name: "border.width",
        alias: None,
        values: "pixels",
        default: "`0`",
        summary: "Width of the frame at all four sides.",
        effect: field(
            |r, text| {
                let (width, applied) = integer(text, 0..=u32::MAX)?;
                let color = frame(r).color;
                r.border = Some(Border::uniform(color, width));
                Ok(applied)
            },
            |r| r.border.filter(Border::is_uniform).and_then(|border| positive(border.top)),
        ),
    },
    frame_row(
        "border.top",
        "Width of the frame at the top.",
        |r, text| set_frame(r, |b| &mut b.top, text),
        |r| frame_text(r, |b| b.top),
    ),
    frame_row(
        "border.right",
        "Width of the frame at the right.",
        |r, text| set_frame(r, |b| &mut b.right, text),
        |r| frame_text(r, |b| b.right),
    ),
    frame_row(
        "border.bottom",
        "Width of the frame at the bottom.",
        |r, text| set_frame(r, |b| &mut b.bottom, text),
        |r| frame_text(r, |b| b.bottom),
    ),
    frame_row(
        "border.left",
        "Width of the frame at the left.",
        |r, text| set_frame(r, |b| &mut b.left, text),
        |r| frame_text(r, |b| b.left),
    ),
    OptionRow {
        name: "onerror",
        alias: None,
        values: "`redirect`",
        default: "none",
        summary: "On failure, a redirect to the original.",
        effect: field(
            |r, text| set_named(&mut r.redirect_on_error, &[(true, "redirect")], text),
            |r| r.redirect_on_error.then(|| "redirect".to_owned()),
        ),
    },
    OptionRow {
        name: "upscale",
        alias: None,
        values: "`interpolate`",
        default: "`interpolate`",
        summary: "How a picture is enlarged; `generate` is not supported.",
        effect: field(
            |_, text| match text {
                "generate" => Err(Objection::Unsupported("pictures are interpolated".to_owned())),
                text => named(&[((), "interpolate")], text).map(|()| Applied::AsWritten),
            },
            |_| None,
        ),
    },
    OptionRow {
        name: "preset",
        alias: None,
        values: "a name",
        default: "none",
        summary: "The options that the policy keeps under this name; options beside it outrank them. An extension.",
        effect: Effect::Preset,
    },
    OptionRow {
        name: "segment",
        alias: None,
        values: "`foreground`",
        default: "none",
        summary: "Ignored: backgrounds are not removed.",
        effect: Effect::Unsupported,
    },
    OptionRow {
        name: "draw",
        alias: None,
        values: "a list of overlays",
        default: "none",
        summary: "Ignored: nothing is drawn over pictures.",
        effect: Effect::Unsupported,
    },
    OptionRow {
        name: "origin-auth",
        alias: None,
        values: "`share-publicly`",
        default: "none",
        summary: "Ignored: the client's credentials are never sent to the origin.",
        effect: Effect::Unsupported,
    },
];

const fn trim_row(
    name: &'static str,
    summary: &'static str,
    read: fn(&mut Recipe, &str) -> Verdict,
    write: fn(&Recipe) -> Option<String>,
) -> OptionRow {
    let values = "pixels, or a fraction of the side";
    OptionRow { name, alias: None, values, default: "none", summary, effect: field(read, write) }
}

const fn frame_row(
    name: &'static str,
    summary: &'static str,
    read: fn(&mut Recipe, &str) -> Verdict,
    write: fn(&Recipe) -> Option<String>,
) -> OptionRow {
    let default = "`border.width`";
    OptionRow { name, alias: None, values: "pixels", default, summary, effect: field(read, write) }
}

fn set<T>(field: &mut T, read: Result<(T, Applied), Objection>) -> Verdict {
    let (value, applied) = read?;
    *field = value;
    Ok(applied)
}

fn set_exact<T>(field: &mut T, read: Result<T, Objection>) -> Verdict {
    set(field, read.map(|value| (value, Applied::AsWritten)))
}

fn set_named<T: Copy>(field: &mut T, names: &[(T, &'static str)], text: &str) -> Verdict {
    set_exact(field, named(names, text))
}

fn unless_default<T: Default + PartialEq>(
    value: &T,
    text: fn(&T) -> Option<String>,
) -> Option<String> {
    if *value == T::default() { None } else { text(value) }
}

fn positive(pixels: u32) -> Option<String> {
    (pixels != 0).then(|| pixels.to_string())
}

/// Pixels, at least 1.
fn side(text: &str) -> Result<(NonZeroU32, Applied), Objection> {
    integer(text, 0..=u32::MAX)
        .ok()
        .and_then(|(pixels, applied)| Some((NonZeroU32::new(pixels)?, applied)))
        .ok_or_else(|| expected("a whole number of pixels, 1 or more"))
}

fn set_side(field: &mut Option<NonZeroU32>, text: &str) -> Verdict {
    set(field, side(text).map(|(pixels, applied)| (Some(pixels), applied)))
}

fn set_quality(field: &mut Option<Quality>, text: &str) -> Verdict {
    set(field, quality(text).map(|(value, applied)| (Some(value), applied)))
}

/// 0 means "leave it" to these options of Cloudflare's.
fn set_multiplier(field: &mut Decimal, text: &str) -> Verdict {
    match decimal(text, MULTIPLIER) {
        Ok((Decimal::ZERO, _)) => Err(Objection::NoEffect("0 is ignored".to_owned())),
        read => set(field, read),
    }
}

fn read_width(recipe: &mut Recipe, text: &str) -> Verdict {
    if text == "auto" {
        return set_exact(&mut recipe.width, Ok(Some(Width::Auto)));
    }
    let width = side(text)
        .map(|(pixels, applied)| (Some(Width::Pixels(pixels)), applied))
        .map_err(|_| expected("a whole number of pixels, 1 or more, or `auto`"));
    set(&mut recipe.width, width)
}

fn read_breakpoints(recipe: &mut Recipe, text: &str) -> Verdict {
    let widths: Result<Vec<_>, _> =
        text.split(';').filter(|part| !part.is_empty()).map(side).collect();
    let mut widths: Vec<_> = match widths {
        Ok(widths) if !widths.is_empty() => widths.into_iter().map(|(pixels, _)| pixels).collect(),
        _ => return Err(expected("widths in pixels, separated by `;`")),
    };
    widths.sort_unstable();
    widths.dedup();
    set_exact(&mut recipe.width_breakpoints, Ok(widths))
}

/// 0 would be no picture; whoever writes it means nothing by it.
fn read_dpr(recipe: &mut Recipe, text: &str) -> Verdict {
    if text.parse() == Ok(Decimal::ZERO) {
        return Err(expected("a number from 0.1 to 3"));
    }
    set(&mut recipe.dpr, decimal(text, DPR))
}

fn read_format(recipe: &mut Recipe, text: &str) -> Verdict {
    if text == "svg" {
        return Err(Objection::Unsupported("svg is passed on, never made".to_owned()));
    }
    set_exact(&mut recipe.format, named(&FORMATS, text).map(Some))
}

fn read_background(recipe: &mut Recipe, text: &str) -> Verdict {
    let background =
        if text == "auto" { Background::Auto } else { Background::Color(color(text)?) };
    set_exact(&mut recipe.background, Ok(Some(background)))
}

fn read_trim(recipe: &mut Recipe, text: &str) -> Verdict {
    if text == "border" {
        return set_exact(&mut recipe.trim, Ok(Some(Trim::Border(TrimBorder::default()))));
    }
    let lengths: Result<Vec<_>, _> = text.split(';').map(length).collect();
    let Ok([top, right, bottom, left]) = lengths.as_deref() else {
        return Err(expected("`border`, or `TOP;RIGHT;BOTTOM;LEFT` in pixels or fractions"));
    };
    let rect = TrimRect {
        top: Some(*top),
        right: Some(*right),
        bottom: Some(*bottom),
        left: Some(*left),
        ..TrimRect::default()
    };
    set_exact(&mut recipe.trim, Ok(Some(Trim::Rect(rect))))
}

fn set_trim(
    recipe: &mut Recipe,
    side: fn(&mut TrimRect) -> &mut Option<Length>,
    text: &str,
) -> Verdict {
    let length = length(text)?;
    match recipe.trim.get_or_insert(Trim::Rect(TrimRect::default())) {
        Trim::Rect(rect) => set_exact(side(rect), Ok(Some(length))),
        Trim::Border(_) => Err(Objection::NoEffect("has no effect with `trim=border`".to_owned())),
    }
}

fn trim_text(recipe: &Recipe, side: fn(&TrimRect) -> Option<Length>) -> Option<String> {
    match &recipe.trim {
        Some(Trim::Rect(rect)) => side(rect).map(length_text),
        _ => None,
    }
}

fn trim_border(recipe: &mut Recipe) -> Result<&mut TrimBorder, Objection> {
    match recipe.trim.get_or_insert(Trim::Border(TrimBorder::default())) {
        Trim::Border(border) => Ok(border),
        Trim::Rect(_) => {
            Err(Objection::NoEffect("has no effect with the sides of a rectangle".to_owned()))
        }
    }
}

fn border_of(recipe: &Recipe) -> Option<&TrimBorder> {
    match &recipe.trim {
        Some(Trim::Border(border)) => Some(border),
        _ => None,
    }
}

fn frame(recipe: &mut Recipe) -> &mut Border {
    recipe.border.get_or_insert(Border::uniform(BLACK, 0))
}

fn set_frame(recipe: &mut Recipe, side: fn(&mut Border) -> &mut u32, text: &str) -> Verdict {
    let width = integer(text, 0..=u32::MAX)?;
    set(side(frame(recipe)), Ok(width))
}

fn frame_text(recipe: &Recipe, side: fn(&Border) -> u32) -> Option<String> {
    recipe.border.filter(|border| !border.is_uniform()).and_then(|border| positive(side(&border)))
}

impl Border {
    const fn uniform(color: Color, width: u32) -> Self {
        Self { color, top: width, right: width, bottom: width, left: width }
    }

    const fn is_uniform(&self) -> bool {
        self.top == self.right && self.top == self.bottom && self.top == self.left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_aliases_are_unique() {
        let mut names: Vec<_> =
            options().iter().flat_map(|row| [Some(row.name), row.alias]).flatten().collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn every_row_says_what_it_does() {
        for row in options() {
            for text in [row.values, row.default, row.summary] {
                assert!(!text.is_empty() && !text.contains('|'), "{}", row.name);
            }
            assert!(row.summary.ends_with('.'), "{}", row.name);
        }
    }

    #[test]
    fn the_documentation_lists_every_option() {
        const HEAD: &str = "| option | values | without it | what it does |\n|---|---|---|---|\n";
        let table = |supported| -> String {
            let rows = options().iter().filter(|row| row.is_supported() == supported);
            HEAD.to_owned() + &rows.map(markdown).collect::<String>()
        };
        let documented = include_str!("../../../docs/urls.md");
        for table in [table(true), table(false)] {
            assert!(documented.contains(&table), "docs/urls.md lacks this table:\n{table}");
        }
    }

    fn markdown(row: &OptionRow) -> String {
        let OptionRow { name, values, default, summary, .. } = row;
        let alias = row.alias.map_or(String::new(), |alias| format!(", `{alias}`"));
        format!("| `{name}`{alias} | {values} | {default} | {summary} |\n")
    }
}
