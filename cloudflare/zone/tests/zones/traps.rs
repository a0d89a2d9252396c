//! Rules that are easily translated wrongly, each with its verdict.

use cloudflare_zone::SavedFile;
use serde_json::{Value, json};

use crate::shop::rule;
use crate::table::{answer, fleet, import, table};

/// A zone of one host with the rules of a phase.
fn zone(phase: &str, rules: &[Value]) -> Vec<SavedFile> {
    zone_with(&[(phase, rules)])
}

fn zone_with(phases: &[(&str, &[Value])]) -> Vec<SavedFile> {
    let mut files = vec![
        answer(
            "zone.json",
            &json!({ "id": "z", "name": "shop.example", "status": "active", "name_servers": [] }),
        ),
        answer(
            "dns.json",
            &json!([{ "id": "d", "name": "shop.example", "type": "CNAME",
            "content": "origin.servers.example", "proxied": true, "ttl": 1 }]),
        ),
    ];
    files.extend(phases.iter().map(|(phase, rules)| {
        answer(
            &format!("{phase}.json"),
            &json!({ "id": phase, "kind": "zone", "phase": phase, "rules": rules }),
        )
    }));
    files
}

/// The verdicts about rules, and the site's keys that they lead to.
fn shown(files: &[SavedFile], keys: &[&str]) -> String {
    let import = import(files);
    fleet(&import);
    let text = cloudflare_zone::fleet_text(&import.sites);
    let document: toml::Table = text.parse().unwrap();
    let site = &document["sites"][0];
    let told: Vec<String> = keys
        .iter()
        .map(|key| {
            format!("{key} = {}", site.get(key).map(ToString::to_string).unwrap_or_default())
        })
        .collect();
    let mut import = import;
    import.findings.retain(|it| it.feature.key.starts_with("phase"));
    format!("{}\n{}", table(&import), told.join("\n"))
}

fn keep(id: &str, expression: &str, seconds: u32) -> Value {
    rule(
        id,
        "set_cache_settings",
        expression,
        json!({ "cache": true, "edge_ttl": { "mode": "override_origin", "default": seconds } }),
    )
}

fn block(id: &str, expression: &str) -> Value {
    rule(id, "block", expression, json!({}))
}

#[test]
fn of_overlapping_cache_rules_the_last_counts_for_each_path() {
    let rules = [
        keep("all", "true", 60),
        keep("files", "http.request.uri.path.extension eq \"css\"", 300),
        rule(
            "live",
            "set_cache_settings",
            "starts_with(http.request.uri.path, \"/live/\")",
            json!({ "cache": false }),
        ),
        keep("print", "ends_with(http.request.uri.path, \"/print.css\")", 900),
    ];
    insta::assert_snapshot!(shown(
        &zone("http_request_cache_settings", &rules),
        &["behaviors", "caches"]
    ));
}

#[test]
fn a_negation_becomes_a_behavior_before_another() {
    let rules = [keep("not-admin", "not starts_with(http.request.uri.path, \"/admin/\")", 120)];
    insta::assert_snapshot!(shown(&zone("http_request_cache_settings", &rules), &["behaviors"]));
}

#[test]
fn a_rewrite_before_a_cache_rule_is_told() {
    let rewrite = [rule(
        "rewrite",
        "rewrite",
        "starts_with(http.request.uri.path, \"/v2/\")",
        json!({ "uri": { "path": { "expression": "regex_replace(http.request.uri.path, \"^/v2/\", \"/\")" } } }),
    )];
    let cache = [keep("static", "starts_with(http.request.uri.path, \"/static/\")", 60)];
    let files =
        zone_with(&[("http_request_transform", &rewrite), ("http_request_cache_settings", &cache)]);
    insta::assert_snapshot!(shown(&files, &["caches"]));
}

#[test]
fn firewall_rules_keep_their_meaning() {
    let rules = [
        block("flags", r#"http.request.uri.path matches "(?i)\\.(php|asp)$""#),
        block("unicode", r#"http.request.uri.path matches "\\p{Greek}""#),
        block(
            "any",
            r#"any(lower(http.request.headers["x-forwarded-host"][*])[*] contains "evil")"#,
        ),
        block("raw", r##"http.request.uri.query contains r#"a"b"#"##),
        block("six", "ip.src in {2001:db8::1..2001:db8::4 10.0.0.0/8}"),
        block("unknown", "frobnicate(http.host) eq \"x\""),
        block("unknown-field", "http.request.uri.pth eq \"/x\""),
        block("capitals", "lower(http.request.uri.path) contains \"ADMIN\""),
        block("missing", r#"http.request.cookies["a"][0] ne "1""#),
        block("exclusive", "http.request.uri.path eq \"/a\" xor http.request.method eq \"POST\""),
        block("score", "cf.threat_score gt 10"),
        block("broken", "http.host eq"),
        block("elsewhere", "http.host eq \"other.example\""),
    ];
    insta::assert_snapshot!(shown(&zone("http_request_firewall_custom", &rules), &["waf"]));
}

#[test]
fn who_skips_is_taken_out_of_the_rules_behind() {
    let rules = [
        block("before", "http.request.uri.path eq \"/before\""),
        rule(
            "skip",
            "skip",
            "ip.src eq 192.0.2.1",
            json!({ "ruleset": "current", "phases": ["http_ratelimit"] }),
        ),
        block("behind", "http.request.uri.path eq \"/behind\""),
    ];
    let mut limit = block("limit", "http.request.uri.path eq \"/login\"");
    limit["ratelimit"] = json!({ "characteristics": ["ip.src"], "period": 10, "requests_per_period": 3,
        "mitigation_timeout": 60 });
    let limits = [limit];
    let files = zone_with(&[("http_request_firewall_custom", &rules), ("http_ratelimit", &limits)]);
    insta::assert_snapshot!(shown(&files, &["waf"]));
}

#[test]
fn redirects_that_cannot_be_listed_are_left_to_somebody() {
    let to = |target: Value, status: u16| json!({ "from_value": { "status_code": status, "target_url": target } });
    let rules = [
        rule(
            "loop",
            "redirect",
            "http.request.uri.path eq \"/a\"",
            to(json!({ "value": "https://shop.example/a" }), 301),
        ),
        rule(
            "see-other",
            "redirect",
            "http.request.uri.path eq \"/b\"",
            to(json!({ "value": "/c" }), 303),
        ),
        rule(
            "fragment",
            "redirect",
            "http.request.uri.path eq \"/d\"",
            to(json!({ "value": "/e#f" }), 301),
        ),
        rule(
            "wildcard",
            "redirect",
            "http.request.full_uri wildcard \"https://*/x/*\"",
            to(
                json!({ "expression": "wildcard_replace(http.request.full_uri, \"https://*/x/*\", \"https://y.example/${2}\")" }),
                301,
            ),
        ),
        rule(
            "random",
            "redirect",
            "http.request.uri.path eq \"/g\"",
            to(json!({ "expression": "concat(\"/h?\", uuidv4(cf.random_seed))" }), 301),
        ),
    ];
    insta::assert_snapshot!(shown(&zone("http_request_dynamic_redirect", &rules), &["redirects"]));
}

#[test]
fn patterns_and_conditions_become_rules() {
    let to = |id: &str, filter: &str, target: &str| {
        let target = json!({ "status_code": 301, "target_url": { "expression": target } });
        rule(id, "redirect", filter, json!({ "from_value": target }))
    };
    let path = "http.request.uri.path";
    let rules = [
        to(
            "country",
            "ip.src.country in {\"DE\" \"AT\"} and not starts_with(http.request.uri.path, \"/de/\")",
            &format!("concat(\"/de\", {path})"),
        ),
        to(
            "groups",
            &format!("{path} matches \"^/p/([0-9]+)$\""),
            &format!("regex_replace({path}, \"^/p/([0-9]+)$\", \"/products/${{1}}\")"),
        ),
        to(
            "choice",
            &format!("{path} matches \"^/c|/d$\""),
            &format!("regex_replace({path}, \"^/c|/d$\", \"/e\")"),
        ),
        to(
            "dollar",
            &format!("{path} matches \"^/f(.)$\""),
            &format!("regex_replace({path}, \"^/f(.)$\", \"/$$\")"),
        ),
        to(
            "case",
            &format!("{path} matches \"(?i)^/g(.)$\""),
            &format!("regex_replace({path}, \"^/g(.)$\", \"/h/${{1}}\")"),
        ),
        to(
            "host",
            &format!("starts_with({path}, \"/i\")"),
            &format!("regex_replace({path}, \"^/i\", \"https://other.example\")"),
        ),
        to("address", "ip.src in {192.0.2.0/24}", "concat(\"/j\", http.request.uri.path)"),
        to(
            "sometimes",
            &format!("starts_with({path}, \"/k/\")"),
            &format!("regex_replace({path}, \"^/k/l/\", \"/m/\")"),
        ),
    ];
    let files = zone("http_request_dynamic_redirect", &rules);
    insta::assert_snapshot!(shown(&files, &["redirects", "redirect_rules"]));
}
