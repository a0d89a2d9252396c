//! Which files are read: paths, folders, globs, objects in buckets, and the standard input.

mod buckets;
mod name;
mod once;
mod place;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

pub use buckets::S3Url;
pub use name::Named;
pub(crate) use place::Opened;
pub use place::{Bucket, Object, Place};

use crate::days::{DAY_FILE, DaysError, DaysFolder};

/// A file of logs.
#[derive(Clone, Debug)]
pub struct Input {
    /// What rows and messages call it.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// Its size as it lies there, bytes.
    pub bytes: u64,
    /// When it was written.
    pub modified: Option<Timestamp>,
    /// What its name tells of it.
    pub named: Named,
    /// The folder of compacted days that it is of.
    pub days: Option<Arc<DaysFolder>>,
}

impl Input {
    /// Whether it is by its name a compacted day in a bucket.
    pub(crate) fn is_day_object(&self) -> bool {
        let Some(object) = self.place.object() else { return false };
        let mut parts = object.key.as_ref().rsplit('/');
        let (file, folder) = (parts.next(), parts.next());
        file == Some(DAY_FILE) && folder.is_some_and(|folder| folder.starts_with("day="))
    }

    /// Whether no request of the file can be between two moments, milliseconds since 1970. A compacted
    /// day has none of the hours beside it.
    pub(crate) fn is_outside(&self, from: i64, to: i64) -> bool {
        match (self.named.between, &self.days) {
            (Some((begin, end)), Some(_)) => {
                end.as_millisecond() <= from || begin.as_millisecond() >= to
            }
            _ => self.named.is_outside(from, to),
        }
    }
}

/// Why files cannot be found.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// A bucket that cannot be listed.
    #[error("{url}: {source}")]
    Bucket {
        /// What was looked for.
        url: String,
        /// Why it was not found.
        source: datafusion::object_store::Error,
    },
    /// Compacted days in a bucket among other logs: what they have in common cannot be told.
    #[error(
        "{day} is a compacted day in a bucket, and beside it {other} is read: rows of both would count twice"
    )]
    Beside {
        /// A day.
        day: String,
        /// What is not of the same days.
        other: String,
    },
    /// A folder of compacted days that cannot be used.
    #[error(transparent)]
    Days(#[from] DaysError),
    /// A file or folder that cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Nothing is there.
    #[error("no file of logs is at {0}")]
    Nothing(String),
    /// Nothing is there but what begins with `.` or `_`.
    #[error(
        "no file of logs is at {place}: {hidden} that begin with `.` or `_`, or lie in such a folder, are passed over"
    )]
    OnlyHidden {
        /// Where.
        place: String,
        /// How many there are.
        hidden: usize,
    },
    /// A pattern that is none.
    #[error("{pattern}: {source}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong.
        source: glob::PatternError,
    },
}

/// The files of paths, folders (with all that is below them) and patterns, each once, by name. A file
/// whose rows are in compacted days that are among them is left out.
///
/// # Errors
/// Where one of them has no file, or cannot be read.
pub fn find(wanted: &[String]) -> Result<Vec<Input>, InputError> {
    find_beside(Vec::new(), wanted)
}

/// As [`find`], together with objects that [`Bucket::find`] found.
///
/// # Errors
/// As [`find`], and where compacted days in a bucket are among other logs.
pub fn find_beside(objects: Vec<Input>, wanted: &[String]) -> Result<Vec<Input>, InputError> {
    let mut found = objects;
    for one in wanted {
        let (before, mut hidden) = (found.len(), 0);
        if one == "-" {
            found.push(pipe());
        } else if Path::new(one).exists() {
            walk(Path::new(one), &mut found, &mut hidden)?;
        } else {
            by_pattern(one, &mut found, &mut hidden)?;
        }
        if found.len() == before {
            return Err(InputError::nothing(one.clone(), hidden));
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found.dedup_by(|a, b| a.name == b.name);
    once::without_compacted(found)
}

/// The standard input.
pub fn pipe() -> Input {
    Input {
        name: "(standard input)".to_owned(),
        place: Place::Pipe,
        bytes: 0,
        modified: None,
        named: Named::default(),
        days: None,
    }
}

fn by_pattern(pattern: &str, found: &mut Vec<Input>, hidden: &mut usize) -> Result<(), InputError> {
    let wrong = |source| InputError::Pattern { pattern: pattern.to_owned(), source };
    for path in glob::glob(pattern).map_err(wrong)? {
        let path = path.map_err(|error| {
            let path = error.path().display().to_string();
            InputError::Io { path, source: error.into() }
        })?;
        if is_hidden_from(pattern, &path.to_string_lossy()) {
            *hidden += 1;
            continue;
        }
        walk(&path, found, hidden)?;
    }
    Ok(())
}

fn walk(path: &Path, found: &mut Vec<Input>, hidden: &mut usize) -> Result<(), InputError> {
    let told = |source| io(path, source);
    let about = fs::metadata(path).map_err(told)?;
    // What of it is to be read is found where nothing of it can be moved any more.
    if !about.is_dir() || DaysFolder::is_at(path) {
        found.push(file(path, &about));
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(path)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .map_err(told)?;
    entries.sort();
    for entry in entries {
        if entry.file_name().is_some_and(|name| is_hidden(&name.to_string_lossy())) {
            *hidden += 1;
        } else {
            walk(&entry, found, hidden)?;
        }
    }
    Ok(())
}

fn file(path: &Path, about: &fs::Metadata) -> Input {
    let name = path.display().to_string();
    Input {
        named: Named::of(&name),
        name,
        place: Place::File(path.to_owned()),
        bytes: about.len(),
        modified: about.modified().ok().and_then(|time| Timestamp::try_from(time).ok()),
        days: None,
    }
}

/// Hidden files and those that begin with `_` are somebody's notes, as Hive has it.
fn is_hidden(name: &str) -> bool {
    name.starts_with(['.', '_']) && !matches!(name, "." | "..")
}

/// Whether a path is hidden from whoever wrote a pattern or named a folder: by a part that is not
/// written there, such as `_temporary` where `logs/*/*.gz` was asked for.
fn is_hidden_from(wanted: &str, path: &str) -> bool {
    let named: Vec<&str> = wanted.split('/').collect();
    // A pattern that names hidden files itself wants them.
    let is_wild = |its: &&&str| its.contains(['*', '?', '[']);
    let wild: Vec<_> = named.iter().filter(is_wild).collect();
    let begins = |part: &str| wild.iter().any(|its| part.chars().next() == its.chars().next());
    path.split('/').any(|part| is_hidden(part) && !named.contains(&part) && !begins(part))
}

impl InputError {
    fn nothing(place: String, hidden: usize) -> Self {
        if hidden == 0 { Self::Nothing(place) } else { Self::OnlyHidden { place, hidden } }
    }
}

fn io(path: &Path, source: std::io::Error) -> InputError {
    InputError::Io { path: path.display().to_string(), source }
}
