//! What is written down of a day and of the files whose rows were taken.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{DaysError, DaysFolder, SourceRecord, io};

/// The version of all that lies in a folder of compacted days.
const LAYOUT: u32 = 1;

/// What is known of a group of sources, and of the day that it is called after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    layout: u32,
    /// The day, where it has rows.
    pub(crate) day: Option<DayRecord>,
    /// The files whose rows were taken, by name.
    pub(crate) sources: Vec<SourceRecord>,
}

/// What is known of a compacted day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayRecord {
    /// The day, `2026-11-23`.
    pub day: String,
    /// When it was compacted for the first time.
    pub first_compacted: Timestamp,
    /// Its rows.
    pub rows: u64,
    /// The bytes of its file.
    pub bytes: u64,
    /// Rows that were there more than once, and were left out.
    pub duplicates: u64,
    /// Rows that came after its first compaction.
    pub late_rows: u64,
    /// Rows without a request id, among which repeated ones cannot be told.
    pub rows_without_id: u64,
    /// Sites that have rows.
    pub sites: u64,
    /// By site the hours without rows between its first and its last.
    pub missing_hours: BTreeMap<String, Vec<u8>>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { layout: LAYOUT, day: None, sources: Vec::new() }
    }
}

impl Manifest {
    /// Reads a manifest; an empty one where there is none.
    pub(super) fn read(path: &Path) -> Result<Self, DaysError> {
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(io(path)(error)),
        };
        let told = |problem| DaysError::Manifest { path: path.display().to_string(), problem };
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|error| told(format!("this is no manifest of compacted days: {error}")))?;
        match manifest.layout {
            LAYOUT => Ok(manifest),
            other => Err(told(format!("of layout {other}, where this program knows {LAYOUT}"))),
        }
    }

    /// Adds files whose rows were taken.
    pub(crate) fn add(&mut self, sources: impl IntoIterator<Item = SourceRecord>) {
        self.sources.extend(sources);
        self.sources.sort();
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), DaysError> {
        let text = serde_json::to_vec_pretty(self).map_err(|error| DaysError::Manifest {
            path: path.display().to_string(),
            problem: error.to_string(),
        })?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(io(folder))?;
        }
        fs::write(path, text).map_err(io(path))
    }
}

impl DayRecord {
    /// When no more rows are taken: that long after the day's end, or after its first compaction where
    /// that is later.
    pub(crate) fn closes(&self, reopen: SignedDuration) -> Timestamp {
        let end = end_of(&self.day).unwrap_or(self.first_compacted);
        end.max(self.first_compacted).saturating_add(reopen).unwrap_or(Timestamp::MAX)
    }
}

/// Whether a day takes rows still, or may come to be.
pub(crate) fn is_open(
    folder: &DaysFolder,
    day: &str,
    reopen: SignedDuration,
    now: Timestamp,
) -> bool {
    let record = folder.manifest(day).ok().and_then(|manifest| manifest.day);
    let closes = match record {
        Some(record) => Some(record.closes(reopen)),
        None => end_of(day).and_then(|end| end.checked_add(reopen).ok()),
    };
    closes.is_some_and(|closes| closes > now)
}

/// The midnight at which a day ends.
fn end_of(day: &str) -> Option<Timestamp> {
    let date: jiff::civil::Date = day.parse().ok()?;
    let next = date.tomorrow().ok()?;
    Some(next.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}
