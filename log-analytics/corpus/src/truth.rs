//! What is in files, counted while they are written: what every reader of them has to find.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::Serialize;

/// Counts. Those of files add up to the corpus's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// Files.
    pub files: u64,
    /// Files that were delivered two hours and more after their hour.
    pub late_files: u64,
    /// Lines that are good rows, repeated ones among them.
    pub rows: u64,
    /// Rows of late files.
    pub late_rows: u64,
    /// Rows that stand there again, in the same file or another one.
    pub repeated_rows: u64,
    /// Distinct request ids.
    pub ids: u64,
    /// Rows of formats that have no request id, where a repeated row cannot be told.
    pub rows_without_id: u64,
    /// Lines that are none.
    pub broken: Broken,
    /// By the host that the log tells: the viewer's, or the distribution's where that is all there is.
    pub hosts: BTreeMap<String, Sums>,
    /// Rows by status; 0 where the viewer left before there was one.
    pub statuses: BTreeMap<u16, u64>,
    /// Rows by detailed result type, of formats that have it.
    pub details: BTreeMap<&'static str, u64>,
}

/// What is known of a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sums {
    /// Rows, repeated ones among them.
    pub rows: u64,
    /// Their bytes to viewers.
    pub bytes: u64,
    /// Rows without those that are repeated.
    pub requests: u64,
    /// Their bytes to viewers.
    pub request_bytes: u64,
}

/// Lines that are no rows, by what is wrong with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Cut off before the last column.
    pub truncated: u64,
    /// With a byte that is no UTF-8.
    pub not_utf8: u64,
    /// With a date or timestamp that is none.
    pub timeless: u64,
}

impl Truth {
    /// Lines that are no rows.
    pub fn broken_lines(&self) -> u64 {
        self.broken.truncated + self.broken.not_utf8 + self.broken.timeless
    }

    /// Bytes to viewers in all rows.
    pub fn bytes(&self) -> u64 {
        self.hosts.values().map(|host| host.bytes).sum()
    }

    /// Rows without those that are repeated.
    pub fn requests(&self) -> u64 {
        self.hosts.values().map(|host| host.requests).sum()
    }
}

impl AddAssign<&Self> for Truth {
    fn add_assign(&mut self, other: &Self) {
        self.files += other.files;
        self.late_files += other.late_files;
        self.rows += other.rows;
        self.late_rows += other.late_rows;
        self.repeated_rows += other.repeated_rows;
        self.ids += other.ids;
        self.rows_without_id += other.rows_without_id;
        self.broken.truncated += other.broken.truncated;
        self.broken.not_utf8 += other.broken.not_utf8;
        self.broken.timeless += other.broken.timeless;
        for (host, sums) in &other.hosts {
            *self.hosts.entry(host.clone()).or_default() += *sums;
        }
        for (status, rows) in &other.statuses {
            *self.statuses.entry(*status).or_default() += rows;
        }
        for (detail, rows) in &other.details {
            *self.details.entry(detail).or_default() += rows;
        }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.rows += other.rows;
        self.bytes += other.bytes;
        self.requests += other.requests;
        self.request_bytes += other.request_bytes;
    }
}
