//! Cache profiles: lifetimes, and what enters the key.

use super::header_names::{self, FORBIDDEN_IN_KEYS};
use super::{Check, names};
use crate::delivery::{CacheProfile, KeyPart};

/// Names of a kind in a cache policy.
const NAMES: usize = 10;
/// Characters of all names of a kind.
const NAMES_LENGTH: usize = 1_024;
/// Seconds that CloudFront takes at most, a hundred years.
const TTL: u64 = 3_153_600_000;

pub(super) fn check(check: &mut Check<'_, '_>) {
    for (name, profile) in &check.site.delivery.caches {
        if !names::is_label(name) {
            let hint = "lower-case letters, digits and `-`, at most 63, not `-` at either end";
            check.key(&["caches", name], format!("`{name}` cannot be a profile's name"), hint);
        }
        check_lifetimes(check, name, profile);
        check_key(check, name, profile);
    }
}

fn check_lifetimes(check: &mut Check<'_, '_>, name: &str, profile: &CacheProfile) {
    let CacheProfile { min_ttl, default_ttl, max_ttl, .. } = *profile;
    if min_ttl > default_ttl {
        let message = format!("`min_ttl` {min_ttl} is above `default_ttl` {default_ttl}");
        let hint = format!("write `default_ttl = {min_ttl}` or a larger one");
        check.value(&["caches", name, "min_ttl"], message, hint);
    }
    if default_ttl > max_ttl {
        let message = format!("`default_ttl` {default_ttl} is above `max_ttl` {max_ttl}");
        let hint = "nothing is kept for longer than `max_ttl`, which is a year where left out";
        check.value(&["caches", name, "default_ttl"], message, hint);
    }
    if max_ttl > TTL {
        let message = format!("{max_ttl} seconds are more than a hundred years");
        let hint = format!("CloudFront takes at most {TTL}");
        check.value(&["caches", name, "max_ttl"], message, hint);
    }
}

fn check_key(check: &mut Check<'_, '_>, name: &str, profile: &CacheProfile) {
    let is_empty = profile.query == KeyPart::None
        && profile.cookies == KeyPart::None
        && profile.headers.is_empty();
    if profile.is_never() && !is_empty {
        let hint = "CloudFront refuses a key where nothing is kept: leave out `query`, `headers` \
                    and `cookies`, and let `forward_all` of the behavior pass them on";
        check.value(&["caches", name], "nothing is kept, so there is no cache key", hint);
    }
    for (kind, names) in [
        ("query", named(&profile.query)),
        ("cookies", named(&profile.cookies)),
        ("headers", &profile.headers),
    ] {
        check_names(check, &["caches", name, kind], kind, names);
    }
    for (place, header) in profile.headers.iter().enumerate() {
        let place = place.to_string();
        let path = ["caches", name, "headers", place.as_str()];
        header_names::check_named(check, &path, header, &FORBIDDEN_IN_KEYS);
    }
}

/// The names that a part of the key lists.
fn named(part: &KeyPart) -> &[String] {
    match part {
        KeyPart::None | KeyPart::All => &[],
        KeyPart::Named(names) | KeyPart::AllBut(names) => names,
    }
}

fn check_names(check: &mut Check<'_, '_>, path: &[&str], kind: &str, names: &[String]) {
    check.count(path, "names", names.len(), NAMES);
    let length: usize = names.iter().map(|name| name.chars().count()).sum();
    if length > NAMES_LENGTH {
        let message = format!("the names have {length} characters together");
        check.value(path, message, format!("CloudFront takes at most {NAMES_LENGTH}"));
    }
    let is_wrong = |name: &&String| match kind {
        "cookies" => !names::is_token(name),
        _ => name.is_empty() || name.chars().any(|c| c.is_control() || c.is_whitespace()),
    };
    if let Some(name) = names.iter().find(is_wrong).filter(|_| kind != "headers") {
        let hint = "a name alone, without its value and without spaces";
        check.value(path, format!("`{name}` cannot be a name in the cache key"), hint);
    }
}
