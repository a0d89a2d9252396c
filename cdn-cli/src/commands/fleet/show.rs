//! `cdn-cli fleet show`: a site with everything decided.

use std::collections::BTreeMap;

use anyhow::Context as _;
use fleet::{FleetFiles, Provenance};
use serde_json::{Map, Value};

use super::hinted;
use crate::cli::ShowArgs;
use crate::exit::ExitStatus;
use crate::printer::{Io, Stream};

/// Shows.
pub(crate) fn run(args: &ShowArgs, io: &mut Io<'_>) -> anyhow::Result<ExitStatus> {
    let files = FleetFiles::read(&args.file.fleet)?;
    let values = files.explain(&args.site, "").map_err(hinted)?;
    let fleet = files.fleet()?;
    let site = fleet.site(&args.site).context("looking for the site")?;
    let written = site.written();
    if args.json {
        io.stdout.line(serde_json::to_string_pretty(&written)?)?;
    } else {
        print(written, &layers(&values), &mut io.stdout)?;
    }
    Ok(ExitStatus::Done)
}

/// The layers that have a say in each key of the site's table, the lowest first.
fn layers(values: &[Provenance]) -> BTreeMap<&str, String> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for value in values {
        let key = value.key.split('.').next().unwrap_or_default();
        let layers = found.entry(key).or_default();
        let layer = value.layer.to_string();
        if !layers.contains(&layer) {
            layers.push(layer);
        }
    }
    // The order of the alphabet is that of the layers.
    for layers in found.values_mut() {
        layers.sort();
    }
    found.into_iter().map(|(key, layers)| (key, layers.join(", "))).collect()
}

/// The site as the table `[[sites]]`, which a fleet file could hold.
fn print(
    site: Map<String, Value>,
    layers: &BTreeMap<&str, String>,
    out: &mut Stream<'_>,
) -> anyhow::Result<()> {
    let site = without_nulls(site);
    let text = toml::to_string(&BTreeMap::from([("sites", [site])])).context("writing TOML")?;
    let mut last = "";
    for line in text.lines() {
        let header = line.trim_start_matches('[').strip_prefix("sites.");
        let table = header.filter(|_| line.starts_with('[')).map(first_key);
        match table {
            Some(key) if key != last => {
                last = key;
                out.line(format_args!("# {}", comment(layers, key)))?;
                out.line(line)?;
            }
            None if last.is_empty() && line.contains(" = ") => {
                out.line(format_args!("{line} # {}", comment(layers, first_key(line))))?;
            }
            _ => out.line(line)?,
        }
    }
    Ok(())
}

fn comment<'a>(layers: &'a BTreeMap<&str, String>, key: &str) -> &'a str {
    layers.get(key).map_or("", String::as_str)
}

/// The first key in `key.b]`, `key]` or `key = 1`; a site's own keys are never quoted.
fn first_key(text: &str) -> &str {
    text.split(['.', ']', ' ']).next().unwrap_or_default()
}

/// TOML has no null: what is left out is left out.
fn without_nulls(table: Map<String, Value>) -> Map<String, Value> {
    let kept = table.into_iter().filter(|(_, value)| !value.is_null());
    let kept = kept.map(|(key, value)| match value {
        Value::Object(inner) => (key, Value::Object(without_nulls(inner))),
        Value::Array(items) => (key, Value::Array(items.into_iter().map(item).collect())),
        leaf => (key, leaf),
    });
    kept.collect()
}

fn item(value: Value) -> Value {
    match value {
        Value::Object(table) => Value::Object(without_nulls(table)),
        leaf => leaf,
    }
}
