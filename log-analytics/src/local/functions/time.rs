//! Times and dates.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, TimestampMillisecondType};
use arrow_array::{ArrayRef, Int64Array, StringViewArray, TimestampMillisecondArray};
use arrow_schema::{DataType, TimeUnit};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Unit};

use super::typed::function;

const TIMESTAMP: DataType = DataType::Timestamp(TimeUnit::Millisecond, None);

pub(super) fn all() -> Vec<ScalarUDF> {
    vec![
        part("year", |at| at.year().into()),
        part("month", |at| at.month().into()),
        part("day", |at| at.day().into()),
        part("day_of_month", |at| at.day().into()),
        // Monday is 1, as ISO 8601 has it.
        part("day_of_week", |at| at.weekday().to_monday_one_offset().into()),
        part("dow", |at| at.weekday().to_monday_one_offset().into()),
        part("day_of_year", |at| at.day_of_year().into()),
        part("hour", |at| at.hour().into()),
        part("minute", |at| at.minute().into()),
        part("second", |at| at.second().into()),
        date_diff(),
        date_add(),
        date_format(),
    ]
}

fn civil(millis: i64) -> Option<DateTime> {
    Some(Timestamp::from_millisecond(millis).ok()?.to_zoned(TimeZone::UTC).datetime())
}

fn millis(at: DateTime) -> Option<i64> {
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// A part of a moment, as a number.
fn part(name: &'static str, of: fn(DateTime) -> i64) -> ScalarUDF {
    let run = move |arguments: &[ColumnarValue]| {
        let columns = ColumnarValue::values_to_arrays(arguments)?;
        let moments = columns[0].as_primitive::<TimestampMillisecondType>();
        let parts: Int64Array = moments.iter().map(|at| civil(at?).map(of)).collect();
        Ok(ColumnarValue::Array(Arc::new(parts) as ArrayRef))
    };
    function(name, vec![TIMESTAMP], DataType::Int64, run)
}

fn unit(name: &str) -> Option<Unit> {
    Some(match name.to_ascii_lowercase().as_str() {
        "millisecond" => Unit::Millisecond,
        "second" => Unit::Second,
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        _ => return None,
    })
}

/// `date_diff(unit, from, to)`: whole units from one moment to the other.
fn date_diff() -> ScalarUDF {
    let whole = |name: &str, from: i64, to: i64| {
        let unit = unit(name)?;
        let span = civil(from)?.until((unit, civil(to)?)).ok()?;
        Some(match unit {
            Unit::Year => span.get_years().into(),
            Unit::Month => span.get_months().into(),
            Unit::Week => span.get_weeks().into(),
            Unit::Day => span.get_days().into(),
            Unit::Hour => span.get_hours().into(),
            Unit::Minute => span.get_minutes(),
            Unit::Second => span.get_seconds(),
            _ => span.get_milliseconds(),
        })
    };
    let run = move |arguments: &[ColumnarValue]| {
        let columns = ColumnarValue::values_to_arrays(arguments)?;
        let units = columns[0].as_string_view();
        let from = columns[1].as_primitive::<TimestampMillisecondType>();
        let to = columns[2].as_primitive::<TimestampMillisecondType>();
        let rows = units.iter().zip(from.iter()).zip(to.iter());
        let made: Int64Array = rows.map(|((unit, from), to)| whole(unit?, from?, to?)).collect();
        Ok(ColumnarValue::Array(Arc::new(made) as ArrayRef))
    };
    let types = vec![DataType::Utf8View, TIMESTAMP, TIMESTAMP];
    function("date_diff", types, DataType::Int64, run)
}

/// `date_add(unit, count, moment)`.
fn date_add() -> ScalarUDF {
    let later = |name: &str, count: i64, moment: i64| {
        let span = match unit(name)? {
            Unit::Year => Span::new().try_years(count),
            Unit::Month => Span::new().try_months(count),
            Unit::Week => Span::new().try_weeks(count),
            Unit::Day => Span::new().try_days(count),
            Unit::Hour => Span::new().try_hours(count),
            Unit::Minute => Span::new().try_minutes(count),
            Unit::Second => Span::new().try_seconds(count),
            _ => Span::new().try_milliseconds(count),
        };
        millis(civil(moment)?.checked_add(span.ok()?).ok()?)
    };
    let run = move |arguments: &[ColumnarValue]| {
        let columns = ColumnarValue::values_to_arrays(arguments)?;
        let units = columns[0].as_string_view();
        let counts = columns[1].as_primitive::<Int64Type>();
        let moments = columns[2].as_primitive::<TimestampMillisecondType>();
        let rows = units.iter().zip(counts.iter()).zip(moments.iter());
        let made: TimestampMillisecondArray =
            rows.map(|((unit, count), moment)| later(unit?, count?, moment?)).collect();
        Ok(ColumnarValue::Array(Arc::new(made) as ArrayRef))
    };
    let types = vec![DataType::Utf8View, DataType::Int64, TIMESTAMP];
    function("date_add", types, TIMESTAMP, run)
}

/// `date_format(moment, format)` with MySQL's letters, which are Trino's.
fn date_format() -> ScalarUDF {
    let run = |arguments: &[ColumnarValue]| {
        let columns = ColumnarValue::values_to_arrays(arguments)?;
        let moments = columns[0].as_primitive::<TimestampMillisecondType>();
        let formats = columns[1].as_string_view();
        let made: StringViewArray = moments
            .iter()
            .zip(formats.iter())
            .map(|(at, format)| Some(civil(at?)?.strftime(&strftime_of(format?)?).to_string()))
            .collect();
        Ok(ColumnarValue::Array(Arc::new(made) as ArrayRef))
    };
    let types = vec![TIMESTAMP, DataType::Utf8View];
    function("date_format", types, DataType::Utf8View, run)
}

/// MySQL's letters as strftime's; `None` for one that has no equal.
fn strftime_of(format: &str) -> Option<String> {
    let mut out = String::new();
    let mut letters = format.chars();
    while let Some(c) = letters.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        out.push_str(match letters.next()? {
            'a' => "%a",
            'b' => "%b",
            'c' => "%-m",
            'd' => "%d",
            'e' => "%-d",
            'f' => "%6f",
            'H' => "%H",
            'h' | 'I' => "%I",
            'i' => "%M",
            'j' => "%j",
            'k' => "%-H",
            'l' => "%-I",
            'M' => "%B",
            'm' => "%m",
            'p' => "%p",
            'r' => "%I:%M:%S %p",
            'S' | 's' => "%S",
            'T' => "%H:%M:%S",
            'v' => "%V",
            'W' => "%A",
            'x' => "%G",
            'Y' => "%Y",
            'y' => "%y",
            '%' => "%%",
            _ => return None,
        });
    }
    Some(out)
}
