//! A folder of compacted days: what lies where, and how it stays whole whatever happens.
//!
//! ```text
//! FOLDER/day=2026-11-23/requests.parquet     the rows of a day, by site and time
//! FOLDER/_compaction/manifest/2026-11-23.json   the files that are in it, and what it holds
//! FOLDER/_compaction/lock                    held by the one compaction that may run
//! FOLDER/_compaction/swap                    held while files take their places, or are read
//! FOLDER/_compaction/work/                   what is being made; without worth after a crash
//! FOLDER/_compaction/commit/                 what is made, and has not taken its place yet
//! FOLDER.salts                               the keys of visitors of days that are still open
//! ```
//!
//! To rename `work/next` to `commit` is what makes a compaction true. Who finds `commit` after a crash
//! reads what is there before what is in its place; the next compaction puts it there.

mod folder;
mod manifest;
mod salts;
mod source;

pub use folder::DaysFolder;
pub(crate) use folder::{DAY_FILE, Workshop, day_file};
pub use manifest::DayRecord;
pub(crate) use manifest::{Manifest, is_open};
pub use salts::KeptSalts;
pub(crate) use source::{Known, SourceRecord, group_of};

/// Why a folder of compacted days cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DaysError {
    /// Another compaction is at work there.
    #[error("another compaction into {folder} is running")]
    Busy {
        /// The folder.
        folder: String,
    },
    /// A file that cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A manifest that is none, or of a later version.
    #[error("{path}: {problem}")]
    Manifest {
        /// Which.
        path: String,
        /// What is wrong.
        problem: String,
    },
}

/// Names the file that something went wrong with.
pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> DaysError + use<> {
    let path = path.display().to_string();
    move |source| DaysError::Io { path, source }
}

/// Bytes as digits.
fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}
