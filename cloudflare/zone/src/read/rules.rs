//! Rules of a ruleset, and what a DNS record says.

use serde_json::Value;

use crate::action::Action;
use crate::zone::{Filter, Place, Rule, text};

/// Whether a ruleset is an account's.
pub(super) fn is_account(ruleset: &Value) -> bool {
    text(ruleset, "kind") == "root" || text(ruleset, "phase") == "http_request_redirect"
}

/// The rules of a ruleset, in their order.
pub(super) fn rules(ruleset: &Value, place: &Place) -> Vec<Rule> {
    let rules = ruleset.get("rules").and_then(Value::as_array).into_iter().flatten();
    rules
        .enumerate()
        .map(|(index, rule)| Rule {
            id: text(rule, "id").to_owned(),
            description: text(rule, "description").to_owned(),
            is_enabled: rule.get("enabled").and_then(Value::as_bool).unwrap_or(true),
            filter: Filter::new(text(rule, "expression")),
            action: Action::of_rule(rule),
            place: Place {
                file: place.file.clone(),
                pointer: format!("{}/rules/{index}", place.pointer),
            },
        })
        .collect()
}

/// What a DNS record says, as a zone file has it.
pub(super) fn record_content(record: &Value) -> String {
    let content = text(record, "content");
    let data = record.get("data").filter(|data| data.is_object());
    let member = |key: &str| match data.and_then(|data| data.get(key)) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(value) => value.to_string(),
    };
    let joined = |keys: &[&str]| keys.iter().map(|key| member(key)).collect::<Vec<_>>().join(" ");
    let priority = record.get("priority").and_then(Value::as_u64);
    match (text(record, "type"), data) {
        ("CAA", Some(_)) => {
            format!("{} {} \"{}\"", member("flags"), member("tag"), member("value"))
        }
        ("SRV", Some(_)) => joined(&["priority", "weight", "port", "target"]),
        ("TLSA", Some(_)) => joined(&["usage", "selector", "matching_type", "certificate"]),
        ("MX", _) => format!("{} {content}", priority.unwrap_or(10)),
        ("TXT", _) if !content.starts_with('"') => format!("\"{}\"", content.replace('"', "\\\"")),
        (_, Some(data)) if content.is_empty() => {
            let values = data.as_object().into_iter().flatten();
            let values =
                values.map(|(_, value)| value.as_str().map_or(value.to_string(), str::to_owned));
            values.collect::<Vec<_>>().join(" ")
        }
        _ => content.to_owned(),
    }
}
