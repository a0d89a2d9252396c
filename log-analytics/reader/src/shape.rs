//! Lines that are no cells between tabs, rewritten so that they are: JSON, and other delimiters.
//! A line stays a line, so that numbers of lines stay right.

use serde_json::{Map, Value};

use crate::bad::Reason;
use crate::layout::Layout;
use crate::raw::{Dialect, RAW, Raw};

/// How the records of a file are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Cells between tabs.
    Lines,
    /// An object a line, as version 2 and CloudWatch Logs write them.
    Json,
    /// Cells between something else.
    Delimited(Vec<u8>),
}

/// The layout that JSON is rewritten to: every known column.
pub(crate) fn json_layout() -> Layout {
    Layout {
        columns: RAW.iter().map(|column| column.raw).collect(),
        delimiter: b"\t".to_vec(),
        dialect: Dialect::Standard,
        unknown: Vec::new(),
    }
}

impl Shape {
    /// The lines as cells between tabs. `bad` is told the place of a line that is none, from 0; an
    /// empty line stays in its place.
    pub(crate) fn lines_of(&self, text: String, bad: impl FnMut(u64, Reason)) -> String {
        match self {
            Self::Lines => text,
            Self::Delimited(delimiter) => match std::str::from_utf8(delimiter) {
                Ok(delimiter) => text.replace(delimiter, "\t"),
                Err(_) => text,
            },
            Self::Json => json_lines(&text, bad),
        }
    }
}

/// Whether a record is an object that has none of CloudFront's names but `timestamp`, which others
/// have too.
pub(crate) fn is_of_something_else(record: &str) -> bool {
    let known =
        |name: &String| !matches!(Raw::named(name, Dialect::Standard), Raw::Other | Raw::Timestamp);
    serde_json::from_str::<Map<String, Value>>(record)
        .is_ok_and(|object| !object.is_empty() && !object.keys().any(known))
}

fn json_lines(text: &str, mut bad: impl FnMut(u64, Reason)) -> String {
    let mut out = String::with_capacity(text.len());
    for (nth, line) in text.lines().enumerate() {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with('#') {
            match serde_json::from_str::<Map<String, Value>>(line) {
                Ok(object) => write_cells(&object, &mut out),
                Err(error) => bad(nth as u64, Reason::Json(error.to_string())),
            }
        }
        out.push('\n');
    }
    out
}

/// The object's values in the order of [`RAW`].
fn write_cells(object: &Map<String, Value>, out: &mut String) {
    let is_real_time = object.contains_key("cs-host") || object.contains_key("c-ip-version");
    let dialect = if is_real_time { Dialect::RealTime } else { Dialect::Standard };
    let mut cells: [Option<&Value>; RAW.len()] = [None; RAW.len()];
    for (name, value) in object {
        if let Some(cell) = cells.get_mut(Raw::named(name, dialect) as usize) {
            *cell = Some(value);
        }
    }
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            out.push('\t');
        }
        match cell {
            None | Some(Value::Null) => out.push('-'),
            Some(Value::String(text)) => push_cell(text, out),
            Some(other) => push_cell(&other.to_string(), out),
        }
    }
}

/// CloudFront escapes what would end a cell; what somebody else wrote may not.
fn push_cell(text: &str, out: &mut String) {
    out.extend(text.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }));
}
