//! When: the hours and distributions that files belong to, after the curve of a day and a sale.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::draw::{Draw, Weighted};
use crate::sites::Distribution;

/// Requests of each hour of a day, UTC, for each 100 of the mean: a shop's day in Europe.
const DAY_CURVE: [u32; 24] = [
    34, 24, 18, 15, 16, 24, 45, 72, 98, 115, 124, 128, 130, 126, 120, 118, 122, 134, 152, 176, 184,
    158, 112, 64,
];

/// The hour of the sale, counted from the first day's midnight, and how much more is asked then and
/// in the hours behind it.
const SALE: [(usize, u32); 4] = [(10, 7), (11, 3), (12, 2), (13, 2)];

/// An hour of a distribution. Two files are of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// The place of the distribution.
    pub(crate) distribution: usize,
    /// Begin of the hour, milliseconds since 1970 UTC.
    pub(crate) begin: i64,
    /// Whether the sale begins with it.
    pub(crate) is_sale: bool,
}

const HOUR: u32 = 3_600_000;

impl Slot {
    /// When a request of it ends. Two in 1,000 do so in the next hour's first 40 seconds.
    pub(crate) fn millis(&self, draw: &mut Draw) -> i64 {
        let into = if draw.per_mille(2) {
            HOUR + draw.below(40_000)
        } else if self.is_sale {
            // Most come in the first minutes.
            let within = draw.below(HOUR);
            draw.below(within)
        } else {
            draw.below(HOUR)
        };
        self.begin + i64::from(into)
    }
}

/// The slots: each distribution has one, and the rest go where the traffic is.
pub(crate) fn slots(
    draw: &mut Draw,
    first_day: Date,
    days: usize,
    distributions: &[Distribution],
    count: usize,
) -> Vec<Slot> {
    let hours = Weighted::new((0..days.max(1) * 24).map(hour_weight));
    let sites = Weighted::new(distributions.iter().map(|it| (it.weights.sum() >> 6).max(1)));
    let midnight = midnight(first_day);
    (0..count)
        .map(|nth| {
            let distribution = if nth < distributions.len() { nth } else { sites.place(draw) };
            let hour = hours.place(draw);
            let begin = midnight + i64::try_from(hour).unwrap_or(0) * i64::from(HOUR);
            Slot { distribution, begin, is_sale: hour == SALE[0].0 }
        })
        .collect()
}

fn hour_weight(hour: usize) -> u32 {
    let times = SALE.iter().find(|(at, _)| *at == hour).map_or(1, |(_, times)| *times);
    DAY_CURVE[hour % 24] * times
}

fn midnight(day: Date) -> i64 {
    day.to_zoned(TimeZone::UTC).map_or(0, |it| it.timestamp().as_millisecond())
}

/// When a file is delivered: minutes after its hour, or a day late at most.
pub(crate) fn delivered(draw: &mut Draw, slot: &Slot, is_late: bool) -> Timestamp {
    let minutes = if is_late { draw.between(120, 24 * 60) } else { draw.between(4, 55) };
    let end = Timestamp::from_millisecond(slot.begin + i64::from(HOUR)).unwrap_or_default();
    let later = SignedDuration::from_secs(i64::from(minutes) * 60 + i64::from(draw.below(60)));
    end.checked_add(later).unwrap_or(end)
}
