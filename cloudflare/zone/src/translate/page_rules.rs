//! Page rules: the first that matches counts.

use cloudflare_rules::Request;
use fleet::delivery::{KeyPart, ViewerProtocol};
use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::caching::{custom_key, devices};
use super::draft::{Change, Draft, Layer, Lifetime};
use super::ledger::{Item, Ledger, Share};
use super::redirects::{self, Redirection};
use super::settings::SECURED;
use super::template::Target;
use crate::condition::{Condition, Subject, TextTest, regions_of};
use crate::feature::feature;
use crate::verdict::Outcome;
use crate::zone::{PageRule, Zone};

/// Which requests a page rule is about: its pattern is one of a URL, with or without a scheme.
pub(super) fn condition(pattern: &str) -> Condition {
    let pattern = pattern.to_ascii_lowercase();
    let has_scheme = pattern.contains("://") || pattern.starts_with('*');
    let pattern = if has_scheme { pattern } else { format!("https://{pattern}") };
    // `example.com` is its first page.
    let rest = pattern.split_once("://").map_or(pattern.as_str(), |(_, rest)| rest);
    let pattern =
        if rest.contains('/') || rest.ends_with('*') { pattern } else { format!("{pattern}/") };
    // Two stars say what one says.
    let mut tidy = pattern;
    while tidy.contains("**") {
        tidy = tidy.replace("**", "*");
    }
    Condition::Text(Subject::Url, TextTest::wildcard(&tidy))
}

/// What is different where HTTP is not redirected before any of the rules: the site is that of HTTPS.
pub(super) const HOLDS_FOR_HTTP: &str = "what it says of HTTPS holds for HTTP too";

/// Whether HTTP reaches the rules of a zone.
pub(super) fn is_open(zone: &Zone) -> bool {
    zone.setting("always_use_https").and_then(Value::as_str) != Some("on")
}

/// Every page rule of a zone. Those that forward only get their entry: redirects of rules and of
/// lists outrank them, so [`forwards`] comes behind those
/// (<https://developers.cloudflare.com/rules/#execution-order-of-rules-products>).
pub(super) fn page_rules(zone: &Zone, drafts: &mut [Draft], ledger: &mut Ledger<'_>) {
    for rule in &zone.page_rules {
        let number = ledger.next();
        let item = Item {
            zone: zone.name.clone(),
            feature: feature("page-rule"),
            id: rule.id.clone(),
            label: rule.pattern.clone(),
            place: rule.place.clone(),
            share: share(rule),
        };
        let mut outcome =
            if forwarded(rule).is_some() { Outcome::default() } else { one(rule, number, drafts) };
        if is_open(zone) && outcome.is_translated() && rule.pattern.starts_with("https://") {
            outcome.change(HOLDS_FOR_HTTP);
        }
        ledger.add(item, outcome);
    }
}

/// The page rules of a zone that forward, whose entries begin at `first`; `drafts` are its sites.
pub(super) fn forwards(zone: &Zone, first: usize, drafts: &mut [Draft], ledger: &mut Ledger<'_>) {
    for (index, rule) in zone.page_rules.iter().enumerate() {
        if forwarded(rule).is_none() {
            continue;
        }
        let outcome = one(rule, first + index, drafts);
        if let Some(entry) = ledger.outcome(first + index) {
            entry.join(outcome);
        }
    }
}

/// Where a page rule forwards to.
fn forwarded(rule: &PageRule) -> Option<&Value> {
    rule.actions.iter().find(|(action, _)| action == "forwarding_url").map(|(_, value)| value)
}

fn share(rule: &PageRule) -> Share {
    let pattern = rule.pattern.replace('\\', "\\\\").replace('"', "\\\"");
    let pattern = if pattern.contains("://") { pattern } else { format!("http*://{pattern}") };
    match cloudflare_rules::parse(&format!("http.request.full_uri wildcard \"{pattern}\"")) {
        Ok(filter) if rule.is_active => Share::Filter(Box::new(filter)),
        _ => Share::None,
    }
}

fn one(rule: &PageRule, number: usize, drafts: &mut [Draft]) -> Outcome {
    if !rule.is_active {
        return Outcome::idle("it is switched off");
    }
    if drafts.is_empty() {
        return Outcome::idle("no record of the zone is proxied: no request meets it");
    }
    let whole = condition(&rule.pattern);
    let mut outcome = Outcome::default();
    let mut is_met = false;
    for draft in drafts {
        let condition = whole.on_host(draft.host());
        if condition == Condition::Never {
            continue;
        }
        is_met = true;
        outcome.join(of_site(rule, number, &condition, draft));
    }
    if is_met {
        return outcome;
    }
    if rule.pattern.starts_with("http://") {
        return Outcome::idle("it is about HTTP, which is redirected before anything else");
    }
    Outcome::idle("no host of the zone that Cloudflare answers meets it")
}

fn of_site(rule: &PageRule, number: usize, condition: &Condition, draft: &mut Draft) -> Outcome {
    let mut outcome = Outcome::default();
    let mut changes = Vec::new();
    if let Some(value) = forwarded(rule) {
        return forward(rule, value, condition, draft);
    }
    for (action, value) in &rule.actions {
        self::action(action, value, &mut changes, draft, &mut outcome);
    }
    if changes.is_empty() {
        return outcome;
    }
    // A pattern without a wildcard at its end is about URLs without a query.
    let paths = condition.map(&|leaf| match leaf {
        Condition::Text(Subject::Query, test) if *test == TextTest::is("") => Condition::Always,
        other => other.clone(),
    });
    if paths != *condition {
        outcome.change("it holds for URLs with a query too");
    }
    if let Err(why) = regions_of(&paths) {
        return Outcome::manual(format!("write a behavior by hand: {why}"));
    }
    if paths != Condition::Always {
        outcome.change("case counts in CloudFront's patterns");
    }
    draft.layers.push(Layer { is_page_rule: true, ..Layer::new(number, paths, changes) });
    outcome.done(draft.key("behaviors"));
    outcome
}

fn forward(rule: &PageRule, value: &Value, condition: &Condition, draft: &mut Draft) -> Outcome {
    let url = value.get("url").and_then(Value::as_str).unwrap_or_default();
    let status = value.get("status_code").and_then(Value::as_u64).unwrap_or(302);
    let Some(pattern) = pattern(&rule.pattern) else {
        return Outcome::manual("its pattern is too long: redirect by hand");
    };
    // `$1` is what the first wildcard stands for.
    let target = |request: &Request| {
        let plain = format!("https://{}{}", request.host, request.path);
        let whole = format!("{plain}?{}", request.query);
        let asked = if request.query.is_empty() { &plain } else { &whole };
        // Where it is about URLs without a query alone, its condition says so.
        let found = pattern.captures(asked).or_else(|| pattern.captures(&plain))?;
        let text = |number| found.get(number).map_or("", |it| it.as_str());
        let places = (1..found.len()).rev();
        Some(places.fold(url.to_owned(), |url, it| url.replace(&format!("${it}"), text(it))))
    };
    let redirection = Redirection {
        target: Target { of: &target, expression: None },
        status: u16::try_from(status).unwrap_or(302),
        keeps_query: false,
    };
    redirects::add(condition, &redirection, draft)
}

/// A page rule's pattern as a regular expression over URLs: a wildcard stands for as little as can be.
fn pattern(pattern: &str) -> Option<Regex> {
    let rest = pattern.split_once("://").map_or(pattern, |(_, rest)| rest);
    let scheme =
        if rest.len() == pattern.len() && !pattern.starts_with('*') { "https?://" } else { "" };
    let slash = if rest.contains('/') || rest.ends_with('*') { "" } else { "/" };
    let pieces: Vec<_> = pattern.split('*').map(regex::escape).collect();
    let pattern = format!("^{scheme}{}{slash}$", pieces.join("(.*?)"));
    RegexBuilder::new(&pattern).case_insensitive(true).build().ok()
}

/// What an action says: a change of paths, or something that is told.
fn action(
    action: &str,
    value: &Value,
    changes: &mut Vec<Change>,
    draft: &Draft,
    outcome: &mut Outcome,
) {
    let word = value.as_str().unwrap_or_default();
    let seconds = value.as_u64().or_else(|| word.parse().ok());
    match (action, word) {
        ("cache_level", "bypass") => changes.push(Change::Keep(false)),
        ("cache_level", "cache_everything") => changes.push(Change::Keep(true)),
        ("cache_level", "simplified") => {
            outcome.change("origins get no names of the query but those in the key");
            changes.push(Change::Query(KeyPart::None));
        }
        ("cache_level", "basic") => {
            outcome.change("what is asked for with a query is kept too");
            changes.push(Change::Query(KeyPart::All));
        }
        ("cache_level", _) => changes.push(Change::Query(KeyPart::All)),
        ("edge_cache_ttl", _) => {
            changes.extend(seconds.map(|seconds| Change::Lifetime(Lifetime::For(seconds))));
        }
        ("explicit_cache_control" | "origin_cache_control", _) => {}
        ("browser_cache_ttl", _) => match seconds {
            Some(0) | None => {}
            Some(seconds) => {
                outcome.change("errors get this `Cache-Control` too");
                changes.push(Change::Header("Cache-Control".to_owned(), format!("max-age={seconds}")));
            }
        },
        ("cache_key_fields", _) => {
            let mut headers = Vec::new();
            custom_key(value, &mut headers, changes, outcome);
            if !headers.is_empty() {
                changes.push(Change::KeyHeaders(headers));
            }
        }
        ("cache_ttl_by_status", _) => outcome.change(
            "lifetimes by status are left out: errors are kept as `errors` says, all else as the origin says",
        ),
        ("cache_by_device_type", "on") => changes.push(Change::KeyHeaders(devices())),
        ("always_use_https", _) => {
            outcome.change(SECURED);
            changes.push(Change::Protocol(ViewerProtocol::Redirect));
        }
        ("ssl", mode) => {
            let host = &draft.origin;
            outcome.todo(format!("SSL mode `{mode}` for these paths: see how {host} is asked"));
        }
        ("host_header_override", host) => override_host(host, changes, draft, outcome),
        ("resolve_override", host) => {
            let scheme = draft.origin.split("://").next().unwrap_or("https");
            changes.push(Change::Origin(format!("{scheme}://{host}")));
        }
        ("bypass_cache_on_cookie", _) => outcome.todo(
            "pages are kept for who has that cookie too: let the origin send `Cache-Control: private` to \
             them, or put the cookie into the key, `caches.*.cookies`",
        ),
        ("cache_on_cookie", _) => {
            outcome.todo("what is kept depends on no cookie: put it into the key, `caches.*.cookies`");
        }
        ("security_level", _) => outcome.ignore("the level rests on a score that is always 0"),
        ("disable_apps" | "disable_performance" | "disable_zaraz" | "respect_strong_etag"
        | "opportunistic_encryption" | "response_buffering" | "ip_geolocation" | "true_client_ip_header"
        | "origin_error_page_pass_thru" | "cache_deception_armor" | "sort_query_string_for_cache", _) => {
            outcome.ignore(format!("`{action}` needs nothing"));
        }
        ("automatic_https_rewrites" | "email_obfuscation" | "rocket_loader" | "mirage" | "minify"
        | "polish" | "browser_check" | "cache_by_device_type", word) if word != "on" && !value.is_object() => {
            outcome.ignore(format!("`{action}` is off"));
        }
        ("disable_security" | "waf", _) => {
            outcome.todo(format!("`{action}` for these paths: narrow the rules in `waf` by hand"));
        }
        _ => outcome.todo(format!("`{action}` has no equal: do it in the pages, or do without")),
    }
}

/// CloudFront tells an origin the viewer's host or the origin's own name.
pub(super) fn override_host(
    host: &str,
    changes: &mut Vec<Change>,
    draft: &Draft,
    outcome: &mut Outcome,
) {
    let origin = changes.iter().rev().find_map(|change| match change {
        Change::Origin(url) => Some(url.clone()),
        _ => None,
    });
    let origin = origin.unwrap_or_else(|| draft.origin.clone());
    let own = origin.split("://").nth(1).unwrap_or_default();
    if own == host {
        changes.push(Change::OwnHost);
    } else {
        outcome.todo(format!(
            "the origin {own} is to be told `Host: {host}`: let it answer under its own name, or name \
             {host} as the origin"
        ));
    }
}
