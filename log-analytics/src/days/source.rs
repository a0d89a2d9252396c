//! What a file of logs is known by, so that its rows are taken once.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{DaysError, hex, io};
use crate::input::Input;

/// A file whose rows were taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceRecord {
    /// Its name, as it was found.
    pub(crate) name: String,
    /// Its size, bytes.
    pub(crate) bytes: u64,
    /// When it was written.
    pub(crate) modified: Option<Timestamp>,
    /// What it holds, `sha256:…`, or of an object `etag:…`.
    pub(crate) version: String,
}

/// The group of sources whose manifest a file is in: the day that its name tells, or `other`.
pub(crate) fn group_of(input: &Input) -> String {
    let begin = input.named.between.map(|(begin, _)| begin);
    begin.map_or_else(
        || "other".to_owned(),
        |begin| begin.to_zoned(TimeZone::UTC).date().to_string(),
    )
}

impl SourceRecord {
    /// Reads a file to know it again.
    pub(crate) fn of(input: &Input) -> Result<Self, DaysError> {
        Ok(Self {
            name: input.name.clone(),
            bytes: input.bytes,
            modified: input.modified,
            version: version_of(input)?,
        })
    }

    /// Whether it is that file by all that is known without reading it. A file may have been moved to
    /// another folder with its times.
    fn is_like(&self, input: &Input) -> bool {
        let last = |name: &str| name.rsplit('/').next().map(str::to_owned);
        self.modified.is_some()
            && self.modified == input.modified
            && last(&self.name) == last(&input.name)
    }
}

/// The files whose rows were taken, by their sizes.
#[derive(Debug, Default)]
pub(crate) struct Known {
    by_size: HashMap<u64, Vec<SourceRecord>>,
}

impl Known {
    pub(crate) fn add(&mut self, source: SourceRecord) {
        self.by_size.entry(source.bytes).or_default().push(source);
    }

    /// Whether a file's rows were taken. It is read only where another name or time leaves that open.
    pub(crate) fn has(&self, input: &Input) -> Result<bool, DaysError> {
        let Some(like) = self.by_size.get(&input.bytes) else { return Ok(false) };
        if like.iter().any(|source| source.is_like(input)) {
            return Ok(true);
        }
        let version = version_of(input)?;
        Ok(like.iter().any(|source| source.version == version))
    }
}

impl FromIterator<SourceRecord> for Known {
    fn from_iter<T: IntoIterator<Item = SourceRecord>>(sources: T) -> Self {
        let mut known = Self::default();
        sources.into_iter().for_each(|source| known.add(source));
        known
    }
}

fn version_of(input: &Input) -> Result<String, DaysError> {
    if let Some(object) = input.place.object() {
        return Ok(object.etag.as_deref().map_or_else(
            || format!("named:{}", input.name),
            |etag| format!("etag:{}", etag.trim_matches('"')),
        ));
    }
    let path = input.place.path().unwrap_or(Path::new("-"));
    let hash = File::open(path).and_then(hash_of).map_err(io(path))?;
    Ok(format!("sha256:{}", hex(&hash)))
}

fn hash_of(mut file: File) -> std::io::Result<[u8; 32]> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.finalize().into()),
            read => hash.update(&buffer[..read]),
        }
    }
}
