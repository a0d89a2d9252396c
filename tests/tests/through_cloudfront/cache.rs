//! CloudFront's cache: answers by their keys, for as long as they say, or until their tag is
//! invalidated.

use std::collections::BTreeMap;

use crate::answer::Answer;

/// Seconds that an answer is kept which says nothing: the default TTL of CloudFront's managed
/// policies,
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>.
const DEFAULT_TTL: u64 = 86_400;

/// The entries. It reads no clock.
pub(crate) struct Cache {
    entries: BTreeMap<String, Entry>,
    /// The header of the distribution's `CacheTagConfig`.
    tag_header: &'static str,
}

struct Entry {
    answer: Answer,
    /// The second since 1970 in which it is not fresh any more.
    until: u64,
}

impl Cache {
    pub(crate) fn new(tag_header: &'static str) -> Self {
        Self { entries: BTreeMap::new(), tag_header }
    }

    /// A fresh answer.
    pub(crate) fn get(&self, key: &str, now: u64) -> Option<Answer> {
        let entry = self.entries.get(key).filter(|entry| now < entry.until)?;
        Some(entry.answer.clone())
    }

    /// Keeps an answer, if it may be kept.
    pub(crate) fn put(&mut self, key: String, answer: &Answer, now: u64) {
        let ttl = time_to_live(answer.header("cache-control"));
        if ttl > 0 {
            self.entries.insert(key, Entry { answer: answer.clone(), until: now + ttl });
        }
    }

    /// The keys of all entries.
    pub(crate) fn keys(&self) -> Vec<&str> {
        self.entries.keys().map(String::as_str).collect()
    }

    /// Forgets everything, as a cache may at any time.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Drops the entries with this tag, which is written `#tag` in an invalidation.
    pub(crate) fn invalidate(&mut self, path: &str) {
        let tag = path.strip_prefix('#').expect("only tags are invalidated here");
        let header = self.tag_header;
        self.entries
            .retain(|_, entry| entry.answer.header(header).split(',').all(|own| own != tag));
    }
}

/// Seconds; 0 where it is not to be kept.
fn time_to_live(cache_control: &str) -> u64 {
    let directives = || cache_control.split(',').map(str::trim);
    if directives().any(|directive| ["no-store", "no-cache", "private"].contains(&directive)) {
        return 0;
    }
    let age = |name: &str| directives().find_map(|directive| directive.strip_prefix(name));
    let age = age("s-maxage=").or_else(|| age("max-age="));
    age.map_or(DEFAULT_TTL, |seconds| seconds.parse().unwrap())
}
