//! Disagreements that were found and mended, and those that verdicts have to tell, one by one.

use cloudflare_zone::SavedFile;
use serde_json::{Value, json};
use zone_check::visits;

use crate::both::{check, lines};
use crate::shop::rule;
use crate::table::answer;

/// A zone of one host with the rules of phases.
fn zone(phases: &[(&str, &[Value])], more: &[(&str, Value)]) -> Vec<SavedFile> {
    let record = json!([{ "id": "d", "name": "shop.example", "type": "CNAME",
        "content": "origin.servers.example", "proxied": true, "ttl": 1 }]);
    let about =
        json!({ "id": "z", "name": "shop.example", "status": "active", "name_servers": [] });
    let mut files = vec![answer("zone.json", &about), answer("dns.json", &record)];
    files.extend(phases.iter().map(|(phase, rules)| {
        let ruleset = json!({ "id": phase, "kind": "zone", "phase": phase, "rules": rules });
        answer(&format!("{phase}.json"), &ruleset)
    }));
    files.extend(more.iter().map(|(name, value)| answer(name, value)));
    files
}

fn cache(id: &str, expression: &str, settings: Value) -> Value {
    rule(id, "set_cache_settings", expression, settings)
}

fn page_rule(pattern: &str, actions: &Value) -> Value {
    json!([{ "id": "p", "status": "active", "priority": 1, "actions": actions,
        "targets": [{ "target": "url", "constraint": { "operator": "matches", "value": pattern } }] }])
}

fn redirect(id: &str, expression: &str, target: &Value) -> Value {
    let value = json!({ "status_code": 301, "preserve_query_string": true, "target_url": target });
    rule(id, "redirect", expression, json!({ "from_value": value }))
}

/// Whether the two agree on every request, to the letter.
fn agree(files: &[SavedFile], requests: &str) {
    let report = check(files, &visits(requests).unwrap());
    assert_eq!(report.agreed, report.requests, "{:#?}", lines(&report));
    assert!(report.requests > 0);
}

#[test]
fn a_lifetime_alone_keeps_no_page() {
    let everywhere = json!({ "edge_ttl": { "mode": "override_origin", "default": 600 } });
    let rules = [cache("ttl", "true", everywhere)];
    agree(&zone(&[("http_request_cache_settings", &rules)], &[]), "https://shop.example/page");
}

#[test]
fn what_is_passed_stays_passed_where_a_later_rule_has_a_lifetime() {
    let rules = [
        cache("pass", "starts_with(http.request.uri.path, \"/api/\")", json!({ "cache": false })),
        cache("ttl", "true", json!({ "edge_ttl": { "mode": "override_origin", "default": 60 } })),
    ];
    agree(&zone(&[("http_request_cache_settings", &rules)], &[]), "https://shop.example/api/x");
}

#[test]
fn a_picture_that_nobody_transforms_is_asked_for_by_its_own_path() {
    let report = check(&zone(&[], &[]), &visits("https://shop.example/vase.png").unwrap());
    let paths: Vec<_> = report.groups.iter().filter(|it| it.what == "path").collect();
    assert!(paths.is_empty(), "{paths:?}");
}

#[test]
fn a_missing_user_agent_is_an_empty_one() {
    let rules = [rule("none", "block", "http.user_agent eq \"\"", json!({}))];
    let requests = "https://shop.example/\nhttps://shop.example/\n  User-Agent: x";
    agree(&zone(&[("http_request_firewall_custom", &rules)], &[]), requests);
}

#[test]
fn redirects_of_rules_outrank_those_of_page_rules() {
    let rules = [redirect(
        "rule",
        "http.request.uri.path eq \"/a\"",
        &json!({ "value": "https://shop.example/rule" }),
    )];
    let forward = json!([{ "id": "forwarding_url",
        "value": { "url": "https://shop.example/page", "status_code": 302 } }]);
    let pages = page_rule("shop.example/a", &forward);
    let files =
        zone(&[("http_request_dynamic_redirect", &rules)], &[("zones_z_pagerules.json", pages)]);
    agree(&files, "https://shop.example/a");
}

#[test]
fn no_header_is_added_that_cloudflare_does_not_send() {
    agree(&zone(&[], &[]), "https://shop.example/");
}

#[test]
fn carts_have_the_origin_of_their_rule() {
    let route = json!({ "origin": { "host": "two.servers.example" } });
    let rules = [rule("route", "route", "true", route)];
    agree(&zone(&[("http_request_origin", &rules)], &[]), "https://shop.example/cart");
}

#[test]
fn what_a_target_takes_of_a_query_is_left_to_somebody() {
    let target = json!({ "expression": "concat(\"/x?\", http.request.uri.query)" });
    let rules = [redirect("query", "http.request.uri.path eq \"/a\"", &target)];
    let files = zone(&[("http_request_dynamic_redirect", &rules)], &[]);
    let report = check(&files, &visits("https://shop.example/a?b").unwrap());
    assert_eq!((report.unexplained(), report.explained), (0, 1));
    let explained = report.groups[0].explained.as_ref().unwrap();
    assert_eq!(explained.verdict, "manual");
    assert_eq!(report.groups[0].what, "redirected, here served");
}

#[test]
fn what_no_verdict_tells_is_told() {
    use cloudflare_zone::{Requests, fleet_text, read, translate};
    use zone_check::Check;

    let target = json!({ "value": "https://shop.example/b" });
    let rules = [redirect("moved", "http.request.uri.path eq \"/a\"", &target)];
    let export = read(&zone(&[("http_request_dynamic_redirect", &rules)], &[]));
    let import = translate(&export, &Requests::new());
    let text = fleet_text(&import.sites).replace("\"/a\" = \"/b\"", "\"/a\" = \"/c\"");
    let fleet = fleet::Fleet::parse(&text, "/srv".as_ref(), "fleet.toml").unwrap();
    let check = Check::new(&export, &import, &fleet).unwrap();
    let visits = visits("https://shop.example/a\nhttps://shop.example/a?x").unwrap();
    let report = check.run(&visits, &|| ()).unwrap();
    assert_eq!(report.unexplained(), 2);
    assert_eq!(
        lines(&report),
        ["2 redirect: location (https://shop.example/a: https://shop.example/b, here \
          https://shop.example/c) = NOTHING EXPLAINS IT"]
    );
}

/// A large number of equal requests is one line, whatever part of them a thread had.
#[test]
fn equal_differences_are_one_group() {
    let rules = [redirect(
        "blog",
        "starts_with(http.request.uri.path, \"/blog/\")",
        &json!({ "expression": "concat(\"https://blog.example\", lower(http.request.uri.path))" }),
    )];
    let files = zone(&[("http_request_dynamic_redirect", &rules)], &[]);
    let requests: Vec<_> =
        (0..100).map(|number| format!("https://shop.example/blog/{number}")).collect();
    let report = check(&files, &visits(&requests.join("\n")).unwrap());
    assert_eq!(report.groups.len(), 1);
    assert_eq!(report.groups[0].requests, 100);
    assert_eq!(report.groups[0].example, "https://shop.example/blog/0");
}

/// The path stays, though the filter finds only a part of it.
#[test]
fn a_query_is_rewritten_alone() {
    let uri = json!({ "uri": { "query": { "value": "lang=de" } } });
    let rules = [rule("query", "rewrite", "http.request.uri.path matches \"^/a/\"", uri)];
    let files = zone(&[("http_request_transform", &rules)], &[]);
    agree(
        &files,
        "https://shop.example/a/b/c\nhttps://shop.example/a/b?x=1\nhttps://shop.example/b?x=1",
    );
}

#[test]
fn hosts_below_are_redirected_by_lists() {
    let record = |name: &str| {
        json!({ "id": name, "name": name, "type": "CNAME", "content": "origin.servers.example",
            "proxied": true, "ttl": 1 })
    };
    let item = |source: &str, target: &str| {
        json!({ "id": source, "redirect": { "source_url": source, "target_url": target, "status_code": 301,
            "include_subdomains": true, "subpath_matching": true, "preserve_path_suffix": true } })
    };
    let items = [
        item("shop.example/a", "https://other.example/long/"),
        item("shop.example/a/b", "https://other.example/longer"),
        item("eu.shop.example/a", "https://other.example/eu"),
        json!({ "id": "strange", "comment": "no redirect" }),
    ];
    let list = json!([{ "id": "9999", "name": "moved", "kind": "redirect", "num_items": 4 }]);
    let files = zone(
        &[],
        &[
            ("dns.json", json!([record("shop.example"), record("eu.shop.example")])),
            ("lists.json", list),
            ("accounts_0_rules_lists_9999_items.json", json!(items)),
        ],
    );
    let import = cloudflare_zone::translate(
        &cloudflare_zone::read(&files),
        &cloudflare_zone::Requests::new(),
    );
    let of_items = import.findings.iter().filter(|it| it.feature.key == "bulk-redirect");
    assert_eq!(of_items.count() + import.unread.len(), items.len(), "{:?}", import.unread);
    let hosts = ["shop.example", "eu.shop.example"];
    let paths = ["/a", "/a/", "/a/c", "/a/b", "/a/b/c", "/ab"];
    let urls =
        hosts.iter().flat_map(|host| paths.iter().map(move |it| format!("https://{host}{it}")));
    let report = check(&files, &visits(&urls.collect::<Vec<_>>().join("\n")).unwrap());
    assert_eq!(report.unexplained(), 0, "{:#?}", lines(&report));
}
