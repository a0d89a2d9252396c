//! A template as it would read if it said what is live: the words of the template wherever both
//! agree, so that what is left is what somebody changed.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::{Map, Value};

use super::defaults::is_default;
use super::resolve::{References, is_function};

/// Keys that tell the entries of a list apart.
const IDENTITIES: [&str; 8] =
    ["PathPattern", "Id", "EventType", "ErrorCode", "HeaderName", "Header", "OriginId", "Name"];

/// What was applied, with what is live in the place of what differs. `key` is the key under which
/// both stand.
pub(super) fn overlay(
    key: &str,
    applied: &Value,
    live: &Value,
    references: &References<'_>,
) -> Value {
    if is_function(applied) {
        // What cannot be known cannot be compared.
        let is_same =
            references.value(applied).is_none_or(|known| is_same_value(key, &known, live));
        return if is_same { applied.clone() } else { references.in_words_of_templates(live) };
    }
    match (applied, live) {
        (Value::Object(applied), Value::Object(live)) => maps(applied, live, references),
        (Value::Array(applied), Value::Array(live)) => lists(key, applied, live, references),
        _ if is_same_value(key, applied, live) => applied.clone(),
        _ => references.in_words_of_templates(live),
    }
}

fn maps(
    applied: &Map<String, Value>,
    live: &Map<String, Value>,
    references: &References<'_>,
) -> Value {
    let mut both = Map::new();
    for (key, value) in applied {
        match live.get(key) {
            Some(live) => {
                both.insert(key.clone(), overlay(key, value, live, references));
            }
            None if is_default(key, value) => {
                both.insert(key.clone(), value.clone());
            }
            None => {}
        }
    }
    for (key, value) in live {
        if !applied.contains_key(key) && !is_default(key, value) {
            both.insert(key.clone(), named(value, references));
        }
    }
    Value::Object(both)
}

fn lists(key: &str, applied: &[Value], live: &[Value], references: &References<'_>) -> Value {
    let identity =
        IDENTITIES.iter().find(|id| applied.iter().chain(live).all(|it| it.get(**id).is_some()));
    match identity {
        Some(identity) => entries(key, identity, applied, live, references),
        // Statements that are to hold together, and what is done to a text before it is compared.
        None if applied.len() == live.len() && applied.iter().chain(live).all(Value::is_object) => {
            let both = applied.iter().zip(live);
            both.map(|(applied, live)| overlay(key, applied, live, references)).collect()
        }
        None => words(key, applied, live, references),
    }
}

/// Entries that are told apart by one of their keys. Behaviors, and the members of a group of
/// origins, count in their order; of everything else the order is the template's.
fn entries(
    key: &str,
    identity: &str,
    applied: &[Value],
    live: &[Value],
    references: &References<'_>,
) -> Value {
    let by_name = |list: &[Value]| -> BTreeMap<String, Value> {
        list.iter().map(|entry| (entry[identity].to_string(), entry.clone())).collect()
    };
    let (old, new) = (by_name(applied), by_name(live));
    let is_ordered = key == "CacheBehaviors" || identity == "OriginId";
    let order: Vec<&Value> = if is_ordered {
        live.iter().collect()
    } else {
        let is_new = |entry: &&Value| !old.contains_key(&entry[identity].to_string());
        applied.iter().chain(live.iter().filter(is_new)).collect()
    };
    let entry = |entry: &Value| {
        let name = entry[identity].to_string();
        let live = new.get(&name)?;
        Some(match old.get(&name) {
            Some(applied) => overlay(key, applied, live, references),
            None => named(live, references),
        })
    };
    order.into_iter().filter_map(entry).collect()
}

/// Words, whose order does not count: names, methods, countries.
fn words(key: &str, applied: &[Value], live: &[Value], references: &References<'_>) -> Value {
    let known = |word: &Value| references.value(word).unwrap_or_else(|| word.clone());
    let is_among =
        |word: &Value, list: &[Value]| list.iter().any(|it| is_same_value(key, &known(it), word));
    let kept = applied.iter().filter(|word| is_among(&known(word), live)).cloned();
    let new = live.iter().filter(|word| !is_among(word, applied)).cloned();
    kept.chain(new).collect()
}

/// What is live alone, without what AWS filled in.
fn named(live: &Value, references: &References<'_>) -> Value {
    match live {
        Value::Object(map) => map
            .iter()
            .filter(|(key, value)| !is_default(key, value))
            .map(|(key, value)| (key.clone(), named(value, references)))
            .collect(),
        Value::Array(items) => items.iter().map(|item| named(item, references)).collect(),
        other => references.in_words_of_templates(other),
    }
}

/// Whether two values are the same to AWS: a number may be written as a text, and names of hosts
/// and headers have no case.
fn is_same_value(key: &str, one: &Value, other: &Value) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let (one, other) = (text(one), text(other));
    match key {
        "Addresses" => one == other || network(&one).is_some_and(|it| network(&other) == Some(it)),
        "Aliases" | "DomainName" | "Domains" | "Header" | "HeaderName" | "Headers"
        | "Locations" => one.eq_ignore_ascii_case(&other),
        "Threshold" => one.parse::<f64>().is_ok_and(|it| other.parse() == Ok(it)),
        _ => one == other,
    }
}

/// The first address of a network, and how many bits all of its addresses share: an address of IPv6
/// has many spellings.
fn network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, bits.parse().ok()?),
        None => (text, if text.contains(':') { 128 } else { 32 }),
    };
    Some((address.parse().ok()?, bits))
}
