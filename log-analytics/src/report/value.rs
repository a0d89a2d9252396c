//! What a report can be asked for.

use jiff::civil::{Date, DateTime};

/// A parameter of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it takes.
    pub kind: ParameterKind,
    /// What it is where nobody says.
    pub default: String,
    /// What it is for.
    pub about: String,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// A floating-point number.
    Double,
    /// A whole number.
    Integer,
    /// Anything.
    Text,
    /// `2026-11-23` or `2026-11-23 07:06:53`, UTC.
    Timestamp,
}

/// A value that fits.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A floating-point number, neither infinite nor none.
    Double(f64),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// A moment, UTC.
    Timestamp(DateTime),
}

impl ParameterKind {
    /// The kind of a name in a header.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "double" => Self::Double,
            "integer" => Self::Integer,
            "text" => Self::Text,
            "timestamp" => Self::Timestamp,
            _ => return None,
        })
    }

    /// Its name in a header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Double => "double",
            Self::Integer => "integer",
            Self::Text => "text",
            Self::Timestamp => "timestamp",
        }
    }

    /// Reads a value; `None` where it is none of the kind.
    pub fn value(self, text: &str) -> Option<Value> {
        match self {
            Self::Double => text.parse().ok().filter(|it: &f64| it.is_finite()).map(Value::Double),
            Self::Integer => text.parse().ok().map(Value::Integer),
            Self::Text => Some(Value::Text(text.to_owned())),
            Self::Timestamp => moment(text).map(Value::Timestamp),
        }
    }
}

/// A moment of `2026-11-23` or `2026-11-23 07:06:53`.
pub(crate) fn moment(text: &str) -> Option<DateTime> {
    let text = text.trim().trim_end_matches('Z');
    if text.contains([' ', 'T']) {
        return text.parse().ok();
    }
    Some(text.parse::<Date>().ok()?.at(0, 0, 0, 0))
}

impl Value {
    /// As a literal of Trino's SQL, which DataFusion reads too; for Athena this is an execution
    /// parameter.
    pub fn literal(&self) -> String {
        match self {
            Self::Double(number) => format!("{number:?}"),
            Self::Integer(number) => number.to_string(),
            Self::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Self::Timestamp(at) => format!("TIMESTAMP '{}'", at.strftime("%Y-%m-%d %H:%M:%S")),
        }
    }
}
