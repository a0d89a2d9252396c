//! Lines over time: a picture for each unit, the columns of one unit as lines in it.

use jiff::civil::DateTime;
use maud::{Markup, html};

use super::scale::{Axis, minutes_of, moments};
use super::{COLORS, Data, anchor, percent, words};
use crate::render::units;

/// Heights, px: above the plot, of the plot, below it for the moments.
const TOP: u32 = 22;
const PLOT: u32 = 150;
const BOTTOM: u32 = 26;

/// Units of the plot's own measure, which is stretched to the width there is.
const SIDE: f64 = 1000.0;

/// Points that tell their value to a pointer; where there are more, only the table does.
const TOLD: usize = 400;

/// Points of a line; of more, the lowest and the highest of neighbors are drawn.
const DRAWN: usize = 1_500;

pub(super) fn draw(data: &Data<'_>) -> Option<Markup> {
    let times = data.times()?;
    let mut units: Vec<Option<&str>> = Vec::new();
    for nth in 1..data.columns.len() {
        if !units.contains(&data.unit(nth)) {
            units.push(data.unit(nth));
        }
    }
    let pictures = units.into_iter().enumerate().map(|(color, unit)| {
        let nths = (1..data.columns.len()).filter(|&nth| data.unit(nth) == unit).collect();
        picture(data, &Lines { times: &times, nths, unit, color })
    });
    Some(html! { div.pictures { @for picture in pictures { div { (picture) } } } })
}

/// What is drawn in one picture.
struct Lines<'a> {
    times: &'a [DateTime],
    /// Columns, by their place in the header.
    nths: Vec<usize>,
    unit: Option<&'a str>,
    /// The color of the first line.
    color: usize,
}

impl Lines<'_> {
    fn color(&self, nth: usize) -> String {
        format!("c{}", (self.color + nth).min(COLORS - 1))
    }
}

fn picture(data: &Data<'_>, lines: &Lines<'_>) -> Markup {
    let is_whole = lines.nths.iter().all(|&nth| data.is_whole(nth));
    let axis = Axis::over(lines.nths.iter().flat_map(|&nth| data.numbers(nth).flatten()), is_whole);
    let time = Time::of(lines.times);
    let id = format!("{}-{}", data.id, data.head(lines.nths[0]).name);
    html! {
        (legend(data, lines))
        svg.chart role="img" aria-labelledby=(format!("{id}-title {id}-desc")) width="100%" height=(TOP + PLOT + BOTTOM) {
            title id=(format!("{id}-title")) { (data.title) ": " (names(data, &lines.nths)) }
            desc id=(format!("{id}-desc")) { (described(data, lines)) }
            @for &tick in &axis.ticks {
                line.grid x1="0" x2="100%" y1=(y_of(&axis, tick)) y2=(y_of(&axis, tick)) {}
            }
            svg x="0" y=(TOP) width="100%" height=(PLOT) viewBox="0 0 1000 1000" preserveAspectRatio="none" overflow="visible" {
                @for (nth, &column) in lines.nths.iter().enumerate() {
                    @let strokes = strokes(&time, &axis, lines.times, data.numbers(column));
                    g.(lines.color(nth)) {
                        @if lines.nths.len() == 1 { path.area d=(area(&strokes, &axis)) {} }
                        path.line d=(path(&strokes)) {}
                    }
                }
            }
            @for &tick in &axis.ticks {
                text.tick x="0" y=(y_of(&axis, tick) - 4.0) { (units::short(lines.unit, tick)) }
            }
            @for (moment, label) in moments(time.first, time.last) {
                @let share = time.share(moment);
                line.mark x1=(percent(share)) x2=(percent(share)) y1=(TOP + PLOT) y2=(TOP + PLOT + 5) {}
                text.tick x=(percent(share)) y=(TOP + PLOT + 19) text-anchor=(anchor(share)) { (label) }
            }
            @if lines.times.len() <= TOLD { (pointed(data, lines, &time)) }
        }
    }
}

fn y_of(axis: &Axis, value: f64) -> f64 {
    (f64::from(TOP) + f64::from(PLOT) * (1.0 - axis.place(value))).round()
}

fn names(data: &Data<'_>, nths: &[usize]) -> String {
    nths.iter().map(|&nth| words(&data.head(nth).name)).collect::<Vec<_>>().join(", ")
}

fn legend(data: &Data<'_>, lines: &Lines<'_>) -> Markup {
    html! {
        ul.legend {
            @for (nth, &column) in lines.nths.iter().enumerate() {
                li.(lines.color(nth)) { (words(&data.head(column).name)) }
            }
        }
    }
}

/// What the lines say, for those who do not see them.
fn described(data: &Data<'_>, lines: &Lines<'_>) -> String {
    let each = lines.nths.iter().map(|&nth| {
        let told = |value: f64| units::with_unit(lines.unit, value);
        let points = lines.times.iter().zip(data.numbers(nth));
        let points = points.filter_map(|(time, value)| Some((time, value?)));
        let points: Vec<(&DateTime, f64)> = points.collect();
        let low = points.iter().min_by(|a, b| a.1.total_cmp(&b.1));
        let high = points.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(a.0)));
        let name = words(&data.head(nth).name);
        match low.zip(high) {
            None => format!("{name}: no values."),
            Some((low, high)) => format!(
                "{name}: {} points, lowest {} at {}, highest {} at {}.",
                points.len(),
                told(low.1),
                written(*low.0),
                told(high.1),
                written(*high.0)
            ),
        }
    });
    each.collect::<Vec<_>>().join(" ")
}

fn written(time: DateTime) -> String {
    time.strftime("%Y-%m-%d %H:%M").to_string()
}

/// The axis of time.
struct Time {
    first: DateTime,
    last: DateTime,
    /// The shortest time between two points, minutes: a longer one is a gap.
    step: i64,
}

impl Time {
    fn of(times: &[DateTime]) -> Self {
        let first = times.iter().min().copied().unwrap_or_default();
        let last = times.iter().max().copied().unwrap_or_default();
        let between = times.windows(2).map(|pair| minutes_of(pair[1]) - minutes_of(pair[0]));
        let step = between.filter(|&minutes| minutes > 0).min().unwrap_or(1);
        Self { first, last, step }
    }

    fn share(&self, moment: DateTime) -> f64 {
        let span = (minutes_of(self.last) - minutes_of(self.first)).max(1);
        (minutes_of(moment) - minutes_of(self.first)) as f64 / span as f64
    }
}

/// The strokes of a line. Where a point is missing, or has no value, one ends.
fn strokes(
    time: &Time,
    axis: &Axis,
    times: &[DateTime],
    values: impl Iterator<Item = Option<f64>>,
) -> Vec<Vec<(f64, f64)>> {
    let points: Vec<(i64, Option<f64>)> =
        times.iter().copied().map(minutes_of).zip(values).collect();
    let first = minutes_of(time.first);
    let span = (minutes_of(time.last) - first).max(1) as f64;
    let group = group(points.len());
    // Of a group two points are left, which may be its first and its last.
    let many = i64::try_from(group).unwrap_or(i64::MAX);
    let reach = if many == 1 { time.step + time.step / 2 } else { time.step * 2 * many };
    let mut strokes: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut before = None;
    for (minute, value) in thinned(&points, group) {
        let Some(value) = value else {
            before = None;
            continue;
        };
        let point = (SIDE * (minute - first) as f64 / span, SIDE * (1.0 - axis.place(value)));
        let is_next = before.is_some_and(|before| minute - before <= reach);
        match strokes.last_mut().filter(|_| is_next) {
            Some(stroke) => stroke.push(point),
            None => strokes.push(vec![point]),
        }
        before = Some(minute);
    }
    strokes
}

/// A stroke of one point is a line of no length, which round ends make a dot.
fn path(strokes: &[Vec<(f64, f64)>]) -> String {
    let stroke = |points: &Vec<(f64, f64)>| {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        format!("M{}h0", points.join("L"))
    };
    strokes.iter().map(stroke).collect()
}

/// What is between the strokes and zero.
fn area(strokes: &[Vec<(f64, f64)>], axis: &Axis) -> String {
    let zero = SIDE * (1.0 - axis.place(0.0));
    let below = |points: &Vec<(f64, f64)>| {
        let (first, last) = (points.first()?.0, points.last()?.0);
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        Some(format!("M{first:.1} {zero:.1}L{}L{last:.1} {zero:.1}Z", points.join("L")))
    };
    strokes.iter().filter_map(below).collect()
}

/// How many neighbors are drawn as two points; 1 where every point is drawn.
fn group(points: usize) -> usize {
    if points <= DRAWN { 1 } else { points.div_ceil(DRAWN / 2) }
}

/// Of each group of neighbors the lowest and the highest.
fn thinned(points: &[(i64, Option<f64>)], group: usize) -> Vec<(i64, Option<f64>)> {
    if group == 1 {
        return points.to_vec();
    }
    let ends = points.chunks(group).flat_map(|chunk| {
        let known = chunk.iter().filter(|(_, value)| value.is_some());
        let low = known.clone().min_by(|a, b| a.1.unwrap_or(0.0).total_cmp(&b.1.unwrap_or(0.0)));
        let high = known.max_by(|a, b| a.1.unwrap_or(0.0).total_cmp(&b.1.unwrap_or(0.0)));
        let mut pair: Vec<(i64, Option<f64>)> = low.into_iter().chain(high).copied().collect();
        pair.sort_by_key(|(minute, _)| *minute);
        pair
    });
    ends.collect()
}

/// Strips that tell a pointer what is drawn there.
fn pointed(data: &Data<'_>, lines: &Lines<'_>, time: &Time) -> Markup {
    let width = 1.0 / lines.times.len().max(1) as f64;
    let values: Vec<Vec<Option<f64>>> =
        lines.nths.iter().map(|&nth| data.numbers(nth).collect()).collect();
    let told = |row: usize| {
        let each = lines.nths.iter().zip(&values).map(|(&nth, values)| {
            let value = values[row].map_or("–".to_owned(), |it| units::with_unit(lines.unit, it));
            format!("{}: {value}", words(&data.head(nth).name))
        });
        each.collect::<Vec<_>>().join(", ")
    };
    html! {
        @for (row, &moment) in lines.times.iter().enumerate() {
            rect.strip x=(percent((time.share(moment) - width / 2.0).max(0.0))) width=(percent(width)) y=(TOP) height=(PLOT) {
                title { (written(moment)) " · " (told(row)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_hour_is_a_gap_and_a_point_alone_a_dot() {
        let at = |hour| DateTime::constant(2026, 11, 27, hour, 0, 0, 0);
        let times = [at(0), at(1), at(2), at(4), at(5), at(8)];
        let values = [Some(0.0), Some(50.0), None, Some(100.0), Some(100.0), Some(25.0)];
        let axis = Axis::over(values.into_iter().flatten(), true);
        let strokes = strokes(&Time::of(&times), &axis, &times, values.into_iter());
        assert_eq!(
            path(&strokes),
            "M0.0 1000.0L125.0 500.0h0M500.0 0.0L625.0 0.0h0M1000.0 750.0h0"
        );
        assert_eq!(area(&strokes[..1], &axis), "M0.0 1000.0L0.0 1000.0L125.0 500.0L125.0 1000.0Z");
    }

    #[test]
    fn of_very_many_points_the_extremes_are_drawn_without_gaps() {
        let first = DateTime::constant(2026, 11, 27, 0, 0, 0, 0);
        let times: Vec<DateTime> = (0..20_000_i64)
            .map(|nth| first.saturating_add(jiff::Span::new().minutes(nth)))
            .collect();
        let values =
            (0..20_000).map(|nth| Some(if nth == 7_777 { 9.0 } else { f64::from(nth % 2) }));
        let axis = Axis::over(values.clone().flatten(), true);
        let strokes = strokes(&Time::of(&times), &axis, &times, values);
        assert_eq!(strokes.len(), 1);
        assert!(strokes[0].len() <= DRAWN + 2, "{}", strokes[0].len());
        assert!(strokes[0].iter().any(|(_, y)| (*y - SIDE * (1.0 - axis.place(9.0))).abs() < 0.01));
    }
}
