//! What a fleet file would have to say so that what somebody changed by hand is what it wants.
//!
//! A table says which key a property comes from. Whether that is all of it is not taken on trust:
//! the site is rendered with the new values, and what then still differs cannot be said.

use fleet::Site;
use fleet::delivery::{CacheProfile, EVERY_PATH};
use serde_json::{Value, json};

use super::Change;

/// A value of a site that would be another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saying {
    /// The key as a path: `["caches", "static"]`.
    pub(crate) path: Vec<String>,
    /// Its value, the whole table where it is one.
    pub(crate) value: Value,
}

/// How a property's value is said in a fleet file.
type Words = fn(&Value) -> Option<Value>;

/// Properties of a distribution, and where a fleet file has them.
const SITE: [(&str, &[&str], Words); 7] = [
    ("Enabled", &["enabled"], as_it_is),
    ("IPV6Enabled", &["ipv6"], as_it_is),
    ("HttpVersion", &["http3"], http3),
    ("PriceClass", &["price_class"], price_class),
    ("ViewerCertificate.MinimumProtocolVersion", &["tls"], as_it_is),
    ("CacheTagConfig.HeaderName", &["cache_tag_header"], as_it_is),
    ("WebACLId", &["waf", "arn"], as_it_is),
];

/// Properties of a behavior.
const BEHAVIOR: [(&str, &str, Words); 2] =
    [("Compress", "compress", as_it_is), ("ViewerProtocolPolicy", "protocol", protocol)];

/// Properties of the cache policy of a behavior.
const CACHE: [(&str, &str); 3] =
    [("MinTTL", "min_ttl"), ("DefaultTTL", "default_ttl"), ("MaxTTL", "max_ttl")];

/// Properties of the response headers policy of a behavior.
const HEADERS: [(&str, &[&str], Words); 6] = [
    ("StrictTransportSecurity.AccessControlMaxAgeSec", &["headers", "hsts", "max_age"], as_it_is),
    (
        "StrictTransportSecurity.IncludeSubdomains",
        &["headers", "hsts", "include_subdomains"],
        as_it_is,
    ),
    ("StrictTransportSecurity.Preload", &["headers", "hsts", "preload"], as_it_is),
    ("ContentSecurityPolicy.ContentSecurityPolicy", &["headers", "csp"], as_it_is),
    ("FrameOptions.FrameOption", &["headers", "frame_options"], lower),
    ("ReferrerPolicy.ReferrerPolicy", &["headers", "referrer_policy"], as_it_is),
];

/// Properties of an origin; those of its kind by their last part.
const ORIGIN: [(&str, &str); 5] = [
    ("ConnectionAttempts", "attempts"),
    ("ConnectionTimeout", "connect_timeout"),
    ("OriginKeepaliveTimeout", "keepalive"),
    ("OriginReadTimeout", "read_timeout"),
    ("OriginShieldRegion", "shield"),
];

/// Properties of an error page.
const ERROR: [(&str, &str); 3] =
    [("ErrorCachingMinTTL", "ttl"), ("ResponseCode", "status"), ("ResponsePagePath", "page")];

/// What the site would say for some changes; `live` is the `DistributionConfig` as it is. The site
/// itself is changed to it.
pub(crate) fn adopt(site: &mut Site, changes: &[&Change], live: &Value) -> Vec<Saying> {
    let mut units: Vec<Vec<String>> = Vec::new();
    for change in changes {
        for (field, value) in leaves(change) {
            let Some(field) = field.strip_prefix("DistributionConfig.") else { continue };
            let Some((path, value)) = said(site, field, &value, live) else { continue };
            let unit = unit(&path);
            if set(site, &path, value) && !units.contains(&unit) {
                units.push(unit);
            }
        }
    }
    let written = Value::Object(site.written());
    let saying = |path: Vec<String>| {
        let value = path.iter().try_fold(&written, |value, key| value.get(key))?.clone();
        Some(Saying { path, value: without_nulls(value) })
    };
    units.into_iter().filter_map(saying).collect()
}

/// A change as the changes of the values below it: a table that came is as many keys that came.
fn leaves(change: &Change) -> Vec<(String, Value)> {
    fn collect(field: &str, value: &Value, found: &mut Vec<(String, Value)>) {
        match value {
            Value::Object(map) if !super::drift::is_function(value) => {
                for (key, inner) in map {
                    collect(&format!("{field}.{key}"), inner, found);
                }
            }
            leaf => found.push((field.to_owned(), leaf.clone())),
        }
    }
    let mut found = Vec::new();
    collect(&change.field, change.after.as_ref().unwrap_or(&Value::Null), &mut found);
    found
}

/// The key of a site that a property comes from, and its value there.
fn said(site: &Site, field: &str, value: &Value, live: &Value) -> Option<(Vec<String>, Value)> {
    let owned = |path: &[&str]| path.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    if field.starts_with("Aliases") {
        return Some((owned(&["domains"]), live.get("Aliases")?.clone()));
    }
    if field.starts_with("Restrictions") {
        return Some((owned(&["geo"]), geo(live)));
    }
    if let Some(rest) = field.strip_prefix("DefaultCacheBehavior.") {
        return behavior(site, EVERY_PATH, rest, value, live.get("DefaultCacheBehavior")?);
    }
    if let Some((pattern, rest)) = entry(field, "CacheBehaviors") {
        let all = live.get("CacheBehaviors")?.as_array()?;
        let of_pattern = all.iter().find(|it| it["PathPattern"] == pattern)?;
        return behavior(site, pattern, rest, value, of_pattern);
    }
    if let Some((name, rest)) = entry(field, "Origins") {
        let last = rest.rsplit('.').next()?;
        let (_, key) = ORIGIN.iter().find(|(of, _)| *of == last)?;
        return Some((owned(&["origins", name, key]), value.clone()));
    }
    if let Some((code, rest)) = entry(field, "CustomErrorResponses") {
        let (_, key) = ERROR.iter().find(|(of, _)| *of == rest)?;
        return Some((owned(&["errors", code, key]), value.clone()));
    }
    let (_, path, words) = SITE.iter().find(|(of, ..)| *of == field)?;
    Some((owned(path), words(value)?))
}

/// The same of a property of a behavior.
fn behavior(
    site: &Site,
    pattern: &str,
    field: &str,
    value: &Value,
    live: &Value,
) -> Option<(Vec<String>, Value)> {
    let owned = |path: &[&str]| path.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    if field.starts_with("AllowedMethods") || field.starts_with("CachedMethods") {
        return Some((owned(&["behaviors", pattern, "methods"]), methods(live)?));
    }
    if let Some(rest) = policy(field, "CachePolicyId", "CachePolicyConfig") {
        let (_, key) = CACHE.iter().find(|(of, _)| *of == rest)?;
        let all = site.delivery.behaviors_in_order(&site.images);
        let (_, behavior) = all.into_iter().find(|(of, _)| of == pattern)?;
        return Some((owned(&["caches", &behavior.cache, key]), value.clone()));
    }
    if let Some(rest) = policy(field, "ResponseHeadersPolicyId", "ResponseHeadersPolicyConfig") {
        let rest = rest.strip_prefix("SecurityHeadersConfig.")?;
        let (_, path, words) = HEADERS.iter().find(|(of, ..)| *of == rest)?;
        return Some((owned(path), words(value)?));
    }
    let (_, key, words) = BEHAVIOR.iter().find(|(of, ..)| *of == field)?;
    Some((owned(&["behaviors", pattern, key]), words(value)?))
}

/// `[/a/*].Compress` below `CacheBehaviors`.
fn entry<'f>(field: &'f str, list: &str) -> Option<(&'f str, &'f str)> {
    field.strip_prefix(list)?.strip_prefix('[')?.split_once("].")
}

/// What is behind the reference to a policy.
fn policy<'f>(field: &'f str, id: &str, config: &str) -> Option<&'f str> {
    field.strip_prefix(id)?.strip_prefix(".Properties.")?.strip_prefix(config)?.strip_prefix('.')
}

/// How much of a key is written at once: of a table in a table the inner one, so that nothing of it
/// falls back to what is built in.
fn unit(path: &[String]) -> Vec<String> {
    match path[0].as_str() {
        "origins" => {
            let default = path[1] == "default";
            let rest = if default { &path[2..] } else { &path[1..] };
            let first = if default { "origin" } else { "origins" };
            std::iter::once(first.to_owned()).chain(rest.iter().cloned()).collect()
        }
        _ => path[..path.len().min(2)].to_vec(),
    }
}

/// Changes a site; `false` where it cannot be so.
fn set(site: &mut Site, path: &[String], value: Value) -> bool {
    match path[0].as_str() {
        "domains" => serde_json::from_value(value).map(|domains| site.domains = domains).is_ok(),
        "origins" => set_origin(site, &path[1], &path[2], value),
        _ => set_delivery(site, path, value),
    }
}

fn set_origin(site: &mut Site, name: &str, key: &str, value: Value) -> bool {
    let Some(origin) = site.delivery.origins.get_mut(name) else { return false };
    let Ok(mut connection) = serde_json::to_value(&origin.connection) else { return false };
    connection[key] = value;
    serde_json::from_value(connection).map(|it| origin.connection = it).is_ok()
}

fn set_delivery(site: &mut Site, path: &[String], value: Value) -> bool {
    let Ok(mut delivery) = serde_json::to_value(&site.delivery) else { return false };
    // Origins are no part of what is read.
    if let Some(table) = delivery.as_object_mut() {
        table.remove("origins");
    }
    make_room(site, path, &mut delivery);
    let mut place = &mut delivery;
    for key in path {
        if place.is_null() {
            *place = json!({});
        }
        place = &mut place[key.as_str()];
    }
    *place = value;
    let Ok(mut read) = serde_json::from_value::<fleet::Delivery>(delivery) else { return false };
    read.origins = std::mem::take(&mut site.delivery.origins);
    site.delivery = read;
    true
}

/// Writes out what is built in and would be another thing where a part of it is written.
fn make_room(site: &Site, path: &[String], delivery: &mut Value) {
    let [first, name, ..] = path else { return };
    if !delivery[first.as_str()][name.as_str()].is_null() {
        return;
    }
    let built_in = match first.as_str() {
        "caches" => json!(CacheProfile::built_in(name)),
        "behaviors" => {
            let all = site.delivery.behaviors_in_order(&site.images);
            json!(all.into_iter().find(|(pattern, _)| pattern == name).map(|(_, it)| it))
        }
        _ => return,
    };
    delivery[first.as_str()][name.as_str()] = built_in;
}

#[expect(clippy::unnecessary_wraps, reason = "it stands in a table with those that may not know")]
fn as_it_is(value: &Value) -> Option<Value> {
    Some(value.clone())
}

fn lower(value: &Value) -> Option<Value> {
    Some(match value.as_str()? {
        "SAMEORIGIN" => json!("same-origin"),
        other => other.to_lowercase().into(),
    })
}

fn http3(version: &Value) -> Option<Value> {
    match version.as_str()? {
        "http2and3" => Some(true.into()),
        "http2" => Some(false.into()),
        _ => None,
    }
}

fn price_class(class: &Value) -> Option<Value> {
    Some(class.as_str()?.strip_prefix("PriceClass_")?.to_lowercase().into())
}

fn protocol(policy: &Value) -> Option<Value> {
    Some(json!(match policy.as_str()? {
        "redirect-to-https" => "redirect",
        "https-only" => "https",
        "allow-all" => "both",
        _ => return None,
    }))
}

fn methods(behavior: &Value) -> Option<Value> {
    let allowed = behavior.get("AllowedMethods")?.as_array()?;
    Some(json!(match allowed.len() {
        2 => "read",
        3 => "read-options",
        _ => "all",
    }))
}

fn geo(live: &Value) -> Value {
    let geo = live.pointer("/Restrictions/GeoRestriction").unwrap_or(&Value::Null);
    let countries = geo.get("Locations").cloned().unwrap_or_else(|| json!([]));
    match geo.get("RestrictionType").and_then(Value::as_str) {
        Some("whitelist") => json!({ "allow": countries, "block": [] }),
        Some("blacklist") => json!({ "allow": [], "block": countries }),
        _ => json!({ "allow": [], "block": [] }),
    }
}

/// TOML has no word for nothing.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => map
            .into_iter()
            .filter(|(_, inner)| !inner.is_null())
            .map(|(key, inner)| (key, without_nulls(inner)))
            .collect(),
        other => other,
    }
}
