//! The edge cache: answers under their keys, for as long as they say, within a bound of bytes.
//!
//! It reads no clock: every call is told what time it is.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use lru::LruCache;

use super::freshness::time_to_live;

/// Counted for each entry over its body: headers, key, bookkeeping.
const ENTRY_OVERHEAD: u64 = 1_024;

/// Headers that a 304 may bring in place of the kept ones (RFC 9111 section 3.2 excludes those that
/// describe the body).
const BODY_HEADERS: [header::HeaderName; 4] =
    [header::CONTENT_ENCODING, header::CONTENT_LENGTH, header::CONTENT_RANGE, header::CONTENT_TYPE];

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers as the origin sent them.
    pub(crate) headers: HeaderMap,
    /// Its body.
    pub(crate) body: Bytes,
    /// When it came, or was last found to be still good.
    pub(crate) since: Timestamp,
}

impl Stored {
    /// Seconds since the origin made or confirmed it, for `Age`.
    pub(crate) fn age(&self, now: Timestamp) -> u64 {
        let before = self.headers.get(header::AGE).and_then(|age| age.to_str().ok()?.parse().ok());
        let here = Duration::try_from(now.duration_since(self.since)).unwrap_or_default();
        here.as_secs().saturating_add(before.unwrap_or(0))
    }
}

/// What the cache has for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// An answer that may be sent.
    Fresh(Stored),
    /// An answer that may be sent only if the origin says that it is still good.
    Stale(Stored),
    /// Nothing.
    Absent,
}

#[derive(Debug)]
struct Entry {
    stored: Stored,
    ttl: Duration,
    bytes: u64,
}

/// The answers, most recently used first.
#[derive(Debug)]
pub(crate) struct EdgeCache {
    entries: LruCache<String, Entry>,
    bytes: u64,
    max_bytes: u64,
}

impl EdgeCache {
    /// An empty cache that will hold at most this many bytes.
    pub(crate) fn new(max_bytes: u64) -> Self {
        Self { entries: LruCache::unbounded(), bytes: 0, max_bytes }
    }

    /// What is there for the key.
    pub(crate) fn lookup(&mut self, key: &str, now: Timestamp) -> Lookup {
        let Some(entry) = self.entries.get(key) else {
            return Lookup::Absent;
        };
        let stored = entry.stored.clone();
        // A clock that was set back makes no answer older.
        let held = Duration::try_from(now.duration_since(stored.since)).unwrap_or_default();
        if held < entry.ttl { Lookup::Fresh(stored) } else { Lookup::Stale(stored) }
    }

    /// Keeps an answer where it may be kept, and drops what was under the key before.
    pub(crate) fn store(&mut self, key: &str, stored: Stored) {
        self.remove(key);
        let Some(ttl) = time_to_live(stored.status, &stored.headers, stored.since) else {
            return;
        };
        let bytes = ENTRY_OVERHEAD + key.len() as u64 + stored.body.len() as u64;
        if bytes > self.max_bytes {
            return;
        }
        self.bytes += bytes;
        self.entries.put(key.to_owned(), Entry { stored, ttl, bytes });
        while self.bytes > self.max_bytes {
            let Some((_, oldest)) = self.entries.pop_lru() else { break };
            self.bytes -= oldest.bytes;
        }
    }

    /// The origin said with a 304 that `stale` is still good: it is fresh again, with the headers
    /// that the 304 brought.
    pub(crate) fn refresh(
        &mut self,
        key: &str,
        mut stale: Stored,
        news: &HeaderMap,
        now: Timestamp,
    ) -> Stored {
        for name in news.keys().filter(|name| !BODY_HEADERS.contains(name)) {
            stale.headers.remove(name);
            for value in news.get_all(name) {
                stale.headers.append(name.clone(), value.clone());
            }
        }
        stale.since = now;
        self.store(key, stale.clone());
        stale
    }

    fn remove(&mut self, key: &str) {
        if let Some(entry) = self.entries.pop(key) {
            self.bytes -= entry.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn answer(control: &str, body: impl Into<Bytes>, second: i64) -> Stored {
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, control.parse().unwrap());
        headers.insert(header::CONTENT_TYPE, "image/webp".parse().unwrap());
        Stored { status: StatusCode::OK, headers, body: body.into(), since: at(second) }
    }

    #[test]
    fn an_answer_is_fresh_for_its_time_and_stale_after() {
        let mut cache = EdgeCache::new(1 << 20);
        let stored = answer("max-age=60", "a", 0);
        cache.store("a", stored.clone());
        for (second, want) in [
            (0, Lookup::Fresh(stored.clone())),
            (59, Lookup::Fresh(stored.clone())),
            (60, Lookup::Stale(stored.clone())),
            (9_999, Lookup::Stale(stored.clone())),
            (-5, Lookup::Fresh(stored.clone())),
        ] {
            assert_eq!(cache.lookup("a", at(second)), want, "{second}");
        }
        assert_eq!(cache.lookup("b", at(0)), Lookup::Absent);
        assert_eq!((stored.age(at(0)), stored.age(at(59)), stored.age(at(-5))), (0, 59, 0));
    }

    #[test]
    fn what_may_not_be_kept_takes_the_old_answer_away() {
        let mut cache = EdgeCache::new(1 << 20);
        cache.store("a", answer("max-age=60", "old", 0));
        cache.store("a", answer("no-store", "new", 1));
        assert_eq!(cache.lookup("a", at(2)), Lookup::Absent);
        assert_eq!(cache.bytes, 0);
    }

    #[test]
    fn a_304_makes_it_fresh_again_and_brings_headers() {
        let mut cache = EdgeCache::new(1 << 20);
        cache.store("a", answer("max-age=60", "a", 0));
        let Lookup::Stale(stale) = cache.lookup("a", at(100)) else { panic!("must be stale") };
        let mut news = HeaderMap::new();
        news.insert(header::CACHE_CONTROL, "max-age=30".parse().unwrap());
        news.insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
        let fresh = cache.refresh("a", stale, &news, at(100));
        assert_eq!(fresh.headers[header::CACHE_CONTROL], "max-age=30");
        assert_eq!(fresh.headers[header::CONTENT_TYPE], "image/webp");
        assert_eq!(fresh.age(at(129)), 29);
        assert_eq!(cache.lookup("a", at(129)), Lookup::Fresh(fresh.clone()));
        assert_eq!(cache.lookup("a", at(130)), Lookup::Stale(fresh));
    }

    #[test]
    fn the_least_recently_used_answer_goes_first() {
        let body = || vec![0; 1_000];
        let mut cache = EdgeCache::new(3 * (1_000 + ENTRY_OVERHEAD + 1));
        for key in ["a", "b", "c"] {
            cache.store(key, answer("max-age=60", body(), 0));
        }
        assert!(matches!(cache.lookup("a", at(1)), Lookup::Fresh(_)));
        cache.store("d", answer("max-age=60", body(), 0));
        for (key, there) in [("a", true), ("b", false), ("c", true), ("d", true)] {
            assert_eq!(cache.lookup(key, at(1)) != Lookup::Absent, there, "{key}");
        }
        cache.store("e", answer("max-age=60", vec![0; 100_000], 0));
        assert_eq!(cache.lookup("e", at(1)), Lookup::Absent, "larger than the cache");
    }

    proptest! {
        #[test]
        fn the_bound_holds_and_the_count_is_true(
            steps in prop::collection::vec((0_u8..12, 0_usize..4_000, any::<bool>()), 0..200)
        ) {
            let mut cache = EdgeCache::new(20_000);
            for (key, size, keep) in steps {
                let control = if keep { "max-age=60" } else { "no-store" };
                cache.store(&key.to_string(), answer(control, vec![0; size], 0));
                prop_assert!(cache.bytes <= cache.max_bytes);
                let sum: u64 = cache.entries.iter().map(|(_, entry)| entry.bytes).sum();
                prop_assert_eq!(cache.bytes, sum);
            }
        }
    }
}
