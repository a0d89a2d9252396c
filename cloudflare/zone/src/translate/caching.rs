//! Cache rules.

use fleet::delivery::KeyPart;
use serde_json::Value;

use super::draft::{Applied, Change, Draft, Lifetime};
use crate::action::{Action, CacheKey, CacheSettings, Ttl};
use crate::condition::regions_of;
use crate::verdict::Outcome;
use crate::zone::{object, texts};

/// Seconds for which Cloudflare keeps an answer of status 200 of which the origin says nothing:
/// <https://developers.cloudflare.com/cache/how-to/configure-cache-status-code/>.
pub(super) const STANDARD: u64 = 7_200;
/// Names of a kind in a cache key.
const NAMES: usize = 10;

/// What a cache rule says of paths.
pub(super) fn rule(rule: &Applied<'_>, draft: &mut Draft) -> Outcome {
    let Action::Cache(settings) = &rule.rule.action else {
        return Outcome::manual("its action is none of cache rules");
    };
    let mut outcome = Outcome::default();
    let changes = changes(settings, &mut outcome);
    apply(rule, changes, draft, outcome)
}

/// Adds a layer, where its filter is about paths.
pub(super) fn apply(
    rule: &Applied<'_>,
    changes: Vec<Change>,
    draft: &mut Draft,
    mut outcome: Outcome,
) -> Outcome {
    match regions_of(&rule.condition) {
        Ok(_) if changes.is_empty() => {}
        Ok(_) => {
            rule.heed_case(&mut outcome);
            // Nothing but the answers to GET and HEAD is ever kept.
            if !changes.iter().all(Change::is_of_cache) {
                rule.heed_method(&mut outcome);
            }
            draft.layers.push(rule.layer(changes));
            outcome.done(draft.key("behaviors"));
        }
        Err(why) => return Outcome::manual(format!("write a behavior by hand: {why}")),
    }
    outcome
}

fn changes(settings: &CacheSettings, outcome: &mut Outcome) -> Vec<Change> {
    let mut changes = Vec::new();
    match settings.cache {
        Some(false) => {
            changes.push(Change::Keep(false));
            // A later rule may keep it after all: this lifetime is then in force.
            let lifetime = settings.edge_ttl.as_ref().map(|ttl| edge(ttl, &mut Outcome::default()));
            changes.extend(lifetime.flatten());
            return changes;
        }
        Some(true) => changes.push(Change::Keep(true)),
        None => {}
    }
    if let Some(ttl) = &settings.edge_ttl {
        changes.extend(edge(ttl, outcome));
    }
    if let Some(ttl) = &settings.browser_ttl {
        changes.extend(browser(ttl, outcome));
    }
    if let Some(key) = &settings.cache_key {
        key_changes(key, &mut changes, outcome);
    }
    for (name, value) in &settings.others {
        other(name, value, outcome);
    }
    changes
}

fn edge(ttl: &Ttl, outcome: &mut Outcome) -> Option<Change> {
    for entry in &ttl.status_code_ttl {
        by_status(entry, outcome);
    }
    match (ttl.mode.as_str(), ttl.default) {
        ("override_origin", Some(seconds)) => Some(Change::Lifetime(Lifetime::For(seconds))),
        ("bypass_by_default", _) => Some(Change::Lifetime(Lifetime::AsOriginSays(0))),
        ("respect_origin", _) => Some(Change::Lifetime(Lifetime::AsOriginSays(STANDARD))),
        (mode, _) => {
            outcome.todo(format!("set the lifetimes by hand: the mode `{mode}` is not known"));
            None
        }
    }
}

fn by_status(entry: &Value, outcome: &mut Outcome) {
    let value = entry.get("value").map(ToString::to_string).unwrap_or_default();
    let range =
        |key: &str| entry.pointer(&format!("/status_code_range/{key}")).and_then(Value::as_u64);
    let code = entry.get("status_code").and_then(Value::as_u64);
    let (from, to) =
        (code.or_else(|| range("from")).unwrap_or(0), code.or_else(|| range("to")).unwrap_or(999));
    if from >= 400 {
        outcome.change(format!(
            "errors {from} to {to} are kept as `errors` says, 10 seconds where it says nothing, not {value}"
        ));
    } else {
        outcome
            .change(format!("answers {from} to {to} are kept as all others, not {value} seconds"));
    }
}

fn browser(ttl: &Ttl, outcome: &mut Outcome) -> Option<Change> {
    let header = |value: String| Some(Change::Header("Cache-Control".to_owned(), value));
    match (ttl.mode.as_str(), ttl.default) {
        ("override_origin", Some(seconds)) => {
            outcome.change("errors get this `Cache-Control` too");
            header(format!("max-age={seconds}"))
        }
        ("bypass" | "bypass_by_default", _) if ttl.mode == "bypass" => {
            header("no-store".to_owned())
        }
        _ => None,
    }
}

fn key_changes(key: &CacheKey, changes: &mut Vec<Change>, outcome: &mut Outcome) {
    if key.ignore_query_strings_order == Some(true) {
        outcome.change("the order of the query counts: two orders are two copies");
    }
    // A key takes the place of the whole of an earlier one.
    changes.extend([
        Change::Query(KeyPart::All),
        Change::KeyHeaders(Vec::new()),
        Change::KeyCookies(Vec::new()),
    ]);
    let mut headers = Vec::new();
    if key.cache_by_device_type == Some(true) {
        headers.extend(devices());
    }
    if key.cache_deception_armor == Some(true) {
        outcome.change("nothing compares the extension with the type of the answer");
    }
    if let Some(custom) = &key.custom_key {
        custom_key(custom, &mut headers, changes, outcome);
    }
    for name in key.others.keys() {
        outcome.todo(format!("look at `cache_key.{name}` by hand: it is not known here"));
    }
    if !headers.is_empty() {
        changes.push(Change::KeyHeaders(headers));
    }
}

/// The headers by which CloudFront tells kinds of devices.
pub(super) fn devices() -> Vec<String> {
    ["CloudFront-Is-Mobile-Viewer", "CloudFront-Is-Tablet-Viewer"].map(str::to_owned).to_vec()
}

/// A key as cache rules and page rules write it.
pub(super) fn custom_key(
    custom: &Value,
    headers: &mut Vec<String>,
    changes: &mut Vec<Change>,
    outcome: &mut Outcome,
) {
    if let Some(query) = custom.get("query_string") {
        match key_part(query) {
            Ok(Some(part)) => {
                if part != KeyPart::All {
                    outcome.change("origins get no names of the query but those in the key");
                }
                changes.push(Change::Query(part));
            }
            Ok(None) => {}
            Err(why) => outcome.todo(why),
        }
    }
    let header = custom.get("header").cloned().unwrap_or_default();
    for name in texts(&header, "include").iter().chain(&texts(&header, "check_presence")) {
        if ["cookie", "accept-encoding", "host"].contains(&name.to_ascii_lowercase().as_str()) {
            outcome.change(format!("`{name}` is left out of the key"));
        } else {
            headers.push(name.clone());
        }
    }
    if !texts(&header, "check_presence").is_empty() {
        outcome.change("the whole value of a header is in the key, not only whether it is there");
    }
    if header.get("contains").is_some_and(|it| it.as_object().is_some_and(|it| !it.is_empty())) {
        outcome.todo("headers that contain a text: set a header of your own in the shop's pages");
    }
    let cookie = custom.get("cookie").cloned().unwrap_or_default();
    let mut cookies = texts(&cookie, "include");
    cookies.extend(texts(&cookie, "check_presence"));
    if !cookies.is_empty() {
        changes.push(Change::KeyCookies(cookies));
    }
    if !texts(&cookie, "check_presence").is_empty() {
        outcome.change("the whole value of a cookie is in the key, not only whether it is there");
    }
    let user = object(custom, "user");
    let is = |key: &str| user.get(key).and_then(Value::as_bool).unwrap_or(false);
    if is("device_type") {
        headers.extend(devices());
    }
    if is("geo") {
        headers.push("CloudFront-Viewer-Country".to_owned());
    }
    if is("lang") {
        headers.push("Accept-Language".to_owned());
        outcome.change("the whole `Accept-Language` is in the key, not the first language alone");
    }
    if custom.pointer("/host/resolved").and_then(Value::as_bool) == Some(true) {
        outcome.change("the viewer's host is in the key, not the origin's");
    }
    headers.sort();
    headers.dedup();
}

/// Which names of the query are in the key; `None` leaves it as it is.
fn key_part(query: &Value) -> Result<Option<KeyPart>, String> {
    let side = |key: &str| {
        let value = query.get(key).cloned().unwrap_or_default();
        let is_all = value.as_str() == Some("*")
            || value.get("all").and_then(Value::as_bool) == Some(true)
            || value.as_array().is_some_and(|it| it.iter().any(|it| it == "*"));
        let listed = value.get("list").cloned().unwrap_or(value);
        let names = listed.as_array().into_iter().flatten().filter_map(Value::as_str);
        (is_all, names.map(str::to_owned).collect::<Vec<String>>())
    };
    let ((all, named), (none, excluded)) = (side("include"), side("exclude"));
    if named.len() > NAMES || excluded.len() > NAMES {
        return Err(format!(
            "more than {NAMES} names of the query in a key: choose those that matter"
        ));
    }
    Ok(match () {
        () if none => Some(KeyPart::None),
        () if !excluded.is_empty() => Some(KeyPart::AllBut(excluded)),
        () if !named.is_empty() && !all => Some(KeyPart::Named(named)),
        () if all => Some(KeyPart::All),
        () => None,
    })
}

/// Parameters beside lifetimes and key.
fn other(name: &str, value: &Value, outcome: &mut Outcome) {
    let is_set = !matches!(value, Value::Null | Value::Bool(false));
    match name {
        "serve_stale" => outcome.change(
            "CloudFront gives what it has kept while an origin fails, and while it is asked anew where \
             the origin sends `stale-while-revalidate`",
        ),
        "respect_strong_etags" | "origin_error_page_passthru" | "origin_cache_control" => {}
        "additional_cacheable_ports" => outcome.change("CloudFront answers at ports 80 and 443 alone"),
        "read_timeout" => outcome.change("`read_timeout` is the origin's, for all paths"),
        "cache_reserve" if is_set => outcome.change("there is no lasting store behind the caches"),
        "strip_set_cookie" if is_set => outcome.change("name `Set-Cookie` in `headers.remove` where no path needs it"),
        "strip_etags" | "strip_last_modified" if is_set => outcome.change(format!("`{name}` is left out")),
        "vary" if is_set => outcome.change("name the headers of `Vary` in the key, `caches.*.headers`"),
        "shared_dictionary" if is_set => outcome.change("answers are compressed without dictionaries"),
        _ if !is_set => {}
        _ => outcome.todo(format!("look at `{name}` by hand: it is not known here")),
    }
}
