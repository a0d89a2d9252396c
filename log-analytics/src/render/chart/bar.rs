//! Bars, one below the other, each with its name and value above it: names of any length have room at
//! any width.

use maud::{Markup, html};

use super::scale::Axis;
use super::{Data, percent, words};
use crate::render::cells::printable;
use crate::render::units;

/// Bars at most; the table has the rest.
const MOST: usize = 12;

/// Px from one bar to the next, of the text above a bar, of a bar.
const ROW: usize = 38;
const TEXT: usize = 16;
const BAR: usize = 12;

/// Letters of a name.
const LETTERS: usize = 48;

pub(super) fn draw(data: &Data<'_>) -> Option<Markup> {
    let bars = bars(data);
    let shown = &bars[..bars.len().min(MOST)];
    let axis = Axis::over(shown.iter().map(|bar| bar.1), false);
    let zero = axis.place(0.0);
    let unit = data.unit(1);
    let (of, value) = (words(&data.head(0).name), words(&data.head(1).name));
    let id = format!("{}-{}", data.id, data.head(1).name);
    let (name, most) = shown.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(html! {
        svg.chart role="img" aria-labelledby=(format!("{id}-title {id}-desc")) width="100%" height=(shown.len() * ROW) {
            title id=(format!("{id}-title")) { (data.title) ": " (value) " by " (of) }
            desc id=(format!("{id}-desc")) {
                (shown.len()) " bars; the longest is " (printable(name)) " with " (units::with_unit(unit, *most)) "."
            }
            @for (nth, (name, bar)) in shown.iter().enumerate() {
                @let (begin, end) = (zero.min(axis.place(*bar)), zero.max(axis.place(*bar)));
                text.name x="0" y=(nth * ROW + TEXT - 3) { (cut(&printable(name))) }
                text.value x="100%" y=(nth * ROW + TEXT - 3) text-anchor="end" { (units::with_unit(unit, *bar)) }
                rect.track x="0" width="100%" y=(nth * ROW + TEXT + 2) height=(BAR) rx="2" {}
                rect.bar x=(percent(begin)) width=(percent(end - begin)) y=(nth * ROW + TEXT + 2) height=(BAR) rx="2" {
                    title { (printable(name)) ": " (units::with_unit(unit, *bar)) }
                }
            }
        }
        @if bars.len() > shown.len() {
            p.more { "The first " (shown.len()) " of " (bars.len()) "." }
        }
    })
}

/// Names and values. Rows of one name are added up where that has a meaning; of a ratio or a time the
/// first row stands.
fn bars(data: &Data<'_>) -> Vec<(String, f64)> {
    let is_sum = !matches!(data.unit(1), Some("percent" | "seconds"));
    let mut bars: Vec<(String, f64)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for (name, value) in data.texts(0).zip(data.numbers(1)) {
        let Some(value) = value else { continue };
        let place = *places.entry(name.to_owned()).or_insert(bars.len());
        match bars.get_mut(place) {
            None => bars.push((name.to_owned(), value)),
            Some(bar) if is_sum => bar.1 += value,
            Some(_) => {}
        }
    }
    bars
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LETTERS {
        return text.to_owned();
    }
    let begin: String = text.chars().take(LETTERS / 2).collect();
    let end: Vec<char> = text.chars().rev().take(LETTERS / 2 - 1).collect();
    format!("{begin}…{}", end.into_iter().rev().collect::<String>())
}
