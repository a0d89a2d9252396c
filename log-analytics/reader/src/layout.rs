//! Which column of a file is which: from its `#Fields` line, or else from the first record's look.

use crate::raw::{Dialect, LEGACY_COLUMNS, RAW, REAL_TIME, Raw};

/// Widths that standard logs had, one after the other, since 2009.
const LEGACY_WIDTHS: [usize; 11] = [12, 15, 18, 19, 20, 23, 24, 26, 33, 34, LEGACY_COLUMNS];

/// Delimiters that are looked for where nobody named one.
const DELIMITERS: [&str; 5] = ["\t", ",", "|", ";", " "];

/// The order of a file's columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// What stands in each column.
    pub(crate) columns: Vec<Raw>,
    /// What stands between two columns, 1 to 5 bytes.
    pub(crate) delimiter: Vec<u8>,
    /// Which logs these are.
    pub(crate) dialect: Dialect,
    /// Names that mean nothing to this reader, and are passed over.
    pub(crate) unknown: Vec<String>,
}

/// What a header line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    /// The columns from here on.
    Fields(Vec<String>),
    /// Logs of the streaming protocol that `CloudFront` gave up in 2020: nothing here is a request.
    Rtmp,
    /// Another line that begins with `#`.
    Comment,
}

impl Header {
    /// Reads a line that begins with `#`.
    pub(crate) fn read(line: &str) -> Self {
        let Some(names) = line.strip_prefix("#Fields:") else {
            return Self::Comment;
        };
        let names: Vec<String> = split_names(names);
        // Only streaming logs have these two.
        if names.iter().any(|name| name == "x-cf-client-id" || name == "x-sname") {
            return Self::Rtmp;
        }
        Self::Fields(names)
    }
}

/// Names stand apart by spaces or tabs, whatever the rows have; a file with another delimiter may
/// have it here too.
fn split_names(text: &str) -> Vec<String> {
    let spaced: Vec<&str> = text.split_ascii_whitespace().collect();
    let names = match spaced.as_slice() {
        [joined] => joined.split([',', '|', ';']).collect(),
        _ => spaced,
    };
    names.into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

impl Layout {
    /// The columns of those names.
    pub(crate) fn of_names(names: &[String], delimiter: Option<&[u8]>, record: &str) -> Self {
        let dialect = dialect_of(names);
        let columns: Vec<Raw> = names.iter().map(|name| Raw::named(name, dialect)).collect();
        let is_known = |name: &&String| {
            Raw::named(name, dialect) == Raw::Other && !REAL_TIME.contains(&name.as_str())
        };
        let unknown = names.iter().filter(is_known).cloned().collect();
        let delimiter = delimiter.map_or_else(|| delimiter_of(record, names.len()), <[u8]>::to_vec);
        Self { columns, delimiter, dialect, unknown }
    }

    /// The columns of a file without a header, from the number of columns of its first record.
    ///
    /// `None` where no log of `CloudFront` is known that looks so.
    pub(crate) fn of_record(record: &str, delimiter: Option<&[u8]>) -> Option<Self> {
        let delimiter = delimiter.unwrap_or(b"\t");
        let cells: Vec<&str> = split(record, delimiter);
        let is_real_time =
            is_epoch(cells.first()?) && (10..=REAL_TIME.len()).contains(&cells.len());
        if is_real_time {
            let names: Vec<String> =
                REAL_TIME[..cells.len()].iter().map(|&name| name.to_owned()).collect();
            let columns = names.iter().map(|name| Raw::named(name, Dialect::RealTime)).collect();
            return Some(Self {
                columns,
                delimiter: delimiter.to_vec(),
                dialect: Dialect::RealTime,
                unknown: Vec::new(),
            });
        }
        // A tab after the last column makes one more that is empty.
        let width = if cells.last() == Some(&"") { cells.len() - 1 } else { cells.len() };
        if !LEGACY_WIDTHS.contains(&width) || !is_date(cells[0]) {
            return None;
        }
        let mut columns: Vec<Raw> = RAW[..width].iter().map(|column| column.raw).collect();
        // Version 2 by its default has country and behavior where tenants came to stand later.
        if width == LEGACY_COLUMNS && is_country(cells[LEGACY_COLUMNS - 2]) {
            columns[LEGACY_COLUMNS - 2] = Raw::Country;
            columns[LEGACY_COLUMNS - 1] = Raw::BehaviorPathPattern;
        }
        Some(Self {
            columns,
            delimiter: delimiter.to_vec(),
            dialect: Dialect::Standard,
            unknown: Vec::new(),
        })
    }

    /// Where a column stands.
    pub(crate) fn place(&self, raw: Raw) -> Option<usize> {
        self.columns.iter().position(|&column| column == raw)
    }
}

/// Only real-time logs call the viewer's host `cs-host`.
fn dialect_of(names: &[String]) -> Dialect {
    let is_real_time = names.iter().any(|name| name == "cs-host" || name == "c-ip-version");
    if is_real_time { Dialect::RealTime } else { Dialect::Standard }
}

/// The delimiter that makes as many columns of a record as the header names.
fn delimiter_of(record: &str, columns: usize) -> Vec<u8> {
    let makes = |delimiter: &&&str| record.split(**delimiter).count() == columns;
    let found = DELIMITERS.iter().find(makes);
    found.map_or_else(|| b"\t".to_vec(), |delimiter| delimiter.as_bytes().to_vec())
}

fn split<'a>(record: &'a str, delimiter: &[u8]) -> Vec<&'a str> {
    std::str::from_utf8(delimiter).map_or_else(|_| vec![record], |it| record.split(it).collect())
}

/// Seconds since 1970 with or without thousandths, of this century.
fn is_epoch(cell: &str) -> bool {
    let whole = cell.split('.').next().unwrap_or_default();
    (9..=10).contains(&whole.len()) && whole.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_date(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(place, byte)| match place {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// `DE`, or nothing.
fn is_country(cell: &str) -> bool {
    cell.len() == 2 && cell.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(columns: usize) -> String {
        let mut cells = vec!["-"; columns];
        cells[0] = "2026-11-23";
        cells.join("\t")
    }

    #[test]
    fn a_headerless_file_is_known_by_its_width() {
        for width in LEGACY_WIDTHS {
            let layout = Layout::of_record(&record(width), None).map(|it| it.columns.len());
            assert_eq!(layout, Some(width));
        }
        for width in [1, 11, 13, 27, 36, 99] {
            assert_eq!(Layout::of_record(&record(width), None), None, "{width}");
        }
    }

    #[test]
    fn the_default_of_version_2_is_told_from_tenants() {
        let mut cells = vec!["-"; 35];
        cells[0] = "2026-11-23";
        cells[33] = "DE";
        let layout = Layout::of_record(&cells.join("\t"), None);
        assert_eq!(layout.and_then(|it| it.place(Raw::Country)), Some(33));
    }

    #[test]
    fn real_time_records_begin_with_seconds() {
        let mut cells = vec!["-"; 40];
        cells[0] = "1763884800.123";
        let layout = Layout::of_record(&cells.join("\t"), None);
        assert_eq!(layout.and_then(|it| it.place(Raw::HostHeader)), Some(8));
    }

    #[test]
    fn a_header_tells_names_however_they_stand_apart() {
        let want = Header::Fields(vec!["date".into(), "time".into(), "c-ip".into()]);
        for line in
            ["#Fields: date time c-ip", "#Fields:\tdate\ttime\tc-ip", "#Fields: date,time,c-ip"]
        {
            assert_eq!(Header::read(line), want, "{line}");
        }
        assert_eq!(Header::read("#Version: 1.0"), Header::Comment);
        let rtmp =
            "#Fields: date time x-edge-location c-ip x-event sc-bytes x-cf-status x-cf-client-id";
        assert_eq!(Header::read(rtmp), Header::Rtmp);
    }
}
