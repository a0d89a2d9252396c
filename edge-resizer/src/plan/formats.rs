//! The formats to try, best first.

use std::ops::RangeInclusive;

use super::most_bytes;
use crate::codec::{ByteLimit, EncodeOptions, is_probed, most_encodes, quality_for};
use crate::geometry::Size;
use crate::policy::Policy;
use crate::recipe::{AutoFallback, Format, FormatRequest, Negotiated, Quality, Recipe};
use crate::source::{SourceFormat, SourceInfo};

/// Pixels between which a JPEG is progressive: in a smaller one the scans cost bytes, in a larger
/// one too much memory in the browser
/// (<https://developers.cloudflare.com/images/transform-images/transform-via-url/#format>).
const PROGRESSIVE_PIXELS: RangeInclusive<u64> = 50 * 50..=3_000 * 3_000;

/// What an output is encoded as.
#[derive(Clone, Debug)]
pub(super) struct Formats {
    /// At least one.
    chain: Vec<Format>,
    /// Whether all frames are used.
    pub(super) animated: bool,
    /// Whether a format among them has no alpha channel.
    pub(super) opaque: bool,
    /// Whether the source itself has a format that was asked for and that the client can show.
    pub(super) source_will_do: bool,
    baseline: bool,
}

impl Formats {
    /// Chooses from what was asked for, what the source has, and what the brand allows. `alpha`:
    /// whether the picture has transparent pixels where its format can have any.
    pub(super) fn choose(
        recipe: &Recipe,
        info: &SourceInfo,
        output: Size,
        alpha: bool,
        policy: &Policy,
        notes: &mut Vec<String>,
    ) -> Self {
        let moving = recipe.anim && info.frames > 1 && !is_jpeg(recipe.format);
        let mut wanted = wanted(recipe.format, info, moving, alpha);
        let last = last_resort(recipe.format, &wanted, moving, alpha);
        if is_auto(recipe.format)
            && wanted.contains(&Format::Avif)
            && output.pixels() > policy.avif_max_pixels
        {
            wanted.retain(|format| *format != Format::Avif);
            notes.push("image too large for AVIF".to_owned());
        }
        wanted.push(last);
        let chain = allowed(&wanted, alpha, policy, notes);
        Self {
            animated: moving && chain.first().is_some_and(|format| moves(*format)),
            opaque: chain.contains(&Format::Jpeg),
            source_will_do: source_will_do(recipe.format, info.format),
            baseline: recipe.format == Some(FormatRequest::BaselineJpeg),
            chain,
        }
    }

    /// How each is encoded.
    pub(super) fn encodings(
        &self,
        recipe: &Recipe,
        output: Size,
        policy: &Policy,
    ) -> Vec<EncodeOptions> {
        let progressive =
            !self.baseline && !recipe.fast && PROGRESSIVE_PIXELS.contains(&output.pixels());
        let options = |format: &Format| EncodeOptions {
            format: *format,
            quality: quality_for(*format, recipe.quality, policy),
            explicit_quality: recipe.quality.is_some(),
            progressive,
            fast: recipe.fast,
            metadata: recipe.metadata,
            per_photo: recipe.quality == Some(Quality::Auto) && is_probed(*format),
            limit: most_bytes(recipe, policy)
                .map(|bytes| ByteLimit { bytes: bytes.get(), encodes: most_encodes(*format) }),
        };
        self.chain.iter().map(options).collect()
    }
}

/// What is tried first.
fn wanted(
    asked: Option<FormatRequest>,
    info: &SourceInfo,
    moving: bool,
    alpha: bool,
) -> Vec<Format> {
    match asked {
        Some(FormatRequest::Exactly(format)) => vec![format],
        Some(FormatRequest::BaselineJpeg) => vec![Format::Jpeg],
        Some(FormatRequest::Negotiated(Negotiated { avif, webp, .. })) => [
            // Stills only: no animation is written as AVIF.
            (Format::Avif, avif && !moving),
            (Format::Webp, webp),
        ]
        .into_iter()
        .filter_map(|(format, accepted)| accepted.then_some(format))
        .collect(),
        // Without negotiation nothing is known to be accepted.
        Some(FormatRequest::Auto { .. }) => Vec::new(),
        Some(FormatRequest::Json) | None => vec![own(info.format).unwrap_or(still(alpha))],
    }
}

/// What is tried last, and works for every client.
fn last_resort(
    asked: Option<FormatRequest>,
    wanted: &[Format],
    moving: bool,
    alpha: bool,
) -> Format {
    let may_move = wanted.first().is_none_or(|format| moves(*format));
    if is_jpeg(asked) {
        Format::Jpeg
    } else if moving && may_move {
        Format::Gif
    } else {
        still(alpha)
    }
}

/// The brand's formats among these, each once; where none is, the brand's that comes nearest.
fn allowed(
    wanted: &[Format],
    alpha: bool,
    policy: &Policy,
    notes: &mut Vec<String>,
) -> Vec<Format> {
    let nearest =
        [still(alpha), Format::Png, Format::Jpeg, Format::Gif, Format::Webp, Format::Avif];
    let allowed = |format: &Format| policy.formats.is_empty() || policy.formats.contains(format);
    let mut chain = Vec::with_capacity(wanted.len());
    for format in wanted.iter().filter(|format| allowed(format)) {
        if !chain.contains(format) {
            chain.push(*format);
        }
    }
    if chain.is_empty() {
        chain.extend(nearest.into_iter().find(allowed));
        notes.push("the format is not allowed here, another is delivered".to_owned());
    }
    chain
}

/// Whether the source may be delivered instead of an output in its own format, or in any format.
fn source_will_do(asked: Option<FormatRequest>, source: SourceFormat) -> bool {
    match asked {
        None => own(source).is_some(),
        Some(FormatRequest::Exactly(format)) => own(source) == Some(format),
        Some(FormatRequest::Negotiated(Negotiated { avif, webp, .. })) => match source {
            SourceFormat::Avif => avif,
            SourceFormat::Webp => webp,
            _ => is_shown_everywhere(source),
        },
        Some(FormatRequest::Auto { .. }) => is_shown_everywhere(source),
        Some(FormatRequest::BaselineJpeg | FormatRequest::Json) => false,
    }
}

const fn is_auto(asked: Option<FormatRequest>) -> bool {
    matches!(asked, Some(FormatRequest::Auto { .. } | FormatRequest::Negotiated(_)))
}

/// Whether nothing but a JPEG, or what an `auto` makes of it, was asked for: a still without alpha.
const fn is_jpeg(asked: Option<FormatRequest>) -> bool {
    matches!(
        asked,
        Some(
            FormatRequest::Exactly(Format::Jpeg)
                | FormatRequest::BaselineJpeg
                | FormatRequest::Auto { fallback: AutoFallback::Jpeg }
                | FormatRequest::Negotiated(Negotiated { fallback: AutoFallback::Jpeg, .. })
        )
    )
}

const fn is_shown_everywhere(source: SourceFormat) -> bool {
    matches!(source, SourceFormat::Jpeg | SourceFormat::Png | SourceFormat::Gif | SourceFormat::Bmp)
}

/// The source's own format, where it can be written.
const fn own(source: SourceFormat) -> Option<Format> {
    match source {
        SourceFormat::Jpeg => Some(Format::Jpeg),
        SourceFormat::Png => Some(Format::Png),
        SourceFormat::Webp => Some(Format::Webp),
        SourceFormat::Gif => Some(Format::Gif),
        SourceFormat::Avif => Some(Format::Avif),
        SourceFormat::Bmp | SourceFormat::Tiff | SourceFormat::Svg => None,
    }
}

const fn still(alpha: bool) -> Format {
    if alpha { Format::Png } else { Format::Jpeg }
}

const fn moves(format: Format) -> bool {
    matches!(format, Format::Gif | Format::Webp)
}
