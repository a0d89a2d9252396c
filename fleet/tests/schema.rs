//! The JSON Schema against files: good ones fit, and ones of the wrong form do not.

#![cfg(feature = "schema")]
#![expect(clippy::unwrap_used, reason = "clippy's leave for tests does not reach their helpers")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// Mistakes of form in `tests/bad` that a schema sees; it knows neither references nor limits.
const SEEN: &str = include_str!("bad/seen-by-the-schema.list");

fn file(path: &Path) -> Option<Value> {
    let text = fs::read_to_string(path).unwrap();
    let table: toml::Table = toml::from_str(&text).ok()?;
    Some(serde_json::to_value(table).unwrap())
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&fleet::schema()).unwrap()
}

#[test]
fn it_is_a_schema() {
    jsonschema::draft202012::meta::validate(&fleet::schema()).unwrap();
}

#[test]
fn good_files_fit() {
    let validator = validator();
    for path in [
        "../examples/fleet.toml",
        "../examples/fleet-on-aws.toml",
        "src/starter.toml",
        "tests/good/layers.toml",
        "tests/good/sites/c.toml",
    ] {
        let value = file(Path::new(path)).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{path}: {errors:#?}");
    }
}

#[test]
fn mistakes_of_form_do_not_fit() {
    let validator = validator();
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir("tests/bad").unwrap() {
        let path = entry.unwrap().path();
        let is_toml = path.extension().is_some_and(|extension| extension == "toml");
        if is_toml && file(&path).is_some_and(|value| !validator.is_valid(&value)) {
            seen.insert(path.file_stem().unwrap().to_string_lossy().into_owned());
        }
    }
    let expected: BTreeSet<_> = SEEN.lines().map(str::to_owned).collect();
    assert_eq!(seen, expected);
}

/// Every key that a site can have is in the documentation.
#[test]
fn every_key_is_documented() {
    let documentation = fs::read_to_string("../docs/fleet.md").unwrap();
    let schema = fleet::schema();
    let mut missing = Vec::new();
    let types = schema["$defs"].as_object().unwrap();
    for (name, definition) in types.iter().filter(|(name, _)| !is_about_pictures(name)) {
        let keys = definition["properties"].as_object().into_iter().flatten();
        let unknown = keys.filter(|(key, _)| !documentation.contains(&format!("`{key}`")));
        missing.extend(unknown.map(|(key, _)| format!("{name}.{key}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The types of `images` are documented where URLs are.
fn is_about_pictures(name: &str) -> bool {
    [
        "Caching",
        "Color",
        "Dialects",
        "Format",
        "Limits",
        "Parsing",
        "Policy",
        "Qualities",
        "Signing",
        "Sizing",
        "SourceRules",
        "Svg",
    ]
    .contains(&name)
}
