//! Where values come from, and that it is true.

#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::fs;
use std::path::Path;

use fleet::{ExplainError, FleetFiles, Layer, Provenance};

fn files() -> FleetFiles {
    FleetFiles::read(Path::new("tests/good/layers.toml")).unwrap()
}

/// What is explained, in short: key, value, layer and place, and what was overridden.
fn told(site: &str, key: &str) -> Vec<String> {
    let line = |it: &Provenance| {
        let place = it.place.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let lower = it.overrode.iter().map(|it| format!(" < {} {}", it.value, it.place));
        let place = place.replace("tests/good/", "");
        let lower = lower.collect::<String>().replace("tests/good/", "");
        format!("{} = {} ({}) {place}{lower}", it.key, it.value, it.layer)
    };
    files().explain(site, key).unwrap().iter().map(line).collect()
}

#[test]
fn the_last_word_and_what_it_overrode_are_told() {
    for (site, key, want) in [
        ("borealis", "wave", "wave = 3 (groups.loud) layers.toml:29:8 < 2 layers.toml:25:8"),
        ("aurora", "wave", "wave = 0 (site) layers.toml:35:8"),
        ("cirrus", "wave", "wave = 1 (built in) -"),
        ("aurora", "http3", "http3 = true (built in) -"),
        ("aurora", "zone.id", "zone.id = null (built in) -"),
        (
            "borealis",
            "origin.s3.region",
            "origin.s3.region = \"ap-northeast-1\" (groups.asia) layers.toml:23:28 < \
             \"eu-central-1\" layers.toml:10:52",
        ),
        (
            "borealis",
            "origin.s3.bucket",
            "origin.s3.bucket = \"site-borealis\" (defaults) layers.toml:10:28",
        ),
        (
            "borealis",
            "behaviors.\"/feeds/*\".enabled",
            "behaviors.\"/feeds/*\".enabled = false (site) layers.toml:43:36",
        ),
        (
            "aurora",
            "redirects.\"/old\".status",
            "redirects.\"/old\".status = 301 (site) layers.toml:36:24",
        ),
        (
            "cirrus",
            "origin.headers.X-Origin-Secret",
            "origin.headers.X-Origin-Secret = \"********\" (site) sites/c.toml:13:31",
        ),
    ] {
        assert_eq!(told(site, key), [want], "{site}.{key}");
    }
}

#[test]
fn a_table_is_explained_by_its_values() {
    assert_eq!(
        told("borealis", "headers.hsts"),
        [
            "headers.hsts.include_subdomains = true (site) layers.toml:44:35",
            "headers.hsts.max_age = 31536000 (defaults) layers.toml:12:32",
            "headers.hsts.preload = false (built in) -",
        ]
    );
}

#[test]
fn what_is_not_there_is_told_with_advice() {
    let error = |site, key| match files().explain(site, key).unwrap_err() {
        error @ (ExplainError::UnknownKey { .. } | ExplainError::UnknownSite { .. }) => {
            format!("{error}, {error:?}")
        }
        other => panic!("{other}"),
    };
    for (site, key, message, hint) in [
        ("auror", "wave", "there is no site `auror`", "did you mean `aurora`?"),
        ("aurora", "headrs.hsts", "a site has no key `headrs.hsts`", "did you mean `headers`?"),
        ("aurora", "wave.x", "a site has no key `wave.x`", "nothing is below it"),
    ] {
        let told = error(site, key);
        assert!(told.starts_with(message) && told.contains(hint), "{told}");
    }
}

/// The place of every value that a file has holds that value.
#[test]
fn every_place_is_true() {
    let files = files();
    let mut found = 0;
    for site in ["aurora", "borealis", "cirrus"] {
        for it in files.explain(site, "").unwrap() {
            let Some(place) = &it.place else {
                assert_eq!(it.layer, Layer::BuiltIn, "{it:?}");
                continue;
            };
            let text = fs::read_to_string(&place.file).unwrap();
            let line = text.lines().nth(place.line - 1).unwrap();
            let rest: String = line.chars().skip(place.column - 1).collect();
            assert!(begins_with(&rest, &it, site), "{it:?}: {rest}");
            found += 1;
        }
    }
    assert!(found > 50, "{found} values");
}

/// Whether the text begins with the value; numbers are compared without their `_`.
fn begins_with(text: &str, it: &Provenance, site: &str) -> bool {
    let compact = |text: &str| text.replace(['_', ' '], "");
    let value = it.value.to_string();
    let text = compact(&text.replace("{name}", site));
    text.starts_with(&compact(&value))
        // Secrets, and tables in short, are not in the text as they are.
        || value.contains("****")
        || it.key.starts_with("redirects.")
        || (it.value.is_array() && text.starts_with('['))
}
