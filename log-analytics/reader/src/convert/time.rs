//! When a request was: milliseconds since 1970, UTC.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;

/// Reads dates; remembers the last one, since a file has few.
#[derive(Debug, Default)]
pub(crate) struct Dates {
    last: Vec<u8>,
    midnight: Option<i64>,
}

impl Dates {
    /// `2026-11-23` and `18:05:09`.
    pub(crate) fn millis(&mut self, date: &[u8], time: &[u8]) -> Option<i64> {
        if date != self.last {
            self.midnight = midnight(date);
            self.last.clear();
            self.last.extend_from_slice(date);
        }
        Some(self.midnight? + of_day(time)?)
    }
}

/// Seconds since 1970 with up to three digits behind the point, `1763884800.123`.
pub(crate) fn of_seconds(cell: &[u8]) -> Option<i64> {
    let (whole, part) = match memchr::memchr(b'.', cell) {
        Some(point) => (&cell[..point], &cell[point + 1..]),
        None => (cell, &b""[..]),
    };
    let millis = match part {
        [] => 0,
        [a, rest @ ..] => {
            let digit = |byte: Option<&u8>| byte.map_or(Some(0), |b| decimal(*b));
            decimal(*a)? * 100 + digit(rest.first())? * 10 + digit(rest.get(1))?
        }
    };
    whole_number(whole)?.checked_mul(1000)?.checked_add(millis)
}

/// Digits and nothing else, as milliseconds.
pub(crate) fn of_millis(cell: &[u8]) -> Option<i64> {
    whole_number(cell)
}

fn whole_number(digits: &[u8]) -> Option<i64> {
    let is_number = (1..=15).contains(&digits.len());
    if !is_number {
        return None;
    }
    digits.iter().try_fold(0, |sum, &byte| Some(sum * 10 + decimal(byte)?))
}

/// Milliseconds of `18:05:09` since midnight. A leap second is the next second.
fn of_day(time: &[u8]) -> Option<i64> {
    let &[h, hh, b':', m, mm, b':', s, ss] = time else {
        return None;
    };
    let pair = |tens, ones| Some(decimal(tens)? * 10 + decimal(ones)?);
    let (hours, minutes, seconds) = (pair(h, hh)?, pair(m, mm)?, pair(s, ss)?);
    let is_time = hours < 24 && minutes < 60 && seconds <= 60;
    is_time.then_some(((hours * 60 + minutes) * 60 + seconds) * 1000)
}

/// Milliseconds of the begin of a day.
pub(crate) fn midnight(date: &[u8]) -> Option<i64> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else {
        return None;
    };
    let number = |digits: &[u8]| i16::try_from(whole_number(digits)?).ok();
    let part = |digits: &[u8]| i8::try_from(whole_number(digits)?).ok();
    let date = Date::new(number(&[y1, y2, y3, y4])?, part(&[m1, m2])?, part(&[d1, d2])?).ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// `2026-11-23` of milliseconds.
pub(crate) fn day_text(millis: i64) -> String {
    let moment = Timestamp::from_millisecond(millis).unwrap_or_default();
    moment.strftime("%Y-%m-%d").to_string()
}

#[inline]
fn decimal(byte: u8) -> Option<i64> {
    byte.is_ascii_digit().then(|| i64::from(byte - b'0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_and_times_are_read_or_refused() {
        let read =
            |date: &str, time: &str| Dates::default().millis(date.as_bytes(), time.as_bytes());
        for (date, time, want) in [
            ("1970-01-01", "00:00:00", Some(0)),
            ("2000-02-29", "23:59:59", Some(951_868_799_000)),
            ("2026-11-23", "07:06:53", Some(1_795_417_613_000)),
            ("2016-12-31", "23:59:60", Some(1_483_228_800_000)),
            ("1900-02-29", "00:00:00", None),
            ("2026-13-01", "00:00:00", None),
            ("2026-00-01", "00:00:00", None),
            ("2026-11-31", "00:00:00", None),
            ("2026-11-23", "24:00:00", None),
            ("2026-11-23", "7:06:53", None),
            ("2026/11/23", "07:06:53", None),
            ("-", "-", None),
        ] {
            assert_eq!(read(date, time), want, "{date} {time}");
        }
    }

    #[test]
    fn seconds_have_up_to_three_digits_that_count() {
        for (cell, want) in [
            ("1763884800", Some(1_763_884_800_000)),
            ("1763884800.1", Some(1_763_884_800_100)),
            ("1763884800.123", Some(1_763_884_800_123)),
            ("1763884800.123456", Some(1_763_884_800_123)),
            ("1763884800.x", None),
            (".5", None),
            ("-1", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(of_seconds(cell.as_bytes()), want, "{cell}");
        }
    }

    proptest! {
        #[test]
        fn a_day_reads_as_it_was_written(days in 0_i64..60_000) {
            let text = day_text(days * DAY + 12_345);
            prop_assert_eq!(midnight(text.as_bytes()), Some(days * DAY));
        }
    }
}
