//! A cell, as both engines can say it.

use std::fmt;

use serde_json::Value;

/// Doubles are summed in another order by each engine: so much apart, they are the same.
const RELATIVE: f64 = 1e-9;

/// A value of an answer.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub(crate) enum Cell {
    Null,
    Whole(i64),
    Double(f64),
    Text(String),
    Many(Vec<f64>),
}

/// The cell of a value in JSON.
pub(crate) fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Bool(truth) => Cell::Whole(i64::from(*truth)),
        Value::Number(number) => number
            .as_i64()
            .map_or_else(|| Cell::Double(number.as_f64().unwrap_or(f64::NAN)), Cell::Whole),
        Value::String(text) => Cell::Text(moment(text).unwrap_or_else(|| text.clone())),
        Value::Array(values) => Cell::Many(values.iter().filter_map(Value::as_f64).collect()),
        Value::Object(_) => Cell::Text(value.to_string()),
    }
}

/// `2026-11-27T10:00:00` and `2026-11-27 10:00:00.000` are the same moment.
fn moment(text: &str) -> Option<String> {
    let (date, time) = text.split_once(['T', ' '])?;
    let is_date = date.len() == 10 && date.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let time = time.trim_end_matches('Z');
    let time = time.strip_suffix(".000").unwrap_or(time);
    let is_time = time.bytes().all(|b| b.is_ascii_digit() || b == b':' || b == b'.');
    (is_date && is_time).then(|| format!("{date} {time}"))
}

impl Cell {
    /// Whether both mean the same.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self.number(), other.number()) {
            (Some(a), Some(b)) if !matches!((self, other), (Self::Whole(_), Self::Whole(_))) => {
                (a - b).abs() <= RELATIVE * a.abs().max(b.abs())
            }
            _ => self == other,
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "compared with doubles only")]
            Self::Whole(number) => Some(*number as f64),
            Self::Double(number) => Some(*number),
            _ => None,
        }
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => write!(f, "NULL"),
            Self::Whole(number) => write!(f, "{number}"),
            Self::Double(number) => write!(f, "{number:?}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Many(values) => write!(f, "{} values", values.len()),
        }
    }
}
