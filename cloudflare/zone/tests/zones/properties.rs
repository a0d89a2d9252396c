//! Zones that nobody wrote: every rule has one verdict, the fleet is good, nothing panics.

use std::collections::BTreeMap;

use cloudflare_zone::{SavedFile, read};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::table::{answer, fleet, import};

/// A test of a request, most of them of a kind that people write.
fn test() -> impl Strategy<Value = String> {
    let path = "/[a-z]{0,3}(/[a-zA-Z0-9*?. é]{0,4})?";
    prop_oneof![
        path.prop_map(|it| format!("http.request.uri.path eq {it:?}")),
        path.prop_map(|it| format!("starts_with(http.request.uri.path, {it:?})")),
        path.prop_map(|it| format!("http.request.uri.path contains {it:?}")),
        path.prop_map(|it| format!(
            "http.request.full_uri wildcard {:?}",
            format!("https://*{it}*")
        )),
        "[a-z]{1,3}".prop_map(|it| format!("http.request.uri.path.extension eq {it:?}")),
        "[a-z(|)^$.]{1,6}".prop_map(|it| format!("http.request.uri.path matches {it:?}")),
        "[a-z]{1,3}".prop_map(|it| format!("http.host eq \"{it}.shop.example\"")),
        Just("http.host eq \"shop.example\"".to_owned()),
        Just("ip.src in {192.0.2.0/24 ::/0}".to_owned()),
        Just("ip.src.country in {\"DE\" \"T1\"}".to_owned()),
        Just("ssl".to_owned()),
        Just("cf.bot_management.score lt 9".to_owned()),
        Just("what_is(this)".to_owned()),
        Just("true".to_owned()),
        Just("any(http.request.headers[\"x\"][*] eq \"y\")".to_owned()),
        ".{0,6}",
    ]
}

fn expression() -> impl Strategy<Value = String> {
    test().prop_recursive(3, 6, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} xor {b})")),
            inner.prop_map(|it| format!("not ({it})")),
        ]
    })
}

/// A phase, an action, and its parameters.
fn action() -> impl Strategy<Value = (&'static str, &'static str, Value)> {
    let text = "[ -~]{0,12}";
    prop_oneof![
        (0_u32..9_999, any::<bool>()).prop_map(|(ttl, cache)| (
            "http_request_cache_settings",
            "set_cache_settings",
            json!({ "cache": cache, "edge_ttl": { "mode": "override_origin", "default": ttl } })
        )),
        (0_u32..99).prop_map(|ttl| (
            "http_request_cache_settings",
            "set_cache_settings",
            json!({ "browser_ttl": { "mode": "override_origin", "default": ttl } })
        )),
        (text, 300_u16..310).prop_map(|(to, status)| (
            "http_request_dynamic_redirect",
            "redirect",
            json!({ "from_value": { "status_code": status, "target_url": { "value": to } } })
        )),
        text.prop_map(|to| (
            "http_request_dynamic_redirect",
            "redirect",
            json!({ "from_value": { "target_url": { "expression": to } } })
        )),
        ("[A-Za-z-]{1,9}", text).prop_map(|(name, value)| (
            "http_response_headers_transform",
            "rewrite",
            json!({ "headers": { name: { "operation": "set", "value": value } } })
        )),
        ("[A-Za-z-]{1,9}", text).prop_map(|(name, value)| (
            "http_request_late_transform",
            "rewrite",
            json!({ "headers": { name: { "operation": "set", "value": value } } })
        )),
        Just(("http_request_firewall_custom", "block", json!({}))),
        Just(("http_request_firewall_custom", "skip", json!({ "ruleset": "current" }))),
        Just((
            "http_request_transform",
            "rewrite",
            json!({ "uri": { "path": { "value": "/x" } } })
        )),
        "[a-z.]{1,9}".prop_map(|host| (
            "http_request_origin",
            "route",
            json!({ "origin": { "host": host } })
        )),
        (text, text).prop_map(|(verb, value)| (
            "http_config_settings",
            "set_config",
            json!({ verb: value })
        )),
        text.prop_map(|value| ("http_request_cache_settings", "set_cache_settings", json!(value))),
    ]
}

fn files(rules: &[(String, (&'static str, &'static str, Value))]) -> Vec<SavedFile> {
    let mut phases: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (index, (expression, (phase, verb, parameters))) in rules.iter().enumerate() {
        phases
            .entry(phase)
            .or_default()
            .push(json!({ "id": format!("rule-{index}"), "enabled": index % 9 != 8,
            "action": verb, "expression": expression, "action_parameters": parameters }));
    }
    let record = |name: &str| {
        json!({ "id": name, "name": name, "type": "A", "content": "192.0.2.1",
        "proxied": true, "ttl": 1 })
    };
    let mut files = vec![
        answer(
            "zone.json",
            &json!({ "id": "z", "name": "shop.example", "status": "active", "name_servers": [] }),
        ),
        answer(
            "dns.json",
            &json!([record("shop.example"), record("www.shop.example"), record("a.shop.example")]),
        ),
    ];
    files.extend(phases.into_iter().map(|(phase, rules)| {
        answer(
            &format!("{phase}.json"),
            &json!({ "id": phase, "kind": "zone", "phase": phase, "rules": rules }),
        )
    }));
    files
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_rule_of_any_zone_has_one_verdict(
        rules in proptest::collection::vec((expression(), action()), 1..100),
    ) {
        let import = import(&files(&rules));
        prop_assert_eq!(&import.unread, &vec![]);
        for index in 0..rules.len() {
            let id = format!("rule-{index}");
            let verdicts = import.findings.iter().filter(|it| it.id == id).count();
            prop_assert_eq!(verdicts, 1, "{}", id);
        }
        for finding in &import.findings {
            let is_told = finding.verdict.word() == "translated" || !finding.verdict.remarks().is_empty();
            prop_assert!(is_told, "{:?}", finding);
        }
        fleet(&import);
    }

    #[test]
    fn nothing_that_is_read_panics(texts in proptest::collection::vec(".{0,60}", 0..4)) {
        let file = |text: String| SavedFile { name: "x.json".to_owned(), text };
        let files: Vec<_> = texts.into_iter().map(file).collect();
        let length: usize = files.iter().map(|file| file.text.len()).sum();
        prop_assert!(read(&files).unread.len() <= length);
    }
}
