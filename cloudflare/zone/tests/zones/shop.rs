//! A shop that nobody has: everything that a real one has, as many as a real one has.

use cloudflare_zone::SavedFile;
use serde_json::{Value, json};

use crate::table::answer;

const ZONE: &str = "11112222333344445555666677778888";
const LIST: &str = "99990000aaaabbbbccccddddeeeeffff";

/// All answers about it.
pub(crate) fn shop() -> Vec<SavedFile> {
    let zone = json!({ "id": ZONE, "name": "shop.example", "status": "active",
        "name_servers": ["a.ns.cloudflare.com"], "plan": { "name": "Pro" } });
    let file = |what: &str, result: &Value| answer(&format!("zones_{ZONE}_{what}.json"), result);
    let mut files = vec![
        file("zone", &zone),
        file("settings", &settings()),
        file("dns", &records()),
        file("pagerules", &page_rules()),
        file("access", &access_rules()),
        file(
            "managed",
            &json!({
                "managed_request_headers": [{ "id": "add_true_client_ip_headers", "enabled": true }],
                "managed_response_headers": [{ "id": "remove_x-powered-by_header", "enabled": true }],
            }),
        ),
        file(
            "balancers",
            &json!([{ "id": "b1", "name": "shop.example", "enabled": true, "proxied": true,
            "default_pools": ["p1", "p2"], "fallback_pool": "p2", "steering_policy": "off",
            "session_affinity": "none" }]),
        ),
        answer("pools.json", &json!([pool("p1", "frankfurt"), pool("p2", "dublin")])),
        file("workers", &json!([{ "id": "w1", "pattern": "shop.example/api/*", "script": "api" }])),
        answer(
            "lists.json",
            &json!([{ "id": LIST, "name": "moved", "kind": "redirect", "num_items": 3000 }]),
        ),
        answer(
            "account.json",
            &json!({ "id": "r9", "kind": "root", "phase": "http_request_redirect",
            "rules": [{ "id": "r91", "action": "redirect", "enabled": true,
                "expression": "http.request.full_uri in $moved",
                "action_parameters": { "from_list": { "name": "moved", "key": "http.request.full_uri" } } }] }),
        ),
    ];
    files.extend(pages_of_items());
    files.extend(rulesets().into_iter().map(|(phase, rules)| {
        file(phase, &json!({ "id": phase, "kind": "zone", "phase": phase, "rules": rules }))
    }));
    files
}

fn settings() -> Value {
    let settings = [
        ("always_use_https", json!("on")),
        ("brotli", json!("on")),
        ("browser_cache_ttl", json!(0)),
        ("cache_level", json!("aggressive")),
        ("development_mode", json!("off")),
        ("email_obfuscation", json!("off")),
        ("http2", json!("on")),
        ("http3", json!("on")),
        ("image_resizing", json!("on")),
        ("ip_geolocation", json!("on")),
        ("ipv6", json!("on")),
        ("min_tls_version", json!("1.2")),
        ("polish", json!("lossless")),
        ("rocket_loader", json!("off")),
        ("security_level", json!("medium")),
        ("ssl", json!("strict")),
        ("tls_1_3", json!("on")),
        ("websockets", json!("on")),
        (
            "security_header",
            json!({ "strict_transport_security":
            { "enabled": true, "max_age": 31_536_000, "include_subdomains": true, "nosniff": true } }),
        ),
    ];
    settings
        .map(|(id, value)| json!({ "id": id, "value": value, "editable": true }))
        .to_vec()
        .into()
}

fn records() -> Value {
    let record = |name: &str, kind: &str, content: &str, proxied: bool| {
        json!({ "id": format!("{name}{kind}"), "name": name, "type": kind, "content": content,
            "proxied": proxied, "ttl": 1 })
    };
    json!([
        record("shop.example", "A", "203.0.113.7", true),
        record("www.shop.example", "CNAME", "shop.example", true),
        record("static.shop.example", "CNAME", "assets.storage.example", true),
        record("mail.shop.example", "A", "203.0.113.9", false),
        record("shop.example", "MX", "mail.shop.example", false),
        record("shop.example", "TXT", "v=spf1 -all", false),
        record("_dmarc.shop.example", "TXT", "v=DMARC1; p=reject", false),
        record("shop.example", "CAA", "0 issue \"amazon.com\"", false),
    ])
}

fn page_rules() -> Value {
    let rule = |id: &str, pattern: &str, actions: Value, priority: u32| {
        json!({ "id": id, "status": "active", "priority": priority, "actions": actions,
            "targets": [{ "target": "url", "constraint": { "operator": "matches", "value": pattern } }] })
    };
    json!([
        rule("p6", "http://*shop.example/*", json!([{ "id": "always_use_https" }]), 6),
        rule("p5", "shop.example/admin/*", json!([{ "id": "cache_level", "value": "bypass" }]), 5),
        rule(
            "p4",
            "*shop.example/downloads/*",
            json!([{ "id": "cache_level", "value": "cache_everything" },
            { "id": "edge_cache_ttl", "value": 86_400 }]),
            4
        ),
        rule(
            "p3",
            "shop.example/sale",
            json!([{ "id": "forwarding_url",
            "value": { "url": "https://shop.example/offers", "status_code": 302 } }]),
            3
        ),
        rule(
            "p2",
            "static.shop.example/*",
            json!([{ "id": "browser_cache_ttl", "value": 604_800 }]),
            2
        ),
        rule(
            "p1",
            "shop.example/feed*",
            json!([{ "id": "cache_level", "value": "cache_everything" }]),
            1
        ),
    ])
}

fn access_rules() -> Value {
    let rule = |id: &str, mode: &str, target: &str, value: &str| json!({ "id": id, "mode": mode, "configuration": { "target": target, "value": value } });
    json!([
        rule("a1", "whitelist", "ip", "198.51.100.7"),
        rule("a2", "block", "ip_range", "192.0.2.0/24"),
        rule("a3", "block", "country", "AQ"),
        rule("a4", "managed_challenge", "asn", "AS64496"),
    ])
}

fn pool(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "enabled": true,
        "origins": [{ "name": "web", "address": format!("{name}.servers.example"), "enabled": true, "weight": 1 }] })
}

/// 3,000 items, a thousand an answer, each but the last with a cursor.
fn pages_of_items() -> Vec<SavedFile> {
    let item = |index: usize| {
        json!({ "id": format!("i{index}"), "created_on": "2026-01-01T00:00:00Z", "redirect": {
            "source_url": format!("https://shop.example/p/{index}.html"),
            "target_url": format!("https://shop.example/products/{index}"),
            "status_code": 301, "preserve_query_string": true } })
    };
    let pages = (0..3_usize).map(|page| {
        let items: Vec<Value> = (page * 1_000..page * 1_000 + 1_000).map(item).collect();
        let after = if page < 2 { json!({ "after": format!("c{page}") }) } else { json!({}) };
        let text = json!({ "success": true, "errors": [], "result": items, "result_info": { "cursors": after } });
        let name = format!("accounts_0123_rules_lists_{LIST}_items_{page}.json");
        SavedFile { name, text: text.to_string() }
    });
    pages.collect()
}

/// A rule of a ruleset.
pub(crate) fn rule(id: &str, action: &str, expression: &str, parameters: Value) -> Value {
    let mut rule = json!({ "id": id, "action": action, "expression": expression, "enabled": true,
        "description": id });
    rule["action_parameters"] = parameters;
    rule
}

fn rulesets() -> Vec<(&'static str, Value)> {
    let mut redirects: Vec<Value> = (0..56)
        .map(|index| {
            let expression = format!("http.request.uri.path eq \"/old-{index}\"");
            let target = json!({ "from_value": { "status_code": 301, "preserve_query_string": true,
                "target_url": { "value": format!("https://shop.example/new-{index}") } } });
            rule(&format!("redirect-{index}"), "redirect", &expression, target)
        })
        .collect();
    let computed = |expression: &str| {
        json!({ "from_value": { "status_code": 301, "preserve_query_string": true,
        "target_url": { "expression": expression } } })
    };
    redirects.push(rule(
        "listed",
        "redirect",
        "http.request.uri.path in {\"/a\" \"/b\"}",
        computed("concat(\"https://shop.example/letters\", http.request.uri.path)"),
    ));
    redirects.push(rule(
        "lower",
        "redirect",
        "http.request.uri.path eq \"/Sale\"",
        computed("concat(\"https://shop.example\", lower(http.request.uri.path), \"-2026\")"),
    ));
    redirects.push(rule(
        "www",
        "redirect",
        "http.host eq \"www.shop.example\"",
        computed("concat(\"https://shop.example\", http.request.uri.path)"),
    ));
    redirects.push(rule(
        "blog",
        "redirect",
        "starts_with(http.request.uri.path, \"/blog/\")",
        computed("concat(\"https://blog.example\", http.request.uri.path)"),
    ));
    vec![
        ("http_request_dynamic_redirect", redirects.into()),
        (
            "http_request_transform",
            json!([rule(
                "rewrite",
                "rewrite",
                "starts_with(http.request.uri.path, \"/shop/\")",
                json!({ "uri": { "path": { "expression": "regex_replace(http.request.uri.path, \"^/shop/\", \"/\")" } } })
            )]),
        ),
        (
            "http_config_settings",
            json!([rule(
                "quiet",
                "set_config",
                "starts_with(http.request.uri.path, \"/api/\")",
                json!({ "security_level": "medium", "bic": false })
            )]),
        ),
        (
            "http_request_origin",
            json!([rule(
                "search",
                "route",
                "starts_with(http.request.uri.path, \"/search/\")",
                json!({ "host_header": "search.servers.example", "origin": { "host": "search.servers.example" } })
            )]),
        ),
        ("http_request_firewall_custom", firewall()),
        ("http_ratelimit", limits()),
        (
            "http_request_firewall_managed",
            json!([rule(
                "managed",
                "execute",
                "true",
                json!({ "id": "efb7b8c949ac4650a09736fc376e9aee" })
            )]),
        ),
        (
            "http_request_late_transform",
            json!([
                rule(
                    "shop-header",
                    "rewrite",
                    "true",
                    json!({ "headers": { "X-Shop": { "operation": "set", "value": "one" } } })
                ),
                rule(
                    "client",
                    "rewrite",
                    "true",
                    json!({ "headers": { "True-Client-IP": { "operation": "set", "expression": "ip.src" } } })
                ),
            ]),
        ),
        ("http_request_cache_settings", cache()),
        (
            "http_response_headers_transform",
            json!([
                rule(
                    "frames",
                    "rewrite",
                    "true",
                    json!({ "headers": { "X-Frame-Options": { "operation": "set", "value": "DENY" },
                    "Server": { "operation": "remove" }, "X-Shop": { "operation": "set", "value": "one" } } })
                ),
                rule(
                    "fonts",
                    "rewrite",
                    "http.request.uri.path.extension in {\"woff2\"}",
                    json!({ "headers": { "X-Font": { "operation": "set", "value": "yes" } } })
                ),
            ]),
        ),
        (
            "http_response_compression",
            json!([rule(
                "zip",
                "compress_response",
                "true",
                json!({ "algorithms": [{ "name": "brotli" }, { "name": "gzip" }] })
            )]),
        ),
    ]
}

fn firewall() -> Value {
    let block = |id: &str, expression: &str| rule(id, "block", expression, json!({}));
    json!([
        rule(
            "office",
            "skip",
            "ip.src in {198.51.100.0/24}",
            json!({ "ruleset": "current", "phases": ["http_ratelimit"], "products": ["bic"] })
        ),
        block(
            "admin",
            "starts_with(http.request.uri.path, \"/admin\") and not ip.src in {203.0.113.0/24 2001:db8::/32}"
        ),
        block(
            "wordpress",
            "http.request.uri.path contains \"wp-login\" or http.request.uri.path contains \"xmlrpc\""
        ),
        block("dotfiles", "http.request.uri.path matches \"/\\\\.(env|git|svn)\""),
        block("agents", "lower(http.user_agent) contains \"sqlmap\""),
        rule("countries", "managed_challenge", "ip.src.country in {\"AQ\" \"BV\"}", json!({})),
        block("systems", "ip.src.asnum in {64496 64497}"),
        block(
            "methods",
            "not http.request.method in {\"GET\" \"HEAD\" \"POST\" \"PUT\" \"OPTIONS\"}"
        ),
        block("no-agent", "http.user_agent eq \"\""),
        block(
            "token",
            "starts_with(http.request.uri.path, \"/hooks/\") and not any(http.request.headers[\"x-token\"][*] eq \"s3\")"
        ),
        block("long", "http.request.uri.query contains \"union select\""),
        rule(
            "login",
            "js_challenge",
            "http.request.uri.path eq \"/login\" and http.request.method eq \"POST\"",
            json!({})
        ),
        rule("watch", "log", "http.request.uri.path wildcard \"/internal/*\"", json!({})),
        block("cookie", "http.cookie contains \"evil=1\""),
        rule("bots", "managed_challenge", "cf.bot_management.score lt 30", json!({})),
    ])
}

fn limits() -> Value {
    let limit = |id: &str, expression: &str, period: u32, requests: u32| {
        let mut rule = rule(id, "block", expression, json!({}));
        rule["ratelimit"] = json!({ "characteristics": ["ip.src", "cf.colo.id"], "period": period,
            "requests_per_period": requests, "mitigation_timeout": 600 });
        rule
    };
    json!([
        limit("login", "http.request.uri.path eq \"/login\"", 60, 20),
        limit("search", "starts_with(http.request.uri.path, \"/search\")", 10, 50),
        limit("cart", "starts_with(http.request.uri.path, \"/cart\")", 3_600, 1_000),
        limit("all", "true", 300, 3_000),
    ])
}

fn cache() -> Value {
    let keep = |id: &str, expression: &str, seconds: u32| {
        rule(
            id,
            "set_cache_settings",
            expression,
            json!({ "cache": true, "edge_ttl": { "mode": "override_origin", "default": seconds } }),
        )
    };
    let pass = |id: &str, expression: &str| {
        rule(id, "set_cache_settings", expression, json!({ "cache": false }))
    };
    let mut rules: Vec<Value> = (0..12)
        .map(|index| {
            keep(
                &format!("catalog-{index}"),
                &format!("starts_with(http.request.uri.path, \"/catalog-{index}/\")"),
                600 + 600 * (index % 3),
            )
        })
        .collect();
    rules.extend([
        keep("static", "starts_with(http.request.uri.path, \"/static/\")", 31_536_000),
        keep("fonts", "http.request.uri.path.extension in {\"woff2\"}", 31_536_000),
        pass("api", "starts_with(http.request.uri.path, \"/api/\")"),
        pass("static-live", "starts_with(http.request.uri.path, \"/static/live/\")"),
        rule("search-key", "set_cache_settings", "starts_with(http.request.uri.path, \"/search/\")",
            json!({ "cache": true, "edge_ttl": { "mode": "respect_origin" },
                "cache_key": { "custom_key": { "query_string": { "include": { "list": ["q", "page"] } } } } })),
        rule("browser", "set_cache_settings", "starts_with(http.request.uri.path, \"/static/\")",
            json!({ "browser_ttl": { "mode": "override_origin", "default": 86_400 } })),
        rule("devices", "set_cache_settings", "http.request.uri.path wildcard \"/m/*\"",
            json!({ "cache": true, "cache_key": { "cache_by_device_type": true } })),
        pass("by-cookie", "http.cookie contains \"logged_in\""),
    ]);
    rules.into()
}
