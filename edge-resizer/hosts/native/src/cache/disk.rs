//! Answers on disk: one file each, in 256 folders by the first byte of the key.
//!
//! ```text
//! variant-1\n                     what the file is
//! {"status":200,…}\n              a header in JSON: status, times, headers, length and hash
//! …                               the body
//! ```
//!
//! A file is written beside its place and renamed into it, so that none is ever seen half written.
//! One that cannot be read for whatever reason is removed and not missed. The time of last use is
//! the file's modification time, so that the order survives a restart.

use std::fs::{self, DirEntry, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use edge_resizer::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use lru::LruCache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{CacheKey, Entry};
use crate::config::DiskCacheConfig;
use crate::error::SetupError;

/// First line of every file; its number changes with the form of the files.
const MAGIC: &[u8] = b"variant-1\n";

/// Ending of files that are being written.
const UNFINISHED: &str = "tmp";

/// Least recently used answers go first when the bound in bytes is reached.
#[derive(Debug)]
pub(super) struct DiskCache {
    dir: PathBuf,
    limit: u64,
    index: Mutex<Index>,
    next_file: AtomicU64,
}

/// Length of the file under each key, least recently used first.
#[derive(Debug)]
struct Index {
    lengths: LruCache<CacheKey, u64>,
    bytes: u64,
}

/// What a file says of its answer.
#[derive(Serialize, Deserialize)]
struct Header {
    status: u16,
    stored_at: u64,
    fresh_until: u64,
    headers: Vec<(String, String)>,
    body_hash: [u8; 32],
}

impl DiskCache {
    /// Makes the folder where there is none, reads which files it holds, removes what was left
    /// unfinished, and what is over the bound.
    pub(super) fn open(config: &DiskCacheConfig) -> Result<Self, SetupError> {
        let dir = config.dir.clone();
        let found = fs::create_dir_all(&dir)
            .and_then(|()| scan(&dir))
            .map_err(|source| SetupError::DiskCache { path: dir.clone(), source })?;
        let mut index = Index { lengths: LruCache::unbounded(), bytes: 0 };
        for file in found {
            index.insert(file.key, file.length);
        }
        let cache = Self {
            dir,
            limit: config.bytes,
            index: Mutex::new(index),
            next_file: AtomicU64::new(0),
        };
        cache.make_room(0);
        Ok(cache)
    }

    /// Whether it is worth asking the disk.
    pub(super) fn has(&self, key: &CacheKey) -> bool {
        self.index().lengths.contains(key)
    }

    /// Reads an answer; blocks.
    pub(super) fn get(&self, key: &CacheKey, now: u64) -> Option<Entry> {
        self.index().lengths.get(key)?;
        let path = self.path(key);
        let entry = fs::read(&path).ok().and_then(|file| decode(&file.into()));
        let Some(entry) = entry.filter(|entry| entry.is_fresh(now)) else {
            self.remove(key);
            return None;
        };
        // Only the order after a restart depends on it.
        let _ = File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(SystemTime::now()));
        Some(entry)
    }

    /// Writes an answer; blocks. A disk that cannot be written is logged, and the answer not kept.
    pub(super) fn put(&self, key: &CacheKey, entry: &Entry) {
        let Some(head) = encode_head(entry) else { return };
        let length = (head.len() + entry.response.body.len()) as u64;
        if length > self.limit {
            return;
        }
        self.make_room(length);
        match self.write(key, &head, &entry.response.body) {
            Ok(()) => self.index().insert(key.clone(), length),
            Err(error) => {
                tracing::warn!(%error, dir = %self.dir.display(), "Cannot write to the disk cache");
            }
        }
        // Several may have made room for themselves before any of them was counted.
        self.make_room(0);
    }

    pub(super) fn bytes(&self) -> u64 {
        self.index().bytes
    }

    fn write(&self, key: &CacheKey, head: &[u8], body: &[u8]) -> io::Result<()> {
        let path = self.path(key);
        let number = self.next_file.fetch_add(1, Ordering::Relaxed);
        let unfinished = path.with_extension(format!("{number}.{UNFINISHED}"));
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let written = File::create(&unfinished).and_then(|mut file| {
            file.write_all(head)?;
            file.write_all(body)
        });
        written.and_then(|()| fs::rename(&unfinished, &path)).inspect_err(|_| {
            // The next start tries again.
            let _ = fs::remove_file(&unfinished);
        })
    }

    /// Removes the least recently used until `length` more bytes fit.
    fn make_room(&self, length: u64) {
        let target = self.limit.saturating_sub(length);
        loop {
            let mut index = self.index();
            if index.bytes <= target {
                return;
            }
            let Some(key) = index.remove_oldest() else { return };
            drop(index);
            self.delete(&key);
        }
    }

    fn remove(&self, key: &CacheKey) {
        self.index().remove(key);
        self.delete(key);
    }

    /// What is not there need not be deleted; what cannot be deleted is found by the next start.
    fn delete(&self, key: &CacheKey) {
        let _ = fs::remove_file(self.path(key));
    }

    fn path(&self, key: &CacheKey) -> PathBuf {
        let name = key.to_string();
        let (folder, _) = name.split_at(2);
        self.dir.join(folder).join(name)
    }

    /// Nothing in here panics between two changes that belong together.
    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Index {
    fn insert(&mut self, key: CacheKey, length: u64) {
        self.bytes += length;
        if let Some(old) = self.lengths.put(key, length) {
            self.bytes -= old;
        }
    }

    fn remove(&mut self, key: &CacheKey) {
        if let Some(length) = self.lengths.pop(key) {
            self.bytes -= length;
        }
    }

    fn remove_oldest(&mut self) -> Option<CacheKey> {
        let (key, length) = self.lengths.pop_lru()?;
        self.bytes -= length;
        Some(key)
    }
}

/// A file that was there at the start.
struct FoundFile {
    last_used: SystemTime,
    key: CacheKey,
    length: u64,
}

/// The files of a folder, least recently used first.
fn scan(dir: &Path) -> io::Result<Vec<FoundFile>> {
    let mut found = Vec::new();
    for folder in fs::read_dir(dir)? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(folder.path())? {
            found.extend(look_at(&file?)?);
        }
    }
    found.sort_by_key(|file| file.last_used);
    Ok(found)
}

fn look_at(file: &DirEntry) -> io::Result<Option<FoundFile>> {
    let path = file.path();
    if path.extension().is_some_and(|extension| extension == UNFINISHED) {
        fs::remove_file(path)?;
        return Ok(None);
    }
    let Some(key) = file.file_name().to_str().and_then(CacheKey::parse) else { return Ok(None) };
    let metadata = file.metadata()?;
    Ok(Some(FoundFile { last_used: metadata.modified()?, key, length: metadata.len() }))
}

/// What stands before the body; `None` where a header is not text.
fn encode_head(entry: &Entry) -> Option<Vec<u8>> {
    let Response { status, headers, body } = &entry.response;
    let headers = headers
        .iter()
        .map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    let header = Header {
        status: status.as_u16(),
        stored_at: entry.stored_at,
        fresh_until: entry.fresh_until,
        headers: headers.collect::<Option<_>>()?,
        body_hash: Sha256::digest(body).into(),
    };
    let mut head = MAGIC.to_vec();
    serde_json::to_writer(&mut head, &header).ok()?;
    head.push(b'\n');
    Some(head)
}

/// The answer in a file; `None` where it is not whole.
fn decode(file: &Bytes) -> Option<Entry> {
    let rest = file.strip_prefix(MAGIC)?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let (header, body) = rest.split_at(end);
    let header: Header = serde_json::from_slice(header).ok()?;
    let body = file.slice_ref(body.get(1..)?);
    if <[u8; 32]>::from(Sha256::digest(&body)) != header.body_hash {
        return None;
    }
    let headers: Option<HeaderMap> = header.headers.iter().map(parse_header).collect();
    let status = StatusCode::from_u16(header.status).ok()?;
    Some(Entry {
        response: Response { status, headers: headers?, body },
        stored_at: header.stored_at,
        fresh_until: header.fresh_until,
    })
}

fn parse_header((name, value): &(String, String)) -> Option<(HeaderName, HeaderValue)> {
    Some((name.parse().ok()?, value.parse().ok()?))
}
