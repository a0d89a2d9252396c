//! Answers in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use super::{CacheKey, Entry};

/// Least recently used answers go first when the bound in bytes is reached.
#[derive(Debug)]
pub(super) struct MemoryCache {
    limit: u64,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    entries: LruCache<CacheKey, Arc<Entry>>,
    bytes: u64,
}

impl MemoryCache {
    pub(super) fn new(limit: u64) -> Self {
        Self { limit, held: Mutex::new(Held { entries: LruCache::unbounded(), bytes: 0 }) }
    }

    pub(super) fn get(&self, key: &CacheKey, now: u64) -> Option<Arc<Entry>> {
        let mut held = self.held();
        let entry = Arc::clone(held.entries.get(key)?);
        if entry.is_fresh(now) {
            return Some(entry);
        }
        held.remove(key);
        None
    }

    pub(super) fn put(&self, key: CacheKey, entry: Arc<Entry>) {
        let weight = entry.weight();
        let mut held = self.held();
        held.remove(&key);
        if weight > self.limit {
            return;
        }
        while held.bytes > self.limit - weight {
            held.remove_oldest();
        }
        held.bytes += weight;
        held.entries.put(key, entry);
    }

    pub(super) fn bytes(&self) -> u64 {
        self.held().bytes
    }

    /// Nothing in here panics between two changes that belong together.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn remove(&mut self, key: &CacheKey) {
        if let Some(entry) = self.entries.pop(key) {
            self.bytes -= entry.weight();
        }
    }

    fn remove_oldest(&mut self) {
        match self.entries.pop_lru() {
            Some((_, entry)) => self.bytes -= entry.weight(),
            None => self.bytes = 0,
        }
    }
}
