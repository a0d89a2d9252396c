//! A field of cells, the darker the more: `heat column row value`.

use maud::{Markup, html};

use super::scale::Axis;
use super::{Data, percent, words};
use crate::render::cells::printable;
use crate::render::units;

/// Px of a row, and of the names above the field.
const ROW: usize = 24;
const TOP: usize = 20;

/// Steps of darkness.
const SHADES: f64 = 8.0;

/// The share of the width that the rows' names take.
const NAMES: f64 = 0.12;

/// Columns and rows at most; the table has the rest.
const MOST: usize = 60;

pub(super) fn draw(data: &Data<'_>) -> Option<Markup> {
    if data.columns.len() < 3 {
        return None;
    }
    let (across, down) = (distinct(data.texts(0)), distinct(data.texts(1)));
    let axis = Axis::over(data.numbers(2).flatten(), false);
    let (unit, id) = (data.unit(2), format!("{}-{}", data.id, data.head(2).name));
    let width = (1.0 - NAMES) / across.len() as f64;
    let cells = data.texts(0).zip(data.texts(1)).zip(data.numbers(2));
    let cells = cells.filter_map(|((x, y), value)| {
        let place = (across.iter().position(|it| *it == x)?, down.iter().position(|it| *it == y)?);
        Some((place, value?))
    });
    let labels = across.iter().enumerate().step_by(across.len().div_ceil(8));
    Some(html! {
        svg.chart role="img" aria-labelledby=(format!("{id}-title {id}-desc")) width="100%" height=(TOP + down.len() * ROW) {
            title id=(format!("{id}-title")) {
                (data.title) ": " (words(&data.head(2).name)) " by " (words(&data.head(0).name)) " and " (words(&data.head(1).name))
            }
            desc id=(format!("{id}-desc")) {
                (across.len()) " columns and " (down.len()) " rows; the darkest cell has "
                (units::with_unit(unit, data.numbers(2).flatten().fold(0.0, f64::max))) "."
            }
            @for (nth, name) in labels {
                text.tick x=(percent(NAMES + nth as f64 * width)) y="13" { (printable(name)) }
            }
            @for (nth, name) in down.iter().enumerate() {
                text.tick x="0" y=(TOP + nth * ROW + 16) { (printable(name)) }
            }
            @for ((x, y), value) in cells {
                rect.(format!("heat{:.0}", (axis.place(value) * SHADES).ceil())) x=(percent(NAMES + x as f64 * width)) width=(percent(width * 0.94)) y=(TOP + y * ROW) height=(ROW - 2) {
                    title { (printable(across[x])) " · " (printable(down[y])) ": " (units::with_unit(unit, value)) }
                }
            }
        }
    })
}

/// The texts in order, each once: numbers by their size.
fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut all: Vec<&str> = texts.collect();
    all.sort_by_key(|text| (text.parse::<i64>().unwrap_or(i64::MAX), *text));
    all.dedup();
    all.truncate(MOST);
    all
}
