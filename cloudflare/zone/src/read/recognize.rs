//! What an answer holds, by its members.

use serde_json::Value;

use crate::zone::Kind;

/// What an answer, or an item of one, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A list, whose items are told apart one by one.
    Items,
    /// Nothing at all.
    Empty,
    /// A zone.
    Zone,
    /// A DNS record.
    Record,
    /// A page rule.
    PageRule,
    /// A ruleset with its rules.
    Ruleset,
    /// A ruleset without its rules, as lists have it.
    RulesetHead,
    /// A list of an account, without its items.
    ListHead,
    /// An item of a list of an account.
    ListItem,
    /// The managed transforms of a zone.
    ManagedTransforms,
    /// One of everything else.
    Thing(Kind),
    /// None of these.
    Unknown,
}

/// The members by which things are known: all of them have to be there. The first row that fits
/// counts, so rows with more members come first.
const SIGNS: [(&[&str], Content); 31] = [
    (&["managed_request_headers"], Content::ManagedTransforms),
    (&["managed_response_headers"], Content::ManagedTransforms),
    (&["phase", "rules"], Content::Ruleset),
    (&["phase", "kind", "version"], Content::RulesetHead),
    (&["phase", "kind", "id"], Content::RulesetHead),
    (&["default_pools", "fallback_pool"], Content::Thing(Kind::LoadBalancer)),
    (&["default_pools", "name"], Content::Thing(Kind::LoadBalancer)),
    (&["origins", "name"], Content::Thing(Kind::Pool)),
    (&["expected_codes"], Content::Thing(Kind::Monitor)),
    (&["interval", "retries", "type"], Content::Thing(Kind::Monitor)),
    (&["targets", "actions"], Content::PageRule),
    (&["name_servers", "name"], Content::Zone),
    (&["num_items", "kind"], Content::ListHead),
    (&["redirect", "id"], Content::ListItem),
    (&["new_users_per_minute"], Content::Thing(Kind::WaitingRoom)),
    (&["snippet_name", "expression"], Content::Thing(Kind::SnippetRule)),
    (&["snippet_name"], Content::Thing(Kind::Snippet)),
    (&["hostname", "ssl"], Content::Thing(Kind::CustomHostname)),
    (&["hosts", "certificates"], Content::Thing(Kind::CertificatePack)),
    (&["configurations", "urls"], Content::Thing(Kind::Lockdown)),
    (&["match", "threshold"], Content::Thing(Kind::LegacyRateLimit)),
    (&["filter", "action"], Content::Thing(Kind::LegacyFirewallRule)),
    (&["pattern", "id"], Content::Thing(Kind::WorkerRoute)),
    (&["required_tokens"], Content::Thing(Kind::CustomPage)),
    (&["preview_target"], Content::Thing(Kind::CustomPage)),
    (&["scope", "type"], Content::Thing(Kind::UrlNormalization)),
    (&["expression", "action", "value"], Content::Thing(Kind::PageShieldPolicy)),
    (&["type", "content", "name"], Content::Record),
    (&["type", "data", "name"], Content::Record),
    (&["value", "id"], Content::Thing(Kind::Setting)),
    (&["plan", "name", "status"], Content::Zone),
];

/// What something is.
pub(super) fn content(value: &Value) -> Content {
    let members = match value {
        Value::Array(items) if items.is_empty() => return Content::Empty,
        Value::Array(_) => return Content::Items,
        Value::Null => return Content::Empty,
        Value::Object(members) => members,
        _ => return Content::Unknown,
    };
    if members.contains_key("mode") && members.contains_key("configuration") {
        return match value.pointer("/configuration/target").and_then(Value::as_str) {
            Some("ua") => Content::Thing(Kind::UserAgentRule),
            _ => Content::Thing(Kind::AccessRule),
        };
    }
    let fits = |signs: &[&str]| signs.iter().all(|sign| members.contains_key(*sign));
    match SIGNS.iter().find(|(signs, _)| fits(signs)) {
        Some((_, content)) => *content,
        None if is_list_item(value) => Content::ListItem,
        None => Content::Unknown,
    }
}

/// An address, a number of a system or a host name with the time when it was put in.
fn is_list_item(value: &Value) -> bool {
    let has = |key: &str| value.get(key).is_some();
    has("created_on") && (has("ip") || has("asn") || has("hostname"))
}
