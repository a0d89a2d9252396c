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

use self::formats::Formats;
use self::steps::Frame;
use crate::codec::EncodeOptions;
use crate::error::Error;
use crate::geometry::{Rect, Size, Turn, trimmed};
use crate::negotiate::Resolved;
use crate::pixels::Op;
use crate::policy::Policy;
use crate::recipe::{Recipe, Trim, TrimBorder};
use crate::source::{SourceFormat, SourceInfo};

/// The steps from a source to an answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// Before anything else: orientation and trims whose size is known.
    pub(crate) upright: Vec<Op>,
    /// A uniform border to be found and cut off; [`Plan::steps`] are then planned anew, on what is
    /// left, by [`Plan::after_trim`].
    pub(crate) trim_border: Option<TrimBorder>,
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

/// Plans.
///
/// # Errors
/// [`Error::TooLarge`] where the output, or the work, would be more than the policy allows.
pub(crate) fn plan(resolved: &Resolved, info: &SourceInfo, policy: &Policy) -> Result<Plan, Error> {
    let recipe = &resolved.recipe;
    let mut notes = Vec::new();
    let upright = Turn::from(info.orientation);
    let start = match recipe.trim {
        None => Start::whole(info, recipe),
        Some(Trim::Border(_)) => Start::upright(info.upright(), recipe, vec![Op::Orient(upright)]),
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

impl Plan {
    /// The plan for a picture that was found to have this size after its border was cut off.
    ///
    /// # Errors
    /// [`Error::TooLarge`] where the output would be larger than the policy allows.
    pub(crate) fn after_trim(
        &self,
        resolved: &Resolved,
        trimmed: Size,
        policy: &Policy,
    ) -> Result<Self, Error> {
        let start = Start::upright(trimmed, &resolved.recipe, self.upright.clone());
        complete(start, &resolved.recipe, &self.source, policy, Vec::new())
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
}

impl Start {
    /// As stored: one turn does for orientation, flip and rotation.
    fn whole(info: &SourceInfo, recipe: &Recipe) -> Self {
        let turn = Turn::from(info.orientation).then(turn_asked(recipe));
        Self { size: info.stored, turn, upright: Vec::new(), whole: true }
    }

    /// Stood upright and, perhaps, trimmed.
    fn upright(size: Size, recipe: &Recipe, mut upright: Vec<Op>) -> Self {
        upright.retain(|op| *op != Op::Orient(Turn::NONE));
        Self { size, turn: turn_asked(recipe), upright, whole: false }
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
    let steps = steps::steps(start.size, start.turn, &frame, recipe, &formats);
    let pass_through = pass_through(info, output, &formats, policy);
    let (encodings, over_budget) = match pass_through {
        // Nothing is done to it.
        Some(_) => (formats.encodings(recipe, output, policy), None),
        None => {
            let frames = if formats.animated { info.frames } else { 1 };
            let all_steps = [start.upright.as_slice(), &steps].concat();
            cost::affordable(
                formats.encodings(recipe, output, policy),
                cost::of_steps(info, frames, &all_steps),
                (output, frames),
                policy.limits.pixel_operations,
            )?
        }
    };
    Ok(Plan {
        never_bigger: never_bigger(recipe, info, &steps, &formats),
        decode_at_least: decode_at_least(&start, frame.layout.scaled),
        pass_through,
        upright: start.upright,
        trim_border: match recipe.trim {
            Some(Trim::Border(border)) => Some(border),
            _ => None,
        },
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
/// is resized to. After a trim every pixel counts: lengths and the border are of the full picture.
fn decode_at_least(start: &Start, scaled: Size) -> Option<Size> {
    let target = start.turn.size(scaled);
    (start.whole && target != start.size && target.fits_in(start.size)).then_some(target)
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
    let frame = info.stored.pixels().max(output.pixels());
    let total = frame.saturating_mul(u64::from(info.frames));
    (formats.animated && total > policy.limits.animation_pixels)
        .then_some("the animation has too many pixels")
}
