//! Behaviors: patterns, and what they refer to.

use super::header_names::FORBIDDEN_TO_VIEWERS;
use super::{Check, header_names, headers};
use crate::delivery::{Behavior, CacheProfile, EVERY_PATH};

/// Behaviors of a distribution.
const BEHAVIORS: usize = 75;
/// Characters of a path pattern:
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html>.
const PATTERN: usize = 255;
/// What may be in a pattern beside letters and digits, by the same page.
const PATTERN_MARKS: &str = "_-.*?$/~\"'@:+&";

const PATTERN_HINT: &str = "a path such as `/assets/*` or `*.css`: letters, digits and \
                            `_-.*?$/~\"'@:+&`, no query, at most 255";

pub(super) fn check(check: &mut Check<'_, '_>) {
    let delivery = &check.site.delivery;
    for (pattern, behavior) in &delivery.behaviors {
        if !is_pattern(pattern) {
            let message = format!("`{pattern}` is not a path pattern");
            check.key(&["behaviors", pattern], message, PATTERN_HINT);
        }
        if behavior.enabled {
            check_references(check, pattern, behavior);
            check_headers(check, pattern, behavior);
        }
    }
    let all = delivery.behaviors_in_order(&check.site.images);
    check.count(&["behaviors"], "behaviors", all.len(), BEHAVIORS);
}

fn is_pattern(pattern: &str) -> bool {
    let legal = |c: char| c.is_ascii_alphanumeric() || PATTERN_MARKS.contains(c);
    pattern.starts_with(['/', '*']) && pattern.len() <= PATTERN && pattern.chars().all(legal)
}

fn check_references(check: &mut Check<'_, '_>, pattern: &str, behavior: &Behavior) {
    let delivery = &check.site.delivery;
    let origin = &behavior.origin;
    if !delivery.origins.contains_key(origin) && has_all_origins(check) {
        let known = delivery.origins.keys().map(String::as_str);
        let hint = crate::problem::closest(origin, known, "origins");
        let place = ["behaviors", pattern, "origin"];
        check.value(&place, format!("there is no origin `{origin}`"), hint);
    }
    let cache = &behavior.cache;
    if !delivery.caches.contains_key(cache) && CacheProfile::built_in(cache).is_none() {
        let written = delivery.caches.keys().map(String::as_str);
        let known = CacheProfile::BUILT_IN.into_iter().chain(written);
        let hint = crate::problem::closest(cache, known, "cache profiles");
        let place = ["behaviors", pattern, "cache"];
        check.value(&place, format!("there is no cache profile `{cache}`"), hint);
    }
    if behavior.order.is_some() && pattern == EVERY_PATH {
        let hint = "leave `order` out: the pattern `*` is always the last";
        check.value(&["behaviors", pattern, "order"], "`*` has no order", hint);
    }
}

fn check_headers(check: &mut Check<'_, '_>, pattern: &str, behavior: &Behavior) {
    let all = &check.site.delivery.headers.custom;
    let more = behavior.headers.keys().filter(|name| !all.contains_key(*name)).count();
    let place = ["behaviors", pattern, "headers"];
    if more > 0 {
        check.count(&place, "headers with the site's", all.len() + more, headers::HEADERS);
    }
    for (name, value) in &behavior.headers {
        let place = ["behaviors", pattern, "headers", name];
        header_names::check(check, &place, name, &FORBIDDEN_TO_VIEWERS);
        header_names::check_value(check, &place, value);
    }
}

/// Whether each origin that is written could be read; a reference to another is no second mistake.
fn has_all_origins(check: &Check<'_, '_>) -> bool {
    let written =
        check.tree.keys(&["origins"]).count() + check.tree.keys(&["origin"]).count().min(1);
    check.site.delivery.origins.len() == written
}
