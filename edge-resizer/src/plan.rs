//! What will be done to a source, in full, before a pixel is touched.
//!
//! Order of the steps: orientation, trim, flip and rotation, resize and crop, padding, border, blur,
//! sharpening, adjustments, flattening. Width and height are those of the turned picture; filters
//! come after the padding, so that the background is filtered too. Turns in a row are one step, and
//! where resizing and cutting leave fewer pixels, they come before the turn: the result is the same
//! and the turn costs less. What would change nothing is left out.

mod cost;
mod formats;
mod steps;
#[cfg(test)]
mod tests;

use std::num::NonZeroU32;

use self::formats::Formats;
use self::steps::Frame;
use crate::codec::{self, EncodeOptions};
use crate::error::Error;
use crate::geometry::{Rect, Size, Turn, trimmed};
use crate::negotiate::Resolved;
use crate::pixels::{Excerpt, Ground, Level, Op, Raster, find_border, find_ground};
use crate::policy::Policy;
use crate::recipe::{Background, Color, Recipe, Trim, TrimBorder};
use crate::source::{SourceFormat, SourceInfo};

/// The steps from a source to an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// Before anything else: orientation and trims whose size is known.
    pub(crate) upright: Vec<Op>,
    /// What has to be found in the upright picture before the rest is known: [`Plan::steps`] are
    /// then planned anew, with what was found, by [`Plan::after_survey`].
    pub(crate) survey: Option<Survey>,
    /// All else, in order.
    pub(crate) steps: Vec<Op>,
    /// Size of the output.
    pub(crate) output: Size,
    /// Smallest size to which a decoder may scale (stored orientation); `None`: every pixel counts.
    pub(crate) decode_at_least: Option<Size>,
    /// Whether only the first frame is used.
    pub(crate) first_frame: bool,
    /// Formats to try, best first; never empty.
    pub(crate) encodings: Vec<EncodeOptions>,
    /// Why the best format is not among them, where it would be too much work.
    pub(crate) over_budget: Option<String>,
    /// Whether an output larger than the source gives way to the source: no resize and no pixel
    /// step was asked for, and the format is `auto` or the source's own.
    pub(crate) never_bigger: bool,
    /// Why the original is to be delivered untouched, where it is.
    pub(crate) pass_through: Option<&'static str>,
    /// What had no effect, in words, for the warning header.
    pub(crate) notes: Vec<String>,
    /// What it was planned for.
    source: SourceInfo,
}

/// What only the pixels can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Survey {
    /// A uniform border to be found and cut off.
    pub(crate) border: Option<TrimBorder>,
    /// Whether the color of the ground is to be found, for [`Background::Auto`].
    pub(crate) ground: bool,
}

/// What a [`Survey`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Findings {
    /// What is left without the border.
    pub(crate) inside: Rect,
    /// The ground, where it was to be found and is plain.
    pub(crate) ground: Option<Ground>,
}

impl Survey {
    fn new(recipe: &Recipe) -> Option<Self> {
        let border = match recipe.trim {
            Some(Trim::Border(border)) => Some(border),
            _ => None,
        };
        let ground = recipe.background == Some(Background::Auto);
        (border.is_some() || ground).then_some(Self { border, ground })
    }

    /// Looks at an upright picture.
    pub(crate) fn look_at(&self, upright: &Raster) -> Findings {
        let ground = if self.ground { find_ground(upright) } else { None };
        // The whole edge knows the border's color better than the corner that stands for it else.
        let color = ground.map(|Ground { color: [red, green, blue], .. }| Color {
            red,
            green,
            blue,
            alpha: 255,
        });
        let inside = self.border.map_or(Rect::whole(upright.size), |border| {
            find_border(upright, &TrimBorder { color: border.color.or(color), ..border })
        });
        Findings { inside, ground }
    }
}

/// Plans.
///
/// # Errors
/// [`Error::TooLarge`] where the output, or the work, would be more than the policy allows.
pub(crate) fn plan(resolved: &Resolved, info: &SourceInfo, policy: &Policy) -> Result<Plan, Error> {
    let recipe = &resolved.recipe;
    let mut notes = Vec::new();
    let upright = Turn::from(info.orientation);
    let start = match recipe.trim {
        None if Survey::new(recipe).is_none() => Start::whole(info, recipe),
        None | Some(Trim::Border(_)) => {
            Start::upright(info.upright(), recipe, vec![Op::Orient(upright)])
        }
        Some(Trim::Rect(trim)) => match trimmed(info.upright(), &trim) {
            Some(rect) if rect == Rect::whole(info.upright()) => Start::whole(info, recipe),
            Some(rect) => {
                let steps = vec![Op::Orient(upright), Op::Crop(rect)];
                Start::upright(rect.size, recipe, steps)
            }
            None => {
                notes.push("trim leaves nothing of the picture and is ignored".to_owned());
                Start::whole(info, recipe)
            }
        },
    };
    complete(start, recipe, info, policy, notes)
}

/// Bytes that an answer may have: what the recipe asks for, or the policy's where that is less.
pub(crate) fn most_bytes(recipe: &Recipe, policy: &Policy) -> Option<NonZeroU32> {
    [recipe.max_bytes, policy.max_bytes].into_iter().flatten().min()
}

impl Plan {
    /// What a decoder that gives row after row can do of it on the way. `None`: nothing, or the
    /// upright picture has to be looked at first.
    pub(crate) fn excerpt(&self) -> Option<Excerpt> {
        let steps = self.upright.iter().chain(&self.steps);
        let excerpt = Excerpt::of(self.source.stored, steps);
        (self.survey.is_none() && excerpt.steps > 0).then_some(excerpt)
    }

    /// What is left of it when this many of its first steps are done.
    #[must_use]
    pub(crate) fn without_first(mut self, steps: usize) -> Self {
        let upright = steps.min(self.upright.len());
        self.upright.drain(..upright);
        self.steps.drain(..steps - upright);
        self
    }

    /// The plan for the upright picture without its border, and with a ground that is known.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where the output would be larger than the policy allows.
    pub(crate) fn after_survey(
        &self,
        resolved: &Resolved,
        found: &Findings,
        policy: &Policy,
    ) -> Result<Self, Error> {
        let mut recipe = resolved.recipe.clone();
        let mut notes = Vec::new();
        let mut start = Start::upright(found.inside.size, &recipe, self.upright.clone());
        if recipe.background == Some(Background::Auto) {
            match found.ground {
                Some(ground) => {
                    let (color, level) = ground.purified(policy.background);
                    recipe.background = Some(Background::Color(color));
                    start.level = level;
                }
                None => notes.push(
                    "the photo has no plain ground of its own, it is padded white".to_owned(),
                ),
            }
        }
        complete(start, &recipe, &self.source, policy, notes)
    }
}

/// The picture as [`Plan::steps`] find it.
struct Start {
    /// Its size, before the turn.
    size: Size,
    /// How it has to be turned.
    turn: Turn,
    /// What comes first; leads from the source to this picture.
    upright: Vec<Op>,
    /// Whether it is the whole source, as stored.
    whole: bool,
    /// What makes its ground pure.
    level: Option<Level>,
}

impl Start {
    /// As stored: one turn does for orientation, flip and rotation.
    fn whole(info: &SourceInfo, recipe: &Recipe) -> Self {
        let turn = Turn::from(info.orientation).then(turn_asked(recipe));
        Self { size: info.stored, turn, upright: Vec::new(), whole: true, level: None }
    }

    /// Stood upright and, perhaps, trimmed.
    fn upright(size: Size, recipe: &Recipe, mut upright: Vec<Op>) -> Self {
        upright.retain(|op| *op != Op::Orient(Turn::NONE));
        Self { size, turn: turn_asked(recipe), upright, whole: false, level: None }
    }
}

fn turn_asked(recipe: &Recipe) -> Turn {
    Turn::from(recipe.flip).then(recipe.rotate.into())
}

/// Plans everything after the trim.
fn complete(
    start: Start,
    recipe: &Recipe,
    info: &SourceInfo,
    policy: &Policy,
    mut notes: Vec<String>,
) -> Result<Plan, Error> {
    let seen = start.turn.size(start.size);
    let frame = Frame::new(seen, info.alpha, recipe, &policy.limits, &mut notes)?;
    let output = frame.output;
    let alpha = frame.carries_alpha(recipe);
    let formats = Formats::choose(recipe, info, output, alpha, policy, &mut notes);
    let mut steps = steps::steps(start.size, start.turn, &frame, recipe, &formats);
    if let Some(level) = start.level {
        steps::insert_level(&mut steps, level);
    }
    let pass_through = pass_through(info, output, &formats, policy);
    let encodings = formats.encodings(recipe, output, policy);
    let (encodings, over_budget) = if pass_through.is_some() {
        // Nothing is done to it.
        (encodings, None)
    } else {
        let frames = if formats.animated { info.frames } else { 1 };
        let all_steps = [start.upright.as_slice(), &steps].concat();
        let work = cost::of_steps(info, frames, &all_steps);
        cost::affordable(encodings, work, (output, frames), policy.limits.pixel_operations)?
    };
    Ok(Plan {
        never_bigger: never_bigger(recipe, info, &steps, &formats),
        decode_at_least: decode_at_least(&start, frame.layout.scaled, recipe),
        pass_through,
        upright: start.upright,
        survey: Survey::new(recipe),
        steps,
        output,
        first_frame: !formats.animated,
        encodings,
        over_budget,
        notes,
        source: *info,
    })
}

/// Lets a decoder scale where the whole source is shrunk, or kept, on both axes: never below what it
/// is resized to. After a trim every pixel counts: lengths and the border are of the full picture. So
/// it does in linear light: decoders scale the values as they are coded.
fn decode_at_least(start: &Start, scaled: Size, recipe: &Recipe) -> Option<Size> {
    let target = start.turn.size(scaled);
    let may_scale = start.whole && !recipe.linear;
    (may_scale && target != start.size && target.fits_in(start.size)).then_some(target)
}

/// Only where nothing but a format was asked for may the source take the output's place; and where
/// the client can show it.
fn never_bigger(recipe: &Recipe, info: &SourceInfo, steps: &[Op], formats: &Formats) -> bool {
    let nothing_asked = recipe.width.is_none()
        && recipe.height.is_none()
        && recipe.trim.is_none()
        && turn_asked(recipe) == Turn::NONE
        // The turn that is left is that of the source's orientation.
        && steps.iter().all(|step| matches!(step, Op::Orient(_)));
    let all_frames = formats.animated || info.frames <= 1;
    nothing_asked && all_frames && formats.source_will_do
}

fn pass_through(
    info: &SourceInfo,
    output: Size,
    formats: &Formats,
    policy: &Policy,
) -> Option<&'static str> {
    if info.format == SourceFormat::Svg {
        return Some("SVG is not resized");
    }
    if !codec::decodes(info.format) {
        return Some("AVIF originals are not decoded here");
    }
    let frame = info.stored.pixels().max(output.pixels());
    let total = frame.saturating_mul(u64::from(info.frames));
    (formats.animated && total > policy.limits.animation_pixels)
        .then_some("the animation has too many pixels")
}
