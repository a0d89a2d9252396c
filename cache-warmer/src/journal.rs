//! What was done, as it is done: lines of JSON at the end of a file, so that a run that was killed
//! goes on where it stopped.
//!
//! A folder holds the plan (`plan.json`), its targets (`targets.txt`) and the lines
//! (`journal.jsonl`). A line is written whole before the next request of its connection, so that what
//! was in flight may be asked for again, and nothing else.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::outcome::{Pass, Verdict};
use crate::plan::Plan;
use crate::spool::Spool;

/// A target that was asked for at a location.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The location, by its place in the plan.
    pub l: usize,
    /// The target, by its place in the list.
    pub n: u64,
    /// Which time.
    pub p: Pass,
    /// How it went.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Bytes of the body.
    pub b: u64,
    /// Microseconds to the first byte.
    pub t: u64,
    /// Whether the origin may have been asked.
    pub o: bool,
    /// Seconds that a cache may still keep it, where the answer tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<u64>,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// A file cannot be read or written.
    #[error("{path} cannot be used")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A file is no journal's.
    #[error("line {line} of {path} is no line of a journal")]
    Broken {
        /// The file.
        path: String,
        /// The line, from 1 on.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
}

/// A journal's folder.
#[derive(Clone, Debug)]
pub struct JournalFolder {
    folder: PathBuf,
}

/// A journal that is written to.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    line: Vec<u8>,
}

impl JournalFolder {
    /// The folder; it is made where there is none.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn new(folder: &Path) -> Result<Self, JournalError> {
        fs::create_dir_all(folder).map_err(at(folder))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Where the targets are.
    pub fn targets(&self) -> PathBuf {
        self.folder.join("targets.txt")
    }

    /// Where the lines are.
    pub fn lines(&self) -> PathBuf {
        self.folder.join("journal.jsonl")
    }

    /// Whether there is a run that did not end.
    pub fn is_unfinished(&self) -> bool {
        self.plan().exists()
    }

    /// The plan of a run that did not end, and its targets.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn unfinished(&self) -> Result<Option<(Plan, Spool)>, JournalError> {
        let path = self.plan();
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(at(&path)(error)),
        };
        let plan = serde_json::from_slice(&text).map_err(|source| JournalError::Broken {
            path: path.display().to_string(),
            line: source.line(),
            source,
        })?;
        let spool = Spool::open(&self.targets()).map_err(at(&self.targets()))?;
        Ok(Some((plan, spool)))
    }

    /// Begins: the plan is written last, so that one that is there is whole.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn begin(&self, plan: &Plan) -> Result<Journal, JournalError> {
        let lines = self.lines();
        File::create(&lines).map_err(at(&lines))?;
        let path = self.plan();
        let new = self.folder.join("plan.json.new");
        let text = serde_json::to_vec_pretty(plan).map_err(io::Error::from).map_err(at(&new))?;
        fs::write(&new, text).map_err(at(&new))?;
        fs::rename(&new, &path).map_err(at(&path))?;
        self.append()
    }

    /// Tells each line of an unfinished run. The last one may be torn, and is cut off.
    ///
    /// # Errors
    /// [`JournalError`].
    pub fn resume(&self, tell: &mut dyn FnMut(Entry)) -> Result<Journal, JournalError> {
        let path = self.lines();
        let mut reader = BufReader::new(File::open(&path).map_err(at(&path))?);
        let (mut text, mut line, mut whole) = (Vec::new(), 0, 0);
        loop {
            text.clear();
            let length = reader.read_until(b'\n', &mut text).map_err(at(&path))?;
            if !text.ends_with(b"\n") {
                break;
            }
            line += 1;
            whole += length as u64;
            tell(serde_json::from_slice(&text).map_err(|source| JournalError::Broken {
                path: path.display().to_string(),
                line,
                source,
            })?);
        }
        let journal = self.append()?;
        journal.file.set_len(whole).map_err(at(&path))?;
        Ok(journal)
    }

    /// Ends: what is left is for people, and no run goes on from it.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn end(&self) -> Result<(), JournalError> {
        let path = self.plan();
        fs::rename(&path, self.folder.join("plan.done.json")).map_err(at(&path))
    }

    fn plan(&self) -> PathBuf {
        self.folder.join("plan.json")
    }

    fn append(&self) -> Result<Journal, JournalError> {
        let path = self.lines();
        let file = OpenOptions::new().append(true).open(&path).map_err(at(&path))?;
        Ok(Journal { file, path, line: Vec::new() })
    }
}

impl Journal {
    /// Writes a line.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn note(&mut self, entry: &Entry) -> Result<(), JournalError> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, entry)
            .map_err(io::Error::from)
            .map_err(at(&self.path))?;
        self.line.push(b'\n');
        self.file.write_all(&self.line).map_err(at(&self.path))
    }

    /// The file, for somebody who has it written to the disk from time to time.
    ///
    /// # Errors
    /// [`JournalError::Io`].
    pub fn handle(&self) -> Result<File, JournalError> {
        self.file.try_clone().map_err(at(&self.path))
    }
}

fn at(path: &Path) -> impl Fn(io::Error) -> JournalError + '_ {
    move |source| JournalError::Io { path: path.display().to_string(), source }
}
