//! What was read for an answer, and what was not and why.

use std::fmt;
use std::sync::Arc;

use log_reader::{BadLine, Column, ReadError, Tally};
use serde::Serialize;

use crate::input::Input;

/// What was read of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileSummary {
    /// The file.
    pub file: String,
    /// Its rows that were read.
    pub rows: u64,
    /// Its lines that cannot be understood.
    pub bad_lines: u64,
    /// Records of the streaming protocol that CloudFront gave up.
    pub streaming: u64,
    /// Lines of a function's log that are about something else.
    pub others: u64,
    /// Columns of the view that the question needs and the file does not have.
    pub missing: Vec<&'static str>,
    /// Columns of the file that mean nothing here.
    pub unknown: Vec<String>,
    /// Why it was not read to its end, where it was not.
    pub error: Option<String>,
}

/// What was read for an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files that were opened.
    pub files: u64,
    /// Their bytes as they lie there.
    pub bytes: u64,
    /// Rows read.
    pub rows: u64,
    /// Rows outside the time that was asked for.
    pub outside: u64,
    /// Lines that cannot be understood.
    pub bad_lines: u64,
    /// Records of the streaming protocol.
    pub streaming: u64,
    /// Lines of functions' logs that are about something else than pictures.
    pub others: u64,
    /// The files that something is to be said of, by name.
    pub noteworthy: Vec<FileSummary>,
    /// The bad lines: file, and what is wrong with which.
    #[serde(skip)]
    pub bad: Vec<(String, BadLine)>,
}

/// A summary that is being made.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) summary: Summary,
    /// Whether anything bad is an error.
    pub(super) is_strict: bool,
    /// What ended the reading in strict mode.
    pub(crate) problem: Option<String>,
    /// Told of each file when it was read.
    pub(super) on_read: OnRead,
}

/// Told of the bytes of each file when it was read.
#[derive(Clone)]
pub(crate) struct OnRead(pub(crate) Arc<dyn Fn(u64) + Send + Sync>);

impl Default for OnRead {
    fn default() -> Self {
        Self(Arc::new(|_| {}))
    }
}

impl fmt::Debug for OnRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnRead")
    }
}

/// Bad lines kept with their reasons; beyond, they are counted.
const KEPT: usize = 100_000;

impl Gathered {
    /// A file that could not even be opened.
    pub(super) fn unreadable(&mut self, input: &Input, error: &ReadError) {
        self.ended(input, Tally::default(), Vec::new(), Some(error));
    }

    /// A compacted day, whose rows are counted by the engine.
    pub(super) fn day(&mut self, input: &Input) {
        self.summary.files += 1;
        self.summary.bytes += input.bytes;
    }

    /// A file that was read. In strict mode what is wrong with it, to end the query.
    pub(super) fn ended(
        &mut self,
        input: &Input,
        tally: Tally,
        bad: Vec<BadLine>,
        error: Option<&ReadError>,
    ) -> Option<String> {
        let summary = &mut self.summary;
        summary.files += 1;
        summary.bytes += input.bytes;
        summary.rows += tally.rows;
        summary.outside += tally.outside;
        summary.bad_lines += tally.bad_lines;
        summary.streaming += tally.streaming;
        summary.others += tally.others;
        let told = FileSummary {
            file: input.name.clone(),
            rows: tally.rows,
            bad_lines: tally.bad_lines,
            streaming: tally.streaming,
            others: tally.others,
            missing: tally.missing.iter().map(|column: &Column| column.about().name).collect(),
            unknown: tally.unknown,
            error: error.map(ToString::to_string),
        };
        let problem = told.error.clone().or_else(|| Some(bad.first()?.to_string()));
        let room = KEPT.saturating_sub(summary.bad.len());
        summary.bad.extend(bad.into_iter().take(room).map(|bad| (input.name.clone(), bad)));
        if told.is_noteworthy() {
            let at = summary.noteworthy.partition_point(|other| other.file < told.file);
            summary.noteworthy.insert(at, told);
        }
        (self.on_read.0)(input.bytes);
        let problem = self.is_strict.then_some(problem)?;
        let problem = problem.map(|problem| format!("{}: {problem}", input.name));
        self.problem = self.problem.take().or_else(|| problem.clone());
        problem
    }
}

impl Summary {
    /// Adds what was read of other files.
    pub(crate) fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.rows += other.rows;
        self.outside += other.outside;
        self.bad_lines += other.bad_lines;
        self.streaming += other.streaming;
        self.others += other.others;
        self.noteworthy.extend(other.noteworthy.iter().cloned());
        let room = KEPT.saturating_sub(self.bad.len());
        self.bad.extend(other.bad.iter().take(room).cloned());
    }
}

impl FileSummary {
    /// What is to be said of the file, in words.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        notes.extend(self.error.as_ref().map(|error| format!("not read to its end: {error}")));
        if self.streaming > 0 {
            notes.push(format!("{} records of streaming (RTMP) passed over", self.streaming));
        }
        if self.has_only_others() {
            notes.push(format!("{} lines, none of a picture that was made", self.others));
        }
        if self.bad_lines > 0 {
            notes.push(format!("{} lines that cannot be understood", self.bad_lines));
        }
        if !self.missing.is_empty() {
            notes.push(format!("has no {}: NULL in the answer", self.missing.join(", ")));
        }
        if !self.unknown.is_empty() {
            let unknown = self.unknown.join(", ");
            notes.push(format!("columns that mean nothing here: {unknown}"));
        }
        notes
    }

    /// Whether it is no log of a function that makes pictures, as far as can be seen.
    fn has_only_others(&self) -> bool {
        self.rows == 0 && self.others > 0
    }

    fn is_noteworthy(&self) -> bool {
        self.bad_lines + self.streaming > 0
            || self.has_only_others()
            || !self.missing.is_empty()
            || !self.unknown.is_empty()
            || self.error.is_some()
    }
}
