//! What was asked for, the client's headers and the brand's rules become what will be made.

mod accept;
mod hints;

use std::num::NonZeroU32;

use self::hints::Hints;
use crate::error::Error;
use crate::policy::{Policy, Sizing};
use crate::recipe::{
    AutoFallback, Decimal, Format, FormatRequest, Length, Negotiated, Quality, QualityLevel,
    Recipe, Trim, Width,
};
use crate::request::Request;

/// A recipe with every choice made that can be made before the source is seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The recipe: a width is a number of pixels and allowed, `dpr` is 1 and multiplied into
    /// width, height, pixel trims and border, `format=auto` has become
    /// [`Negotiated`](crate::recipe::FormatRequest::Negotiated), the slow-connection quality has
    /// taken the place of the quality where it applies, and what served only these choices
    /// (breakpoints, slow quality) is gone. Its text is the variant's part of the cache key.
    pub recipe: Recipe,
    /// Names of the request headers that made a difference or could have, for `Vary`, in the
    /// spelling of their specifications.
    pub vary: Vec<&'static str>,
    /// What the policy or the client's hints changed, in words, for people.
    pub notes: Vec<String>,
}

/// Makes the choices.
///
/// # Errors
/// [`Error::NotAllowed`] where the policy is strict about sizes, qualities or formats.
pub(crate) fn resolve(
    recipe: &Recipe,
    request: &Request,
    policy: &Policy,
) -> Result<Resolved, Error> {
    let hints = Hints::new(request);
    let mut choice = Choice { recipe: recipe.clone(), policy, hints, notes: Vec::new() };
    let width_from = choice.pick_width();
    choice.fold_dpr();
    if width_from == WidthFrom::Url {
        choice.refuse_width()?;
    }
    if recipe.dpr == Decimal::ONE && width_from != WidthFrom::Client {
        choice.apply_dpr_hint();
    }
    choice.snap_width();
    choice.allow_qualities()?;
    choice.pick_quality();
    choice.allow_format()?;
    choice.pick_format();
    choice.forget_what_served();
    Ok(Resolved { recipe: choice.recipe, vary: choice.hints.into_consulted(), notes: choice.notes })
}

/// Who named the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WidthFrom {
    /// The URL, in pixels.
    Url,
    /// The client: its hints or its kind.
    Client,
    /// Nobody: it is the source's, or follows from the height.
    Nobody,
}

/// The choices on their way.
struct Choice<'a> {
    recipe: Recipe,
    policy: &'a Policy,
    hints: Hints<'a>,
    notes: Vec<String>,
}

impl Choice<'_> {
    fn pick_width(&mut self) -> WidthFrom {
        let (pixels, why) = match (self.recipe.width, self.recipe.height) {
            (Some(Width::Pixels(_)), _) => return WidthFrom::Url,
            (Some(Width::Auto), _) => self.auto_width(),
            (None, None) if self.policy.client_hints => match self.hints.width() {
                Some(pixels) => (pixels, "Width"),
                None => return WidthFrom::Nobody,
            },
            (None, _) => return WidthFrom::Nobody,
        };
        let pixels = self.within_output(pixels);
        self.recipe.width = Some(Width::Pixels(pixels));
        self.notes.push(format!("width {pixels} by {why}"));
        WidthFrom::Client
    }

    /// The width that `auto` stands for: the next breakpoint to the window's width, or else the
    /// width for the kind of the device; and what decided.
    fn auto_width(&mut self) -> (NonZeroU32, &'static str) {
        let viewport = if self.policy.client_hints { self.hints.viewport_width() } else { None };
        if let Some(viewport) = viewport {
            let breakpoint = match self.recipe.width_breakpoints.as_slice() {
                [] => next_or_largest(&DEFAULT_BREAKPOINTS, viewport),
                breakpoints => next_or_largest(breakpoints, viewport),
            };
            return (breakpoint.unwrap_or(viewport), "Sec-CH-Viewport-Width");
        }
        let (named, default) = if self.hints.is_mobile() {
            (self.recipe.width_mobile, DEFAULT_MOBILE)
        } else {
            (self.recipe.width_desktop, DEFAULT_DESKTOP)
        };
        (named.unwrap_or(default), "User-Agent")
    }

    /// A hint asks for more than may be delivered through no fault of the URL's.
    fn within_output(&self, pixels: NonZeroU32) -> NonZeroU32 {
        NonZeroU32::new(self.policy.limits.output_side).map_or(pixels, |limit| pixels.min(limit))
    }

    fn fold_dpr(&mut self) {
        let dpr = std::mem::replace(&mut self.recipe.dpr, Decimal::ONE);
        self.scale_sizes(dpr);
        match &mut self.recipe.trim {
            Some(Trim::Rect(rect)) => {
                let sides = [&mut rect.top, &mut rect.right, &mut rect.bottom, &mut rect.left];
                for length in sides.into_iter().chain([&mut rect.width, &mut rect.height]) {
                    *length = length.map(|length| scaled_length(length, dpr));
                }
            }
            Some(Trim::Border(border)) => border.keep = dpr.of(border.keep),
            None => {}
        }
    }

    fn scale_sizes(&mut self, dpr: Decimal) {
        if let Some(Width::Pixels(pixels)) = &mut self.recipe.width {
            *pixels = dpr.of_side(*pixels);
        }
        if let Some(pixels) = &mut self.recipe.height {
            *pixels = dpr.of_side(*pixels);
        }
        if let Some(border) = &mut self.recipe.border {
            for side in [&mut border.top, &mut border.right, &mut border.bottom, &mut border.left] {
                *side = dpr.of(*side);
            }
        }
    }

    /// Refuses a width that the URL names and that is not allowed, where the policy is strict.
    fn refuse_width(&self) -> Result<(), Error> {
        match (self.policy.sizing, self.recipe.width) {
            (Sizing::Strict, Some(Width::Pixels(pixels))) if !self.is_allowed_width(pixels) => {
                Err(Error::NotAllowed { option: "width", value: pixels.to_string() })
            }
            _ => Ok(()),
        }
    }

    fn is_allowed_width(&self, pixels: NonZeroU32) -> bool {
        let widths = &self.policy.widths;
        widths.iter().all(|width| *width == 0) || widths.contains(&pixels.get())
    }

    /// Multiplies the sizes for a dense screen. What is cut off the source stays: the URL counted
    /// it in pixels of the source.
    fn apply_dpr_hint(&mut self) {
        let sides = [self.width(), self.recipe.height];
        let Some(largest) = sides.into_iter().flatten().max() else { return };
        if !self.policy.client_hints {
            return;
        }
        let Some(dpr) = self.hints.dpr().filter(|dpr| *dpr != Decimal::ONE) else { return };
        if dpr.of(largest.get()) > self.policy.limits.output_side {
            self.notes.push(format!("dpr {dpr} of the client ignored: too large"));
            return;
        }
        self.scale_sizes(dpr);
        self.notes.push(format!("dpr {dpr} by the client"));
    }

    fn width(&self) -> Option<NonZeroU32> {
        match self.recipe.width {
            Some(Width::Pixels(pixels)) => Some(pixels),
            _ => None,
        }
    }

    /// Puts an allowed width in the place of one that is not; a height keeps its ratio to it.
    fn snap_width(&mut self) {
        let Some(asked) = self.width().filter(|width| !self.is_allowed_width(*width)) else {
            return;
        };
        let allowed: Vec<_> =
            self.policy.widths.iter().filter_map(|width| NonZeroU32::new(*width)).collect();
        let Some(width) = next_or_largest(&allowed, asked) else { return };
        self.recipe.width = Some(Width::Pixels(width));
        self.recipe.height = self.recipe.height.map(|height| in_ratio(height, width, asked));
        self.notes.push(format!("width {asked} became {width}"));
    }

    /// Brings both qualities to allowed numbers, so that whether a strict policy refuses does not
    /// depend on the client. Levels and `auto` are always allowed: there are but
    /// five.
    fn allow_qualities(&mut self) -> Result<(), Error> {
        self.recipe.quality = self.allowed_quality(self.recipe.quality)?;
        self.recipe.slow_quality = self.allowed_quality(self.recipe.slow_quality)?;
        Ok(())
    }

    fn allowed_quality(&mut self, asked: Option<Quality>) -> Result<Option<Quality>, Error> {
        let allowed = &self.policy.qualities;
        let Some(Quality::Number(number)) = asked else { return Ok(asked) };
        if allowed.contains(&number) {
            return Ok(asked);
        }
        let Some(snapped) = next_or_largest(allowed, number) else { return Ok(asked) };
        if self.policy.sizing == Sizing::Strict {
            return Err(Error::NotAllowed { option: "quality", value: number.get().to_string() });
        }
        self.notes.push(format!("quality {} became {}", number.get(), snapped.get()));
        Ok(Some(Quality::Number(snapped)))
    }

    fn pick_quality(&mut self) {
        let slow = match (self.recipe.slow_quality, self.policy.save_data) {
            (Some(slow), _) => slow,
            (None, true) if !is_low(self.recipe.quality) => Quality::Level(QualityLevel::Low),
            (None, _) => return,
        };
        if self.hints.is_slow() {
            self.recipe.quality = Some(slow);
            self.notes.push("quality for a slow connection".to_owned());
        }
    }

    /// Puts `auto` in the place of a format that is not allowed.
    fn allow_format(&mut self) -> Result<(), Error> {
        let (format, name) = match self.recipe.format {
            Some(FormatRequest::Exactly(format)) => (format, format.extension()),
            Some(FormatRequest::BaselineJpeg) => (Format::Jpeg, "baseline-jpeg"),
            _ => return Ok(()),
        };
        if self.policy.formats.contains(&format) {
            return Ok(());
        }
        if self.policy.sizing == Sizing::Strict {
            return Err(Error::NotAllowed { option: "format", value: name.to_owned() });
        }
        self.recipe.format = Some(FormatRequest::Auto { fallback: AutoFallback::default() });
        self.notes.push(format!("format {name} became auto"));
        Ok(())
    }

    fn pick_format(&mut self) {
        let may = |format| self.policy.formats.contains(&format);
        let (may_avif, may_webp) = (may(Format::Avif), may(Format::Webp));
        let negotiated = match self.recipe.format {
            Some(FormatRequest::Negotiated(asked)) => asked,
            Some(FormatRequest::Auto { fallback }) if may_avif || may_webp => {
                let accepted = self.hints.accepted();
                Negotiated { avif: accepted.avif, webp: accepted.webp, fallback }
            }
            Some(FormatRequest::Auto { fallback }) => {
                Negotiated { avif: false, webp: false, fallback }
            }
            _ => return,
        };
        self.recipe.format = Some(FormatRequest::Negotiated(Negotiated {
            avif: negotiated.avif && may_avif,
            webp: negotiated.webp && may_webp,
            fallback: negotiated.fallback,
        }));
    }

    fn forget_what_served(&mut self) {
        self.recipe.slow_quality = None;
        self.recipe.width_breakpoints = Vec::new();
        self.recipe.width_mobile = None;
        self.recipe.width_desktop = None;
    }
}

const fn pixels(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(pixels) => pixels,
        None => panic!("a default width is not 0"),
    }
}

/// Cloudflare's, <https://developers.cloudflare.com/images/transform-images/transform-via-url/>.
const DEFAULT_BREAKPOINTS: [NonZeroU32; 4] =
    const { [pixels(320), pixels(768), pixels(960), pixels(1_200)] };
const DEFAULT_MOBILE: NonZeroU32 = const { pixels(768) };
const DEFAULT_DESKTOP: NonZeroU32 = const { pixels(1_200) };

/// The smallest of `list` that is not below `asked`, or else its largest; none of an empty list.
fn next_or_largest<T: Ord + Copy>(list: &[T], asked: T) -> Option<T> {
    let next = list.iter().copied().filter(|item| *item >= asked).min();
    next.or_else(|| list.iter().copied().max())
}

/// `height` times `width / asked`, rounded.
fn in_ratio(height: NonZeroU32, width: NonZeroU32, asked: NonZeroU32) -> NonZeroU32 {
    let (height, width, asked) =
        (u64::from(height.get()), u64::from(width.get()), u64::from(asked.get()));
    let product = (height * width).saturating_add(asked / 2) / asked;
    NonZeroU32::new(u32::try_from(product).unwrap_or(u32::MAX)).unwrap_or(NonZeroU32::MIN)
}

fn scaled_length(length: Length, dpr: Decimal) -> Length {
    match length {
        Length::Pixels(pixels) => Length::Pixels(dpr.of(pixels)),
        Length::Fraction(fraction) => Length::Fraction(fraction),
    }
}

/// Whether a quality is as low as one for slow connections already.
fn is_low(quality: Option<Quality>) -> bool {
    const LOW: u8 = 50;
    match quality {
        Some(Quality::Number(number)) => number.get() <= LOW,
        Some(Quality::Level(level)) => level == QualityLevel::Low,
        Some(Quality::Auto) | None => false,
    }
}

#[cfg(test)]
mod tests;
