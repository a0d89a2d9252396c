//! What a compaction did, and what it did not and why.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::days::DayRecord;
use crate::local::Summary;

/// What a compaction did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CompactionSummary {
    /// Files whose rows were taken.
    pub files: u64,
    /// Their bytes as they lie there.
    pub bytes: u64,
    /// Files whose rows were there already.
    pub known_files: u64,
    /// Rows that the days have more than before.
    pub rows: u64,
    /// Rows that were left out, since a row of that request id is there.
    pub duplicates: u64,
    /// Rows of days that an earlier compaction had begun.
    pub late_rows: u64,
    /// Lines that cannot be understood.
    pub bad_lines: u64,
    /// Records of the streaming protocol.
    pub streaming: u64,
    /// Files whose rows were not taken, and why.
    pub held_back: Vec<HeldBack>,
    /// The days that were written, as they are now.
    pub days: BTreeMap<String, DayRecord>,
    /// What was read.
    #[serde(skip)]
    pub read: Summary,
}

/// A file whose rows were not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldBack {
    /// The file.
    pub file: String,
    /// Why.
    pub why: String,
}

impl CompactionSummary {
    /// Adds what was read of a group.
    pub(super) fn add(&mut self, read: &Summary) {
        self.files += read.files;
        self.bytes += read.bytes;
        self.bad_lines += read.bad_lines;
        self.streaming += read.streaming;
        self.read.add(read);
    }
}
