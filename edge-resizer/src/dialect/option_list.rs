//! A list of options, `width=400,fit=cover`, becomes changes of a recipe.

use std::collections::BTreeMap;
use std::ops::Range;

use super::decoded::Decoded;
use super::{Issue, IssueKind, issue_of, remark};
use crate::policy::Policy;
use crate::recipe::{Effect, Fit, Gravity, OptionRow, Recipe, Trim, Width, nearest, options};

/// The options of a list that count: of each that is known, the one that outranks the others, by
/// its place in the table.
pub(super) struct OptionList<'a> {
    url: &'a str,
    counting: BTreeMap<usize, Written>,
    issues: Vec<Issue>,
    /// Whether anything looked like an option.
    any: bool,
}

/// One option as it was written.
struct Written {
    row: &'static OptionRow,
    by_alias: bool,
    value: String,
    span: Range<usize>,
}

impl<'a> OptionList<'a> {
    /// Reads the list that stands at `segment` of `url`, percent-encoded.
    pub(super) fn parse(url: &'a str, segment: Range<usize>) -> Self {
        let mut list = Self { url, counting: BTreeMap::new(), issues: Vec::new(), any: false };
        let decoded = Decoded::new(url.get(segment.clone()).unwrap_or_default(), segment.start);
        for part in parts(decoded.bytes()) {
            list.take(&decoded, part);
        }
        list
    }

    /// Whether nothing in the list looked like an option.
    pub(super) fn is_empty(&self) -> bool {
        !self.any
    }

    /// The recipe that the list asks for, and what could not be used, in the order of the URL.
    pub(super) fn into_recipe(mut self, policy: &Policy) -> (Recipe, Vec<Issue>) {
        let mut recipe = Recipe::default();
        let preset = self.take_preset();
        if let Some(preset) = &preset {
            self.expand(preset, policy, &mut recipe);
        }
        self.apply(&mut recipe);
        self.note_no_effects(&recipe, preset.as_ref());
        self.issues.sort_by_key(|issue| issue.span.start);
        (recipe, self.issues)
    }

    fn take(&mut self, decoded: &Decoded, part: Range<usize>) {
        let span = decoded.span(part.clone());
        let text = decoded.text(part);
        let Some((key, value)) = text.split_once('=') else {
            self.report(span, IssueKind::Malformed, "has no value".to_owned(), None);
            return;
        };
        self.any = true;
        let (key, value) = (key.trim_ascii(), value.trim_ascii().to_owned());
        let Some((place, row)) = options().iter().enumerate().find(|(_, row)| row.is_called(key))
        else {
            let hint = nearest(key, names()).map(str::to_owned);
            self.report(span, IssueKind::Unknown, "no such option".to_owned(), hint);
            return;
        };
        self.count(place, Written { row, by_alias: row.name != key, value, span });
    }

    /// The first of its kind counts, but a full name outranks an alias.
    fn count(&mut self, place: usize, written: Written) {
        let name = written.row.name;
        let loser = match self.counting.get(&place) {
            Some(first) if first.by_alias && !written.by_alias => {
                self.counting.insert(place, written).map(|loser| (loser, "outranked by"))
            }
            Some(_) => Some((written, "repeats")),
            None => {
                self.counting.insert(place, written);
                None
            }
        };
        if let Some((loser, how)) = loser {
            self.report(loser.span, IssueKind::Duplicate, format!("{how} `{name}`"), None);
        }
    }

    fn take_preset(&mut self) -> Option<Written> {
        let is_preset = |written: &Written| matches!(written.row.effect, Effect::Preset);
        let place = *self.counting.iter().find(|(_, written)| is_preset(written))?.0;
        self.counting.remove(&place)
    }

    /// Applies a preset before the options beside it, which therefore outrank it. (The options of
    /// `trim` exclude each other: any of them takes the place of all of the preset's.)
    fn expand(&mut self, preset: &Written, policy: &Policy, recipe: &mut Recipe) {
        let Some(text) = policy.presets.get(&preset.value) else {
            let known = policy.presets.keys().map(String::as_str);
            let hint = nearest(&preset.value, known).map(|name| format!("preset={name}"));
            let message = "no such preset".to_owned();
            self.report(preset.span.clone(), IssueKind::Malformed, message, hint);
            return;
        };
        let mut inner = OptionList::parse(text, 0..text.len());
        inner.apply(recipe);
        for issue in inner.issues {
            let message = format!("in the preset, `{}`: {}", issue.option, issue.message);
            self.report(preset.span.clone(), issue.kind, message, issue.hint);
        }
        let trims = |written: &Written| written.row.name.starts_with("trim");
        if self.counting.values().any(trims) {
            recipe.trim = None;
        }
    }

    fn apply(&mut self, recipe: &mut Recipe) {
        let remarks: Vec<_> = self
            .counting
            .values()
            .filter_map(|written| Some((written.span.clone(), remark_on(written, recipe)?)))
            .collect();
        for (span, (kind, message, hint)) in remarks {
            self.report(span, kind, message, hint);
        }
    }

    fn note_no_effects(&mut self, recipe: &Recipe, preset: Option<&Written>) {
        for (name, check) in NO_EFFECTS {
            let Some(message) = check(recipe) else { continue };
            let written = self.counting.values().find(|written| written.row.name == *name);
            let Some(span) = written.or(preset).map(|written| written.span.clone()) else {
                continue;
            };
            self.report(span, IssueKind::NoEffect, message, None);
        }
    }

    fn report(
        &mut self,
        span: Range<usize>,
        kind: IssueKind,
        message: String,
        hint: Option<String>,
    ) {
        self.issues.push(issue_of(self.url, span, kind, message, hint));
    }
}

fn remark_on(
    written: &Written,
    recipe: &mut Recipe,
) -> Option<(IssueKind, String, Option<String>)> {
    match written.row.effect {
        Effect::Field { read, .. } => remark(written.row.name, read(recipe, &written.value)),
        Effect::Preset => {
            Some((IssueKind::NoEffect, "a preset names no other preset".to_owned(), None))
        }
        Effect::Unsupported => Some((IssueKind::Unsupported, "is not supported".to_owned(), None)),
    }
}

fn names() -> impl Iterator<Item = &'static str> {
    options().iter().flat_map(|row| [Some(row.name), row.alias]).flatten()
}

/// Options that can be of no effect together with others, with what is to be said then.
type NoEffect = (&'static str, fn(&Recipe) -> Option<String>);
const NO_EFFECTS: &[NoEffect] = &[
    ("fit", fit_needs_both_sides),
    ("gravity", |recipe| {
        let crops = matches!(recipe.fit, Fit::Cover | Fit::Crop | Fit::AspectCrop);
        (recipe.gravity != Gravity::Center && !crops)
            .then(|| "only a `fit` that crops heeds it: cover, crop, aspect-crop".to_owned())
    }),
    ("enlarge", |recipe| {
        (recipe.no_enlarge && recipe.fit != Fit::Pad).then(|| "only `fit=pad` heeds it".to_owned())
    }),
    ("wbreakpoints", |recipe| without_auto(recipe, !recipe.width_breakpoints.is_empty())),
    ("wmobile", |recipe| without_auto(recipe, recipe.width_mobile.is_some())),
    ("wdesktop", |recipe| without_auto(recipe, recipe.width_desktop.is_some())),
    ("trim.right", |recipe| {
        outranked(recipe, |trim| trim.width.is_some() && trim.right.is_some(), "trim.width")
    }),
    ("trim.bottom", |recipe| {
        outranked(recipe, |trim| trim.height.is_some() && trim.bottom.is_some(), "trim.height")
    }),
    ("border.color", |recipe| {
        let widths = recipe.border.map(|b| [b.top, b.right, b.bottom, b.left]);
        (widths == Some([0; 4])).then(|| "the border is 0 pixels wide".to_owned())
    }),
];

fn fit_needs_both_sides(recipe: &Recipe) -> Option<String> {
    let needs_both = !matches!(recipe.fit, Fit::ScaleDown | Fit::Contain | Fit::ScaleUp);
    let has_both = recipe.width.is_some() && recipe.height.is_some();
    let (_, name) = Fit::NAMES.iter().find(|(fit, _)| *fit == recipe.fit)?;
    (needs_both && !has_both).then(|| format!("{name} needs both width and height"))
}

fn without_auto(recipe: &Recipe, given: bool) -> Option<String> {
    (given && recipe.width != Some(Width::Auto)).then(|| "only `width=auto` heeds it".to_owned())
}

fn outranked(
    recipe: &Recipe,
    both: fn(&crate::recipe::TrimRect) -> bool,
    by: &str,
) -> Option<String> {
    match &recipe.trim {
        Some(Trim::Rect(rect)) if both(rect) => Some(format!("outranked by `{by}`")),
        _ => None,
    }
}

/// The parts between commas, without white space around them and without empty ones. A comma in
/// parentheses separates the arguments of a color, not options.
fn parts(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut next = 0;
    while let Some(byte) = bytes.get(next) {
        match byte {
            b'(' => next += closing_parenthesis(bytes.get(next..).unwrap_or_default()),
            b',' => {
                parts.push(start..next);
                start = next + 1;
            }
            _ => {}
        }
        next += 1;
    }
    parts.push(start..bytes.len());
    parts.into_iter().filter_map(|part| trimmed(bytes, part)).collect()
}

/// How far away the parenthesis is closed; 0 where it is not, before another is opened.
fn closing_parenthesis(bytes: &[u8]) -> usize {
    let next = bytes.iter().skip(1).position(|byte| matches!(byte, b'(' | b')' | b'='));
    next.map(|next| next + 1).filter(|&next| bytes.get(next) == Some(&b')')).unwrap_or(0)
}

fn trimmed(bytes: &[u8], part: Range<usize>) -> Option<Range<usize>> {
    let text = bytes.get(part.clone())?;
    let start = part.start + (text.len() - text.trim_ascii_start().len());
    let length = text.trim_ascii().len();
    (length > 0).then(|| start..start + length)
}
