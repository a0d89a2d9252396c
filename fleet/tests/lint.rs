//! Rules, each against a shop that breaks it and one that does not.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::collections::BTreeSet;
use std::path::Path;

use fleet::FleetFiles;
use fleet::lint::{Finding, RULES, Severity, junit, sarif};

/// A shop that no rule has anything to say about, in which `EXTRA` is a key more.
const GOOD: &str = r#"
[[sites]]
name = "aurora"
domains = ["aurora.example"]
origin = { s3 = { bucket = "b", region = "eu-central-1" }, failover = "west" }
origins.west = { s3 = { bucket = "w", region = "us-west-2" } }
headers = { hsts = {}, csp = "default-src 'self'" }
images = { widths = [320], sources = { paths = ["/photos/"] } }
waf = { rate_limits = [{ requests = 2000 }] }
alarms = { topic = "arn:aws:sns:us-east-1:123456789012:alarms" }
"#;

fn lint(text: &str) -> Vec<Finding> {
    FleetFiles::of_text(text, Path::new("/srv"), "fleet.toml").unwrap().lint().unwrap()
}

fn rules(text: &str) -> BTreeSet<&'static str> {
    lint(text).into_iter().map(|finding| finding.rule).collect()
}

/// What breaks each rule: keys for the shop above, or what they replace in it.
const BROKEN: [(&str, &str, &str); 34] = [
    ("cart-cached", "", r#"behaviors."/basket/*" = { cache = "static" }"#),
    ("cart-unguarded", "", r#"behaviors."/cart*" = { enabled = false }"#),
    (
        "html-kept-against-origin",
        "",
        "behaviors.\"*.html\" = { cache = \"p\" }\ncaches.p = { min_ttl = 5, default_ttl = 5 }",
    ),
    ("html-kept-unasked", "", r#"behaviors."/" = { cache = "static" }"#),
    ("set-cookie-kept", "", r#"behaviors."/a/*" = { cache = "static", forward_all = true }"#),
    (
        "marketing-in-key",
        "",
        "behaviors.\"/a/*\" = { cache = \"p\" }\ncaches.p = { query = [\"utm_source\"] }",
    ),
    (
        "query-open",
        "",
        "behaviors.\"/a/*\" = { cache = \"p\" }\ncaches.p = { query = \"all\", default_ttl = 5 }",
    ),
    (
        "cookies-in-key",
        "",
        "behaviors.\"/a/*\" = { cache = \"p\" }\ncaches.p = { cookies = \"all\" }",
    ),
    (
        "agent-in-key",
        "",
        "behaviors.\"/a/*\" = { cache = \"p\" }\ncaches.p = { headers = [\"User-Agent\"] }",
    ),
    ("errors-kept", "", "errors.503 = { ttl = 300 }"),
    ("hsts-missing", "hsts = {}, ", ""),
    ("hsts-not-for-preload", "hsts = {}", "hsts = { preload = true }"),
    ("csp-missing", ", csp = \"default-src 'self'\"", ""),
    ("cors-open", "hsts = {}", "hsts = {}, cors = { origins = [\"*\"] }"),
    ("keepalive-short", "failover", "keepalive = 5, failover"),
    ("shield-missing", ", region = \"eu-central-1\"", ""),
    (
        "origin-in-the-clear",
        "s3 = { bucket = \"w\", region = \"us-west-2\" }",
        "http = { url = \"http://w.example\" }",
    ),
    (
        "origin-private",
        "s3 = { bucket = \"w\", region = \"us-west-2\" }",
        "http = { url = \"https://w.example\", allow_private = true }",
    ),
    ("origin-in-a-folder", "s3 = { bucket = \"w\", region = \"us-west-2\" }", "folder = \"w\""),
    ("failover-missing", "failover = \"west\"", "attempts = 2"),
    ("waf-off", "rate_limits", "enabled = false, rate_limits"),
    ("waf-counts", "rate_limits", "mode = \"count\", rate_limits"),
    ("rate-limit-missing", "rate_limits = [{ requests = 2000 }]", ""),
    ("certificate-missing", "", "certificate = \"none\""),
    ("tags-differ", "", "cache_tag_header = \"Tags\""),
    ("widths-open", "widths = [320], ", ""),
    ("photos-unknown", ", sources = { paths = [\"/photos/\"] }", ""),
    ("logs-off", "", "logs.enabled = false"),
    ("alarms-missing", "topic = \"arn:aws:sns:us-east-1:123456789012:alarms\"", ""),
    ("redirect-chain", "", "redirects = { \"/a\" = \"/b\", \"/b\" = \"/c\" }"),
    ("cache-unused", "", "caches.p = {}"),
    ("origin-unused", "", "origins.api = { http = { url = \"https://api.example\" } }"),
    ("group-unused", "", "[groups.europe]\nwave = 2"),
    ("canary-missing", "", "MANY"),
];

#[test]
fn a_careful_shop_has_no_findings() {
    assert_eq!(lint(GOOD), []);
}

#[test]
fn every_rule_finds_what_it_is_for() {
    let mut tried = BTreeSet::new();
    for (rule, from, to) in BROKEN {
        let text = match (from, to) {
            ("", "MANY") => many(),
            ("", key) => format!("{GOOD}{key}\n"),
            (from, to) => {
                assert!(GOOD.contains(from), "{rule}");
                GOOD.replacen(from, to, 1)
            }
        };
        assert!(rules(&text).contains(rule), "{rule}: {:?}", rules(&text));
        tried.insert(rule);
    }
    assert_eq!(tried, RULES.iter().map(|rule| rule.id).collect());
}

fn many() -> String {
    let site = |name| GOOD.replace("aurora", &format!("s{name}"));
    (0..10).map(site).collect()
}

#[test]
fn a_finding_is_told_once_for_all_its_sites() {
    let site = |name| format!("[[sites]]\nname = \"{name}\"\ndomains = [\"{name}.example\"]\n");
    let text = format!(
        "[defaults]\norigin = {{ folder = \"f\" }}\nlogs.enabled = false\n{}{}",
        site("a"),
        site("b")
    );
    let findings = lint(&text);
    let [finding] = findings.iter().filter(|it| it.rule == "logs-off").collect::<Vec<_>>()[..]
    else {
        panic!("{findings:#?}")
    };
    assert_eq!(finding.sites, ["a", "b"]);
    assert_eq!(finding.place.to_string(), "fleet.toml:3:16");
    assert_eq!(finding.severity, Severity::Warning);
}

#[test]
fn sarif_names_rules_and_places() {
    let findings = lint(&format!("{GOOD}logs.enabled = false\n"));
    let report = sarif(&findings);
    let run = &report["runs"][0];
    assert_eq!(report["version"], "2.1.0");
    assert_eq!(run["results"].as_array().unwrap().len(), 1);
    let result = &run["results"][0];
    let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], "logs-off");
    assert_eq!(result["level"], "warning");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "fleet.toml");
    assert_eq!(place["region"], serde_json::json!({ "startLine": 11, "startColumn": 16 }));
}

#[test]
fn junit_has_a_case_for_each_rule() {
    let findings = lint(&format!("{GOOD}logs.enabled = false\n"));
    let report = junit(&findings, Severity::Warning);
    assert_eq!(report.matches("<testcase ").count(), RULES.len());
    assert_eq!(report.matches("<failure ").count(), 1);
    let clean = junit(&findings, Severity::Error);
    assert_eq!(clean.matches("<failure ").count(), 0);
}

#[test]
fn every_rule_is_documented() {
    let documentation = std::fs::read_to_string("../docs/fleet.md").unwrap();
    for rule in &RULES {
        let row = format!(
            "| `{}` | {} | {} | {} |\n",
            rule.id,
            rule.severity.name(),
            rule.what,
            rule.why
        );
        assert!(documentation.contains(&row), "{row}");
    }
}
