//! Fleets that nobody wrote: whatever is legal validates, and every value knows its place.

use std::path::Path;

use fleet::{FleetFiles, Layer};
use proptest::prelude::*;
use serde_json::Value;

/// Statements that may stand in any layer, in any company.
fn statement() -> impl Strategy<Value = String> {
    prop_oneof![
        (0_u32..9).prop_map(|wave| format!("wave = {wave}")),
        any::<bool>().prop_map(|http3| format!("http3 = {http3}")),
        prop_oneof!["100", "200", "all"].prop_map(|class| format!("price_class = \"{class}\"")),
        (0_u32..99_999_999).prop_map(|age| format!("headers.hsts.max_age = {age}")),
        any::<bool>().prop_map(|it| format!("headers.hsts.include_subdomains = {it}")),
        "[a-z ;'-]{1,40}".prop_map(|csp| format!("headers.csp = \"{csp}\"")),
        ("/[a-z]{1,9}", prop_oneof!["never", "origin", "static"])
            .prop_map(|(path, cache)| format!("behaviors.\"{path}/*\".cache = \"{cache}\"")),
        ("/[a-z]{1,9}", any::<bool>())
            .prop_map(|(path, on)| format!("behaviors.\"{path}/*\".enabled = {on}")),
        ("[a-z]{1,9}", 0_u64..999)
            .prop_map(|(name, ttl)| format!("caches.{name}-x.default_ttl = {ttl}")),
        proptest::collection::vec("[a-z]{1,9}", 1..10)
            .prop_map(|names| format!("caches.pages.query = {names:?}")),
        (10_u32..9_999).prop_map(|n| format!("waf.rate_limits = [{{ requests = {n} }}]")),
        (1_u32..=120).prop_map(|seconds| format!("origin.read_timeout = {seconds}")),
        "[a-z]{1,20}".prop_map(|prefix| format!("origin.s3.prefix = \"{{name}}/{prefix}\"")),
        proptest::collection::vec(1_u32..4_000, 0..5)
            .prop_map(|widths| format!("images.widths = {widths:?}")),
    ]
}

/// A table's statements, each key once.
fn layer() -> impl Strategy<Value = String> {
    proptest::collection::vec(statement(), 0..8).prop_map(|mut statements| {
        let key = |statement: &String| statement.split(" = ").next().unwrap_or("").to_owned();
        statements.sort();
        statements.dedup_by_key(|statement| key(statement));
        statements.join("\n")
    })
}

fn fleet() -> impl Strategy<Value = String> {
    let groups = (layer(), layer());
    let sites = proptest::collection::vec((layer(), 0..4_usize), 1..6);
    (layer(), groups, sites).prop_map(|(defaults, (north, south), sites)| {
        let mut text = format!(
            "[defaults]\norigin.s3.bucket = \"b\"\n{defaults}\n[groups.north]\n{north}\n\
             [groups.south]\n{south}\n"
        );
        text.extend(sites.into_iter().enumerate().map(|(place, (site, groups))| {
            let groups = ["[]", "['north']", "['north', 'south']", "['south', 'north']"][groups];
            format!(
                "[[sites]]\nname = \"s{place}\"\ndomains = [\"s{place}.example\"]\n\
                 groups = {groups}\n{site}\n"
            )
        }));
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_legal_validates_and_knows_its_place(text in fleet()) {
        let files = FleetFiles::of_text(&text, Path::new("/srv"), "fleet.toml").unwrap();
        let fleet = files.fleet().map_err(|error| TestCaseError::fail(error.to_string()))?;
        for site in &fleet.sites {
            for it in files.explain(&site.name, "").unwrap() {
                let Some(place) = &it.place else { continue };
                let line = text.lines().nth(place.line - 1).unwrap();
                let rest: String = line.chars().skip(place.column - 1).collect();
                // In a site's own table the mark stays.
                let name = if it.layer == Layer::Site { "{name}" } else { &site.name };
                let rest = rest.replace("{name}", name);
                let value = toml::from_str::<toml::Table>(&format!("v = {}", rest.trim_end()));
                let value = serde_json::to_value(&value.unwrap()["v"]).unwrap();
                let is_same = value == it.value || holds(&value, &it.value);
                prop_assert!(is_same, "{:?} is not {}", it, rest);
            }
        }
    }
}

/// A list of tables is written in short: what a table leaves out has its default.
fn holds(written: &Value, whole: &Value) -> bool {
    match (written, whole) {
        (Value::Array(written), Value::Array(whole)) => {
            written.len() == whole.len() && written.iter().zip(whole).all(|(a, b)| holds(a, b))
        }
        (Value::Object(written), Value::Object(whole)) => {
            written.iter().all(|(key, value)| whole.get(key) == Some(value))
        }
        (written, whole) => written == whole,
    }
}
