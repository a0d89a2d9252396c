//! The variant cache: answers by key, in memory and on disk, each with a bound in bytes.
//!
//! Only answers with status 200 are kept, as long as their `Cache-Control` allows. Time is an
//! argument everywhere: seconds since 1970-01-01T00:00:00Z.

mod disk;
mod freshness;
mod key;
mod memory;

use std::sync::Arc;

use edge_resizer::Response;
use http::StatusCode;
use tokio_util::task::TaskTracker;

use crate::config::HostConfig;
use crate::error::SetupError;
use disk::DiskCache;
use memory::MemoryCache;

pub(crate) use freshness::lifetime;
pub(crate) use key::{CacheKey, KeySpace};

/// An answer that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The whole answer to a `GET`.
    pub(crate) response: Response,
    /// When it was made.
    pub(crate) stored_at: u64,
    /// From when on it may not be used.
    pub(crate) fresh_until: u64,
}

impl Entry {
    /// Bytes it is accounted with: body and headers, and what keeping them costs, roughly.
    fn weight(&self) -> u64 {
        const OVERHEAD: usize = 512;
        const PER_HEADER: usize = 64;
        let headers = self.response.headers.iter();
        let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + PER_HEADER);
        (self.response.body.len() + headers.sum::<usize>() + OVERHEAD) as u64
    }

    const fn is_fresh(&self, now: u64) -> bool {
        now < self.fresh_until
    }
}

/// Memory in front of disk.
#[derive(Debug)]
pub(crate) struct VariantCache {
    memory: MemoryCache,
    disk: Option<Arc<DiskCache>>,
    writes: TaskTracker,
}

impl VariantCache {
    /// Opens the folder and reads what is there.
    ///
    /// # Errors
    /// [`SetupError::DiskCache`].
    pub(crate) fn open(config: &HostConfig) -> Result<Self, SetupError> {
        let disk = config.disk_cache.as_ref().map(DiskCache::open).transpose()?;
        Ok(Self {
            memory: MemoryCache::new(config.memory_cache_bytes),
            disk: disk.map(Arc::new),
            writes: TaskTracker::new(),
        })
    }

    /// The answer under a key, where there is one that is fresh.
    pub(crate) async fn get(&self, key: &CacheKey, now: u64) -> Option<Arc<Entry>> {
        if let Some(entry) = self.memory.get(key, now) {
            return Some(entry);
        }
        let (disk, key) = (Arc::clone(self.disk.as_ref()?), key.clone());
        if !disk.has(&key) {
            return None;
        }
        let on_disk = key.clone();
        let read = tokio::task::spawn_blocking(move || disk.get(&on_disk, now));
        let entry = Arc::new(read.await.ok()??);
        self.memory.put(key, Arc::clone(&entry));
        Some(entry)
    }

    /// Keeps an answer, if it may be kept. The disk is written in the background.
    pub(crate) fn put(&self, key: CacheKey, response: &Response, now: u64) {
        let seconds = lifetime(&response.headers);
        if response.status != StatusCode::OK || seconds == 0 {
            return;
        }
        let fresh_until = now.saturating_add(seconds);
        let entry = Arc::new(Entry { response: response.clone(), stored_at: now, fresh_until });
        self.memory.put(key.clone(), Arc::clone(&entry));
        if let Some(disk) = self.disk.clone() {
            self.writes.spawn_blocking(move || disk.put(&key, &entry));
        }
    }

    /// Bytes kept in memory and on disk.
    pub(crate) fn bytes(&self) -> (u64, u64) {
        (self.memory.bytes(), self.disk.as_ref().map_or(0, |disk| disk.bytes()))
    }

    /// Ends when all that was put is on disk.
    pub(crate) async fn settle(&self) {
        self.writes.close();
        self.writes.wait().await;
        self.writes.reopen();
    }
}

#[cfg(test)]
mod tests;
