//! Headers that rules write, for origins and for browsers.

use std::collections::{BTreeMap, BTreeSet};

use cloudflare_rules::{Request, Response, Value, parse};
use cloudflare_zone::{Action, HeaderChange, Kind, Phase, Zone};

use super::caching::Kept;
use super::filter::Filtered;
use super::{Heard, Stage, ZoneModel};
use crate::outcome::ORIGINS_OWN;

/// Headers about the client that Cloudflare sends itself.
const CLIENT: [&str; 5] =
    ["cf-connecting-ip", "cf-ipcountry", "cf-ray", "cf-visitor", "true-client-ip"];

/// Headers of answers that a zone's rules name, in lower case.
pub(super) fn named(zone: &Zone) -> BTreeSet<String> {
    let rules = zone.rules(Phase::HttpResponseHeadersTransform).iter();
    let names = rules.filter_map(|rule| match &rule.action {
        Action::Rewrite(rewrite) => Some(rewrite.headers.keys()),
        _ => None,
    });
    let names = names.flatten().map(|name| name.to_ascii_lowercase());
    let managed = ["x-powered-by"].map(str::to_owned);
    names.chain(managed).collect()
}

/// Headers that rules write for the origin.
pub(super) fn of_request<'e>(
    zone: &ZoneModel<'e>,
    request: &Request,
    heard: &mut Vec<Heard<'e>>,
) -> BTreeMap<String, Option<String>> {
    let mut told = BTreeMap::new();
    for rule in zone.rules(Phase::HttpRequestLateTransform) {
        for (name, change) in changes(rule, request, Stage::RequestHeaders, heard) {
            // Those about the client are sent in any case, with what they say.
            if CLIENT.contains(&name.as_str()) {
                continue;
            }
            told.insert(name, value(change, request));
        }
    }
    told
}

/// Headers of an answer, of those that are named.
pub(super) fn of_answer<'e>(
    zone: &ZoneModel<'e>,
    request: &mut Request,
    kept: &Kept,
    named: &BTreeSet<String>,
    heard: &mut Vec<Heard<'e>>,
) -> BTreeMap<String, String> {
    let mut headers: BTreeMap<String, String> =
        named.iter().map(|name| (name.clone(), ORIGINS_OWN.to_owned())).collect();
    headers.remove("strict-transport-security");
    if let Some(browser) = &kept.browser {
        headers.insert("cache-control".to_owned(), browser.clone());
    }
    by_settings(zone, &mut headers, heard);
    let answer = headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    request.response = Some(Response { status: 200, headers: answer });
    for rule in zone.rules(Phase::HttpResponseHeadersTransform) {
        for (name, change) in changes(rule, request, Stage::ResponseHeaders, heard) {
            let new = value(change, request);
            match (change.operation.as_str(), new) {
                ("remove", _) => drop(headers.remove(&name)),
                ("add", Some(new)) => {
                    let old = headers.remove(&name).map(|old| format!("{old}, "));
                    headers.insert(name, format!("{}{new}", old.unwrap_or_default()));
                }
                (_, Some(new)) => drop(headers.insert(name, new)),
                (_, None) => {}
            }
        }
    }
    request.response = None;
    headers
}

/// HSTS, and managed transforms.
fn by_settings<'e>(
    zone: &ZoneModel<'e>,
    headers: &mut BTreeMap<String, String>,
    heard: &mut Vec<Heard<'e>>,
) {
    let mut set = |name: &str, value: &str| drop(headers.insert(name.to_owned(), value.to_owned()));
    let transport = zone.zone.setting("security_header");
    let transport = transport.and_then(|it| it.get("strict_transport_security"));
    if let Some(transport) = transport {
        let is = |key: &str| transport.get(key).and_then(serde_json::Value::as_bool) == Some(true);
        let age = transport.get("max_age").and_then(serde_json::Value::as_u64).unwrap_or(0);
        let place = zone.place_of("security_header");
        heard.extend(place.map(|place| Heard { place, stage: Stage::ResponseHeaders }));
        if is("enabled") {
            set("strict-transport-security", &hsts(age, is("include_subdomains"), is("preload")));
        }
        if is("nosniff") {
            set("x-content-type-options", "nosniff");
        }
    }
    let is_on = |it: &&cloudflare_zone::Thing| {
        it.value.get("enabled").and_then(serde_json::Value::as_bool) != Some(false)
    };
    for thing in zone.zone.things(Kind::ManagedTransform).filter(is_on) {
        heard.push(Heard { place: &thing.place, stage: Stage::ResponseHeaders });
        match thing.id.as_str() {
            "remove_x-powered-by_header" => drop(headers.remove("x-powered-by")),
            "add_security_headers" => {
                for (name, value) in [
                    ("x-content-type-options", "nosniff"),
                    ("x-frame-options", "SAMEORIGIN"),
                    ("referrer-policy", "same-origin"),
                ] {
                    headers.insert(name.to_owned(), value.to_owned());
                }
            }
            _ => {}
        }
    }
}

/// The header of RFC 6797.
pub(crate) fn hsts(age: u64, has_subdomains: bool, is_preloaded: bool) -> String {
    let mut text = format!("max-age={age}");
    if has_subdomains {
        text.push_str("; includeSubDomains");
    }
    if is_preloaded {
        text.push_str("; preload");
    }
    text
}

/// The changes of a rule that matches, names in lower case.
fn changes<'e>(
    rule: &Filtered<'e>,
    request: &Request,
    stage: Stage,
    heard: &mut Vec<Heard<'e>>,
) -> Vec<(String, &'e HeaderChange)> {
    if !rule.matches(request) {
        return Vec::new();
    }
    heard.push(Heard { place: &rule.rule.place, stage });
    match &rule.rule.action {
        Action::Rewrite(rewrite) => {
            let changes = rewrite.headers.iter();
            changes.map(|(name, change)| (name.to_ascii_lowercase(), change)).collect()
        }
        _ => Vec::new(),
    }
}

/// The value that is written; `None` where it is taken away or not known.
fn value(change: &HeaderChange, request: &Request) -> Option<String> {
    if change.operation == "remove" {
        return None;
    }
    let Some(expression) = &change.expression else { return change.value.clone() };
    match parse(expression).ok()?.evaluate(request) {
        Value::Text(bytes) => String::from_utf8(bytes).ok(),
        Value::Address(address) => Some(address.to_string()),
        Value::Integer(integer) => Some(integer.to_string()),
        _ => None,
    }
}
