//! Zone settings.

use fleet::delivery::{
    Condition as Asked, Hsts, ImageShape, KeyPart, TextMatch, TextTest, TlsMinimum, ViewerProtocol,
    WafAction, WafRule,
};
use serde_json::Value;

use super::draft::Draft;
use super::ledger::{Item, Ledger};
use crate::condition::named;
use crate::feature::{Feature, Plain, feature};
use crate::verdict::Outcome;
use crate::zone::{Thing, Zone};

/// How CloudFront redirects HTTP otherwise than Cloudflare.
pub(super) const SECURED: &str =
    "HTTP is redirected with 301 for GET and HEAD alone, with 307 for other methods";

/// Every setting of a zone; and pictures, whose setting is not in old exports.
pub(super) fn settings(zone: &Zone, drafts: &mut [Draft], ledger: &mut Ledger<'_>) {
    let is_resizing = matches!(text(zone.setting("image_resizing")), "on" | "open");
    for draft in drafts.iter_mut() {
        draft.is_image_resizing = is_resizing;
        if !is_resizing {
            draft.delivery.image_shape = ImageShape::Off;
        }
        if text(zone.setting("always_use_https")) != "on" {
            draft.protocol = ViewerProtocol::Both;
        }
    }
    for setting in &zone.settings {
        let key = format!("setting {}", setting.id);
        let value = setting.value.get("value").unwrap_or(&Value::Null);
        let label = format!("{} = {}", setting.id, shown(value));
        let item = Item::of_thing(&zone.name, &key, setting, label);
        let outcome = outcome(setting, value, item.feature, drafts);
        ledger.add(item, outcome);
    }
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_off(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text == "off" || text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_off),
        _ => false,
    }
}

fn outcome(setting: &Thing, value: &Value, row: &Feature, drafts: &mut [Draft]) -> Outcome {
    match row.plain {
        Plain::Idle => return Outcome::idle(row.how),
        Plain::Lost if is_off(value) => return Outcome::idle("it is off"),
        Plain::Lost => return Outcome::manual(row.how),
        Plain::Coded => {}
    }
    let mut outcome = Outcome::default();
    if drafts.is_empty() {
        return Outcome::idle("no record of the zone is proxied: no request meets it");
    }
    for draft in drafts {
        outcome.join(coded(&setting.id, value, draft));
    }
    outcome
}

fn coded(id: &str, value: &Value, draft: &mut Draft) -> Outcome {
    let word = value.as_str().unwrap_or_default();
    let mut outcome = Outcome::default();
    match id {
        "ssl" => return ssl(word, draft),
        "min_tls_version" => return tls(word, draft),
        "security_header" => return hsts(value, draft),
        "security_level" => return security_level(word, draft),
        "hotlink_protection" if word == "on" => return hotlinks(draft),
        "always_use_https" if word == "on" => {
            outcome.done(draft.key("behaviors.*.protocol"));
            outcome.change(SECURED);
        }
        "always_use_https" => {
            outcome.done(draft.key("behaviors.*.protocol"));
            outcome.change("HTTP is answered as on Cloudflare; `protocol = \"redirect\"` is safer");
        }
        "http3" => {
            draft.delivery.http3 = word == "on";
            outcome.done(draft.key("http3"));
        }
        "ipv6" => {
            draft.delivery.ipv6 = word == "on";
            outcome.done(draft.key("ipv6"));
        }
        "http2" | "tls_1_3" | "websockets" if word != "off" => outcome.ignore("it is always on"),
        "http2" | "tls_1_3" | "websockets" => {
            outcome.ignore("it cannot be switched off, and clients that cannot do it do without");
        }
        "brotli" if word == "on" => outcome.done(draft.key("behaviors.*.compress")),
        "brotli" => outcome.ignore("clients that take no Brotli get gzip, as before"),
        "image_resizing" if word == "off" => outcome.done(draft.key("image_shape")),
        "image_resizing" => {
            outcome.done(draft.key("image_shape"));
            if word == "open" {
                outcome.todo("pictures of other hosts: list them in `images.sources.hosts`");
            }
        }
        "polish" if word == "off" => outcome.ignore("it is off"),
        "polish" => outcome.todo(feature("setting polish").how),
        "ip_geolocation" | "true_client_ip_header" => {
            outcome.done(draft.key("client_headers"));
        }
        "development_mode" if is_off(value) => outcome.ignore("it is off"),
        "development_mode" => outcome.ignore("it ends by itself after three hours"),
        "cache_level" => return cache_level(word, draft),
        "sort_query_string_for_cache" if word == "on" => {
            outcome.done(draft.key("caches.*.query"));
            outcome.change(feature("setting sort_query_string_for_cache").how);
        }
        "browser_cache_ttl" => return browser_ttl(value),
        "proxy_read_timeout" => return read_timeout(value, draft),
        _ => outcome.ignore("it is off"),
    }
    outcome
}

fn ssl(mode: &str, draft: &mut Draft) -> Outcome {
    let mut outcome = Outcome::default();
    outcome.done(draft.key("origin"));
    let host = draft.origin.trim_start_matches("https://").trim_start_matches("http://").to_owned();
    match mode {
        "strict" => outcome.change(format!(
            "{host} has to have a certificate that everybody trusts: one of Cloudflare's Origin CA is \
             trusted by Cloudflare alone, and CloudFront answers 502"
        )),
        "full" => outcome.todo(format!(
            "see that {host} has a certificate that everybody trusts, for that name: Cloudflare took \
             any certificate here, CloudFront answers 502 where it is self-signed, expired or of \
             Cloudflare's Origin CA"
        )),
        "origin_pull" => outcome.todo(format!(
            "{host} asks for Cloudflare's certificate, which CloudFront has not: let it ask for a \
             secret header, `origin.headers`, and see that its own certificate is trusted"
        )),
        _ => outcome.todo(format!(
            "let {host} speak HTTPS, and write https:// in its `url`: as it is, cookies and addresses \
             of shoppers cross the network readable"
        )),
    }
    outcome
}

fn tls(version: &str, draft: &mut Draft) -> Outcome {
    let mut outcome = Outcome::default();
    outcome.done(draft.key("tls"));
    match version {
        "1.3" => draft.delivery.tls = TlsMinimum::V1_3_2025,
        "1.2" => {}
        older => outcome.change(format!("clients of TLS {older} are refused: 1.2 is the least")),
    }
    outcome
}

fn hsts(value: &Value, draft: &mut Draft) -> Outcome {
    let transport = &value["strict_transport_security"];
    let is = |key: &str| transport[key].as_bool().unwrap_or(false);
    draft.delivery.headers.nosniff = is("nosniff") || draft.delivery.headers.nosniff;
    if !is("enabled") {
        return Outcome::idle("it is off");
    }
    let max_age = transport["max_age"].as_u64().unwrap_or(0);
    draft.delivery.headers.hsts = Some(Hsts {
        max_age: u32::try_from(max_age).unwrap_or(u32::MAX),
        include_subdomains: is("include_subdomains"),
        preload: is("preload"),
    });
    let mut outcome = Outcome::default();
    outcome.done(draft.key("headers.hsts"));
    outcome
}

fn security_level(level: &str, draft: &mut Draft) -> Outcome {
    if level != "under_attack" {
        return Outcome::idle("the level rests on a score of threats that is always 0");
    }
    let when = Asked::Path(TextMatch::of(TextTest::StartsWith("/")));
    let rule = WafRule { name: "under-attack".to_owned(), action: WafAction::Challenge, when };
    draft.late_rules.push(rule);
    let mut outcome = Outcome::default();
    outcome.done(draft.key("waf.rules"));
    outcome.change(
        "every request is challenged, also those of programs: take the rule out when it is over",
    );
    outcome
}

/// Pictures are given to pages of the own hosts, and to who says nothing.
fn hotlinks(draft: &mut Draft) -> Outcome {
    let like = |test: TextTest<'_>| {
        Asked::Header(named("referer", TextMatch { ignore_case: true, ..TextMatch::of(test) }))
    };
    let own = draft.hosts.iter().map(|host| {
        let host = format!("//{host}");
        like(TextTest::Contains(&host))
    });
    let pictures = ["gif", "ico", "jpg", "jpeg", "png"].map(|extension| {
        let end = format!(".{extension}");
        Asked::Path(TextMatch { ignore_case: true, ..TextMatch::of(TextTest::EndsWith(&end)) })
    });
    let mut parts = vec![
        Asked::Any(pictures.to_vec()),
        Asked::Header(fleet::delivery::NamedMatch { name: "referer".to_owned(), value: None }),
    ];
    parts.extend(own.map(|it| Asked::Not(Box::new(it))));
    let rule =
        WafRule { name: "hotlinks".to_owned(), action: WafAction::Block, when: Asked::All(parts) };
    draft.late_rules.push(rule);
    let mut outcome = Outcome::default();
    outcome.done(draft.key("waf.rules"));
    outcome
}

fn cache_level(level: &str, draft: &mut Draft) -> Outcome {
    let mut outcome = Outcome::default();
    outcome.done(draft.key("caches.*.query"));
    match level {
        "simplified" => {
            outcome.change("origins get no names of the query but those in the key");
            draft.query = KeyPart::None;
        }
        "basic" => outcome.change("what is asked for with a query is kept too"),
        _ => {}
    }
    outcome
}

fn browser_ttl(value: &Value) -> Outcome {
    match value.as_u64() {
        Some(0) => Outcome::idle("browsers get the `Cache-Control` of the origin, there and here"),
        _ => Outcome::manual(format!(
            "Cloudflare told browsers to keep files for {value} seconds at least: let the origin send \
             `Cache-Control`, or say it in `headers` of behaviors"
        )),
    }
}

fn read_timeout(value: &Value, draft: &mut Draft) -> Outcome {
    /// Seconds that CloudFront waits at most.
    const LONGEST: u64 = 120;
    let seconds = value.as_u64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(100);
    let mut outcome = Outcome::default();
    outcome.done(draft.key("origin.read_timeout"));
    if seconds > LONGEST {
        outcome.change(format!("CloudFront waits for {LONGEST} seconds, not for {seconds}"));
    }
    draft.connection().read_timeout = u32::try_from(seconds.clamp(1, LONGEST)).unwrap_or(30);
    outcome
}
