//! What is kept that should not be, and what is not found though it is there.

use super::Look;
use crate::delivery::{
    Behavior, CacheProfile, EVERY_PATH, KeyPart, PERSONAL_PATHS, is_marketing_parameter,
};

/// Words in the paths of pages that belong to one shopper.
const PERSONAL_WORDS: [&str; 12] = [
    "account",
    "basket",
    "cart",
    "checkout",
    "kasse",
    "konto",
    "login",
    "logout",
    "order",
    "payment",
    "warenkorb",
    "wishlist",
];
/// Headers with so many values that nothing is found again.
const COUNTLESS: [&str; 5] =
    ["accept", "accept-language", "authorization", "referer", "user-agent"];
/// Seconds for which an outage may be kept.
const ERROR_TTL: u32 = 60;

/// The profile that a behavior names, written or built in.
fn profile(look: &Look<'_, '_>, behavior: &Behavior) -> CacheProfile {
    let name = &behavior.cache;
    let written = look.site.delivery.caches.get(name).cloned();
    written.or_else(|| CacheProfile::built_in(name)).unwrap_or_default()
}

/// Whether answers are kept that the origin has not said may be.
fn keeps_unasked(profile: &CacheProfile) -> bool {
    !profile.is_never() && (profile.min_ttl > 0 || profile.default_ttl > 0)
}

/// The behaviors that the file writes, with their profiles.
fn written(look: &Look<'_, '_>) -> Vec<(String, Behavior, CacheProfile)> {
    let behaviors = look.site.delivery.behaviors.iter().filter(|(_, it)| it.enabled);
    behaviors.map(|(at, it)| (at.clone(), it.clone(), profile(look, it))).collect()
}

fn is_personal(pattern: &str) -> bool {
    let mut words = pattern.split(|c: char| !c.is_ascii_alphabetic());
    words.any(|word| {
        PERSONAL_WORDS.contains(&word.trim_end_matches('s').to_ascii_lowercase().as_str())
    })
}

/// Pages: everything, directories, and files of HTML.
fn is_html(pattern: &str) -> bool {
    const ENDS: [&str; 4] = [".htm", ".html", ".php", "/"];
    let last = pattern.rfind(['.', '/']).map_or("", |at| &pattern[at..]);
    pattern == EVERY_PATH || pattern == "/*" || ENDS.contains(&last)
}

pub(super) fn personal_paths(look: &mut Look<'_, '_>) {
    for (pattern, behavior, profile) in written(look) {
        if is_personal(&pattern) && keeps_unasked(&profile) {
            let message = format!("`{pattern}` is kept by the profile `{}`", behavior.cache);
            look.at(&["behaviors", &pattern, "cache"], message);
        }
    }
}

pub(super) fn unguarded_paths(look: &mut Look<'_, '_>) {
    for pattern in PERSONAL_PATHS {
        let behavior = look.site.delivery.behaviors.get(pattern);
        if behavior.is_some_and(|behavior| !behavior.enabled) {
            look.at_key(&["behaviors", pattern], format!("`{pattern}` is switched off"));
        }
    }
}

pub(super) fn html_against_origin(look: &mut Look<'_, '_>) {
    for (pattern, behavior, profile) in written(look) {
        if is_html(&pattern) && profile.min_ttl > 0 {
            let message = format!("`{pattern}` is kept for {} seconds at least", profile.min_ttl);
            let place = ["caches", &behavior.cache, "min_ttl"];
            look.at(&place, message);
        }
    }
}

pub(super) fn html_unasked(look: &mut Look<'_, '_>) {
    for (pattern, _, profile) in written(look) {
        if is_html(&pattern) && profile.min_ttl == 0 && keeps_unasked(&profile) {
            let seconds = profile.default_ttl;
            let message =
                format!("`{pattern}` is kept for {seconds} seconds where the origin says nothing");
            look.at(&["behaviors", &pattern, "cache"], message);
        }
    }
}

pub(super) fn shared_cookies(look: &mut Look<'_, '_>) {
    for (pattern, behavior, profile) in written(look) {
        if behavior.forward_all && profile.cookies == KeyPart::None && keeps_unasked(&profile) {
            let message = format!("`{pattern}` forwards all cookies and keeps the answer");
            look.at(&["behaviors", &pattern, "forward_all"], message);
        }
    }
}

pub(super) fn marketing(look: &mut Look<'_, '_>) {
    for (name, profile) in &look.site.delivery.caches {
        let KeyPart::Named(keys) = &profile.query else { continue };
        for (place, key) in keys.iter().enumerate().filter(|(_, key)| is_marketing_parameter(key)) {
            let path = ["caches", name, "query", &place.to_string()];
            look.at(&path, format!("`{key}` says nothing about the answer"));
        }
    }
}

pub(super) fn open_query(look: &mut Look<'_, '_>) {
    for (name, profile) in &look.site.delivery.caches {
        let is_open = matches!(profile.query, KeyPart::All | KeyPart::AllBut(_));
        if is_open && keeps_unasked(profile) {
            let message = format!("the profile `{name}` takes every key of the query");
            look.at(&["caches", name, "query"], message);
        }
    }
}

pub(super) fn all_cookies(look: &mut Look<'_, '_>) {
    for (name, profile) in &look.site.delivery.caches {
        if matches!(profile.cookies, KeyPart::All | KeyPart::AllBut(_)) {
            let message = format!("the profile `{name}` takes every cookie");
            look.at(&["caches", name, "cookies"], message);
        }
    }
}

pub(super) fn agents(look: &mut Look<'_, '_>) {
    for (name, profile) in &look.site.delivery.caches {
        for (place, header) in profile.headers.iter().enumerate() {
            if COUNTLESS.contains(&header.to_ascii_lowercase().as_str()) {
                let path = ["caches", name, "headers", &place.to_string()];
                look.at(&path, format!("`{header}` is in the key of the profile `{name}`"));
            }
        }
    }
}

pub(super) fn kept_errors(look: &mut Look<'_, '_>) {
    for (status, page) in &look.site.delivery.errors {
        if *status >= 500 && page.ttl > ERROR_TTL {
            let message = format!("a {status} is kept for {} seconds", page.ttl);
            look.at(&["errors", &status.to_string(), "ttl"], message);
        }
    }
}

pub(super) fn unused_profiles(look: &mut Look<'_, '_>) {
    let site = look.site;
    let behaviors = site.delivery.behaviors_in_order(&site.images);
    for name in site.delivery.caches.keys() {
        // One that redefines what is built in is used where the built-in one is.
        let is_used = behaviors.iter().any(|(_, behavior)| behavior.cache == *name);
        if !is_used && CacheProfile::built_in(name).is_none() {
            look.at_key(&["caches", name], format!("nothing uses the profile `{name}`"));
        }
    }
}
