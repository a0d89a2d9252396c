//! Mistakes in partition projection: folders that are not asked for give no rows, and no error.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::Severity::{Advice, Wrong};
use super::{Problem, Rule, Subject};

pub(super) const PART_RANGE: Rule = Rule {
    name: "part-range",
    severity: Wrong,
    finds: "a range of hours that is not 0 to 23, of days that is not 1 to 31, of months that is not 1 to 12",
    why: "folders outside of the range are never looked into, and nothing says so; a published example has hours from 01 to 12",
    check: part_range,
};

pub(super) const RANGE_ENDED: Rule = Rule {
    name: "range-ended",
    severity: Wrong,
    finds: "a range of years or dates that lies in the past",
    why: "a question for later days gives no rows and no error; published examples end with 2025 and 2026",
    check: range_ended,
};

pub(super) const RANGE_ENDS_SOON: Rule = Rule {
    name: "range-ends-soon",
    severity: Advice,
    finds: "a range of years or dates that ends within 90 days",
    why: "from that day on questions give no rows and no error",
    check: range_ends_soon,
};

pub(super) const KEY_WITHOUT_PROJECTION: Rule = Rule {
    name: "key-without-projection",
    severity: Wrong,
    finds: "a partition column without a projection, where projection is on",
    why: "the query fails with HIVE_METASTORE_ERROR: projection has to tell every partition column",
    check: key_without_projection,
};

pub(super) const PROJECTION_OF_NO_KEY: Rule = Rule {
    name: "projection-of-no-key",
    severity: Wrong,
    finds: "a projection of a column that is no partition column",
    why: "it has no effect: a slip of the pen, as a rule",
    check: projection_of_no_key,
};

pub(super) const PROJECTION_OFF: Rule = Rule {
    name: "projection-off",
    severity: Wrong,
    finds: "properties of a projection that is not switched on",
    why: "without it there are the partitions that somebody added by hand, so that there is none at first",
    check: projection_off,
};

pub(super) const INTERVAL: Rule = Rule {
    name: "interval",
    severity: Wrong,
    finds: "dates down to the hour whose step is not an hour",
    why: "the step of a format finer than a day has to be told, and a longer one passes over folders",
    check: interval,
};

pub(super) const DIGITS: Rule = Rule {
    name: "digits",
    severity: Wrong,
    finds: "months, days or hours without two digits",
    why: "CloudFront writes 07 where the projection asks for 7",
    check: digits,
};

pub(super) const ENUM_SPACE: Rule = Rule {
    name: "enum-space",
    severity: Wrong,
    finds: "white space in a list of values",
    why: "it is part of the value: the folder ` b` is looked for where `b` is",
    check: enum_space,
};

pub(super) const PARTITION_TYPE: Rule = Rule {
    name: "partition-type",
    severity: Advice,
    finds: "partition columns that are numbers or dates",
    why: "AWS advises strings, and one string for the whole date: four numbers take a chain of OR to ask for a night",
    check: partition_type,
};

/// What a part of a date goes from and to.
const PARTS: [(&str, i64, i64); 3] = [("month", 1, 12), ("day", 1, 31), ("hour", 0, 23)];

/// A partition column that is a part of a date, with its bounds.
fn part(key: &str) -> Option<(i64, i64)> {
    PARTS.iter().find(|(name, ..)| *name == key).map(|(_, from, to)| (*from, *to))
}

fn part_range(it: &Subject<'_>) -> Vec<Problem> {
    let check = |key: &str| {
        let is_number = it.projection_type(key).is_some_and(|kind| kind == "integer");
        let (from, to) = part(key).filter(|_| is_number)?;
        let range = it.projected(key, "range")?;
        let (low, high) = numbers(range)?;
        let wanted = format!("{from:02},{to:02}");
        let property = format!("projection.{key}.range");
        (low > from || high < to).then(|| Problem::property(&property, range, &wanted))
    };
    it.keys().filter_map(check).collect()
}

fn range_ended(it: &Subject<'_>) -> Vec<Problem> {
    ended(it, |end| end < it.today)
}

fn range_ends_soon(it: &Subject<'_>) -> Vec<Problem> {
    let soon = it.today.saturating_add(90.days());
    ended(it, |end| end >= it.today && end < soon)
}

/// Ranges of years or dates whose last day is as `is_meant` says.
fn ended(it: &Subject<'_>, is_meant: impl Fn(Date) -> bool) -> Vec<Problem> {
    let check = |key: &str| {
        let range = it.projected(key, "range")?;
        let (from, to) = range.split_once(',')?;
        let (end, wanted) = match it.projection_type(key)?.as_str() {
            "integer" if key == "year" => {
                let last: i16 = to.trim().parse().ok()?;
                (Date::new(last, 12, 31).ok()?, format!("{from},2100"))
            }
            "date" => (last_day(to, it.projected(key, "format")?)?, format!("{from},NOW+1DAYS")),
            _ => return None,
        };
        let property = format!("projection.{key}.range");
        is_meant(end).then(|| Problem::property(&property, range, &wanted))
    };
    it.keys().filter_map(check).collect()
}

/// The day that a date of a format is in; `None` for a relative one, which does not end.
fn last_day(date: &str, format: &str) -> Option<Date> {
    let date = date.trim();
    if date.to_ascii_uppercase().starts_with("NOW") {
        return None;
    }
    let part = |letters: &str| -> Option<i16> {
        let at = format.find(letters)?;
        date.get(at..at + letters.len())?.parse().ok()
    };
    let year = part("yyyy")?;
    // A format without months ends with December, one without days with the last of the month.
    let month = part("MM").map_or(Some(12), |it| i8::try_from(it).ok())?;
    match part("dd") {
        Some(day) => Date::new(year, month, i8::try_from(day).ok()?).ok(),
        None => Some(Date::new(year, month, 1).ok()?.last_of_month()),
    }
}

fn key_without_projection(it: &Subject<'_>) -> Vec<Problem> {
    let is_bare = |key: &&str| it.is_projected() && it.projection_type(key).is_none();
    let problem = |key| Problem::missing(&format!("projection.{key}.type"), "date");
    it.keys().filter(is_bare).map(problem).collect()
}

fn projection_of_no_key(it: &Subject<'_>) -> Vec<Problem> {
    let columns = it.table.parameters.iter().filter_map(|(key, value)| {
        let column = key.strip_prefix("projection.")?.strip_suffix(".type")?;
        Some((key, value, column))
    });
    let is_none = |column: &str| !it.keys().any(|key| key == column);
    columns
        .filter(|(.., column)| is_none(column))
        .map(|(key, value, _)| Problem::needless(key, value))
        .collect()
}

fn projection_off(it: &Subject<'_>) -> Vec<Problem> {
    let has_any = it.table.parameters.keys().any(|key| {
        key == "storage.location.template"
            || (key.starts_with("projection.") && key != "projection.enabled")
    });
    if it.is_projected() || !has_any {
        return Vec::new();
    }
    vec![match it.property("projection.enabled") {
        Some(there) => Problem::property("projection.enabled", there, "true"),
        None => Problem::missing("projection.enabled", "true"),
    }]
}

fn interval(it: &Subject<'_>) -> Vec<Problem> {
    let check = |key: &str| {
        let is_hourly = it.projected(key, "format").is_some_and(|format| format.contains("HH"));
        if it.projection_type(key)? != "date" || !is_hourly {
            return None;
        }
        let (unit, step) = (it.projected(key, "interval.unit"), it.projected(key, "interval"));
        let property = format!("projection.{key}.interval");
        match (unit.map(str::to_ascii_uppercase).as_deref(), step) {
            (None, _) => Some(Problem::missing(&format!("{property}.unit"), "HOURS")),
            (Some("HOURS" | "HOUR"), Some("1")) => None,
            (Some("HOURS" | "HOUR"), None) => Some(Problem::missing(&property, "1")),
            (Some("HOURS" | "HOUR"), Some(step)) => Some(Problem::property(&property, step, "1")),
            (Some(_), _) => {
                Some(Problem::property(&format!("{property}.unit"), unit.unwrap_or(""), "HOURS"))
            }
        }
    };
    it.keys().filter_map(check).collect()
}

fn digits(it: &Subject<'_>) -> Vec<Problem> {
    let check = |key: &str| {
        let is_part = part(key).is_some() && it.projection_type(key)? == "integer";
        let property = format!("projection.{key}.digits");
        match it.projected(key, "digits") {
            Some("2") => None,
            Some(there) => is_part.then(|| Problem::property(&property, there, "2")),
            None => is_part.then(|| Problem::missing(&property, "2")),
        }
    };
    it.keys().filter_map(check).collect()
}

fn enum_space(it: &Subject<'_>) -> Vec<Problem> {
    let check = |key: &str| {
        let property = format!("projection.{key}.values");
        let values = it.property(&property)?;
        let clean = values.split(',').map(str::trim).collect::<Vec<_>>().join(",");
        (clean != values).then(|| Problem::property(&property, values, &clean))
    };
    it.keys().filter_map(check).collect()
}

fn partition_type(it: &Subject<'_>) -> Vec<Problem> {
    let keys = it.table.partition_keys.iter();
    let is_text = |kind: &str| kind == "string" || kind.starts_with("varchar");
    keys.filter(|key| !is_text(&key.kind))
        .map(|key| Problem {
            what: format!("PARTITIONED BY (`{}` {})", key.name, key.kind),
            mend: Some(format!("PARTITIONED BY (`{}` string)", key.name)),
        })
        .collect()
}

fn numbers(range: &str) -> Option<(i64, i64)> {
    let (low, high) = range.split_once(',')?;
    Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
}
