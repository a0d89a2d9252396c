//! Where values lie on an axis, and which of them are written at it.

use jiff::civil::DateTime;
use jiff::{ToSpan as _, Unit};

/// An axis of numbers from `low` to `high`, with `ticks` at round ones.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) ticks: Vec<f64>,
}

/// Intervals between the ticks of an axis, about.
const INTERVALS: f64 = 5.0;

impl Axis {
    /// An axis with zero and all values on it. `is_whole` keeps the ticks of counts whole.
    pub(super) fn over(values: impl Iterator<Item = f64>, is_whole: bool) -> Self {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let span = if high > low { high - low } else { 1.0 };
        let mut step = round_step(span / INTERVALS);
        if is_whole {
            step = step.max(1.0);
        }
        let (first, last) = ((low / step).floor(), ((low + span) / step).ceil());
        let mut ticks = Vec::new();
        let mut tick = first;
        while tick <= last {
            ticks.push(tick * step);
            tick += 1.0;
        }
        Self { low: first * step, high: last * step, ticks }
    }

    /// Where a value lies, 0 at the low end and 1 at the high one.
    pub(super) fn place(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// The next step upward of 1, 2 or 5 times a power of ten.
fn round_step(least: f64) -> f64 {
    let power = 10.0_f64.powf(least.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|it| it * power >= least * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

/// Ticks of an axis of time at most.
const TIME_TICKS: i64 = 6;

/// Minutes between ticks, up to two weeks.
const MINUTES: [i64; 15] =
    [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080, 20_160];

const DAY: i64 = 1_440;

/// Round moments between two, with what is written at them.
pub(super) fn moments(from: DateTime, to: DateTime) -> Vec<(DateTime, String)> {
    let (first, last) = (minutes_of(from), minutes_of(to));
    let fits = |step: &&i64| (last - first) / **step < TIME_TICKS;
    match MINUTES.iter().find(fits) {
        Some(&step) => by_minutes(first, last, step),
        None => by_months(from, to),
    }
}

fn by_minutes(first: i64, last: i64, step: i64) -> Vec<(DateTime, String)> {
    // Weeks begin on Mondays; the first of 1970 was the fifth of January.
    let offset = if step > 2 * DAY { 4 * DAY } else { 0 };
    let begin = (first - offset).div_euclid(step) * step + offset;
    let mut ticks = Vec::new();
    let mut at = if begin < first { begin + step } else { begin };
    while at <= last {
        if let Ok(moment) = epoch().checked_add(at.minutes()) {
            let form = if at.rem_euclid(DAY) == 0 { "%-d %b" } else { "%H:%M" };
            ticks.push((moment, moment.strftime(form).to_string()));
        }
        at += step;
    }
    ticks
}

fn by_months(from: DateTime, to: DateTime) -> Vec<(DateTime, String)> {
    let month = |at: DateTime| i64::from(at.year()) * 12 + i64::from(at.month()) - 1;
    let step = (month(to) - month(from)) / TIME_TICKS + 1;
    let first = from.date().first_of_month().at(0, 0, 0, 0);
    let months = (0..=TIME_TICKS).filter_map(|nth| first.checked_add((nth * step).months()).ok());
    let inside = months.filter(|moment| (from..=to).contains(moment));
    inside.map(|moment| (moment, moment.strftime("%b %Y").to_string())).collect()
}

/// Minutes since 1970.
pub(super) fn minutes_of(moment: DateTime) -> i64 {
    moment.since((Unit::Minute, epoch())).map_or(0, |span| span.get_minutes())
}

const fn epoch() -> DateTime {
    DateTime::constant(1970, 1, 1, 0, 0, 0, 0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_round() {
        for (values, is_whole, want) in [
            (vec![0.0, 97.0], true, vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
            (vec![3.0], true, vec![0.0, 1.0, 2.0, 3.0]),
            (vec![0.0], true, vec![0.0, 1.0]),
            (vec![0.31], false, vec![0.0, 0.1, 0.2, 0.3, 0.4]),
            (vec![-5.0, 5.0], false, vec![-6.0, -4.0, -2.0, 0.0, 2.0, 4.0, 6.0]),
            (vec![], false, vec![0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        ] {
            let ticks = Axis::over(values.into_iter(), is_whole).ticks;
            let rounded: Vec<f64> = ticks.iter().map(|it| (it * 1e6).round() / 1e6).collect();
            assert_eq!(rounded, want);
        }
    }

    #[test]
    fn moments_are_round() {
        let labels = |from: DateTime, to: DateTime| {
            moments(from, to).into_iter().map(|(_, label)| label).collect::<Vec<_>>().join(", ")
        };
        let start = date(2026, 11, 27).at(0, 0, 0, 0);
        for (to, want) in [
            (date(2026, 11, 27).at(0, 5, 0, 0), "27 Nov, 00:01, 00:02, 00:03, 00:04, 00:05"),
            (date(2026, 11, 27).at(23, 0, 0, 0), "27 Nov, 06:00, 12:00, 18:00"),
            (date(2026, 12, 26).at(0, 0, 0, 0), "30 Nov, 7 Dec, 14 Dec, 21 Dec"),
            (date(2027, 11, 27).at(0, 0, 0, 0), "Feb 2027, May 2027, Aug 2027, Nov 2027"),
        ] {
            assert_eq!(labels(start, to), want, "{to}");
        }
    }

    proptest! {
        #[test]
        fn an_axis_holds_its_values(values in prop::collection::vec(-1e12_f64..1e12, 0..20)) {
            let axis = Axis::over(values.iter().copied(), false);
            prop_assert!(axis.ticks.len() <= 12, "{:?}", axis.ticks);
            for value in values {
                prop_assert!((axis.low..=axis.high).contains(&value), "{value} {axis:?}");
            }
        }
    }
}
