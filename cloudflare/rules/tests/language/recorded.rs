//! Expressions of zones that people have.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cloudflare_rules::{Request, parse};
use serde_json::Value as Json;

#[test]
fn every_recorded_expression_is_read() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = workspace.join("../shared/data/cloudflare");
    let mut expressions = BTreeSet::new();
    for file in files(&folder) {
        let Ok(json) = serde_json::from_slice(&fs::read(&file).unwrap()) else { continue };
        collect(&json, &mut expressions);
    }
    if expressions.is_empty() {
        println!("no recorded answers at {}: nothing is read", folder.display());
        return;
    }
    println!("{} expressions", expressions.len());
    for text in expressions {
        let expression = parse(&text).unwrap_or_else(|issue| panic!("{}", issue.render(&text, 76)));
        assert_eq!(expression.check_filter(), vec![], "of `{text}`");
        assert_eq!(parse(&expression.to_string()), Ok(expression.clone()), "of `{text}`");
        expression.matches(&Request::get("https://example.com/"));
    }
}

/// Files in a folder and the folders in it; none where it is not there.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Every `expression` and `counting_expression`, however deep.
fn collect(json: &Json, found: &mut BTreeSet<String>) {
    match json {
        Json::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Json::Object(members) => {
            for (name, value) in members {
                match value.as_str() {
                    Some(text) if name.ends_with("expression") && !text.is_empty() => {
                        found.insert(text.to_owned());
                    }
                    _ => collect(value, found),
                }
            }
        }
        _ => {}
    }
}
