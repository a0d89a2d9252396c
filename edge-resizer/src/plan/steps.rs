//! The pixel steps and the size that they lead to.

use super::formats::Formats;
use crate::error::Error;
use crate::geometry::{Asked, Enlarge, Layout, Size, Turn, inside, layout};
use crate::pixels::{Adjust, Level, Op, over};
use crate::policy::Limits;
use crate::recipe::{Background, Color, Decimal, Fit, Gravity, Recipe, Width};

/// The largest blur radius of the URL language.
const LARGEST_RADIUS: f64 = 250.0;

/// A Gaussian is as good as nothing beyond two sigmas.
const SIGMAS_PER_RADIUS: f64 = 2.0;

/// The geometry of an output.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// Up to the padding.
    pub(super) layout: Layout,
    /// Drawn around it: top, right, bottom, left.
    border: [u32; 4],
    /// With the border.
    pub(super) output: Size,
    /// Whether something is transparent until it is laid on a background.
    transparent: bool,
}

impl Frame {
    /// Lays out a picture, as it is seen, within the limits.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where the sides that were asked for are too large. A picture that is too
    /// large of itself is shrunk, with a note.
    pub(super) fn new(
        picture: Size,
        alpha: bool,
        recipe: &Recipe,
        limits: &Limits,
        notes: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let border = recipe.border.map_or([0; 4], |b| [b.top, b.right, b.bottom, b.left]);
        let [top, right, bottom, left] = border.map(u64::from);
        let enlarge = if recipe.no_enlarge { Enlarge::Never } else { Enlarge::Allowed };
        let mut layout = framed(picture, recipe, enlarge);
        if layout == Layout::plain(picture) {
            let room = Size::new(room(limits, left + right), room(limits, top + bottom));
            if !picture.fits_in(room) {
                layout = Layout::plain(inside(picture, room));
                notes.push(format!("output limited to {} pixels a side", limits.output_side));
            }
        }
        let Size { width, height } = layout.canvas;
        let output = Size::new(
            within(limits, u64::from(width) + left + right, "the output's width")?,
            within(limits, u64::from(height) + top + bottom, "the output's height")?,
        );
        let translucent = |color: Color| color.alpha != 255;
        let transparent = alpha
            || (output != layout.canvas && recipe.border.is_some_and(|b| translucent(b.color)))
            || (layout.canvas != layout.kept && background(recipe).is_some_and(translucent));
        Ok(Self { layout, border, output, transparent })
    }

    /// Whether the output has transparent pixels, if its format can have any.
    pub(super) fn carries_alpha(&self, recipe: &Recipe) -> bool {
        self.transparent && background(recipe).is_none_or(|background| background.alpha != 255)
    }
}

/// The layout with the margin of a padded picture: it is laid out in what the margin leaves of the
/// box.
fn framed(picture: Size, recipe: &Recipe, enlarge: Enlarge) -> Layout {
    let asked = asked(recipe);
    let side = asked.width.or(asked.height);
    let (Some(side), true) = (side, recipe.fit == Fit::Pad && recipe.margin != Decimal::ZERO)
    else {
        return layout(picture, asked, recipe.fit, enlarge);
    };
    let canvas = Size::new(asked.width.unwrap_or(side), asked.height.unwrap_or(side));
    let inner = Asked {
        width: Some(without_margin(canvas.width, recipe.margin)),
        height: Some(without_margin(canvas.height, recipe.margin)),
    };
    Layout { canvas, ..layout(picture, inner, Fit::Pad, enlarge) }
}

/// What a margin at both ends leaves of a side, rounded half up; never 0.
fn without_margin(side: u32, percent: Decimal) -> u32 {
    const HUNDRED: u64 = 1_000_000;
    let left = HUNDRED.saturating_sub(2 * u64::from(percent.ten_thousandths()));
    let side = (u64::from(side) * left + HUNDRED / 2) / HUNDRED;
    u32::try_from(side).unwrap_or(u32::MAX).max(1)
}

/// The background as far as it is known: `auto` is white until the pixels have been seen.
fn background(recipe: &Recipe) -> Option<Color> {
    recipe.background.and_then(Background::color)
}

fn asked(recipe: &Recipe) -> Asked {
    Asked {
        width: match recipe.width {
            Some(Width::Pixels(width)) => Some(width.get()),
            Some(Width::Auto) | None => None,
        },
        height: recipe.height.map(Into::into),
    }
}

/// The steps for a picture of this size, before its turn.
pub(super) fn steps(
    picture: Size,
    turn: Turn,
    frame: &Frame,
    recipe: &Recipe,
    formats: &Formats,
) -> Vec<Op> {
    let kept = frame.layout.kept;
    let mut steps = Vec::new();
    // Whichever is less work goes first.
    if kept.pixels() <= picture.pixels() {
        let before = Layout {
            scaled: turn.size(frame.layout.scaled),
            kept: turn.size(kept),
            ..frame.layout
        };
        steps.extend(reshape(picture, before, turn.gravity_before(recipe.gravity)));
        steps.push(Op::Orient(turn));
    } else {
        steps.push(Op::Orient(turn));
        steps.extend(reshape(turn.size(picture), frame.layout, recipe.gravity));
    }
    if frame.layout.canvas != kept {
        steps.push(Op::Pad(frame.layout.canvas, pad_color(background(recipe))));
    }
    if let Some(border) = recipe.border.filter(|_| frame.output != frame.layout.canvas) {
        steps.push(Op::Border(frame.border, border.color));
    }
    steps.extend(filters(recipe));
    if frame.transparent {
        steps.extend(ground(background(recipe), formats.opaque).map(Op::Flatten));
    }
    steps.retain(|step| *step != Op::Orient(Turn::NONE));
    if recipe.linear {
        steps = steps.into_iter().map(Op::in_linear_light).collect();
    }
    steps
}

/// The ground is made pure on as few pixels as there are, but before anything is laid around it.
pub(super) fn insert_level(steps: &mut Vec<Op>, level: Level) {
    let reshapes = |op: &Op| {
        matches!(
            op,
            Op::Orient(_)
                | Op::Resize(_)
                | Op::ResizeLinear(_)
                | Op::CropTo(..)
                | Op::Cover(..)
                | Op::CoverLinear(..)
        )
    };
    let at = steps.iter().position(|op| !reshapes(op)).unwrap_or(steps.len());
    steps.insert(at, Op::Level(level));
}

/// Resize and crop.
fn reshape(picture: Size, layout: Layout, gravity: Gravity) -> Option<Op> {
    let Layout { scaled, kept, .. } = layout;
    match (scaled == picture, kept == scaled) {
        (true, true) => None,
        (true, false) => Some(Op::CropTo(kept, gravity)),
        (false, true) => Some(Op::Resize(kept)),
        (false, false) => Some(Op::Cover(kept, gravity)),
    }
}

/// A translucent background is laid under everything in the end, so around the picture there is
/// nothing until then: laid twice it would be too dense there.
fn pad_color(background: Option<Color>) -> Color {
    match background {
        Some(color) if color.alpha != 255 => Color { alpha: 0, ..color },
        Some(color) => color,
        None => Color::WHITE,
    }
}

/// What transparency is laid on in the end: the background where one was asked for, white where the
/// output must be opaque.
fn ground(background: Option<Color>, opaque: bool) -> Option<Color> {
    match (background, opaque) {
        (Some(color), false) => Some(color),
        (Some(color), true) => Some(over(color, Color::WHITE)),
        (None, true) => Some(Color::WHITE),
        (None, false) => None,
    }
}

fn filters(recipe: &Recipe) -> impl Iterator<Item = Op> {
    let sigma = recipe.blur.to_f64().min(LARGEST_RADIUS) / SIGMAS_PER_RADIUS;
    let adjust = Adjust {
        brightness: factor(recipe.brightness),
        contrast: factor(recipe.contrast),
        gamma: if recipe.gamma == Decimal::ZERO { 1.0 } else { factor(recipe.gamma) },
        saturation: factor(recipe.saturation),
    };
    let some = |decimal: Decimal, op| (decimal != Decimal::ZERO).then_some(op);
    [
        some(recipe.blur, Op::Blur(single(sigma))),
        some(recipe.sharpen, Op::Sharpen(factor(recipe.sharpen))),
        (adjust != Adjust::NEUTRAL).then_some(Op::Adjust(adjust)),
    ]
    .into_iter()
    .flatten()
}

fn factor(decimal: Decimal) -> f32 {
    single(decimal.to_f64())
}

#[expect(clippy::cast_possible_truncation, reason = "a pixel step needs no more digits")]
const fn single(value: f64) -> f32 {
    value as f32
}

/// What the border leaves of the allowed side.
fn room(limits: &Limits, border: u64) -> u32 {
    u32::try_from(u64::from(limits.output_side).saturating_sub(border)).unwrap_or(0).max(1)
}

fn within(limits: &Limits, side: u64, what: &'static str) -> Result<u32, Error> {
    let limit = u64::from(limits.output_side);
    u32::try_from(side).ok().filter(|_| side <= limit).ok_or(Error::TooLarge {
        what,
        value: side,
        limit,
    })
}
