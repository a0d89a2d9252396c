//! Headers that origins and policies add and take away.

use std::collections::{BTreeMap, BTreeSet};

use fleet::delivery::{Behavior, FrameOptions};

use super::SiteModel;
use crate::outcome::ORIGINS_OWN;

/// Headers of answers that a site names, in lower case.
pub(super) fn named(site: &SiteModel<'_>) -> BTreeSet<String> {
    let delivery = &site.site.delivery;
    let own = delivery.behaviors.values().flat_map(|it| it.headers.keys());
    let names = delivery.headers.custom.keys().chain(&delivery.headers.remove).chain(own);
    names.map(|name| name.to_ascii_lowercase()).collect()
}

/// Headers that are written for an origin: its own, and what the viewer function made beside those
/// about the client.
pub(super) fn of_request(
    site: &SiteModel<'_>,
    origin: &str,
    made: &BTreeMap<String, String>,
) -> BTreeMap<String, Option<String>> {
    let origin = site.site.delivery.origins.get(origin);
    let own = origin.into_iter().flat_map(|it| &it.connection.headers);
    let own = own.map(|(name, value)| (name.to_ascii_lowercase(), Some(value.clone())));
    let about_client = |name: &str| name.starts_with("cf-") || name == "true-client-ip";
    let made = made.iter().filter(|(name, _)| !about_client(name));
    let made = made.map(|(name, value)| (name.clone(), Some(value.clone())));
    made.chain(own).collect()
}

/// Headers of an answer, of those that are named.
pub(super) fn of_answer(
    site: &SiteModel<'_>,
    behavior: &Behavior,
    named: &BTreeSet<String>,
) -> BTreeMap<String, String> {
    let policy = &site.site.delivery.headers;
    let mut headers: BTreeMap<String, String> =
        named.iter().map(|name| (name.clone(), ORIGINS_OWN.to_owned())).collect();
    headers.remove("strict-transport-security");
    for name in &policy.remove {
        headers.remove(&name.to_ascii_lowercase());
    }
    let custom = policy.custom.iter().chain(&behavior.headers);
    headers.extend(custom.map(|(name, value)| (name.to_ascii_lowercase(), value.clone())));
    let mut set = |name: &str, value: String| drop(headers.insert(name.to_owned(), value));
    if let Some(hsts) = policy.hsts {
        let age = u64::from(hsts.max_age);
        let text = crate::original::hsts(age, hsts.include_subdomains, hsts.preload);
        set("strict-transport-security", text);
    }
    if policy.nosniff {
        set("x-content-type-options", "nosniff".to_owned());
    }
    if let Some(csp) = &policy.csp {
        set("content-security-policy", csp.clone());
    }
    match policy.frame_options {
        Some(FrameOptions::Deny) => set("x-frame-options", "DENY".to_owned()),
        Some(FrameOptions::SameOrigin) => set("x-frame-options", "SAMEORIGIN".to_owned()),
        None => {}
    }
    if let Some(referrer) = &policy.referrer_policy {
        set("referrer-policy", referrer.clone());
    }
    headers
}
