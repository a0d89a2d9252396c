//! What the name of a file tells: the distribution, and the hour of its requests.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// What a file's name tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The distribution's id.
    pub distribution: Option<String>,
    /// The begin of the hour or day, and the end.
    pub between: Option<(Timestamp, Timestamp)>,
}

impl Named {
    /// Reads `<prefix>/<distribution>.2026-11-23-07.<unique>.gz`, and the folders
    /// `<distribution>/2026/11/23/07/`, `distributionid=…/year=2026/month=11/day=23/hour=07/` and
    /// `day=2026-11-23/`.
    pub fn of(name: &str) -> Self {
        Self::of_legacy(name)
            .or_else(|| Self::of_folders(name))
            .or_else(|| Self::of_compacted(name))
            .unwrap_or_default()
    }

    /// What the name of a folder tells of all that is below it: a month, a day, or an hour, as its last
    /// parts. A year alone may be anything, so it tells nothing.
    pub(crate) fn of_folder(name: &str) -> Self {
        let last = name.rsplit('/').next().unwrap_or_default();
        if let Some(day) = last.strip_prefix("day=").or_else(|| last.strip_prefix("dt="))
            && let Some(between) = day_of(&day.split('-').collect::<Vec<_>>())
        {
            return Self { distribution: None, between: Some(between) };
        }
        let values: Vec<&str> =
            name.split('/').map(|it| it.split_once('=').map_or(it, |(_, value)| value)).collect();
        let last = |count: usize| values.len().checked_sub(count).map(|at| &values[at..]);
        let between = last(4)
            .and_then(hour_of)
            .or_else(|| last(3).and_then(day_of))
            .or_else(|| last(2).and_then(month_of));
        Self { distribution: None, between }
    }

    fn of_compacted(name: &str) -> Option<Self> {
        let day = name.split('/').find_map(|folder| folder.strip_prefix("day="))?;
        let between = day_of(&day.split('-').collect::<Vec<_>>())?;
        Some(Self { distribution: None, between: Some(between) })
    }

    fn of_legacy(name: &str) -> Option<Self> {
        let file = name.rsplit('/').next()?;
        let mut parts = file.split('.');
        let (distribution, hour) = (parts.next()?, parts.next()?);
        let numbers: Vec<&str> = hour.split('-').collect();
        let between = hour_of(&numbers)?;
        Some(Self { distribution: Some(distribution.to_owned()), between: Some(between) })
    }

    fn of_folders(name: &str) -> Option<Self> {
        let folders: Vec<&str> = name.split('/').collect();
        let values: Vec<&str> =
            folders.iter().map(|it| it.split_once('=').map_or(*it, |(_, value)| value)).collect();
        // The year is the last of four digits that a month and a day follow.
        let year = (0..values.len()).rev().find(|&at| hour_or_day(&values[at..]).is_some())?;
        let distribution = year.checked_sub(1).map(|at| values[at]);
        let is_id = |id: &&str| id.starts_with('E') && id.len() >= 12;
        Some(Self {
            distribution: distribution.filter(is_id).map(str::to_owned),
            between: hour_or_day(&values[year..]),
        })
    }

    /// Whether no request of the file can be between two moments. A request may be of the hour beside
    /// that in the name.
    pub fn is_outside(&self, from: i64, to: i64) -> bool {
        self.between.is_some_and(|(begin, end)| {
            let (begin, end) = (begin.as_millisecond() - HOUR, end.as_millisecond() + HOUR);
            end <= from || begin >= to
        })
    }
}

fn hour_or_day(values: &[&str]) -> Option<(Timestamp, Timestamp)> {
    hour_of(values.get(..4)?).or_else(|| day_of(values.get(..3)?))
}

fn hour_of(numbers: &[&str]) -> Option<(Timestamp, Timestamp)> {
    let [year, month, day, hour] = numbers else { return None };
    let hour = digits(hour, 2)?;
    let begin = midnight(year, month, day)?;
    (hour < 24).then_some(())?;
    between(begin + hour * HOUR, HOUR)
}

fn day_of(numbers: &[&str]) -> Option<(Timestamp, Timestamp)> {
    let [year, month, day] = numbers else { return None };
    between(midnight(year, month, day)?, 24 * HOUR)
}

fn month_of(numbers: &[&str]) -> Option<(Timestamp, Timestamp)> {
    let [year, month] = numbers else { return None };
    let first = midnight(year, month, "01")?;
    let days =
        Date::new(i16::try_from(digits(year, 4)?).ok()?, i8::try_from(digits(month, 2)?).ok()?, 1);
    between(first, i64::from(days.ok()?.days_in_month()) * 24 * HOUR)
}

fn between(begin: i64, length: i64) -> Option<(Timestamp, Timestamp)> {
    let moment = |millis| Timestamp::from_millisecond(millis).ok();
    Some((moment(begin)?, moment(begin + length)?))
}

fn midnight(year: &str, month: &str, day: &str) -> Option<i64> {
    let year = i16::try_from(digits(year, 4)?).ok()?;
    let month = i8::try_from(digits(month, 2)?).ok()?;
    let day = i8::try_from(digits(day, 2)?).ok()?;
    let date = Date::new(year, month, day).ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

fn digits(text: &str, count: usize) -> Option<i64> {
    let are_digits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_distribution_and_hour() {
        for (name, distribution, begin, end) in [
            (
                "p/E2EXAMPLE12345.2026-11-23-07.a1b2.gz",
                Some("E2EXAMPLE12345"),
                "2026-11-23T07:00:00Z",
                "2026-11-23T08:00:00Z",
            ),
            (
                "p/E2EXAMPLE12345/2026/11/23/07/x.gz",
                Some("E2EXAMPLE12345"),
                "2026-11-23T07:00:00Z",
                "2026-11-23T08:00:00Z",
            ),
            (
                "p/distributionid=E2EXAMPLE12345/year=2026/month=11/day=23/hour=07/x.json.gz",
                Some("E2EXAMPLE12345"),
                "2026-11-23T07:00:00Z",
                "2026-11-23T08:00:00Z",
            ),
            (
                "days/day=2026-11-23/requests.parquet",
                None,
                "2026-11-23T00:00:00Z",
                "2026-11-24T00:00:00Z",
            ),
            ("logs/2026/11/23/x.gz", None, "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"),
        ] {
            let named = Named::of(name);
            assert_eq!(named.distribution.as_deref(), distribution, "{name}");
            let told = named.between.map(|(from, to)| (from.to_string(), to.to_string()));
            assert_eq!(told, Some((begin.to_owned(), end.to_owned())), "{name}");
        }
        for name in ["a.gz", "p/2026/13/23/x.gz", "E.2026-11-23-24.x.gz", ""] {
            assert_eq!(Named::of(name).between, None, "{name}");
        }
    }

    #[test]
    fn folders_tell_months_days_and_hours() {
        for (name, begin, end) in [
            ("p/E2EXAMPLE12345/2026/02", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
            ("p/2026/11/23", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"),
            ("p/year=2026/month=11/day=23/hour=07", "2026-11-23T07:00:00Z", "2026-11-23T08:00:00Z"),
            ("days/day=2026-11-23", "2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z"),
        ] {
            let told = Named::of_folder(name).between;
            let told = told.map(|(from, to)| (from.to_string(), to.to_string()));
            assert_eq!(told, Some((begin.to_owned(), end.to_owned())), "{name}");
        }
        for name in ["", "2026", "p/2026", "p/2026/13", "p/E2EXAMPLE12345", "2026/11/23/x"] {
            assert_eq!(Named::of_folder(name).between, None, "{name}");
        }
    }

    #[test]
    fn a_file_is_left_out_only_where_it_cannot_have_a_row() {
        let named = Named::of("E2EXAMPLE12345.2026-11-23-07.a.gz");
        let (begin, end) = named.between.unwrap_or_default();
        let (begin, end) = (begin.as_millisecond(), end.as_millisecond());
        assert!(!named.is_outside(i64::MIN, i64::MAX));
        assert!(!named.is_outside(end + HOUR - 1, i64::MAX));
        assert!(named.is_outside(end + HOUR, i64::MAX));
        assert!(named.is_outside(i64::MIN, begin - HOUR));
        assert!(!named.is_outside(i64::MIN, begin - HOUR + 1));
    }
}
