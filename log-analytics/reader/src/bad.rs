//! What of a file was read, and what was not and why.

use std::fmt;

use crate::requests::Column;

/// A line that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: Reason,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Not as many columns as the layout has.
    Columns {
        /// Those that it has.
        found: usize,
        /// Those that the layout has.
        named: usize,
    },
    /// A function's line about a picture without this field, or with something else in it.
    Field(&'static str),
    /// Not a JSON object.
    Json(String),
    /// Bytes that are no UTF-8.
    NotUtf8,
    /// A part of an object that was printed over several lines.
    Spread,
    /// Date and time, or the timestamp, are none.
    Time,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Columns { found, named } if found < named => {
                write!(f, "{found} columns of {named}: the line is cut off")
            }
            Self::Columns { found, named } => write!(f, "{found} columns where there are {named}"),
            Self::Field(name) => write!(f, "a picture without a `{name}` that can be read"),
            Self::Json(problem) => write!(f, "no JSON object: {problem}"),
            Self::NotUtf8 => f.write_str("bytes that are no UTF-8"),
            Self::Spread => f.write_str("a part of an object that stands on several lines"),
            Self::Time => f.write_str("date and time are none"),
        }
    }
}

/// Counts of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows handed out.
    pub rows: u64,
    /// Rows outside the time that was asked for.
    pub outside: u64,
    /// Lines that cannot be understood.
    pub bad_lines: u64,
    /// Those of them that were not [taken](crate::LogFile::take_bad) yet.
    pub bad: Vec<BadLine>,
    /// Records of the streaming protocol that CloudFront gave up.
    pub streaming: u64,
    /// Lines of a function's log that are about something else.
    pub others: u64,
    /// Columns of the file that mean nothing to this reader.
    pub unknown: Vec<String>,
    /// Columns that were asked for and that the file does not have.
    pub missing: Vec<Column>,
}
