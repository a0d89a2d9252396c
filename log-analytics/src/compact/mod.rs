//! Logs become days: typed, by site, each request once.
//!
//! ```text
//! files -> those whose rows were not taken yet, by the day of their names    days::Known
//!       -> rows, sorted by day, site, second and request id                  sorted
//!       -> days of the new rows, each request once                           write
//!       -> merged with what the days held before                             sorted, write
//!       -> committed, and put in place                                       days::Workshop
//! ```
//!
//! A group of files is one commit: who ends a compaction between two loses nothing of the first.

mod group;
mod sorted;
mod summary;
mod write;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::error::DataFusionError;
use jiff::{SignedDuration, Timestamp};
use log_reader::{Knowledge, Salts};

pub use summary::{CompactionSummary, HeldBack};

use crate::days::{
    DaysError, KeptSalts, Known, Manifest, SourceRecord, Workshop, group_of, is_open,
};
use crate::input::{Input, Place};
use crate::local::{Gathered, Local, LocalError};
use group::Group;

/// Files to be compacted, and into what.
pub struct Compaction {
    /// The files, and how they are read. Its salts are those of days that have none yet.
    pub local: Local,
    /// The folder of days.
    pub destination: PathBuf,
    /// How long after its end, or its first compaction, a day takes rows. Default: 48 hours.
    pub reopen: SignedDuration,
    /// Bytes that sorting may use before it goes to the disk. Default: 256 MiB.
    pub memory: usize,
    /// The time at which this happens.
    pub now: Timestamp,
    /// Told of each step as it is done.
    pub on_step: Arc<dyn Fn(Step) + Send + Sync>,
}

/// How far a compaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A file of so many bytes is of no use: its rows are there already.
    Known(u64),
    /// A file of so many bytes was read.
    Read(u64),
    /// A day was written aside.
    Written,
    /// Some days are made, and not in place yet.
    Committed,
    /// They are in place.
    InPlace,
}

/// How long a day is open where nothing else is said.
pub const REOPEN: SignedDuration = SignedDuration::from_hours(48);

/// Bytes that sorting may use where nothing else is said.
pub const SORT_MEMORY: usize = 256 << 20;

/// Why logs cannot be compacted.
#[derive(Debug, thiserror::Error)]
pub enum CompactError {
    /// A file that holds compacted days itself.
    #[error("{0} holds days that are compacted already")]
    Compacted(String),
    /// The folder of days cannot be used.
    #[error(transparent)]
    Days(#[from] DaysError),
    /// Rows cannot be sorted or written.
    #[error(transparent)]
    Engine(#[from] DataFusionError),
    /// In strict mode, something that is not wholly good.
    #[error(transparent)]
    Strict(LocalError),
    /// The standard input cannot be known again.
    #[error(
        "the standard input cannot be compacted: it could not be told from what was there before"
    )]
    Pipe,
}

impl CompactError {
    /// What ended the reading, where that is a bad line in strict mode.
    fn of(self, read: &Gathered) -> Self {
        match self {
            Self::Engine(error) => match LocalError::of(error, read) {
                LocalError::Engine(error) => Self::Engine(error),
                other => Self::Strict(other),
            },
            other => other,
        }
    }
}

impl Compaction {
    /// THE SPINE: takes the rows of all files that are new.
    ///
    /// # Errors
    /// Where another compaction is at work, something cannot be read or written, or, in strict mode, a
    /// line is bad. What was committed before stays.
    pub async fn run(mut self) -> Result<CompactionSummary, CompactError> {
        let groups = self.groups()?;
        let workshop = Workshop::begin(&self.destination)?;
        let salts = KeptSalts::beside(&self.destination)?;
        self.use_salts(&salts);
        let mut summary = CompactionSummary::default();
        for (group, inputs) in groups {
            let manifest = workshop.folder.manifest(&group)?;
            let new = self.new_sources(&manifest, inputs, &mut summary)?;
            if !new.is_empty() {
                let group = Group { name: group, new };
                self.take(&workshop, &salts, group, &mut summary).await?;
            }
        }
        salts.keep(|day| is_open(&workshop.folder, day, self.reopen, self.now))?;
        workshop.clear()?;
        Ok(summary)
    }

    /// The files by the days of their names.
    fn groups(&self) -> Result<BTreeMap<String, Vec<Input>>, CompactError> {
        let mut groups: BTreeMap<String, Vec<Input>> = BTreeMap::new();
        for input in &self.local.inputs {
            if matches!(input.place, Place::Pipe) {
                return Err(CompactError::Pipe);
            }
            if input.days.is_some() || input.is_day_object() {
                return Err(CompactError::Compacted(input.name.clone()));
            }
            groups.entry(group_of(input)).or_default().push(input.clone());
        }
        Ok(groups)
    }

    /// Has visitors called by the salts that are kept.
    fn use_salts(&mut self, salts: &KeptSalts) {
        let mut knowledge = Knowledge::clone(&self.local.knowledge);
        knowledge.privacy.salts =
            knowledge.privacy.salts.map(|fresh: Salts| salts.or_kept_from(fresh));
        self.local.knowledge = Arc::new(knowledge);
    }

    /// The files of a group whose rows are not there yet, each content once.
    fn new_sources(
        &self,
        manifest: &Manifest,
        inputs: Vec<Input>,
        summary: &mut CompactionSummary,
    ) -> Result<Vec<(Input, SourceRecord)>, CompactError> {
        let mut known: Known = manifest.sources.iter().cloned().collect();
        let mut new = Vec::new();
        for input in inputs {
            if known.has(&input)? {
                summary.known_files += 1;
                (self.on_step)(Step::Known(input.bytes));
                continue;
            }
            let source = SourceRecord::of(&input)?;
            known.add(source.clone());
            new.push((input, source));
        }
        Ok(new)
    }
}

impl fmt::Debug for Compaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compaction")
            .field("local", &self.local)
            .field("destination", &self.destination)
            .field("reopen", &self.reopen)
            .field("memory", &self.memory)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}
