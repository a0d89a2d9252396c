//! Columns over time, divided by kind: `stacked time kind value`.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use maud::{Markup, html};

use super::scale::{Axis, minutes_of, moments};
use super::{COLORS, Data, anchor, percent, words};
use crate::render::cells::printable;
use crate::render::units;

/// Heights, px: above the plot, of the plot, below it for the moments.
const TOP: f64 = 22.0;
const PLOT: f64 = 180.0;
const BOTTOM: f64 = 26.0;

pub(super) fn draw(data: &Data<'_>) -> Option<Markup> {
    if data.columns.len() < 3 {
        return None;
    }
    let stacks = Stacks::of(data)?;
    let axis = Axis::over(stacks.columns.values().map(|of| of.iter().sum()), data.is_whole(2));
    let unit = data.unit(2);
    let id = format!("{}-{}", data.id, data.head(2).name);
    let (first, last) = (*stacks.columns.keys().next()?, *stacks.columns.keys().next_back()?);
    let slots = (minutes_of(last) - minutes_of(first)) / stacks.step + 1;
    let width = 1.0 / slots as f64;
    let share =
        |at: DateTime| (minutes_of(at) - minutes_of(first)) as f64 / stacks.step as f64 * width;
    let y = |value: f64| TOP + PLOT * (1.0 - axis.place(value));
    Some(html! {
        ul.legend {
            @for (color, kind) in stacks.kinds.iter().enumerate() {
                li.(format!("c{color}")) { (printable(kind)) }
            }
        }
        svg.chart role="img" aria-labelledby=(format!("{id}-title {id}-desc")) width="100%" height=(TOP + PLOT + BOTTOM) {
            title id=(format!("{id}-title")) { (data.title) ": " (words(&data.head(2).name)) " by " (words(&data.head(1).name)) }
            desc id=(format!("{id}-desc")) { (stacks.described(unit)) }
            @for &tick in &axis.ticks {
                line.grid x1="0" x2="100%" y1=(y(tick).round()) y2=(y(tick).round()) {}
                text.tick x="0" y=(y(tick).round() - 4.0) { (units::short(unit, tick)) }
            }
            @for (moment, label) in moments(first, last) {
                text.tick x=(percent(share(moment) + width / 2.0)) y=(TOP + PLOT + 19.0) text-anchor=(anchor(share(moment))) { (label) }
            }
            @for (&moment, of) in &stacks.columns {
                @for (color, kind, begin, end) in stacks.pieces(of) {
                    rect.piece.(format!("c{color}")) x=(percent(share(moment) + width * 0.08)) width=(percent(width * 0.84)) y=(format!("{:.1}", y(end))) height=(format!("{:.1}", y(begin) - y(end))) {
                        title { (moment.strftime("%Y-%m-%d %H:%M")) " · " (printable(kind)) ": " (units::with_unit(unit, end - begin)) }
                    }
                }
            }
        }
    })
}

/// The values of each moment, by kind.
struct Stacks {
    kinds: Vec<String>,
    columns: BTreeMap<DateTime, Vec<f64>>,
    /// Minutes from one column to the next.
    step: i64,
}

impl Stacks {
    fn of(data: &Data<'_>) -> Option<Self> {
        let times = data.times()?;
        let kinds = kinds(data);
        let mut columns: BTreeMap<DateTime, Vec<f64>> = BTreeMap::new();
        for ((time, kind), value) in times.into_iter().zip(data.texts(1)).zip(data.numbers(2)) {
            let place = kinds.iter().position(|its| its == kind).unwrap_or(kinds.len() - 1);
            let of = columns.entry(time).or_insert_with(|| vec![0.0; kinds.len()]);
            of[place] += value.unwrap_or(0.0).max(0.0);
        }
        let moments: Vec<i64> = columns.keys().copied().map(minutes_of).collect();
        let step = moments.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or(1).max(1);
        Some(Self { kinds, columns, step })
    }

    /// The pieces of a column from below: color, kind, begin, end.
    fn pieces<'a>(&'a self, of: &'a [f64]) -> impl Iterator<Item = (usize, &'a str, f64, f64)> {
        let mut begin = 0.0;
        let pieces = of.iter().enumerate().filter(|(_, value)| **value > 0.0);
        pieces.map(move |(color, value)| {
            let piece = (color, self.kinds[color].as_str(), begin, begin + value);
            begin += value;
            piece
        })
    }

    fn described(&self, unit: Option<&str>) -> String {
        let sum = |place: usize| self.columns.values().map(|of| of[place]).sum();
        let each = self.kinds.iter().enumerate().map(|(place, kind)| {
            format!("{}: {} in all", printable(kind), units::with_unit(unit, sum(place)))
        });
        format!("{} columns. {}.", self.columns.len(), each.collect::<Vec<_>>().join(", "))
    }
}

/// The kinds with the largest sums; the rest is one of them.
fn kinds(data: &Data<'_>) -> Vec<String> {
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    for (kind, value) in data.texts(1).zip(data.numbers(2)) {
        *sums.entry(kind).or_default() += value.unwrap_or(0.0);
    }
    let mut kinds: Vec<(&str, f64)> = sums.into_iter().collect();
    kinds.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    let is_too_many = kinds.len() > COLORS;
    let kept = if is_too_many { COLORS - 1 } else { kinds.len() };
    let mut names: Vec<String> = kinds[..kept].iter().map(|(kind, _)| (*kind).to_owned()).collect();
    if is_too_many {
        names.push("all others".to_owned());
    }
    names
}
