//! Headers of answers.

use super::header_names::{self, FORBIDDEN_TO_VIEWERS, VALUE};
use super::{Check, names};
use crate::delivery::Cors;

/// Custom headers of a response headers policy, and headers that it removes.
pub(super) const HEADERS: usize = 10;

/// Headers that have a key of their own.
const OWN_KEYS: [(&str, &str); 7] = [
    ("access-control-allow-origin", "cors.origins"),
    ("content-security-policy", "csp"),
    ("referrer-policy", "referrer_policy"),
    ("strict-transport-security", "hsts"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "frame_options"),
    ("x-xss-protection", "csp"),
];

/// <https://www.w3.org/TR/referrer-policy/#referrer-policies>.
const REFERRER_POLICIES: [&str; 8] = [
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

/// Methods that CloudFront takes in `cors.methods`.
const METHODS: [&str; 8] = ["ALL", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

pub(super) fn check(check: &mut Check<'_, '_>) {
    let site = check.site;
    let headers = &site.delivery.headers;
    if let Some(policy) = &headers.csp {
        check_policy(check, policy);
    }
    if let Some(policy) = headers.referrer_policy.as_deref()
        && !REFERRER_POLICIES.contains(&policy)
    {
        check.choice(&["headers", "referrer_policy"], policy, REFERRER_POLICIES.into_iter());
    }
    if let Some(cors) = &headers.cors {
        check_cors(check, cors);
    }
    check.count(&["headers", "custom"], "headers", headers.custom.len(), HEADERS);
    for (name, value) in &headers.custom {
        let path = ["headers", "custom", name];
        header_names::check(check, &path, name, &FORBIDDEN_TO_VIEWERS);
        header_names::check_value(check, &path, value);
        let lower = name.to_ascii_lowercase();
        if let Some((_, key)) = OWN_KEYS.iter().find(|(header, _)| *header == lower) {
            let message = format!("`{name}` has a key of its own");
            check.key(&path, message, format!("write `headers.{key}`"));
        }
    }
    check.count(&["headers", "remove"], "headers", headers.remove.len(), HEADERS);
    for (place, name) in headers.remove.iter().enumerate() {
        let path = ["headers", "remove", &place.to_string()];
        header_names::check_named(check, &path, name, &FORBIDDEN_TO_VIEWERS);
    }
    let tags = &site.delivery.cache_tag_header;
    header_names::check_named(check, &["cache_tag_header"], tags, &FORBIDDEN_TO_VIEWERS);
}

fn check_policy(check: &mut Check<'_, '_>, policy: &str) {
    let length = policy.chars().count();
    if length > VALUE {
        let message = format!("the policy has {length} characters");
        let hint = format!("CloudFront takes at most {VALUE}; a longer one comes from the origin");
        check.value(&["headers", "csp"], message, hint);
    }
    if policy.chars().any(char::is_control) {
        let hint = "one line: end a line of a text in three quotes with `\\`";
        check.value(&["headers", "csp"], "the policy has a line break", hint);
    }
}

fn check_cors(check: &mut Check<'_, '_>, cors: &Cors) {
    let at = |key| ["headers", "cors", key];
    if cors.origins.is_empty() {
        let hint = "for example `origins = [\"https://aurora.example\"]`";
        check.value(&["headers", "cors"], "`cors` names no origins", hint);
    }
    for (place, origin) in cors.origins.iter().enumerate() {
        if !is_web_origin(origin) {
            let path = ["headers", "cors", "origins", &place.to_string()];
            let hint = "a scheme and a host, `https://aurora.example`, without a path; or `*`";
            check.value(&path, format!("`{origin}` is not an origin"), hint);
        }
    }
    for (place, method) in cors.methods.iter().enumerate() {
        if !METHODS.contains(&method.as_str()) {
            let path = ["headers", "cors", "methods", &place.to_string()];
            check.choice(&path, method, METHODS.into_iter());
        }
    }
    for (key, list) in [("headers", &cors.headers), ("expose", &cors.expose)] {
        for (place, name) in list.iter().enumerate().filter(|(_, name)| *name != "*") {
            let path = ["headers", "cors", key, &place.to_string()];
            header_names::check_named(check, &path, name, &header_names::NONE);
        }
    }
    let has_any = |list: &[String]| list.iter().any(|it| it == "*" || it == "ALL");
    let open = [
        ("origins", &cors.origins),
        ("headers", &cors.headers),
        ("methods", &cors.methods),
        ("expose", &cors.expose),
    ];
    if let Some((key, _)) = open.iter().find(|(_, list)| cors.credentials && has_any(list)) {
        let message = format!("with credentials `{key}` cannot be open to all");
        let hint = format!("name them: `{key} = […]`; browsers refuse `*` where cookies are sent");
        check.value(&at("credentials"), message, hint);
    }
}

/// `*`, or a scheme and a host, perhaps with a port and a wildcard in front.
fn is_web_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_host = |host: &str| {
        let (host, port) = host.split_once(':').unwrap_or((host, "443"));
        let host = host.strip_prefix("*.").unwrap_or(host);
        names::is_domain(host) && port.parse::<u16>().is_ok()
    };
    text == "*" || host.is_some_and(is_host)
}
